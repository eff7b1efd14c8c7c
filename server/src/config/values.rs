//! What is written behind a key, as a value of the key's kind.

use super::{duration, keys::Kind, proxies::Proxies};
use crate::yaml::{Content, Node};
use base64::{Engine, engine::general_purpose};
use serde::{Deserialize, de::value::MapDeserializer};
use std::{collections::BTreeMap, time::Duration};

/// A checked value.
#[derive(Clone)]
pub(super) enum Value {
    Bool(bool),
    Number(i64),
    Text(String),
    Duration(Duration),
    List(Vec<String>),
    Proxies(Proxies),
    Permissions(Box<model::Permissions>),
}

impl Value {
    /// For reports; the caller hides what must be hidden.
    pub(super) fn print(&self) -> String {
        match self {
            Self::Bool(value) => value.to_string(),
            Self::Number(value) => value.to_string(),
            Self::Text(value) => value.clone(),
            Self::Duration(value) => duration::print(*value),
            Self::List(values) => values.join(", "),
            Self::Proxies(proxies) => proxies.print(),
            Self::Permissions(permissions) => {
                let words =
                    permissions.words().iter().map(|(resource, actions)| format!("{resource}: {}", actions.join(", ")));
                words.collect::<Vec<_>>().join("; ")
            }
        }
    }
}

/// What values are read with.
pub(super) struct Reader<'a> {
    /// For `${NAME:default}`.
    pub(super) vars: &'a BTreeMap<String, String>,
}

