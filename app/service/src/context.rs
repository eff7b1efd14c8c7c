//! Who asks, from where, and the transactions they may have.
//!
//! ```text
//! cx.write::<CreateTenant>()            begins a transaction, loads what the caller holds *in* it, decides
//!   └─ Write<CreateTenant>              queries go through it; dropping it rolls back
//!        └─ commit(change)              writes the audit row and commits: the only way out
//! ```
//! A refusal is audited too, in a transaction of its own.

use crate::{
    Clock, Error, Result, Trace,
    act::Act,
    audit::{self, Change},
    clock::new_id,
    decide::{self, Decision, Place, Subject, decide, lacking},
    login::BasicCache,
    mail::{Mailer, Post},
    password::Hasher,
};
use model::{
    Grant, Namespace, PasswordPolicy, Permission, Permissions, Principal, PrincipalId, Reach, Resource, Tenant,
    TenantId, TenantUid, Timestamp,
    audit::{Door, Event},
};
use std::{
    marker::PhantomData,
    sync::{Arc, atomic::AtomicBool},
};
use store::{Alone, Store, Tx};

/// When repeated failures lock an account (contract 1.2). Times in milliseconds.
#[derive(Debug, Clone, Copy)]
pub struct Lockout {
    /// Failures that lock.
    pub threshold: i64,
    /// Within this time.
    pub window: i64,
    /// For this long.
    pub duration: i64,
}

impl Default for Lockout {
    fn default() -> Self {
        Self { threshold: 10, window: 5 * 60_000, duration: 30 * 60_000 }
    }
}

/// The part of the configuration that use cases depend on.
#[derive(Clone)]
pub struct Settings {
    /// `kestra.ee.tenants.enabled`.
    pub tenants: bool,
    /// `kestra.ee.tenants.default-tenant`.
    pub default_tenant: bool,
    /// Whether creating a tenant makes one its Tenant Admin (contract 8.2).
    pub bind_creator: bool,
    /// What passwords must have.
    pub passwords: PasswordPolicy,
    /// When accounts are locked.
    pub lockout: Lockout,
    /// Where people reach this server (`kestra.url`); links in invitations begin with it.
    pub url: Option<String>,
    /// How long an invitation can be accepted, in milliseconds.
    pub invitations_expire_after: i64,
    /// How long a sign-in over the API lasts, in milliseconds.
    pub sign_in_lasts: i64,
    /// `kestra.encryption.secret-key`; without it the instance makes a key for itself.
    pub secret_key: Option<Vec<u8>>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            tenants: false,
            default_tenant: true,
            bind_creator: true,
            passwords: PasswordPolicy::default(),
            lockout: Lockout::default(),
            url: None,
            invitations_expire_after: 7 * 86_400_000,
            sign_in_lasts: 2 * 86_400_000,
            secret_key: None,
        }
    }
}

/// The application: one for each process.
pub struct Service {
    pub(crate) store: Store,
    pub(crate) clock: Box<dyn Clock>,
    pub(crate) hasher: Hasher,
    pub(crate) basic: BasicCache,
    pub(crate) set_up: AtomicBool,
    /// What tokens are signed with.
    pub(crate) key: tokio::sync::OnceCell<Vec<u8>>,
    /// The sync of access that is under way.
    pub(crate) sync: crate::sync::Running,
    /// Tells open pages what changes.
    pub(crate) live: crate::live::Hub,
    /// Sends mails, where a mail server is configured.
    pub(crate) post: Option<Post>,
    settings: Settings,
}

impl Service {
    /// On an open database; with a mailer invitations are sent by mail.
    pub fn new(store: Store, settings: Settings, clock: Box<dyn Clock>, mailer: Option<Box<dyn Mailer>>) -> Arc<Self> {
        Arc::new(Self {
            store,
            clock,
            hasher: Hasher::default(),
            basic: BasicCache::default(),
            set_up: AtomicBool::new(false),
            key: Default::default(),
            sync: Default::default(),
            live: Default::default(),
            post: mailer.map(Post::new),
            settings,
        })
    }

