//! Administration → Tenants, and a tenant's own settings.

#![expect(missing_docs, reason = "arguments of a server function become fields; its own words explain them")]

use super::{Answer, Saved, Wire};
#[cfg(feature = "ssr")]
use super::{asking, cx, dates::moment, frame::say, go, refuse};
use leptos::prelude::*;
use model::{Consequences, Moment, SyncCounts, settings::SettingsForm};
use serde::{Deserialize, Serialize};

/// Administration → Tenants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tenants {
    /// Multi-tenancy is off.
    Off,
    /// A piece of the list.
    On(TenantList),
}

/// A piece of the list of tenants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantList {
    /// Its rows.
    pub rows: Vec<TenantRow>,
    /// Number of the first row, from 1; 0 where there is none.
    pub from: i64,
    /// Rows in the whole list.
    pub total: i64,
    /// There are more than `total`.
    pub more: bool,
    /// Where the piece before begins, as the address says it.
    pub previous: Option<String>,
    /// Where the piece after begins.
    pub next: Option<String>,
    /// What an admin should know first.
    pub notice: Option<Notice>,
}

/// A tenant in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantRow {
    /// Its identifier.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Users and service accounts with access.
    pub users: i64,
    /// Roles.
    pub roles: i64,
    /// When it was created.
    pub created: Moment,
    /// By whom.
    pub by: String,
}

/// What whoever may synchronize access should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Notice {
    /// This much waits for the default tenant.
    Waiting(SyncCounts),
    /// The default tenant is on and nothing is in it.
    IdleDefaultTenant,
}

/// A piece of the list: `at` is empty, `last`, `after.<cursor>` or `before.<cursor>`; `sort` a key of
/// [`model::TenantSort`], with `-` in front for the other direction.
#[server(prefix = "/serverfn", output = Wire, endpoint = "list_tenants")]
pub async fn list_tenants(
    #[server(default)] q: String,
    #[server(default)] sort: String,
    #[server(default)] at: String,
    #[server(default)] again: bool,
) -> Answer<Tenants> {
    let cx = asking(again)?;
    let slice = match service::tenant::list(&cx, query(q, &sort, &at)).await {
        Err(service::Error::TenantsDisabled) => return Ok(Tenants::Off),
        other => other.map_err(refuse)?,
    };
    let notice = service::sync::notice(&cx).await.map_err(refuse)?.map(|notice| match notice {
        service::sync::Notice::Waiting(counts) => Notice::Waiting(counts),
        service::sync::Notice::IdleDefaultTenant => Notice::IdleDefaultTenant,
    });
    let now = cx.now();
    let row = |one: model::TenantSummary| TenantRow {
        id: one.id.to_string(),
        name: one.name,
        users: one.users,
        roles: one.roles,
        created: moment(one.created_at, now),
        by: one.created_by,
    };
    Ok(Tenants::On(TenantList {
        rows: slice.rows.into_iter().map(row).collect(),
        from: slice.from,
        total: slice.total,
        more: slice.more,
        previous: slice.previous.map(|place| place.encode()),
        next: slice.next.map(|place| place.encode()),
        notice,
    }))
}

#[cfg(feature = "ssr")]
fn query(q: String, sort: &str, at: &str) -> model::TenantQuery {
    use model::{Cursor, Direction, Position, TenantSort};
    let (direction, key) = match sort.strip_prefix('-') {
        Some(key) => (Direction::Desc, key),
        None => (Direction::Asc, sort),
    };
    let position = match at.split_once('.') {
        None if at == "last" => Position::Last,
        Some(("after", cursor)) => Cursor::decode(cursor).map(Position::After).unwrap_or_default(),
        Some(("before", cursor)) => Cursor::decode(cursor).map(Position::Before).unwrap_or_default(),
        _ => Position::First,
    };
    model::TenantQuery {
        q,
        sort: TenantSort::from_key(key).unwrap_or_default(),
        direction,
        position,
        size: super::ROWS,
    }
}

/// A tenant as its form is filled from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditedTenant {
    /// Its identifier.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its further settings.
    pub settings: SettingsForm,
    /// Counts edits.
    pub version: i64,
    /// Whether it may be deleted, too.
    pub deletable: bool,
}

