//! Who may enter a tenant, and with which grants.

use crate::{
    Builder, Conn, Row, json,
    listing::{self, Field, Kind, Search, Shape, Total},
    principals, tenants,
};
use model::{
    BindingId, Direction, Grant, GroupId, List, Namespace, Page, Permissions, Principal, PrincipalId, RoleId, RoleRef,
    TenantId, TenantLink, TenantUid, Timestamp,
};
use sqlx::Row as _;

/// A grant from a row of either query below.
macro_rules! grant {
    ($row:ident) => {
        Grant {
            permissions: permissions(&$row.tenant_uid, &$row.role_id, &$row.permissions)?,
            tenant: TenantUid::new($row.tenant_uid),
            binding: BindingId::new($row.id),
            group: $row.group_id.map(GroupId::new),
            role: RoleRef { id: RoleId::new($row.role_id), name: $row.role_name },
            namespace: Some($row.namespace).filter(|text| !text.is_empty()).map(Namespace::stored),
        }
    };
}

/// Stored permissions. Text that is not what was written grants nothing, and says whose it is.
pub(crate) fn permissions(tenant: &str, role: &str, stored: &str) -> sqlx::Result<Permissions> {
    json::read(("roles", "permissions"), format_args!("{tenant} {role}"), stored)
}

/// Lets a principal in, as a binding or membership needs it; 0 rows where it was in already.
pub async fn enter(db: &mut Conn, tenant: &TenantUid, principal: &PrincipalId, at: Timestamp) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        "INSERT INTO tenant_access (tenant_uid, principal_id, granted_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        tenant.as_str(),
        principal.as_str(),
        at.0
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// Whether a principal may enter.
pub async fn entered(db: &mut Conn, tenant: &TenantUid, principal: &PrincipalId) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS(SELECT 1 FROM tenant_access WHERE tenant_uid = $1 AND principal_id = $2) AS "entered!: bool""#,
        tenant.as_str(),
        principal.as_str()
    )
    .fetch_one(db)
    .await
}

/// All a principal holds in a tenant, of its own and through groups.
pub async fn grants(db: &mut Conn, tenant: &TenantUid, principal: &PrincipalId) -> sqlx::Result<Vec<Grant>> {
    sqlx::query!(
        r#"SELECT b.tenant_uid AS "tenant_uid!", b.id AS "id!", b.group_id, r.id AS "role_id!", r.name AS "role_name!",
                  b.namespace AS "namespace!", r.permissions AS "permissions!"
           FROM bindings AS b JOIN roles AS r ON r.tenant_uid = b.tenant_uid AND r.id = b.role_id
           WHERE b.tenant_uid = $1 AND b.principal_id = $2
           UNION ALL
           SELECT b.tenant_uid, b.id, b.group_id, r.id, r.name, b.namespace, r.permissions
           FROM memberships AS m
           JOIN bindings AS b ON b.tenant_uid = m.tenant_uid AND b.group_id = m.group_id
           JOIN roles AS r ON r.tenant_uid = b.tenant_uid AND r.id = b.role_id
           WHERE m.tenant_uid = $1 AND m.principal_id = $2"#,
        tenant.as_str(),
        principal.as_str()
    )
    .try_map(|row| Ok(grant!(row)))
    .fetch_all(db)
    .await
}

/// What a principal holds anywhere that matters to the instance: roles with permissions on tenants.
/// Such roles are few, however many tenants the principal is in. SQLite joins a CROSS JOIN in the order it is
/// written: from those few, not from all of the principal's bindings.
pub async fn instance_grants(db: &mut Conn, principal: &PrincipalId) -> sqlx::Result<Vec<Grant>> {
    sqlx::query!(
        r#"SELECT b.tenant_uid AS "tenant_uid!", b.id AS "id!", b.group_id, r.id AS "role_id!", r.name AS "role_name!",
                  b.namespace AS "namespace!", r.permissions AS "permissions!"
           FROM roles AS r CROSS JOIN bindings AS b
           WHERE r.reaches_instance AND b.tenant_uid = r.tenant_uid AND b.role_id = r.id AND b.principal_id = $1
           UNION ALL
           SELECT b.tenant_uid, b.id, b.group_id, r.id, r.name, b.namespace, r.permissions
           FROM roles AS r CROSS JOIN bindings AS b CROSS JOIN memberships AS m
           WHERE r.reaches_instance AND b.tenant_uid = r.tenant_uid AND b.role_id = r.id
             AND m.tenant_uid = b.tenant_uid AND m.group_id = b.group_id AND m.principal_id = $1"#,
        principal.as_str()
    )
    .try_map(|row| Ok(grant!(row)))
    .fetch_all(db)
    .await
}

