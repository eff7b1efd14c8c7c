//! Administration → Sync access.

#![expect(missing_docs, reason = "arguments of a server function become fields; its own words explain them")]

use super::{Answer, Wire};
#[cfg(feature = "ssr")]
use super::{cx, go, refuse};
use leptos::prelude::*;
use model::{SyncCounts, SyncPlan, SyncProgress, Timestamp};
use serde::{Deserialize, Serialize};

/// Rows of a page of users.
pub const PAGE: i64 = 25;
/// Where the page is.
pub const PATH: &str = "/administration/sync-access";

/// What the page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncPage {
    /// A sync that is under way.
    pub progress: Option<SyncProgress>,
    /// Why the last one did nothing.
    pub failure: Option<String>,
    /// The last one that was done.
    pub last: Option<LastSync>,
    /// What would be done, where something waits and nothing is under way.
    pub preview: Option<Preview>,
    /// When it was read.
    pub now: Timestamp,
}

/// A sync that was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastSync {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: String,
    /// The row of the audit log.
    pub audit: String,
    /// What it did.
    pub plan: SyncPlan,
}

/// What would be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// The plan.
    pub plan: SyncPlan,
    /// What it is known by.
    pub hash: String,
    /// A page of those who wait.
    pub users: Vec<WaitingRow>,
    /// How many the search finds.
    pub total: i64,
    /// Somebody looked at closely.
    pub compared: Option<Compared>,
    /// Why nobody is, where somebody was asked for.
    pub not_compared: Option<String>,
}

/// Somebody who waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingRow {
    /// Its id.
    pub id: String,
    /// Email address, or a service account's name.
    pub name: String,
    /// A service account.
    pub service_account: bool,
    /// Its groups.
    pub groups: Vec<String>,
    /// Its roles, with the namespaces they are limited to.
    pub roles: Vec<String>,
}

/// What somebody may do before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compared {
    /// Who.
    pub name: String,
    /// `RESOURCE:ACTION`, the namespace, before, after.
    pub rows: Vec<(String, Option<String>, bool, bool)>,
}

/// The page: `q` searches those who wait, `page` counts from 1, `user` is looked at closely.
#[server(prefix = "/serverfn", output = Wire, endpoint = "preview_sync")]
pub async fn preview_sync(
    #[server(default)] q: String,
    #[server(default)] page: i64,
    #[server(default)] user: String,
) -> Answer<SyncPage> {
    let cx = cx()?;
    let status = service::sync::status(&cx).await.map_err(refuse)?;
    let shows = status.progress.is_none() && !status.waiting.is_empty();
    let preview = if shows { Some(preview(&cx, q, page, &user).await.map_err(refuse)?) } else { None };
    let last = status.last.map(|stored| LastSync {
        at: stored.row.at,
        by: stored.row.caller,
        audit: stored.row.id.to_string(),
        plan: stored.row.after.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default(),
    });
    Ok(SyncPage { progress: status.progress, failure: status.failure, last, preview, now: cx.now() })
}

#[cfg(feature = "ssr")]
async fn preview(cx: &service::Context, q: String, page: i64, user: &str) -> service::Result<Preview> {
    use service::sync;
    let sync::Preview { plan, hash } = sync::preview(cx).await?;
    let offset = page.max(1).saturating_sub(1).saturating_mul(PAGE);
    let list = model::List { q, offset, size: PAGE, ..model::List::default() };
    let users = sync::users(cx, &list).await?;
    let compared = if user.is_empty() { None } else { Some(sync::compare(cx, user).await) };
    let (compared, not_compared) = match compared {
        None => (None, None),
        Some(Ok(comparison)) => (Some(comparison.into()), None),
        Some(Err(service::Error::NoUser(_))) => (None, Some(format!("There is no user or service account {user}."))),
        Some(Err(other)) => return Err(other),
    };
    let total = users.total;
    let users = users.results.into_iter().map(WaitingRow::from).collect();
    Ok(Preview { plan, hash, users, total, compared, not_compared })
}

#[cfg(feature = "ssr")]
impl From<service::sync::Waiting> for WaitingRow {
    fn from(waiting: service::sync::Waiting) -> Self {
        let role = |grant: &model::Grant| match &grant.namespace {
            Some(namespace) => format!("{} in {namespace}", grant.role.name),
            None => grant.role.name.clone(),
        };
        let mut roles: Vec<String> = waiting.grants.iter().map(role).collect();
        roles.sort();
        roles.dedup();
        let principal = waiting.user.principal;
        Self {
            id: principal.id.to_string(),
            service_account: principal.kind == model::PrincipalKind::ServiceAccount,
            name: principal.name,
            groups: waiting.groups,
            roles,
        }
    }
}

#[cfg(feature = "ssr")]
impl From<service::sync::Comparison> for Compared {
    fn from(comparison: service::sync::Comparison) -> Self {
        let row = |row: service::sync::Row| {
            let namespace = row.namespace.map(|namespace| namespace.to_string());
            (row.permission.to_string(), namespace, row.before, row.after)
        };
        Self { name: comparison.principal.name, rows: comparison.rows.into_iter().map(row).collect() }
    }
}

/// Begins the sync that was shown; the page tells how far it is. Where the instance has changed the new plan is shown
/// instead.
#[server(prefix = "/serverfn", output = Wire, endpoint = "start_sync")]
pub async fn start_sync(plan_hash: String) -> Answer<()> {
    service::sync::start(&cx()?, &plan_hash).await.map_err(refuse)?;
    go(PATH);
    Ok(())
}

/// Something an admin of the instance should see on the Tenants page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Notice {
    /// This much waits for the default tenant.
    Waiting(SyncCounts),
    /// The default tenant is on and nothing is in it.
    IdleDefaultTenant,
}
