//! Who holds which role in a tenant.

#![expect(missing_docs, reason = "arguments of a server function become fields; its own words explain them")]

use super::{Answer, Wire};
#[cfg(feature = "ssr")]
use super::{
    cx,
    frame::{Undo, say},
    refuse,
};
use leptos::prelude::*;

/// What a tenant is called in a sentence.
#[cfg(feature = "ssr")]
fn called(segment: &str) -> &str {
    if segment == model::TenantLink::DEFAULT { "the default tenant" } else { segment }
}

/// Gives a user a role.
#[server(prefix = "/serverfn", output = Wire, endpoint = "assign_role")]
pub async fn assign_role(
    tenant: String,
    email: String,
    role: String,
    #[server(default)] namespace: String,
) -> Answer<()> {
    let place = service::TenantRef::from_segment(&tenant).map_err(refuse)?;
    let new = service::binding::Assignment { email, role, namespace };
    let made = service::binding::assign(&cx()?, &place, new).await.map_err(refuse)?;
    let place = made.namespace.map(|namespace| format!(" / {namespace}")).unwrap_or_default();
    say(format!("{} now has {} in {}{place}.", made.holder.name, made.role.name, called(&tenant)), None).await
}

/// Takes a binding away; the next page offers to undo it.
#[server(prefix = "/serverfn", output = Wire, endpoint = "revoke_role")]
pub async fn revoke_role(tenant: String, binding: String) -> Answer<()> {
    let place = service::TenantRef::from_segment(&tenant).map_err(refuse)?;
    let gone = service::binding::revoke(&cx()?, &place, &model::BindingId::new(binding)).await.map_err(refuse)?;
    let message = format!("{} no longer has {} in {}.", gone.holder.name, gone.role.name, called(&tenant));
    let undo = gone.holder.kind.map(|_| Undo {
        tenant,
        email: gone.holder.name,
        role: gone.role.id.to_string(),
        namespace: gone.namespace.map(|namespace| namespace.to_string()).unwrap_or_default(),
    });
    say(message, undo).await
}

/// Addresses that begin with what was typed.
#[server(prefix = "/serverfn", output = Wire, endpoint = "suggest_users")]
pub async fn suggest_users(tenant: String, typed: String) -> Answer<Vec<String>> {
    let place = service::TenantRef::from_segment(&tenant).map_err(refuse)?;
    service::user::suggest(&cx()?, &place, &typed).await.map_err(refuse)
}
