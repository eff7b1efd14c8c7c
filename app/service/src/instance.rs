//! What is kept for the workflow engine and its clients, and echoed: worker groups, security integrations and a
//! tenant's documents (contract 3.1, 3.11). And the instance as a whole.

use crate::{
    Context, Error, Result, TenantRef,
    act::{UpdateInstance, UpdateTenant, ViewInstance, ViewTenant},
    audit::Change,
    clock::secret,
    name,
    token::digest,
};
use model::{
    DAY, FieldError, Integration, IntegrationId, List, PrincipalKind, Resource, SyncCounts, TenantId, TenantUid,
    Timestamp, WorkerGroupRow, audit::Day, label,
};
use store::{Engine, Tx};

/// What there is to know about the instance beside its settings.
#[derive(Debug, Clone)]
pub struct Overview {
    /// The database.
    pub engine: &'static str,
    /// Users.
    pub users: i64,
    /// Service accounts.
    pub service_accounts: i64,
    /// Tenants with an identifier.
    pub tenants: i64,
    /// What waits for the default tenant since tenants were switched on.
    pub waiting: SyncCounts,
    /// Which way mails go; nothing where none are sent.
    pub mail: Option<String>,
    /// The last days one by one, in UTC; today is the last.
    pub days: Vec<Day>,
}

/// Days that are shown.
const DAYS: i64 = 30;

/// The days up to that of `now`, with those on which nothing happened.
fn every_day(now: Timestamp, happened: &[Day]) -> Vec<Day> {
    let today = now.midnight();
    let days = (0..DAYS).rev().map(|ago| Timestamp(today.0 - ago * DAY));
    let quiet = |at| Day { at, sign_ins: 0, failures: 0, changes: 0 };
    days.map(|at| happened.iter().find(|day| day.at == at).copied().unwrap_or_else(|| quiet(at))).collect()
}

/// How much there is, from the numbers that are kept.
#[tracing::instrument(name = "instance::overview", skip_all)]
pub async fn overview(cx: &Context) -> Result<Overview> {
    let mut read = cx.read::<ViewInstance>().await?;
    let engine = match cx.service.store.engine() {
        Engine::Sqlite => "SQLite",
        Engine::Postgres => "PostgreSQL",
    };
    let one = List { size: 1, ..List::default() };
    let users = store::principals::page(read.tx(), PrincipalKind::User, &one).await?.total;
    let service_accounts = store::principals::page(read.tx(), PrincipalKind::ServiceAccount, &one).await?.total;
    let tenants = store::tenants::total(read.tx()).await?;
    let waiting = if cx.settings().tenants {
        crate::sync::counted(read.tx(), &TenantUid::untenanted()).await?
    } else {
        SyncCounts::default()
    };
    let mail = cx.service.post.as_ref().map(|post| post.route());
    let first = Timestamp(cx.now().midnight().0 - (DAYS - 1) * DAY);
    let days = every_day(cx.now(), &store::audit::days(read.tx(), first).await?);
    Ok(Overview { engine, users, service_accounts, tenants, waiting, mail, days })
}

/// A worker group as it came in.
#[derive(Debug, Clone, Default)]
pub struct NewWorkerGroup {
    /// Wanted id.
    pub id: String,
    /// Wanted name.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// JSON, as it came.
    pub subscriptions: String,
}

fn no_group(id: &str) -> Error {
    Error::NotFound { what: "Worker group", id: id.to_owned() }
}

fn said(group: &WorkerGroupRow) -> serde_json::Value {
    serde_json::json!({ "workerGroup": group.id, "name": group.name, "description": group.description })
}

/// Makes a worker group.
#[tracing::instrument(name = "instance::create_worker_group", skip_all)]
pub async fn create_worker_group(cx: &Context, new: NewWorkerGroup) -> Result<WorkerGroupRow> {
    let mut work = cx.write::<UpdateInstance>().await?;
    let id = name::name(&new.id).map_err(|_| Error::field("id", "Enter an id on one line of text."))?;
    let group = WorkerGroupRow {
        id,
        name: name::name(&new.name)?,
        description: name::description(new.description)?,
        subscriptions: new.subscriptions,
        created_at: cx.now(),
        updated_at: cx.now(),
    };
    store::stored::insert_worker_group(work.tx(), &group).await.map_err(|error| match error {
        store::Error::Duplicate => {
            let message = format!("A worker group “{}” exists already.", group.id);
            Error::Conflict { field: Some("id"), message }
        }
        other => other.into(),
    })?;
    work.commit(Change::created(Resource::Instance, group.id.as_str(), &said(&group))).await?;
    Ok(group)
}

/// All worker groups.
#[tracing::instrument(name = "instance::worker_groups", skip_all)]
pub async fn worker_groups(cx: &Context) -> Result<Vec<WorkerGroupRow>> {
    let mut read = cx.read::<ViewInstance>().await?;
    Ok(store::stored::worker_groups(read.tx()).await?)
}

