//! Administration → Tenants, and a tenant's own settings.

#![expect(missing_docs, reason = "arguments of a server function become fields; its own words explain them")]

use super::{Answer, Wire};
#[cfg(feature = "ssr")]
use super::{cx, frame::say, go, refuse};
use leptos::prelude::*;
use model::settings::SettingsForm;

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
