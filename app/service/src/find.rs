//! Finding one's way: tenants, and what is in the one that is open.

use crate::{
    Context, Error, Result, TenantRef, access,
    act::{Act, ListTenants},
};
use model::{
    Action, Direction, Group, List, Permission, Position, Principal, Resource, Role, TenantLink, TenantQuery,
    TenantSort,
};

/// Of each kind, at the most.
const FEW: i64 = 8;

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// Tenants the caller may open.
    pub tenants: Vec<TenantLink>,
    /// Users and service accounts of the tenant.
    pub principals: Vec<Principal>,
    /// Its groups.
    pub groups: Vec<Group>,
    /// Its roles.
    pub roles: Vec<Role>,
}

/// Whatever the caller may see that has a text in its name.
#[tracing::instrument(name = "find::find", skip_all)]
pub async fn find(cx: &Context, place: Option<&TenantRef>, q: &str) -> Result<Found> {
    let q = q.trim();
    let mut found = Found { tenants: tenants(cx, q).await?, ..Found::default() };
    let Some(place) = place else { return Ok(found) };
    let sees = |resource| Permission::new(resource, Action::List);
    let wanted = [Resource::User, Resource::Group, Resource::Role].map(sees);
    let [users, groups, roles] = access::allowed(cx, Some(place), wanted).await?;
    let list = List { q: q.to_owned(), size: FEW, any: true, ..List::default() };
    if users {
        let page = crate::tenant_access::page(cx, place, &list).await?;
        found.principals = page.results.into_iter().map(|user| user.principal).collect();
    }
    if groups {
        found.groups = crate::group::page(cx, place, &list).await?.results;
    }
    if roles {
        found.roles = crate::role::page(cx, place, &list).await?.results;
    }
    Ok(found)
}

async fn tenants(cx: &Context, q: &str) -> Result<Vec<TenantLink>> {
    if !cx.settings().tenants {
        return Ok(Vec::new());
    }
    let mut own = cx.read_own(None).await?;
    if own.may(ListTenants::PERMISSION) {
        drop(own);
        let query = TenantQuery {
            q: q.to_owned(),
            sort: TenantSort::default(),
            direction: Direction::Asc,
            position: Position::First,
            size: FEW,
        };
        let slice = crate::tenant::list(cx, query).await?;
        return Ok(slice.rows.into_iter().map(|row| TenantLink { id: Some(row.id), name: row.name }).collect());
    }
    let me = cx.principal_id().cloned().ok_or(Error::Unauthenticated)?;
    Ok(store::tenants::found(own.tx(), &me, cx.settings().default_tenant, &q.to_lowercase(), FEW).await?)
}
