//! Calling server functions that answer data.
//!
//! The framework's own client is compiled once more for each function, and so is all that keeps what it answers. Here a
//! call is its address and its arguments as text, what comes back is text too, and its type is met when it is shown.

use crate::api::{Answer, Refusal};
use leptos::server_fn::{ServerFn, serde::de::DeserializeOwned};
use serde::Serialize;
use std::{
    any::Any,
    pin::Pin,
    sync::{Arc, OnceLock},
};

/// What may be asked for: it comes with the page as text.
pub(crate) trait Readable: Clone + Serialize + DeserializeOwned + Send + Sync + 'static {}

impl<T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static> Readable for T {}

/// A call of a server function that answers data.
pub(crate) trait Call: ServerFn<Output: Readable, Error = Refusal> + Serialize + 'static {}

impl<F: ServerFn<Output: Readable, Error = Refusal> + Serialize + 'static> Call for F {}

/// Data of any type.
#[derive(Debug, Clone)]
pub(crate) struct Data {
    /// As it is sent.
    text: Arc<str>,
    /// As it is, once somebody asked for it; nothing where the text is none of its type.
    value: Arc<OnceLock<Box<dyn Any + Send + Sync>>>,
}

impl Data {
    /// As it was sent.
    pub(crate) fn sent(text: &str) -> Self {
        Self { text: text.into(), value: Arc::default() }
    }

    /// As it is sent.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Of a value that is here.
    pub(crate) fn of<T: Readable>(value: T) -> Self {
        // Only the server sends it on.
        let text =
            if cfg!(feature = "ssr") { serde_json::to_string(&value).unwrap_or_default() } else { String::new() };
        let value: Box<dyn Any + Send + Sync> = Box::new(Some(value));
        Self { text: text.into(), value: Arc::new(OnceLock::from(value)) }
    }

    /// The value; none where it is of another type than the server sent.
    pub(crate) fn value<T: Readable>(&self) -> Option<&T> {
        let read = || -> Box<dyn Any + Send + Sync> { Box::new(serde_json::from_str::<T>(&self.text).ok()) };
        self.value.get_or_init(read).downcast_ref::<Option<T>>()?.as_ref()
    }
}

/// Data on its way.
pub(crate) type Asked = Pin<Box<dyn Future<Output = Answer<Data>> + Send>>;

/// Asks for data.
pub(crate) fn ask<F: Call>(call: F) -> Asked {
    #[cfg(feature = "ssr")]
    {
        let answer = crate::api::awaited(call.run_body());
        Box::pin(async move { answer.await.map(Data::of) })
    }
    #[cfg(not(feature = "ssr"))]
    there::send(F::PATH, serde_qs::to_string(&call).unwrap_or_default())
}

/// Asks for data of a type that is known right here.
pub(crate) async fn answer<F: Call>(call: F) -> Answer<F::Output> {
    ask(call).await?.value().cloned().ok_or_else(unexpected)
}

/// What is said where an answer is none that the function could have sent.
pub(crate) fn unexpected() -> Refusal {
    Refusal(model::Error::new(model::Code::Internal, "The server sent an unexpected answer. Reload the page."))
}

/// A request from the browser.
#[cfg(feature = "hydrate")]
pub(crate) mod there {
    use super::{Asked, Data};
    use crate::api::{Answer, Refusal};
    use leptos::{
        prelude::window,
        server_fn::error::{FromServerFnError, ServerFnErrorErr},
        wasm_bindgen::{JsCast, JsValue},
        web_sys::{AbortController, Headers, RequestInit, Response},
    };
    use send_wrapper::SendWrapper;
    use wasm_bindgen_futures::JsFuture;

    /// How fields are sent.
    const FIELDS: &str = "application/x-www-form-urlencoded";

    /// Gives a request up when nobody waits for its answer any more.
    struct Waiting(Option<AbortController>);

    impl Drop for Waiting {
        fn drop(&mut self) {
            if let Some(request) = &self.0 {
                request.abort();
            }
        }
    }

    pub(super) fn send(to: &'static str, fields: String) -> Asked {
        Box::pin(SendWrapper::new(async move { read(to, &fields).await }))
    }

    async fn read(to: &str, fields: &str) -> Answer<Data> {
        let request = Waiting(AbortController::new().ok());
        let failed = |error| Refusal::from_server_fn_error(error);
        let Some((response, text)) = post(to, fields, "application/json", request.0.as_ref()).await else {
            return Err(failed(ServerFnErrorErr::Request(String::new())));
        };
        if response.ok() {
            return Ok(Data::sent(&text));
        }
        Err(serde_json::from_str(&text).unwrap_or_else(|_| failed(ServerFnErrorErr::Deserialization(String::new()))))
    }

    /// Sends fields, asks for an answer of a kind, and reads it whole; nothing where the server does not answer.
    pub(crate) async fn post(
        to: &str,
        fields: &str,
        accept: &str,
        request: Option<&AbortController>,
    ) -> Option<(Response, String)> {
        let answer = async || -> Result<(Response, String), JsValue> {
            let headers = Headers::new()?;
            headers.set("accept", accept)?;
            headers.set("content-type", FIELDS)?;
            let options = RequestInit::new();
            options.set_method("POST");
            options.set_headers(&headers);
            options.set_body(&JsValue::from_str(fields));
            options.set_signal(request.map(AbortController::signal).as_ref());
            let response: Response =
                JsFuture::from(window().fetch_with_str_and_init(to, &options)).await?.dyn_into()?;
            let text = JsFuture::from(response.text()?).await?.as_string().unwrap_or_default();
            Ok((response, text))
        };
        answer().await.ok()
    }
}
