//! A tenant's further settings (contract 3.1). All optional; what is unset is left out on the wire.
//! This product stores and echoes them for the workflow engine that reads them.

use crate::{Error, FieldError, Unreadable};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $text:literal),* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub enum $name { $(#[doc = $text] #[serde(rename = $text)] $variant),* }

        impl $name {
            /// As on the wire.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }
        }
    };
}

choice! {
    /// Type of tenant.
    Type { Default = "DEFAULT", Infrastructure = "INFRASTRUCTURE", Unknown = "UNKNOWN" }
}
choice! {
    /// What happens to a task when no worker of its group is there.
    Fallback { Fail = "FAIL", Wait = "WAIT", Cancel = "CANCEL" }
}
choice! {
    /// What happens to an execution above a limit.
    Behavior { Queue = "QUEUE", Cancel = "CANCEL", Fail = "FAIL" }
}
choice! {
    /// How many of a selector's tags a worker must have.
    Match { All = "ALL", Any = "ANY" }
}
choice! {
    /// What may be kept away from a tenant's storage or secrets.
    Service {
        Executor = "EXECUTOR", Indexer = "INDEXER", Scheduler = "SCHEDULER", Webserver = "WEBSERVER", Worker = "WORKER",
        Controller = "CONTROLLER"
    }
}
choice! {
    /// How workers reach secrets.
    SecretManager { Direct = "DIRECT", Controller = "CONTROLLER", ControllerOnly = "CONTROLLER_ONLY" }
}

/// Workers a tenant's tasks run on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WorkerGroup {
    /// The group's key.
    pub key: String,
    /// What if none is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fallback: Option<Fallback>,
}

/// Workers a tenant's tasks run on, by tags.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WorkerSelector {
    /// At most 20.
    #[serde(default)]
    pub tags: Vec<String>,
    /// All tags or any.
    #[serde(rename = "match", default, skip_serializing_if = "Option::is_none")]
    pub matching: Option<Match>,
    /// What if none is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fallback: Option<Fallback>,
}

/// How many executions may run at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Concurrency {
    /// At least 1.
    pub limit: i64,
    /// What happens above it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub behavior: Option<Behavior>,
}

/// How many executions may start in a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Quota {
    /// ISO 8601 duration.
    pub duration: String,
    /// At least 1.
    pub limit: i64,
    /// What happens above it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub behavior: Option<Behavior>,
}

/// Services kept away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Isolation {
    /// Whether it is on.
    #[serde(default)]
    pub enabled: bool,
    /// Which services.
    #[serde(default)]
    pub denied_services: Option<Vec<Service>>,
}

/// A tenant's further settings.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the wire's own names; contract 3.1 is their documentation")]
pub struct TenantSettings {
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<Type>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_worker_selector: Option<WorkerSelector>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worker_group: Option<WorkerGroup>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<Concurrency>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_configuration: Option<Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_isolation: Option<Isolation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_read_only: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_configuration: Option<Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_isolation: Option<Isolation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worker_secret_manager_mode: Option<SecretManager>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub require_existing_namespace: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outputs_in_internal_storage: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_catalog_config: Option<Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settings: Option<Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sdk_default_authentication: Option<Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quotas: Option<Vec<Quota>>,
    #[serde(skip)]
    pub stored: Stored,
}

/// Settings as they are stored, with what a newer version wrote and this one does not know. It is no part of what
/// settings say: two that say the same are equal.
#[derive(Debug, Clone, Default)]
pub struct Stored(Map<String, Value>);

