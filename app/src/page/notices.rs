//! What somebody whose access waits should know first.

use crate::{
    api::sync::PATH,
    ui::{Callout, Tone},
};
use leptos::prelude::*;

/// What has happened to the access of somebody who had some before multi-tenancy was enabled, and whom to ask.
#[component]
pub(crate) fn Waits(
    /// Some superadmins.
    whom: Vec<String>,
    /// Whether one is a superadmin oneself.
    superadmin: bool,
) -> impl IntoView {
    let next = if superadmin {
        view! { <p><a class="button secondary" href=PATH>"Preview and sync access"</a></p> }.into_any()
    } else {
        view! { <p>"Ask an admin of this instance to sync access: " {whom.join(", ")} "."</p> }.into_any()
    };
    view! {
        <Callout tone=Tone::Info>
            <p>
                <strong>"Your access is waiting to be synced. "</strong>
                "Multi-tenancy was enabled on this instance. Nothing you had before is lost: you get it back when access \
                 is synced to the default tenant."
            </p>
            {next}
        </Callout>
    }
}
