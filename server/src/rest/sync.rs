//! `/api/v1/instance/access/sync`: giving what waits since tenants were off to the default tenant (contract 6.2).

use super::{
    caller::Api,
    error::Failure,
    query::{Asked, Listing},
};
use axum::Json;
use model::{Page, SyncPlan, SyncProgress};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use service::sync;

/// What is to be done, or is being done.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SyncOut {
    /// What the plan is known by; applying it names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    hash: Option<String>,
    /// The plan; absent while a sync is under way.
    #[serde(skip_serializing_if = "Option::is_none")]
    plan: Option<SyncPlan>,
    /// A sync that is under way.
    #[serde(skip_serializing_if = "Option::is_none")]
    progress: Option<SyncProgress>,
    /// Why the last one did nothing, where it did not.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<String>,
}

/// Somebody who waits.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WaitingOut {
    /// Its id.
    id: String,
    /// Email address, or a service account's name.
    username: String,
    /// Groups that move.
    groups: Vec<String>,
    /// Roles it will have.
    roles: Vec<WaitingRole>,
}

/// A role that somebody will have.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WaitingRole {
    /// Its id.
    id: String,
    /// Its name.
    name: String,
    /// Only there and below.
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<String>,
}

/// What somebody may do in the default tenant before and after.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CompareOut {
    /// Who.
    username: String,
    /// Each permission.
    permissions: Vec<Compared>,
}

/// A permission before and after.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Compared {
    /// `RESOURCE:ACTION`.
    permission: String,
    /// Only there and below.
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<String>,
    /// Held now.
    before: bool,
    /// Held after the sync.
    after: bool,
}

/// Which plan is to be applied.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Apply {
    /// The hash of the plan that was shown.
    #[serde(default)]
    plan_hash: String,
}

/// `GET /instance/access/sync`
pub async fn get(api: Api) -> Result<Json<SyncOut>, Failure> {
    let status = sync::status(&api.cx).await?;
    let preview = if status.progress.is_none() { Some(sync::preview(&api.cx).await?) } else { None };
    let (hash, plan) = preview.map(|preview| (preview.hash, preview.plan)).unzip();
    Ok(Json(SyncOut { hash, plan, progress: status.progress, failure: status.failure }))
}

/// `POST /instance/access/sync`: it goes on after the answer; `GET` tells how far it is.
pub async fn start(api: Api, Asked(apply): Asked<Apply>) -> Result<Json<SyncOut>, Failure> {
    sync::start(&api.cx, &apply.plan_hash).await?;
    Ok(Json(SyncOut { hash: Some(apply.plan_hash), plan: None, progress: sync::progress(&api.cx), failure: None }))
}

/// `GET /instance/access/sync/users`
pub async fn users(api: Api, Listing(list): Listing) -> Result<Json<Page<WaitingOut>>, Failure> {
    Ok(Json(sync::users(&api.cx, &list).await?.map(WaitingOut::from)))
}

/// `GET /instance/access/sync/users/{id}`
pub async fn compare(api: Api) -> Result<Json<CompareOut>, Failure> {
    Ok(Json(sync::compare(&api.cx, api.id()).await?.into()))
}

impl From<sync::Waiting> for WaitingOut {
    fn from(waiting: sync::Waiting) -> Self {
        let role = |grant: model::Grant| WaitingRole {
            id: grant.role.id.to_string(),
            name: grant.role.name,
            namespace: grant.namespace.map(|namespace| namespace.to_string()),
        };
        Self {
            id: waiting.user.principal.id.to_string(),
            username: waiting.user.principal.name,
            groups: waiting.groups,
            roles: waiting.grants.into_iter().map(role).collect(),
        }
    }
}

impl From<sync::Comparison> for CompareOut {
    fn from(comparison: sync::Comparison) -> Self {
        let row = |row: sync::Row| Compared {
            permission: row.permission.to_string(),
            namespace: row.namespace.map(|namespace| namespace.to_string()),
            before: row.before,
            after: row.after,
        };
        Self { username: comparison.principal.name, permissions: comparison.rows.into_iter().map(row).collect() }
    }
}
