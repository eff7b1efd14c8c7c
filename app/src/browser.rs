//! What only a browser does. On the server nobody types, and there is no cursor.

#[cfg(feature = "hydrate")]
pub(crate) use there::*;

#[cfg(feature = "hydrate")]
mod there {
    use leptos::{
        prelude::window,
        wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen},
        web_sys::{Element, HtmlElement, HtmlFormElement},
    };

    /// Puts the cursor on the first of its kind within an element.
    pub(crate) fn focus_within(element: &Element, kind: &str) {
        let first = element.query_selector(kind).ok().flatten();
        if let Some(first) = first.and_then(|first| first.dyn_into::<HtmlElement>().ok()) {
            let _ = first.focus();
        }
    }

    /// Copies a text. Whether that can be done: browsers refuse it where the page didn't come over HTTPS.
    pub(crate) fn copy(text: &str) -> bool {
        let clipboard = window().navigator().clipboard();
        let there = !AsRef::<JsValue>::as_ref(&clipboard).is_undefined();
        if there {
            let _ = clipboard.write_text(text);
        }
        there
    }

    #[wasm_bindgen(module = "/src/browser.js")]
    extern "C" {
        /// Whether somebody is at the form of a function.
        pub(crate) fn busy(to: &str) -> bool;
        /// Leads the cursor back to where it is in the form of a function, which is about to be made anew.
        pub(crate) fn refocus(to: &str);
        /// Keeps the cursor where it is, also in a row that is moved.
        pub(crate) fn hold();
        /// Whether something on the page would be lost with it: what somebody has typed, or what is shown once.
        pub(crate) fn held() -> bool;
        /// Whether somebody is at a form that would be made anew.
        pub(crate) fn typing() -> bool;
        /// Remembers who is signed in.
        pub(crate) fn met(user: &str);
        /// Asks whoever's session has ended to sign in, and sends the form again then.
        #[wasm_bindgen(js_name = signIn)]
        pub(crate) fn sign_in(form: &HtmlFormElement, submitter: Option<HtmlElement>, page: &str);
        /// Lets forms that are filled from the address show what it says, and not what was typed at another one.
        pub(crate) fn settle();
        /// Notes that a form did its work: nothing of what was typed into it waits to be sent any more.
        pub(crate) fn sent(form: &HtmlFormElement);
        /// Notes what a form held when it was refused.
        #[wasm_bindgen(js_name = refusal)]
        pub(crate) fn note_refusal(form: &HtmlFormElement);
    }
}

#[cfg(not(feature = "hydrate"))]
pub(crate) use elsewhere::*;

#[cfg(not(feature = "hydrate"))]
mod elsewhere {
    pub(crate) fn busy(_: &str) -> bool {
        false
    }

    pub(crate) fn refocus(_: &str) {}

    pub(crate) fn hold() {}

    pub(crate) fn held() -> bool {
        false
    }

    pub(crate) fn met(_: &str) {}

    pub(crate) fn settle() {}

    pub(crate) fn focus_within(_: &leptos::web_sys::Element, _: &str) {}

    pub(crate) fn copy(_: &str) -> bool {
        false
    }
}
