//! Sync-access: what was written while tenants were off is given to the default tenant (contract 6.2).
//!
//! A plan is made and shown; applying it makes it again in the transaction that applies it, and goes on only if it is
//! the one that was shown.

mod plan;

use crate::{
    Context, Error, Result,
    act::{Act, SyncAccess},
    audit::{self, Change},
    context::{Read, Write},
    user::{self, User},
};
use model::{
    Grant, GroupId, InvitedRole, List, Managed, Outcome, Page, Permission, Principal, Resource, Role, RoleId,
    SyncCounts, SyncPlan, SyncProgress, TenantUid, Unreadable, audit::Event,
};
use plan::{GroupFacts, RoleFacts, Side, id_after};
use sha2::{Digest, Sha256};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};
use store::{Alone, Tx};

/// Under which name the audit log has it, in the default tenant.
const TARGET: &str = "default";

/// What is under way in this process, and what came of the last one that failed.
#[derive(Debug, Default)]
pub(crate) struct Running(Mutex<State>);

#[derive(Debug, Default, Clone)]
struct State {
    progress: Option<SyncProgress>,
    failure: Option<String>,
}

impl Running {
    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What there is to know without making a plan.
#[derive(Debug, Clone)]
pub struct Status {
    /// Principals, groups and bindings that wait; other kinds are counted by the plan.
    pub waiting: SyncCounts,
    /// A sync under way: in this process, or on PostgreSQL in any.
    pub progress: Option<SyncProgress>,
    /// Why the last one in this process did nothing.
    pub failure: Option<String>,
    /// The last one that was done.
    pub last: Option<model::audit::Stored>,
}

/// A plan and what it is known by.
#[derive(Debug, Clone)]
pub struct Preview {
    /// The plan.
    pub plan: SyncPlan,
    /// SHA-256 over the plan and every word of what it is about.
    pub hash: String,
}

/// Refuses where there is nothing to synchronize with.
fn possible(cx: &Context) -> Result<()> {
    cx.tenants_enabled()?;
    if cx.settings().default_tenant { Ok(()) } else { Err(Error::DefaultTenantDisabled) }
}

async fn reading(cx: &Context) -> Result<Read<SyncAccess>> {
    let read = cx.read::<SyncAccess>().await?;
    possible(cx)?;
    Ok(read)
}

/// What waits, what is under way and what was done last.
///
/// # Errors
/// [`Error::TenantsDisabled`] and [`Error::DefaultTenantDisabled`].
#[tracing::instrument(name = "sync::status", skip_all)]
pub async fn status(cx: &Context) -> Result<Status> {
    // Before what waits is counted: a sync that ends in between would else leave what it has moved waiting here, with
    // nobody at it.
    let State { progress, failure } = cx.service.sync.state().clone();
    let mut read = reading(cx).await?;
    let (from, to) = (TenantUid::untenanted(), TenantUid::default_tenant());
    let waiting = counted(read.tx(), &from).await?;
    let field = |name: &str, value: &str| model::Filter::Field {
        name: name.into(),
        op: model::Op::Equals,
        value: value.into(),
    };
    let filter = model::Filter::All(vec![field("resource", Resource::Tenant.as_str()), field("detailId", TARGET)]);
    let list = List { filter, size: 1, ..List::default() };
    let last = store::audit::newest(read.tx(), Some(&to), &list, None, 1).await?.into_iter().next();
    let progress = match progress {
        Some(progress) => Some(progress),
        // As long as another process is at it, what it moves still waits.
        None if waiting.is_empty() => None,
        None => store::moving::announced(read.tx()).await?.map(|(step, by, since)| {
            let mut progress = SyncProgress::new(by, since);
            progress.reach(step);
            progress
        }),
    };
    // One that has failed and has not ended yet is under way.
    let failure = failure.filter(|_| progress.is_none());
    Ok(Status { waiting, progress, failure, last })
}

/// What a tenant has, from the numbers that are kept.
pub(crate) async fn counted(tx: &mut Tx, uid: &TenantUid) -> Result<SyncCounts> {
    let absent = || Error::Internal("a tenant's row is missing".into());
    let tenant = store::tenants::by_uid(tx, uid).await?.ok_or_else(absent)?;
    let managed = store::roles::by_ids(tx, uid, &managed_ids()).await?.len();
    Ok(SyncCounts {
        users: tenant.users,
        groups: tenant.groups,
        roles: tenant.roles - i64::try_from(managed).unwrap_or(0),
        bindings: tenant.bindings,
        ..SyncCounts::default()
    })
}

fn managed_ids() -> Vec<String> {
    Managed::ALL.iter().map(|role| RoleId::managed(*role, None).to_string()).collect()
}

/// Something that whoever may synchronize should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// This much waits for the default tenant.
    Waiting(SyncCounts),
    /// The default tenant is on and nothing is in it: every tenant should have an identifier.
    IdleDefaultTenant,
}

