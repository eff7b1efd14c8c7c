//! What only SQLite says this way.

/// Nothing to do: the one who writes is alone from the beginning of the transaction.
pub async fn hold(_: &mut crate::Conn) -> sqlx::Result<()> {
    Ok(())
}

/// The same: nobody else writes.
pub(crate) async fn lock(_: &mut crate::Conn, _: crate::row::Row<'_>) -> sqlx::Result<()> {
    Ok(())
}

/// Searching names: by the trigram index. It goes through the rows of every three letters of a phrase together; a part
/// that many rows have is known to be so after the first of them, and one that few have is found among few.
pub mod search {
    use crate::{Builder, Conn, needle, tenants::summary};
    use model::TenantSummary;

    /// Tenants with `needle` (folded, at least three characters) in id or name, in no order, at most
    /// `limit`: the index finds these without reading the others.
    pub async fn tenants(db: &mut Conn, needle: &str, limit: i64) -> sqlx::Result<Vec<TenantSummary>> {
        // A phrase in FTS5's language; inside quotes only the quote itself means something.
        let phrase = format!("\"{}\"", needle.replace('"', "\"\""));
        sqlx::query!(
            r#"SELECT t.uid AS "uid!", t.id AS "id!", t.name AS "name!", t.users AS "users!: i64", t.roles AS "roles!: i64",
                      t.created_at AS "created_at!: i64", t.created_by AS "created_by!",
                      t.settings AS "settings!"
               FROM (SELECT rowid AS seq FROM tenants_search WHERE tenants_search MATCH $1 LIMIT $2) AS hit
               JOIN tenants AS t ON t.seq = hit.seq"#,
            phrase,
            limit
        )
        .try_map(|row| Ok(summary!(row)))
        .fetch_all(db)
        .await
    }

