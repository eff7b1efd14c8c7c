//! What is shown where two have saved the same thing: what differs, who was first, and the two ways on.

pub(crate) use super::differences::{Difference, differing as fields};
use super::{differences::Differences, route::Asked};
use crate::{
    api::dates::moment,
    form::{FormSummary, Typed, explain, overtaken},
};
use leptos::prelude::*;
use model::{Resource, Timestamp};
use serde::Serialize;
use service::{TenantRef, audit_log};

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
            let saved = last.map(|(who, at)| (who, moment(at, now)));
            explain();
            view! { <Differences rows=rows(&typed) saved reload /> }.into_any()
        }
        None => view! { <FormSummary /> }.into_any(),
    }
}
