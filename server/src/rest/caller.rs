//! Who calls the API: Basic credentials, else the session a browser brings (contract 1.2).

use super::error::Failure;
use crate::{
    state::AppState,
    web::caller::{SessionCaller, origin},
};
use axum::{
    extract::{FromRequestParts, Request},
    http::{Uri, header::AUTHORIZATION, request::Parts},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use model::{Code, audit::Door};
use service::{Caller, Context};

/// The caller's context, and the address that was called, for errors.
pub struct Api {
    /// Who asks.
    pub cx: Context,
    uri: Uri,
}

impl Api {
    /// What is wrong with this request.
    pub fn invalid(&self, message: &str) -> Failure {
        Failure::new(Code::Invalid, message).at(&self.uri)
    }

    /// An error of this request.
    pub fn fail(&self, error: service::Error) -> Failure {
        Failure::from(error).at(&self.uri)
    }
}

impl FromRequestParts<AppState> for Api {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        let uri = super::called(&parts.extensions);
        let mut request = Request::new(());
        *request.headers_mut() = parts.headers.clone();
        *request.extensions_mut() = parts.extensions.clone();
        let origin = origin(state, &request, Door::Rest);
        let credentials = credentials(parts).map_err(|failure| failure.at(&uri))?;
        let caller = match credentials {
            Some((email, password)) if state.config.security.basic_auth => {
                let nobody = state.service.context(Caller::Anonymous, origin.clone());
                let user = service::login::basic(&nobody, &email, &password).await;
                Caller::Principal(user.map_err(|error| Failure::from(error).at(&uri))?.id)
            }
            Some(_) => return Err(Failure::from(service::Error::Unauthenticated).at(&uri)),
            None => {
                let session = parts.extensions.get::<SessionCaller>();
                session.map_or(Caller::Anonymous, |session| session.0.clone())
            }
        };
        Ok(Self { cx: state.service.context(caller, origin), uri })
    }
}

/// The credentials of the Authorization header. Clients that have none send empty ones, `Basic Og==`,
/// which count as none (contract 1.1).
fn credentials(parts: &Parts) -> Result<Option<(String, String)>, Failure> {
    let Some(header) = parts.headers.get(AUTHORIZATION) else { return Ok(None) };
    let refused = || Failure::new(Code::Unauthenticated, "Unauthorized: these credentials are not understood.");
    let header = header.to_str().map_err(|_| refused())?;
    let (scheme, value) = header.split_once(' ').ok_or_else(refused)?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(refused());
    }
    let decoded = BASE64_STANDARD.decode(value.trim()).map_err(|_| refused())?;
    let text = String::from_utf8(decoded).map_err(|_| refused())?;
    let (email, password) = text.split_once(':').ok_or_else(refused)?;
    Ok((!(email.is_empty() && password.is_empty())).then(|| (email.to_owned(), password.to_owned())))
}
