//! Areas: pages whose code a browser fetches with the first of them, and not with the program.
//!
//! An area has a module here with one function that is split off, which makes any of its pages, and a [`LazyRoute`] for
//! each route. Everything that only its pages need (their resources, server functions, texts) belongs inside of that
//! function: whatever a route names outside of it is part of the program.
//!
//! To add an area: a variant of [`Area`] with its name and its paths, a module like [`sync`], and its routes in
//! `layout.rs` with `view=Lazy::<…>::new()`.
//!
//! [`LazyRoute`]: leptos_router::LazyRoute

mod sync;

use crate::place::place;
pub(crate) use sync::SyncAccess;
use wasm_split_helpers::SplitLoaderError;

/// An area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Area {
    /// Administration → Sync access.
    Sync,
}

impl Area {
    /// The area that the page of a path belongs to; nothing where the program has all its code.
    pub(crate) fn of(path: &str) -> Option<Self> {
        match path {
            crate::api::sync::PATH => Some(Self::Sync),
            _ => None,
        }
    }

    /// What its function is split off as: its files are known by it.
    #[cfg(feature = "ssr")]
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sync => "sync",
        }
    }

    /// Fetches its code, once.
    async fn fetch(self) -> Result<(), SplitLoaderError> {
        match self {
            Self::Sync => sync::fetch().await,
        }
    }
}

/// What came of an area's code. Where it did not come, the page that was asked for is loaded as a whole, and nothing
/// goes on here: the server may be of another release by now, or the connection is gone and the browser says so.
async fn there<T>(load: impl Future<Output = Result<T, SplitLoaderError>>) -> T {
    // Asked before anything is waited for. The browser's own address is still that of the page before.
    let wanted = place().address;
    match load.await {
        Ok(there) => there,
        Err(_) => {
            #[cfg(feature = "hydrate")]
            drop(leptos::prelude::window().location().assign(&wanted));
            #[cfg(not(feature = "hydrate"))]
            drop(wanted);
            std::future::pending().await
        }
    }
}

/// Whether the code of the page that the browser has loaded is there. Where it does not come, the program must not
/// start: the page works as without JavaScript, and so does its next link.
#[cfg(feature = "hydrate")]
pub(crate) async fn begin() -> bool {
    let path = leptos::prelude::window().location().pathname().unwrap_or_default();
    match Area::of(&path) {
        Some(area) => area.fetch().await.is_ok(),
        None => true,
    }
}

/// Fetches the code of an area when somebody is about to open one of its pages: points at a link, or reaches it by
/// keyboard.
#[cfg(feature = "hydrate")]
pub(crate) fn look_ahead() {
    use leptos::{ev, prelude::window_event_listener, wasm_bindgen::JsCast, web_sys};
    let ahead = |event: &web_sys::Event| {
        let at = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let link = at.and_then(|at| at.closest("a[href]").ok().flatten());
        let address = link.and_then(|link| link.get_attribute("href")).unwrap_or_default();
        let path = address.split(['?', '#']).next().unwrap_or_default();
        if let Some(area) = Area::of(path) {
            // Whether it comes matters when the page is opened.
            leptos::task::spawn_local(async move { drop(area.fetch().await) });
        }
    };
    // For as long as there is the document.
    let _ = window_event_listener(ev::pointerover, move |event| ahead(&event));
    let _ = window_event_listener(ev::focusin, move |event| ahead(&event));
}
