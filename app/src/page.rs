//! The pages, one module each.

mod access;
mod account;
mod audit;
mod choose;
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
mod login;
mod namespaces;
mod narrow;
mod not_found;
mod notices;
mod parts;
mod plot;
mod roles;
mod service_accounts;
mod setup;
mod several;
mod suggested;
mod sync;
mod tenant;
mod tenant_users;
mod tenants;
mod users;

pub(crate) use access::{AccessPage, AssignRolePage, RevokeRolesPage};
pub(crate) use account::AccountPage;
pub(crate) use audit::{AuditEventPage, AuditPage};
pub(crate) use executions::{ExecutionPage, ExecutionsPage};
pub(crate) use explain::{CheckAccessPage, WhoHasAccessPage};
pub(crate) use find::{FindPage, Results};
pub(crate) use flows::{FlowPage, FlowsPage, NamespaceFlowsPage};
pub(crate) use groups::{CreateGroupPage, DeleteGroupPage, GroupDetailPage, GroupsPage, RemoveMembersPage};
pub(crate) use home::HomePage;
pub(crate) use instance::InstancePage;
pub(crate) use invitations::{CreateInvitationPage, InvitationPage, InvitationsPage};
pub(crate) use login::Login;
pub(crate) use namespaces::NamespacesPage;
pub(crate) use not_found::NotFound;
pub(crate) use roles::{CreateRolePage, DeleteRolePage, RoleDetailPage, RolesPage};
pub(crate) use service_accounts::{
    CreateServiceAccountPage, DeleteServiceAccountPage, ServiceAccountPage, ServiceAccountsPage,
};
pub(crate) use setup::Setup;
pub(crate) use sync::SyncAccess;
pub(crate) use tenant::{AdministeredTenantPage, OverviewPage};
pub(crate) use tenant_users::{RemoveTenantUserPage, RemoveTenantUsersPage, TenantUserDetailPage, TenantUsersPage};
pub(crate) use tenants::{CreateTenantPage, DeleteTenantPage, EditTenantPage, TenantSettingsPage, TenantsPage};
pub(crate) use users::{CreateUserPage, DeleteUserPage, DeleteUsersPage, UserDetailPage, UsersPage};