/// What there is to notice, for the Tenants page and the log at the start; nothing for whoever may not act on it.
#[tracing::instrument(name = "sync::notice", skip_all)]
pub async fn notice(cx: &Context) -> Result<Option<Notice>> {
    let mut read = cx.read_own(None).await?;
    if possible(cx).is_err() || !read.may(SyncAccess::PERMISSION) {
        return Ok(None);
    }
    let waiting = counted(read.tx(), &TenantUid::untenanted()).await?;
    if !waiting.is_empty() {
        return Ok(Some(Notice::Waiting(waiting)));
    }
    let there = TenantUid::default_tenant();
    let idle = counted(read.tx(), &there).await?.is_empty() && !store::namespaces::any(read.tx(), &there).await?;
    Ok(idle.then_some(Notice::IdleDefaultTenant))
}

/// How far a sync of this process is.
pub fn progress(cx: &Context) -> Option<SyncProgress> {
    cx.service.sync.state().progress.clone()
}

/// The plan, without doing anything.
#[tracing::instrument(name = "sync::preview", skip_all)]
pub async fn preview(cx: &Context) -> Result<Preview> {
    let mut read = reading(cx).await?;
    let plan = make(read.tx()).await?;
    let hash = hash(read.tx(), &plan).await?;
    Ok(Preview { plan, hash })
}

async fn make(tx: &mut Tx) -> Result<SyncPlan> {
    let (from, to) = (TenantUid::untenanted(), TenantUid::default_tenant());
    let counts = store::sync::counts(tx, &from).await?;
    let waiting = side(tx, &from, &to).await?;
    let there = side(tx, &to, &from).await?;
    Ok(plan::plan(counts, &waiting, &there))
}

/// What the plan must know of one of the two.
async fn side(tx: &mut Tx, uid: &TenantUid, other: &TenantUid) -> Result<Side> {
    let mut roles: Vec<RoleFacts> = store::roles::list(tx, uid, i64::MAX).await?.into_iter().map(facts).collect();
    roles.sort_by(|a, b| a.id.cmp(&b.id));
    let mut members: HashMap<String, Sha256> = HashMap::new();
    store::sync::members_of_namesakes(tx, uid, other, &mut |group, member, owner| {
        let digest = members.entry(group.to_owned()).or_default();
        digest.update(member);
        digest.update([0, u8::from(owner)]);
    })
    .await?;
    let mut bindings: HashMap<GroupId, Vec<(RoleId, String)>> = HashMap::new();
    for (group, role, namespace) in store::sync::bindings_of_namesakes(tx, uid, other).await? {
        bindings.entry(group).or_default().push((role, namespace));
    }
    let groups = store::sync::groups(tx, uid).await?.into_iter().map(|(id, name, description)| {
        let members = members.remove(id.as_str()).map(|digest| audit::hex(&digest.finalize())).unwrap_or_default();
        let content = format!("{members} {}", description.unwrap_or_default());
        GroupFacts { bindings: bindings.remove(&id).unwrap_or_default(), id, name, content }
    });
    Ok(Side { roles, groups: groups.collect(), invited: store::sync::invited(tx, uid).await? })
}

