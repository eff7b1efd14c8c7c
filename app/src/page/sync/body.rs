//! What the page shows, made on the server: it only shows, and its code would be downloaded with every first page.

use crate::{
    api::{
        dates::when,
        sync::{PAGE, PATH, Shown, SyncPage},
    },
    ui::{Callout, Empty, Icon, Pager, TableBox, Tone, number, quote},
};
use leptos::prelude::*;
use model::Timestamp;

/// The page, above and below its button.
pub(crate) fn render(data: Shown, q: &str, page: i64, user: String) -> SyncPage {
    let failure = data.failure.clone();
    let failed = (!failure.is_empty()).then(|| {
        view! {
            <Callout tone=Tone::Danger>
                <p><strong>"The last sync did nothing. "</strong> {failure}</p>
            </Callout>
        }
    });
    let (hash, running) = (data.hash.clone(), !data.doing.is_empty());
    let below = (!hash.is_empty()).then(|| details(data.clone(), q, page, user).to_html());
    let above = match data.at {
        _ if !hash.is_empty() => plan(data),
        Some(at) if running => under_way(data, at),
        Some(at) => done(data, at),
        None => {
            let text = "Whatever is given while tenants are off would wait here after they are switched on.";
            view! { <Empty icon=Icon::Users title="Nothing waits" text /> }.into_any()
        }
    };
    let above = view! { {failed} {above} }.into_any().to_html();
    SyncPage { running, hash, above, below: below.unwrap_or_default() }
}

/// How far it is. Without a program the page asks for itself again.
fn under_way(data: Shown, since: Timestamp) -> AnyView {
    let now = data.now;
    let (step, steps) = data.step;
    view! {
        <noscript>
            <meta http-equiv="refresh" content="2" />
        </noscript>
        <section class="section" aria-labelledby="under-way">
            <h2 id="under-way" class="section-title">"Synchronizing access"</h2>
            <progress max=steps value=step aria-labelledby="under-way"></progress>
            <p role="status">{format!("Step {} of {steps}: {}", step + 1, data.doing)}</p>
            <p class="muted">"Started by " {data.by} " " {when(since, now)} ". Others can go on with their work."</p>
        </section>
    }
    .into_any()
}

/// The last one that was done.
fn done(data: Shown, at: Timestamp) -> AnyView {
    let now = data.now;
    view! {
        <section class="section" aria-labelledby="last">
            <h2 id="last" class="section-title">"Synchronized"</h2>
            <p>"By " {data.by} " " {when(at, now)} ". The audit log has it as " <code>{data.audit}</code> "."</p>
            {counts(data.counts)} {met(data.met)}
        </section>
    }
    .into_any()
}

/// What would be done, before the button that does it.
fn plan(data: Shown) -> AnyView {
    let short = data.hash.get(..16).unwrap_or_default().to_owned();
    view! {
        <Callout tone=Tone::Info>
            <p>
                <strong>"This access waits. "</strong>
                "Those who have it reach nothing in the default tenant until it is synchronized. Afterwards they can do \
                 there what they could before tenants were switched on: nothing less, nothing more, and nothing in any \
                 other tenant."
            </p>
        </Callout>
        {counts(data.counts)}
        <p class="muted">"The button applies this plan, all of it or nothing: " <code>{short}</code></p>
    }
    .into_any()
}

/// What stands below the button.
fn details(data: Shown, q: &str, page: i64, user: String) -> AnyView {
    view! {
        {met(data.met)}
        {users(data.users, (data.total, data.more), q, page)}
        {closely(data.compared, data.permissions, q.to_owned(), user)}
    }
    .into_any()
}

fn counts(counts: Vec<Vec<String>>) -> AnyView {
    let each = counts.into_iter().map(|row| {
        let mut row = row.into_iter();
        view! {
            <dt>{row.next()}</dt>
            <dd>{row.next()}</dd>
        }
    });
    view! { <dl class="facts">{each.collect_view()}</dl> }.into_any()
}

