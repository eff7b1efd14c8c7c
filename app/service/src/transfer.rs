//! All access of an instance as a document, and an instance brought to a document.
//!
//! ```text
//! document ─ read ─▶ draft ─ resolve ─▶ what shall be there ─┐
//! database ─ load ─────────────────────▶ what is there ──────┴─ plan ─▶ steps ─ apply
//! ```
//! Planning is pure. A dry run shows the steps with their hash; applying them takes the same road in one transaction,
//! and is refused where the hash has become another.

mod apply;
mod fields;
mod loses;
mod people;
mod plan;
mod read;
mod resolve;
#[cfg(test)]
mod rights_tests;
mod roles;
mod show;
mod snapshot;
mod teams;
#[cfg(test)]
mod tests;

use crate::{
    Context, Error, Result,
    act::{UpdateInstance, ViewInstance},
    audit::Change,
    decide::Subject,
};
use model::{
    PrincipalId, PrincipalKind, Resource, Superadmins, TenantId,
    audit::Event,
    transfer::{Document, Lost, Plan},
};
use resolve::Rules;
use serde_json::{Value, json};
use snapshot::{Person, Rows, Snapshot};
use store::Tx;

/// What shall be done with a document.
#[derive(Debug, Clone, Default)]
pub struct Import {
    /// The document.
    pub document: Value,
    /// Only say what would be done.
    pub dry_run: bool,
    /// Remove what the document does not mention.
    pub prune: bool,
    /// Go on although the document holds more than can be carried over.
    pub accept_loss: bool,
    /// Do this or nothing.
    pub hash: Option<String>,
}

/// Why a plan was not carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// It is not the one that was shown.
    Hash,
    /// It leaves something behind, and nobody said that this is fine.
    Losses,
}

/// Only superadmins, and not whoever holds a role on the instance: a document can make superadmins.
fn superadmin(subject: &Subject) -> Result<()> {
    match subject {
        Subject::Principal(principal, _) if !principal.superadmin => Err(Error::OnlySuperadmin),
        _ => Ok(()),
    }
}

/// All access of the instance. Settings of tenants that may hold secrets come only with `secrets`; else the tenants
/// that have such are named.
#[tracing::instrument(name = "transfer::export", skip_all)]
pub async fn export(cx: &Context, secrets: bool) -> Result<(Document, Vec<TenantId>)> {
    let mut read = cx.read::<ViewInstance>().await?;
    superadmin(read.subject())?;
    let (found, _) = Snapshot::load(cx, read.tx()).await?;
    let secret = found.tenants.iter().filter(|(_, one)| !secrets && one.settings.hold_secrets());
    let left_out = secret.filter_map(|(place, _)| place.clone()).collect();
    Ok((found.document(secrets), left_out))
}

/// Whether the caller may import anything; asked before a long document is read.
#[tracing::instrument(name = "transfer::may_import", skip_all)]
pub async fn may_import(cx: &Context) -> Result<()> {
    superadmin(cx.read::<UpdateInstance>().await?.subject())
}

/// Brings the instance to a document, all of it or nothing, or says what that would take.
///
/// # Errors
/// [`Error::Invalid`] for what is no document, [`Error::Conflict`] where it would leave no superadmin or take the
/// caller's own rights.
#[tracing::instrument(name = "transfer::import", skip_all)]
pub async fn import(cx: &Context, mut import: Import) -> Result<(Plan, Option<Refused>)> {
    let mut read = cx.read::<UpdateInstance>().await?;
    superadmin(read.subject())?;
    let document = std::mem::take(&mut import.document);
    if import.dry_run {
        let steps = Steps::plan(cx, read.tx(), document, import.prune).await?;
        return Ok((steps.shown(false), None));
    }
    drop(read);
    let mut work = cx.write::<UpdateInstance>().await?;
    superadmin(work.subject())?;
    store::transfer::hold(work.tx()).await?;
    let steps = Steps::plan(cx, work.tx(), document, import.prune).await?;
    let shown = steps.shown(true);
    if let Some(refused) = refused(&shown, &import) {
        return Ok((Plan { applied: false, ..shown }, Some(refused)));
    }
    if steps.changes.is_empty() {
        return Ok((shown, None));
    }
    let by = work.caller_name().to_owned();
    apply::apply(cx, work.tx(), &by, steps.rows, &steps.target, &steps.changes).await?;
    work.commit(summary(&shown, &import)).await?;
    Ok((shown, None))
}

