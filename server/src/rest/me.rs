//! `/me` (contract 3.3).

use super::{
    caller::Api,
    error::Failure,
    invitations::OwnInvitationOut,
    json::{Body, Done},
    tenant_access::AccessAuthOut,
    users::ProfileIn,
    words::{GroupRefOut, TenantRefOut, TokenCreated, TokenIn, TokenList},
};
use axum::Json;
use model::TokenId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use service::{invitation, me, user::User};

/// Name and address.
#[serde_with::skip_serializing_none]
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProfileOut {
    email: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    username: String,
}

/// The caller.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MeOut {
    id: String,
    super_admin: bool,
    instance_owner: bool,
    restricted: bool,
    profile: ProfileOut,
    auths: Vec<AccessAuthOut>,
    tenants: Vec<TenantRefOut>,
    owned_groups: Vec<GroupRefOut>,
}

impl From<User> for MeOut {
    fn from(user: User) -> Self {
        let account = user.principal.kind == model::PrincipalKind::ServiceAccount;
        let some = |text: String| Some(text).filter(|text| !text.is_empty());
        let basic = AccessAuthOut::basic(&user.principal.name);
        Self {
            id: user.principal.id.to_string(),
            super_admin: user.principal.superadmin,
            instance_owner: user.principal.superadmin,
            restricted: user.principal.restricted,
            profile: ProfileOut {
                email: (!account).then(|| user.principal.name.clone()),
                first_name: some(user.principal.first_name),
                last_name: some(user.principal.last_name),
                username: user.principal.name,
            },
            auths: user.password.then_some(basic).into_iter().collect(),
            tenants: user.tenants.into_iter().map(TenantRefOut::from).collect(),
            owned_groups: user.groups.into_iter().filter(|one| one.owner).map(GroupRefOut::from).collect(),
        }
    }
}

/// Old and new password.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PasswordsIn {
    old_password: String,
    new_password: String,
}

/// `GET /me`
pub async fn get(api: Api) -> Result<Json<MeOut>, Failure> {
    Ok(Json(me::get(&api.cx).await?.into()))
}

/// `PATCH /me`
pub async fn rename(api: Api, Body(profile): Body<ProfileIn>) -> Result<Json<MeOut>, Failure> {
    Ok(Json(me::rename(&api.cx, profile.into()).await?.into()))
}

/// `PUT /me/password`
pub async fn set_password(api: Api, Body(new): Body<PasswordsIn>) -> Result<Done, Failure> {
    me::set_password(&api.cx, &new.old_password, &new.new_password).await?;
    Ok(Done)
}

/// `GET /me/api-tokens`
pub async fn tokens(api: Api) -> Result<Json<TokenList>, Failure> {
    Ok(Json(TokenList::new(me::tokens(&api.cx).await?, api.cx.now())))
}

/// `POST /me/api-tokens`
pub async fn create_token(api: Api, Body(new): Body<TokenIn>) -> Result<Json<TokenCreated>, Failure> {
    Ok(Json(me::create_token(&api.cx, new.try_into()?).await?.into()))
}

/// `DELETE /me/api-tokens/{token}`
pub async fn delete_token(api: Api) -> Result<Done, Failure> {
    me::delete_token(&api.cx, &TokenId::new(api.param("token"))).await?;
    Ok(Done)
}

/// `GET /me/invitations`
pub async fn invitations(api: Api) -> Result<Json<Vec<OwnInvitationOut>>, Failure> {
    let now = api.cx.now();
    Ok(Json(invitation::mine(&api.cx).await?.into_iter().map(|one| OwnInvitationOut::new(one, now)).collect()))
}
