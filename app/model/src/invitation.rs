//! Invitations of people to a tenant (contract 3.9).

use crate::{GroupId, InvitationId, Namespace, RoleId, TenantId, TenantUid, Timestamp};
use serde::{Deserialize, Serialize};

/// A role that comes with an invitation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitedRole {
    /// The role.
    pub id: RoleId,
    /// Only there and below; in the whole tenant where empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub namespaces: Vec<Namespace>,
}

/// An invitation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Invitation {
    /// Its id, which is what the link to it ends with.
    pub id: InvitationId,
    /// To which tenant.
    pub tenant: (TenantUid, Option<TenantId>),
    /// Whom.
    pub email: String,
    /// What comes with it.
    pub roles: Vec<InvitedRole>,
    /// Groups of the tenant.
    pub groups: Vec<GroupId>,
    /// Whether it makes a superadmin.
    pub superadmin: bool,
    /// When it was made.
    pub sent_at: Timestamp,
    /// By whom.
    pub sent_by: String,
    /// Not to be accepted from then on.
    pub expires_at: Timestamp,
    /// When it was accepted.
    pub accepted_at: Option<Timestamp>,
    /// The mail with its link; nothing where none was to be sent.
    pub mail: Option<Mail>,
}

/// The mail with the link of an invitation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Mail {
    /// When it was asked for, the last time.
    pub asked_at: Timestamp,
    /// What has become of it.
    pub delivery: Delivery,
}

impl Mail {
    /// One that is to be sent.
    pub fn asked(at: Timestamp) -> Self {
        Self { asked_at: at, delivery: Delivery::UnderWay }
    }
}

/// What has become of a mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Delivery {
    /// Nothing yet.
    UnderWay,
    /// A mail server took it then.
    Sent(Timestamp),
    /// None did, for this reason.
    Failed(String),
}

impl Invitation {
    /// Whether it can still be accepted, and if not why.
    pub fn status(&self, now: Timestamp) -> &'static str {
        match self.accepted_at {
            Some(_) => "ACCEPTED",
            None if self.expires_at <= now => "EXPIRED",
            None => "PENDING",
        }
    }
}
