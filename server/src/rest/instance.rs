//! Worker groups, security integrations and the documents of a tenant: stored and echoed (contract 3.1, 3.11).

use super::{
    caller::Api,
    error::Failure,
    json::{Body, Upload},
    query::Asked,
    tenants::TenantOut,
};
use axum::{Json, response::NoContent};
use base64::{Engine, prelude::BASE64_STANDARD};
use model::{Code, Integration, IntegrationId, Unreadable, WorkerGroupRow};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use service::instance::{self, Document, NewIntegration, NewWorkerGroup};

/// A worker group as clients send it.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct WorkerGroupIn {
    id: Option<String>,
    name: Option<String>,
    description: Option<String>,
    subscriptions: Option<Vec<Value>>,
}

impl From<WorkerGroupIn> for NewWorkerGroup {
    fn from(sent: WorkerGroupIn) -> Self {
        let id = sent.id.unwrap_or_default();
        Self {
            name: sent.name.filter(|name| !name.is_empty()).unwrap_or_else(|| id.clone()),
            id,
            description: sent.description,
            subscriptions: Value::Array(sent.subscriptions.unwrap_or_default()).to_string(),
        }
    }
}

/// A worker group as clients read it. There are no workers here, so it never has tokens.
#[serde_with::skip_serializing_none]
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WorkerGroupOut {
    id: String,
    name: String,
    description: Option<String>,
    subscriptions: Vec<Value>,
    tokens: Vec<Value>,
    deletable: bool,
    created_at: String,
    updated_at: String,
}

impl From<WorkerGroupRow> for WorkerGroupOut {
    fn from(group: WorkerGroupRow) -> Self {
        Self {
            id: group.id,
            name: group.name,
            description: group.description,
            subscriptions: serde_json::from_str(&group.subscriptions).unwrap_or_default(),
            tokens: Vec::new(),
            deletable: true,
            created_at: group.created_at.iso(),
            updated_at: group.updated_at.iso(),
        }
    }
}

/// Worker groups.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WorkerGroupsOut {
    worker_groups: Vec<WorkerGroupOut>,
}

/// `GET /instance/worker-groups`
pub async fn worker_groups(api: Api) -> Result<Json<WorkerGroupsOut>, Failure> {
    let groups = instance::worker_groups(&api.cx).await?;
    Ok(Json(WorkerGroupsOut { worker_groups: groups.into_iter().map(WorkerGroupOut::from).collect() }))
}

/// `POST /instance/worker-groups`
pub async fn create_worker_group(api: Api, Body(new): Body<WorkerGroupIn>) -> Result<Json<WorkerGroupOut>, Failure> {
    Ok(Json(instance::create_worker_group(&api.cx, new.into()).await?.into()))
}

/// `GET /instance/worker-groups/{id}`
pub async fn worker_group(api: Api) -> Result<Json<WorkerGroupOut>, Failure> {
    Ok(Json(instance::worker_group(&api.cx, api.id()).await?.into()))
}

/// `PUT /instance/worker-groups/{id}`
pub async fn update_worker_group(api: Api, Body(new): Body<WorkerGroupIn>) -> Result<Json<WorkerGroupOut>, Failure> {
    Ok(Json(instance::update_worker_group(&api.cx, api.id(), new.into()).await?.into()))
}

/// `DELETE /instance/worker-groups/{id}`
pub async fn delete_worker_group(api: Api) -> Result<NoContent, Failure> {
    if api.id() == "default" {
        return Err(Failure::new(Code::BadRequest, "Bad Request: the default worker group cannot be deleted."));
    }
    instance::delete_worker_group(&api.cx, api.id()).await?;
    Ok(NoContent)
}

/// A security integration as clients send it.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct IntegrationIn {
    name: Option<String>,
    description: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
}

/// A security integration as clients read it.
#[serde_with::skip_serializing_none]
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct IntegrationOut {
    id: String,
    name: String,
    #[serde(rename = "type")]
    kind: String,
    description: String,
    tenant_id: Option<String>,
    enabled: bool,
    deleted: bool,
    /// Where it is reached.
    uri: String,
    /// Its secret; shown once, when it is made.
    api_token: Option<SecretOut>,
}

