//! Setup, and what clients want to know before they do anything (contract 1.2, 3.11).

use super::{
    caller::{Api, Visitor},
    error::Failure,
    json::{Body, Done, MaybeBody, Text},
    query::Asked,
};
use crate::state::AppState;
use axum::{Json, extract::State};
use model::Code;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use service::setup::{self, SetUp};

/// What an instance that is not set up says of itself.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SetupOut {
    done: bool,
    repository_type: String,
    queue_type: String,
    storage_type: String,
    secret_type: String,
    password_configuration: Value,
    have_auth_not_basic: bool,
}

/// The first user and the first tenant.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct SetupIn {
    username: Option<String>,
    password: Option<String>,
    tenant: Option<FirstTenant>,
}

/// A first tenant.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct FirstTenant {
    id: Option<String>,
    name: Option<String>,
}

/// The user that was made.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FirstUserOut {
    id: String,
    username: String,
    email: String,
    display_name: String,
    super_admin: bool,
    instance_owner: bool,
}

fn repository(state: &AppState) -> String {
    state.config.database.split(':').next().unwrap_or_default().replace("postgresql", "postgres")
}

/// `GET /setup`; 405 once there is a user.
pub async fn setup(State(state): State<AppState>) -> Result<Json<SetupOut>, Failure> {
    if !setup::needed(&state.service).await? {
        return Err(service::Error::SetUpAlready.into());
    }
    let repository = repository(&state);
    let policy = &state.config.security.passwords;
    Ok(Json(SetupOut {
        done: false,
        queue_type: repository.clone(),
        repository_type: repository,
        storage_type: "local".into(),
        secret_type: "none".into(),
        password_configuration: json!({
            "passwordMinLength": policy.min_length, "passwordRequireSpecial": policy.require_special,
            "passwordMinDigits": policy.min_digits, "passwordMinLowerCase": policy.min_lower_case,
            "passwordMinUpperCase": policy.min_upper_case,
        }),
        have_auth_not_basic: false,
    }))
}

/// `POST /setup`
pub async fn complete(visitor: Visitor, Body(form): Body<SetupIn>) -> Result<Json<FirstUserOut>, Failure> {
    let tenant = form.tenant.map(|tenant| {
        let id = tenant.id.unwrap_or_default();
        let name = tenant.name.filter(|name| !name.is_empty()).unwrap_or_else(|| id.clone());
        (id, name)
    });
    let form = SetUp { email: form.username.unwrap_or_default(), password: form.password.unwrap_or_default(), tenant };
    let user = setup::complete(&visitor.cx, form).await?;
    Ok(Json(FirstUserOut {
        id: user.id.to_string(),
        display_name: user.display_name(),
        email: user.name.clone(),
        username: user.name,
        super_admin: true,
        instance_owner: true,
    }))
}

/// What the instance can do.
#[serde_with::skip_serializing_none]
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConfigsOut {
    version: String,
    edition: String,
    url: Option<String>,
    is_basic_auth_initialized: bool,
    is_basic_auth_enabled: bool,
    tenants: TenantsConfig,
    is_anonymous_usage_enabled: bool,
}

/// What the instance can do with tenants.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TenantsConfig {
    enabled: bool,
    default_tenant: bool,
    storage_by_tenant: bool,
    secret_by_tenant: bool,
}

/// `GET /configs`
pub async fn configs(State(state): State<AppState>, api: Api) -> Result<Json<ConfigsOut>, Failure> {
    service::me::get(&api.cx).await?;
    let tenants = &state.config.tenants;
    Ok(Json(ConfigsOut {
        version: env!("CARGO_PKG_VERSION").into(),
        edition: "EE".into(),
        url: state.config.server.url.clone(),
        is_basic_auth_initialized: !setup::needed(&state.service).await?,
        is_basic_auth_enabled: state.config.security.basic_auth,
        tenants: TenantsConfig {
            enabled: tenants.enabled,
            default_tenant: tenants.default_tenant,
            // Kept and given back, and nothing acts on them.
            storage_by_tenant: false,
            secret_by_tenant: false,
        },
        is_anonymous_usage_enabled: false,
    }))
}

