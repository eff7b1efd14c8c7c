//! Who may enter a tenant, and with which grants.

use crate::Conn;
use model::{BindingId, Grant, GroupId, Namespace, Permissions, PrincipalId, RoleId, RoleRef, TenantUid, Timestamp};

/// A grant from a row of either query below.
macro_rules! grant {
    ($row:ident) => {
        Grant {
            tenant: TenantUid::new($row.tenant_uid),
            binding: BindingId::new($row.id),
            group: $row.group_id.map(GroupId::new),
            role: RoleRef { id: RoleId::new($row.role_id), name: $row.role_name },
            namespace: Some($row.namespace).filter(|text| !text.is_empty()).map(Namespace::stored),
            permissions: permissions(&$row.permissions),
        }
    };
}

/// Stored permissions. Text that is not what was written grants nothing.
pub(crate) fn permissions(json: &str) -> Permissions {
    serde_json::from_str(json).unwrap_or_default()
}

/// Lets a principal in, as a binding or membership needs it; 0 rows where it was in already.
pub async fn enter(db: &mut Conn, tenant: &TenantUid, principal: &PrincipalId, at: Timestamp) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        "INSERT INTO tenant_access (tenant_uid, principal_id, granted_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        tenant.as_str(),
        principal.as_str(),
        at.0
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// Whether a principal may enter.
pub async fn entered(db: &mut Conn, tenant: &TenantUid, principal: &PrincipalId) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS(SELECT 1 FROM tenant_access WHERE tenant_uid = $1 AND principal_id = $2) AS "entered!: bool""#,
        tenant.as_str(),
        principal.as_str()
    )
    .fetch_one(db)
    .await
}

/// Takes access that came with a binding or membership, when the last of them is gone.
pub async fn leave_if_idle(db: &mut Conn, tenant: &TenantUid, principal: &PrincipalId) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        "DELETE FROM tenant_access
         WHERE tenant_uid = $1 AND principal_id = $2 AND NOT explicit
           AND NOT EXISTS (SELECT 1 FROM bindings AS b WHERE b.tenant_uid = $1 AND b.principal_id = $2)
           AND NOT EXISTS (SELECT 1 FROM memberships AS m WHERE m.tenant_uid = $1 AND m.principal_id = $2)",
        tenant.as_str(),
        principal.as_str()
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// All a principal holds in a tenant, of its own and through groups.
pub async fn grants(db: &mut Conn, tenant: &TenantUid, principal: &PrincipalId) -> sqlx::Result<Vec<Grant>> {
    sqlx::query!(
        r#"SELECT b.tenant_uid AS "tenant_uid!", b.id AS "id!", b.group_id, r.id AS "role_id!", r.name AS "role_name!",
                  b.namespace AS "namespace!", r.permissions AS "permissions!"
           FROM bindings AS b JOIN roles AS r ON r.tenant_uid = b.tenant_uid AND r.id = b.role_id
           WHERE b.tenant_uid = $1 AND b.principal_id = $2
           UNION ALL
           SELECT b.tenant_uid, b.id, b.group_id, r.id, r.name, b.namespace, r.permissions
           FROM memberships AS m
           JOIN bindings AS b ON b.tenant_uid = m.tenant_uid AND b.group_id = m.group_id
           JOIN roles AS r ON r.tenant_uid = b.tenant_uid AND r.id = b.role_id
           WHERE m.tenant_uid = $1 AND m.principal_id = $2"#,
        tenant.as_str(),
        principal.as_str()
    )
    .map(|row| grant!(row))
    .fetch_all(db)
    .await
}

/// What a principal holds anywhere that matters to the instance: roles with permissions on tenants.
/// Such roles are few, however many tenants the principal is in. SQLite joins a CROSS JOIN in the order it is
/// written: from those few, not from all of the principal's bindings.
pub async fn instance_grants(db: &mut Conn, principal: &PrincipalId) -> sqlx::Result<Vec<Grant>> {
    sqlx::query!(
        r#"SELECT b.tenant_uid AS "tenant_uid!", b.id AS "id!", b.group_id, r.id AS "role_id!", r.name AS "role_name!",
                  b.namespace AS "namespace!", r.permissions AS "permissions!"
           FROM roles AS r CROSS JOIN bindings AS b
           WHERE r.reaches_instance AND b.tenant_uid = r.tenant_uid AND b.role_id = r.id AND b.principal_id = $1
           UNION ALL
           SELECT b.tenant_uid, b.id, b.group_id, r.id, r.name, b.namespace, r.permissions
           FROM roles AS r CROSS JOIN bindings AS b CROSS JOIN memberships AS m
           WHERE r.reaches_instance AND b.tenant_uid = r.tenant_uid AND b.role_id = r.id
             AND m.tenant_uid = b.tenant_uid AND m.group_id = b.group_id AND m.principal_id = $1"#,
        principal.as_str()
    )
    .map(|row| grant!(row))
    .fetch_all(db)
    .await
}
