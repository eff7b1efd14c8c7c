//! `/users` (contract 3.2).

use super::{
    caller::Api,
    error::Failure,
    json::{Body, Created, Done},
    query::Listing,
    words::{AuthOut, GroupRefOut, TenantRefOut, TokenCreated, TokenIn, TokenList, auths},
};
use axum::{Json, response::NoContent};
use model::{Page, PrincipalId, PrincipalKind, TokenId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use service::user::{self, NewUser, Profile, User};

/// A user as clients send it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserIn {
    email: Option<String>,
    /// What older clients send beside the address.
    username: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    password: Option<String>,
    tenants: Option<Vec<String>>,
    groups: Option<Vec<String>>,
    super_admin: Option<bool>,
    instance_owner: Option<bool>,
    restricted: Option<bool>,
}

impl From<UserIn> for NewUser {
    fn from(sent: UserIn) -> Self {
        Self {
            email: sent.email.filter(|email| !email.is_empty()).or(sent.username).unwrap_or_default(),
            first_name: sent.first_name,
            last_name: sent.last_name,
            password: sent.password.filter(|password| !password.is_empty()),
            superadmin: sent.super_admin.or(sent.instance_owner),
            restricted: sent.restricted,
            tenants: sent.tenants,
            groups: sent.groups,
            ..Self::default()
        }
    }
}

/// A user as clients read it.
#[serde_with::skip_serializing_none]
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserOut {
    id: String,
    username: String,
    display_name: String,
    first_name: Option<String>,
    last_name: Option<String>,
    email: String,
    tenants: Vec<TenantRefOut>,
    auths: Vec<AuthOut>,
    groups: Vec<GroupRefOut>,
    super_admin: bool,
    instance_owner: bool,
    restricted: bool,
}

impl From<User> for UserOut {
    fn from(user: User) -> Self {
        let auths = auths(&user.principal, user.password);
        let some = |text: String| Some(text).filter(|text| !text.is_empty());
        Self {
            id: user.principal.id.to_string(),
            display_name: user.principal.display_name(),
            username: user.principal.name.clone(),
            email: user.principal.name,
            first_name: some(user.principal.first_name),
            last_name: some(user.principal.last_name),
            tenants: user.tenants.into_iter().map(TenantRefOut::from).collect(),
            auths,
            groups: user.groups.into_iter().map(GroupRefOut::from).collect(),
            super_admin: user.principal.superadmin,
            instance_owner: user.principal.superadmin,
            restricted: user.principal.restricted,
        }
    }
}

/// A user in a list.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserSummaryOut {
    id: String,
    username: String,
    display_name: String,
    tenants: Vec<TenantRefOut>,
    auths: Vec<AuthOut>,
    super_admin: bool,
    instance_owner: bool,
}

impl From<User> for UserSummaryOut {
    fn from(user: User) -> Self {
        Self {
            id: user.principal.id.to_string(),
            display_name: user.principal.display_name(),
            auths: auths(&user.principal, user.password),
            super_admin: user.principal.superadmin,
            instance_owner: user.principal.superadmin,
            username: user.principal.name,
            tenants: user.tenants.into_iter().map(TenantRefOut::from).collect(),
        }
    }
}

/// A user's name and address.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct ProfileIn {
    first_name: Option<String>,
    last_name: Option<String>,
    email: Option<String>,
}

impl From<ProfileIn> for Profile {
    fn from(sent: ProfileIn) -> Self {
        Self { first_name: sent.first_name, last_name: sent.last_name, email: sent.email }
    }
}

/// A password.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct PasswordIn {
    password: String,
}

/// Whether somebody administers the instance; both generations' words.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct SuperadminIn {
    super_admin: Option<bool>,
    instance_owner: Option<bool>,
}

impl SuperadminIn {
    /// The one that was sent.
    pub fn value(&self) -> Result<bool, Failure> {
        let missing = || Failure::new(model::Code::Invalid, "Invalid entity: superAdmin or instanceOwner is missing.");
        self.super_admin.or(self.instance_owner).ok_or_else(missing)
    }
}

