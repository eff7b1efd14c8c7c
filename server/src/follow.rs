//! Follows each request: its id, its span in the log, its line when it is answered, and the id in what it is answered
//! with where that is an error.

use crate::{rest, web};
use axum::{
    extract::{MatchedPath, Request},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header::ACCEPT},
    middleware::Next,
    response::{IntoResponse, Response},
};
use model::{Code, Error};
use service::Trace;
use std::time::Instant;
use tower_http::request_id::{MakeRequestId, MakeRequestUuid};
use tracing::{Instrument, Span, error_span, field::Empty};

/// The name of the request in logs, in the audit log and in the answer.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The longest id that is taken from a caller: it goes into the audit log, which nobody can shorten.
const LONGEST: usize = 128;

/// An error that nobody has written an answer for yet.
#[derive(Clone)]
pub struct Failed(pub Error);

/// The name of a request.
pub fn request_id(headers: &HeaderMap) -> Option<&str> {
    headers.get(REQUEST_ID).and_then(|id| id.to_str().ok())
}

/// Goes around everything else.
pub async fn follow(mut request: Request, next: Next) -> Response {
    let id = presented(request.headers()).cloned().or_else(|| fresh(&request));
    // What else was presented may not reach the audit log.
    request.headers_mut().remove(REQUEST_ID);
    if let Some(id) = &id {
        request.headers_mut().insert(REQUEST_ID, id.clone());
    }
    let span = span(&request);
    request.extensions_mut().insert(Trace::new(span.clone()));
    let door = Door::of(&request);
    async {
        let mut line = Line { began: Instant::now(), status: None };
        let mut response = next.run(request).await;
        if let Some(error) = failed(&mut response) {
            response = door.answer(response.status(), error);
        }
        if let Some(id) = id {
            response.headers_mut().insert(REQUEST_ID, id);
        }
        line.status = Some(response.status());
        response
    }
    .instrument(span)
    .await
}

/// The id that the caller gave, if it is one.
fn presented(headers: &HeaderMap) -> Option<&HeaderValue> {
    let word = |byte: &u8| byte.is_ascii_alphanumeric() || b"._:-".contains(byte);
    headers.get(REQUEST_ID).filter(|id| (1..=LONGEST).contains(&id.len()) && id.as_bytes().iter().all(word))
}

fn fresh(request: &Request) -> Option<HeaderValue> {
    MakeRequestUuid.make_request_id(request).map(|id| id.into_header_value())
}

/// Errors have it whatever the log level is.
fn span(request: &Request) -> Span {
    error_span!(
        "request",
        id = request_id(request.headers()),
        method = %request.method(),
        route = route(request),
        principal = Empty,
        tenant = Empty,
    )
}

/// Where a request goes, without what may be secret or endless in its address.
fn route(request: &Request) -> &str {
    let path = request.uri().path();
    match request.extensions().get::<MatchedPath>().map(MatchedPath::as_str) {
        // The function's own name says more, and there are only so many.
        Some("/serverfn/{*function}") => web::pages::function_path(path).unwrap_or("/serverfn/{function}"),
        Some(route) => route,
        None => app::template(path).unwrap_or("none"),
    }
}

/// What takes the place of an answer that was not written.
fn failed(response: &mut Response) -> Option<Error> {
    if let Some(Failed(error)) = response.extensions_mut().remove() {
        return Some(error);
    }
    let late = response.status() == StatusCode::GATEWAY_TIMEOUT;
    late.then(|| Error::new(Code::Unavailable, "This took too long and was stopped. Try again in a moment."))
}

/// For whom an error is written.
struct Door {
    id: Option<String>,
    path: String,
    page: bool,
}

impl Door {
    fn of(request: &Request) -> Self {
        let accepts = request.headers().get(ACCEPT).and_then(|kinds| kinds.to_str().ok()).unwrap_or_default();
        Self {
            id: request_id(request.headers()).map(str::to_owned),
            path: request.uri().path().to_owned(),
            page: accepts.contains("text/html"),
        }
    }

    fn answer(self, status: StatusCode, mut error: Error) -> Response {
        if self.path.starts_with("/api/") {
            return rest::failure(status, &self.path, self.id, error);
        }
        error.request = self.id;
        if self.page {
            return web::pages::error_page(status, &error);
        }
        (status, axum::Json(error)).into_response()
    }
}

/// The one line about a request; also where nobody waits for its answer any more.
struct Line {
    began: Instant,
    status: Option<StatusCode>,
}

impl Drop for Line {
    fn drop(&mut self) {
        let ms = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        match self.status {
            Some(status) => tracing::info!(status = status.as_u16(), ms, "answered"),
            None => tracing::info!(ms, "given up"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("0198-abc.DEF:1", true)]
    #[case("", false)]
    #[case("a b", false)]
    #[case("a\"b", false)]
    #[case("ä", false)]
    fn only_a_short_word_is_an_id(#[case] id: &str, #[case] taken: bool) {
        let mut headers = HeaderMap::new();
        headers.insert(REQUEST_ID, HeaderValue::from_bytes(id.as_bytes()).unwrap());
        assert_eq!(presented(&headers).is_some(), taken);
    }

    #[test]
    fn a_long_one_is_none() {
        let mut headers = HeaderMap::new();
        for (length, taken) in [(128, true), (129, false), (60_000, false)] {
            headers.insert(REQUEST_ID, HeaderValue::from_str(&"x".repeat(length)).unwrap());
            assert_eq!(presented(&headers).is_some(), taken);
        }
    }
}
