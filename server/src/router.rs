//! All routes, and what every request goes through on its way to one.

use crate::{
    follow, rest,
    state::AppState,
    web::{caller, compress, csrf, guard, health, pages, session},
};
use axum::{
    Router,
    middleware::{from_fn, from_fn_with_state},
};
use std::time::Duration;
use tower::ServiceBuilder;
use tower_http::{catch_panic::CatchPanicLayer, timeout::TimeoutLayer};

/// The whole server.
pub fn build(state: AppState) -> Router {
    let identified = Router::new()
        .merge(pages::router(&state).layer(from_fn_with_state(state.clone(), csrf::token)))
        .merge(rest::doors())
        .nest("/api/v1", rest::router())
        .layer(from_fn_with_state(state.clone(), caller::identify))
        .layer(session::layer(&state))
        // A form of another site, sent by a browser that is signed in here.
        .layer(from_fn_with_state(state.clone(), csrf::own_pages))
        .layer(from_fn(rest::finish))
        // After all that reads or changes a body.
        .layer(from_fn(compress::answers));
    followed(Router::new().merge(health::router()).merge(identified)).with_state(state)
}

/// What is answered on the port for health checks.
pub fn health(state: AppState) -> Router {
    followed(health::router()).with_state(state)
}

/// What goes around everything.
fn followed(router: Router<AppState>) -> Router<AppState> {
    router.layer(
        ServiceBuilder::new()
            .layer(from_fn(guard::headers))
            .layer(from_fn(follow::follow))
            .layer(CatchPanicLayer::custom(|_| pages::broken()))
            .layer(TimeoutLayer::with_status_code(axum::http::StatusCode::GATEWAY_TIMEOUT, Duration::from_secs(30))),
    )
}
