//! Why someone can do something, and who can: every path, as a picture and in words.

use super::parts::{none, pages};
use crate::{
    api::{
        Listed,
        explain::{
            AccessCheck, AccessDecision, AccessGap, AccessHolder, AccessPath, AssignedRole, CheckAccess, CheckFound,
            WhoHasAccess,
        },
    },
    form::Question,
    place::{Address, address, segment},
    reading::{reading, shown},
    ui::{Badge, Empty, Icon, LinkButton, PageHead, TableBox, quote, rows},
};
use leptos::prelude::*;
use model::{Permission, PrincipalKind, Resource};

/// What the pages are for.
const WHY: &str = "See why someone can or can't do something.";
const WHO: &str = "Everyone who has a permission here, directly, through a group or as a superadmin.";

/// The parameters that say which permission is meant.
const WANTED: [&str; 4] = ["permission", "resource", "action", "namespace"];

/// Checks why a user or service account can do something, or what is missing.
#[component]
pub(crate) fn CheckAccessPage() -> impl IntoView {
    let address = address();
    let data = reading(address, |address, again| {
        let asked = Address::parse(&address);
        let [permission, resource, action, namespace] = WANTED.map(|name| asked.get(name).to_owned());
        let principal = asked.get("principal").to_owned();
        CheckAccess { tenant: segment(&address, 1), principal, permission, resource, action, namespace, again }
    });
    shown(
        data,
        |_| "Check access".to_owned(),
        move |AccessCheck { wanted, found }| {
            let address = address.get_untracked();
            let tenant = segment(&address, 1);
            let href = format!("/ui/{tenant}/who-can");
            let found = match found {
                CheckFound::Nothing => ().into_any(),
                CheckFound::Wrong(text) => {
                    view! { <p class="form-summary" role="alert">{Icon::Alert.view()} {text}</p> }.into_any()
                }
                CheckFound::Decision(decision) => {
                    let wanted = wanted.map(|one| one.to_string()).unwrap_or_default();
                    view! { <Decided decision wanted tenant /> }.into_any()
                }
            };
            view! {
                <PageHead title="Check access" purpose=WHY>
                    <LinkButton href icon=Icon::Users label="Who has access" kind="secondary" />
                </PageHead>
                <Asks asked=Address::parse(&address) wanted who=true />
                {found}
            }
            .into_any()
        },
    )
}

/// Lists everyone who has a permission.
#[component]
pub(crate) fn WhoHasAccessPage() -> impl IntoView {
    let address = address();
    let data = reading(address, |address, again| {
        let asked = Address::parse(&address);
        let [permission, resource, action, namespace] = WANTED.map(|name| asked.get(name).to_owned());
        WhoHasAccess {
            tenant: segment(&address, 1),
            permission,
            resource,
            action,
            namespace,
            page: asked.page(),
            again,
        }
    });
    shown(
        data,
        |_| "Who has access".to_owned(),
        move |data| {
            let address = address.get_untracked();
            let (tenant, asked) = (segment(&address, 1), Address::parse(&address));
            let href = format!("/ui/{tenant}/explain");
            let wanted = data.found.as_ref().map(|(wanted, _)| *wanted);
            let found = match data.found {
                None => none("Choose a permission."),
                Some((wanted, list)) => view! { <Holders list wanted tenant asked=asked.clone() /> }.into_any(),
            };
            view! {
                <PageHead title="Who has access" purpose=WHO>
                    <LinkButton href icon=Icon::Info label="Check access" kind="secondary" />
                </PageHead>
                <Asks asked wanted who=false />
                {found}
            }
            .into_any()
        },
    )
}

