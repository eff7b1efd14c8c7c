//! Roles of a tenant.

use crate::{
    Builder, Conn, Row,
    access::permissions,
    dialect, json,
    listing::{self, Field, Kind, Search, Shape, Total},
    row,
    tenants::fold,
    texts,
};
use model::{Direction, List, Page, Permissions, PrincipalId, Role, RoleId, RoleRef, TenantId, TenantUid, Timestamp};
use sqlx::Row as _;

macro_rules! role {
    ($tenant:ident, $row:ident) => {
        Role {
            permissions: permissions($tenant.as_str(), &$row.id, &$row.permissions)?,
            id: RoleId::new($row.id),
            name: $row.name,
            description: $row.description,
            is_default: $row.is_default,
            is_managed: $row.is_managed,
        }
    };
}

/// Writes a new role; 0 rows where the tenant has one of that id.
pub async fn insert(db: &mut Conn, tenant: &TenantUid, role: &Role, at: Timestamp) -> sqlx::Result<u64> {
    let permissions = json::text(&role.permissions)?;
    let (reaches_instance, search) = (role.permissions.reach_instance(), fold(&role.name));
    let done = sqlx::query!(
        "INSERT INTO roles (tenant_uid, id, name, description, permissions, is_default, is_managed, reaches_instance, created_at, search)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING",
        tenant.as_str(),
        role.id.as_str(),
        role.name,
        role.description,
        permissions,
        role.is_default,
        role.is_managed,
        reaches_instance,
        at.0,
        search
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// The tenant's role of that id.
pub async fn by_id(db: &mut Conn, tenant: &TenantUid, id: &RoleId) -> sqlx::Result<Option<Role>> {
    sqlx::query!(
        r#"SELECT id AS "id!", name AS "name!", description, permissions AS "permissions!",
                  is_default AS "is_default!: bool", is_managed AS "is_managed!: bool"
           FROM roles WHERE tenant_uid = $1 AND id = $2"#,
        tenant.as_str(),
        id.as_str()
    )
    .try_map(|row| Ok(role!(tenant, row)))
    .fetch_optional(db)
    .await
}

/// The tenant's roles, the managed ones first, at most `limit`.
pub async fn list(db: &mut Conn, tenant: &TenantUid, limit: i64) -> sqlx::Result<Vec<Role>> {
    sqlx::query!(
        r#"SELECT id AS "id!", name AS "name!", description, permissions AS "permissions!",
                  is_default AS "is_default!: bool", is_managed AS "is_managed!: bool"
           FROM roles WHERE tenant_uid = $1 ORDER BY is_managed DESC, created_at, id LIMIT $2"#,
        tenant.as_str(),
        limit
    )
    .try_map(|row| Ok(role!(tenant, row)))
    .fetch_all(db)
    .await
}

/// What roles can be filtered and sorted by.
pub const SHAPE: Shape = Shape {
    what: "roles",
    fields: &[
        Field { name: "id", sql: "r.id", kind: Kind::Exact },
        Field { name: "name", sql: "r.search", kind: Kind::Folded },
        Field { name: "isDefault", sql: "r.is_default", kind: Kind::Flag },
        Field { name: "isManaged", sql: "r.is_managed", kind: Kind::Flag },
        Field { name: "created", sql: "r.created_at", kind: Kind::Instant },
    ],
    search: Search::Columns(&["r.search"]),
    key: "r.id",
    order: ("r.search", Direction::Asc),
};
const COLUMNS: &str = "r.tenant_uid, r.id, r.name, r.description, r.permissions, r.is_default, r.is_managed";

fn read(row: &Row) -> sqlx::Result<Role> {
    Ok(Role {
        id: RoleId::new(row.try_get::<String, _>("id")?),
        name: row.try_get("name")?,
        description: row.try_get("description")?,
        permissions: permissions(row.try_get("tenant_uid")?, row.try_get("id")?, row.try_get("permissions")?)?,
        is_default: row.try_get("is_default")?,
        is_managed: row.try_get("is_managed")?,
    })
}

/// A page of the tenant's roles.
pub async fn page(db: &mut Conn, tenant: &TenantUid, list: &List) -> sqlx::Result<Page<Role>> {
    let total = sqlx::query_scalar!(r#"SELECT roles AS "roles!: i64" FROM tenants WHERE uid = $1"#, tenant.as_str())
        .fetch_one(&mut *db)
        .await?;
    let scope = |builder: &mut Builder| {
        builder.push("r.tenant_uid = ").push_bind(tenant.to_string());
    };
    listing::page(db, &SHAPE, (COLUMNS, "roles AS r"), &scope, list, Total::Known(total), read).await
}

/// The tenant's roles of these ids, by name.
pub async fn by_ids(db: &mut Conn, tenant: &TenantUid, ids: &[String]) -> sqlx::Result<Vec<Role>> {
    let mut builder = Builder::new("SELECT ");
    builder.push(COLUMNS).push(" FROM roles AS r WHERE r.tenant_uid = ").push_bind(tenant.as_str()).push(" AND ");
    listing::among(&mut builder, "r.id", ids);
    builder.push(" ORDER BY r.search, r.id");
    builder.build().fetch_all(db).await?.iter().map(read).collect()
}

/// What the tenant's roles allow: those that allow the same as one, for each row that is read costs more than its text.
pub async fn all(db: &mut Conn, tenant: &TenantUid) -> sqlx::Result<Vec<(Vec<RoleId>, Permissions)>> {
    let mut builder = Builder::new("SELECT permissions, ");
    builder.push(texts::TO_JSON.0).push("id").push(texts::TO_JSON.1).push(" AS ids FROM roles WHERE tenant_uid = ");
    builder.push_bind(tenant.as_str()).push(" GROUP BY permissions");
    let read = |row: &Row| {
        let ids: Vec<String> = json::read(("roles", "id"), tenant, row.try_get("ids")?)?;
        let allowed = permissions(tenant.as_str(), &ids.join(" or "), row.try_get("permissions")?)?;
        Ok((ids.into_iter().map(RoleId::new).collect(), allowed))
    };
    builder.build().fetch_all(db).await?.iter().map(read).collect()
}

/// The role that the tenant gives to new users.
pub async fn default_of(db: &mut Conn, tenant: &TenantUid) -> sqlx::Result<Option<RoleRef>> {
    let mut builder = Builder::new("SELECT id, name FROM roles WHERE is_default AND tenant_uid = ");
    builder.push_bind(tenant.as_str());
    let found = builder.build().fetch_optional(db).await?;
    found
        .map(|row| Ok(RoleRef { id: RoleId::new(row.try_get::<String, _>("id")?), name: row.try_get("name")? }))
        .transpose()
}

/// The roles that tenants give to new users, without those that this one holds in the whole tenant already.
pub async fn for_newcomer(
    db: &mut Conn,
    tenants: &[TenantUid],
    user: &PrincipalId,
) -> sqlx::Result<Vec<(TenantUid, Option<TenantId>, RoleRef)>> {
    let mut builder = Builder::new(
        "SELECT t.uid, t.id AS tenant, r.id, r.name FROM roles AS r JOIN tenants AS t ON t.uid = r.tenant_uid
         WHERE r.is_default AND NOT EXISTS (
             SELECT 1 FROM bindings AS b
             WHERE b.tenant_uid = r.tenant_uid AND b.role_id = r.id AND b.namespace = '' AND b.principal_id = ",
    );
    builder.push_bind(user.as_str()).push(") AND ");
    listing::among(&mut builder, "r.tenant_uid", &listing::texts(tenants));
    let read = |row: &Row| {
        let id = row.try_get::<Option<String>, _>("tenant")?.map(TenantId::stored);
        let role = RoleRef { id: RoleId::new(row.try_get::<String, _>("id")?), name: row.try_get("name")? };
        Ok((TenantUid::new(row.try_get::<String, _>("uid")?), id, role))
    };
    builder.build().fetch_all(db).await?.iter().map(read).collect()
}

/// The tenant's role of that id, which nobody else changes until the transaction ends.
pub async fn hold(db: &mut Conn, tenant: &TenantUid, id: &RoleId) -> sqlx::Result<Option<Role>> {
    dialect::lock(db, row::Row::Role(tenant, id)).await?;
    by_id(db, tenant, id).await
}

/// Changes a role.
pub async fn update(db: &mut Conn, was: &Role, tenant: &TenantUid, role: &Role) -> sqlx::Result<u64> {
    let permissions = json::text(&role.permissions)?;
    let (reaches_instance, search) = (role.permissions.reach_instance(), fold(&role.name));
    let done = sqlx::query!(
        "UPDATE roles SET name = $3, description = $4, permissions = $5, is_default = $6, reaches_instance = $7, search = $8
         WHERE tenant_uid = $1 AND id = $2",
        tenant.as_str(),
        was.id.as_str(),
        role.name,
        role.description,
        permissions,
        role.is_default,
        reaches_instance,
        search
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// Leaves the tenant without a default role.
pub async fn clear_default(db: &mut Conn, tenant: &TenantUid) -> sqlx::Result<u64> {
    let done =
        sqlx::query!("UPDATE roles SET is_default = FALSE WHERE tenant_uid = $1 AND is_default", tenant.as_str())
            .execute(db)
            .await?;
    Ok(done.rows_affected())
}

/// Removes a role with its bindings.
pub async fn delete(db: &mut Conn, was: &Role, tenant: &TenantUid) -> sqlx::Result<u64> {
    let done = sqlx::query!("DELETE FROM roles WHERE tenant_uid = $1 AND id = $2", tenant.as_str(), was.id.as_str())
        .execute(db)
        .await?;
    Ok(done.rows_affected())
}
