//! The audit log: rows in chains, each with the hash of the one before.

use crate::Conn;
use model::{
    PrincipalId, TenantId, TenantUid,
    audit::{AuditRow, Head},
};

/// The chain's last row. Holds the chain until the transaction ends, so that no two rows follow one.
pub async fn head(db: &mut Conn, chain: &str) -> sqlx::Result<Head> {
    sqlx::query!(
        r#"INSERT INTO audit_heads (chain, seq, hash) VALUES ($1, 0, '')
           ON CONFLICT (chain) DO UPDATE SET seq = audit_heads.seq
           RETURNING seq AS "seq!: i64", hash AS "hash!""#,
        chain
    )
    .map(|row| Head { seq: row.seq, hash: row.hash })
    .fetch_one(db)
    .await
}

/// Appends a row of hash `hash` after `head`.
pub async fn append(db: &mut Conn, chain: &str, head: &Head, row: &AuditRow, hash: &str) -> sqlx::Result<()> {
    let seq = head.seq + 1;
    sqlx::query!(
        "INSERT INTO audit_log (id, chain, seq, tenant_uid, tenant_id, at, type, resource, target, caller_id, caller, door,
                                request_id, address, before, after, previous_hash, hash, impersonated_by, namespace)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)",
        row.id.as_str(),
        chain,
        seq,
        row.tenant.as_ref().map(|(uid, _)| TenantUid::as_str(uid)),
        row.tenant.as_ref().and_then(|(_, id)| id.as_ref()).map(TenantId::as_str),
        row.at.0,
        row.event.as_str(),
        row.resource.as_str(),
        row.target,
        row.caller_id.as_ref().map(PrincipalId::as_str),
        row.caller,
        row.door.as_str(),
        row.request_id,
        row.address,
        row.before,
        row.after,
        head.hash,
        hash,
        row.impersonated_by,
        row.namespace
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!("UPDATE audit_heads SET seq = $2, hash = $3 WHERE chain = $1", chain, seq, hash).execute(db).await?;
    Ok(())
}

/// Number of rows about a target.
pub async fn count(db: &mut Conn, event: &str, resource: &str, target: &str) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"SELECT COUNT(*) AS "count!: i64" FROM audit_log WHERE type = $1 AND resource = $2 AND target = $3"#,
        event,
        resource,
        target
    )
    .fetch_one(db)
    .await
}
