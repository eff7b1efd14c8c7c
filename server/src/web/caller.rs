//! Puts into every request who asks and from where.

use super::session::{Browser, principal, secure};
use crate::state::AppState;
use app::Visitor;
use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, StatusCode},
    middleware::Next,
    response::{IntoResponse, Response},
};
use model::audit::Door;
use service::{Caller, Origin};
use std::{net::SocketAddr, sync::Arc};
use tower_sessions::Session;

/// Whose session a request came with, for doors that also take other credentials.
#[derive(Debug, Clone)]
pub struct SessionCaller(pub Caller);

/// Reads the session, and leaves the caller, the context and the visitor for whoever answers.
pub async fn identify(State(state): State<AppState>, session: Session, mut request: Request, next: Next) -> Response {
    let now = state.service.now();
    let caller = match principal(&session, now).await {
        Ok(Some(id)) => Caller::Principal(id),
        Ok(None) => Caller::Anonymous,
        Err(error) => return (StatusCode::SERVICE_UNAVAILABLE, error.message).into_response(),
    };
    let origin = origin(&state, &request, Door::Web);
    let visitor: Arc<dyn Visitor> = Arc::new(Browser::new(session, secure(&state), now));
    let extensions = request.extensions_mut();
    extensions.insert(SessionCaller(caller.clone()));
    extensions.insert(state.service.context(caller, origin));
    extensions.insert(visitor);
    next.run(request).await
}

/// From where a request comes. A proxy's word is taken only where the configuration says there is one.
pub fn origin<B>(state: &AppState, request: &axum::http::Request<B>, door: Door) -> Origin {
    let forwarded = state.config.server.trusted_proxy.then(|| last_forwarded(request.headers())).flatten();
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip().to_string());
    let request_id = request.headers().get("x-request-id").and_then(|id| id.to_str().ok());
    Origin { door, request_id: request_id.map(str::to_owned), address: forwarded.or(peer) }
}

/// The address our proxy saw: the last of the list; those before it are anybody's words.
fn last_forwarded(headers: &HeaderMap) -> Option<String> {
    let list = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
    let last = list.rsplit(',').next()?.trim();
    last.parse::<std::net::IpAddr>().ok().map(|address| address.to_string())
}
