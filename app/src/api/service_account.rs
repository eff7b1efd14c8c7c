//! Service accounts, of the instance or, where `tenant` names one, of a tenant.

#![expect(missing_docs, reason = "arguments of a server function become fields; its own words explain them")]

use super::{Answer, Wire};
#[cfg(feature = "ssr")]
use super::{cx, frame::say, go, refuse};
use leptos::prelude::*;
#[cfg(feature = "ssr")]
use model::{Fingerprint, PrincipalId};
#[cfg(feature = "ssr")]
use service::{
    TenantRef,
    service_account::{self, NewAccount},
};

/// The tenant of a form; none for one about the instance.
#[cfg(feature = "ssr")]
pub(super) fn place(tenant: &str) -> Answer<Option<TenantRef>> {
    if tenant.is_empty() { Ok(None) } else { TenantRef::from_segment(tenant).map(Some).map_err(refuse) }
}

/// Where the console lists them.
#[cfg(feature = "ssr")]
pub(crate) fn address(tenant: &str) -> String {
    match tenant {
        "" => "/administration/service-accounts".to_owned(),
        tenant => format!("/ui/{tenant}/service-accounts"),
    }
}

/// Makes a service account and goes to its page.
#[server(prefix = "/serverfn", output = Wire, endpoint = "create_service_account")]
pub async fn create_service_account(
    #[server(default)] tenant: String,
    name: String,
    #[server(default)] description: String,
    #[server(default)] groups: Vec<String>,
    #[server(default)] tenants: Vec<String>,
    #[server(default)] more_tenants: String,
    #[server(default)] superadmin: bool,
) -> Answer<()> {
    let tenants = Some(super::user::tenants(tenants, &more_tenants)).filter(|ids| !ids.is_empty());
    let (description, groups) = (Some(description), Some(groups));
    let new = NewAccount { name, description, superadmin: Some(superadmin), tenants, groups };
    let made = match place(&tenant)? {
        Some(place) => service_account::create_in(&cx()?, &place, new).await,
        None => service_account::create(&cx()?, new).await,
    };
    let account = made.map_err(refuse)?.principal;
    say(format!("Created service account {}. Give it a token to sign in with.", account.name), None).await?;
    go(&format!("{}/{}", address(&tenant), account.id));
    Ok(())
}

/// Changes a service account, unless somebody else has since it was `seen`; its groups only where the form showed them.
#[server(prefix = "/serverfn", output = Wire, endpoint = "update_service_account")]
pub async fn update_service_account(
    #[server(default)] tenant: String,
    id: String,
    name: String,
    #[server(default)] description: String,
    #[server(default)] groups: Vec<String>,
    #[server(default)] groups_shown: bool,
    #[server(default)] seen: String,
) -> Answer<()> {
    let (cx, id, seen) = (cx()?, PrincipalId::new(id), Fingerprint::said(seen));
    let groups = Some(groups).filter(|_| groups_shown);
    let new = NewAccount { name, description: Some(description), groups, ..NewAccount::default() };
    let done = match place(&tenant)? {
        Some(place) => service_account::edit_in(&cx, &place, &id, new, seen.as_ref()).await,
        None => service_account::edit(&cx, &id, new, seen.as_ref()).await,
    };
    say(format!("Saved service account {}.", done.map_err(refuse)?.principal.name), None).await
}

/// Deletes a service account and goes to the list.
#[server(prefix = "/serverfn", output = Wire, endpoint = "delete_service_account")]
pub async fn delete_service_account(#[server(default)] tenant: String, id: String) -> Answer<()> {
    let (cx, id) = (cx()?, PrincipalId::new(id));
    match place(&tenant)? {
        Some(place) => service_account::delete_in(&cx, &place, &id).await,
        None => service_account::delete(&cx, &id).await,
    }
    .map_err(refuse)?;
    say("Deleted the service account.".to_owned(), None).await?;
    go(&address(&tenant));
    Ok(())
}
