//! What an admin, or somebody whose access waits, should know first.

use crate::{
    api::{impersonation::LeavePlace, sync::PATH},
    ui::{Callout, Tone},
};
use leptos::{prelude::*, server_fn::ServerFn};

/// What has happened to the access of somebody who had some before tenants were switched on, and whom to ask.
pub(super) fn for_those_who_wait(whom: &[String], superadmin: bool) -> AnyView {
    let next = if superadmin {
        to_sync()
    } else {
        view! { <p>"Ask an admin of this instance to synchronize access: " {whom.join(", ")} "."</p> }.into_any()
    };
    view! {
        <Callout tone=Tone::Info>
            <p>
                <strong>"Your access waits. "</strong>
                "Tenants were switched on here. What you could do before is not lost: it waits until it is synchronized \
                 with the default tenant."
            </p>
            {next}
        </Callout>
    }
    .into_any()
}

/// Says on every page that one is in another's place, and leads out of it. Its form is the browser's own: who looks at
/// the page is another then, so all of it is loaded anew.
pub(crate) fn in_place_of(user: &str, by: &str) -> String {
    view! {
        <aside class="acting" aria-label="Impersonation">
            <p>
                "You act as " <strong>{user.to_owned()}</strong> ". The audit log names you, " {by.to_owned()} ", too."
            </p>
            <form action=LeavePlace::PATH method="post">
                <button type="submit" class="button secondary">"Act as yourself again"</button>
            </form>
        </aside>
    }
    .into_any()
    .to_html()
}

fn to_sync() -> AnyView {
    view! { <p><a class="button secondary" href=PATH>"Preview and sync access"</a></p> }.into_any()
}
