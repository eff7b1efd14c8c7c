//! Reading the audit log, proving that nobody changed it, and removing what is old.

use crate::{
    Context, Error, Result, TenantRef,
    act::{Act, ExportAuditLog, ListAuditLog, PurgeAuditLog, ViewAuditLog},
    audit::{Change, hash},
    context::Read,
    name,
};
use model::{
    Action, AuditId, Filter, List, Namespace, Op, Page, Permission, Resource, TenantUid, Timestamp,
    audit::{Event, Head, Place, Stored},
};
use serde::Serialize;
use serde_json::Value;
use store::Tx;

/// Rows that are read at once when many are.
const BATCH: i64 = 1000;
/// Rows of a thing's history at the most.
const HISTORY: i64 = 1000;

fn absent(id: &str) -> Error {
    Error::NotFound { what: "Audit log", id: id.to_owned() }
}

/// A transaction that reads a tenant's log, or everybody's: that is for superadmins.
async fn reading<A: Act>(cx: &Context, tenant: Option<&TenantRef>) -> Result<(Read<A>, Option<TenantUid>)> {
    match tenant {
        None => Ok((cx.read().await?, None)),
        Some(tenant) => {
            let read = cx.read_in(tenant).await?;
            let uid = read.data_uid()?;
            Ok((read, Some(uid)))
        }
    }
}

/// A page of a tenant's log, or of everybody's.
#[tracing::instrument(name = "audit_log::page", skip_all)]
pub async fn page(cx: &Context, tenant: Option<&TenantRef>, list: &List) -> Result<Page<Stored>> {
    let (mut read, uid) = reading::<ListAuditLog>(cx, tenant).await?;
    name::check(&store::shape::AUDIT, list)?;
    Ok(store::audit::page(read.tx(), uid.as_ref(), list).await?)
}

/// The next rows of an export, newest first, after those that are out already. Each piece has a transaction of
/// its own: a slow reader holds nothing.
#[tracing::instrument(name = "audit_log::export", skip_all)]
pub async fn export(
    cx: &Context,
    tenant: Option<&TenantRef>,
    list: &List,
    after: Option<&Place>,
) -> Result<Vec<Stored>> {
    let (mut read, uid) = reading::<ExportAuditLog>(cx, tenant).await?;
    name::check(&store::shape::AUDIT, list)?;
    Ok(store::audit::newest(read.tx(), uid.as_ref(), list, after, BATCH).await?)
}

/// What a thing was like before a row and after it; before it as another row left it, where one is named.
#[tracing::instrument(name = "audit_log::diff", skip_all, fields(%id))]
pub async fn diff(
    cx: &Context,
    tenant: Option<&TenantRef>,
    id: &str,
    previous: Option<&str>,
) -> Result<(Option<String>, Option<String>)> {
    let (mut read, uid) = reading::<ViewAuditLog>(cx, tenant).await?;
    let this = row(read.tx(), uid.as_ref(), id).await?;
    let before = match previous {
        None => this.row.before,
        Some(previous) => row(read.tx(), uid.as_ref(), previous).await?.row.after,
    };
    Ok((before, this.row.after))
}

/// One row.
#[tracing::instrument(name = "audit_log::get", skip_all, fields(%id))]
pub async fn get(cx: &Context, tenant: Option<&TenantRef>, id: &str) -> Result<Stored> {
    let (mut read, uid) = reading::<ViewAuditLog>(cx, tenant).await?;
    row(read.tx(), uid.as_ref(), id).await
}

async fn row(tx: &mut Tx, uid: Option<&TenantUid>, id: &str) -> Result<Stored> {
    store::audit::by_id(tx, uid, &AuditId::new(id)).await?.ok_or_else(|| absent(id))
}

fn is(name: &str, value: &str) -> Filter {
    Filter::Field { name: name.into(), op: Op::Equals, value: value.into() }
}

/// The newest row of a tenant about a resource.
#[tracing::instrument(name = "audit_log::find", skip_all, fields(%tenant))]
pub async fn find(
    cx: &Context,
    tenant: &TenantRef,
    resource: Option<&str>,
    event: Option<&str>,
    target: Option<&str>,
) -> Result<Option<Stored>> {
    let (mut read, uid) = reading::<ListAuditLog>(cx, Some(tenant)).await?;
    let wanted = [("resource", resource), ("type", event), ("detailId", target)];
    let wanted = wanted.into_iter().filter_map(|(name, value)| Some(is(name, value?))).collect();
    let list = List { filter: Filter::All(wanted), size: 1, ..List::default() };
    Ok(store::audit::newest(read.tx(), uid.as_ref(), &list, None, 1).await?.into_iter().next())
}

/// What happened to one thing of a tenant, newest first, for whoever may read the log or the thing.
#[tracing::instrument(name = "audit_log::history", skip_all, fields(%tenant))]
pub async fn history(cx: &Context, tenant: &TenantRef, target: &str) -> Result<Vec<Stored>> {
    let mut read = cx.read_own(Some(tenant)).await?;
    let uid = read.data_uid()?;
    let list = List { filter: Filter::All(vec![is("detailId", target)]), ..List::default() };
    let mut rows = store::audit::newest(read.tx(), Some(&uid), &list, None, HISTORY).await?;
    if !read.may(ViewAuditLog::PERMISSION) {
        rows.retain(|one| {
            let wanted = Permission::new(one.row.resource, Action::View);
            let namespace = one.row.namespace.clone().map(Namespace::stored);
            namespace.map_or_else(|| read.may(wanted), |namespace| read.may_at(wanted, &namespace))
        });
        if rows.is_empty() {
            read.require_any(&[ViewAuditLog::PERMISSION]).await?;
        }
    }
    Ok(rows)
}