    /// What it was configured with.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Whether mails are sent.
    pub fn mails(&self) -> bool {
        self.post.is_some()
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A caller's context.
    pub fn context(self: &Arc<Self>, caller: Caller, origin: Origin) -> Context {
        Context { service: self.clone(), caller, origin, impersonator: None, by_itself: false }
    }
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// Somebody who has not said.
    Anonymous,
    /// A user or service account whose credentials were checked.
    Principal(PrincipalId),
    /// Whoever can read the configuration and the database, by the name the audit log shall have.
    Operator(String),
}

/// From where.
#[derive(Debug, Clone)]
pub struct Origin {
    /// Which door.
    pub door: Door,
    /// The request, as the log names it.
    pub request_id: Option<String>,
    /// The network address.
    pub address: Option<std::net::IpAddr>,
    /// Its span in the log.
    pub trace: Trace,
}

/// A tenant as an address names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TenantRef {
    /// By its identifier.
    Named(TenantId),
    /// By naming none.
    Default,
}

impl TenantRef {
    /// From an address's segment; one that cannot be an identifier names no tenant.
    pub fn parse(text: &str) -> Result<Self> {
        let id = TenantId::parse(text).map_err(|_| Error::NotFound { what: "Tenant", id: text.to_owned() })?;
        Ok(Self::Named(id))
    }

    /// From an address of the console, where the tenant without an identifier has a sign of its own.
    pub fn from_segment(text: &str) -> Result<Self> {
        if text == model::TenantLink::DEFAULT { Ok(Self::Default) } else { Self::parse(text) }
    }
}

impl std::fmt::Display for TenantRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Named(id) => id.fmt(f),
            Self::Default => f.write_str("(the default tenant)"),
        }
    }
}

/// Who asks, from where: what every use case takes first.
#[derive(Clone)]
pub struct Context {
    pub(crate) service: Arc<Service>,
    pub(crate) caller: Caller,
    pub(crate) origin: Origin,
    /// The name of whoever acts in the caller's place, if somebody does.
    pub(crate) impersonator: Option<String>,
    /// Whether a page reads again by itself.
    pub(crate) by_itself: bool,
}

impl Context {
    /// Now.
    pub fn now(&self) -> Timestamp {
        self.service.now()
    }

    /// The same request by somebody else.
    pub fn with(&self, caller: Caller) -> Self {
        Self { caller, ..self.clone() }
    }

    /// The same caller in another request.
    #[must_use]
    pub fn through(&self, request: &Self) -> Self {
        Self { origin: request.origin.clone(), ..self.clone() }
    }

    /// The same request, made by an open page that was notified of a change: nobody asked for anything, so what is
    /// denied is not written down. Only for what reads.
    #[must_use]
    pub fn by_itself(&self) -> Self {
        Self { by_itself: true, ..self.clone() }
    }

    /// The name of whoever acts in the caller's place, if somebody does.
    pub fn impersonator(&self) -> Option<&str> {
        self.impersonator.as_deref()
    }

    /// The application's settings.
    pub fn settings(&self) -> &Settings {
        &self.service.settings
    }

    /// Whether mails are sent.
    pub fn mails(&self) -> bool {
        self.service.mails()
    }

    /// Who asks.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// Names who asks in the log's lines about the request.
    pub fn name_caller(&self) {
        if let Caller::Principal(id) = &self.caller {
            self.origin.trace.principal(id);
        }
    }

    /// The principal who asks, if it is one.
    pub(crate) fn principal_id(&self) -> Option<&PrincipalId> {
        match &self.caller {
            Caller::Principal(id) => Some(id),
            _ => None,
        }
    }

    /// A new id.
    pub(crate) fn new_id(&self) -> String {
        new_id(self.now())
    }

    /// Refuses where tenants are off.
    pub(crate) fn tenants_enabled(&self) -> Result<()> {
        if self.settings().tenants { Ok(()) } else { Err(Error::TenantsDisabled) }
    }

