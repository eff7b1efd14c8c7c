//! Records of executions of a tenant.

use crate::{
    Builder, Conn, Row, dialect, json,
    listing::{self, Field, Kind, Search, Shape, Total},
    row, tenants,
};
use model::{Direction, Execution, List, Namespace, Page, Reach, TenantUid, Timestamp};
use sqlx::Row as _;

/// What executions can be filtered and sorted by.
pub const SHAPE: Shape = Shape {
    what: "executions",
    fields: &[
        Field { name: "id", sql: "e.id", kind: Kind::Exact },
        Field { name: "namespace", sql: "e.namespace", kind: Kind::Exact },
        Field { name: "flowId", sql: "e.flow_id", kind: Kind::Exact },
        Field { name: "state", sql: "e.state", kind: Kind::Exact },
        Field { name: "labels", sql: "e.labels", kind: Kind::Labels },
        Field { name: "startDate", sql: "e.created_at", kind: Kind::Instant },
        Field { name: "endDate", sql: "e.ended_at", kind: Kind::Instant },
        Field { name: "created", sql: "e.created_at", kind: Kind::Instant },
        Field { name: "scope", sql: "'USER'", kind: Kind::Exact },
        Field { name: "kind", sql: "'NORMAL'", kind: Kind::Exact },
    ],
    search: Search::Columns(&["e.flow_id", "e.namespace"]),
    key: "e.id",
    order: ("e.created_at", Direction::Desc),
};
const COLUMNS: &str = "e.id, e.namespace, e.flow_id, e.flow_revision, e.state, e.labels, e.histories, e.inputs, \
                       e.created_at, e.created_by, e.ended_at";

fn read(row: &Row) -> sqlx::Result<Execution> {
    let id: &str = row.try_get("id")?;
    Ok(Execution {
        id: row.try_get("id")?,
        namespace: Namespace::stored(row.try_get("namespace")?),
        flow_id: row.try_get("flow_id")?,
        flow_revision: row.try_get("flow_revision")?,
        state: row.try_get("state")?,
        labels: json::list(("executions", "labels"), id, row.try_get("labels")?)?,
        histories: json::list(("executions", "histories"), id, row.try_get("histories")?)?,
        inputs: json::object(("executions", "inputs"), id, row.try_get("inputs")?)?,
        created_at: Timestamp(row.try_get("created_at")?),
        created_by: row.try_get("created_by")?,
        ended_at: row.try_get::<Option<i64>, _>("ended_at")?.map(Timestamp),
    })
}

/// Writes a new record.
pub async fn insert(db: &mut Conn, tenant: &TenantUid, new: &Execution) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO executions (id, tenant_uid, namespace, flow_id, flow_revision, state, labels, histories, inputs,
                                 created_at, created_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        new.id,
        tenant.as_str(),
        new.namespace.as_str(),
        new.flow_id,
        new.flow_revision,
        new.state,
        new.labels,
        new.histories,
        new.inputs,
        new.created_at.0,
        new.created_by
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The tenant's record of that id.
pub async fn by_id(db: &mut Conn, tenant: &TenantUid, id: &str) -> sqlx::Result<Option<Execution>> {
    let mut builder = Builder::new("SELECT ");
    builder.push(COLUMNS).push(" FROM executions AS e WHERE e.tenant_uid = ").push_bind(tenant.as_str());
    builder.push(" AND e.id = ").push_bind(id.to_owned());
    builder.build().fetch_optional(db).await?.as_ref().map(read).transpose()
}

/// The tenant's record of that id, which nobody else changes until the transaction ends.
pub async fn hold(db: &mut Conn, tenant: &TenantUid, id: &str) -> sqlx::Result<Option<Execution>> {
    dialect::lock(db, row::Row::Execution(tenant, id)).await?;
    by_id(db, tenant, id).await
}

/// Changes a record's state and labels.
pub async fn update(db: &mut Conn, was: &Execution, tenant: &TenantUid, new: &Execution) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        "UPDATE executions SET state = $3, labels = $4, histories = $5, ended_at = $6 WHERE tenant_uid = $1 AND id = $2",
        tenant.as_str(),
        was.id,
        new.state,
        new.labels,
        new.histories,
        new.ended_at.map(|at| at.0)
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// Removes a record.
pub async fn delete(db: &mut Conn, was: &Execution, tenant: &TenantUid) -> sqlx::Result<u64> {
    let done = sqlx::query!("DELETE FROM executions WHERE tenant_uid = $1 AND id = $2", tenant.as_str(), was.id)
        .execute(db)
        .await?;
    Ok(done.rows_affected())
}

/// A page of the tenant's records in reach.
pub async fn page(db: &mut Conn, tenant: &TenantUid, reach: &Reach, list: &List) -> sqlx::Result<Page<Execution>> {
    let scope = |builder: &mut Builder| {
        builder.push("e.tenant_uid = ").push_bind(tenant.to_string()).push(" AND ");
        listing::within(builder, "e.namespace", reach);
    };
    let total = Total::within(reach, tenants::counts(db, tenant).await?.executions);
    listing::page(db, &SHAPE, (COLUMNS, "executions AS e"), &scope, list, total, read).await
}
