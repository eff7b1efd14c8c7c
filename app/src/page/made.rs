//! Where pages that the server made are shown: their links and forms work in place, and when something changes only
//! what differs is touched.

use crate::{
    api::{
        Refusal,
        made::{Made, make_page},
    },
    form::{Changed, arrive},
    place::address,
    reading::{Reading, reading},
    ui::{Lost, Skeleton, WindowTitle, headline},
};
use leptos::{html::Div, prelude::*};

/// What the node holds: the address, and the page that is at it. No page where it was lost.
type Shown = Option<(String, Option<Made>)>;

/// The page at whatever address the browser is.
#[component]
pub(crate) fn MadePage() -> impl IntoView {
    let changed = expect_context::<Changed>();
    let data = reading(address(), make_page);
    let node = NodeRef::<Div>::new();
    // What the node was made with. Later pages are worked into it, so that a cursor, an open menu or a half filled form
    // stays where it is; so the view must not see that there is another page.
    let first = StoredValue::new(None::<String>);
    let html = move || {
        if let Some(first) = first.try_get_value().flatten() {
            return Some(first);
        }
        let made = data.get()?.answer.ok()?;
        first.try_set_value(Some(made.html.clone()));
        Some(made.html)
    };
    // A form was sent. It may have been kept as it was while its page came with what it did: then that page comes again,
    // the same, and has to be shown all the same.
    let sent = StoredValue::new(false);
    let shown = StoredValue::new(Shown::None);
    Effect::new(move |_| {
        let Some(Reading { address, answer, .. }) = data.get() else { return };
        let (before, node) = (shown.get_value(), node.get_untracked());
        match (before, answer) {
            // The node was made with it.
            (None, Ok(new)) => shown.set_value(Some((address, Some(new)))),
            (Some((at, old)), Ok(new)) => {
                if let Some(node) = node.filter(|_| old.as_ref() != Some(&new) || at != address || sent.get_value()) {
                    sent.set_value(false);
                    behind::show(&node, &new.html, old.is_some() && path(&at) == path(&address), at == address);
                }
                shown.set_value(Some((address, Some(new))));
            }
            // It is still what there was.
            (Some((at, Some(_))), Err(_)) if at == address => {}
            (Some(_), Err(_)) => {
                if let Some(node) = node {
                    behind::clear(&node);
                }
                shown.set_value(Some((address, None)));
            }
            (None, Err(_)) => {}
        }
    });
    // Whether what is shown is what the address names, though it could not be read again.
    let stale = move |address: &str| {
        let is = |shown: &Shown| shown.as_ref().is_some_and(|(at, made)| at == address && made.is_some());
        shown.try_with_value(is).unwrap_or(false)
    };
    let title = move || {
        let Reading { address, answer, .. } = data.get()?;
        let kept = || shown.try_get_value().flatten().filter(|_| stale(&address)).and_then(|(_, made)| made);
        match answer {
            Ok(made) => Some(made.title),
            Err(Refusal(error)) => Some(kept().map_or_else(|| headline(error.code).to_owned(), |made| made.title)),
        }
    };
    let lost = move || {
        let Reading { address, answer, .. } = data.get()?;
        let error = answer.err()?.0;
        Some(view! { <Lost error stale=stale(&address) again=move || changed.again() /> })
    };
    arrive(move || Some(path(&data.address()?).to_owned()));
    view! {
        <Transition fallback=Skeleton>
            <WindowTitle text=title />
            {lost}
            <div node_ref=node data-made="" inner_html=html on:submit=move |event| behind::submit(&event, node, changed, sent)></div>
        </Transition>
    }
}

fn path(address: &str) -> &str {
    address.split('?').next().unwrap_or_default()
}

