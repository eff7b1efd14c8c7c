//! Forms that lose nothing: with JavaScript they call a server function in place, without it they post
//! to the same function and the server shows the same page again, with what was typed and what is wrong.

#[cfg(feature = "hydrate")]
use crate::{
    api::{Refusal, Text},
    ask::there::post,
    browser::{note_refusal, sent, sign_in},
    place::Address,
    ui::{pairs, quote},
};
use crate::{
    browser::{busy, refocus, settle},
    place::place,
    ui::{Icon, provide_rows, rows},
};
use leptos::prelude::*;
use leptos_router::hooks::use_url;
use model::{Code, Error};
use serde::{Deserialize, Serialize};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A form that was sent without JavaScript and refused: the server renders its page again with this.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retry {
    /// Address of the server function.
    pub function: String,
    /// What was typed, by field.
    pub typed: Vec<(String, String)>,
    /// What is wrong.
    pub error: Error,
}

/// The refused form, if this page is shown again for one. Only the first rendering has it.
#[derive(Debug, Clone)]
struct Retried(Arc<Mutex<Option<Retry>>>);

impl Retried {
    fn slot(&self) -> MutexGuard<'_, Option<Retry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Counts what has changed: what pages show is read again when it moves.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Changed {
    /// By forms of this window.
    pub(crate) own: RwSignal<u32>,
    /// Anywhere else, as far as this window was notified. Also counts what is tried again.
    pub(crate) elsewhere: RwSignal<u32>,
}

impl Changed {
    fn new() -> Self {
        Self { own: RwSignal::new(0), elsewhere: RwSignal::new(0) }
    }

    /// Lets everything be read again after a change made here.
    pub(crate) fn here(self) {
        self.own.update(|count| *count = count.wrapping_add(1));
    }

    /// Lets everything be read again that may have changed elsewhere.
    pub(crate) fn again(self) {
        self.elsewhere.update(|count| *count = count.wrapping_add(1));
    }
}

/// Why a form was refused that has no room to say it: [`Refused`] does, at the top of its page.
#[derive(Debug, Clone, Copy)]
struct Aside(RwSignal<Option<(String, Error)>>);

/// Prepares all forms below. Called once, by the application.
pub(crate) fn provide_forms() {
    let retry = SharedValue::new(|| {
        #[cfg(feature = "ssr")]
        return use_context::<axum::http::request::Parts>().and_then(|parts| parts.extensions.get::<Retry>().cloned());
        #[cfg(not(feature = "ssr"))]
        None
    });
    let retried = Retried(Arc::new(Mutex::new(retry.into_inner())));
    provide_context(retried.clone());
    provide_context(Aside(RwSignal::new(None)));
    provide_context(Changed::new());
    // Effects run in the browser, after hydration: a form opened later starts afresh.
    Effect::new(move || *retried.slot() = None);
}

/// The field of a form that takes back what was just done: it stands in a corner, and not on the page.
pub const UNDO: &str = "__undo";

/// Whether a box of several with one name is ticked: as it was sent, or as it is at first.
pub(crate) fn ticked(name: &str, value: &str, first: bool) -> bool {
    let state = state();
    if !state.sent() {
        return first;
    }
    state.typed.with_value(|typed| typed.iter().any(|(field, one)| field == name && one == value))
}

/// What a form's fields know of it.
#[derive(Clone, Copy)]
struct FormState {
    /// What the server said to the last attempt.
    error: Signal<Option<Error>>,
    /// What was typed in the last attempt, if it was refused: here, or before this page was shown again for it.
    typed: StoredValue<Vec<(String, String)>>,
    /// How often it was tried here.
    attempts: Signal<u32>,
    /// Whether an attempt is under way.
    pending: Signal<bool>,
}

/// The last attempt to send the form around this.
pub(crate) struct Attempt {
    /// Why it was refused, if it was.
    pub(crate) error: Signal<Option<Error>>,
    /// What was typed.
    pub(crate) typed: StoredValue<Vec<(String, String)>>,
    /// How many there were in this page.
    pub(crate) count: Signal<u32>,
}

