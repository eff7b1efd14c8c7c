//! What pages are put together from.

use crate::{
    api::ROWS,
    form::{Form, Question},
    place::Address,
    ui::{Icon, Pager, TableBox, number},
};
use leptos::prelude::*;

/// Title, what the page is for, and what can be done first.
pub(crate) fn heading(title: impl Into<String>, purpose: &str, actions: impl IntoView) -> AnyView {
    let purpose = (!purpose.is_empty()).then(|| view! { <p class="page-purpose">{purpose.to_owned()}</p> });
    view! {
        <header class="page-head">
            <div>
                <h1 class="page-title">{title.into()}</h1>
                {purpose}
            </div>
            <div class="page-actions">{actions.into_any()}</div>
        </header>
    }
    .into_any()
}

/// A link that looks like a button.
pub(crate) fn button(href: String, icon: Option<Icon>, label: &'static str, kind: &'static str) -> AnyView {
    let icon = icon.map(Icon::view);
    view! { <a class=format!("button {kind}") href=href>{icon} " " {label}</a> }.into_any()
}

/// A part of a page with its own title.
pub(crate) fn section(id: &'static str, title: &'static str, count: Option<i64>, content: impl IntoView) -> AnyView {
    let count = count.map(|count| view! { " " <span class="count">{number(count)}</span> });
    view! {
        <section class="section" id=format!("{id}-section") aria-labelledby=id>
            <h2 id=id class="section-title">{title} {count}</h2>
            {content.into_any()}
        </section>
    }
    .into_any()
}

/// Parts below each other, with room between them.
pub(crate) fn stacked(content: impl IntoView) -> AnyView {
    view! { <div class="stacked">{content.into_any()}</div> }.into_any()
}

/// How a column looks: its title, and `numeric`, `minor`, `wide` or nothing.
pub(crate) type Column = (&'static str, &'static str);

/// A table; the last column without a title is for what can be done with a row.
pub(crate) fn table(label: &'static str, columns: &[Column], rows: Vec<AnyView>) -> AnyView {
    table_of(label, columns, rows)
}

/// The same of rows that are known by their keys.
pub(crate) fn table_of(label: &'static str, columns: &[Column], rows: impl IntoView) -> AnyView {
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

/// The way through a list that is shown from the address's page on.
pub(crate) fn pager<T>(asked: &Address, list: &model::Page<T>) -> AnyView {
    pages(asked, list.results.len(), list.total, list.more)
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

/// Searches a list that the server makes; what else the address says is kept.
pub(crate) fn search(asked: &Address, label: &'static str, placeholder: &'static str, kept: &[&str]) -> AnyView {
    let kept = kept
        .iter()
        .filter(|name| !asked.get(name).is_empty())
        .map(|name| view! { <input type="hidden" name=(*name).to_owned() value=asked.get(name).to_owned() /> })
        .collect_view();
    let q = asked.get("q").to_owned();
    view! {
        <Question to=asked.path().to_owned() class="search" search=true>
            {kept}
            <label class="visually-hidden" for="search-q">{label}</label>
            {Icon::Search.view()}
            <input id="search-q" class="input" type="search" name="q" value=q placeholder=placeholder autocomplete="off" />
            <button type="submit" class="button secondary">"Search"</button>
        </Question>
    }
    .into_any()
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
            <button type="button" class="copy" data-copy=text.clone() aria-label=format!("Copy {text}")>{Icon::Copy.view()}</button>
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
