//! The instance: what it is set to, and how much is in it. Settings are in the configuration; nothing changes here.

use super::{
    parts::{facts, heading, none, section},
    plot::bars,
    route::{Answer, Asked, Page},
};
use crate::ui::{Fold, TableBox, count, number};
use leptos::prelude::*;
use model::audit::Day;
use service::{
    Settings,
    instance::{self, Overview},
};

const PURPOSE: &str =
    "What this instance is set to. Settings are changed in its configuration file, and hold after a restart.";

/// The page.
pub(crate) async fn page(asked: &Asked) -> Answer {
    let overview = instance::overview(&asked.cx).await?;
    let settings = asked.cx.settings().clone();
    Ok(Page::new("Instance", move || {
        view! {
            {heading("Instance", PURPOSE, ())} {server(&overview, &settings)} {tenancy(&settings)} {sign_in(&settings)}
            {contents(&overview, &settings)} {days(&overview.days)}
        }
        .into_any()
    }))
}

fn server(overview: &Overview, settings: &Settings) -> AnyView {
    let url = settings.url.clone().map_or_else(
        || none("not set: links in invitations cannot be made"),
        |url| view! { <code>{url}</code> }.into_any(),
    );
    let mail = overview.mail.clone().map_or_else(|| none("not set: nothing is sent"), text);
    facts(vec![
        ("Version", text(env!("CARGO_PKG_VERSION"))),
        ("Database", text(overview.engine)),
        ("Address", view! { {url} {key("kestra.url")} }.into_any()),
        ("Mail server", view! { {mail} {key("kestra.ee.mail-service")} }.into_any()),
    ])
}

fn tenancy(settings: &Settings) -> AnyView {
    let creator = if settings.bind_creator { "becomes its Tenant Admin" } else { "gets no role in it" };
    let what = facts(vec![
        ("Tenants", view! { {switch(settings.tenants)} {key("kestra.ee.tenants.enabled")} }.into_any()),
        (
            "Default tenant",
            view! { {switch(settings.default_tenant)} {key("kestra.ee.tenants.default-tenant")} }.into_any(),
        ),
        ("Who creates a tenant", text(creator)),
    ]);
    section("tenancy", "Tenants", None, what)
}

fn sign_in(settings: &Settings) -> AnyView {
    let lockout = settings.lockout;
    let locked = format!(
        "after {} within {}, for {}",
        count(lockout.threshold, "failed sign-in"),
        lasting(lockout.window),
        lasting(lockout.duration)
    );
    let what = facts(vec![
        ("Passwords", text(settings.passwords.sentence())),
        ("Accounts are locked", text(locked)),
        ("Sign-ins over the API last", text(lasting(settings.sign_in_lasts))),
        ("Invitations last", text(lasting(settings.invitations_expire_after))),
    ]);
    section("sign-in", "Signing in", None, what)
}

fn contents(overview: &Overview, settings: &Settings) -> AnyView {
    let linked = |href: &'static str, many: i64| view! { <a href=href>{number(many)}</a> }.into_any();
    let mut what = vec![
        ("Users", linked("/administration/users", overview.users)),
        ("Service accounts", linked("/administration/service-accounts", overview.service_accounts)),
    ];
    if settings.tenants {
        what.push(("Tenants", linked("/administration/tenants", overview.tenants)));
        let waiting = if overview.waiting.is_empty() {
            none("none: nothing has to be synchronized")
        } else {
            view! { <a href=crate::api::sync::PATH>{overview.waiting.sentence()}</a> }.into_any()
        };
        what.push(("Waiting access", waiting));
    }
    section("contents", "Contents", None, facts(what))
}

/// What happened on the last days, drawn, and in figures.
fn days(days: &[Day]) -> AnyView {
    let plot = |id, title, kind, figure: fn(&Day) -> i64| {
        bars(id, title, kind, &days.iter().map(|day| (day.at.day(), figure(day))).collect::<Vec<_>>())
    };
    // The newest first, as in every list.
    let rows: Vec<_> = days.iter().rev().map(row).collect();
    let what = view! {
        <div class="plots">
            {plot("sign-ins", "Sign-ins", "accent", |day| day.sign_ins)}
            {plot("failures", "Failed sign-ins", "danger", |day| day.failures)}
            {plot("changes", "Changes", "info", |day| day.changes)}
        </div>
        <Fold title="Figures" hint="each day, in UTC" open=false>
            <TableBox label="Figures of each day">
                <table class="table figures">
                    <thead>
                        <tr>
                            <th scope="col">"Day"</th>
                            <th scope="col" class="numeric">"Sign-ins"</th>
                            <th scope="col" class="numeric">"Failed"</th>
                            <th scope="col" class="numeric">"Changes"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </TableBox>
        </Fold>
    };
    section("days", "Last 30 days", None, what)
}

fn row(day: &Day) -> AnyView {
    let iso = day.at.iso().chars().take(10).collect::<String>();
    view! {
        <tr>
            <td class="nowrap"><time datetime=iso>{day.at.day()}</time></td>
            <td class="numeric">{number(day.sign_ins)}</td>
            <td class="numeric">{number(day.failures)}</td>
            <td class="numeric">{number(day.changes)}</td>
        </tr>
    }
    .into_any()
}

fn text(words: impl Into<String>) -> AnyView {
    view! { <span>{words.into()}</span> }.into_any()
}

fn switch(on: bool) -> AnyView {
    text(if on { "on" } else { "off" })
}

/// Where a setting is made.
fn key(name: &'static str) -> AnyView {
    view! { " " <code class="muted">{name}</code> }.into_any()
}

/// A length of time, in the largest unit that is exact.
fn lasting(millis: i64) -> String {
    const UNITS: [(i64, &str); 3] = [(86_400_000, "day"), (3_600_000, "hour"), (60_000, "minute")];
    let unit = UNITS.iter().find(|(length, _)| millis >= *length && millis % length == 0);
    let (length, name) = unit.copied().unwrap_or((1000, "second"));
    count(millis / length, name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_said_in_the_largest_exact_unit() {
        let said = [1_000, 60_000, 90_000, 5 * 60_000, 3_600_000, 86_400_000, 36 * 3_600_000].map(lasting);
        assert_eq!(said, ["1 second", "1 minute", "90 seconds", "5 minutes", "1 hour", "1 day", "36 hours"]);
    }
}
