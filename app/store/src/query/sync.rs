//! Moving what waits since tenants were off to the default tenant: whole tables at once, however much it is.
//!
//! Rows refer to each other together with their tenant, so between two of these statements they do not fit. That is
//! looked at when the transaction ends ([`crate::moving::begin`]).

use crate::{Conn, moving};
use futures_util::TryStreamExt;
use model::{GroupId, RoleId, SyncCounts, TenantUid};

/// How much a tenant has of each kind; the roles that every tenant has do not count.
pub async fn counts(db: &mut Conn, tenant: &TenantUid) -> sqlx::Result<SyncCounts> {
    sqlx::query!(
        r#"SELECT COUNT(*) AS "all!: i64",
                  COALESCE(SUM(CASE WHEN p.kind = 'USER' THEN 1 ELSE 0 END), 0) AS "users!: i64",
                  (SELECT groups FROM tenants WHERE uid = $1) AS "groups!: i64",
                  (SELECT COUNT(*) FROM memberships WHERE tenant_uid = $1) AS "memberships!: i64",
                  (SELECT COUNT(*) FROM roles WHERE tenant_uid = $1 AND NOT is_managed) AS "roles!: i64",
                  (SELECT bindings FROM tenants WHERE uid = $1) AS "bindings!: i64",
                  (SELECT COUNT(*) FROM invitations WHERE tenant_uid = $1 AND accepted_at IS NULL) AS "invitations!: i64",
                  (SELECT COUNT(*) FROM security_integrations WHERE tenant_uid = $1) AS "integrations!: i64"
           FROM tenant_access AS a JOIN principals AS p ON p.id = a.principal_id WHERE a.tenant_uid = $1"#,
        tenant.as_str()
    )
    .map(|row| SyncCounts {
        users: row.users,
        service_accounts: row.all - row.users,
        groups: row.groups,
        memberships: row.memberships,
        roles: row.roles,
        bindings: row.bindings,
        invitations: row.invitations,
        integrations: row.integrations,
    })
    .fetch_one(db)
    .await
}

/// Every group of a tenant with its name and description, by id.
pub async fn groups(db: &mut Conn, tenant: &TenantUid) -> sqlx::Result<Vec<(GroupId, String, Option<String>)>> {
    sqlx::query!(
        r#"SELECT id AS "id!", name AS "name!", description FROM groups WHERE tenant_uid = $1 ORDER BY id"#,
        tenant.as_str()
    )
    .map(|row| (GroupId::new(row.id), row.name, row.description))
    .fetch_all(db)
    .await
}

/// The members of a tenant's groups whose names another tenant has too: group, member, owner or not; in order.
pub async fn members_of_namesakes(
    db: &mut Conn,
    tenant: &TenantUid,
    other: &TenantUid,
    each: &mut (dyn FnMut(&str, &str, bool) + Send),
) -> sqlx::Result<()> {
    let mut rows = sqlx::query!(
        r#"SELECT m.group_id AS "group_id!", m.principal_id AS "principal_id!", m.owner AS "owner!: bool"
           FROM groups AS o JOIN groups AS g ON g.name = o.name JOIN memberships AS m ON m.group_id = g.id
           WHERE o.tenant_uid = $2 AND g.tenant_uid = $1 ORDER BY m.group_id, m.principal_id"#,
        tenant.as_str(),
        other.as_str()
    )
    .fetch(db);
    while let Some(row) = rows.try_next().await? {
        each(&row.group_id, &row.principal_id, row.owner);
    }
    Ok(())
}

/// The bindings of a tenant's groups whose names another tenant has too: group, role, namespace.
pub async fn bindings_of_namesakes(
    db: &mut Conn,
    tenant: &TenantUid,
    other: &TenantUid,
) -> sqlx::Result<Vec<(GroupId, RoleId, String)>> {
    sqlx::query!(
        r#"SELECT b.group_id AS "group_id!", b.role_id AS "role_id!", b.namespace AS "namespace!"
           FROM groups AS o JOIN groups AS g ON g.name = o.name
           JOIN bindings AS b ON b.tenant_uid = g.tenant_uid AND b.group_id = g.id
           WHERE o.tenant_uid = $2 AND g.tenant_uid = $1 ORDER BY b.group_id, b.role_id, b.namespace"#,
        tenant.as_str(),
        other.as_str()
    )
    .map(|row| (GroupId::new(row.group_id), RoleId::new(row.role_id), row.namespace))
    .fetch_all(db)
    .await
}

