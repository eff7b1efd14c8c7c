//! Server functions: what pages ask and tell. Each is a call of one use case; none decides anything.

pub mod access;
pub mod account;
pub mod assignment;
pub mod audit;
#[cfg(feature = "ssr")]
mod blame;
#[cfg(feature = "ssr")]
mod clause;
pub mod credential;
#[cfg(feature = "ssr")]
pub(crate) mod dates;
pub mod execution;
pub mod explain;
pub mod find;
pub mod flow;
pub mod frame;
pub mod group;
pub mod home;
pub mod impersonation;
pub mod instance;
pub mod invitation;
#[cfg(feature = "ssr")]
mod links;
pub mod me;
pub mod namespace;
pub mod overview;
pub mod people;
pub mod role;
pub mod service_account;
pub mod sync;
pub mod tenant;
pub mod tenant_user;
pub mod user;

use leptos::server_fn::{
    Bytes, ContentType, Decodes, Encodes, Format, FormatType,
    codec::Post,
    error::{FromServerFnError, ServerFnErrorErr},
};
use model::{Code, Error, Moment};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// JSON, read as text. The framework's own codec reads bytes; resources that come with the page are read as
/// text, and a reader for each would put all code that reads a type into the browser half twice.
pub struct Text;

/// How server functions answer.
pub type Wire = Post<Text>;

impl ContentType for Text {
    const CONTENT_TYPE: &'static str = "application/json";
}

impl FormatType for Text {
    const FORMAT_TYPE: Format = Format::Text;
}

impl<T: Serialize> Encodes<T> for Text {
    type Error = serde_json::Error;

    fn encode(value: &T) -> Result<Bytes, Self::Error> {
        serde_json::to_string(value).map(Bytes::from)
    }
}

impl<T: DeserializeOwned> Decodes<T> for Text {
    type Error = serde_json::Error;

    fn decode(bytes: Bytes) -> Result<T, Self::Error> {
        serde_json::from_str(std::str::from_utf8(&bytes).unwrap_or_default())
    }
}

/// An error on its way from a server function to the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Refusal(pub Error);

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Refusal {}

/// What is said where the arguments of a function cannot be read.
fn unread() -> (Code, String) {
    #[cfg(feature = "ssr")]
    server::set_status(Code::BadRequest);
    (Code::BadRequest, "Something is missing in what was sent. Reload the page and try again.".to_owned())
}

impl FromServerFnError for Refusal {
    type Encoder = Text;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        let (code, message) = match error {
            ServerFnErrorErr::Request(_) => {
                (Code::Unavailable, "The server doesn't answer. Check your connection and try again.".to_owned())
            }
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => unread(),
            // On the server this is the request, and in the browser the answer.
            ServerFnErrorErr::Deserialization(_) if cfg!(feature = "ssr") => unread(),
            _ => (Code::Internal, "The server sent an unexpected answer. Try again in a moment.".to_owned()),
        };
        Self(Error::new(code, message))
    }
}

/// Rows of a page of a list.
pub(crate) const ROWS: i64 = 25;

/// A page of a list, from 1: of the rows that are like `q`, or of all.
#[cfg(feature = "ssr")]
pub(crate) fn part(q: &str, page: i64) -> model::List {
    /// Rows that were searched for are counted up to so many: nobody turns more pages, and counting takes its time.
    const COUNTED: i64 = 1_000;
    let offset = (page.max(1) - 1).saturating_mul(ROWS);
    model::List { q: q.trim().to_owned(), offset, size: ROWS, most: Some(COUNTED), ..model::List::default() }
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed<T> {
    /// Its rows.
    pub rows: Vec<T>,
    /// Rows in the whole list.
    pub total: i64,
    /// There are more than `total`.
    pub more: bool,
}

impl<T> From<model::Page<T>> for Listed<T> {
    fn from(page: model::Page<T>) -> Self {
        Self { rows: page.results, total: page.total, more: page.more }
    }
}

/// What somebody else has saved while a form was filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved<T> {
    /// As it is now.
    pub now: T,
    /// What a form says that is filled from it.
    pub seen: String,
    /// Who saved it, and when.
    pub by: Option<(String, Moment)>,
}

/// What a server function returns.
pub type Answer<T> = Result<T, Refusal>;

/// Answers the page with the status that there is none at its address.
pub(crate) fn no_page() {
    #[cfg(feature = "ssr")]
    server::set_status(Code::NotFound);
}

#[cfg(feature = "ssr")]
mod server {
    use super::{Answer, Refusal};
    use crate::port::{Refused, Visitor, Waiting};
    use axum::http::{StatusCode, request::Parts};
    use leptos::prelude::use_context;
    use leptos_axum::ResponseOptions;
    use model::{Code, Error};
    use std::sync::Arc;

