//! Who may enter a tenant, and what each has there.

use super::{
    narrow::hidden,
    parts::{act, button, facts, heading, id, none, pager, search, section, table},
    route::{Answer, Asked, Page, Tenant, part},
    several::{Named, cell, go_on, tick},
};
use crate::{
    api::{
        access::RevokeRole,
        group::RemoveMember,
        people::{LetIn, ShutOut, ShutOutAll},
    },
    form::{Field, Form, FormSummary, Input, Submit},
    ui::{Badge, Callout, Empty, Icon, Tone, count, quote},
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{Action, Grant, Membership, Permission, Principal, PrincipalId, PrincipalKind, Resource};
use service::{
    access,
    tenant_access::{self, TenantAccess},
    user::User,
};

const PURPOSE: &str = "Who may enter this tenant. What they may do here, their roles say.";

const fn may(action: Action) -> Permission {
    Permission::new(Resource::User, action)
}

/// The list.
pub(crate) async fn list(asked: &Asked, tenant: Tenant) -> Answer {
    let page = tenant_access::page(&asked.cx, &tenant.place, &part(asked)).await?;
    let wanted = [may(Action::Create), Permission::new(Resource::Invitation, Action::Create), may(Action::Delete)];
    let [add, invite, remove] = access::allowed(&asked.cx, Some(&tenant.place), wanted).await?;
    let pager = pager(asked, &page);
    let search = search(asked, "Search users", "Search by name or address", &[]);
    let q = asked.get("q").to_owned();
    Ok(Page::new("Users", move || {
        let invite = invite.then(|| button(tenant.href("invitations/create"), Some(Icon::Mail), "Invite", "primary"));
        let list = match (page.results.is_empty(), q.is_empty()) {
            (true, true) => {
                let text = "Superadmins reach every tenant without being listed. Let somebody in below.";
                view! { <Empty icon=Icon::Users title="Nobody was let in yet" text /> }.into_any()
            }
            (true, false) => {
                let title = format!("Nobody matches “{q}”");
                view! { <Empty icon=Icon::Search title text="Names and addresses were searched." /> }.into_any()
            }
            _ => {
                let rows = page.results.into_iter().map(|user| row(&tenant, user, remove)).collect();
                let columns = [("User", ""), ("Name", "wide minor"), ("Groups", "wide")];
                let several = remove.then(|| go_on(tenant.href("users/remove"), "Remove selected"));
                view! { {table("Users", &columns, rows)} {several} {pager} }.into_any()
            }
        };
        let add = add.then(|| section("add", "Let a user in", None, let_in(&tenant)));
        view! { {heading("Users", PURPOSE, invite)} {search} {list} {add} }.into_any()
    }))
}

fn badges(one: &Principal) -> AnyView {
    view! {
        {(one.kind == PrincipalKind::ServiceAccount).then(|| view! { <Badge text="Service account" /> " " })}
        {one.superadmin.then(|| view! { <Badge text="Superadmin" kind="accent" /> })}
    }
    .into_any()
}

/// A person's own name, where it was given.
fn own_name(one: &Principal) -> String {
    format!("{} {}", one.first_name, one.last_name).trim().to_owned()
}

/// Groups of a user that the list names.
const NAMED: usize = 3;

fn row(tenant: &Tenant, user: User, remove: bool) -> AnyView {
    let one = user.principal;
    let href = tenant.href(&format!("users/{}", quote(one.id.as_str())));
    let more = user.groups.len().saturating_sub(NAMED);
    let mut groups: Vec<String> = user.groups.into_iter().take(NAMED).map(|group| group.name).collect();
    if more > 0 {
        groups.push(format!("{more} more"));
    }
    let groups = groups.join(", ");
    let chosen = remove.then(|| tick(&one.id, format!("Select {}", one.name)));
    let who = view! { <a class="row-link" href=href>{one.name.clone()}</a> " " {badges(&one)} }.into_any();
    view! {
        <tr>
            <td class="nowrap">{cell(chosen, who)}</td>
            <td class="wide minor">{own_name(&one)}</td>
            <td class="wide muted">{groups}</td>
        </tr>
    }
    .into_any()
}

fn let_in(tenant: &Tenant) -> AnyView {
    let keys = hidden(vec![("tenant", tenant.segment.clone())]);
    view! {
        <Form to=LetIn::PATH>
            {keys}
            <FormSummary />
            <Field
                name="email"
                label="Address"
                input=Input::Line("email")
                placeholder="dev@example.com"
                help="Of a user of this instance. Whoever is none yet can be invited."
            />
            <div class="form-actions">
                <Submit label="Let in" kind="secondary" />
            </div>
        </Form>
    }
    .into_any()
}

/// Somebody: groups and roles here.
pub(crate) async fn detail(asked: &Asked, tenant: Tenant, key: &str) -> Answer {
    let found = tenant_access::get(&asked.cx, &tenant.place, &PrincipalId::new(key)).await?;
    let wanted = [
        may(Action::Delete),
        may(Action::ManageGroupMembership),
        Permission::new(Resource::Group, Action::ManageMembers),
        Permission::new(Resource::Binding, Action::Create),
        Permission::new(Resource::Binding, Action::Delete),
    ];
    let [remove, memberships, members, assign, revoke] =
        access::allowed(&asked.cx, Some(&tenant.place), wanted).await?;
    Ok(Page::new(found.principal.name.clone(), move || {
        let TenantAccess { principal, groups, grants, .. } = found;
        let address = tenant.href(&format!("users/{}", quote(principal.id.as_str())));
        let give = tenant.href(&format!("access/create?holder={}", quote(&principal.name)));
        let why = tenant.href(&format!("explain?principal={}", quote(&principal.name)));
        let actions = view! {
            {button(why, Some(Icon::Info), "Why?", "secondary")} " "
            {remove.then(|| button(format!("{address}/remove"), Some(Icon::Trash), "Remove access", "secondary"))} " "
            {assign.then(|| button(give, Some(Icon::Plus), "Assign role", "primary"))}
        };
        let name = match own_name(&principal) {
            text if text.is_empty() => none("none given"),
            text => view! { {text} }.into_any(),
        };
        let kind = match principal.kind {
            PrincipalKind::User => "user",
            PrincipalKind::ServiceAccount => "service account",
        };
        let kind =
            view! { {kind} " " {principal.superadmin.then(|| view! { <Badge text="Superadmin" kind="accent" /> })} };
        let what = facts(vec![("Name", name), ("Kind", kind.into_any()), ("ID", id(principal.id.as_str()))]);
        let (held, joined) = (i64::try_from(grants.len()).ok(), i64::try_from(groups.len()).ok());
        let roles = roles(&tenant, &principal, &groups, grants, revoke);
        let groups = memberships_of(&tenant, &principal, groups, memberships || members);
        view! {
            {heading(principal.name.clone(), "", actions)} {what}
            {section("roles", "Roles", held, roles)} {section("groups", "Groups", joined, groups)}
        }
        .into_any()
    }))
}

fn roles(tenant: &Tenant, principal: &Principal, groups: &[Membership], grants: Vec<Grant>, revoke: bool) -> AnyView {
    if grants.is_empty() {
        return none("None: nothing in this tenant is open to them.");
    }
    let rows = grants.into_iter().map(|grant| {
        let role = tenant.href(&format!("roles/{}", quote(grant.role.id.as_str())));
        let namespace = grant.namespace.as_ref().map(ToString::to_string).unwrap_or_default();
        let place = match namespace.as_str() {
            "" => none("whole tenant"),
            text => view! { <code>{text.to_owned()}</code> }.into_any(),
        };
        let through = match &grant.group {
            Some(id) => {
                let name = groups.iter().find(|one| one.group == *id).map_or(id.as_str(), |one| &one.name).to_owned();
                let href = tenant.href(&format!("groups/{}", quote(id.as_str())));
                view! { <a href=href>{name}</a> }.into_any()
            }
            None => none("directly"),
        };
        let limited = grant.namespace.is_some();
        let first = grant.permissions.granted().find(|one| !limited || one.resource.in_namespace());
        let why = first.map(|wanted| {
            let (who, wanted) = (quote(&principal.name), quote(&wanted.to_string()));
            let href =
                tenant.href(&format!("explain?principal={who}&permission={wanted}&namespace={}", quote(&namespace)));
            let says = format!("Why {} may do this", grant.role.name);
            view! { <a class="button ghost small" href=href aria-label=says>"Why?"</a> }
        });
        let away = (revoke && grant.group.is_none()).then(|| {
            let said = format!("Revoke {} from {}", grant.role.name, principal.name);
            let fields = vec![("tenant", tenant.segment.clone()), ("binding", grant.binding.to_string())];
            act(RevokeRole::PATH, "Revoke", said, "ghost", fields)
        });
        view! {
            <tr>
                <td class="clip"><a href=role>{grant.role.name.clone()}</a></td>
                <td class="wide">{place}</td>
                <td class="wide">{through}</td>
                <td class="row-actions">{why} " " {away}</td>
            </tr>
        }
        .into_any()
    });
    let rows = rows.collect();
    table("Roles of this user", &[("Role", ""), ("Where", "wide"), ("Through", "wide"), ("", "")], rows)
}

fn memberships_of(tenant: &Tenant, principal: &Principal, groups: Vec<Membership>, manage: bool) -> AnyView {
    if groups.is_empty() {
        return none("None.");
    }
    let rows = groups.into_iter().map(|one| {
        let href = tenant.href(&format!("groups/{}", quote(one.group.as_str())));
        let leave = manage.then(|| {
            let said = format!("Remove {} from {}", principal.name, one.name);
            let fields = vec![
                ("tenant", tenant.segment.clone()),
                ("id", one.group.to_string()),
                ("who", principal.id.to_string()),
            ];
            act(RemoveMember::PATH, "Remove", said, "ghost", fields)
        });
        let owner = one.owner.then(|| view! { <Badge text="Owner" kind="accent" /> });
        view! {
            <tr>
                <td class="wide"><a href=href>{one.name}</a> " " {owner}</td>
                <td class="row-actions">{leave}</td>
            </tr>
        }
        .into_any()
    });
    let rows = rows.collect();
    table("Groups of this user", &[("Group", "wide"), ("", "")], rows)
}

/// Names those whose access goes, and what goes with it, before it does.
pub(crate) async fn remove_several(asked: &Asked, tenant: Tenant) -> Answer {
    let ids: Vec<PrincipalId> = asked.all("ids").map(PrincipalId::new).collect();
    access::require(&asked.cx, Some(&tenant.place), may(Action::Delete)).await?;
    let found = match ids.is_empty() {
        true => Vec::new(),
        false => tenant_access::these(&asked.cx, &tenant.place, &ids).await?,
    };
    Ok(Page::new("Remove access", move || {
        let total = found.len();
        let ids = found.iter().map(|one| one.principal.id.to_string()).collect();
        let rows = found.into_iter().map(|one| {
            let direct = one.grants.iter().filter(|grant| grant.group.is_none()).count();
            view! {
                <tr>
                    <td class="wide">{one.principal.name.clone()} " " {badges(&one.principal)}</td>
                    <td class="numeric">{direct}</td>
                    <td class="numeric">{one.groups.len()}</td>
                </tr>
            }
            .into_any()
        });
        let of = count(i64::try_from(total).unwrap_or(i64::MAX), "user");
        Named {
            title: if total == 0 { "Remove access".into() } else { format!("Remove access of {of}") },
            warning: "This cannot be undone. Their roles and group memberships here go with it; they themselves stay, with \
                      all they have elsewhere. All of them are removed, or none.",
            label: "Who is removed",
            columns: vec![("User", "wide"), ("Roles", "numeric"), ("Groups", "numeric")],
            rows: rows.collect(),
            to: ShutOutAll::PATH,
            fields: vec![("tenant", tenant.segment.clone())],
            ids,
            button: "Remove access of all of these",
            back: (tenant.href("users"), "Users"),
        }
        .view()
    }))
}

/// Names what goes with somebody's access before it goes.
pub(crate) async fn remove(asked: &Asked, tenant: Tenant, key: &str) -> Answer {
    let found = tenant_access::get(&asked.cx, &tenant.place, &PrincipalId::new(key)).await?;
    let title = format!("Remove access of {}", found.principal.name);
    Ok(Page::new(title.clone(), move || {
        let principal = found.principal;
        let direct: Vec<&Grant> = found.grants.iter().filter(|grant| grant.group.is_none()).collect();
        let total = |length: usize, what: &str| count(i64::try_from(length).unwrap_or(i64::MAX), what);
        let goes = format!("{} and {}", total(direct.len(), "role"), total(found.groups.len(), "group membership"));
        let mut names: Vec<String> = direct
            .iter()
            .map(|grant| {
                let place = grant.namespace.as_ref().map_or("the whole tenant".to_owned(), ToString::to_string);
                format!("{} in {place}", grant.role.name)
            })
            .collect();
        names.extend(found.groups.iter().map(|group| format!("membership in {}", group.name)));
        let names = names.into_iter().map(|one| view! { <li>{one}</li> }).collect_view();
        let back = tenant.href(&format!("users/{}", quote(principal.id.as_str())));
        let keys = hidden(vec![
            ("tenant", tenant.segment.clone()),
            ("id", principal.id.to_string()),
            ("name", principal.name.clone()),
        ]);
        view! {
            {heading(title, "", ())}
            <Callout tone=Tone::Danger>
                <p>
                    <strong>"This cannot be undone. "</strong> {goes} " go with the access to this tenant. "
                    {principal.name.clone()} " itself stays, with all it has elsewhere."
                </p>
                <ul>{names}</ul>
            </Callout>
            <Form to=ShutOut::PATH>
                {keys}
                <FormSummary />
                <div class="form-actions">
                    <Submit label="Remove access" kind="danger" />
                    <a class="button secondary" href=back>"Cancel"</a>
                </div>
            </Form>
        }
        .into_any()
    }))
}
