//! Pages and the server functions their forms call.

use super::{assets, rendering};
use crate::{follow::Failed, state::AppState};
use app::{App, Refused, Retry, Reveal, Revealed, UNDO, Visitor, api::frame::Flash, shell};
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{
        HeaderMap, HeaderValue, Method, StatusCode, Uri,
        header::{ACCEPT, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION},
        request::Parts,
    },
    middleware::{Next, from_fn, from_fn_with_state},
    response::{Html, IntoResponse, Redirect, Response},
    routing::{get, post},
};
use leptos::{prelude::*, server_fn::axum::server_fn_paths};
use leptos_axum::{
    LeptosRoutes, generate_route_list_with_exclusions, handle_server_fns_with_context, render_app_async_with_context,
};
use model::{Code, Error};
use service::Caller;
use std::sync::Arc;

/// A form larger than this is none of ours.
const FORM: usize = 256 * 1024;

/// Pages, server functions and built files.
pub fn router(state: &AppState) -> Router<AppState> {
    rendering::prepare();
    let files = assets::addresses();
    let document = move || shell(files.clone());
    // What no other page matches may be a built file: the fallback looks there first. And server functions go
    // through `function`, not straight to the framework.
    let functions = server_fn_paths().map(|(path, _)| path.to_owned());
    let others = functions.chain(["/{*any}".to_owned()]).collect();
    Router::new()
        .leptos_routes_with_context(
            state,
            generate_route_list_with_exclusions(App, Some(others)),
            rendering::keep,
            document,
        )
        .route_layer(from_fn_with_state(state.clone(), lead))
        .route("/serverfn/{*function}", post(function))
        .route_layer(from_fn(rendering::whole))
        .route("/", get(|| async { Redirect::to("/ui") }))
        .route("/ui/", get(|| async { Redirect::to("/ui") }))
        .route("/administration", get(|| async { Redirect::to("/administration/tenants") }))
        .route("/live", get(super::live::listen))
        .fallback(missing)
}

/// Leads to the setup page while there is no user, and to the sign-in page whoever is not signed in.
async fn lead(State(state): State<AppState>, request: Request, next: Next) -> Response {
    match elsewhere(&state, request.uri().clone(), signed_in(&request)).await {
        Some(answer) => answer,
        None => next.run(request).await,
    }
}

/// Whether somebody has signed in with the browser that asks.
fn signed_in(request: &Request) -> bool {
    request.extensions().get::<service::Context>().is_some_and(|cx| matches!(cx.caller(), Caller::Principal(_)))
}

/// Where a request has to go before it may see a page; nothing where it may.
async fn elsewhere(state: &AppState, uri: Uri, signed_in: bool) -> Option<Response> {
    let needed = match service::setup::needed(&state.service).await {
        Ok(needed) => needed,
        Err(error) => return Some(failure(&error.into())),
    };
    let to = match (uri.path(), needed) {
        ("/setup", true) => return None,
        ("/setup", false) => "/ui".to_owned(),
        (_, true) => "/setup".to_owned(),
        ("/login", false) if signed_in => "/ui".to_owned(),
        ("/login", false) => return None,
        (_, false) if signed_in => return None,
        // Whoever is invited may have no user yet.
        (path, false) if path.starts_with("/ui/invitation/") => return None,
        _ => sign_in(&uri.to_string()),
    };
    Some(Redirect::to(&to).into_response())
}

/// The sign-in page that leads on to `next`.
fn sign_in(next: &str) -> String {
    let query: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
    format!("/login?next={query}")
}