/// What the principals of a tenant can be filtered and sorted by.
pub const SHAPE: Shape = Shape {
    what: "users",
    fields: &[
        Field { name: "id", sql: "a.principal_id", kind: Kind::Exact },
        Field { name: "username", sql: "a.name", kind: Kind::Folded },
        Field { name: "email", sql: "a.name", kind: Kind::Folded },
        Field { name: "name", sql: "a.name", kind: Kind::Folded },
        Field { name: "type", sql: "p.kind", kind: Kind::Exact },
        Field { name: "created", sql: "a.granted_at", kind: Kind::Instant },
    ],
    search: Search::Principals("a.principal_id", "p.search"),
    key: "a.principal_id",
    order: ("a.name", Direction::Asc),
};

/// A page of those who may enter a tenant: all of them, or only the service accounts; each with whether it has a
/// password.
pub async fn page(
    db: &mut Conn,
    tenant: &TenantUid,
    only_accounts: bool,
    list: &List,
) -> sqlx::Result<Page<(Principal, bool)>> {
    let counts = tenants::counts(db, tenant).await?;
    let scope = |builder: &mut Builder| {
        builder.push("a.tenant_uid = ").push_bind(tenant.to_string());
        builder.push(if only_accounts { " AND a.account" } else { "" });
    };
    let from = "tenant_access AS a JOIN principals AS p ON p.id = a.principal_id \
                LEFT JOIN passwords AS w ON w.principal_id = p.id";
    let total = Total::Known(if only_accounts { counts.accounts } else { counts.users });
    listing::page(db, &SHAPE, (principals::COLUMNS, from), &scope, list, total, principals::read).await
}

/// Lets a principal in by itself, whatever else it holds; 0 rows where it was so already.
pub async fn grant(db: &mut Conn, tenant: &TenantUid, principal: &PrincipalId, at: Timestamp) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        "INSERT INTO tenant_access (tenant_uid, principal_id, granted_at, explicit) VALUES ($1, $2, $3, TRUE)
         ON CONFLICT (tenant_uid, principal_id) DO UPDATE SET explicit = TRUE WHERE NOT tenant_access.explicit",
        tenant.as_str(),
        principal.as_str(),
        at.0
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// Takes access away, and with it memberships and bindings in the tenant. Says who had it.
pub async fn revoke(db: &mut Conn, tenant: &TenantUid, principals: &[PrincipalId]) -> sqlx::Result<Vec<PrincipalId>> {
    let mut builder = Builder::new("DELETE FROM tenant_access WHERE tenant_uid = ");
    builder.push_bind(tenant.as_str()).push(" AND ");
    listing::among(&mut builder, "principal_id", &listing::texts(principals));
    builder.push(" RETURNING principal_id");
    let gone: Vec<String> = builder.build_query_scalar().fetch_all(db).await?;
    Ok(gone.into_iter().map(PrincipalId::new).collect())
}

/// Takes access that came with a binding or membership, wherever these have lost the last of them.
pub async fn leave_if_idle(db: &mut Conn, tenants: &[String], principals: &[PrincipalId]) -> sqlx::Result<u64> {
    let mut builder = Builder::new("DELETE FROM tenant_access WHERE NOT explicit AND ");
    listing::among(&mut builder, "principal_id", &listing::texts(principals));
    builder.push(" AND ");
    listing::among(&mut builder, "tenant_uid", tenants);
    builder.push(
        " AND NOT EXISTS (SELECT 1 FROM bindings AS b WHERE b.tenant_uid = tenant_access.tenant_uid
                            AND b.principal_id = tenant_access.principal_id)
          AND NOT EXISTS (SELECT 1 FROM memberships AS m WHERE m.tenant_uid = tenant_access.tenant_uid
                            AND m.principal_id = tenant_access.principal_id)",
    );
    Ok(builder.build().execute(db).await?.rows_affected())
}

