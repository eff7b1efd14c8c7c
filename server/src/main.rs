//! The binary `kestra`.

mod config;
mod state;

fn main() {}
