//! Administration → Sync access: what waits for the default tenant, the plan, and how far it is.

use crate::place::parameter;
use crate::{
    api::sync::{Compared, LastSync, PAGE, PATH, Preview, StartSync, SyncPage, WaitingRow, preview_sync},
    form::{Changed, Form, FormSummary, Submit},
    ui::{Badge, Callout, Empty, Failure, Icon, PageHead, Pager, Search, TableBox, Tone, When, number, quote},
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{Outcome, SyncCounts, SyncPlan, SyncProgress, Timestamp};
use std::time::Duration;

/// What the page is for.
const PURPOSE: &str = "Gives the default tenant the access that was given while tenants were off.";
/// How often a sync under way is asked how far it is.
const AGAIN: Duration = Duration::from_secs(1);

/// Previews and starts the sync.
#[component]
pub(crate) fn SyncAccess() -> impl IntoView {
    let (q, page, user) = (parameter("q"), parameter("page"), parameter("user"));
    let changed = expect_context::<Changed>().0;
    let data = Resource::new(
        move || (q.get(), page.get(), user.get(), changed.get()),
        |(q, page, user, _)| preview_sync(q, page.parse().unwrap_or(1), user),
    );
    watch(data, changed);
    view! {
        <Transition>
            {move || {
                let (q, page, user) = (q.get(), page.get(), user.get());
                data.get()
                    .map(|data| match data {
                        Ok(data) => {
                            view! {
                                <PageHead title="Sync access" purpose=PURPOSE />
                                <State data q page=page.parse().unwrap_or(1) user />
                            }
                                .into_any()
                        }
                        Err(refusal) => view! { <Failure error=refusal.0 /> }.into_any(),
                    })
            }}
        </Transition>
    }
}

/// While a sync is under way, the page is read again and again.
fn watch(data: Resource<Result<SyncPage, crate::api::Refusal>>, changed: RwSignal<u32>) {
    Effect::new(move |_| {
        let under_way = data.get().is_some_and(|data| data.is_ok_and(|data| data.progress.is_some()));
        if under_way {
            set_timeout(move || changed.update(|count| *count += 1), AGAIN);
        }
    });
}

#[component]
fn State(data: SyncPage, q: String, page: i64, user: String) -> impl IntoView {
    let SyncPage { progress, failure, last, preview, now } = data;
    let failed = failure.map(|failure| {
        view! {
            <Callout tone=Tone::Danger>
                <p><strong>"The last sync did nothing."</strong> " " {failure}</p>
            </Callout>
        }
    });
    let state = match (progress, preview, last) {
        (Some(progress), ..) => view! { <UnderWay progress now /> }.into_any(),
        (None, Some(preview), last) => {
            view! { <Plan preview q page user /> {last.map(|last| view! { <Last last now /> })} }.into_any()
        }
        (None, None, Some(last)) => view! { <Last last now /> }.into_any(),
        (None, None, None) => {
            let text = "Whatever is given while tenants are off would wait here after they are switched on.";
            view! { <Empty icon=Icon::Users title="Nothing waits" text /> }.into_any()
        }
    };
    view! { {failed} {state} }
}

/// How far it is. Without a program the page asks for itself again.
#[component]
fn UnderWay(progress: SyncProgress, now: Timestamp) -> impl IntoView {
    let SyncProgress { by, since, done, steps, doing } = progress;
    view! {
        <noscript>
            <meta http-equiv="refresh" content="2" />
        </noscript>
        <section class="section" aria-labelledby="under-way">
            <h2 id="under-way" class="section-title">"Synchronizing access"</h2>
            <progress class="progress" max=steps value=done aria-labelledby="under-way"></progress>
            <p role="status">{format!("Step {} of {steps}: {doing}", done + 1)}</p>
            <p class="muted">"Started by " {by} " " <When at=since now /> ". Others can go on with their work."</p>
        </section>
    }
}

/// The numbers of a plan.
#[component]
fn Counts(counts: SyncCounts) -> impl IntoView {
    let each = counts.each().into_iter().filter(|(count, _)| *count > 0);
    view! {
        <dl class="facts">
            {each
                .map(|(count, what)| {
                    let mut label = format!("{what}s");
                    label[..1].make_ascii_uppercase();
                    view! {
                        <dt>{label}</dt>
                        <dd>{number(count)}</dd>
                    }
                })
                .collect_view()}
        </dl>
    }
}

#[component]
fn Plan(preview: Preview, q: String, page: i64, user: String) -> impl IntoView {
    let Preview { plan, hash, users, total, compared, not_compared } = preview;
    view! {
        <Callout tone=Tone::Info>
            <p>
                <strong>"This access waits."</strong>
                " Those who have it reach nothing in the default tenant until it is synchronized. Afterwards they can do \
                 there what they could before tenants were switched on: nothing less, nothing more, and nothing in any \
                 other tenant."
            </p>
        </Callout>
        <Counts counts=plan.counts />
        <Form to=StartSync::PATH leads=true>
            <input type="hidden" name="plan_hash" value=hash.clone() />
            <FormSummary />
            <div class="form-actions">
                <Submit label="Sync access" />
                <p class="muted">
                    "Applies this plan, all of it or nothing: " <code>{hash.get(..16).unwrap_or_default().to_owned()}</code>
                </p>
            </div>
        </Form>
        <Met plan />
        <Users users total q=q.clone() page />
        <Closely compared not_compared q user />
    }
}

/// What meets something in the default tenant.
#[component]
fn Met(plan: SyncPlan) -> impl IntoView {
    let row = |kind: &'static str, name: String, becomes: String| {
        view! {
            <tr>
                <td class="nowrap">{kind}</td>
                <td class="wide">{name}</td>
                <td class="wide">{becomes}</td>
            </tr>
        }
    };
    let roles = plan.roles.into_iter().filter(|role| !(role.managed && matches!(role.outcome, Outcome::Merged { .. })));
    let mut rows: Vec<_> = roles.map(|role| row("Role", role.name, becomes(&role.outcome))).collect();
    rows.extend(plan.groups.into_iter().map(|group| row("Group", group.name, becomes(&group.outcome))));
    rows.extend(
        plan.no_longer_default.map(|name| row("Role", name, "Is no longer given to new users: another is.".into())),
    );
    let withdrawn = plan.withdrawn_invitations.into_iter();
    rows.extend(withdrawn.map(|email| row("Invitation", email, "Is withdrawn: there is one already.".into())));
    if rows.is_empty() {
        return ().into_any();
    }
    view! {
        <section class="section" aria-labelledby="met">
            <h2 id="met" class="section-title">"Already in the default tenant"</h2>
            <TableBox label="Already in the default tenant">
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">"Kind"</th>
                            <th scope="col">"Name"</th>
                            <th scope="col">"What becomes of it"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </TableBox>
        </section>
    }
    .into_any()
}

