//! Who may enter a tenant, and who is invited to it.

#![expect(missing_docs, reason = "arguments of a server function become fields; its own words explain them")]

use super::{Answer, Wire};
#[cfg(feature = "ssr")]
use super::{
    blame::{blame, each, unmeant},
    cx,
    frame::{Undo, say},
    go, refuse, visitor,
};
use leptos::prelude::*;
#[cfg(feature = "ssr")]
use model::{InvitationId, PrincipalId};
#[cfg(feature = "ssr")]
use service::{
    Caller, TenantRef, group, invitation,
    invitation::{NewInvitation, Newcomer},
    role, tenant_access,
};

/// Lets a user into the tenant; the next page offers to undo it.
#[server(prefix = "/serverfn", output = Wire, endpoint = "let_in")]
pub async fn let_in(tenant: String, email: String) -> Answer<()> {
    let place = TenantRef::from_segment(&tenant).map_err(refuse)?;
    let email = email.trim();
    let user = tenant_access::post(&cx()?, &place, email).await.map_err(|error| blame(error, "email", &[]))?;
    let message = format!("{email} can access this tenant now. Their roles decide what they can do.");
    say(message, out_again(&tenant, &user.id)).await
}

/// How to take access back that was just given.
#[cfg(feature = "ssr")]
pub(super) fn out_again(tenant: &str, id: &PrincipalId) -> Option<Undo> {
    Undo::by::<TakeAccess>(&[("tenant", tenant), ("id", id.as_str())])
}

/// Takes somebody's access away and goes to the list.
#[server(prefix = "/serverfn", output = Wire, endpoint = "shut_out")]
pub async fn shut_out(tenant: String, id: String, name: String) -> Answer<()> {
    let place = TenantRef::from_segment(&tenant).map_err(refuse)?;
    tenant_access::delete(&cx()?, &place, &PrincipalId::new(id)).await.map_err(refuse)?;
    say(format!("Removed {name} from this tenant."), None).await?;
    go(&format!("/ui/{tenant}/users"));
    Ok(())
}

/// Takes the access of several away and goes to the list.
#[server(prefix = "/serverfn", output = Wire, endpoint = "shut_out_all")]
pub async fn shut_out_all(tenant: String, #[server(default)] ids: Vec<String>) -> Answer<()> {
    let place = TenantRef::from_segment(&tenant).map_err(refuse)?;
    let ids: Vec<_> = ids.into_iter().map(PrincipalId::new).collect();
    let gone = tenant_access::delete_all(&cx()?, &place, &ids).await.map_err(refuse)?;
    let users = crate::ui::count(i64::try_from(gone.len()).unwrap_or(i64::MAX), "user");
    say(format!("Removed {users} from this tenant."), None).await?;
    go(&format!("/ui/{tenant}/users"));
    Ok(())
}

/// Takes access back that was just given, on whichever page that was.
#[server(prefix = "/serverfn", output = Wire, endpoint = "take_access")]
pub async fn take_access(tenant: String, id: String) -> Answer<()> {
    let place = TenantRef::from_segment(&tenant).map_err(refuse)?;
    tenant_access::delete(&cx()?, &place, &PrincipalId::new(id)).await.map_err(refuse)?;
    say("The access is taken back.".to_owned(), None).await
}

