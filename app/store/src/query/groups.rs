//! Groups of a tenant and their members.

use crate::{
    Builder, Conn, Row, dialect,
    listing::{self, Field, Kind, MOST, Search, Shape, Total},
    principals, row,
    tenants::fold,
};
use model::{
    Direction, Group, GroupId, List, Membership, Page, Principal, PrincipalId, TenantId, TenantUid, Timestamp,
};
use sqlx::Row as _;

macro_rules! group {
    ($row:ident) => {
        Group { id: GroupId::new($row.id), name: $row.name, description: $row.description }
    };
}

/// What groups can be filtered and sorted by.
pub const SHAPE: Shape = Shape {
    what: "groups",
    fields: &[
        Field { name: "id", sql: "g.id", kind: Kind::Exact },
        Field { name: "name", sql: "g.search", kind: Kind::Folded },
        Field { name: "created", sql: "g.created_at", kind: Kind::Instant },
    ],
    search: Search::Groups("g.id", "g.search"),
    key: "g.id",
    order: ("g.search", Direction::Asc),
};

/// What a group's members can be filtered and sorted by.
pub const MEMBERS: Shape = Shape {
    what: "members",
    fields: &[
        Field { name: "id", sql: "m.principal_id", kind: Kind::Exact },
        Field { name: "username", sql: "m.name", kind: Kind::Folded },
        Field { name: "email", sql: "m.name", kind: Kind::Folded },
        Field { name: "name", sql: "m.name", kind: Kind::Folded },
    ],
    search: Search::Principals("m.principal_id", "p.search"),
    key: "m.principal_id",
    order: ("m.name", Direction::Asc),
};

