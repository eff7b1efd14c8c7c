//! What is around every page: who is signed in and which tenants they may enter.

use crate::{
    Caller, Context, Result, TenantRef,
    act::{Act, ListTenants, UpdateTenant},
    decide::{Place, Subject, decide, reach},
};
use model::{Action, Permission, PrincipalId, Reach, Resource, TenantId, TenantLink, TenantUid};

/// Tenants in the switcher at once; the others are a search away.
const SHOWN: i64 = 10;

/// Superadmins that somebody is told to ask, at the most.
const ASKED: i64 = 3;

/// What the frame shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Address of who is signed in.
    pub user: String,
    /// Whether they administer the instance.
    pub superadmin: bool,
    /// Whether they may list all tenants.
    pub administers_tenants: bool,
    /// The tenants they may enter, the newest access first; none while tenants are off.
    pub tenants: Vec<TenantLink>,
    /// There are more than these.
    pub more: bool,
    /// Of the tenants that were named, those they may enter, as they were named.
    pub named: Vec<TenantLink>,
    /// Whether they may enter the tenant that is open.
    pub within: bool,
    /// Whether tenants are on.
    pub tenants_enabled: bool,
    /// Whether there is a default tenant beside the named ones: access can be synchronized with it.
    pub default_tenant: bool,
    /// Of what they may read lists in the tenant that is open.
    pub sees: Vec<Resource>,
    /// Whether they may change the tenant that is open.
    pub updates_tenant: bool,
}

/// Of what somebody may read lists, given what they hold.
fn sees(held: Option<(Subject, TenantUid)>) -> Vec<Resource> {
    let Some((subject, uid)) = held else { return Vec::new() };
    let listed = |resource: &&Resource| {
        let wanted = Permission::new(**resource, Action::List);
        if resource.in_namespace() {
            reach(&subject, wanted, &uid) != Reach::Only(Vec::new())
        } else {
            decide(&subject, wanted, Place::Tenant(&uid, None)).allowed()
        }
    };
    Resource::ALL.iter().filter(listed).copied().collect()
}

/// The frame for whoever is signed in; nothing for whoever is not. `named` are tenants to look up beside those that were
/// joined last: it is not known who may enter them.
#[tracing::instrument(name = "frame::frame", skip_all)]
pub async fn frame(cx: &Context, place: Option<&TenantRef>, named: &[TenantRef]) -> Result<Option<Frame>> {
    if !matches!(cx.caller(), Caller::Principal(_)) {
        return Ok(None);
    }
    let mut own = match cx.read_own(None).await {
        Err(crate::Error::Unauthenticated) => return Ok(None),
        other => other?,
    };
    let Subject::Principal(principal, _) = own.subject().clone() else { return Ok(None) };
    let held = match place {
        Some(place) => own.within(place).await?,
        None => None,
    };
    let within = held.is_some();
    let settings = cx.settings();
    // The default tenant is what it is (contract 6.3).
    let has_settings = |(_, uid): &(Subject, TenantUid)| settings.tenants && *uid != TenantUid::default_tenant();
    let updates_tenant = held.as_ref().is_some_and(has_settings) && own.may(UpdateTenant::PERMISSION);
    let mut tenants = if settings.tenants {
        store::tenants::accessible(own.tx(), &principal.id, settings.default_tenant, SHOWN + 1).await?
    } else {
        Vec::new()
    };
    let more = tenants.len() > usize::try_from(SHOWN).unwrap_or(usize::MAX);
    tenants.truncate(usize::try_from(SHOWN).unwrap_or(usize::MAX));
    let enters = (!principal.superadmin).then_some(&principal.id);
    let named = if settings.tenants {
        named_tenants(own.tx(), named, settings.default_tenant, enters).await?
    } else {
        Vec::new()
    };
    Ok(Some(Frame {
        sees: sees(held),
        updates_tenant,
        administers_tenants: own.may(ListTenants::PERMISSION),
        user: principal.name,
        superadmin: principal.superadmin,
        tenants,
        more,
        named,
        within,
        tenants_enabled: settings.tenants,
        default_tenant: settings.tenants && settings.default_tenant,
    }))
}

/// Tenants by how they were named, in that order.
async fn named_tenants(
    tx: &mut store::Tx,
    named: &[TenantRef],
    default: bool,
    enters: Option<&PrincipalId>,
) -> Result<Vec<TenantLink>> {
    let id = |place: &TenantRef| match place {
        TenantRef::Named(id) => Some(id.clone()),
        TenantRef::Default => None,
    };
    let ids: Vec<Option<TenantId>> = named.iter().map(id).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let default = default && ids.contains(&None);
    let texts: Vec<String> = ids.iter().flatten().map(ToString::to_string).collect();
    let mut found = store::tenants::among(tx, &texts, default, enters).await?;
    found.sort_by_key(|one| ids.iter().position(|id| *id == one.id));
    Ok(found)
}

/// Whom to ask where the access that the caller had without tenants waits for the sync: some superadmins.
#[tracing::instrument(name = "frame::waits_for", skip_all)]
pub async fn waits_for(cx: &Context) -> Result<Option<Vec<String>>> {
    let mut own = cx.read_own(None).await?;
    let Subject::Principal(principal, _) = own.subject().clone() else { return Ok(None) };
    if !crate::sync::waits(cx, own.tx(), &principal).await? {
        return Ok(None);
    }
    Ok(Some(store::principals::some_superadmins(own.tx(), ASKED).await?))
}