/// An answer where no page can be rendered.
pub(super) fn failure(error: &Error) -> Response {
    let status = StatusCode::from_u16(error.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = status.into_response();
    response.extensions_mut().insert(Failed(error.clone()));
    response
}

/// An answer where a handler has panicked: the log has the cause.
pub fn broken() -> Response {
    failure(&Error::new(Code::Internal, "Something went wrong here. The log has the cause."))
}

/// The page of an error that came before there could be a page.
pub fn error_page(status: StatusCode, error: &Error) -> Response {
    let css = assets::addresses().css;
    let body = view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <title>"Something went wrong · Kestra"</title>
                <link rel="stylesheet" href=css />
            </head>
            <body>
                <main class="empty failure">
                    <h1>"Something went wrong"</h1>
                    <p>{error.message.clone()}</p>
                    {error.request.clone().map(|id| view! { <p>"Request ID: " <code>{id}</code></p> })}
                </main>
            </body>
        </html>
    };
    let policy = [(CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'self'; frame-ancestors 'none'")];
    (status, policy, Html(body.into_any().to_html())).into_response()
}

/// The address of a server function, where there is one of that path.
pub fn function_path(path: &str) -> Option<&'static str> {
    server_fn_paths().map(|(known, _)| known).find(|known| *known == path)
}

/// A built file, or the page that says there is none.
async fn missing(State(state): State<AppState>, request: Request) -> Response {
    if request.method() == Method::GET || request.method() == Method::HEAD {
        if let Some(file) = assets::serve(request.uri(), request.headers()) {
            return file;
        }
        // A file of another release. The program that asks for it has no use for a page.
        if request.uri().path().starts_with("/pkg/") {
            return StatusCode::NOT_FOUND.into_response();
        }
        return match elsewhere(&state, request.uri().clone(), signed_in(&request)).await {
            Some(answer) => answer,
            None => render(&state, request).await,
        };
    }
    StatusCode::NOT_FOUND.into_response()
}

/// Renders the page of a request.
async fn render(_: &AppState, request: Request) -> Response {
    let files = assets::addresses();
    rendering::contained(render_app_async_with_context(rendering::keep, move || shell(files.clone()))(request)).await
}

/// Runs a server function. One that a form called without JavaScript must answer with a page: where it
/// went well it leads on, and where it was refused the page the form was on is shown again.
async fn function(State(state): State<AppState>, request: Request) -> Response {
    if !wants_page(request.headers()) {
        return called(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, FORM).await else {
        return failure(&Error::new(Code::TooLarge, "This form is larger than any of ours."));
    };
    let fields: Vec<(String, String)> = form_urlencoded::parse(&body).into_owned().collect();
    let page = fields.iter().find(|(name, _)| name == "__page").map(|(_, page)| page.clone());
    let page = page.filter(|page| page.starts_with('/') && !page.starts_with("//")).unwrap_or_else(|| "/ui".into());

    let refused = Refused::default();
    let mut again = parts.clone();
    let reveal = Reveal::default();
    parts.extensions.insert(refused.clone());
    parts.extensions.insert(reveal.clone());
    // A form that changed something in place comes back to its page.
    let back = without_carried(&page);
    if let Ok(referer) = HeaderValue::from_str(&back) {
        parts.headers.insert(axum::http::header::REFERER, referer);
    }
    let function = parts.uri.path().to_owned();
    let answer = handle_server_fns_with_context(rendering::keep, Request::from_parts(parts, Body::from(body))).await;
    let mut answer = answer.into_response();

    let error = match refused.take() {
        Some(error) => error,
        None if unread(&answer) => {
            Error::new(Code::BadRequest, "Something is missing in what was sent. Reload the page and try again.")
        }
        None => {
            // What is to be read once stands on the page itself: nothing of it is in an address or kept.
            if let Some(secret) = reveal.take() {
                again.method = Method::GET;
                again.uri = page.parse().unwrap_or_else(|_| Uri::from_static("/ui"));
                again.headers.remove(CONTENT_TYPE);
                again.headers.remove(CONTENT_LENGTH);
                again.extensions.insert(Revealed(secret));
                let mut shown = render(&state, Request::from_parts(again, Body::empty())).await;
                shown.extensions_mut().insert(super::compress::Secret);
                return shown;
            }
            if answer.status() == StatusCode::FOUND {
                *answer.status_mut() = StatusCode::SEE_OTHER;
            }
            return answer;
        }
    };
    let undo = fields.iter().any(|(name, _)| name == UNDO);
    let typed = fields.into_iter().filter(|(name, _)| Retry::repeatable(name)).collect::<Vec<_>>();
    if error.code == Code::Unauthenticated && !page.starts_with("/login") {
        let to = sign_in(&carrying(&page, &typed));
        return Redirect::to(&to).into_response();
    }
    again.method = Method::GET;
    again.uri = page.parse().unwrap_or_else(|_| Uri::from_static("/ui"));
    again.headers.remove(CONTENT_TYPE);
    again.headers.remove(CONTENT_LENGTH);
    let status = error.code.status();
    if undo {
        complain(&again, error.message).await;
    } else {
        again.extensions.insert(Retry { function, typed, error });
    }
    let mut shown = render(&state, Request::from_parts(again, Body::empty())).await;
    *shown.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
    shown
}

/// Runs a server function for the program of a page.
async fn called(mut request: Request) -> Response {
    let reveal = Reveal::default();
    request.extensions_mut().insert(reveal.clone());
    let mut answer = handle_server_fns_with_context(rendering::keep, request).await.into_response();
    if reveal.take().is_some() {
        answer.extensions_mut().insert(super::compress::Secret);
    }
    answer
}

/// Says why something could not be taken back where it was offered: in the corner of the page that follows.
async fn complain(parts: &Parts, message: String) {
    let said = serde_json::to_string(&Flash { message, undo: None, failed: true });
    if let (Some(visitor), Ok(said)) = (parts.extensions.get::<Arc<dyn Visitor>>(), said)
        && let Err(error) = visitor.leave_flash(said).await
    {
        tracing::warn!(%error, "a message for the next page was lost");
    }
}

/// Whether a browser sent this form by itself, and shows whatever comes back.
fn wants_page(headers: &HeaderMap) -> bool {
    headers.get(ACCEPT).and_then(|value| value.to_str().ok()).is_some_and(|value| value.contains("text/html"))
}

/// Whether the function could not even read its arguments: then it has left no refusal, but the
/// framework an error in the address it leads to.
fn unread(answer: &Response) -> bool {
    let led = answer.headers().get(LOCATION).and_then(|to| to.to_str().ok());
    led.is_some_and(|to| to.contains("__err="))
        || answer.status().is_client_error()
        || answer.status().is_server_error()
}

/// The page without what was typed in its address: that was sent, and is no longer what its forms begin with.
fn without_carried(page: &str) -> String {
    let Some((path, query)) = page.split_once('?') else { return page.to_owned() };
    let kept: Vec<_> = query.split('&').filter(|pair| !pair.starts_with("f.")).collect();
    if kept.is_empty() { path.to_owned() } else { format!("{path}?{}", kept.join("&")) }
}

/// The page with what was typed in its address, so that signing in again loses nothing.
fn carrying(page: &str, typed: &[(String, String)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in typed.iter().filter(|(_, value)| !value.is_empty()) {
        query.append_pair(&format!("f.{name}"), value);
    }
    let mark = if page.contains('?') { '&' } else { '?' };
    format!("{page}{mark}{}", query.finish())
}
