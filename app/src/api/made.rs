//! Pages that the server makes: what they show is HTML, and their code is never downloaded.

#![expect(missing_docs, reason = "arguments of a server function become fields; its own words explain them")]

use super::{Answer, Wire};
#[cfg(feature = "ssr")]
use super::{asking, refuse};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// A page, as the server made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// Its title.
    pub title: String,
    /// What it shows.
    pub html: String,
}

/// What came of a form that was sent from such a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// The page to show now: the one with the form, which was refused, or one with something to be read once.
    pub page: Option<Made>,
    /// Where it leads.
    pub to: Option<String>,
    /// The session has ended, and where it leads is the page to sign in on.
    pub signed_out: bool,
}

/// The page at an address of the console: path and query. A page that reads `again` by itself what it shows is denied
/// nothing that anybody asked for.
#[server(prefix = "/serverfn", output = Wire, endpoint = "make_page")]
pub async fn make_page(address: String, #[server(default)] again: bool) -> Answer<Made> {
    let cx = asking(again)?;
    crate::page::make(&cx, &address).await.map_err(refuse)
}
