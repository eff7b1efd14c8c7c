//! Invitations of people to a tenant.

use crate::{
    Builder, Conn, Row, dialect, json,
    listing::{self, Field, Kind, MOST, Search, Shape, Total},
    row, tenants,
};
use model::{Delivery, Direction, Invitation, InvitationId, List, Mail, Page, TenantId, TenantUid, Timestamp};
use sqlx::Row as _;

/// What invitations can be filtered and sorted by. `status` depends on the time, and is asked for beside it.
pub const SHAPE: Shape = Shape {
    what: "invitations",
    fields: &[
        Field { name: "id", sql: "i.id", kind: Kind::Exact },
        Field { name: "email", sql: "i.email", kind: Kind::Folded },
        Field { name: "sentAt", sql: "i.sent_at", kind: Kind::Instant },
        Field { name: "created", sql: "i.sent_at", kind: Kind::Instant },
        Field { name: "expiredAt", sql: "i.expires_at", kind: Kind::Instant },
        Field { name: "expired_at", sql: "i.expires_at", kind: Kind::Instant },
    ],
    search: Search::Columns(&["i.email"]),
    key: "i.id",
    order: ("i.sent_at", Direction::Desc),
};

const COLUMNS: &str = "i.id, i.tenant_uid, t.id AS tenant_id, i.email, i.roles, i.groups, i.superadmin, i.sent_at, i.sent_by, \
                       i.expires_at, i.accepted_at, i.mail_asked_at, i.mailed_at, i.mail_error";
const FROM: &str = "invitations AS i JOIN tenants AS t ON t.uid = i.tenant_uid";

fn mail(row: &Row) -> sqlx::Result<Option<Mail>> {
    let Some(asked) = row.try_get::<Option<i64>, _>("mail_asked_at")? else { return Ok(None) };
    let sent = row.try_get::<Option<i64>, _>("mailed_at")?.map(|at| Delivery::Sent(Timestamp(at)));
    let failed = row.try_get::<Option<String>, _>("mail_error")?.map(Delivery::Failed);
    Ok(Some(Mail { asked_at: Timestamp(asked), delivery: sent.or(failed).unwrap_or(Delivery::UnderWay) }))
}

fn read(row: &Row) -> sqlx::Result<Invitation> {
    let tenant = TenantUid::new(row.try_get::<String, _>("tenant_uid")?);
    let id = row.try_get::<Option<String>, _>("tenant_id")?.map(TenantId::stored);
    // Whoever knows its id can accept it: the log names it by the address.
    let email: &str = row.try_get("email")?;
    Ok(Invitation {
        id: InvitationId::new(row.try_get::<String, _>("id")?),
        tenant: (tenant, id),
        email: row.try_get("email")?,
        roles: json::read(("invitations", "roles"), email, row.try_get("roles")?)?,
        groups: json::read(("invitations", "groups"), email, row.try_get("groups")?)?,
        superadmin: row.try_get("superadmin")?,
        sent_at: Timestamp(row.try_get("sent_at")?),
        sent_by: row.try_get("sent_by")?,
        expires_at: Timestamp(row.try_get("expires_at")?),
        accepted_at: row.try_get::<Option<i64>, _>("accepted_at")?.map(Timestamp),
        mail: mail(row)?,
    })
}

