//! Areas: pages whose code is not part of the program. A browser fetches it with the first page of the area.
//!
//! Each area has a module here with one function that is split off and makes any of its pages, and a [`LazyRoute`] for
//! each of its routes. Keep everything that only these pages need (resources, server functions, texts) inside of that
//! function: what a route uses outside of it becomes part of the program.
//!
//! To add an area: a variant of [`Area`], a module like [`sync`], its routes in `layout.rs` with `view={Lazy::<…>::new()}`.
//!
//! [`LazyRoute`]: leptos_router::LazyRoute

/// The routes of an area: each is named as `layout.rs` names it, and shows a `Page` of the module.
macro_rules! routes {
    (in $area:ident; $($(#[$what:meta])* $name:ident = $page:ident;)*) => { $(
        $(#[$what])*
        pub(crate) struct $name;

        impl leptos_router::LazyRoute for $name {
            fn data() -> Self {
                Self
            }

            async fn view(_: Self) -> AnyView {
                super::loaded(pages(Page::$page)).await
            }

            async fn preload() {
                super::loaded(super::Area::$area.fetch()).await;
            }
        }
    )* };
}

mod access;
mod account;
mod audit;
mod content;
mod explain;
mod groups;
mod home;
mod invitations;
mod roles;
mod service_accounts;
mod sync;
mod tenant_users;
mod tenants;
mod users;

use crate::place::place;
pub(crate) use access::{Access, AssignRole, RevokeRoles};
pub(crate) use account::Account;
pub(crate) use audit::{AuditEvent, AuditLog};
pub(crate) use content::{Execution, Executions, Flow, Flows, NamespaceFlows, Namespaces};
pub(crate) use explain::{CheckAccess, WhoHasAccess};
pub(crate) use groups::{CreateGroup, DeleteGroup, GroupDetail, Groups, RemoveMembers};
pub(crate) use home::{Administered, Find, Home, Instance, Overview};
pub(crate) use invitations::{CreateInvitation, Invitation, Invitations};
pub(crate) use roles::{CreateRole, DeleteRole, RoleDetail, Roles};
pub(crate) use service_accounts::{CreateServiceAccount, DeleteServiceAccount, ServiceAccount, ServiceAccounts};
pub(crate) use sync::SyncAccess;
pub(crate) use tenant_users::{RemoveTenantUser, RemoveTenantUsers, TenantUserDetail, TenantUsers};
pub(crate) use tenants::{CreateTenant, DeleteTenant, EditTenant, TenantSettings, Tenants};
pub(crate) use users::{CreateUser, DeleteUser, DeleteUsers, UserDetail, Users};
use wasm_split_helpers::SplitLoaderError;

/// An area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Area {
    /// The audit log of the instance or a tenant.
    Audit,
    /// A tenant's namespaces, flows and executions.
    Content,
    /// Where one lands, a tenant's first page, what was searched for, and the instance.
    Home,
    /// A tenant's groups.
    Groups,
    /// A tenant's roles.
    Roles,
    /// Role assignments of a tenant.
    Access,
    /// A tenant's pages Check access and Who has access.
    Explain,
    /// Invitations to a tenant, and the page their links lead to.
    Invitations,
    /// Service accounts of the instance and of a tenant.
    ServiceAccounts,
    /// The caller's own account.
    Account,
    /// Administration → Sync access.
    Sync,
    /// Administration → Tenants, and a tenant's own settings.
    Tenants,
    /// Users of a tenant.
    TenantUsers,
    /// Administration → Users.
    Users,
}

impl Area {
    /// The area that a path belongs to. `None` if the program has the code of its page.
    pub(crate) fn of(path: &str) -> Option<Self> {
        let segments: Vec<_> = path.trim_matches('/').split('/').collect();
        match segments.as_slice() {
            ["ui"] | ["ui", _] | ["find"] | ["administration", "instance"] | ["administration", "tenants", _] => {
                Some(Self::Home)
            }
            ["account"] => Some(Self::Account),
            ["administration", "service-accounts"]
            | ["administration", "service-accounts", _]
            | ["administration", "service-accounts", _, "delete"]
            | ["ui", _, "service-accounts"]
            | ["ui", _, "service-accounts", _]
            | ["ui", _, "service-accounts", _, "delete"] => Some(Self::ServiceAccounts),
            ["administration", "sync-access"] => Some(Self::Sync),
            ["administration", "create-tenant" | "tenants"] | ["administration", "tenants", _, "edit" | "delete"] => {
                Some(Self::Tenants)
            }
            ["ui", _, "groups"] | ["ui", _, "groups", _] | ["ui", _, "groups", _, "remove" | "delete"] => {
                Some(Self::Groups)
            }
            ["ui", _, "roles"] | ["ui", _, "roles", _] | ["ui", _, "roles", _, "delete"] => Some(Self::Roles),
            ["ui", _, "settings"] => Some(Self::Tenants),
            ["administration", "audit"]
            | ["administration", "audit", _]
            | ["ui", _, "audit"]
            | ["ui", _, "audit", _] => Some(Self::Audit),
            ["ui", _, "namespaces" | "flows" | "executions"]
            | ["ui", _, "flows" | "executions", _]
            | ["ui", _, "flows", _, _] => Some(Self::Content),
            ["ui", _, "access"] | ["ui", _, "access", "create" | "revoke"] => Some(Self::Access),
            ["ui", _, "explain" | "who-can"] => Some(Self::Explain),
            ["ui", "invitation", _] | ["ui", _, "invitations"] | ["ui", _, "invitations", "create"] => {
                Some(Self::Invitations)
            }
            ["administration", "users"] | ["administration", "users", _] | ["administration", "users", _, "delete"] => {
                Some(Self::Users)
            }
            ["ui", _, "users"] | ["ui", _, "users", _] | ["ui", _, "users", _, "remove"] => Some(Self::TenantUsers),
            _ => None,
        }
    }

    /// The name that its function is split off under, and its files are listed under in the manifest.
    #[cfg(feature = "ssr")]
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Audit => "audit",
            Self::Content => "content",
            Self::Home => "home",
            Self::Groups => "groups",
            Self::Roles => "roles",
            Self::Access => "access",
            Self::Explain => "explain",
            Self::Invitations => "invitations",
            Self::ServiceAccounts => "service_accounts",
            Self::Account => "account",
            Self::Sync => "sync",
            Self::Tenants => "tenants",
            Self::TenantUsers => "tenant_users",
            Self::Users => "users",
        }
    }

    /// Fetches its code, unless it's there already.
    async fn fetch(self) -> Result<(), SplitLoaderError> {
        match self {
            Self::Audit => audit::fetch().await,
            Self::Content => content::fetch().await,
            Self::Home => home::fetch().await,
            Self::Groups => groups::fetch().await,
            Self::Roles => roles::fetch().await,
            Self::Access => access::fetch().await,
            Self::Explain => explain::fetch().await,
            Self::Invitations => invitations::fetch().await,
            Self::ServiceAccounts => service_accounts::fetch().await,
            Self::Account => account::fetch().await,
            Self::Sync => sync::fetch().await,
            Self::Tenants => tenants::fetch().await,
            Self::TenantUsers => tenant_users::fetch().await,
            Self::Users => users::fetch().await,
        }
    }
}

