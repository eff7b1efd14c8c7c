//! Sessions. Ids are hashes; the cookie's own value is nowhere in the database.

use crate::Conn;
use model::{PrincipalId, Session, Timestamp};

/// Writes a session, new or changed.
pub async fn save(db: &mut Conn, session: &Session, at: Timestamp) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO sessions (id, principal_id, data, created_at, seen_at, expires_at) VALUES ($1, $2, $3, $4, $4, $5)
         ON CONFLICT (id) DO UPDATE SET principal_id = $2, data = $3, seen_at = $4, expires_at = $5",
        session.id,
        session.principal.as_ref().map(PrincipalId::as_str),
        session.data,
        at.0,
        session.expires_at.0
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The session of that hash, unless it has expired.
pub async fn load(db: &mut Conn, id: &str, at: Timestamp) -> sqlx::Result<Option<Session>> {
    sqlx::query!(
        r#"SELECT id AS "id!", principal_id, data AS "data!", expires_at AS "expires_at!: i64"
           FROM sessions WHERE id = $1 AND expires_at > $2"#,
        id,
        at.0
    )
    .map(|row| Session {
        id: row.id,
        principal: row.principal_id.map(PrincipalId::new),
        data: row.data,
        expires_at: Timestamp(row.expires_at),
    })
    .fetch_optional(db)
    .await
}

/// Ends a session.
pub async fn delete(db: &mut Conn, id: &str) -> sqlx::Result<u64> {
    Ok(sqlx::query!("DELETE FROM sessions WHERE id = $1", id).execute(db).await?.rows_affected())
}

/// Ends all sessions of a principal.
pub async fn delete_of(db: &mut Conn, principal: &PrincipalId) -> sqlx::Result<u64> {
    let done = sqlx::query!("DELETE FROM sessions WHERE principal_id = $1", principal.as_str()).execute(db).await?;
    Ok(done.rows_affected())
}

/// Removes what has expired.
pub async fn sweep(db: &mut Conn, at: Timestamp) -> sqlx::Result<u64> {
    Ok(sqlx::query!("DELETE FROM sessions WHERE expires_at <= $1", at.0).execute(db).await?.rows_affected())
}
