//! Users of the instance.

#![expect(missing_docs, reason = "arguments of a server function become fields; its own words explain them")]

use super::{
    Answer, Listed, Saved, Wire,
    credential::{SessionRow, TokenRow},
};
#[cfg(feature = "ssr")]
use super::{
    asking,
    credential::{session_rows, token_rows},
    cx,
    dates::{by_calendar, moment},
    frame::{Undo, say},
    go,
    people::out_again,
    refuse, renamed,
};
use leptos::prelude::*;
use model::Moment;
#[cfg(feature = "ssr")]
use model::{
    Action, Fingerprint, Permission, Principal, PrincipalId, PrincipalKind, Resource, TenantLink, TenantQuery,
    Timestamp,
};
use serde::{Deserialize, Serialize};
#[cfg(feature = "ssr")]
use service::{
    Context, TenantRef, access, audit_log,
    user::{Held, NewUser, Profile, User},
};

/// What is said beside a user's email.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct UserMarks {
    /// Whether they are a superadmin.
    pub superadmin: bool,
    /// Whether they can't sign in for now.
    pub locked: bool,
    /// Whether they can't change their profile.
    pub restricted: bool,
    /// Whether they can sign in with a password.
    pub password: bool,
}

#[cfg(feature = "ssr")]
impl UserMarks {
    fn of(one: &Principal, password: bool, now: Timestamp) -> Self {
        let (superadmin, locked, restricted) = (one.superadmin, one.locked(now), one.restricted);
        Self { superadmin, locked, restricted, password }
    }
}

/// A user in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserRow {
    /// Their ID.
    pub id: String,
    /// Their email.
    pub email: String,
    /// First and last name; may be empty.
    pub name: String,
    /// Whether they are the caller.
    pub you: bool,
    /// What is said beside the email.
    pub marks: UserMarks,
    /// Tenants they can access.
    pub tenants: usize,
    /// When they were created.
    pub created: Moment,
}

/// A page of the users of the instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserList {
    /// The users.
    pub users: Listed<UserRow>,
    /// Whether tenants are on.
    pub tenants: bool,
}

/// Users whose email or name is like `q`, or all.
#[server(prefix = "/serverfn", output = Wire, endpoint = "list_users")]
pub async fn list_users(
    #[server(default)] q: String,
    #[server(default)] page: i64,
    #[server(default)] again: bool,
) -> Answer<UserList> {
    let cx = asking(again)?;
    let found = service::user::page(&cx, &super::part(&q, page)).await.map_err(refuse)?;
    let (me, now) = (service::me::id(&cx), cx.now());
    let row = |user: User| {
        let one = user.principal;
        UserRow {
            id: one.id.to_string(),
            name: format!("{} {}", one.first_name, one.last_name).trim().to_owned(),
            you: me == Some(&one.id),
            marks: UserMarks::of(&one, user.password, now),
            tenants: user.tenants.len(),
            created: moment(one.created_at, now),
            email: one.name,
        }
    };
    let rows = found.results.into_iter().map(row).collect();
    let users = Listed { rows, total: found.total, more: found.more };
    Ok(UserList { users, tenants: cx.settings().tenants })
}

/// Tenants to choose from: IDs and names of the first, and whether there are more.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferedTenants {
    /// IDs and names.
    pub tenants: Vec<(String, String)>,
    /// Whether there are more.
    pub more: bool,
}

#[cfg(feature = "ssr")]
impl OfferedTenants {
    /// Those in which somebody has nothing yet.
    pub(crate) fn except(self, held: &[HeldIn]) -> Vec<(String, String)> {
        let known = |segment: &String| held.iter().any(|there| there.tenant == *segment);
        self.tenants.into_iter().filter(|(id, _)| !known(id)).collect()
    }
}

/// The first tenants to choose from; none where tenants are off.
#[cfg(feature = "ssr")]
pub(crate) async fn offered_tenants(cx: &Context) -> service::Result<OfferedTenants> {
    /// Of more, people type the IDs.
    const OFFERED: i64 = 20;
    if !cx.settings().tenants {
        return Ok(OfferedTenants::default());
    }
    let found = service::tenant::list(cx, TenantQuery { size: OFFERED, ..TenantQuery::default() }).await?;
    let more = found.next.is_some();
    let tenants = found.rows.into_iter().map(|one| (one.id.to_string(), one.name)).collect();
    Ok(OfferedTenants { tenants, more })
}

/// What the form of a new user offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewUserForm {
    /// Tenants to choose from.
    pub tenants: OfferedTenants,
    /// What a password must be like.
    pub policy: String,
}

