//! What is stored as JSON.

use model::Unreadable;
use serde::{
    Serialize,
    de::{DeserializeOwned, IgnoredAny},
};
use std::{collections::BTreeMap, fmt::Display};

/// Reads the JSON of a column of a row.
pub(crate) fn read<T: DeserializeOwned>(
    column: (&'static str, &'static str),
    row: impl Display,
    text: &str,
) -> sqlx::Result<T> {
    Unreadable::json(column, row, text).map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

/// A list that is passed on as it is stored.
pub(crate) fn list(column: (&'static str, &'static str), row: impl Display, text: String) -> sqlx::Result<String> {
    read::<Vec<IgnoredAny>>(column, row, &text).map(|_| text)
}

/// An object that is passed on as it is stored.
pub(crate) fn object(column: (&'static str, &'static str), row: impl Display, text: String) -> sqlx::Result<String> {
    read::<BTreeMap<String, IgnoredAny>>(column, row, &text).map(|_| text)
}

/// What is to be stored.
pub(crate) fn text(value: &impl Serialize) -> sqlx::Result<String> {
    serde_json::to_string(value).map_err(|error| sqlx::Error::Encode(Box::new(error)))
}
