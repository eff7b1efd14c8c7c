//! The list of tenants.

use super::PATH;
use crate::{
    page::{
        notices::for_admins,
        parts::{ROWS, button, heading, search, when},
        route::{Answer, Asked, Page},
    },
    ui::{Callout, Empty, Icon, Order, Pager, Popover, SortHead, TableBox, Tone, number},
};
use leptos::prelude::*;
use model::{Cursor, Direction, Position, Slice, TenantQuery, TenantSort, TenantSummary, Timestamp};
use service::{sync, tenant};

/// What the page is for.
const PURPOSE: &str = "Each tenant keeps its flows, executions and access apart from the others.";

/// The part of the list that the address asks for: `at` is empty, `last`, `after.<cursor>` or `before.<cursor>`;
/// `sort` a key of [`TenantSort`], with `-` in front for the other direction.
fn query(asked: &Asked) -> TenantQuery {
    let (direction, key) = match asked.get("sort").strip_prefix('-') {
        Some(key) => (Direction::Desc, key),
        None => (Direction::Asc, asked.get("sort")),
    };
    let position = match asked.get("at").split_once('.') {
        None if asked.get("at") == "last" => Position::Last,
        Some(("after", cursor)) => Cursor::decode(cursor).map(Position::After).unwrap_or_default(),
        Some(("before", cursor)) => Cursor::decode(cursor).map(Position::Before).unwrap_or_default(),
        _ => Position::First,
    };
    let sort = TenantSort::from_key(key).unwrap_or_default();
    TenantQuery { q: asked.get("q").to_owned(), sort, direction, position, size: ROWS }
}

/// Lists, searches and sorts tenants.
pub(crate) async fn list(asked: &Asked) -> Answer {
    let slice = match tenant::list(&asked.cx, query(asked)).await {
        Err(service::Error::TenantsDisabled) => {
            return Ok(Page::new("Tenants", || view! { {heading("Tenants", PURPOSE, ())} {disabled()} }.into_any()));
        }
        other => other?,
    };
    let notice = sync::notice(&asked.cx).await?;
    let rows = rows(asked, slice);
    Ok(Page::new("Tenants", move || {
        let create = button("/administration/create-tenant".to_owned(), Some(Icon::Plus), "Create", "primary");
        view! { {heading("Tenants", PURPOSE, create)} {for_admins(notice)} {rows} }.into_any()
    }))
}

/// What to do where tenants are off.
fn disabled() -> AnyView {
    view! {
        <Callout tone=Tone::Info>
            <p><strong>"Multi-tenancy is disabled."</strong></p>
            <p>"To use tenants, set this in the configuration and restart:"</p>
            <pre tabindex="0">"kestra:\n  ee:\n    tenants:\n      enabled: true"</pre>
            <p>"or start with " <code>"KESTRA_EE_TENANTS_ENABLED=true"</code> " in the environment."</p>
        </Callout>
    }
    .into_any()
}

fn rows(asked: &Asked, slice: Slice<TenantSummary>) -> AnyView {
    let searching = !asked.get("q").is_empty();
    let search = search(asked, "Search tenants by id or name", "Search by id or name", &["sort"]);
    if slice.rows.is_empty() {
        return match searching {
            true => {
                let title = format!("No tenant matches “{}”", asked.get("q"));
                view! {
                    {search}
                    <Empty icon=Icon::Search title text="Ids and names were searched.">
                        <a class="button secondary" href=PATH>"Show all tenants"</a>
                    </Empty>
                }
                .into_any()
            }
            false => {
                let text = "Create one for each team or customer whose work shall stay apart.";
                view! { <Empty icon=Icon::Tenant title="No tenants yet" text /> }.into_any()
            }
        };
    }
    let at = |place: &str| asked.with(&[("at", place)]);
    let links = [
        slice.previous.is_some().then(|| at("")),
        slice.previous.as_ref().map(|place| at(&format!("before.{}", place.encode()))),
        slice.next.as_ref().map(|place| at(&format!("after.{}", place.encode()))),
        (slice.next.is_some() && !slice.more).then(|| at("last")),
    ];
    let shown = i64::try_from(slice.rows.len()).unwrap_or(i64::MAX);
    let now = asked.cx.now();
    let heads =
        [(TenantSort::Id, "Tenant ID", ""), (TenantSort::Name, "Name", ""), (TenantSort::Users, "Users", "numeric")];
    let heads = heads.map(|(sort, label, class)| head(asked, sort, label, class)).into_iter().collect_view();
    let created = head(asked, TenantSort::Created, "Created", "minor");
    let rows = slice.rows.into_iter().map(|one| row(one, now)).collect_view();
    view! {
        {search}
        <TableBox label="Tenants">
            <table class="table stack">
                <thead>
                    <tr>
                        {heads}
                        <th scope="col" class="numeric minor">"Roles"</th>
                        {created}
                        <th scope="col" class="minor">"By"</th>
                        <th scope="col" class="row-actions"><span class="visually-hidden">"Actions"</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </TableBox>
        <Pager from=slice.from shown total=slice.total more=slice.more links />
    }
    .into_any()
}

/// A column's head: sorts by it, and the other way at the second click.
fn head(asked: &Asked, sort: TenantSort, label: &'static str, class: &'static str) -> AnyView {
    let (key, sorted) = (sort.key(), asked.get("sort"));
    let (order, by) = match sorted.strip_prefix('-') {
        Some(by) => (Order::Descending, by),
        None if sorted.is_empty() => (Order::Ascending, TenantSort::default().key()),
        None => (Order::Ascending, sorted),
    };
    let order = (by == key).then_some(order);
    let next = if order == Some(Order::Ascending) { format!("-{key}") } else { key.to_owned() };
    let href = asked.with(&[("sort", &next), ("at", "")]);
    view! { <SortHead label href order class /> }.into_any()
}

fn row(one: TenantSummary, now: Timestamp) -> AnyView {
    let id = one.id.to_string();
    let href = format!("{PATH}/{id}");
    view! {
        <tr>
            <td><a class="row-link mono" href=href.clone() title=id.clone()>{id.clone()}</a></td>
            <td class="wide">{one.name}</td>
            <td class="numeric">{number(one.users)}</td>
            <td class="numeric minor">{number(one.roles)}</td>
            <td class="nowrap minor">{when(one.created_at, now)}</td>
            <td class="muted minor clip">{one.created_by}</td>
            <td class="row-actions">
                <Popover
                    class="menu"
                    label=format!("Actions for {id}")
                    face_class="button ghost small"
                    face=Icon::Dots.view().into_any()
                >
                    <a class="menu-item" href=format!("{href}/edit") aria-label=format!("Edit {id}")>
                        {Icon::Pencil.view()} "Edit"
                    </a>
                    <a class="menu-item danger" href=format!("{href}/delete") aria-label=format!("Delete {id}")>
                        {Icon::Trash.view()} "Delete"
                    </a>
                </Popover>
            </td>
        </tr>
    }
    .into_any()
}