/// Whether the caller may create a user, and what the form offers.
#[server(prefix = "/serverfn", output = Wire, endpoint = "user_to_create")]
pub async fn user_to_create(#[server(default)] again: bool) -> Answer<NewUserForm> {
    let cx = asking(again)?;
    access::require(&cx, None, Permission::new(Resource::User, Action::Create)).await.map_err(refuse)?;
    let tenants = offered_tenants(&cx).await.map_err(refuse)?;
    Ok(NewUserForm { tenants, policy: cx.settings().passwords.sentence() })
}

/// A user as their form is filled from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditedUser {
    /// Their ID.
    pub id: String,
    /// Their email.
    pub email: String,
    /// Their first name; may be empty.
    pub first_name: String,
    /// Their last name; may be empty.
    pub last_name: String,
    /// The fingerprint of all this.
    pub seen: String,
}

#[cfg(feature = "ssr")]
impl EditedUser {
    pub(crate) fn of(one: &Principal) -> Self {
        Self {
            id: one.id.to_string(),
            email: one.name.clone(),
            first_name: one.first_name.clone(),
            last_name: one.last_name.clone(),
            seen: service::user::fingerprint(one).to_string(),
        }
    }
}

/// A group that somebody is in.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct HeldGroup {
    /// Its ID.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether they own it.
    pub owner: bool,
}

/// A role that somebody has.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct HeldRole {
    /// Its ID.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The namespace. `None` for the whole tenant.
    pub namespace: Option<String>,
    /// Name of the group it comes from. `None` if it is assigned to them.
    pub through: Option<String>,
}

/// What somebody has in a tenant.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct HeldIn {
    /// What stands for the tenant in addresses.
    pub tenant: String,
    /// Its name.
    pub name: String,
    /// Their groups there.
    pub groups: Vec<HeldGroup>,
    /// Their roles there.
    pub roles: Vec<HeldRole>,
}

/// What somebody has in each tenant, as pages show it.
#[cfg(feature = "ssr")]
pub(crate) fn held_in(held: Vec<Held>) -> Vec<HeldIn> {
    let group =
        |one: &model::Membership| HeldGroup { id: one.group.to_string(), name: one.name.clone(), owner: one.owner };
    let place = |one: Held| {
        let role = |grant: &model::Grant| {
            let through = grant.group.as_ref().and_then(|id| one.groups.iter().find(|group| group.group == *id));
            HeldRole {
                id: grant.role.id.to_string(),
                name: grant.role.name.clone(),
                namespace: grant.namespace.as_ref().map(ToString::to_string),
                through: through.map(|group| group.name.clone()),
            }
        };
        HeldIn {
            tenant: TenantLink::segment(one.tenant.id.as_ref()),
            groups: one.groups.iter().map(group).collect(),
            roles: one.grants.iter().map(role).collect(),
            name: one.tenant.name,
        }
    };
    held.into_iter().map(place).collect()
}

/// A user's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserPage {
    /// The user.
    pub user: EditedUser,
    /// What is said beside the email.
    pub marks: UserMarks,
    /// Until when they can't sign in, if so.
    pub locked_until: Option<Moment>,
    /// Whether they are the caller.
    pub you: bool,
    /// When they were created.
    pub created: Moment,
    /// What a password must be like.
    pub policy: String,
    /// What they have in each tenant.
    pub held: Vec<HeldIn>,
    /// Tenants to add them to. `None` where tenants are off.
    pub offered: Option<Vec<(String, String)>>,
    /// Their API tokens.
    pub tokens: Vec<TokenRow>,
    /// Their sessions.
    pub sessions: Vec<SessionRow>,
}

/// A user, with all they have.
#[server(prefix = "/serverfn", output = Wire, endpoint = "show_user")]
pub async fn show_user(id: String, #[server(default)] again: bool) -> Answer<UserPage> {
    let (cx, id) = (asking(again)?, PrincipalId::new(id));
    let user = service::user::get(&cx, &id).await.map_err(refuse)?;
    let held = service::user::held(&cx, &id).await.map_err(refuse)?;
    let offered = offered_tenants(&cx).await.map_err(refuse)?;
    let tokens = service::user::tokens(&cx, &id).await.map_err(refuse)?;
    let sessions = service::user::sessions(&cx, &id).await.map_err(refuse)?;
    let (now, one) = (cx.now(), &user.principal);
    let held = held_in(held);
    let offered = offered.except(&held);
    Ok(UserPage {
        user: EditedUser::of(one),
        marks: UserMarks::of(one, user.password, now),
        locked_until: one.locked_until.filter(|at| *at > now).map(by_calendar),
        you: service::me::id(&cx) == Some(&id),
        created: moment(one.created_at, now),
        policy: cx.settings().passwords.sentence(),
        offered: cx.settings().tenants.then_some(offered),
        held,
        tokens: token_rows(tokens, now),
        sessions: session_rows(sessions, now),
    })
}

