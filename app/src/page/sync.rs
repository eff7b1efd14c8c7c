//! Administration → Sync access: what waits for the default tenant, the plan, and how far it is.

#[cfg(feature = "ssr")]
mod body;

use crate::{
    api::sync::{StartSync, SyncPage, preview_sync},
    form::{Changed, Form, FormSummary, Submit},
    place::{address, parameter},
    reading::{Reading, reading, shown},
    ui::PageHead,
};
#[cfg(feature = "ssr")]
pub(crate) use body::render;
use leptos::{prelude::*, server_fn::ServerFn};
use std::time::Duration;

/// What the page is for.
const PURPOSE: &str = "Gives the default tenant the access that was given while tenants were off.";
/// How often a sync under way is asked how far it is.
const AGAIN: Duration = Duration::from_secs(1);

/// Previews and starts the sync.
#[component]
pub(crate) fn SyncAccess() -> impl IntoView {
    let (q, page, user) = (parameter("q"), parameter("page"), parameter("user"));
    let changed = expect_context::<Changed>();
    let address = address();
    let data = reading(address, move |_, again| {
        preview_sync(q.get_untracked(), page.get_untracked(), user.get_untracked(), again)
    });
    // While a sync is under way, the page is read again and again; also where one answer is lost.
    let running = Memo::new(move |before: Option<&bool>| match data.get() {
        Some(Reading { answer: Ok(data), .. }) => data.running,
        _ => before.copied().unwrap_or_default(),
    });
    Effect::new(move |_| {
        data.track();
        if running.get() {
            set_timeout(move || changed.again(), AGAIN);
        }
    });
    shown(data, |_| "Sync access".to_owned(), |data| view! { <Shown data /> }.into_any())
}

#[component]
fn Shown(data: SyncPage) -> impl IntoView {
    let SyncPage { hash, above, below, .. } = data;
    let form = (!hash.is_empty()).then(|| {
        // It leads to this very page, which must be read again all the same.
        view! {
            <Form to=StartSync::PATH>
                <input type="hidden" name="plan_hash" value=hash />
                <FormSummary />
                <div class="form-actions">
                    <Submit label="Sync access" />
                </div>
            </Form>
        }
    });
    view! {
        <PageHead title="Sync access" purpose=PURPOSE />
        <div inner_html=above></div>
        {form}
        <div inner_html=below></div>
    }
}
