//! The binary `kestra`: the server and its command line.

// The type of a whole page is one deep tuple of its parts.
#![recursion_limit = "512"]

mod cli;
mod config;
mod document;
mod follow;
mod mail;
mod rest;
mod router;
mod serve;
mod state;
mod telemetry;
mod web;
mod yaml;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run(std::env::args_os().collect())
}
