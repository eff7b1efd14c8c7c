//! Service accounts, of the instance or, where `tenant` names one, of a tenant.

#![expect(missing_docs, reason = "arguments of a server function become fields; its own words explain them")]

use super::{
    Answer, Listed, Saved, Wire,
    credential::TokenRow,
    user::{HeldGroup, HeldIn, Loss, OfferedTenants},
};
#[cfg(feature = "ssr")]
use super::{
    asking,
    credential::token_rows,
    cx,
    dates::moment,
    frame::say,
    go, part, refuse,
    user::{held_in, offered_tenants},
};
use leptos::prelude::*;
use model::Moment;
#[cfg(feature = "ssr")]
use model::{Action, Fingerprint, List, Permission, PrincipalId, Resource};
use serde::{Deserialize, Serialize};
#[cfg(feature = "ssr")]
use service::{
    Context, TenantRef, access, audit_log, group,
    service_account::{self, NewAccount},
    user::User,
};

/// The tenant of a form. `None` for one about the instance.
#[cfg(feature = "ssr")]
pub(super) fn place(tenant: &str) -> Answer<Option<TenantRef>> {
    if tenant.is_empty() { Ok(None) } else { TenantRef::from_segment(tenant).map(Some).map_err(refuse) }
}

/// Where the console lists them.
pub(crate) fn address(tenant: &str) -> String {
    match tenant {
        "" => "/administration/service-accounts".to_owned(),
        tenant => format!("/ui/{tenant}/service-accounts"),
    }
}

/// The permission for it: outside of tenants service accounts are users like others.
#[cfg(feature = "ssr")]
fn needed(place: Option<&TenantRef>, action: Action) -> Permission {
    Permission::new(if place.is_some() { Resource::ServiceAccount } else { Resource::User }, action)
}

#[cfg(feature = "ssr")]
async fn account(cx: &Context, place: Option<&TenantRef>, id: &PrincipalId) -> service::Result<User> {
    match place {
        Some(place) => service_account::get_in(cx, place, id).await,
        None => service_account::get(cx, id).await,
    }
}

/// A service account in the list.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AccountRow {
    /// Its ID.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its description; may be empty.
    pub description: String,
    /// Whether it is a superadmin.
    pub superadmin: bool,
    /// Its groups in the tenant, or, outside of tenants, the tenants it can access. `None` where tenants are off.
    pub joined: Option<usize>,
    /// When it was created.
    pub created: Moment,
}

/// A page of service accounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountList {
    /// The service accounts.
    pub accounts: Listed<AccountRow>,
    /// Whether the caller may create one.
    pub creatable: bool,
}

/// Service accounts whose name is like `q`, or all: of a tenant or, without one, of the instance.
#[server(prefix = "/serverfn", output = Wire, endpoint = "list_service_accounts")]
pub async fn list_service_accounts(
    #[server(default)] tenant: String,
    #[server(default)] q: String,
    #[server(default)] page: i64,
    #[server(default)] again: bool,
) -> Answer<AccountList> {
    let (cx, place, part) = (asking(again)?, place(&tenant)?, part(&q, page));
    let place = place.as_ref();
    let found = match place {
        Some(place) => service_account::page_in(&cx, place, &part).await,
        None => service_account::page(&cx, &part).await,
    };
    let found = found.map_err(refuse)?;
    let [creatable] = access::allowed(&cx, place, [needed(place, Action::Create)]).await.map_err(refuse)?;
    let (now, tenants) = (cx.now(), cx.settings().tenants);
    let row = |one: User| AccountRow {
        joined: match place {
            Some(_) => Some(one.groups.len()),
            None => tenants.then_some(one.tenants.len()),
        },
        id: one.principal.id.to_string(),
        name: one.principal.name,
        description: one.principal.description,
        superadmin: one.principal.superadmin,
        created: moment(one.principal.created_at, now),
    };
    let rows = found.results.into_iter().map(row).collect();
    Ok(AccountList { accounts: Listed { rows, total: found.total, more: found.more }, creatable })
}