/// A worker group.
#[tracing::instrument(name = "instance::worker_group", skip_all, fields(%id))]
pub async fn worker_group(cx: &Context, id: &str) -> Result<WorkerGroupRow> {
    let mut read = cx.read::<ViewInstance>().await?;
    store::stored::worker_group(read.tx(), id).await?.ok_or_else(|| no_group(id))
}

/// Changes a worker group; its id stays.
#[tracing::instrument(name = "instance::update_worker_group", skip_all, fields(%id))]
pub async fn update_worker_group(cx: &Context, id: &str, new: NewWorkerGroup) -> Result<WorkerGroupRow> {
    let mut work = cx.write::<UpdateInstance>().await?;
    let before = store::stored::hold_worker_group(work.tx(), id).await?.ok_or_else(|| no_group(id))?;
    let group = WorkerGroupRow {
        name: name::name(&new.name)?,
        description: name::description(new.description)?,
        subscriptions: new.subscriptions,
        updated_at: cx.now(),
        ..before.clone()
    };
    store::stored::update_worker_group(work.tx(), &before, &group).await?;
    work.commit(Change::updated(Resource::Instance, id, &said(&before), &said(&group))).await?;
    Ok(group)
}

/// Deletes a worker group.
#[tracing::instrument(name = "instance::delete_worker_group", skip_all, fields(%id))]
pub async fn delete_worker_group(cx: &Context, id: &str) -> Result<()> {
    let mut work = cx.write::<UpdateInstance>().await?;
    let before = store::stored::hold_worker_group(work.tx(), id).await?.ok_or_else(|| no_group(id))?;
    store::stored::delete_worker_group(work.tx(), &before).await?;
    work.commit(Change::deleted(Resource::Instance, id, &said(&before))).await
}

/// A security integration as it came in.
#[derive(Debug, Clone, Default)]
pub struct NewIntegration {
    /// Wanted name.
    pub name: String,
    /// What it is for; may be empty.
    pub description: String,
    /// Its type.
    pub kind: String,
}

fn no_integration(id: &IntegrationId) -> Error {
    Error::NotFound { what: "Security integration", id: id.to_string() }
}

fn told(one: &Integration) -> serde_json::Value {
    serde_json::json!({ "securityIntegration": one.id, "name": one.name, "type": one.kind, "enabled": one.enabled })
}

/// Makes a security integration; its token is returned once. It stays off: nothing answers at its address yet.
#[tracing::instrument(name = "instance::create_integration", skip_all, fields(%tenant))]
pub async fn create_integration(
    cx: &Context,
    tenant: &TenantRef,
    new: NewIntegration,
) -> Result<(Integration, String)> {
    let mut work = cx.write_in::<UpdateInstance>(tenant).await?;
    let uid = work.tenant_uid()?;
    let wrong = |field: &str, message: String| Error::Invalid(vec![FieldError { field: field.into(), message }]);
    let name = label(&new.name).map_err(|invalid| wrong("name", invalid.0))?;
    if new.kind != "SCIM" {
        return Err(wrong("type", "The type of a security integration is SCIM.".into()));
    }
    let integration = Integration {
        id: IntegrationId::new(cx.new_id()),
        name,
        description: name::description(Some(new.description))?.unwrap_or_default(),
        kind: new.kind,
        enabled: false,
        created_at: cx.now(),
    };
    let token = format!("{}{}", secret(), secret());
    store::stored::insert_integration(work.tx(), &uid, &integration, &digest(&token)).await.map_err(
        |error| match error {
            store::Error::Duplicate => {
                let message = format!("A security integration “{}” exists already.", integration.name);
                Error::Conflict { field: Some("name"), message }
            }
            other => other.into(),
        },
    )?;
    work.commit(Change::created(Resource::Instance, integration.id.as_str(), &told(&integration))).await?;
    Ok((integration, token))
}

/// The tenant's security integrations.
#[tracing::instrument(name = "instance::integrations", skip_all, fields(%tenant))]
pub async fn integrations(cx: &Context, tenant: &TenantRef) -> Result<Vec<Integration>> {
    let mut read = cx.read_in::<ViewInstance>(tenant).await?;
    let uid = read.tenant_uid()?;
    Ok(store::stored::integrations(read.tx(), &uid).await?.into_iter().map(as_served).collect())
}

/// An integration as it is served: not at all yet, also where it was switched on when nobody said so.
fn as_served(integration: Integration) -> Integration {
    Integration { enabled: false, ..integration }
}

/// A security integration, and the identifier of its tenant.
#[tracing::instrument(name = "instance::integration", skip_all, fields(%tenant, %id))]
pub async fn integration(
    cx: &Context,
    tenant: &TenantRef,
    id: &IntegrationId,
) -> Result<(Integration, Option<TenantId>)> {
    let mut read = cx.read_in::<ViewInstance>(tenant).await?;
    let uid = read.tenant_uid()?;
    let found = store::stored::integration(read.tx(), &uid, id).await?.ok_or_else(|| no_integration(id))?;
    Ok((as_served(found), read.tenant()?.id.clone()))
}

