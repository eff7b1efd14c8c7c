//! The wire's error body (contract 2.3).

use axum::{
    Json,
    http::{StatusCode, Uri},
    response::{IntoResponse, Response},
};
use model::{Code, FieldError};
use serde_json::json;

/// An error on its way out.
#[derive(Debug)]
pub struct Failure {
    code: Code,
    message: String,
    fields: Vec<FieldError>,
    uri: String,
}

impl Failure {
    /// With a message that has its prefix already.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), fields: Vec::new(), uri: String::new() }
    }

    /// For a request to that address.
    pub fn at(self, uri: &Uri) -> Self {
        Self { uri: uri.path().to_owned(), ..self }
    }
}

impl From<service::Error> for Failure {
    fn from(error: service::Error) -> Self {
        let error = model::Error::from(error);
        let prefix = match error.code {
            Code::BadRequest => "Bad Request",
            Code::Unauthenticated => "Unauthorized",
            Code::Forbidden => "Forbidden",
            Code::NotFound => "Not Found",
            Code::MethodNotAllowed => "Method Not Allowed",
            Code::Conflict => "Illegal state",
            Code::TooLarge => "Content Too Large",
            Code::Invalid => "Invalid entity",
            Code::TooMany => "Too Many Requests",
            Code::Internal => "Internal server error",
            Code::Unavailable => "Service Unavailable",
        };
        let message = match error.fields.as_slice() {
            [] | [_] => format!("{prefix}: {}", error.message),
            several => {
                let each: Vec<_> = several.iter().map(|one| format!("{}: {}", one.field, one.message)).collect();
                format!("{prefix}: {}", each.join(" "))
            }
        };
        Self { code: error.code, message, fields: error.fields, uri: String::new() }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut body = json!({
            "message": self.message,
            "_links": { "self": [{ "href": self.uri, "templated": false }] },
        });
        if !self.fields.is_empty() {
            let errors: Vec<_> =
                self.fields.iter().map(|one| json!({ "message": one.message, "path": one.field })).collect();
            body["_embedded"] = json!({ "errors": errors });
        }
        let status = StatusCode::from_u16(self.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, Json(body)).into_response()
    }
}
