//! Namespaces of a tenant.

#![expect(missing_docs, reason = "arguments of a server function become fields; its own words explain them")]

use super::{Answer, Listed, Wire};
#[cfg(feature = "ssr")]
use super::{asking, refuse};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// A namespace in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamespaceLine {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
}

/// A `page` of a tenant's namespaces, from 1.
#[server(prefix = "/serverfn", output = Wire, endpoint = "list_namespaces")]
pub async fn list_namespaces(
    tenant: String,
    #[server(default)] q: String,
    #[server(default)] page: i64,
    #[server(default)] again: bool,
) -> Answer<Listed<NamespaceLine>> {
    let cx = asking(again)?;
    let place = service::TenantRef::from_segment(&tenant).map_err(refuse)?;
    let list = super::part(&q, page);
    let found = service::namespace::page(&cx, &place, false, &list).await.map_err(refuse)?;
    let line = |one: model::NamespaceRow| NamespaceLine { name: one.id.to_string(), description: one.description };
    Ok(found.map(line).into())
}
