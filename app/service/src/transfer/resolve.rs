//! What shall be there: a document's objects on top of what is there, with every name looked up.
//!
//! Without pruning, whatever the document does not mention stays: objects, members, and the fields of what it does
//! mention. With it, only the document counts. What hangs on something unknown is left behind and noted.
//!
//! No word means more than it says. It is an id of the document, or else of what is here; only a word that is no id at
//! all is a name, of the document or else of what is here, spelt the same and the only one. What the document has and
//! leaves behind keeps its ids and names: they do not pass to what happens to be called so here.

use super::{
    fields::{holds_data, lose},
    read::{At, BindingDraft, Draft, Gone, Joined, TenantDraft, Who},
    snapshot::{Bound, Named, Person, Snapshot, managed},
};
use crate::{Error, Result, clock::id_of, name, tenant};
use model::{
    Access, BindingId, GroupId, Namespace, PrincipalId, PrincipalKind, RoleId, TenantId, TenantSettings,
    transfer::{Lost, Place},
};
use serde_json::{Map, Value, json};
use std::{
    collections::{HashMap, HashSet},
    hash::Hash,
};

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
        gone: HashSet::new(),
        persons: Vec::new(),
        came: HashSet::new(),
        people: Words::default(),
        named: current.people.iter().filter(|(_, one)| one.kind == PrincipalKind::User).map(by_name).collect(),
        accounts: accounts(current),
        groups: Words::default(),
        groups_anywhere: HashMap::new(),
        group_names: HashMap::new(),
        roles: Words::default(),
        role_names: HashMap::new(),
    };
    one.gone.extend(draft.gone.tenants.iter().cloned());
    one.tenants(draft.tenants)?;
    one.left_behind(draft.gone);
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

fn accounts(current: &Snapshot) -> HashMap<String, Option<PrincipalId>> {
    let mut found = HashMap::new();
    for (id, one) in current.people.iter().filter(|(_, one)| one.kind == PrincipalKind::ServiceAccount) {
        found.entry(one.name.clone()).and_modify(|known| *known = None).or_insert_with(|| Some(id.clone()));
    }
    found
}

/// What words mean: nothing, where that is left behind or not the only one.
pub(super) type Meanings<K, T> = HashMap<K, Option<T>>;

/// What the document's own words mean.
pub(super) struct Words<K, T> {
    pub(super) ids: Meanings<K, T>,
    pub(super) names: Meanings<K, T>,
}

impl<K, T> Default for Words<K, T> {
    fn default() -> Self {
        Self { ids: HashMap::new(), names: HashMap::new() }
    }
}

impl<K: Eq + Hash, T: Clone + PartialEq> Words<K, T> {
    /// Notes what the document calls so; nothing, where it is left behind. What is kept counts more.
    pub(super) fn note(&mut self, id: Option<K>, name: Option<K>, meaning: Option<&T>) {
        if let Some(id) = id {
            let known = self.ids.entry(id).or_insert_with(|| meaning.cloned());
            *known = known.take().or_else(|| meaning.cloned());
        }
        if let Some(name) = name {
            self.names
                .entry(name)
                .and_modify(|known| *known = known.take().filter(|known| Some(known) == meaning))
                .or_insert_with(|| meaning.cloned());
        }
    }
}

pub(super) struct Resolver<'a> {
    pub(super) current: &'a Snapshot,
    pub(super) rules: Rules,
    pub(super) target: Snapshot,
    pub(super) lost: &'a mut Vec<Lost>,
    /// Tenants that the document has and leaves behind.
    gone: HashSet<TenantId>,
    /// Who each person of the document is; nothing, where it is left behind.
    pub(super) persons: Vec<Option<PrincipalId>>,
    /// Who has come in the document.
    pub(super) came: HashSet<PrincipalId>,
    /// Whom the document's words mean.
    pub(super) people: Words<String, PrincipalId>,
    /// Who has an address.
    pub(super) named: HashMap<String, PrincipalId>,
    /// The service account of a name, where only one has it.
    pub(super) accounts: Meanings<String, PrincipalId>,
    /// What the document's words for groups mean.
    pub(super) groups: Words<(Place, String), GroupId>,
    /// What its ids of groups mean to whoever does not say of which tenant.
    pub(super) groups_anywhere: Meanings<String, GroupId>,
    /// Groups by name, as they will be called.
    pub(super) group_names: HashMap<(Place, String), GroupId>,
    /// What the document's words for roles mean.
    pub(super) roles: Words<(Place, String), RoleId>,
    /// Roles by name, as they will be called.
    pub(super) role_names: Meanings<(Place, String), RoleId>,
}

