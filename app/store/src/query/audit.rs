//! The audit log: rows in chains, each with the hash of the one before.

use crate::{
    Builder, Conn, Row,
    listing::{self, Field, Kind, Search, Shape, Total},
};
use model::{
    AuditId, DAY, Direction, List, Page, PrincipalId, Resource, TenantId, TenantUid, Timestamp,
    audit::{AuditRow, Chain, Day, Door, Event, Head, Place, Stored},
};
use sqlx::Row as _;

/// What the log can be filtered and sorted by.
pub const SHAPE: Shape = Shape {
    what: "audit logs",
    fields: &[
        Field { name: "id", sql: "a.id", kind: Kind::Exact },
        Field { name: "detailId", sql: "a.target", kind: Kind::Exact },
        Field { name: "type", sql: "a.type", kind: Kind::Exact },
        Field { name: "resource", sql: "a.resource", kind: Kind::Exact },
        Field { name: "resources", sql: "a.resource", kind: Kind::Exact },
        Field { name: "userId", sql: "COALESCE(a.caller_id, a.caller)", kind: Kind::Exact },
        Field { name: "username", sql: "a.caller", kind: Kind::Exact },
        Field { name: "ipAddress", sql: "a.address", kind: Kind::Exact },
        Field { name: "namespace", sql: "a.namespace", kind: Kind::Exact },
        Field { name: "flowId", sql: "CASE WHEN a.resource = 'FLOW' THEN a.target END", kind: Kind::Exact },
        Field { name: "executionId", sql: "CASE WHEN a.resource = 'EXECUTION' THEN a.target END", kind: Kind::Exact },
        Field { name: "tenantId", sql: "a.tenant_id", kind: Kind::Exact },
        Field { name: "date", sql: "a.at", kind: Kind::Instant },
        Field { name: "startDate", sql: "a.at", kind: Kind::Instant },
        Field { name: "endDate", sql: "a.at", kind: Kind::Instant },
    ],
    search: Search::Columns(&[
        "LOWER(a.target)",
        "LOWER(a.caller)",
        "LOWER(a.resource)",
        "LOWER(a.type)",
        "LOWER(a.namespace)",
    ]),
    key: "a.id",
    order: ("a.at", Direction::Desc),
};
const COLUMNS: &str = "a.chain, a.seq, a.previous_hash, a.hash, a.id, a.tenant_uid, a.tenant_id, a.at, a.type, a.resource, \
                       a.target, a.caller_id, a.caller, a.door, a.request_id, a.address, a.impersonated_by, a.namespace, \
                       a.before, a.after, \
                       COALESCE((SELECT r.count FROM audit_repeats AS r WHERE r.audit_id = a.id), 1) AS count, \
                       (SELECT r.last_at FROM audit_repeats AS r WHERE r.audit_id = a.id) AS last_at";

fn read(row: &Row) -> sqlx::Result<Stored> {
    let (event, resource, door): (String, String, String) =
        (row.try_get("type")?, row.try_get("resource")?, row.try_get("door")?);
    let (event, resource, door) = (Event::from_word(&event), Resource::from_word(&resource), Door::from_word(&door));
    let readable = event.is_some() && resource.is_some() && door.is_some();
    let tenant = row.try_get::<Option<String>, _>("tenant_uid")?.map(TenantUid::new);
    let tenant_id = row.try_get::<Option<String>, _>("tenant_id")?.map(TenantId::stored);
    Ok(Stored {
        chain: row.try_get("chain")?,
        seq: row.try_get("seq")?,
        previous: row.try_get("previous_hash")?,
        hash: row.try_get("hash")?,
        row: AuditRow {
            id: AuditId::new(row.try_get::<String, _>("id")?),
            tenant: tenant.map(|uid| (uid, tenant_id)),
            at: Timestamp(row.try_get("at")?),
            event: event.unwrap_or(Event::Update),
            resource: resource.unwrap_or(Resource::AuditLog),
            target: row.try_get("target")?,
            caller_id: row.try_get::<Option<String>, _>("caller_id")?.map(PrincipalId::new),
            caller: row.try_get("caller")?,
            door: door.unwrap_or(Door::Job),
            request_id: row.try_get("request_id")?,
            address: row.try_get("address")?,
            impersonated_by: row.try_get("impersonated_by")?,
            namespace: row.try_get("namespace")?,
            before: row.try_get("before")?,
            after: row.try_get("after")?,
        },
        count: row.try_get("count")?,
        last_at: row.try_get::<Option<i64>, _>("last_at")?.map(Timestamp),
        readable,
    })
}