/// The last attempt to send the form around this.
pub(crate) fn attempt() -> Attempt {
    let FormState { error, typed, attempts: count, .. } = state();
    Attempt { error, typed, count }
}

impl Retry {
    /// Whether what was typed into a field may be shown again, or put into an address. Passwords may not.
    pub fn repeatable(field: &str) -> bool {
        !field.contains("password") && !field.starts_with("__")
    }
}

impl FormState {
    /// What a field starts with: what was typed, else `default`.
    fn value(self, name: &str, default: String) -> String {
        self.typed.with_value(|typed| {
            typed.iter().find(|(field, _)| field == name).map_or(default, |(_, value)| value.clone())
        })
    }

    /// Whether this form was sent before, so that a box that is not in `typed` was not ticked.
    fn sent(self) -> bool {
        self.typed.with_value(|typed| !typed.is_empty())
    }
}

/// Where a field of that name is in the page.
fn field_id(name: &str) -> String {
    format!("field-{name}")
}

/// A form around a server function: `<Form to=CreateTenant::PATH>`.
///
/// In the browser it sends its fields as they are and reads nothing but the answer. Going through the
/// function's typed arguments, as the framework's own form does, would put code to write and read each of them
/// into the browser half, for the server to check all of it again.
#[component]
pub(crate) fn Form(
    /// Address of the function.
    #[prop(into)]
    to: String,
    /// Its look; `form` for one with fields.
    #[prop(default = "form")]
    class: &'static str,
    /// Whether it leads to another page when it went well: that page is read anew anyway.
    #[prop(optional)]
    leads: bool,
    /// Whether the browser sends it by itself: who looks at the page may be another after it.
    #[prop(optional)]
    whole: bool,
    /// Where its refusal is kept, for a form that may be made anew while it is read.
    #[prop(optional)]
    refusal: Option<RwSignal<Option<Error>>>,
    /// Whether it has no room to say why it was refused: [`Refused`] says it then.
    #[prop(optional)]
    aside: bool,
    /// Where the text goes that is answered once.
    #[prop(optional)]
    once: Option<Once>,
    children: Children,
) -> impl IntoView {
    let retry =
        use_context::<Retried>().and_then(|retried| retried.slot().clone()).filter(|retry| retry.function == to);
    let error = refusal.unwrap_or_else(|| RwSignal::new(None));
    if let Some(retry) = &retry {
        error.set(Some(retry.error.clone()));
    }
    let pending = RwSignal::new(false);
    let place = place();
    let typed = match retry {
        Some(retry) => retry.typed,
        None if use_context::<Again>().is_some() => Vec::new(),
        // What was typed before signing in again comes back in the address.
        None => place.carried,
    };
    let typed = StoredValue::new(typed);
    let kept = use_context::<Stays>().map(|Stays| "");
    let attempts = RwSignal::new(0);
    provide_context(FormState { error: error.into(), typed, attempts: attempts.into(), pending: pending.into() });

    let changed = use_context::<Changed>();
    let beside = use_context::<Aside>();
    let done = move |outcome: Outcome, function: &str| {
        pending.set(false);
        let refused = match outcome {
            Outcome::Done(text) => {
                if let Some((Once(shown), text)) = once.zip(text) {
                    shown.try_update(|shown| shown.push(text));
                }
                None
            }
            Outcome::Refused(error, sent) => {
                typed.set_value(sent);
                Some(error)
            }
            // Nothing is decided yet: the form is sent again then.
            Outcome::SignedOut => return,
        };
        attempts.update(|count| *count += 1);
        let wrong = refused.as_ref().and_then(|error| error.fields.first()).map(|wrong| field_id(&wrong.field));
        let went_well = refused.is_none();
        // Why another was refused is of no use any more.
        if let Some(Aside(why)) = beside {
            let now = refused.clone().filter(|_| aside).map(|error| (function.to_owned(), error));
            if now.is_some() || why.with_untracked(Option::is_some) {
                why.set(now);
            }
        }
        error.set(refused);
        if let Some(id) = wrong {
            focus(&id);
        }
        if let (true, false, Some(changed)) = (went_well, leads, changed) {
            changed.here();
        }
    };
    let action = to.clone();
    let submit = move |event: leptos::ev::SubmitEvent| {
        if whole {
            return;
        }
        event.prevent_default();
        // The button is disabled meanwhile; the Return key is not.
        if !pending.get_untracked() {
            pending.set(true);
            let function = to.clone();
            send(to.clone(), &event, leads, once.is_some(), move |outcome| done(outcome, &function));
        }
    };
    view! {
        <form action=action method="post" class=class novalidate="" data-kept=kept on:submit=submit>
            <input type="hidden" name="__page" value=place.address />
            {children()}
        </form>
    }
}

