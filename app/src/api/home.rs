//! Where one lands: the tenants one may open.

#![expect(missing_docs, reason = "arguments of a server function become fields; its own words explain them")]

use super::{Answer, Wire, frame::Entry};
#[cfg(feature = "ssr")]
use super::{asking, refuse};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// One's tenants, and what one should know first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Home {
    /// Those one has joined last.
    pub tenants: Vec<Entry>,
    /// There are others.
    pub more: bool,
    /// Whether multi-tenancy is on.
    pub tenants_enabled: bool,
    /// Whether one administers tenants.
    pub administers_tenants: bool,
    /// Whether one administers the instance.
    pub superadmin: bool,
    /// Whom to ask, if one's access waits for the sync.
    pub waits: Option<Vec<String>>,
}

/// The tenants that the caller may open.
#[server(prefix = "/serverfn", output = Wire, endpoint = "your_tenants")]
pub async fn your_tenants(#[server(default)] again: bool) -> Answer<Home> {
    let cx = asking(again)?;
    let frame = service::frame::frame(&cx, None, &[]).await.map_err(refuse)?;
    let frame = frame.ok_or_else(|| refuse(service::Error::Unauthenticated))?;
    let waits = service::frame::waits_for(&cx).await.map_err(refuse)?;
    Ok(Home {
        tenants: frame.tenants.iter().map(Entry::of).collect(),
        more: frame.more,
        tenants_enabled: frame.tenants_enabled,
        administers_tenants: frame.administers_tenants,
        superadmin: frame.superadmin,
        waits,
    })
}
