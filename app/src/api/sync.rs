//! Administration → Sync access.

#![expect(missing_docs, reason = "arguments of a server function become fields; its own words explain them")]

use super::{Answer, Listed, Wire};
#[cfg(feature = "ssr")]
use super::{asking, cx, dates::moment, go, refuse};
use leptos::prelude::*;
use model::{Moment, SyncPlan};
use serde::{Deserialize, Serialize};
#[cfg(feature = "ssr")]
use service::sync;

/// Where the page is.
pub const PATH: &str = "/administration/sync-access";

/// The page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncPage {
    /// Why the last sync changed nothing, if it didn't.
    pub failure: Option<String>,
    /// How far the instance is.
    pub state: SyncState,
}

/// How far the instance is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum SyncState {
    /// There is nothing to sync, and nothing was.
    Nothing,
    /// Access waits.
    Waiting(Box<Waiting>),
    /// A sync is under way.
    Running(Running),
    /// Nothing waits since the last sync.
    Done(Box<Done>),
}

/// Access that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// What the plan is known by.
    pub hash: String,
    /// What a sync would do.
    pub plan: SyncPlan,
    /// A page of those who wait.
    pub users: Listed<WaitingUser>,
    /// Somebody whose access is compared.
    pub compared: Option<Compared>,
}

/// Somebody whose access waits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct WaitingUser {
    /// The ID.
    pub id: String,
    /// The name.
    pub name: String,
    /// The roles that they get, each with its namespace if it has one.
    pub roles: Vec<(String, Option<String>)>,
    /// The groups that they join.
    pub groups: Vec<String>,
}

/// What somebody can do in the default tenant before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compared {
    /// Who. `None` if there is nobody of that name.
    pub name: Option<String>,
    /// Their permissions.
    pub rows: Vec<ComparedPermission>,
}

/// A permission before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComparedPermission {
    /// Which.
    pub permission: String,
    /// In which namespace. `None` for the whole tenant.
    pub namespace: Option<String>,
    /// Whether they have it now.
    pub before: bool,
    /// Whether they have it after the sync.
    pub after: bool,
}

/// A sync that is under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Running {
    /// What it is doing.
    pub doing: String,
    /// Steps that are done.
    pub done: u32,
    /// Steps in all.
    pub steps: u32,
    /// Who started it.
    pub by: String,
    /// When.
    pub since: Moment,
}

/// The last sync.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// Who started it.
    pub by: String,
    /// When.
    pub at: Moment,
    /// Its event in the audit log.
    pub event: String,
    /// What it did.
    pub plan: SyncPlan,
}

/// The page: `q` searches those who wait, `page` counts from 1, `user` is compared. It may read `again` by itself what it
/// shows.
#[server(prefix = "/serverfn", output = Wire, endpoint = "preview_sync")]
pub async fn preview_sync(
    #[server(default)] q: String,
    #[server(default)] page: i64,
    #[server(default)] user: String,
    #[server(default)] again: bool,
) -> Answer<SyncPage> {
    let cx = asking(again)?;
    // Where everything was moved while it was read, it's read once more.
    let found = match look(&cx, &q, page, &user).await.map_err(refuse)? {
        None => look(&cx, &q, page, &user).await.map_err(refuse)?,
        found => found,
    };
    Ok(found.unwrap_or(SyncPage { failure: None, state: SyncState::Nothing }))
}

/// How far the instance is. `None` if what waited was moved while it was read.
#[cfg(feature = "ssr")]
async fn look(cx: &service::Context, q: &str, page: i64, user: &str) -> service::Result<Option<SyncPage>> {
    let sync::Status { progress, waiting, last, failure, .. } = sync::status(cx).await?;
    let now = cx.now();
    let state = if let Some(progress) = progress {
        SyncState::Running(Running {
            doing: progress.doing,
            done: progress.done,
            steps: progress.steps,
            by: progress.by,
            since: moment(progress.since, now),
        })
    } else if !waiting.is_empty() {
        let Some(waiting) = plan(cx, q, page, user).await? else { return Ok(None) };
        SyncState::Waiting(Box::new(waiting))
    } else if let Some(last) = last {
        let plan = match &last.row.after {
            Some(json) => model::Unreadable::json(("audit_log", "after"), &last.row.id, json)
                .map_err(service::Error::unreadable)?,
            None => SyncPlan::default(),
        };
        let (at, event) = (moment(last.row.at, now), last.row.id.to_string());
        SyncState::Done(Box::new(Done { by: last.row.caller, at, event, plan: news(plan) }))
    } else {
        SyncState::Nothing
    };
    Ok(Some(SyncPage { failure, state }))
}

/// The plan, and who gets what. `None` if nothing waits any more.
#[cfg(feature = "ssr")]
async fn plan(cx: &service::Context, q: &str, page: i64, user: &str) -> service::Result<Option<Waiting>> {
    let sync::Preview { plan, hash } = sync::preview(cx).await?;
    if plan.counts.is_empty() {
        return Ok(None);
    }
    let list = model::List { most: None, ..super::part(q, page) };
    let users = sync::users(cx, &list).await?.map(waiting).into();
    let compared = match user {
        "" => None,
        user => Some(match sync::compare(cx, user).await {
            Ok(comparison) => compared(comparison),
            Err(service::Error::NoUser(_)) => Compared { name: None, rows: Vec::new() },
            Err(other) => return Err(other),
        }),
    };
    Ok(Some(Waiting { hash, plan: news(plan), users, compared }))
}

#[cfg(feature = "ssr")]
fn waiting(one: sync::Waiting) -> WaitingUser {
    let role = |grant: model::Grant| (grant.role.name, grant.namespace.map(|namespace| namespace.to_string()));
    let mut roles: Vec<_> = one.grants.into_iter().map(role).collect();
    roles.sort();
    roles.dedup();
    let principal = one.user.principal;
    WaitingUser { id: principal.id.to_string(), name: principal.name, roles, groups: one.groups }
}

#[cfg(feature = "ssr")]
fn compared(comparison: sync::Comparison) -> Compared {
    let row = |row: sync::Row| ComparedPermission {
        permission: row.permission.to_string(),
        namespace: row.namespace.map(|namespace| namespace.to_string()),
        before: row.before,
        after: row.after,
    };
    Compared { name: Some(comparison.principal.name), rows: comparison.rows.into_iter().map(row).collect() }
}

/// A plan without the roles that every tenant has: that they're the same is no news.
#[cfg(feature = "ssr")]
fn news(mut plan: SyncPlan) -> SyncPlan {
    plan.roles.retain(|role| !(role.managed && matches!(role.outcome, model::Outcome::Merged { .. })));
    plan
}

/// Begins the sync that was shown; the page tells how far it is. Where the instance has changed the new plan is shown
/// instead.
#[server(prefix = "/serverfn", output = Wire, endpoint = "start_sync")]
pub async fn start_sync(plan_hash: String) -> Answer<()> {
    sync::start(&cx()?, &plan_hash).await.map_err(refuse)?;
    go(PATH);
    Ok(())
}
