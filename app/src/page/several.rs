//! Choosing several rows of a list. The page that follows names them, and what goes with them, before anything is done.

use super::{
    narrow::hidden,
    parts::{Column, button, table},
};
use crate::{
    form::{Form, FormSummary, Question, Submit},
    ui::{Callout, Empty, Icon, PageHead, Tone},
};
use leptos::prelude::*;

/// The box that chooses a row.
pub(crate) fn tick(id: impl ToString, says: String) -> AnyView {
    view! { <input type="checkbox" name="ids" value=id.to_string() form="several" aria-label=says /> }.into_any()
}

/// Where others have a box.
pub(crate) fn no_tick() -> AnyView {
    view! { <span class="no-tick"></span> }.into_any()
}

/// What stands in a row's first cell, behind its box if it has one.
pub(crate) fn cell(tick: Option<AnyView>, what: AnyView) -> AnyView {
    match tick {
        Some(tick) => view! { <div class="check">{tick} <span>{what}</span></div> }.into_any(),
        None => what,
    }
}

/// Below the list: goes on with the rows that are chosen.
pub(crate) fn go_on(href: String, label: &'static str) -> AnyView {
    view! {
        <Question to=href class="form-actions" id="several">
            <button type="submit" class="button secondary">{label}</button>
            <span class="muted">"You'll review the list first."</span>
        </Question>
    }
    .into_any()
}

/// The page that names the chosen rows.
pub(crate) struct Named {
    /// What is done, as the heading says it.
    pub(crate) title: String,
    /// What it means.
    pub(crate) warning: &'static str,
    /// What the table shows, for those who do not see it.
    pub(crate) label: &'static str,
    /// Its columns.
    pub(crate) columns: Vec<Column>,
    /// Its rows.
    pub(crate) rows: Vec<AnyView>,
    /// The form: where it is sent, what else it says, and ids of the rows.
    pub(crate) to: &'static str,
    pub(crate) fields: Vec<(&'static str, String)>,
    pub(crate) ids: Vec<String>,
    /// The button.
    pub(crate) button: &'static str,
    /// Where one came from: address and name.
    pub(crate) back: (String, &'static str),
}

impl Named {
    /// As a page; where nothing was chosen it says so.
    pub(crate) fn view(self) -> AnyView {
        let (back, list) = self.back;
        if self.rows.is_empty() {
            let text = "Select some in the list first. What you selected may be gone by now.";
            return view! {
                <PageHead title=self.title />
                <Empty icon=Icon::Search title="Nothing selected" text>
                    {button(back, None, list, "secondary")}
                </Empty>
            }
            .into_any();
        }
        let mut fields = self.fields;
        fields.extend(self.ids.into_iter().map(|id| ("ids[]", id)));
        let (fields, to, label) = (hidden(fields), self.to, self.button);
        view! {
            <PageHead title=self.title />
            <Callout tone=Tone::Danger>
                <p>{self.warning}</p>
            </Callout>
            {table(self.label, &self.columns, self.rows)}
            <Form to=to class="form" leads=true>
                {fields}
                <FormSummary />
                <div class="form-actions">
                    <Submit label=label kind="danger" />
                    <a class="button secondary" href=back>"Cancel"</a>
                </div>
            </Form>
        }
        .into_any()
    }
}
