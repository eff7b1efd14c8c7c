//! Answers on the terminal.

use super::Failure;
use clap::ValueEnum;
use comfy_table::{ContentArrangement, Table, presets::UTF8_HORIZONTAL_ONLY};
use serde::Serialize;
use std::io::Write;

/// For people or for scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Output {
    /// A table.
    Table,
    /// JSON.
    Json,
}

/// Writes a line of the answer; a reader that went away is no failure.
pub(super) fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Writes rows as a table that fits the terminal, or `value` as JSON.
pub(super) fn show(
    output: Output,
    head: &[&str],
    rows: Vec<Vec<String>>,
    value: &impl Serialize,
) -> Result<(), Failure> {
    match output {
        Output::Json => {
            let json = serde_json::to_string_pretty(value);
            say(&json.map_err(|error| Failure::Other(format!("the answer cannot be written: {error}")))?);
        }
        Output::Table => {
            let mut table = Table::new();
            table
                .load_style(UTF8_HORIZONTAL_ONLY)
                .set_content_arrangement(ContentArrangement::Dynamic)
                .set_header(head);
            table.add_rows(rows);
            say(&table.to_string());
        }
    }
    Ok(())
}
