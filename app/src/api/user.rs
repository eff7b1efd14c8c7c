//! Users of the instance.

#![expect(missing_docs, reason = "arguments of a server function become fields; its own words explain them")]

use super::{Answer, Wire};
#[cfg(feature = "ssr")]
use super::{
    cx,
    frame::{Undo, say},
    go,
    people::out_again,
    refuse, renamed,
};
use leptos::prelude::*;
#[cfg(feature = "ssr")]
use model::{Fingerprint, PrincipalId, PrincipalKind};
#[cfg(feature = "ssr")]
use service::{
    TenantRef,
    user::{NewUser, Profile},
};

/// Ids of tenants that were ticked, and those that were typed.
#[cfg(feature = "ssr")]
pub(super) fn tenants(ticked: Vec<String>, typed: &str) -> Vec<String> {
    let typed = typed.split([',', ' ']).filter(|id| !id.is_empty()).map(str::to_owned);
    ticked.into_iter().chain(typed).collect()
}

/// What a form calls a field of a profile.
#[cfg(feature = "ssr")]
pub(super) fn shown(field: &str) -> Option<&'static str> {
    match field {
        "firstName" => Some("first_name"),
        "lastName" => Some("last_name"),
        _ => None,
    }
}

/// Makes a user and goes to its page.
#[server(prefix = "/serverfn", output = Wire, endpoint = "create_user")]
pub async fn create_user(
    email: String,
    #[server(default)] first_name: String,
    #[server(default)] last_name: String,
    #[server(default)] password: String,
    #[server(default)] tenants: Vec<String>,
    #[server(default)] more_tenants: String,
    #[server(default)] superadmin: bool,
) -> Answer<()> {
    let new = NewUser {
        email,
        first_name: Some(first_name),
        last_name: Some(last_name),
        password: Some(password).filter(|text| !text.is_empty()),
        superadmin: Some(superadmin),
        tenants: Some(self::tenants(tenants, &more_tenants)).filter(|ids| !ids.is_empty()),
        ..NewUser::default()
    };
    let user = service::user::create(&cx()?, new).await.map_err(|error| renamed(error, shown))?.principal;
    say(format!("Created user {}.", user.name), None).await?;
    go(&format!("/administration/users/{}", user.id));
    Ok(())
}

/// Changes a user's address and name, unless somebody else has since they were `seen`.
#[server(prefix = "/serverfn", output = Wire, endpoint = "rename_user")]
pub async fn rename_user(
    id: String,
    email: String,
    #[server(default)] first_name: String,
    #[server(default)] last_name: String,
    #[server(default)] seen: String,
) -> Answer<()> {
    let profile = Profile { first_name: Some(first_name), last_name: Some(last_name), email: Some(email) };
    let seen = Fingerprint::said(seen);
    let user = service::user::edit(&cx()?, &PrincipalId::new(id), profile, seen.as_ref()).await;
    let user = user.map_err(|error| renamed(error, shown))?;
    say(format!("Saved user {}.", user.principal.name), None).await
}

/// Sets a user's password.
#[server(prefix = "/serverfn", output = Wire, endpoint = "set_user_password")]
pub async fn set_user_password(id: String, password: String) -> Answer<()> {
    service::user::set_password(&cx()?, &PrincipalId::new(id), &password).await.map_err(refuse)?;
    say("Set the password. Sessions that were open have ended.".to_owned(), None).await
}

/// Takes a user's password away.
#[server(prefix = "/serverfn", output = Wire, endpoint = "remove_user_password")]
pub async fn remove_user_password(id: String) -> Answer<()> {
    let (id, way) = (PrincipalId::new(id), service::user::BASIC);
    let user = service::user::delete_auth(&cx()?, &id, way).await.map_err(refuse)?.principal;
    say(format!("{} can no longer sign in with a password.", user.name), None).await
}

/// Lifts the lock on a user.
#[server(prefix = "/serverfn", output = Wire, endpoint = "unlock_user")]
pub async fn unlock_user(id: String) -> Answer<()> {
    let user = service::user::unlock(&cx()?, &PrincipalId::new(id)).await.map_err(refuse)?;
    say(format!("{} can sign in again.", user.name), None).await
}

/// Lets a user or service account into a tenant; the next page offers to undo it.
#[server(prefix = "/serverfn", output = Wire, endpoint = "let_into_tenant")]
pub async fn let_into_tenant(id: String, tenant: String) -> Answer<()> {
    let (cx, id) = (cx()?, PrincipalId::new(id));
    let place = TenantRef::parse(tenant.trim()).map_err(refuse)?;
    let new = service::tenant_access::put(&cx, &place, &id).await.map_err(refuse)?;
    // What somebody had before is not taken back: much more would go with it.
    let undo = if new { out_again(&place.to_string(), &id) } else { None };
    say(format!("Access to {place} is given."), undo).await
}

/// Makes a user or service account a superadmin, or no longer one; the next page offers to undo it.
#[server(prefix = "/serverfn", output = Wire, endpoint = "set_superadmin")]
pub async fn set_superadmin(
    id: String,
    #[server(default)] account: bool,
    #[server(default)] superadmin: bool,
) -> Answer<()> {
    let kind = if account { PrincipalKind::ServiceAccount } else { PrincipalKind::User };
    let id = PrincipalId::new(id);
    service::user::set_superadmin(&cx()?, &id, kind, superadmin).await.map_err(refuse)?;
    let said = if superadmin { "Made a superadmin." } else { "No longer a superadmin." };
    let [account, turned] = [account, !superadmin].map(|flag| flag.to_string());
    let fields = [("id", id.as_str()), ("account", &*account), ("superadmin", &*turned)];
    say(said.to_owned(), Undo::by::<SetSuperadmin>(&fields)).await
}

/// Keeps a user from changing itself, or no longer; the next page offers to undo it.
#[server(prefix = "/serverfn", output = Wire, endpoint = "set_restricted")]
pub async fn set_restricted(id: String, #[server(default)] restricted: bool) -> Answer<()> {
    let id = PrincipalId::new(id);
    service::user::set_restricted(&cx()?, &id, restricted).await.map_err(refuse)?;
    let said = if restricted { "The user is restricted now." } else { "The user is no longer restricted." };
    let turned = (!restricted).to_string();
    let fields = [("id", id.as_str()), ("restricted", &*turned)];
    say(said.to_owned(), Undo::by::<SetRestricted>(&fields)).await
}

/// Deletes several users and goes to the list.
#[server(prefix = "/serverfn", output = Wire, endpoint = "delete_users")]
pub async fn delete_users(#[server(default)] ids: Vec<String>) -> Answer<()> {
    let ids: Vec<_> = ids.into_iter().map(PrincipalId::new).collect();
    let gone = service::user::delete_all(&cx()?, &ids).await.map_err(refuse)?;
    say(format!("Deleted {}.", crate::ui::count(i64::try_from(gone.len()).unwrap_or(i64::MAX), "user")), None).await?;
    go("/administration/users");
    Ok(())
}

/// Deletes a user and goes to the list.
#[server(prefix = "/serverfn", output = Wire, endpoint = "delete_user")]
pub async fn delete_user(id: String) -> Answer<()> {
    service::user::delete(&cx()?, &PrincipalId::new(id)).await.map_err(refuse)?;
    say("Deleted the user.".to_owned(), None).await?;
    go("/administration/users");
    Ok(())
}