/// Whether a user is a demonstration user.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct RestrictedIn {
    restricted: bool,
}

fn id(api: &Api) -> PrincipalId {
    PrincipalId::new(api.id())
}

/// `GET /users`
pub async fn list(api: Api, Listing(list): Listing) -> Result<Json<Page<UserSummaryOut>>, Failure> {
    Ok(Json(user::page(&api.cx, &list).await?.map(UserSummaryOut::from)))
}

/// `POST /users`
pub async fn create(api: Api, Body(new): Body<UserIn>) -> Result<Created<UserOut>, Failure> {
    Ok(Created(user::create(&api.cx, new.into()).await?.into()))
}

/// `GET /users/{id}`
pub async fn get(api: Api) -> Result<Json<UserOut>, Failure> {
    Ok(Json(user::get(&api.cx, &id(&api)).await?.into()))
}

/// `PUT /users/{id}`
pub async fn update(api: Api, Body(new): Body<UserIn>) -> Result<Json<UserOut>, Failure> {
    Ok(Json(user::update(&api.cx, &id(&api), new.into()).await?.into()))
}

/// `PATCH /users/{id}`
pub async fn rename(api: Api, Body(profile): Body<ProfileIn>) -> Result<Json<UserOut>, Failure> {
    Ok(Json(user::rename(&api.cx, &id(&api), profile.into()).await?.into()))
}

/// `DELETE /users/{id}`
pub async fn delete(api: Api) -> Result<NoContent, Failure> {
    user::delete(&api.cx, &id(&api)).await?;
    Ok(NoContent)
}

/// `PATCH /users/{id}/password`
pub async fn set_password(api: Api, Body(new): Body<PasswordIn>) -> Result<Json<UserOut>, Failure> {
    user::set_password(&api.cx, &id(&api), &new.password).await?;
    Ok(Json(user::get(&api.cx, &id(&api)).await?.into()))
}

/// `PATCH /users/{id}/superadmin` and `/instanceowner`
pub async fn set_superadmin(api: Api, Body(new): Body<SuperadminIn>) -> Result<Done, Failure> {
    user::set_superadmin(&api.cx, &id(&api), PrincipalKind::User, new.value()?).await?;
    Ok(Done)
}

/// `PATCH /users/{id}/restricted`
pub async fn set_restricted(api: Api, Body(new): Body<RestrictedIn>) -> Result<Done, Failure> {
    user::set_restricted(&api.cx, &id(&api), new.restricted).await?;
    Ok(Done)
}

/// `DELETE /users/{id}/auths/{auth}`
pub async fn delete_auth(api: Api) -> Result<Json<UserOut>, Failure> {
    Ok(Json(user::delete_auth(&api.cx, &id(&api), api.param("auth")).await?.into()))
}

/// `DELETE /users/{id}/refresh-token`
pub async fn delete_refresh_token(api: Api) -> Result<NoContent, Failure> {
    user::delete_refresh_token(&api.cx, &id(&api)).await?;
    Ok(NoContent)
}

/// `GET /users/{id}/api-tokens`
pub async fn tokens(api: Api) -> Result<Json<TokenList>, Failure> {
    Ok(Json(TokenList::new(user::tokens(&api.cx, &id(&api)).await?, api.cx.now())))
}

/// `POST /users/{id}/api-tokens`
pub async fn create_token(api: Api, Body(new): Body<TokenIn>) -> Result<Created<TokenCreated>, Failure> {
    Ok(Created(user::create_token(&api.cx, &id(&api), new.try_into()?).await?.into()))
}

/// `DELETE /users/{id}/api-tokens/{token}`
pub async fn delete_token(api: Api) -> Result<NoContent, Failure> {
    user::delete_token(&api.cx, &id(&api), &TokenId::new(api.param("token"))).await?;
    Ok(NoContent)
}
