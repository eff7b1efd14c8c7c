//! What shall be there: a document's objects on top of what is there, with every name looked up.
//!
//! Without pruning, whatever the document does not mention stays: objects, members, and the fields of what it does
//! mention. With it, only the document counts. What hangs on something unknown is left behind and noted.

use super::{
    fields::{holds_data, lose},
    read::{At, BindingDraft, Draft, GroupDraft, PersonDraft, RoleDraft, TenantDraft},
    snapshot::{Bound, Named, Person, Rights, Snapshot, Team, managed},
};
use crate::{Error, Result, clock::id_of, name, tenant};
use model::{
    Access, BindingId, Email, GroupId, Managed, Namespace, PrincipalId, PrincipalKind, RoleId, TenantId,
    TenantSettings, label,
    transfer::{Lost, Place},
};
use serde_json::{Map, Value, json};
use std::collections::{BTreeSet, HashMap, HashSet};

/// How documents are read onto what is there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules {
    /// Only the document counts.
    pub(super) prune: bool,
    /// There are tenants with ids.
    pub(super) tenants: bool,
}

/// What the document wants, beside what is there.
///
/// # Errors
/// [`Error::TenantsDisabled`] and [`Error::DefaultTenantDisabled`] for a document about tenants that cannot be here.
pub(super) fn resolve(draft: Draft, current: &Snapshot, rules: Rules, lost: &mut Vec<Lost>) -> Result<Snapshot> {
    let mut target = Snapshot::default();
    if rules.prune {
        // The default tenant is part of the instance, not of anybody's document.
        target.tenants.extend(current.tenants.get(&None).map(|named| (None, named.clone())));
    } else {
        target = current.clone();
    }
    let mut one = Resolver {
        current,
        rules,
        target,
        lost,
        people: HashMap::new(),
        named: current.people.iter().filter(|(_, one)| one.kind == PrincipalKind::User).map(by_name).collect(),
        groups: HashMap::new(),
        roles: HashMap::new(),
        role_names: HashMap::new(),
    };
    one.tenants(draft.tenants)?;
    one.people(draft.people);
    let members = one.groups(draft.groups)?;
    one.roles(draft.roles)?;
    one.members(members, draft.joined);
    one.access(draft.access)?;
    one.bindings(draft.bindings)?;
    Ok(one.target)
}

fn by_name((id, person): (&PrincipalId, &Person)) -> (String, PrincipalId) {
    (person.name.clone(), id.clone())
}

struct Resolver<'a> {
    current: &'a Snapshot,
    rules: Rules,
    target: Snapshot,
    lost: &'a mut Vec<Lost>,
    /// Whom the document's ids and addresses mean.
    people: HashMap<String, PrincipalId>,
    /// Who has an address.
    named: HashMap<String, PrincipalId>,
    /// What the document's ids of groups mean.
    groups: HashMap<String, GroupId>,
    /// What the document's ids of roles mean, where not themselves.
    roles: HashMap<(Place, String), RoleId>,
    /// Roles by name, filled when the first one is asked for.
    role_names: HashMap<(Place, String), RoleId>,
}

/// A group, where it stands, and who is in it.
type Members = Vec<(At, GroupId, Vec<(String, bool)>)>;

