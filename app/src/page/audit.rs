//! The audit log: of a tenant, or of the instance.

use super::{
    parts::{Column, button, facts, heading, id, list as part, none, pager, section, table},
    route::{Answer, Asked, Page, Tenant},
};
use crate::{
    api::dates::exactly,
    api::dates::when,
    ui::{Badge, Empty, Icon, count, number, quote},
};
use leptos::prelude::*;
use model::{
    Filter, Op, Resource, Timestamp,
    audit::{AuditRow, Event, Stored},
};
use serde::Deserialize;
use serde_json::Value;
use service::audit_log;

/// What the list can be narrowed to: parameter, field, label.
const FILTERS: [(&str, &str, &str); 4] = [
    ("type", "type", "What"),
    ("resource", "resources", "Kind"),
    ("target", "detailId", "Which"),
    ("user", "username", "Who"),
];

fn base(tenant: Option<&Tenant>) -> String {
    tenant.map_or_else(|| "/administration/audit".to_owned(), |tenant| tenant.href("audit"))
}

/// The list, newest first.
pub(crate) async fn list(asked: &Asked, tenant: Option<Tenant>) -> Answer {
    let mut list = part(asked);
    let wanted = FILTERS.iter().filter(|(name, ..)| !asked.get(name).is_empty());
    let wanted = wanted.map(|(name, field, _)| Filter::Field {
        name: (*field).into(),
        op: Op::Equals,
        value: asked.get(name).to_owned(),
    });
    list.filter = Filter::All(wanted.collect());
    let page = audit_log::page(&asked.cx, tenant.as_ref().map(|one| &one.place), &list).await?;
    let (pager, chips, form) = (pager(asked, &page), chips(asked), filters(asked));
    let now = asked.cx.now();
    Ok(Page::new("Audit log", move || {
        let base = base(tenant.as_ref());
        let everywhere = tenant.is_none();
        let export = match &tenant {
            Some(tenant) if tenant.segment != model::TenantLink::DEFAULT => {
                format!("/api/v1/{}/auditlogs/export", tenant.segment)
            }
            _ => "/api/v1/auditlogs/export".to_owned(),
        };
        let export = view! { <a class="button secondary" href=export download="">"Export as CSV"</a> };
        let purpose = "Everything that was changed, tried and refused. Nothing in it can be altered.";
        let empty = page.results.is_empty();
        let rows = page.results.into_iter().map(|one| row(&base, one, everywhere, now)).collect();
        let list = if empty {
            view! { <Empty icon=Icon::Search title="Nothing matches" text="Take a filter away to see more." /> }
                .into_any()
        } else {
            view! { {table("Audit log", &columns(everywhere), rows)} {pager} }.into_any()
        };
        view! { {heading("Audit log", purpose, export)} {form} {chips} {list} }.into_any()
    }))
}

/// What the list is narrowed to, each with the way back.
fn chips(asked: &Asked) -> AnyView {
    let chips = FILTERS.iter().filter(|(name, ..)| !asked.get(name).is_empty()).map(|(name, _, label)| {
        let (href, value) = (asked.with(&[(name, "")]), asked.get(name).to_owned());
        let says = format!("Remove the filter {label} {value}");
        view! { <li><a class="chip" href=href aria-label=says>{*label} ": " <strong>{value}</strong> " ×"</a></li> }
    });
    let chips: Vec<_> = chips.collect();
    if chips.is_empty() { ().into_any() } else { view! { <ul class="chips">{chips}</ul> }.into_any() }
}

