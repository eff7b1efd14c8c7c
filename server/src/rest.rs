//! The REST API: each handler reads a request, calls one use case and writes its answer.

mod access;
mod audit_logs;
mod bindings;
mod caller;
mod error;
mod executions;
mod flow_source;
mod flows;
mod groups;
mod instance;
mod invitations;
mod json;
mod login;
mod me;
mod misc;
mod namespaces;
mod open;
mod query;
mod roles;
mod service_accounts;
mod sync;
mod tenant_access;
mod tenants;
mod transfer;
mod users;
mod words;

use crate::state::AppState;
pub use access::{ExplanationOut, PrincipalOut};
use aide::axum::{
    ApiRouter,
    routing::{delete_with, get_with, patch_with, post_with, put_with},
};
pub use audit_logs::ItemOut as AuditItemOut;
use axum::{
    Router,
    extract::OriginalUri,
    http::{Extensions, Uri},
    middleware::from_fn,
    response::IntoResponse,
    routing::{get, post},
};
pub use bindings::BindingOut;
pub use error::{Failure, failure, finish};
pub use groups::MemberOut;
use open::says;
pub use roles::RoleOut;
pub use service_accounts::AccountOut;
pub use tenant_access::AccessOut;
pub use tenants::TenantOut;
pub use users::{UserOut, UserSummaryOut};
pub use words::{GroupOut, RoleSummaryOut, TokenCreated, TokenList};

/// Largest accepted body, in bytes.
const BODY: usize = 2 * 1024 * 1024;

/// Everything under `/api/v1`.
pub fn router() -> Router<AppState> {
    let (routes, document) = open::document(instance().nest("/{tenant}", tenant().merge(tenant_only())));
    routes
        // The tenant without an identifier: the same addresses without their first segment.
        .merge(Router::from(tenant()))
        .merge(open::router(document))
        .route("/login", post(login::login))
        .route("/logout", get(login::logout).post(login::logout))
        .fallback(missing)
        .method_not_allowed_fallback(not_allowed)
        .layer(from_fn(error::finish))
}

/// Signing in, at addresses outside `/api/v1`.
pub fn doors() -> Router<AppState> {
    Router::new()
        .route("/login", post(login::login))
        .route("/logout", get(login::logout).post(login::logout))
        .route("/oauth/access_token", post(login::refresh))
        .layer(from_fn(error::finish))
}