    /// Ids of principals with `needle` (folded, at least three characters) in their name, first or last name, at
    /// most `limit`.
    pub async fn principals(db: &mut Conn, needle: &str, limit: i64) -> sqlx::Result<Vec<String>> {
        for part in [needle::end(needle), beginning(needle), needle] {
            let phrase = phrase(part);
            let found = sqlx::query!(
                r#"WITH hit AS MATERIALIZED (
                       SELECT t.principal_id AS id, t.search
                       FROM (SELECT rowid AS seq FROM principals_search WHERE principals_search MATCH $1 LIMIT $2) AS f
                       JOIN principal_texts AS t ON t.seq = f.seq)
                   SELECT NULL AS "id?", COUNT(*) AS "hits!: i64" FROM hit
                   UNION ALL
                   SELECT id, 0 FROM hit WHERE instr(search, $3) > 0"#,
                phrase,
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
        for part in [needle::end(needle), beginning(needle), needle] {
            let phrase = phrase(part);
            let found = sqlx::query!(
                r#"WITH hit AS MATERIALIZED (
                       SELECT t.group_id AS id, t.search
                       FROM (SELECT rowid AS seq FROM groups_search WHERE groups_search MATCH $1 LIMIT $2) AS f
                       JOIN group_texts AS t ON t.seq = f.seq)
                   SELECT NULL AS "id?", COUNT(*) AS "hits!: i64" FROM hit
                   UNION ALL
                   SELECT id, 0 FROM hit WHERE instr(search, $3) > 0"#,
                phrase,
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
        builder.push(
            "SELECT t.principal_id FROM (SELECT rowid AS seq FROM principals_search WHERE principals_search MATCH ",
        );
        builder.push_bind(phrase(needle)).push(" LIMIT ").push_bind(limit);
        builder.push(") AS f JOIN principal_texts AS t ON t.seq = f.seq");
    }

    /// Adds a query of what [`groups`] finds.
    pub fn ids_of_groups(builder: &mut Builder, needle: &str, limit: i64) {
        builder.push("SELECT t.group_id FROM (SELECT rowid AS seq FROM groups_search WHERE groups_search MATCH ");
        builder.push_bind(phrase(needle)).push(" LIMIT ").push_bind(limit);
        builder.push(") AS f JOIN group_texts AS t ON t.seq = f.seq");
    }

    /// Its first characters, as many as its end has.
    fn beginning(needle: &str) -> &str {
        &needle[..needle.char_indices().nth(needle::PART).map_or(needle.len(), |(place, _)| place)]
    }

    /// A phrase in FTS5's language; inside quotes only the quote itself means something.
    fn phrase(text: &str) -> String {
        format!("\"{}\"", text.replace('"', "\"\""))
    }
}

/// Moving whole tenants at once.
pub mod moving {
    use crate::Conn;
    use model::{TenantUid, Timestamp};
    use sqlx::AssertSqlSafe;

    /// Begins: rows need not refer to what exists until the transaction ends. False where another process is at it;
    /// here there is only one writer anyway.
    pub async fn begin(db: &mut Conn, _from: &TenantUid, _to: &TenantUid) -> sqlx::Result<bool> {
        sqlx::query("PRAGMA defer_foreign_keys = ON").execute(&mut *db).await?;
        // Every index of every table is written all over; with the usual 8 MB most of its pages would be read again.
        // Sorting an index takes as much again. The pool takes it back when the connection returns to it, however the move ended.
        sqlx::query("PRAGMA cache_size = -49152").execute(db).await?;
        Ok(true)
    }

    /// Rows whose indexes do not fit into what is kept in memory: from here on most of their pages would be written and
    /// read again and again, and it is quicker to make them anew.
    const MANY: i64 = 500_000;

    /// Sets a table's indexes aside while most of its rows move, if they are many; answers how to make them again.
    pub async fn set_aside(db: &mut Conn, table: &'static str, from: &TenantUid) -> sqlx::Result<Vec<String>> {
        let count = format!("SELECT COUNT(*), COALESCE(SUM(tenant_uid = $1), 0) FROM {table}");
        let (all, moving): (i64, i64) =
            sqlx::query_as(AssertSqlSafe(count)).bind(from.as_str()).fetch_one(&mut *db).await?;
        if moving < MANY || moving < all / 2 {
            return Ok(Vec::new());
        }
        let indexes: Vec<(String, String)> = sqlx::query_as(
            "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = $1 AND sql IS NOT NULL",
        )
        .bind(table)
        .fetch_all(&mut *db)
        .await?;
        for (name, _) in &indexes {
            sqlx::query(AssertSqlSafe(format!("DROP INDEX {name}"))).execute(&mut *db).await?;
        }
        Ok(indexes.into_iter().map(|(_, sql)| sql).collect())
    }

    /// Makes what was set aside again.
    pub async fn put_back(db: &mut Conn, indexes: Vec<String>) -> sqlx::Result<()> {
        for sql in indexes {
            sqlx::query(AssertSqlSafe(sql)).execute(&mut *db).await?;
        }
        Ok(())
    }

    /// They are: an index says which rows these are.
    pub async fn in_order(_: &mut Conn, _on: bool) -> sqlx::Result<()> {
        Ok(())
    }

    /// Nobody else would see it: what a transaction writes here is seen when it ends.
    pub async fn announce(_: &mut Conn, _step: u32, _by: &str) -> sqlx::Result<()> {
        Ok(())
    }

    /// Nothing is.
    pub async fn announced(_: &mut Conn) -> sqlx::Result<Option<(u32, String, Timestamp)>> {
        Ok(None)
    }
}

/// Lists of texts.
pub mod texts {
    /// What a group's texts are as a JSON list: what comes before the column and what after it.
    pub const TO_JSON: (&str, &str) = ("json_group_array(", ")");
    /// A query of the texts of a JSON list: what comes before the list and what after it.
    pub const OF_JSON: (&str, &str) = ("SELECT value FROM json_each(", ")");
}