/// Groups to choose from, by ID and name. `None` where the caller may not see them, or where they are too many to be
/// ticked one by one: they are chosen on the groups' own pages then.
#[cfg(feature = "ssr")]
async fn offered_groups(cx: &Context, place: Option<&TenantRef>) -> service::Result<Option<Vec<(String, String)>>> {
    const OFFERED: i64 = 100;
    let Some(place) = place else { return Ok(None) };
    let [see] = access::allowed(cx, Some(place), [Permission::new(Resource::Group, Action::List)]).await?;
    if !see {
        return Ok(None);
    }
    let found = group::page(cx, place, &List { size: OFFERED, ..List::default() }).await?;
    let groups = found.results.into_iter().map(|group| (group.id.to_string(), group.name)).collect();
    Ok(Some(groups).filter(|_| found.total <= OFFERED))
}

/// What the form of a new service account offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewAccountForm {
    /// Groups to choose from, by ID and name.
    pub groups: Vec<(String, String)>,
    /// Tenants to choose from; none in a tenant.
    pub tenants: OfferedTenants,
}

/// Whether the caller may create a service account, and what the form offers.
#[server(prefix = "/serverfn", output = Wire, endpoint = "service_account_to_create")]
pub async fn service_account_to_create(
    #[server(default)] tenant: String,
    #[server(default)] again: bool,
) -> Answer<NewAccountForm> {
    let (cx, place) = (asking(again)?, place(&tenant)?);
    let place = place.as_ref();
    access::require(&cx, place, needed(place, Action::Create)).await.map_err(refuse)?;
    let groups = offered_groups(&cx, place).await.map_err(refuse)?.unwrap_or_default();
    let tenants = match place {
        Some(_) => OfferedTenants::default(),
        None => offered_tenants(&cx).await.map_err(refuse)?,
    };
    Ok(NewAccountForm { groups, tenants })
}

/// A group that a service account can be put into.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferedGroup {
    /// Its ID.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether the service account is in it.
    pub member: bool,
}

/// A service account as its form is filled from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditedAccount {
    /// Its ID.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its description; may be empty.
    pub description: String,
    /// The groups it can be put into. `None` where the form shows none.
    pub groups: Option<Vec<OfferedGroup>>,
    /// The fingerprint of all this.
    pub seen: String,
}

#[cfg(feature = "ssr")]
impl EditedAccount {
    fn of(account: &User, offered: Option<Vec<(String, String)>>) -> Self {
        let (one, held) = (&account.principal, account.group_ids());
        let seen = service_account::fingerprint(one, offered.is_some().then_some(&*held)).to_string();
        let group = |(id, name): (String, String)| OfferedGroup { member: held.contains(&id), id, name };
        Self {
            id: one.id.to_string(),
            name: one.name.clone(),
            description: one.description.clone(),
            groups: offered.map(|groups| groups.into_iter().map(group).collect()),
            seen,
        }
    }
}

/// What a service account has and is on the instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountEverywhere {
    /// What it has in each tenant.
    pub held: Vec<HeldIn>,
    /// Tenants to add it to. `None` where tenants are off.
    pub offered: Option<Vec<(String, String)>>,
    /// Whether it is the caller.
    pub you: bool,
}

/// A service account's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountPage {
    /// The service account.
    pub account: EditedAccount,
    /// Whether it is a superadmin.
    pub superadmin: bool,
    /// When it was created.
    pub created: Moment,
    /// Its groups in the tenant; none outside of tenants.
    pub groups: Vec<HeldGroup>,
    /// Its API tokens.
    pub tokens: Vec<TokenRow>,
    /// Whether the caller may change it and create tokens.
    pub editable: bool,
    /// Whether the caller may delete it.
    pub deletable: bool,
    /// Whether the caller may revoke its tokens.
    pub revocable: bool,
    /// What it has on the instance. `None` in a tenant.
    pub everywhere: Option<AccountEverywhere>,
}

