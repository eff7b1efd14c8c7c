//! The one reader of YAML: the configuration, access documents, sources of flows and files of permissions.
//!
//! A scalar is the text that was written, whatever it looks like: the tenant `n` is not false, `0123` is not 123 and
//! `1.10` is not 1.1. What a text means (a number, yes or no) is up to whoever knows what stands there.

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use serde_saphyr::{NonFiniteFloatPolicy, Options, Spanned};

/// A value and where it stands.
#[derive(Clone)]
pub struct Node {
    /// Counted from 1.
    pub line: u64,
    /// What it is.
    pub content: Content,
}

/// What a value is.
#[derive(Clone)]
pub enum Content {
    /// Nothing, `null` or `~`.
    Null,
    /// A text in quotes, or one that looks like nothing else.
    Text(String),
    /// Without quotes, and by its look a number or a truth value; as written.
    Bare(String),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping, in its order: key, line of the key, value.
    Map(Vec<(String, u64, Node)>),
}

/// Why a text is not YAML.
pub struct Unreadable {
    /// Counted from 1.
    pub line: Option<u64>,
    /// Counted from 1.
    pub column: Option<u64>,
    /// In the parser's words; never with the text itself, which may be a secret.
    pub reason: String,
}

impl Unreadable {
    /// ` in line 3, column 5`, where that is known.
    pub fn place(&self) -> String {
        let column = self.column.map(|column| format!(", column {column}")).unwrap_or_default();
        self.line.map(|line| format!(" in line {line}{column}")).unwrap_or_default()
    }
}

/// Reads one document.
pub fn parse(text: &str) -> Result<Node, Unreadable> {
    parse_with(text, Options::default())
}

/// Reads one document that may be as long as the longest body that is taken. How deep it is and how often it uses an
/// alias stays limited.
pub fn parse_long(text: &str) -> Result<Node, Unreadable> {
    let budget = serde_saphyr::budget! {
        max_events: 100_000_000,
        max_nodes: 50_000_000,
        max_total_scalar_bytes: 1 << 30,
    };
    parse_with(text, serde_saphyr::options! { budget: budget })
}

fn parse_with(text: &str, mut options: Options) -> Result<Node, Unreadable> {
    options.with_snippet = false;
    // What is too large for a number is a text like any other.
    options.non_finite_float_policy = NonFiniteFloatPolicy::PassThrough;
    match serde_saphyr::from_str_with_options::<Option<Spanned<Parsed>>>(text, options) {
        Ok(Some(parsed)) => Ok(node(parsed, text)),
        Ok(None) => Ok(Node { line: 1, content: Content::Null }),
        Err(error) => {
            let error = error.without_snippet();
            let at = error.location();
            Err(Unreadable {
                line: at.map(|at| at.line()),
                column: at.map(|at| at.column()),
                reason: error.to_string(),
            })
        }
    }
}

impl Node {
    /// For those who read JSON. A bare scalar becomes a number or a truth value only where that is written in exactly
    /// the same way, and so tells its text; else it stays the text.
    pub fn into_json(self) -> Value {
        match self.content {
            Content::Null => Value::Null,
            Content::Text(text) => Value::String(text),
            Content::Bare(text) => exactly(&text).unwrap_or(Value::String(text)),
            Content::List(items) => items.into_iter().map(Self::into_json).collect(),
            Content::Map(entries) => Value::Object(
                entries.into_iter().map(|(key, _, value)| (key, value.into_json())).collect::<Map<_, _>>(),
            ),
        }
    }
}

