//! A tenant's further settings, as a form has them and as people read them.

use crate::{
    form::{Choice, Field, Input, Tick, typed_within, wrong_within},
    ui::Fold,
};
use leptos::prelude::*;
use model::settings::SettingsForm;
use serde_json::Value;

/// How a setting is chosen.
enum Kind {
    /// On a line of this type.
    Line(&'static str),
    /// As an id or code.
    Code,
    /// As a JSON object.
    Json,
    /// From these, each with what people read.
    Choice(&'static [(&'static str, &'static str)]),
    /// By ticking a box.
    Tick,
}

/// A further setting of a tenant.
pub(super) struct Setting {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    kind: Kind,
    /// An example of what goes in.
    example: &'static str,
    help: &'static str,
    /// What it is, as a form has it.
    pub(super) of: fn(&SettingsForm) -> String,
}

const FALLBACKS: &[(&str, &str)] =
    &[("", "Fail"), ("WAIT", "Wait"), ("CANCEL", "Cancel"), ("FAIL", "Fail (set explicitly)")];
const BEHAVIORS: &[(&str, &str)] =
    &[("", "Queue"), ("CANCEL", "Cancel"), ("FAIL", "Fail"), ("QUEUE", "Queue (set explicitly)")];

/// The settings few tenants need, each part under its title.
const SETTINGS: &[(&str, &[Setting])] = &[
    (
        "Workers and limits",
        &[
            Setting {
                name: "settings[worker_group]",
                label: "Worker group",
                kind: Kind::Code,
                example: "",
                help: "Key of the group that runs this tenant's tasks.",
                of: |form| form.worker_group.clone(),
            },
            Setting {
                name: "settings[worker_fallback]",
                label: "If no worker is available",
                kind: Kind::Choice(FALLBACKS),
                example: "",
                help: "",
                of: |form| form.worker_fallback.clone(),
            },
            Setting {
                name: "settings[concurrency_limit]",
                label: "Concurrent executions",
                kind: Kind::Line("number"),
                example: "",
                help: "Leave empty for no limit.",
                of: |form| form.concurrency_limit.clone(),
            },
            Setting {
                name: "settings[concurrency_behavior]",
                label: "When the limit is reached",
                kind: Kind::Choice(BEHAVIORS),
                example: "",
                help: "",
                of: |form| form.concurrency_behavior.clone(),
            },
        ],
    ),
    (
        "Storage and secrets",
        &[
            Setting {
                name: "settings[storage_type]",
                label: "Storage type",
                kind: Kind::Code,
                example: "s3",
                help: "",
                of: |form| form.storage_type.clone(),
            },
            Setting {
                name: "settings[storage_configuration]",
                label: "Storage configuration",
                kind: Kind::Json,
                example: "",
                help: "A JSON object.",
                of: |form| form.storage_configuration.clone(),
            },
            Setting {
                name: "settings[secret_type]",
                label: "Secrets manager",
                kind: Kind::Code,
                example: "vault",
                help: "",
                of: |form| form.secret_type.clone(),
            },
            Setting {
                name: "settings[secret_configuration]",
                label: "Secrets configuration",
                kind: Kind::Json,
                example: "",
                help: "A JSON object.",
                of: |form| form.secret_configuration.clone(),
            },
            Setting {
                name: "settings[secret_read_only]",
                label: "Secrets are read-only",
                kind: Kind::Tick,
                example: "",
                help: "",
                of: |form| form.secret_read_only.to_string(),
            },
        ],
    ),
    (
        "Flows",
        &[
            Setting {
                name: "settings[require_existing_namespace]",
                label: "Flows may only use namespaces that exist",
                kind: Kind::Tick,
                example: "",
                help: "",
                of: |form| form.require_existing_namespace.to_string(),
            },
            Setting {
                name: "settings[outputs_in_internal_storage]",
                label: "Keep outputs in internal storage",
                kind: Kind::Tick,
                example: "",
                help: "",
                of: |form| form.outputs_in_internal_storage.to_string(),
            },
        ],
    ),
];

impl Setting {
    /// Where it is chosen.
    fn field(&self, form: &SettingsForm) -> AnyView {
        let Self { name, label, example: placeholder, help, .. } = *self;
        let value = (self.of)(form);
        let line = |input: Input, mono: bool, value: String| {
            view! { <Field name label input mono optional=true value placeholder help /> }.into_any()
        };
        match self.kind {
            Kind::Line(input) => line(Input::Line(input), false, value),
            Kind::Code => line(Input::Line("text"), true, value),
            Kind::Json => line(Input::Text, true, value),
            Kind::Choice(all) => {
                let options = all.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect();
                view! { <Choice name label options value /> }.into_any()
            }
            Kind::Tick => view! { <Tick name label value=value == "true" /> }.into_any(),
        }
    }

    /// A value as people read it; two that mean the same read the same.
    pub(super) fn read(&self, value: &str) -> String {
        let value = value.trim();
        match self.kind {
            Kind::Line(_) | Kind::Code => value.to_owned(),
            Kind::Json => {
                match serde_json::from_str::<Value>(value).and_then(|json| serde_json::to_string_pretty(&json)) {
                    Ok(tidy) => tidy,
                    Err(_) => value.to_owned(),
                }
            }
            Kind::Choice(all) => all
                .iter()
                .find(|(key, _)| *key == value)
                .map_or_else(|| value.to_owned(), |(_, text)| (*text).to_owned()),
            Kind::Tick => if value == "true" { "yes" } else { "no" }.to_owned(),
        }
    }
}

/// All of them.
pub(super) fn settings() -> impl Iterator<Item = &'static Setting> {
    SETTINGS.iter().flat_map(|(_, settings)| settings.iter())
}

/// The further settings, folded away; open where one is set, typed or wrong.
#[component]
pub(super) fn Further(form: SettingsForm) -> impl IntoView {
    let open = form != SettingsForm::default() || wrong_within("settings[") || typed_within("settings[");
    let parts = SETTINGS.iter().map(|(title, settings)| {
        let fields = settings.iter().map(|one| one.field(&form)).collect_view();
        view! { <h2 class="fold-title">{*title}</h2> {fields} }
    });
    let parts = parts.collect_view();
    view! { <Fold title="Further settings" hint="workers, limits, storage, secrets" open>{parts}</Fold> }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, value: &str) -> String {
        let one = settings().find(|one| one.name == name).unwrap();
        one.read(value)
    }

    #[test]
    fn values_that_mean_the_same_read_the_same() {
        let json = |text: &str| read("settings[storage_configuration]", text);
        assert_eq!(json("{\"a\": 1}"), json("{\r\n  \"a\": 1\r\n}\r\n"));
        assert_eq!(json(" {half"), "{half");
        assert_eq!(read("settings[secret_read_only]", ""), read("settings[secret_read_only]", "false"));
        assert_eq!(read("settings[worker_fallback]", "WAIT"), "Wait");
        assert_eq!(read("settings[worker_group]", " gpu "), "gpu");
    }

    #[test]
    fn every_setting_of_the_form_is_shown() {
        let fields = serde_json::to_value(SettingsForm::default()).unwrap();
        let mut expected: Vec<_> = fields.as_object().unwrap().keys().map(|key| format!("settings[{key}]")).collect();
        let mut shown: Vec<_> = settings().map(|one| one.name.to_owned()).collect();
        expected.sort();
        shown.sort();
        assert_eq!(shown, expected);
    }
}