/// What only a browser does.
#[cfg(feature = "hydrate")]
mod behind {
    use crate::{
        api::{Text, made::Done},
        form::{Changed, focus, here, post},
    };
    use leptos::{
        form::form_data_from_event,
        html::Div,
        prelude::*,
        server_fn::{Bytes, Decodes},
        wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen},
        web_sys::{Element, HtmlElement, HtmlFormElement, SubmitEvent, UrlSearchParams},
    };
    use leptos_router::{NavigateOptions, hooks::use_navigate};

    #[wasm_bindgen(module = "/src/page/morph.js")]
    extern "C" {
        /// Makes a node look like this; forms with something typed in them stay if `keep`.
        fn morph(node: &Element, html: &str, keep: bool);
        /// What a form holds as it is sent.
        fn sending(form: &HtmlFormElement) -> JsValue;
        /// Makes a node look like what the server says of a form; what was typed into it since it was sent stays.
        fn answered(node: &Element, html: &str, form: &HtmlFormElement, held: &JsValue);
        /// Asks whoever's session has ended to sign in, and sends the form again then.
        #[wasm_bindgen(js_name = signIn)]
        fn sign_in(form: &HtmlFormElement, submitter: Option<HtmlElement>, page: &str);
        /// Notes that a form did its work: nothing of what was typed into it waits to be sent any more.
        fn sent(form: &HtmlFormElement);
    }

    /// Shows another page, or another state of the same one; what is being typed stays where only the state is another.
    pub(super) fn show(node: &Element, html: &str, same: bool, still: bool) {
        if same {
            morph(node, html, still);
        } else {
            node.set_inner_html(html);
            window().scroll_to_with_x_and_y(0.0, 0.0);
        }
    }

    /// Shows nothing: what is there belongs to another address.
    pub(super) fn clear(node: &Element) {
        node.set_inner_html("");
        window().scroll_to_with_x_and_y(0.0, 0.0);
    }

    /// Sends a form of the page without leaving it.
    pub(super) fn submit(event: &SubmitEvent, node: NodeRef<Div>, changed: Changed, well: StoredValue<bool>) {
        let form = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
        let ours = |form: &HtmlFormElement| !event.default_prevented() && !form.has_attribute("data-whole");
        let Some(form) = form.filter(ours) else { return };
        let submitter = event.submitter();
        let fields = form_data_from_event(event).ok();
        let Some(fields) = fields.and_then(|data| UrlSearchParams::new_with_str_sequence_sequence(&data).ok()) else {
            return;
        };
        event.prevent_default();
        // A button without a name is sent under none.
        fields.delete("");
        let to = form.get_attribute("action").unwrap_or_default();
        let navigate = use_navigate();
        if form.method() == "get" {
            let query = fields.to_string().as_string().unwrap_or_default();
            navigate(&format!("{to}?{query}"), NavigateOptions::default());
            return;
        }
        if form.get_attribute("aria-busy").is_some() {
            return;
        }
        let _ = form.set_attribute("aria-busy", "true");
        let (held, at) = (sending(&form), here());
        leptos::task::spawn_local(async move {
            let answer = post(&to, &fields, "application/vnd.kestra.page+json").await;
            let _ = form.remove_attribute("aria-busy");
            let done: Option<Done> = answer.and_then(|(_, text)| Text::decode(Bytes::from(text)).ok());
            // The page may be another by now.
            let node = node.try_get_untracked().flatten();
            match (done, node) {
                (Some(Done { page: Some(page), .. }), Some(node)) => {
                    answered(&node, &page.html, &form, &held);
                    if let Ok(Some(wrong)) = node.query_selector("[aria-invalid=true]") {
                        focus(&wrong.id());
                    }
                }
                (Some(Done { to: Some(to), signed_out: true, .. }), _) => sign_in(&form, submitter, &to),
                (Some(Done { to, .. }), _) => {
                    sent(&form);
                    let _ = well.try_set_value(true);
                    // Whoever has gone on meanwhile is not called back.
                    if let Some(to) = to.filter(|_| here() == at) {
                        navigate(&to, NavigateOptions::default());
                    }
                    changed.here();
                }
                _ => lost(&form),
            }
        });
    }

    /// Says above the form that the server did not answer.
    fn lost(form: &HtmlFormElement) {
        const ID: &str = "lost";
        if document().get_element_by_id(ID).is_some() {
            return;
        }
        if let Ok(note) = document().create_element("p") {
            note.set_id(ID);
            let _ = note.set_attribute("role", "alert");
            note.set_class_name("form-summary");
            note.set_text_content(Some(
                "The server does not answer. Check your connection; nothing you typed is lost.",
            ));
            let _ = form.prepend_with_node_1(&note);
        }
    }
}

/// On the server nothing is sent.
#[cfg(not(feature = "hydrate"))]
mod behind {
    use crate::form::Changed;
    use leptos::{
        html::Div,
        prelude::*,
        web_sys::{Element, SubmitEvent},
    };

    pub(super) fn show(_: &Element, _: &str, _: bool, _: bool) {}
    pub(super) fn clear(_: &Element) {}
    pub(super) fn submit(_: &SubmitEvent, _: NodeRef<Div>, _: Changed, _: StoredValue<bool>) {}
}
