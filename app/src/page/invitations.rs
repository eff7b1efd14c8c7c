//! Invitations to a tenant, and the page their links lead to.

mod create;
mod list;
mod open;

pub(crate) use create::CreateInvitationPage;
pub(crate) use list::InvitationsPage;
pub(crate) use open::InvitationPage;