fn facts(role: Role) -> RoleFacts {
    let permissions = serde_json::to_string(&role.permissions).unwrap_or_default();
    let content = format!("{permissions} {}", role.description.unwrap_or_default());
    RoleFacts { id: role.id, name: role.name, managed: role.is_managed, default: role.is_default, content }
}

/// What a plan is known by: it, and every word of what waits and of what is there.
async fn hash(tx: &mut Tx, plan: &SyncPlan) -> Result<String> {
    let mut digest = Sha256::new();
    digest.update(serde_json::to_vec(plan).unwrap_or_default());
    for uid in [TenantUid::untenanted(), TenantUid::default_tenant()] {
        store::sync::contents(tx, &uid, &mut |text| {
            digest.update(text.len().to_le_bytes());
            digest.update(text);
        })
        .await?;
        digest.update([0xff]);
    }
    Ok(audit::hex(&digest.finalize()))
}

/// Somebody who waits.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// Who.
    pub user: User,
    /// Names of its groups that move.
    pub groups: Vec<String>,
    /// Its roles with namespaces, of its own and through groups.
    pub grants: Vec<Grant>,
}

/// A page of those who wait, with what they will have in the default tenant.
#[tracing::instrument(name = "sync::users", skip_all)]
pub async fn users(cx: &Context, list: &List) -> Result<Page<Waiting>> {
    let mut read = reading(cx).await?;
    crate::name::check(&store::shape::ACCESS, list)?;
    let uid = TenantUid::untenanted();
    let Page { results: rows, total, more } = store::access::page(read.tx(), &uid, false, list).await?;
    let ids: Vec<String> = rows.iter().map(|(one, _)| one.id.to_string()).collect();
    let grants = store::access::grants_of(read.tx(), Some(&uid), &ids).await?;
    let users = user::with_places(cx, read.tx(), rows, true).await?;
    let named = |user: &User| {
        let moving = user.groups.iter().filter(|group| group.tenant.0 == uid);
        moving.map(|group| group.name.clone()).collect()
    };
    let whole = |user: User| Waiting {
        groups: named(&user),
        grants: grants.iter().filter(|(id, _)| *id == user.principal.id).map(|(_, grant)| grant.clone()).collect(),
        user,
    };
    Ok(Page { results: users.into_iter().map(whole).collect(), total, more })
}

/// What somebody may do in the default tenant before and after.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// Who.
    pub principal: Principal,
    /// Each permission.
    pub rows: Vec<Row>,
}

/// A permission before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What.
    pub permission: Permission,
    /// The namespace it is limited to, if it is to one.
    pub namespace: Option<model::Namespace>,
    /// Held now.
    pub before: bool,
    /// Held afterwards.
    pub after: bool,
}

/// Compares what somebody may do in the default tenant now and after the sync.
///
/// # Errors
/// [`Error::NoUser`].
#[tracing::instrument(name = "sync::compare", skip_all)]
pub async fn compare(cx: &Context, who: &str) -> Result<Comparison> {
    let mut read = reading(cx).await?;
    let principal = crate::group::named(read.tx(), who).await?;
    let now = store::access::grants(read.tx(), &TenantUid::default_tenant(), &principal.id).await?;
    let coming = store::access::grants(read.tx(), &TenantUid::untenanted(), &principal.id).await?;
    let mut rows: Vec<Row> = Vec::new();
    for (grants, held) in [(&now, true), (&coming, false)] {
        for (permission, grant) in
            grants.iter().flat_map(|grant| grant.permissions.granted().map(move |one| (one, grant)))
        {
            let place = grant.namespace.clone().filter(|_| permission.resource.in_namespace());
            // A role that is limited to a namespace gives nothing that is not in one.
            if grant.namespace.is_some() && place.is_none() {
                continue;
            }
            match rows.iter_mut().find(|row| row.permission == permission && row.namespace == place) {
                Some(row) => row.before |= held,
                None => rows.push(Row { permission, namespace: place, before: held, after: true }),
            }
        }
    }
    let key = |row: &Row| (row.permission.resource, row.permission.action, row.namespace.clone());
    rows.sort_by_key(key);
    Ok(Comparison { principal, rows })
}

