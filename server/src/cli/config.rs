//! `kestra config …`

use super::{
    Common, Failure,
    output::{Output, say, show},
};
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    /// Read the configuration as the server would, and say what it makes of it
    Check,
}

impl ConfigCommand {
    pub(super) fn run(self, common: &Common) -> Result<(), Failure> {
        let config = common.load()?;
        let report = config.report();
        let rows = report.iter().map(|one| vec![one.key.clone(), one.value.clone(), one.origin.clone()]).collect();
        show(Output::Table, &["Key", "Value", "From"], rows, &())?;
        if !config.ignored.is_empty() {
            say(&format!("Ignored, not for this program: {}", config.ignored.join(", ")));
        }
        say("The configuration is valid.");
        Ok(())
    }
}
