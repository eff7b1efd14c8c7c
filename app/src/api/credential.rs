//! API tokens and sessions: one's own, of a user, or of a service account.

#![expect(missing_docs, reason = "arguments of a server function become fields; its own words explain them")]

use super::{Answer, Wire};
#[cfg(feature = "ssr")]
use super::{cx, frame::say, go, refuse, renamed, reveal, service_account::place, visitor};
use leptos::prelude::*;
#[cfg(feature = "ssr")]
use model::{PrincipalId, TokenId};
#[cfg(feature = "ssr")]
use service::{me, service_account, token::NewToken, user};

/// Whose: the caller's own.
#[cfg(feature = "ssr")]
pub(crate) const ME: &str = "me";
/// Whose: a user's.
#[cfg(feature = "ssr")]
pub(crate) const USER: &str = "user";
/// Whose: a service account's.
#[cfg(feature = "ssr")]
pub(crate) const ACCOUNT: &str = "account";

/// Where the console shows what somebody has.
#[cfg(feature = "ssr")]
pub(crate) fn address(owner: &str, tenant: &str, id: &str) -> String {
    match owner {
        ACCOUNT => format!("{}/{}", super::service_account::address(tenant), crate::ui::quote(id)),
        USER => format!("/administration/users/{}", crate::ui::quote(id)),
        _ => "/account".to_owned(),
    }
}

/// Makes a token; the page shows its secret once.
#[server(prefix = "/serverfn", output = Wire, endpoint = "create_token")]
pub async fn create_token(
    owner: String,
    #[server(default)] tenant: String,
    #[server(default)] id: String,
    token_name: String,
    #[server(default)] token_description: String,
    #[server(default)] days: String,
    #[server(default)] extended: bool,
) -> Answer<()> {
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
    reveal(made.map_err(|error| renamed(error, as_shown))?.1);
    Ok(())
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
    say("Revoked the token. Whoever uses it is refused from now on.".to_owned(), None).await?;
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
