//! What is kept for the workflow engine and its clients, and echoed: documents of a tenant, worker groups, and
//! security integrations.

use crate::{Conn, dialect::lock, json, row::Row};
use model::{Integration, IntegrationId, TenantUid, Timestamp, WorkerGroupRow};

/// A document of a tenant.
pub async fn document(db: &mut Conn, tenant: &TenantUid, kind: &str) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!(
        r#"SELECT body AS "body!" FROM tenant_documents WHERE tenant_uid = $1 AND kind = $2"#,
        tenant.as_str(),
        kind
    )
    .fetch_optional(db)
    .await
}

/// Writes a document of a tenant.
pub async fn put_document(db: &mut Conn, tenant: &TenantUid, kind: &str, body: &str) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO tenant_documents (tenant_uid, kind, body) VALUES ($1, $2, $3)
         ON CONFLICT (tenant_uid, kind) DO UPDATE SET body = $3",
        tenant.as_str(),
        kind,
        body
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Removes a document of a tenant.
pub async fn delete_document(db: &mut Conn, tenant: &TenantUid, kind: &str) -> sqlx::Result<u64> {
    let done = sqlx::query!("DELETE FROM tenant_documents WHERE tenant_uid = $1 AND kind = $2", tenant.as_str(), kind)
        .execute(db)
        .await?;
    Ok(done.rows_affected())
}

macro_rules! worker_group {
    ($row:ident) => {
        WorkerGroupRow {
            subscriptions: json::list(("worker_groups", "subscriptions"), &$row.id, $row.subscriptions)?,
            id: $row.id,
            name: $row.name,
            description: $row.description,
            created_at: Timestamp($row.created_at),
            updated_at: Timestamp($row.updated_at),
        }
    };
}

/// Writes a new worker group.
pub async fn insert_worker_group(db: &mut Conn, new: &WorkerGroupRow) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO worker_groups (id, name, description, subscriptions, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        new.id,
        new.name,
        new.description,
        new.subscriptions,
        new.created_at.0,
        new.updated_at.0
    )
    .execute(db)
    .await?;
    Ok(())
}

/// All worker groups, by id.
pub async fn worker_groups(db: &mut Conn) -> sqlx::Result<Vec<WorkerGroupRow>> {
    sqlx::query!(
        r#"SELECT id AS "id!", name AS "name!", description, subscriptions AS "subscriptions!",
                  created_at AS "created_at!: i64", updated_at AS "updated_at!: i64"
           FROM worker_groups ORDER BY id LIMIT 10000"#
    )
    .try_map(|row| Ok(worker_group!(row)))
    .fetch_all(db)
    .await
}

/// The worker group of that id.
pub async fn worker_group(db: &mut Conn, id: &str) -> sqlx::Result<Option<WorkerGroupRow>> {
    sqlx::query!(
        r#"SELECT id AS "id!", name AS "name!", description, subscriptions AS "subscriptions!",
                  created_at AS "created_at!: i64", updated_at AS "updated_at!: i64"
           FROM worker_groups WHERE id = $1"#,
        id
    )
    .try_map(|row| Ok(worker_group!(row)))
    .fetch_optional(db)
    .await
}

/// The worker group of that id, which nobody else changes until the transaction ends.
pub async fn hold_worker_group(db: &mut Conn, id: &str) -> sqlx::Result<Option<WorkerGroupRow>> {
    lock(db, Row::WorkerGroup(id)).await?;
    worker_group(db, id).await
}

/// Changes a worker group.
pub async fn update_worker_group(db: &mut Conn, was: &WorkerGroupRow, new: &WorkerGroupRow) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        "UPDATE worker_groups SET name = $2, description = $3, subscriptions = $4, updated_at = $5 WHERE id = $1",
        was.id,
        new.name,
        new.description,
        new.subscriptions,
        new.updated_at.0
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// Removes a worker group.
pub async fn delete_worker_group(db: &mut Conn, was: &WorkerGroupRow) -> sqlx::Result<u64> {
    Ok(sqlx::query!("DELETE FROM worker_groups WHERE id = $1", was.id).execute(db).await?.rows_affected())
}

macro_rules! integration {
    ($row:ident) => {
        Integration {
            id: IntegrationId::new($row.id),
            name: $row.name,
            description: $row.description,
            kind: $row.kind,
            enabled: $row.enabled,
            created_at: Timestamp($row.created_at),
        }
    };
}

/// Writes a new security integration with the hash of its token.
pub async fn insert_integration(
    db: &mut Conn,
    tenant: &TenantUid,
    new: &Integration,
    token_hash: &str,
) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO security_integrations (id, tenant_uid, name, description, type, enabled, token_hash, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        new.id.as_str(),
        tenant.as_str(),
        new.name,
        new.description,
        new.kind,
        new.enabled,
        token_hash,
        new.created_at.0
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The tenant's security integrations, by name.
pub async fn integrations(db: &mut Conn, tenant: &TenantUid) -> sqlx::Result<Vec<Integration>> {
    sqlx::query!(
        r#"SELECT id AS "id!", name AS "name!", description AS "description!", type AS "kind!",
                  enabled AS "enabled!: bool", created_at AS "created_at!: i64"
           FROM security_integrations WHERE tenant_uid = $1 ORDER BY name, id LIMIT 10000"#,
        tenant.as_str()
    )
    .map(|row| integration!(row))
    .fetch_all(db)
    .await
}

/// The tenant's security integration of that id.
pub async fn integration(db: &mut Conn, tenant: &TenantUid, id: &IntegrationId) -> sqlx::Result<Option<Integration>> {
    sqlx::query!(
        r#"SELECT id AS "id!", name AS "name!", description AS "description!", type AS "kind!",
                  enabled AS "enabled!: bool", created_at AS "created_at!: i64"
           FROM security_integrations WHERE tenant_uid = $1 AND id = $2"#,
        tenant.as_str(),
        id.as_str()
    )
    .map(|row| integration!(row))
    .fetch_optional(db)
    .await
}

/// The tenant's security integration of that id, which nobody else changes until the transaction ends.
pub async fn hold_integration(
    db: &mut Conn,
    tenant: &TenantUid,
    id: &IntegrationId,
) -> sqlx::Result<Option<Integration>> {
    lock(db, Row::Integration(tenant, id)).await?;
    integration(db, tenant, id).await
}

/// Switches a security integration on or off.
pub async fn enable_integration(
    db: &mut Conn,
    was: &Integration,
    tenant: &TenantUid,
    enabled: bool,
) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        "UPDATE security_integrations SET enabled = $3 WHERE tenant_uid = $1 AND id = $2",
        tenant.as_str(),
        was.id.as_str(),
        enabled
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// Removes a security integration.
pub async fn delete_integration(db: &mut Conn, was: &Integration, tenant: &TenantUid) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        "DELETE FROM security_integrations WHERE tenant_uid = $1 AND id = $2",
        tenant.as_str(),
        was.id.as_str()
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}
