//! What shall be there: a document's objects on top of what is there, with every name looked up.
//!
//! Without pruning, whatever the document does not mention stays: objects, members, and the fields of what it does
//! mention. With it, only the document counts. What hangs on something unknown is left behind and noted.

use super::{
    fields::{holds_data, lose},
    read::{At, BindingDraft, Draft, TenantDraft},
    roles::by_title,
    snapshot::{Bound, Named, Person, Snapshot, managed},
};
use crate::{Error, Result, clock::id_of, name, tenant};
use model::{
    Access, BindingId, GroupId, Namespace, PrincipalId, PrincipalKind, RoleId, TenantId, TenantSettings,
    transfer::{Lost, Place},
};
use serde_json::{Map, Value, json};
use std::collections::{HashMap, HashSet};

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
        accounts: accounts(current),
        groups: HashMap::new(),
        group_names: HashMap::new(),
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

fn accounts(current: &Snapshot) -> HashMap<String, Option<PrincipalId>> {
    let mut found = HashMap::new();
    for (id, one) in current.people.iter().filter(|(_, one)| one.kind == PrincipalKind::ServiceAccount) {
        found.entry(one.name.clone()).and_modify(|known| *known = None).or_insert_with(|| Some(id.clone()));
    }
    found
}

pub(super) struct Resolver<'a> {
    pub(super) current: &'a Snapshot,
    pub(super) rules: Rules,
    pub(super) target: Snapshot,
    pub(super) lost: &'a mut Vec<Lost>,
    /// Whom the document's ids and addresses mean.
    pub(super) people: HashMap<String, PrincipalId>,
    /// Who has an address.
    pub(super) named: HashMap<String, PrincipalId>,
    /// The service account of a name, where only one has it.
    pub(super) accounts: HashMap<String, Option<PrincipalId>>,
    /// What the document's ids of groups mean.
    pub(super) groups: HashMap<String, GroupId>,
    /// Groups by name, as they will be called.
    pub(super) group_names: HashMap<(Place, String), GroupId>,
    /// What the document's ids of roles mean, where not themselves.
    pub(super) roles: HashMap<(Place, String), RoleId>,
    /// Roles by name, filled when the first one is asked for.
    pub(super) role_names: HashMap<(Place, String), RoleId>,
}

/// A group, where it stands, and who is in it.
pub(super) type Members = Vec<(At, GroupId, Vec<(String, bool)>)>;

impl Resolver<'_> {
    pub(super) fn lose(&mut self, path: &str, reason: impl Into<String>) {
        lose(path, reason, self.lost);
    }

    /// The tenant an object belongs to. Clients call the tenant they do not name `main` (contract 6.3).
    pub(super) fn place(&mut self, at: &At) -> Result<Option<Place>> {
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
        let here = self.target.groups.get(&id).is_some_and(|team| team.place == *place);
        if here { Some(id) } else { self.group_names.get(&(place.clone(), word.to_owned())).cloned() }
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
