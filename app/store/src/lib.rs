//! The database: opening, migrating, transactions, and every query through one door.
//!
//! The SQL is written once, in `query/`, and compiled twice, by `store-sqlite` and `store-postgres`,
//! each of which checks it against its own schema. Here the two meet again: a [`Tx`] is a transaction
//! on whichever engine is configured, and each query is one function on it.

mod changes;
mod error;
mod open;

pub use changes::{Changed, Changes, Told};
pub use error::{Error, Result};
pub use open::{Engine, Store};
pub use store_sqlite::tenants::fold;

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
pub struct Tx(Inner);

enum Inner {
    Sqlite(sqlx::Transaction<'static, sqlx::Sqlite>),
    Postgres(sqlx::Transaction<'static, sqlx::Postgres>),
}

impl Tx {
    /// Makes what was done lasting.
    pub async fn commit(self) -> Result<()> {
        match self.0 {
            Inner::Sqlite(tx) => tx.commit().await?,
            Inner::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }
}

/// One function for each query, on whichever engine the transaction is.
macro_rules! doors {
    ($(
        $(#[$doc:meta])*
        $module:ident {
            use $words:tt;
            $(fn $name:ident($($arg:ident: $type:ty),*) -> $out:ty;)*
        }
    )*) => {$(
        $(#[$doc])*
        pub mod $module {
            use crate::{Inner, Result, Tx};
            use model::$words;
            $(
                #[doc = concat!("See `query/", stringify!($module), ".rs`.")]
                pub async fn $name(tx: &mut Tx $(, $arg: $type)*) -> Result<$out> {
                    Ok(match &mut tx.0 {
                        Inner::Sqlite(db) => store_sqlite::$module::$name(db, $($arg),*).await?,
                        Inner::Postgres(db) => store_postgres::$module::$name(db, $($arg),*).await?,
                    })
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
        use {Email, List, Page, Password, Principal, PrincipalId, PrincipalKind, TenantUid, Timestamp};
        fn insert(new: &Principal, by: &str) -> ();
        fn hold(id: &PrincipalId) -> u64;
        fn update(new: &Principal) -> u64;
        fn delete(ids: &[PrincipalId]) -> u64;
        fn superadmins() -> i64;
        fn some_superadmins(limit: i64) -> Vec<String>;
        fn page(kind: PrincipalKind, list: &List) -> Page<(Principal, bool)>;
        fn by_ids(ids: &[String]) -> Vec<(Principal, bool)>;
        fn by_id(id: &PrincipalId) -> Option<Principal>;
        fn by_email(email: &Email) -> Option<Principal>;
        fn any() -> bool;
        fn suggest(prefix: &str, limit: i64) -> Vec<String>;
        fn suggest_in(tenant: &TenantUid, prefix: &str, limit: i64) -> Vec<String>;
        fn delete_password(id: &PrincipalId) -> u64;
        fn password(id: &PrincipalId) -> Option<Password>;
        fn set_password(id: &PrincipalId, hash: &str, at: Timestamp) -> ();
        fn fail(id: &PrincipalId, at: Timestamp, window_start: Timestamp) -> i64;
        fn lock(id: &PrincipalId, until: Timestamp) -> ();
        fn forgive(id: &PrincipalId) -> ();
    }

    /// Roles of a tenant.
    roles {
        use {List, Page, Permissions, PrincipalId, Role, RoleId, RoleRef, TenantId, TenantUid, Timestamp};
        fn page(tenant: &TenantUid, list: &List) -> Page<Role>;
        fn default_of(tenant: &TenantUid) -> Option<RoleRef>;
        fn for_newcomer(tenants: &[TenantUid], user: &PrincipalId) -> Vec<(TenantUid, Option<TenantId>, RoleRef)>;
        fn by_ids(tenant: &TenantUid, ids: &[String]) -> Vec<Role>;
        fn all(tenant: &TenantUid) -> Vec<(Vec<RoleId>, Permissions)>;
        fn hold(tenant: &TenantUid, id: &RoleId) -> u64;
        fn update(tenant: &TenantUid, role: &Role) -> u64;
        fn clear_default(tenant: &TenantUid) -> u64;
        fn delete(tenant: &TenantUid, id: &RoleId) -> u64;
        fn insert(tenant: &TenantUid, role: &Role, at: Timestamp) -> u64;
        fn by_id(tenant: &TenantUid, id: &RoleId) -> Option<Role>;
        fn list(tenant: &TenantUid, limit: i64) -> Vec<Role>;
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
        fn save(session: &Session, at: Timestamp) -> ();
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
        fn update(id: &TenantId, name: &str, settings: &TenantSettings, version: i64) -> u64;
        fn delete(id: &TenantId) -> u64;
        fn consequences(tenant: &TenantUid) -> Consequences;
        fn total() -> i64;
        fn count(needle: &str, cap: i64) -> i64;
        fn list(
            sort: TenantSort, direction: Direction, needle: &str, after: Option<&Cursor>, limit: i64, offset: i64
        ) -> Vec<TenantSummary>;
        fn among(ids: &[String], default: bool, principal: Option<&PrincipalId>) -> Vec<TenantLink>;
        fn accessible(principal: &PrincipalId, default: bool, limit: i64) -> Vec<TenantLink>;
        fn found(principal: &PrincipalId, default: bool, needle: &str, limit: i64) -> Vec<TenantLink>;
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
        fn hold(tenant: &TenantUid, id: &GroupId) -> u64;
        fn update(tenant: &TenantUid, new: &Group) -> u64;
        fn delete(tenant: &TenantUid, id: &GroupId) -> u64;
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
        fn accept(id: &InvitationId, at: Timestamp) -> u64;
        fn delete(tenant: &TenantUid, id: &InvitationId) -> u64;
        fn delete_expired(tenant: &TenantUid, email: &str, at: Timestamp) -> u64;
        fn ask_mail(tenant: &TenantUid, id: &InvitationId, at: Timestamp) -> u64;
        fn mailed(tenant: &TenantUid, id: &InvitationId, asked: Timestamp, at: Option<Timestamp>, error: Option<&str>) -> u64;
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
        fn update_worker_group(new: &WorkerGroupRow) -> u64;
        fn delete_worker_group(id: &str) -> u64;
        fn insert_integration(tenant: &TenantUid, new: &Integration, token_hash: &str) -> ();
        fn integrations(tenant: &TenantUid) -> Vec<Integration>;
        fn integration(tenant: &TenantUid, id: &IntegrationId) -> Option<Integration>;
        fn enable_integration(tenant: &TenantUid, id: &IntegrationId, enabled: bool) -> u64;
        fn delete_integration(tenant: &TenantUid, id: &IntegrationId) -> u64;
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
        fn update(tenant: &TenantUid, new: &NamespaceRow, at: Timestamp) -> u64;
        fn delete(tenant: &TenantUid, id: &Namespace) -> u64;
        fn page(tenant: &TenantUid, reach: &Reach, existing: bool, list: &List) -> Page<NamespaceRow>;
        fn any(tenant: &TenantUid) -> bool;
    }

    /// Flows of a tenant.
    flows {
        use {Flow, List, Namespace, Page, Reach, TenantUid, Timestamp};
        fn insert(tenant: &TenantUid, new: &Flow, by: &str) -> u64;
        fn update(tenant: &TenantUid, new: &Flow, by: &str) -> u64;
        fn by_id(tenant: &TenantUid, namespace: &Namespace, id: &str) -> Option<Flow>;
        fn revisions(
            tenant: &TenantUid, namespace: &Namespace, id: &str, only: Option<i64>
        ) -> Vec<(i64, String, Timestamp)>;
        fn delete(tenant: &TenantUid, namespace: &Namespace, id: &str) -> u64;
        fn page(tenant: &TenantUid, reach: &Reach, list: &List) -> Page<Flow>;
        fn namespaces(tenant: &TenantUid, reach: &Reach, text: &str) -> Vec<Namespace>;
    }

    /// Records of executions of a tenant.
    executions {
        use {Execution, List, Page, Reach, TenantUid};
        fn insert(tenant: &TenantUid, new: &Execution) -> ();
        fn by_id(tenant: &TenantUid, id: &str) -> Option<Execution>;
        fn update(tenant: &TenantUid, new: &Execution) -> u64;
        fn delete(tenant: &TenantUid, id: &str) -> u64;
        fn page(tenant: &TenantUid, reach: &Reach, list: &List) -> Page<Execution>;
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
