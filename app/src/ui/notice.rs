//! What a page says when it has no content to show, or something to say about it.

use super::Icon;
use leptos::prelude::*;
use model::{Action, Code, Error, Permission, Resource};

/// How serious a callout is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Good to know.
    Info,
    /// Something is lost.
    Danger,
}

/// A box with something to know before going on.
#[component]
pub(crate) fn Callout(
    /// How serious.
    tone: Tone,
    children: Children,
) -> impl IntoView {
    let (class, icon) = match tone {
        Tone::Info => ("callout info", Icon::Info),
        Tone::Danger => ("callout danger", Icon::Alert),
    };
    view! { <div class=class role="note">{icon.view()} <div>{children()}</div></div> }
}

/// Nothing here: what belongs here, and the one thing to do next.
#[component]
pub(crate) fn Empty(
    /// Drawing of what belongs here.
    icon: Icon,
    /// What is missing.
    #[prop(into)]
    title: String,
    /// Why, and what to do.
    #[prop(into)]
    text: String,
    /// The one thing to do next.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            {icon.view()}
            <h2>{title}</h2>
            <p>{text}</p>
            {children.map(|children| view! { <div class="empty-action">{children()}</div> })}
        </div>
    }
}

/// A page that was asked for and did not come, in its place. It is tried again when the browser is online again or
/// changes are heard of again; where it is `stale`, what there was is still shown below.
#[component]
pub(crate) fn Lost(
    /// What was said.
    error: Error,
    /// Whether the page is there as it was read before.
    stale: bool,
    /// Tries again.
    again: impl Fn() + Send + 'static,
) -> impl IntoView {
    let retry = view! { <button type="button" class="button secondary" on:click=move |_| again()>"Try again"</button> };
    if stale {
        return view! {
            <div class="callout warning" role="alert">
                {Icon::Alert.view()}
                <div>
                    <p><strong>"This page couldn't be updated. "</strong> {error.message}</p>
                    <p>{retry}</p>
                </div>
            </div>
        }
        .into_any();
    }
    let title = headline(error.code);
    view! {
        <div class="empty failure" role="alert">
            {Icon::Alert.view()}
            <h1>{title}</h1>
            <p>{error.message}</p>
            <div class="empty-action">{retry}</div>
        </div>
    }
    .into_any()
}

/// What a page is called that cannot be shown.
pub(crate) fn headline(code: Code) -> &'static str {
    match code {
        Code::Unauthenticated => "You are signed out",
        Code::Forbidden => "Not allowed",
        Code::NotFound => "Not found",
        Code::Unavailable => "Temporarily unavailable",
        _ => "Something went wrong",
    }
}

/// Something could not be shown: what failed and what to do.
#[component]
pub(crate) fn Failure(
    /// What was said.
    error: Error,
    /// The tenant it is about, as addresses of the console name it; empty for none.
    #[prop(optional, into)]
    tenant: String,
) -> impl IntoView {
    let title = headline(error.code);
    let signed_out = error.code == Code::Unauthenticated;
    let help = error.missing.filter(|_| !tenant.is_empty()).map(|missing| {
        let (resource, action) = (missing.resource, missing.action);
        let grants = Permission::new(Resource::Binding, Action::Create);
        view! {
            <a class="button secondary" href=format!("/ui/{tenant}/explain?resource={resource}&action={action}")>"Why?"</a>
            " "
            <a
                class="button secondary"
                href=format!("/ui/{tenant}/who-can?resource={}&action={}", grants.resource, grants.action)
            >
                "Who can give it to you?"
            </a>
            " "
        }
    });
    view! {
        <div class="empty failure" role="alert" data-signed-out=signed_out.then_some("")>
            {Icon::Alert.view()}
            <h1>{title}</h1>
            <p>{error.message}</p>
            {error.request.map(|id| view! { <p>"Request ID: " <code>{id}</code></p> })}
            <div class="empty-action">
                {help}
                {if signed_out {
                    view! { <a class="button primary" href="/login" rel="external">"Sign in"</a> }.into_any()
                } else {
                    view! { <a class="button secondary" href="/ui">"Tenants"</a> }.into_any()
                }}
            </div>
        </div>
    }
}
