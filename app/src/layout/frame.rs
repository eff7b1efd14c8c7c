//! The frame: where one is, where one can go, who one is.

use super::{
    finder::{self, Finder, Search},
    switcher::Switcher,
};
use crate::{
    api::{
        account::{SetTheme, SignOut},
        frame::{self, Flash, FrameData, Link},
        impersonation::LeavePlace,
    },
    ask::{Data, ask},
    browser::met,
    form::{Changed, Form, FormSummary, Submit, UNDO, focus, provide_arrival},
    place::{place, provide_place},
    reading::{Read, Reading, reading_by},
    ui::{Icon, Popover, Toast, Toasts, close_popovers, drawn},
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::{components::Outlet, hooks::use_location};
use model::Error;

/// What the fields of the frame have found.
#[derive(Clone, Copy)]
struct Finds {
    /// The one in the top bar.
    anything: Search,
    /// The one in the switcher.
    tenants: Search,
}

/// Navigation, top bar and the page. What it shows is read again at every navigation and after every
/// change made here, so that a new tenant is in the switcher at once.
#[component]
pub(crate) fn Frame() -> impl IntoView {
    provide_place();
    provide_arrival();
    let location = use_location();
    let change = expect_context::<Changed>();
    let path = location.pathname;
    // What was said stays until it is closed, something else is done or the page is left: whatever is read meanwhile.
    // In the beginning it is what the page came with.
    let (said, fresh) = (RwSignal::new(None::<Flash>), RwSignal::new(true));
    // So does why it could not be taken back.
    let refusal = RwSignal::new(None::<Error>);
    let data: Read<Option<FrameData>> = reading_by(path, move |path, again| {
        // The frame may be gone by now, as after signing out.
        let moved = cfg!(feature = "hydrate") && !again;
        if moved {
            said.try_set(None);
            refusal.try_set(None);
        }
        let asked = ask(frame::Frame { path, again });
        Box::pin(async move {
            let data = asked.await?;
            // Also where another answer has overtaken this one: it is said only once.
            let Some(Some(frame)) = data.value::<Option<FrameData>>().filter(|_| moved) else { return Ok(data) };
            let mut frame = frame.clone();
            if let Some(flash) = frame.flash.take() {
                said.try_set(Some(flash));
            }
            Ok(Data::of(Some(frame)))
        })
    });
    Effect::new(move |_| {
        if fresh.get_untracked() {
            let first = data.get_untracked().and_then(|data| data.answer.ok().flatten()?.flash);
            if first.is_some() {
                said.set(first);
            }
            fresh.set(false);
        }
    });
    let flash = move || match fresh.get() {
        true => data.get()?.answer.ok().flatten()?.flash,
        false => said.get(),
    };
    // Where it is lost, what is known of the frame stays.
    let last = StoredValue::new(None::<(String, FrameData)>);
    let known = move || {
        let Reading { address, answer, .. } = data.get()?;
        match answer {
            Ok(data) => {
                last.try_set_value(data.clone().map(|data| (address, data)));
                data
            }
            Err(_) => {
                let (of, data) = last.try_get_value().flatten()?;
                Some(if of == address { data } else { data.carried(&address) })
            }
        }
    };
    super::live::listen(path, change);
    let finds = Finds { anything: Search::new(false), tenants: Search::new(true) };
    finder::listen(finds.anything);
    // The frame stays when the page changes: what was opened to get there closes.
    Effect::new(move |before: Option<String>| {
        let here = path.get();
        if before.is_some_and(|before| before != here) {
            close_popovers();
        }
        here
    });
    view! {
        <a class="skip-link" href="#content" on:click=|_| focus("content")>"Skip to content"</a>
        <div class="frame">
            <Transition>
                {move || known().map(|data| view! { <Navigation data path=place().path finds /> })}
            </Transition>
            <main class="content" id="content" tabindex="-1">
                <Outlet />
            </main>
            <Transition>
                {move || known().and_then(|data| Some(view! { <div class="frame-foot"><Acting user=data.user by=data.acting? /></div> }))}
            </Transition>
            <Toasts>
                <Transition>
                    {move || flash().map(|flash| view! { <Said flash refusal said /> })}
                </Transition>
            </Toasts>
        </div>
    }
}

/// Left navigation and top bar.
#[component]
fn Navigation(data: FrameData, path: String, finds: Finds) -> impl IntoView {
    let current = path.strip_prefix("/ui/").map(|rest| rest.split('/').next().unwrap_or_default().to_owned());
    let current = current.filter(|segment| segment != "invitation");
    let trail = data.trail;
    let tenants = data.tenants_enabled.then(|| {
        view! { <Switcher data=data.switcher current=current.clone() path=path.clone() search=finds.tenants /> }
    });
    let [tenant, instance] = data.links;
    let administration = (!instance.is_empty()).then(|| {
        view! {
            <nav class="nav-block" aria-label="Administration">
                <p class="nav-title">"Administration"</p>
                {links(instance, &path)}
            </nav>
        }
    });
    let blocks = view! {
        <nav class="nav-block" aria-label="Tenant">
            <p class="nav-title">"Tenant"</p>
            {tenants} {links(tenant, &path)}
            <a class="nav-link" href="/ui" aria-current=(path == "/ui").then_some("page")>
                {Icon::Home.view()} "Home"
            </a>
        </nav>
        {administration}
    };
    view! {
        <header class="topbar">
            <a class="brand" href="/ui">
                <img src="/favicon.svg" alt="" width="20" height="20" />
                "Kestra"
            </a>
            <nav class="trail" aria-label="Breadcrumb">
                <ol>
                    {trail
                        .into_iter()
                        .map(|(label, href)| match href {
                            Some(href) => view! { <li><a href=href>{label}</a></li> }.into_any(),
                            None => view! { <li aria-current="page">{label}</li> }.into_any(),
                        })
                        .collect_view()}
                </ol>
            </nav>
            <Finder current search=finds.anything />
            <Theme />
            <Account user=data.user superadmin=data.superadmin />
        </header>
        <div class="nav">
            // Beside what it folds, not around it: only so can a wide window show that without scripts.
            <details class="nav-toggle">
                <summary>{Icon::Menu.view()} <span class="visually-hidden">"Menu"</span></summary>
            </details>
            <div class="nav-body">{blocks}</div>
        </div>
    }
}

/// Pages one can go to; the one whose address the path begins with is the one where one is.
fn links(all: Vec<Link>, path: &str) -> impl IntoView {
    // The two questions are one entry. A tenant may be called so.
    let asks = path.strip_suffix("/who-can").filter(|tenant| tenant.matches('/').count() == 2);
    let path = asks.map_or_else(|| path.to_owned(), |tenant| format!("{tenant}/explain"));
    let inside = |href: &str| path == href || path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/'));
    let here = all.iter().filter(|link| inside(&link.href)).map(|link| link.href.len()).max();
    all.into_iter()
        .map(|link| {
            let current = (inside(&link.href) && Some(link.href.len()) == here).then_some("page");
            view! {
                <a class="nav-link" href=link.href aria-current=current>
                    {drawn(&link.icon)} {link.label}
                </a>
            }
        })
        .collect_view()
}

/// Light, dark, or as the system says.
#[component]
fn Theme() -> impl IntoView {
    // The page is not loaded again, so the choice is also made here.
    let choose = |theme: &str| {
        if let Some(root) = document().document_element() {
            let _ = match theme {
                "system" => root.remove_attribute("data-theme"),
                theme => root.set_attribute("data-theme", theme),
            };
        }
    };
    let choice = move |value: &'static str, label: &'static str, icon: Icon| {
        view! {
            <button type="submit" name="theme" value=value class="theme-choice" title=label on:click=move |_| choose(value)>
                {icon.view()} <span class="visually-hidden">{label}</span>
            </button>
        }
    };
    view! {
        <Form to=SetTheme::PATH class="theme">
            {choice("system", "Theme of the system", Icon::Screen)}
            {choice("light", "Light theme", Icon::Sun)}
            {choice("dark", "Dark theme", Icon::Moon)}
        </Form>
    }
}

/// Who is signed in, and out again.
#[component]
fn Account(user: String, superadmin: bool) -> impl IntoView {
    let initial: String = user.chars().take(1).collect();
    let who = user.clone();
    // To ask for their password where their session ends.
    Effect::new(move || met(&who));
    let face = view! {
        <span class="avatar" aria-hidden="true">{initial}</span>
        <span class="account-name">{user.clone()}</span>
        {Icon::Chevron.view()}
    };
    view! {
        <Popover class="account" label=format!("Account of {user}") face=face.into_any()>
            <p>{user} {superadmin.then(|| view! { <span class="badge">"Superadmin"</span> })}</p>
            <a href="/account">"Your account"</a>
            <Form to=SignOut::PATH class="plain" leads=true>
                <Submit label="Sign out" kind="secondary" />
            </Form>
        </Popover>
    }
}

/// Says on every page whom one impersonates, and leads out of it. Its form is the browser's own: who looks at the page is
/// another then, so all of it is loaded anew.
#[component]
fn Acting(user: String, by: String) -> impl IntoView {
    view! {
        <aside class="acting" aria-label="Impersonation">
            <p>"You're impersonating " <strong>{user}</strong> ". Everything is logged under both names, yours is " {by} "."</p>
            <form action=LeavePlace::PATH method="post">
                <button type="submit" class="button secondary">"Stop impersonating"</button>
            </form>
        </aside>
    }
}

/// What just happened, and the way back.
#[component]
fn Said(flash: Flash, refusal: RwSignal<Option<Error>>, said: RwSignal<Option<Flash>>) -> impl IntoView {
    let back = flash.undo.map(|back| {
        let each = back.fields.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value /> });
        let fields = each.collect_view();
        view! {
            <Form to=back.to class="plain" refusal>
                {fields}
                <input type="hidden" name=UNDO value="" />
                <FormSummary alone=true />
                <Submit label="Undo" kind="ghost" />
            </Form>
        }
    });
    let here = place().address;
    view! { <Toast message=flash.message failed=flash.failed here close=move || said.set(None)>{back}</Toast> }
}