fn refused(plan: &Plan, import: &Import) -> Option<Refused> {
    if import.hash.as_ref().is_some_and(|hash| *hash != plan.hash) {
        return Some(Refused::Hash);
    }
    (!plan.lost.is_empty() && !import.accept_loss).then_some(Refused::Losses)
}

/// The row that says that the others belong together.
fn summary(plan: &Plan, import: &Import) -> Change {
    let said = json!({
        "import": plan.hash,
        "created": plan.created.len(),
        "changed": plan.changed.len(),
        "removed": plan.removed.len(),
        "prune": import.prune,
        "leftBehind": plan.lost.len(),
    });
    Change::event(Event::Update, Resource::Instance, "access").saying(&said)
}

/// What is there, what shall be, and the steps between.
struct Steps {
    current: Snapshot,
    target: Snapshot,
    rows: Rows,
    changes: Vec<plan::Change>,
    lost: Vec<Lost>,
    hash: String,
}

impl Steps {
    async fn plan(cx: &Context, tx: &mut Tx, document: Value, prune: bool) -> Result<Self> {
        let mut lost = Vec::new();
        let draft = read::read(document, &mut lost).map_err(|why| Error::field("document", why))?;
        let (current, rows) = Snapshot::load(cx, tx).await?;
        let rules = Rules { prune, tenants: cx.settings().tenants };
        let target = resolve::resolve(draft, &current, rules, &mut lost)?;
        keep_superadmin(cx, tx, &current, &target).await?;
        let changes = plan::plan(&current, &target);
        let wordless = || Error::Internal("a plan cannot be put into words".into());
        let hash = plan::hash(&changes, &lost).ok_or_else(wordless)?;
        Ok(Self { current, target, rows, changes, lost, hash })
    }

    fn shown(&self, applied: bool) -> Plan {
        let [created, changed, removed] = show::show(&self.current, &self.target, &self.changes);
        let loses = loses::loses(&self.current, &self.target, &self.changes);
        Plan { hash: self.hash.clone(), created, changed, removed, loses, lost: self.lost.clone(), applied }
    }
}

/// Refuses to leave the instance without a superadmin who can sign in, and superadmins to step down by mistake. A
/// document has no passwords: whoever it makes a superadmin cannot sign in yet.
async fn keep_superadmin(cx: &Context, tx: &mut Tx, current: &Snapshot, target: &Snapshot) -> Result<()> {
    let refuse = |message: &str| Err(Error::Conflict { field: None, message: message.into() });
    let own = cx.principal_id();
    if own.is_some_and(|id| target.people.get(id).is_none_or(|one| !one.superadmin)) {
        return refuse("This would take your own right to administer. Ask another superadmin to do it.");
    }
    let is = |one: &Person| one.superadmin && one.kind == PrincipalKind::User;
    let any = |state: &Snapshot| state.people.values().any(is);
    let stays = |id: &PrincipalId| target.people.get(id).is_some_and(is);
    let gone = current.people.iter().filter(|(id, one)| is(one) && !stays(id)).map(|(id, _)| id.to_string());
    let Superadmins { able, able_left, .. } = store::principals::superadmins(tx, &gone.collect::<Vec<_>>()).await?;
    if (any(current) && !any(target)) || (able > 0 && able_left == 0) {
        return refuse(
            "This would leave no superadmin who can sign in. Nothing was changed; keep one in the document.",
        );
    }
    Ok(())
}
