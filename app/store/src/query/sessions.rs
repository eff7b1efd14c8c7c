//! Sessions. Ids are hashes; the cookie's own value is nowhere in the database.

use crate::Conn;
use model::{ApiSession, OpenSession, PrincipalId, Session, SessionKind, Timestamp};

/// Writes a new session.
pub async fn insert(db: &mut Conn, session: &Session, at: Timestamp) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO sessions (id, principal_id, data, created_at, seen_at, expires_at, impersonator)
         VALUES ($1, $2, $3, $4, $4, $5, $6)",
        session.id,
        session.principal.as_ref().map(PrincipalId::as_str),
        session.data,
        at.0,
        session.expires_at.0,
        session.impersonator.as_ref().map(PrincipalId::as_str)
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Writes what a session has become; 0 rows where it was ended meanwhile, which is not taken back.
pub async fn update(db: &mut Conn, session: &Session, at: Timestamp) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        "UPDATE sessions SET principal_id = $2, data = $3, seen_at = $4, expires_at = $5, impersonator = $6
         WHERE id = $1",
        session.id,
        session.principal.as_ref().map(PrincipalId::as_str),
        session.data,
        at.0,
        session.expires_at.0,
        session.impersonator.as_ref().map(PrincipalId::as_str)
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// The session of that hash, unless it has expired.
pub async fn load(db: &mut Conn, id: &str, at: Timestamp) -> sqlx::Result<Option<Session>> {
    sqlx::query!(
        r#"SELECT id AS "id!", principal_id, impersonator, data AS "data!", expires_at AS "expires_at!: i64"
           FROM sessions WHERE id = $1 AND expires_at > $2 AND kind = 'WEB'"#,
        id,
        at.0
    )
    .map(|row| Session {
        id: row.id,
        principal: row.principal_id.map(PrincipalId::new),
        impersonator: row.impersonator.map(PrincipalId::new),
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

/// A principal's sessions that have not expired, the last used first.
pub async fn list(db: &mut Conn, principal: &PrincipalId, at: Timestamp, limit: i64) -> sqlx::Result<Vec<OpenSession>> {
    sqlx::query!(
        r#"SELECT s.id AS "id!", s.kind AS "kind!", i.name AS "name?", s.created_at AS "created_at!: i64",
                  s.seen_at AS "seen_at!: i64", s.expires_at AS "expires_at!: i64"
           FROM sessions AS s LEFT JOIN principals AS i ON i.id = s.impersonator
           WHERE s.principal_id = $1 AND s.expires_at > $2 ORDER BY s.seen_at DESC, s.id LIMIT $3"#,
        principal.as_str(),
        at.0,
        limit
    )
    .map(|row| OpenSession {
        id: row.id,
        kind: SessionKind::stored(&row.kind),
        impersonator: row.name,
        created_at: Timestamp(row.created_at),
        seen_at: Timestamp(row.seen_at),
        expires_at: Timestamp(row.expires_at),
    })
    .fetch_all(db)
    .await
}

/// Ends one session of a principal.
pub async fn end(db: &mut Conn, principal: &PrincipalId, id: &str) -> sqlx::Result<u64> {
    let done = sqlx::query!("DELETE FROM sessions WHERE principal_id = $1 AND id = $2", principal.as_str(), id);
    Ok(done.execute(db).await?.rows_affected())
}

/// Removes what has expired.
pub async fn sweep(db: &mut Conn, at: Timestamp) -> sqlx::Result<u64> {
    Ok(sqlx::query!("DELETE FROM sessions WHERE expires_at <= $1", at.0).execute(db).await?.rows_affected())
}

/// Writes a sign-in over the API.
pub async fn open(db: &mut Conn, new: &ApiSession, at: Timestamp) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO sessions (id, principal_id, data, created_at, seen_at, expires_at, kind, impersonator)
         VALUES ($1, $2, '{}', $3, $3, $4, $5, $6)",
        new.id,
        new.principal.as_str(),
        at.0,
        new.expires_at.0,
        new.kind.as_str(),
        new.impersonator.as_ref().map(PrincipalId::as_str)
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The sign-in of that hash and kind, unless it has expired; and the name of whoever acts in its principal's place.
pub async fn of_api(
    db: &mut Conn,
    id: &str,
    kind: SessionKind,
    at: Timestamp,
) -> sqlx::Result<Option<(ApiSession, Option<String>)>> {
    sqlx::query!(
        r#"SELECT s.principal_id AS "principal_id!", s.expires_at AS "expires_at!: i64", s.impersonator, i.name AS "name?"
           FROM sessions AS s LEFT JOIN principals AS i ON i.id = s.impersonator
           WHERE s.id = $1 AND s.kind = $2 AND s.expires_at > $3 AND s.principal_id IS NOT NULL"#,
        id,
        kind.as_str(),
        at.0
    )
    .map(|row| {
        let session = ApiSession {
            id: id.to_owned(),
            kind,
            principal: PrincipalId::new(row.principal_id),
            impersonator: row.impersonator.map(PrincipalId::new),
            expires_at: Timestamp(row.expires_at),
        };
        (session, row.name)
    })
    .fetch_optional(db)
    .await
}

/// Ends what renews a principal's sign-ins over the API.
pub async fn delete_refreshing(db: &mut Conn, principal: &PrincipalId) -> sqlx::Result<u64> {
    let done = sqlx::query!("DELETE FROM sessions WHERE principal_id = $1 AND kind = 'REFRESH'", principal.as_str())
        .execute(db)
        .await?;
    Ok(done.rows_affected())
}

/// A secret of the instance: the stored one, or else this one from now on.
pub async fn secret(db: &mut Conn, name: &str, fresh: &str) -> sqlx::Result<String> {
    sqlx::query_scalar!(
        r#"INSERT INTO instance_secrets (name, value) VALUES ($1, $2)
           ON CONFLICT (name) DO UPDATE SET value = instance_secrets.value RETURNING value AS "value!""#,
        name,
        fresh
    )
    .fetch_one(db)
    .await
}
