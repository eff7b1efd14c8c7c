//! What a role allows: resources down, actions across.

use crate::{
    api::role::{BaseRole, legacy_permissions},
    form::{Attempt, attempt, ticked},
    page::parts::{Column, table},
    ui::{Icon, Section},
};
use leptos::prelude::*;
use model::{Action, Permission, Permissions, Resource};

const LEGACY: &[Column] = &[("Permission", ""), ("Stands for", "wide")];

/// An action, as the matrix calls it.
pub(super) fn action_name(action: Action) -> String {
    action.as_str().to_lowercase().replace('_', " ")
}

/// The permissions to tick, in the form of a role. What differs from `base` is marked.
#[component]
pub(super) fn Matrix(held: Permissions, base: Option<BaseRole>) -> impl IntoView {
    let sought = RwSignal::new(String::new());
    let Attempt { error, count, .. } = attempt();
    // What was saved is shown whole, as the field is empty again.
    Effect::new(move |_| {
        if count.get() > 0 && error.with_untracked(Option::is_none) {
            sought.set(String::new());
        }
    });
    let lines = Resource::ALL.iter().map(|resource| {
        let boxes = actions(*resource, &held, base.as_ref()).map(|(one, now, class)| {
            let on = ticked("permissions[]", &one.to_string(), now);
            view! {
                <label class=class>
                    <input type="checkbox" name="permissions[]" value=one.to_string() checked=on />
                    <span>{action_name(one.action)}</span>
                </label>
            }
        });
        let name = resource.as_str().to_lowercase();
        let boxes = boxes.collect_view();
        view! {
            <div
                class="matrix-row"
                role="group"
                aria-label=resource.as_str()
                hidden=move || sought.with(|sought| !name.contains(sought.as_str()))
            >
                <code class="matrix-resource">{resource.as_str()}</code>
                <div class="matrix-actions">{boxes}</div>
            </div>
        }
    });
    let lines = lines.collect_view();
    view! {
        <fieldset class="matrix">
            <legend class="visually-hidden">"Permissions"</legend>
            <label class="matrix-find">
                <span class="visually-hidden">"Find a resource"</span>
                <input
                    class="input"
                    type="search"
                    placeholder="Find a resource"
                    autocomplete="off"
                    on:input=move |event| sought.set(event_target_value(&event).trim().to_lowercase())
                />
            </label>
            {base.map(legend)}
            {lines}
        </fieldset>
    }
}

/// The permissions of a role that can't be changed.
#[component]
pub(super) fn FixedMatrix(held: Permissions, base: Option<BaseRole>) -> impl IntoView {
    let lines = Resource::ALL.iter().map(|resource| {
        let marks = actions(*resource, &held, base.as_ref()).map(|(one, now, class)| {
            let says = if now { "allowed" } else { "not allowed" };
            view! {
                <span class=class data-held=now.to_string()>
                    {now.then(|| Icon::Check.view())} <span>{action_name(one.action)}</span>
                    <span class="visually-hidden">{says}</span>
                </span>
            }
        });
        let marks = marks.collect_view();
        view! {
            <div class="matrix-row" role="group" aria-label=resource.as_str()>
                <code class="matrix-resource">{resource.as_str()}</code>
                <div class="matrix-actions">{marks}</div>
            </div>
        }
    });
    let lines = lines.collect_view();
    view! {
        <fieldset class="matrix">
            <legend class="visually-hidden">"Permissions"</legend>
            {base.map(legend)}
            {lines}
        </fieldset>
    }
}

/// The actions of a resource: whether a role holds each, and how it looks beside `base`.
fn actions(
    resource: Resource,
    held: &Permissions,
    base: Option<&BaseRole>,
) -> impl Iterator<Item = (Permission, bool, &'static str)> {
    resource.actions().into_iter().map(move |action| {
        let one = Permission::new(resource, action);
        let (now, before) = (held.grant(one), base.map(|base| base.permissions.grant(one)));
        let class = match before {
            Some(false) if now => "check more",
            Some(true) if !now => "check less",
            _ => "check",
        };
        (one, now, class)
    })
}

fn legend(base: BaseRole) -> impl IntoView {
    view! { <p class="muted">"Compared with " {base.name} ": " <ins>"more"</ins> ", " <del>"less"</del> "."</p> }
}

/// What permissions stand for that are written as in earlier versions.
#[component]
pub(super) fn Legacy(permissions: Permissions) -> impl IntoView {
    let all = legacy_permissions(&permissions);
    let rows = all.into_iter().map(|(written, meant)| {
        let meant = if meant.is_empty() { "nothing any more".to_owned() } else { meant.join(", ") };
        view! {
            <tr>
                <td><code>{written}</code></td>
                <td class="wide">{meant}</td>
            </tr>
        }
        .into_any()
    });
    let rows: Vec<_> = rows.collect();
    (!rows.is_empty()).then(|| {
        view! {
            <Section id="legacy" title="Legacy permissions">
                {table("What each permission stands for", LEGACY, rows)}
            </Section>
        }
    })
}
