//! Invitations to a tenant, as its pages list them and as people see theirs.

#![expect(missing_docs, reason = "arguments of a server function become fields; its own words explain them")]

use super::{Answer, Listed, Wire, role::OfferedRoles};
#[cfg(feature = "ssr")]
use super::{
    asking,
    dates::{by_calendar, moment},
    refuse,
    role::offered_roles,
};
use leptos::prelude::*;
use model::Moment;
use serde::{Deserialize, Serialize};

/// What the list of invitations shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationList {
    /// A page of the list, the newest first.
    pub list: Listed<InvitationRow>,
    /// Whether the caller can invite.
    pub creatable: bool,
    /// Whether the caller can send emails again.
    pub sendable: bool,
    /// Whether the caller can delete invitations.
    pub deletable: bool,
}

/// An invitation in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationRow {
    /// Its ID.
    pub id: String,
    /// Who is invited.
    pub email: String,
    /// What they get, in words.
    pub gets: String,
    /// Whether it can still be accepted.
    pub status: InvitationStatus,
    /// When it was sent.
    pub sent: Moment,
    /// The email, while it can be accepted. `None` if no email was sent.
    pub mail: Option<InvitationMail>,
    /// The link, while it can be accepted.
    pub link: Option<String>,
}

/// Whether an invitation can be accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum InvitationStatus {
    /// It can.
    Pending,
    /// It was accepted.
    Accepted,
    /// It has expired.
    Expired,
}

/// The email with the link of an invitation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum InvitationMail {
    /// A mail server has accepted it.
    Sent(Moment),
    /// No mail server has accepted it, for this reason.
    Failed(String),
    /// It is being sent.
    UnderWay,
    /// It was to be sent then, and nothing is known since. The server may have been stopped.
    Late(Moment),
}

#[cfg(feature = "ssr")]
impl InvitationStatus {
    fn of(invitation: &model::Invitation, now: model::Timestamp) -> Self {
        match invitation.status(now) {
            "PENDING" => Self::Pending,
            "ACCEPTED" => Self::Accepted,
            _ => Self::Expired,
        }
    }
}

#[cfg(feature = "ssr")]
impl InvitationMail {
    /// How long sending an email takes, in milliseconds.
    const SOON: i64 = 60_000;

    fn of(mail: &model::Mail, now: model::Timestamp) -> Self {
        use model::Delivery;
        match &mail.delivery {
            Delivery::Sent(at) => Self::Sent(moment(*at, now)),
            Delivery::Failed(why) => Self::Failed(why.clone()),
            Delivery::UnderWay if now.0 - mail.asked_at.0 < Self::SOON => Self::UnderWay,
            Delivery::UnderWay => Self::Late(moment(mail.asked_at, now)),
        }
    }
}

#[cfg(feature = "ssr")]
const fn may(action: model::Action) -> model::Permission {
    model::Permission::new(model::Resource::Invitation, action)
}

/// What people get by accepting.
#[cfg(feature = "ssr")]
fn gets(one: &service::invitation::Invited) -> String {
    let given = &one.invitation.roles;
    let roles = given.iter().filter_map(|given| {
        let name = &one.roles.iter().find(|role| role.id == given.id)?.name;
        let places: Vec<_> = given.namespaces.iter().map(ToString::to_string).collect();
        Some(if places.is_empty() { name.clone() } else { format!("{name} in {}", places.join(", ")) })
    });
    let groups = one.groups.iter().map(|group| format!("group {}", group.name));
    let said = |role: &model::RoleRef| given.iter().any(|given| given.id == role.id && given.namespaces.is_empty());
    let welcome = one.welcome.iter().filter(|role| !said(role));
    let welcome = welcome.map(|role| format!("{} (default role)", role.name));
    let mut all: Vec<String> = roles.chain(groups).chain(welcome).collect();
    if one.invitation.superadmin {
        all.push("superadmin of the instance".to_owned());
    }
    if all.is_empty() { "access without roles".to_owned() } else { all.join("; ") }
}

