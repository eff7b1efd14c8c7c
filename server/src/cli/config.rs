//! `kestra config …`

use super::{
    Common, Failure,
    args::Format,
    output::{Output, say, show},
};
use crate::config::Entry;
use clap::{Args, Subcommand};
use serde_json::json;

#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    /// Read the configuration as the server would, and say what it makes of it
    Check(Check),
}

#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    format: Format,
}

impl ConfigCommand {
    pub(super) fn run(self, common: &Common) -> Result<(), Failure> {
        let Self::Check(Check { format }) = self;
        let config = common.load()?;
        let report = config.report();
        let rows = report.iter().map(|one| vec![one.key.clone(), one.value.clone(), one.origin.clone()]).collect();
        let entry = |one: &Entry| json!({ "key": one.key, "value": one.value, "from": one.origin });
        let out: Vec<_> = report.iter().map(entry).collect();
        show(format.output, &["Key", "Value", "From"], rows, &json!({ "keys": out, "ignored": config.ignored }))?;
        if format.output == Output::Json {
            return Ok(());
        }
        if !config.ignored.is_empty() {
            say(&format!("Ignored, not for this program: {}", config.ignored.join(", ")));
        }
        say("The configuration is valid.");
        Ok(())
    }
}
