//! The instance: what it is set to, and how much is in it. Settings are in the configuration; nothing changes here.

use super::{parts::facts, plot::bars};
use crate::{
    api::{
        instance::{Day, Instance, ReadInstance},
        sync,
    },
    place::address,
    reading::{reading, shown},
    ui::{Fold, PageHead, Section, TableBox, count, number},
};
use leptos::prelude::*;

const PURPOSE: &str =
    "Version, configuration and activity. Edit the configuration file and restart to change settings.";

/// What the instance is set to, and how much is in it.
#[component]
pub(crate) fn InstancePage() -> impl IntoView {
    let data = reading(address(), |_, again| ReadInstance { again });
    shown(
        data,
        |_| "Instance".to_owned(),
        |data| {
            let (tenancy, sign_in, contents) = (tenancy(&data), sign_in(&data), contents(&data));
            view! {
                <PageHead title="Instance" purpose=PURPOSE />
                {server(&data)}
                <Section id="tenancy" title="Tenants">{tenancy}</Section>
                <Section id="sign-in" title="Signing in">{sign_in}</Section>
                <Section id="contents" title="Contents">{contents}</Section>
                <Section id="days" title="Last 30 days"><Days days=data.days /></Section>
            }
            .into_any()
        },
    )
}

fn server(data: &Instance) -> AnyView {
    let url = data.url.clone().map_or_else(
        || none("Not configured: invitations can't have links"),
        |url| view! { <code>{url}</code> }.into_any(),
    );
    let mail = data.mail.clone().map_or_else(|| none("Not configured: no emails are sent"), text);
    facts(vec![
        ("Version", text(data.version.clone())),
        ("Database", text(data.engine.clone())),
        ("Address", view! { {url} {key("kestra.url")} }.into_any()),
        ("Mail server", view! { {mail} {key("kestra.ee.mail-service")} }.into_any()),
    ])
}

fn tenancy(data: &Instance) -> AnyView {
    facts(vec![
        ("Tenants", view! { {switch(data.tenants_enabled)} {key("kestra.ee.tenants.enabled")} }.into_any()),
        (
            "Default tenant",
            view! { {switch(data.default_tenant)} {key("kestra.ee.tenants.default-tenant")} }.into_any(),
        ),
        ("Tenant creators become Tenant Admin", text(if data.bind_creator { "yes" } else { "no" })),
    ])
}

fn sign_in(data: &Instance) -> AnyView {
    let locked = format!(
        "after {} within {}, for {}",
        count(data.lockout, "failed sign-in"),
        lasting(data.lockout_window),
        lasting(data.lockout_lasts)
    );
    facts(vec![
        ("Passwords", text(data.passwords.clone())),
        ("Accounts are locked", text(locked)),
        ("API session lifetime", text(lasting(data.sign_in_lasts))),
        ("Invitations expire after", text(lasting(data.invitations_last))),
    ])
}

fn contents(data: &Instance) -> AnyView {
    let linked = |href: &'static str, many: i64| view! { <a href=href>{number(many)}</a> }.into_any();
    let mut what = vec![
        ("Users", linked("/administration/users", data.users)),
        ("Service accounts", linked("/administration/service-accounts", data.service_accounts)),
    ];
    if data.tenants_enabled {
        what.push(("Tenants", linked("/administration/tenants", data.tenants)));
        let waiting = if data.waiting.is_empty() {
            none("nothing to sync")
        } else {
            view! { <a href=sync::PATH>{data.waiting.sentence()}</a> }.into_any()
        };
        what.push(("Waiting for sync", waiting));
    }
    facts(what)
}

/// What happened on the last days, drawn, and in figures.
#[component]
fn Days(days: Vec<Day>) -> impl IntoView {
    let plot = |id, title, kind, figure: fn(&Day) -> i64| {
        bars(id, title, kind, &days.iter().map(|day| (day.at.day(), figure(day))).collect::<Vec<_>>())
    };
    let plots = [
        plot("sign-ins", "Sign-ins", "accent", |day| day.sign_ins),
        plot("failures", "Failed sign-ins", "danger", |day| day.failures),
        plot("changes", "Changes", "info", |day| day.changes),
    ];
    // The newest first, as in every list.
    let rows: Vec<_> = days.iter().rev().map(row).collect();
    view! {
        <div class="plots">
            {plots.into_iter().collect_view()}
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
    }
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

/// What isn't set.
fn none(words: &'static str) -> AnyView {
    view! { <span class="muted">{words}</span> }.into_any()
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
