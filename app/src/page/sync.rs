//! Administration → Sync access: what waits for the default tenant, the plan, and how far it is.

#[cfg(feature = "ssr")]
mod body;

use crate::place::parameter;
use crate::{
    api::sync::{StartSync, SyncPage, preview_sync},
    form::{Changed, Form, FormSummary, Submit},
    ui::{Failure, PageHead},
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
    let changed = expect_context::<Changed>().0;
    let data = Resource::new(
        move || (q.get(), page.get(), user.get(), changed.get()),
        |(q, page, user, _)| preview_sync(q, page, user),
    );
    // While a sync is under way, the page is read again and again.
    Effect::new(move |_| {
        if data.get().is_some_and(|data| data.is_ok_and(|data| data.running)) {
            set_timeout(move || changed.update(|count| *count += 1), AGAIN);
        }
    });
    view! {
        <Transition>
            {move || {
                data.get()
                    .map(|data| match data {
                        Ok(data) => view! { <Shown data /> }.into_any(),
                        Err(refusal) => view! { <Failure error=refusal.0 /> }.into_any(),
                    })
            }}
        </Transition>
    }
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