/// Lets a principal into exactly these named tenants by itself: into those where it is not, and out of all others.
pub async fn set(db: &mut Conn, principal: &PrincipalId, tenants: &[String], at: Timestamp) -> sqlx::Result<()> {
    let mut builder = Builder::new(
        "DELETE FROM tenant_access WHERE tenant_uid IN (SELECT uid FROM tenants WHERE kind = 'NAMED') AND principal_id = ",
    );
    builder.push_bind(principal.as_str()).push(" AND NOT ");
    listing::among(&mut builder, "tenant_uid", tenants);
    builder.build().execute(&mut *db).await?;
    if tenants.is_empty() {
        return Ok(());
    }
    let mut builder = Builder::new("INSERT INTO tenant_access (tenant_uid, principal_id, granted_at, explicit) ");
    builder.push_values(tenants, |mut row, tenant| {
        row.push_bind(tenant.clone()).push_bind(principal.to_string()).push_bind(at.0).push_bind(true);
    });
    builder
        .push(" ON CONFLICT (tenant_uid, principal_id) DO UPDATE SET explicit = TRUE WHERE NOT tenant_access.explicit");
    builder.build().execute(db).await?;
    Ok(())
}

/// The tenants these principals may enter, by id. The default tenant only if `default`.
pub async fn tenants(
    db: &mut Conn,
    ids: &[String],
    default: bool,
) -> sqlx::Result<Vec<(PrincipalId, TenantUid, TenantLink)>> {
    let mut builder = Builder::new(
        "SELECT a.principal_id, t.uid, t.id, t.name FROM tenant_access AS a JOIN tenants AS t ON t.uid = a.tenant_uid
         WHERE t.kind ",
    );
    builder.push(if default { "<> 'UNTENANTED'" } else { "= 'NAMED'" }).push(" AND ");
    listing::among(&mut builder, "a.principal_id", ids);
    builder.push(" ORDER BY a.principal_id, t.id, t.uid");
    let read = |row: &Row| {
        let link = TenantLink {
            id: row.try_get::<Option<String>, _>("id")?.map(TenantId::stored),
            name: row.try_get("name")?,
        };
        let uid = TenantUid::new(row.try_get::<String, _>("uid")?);
        Ok((PrincipalId::new(row.try_get::<String, _>("principal_id")?), uid, link))
    };
    builder.build().fetch_all(db).await?.iter().map(read).collect()
}

fn read_grant(row: &Row) -> sqlx::Result<(PrincipalId, Grant)> {
    let namespace: String = row.try_get("namespace")?;
    let grant = Grant {
        tenant: TenantUid::new(row.try_get::<String, _>("tenant_uid")?),
        binding: BindingId::new(row.try_get::<String, _>("id")?),
        group: row.try_get::<Option<String>, _>("group_id")?.map(GroupId::new),
        role: RoleRef { id: RoleId::new(row.try_get::<String, _>("role_id")?), name: row.try_get("role_name")? },
        namespace: Some(namespace).filter(|text| !text.is_empty()).map(Namespace::stored),
        permissions: permissions(row.try_get("tenant_uid")?, row.try_get("role_id")?, row.try_get("permissions")?)?,
    };
    Ok((PrincipalId::new(row.try_get::<String, _>("holder")?), grant))
}

/// All that these principals hold, in a tenant or in all, of their own and through groups.
pub async fn grants_of(
    db: &mut Conn,
    tenant: Option<&TenantUid>,
    ids: &[String],
) -> sqlx::Result<Vec<(PrincipalId, Grant)>> {
    // Bindings are found by tenant and principal; in which tenants somebody may have any, access says.
    let mut builder = Builder::new(
        "SELECT a.principal_id AS holder, b.tenant_uid, b.id, b.group_id, r.id AS role_id, r.name AS role_name, b.namespace,
                r.permissions
         FROM tenant_access AS a JOIN bindings AS b ON b.tenant_uid = a.tenant_uid AND b.principal_id = a.principal_id
         JOIN roles AS r ON r.tenant_uid = b.tenant_uid AND r.id = b.role_id WHERE ",
    );
    listing::among(&mut builder, "a.principal_id", ids);
    if let Some(tenant) = tenant {
        builder.push(" AND a.tenant_uid = ").push_bind(tenant.as_str());
    }
    builder.push(
        " UNION ALL
         SELECT m.principal_id, b.tenant_uid, b.id, b.group_id, r.id, r.name, b.namespace, r.permissions
         FROM memberships AS m JOIN bindings AS b ON b.tenant_uid = m.tenant_uid AND b.group_id = m.group_id
         JOIN roles AS r ON r.tenant_uid = b.tenant_uid AND r.id = b.role_id WHERE ",
    );
    listing::among(&mut builder, "m.principal_id", ids);
    if let Some(tenant) = tenant {
        builder.push(" AND m.tenant_uid = ").push_bind(tenant.as_str());
    }
    builder.build().fetch_all(db).await?.iter().map(read_grant).collect()
}

