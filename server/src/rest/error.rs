//! The wire's error body (contract 2.3).

use crate::follow::request_id;
use axum::{
    Json,
    extract::{OriginalUri, Request},
    http::{StatusCode, header::WWW_AUTHENTICATE},
    middleware::Next,
    response::{IntoResponse, Response},
};
use model::{Code, Error, FieldError};
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// An error on its way out.
#[derive(Debug)]
pub struct Failure {
    code: Code,
    message: String,
    fields: Vec<FieldError>,
}

impl Failure {
    /// With a message that has its prefix already.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), fields: Vec::new() }
    }

    /// With what is wrong with single places of what was sent.
    pub fn with(self, fields: Vec<FieldError>) -> Self {
        Self { fields, ..self }
    }
}

impl From<service::Error> for Failure {
    fn from(error: service::Error) -> Self {
        model::Error::from(error).into()
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let prefix = match error.code {
            Code::BadRequest => "Bad Request",
            Code::Unauthenticated => "Unauthorized",
            Code::Forbidden => "Forbidden",
            Code::NotFound => "Not Found",
            Code::MethodNotAllowed => "Method Not Allowed",
            Code::Conflict | Code::Changed => "Illegal state",
            Code::TooLarge => "Content Too Large",
            Code::Invalid => "Invalid entity",
            Code::TooMany => "Too Many Requests",
            Code::Internal => "Internal server error",
            Code::NotBuilt => "Not Implemented",
            Code::Unavailable => "Service Unavailable",
        };
        let message = match error.fields.as_slice() {
            [] | [_] => format!("{prefix}: {}", error.message),
            several => {
                let each: Vec<_> = several.iter().map(|one| format!("{}: {}", one.field, one.message)).collect();
                format!("{prefix}: {}", each.join(" "))
            }
        };
        Self { code: error.code, message, fields: error.fields }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

/// Writes the body of a failure, which names the address that was called.
pub async fn finish(OriginalUri(uri): OriginalUri, request: Request, next: Next) -> Response {
    let id = request_id(request.headers()).map(str::to_owned);
    let mut response = next.run(request).await;
    let Some(failure) = response.extensions_mut().remove::<Arc<Failure>>() else { return response };
    body(response.status(), uri.path(), id, &failure)
}

/// The answer to a request that came to no handler.
pub fn failure(status: StatusCode, path: &str, id: Option<String>, error: Error) -> Response {
    body(status, path, id, &error.into())
}

fn body(status: StatusCode, path: &str, id: Option<String>, failure: &Failure) -> Response {
    let each = failure.fields.iter().map(|one| Violation { message: one.message.clone(), path: one.field.clone() });
    let errors: Vec<_> = each.collect();
    let body = ErrorBody {
        message: failure.message.clone(),
        request_id: id,
        links: Links { itself: vec![Link { href: path.to_owned(), templated: false }] },
        embedded: (!errors.is_empty()).then_some(Embedded { errors }),
    };
    let challenge = (failure.code == Code::Unauthenticated).then_some([(WWW_AUTHENTICATE, "Basic realm=\"kestra\"")]);
    (status, challenge, Json(body)).into_response()
}

/// What a refusal looks like.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ErrorBody {
    /// What is wrong, for people; begins with the kind of refusal.
    message: String,
    /// The request, as the log of the server names it.
    #[serde(rename = "requestId", skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
    #[serde(rename = "_links")]
    links: Links,
    /// What is wrong with single fields.
    #[serde(rename = "_embedded", skip_serializing_if = "Option::is_none")]
    embedded: Option<Embedded>,
}

/// Where.
#[derive(Debug, Serialize, JsonSchema)]
struct Links {
    #[serde(rename = "self")]
    itself: Vec<Link>,
}

/// An address.
#[derive(Debug, Serialize, JsonSchema)]
struct Link {
    href: String,
    templated: bool,
}

/// Details.
#[derive(Debug, Serialize, JsonSchema)]
struct Embedded {
    errors: Vec<Violation>,
}

/// What is wrong with one field.
#[derive(Debug, Serialize, JsonSchema)]
struct Violation {
    message: String,
    path: String,
}
