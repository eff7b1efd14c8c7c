//! Where one is.
//!
//! On the server a page is rendered by several tasks at once, and the router's memos are worked out by
//! whoever asks first, while another may already ask. So here each is asked once, before the tasks part, and
//! what is needed later is a plain value. A page that two of them asked for at the same moment was never
//! finished.

use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};

/// Address of the page and what forms on it start with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// The path.
    pub(crate) path: String,
    /// Path and query.
    pub(crate) address: String,
    /// What was typed before signing in again: query parameters that begin with `f.`.
    pub(crate) carried: Vec<(String, String)>,
}

/// Asks the router. For components outside of what waits for data.
fn ask() -> Place {
    let location = use_location();
    let path = location.pathname.get_untracked();
    let query = location.search.get_untracked();
    let address = match query.trim_start_matches('?') {
        "" => path.clone(),
        query => format!("{path}?{query}"),
    };
    let carried = use_query_map().with_untracked(|query| {
        let all = query.clone().into_iter();
        all.filter_map(|(key, value)| Some((key.strip_prefix("f.")?.to_owned(), value))).collect()
    });
    Place { path, address, carried }
}

/// Makes the place known to everything below. For what is around the pages.
pub(crate) fn provide_place() {
    provide_context(ask());
}

/// The place, for anything on a page. In the browser one moves on without what is around the pages being made
/// again, and one task does everything.
pub(crate) fn place() -> Place {
    #[cfg(feature = "ssr")]
    return use_context::<Place>().unwrap_or_else(ask);
    #[cfg(not(feature = "ssr"))]
    ask()
}

/// Path and query, wherever the browser goes.
pub(crate) fn address() -> Memo<String> {
    let location = use_location();
    let (path, search) = (location.pathname, location.search);
    let address = move || match search.get().trim_start_matches('?') {
        "" => path.get(),
        query => format!("{}?{query}", path.get()),
    };
    settled(Memo::new(move |_| address()))
}

/// A parameter of the page's query.
pub(crate) fn parameter(name: &'static str) -> Memo<String> {
    let query = use_query_map();
    settled(Memo::new(move |_| query.with(|query| query.get(name).unwrap_or_default())))
}

/// Works a memo out before anybody else asks.
fn settled(memo: Memo<String>) -> Memo<String> {
    memo.with_untracked(|_| ());
    memo
}
