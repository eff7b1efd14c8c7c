//! Access in bulk: all of it read in pages, and many rows written by one statement. Each statement is about rows of
//! any tenant, since an import is about the instance.

use crate::{
    Builder, Conn,
    access::permissions,
    json,
    tenants::{self, fold},
};
use model::{
    Access, BindingId, Group, GroupId, Namespace, NewBinding, Principal, PrincipalId, PrincipalKind, Role, RoleId,
    Tenant, TenantSettings, TenantUid, Timestamp,
    audit::{AuditRow, Head},
    transfer::row,
};
use std::collections::BTreeMap;

/// Values one statement may bind: SQLite's limit, which is the lower one.
const BOUND: usize = 32_766;
/// Rows of one statement. More take no fewer round trips that count, and longer to parse.
const ROWS: usize = 500;

/// Rows of `columns` values each, in pieces that one statement takes.
fn pieces<T>(rows: &[T], columns: usize) -> impl Iterator<Item = &[T]> {
    rows.chunks(ROWS.min(BOUND / columns))
}

/// Begins `head` and pushes one bound row for each of `rows`.
macro_rules! rows {
    ($head:expr, $rows:expr, |$row:pat_param| $($value:expr),+ $(,)?) => {{
        let mut builder = Builder::new($head);
        builder.push_values($rows, |mut values, $row| {
            values$(.push_bind($value))+;
        });
        builder
    }};
}

/// Keeps others from changing access until the transaction ends: what was planned is what is found.
pub async fn hold(db: &mut Conn) -> sqlx::Result<()> {
    crate::dialect::hold(db).await
}

/// Users and service accounts by id, after one.
pub async fn principals(db: &mut Conn, after: &str, limit: i64) -> sqlx::Result<Vec<Principal>> {
    sqlx::query!(
        r#"SELECT id AS "id!", kind AS "kind!", name AS "name!", first_name AS "first_name!", last_name AS "last_name!",
                  description AS "description!", superadmin AS "superadmin!: bool", restricted AS "restricted!: bool",
                  created_at AS "created_at!: i64", version AS "version!: i64"
           FROM principals WHERE id > $1 ORDER BY id LIMIT $2"#,
        after,
        limit
    )
    .map(|row| Principal {
        id: PrincipalId::new(row.id),
        kind: PrincipalKind::stored(&row.kind),
        name: row.name,
        first_name: row.first_name,
        last_name: row.last_name,
        description: row.description,
        superadmin: row.superadmin,
        restricted: row.restricted,
        created_at: Timestamp(row.created_at),
        version: row.version,
        locked_until: None,
    })
    .fetch_all(db)
    .await
}

/// Groups of all tenants by id, after one.
pub async fn groups(db: &mut Conn, after: &str, limit: i64) -> sqlx::Result<Vec<row::Groups>> {
    sqlx::query!(
        r#"SELECT tenant_uid AS "tenant_uid!", id AS "id!", name AS "name!", description
           FROM groups WHERE id > $1 ORDER BY id LIMIT $2"#,
        after,
        limit
    )
    .map(|row| {
        let group = Group { id: GroupId::new(row.id), name: row.name, description: row.description };
        (TenantUid::new(row.tenant_uid), group)
    })
    .fetch_all(db)
    .await
}

/// Members of all groups, after one.
pub async fn members(db: &mut Conn, group: &str, principal: &str, limit: i64) -> sqlx::Result<Vec<row::Member>> {
    sqlx::query!(
        r#"SELECT tenant_uid AS "tenant_uid!", group_id AS "group_id!", principal_id AS "principal_id!",
                  owner AS "owner!: bool"
           FROM memberships WHERE (group_id, principal_id) > ($1, $2) ORDER BY group_id, principal_id LIMIT $3"#,
        group,
        principal,
        limit
    )
    .map(|row| {
        let (group, principal) = (GroupId::new(row.group_id), PrincipalId::new(row.principal_id));
        (TenantUid::new(row.tenant_uid), group, principal, row.owner)
    })
    .fetch_all(db)
    .await
}

