//! What is changed, by whatever connection or process, as it is committed: the audit log says it.

use crate::{Result, open::Pools};
use model::{Resource, TenantUid, audit::Event};
use serde::{Deserialize, Deserializer};
use sqlx::postgres::PgListener;
use std::time::Duration;

/// Where PostgreSQL tells of new rows (migration 0004).
const CHANNEL: &str = "kestra_changes";
/// How often SQLite, which tells nobody, is asked.
const ASK: Duration = Duration::from_millis(200);
/// Rows that are read at once; who changes more changes everything.
const MOST: i64 = 500;

/// Something that was changed.
#[derive(Debug, Clone, Deserialize)]
pub struct Changed {
    /// Row of the tenant it belongs to; nothing for what belongs to the instance.
    pub tenant: Option<TenantUid>,
    /// What kind of thing.
    pub resource: Resource,
    /// Which.
    pub target: String,
    /// What happened to it; nothing where a version that does not say so wrote it.
    #[serde(default, deserialize_with = "known")]
    pub event: Option<Event>,
}

/// The event of that word; nothing for a word of a newer version.
fn known<'de, D: Deserializer<'de>>(word: D) -> std::result::Result<Option<Event>, D::Error> {
    Ok(Event::from_word(&String::deserialize(word)?))
}

impl Changed {
    /// Whether something was only tried: pages show nothing else than before, but for the audit log.
    pub fn only_tried(&self) -> bool {
        self.event.is_some_and(Event::changes_nothing)
    }
}

/// What there is to tell.
#[derive(Debug)]
pub enum Told {
    /// These.
    These(Vec<Changed>),
    /// More than can be told, or for a while nothing was heard.
    Everything,
}

/// Changes from some moment on.
#[derive(Debug)]
pub struct Changes(Source);

#[derive(Debug)]
enum Source {
    Sqlite { readers: sqlx::Pool<sqlx::Sqlite>, last: i64 },
    Postgres(Box<PgListener>),
}

impl Changes {
    /// From now on.
    pub(crate) async fn of(pools: &Pools) -> Result<Self> {
        Ok(Self(match pools {
            Pools::Sqlite { readers, .. } => {
                let last =
                    sqlx::query_scalar("SELECT COALESCE(MAX(rowid), 0) FROM audit_log").fetch_one(readers).await?;
                Source::Sqlite { readers: readers.clone(), last }
            }
            Pools::Postgres(server) => {
                let mut listener = server.over(PgListener::connect_with(&server.pool)).await?;
                server.over(listener.listen(CHANNEL)).await?;
                Source::Postgres(Box::new(listener))
            }
        }))
    }

    /// Waits until there is something.
    pub async fn next(&mut self) -> Result<Told> {
        match &mut self.0 {
            Source::Sqlite { readers, last } => loop {
                tokio::time::sleep(ASK).await;
                let rows: Vec<(i64, Option<String>, String, String, String)> = sqlx::query_as(
                    "SELECT rowid, tenant_uid, resource, target, type FROM audit_log WHERE rowid > $1 ORDER BY rowid LIMIT $2",
                )
                .bind(*last)
                .bind(MOST)
                .fetch_all(&*readers)
                .await?;
                let Some((newest, ..)) = rows.last() else { continue };
                *last = *newest;
                if i64::try_from(rows.len()).unwrap_or(MOST) == MOST {
                    *last = sqlx::query_scalar("SELECT MAX(rowid) FROM audit_log").fetch_one(&*readers).await?;
                    return Ok(Told::Everything);
                }
                let known = rows.into_iter().filter_map(|(_, tenant, resource, target, event)| {
                    Some(Changed {
                        tenant: tenant.map(TenantUid::new),
                        resource: Resource::from_word(&resource)?,
                        target,
                        event: Event::from_word(&event),
                    })
                });
                return Ok(Told::These(known.collect()));
            },
            Source::Postgres(listener) => match listener.try_recv().await? {
                // The connection was lost, and is back.
                None => Ok(Told::Everything),
                Some(told) => {
                    Ok(serde_json::from_str(told.payload()).map_or(Told::Everything, |one| Told::These(vec![one])))
                }
            },
        }
    }
}
