//! What a change leaves in the audit log, in the transaction of the change.

use crate::{Error, Result, clock::new_id, context::Context};
use model::{
    AuditId, Namespace, Resource, TenantId, TenantUid, Timestamp,
    audit::{AuditRow, Event, Head},
};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use store::{Alone, Tx};

/// Denied requests that are the same within this time are one row with a count.
const SAME: i64 = 60_000;

/// What happened to what. Holds nothing secret: whoever makes one leaves secrets out.
pub(crate) struct Change {
    event: Event,
    resource: Resource,
    target: String,
    before: Option<String>,
    after: Option<String>,
    tenant: Option<(TenantUid, Option<TenantId>)>,
    namespace: Option<Namespace>,
}

/// The JSON of something that was or is.
fn json(value: &impl Serialize) -> Option<String> {
    serde_json::to_string(value).ok()
}

impl Change {
    /// Something without a before or after.
    pub(crate) fn event(event: Event, resource: Resource, target: impl Into<String>) -> Self {
        Self { event, resource, target: target.into(), before: None, after: None, tenant: None, namespace: None }
    }

    /// With what is to be said about it afterwards.
    pub(crate) fn saying(self, after: &impl Serialize) -> Self {
        Self { after: json(after), ..self }
    }

    /// Something new.
    pub(crate) fn created(resource: Resource, target: impl Into<String>, after: &impl Serialize) -> Self {
        Self { after: json(after), ..Self::event(Event::Create, resource, target) }
    }

    /// Something changed.
    pub(crate) fn updated<T: Serialize>(resource: Resource, target: impl Into<String>, before: &T, after: &T) -> Self {
        Self { before: json(before), after: json(after), ..Self::event(Event::Update, resource, target) }
    }

    /// Something gone.
    pub(crate) fn deleted(resource: Resource, target: impl Into<String>, before: &impl Serialize) -> Self {
        Self { before: json(before), ..Self::event(Event::Delete, resource, target) }
    }

    /// Says in which namespace it happened.
    pub(crate) fn in_namespace(self, namespace: Option<&Namespace>) -> Self {
        Self { namespace: namespace.cloned(), ..self }
    }

    /// Puts the row in a tenant's chain instead of the instance's.
    pub(crate) fn within(self, uid: &TenantUid, id: Option<&TenantId>) -> Self {
        Self { tenant: Some((uid.clone(), id.cloned())), ..self }
    }
}

/// The row of a change by `caller`, and its chain.
fn row(cx: &Context, caller: &str, change: Change) -> (String, AuditRow) {
    let at = cx.now();
    let row = AuditRow {
        id: AuditId::new(new_id(at)),
        tenant: change.tenant,
        at,
        event: change.event,
        resource: change.resource,
        target: change.target,
        caller_id: cx.principal_id().cloned(),
        caller: caller.to_owned(),
        door: cx.origin.door,
        request_id: cx.origin.request_id.clone(),
        address: cx.origin.address.map(|address| address.to_string()),
        impersonated_by: cx.impersonator.clone(),
        namespace: change.namespace.map(|namespace| namespace.to_string()),
        before: change.before,
        after: change.after,
    };
    (row.tenant.as_ref().map_or("instance", |(uid, _)| uid.as_str()).to_owned(), row)
}

fn wordless() -> Error {
    Error::Internal("an audit row cannot be put into words".into())
}

/// Writes the row of a change by `caller`.
pub(crate) async fn record(tx: &mut Tx, cx: &Context, caller: &str, change: Change) -> Result<()> {
    let (chain, row) = row(cx, caller, change);
    let head = store::audit::head(tx, &chain).await?;
    let hash = hash(&chain, head.seq + 1, &head.hash, &row).ok_or_else(wordless)?;
    store::audit::append(tx, &chain, &head, &row, &hash).await?;
    Ok(())
}

/// Writes that `caller` was denied something, in a transaction of its own. The same denied to the same caller within a
/// minute is counted beside the first row: a program that goes on asking doesn't fill the log.
pub(crate) async fn record_denied(cx: &Context, caller: &str, denied: Change) -> Result<()> {
    let (chain, row) = row(cx, caller, denied);
    let since = Timestamp(row.at.0 - SAME);
    let mut tx = cx.service.store.write(Alone::No).await?;
    if !store::audit::repeat(&mut tx, &chain, &row, since).await? {
        // Whoever holds the chain looks again: another process may have written the first row meanwhile.
        let head = store::audit::head(&mut tx, &chain).await?;
        if !store::audit::repeat(&mut tx, &chain, &row, since).await? {
            let hash = hash(&chain, head.seq + 1, &head.hash, &row).ok_or_else(wordless)?;
            store::audit::append(&mut tx, &chain, &head, &row, &hash).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

/// Writes the rows of many changes by `caller`, by a few statements.
pub(crate) async fn record_all(tx: &mut Tx, cx: &Context, caller: &str, changes: Vec<Change>) -> Result<()> {
    let rows: Vec<_> = changes.into_iter().map(|change| row(cx, caller, change)).collect();
    // In one order, so that two who hold several chains do not wait for each other.
    let chains: Vec<String> =
        rows.iter().map(|(chain, _)| chain).collect::<BTreeSet<_>>().into_iter().cloned().collect();
    let mut heads: BTreeMap<String, Head> = store::transfer::heads(tx, &chains).await?.into_iter().collect();
    let mut written = Vec::with_capacity(rows.len());
    for (chain, row) in rows {
        let lost = || Error::Internal("a chain of the audit log has no head".into());
        let head = heads.get_mut(&chain).ok_or_else(lost)?;
        let hash = hash(&chain, head.seq + 1, &head.hash, &row).ok_or_else(wordless)?;
        let next = Head { seq: head.seq + 1, hash: hash.clone() };
        written.push((chain, std::mem::replace(head, next), hash, row));
    }
    let last: Vec<_> = heads.into_iter().collect();
    store::transfer::append(tx, &written, &last).await?;
    Ok(())
}

/// SHA-256 over everything a row says, its place and the hash before it, as one JSON list.
pub(crate) fn hash(chain: &str, seq: i64, previous: &str, row: &AuditRow) -> Option<String> {
    let tenant = row.tenant.as_ref().map(|(uid, id)| (uid, id));
    let place = (chain, seq, previous, row.id.as_str());
    let what = (row.at, row.event.as_str(), row.resource, &row.target, &row.before, &row.after, tenant);
    let who = (&row.caller_id, &row.caller, row.door.as_str(), &row.request_id, &row.address);
    let more = (&row.impersonated_by, &row.namespace);
    // Rows of the first version had neither: theirs must come out as they were written.
    let text = match more {
        (None, None) => serde_json::to_vec(&(place, what, who)),
        more => serde_json::to_vec(&(place, what, who, more)),
    };
    Some(hex(&Sha256::digest(text.ok()?)))
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
