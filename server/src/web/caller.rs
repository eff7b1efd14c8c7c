//! Puts into every request who asks and from where.

use super::session::{Browser, impersonator, principal, secure};
use crate::{follow::request_id, state::AppState};
use app::Visitor;
use axum::{
    extract::{ConnectInfo, Request, State},
    http::HeaderMap,
    middleware::Next,
    response::Response,
};
use model::{Error, audit::Door};
use service::{Caller, Context, Origin};
use std::{net::SocketAddr, sync::Arc};
use tower_sessions::Session;

/// As whom a request came with its session, for doors that also take other credentials.
#[derive(Clone)]
pub struct InSession(pub Context);

/// Reads the session, and leaves the caller, the context and the visitor for whoever answers.
pub async fn identify(State(state): State<AppState>, session: Session, mut request: Request, next: Next) -> Response {
    let now = state.service.now();
    let nobody = state.service.context(Caller::Anonymous, origin(&state, &request, Door::Web));
    let cx = match known(&session, nobody).await {
        Ok(cx) => cx,
        Err(error) => return super::pages::failure(&error),
    };
    let visitor: Arc<dyn Visitor> = Arc::new(Browser::new(session, secure(&state), now));
    let extensions = request.extensions_mut();
    extensions.insert(InSession(cx.clone()));
    extensions.insert(cx);
    extensions.insert(visitor);
    next.run(request).await
}

/// The context of whoever the session is of, and of whoever acts in their place. An impersonation that is not allowed
/// any more ends with its session.
async fn known(session: &Session, nobody: Context) -> Result<Context, Error> {
    let Some(id) = principal(session, nobody.now()).await? else { return Ok(nobody) };
    let cx = nobody.with(Caller::Principal(id));
    let Some(by) = impersonator(session).await? else { return Ok(cx) };
    match service::login::in_place(&cx, &by).await {
        Err(service::Error::Unauthenticated) => {
            Browser::new(session.clone(), false, cx.now()).sign_out().await?;
            Ok(nobody)
        }
        acting => Ok(acting?),
    }
}

/// From where a request comes. A proxy's word is taken only where the configuration says there is one.
pub fn origin<B>(state: &AppState, request: &axum::http::Request<B>, door: Door) -> Origin {
    let forwarded = state.config.server.trusted_proxy.then(|| last_forwarded(request.headers())).flatten();
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip().to_string());
    let request_id = request_id(request.headers()).map(str::to_owned);
    let trace = request.extensions().get().cloned().unwrap_or_default();
    Origin { door, request_id, address: forwarded.or(peer), trace }
}

/// The address our proxy saw: the last of the list; those before it are anybody's words.
fn last_forwarded(headers: &HeaderMap) -> Option<String> {
    let list = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
    let last = list.rsplit(',').next()?.trim();
    last.parse::<std::net::IpAddr>().ok().map(|address| address.to_string())
}
