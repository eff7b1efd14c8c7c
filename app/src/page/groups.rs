//! Groups of a tenant: who is in them, and what they hold.

use super::{
    conflict::{Conflict, Difference, fields, summary},
    narrow::hidden,
    parts::{act, brief, button, facts, heading, id, list as part, none, pager, search, section, table},
    route::{Answer, Asked, Page, Tenant},
    several::{Named, cell, go_on, tick},
};
use crate::{
    api::group::{AddMember, CreateGroup, DeleteGroup, RemoveMember, RemoveMembers, SetOwner, UpdateGroup},
    form::{Field, Form, FormSummary, Input, Submit, Typed, seen},
    ui::{Badge, Callout, Empty, Icon, Tone, count, number, quote},
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{
    Action, Binding, Filter, Group, GroupId, List, Op, Permission, Principal, PrincipalId, PrincipalKind, Resource,
};
use service::{Caller, access, binding, group, group::Member};

const PURPOSE: &str = "Whoever is in a group holds what the group holds. What that is, stands with each group.";

const fn may(action: Action) -> Permission {
    Permission::new(Resource::Group, action)
}

fn equals(name: &str, value: &str) -> Filter {
    Filter::Field { name: name.into(), op: Op::Equals, value: value.into() }
}

/// The list.
pub(crate) async fn list(asked: &Asked, tenant: Tenant) -> Answer {
    let page = group::page(&asked.cx, &tenant.place, &part(asked)).await?;
    let [create] = access::allowed(&asked.cx, Some(&tenant.place), [may(Action::Create)]).await?;
    let pager = pager(asked, &page);
    let search = search(asked, "Search groups by name", "Search by name", &[]);
    let q = asked.get("q").to_owned();
    Ok(Page::new("Groups", move || {
        let new = create.then(|| button(tenant.href("groups/create"), Some(Icon::Plus), "Create", "primary"));
        if page.results.is_empty() && q.is_empty() {
            let text = "Put people who do the same work into a group, and give the roles to the group.";
            return view! {
                {heading("Groups", PURPOSE, ())}
                <Empty icon=Icon::Users title="This tenant has no groups" text>{new}</Empty>
            }
            .into_any();
        }
        let list = if page.results.is_empty() {
            let title = format!("No group matches “{q}”");
            view! { <Empty icon=Icon::Search title text="Names were searched." /> }.into_any()
        } else {
            let rows = page.results.into_iter().map(|group| row(&tenant, group)).collect();
            let columns = [("Group", ""), ("For", "wide"), ("ID", "minor")];
            view! { {table("Groups", &columns, rows)} {pager} }.into_any()
        };
        view! { {heading("Groups", PURPOSE, new)} {search} {list} }.into_any()
    }))
}

fn row(tenant: &Tenant, group: Group) -> AnyView {
    let href = tenant.href(&format!("groups/{}", quote(group.id.as_str())));
    view! {
        <tr>
            <td><a class="row-link" href=href>{group.name}</a></td>
            <td class="wide muted">{group.description.map(brief)}</td>
            <td class="minor"><code>{group.id.to_string()}</code></td>
        </tr>
    }
    .into_any()
}

/// A new group.
pub(crate) async fn create(asked: &Asked, tenant: Tenant) -> Answer {
    access::require(&asked.cx, Some(&tenant.place), Permission::new(Resource::Group, Action::Create)).await?;
    Ok(Page::new("Create group", move || {
        let help = "Addresses, one per line or with commas between them. Whoever has no access to this tenant gets it.";
        view! {
            {heading("Create group", "", ())}
            <Form to=CreateGroup::PATH>
                <input type="hidden" name="tenant" value=tenant.segment.clone() />
                <FormSummary />
                <Field name="name" label="Name" help="No two groups of a tenant share one." first=true />
                <Field name="description" label="For" optional=true />
                <Field name="members" label="Members" input=Input::Text optional=true help />
                <div class="form-actions">
                    <Submit label="Create group" />
                    <a class="button secondary" href=tenant.href("groups")>"Cancel"</a>
                </div>
            </Form>
        }
        .into_any()
    }))
}

/// Whether the caller owns the group.
async fn owns(asked: &Asked, tenant: &Tenant, id: &GroupId) -> service::Result<bool> {
    let Caller::Principal(me) = asked.cx.caller() else { return Ok(false) };
    let list = List { filter: equals("id", me.as_str()), size: 1, ..List::default() };
    let mine = group::members(&asked.cx, &tenant.place, id, &list).await?.results;
    Ok(mine.iter().any(|one| owner(one, id)))
}

fn owner(member: &Member, id: &GroupId) -> bool {
    member.groups.iter().any(|one| one.group == *id && one.owner)
}

/// The group's bindings, as many as `size`, and how many there are.
async fn held(asked: &Asked, tenant: &Tenant, id: &GroupId, size: i64) -> service::Result<(Vec<Binding>, i64)> {
    let list = List { filter: equals("externalId", id.as_str()), size, ..List::default() };
    let page = binding::page(&asked.cx, &tenant.place, &list).await?;
    Ok((page.results, page.total))
}

/// A group: what it is called, who is in it, what it holds.
pub(crate) async fn detail(asked: &Asked, tenant: Tenant, key: &str) -> Answer {
    /// Bindings shown here; the list of all of them is under Access.
    const SHOWN: i64 = 25;
    let (cx, place) = (&asked.cx, &tenant.place);
    let group = group::get(cx, place, &GroupId::new(key)).await?;
    let wanted = [
        may(Action::Update),
        may(Action::Delete),
        may(Action::ManageMembers),
        Permission::new(Resource::User, Action::ManageGroupMembership),
        Permission::new(Resource::Binding, Action::List),
        Permission::new(Resource::Binding, Action::Create),
    ];
    let [update, delete, members, memberships, see, assign] = access::allowed(cx, Some(place), wanted).await?;
    let manage = members || memberships || owns(asked, &tenant, &group.id).await?;
    let inside = group::members(cx, place, &group.id, &part(asked)).await?;
    let held = if see { Some(held(asked, &tenant, &group.id, SHOWN).await?) } else { None };
    let what = (Resource::Group, group.id.as_str());
    let edited = ["name", "description"];
    let conflict = Conflict::of(asked, UpdateGroup::PATH, Some(place), what, &group, &edited).await?;
    let pager = pager(asked, &inside);
    let q = asked.get("q").to_owned();
    let search = search(asked, "Search members", "Search members", &[]);
    Ok(Page::new(group.name.clone(), move || {
        let address = tenant.href(&format!("groups/{}", quote(group.id.as_str())));
        let away = delete.then(|| button(format!("{address}/delete"), Some(Icon::Trash), "Delete", "secondary"));
        let purpose = group.description.clone().unwrap_or_default();
        let total = inside.total;
        let rows: Vec<_> = inside.results.into_iter().map(|one| member(&tenant, &group.id, one, manage)).collect();
        let people = match (rows.is_empty(), q.is_empty()) {
            (true, true) => {
                view! { <Empty icon=Icon::Users title="Nobody is in this group" text="Add the first member below." /> }
                    .into_any()
            }
            (true, false) => {
                let title = format!("No member matches “{q}”");
                view! { {search} <Empty icon=Icon::Search title text="Names and addresses were searched." /> }
                    .into_any()
            }
            _ => {
                let columns = [("Member", "wide"), ("", "")];
                let several = manage.then(|| go_on(format!("{address}/remove"), "Remove selected"));
                view! { {search} {table("Members of the group", &columns, rows)} {several} {pager} }.into_any()
            }
        };
        let joining = manage.then(|| add(&tenant, &group.id));
        let people = view! { {people} {joining} };
        let held = held.map(|(bindings, total)| {
            let content = bindings_of(&tenant, &group, bindings, total, assign);
            section("held", "Holds", Some(total), content)
        });
        view! {
            {heading(group.name.clone(), &purpose, away)} {facts(vec![("ID", id(group.id.as_str()))])}
            {section("members", "Members", Some(total), people)} {held}
            {update.then(|| section("edit", "Name and purpose", None, edit(&tenant, &group, conflict)))}
        }
        .into_any()
    }))
}

fn member(tenant: &Tenant, group: &GroupId, member: Member, manage: bool) -> AnyView {
    let owner = owner(&member, group);
    let one = member.principal;
    let href = tenant.href(&format!("users/{}", quote(one.id.as_str())));
    let fields = |more: Option<(&'static str, String)>| {
        let mut all = keys(tenant, group);
        all.push(("who", one.id.to_string()));
        all.extend(more);
        all
    };
    let actions = manage.then(|| {
        let label = if owner { "No longer owner" } else { "Make owner" };
        let said = format!("{label}: {}", one.name);
        view! {
            {act(SetOwner::PATH, label, said, "ghost", fields(Some(("owner", (!owner).to_string()))))} " "
            {act(RemoveMember::PATH, "Remove", format!("Remove {} from the group", one.name), "ghost", fields(None))}
        }
    });
    let chosen = manage.then(|| tick(&one.id, format!("Select {}", one.name)));
    let who = view! { <a href=href>{one.name.clone()}</a> " " {badges(&one, owner)} }.into_any();
    view! {
        <tr>
            <td class="wide">{cell(chosen, who)}</td>
            <td class="row-actions">{actions}</td>
        </tr>
    }
    .into_any()
}

fn badges(one: &Principal, owner: bool) -> AnyView {
    view! {
        {(one.kind == PrincipalKind::ServiceAccount).then(|| view! { <Badge text="Service account" /> " " })}
        {owner.then(|| view! { <Badge text="Owner" kind="accent" /> })}
    }
    .into_any()
}

/// Names those who are taken out of a group before they are.
pub(crate) async fn remove_several(asked: &Asked, tenant: Tenant, key: &str) -> Answer {
    let chosen: Vec<_> = asked.all("ids").map(PrincipalId::new).collect();
    let (group, inside) = group::leaving(&asked.cx, &tenant.place, &GroupId::new(key), &chosen).await?;
    Ok(Page::new("Remove members", move || {
        let total = i64::try_from(inside.len()).unwrap_or(i64::MAX);
        let ids = inside.iter().map(|one| one.principal.id.to_string()).collect();
        let rows = inside.into_iter().map(|one| {
            let owner = owner(&one, &group.id);
            let (who, badges) = (one.principal.name.clone(), badges(&one.principal, owner));
            view! { <tr><td class="wide">{who} " " {badges}</td></tr> }.into_any()
        });
        let from = |what: &str| format!("Remove {what} from {}", group.name);
        Named {
            title: if total == 0 { from("members") } else { from(&count(total, "member")) },
            warning: "All of these leave the group together, or none. They lose what they hold through it; whoever has \
                      nothing else here loses access to the tenant.",
            label: "Who leaves the group",
            columns: vec![("Member", "wide")],
            rows: rows.collect(),
            to: RemoveMembers::PATH,
            fields: keys(&tenant, &group.id),
            ids,
            button: "Remove all of these",
            back: (tenant.href(&format!("groups/{}", quote(group.id.as_str()))), "The group"),
        }
        .view()
    }))
}

/// Which group a form is about.
fn keys(tenant: &Tenant, group: &GroupId) -> Vec<(&'static str, String)> {
    vec![("tenant", tenant.segment.clone()), ("id", group.to_string())]
}

fn add(tenant: &Tenant, group: &GroupId) -> AnyView {
    let keys = hidden(keys(tenant, group));
    view! {
        <Form to=AddMember::PATH class="form">
            {keys}
            <FormSummary />
            <Field
                name="who"
                label="Add a member"
                placeholder="dev@example.com"
                help="An address, or the id of a service account. Whoever has no access to this tenant gets it."
            />
            <div class="form-actions">
                <Submit label="Add to group" kind="secondary" />
            </div>
        </Form>
    }
    .into_any()
}

fn bindings_of(tenant: &Tenant, group: &Group, bindings: Vec<Binding>, total: i64, assign: bool) -> AnyView {
    let more = tenant.href(&format!("access?holder={}", quote(group.id.as_str())));
    let give = tenant.href(&format!("access/create?holder={}", quote(group.id.as_str())));
    let give = assign.then(|| button(give, Some(Icon::Plus), "Assign role", "secondary"));
    if bindings.is_empty() {
        return view! {
            <p class="muted">"Its members get nothing through it yet."</p>
            <div class="form-actions">{give}</div>
        }
        .into_any();
    }
    let rows = bindings.into_iter().map(|one| {
        let role = tenant.href(&format!("roles/{}", quote(one.role.id.as_str())));
        let place = match one.namespace {
            Some(namespace) => view! { <code>{namespace.to_string()}</code> }.into_any(),
            None => none("whole tenant"),
        };
        view! { <tr><td class="wide"><a href=role>{one.role.name}</a></td> <td class="wide">{place}</td></tr> }
            .into_any()
    });
    let rows = rows.collect();
    let all = if total > 1 { format!("All {} under Access", number(total)) } else { "See under Access".to_owned() };
    view! {
        {table("What the group holds", &[("Role", "wide"), ("Where", "wide")], rows)}
        <div class="form-actions">{give} <a class="button ghost" href=more>{all}</a></div>
    }
    .into_any()
}

/// What of a group differs from what was typed.
fn differing(group: &Group, typed: &Typed) -> Vec<Difference> {
    let described = group.description.as_deref().unwrap_or_default();
    let all = [("Name", &*group.name, typed.get("name").trim()), ("For", described, typed.get("description"))];
    fields(all).collect()
}

fn edit(tenant: &Tenant, group: &Group, conflict: Option<Conflict>) -> AnyView {
    let (from, shown) = (group::fingerprint(group), group.clone());
    let keys = hidden(keys(tenant, &group.id));
    let (name, description) = (group.name.clone(), group.description.clone().unwrap_or_default());
    view! {
        <Form to=UpdateGroup::PATH>
            {keys} {seen(&from)} {summary(conflict, |typed| differing(&shown, typed))}
            <Field name="name" label="Name" value=name />
            <Field name="description" label="For" optional=true value=description />
            <div class="form-actions">
                <Submit label="Save" />
            </div>
        </Form>
    }
    .into_any()
}

/// Names what goes with a group before it goes.
pub(crate) async fn delete(asked: &Asked, tenant: Tenant, key: &str) -> Answer {
    let group = group::get(&asked.cx, &tenant.place, &GroupId::new(key)).await?;
    let few = List { size: 1, ..List::default() };
    let members = group::members(&asked.cx, &tenant.place, &group.id, &few).await?.total;
    let list = Permission::new(Resource::Binding, Action::List);
    let [see] = access::allowed(&asked.cx, Some(&tenant.place), [list]).await?;
    let held = if see { Some(held(asked, &tenant, &group.id, 1).await?.1) } else { None };
    let title = format!("Delete {}", group.name);
    Ok(Page::new(title.clone(), move || {
        let held = held.map_or_else(|| "what it holds".to_owned(), |total| count(total, "binding"));
        view! {
            {heading(title, "", ())}
            <Callout tone=Tone::Danger>
                <p>
                    <strong>"This cannot be undone. "</strong> {count(members, "membership")} " and " {held}
                    " go with the group. Its members stay in the tenant, without what they have only through this group."
                </p>
            </Callout>
            <Form to=DeleteGroup::PATH>
                <input type="hidden" name="tenant" value=tenant.segment.clone() />
                <input type="hidden" name="id" value=group.id.to_string() />
                <FormSummary />
                <div class="form-actions">
                    <Submit label="Delete group" kind="danger" />
                    <a class="button secondary" href=tenant.href(&format!("groups/{}", quote(group.id.as_str())))>"Cancel"</a>
                </div>
            </Form>
        }
        .into_any()
    }))
}
