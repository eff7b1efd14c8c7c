//! Who holds which role in a tenant, and where.

use super::{
    narrow::{Set, chips, choice, filters, hidden, word},
    offer::{allowing, offered},
    parts::{act, button, heading, list as part, none, pager, table},
    route::{Answer, Asked, Page, Tenant},
    several::{Named, cell, go_on, tick},
};
use crate::{
    api::access::{GiveRole, RevokeRole, RevokeRoles},
    api::dates::when,
    form::{Field, Form, FormSummary, Submit},
    ui::{Badge, Empty, Icon, count, quote},
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{Action, Binding, BindingId, Filter, Permission, Permissions, PrincipalKind, Resource, Role, Timestamp};
use service::{access, binding};

const PURPOSE: &str = "Who holds which role, in the whole tenant or in a namespace and those below it.";

/// What the list can be narrowed to: parameter and field.
const FILTERS: [(&str, &str); 5] = [
    ("role", "roleId"),
    ("type", "type"),
    ("namespace", "namespace"),
    ("holder", "externalId"),
    ("binding", "bindingId"),
];

const fn may(action: Action) -> Permission {
    Permission::new(Resource::Binding, action)
}

/// The list.
pub(crate) async fn list(asked: &Asked, tenant: Tenant) -> Answer {
    let offered = offered(asked, &tenant).await?;
    let role = offered.sought(asked, &tenant, "role").await?;
    let mut list = part(asked);
    for (name, field) in FILTERS {
        let named = role.as_ref().filter(|_| name == "role").map(|role| role.id.as_str());
        list.also(field, Some(named.unwrap_or_else(|| asked.get(name))));
    }
    let page = binding::page(&asked.cx, &tenant.place, &list).await?;
    let wanted = [may(Action::Create), may(Action::Delete)];
    let [assign, revoke] = access::allowed(&asked.cx, Some(&tenant.place), wanted).await?;
    let roles = offered.knowing(asked, &tenant, page.results.iter().map(|one| &one.role.id)).await?;
    let types = [("USER", "Users and service accounts"), ("GROUP", "Groups")];
    let types: Vec<_> = types.map(|(value, text)| (value.to_owned(), text.to_owned())).into();
    let form = filters(
        asked,
        vec![
            word(asked, "q", "Search"),
            offered.filter(asked, "role", "Role"),
            choice(asked, "type", "Held by", types),
            word(asked, "namespace", "Namespace"),
        ],
    );
    let chips = chips(asked, set(asked, role.as_ref(), &page.results));
    let narrowed = !list.q.is_empty() || list.filter != Filter::default();
    let (pager, now) = (pager(asked, &page), asked.cx.now());
    Ok(Page::new("Access", move || {
        let new = assign.then(|| button(tenant.href("access/create"), Some(Icon::Plus), "Assign role", "primary"));
        let content = if page.results.is_empty() {
            let (title, text) = match narrowed {
                true => ("Nothing matches", "Take a filter away to see more."),
                false => ("Nobody holds a role here", "Assign one to let somebody in."),
            };
            view! { <Empty icon=Icon::Role title text /> }.into_any()
        } else {
            let rows = page.results.into_iter().map(|one| row(&tenant, one, &roles, revoke, now)).collect();
            let columns = [("Who", "wide"), ("Role", ""), ("Where", "wide"), ("Since", "nowrap minor"), ("", "")];
            let several = revoke.then(|| go_on(tenant.href("access/revoke"), "Revoke selected"));
            view! { {table("Access", &columns, rows)} {several} {pager} }.into_any()
        };
        view! { {heading("Access", PURPOSE, new)} {form} {chips} {content} }.into_any()
    }))
}

/// The filters that are set, in words.
fn set(asked: &Asked, role: Option<&Role>, shown: &[Binding]) -> Vec<Set> {
    let called = |name: &'static str| {
        let value = asked.get(name);
        let first = shown.first();
        let words = match name {
            "role" => role.map(|role| role.name.clone()),
            "type" => Some(if value == "GROUP" { "groups" } else { "users and service accounts" }.to_owned()),
            "holder" => first.map(|one| one.holder.name.clone()),
            _ => None,
        };
        words.unwrap_or_else(|| value.to_owned())
    };
    let labels = [
        ("q", "Search"),
        ("role", "Role"),
        ("type", "Held by"),
        ("namespace", "Namespace"),
        ("holder", "Who"),
        ("binding", "Binding"),
    ];
    let labels = labels.into_iter().filter(|(name, _)| !asked.get(name).is_empty());
    labels.map(|(name, label)| (name, label, called(name))).collect()
}