/// What belongs to no tenant.
fn instance() -> ApiRouter<AppState> {
    ApiRouter::new()
        .api_route("/auditlogs/search", get_with(audit_logs::search, says("Audit logs", "Search all audit logs")))
        .api_route("/auditlogs/export", get_with(audit_logs::export, says("Audit logs", "Export all audit logs")))
        .api_route(
            "/auditlogs/{id}/diff",
            get_with(audit_logs::diff, says("Audit logs", "Show anything before and after a change")),
        )
        .api_route(
            "/tenants",
            get_with(tenants::search, says("Tenants", "Search tenants"))
                .post_with(tenants::create, says("Tenants", "Create a tenant")),
        )
        .api_route("/tenants/search", get_with(tenants::search, says("Tenants", "Search tenants")))
        .api_route(
            "/tenants/{id}",
            get_with(tenants::get, says("Tenants", "Get a tenant"))
                .put_with(tenants::update, says("Tenants", "Update a tenant"))
                .delete_with(tenants::delete, says("Tenants", "Delete a tenant")),
        )
        .api_route(
            "/tenants/{id}/apps-catalog",
            get_with(instance::apps_catalog, says("Tenants", "Get the look of its catalog of apps"))
                .post_with(instance::set_apps_catalog, says("Tenants", "Set the look of its catalog of apps")),
        )
        .api_route(
            "/tenants/{id}/apps-catalog/logo",
            post_with(instance::set_apps_catalog_logo, says("Tenants", "Set the picture of its catalog of apps"))
                .delete_with(
                    instance::delete_apps_catalog_logo,
                    says("Tenants", "Remove the picture of its catalog of apps"),
                ),
        )
        .api_route("/tenants/{id}/logo", post_with(instance::set_logo, says("Tenants", "Set its picture")))
        .api_route(
            "/tenants/{id}/settings/default-dashboards",
            get_with(instance::dashboards, says("Tenants", "Get its default dashboards"))
                .post_with(instance::set_dashboards, says("Tenants", "Set its default dashboards")),
        )
        .api_route(
            "/users",
            get_with(users::list, says("Users", "List users")).post_with(users::create, says("Users", "Create a user")),
        )
        .api_route(
            "/users/{id}",
            get_with(users::get, says("Users", "Get a user"))
                .put_with(users::update, says("Users", "Update a user"))
                .patch_with(users::rename, says("Users", "Change a user's name and address"))
                .delete_with(users::delete, says("Users", "Delete a user")),
        )
        .api_route("/users/{id}/password", patch_with(users::set_password, says("Users", "Set a user's password")))
        .api_route(
            "/users/{id}/superadmin",
            patch_with(users::set_superadmin, says("Users", "Make a user a superadmin, or no longer one")),
        )
        .api_route(
            "/users/{id}/instanceowner",
            patch_with(users::set_superadmin, says("Users", "Make a user an instance owner, or no longer one")),
        )
        .api_route(
            "/users/{id}/restricted",
            patch_with(users::set_restricted, says("Users", "Mark a user as a demonstration user")),
        )
        .api_route(
            "/users/{id}/auths/{auth}",
            delete_with(users::delete_auth, says("Users", "Take a way of signing in from a user")),
        )
        .api_route(
            "/users/{id}/refresh-token",
            delete_with(users::delete_refresh_token, says("Users", "End what renews a user's sign-ins")),
        )
        .api_route("/users/{id}/impersonate", post_with(login::impersonate, says("Users", "Take a user's place")))
        .api_route(
            "/users/{id}/api-tokens",
            get_with(users::tokens, says("Users", "List a user's tokens"))
                .post_with(users::create_token, says("Users", "Create a token of a user")),
        )
        .api_route(
            "/users/{id}/api-tokens/{token}",
            delete_with(users::delete_token, says("Users", "Delete a token of a user")),
        )
        .api_route(
            "/service-accounts",
            get_with(service_accounts::list, says("Service accounts", "List service accounts"))
                .post_with(service_accounts::create, says("Service accounts", "Create a service account")),
        )
        .api_route(
            "/service-accounts/{id}",
            get_with(service_accounts::get, says("Service accounts", "Get a service account"))
                .patch_with(service_accounts::update, says("Service accounts", "Update a service account"))
                .delete_with(service_accounts::delete, says("Service accounts", "Delete a service account")),
        )
        .api_route(
            "/service-accounts/{id}/superadmin",
            patch_with(
                service_accounts::set_superadmin,
                says("Service accounts", "Make a service account a superadmin, or no longer one"),
            ),
        )
        .api_route(
            "/service-accounts/{id}/instanceowner",
            patch_with(
                service_accounts::set_superadmin,
                says("Service accounts", "Make a service account a superadmin, or no longer one"),
            ),
        )
        .api_route(
            "/service-accounts/{id}/api-tokens",
            get_with(service_accounts::tokens, says("Service accounts", "List a service account's tokens")).post_with(
                service_accounts::create_token,
                says("Service accounts", "Create a token of a service account"),
            ),
        )
        .api_route(
            "/service-accounts/{id}/api-tokens/{token}",
            delete_with(
                service_accounts::delete_token,
                says("Service accounts", "Delete a token of a service account"),
            ),
        )
        .api_route(
            "/me",
            get_with(me::get, says("Me", "Get oneself"))
                .patch_with(me::rename, says("Me", "Change one's name and address")),
        )
        .api_route("/me/password", put_with(me::set_password, says("Me", "Change one's password")))
        .api_route(
            "/me/api-tokens",
            get_with(me::tokens, says("Me", "List one's tokens"))
                .post_with(me::create_token, says("Me", "Create a token of one's own")),
        )
        .api_route("/me/api-tokens/{token}", delete_with(me::delete_token, says("Me", "Delete a token of one's own")))
        .api_route("/me/invitations", get_with(me::invitations, says("Me", "List one's invitations")))
        .api_route(
            "/invitation/accept/{id}",
            post_with(invitations::accept, says("Invitations", "Accept an invitation")),
        )
        .api_route(
            "/invitation/create/{id}",
            post_with(invitations::create_user, says("Invitations", "Accept an invitation as a new user")),
        )
        .api_route(
            "/instance/worker-groups",
            get_with(instance::worker_groups, says("Instance", "List worker groups"))
                .post_with(instance::create_worker_group, says("Instance", "Create a worker group")),
        )
        .api_route(
            "/instance/worker-groups/{id}",
            get_with(instance::worker_group, says("Instance", "Get a worker group"))
                .put_with(instance::update_worker_group, says("Instance", "Update a worker group"))
                .delete_with(instance::force_delete_worker_group, says("Instance", "Delete a worker group")),
        )
        .api_route(
            "/instance/access/sync",
            get_with(sync::get, says("Instance", "Show what access waits for the default tenant"))
                .post_with(sync::start, says("Instance", "Give the default tenant what waits for it")),
        )
        .api_route(
            "/instance/access/sync/users",
            get_with(sync::users, says("Instance", "List who waits, with the roles they will have")),
        )
        .api_route(
            "/instance/access/sync/users/{id}",
            get_with(sync::compare, says("Instance", "Compare effective permissions before and after")),
        )
        .api_route(
            "/instance/access/export",
            get_with(transfer::export, says("Instance", "Export all access as a document")),
        )
        .api_route(
            "/instance/access/import",
            post_with(
                transfer::import,
                says("Instance", "Bring all access to a document, in YAML or JSON, or show what that takes"),
            ),
        )
        .api_route(
            "/setup",
            get_with(misc::setup, says("Setup", "Get what an instance without users says of itself"))
                .post_with(misc::complete, says("Setup", "Create the first superadmin and tenant")),
        )
        .api_route("/configs", get_with(misc::configs, says("Setup", "Get what the instance can do")))
        .api_route("/configs/login", get_with(misc::login_config, says("Setup", "Get how users can sign in")))
        .api_route("/auths", get_with(misc::auths, says("Setup", "Get the ways of signing in")))
        .api_route("/license-info", get_with(misc::license, says("Setup", "Get the license")))
        .api_route(
            "/basicAuthValidationErrors",
            get_with(misc::basic_auth_errors, says("Setup", "Get what is wrong with the configured password")),
        )
        .api_route(
            "/forgotten-password",
            get_with(misc::forgotten_1x, says("Setup", "Say that a password was forgotten"))
                .post_with(misc::forgotten, says("Setup", "Say that a password was forgotten")),
        )
        .api_route("/reset-password", post_with(misc::reset, says("Setup", "Set a forgotten password")))
        .api_route(
            "/validate-password",
            post_with(misc::validate_password, says("Setup", "Try a password against the policy")),
        )
        .api_route(
            "/request-code/{email}",
            get_with(misc::request_code, says("Setup", "Ask for a code by mail"))
                .post_with(misc::request_code, says("Setup", "Ask for a code by mail")),
        )
}