/// Would switch a security integration on.
///
/// # Errors
/// [`Error::NotBuilt`]: users and groups are not taken in over SCIM yet, and whoever is told that they are would wait for
/// them.
#[tracing::instrument(name = "instance::enable_integration", skip_all, fields(%tenant, %id))]
pub async fn enable_integration(cx: &Context, tenant: &TenantRef, id: &IntegrationId) -> Result<()> {
    let mut work = cx.write_in::<UpdateInstance>(tenant).await?;
    let uid = work.tenant_uid()?;
    store::stored::integration(work.tx(), &uid, id).await?.ok_or_else(|| no_integration(id))?;
    Err(Error::NotBuilt(
        "SCIM provisioning isn't available yet, so this integration can't be enabled. Add users and groups in the console \
         or over the API instead.",
    ))
}

/// Switches a security integration off.
#[tracing::instrument(name = "instance::disable_integration", skip_all, fields(%tenant, %id))]
pub async fn disable_integration(cx: &Context, tenant: &TenantRef, id: &IntegrationId) -> Result<()> {
    let mut work = cx.write_in::<UpdateInstance>(tenant).await?;
    let uid = work.tenant_uid()?;
    let before = store::stored::hold_integration(work.tx(), &uid, id).await?.ok_or_else(|| no_integration(id))?;
    store::stored::enable_integration(work.tx(), &before, &uid, false).await?;
    let after = Integration { enabled: false, ..before.clone() };
    work.commit(Change::updated(Resource::Instance, id.as_str(), &told(&before), &told(&after))).await
}

/// Deletes a security integration.
#[tracing::instrument(name = "instance::delete_integration", skip_all, fields(%tenant, %id))]
pub async fn delete_integration(cx: &Context, tenant: &TenantRef, id: &IntegrationId) -> Result<()> {
    let mut work = cx.write_in::<UpdateInstance>(tenant).await?;
    let uid = work.tenant_uid()?;
    let before = store::stored::hold_integration(work.tx(), &uid, id).await?.ok_or_else(|| no_integration(id))?;
    store::stored::delete_integration(work.tx(), &before, &uid).await?;
    work.commit(Change::deleted(Resource::Instance, id.as_str(), &told(&before))).await
}

/// A document of a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Document {
    /// Its picture.
    Logo,
    /// The look of its catalog of apps.
    AppsCatalog,
    /// The picture in it.
    AppsCatalogLogo,
    /// Its default dashboards.
    Dashboards,
}

impl Document {
    fn key(self) -> &'static str {
        match self {
            Self::Logo => "logo",
            Self::AppsCatalog => "apps-catalog",
            Self::AppsCatalogLogo => "apps-catalog-logo",
            Self::Dashboards => "default-dashboards",
        }
    }
}

async fn row(tx: &mut Tx, id: &str) -> Result<TenantUid> {
    let absent = || Error::NotFound { what: "Tenant", id: id.to_owned() };
    let parsed = TenantId::parse(id).map_err(|_| absent())?;
    Ok(store::tenants::by_id(tx, &parsed).await?.ok_or_else(absent)?.uid)
}

/// Documents of a tenant, for everybody in it and for whoever may see all tenants; nothing for those it does not have.
#[tracing::instrument(name = "instance::documents", skip_all, fields(%id))]
pub async fn documents(cx: &Context, id: &str, wanted: &[Document]) -> Result<Vec<Option<String>>> {
    let tenant = TenantRef::parse(id)?;
    let mut found = Vec::new();
    match cx.read_own(Some(&tenant)).await {
        Ok(mut read) => {
            let uid = read.tenant_uid()?;
            for one in wanted {
                found.push(store::stored::document(read.tx(), &uid, one.key()).await?);
            }
        }
        Err(Error::NoAccess) => {
            let mut read = cx.read::<ViewTenant>().await?;
            let uid = row(read.tx(), id).await?;
            for one in wanted {
                found.push(store::stored::document(read.tx(), &uid, one.key()).await?);
            }
        }
        Err(other) => return Err(other),
    }
    Ok(found)
}

/// Writes a document of a tenant, or removes it.
#[tracing::instrument(name = "instance::put_document", skip_all, fields(%id))]
pub async fn put_document(cx: &Context, id: &str, document: Document, body: Option<&str>) -> Result<()> {
    let mut work = cx.write::<UpdateTenant>().await?;
    cx.tenants_enabled()?;
    let uid = row(work.tx(), id).await?;
    match body {
        Some(body) => store::stored::put_document(work.tx(), &uid, document.key(), body).await?,
        None => drop(store::stored::delete_document(work.tx(), &uid, document.key()).await?),
    }
    let said = serde_json::json!({ "document": document.key(), "bytes": body.map(str::len) });
    let change = Change::updated(Resource::Tenant, id, &serde_json::Value::Null, &said);
    let tenant = TenantId::stored(id.to_owned());
    work.commit(change.within(&uid, Some(&tenant))).await
}
