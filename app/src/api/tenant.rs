//! Administration → Tenants.

#![expect(missing_docs, reason = "arguments of a server function become fields; its own words explain them")]

use super::{Answer, Wire};
#[cfg(feature = "ssr")]
use super::{cx, frame::say, go, refuse};
use leptos::prelude::*;
use model::{Consequences, Slice, TenantSummary, TenantView, Timestamp, settings::SettingsForm};
use serde::{Deserialize, Serialize};

/// Rows of a page of tenants.
pub const PAGE: i64 = 25;

/// The Tenants page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TenantList {
    /// HTML of what should be noticed first; mostly empty.
    pub notice: String,
    /// The piece of the list; nothing while tenants are off.
    pub slice: Option<Slice<TenantSummary>>,
    /// When it was read.
    pub now: Timestamp,
}

/// A piece of the list of tenants: `at` is empty, `last`, `after.<cursor>` or `before.<cursor>`; `sort` a
/// key of `TenantSort`, with `-` in front for the other direction.
#[server(prefix = "/serverfn", output = Wire, endpoint = "list_tenants")]
pub async fn list_tenants(
    #[server(default)] q: String,
    #[server(default)] sort: String,
    #[server(default)] at: String,
) -> Answer<TenantList> {
    use model::{Cursor, Direction, Position, TenantQuery, TenantSort};
    let cx = cx()?;
    let (direction, key) = match sort.strip_prefix('-') {
        Some(key) => (Direction::Desc, key),
        None => (Direction::Asc, sort.as_str()),
    };
    let position = match at.split_once('.') {
        None if at == "last" => Position::Last,
        Some(("after", cursor)) => Cursor::decode(cursor).map(Position::After).unwrap_or_default(),
        Some(("before", cursor)) => Cursor::decode(cursor).map(Position::Before).unwrap_or_default(),
        _ => Position::First,
    };
    let sort = TenantSort::from_key(key).unwrap_or_default();
    let query = TenantQuery { q, sort, direction, position, size: PAGE };
    let slice = match service::tenant::list(&cx, query).await {
        Err(service::Error::TenantsDisabled) => None,
        other => Some(other.map_err(refuse)?),
    };
    let notice = crate::page::notices::for_admins(service::sync::notice(&cx).await.map_err(refuse)?);
    Ok(TenantList { notice, slice, now: cx.now() })
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

/// A tenant's page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TenantPage {
    /// The tenant and all around it.
    pub view: TenantView,
    /// When it was read.
    pub now: Timestamp,
}

/// A tenant's page; `after` is where the list of bindings goes on.
#[server(prefix = "/serverfn", output = Wire, endpoint = "view_tenant")]
pub async fn view_tenant(id: String, #[server(default)] after: String) -> Answer<TenantPage> {
    let cx = cx()?;
    let tenant = service::TenantRef::from_segment(&id).map_err(refuse)?;
    let view = service::tenant::view(&cx, &tenant, model::Cursor::decode(&after)).await.map_err(refuse)?;
    Ok(TenantPage { view, now: cx.now() })
}

/// A tenant to edit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TenantEdit {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: i64,
    /// Its settings.
    pub settings: SettingsForm,
}

/// What the edit page starts from.
#[server(prefix = "/serverfn", output = Wire, endpoint = "edit_tenant")]
pub async fn edit_tenant(id: String) -> Answer<TenantEdit> {
    let tenant = service::tenant::get(&cx()?, &id).await.map_err(refuse)?;
    Ok(TenantEdit { settings: SettingsForm::of(&tenant.settings), name: tenant.name, version: tenant.version })
}

/// Changes a tenant and goes back to its page.
#[server(prefix = "/serverfn", output = Wire, endpoint = "update_tenant")]
pub async fn update_tenant(
    id: String,
    version: i64,
    name: String,
    #[server(default)] settings: SettingsForm,
) -> Answer<()> {
    let cx = cx()?;
    let before = service::tenant::get(&cx, &id).await.map_err(refuse)?;
    let settings = settings.apply(before.settings).map_err(in_settings)?;
    let change = model::TenantChange { name, settings, version: Some(version) };
    service::tenant::update(&cx, &id, change).await.map_err(refuse)?;
    say(format!("Saved tenant {id}."), None).await?;
    go(&format!("/administration/tenants/{id}"));
    Ok(())
}

/// A tenant to delete, and what goes with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantDeletion {
    /// Its name.
    pub name: String,
    /// What goes with it.
    pub consequences: Consequences,
}

/// What the delete page shows.
#[server(prefix = "/serverfn", output = Wire, endpoint = "preview_deletion")]
pub async fn preview_deletion(id: String) -> Answer<TenantDeletion> {
    let (tenant, consequences) = service::tenant::consequences(&cx()?, &id).await.map_err(refuse)?;
    Ok(TenantDeletion { name: tenant.name, consequences })
}

/// Deletes a tenant, if `typed` is its id, and goes back to the list.
#[server(prefix = "/serverfn", output = Wire, endpoint = "delete_tenant")]
pub async fn delete_tenant(id: String, typed: String) -> Answer<()> {
    service::tenant::delete(&cx()?, &id, Some(&typed)).await.map_err(refuse)?;
    say(format!("Deleted tenant {id}."), None).await?;
    go("/administration/tenants");
    Ok(())
}
