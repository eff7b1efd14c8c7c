//! Where one is.
//!
//! On the server a page is rendered by several tasks at once, and the router's memos are worked out by
//! whoever asks first, while another may already ask. So here each is asked once, before the tasks part, and
//! what is needed later is a plain value. A page that two of them asked for at the same moment was never
//! finished.

use crate::ui::{pairs, quote, unquote};
use leptos::prelude::*;
use leptos_router::{
    hooks::{use_location, use_query_map, use_url},
    location::Url,
};

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

/// Path and query of the page, wherever on its route the browser goes.
pub(crate) fn address() -> Memo<String> {
    // The address of the route, not the router's: that one changes as soon as a link is clicked, while this page stays
    // until the code of the next one is fetched.
    let url = use_url();
    let address = move |url: &Url| match url.search().trim_start_matches('?') {
        "" => url.path().to_owned(),
        query => format!("{}?{query}", url.path()),
    };
    settled(Memo::new(move |_| url.with(address)))
}

/// A segment of an address's path, from 0, as it was meant before it became part of it; empty where there is none.
pub(crate) fn segment(address: &str, number: usize) -> String {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    unquote(path.trim_start_matches('/').split('/').nth(number).unwrap_or_default())
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

/// An address of the console, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address {
    path: String,
    query: Vec<(String, String)>,
}

impl Address {
    pub(crate) fn parse(address: &str) -> Self {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let query = query.split('#').next().unwrap_or_default();
        Self { path: path.to_owned(), query: pairs(query) }
    }

    /// The path.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// A parameter of the query; empty where there is none.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.query.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// All values of a parameter.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.query.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Which page of a list, from 1.
    pub(crate) fn page(&self) -> i64 {
        self.get("page").parse().unwrap_or(1).max(1)
    }

    /// With what was typed in it.
    #[cfg(feature = "hydrate")]
    pub(crate) fn carrying(&self, typed: &[(String, String)]) -> String {
        let mut address = self.with(&[("page", self.get("page"))]);
        for (name, value) in typed.iter().filter(|(_, value)| !value.is_empty()) {
            let mark = if address.contains('?') { '&' } else { '?' };
            address.push_str(&format!("{mark}f.{}={}", quote(name), quote(value)));
        }
        address
    }

    /// With other values for some parameters; an empty one is left out, and a list begins anew unless `page` is among
    /// them.
    pub(crate) fn with(&self, changes: &[(&str, &str)]) -> String {
        let kept = self.query.iter().filter(|(key, _)| key != "page" && !changes.iter().any(|(name, _)| name == key));
        let kept = kept.map(|(key, value)| (key.as_str(), value.as_str()));
        let all =
            kept.chain(changes.iter().copied()).filter(|(key, value)| !value.is_empty() && !key.starts_with("f."));
        let query: Vec<_> = all.map(|(key, value)| format!("{key}={}", quote(value))).collect();
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{}{mark}{}", self.path, query.join("&"))
    }
}
