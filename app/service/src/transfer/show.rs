//! Steps in words for people and clients.

use super::{
    plan::{Change, Object},
    snapshot::Snapshot,
};
use model::{
    Access, TenantId,
    transfer::{Field, Item, Place},
};
use serde_json::{Map, Value, json};

/// What is made, changed and removed by these steps.
pub(super) fn show(current: &Snapshot, target: &Snapshot, changes: &[Change]) -> [Vec<Item>; 3] {
    let mut lists = [Vec::new(), Vec::new(), Vec::new()];
    for change in changes {
        match change {
            Change::Created(one) => lists[0].push(item(target, one, Vec::new())),
            Change::Changed(both) => lists[1].push(item(target, &both[1], fields(&both[0], &both[1]))),
            Change::Removed(one) => lists[2].push(item(current, one, Vec::new())),
        }
    }
    lists
}

fn item(state: &Snapshot, object: &Object, fields: Vec<Field>) -> Item {
    let (kind, id, tenant_id, name) = match object {
        Object::Tenant(place, named) => ("TENANT", key(place), None, named.name.clone()),
        Object::Person(id, one) => (one.kind.as_str(), id.to_string(), None, one.name.clone()),
        Object::Group(id, team) => ("GROUP", id.to_string(), team.place.clone(), team.name.clone()),
        Object::Role(place, id, role) => ("ROLE", id.to_string(), place.clone(), role.name.clone()),
        Object::Member(place, group, who, owner) => {
            let role = if *owner { "owner" } else { "member" };
            let who = state.holder_name(&Access::Principal(who.clone()));
            let of = state.holder_name(&Access::Group(group.clone()));
            ("GROUP_MEMBER", group.to_string(), place.clone(), format!("{who}, {role} of {of}"))
        }
        Object::Binding(id, bound) => {
            let (holder, role) = (state.holder_name(&bound.holder), state.role_name(&bound.place, &bound.role));
            let limit = bound.namespace.as_ref().map(|namespace| format!(" in {namespace}")).unwrap_or_default();
            ("BINDING", id.to_string(), bound.place.clone(), format!("{holder}: {role}{limit}"))
        }
        Object::Access(place, who) => {
            let name = state.holder_name(&Access::Principal(who.clone()));
            ("TENANT_ACCESS", who.to_string(), place.clone(), name)
        }
    };
    Item { kind, id, tenant_id, name, fields }
}

fn key(place: &Place) -> String {
    place.as_ref().map(TenantId::to_string).unwrap_or_default()
}

/// An object as others may read it: without secrets.
pub(super) fn said(object: &Object) -> Value {
    match object {
        Object::Tenant(place, named) => {
            let mut said = json!(named.settings.redacted());
            if let Value::Object(map) = &mut said {
                map.insert("id".into(), json!(place));
                map.insert("name".into(), json!(named.name));
            }
            said
        }
        Object::Person(id, one) => with("id", json!(id), json!(one)),
        Object::Group(id, team) => with("id", json!(id), json!(team)),
        Object::Role(_, id, role) => with("id", json!(id), json!(role)),
        Object::Binding(id, bound) => with("id", json!(id), json!(bound)),
        Object::Member(_, group, who, owner) => {
            json!({ "group": group, "member": who, "membership": if *owner { "OWNER" } else { "MEMBER" } })
        }
        Object::Access(_, who) => json!({ "tenantAccess": who }),
    }
}

fn with(key: &str, value: Value, object: Value) -> Value {
    let mut map = Map::from_iter([(key.to_owned(), value)]);
    if let Value::Object(rest) = object {
        map.extend(rest.into_iter().filter(|(_, value)| !value.is_null()));
    }
    Value::Object(map)
}

/// The fields that differ.
fn fields(was: &Object, is: &Object) -> Vec<Field> {
    let (Value::Object(was), Value::Object(is)) = (said(was), said(is)) else { return Vec::new() };
    let text = |value: Option<&Value>| match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    let keys = is.keys().chain(was.keys().filter(|key| !is.contains_key(*key)));
    let differing = keys.filter(|key| was.get(*key) != is.get(*key));
    differing.map(|key| Field { field: key.clone(), before: text(was.get(key)), after: text(is.get(key)) }).collect()
}
