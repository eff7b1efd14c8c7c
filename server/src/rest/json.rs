//! Bodies: JSON whatever the Content-Type says, since clients send any and none (contract 1.1).

use super::error::Failure;
use axum::{
    body::Bytes,
    extract::{FromRequest, Request, rejection::BytesRejection},
};
use model::Code;
use serde::de::DeserializeOwned;

/// A body read as `T`; properties `T` does not know are passed over (contract 2.1).
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let uri = super::called(request.extensions());
        let bytes = Bytes::from_request(request, state).await.map_err(|rejected| match rejected {
            BytesRejection::FailedToBufferBody(_) => {
                Failure::new(Code::TooLarge, "Content Too Large: the body is larger than is accepted.").at(&uri)
            }
            _ => Failure::new(Code::BadRequest, "Bad Request: the body could not be read.").at(&uri),
        })?;
        if bytes.is_empty() {
            return Err(Failure::new(Code::Invalid, "Invalid route params: a body is required.").at(&uri));
        }
        serde_json::from_slice(&bytes).map(Self).map_err(|error| {
            let prefix = if error.is_data() { "Invalid json mapping" } else { "Invalid json" };
            Failure::new(Code::Invalid, format!("{prefix}: {error}")).at(&uri)
        })
    }
}
