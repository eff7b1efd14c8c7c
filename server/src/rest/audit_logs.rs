//! `/{tenant}/auditlogs` and, for superadmins, `/auditlogs` (contract 3.10).

use super::{
    caller::Api,
    error::Failure,
    json::Body,
    query::{Asked, Listing},
};
use axum::{
    Json,
    body::Body as Stream,
    http::header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use futures_util::stream;
use model::{
    Code, Filter, List, Op, Page, Timestamp,
    audit::{Event, Place, Stored},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use service::{TenantRef, audit_log};
use tracing::{Instrument, Span};

/// What a row is about.
#[serde_with::skip_serializing_none]
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DetailOut {
    #[serde(rename = "type")]
    kind: &'static str,
    /// Which one.
    id: String,
    resource: &'static str,
    resource_type: &'static str,
    /// What happened, where clients have no word for it: DENIED or PURGE.
    event: Option<&'static str>,
    namespace: Option<String>,
}

/// A row of the log.
#[serde_with::skip_serializing_none]
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditLogOut {
    id: String,
    tenant_id: Option<String>,
    /// One of the words that clients know; UNKNOWN for others.
    #[serde(rename = "type")]
    kind: &'static str,
    detail: DetailOut,
    date: String,
    user_id: String,
    ip_address: Option<String>,
    impersonated_by: Option<String>,
    /// How often: the same request denied again within a minute is counted here, and is no row by itself.
    count: i64,
    /// When it happened last, where that was more than once.
    last_date: Option<String>,
    /// JSON Patch from before the change to after it.
    applied_patch: Option<Vec<Value>>,
    /// JSON Patch back.
    revert_patch: Option<Vec<Value>>,
}

/// Who did it, by the name of that time.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ActorOut {
    id: String,
    username: String,
    display_name: String,
}

/// A row with who did it.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ItemOut {
    audit_log: AuditLogOut,
    user: ActorOut,
}

/// Words that clients know for what happens; they read no other (contract 3.10).
fn known(event: Event) -> &'static str {
    match event {
        Event::Denied | Event::Purge => "UNKNOWN",
        event => event.as_str(),
    }
}

fn object(text: Option<&String>) -> Value {
    let value = text.and_then(|text| serde_json::from_str::<Value>(text).ok()).filter(|value| !value.is_null());
    value.unwrap_or_else(|| Value::Object(Map::new()))
}

fn patch(from: &Value, to: &Value) -> Vec<Value> {
    let patch = serde_json::to_value(json_patch::diff(from, to));
    patch.ok().and_then(|list| list.as_array().cloned()).unwrap_or_default()
}

impl From<Stored> for ItemOut {
    fn from(Stored { row, count, last_at, .. }: Stored) -> Self {
        let changed = row.before.is_some() || row.after.is_some();
        let (before, after) = (object(row.before.as_ref()), object(row.after.as_ref()));
        let user_id = row.caller_id.map_or_else(|| row.caller.clone(), |id| id.to_string());
        Self {
            audit_log: AuditLogOut {
                id: row.id.to_string(),
                tenant_id: row.tenant.and_then(|(_, id)| id).map(|id| id.to_string()),
                kind: known(row.event),
                detail: DetailOut {
                    kind: row.resource.as_str(),
                    id: row.target,
                    resource: row.resource.as_str(),
                    resource_type: row.resource.as_str(),
                    event: (known(row.event) != row.event.as_str()).then(|| row.event.as_str()),
                    namespace: row.namespace,
                },
                date: row.at.iso(),
                user_id: user_id.clone(),
                ip_address: row.address,
                impersonated_by: row.impersonated_by,
                count,
                last_date: last_at.map(Timestamp::iso),
                applied_patch: changed.then(|| patch(&before, &after)),
                revert_patch: changed.then(|| patch(&after, &before)),
            },
            user: ActorOut { id: user_id, username: row.caller.clone(), display_name: row.caller },
        }
    }
}

/// What clients of 1.x ask for without filters.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Plain {
    namespace: Option<String>,
    flow_id: Option<String>,
    execution_id: Option<String>,
    user_id: Option<String>,
    id: Option<String>,
    /// Any of these.
    resources: Vec<String>,
    /// ISO 8601.
    start_date: Option<String>,
    /// ISO 8601.
    end_date: Option<String>,
    /// `id:value`, `namespace:value` or `type:value`; may be repeated.
    details: Vec<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
}

