//! What open pages hear of: that something they may show was changed. Not what: they read it again, as whoever they
//! are open for.

use crate::{Context, Error, Result, Service, TenantRef, act::Act, act::ListTenants, context::Read};
use model::{PrincipalId, Resource, TenantLink, TenantUid};
use std::{sync::Arc, time::Duration};
use store::{Changed, Told};
use tokio::sync::broadcast::{Receiver, Sender, channel, error::RecvError};

/// Changes that somebody who listens may be behind before everything counts as changed.
const BEHIND: usize = 1024;
/// How soon somebody who begins to listen is heard of.
const SOON: Duration = Duration::from_millis(100);
/// How long to wait before a database that does not answer is asked again, and before nobody listens for good.
const AGAIN: Duration = Duration::from_secs(1);
/// Tenants of somebody's own that are compared.
const TENANTS: i64 = 21;

#[derive(Debug, Clone)]
enum Heard {
    Change(Arc<Changed>),
    Everything,
    End,
}

/// Where all who listen hear it.
pub(crate) struct Hub(Sender<Heard>);

impl Default for Hub {
    fn default() -> Self {
        Self(channel(BEHIND).0)
    }
}

/// Passes on what the database tells, for as long as the process runs. While nobody listens the database is not asked.
pub async fn watch(service: Arc<Service>) {
    let hub = &service.live.0;
    loop {
        while hub.receiver_count() == 0 {
            tokio::time::sleep(SOON).await;
        }
        if let Err(error) = pass_on(&service, hub).await {
            tracing::warn!(%error, "changes are not heard of for a moment");
            tokio::time::sleep(AGAIN).await;
        }
    }
}

/// Until nobody listens any more.
async fn pass_on(service: &Service, hub: &Sender<Heard>) -> Result<()> {
    let mut changes = service.store.changes().await?;
    // What happened before.
    let _ = hub.send(Heard::Everything);
    loop {
        let told = tokio::select! {
            told = changes.next() => told?,
            () = deserted(hub) => return Ok(()),
        };
        match told {
            Told::These(these) => {
                for one in these {
                    let _ = hub.send(Heard::Change(Arc::new(one)));
                }
            }
            Told::Everything => drop(hub.send(Heard::Everything)),
        }
    }
}

async fn deserted(hub: &Sender<Heard>) {
    while hub.receiver_count() > 0 {
        tokio::time::sleep(AGAIN).await;
    }
}

/// Ends all who listen, so that the process can.
pub fn end(service: &Service) {
    let _ = service.live.0.send(Heard::End);
}

/// What a page is about.
enum Scope {
    /// A tenant.
    Tenant(TenantUid),
    /// All of it.
    Instance,
    /// Only the tenants of whoever looks; these it had last.
    Own(Vec<TenantLink>),
}

/// Somebody who listens.
pub struct Listening {
    cx: Context,
    place: Option<TenantRef>,
    me: PrincipalId,
    scope: Scope,
    /// Whether the page shows what was only tried: the audit log does.
    tries: bool,
    heard: Receiver<Heard>,
}

/// Listens to changes of a tenant, or of all that the caller may see outside of one; with `tries` also to what was only
/// tried. Nobody asked for it to be opened but the page, so where it is not allowed that is not written down.
///
/// # Errors
/// [`Error::NoAccess`] and [`Error::NotFound`] as for every page of the tenant.
pub async fn listen(cx: &Context, place: Option<TenantRef>, tries: bool) -> Result<Listening> {
    // Before anything is read: what changes in between is heard twice rather than never.
    let heard = cx.service.live.0.subscribe();
    let cx = &cx.by_itself();
    let me = cx.principal_id().cloned().ok_or(Error::Unauthenticated)?;
    let mut read = cx.read_own(place.as_ref()).await?;
    let scope = match place {
        Some(_) => Scope::Tenant(read.data_uid()?),
        None if read.may(ListTenants::PERMISSION) => Scope::Instance,
        None => Scope::Own(own(cx, &mut read, &me).await?),
    };
    Ok(Listening { cx: cx.clone(), place, me, scope, tries, heard })
}

async fn own<A>(cx: &Context, read: &mut Read<A>, me: &PrincipalId) -> Result<Vec<TenantLink>> {
    Ok(store::tenants::accessible(read.tx(), me, cx.settings().default_tenant, TENANTS).await?)
}

/// What decides who may see what: after a change of it nobody's page is certain.
fn decides(resource: Resource) -> bool {
    use Resource::{Binding, Group, Invitation, Role, ServiceAccount, Tenant, User};
    matches!(resource, Binding | Group | Invitation | Role | ServiceAccount | Tenant | User)
}

impl Listening {
    /// The next change that is for this page: which resource, nothing if it may be any. Ends where the page is no longer
    /// for this caller, after a last one.
    pub async fn next(&mut self) -> Option<Option<Resource>> {
        loop {
            let change = match self.heard.recv().await {
                Ok(Heard::Change(change)) => change,
                Ok(Heard::Everything) | Err(RecvError::Lagged(_)) => return Some(None),
                Ok(Heard::End) | Err(RecvError::Closed) => return None,
            };
            if change.only_tried() && !self.tries {
                continue;
            }
            let mine = change.target == self.me.as_str();
            let here = match &self.scope {
                Scope::Tenant(uid) => change.tenant.as_ref() == Some(uid),
                Scope::Instance => true,
                Scope::Own(_) => false,
            };
            if !change.only_tried() && (mine || (here && decides(change.resource))) {
                if !self.still().await {
                    self.heard = channel(1).1;
                }
                return Some(Some(change.resource).filter(|_| !mine));
            }
            if here {
                return Some(Some(change.resource));
            }
            if !change.only_tried() && decides(change.resource) && self.moved().await {
                return Some(None);
            }
        }
    }

    /// Whether the caller may still look. Nobody asked to, so a no is no refusal.
    async fn still(&self) -> bool {
        let Ok(mut read) = self.cx.read_own(None).await else { return false };
        match &self.place {
            Some(place) => read.within(place).await.is_ok_and(|held| held.is_some()),
            None => true,
        }
    }

    /// Whether the caller's own tenants are others now.
    async fn moved(&mut self) -> bool {
        let Scope::Own(before) = &self.scope else { return false };
        let Ok(mut read) = self.cx.read_own(None).await else { return true };
        let Ok(now) = own(&self.cx, &mut read, &self.me).await else { return false };
        let moved = *before != now;
        self.scope = Scope::Own(now);
        moved
    }
}
