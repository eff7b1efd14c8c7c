//! The REST API: each handler reads a request, calls one use case and writes its answer.

mod caller;
mod error;
mod json;
mod login;
mod open;
mod query;
mod tenants;

use crate::state::AppState;
use aide::axum::{ApiRouter, routing::get_with};
use axum::{
    Router,
    extract::OriginalUri,
    http::{Extensions, Uri},
    middleware::from_fn,
    response::IntoResponse,
    routing::{get, post},
};
pub use error::Failure;
use open::says;
pub use tenants::TenantOut;

/// Largest accepted body, in bytes.
const BODY: usize = 2 * 1024 * 1024;

/// Everything under `/api/v1`.
pub fn router() -> Router<AppState> {
    let (routes, document) = open::document(instance().nest("/{tenant}", tenant().merge(tenant_only())));
    routes
        // The tenant without an identifier: the same addresses without their first segment.
        .merge(Router::from(tenant()))
        .merge(open::router(document))
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
}

/// What belongs to a tenant.
fn tenant() -> ApiRouter<AppState> {
    ApiRouter::new()
}

/// What belongs to a tenant, at addresses that mean something else without one.
fn tenant_only() -> ApiRouter<AppState> {
    ApiRouter::new()
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