    /// Who asks, from where.
    pub(crate) fn cx() -> Answer<service::Context> {
        use_context::<Parts>()
            .and_then(|parts| parts.extensions.get::<service::Context>().cloned())
            .ok_or_else(|| refuse(Error::new(Code::Internal, "This page is not served as it should be.")))
    }

    /// What a page reads. Where nobody waits for the page any more it fails at once: a resource that never gets an answer
    /// is kept for ever by what it would have been sent with.
    pub(crate) fn awaited<T>(answer: impl Future<Output = Answer<T>>) -> impl Future<Output = Answer<T>> {
        let waiting = use_context::<Waiting>().unwrap_or_default();
        async move {
            let nobody = || Refusal(Error::new(Code::Unavailable, "Nobody waits for this page any more."));
            waiting.read(answer).await.unwrap_or_else(|| Err(nobody()))
        }
    }

    /// Who asks; a page that reads `again` by itself what it shows is denied nothing that anybody asked for.
    pub(crate) fn asking(again: bool) -> Answer<service::Context> {
        let cx = cx()?;
        Ok(if again { cx.by_itself() } else { cx })
    }

    /// The browser behind the request.
    pub(crate) fn visitor() -> Answer<Arc<dyn Visitor>> {
        use_context::<Parts>()
            .and_then(|parts| parts.extensions.get::<Arc<dyn Visitor>>().cloned())
            .ok_or_else(|| refuse(Error::new(Code::Internal, "This page is not served as it should be.")))
    }

    /// The page that answers a form, at the address of the form's function.
    pub(crate) fn answered_page() -> Option<String> {
        let parts = use_context::<Parts>()?;
        let answers = parts.extensions.get::<crate::Retry>().is_some() || revealed().is_some();
        answers.then(|| parts.uri.to_string())
    }

    /// The request, as the log names it.
    fn request_id() -> Option<String> {
        let parts = use_context::<Parts>()?;
        parts.headers.get("x-request-id")?.to_str().ok().map(str::to_owned)
    }

    /// Gives the answer the status of what went wrong.
    pub(super) fn set_status(code: Code) {
        if let (Some(options), Ok(status)) = (use_context::<ResponseOptions>(), StatusCode::from_u16(code.status())) {
            options.set_status(status);
        }
    }

    /// Turns a refusal into the answer, with its status.
    pub(crate) fn refuse(error: impl Into<Error>) -> Refusal {
        let mut error = error.into();
        if error.code.status() >= 500 {
            error.request = request_id();
        }
        set_status(error.code);
        if let Some(slot) = use_context::<Parts>().and_then(|parts| parts.extensions.get::<Refused>().cloned()) {
            slot.put(error.clone());
        }
        Refusal(error)
    }

    /// Turns a refusal into the answer; its fields are called as the form calls them, where `shown` knows better.
    pub(crate) fn renamed(error: impl Into<Error>, shown: impl Fn(&str) -> Option<&'static str>) -> Refusal {
        let mut error = error.into();
        for wrong in &mut error.fields {
            if let Some(name) = shown(&wrong.field) {
                wrong.field = name.to_owned();
            }
        }
        refuse(error)
    }

    /// Shows the page the form was on once more, with this to be read on it.
    pub(crate) fn reveal(secret: String) {
        if let Some(slot) =
            use_context::<Parts>().and_then(|parts| parts.extensions.get::<crate::port::Reveal>().cloned())
        {
            slot.put(secret);
        }
    }

    /// What this page is shown with once.
    pub(crate) fn revealed() -> Option<String> {
        use_context::<Parts>()
            .and_then(|parts| parts.extensions.get::<crate::port::Revealed>().cloned())
            .map(|one| one.0)
    }

    /// Leads the browser to another page after a form did its work.
    pub(crate) fn go(path: &str) {
        leptos_axum::redirect(path);
    }

    /// What the page repeats to show that it is ours.
    pub(crate) fn csrf_token() -> Option<String> {
        use_context::<Parts>()
            .and_then(|parts| parts.extensions.get::<crate::port::CsrfToken>().cloned())
            .map(|token| token.0)
    }

    /// Lets the browser keep something for a year.
    pub(crate) fn keep(name: &str, value: &str) -> Answer<()> {
        use axum::http::{HeaderValue, header::SET_COOKIE};
        let secure = if visitor()?.secure() { "; Secure" } else { "" };
        let cookie = format!("{name}={value}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax{secure}");
        if let (Some(options), Ok(value)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(&cookie)) {
            options.append_header(SET_COOKIE, value);
        }
        Ok(())
    }

    /// The request's cookie of that name.
    pub(crate) fn cookie(name: &str) -> Option<String> {
        let parts = use_context::<Parts>()?;
        let all = parts.headers.get(axum::http::header::COOKIE)?.to_str().ok()?;
        all.split("; ").find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=').map(str::to_owned))
    }
}

#[cfg(feature = "ssr")]
pub(crate) use server::{
    answered_page, asking, awaited, cookie, csrf_token, cx, go, keep, refuse, renamed, reveal, revealed, visitor,
};
