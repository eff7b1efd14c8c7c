//! What is shown where two have saved the same thing: what differs, who was first, and the two ways on.

use super::{
    parts::{none, table, when},
    route::Asked,
};
use crate::{
    form::{FormSummary, Submit, Typed, explain, overtaken},
    ui::Icon,
};
use leptos::prelude::*;
use model::{Resource, Timestamp};
use serde::Serialize;
use service::{TenantRef, audit_log};

/// What differs, how it is now, and how it would be.
pub(crate) type Difference = (String, String, String);

/// A form that is shown again because somebody else has saved since it was filled.
pub(crate) struct Conflict {
    typed: Typed,
    last: Option<(String, Timestamp)>,
    now: Timestamp,
    reload: String,
}

impl Conflict {
    /// Of a function's form, where it is shown again for that. It is about `one`, of whose `fields` the audit log may
    /// say who made them what they are.
    pub(crate) async fn of(
        asked: &Asked,
        to: &str,
        tenant: Option<&TenantRef>,
        (resource, id): (Resource, &str),
        one: &impl Serialize,
        fields: &[&str],
    ) -> service::Result<Option<Self>> {
        let Some(typed) = overtaken(to) else { return Ok(None) };
        let last = audit_log::last_change(&asked.cx, tenant, (resource, id), one, fields).await?;
        Ok(Some(Self { typed, last, now: asked.cx.now(), reload: asked.with(&[]) }))
    }
}

/// Stands above the fields of a form: what differs, if it was saved meanwhile, or else what is wrong with it.
pub(crate) fn summary(conflict: Option<Conflict>, rows: impl FnOnce(&Typed) -> Vec<Difference>) -> AnyView {
    match conflict {
        Some(Conflict { typed, last, now, reload }) => {
            let (who, when) = last.unzip();
            differences(rows(&typed), who, when, now, reload)
        }
        None => view! { <FormSummary /> }.into_any(),
    }
}

/// Fields of which one may differ: what each is called, how it is now, and how it would be.
pub(crate) fn fields<const N: usize>(all: [(&str, &str, &str); N]) -> impl Iterator<Item = Difference> {
    let differing = all.map(|(what, now, yours)| (now != yours).then(|| [what, now, yours].map(str::to_owned).into()));
    differing.into_iter().flatten()
}

/// Stands in a form that comes back with what was typed. Rows say what differs, how it is now, and how it would be if
/// the form were saved, which it can be right here; or what is there is read anew from `reload`.
pub(crate) fn differences(
    rows: Vec<Difference>,
    who: Option<String>,
    when_changed: Option<Timestamp>,
    now: Timestamp,
    reload: String,
) -> AnyView {
    let by = who.map(|who| view! { " by " <strong>{who}</strong> });
    let at = when_changed.map(|at| view! { " " {when(at, now)} });
    let rows = rows.into_iter().map(|(what, now, yours)| {
        view! {
            <tr>
                <td>{what}</td>
                <td class="wide"><span class="stacked-label">"Now "</span> {value(now)}</td>
                <td class="wide"><span class="stacked-label">"Yours "</span> {value(yours)}</td>
            </tr>
        }
        .into_any()
    });
    explain();
    let columns = [("What", ""), ("Now", "wide"), ("Yours", "wide")];
    let table = table("What differs", &columns, rows.collect());
    view! {
        <div class="conflict" role="group" aria-labelledby="conflict" tabindex="-1" autofocus=true>
            {Icon::Alert.view()}
            <div>
                <p id="conflict" role="alert">
                    "This was changed" {by} {at} " while you were editing it. Nothing of yours is lost, and nothing is saved yet."
                </p>
                {table}
                <div class="form-actions">
                    <Submit label="Save mine" />
                    // The page is at this address already: only loading it again shows what is there.
                    <a class="button secondary" rel="external" href=reload>"Take what is there"</a>
                </div>
            </div>
        </div>
    }
    .into_any()
}

/// Nothing is a value too.
fn value(text: String) -> AnyView {
    if text.is_empty() {
        none("nothing")
    } else if text.contains('\n') {
        view! { <pre tabindex="0">{text}</pre> }.into_any()
    } else {
        text.into_any()
    }
}
