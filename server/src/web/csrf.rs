//! Requests that a browser was talked into: a request of another site's page is refused, and whoever came in by a cookie
//! must repeat a token that only our own pages know (contract 1.2, 8.14).

use super::{
    assets,
    proxy::{self, Site},
    session::secure,
};
use crate::{rest::Failure, state::AppState};
use app::api::Refusal;
use axum::{
    Json,
    extract::{Request, State},
    http::{
        HeaderMap, HeaderName, HeaderValue, Method, StatusCode,
        header::{ACCEPT, CONTENT_SECURITY_POLICY, ORIGIN, SET_COOKIE},
    },
    middleware::Next,
    response::{Html, IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use model::{Code, Error};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Where browsers say whether the page that sends a request is of the same site, wherever the connection is trusted.
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The cookie; the page says the same, masked, in `<meta name="csrf-token">`.
const COOKIE: &str = "csrfToken";
/// Where clients repeat it.
const HEADER: &str = "x-csrf-token";

/// Refuses an unsafe request that a page of another site makes a browser send.
pub async fn own_pages(State(state): State<AppState>, request: Request, next: Next) -> Response {
    match foreign(&state, &request) {
        None => next.run(request).await,
        Some(message) => {
            let origin = request.headers().get(ORIGIN).and_then(|origin| origin.to_str().ok()).unwrap_or_default();
            let origin = origin.get(..200).unwrap_or(origin);
            tracing::warn!(origin, path = request.uri().path(), "a request from another site was refused");
            refused(&request, message)
        }
    }
}

/// What is wrong with a request that comes from a page that is not ours; nothing where it is fine. Programs that are no
/// browsers send neither header, and no page can make them send anything.
fn foreign(state: &AppState, request: &Request) -> Option<String> {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return None;
    }
    let header = |name| request.headers().get(name).map(HeaderValue::as_bytes).filter(|value| !value.is_empty());
    let origin = header(ORIGIN).map(|origin| std::str::from_utf8(origin).ok().and_then(Site::parse));
    match (header(SEC_FETCH_SITE), origin) {
        (Some(b"same-origin" | b"none"), _) | (None, None) => None,
        (None, Some(Some(site))) if proxy::is_ours(&state.config.server, request, &site) => None,
        (None, Some(Some(site))) => Some(format!(
            "This request came from a page at {site}, which isn't the address of this server. If you opened that page \
             yourself, ask your administrator to set kestra.url to that address, or to let the proxy pass on the Host \
             header together with the port."
        )),
        _ => Some("A page of another site sent this request. Open the console yourself and try again.".to_owned()),
    }
}

/// The refusal, for whoever sent the request: a page, the error of a server function, or the API's.
fn refused(request: &Request, message: String) -> Response {
    let page = request.headers().get(ACCEPT).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if page {
        (StatusCode::FORBIDDEN, [(CONTENT_SECURITY_POLICY, POLICY)], Html(refusal_page(&message))).into_response()
    } else if request.uri().path().starts_with("/serverfn/") {
        (StatusCode::FORBIDDEN, Json(Refusal(Error::new(Code::Forbidden, message)))).into_response()
    } else {
        Failure::new(Code::Forbidden, format!("Forbidden: {message}")).into_response()
    }
}

const POLICY: &str = "default-src 'none'; style-src 'self'; frame-ancestors 'none'";

/// A page that needs nothing of the application: what is refused does not get that far.
fn refusal_page(message: &str) -> String {
    let message = message.replace('&', "&amp;").replace('<', "&lt;");
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>Request refused · Kestra</title>\
         <link rel=\"stylesheet\" href=\"{css}\"></head><body><main class=\"empty failure\" role=\"alert\">\
         <h1>Request refused</h1><p>{message}</p></main></body></html>",
        css = assets::addresses().css
    )
}

/// Refuses an unsafe request of a browser that does not repeat its token. Clients that are no browsers and never
/// loaded a page have neither an origin nor the cookie, and no page could make them send anything.
pub fn check(method: &Method, headers: &HeaderMap) -> Result<(), Failure> {
    let jar = CookieJar::from_headers(headers);
    let cookie = jar.get(COOKIE).map(|cookie| cookie.value());
    if method.is_safe() || (cookie.is_none() && !headers.contains_key(ORIGIN)) {
        return Ok(());
    }
    let repeated = headers.get(HEADER).map(HeaderValue::as_bytes).unwrap_or_default();
    match cookie {
        Some(cookie) if !cookie.is_empty() && repeats(cookie.as_bytes(), repeated) => Ok(()),
        _ => Err(Failure::new(
            Code::Forbidden,
            "Forbidden: the X-CSRF-TOKEN header does not repeat the csrfToken cookie.",
        )),
    }
}

/// Whether this is the cookie, as it is or as a page has it.
fn repeats(cookie: &[u8], repeated: &[u8]) -> bool {
    bool::from(cookie.ct_eq(repeated) | cookie.ct_eq(&unmasked(repeated)))
}

/// The token as a page says it: never twice the same. Pages are compressed, and what is the same in each could be guessed
/// from how long they are (BREACH).
fn masked(token: &str) -> String {
    let mask = Sha256::digest(service::secret());
    let hidden = token.bytes().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask);
    let mask = mask.iter().cycle().take(token.len()).copied();
    BASE64_URL_SAFE_NO_PAD.encode(mask.chain(hidden).collect::<Vec<_>>())
}

/// What was masked; nothing of what was not.
fn unmasked(said: &[u8]) -> Vec<u8> {
    let both = BASE64_URL_SAFE_NO_PAD.decode(said).unwrap_or_default();
    let (mask, hidden) = both.split_at(both.len() / 2);
    mask.iter().zip(hidden).map(|(mask, byte)| mask ^ byte).collect()
}

/// Gives every page its token: the browser's, or a new one.
pub async fn token(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let known = CookieJar::from_headers(request.headers()).get(COOKIE).map(|cookie| cookie.value().to_owned());
    let known = known.filter(|token| token.len() == 22 && token.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    let fresh = known.is_none();
    let token = known.unwrap_or_else(service::secret);
    request.extensions_mut().insert(app::CsrfToken(masked(&token)));
    let mut response = next.run(request).await;
    let page = response.headers().get("content-type").is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    let secure = if secure(&state) { "; Secure" } else { "" };
    if fresh
        && page
        && let Ok(cookie) = HeaderValue::from_str(&format!("{COOKIE}={token}; Path=/; HttpOnly; SameSite=Lax{secure}"))
    {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_repeated_as_it_is_or_as_a_page_has_it() {
        let (token, other) = (service::secret(), service::secret());
        let said = masked(&token);
        assert_ne!(said, masked(&token));
        assert!(!said.contains(&token));
        assert!(repeats(token.as_bytes(), token.as_bytes()));
        assert!(repeats(token.as_bytes(), said.as_bytes()));
        for wrong in ["", "====", &other, &masked(&other), &said[1..], &said[..58], &format!("{said}AAAA")] {
            assert!(!repeats(token.as_bytes(), wrong.as_bytes()), "{wrong}");
        }
    }
}
