//! Administration → Sync access.

#![expect(missing_docs, reason = "arguments of a server function become fields; its own words explain them")]

use super::{Answer, Wire};
#[cfg(feature = "ssr")]
use super::{asking, cx, go, refuse};
use leptos::prelude::*;
#[cfg(feature = "ssr")]
use model::{Outcome, SyncCounts, SyncPlan, Timestamp};
use serde::{Deserialize, Serialize};
#[cfg(feature = "ssr")]
use service::sync;

/// Rows of a page of users.
#[cfg(feature = "ssr")]
pub(crate) const PAGE: i64 = 25;
/// Where the page is.
pub const PATH: &str = "/administration/sync-access";

/// The page, as the server made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncPage {
    /// A sync is under way.
    pub running: bool,
    /// What the plan is known by; empty where nothing waits.
    pub hash: String,
    /// HTML of what stands above the button.
    pub above: String,
    /// HTML of what stands below it.
    pub below: String,
}

/// What the page is made of, in the words it is shown with.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone)]
pub(crate) struct Shown {
    /// Under way: what it is doing. Empty where no sync is.
    pub doing: String,
    /// Steps that are done, and steps in all.
    pub step: (u32, u32),
    /// Who started the one that is under way, or did the last one.
    pub by: String,
    /// When they did; nothing where there was none.
    pub at: Option<Timestamp>,
    /// The last one's row in the audit log.
    pub audit: String,
    /// Why the last one did nothing; empty where it did.
    pub failure: String,
    /// What the plan is known by; empty where nothing waits.
    pub hash: String,
    /// Kinds with their numbers, of the plan or of what was done last.
    pub counts: Vec<Vec<String>>,
    /// Kind, name and fate of what the default tenant has already.
    pub met: Vec<Vec<String>>,
    /// Those who wait: id, name, roles, groups.
    pub users: Vec<Vec<String>>,
    /// How many the search finds.
    pub total: i64,
    /// It finds more: counting stopped there.
    pub more: bool,
    /// About somebody who was looked at closely.
    pub compared: String,
    /// Their permissions: which, where, now, after.
    pub permissions: Vec<Vec<String>>,
    /// When it was read.
    pub now: Timestamp,
}

/// The page: `q` searches those who wait, `page` counts from 1, `user` is looked at closely. It may read `again` by
/// itself what it shows.
#[server(prefix = "/serverfn", output = Wire, endpoint = "preview_sync")]
pub async fn preview_sync(
    #[server(default)] q: String,
    #[server(default)] page: String,
    #[server(default)] user: String,
    #[server(default)] again: bool,
) -> Answer<SyncPage> {
    let cx = asking(again)?;
    let page = page.parse().unwrap_or(1).max(1);
    let mut shown = look(&cx, &q, page, &user).await.map_err(refuse)?;
    if shown.is_none() {
        shown = look(&cx, &q, page, &user).await.map_err(refuse)?;
    }
    let shown = shown.unwrap_or_else(|| Shown::new(cx.now(), None));
    Ok(crate::page::sync_page(shown, &q, page, user))
}

/// What there is to show; nothing where it was moved while it was read.
#[cfg(feature = "ssr")]
async fn look(cx: &service::Context, q: &str, page: i64, user: &str) -> service::Result<Option<Shown>> {
    let status = sync::status(cx).await?;
    let mut shown = Shown::new(cx.now(), status.failure);
    if let Some(progress) = status.progress {
        shown.doing = progress.doing;
        shown.step = (progress.done, progress.steps);
        (shown.by, shown.at) = (progress.by, Some(progress.since));
    } else if !status.waiting.is_empty() {
        let there = waiting(cx, &mut shown, q.to_owned(), page, user).await?;
        return Ok(there.then_some(shown));
    } else if let Some(last) = status.last {
        let plan: SyncPlan = match &last.row.after {
            Some(json) => model::Unreadable::json(("audit_log", "after"), &last.row.id, json)
                .map_err(service::Error::unreadable)?,
            None => SyncPlan::default(),
        };
        (shown.by, shown.at, shown.audit) = (last.row.caller, Some(last.row.at), last.row.id.to_string());
        (shown.counts, shown.met) = (counts(&plan.counts), met(&plan));
    }
    Ok(Some(shown))
}

#[cfg(feature = "ssr")]
impl Shown {
    fn new(now: Timestamp, failure: Option<String>) -> Self {
        Self {
            now,
            failure: failure.unwrap_or_default(),
            doing: String::new(),
            step: (0, 0),
            by: String::new(),
            at: None,
            audit: String::new(),
            hash: String::new(),
            counts: Vec::new(),
            met: Vec::new(),
            users: Vec::new(),
            total: 0,
            more: false,
            compared: String::new(),
            permissions: Vec::new(),
        }
    }
}

