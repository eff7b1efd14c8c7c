//! What the frame around every page shows.

#![expect(missing_docs, reason = "arguments of a server function become fields; its own words explain them")]

use super::{Answer, Wire};
#[cfg(feature = "ssr")]
use super::{
    account::{PINNED, RECENT, kept},
    asking, keep, refuse, visitor,
};
use leptos::prelude::*;
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
    /// What opens below the tenant that is open.
    pub switcher: Switcher,
    /// Where one is: labels, and addresses for all but the last.
    pub trail: Vec<(String, Option<String>)>,
    /// Pages of the tenant that is open, as far as they are for this user; then those of the instance.
    pub links: [Vec<Link>; 2],
    /// Who impersonates this user, if somebody does.
    pub acting: Option<String>,
    /// What just happened.
    pub flash: Option<Flash>,
}

impl FrameData {
    /// What is certain of it at another address: not where one is, and of a tenant's pages only those of the same one.
    pub(crate) fn carried(mut self, address: &str) -> Self {
        let tenant = address.strip_prefix("/ui/").and_then(|rest| rest.split('/').next()).unwrap_or_default();
        let home = format!("/ui/{tenant}");
        let within = |href: &str| href.strip_prefix(&home).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        self.trail.clear();
        self.links[0].retain(|link| within(&link.href));
        self
    }
}

/// The tenants one may enter. None is in two of the lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Switcher {
    /// Those that were pinned in this browser.
    pub pinned: Vec<Entry>,
    /// Those one was in last with this browser.
    pub recent: Vec<Entry>,
    /// Those one has joined last.
    pub joined: Vec<Entry>,
    /// Of those that were joined there are more than these.
    pub more: bool,
    /// Whether all tenants of the instance are for them.
    pub all: bool,
    /// Whether there are enough to look for one.
    pub many: bool,
}

/// A tenant to enter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// What stands for it in addresses.
    pub segment: String,
    /// Its name.
    pub name: String,
}

#[cfg(feature = "ssr")]
impl Entry {
    /// Of a tenant.
    pub(crate) fn of(tenant: &model::TenantLink) -> Self {
        Self { segment: model::TenantLink::segment(tenant.id.as_ref()), name: tenant.name.clone() }
    }
}

/// A page in the navigation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Its address.
    pub href: String,
    /// Its name.
    pub label: String,
    /// Name of the drawing beside it.
    pub icon: String,
}

/// What just happened, said once on the page after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    /// The sentence.
    pub message: String,
    /// How to take it back, if it can be.
    pub undo: Option<Undo>,
    /// Whether it did not work.
    #[serde(default)]
    pub failed: bool,
}

/// How to take back what was just done: a server function to call, and what to tell it. It waits in the session of
/// whoever did it, where nobody else reads or writes it; and the function decides anew whether they may.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undo {
    /// Address of the function.
    pub to: String,
    /// Its arguments.
    pub fields: Vec<(String, String)>,
}

#[cfg(feature = "ssr")]
impl Undo {
    /// By a function with these arguments.
    pub(crate) fn by<F: leptos::server_fn::ServerFn>(fields: &[(&str, &str)]) -> Option<Self> {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Some(Self { to: F::PATH.to_owned(), fields })
    }
}

/// Tenants one was in last that are remembered, at the most.
#[cfg(feature = "ssr")]
const RECENTLY: usize = 5;

/// The frame of the page at a path; nothing where nobody is signed in. A page that reads it `again` by itself leaves
/// what is to be said to the one that did it.
#[server(prefix = "/serverfn", output = Wire, endpoint = "frame")]
pub async fn frame(path: String, #[server(default)] again: bool) -> Answer<Option<FrameData>> {
    let segment = path.strip_prefix("/ui/").and_then(|rest| rest.split('/').next()).unwrap_or_default();
    let place = service::TenantRef::from_segment(segment).ok();
    let cx = asking(again)?;
    let (pins, mut recent) = (kept(PINNED), kept(RECENT));
    let named: Vec<_> =
        pins.iter().chain(&recent).filter_map(|one| service::TenantRef::from_segment(one).ok()).collect();
    let frame = service::frame::frame(&cx, place.as_ref(), &named).await.map_err(refuse)?;
    let Some(frame) = frame else { return Ok(None) };
    let switcher = Switcher::new(&frame, &pins, &recent);
    if frame.within && frame.tenants_enabled && recent.first().is_none_or(|last| last != segment) {
        recent.retain(|one| one != segment);
        recent.insert(0, segment.to_owned());
        recent.truncate(RECENTLY);
        keep(RECENT, &recent.join("."))?;
    }
    let flash = if again { None } else { visitor()?.take_flash().await };
    let flash = flash.and_then(|json| serde_json::from_str(&json).ok());
    Ok(Some(FrameData {
        trail: super::links::trail(&path),
        links: [super::links::tenant_links(segment, &frame), super::links::instance_links(&frame)],
        acting: cx.impersonator().map(str::to_owned),
        user: frame.user,
        superadmin: frame.superadmin,
        administers_tenants: frame.administers_tenants,
        tenants_enabled: frame.tenants_enabled,
        switcher,
        flash,
    }))
}

#[cfg(feature = "ssr")]
impl Switcher {
    /// Below this many there is nothing to look for.
    const MANY: usize = 7;

    /// `pins` and `recent` are segments of addresses, as a browser remembers them.
    fn new(frame: &service::frame::Frame, pins: &[String], recent: &[String]) -> Self {
        let named: Vec<_> = frame.named.iter().map(Entry::of).collect();
        let known = |segments: &[String]| -> Vec<Entry> {
            segments.iter().filter_map(|wanted| named.iter().find(|one| one.segment == *wanted).cloned()).collect()
        };
        let (pinned, mut recent) = (known(pins), known(recent));
        recent.retain(|one| !pinned.contains(one));
        let mut joined: Vec<_> = frame.tenants.iter().map(Entry::of).collect();
        joined.retain(|one| !pinned.contains(one) && !recent.contains(one));
        let many = frame.more || frame.administers_tenants || frame.tenants.len() > Self::MANY;
        Self { pinned, recent, joined, more: frame.more, all: frame.administers_tenants, many }
    }
}

/// Leaves a message for the next page.
#[cfg(feature = "ssr")]
pub(crate) async fn say(message: String, undo: Option<Undo>) -> Answer<()> {
    let flash = serde_json::to_string(&Flash { message, undo, failed: false }).unwrap_or_default();
    visitor()?.leave_flash(flash).await.map_err(refuse)
}
