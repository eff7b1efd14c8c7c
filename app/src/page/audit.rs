//! The audit log: of a tenant, or of the instance.

use super::{
    narrow::{chips, choice, filters, word},
    parts::{Column, facts, id as copied, none, pages, table},
};
use crate::{
    api::{
        Listed,
        audit::{AuditDetails, AuditField, AuditLine, ListAuditLog, MomentBoth, ViewAuditEvent},
    },
    place::{Address, address, segment},
    reading::{reading, shown},
    ui::{Badge, Empty, Icon, PageHead, Section, When, count as counted, number, quote, rows},
};
use leptos::prelude::*;
use model::{Moment, Resource, Timestamp, audit::Event};

const PURPOSE: &str = "Every change, sign-in and denied request. Events can't be edited or deleted.";

/// What the list can be narrowed to: parameter and label.
const FILTERS: [(&str, &str); 4] =
    [("type", "Action"), ("resource", "Resource"), ("target", "Target"), ("user", "Actor")];

/// The tenant whose log is at an address; none for that of the instance.
fn tenant(address: &str) -> Option<String> {
    address.starts_with("/ui/").then(|| segment(address, 1))
}

/// Address of the log of a tenant, or of the instance.
pub(super) fn log(tenant: Option<&str>) -> String {
    tenant.map_or_else(|| "/administration/audit".to_owned(), |tenant| format!("/ui/{}/audit", quote(tenant)))
}

/// Address of the log as CSV.
fn export(tenant: Option<&str>) -> String {
    match tenant {
        Some(tenant) if tenant != model::TenantLink::DEFAULT => format!("/api/v1/{}/auditlogs/export", quote(tenant)),
        _ => "/api/v1/auditlogs/export".to_owned(),
    }
}

/// Lists and filters events, newest first.
#[component]
pub(crate) fn AuditPage() -> impl IntoView {
    let address = address();
    let data = reading(address, |address, again| {
        let asked = Address::parse(&address);
        let [event, resource, target, actor] = FILTERS.map(|(name, _)| asked.get(name).to_owned());
        let q = asked.get("q").to_owned();
        ListAuditLog { tenant: tenant(&address), q, event, resource, target, actor, page: asked.page(), again }
    });
    shown(
        data,
        |_| "Audit log".to_owned(),
        move |list| {
            let asked = Address::parse(&address.get_untracked());
            let tenant = tenant(asked.path());
            let export = export(tenant.as_deref());
            let named = |name: &str| (name.to_owned(), name.to_owned());
            let form = filters(
                &asked,
                vec![
                    choice(&asked, "type", "Action", Event::ALL.iter().map(|one| named(one.as_str())).collect()),
                    choice(
                        &asked,
                        "resource",
                        "Resource",
                        Resource::ALL.iter().map(|one| named(one.as_str())).collect(),
                    ),
                    word(&asked, "target", "Target (ID)"),
                    word(&asked, "user", "Actor (email)"),
                ],
            );
            let set = FILTERS.into_iter().filter(|(name, _)| !asked.get(name).is_empty());
            let set = set.map(|(name, label)| (name, label, asked.get(name).to_owned())).collect();
            view! {
                <PageHead title="Audit log" purpose=PURPOSE>
                    <a class="button secondary" href=export download="" rel="external">"Export as CSV"</a>
                </PageHead>
                {form}
                {chips(&asked, set)}
                <List list asked tenant />
            }
            .into_any()
        },
    )
}

/// What was found.
#[component]
fn List(list: Listed<AuditLine>, asked: Address, tenant: Option<String>) -> impl IntoView {
    if list.rows.is_empty() {
        let text = "Remove a filter to see more.";
        return view! { <Empty icon=Icon::Search title="No matching events" text /> }.into_any();
    }
    let pager = pages(&asked, list.rows.len(), list.total, list.more);
    view! { {events("Audit log", log(tenant.as_deref()), tenant.is_none(), list.rows)} {pager} }.into_any()
}

/// A table of events of the log at an address, with their tenants where those of several are listed.
fn events(label: &'static str, base: String, everywhere: bool, lines: Vec<AuditLine>) -> AnyView {
    let mut columns: Vec<Column> =
        vec![("Time", "nowrap"), ("Action", ""), ("Resource", ""), ("Target", "wide"), ("Actor", "wide")];
    if everywhere {
        columns.push(("Tenant", "minor"));
    }
    columns.push(("", ""));
    let key = {
        let base = base.clone();
        move |one: &AuditLine| (base.clone(), one.id.clone(), one.count)
    };
    table(label, &columns, rows(lines, key, move |one| row(&base, everywhere, one)))
}