/// What of a user's profile can be edited, as the audit log calls it.
#[cfg(feature = "ssr")]
pub(crate) const PROFILE: [&str; 3] = ["name", "firstName", "lastName"];

/// A user as somebody else has saved it.
#[server(prefix = "/serverfn", output = Wire, endpoint = "user_as_saved")]
pub async fn user_as_saved(id: String) -> Answer<Saved<EditedUser>> {
    let cx = cx()?;
    let one = service::user::get(&cx, &PrincipalId::new(id)).await.map_err(refuse)?.principal;
    let what = (Resource::User, one.id.as_str());
    let last = audit_log::last_change(&cx, None, what, &one, &PROFILE).await.map_err(refuse)?;
    let now = EditedUser::of(&one);
    Ok(Saved { seen: now.seen.clone(), now, by: last.map(|(who, at)| (who, moment(at, cx.now()))) })
}

/// A user who is about to be deleted with others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeavingUser {
    /// Their ID.
    pub id: String,
    /// Their email.
    pub email: String,
    /// What is said beside it.
    pub marks: UserMarks,
    /// Tenants they can access. `None` where tenants are off.
    pub tenants: Option<usize>,
    /// Groups they are in.
    pub groups: usize,
}

/// Those of the chosen users who can be deleted.
#[server(prefix = "/serverfn", output = Wire, endpoint = "users_to_delete")]
pub async fn users_to_delete(
    #[server(default)] ids: Vec<String>,
    #[server(default)] again: bool,
) -> Answer<Vec<LeavingUser>> {
    let cx = asking(again)?;
    let ids: Vec<_> = ids.into_iter().map(PrincipalId::new).collect();
    access::require(&cx, None, Permission::new(Resource::User, Action::Delete)).await.map_err(refuse)?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let users = service::user::these(&cx, &ids).await.map_err(refuse)?;
    let (now, tenants) = (cx.now(), cx.settings().tenants);
    let leaving = |user: User| LeavingUser {
        id: user.principal.id.to_string(),
        marks: UserMarks::of(&user.principal, user.password, now),
        email: user.principal.name,
        tenants: tenants.then_some(user.tenants.len()),
        groups: user.groups.len(),
    };
    Ok(users.into_iter().map(leaving).collect())
}

/// What is deleted with a user or service account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loss {
    /// Tenants they can access. `None` where tenants are off.
    pub tenants: Option<usize>,
    /// Groups they are in.
    pub memberships: usize,
    /// Roles that are assigned to them.
    pub assignments: usize,
    /// Their API tokens.
    pub tokens: usize,
    /// Their sessions.
    pub sessions: usize,
}

#[cfg(feature = "ssr")]
impl Loss {
    pub(crate) fn of(held: &[Held], tenants: bool, tokens: usize, sessions: usize) -> Self {
        let own = |one: &Held| one.grants.iter().filter(|grant| grant.group.is_none()).count();
        Self {
            tenants: tenants.then_some(held.len()),
            memberships: held.iter().map(|one| one.groups.len()).sum(),
            assignments: held.iter().map(own).sum(),
            tokens,
            sessions,
        }
    }
}

/// A user who may be deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoomedUser {
    /// Their email.
    pub email: String,
    /// What is deleted with them.
    pub loss: Loss,
}

/// What deleting a user would take with it.
#[server(prefix = "/serverfn", output = Wire, endpoint = "user_to_delete")]
pub async fn user_to_delete(id: String, #[server(default)] again: bool) -> Answer<DoomedUser> {
    let (cx, id) = (asking(again)?, PrincipalId::new(id));
    let user = service::user::get(&cx, &id).await.map_err(refuse)?;
    let held = service::user::held(&cx, &id).await.map_err(refuse)?;
    let tokens = service::user::tokens(&cx, &id).await.map_err(refuse)?.len();
    let sessions = service::user::sessions(&cx, &id).await.map_err(refuse)?.len();
    let loss = Loss::of(&held, cx.settings().tenants, tokens, sessions);
    Ok(DoomedUser { email: user.principal.name, loss })
}

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
    say(format!("Added to tenant {place}."), undo).await
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

/// Locks or unlocks the profile of a user; the next page offers to undo it.
#[server(prefix = "/serverfn", output = Wire, endpoint = "set_restricted")]
pub async fn set_restricted(id: String, #[server(default)] restricted: bool) -> Answer<()> {
    let id = PrincipalId::new(id);
    service::user::set_restricted(&cx()?, &id, restricted).await.map_err(refuse)?;
    let said = if restricted { "Locked the profile." } else { "Unlocked the profile." };
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
