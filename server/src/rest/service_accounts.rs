//! `/service-accounts` and `/{tenant}/service-accounts` (contract 3.7).

use super::{
    caller::Api,
    error::Failure,
    json::{Body, Done},
    query::Listing,
    tenant_access::AccessOut,
    users::SuperadminIn,
    words::{TenantRefOut, TokenCreated, TokenIn, TokenList},
};
use axum::{Json, response::NoContent};
use model::{Page, PrincipalId, PrincipalKind, TokenId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use service::{
    service_account::{self, NewAccount},
    user::{self, User},
};

/// A service account as clients send it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccountIn {
    name: Option<String>,
    description: Option<String>,
    super_admin: Option<bool>,
    instance_owner: Option<bool>,
    tenants: Option<Vec<String>>,
    /// JSON null where there are none.
    groups: Option<Vec<GroupId>>,
}

/// A group by its id.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct GroupId {
    id: String,
}

impl From<AccountIn> for NewAccount {
    fn from(sent: AccountIn) -> Self {
        Self {
            name: sent.name.unwrap_or_default(),
            description: sent.description,
            superadmin: sent.super_admin.or(sent.instance_owner),
            tenants: sent.tenants,
            groups: sent.groups.map(|groups| groups.into_iter().map(|group| group.id).collect()),
        }
    }
}

/// A service account of the instance.
#[serde_with::skip_serializing_none]
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccountOut {
    id: String,
    name: String,
    description: Option<String>,
    tenants: Vec<TenantRefOut>,
    super_admin: bool,
    instance_owner: bool,
}

impl From<User> for AccountOut {
    fn from(account: User) -> Self {
        Self {
            id: account.principal.id.to_string(),
            name: account.principal.name,
            description: Some(account.principal.description).filter(|text| !text.is_empty()),
            tenants: account.tenants.into_iter().map(TenantRefOut::from).collect(),
            super_admin: account.principal.superadmin,
            instance_owner: account.principal.superadmin,
        }
    }
}

/// A service account as a tenant sees it.
#[serde_with::skip_serializing_none]
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TenantAccountOut {
    id: String,
    name: String,
    description: Option<String>,
    groups: Vec<GroupId>,
    super_admin: bool,
    instance_owner: bool,
}

impl From<User> for TenantAccountOut {
    fn from(account: User) -> Self {
        Self {
            id: account.principal.id.to_string(),
            name: account.principal.name,
            description: Some(account.principal.description).filter(|text| !text.is_empty()),
            groups: account.groups.into_iter().map(|one| GroupId { id: one.group.to_string() }).collect(),
            super_admin: account.principal.superadmin,
            instance_owner: account.principal.superadmin,
        }
    }
}

fn id(api: &Api) -> PrincipalId {
    PrincipalId::new(api.id())
}

fn token(api: &Api) -> TokenId {
    TokenId::new(api.param("token"))
}

/// `GET /service-accounts`
pub async fn list(api: Api, Listing(list): Listing) -> Result<Json<Page<AccountOut>>, Failure> {
    Ok(Json(service_account::page(&api.cx, &list).await?.map(AccountOut::from)))
}

/// `POST /service-accounts`
pub async fn create(api: Api, Body(new): Body<AccountIn>) -> Result<Json<AccountOut>, Failure> {
    Ok(Json(service_account::create(&api.cx, new.into()).await?.into()))
}

/// `GET /service-accounts/{id}`
pub async fn get(api: Api) -> Result<Json<AccountOut>, Failure> {
    Ok(Json(service_account::get(&api.cx, &id(&api)).await?.into()))
}

/// `PATCH /service-accounts/{id}`
pub async fn update(api: Api, Body(new): Body<AccountIn>) -> Result<Json<AccountOut>, Failure> {
    Ok(Json(service_account::update(&api.cx, &id(&api), new.into()).await?.into()))
}

