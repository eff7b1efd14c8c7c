//! Answers on the terminal.

use super::{Failure, args::Format};
use clap::ValueEnum;
use comfy_table::{ContentArrangement, Table, presets::UTF8_HORIZONTAL_ONLY};
use model::{Page, TenantLink};
use serde::Serialize;
use service::user::User;
use std::io::Write;

/// For people or for scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Output {
    Table,
    Json,
}

/// Writes a line of the answer; a reader that went away is no failure.
pub(super) fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Writes a line beside the answer, where scripts that read the answer do not find it.
pub(super) fn remark(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Says what was done, or writes what came of it as JSON.
pub(super) fn done(format: Format, said: &str, value: &impl Serialize) -> Result<(), Failure> {
    if format.output == Output::Table {
        say(said);
        return Ok(());
    }
    show(Output::Json, &[], Vec::new(), value)
}

/// Writes a page of a list: as a table and how many rows there are in all, or as the API has it.
pub(super) fn show_page<T, O: Serialize>(
    format: Format,
    head: &[&str],
    page: Page<T>,
    row: impl Fn(&T) -> Vec<String>,
    out: impl FnMut(T) -> O,
) -> Result<(), Failure> {
    let rows: Vec<_> = page.results.iter().map(row).collect();
    let counted = format!("{} of {}{}", rows.len(), page.total, if page.more { "+" } else { "" });
    show(format.output, head, rows, &page.map(out))?;
    if format.output == Output::Table {
        say(&counted);
    }
    Ok(())
}

/// Somebody's tenants, for a cell.
pub(super) fn tenants_of(user: &User) -> String {
    let name = |one: &TenantLink| one.id.as_ref().map_or_else(|| one.name.clone(), ToString::to_string);
    user.tenants.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// Somebody's groups, for a cell.
pub(super) fn groups_of(user: &User) -> String {
    user.groups.iter().map(|one| one.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// A yes, or nothing, since a table of many no's shows no yes.
pub(super) fn tick(yes: bool) -> String {
    if yes { "yes".into() } else { String::new() }
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
