//! Users, service accounts and passwords. They belong to the instance, not to a tenant.

use crate::{
    Builder, Conn, Row, dialect,
    listing::{self, Field, Kind, Search, Shape, Total},
    row,
};
use model::{
    Direction, Email, List, Page, Password, Principal, PrincipalId, PrincipalKind, Superadmins, TenantUid, Timestamp,
};
use sqlx::Row as _;

macro_rules! principal {
    ($row:ident) => {
        Principal {
            id: PrincipalId::new($row.id),
            kind: PrincipalKind::stored(&$row.kind),
            name: $row.name,
            first_name: $row.first_name,
            last_name: $row.last_name,
            description: $row.description,
            superadmin: $row.superadmin,
            restricted: $row.restricted,
            created_at: Timestamp($row.created_at),
            version: $row.version,
            locked_until: $row.locked_until.map(Timestamp),
        }
    };
}

/// Writes a new user or service account.
pub async fn insert(db: &mut Conn, new: &Principal, by: &str) -> sqlx::Result<()> {
    let search = new.search();
    sqlx::query!(
        "INSERT INTO principals (id, kind, name, first_name, last_name, description, superadmin, restricted, search,
                                 created_at, created_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        new.id.as_str(),
        new.kind.as_str(),
        new.name,
        new.first_name,
        new.last_name,
        new.description,
        new.superadmin,
        new.restricted,
        search,
        new.created_at.0,
        by
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The principal of that id, which nobody else changes until the transaction ends.
pub async fn hold(db: &mut Conn, id: &PrincipalId) -> sqlx::Result<Option<Principal>> {
    dialect::lock(db, row::Row::Principal(id)).await?;
    by_id(db, id).await
}

/// The principals of these ids, which nobody else changes until the transaction ends, nor the tenants they are in.
pub async fn hold_all(db: &mut Conn, ids: &[String]) -> sqlx::Result<Vec<Principal>> {
    dialect::lock(db, row::Row::Principals(ids)).await?;
    Ok(by_ids(db, ids).await?.into_iter().map(|(principal, _)| principal).collect())
}

/// Changes what a principal is called and what it may; its kind and id stay.
pub async fn update(db: &mut Conn, was: &Principal, new: &Principal) -> sqlx::Result<u64> {
    let search = new.search();
    let done = sqlx::query!(
        "UPDATE principals SET name = $2, first_name = $3, last_name = $4, description = $5, superadmin = $6,
                               restricted = $7, search = $8, version = version + 1
         WHERE id = $1",
        was.id.as_str(),
        new.name,
        new.first_name,
        new.last_name,
        new.description,
        new.superadmin,
        new.restricted,
        search
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// Removes principals, and by the schema's references all they hold.
pub async fn delete(db: &mut Conn, these: &[&Principal]) -> sqlx::Result<u64> {
    let ids: Vec<String> = these.iter().map(|one| one.id.to_string()).collect();
    let mut builder = Builder::new("DELETE FROM principals WHERE ");
    listing::among(&mut builder, "id", &ids);
    Ok(builder.build().execute(db).await?.rows_affected())
}

/// Users who administer the instance and can sign in; and how many there are besides these.
pub async fn superadmins(db: &mut Conn, without: &[String]) -> sqlx::Result<Superadmins> {
    let mut builder = Builder::new("SELECT COUNT(w.principal_id), ");
    for column in ["p.id", "w.principal_id"] {
        builder.push("COUNT(CASE WHEN ");
        listing::among(&mut builder, "p.id", without);
        builder.push(" THEN NULL ELSE ").push(column).push(" END)").push(if column == "p.id" { ", " } else { "" });
    }
    builder.push(
        " FROM principals AS p LEFT JOIN passwords AS w ON w.principal_id = p.id WHERE p.superadmin AND p.kind = 'USER'",
    );
    let (able, left, able_left) = builder.build_query_as().fetch_one(db).await?;
    Ok(Superadmins { left, able, able_left })
}

/// Addresses of some users who administer the instance.
pub async fn some_superadmins(db: &mut Conn, limit: i64) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!(
        r#"SELECT name AS "name!" FROM principals WHERE superadmin AND kind = 'USER' ORDER BY name LIMIT $1"#,
        limit
    )
    .fetch_all(db)
    .await
}

/// What users and service accounts can be filtered and sorted by.
pub const SHAPE: Shape = Shape {
    what: "users",
    fields: &[
        Field { name: "id", sql: "p.id", kind: Kind::Exact },
        Field { name: "username", sql: "p.name", kind: Kind::Folded },
        Field { name: "email", sql: "p.name", kind: Kind::Folded },
        Field { name: "name", sql: "p.name", kind: Kind::Folded },
        Field { name: "created", sql: "p.created_at", kind: Kind::Instant },
        Field { name: "instance_owner", sql: "p.superadmin", kind: Kind::Flag },
        Field { name: "instanceOwner", sql: "p.superadmin", kind: Kind::Flag },
        Field { name: "super_admin", sql: "p.superadmin", kind: Kind::Flag },
        Field { name: "superAdmin", sql: "p.superadmin", kind: Kind::Flag },
    ],
    search: Search::Principals("p.id", "p.search"),
    key: "p.id",
    order: ("p.name", Direction::Asc),
};

/// Columns of a principal, for queries put together at run time.
pub(crate) const COLUMNS: &str = "p.id, p.kind, p.name, p.first_name, p.last_name, p.description, p.superadmin, \
                                  p.restricted, p.created_at, p.version, w.locked_until, w.principal_id AS with_password";
const FROM: &str = "principals AS p LEFT JOIN passwords AS w ON w.principal_id = p.id";

/// A principal, and whether it has a password, from a row with [`COLUMNS`].
pub(crate) fn read(row: &Row) -> sqlx::Result<(Principal, bool)> {
    let principal = Principal {
        id: PrincipalId::new(row.try_get::<String, _>("id")?),
        kind: PrincipalKind::stored(row.try_get("kind")?),
        name: row.try_get("name")?,
        first_name: row.try_get("first_name")?,
        last_name: row.try_get("last_name")?,
        description: row.try_get("description")?,
        superadmin: row.try_get("superadmin")?,
        restricted: row.try_get("restricted")?,
        created_at: Timestamp(row.try_get("created_at")?),
        version: row.try_get("version")?,
        locked_until: row.try_get::<Option<i64>, _>("locked_until")?.map(Timestamp),
    };
    Ok((principal, row.try_get::<Option<String>, _>("with_password")?.is_some()))
}

/// A page of users, or of service accounts, each with whether it has a password.
pub async fn page(db: &mut Conn, kind: PrincipalKind, list: &List) -> sqlx::Result<Page<(Principal, bool)>> {
    let total = sqlx::query_scalar!(r#"SELECT value AS "value!: i64" FROM counters WHERE name = $1"#, kind.as_str())
        .fetch_one(&mut *db)
        .await?;
    let scope = move |builder: &mut Builder| {
        builder.push("p.kind = ").push_bind(kind.as_str());
    };
    listing::page(db, &SHAPE, (COLUMNS, FROM), &scope, list, Total::Known(total), read).await
}

/// The principals of these ids, each with whether it has a password.
pub async fn by_ids(db: &mut Conn, ids: &[String]) -> sqlx::Result<Vec<(Principal, bool)>> {
    let mut builder = Builder::new("SELECT ");
    builder.push(COLUMNS).push(" FROM ").push(FROM).push(" WHERE ");
    listing::among(&mut builder, "p.id", ids);
    builder.push(" ORDER BY p.name, p.id");
    builder.build().fetch_all(db).await?.iter().map(read).collect()
}

/// The service accounts that can do nothing outside of a tenant: they have access to no other, and don't administer the
/// instance.
pub async fn accounts_only_in(db: &mut Conn, tenant: &TenantUid) -> sqlx::Result<Vec<Principal>> {
    let mut builder = Builder::new("SELECT ");
    builder.push(COLUMNS).push(" FROM ").push(FROM).push(" WHERE p.kind = 'SERVICE_ACCOUNT' AND NOT p.superadmin");
    builder.push(" AND p.id IN (SELECT a.principal_id FROM tenant_access AS a WHERE a.account AND a.tenant_uid = ");
    builder.push_bind(tenant.to_string());
    builder.push(") AND NOT EXISTS (SELECT 1 FROM tenant_access AS o WHERE o.principal_id = p.id AND o.tenant_uid <> ");
    builder.push_bind(tenant.to_string()).push(") ORDER BY p.name, p.id");
    builder.build().fetch_all(db).await?.iter().map(|row| Ok(read(row)?.0)).collect()
}

/// The principal of that id.
pub async fn by_id(db: &mut Conn, id: &PrincipalId) -> sqlx::Result<Option<Principal>> {
    sqlx::query!(
        r#"SELECT p.id AS "id!", p.kind AS "kind!", p.name AS "name!", p.first_name AS "first_name!",
                  p.last_name AS "last_name!", p.description AS "description!", p.superadmin AS "superadmin!: bool",
                  p.restricted AS "restricted!: bool",
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
        r#"SELECT p.id AS "id!", p.kind AS "kind!", p.name AS "name!", p.first_name AS "first_name!",
                  p.last_name AS "last_name!", p.description AS "description!", p.superadmin AS "superadmin!: bool",
                  p.restricted AS "restricted!: bool",
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
pub async fn set_password(db: &mut Conn, was: &Principal, hash: &str, at: Timestamp) -> sqlx::Result<u64> {
    sqlx::query!(
        "INSERT INTO passwords (principal_id, hash, changed_at) VALUES ($1, $2, $3)
         ON CONFLICT (principal_id) DO UPDATE SET hash = $2, changed_at = $3, failures = 0, failing_since = NULL,
                                                  locked_until = NULL",
        was.id.as_str(),
        hash,
        at.0
    )
    .execute(&mut *db)
    .await?;
    moved_on(db, was).await
}

/// Removes a user's password; whoever cached it notices by the new version.
pub async fn delete_password(db: &mut Conn, was: &Principal) -> sqlx::Result<u64> {
    let done = sqlx::query!("DELETE FROM passwords WHERE principal_id = $1", was.id.as_str()).execute(&mut *db).await?;
    moved_on(db, was).await?;
    Ok(done.rows_affected())
}

/// Whoever has cached the principal must look again.
async fn moved_on(db: &mut Conn, was: &Principal) -> sqlx::Result<u64> {
    let done =
        sqlx::query!("UPDATE principals SET version = version + 1 WHERE id = $1", was.id.as_str()).execute(db).await?;
    Ok(done.rows_affected())
}

/// Counts one more failure, in a new window if the last one began before `window_start`, and says how
/// many there are now; none where there is no password any more. One statement: guesses made at the same moment are all
/// counted.
pub async fn fail(db: &mut Conn, id: &PrincipalId, at: Timestamp, window_start: Timestamp) -> sqlx::Result<i64> {
    let failures = sqlx::query_scalar!(
        r#"UPDATE passwords
           SET failures = CASE WHEN failing_since >= $3 THEN failures + 1 ELSE 1 END,
               failing_since = CASE WHEN failing_since >= $3 THEN failing_since ELSE $2 END
           WHERE principal_id = $1 RETURNING failures AS "failures!: i64""#,
        id.as_str(),
        at.0,
        window_start.0
    )
    .fetch_optional(db)
    .await?;
    Ok(failures.unwrap_or(0))
}

/// Refuses the user until then.
pub async fn lock(db: &mut Conn, was: &Principal, until: Timestamp) -> sqlx::Result<u64> {
    sqlx::query!(
        "UPDATE passwords SET locked_until = $2, failures = 0, failing_since = NULL WHERE principal_id = $1",
        was.id.as_str(),
        until.0
    )
    .execute(&mut *db)
    .await?;
    moved_on(db, was).await
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
