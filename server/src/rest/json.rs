//! Bodies: JSON whatever the Content-Type says, since clients send any and none (contract 1.1).

use super::{BODY, error::Failure};
use crate::state::AppState;
use axum::{
    Json,
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use axum::{
    body::Body as Stream,
    extract::{FromRequest, Multipart, Request},
};
use http_body_util::BodyExt;
use model::Code;
use serde::{Serialize, de::DeserializeOwned};

/// A body read as `T`; properties `T` does not know are passed over (contract 2.1).
pub struct Body<T>(pub T);

/// How far a body that is too large is read on. A client that is still sending when the connection closes
/// never sees the answer that says so.
const DRAINED: usize = 16 * BODY;

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &S) -> Result<Self, Failure> {
        let bytes = read(request.into_body()).await?;
        if bytes.is_empty() {
            return Err(Failure::new(Code::Invalid, "Invalid route params: a body is required."));
        }
        parse(&bytes).map(Self)
    }
}

/// A body that may be left out.
pub struct MaybeBody<T>(pub T);

impl<T: DeserializeOwned + Default, S: Send + Sync> FromRequest<S> for MaybeBody<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &S) -> Result<Self, Failure> {
        let bytes = read(request.into_body()).await?;
        if bytes.iter().all(u8::is_ascii_whitespace) { Ok(Self(T::default())) } else { parse(&bytes).map(Self) }
    }
}

/// The file of a form that uploads one (`multipart/form-data`), whatever its field is called.
pub struct Upload(pub Vec<u8>);

impl FromRequest<AppState> for Upload {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Failure> {
        let refused = |error: String| Failure::new(Code::Invalid, format!("Invalid format: {error}"));
        let (parts, body) = request.into_parts();
        let bytes = read(body).await?;
        let request = Request::from_parts(parts, Stream::from(bytes));
        let mut form = Multipart::from_request(request, state).await.map_err(|error| refused(error.body_text()))?;
        match form.next_field().await.map_err(|error| refused(error.body_text()))? {
            None => Err(refused("a file is required.".into())),
            Some(file) => Ok(Self(file.bytes().await.map_err(|error| refused(error.body_text()))?.to_vec())),
        }
    }
}

/// The fields of a form (`multipart/form-data` or URL-encoded), or none.
pub struct Form(pub Vec<(String, String)>);

impl FromRequest<AppState> for Form {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Failure> {
        let refused = |error: String| Failure::new(Code::Invalid, format!("Invalid format: {error}"));
        let kind = request.headers().get(CONTENT_TYPE).map(|kind| kind.as_bytes().to_vec()).unwrap_or_default();
        let (parts, body) = request.into_parts();
        let bytes = read(body).await?;
        let mut fields = Vec::new();
        if kind.starts_with(b"multipart/form-data") && !bytes.is_empty() {
            let request = Request::from_parts(parts, Stream::from(bytes));
            let mut form = Multipart::from_request(request, state).await.map_err(|error| refused(error.body_text()))?;
            while let Some(field) = form.next_field().await.map_err(|error| refused(error.body_text()))? {
                let name = field.name().unwrap_or_default().to_owned();
                fields.push((name, field.text().await.map_err(|error| refused(error.body_text()))?));
            }
        } else if kind.starts_with(b"application/x-www-form-urlencoded") {
            fields.extend(form_urlencoded::parse(&bytes).into_owned());
        }
        if fields.iter().any(|(name, value)| name.contains('\0') || value.contains('\0')) {
            return Err(refused("a text has a zero character, which no text may have.".into()));
        }
        Ok(Self(fields))
    }
}

/// A body as text.
pub struct Text(pub String);

impl<S: Send + Sync> FromRequest<S> for Text {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &S) -> Result<Self, Failure> {
        let bytes = read(request.into_body()).await?;
        let text = String::from_utf8(bytes);
        text.map(Self).map_err(|_| Failure::new(Code::Invalid, "Invalid format: the body is not UTF-8 text."))
    }
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failure> {
    if has_zero(bytes) {
        return Err(Failure::new(
            Code::Invalid,
            "Invalid entity: a text has a zero character, which no text may have.",
        ));
    }
    serde_json::from_slice(bytes).map_err(|error| {
        let prefix = if error.is_data() { "Invalid json mapping" } else { "Invalid json" };
        Failure::new(Code::Invalid, format!("{prefix}: {error}"))
    })
}

/// Whether a text of the JSON has the character that PostgreSQL keeps in no text.
fn has_zero(json: &[u8]) -> bool {
    let mut escaped = false;
    json.windows(5).any(|next| {
        let zero = escaped && next == b"u0000";
        escaped = next[0] == b'\\' && !escaped;
        zero
    })
}

/// 201 with what was made.
pub struct Created<T>(pub T);

impl<T: Serialize> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        (StatusCode::CREATED, Json(self.0)).into_response()
    }
}

/// 200 without a body.
pub struct Done;

impl IntoResponse for Done {
    fn into_response(self) -> Response {
        StatusCode::OK.into_response()
    }
}

/// 201 without a body.
pub struct Entered;

impl IntoResponse for Entered {
    fn into_response(self) -> Response {
        StatusCode::CREATED.into_response()
    }
}

async fn read(body: Stream) -> Result<Vec<u8>, Failure> {
    read_up_to(body, BODY).await
}

/// A body of at most `limit` bytes.
pub async fn read_up_to(mut body: Stream, limit: usize) -> Result<Vec<u8>, Failure> {
    let (mut kept, mut length) = (Vec::new(), 0_usize);
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Failure::new(Code::BadRequest, "Bad Request: the body could not be read."))?;
        let Ok(data) = frame.into_data() else { continue };
        length = length.saturating_add(data.len());
        if length <= limit {
            kept.extend_from_slice(&data);
        } else if length > limit + DRAINED {
            break;
        }
    }
    if length > limit {
        return Err(Failure::new(Code::TooLarge, "Content Too Large: the body is larger than is accepted."));
    }
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_characters_are_seen_and_what_looks_like_them_is_not() {
        assert!(has_zero(br#"{"a":"\u0000"}"#));
        assert!(has_zero(br#""\\\u0000""#));
        assert!(!has_zero(br#""\\u0000""#));
        assert!(!has_zero(br#""u0000 \u0001""#));
    }
}
