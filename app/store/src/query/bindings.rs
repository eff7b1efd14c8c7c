//! Bindings of a tenant.

use crate::{
    Builder, Conn, Row,
    access::permissions,
    listing::{self, Field, Kind, Search, Shape, Total},
};
use model::{
    Access, Binding, BindingId, Direction, GroupId, List, Namespace, NewBinding, Page, Permissions, PrincipalKind,
    PrincipalRef, RoleId, RoleRef, TenantUid, Timestamp,
};
use sqlx::Row as _;

macro_rules! binding {
    ($row:ident) => {
        Binding {
            id: BindingId::new($row.id),
            holder: PrincipalRef {
                id: $row.holder_id,
                name: $row.holder,
                display: $row.display.trim().to_owned(),
                kind: $row.kind.as_deref().map(PrincipalKind::stored),
            },
            role: RoleRef { id: RoleId::new($row.role_id), name: $row.role },
            namespace: Some($row.namespace).filter(|text| !text.is_empty()).map(Namespace::stored),
            created_at: Timestamp($row.created_at),
        }
    };
}

/// Writes a new binding.
pub async fn insert(
    db: &mut Conn,
    tenant: &TenantUid,
    id: &BindingId,
    new: &NewBinding,
    at: Timestamp,
    by: &str,
) -> sqlx::Result<()> {
    let (principal, group) = match &new.holder {
        Access::Principal(id) => (Some(id.as_str()), None),
        Access::Group(id) => (None, Some(id.as_str())),
    };
    let namespace = new.namespace.as_ref().map_or("", Namespace::as_str);
    sqlx::query!(
        "INSERT INTO bindings (id, tenant_uid, role_id, principal_id, group_id, namespace, created_at, created_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        id.as_str(),
        tenant.as_str(),
        new.role.as_str(),
        principal,
        group,
        namespace,
        at.0,
        by
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The tenant's binding of that id.
pub async fn by_id(db: &mut Conn, tenant: &TenantUid, id: &BindingId) -> sqlx::Result<Option<Binding>> {
    sqlx::query!(
        r#"SELECT b.id AS "id!", COALESCE(b.principal_id, b.group_id) AS "holder_id!: String",
                  COALESCE(p.name, g.name) AS "holder!: String",
                  COALESCE(p.first_name || ' ' || p.last_name, '') AS "display!: String", p.kind AS "kind?", r.id AS "role_id!", r.name AS "role!",
                  b.namespace AS "namespace!", b.created_at AS "created_at!: i64"
           FROM bindings AS b
           JOIN roles AS r ON r.tenant_uid = b.tenant_uid AND r.id = b.role_id
           LEFT JOIN principals AS p ON p.id = b.principal_id
           LEFT JOIN groups AS g ON g.id = b.group_id
           WHERE b.tenant_uid = $1 AND b.id = $2"#,
        tenant.as_str(),
        id.as_str()
    )
    .map(|row| binding!(row))
    .fetch_optional(db)
    .await
}

/// What bindings can be filtered and sorted by. `id` is the id of who holds it, as clients use it.
pub const SHAPE: Shape = Shape {
    what: "bindings",
    fields: &[
        Field { name: "id", sql: "COALESCE(b.principal_id, b.group_id)", kind: Kind::Exact },
        Field { name: "externalId", sql: "COALESCE(b.principal_id, b.group_id)", kind: Kind::Exact },
        Field { name: "bindingId", sql: "b.id", kind: Kind::Exact },
        Field { name: "userId", sql: "b.principal_id", kind: Kind::Exact },
        Field { name: "type", sql: "CASE WHEN b.group_id IS NULL THEN 'USER' ELSE 'GROUP' END", kind: Kind::Exact },
        Field { name: "namespace", sql: "b.namespace", kind: Kind::Exact },
        Field { name: "namespaceId", sql: "b.namespace", kind: Kind::Exact },
        Field { name: "roleId", sql: "b.role_id", kind: Kind::Exact },
        Field { name: "role", sql: "r.search", kind: Kind::Folded },
        Field { name: "created", sql: "b.created_at", kind: Kind::Instant },
    ],
    search: Search::Columns(&["p.search", "g.search", "r.search"]),
    key: "b.id",
    order: ("b.created_at", Direction::Asc),
};

fn read(row: &Row) -> sqlx::Result<Binding> {
    let namespace: String = row.try_get("namespace")?;
    Ok(Binding {
        id: BindingId::new(row.try_get::<String, _>("id")?),
        holder: PrincipalRef {
            id: row.try_get("holder_id")?,
            name: row.try_get("holder")?,
            display: row.try_get::<String, _>("display")?.trim().to_owned(),
            kind: row.try_get::<Option<&str>, _>("kind")?.map(PrincipalKind::stored),
        },
        role: RoleRef { id: RoleId::new(row.try_get::<String, _>("role_id")?), name: row.try_get("role")? },
        namespace: Some(namespace).filter(|text| !text.is_empty()).map(Namespace::stored),
        created_at: Timestamp(row.try_get("created_at")?),
    })
}

/// A page of the tenant's bindings.
pub async fn page(db: &mut Conn, tenant: &TenantUid, list: &List) -> sqlx::Result<Page<Binding>> {
    let total = count(&mut *db, tenant).await?;
    let scope = |builder: &mut Builder| {
        builder.push("b.tenant_uid = ").push_bind(tenant.to_string());
    };
    let select = "b.id, COALESCE(b.principal_id, b.group_id) AS holder_id, COALESCE(p.name, g.name) AS holder, \
                  COALESCE(p.first_name || ' ' || p.last_name, '') AS display, p.kind, r.id AS role_id, r.name AS role, \
                  b.namespace, b.created_at";
    let from = "bindings AS b JOIN roles AS r ON r.tenant_uid = b.tenant_uid AND r.id = b.role_id \
                LEFT JOIN principals AS p ON p.id = b.principal_id LEFT JOIN groups AS g ON g.id = b.group_id";
    listing::page(db, &SHAPE, (select, from), &scope, list, Total::Known(total), read).await
}

/// Roles and namespaces that a group's members hold through it.
pub async fn of_group(
    db: &mut Conn,
    tenant: &TenantUid,
    group: &GroupId,
) -> sqlx::Result<Vec<(Permissions, Option<Namespace>)>> {
    sqlx::query!(
        r#"SELECT r.id AS "id!", r.permissions AS "permissions!", b.namespace AS "namespace!"
           FROM bindings AS b JOIN roles AS r ON r.tenant_uid = b.tenant_uid AND r.id = b.role_id
           WHERE b.tenant_uid = $1 AND b.group_id = $2"#,
        tenant.as_str(),
        group.as_str()
    )
    .try_map(|row| {
        let namespace = Some(row.namespace).filter(|text| !text.is_empty()).map(Namespace::stored);
        Ok((permissions(tenant.as_str(), &row.id, &row.permissions)?, namespace))
    })
    .fetch_all(db)
    .await
}

/// Removes the tenant's bindings of these ids.
pub async fn delete(db: &mut Conn, tenant: &TenantUid, ids: &[BindingId]) -> sqlx::Result<u64> {
    let mut builder = Builder::new("DELETE FROM bindings WHERE tenant_uid = ");
    builder.push_bind(tenant.as_str()).push(" AND ");
    listing::among(&mut builder, "id", &listing::texts(ids));
    Ok(builder.build().execute(db).await?.rows_affected())
}

/// Number of the tenant's bindings.
pub async fn count(db: &mut Conn, tenant: &TenantUid) -> sqlx::Result<i64> {
    sqlx::query_scalar!(r#"SELECT bindings AS "bindings!: i64" FROM tenants WHERE uid = $1"#, tenant.as_str())
        .fetch_one(db)
        .await
}
