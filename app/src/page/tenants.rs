//! Administration → Tenants: the list, and the pages that create, edit and delete.

mod delete;
mod edit;
mod list;

pub(crate) use delete::DeleteTenant;
pub(crate) use edit::{CreateTenant, EditTenant};
pub(crate) use list::Tenants;
