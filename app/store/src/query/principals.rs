//! Users, service accounts and passwords. They belong to the instance, not to a tenant.

use crate::Conn;
use model::{Email, Password, Principal, PrincipalId, PrincipalKind, TenantUid, Timestamp};

macro_rules! principal {
    ($row:ident) => {
        Principal {
            id: PrincipalId::new($row.id),
            kind: PrincipalKind::stored(&$row.kind),
            name: $row.name,
            superadmin: $row.superadmin,
            created_at: Timestamp($row.created_at),
            version: $row.version,
            locked_until: $row.locked_until.map(Timestamp),
        }
    };
}

/// Writes a new user or service account.
pub async fn insert(db: &mut Conn, new: &Principal, by: &str) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO principals (id, kind, name, superadmin, created_at, created_by) VALUES ($1, $2, $3, $4, $5, $6)",
        new.id.as_str(),
        new.kind.as_str(),
        new.name,
        new.superadmin,
        new.created_at.0,
        by
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The principal of that id.
pub async fn by_id(db: &mut Conn, id: &PrincipalId) -> sqlx::Result<Option<Principal>> {
    sqlx::query!(
        r#"SELECT p.id AS "id!", p.kind AS "kind!", p.name AS "name!", p.superadmin AS "superadmin!: bool",
                  p.created_at AS "created_at!: i64", p.version AS "version!: i64", w.locked_until AS "locked_until?: i64"
           FROM principals AS p LEFT JOIN passwords AS w ON w.principal_id = p.id WHERE p.id = $1"#,
        id.as_str()
    )
    .map(|row| principal!(row))
    .fetch_optional(db)
    .await
}

/// The user of that address.
pub async fn by_email(db: &mut Conn, email: &Email) -> sqlx::Result<Option<Principal>> {
    sqlx::query!(
        r#"SELECT p.id AS "id!", p.kind AS "kind!", p.name AS "name!", p.superadmin AS "superadmin!: bool",
                  p.created_at AS "created_at!: i64", p.version AS "version!: i64", w.locked_until AS "locked_until?: i64"
           FROM principals AS p LEFT JOIN passwords AS w ON w.principal_id = p.id
           WHERE p.kind = 'USER' AND p.name = $1"#,
        email.as_str()
    )
    .map(|row| principal!(row))
    .fetch_optional(db)
    .await
}

/// Whether there is any user at all: an instance without one is not set up.
pub async fn any(db: &mut Conn) -> sqlx::Result<bool> {
    sqlx::query_scalar!(r#"SELECT EXISTS(SELECT 1 FROM principals WHERE kind = 'USER') AS "any!: bool""#)
        .fetch_one(db)
        .await
}

/// Addresses that begin with `prefix` (lower case), at most `limit`.
pub async fn suggest(db: &mut Conn, prefix: &str, limit: i64) -> sqlx::Result<Vec<String>> {
    let end = format!("{prefix}\u{10FFFF}");
    sqlx::query_scalar!(
        r#"SELECT name AS "name!" FROM principals WHERE kind = 'USER' AND name >= $1 AND name < $2
           ORDER BY name LIMIT $3"#,
        prefix,
        end,
        limit
    )
    .fetch_all(db)
    .await
}

/// Addresses of the tenant's users that begin with `prefix` (lower case), at most `limit`.
pub async fn suggest_in(db: &mut Conn, tenant: &TenantUid, prefix: &str, limit: i64) -> sqlx::Result<Vec<String>> {
    let end = format!("{prefix}\u{10FFFF}");
    sqlx::query_scalar!(
        r#"SELECT p.name AS "name!" FROM tenant_access AS a JOIN principals AS p ON p.id = a.principal_id
           WHERE a.tenant_uid = $1 AND p.kind = 'USER' AND p.name >= $2 AND p.name < $3
           ORDER BY p.name LIMIT $4"#,
        tenant.as_str(),
        prefix,
        end,
        limit
    )
    .fetch_all(db)
    .await
}

/// Sets whether a principal administers the instance.
pub async fn set_superadmin(db: &mut Conn, id: &PrincipalId, superadmin: bool) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        "UPDATE principals SET superadmin = $1, version = version + 1 WHERE id = $2",
        superadmin,
        id.as_str()
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// A user's password.
pub async fn password(db: &mut Conn, id: &PrincipalId) -> sqlx::Result<Option<Password>> {
    sqlx::query!(
        r#"SELECT hash AS "hash!", failures AS "failures!: i64", failing_since AS "failing_since?: i64"
           FROM passwords WHERE principal_id = $1"#,
        id.as_str()
    )
    .map(|row| Password { hash: row.hash, failures: row.failures, failing_since: row.failing_since.map(Timestamp) })
    .fetch_optional(db)
    .await
}

/// Sets a user's password and lifts a lock; whoever cached the old one notices by the new version.
pub async fn set_password(db: &mut Conn, id: &PrincipalId, hash: &str, at: Timestamp) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO passwords (principal_id, hash, changed_at) VALUES ($1, $2, $3)
         ON CONFLICT (principal_id) DO UPDATE SET hash = $2, changed_at = $3, failures = 0, failing_since = NULL,
                                                  locked_until = NULL",
        id.as_str(),
        hash,
        at.0
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!("UPDATE principals SET version = version + 1 WHERE id = $1", id.as_str()).execute(db).await?;
    Ok(())
}

/// Counts one more failure, in a new window if the last one began before `window_start`, and says how
/// many there are now. One statement: guesses made at the same moment are all counted.
pub async fn fail(db: &mut Conn, id: &PrincipalId, at: Timestamp, window_start: Timestamp) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"UPDATE passwords
           SET failures = CASE WHEN failing_since >= $3 THEN failures + 1 ELSE 1 END,
               failing_since = CASE WHEN failing_since >= $3 THEN failing_since ELSE $2 END
           WHERE principal_id = $1 RETURNING failures AS "failures!: i64""#,
        id.as_str(),
        at.0,
        window_start.0
    )
    .fetch_one(db)
    .await
}

/// Refuses the user until then.
pub async fn lock(db: &mut Conn, id: &PrincipalId, until: Timestamp) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE passwords SET locked_until = $2, failures = 0, failing_since = NULL WHERE principal_id = $1",
        id.as_str(),
        until.0
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!("UPDATE principals SET version = version + 1 WHERE id = $1", id.as_str()).execute(db).await?;
    Ok(())
}

/// Forgets failures after a success.
pub async fn forgive(db: &mut Conn, id: &PrincipalId) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE passwords SET failures = 0, failing_since = NULL, locked_until = NULL WHERE principal_id = $1",
        id.as_str()
    )
    .execute(db)
    .await?;
    Ok(())
}
