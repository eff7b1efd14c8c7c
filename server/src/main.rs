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

/// A page is many small pieces, made by one thread and freed by another: the system's allocator takes longer over them
/// and keeps what was freed. This one hands it back soon, and large blocks, as a hash of a password takes one,
/// at once.
#[cfg(not(target_env = "msvc"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    cli::run(std::env::args_os().collect())
}
