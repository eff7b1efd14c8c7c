//! What only SQLite says this way.

/// Nothing to do: the one who writes is alone from the beginning of the transaction.
pub async fn hold(_: &mut crate::Conn) -> sqlx::Result<()> {
    Ok(())
}

/// Searching names: by the trigram index.
pub mod search {
    use crate::{Conn, tenants::summary};
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
        .map(|row| summary!(row))
        .fetch_all(db)
        .await
    }

    /// Ids of principals with `needle` (folded, at least three characters) in their name, first or last name, at
    /// most `limit`.
    pub async fn principals(db: &mut Conn, needle: &str, limit: i64) -> sqlx::Result<Vec<String>> {
        let phrase = format!("\"{}\"", needle.replace('"', "\"\""));
        sqlx::query_scalar!(
            r#"SELECT t.principal_id AS "id!"
               FROM (SELECT rowid AS seq FROM principals_search WHERE principals_search MATCH $1 LIMIT $2) AS hit
               JOIN principal_texts AS t ON t.seq = hit.seq"#,
            phrase,
            limit
        )
        .fetch_all(db)
        .await
    }
}
