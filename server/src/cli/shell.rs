//! `kestra completions` and `kestra man`: what shells and `man` want to know about the command line.

use super::{Failure, NAME, command, output::say};
use clap::{Args, ValueHint};
use clap_complete::Shell;
use std::{io::Write, path::PathBuf};

/// Write completions for a shell to standard output
#[derive(Debug, Args)]
pub(super) struct Completions {
    /// Which shell
    shell: Shell,
}

/// Write a man page for every command into a folder
#[derive(Debug, Args)]
pub(super) struct Man {
    /// The folder; made if it is missing
    #[arg(value_hint = ValueHint::DirPath)]
    folder: PathBuf,
}

impl Completions {
    pub(super) fn run(&self) -> Result<(), Failure> {
        // Not straight to standard output: the generator takes a reader that went away for a bug.
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut command(NAME), NAME, &mut script);
        let _ = std::io::stdout().write_all(&script);
        Ok(())
    }
}

impl Man {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let failed = |error: std::io::Error| Failure::Other(format!("{}: {error}", self.folder.display()));
        std::fs::create_dir_all(&self.folder).map_err(failed)?;
        clap_mangen::generate_to(command(NAME), &self.folder).map_err(failed)?;
        say(&format!("Read them with man -l {}.", self.folder.join("kestra.1").display()));
        Ok(())
    }
}
