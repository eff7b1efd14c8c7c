//! Query strings of lists: page, size, sort, `q` and filters (contract 2.2).

use super::error::Failure;
use axum::{
    extract::FromRequestParts,
    http::{Uri, request::Parts},
};
use model::{Code, Direction, Filter, Position};

/// Rows of a page at the most.
const SIZE: i64 = 10_000;

/// What part of a list is asked for.
#[derive(Debug)]
pub struct ListQuery {
    /// Text to search for.
    pub q: String,
    /// Rows of a page.
    pub size: i64,
    /// Where the page begins.
    pub position: Position,
    /// Fields to sort by, the first first.
    pub sort: Vec<(String, Direction)>,
    /// What rows must be like.
    pub filter: Filter,
    uri: Uri,
}

impl ListQuery {
    /// An error of this request.
    pub fn invalid(&self, message: impl Into<String>) -> Failure {
        Failure::new(Code::Invalid, message).at(&self.uri)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for ListQuery {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let uri = super::called(&parts.extensions);
        parse(&uri).map_err(|message| Failure::new(Code::Invalid, message).at(&uri))
    }
}

fn parse(uri: &Uri) -> Result<ListQuery, String> {
    let pairs: Vec<(String, String)> =
        form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
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
    let position = Position::Offset(page.saturating_sub(1).saturating_mul(size));
    Ok(ListQuery { q, size, position, sort, filter, uri: uri.clone() })
}
