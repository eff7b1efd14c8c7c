//! Service accounts: programs that come with tokens. All of the instance, or those that a tenant has let in.

use super::{
    conflict::{Conflict, Difference, fields, summary},
    credentials::{Owner, Tokens},
    parts::{brief, button, facts, heading, hidden, id, none, pager, search, section, stacked, table},
    route::{Answer, Asked, Page, Tenant, no_page, part},
    users::{lost, offered, places, superadmin, tenant_boxes},
};
use crate::{
    api::dates::when,
    api::{
        credential::ACCOUNT,
        service_account::{CreateServiceAccount, DeleteServiceAccount, UpdateServiceAccount, address},
    },
    form::{Field, Form, FormSummary, Submit, Tick, Typed, seen, ticked},
    ui::{Badge, Callout, Empty, Icon, Tone, count, number, quote},
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{Action, Group, List, Permission, PrincipalId, Resource, Timestamp};
use service::{
    TenantRef, access, group, service_account,
    user::{self, User},
};

const PURPOSE: &str = "Programs that call the API. They have no password: each comes with a token.";

/// Groups that are offered by name. Where a tenant has more, they are chosen on the groups' own pages.
const OFFERED: i64 = 100;

/// The page at an address below the list's.
pub(crate) async fn find(asked: &Asked, tenant: Option<Tenant>, rest: &[&str]) -> Answer {
    match rest {
        [] => list(asked, tenant).await,
        ["create"] => create(asked, tenant).await,
        [id] => detail(asked, tenant, &PrincipalId::new(*id)).await,
        [id, "delete"] => delete(asked, tenant, &PrincipalId::new(*id)).await,
        _ => Err(no_page()),
    }
}

/// The permission for it: outside of tenants service accounts are users like others.
fn needs(tenant: Option<&Tenant>, action: Action) -> Permission {
    Permission::new(if tenant.is_some() { Resource::ServiceAccount } else { Resource::User }, action)
}

fn place(tenant: Option<&Tenant>) -> Option<&TenantRef> {
    tenant.map(|one| &one.place)
}

fn segment(tenant: Option<&Tenant>) -> String {
    tenant.map(|one| one.segment.clone()).unwrap_or_default()
}

async fn get(asked: &Asked, tenant: Option<&Tenant>, id: &PrincipalId) -> service::Result<User> {
    match place(tenant) {
        Some(place) => service_account::get_in(&asked.cx, place, id).await,
        None => service_account::get(&asked.cx, id).await,
    }
}

async fn list(asked: &Asked, tenant: Option<Tenant>) -> Answer {
    let page = match place(tenant.as_ref()) {
        Some(place) => service_account::page_in(&asked.cx, place, &part(asked)).await?,
        None => service_account::page(&asked.cx, &part(asked)).await?,
    };
    let here = tenant.as_ref();
    let [create] = access::allowed(&asked.cx, place(here), [needs(here, Action::Create)]).await?;
    let pager = pager(asked, &page);
    let search = search(asked, "Search service accounts by name", "Search by name", &[]);
    let (q, now, tenants) = (asked.get("q").to_owned(), asked.cx.now(), asked.cx.settings().tenants);
    Ok(Page::new("Service accounts", move || {
        let base = address(&segment(tenant.as_ref()));
        let link = || button(format!("{base}/create"), Some(Icon::Plus), "Create", "primary");
        if page.results.is_empty() && q.is_empty() {
            let text = "Give each program one of its own: its tokens can be revoked without touching the others.";
            let next = create.then(link);
            return view! {
                {heading("Service accounts", PURPOSE, ())}
                <Empty icon=Icon::Key title="No service accounts yet" text>{next}</Empty>
            }
            .into_any();
        }
        let list = if page.results.is_empty() {
            let title = format!("No service account matches “{q}”");
            view! { <Empty icon=Icon::Search title text="Names were searched." /> }.into_any()
        } else {
            let within = tenant.is_some();
            let mut columns = vec![("Service account", ""), ("For", "wide minor")];
            match (within, tenants) {
                (true, _) => columns.push(("Groups", "numeric")),
                (false, true) => columns.push(("Tenants", "numeric")),
                (false, false) => {}
            }
            columns.push(("Created", "minor"));
            let many = |one: &User| match (within, tenants) {
                (true, _) => Some(one.groups.len()),
                (false, true) => Some(one.tenants.len()),
                (false, false) => None,
            };
            let rows = page.results.into_iter().map(|one| row(&base, many(&one), one, now)).collect();
            view! { {table("Service accounts", &columns, rows)} {pager} }.into_any()
        };
        view! { {heading("Service accounts", PURPOSE, create.then(link))} {search} {list} }.into_any()
    }))
}

fn row(base: &str, many: Option<usize>, account: User, now: Timestamp) -> AnyView {
    let one = account.principal;
    let href = format!("{base}/{}", quote(one.id.as_str()));
    let many = many.map(|many| view! { <td class="numeric">{number(i64::try_from(many).unwrap_or(i64::MAX))}</td> });
    view! {
        <tr>
            <td><a class="row-link" href=href>{one.name.clone()}</a> {one.superadmin.then(|| view! { " " <Badge text="Superadmin" /> })}</td>
            <td class="wide muted minor">{brief(one.description.clone())}</td>
            {many}
            <td class="minor nowrap">{when(one.created_at, now)}</td>
        </tr>
    }
    .into_any()
}

/// Groups to choose from: none where the caller may not see them, or where they are too many to be ticked one by one.
async fn groups(asked: &Asked, tenant: Option<&Tenant>) -> service::Result<Option<Vec<Group>>> {
    let Some(place) = place(tenant) else { return Ok(None) };
    let [see] = access::allowed(&asked.cx, Some(place), [Permission::new(Resource::Group, Action::List)]).await?;
    if !see {
        return Ok(None);
    }
    let found = group::page(&asked.cx, place, &List { size: OFFERED, ..List::default() }).await?;
    Ok(Some(found.results).filter(|_| found.total <= OFFERED))
}

fn group_boxes(groups: Vec<Group>, held: &[String]) -> AnyView {
    if groups.is_empty() {
        return ().into_any();
    }
    let boxes = groups.into_iter().map(|group| {
        let id = group.id.to_string();
        let on = ticked("groups[]", &id, held.contains(&id));
        view! {
            <label class="check">
                <input type="checkbox" name="groups[]" value=id checked=on />
                <span>{group.name}</span>
            </label>
        }
    });
    view! {
        <fieldset class="field-group">
            <legend>"Groups"</legend>
            {boxes.collect_view()}
        </fieldset>
    }
    .into_any()
}

async fn create(asked: &Asked, tenant: Option<Tenant>) -> Answer {
    let here = tenant.as_ref();
    access::require(&asked.cx, place(here), needs(here, Action::Create)).await?;
    let groups = groups(asked, here).await?.unwrap_or_default();
    let (tenants, more) = if here.is_none() { offered(&asked.cx).await? } else { Default::default() };
    Ok(Page::new("Create service account", move || {
        let segment = segment(tenant.as_ref());
        let (back, whole) = (address(&segment), tenant.is_none());
        view! {
            {heading("Create service account", "It can do nothing until it has a role, of its own or through a group, and a token.", ())}
            <Form to=CreateServiceAccount::PATH>
                {hidden("tenant", segment)}
                <FormSummary />
                <Field
                    name="name"
                    label="Name"
                    help="Lower-case letters, digits and hyphens, such as ci-deploy."
                    mono=true
                    first=true
                />
                <Field name="description" label="For" optional=true />
                {group_boxes(groups, &[])}
                {tenant_boxes(tenants, more)}
                {whole.then(|| view! { <Tick name="superadmin" label="Superadmin: administers this instance and access everywhere" /> })}
                <div class="form-actions">
                    <Submit label="Create service account" />
                    <a class="button secondary" href=back>"Cancel"</a>
                </div>
            </Form>
        }
        .into_any()
    }))
}

async fn detail(asked: &Asked, tenant: Option<Tenant>, key: &PrincipalId) -> Answer {
    let (cx, here) = (&asked.cx, tenant.as_ref());
    let account = get(asked, here, key).await?;
    let wanted = [needs(here, Action::Update), needs(here, Action::Delete)];
    let [update, delete] = access::allowed(cx, place(here), wanted).await?;
    let tokens = match place(here) {
        Some(place) => service_account::tokens_in(cx, place, key).await?,
        None => service_account::tokens(cx, key).await?,
    };
    let owner = Owner { kind: ACCOUNT, tenant: segment(here), id: key.to_string() };
    // What deletes a tenant's service account also revokes its tokens; on the instance both are changes of a user.
    let tokens = Tokens::new(asked, owner, tokens, update, if here.is_some() { delete } else { update });
    let groups = if update { groups(asked, here).await? } else { None };
    let around = match here {
        Some(_) => None,
        None => Some((user::held(cx, key).await?, offered(cx).await?.0)),
    };
    let you = service::me::id(cx) == Some(key);
    let (what, edited) = ((Resource::ServiceAccount, key.as_str()), ["name", "description"]);
    let conflict =
        Conflict::of(asked, UpdateServiceAccount::PATH, place(here), what, &account.principal, &edited).await?;
    let (now, on) = (cx.now(), cx.settings().tenants);
    Ok(Page::new(account.principal.name.clone(), move || {
        let one = &account.principal;
        let path = format!("{}/{}", address(&segment(tenant.as_ref())), quote(one.id.as_str()));
        let actions = delete.then(|| button(format!("{path}/delete"), Some(Icon::Trash), "Delete", "secondary"));
        let mut about = vec![("ID", id(one.id.as_str())), ("Created", when(one.created_at, now))];
        if one.superadmin {
            about.push(("Is", view! { <Badge text="Superadmin" /> }.into_any()));
        }
        if let Some(tenant) = &tenant {
            about.push(("Groups", memberships(tenant, &account)));
            let access = tenant.href(&format!("explain?principal={}", quote(one.id.as_str())));
            about.push(("Access", view! { <a href=access>"Why can it do something?"</a> }.into_any()));
        }
        let form = update.then(|| profile(tenant.as_ref(), &account, groups, conflict));
        let around = around.map(|(held, offered)| {
            let rights = section("rights", "Rights", None, stacked(superadmin(one, you)));
            view! { {places(&one.id, &held, on.then_some(offered))} {rights} }
        });
        view! { {heading(one.name.clone(), &one.description, actions)} {facts(about)} {form} {tokens.view()} {around} }
            .into_any()
    }))
}

fn memberships(tenant: &Tenant, account: &User) -> AnyView {
    if account.groups.is_empty() {
        return none("none");
    }
    let each = account.groups.iter().map(|group| {
        let href = tenant.href(&format!("groups/{}", quote(group.group.as_str())));
        view! { <li><a href=href>{group.name.clone()}</a></li> }
    });
    view! { <ul class="lines">{each.collect_view()}</ul> }.into_any()
}

/// What of a service account differs from what was typed; of its groups only those that could be ticked.
fn differing(account: &User, groups: Option<&[Group]>, typed: &Typed) -> Vec<Difference> {
    let one = &account.principal;
    let (name, purpose) = (typed.get("name").trim(), typed.get("description").trim());
    let named = |ids: &[String]| {
        let groups = groups.unwrap_or_default().iter().filter(|group| ids.iter().any(|id| id == group.id.as_str()));
        groups.map(|group| group.name.as_str()).collect::<Vec<_>>().join(", ")
    };
    let chosen: Vec<String> = typed.all("groups[]").map(str::to_owned).collect();
    let (held, chosen) = (named(&account.group_ids()), named(&chosen));
    fields([("Name", &*one.name, name), ("For", &one.description, purpose), ("Groups", &held, &chosen)]).collect()
}

fn profile(tenant: Option<&Tenant>, account: &User, groups: Option<Vec<Group>>, conflict: Option<Conflict>) -> AnyView {
    let one = &account.principal;
    let held = account.group_ids();
    let from = service_account::fingerprint(one, groups.is_some().then_some(&*held));
    let (now, offered) = (account.clone(), groups.clone());
    let (name, description) = (one.name.clone(), one.description.clone());
    let (tenant, id) = (hidden("tenant", segment(tenant)), hidden("id", one.id.as_str()));
    let shown = groups.is_some().then(|| hidden("groups_shown", "true"));
    let form = view! {
        <Form to=UpdateServiceAccount::PATH>
            {tenant} {id} {shown} {seen(&from)}
            {summary(conflict, |typed| differing(&now, offered.as_deref(), typed))}
            <Field name="name" label="Name" mono=true value=name />
            <Field name="description" label="For" optional=true value=description />
            {groups.map(|groups| group_boxes(groups, &held))}
            <div class="form-actions">
                <Submit label="Save" />
            </div>
        </Form>
    };
    section("profile", "Profile", None, form)
}

async fn delete(asked: &Asked, tenant: Option<Tenant>, key: &PrincipalId) -> Answer {
    let (cx, here) = (&asked.cx, tenant.as_ref());
    access::require(cx, place(here), needs(here, Action::Delete)).await?;
    let account = get(asked, here, key).await?;
    // Only whoever administers all service accounts deletes one that other tenants have let in too.
    let [everywhere] = access::allowed(cx, None, [needs(None, Action::Delete)]).await?;
    let tokens = match place(here) {
        Some(place) => service_account::tokens_in(cx, place, key).await?.len(),
        None => service_account::tokens(cx, key).await?.len(),
    };
    let gone = if everywhere {
        lost(&user::held(cx, key).await?, cx.settings().tenants, tokens, 0)
    } else {
        let groups = i64::try_from(account.groups.len()).unwrap_or(i64::MAX);
        let tokens = i64::try_from(tokens).unwrap_or(i64::MAX);
        format!("With it go: {}, {}.", count(groups, "group membership"), count(tokens, "API token"))
    };
    let stays = !everywhere && (account.tenants.len() > 1 || account.principal.superadmin);
    let title = format!("Delete {}", account.principal.name);
    Ok(Page::new(title.clone(), move || {
        let segment = segment(tenant.as_ref());
        let back = format!("{}/{}", address(&segment), quote(account.principal.id.as_str()));
        let said = if stays {
            view! { <p>"It belongs to more than this tenant, so it only loses access to this one: its memberships and bindings here go, it and its tokens stay."</p> }.into_any()
        } else {
            view! {
                <p><strong>"This cannot be undone. "</strong> {gone}</p>
                <p>"Programs that use its tokens are refused at once."</p>
            }
            .into_any()
        };
        view! {
            {heading(title, "", ())} <Callout tone=Tone::Danger>{said}</Callout>
            <Form to=DeleteServiceAccount::PATH>
                {hidden("tenant", segment)} {hidden("id", account.principal.id.as_str())}
                <FormSummary />
                <div class="form-actions">
                    <Submit label="Delete service account" kind="danger" />
                    <a class="button secondary" href=back>"Cancel"</a>
                </div>
            </Form>
        }
        .into_any()
    }))
}