/// Where filters are chosen.
fn filters(asked: &Asked) -> AnyView {
    let select = |name: &'static str, label: &'static str, words: Vec<&'static str>| {
        let chosen = asked.get(name).to_owned();
        let options =
            words.into_iter().map(|word| view! { <option value=word selected=word == chosen>{word}</option> });
        view! {
            <div class="field">
                <label class="field-label" for=name>{label}</label>
                <select id=name class="input" name=name><option value="">"any"</option> {options.collect_view()}</select>
            </div>
        }
    };
    let text = |name: &'static str, label: &'static str| {
        view! {
            <div class="field">
                <label class="field-label" for=name>{label}</label>
                <input id=name class="input" name=name value=asked.get(name).to_owned() autocomplete="off" />
            </div>
        }
    };
    let events = Event::ALL.iter().map(|one| one.as_str()).collect();
    let resources = Resource::ALL.iter().map(|one| one.as_str()).collect();
    view! {
        <form class="question" action=asked.path().to_owned() method="get">
            <div class="field-row">
                {select("type", "What", events)} {select("resource", "Kind", resources)} {text("target", "Which (id)")}
                {text("user", "Who (email)")}
            </div>
            <div class="form-actions"><button type="submit" class="button secondary">"Filter"</button></div>
        </form>
    }
    .into_any()
}

fn row(base: &str, one: Stored, everywhere: bool, now: Timestamp) -> AnyView {
    let row = one.row;
    let href = format!("{base}/{}", quote(row.id.as_str()));
    let name = named(&row).filter(|name| *name != row.target);
    let label = format!("Details of {} {}", row.event.as_str(), name.as_ref().unwrap_or(&row.target));
    let name = name.map(|name| view! { {name} " " });
    let times = times(one.count, one.last_at);
    let tenant = everywhere.then(|| {
        let name = row.tenant.as_ref().and_then(|(_, id)| id.as_ref().map(ToString::to_string));
        view! { <td class="minor clip">{name.map(|name| view! { <code>{name}</code> })}</td> }
    });
    view! {
        <tr>
            <td class="nowrap">{when(row.at, now)}</td>
            <td class="nowrap">{event(row.event)} {times}</td>
            <td class="nowrap"><code>{row.resource.as_str()}</code></td>
            <td class="wide">{name} <code>{row.target.clone()}</code></td>
            <td class="wide">{row.caller.clone()} {row.impersonated_by.clone().map(|by| view! { " " <Badge text=format!("by {by}") /> })}</td>
            {tenant}
            <td class="row-actions"><a class="button ghost small" href=href aria-label=label>"Details"</a></td>
        </tr>
    }
    .into_any()
}

/// What the object of a row is called, as it was afterwards, or before it was no more.
fn named(row: &AuditRow) -> Option<String> {
    #[derive(Deserialize)]
    struct Named {
        name: Option<String>,
    }
    let json = row.after.as_deref().or(row.before.as_deref())?;
    serde_json::from_str::<Named>(json).ok()?.name.filter(|name| !name.is_empty())
}

/// A tenant's newest rows, on another page.
pub(super) fn latest(tenant: &Tenant, rows: Vec<Stored>, now: Timestamp) -> AnyView {
    if rows.is_empty() {
        return none("Nothing yet.");
    }
    let base = base(Some(tenant));
    let rows = rows.into_iter().map(|one| row(&base, one, false, now)).collect();
    let table = table("Newest rows of the audit log", &columns(false), rows);
    let all =
        view! { <div class="form-actions"><a class="button secondary" href=base>"All of the audit log"</a></div> };
    view! { {table} {all} }.into_any()
}

fn columns(everywhere: bool) -> Vec<Column> {
    let mut columns = vec![("When", "nowrap"), ("What", ""), ("Kind", ""), ("Which", "wide"), ("Who", "wide")];
    if everywhere {
        columns.push(("Tenant", "minor"));
    }
    columns.push(("", ""));
    columns
}

/// How often something happened, where that was more than once; when it did last, on hover.
fn times(times: i64, last: Option<Timestamp>) -> Option<AnyView> {
    let last = last.map(|at| format!("{}, last at {}", count(times, "time"), at.exact()));
    (times > 1).then(|| view! { " " <span class="muted" title=last>"×" {number(times)}</span> }.into_any())
}

fn event(event: Event) -> AnyView {
    let kind = if matches!(event, Event::Denied) { "accent" } else { "" };
    view! { <Badge text=event.as_str() kind /> }.into_any()
}

