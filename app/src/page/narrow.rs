//! Lists that the address narrows: what they are narrowed to, and where that is chosen.

use crate::{form::Question, place::Address};
use leptos::prelude::*;

/// A filter that is set: its parameter, what it is called, and its value as people read it.
pub(crate) type Set = (&'static str, &'static str, String);

/// What the list is narrowed to, each with the way back.
pub(crate) fn chips(asked: &Address, set: Vec<Set>) -> AnyView {
    if set.is_empty() {
        return ().into_any();
    }
    let each = set.into_iter().map(|(name, label, value)| {
        let href = asked.with(&[(name, "")]);
        let says = format!("Remove the filter {label} {value}");
        view! { <li><a class="chip" href=href aria-label=says>{label} ": " <strong>{value}</strong> " ×"</a></li> }
    });
    view! { <ul class="chips">{each.collect_view()}</ul> }.into_any()
}

/// A filter of a few values, each with what people read.
pub(crate) fn choice(
    asked: &Address,
    name: &'static str,
    label: &'static str,
    options: Vec<(String, String)>,
) -> AnyView {
    let chosen = asked.get(name).to_owned();
    let options = options.into_iter().map(|(value, text)| {
        let selected = value == chosen;
        view! { <option value=value selected=selected>{text}</option> }
    });
    view! {
        <div class="field">
            <label class="field-label" for=name>{label}</label>
            <select id=name class="input" name=name><option value="">"any"</option> {options.collect_view()}</select>
        </div>
    }
    .into_any()
}

/// A filter that is typed.
pub(crate) fn word(asked: &Address, name: &'static str, label: &'static str) -> AnyView {
    view! {
        <div class="field">
            <label class="field-label" for=name>{label}</label>
            <input id=name class="input" name=name value=asked.get(name).to_owned() autocomplete="off" />
        </div>
    }
    .into_any()
}

/// The form with the filters.
pub(crate) fn filters(asked: &Address, fields: Vec<AnyView>) -> AnyView {
    view! {
        <Question to=asked.path().to_owned() class="question" search=true>
            <div class="field-row">{fields}</div>
            <div class="form-actions"><button type="submit" class="button secondary">"Filter"</button></div>
        </Question>
    }
    .into_any()
}

/// Kinds of rows, one of which is shown: the value of a parameter, and its name.
pub(crate) fn tabs(asked: &Address, name: &'static str, label: &'static str, all: &[(&str, &'static str)]) -> AnyView {
    let chosen = asked.get(name);
    let each = all.iter().map(|(value, text)| {
        let href = asked.with(&[(name, value)]);
        let here = (*value == chosen).then_some("page");
        view! { <li><a class="chip" href=href aria-current=here>{*text}</a></li> }
    });
    view! { <nav aria-label=label><ul class="chips">{each.collect_view()}</ul></nav> }.into_any()
}

/// What a form says without asking.
pub(crate) fn hidden(fields: Vec<(&'static str, String)>) -> AnyView {
    let each = fields.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value /> });
    each.collect_view().into_any()
}
