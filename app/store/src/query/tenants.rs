//! Tenants. The one list that knows no tenant first: it is the list of tenants.

use crate::{Builder, Conn, dialect::lock, json, listing, row::Row};
use model::{
    Consequences, Cursor, Direction, PrincipalId, Tenant, TenantId, TenantKind, TenantLink, TenantSettings, TenantSort,
    TenantSummary, TenantUid, Timestamp,
};
use sqlx::Row as _;
use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

/// A summary from a row of any query that selects its columns.
macro_rules! summary {
    ($row:ident) => {
        TenantSummary {
            settings: $crate::tenants::settings(&$row.uid, &$row.settings)?,
            uid: model::TenantUid::new($row.uid),
            id: model::TenantId::stored($row.id),
            name: $row.name,
            users: $row.users,
            roles: $row.roles,
            created_at: model::Timestamp($row.created_at),
            created_by: $row.created_by,
        }
    };
}
pub(crate) use summary;

/// A tenant from a row of any query that selects all its columns.
macro_rules! tenant {
    ($row:ident) => {
        Tenant {
            settings: settings(&$row.uid, &$row.settings)?,
            uid: TenantUid::new($row.uid),
            kind: TenantKind::stored(&$row.kind),
            id: $row.id.map(TenantId::stored),
            name: $row.name,
            created_at: Timestamp($row.created_at),
            created_by: $row.created_by,
            version: $row.version,
            users: $row.users,
            roles: $row.roles,
            groups: $row.groups,
            bindings: $row.bindings,
        }
    };
}

/// Stored settings. Words that only a later version knows stay as they are, and the log says so once.
pub(crate) fn settings(uid: &str, stored: &str) -> sqlx::Result<TenantSettings> {
    static SAID: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let (settings, unknown) =
        TenantSettings::from_stored(uid, stored).map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
    if !unknown.is_empty() && SAID.lock().unwrap_or_else(PoisonError::into_inner).insert(uid.to_owned()) {
        tracing::warn!(
            tenant.uid = uid,
            settings = unknown.join(", "),
            "a tenant has settings of a newer version: they stay as they are, and are not shown"
        );
    }
    Ok(settings)
}

/// What a name or needle is compared as.
pub fn fold(text: &str) -> String {
    text.to_lowercase()
}