fn becomes(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Merged { into } => format!("Is the same: the two become one, {into}."),
        Outcome::KeptApart { id, name } => format!("Differs: it is kept apart as “{name}” ({id})."),
    }
}

fn href(q: &str, page: i64, user: &str) -> String {
    let page = if page > 1 { page.to_string() } else { String::new() };
    let fields = [("q", q), ("page", &page), ("user", user)];
    let query: Vec<_> = fields
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(key, value)| format!("{key}={}", quote(value)))
        .collect();
    format!("{PATH}{}{}", if query.is_empty() { "" } else { "?" }, query.join("&"))
}

/// Who waits, and what they get.
#[component]
fn Users(users: Vec<WaitingRow>, total: i64, q: String, page: i64) -> impl IntoView {
    let shown = i64::try_from(users.len()).unwrap_or(i64::MAX);
    let last = (total + PAGE - 1) / PAGE;
    let link = |to: i64, there: bool| there.then(|| href(&q, to, ""));
    let links = [link(1, page > 1), link(page - 1, page > 1), link(page + 1, page < last), link(last, page < last)];
    let from = if shown == 0 { 0 } else { (page - 1) * PAGE + 1 };
    let rows = users.into_iter().map(|row| {
        let look = href(&q, page, &row.id);
        let label = format!("Compare what {} may do before and after", row.name);
        view! {
            <tr>
                <td class="wide">
                    {row.name.clone()} " " {row.service_account.then(|| view! { <Badge text="Service account" /> })}
                </td>
                <td class="wide">{listed(&row.roles)}</td>
                <td class="wide minor">{listed(&row.groups)}</td>
                <td class="row-actions"><a class="button ghost small" href=format!("{look}#closely") aria-label=label>"Compare"</a></td>
            </tr>
        }
    });
    let rows: Vec<_> = rows.collect();
    view! {
        <section class="section" aria-labelledby="waiting">
            <h2 id="waiting" class="section-title">"Who gets what " <span class="count">{number(total)}</span></h2>
            <Search action=PATH label="Search users and service accounts that wait" placeholder="Search by name" q=q.clone() />
            <TableBox label="Users and service accounts that wait">
                <table class="table stack">
                    <thead>
                        <tr>
                            <th scope="col">"User or service account"</th>
                            <th scope="col">"Roles"</th>
                            <th scope="col" class="minor">"Groups"</th>
                            <th scope="col" class="row-actions"><span class="visually-hidden">"Actions"</span></th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </TableBox>
            <Pager from shown total more=false links />
        </section>
    }
}

