//! The running product from outside: the real binary, real HTTP, both databases.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod answers;
mod audit;
mod cli;
mod cluster;
mod conflict;
mod console;
mod contract;
mod crowd;
mod faults;
mod forms;
mod given_up;
mod health;
mod impersonation;
mod instance;
mod isolation;
mod lists;
mod live;
mod mail;
mod observe;
mod openapi;
mod proxy;
mod races;
mod rest;
mod schema;
mod several;
mod statements;
mod support;
mod switch;
mod terraform;
mod tls;
mod transfer;
mod undo;
mod world;
