//! `kestra audit …`

use super::{
    Common, Failure, Format,
    output::{Output, done, say, show},
};
use clap::{Args, Subcommand};
use model::{Filter, List, Op, Timestamp};
use serde_json::json;
use service::{TenantRef, audit_log};

#[derive(Debug, Subcommand)]
pub(super) enum Audit {
    /// Search the audit log, newest first
    Search(Search),
    /// Prove that no row was changed or removed; names the first that was
    Verify(Verify),
    /// Remove rows older than an instant
    Purge(Purge),
}

#[derive(Debug, Args)]
pub(super) struct Search {
    /// Text in what it is about, who did it or what happened
    #[arg(short, long, default_value = "", hide_default_value = true)]
    query: String,
    /// Only this tenant's rows
    #[arg(long, value_name = "ID")]
    tenant: Option<String>,
    /// Only what this user did, by email address or name
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// Only this: CREATE, UPDATE, DELETE, LOGIN, LOGIN_FAILURE, DENIED …
    #[arg(long = "type", value_name = "EVENT")]
    kind: Option<String>,
    /// Only about this: TENANT, USER, ROLE …
    #[arg(long, value_name = "RESOURCE")]
    resource: Option<String>,
    /// Not before this date or instant (ISO 8601)
    #[arg(long, value_name = "DATE", value_parser = instant)]
    since: Option<Timestamp>,
    /// Before this date or instant (ISO 8601)
    #[arg(long, value_name = "DATE", value_parser = instant)]
    until: Option<Timestamp>,
    /// Page, from 1
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(i64).range(1..))]
    page: i64,
    /// Rows on a page
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..=10_000))]
    size: i64,
    #[command(flatten)]
    format: Format,
}

#[derive(Debug, Args)]
pub(super) struct Verify {
    #[command(flatten)]
    format: Format,
}

#[derive(Debug, Args)]
pub(super) struct Purge {
    /// Remove rows before this date or instant (ISO 8601), such as 2026-01-31
    #[arg(long, value_name = "DATE", value_parser = instant)]
    before: Timestamp,
    #[command(flatten)]
    format: Format,
}

fn instant(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text)
        .ok_or_else(|| "not a date of the calendar: write one such as 2026-01-31 or 2026-01-31T12:00:00Z".into())
}

impl Audit {
    pub(super) async fn run(self, common: &Common) -> Result<(), Failure> {
        match self {
            Self::Search(command) => command.run(common).await,
            Self::Verify(command) => command.run(common).await,
            Self::Purge(command) => command.run(common).await,
        }
    }
}

impl Search {
    async fn run(self, common: &Common) -> Result<(), Failure> {
        let cx = common.open().await?;
        let mut list = List {
            q: self.query,
            offset: (self.page - 1).saturating_mul(self.size),
            size: self.size,
            ..List::default()
        };
        list.also("username", self.user.as_deref());
        list.also("type", self.kind.as_deref());
        list.also("resource", self.resource.as_deref());
        let date = |op, at: Timestamp| Filter::Field { name: "date".into(), op, value: at.iso() };
        let since = self.since.map(|at| date(Op::GreaterThanOrEqualTo, at));
        let until = self.until.map(|at| date(Op::LessThan, at));
        list.filter =
            Filter::All([list.filter].into_iter().chain(since).chain(until).filter(|one| !one.is_empty()).collect());
        let tenant = self.tenant.map(|id| TenantRef::parse(&id)).transpose()?;
        let page = audit_log::page(&cx, tenant.as_ref(), &list).await?;
        let rows = page.results.iter().map(|one| {
            let tenant = one.row.tenant.as_ref().and_then(|(_, id)| id.as_ref()).map(ToString::to_string);
            vec![
                one.row.at.iso(),
                times(one.row.event.as_str(), one.count),
                one.row.resource.to_string(),
                one.row.target.clone(),
                tenant.unwrap_or_default(),
                one.row.caller.clone(),
                one.row.impersonated_by.clone().unwrap_or_default(),
            ]
        });
        let rows: Vec<_> = rows.collect();
        if self.format.output == Output::Table && rows.is_empty() {
            say("No rows.");
            return Ok(());
        }
        let head = ["Date", "Type", "Resource", "About", "Tenant", "User", "Impersonated by"];
        show(self.format.output, &head, rows, &page.map(crate::rest::AuditItemOut::from))
    }
}

/// What happened, and how often where that was more than once.
fn times(event: &str, count: i64) -> String {
    if count > 1 { format!("{event} ×{count}") } else { event.to_owned() }
}

impl Verify {
    async fn run(self, common: &Common) -> Result<(), Failure> {
        let cx = common.open().await?;
        let verdict = audit_log::verify(&cx).await?;
        if self.format.output == Output::Json {
            show(Output::Json, &[], Vec::new(), &verdict)?;
        }
        match &verdict.broken {
            None if self.format.output == Output::Table => {
                say(&format!("{} rows in {} chains: nothing was changed or removed.", verdict.rows, verdict.chains));
            }
            None => {}
            Some(broken) => {
                let id = broken.id.as_ref().map(|id| format!(" (id {id})")).unwrap_or_default();
                let (chain, seq, why) = (&broken.chain, broken.seq, broken.why);
                return Err(Failure::Other(format!(
                    "the audit log is not as it was written: chain {chain}, row {seq}{id}: {why}."
                )));
            }
        }
        Ok(())
    }
}

impl Purge {
    async fn run(self, common: &Common) -> Result<(), Failure> {
        let cx = common.open().await?;
        let rows = audit_log::purge(&cx, self.before).await?;
        let before = self.before.iso();
        let said = format!("Removed {rows} rows from before {before}.");
        done(self.format, &said, &json!({ "rows": rows, "before": before }))
    }
}
