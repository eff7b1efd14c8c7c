//! Administration → Sync access: what waits for the default tenant, the plan, and how far it is.

mod waiting;

use crate::{
    api::sync::{Done, PreviewSync, Running, SyncPage, SyncState},
    form::Changed,
    page::parts::facts,
    place::{Address, address},
    reading::{Reading, reading, shown},
    ui::{Callout, Empty, Icon, PageHead, TableBox, Tone, When, number},
};
use leptos::prelude::*;
use model::{Outcome, SyncCounts, SyncPlan};
use std::time::Duration;
use waiting::Plan;

/// What the page is for.
const PURPOSE: &str = "Give users from before multi-tenancy access to the default tenant.";
/// How often a sync under way is asked how far it is.
const AGAIN: Duration = Duration::from_secs(1);

/// Previews and starts the sync.
#[component]
pub(crate) fn SyncAccess() -> impl IntoView {
    let changed = expect_context::<Changed>();
    let address = address();
    let data = reading(address, move |address, again| {
        let asked = Address::parse(&address);
        PreviewSync { q: asked.get("q").to_owned(), page: asked.page(), user: asked.get("user").to_owned(), again }
    });
    // While a sync is under way, the page is read again and again; also where one answer is lost.
    let running = Memo::new(move |before: Option<&bool>| match data.get() {
        Some(Reading { answer: Ok(data), .. }) => matches!(data.state, SyncState::Running(_)),
        _ => before.copied().unwrap_or_default(),
    });
    Effect::new(move |_| {
        data.track();
        if running.get() {
            set_timeout(move || changed.again(), AGAIN);
        }
    });
    shown(
        data,
        |_| "Sync access".to_owned(),
        move |SyncPage { failure, state }| {
            let state = match state {
                SyncState::Nothing => {
                    view! { <Empty icon=Icon::Users title="Nothing to sync" text="Everyone's access is up to date." /> }
                        .into_any()
                }
                SyncState::Waiting(waiting) => {
                    view! { <Plan waiting=*waiting asked=Address::parse(&address.get_untracked()) /> }.into_any()
                }
                SyncState::Running(running) => view! { <UnderWay running /> }.into_any(),
                SyncState::Done(done) => view! { <LastSync done=*done /> }.into_any(),
            };
            view! {
                <PageHead title="Sync access" purpose=PURPOSE />
                {failure.map(|why| view! { <Failed why /> })}
                {state}
            }
            .into_any()
        },
    )
}

/// Why the last sync changed nothing.
#[component]
fn Failed(why: String) -> impl IntoView {
    view! {
        <Callout tone=Tone::Danger>
            <p><strong>"The last sync changed nothing. "</strong> {why}</p>
        </Callout>
    }
}

/// How far it is. Without a program the page asks for itself again.
#[component]
fn UnderWay(running: Running) -> impl IntoView {
    let Running { doing, done, steps, by, since } = running;
    view! {
        <noscript>
            <meta http-equiv="refresh" content="2" />
        </noscript>
        <section class="section" aria-labelledby="under-way">
            <h2 id="under-way" class="section-title">"Syncing access"</h2>
            <progress max=steps value=done aria-labelledby="under-way"></progress>
            <p role="status">{format!("Step {} of {steps}: {doing}", done + 1)}</p>
            <p class="muted">"Started by " {by} " " <When moment=since /> ". Others can keep working."</p>
        </section>
    }
}

/// The last sync.
#[component]
fn LastSync(done: Done) -> impl IntoView {
    let Done { by, at, event, plan } = done;
    view! {
        <section class="section" aria-labelledby="last">
            <h2 id="last" class="section-title">"Access is synced"</h2>
            <p>"By " {by} " " <When moment=at /> ". Event " <code>{event}</code> " in the audit log."</p>
            {counts(&plan.counts)}
            <Met plan />
        </section>
    }
}

/// Kinds with their numbers.
fn counts(counts: &SyncCounts) -> AnyView {
    let some = counts.each().into_iter().filter(|(count, _)| *count > 0);
    facts(some.map(|(count, what)| (plural(what), view! { {number(count)} }.into_any())).collect())
}

/// What people call several of what a sync counts.
fn plural(what: &'static str) -> &'static str {
    match what {
        "user" => "Users",
        "service account" => "Service accounts",
        "group" => "Groups",
        "membership" => "Memberships",
        "role" => "Roles",
        "binding" => "Role assignments",
        "invitation" => "Invitations",
        _ => "Security integrations",
    }
}

/// What has a counterpart in the default tenant.
#[component]
fn Met(plan: SyncPlan) -> impl IntoView {
    let result = |outcome: Outcome| match outcome {
        Outcome::Merged { into } => format!("The same: the two become one, {into}."),
        Outcome::KeptApart { id, name } => format!("Different: it's kept apart as “{name}” ({id})."),
    };
    let roles = plan.roles.into_iter().map(|role| ("Role", role.name, result(role.outcome)));
    let groups = plan.groups.into_iter().map(|group| ("Group", group.name, result(group.outcome)));
    let default = plan.no_longer_default.into_iter();
    let default = default.map(|name| ("Role", name, "No longer assigned to new users: another role is.".to_owned()));
    let invitations = plan.withdrawn_invitations.into_iter();
    let invitations = invitations.map(|email| ("Invitation", email, "Withdrawn: there already is one.".to_owned()));
    let rows: Vec<_> = roles.chain(groups).chain(default).chain(invitations).collect();
    (!rows.is_empty()).then(|| {
        let rows = rows.into_iter().map(|(kind, name, result)| {
            view! {
                <tr>
                    <td class="wide">{kind}</td>
                    <td class="wide">{name}</td>
                    <td class="wide">{result}</td>
                </tr>
            }
        });
        view! {
            <section class="section" aria-labelledby="met">
                <h2 id="met" class="section-title">"Already in the default tenant"</h2>
                <TableBox label="Result">
                    <table class="table">
                        <thead>
                            <tr>
                                <th scope="col">"Kind"</th>
                                <th scope="col">"Name"</th>
                                <th scope="col">"Result"</th>
                            </tr>
                        </thead>
                        <tbody>{rows.collect_view()}</tbody>
                    </table>
                </TableBox>
            </section>
        }
    })
}