/// Grants that are few enough for everybody who has one to be looked at; of more, the page is found by going through
/// the principals in order.
const FEW: i64 = 2000;
/// Where counting those who hold something stops.
const HOLDERS: i64 = 1000;

/// A page of those who hold one of these roles in a tenant, for the whole of it or for one of these namespaces
/// (all that cover the one in question), of their own or through a group; and, if asked for, of superadmins. Users come
/// first, then service accounts, each by name.
pub async fn holders(
    db: &mut Conn,
    tenant: &TenantUid,
    roles: &[String],
    namespaces: &[String],
    superadmins: bool,
    list: &List,
) -> sqlx::Result<Page<(Principal, bool)>> {
    let limits = |builder: &mut Builder, role: &'static str| {
        builder.push_bind(tenant.to_string()).push(" AND ");
        listing::among(builder, role, roles);
        builder.push(" AND ");
        listing::among(builder, "b.namespace", namespaces);
    };
    let held = |builder: &mut Builder| {
        builder.push("SELECT b.principal_id FROM bindings AS b WHERE b.principal_id IS NOT NULL AND b.tenant_uid = ");
        limits(builder, "b.role_id");
        builder.push(
            " UNION ALL SELECT m.principal_id FROM bindings AS b JOIN memberships AS m
                ON m.tenant_uid = b.tenant_uid AND m.group_id = b.group_id WHERE b.tenant_uid = ",
        );
        limits(builder, "b.role_id");
        builder.push(if superadmins { " UNION ALL SELECT id FROM principals WHERE superadmin" } else { "" });
    };
    let mut builder = Builder::new("SELECT COUNT(*), COUNT(DISTINCT principal_id) FROM (");
    held(&mut builder);
    builder.push(" LIMIT ").push_bind(FEW + 1).push(") AS found");
    let (grants, holders): (i64, i64) = builder.build_query_as().fetch_one(&mut *db).await?;
    let few = grants <= FEW;
    let scope = |builder: &mut Builder| {
        if few {
            builder.push("p.id IN (");
            held(builder);
            builder.push(")");
            return;
        }
        // Somebody holds few roles: those are compared with the ones in question, not each of these looked for.
        const ROLE: &str = "b.role_id || ''";
        builder.push(if superadmins { "(p.superadmin OR EXISTS (" } else { "(EXISTS (" });
        builder.push("SELECT 1 FROM bindings AS b WHERE b.principal_id = p.id AND b.tenant_uid = ");
        limits(builder, ROLE);
        // With an offset it is asked for each of the few that are looked at; without, PostgreSQL works it out for all.
        builder.push(
            " LIMIT 1 OFFSET 0) OR EXISTS (SELECT 1 FROM memberships AS m CROSS JOIN bindings AS b
                  WHERE m.principal_id = p.id AND b.tenant_uid = m.tenant_uid AND b.group_id = m.group_id AND b.tenant_uid = ",
        );
        limits(builder, ROLE);
        builder.push(" LIMIT 1 OFFSET 0))");
    };
    let from = "principals AS p LEFT JOIN passwords AS w ON w.principal_id = p.id";
    // So many are known to be there without looking at each of them again.
    let total = match holders {
        _ if few => Total::Known(holders),
        HOLDERS.. => Total::AtLeast(HOLDERS),
        _ => Total::UpTo(HOLDERS),
    };
    let shape = Shape { order: ("(p.kind = 'SERVICE_ACCOUNT'), p.name", Direction::Asc), ..principals::SHAPE };
    listing::page(db, &shape, (principals::COLUMNS, from), &scope, list, total, principals::read).await
}