/// The first thing that holding a role in a place allows, to ask why about.
fn first(permissions: &Permissions, limited: bool) -> Option<Permission> {
    permissions.granted().find(|one| !limited || one.resource.in_namespace())
}

fn place(binding: &Binding) -> AnyView {
    match &binding.namespace {
        Some(namespace) => view! { <code>{namespace.to_string()}</code> }.into_any(),
        None => none("whole tenant"),
    }
}

fn badge(kind: Option<PrincipalKind>) -> AnyView {
    match kind {
        Some(PrincipalKind::User) => ().into_any(),
        Some(PrincipalKind::ServiceAccount) => view! { <Badge text="Service account" /> }.into_any(),
        None => view! { <Badge text="Group" /> }.into_any(),
    }
}

fn row(tenant: &Tenant, one: Binding, roles: &[Role], revoke: bool, now: Timestamp) -> AnyView {
    let role = tenant.href(&format!("roles/{}", quote(one.role.id.as_str())));
    let namespace = one.namespace.as_ref().map(ToString::to_string).unwrap_or_default();
    let known = roles.iter().find(|role| role.id == one.role.id).filter(|_| one.holder.kind.is_some());
    let why = known.and_then(|role| first(&role.permissions, one.namespace.is_some())).map(|wanted| {
        let (who, wanted) = (quote(&one.holder.name), quote(&wanted.to_string()));
        let href = tenant.href(&format!("explain?principal={who}&permission={wanted}&namespace={}", quote(&namespace)));
        view! { <a class="button ghost small" href=href aria-label=format!("Why {} may do this", one.holder.name)>"Why?"</a> }
    });
    let fields = vec![("tenant", tenant.segment.clone()), ("binding", one.id.to_string())];
    let said = format!("Revoke {} from {}", one.role.name, one.holder.name);
    let away = revoke.then(|| act(RevokeRole::PATH, "Revoke", said, "ghost", fields));
    let chosen = revoke.then(|| tick(&one.id, format!("Select {} of {}", one.role.name, one.holder.name)));
    let kind = if one.holder.kind.is_some() { "users" } else { "groups" };
    let whose = tenant.href(&format!("{kind}/{}", quote(&one.holder.id)));
    let who = view! { <a href=whose>{one.holder.name.clone()}</a> " " {badge(one.holder.kind)} }.into_any();
    view! {
        <tr>
            <td class="wide">{cell(chosen, who)}</td>
            <td class="clip"><a href=role>{one.role.name.clone()}</a></td>
            <td class="wide">{place(&one)}</td>
            <td class="nowrap minor">{when(one.created_at, now)}</td>
            <td class="row-actions">{why} " " {away}</td>
        </tr>
    }
    .into_any()
}