/// What belongs to a tenant.
fn tenant() -> ApiRouter<AppState> {
    ApiRouter::new()
        .api_route("/groups", post_with(groups::create, says("Groups", "Create a group")))
        .api_route("/groups/search", get_with(groups::search, says("Groups", "Search groups")))
        .api_route("/groups/autocomplete", post_with(groups::autocomplete, says("Groups", "Suggest groups")))
        .api_route("/groups/ids", post_with(groups::by_ids, says("Groups", "Get groups by ids")))
        .api_route(
            "/groups/{id}",
            get_with(groups::get, says("Groups", "Get a group"))
                .put_with(groups::update, says("Groups", "Update a group"))
                .delete_with(groups::delete, says("Groups", "Delete a group")),
        )
        .api_route("/groups/{id}/members", get_with(groups::members, says("Groups", "List members")))
        .api_route(
            "/groups/{id}/members/{user}",
            put_with(groups::add, says("Groups", "Add a member"))
                .delete_with(groups::remove, says("Groups", "Remove a member")),
        )
        .api_route(
            "/groups/{id}/members/membership/{user}",
            put_with(groups::set_membership, says("Groups", "Make a member an owner, or an owner a member")),
        )
        .api_route("/users/{id}/groups", put_with(groups::set_of_user, says("Groups", "Set a user's groups")))
        .api_route("/roles", post_with(roles::create, says("Roles", "Create a role")))
        .api_route("/roles/search", get_with(roles::search, says("Roles", "Search roles")))
        .api_route("/roles/autocomplete", post_with(roles::autocomplete, says("Roles", "Suggest roles")))
        .api_route("/roles/ids", post_with(roles::by_ids, says("Roles", "Get roles by ids")))
        .api_route(
            "/roles/{id}",
            get_with(roles::get, says("Roles", "Get a role"))
                .put_with(roles::update, says("Roles", "Update a role"))
                .delete_with(roles::delete, says("Roles", "Delete a role")),
        )
        .api_route(
            "/acls/permissions",
            get_with(roles::permissions, says("Roles", "List resources with their actions")),
        )
        .api_route("/acls/actions", get_with(roles::actions, says("Roles", "List actions")))
        .api_route("/acls/templates", get_with(roles::templates, says("Roles", "Get the managed roles' permissions")))
        .api_route("/bindings", post_with(bindings::create, says("Bindings", "Bind a role")))
        .api_route("/bindings/bulk", post_with(bindings::create_all, says("Bindings", "Bind several roles")))
        .api_route("/bindings/search", get_with(bindings::search, says("Bindings", "Search bindings")))
        .api_route(
            "/bindings/{id}",
            get_with(bindings::get, says("Bindings", "Get a binding"))
                .delete_with(bindings::delete, says("Bindings", "Delete a binding")),
        )
        .api_route(
            "/tenant-access",
            get_with(tenant_access::list, says("Tenant access", "List who has access"))
                .post_with(tenant_access::post, says("Tenant access", "Let a user in by address")),
        )
        .api_route(
            "/tenant-access/autocomplete",
            post_with(tenant_access::autocomplete, says("Tenant access", "Suggest users")),
        )
        .api_route(
            "/tenant-access/{id}",
            get_with(tenant_access::get, says("Tenant access", "Get a user's access"))
                .put_with(tenant_access::put, says("Tenant access", "Give a user access"))
                .delete_with(tenant_access::delete, says("Tenant access", "Take access away")),
        )
        .api_route("/invitations", post_with(invitations::create, says("Invitations", "Invite a user")))
        .api_route("/invitations/search", get_with(invitations::search, says("Invitations", "Search invitations")))
        .api_route(
            "/invitations/email/{email}",
            get_with(invitations::of_email, says("Invitations", "Get invitations of an address")),
        )
        .api_route(
            "/invitations/{id}",
            get_with(invitations::get, says("Invitations", "Get an invitation"))
                .delete_with(invitations::delete, says("Invitations", "Delete an invitation")),
        )
        .api_route(
            "/security-integrations",
            get_with(instance::integrations, says("Security integrations", "List security integrations")).post_with(
                instance::create_integration,
                says("Security integrations", "Create a security integration"),
            ),
        )
        .api_route(
            "/security-integrations/search",
            get_with(instance::integrations, says("Security integrations", "Search security integrations")),
        )
        .api_route(
            "/security-integrations/{id}",
            get_with(instance::integration, says("Security integrations", "Get a security integration")).delete_with(
                instance::delete_integration,
                says("Security integrations", "Delete a security integration"),
            ),
        )
        .api_route(
            "/security-integrations/{id}/enable",
            post_with(instance::enable_integration, says("Security integrations", "Switch a security integration on")),
        )
        .api_route(
            "/security-integrations/{id}/disable",
            post_with(
                instance::disable_integration,
                says("Security integrations", "Switch a security integration off"),
            ),
        )
        .api_route(
            "/access/explain",
            get_with(access::explain, says("Access", "Explain why someone can do something, or what is missing")),
        )
        .api_route("/access/who-can", get_with(access::who_can, says("Access", "List who may do something")))
        .api_route("/access/check", post_with(access::check, says("Access", "Ask up to 1,000 questions")))
        .api_route("/namespaces", post_with(namespaces::create, says("Namespaces", "Create a namespace")))
        .api_route("/namespaces/search", get_with(namespaces::search, says("Namespaces", "Search namespaces")))
        .api_route(
            "/namespaces/autocomplete",
            post_with(namespaces::autocomplete, says("Namespaces", "Suggest namespaces")),
        )
        .api_route(
            "/namespaces/{id}",
            get_with(namespaces::get, says("Namespaces", "Get a namespace"))
                .put_with(namespaces::update, says("Namespaces", "Update a namespace"))
                .delete_with(namespaces::delete, says("Namespaces", "Delete a namespace")),
        )
        .api_route("/flows", post_with(flows::create, says("Flows", "Create a flow")))
        .api_route("/flows/search", get_with(flows::search, says("Flows", "Search flows")))
        .api_route("/flows/validate", post_with(flows::validate, says("Flows", "Validate flows")))
        .api_route(
            "/flows/distinct-namespaces",
            get_with(flows::namespaces, says("Flows", "List the namespaces that have flows")),
        )
        // Words that are no namespaces to the clients that send them.
        .route("/flows/source", get(missing))
        .route("/flows/deprecated", get(missing))
        .api_route("/flows/{namespace}", get_with(flows::of_namespace, says("Flows", "List the flows of a namespace")))
        .api_route(
            "/flows/{namespace}/{id}",
            get_with(flows::get, says("Flows", "Get a flow"))
                .put_with(flows::update, says("Flows", "Update a flow"))
                .delete_with(flows::delete, says("Flows", "Delete a flow")),
        )
        .api_route(
            "/flows/{namespace}/{id}/revisions",
            get_with(flows::revisions, says("Flows", "List a flow's revisions")),
        )
        .api_route("/executions", get_with(executions::search, says("Executions", "List executions")))
        .api_route("/executions/search", get_with(executions::search, says("Executions", "Search executions")))
        .api_route(
            "/executions/{id}",
            get_with(executions::get, says("Executions", "Get an execution"))
                .delete_with(executions::delete, says("Executions", "Delete an execution")),
        )
        .api_route(
            "/executions/{id}/actions/change-status",
            post_with(executions::set_state, says("Executions", "Note a new state")),
        )
        .api_route(
            "/executions/{id}/actions/labels",
            post_with(executions::set_labels, says("Executions", "Replace labels")),
        )
        .api_route(
            "/executions/{id}/change-status",
            post_with(executions::set_state, says("Executions", "Note a new state, as clients of 1.x do")),
        )
        .api_route(
            "/executions/{id}/labels",
            post_with(executions::set_labels, says("Executions", "Replace labels, as clients of 1.x do")),
        )
        .api_route(
            "/executions/{namespace}/{flow}",
            post_with(executions::create, says("Executions", "Create a record of an execution")),
        )
}

