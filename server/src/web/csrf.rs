//! Requests that a browser was talked into: whoever came in by a cookie must repeat a token that only our own
//! pages know (contract 1.2, 8.14).

use crate::rest::Failure;
use axum::{
    extract::Request,
    http::{
        HeaderMap, HeaderValue, Method,
        header::{ORIGIN, SET_COOKIE},
    },
    middleware::Next,
    response::Response,
};
use axum_extra::extract::CookieJar;
use model::Code;
use subtle::ConstantTimeEq;

/// The cookie; the page says the same in `<meta name="csrf-token">`.
const COOKIE: &str = "csrfToken";
/// Where clients repeat it.
const HEADER: &str = "x-csrf-token";

/// Refuses an unsafe request of a browser that does not repeat its token. Clients that are no browsers and never
/// loaded a page have neither an origin nor the cookie, and no page could make them send anything.
pub fn check(method: &Method, headers: &HeaderMap) -> Result<(), Failure> {
    let jar = CookieJar::from_headers(headers);
    let cookie = jar.get(COOKIE).map(|cookie| cookie.value());
    if method.is_safe() || (cookie.is_none() && !headers.contains_key(ORIGIN)) {
        return Ok(());
    }
    let repeated = headers.get(HEADER).and_then(|value| value.to_str().ok()).unwrap_or_default();
    match cookie {
        Some(cookie) if !cookie.is_empty() && bool::from(cookie.as_bytes().ct_eq(repeated.as_bytes())) => Ok(()),
        _ => Err(Failure::new(
            Code::Forbidden,
            "Forbidden: the X-CSRF-TOKEN header does not repeat the csrfToken cookie.",
        )),
    }
}

/// Gives every page its token: the browser's, or a new one.
pub async fn token(mut request: Request, next: Next) -> Response {
    let known = CookieJar::from_headers(request.headers()).get(COOKIE).map(|cookie| cookie.value().to_owned());
    let known = known.filter(|token| token.len() == 22 && token.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    let fresh = known.is_none();
    let token = known.unwrap_or_else(service::secret);
    request.extensions_mut().insert(app::CsrfToken(token.clone()));
    let mut response = next.run(request).await;
    let page = response.headers().get("content-type").is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if fresh
        && page
        && let Ok(cookie) = HeaderValue::from_str(&format!("{COOKIE}={token}; Path=/; HttpOnly; SameSite=Lax"))
    {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}
