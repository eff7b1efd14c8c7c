//! What people see: the document, the frame around every page, the pages, and the server functions they
//! call. Compiled twice: for the server, which renders (feature `ssr`), and for the browser, which takes
//! over what was rendered (feature `hydrate`).

// The type of a whole page is one deep tuple of its parts.
#![recursion_limit = "512"]

pub mod api;
mod area;
mod ask;
mod browser;
mod form;
mod layout;
mod page;
mod place;
#[cfg(feature = "ssr")]
mod port;
mod reading;
#[cfg(feature = "ssr")]
mod shell;
#[cfg(feature = "ssr")]
mod template;
mod ui;

pub use form::{Retry, UNDO};
pub use layout::App;
#[cfg(feature = "ssr")]
pub use port::{CsrfToken, Refused, Reveal, Revealed, Visitor, Waiting};
#[cfg(feature = "ssr")]
pub use shell::{Assets, shell};
#[cfg(feature = "ssr")]
pub use template::{TEMPLATES, template};

/// Takes over the page the server rendered.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    wasm_bindgen_futures::spawn_local(async {
        let Some(body) = leptos::prelude::document().body() else { return };
        if !area::fetch_own().await {
            return;
        }
        // Like `hydrate_lazy`, which doesn't say when it's done.
        leptos::mount::hydrate_from_async(body.clone(), App).await.forget();
        // Says to styles and to tests that from here on there is somebody behind the buttons.
        let _ = body.set_attribute("data-hydrated", "");
        area::prefetch();
    });
}
