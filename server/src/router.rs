//! All routes, and what every request goes through on its way to one.

use crate::{
    rest,
    state::AppState,
    web::{caller, csrf, guard, pages, session},
};
use axum::{
    Json, Router,
    http::HeaderName,
    middleware::{from_fn, from_fn_with_state},
    routing::get,
};
use std::time::Duration;
use tower::ServiceBuilder;
use tower_http::{
    catch_panic::CatchPanicLayer,
    csrf::CsrfLayer,
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer},
    timeout::TimeoutLayer,
    trace::TraceLayer,
};

/// The name of the request in logs, in the audit log and in the answer.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The whole server.
pub fn build(state: AppState) -> Router {
    let identified = Router::new()
        .merge(pages::router(&state).layer(from_fn(csrf::token)))
        .merge(rest::doors())
        .nest("/api/v1", rest::router())
        .layer(from_fn_with_state(state.clone(), caller::identify))
        .layer(session::layer(&state))
        // A form of another site, sent by a browser that is signed in here.
        .layer(CsrfLayer::new());
    Router::new()
        .route("/health", get(|| async { Json(serde_json::json!({ "status": "UP" })) }))
        .merge(identified)
        .layer(
            ServiceBuilder::new()
                .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
                .layer(TraceLayer::new_for_http())
                .layer(PropagateRequestIdLayer::new(REQUEST_ID))
                .layer(from_fn(guard::headers))
                .layer(CatchPanicLayer::new())
                .layer(TimeoutLayer::with_status_code(
                    axum::http::StatusCode::GATEWAY_TIMEOUT,
                    Duration::from_secs(30),
                )),
        )
        .with_state(state)
}
