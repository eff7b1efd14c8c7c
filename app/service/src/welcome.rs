//! What a tenant gives to whoever is let in.

use crate::{Context, Result, audit, audit::Change};
use model::{Access, Binding, BindingId, NewBinding, Principal, PrincipalKind, Resource, TenantUid};
use store::Tx;

/// Gives a user who is new in tenants the roles that these give to new users (`isDefault`, contract 3.5). Service
/// accounts get none; nor does whom a binding, a membership, an import or the sync lets in: it is said there what they
/// get.
pub(crate) async fn welcome(
    cx: &Context,
    tx: &mut Tx,
    user: &Principal,
    tenants: &[TenantUid],
    by: &str,
) -> Result<()> {
    if tenants.is_empty() || user.kind != PrincipalKind::User {
        return Ok(());
    }
    let given = store::roles::for_newcomer(tx, tenants, &user.id).await?;
    if given.is_empty() {
        return Ok(());
    }
    let (mut rows, mut changes) = (Vec::new(), Vec::new());
    for (uid, tenant, role) in given {
        let id = BindingId::new(cx.new_id());
        let new = NewBinding { holder: Access::Principal(user.id.clone()), role: role.id.clone(), namespace: None };
        let made = Binding { id: id.clone(), holder: user.reference(), role, namespace: None, created_at: cx.now() };
        changes.push(Change::created(Resource::Binding, id.as_str(), &made).within(&uid, tenant.as_ref()));
        rows.push((uid, id, new));
    }
    store::transfer::insert_bindings(tx, &rows, cx.now(), by).await?;
    audit::record_all(tx, cx, by, changes).await
}