impl Reader<'_> {
    /// Reads a value; `None` if nothing is set, an error in words otherwise.
    pub(super) fn read(&self, kind: Kind, node: &Node) -> Result<Option<Value>, String> {
        match &node.content {
            Content::Null => Ok(None),
            Content::Text(text) | Content::Bare(text) => self.scalar(kind, &self.resolve(text)?).map(Some),
            Content::List(items) if kind == Kind::Tenants => {
                let words = items.iter().map(|item| self.word(kind, item)).collect::<Result<Vec<_>, _>>()?;
                tenants(words).map(|list| Some(Value::List(list)))
            }
            Content::List(items) if kind == Kind::Proxies => {
                let words = items.iter().map(|item| self.word(kind, item)).collect::<Result<Vec<_>, _>>()?;
                self.scalar(kind, &words.join(",")).map(Some)
            }
            Content::Map(entries) if kind == Kind::Permissions => {
                let entries =
                    entries.iter().map(|(resource, _, actions)| Ok((resource.clone(), self.words(kind, actions)?)));
                permissions(entries.collect::<Result<Vec<_>, String>>()?).map(Some)
            }
            Content::List(_) => Err(mismatch(kind, "a list")),
            Content::Map(_) => Err(mismatch(kind, "a section")),
        }
    }

    /// Reads a value that the environment holds: lists are comma-separated.
    pub(super) fn scalar(&self, kind: Kind, text: &str) -> Result<Value, String> {
        let trimmed = text.trim();
        let wrong = || {
            let found = if kind.hidden() { None } else { Some(shown(text)) };
            found.map_or_else(|| format!("expected {}", kind.expected()), |found| mismatch(kind, &found))
        };
        match kind {
            Kind::Bool => model::flag(trimmed).map(Value::Bool).ok_or_else(wrong),
            Kind::Number(from, to) => {
                let number = trimmed.parse::<i64>().ok().filter(|number| (from..=to).contains(number));
                number.map(Value::Number).ok_or_else(wrong)
            }
            Kind::Text if trimmed.is_empty() => Err(wrong()),
            Kind::Text => Ok(Value::Text(trimmed.into())),
            // Spaces may be meant.
            Kind::Secret => Ok(Value::Text(text.into())),
            Kind::EncryptionKey => {
                let key = general_purpose::STANDARD.decode(trimmed).ok().filter(|key| key.len() == 32);
                key.map(|_| Value::Text(trimmed.into())).ok_or_else(wrong)
            }
            Kind::Email => {
                model::Email::parse(trimmed).map(|email| Value::Text(email.as_str().into())).map_err(|_| wrong())
            }
            Kind::Tenant => tenants(vec![trimmed.into()]).map(|_| Value::Text(trimmed.into())),
            Kind::Tenants => tenants(commas(trimmed)).map(Value::List),
            Kind::Permissions => Err(wrong()),
            Kind::Duration => duration::parse(trimmed).map(Value::Duration).ok_or_else(wrong),
            Kind::Proxies => Proxies::parse(trimmed).map(Value::Proxies).ok_or_else(wrong),
            Kind::Url => {
                let host = trimmed.strip_prefix("https://").or_else(|| trimmed.strip_prefix("http://"));
                let host = host.map(|host| host.trim_end_matches('/'));
                // Links that begin with a path of their own would lead nowhere: everything is served from the root.
                let whole = host.is_some_and(|host| !host.is_empty() && !host.contains(['/', '?', '#']));
                let plain = !trimmed.contains(|c: char| c.is_whitespace() || c.is_control());
                if whole && plain { Ok(Value::Text(trimmed.trim_end_matches('/').into())) } else { Err(wrong()) }
            }
            Kind::Root if trimmed.trim_matches('/').is_empty() => Ok(Value::Text("/".into())),
            Kind::Root => Err(wrong()),
            // Only the one that is used is checked: a lower layer may describe another engine.
            Kind::Database if trimmed.is_empty() => Err(wrong()),
            Kind::Database => Ok(Value::Text(trimmed.into())),
        }
    }

    /// The actions of one resource, given in a variable of its own.
    pub(super) fn actions(&self, text: &str) -> Vec<String> {
        commas(text)
    }

    fn words(&self, kind: Kind, node: &Node) -> Result<Vec<String>, String> {
        match &node.content {
            Content::Null => Ok(Vec::new()),
            Content::Text(text) | Content::Bare(text) => Ok(commas(&self.resolve(text)?)),
            Content::List(items) => items.iter().map(|item| self.word(kind, item)).collect(),
            Content::Map(_) => Err(mismatch(kind, "a section")),
        }
    }

    fn word(&self, kind: Kind, node: &Node) -> Result<String, String> {
        match &node.content {
            Content::Text(text) | Content::Bare(text) => Ok(self.resolve(text)?.trim().to_owned()),
            Content::Null => Err(mismatch(kind, "an empty item")),
            Content::List(_) => Err(mismatch(kind, "a list in the list")),
            Content::Map(_) => Err(mismatch(kind, "a section in the list")),
        }
    }

    /// Replaces `${NAME}` and `${NAME:default}`, as Micronaut does. What a variable holds is not looked
    /// through again.
    fn resolve(&self, text: &str) -> Result<String, String> {
        let (mut resolved, mut rest) = (String::new(), text);
        while let Some((before, after)) = rest.split_once("${") {
            let Some((inner, tail)) = after.split_once('}') else { break };
            let (name, default) = inner.split_once(':').map_or((inner, None), |(name, default)| (name, Some(default)));
            let name = name.trim();
            let variable = name.replace(['.', '-'], "_").to_ascii_uppercase();
            let value = self.vars.get(name).or_else(|| self.vars.get(&variable)).map(String::as_str).or(default);
            resolved.push_str(before);
            // Nothing of the text is repeated: a password may contain `${` by accident.
            resolved.push_str(value.ok_or(
                "refers to an environment variable with ${…} that is not set: set it, or give a default as in ${NAME:default}",
            )?);
            rest = tail;
        }
        resolved.push_str(rest);
        Ok(resolved)
    }
}

/// Checks a role's permissions.
pub(super) fn permissions(entries: Vec<(String, Vec<String>)>) -> Result<Value, String> {
    // Not collected into one JSON object, which would sort the resources.
    let entries = entries.into_iter().map(|(resource, actions)| (resource, serde_json::Value::from(actions)));
    let source = MapDeserializer::<_, serde_json::Error>::new(entries);
    let permissions = model::Permissions::deserialize(source).map_err(|error| error.to_string())?;
    permissions.check().map_err(|invalid| format!("expected {}. {}", Kind::Permissions.expected(), invalid.0))?;
    Ok(Value::Permissions(Box::new(permissions)))
}

fn tenants(words: Vec<String>) -> Result<Vec<String>, String> {
    for word in &words {
        model::TenantId::parse(word).map_err(|invalid| {
            format!("expected {}, found {}. {}", Kind::Tenants.expected(), shown(word), invalid.0)
        })?;
    }
    Ok(words)
}

fn commas(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn mismatch(kind: Kind, found: &str) -> String {
    format!("expected {}, found {found}", kind.expected())
}

/// A value in quotes; long ones are cut, and nothing in it can move the cursor.
fn shown(text: &str) -> String {
    let cut: String = text.chars().take(60).flat_map(char::escape_debug).collect();
    let dots = if text.chars().count() > 60 { "…" } else { "" };
    format!("“{cut}{dots}”")
}
