//! `kestra auths users sync-access`

use super::{
    Failure, Format,
    output::{Output, say, show},
};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use model::{Outcome, SyncPlan};
use serde::Serialize;
use service::{Context, Result, sync};
use std::{
    io::{IsTerminal, Write},
    time::Duration,
};

/// Sync users access with the default Tenant
///
/// For an existing instance on which multi-tenancy was switched on: its users need their access synchronized to reach
/// the default tenant. Groups with their members and owners, roles and bindings move into it and keep their ids. All of
/// it happens or nothing; a second run finds nothing to do.
#[derive(Debug, Args)]
pub(super) struct SyncAccess {
    /// Show the plan and do nothing
    #[arg(long)]
    dry_run: bool,
    /// Do it only if the plan is still the one with this hash, which a dry run shows
    #[arg(long, value_name = "HASH", conflicts_with = "dry_run")]
    plan_hash: Option<String>,
    #[command(flatten)]
    format: Format,
}

/// A plan, and whether it was applied.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Told<'a> {
    applied: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    hash: Option<&'a str>,
    #[serde(flatten)]
    plan: &'a SyncPlan,
}

/// What the usage of this command has always been; what is our own stands among the options.
pub(super) fn usage(program: &str) -> String {
    format!(
        "{program} auths users sync-access [-hVv] [--internal-log] [-c=<config>]\n       [-l=<logLevel>] [-p=<pluginsPath>]"
    )
}

impl SyncAccess {
    pub(super) async fn run(self, cx: &Context) -> std::result::Result<(), Failure> {
        let output = self.format.output;
        if self.dry_run {
            let preview = sync::preview(cx).await?;
            return tell(output, &Told { applied: false, hash: Some(&preview.hash), plan: &preview.plan });
        }
        let plan = watched(cx, self.plan_hash.as_deref()).await;
        let plan = match plan {
            Err(service::Error::PlanChanged) => {
                let now = sync::preview(cx).await?;
                tell(output, &Told { applied: false, hash: Some(&now.hash), plan: &now.plan })?;
                return Err(service::Error::PlanChanged.into());
            }
            plan => plan?,
        };
        tell(output, &Told { applied: !plan.counts.is_empty(), hash: None, plan: &plan })
    }
}

/// Runs it and shows how far it is: a bar on a terminal, a line for each step elsewhere.
async fn watched(cx: &Context, shown: Option<&str>) -> Result<SyncPlan> {
    let bar = std::io::stderr().is_terminal().then(|| {
        let style = ProgressStyle::with_template("{bar:24} {pos}/{len} {msg}");
        ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
    });
    let work = sync::run(cx, shown);
    tokio::pin!(work);
    let mut ticks = tokio::time::interval(Duration::from_millis(100));
    let mut last = String::new();
    let done = loop {
        tokio::select! {
            done = &mut work => break done,
            _ = ticks.tick() => {}
        }
        let Some(progress) = sync::progress(cx).filter(|progress| progress.doing != last) else { continue };
        match &bar {
            Some(bar) => {
                bar.set_length(progress.steps.into());
                bar.set_position(progress.done.into());
                bar.set_message(progress.doing.clone());
            }
            None => drop(writeln!(std::io::stderr(), "{}/{} {}", progress.done + 1, progress.steps, progress.doing)),
        }
        last = progress.doing;
    };
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
    done
}

fn tell(output: Output, told: &Told<'_>) -> std::result::Result<(), Failure> {
    if output == Output::Json {
        return show(output, &[], Vec::new(), told);
    }
    let Told { applied, hash, plan } = told;
    if plan.counts.is_empty() {
        say("Nothing is to be done: no access waits for the default tenant.");
        return Ok(());
    }
    let (what, sentence) =
        (plan.counts.sentence(), if *applied { "Synchronized with" } else { "Would synchronize with" });
    say(&format!("{sentence} the default tenant: {what}."));
    let rows = met(plan);
    if !rows.is_empty() {
        show(output, &["There already", "Name", "ID", "What becomes of it"], rows, plan)?;
    }
    if let Some(hash) = hash {
        say(&format!("Plan {hash}"));
    }
    Ok(())
}

/// What meets something in the default tenant, and what becomes of it. The five roles of every tenant are no news.
fn met(plan: &SyncPlan) -> Vec<Vec<String>> {
    let row =
        |kind: &str, name: &str, id: String, outcome: &Outcome| vec![kind.into(), name.into(), id, becomes(outcome)];
    let roles = plan.roles.iter().filter(|role| !(role.managed && matches!(role.outcome, Outcome::Merged { .. })));
    let roles = roles.map(|role| row("role", &role.name, role.id.to_string(), &role.outcome));
    let groups = plan.groups.iter().map(|group| row("group", &group.name, group.id.to_string(), &group.outcome));
    let other =
        |kind: &str, name: &String, becomes: &str| vec![kind.into(), name.clone(), String::new(), becomes.into()];
    let default = plan.no_longer_default.iter().map(|name| other("role", name, "is no longer the default role"));
    let invitations = plan.withdrawn_invitations.iter().map(|email| other("invitation", email, "is withdrawn"));
    roles.chain(groups).chain(default).chain(invitations).collect()
}

fn becomes(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Merged { into } => format!("is the same: one with {into}"),
        Outcome::KeptApart { id, name } => format!("is kept apart as “{name}” (id {id})"),
    }
}
