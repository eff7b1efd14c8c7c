//! What everybody may know and change about themselves (contract 3.3).

use crate::{
    Context, Error, Result,
    audit::Change,
    decide::Subject,
    session,
    token::{self, NewToken},
    user::{self, Profile, User},
};
use model::{Fingerprint, OpenSession, Principal, PrincipalId, Resource, Token, TokenId};

fn own(subject: &Subject) -> Result<Principal> {
    match subject {
        Subject::Principal(principal, _) => Ok(principal.clone()),
        Subject::Operator => Err(Error::Unauthenticated),
    }
}

/// The caller.
#[tracing::instrument(name = "me::get", skip_all)]
pub async fn get(cx: &Context) -> Result<User> {
    let mut read = cx.read_own(None).await?;
    let me = own(read.subject())?;
    let found = store::principals::by_ids(read.tx(), &[me.id.to_string()]).await?;
    user::with_places(cx, read.tx(), found, true).await?.pop().ok_or(Error::Unauthenticated)
}

/// Refuses what a demonstration user may not do to itself.
fn unrestricted(me: &Principal) -> Result<()> {
    let message = "This is a demonstration user: it cannot be changed.".into();
    if me.restricted { Err(Error::Conflict { field: None, message }) } else { Ok(()) }
}

/// Changes the caller's own name and address.
#[tracing::instrument(name = "me::rename", skip_all)]
pub async fn rename(cx: &Context, profile: Profile) -> Result<User> {
    edit(cx, profile, None).await
}

/// Changes the caller's own name and address as a form says that was filled from what is `seen`.
///
/// # Errors
/// [`Error::Changed`] where somebody else has saved something else since.
#[tracing::instrument(name = "me::edit", skip_all)]
pub async fn edit(cx: &Context, profile: Profile, seen: Option<&Fingerprint>) -> Result<User> {
    let mut work = cx.write_own(None).await?;
    let me = own(work.subject())?;
    unrestricted(&me)?;
    let change = user::set_profile(work.tx(), &me.id, profile, seen).await?;
    work.commit(change).await?;
    get(cx).await
}

/// Changes the caller's own password; sessions and sign-ins end.
///
/// # Errors
/// [`Error::Invalid`] where the old password is wrong or the new one too weak.
#[tracing::instrument(name = "me::set_password", skip_all)]
pub async fn set_password(cx: &Context, old: &str, new: &str) -> Result<()> {
    let mut read = cx.read_own(None).await?;
    let me = own(read.subject())?;
    unrestricted(&me)?;
    let stored = store::principals::password(read.tx(), &me.id).await?;
    drop(read);
    let hash = stored.as_ref().map(|stored| stored.hash.as_str());
    if !cx.service.hasher.verify(old, hash).await? {
        return Err(Error::field("oldPassword", "This is not your password."));
    }
    if let Some(weak) = user::weak(cx, new) {
        return Err(Error::field("newPassword", weak.message));
    }
    let hash = cx.service.hasher.hash(new).await?;
    let mut work = cx.write_own(None).await?;
    let user = user::held_user(work.tx(), &me.id).await?;
    // Somebody may have given the user another one while this one was compared.
    let now = store::principals::password(work.tx(), &me.id).await?;
    if now.map(|now| now.hash) != stored.map(|stored| stored.hash) {
        return Err(Error::field("oldPassword", "This is not your password."));
    }
    store::principals::set_password(work.tx(), &user, &hash, cx.now()).await?;
    store::sessions::delete_of(work.tx(), &me.id).await?;
    work.commit(Change::updated(Resource::User, me.id.as_str(), &"password", &"password")).await
}

/// The caller's tokens.
#[tracing::instrument(name = "me::tokens", skip_all)]
pub async fn tokens(cx: &Context) -> Result<Vec<Token>> {
    let mut read = cx.read_own(None).await?;
    let me = own(read.subject())?;
    Ok(store::tokens::list(read.tx(), &me.id).await?)
}

/// Makes a token of the caller; its secret is returned once. Whoever acts in another's place makes none: it would
/// outlast the impersonation.
#[tracing::instrument(name = "me::create_token", skip_all)]
pub async fn create_token(cx: &Context, new: NewToken) -> Result<(Token, String)> {
    let mut work = cx.write_own(None).await?;
    let me = own(work.subject())?;
    unrestricted(&me)?;
    if cx.impersonator.is_some() {
        let message = "You can't create API tokens while impersonating someone.".into();
        return Err(Error::Conflict { field: None, message });
    }
    let made = token::make(cx, &mut work, &me.id, new).await?;
    work.commit(token::change(&me, Some(&made.0), None)).await?;
    Ok(made)
}

/// Removes a token of the caller.
#[tracing::instrument(name = "me::delete_token", skip_all, fields(%id))]
pub async fn delete_token(cx: &Context, id: &TokenId) -> Result<()> {
    let mut work = cx.write_own(None).await?;
    let me = own(work.subject())?;
    token::remove(work.tx(), &me.id, id).await?;
    work.commit(token::change(&me, None, Some(id))).await
}

/// The caller's sessions.
#[tracing::instrument(name = "me::sessions", skip_all)]
pub async fn sessions(cx: &Context) -> Result<Vec<OpenSession>> {
    let mut read = cx.read_own(None).await?;
    let me = own(read.subject())?;
    session::of(cx, read.tx(), &me.id).await
}

/// Ends a session of the caller, or all of them.
#[tracing::instrument(name = "me::end_sessions", skip_all)]
pub async fn end_sessions(cx: &Context, session: Option<&str>) -> Result<()> {
    let mut work = cx.write_own(None).await?;
    let me = own(work.subject())?;
    let change = session::end(work.tx(), &me.id, session).await?;
    work.commit(change).await
}

/// The caller's id.
pub fn id(cx: &Context) -> Option<&PrincipalId> {
    cx.principal_id()
}
