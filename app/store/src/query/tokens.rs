//! API tokens. Of their secrets only hashes are here.

use crate::Conn;
use model::{PrincipalId, Timestamp, Token, TokenId};

macro_rules! token {
    ($row:ident) => {
        Token {
            id: TokenId::new($row.id),
            principal: PrincipalId::new($row.principal_id),
            name: $row.name,
            description: $row.description,
            prefix: $row.prefix,
            created_at: Timestamp($row.created_at),
            max_age: $row.max_age,
            expires_at: $row.expires_at.map(Timestamp),
            extended: $row.extended,
            last_used: $row.last_used.map(Timestamp),
        }
    };
}

/// Writes a new token with the hash of its secret.
pub async fn insert(db: &mut Conn, new: &Token, hash: &str) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO api_tokens (id, principal_id, name, description, prefix, hash, created_at, max_age, expires_at, extended)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        new.id.as_str(),
        new.principal.as_str(),
        new.name,
        new.description,
        new.prefix,
        hash,
        new.created_at.0,
        new.max_age,
        new.expires_at.map(|at| at.0),
        new.extended
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The token whose secret has that hash.
pub async fn by_hash(db: &mut Conn, hash: &str) -> sqlx::Result<Option<Token>> {
    sqlx::query!(
        r#"SELECT id AS "id!", principal_id AS "principal_id!", name AS "name!", description AS "description!",
                  prefix AS "prefix!", created_at AS "created_at!: i64", max_age AS "max_age?: i64",
                  expires_at AS "expires_at?: i64", extended AS "extended!: bool", last_used AS "last_used?: i64"
           FROM api_tokens WHERE hash = $1"#,
        hash
    )
    .map(|row| token!(row))
    .fetch_optional(db)
    .await
}

/// A principal's tokens, the oldest first.
pub async fn list(db: &mut Conn, principal: &PrincipalId) -> sqlx::Result<Vec<Token>> {
    sqlx::query!(
        r#"SELECT id AS "id!", principal_id AS "principal_id!", name AS "name!", description AS "description!",
                  prefix AS "prefix!", created_at AS "created_at!: i64", max_age AS "max_age?: i64",
                  expires_at AS "expires_at?: i64", extended AS "extended!: bool", last_used AS "last_used?: i64"
           FROM api_tokens WHERE principal_id = $1 ORDER BY created_at, id LIMIT 10000"#,
        principal.as_str()
    )
    .map(|row| token!(row))
    .fetch_all(db)
    .await
}

/// Notes a use, unless a later one is noted.
pub async fn used(db: &mut Conn, id: &TokenId, at: Timestamp, expires_at: Option<Timestamp>) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE api_tokens SET last_used = $2, expires_at = $3 WHERE id = $1 AND COALESCE(last_used, 0) < $2",
        id.as_str(),
        at.0,
        expires_at.map(|at| at.0)
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Removes a principal's token.
pub async fn delete(db: &mut Conn, principal: &PrincipalId, id: &TokenId) -> sqlx::Result<u64> {
    let done =
        sqlx::query!("DELETE FROM api_tokens WHERE principal_id = $1 AND id = $2", principal.as_str(), id.as_str())
            .execute(db)
            .await?;
    Ok(done.rows_affected())
}
