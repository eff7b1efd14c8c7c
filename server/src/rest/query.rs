//! Query strings: of lists with page, size, sort, `q` and filters (contract 2.2), and of anything else.

use super::error::Failure;
use axum::{
    extract::FromRequestParts,
    http::{Uri, request::Parts},
};
use model::{Code, Direction, Filter, List};
use serde::de::DeserializeOwned;

/// Rows of a page at the most.
const SIZE: i64 = 10_000;

/// What part of a list is asked for.
#[derive(Debug)]
pub struct Listing(pub List);

impl<S: Send + Sync> FromRequestParts<S> for Listing {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let uri = super::called(&parts.extensions);
        parse(&uri).map(Self).map_err(|message| Failure::new(Code::Invalid, message))
    }
}

fn pairs(uri: &Uri) -> Vec<(String, String)> {
    form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned().collect()
}

const ZERO: &str = "Illegal argument: a text has a zero character, which no text may have.";

fn parse(uri: &Uri) -> Result<List, String> {
    let pairs = pairs(uri);
    if pairs.iter().any(|(_, value)| value.contains('\0')) {
        return Err(ZERO.into());
    }
    let number = |name: &str, default: i64| match pairs.iter().rev().find(|(key, _)| key == name) {
        None => Ok(default),
        Some((_, value)) => match value.parse::<i64>() {
            Ok(number) if number >= 1 => Ok(number),
            _ => Err(format!("Illegal argument: {name} must be a whole number, 1 or more.")),
        },
    };
    let (page, size) = (number("page", 1)?, number("size", 10)?.min(SIZE));
    let mut sort = Vec::new();
    for (_, value) in pairs.iter().filter(|(key, _)| key == "sort") {
        let (field, direction) = match value.split(':').collect::<Vec<_>>()[..] {
            [field, direction] if direction.eq_ignore_ascii_case("asc") => (field, Direction::Asc),
            [field, direction] if direction.eq_ignore_ascii_case("desc") => (field, Direction::Desc),
            _ => return Err(format!("Invalid sort parameter: {value}; expected field:asc or field:desc.")),
        };
        sort.push((field.to_owned(), direction));
    }
    let q = pairs.iter().find(|(key, _)| key == "q").map(|(_, value)| value.clone()).unwrap_or_default();
    let filter = Filter::parse(&pairs).map_err(|invalid| format!("Illegal argument: {invalid}"))?;
    Ok(List { q, filter, sort, offset: page.saturating_sub(1).saturating_mul(size), size, ..List::default() })
}

/// A query string read as `T`.
#[derive(Debug)]
pub struct Asked<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let uri = super::called(&parts.extensions);
        if pairs(&uri).iter().any(|(_, value)| value.contains('\0')) {
            return Err(Failure::new(Code::Invalid, ZERO));
        }
        let read = axum_extra::extract::Query::<T>::try_from_uri(&uri);
        read.map(|query| Self(query.0)).map_err(|error| {
            let why = std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
            Failure::new(Code::BadRequest, format!("Bad Request: {why}"))
        })
    }
}
