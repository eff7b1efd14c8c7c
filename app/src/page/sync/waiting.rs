//! What a sync would do, and who gets what.

use super::{Met, counts};
use crate::{
    api::{
        Listed,
        sync::{Compared, ComparedPermission, PATH, StartSync, Waiting, WaitingUser},
    },
    form::{Form, FormSummary, Question, Submit},
    page::parts::pages,
    place::Address,
    ui::{Callout, Icon, Search, TableBox, Tone, number, rows},
};
use leptos::{prelude::*, server_fn::ServerFn};

/// What is said before anything is done.
const WAITS: &str = "These users can't access anything until you sync them to the default tenant. Afterwards they can do \
                     there exactly what they could do before multi-tenancy, and nothing in any other tenant.";

/// The plan, and the button that applies it.
#[component]
pub(super) fn Plan(waiting: Waiting, asked: Address) -> impl IntoView {
    let Waiting { hash, plan, users, compared } = waiting;
    let short = hash.get(..16).unwrap_or_default().to_owned();
    view! {
        <Callout tone=Tone::Info>
            <p><strong>"Access is waiting to be synced. "</strong> {WAITS}</p>
        </Callout>
        {counts(&plan.counts)}
        <p class="muted">"The button applies this plan as a whole, or changes nothing: " <code>{short}</code></p>
        // It leads to this very page, which must be read again all the same.
        <Form to=StartSync::PATH>
            <input type="hidden" name="plan_hash" value=hash />
            <FormSummary />
            <div class="form-actions">
                <Submit label="Sync access" />
            </div>
        </Form>
        <Met plan />
        <Users users asked=asked.clone() />
        <Closely compared asked />
    }
}

/// Who waits, and what they get.
#[component]
fn Users(users: Listed<WaitingUser>, asked: Address) -> impl IntoView {
    let Listed { rows: all, total, more } = users;
    let pager = pages(&asked, all.len(), total, more);
    let q = asked.get("q").to_owned();
    view! {
        <section class="section" aria-labelledby="waiting">
            <h2 id="waiting" class="section-title">
                "Who gets what " <span class="count">{number(total)} {more.then_some("+")}</span>
            </h2>
            <Search action=PATH label="Search users and service accounts that wait" placeholder="Search by name" q />
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
                    <tbody>{rows(all, WaitingUser::clone, move |one| user(one, &asked))}</tbody>
                </table>
            </TableBox>
            {pager}
        </section>
    }
}

fn user(one: WaitingUser, asked: &Address) -> AnyView {
    let WaitingUser { id, name, roles, groups } = one;
    let role = |(role, namespace): (String, Option<String>)| match namespace {
        Some(namespace) => format!("{role} in {namespace}"),
        None => role,
    };
    let roles: Vec<_> = roles.into_iter().map(role).collect();
    let listed = |names: Vec<String>| match names.is_empty() {
        true => view! { <span class="muted">"none"</span> }.into_any(),
        false => names.join(", ").into_any(),
    };
    let href = format!("{}#closely", asked.with(&[("page", asked.get("page")), ("user", &id)]));
    let label = format!("Compare what {name} can do before and after");
    view! {
        <tr>
            <td class="wide">{name}</td>
            <td class="wide">{listed(roles)}</td>
            <td class="wide">{listed(groups)}</td>
            <td class="row-actions">
                <a class="button ghost small" href=href aria-label=label>"Compare"</a>
            </td>
        </tr>
    }
    .into_any()
}

/// What one of them can do before and after.
#[component]
fn Closely(compared: Option<Compared>, asked: Address) -> impl IntoView {
    let (q, user) = (asked.get("q").to_owned(), asked.get("user").to_owned());
    let said = compared.as_ref().map(|one| match (&one.name, one.rows.is_empty()) {
        (None, _) => format!("There is no user or service account {user}."),
        (Some(name), true) => format!("{name} gets access to the default tenant, but no permissions in it."),
        (Some(name), false) => format!("What {name} can do in the default tenant."),
    });
    let rows = compared.map(|one| one.rows).filter(|rows| !rows.is_empty());
    let table = rows.map(|rows| view! { <Permissions rows /> });
    view! {
        <section class="section" id="closely" aria-labelledby="closely-title">
            <h2 id="closely-title" class="section-title">"Before and after"</h2>
            <Question to=PATH class="search">
                <input type="hidden" name="q" value=q />
                <label class="visually-hidden" for="closely-user">"User or service account to compare"</label>
                {Icon::Search.view()}
                <input
                    id="closely-user"
                    class="input"
                    type="search"
                    name="user"
                    value=user
                    placeholder="Email or ID"
                    autocomplete="off"
                />
                <button type="submit" class="button secondary">"Compare"</button>
            </Question>
            <p role="status">{said}</p>
            {table}
        </section>
    }
}

#[component]
fn Permissions(rows: Vec<ComparedPermission>) -> impl IntoView {
    let word = |held: bool| if held { "yes" } else { "no" };
    let rows = rows.into_iter().map(move |ComparedPermission { permission, namespace, before, after }| {
        view! {
            <tr>
                <td class="wide">{permission}</td>
                <td class="wide">{namespace.unwrap_or_else(|| "whole tenant".to_owned())}</td>
                <td class="wide">{word(before)}</td>
                <td class="wide">{word(after)}</td>
            </tr>
        }
    });
    view! {
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
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </TableBox>
    }
}