/// The form that chooses a permission and a namespace, and where it is about one user or service account also whom.
#[component]
fn Asks(asked: Address, wanted: Option<Permission>, who: bool) -> impl IntoView {
    let chosen = wanted.map(|one| one.to_string()).unwrap_or_default();
    let all = Resource::ALL.iter().map(|resource| {
        let actions = resource.actions().into_iter().map(|action| {
            let one = Permission::new(*resource, action).to_string();
            let selected = one == chosen;
            view! { <option value=one.clone() selected=selected>{one.clone()}</option> }
        });
        view! { <optgroup label=resource.as_str()>{actions.collect_view()}</optgroup> }
    });
    let all = all.collect_view();
    let principal = who.then(|| {
        view! {
            <div class="field">
                <label class="field-label" for="principal">
                    "User or service account" <span class="field-optional">"you, if empty"</span>
                </label>
                <input
                    id="principal"
                    class="input"
                    name="principal"
                    value=asked.get("principal").to_owned()
                    placeholder="Email or ID"
                    autocomplete="off"
                />
            </div>
        }
    });
    let namespace = asked.get("namespace").to_owned();
    let button = if who { "Check access" } else { "Show who has access" };
    view! {
        <Question to=asked.path() class="question">
            <div class="field-row">
                {principal}
                <div class="field">
                    <label class="field-label" for="permission">"Permission"</label>
                    <select id="permission" class="input" name="permission">{all}</select>
                </div>
                <div class="field">
                    <label class="field-label" for="namespace">
                        "Namespace" <span class="field-optional">"optional"</span>
                    </label>
                    <input
                        id="namespace"
                        class="input mono"
                        name="namespace"
                        value=namespace
                        placeholder="whole tenant"
                        autocomplete="off"
                    />
                </div>
            </div>
            <div class="form-actions">
                <button type="submit" class="button primary">{button}</button>
            </div>
        </Question>
    }
}

/// Whether they can, with every path that allows it or everything that is missing.
#[component]
fn Decided(decision: AccessDecision, wanted: String, tenant: String) -> impl IntoView {
    let place = match &decision.namespace {
        Some(namespace) => format!("the namespace {namespace}"),
        None => "the whole tenant".to_owned(),
    };
    let (class, icon, verdict) = match decision.allowed {
        true => ("callout info", Icon::Check, "has"),
        false => ("callout danger", Icon::Alert, "doesn't have"),
    };
    let locked = decision.locked.then(|| view! { <p>"Their password is locked for now, so they can't sign in."</p> });
    let name = decision.name.clone();
    let paths = decision.paths.iter().map(|path| picture(&tenant, &decision, &wanted, path)).collect_view();
    let gaps = decision.gaps.iter().map(|one| gap(&tenant, &decision, &wanted, one)).collect_view();
    view! {
        <section class="section" aria-labelledby="verdict">
            <div class=class role="status">
                {icon.view()}
                <div>
                    <p id="verdict">
                        <strong>{name}</strong> " " {verdict} " " <code>{wanted}</code> " in " {place} "."
                    </p>
                    {locked}
                </div>
            </div>
            <ol class="paths">{paths} {gaps}</ol>
        </section>
    }
}

/// A step of a path: what kind of thing, which, and where there is more about it.
fn node(kind: &'static str, name: String, href: Option<String>) -> AnyView {
    let name = match href {
        Some(href) => view! { <a href=href>{name}</a> }.into_any(),
        None => view! { <span>{name}</span> }.into_any(),
    };
    view! { <li class="node"><span class="node-kind">{kind}</span> " " {name}</li> }.into_any()
}

/// Where a role is assigned.
fn place(role: &AssignedRole) -> String {
    role.namespace.clone().unwrap_or_else(|| "whole tenant".to_owned())
}

fn picture(tenant: &str, decision: &AccessDecision, wanted: &str, path: &AccessPath) -> AnyView {
    let name = &decision.name;
    let who = node(kind(decision.kind), name.clone(), None);
    let what = node("allows", wanted.to_owned(), None);
    let (steps, words) = match path {
        AccessPath::Superadmin => {
            (vec![node("is", "Superadmin".into(), None)], "Superadmins administer this everywhere.".to_owned())
        }
        AccessPath::Role { role, binding, group, inherited } => {
            let href = |list: &str, id: &str| Some(format!("/ui/{tenant}/{list}{}", quote(id)));
            let mut steps = Vec::new();
            if let Some((id, group)) = group {
                steps.push(node("in group", group.clone(), href("groups/", id)));
            }
            let below = if *inherited { " and below" } else { "" };
            let assigned = format!("{}{below}", place(role));
            steps.push(node("role assignment", assigned, href("access?binding=", binding)));
            steps.push(node("role", role.name.clone(), href("roles/", &role.id)));
            let has = match group {
                Some((_, group)) => format!("{name} is in the group {group}, which has the role {}", role.name),
                None => format!("{name} has the role {}", role.name),
            };
            let within = match (&role.namespace, inherited) {
                (None, _) => "in the whole tenant".to_owned(),
                (Some(namespace), false) => format!("in {namespace}"),
                (Some(namespace), true) => format!("in {namespace} and in the namespaces below it"),
            };
            (steps, format!("{has} {within}. That role allows {wanted}."))
        }
    };
    view! {
        <li class="path">
            <ol class="nodes">{who} {steps} {what}</ol>
            <p>{words}</p>
        </li>
    }
    .into_any()
}

