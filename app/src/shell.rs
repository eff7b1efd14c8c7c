//! The document around the application.

use crate::{App, api, area::Area, ui::Icon};
use axum::http::request::Parts;
use leptos::{nonce::use_nonce, prelude::*};
use leptos_meta::MetaTags;
use std::collections::HashMap;

/// Addresses of the built files, with their hashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assets {
    /// The style sheet.
    pub css: String,
    /// The script that loads the program; nothing where the browser half was not built.
    pub js: Option<String>,
    /// The program.
    pub wasm: Option<String>,
    /// The script that fetches the code of areas.
    pub loader: Option<String>,
    /// The files with the code of each area, by the area's name.
    pub areas: HashMap<String, Vec<String>>,
}

impl Assets {
    /// The code that the page of this request needs besides the program.
    fn code(&self) -> Vec<&String> {
        let path = use_context::<Parts>().map(|parts| parts.uri.path().to_owned());
        let area = path.and_then(|path| Area::of(&path)).and_then(|area| self.areas.get(area.name()));
        area.into_iter().flatten().collect()
    }
}

/// The document.
pub fn shell(assets: Assets) -> impl IntoView {
    let theme = api::cookie("kestra_theme").filter(|theme| theme == "light" || theme == "dark");
    let density = api::cookie("kestra_density").filter(|density| density == "compact");
    let nonce = use_nonce();
    policy(nonce.as_ref().map(|nonce| nonce.to_string()));
    let code = assets.code().into_iter().map(|file| format!(r#""{file}""#)).collect::<Vec<_>>().join(", ");
    let program = assets.js.zip(assets.wasm).zip(assets.loader).map(|((js, wasm), loader)| {
        // Everything is requested at once. Not by links in the document: they would also load the program into a
        // browser that runs no scripts.
        let start = format!(
            r#"const program = fetch("{wasm}");
const ahead = (href, how) => document.head.append(Object.assign(document.createElement("link"), {{ href, crossOrigin: "", ...how }}));
ahead("{loader}", {{ rel: "modulepreload" }});
for (const code of [{code}]) ahead(code, {{ rel: "preload", as: "fetch", type: "application/wasm" }});
import("{js}").then(({{ default: start, hydrate }}) =>
  start({{ module_or_path: program }}).then(() => (performance.mark("hydration"), hydrate())));"#
        );
        view! {
            <script type="module" nonce=nonce.clone() inner_html=start></script>
        }
    });
    // A form that was sent without the program is answered at its function's address, with its page. The program finds
    // the page by the address.
    let moved = api::answered_page().map(|page| {
        let page = serde_json::Value::String(page).to_string().replace('<', "\\u003c");
        view! { <script nonce=nonce.clone() inner_html=format!("history.replaceState(null, \"\", {page})")></script> }
    });
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme data-density=density>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <meta name="csrf-token" content=api::csrf_token() />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="stylesheet" href=assets.css />
                {moved}
                {program}
                <MetaTags />
            </head>
            <body>
                <App />
                {Icon::drawings()}
            </body>
        </html>
    }
}

/// What the page may load and run: its own files, and the scripts this rendering wrote.
fn policy(nonce: Option<String>) {
    use axum::http::{HeaderValue, header::CONTENT_SECURITY_POLICY};
    let nonce = nonce.map(|nonce| format!("'nonce-{nonce}'")).unwrap_or_default();
    let policy = format!(
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval' {nonce}; style-src 'self'; img-src 'self' data:; \
         object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    );
    if let (Some(options), Ok(policy)) = (use_context::<leptos_axum::ResponseOptions>(), HeaderValue::from_str(&policy))
    {
        options.insert_header(CONTENT_SECURITY_POLICY, policy);
    }
}
