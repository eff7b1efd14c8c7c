//! The running product from outside: the real binary, real HTTP, both databases.

mod cli;
mod rest;
mod schema;
mod support;