/// A table of words.
fn table(label: &'static str, head: &[&'static str], rows: Vec<Vec<String>>) -> AnyView {
    let head: Vec<_> = head.iter().map(|title| view! { <th scope="col">{*title}</th> }).collect();
    let cells = |row: Vec<String>| row.into_iter().map(|text| view! { <td class="wide">{text}</td> }).collect_view();
    let rows = rows.into_iter().map(|row| view! { <tr>{cells(row)}</tr> }).collect_view();
    view! {
        <TableBox label>
            <table class="table">
                <thead>
                    <tr>{head}</tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </TableBox>
    }
    .into_any()
}

/// What meets something in the default tenant.
fn met(rows: Vec<Vec<String>>) -> AnyView {
    if rows.is_empty() {
        return ().into_any();
    }
    let title = "Already in the default tenant";
    view! {
        <section class="section" aria-labelledby="met">
            <h2 id="met" class="section-title">{title}</h2>
            {table("What becomes of it", &["Kind", "Name", "What becomes of it"], rows)}
        </section>
    }
    .into_any()
}

fn href(q: &str, page: i64, user: &str) -> String {
    format!("{PATH}?q={}&page={page}&user={}", quote(q), quote(user))
}

/// Who waits, and what they get.
fn users(users: Vec<Vec<String>>, (total, more): (i64, bool), q: &str, page: i64) -> AnyView {
    let shown = i64::try_from(users.len()).unwrap_or(i64::MAX);
    let last = (total + PAGE - 1) / PAGE;
    let link = |to: i64, there: bool| there.then(|| href(q, to, ""));
    // Where counting stopped nobody knows which page is the last.
    let next = page < last || more && shown == PAGE;
    let links = [link(1, page > 1), link(page - 1, page > 1), link(page + 1, next), link(last, page < last && !more)];
    let from = if shown == 0 { 0 } else { (page - 1) * PAGE + 1 };
    let rows = users.into_iter().map(|row| {
        let mut words = row.into_iter();
        let id = words.next().unwrap_or_default();
        let name = words.next().unwrap_or_default();
        let label = format!("Compare what {name} may do before and after");
        let cells = words.map(|text| {
            let text =
                if text.is_empty() { view! { <span class="muted">"none"</span> }.into_any() } else { text.into_any() };
            view! { <td class="wide">{text}</td> }
        });
        view! {
            <tr>
                <td class="wide">{name}</td>
                {cells.collect_view()}
                <td class="row-actions">
                    <a class="button ghost small" href=format!("{}#closely", href(q, page, &id)) aria-label=label>
                        "Compare"
                    </a>
                </td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <section class="section" aria-labelledby="waiting">
            <h2 id="waiting" class="section-title">"Who gets what " <span class="count">{number(total)} {more.then_some("+")}</span></h2>
            <form class="search" action=PATH method="get" role="search">
                <label class="visually-hidden" for="search-q">"Search users and service accounts that wait"</label>
                {Icon::Search.view()}
                <input
                    id="search-q"
                    class="input"
                    type="search"
                    name="q"
                    value=q.to_owned()
                    placeholder="Search by name"
                    autocomplete="off"
                />
                <button type="submit" class="button secondary">"Search"</button>
            </form>
            <TableBox label="Users and service accounts that wait">
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">"User or service account"</th>
                            <th scope="col">"Roles"</th>
                            <th scope="col">"Groups"</th>
                            <th scope="col" class="row-actions"><span class="visually-hidden">"Actions"</span></th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </TableBox>
            <Pager from shown total more links />
        </section>
    }
    .into_any()
}

/// What one of them may do before and after.
fn closely(compared: String, permissions: Vec<Vec<String>>, q: String, user: String) -> AnyView {
    let rows = (!permissions.is_empty())
        .then(|| table("Permissions before and after", &["Permission", "Where", "Now", "After"], permissions));
    view! {
        <section class="section" id="closely" aria-labelledby="closely-title">
            <h2 id="closely-title" class="section-title">"Before and after"</h2>
            <form class="search" action=PATH method="get">
                <input type="hidden" name="q" value=q />
                <label class="visually-hidden" for="closely-user">"User or service account to compare"</label>
                {Icon::Search.view()}
                <input
                    id="closely-user"
                    class="input"
                    type="search"
                    name="user"
                    value=user
                    placeholder="Email or id"
                    autocomplete="off"
                />
                <button type="submit" class="button secondary">"Compare"</button>
            </form>
            <p role="status">{compared}</p>
            {rows}
        </section>
    }
    .into_any()
}
