//! What only PostgreSQL says this way.

/// Lets others read access, and wait with changing it, until the transaction ends.
pub async fn hold(db: &mut crate::Conn) -> sqlx::Result<()> {
    sqlx::query!(
        "LOCK TABLE tenants, principals, tenant_access, roles, groups, memberships, bindings
         IN SHARE ROW EXCLUSIVE MODE"
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Keeps others from changing a row until the transaction ends. References to it can be made meanwhile; its key does not
/// change. Whoever waited for somebody sees in the next statement what they wrote.
pub(crate) async fn lock(db: &mut crate::Conn, row: crate::row::Row<'_>) -> sqlx::Result<()> {
    use crate::row::Row;
    macro_rules! lock {
        ($sql:literal, $($key:expr),*) => { sqlx::query_scalar!($sql, $($key),*).fetch_all(&mut *db).await };
    }
    match row {
        Row::Tenant(uid) => lock!("SELECT 1 AS one FROM tenants WHERE uid = $1 FOR NO KEY UPDATE", uid.as_str()),
        Row::Principal(id) => lock!("SELECT 1 AS one FROM principals WHERE id = $1 FOR NO KEY UPDATE", id.as_str()),
        Row::Principals(ids) => {
            lock!(
                "SELECT 1 AS one FROM tenants
                 WHERE uid IN (SELECT tenant_uid FROM tenant_access WHERE principal_id = ANY($1))
                 ORDER BY uid FOR NO KEY UPDATE",
                ids
            )?;
            lock!("SELECT 1 AS one FROM principals WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE", ids)
        }
        Row::Role(tenant, id) => lock!(
            "SELECT 1 AS one FROM roles WHERE tenant_uid = $1 AND id = $2 FOR NO KEY UPDATE",
            tenant.as_str(),
            id.as_str()
        ),
        Row::Group(tenant, id) => lock!(
            "SELECT 1 AS one FROM groups WHERE tenant_uid = $1 AND id = $2 FOR NO KEY UPDATE",
            tenant.as_str(),
            id.as_str()
        ),
        Row::Namespace(tenant, id) => lock!(
            "SELECT 1 AS one FROM namespaces WHERE tenant_uid = $1 AND id = $2 FOR NO KEY UPDATE",
            tenant.as_str(),
            id.as_str()
        ),
        Row::Flow(tenant, namespace, id) => lock!(
            "SELECT 1 AS one FROM flows WHERE tenant_uid = $1 AND namespace = $2 AND id = $3 FOR NO KEY UPDATE",
            tenant.as_str(),
            namespace.as_str(),
            id
        ),
        Row::Execution(tenant, id) => lock!(
            "SELECT 1 AS one FROM executions WHERE tenant_uid = $1 AND id = $2 FOR NO KEY UPDATE",
            tenant.as_str(),
            id
        ),
        Row::Invitation(id) => lock!("SELECT 1 AS one FROM invitations WHERE id = $1 FOR NO KEY UPDATE", id.as_str()),
        Row::WorkerGroup(id) => lock!("SELECT 1 AS one FROM worker_groups WHERE id = $1 FOR NO KEY UPDATE", id),
        Row::Integration(tenant, id) => lock!(
            "SELECT 1 AS one FROM security_integrations WHERE tenant_uid = $1 AND id = $2 FOR NO KEY UPDATE",
            tenant.as_str(),
            id.as_str()
        ),
    }
    .map(drop)
}

/// Who changes what is administered, one after the other where it must be so. SQLite has one writer anyway.
pub mod queue {
    use crate::Conn;

    /// Any number, as long as nobody else locks it.
    const LOCK: i64 = 0x6b65_7374_7262;
    /// How long one waits for it, and from then on in the transaction for any other lock.
    const PATIENCE: &str = "8s";

    /// Waits for whoever is alone.
    pub async fn beside_others(db: &mut Conn) -> sqlx::Result<()> {
        sqlx::query("SELECT set_config('lock_timeout', $2, TRUE), pg_advisory_xact_lock_shared($1)")
            .bind(LOCK)
            .bind(PATIENCE)
            .execute(db)
            .await?;
        Ok(())
    }

    /// Waits for everybody, and lets nobody else in until the transaction ends.
    pub async fn alone(db: &mut Conn) -> sqlx::Result<()> {
        sqlx::query("SELECT set_config('lock_timeout', $2, TRUE), pg_advisory_xact_lock($1)")
            .bind(LOCK)
            .bind(PATIENCE)
            .execute(db)
            .await?;
        Ok(())
    }
}

/// Searching names: by the trigram index. It goes through all rows of every three letters of a pattern.
pub mod search {
    use crate::{Builder, Conn, needle, tenants::summary};
    use model::TenantSummary;

    /// Tenants with `needle` (folded, at least three characters) in id or name, in no order, at most
    /// `limit`: the index finds these without reading the others.
    pub async fn tenants(db: &mut Conn, needle: &str, limit: i64) -> sqlx::Result<Vec<TenantSummary>> {
        let pattern = crate::tenants::like(needle);
        sqlx::query!(
            r#"WITH hit AS MATERIALIZED (
                   SELECT uid FROM tenants WHERE kind = 'NAMED' AND search LIKE $1 ESCAPE '\' LIMIT $2)
               SELECT t.uid AS "uid!", t.id AS "id!", t.name AS "name!", t.users AS "users!: i64", t.roles AS "roles!: i64",
                      t.created_at AS "created_at!: i64", t.created_by AS "created_by!",
                      t.settings AS "settings!"
               FROM hit JOIN tenants AS t ON t.uid = hit.uid"#,
            pattern,
            limit
        )
        .try_map(|row| Ok(summary!(row)))
        .fetch_all(db)
        .await
    }

    /// Ids of principals with `needle` (folded, at least three characters) in their name, first or last name, at
    /// most `limit`.
    pub async fn principals(db: &mut Conn, needle: &str, limit: i64) -> sqlx::Result<Vec<String>> {
        for part in parts(needle) {
            let pattern = crate::tenants::like(part);
            let found = sqlx::query!(
                r#"WITH hit AS MATERIALIZED (SELECT id, search FROM principals WHERE search LIKE $1 ESCAPE '\' LIMIT $2)
                   SELECT NULL AS "id?", COUNT(*) AS "hits!: i64" FROM hit
                   UNION ALL
                   SELECT id, 0 FROM hit WHERE strpos(search, $3) > 0"#,
                pattern,
                limit,
                needle
            )
            .map(|row| (row.id, row.hits))
            .fetch_all(&mut *db)
            .await?;
            if let Some(ids) = needle::whole(found, part, needle, limit) {
                return Ok(ids);
            }
        }
        Ok(Vec::new())
    }

    /// Ids of groups of any tenant with `needle` (folded, at least three characters) in their names, at most `limit`.
    pub async fn groups(db: &mut Conn, needle: &str, limit: i64) -> sqlx::Result<Vec<String>> {
        for part in parts(needle) {
            let pattern = crate::tenants::like(part);
            let found = sqlx::query!(
                r#"WITH hit AS MATERIALIZED (SELECT id, search FROM groups WHERE search LIKE $1 ESCAPE '\' LIMIT $2)
                   SELECT NULL AS "id?", COUNT(*) AS "hits!: i64" FROM hit
                   UNION ALL
                   SELECT id, 0 FROM hit WHERE strpos(search, $3) > 0"#,
                pattern,
                limit,
                needle
            )
            .map(|row| (row.id, row.hits))
            .fetch_all(&mut *db)
            .await?;
            if let Some(ids) = needle::whole(found, part, needle, limit) {
                return Ok(ids);
            }
        }
        Ok(Vec::new())
    }

    /// Adds a query of what [`principals`] finds.
    pub fn ids_of_principals(builder: &mut Builder, needle: &str, limit: i64) {
        builder.push("SELECT id FROM principals WHERE search LIKE ").push_bind(crate::tenants::like(needle));
        builder.push(r" ESCAPE '\' LIMIT ").push_bind(limit);
    }

    /// Adds a query of what [`groups`] finds.
    pub fn ids_of_groups(builder: &mut Builder, needle: &str, limit: i64) {
        builder.push("SELECT id FROM groups WHERE search LIKE ").push_bind(crate::tenants::like(needle));
        builder.push(r" ESCAPE '\' LIMIT ").push_bind(limit);
    }

    /// What to look for, one after the other. The index knows letters and digits only: an end without enough of them
    /// would be sought in every row.
    fn parts(needle: &str) -> impl Iterator<Item = &str> {
        let end = needle::end(needle);
        let known = end.chars().filter(|letter| letter.is_alphanumeric()).count() >= 3;
        [Some(end).filter(|end| known && *end != needle), Some(needle)].into_iter().flatten()
    }
}

/// Moving whole tenants at once.
pub mod moving {
    use crate::Conn;
    use model::{TenantUid, Timestamp};

    /// What a connection that moves is called, before the step and who began it.
    const NAME: &str = "kestra sync";

    /// Any number, as long as nobody else locks it.
    const LOCK: i64 = 0x6b65_7374_7261;

    /// Begins: rows need not refer to what exists until the transaction ends. False where another process is at it.
    /// Nobody is let into or out of the two rows that are moved between until then: whoever changes how much they
    /// have waits for these locks.
    pub async fn begin(db: &mut Conn, from: &TenantUid, to: &TenantUid) -> sqlx::Result<bool> {
        let alone = sqlx::query_scalar!(r#"SELECT pg_try_advisory_xact_lock($1) AS "alone!""#, LOCK)
            .fetch_one(&mut *db)
            .await?;
        if alone {
            sqlx::query("SET CONSTRAINTS ALL DEFERRED").execute(&mut *db).await?;
            sqlx::query("SELECT 1 FROM tenants WHERE uid IN ($1, $2) ORDER BY uid FOR UPDATE")
                .bind(from.as_str())
                .bind(to.as_str())
                .execute(db)
                .await?;
        }
        Ok(alone)
    }

    /// Has rows read in the order of an index, or as the planner likes again. A moved row is written anew into every
    /// index: in their order it comes beside the one before, while rows in the order they were made, which is that of the
    /// table, would have the pages of large indexes read and written again and again.
    pub async fn in_order(db: &mut Conn, on: bool) -> sqlx::Result<()> {
        for setting in match on {
            true => ["SET LOCAL enable_seqscan = off", "SET LOCAL enable_bitmapscan = off"],
            false => ["SET LOCAL enable_seqscan TO DEFAULT", "SET LOCAL enable_bitmapscan TO DEFAULT"],
        } {
            sqlx::query(setting).execute(&mut *db).await?;
        }
        Ok(())
    }

    /// Nothing is: a moved row is a new one, and each index gets it in its turn.
    pub async fn set_aside(_: &mut Conn, _table: &'static str, _from: &TenantUid) -> sqlx::Result<Vec<String>> {
        Ok(Vec::new())
    }

    /// Nothing was set aside.
    pub async fn put_back(_: &mut Conn, _indexes: Vec<String>) -> sqlx::Result<()> {
        Ok(())
    }

    /// Lets other processes know how far it is: by the connection's name, which they see while the transaction is open.
    pub async fn announce(db: &mut Conn, step: u32, by: &str) -> sqlx::Result<()> {
        let name = format!("{NAME} {step} {by}");
        sqlx::query("SELECT set_config('application_name', $1, TRUE)").bind(name).execute(db).await?;
        Ok(())
    }

    /// How far a move of whatever process is, who began it (as much of the name as fits) and when.
    pub async fn announced(db: &mut Conn) -> sqlx::Result<Option<(u32, String, Timestamp)>> {
        let found: Option<(String, i64)> = sqlx::query_as(
            "SELECT application_name, CAST(EXTRACT(EPOCH FROM xact_start) * 1000 AS BIGINT) FROM pg_stat_activity
             WHERE datname = current_database() AND starts_with(application_name, $1) AND xact_start IS NOT NULL",
        )
        .bind(NAME)
        .fetch_optional(db)
        .await?;
        let read = |(name, since): (String, i64)| {
            let (step, by) = name.strip_prefix(NAME)?.trim_start().split_once(' ')?;
            Some((step.parse().ok()?, by.to_owned(), Timestamp(since)))
        };
        Ok(found.and_then(read))
    }
}

/// Lists of texts.
pub mod texts {
    /// What a group's texts are as a JSON list: what comes before the column and what after it.
    pub const TO_JSON: (&str, &str) = ("json_agg(", ")::text");
    /// A query of the texts of a JSON list: what comes before the list and what after it.
    pub const OF_JSON: (&str, &str) = ("SELECT json_array_elements_text(", "::json)");
}