impl Resolver<'_> {
    fn lose(&mut self, path: &str, reason: impl Into<String>) {
        lose(path, reason, self.lost);
    }

    /// The tenant an object belongs to. Clients call the tenant they do not name `main` (contract 6.3).
    fn place(&mut self, at: &At) -> Result<Option<Place>> {
        if self.target.tenants.contains_key(&at.place) {
            return Ok(Some(at.place.clone()));
        }
        match &at.place {
            None => Err(Error::DefaultTenantDisabled),
            Some(id) if id.as_str() == "main" && self.target.tenants.contains_key(&None) => Ok(Some(None)),
            Some(_) if !self.rules.tenants => Err(Error::TenantsDisabled),
            Some(id) => {
                let reason = format!("its tenant {id} is neither in the document nor here; it is left behind");
                self.lose(&at.path, reason);
                Ok(None)
            }
        }
    }

    fn tenants(&mut self, drafts: Vec<TenantDraft>) -> Result<()> {
        let mut seen = HashSet::new();
        for draft in drafts {
            if !seen.insert(draft.at.place.clone()) {
                self.lose(&draft.at.path, "it stands in the document twice; what the later one says holds");
            }
            match draft.at.place.clone() {
                None => self.default_tenant(draft)?,
                Some(_) if !self.rules.tenants => return Err(Error::TenantsDisabled),
                Some(id) => self.named_tenant(id, draft),
            }
        }
        Ok(())
    }

    /// The default tenant has no settings, and its name is not chosen.
    fn default_tenant(&mut self, draft: TenantDraft) -> Result<()> {
        let Some(here) = self.current.tenants.get(&None) else { return Err(Error::DefaultTenantDisabled) };
        if draft.name.is_some_and(|name| name != here.name) {
            self.lose(&draft.at.path, "name: the default tenant's cannot be chosen");
        }
        for (key, _) in draft.settings.iter().filter(|(_, value)| holds_data(value)) {
            self.lose(&draft.at.path, format!("{key}: the default tenant has no settings"));
        }
        Ok(())
    }

    fn named_tenant(&mut self, id: TenantId, draft: TenantDraft) {
        let place = Some(id.clone());
        let before = self.target.tenants.get(&place).or_else(|| self.current.tenants.get(&place)).cloned();
        let called =
            draft.name.unwrap_or_else(|| before.as_ref().map_or_else(|| id.to_string(), |one| one.name.clone()));
        let name = tenant::parse_name(&called).unwrap_or_else(|wrong| {
            self.lose(&draft.at.path, format!("name: {} Its id takes the name's place.", wrong.message));
            id.to_string()
        });
        let mut kept = before.map(|one| one.settings).unwrap_or_default();
        if self.rules.prune {
            // What an export leaves out is not meant to go.
            kept = TenantSettings {
                storage_configuration: kept.storage_configuration,
                secret_configuration: kept.secret_configuration,
                sdk_default_authentication: kept.sdk_default_authentication,
                ..TenantSettings::default()
            };
        }
        let settings = self.settings(&draft.at.path, kept, draft.settings);
        self.target.tenants.insert(place, Named { name, settings });
    }

    /// Settings with those of the document in place of their own.
    fn settings(&mut self, path: &str, kept: TenantSettings, new: Map<String, Value>) -> TenantSettings {
        let Value::Object(mut map) = json!(kept) else { return kept };
        for (key, value) in new.into_iter().filter(|(_, value)| !value.is_null()) {
            match known(&key, &value) {
                Some(read) => {
                    if !same(&read, &value) {
                        self.lose(path, format!("{key}: part of it is not known here, and is left behind"));
                    }
                    map.insert(key, read);
                }
                None if holds_data(&value) => {
                    self.lose(path, format!("{key}: nothing here holds it, and it is left behind"));
                }
                None => {}
            }
        }
        serde_json::from_value(Value::Object(map)).unwrap_or(kept)
    }

    fn people(&mut self, drafts: Vec<PersonDraft>) {
        // Whoever the document gives another address leaves the one they have.
        for draft in drafts.iter().filter(|draft| draft.kind == PrincipalKind::User) {
            let Some(id) = draft.id.as_ref().map(PrincipalId::new) else { continue };
            if let Some(known) = self.current.people.get(&id)
                && !known.name.eq_ignore_ascii_case(&draft.name)
            {
                self.named.remove(&known.name);
            }
        }
        for draft in drafts {
            self.person(draft);
        }
    }

    fn person(&mut self, draft: PersonDraft) {
        let before = draft.id.as_ref().and_then(|id| self.current.people.get(&PrincipalId::new(id)));
        let called = match (draft.kind, before) {
            (_, Some(before)) if before.name == draft.name => Ok(draft.name.clone()),
            (PrincipalKind::User, _) => Email::parse(&draft.name).map(|email| email.to_string()),
            (PrincipalKind::ServiceAccount, _) => label(&draft.name),
        };
        let called = match called {
            Ok(called) => called,
            Err(invalid) => return self.lose(&draft.path, format!("it is left behind. {invalid}")),
        };
        let Some(id) = self.identity(&draft, &called) else { return };
        for word in draft.id.iter().chain([&draft.name, &called]) {
            self.people.entry(word.clone()).or_insert_with(|| id.clone());
        }
        if draft.kind == PrincipalKind::User {
            self.named.insert(called.clone(), id.clone());
        }
        let before = self.current.people.get(&id).filter(|_| !self.rules.prune);
        let text = |new: Option<String>, old: fn(&Person) -> &String| {
            new.or_else(|| before.map(|one| old(one).clone())).unwrap_or_default()
        };
        let person = Person {
            kind: draft.kind,
            name: called,
            first_name: text(draft.first_name, |one| &one.first_name),
            last_name: text(draft.last_name, |one| &one.last_name),
            description: text(draft.description, |one| &one.description),
            superadmin: draft.superadmin.or(before.map(|one| one.superadmin)).unwrap_or_default(),
            restricted: draft.restricted.or(before.map(|one| one.restricted)).unwrap_or_default(),
        };
        self.target.people.insert(id, person);
    }

    /// Who of here the document means: whoever has the id, or else the address.
    fn identity(&mut self, draft: &PersonDraft, called: &str) -> Option<PrincipalId> {
        let id = draft.id.as_ref().map(PrincipalId::new);
        let owner = if draft.kind == PrincipalKind::User { self.named.get(called).cloned() } else { None };
        match (id, owner) {
            (Some(id), Some(owner)) if id != owner => {
                let (known, twice) = (self.current.people.contains_key(&id), self.people.contains_key(called));
                if known {
                    self.lose(&draft.path, format!("another user has its address; user {id} stays as it is"));
                    return None;
                }
                let why = if twice { "the document has its address twice" } else { "its address is in use here" };
                self.lose(&draft.path, format!("{why}: user {owner} gets what it has, and its id {id} is left behind"));
                Some(owner)
            }
            (Some(id), _) => {
                let kind = self.current.people.get(&id).or_else(|| self.target.people.get(&id)).map(|one| one.kind);
                if kind.is_some_and(|kind| kind != draft.kind) {
                    self.lose(
                        &draft.path,
                        format!("{id} is a user in one place and a service account in the other; it is left behind"),
                    );
                    return None;
                }
                Some(id)
            }
            (None, Some(owner)) => Some(owner),
            (None, None) => Some(self.account(draft.kind, called)),
        }
    }

    /// The only service account of that name, or a new one.
    fn account(&self, kind: PrincipalKind, called: &str) -> PrincipalId {
        let same = |one: &&Person| one.kind == kind && one.name == called;
        let mut found = self.current.people.iter().filter(|(_, one)| same(one));
        match (found.next(), found.next()) {
            (Some((id, _)), None) => id.clone(),
            _ => PrincipalId::new(id_of(&[kind.as_str(), called])),
        }
    }

    fn groups(&mut self, drafts: Vec<GroupDraft>) -> Result<Members> {
        let mut taken: HashMap<(Place, String), GroupId> =
            self.target.groups.iter().map(|(id, team)| ((team.place.clone(), team.name.clone()), id.clone())).collect();
        // Whatever the document calls something else gives its name up.
        for draft in &drafts {
            let Some(id) = draft.id.as_ref().map(GroupId::new) else { continue };
            if let Some(team) = self.target.groups.get(&id)
                && team.name != draft.name
            {
                taken.remove(&(team.place.clone(), team.name.clone()));
            }
        }
        let mut members = Vec::with_capacity(drafts.len());
        for draft in drafts {
            let Some(place) = self.place(&draft.at)? else { continue };
            let Ok(mut called) = name::name(&draft.name) else {
                self.lose(&draft.at.path, "its name is empty, too long or not one line; it is left behind");
                continue;
            };
            let owner = taken.get(&(place.clone(), called.clone())).cloned();
            let id = draft.id.as_ref().map(GroupId::new).or_else(|| owner.clone());
            let id = id.unwrap_or_else(|| GroupId::new(id_of(&["GROUP", key(&place), &called])));
            let elsewhere = |team: Option<&Team>| team.is_some_and(|team| team.place != place);
            if elsewhere(self.target.groups.get(&id)) || elsewhere(self.current.groups.get(&id)) {
                self.lose(&draft.at.path, format!("another tenant has a group of the id {id}; it is left behind"));
                continue;
            }
            if owner.is_some_and(|owner| owner != id) {
                self.lose(
                    &draft.at.path,
                    format!("a group “{called}” exists already; this one is called “{called} ({id})”"),
                );
                called = format!("{called} ({id})");
            }
            taken.insert((place.clone(), called.clone()), id.clone());
            let description = match name::description(draft.description) {
                Ok(Some(text)) => Some(text),
                Ok(None) if self.rules.prune => None,
                Ok(None) => self.current.groups.get(&id).and_then(|team| team.description.clone()),
                Err(_) => {
                    self.lose(&draft.at.path, "its description is too long, and is left behind");
                    None
                }
            };
            self.groups.extend(draft.id.map(|word| (word, id.clone())));
            self.target.groups.insert(id.clone(), Team { place, name: called, description });
            members.push((draft.at, id, draft.members));
        }
        Ok(members)
    }

    fn roles(&mut self, drafts: Vec<RoleDraft>) -> Result<()> {
        let mut defaults: BTreeSet<Place> = BTreeSet::new();
        for draft in drafts {
            let Some(place) = self.place(&draft.at)? else { continue };
            if let Some(role) = self.managed_role(&draft, &place) {
                let id = RoleId::managed(role, place.as_ref());
                self.roles.extend(draft.id.map(|word| ((place.clone(), word), id)));
                continue;
            }
            let Ok(called) = name::name(&draft.name) else {
                self.lose(&draft.at.path, "its name is empty, too long or not one line; it is left behind");
                continue;
            };
            let id = draft.id.map(RoleId::new).or_else(|| self.role_by_name(&place, &called));
            let id = id.unwrap_or_else(|| RoleId::new(id_of(&["ROLE", key(&place), &called])));
            let before = self.current.role(&place, &id).filter(|_| !self.rules.prune);
            let is_default = draft.is_default.or(before.map(|role| role.is_default)).unwrap_or_default();
            let first = !is_default || draft.is_default != Some(true) || defaults.insert(place.clone());
            let description = name::description(draft.description).unwrap_or_default();
            let rights = Rights {
                name: called,
                description: description.or_else(|| before.and_then(|role| role.description.clone())),
                permissions: draft.permissions,
                is_default: is_default && first,
            };
            if !first {
                self.lose(&draft.at.path, "another role of the tenant is the default; this one is not");
            }
            self.target.roles.insert((place, id), rights);
        }
        self.one_default(&defaults);
        Ok(())
    }

    /// A role that the document makes the default takes the place of the one that was.
    fn one_default(&mut self, chosen: &BTreeSet<Place>) {
        let current = self.current;
        let was = |place: &Place, id: &RoleId| current.role(place, id).is_some_and(|role| role.is_default);
        for place in chosen {
            let from = (place.clone(), RoleId::new(""));
            let here = self.target.roles.range_mut(from..).take_while(|((of, _), _)| of == place);
            let mut defaults: Vec<_> = here.filter(|(_, role)| role.is_default).collect();
            if defaults.len() > 1 {
                defaults.iter_mut().filter(|((_, id), _)| was(place, id)).for_each(|(_, role)| role.is_default = false);
            }
        }
    }

    /// The managed role a role of the document stands for, if for one.
    fn managed_role(&mut self, draft: &RoleDraft, place: &Place) -> Option<Managed> {
        let by_id = draft.id.as_ref().and_then(|id| managed(place, &RoleId::new(id)));
        if by_id.is_none() && !draft.managed {
            return None;
        }
        let Some(role) = by_id.or_else(|| by_title(&draft.name)) else {
            self.lose(&draft.at.path, "it was a managed role; here it is one that can be changed");
            return None;
        };
        let ours = role.permissions();
        if !draft.permissions.words().is_empty()
            && !(ours.include(&draft.permissions) && draft.permissions.include(&ours))
        {
            let name = role.name();
            self.lose(&draft.at.path, format!("what it allows: every tenant has its own {name}, and that holds"));
        }
        Some(role)
    }

    /// The tenant's only role of that name.
    fn role_by_name(&mut self, place: &Place, called: &str) -> Option<RoleId> {
        if self.role_names.is_empty() {
            let mut twice = HashSet::new();
            for ((place, id), role) in self.target.roles.iter().chain(&self.current.roles) {
                let other = self.role_names.insert((place.clone(), role.name.clone()), id.clone());
                if other.is_some_and(|other| other != *id) {
                    twice.insert((place.clone(), role.name.clone()));
                }
            }
            self.role_names.retain(|key, _| !twice.contains(key));
        }
        self.role_names.get(&(place.clone(), called.to_owned())).cloned()
    }

    /// Whom a word of the document means.
    fn who(&self, word: &str) -> Option<PrincipalId> {
        let id = PrincipalId::new(word);
        let known = self.people.get(word).cloned();
        let known = known.or_else(|| self.target.people.contains_key(&id).then_some(id));
        let known = known.or_else(|| self.named.get(&word.to_lowercase()).cloned());
        known.filter(|id| self.target.people.contains_key(id))
    }

    fn group(&self, place: &Place, word: &str) -> Option<GroupId> {
        let id = self.groups.get(word).cloned().unwrap_or_else(|| GroupId::new(word));
        self.target.groups.get(&id).filter(|team| team.place == *place).map(|_| id)
    }

    fn members(&mut self, groups: Members, joined: Vec<(At, String, String)>) {
        for (at, group, members) in groups {
            for (word, owner) in members {
                let Some(who) = self.who(&word) else {
                    self.lose(&at.path, format!("its member {word} is neither in the document nor here"));
                    continue;
                };
                let member = self.target.members.entry((group.clone(), who)).or_insert(owner);
                *member = owner;
            }
        }
        for (at, word, group) in joined {
            let known = self.groups.get(&group).cloned().unwrap_or_else(|| GroupId::new(&group));
            match self.who(&word) {
                Some(who) if self.target.groups.contains_key(&known) => {
                    // A user's own list does not say that it is an owner; the group's does.
                    self.target.members.entry((known, who)).or_insert(false);
                }
                _ => self.lose(&at.path, format!("its group {group} is neither in the document nor here")),
            }
        }
    }

    fn access(&mut self, entries: Vec<(At, String)>) -> Result<()> {
        for (at, word) in entries {
            let Some(place) = self.place(&at)? else { continue };
            match self.who(&word) {
                Some(who) => drop(self.target.access.insert((place, who), ())),
                None => self.lose(&at.path, format!("{word} is neither in the document nor here")),
            }
        }
        Ok(())
    }

    fn bindings(&mut self, drafts: Vec<BindingDraft>) -> Result<()> {
        type Content = (Place, bool, String, RoleId, Option<Namespace>);
        let content = |bound: &Bound| -> Content {
            let (group, holder) = match &bound.holder {
                Access::Group(id) => (true, id.to_string()),
                Access::Principal(id) => (false, id.to_string()),
            };
            (bound.place.clone(), group, holder, bound.role.clone(), bound.namespace.clone())
        };
        // Who holds a role need not get it twice, whatever the binding is called.
        let mut held: HashMap<Content, BindingId> =
            self.current.bindings.iter().map(|(id, bound)| (content(bound), id.clone())).collect();
        let mut seen = HashSet::new();
        for draft in drafts {
            let Some(place) = self.place(&draft.at)? else { continue };
            let (path, id) = (draft.at.path.clone(), draft.id.clone());
            let Some(bound) = self.bound(place, draft) else { continue };
            let known = content(&bound);
            let id = match (held.get(&known), id.map(BindingId::new)) {
                (Some(held), _) => held.clone(),
                (None, Some(id)) if seen.contains(&id) => {
                    self.lose(&path, format!("the document has a binding {id} already; it is left behind"));
                    continue;
                }
                (None, Some(id)) => id,
                (None, None) => {
                    let namespace = known.4.as_ref().map_or("", Namespace::as_str);
                    let kind = if known.1 { "GROUP" } else { "USER" };
                    BindingId::new(id_of(&[key(&known.0), kind, &known.2, known.3.as_str(), namespace]))
                }
            };
            seen.insert(id.clone());
            held.insert(known, id.clone());
            self.target.bindings.insert(id, bound);
        }
        Ok(())
    }

    /// A binding with everything it hangs on.
    fn bound(&mut self, place: Place, draft: BindingDraft) -> Option<Bound> {
        let path = &draft.at.path;
        let holder = match draft.group {
            true => self.group(&place, &draft.holder).map(Access::Group),
            false => self.who(&draft.holder).map(Access::Principal),
        };
        let kind = if draft.group { "group" } else { "user" };
        let role = self.role(&place, &draft.role);
        let namespace = Namespace::parse_optional(draft.namespace.as_deref());
        match (holder, role, namespace) {
            (None, ..) => self.lose(
                path,
                format!("its {kind} {} is neither in the document nor here; it is left behind", draft.holder),
            ),
            (_, None, _) => self
                .lose(path, format!("its role {} is neither in the document nor here; it is left behind", draft.role)),
            (.., Err(invalid)) => self.lose(path, format!("it is left behind. {invalid}")),
            (Some(holder), Some(role), Ok(namespace)) => return Some(Bound { place, holder, role, namespace }),
        }
        None
    }

    /// The role that a word of the document means: an id, or else a name.
    fn role(&mut self, place: &Place, word: &str) -> Option<RoleId> {
        let id = RoleId::new(word);
        if let Some(known) = self.roles.get(&(place.clone(), word.to_owned())) {
            return Some(known.clone());
        }
        if self.target.role(place, &id).is_some() || managed(place, &id).is_some() {
            return Some(id);
        }
        // The default tenant's managed roles have the suffix of `main`, and so has what clients call it.
        let named = self.role_by_name(place, word).filter(|id| self.target.role(place, id).is_some());
        named.or_else(|| by_title(word).map(|role| RoleId::managed(role, place.as_ref())))
    }
}