/// Does it, in one transaction; answers the plan, which is empty where nothing waits. With a hash only if it is that of
/// the plan that was shown.
///
/// # Errors
/// [`Error::PlanChanged`] where the instance has changed since, [`Error::Conflict`] where another one is under way.
#[tracing::instrument(name = "sync::run", skip_all)]
pub async fn run(cx: &Context, shown: Option<&str>) -> Result<SyncPlan> {
    let by = reading(cx).await?.caller_name().to_owned();
    let claim = Claim::new(cx, by)?;
    let work = cx.write_beside::<SyncAccess>().await.map_err(busy)?;
    apply(work, shown, &claim).await
}

/// Does it while nobody waits for it; [`status`] tells how far it is.
///
/// # Errors
/// [`Error::Invalid`] where no plan is named, [`Error::Conflict`] where a sync is under way.
#[tracing::instrument(name = "sync::start", skip_all)]
pub async fn start(cx: &Context, shown: &str) -> Result<()> {
    let by = reading(cx).await?.caller_name().to_owned();
    if shown.is_empty() {
        return Err(Error::field("planHash", "Name the plan that was shown, by its hash."));
    }
    let claim = Claim::new(cx, by)?;
    let (cx, shown) = (cx.clone(), shown.to_owned());
    tokio::spawn(async move {
        let work = cx.write_beside::<SyncAccess>().await.map_err(busy);
        let done = match work {
            Ok(work) => apply(work, Some(&shown), &claim).await,
            Err(error) => Err(error),
        };
        if let Err(error) = done {
            let error = model::Error::from(error);
            tracing::warn!(cause = error.message, "the access was not synchronized");
            cx.service.sync.state().failure = Some(error.message);
        }
    });
    Ok(())
}

/// Who waits in vain for a database waits for somebody who writes much.
fn busy(error: Error) -> Error {
    match error {
        Error::Store(store::Error::Busy | store::Error::Unreachable(_)) => Error::Conflict {
            field: None,
            message: "Somebody else is writing to the database, perhaps another sync. Nothing was changed; look again \
                      in a moment."
                .into(),
        },
        other => other,
    }
}

/// That this process synchronizes; ends when it is dropped, however that comes.
struct Claim(std::sync::Arc<crate::Service>);

impl Claim {
    fn new(cx: &Context, by: String) -> Result<Self> {
        let mut state = cx.service.sync.state();
        if let Some(running) = &state.progress {
            let message = format!("A sync is under way, started by {}.", running.by);
            return Err(Error::Conflict { field: None, message });
        }
        *state = State { progress: Some(SyncProgress::new(by, cx.now())), failure: None };
        Ok(Self(cx.service.clone()))
    }

    /// Says which step comes, in this process and, where the database can tell them, in others.
    async fn at(&self, tx: &mut Tx, step: u32) -> Result<()> {
        let by = match &mut self.0.sync.state().progress {
            Some(progress) => {
                progress.reach(step);
                tracing::debug!(step, doing = progress.doing, "synchronizing access");
                progress.by.clone()
            }
            None => return Ok(()),
        };
        Ok(store::moving::announce(tx, step, &by).await?)
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.0.sync.state().progress = None;
    }
}