/// Roles of all tenants that are not managed, after one.
pub async fn roles(db: &mut Conn, tenant: &str, id: &str, limit: i64) -> sqlx::Result<Vec<row::Roles>> {
    sqlx::query!(
        r#"SELECT tenant_uid AS "tenant_uid!", id AS "id!", name AS "name!", description, permissions AS "permissions!",
                  is_default AS "is_default!: bool"
           FROM roles WHERE NOT is_managed AND (tenant_uid, id) > ($1, $2) ORDER BY tenant_uid, id LIMIT $3"#,
        tenant,
        id,
        limit
    )
    .try_map(|row| {
        let role = Role {
            permissions: permissions(&row.tenant_uid, &row.id, &row.permissions)?,
            id: RoleId::new(row.id),
            name: row.name,
            description: row.description,
            is_default: row.is_default,
            is_managed: false,
        };
        Ok((TenantUid::new(row.tenant_uid), role))
    })
    .fetch_all(db)
    .await
}

/// Bindings of all tenants by id, after one.
pub async fn bindings(db: &mut Conn, after: &str, limit: i64) -> sqlx::Result<Vec<row::Bindings>> {
    sqlx::query!(
        r#"SELECT id AS "id!", tenant_uid AS "tenant_uid!", role_id AS "role_id!", principal_id, group_id,
                  namespace AS "namespace!"
           FROM bindings WHERE id > $1 ORDER BY id LIMIT $2"#,
        after,
        limit
    )
    .map(|row| {
        let holder = match row.group_id {
            Some(group) => Access::Group(GroupId::new(group)),
            None => Access::Principal(PrincipalId::new(row.principal_id.unwrap_or_default())),
        };
        let namespace = Some(row.namespace).filter(|text| !text.is_empty()).map(Namespace::stored);
        let binding = NewBinding { holder, role: RoleId::new(row.role_id), namespace };
        (TenantUid::new(row.tenant_uid), BindingId::new(row.id), binding)
    })
    .fetch_all(db)
    .await
}

/// Who may enter which tenant by itself, or with nothing else to show for it, after one.
pub async fn entered(db: &mut Conn, tenant: &str, principal: &str, limit: i64) -> sqlx::Result<Vec<row::Entered>> {
    sqlx::query!(
        r#"SELECT a.tenant_uid AS "tenant_uid!", a.principal_id AS "principal_id!", a.explicit AS "explicit!: bool"
           FROM tenant_access AS a
           WHERE (a.tenant_uid, a.principal_id) > ($1, $2)
             AND (a.explicit
                  OR NOT EXISTS (SELECT 1 FROM bindings AS b
                                 WHERE b.tenant_uid = a.tenant_uid AND b.principal_id = a.principal_id)
                 AND NOT EXISTS (SELECT 1 FROM memberships AS m
                                 WHERE m.tenant_uid = a.tenant_uid AND m.principal_id = a.principal_id))
           ORDER BY a.tenant_uid, a.principal_id LIMIT $3"#,
        tenant,
        principal,
        limit
    )
    .map(|row| (TenantUid::new(row.tenant_uid), PrincipalId::new(row.principal_id), row.explicit))
    .fetch_all(db)
    .await
}

/// The settings that are stored of these tenants, by row: what a newer version wrote in them stays.
async fn stored_settings(db: &mut Conn, all: &[Tenant]) -> sqlx::Result<BTreeMap<String, TenantSettings>> {
    let uids: Vec<String> = all.iter().map(|one| one.uid.to_string()).collect();
    let mut builder = Builder::new("SELECT uid, settings FROM tenants WHERE ");
    crate::listing::among(&mut builder, "uid", &uids);
    let rows: Vec<(String, String)> = builder.build_query_as().fetch_all(db).await?;
    rows.into_iter().map(|(uid, stored)| Ok((uid.clone(), tenants::settings(&uid, &stored)?))).collect()
}

/// Writes named tenants, or what they are called and set to from now on.
pub async fn put_tenants(db: &mut Conn, all: &[Tenant]) -> sqlx::Result<()> {
    for piece in pieces(all, 9) {
        let was = stored_settings(db, piece).await?;
        let mut texts = Vec::with_capacity(piece.len());
        for one in piece {
            let was = was.get(one.uid.as_str()).cloned().unwrap_or_default();
            texts.push(one.settings.to_stored(&was).map_err(|error| sqlx::Error::Encode(Box::new(error)))?);
        }
        let mut builder = rows!(
            "INSERT INTO tenants (uid, kind, id, name, sort_name, search, settings, created_at, created_by) ",
            piece.iter().zip(texts),
            |(one, settings)| one.uid.to_string(),
            "NAMED",
            one.id.as_ref().map(ToString::to_string),
            one.name.clone(),
            fold(&one.name),
            format!("{} {}", one.id.as_ref().map(ToString::to_string).unwrap_or_default(), fold(&one.name)),
            settings,
            one.created_at.0,
            one.created_by.clone()
        );
        builder.push(
            " ON CONFLICT (uid) DO UPDATE SET name = excluded.name, sort_name = excluded.sort_name, \
             search = excluded.search, settings = excluded.settings, version = tenants.version + 1",
        );
        builder.build().execute(&mut *db).await?;
    }
    Ok(())
}

