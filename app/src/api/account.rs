//! Signing in and out, the first run, and how the console looks to one person.

#![expect(missing_docs, reason = "arguments of a server function become fields; its own words explain them")]

use super::{Answer, Wire};
#[cfg(feature = "ssr")]
use super::{cx, frame::say, go, keep, refuse, visitor};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// Signs in and goes on to `next`.
#[server(prefix = "/serverfn", output = Wire, endpoint = "sign_in")]
pub async fn sign_in(email: String, password: String, #[server(default)] next: String) -> Answer<()> {
    let user = service::login::sign_in(&cx()?, &email, &password).await.map_err(refuse)?;
    visitor()?.sign_in(&user.id).await.map_err(refuse)?;
    go(local(&next));
    Ok(())
}

/// Signs out.
#[server(prefix = "/serverfn", output = Wire, endpoint = "sign_out")]
pub async fn sign_out() -> Answer<()> {
    // A session that has ended elsewhere is signed out already.
    let _ = service::login::sign_out(&cx()?).await;
    visitor()?.sign_out().await.map_err(refuse)?;
    go("/login");
    Ok(())
}

/// What the setup page asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetUpData {
    /// What a password must have.
    pub policy: String,
    /// Whether a first tenant can be made.
    pub tenants_enabled: bool,
    /// Whether the default tenant is on.
    pub default_tenant: bool,
}

/// What the setup page shows.
#[server(prefix = "/serverfn", output = Wire, endpoint = "set_up_form")]
pub async fn set_up_form() -> Answer<SetUpData> {
    let cx = cx()?;
    let settings = cx.settings();
    Ok(SetUpData {
        policy: settings.passwords.sentence(),
        tenants_enabled: settings.tenants,
        default_tenant: settings.default_tenant,
    })
}

/// Makes the first superadmin, signs them in, and makes a first tenant if one is named.
#[server(prefix = "/serverfn", output = Wire, endpoint = "set_up")]
pub async fn set_up(
    email: String,
    password: String,
    #[server(default)] tenant_id: String,
    #[server(default)] tenant_name: String,
) -> Answer<()> {
    let form = service::setup::SetUp { email, password, tenant: Some((tenant_id, tenant_name)) };
    let user = service::setup::complete(&cx()?, form).await.map_err(refuse)?;
    visitor()?.sign_in(&user.id).await.map_err(refuse)?;
    go("/administration/tenants");
    Ok(())
}

/// Remembers light, dark or the system's choice in a cookie.
#[server(prefix = "/serverfn", output = Wire, endpoint = "set_theme")]
pub async fn set_theme(theme: String) -> Answer<()> {
    let theme = match theme.as_str() {
        "light" | "dark" => theme.as_str(),
        _ => "system",
    };
    keep("kestra_theme", theme)
}

/// Remembers how the console looks in this browser.
#[server(prefix = "/serverfn", output = Wire, endpoint = "set_looks")]
pub async fn set_looks(theme: String, density: String, #[server(default)] dates: String) -> Answer<()> {
    use crate::api::dates::{COOKIE, Dates};
    set_theme(theme).await?;
    keep(COOKIE, Dates::parse(&dates).word())?;
    keep("kestra_density", if density == "compact" { "compact" } else { "normal" })?;
    say("Saved. This applies to this browser only.".to_owned(), None).await?;
    go("/account");
    Ok(())
}

/// Tenants that one may pin, at the most.
#[cfg(feature = "ssr")]
const PINS: usize = 20;

/// Keeps a tenant at the top of the switcher of this browser, or no longer.
#[server(prefix = "/serverfn", output = Wire, endpoint = "pin_tenant")]
pub async fn pin_tenant(tenant: String, #[server(default)] pinned: bool) -> Answer<()> {
    service::TenantRef::from_segment(&tenant).map_err(refuse)?;
    let mut pins = kept(PINNED);
    pins.retain(|one| *one != tenant);
    if pinned {
        pins.insert(0, tenant);
        pins.truncate(PINS);
    }
    keep(PINNED, &pins.join("."))
}

/// The cookie with tenants that are pinned.
#[cfg(feature = "ssr")]
pub(super) const PINNED: &str = "kestra_pinned";
/// The cookie with tenants one was in last.
#[cfg(feature = "ssr")]
pub(super) const RECENT: &str = "kestra_recent";

/// Segments of addresses of tenants, as a cookie keeps them: no identifier has a dot.
#[cfg(feature = "ssr")]
pub(super) fn kept(cookie: &str) -> Vec<String> {
    let text = super::cookie(cookie).unwrap_or_default();
    let known = |segment: &&str| service::TenantRef::from_segment(segment).is_ok();
    text.split('.').filter(known).take(PINS).map(str::to_owned).collect()
}

/// `next` if it is a page of ours; anything else might be somebody else's.
#[cfg(feature = "ssr")]
fn local(next: &str) -> &str {
    let ours = next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\n', '\r']);
    if ours { next } else { "/ui" }
}