/// The list with what was asked for plainly.
fn narrowed(mut list: List, plain: &Plain) -> Result<List, Failure> {
    for (field, value) in [
        ("namespace", &plain.namespace),
        ("flowId", &plain.flow_id),
        ("executionId", &plain.execution_id),
        ("userId", &plain.user_id),
        ("id", &plain.id),
        ("type", &plain.kind),
    ] {
        list.also(field, value.as_deref());
    }
    for detail in &plain.details {
        let field = match detail.split_once(':') {
            Some(("id", value)) => ("detailId", value),
            Some(("namespace", value)) => ("namespace", value),
            Some(("type" | "resource", value)) => ("resource", value),
            _ => {
                let message = format!("Illegal argument: details: “{detail}” is not id:…, namespace:… or type:….");
                return Err(Failure::new(Code::Invalid, message));
            }
        };
        list.also(field.0, Some(field.1));
    }
    let mut more = Vec::new();
    let resources: Vec<&str> = plain.resources.iter().map(String::as_str).filter(|one| !one.is_empty()).collect();
    if !resources.is_empty() {
        more.push(("resource", Op::In, resources.join(",")));
    }
    let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    more.extend(given(&plain.start_date).map(|date| ("date", Op::GreaterThanOrEqualTo, date)));
    more.extend(given(&plain.end_date).map(|date| ("date", Op::LessThanOrEqualTo, date)));
    let more = more.into_iter().map(|(name, op, value)| Filter::Field { name: name.into(), op, value });
    list.filter = Filter::All(std::iter::once(list.filter).chain(more).filter(|one| !one.is_empty()).collect());
    Ok(list)
}

/// `GET /{tenant}/auditlogs/search`
pub async fn search_in(
    api: Api,
    Listing(list): Listing,
    Asked(plain): Asked<Plain>,
) -> Result<Json<Page<ItemOut>>, Failure> {
    let page = audit_log::page(&api.cx, Some(&api.tenant()?), &narrowed(list, &plain)?).await?;
    Ok(Json(page.map(ItemOut::from)))
}

/// `GET /auditlogs/search`
pub async fn search(
    api: Api,
    Listing(list): Listing,
    Asked(plain): Asked<Plain>,
) -> Result<Json<Page<ItemOut>>, Failure> {
    let page = audit_log::page(&api.cx, None, &narrowed(list, &plain)?).await?;
    Ok(Json(page.map(ItemOut::from)))
}

/// Rows as comma-separated values, written while they are read.
pub struct Csv(Response);

impl IntoResponse for Csv {
    fn into_response(self) -> Response {
        self.0
    }
}

/// `GET /{tenant}/auditlogs/export`
pub async fn export_in(api: Api, Listing(list): Listing, Asked(plain): Asked<Plain>) -> Result<Csv, Failure> {
    let tenant = api.tenant()?;
    csv_of(api, Some(tenant), narrowed(list, &plain)?).await
}

/// `GET /auditlogs/export`
pub async fn export(api: Api, Listing(list): Listing, Asked(plain): Asked<Plain>) -> Result<Csv, Failure> {
    csv_of(api, None, narrowed(list, &plain)?).await
}

const HEAD: [&str; 15] = [
    "id",
    "date",
    "type",
    "resource",
    "detailId",
    "namespace",
    "tenantId",
    "userId",
    "username",
    "impersonatedBy",
    "ipAddress",
    "requestId",
    "before",
    "after",
    "count",
];

/// A spreadsheet takes text that begins so for a formula, and runs it.
fn plain_text(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text }
}

fn lines(head: bool, rows: &[Stored]) -> Result<Vec<u8>, csv::Error> {
    let mut out = csv::Writer::from_writer(Vec::new());
    if head {
        out.write_record(HEAD)?;
    }
    for Stored { row, count, .. } in rows {
        let tenant = row.tenant.as_ref().and_then(|(_, id)| id.as_ref()).map(ToString::to_string);
        let user = row.caller_id.as_ref().map_or_else(|| row.caller.clone(), ToString::to_string);
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        out.write_record(
            [
                row.id.to_string(),
                row.at.iso(),
                row.event.as_str().to_owned(),
                row.resource.to_string(),
                row.target.clone(),
                text(&row.namespace),
                text(&tenant),
                user,
                row.caller.clone(),
                text(&row.impersonated_by),
                text(&row.address),
                text(&row.request_id),
                text(&row.before),
                text(&row.after),
                count.to_string(),
            ]
            .map(plain_text),
        )?;
    }
    out.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}

/// Where an export goes on after these rows.
fn place(rows: &[Stored]) -> Option<Place> {
    rows.last().map(|last| Place { at: last.row.at, id: last.row.id.clone() })
}