/// Names what is revoked before it is.
pub(crate) async fn revoke(asked: &Asked, tenant: Tenant) -> Answer {
    let ids: Vec<BindingId> = asked.all("ids").map(BindingId::new).collect();
    access::require(&asked.cx, Some(&tenant.place), may(Action::Delete)).await?;
    let bindings = match ids.is_empty() {
        true => Vec::new(),
        false => binding::by_ids(&asked.cx, &tenant.place, &ids).await?,
    };
    Ok(Page::new("Revoke roles", move || {
        let total = i64::try_from(bindings.len()).unwrap_or(i64::MAX);
        let ids = bindings.iter().map(|one| one.id.to_string()).collect();
        let rows = bindings.into_iter().map(|one| {
            let place = place(&one);
            view! {
                <tr>
                    <td class="wide">{one.holder.name} " " {badge(one.holder.kind)}</td>
                    <td>{one.role.name}</td>
                    <td class="wide">{place}</td>
                </tr>
            }
            .into_any()
        });
        Named {
            title: if total == 0 { "Revoke roles".into() } else { format!("Revoke {}", count(total, "role")) },
            warning: "All of these are revoked together, or none. Whoever has nothing else here loses access to the tenant.",
            label: "What is revoked",
            columns: vec![("Who", "wide"), ("Role", ""), ("Where", "wide")],
            rows: rows.collect(),
            to: RevokeRoles::PATH,
            fields: vec![("tenant", tenant.segment.clone())],
            ids,
            button: "Revoke all of these",
            back: (tenant.href("access"), "Access"),
        }
        .view()
    }))
}

/// Gives a role; before that it can be read what this allows.
pub(crate) async fn create(asked: &Asked, tenant: Tenant) -> Answer {
    access::require(&asked.cx, Some(&tenant.place), Permission::new(Resource::Role, Action::List)).await?;
    let wanted = asked.get("permission").split_once(':');
    let wanted = wanted.and_then(|(resource, action)| {
        Some(Permission::new(Resource::from_word(resource)?, Action::from_word(action)?))
    });
    let offered = match wanted {
        Some(wanted) => allowing(asked, &tenant, wanted).await?,
        None => offered(asked, &tenant).await?,
    };
    let chosen = offered.meant(asked, &tenant, "role").await?;
    let all = asked.with(&[("permission", "")]);
    let [holder, namespace] = ["holder", "namespace"].map(|name| asked.get(name).trim().to_owned());
    let preview = chosen.clone().filter(|_| !asked.get("preview").is_empty());
    Ok(Page::new("Assign role", move || {
        let only = wanted.map(|wanted| {
            let says = match offered.roles.is_empty() {
                true => view! { "No role allows " <code>{wanted.to_string()}</code> ". " }.into_any(),
                false => {
                    view! { "Only roles that allow " <code>{wanted.to_string()}</code> " are offered. " }.into_any()
                }
            };
            view! { <p class="muted">{says} <a href=all>"Offer all roles"</a></p> }
        });
        let tells = preview.map(|role| allows(&holder, &role, &namespace));
        let keys = hidden(vec![("tenant", tenant.segment.clone())]);
        let back = tenant.href("access");
        view! {
            {heading("Assign role", "Nobody can give what they do not hold themselves.", ())} {only}
            <Form to=GiveRole::PATH>
                {keys}
                <FormSummary />
                <Field
                    name="holder"
                    label="Who"
                    placeholder="dev@example.com"
                    help="The address of a user, or the name of a service account or group."
                    value=holder
                    list="users-offered"
                    first=true
                />
                <datalist id="users-offered" data-suggest="users" data-tenant=tenant.segment.clone()></datalist>
                {offered.field(chosen.as_ref(), None)}
                <Field
                    name="namespace"
                    label="Namespace"
                    optional=true
                    mono=true
                    placeholder="whole tenant"
                    help="Limits the role to this namespace and those below it."
                    value=namespace
                />
                {tells}
                <div class="form-actions">
                    <Submit label="Assign role" />
                    <button type="submit" class="button secondary" name="preview" value="yes">"Preview"</button>
                    <a class="button secondary" href=back>"Cancel"</a>
                </div>
            </Form>
        }
        .into_any()
    }))
}