/// A group, where it stands, and who is in it.
pub(super) type Members = Vec<(At, GroupId, Vec<(String, bool)>)>;

impl Resolver<'_> {
    pub(super) fn lose(&mut self, path: &str, reason: impl Into<String>) {
        lose(path, reason, self.lost);
    }

    /// Notes the words of what the document has and leaves behind.
    fn left_behind(&mut self, gone: Gone) {
        for (id, name) in gone.people {
            self.people.note(id, name.map(|name| name.to_lowercase()), None);
        }
        let of = |place: &Place, word: Option<String>| word.map(|word| (place.clone(), word));
        for (place, id, name) in gone.groups {
            id.iter().for_each(|id| drop(self.groups_anywhere.insert(id.clone(), None)));
            if let Some(place) = place.and_then(|place| self.seat(&place)) {
                self.groups.note(of(&place, id), of(&place, name), None);
            }
        }
        for (place, id, name) in gone.roles {
            if let Some(place) = self.seat(&place) {
                self.roles.note(of(&place, id), of(&place, name), None);
            }
        }
    }

    /// Notes that something of the document comes a second time.
    pub(super) fn twice(&mut self, path: &str) {
        self.lose(path, "it stands in the document twice; what the later one says holds");
    }

    /// Notes that a group or role comes a second time. What is said of the two is not mixed: who names one by its name
    /// would get what the other says.
    pub(super) fn again(&mut self, path: &str) {
        self.lose(path, "the document has it already, and what it says first holds; this is left behind");
    }

    /// The tenant that one of the document is here, if it is. Clients call the one they do not name `main` (contract
    /// 6.3).
    fn seat(&self, place: &Place) -> Option<Place> {
        let nameless = |id: &TenantId| id.as_str() == "main" && !self.gone.contains(id);
        let choices = [place.clone()].into_iter().chain(place.as_ref().is_some_and(nameless).then_some(None));
        choices.into_iter().find(|place| self.target.tenants.contains_key(place))
    }

    /// The tenant an object belongs to.
    pub(super) fn place(&mut self, at: &At) -> Result<Option<Place>> {
        if let Some(place) = self.seat(&at.place) {
            return Ok(Some(place));
        }
        match &at.place {
            None => Err(Error::DefaultTenantDisabled),
            Some(_) if !self.rules.tenants => Err(Error::TenantsDisabled),
            Some(id) => {
                let reason = format!("its tenant {id} is neither in the document nor here; it is left behind");
                self.lose(&at.path, reason);
                Ok(None)
            }
        }
    }

    /// A description that can be kept; where the document has none, the one there was.
    pub(super) fn description(&mut self, path: &str, new: Option<String>, before: Option<String>) -> Option<String> {
        match name::description(new) {
            Ok(text) => text.or(before),
            Err(_) => {
                self.lose(path, "its description is too long, and is left behind");
                before
            }
        }
    }

    fn tenants(&mut self, drafts: Vec<TenantDraft>) -> Result<()> {
        let mut seen = HashSet::new();
        for draft in drafts {
            if !seen.insert(draft.at.place.clone()) {
                self.twice(&draft.at.path);
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

    /// Whom something of the document is about.
    fn whom(&self, who: &Who) -> Option<PrincipalId> {
        match who {
            Who::Called(word) => self.who(word),
            Who::Own(place) => self.persons.get(*place).cloned().flatten(),
        }
    }

    /// Whom a word of the document means.
    fn who(&self, word: &str) -> Option<PrincipalId> {
        let id = PrincipalId::new(word);
        let named = self.people.names.get(word).or_else(|| self.people.names.get(&word.to_lowercase()));
        let known = match (self.people.ids.get(word), named) {
            (Some(known), _) => known.clone(),
            // Also one that goes: its id does not pass to whoever is called so.
            (None, _) if self.target.people.contains_key(&id) || self.current.people.contains_key(&id) => Some(id),
            (None, Some(known)) => known.clone(),
            (None, None) => self.named.get(&word.to_lowercase()).cloned(),
        };
        known.filter(|id| self.target.people.contains_key(id))
    }

    /// The group that a word of the document means in a tenant.
    fn group(&self, place: &Place, word: &str) -> Option<GroupId> {
        let (id, key) = (GroupId::new(word), (place.clone(), word.to_owned()));
        let here = |state: &Snapshot, id: &GroupId| state.groups.get(id).is_some_and(|team| team.place == *place);
        let known = match (self.groups.ids.get(&key), self.groups.names.get(&key)) {
            (Some(known), _) => known.clone(),
            (None, _) if here(&self.target, &id) || here(self.current, &id) => Some(id),
            (None, Some(known)) => known.clone(),
            (None, None) => self.group_names.get(&key).cloned(),
        };
        known.filter(|id| here(&self.target, id))
    }

    /// The group that a user says it is in.
    fn joined_group(&self, joined: &Joined) -> Option<GroupId> {
        let known = match (&joined.place, self.groups_anywhere.get(&joined.group)) {
            (Some(place), _) => {
                let place = self.seat(place)?;
                let known = self.groups.ids.get(&(place.clone(), joined.group.clone())).cloned();
                let here = |id: &GroupId| self.target.groups.get(id).is_some_and(|team| team.place == place);
                return known.unwrap_or_else(|| Some(GroupId::new(&joined.group))).filter(here);
            }
            (None, Some(known)) => known.clone(),
            (None, None) => Some(GroupId::new(&joined.group)),
        };
        known.filter(|id| self.target.groups.contains_key(id))
    }

    fn members(&mut self, groups: Members, joined: Vec<Joined>) {
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
        for one in joined {
            match (self.whom(&one.who), self.joined_group(&one)) {
                // A user's own list does not say that it is an owner; the group's does.
                (Some(who), Some(group)) => drop(self.target.members.entry((group, who)).or_insert(false)),
                _ => self.lose(&one.path, format!("its group {} is neither in the document nor here", one.group)),
            }
        }
    }

    fn access(&mut self, entries: Vec<(At, Who)>) -> Result<()> {
        for (at, who) in entries {
            let Some(place) = self.place(&at)? else { continue };
            match (self.whom(&who), who) {
                (Some(who), _) => drop(self.target.access.insert((place, who), ())),
                (None, Who::Called(word)) => {
                    self.lose(&at.path, format!("{word} is neither in the document nor here"));
                }
                // That it is left behind itself is noted.
                (None, Who::Own(_)) => {}
            }
        }
        Ok(())
    }

    fn bindings(&mut self, drafts: Vec<BindingDraft>) -> Result<()> {
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
                (None, Some(id)) if self.free(&id, &known.0) => id,
                (None, _) => {
                    let (place, kind, holder, role, namespace) = &known;
                    BindingId::new(id_of(&[key(place), kind, holder, role.as_str(), namespace]))
                }
            };
            seen.insert(id.clone());
            held.insert(known, id.clone());
            self.target.bindings.insert(id, bound);
        }
        Ok(())
    }

    /// Whether a binding of that tenant can have the id: what another tenant has under it is not the document's.
    fn free(&self, id: &BindingId, place: &Place) -> bool {
        self.current.bindings.get(id).is_none_or(|bound| bound.place == *place)
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
        let namespace = draft.namespace.as_deref().map(|text| Namespace::parse(text.trim())).transpose();
        match (holder, role, namespace) {
            (None, ..) => self.lose(
                path,
                format!("its {kind} {} is neither in the document nor here; it is left behind", draft.holder),
            ),
            (_, Err(why), _) => self.lose(path, format!("its role {} {why}; it is left behind", draft.role)),
            (.., Err(invalid)) => self.lose(path, format!("it is left behind. {invalid}")),
            (Some(holder), Ok(role), Ok(namespace)) => return Some(Bound { place, holder, role, namespace }),
        }
        None
    }

    /// The role that a word of the document means in a tenant, or why it means none.
    fn role(&self, place: &Place, word: &str) -> std::result::Result<RoleId, &'static str> {
        let (id, key) = (RoleId::new(word), (place.clone(), word.to_owned()));
        let known = match (self.roles.ids.get(&key), self.roles.names.get(&key)) {
            (Some(known), _) => known,
            // The default tenant's managed roles have the suffix of `main`, and so has what clients call it.
            (None, _) if self.target.role(place, &id).is_some() || managed(place, &id).is_some() => return Ok(id),
            (None, _) if self.current.role(place, &id).is_some() => return Err("is not in the document, and goes"),
            (None, Some(known)) => known,
            (None, None) => match self.role_names.get(&key) {
                Some(known) => known,
                None => return Err("is neither in the document nor here"),
            },
        };
        known.clone().ok_or("was left behind itself, or several are called so")
    }
}

/// What tells bindings apart, whatever they are called.
type Content = (Place, &'static str, String, RoleId, String);

fn content(bound: &Bound) -> Content {
    let (kind, holder) = match &bound.holder {
        Access::Group(id) => ("GROUP", id.to_string()),
        Access::Principal(id) => ("USER", id.to_string()),
    };
    let namespace = bound.namespace.as_ref().map(ToString::to_string).unwrap_or_default();
    (bound.place.clone(), kind, holder, bound.role.clone(), namespace)
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

pub(super) fn key(place: &Place) -> &str {
    place.as_ref().map_or("", TenantId::as_str)
}
