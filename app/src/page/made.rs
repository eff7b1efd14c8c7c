//! Where pages that the server made are shown: their links and forms work in place, and when something changes only
//! what differs is touched.

use crate::{
    api::made::{Made, make_page},
    form::Changed,
    place::address,
    ui::{Failure, Skeleton},
};
use leptos::{html::Div, prelude::*};
use leptos_meta::Title;

/// The page at whatever address the browser is.
#[component]
pub(crate) fn MadePage() -> impl IntoView {
    let address = address();
    let changed = expect_context::<Changed>().0;
    let data = Resource::new(move || (address.get(), changed.get()), |(address, _)| make_page(address));
    let node = NodeRef::<Div>::new();
    // What the node was made with. Later pages are worked into it, so that a cursor, an open menu or a half filled form
    // stays where it is; so the view must not see that there is another page.
    let first = StoredValue::new(None::<String>);
    let html = move || {
        if let Some(first) = first.get_value() {
            return Some(first);
        }
        let made = data.get().and_then(Result::ok)?;
        first.set_value(Some(made.html.clone()));
        Some(made.html)
    };
    let title = move || data.get().and_then(Result::ok).map(|made| view! { <Title text=made.title /> });
    // A form was sent. It may have been kept as it was while its page came with what it did: then that page comes again,
    // the same, and has to be shown all the same.
    let sent = StoredValue::new(false);
    let lost = move || data.get().and_then(Result::err).map(|refusal| view! { <Failure error=refusal.0 /> });
    Effect::new(move |shown: Option<(String, Option<Made>)>| {
        let here = address.get_untracked();
        let made = data.get().and_then(Result::ok);
        if let (Some((before, Some(old))), Some(new)) = (&shown, &made)
            && (old != new || sent.get_value())
            && let Some(node) = node.get_untracked()
        {
            sent.set_value(false);
            behind::show(&node, &new.html, path(before) == path(&here), *before == here);
        }
        (here, made)
    });
    view! {
        <Transition fallback=Skeleton>
            {title} {lost}
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
        form::{focus, here, post},
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
        /// Tells that nothing of what was typed waits to be sent any more.
        fn sent(form: &HtmlFormElement);
    }

    /// Shows another page, or another state of the same one; what is being typed stays where only the state is another.
    pub(super) fn show(node: &Element, html: &str, same: bool, still: bool) {
        if same {
            morph(node, html, still);
        } else {
            node.set_inner_html(html);
            window().scroll_to_with_x_and_y(0.0, 0.0);
            match node.query_selector("[autofocus]") {
                Ok(Some(first)) => focus(&first.id()),
                _ => focus("content"),
            }
        }
    }

    /// Sends a form of the page without leaving it.
    pub(super) fn submit(event: &SubmitEvent, node: NodeRef<Div>, changed: RwSignal<u32>, well: StoredValue<bool>) {
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
                    changed.update(|count| *count += 1);
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
    use leptos::{
        html::Div,
        prelude::*,
        web_sys::{Element, SubmitEvent},
    };

    pub(super) fn show(_: &Element, _: &str, _: bool, _: bool) {}
    pub(super) fn submit(_: &SubmitEvent, _: NodeRef<Div>, _: RwSignal<u32>, _: StoredValue<bool>) {}
}
