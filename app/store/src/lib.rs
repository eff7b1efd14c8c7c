//! The database: opening, migrating, transactions, and every query through one door.
//!
//! The SQL is written once, in `query/`, and compiled twice, by `store-sqlite` and `store-postgres`,
//! each of which checks it against its own schema. Here the two meet again: a [`Tx`] is a transaction
//! on whichever engine is configured, and each query is one function on it.

mod changes;
mod error;
mod locked;
mod open;

pub use changes::{Changed, Changes, Told};
pub use error::{Error, Missing, Result};
pub use locked::Locked;
pub use open::{Alone, Engine, Store};
pub use store_sqlite::tenants::fold;

use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::OwnedSemaphorePermit;

/// What each list can be filtered and sorted by; the same on both engines.
pub mod shape {
    pub use store_sqlite::{
        access::SHAPE as ACCESS,
        audit::SHAPE as AUDIT,
        bindings::SHAPE as BINDINGS,
        executions::SHAPE as EXECUTIONS,
        flows::SHAPE as FLOWS,
        groups::{MEMBERS, SHAPE as GROUPS},
        invitations::SHAPE as INVITATIONS,
        listing::Shape,
        namespaces::SHAPE as NAMESPACES,
        principals::SHAPE as PRINCIPALS,
        roles::SHAPE as ROLES,
    };
}

/// An open transaction. Dropping it rolls back.
pub struct Tx {
    inner: Inner,
    /// Tells it from every other one of this process.
    serial: u64,
    /// Given back when it ends.
    turn: Option<OwnedSemaphorePermit>,
}