/// One row: what was there before and after, side by side.
pub(crate) async fn detail(asked: &Asked, tenant: Option<Tenant>, key: &str) -> Answer {
    let place = tenant.as_ref().map(|one| &one.place);
    let Stored { row, count, last_at, .. } = audit_log::get(&asked.cx, place, key).await?;
    let now = asked.cx.now();
    Ok(Page::new(format!("{} {}", row.event.as_str(), row.target), move || {
        let base = base(tenant.as_ref());
        let title = format!("{} {}", row.event.as_str(), row.resource);
        let same = format!("{base}?target={}&resource={}", quote(&row.target), row.resource);
        let history = button(same, None, "All about it", "secondary");
        view! { {heading(title, "", history)} {about(&row, (count, last_at), now)} {difference(&row)} }.into_any()
    }))
}

fn about(row: &AuditRow, (times, last): (i64, Option<Timestamp>), now: Timestamp) -> AnyView {
    let text = |value: &Option<String>| match value {
        Some(value) => view! { <code>{value.clone()}</code> }.into_any(),
        None => none("none"),
    };
    let again = last.map(|last| {
        let last = view! { {when(last, now)} " (" {exactly(last)} ")" };
        ("How often", view! { {count(times, "time")} ", last " {last} }.into_any())
    });
    let first = vec![("When", view! { {when(row.at, now)} " (" {exactly(row.at)} ")" }.into_any())];
    let others = vec![
        ("Which", id(row.target.clone())),
        ("Who", view! { {row.caller.clone()} }.into_any()),
        ("In their place", text(&row.impersonated_by)),
        ("Through", view! { <code>{row.door.as_str()}</code> }.into_any()),
        ("From", text(&row.address)),
        ("Request", text(&row.request_id)),
        ("Namespace", text(&row.namespace)),
        ("Row", id(row.id.as_str())),
    ];
    facts(first.into_iter().chain(again).chain(others).collect())
}

/// The fields of both, where they differ first of all.
fn difference(row: &AuditRow) -> AnyView {
    let parse = |text: &Option<String>| text.as_deref().and_then(|json| serde_json::from_str::<Value>(json).ok());
    let (before, after) = (parse(&row.before), parse(&row.after));
    if before.is_none() && after.is_none() {
        return ().into_any();
    }
    let (before, after) = (fields(before.as_ref()), fields(after.as_ref()));
    let mut names: Vec<&String> = before.iter().chain(&after).map(|(name, _)| name).collect();
    names.sort();
    names.dedup();
    let find = |list: &[(String, String)], name: &str| {
        list.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
    };
    let rows = names.into_iter().map(|name| {
        let (old, new) = (find(&before, name), find(&after, name));
        let changed = old != new;
        let cell = |value: Option<String>, mark: bool| match value {
            Some(text) if mark && changed => view! { <del><pre tabindex="0">{text}</pre></del> }.into_any(),
            Some(text) if changed => view! { <ins><pre tabindex="0">{text}</pre></ins> }.into_any(),
            Some(text) => view! { <pre tabindex="0">{text}</pre> }.into_any(),
            None => none("–"),
        };
        view! {
            <tr class=if changed { "changed" } else { "" }>
                <th scope="row"><code>{name.clone()}</code></th>
                <td class="wide">{cell(old, true)}</td>
                <td class="wide">{cell(new, false)}</td>
            </tr>
        }
        .into_any()
    });
    let rows = rows.collect();
    let table = table("Fields before and after", &[("Field", ""), ("Before", "wide"), ("After", "wide")], rows);
    section("difference", "Before and after", None, table)
}

/// A value's fields, each as text.
fn fields(value: Option<&Value>) -> Vec<(String, String)> {
    match value {
        Some(Value::Object(map)) => map.iter().map(|(key, value)| (key.clone(), shown(value))).collect(),
        Some(other) => vec![("value".to_owned(), shown(other))],
        None => Vec::new(),
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => serde_json::to_string_pretty(other).unwrap_or_default(),
    }
}
