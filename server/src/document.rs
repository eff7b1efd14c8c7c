//! Access as a text: YAML for people and git, JSON for programs.

use crate::yaml::{self, Node};
use model::transfer::Document;
use serde_json::Value;

/// How a document is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// For people.
    #[default]
    Yaml,
    /// For programs.
    Json,
}

/// Writes a document.
pub fn write(document: &Document, form: Form) -> Result<String, String> {
    match form {
        Form::Json => serde_json::to_string_pretty(document).map(|text| text + "\n").map_err(|error| error.to_string()),
        Form::Yaml => {
            // Folded texts would change a line's end with the length of the line.
            let options = serde_saphyr::ser_options! { prefer_block_scalars: false };
            serde_saphyr::to_string_with_options(document, options).map_err(|error| error.to_string())
        }
    }
}

/// Reads a document in either form. Ids and names are the texts that were written. What it says of a failure has no text
/// of the document, which may be a secret.
pub fn read(text: &str) -> Result<Value, String> {
    if text.trim_start().starts_with('{')
        && let Ok(document) = serde_json::from_str(text)
    {
        return whole(document);
    }
    let read = yaml::parse_long(text).map(Node::into_json);
    whole(read.map_err(|unreadable| format!("This is neither YAML nor JSON{}.", unreadable.place()))?)
}

fn whole(document: Value) -> Result<Value, String> {
    if has_zero(&document) {
        return Err("A text has a zero character, which no text may have.".into());
    }
    Ok(document)
}

fn has_zero(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(list) => list.iter().any(has_zero),
        Value::Object(map) => map.iter().any(|(key, value)| key.contains('\0') || has_zero(value)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{PrincipalId, transfer::UserEntry};
    use proptest::prelude::*;

    fn with(text: &str) -> Document {
        let user = UserEntry {
            id: PrincipalId::new(text),
            email: text.to_owned(),
            first_name: text.to_owned(),
            last_name: String::new(),
            description: String::new(),
            super_admin: true,
            restricted: false,
        };
        Document { version: 1, tenants: Vec::new(), users: vec![user], service_accounts: Vec::new() }
    }

    proptest! {
        #[test]
        fn every_text_comes_back(text in "[^\0]+") {
            for form in [Form::Yaml, Form::Json] {
                let read = read(&write(&with(&text), form).unwrap()).unwrap();
                prop_assert_eq!(&read["users"][0]["email"], &Value::from(text.as_str()));
                prop_assert_eq!(&read["users"][0]["superAdmin"], &Value::from(true));
            }
        }
    }

    #[test]
    fn what_looks_like_something_else_stays_a_text() {
        for text in [
            "yes",
            "null",
            "~",
            "1",
            "1.0",
            "1e3",
            "0x1f",
            "2024-01-01",
            "true",
            "- a",
            "a: b",
            "a #b",
            " a ",
            "é\n\tx",
        ] {
            let read = read(&write(&with(text), Form::Yaml).unwrap()).unwrap();
            assert_eq!(read["users"][0]["id"], text);
        }
    }

    #[test]
    fn what_is_no_document_is_said_without_its_text() {
        let said = read("users: [{password: hunter2").unwrap_err();
        assert!(said.contains("line") && !said.contains("hunter2"), "{said}");
        assert!(read("{\"a\": \"\\u0000\"}").is_err());
    }
}