async fn csv_of(api: Api, tenant: Option<TenantRef>, list: List) -> Result<Csv, Failure> {
    // The first piece before the answer begins, so that a refusal is one.
    let first = audit_log::export(&api.cx, tenant.as_ref(), &list, None).await?;
    let written = |error: csv::Error| std::io::Error::other(error);
    let (after, head) = (place(&first), lines(true, &first).map_err(written));
    // The answer has begun by then, and goes on outside of what follows the request.
    let span = Span::current();
    let rest = stream::try_unfold((api.cx, tenant, list, after), move |(cx, tenant, list, after)| {
        async move {
            let Some(after) = after else { return Ok(None) };
            let rows = audit_log::export(&cx, tenant.as_ref(), &list, Some(&after)).await.map_err(|error| {
                tracing::warn!(%error, "an export of the audit log ended early");
                std::io::Error::other("the export ended early")
            })?;
            if rows.is_empty() {
                return Ok(None);
            }
            let after = place(&rows);
            Ok::<_, std::io::Error>(Some((lines(false, &rows).map_err(written)?, (cx, tenant, list, after))))
        }
        .instrument(span.clone())
    });
    let body = futures_util::StreamExt::chain(stream::iter([head]), rest);
    let headers =
        [(CONTENT_TYPE, "text/csv; charset=utf-8"), (CONTENT_DISPOSITION, "attachment; filename=\"auditlogs.csv\"")];
    Ok(Csv((headers, Stream::from_stream(body)).into_response()))
}

/// Which row it is compared with.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Previous {
    /// Id of an older row; without one, the row's own before and after are shown.
    previous_id: Option<String>,
}

/// What something was like before and after.
#[serde_with::skip_serializing_none]
#[derive(Debug, Serialize, JsonSchema)]
pub struct DiffOut {
    before: Option<String>,
    after: Option<String>,
}

/// JSON over several lines, for people to compare.
fn pretty(text: Option<String>) -> Option<String> {
    let text = text?;
    let value = serde_json::from_str::<Value>(&text).ok();
    Some(value.and_then(|value| serde_json::to_string_pretty(&value).ok()).unwrap_or(text))
}

async fn diff_of(api: &Api, tenant: Option<TenantRef>, which: Previous) -> Result<Json<DiffOut>, Failure> {
    let previous = which.previous_id.filter(|id| !id.is_empty());
    let (before, after) = audit_log::diff(&api.cx, tenant.as_ref(), api.id(), previous.as_deref()).await?;
    Ok(Json(DiffOut { before: pretty(before), after: pretty(after) }))
}

/// `GET /{tenant}/auditlogs/{id}/diff`
pub async fn diff_in(api: Api, Asked(which): Asked<Previous>) -> Result<Json<DiffOut>, Failure> {
    let tenant = api.tenant()?;
    diff_of(&api, Some(tenant), which).await
}

/// `GET /auditlogs/{id}/diff`
pub async fn diff(api: Api, Asked(which): Asked<Previous>) -> Result<Json<DiffOut>, Failure> {
    diff_of(&api, None, which).await
}

/// Which row is wanted.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Wanted {
    resource: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    /// What it is about; only its `id` counts.
    detail: Option<Map<String, Value>>,
}

/// The newest row that fits, in the words of 1.x and, as a page of one, in those of 2.0.
#[serde_with::skip_serializing_none]
#[derive(Debug, Serialize, JsonSchema)]
pub struct Found {
    #[serde(flatten)]
    item: Option<ItemOut>,
    results: Vec<ItemOut>,
    total: i64,
}

/// `POST /{tenant}/auditlogs/find`
pub async fn find(api: Api, Body(wanted): Body<Wanted>) -> Result<Json<Found>, Failure> {
    let id = wanted.detail.as_ref().and_then(|detail| detail.get("id")).and_then(Value::as_str);
    let (resource, kind) = (wanted.resource.as_deref(), wanted.kind.as_deref());
    let found = audit_log::find(&api.cx, &api.tenant()?, resource, kind, id).await?;
    let results: Vec<_> = found.clone().into_iter().map(ItemOut::from).collect();
    Ok(Json(Found { item: found.map(ItemOut::from), total: i64::from(!results.is_empty()), results }))
}

/// A point in a thing's history.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PointOut {
    id: String,
    date: String,
    username: String,
}

/// `GET /{tenant}/auditlogs/history/{id}`
pub async fn history(api: Api) -> Result<Json<Vec<PointOut>>, Failure> {
    let rows = audit_log::history(&api.cx, &api.tenant()?, api.id()).await?;
    let point = |one: Stored| PointOut { id: one.row.id.to_string(), date: one.row.at.iso(), username: one.row.caller };
    Ok(Json(rows.into_iter().map(point).collect()))
}
