//! Signing in and out over the API (contract 1.2).

use super::{
    caller::{Api, JWT},
    error::Failure,
    json::Text,
};
use crate::{
    state::AppState,
    web::{caller::origin, session::secure},
};
use axum::{
    Json,
    extract::{FromRequest, Request, State},
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use axum_extra::extract::{
    CookieJar,
    cookie::{Cookie, SameSite},
};
use model::{Code, audit::Door};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use service::{Caller, Context, login::Opened};

/// The cookie that renews a sign-in.
const REFRESH: &str = "JWT_REFRESH_TOKEN";

/// Who wants in.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Credentials {
    /// Email address.
    #[serde(alias = "email")]
    username: String,
    /// Password.
    password: String,
}

/// Who is in.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SignedIn {
    username: String,
    token_type: String,
    /// In seconds.
    expires_in: i64,
}

/// What renews a sign-in, where the cookie does not.
#[derive(Debug, Default, Deserialize)]
struct Renewal {
    refresh_token: Option<String>,
}

/// A body of JSON or of a form.
fn read<T: serde::de::DeserializeOwned>(headers: &HeaderMap, body: &str) -> Result<T, Failure> {
    let form =
        headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
    let read = if form {
        serde_html_form::from_str(body).map_err(|error| error.to_string())
    } else {
        serde_json::from_str(body).map_err(|error| error.to_string())
    };
    read.map_err(|error| Failure::new(Code::Invalid, format!("Invalid json mapping: {error}")))
}

/// Who asks does not matter here: whatever cookie came along is about to be replaced.
fn nobody(state: &AppState, request: &Request) -> Context {
    state.service.context(Caller::Anonymous, origin(state, request, Door::Rest))
}

/// `POST /login`
pub async fn login(State(state): State<AppState>, request: Request) -> Result<Admitted, Failure> {
    let cx = nobody(&state, &request);
    let headers = request.headers().clone();
    let Text(body) = Text::from_request(request, &state).await?;
    let Credentials { username, password } = read(&headers, &body)?;
    let opened = service::login::open(&cx, &username, &password).await?;
    Ok(Admitted::new(&state, &opened))
}

/// `POST /oauth/access_token`
pub async fn refresh(State(state): State<AppState>, jar: CookieJar, request: Request) -> Result<Admitted, Failure> {
    let cx = nobody(&state, &request);
    let headers = request.headers().clone();
    let Text(body) = Text::from_request(request, &state).await?;
    let sent = if body.trim().is_empty() { None } else { read::<Renewal>(&headers, &body)?.refresh_token };
    let token = sent.or_else(|| jar.get(REFRESH).map(|cookie| cookie.value().to_owned())).unwrap_or_default();
    let opened = service::login::refresh(&cx, &token).await?;
    Ok(Admitted::new(&state, &opened))
}

/// `GET` and `POST /logout`
pub async fn logout(State(state): State<AppState>, jar: CookieJar, request: Request) -> Result<Response, Failure> {
    let cx = nobody(&state, &request);
    let value = |name| jar.get(name).map_or("", Cookie::value);
    if let Ok(cx) = service::login::jwt(&cx, value(JWT)).await {
        // Whoever is not signed in has nothing to sign out of.
        let _ = service::login::sign_out(&cx).await;
    }
    service::login::close(&cx, value(JWT), value(REFRESH)).await?;
    let gone = |name: &'static str| Cookie::build((name, "")).path("/").secure(secure(&state)).removal().build();
    Ok((StatusCode::OK, CookieJar::new().add(gone(JWT)).add(gone(REFRESH))).into_response())
}

/// `POST /users/{id}/impersonate`
pub async fn impersonate(State(state): State<AppState>, api: Api) -> Result<Admitted, Failure> {
    let opened = service::login::impersonate(&api.cx, &model::PrincipalId::new(api.id())).await?;
    Ok(Admitted::new(&state, &opened))
}

/// The cookies of a sign-in, and whose it is.
pub struct Admitted(CookieJar, SignedIn);

impl Admitted {
    fn new(state: &AppState, opened: &Opened) -> Self {
        let cookie = |name: &'static str, value: &str, lasts: i64| {
            Cookie::build((name, value.to_owned()))
                .path("/")
                .http_only(true)
                .secure(secure(state))
                .same_site(SameSite::Lax)
                .max_age(time::Duration::milliseconds(lasts))
        };
        let jar = CookieJar::new().add(cookie(JWT, &opened.jwt, opened.lasts)).add(cookie(
            REFRESH,
            &opened.refresh,
            opened.renewable,
        ));
        let body = SignedIn {
            username: opened.principal.name.clone(),
            token_type: "Cookie".into(),
            expires_in: opened.lasts / 1000,
        };
        Self(jar, body)
    }
}

impl IntoResponse for Admitted {
    fn into_response(self) -> Response {
        (self.0, Json(self.1)).into_response()
    }
}