/// Whose rows: a tenant's, or all.
fn whose(builder: &mut Builder, tenant: Option<&TenantUid>) {
    match tenant {
        Some(tenant) => builder.push("a.tenant_uid = ").push_bind(tenant.to_string()),
        None => builder.push("1 = 1"),
    };
}

/// A page of a tenant's rows, or of all; the newest first unless asked otherwise.
pub async fn page(db: &mut Conn, tenant: Option<&TenantUid>, list: &List) -> sqlx::Result<Page<Stored>> {
    // Chains count their rows as they grow, so nobody has to.
    let mut builder =
        Builder::new("SELECT CAST(COALESCE(SUM(h.seq - h.purged_seq), 0) AS BIGINT) FROM audit_heads AS h");
    if let Some(tenant) = tenant {
        builder.push(" WHERE h.chain = ").push_bind(tenant.to_string());
    }
    let total: i64 = builder.build_query_scalar().fetch_one(&mut *db).await?;
    let scope = |builder: &mut Builder| whose(builder, tenant);
    listing::page(db, &SHAPE, (COLUMNS, "audit_log AS a"), &scope, list, Total::Known(total), read).await
}

/// The next rows of a list from the newest on, after a place in it.
pub async fn newest(
    db: &mut Conn,
    tenant: Option<&TenantUid>,
    list: &List,
    after: Option<&Place>,
    limit: i64,
) -> sqlx::Result<Vec<Stored>> {
    let mut builder = Builder::new("SELECT ");
    builder.push(COLUMNS).push(" FROM audit_log AS a WHERE ");
    whose(&mut builder, tenant);
    listing::filtered(&mut builder, &SHAPE, list);
    if let Some(after) = after {
        builder.push(" AND (a.at < ").push_bind(after.at.0);
        builder
            .push(" OR (a.at = ")
            .push_bind(after.at.0)
            .push(" AND a.id < ")
            .push_bind(after.id.to_string())
            .push("))");
    }
    builder.push(" ORDER BY a.at DESC, a.id DESC LIMIT ").push_bind(limit);
    builder.build().fetch_all(db).await?.iter().map(read).collect()
}

/// A row of a tenant, or of the instance itself.
pub async fn by_id(db: &mut Conn, tenant: Option<&TenantUid>, id: &AuditId) -> sqlx::Result<Option<Stored>> {
    let mut builder = Builder::new("SELECT ");
    builder.push(COLUMNS).push(" FROM audit_log AS a WHERE a.id = ").push_bind(id.to_string()).push(" AND ");
    whose(&mut builder, tenant);
    builder.build().fetch_optional(db).await?.as_ref().map(read).transpose()
}

/// Chains by name, after one.
pub async fn chains(db: &mut Conn, after: &str, limit: i64) -> sqlx::Result<Vec<Chain>> {
    sqlx::query!(
        r#"SELECT chain AS "chain!", seq AS "seq!: i64", hash AS "hash!", purged_seq AS "purged_seq!: i64",
                  purged_hash AS "purged_hash!"
           FROM audit_heads WHERE chain > $1 ORDER BY chain LIMIT $2"#,
        after,
        limit
    )
    .map(|row| Chain {
        name: row.chain,
        head: Head { seq: row.seq, hash: row.hash },
        purged: Head { seq: row.purged_seq, hash: row.purged_hash },
    })
    .fetch_all(db)
    .await
}

/// Rows of a chain after a number, in order.
pub async fn links(db: &mut Conn, chain: &str, after: i64, limit: i64) -> sqlx::Result<Vec<Stored>> {
    let mut builder = Builder::new("SELECT ");
    builder.push(COLUMNS).push(" FROM audit_log AS a WHERE a.chain = ").push_bind(chain.to_owned());
    builder.push(" AND a.seq > ").push_bind(after).push(" ORDER BY a.seq LIMIT ").push_bind(limit);
    builder.build().fetch_all(db).await?.iter().map(read).collect()
}