/// What belongs to a tenant, at addresses that mean something else without one.
fn tenant_only() -> ApiRouter<AppState> {
    ApiRouter::new()
        .api_route(
            "/auditlogs/search",
            get_with(audit_logs::search_in, says("Audit logs", "Search the tenant's audit log")),
        )
        .api_route(
            "/auditlogs/export",
            get_with(audit_logs::export_in, says("Audit logs", "Export the tenant's audit log")),
        )
        .api_route(
            "/auditlogs/find",
            post_with(audit_logs::find, says("Audit logs", "Find the newest row about something")),
        )
        .api_route(
            "/auditlogs/history/{id}",
            get_with(audit_logs::history, says("Audit logs", "List what happened to something")),
        )
        .api_route(
            "/auditlogs/{id}/diff",
            get_with(audit_logs::diff_in, says("Audit logs", "Show something before and after a change")),
        )
        .api_route(
            "/service-accounts",
            get_with(service_accounts::list_in, says("Service accounts", "List the tenant's service accounts"))
                .post_with(
                    service_accounts::create_in,
                    says("Service accounts", "Create a service account in the tenant"),
                ),
        )
        .api_route(
            "/service-accounts/{id}",
            get_with(service_accounts::get_in, says("Service accounts", "Get a service account of the tenant"))
                .put_with(
                    service_accounts::update_in,
                    says("Service accounts", "Update a service account of the tenant"),
                )
                .delete_with(
                    service_accounts::delete_in,
                    says("Service accounts", "Delete a service account of the tenant"),
                ),
        )
        .api_route(
            "/service-accounts/{id}/api-tokens",
            get_with(
                service_accounts::tokens_in,
                says("Service accounts", "List the tokens of a service account of the tenant"),
            )
            .post_with(
                service_accounts::create_token_in,
                says("Service accounts", "Create a token of a service account of the tenant"),
            ),
        )
        .api_route(
            "/service-accounts/{id}/api-tokens/{token}",
            delete_with(
                service_accounts::delete_token_in,
                says("Service accounts", "Delete a token of a service account of the tenant"),
            ),
        )
}

/// The address as it was called: below a nested router a request has only the rest of it.
fn called(extensions: &Extensions) -> Uri {
    extensions.get::<OriginalUri>().map_or_else(Uri::default, |uri| uri.0.clone())
}

/// No resource of that address.
async fn missing() -> impl IntoResponse {
    Failure::new(model::Code::NotFound, "Not Found")
}

/// The resource is there, and does not do that.
async fn not_allowed() -> impl IntoResponse {
    Failure::new(model::Code::MethodNotAllowed, "Method Not Allowed")
}