enum Inner {
    Sqlite(sqlx::Transaction<'static, sqlx::Sqlite>),
    /// With the server, which may be gone while a statement waits for it.
    Postgres(sqlx::Transaction<'static, sqlx::Postgres>, open::Server),
}

impl Tx {
    fn new(inner: Inner) -> Self {
        static BEGUN: AtomicU64 = AtomicU64::new(0);
        Self { inner, serial: BEGUN.fetch_add(1, Ordering::Relaxed), turn: None }
    }

    fn in_turn(self, turn: Option<OwnedSemaphorePermit>) -> Self {
        Self { turn, ..self }
    }

    /// Makes what was done lasting.
    pub async fn commit(self) -> Result<()> {
        let Self { inner, turn: _turn, .. } = self;
        match inner {
            Inner::Sqlite(tx) => tx.commit().await?,
            // Whoever gives up waiting does not know whether it was done: this one waits.
            Inner::Postgres(tx, _) => tx.commit().await?,
        }
        Ok(())
    }
}

/// A query on whichever engine the transaction is.
macro_rules! on {
    ($tx:ident, $module:ident::$name:ident($($arg:expr),*)) => {
        match &mut $tx.inner {
            Inner::Sqlite(db) => store_sqlite::$module::$name(db, $($arg),*).await?,
            Inner::Postgres(db, server) => server.over(store_postgres::$module::$name(db, $($arg),*)).await?,
        }
    };
}

/// One function for each query, on whichever engine the transaction is. Those that `lock` a row, or `make` a new one,
/// hand it out as [`Locked`]; those that `change` rows take nothing else, and fail where there are fewer.
macro_rules! doors {
    ($(
        $(#[$doc:meta])*
        $module:ident {
            use $words:tt;
            $(fn $name:ident($($arg:ident: $type:ty),*) -> $out:ty;)*
            $(lock $lock:ident($($key:ident: $keytype:ty),*) -> $found:ty;)*
            $(locks $locks:ident($($keys:ident: $keystype:ty),*) -> $all:ty;)*
            $(make $make:ident($new:ident: $made:ty $(, $more:ident: $moretype:ty)*);)*
            $(change $change:ident($was:ident: $row:ty $(, $to:ident: $totype:ty)*);)*
            $(changes $changes:ident($these:ident: $rows:ty);)*
        }
    )*) => {$(
        $(#[$doc])*
        pub mod $module {
            use crate::{Inner, Result, Tx};
            use model::$words;
            $(
                #[doc = concat!("See `query/", stringify!($module), ".rs`.")]
                pub async fn $name(tx: &mut Tx $(, $arg: $type)*) -> Result<$out> {
                    Ok(on!(tx, $module::$name($($arg),*)))
                }
            )*
            $(
                #[doc = concat!("Locks. See `query/", stringify!($module), ".rs`.")]
                pub async fn $lock(tx: &mut Tx $(, $key: $keytype)*) -> Result<Option<crate::Locked<$found>>> {
                    let found = on!(tx, $module::$lock($($key),*));
                    Ok(found.map(|row| crate::Locked::new(row, tx)))
                }
            )*
            $(
                #[doc = concat!("Locks. See `query/", stringify!($module), ".rs`.")]
                pub async fn $locks(tx: &mut Tx $(, $keys: $keystype)*) -> Result<Vec<crate::Locked<$all>>> {
                    let found = on!(tx, $module::$locks($($keys),*));
                    Ok(found.into_iter().map(|row| crate::Locked::new(row, tx)).collect())
                }
            )*
            $(
                #[doc = concat!("Makes a row, which nobody else has seen. See `query/", stringify!($module), ".rs`.")]
                pub async fn $make(tx: &mut Tx, $new: $made $(, $more: $moretype)*) -> Result<crate::Locked<$made>> {
                    on!(tx, $module::$make(&$new $(, $more)*));
                    Ok(crate::Locked::new($new, tx))
                }
            )*
            $(
                #[doc = concat!("Changes a row. See `query/", stringify!($module), ".rs`.")]
                pub async fn $change(tx: &mut Tx, $was: &crate::Locked<$row> $(, $to: $totype)*) -> Result<()> {
                    let $was = $was.by(tx)?;
                    if on!(tx, $module::$change($was $(, $to)*)) == 0 { Err(crate::Error::Gone) } else { Ok(()) }
                }
            )*
            $(
                #[doc = concat!("Changes rows. See `query/", stringify!($module), ".rs`.")]
                pub async fn $changes(tx: &mut Tx, $these: &[crate::Locked<$rows>]) -> Result<()> {
                    let $these = $these.iter().map(|one| one.by(tx)).collect::<Result<Vec<_>>>()?;
                    let done = on!(tx, $module::$changes(&$these));
                    if usize::try_from(done).is_ok_and(|done| done < $these.len()) { Err(crate::Error::Gone) } else { Ok(()) }
                }
            )*
        }
    )*};
}

doors! {
    /// Who may enter a tenant, and with which grants.
    access {
        use {Grant, List, Page, Principal, PrincipalId, TenantLink, TenantUid, Timestamp};
        fn page(tenant: &TenantUid, only_accounts: bool, list: &List) -> Page<(Principal, bool)>;
        fn grant(tenant: &TenantUid, principal: &PrincipalId, at: Timestamp) -> u64;
        fn revoke(tenant: &TenantUid, principals: &[PrincipalId]) -> Vec<PrincipalId>;
        fn leave_if_idle(tenants: &[String], principals: &[PrincipalId]) -> u64;
        fn set(principal: &PrincipalId, tenants: &[String], at: Timestamp) -> ();
        fn tenants(ids: &[String], default: bool) -> Vec<(PrincipalId, TenantUid, TenantLink)>;
        fn grants_of(tenant: Option<&TenantUid>, ids: &[String]) -> Vec<(PrincipalId, Grant)>;
        fn holders(
            tenant: &TenantUid, roles: &[String], namespaces: &[String], superadmins: bool, list: &List
        ) -> Page<(Principal, bool)>;
        fn enter(tenant: &TenantUid, principal: &PrincipalId, at: Timestamp) -> u64;
        fn entered(tenant: &TenantUid, principal: &PrincipalId) -> bool;
        fn grants(tenant: &TenantUid, principal: &PrincipalId) -> Vec<Grant>;
        fn instance_grants(principal: &PrincipalId) -> Vec<Grant>;
    }

    /// The audit log.
    audit {
        use {AuditId, List, Page, TenantUid, Timestamp, audit::{AuditRow, Chain, Day, Head, Place, Stored}};
        fn page(tenant: Option<&TenantUid>, list: &List) -> Page<Stored>;
        fn newest(tenant: Option<&TenantUid>, list: &List, after: Option<&Place>, limit: i64) -> Vec<Stored>;
        fn by_id(tenant: Option<&TenantUid>, id: &AuditId) -> Option<Stored>;
        fn chains(after: &str, limit: i64) -> Vec<Chain>;
        fn links(chain: &str, after: i64, limit: i64) -> Vec<Stored>;
        fn headless() -> Option<String>;
        fn purge(before: Timestamp) -> u64;
        fn head(chain: &str) -> Head;
        fn append(chain: &str, head: &Head, row: &AuditRow, hash: &str) -> ();
        fn repeat(chain: &str, row: &AuditRow, since: Timestamp) -> bool;
        fn count(event: &str, resource: &str, target: &str) -> i64;
        fn days(from: Timestamp) -> Vec<Day>;
    }

    /// Bindings of a tenant.
    bindings {
        use {
            Binding, BindingId, GroupId, List, Namespace, NewBinding, Page, Permissions, TenantUid, Timestamp,
        };
        fn page(tenant: &TenantUid, list: &List) -> Page<Binding>;
        fn of_group(tenant: &TenantUid, group: &GroupId) -> Vec<(Permissions, Option<Namespace>)>;
        fn insert(tenant: &TenantUid, id: &BindingId, new: &NewBinding, at: Timestamp, by: &str) -> ();
        fn by_id(tenant: &TenantUid, id: &BindingId) -> Option<Binding>;
        fn delete(tenant: &TenantUid, ids: &[BindingId]) -> u64;
        fn count(tenant: &TenantUid) -> i64;
    }

    /// Users, service accounts, passwords.
    principals {
        use {Email, List, Page, Password, Principal, PrincipalId, PrincipalKind, Superadmins, TenantUid, Timestamp};
        fn superadmins(without: &[String]) -> Superadmins;
        fn some_superadmins(limit: i64) -> Vec<String>;
        fn page(kind: PrincipalKind, list: &List) -> Page<(Principal, bool)>;
        fn by_ids(ids: &[String]) -> Vec<(Principal, bool)>;
        fn accounts_only_in(tenant: &TenantUid) -> Vec<Principal>;
        fn by_id(id: &PrincipalId) -> Option<Principal>;
        fn by_email(email: &Email) -> Option<Principal>;
        fn any() -> bool;
        fn suggest(prefix: &str, limit: i64) -> Vec<String>;
        fn suggest_in(tenant: &TenantUid, prefix: &str, limit: i64) -> Vec<String>;
        fn password(id: &PrincipalId) -> Option<Password>;
        fn fail(id: &PrincipalId, at: Timestamp, window_start: Timestamp) -> i64;
        fn forgive(id: &PrincipalId) -> ();
        lock hold(id: &PrincipalId) -> Principal;
        locks hold_all(ids: &[String]) -> Principal;
        make insert(new: Principal, by: &str);
        change update(was: Principal, new: &Principal);
        change set_password(was: Principal, hash: &str, at: Timestamp);
        change delete_password(was: Principal);
        change lock(was: Principal, until: Timestamp);
        changes delete(these: Principal);
    }

    /// Roles of a tenant.
    roles {
        use {List, Page, Permissions, PrincipalId, Role, RoleId, RoleRef, TenantId, TenantUid, Timestamp};
        fn page(tenant: &TenantUid, list: &List) -> Page<Role>;
        fn default_of(tenant: &TenantUid) -> Option<RoleRef>;
        fn for_newcomer(tenants: &[TenantUid], user: &PrincipalId) -> Vec<(TenantUid, Option<TenantId>, RoleRef)>;
        fn by_ids(tenant: &TenantUid, ids: &[String]) -> Vec<Role>;
        fn all(tenant: &TenantUid) -> Vec<(Vec<RoleId>, Permissions)>;
        fn clear_default(tenant: &TenantUid) -> u64;
        fn insert(tenant: &TenantUid, role: &Role, at: Timestamp) -> u64;
        fn by_id(tenant: &TenantUid, id: &RoleId) -> Option<Role>;
        fn list(tenant: &TenantUid, limit: i64) -> Vec<Role>;
        lock hold(tenant: &TenantUid, id: &RoleId) -> Role;
        change update(was: Role, tenant: &TenantUid, role: &Role);
        change delete(was: Role, tenant: &TenantUid);
    }

    /// Searching names by the engine's own index.
    search {
        use {TenantSummary};
        fn tenants(needle: &str, limit: i64) -> Vec<TenantSummary>;
    }

    /// Sessions.
    sessions {
        use {ApiSession, OpenSession, PrincipalId, Session, SessionKind, Timestamp};
        fn list(principal: &PrincipalId, at: Timestamp, limit: i64) -> Vec<OpenSession>;
        fn end(principal: &PrincipalId, id: &str) -> u64;
        fn open(new: &ApiSession, at: Timestamp) -> ();
        fn of_api(id: &str, kind: SessionKind, at: Timestamp) -> Option<(ApiSession, Option<String>)>;
        fn delete_refreshing(principal: &PrincipalId) -> u64;
        fn secret(name: &str, fresh: &str) -> String;
        fn insert(session: &Session, at: Timestamp) -> ();
        fn update(session: &Session, at: Timestamp) -> u64;
        fn load(id: &str, at: Timestamp) -> Option<Session>;
        fn delete(id: &str) -> u64;
        fn delete_of(principal: &PrincipalId) -> u64;
        fn sweep(at: Timestamp) -> u64;
    }

    /// Tenants.
    tenants {
        use {
            Consequences, Cursor, Direction, PrincipalId, Tenant, TenantId, TenantLink, TenantSettings, TenantSort,
            TenantSummary, TenantUid,
        };
        fn insert(new: &Tenant) -> ();
        fn by_id(id: &TenantId) -> Option<Tenant>;
        fn by_uid(uid: &TenantUid) -> Option<Tenant>;
        fn uids(ids: &[String]) -> Vec<(String, TenantUid)>;
        fn consequences(tenant: &TenantUid) -> Consequences;
        fn total() -> i64;
        fn count(needle: &str, cap: i64) -> i64;
        fn list(
            sort: TenantSort, direction: Direction, needle: &str, after: Option<&Cursor>, limit: i64, offset: i64
        ) -> Vec<TenantSummary>;
        fn among(ids: &[String], default: bool, principal: Option<&PrincipalId>) -> Vec<TenantLink>;
        fn accessible(principal: &PrincipalId, default: bool, limit: i64) -> Vec<TenantLink>;
        fn found(principal: &PrincipalId, default: bool, needle: &str, limit: i64) -> Vec<TenantLink>;
        lock hold(uid: &TenantUid) -> Tenant;
        change update(was: Tenant, name: &str, settings: &TenantSettings);
        change delete(was: Tenant);
    }

    /// API tokens.
    tokens {
        use {PrincipalId, Timestamp, Token, TokenId};
        fn insert(new: &Token, hash: &str) -> ();
        fn by_hash(hash: &str) -> Option<Token>;
        fn list(principal: &PrincipalId) -> Vec<Token>;
        fn used(id: &TokenId, at: Timestamp, expires_at: Option<Timestamp>) -> ();
        fn delete(principal: &PrincipalId, id: &TokenId) -> u64;
    }

    /// Groups of a tenant and their members.
    groups {
        use {Group, GroupId, List, Membership, Page, Principal, PrincipalId, TenantUid, Timestamp};
        fn insert(tenant: &TenantUid, new: &Group, at: Timestamp) -> ();
        fn by_id(tenant: &TenantUid, id: &GroupId) -> Option<Group>;
        fn tenants(ids: &[String]) -> Vec<(GroupId, TenantUid)>;
        fn by_ids(tenant: &TenantUid, ids: &[String]) -> Vec<Group>;
        fn page(tenant: &TenantUid, list: &List) -> Page<Group>;
        fn members(tenant: &TenantUid, group: &GroupId, list: &List) -> Page<(Principal, bool, bool)>;
        fn membership(tenant: &TenantUid, group: &GroupId, principal: &PrincipalId) -> Option<(bool, bool)>;
        fn join(tenant: &TenantUid, group: &GroupId, principal: &PrincipalId, owner: bool) -> u64;
        fn fill(tenant: &TenantUid, group: &GroupId, principals: &[String], at: Timestamp) -> ();
        fn set(
            principal: &PrincipalId, tenant: Option<&TenantUid>, groups: &[(GroupId, TenantUid)], at: Timestamp
        ) -> Vec<String>;
        fn set_owner(tenant: &TenantUid, group: &GroupId, principal: &PrincipalId, owner: bool) -> u64;
        fn leave(tenant: &TenantUid, group: &GroupId, principals: &[PrincipalId]) -> Vec<(PrincipalId, bool)>;
        fn of_principals(ids: &[String], tenant: Option<&TenantUid>) -> Vec<Membership>;
        lock hold(tenant: &TenantUid, id: &GroupId) -> Group;
        change update(was: Group, tenant: &TenantUid, new: &Group);
        change delete(was: Group, tenant: &TenantUid);
    }

    /// Invitations.
    invitations {
        use {Invitation, InvitationId, List, Page, TenantUid, Timestamp};
        fn insert(new: &Invitation) -> ();
        fn by_id(tenant: Option<&TenantUid>, id: &InvitationId) -> Option<Invitation>;
        fn of_email(tenant: Option<&TenantUid>, email: &str) -> Vec<Invitation>;
        fn page(
            tenant: &TenantUid, status: Option<&str>, at: Timestamp, list: &List
        ) -> Page<Invitation>;
        fn delete_expired(tenant: &TenantUid, email: &str, at: Timestamp) -> u64;
        fn mailed(tenant: &TenantUid, id: &InvitationId, asked: Timestamp, at: Option<Timestamp>, error: Option<&str>) -> u64;
        lock hold(tenant: Option<&TenantUid>, id: &InvitationId) -> Invitation;
        change accept(was: Invitation, at: Timestamp);
        change delete(was: Invitation);
        change ask_mail(was: Invitation, at: Timestamp);
    }

    /// What is kept for others, and echoed.
    stored {
        use {Integration, IntegrationId, TenantUid, WorkerGroupRow};
        fn document(tenant: &TenantUid, kind: &str) -> Option<String>;
        fn put_document(tenant: &TenantUid, kind: &str, body: &str) -> ();
        fn delete_document(tenant: &TenantUid, kind: &str) -> u64;
        fn insert_worker_group(new: &WorkerGroupRow) -> ();
        fn worker_groups() -> Vec<WorkerGroupRow>;
        fn worker_group(id: &str) -> Option<WorkerGroupRow>;
        fn insert_integration(tenant: &TenantUid, new: &Integration, token_hash: &str) -> ();
        fn integrations(tenant: &TenantUid) -> Vec<Integration>;
        fn integration(tenant: &TenantUid, id: &IntegrationId) -> Option<Integration>;
        lock hold_worker_group(id: &str) -> WorkerGroupRow;
        lock hold_integration(tenant: &TenantUid, id: &IntegrationId) -> Integration;
        change update_worker_group(was: WorkerGroupRow, new: &WorkerGroupRow);
        change delete_worker_group(was: WorkerGroupRow);
        change enable_integration(was: Integration, tenant: &TenantUid, enabled: bool);
        change delete_integration(was: Integration, tenant: &TenantUid);
    }

    /// Access in bulk.
    transfer {
        use {
            Principal, Tenant, Timestamp,
            audit::{AuditRow, Head},
            transfer::row::{Bindings, Entered, Groups, Member, Roles},
        };
        fn hold() -> ();
        fn principals(after: &str, limit: i64) -> Vec<Principal>;
        fn groups(after: &str, limit: i64) -> Vec<Groups>;
        fn members(group: &str, principal: &str, limit: i64) -> Vec<Member>;
        fn roles(tenant: &str, id: &str, limit: i64) -> Vec<Roles>;
        fn bindings(after: &str, limit: i64) -> Vec<Bindings>;
        fn entered(tenant: &str, principal: &str, limit: i64) -> Vec<Entered>;
        fn put_tenants(all: &[Tenant]) -> ();
        fn put_principals(all: &[Principal], by: &str) -> ();
        fn put_groups(all: &[Groups], at: Timestamp) -> ();
        fn park(groups: &[String], principals: &[String]) -> ();
        fn put_roles(all: &[Roles], at: Timestamp) -> ();
        fn clear_defaults(tenants: &[String]) -> ();
        fn enter(all: &[Entered], at: Timestamp) -> ();
        fn put_members(all: &[Member]) -> ();
        fn insert_bindings(all: &[Bindings], at: Timestamp, by: &str) -> ();
        fn delete_tenants(ids: &[String]) -> ();
        fn delete_principals(ids: &[String]) -> ();
        fn delete_groups(ids: &[String]) -> ();
        fn delete_bindings(ids: &[String]) -> ();
        fn delete_roles(roles: &[(String, String)]) -> ();
        fn delete_members(members: &[(String, String)]) -> ();
        fn close(entered: &[(String, String)]) -> ();
        fn leave_idle(entered: &[(String, String)]) -> ();
        fn heads(chains: &[String]) -> Vec<(String, Head)>;
        fn append(all: &[(String, Head, String, AuditRow)], last: &[(String, Head)]) -> ();
    }

    /// Namespaces of a tenant.
    namespaces {
        use {List, Namespace, NamespaceRow, Page, Reach, TenantUid, Timestamp};
        fn insert(tenant: &TenantUid, new: &NamespaceRow, at: Timestamp) -> u64;
        fn by_id(tenant: &TenantUid, id: &Namespace) -> Option<NamespaceRow>;
        fn page(tenant: &TenantUid, reach: &Reach, existing: bool, list: &List) -> Page<NamespaceRow>;
        fn any(tenant: &TenantUid) -> bool;
        lock hold(tenant: &TenantUid, id: &Namespace) -> NamespaceRow;
        change update(was: NamespaceRow, tenant: &TenantUid, new: &NamespaceRow, at: Timestamp);
        change delete(was: NamespaceRow, tenant: &TenantUid);
    }

    /// Flows of a tenant.
    flows {
        use {Flow, List, Namespace, Page, Reach, TenantUid, Timestamp};
        fn insert(tenant: &TenantUid, new: &Flow, by: &str) -> u64;
        fn by_id(tenant: &TenantUid, namespace: &Namespace, id: &str) -> Option<Flow>;
        fn revisions(
            tenant: &TenantUid, namespace: &Namespace, id: &str, only: Option<i64>
        ) -> Vec<(i64, String, Timestamp)>;
        fn page(tenant: &TenantUid, reach: &Reach, list: &List) -> Page<Flow>;
        fn namespaces(tenant: &TenantUid, reach: &Reach, text: &str) -> Vec<Namespace>;
        lock hold(tenant: &TenantUid, namespace: &Namespace, id: &str) -> Flow;
        change update(was: Flow, tenant: &TenantUid, new: &Flow, by: &str);
        change delete(was: Flow, tenant: &TenantUid);
    }

    /// Records of executions of a tenant.
    executions {
        use {Execution, List, Page, Reach, TenantUid};
        fn insert(tenant: &TenantUid, new: &Execution) -> ();
        fn by_id(tenant: &TenantUid, id: &str) -> Option<Execution>;
        fn page(tenant: &TenantUid, reach: &Reach, list: &List) -> Page<Execution>;
        lock hold(tenant: &TenantUid, id: &str) -> Execution;
        change update(was: Execution, tenant: &TenantUid, new: &Execution);
        change delete(was: Execution, tenant: &TenantUid);
    }

    /// Moving whole tenants at once.
    moving {
        use {TenantUid, Timestamp};
        fn begin(from: &TenantUid, to: &TenantUid) -> bool;
        fn announce(step: u32, by: &str) -> ();
        fn announced() -> Option<(u32, String, Timestamp)>;
    }

    /// Moving what waits since tenants were off to the default tenant.
    sync {
        use {GroupId, RoleId, SyncCounts, TenantUid};
        fn counts(tenant: &TenantUid) -> SyncCounts;
        fn groups(tenant: &TenantUid) -> Vec<(GroupId, String, Option<String>)>;
        fn members_of_namesakes(
            tenant: &TenantUid, other: &TenantUid, each: &mut (dyn FnMut(&str, &str, bool) + Send)
        ) -> ();
        fn bindings_of_namesakes(tenant: &TenantUid, other: &TenantUid) -> Vec<(GroupId, RoleId, String)>;
        fn invited(tenant: &TenantUid) -> Vec<String>;
        fn contents(tenant: &TenantUid, each: &mut (dyn FnMut(&str) + Send)) -> ();
        fn rename_role(tenant: &TenantUid, id: &RoleId, new: &RoleId, name: &str) -> ();
        fn rebind(tenant: &TenantUid, role: &RoleId, new: &RoleId) -> ();
        fn set_default_role(tenant: &TenantUid, id: &RoleId) -> ();
        fn rename_group(tenant: &TenantUid, id: &GroupId, name: &str) -> ();
        fn move_bindings(from: &TenantUid, to: &TenantUid, some: bool) -> ();
        fn move_groups(from: &TenantUid, to: &TenantUid) -> ();
        fn move_roles(from: &TenantUid, to: &TenantUid) -> ();
        fn move_access(from: &TenantUid, to: &TenantUid, some: bool) -> ();
        fn move_rest(from: &TenantUid, to: &TenantUid) -> ();
        fn invitations(tenant: &TenantUid) -> Vec<(String, String, String)>;
        fn rewrite_invitation(id: &str, roles: &str, groups: &str) -> ();
        fn recount(tenant: &TenantUid) -> ();
    }
}
