//! Administration → Tenants: the list, and the pages that create, edit and delete; also a tenant's own settings.

mod delete;
mod edit;
mod list;
mod setting;

pub(crate) use delete::DeleteTenantPage;
pub(crate) use edit::{CreateTenantPage, EditTenantPage, TenantSettingsPage};
pub(crate) use list::TenantsPage;

/// Address of the list.
const PATH: &str = "/administration/tenants";