/// Writes users and service accounts, or what they are called and may do from now on.
pub async fn put_principals(db: &mut Conn, all: &[Principal], by: &str) -> sqlx::Result<()> {
    for piece in pieces(all, 11) {
        let mut builder = rows!(
            "INSERT INTO principals (id, kind, name, first_name, last_name, description, superadmin, restricted, search, \
                                     created_at, created_by) ",
            piece,
            |one| one.id.to_string(),
            one.kind.as_str(),
            one.name.clone(),
            one.first_name.clone(),
            one.last_name.clone(),
            one.description.clone(),
            one.superadmin,
            one.restricted,
            one.search(),
            one.created_at.0,
            by.to_owned()
        );
        builder.push(
            " ON CONFLICT (id) DO UPDATE SET name = excluded.name, first_name = excluded.first_name, \
             last_name = excluded.last_name, description = excluded.description, superadmin = excluded.superadmin, \
             restricted = excluded.restricted, search = excluded.search, version = principals.version + 1",
        );
        builder.build().execute(&mut *db).await?;
    }
    Ok(())
}

/// Writes groups, or what they are called from now on.
pub async fn put_groups(db: &mut Conn, all: &[row::Groups], at: Timestamp) -> sqlx::Result<()> {
    for piece in pieces(all, 6) {
        let mut builder = rows!(
            "INSERT INTO groups (id, tenant_uid, name, description, search, created_at) ",
            piece,
            |(tenant, group)| group.id.to_string(),
            tenant.to_string(),
            group.name.clone(),
            group.description.clone(),
            fold(&group.name),
            at.0
        );
        builder.push(
            " ON CONFLICT (id) DO UPDATE SET name = excluded.name, description = excluded.description, \
             search = excluded.search",
        );
        builder.build().execute(&mut *db).await?;
    }
    Ok(())
}

/// Gives groups and users names that nobody else has, so that others can have theirs.
pub async fn park(db: &mut Conn, groups: &[String], principals: &[String]) -> sqlx::Result<()> {
    for piece in pieces(groups, 1) {
        let mut builder = Builder::new("UPDATE groups SET name = '\u{1}' || id WHERE ");
        crate::listing::among(&mut builder, "id", piece);
        builder.build().execute(&mut *db).await?;
    }
    for piece in pieces(principals, 1) {
        let mut builder = Builder::new("UPDATE principals SET name = '\u{1}' || id WHERE ");
        crate::listing::among(&mut builder, "id", piece);
        builder.build().execute(&mut *db).await?;
    }
    Ok(())
}

/// Writes roles, or what they allow from now on. Managed roles that are there already stay as they are.
pub async fn put_roles(db: &mut Conn, all: &[row::Roles], at: Timestamp) -> sqlx::Result<()> {
    for piece in pieces(all, 10) {
        let words = piece.iter().map(|(_, role)| json::text(&role.permissions)).collect::<sqlx::Result<Vec<_>>>()?;
        let mut builder = rows!(
            "INSERT INTO roles (tenant_uid, id, name, description, permissions, is_default, is_managed, \
                                reaches_instance, created_at, search) ",
            piece.iter().zip(words),
            |((tenant, role), permissions)| tenant.to_string(),
            role.id.to_string(),
            role.name.clone(),
            role.description.clone(),
            permissions,
            role.is_default,
            role.is_managed,
            role.permissions.reach_instance(),
            at.0,
            fold(&role.name)
        );
        builder.push(
            " ON CONFLICT (tenant_uid, id) DO UPDATE SET name = excluded.name, description = excluded.description, \
             permissions = excluded.permissions, is_default = excluded.is_default, \
             reaches_instance = excluded.reaches_instance, search = excluded.search WHERE NOT roles.is_managed",
        );
        builder.build().execute(&mut *db).await?;
    }
    Ok(())
}