/// A chain that has rows and no head, if there is one.
pub async fn headless(db: &mut Conn) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!(
        r#"SELECT a.chain AS "chain!" FROM audit_log AS a
           WHERE NOT EXISTS (SELECT 1 FROM audit_heads AS h WHERE h.chain = a.chain)
           ORDER BY a.chain LIMIT 1"#
    )
    .fetch_optional(db)
    .await
}

/// Removes the rows of every chain before its first one that is not older than `before`, and notes where each
/// chain begins from now on. Returns how many rows went.
pub async fn purge(db: &mut Conn, before: Timestamp) -> sqlx::Result<u64> {
    // The last row that goes: the one before the first that stays, or the head where none stays.
    sqlx::query!(
        "UPDATE audit_heads SET purged_seq = cut.seq, purged_hash = cut.hash
         FROM (SELECT a.chain, a.seq, a.hash FROM audit_log AS a
               JOIN audit_heads AS h ON h.chain = a.chain
               WHERE a.at < $1
                 AND a.seq = COALESCE(
                     (SELECT MIN(kept.seq) - 1 FROM audit_log AS kept WHERE kept.chain = a.chain AND kept.at >= $1),
                     h.seq)) AS cut
         WHERE cut.chain = audit_heads.chain",
        before.0
    )
    .execute(&mut *db)
    .await?;
    let gone = sqlx::query!(
        "DELETE FROM audit_log
         WHERE seq <= (SELECT h.purged_seq FROM audit_heads AS h WHERE h.chain = audit_log.chain)"
    )
    .execute(db)
    .await?;
    Ok(gone.rows_affected())
}

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

/// Counts one more of what the newest row like this one says, if there is one from after `since`. Returns whether there
/// was. One statement: those who count at the same moment are all counted.
pub async fn repeat(db: &mut Conn, chain: &str, row: &AuditRow, since: Timestamp) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "INSERT INTO audit_repeats (audit_id, count, last_at)
         SELECT a.id, 2, CAST($1 AS BIGINT) FROM audit_log AS a
         WHERE a.resource = $2 AND a.target = $3 AND a.at > $4 AND a.chain = $5 AND a.type = $6 AND a.caller = $7
           AND COALESCE(a.caller_id, '') = COALESCE(CAST($8 AS TEXT), '')
           AND COALESCE(a.impersonated_by, '') = COALESCE(CAST($9 AS TEXT), '')
           AND COALESCE(a.namespace, '') = COALESCE(CAST($10 AS TEXT), '')
         ORDER BY a.at DESC, a.id DESC LIMIT 1
         ON CONFLICT (audit_id) DO UPDATE SET
             count = audit_repeats.count + 1,
             last_at = CASE WHEN excluded.last_at > audit_repeats.last_at THEN excluded.last_at ELSE audit_repeats.last_at END",
        row.at.0,
        row.resource.as_str(),
        row.target,
        since.0,
        chain,
        row.event.as_str(),
        row.caller,
        row.caller_id.as_ref().map(PrincipalId::as_str),
        row.impersonated_by,
        row.namespace
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() > 0)
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

/// How much happened on each day from that of `from` on; days on which nothing did are left out.
pub async fn days(db: &mut Conn, from: Timestamp) -> sqlx::Result<Vec<Day>> {
    sqlx::query!(
        r#"SELECT day AS "day!: i64", CAST(SUM(sign_ins) AS BIGINT) AS "sign_ins!: i64",
                  CAST(SUM(failures) AS BIGINT) AS "failures!: i64", CAST(SUM(changes) AS BIGINT) AS "changes!: i64"
           FROM audit_days WHERE day >= $1 GROUP BY day ORDER BY day"#,
        from.0 / DAY
    )
    .map(|row| Day {
        at: Timestamp(row.day * DAY),
        sign_ins: row.sign_ins,
        failures: row.failures,
        changes: row.changes,
    })
    .fetch_all(db)
    .await
}