/// What is missing, drawn with dashes, and how to close the gap.
fn gap(tenant: &str, decision: &AccessDecision, wanted: &str, gap: &AccessGap) -> AnyView {
    let who = node(kind(decision.kind), decision.name.clone(), None);
    let has = gap.roles.iter().map(|role| {
        let href = format!("/ui/{tenant}/roles/{}", quote(&role.id));
        view! { <li><a href=href>{role.name.clone()}</a> " in " {place(role)}</li> }
    });
    let has = (!gap.roles.is_empty()).then(|| view! { <p>"They have:"</p> <ul>{has.collect_view()}</ul> });
    let closes = format!(
        "/ui/{tenant}/access/create?holder={}&namespace={}&permission={}",
        quote(&decision.name),
        quote(decision.namespace.as_deref().unwrap_or_default()),
        quote(wanted)
    );
    let sentence = gap.sentence.clone();
    view! {
        <li class="path broken">
            <ol class="nodes">
                {who}
                <li class="node lacking">
                    <span class="node-kind">"missing"</span> " " <span>"a role that allows it"</span>
                </li>
                {node("would allow", wanted.to_owned(), None)}
            </ol>
            <p>{sentence}</p>
            {has}
            <p><a class="button secondary small" href=closes>"Assign a role that allows it"</a></p>
        </li>
    }
    .into_any()
}

fn kind(kind: PrincipalKind) -> &'static str {
    match kind {
        PrincipalKind::User => "user",
        PrincipalKind::ServiceAccount => "service account",
    }
}

/// The list of those who have a permission.
#[component]
fn Holders(list: Listed<AccessHolder>, wanted: Permission, tenant: String, asked: Address) -> impl IntoView {
    let wanted = wanted.to_string();
    if list.rows.is_empty() {
        let title = format!("Nobody has {wanted} here");
        return view! { <Empty icon=Icon::Users title text="Assign a role that allows it first." /> }.into_any();
    }
    let pager = pages(&asked, list.rows.len(), list.total, list.more);
    let namespace = quote(asked.get("namespace"));
    let row = move |AccessHolder { name, kind: which, superadmin }: AccessHolder| {
        let who = quote(&name);
        let why = format!("/ui/{tenant}/explain?principal={who}&permission={}&namespace={namespace}", quote(&wanted));
        let label = format!("Why {name} has access");
        view! {
            <tr>
                <td class="wide">{name} " " {superadmin.then(|| view! { <Badge text="Superadmin" /> })}</td>
                <td>{kind(which)}</td>
                <td class="row-actions"><a class="button ghost small" href=why aria-label=label>"Why?"</a></td>
            </tr>
        }
        .into_any()
    };
    // A row links to what was asked.
    let key = move |one: &AccessHolder| (asked.with(&[]), one.name.clone(), one.superadmin);
    view! {
        <TableBox label="Who has access">
            <table class="table stack">
                <thead>
                    <tr>
                        <th scope="col" class="wide">"Name"</th>
                        <th scope="col">"Type"</th>
                        <th scope="col" class="row-actions"><span class="visually-hidden">"Actions"</span></th>
                    </tr>
                </thead>
                <tbody>{rows(list.rows, key, row)}</tbody>
            </table>
        </TableBox>
        {pager}
    }
    .into_any()
}
