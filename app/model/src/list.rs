//! A numbered page of a list, as the wire asks for it (contract 2.2).

use crate::{Direction, Filter};

/// What part of a list is asked for, and of which rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// Text to search for; empty for all.
    pub q: String,
    /// What rows must be like.
    pub filter: Filter,
    /// Fields to sort by, the first first.
    pub sort: Vec<(String, Direction)>,
    /// Rows before the page.
    pub offset: i64,
    /// Rows of the page.
    pub size: i64,
    /// Of many that are searched for, any will do: those that are found first need not be the first of the list.
    pub any: bool,
    /// Rows that are searched or filtered are counted up to so many; as far as the list itself says, if absent.
    pub most: Option<i64>,
}

impl Default for List {
    fn default() -> Self {
        Self {
            q: String::new(),
            filter: Filter::default(),
            sort: Vec::new(),
            offset: 0,
            size: 10,
            any: false,
            most: None,
        }
    }
}

impl List {
    /// Adds that a field must be equal to something, as clients of 1.x say it without a filter.
    pub fn also(&mut self, field: &str, value: Option<&str>) {
        let Some(value) = value.filter(|value| !value.is_empty()) else { return };
        let wanted = Filter::Field { name: field.into(), op: crate::Op::Equals, value: value.into() };
        match &mut self.filter {
            Filter::All(all) => all.push(wanted),
            other => *other = Filter::All(vec![std::mem::take(other), wanted]),
        }
    }

    /// Takes out what a field must be equal to, where that is answered in another way than the others.
    pub fn take(&mut self, field: &str) -> Option<String> {
        let Filter::All(all) = &mut self.filter else { return None };
        let place = all.iter().position(
            |one| matches!(one, Filter::Field { name, op: crate::Op::Equals | crate::Op::In, .. } if name == field),
        )?;
        match all.remove(place) {
            Filter::Field { value, .. } => Some(value),
            _ => None,
        }
    }
}
