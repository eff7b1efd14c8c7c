//! `/{tenant}/invitations` and `/invitation` (contract 3.9).

use super::{
    caller::{Api, Visitor},
    error::Failure,
    json::{Body, Done},
    query::{Asked, Listing},
    words::{GroupOut, RoleSummaryOut},
};
use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, NoContent, Response},
};
use model::{InvitationId, Page, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use service::invitation::{self, Invited, NewInvitation, Newcomer};

/// A role that comes with an invitation.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct InvitedRoleIn {
    id: String,
    namespaces: Option<Vec<String>>,
}

/// An invitation as clients send it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct InvitationIn {
    email: String,
    roles: Option<Vec<InvitedRoleIn>>,
    groups: Option<Vec<String>>,
    super_admin: Option<bool>,
    instance_owner: Option<bool>,
    create_user_if_not_exist: Option<bool>,
}

impl From<InvitationIn> for NewInvitation {
    fn from(sent: InvitationIn) -> Self {
        let role = |role: InvitedRoleIn| (role.id, role.namespaces.unwrap_or_default());
        Self {
            email: sent.email,
            roles: sent.roles.unwrap_or_default().into_iter().map(role).collect(),
            groups: sent.groups.unwrap_or_default(),
            superadmin: sent.super_admin.or(sent.instance_owner).unwrap_or_default(),
            create_user: sent.create_user_if_not_exist.unwrap_or_default(),
        }
    }
}

/// An invitation as clients read it.
#[serde_with::skip_serializing_none]
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct InvitationOut {
    id: String,
    roles: Vec<RoleSummaryOut>,
    groups: Vec<GroupOut>,
    tenant_id: Option<String>,
    email: String,
    status: String,
    sent_at: String,
    expired_at: String,
    accepted_at: Option<String>,
    super_admin: bool,
    instance_owner: bool,
    link: Option<String>,
}

impl InvitationOut {
    fn new(invited: Invited, now: Timestamp) -> Self {
        let one = invited.invitation;
        Self {
            status: one.status(now).into(),
            id: one.id.to_string(),
            roles: invited.roles.into_iter().map(RoleSummaryOut::from).collect(),
            groups: invited.groups.into_iter().map(GroupOut::from).collect(),
            tenant_id: one.tenant.1.map(|id| id.to_string()),
            email: one.email,
            sent_at: one.sent_at.iso(),
            expired_at: one.expires_at.iso(),
            accepted_at: one.accepted_at.map(Timestamp::iso),
            super_admin: one.superadmin,
            instance_owner: one.superadmin,
            link: invited.link,
        }
    }
}

/// An invitation as the one who was invited reads it.
#[serde_with::skip_serializing_none]
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnInvitationOut {
    id: String,
    email: String,
    bindings: Vec<OwnBindingOut>,
    group_ids: Vec<String>,
    tenant_id: Option<String>,
    status: String,
    sent_at: String,
    expired_at: String,
    accepted_at: Option<String>,
    deleted: bool,
    is_expired: bool,
    user_type: String,
    super_admin: bool,
    instance_owner: bool,
    link: Option<String>,
}

/// A role that comes with it.
#[serde_with::skip_serializing_none]
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnBindingOut {
    role_id: String,
    namespaces: Option<Vec<String>>,
}

impl OwnInvitationOut {
    /// As it is now.
    pub fn new(invited: Invited, now: Timestamp) -> Self {
        let one = invited.invitation;
        let binding = |role: &model::InvitedRole| OwnBindingOut {
            role_id: role.id.to_string(),
            namespaces: Some(role.namespaces.iter().map(ToString::to_string).collect::<Vec<_>>())
                .filter(|some| !some.is_empty()),
        };
        Self {
            status: one.status(now).into(),
            is_expired: one.status(now) == "EXPIRED",
            id: one.id.to_string(),
            bindings: one.roles.iter().map(binding).collect(),
            group_ids: one.groups.iter().map(ToString::to_string).collect(),
            tenant_id: one.tenant.1.map(|id| id.to_string()),
            email: one.email,
            sent_at: one.sent_at.iso(),
            expired_at: one.expires_at.iso(),
            accepted_at: one.accepted_at.map(Timestamp::iso),
            deleted: false,
            user_type: "STANDARD".into(),
            super_admin: one.superadmin,
            instance_owner: one.superadmin,
            link: invited.link,
        }
    }
}

/// What clients ask for without filters.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Plain {
    /// Whose.
    email: Option<String>,
    /// PENDING, ACCEPTED or EXPIRED.
    status: Option<String>,
}

/// Somebody who has no user yet.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct NewcomerIn {
    first_name: Option<String>,
    last_name: Option<String>,
    password: Option<String>,
}

fn id(api: &Api) -> InvitationId {
    InvitationId::new(api.id())
}

/// `POST /{tenant}/invitations`: 201 where there is something to accept, 204 where access was given at once.
pub async fn create(api: Api, Body(new): Body<InvitationIn>) -> Result<Sent, Failure> {
    invitation::create(&api.cx, &api.tenant()?, new.into()).await.map(Sent).map_err(Failure::from)
}

/// Whether there is something to accept.
pub struct Sent(bool);

impl IntoResponse for Sent {
    fn into_response(self) -> Response {
        if self.0 { StatusCode::CREATED } else { StatusCode::NO_CONTENT }.into_response()
    }
}

/// `GET /{tenant}/invitations/search`
pub async fn search(
    api: Api,
    Listing(mut list): Listing,
    Asked(plain): Asked<Plain>,
) -> Result<Json<Page<InvitationOut>>, Failure> {
    list.also("email", plain.email.as_deref());
    let status = list.take("status").or(plain.status).filter(|status| !status.is_empty());
    let now = api.cx.now();
    let page = invitation::page(&api.cx, &api.tenant()?, status.as_deref(), &list).await?;
    Ok(Json(page.map(|one| InvitationOut::new(one, now))))
}

/// `GET /{tenant}/invitations/email/{email}`
pub async fn of_email(api: Api) -> Result<Json<Vec<InvitationOut>>, Failure> {
    let now = api.cx.now();
    let found = invitation::of_email(&api.cx, &api.tenant()?, api.param("email")).await?;
    Ok(Json(found.into_iter().map(|one| InvitationOut::new(one, now)).collect()))
}

/// `GET /{tenant}/invitations/{id}`
pub async fn get(api: Api) -> Result<Json<InvitationOut>, Failure> {
    let now = api.cx.now();
    Ok(Json(InvitationOut::new(invitation::get(&api.cx, &api.tenant()?, &id(&api)).await?, now)))
}

/// `DELETE /{tenant}/invitations/{id}`
pub async fn delete(api: Api) -> Result<NoContent, Failure> {
    invitation::delete(&api.cx, &api.tenant()?, &id(&api)).await?;
    Ok(NoContent)
}

/// `POST /invitation/accept/{id}`
pub async fn accept(visitor: Visitor) -> Result<Done, Failure> {
    invitation::accept(&visitor.cx, &InvitationId::new(visitor.id())).await?;
    Ok(Done)
}

/// `POST /invitation/create/{id}`
pub async fn create_user(visitor: Visitor, Body(new): Body<NewcomerIn>) -> Result<Done, Failure> {
    let newcomer = Newcomer {
        first_name: new.first_name.unwrap_or_default(),
        last_name: new.last_name.unwrap_or_default(),
        password: new.password.filter(|password| !password.is_empty()),
    };
    invitation::create_user(&visitor.cx, &InvitationId::new(visitor.id()), newcomer).await?;
    Ok(Done)
}
