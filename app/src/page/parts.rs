//! What pages are put together from.

use crate::{
    api::ROWS,
    form::Form,
    place::Address,
    ui::{Copy, Icon, Pager, TableBox},
};
use leptos::prelude::*;

/// A link that looks like a button.
pub(crate) fn button(href: String, icon: Option<Icon>, label: &'static str, kind: &'static str) -> AnyView {
    let icon = icon.map(Icon::view);
    view! { <a class=format!("button {kind}") href=href>{icon} " " {label}</a> }.into_any()
}

/// Parts below each other, with room between them.
pub(crate) fn stacked(content: impl IntoView) -> AnyView {
    view! { <div class="stacked">{content.into_any()}</div> }.into_any()
}

/// How a column looks: its title, and `numeric`, `minor`, `wide` or nothing.
pub(crate) type Column = (&'static str, &'static str);

/// A table; the last column without a title is for what can be done with a row.
pub(crate) fn table(label: &'static str, columns: &[Column], rows: impl IntoView) -> AnyView {
    let rows = rows.into_any();
    let head: Vec<_> = columns
        .iter()
        .map(|(title, class)| match *title {
            "" => view! { <th scope="col" class="row-actions"><span class="visually-hidden">"Actions"</span></th> }
                .into_any(),
            title => view! { <th scope="col" class=*class>{title}</th> }.into_any(),
        })
        .collect();
    view! {
        <TableBox label>
            <table class="table stack">
                <thead>
                    <tr>{head}</tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </TableBox>
    }
    .into_any()
}

/// The way through a list of which so many rows are shown, from the address's page on.
pub(crate) fn pages(asked: &Address, shown: usize, total: i64, more: bool) -> AnyView {
    let (page, shown) = (asked.page(), i64::try_from(shown).unwrap_or(i64::MAX));
    let last = ((total + ROWS - 1) / ROWS).max(1);
    let link = |to: i64, there: bool| there.then(|| asked.with(&[("page", &to.to_string())]));
    // Where counting stopped nobody knows which page is the last.
    let next = page < last || more && shown == ROWS;
    let links = [link(1, page > 1), link(page - 1, page > 1), link(page + 1, next), link(last, page < last && !more)];
    let from = if shown == 0 { 0 } else { (page - 1) * ROWS + 1 };
    view! { <Pager from shown total more links /> }.into_any()
}

/// What somebody wrote about a row's object: as much as fits.
pub(crate) fn brief(text: impl Into<String>) -> AnyView {
    view! { <div class="brief">{text.into()}</div> }.into_any()
}

/// An id, to be copied.
pub(crate) fn id(text: impl Into<String>) -> AnyView {
    let text = text.into();
    view! {
        <span class="id">
            <code>{text.clone()}</code>
            <Copy text />
        </span>
    }
    .into_any()
}

/// What stands where there is nothing to say.
pub(crate) fn none(text: &'static str) -> AnyView {
    view! { <span class="muted">{text}</span> }.into_any()
}

/// What a form sends without asking.
pub(crate) fn hidden(name: &'static str, value: impl Into<String>) -> AnyView {
    view! { <input type="hidden" name=name value=value.into() /> }.into_any()
}

/// A button that does one thing to one row.
pub(crate) fn act(
    to: &'static str,
    label: &'static str,
    what: String,
    kind: &'static str,
    fields: Vec<(&'static str, String)>,
) -> AnyView {
    let fields = fields.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value /> });
    let fields = fields.collect_view();
    view! {
        <Form to class="plain" aside=true>
            {fields}
            <button type="submit" class=format!("button {kind} small") aria-label=what>{label}</button>
        </Form>
    }
    .into_any()
}

/// Facts: what and what of it.
pub(crate) fn facts(rows: Vec<(&'static str, AnyView)>) -> AnyView {
    let each = rows.into_iter().map(|(name, value)| {
        view! {
            <dt>{name}</dt>
            <dd>{value}</dd>
        }
    });
    view! { <dl class="facts">{each.collect_view()}</dl> }.into_any()
}