/// `DELETE /service-accounts/{id}`
pub async fn delete(api: Api) -> Result<NoContent, Failure> {
    service_account::delete(&api.cx, &id(&api)).await?;
    Ok(NoContent)
}

/// `PATCH /service-accounts/{id}/superadmin` and `/instanceowner`
pub async fn set_superadmin(api: Api, Body(new): Body<SuperadminIn>) -> Result<Done, Failure> {
    user::set_superadmin(&api.cx, &id(&api), PrincipalKind::ServiceAccount, new.value()?).await?;
    Ok(Done)
}

/// `GET /service-accounts/{id}/api-tokens`
pub async fn tokens(api: Api) -> Result<Json<TokenList>, Failure> {
    Ok(Json(TokenList::new(service_account::tokens(&api.cx, &id(&api)).await?, api.cx.now())))
}

/// `POST /service-accounts/{id}/api-tokens`
pub async fn create_token(api: Api, Body(new): Body<TokenIn>) -> Result<Json<TokenCreated>, Failure> {
    Ok(Json(service_account::create_token(&api.cx, &id(&api), new.try_into()?).await?.into()))
}

/// `DELETE /service-accounts/{id}/api-tokens/{token}`
pub async fn delete_token(api: Api) -> Result<Done, Failure> {
    service_account::delete_token(&api.cx, &id(&api), &token(&api)).await?;
    Ok(Done)
}

/// `GET /{tenant}/service-accounts`
pub async fn list_in(api: Api, Listing(list): Listing) -> Result<Json<Page<AccessOut>>, Failure> {
    Ok(Json(service_account::page_in(&api.cx, &api.tenant()?, &list).await?.map(AccessOut::from)))
}

/// `POST /{tenant}/service-accounts`
pub async fn create_in(api: Api, Body(new): Body<AccountIn>) -> Result<Json<TenantAccountOut>, Failure> {
    Ok(Json(service_account::create_in(&api.cx, &api.tenant()?, new.into()).await?.into()))
}

/// `GET /{tenant}/service-accounts/{id}`
pub async fn get_in(api: Api) -> Result<Json<TenantAccountOut>, Failure> {
    Ok(Json(service_account::get_in(&api.cx, &api.tenant()?, &id(&api)).await?.into()))
}

/// `PUT /{tenant}/service-accounts/{id}`; without groups it is in none.
pub async fn update_in(api: Api, Body(new): Body<AccountIn>) -> Result<Json<TenantAccountOut>, Failure> {
    let mut new = NewAccount::from(new);
    new.groups.get_or_insert_default();
    Ok(Json(service_account::update_in(&api.cx, &api.tenant()?, &id(&api), new).await?.into()))
}

/// `DELETE /{tenant}/service-accounts/{id}`
pub async fn delete_in(api: Api) -> Result<Done, Failure> {
    service_account::delete_in(&api.cx, &api.tenant()?, &id(&api)).await?;
    Ok(Done)
}

/// `GET /{tenant}/service-accounts/{id}/api-tokens`
pub async fn tokens_in(api: Api) -> Result<Json<TokenList>, Failure> {
    let tokens = service_account::tokens_in(&api.cx, &api.tenant()?, &id(&api)).await?;
    Ok(Json(TokenList::new(tokens, api.cx.now())))
}

/// `POST /{tenant}/service-accounts/{id}/api-tokens`
pub async fn create_token_in(api: Api, Body(new): Body<TokenIn>) -> Result<Json<TokenCreated>, Failure> {
    Ok(Json(service_account::create_token_in(&api.cx, &api.tenant()?, &id(&api), new.try_into()?).await?.into()))
}

/// `DELETE /{tenant}/service-accounts/{id}/api-tokens/{token}`
pub async fn delete_token_in(api: Api) -> Result<Done, Failure> {
    service_account::delete_token_in(&api.cx, &api.tenant()?, &id(&api), &token(&api)).await?;
    Ok(Done)
}
