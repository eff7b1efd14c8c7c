//! Lists in pieces: keyset positions for the console, page numbers for the wire (contract 2.2).

use serde::{Deserialize, Serialize};

/// One piece of a list, as the wire has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Page<T> {
    /// The rows.
    pub results: Vec<T>,
    /// How many rows there are in all pieces.
    pub total: i64,
    /// There are more than `total`: counting stopped there.
    #[serde(skip)]
    pub more: bool,
}

impl<T> Page<T> {
    /// Each row in other words.
    pub fn map<U>(self, words: impl FnMut(T) -> U) -> Page<U> {
        Page { results: self.results.into_iter().map(words).collect(), total: self.total, more: self.more }
    }
}

/// Sort direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Direction {
    /// Smallest first.
    #[default]
    Asc,
    /// Largest first.
    Desc,
}

impl Direction {
    /// The other way round.
    pub fn reversed(self) -> Self {
        match self {
            Self::Asc => Self::Desc,
            Self::Desc => Self::Asc,
        }
    }
}

/// A place in a sorted list: the sort key and id of the row beside it, and how many rows lie before
/// it. The count is what the pager shows; finding the place needs only key and id, so a list of any
/// length is entered anywhere in the same time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// The row's sort key, as text.
    pub key: String,
    /// The row's own id, which tells rows of equal key apart.
    pub uid: String,
    /// Rows before this place when the cursor was made.
    pub offset: i64,
}

impl Cursor {
    /// For a query string: unreserved characters only.
    pub fn encode(&self) -> String {
        let mut out = format!("{}.{}.", self.offset, self.uid);
        for byte in self.key.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' => out.push(byte as char),
                other => out.push_str(&format!("_{other:02x}")),
            }
        }
        out
    }

    /// Back from the query string; nothing where somebody edited it into nonsense.
    pub fn decode(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '.');
        let offset = parts.next()?.parse().ok()?;
        let uid = parts.next()?.to_owned();
        let mut bytes = Vec::new();
        let mut rest = parts.next()?.bytes();
        while let Some(byte) = rest.next() {
            match byte {
                b'_' => {
                    let digit = |byte: u8| (byte as char).to_digit(16);
                    let high = digit(rest.next()?)?;
                    let low = digit(rest.next()?)?;
                    bytes.push(u8::try_from(high * 16 + low).ok()?);
                }
                other => bytes.push(other),
            }
        }
        Some(Self { key: String::from_utf8(bytes).ok()?, uid, offset })
    }
}

/// Where a piece of a list begins.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Position {
    /// At the first row.
    #[default]
    First,
    /// Right after a row.
    After(Cursor),
    /// Right before a row.
    Before(Cursor),
    /// At the last full or partial page.
    Last,
    /// After this many rows: the wire's page numbers.
    Offset(i64),
}

/// One piece of a list, as the console shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Slice<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Number of the first row shown, from 1; 0 where there is none.
    pub from: i64,
    /// Rows in the whole list.
    pub total: i64,
    /// There are more than `total`; counting stopped there.
    pub more: bool,
    /// Where the piece before begins, if there is one.
    pub previous: Option<Cursor>,
    /// Where the piece after begins, if there is one.
    pub next: Option<Cursor>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn cursors_survive_the_query_string(key in ".*", uid in "[a-zA-Z0-9]{0,22}", offset in any::<i64>()) {
            let cursor = Cursor { key, uid, offset };
            prop_assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor));
        }

        #[test]
        fn nonsense_is_no_cursor_and_no_panic(text in ".*") {
            let _ = Cursor::decode(&text);
        }
    }
}
