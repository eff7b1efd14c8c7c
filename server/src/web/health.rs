//! Health checks, as Micronaut names them: alive is whoever answers, ready is whoever can also reach the database.

use crate::state::AppState;
use axum::{Json, Router, extract::State, http::StatusCode, response::IntoResponse, routing::get};
use serde_json::json;
use std::sync::Arc;

/// `/health`, `/health/readiness` and `/health/liveness`. Nobody needs to sign in, and nothing secret is answered.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/health", get(ready))
        .route("/health/readiness", get(ready))
        .route("/health/liveness", get(|| async { Json(json!({ "status": "UP" })) }))
}

/// 503 where the database cannot be reached or takes no changes. The log says why.
async fn ready(State(service): State<Arc<service::Service>>) -> impl IntoResponse {
    let (code, status) = match service::health::check(&service).await {
        Ok(()) => (StatusCode::OK, "UP"),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "DOWN")
        }
    };
    (code, Json(json!({ "status": status, "details": { "database": { "status": status } } })))
}