/// Addresses with an invitation to a tenant that is still open.
pub async fn invited(db: &mut Conn, tenant: &TenantUid) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!(
        r#"SELECT email AS "email!" FROM invitations WHERE tenant_uid = $1 AND accepted_at IS NULL ORDER BY email"#,
        tenant.as_str()
    )
    .fetch_all(db)
    .await
}

/// Every word of a tenant's access, in an order of its own: two that give the same are the same.
pub async fn contents(db: &mut Conn, tenant: &TenantUid, each: &mut (dyn FnMut(&str) + Send)) -> sqlx::Result<()> {
    macro_rules! rows {
        ($sql:literal) => {{
            let mut rows = sqlx::query_scalar!($sql, tenant.as_str()).fetch(&mut *db);
            while let Some(text) = rows.try_next().await? {
                each(&text);
            }
        }};
    }
    rows!(
        r#"SELECT principal_id || CASE WHEN explicit THEN '+' ELSE '-' END AS "text!: String"
           FROM tenant_access WHERE tenant_uid = $1 ORDER BY principal_id"#
    );
    rows!(
        r#"SELECT id || ' ' || name || ' ' || COALESCE(description, '') || ' ' || permissions
                  || CASE WHEN is_default THEN '+' ELSE '-' END AS "text!: String"
           FROM roles WHERE tenant_uid = $1 ORDER BY id"#
    );
    rows!(
        r#"SELECT id || ' ' || name || ' ' || COALESCE(description, '') AS "text!: String"
           FROM groups WHERE tenant_uid = $1 ORDER BY id"#
    );
    rows!(
        r#"SELECT group_id || ' ' || principal_id || CASE WHEN owner THEN '+' ELSE '-' END AS "text!: String"
           FROM memberships WHERE tenant_uid = $1 ORDER BY group_id, principal_id"#
    );
    rows!(
        r#"SELECT id || ' ' || role_id || ' ' || COALESCE(principal_id, group_id) || ' ' || namespace AS "text!: String"
           FROM bindings WHERE tenant_uid = $1 ORDER BY created_at, id"#
    );
    rows!(
        r#"SELECT id || ' ' || email || ' ' || roles || ' ' || groups AS "text!: String"
           FROM invitations WHERE tenant_uid = $1 AND accepted_at IS NULL ORDER BY id"#
    );
    rows!(
        r#"SELECT id || ' ' || name || ' ' || type AS "text!: String"
           FROM security_integrations WHERE tenant_uid = $1 ORDER BY id"#
    );
    Ok(())
}

/// Gives a role another id and name; its bindings follow. It is no longer one of the five of every tenant.
pub async fn rename_role(db: &mut Conn, tenant: &TenantUid, id: &RoleId, new: &RoleId, name: &str) -> sqlx::Result<()> {
    let search = crate::tenants::fold(name);
    sqlx::query!(
        "UPDATE roles SET id = $3, name = $4, search = $5, is_managed = FALSE WHERE tenant_uid = $1 AND id = $2",
        tenant.as_str(),
        id.as_str(),
        new.as_str(),
        name,
        search
    )
    .execute(&mut *db)
    .await?;
    if id != new {
        rebind(db, tenant, id, new).await?;
    }
    Ok(())
}

