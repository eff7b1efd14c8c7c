//! Roles of a tenant: what each allows.

use super::{
    conflict::{Conflict, Difference, fields, summary},
    offer::offered,
    parts::{brief, button, facts, heading, id, list as part, none, pager, search, section, table},
    route::{Answer, Asked, Page, Tenant},
};
use crate::{
    api::role::{CreateRole, DeleteRole, UpdateRole, written},
    form::{Field, Form, FormSummary, Input, Submit, Tick, Typed, seen, ticked},
    ui::{Badge, Callout, Empty, Icon, Tone, count, number, quote},
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{Action, Filter, List, Op, Permission, Permissions, Resource, Role, RoleId};
use service::{access, binding, role};

const PURPOSE: &str = "A role is a list of what its holders may do. Who holds it, and where, is under Access.";

const fn may(action: Action) -> Permission {
    Permission::new(Resource::Role, action)
}

/// The list.
pub(crate) async fn list(asked: &Asked, tenant: Tenant) -> Answer {
    let page = role::page(&asked.cx, &tenant.place, &part(asked)).await?;
    let [create] = access::allowed(&asked.cx, Some(&tenant.place), [may(Action::Create)]).await?;
    let pager = pager(asked, &page);
    let search = search(asked, "Search roles by name", "Search by name", &[]);
    let q = asked.get("q").to_owned();
    Ok(Page::new("Roles", move || {
        let create = create.then(|| button(tenant.href("roles/create"), Some(Icon::Plus), "Create", "primary"));
        let empty = page.results.is_empty();
        let rows = page.results.into_iter().map(|role| row(&tenant, role)).collect();
        let columns = [("Role", ""), ("For", "wide minor"), ("Permissions", "numeric"), ("ID", "minor")];
        let list = if empty {
            let title = format!("No role matches “{q}”");
            view! { <Empty icon=Icon::Search title text="Names were searched." /> }.into_any()
        } else {
            view! { {table("Roles", &columns, rows)} {pager} }.into_any()
        };
        view! { {heading("Roles", PURPOSE, create)} {search} {list} }.into_any()
    }))
}

fn row(tenant: &Tenant, role: Role) -> AnyView {
    let allowed = i64::try_from(role.permissions.granted().count()).unwrap_or(0);
    let href = tenant.href(&format!("roles/{}", quote(role.id.as_str())));
    view! {
        <tr>
            <td class="nowrap"><a class="row-link" href=href>{role.name.clone()}</a> " " {badges(&role)}</td>
            <td class="wide muted minor">{role.description.clone().map(brief)}</td>
            <td class="numeric">{number(allowed)}</td>
            <td class="minor"><code>{role.id.to_string()}</code></td>
        </tr>
    }
    .into_any()
}

fn badges(role: &Role) -> AnyView {
    view! {
        {role.is_managed.then(|| view! { <Badge text="Managed" /> " " })}
        {role.is_default.then(|| view! { <Badge text="Default" kind="accent" /> " " })}
        {(!legacy(&role.permissions).is_empty()).then(|| view! { <Badge text="Legacy words" /> })}
    }
    .into_any()
}

/// A new role; `from` names one to begin with.
pub(crate) async fn create(asked: &Asked, tenant: Tenant) -> Answer {
    access::require(&asked.cx, Some(&tenant.place), may(Action::List)).await?;
    let offered = offered(asked, &tenant).await?;
    let base = offered.meant(asked, &tenant, "from").await?;
    let pick = offered.pick(asked, "from", ["Begin with", "Copy"], None);
    Ok(Page::new("Create role", move || {
        let permissions = base.as_ref().map(|base| base.permissions.clone()).unwrap_or_default();
        let title = base.as_ref().map(|base| base.name.clone());
        view! {
            {heading("Create role", "Nobody can put into a role what they do not hold themselves.", ())}
            {pick}
            <Form to=CreateRole::PATH class="form form-wide">
                <input type="hidden" name="tenant" value=tenant.segment.clone() />
                <FormSummary />
                <Field name="name" label="Name" help="What people see; several roles may share one." first=true />
                <Field name="description" label="For" input=Input::Line("text") optional=true />
                <Tick name="is_default" label="Give it to new users of this tenant" />
                {matrix(&permissions, base.as_ref().map(|_| &permissions), title, false)}
                <div class="form-actions">
                    <Submit label="Create role" />
                    <a class="button secondary" href=tenant.href("roles")>"Cancel"</a>
                </div>
            </Form>
        }
        .into_any()
    }))
}

/// A role; `base` names one to compare it with.
pub(crate) async fn detail(asked: &Asked, tenant: Tenant, key: &str) -> Answer {
    let place = &tenant.place;
    let role = role::get(&asked.cx, place, &RoleId::new(key)).await?;
    let wanted = [may(Action::Update), may(Action::Delete), Permission::new(Resource::Binding, Action::List)];
    let [update, delete, see] = access::allowed(&asked.cx, Some(place), wanted).await?;
    let offered = offered(asked, &tenant).await?;
    let base = offered.meant(asked, &tenant, "base").await?;
    let compare = offered.pick(asked, "base", ["Compare with", "Compare"], Some(&role.id));
    let held = if see { Some(holders(asked, &tenant, &role.id).await?) } else { None };
    let edited = ["name", "description", "permissions", "isDefault"];
    let what = (Resource::Role, role.id.as_str());
    let conflict = Conflict::of(asked, UpdateRole::PATH, Some(place), what, &role, &edited).await?;
    Ok(Page::new(role.name.clone(), move || {
        let edit = update && !role.is_managed;
        let address = tenant.href(&format!("roles/{}", quote(role.id.as_str())));
        let access = tenant.href(&format!("access?role={}", quote(role.id.as_str())));
        let copy = tenant.href(&format!("roles/create?from={}", quote(role.id.as_str())));
        let actions = view! {
            {button(copy, Some(Icon::Copy), "Copy", "secondary")} " "
            {(delete && !role.is_managed)
                .then(|| button(format!("{address}/delete"), Some(Icon::Trash), "Delete", "secondary"))}
        };
        let holders = held.map(|held| view! { <a href=access>{count(held, "binding")}</a> }.into_any());
        let what = facts(vec![
            ("ID", id(role.id.as_str())),
            ("Kind", view! { {badges(&role)} {(!role.is_managed).then(|| none("made here"))} }.into_any()),
            ("Held by", holders.unwrap_or_else(|| none("not for you to see"))),
        ]);
        let name = base.as_ref().map(|base| base.name.clone());
        // Made inside its form: only there is it known what was ticked.
        let allowed = role.permissions.clone();
        let matrix = move || matrix(&allowed, base.as_ref().map(|base| &base.permissions), name, !edit);
        let purpose = role.description.clone().unwrap_or_default();
        let (heading, words) = (heading(role.name.clone(), &purpose, actions), words(&role.permissions));
        let form = if edit {
            view! {
                <Form to=UpdateRole::PATH class="form form-wide">
                    <input type="hidden" name="tenant" value=tenant.segment.clone() />
                    <input type="hidden" name="id" value=role.id.to_string() />
                    {seen(&role::fingerprint(&role))} {summary(conflict, |typed| differing(&role, typed))}
                    <Field name="name" label="Name" value=role.name.clone() />
                    <Field
                        name="description"
                        label="For"
                        input=Input::Line("text")
                        optional=true
                        value=role.description.clone().unwrap_or_default()
                    />
                    <Tick name="is_default" label="Give it to new users of this tenant" value=role.is_default />
                    {matrix()}
                    <div class="form-actions">
                        <Submit label="Save" />
                    </div>
                </Form>
            }
            .into_any()
        } else {
            matrix()
        };
        view! {
            {heading} {what} {words}
            {section("permissions", "Permissions", None, view! { {compare} {form} })}
        }
        .into_any()
    }))
}

/// What of a role differs from what was typed.
fn differing(role: &Role, typed: &Typed) -> Vec<Difference> {
    let word = |yes: bool| if yes { "yes" } else { "no" };
    let described = role.description.as_deref().unwrap_or_default();
    let given = typed.get("is_default") == "true";
    let all = [
        ("Name", &*role.name, typed.get("name").trim()),
        ("For", described, typed.get("description")),
        ("Given to new users", word(role.is_default), word(given)),
    ];
    let yours = written(typed.all("permissions[]"));
    let allowed = Resource::ALL.iter().filter_map(|resource| {
        let [more, less] = [(&yours, &role.permissions), (&role.permissions, &yours)].map(|(one, other)| {
            let actions = resource.actions().into_iter().map(|action| Permission::new(*resource, action));
            let only = actions.filter(|action| one.grant(*action) && !other.grant(*action));
            only.map(|one| word_of(one.action)).collect::<Vec<_>>().join(", ")
        });
        let said = |with: &str, without: &str| match (with, without) {
            (with, "") => format!("with {with}"),
            ("", without) => format!("without {without}"),
            (with, without) => format!("with {with}; without {without}"),
        };
        let same = more.is_empty() && less.is_empty();
        (!same).then(|| (resource.as_str().to_owned(), said(&less, &more), said(&more, &less)))
    });
    fields(all).chain(allowed).collect()
}

/// An action, as the matrix calls it.
fn word_of(action: Action) -> String {
    action.as_str().to_lowercase().replace('_', " ")
}

/// How many bindings give a role.
async fn holders(asked: &Asked, tenant: &Tenant, id: &RoleId) -> service::Result<i64> {
    let filter = Filter::Field { name: "roleId".into(), op: Op::Equals, value: id.to_string() };
    let list = List { filter, size: 0, ..List::default() };
    Ok(binding::page(&asked.cx, &tenant.place, &list).await?.total)
}

/// Names what goes with a role before it goes.
pub(crate) async fn delete(asked: &Asked, tenant: Tenant, key: &str) -> Answer {
    let role = role::get(&asked.cx, &tenant.place, &RoleId::new(key)).await?;
    let held = holders(asked, &tenant, &role.id).await?;
    let title = format!("Delete {}", role.name);
    Ok(Page::new(title.clone(), move || {
        view! {
            {heading(title, "", ())}
            <Callout tone=Tone::Danger>
                <p>
                    <strong>"This cannot be undone. "</strong> {count(held, "binding")}
                    " that give the role go with it; whoever has nothing else here loses access to the tenant's content."
                </p>
            </Callout>
            <Form to=DeleteRole::PATH>
                <input type="hidden" name="tenant" value=tenant.segment.clone() />
                <input type="hidden" name="id" value=role.id.to_string() />
                <FormSummary />
                <div class="form-actions">
                    <Submit label="Delete role" kind="danger" />
                    <a class="button secondary" href=tenant.href(&format!("roles/{}", quote(role.id.as_str())))>"Cancel"</a>
                </div>
            </Form>
        }
        .into_any()
    }))
}

/// The words of earlier generations in a role, each with what it stands for.
fn legacy(permissions: &Permissions) -> Vec<(String, Vec<String>)> {
    let mut all = Vec::new();
    for (resource, actions) in permissions.words() {
        let known = Resource::from_word(resource).is_some();
        for action in actions {
            let alone = Permissions::from_words(vec![(resource.clone(), vec![action.clone()])]);
            let meant: Vec<String> = alone.granted().map(|one| one.to_string()).collect();
            let word = format!("{resource}:{action}");
            if !known || meant.len() != 1 || meant[0] != word {
                all.push((word, meant));
            }
        }
    }
    all
}

/// What the role's legacy words mean.
fn words(permissions: &Permissions) -> AnyView {
    let all = legacy(permissions);
    if all.is_empty() {
        return ().into_any();
    }
    let rows = all.into_iter().map(|(word, meant)| {
        let meant = if meant.is_empty() { "nothing any more".to_owned() } else { meant.join(", ") };
        view! {
            <tr>
                <td><code>{word}</code></td>
                <td class="wide">{meant}</td>
            </tr>
        }
        .into_any()
    });
    let rows = rows.collect();
    let table = table("What each word stands for", &[("Word", ""), ("Stands for", "wide")], rows);
    section("legacy", "Words of earlier versions", None, table)
}

/// Resources down, actions across; what differs from `base` is marked.
fn matrix(held: &Permissions, base: Option<&Permissions>, base_name: Option<String>, fixed: bool) -> AnyView {
    let rows: Vec<_> = Resource::ALL.iter().map(|resource| line(*resource, held, base, fixed)).collect();
    let legend = base_name.filter(|_| base.is_some()).map(|name| {
        view! { <p class="muted">"Compared with " {name} ": " <ins>"more"</ins> ", " <del>"less"</del> "."</p> }
    });
    let find = (!fixed).then(|| {
        view! {
            <label class="matrix-find">
                <span class="visually-hidden">"Find a resource"</span>
                <input class="input" type="search" placeholder="Find a resource" data-find="permissions" autocomplete="off" />
            </label>
        }
    });
    view! {
        <fieldset class="matrix" data-found="permissions">
            <legend class="visually-hidden">"Permissions"</legend>
            {find} {legend} {rows}
        </fieldset>
    }
    .into_any()
}

fn line(resource: Resource, held: &Permissions, base: Option<&Permissions>, fixed: bool) -> AnyView {
    let boxes: Vec<_> = resource
        .actions()
        .into_iter()
        .map(|action| {
            let one = Permission::new(resource, action);
            let (now, before) = (held.grant(one), base.map(|base| base.grant(one)));
            let class = match before {
                Some(false) if now => "check more",
                Some(true) if !now => "check less",
                _ => "check",
            };
            let word = word_of(action);
            if fixed {
                let state = if now { Some(Icon::Check.view()) } else { None };
                let said = if now { "allowed" } else { "not allowed" };
                return view! { <span class=class data-held=now.to_string()>{state} <span>{word}</span> <span class="visually-hidden">{said}</span></span> }.into_any();
            }
            let on = ticked("permissions[]", &one.to_string(), now);
            view! {
                <label class=class>
                    <input type="checkbox" name="permissions[]" value=one.to_string() checked=on />
                    <span>{word}</span>
                </label>
            }
            .into_any()
        })
        .collect();
    let label = resource.as_str();
    view! {
        <div class="matrix-row" role="group" aria-label=label data-name=label.to_lowercase()>
            <code class="matrix-resource">{label}</code>
            <div class="matrix-actions">{boxes}</div>
        </div>
    }
    .into_any()
}