/// A setting as it would be kept; nothing where there is none of that name or kind.
fn known(key: &str, value: &Value) -> Option<Value> {
    let one: TenantSettings = serde_json::from_value(json!({ key: value })).ok()?;
    if !one.violations().is_empty() {
        return None;
    }
    json!(one).get(key).cloned()
}

/// Whether nothing was left out.
fn same(read: &Value, sent: &Value) -> bool {
    match (read, sent) {
        (Value::Object(read), Value::Object(sent)) => sent
            .iter()
            .filter(|(_, value)| holds_data(value))
            .all(|(key, value)| read.get(key).is_some_and(|read| same(read, value))),
        (Value::Array(read), Value::Array(sent)) => {
            read.len() == sent.len() && read.iter().zip(sent).all(|(read, sent)| same(read, sent))
        }
        (read, sent) => read == sent,
    }
}

/// What a managed role was called in one generation or another (contract 4.4).
fn by_title(title: &str) -> Option<Managed> {
    let old = title.eq_ignore_ascii_case("Admin").then_some(Managed::Admin);
    old.or_else(|| Managed::ALL.into_iter().find(|role| role.name().eq_ignore_ascii_case(title)))
}

fn key(place: &Place) -> &str {
    place.as_ref().map_or("", TenantId::as_str)
}
