//! Which module makes the page at an address, and what is the same for all of them.

use super::{account, service_accounts, tenant_users, users};
use crate::{
    api::{dates::Dates, made::Made, on_a_page, request_id},
    form::{provide_made_forms, unexplained},
    place::{Address, Place},
    ui::Icon,
};
use axum::http::StatusCode;
use leptos::prelude::*;
use model::{Action, Permission, Resource};
use service::{Context, Error, TenantRef};
use std::ops::Deref;

/// What is asked for, by whom.
pub(crate) struct Asked {
    pub(crate) cx: Context,
    address: Address,
}

impl Asked {
    fn new(cx: &Context, address: &str) -> Self {
        Self { cx: cx.clone(), address: Address::parse(address) }
    }
}

impl Deref for Asked {
    type Target = Address;

    fn deref(&self) -> &Address {
        &self.address
    }
}

/// What a page's module answers.
pub(crate) struct Page {
    pub(crate) title: String,
    /// Made when forms know what was typed into them.
    pub(crate) view: Box<dyn FnOnce() -> AnyView>,
}

impl Page {
    pub(crate) fn new(title: impl Into<String>, view: impl FnOnce() -> AnyView + 'static) -> Self {
        Self { title: title.into(), view: Box::new(view) }
    }
}

/// A page, or why there is none.
pub(crate) type Answer = service::Result<Page>;

/// A tenant, as addresses of the console name it.
pub(crate) struct Tenant {
    /// Its segment of the address.
    pub(crate) segment: String,
    /// What services call it.
    pub(crate) place: TenantRef,
}

impl Tenant {
    fn new(segment: &str) -> service::Result<Self> {
        Ok(Self { segment: segment.to_owned(), place: TenantRef::from_segment(segment)? })
    }

    /// Address of one of its pages.
    pub(crate) fn href(&self, rest: &str) -> String {
        format!("/ui/{}/{rest}", self.segment)
    }
}

async fn found(asked: &Asked) -> Answer {
    let path = asked.path().to_owned();
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    match parts.as_slice() {
        ["account"] => account::page(asked).await,
        ["administration", "service-accounts", rest @ ..] => service_accounts::find(asked, None, rest).await,
        ["administration", "users"] => users::list(asked).await,
        ["administration", "users", "create"] => users::create(asked).await,
        ["administration", "users", "delete"] => users::delete_several(asked).await,
        ["administration", "users", id] => users::detail(asked, id).await,
        ["administration", "users", id, "delete"] => users::delete(asked, id).await,
        ["ui", tenant, rest @ ..] => {
            let tenant = Tenant::new(tenant)?;
            match rest {
                ["users"] => tenant_users::list(asked, tenant).await,
                ["users", "remove"] => tenant_users::remove_several(asked, tenant).await,
                ["users", id] => tenant_users::detail(asked, tenant, id).await,
                ["users", id, "remove"] => tenant_users::remove(asked, tenant, id).await,
                ["service-accounts", rest @ ..] => service_accounts::find(asked, Some(tenant), rest).await,
                _ => Err(no_page()),
            }
        }
        _ => Err(no_page()),
    }
}

/// The part of a list that the address asks for.
pub(crate) fn part(asked: &Asked) -> model::List {
    crate::api::part(asked.get("q"), asked.page())
}

/// There is nothing at an address.
pub(crate) fn no_page() -> Error {
    Error::NotFound { what: "Page", id: String::new() }
}

/// Makes the page at an address: also one that says why there is none.
///
/// # Errors
/// What may be well in a moment, where a page in a browser asks: it goes on showing what it has.
pub(crate) async fn make(cx: &Context, address: &str) -> std::result::Result<Made, model::Error> {
    let asked = Asked::new(cx, address);
    let page = match found(&asked).await {
        Ok(page) => page,
        Err(error) if error.passes() && !on_a_page() => return Err(error.into()),
        Err(error) => failure(&asked, error),
    };
    let place = Place { path: asked.path().to_owned(), address: address.to_owned(), carried: asked.address.carried() };
    let owner = Owner::new();
    let html = owner.with(|| {
        provide_context(place);
        provide_context(Dates::chosen());
        provide_made_forms();
        let html = (page.view)().to_html();
        match unexplained() {
            Some(error) => refused(error).to_html() + &html,
            None => html,
        }
    });
    owner.cleanup();
    Ok(Made { title: page.title, html })
}

/// Why a form of the page was refused, where none of its parts says it: most of its buttons stand in rows, with no room
/// for words.
fn refused(error: model::Error) -> AnyView {
    let fields = error.fields.into_iter().map(|wrong| view! { <li>{wrong.message}</li> }).collect_view();
    view! {
        <div class="form-summary refused" id="refused" role="alert" data-once="">
            {Icon::Alert.view()}
            <div>
                <p>{error.message}</p>
                <ul>{fields}</ul>
            </div>
        </div>
    }
    .into_any()
}

/// What is shown where there is no page, or not for this caller: what is missing, and who can help.
fn failure(asked: &Asked, error: Error) -> Page {
    let why = match &error {
        Error::Forbidden { permission, .. } => Some(*permission),
        _ => None,
    };
    let signed_out = matches!(&error, Error::Unauthenticated).then_some("");
    let nowhere = matches!(&error, Error::NotFound { what: "Page", .. });
    let error = model::Error::from(error);
    let request = if error.code.status() >= 500 { request_id() } else { None };
    // The page itself is answered with this status; whoever asks for its content alone reads what it says.
    if let (true, Some(options), Ok(status)) =
        (on_a_page(), use_context::<leptos_axum::ResponseOptions>(), StatusCode::from_u16(error.code.status()))
    {
        options.set_status(status);
    }
    let (title, text) = match error.code {
        _ if nowhere => (
            "There is no page at this address",
            "It may have been deleted or renamed, or the address is not complete.".to_owned(),
        ),
        model::Code::Forbidden => ("Not allowed", error.message),
        model::Code::NotFound => ("Not found", error.message),
        model::Code::Unauthenticated => ("You are signed out", error.message),
        model::Code::Unavailable => ("Temporarily unavailable", error.message),
        _ => ("Something went wrong", error.message),
    };
    let tenant = asked.path().strip_prefix("/ui/").and_then(|rest| rest.split('/').next()).map(str::to_owned);
    let help = tenant.zip(why).map(|(tenant, Permission { resource, action })| {
        let grants = Permission::new(Resource::Binding, Action::Create);
        [
            (format!("/ui/{tenant}/explain?resource={resource}&action={action}"), "Why?".to_owned()),
            (
                format!("/ui/{tenant}/who-can?resource={}&action={}", grants.resource, grants.action),
                "Who can give it to you?".to_owned(),
            ),
        ]
    });
    Page::new(title, move || {
        let help = help
            .into_iter()
            .flatten()
            .map(|(href, text)| view! { <a class="button secondary" href=href>{text}</a> " " });
        view! {
            <div class="empty failure" role="alert" data-signed-out=signed_out>
                {Icon::Alert.view()}
                <h1>{title}</h1>
                <p>{text}</p>
                {request.map(|id| view! { <p>"Request ID: " <code>{id}</code></p> })}
                <div class="empty-action">
                    {help.collect_view()}
                    <a class="button secondary" href="/ui">"Your tenants"</a>
                </div>
            </div>
        }
        .into_any()
    })
}
