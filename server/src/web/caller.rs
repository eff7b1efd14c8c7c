//! Puts into every request who asks and from where.

use super::{
    proxy,
    session::{Browser, impersonator, principal, secure},
};
use crate::{follow::request_id, state::AppState};
use app::Visitor;
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use model::{Error, audit::Door};
use service::{Caller, Context, Origin};
use std::sync::Arc;
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

/// From where a request comes.
pub fn origin<B>(state: &AppState, request: &axum::http::Request<B>, door: Door) -> Origin {
    let request_id = request_id(request.headers()).map(str::to_owned);
    let trace = request.extensions().get().cloned().unwrap_or_default();
    Origin { door, request_id, address: proxy::client(&state.config.server.proxies, request), trace }
}