/// A secret.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SecretOut {
    full_token: String,
}

/// Security integrations.
#[derive(Debug, Serialize, JsonSchema)]
pub struct IntegrationsOut {
    total: usize,
    results: Vec<IntegrationOut>,
}

fn out(api: &Api, one: Integration, token: Option<String>) -> IntegrationOut {
    let tenant = Some(api.param("tenant").to_owned()).filter(|id| !id.is_empty());
    let base = api.cx.settings().url.as_deref().unwrap_or_default().trim_end_matches('/').to_owned();
    let segment = tenant.as_ref().map(|id| format!("/{id}")).unwrap_or_default();
    IntegrationOut {
        uri: format!("{base}/api/v1{segment}/integrations/{}/scim/v2", one.id),
        id: one.id.to_string(),
        name: one.name,
        kind: one.kind,
        description: one.description,
        tenant_id: tenant,
        enabled: one.enabled,
        deleted: false,
        api_token: token.map(|full_token| SecretOut { full_token }),
    }
}

fn integration_id(api: &Api) -> IntegrationId {
    IntegrationId::new(api.id())
}

/// `GET /{tenant}/security-integrations` and `/search`
pub async fn integrations(api: Api) -> Result<Json<IntegrationsOut>, Failure> {
    let found = instance::integrations(&api.cx, &api.tenant()?).await?;
    let results: Vec<_> = found.into_iter().map(|one| out(&api, one, None)).collect();
    Ok(Json(IntegrationsOut { total: results.len(), results }))
}

/// `POST /{tenant}/security-integrations`
pub async fn create_integration(api: Api, Body(new): Body<IntegrationIn>) -> Result<Json<IntegrationOut>, Failure> {
    let new = NewIntegration {
        name: new.name.unwrap_or_default(),
        description: new.description.unwrap_or_default(),
        kind: new.kind.unwrap_or_default(),
    };
    let (made, token) = instance::create_integration(&api.cx, &api.tenant()?, new).await?;
    Ok(Json(out(&api, made, Some(token))))
}

/// `GET /{tenant}/security-integrations/{id}`
pub async fn integration(api: Api) -> Result<Json<IntegrationOut>, Failure> {
    let (found, _) = instance::integration(&api.cx, &api.tenant()?, &integration_id(&api)).await?;
    Ok(Json(out(&api, found, None)))
}

/// `DELETE /{tenant}/security-integrations/{id}`
pub async fn delete_integration(api: Api) -> Result<NoContent, Failure> {
    instance::delete_integration(&api.cx, &api.tenant()?, &integration_id(&api)).await?;
    Ok(NoContent)
}

/// `POST /{tenant}/security-integrations/{id}/enable`: 501, as nothing serves it yet.
pub async fn enable_integration(api: Api) -> Result<Json<IntegrationOut>, Failure> {
    instance::enable_integration(&api.cx, &api.tenant()?, &integration_id(&api)).await?;
    integration(api).await
}

/// `POST /{tenant}/security-integrations/{id}/disable`
pub async fn disable_integration(api: Api) -> Result<Json<IntegrationOut>, Failure> {
    instance::disable_integration(&api.cx, &api.tenant()?, &integration_id(&api)).await?;
    integration(api).await
}

/// The look of a tenant's catalog of apps.
#[serde_with::skip_serializing_none]
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct AppsCatalog {
    title: Option<String>,
    title_color: Option<String>,
    primary_color: Option<String>,
    background_color: Option<String>,
    tile_color: Option<String>,
    button_text_color: Option<String>,
    /// A `data:` address; ignored in requests.
    #[serde(skip_deserializing)]
    logo: Option<String>,
}

/// A tenant's default dashboards.
#[serde_with::skip_serializing_none]
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Dashboards {
    default_home_dashboard: Option<String>,
    default_flow_overview_dashboard: Option<String>,
    default_namespace_overview_dashboard: Option<String>,
}

/// A document, or nothing where there is none yet.
fn read<T: Default + serde::de::DeserializeOwned>(tenant: &str, body: Option<&Option<String>>) -> Result<T, Failure> {
    let Some(text) = body.and_then(|text| text.as_deref()) else { return Ok(T::default()) };
    Ok(Unreadable::json(("tenant_documents", "body"), tenant, text).map_err(service::Error::unreadable)?)
}

