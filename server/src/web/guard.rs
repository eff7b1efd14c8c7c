//! Headers that keep a page to itself.

use axum::{
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::Response,
};

/// When to try again what cannot be answered now, in seconds: a full queue of passwords is worked off by then.
const SOON: HeaderValue = HeaderValue::from_static("2");

/// What every answer says about how it may be used.
pub async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let unavailable = response.status() == StatusCode::SERVICE_UNAVAILABLE;
    let headers = response.headers_mut();
    let fixed = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "same-origin"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // Pages and answers are somebody's; only built files, which say so themselves, may be kept.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if unavailable {
        headers.entry(header::RETRY_AFTER).or_insert(SOON);
    }
    response
}
