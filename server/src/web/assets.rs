//! The built files: the browser half, styles, icons. All are inside the binary.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use rust_embed::RustEmbed;
use std::collections::HashMap;

/// What `.ci/build` laid out. A debug build reads the folder instead.
#[derive(RustEmbed)]
#[folder = "../target/site"]
struct Site;

/// Names of the built files, as `.ci/build` wrote them down.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
struct Manifest {
    js: Option<String>,
    wasm: Option<String>,
    css: Option<String>,
    loader: Option<String>,
    areas: HashMap<String, Vec<String>>,
}

/// Their addresses, for the document.
pub fn addresses() -> app::Assets {
    let manifest: Manifest =
        Site::get("manifest.json").and_then(|file| serde_json::from_slice(&file.data).ok()).unwrap_or_default();
    let address = |name: String| format!("/pkg/{name}");
    app::Assets {
        css: manifest.css.map(address).unwrap_or_default(),
        js: manifest.js.map(address),
        wasm: manifest.wasm.map(address),
        loader: manifest.loader.map(address),
        areas: manifest
            .areas
            .into_iter()
            .map(|(area, files)| (area, files.into_iter().map(address).collect()))
            .collect(),
    }
}

/// The file of that address, in the smallest form the browser takes; nothing where there is none.
pub fn serve(uri: &Uri, headers: &HeaderMap) -> Option<Response> {
    let path = uri.path().trim_start_matches('/');
    if path.is_empty() || path == "manifest.json" || path.ends_with(".br") || path.ends_with(".gz") {
        return None;
    }
    let accepts = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let accepts = |coding: &str| accepts.split(',').any(|one| one.trim().split(';').next() == Some(coding));
    let variant = [("br", "br"), ("gzip", "gz")]
        .into_iter()
        .filter(|(coding, _)| accepts(coding))
        .find_map(|(coding, suffix)| Some((Some(coding), Site::get(&format!("{path}.{suffix}"))?)));
    let (coding, file) = match variant {
        Some(found) => found,
        None => (None, Site::get(path)?),
    };
    let mut response = (StatusCode::OK, Body::from(file.data)).into_response();
    let out = response.headers_mut();
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    if let Ok(kind) = HeaderValue::from_str(kind.as_ref()) {
        out.insert(header::CONTENT_TYPE, kind);
    }
    // A name with a hash never means another content.
    let keep = if path.starts_with("pkg/") { "public, max-age=31536000, immutable" } else { "public, max-age=3600" };
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    out.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(coding) = coding {
        out.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    Some(response)
}