impl PartialEq for Stored {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl TenantSettings {
    /// From the database; beside them, the names of those whose words this version does not know. They count as unset,
    /// and [`to_stored`](Self::to_stored) keeps them.
    ///
    /// # Errors
    /// Where there is no object at all.
    pub fn from_stored(row: impl std::fmt::Display, json: &str) -> Result<(Self, Vec<String>), Unreadable> {
        let stored: Map<String, Value> = Unreadable::json(("tenants", "settings"), row, json)?;
        let read = |map: Map<String, Value>| serde_json::from_value::<Self>(Value::Object(map));
        let mut unknown = Vec::new();
        let settings = read(stored.clone()).unwrap_or_else(|_| {
            let mut known = stored.clone();
            known.retain(|key, value| {
                let alone = Map::from_iter([(key.clone(), value.clone())]);
                read(alone).is_ok() || {
                    unknown.push(key.clone());
                    false
                }
            });
            read(known).unwrap_or_default()
        });
        Ok((Self { stored: Stored(stored), ..settings }, unknown))
    }

    /// For the database, in the place of `was`: what differs is written, and whatever else is stored stays as it is.
    ///
    /// # Errors
    /// Where there are no words for it.
    pub fn to_stored(&self, was: &Self) -> Result<String, serde_json::Error> {
        let words = |settings: &Self| serde_json::to_value(settings).and_then(serde_json::from_value::<Map<_, Value>>);
        let (before, after) = (words(was)?, words(self)?);
        let mut stored = was.stored.0.clone();
        stored.retain(|key, _| after.contains_key(key) || !before.contains_key(key));
        stored.extend(after.into_iter().filter(|(key, value)| before.get(key) != Some(value)));
        serde_json::to_string(&stored)
    }

    /// What is wrong with values whose type is right; field names are the wire's.
    pub fn violations(&self) -> Vec<FieldError> {
        let mut wrong = Vec::new();
        let mut say = |field: &str, message: &str| {
            wrong.push(FieldError { field: field.into(), message: message.into() });
        };
        if self.concurrency.as_ref().is_some_and(|one| one.limit < 1) {
            say("concurrency.limit", "Enter 1 or more.");
        }
        if self.worker_group.as_ref().is_some_and(|one| one.key.trim().is_empty()) {
            say("workerGroup.key", "Enter the key of a worker group.");
        }
        if self.default_worker_selector.as_ref().is_some_and(|one| one.tags.len() > 20) {
            say("defaultWorkerSelector.tags", "Enter at most 20 tags.");
        }
        if self.quotas.as_ref().is_some_and(|all| all.iter().any(|one| one.limit < 1)) {
            say("quotas.limit", "Enter 1 or more.");
        }
        wrong
    }

    /// The settings without those that may hold secrets, for documents that others may read.
    pub fn without_secrets(self) -> Self {
        Self { storage_configuration: None, secret_configuration: None, sdk_default_authentication: None, ..self }
    }

    /// Whether there are settings that may hold secrets.
    pub fn hold_secrets(&self) -> bool {
        let all = [&self.storage_configuration, &self.secret_configuration, &self.sdk_default_authentication];
        all.into_iter().any(Option::is_some)
    }

    /// The settings with every value that may be a secret replaced, for the audit log.
    pub fn redacted(&self) -> Self {
        let hide = |map: &Option<Map<String, Value>>| {
            map.as_ref().map(|map| map.keys().map(|key| (key.clone(), Value::from("•••"))).collect())
        };
        Self {
            storage_configuration: hide(&self.storage_configuration),
            secret_configuration: hide(&self.secret_configuration),
            sdk_default_authentication: hide(&self.sdk_default_authentication),
            ..self.clone()
        }
    }
}

/// The settings as a form has them: texts and boxes, of which unset ones are empty.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "one for one the fields of the form")]
pub struct SettingsForm {
    pub worker_group: String,
    pub worker_fallback: String,
    pub concurrency_limit: String,
    pub concurrency_behavior: String,
    pub storage_type: String,
    pub storage_configuration: String,
    pub secret_type: String,
    pub secret_configuration: String,
    #[serde(deserialize_with = "checked")]
    pub secret_read_only: bool,
    #[serde(deserialize_with = "checked")]
    pub require_existing_namespace: bool,
    #[serde(deserialize_with = "checked")]
    pub outputs_in_internal_storage: bool,
}

/// A box in a form: a browser sends its value as text, or nothing.
fn checked<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    struct Box;
    impl serde::de::Visitor<'_> for Box {
        type Value = bool;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("true or false")
        }

        fn visit_bool<E>(self, value: bool) -> Result<bool, E> {
            Ok(value)
        }

        fn visit_str<E>(self, value: &str) -> Result<bool, E> {
            Ok(matches!(value, "true" | "on"))
        }
    }
    deserializer.deserialize_any(Box)
}