fn row(base: &str, everywhere: bool, one: AuditLine) -> AnyView {
    let href = format!("{base}/{}", quote(&one.id));
    let label = format!("Details of {} {}", one.event.as_str(), one.name.as_ref().unwrap_or(&one.target));
    let name = one.name.map(|name| view! { {name} " " });
    let tenant = everywhere
        .then(|| view! { <td class="minor clip">{one.tenant.map(|tenant| view! { <code>{tenant}</code> })}</td> });
    view! {
        <tr>
            <td class="nowrap"><When moment=one.at /></td>
            <td class="nowrap">{event(one.event)} {times(one.count, one.last)}</td>
            <td class="nowrap"><code>{one.resource.as_str()}</code></td>
            <td class="wide">{name} <code>{one.target}</code></td>
            <td class="wide">{one.actor} {one.impersonator.map(|by| view! { " " <Badge text=format!("by {by}") /> })}</td>
            {tenant}
            <td class="row-actions"><a class="button ghost small" href=href aria-label=label>"Details"</a></td>
        </tr>
    }
    .into_any()
}

/// A tenant's newest events, on another page.
pub(super) fn latest(tenant: &str, lines: Vec<AuditLine>) -> AnyView {
    if lines.is_empty() {
        return none("Nothing yet.");
    }
    let base = log(Some(tenant));
    let table = events("Newest events", base.clone(), false, lines);
    view! {
        {table}
        <div class="form-actions"><a class="button secondary" href=base>"View audit log"</a></div>
    }
    .into_any()
}

/// How often something happened, where that was more than once; when it did last, on hover.
fn times(times: i64, last: Option<Timestamp>) -> Option<AnyView> {
    let last = last.map(|at| format!("{}, last at {}", counted(times, "time"), at.exact()));
    (times > 1).then(|| view! { " " <span class="muted" title=last>"×" {number(times)}</span> }.into_any())
}

fn event(event: Event) -> AnyView {
    let kind = if matches!(event, Event::Denied) { "accent" } else { "" };
    view! { <Badge text=event.as_str() kind /> }.into_any()
}

/// One event: what its target was like before and after, side by side.
#[component]
pub(crate) fn AuditEventPage() -> impl IntoView {
    let address = address();
    let data = reading(address, |address, again| {
        let tenant = tenant(&address);
        let id = segment(&address, if tenant.is_some() { 3 } else { 2 });
        ViewAuditEvent { tenant, id, again }
    });
    shown(
        data,
        |one| format!("{} {}", one.event.as_str(), one.target),
        move |one| {
            let base = log(tenant(&address.get_untracked()).as_deref());
            let title = format!("{} {}", one.event.as_str(), one.resource);
            let same = format!("{base}?target={}&resource={}", quote(&one.target), one.resource);
            let fields = one.fields.clone();
            view! {
                <PageHead title>
                    <a class="button secondary" href=same>"All events for this target"</a>
                </PageHead>
                {about(one)}
                {fields.map(difference)}
            }
            .into_any()
        },
    )
}

fn about(one: AuditDetails) -> AnyView {
    let text = |value: Option<String>| match value {
        Some(value) => view! { <code>{value}</code> }.into_any(),
        None => none("none"),
    };
    let first = vec![("Time", both(one.at))];
    let again = one.last.map(|last| {
        let times = view! { {counted(one.count, "time")} ", last " {both(last)} };
        ("Repeated", times.into_any())
    });
    let others = vec![
        ("Target", copied(one.target)),
        ("Actor", one.actor.into_any()),
        ("Impersonated by", text(one.impersonator)),
        ("Channel", view! { <code>{one.door.as_str()}</code> }.into_any()),
        ("IP address", text(one.address)),
        ("Request ID", text(one.request)),
        ("Namespace", text(one.namespace)),
        ("Event ID", copied(one.id)),
    ];
    facts(first.into_iter().chain(again).chain(others).collect())
}

/// When something was: seen from now, and by the calendar.
fn both(at: MomentBoth) -> AnyView {
    let Moment { at: exactly, text, lang } = at.exact;
    view! { <When moment=at.short /> " (" <time class="nowrap" datetime=exactly.iso() lang=lang>{text}</time> ")" }
        .into_any()
}

/// The fields of both, where they differ first of all.
fn difference(fields: Vec<AuditField>) -> AnyView {
    let rows = fields.into_iter().map(|AuditField { name, before, after }| {
        let changed = before != after;
        let cell = |value: Option<String>, mark: bool| match value {
            Some(text) if mark && changed => view! { <del><pre tabindex="0">{text}</pre></del> }.into_any(),
            Some(text) if changed => view! { <ins><pre tabindex="0">{text}</pre></ins> }.into_any(),
            Some(text) => view! { <pre tabindex="0">{text}</pre> }.into_any(),
            None => none("–"),
        };
        view! {
            <tr class=if changed { "changed" } else { "" }>
                <th scope="row"><code>{name}</code></th>
                <td class="wide">{cell(before, true)}</td>
                <td class="wide">{cell(after, false)}</td>
            </tr>
        }
        .into_any()
    });
    let rows: Vec<_> = rows.collect();
    let table = table("Fields before and after", &[("Field", ""), ("Before", "wide"), ("After", "wide")], rows);
    view! { <Section id="difference" title="Before and after">{table}</Section> }.into_any()
}