/// A tenant that may be changed.
#[server(prefix = "/serverfn", output = Wire, endpoint = "tenant_to_edit")]
pub async fn tenant_to_edit(id: String, #[server(default)] again: bool) -> Answer<EditedTenant> {
    let cx = asking(again)?;
    let tenant = service::tenant::to_update(&cx, &id).await.map_err(refuse)?;
    let delete = model::Permission::new(model::Resource::Tenant, model::Action::Delete);
    let [deletable] = service::access::allowed(&cx, None, [delete]).await.map_err(refuse)?;
    Ok(EditedTenant::of(tenant, deletable))
}

#[cfg(feature = "ssr")]
impl EditedTenant {
    fn of(tenant: model::Tenant, deletable: bool) -> Self {
        Self {
            id: tenant.id.map(|id| id.to_string()).unwrap_or_default(),
            name: tenant.name,
            settings: SettingsForm::of(&tenant.settings),
            version: tenant.version,
            deletable,
        }
    }
}

/// A tenant as somebody else has saved it.
#[server(prefix = "/serverfn", output = Wire, endpoint = "tenant_as_saved")]
pub async fn tenant_as_saved(id: String) -> Answer<Saved<EditedTenant>> {
    let cx = cx()?;
    let tenant = service::tenant::to_update(&cx, &id).await.map_err(refuse)?;
    let saved = service::tenant::saved(&cx, &tenant).await.map_err(refuse)?;
    let by = saved.map(|(who, at)| (who, moment(at, cx.now())));
    Ok(Saved { seen: tenant.version.to_string(), now: EditedTenant::of(tenant, false), by })
}

/// A tenant that may be deleted, and what goes with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoomedTenant {
    /// Its identifier.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What is deleted with it, and who loses access.
    pub gone: Consequences,
}

/// What deleting a tenant would take with it.
#[server(prefix = "/serverfn", output = Wire, endpoint = "tenant_to_delete")]
pub async fn tenant_to_delete(id: String, #[server(default)] again: bool) -> Answer<DoomedTenant> {
    let (tenant, gone) = service::tenant::consequences(&asking(again)?, &id).await.map_err(refuse)?;
    Ok(DoomedTenant { id, name: tenant.name, gone })
}

/// Creates a tenant and goes to its page.
#[server(prefix = "/serverfn", output = Wire, endpoint = "create_tenant")]
pub async fn create_tenant(id: String, name: String, #[server(default)] settings: SettingsForm) -> Answer<()> {
    let settings = settings.apply(Default::default()).map_err(in_settings)?;
    let new = model::NewTenant { id, name, settings };
    let tenant = service::tenant::create(&cx()?, new, None).await.map_err(refuse)?;
    let id = tenant.id.map(|id| id.to_string()).unwrap_or_default();
    say(format!("Created tenant {id}. You are its Tenant Admin."), None).await?;
    go(&format!("/administration/tenants/{id}"));
    Ok(())
}

/// A refusal whose fields are those of the nested part of the form.
#[cfg(feature = "ssr")]
fn in_settings(mut error: model::Error) -> super::Refusal {
    for wrong in &mut error.fields {
        wrong.field = format!("settings[{}]", wrong.field);
    }
    refuse(error)
}

/// Changes a tenant; then shows its page, or as `here` the one where it was changed.
#[server(prefix = "/serverfn", output = Wire, endpoint = "update_tenant")]
pub async fn update_tenant(
    id: String,
    version: i64,
    name: String,
    #[server(default)] settings: SettingsForm,
    #[server(default)] here: String,
) -> Answer<()> {
    let cx = cx()?;
    let before = service::tenant::to_update(&cx, &id).await.map_err(refuse)?;
    let settings = settings.apply(before.settings).map_err(in_settings)?;
    let change = model::TenantChange { name, settings, version: Some(version) };
    service::tenant::update(&cx, &id, change).await.map_err(refuse)?;
    say(format!("Saved tenant {id}."), None).await?;
    if here.is_empty() {
        go(&format!("/administration/tenants/{id}"));
    }
    Ok(())
}

/// Deletes a tenant, if `typed` is its id, and goes back to the list.
#[server(prefix = "/serverfn", output = Wire, endpoint = "delete_tenant")]
pub async fn delete_tenant(id: String, typed: String) -> Answer<()> {
    service::tenant::delete(&cx()?, &id, Some(&typed)).await.map_err(refuse)?;
    say(format!("Deleted tenant {id}."), None).await?;
    go("/administration/tenants");
    Ok(())
}
