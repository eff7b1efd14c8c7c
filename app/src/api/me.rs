//! What everybody may change about themselves.

#![expect(missing_docs, reason = "arguments of a server function become fields; its own words explain them")]

use super::{
    Answer, Saved, Wire,
    credential::{SessionRow, TokenRow},
    user::EditedUser,
};
#[cfg(feature = "ssr")]
use super::{
    asking, cookie,
    credential::{session_rows, token_rows},
    cx,
    dates::{Dates, moment},
    frame::say,
    refuse, renamed,
    user::PROFILE,
    visitor,
};
use leptos::prelude::*;
use model::Moment;
#[cfg(feature = "ssr")]
use model::{Fingerprint, Resource};
use serde::{Deserialize, Serialize};
#[cfg(feature = "ssr")]
use service::{audit_log, me, user::Profile};

/// How the console looks in a browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Looks {
    /// `light`, `dark` or `system`.
    pub theme: String,
    /// `normal` or `compact`.
    pub density: String,
    /// How dates are written.
    pub dates: String,
    /// All ways to write dates: each with what people read.
    pub offered: Vec<(String, String)>,
}

#[cfg(feature = "ssr")]
impl Looks {
    fn chosen() -> Self {
        let kept = |name: &str| cookie(name).unwrap_or_default();
        Self {
            theme: kept("kestra_theme"),
            density: kept("kestra_density"),
            dates: Dates::chosen().word().to_owned(),
            offered: Dates::choices(),
        }
    }
}

/// The caller's own account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MyAccount {
    /// Their profile.
    pub user: EditedUser,
    /// Whether they are a superadmin.
    pub superadmin: bool,
    /// Whether their profile is locked.
    pub restricted: bool,
    /// Whether they sign in with a password.
    pub password: bool,
    /// When they were created.
    pub created: Moment,
    /// What a password must be like.
    pub policy: String,
    /// How the console looks in this browser.
    pub looks: Looks,
    /// Their API tokens.
    pub tokens: Vec<TokenRow>,
    /// Their sessions.
    pub sessions: Vec<SessionRow>,
}

/// The caller's own account.
#[server(prefix = "/serverfn", output = Wire, endpoint = "my_account")]
pub async fn show_my_account(#[server(default)] again: bool) -> Answer<MyAccount> {
    let cx = asking(again)?;
    let user = me::get(&cx).await.map_err(refuse)?;
    let tokens = me::tokens(&cx).await.map_err(refuse)?;
    let sessions = me::sessions(&cx).await.map_err(refuse)?;
    let (now, one) = (cx.now(), &user.principal);
    Ok(MyAccount {
        user: EditedUser::of(one),
        superadmin: one.superadmin,
        restricted: one.restricted,
        password: user.password,
        created: moment(one.created_at, now),
        policy: cx.settings().passwords.sentence(),
        looks: Looks::chosen(),
        tokens: token_rows(tokens, now),
        sessions: session_rows(sessions, now),
    })
}

/// The caller's own profile as somebody else has saved it.
#[server(prefix = "/serverfn", output = Wire, endpoint = "my_account_as_saved")]
pub async fn my_account_as_saved() -> Answer<Saved<EditedUser>> {
    let cx = cx()?;
    let one = me::get(&cx).await.map_err(refuse)?.principal;
    let what = (Resource::User, one.id.as_str());
    let last = audit_log::last_change(&cx, None, what, &one, &PROFILE).await.map_err(refuse)?;
    let now = EditedUser::of(&one);
    Ok(Saved { seen: now.seen.clone(), now, by: last.map(|(who, at)| (who, moment(at, cx.now()))) })
}

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