/// The pattern that finds `needle` anywhere; `%` and `_` in it mean themselves.
pub fn like(needle: &str) -> String {
    format!("%{}%", needle.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"))
}

/// Writes a new named tenant.
pub async fn insert(db: &mut Conn, new: &Tenant) -> sqlx::Result<()> {
    let id = new.id.as_ref().map(TenantId::as_str);
    let sort_name = fold(&new.name);
    let search = format!("{} {sort_name}", id.unwrap_or_default());
    let settings = json::text(&new.settings)?;
    sqlx::query!(
        "INSERT INTO tenants (uid, kind, id, name, sort_name, search, settings, created_at, created_by)
         VALUES ($1, 'NAMED', $2, $3, $4, $5, $6, $7, $8)",
        new.uid.as_str(),
        id,
        new.name,
        sort_name,
        search,
        settings,
        new.created_at.0,
        new.created_by
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The tenant of that identifier.
pub async fn by_id(db: &mut Conn, id: &TenantId) -> sqlx::Result<Option<Tenant>> {
    sqlx::query!(
        r#"SELECT uid AS "uid!", kind AS "kind!", id, name AS "name!", settings AS "settings!",
                  created_at AS "created_at!: i64", created_by AS "created_by!", version AS "version!: i64",
                  users AS "users!: i64", roles AS "roles!: i64", groups AS "groups!: i64", bindings AS "bindings!: i64"
           FROM tenants WHERE id = $1"#,
        id.as_str()
    )
    .try_map(|row| Ok(tenant!(row)))
    .fetch_optional(db)
    .await
}

/// The tenant of that row, whether it has an identifier or not.
pub async fn by_uid(db: &mut Conn, uid: &TenantUid) -> sqlx::Result<Option<Tenant>> {
    sqlx::query!(
        r#"SELECT uid AS "uid!", kind AS "kind!", id, name AS "name!", settings AS "settings!",
                  created_at AS "created_at!: i64", created_by AS "created_by!", version AS "version!: i64",
                  users AS "users!: i64", roles AS "roles!: i64", groups AS "groups!: i64", bindings AS "bindings!: i64"
           FROM tenants WHERE uid = $1"#,
        uid.as_str()
    )
    .try_map(|row| Ok(tenant!(row)))
    .fetch_optional(db)
    .await
}

/// How many rows a tenant's lists have. Triggers count them as they come and go.
#[derive(Debug, Clone, Copy)]
pub struct Counts {
    /// Users and service accounts.
    pub users: i64,
    /// Service accounts.
    pub accounts: i64,
    /// Invitations, whatever became of them.
    pub invitations: i64,
    /// Namespaces, with those that only flows are in.
    pub namespaces: i64,
    /// Namespaces that somebody made.
    pub namespaces_made: i64,
    /// Flows.
    pub flows: i64,
    /// Executions.
    pub executions: i64,
}

/// How many rows a tenant's lists have.
pub async fn counts(db: &mut Conn, uid: &TenantUid) -> sqlx::Result<Counts> {
    sqlx::query_as!(
        Counts,
        r#"SELECT users AS "users!: i64", accounts AS "accounts!: i64", invitations AS "invitations!: i64",
                  namespaces AS "namespaces!: i64", namespaces_made AS "namespaces_made!: i64", flows AS "flows!: i64",
                  executions AS "executions!: i64"
           FROM tenants WHERE uid = $1"#,
        uid.as_str()
    )
    .fetch_one(db)
    .await
}

/// Identifiers and rows of the named tenants among these.
pub async fn uids(db: &mut Conn, ids: &[String]) -> sqlx::Result<Vec<(String, TenantUid)>> {
    let mut builder = Builder::new("SELECT id, uid FROM tenants WHERE kind = 'NAMED' AND ");
    listing::among(&mut builder, "id", ids);
    let rows = builder.build().fetch_all(db).await?;
    rows.iter().map(|row| Ok((row.try_get("id")?, TenantUid::new(row.try_get::<String, _>("uid")?)))).collect()
}

/// The tenant of that row, which nobody else changes until the transaction ends; nor what is in it, since whoever changes
/// that holds the tenant first.
pub async fn hold(db: &mut Conn, uid: &TenantUid) -> sqlx::Result<Option<Tenant>> {
    lock(db, Row::Tenant(uid)).await?;
    by_uid(db, uid).await
}

/// Changes name and settings.
pub async fn update(db: &mut Conn, was: &Tenant, name: &str, settings: &TenantSettings) -> sqlx::Result<u64> {
    let sort_name = fold(name);
    let search = format!("{} {sort_name}", was.id.as_ref().map_or("", TenantId::as_str));
    let settings = settings.to_stored(&was.settings).map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
    let done = sqlx::query!(
        "UPDATE tenants SET name = $1, sort_name = $2, search = $3, settings = $4, version = version + 1
         WHERE uid = $5 AND kind = 'NAMED'",
        name,
        sort_name,
        search,
        settings,
        was.uid.as_str()
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// Removes a tenant, and by the schema's references all access to it.
pub async fn delete(db: &mut Conn, was: &Tenant) -> sqlx::Result<u64> {
    let done =
        sqlx::query!("DELETE FROM tenants WHERE uid = $1 AND kind = 'NAMED'", was.uid.as_str()).execute(db).await?;
    Ok(done.rows_affected())
}

/// What deleting it takes with it.
pub async fn consequences(db: &mut Conn, tenant: &TenantUid) -> sqlx::Result<Consequences> {
    sqlx::query!(
        r#"SELECT t.users AS "users!: i64", t.roles AS "roles!: i64",
                  t.groups AS "groups!: i64", t.bindings AS "bindings!: i64", t.invitations AS "invitations!: i64",
                  t.namespaces AS "namespaces!: i64", t.flows AS "flows!: i64", t.executions AS "executions!: i64",
                  (SELECT COUNT(*) FROM flow_revisions AS r WHERE r.tenant_uid = t.uid) AS "revisions!: i64",
                  (SELECT COUNT(*) FROM tenant_access AS a
                   JOIN principals AS p ON p.id = a.principal_id
                   WHERE a.tenant_uid = t.uid AND a.account AND NOT p.superadmin
                     AND NOT EXISTS (SELECT 1 FROM tenant_access AS o
                                     WHERE o.principal_id = a.principal_id AND o.tenant_uid <> t.uid)
                  ) AS "service_accounts!: i64"
           FROM tenants AS t WHERE t.uid = $1"#,
        tenant.as_str()
    )
    .map(|row| Consequences {
        users: row.users,
        service_accounts: row.service_accounts,
        invitations: row.invitations,
        namespaces: row.namespaces,
        flows: row.flows,
        revisions: row.revisions,
        executions: row.executions,
        groups: row.groups,
        roles: row.roles,
        bindings: row.bindings,
    })
    .fetch_one(db)
    .await
}

/// Number of named tenants.
pub async fn total(db: &mut Conn) -> sqlx::Result<i64> {
    sqlx::query_scalar!(r#"SELECT value AS "value!: i64" FROM counters WHERE name = 'tenants'"#).fetch_one(db).await
}

/// Number of named tenants with `needle` (folded) in id or name; counting stops at `cap`.
pub async fn count(db: &mut Conn, needle: &str, cap: i64) -> sqlx::Result<i64> {
    let pattern = like(needle);
    sqlx::query_scalar!(
        r#"SELECT COUNT(*) AS "count!: i64" FROM
           (SELECT 1 AS one FROM tenants WHERE kind = 'NAMED' AND search LIKE $1 ESCAPE '\' LIMIT $2) AS hit"#,
        pattern,
        cap
    )
    .fetch_one(db)
    .await
}

/// A piece of the list in one order, entered through that order's index.
macro_rules! piece {
    ($db:ident, $key:expr, $uid:expr, $pattern:expr, $limit:expr, $offset:expr, $after:tt, $order:tt) => {
        sqlx::query!(
            r#"SELECT uid AS "uid!", id AS "id!", name AS "name!", users AS "users!: i64", roles AS "roles!: i64",
                      created_at AS "created_at!: i64", created_by AS "created_by!", settings AS "settings!"
               FROM tenants WHERE kind = 'NAMED' AND search LIKE $3 ESCAPE '\' AND "#
                + $after
                + " ORDER BY "
                + $order
                + " LIMIT $4 OFFSET $5",
            $key,
            $uid,
            $pattern,
            $limit,
            $offset
        )
        .try_map(|row| Ok(summary!(row)))
        .fetch_all($db)
        .await
    };
}

/// At most `limit` tenants with `needle` (folded; empty for all) in id or name, in the given order,
/// after the place `after` if there is one, `offset` further on.
pub async fn list(
    db: &mut Conn,
    sort: TenantSort,
    direction: Direction,
    needle: &str,
    after: Option<&Cursor>,
    limit: i64,
    offset: i64,
) -> sqlx::Result<Vec<TenantSummary>> {
    use Direction::{Asc, Desc};
    let pattern = like(needle);
    // Without a place to start after, one before everything: no text sorts before the empty one, none
    // after the last code point.
    let (key, uid) = match (after, direction) {
        (Some(cursor), _) => (cursor.key.as_str(), cursor.uid.as_str()),
        (None, Asc) => ("", ""),
        (None, Desc) => ("\u{10FFFF}", "\u{10FFFF}"),
    };
    let number = match direction {
        _ if after.is_some() => key.parse().unwrap_or_default(),
        Asc => i64::MIN,
        Desc => i64::MAX,
    };
    match (sort, direction) {
        (TenantSort::Id, Asc) => piece!(db, key, uid, pattern, limit, offset, "(id, uid) > ($1, $2)", "id, uid"),
        (TenantSort::Id, Desc) => {
            piece!(db, key, uid, pattern, limit, offset, "(id, uid) < ($1, $2)", "id DESC, uid DESC")
        }
        (TenantSort::Name, Asc) => {
            piece!(db, key, uid, pattern, limit, offset, "(sort_name, uid) > ($1, $2)", "sort_name, uid")
        }
        (TenantSort::Name, Desc) => {
            piece!(db, key, uid, pattern, limit, offset, "(sort_name, uid) < ($1, $2)", "sort_name DESC, uid DESC")
        }
        (TenantSort::Created, Asc) => {
            piece!(db, number, uid, pattern, limit, offset, "(created_at, uid) > ($1, $2)", "created_at, uid")
        }
        (TenantSort::Created, Desc) => {
            piece!(db, number, uid, pattern, limit, offset, "(created_at, uid) < ($1, $2)", "created_at DESC, uid DESC")
        }
        (TenantSort::Users, Asc) => {
            piece!(db, number, uid, pattern, limit, offset, "(users, uid) > ($1, $2)", "users, uid")
        }
        (TenantSort::Users, Desc) => {
            piece!(db, number, uid, pattern, limit, offset, "(users, uid) < ($1, $2)", "users DESC, uid DESC")
        }
    }
}

/// The tenants a principal may enter that have `needle` (folded) in id or name, by name. The default tenant only if
/// `default`.
pub async fn found(
    db: &mut Conn,
    principal: &PrincipalId,
    default: bool,
    needle: &str,
    limit: i64,
) -> sqlx::Result<Vec<TenantLink>> {
    let pattern = like(needle);
    sqlx::query!(
        r#"SELECT t.id, t.name AS "name!"
           FROM tenant_access AS a JOIN tenants AS t ON t.uid = a.tenant_uid
           WHERE a.principal_id = $1 AND (t.kind = 'NAMED' OR ($2 AND t.kind = 'DEFAULT'))
             AND (t.search LIKE $3 ESCAPE '\' OR t.sort_name LIKE $3 ESCAPE '\')
           ORDER BY t.sort_name, t.uid LIMIT $4"#,
        principal.as_str(),
        default,
        pattern,
        limit
    )
    .map(|row| TenantLink { id: row.id.map(TenantId::stored), name: row.name })
    .fetch_all(db)
    .await
}

/// Of the tenants of these identifiers those that exist; those a principal may enter, where one is named. The default
/// tenant too, if `default`.
pub async fn among(
    db: &mut Conn,
    ids: &[String],
    default: bool,
    principal: Option<&PrincipalId>,
) -> sqlx::Result<Vec<TenantLink>> {
    let mut builder = Builder::new("SELECT t.id, t.name FROM tenants AS t WHERE (");
    listing::among(&mut builder, "t.id", ids);
    builder.push(if default { " OR t.kind = 'DEFAULT')" } else { ")" });
    if let Some(principal) = principal {
        builder.push(" AND EXISTS (SELECT 1 FROM tenant_access AS a WHERE a.tenant_uid = t.uid AND a.principal_id = ");
        builder.push_bind(principal.as_str()).push(")");
    }
    let rows = builder.build().fetch_all(db).await?;
    rows.iter()
        .map(|row| {
            let id: Option<String> = row.try_get("id")?;
            Ok(TenantLink { id: id.map(TenantId::stored), name: row.try_get("name")? })
        })
        .collect()
}

/// The tenants a principal may enter, the newest access first. The default tenant only if `default`.
pub async fn accessible(
    db: &mut Conn,
    principal: &PrincipalId,
    default: bool,
    limit: i64,
) -> sqlx::Result<Vec<TenantLink>> {
    sqlx::query!(
        r#"SELECT t.id, t.name AS "name!"
           FROM tenant_access AS a JOIN tenants AS t ON t.uid = a.tenant_uid
           WHERE a.principal_id = $1 AND (t.kind = 'NAMED' OR ($2 AND t.kind = 'DEFAULT'))
           ORDER BY a.granted_at DESC, a.tenant_uid DESC LIMIT $3"#,
        principal.as_str(),
        default,
        limit
    )
    .map(|row| TenantLink { id: row.id.map(TenantId::stored), name: row.name })
    .fetch_all(db)
    .await
}
