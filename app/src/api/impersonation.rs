//! Acting in a user's place, and leaving it.

#![expect(missing_docs, reason = "arguments of a server function become fields; its own words explain them")]

use super::{Answer, Wire};
#[cfg(feature = "ssr")]
use super::{cx, frame::say, go, refuse, visitor};
use leptos::prelude::*;
#[cfg(feature = "ssr")]
use model::PrincipalId;

/// Takes a user's place, and goes to what the user sees first.
#[server(prefix = "/serverfn", output = Wire, endpoint = "take_place")]
pub async fn take_place(id: String) -> Answer<()> {
    let user = service::login::take_place(&cx()?, &PrincipalId::new(id)).await.map_err(refuse)?;
    visitor()?.take_place(&user.id).await.map_err(refuse)?;
    go("/ui");
    Ok(())
}

/// Leaves the place that was taken, and goes back to the page of the user whose it is.
#[server(prefix = "/serverfn", output = Wire, endpoint = "leave_place")]
pub async fn leave_place() -> Answer<()> {
    let (cx, visitor) = (cx()?, visitor()?);
    let Some(by) = visitor.impersonator().await.map_err(refuse)? else {
        go("/ui");
        return Ok(());
    };
    let left = service::me::id(&cx).cloned();
    service::login::sign_out(&cx).await.map_err(refuse)?;
    visitor.sign_in(&by).await.map_err(refuse)?;
    say("You're back in your own account.".to_owned(), None).await?;
    go(&left.map_or_else(|| "/ui".to_owned(), |id| format!("/administration/users/{}", crate::ui::quote(id.as_str()))));
    Ok(())
}
