//! Namespaces of a tenant.

use crate::{
    Builder, Conn, Row, dialect, json,
    listing::{self, Field, Kind, Search, Shape, Total},
    row, tenants,
};
use model::{Direction, List, Namespace, NamespaceRow, Page, Reach, TenantUid, Timestamp};
use sqlx::Row as _;

/// What namespaces can be filtered and sorted by.
pub const SHAPE: Shape = Shape {
    what: "namespaces",
    fields: &[
        Field { name: "id", sql: "n.id", kind: Kind::Exact },
        Field { name: "namespace", sql: "n.id", kind: Kind::Exact },
        Field { name: "name", sql: "n.id", kind: Kind::Exact },
    ],
    search: Search::Columns(&["n.id"]),
    key: "n.id",
    order: ("n.id", Direction::Asc),
};

fn read(row: &Row) -> sqlx::Result<NamespaceRow> {
    Ok(NamespaceRow {
        id: Namespace::stored(row.try_get("id")?),
        description: row.try_get("description")?,
        settings: json::object(("namespaces", "settings"), row.try_get::<&str, _>("id")?, row.try_get("settings")?)?,
    })
}

/// Writes a new namespace; 0 rows where the tenant has it. One that only flows are in becomes it.
pub async fn insert(db: &mut Conn, tenant: &TenantUid, new: &NamespaceRow, at: Timestamp) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        "INSERT INTO namespaces (tenant_uid, id, description, settings, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $5)
         ON CONFLICT (tenant_uid, id) DO UPDATE SET description = excluded.description, settings = excluded.settings,
             created_at = excluded.created_at, updated_at = excluded.updated_at, made = TRUE
         WHERE NOT namespaces.made",
        tenant.as_str(),
        new.id.as_str(),
        new.description,
        new.settings,
        at.0
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// The tenant's namespace of that name.
pub async fn by_id(db: &mut Conn, tenant: &TenantUid, id: &Namespace) -> sqlx::Result<Option<NamespaceRow>> {
    sqlx::query!(
        r#"SELECT id AS "id!", description, settings AS "settings!" FROM namespaces
           WHERE tenant_uid = $1 AND id = $2 AND made"#,
        tenant.as_str(),
        id.as_str()
    )
    .try_map(|row| {
        let settings = json::object(("namespaces", "settings"), &row.id, row.settings)?;
        Ok(NamespaceRow { id: Namespace::stored(row.id), description: row.description, settings })
    })
    .fetch_optional(db)
    .await
}

/// The tenant's namespace of that name, which nobody else changes until the transaction ends.
pub async fn hold(db: &mut Conn, tenant: &TenantUid, id: &Namespace) -> sqlx::Result<Option<NamespaceRow>> {
    dialect::lock(db, row::Row::Namespace(tenant, id)).await?;
    by_id(db, tenant, id).await
}

/// Changes a namespace's description and settings.
pub async fn update(
    db: &mut Conn,
    was: &NamespaceRow,
    tenant: &TenantUid,
    new: &NamespaceRow,
    at: Timestamp,
) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        "UPDATE namespaces SET description = $3, settings = $4, updated_at = $5
         WHERE tenant_uid = $1 AND id = $2 AND made",
        tenant.as_str(),
        was.id.as_str(),
        new.description,
        new.settings,
        at.0
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// Removes a namespace; what is in it stays, and keeps it as one that nobody made.
pub async fn delete(db: &mut Conn, was: &NamespaceRow, tenant: &TenantUid) -> sqlx::Result<u64> {
    let left = sqlx::query!(
        "UPDATE namespaces SET made = FALSE, description = NULL, settings = '{}' WHERE tenant_uid = $1 AND id = $2 AND made
           AND EXISTS (SELECT 1 FROM flows AS f WHERE f.tenant_uid = $1 AND f.namespace = $2)",
        tenant.as_str(),
        was.id.as_str()
    )
    .execute(&mut *db)
    .await?;
    let gone = sqlx::query!(
        "DELETE FROM namespaces WHERE tenant_uid = $1 AND id = $2 AND made",
        tenant.as_str(),
        was.id.as_str()
    )
    .execute(db)
    .await?;
    Ok(left.rows_affected() + gone.rows_affected())
}

/// A page of the tenant's namespaces in reach; unless `existing`, also those that only flows are in.
pub async fn page(
    db: &mut Conn,
    tenant: &TenantUid,
    reach: &Reach,
    existing: bool,
    list: &List,
) -> sqlx::Result<Page<NamespaceRow>> {
    let scope = |builder: &mut Builder| {
        builder.push("n.tenant_uid = ").push_bind(tenant.to_string()).push(" AND ");
        listing::within(builder, "n.id", reach);
        builder.push(if existing { " AND n.made" } else { "" });
    };
    let counts = tenants::counts(db, tenant).await?;
    let total = Total::within(reach, if existing { counts.namespaces_made } else { counts.namespaces });
    let from = "namespaces AS n";
    listing::page(db, &SHAPE, ("n.id, n.description, n.settings", from), &scope, list, total, read).await
}

/// Whether a tenant has any namespace or flow.
pub async fn any(db: &mut Conn, tenant: &TenantUid) -> sqlx::Result<bool> {
    let found = sqlx::query_scalar!(
        r#"SELECT 1 AS "one!: i32" FROM tenants AS t WHERE t.uid = $1
             AND (EXISTS (SELECT 1 FROM namespaces AS n WHERE n.tenant_uid = t.uid)
                  OR EXISTS (SELECT 1 FROM flows AS f WHERE f.tenant_uid = t.uid))"#,
        tenant.as_str()
    )
    .fetch_optional(db)
    .await?;
    Ok(found.is_some())
}
