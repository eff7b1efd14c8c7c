//! The REST API: each handler reads a request, calls one use case and writes its answer.

mod caller;
mod error;
mod json;
mod query;
mod tenants;

use crate::state::AppState;
use axum::{
    Router,
    extract::OriginalUri,
    http::{Extensions, Uri},
    response::IntoResponse,
    routing::get,
};
use error::Failure;
pub use tenants::TenantOut;

/// Largest accepted body, in bytes.
const BODY: usize = 2 * 1024 * 1024;

/// Everything under `/api/v1`.
pub fn router() -> Router<AppState> {
    let tenants = Router::new()
        .route("/", get(tenants::search).post(tenants::create))
        .route("/search", get(tenants::search))
        .route("/{id}", get(tenants::get).put(tenants::update).delete(tenants::delete));
    Router::new().nest("/tenants", tenants).fallback(missing).method_not_allowed_fallback(not_allowed)
}

/// The address as it was called: below a nested router a request has only the rest of it.
fn called(extensions: &Extensions) -> Uri {
    extensions.get::<OriginalUri>().map_or_else(Uri::default, |uri| uri.0.clone())
}

/// No resource of that address.
async fn missing(OriginalUri(uri): OriginalUri) -> impl IntoResponse {
    Failure::new(model::Code::NotFound, "Not Found").at(&uri)
}

/// The resource is there, and does not do that.
async fn not_allowed(OriginalUri(uri): OriginalUri) -> impl IntoResponse {
    Failure::new(model::Code::MethodNotAllowed, "Method Not Allowed").at(&uri)
}
