//! Administration → Tenants: the list, and the pages that create, edit and delete; also a tenant's own settings.

mod delete;
mod edit;
mod list;

pub(crate) use delete::delete;
pub(crate) use edit::{create, edit, settings};
pub(crate) use list::list;

/// Address of the list.
const PATH: &str = "/administration/tenants";
