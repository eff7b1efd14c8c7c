//! A tenant's page: what it is, which roles it has, who holds them.

mod access;

use crate::place::{parameter, segment};
use crate::{
    api::tenant::{TenantPage, view_tenant},
    form::Changed,
    ui::{Badge, Failure, Icon, Id, PageHead, TableBox, When, number},
};
use access::Access;
use leptos::prelude::*;
use model::{HeldRole, RoleSummary, TenantLink, TenantView};

/// The tenant, as its administrator sees it.
#[component]
pub(crate) fn TenantDetail() -> impl IntoView {
    view! { <Page administration=true /> }
}

/// The tenant, as those who work in it see it.
#[component]
pub(crate) fn TenantOverview() -> impl IntoView {
    view! { <Page administration=false /> }
}

#[component]
fn Page(administration: bool) -> impl IntoView {
    let changed = expect_context::<Changed>().0;
    let id = segment("tenant");
    let after = parameter("after");
    let page = Resource::new(move || (id.get(), after.get(), changed.get()), |(id, after, _)| view_tenant(id, after));
    view! {
        <Transition>
            {move || {
                page.get()
                    .map(|page| match page {
                        Ok(page) => view! { <Detail page administration /> }.into_any(),
                        Err(refusal) => view! { <Failure error=refusal.0 /> }.into_any(),
                    })
            }}
        </Transition>
    }
}

#[component]
fn Detail(page: TenantPage, administration: bool) -> impl IntoView {
    let TenantPage { view, now } = page;
    let TenantView { tenant, roles, held, bindings, bindings_total, bindings_next, may } = view;
    let id = TenantLink::segment(tenant.id.as_ref());
    // The default tenant is what it is (contract 6.3).
    let named = tenant.id.is_some();
    let base = format!("/administration/tenants/{id}");
    let here = if administration { base.clone() } else { format!("/ui/{id}") };
    let actions = view! {
        {(!administration && named && may.update)
            .then(|| view! { <a class="button secondary" href=base.clone()>"Administer"</a> })}
        {(administration && named && may.update)
            .then(|| view! { <a class="button secondary" href=format!("{base}/edit")>{Icon::Pencil.view()} "Edit"</a> })}
        {(administration && named && may.delete)
            .then(|| view! { <a class="button secondary" href=format!("{base}/delete")>{Icon::Trash.view()} "Delete"</a> })}
    };
    let choices: Vec<_> = roles.iter().map(|role| (role.role.id.to_string(), role.role.name.clone())).collect();
    view! {
        <PageHead title=tenant.name.clone()>{actions}</PageHead>
        <dl class="facts">
            <dt>"Tenant ID"</dt>
            <dd>
                {match &tenant.id {
                    Some(id) => view! { <Id text=id.to_string() /> }.into_any(),
                    None => view! { <span class="muted">"none"</span> }.into_any(),
                }}
            </dd>
            <dt>"Created"</dt>
            <dd><When at=tenant.created_at now /> " by " {tenant.created_by}</dd>
            <dt>"Users"</dt>
            <dd>{number(tenant.users)}</dd>
            <dt>"You are"</dt>
            <dd><Held held /></dd>
        </dl>
        <Roles roles total=tenant.roles />
        {may.see_access
            .then(|| {
                view! {
                    <Access
                        tenant=id
                        roles=choices
                        bindings
                        total=bindings_total
                        next=bindings_next.map(|place| format!("{here}?after={}", place.encode()))
                        may
                        now
                    />
                }
            })}
    }
}

/// What the one who looks holds here.
#[component]
fn Held(held: Vec<HeldRole>) -> impl IntoView {
    if held.is_empty() {
        return view! { <span class="muted">"without a role in this tenant"</span> }.into_any();
    }
    held.into_iter()
        .map(|one| {
            let place = one.namespace.map(|namespace| format!(" in {namespace}")).unwrap_or_default();
            let group = if one.through_group { " (through a group)" } else { "" };
            view! { <Badge text=format!("{}{place}{group}", one.role.name) kind="accent" /> " " }
        })
        .collect_view()
        .into_any()
}

#[component]
fn Roles(roles: Vec<RoleSummary>, total: i64) -> impl IntoView {
    let shown = i64::try_from(roles.len()).unwrap_or(i64::MAX);
    view! {
        <section class="section" aria-labelledby="roles">
            <h2 id="roles" class="section-title">"Roles " <span class="count">{number(total)}</span></h2>
            <TableBox label="Roles">
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">"Role"</th>
                            <th scope="col" class="minor">"For"</th>
                            <th scope="col" class="numeric">"Permissions"</th>
                            <th scope="col" class="minor">"ID"</th>
                        </tr>
                    </thead>
                    <tbody>
                        {roles
                            .into_iter()
                            .map(|role| {
                                view! {
                                    <tr>
                                        <td class="nowrap">
                                            {role.role.name} " "
                                            {role.is_managed.then(|| view! { <Badge text="Managed" /> })}
                                        </td>
                                        <td class="wide muted minor">{role.description}</td>
                                        <td class="numeric">{number(i64::try_from(role.permissions).unwrap_or(0))}</td>
                                        <td class="minor"><code>{role.role.id.to_string()}</code></td>
                                    </tr>
                                }
                            })
                            .collect_view()}
                    </tbody>
                </table>
            </TableBox>
            {(shown < total).then(|| view! { <p class="muted">"The first " {number(shown)} " roles."</p> })}
        </section>
    }
}