/// What a form is filled from, on a page that is read again while somebody may be at it. Made outside of what is read.
pub(crate) struct Kept<T: 'static>(StoredValue<Option<Filled<T>>>);

/// How often a form was filled, what it is about, and from what.
type Filled<T> = (u32, String, T);

/// Says to a form that it stays as it is when its page is read again.
#[derive(Debug, Clone, Copy)]
struct Stays;

/// Says to a form that it was there before: what came in the address is sent by now.
#[derive(Debug, Clone, Copy)]
struct Again;

impl<T> Clone for Kept<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Kept<T> {}

impl<T: Clone + PartialEq + Send + Sync + 'static> Kept<T> {
    pub(crate) fn new() -> Self {
        Self(StoredValue::new(None))
    }

    /// The form of a function, filled from `data` of what it is `about`. While somebody is at it, it stays as it is, with
    /// all it was filled from; else it is made anew where there is something new.
    pub(crate) fn form(
        self,
        to: &'static str,
        about: impl Into<String>,
        data: T,
        view: impl Fn(T) -> AnyView + Send + Sync + 'static,
    ) -> impl IntoView {
        let (turn, _, data) = self.filled(to, about.into(), data);
        rows(
            vec![data],
            move |_| turn,
            move |data| {
                provide_rows();
                provide_context(Stays);
                if turn > 0 {
                    provide_context(Again);
                }
                view(data)
            },
        )
    }

    fn filled(self, to: &str, about: String, data: T) -> Filled<T> {
        let now = match self.0.try_get_value().flatten() {
            None => (0, about, data),
            Some(before) if before.1 == about && (before.2 == data || busy(to)) => before,
            Some((turn, ..)) => {
                refocus(to);
                (turn.wrapping_add(1), about, data)
            }
        };
        self.0.try_set_value(Some(now.clone()));
        now
    }
}

/// Texts that functions answer once, as the secret of a new token. They stay until somebody closes them or leaves the
/// page. Made outside of what is read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Once(pub(crate) RwSignal<Vec<String>>);

impl Once {
    /// With what the page is shown for, where its form was sent without JavaScript.
    pub(crate) fn new() -> Self {
        let first = SharedValue::new(|| {
            #[cfg(feature = "ssr")]
            return crate::api::revealed();
            #[cfg(not(feature = "ssr"))]
            None
        });
        Self(RwSignal::new(first.into_inner().into_iter().collect()))
    }
}

