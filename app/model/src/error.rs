//! The error as it crosses the wire: to a page's form, to a REST client, to a terminal.

use crate::Permission;
use serde::{Deserialize, Serialize};

/// What kind of refusal this is. Each stands for one HTTP status and one message prefix (contract 2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Code {
    /// 400: the request is not one.
    BadRequest,
    /// 401: who asks is not known.
    Unauthenticated,
    /// 403: known, but not allowed.
    Forbidden,
    /// 404: absent, or not for the one who asks.
    NotFound,
    /// 405: not any more.
    MethodNotAllowed,
    /// 409: it exists already, or the instance is not in a state for it.
    Conflict,
    /// 409: somebody else has changed it since it was shown.
    Changed,
    /// 413: more than is accepted.
    TooLarge,
    /// 422: understood, and wrong.
    Invalid,
    /// 429: too often.
    TooMany,
    /// 500: our fault; the log has the cause.
    Internal,
    /// 501: nothing here does that yet.
    NotBuilt,
    /// 503: not now, because the database does not answer or too many ask at once.
    Unavailable,
}

impl Code {
    /// Whether the same may go well in a moment: it is not what was asked for that was wrong.
    pub fn passes(self) -> bool {
        matches!(self, Self::Internal | Self::Unavailable)
    }

    /// The HTTP status.
    pub fn status(self) -> u16 {
        match self {
            Self::BadRequest => 400,
            Self::Unauthenticated => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::Conflict | Self::Changed => 409,
            Self::TooLarge => 413,
            Self::Invalid => 422,
            Self::TooMany => 429,
            Self::Internal => 500,
            Self::NotBuilt => 501,
            Self::Unavailable => 503,
        }
    }
}

/// What is wrong with one field of a form or a body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The field's name, as the form and the JSON body call it.
    pub field: String,
    /// A sentence that says what is wrong and what would be right.
    pub message: String,
}

/// A refusal. Holds nothing secret: without JavaScript it travels through a redirect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// The kind of refusal.
    pub code: Code,
    /// A sentence for people.
    pub message: String,
    /// What is wrong with single fields; empty where no field is to blame.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldError>,
    /// The request, as the log names it; only where the fault is ours, so that somebody can look it up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
    /// What whoever asked would have to be allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<Permission>,
}

impl Error {
    /// A refusal that is no single field's fault.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), fields: Vec::new(), request: None, missing: None }
    }

    /// What was said about one field.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|wrong| wrong.field == name).map(|wrong| wrong.message.as_str())
    }
}