    /// A transaction to read for something about the instance.
    pub(crate) async fn read<A: Act>(&self) -> Result<Read<A>> {
        let mut work = Work::reading(self, None).await?;
        work.require(A::PERMISSION).await?;
        Ok(Read { work, act: PhantomData })
    }

    /// A transaction to read for something in a tenant.
    pub(crate) async fn read_in<A: Act>(&self, tenant: &TenantRef) -> Result<Read<A>> {
        let mut work = Work::reading(self, Some(tenant)).await?;
        work.require(A::PERMISSION).await?;
        Ok(Read { work, act: PhantomData })
    }

    /// A transaction to read what is the caller's own, or, with a tenant, what everybody in it may see.
    /// What else it shows must be asked of [`Read::may`].
    pub(crate) async fn read_own(&self, tenant: Option<&TenantRef>) -> Result<Read<Own>> {
        let work = Work::reading(self, tenant).await?;
        Ok(Read { work, act: PhantomData })
    }

    /// A transaction to read for something in one of a tenant's namespaces.
    pub(crate) async fn read_at<A: Act>(&self, tenant: &TenantRef, namespace: &Namespace) -> Result<Read<A>> {
        let mut work = Work::reading(self, Some(tenant)).await?;
        work.require_at(A::PERMISSION, Some(namespace)).await?;
        Ok(Read { work, act: PhantomData })
    }

    /// A transaction to change something in one of a tenant's namespaces.
    pub(crate) async fn write_at<A: Act>(&self, tenant: &TenantRef, namespace: &Namespace) -> Result<Write<A>> {
        let mut work = Work::writing(self, Alone::InItsPart, Some(tenant)).await?;
        work.require_at(A::PERMISSION, Some(namespace)).await?;
        Ok(Write { work, act: PhantomData })
    }

    /// A transaction to read a list of what is in a tenant's namespaces, and which of them to show: lists are
    /// filtered, and refused only where nothing could ever be in them (contract 4.3).
    pub(crate) async fn read_reach<A: Act>(&self, tenant: &TenantRef) -> Result<(Read<A>, Reach)> {
        let mut work = Work::reading(self, Some(tenant)).await?;
        let uid = work.tenant.as_ref().map(|tenant| tenant.uid.clone());
        let reach = uid.map_or(Reach::Only(Vec::new()), |uid| decide::reach(&work.subject, A::PERMISSION, &uid));
        if reach == Reach::Only(Vec::new()) {
            work.require(A::PERMISSION).await?;
        }
        Ok((Read { work, act: PhantomData }, reach))
    }

    /// A transaction to change what is the caller's own, or, in a tenant, something whose rules go beyond one
    /// permission: those must be asked of [`Write::require_any`].
    pub(crate) async fn write_own(&self, tenant: Option<&TenantRef>) -> Result<Write<Own>> {
        let work = Work::writing(self, Alone::InItsPart, tenant).await?;
        Ok(Write { work, act: PhantomData })
    }

    /// A transaction to change something about the instance, which nobody else changes meanwhile.
    pub(crate) async fn write<A: Act>(&self) -> Result<Write<A>> {
        let mut work = Work::writing(self, Alone::Everywhere, None).await?;
        work.require(A::PERMISSION).await?;
        Ok(Write { work, act: PhantomData })
    }

    /// A transaction that may take long, beside which everybody else goes on: it keeps others away from what it writes
    /// by itself.
    pub(crate) async fn write_beside<A: Act>(&self) -> Result<Write<A>> {
        let mut work = Work::writing(self, Alone::No, None).await?;
        work.require(A::PERMISSION).await?;
        Ok(Write { work, act: PhantomData })
    }

    /// A transaction to change something in a tenant that other tenants have a part in.
    pub(crate) async fn write_across<A: Act>(&self, tenant: &TenantRef) -> Result<Write<A>> {
        let mut work = Work::writing(self, Alone::Everywhere, Some(tenant)).await?;
        work.require(A::PERMISSION).await?;
        Ok(Write { work, act: PhantomData })
    }