impl SettingsForm {
    /// Fills the form from stored settings.
    pub fn of(settings: &TenantSettings) -> Self {
        let json = |map: &Option<Map<String, Value>>| {
            map.as_ref().and_then(|map| serde_json::to_string_pretty(map).ok()).unwrap_or_default()
        };
        let group = settings.worker_group.as_ref();
        let concurrency = settings.concurrency.as_ref();
        Self {
            worker_group: group.map(|one| one.key.clone()).unwrap_or_default(),
            worker_fallback: group.and_then(|one| one.fallback).map(|one| one.as_str().to_owned()).unwrap_or_default(),
            concurrency_limit: concurrency.map(|one| one.limit.to_string()).unwrap_or_default(),
            concurrency_behavior: concurrency
                .and_then(|one| one.behavior)
                .map(|one| one.as_str().to_owned())
                .unwrap_or_default(),
            storage_type: settings.storage_type.clone().unwrap_or_default(),
            storage_configuration: json(&settings.storage_configuration),
            secret_type: settings.secret_type.clone().unwrap_or_default(),
            secret_configuration: json(&settings.secret_configuration),
            secret_read_only: settings.secret_read_only.unwrap_or_default(),
            require_existing_namespace: settings.require_existing_namespace.unwrap_or_default(),
            outputs_in_internal_storage: settings.outputs_in_internal_storage.unwrap_or_default(),
        }
    }

    /// The stored settings with what the form holds put in; settings the form does not show stay.
    pub fn apply(&self, mut settings: TenantSettings) -> Result<TenantSettings, Error> {
        let mut wrong = Vec::new();
        let mut say =
            |field: &str, message: &str| wrong.push(FieldError { field: field.into(), message: message.into() });
        let text = |value: &str| Some(value.trim().to_owned()).filter(|value| !value.is_empty());
        let flag = |value: bool, before: Option<bool>| if value { Some(true) } else { before.map(|_| false) };

        settings.worker_group =
            text(&self.worker_group).map(|key| WorkerGroup { key, fallback: choose(&self.worker_fallback) });
        settings.concurrency = match text(&self.concurrency_limit).map(|limit| limit.parse::<i64>()) {
            None => None,
            Some(Ok(limit)) if limit >= 1 => Some(Concurrency { limit, behavior: choose(&self.concurrency_behavior) }),
            Some(_) => {
                say("concurrency_limit", "Enter a whole number, 1 or more, or nothing for no limit.");
                None
            }
        };
        settings.storage_type = text(&self.storage_type);
        settings.secret_type = text(&self.secret_type);
        let mut object = |field: &str, value: &str| match text(value).map(|value| serde_json::from_str(&value)) {
            None => None,
            Some(Ok(map)) => Some(map),
            Some(Err(_)) => {
                say(field, "Enter a JSON object, such as {\"bucket\": \"team-a\"}, or nothing.");
                None
            }
        };
        settings.storage_configuration = object("storage_configuration", &self.storage_configuration);
        settings.secret_configuration = object("secret_configuration", &self.secret_configuration);
        settings.secret_read_only = flag(self.secret_read_only, settings.secret_read_only);
        settings.require_existing_namespace =
            flag(self.require_existing_namespace, settings.require_existing_namespace);
        settings.outputs_in_internal_storage =
            flag(self.outputs_in_internal_storage, settings.outputs_in_internal_storage);

        if wrong.is_empty() {
            Ok(settings)
        } else {
            Err(Error {
                code: crate::Code::Invalid,
                message: "Some settings need another look.".into(),
                fields: wrong,
                request: None,
                missing: None,
            })
        }
    }
}