async fn apply(mut work: Write<SyncAccess>, shown: Option<&str>, claim: &Claim) -> Result<SyncPlan> {
    let tx = work.tx();
    if !store::moving::begin(tx, &TenantUid::untenanted(), &TenantUid::default_tenant()).await? {
        return Err(Error::Conflict { field: None, message: "Another sync is under way.".into() });
    }
    claim.at(tx, 0).await?;
    let plan = make(tx).await?;
    claim.at(tx, 1).await?;
    if let Some(shown) = shown
        && hash(tx, &plan).await? != shown
    {
        return Err(Error::PlanChanged);
    }
    if plan.counts.is_empty() {
        return Ok(plan);
    }
    move_all(tx, &plan, claim).await?;
    tracing::info!(what = plan.counts.sentence(), "access was synchronized with the default tenant");
    let change = Change::event(Event::Update, Resource::Tenant, TARGET).saying(&plan);
    work.commit(change.within(&TenantUid::default_tenant(), None)).await?;
    Ok(plan)
}

async fn move_all(tx: &mut Tx, plan: &SyncPlan, claim: &Claim) -> Result<()> {
    let (from, to) = (TenantUid::untenanted(), TenantUid::default_tenant());
    let there = counted(tx, &to).await?;
    claim.at(tx, 2).await?;
    settle(tx, &from, &to, plan).await?;
    claim.at(tx, 3).await?;
    store::sync::move_bindings(tx, &from, &to, there.bindings > 0).await?;
    claim.at(tx, 4).await?;
    store::sync::move_groups(tx, &from, &to).await?;
    claim.at(tx, 5).await?;
    for role in plan.roles.iter().filter(|role| !role.managed && matches!(role.outcome, Outcome::Merged { .. })) {
        if let Some(held) = store::roles::hold(tx, &from, &role.id).await? {
            store::roles::delete(tx, &held, &from).await?;
        }
    }
    store::sync::move_roles(tx, &from, &to).await?;
    claim.at(tx, 6).await?;
    store::sync::move_access(tx, &from, &to, there.users > 0).await?;
    claim.at(tx, 7).await?;
    store::sync::move_rest(tx, &from, &to).await?;
    claim.at(tx, 8).await?;
    store::sync::recount(tx, &from).await?;
    store::sync::recount(tx, &to).await?;
    Ok(())
}

/// What meets something there. Few do, so each is a statement of its own; new ids come first, so that no id stands for
/// two roles.
async fn settle(tx: &mut Tx, from: &TenantUid, to: &TenantUid, plan: &SyncPlan) -> Result<()> {
    for role in &plan.roles {
        if let Outcome::KeptApart { id, name } = &role.outcome {
            store::sync::rename_role(tx, from, &role.id, &RoleId::new(id.as_str()), name).await?;
        }
    }
    let default = store::roles::list(tx, from, i64::MAX).await?.into_iter().find(|role| role.is_default);
    for role in &plan.roles {
        if let Outcome::Merged { into } = &role.outcome {
            let into = RoleId::new(into.as_str());
            if into != role.id {
                store::sync::rebind(tx, from, &role.id, &into).await?;
            }
            if plan.no_longer_default.is_none() && default.as_ref().is_some_and(|default| default.id == role.id) {
                store::sync::set_default_role(tx, to, &into).await?;
            }
        }
    }
    for group in &plan.groups {
        match &group.outcome {
            Outcome::Merged { .. } => {
                if let Some(held) = store::groups::hold(tx, from, &group.id).await? {
                    store::groups::delete(tx, &held, from).await?;
                }
            }
            Outcome::KeptApart { name, .. } => store::sync::rename_group(tx, from, &group.id, name).await?,
        }
    }
    rewrite_invitations(tx, from, plan).await
}

