//! `kestra config …`

use super::{
    Common, Failure,
    args::Format,
    output::{Output, say, show},
};
use crate::config::{Config, Entry, Notice};
use clap::{Args, Subcommand};
use serde_json::{Value, json};

#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    /// Read the configuration as the server would, and say what it makes of it
    Check(Check),
}

#[derive(Debug, Args)]
pub(super) struct Check {
    /// Fail if something that is set is not in effect
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    format: Format,
}

impl ConfigCommand {
    pub(super) fn run(self, common: &Common) -> Result<(), Failure> {
        let Self::Check(check) = self;
        let config = common.load()?;
        match check.format.output {
            Output::Json => show(Output::Json, &[], Vec::new(), &out(&config))?,
            Output::Table => print(&config)?,
        }
        let unused: Vec<_> = config.unused().map(|notice| notice.key.as_str()).collect();
        if check.strict && !unused.is_empty() {
            return Err(Failure::Other(format!("not in effect: {}", unused.join(", "))));
        }
        Ok(())
    }
}

fn print(config: &Config) -> Result<(), Failure> {
    let note = |key: &str| config.notices.iter().find(|notice| notice.covers(key));
    let mut rows: Vec<_> = config
        .report()
        .iter()
        .map(|one| vec![one.key.clone(), one.value.clone(), one.origin.clone(), mark(note(&one.key))])
        .collect();
    // Sections without a key of ours.
    let others = config.notices.iter().filter(|notice| !config.report().iter().any(|one| notice.covers(&one.key)));
    rows.extend(others.map(|one| vec![one.key.clone(), String::new(), one.origin.clone(), mark(Some(one))]));
    show(Output::Table, &["Key", "Value", "From", "Note"], rows, &())?;
    if !config.ignored.is_empty() {
        say(&format!("Ignored, not for this program: {}", config.ignored.join(", ")));
    }
    for notice in &config.notices {
        say(&notice.to_string());
    }
    say("The configuration is valid.");
    Ok(())
}

fn mark(notice: Option<&Notice>) -> String {
    notice.map_or("", |notice| notice.mark).to_owned()
}

fn out(config: &Config) -> Value {
    let key = |one: &Entry| json!({ "key": one.key, "value": one.value, "from": one.origin });
    let notice =
        |one: &Notice| json!({ "key": one.key, "from": one.origin, "inEffect": one.in_effect, "message": one.message });
    let keys: Vec<_> = config.report().iter().map(key).collect();
    let notices: Vec<_> = config.notices.iter().map(notice).collect();
    json!({ "keys": keys, "ignored": config.ignored, "notices": notices })
}