/// The number or truth value that is written in just this way.
fn exactly(text: &str) -> Option<Value> {
    if let "true" | "false" = text {
        return Some(Value::Bool(text == "true"));
    }
    let whole = text.parse::<i64>().map(Number::from).or_else(|_| text.parse::<u64>().map(Number::from)).ok();
    let number = whole.or_else(|| Number::from_f64(text.parse().ok()?))?;
    (number.to_string() == text).then_some(Value::Number(number))
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

fn node(parsed: Spanned<Parsed>, source: &str) -> Node {
    let line = parsed.referenced.line();
    let content = match parsed.value {
        Parsed::Null => Content::Null,
        Parsed::Text(text) => Content::Text(text),
        Parsed::Bare(text) => {
            let span = parsed.defined.span();
            let written = span.byte_offset().zip(span.byte_len()).and_then(|(start, len)| {
                let start = usize::try_from(start).ok()?;
                source.get(start..start.checked_add(usize::try_from(len).ok()?)?)
            });
            // A tagged scalar (`!!int "5"`) keeps the deserialiser's spelling.
            match written.map(str::trim) {
                Some(raw) if !raw.is_empty() && !raw.starts_with(['!', '"', '\'', '&', '*']) => {
                    Content::Bare(raw.into())
                }
                _ => Content::Bare(text),
            }
        }
        Parsed::List(items) => Content::List(items.into_iter().map(|item| node(item, source)).collect()),
        Parsed::Map(entries) => {
            let entry = |(key, value): (Spanned<String>, Spanned<Parsed>)| {
                (key.value, key.referenced.line(), node(value, source))
            };
            Content::Map(entries.into_iter().map(entry).collect())
        }
    };
    Node { line, content }
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn json(text: &str) -> Value {
        parse(text).unwrap_or_else(|error| panic!("{text}: {}", error.reason)).into_json()
    }

    /// The text of a scalar, as whoever wants a text reads it.
    fn text(value: &Value) -> String {
        value.as_str().map_or_else(|| value.to_string(), str::to_owned)
    }

    #[test]
    fn a_scalar_is_what_was_written() {
        for written in [
            "n",
            "N",
            "y",
            "no",
            "off",
            "Yes",
            "True",
            "FALSE",
            "true",
            "0123",
            "0042",
            "007",
            "1.10",
            "1.0",
            "1.1",
            "42",
            "-7",
            "-0",
            "+5",
            "0x1F",
            "0o17",
            "1_000",
            "1e3",
            "1E5",
            "1e999",
            ".5",
            "5.",
            ".inf",
            "-.inf",
            ".nan",
            "123456789012345678901234567890",
            "18446744073709551615",
            "2026-02-31",
            "12:30:45",
            "0.1000",
            "1.7976931348623157e308",
        ] {
            let block = json(&format!("a: {written}\nb: [{written}, x]\nc:\n  - {written} # a comment\n"));
            for found in [&block["a"], &block["b"][0], &block["c"][0]] {
                assert_eq!(text(found), written, "{block}");
            }
            assert_eq!(text(&json(&format!("{{a: {written}}}"))["a"]), written);
            assert_eq!(text(&json(&format!("é: ü\na: {written}"))["a"],), written);
            assert_eq!(
                text(&json(&format!("{written}: x")).as_object().unwrap().keys().next().unwrap().clone().into()),
                written
            );
            assert_eq!(json(&format!("a: \"{written}\""))["a"], json!(written));
            let anchored = json(&format!("a: &x {written}\nb: *x\nc: {{<<: {{d: *x}}}}"));
            for found in [&anchored["a"], &anchored["b"], &anchored["c"]["d"]] {
                assert_eq!(text(found), written, "{anchored}");
            }
        }
    }

    #[test]
    fn what_is_written_like_json_is_json() {
        assert_eq!(
            json("a: true\nb: 42\nc: -1.5\nd: null\ne: ~\nf:\ng: [1, x]"),
            json!({
                "a": true, "b": 42, "c": -1.5, "d": null, "e": null, "f": null, "g": [1, "x"],
            })
        );
    }

    #[test]
    fn what_is_no_yaml_is_said_without_its_text() {
        let Err(said) = parse("a: {password: hunter2") else { panic!("this is no YAML") };
        assert!(said.place().starts_with(" in line 1, column ") && !said.reason.contains("hunter2"), "{}", said.reason);
    }

    proptest! {
        #[test]
        fn every_bare_word_comes_back(word in "[-+.]?[0-9a-zA-Z][0-9a-zA-Z_.+-]{0,12}") {
            prop_assume!(!word.eq_ignore_ascii_case("null"));
            let found = json(&format!("x: é\nlist:\n  - a: {word}\n    b: [{word}]\n"));
            prop_assert_eq!(text(&found["list"][0]["a"]), word.clone());
            prop_assert_eq!(text(&found["list"][0]["b"][0]), word);
        }

        #[test]
        fn no_text_panics(text in ".*") {
            let _ = parse(&text).map(Node::into_json);
        }
    }
}
