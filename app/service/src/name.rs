//! Names and descriptions that people give.

use crate::{Error, Result};
use model::{Filter, List, Op};
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

/// A list of whatever has this name, in any case: a few rows, since [`meant`] takes no more than one.
pub(crate) fn named(name: &str) -> List {
    const FEW: i64 = 100;
    let mut list = List { size: FEW, ..List::default() };
    list.also("name", Some(name));
    list
}

/// The one row that somebody meant by a name: the only one spelt so, or else the only one but for case.
///
/// # Errors
/// [`Error::NotFound`], and [`Error::Conflict`] where it could be several: their ids tell them apart.
pub(crate) fn meant<T>(what: &'static str, name: &str, rows: Vec<T>, read: impl Fn(&T) -> (&str, &str)) -> Result<T> {
    let (exact, folded): (Vec<T>, Vec<T>) = rows.into_iter().partition(|row| read(row).1 == name);
    let mut found = if exact.is_empty() { folded } else { exact };
    if found.len() > 1 {
        let ids: Vec<&str> = found.iter().map(|row| read(row).0).collect();
        let message = format!("{what} “{name}” could be several. Say which one by its id: {}.", ids.join(", "));
        return Err(Error::Conflict { field: None, message });
    }
    found.pop().ok_or_else(|| Error::NotFound { what, id: name.to_owned() })
}

/// Rows that can be chosen at once.
pub(crate) const AT_ONCE: usize = 200;

/// The part of a list that holds the rows whose field is one of these ids.
pub(crate) fn these(field: &str, ids: &[impl ToString]) -> List {
    let value = ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    let filter = Filter::Field { name: field.into(), op: Op::In, value };
    List { filter, size: i64::try_from(AT_ONCE).unwrap_or(i64::MAX), ..List::default() }
}

/// Refuses where nothing is chosen, and where it is too much.
pub(crate) fn chosen<T>(ids: &[T]) -> Result<()> {
    let some = (1..=AT_ONCE).contains(&ids.len());
    if some { Ok(()) } else { Err(Error::field("ids", format!("Choose 1 to {AT_ONCE}."))) }
}

/// Refuses what a list cannot be filtered or sorted by.
pub(crate) fn check(shape: &Shape, list: &List) -> Result<()> {
    shape.check(list).map_err(Error::list)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_means_one_row_or_none() {
        let of = |name, rows: &[(&'static str, &'static str)]| {
            meant("Group", name, rows.to_vec(), |row| (row.0, row.1)).map(|row| row.0)
        };
        assert_eq!(of("Ops", &[("1", "Ops"), ("2", "ops")]).unwrap(), "1");
        assert_eq!(of("OPS", &[("1", "Ops")]).unwrap(), "1");
        assert!(
            matches!(of("OPS", &[("1", "Ops"), ("2", "ops")]), Err(Error::Conflict { message, .. }) if message.contains("1, 2"))
        );
        assert!(matches!(of("Ops", &[]), Err(Error::NotFound { .. })));
    }
}