/// Leaves these tenants without a default role.
pub async fn clear_defaults(db: &mut Conn, tenants: &[String]) -> sqlx::Result<()> {
    for piece in pieces(tenants, 1) {
        let mut builder = Builder::new("UPDATE roles SET is_default = FALSE WHERE is_default AND ");
        crate::listing::among(&mut builder, "tenant_uid", piece);
        builder.build().execute(&mut *db).await?;
    }
    Ok(())
}

/// Lets principals in, those that are marked by themselves.
pub async fn enter(db: &mut Conn, all: &[row::Entered], at: Timestamp) -> sqlx::Result<()> {
    for piece in pieces(all, 4) {
        let mut builder = rows!(
            "INSERT INTO tenant_access (tenant_uid, principal_id, granted_at, explicit) ",
            piece,
            |(tenant, principal, explicit)| tenant.to_string(),
            principal.to_string(),
            at.0,
            *explicit
        );
        builder.push(
            " ON CONFLICT (tenant_uid, principal_id) DO UPDATE SET explicit = TRUE \
             WHERE excluded.explicit AND NOT tenant_access.explicit",
        );
        builder.build().execute(&mut *db).await?;
    }
    Ok(())
}

/// Puts principals into groups, or makes them owners or no longer owners.
pub async fn put_members(db: &mut Conn, all: &[row::Member]) -> sqlx::Result<()> {
    for piece in pieces(all, 4) {
        let mut builder = rows!(
            "INSERT INTO memberships (tenant_uid, group_id, principal_id, owner) ",
            piece,
            |(tenant, group, principal, owner)| tenant.to_string(),
            group.to_string(),
            principal.to_string(),
            *owner
        );
        builder.push(" ON CONFLICT (group_id, principal_id) DO UPDATE SET owner = excluded.owner");
        builder.build().execute(&mut *db).await?;
    }
    Ok(())
}

/// Writes new bindings.
pub async fn insert_bindings(db: &mut Conn, all: &[row::Bindings], at: Timestamp, by: &str) -> sqlx::Result<()> {
    let holder = |access: &Access| match access {
        Access::Principal(id) => (Some(id.to_string()), None),
        Access::Group(id) => (None, Some(id.to_string())),
    };
    for piece in pieces(all, 8) {
        let mut builder = rows!(
            "INSERT INTO bindings (id, tenant_uid, role_id, principal_id, group_id, namespace, created_at, created_by) ",
            piece,
            |(tenant, id, new)| id.to_string(),
            tenant.to_string(),
            new.role.to_string(),
            holder(&new.holder).0,
            holder(&new.holder).1,
            new.namespace.as_ref().map(ToString::to_string).unwrap_or_default(),
            at.0,
            by.to_owned()
        );
        builder.build().execute(&mut *db).await?;
    }
    Ok(())
}

/// Removes rows of a table by one column.
async fn delete(db: &mut Conn, head: &'static str, ids: &[String]) -> sqlx::Result<()> {
    for piece in pieces(ids, 1) {
        let mut builder = Builder::new(head);
        crate::listing::among(&mut builder, "id", piece);
        builder.build().execute(&mut *db).await?;
    }
    Ok(())
}

/// Removes named tenants with all access to them.
pub async fn delete_tenants(db: &mut Conn, ids: &[String]) -> sqlx::Result<()> {
    delete(db, "DELETE FROM tenants WHERE kind = 'NAMED' AND ", ids).await
}

/// Removes users and service accounts with all they hold.
pub async fn delete_principals(db: &mut Conn, ids: &[String]) -> sqlx::Result<()> {
    delete(db, "DELETE FROM principals WHERE ", ids).await
}

/// Removes groups with their memberships and bindings.
pub async fn delete_groups(db: &mut Conn, ids: &[String]) -> sqlx::Result<()> {
    delete(db, "DELETE FROM groups WHERE ", ids).await
}

/// Removes bindings.
pub async fn delete_bindings(db: &mut Conn, ids: &[String]) -> sqlx::Result<()> {
    delete(db, "DELETE FROM bindings WHERE ", ids).await
}

/// Removes rows by two columns, or changes them, as `head` says.
async fn by_pair(
    db: &mut Conn,
    head: &'static str,
    pairs: &[(String, String)],
    tail: &'static str,
) -> sqlx::Result<()> {
    for piece in pieces(pairs, 2) {
        let mut builder = Builder::new(head);
        builder.push(" IN (");
        builder.push_values(piece, |mut row, (first, second)| {
            row.push_bind(first.clone()).push_bind(second.clone());
        });
        builder.push(")").push(tail);
        builder.build().execute(&mut *db).await?;
    }
    Ok(())
}

