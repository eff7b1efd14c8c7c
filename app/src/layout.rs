//! The application: its routes, and the frame around the pages of whoever is signed in.

mod finder;
mod frame;
mod live;
mod switcher;

use crate::{area, form::provide_forms, page};
use frame::Frame;
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    Lazy, SsrMode,
    components::{ParentRoute, Route, Router, Routes},
    path,
};

/// All pages. They render when all is known, so that their status is right.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_forms();
    view! {
        <Title formatter=titled />
        <Router>
            <Routes fallback=page::NotFound>
                <Route path=path!("/login") view=page::Login ssr=SsrMode::Async />
                <Route path=path!("/setup") view=page::Setup ssr=SsrMode::Async />
                <ParentRoute path=path!("") view=Frame ssr=SsrMode::Async>
                    <Route path=path!("/ui") view={Lazy::<area::Home>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/ui/:tenant") view={Lazy::<area::Overview>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/administration/tenants/:id") view={Lazy::<area::Administered>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/find") view={Lazy::<area::Find>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/administration/instance") view={Lazy::<area::Instance>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/administration/sync-access") view={Lazy::<area::SyncAccess>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/administration/tenants") view={Lazy::<area::Tenants>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/administration/create-tenant") view={Lazy::<area::CreateTenant>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/administration/tenants/:id/edit") view={Lazy::<area::EditTenant>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/administration/tenants/:id/delete") view={Lazy::<area::DeleteTenant>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/ui/:tenant/settings") view={Lazy::<area::TenantSettings>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/ui/:tenant/namespaces") view={Lazy::<area::Namespaces>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/ui/:tenant/flows") view={Lazy::<area::Flows>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/ui/:tenant/flows/:namespace") view={Lazy::<area::NamespaceFlows>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/ui/:tenant/flows/:namespace/:id") view={Lazy::<area::Flow>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/ui/:tenant/executions") view={Lazy::<area::Executions>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/ui/:tenant/executions/:id") view={Lazy::<area::Execution>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/ui/:tenant/groups") view={Lazy::<area::Groups>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/ui/:tenant/groups/create") view={Lazy::<area::CreateGroup>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/ui/:tenant/groups/:id") view={Lazy::<area::GroupDetail>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/ui/:tenant/groups/:id/remove") view={Lazy::<area::RemoveMembers>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/ui/:tenant/groups/:id/delete") view={Lazy::<area::DeleteGroup>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/administration/audit") view={Lazy::<area::AuditLog>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/administration/audit/:id") view={Lazy::<area::AuditEvent>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/ui/:tenant/audit") view={Lazy::<area::AuditLog>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/ui/:tenant/audit/:id") view={Lazy::<area::AuditEvent>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/ui/:tenant/roles") view={Lazy::<area::Roles>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/ui/:tenant/roles/create") view={Lazy::<area::CreateRole>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/ui/:tenant/roles/:id") view={Lazy::<area::RoleDetail>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/ui/:tenant/roles/:id/delete") view={Lazy::<area::DeleteRole>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/ui/:tenant/access") view={Lazy::<area::Access>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/ui/:tenant/access/create") view={Lazy::<area::AssignRole>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/ui/:tenant/access/revoke") view={Lazy::<area::RevokeRoles>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/ui/:tenant/explain") view={Lazy::<area::CheckAccess>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/ui/:tenant/who-can") view={Lazy::<area::WhoHasAccess>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/ui/:tenant/invitations") view={Lazy::<area::Invitations>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/ui/:tenant/invitations/create") view={Lazy::<area::CreateInvitation>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/ui/invitation/:id") view={Lazy::<area::Invitation>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/administration/users") view={Lazy::<area::Users>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/administration/users/create") view={Lazy::<area::CreateUser>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/administration/users/delete") view={Lazy::<area::DeleteUsers>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/administration/users/:id") view={Lazy::<area::UserDetail>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/administration/users/:id/delete") view={Lazy::<area::DeleteUser>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/ui/:tenant/users") view={Lazy::<area::TenantUsers>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/ui/:tenant/users/remove") view={Lazy::<area::RemoveTenantUsers>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/ui/:tenant/users/:id") view={Lazy::<area::TenantUserDetail>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/ui/:tenant/users/:id/remove") view={Lazy::<area::RemoveTenantUser>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/account") view={Lazy::<area::Account>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/administration/service-accounts") view={Lazy::<area::ServiceAccounts>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/administration/service-accounts/create") view={Lazy::<area::CreateServiceAccount>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/administration/service-accounts/:id") view={Lazy::<area::ServiceAccount>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/administration/service-accounts/:id/delete") view={Lazy::<area::DeleteServiceAccount>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/ui/:tenant/service-accounts") view={Lazy::<area::ServiceAccounts>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/ui/:tenant/service-accounts/create") view={Lazy::<area::CreateServiceAccount>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/ui/:tenant/service-accounts/:id") view={Lazy::<area::ServiceAccount>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/ui/:tenant/service-accounts/:id/delete") view={Lazy::<area::DeleteServiceAccount>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/*any") view=page::NotFound ssr=SsrMode::Async />
                </ParentRoute>
            </Routes>
        </Router>
    }
}

/// A page's title as windows and bookmarks have it. Into the document it is written as it is, so what would end it there
/// is escaped: it may be what anybody called something.
fn titled(title: String) -> String {
    #[cfg(feature = "ssr")]
    let title = title.replace('&', "&amp;").replace('<', "&lt;");
    if title.is_empty() { "Kestra".into() } else { format!("{title} · Kestra") }
}