/// Why one of the forms in rows below was refused. It stands outside of what is read, so that it stays when that is read
/// again.
#[component]
pub(crate) fn Refused(
    /// Addresses of their functions.
    of: &'static [&'static str],
) -> impl IntoView {
    let before = use_context::<Retried>().and_then(|retried| retried.slot().clone());
    let before = before.map(|retry| (retry.function, retry.error));
    let aside = use_context::<Aside>();
    if let Some(Aside(why)) = aside {
        why.set(before.clone());
        // On another page of the same kind nobody knows what it is about.
        Effect::new(move |last: Option<String>| {
            let path = use_url().with(|url| url.path().to_owned());
            if last.is_some_and(|last| last != path) {
                why.set(None);
            }
            path
        });
    }
    move || {
        let why = aside.map_or_else(|| before.clone(), |Aside(why)| why.get());
        let (_, error) = why.filter(|(function, _)| of.contains(&function.as_str()))?;
        let fields = error.fields.into_iter().map(|wrong| view! { <li>{wrong.message}</li> }).collect_view();
        Some(view! {
            <div class="form-summary refused" id="refused" role="alert" data-once="">
                {Icon::Alert.view()}
                <div>
                    <p>{error.message}</p>
                    <ul>{fields}</ul>
                </div>
            </div>
        })
    }
}

/// A form that asks: what is chosen in it becomes part of the address, where the answer is.
#[component]
pub(crate) fn Question(
    /// Path of the page that answers.
    #[prop(into)]
    to: String,
    /// Its look.
    class: &'static str,
    /// What fields outside of it know it by.
    #[prop(optional)]
    id: Option<&'static str>,
    /// Whether it searches what the page shows.
    #[prop(optional)]
    search: bool,
    children: Children,
) -> impl IntoView {
    let role = search.then_some("search");
    // Where fields outside of it belong to it, as ticks in a list, they stay with their rows.
    let asks = id.is_none().then_some("");
    Effect::new(settle);
    view! {
        <form id=id class=class action=to method="get" role=role data-asks=asks on:submit=move |event| ask(&event)>
            {children()}
        </form>
    }
}

/// Goes to the address that a form asks for. Fields that are empty ask for nothing.
#[cfg(feature = "hydrate")]
fn ask(event: &leptos::ev::SubmitEvent) {
    use leptos::{
        form::form_data_from_event,
        wasm_bindgen::JsCast,
        web_sys::{HtmlFormElement, UrlSearchParams},
    };
    use leptos_router::hooks::use_navigate;

    let form = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
    let fields = form_data_from_event(event)
        .ok()
        .and_then(|fields| UrlSearchParams::new_with_str_sequence_sequence(&fields).ok());
    // The browser asks by itself then.
    let (Some(form), Some(fields)) = (form, fields) else { return };
    event.prevent_default();
    let fields = pairs(&String::from(fields.to_string()));
    let given = fields.iter().filter(|(name, value)| !name.is_empty() && !value.is_empty());
    let query: Vec<_> = given.map(|(name, value)| format!("{}={}", quote(name), quote(value))).collect();
    let mark = if query.is_empty() { "" } else { "?" };
    let to = form.get_attribute("action").unwrap_or_default();
    use_navigate()(&format!("{to}{mark}{}", query.join("&")), leptos_router::NavigateOptions::default());
}

/// On the server nothing is asked.
#[cfg(not(feature = "hydrate"))]
fn ask(_: &leptos::ev::SubmitEvent) {}

/// What came of a form that was sent.
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "on the server nothing is sent"))]
enum Outcome {
    /// It did its work, and answered a text if it was asked for one.
    Done(Option<String>),
    /// What is wrong, and what was sent: its fields, but for those that must not be shown again.
    Refused(Error, Vec<(String, String)>),
    /// Whoever sent it is asked to sign in first.
    SignedOut,
}

