//! `kestra access export` and `kestra access import`

use super::{
    Common, Failure, Format,
    output::{Output, say, show},
};
use crate::document::{self, Form};
use clap::Args;
use model::{
    TenantId,
    transfer::{Item, Loses, Plan},
};
use service::transfer::{self, Refused};
use std::{
    io::{Read, Write},
    path::{Path, PathBuf},
};

#[derive(Debug, Args)]
pub(super) struct Export {
    /// File to write; standard output if it is missing
    #[arg(long, value_name = "FILE")]
    output_file: Option<PathBuf>,
    /// YAML for people and git, JSON for programs
    #[arg(long, value_enum, default_value_t = Form::Yaml)]
    format: Form,
    /// Also write the settings of tenants that may hold secrets: storage and secret configuration, default
    /// authentication
    #[arg(long)]
    with_secrets: bool,
}

#[derive(Debug, Args)]
pub(super) struct Import {
    /// Document to read, YAML or JSON; `-` is standard input
    file: PathBuf,
    /// Only show what would be done
    #[arg(long)]
    dry_run: bool,
    /// Do exactly what a dry run showed, or nothing
    #[arg(long, value_name = "HASH")]
    plan_hash: Option<String>,
    /// Remove whatever the document does not mention
    #[arg(long)]
    prune: bool,
    /// Go on although the document holds what cannot be carried over
    #[arg(long)]
    accept_loss: bool,
    #[command(flatten)]
    format: Format,
}

impl Export {
    pub(super) async fn run(self, common: &Common) -> Result<(), Failure> {
        let cx = common.open().await?;
        let (document, left_out) = transfer::export(&cx, self.with_secrets).await?;
        let text = document::write(&document, self.format)
            .map_err(|error| Failure::Other(format!("the document cannot be written: {error}")))?;
        match &self.output_file {
            Some(file) => std::fs::write(file, text)
                .map_err(|error| Failure::Other(format!("{} cannot be written: {error}", file.display())))?,
            None => drop(std::io::stdout().write_all(text.as_bytes())),
        }
        if !left_out.is_empty() {
            let ids: Vec<_> = left_out.iter().map(TenantId::as_str).collect();
            let note = "note: settings that may hold secrets are left out; --with-secrets writes them. Tenants:";
            let _ = writeln!(std::io::stderr(), "{note} {}", ids.join(", "));
        }
        Ok(())
    }
}

impl Import {
    pub(super) async fn run(self, common: &Common) -> Result<(), Failure> {
        let document = document::read(&text(&self.file)?).map_err(Failure::Other)?;
        let cx = common.open().await?;
        let import = transfer::Import {
            document,
            dry_run: self.dry_run,
            prune: self.prune,
            accept_loss: self.accept_loss,
            hash: self.plan_hash,
        };
        let (plan, refused) = transfer::import(&cx, import).await?;
        match self.format.output {
            Output::Json => show(Output::Json, &[], Vec::new(), &plan)?,
            Output::Table => print(&plan)?,
        }
        match refused {
            None => Ok(()),
            Some(Refused::Hash) => Err(Failure::Other(format!(
                "this is not the plan that was shown; its hash is {}. Nothing was changed.",
                plan.hash
            ))),
            Some(Refused::Losses) => Err(Failure::Other(format!(
                "the document holds {} that cannot be carried over. Nothing was changed; --accept-loss goes on without.",
                counted(plan.lost.len(), "thing")
            ))),
        }
    }
}

fn text(file: &Path) -> Result<String, Failure> {
    let mut text = String::new();
    let read = if file == Path::new("-") {
        std::io::stdin().lock().read_to_string(&mut text).map(drop)
    } else {
        std::fs::read_to_string(file).map(|read| text = read)
    };
    read.map_err(|error| Failure::Other(format!("{} cannot be read: {error}", file.display())))?;
    Ok(text)
}

fn counted(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

/// A plan for people: what is done, who loses what, what is left behind.
fn print(plan: &Plan) -> Result<(), Failure> {
    let steps = [("create", &plan.created), ("change", &plan.changed), ("remove", &plan.removed)];
    let rows: Vec<_> = steps.iter().flat_map(|(step, items)| items.iter().map(|one| row(step, one))).collect();
    if !rows.is_empty() {
        show(Output::Table, &["Step", "Type", "Tenant", "Name", "ID"], rows, &())?;
    }
    if !plan.loses.is_empty() {
        let rows = plan.loses.iter().map(loss).collect();
        show(Output::Table, &["User", "Loses", "Tenant", "Role", "Namespace", "Permissions"], rows, &())?;
    }
    if !plan.lost.is_empty() {
        let rows = plan.lost.iter().map(|one| vec![one.place.clone(), one.reason.clone()]).collect();
        show(Output::Table, &["In the document", "Left behind"], rows, &())?;
    }
    let done = match (rows_of(plan), plan.applied) {
        (0, _) => "Nothing to do.".to_owned(),
        (_, done) => format!(
            "{} {} created, {} changed, {} removed; {} somebody loses.",
            if done { "Done:" } else { "To do:" },
            plan.created.len(),
            plan.changed.len(),
            plan.removed.len(),
            counted(plan.loses.len(), "thing")
        ),
    };
    say(&format!("{done}\nPlan {}", plan.hash));
    Ok(())
}

fn rows_of(plan: &Plan) -> usize {
    plan.created.len() + plan.changed.len() + plan.removed.len()
}

fn place(id: Option<&TenantId>) -> String {
    id.map(ToString::to_string).unwrap_or_default()
}

fn row(step: &str, item: &Item) -> Vec<String> {
    let fields = item.fields.iter().map(|one| format!("\n  {}: {} → {}", one.field, one.before, one.after));
    let name = format!("{}{}", item.name, fields.collect::<String>());
    vec![step.to_owned(), item.kind.to_owned(), place(item.tenant_id.as_ref()), name, item.id.clone()]
}

fn loss(one: &Loses) -> Vec<String> {
    vec![
        one.username.clone(),
        one.what.to_owned(),
        place(one.tenant_id.as_ref()),
        one.role.clone().unwrap_or_default(),
        one.namespace.clone().unwrap_or_default(),
        one.permissions.join(" "),
    ]
}
