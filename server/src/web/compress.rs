//! Pages and answers in fewer bytes, for whoever takes them so.
//!
//! What is compressed can be guessed from its length, where somebody else can put text beside it and send the request
//! many times (BREACH). So nothing is compressed that holds a secret: the token of a page against foreign forms is
//! another in each page (`csrf`), and secrets that are shown once come only in answers to what changes something. Of
//! those only server functions are compressed, unless they are [`Secret`].

use async_compression::{
    Level,
    brotli::EncoderParams,
    tokio::bufread::{BrotliEncoder, GzipEncoder},
};
use axum::{
    body::{Body, HttpBody},
    extract::Request,
    http::{
        HeaderMap, HeaderValue, Method,
        header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, VARY},
    },
    middleware::Next,
    response::Response,
};
use futures_util::TryStreamExt;
use std::io;
use tokio_util::io::{ReaderStream, StreamReader};

/// Marks an answer that holds what must not be guessed.
#[derive(Debug, Clone, Copy)]
pub struct Secret;

/// Smaller answers fit into a packet or two as they are.
const SMALL: u64 = 1024;
/// Kinds of content that get smaller. Not events: each must leave at once.
const KINDS: [&str; 7] = [
    "text/html",
    "text/plain",
    "text/csv",
    "application/json",
    "application/yaml",
    "application/x-yaml",
    "application/x-ndjson",
];
/// How much is handed on at a time.
const CHUNK: usize = 16 * 1024;
/// How far back the encoder looks, as a power of two: more takes megabytes for each answer, and pages are no longer.
const WINDOW: i32 = 18;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Coding {
    Brotli,
    Gzip,
}

/// Compresses an answer, if it is one that may be and gets smaller.
pub async fn answers(request: Request, next: Next) -> Response {
    let coding = accepted(request.headers());
    let shown = request.method() == Method::GET || request.uri().path().starts_with("/serverfn/");
    let mut response = next.run(request).await;
    if !shown || !worthwhile(&response) {
        return response;
    }
    response.headers_mut().append(VARY, HeaderValue::from_static("accept-encoding"));
    match coding {
        Some(coding) => compressed(response, coding),
        None => response,
    }
}

/// The best coding that is accepted.
fn accepted(headers: &HeaderMap) -> Option<Coding> {
    let accepts = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let accepts: Vec<_> = accepts.flat_map(|value| value.split(',')).collect();
    let takes = |coding: &str| {
        accepts.iter().any(|one| {
            let (name, weight) = one.split_once(';').unwrap_or((one, ""));
            let refused = weight.trim().strip_prefix("q=").is_some_and(|q| q.parse() == Ok(0.0));
            name.trim().eq_ignore_ascii_case(coding) && !refused
        })
    };
    [("br", Coding::Brotli), ("gzip", Coding::Gzip)].into_iter().find(|(name, _)| takes(name)).map(|(_, coding)| coding)
}

/// Whether an answer gets smaller, and may be compressed.
fn worthwhile(response: &Response) -> bool {
    let headers = response.headers();
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    KINDS.contains(&kind)
        && !headers.contains_key(CONTENT_ENCODING)
        && response.extensions().get::<Secret>().is_none()
        && response.body().size_hint().exact().is_none_or(|size| size >= SMALL)
}

fn compressed(response: Response, coding: Coding) -> Response {
    let (mut parts, body) = response.into_parts();
    let name = match coding {
        Coding::Brotli => "br",
        Coding::Gzip => "gzip",
    };
    parts.headers.insert(CONTENT_ENCODING, HeaderValue::from_static(name));
    parts.headers.remove(CONTENT_LENGTH);
    let plain = StreamReader::new(body.into_data_stream().map_err(io::Error::other));
    let body = match coding {
        Coding::Brotli => {
            let params = EncoderParams::default().quality(Level::Precise(4)).window_size(WINDOW);
            Body::from_stream(ReaderStream::with_capacity(BrotliEncoder::with_params(plain, params), CHUNK))
        }
        Coding::Gzip => {
            let encoder = GzipEncoder::with_quality(plain, Level::Precise(4));
            Body::from_stream(ReaderStream::with_capacity(encoder, CHUNK))
        }
    };
    Response::from_parts(parts, body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("gzip, deflate, br, zstd", Some(Coding::Brotli))]
    #[case("gzip, deflate", Some(Coding::Gzip))]
    #[case("br;q=0, GZIP;q=0.5", Some(Coding::Gzip))]
    #[case("br; q=1", Some(Coding::Brotli))]
    #[case("identity, gzip;q=0.0", None)]
    #[case("", None)]
    fn the_best_coding_that_is_accepted(#[case] header: &'static str, #[case] coding: Option<Coding>) {
        let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(header))]);
        assert_eq!(accepted(&headers), coding);
    }

    #[rstest]
    #[case("text/html; charset=utf-8", 5000, true)]
    #[case("application/json", 1024, true)]
    #[case("application/json", 1023, false)]
    #[case("text/event-stream", 5000, false)]
    #[case("image/png", 5000, false)]
    fn what_is_compressed(#[case] kind: &'static str, #[case] size: usize, #[case] worth: bool) {
        let answer = |size| Response::builder().header(CONTENT_TYPE, kind).body(Body::from(vec![b' '; size])).unwrap();
        assert_eq!(worthwhile(&answer(size)), worth);
        let mut encoded = answer(size);
        encoded.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("br"));
        assert!(!worthwhile(&encoded));
        let mut secret = answer(size);
        secret.extensions_mut().insert(Secret);
        assert!(!worthwhile(&secret));
    }
}
