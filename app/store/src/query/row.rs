//! Which row is to be locked. How, only each engine's dialect knows.

use model::{GroupId, IntegrationId, InvitationId, Namespace, PrincipalId, RoleId, TenantUid};

/// A row that can be changed, by its key.
#[derive(Debug, Clone, Copy)]
pub enum Row<'a> {
    /// A tenant.
    Tenant(&'a TenantUid),
    /// A user or service account.
    Principal(&'a PrincipalId),
    /// Several, with the tenants they are in: what they have there may go with them.
    Principals(&'a [String]),
    /// A role of a tenant.
    Role(&'a TenantUid, &'a RoleId),
    /// A group of a tenant.
    Group(&'a TenantUid, &'a GroupId),
    /// A namespace of a tenant.
    Namespace(&'a TenantUid, &'a Namespace),
    /// A flow of a tenant.
    Flow(&'a TenantUid, &'a Namespace, &'a str),
    /// A record of an execution of a tenant.
    Execution(&'a TenantUid, &'a str),
    /// An invitation.
    Invitation(&'a InvitationId),
    /// A worker group.
    WorkerGroup(&'a str),
    /// A security integration of a tenant.
    Integration(&'a TenantUid, &'a IntegrationId),
}
