//! Who holds which role in a tenant.

#![expect(missing_docs, reason = "arguments of a server function become fields; its own words explain them")]

use super::{Answer, Wire};
#[cfg(feature = "ssr")]
use super::{
    blame::{blame, unmeant},
    cx,
    frame::{Undo, say},
    go, refuse,
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
    let new = service::binding::Assignment { holder: email, role, namespace };
    let made = service::binding::assign(&cx()?, &place, new).await.map_err(refuse)?;
    let place = made.namespace.map(|namespace| format!(" / {namespace}")).unwrap_or_default();
    say(format!("{} now has {} in {}{place}.", made.holder.name, made.role.name, called(&tenant)), None).await
}

/// Gives a user, service account or group a role, and goes to the list; as a `preview` it only goes to the page that
/// says what this would allow.
#[server(prefix = "/serverfn", output = Wire, endpoint = "give_role")]
pub async fn give_role(
    tenant: String,
    holder: String,
    role: String,
    #[server(default)] namespace: String,
    #[server(default)] preview: String,
) -> Answer<()> {
    let (cx, place) = (cx()?, service::TenantRef::from_segment(&tenant).map_err(refuse)?);
    let new = service::binding::Assignment { holder, role, namespace };
    if !preview.is_empty() {
        return tell(&cx, &place, &tenant, new).await;
    }
    let made = service::binding::assign(&cx, &place, new).await;
    let made = made.map_err(|error| blame(error, "holder", &[("email", "holder")]))?;
    let place = made.namespace.map(|namespace| format!(" / {namespace}")).unwrap_or_default();
    say(format!("{} now has {} in {}{place}.", made.holder.name, made.role.name, called(&tenant)), None).await?;
    go(&format!("/ui/{tenant}/access"));
    Ok(())
}

/// Goes to the page that says what it would mean to give a role.
#[cfg(feature = "ssr")]
async fn tell(
    cx: &service::Context,
    place: &service::TenantRef,
    tenant: &str,
    new: service::binding::Assignment,
) -> Answer<()> {
    let role = service::role::lookup(cx, place, new.role.trim()).await.map_err(|error| unmeant(error, "role"))?;
    let all = [new.holder, role.id.to_string(), new.namespace];
    let [holder, role, namespace] = all.map(|text| crate::ui::quote(text.trim()));
    go(&format!("/ui/{tenant}/access/create?holder={holder}&role={role}&namespace={namespace}&preview=yes"));
    Ok(())
}

/// Takes several bindings away at once, and goes to the list.
#[server(prefix = "/serverfn", output = Wire, endpoint = "revoke_roles")]
pub async fn revoke_roles(tenant: String, #[server(default)] ids: Vec<String>) -> Answer<()> {
    let place = service::TenantRef::from_segment(&tenant).map_err(refuse)?;
    let ids: Vec<_> = ids.into_iter().map(model::BindingId::new).collect();
    let gone = service::binding::revoke_all(&cx()?, &place, &ids).await.map_err(refuse)?;
    let count = crate::ui::count(i64::try_from(gone.len()).unwrap_or(i64::MAX), "role");
    say(format!("Revoked {count} in {}.", called(&tenant)), None).await?;
    go(&format!("/ui/{tenant}/access"));
    Ok(())
}

/// Takes a binding away; the next page offers to undo it.
#[server(prefix = "/serverfn", output = Wire, endpoint = "revoke_role")]
pub async fn revoke_role(tenant: String, binding: String) -> Answer<()> {
    let place = service::TenantRef::from_segment(&tenant).map_err(refuse)?;
    let gone = service::binding::revoke(&cx()?, &place, &model::BindingId::new(binding)).await.map_err(refuse)?;
    let message = format!("{} no longer has {} in {}.", gone.holder.name, gone.role.name, called(&tenant));
    // Several groups and service accounts may have names that differ only in case; a user's address is the user's.
    let holder = if gone.holder.kind == Some(model::PrincipalKind::User) { gone.holder.name } else { gone.holder.id };
    let (role, namespace) = (gone.role.id.to_string(), gone.namespace.map(|one| one.to_string()).unwrap_or_default());
    let fields = [("tenant", &*tenant), ("email", &*holder), ("role", &*role), ("namespace", &*namespace)];
    say(message, Undo::by::<AssignRole>(&fields)).await
}

/// Names of roles that are like what was typed; ids where several are called so.
#[server(prefix = "/serverfn", output = Wire, endpoint = "suggest_roles")]
pub async fn suggest_roles(tenant: String, typed: String) -> Answer<Vec<String>> {
    const OFFERED: i64 = 10;
    let place = service::TenantRef::from_segment(&tenant).map_err(refuse)?;
    let list = model::List { q: typed, size: OFFERED, ..model::List::default() };
    let roles = service::role::page(&cx()?, &place, &list).await.map_err(refuse)?.results;
    let alike = |name: &str| roles.iter().filter(|role| role.name.to_lowercase() == name.to_lowercase()).count() > 1;
    let said = |role: &model::Role| if alike(&role.name) { role.id.to_string() } else { role.name.clone() };
    Ok(roles.iter().map(said).collect())
}

/// Addresses that begin with what was typed.
#[server(prefix = "/serverfn", output = Wire, endpoint = "suggest_users")]
pub async fn suggest_users(tenant: String, typed: String) -> Answer<Vec<String>> {
    let place = service::TenantRef::from_segment(&tenant).map_err(refuse)?;
    service::user::suggest(&cx()?, &place, &typed).await.map_err(refuse)
}
