//! What the frame around every page shows.

#![expect(missing_docs, reason = "arguments of a server function become fields; its own words explain them")]

use super::{Answer, Wire};
#[cfg(feature = "ssr")]
use super::{cx, refuse, visitor};
use leptos::prelude::*;
use model::TenantLink;
use serde::{Deserialize, Serialize};

/// Who is signed in, and where they may go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrameData {
    /// Address of who is signed in.
    pub user: String,
    /// Whether they administer the instance.
    pub superadmin: bool,
    /// Whether Administration → Tenants is for them.
    pub administers_tenants: bool,
    /// Whether tenants are on.
    pub tenants_enabled: bool,
    /// Tenants of the switcher.
    pub tenants: Vec<TenantLink>,
    /// There are more.
    pub more: bool,
    /// Where one is: labels, and addresses for all but the last.
    pub trail: Vec<(String, Option<String>)>,
    /// Pages of the tenant that is open, as far as they are for this user; then those of the instance.
    pub links: [Vec<Link>; 2],
    /// What just happened.
    pub flash: Option<Flash>,
}

/// A page in the navigation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Its address.
    pub href: String,
    /// Its name.
    pub label: String,
    /// Drawing beside it.
    pub icon: String,
}

/// What just happened, said once on the page after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    /// The sentence.
    pub message: String,
    /// How to take it back, if it can be.
    pub undo: Option<Undo>,
}

/// A role to give back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undo {
    /// The tenant.
    pub tenant: String,
    /// Whose.
    pub email: String,
    /// The role's id.
    pub role: String,
    /// Where; empty for the whole tenant.
    pub namespace: String,
}

/// The frame of the page at a path; nothing where nobody is signed in. Where it is `heard` that something has changed
/// elsewhere, what is to be said stays for whoever did it.
#[server(prefix = "/serverfn", output = Wire, endpoint = "frame")]
pub async fn frame(path: String, #[server(default)] heard: bool) -> Answer<Option<FrameData>> {
    let segment = path.strip_prefix("/ui/").and_then(|rest| rest.split('/').next()).unwrap_or_default();
    let place = service::TenantRef::from_segment(segment).ok();
    let Some(frame) = service::frame::frame(&cx()?, place.as_ref()).await.map_err(refuse)? else { return Ok(None) };
    let flash = if heard { None } else { visitor()?.take_flash().await };
    let flash = flash.and_then(|json| serde_json::from_str(&json).ok());
    Ok(Some(FrameData {
        trail: crate::page::trail(&path),
        links: [crate::page::tenant_links(segment, &frame), crate::page::instance_links(&frame)],
        user: frame.user,
        superadmin: frame.superadmin,
        administers_tenants: frame.administers_tenants,
        tenants_enabled: frame.tenants_enabled,
        tenants: frame.tenants,
        more: frame.more,
        flash,
    }))
}

/// Leaves a message for the next page.
#[cfg(feature = "ssr")]
pub(crate) async fn say(message: String, undo: Option<Undo>) -> Answer<()> {
    let flash = serde_json::to_string(&Flash { message, undo }).unwrap_or_default();
    visitor()?.leave_flash(flash).await.map_err(refuse)
}
