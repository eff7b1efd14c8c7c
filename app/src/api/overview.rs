//! A tenant's first page.

#![expect(missing_docs, reason = "arguments of a server function become fields; its own words explain them")]

use super::{Answer, Wire, audit::AuditLine, frame::Link};
#[cfg(feature = "ssr")]
use super::{asking, dates::moment, refuse};
use leptos::prelude::*;
use model::Moment;
use serde::{Deserialize, Serialize};

/// A tenant, and what whoever looks at it may know of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overview {
    /// Its ID. `None` for the default tenant.
    pub id: Option<String>,
    /// Its name.
    pub name: String,
    /// When it was created.
    pub created: Moment,
    /// By whom.
    pub by: String,
    /// Whether it may be edited in Administration.
    pub editable: bool,
    /// Whether it may be deleted there.
    pub deletable: bool,
    /// Whether people may be invited to it.
    pub invites: bool,
    /// Whether roles may be assigned in it.
    pub assigns: bool,
    /// One's own roles.
    pub held: Vec<HeldRole>,
    /// How much is in it, as far as one may look at it.
    pub tiles: Vec<Tile>,
    /// What happened last, if one may read its audit log.
    pub latest: Option<Vec<AuditLine>>,
}

/// A role one has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldRole {
    /// Its name.
    pub name: String,
    /// Its page, if one may look at it.
    pub href: Option<String>,
    /// The namespace it's limited to.
    pub namespace: Option<String>,
    /// Name and page of the group that it's assigned to.
    pub group: Option<(String, Option<String>)>,
}

/// How much of something is in a tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tile {
    /// What, and where it's listed.
    pub link: Link,
    /// How much.
    pub count: i64,
    /// There is more than `count`.
    pub more: bool,
    /// Only those that wait for an answer are counted.
    pub pending: bool,
}

/// A tenant's first page; `administered` where it's one of Administration.
#[server(prefix = "/serverfn", output = Wire, endpoint = "tenant_overview")]
pub async fn tenant_overview(tenant: String, administered: bool, #[server(default)] again: bool) -> Answer<Overview> {
    use model::{Action, Permission, Resource};
    let cx = asking(again)?;
    let place = service::TenantRef::from_segment(&tenant).map_err(refuse)?;
    let found = service::tenant::overview(&cx, &place).await.map_err(refuse)?;
    let [update, delete] = match administered {
        true => {
            let wanted = [Action::Update, Action::Delete].map(|action| Permission::new(Resource::Tenant, action));
            service::access::allowed(&cx, None, wanted).await.map_err(refuse)?
        }
        false => [false; 2],
    };
    let now = cx.now();
    // The default tenant is what it is (contract 6.3).
    let named = found.tenant.id.is_some();
    let sees = |resource| found.counts.iter().any(|one| one.resource == resource);
    let href = |seen: bool, list: &str, id: &str| seen.then(|| format!("/ui/{tenant}/{list}/{}", crate::ui::quote(id)));
    let (roles, groups) = (sees(Resource::Role), sees(Resource::Group));
    let held = |one: service::tenant::HeldRole| HeldRole {
        href: href(roles, "roles", one.role.id.as_str()),
        name: one.role.name,
        namespace: one.namespace.map(|namespace| namespace.to_string()),
        group: one.group.map(|(id, name)| (name, href(groups, "groups", id.as_str()))),
    };
    let tile = |one: &service::tenant::Counted| {
        let pending = one.resource == Resource::Invitation;
        let mut link = super::links::tenant_link(&tenant, one.resource)?;
        if pending {
            link.href.push_str("?status=PENDING");
        }
        Some(Tile { link, count: one.count, more: one.more, pending })
    };
    Ok(Overview {
        tiles: found.counts.iter().filter_map(tile).collect(),
        held: found.held.into_iter().map(held).collect(),
        latest: found.latest.map(|rows| rows.into_iter().map(|row| AuditLine::of(row, false, now)).collect()),
        id: found.tenant.id.map(|id| id.to_string()),
        name: found.tenant.name,
        created: moment(found.tenant.created_at, now),
        by: found.tenant.created_by,
        editable: update && named,
        deletable: delete && named,
        invites: found.invite,
        assigns: found.assign,
    })
}
