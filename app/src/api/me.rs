//! What everybody may change about themselves.

#![expect(missing_docs, reason = "arguments of a server function become fields; its own words explain them")]

use super::{Answer, Wire};
#[cfg(feature = "ssr")]
use super::{cx, frame::say, refuse, renamed, visitor};
use leptos::prelude::*;
#[cfg(feature = "ssr")]
use model::Fingerprint;
#[cfg(feature = "ssr")]
use service::{me, user::Profile};

/// Changes one's own name and address, unless somebody else has since they were `seen`.
#[server(prefix = "/serverfn", output = Wire, endpoint = "rename_me")]
pub async fn rename_me(
    email: String,
    #[server(default)] first_name: String,
    #[server(default)] last_name: String,
    #[server(default)] seen: String,
) -> Answer<()> {
    let seen = Fingerprint::said(seen);
    let profile = Profile { first_name: Some(first_name), last_name: Some(last_name), email: Some(email) };
    me::edit(&cx()?, profile, seen.as_ref()).await.map_err(|error| renamed(error, super::user::shown))?;
    say("Saved your profile.".to_owned(), None).await
}

/// Changes one's own password; every session ends but the one that asks.
#[server(prefix = "/serverfn", output = Wire, endpoint = "change_my_password")]
pub async fn change_my_password(old_password: String, new_password: String) -> Answer<()> {
    let cx = cx()?;
    let as_shown = |field: &str| match field {
        "oldPassword" => Some("old_password"),
        "newPassword" => Some("new_password"),
        _ => None,
    };
    me::set_password(&cx, &old_password, &new_password).await.map_err(|error| renamed(error, as_shown))?;
    // Theirs has ended with the others: they go on with a new one.
    if let Some(me) = me::id(&cx) {
        visitor()?.sign_in(me).await.map_err(refuse)?;
    }
    say("Changed your password. Your other sessions have ended.".to_owned(), None).await
}
