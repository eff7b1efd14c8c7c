//! Names and descriptions that people give.

use crate::{Error, Result};
use store::shape::Shape;

/// Longest name, in characters.
const NAME: usize = 250;
/// Longest description, in characters.
const DESCRIPTION: usize = 20_000;

/// A name of at least one character, on one line.
pub(crate) fn name(text: &str) -> Result<String> {
    match text.trim() {
        "" => Err(Error::field("name", "Enter a name.")),
        long if long.chars().count() > NAME => {
            Err(Error::field("name", format!("A name has at most {NAME} characters.")))
        }
        odd if odd.chars().any(char::is_control) => Err(Error::field("name", "A name is one line of text.")),
        name => Ok(name.to_owned()),
    }
}

/// A description; an empty one is none.
pub(crate) fn description(text: Option<String>) -> Result<Option<String>> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    if text.chars().count() > DESCRIPTION || text.contains('\0') {
        return Err(Error::field("description", format!("A description is text of at most {DESCRIPTION} characters.")));
    }
    Ok(Some(text))
}

/// Refuses what a list cannot be filtered or sorted by.
pub(crate) fn check(shape: &Shape, list: &model::List) -> Result<()> {
    shape.check(list).map_err(Error::list)
}
