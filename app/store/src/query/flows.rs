//! Flows of a tenant: their sources, and the revisions these had.

use crate::{
    Builder, Conn, Row, dialect, json,
    listing::{self, Field, Kind, Search, Shape, Total},
    row,
    tenants::{self, fold, like},
};
use model::{Direction, Flow, List, Namespace, Page, Reach, TenantUid, Timestamp};
use sqlx::Row as _;

/// What flows can be filtered and sorted by.
pub const SHAPE: Shape = Shape {
    what: "flows",
    fields: &[
        Field { name: "id", sql: "f.id", kind: Kind::Exact },
        Field { name: "flowId", sql: "f.id", kind: Kind::Exact },
        Field { name: "namespace", sql: "f.namespace", kind: Kind::Exact },
        Field { name: "labels", sql: "f.labels", kind: Kind::Labels },
        Field { name: "disabled", sql: "f.disabled", kind: Kind::Flag },
        Field { name: "updated", sql: "f.updated_at", kind: Kind::Instant },
        Field { name: "scope", sql: "'USER'", kind: Kind::Exact },
    ],
    search: Search::Columns(&["f.search"]),
    key: "f.id",
    order: ("f.namespace", Direction::Asc),
};
const COLUMNS: &str = "f.namespace, f.id, f.revision, f.source, f.description, f.labels, f.disabled, f.updated_at";

fn read(row: &Row) -> sqlx::Result<Flow> {
    Ok(Flow {
        namespace: Namespace::stored(row.try_get("namespace")?),
        id: row.try_get("id")?,
        revision: row.try_get("revision")?,
        source: row.try_get("source")?,
        description: row.try_get("description")?,
        labels: json::list(("flows", "labels"), row.try_get::<&str, _>("id")?, row.try_get("labels")?)?,
        disabled: row.try_get("disabled")?,
        updated_at: Timestamp(row.try_get("updated_at")?),
    })
}

/// What a flow is found by.
fn search(flow: &Flow) -> String {
    fold(&format!("{} {} {}", flow.namespace, flow.id, flow.description.as_deref().unwrap_or_default()))
}

/// Writes a new flow; 0 rows where the namespace has it.
pub async fn insert(db: &mut Conn, tenant: &TenantUid, new: &Flow, by: &str) -> sqlx::Result<u64> {
    let search = search(new);
    let done = sqlx::query!(
        "INSERT INTO flows (tenant_uid, namespace, id, revision, source, description, labels, disabled, search, created_at,
                            updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10) ON CONFLICT DO NOTHING",
        tenant.as_str(),
        new.namespace.as_str(),
        new.id,
        new.revision,
        new.source,
        new.description,
        new.labels,
        new.disabled,
        search,
        new.updated_at.0
    )
    .execute(&mut *db)
    .await?;
    if done.rows_affected() > 0 {
        keep(db, tenant, new, by).await?;
    }
    Ok(done.rows_affected())
}

/// Keeps the revision.
async fn keep(db: &mut Conn, tenant: &TenantUid, flow: &Flow, by: &str) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO flow_revisions (tenant_uid, namespace, id, revision, source, created_at, created_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        tenant.as_str(),
        flow.namespace.as_str(),
        flow.id,
        flow.revision,
        flow.source,
        flow.updated_at.0,
        by
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The tenant's flow of that namespace and id, which nobody else changes until the transaction ends.
pub async fn hold(db: &mut Conn, tenant: &TenantUid, namespace: &Namespace, id: &str) -> sqlx::Result<Option<Flow>> {
    dialect::lock(db, row::Row::Flow(tenant, namespace, id)).await?;
    by_id(db, tenant, namespace, id).await
}

/// Writes a new revision of a flow.
pub async fn update(db: &mut Conn, was: &Flow, tenant: &TenantUid, new: &Flow, by: &str) -> sqlx::Result<u64> {
    let search = search(new);
    let done = sqlx::query!(
        "UPDATE flows SET revision = $4, source = $5, description = $6, labels = $7, disabled = $8, search = $9,
                          updated_at = $10
         WHERE tenant_uid = $1 AND namespace = $2 AND id = $3",
        tenant.as_str(),
        was.namespace.as_str(),
        was.id,
        new.revision,
        new.source,
        new.description,
        new.labels,
        new.disabled,
        search,
        new.updated_at.0
    )
    .execute(&mut *db)
    .await?;
    keep(db, tenant, new, by).await?;
    Ok(done.rows_affected())
}

/// The tenant's flow of that namespace and id.
pub async fn by_id(db: &mut Conn, tenant: &TenantUid, namespace: &Namespace, id: &str) -> sqlx::Result<Option<Flow>> {
    let mut builder = Builder::new("SELECT ");
    builder.push(COLUMNS).push(" FROM flows AS f WHERE f.tenant_uid = ").push_bind(tenant.as_str());
    builder.push(" AND f.namespace = ").push_bind(namespace.as_str()).push(" AND f.id = ").push_bind(id.to_owned());
    builder.build().fetch_optional(db).await?.as_ref().map(read).transpose()
}

/// The flow as it was in each revision, the oldest first; of one revision, if asked for.
pub async fn revisions(
    db: &mut Conn,
    tenant: &TenantUid,
    namespace: &Namespace,
    id: &str,
    only: Option<i64>,
) -> sqlx::Result<Vec<(i64, String, Timestamp)>> {
    let (from, to) = only.map_or((0, i64::MAX), |only| (only, only));
    sqlx::query!(
        r#"SELECT revision AS "revision!: i64", source AS "source!", created_at AS "created_at!: i64" FROM flow_revisions
           WHERE tenant_uid = $1 AND namespace = $2 AND id = $3 AND revision BETWEEN $4 AND $5
           ORDER BY revision LIMIT 10000"#,
        tenant.as_str(),
        namespace.as_str(),
        id,
        from,
        to
    )
    .map(|row| (row.revision, row.source, Timestamp(row.created_at)))
    .fetch_all(db)
    .await
}

/// Removes a flow with its revisions.
pub async fn delete(db: &mut Conn, was: &Flow, tenant: &TenantUid) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        "DELETE FROM flows WHERE tenant_uid = $1 AND namespace = $2 AND id = $3",
        tenant.as_str(),
        was.namespace.as_str(),
        was.id
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// A page of the tenant's flows in reach.
pub async fn page(db: &mut Conn, tenant: &TenantUid, reach: &Reach, list: &List) -> sqlx::Result<Page<Flow>> {
    let scope = |builder: &mut Builder| {
        builder.push("f.tenant_uid = ").push_bind(tenant.to_string()).push(" AND ");
        listing::within(builder, "f.namespace", reach);
    };
    let total = Total::within(reach, tenants::counts(db, tenant).await?.flows);
    listing::page(db, &SHAPE, (COLUMNS, "flows AS f"), &scope, list, total, read).await
}

/// Namespaces in reach that have flows, by name.
pub async fn namespaces(db: &mut Conn, tenant: &TenantUid, reach: &Reach, text: &str) -> sqlx::Result<Vec<Namespace>> {
    let mut builder = Builder::new("SELECT DISTINCT f.namespace FROM flows AS f WHERE f.tenant_uid = ");
    builder.push_bind(tenant.to_string()).push(" AND ");
    listing::within(&mut builder, "f.namespace", reach);
    builder.push(" AND f.namespace LIKE ").push_bind(like(&fold(text))).push(r" ESCAPE '\' ORDER BY 1 LIMIT 10000");
    let names: Vec<String> = builder.build_query_scalar().fetch_all(db).await?;
    Ok(names.into_iter().map(Namespace::stored).collect())
}