/// Sends a form's fields and hands over what came of it; a redirect in the answer is followed in place.
#[cfg(feature = "hydrate")]
fn send(to: String, event: &leptos::ev::SubmitEvent, leads: bool, text: bool, done: impl Fn(Outcome) + 'static) {
    use leptos::{
        form::form_data_from_event,
        server_fn::{
            Bytes, Decodes,
            redirect::{REDIRECT_HEADER, call_redirect_hook},
        },
        wasm_bindgen::JsCast,
        web_sys::{HtmlFormElement, UrlSearchParams},
    };

    let lost = || {
        Error::new(Code::Unavailable, "The server doesn't answer. Check your connection. Nothing you typed is lost.")
    };
    let form = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
    let body = form_data_from_event(event)
        .ok()
        .and_then(|fields| UrlSearchParams::new_with_str_sequence_sequence(&fields).ok());
    let (Some(form), Some(body)) = (form, body) else { return done(Outcome::Refused(lost(), Vec::new())) };
    let submitter = event.submitter();
    let at = here();
    leptos::task::spawn_local(async move {
        let mut typed = pairs(&String::from(body.to_string()));
        typed.retain(|(name, _)| Retry::repeatable(name));
        let Some((response, answer)) = post(&to, &String::from(body.to_string()), "application/json", None).await
        else {
            return done(Outcome::Refused(lost(), typed));
        };
        if response.ok() {
            let onward = response.headers().has(REDIRECT_HEADER).unwrap_or_default();
            let location = response.headers().get("location").ok().flatten();
            if !leads {
                sent(&form);
            }
            done(Outcome::Done(if text { Text::decode(Bytes::from(answer)).ok() } else { None }));
            // Whoever has gone on meanwhile is not called back.
            if let Some(location) = location.filter(|_| onward && here() == at) {
                call_redirect_hook(&location);
            }
            return;
        }
        let refusal: Option<Refusal> = Text::decode(Bytes::from(answer)).ok();
        let error = refusal.map_or_else(lost, |refusal| refusal.0);
        if error.code == Code::Unauthenticated && at.as_deref() != Some("/login") {
            sign_in(&form, submitter, &sign_in_page(&typed));
            return done(Outcome::SignedOut);
        }
        note_refusal(&form);
        done(Outcome::Refused(error, typed));
    });
}

/// Where somebody whose session has ended signs in, and comes back from to this page and what they typed.
#[cfg(feature = "hydrate")]
fn sign_in_page(typed: &[(String, String)]) -> String {
    let location = window().location();
    let at = [location.pathname(), location.search()].into_iter().flatten().collect::<String>();
    format!("/login?next={}", quote(&Address::parse(&at).carrying(typed)))
}

/// The page one is on.
#[cfg(feature = "hydrate")]
pub(crate) fn here() -> Option<String> {
    window().location().pathname().ok()
}