/// A choice by its word; nothing where nothing was chosen.
fn choose<T: for<'de> Deserialize<'de>>(word: &str) -> Option<T> {
    serde_json::from_value(Value::from(word)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_round_trip_without_nulls() {
        let json = r#"{"type":"DEFAULT","workerGroup":{"key":"gpu","fallback":"WAIT"},"concurrency":{"limit":5,"behavior":"QUEUE"},"requireExistingNamespace":false,"quotas":[{"duration":"PT1H","limit":10,"behavior":"FAIL"}]}"#;
        let settings: TenantSettings = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&settings).unwrap(), json);
        assert_eq!(serde_json::to_string(&TenantSettings::default()).unwrap(), "{}");
    }

    #[test]
    fn what_a_newer_version_wrote_stays() {
        let json =
            r#"{"type":"ROCKET","workerGroup":{"key":"gpu","zone":"eu"},"secretType":"vault","orbit":{"high":true}}"#;
        let (was, unknown) = TenantSettings::from_stored("acme", json).unwrap();
        assert_eq!((was.kind, was.secret_type.as_deref(), unknown), (None, Some("vault"), vec!["type".to_owned()]));
        let same = |one: &str, other: &str| {
            let [one, other]: [Value; 2] = [one, other].map(|text| serde_json::from_str(text).unwrap());
            assert_eq!(one, other);
        };
        // A rename: a client sends what it read, which has none of it.
        let sent: TenantSettings =
            serde_json::from_str(r#"{"workerGroup":{"key":"gpu"},"secretType":"vault"}"#).unwrap();
        same(&sent.to_stored(&was).unwrap(), json);
        // What is set is written, and what is unset goes.
        let sent: TenantSettings = serde_json::from_str(r#"{"type":"DEFAULT","workerGroup":{"key":"cpu"}}"#).unwrap();
        same(&sent.to_stored(&was).unwrap(), r#"{"type":"DEFAULT","workerGroup":{"key":"cpu"},"orbit":{"high":true}}"#);
        let wrong = TenantSettings::from_stored("acme", "[]").unwrap_err();
        assert!(wrong.to_string().starts_with("settings of the row acme of tenants: "), "{wrong}");
    }

    #[test]
    fn a_form_shown_and_saved_changes_nothing() {
        let json = r#"{"workerGroup":{"key":"gpu","fallback":"WAIT"},"storageConfiguration":{"bucket":"a"},"secretReadOnly":false,"quotas":[{"duration":"PT1H","limit":10}]}"#;
        let settings: TenantSettings = serde_json::from_str(json).unwrap();
        assert_eq!(SettingsForm::of(&settings).apply(settings.clone()).unwrap(), settings);
    }

    #[test]
    fn wrong_values_are_named() {
        let form =
            SettingsForm { concurrency_limit: "0".into(), storage_configuration: "{".into(), ..Default::default() };
        let wrong = form.apply(TenantSettings::default()).unwrap_err();
        assert!(wrong.field("concurrency_limit").is_some());
        assert!(wrong.field("storage_configuration").is_some());
    }

    #[test]
    fn secrets_do_not_reach_the_audit_log() {
        let settings: TenantSettings = serde_json::from_str(
            r#"{"secretConfiguration":{"token":"abc"},"sdkDefaultAuthentication":{"password":"x"}}"#,
        )
        .unwrap();
        let text = serde_json::to_string(&settings.redacted()).unwrap();
        assert!(!text.contains("abc") && !text.contains("\"x\""), "{text}");
    }
}
