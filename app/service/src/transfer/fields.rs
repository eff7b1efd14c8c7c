//! An object's fields, taken one after the other; what nobody took is noted.

use model::transfer::Lost;
use serde_json::{Map, Value};

/// Notes that something is left behind.
pub(super) fn lose(path: &str, reason: impl Into<String>, lost: &mut Vec<Lost>) {
    lost.push(Lost { place: path.trim().to_owned(), reason: reason.into() });
}

/// An id, or an object that has one, and whether that says OWNER.
pub(super) fn reference(value: &Value, keys: &[&str]) -> Option<(String, bool)> {
    match value {
        Value::Object(map) => {
            let id = keys.iter().find_map(|key| map.get(*key).and_then(scalar))?;
            let owner = map.get("membership").and_then(Value::as_str) == Some("OWNER");
            Some((id, owner || map.get("owner") == Some(&Value::Bool(true))))
        }
        other => Some((scalar(other)?, false)),
    }
}

/// A text. A number or truth value stands for the text it is written as, as in YAML without quotes.
pub(super) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// The items of a list; one by itself is a list of one.
pub(super) fn items(value: Value) -> Vec<Value> {
    match value {
        Value::Array(list) => list,
        Value::Null => Vec::new(),
        other => vec![other],
    }
}

/// Whether something is there to be lost.
pub(super) fn holds_data(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(list) => list.iter().any(holds_data),
        Value::Object(map) => map.values().any(holds_data),
        Value::Bool(true) | Value::Number(_) => true,
    }
}

/// Keys of what nobody can read back, and so nobody can carry over.
const SECRETS: [&str; 10] = [
    "password",
    "passwords",
    "passwordHash",
    "auths",
    "auth",
    "apiTokens",
    "apiToken",
    "tokens",
    "refreshToken",
    "secret",
];

/// A field that says nothing for certain: something else than a text, or two that do not agree.
pub(super) struct Unclear;

/// An object, and where it stands.
pub(super) struct Fields {
    pub(super) path: String,
    map: Map<String, Value>,
}

impl Fields {
    pub(super) fn new(path: &str, map: Map<String, Value>) -> Self {
        Self { path: path.to_owned(), map }
    }

    /// The first of these that is a text; all of them are taken.
    pub(super) fn text(&mut self, keys: &[&str]) -> Option<String> {
        let mut found = None;
        for key in keys {
            if self.map.get(*key).is_some_and(|value| !value.is_object() && !value.is_array()) {
                let text = self.map.shift_remove(*key).as_ref().and_then(scalar);
                found = found.or(text);
            }
        }
        found
    }

    /// What these say together: a text, or an object with an id; all of them are taken. Nothing, where they are empty.
    pub(super) fn only(&mut self, keys: &[&str]) -> Result<Option<String>, Unclear> {
        let taken: Vec<Value> = keys.iter().filter_map(|key| self.map.shift_remove(*key)).collect();
        let mut found = None;
        for value in taken.iter().filter(|value| !value.is_null() && *value != "") {
            let (text, _) = reference(value, &["id", "tenantId"]).ok_or(Unclear)?;
            if found.replace(text.clone()).is_some_and(|other| other != text) {
                return Err(Unclear);
            }
        }
        Ok(found)
    }

    /// The first of these that is an id, or an object that has one; all of them are taken.
    pub(super) fn reference(&mut self, keys: &[&str]) -> Option<String> {
        let taken: Vec<Value> = keys.iter().filter_map(|key| self.map.shift_remove(*key)).collect();
        taken.iter().find_map(|value| reference(value, &["id", "name", "username"])).map(|(id, _)| id)
    }

    /// Whether these say yes. Where two spellings of one flag disagree, neither grants anything.
    pub(super) fn flag(&mut self, keys: &[&str]) -> Option<bool> {
        let mut found: Option<bool> = None;
        for key in keys {
            let flag = match self.map.get(*key) {
                Some(Value::Bool(flag)) => *flag,
                Some(Value::String(text)) => match model::flag(text) {
                    Some(flag) => flag,
                    None => continue,
                },
                _ => continue,
            };
            self.map.shift_remove(*key);
            found = Some(found.unwrap_or(true) && flag);
        }
        found
    }

    /// Whether it is marked as deleted, also in a way that cannot be read.
    pub(super) fn deleted(&mut self) -> bool {
        let unclear = self.map.get("deleted").is_some_and(holds_data);
        self.flag(&["deleted"]).unwrap_or(unclear)
    }

    pub(super) fn number(&mut self, key: &str) -> Option<u64> {
        self.map.shift_remove(key).as_ref().and_then(Value::as_u64)
    }

    /// The first of these there is.
    pub(super) fn take(&mut self, keys: &[&str]) -> Option<Value> {
        keys.iter().find_map(|key| self.map.shift_remove(*key))
    }

    /// The items of the lists under these keys; a page of results counts as its list.
    pub(super) fn list(&mut self, keys: &[&str]) -> Vec<Value> {
        let mut found = Vec::new();
        for key in keys {
            found.extend(match self.map.shift_remove(*key) {
                Some(Value::Object(mut page)) if page.contains_key("results") => {
                    items(page.shift_remove("results").unwrap_or_default())
                }
                Some(value) => items(value),
                None => Vec::new(),
            });
        }
        found
    }

    /// The objects of such lists, each with where it stands.
    pub(super) fn objects(
        &mut self,
        path: &str,
        keys: &[&str],
        lost: &mut Vec<Lost>,
    ) -> Vec<(String, Map<String, Value>)> {
        let mut found = Vec::new();
        for (number, one) in self.list(keys).into_iter().enumerate() {
            match one {
                Value::Object(map) => found.push((format!("{path}[{number}]"), map)),
                other if holds_data(&other) => lose(&format!("{path}[{number}]"), "it is not an object", lost),
                _ => {}
            }
        }
        found
    }

    /// Takes what only repeats something else.
    pub(super) fn skip(&mut self, keys: &[&str]) {
        for key in keys {
            self.map.shift_remove(*key);
        }
    }

    /// What is left.
    pub(super) fn rest(self) -> Map<String, Value> {
        self.map
    }

    pub(super) fn lose(&self, reason: &str, lost: &mut Vec<Lost>) {
        lose(&self.path, reason, lost);
    }

    /// Whether something is left that nobody asked for.
    pub(super) fn are_left(&self) -> bool {
        self.map.values().any(holds_data)
    }

    /// Notes what nobody asked for. Never with its value, which may be a secret.
    pub(super) fn finish(self, lost: &mut Vec<Lost>) {
        for (key, _) in self.map.iter().filter(|(_, value)| holds_data(value)) {
            if SECRETS.contains(&key.as_str()) {
                self.lose(&format!("{key}: secrets are not carried over; give new ones"), lost);
            } else {
                self.lose(&format!("{key}: nothing here holds it, and it is left behind"), lost);
            }
        }
    }
}