/// Invites somebody. People who already have an account get access immediately.
#[server(prefix = "/serverfn", output = Wire, endpoint = "invite")]
pub async fn invite(
    tenant: String,
    email: String,
    #[server(default)] role: String,
    #[server(default)] namespace: String,
    #[server(default)] groups: String,
) -> Answer<()> {
    let (cx, place) = (cx()?, TenantRef::from_segment(&tenant).map_err(refuse)?);
    let names = [("roles.namespaces", "namespace"), ("kestra.url", "email")];
    let (role, groups) = given(&cx, &place, role.trim(), &groups).await?;
    let roles = role.into_iter().map(|id| (id, vec![namespace.trim().to_owned()])).collect();
    let email = email.trim().to_owned();
    let new = NewInvitation { email: email.clone(), roles, groups, ..NewInvitation::default() };
    let waits = invitation::create(&cx, &place, new).await.map_err(|error| blame(error, "email", &names))?;
    if waits {
        let next = if cx.mails() {
            "An email with the link is on its way."
        } else {
            "No email is sent. Copy the link and send it to them."
        };
        say(format!("Invited {email}. {next}"), None).await?;
        go(&format!("/ui/{tenant}/invitations?status=PENDING"));
    } else {
        say(format!("{email} already has an account and can access this tenant now."), None).await?;
        go(&format!("/ui/{tenant}/users"));
    }
    Ok(())
}

/// Ids of the role, if there is one, and of the groups that are named.
#[cfg(feature = "ssr")]
async fn given(
    cx: &service::Context,
    place: &TenantRef,
    role: &str,
    groups: &str,
) -> Answer<(Option<String>, Vec<String>)> {
    let mut ids = Vec::new();
    for name in each(groups) {
        ids.push(group::lookup(cx, place, &name).await.map_err(|error| unmeant(error, "groups"))?.id.to_string());
    }
    if role.is_empty() {
        return Ok((None, ids));
    }
    let role = role::lookup(cx, place, role).await.map_err(|error| unmeant(error, "role"))?;
    Ok((Some(role.id.to_string()), ids))
}

/// Sends the email of an invitation again.
#[server(prefix = "/serverfn", output = Wire, endpoint = "send_again")]
pub async fn send_again(tenant: String, id: String, email: String) -> Answer<()> {
    let place = TenantRef::from_segment(&tenant).map_err(refuse)?;
    invitation::send_again(&cx()?, &place, &InvitationId::new(id)).await.map_err(refuse)?;
    say(format!("The email to {email} is on its way again."), None).await
}

/// Deletes an invitation.
#[server(prefix = "/serverfn", output = Wire, endpoint = "uninvite")]
pub async fn uninvite(tenant: String, id: String, email: String) -> Answer<()> {
    let place = TenantRef::from_segment(&tenant).map_err(refuse)?;
    invitation::delete(&cx()?, &place, &InvitationId::new(id)).await.map_err(refuse)?;
    say(format!("Deleted the invitation for {email}. Its link no longer works."), None).await
}

/// Accepts an invitation for the user it was sent to, who goes on to the tenant.
#[server(prefix = "/serverfn", output = Wire, endpoint = "accept_invitation")]
pub async fn accept_invitation(id: String) -> Answer<()> {
    let (cx, id) = (cx()?, InvitationId::new(id));
    let tenant = invitation::look(&cx, &id).await.map_err(refuse)?.segment();
    invitation::accept(&cx, &id).await.map_err(|error| blame(error, "email", &[]))?;
    match cx.caller() {
        Caller::Principal(_) => go(&format!("/ui/{tenant}")),
        _ => go(&format!("/login?next=/ui/{tenant}")),
    }
    Ok(())
}

/// Makes the user an invitation was sent to, signs them in, and goes on to the tenant.
#[server(prefix = "/serverfn", output = Wire, endpoint = "join")]
pub async fn join(
    id: String,
    #[server(default)] first_name: String,
    #[server(default)] last_name: String,
    #[server(default)] password: String,
) -> Answer<()> {
    let (cx, id) = (cx()?, InvitationId::new(id));
    let tenant = invitation::look(&cx, &id).await.map_err(refuse)?.segment();
    let newcomer = Newcomer { first_name, last_name, password: Some(password) };
    let user = invitation::create_user(&cx, &id, newcomer).await;
    let user =
        user.map_err(|error| blame(error, "email", &[("firstName", "first_name"), ("lastName", "last_name")]))?;
    visitor()?.sign_in(&user.id).await.map_err(refuse)?;
    go(&format!("/ui/{tenant}"));
    Ok(())
}
