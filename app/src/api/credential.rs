//! API tokens and sessions: one's own, of a user, or of a service account.

#![expect(missing_docs, reason = "arguments of a server function become fields; its own words explain them")]

use super::{Answer, Wire};
#[cfg(feature = "ssr")]
use super::{
    cx,
    dates::{by_calendar, moment},
    frame::say,
    go, refuse, renamed, reveal,
    service_account::place,
    visitor,
};
use leptos::prelude::*;
use model::Moment;
#[cfg(feature = "ssr")]
use model::{OpenSession, PrincipalId, SessionKind, Timestamp, Token, TokenId};
use serde::{Deserialize, Serialize};
#[cfg(feature = "ssr")]
use service::{me, service_account, token::NewToken, user};

/// Whose: the caller's own.
pub(crate) const ME: &str = "me";
/// Whose: a user's.
pub(crate) const USER: &str = "user";
/// Whose: a service account's.
pub(crate) const ACCOUNT: &str = "account";

/// An API token in the list of its owner.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TokenRow {
    /// Its ID.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its description; may be empty.
    pub description: String,
    /// The first characters of its secret.
    pub prefix: String,
    /// When it was created.
    pub created: Moment,
    /// When it was last used. `None` if never.
    pub used: Option<Moment>,
    /// When it expires. `None` if never.
    pub expires: Option<Moment>,
    /// Whether it has expired.
    pub expired: bool,
    /// Whether each use extends it.
    pub extended: bool,
}

/// A session in the list of whose it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SessionRow {
    /// Its ID.
    pub id: String,
    /// What it is for.
    pub kind: SessionOf,
    /// Name of the user who impersonates, if one does.
    pub by: Option<String>,
    /// When it began.
    pub began: Moment,
    /// When it was last seen.
    pub seen: Moment,
    /// When it ends.
    pub ends: Moment,
    /// Whether it is the one that asks.
    pub here: bool,
}

/// What a session is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SessionOf {
    /// A browser on the console.
    Console,
    /// Requests to the API.
    Api,
    /// Renewing one of those.
    Renewal,
}

/// Tokens, as a page lists them.
#[cfg(feature = "ssr")]
pub(crate) fn token_rows(all: Vec<Token>, now: Timestamp) -> Vec<TokenRow> {
    let row = |one: Token| TokenRow {
        id: one.id.to_string(),
        expired: one.expired(now),
        name: one.name,
        description: one.description,
        prefix: one.prefix,
        created: moment(one.created_at, now),
        used: one.last_used.map(|at| moment(at, now)),
        expires: one.expires_at.map(by_calendar),
        extended: one.extended,
    };
    all.into_iter().map(row).collect()
}

/// Sessions, as a page lists them.
#[cfg(feature = "ssr")]
pub(crate) fn session_rows(all: Vec<OpenSession>, now: Timestamp) -> Vec<SessionRow> {
    let here = visitor().ok().and_then(|visitor| visitor.session());
    let row = |one: OpenSession| SessionRow {
        kind: match one.kind {
            SessionKind::Web => SessionOf::Console,
            SessionKind::Jwt => SessionOf::Api,
            SessionKind::Refresh => SessionOf::Renewal,
        },
        by: one.impersonator,
        began: moment(one.created_at, now),
        seen: moment(one.seen_at, now),
        ends: by_calendar(one.expires_at),
        here: here.as_deref() == Some(one.id.as_str()),
        id: one.id,
    };
    all.into_iter().map(row).collect()
}

/// Where the console shows what somebody has.
#[cfg(feature = "ssr")]
pub(crate) fn address(owner: &str, tenant: &str, id: &str) -> String {
    match owner {
        ACCOUNT => format!("{}/{}", super::service_account::address(tenant), crate::ui::quote(id)),
        USER => format!("/administration/users/{}", crate::ui::quote(id)),
        _ => "/account".to_owned(),
    }
}

/// Creates a token and answers its secret; without JavaScript its page shows that once.
#[server(prefix = "/serverfn", output = Wire, endpoint = "create_token")]
pub async fn create_token(
    owner: String,
    #[server(default)] tenant: String,
    #[server(default)] id: String,
    token_name: String,
    #[server(default)] token_description: String,
    #[server(default)] days: String,
    #[server(default)] extended: bool,
) -> Answer<String> {
    const DAY: i64 = 86_400_000;
    let (cx, id) = (cx()?, PrincipalId::new(id));
    // What is no number lasts for no time at all, which is refused with the words for it.
    let lasts = |days: &str| days.parse::<i64>().unwrap_or_default().saturating_mul(DAY);
    let max_age = Some(days.as_str()).filter(|days| !days.is_empty()).map(lasts);
    let new = NewToken { name: token_name, description: token_description, max_age, extended };
    let made = match (owner.as_str(), place(&tenant)?) {
        (ACCOUNT, Some(place)) => service_account::create_token_in(&cx, &place, &id, new).await,
        (ACCOUNT, None) => service_account::create_token(&cx, &id, new).await,
        (USER, _) => user::create_token(&cx, &id, new).await,
        _ => me::create_token(&cx, new).await,
    };
    let as_shown = |field: &str| match field {
        "name" => Some("token_name"),
        "maxAge" => Some("days"),
        _ => None,
    };
    let (_, secret) = made.map_err(|error| renamed(error, as_shown))?;
    reveal(secret.clone());
    Ok(secret)
}

/// Ends a token.
#[server(prefix = "/serverfn", output = Wire, endpoint = "revoke_token")]
pub async fn revoke_token(
    owner: String,
    #[server(default)] tenant: String,
    #[server(default)] id: String,
    token: String,
) -> Answer<()> {
    let (cx, principal, token) = (cx()?, PrincipalId::new(id.as_str()), TokenId::new(token));
    match (owner.as_str(), place(&tenant)?) {
        (ACCOUNT, Some(place)) => service_account::delete_token_in(&cx, &place, &principal, &token).await,
        (ACCOUNT, None) => service_account::delete_token(&cx, &principal, &token).await,
        (USER, _) => user::delete_token(&cx, &principal, &token).await,
        _ => me::delete_token(&cx, &token).await,
    }
    .map_err(refuse)?;
    say("Revoked the token. Programs that use it are denied from now on.".to_owned(), None).await?;
    go(&address(&owner, &tenant, &id));
    Ok(())
}

/// Ends a session; where none is named, all but the one that asks.
#[server(prefix = "/serverfn", output = Wire, endpoint = "end_session")]
pub async fn end_session(
    owner: String,
    #[server(default)] id: String,
    #[server(default)] session: String,
) -> Answer<()> {
    let (cx, visitor) = (cx()?, visitor()?);
    let one = Some(session.as_str()).filter(|one| !one.is_empty());
    match owner.as_str() {
        USER => user::end_sessions(&cx, &PrincipalId::new(id.as_str()), one).await,
        _ => me::end_sessions(&cx, one).await,
    }
    .map_err(refuse)?;
    match (one, me::id(&cx)) {
        (Some(_), _) if visitor.session().as_deref() == one => {
            visitor.sign_out().await.map_err(refuse)?;
            go("/login");
            Ok(())
        }
        (Some(_), _) => say("Ended the session.".to_owned(), None).await,
        // Theirs has ended with the others: they go on with a new one.
        (None, Some(me)) if owner == ME || me.as_str() == id => {
            visitor.sign_in(me).await.map_err(refuse)?;
            say("Ended all other sessions.".to_owned(), None).await
        }
        (None, _) => say("Ended all sessions.".to_owned(), None).await,
    }
}
