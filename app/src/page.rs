//! The pages, one module each.

mod access;
#[cfg(feature = "ssr")]
mod account;
mod audit;
mod choose;
#[cfg(feature = "ssr")]
mod conflict;
#[cfg(feature = "ssr")]
mod credentials;
mod differences;
mod executions;
mod explain;
mod find;
mod flows;
mod groups;
mod home;
mod instance;
mod invitations;
#[cfg(feature = "ssr")]
mod links;
mod login;
mod made;
mod namespaces;
mod narrow;
mod not_found;
mod notices;
#[cfg_attr(not(feature = "ssr"), expect(dead_code, reason = "some pages are made by the server only"))]
mod parts;
mod plot;
mod roles;
#[cfg(feature = "ssr")]
mod route;
#[cfg(feature = "ssr")]
mod service_accounts;
mod setup;
#[cfg_attr(not(feature = "ssr"), expect(dead_code, reason = "some pages are made by the server only"))]
mod several;
mod sync;
#[cfg(feature = "ssr")]
mod template;
mod tenant;
#[cfg(feature = "ssr")]
mod tenant_users;
mod tenants;
#[cfg(feature = "ssr")]
mod users;

pub(crate) use access::{AccessPage, AssignRolePage, RevokeRolesPage};
pub(crate) use audit::{AuditEventPage, AuditPage};
pub(crate) use executions::{ExecutionPage, ExecutionsPage};
pub(crate) use explain::{CheckAccessPage, WhoHasAccessPage};
pub(crate) use find::{FindPage, Results};
pub(crate) use flows::{FlowPage, FlowsPage, NamespaceFlowsPage};
pub(crate) use groups::{CreateGroupPage, DeleteGroupPage, GroupDetailPage, GroupsPage, RemoveMembersPage};
pub(crate) use home::HomePage;
pub(crate) use instance::InstancePage;
pub(crate) use invitations::{CreateInvitationPage, InvitationPage, InvitationsPage};
#[cfg(feature = "ssr")]
pub(crate) use links::{instance_links, tenant_link, tenant_links, trail};
pub(crate) use login::Login;
pub(crate) use made::MadePage;
pub(crate) use namespaces::NamespacesPage;
pub(crate) use not_found::NotFound;
pub(crate) use roles::{CreateRolePage, DeleteRolePage, RoleDetailPage, RolesPage};
#[cfg(feature = "ssr")]
pub(crate) use route::make;
pub(crate) use setup::Setup;
pub(crate) use sync::SyncAccess;
#[cfg(feature = "ssr")]
pub use template::{TEMPLATES, template};
pub(crate) use tenant::{AdministeredTenantPage, OverviewPage};
pub(crate) use tenants::{CreateTenantPage, DeleteTenantPage, EditTenantPage, TenantSettingsPage, TenantsPage};
