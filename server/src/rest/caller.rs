//! Who calls the API: Basic credentials, an API token, the cookie of a sign-in, else the session of a page
//! (contract 1.2).

use super::error::Failure;
use crate::{
    state::AppState,
    web::{
        caller::{InSession, origin},
        csrf,
    },
};
use axum::{
    extract::{FromRequestParts, RawPathParams, Request},
    http::{HeaderMap, header::AUTHORIZATION, request::Parts},
};
use axum_extra::extract::CookieJar;
use base64::{Engine, prelude::BASE64_STANDARD};
use model::{Code, audit::Door};
use service::{Caller, Context, TenantRef};

/// The cookie of a sign-in over the API.
pub const JWT: &str = "JWT";

/// The caller's context, and what the address says.
pub struct Api {
    /// Who asks.
    pub cx: Context,
    /// Parts of the address by name.
    parameters: Vec<(String, String)>,
}

impl Api {
    /// A part of the address; empty where the route has none of that name.
    pub fn param(&self, name: &str) -> &str {
        self.parameters.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// What the address is about.
    pub fn id(&self) -> &str {
        self.param("id")
    }

    /// The tenant of the address; the default tenant where it names none.
    pub fn tenant(&self) -> Result<TenantRef, Failure> {
        match self.param("tenant") {
            "" => Ok(TenantRef::Default),
            id => Ok(TenantRef::parse(id)?),
        }
    }
}

/// Somebody at an address that is open to all: whoever they are does not matter there.
pub struct Visitor {
    /// Nobody.
    pub cx: Context,
    parameters: Vec<(String, String)>,
}

impl Visitor {
    /// What the address is about.
    pub fn id(&self) -> &str {
        self.parameters.iter().find(|(key, _)| key == "id").map_or("", |(_, value)| value)
    }
}

impl FromRequestParts<AppState> for Visitor {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        let parameters = parameters(parts, state).await?;
        Ok(Self { cx: nobody(parts, state), parameters })
    }
}

async fn parameters(parts: &mut Parts, state: &AppState) -> Result<Vec<(String, String)>, Failure> {
    let parameters = RawPathParams::from_request_parts(parts, state)
        .await
        .map_err(|_| Failure::new(Code::BadRequest, "Bad Request: the address is not UTF-8 text."))?;
    let parameters: Vec<_> = parameters.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    // A text with a zero byte names nothing, and PostgreSQL refuses to look it up.
    if parameters.iter().any(|(_, value)| value.contains('\0')) {
        return Err(Failure::new(Code::NotFound, "Not Found"));
    }
    Ok(parameters)
}

fn nobody(parts: &Parts, state: &AppState) -> Context {
    let mut request = Request::new(());
    *request.headers_mut() = parts.headers.clone();
    *request.extensions_mut() = parts.extensions.clone();
    state.service.context(Caller::Anonymous, origin(state, &request, Door::Rest))
}

impl FromRequestParts<AppState> for Api {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        let parameters = parameters(parts, state).await?;
        let nobody = nobody(parts, state);
        let mut cx = match credentials(&parts.headers)? {
            Some(Credentials::Basic(..)) if !state.config.security.basic_auth => {
                return Err(service::Error::Unauthenticated.into());
            }
            Some(Credentials::Basic(email, password)) => service::login::basic(&nobody, &email, &password).await?,
            Some(Credentials::Bearer(token)) => service::token::bearer(&nobody, &token).await?,
            None => {
                let cx = match CookieJar::from_headers(&parts.headers).get(JWT) {
                    Some(jwt) => service::login::jwt(&nobody, jwt.value()).await?,
                    None => match parts.extensions.get() {
                        Some(InSession(cx)) => cx.through(&nobody),
                        None => nobody,
                    },
                };
                // Only these came along by themselves; credentials in a header were put there on purpose.
                if *cx.caller() != Caller::Anonymous {
                    csrf::check(&parts.method, &parts.headers)?;
                }
                cx
            }
        };
        if let Some(name) = parts.headers.get("x-kestra-impersonate") {
            let name = name.to_str().map_err(|_| service::Error::Unauthenticated)?;
            let tenant = parameters.iter().find(|(key, _)| key == "tenant").map(|(_, id)| TenantRef::parse(id));
            cx = service::login::impersonating(&cx, tenant.transpose()?.as_ref(), name).await?;
        }
        // Before the body is looked at: nobody learns what it should be like.
        if *cx.caller() == Caller::Anonymous {
            return Err(service::Error::Unauthenticated.into());
        }
        cx.name_caller();
        Ok(Self { cx, parameters })
    }
}

enum Credentials {
    Basic(String, String),
    Bearer(String),
}

/// The credentials of the Authorization header. Clients that have none send empty ones, `Basic Og==`,
/// which count as none (contract 1.1).
fn credentials(headers: &HeaderMap) -> Result<Option<Credentials>, Failure> {
    let Some(header) = headers.get(AUTHORIZATION) else { return Ok(None) };
    let refused = || Failure::new(Code::Unauthenticated, "Unauthorized: these credentials are not understood.");
    let header = header.to_str().map_err(|_| refused())?;
    let (scheme, value) = header.split_once(' ').ok_or_else(refused)?;
    if scheme.eq_ignore_ascii_case("bearer") {
        return Ok(Some(Credentials::Bearer(value.trim().to_owned())));
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(refused());
    }
    let decoded = BASE64_STANDARD.decode(value.trim()).map_err(|_| refused())?;
    let text = String::from_utf8(decoded).map_err(|_| refused())?;
    let (email, password) = text.split_once(':').ok_or_else(refused)?;
    let given = !(email.is_empty() && password.is_empty());
    Ok(given.then(|| Credentials::Basic(email.to_owned(), password.to_owned())))
}