/// Writes a new invitation.
pub async fn insert(db: &mut Conn, new: &Invitation) -> sqlx::Result<()> {
    let (roles, groups) = (json::text(&new.roles)?, json::text(&new.groups)?);
    sqlx::query!(
        "INSERT INTO invitations (id, tenant_uid, email, roles, groups, superadmin, sent_at, sent_by, expires_at,
                                  mail_asked_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        new.id.as_str(),
        new.tenant.0.as_str(),
        new.email,
        roles,
        groups,
        new.superadmin,
        new.sent_at.0,
        new.sent_by,
        new.expires_at.0,
        new.mail.as_ref().map(|mail| mail.asked_at.0)
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The invitation of that id: of a tenant, or, for whoever follows its link, of any.
pub async fn by_id(db: &mut Conn, tenant: Option<&TenantUid>, id: &InvitationId) -> sqlx::Result<Option<Invitation>> {
    let mut builder = Builder::new("SELECT ");
    builder.push(COLUMNS).push(" FROM ").push(FROM).push(" WHERE i.id = ").push_bind(id.as_str());
    if let Some(tenant) = tenant {
        builder.push(" AND i.tenant_uid = ").push_bind(tenant.as_str());
    }
    builder.build().fetch_optional(db).await?.as_ref().map(read).transpose()
}

/// Invitations of an address, to a tenant or to all, the newest first.
pub async fn of_email(db: &mut Conn, tenant: Option<&TenantUid>, email: &str) -> sqlx::Result<Vec<Invitation>> {
    let mut builder = Builder::new("SELECT ");
    builder.push(COLUMNS).push(" FROM ").push(FROM).push(" WHERE i.email = ").push_bind(email.to_owned());
    if let Some(tenant) = tenant {
        builder.push(" AND i.tenant_uid = ").push_bind(tenant.as_str());
    }
    builder.push(" ORDER BY i.sent_at DESC, i.id DESC LIMIT 1000");
    builder.build().fetch_all(db).await?.iter().map(read).collect()
}

/// A page of the tenant's invitations; of one status, if asked for.
pub async fn page(
    db: &mut Conn,
    tenant: &TenantUid,
    status: Option<&str>,
    at: Timestamp,
    list: &List,
) -> sqlx::Result<Page<Invitation>> {
    let scope = |builder: &mut Builder| {
        builder.push("i.tenant_uid = ").push_bind(tenant.to_string());
        match status {
            Some("ACCEPTED") => {
                builder.push(" AND i.accepted_at IS NOT NULL");
            }
            Some("EXPIRED") => {
                builder.push(" AND i.accepted_at IS NULL AND i.expires_at <= ").push_bind(at.0);
            }
            Some("PENDING") => {
                builder.push(" AND i.accepted_at IS NULL AND i.expires_at > ").push_bind(at.0);
            }
            _ => {}
        }
    };
    let total = match status {
        None => Total::Known(tenants::counts(db, tenant).await?.invitations),
        Some(_) => Total::UpTo(MOST),
    };
    listing::page(db, &SHAPE, (COLUMNS, FROM), &scope, list, total, read).await
}

/// The invitation of that id, of a tenant or of any, which nobody else changes until the transaction ends.
pub async fn hold(db: &mut Conn, tenant: Option<&TenantUid>, id: &InvitationId) -> sqlx::Result<Option<Invitation>> {
    dialect::lock(db, row::Row::Invitation(id)).await?;
    by_id(db, tenant, id).await
}

/// Notes that it was accepted.
pub async fn accept(db: &mut Conn, was: &Invitation, at: Timestamp) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        "UPDATE invitations SET accepted_at = $2 WHERE id = $1 AND accepted_at IS NULL",
        was.id.as_str(),
        at.0
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// Removes an invitation.
pub async fn delete(db: &mut Conn, was: &Invitation) -> sqlx::Result<u64> {
    Ok(sqlx::query!("DELETE FROM invitations WHERE id = $1", was.id.as_str()).execute(db).await?.rows_affected())
}

/// Removes what an address can no longer accept, so that it can be invited again.
pub async fn delete_expired(db: &mut Conn, tenant: &TenantUid, email: &str, at: Timestamp) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        "DELETE FROM invitations WHERE tenant_uid = $1 AND email = $2 AND accepted_at IS NULL AND expires_at <= $3",
        tenant.as_str(),
        email,
        at.0
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// Notes that its mail is to be sent, whatever became of one before.
pub async fn ask_mail(db: &mut Conn, was: &Invitation, at: Timestamp) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        "UPDATE invitations SET mail_asked_at = $2, mailed_at = NULL, mail_error = NULL
         WHERE id = $1 AND accepted_at IS NULL",
        was.id.as_str(),
        at.0
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// Notes what became of the mail that was asked for at an instant; 0 rows where it was asked for anew since, or the
/// invitation is gone.
pub async fn mailed(
    db: &mut Conn,
    tenant: &TenantUid,
    id: &InvitationId,
    asked: Timestamp,
    at: Option<Timestamp>,
    error: Option<&str>,
) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        "UPDATE invitations SET mailed_at = $3, mail_error = $4 WHERE id = $1 AND mail_asked_at = $2 AND tenant_uid = $5",
        id.as_str(),
        asked.0,
        at.map(|at| at.0),
        error,
        tenant.as_str()
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}