/// Waits for an area's code. If it can't be fetched, the requested page is loaded as a whole instead: the server may run
/// another release by now. If the connection is gone, the browser says so.
async fn loaded<T>(code: impl Future<Output = Result<T, SplitLoaderError>>) -> T {
    // Asked before waiting. The address bar still has the previous page.
    let wanted = place().address;
    match code.await {
        Ok(loaded) => loaded,
        Err(_) => {
            load_whole(&wanted);
            // The document goes. The router drops this if another link is clicked first.
            std::future::pending().await
        }
    }
}

#[cfg(feature = "hydrate")]
fn load_whole(address: &str) {
    let _ = leptos::prelude::window().location().assign(address);
}

#[cfg(not(feature = "hydrate"))]
fn load_whole(_: &str) {}

/// Fetches the code of the page that the document has. Returns whether it's there: without it the program must not start,
/// and the page works as it does without JavaScript.
#[cfg(feature = "hydrate")]
pub(crate) async fn fetch_own() -> bool {
    let path = leptos::prelude::window().location().pathname().unwrap_or_default();
    match Area::of(&path) {
        Some(area) => area.fetch().await.is_ok(),
        None => true,
    }
}

/// Fetches the code of an area as soon as somebody points at a link to one of its pages, or focuses it.
#[cfg(feature = "hydrate")]
pub(crate) fn prefetch() {
    use leptos::{ev, prelude::window_event_listener, wasm_bindgen::JsCast, web_sys};
    let prefetch = |event: &web_sys::Event| {
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let link = target.and_then(|target| target.closest("a[href]").ok().flatten());
        let address = link.and_then(|link| link.get_attribute("href")).unwrap_or_default();
        let path = address.split(['?', '#']).next().unwrap_or_default();
        if let Some(area) = Area::of(path) {
            // A failure matters only when the page is opened, and then it's tried again.
            leptos::task::spawn_local(async move { drop(area.fetch().await) });
        }
    };
    // The listeners stay as long as the document.
    let _ = window_event_listener(ev::pointerover, move |event| prefetch(&event));
    let _ = window_event_listener(ev::focusin, move |event| prefetch(&event));
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn a_path_belongs_to_its_area() {
        assert_eq!(Area::of("/administration/sync-access").map(Area::name), Some("sync"));
        for path in ["tenants", "create-tenant", "tenants/acme/edit", "tenants/acme/delete"] {
            assert_eq!(Area::of(&format!("/administration/{path}")), Some(Area::Tenants), "{path}");
        }
        for path in ["/ui", "/ui/acme", "/find", "/administration/instance", "/administration/tenants/acme"] {
            assert_eq!(Area::of(path), Some(Area::Home), "{path}");
        }
        assert_eq!(Area::of("/ui/acme/settings"), Some(Area::Tenants));
        for path in ["/administration/audit", "/administration/audit/1", "/ui/acme/audit", "/ui/acme/audit/1"] {
            assert_eq!(Area::of(path), Some(Area::Audit), "{path}");
        }
        for path in ["namespaces", "flows", "flows/shop", "flows/shop/pay", "executions", "executions/1"] {
            assert_eq!(Area::of(&format!("/ui/acme/{path}")), Some(Area::Content), "{path}");
        }
        for path in ["groups", "groups/create", "groups/ops", "groups/ops/remove", "groups/ops/delete"] {
            assert_eq!(Area::of(&format!("/ui/acme/{path}")), Some(Area::Groups), "{path}");
        }
        for path in ["roles", "roles/create", "roles/viewer_acme", "roles/viewer_acme/delete"] {
            assert_eq!(Area::of(&format!("/ui/acme/{path}")), Some(Area::Roles), "{path}");
        }
        for path in ["access", "access/create", "access/revoke"] {
            assert_eq!(Area::of(&format!("/ui/acme/{path}")), Some(Area::Access), "{path}");
        }
        for path in ["explain", "who-can"] {
            assert_eq!(Area::of(&format!("/ui/acme/{path}")), Some(Area::Explain), "{path}");
        }
        for path in ["acme/invitations", "acme/invitations/create", "invitation/x"] {
            assert_eq!(Area::of(&format!("/ui/{path}")), Some(Area::Invitations), "{path}");
        }
        for path in ["users", "users/create", "users/delete", "users/u1", "users/u1/delete"] {
            assert_eq!(Area::of(&format!("/administration/{path}")), Some(Area::Users), "{path}");
        }
        for path in ["users", "users/remove", "users/u1", "users/u1/remove"] {
            assert_eq!(Area::of(&format!("/ui/acme/{path}")), Some(Area::TenantUsers), "{path}");
        }
        for path in ["administration", "ui/acme"] {
            for rest in ["", "/create", "/a1", "/a1/delete"] {
                let path = format!("/{path}/service-accounts{rest}");
                assert_eq!(Area::of(&path), Some(Area::ServiceAccounts), "{path}");
            }
        }
        assert_eq!(Area::of("/account"), Some(Area::Account));
        for path in ["/login", "/setup", "/account/x", "/ui/acme/nothing"] {
            assert_eq!(Area::of(path), None, "{path}");
        }
    }
}
