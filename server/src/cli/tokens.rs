//! API tokens, of users and of service accounts.

use super::{
    Failure,
    args::Format,
    output::{Output, done, remark, say, show, tick},
};
use crate::{
    config::duration,
    rest::{TokenCreated, TokenList},
};
use clap::Args;
use model::{Timestamp, Token};
use serde_json::json;
use service::token::NewToken;

/// A token to be made.
#[derive(Debug, Args)]
pub(super) struct New {
    /// Name of the new token
    name: String,
    /// What it is for
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    description: String,
    /// How long it is valid, such as P30D or 12h; without it for ever
    #[arg(long, value_name = "DURATION", value_parser = milliseconds)]
    max_age: Option<i64>,
    /// Each use makes it valid for --max-age again
    #[arg(long, requires = "max_age")]
    extended: bool,
}

fn milliseconds(text: &str) -> Result<i64, String> {
    let duration = duration::parse(text).ok_or("write a duration such as P30D, PT12H or 12h")?;
    Ok(super::milliseconds(duration))
}

impl From<New> for NewToken {
    fn from(new: New) -> Self {
        Self { name: new.name, description: new.description, max_age: new.max_age, extended: new.extended }
    }
}

/// Writes tokens; secrets are not among what is known of them.
pub(super) fn list(format: Format, tokens: Vec<Token>, now: Timestamp) -> Result<(), Failure> {
    let time = |at: Option<Timestamp>| at.map(Timestamp::iso).unwrap_or_default();
    let row = |one: &Token| {
        vec![
            one.id.to_string(),
            one.name.clone(),
            format!("{}…", one.prefix),
            one.created_at.iso(),
            time(one.expires_at),
            time(one.last_used),
            tick(one.expired(now)),
        ]
    };
    let rows = tokens.iter().map(row).collect();
    let head = ["ID", "Name", "Begins with", "Created", "Expires", "Last used", "Expired"];
    show(format.output, &head, rows, &TokenList::new(tokens, now))
}

/// Says that a token is gone.
pub(super) fn deleted(format: Format, owner: &str, id: &str) -> Result<(), Failure> {
    done(format, &format!("Deleted a token of {owner}."), &json!({ "id": id }))
}

/// Writes a new token's secret, this once: alone on standard output, so that a script can take it from there.
pub(super) fn created(format: Format, owner: &str, made: (Token, String)) -> Result<(), Failure> {
    if format.output == Output::Json {
        return show(Output::Json, &[], Vec::new(), &TokenCreated::from(made));
    }
    let (token, secret) = made;
    remark(&format!("Created token {} ({}) of {owner}. Keep it: it is not shown again.", token.name, token.id));
    say(&secret);
    Ok(())
}