/// A service account, with all it has: in a tenant or, without one, on the instance.
#[server(prefix = "/serverfn", output = Wire, endpoint = "show_service_account")]
pub async fn show_service_account(
    #[server(default)] tenant: String,
    id: String,
    #[server(default)] again: bool,
) -> Answer<AccountPage> {
    let (cx, place, id) = (asking(again)?, place(&tenant)?, PrincipalId::new(id));
    let place = place.as_ref();
    let account = account(&cx, place, &id).await.map_err(refuse)?;
    let wanted = [needed(place, Action::Update), needed(place, Action::Delete)];
    let [editable, deletable] = access::allowed(&cx, place, wanted).await.map_err(refuse)?;
    let tokens = match place {
        Some(place) => service_account::tokens_in(&cx, place, &id).await,
        None => service_account::tokens(&cx, &id).await,
    };
    let offered = if editable { offered_groups(&cx, place).await.map_err(refuse)? } else { None };
    let group =
        |one: &model::Membership| HeldGroup { id: one.group.to_string(), name: one.name.clone(), owner: one.owner };
    Ok(AccountPage {
        superadmin: account.principal.superadmin,
        created: moment(account.principal.created_at, cx.now()),
        groups: if place.is_some() { account.groups.iter().map(group).collect() } else { Vec::new() },
        account: EditedAccount::of(&account, offered),
        tokens: token_rows(tokens.map_err(refuse)?, cx.now()),
        editable,
        deletable,
        // What deletes a tenant's service account also revokes its tokens; on the instance both are changes of a user.
        revocable: if place.is_some() { deletable } else { editable },
        everywhere: if place.is_some() { None } else { Some(everywhere(&cx, &id).await.map_err(refuse)?) },
    })
}

#[cfg(feature = "ssr")]
async fn everywhere(cx: &Context, id: &PrincipalId) -> service::Result<AccountEverywhere> {
    let held = held_in(service::user::held(cx, id).await?);
    let offered = offered_tenants(cx).await?.except(&held);
    Ok(AccountEverywhere {
        offered: cx.settings().tenants.then_some(offered),
        you: service::me::id(cx) == Some(id),
        held,
    })
}

/// A service account as somebody else has saved it.
#[server(prefix = "/serverfn", output = Wire, endpoint = "service_account_as_saved")]
pub async fn service_account_as_saved(#[server(default)] tenant: String, id: String) -> Answer<Saved<EditedAccount>> {
    const EDITED: [&str; 2] = ["name", "description"];
    let (cx, place, id) = (cx()?, place(&tenant)?, PrincipalId::new(id));
    let place = place.as_ref();
    let account = account(&cx, place, &id).await.map_err(refuse)?;
    let offered = offered_groups(&cx, place).await.map_err(refuse)?;
    let what = (Resource::ServiceAccount, id.as_str());
    let last = audit_log::last_change(&cx, place, what, &account.principal, &EDITED).await.map_err(refuse)?;
    let now = EditedAccount::of(&account, offered);
    Ok(Saved { seen: now.seen.clone(), now, by: last.map(|(who, at)| (who, moment(at, cx.now()))) })
}

/// A service account that may be deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoomedAccount {
    /// Its name.
    pub name: String,
    /// What is deleted with it. `None` where it belongs to more than the tenant, and only loses access to it.
    pub loss: Option<Loss>,
}

/// What deleting a service account would take with it.
#[server(prefix = "/serverfn", output = Wire, endpoint = "service_account_to_delete")]
pub async fn service_account_to_delete(
    #[server(default)] tenant: String,
    id: String,
    #[server(default)] again: bool,
) -> Answer<DoomedAccount> {
    let (cx, place, id) = (asking(again)?, place(&tenant)?, PrincipalId::new(id));
    let place = place.as_ref();
    access::require(&cx, place, needed(place, Action::Delete)).await.map_err(refuse)?;
    let account = account(&cx, place, &id).await.map_err(refuse)?;
    // Only whoever administers all service accounts deletes one that other tenants use too.
    let [all] = access::allowed(&cx, None, [needed(None, Action::Delete)]).await.map_err(refuse)?;
    let tokens = match place {
        Some(place) => service_account::tokens_in(&cx, place, &id).await,
        None => service_account::tokens(&cx, &id).await,
    };
    let tokens = tokens.map_err(refuse)?.len();
    let stays = !all && (account.tenants.len() > 1 || account.principal.superadmin);
    let loss = if stays {
        None
    } else if all {
        let held = service::user::held(&cx, &id).await.map_err(refuse)?;
        Some(Loss::of(&held, cx.settings().tenants, tokens, 0))
    } else {
        let memberships = account.groups.len();
        Some(Loss { tenants: None, memberships, assignments: 0, tokens, sessions: 0 })
    };
    Ok(DoomedAccount { name: account.principal.name, loss })
}

/// Creates a service account and goes to its page.
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
