//! The audit log: of a tenant, or of the instance.

#![expect(missing_docs, reason = "arguments of a server function become fields; its own words explain them")]
#![expect(clippy::too_many_arguments, reason = "they are what an address asks for")]

use super::{Answer, Listed, Wire};
#[cfg(feature = "ssr")]
use super::{
    asking,
    dates::{by_calendar, moment},
    refuse,
};
use leptos::prelude::*;
use model::{
    Moment, Resource, Timestamp,
    audit::{Door, Event},
};
use serde::{Deserialize, Serialize};

/// An event in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditLine {
    /// Its ID.
    pub id: String,
    /// When it happened.
    pub at: Moment,
    /// What was done.
    pub event: Event,
    /// How often it happened within a minute.
    pub count: i64,
    /// When it happened last, if it did more than once.
    pub last: Option<Timestamp>,
    /// The kind of its target.
    pub resource: Resource,
    /// Its target.
    pub target: String,
    /// The name of the target, if it has another than its ID.
    pub name: Option<String>,
    /// Who did it.
    pub actor: String,
    /// Who impersonated the actor.
    pub impersonator: Option<String>,
    /// The ID of the tenant it happened in, in the log of the instance.
    pub tenant: Option<String>,
}

/// The tenant whose log is meant; none for that of the instance.
#[cfg(feature = "ssr")]
fn place(tenant: Option<&str>) -> Answer<Option<service::TenantRef>> {
    tenant.map(service::TenantRef::from_segment).transpose().map_err(refuse)
}

/// A `page` of the log of a tenant, or of the instance, from 1 and newest first: of events that are like `q`, with that
/// action, resource, target and actor, as far as they are named.
#[server(prefix = "/serverfn", output = Wire, endpoint = "list_audit_log")]
pub async fn list_audit_log(
    #[server(default)] tenant: Option<String>,
    #[server(default)] q: String,
    #[server(default)] event: String,
    #[server(default)] resource: String,
    #[server(default)] target: String,
    #[server(default)] actor: String,
    #[server(default)] page: i64,
    #[server(default)] again: bool,
) -> Answer<Listed<AuditLine>> {
    let cx = asking(again)?;
    let place = place(tenant.as_deref())?;
    let mut list = super::part(&q, page);
    for (field, value) in [("type", event), ("resources", resource), ("detailId", target), ("username", actor)] {
        list.also(field, Some(&value));
    }
    let found = service::audit_log::page(&cx, place.as_ref(), &list).await.map_err(refuse)?;
    let now = cx.now();
    Ok(found.map(|one| AuditLine::of(one, place.is_none(), now)).into())
}

#[cfg(feature = "ssr")]
impl AuditLine {
    /// An event; with its tenant where those of several are listed.
    pub(crate) fn of(from: model::audit::Stored, everywhere: bool, now: Timestamp) -> Self {
        let model::audit::Stored { row, count, last_at, .. } = from;
        let name = stored::name(&row).filter(|name| *name != row.target);
        let tenant = row.tenant.filter(|_| everywhere).and_then(|(_, id)| id);
        Self {
            id: row.id.to_string(),
            at: moment(row.at, now),
            event: row.event,
            count,
            last: last_at,
            resource: row.resource,
            target: row.target,
            name,
            actor: row.caller,
            impersonator: row.impersonated_by,
            tenant: tenant.map(|id| id.to_string()),
        }
    }
}

/// An event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditDetails {
    /// Its ID.
    pub id: String,
    /// When it happened.
    pub at: MomentBoth,
    /// What was done.
    pub event: Event,
    /// How often it happened within a minute.
    pub count: i64,
    /// When it happened last, if it did more than once.
    pub last: Option<MomentBoth>,
    /// The kind of its target.
    pub resource: Resource,
    /// Its target.
    pub target: String,
    /// Who did it.
    pub actor: String,
    /// Who impersonated the actor.
    pub impersonator: Option<String>,
    /// How the request came in.
    pub door: Door,
    /// The address it came from.
    pub address: Option<String>,
    /// The ID of the request.
    pub request: Option<String>,
    /// The namespace it happened in.
    pub namespace: Option<String>,
    /// The target's fields, if the event says what it was like.
    pub fields: Option<Vec<AuditField>>,
}

/// When something was: seen from now, and by the calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MomentBoth {
    /// Seen from now.
    pub short: Moment,
    /// By the calendar.
    pub exact: Moment,
}

/// A field of a target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditField {
    /// Its name.
    pub name: String,
    /// Its value before the event, if it was there.
    pub before: Option<String>,
    /// Its value after it, if it is there.
    pub after: Option<String>,
}

/// An event of the log of a tenant, or of the instance: what its target was like before and after.
#[server(prefix = "/serverfn", output = Wire, endpoint = "view_audit_event")]
pub async fn view_audit_event(
    #[server(default)] tenant: Option<String>,
    id: String,
    #[server(default)] again: bool,
) -> Answer<AuditDetails> {
    let cx = asking(again)?;
    let place = place(tenant.as_deref())?;
    let model::audit::Stored { row, count, last_at, .. } =
        service::audit_log::get(&cx, place.as_ref(), &id).await.map_err(refuse)?;
    let now = cx.now();
    let both = |at| MomentBoth { short: moment(at, now), exact: by_calendar(at) };
    Ok(AuditDetails {
        id: row.id.to_string(),
        at: both(row.at),
        event: row.event,
        count,
        last: last_at.map(both),
        resource: row.resource,
        fields: stored::fields(&row),
        target: row.target,
        actor: row.caller,
        impersonator: row.impersonated_by,
        door: row.door,
        address: row.address,
        request: row.request_id,
        namespace: row.namespace,
    })
}

/// What is read from the JSON that is stored with an event.
#[cfg(feature = "ssr")]
mod stored {
    use super::AuditField;
    use model::audit::AuditRow;
    use serde::Deserialize;
    use serde_json::Value;

    /// The name of the target after the event, or before it if it was deleted.
    pub(super) fn name(row: &AuditRow) -> Option<String> {
        #[derive(Deserialize)]
        struct Named {
            name: Option<String>,
        }
        let json = row.after.as_deref().or(row.before.as_deref())?;
        serde_json::from_str::<Named>(json).ok()?.name.filter(|name| !name.is_empty())
    }

    /// The fields of the target, by name.
    pub(super) fn fields(row: &AuditRow) -> Option<Vec<AuditField>> {
        let parse = |text: &Option<String>| text.as_deref().and_then(|json| serde_json::from_str::<Value>(json).ok());
        let (before, after) = (parse(&row.before), parse(&row.after));
        if before.is_none() && after.is_none() {
            return None;
        }
        let (before, after) = (each(before.as_ref()), each(after.as_ref()));
        let mut names: Vec<&String> = before.iter().chain(&after).map(|(name, _)| name).collect();
        names.sort();
        names.dedup();
        let find = |list: &[(String, String)], name: &str| {
            list.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
        };
        let field =
            |name: &String| AuditField { name: name.clone(), before: find(&before, name), after: find(&after, name) };
        Some(names.into_iter().map(field).collect())
    }

    /// A value's fields, each as text.
    fn each(value: Option<&Value>) -> Vec<(String, String)> {
        match value {
            Some(Value::Object(map)) => map.iter().map(|(key, value)| (key.clone(), shown(value))).collect(),
            Some(other) => vec![("value".to_owned(), shown(other))],
            None => Vec::new(),
        }
    }

    fn shown(value: &Value) -> String {
        match value {
            Value::String(text) => text.clone(),
            other => serde_json::to_string_pretty(other).unwrap_or_default(),
        }
    }
}