/// Writes a new group.
pub async fn insert(db: &mut Conn, tenant: &TenantUid, new: &Group, at: Timestamp) -> sqlx::Result<()> {
    let search = fold(&new.name);
    sqlx::query!(
        "INSERT INTO groups (id, tenant_uid, name, description, search, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
        new.id.as_str(),
        tenant.as_str(),
        new.name,
        new.description,
        search,
        at.0
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The tenant's group of that id.
pub async fn by_id(db: &mut Conn, tenant: &TenantUid, id: &GroupId) -> sqlx::Result<Option<Group>> {
    sqlx::query!(
        r#"SELECT id AS "id!", name AS "name!", description FROM groups WHERE tenant_uid = $1 AND id = $2"#,
        tenant.as_str(),
        id.as_str()
    )
    .map(|row| group!(row))
    .fetch_optional(db)
    .await
}

/// The tenants these groups belong to; ids that are no group's are left out.
pub async fn tenants(db: &mut Conn, ids: &[String]) -> sqlx::Result<Vec<(GroupId, TenantUid)>> {
    let mut builder = Builder::new("SELECT id, tenant_uid FROM groups WHERE ");
    listing::among(&mut builder, "id", ids);
    let rows = builder.build().fetch_all(db).await?;
    rows.iter()
        .map(|row| Ok((GroupId::new(row.try_get::<String, _>(0)?), TenantUid::new(row.try_get::<String, _>(1)?))))
        .collect()
}

/// The tenant's groups of these ids, by name.
pub async fn by_ids(db: &mut Conn, tenant: &TenantUid, ids: &[String]) -> sqlx::Result<Vec<Group>> {
    let mut builder = Builder::new("SELECT g.id, g.name, g.description FROM groups AS g WHERE g.tenant_uid = ");
    builder.push_bind(tenant.as_str()).push(" AND ");
    listing::among(&mut builder, "g.id", ids);
    builder.push(" ORDER BY g.search, g.id");
    builder.build().fetch_all(db).await?.iter().map(read).collect()
}

fn read(row: &Row) -> sqlx::Result<Group> {
    Ok(Group {
        id: GroupId::new(row.try_get::<String, _>("id")?),
        name: row.try_get("name")?,
        description: row.try_get("description")?,
    })
}

/// The tenant's group of that id, which nobody else changes until the transaction ends.
pub async fn hold(db: &mut Conn, tenant: &TenantUid, id: &GroupId) -> sqlx::Result<Option<Group>> {
    dialect::lock(db, row::Row::Group(tenant, id)).await?;
    by_id(db, tenant, id).await
}

/// Changes a group's name and description.
pub async fn update(db: &mut Conn, was: &Group, tenant: &TenantUid, new: &Group) -> sqlx::Result<u64> {
    let search = fold(&new.name);
    let done = sqlx::query!(
        "UPDATE groups SET name = $3, description = $4, search = $5 WHERE tenant_uid = $1 AND id = $2",
        tenant.as_str(),
        was.id.as_str(),
        new.name,
        new.description,
        search
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// Removes a group with its memberships and bindings.
pub async fn delete(db: &mut Conn, was: &Group, tenant: &TenantUid) -> sqlx::Result<u64> {
    let done = sqlx::query!("DELETE FROM groups WHERE tenant_uid = $1 AND id = $2", tenant.as_str(), was.id.as_str())
        .execute(db)
        .await?;
    Ok(done.rows_affected())
}

/// A page of the tenant's groups.
pub async fn page(db: &mut Conn, tenant: &TenantUid, list: &List) -> sqlx::Result<Page<Group>> {
    let total = sqlx::query_scalar!(r#"SELECT groups AS "groups!: i64" FROM tenants WHERE uid = $1"#, tenant.as_str())
        .fetch_one(&mut *db)
        .await?;
    let scope = |builder: &mut Builder| {
        builder.push("g.tenant_uid = ").push_bind(tenant.to_string());
    };
    listing::page(db, &SHAPE, ("g.id, g.name, g.description", "groups AS g"), &scope, list, Total::Known(total), read)
        .await
}

/// A page of a group's members, each with whether it is an owner and comes from outside.
pub async fn members(
    db: &mut Conn,
    tenant: &TenantUid,
    group: &GroupId,
    list: &List,
) -> sqlx::Result<Page<(Principal, bool, bool)>> {
    let total = sqlx::query_scalar!(
        r#"SELECT members AS "members!: i64" FROM groups WHERE tenant_uid = $1 AND id = $2"#,
        tenant.as_str(),
        group.as_str()
    )
    .fetch_optional(&mut *db)
    .await?;
    let scope = |builder: &mut Builder| {
        builder.push("m.tenant_uid = ").push_bind(tenant.to_string());
        builder.push(" AND m.group_id = ").push_bind(group.to_string());
    };
    let from = "memberships AS m JOIN principals AS p ON p.id = m.principal_id LEFT JOIN passwords AS w ON w.principal_id = p.id";
    let select = "p.id, p.kind, p.name, p.first_name, p.last_name, p.description, p.superadmin, p.restricted, \
                  p.created_at, p.version, w.locked_until, w.principal_id AS with_password, m.owner, m.external";
    let read = |row: &Row| Ok((principals::read(row)?.0, row.try_get("owner")?, row.try_get("external")?));
    listing::page(db, &MEMBERS, (select, from), &scope, list, total.map_or(Total::UpTo(MOST), Total::Known), read).await
}

/// How a principal belongs to a group, if it does.
pub async fn membership(
    db: &mut Conn,
    tenant: &TenantUid,
    group: &GroupId,
    principal: &PrincipalId,
) -> sqlx::Result<Option<(bool, bool)>> {
    sqlx::query!(
        r#"SELECT owner AS "owner!: bool", external AS "external!: bool" FROM memberships
           WHERE tenant_uid = $1 AND group_id = $2 AND principal_id = $3"#,
        tenant.as_str(),
        group.as_str(),
        principal.as_str()
    )
    .map(|row| (row.owner, row.external))
    .fetch_optional(db)
    .await
}

/// Puts a principal into a group; 0 rows where it is in already.
pub async fn join(
    db: &mut Conn,
    tenant: &TenantUid,
    group: &GroupId,
    principal: &PrincipalId,
    owner: bool,
) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        "INSERT INTO memberships (tenant_uid, group_id, principal_id, owner, position)
         SELECT $1, $2, $3, $4, COALESCE(MAX(position), 0) + 1 FROM memberships WHERE principal_id = $3
         ON CONFLICT DO NOTHING",
        tenant.as_str(),
        group.as_str(),
        principal.as_str(),
        owner
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// Makes a member an owner, or no longer one.
pub async fn set_owner(
    db: &mut Conn,
    tenant: &TenantUid,
    group: &GroupId,
    principal: &PrincipalId,
    owner: bool,
) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        "UPDATE memberships SET owner = $4 WHERE tenant_uid = $1 AND group_id = $2 AND principal_id = $3",
        tenant.as_str(),
        group.as_str(),
        principal.as_str(),
        owner
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// Puts a principal into exactly these groups, in this order: of a tenant, or of all. Returns the tenants it left a
/// group of.
pub async fn set(
    db: &mut Conn,
    principal: &PrincipalId,
    tenant: Option<&TenantUid>,
    groups: &[(GroupId, TenantUid)],
    at: Timestamp,
) -> sqlx::Result<Vec<String>> {
    let ids: Vec<String> = groups.iter().map(|(group, _)| group.to_string()).collect();
    let mut builder = Builder::new("DELETE FROM memberships WHERE principal_id = ");
    builder.push_bind(principal.as_str());
    if let Some(tenant) = tenant {
        builder.push(" AND tenant_uid = ").push_bind(tenant.as_str());
    }
    builder.push(" AND NOT ");
    listing::among(&mut builder, "group_id", &ids);
    builder.push(" RETURNING tenant_uid");
    let left = builder.build_query_scalar().fetch_all(&mut *db).await?;
    if groups.is_empty() {
        return Ok(left);
    }
    let mut builder = Builder::new("INSERT INTO tenant_access (tenant_uid, principal_id, granted_at) ");
    builder.push_values(groups, |mut row, (_, tenant)| {
        row.push_bind(tenant.to_string()).push_bind(principal.to_string()).push_bind(at.0);
    });
    builder.push(" ON CONFLICT DO NOTHING");
    builder.build().execute(&mut *db).await?;
    let mut builder = Builder::new("INSERT INTO memberships (tenant_uid, group_id, principal_id, position) ");
    builder.push_values(groups.iter().zip(1_i64..), |mut row, ((group, tenant), position)| {
        row.push_bind(tenant.to_string())
            .push_bind(group.to_string())
            .push_bind(principal.to_string())
            .push_bind(position);
    });
    builder.push(" ON CONFLICT (group_id, principal_id) DO UPDATE SET position = excluded.position");
    builder.build().execute(db).await?;
    Ok(left)
}

/// Puts principals into a group, and lets them into its tenant.
pub async fn fill(
    db: &mut Conn,
    tenant: &TenantUid,
    group: &GroupId,
    principals: &[String],
    at: Timestamp,
) -> sqlx::Result<()> {
    if principals.is_empty() {
        return Ok(());
    }
    let mut builder = Builder::new("INSERT INTO tenant_access (tenant_uid, principal_id, granted_at) ");
    builder.push_values(principals, |mut row, principal| {
        row.push_bind(tenant.to_string()).push_bind(principal.clone()).push_bind(at.0);
    });
    builder.push(" ON CONFLICT DO NOTHING");
    builder.build().execute(&mut *db).await?;
    let mut builder = Builder::new("INSERT INTO memberships (tenant_uid, group_id, principal_id) ");
    builder.push_values(principals, |mut row, principal| {
        row.push_bind(tenant.to_string()).push_bind(group.to_string()).push_bind(principal.clone());
    });
    builder.push(" ON CONFLICT DO NOTHING");
    builder.build().execute(db).await?;
    Ok(())
}

/// Takes principals out of a group. Says who was in it, and whether as an owner.
pub async fn leave(
    db: &mut Conn,
    tenant: &TenantUid,
    group: &GroupId,
    principals: &[PrincipalId],
) -> sqlx::Result<Vec<(PrincipalId, bool)>> {
    let mut builder = Builder::new("DELETE FROM memberships WHERE tenant_uid = ");
    builder.push_bind(tenant.as_str()).push(" AND group_id = ").push_bind(group.as_str()).push(" AND ");
    listing::among(&mut builder, "principal_id", &listing::texts(principals));
    builder.push(" RETURNING principal_id, owner");
    let read =
        |row: &Row| Ok((PrincipalId::new(row.try_get::<String, _>("principal_id")?), row.try_get::<bool, _>("owner")?));
    builder.build().fetch_all(db).await?.iter().map(read).collect()
}

/// The memberships of these principals, in a tenant or in all, in each principal's order.
pub async fn of_principals(db: &mut Conn, ids: &[String], tenant: Option<&TenantUid>) -> sqlx::Result<Vec<Membership>> {
    let mut builder = Builder::new(
        "SELECT m.tenant_uid, t.id AS tenant_id, g.id, g.name, m.principal_id, m.owner, m.external
         FROM memberships AS m JOIN groups AS g ON g.id = m.group_id JOIN tenants AS t ON t.uid = m.tenant_uid WHERE ",
    );
    listing::among(&mut builder, "m.principal_id", ids);
    if let Some(tenant) = tenant {
        builder.push(" AND m.tenant_uid = ").push_bind(tenant.as_str());
    }
    builder.push(" ORDER BY m.principal_id, m.position, g.search, g.id");
    let rows = builder.build().fetch_all(db).await?;
    let read = |row: &Row| {
        Ok(Membership {
            tenant: (
                TenantUid::new(row.try_get::<String, _>("tenant_uid")?),
                row.try_get::<Option<String>, _>("tenant_id")?.map(TenantId::stored),
            ),
            group: GroupId::new(row.try_get::<String, _>("id")?),
            name: row.try_get("name")?,
            principal: PrincipalId::new(row.try_get::<String, _>("principal_id")?),
            owner: row.try_get("owner")?,
            external: row.try_get("external")?,
        })
    };
    rows.iter().map(read).collect()
}