/// Invitations of a tenant: a `page` of the list, from 1; `status` is `PENDING`, `ACCEPTED`, `EXPIRED` or empty.
#[server(prefix = "/serverfn", output = Wire, endpoint = "list_invitations")]
pub async fn list_invitations(
    tenant: String,
    #[server(default)] q: String,
    #[server(default)] status: String,
    #[server(default)] page: i64,
    #[server(default)] again: bool,
) -> Answer<InvitationList> {
    use model::Action;
    let cx = asking(again)?;
    let place = service::TenantRef::from_segment(&tenant).map_err(refuse)?;
    let status = Some(&*status).filter(|text| !text.is_empty());
    let part = super::part(&q, page);
    let found = service::invitation::page(&cx, &place, status, &part).await.map_err(refuse)?;
    let wanted = [may(Action::Create), may(Action::Delete)];
    let [creatable, deletable] = service::access::allowed(&cx, Some(&place), wanted).await.map_err(refuse)?;
    let now = cx.now();
    let row = |one: service::invitation::Invited| {
        let (gets, sent) = (gets(&one), one.invitation);
        let status = InvitationStatus::of(&sent, now);
        let pending = status == InvitationStatus::Pending;
        InvitationRow {
            id: sent.id.to_string(),
            email: sent.email,
            gets,
            status,
            sent: moment(sent.sent_at, now),
            mail: sent.mail.filter(|_| pending).map(|mail| InvitationMail::of(&mail, now)),
            link: one.link.filter(|_| pending),
        }
    };
    let sendable = creatable && cx.mails();
    Ok(InvitationList { list: found.map(row).into(), creatable, sendable, deletable })
}

/// What the page that invites needs to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationChoices {
    /// Roles to choose from.
    pub offered: OfferedRoles,
    /// Whether links to the instance can be made.
    pub linked: bool,
}

/// What there is to choose from for a new invitation.
#[server(prefix = "/serverfn", output = Wire, endpoint = "choices_for_invitation")]
pub async fn choices_for_invitation(tenant: String, #[server(default)] again: bool) -> Answer<InvitationChoices> {
    let cx = asking(again)?;
    let place = service::TenantRef::from_segment(&tenant).map_err(refuse)?;
    service::access::require(&cx, Some(&place), may(model::Action::Create)).await.map_err(refuse)?;
    Ok(InvitationChoices { offered: offered_roles(&cx, &place).await?, linked: cx.settings().url.is_some() })
}

/// An invitation, as its link shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenedInvitation {
    /// Its ID.
    pub id: String,
    /// Name of the tenant.
    pub tenant: String,
    /// The tenant, as addresses name it.
    pub segment: String,
    /// Who is invited.
    pub email: String,
    /// Who invited them.
    pub by: String,
    /// What they get, in words.
    pub gets: String,
    /// Whether it can be accepted.
    pub status: InvitationStatus,
    /// When it expires.
    pub expires: Moment,
    /// Whether they have an account. Otherwise accepting creates one.
    pub known: bool,
    /// What a password must be like, as a sentence.
    pub policy: String,
    /// Whether somebody is signed in.
    pub signed_in: bool,
}

/// An invitation, for anybody who has its link. `None` if there is none with this ID.
#[server(prefix = "/serverfn", output = Wire, endpoint = "open_invitation")]
pub async fn open_invitation(id: String, #[server(default)] again: bool) -> Answer<Option<OpenedInvitation>> {
    let cx = asking(again)?;
    let seen = match service::invitation::look(&cx, &model::InvitationId::new(id)).await {
        // The ID helps nobody who reads this, and is a secret if there is such an invitation elsewhere.
        Err(service::Error::NotFound { .. }) => return Ok(None),
        other => other.map_err(refuse)?,
    };
    let sent = &seen.invited.invitation;
    Ok(Some(OpenedInvitation {
        id: sent.id.to_string(),
        segment: seen.segment(),
        email: sent.email.clone(),
        by: sent.sent_by.clone(),
        gets: gets(&seen.invited),
        status: InvitationStatus::of(sent, cx.now()),
        expires: by_calendar(sent.expires_at),
        known: seen.known,
        policy: cx.settings().passwords.sentence(),
        signed_in: matches!(cx.caller(), service::Caller::Principal(_)),
        tenant: seen.tenant,
    }))
}