/// Lets open invitations name roles and groups as they are called afterwards.
async fn rewrite_invitations(tx: &mut Tx, from: &TenantUid, plan: &SyncPlan) -> Result<()> {
    let roles = plan.roles.iter().map(|role| (&role.id, id_after(&role.outcome))).filter(|(id, new)| *id != new);
    let roles: HashMap<&RoleId, RoleId> = roles.collect();
    let groups = plan.groups.iter().map(|group| (&group.id, GroupId::new(id_after(&group.outcome).as_str())));
    let groups: HashMap<&GroupId, GroupId> = groups.filter(|(id, new)| *id != new).collect();
    if roles.is_empty() && groups.is_empty() {
        return Ok(());
    }
    for (id, with_roles, with_groups) in store::sync::invitations(tx, from).await? {
        // Whoever knows the id of an invitation can accept it: it is in no log.
        let read = "to the default tenant";
        let mut invited: Vec<InvitedRole> =
            Unreadable::json(("invitations", "roles"), read, &with_roles).map_err(Error::unreadable)?;
        let mut joined: Vec<GroupId> =
            Unreadable::json(("invitations", "groups"), read, &with_groups).map_err(Error::unreadable)?;
        for role in &mut invited {
            if let Some(new) = roles.get(&role.id) {
                role.id = new.clone();
            }
        }
        for group in &mut joined {
            if let Some(new) = groups.get(group) {
                *group = new.clone();
            }
        }
        let words =
            (serde_json::to_string(&invited).unwrap_or_default(), serde_json::to_string(&joined).unwrap_or_default());
        if words != (with_roles, with_groups) {
            store::sync::rewrite_invitation(tx, &id, &words.0, &words.1).await?;
        }
    }
    Ok(())
}

/// Whether somebody is among those who wait.
pub(crate) async fn waits(cx: &Context, tx: &mut Tx, principal: &Principal) -> Result<bool> {
    if possible(cx).is_err() {
        return Ok(false);
    }
    Ok(store::access::entered(tx, &TenantUid::untenanted(), &principal.id).await?)
}

/// Sees to it that the two rows that have no identifier have the roles that every tenant has, as they are in this
/// version.
pub async fn prepare(service: &std::sync::Arc<crate::Service>) -> Result<()> {
    let origin =
        crate::Origin { door: model::audit::Door::Job, request_id: None, address: None, trace: Default::default() };
    let cx = service.context(crate::Caller::Operator("kestra".into()), origin);
    for uid in [TenantUid::untenanted(), TenantUid::default_tenant()] {
        let mut tx = cx.service.store.read().await?;
        if outdated(&mut tx, &uid).await?.is_empty() {
            continue;
        }
        drop(tx);
        // Of several processes that start at once, the first makes them and the others find them.
        let mut tx = cx.service.store.write(Alone::Everywhere).await?;
        for (before, role) in outdated(&mut tx, &uid).await? {
            match store::roles::hold(&mut tx, &uid, &role.id).await? {
                Some(held) => store::roles::update(&mut tx, &held, &uid, &role).await?,
                None => drop(store::roles::insert(&mut tx, &uid, &role, cx.now()).await?),
            }
            let id = role.id.clone();
            let change = Change::updated(Resource::Role, id.as_str(), &before, &Some(role));
            audit::record(&mut tx, &cx, "kestra", change.within(&TenantUid::default_tenant(), None)).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

/// Managed roles of a row that are missing or as another version had them, with what is there instead.
async fn outdated(tx: &mut Tx, uid: &TenantUid) -> Result<Vec<(Option<Role>, Role)>> {
    let mut there = store::roles::by_ids(tx, uid, &managed_ids()).await?;
    let wanted = Managed::ALL.map(|managed| crate::tenant::managed_role(managed, None));
    let before = wanted.map(|role| {
        let at = there.iter().position(|one| one.id == role.id);
        (at.map(|at| there.swap_remove(at)), role)
    });
    let same = |one: &Role, role: &Role| {
        one.permissions == role.permissions
            && one.description == role.description
            && one.name == role.name
            && one.is_managed
    };
    Ok(before.into_iter().filter(|(one, role)| !one.as_ref().is_some_and(|one| same(one, role))).collect())
}