/// On the server there is no event to answer.
#[cfg(not(feature = "hydrate"))]
fn send(_: String, _: &leptos::ev::SubmitEvent, _: bool, _: bool, _: impl Fn(Outcome) + 'static) {}

/// Puts the cursor into a field.
pub(crate) fn focus(id: &str) {
    #[cfg(feature = "hydrate")]
    {
        use leptos::wasm_bindgen::JsCast;
        let field = document().get_element_by_id(id);
        if let Some(field) = field.and_then(|field| field.dyn_into::<leptos::web_sys::HtmlElement>().ok()) {
            let _ = field.focus();
        }
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = id;
}

/// The path of the page that is in the frame; none before the first is, which needs no help: there the cursor is at the
/// beginning of the document.
#[derive(Debug, Clone, Copy)]
struct Arrived(StoredValue<Option<String>>);

/// Lets pages below know which was there before them. For the frame.
pub(crate) fn provide_arrival() {
    provide_context(Arrived(StoredValue::new(None)));
}

/// Leads the cursor to the page that comes into the place of another: into its first field, or to its beginning. `shown`
/// says whose page is there, if one is.
pub(crate) fn arrive(shown: impl Fn() -> Option<String> + 'static) {
    let arrived = use_context::<Arrived>();
    Effect::new(move || {
        let (Some(Arrived(before)), Some(path)) = (arrived, shown()) else { return };
        let another = before.try_update_value(|before| before.replace(path.clone())).flatten();
        if another.is_some_and(|before| before != path) {
            // After what is shown is in the document.
            request_animation_frame(|| {
                let first = document().query_selector("#content [autofocus]").ok().flatten();
                focus(&first.map_or_else(|| "content".to_owned(), |first| first.id()));
            });
        }
    });
}

/// Whether something was typed into a field whose name begins with `prefix`, in the attempt this page is shown again for.
pub(crate) fn typed_within(prefix: &str) -> bool {
    state().typed.with_value(|typed| typed.iter().any(|(name, value)| name.starts_with(prefix) && !value.is_empty()))
}

/// Whether something is wrong with a field whose name begins with `prefix`.
pub(crate) fn wrong_within(prefix: &str) -> bool {
    let wrong = |error: &Error| error.fields.iter().any(|one| one.field.starts_with(prefix));
    state().error.with_untracked(|error| error.as_ref().is_some_and(wrong))
}

fn state() -> FormState {
    use_context::<FormState>().unwrap_or_else(|| FormState {
        error: Signal::derive(|| None),
        typed: StoredValue::new(Vec::new()),
        attempts: Signal::derive(|| 0),
        pending: Signal::derive(|| false),
    })
}

/// What is wrong with the form as a whole, above its fields.
#[component]
pub(crate) fn FormSummary(
    /// Whether it says everything: the form has no fields that could.
    #[prop(optional)]
    alone: bool,
) -> impl IntoView {
    let error = state().error;
    let signing_in = place().path == "/login";
    move || {
        error.get().filter(|error| alone || error.fields.len() != 1).map(|error| {
            let sign_in = (error.code == Code::Unauthenticated && !signing_in)
                .then(|| view! { " " <a href="/login" target="_blank">"Sign in in a new tab"</a> ", then save again." });
            view! {
                <div class="form-summary" role="alert">
                    {Icon::Alert.view()}
                    <div>
                        <p>{error.message} {sign_in}</p>
                        {error.request.map(|id| view! { <p>"Request ID: " <code>{id}</code></p> })}
                        <ul>
                            {error
                                .fields
                                .into_iter()
                                .filter(|_| !alone)
                                .map(|wrong| view! { <li><a href=format!("#{}", field_id(&wrong.field))>{wrong.message}</a></li> })
                                .collect_view()}
                        </ul>
                    </div>
                </div>
            }
        })
    }
}

/// How a [`Field`] is typed into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Input {
    /// One line; the HTML input type.
    Line(&'static str),
    /// Several lines.
    Text,
}

/// A labelled field with its help, in whose place an error appears.
#[component]
pub(crate) fn Field(
    /// Its name, which is the server function's argument.
    name: &'static str,
    /// What people call it.
    label: &'static str,
    /// How it is typed into.
    #[prop(default = Input::Line("text"))]
    input: Input,
    /// What helps to fill it in.
    #[prop(optional, into)]
    help: String,
    /// What it starts with.
    #[prop(optional, into)]
    value: String,
    /// An example of what goes in.
    #[prop(optional)]
    placeholder: &'static str,
    /// What browsers may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// Whether it can stay empty.
    #[prop(optional)]
    optional: bool,
    /// Whether it is an id or code.
    #[prop(optional)]
    mono: bool,
    /// Whether the cursor starts here.
    #[prop(optional)]
    first: bool,
    /// Id of a `datalist` with suggestions.
    #[prop(optional)]
    list: &'static str,
) -> impl IntoView {
    let state = state();
    let id = field_id(name);
    let note = format!("{id}-note");
    let secret = input == Input::Line("password");
    let value = if secret { String::new() } else { state.value(name, value) };
    let wrong = Signal::derive(move || {
        state.error.with(|error| error.as_ref().and_then(|error| error.field(name).map(str::to_owned)))
    });
    let invalid = move || wrong.with(Option::is_some).then_some("true");
    let described = (!help.is_empty()).then(|| note.clone());
    let describedby = {
        let note = note.clone();
        move || wrong.with(Option::is_some).then(|| note.clone()).or_else(|| described.clone())
    };
    // Without JavaScript the browser itself goes to the first field or the first wrong one.
    let autofocus = match state.error.with_untracked(|error| error.as_ref().map(|error| error.fields.clone())) {
        Some(fields) => fields.first().is_some_and(|one| one.field == name),
        None => first,
    };
    let list = (!list.is_empty()).then_some(list);
    let placeholder = (!placeholder.is_empty()).then_some(placeholder);
    let control = match input {
        Input::Line(kind) => view! {
            <input
                id=id.clone()
                class="input"
                class:mono=mono
                type=kind
                name=name
                value=value
                placeholder=placeholder
                autocomplete=autocomplete
                autocapitalize="none"
                spellcheck="false"
                autofocus=autofocus
                list=list
                aria-required=(!optional).then_some("true")
                aria-invalid=invalid
                aria-describedby=describedby
            />
        }
        .into_any(),
        Input::Text => view! {
            <textarea
                id=id.clone()
                class="input"
                class:mono=mono
                name=name
                rows="4"
                spellcheck="false"
                placeholder=placeholder
                autofocus=autofocus
                aria-invalid=invalid
                aria-describedby=describedby
            >
                {value}
            </textarea>
        }
        .into_any(),
    };
    view! {
        <div class="field">
            <label class="field-label" for=id>
                {label}
                {optional.then(|| view! { <span class="field-optional">"optional"</span> })}
            </label>
            {control}
            <FieldNote id=note wrong help />
        </div>
    }
}

/// A field's error, or its help.
#[component]
fn FieldNote(id: String, wrong: Signal<Option<String>>, help: String) -> impl IntoView {
    move || match wrong.get() {
        Some(message) => view! {
            <p class="field-error" id=id.clone()>
                {Icon::Alert.view()}
                {message}
            </p>
        }
        .into_any(),
        None if help.is_empty() => ().into_any(),
        None => view! {
            <p class="field-help" id=id.clone()>
                {help.clone()}
            </p>
        }
        .into_any(),
    }
}

/// A choice of one from a few.
#[component]
pub(crate) fn Choice(
    /// Its name.
    name: &'static str,
    /// What people call it.
    label: &'static str,
    /// Values and what people see.
    options: Vec<(String, String)>,
    /// What is chosen at first.
    #[prop(optional, into)]
    value: String,
    /// What helps to choose.
    #[prop(optional, into)]
    help: String,
) -> impl IntoView {
    let state = state();
    let id = field_id(name);
    let note = format!("{id}-note");
    let value = state.value(name, value);
    let wrong = Signal::derive(move || {
        state.error.with(|error| error.as_ref().and_then(|error| error.field(name).map(str::to_owned)))
    });
    let options = options
        .into_iter()
        .map(|(key, text)| {
            let selected = key == value;
            view! { <option value=key selected=selected>{text}</option> }
        })
        .collect_view();
    view! {
        <div class="field">
            <label class="field-label" for=id.clone()>{label}</label>
            <select id=id class="input" name=name aria-invalid=move || wrong.with(Option::is_some).then_some("true")>
                {options}
            </select>
            <FieldNote id=note wrong help />
        </div>
    }
}

/// A box to tick.
#[component]
pub(crate) fn Tick(
    /// Its name.
    name: &'static str,
    /// What ticking it means.
    label: &'static str,
    /// Whether it is ticked at first.
    #[prop(optional)]
    value: bool,
) -> impl IntoView {
    let state = state();
    let ticked = if state.sent() { state.value(name, String::new()) == "true" } else { value };
    view! {
        <label class="check">
            <input type="checkbox" name=name value="true" checked=ticked />
            <span>{label}</span>
        </label>
    }
}

/// The button that sends the form; shows that it is on its way and cannot be pressed twice.
#[component]
pub(crate) fn Submit(
    /// What it does.
    label: &'static str,
    /// Its look: `primary`, `danger`, `secondary`, `ghost`.
    #[prop(default = "primary")]
    kind: &'static str,
) -> impl IntoView {
    let pending = state().pending;
    view! {
        <button
            type="submit"
            class=format!("button {kind}")
            aria-busy=move || pending.get().then_some("true")
            disabled=move || pending.get()
        >
            {label}
        </button>
    }
}
