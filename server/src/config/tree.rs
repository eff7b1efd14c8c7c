//! A YAML text as a tree that remembers lines.
//!
//! The configuration is not deserialised straight into its types: mistakes are collected, not met one
//! by one, keys are matched in several spellings, and a value is what was written (`0123` stays a
//! password of four digits).

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_saphyr::Spanned;

/// A value and where it stands.
#[derive(Clone)]
pub(super) struct Node {
    /// Counted from 1.
    pub(super) line: u64,
    /// What it is.
    pub(super) content: Content,
}

/// What a value is.
#[derive(Clone)]
pub(super) enum Content {
    /// Nothing, `null` or `~`.
    Null,
    /// A scalar, as written.
    Text(String),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping, in its order: key, line of the key, value.
    Map(Vec<(String, u64, Node)>),
}

/// Why a text is not YAML.
pub(super) struct Unreadable {
    /// Counted from 1.
    pub(super) line: Option<u64>,
    /// In the parser's words; never with the text itself, which may be a secret.
    pub(super) reason: String,
}

/// Reads one document.
pub(super) fn parse(text: &str) -> Result<Node, Unreadable> {
    let options = serde_saphyr::options! { with_snippet: false };
    match serde_saphyr::from_str_with_options::<Option<Spanned<Parsed>>>(text, options) {
        Ok(Some(parsed)) => Ok(parsed.value.rooted(parsed.referenced.line(), text)),
        Ok(None) => Ok(Node { line: 1, content: Content::Null }),
        Err(error) => {
            let error = error.without_snippet();
            Err(Unreadable { line: error.location().map(|at| at.line()), reason: error.to_string() })
        }
    }
}

/// What the deserialiser hands over, before the spelling of bare scalars is restored.
enum Parsed {
    Null,
    Text(String),
    /// A number or a boolean in the deserialiser's spelling, in case the place of the original is unknown.
    Bare(String),
    List(Vec<Spanned<Parsed>>),
    Map(Vec<(Spanned<String>, Spanned<Parsed>)>),
}

impl Parsed {
    fn rooted(self, line: u64, source: &str) -> Node {
        let content = match self {
            Self::Null => Content::Null,
            Self::Text(text) | Self::Bare(text) => Content::Text(text),
            Self::List(items) => Content::List(items.into_iter().map(|item| node(item, source)).collect()),
            Self::Map(entries) => Content::Map(
                entries
                    .into_iter()
                    .map(|(key, value)| (key.value, key.referenced.line(), node(value, source)))
                    .collect(),
            ),
        };
        Node { line, content }
    }
}

fn node(parsed: Spanned<Parsed>, source: &str) -> Node {
    let line = parsed.referenced.line();
    let value = match parsed.value {
        Parsed::Bare(text) => {
            let span = parsed.defined.span();
            let written = span.byte_offset().zip(span.byte_len()).and_then(|(start, len)| {
                let start = usize::try_from(start).ok()?;
                source.get(start..start.checked_add(usize::try_from(len).ok()?)?)
            });
            // A tagged scalar (`!!int "5"`) keeps the deserialiser's spelling.
            match written.map(str::trim) {
                Some(raw) if !raw.is_empty() && !raw.starts_with(['!', '"', '\'', '&', '*']) => {
                    Parsed::Text(raw.into())
                }
                _ => Parsed::Text(text),
            }
        }
        other => other,
    };
    value.rooted(line, source)
}

impl<'de> Deserialize<'de> for Parsed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Parsed;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a scalar, a list or a section")
    }

    fn visit_unit<E: Error>(self) -> Result<Parsed, E> {
        Ok(Parsed::Null)
    }

    fn visit_none<E: Error>(self) -> Result<Parsed, E> {
        Ok(Parsed::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Parsed, D::Error> {
        Parsed::deserialize(deserializer)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Parsed, E> {
        Ok(Parsed::Bare(value.to_string()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Parsed, E> {
        Ok(Parsed::Bare(value.to_string()))
    }

    fn visit_i128<E: Error>(self, value: i128) -> Result<Parsed, E> {
        Ok(Parsed::Bare(value.to_string()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Parsed, E> {
        Ok(Parsed::Bare(value.to_string()))
    }

    fn visit_u128<E: Error>(self, value: u128) -> Result<Parsed, E> {
        Ok(Parsed::Bare(value.to_string()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Parsed, E> {
        Ok(Parsed::Bare(value.to_string()))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Parsed, E> {
        Ok(Parsed::Text(value.into()))
    }

    fn visit_bytes<E: Error>(self, value: &[u8]) -> Result<Parsed, E> {
        Ok(Parsed::Text(String::from_utf8_lossy(value).into_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Parsed, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Parsed::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Parsed, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Parsed::Map(entries))
    }
}