/// What it means that somebody gets a role.
fn allows(holder: &str, role: &Role, namespace: &str) -> AnyView {
    let who = if holder.is_empty() { "its holder".to_owned() } else { holder.to_owned() };
    let place =
        if namespace.is_empty() { "in the whole tenant".to_owned() } else { format!("in {namespace} and below") };
    let limited = !namespace.is_empty();
    let (clauses, lost) = clauses(&role.permissions, limited);
    let lost = (!lost.is_empty()).then(|| {
        let lost = and(&lost);
        view! { <p>"What " {role.name.clone()} " allows with " {lost} " does not come with it: these belong to the whole tenant, not to a namespace."</p> }
    });
    let says = match clauses.as_slice() {
        [] => view! { <p>"This lets " {who} " do nothing " {place} "."</p> }.into_any(),
        few if few.len() <= FEW => {
            view! { <p>"This lets " <strong>{who}</strong> " " {and(few)} " " {place} "."</p> }.into_any()
        }
        many => {
            let many = many.iter().map(|one| view! { <li>{one.clone()}</li> }).collect_view();
            view! { <p>"This lets " <strong>{who}</strong> ", " {place} ":"</p> <ul>{many}</ul> }.into_any()
        }
    };
    view! { <div class="callout info" role="status">{Icon::Info.view()} <div>{says} {lost}</div></div> }.into_any()
}

/// Clauses that still are one sentence.
const FEW: usize = 4;

/// What a role allows, resources with the same actions together; and the resources that a namespace keeps out.
fn clauses(permissions: &Permissions, limited: bool) -> (Vec<String>, Vec<String>) {
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    let mut lost = Vec::new();
    for resource in Resource::ALL {
        let all = resource.actions();
        let held: Vec<Action> =
            all.iter().copied().filter(|action| permissions.grant(Permission::new(*resource, *action))).collect();
        if held.is_empty() {
            continue;
        }
        if limited && !resource.in_namespace() {
            lost.push(things(*resource));
            continue;
        }
        let verbs = match held.len() == all.len() {
            true => "do everything with".to_owned(),
            false => and(&held.into_iter().map(verb).collect::<Vec<_>>()),
        };
        match groups.iter_mut().find(|(same, _)| *same == verbs) {
            Some((_, resources)) => resources.push(things(*resource)),
            None => groups.push((verbs, vec![things(*resource)])),
        }
    }
    (groups.into_iter().map(|(verbs, resources)| format!("{verbs} {}", and(&resources))).collect(), lost)
}

fn verb(action: Action) -> String {
    match action {
        Action::ChangeLabels => "change labels of".into(),
        Action::AccessLogs => "read logs of".into(),
        Action::AccessOutputs => "read outputs of".into(),
        Action::AccessFiles => "read files of".into(),
        Action::ManageFiles => "manage files of".into(),
        Action::ManageMembers => "manage members of".into(),
        Action::ManageGroupMembership => "manage group memberships of".into(),
        other => other.as_str().to_lowercase().replace('_', " "),
    }
}

fn things(resource: Resource) -> String {
    match resource {
        Resource::KvStore => return "key-value stores".into(),
        Resource::AuditLog => return "audit logs".into(),
        Resource::TestSuite => return "test suites".into(),
        Resource::Copilot | Resource::Support => return resource.as_str().to_lowercase(),
        Resource::McpServer => return "MCP servers".into(),
        Resource::Policy => return "policies".into(),
        _ => {}
    }
    let words = resource.as_str().to_lowercase().replace('_', " ");
    if words.ends_with('s') { words } else { format!("{words}s") }
}

/// `a`, `a and b`, `a, b and c`.
fn and(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_told_in_words() {
        let role = Permissions::of([
            (Resource::Flow, vec![Action::View, Action::List]),
            (Resource::Execution, vec![Action::View, Action::List]),
            (Resource::Group, vec![Action::View]),
            (Resource::Secret, Resource::Secret.actions()),
        ]);
        let (told, lost) = clauses(&role, true);
        assert_eq!(told, ["view and list flows and executions", "do everything with secrets"]);
        assert_eq!(lost, ["groups"]);
    }
}