/// Whether somebody can sign in yet.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LoginConfigOut {
    is_basic_auth_initialized: bool,
}

/// `GET /configs/login`
pub async fn login_config(State(state): State<AppState>) -> Result<Json<LoginConfigOut>, Failure> {
    Ok(Json(LoginConfigOut { is_basic_auth_initialized: !setup::needed(&state.service).await? }))
}

/// Ways of signing in.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuthsOut {
    login_password: bool,
    mails_enabled: bool,
    passwordless: bool,
    oauths: Vec<String>,
}

/// `GET /auths`
pub async fn auths(State(state): State<AppState>) -> Json<AuthsOut> {
    let mails_enabled = state.service.mails();
    Json(AuthsOut { login_password: true, mails_enabled, passwordless: false, oauths: Vec::new() })
}

/// A license; none is needed here.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LicenseOut {
    #[serde(rename = "type")]
    kind: String,
    expired: bool,
}

/// `GET /license-info`
pub async fn license(api: Api) -> Result<Json<LicenseOut>, Failure> {
    service::me::get(&api.cx).await?;
    Ok(Json(LicenseOut { kind: "Apache-2.0".into(), expired: false }))
}

/// `GET /basicAuthValidationErrors`: what is wrong with the password of the configuration; it is checked at start.
pub async fn basic_auth_errors(api: Api) -> Result<Json<Vec<String>>, Failure> {
    service::me::get(&api.cx).await?;
    Ok(Json(Vec::new()))
}

/// A forgotten password's address.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Forgotten {
    /// Address.
    #[serde(rename = "username")]
    _username: Option<String>,
}

/// What would be mailed, and is not yet. Without a mail server the answer is the same for everybody, so that nobody
/// learns who has an account; with one, people would wait for a mail that never comes.
fn mailed(state: &AppState, what: &str) -> Result<Done, Failure> {
    if !state.service.mails() {
        return Ok(Done);
    }
    let message = format!("Not Implemented: {what} can't be sent by email yet. Ask an admin to set a new password.");
    Err(Failure::new(Code::NotBuilt, message))
}

/// `POST /forgotten-password`: 200 without a mail server, where an admin sets a new password; 501 with one, until the
/// mail is built.
pub async fn forgotten(State(state): State<AppState>, _: MaybeBody<Forgotten>) -> Result<Done, Failure> {
    mailed(&state, "A link to set a new password")
}

/// `GET /forgotten-password?username=`
pub async fn forgotten_1x(State(state): State<AppState>, _: Asked<Forgotten>) -> Result<Done, Failure> {
    mailed(&state, "A link to set a new password")
}

/// A new password, and the token of the mail.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Reset {
    #[serde(rename = "token")]
    _token: Option<String>,
    #[serde(rename = "password")]
    _password: Option<String>,
}

/// `POST /reset-password`: no token was ever mailed, so none is right.
pub async fn reset(_: Body<Reset>) -> Result<Done, Failure> {
    Err(Failure::new(
        Code::Invalid,
        "Illegal argument: this token is not valid, or no longer. Ask an admin to set a new password.",
    ))
}

/// `POST /validate-password`: 200 where the policy accepts it, 422 with the policy where it does not.
pub async fn validate_password(State(state): State<AppState>, Text(password): Text) -> Result<Done, Failure> {
    let policy = &state.config.security.passwords;
    if policy.broken(password.trim_end_matches(['\r', '\n'])).is_empty() {
        return Ok(Done);
    }
    Err(Failure::new(Code::Invalid, format!("Invalid entity: {}", policy.sentence())))
}

/// `GET` and `POST /request-code/{email}`; see `/forgotten-password`.
pub async fn request_code(State(state): State<AppState>, _: Visitor) -> Result<Done, Failure> {
    mailed(&state, "A code to sign in with")
}