/// Removes roles, by tenant's row and id, with their bindings; never managed ones.
pub async fn delete_roles(db: &mut Conn, roles: &[(String, String)]) -> sqlx::Result<()> {
    by_pair(db, "DELETE FROM roles WHERE NOT is_managed AND (tenant_uid, id)", roles, "").await
}

/// Takes principals out of groups, by group and principal.
pub async fn delete_members(db: &mut Conn, members: &[(String, String)]) -> sqlx::Result<()> {
    by_pair(db, "DELETE FROM memberships WHERE (group_id, principal_id)", members, "").await
}

/// Takes from principals that they may enter by themselves, by tenant's row and principal.
pub async fn close(db: &mut Conn, entered: &[(String, String)]) -> sqlx::Result<()> {
    by_pair(db, "UPDATE tenant_access SET explicit = FALSE WHERE (tenant_uid, principal_id)", entered, "").await
}

/// Takes access from principals who have nothing left to show for it, by tenant's row and principal.
pub async fn leave_idle(db: &mut Conn, entered: &[(String, String)]) -> sqlx::Result<()> {
    let idle = " AND NOT EXISTS (SELECT 1 FROM bindings AS b WHERE b.tenant_uid = tenant_access.tenant_uid
                                   AND b.principal_id = tenant_access.principal_id)
                 AND NOT EXISTS (SELECT 1 FROM memberships AS m WHERE m.tenant_uid = tenant_access.tenant_uid
                                   AND m.principal_id = tenant_access.principal_id)";
    by_pair(db, "DELETE FROM tenant_access WHERE NOT explicit AND (tenant_uid, principal_id)", entered, idle).await
}

/// The last rows of these chains, which are held until the transaction ends.
pub async fn heads(db: &mut Conn, chains: &[String]) -> sqlx::Result<Vec<(String, Head)>> {
    let mut found = Vec::with_capacity(chains.len());
    for piece in pieces(chains, 3) {
        let mut builder = rows!("INSERT INTO audit_heads (chain, seq, hash) ", piece, |chain| chain.clone(), 0_i64, "");
        builder.push(" ON CONFLICT (chain) DO UPDATE SET seq = audit_heads.seq RETURNING chain, seq, hash");
        let rows: Vec<(String, i64, String)> = builder.build_query_as().fetch_all(&mut *db).await?;
        found.extend(rows.into_iter().map(|(chain, seq, hash)| (chain, Head { seq, hash })));
    }
    Ok(found)
}

/// Appends rows, each with its chain, the head it follows and its own hash, and moves the chains' heads to `last`.
pub async fn append(
    db: &mut Conn,
    all: &[(String, Head, String, AuditRow)],
    last: &[(String, Head)],
) -> sqlx::Result<()> {
    for piece in pieces(all, 20) {
        let mut builder = rows!(
            "INSERT INTO audit_log (id, chain, seq, tenant_uid, tenant_id, at, type, resource, target, caller_id, caller, \
                                    door, request_id, address, before, after, previous_hash, hash, impersonated_by, \
                                    namespace) ",
            piece,
            |(chain, head, hash, row)| row.id.to_string(),
            chain.clone(),
            head.seq + 1,
            row.tenant.as_ref().map(|(uid, _)| uid.to_string()),
            row.tenant.as_ref().and_then(|(_, id)| id.as_ref()).map(ToString::to_string),
            row.at.0,
            row.event.as_str(),
            row.resource.as_str(),
            row.target.clone(),
            row.caller_id.as_ref().map(ToString::to_string),
            row.caller.clone(),
            row.door.as_str(),
            row.request_id.clone(),
            row.address.clone(),
            row.before.clone(),
            row.after.clone(),
            head.hash.clone(),
            hash.clone(),
            row.impersonated_by.clone(),
            row.namespace.clone()
        );
        builder.build().execute(&mut *db).await?;
    }
    for piece in pieces(last, 3) {
        let mut builder = rows!(
            "INSERT INTO audit_heads (chain, seq, hash) ",
            piece,
            |(chain, head)| chain.clone(),
            head.seq,
            head.hash.clone()
        );
        builder.push(" ON CONFLICT (chain) DO UPDATE SET seq = excluded.seq, hash = excluded.hash");
        builder.build().execute(&mut *db).await?;
    }
    Ok(())
}
