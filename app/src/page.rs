//! The pages, one module each.

mod home;
mod login;
mod not_found;
#[cfg(feature = "ssr")]
pub(crate) mod notices;
mod setup;
mod sync;
mod tenant;
mod tenants;

pub(crate) use home::Home;
pub(crate) use login::Login;
pub(crate) use not_found::NotFound;
pub(crate) use setup::Setup;
pub(crate) use sync::SyncAccess;
#[cfg(feature = "ssr")]
pub(crate) use sync::render as sync_page;
pub(crate) use tenant::{TenantDetail, TenantOverview};
pub(crate) use tenants::{CreateTenant, DeleteTenant, EditTenant, Tenants};