/// Rows of a thing that are looked through for the one that made it what it is.
const RECENT: i64 = 25;

/// Who made `fields` of a thing what they are `now`, and when. Nothing where the newest rows do not say so, or not to
/// this caller; nobody is refused anything for having asked.
#[tracing::instrument(name = "audit_log::last_change", skip_all)]
pub async fn last_change(
    cx: &Context,
    tenant: Option<&TenantRef>,
    (resource, target): (Resource, &str),
    now: &impl Serialize,
    fields: &[&str],
) -> Result<Option<(String, Timestamp)>> {
    let mut read = cx.read_own(tenant).await?;
    if !read.may(ListAuditLog::PERMISSION) {
        return Ok(None);
    }
    let uid = tenant.map(|_| read.data_uid()).transpose()?;
    let wanted = vec![is("detailId", target), is("resource", resource.as_str()), is("type", Event::Update.as_str())];
    let list = List { filter: Filter::All(wanted), ..List::default() };
    let rows = store::audit::newest(read.tx(), uid.as_ref(), &list, None, RECENT).await?;
    let now = serde_json::to_value(now).unwrap_or_default();
    let object =
        |text: Option<&String>| text.and_then(|text| serde_json::from_str::<Value>(text).ok()).filter(Value::is_object);
    let made = |one: &Stored| {
        let (Some(before), Some(after)) = (object(one.row.before.as_ref()), object(one.row.after.as_ref())) else {
            return false;
        };
        fields.iter().any(|field| before.get(field) != after.get(field))
            && fields.iter().all(|field| after.get(field) == now.get(field))
    };
    Ok(rows.into_iter().find(made).map(|one| (one.row.caller, one.row.at)))
}

/// What the chains were found to be.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Verdict {
    /// Chains that were followed: one for the instance and one for each tenant.
    pub chains: i64,
    /// Rows that were read.
    pub rows: i64,
    /// The first row that is not as it was written; nothing where all are.
    pub broken: Option<Broken>,
}

/// Where a chain breaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Broken {
    /// The tenant's uid, or `instance`.
    pub chain: String,
    /// Number of the row.
    pub seq: i64,
    /// Its id, where there is a row.
    pub id: Option<AuditId>,
    /// What is wrong with it.
    pub why: &'static str,
}

/// Follows every chain from its first row to its last, in one view of the database.
#[tracing::instrument(name = "audit_log::verify", skip_all)]
pub async fn verify(cx: &Context) -> Result<Verdict> {
    let mut read = cx.read::<ListAuditLog>().await?;
    let mut verdict = Verdict { chains: 0, rows: 0, broken: None };
    if let Some(chain) = store::audit::headless(read.tx()).await? {
        verdict.broken = Some(Broken { chain, seq: 1, id: None, why: "the chain's head was removed" });
        return Ok(verdict);
    }
    let mut after = String::new();
    loop {
        let chains = store::audit::chains(read.tx(), &after, BATCH).await?;
        let Some(last) = chains.last() else { return Ok(verdict) };
        after = last.name.clone();
        for chain in &chains {
            verdict.chains += 1;
            let (rows, broken) = follow(read.tx(), chain).await?;
            verdict.rows += rows;
            if broken.is_some() {
                verdict.broken = broken;
                return Ok(verdict);
            }
        }
    }
}

/// Follows a chain: how many of its rows were read, and the first that is wrong.
async fn follow(tx: &mut Tx, chain: &model::audit::Chain) -> Result<(i64, Option<Broken>)> {
    let mut rows = 0;
    let mut last = chain.purged.clone();
    let broken = |seq, id, why| Some(Broken { chain: chain.name.clone(), seq, id, why });
    loop {
        let batch = store::audit::links(tx, &chain.name, last.seq, BATCH).await?;
        if batch.is_empty() {
            break;
        }
        for link in batch {
            rows += 1;
            if let Some(why) = wrong(&last, &link) {
                let seq = if link.seq == last.seq + 1 { link.seq } else { last.seq + 1 };
                return Ok((rows, broken(seq, (seq == link.seq).then_some(link.row.id), why)));
            }
            last = Head { seq: link.seq, hash: link.hash };
        }
    }
    let whole = last.seq == chain.head.seq && last.hash == chain.head.hash;
    Ok((rows, if whole { None } else { broken(last.seq + 1, None, "rows at the end were removed or added") }))
}

/// What is wrong with a row that follows `last`.
fn wrong(last: &Head, link: &Stored) -> Option<&'static str> {
    if link.seq != last.seq + 1 {
        return Some("a row was removed");
    }
    if link.previous != last.hash {
        return Some("it does not follow the row before it");
    }
    let right = hash(&link.chain, link.seq, &link.previous, &link.row);
    if !link.readable || right.as_ref() != Some(&link.hash) {
        return Some("what it says was changed");
    }
    None
}

/// Removes rows older than an instant from every chain, and writes that it did. Returns how many went.
///
/// # Errors
/// [`Error::Invalid`] for an instant that is still to come.
#[tracing::instrument(name = "audit_log::purge", skip_all)]
pub async fn purge(cx: &Context, before: Timestamp) -> Result<u64> {
    let mut work = cx.write_beside::<PurgeAuditLog>().await?;
    if before > cx.now() {
        return Err(Error::field("before", "Choose an instant that is past."));
    }
    let rows = store::audit::purge(work.tx(), before).await?;
    let said: Value = serde_json::json!({ "before": before.iso(), "rows": rows });
    work.commit(Change::event(Event::Purge, Resource::AuditLog, "instance").saying(&said)).await?;
    Ok(rows)
}
