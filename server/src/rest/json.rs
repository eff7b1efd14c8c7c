//! Bodies: JSON whatever the Content-Type says, since clients send any and none (contract 1.1).

use super::{BODY, error::Failure};
use axum::{
    body::Body as Stream,
    extract::{FromRequest, Request},
};
use http_body_util::BodyExt;
use model::Code;
use serde::de::DeserializeOwned;

/// A body read as `T`; properties `T` does not know are passed over (contract 2.1).
pub struct Body<T>(pub T);

/// How far a body that is too large is read on. A client that is still sending when the connection closes
/// never sees the answer that says so.
const DRAINED: usize = 16 * BODY;

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &S) -> Result<Self, Failure> {
        let uri = super::called(request.extensions());
        let bytes = read(request.into_body()).await.map_err(|failure| failure.at(&uri))?;
        if bytes.is_empty() {
            return Err(Failure::new(Code::Invalid, "Invalid route params: a body is required.").at(&uri));
        }
        serde_json::from_slice(&bytes).map(Self).map_err(|error| {
            let prefix = if error.is_data() { "Invalid json mapping" } else { "Invalid json" };
            Failure::new(Code::Invalid, format!("{prefix}: {error}")).at(&uri)
        })
    }
}

async fn read(mut body: Stream) -> Result<Vec<u8>, Failure> {
    let (mut kept, mut length) = (Vec::new(), 0_usize);
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Failure::new(Code::BadRequest, "Bad Request: the body could not be read."))?;
        let Ok(data) = frame.into_data() else { continue };
        length = length.saturating_add(data.len());
        if length <= BODY {
            kept.extend_from_slice(&data);
        } else if length > DRAINED {
            break;
        }
    }
    if length > BODY {
        return Err(Failure::new(Code::TooLarge, "Content Too Large: the body is larger than is accepted."));
    }
    Ok(kept)
}