fn write(document: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string(document).map_err(|_| Failure::new(Code::Internal, "Internal server error"))
}

/// `GET /tenants/{id}/apps-catalog`
pub async fn apps_catalog(api: Api) -> Result<Json<AppsCatalog>, Failure> {
    let found = instance::documents(&api.cx, api.id(), &[Document::AppsCatalog, Document::AppsCatalogLogo]).await?;
    let catalog: AppsCatalog = read(api.id(), found.first())?;
    Ok(Json(AppsCatalog { logo: found.get(1).cloned().flatten(), ..catalog }))
}

/// `POST /tenants/{id}/apps-catalog`
pub async fn set_apps_catalog(api: Api, Body(new): Body<AppsCatalog>) -> Result<Json<AppsCatalog>, Failure> {
    instance::put_document(&api.cx, api.id(), Document::AppsCatalog, Some(&write(&new)?)).await?;
    apps_catalog(api).await
}

/// `POST /tenants/{id}/apps-catalog/logo`
pub async fn set_apps_catalog_logo(api: Api, file: Upload) -> Result<Json<AppsCatalog>, Failure> {
    instance::put_document(&api.cx, api.id(), Document::AppsCatalogLogo, Some(&picture(&file)?)).await?;
    apps_catalog(api).await
}

/// `DELETE /tenants/{id}/apps-catalog/logo`
pub async fn delete_apps_catalog_logo(api: Api) -> Result<Json<AppsCatalog>, Failure> {
    instance::put_document(&api.cx, api.id(), Document::AppsCatalogLogo, None).await?;
    apps_catalog(api).await
}

/// `POST /tenants/{id}/logo`
pub async fn set_logo(api: Api, file: Upload) -> Result<Json<TenantOut>, Failure> {
    let picture = picture(&file)?;
    instance::put_document(&api.cx, api.id(), Document::Logo, Some(&picture)).await?;
    let tenant = service::tenant::get(&api.cx, api.id()).await?;
    Ok(Json(TenantOut::from(tenant).with_logo(picture)))
}

/// A picture as an address that holds it. Only what is one by its first bytes: a page of somebody's could be served
/// from our address otherwise.
fn picture(file: &Upload) -> Result<String, Failure> {
    let kinds: [(&[u8], &str); 4] =
        [(b"\x89PNG", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"GIF8", "image/gif"), (b"RIFF", "image/webp")];
    let kind = kinds.iter().find(|(magic, _)| file.0.starts_with(magic)).map(|(_, kind)| *kind);
    let svg = || String::from_utf8_lossy(&file.0).trim_start().starts_with("<svg").then_some("image/svg+xml");
    let refused = || Failure::new(Code::Invalid, "Invalid entity: logo: send a PNG, JPEG, GIF, WebP or SVG picture.");
    let kind = kind.or_else(svg).ok_or_else(refused)?;
    Ok(format!("data:{kind};base64,{}", BASE64_STANDARD.encode(&file.0)))
}

/// `GET /tenants/{id}/settings/default-dashboards`
pub async fn dashboards(api: Api) -> Result<Json<Dashboards>, Failure> {
    let found = instance::documents(&api.cx, api.id(), &[Document::Dashboards]).await?;
    Ok(Json(read(api.id(), found.first())?))
}

/// `POST /tenants/{id}/settings/default-dashboards`
pub async fn set_dashboards(api: Api, Body(new): Body<Dashboards>) -> Result<Json<Dashboards>, Failure> {
    instance::put_document(&api.cx, api.id(), Document::Dashboards, Some(&write(&new)?)).await?;
    Ok(Json(new))
}

/// What clients ask for when they delete a worker group.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Force {
    /// Also if it is in use; here none ever is.
    #[serde(rename = "force")]
    _force: Option<String>,
}

/// `DELETE /instance/worker-groups/{id}?force=`
pub async fn force_delete_worker_group(api: Api, _: Asked<Force>) -> Result<NoContent, Failure> {
    delete_worker_group(api).await
}
