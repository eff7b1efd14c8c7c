//! `/{tenant}/bindings` (contract 3.6).

use super::{
    caller::Api,
    error::Failure,
    json::Body,
    query::{Asked, Listing},
};
use axum::{Json, response::NoContent};
use model::{Binding, BindingId, Page, PrincipalKind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use service::binding::{self, NewById};

/// Who holds a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Holder {
    User,
    Group,
}

/// A binding as clients send it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BindingIn {
    #[serde(rename = "type")]
    kind: Holder,
    external_id: String,
    role_id: String,
    namespace_id: Option<String>,
}

impl From<BindingIn> for NewById {
    fn from(sent: BindingIn) -> Self {
        Self {
            group: sent.kind == Holder::Group,
            holder: sent.external_id,
            role: sent.role_id,
            namespace: sent.namespace_id,
        }
    }
}

/// An id and a name.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Named {
    id: String,
    name: String,
}

/// A user or service account that holds a role.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HolderOut {
    id: String,
    username: String,
    display_name: String,
    #[serde(rename = "type")]
    kind: &'static str,
}

/// A binding as clients read it; the namespace under both its names.
#[serde_with::skip_serializing_none]
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BindingOut {
    id: String,
    #[serde(rename = "type")]
    kind: Holder,
    namespace: Option<String>,
    namespace_id: Option<String>,
    role: Named,
    group: Option<Named>,
    user: Option<HolderOut>,
}

impl From<Binding> for BindingOut {
    fn from(binding: Binding) -> Self {
        let namespace = binding.namespace.map(|namespace| namespace.to_string());
        let holder = binding.holder;
        let (group, user) = match holder.kind {
            None => (Some(Named { id: holder.id, name: holder.name }), None),
            Some(kind) => {
                let kind = if kind == PrincipalKind::User { "STANDARD" } else { "SERVICE_ACCOUNT" };
                let display_name = if holder.display.is_empty() { holder.name.clone() } else { holder.display };
                (None, Some(HolderOut { id: holder.id, username: holder.name, display_name, kind }))
            }
        };
        Self {
            id: binding.id.to_string(),
            kind: if group.is_some() { Holder::Group } else { Holder::User },
            namespace: namespace.clone(),
            namespace_id: namespace,
            role: Named { id: binding.role.id.to_string(), name: binding.role.name },
            group,
            user,
        }
    }
}

/// What clients ask for without filters.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Plain {
    /// USER or GROUP.
    #[serde(rename = "type")]
    kind: Option<String>,
    /// Id of the user or group.
    id: Option<String>,
    /// Namespace.
    namespace: Option<String>,
}

fn id(api: &Api) -> BindingId {
    BindingId::new(api.id())
}

/// `GET /{tenant}/bindings/search`
pub async fn search(
    api: Api,
    Listing(mut list): Listing,
    Asked(plain): Asked<Plain>,
) -> Result<Json<Page<BindingOut>>, Failure> {
    list.also("type", plain.kind.as_deref());
    list.also("id", plain.id.as_deref());
    list.also("namespace", plain.namespace.as_deref());
    Ok(Json(binding::page(&api.cx, &api.tenant()?, &list).await?.map(BindingOut::from)))
}

/// `POST /{tenant}/bindings`
pub async fn create(api: Api, Body(new): Body<BindingIn>) -> Result<Json<BindingOut>, Failure> {
    let made = binding::create(&api.cx, &api.tenant()?, vec![new.into()]).await?;
    let lost = || Failure::new(model::Code::Internal, "Internal server error");
    Ok(Json(made.into_iter().next().ok_or_else(lost)?.into()))
}

/// `POST /{tenant}/bindings/bulk`
pub async fn create_all(api: Api, Body(new): Body<Vec<BindingIn>>) -> Result<Json<Vec<BindingOut>>, Failure> {
    let made = binding::create(&api.cx, &api.tenant()?, new.into_iter().map(NewById::from).collect()).await?;
    Ok(Json(made.into_iter().map(BindingOut::from).collect()))
}

/// `GET /{tenant}/bindings/{id}`
pub async fn get(api: Api) -> Result<Json<BindingOut>, Failure> {
    Ok(Json(binding::get(&api.cx, &api.tenant()?, &id(&api)).await?.into()))
}

/// `DELETE /{tenant}/bindings/{id}`
pub async fn delete(api: Api) -> Result<NoContent, Failure> {
    binding::revoke(&api.cx, &api.tenant()?, &id(&api)).await?;
    Ok(NoContent)
}