    /// A transaction to change something in a tenant.
    pub(crate) async fn write_in<A: Act>(&self, tenant: &TenantRef) -> Result<Write<A>> {
        let mut work = Work::writing(self, Alone::InItsPart, Some(tenant)).await?;
        work.require(A::PERMISSION).await?;
        Ok(Write { work, act: PhantomData })
    }

    /// Writes that something was denied, unless nobody asked for it.
    async fn note_denied(&self, caller: &str, denied: Change) -> Result<()> {
        if self.by_itself { Ok(()) } else { audit::record_denied(self, caller, denied).await }
    }

    /// Writes an audit row that belongs to no change.
    pub(crate) async fn note(&self, caller: &str, change: Change) -> Result<()> {
        let mut tx = self.service.store.write(Alone::No).await?;
        audit::record(&mut tx, self, caller, change).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Reading what is one's own; needs no permission beyond being somebody.
pub(crate) struct Own;

/// A transaction, who has it, and where.
struct Work {
    tx: Tx,
    cx: Context,
    subject: Subject,
    tenant: Option<Tenant>,
}

impl Work {
    async fn reading(cx: &Context, tenant: Option<&TenantRef>) -> Result<Self> {
        Self::begin(cx, cx.service.store.read().await?, tenant, false).await
    }

    async fn writing(cx: &Context, alone: Alone, tenant: Option<&TenantRef>) -> Result<Self> {
        Self::begin(cx, cx.service.store.write(alone).await?, tenant, true).await
    }

    /// Whoever `writes` in a tenant holds it before anything of it is looked at, their own rights included: what is decided
    /// is still so when it is written.
    async fn begin(cx: &Context, mut tx: Tx, tenant: Option<&TenantRef>, writes: bool) -> Result<Self> {
        cx.name_caller();
        if let Some(tenant) = tenant {
            cx.origin.trace.tenant(tenant);
        }
        let principal = match &cx.caller {
            Caller::Anonymous => return Err(Error::Unauthenticated),
            Caller::Operator(_) => None,
            // A session may outlive its user by the time of one request.
            Caller::Principal(id) => Some(store::principals::by_id(&mut tx, id).await?.ok_or(Error::Unauthenticated)?),
        };
        let tenant = match tenant {
            None => None,
            Some(tenant) => match find(cx, &mut tx, tenant, principal.as_ref(), writes).await {
                Err(Error::NoAccess) => {
                    let (name, asked) = (principal.map(|one| one.name).unwrap_or_default(), tenant.to_string());
                    tx = cx.service.store.read().await?;
                    drop(tx);
                    cx.note_denied(&name, Change::event(Event::Denied, Resource::Tenant, asked)).await?;
                    return Err(Error::NoAccess);
                }
                found => Some(found?),
            },
        };
        let subject = match principal {
            None => Subject::Operator,
            Some(principal) => {
                let grants = match &tenant {
                    Some(tenant) => store::access::grants(&mut tx, &tenant.uid, &principal.id).await?,
                    // A superadmin holds all there is to hold outside of tenants.
                    None if principal.superadmin => Vec::new(),
                    None => instance_grants(cx, &mut tx, &principal.id).await?,
                };
                Subject::Principal(principal, grants)
            }
        };
        Ok(Self { tx, cx: cx.clone(), subject, tenant })
    }

    fn decide<'a>(&'a self, wanted: Permission, namespace: Option<&'a Namespace>) -> Decision<'a> {
        let place = match &self.tenant {
            Some(tenant) if !wanted.resource.of_instance() => Place::Tenant(&tenant.uid, namespace),
            _ => Place::Instance,
        };
        decide(&self.subject, wanted, place)
    }

    /// Goes on only if `wanted` is allowed; a refusal is noted.
    async fn require(&mut self, wanted: Permission) -> Result<()> {
        self.require_at(wanted, None).await
    }

    async fn require_at(&mut self, wanted: Permission, namespace: Option<&Namespace>) -> Result<()> {
        if self.decide(wanted, namespace).allowed() { Ok(()) } else { Err(self.refuse(wanted, namespace).await?) }
    }

    /// Notes a refusal and says it.
    async fn refuse(&mut self, wanted: Permission, namespace: Option<&Namespace>) -> Result<Error> {
        let tenant = self.tenant.as_ref();
        let mut denied = Change::event(Event::Denied, wanted.resource, wanted.to_string()).in_namespace(namespace);
        if let Some(tenant) = tenant {
            denied = denied.within(&tenant.data(), tenant.id.as_ref());
        }
        let id = tenant.and_then(|tenant| tenant.id.clone());
        let caller = self.caller_name().to_owned();
        let cx = self.cx.clone();
        // On SQLite this transaction may hold the only writer; it has done nothing, so it can go first.
        self.tx = cx.service.store.read().await?;
        cx.note_denied(&caller, denied).await?;
        Ok(Error::Forbidden { permission: wanted, tenant: id })
    }

    fn caller_name(&self) -> &str {
        match (&self.subject, &self.cx.caller) {
            (Subject::Principal(principal, _), _) => &principal.name,
            (Subject::Operator, Caller::Operator(name)) => name,
            (Subject::Operator, _) => "kestra",
        }
    }
}

/// The tenant an address names. Whoever may not know that it exists cannot tell absent from forbidden
/// (contract 1.3).
async fn find(cx: &Context, tx: &mut Tx, tenant: &TenantRef, caller: Option<&Principal>, hold: bool) -> Result<Tenant> {
    let settings = cx.settings();
    let named = match tenant {
        // Where tenants are off there is one place, and it has no name.
        TenantRef::Default if !settings.tenants => Some(without_tenants(tx).await?),
        TenantRef::Default if settings.default_tenant => {
            store::tenants::by_uid(tx, &TenantUid::default_tenant()).await?
        }
        TenantRef::Default => return Err(Error::DefaultTenantDisabled),
        TenantRef::Named(_) if !settings.tenants => return Err(Error::TenantsDisabled),
        TenantRef::Named(id) => match store::tenants::by_id(tx, id).await? {
            // Clients call the tenant they do not name `main` (contract 6.3).
            None if id.as_str() == "main" && settings.default_tenant => {
                store::tenants::by_uid(tx, &TenantUid::default_tenant()).await?
            }
            found => found,
        },
    };
    let named = match named {
        Some(tenant) if hold => store::tenants::hold(tx, &tenant.uid).await?.map(|held| held.clone()),
        named => named,
    };
    let trusted = caller.is_none_or(|principal| principal.superadmin);
    match (named, caller) {
        (Some(tenant), _) if trusted => Ok(tenant),
        (Some(tenant), Some(principal)) if store::access::entered(tx, &tenant.uid, &principal.id).await? => Ok(tenant),
        (None, _) if trusted => Err(Error::NotFound { what: "Tenant", id: tenant.to_string() }),
        _ => Err(Error::NoAccess),
    }
}

/// The one place there is while tenants are off. Access that was synchronized with the default tenant stays there when
/// tenants are switched off again: everybody keeps what they had.
pub(crate) async fn without_tenants(tx: &mut Tx) -> Result<Tenant> {
    let absent = || Error::Internal("a tenant's row is missing".into());
    let untenanted = store::tenants::by_uid(tx, &TenantUid::untenanted()).await?.ok_or_else(absent)?;
    if untenanted.users > 0 {
        return Ok(untenanted);
    }
    let default = store::tenants::by_uid(tx, &TenantUid::default_tenant()).await?;
    Ok(default.filter(|tenant| tenant.users > 0).unwrap_or(untenanted))
}

/// While tenants are off everybody is in: lets a new principal in, and says into what.
pub(crate) async fn enter_without_tenants(cx: &Context, tx: &mut Tx, id: &PrincipalId) -> Result<Option<TenantUid>> {
    if cx.settings().tenants {
        return Ok(None);
    }
    let place = without_tenants(tx).await?.uid;
    store::access::grant(tx, &place, id, cx.now()).await?;
    Ok(Some(place))
}

/// What a principal holds that matters to the instance. Roles that nobody reaches count for nothing: those that wait
/// for the sync, and those of a default tenant that is switched off.
pub(crate) async fn instance_grants(cx: &Context, tx: &mut Tx, id: &PrincipalId) -> Result<Vec<Grant>> {
    let settings = cx.settings();
    let mut grants = store::access::instance_grants(tx, id).await?;
    grants.retain(|grant| {
        let (waiting, default) = (grant.tenant == TenantUid::untenanted(), grant.tenant == TenantUid::default_tenant());
        if settings.tenants { !waiting && (settings.default_tenant || !default) } else { waiting || default }
    });
    Ok(grants)
}

/// A transaction that reads, for `A`.
pub(crate) struct Read<A> {
    work: Work,
    act: PhantomData<A>,
}

impl<A> Read<A> {
    /// For queries.
    pub(crate) fn tx(&mut self) -> &mut Tx {
        &mut self.work.tx
    }

    /// Whether the caller may do more than this transaction was opened for.
    pub(crate) fn may(&self, wanted: Permission) -> bool {
        self.work.decide(wanted, None).allowed()
    }

    /// Whether the caller may do more than this in a namespace.
    pub(crate) fn may_at(&self, wanted: Permission, namespace: &Namespace) -> bool {
        self.work.decide(wanted, Some(namespace)).allowed()
    }

    /// The caller with what it holds in a tenant; nothing where it may not enter. Nothing is noted: nobody asked to.
    pub(crate) async fn within(&mut self, tenant: &TenantRef) -> Result<Option<(Subject, TenantUid)>> {
        let Subject::Principal(principal, _) = self.work.subject.clone() else { return Ok(None) };
        let cx = self.work.cx.clone();
        let Ok(tenant) = find(&cx, &mut self.work.tx, tenant, Some(&principal), false).await else { return Ok(None) };
        let grants = store::access::grants(&mut self.work.tx, &tenant.uid, &principal.id).await?;
        Ok(Some((Subject::Principal(principal, grants), tenant.uid)))
    }

    /// Goes on only if one of these is allowed; a refusal names the first.
    pub(crate) async fn require_any(&mut self, wanted: &[Permission]) -> Result<()> {
        match wanted.first() {
            Some(first) if !wanted.iter().any(|one| self.may(*one)) => Err(self.work.refuse(*first, None).await?),
            _ => Ok(()),
        }
    }

    /// The tenant it is about.
    pub(crate) fn tenant(&self) -> Result<&Tenant> {
        self.work.tenant.as_ref().ok_or_else(|| Error::Internal("no tenant was asked for".into()))
    }

    /// Row of the tenant it is about.
    pub(crate) fn tenant_uid(&self) -> Result<TenantUid> {
        Ok(self.tenant()?.uid.clone())
    }

    /// Row that the tenant's namespaces, flows, executions and audit log belong to.
    pub(crate) fn data_uid(&self) -> Result<TenantUid> {
        Ok(self.tenant()?.data())
    }

    /// Who has it.
    pub(crate) fn subject(&self) -> &Subject {
        &self.work.subject
    }

    /// The caller's name.
    pub(crate) fn caller_name(&self) -> &str {
        self.work.caller_name()
    }
}

/// A transaction that writes, for `A`.
pub(crate) struct Write<A> {
    work: Work,
    act: PhantomData<A>,
}

impl<A> Write<A> {
    /// For queries.
    pub(crate) fn tx(&mut self) -> &mut Tx {
        &mut self.work.tx
    }

    /// The tenant it is about.
    pub(crate) fn tenant(&self) -> Result<&Tenant> {
        self.work.tenant.as_ref().ok_or_else(|| Error::Internal("no tenant was asked for".into()))
    }

    /// Row of the tenant it is about.
    pub(crate) fn tenant_uid(&self) -> Result<TenantUid> {
        Ok(self.tenant()?.uid.clone())
    }

    /// Row that the tenant's namespaces, flows, executions and audit log belong to.
    pub(crate) fn data_uid(&self) -> Result<TenantUid> {
        Ok(self.tenant()?.data())
    }

    /// Who has it.
    pub(crate) fn subject(&self) -> &Subject {
        &self.work.subject
    }

    /// Whether the caller may do more than this transaction was opened for.
    pub(crate) fn may(&self, wanted: Permission) -> bool {
        self.work.decide(wanted, None).allowed()
    }

    /// Whether the caller may do more than this in a namespace.
    pub(crate) fn may_at(&self, wanted: Permission, namespace: &Namespace) -> bool {
        self.work.decide(wanted, Some(namespace)).allowed()
    }

    /// Goes on only if one of these is allowed; a refusal names the first.
    pub(crate) async fn require_any(&mut self, wanted: &[Permission]) -> Result<()> {
        match wanted.first() {
            Some(first) if !wanted.iter().any(|one| self.may(*one)) => Err(self.work.refuse(*first, None).await?),
            _ => Ok(()),
        }
    }

    /// Goes on only if this is allowed in the namespace.
    pub(crate) async fn require_at(&mut self, wanted: Permission, namespace: &Namespace) -> Result<()> {
        self.work.require_at(wanted, Some(namespace)).await
    }

    /// Goes on only if the caller may give whatever the role holds (contract 4.5).
    pub(crate) fn may_give(&self, role: &Permissions, namespace: Option<&Namespace>) -> Result<()> {
        match lacking(&self.work.subject, role, &self.tenant()?.uid, namespace) {
            Some(permission) => Err(Error::Escalation(permission)),
            None => Ok(()),
        }
    }

    /// Refuses a change by which the caller would lock itself out of administering the tenant's access: nobody
    /// else might be left to undo it.
    pub(crate) async fn keep_access(&mut self) -> Result<()> {
        const MANAGE: Permission = Permission::new(Resource::Binding, model::Action::Create);
        let Subject::Principal(principal, grants) = &self.work.subject else { return Ok(()) };
        let uid = self.tenant()?.uid.clone();
        let before = decide::holds(grants, MANAGE, &uid);
        if principal.superadmin || !before {
            return Ok(());
        }
        let after = store::access::grants(&mut self.work.tx, &uid, &principal.id.clone()).await?;
        if decide::holds(&after, MANAGE, &uid) {
            return Ok(());
        }
        Err(Error::Conflict {
            field: None,
            message: "This would take away your own right to administer access here. Ask another admin to do it."
                .into(),
        })
    }

    /// A tenant that a change of the instance also touches; for acts that only those may do who know all tenants.
    pub(crate) async fn other(&mut self, tenant: &TenantRef) -> Result<Tenant> {
        find(&self.work.cx, &mut self.work.tx, tenant, None, true).await
    }

    /// The caller's name, for `created_by` and the audit log.
    pub(crate) fn caller_name(&self) -> &str {
        self.work.caller_name()
    }

    /// Writes the audit row of one of several changes that are committed together.
    pub(crate) async fn note(&mut self, change: Change) -> Result<()> {
        let caller = self.work.caller_name().to_owned();
        let change = match &self.work.tenant {
            Some(tenant) => change.within(&tenant.data(), tenant.id.as_ref()),
            None => change,
        };
        audit::record(&mut self.work.tx, &self.work.cx, &caller, change).await
    }

    /// Writes the audit row and commits.
    pub(crate) async fn commit(mut self, change: Change) -> Result<()> {
        self.note(change).await?;
        Ok(self.work.tx.commit().await?)
    }

    /// Writes the audit rows of changes that are one, and commits.
    pub(crate) async fn commit_all(self, changes: impl Iterator<Item = Change>) -> Result<()> {
        let caller = self.work.caller_name().to_owned();
        let Work { mut tx, cx, tenant, .. } = self.work;
        let placed = |change: Change| match &tenant {
            Some(tenant) => change.within(&tenant.data(), tenant.id.as_ref()),
            None => change,
        };
        audit::record_all(&mut tx, &cx, &caller, changes.map(placed).collect()).await?;
        Ok(tx.commit().await?)
    }
}
