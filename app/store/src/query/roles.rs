//! Roles of a tenant.

use crate::{Conn, access::permissions};
use model::{Role, RoleId, TenantUid, Timestamp};

macro_rules! role {
    ($row:ident) => {
        Role {
            id: RoleId::new($row.id),
            name: $row.name,
            description: $row.description,
            permissions: permissions(&$row.permissions),
            is_default: $row.is_default,
            is_managed: $row.is_managed,
        }
    };
}

/// Writes a new role; 0 rows where the tenant has one of that id.
pub async fn insert(db: &mut Conn, tenant: &TenantUid, role: &Role, at: Timestamp) -> sqlx::Result<u64> {
    let permissions = serde_json::to_string(&role.permissions).unwrap_or_default();
    let reaches_instance = role.permissions.reach_instance();
    let done = sqlx::query!(
        "INSERT INTO roles (tenant_uid, id, name, description, permissions, is_default, is_managed, reaches_instance, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING",
        tenant.as_str(),
        role.id.as_str(),
        role.name,
        role.description,
        permissions,
        role.is_default,
        role.is_managed,
        reaches_instance,
        at.0
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
    .map(|row| role!(row))
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
    .map(|row| role!(row))
    .fetch_all(db)
    .await
}