/// The plan, and who gets what; says whether there still is one.
#[cfg(feature = "ssr")]
async fn waiting(cx: &service::Context, shown: &mut Shown, q: String, page: i64, user: &str) -> service::Result<bool> {
    let sync::Preview { plan, hash } = sync::preview(cx).await?;
    if plan.counts.is_empty() {
        return Ok(false);
    }
    (shown.hash, shown.counts, shown.met) = (hash, counts(&plan.counts), met(&plan));
    let offset = (page - 1).saturating_mul(PAGE);
    let users = sync::users(cx, &model::List { q, offset, size: PAGE, ..model::List::default() }).await?;
    (shown.total, shown.more) = (users.total, users.more);
    shown.users = users.results.into_iter().map(row).collect();
    if user.is_empty() {
        return Ok(true);
    }
    match sync::compare(cx, user).await {
        Ok(comparison) => compared(shown, comparison),
        Err(service::Error::NoUser(_)) => shown.compared = format!("There is no user or service account {user}."),
        Err(other) => return Err(other),
    }
    Ok(true)
}

#[cfg(feature = "ssr")]
fn row(waiting: sync::Waiting) -> Vec<String> {
    let role = |grant: &model::Grant| match &grant.namespace {
        Some(namespace) => format!("{} in {namespace}", grant.role.name),
        None => grant.role.name.clone(),
    };
    let mut roles: Vec<String> = waiting.grants.iter().map(role).collect();
    roles.sort();
    roles.dedup();
    let principal = waiting.user.principal;
    vec![principal.id.to_string(), principal.name, roles.join(", "), waiting.groups.join(", ")]
}

#[cfg(feature = "ssr")]
fn compared(shown: &mut Shown, comparison: sync::Comparison) {
    let name = comparison.principal.name;
    shown.compared = match comparison.rows.is_empty() {
        true => format!("{name} gets access to the default tenant and may do nothing in it."),
        false => format!("What {name} may do in the default tenant."),
    };
    let word = |held: bool| if held { "yes" } else { "no" }.to_owned();
    let row = |row: sync::Row| {
        let place = row.namespace.map_or_else(|| "whole tenant".into(), |namespace| namespace.to_string());
        vec![row.permission.to_string(), place, word(row.before), word(row.after)]
    };
    shown.permissions = comparison.rows.into_iter().map(row).collect();
}

#[cfg(feature = "ssr")]
fn counts(counts: &SyncCounts) -> Vec<Vec<String>> {
    let some = counts.each().into_iter().filter(|(count, _)| *count > 0);
    some.map(|(count, what)| vec![format!("{}{}s", what[..1].to_uppercase(), &what[1..]), crate::ui::number(count)])
        .collect()
}

/// What meets something in the default tenant; the roles that every tenant has are no news.
#[cfg(feature = "ssr")]
fn met(plan: &SyncPlan) -> Vec<Vec<String>> {
    let row = |kind: &str, name: &str, fate: String| vec![kind.to_owned(), name.to_owned(), fate];
    let fate = |outcome: &Outcome| match outcome {
        Outcome::Merged { into } => format!("Is the same: the two become one, {into}."),
        Outcome::KeptApart { id, name } => format!("Differs: it is kept apart as “{name}” ({id})."),
    };
    let roles = plan.roles.iter().filter(|role| !(role.managed && matches!(role.outcome, Outcome::Merged { .. })));
    let roles = roles.map(|role| row("Role", &role.name, fate(&role.outcome)));
    let groups = plan.groups.iter().map(|group| row("Group", &group.name, fate(&group.outcome)));
    let default = plan.no_longer_default.iter();
    let default = default.map(|name| row("Role", name, "Is no longer given to new users: another is.".into()));
    let invitations = plan.withdrawn_invitations.iter();
    let invitations = invitations.map(|email| row("Invitation", email, "Is withdrawn: there is one already.".into()));
    roles.chain(groups).chain(default).chain(invitations).collect()
}

/// Begins the sync that was shown; the page tells how far it is. Where the instance has changed the new plan is shown
/// instead.
#[server(prefix = "/serverfn", output = Wire, endpoint = "start_sync")]
pub async fn start_sync(plan_hash: String) -> Answer<()> {
    sync::start(&cx()?, &plan_hash).await.map_err(refuse)?;
    go(PATH);
    Ok(())
}
