//! Creating a tenant and changing it.

use super::PATH;
use crate::{
    api::tenant::{CreateTenant, UpdateTenant},
    form::{Choice, Field, Form, FormSummary, Input, Retry, Submit, Tick, retried, typed_within, wrong_within},
    page::{
        conflict::differences,
        narrow::hidden,
        parts::{button, heading, section},
        route::{Answer, Asked, Page, Tenant as Place, no_page},
    },
    ui::{Fold, Icon},
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{Action, Code, Permission, Resource, Tenant, Timestamp, settings::SettingsForm};
use serde_json::Value;
use service::{TenantRef, access, tenant};

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
struct Setting {
    name: &'static str,
    label: &'static str,
    kind: Kind,
    /// An example of what goes in.
    example: &'static str,
    help: &'static str,
    /// What it is, as a form has it.
    of: fn(&SettingsForm) -> String,
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
                label: "If no worker of the group is there",
                kind: Kind::Choice(FALLBACKS),
                example: "",
                help: "",
                of: |form| form.worker_fallback.clone(),
            },
            Setting {
                name: "settings[concurrency_limit]",
                label: "Executions at once",
                kind: Kind::Line("number"),
                example: "",
                help: "Nothing for no limit.",
                of: |form| form.concurrency_limit.clone(),
            },
            Setting {
                name: "settings[concurrency_behavior]",
                label: "Above the limit",
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
    fn read(&self, value: &str) -> String {
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

/// The further settings, folded away; open where one is set, typed or wrong.
fn further(form: &SettingsForm) -> AnyView {
    let open = *form != SettingsForm::default() || wrong_within("settings[") || typed_within("settings[");
    let parts = SETTINGS.iter().map(|(title, settings)| {
        let fields = settings.iter().map(|one| one.field(form)).collect_view();
        view! { <h2 class="fold-title">{*title}</h2> {fields} }
    });
    let parts = parts.collect_view();
    view! { <Fold title="Further settings" hint="workers, limits, storage, secrets" open>{parts}</Fold> }.into_any()
}

/// Creates a tenant.
pub(crate) async fn create(_: &Asked) -> Answer {
    Ok(Page::new("Create tenant", || {
        let help = "Lower-case letters, digits, hyphens and underscores. It is part of every address and cannot be changed later.";
        view! {
            {heading("Create tenant", "You become its Tenant Admin; five roles are made with it.", ())}
            <Form to=CreateTenant::PATH>
                <FormSummary />
                <Field name="id" label="Tenant ID" help placeholder="dev" mono=true first=true />
                <Field name="name" label="Name" help="What people see." placeholder="Development environment" />
                {further(&SettingsForm::default())}
                <div class="form-actions">
                    <Submit label="Save" />
                    <a class="button secondary" href=PATH>"Cancel"</a>
                </div>
            </Form>
        }
        .into_any()
    }))
}

/// A tenant that is being changed; where somebody else has just saved it: what differs from what was typed, who and
/// when.
struct Editing {
    tenant: Tenant,
    conflict: Option<Conflict>,
    now: Timestamp,
    /// The page this is on.
    path: String,
}

struct Conflict {
    rows: Vec<(String, String, String)>,
    saved: Option<(String, Timestamp)>,
}

impl Editing {
    async fn new(asked: &Asked, id: &str) -> service::Result<Self> {
        let contested = retried(UpdateTenant::PATH).filter(|retry| retry.error.code == Code::Conflict);
        let tenant = tenant::to_update(&asked.cx, id).await?;
        let conflict = match contested {
            Some(retry) => {
                Some(Conflict { rows: compared(&tenant, &retry), saved: tenant::saved(&asked.cx, &tenant).await? })
            }
            None => None,
        };
        Ok(Self { tenant, conflict, now: asked.cx.now(), path: asked.path().to_owned() })
    }

    /// The form; without a way back it stays on its page.
    fn form(self, back: Option<String>) -> AnyView {
        let Self { tenant, conflict, now, path } = self;
        let settings = SettingsForm::of(&tenant.settings);
        let id = tenant.id.map(|id| id.to_string()).unwrap_or_default();
        let mut keys = vec![("id", id), ("version", tenant.version.to_string())];
        if back.is_none() {
            keys.push(("here", "true".to_owned()));
        }
        let contested = conflict.is_some();
        view! {
            <Form to=UpdateTenant::PATH>
                {hidden(keys)}
                {match conflict {
                    Some(Conflict { rows, saved }) => {
                        let (who, when) = saved.unzip();
                        differences(rows, who, when, now, path)
                    }
                    None => view! { <FormSummary /> }.into_any(),
                }}
                <Field name="name" label="Name" help="What people see." value=tenant.name first=true />
                {further(&settings)}
                <div class="form-actions">
                    // The way to save mine stands with what it would write over.
                    {(!contested).then(|| view! { <Submit label="Save" /> })}
                    {back.map(|back| view! { <a class="button secondary" href=back>"Cancel"</a> })}
                </div>
            </Form>
        }
        .into_any()
    }
}

/// Where what is there differs from what was typed, field by field.
fn compared(tenant: &Tenant, retry: &Retry) -> Vec<(String, String, String)> {
    let there = SettingsForm::of(&tenant.settings);
    let typed = |name: &str| {
        let found = retry.typed.iter().find(|(field, _)| field == name);
        found.map(|(_, value)| value.as_str()).unwrap_or_default()
    };
    let name = ("Name".to_owned(), tenant.name.clone(), typed("name").trim().to_owned());
    let settings = SETTINGS.iter().flat_map(|(_, settings)| settings.iter());
    let settings = settings.map(|one| (one.label.to_owned(), one.read(&(one.of)(&there)), one.read(typed(one.name))));
    std::iter::once(name).chain(settings).filter(|(_, there, yours)| there != yours).collect()
}

/// Edits a tenant.
pub(crate) async fn edit(asked: &Asked, id: &str) -> Answer {
    let editing = Editing::new(asked, id).await?;
    let (title, back) = (format!("Edit {id}"), format!("{PATH}/{id}"));
    Ok(Page::new(title.clone(), move || {
        let purpose = "The id stays; addresses and roles depend on it.";
        view! { {heading(title, purpose, ())} {editing.form(Some(back))} }.into_any()
    }))
}

/// A tenant's own settings, for whoever may change it.
pub(crate) async fn settings(asked: &Asked, place: Place) -> Answer {
    // The default tenant is what it is (contract 6.3).
    let TenantRef::Named(id) = &place.place else { return Err(no_page()) };
    let editing = Editing::new(asked, id.as_str()).await?;
    let [delete] = access::allowed(&asked.cx, None, [Permission::new(Resource::Tenant, Action::Delete)]).await?;
    let gone = format!("{PATH}/{id}/delete");
    Ok(Page::new("Settings", move || {
        let delete = delete.then(|| {
            let content = view! {
                <p class="muted">"With it go its roles, groups and bindings. The next page counts them before anything is deleted."</p>
                <div class="form-actions">{button(gone, Some(Icon::Trash), "Delete this tenant", "secondary")}</div>
            };
            section("delete", "Delete", None, content)
        });
        let purpose =
            "What the tenant is called and how its work is run. The id stays; addresses and roles depend on it.";
        view! { {heading("Settings", purpose, ())} {editing.form(None)} {delete} }.into_any()
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, value: &str) -> String {
        let one = SETTINGS.iter().flat_map(|(_, all)| all.iter()).find(|one| one.name == name).unwrap();
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
        let mut shown: Vec<_> =
            SETTINGS.iter().flat_map(|(_, all)| all.iter()).map(|one| one.name.to_owned()).collect();
        expected.sort();
        shown.sort();
        assert_eq!(shown, expected);
    }
}