fn listed(words: &[String]) -> impl IntoView + use<> {
    if words.is_empty() {
        return view! { <span class="muted">"none"</span> }.into_any();
    }
    words.join(", ").into_any()
}

/// What one of them may do before and after.
#[component]
fn Closely(compared: Option<Compared>, not_compared: Option<String>, q: String, user: String) -> impl IntoView {
    let rows = compared.map(|compared| {
        let rows = compared.rows.into_iter().map(|(permission, namespace, before, after)| {
            let yes = |held: bool| if held { "yes" } else { "no" };
            view! {
                <tr>
                    <td class="mono">{permission}</td>
                    <td>{namespace.unwrap_or_else(|| "whole tenant".into())}</td>
                    <td>{yes(before)}</td>
                    <td>{yes(after)}</td>
                </tr>
            }
        });
        let rows: Vec<_> = rows.collect();
        if rows.is_empty() {
            return view! { <p>{compared.name} " gets access to the default tenant and may do nothing in it."</p> }
                .into_any();
        }
        view! {
            <p>{format!("What {} may do in the default tenant.", compared.name)}</p>
            <TableBox label="Permissions before and after">
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">"Permission"</th>
                            <th scope="col">"Where"</th>
                            <th scope="col">"Now"</th>
                            <th scope="col">"After"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </TableBox>
        }
        .into_any()
    });
    view! {
        <section class="section" id="closely" aria-labelledby="closely-title">
            <h2 id="closely-title" class="section-title">"Before and after"</h2>
            <form class="search" action=PATH method="get">
                <input type="hidden" name="q" value=q />
                <label class="visually-hidden" for="closely-user">"User or service account to compare"</label>
                {Icon::Search.view()}
                <input id="closely-user" class="input" type="search" name="user" value=user placeholder="Email or id" autocomplete="off" />
                <button type="submit" class="button secondary">"Compare"</button>
            </form>
            {not_compared.map(|why| view! { <p role="alert">{why}</p> })}
            {rows}
        </section>
    }
}

/// The last one that was done.
#[component]
fn Last(last: LastSync, now: Timestamp) -> impl IntoView {
    let LastSync { at, by, audit, plan } = last;
    view! {
        <section class="section" aria-labelledby="last">
            <h2 id="last" class="section-title">"Synchronized"</h2>
            <p>"By " {by} " " <When at now /> ". The audit log has it as " <code>{audit}</code> "."</p>
            <Counts counts=plan.counts />
            <Met plan />
        </section>
    }
}