/// Lets the bindings of a role be of another one. Two that become equal become one.
pub async fn rebind(db: &mut Conn, tenant: &TenantUid, role: &RoleId, new: &RoleId) -> sqlx::Result<()> {
    sqlx::query!(
        "DELETE FROM bindings WHERE tenant_uid = $1 AND role_id = $2
           AND EXISTS (SELECT 1 FROM bindings AS o WHERE o.tenant_uid = $1 AND o.role_id = $3
                         AND o.namespace = bindings.namespace
                         AND (o.principal_id = bindings.principal_id OR o.group_id = bindings.group_id))",
        tenant.as_str(),
        role.as_str(),
        new.as_str()
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "UPDATE bindings SET role_id = $3 WHERE tenant_uid = $1 AND role_id = $2",
        tenant.as_str(),
        role.as_str(),
        new.as_str()
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Makes a role the tenant's default one.
pub async fn set_default_role(db: &mut Conn, tenant: &TenantUid, id: &RoleId) -> sqlx::Result<()> {
    sqlx::query!("UPDATE roles SET is_default = TRUE WHERE tenant_uid = $1 AND id = $2", tenant.as_str(), id.as_str())
        .execute(db)
        .await?;
    Ok(())
}

/// Gives a group another name.
pub async fn rename_group(db: &mut Conn, tenant: &TenantUid, id: &GroupId, name: &str) -> sqlx::Result<()> {
    let search = crate::tenants::fold(name);
    sqlx::query!(
        "UPDATE groups SET name = $3, search = $4 WHERE tenant_uid = $1 AND id = $2",
        tenant.as_str(),
        id.as_str(),
        name,
        search
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Moves bindings; those of principals that the other tenant has already go. `some` says whether it may have any.
pub async fn move_bindings(db: &mut Conn, from: &TenantUid, to: &TenantUid, some: bool) -> sqlx::Result<()> {
    if some {
        sqlx::query!(
            "DELETE FROM bindings WHERE tenant_uid = $1 AND principal_id IS NOT NULL
               AND EXISTS (SELECT 1 FROM bindings AS o WHERE o.tenant_uid = $2 AND o.principal_id = bindings.principal_id
                             AND o.role_id = bindings.role_id AND o.namespace = bindings.namespace)",
            from.as_str(),
            to.as_str()
        )
        .execute(&mut *db)
        .await?;
    }
    let aside = moving::set_aside(db, "bindings", from).await?;
    sqlx::query!("UPDATE bindings SET tenant_uid = $2 WHERE tenant_uid = $1", from.as_str(), to.as_str())
        .execute(&mut *db)
        .await?;
    moving::put_back(db, aside).await?;
    Ok(())
}

/// Moves groups with their memberships.
pub async fn move_groups(db: &mut Conn, from: &TenantUid, to: &TenantUid) -> sqlx::Result<()> {
    let aside = moving::set_aside(db, "memberships", from).await?;
    // People join groups in any order; there are more memberships than anything else.
    moving::in_order(db, true).await?;
    sqlx::query!("UPDATE memberships SET tenant_uid = $2 WHERE tenant_uid = $1", from.as_str(), to.as_str())
        .execute(&mut *db)
        .await?;
    moving::in_order(db, false).await?;
    moving::put_back(db, aside).await?;
    sqlx::query!("UPDATE groups SET tenant_uid = $2 WHERE tenant_uid = $1", from.as_str(), to.as_str())
        .execute(db)
        .await?;
    Ok(())
}

/// Moves the roles that the other tenant does not have. The others stay: the five of every tenant have to, and who is
/// merged is removed by its name.
pub async fn move_roles(db: &mut Conn, from: &TenantUid, to: &TenantUid) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE roles SET is_default = FALSE WHERE tenant_uid = $1 AND is_default
           AND EXISTS (SELECT 1 FROM roles AS o WHERE o.tenant_uid = $2 AND o.is_default)",
        from.as_str(),
        to.as_str()
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "UPDATE roles SET tenant_uid = $2 WHERE tenant_uid = $1
           AND NOT EXISTS (SELECT 1 FROM roles AS o WHERE o.tenant_uid = $2 AND o.id = roles.id)",
        from.as_str(),
        to.as_str()
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Moves who may enter; whoever may enter both may from then on by itself, if it might in one of them.
pub async fn move_access(db: &mut Conn, from: &TenantUid, to: &TenantUid, some: bool) -> sqlx::Result<()> {
    if some {
        sqlx::query!(
            "UPDATE tenant_access SET explicit = TRUE WHERE tenant_uid = $2 AND NOT explicit
               AND EXISTS (SELECT 1 FROM tenant_access AS o
                           WHERE o.tenant_uid = $1 AND o.principal_id = tenant_access.principal_id AND o.explicit)",
            from.as_str(),
            to.as_str()
        )
        .execute(&mut *db)
        .await?;
        sqlx::query!(
            "DELETE FROM tenant_access WHERE tenant_uid = $1
               AND EXISTS (SELECT 1 FROM tenant_access AS o
                           WHERE o.tenant_uid = $2 AND o.principal_id = tenant_access.principal_id)",
            from.as_str(),
            to.as_str()
        )
        .execute(&mut *db)
        .await?;
    }
    let aside = moving::set_aside(db, "tenant_access", from).await?;
    sqlx::query!("UPDATE tenant_access SET tenant_uid = $2 WHERE tenant_uid = $1", from.as_str(), to.as_str())
        .execute(&mut *db)
        .await?;
    moving::put_back(db, aside).await?;
    Ok(())
}

/// Moves what is open or kept: invitations, but none to an address that is invited there already, and security
/// integrations, under another name where theirs is taken.
pub async fn move_rest(db: &mut Conn, from: &TenantUid, to: &TenantUid) -> sqlx::Result<()> {
    sqlx::query!(
        "DELETE FROM invitations WHERE tenant_uid = $1 AND accepted_at IS NULL
           AND EXISTS (SELECT 1 FROM invitations AS o
                       WHERE o.tenant_uid = $2 AND o.email = invitations.email AND o.accepted_at IS NULL)",
        from.as_str(),
        to.as_str()
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!("UPDATE invitations SET tenant_uid = $2 WHERE tenant_uid = $1", from.as_str(), to.as_str())
        .execute(&mut *db)
        .await?;
    sqlx::query!(
        "UPDATE security_integrations SET name = lower(substr(name, 1, 40) || '-' || id) WHERE tenant_uid = $1
           AND EXISTS (SELECT 1 FROM security_integrations AS o
                       WHERE o.tenant_uid = $2 AND o.name = security_integrations.name)",
        from.as_str(),
        to.as_str()
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!("UPDATE security_integrations SET tenant_uid = $2 WHERE tenant_uid = $1", from.as_str(), to.as_str())
        .execute(db)
        .await?;
    Ok(())
}

/// Open invitations with roles or groups: id, and both lists as JSON.
pub async fn invitations(db: &mut Conn, tenant: &TenantUid) -> sqlx::Result<Vec<(String, String, String)>> {
    sqlx::query!(
        r#"SELECT id AS "id!", roles AS "roles!", groups AS "groups!" FROM invitations
           WHERE tenant_uid = $1 AND accepted_at IS NULL AND (roles <> '[]' OR groups <> '[]')"#,
        tenant.as_str()
    )
    .map(|row| (row.id, row.roles, row.groups))
    .fetch_all(db)
    .await
}

/// Writes an invitation's lists.
pub async fn rewrite_invitation(db: &mut Conn, id: &str, roles: &str, groups: &str) -> sqlx::Result<()> {
    sqlx::query!("UPDATE invitations SET roles = $2, groups = $3 WHERE id = $1", id, roles, groups).execute(db).await?;
    Ok(())
}

/// Counts again what pages show of a tenant: rows that move are not counted one by one.
pub async fn recount(db: &mut Conn, tenant: &TenantUid) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE tenants SET users = (SELECT COUNT(*) FROM tenant_access AS a WHERE a.tenant_uid = $1),
                            roles = (SELECT COUNT(*) FROM roles AS r WHERE r.tenant_uid = $1),
                            groups = (SELECT COUNT(*) FROM groups AS g WHERE g.tenant_uid = $1),
                            bindings = (SELECT COUNT(*) FROM bindings AS b WHERE b.tenant_uid = $1),
                            accounts = (SELECT COUNT(*) FROM tenant_access AS a WHERE a.tenant_uid = $1 AND a.account),
                            invitations = (SELECT COUNT(*) FROM invitations AS i WHERE i.tenant_uid = $1)
         WHERE uid = $1",
        tenant.as_str()
    )
    .execute(db)
    .await?;
    Ok(())
}
