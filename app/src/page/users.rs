//! Users of the instance: who they are, how they sign in, and what they have where.

use super::{
    conflict::{Conflict, Difference, fields, summary},
    credentials::{Owner, Sessions, Tokens},
    parts::{button, facts, heading, hidden, id, none, pager, search, section, stacked, table},
    route::{Answer, Asked, Page, part},
    several::{Named, cell, go_on, no_tick, tick},
};
use crate::{
    api::dates::when,
    api::{
        credential::USER,
        dates::exactly,
        impersonation::TakePlace,
        user::{
            CreateUser, DeleteUser, DeleteUsers, LetIntoTenant, RemoveUserPassword, RenameUser, SetRestricted,
            SetSuperadmin, SetUserPassword, UnlockUser,
        },
    },
    form::{Field, Form, FormSummary, Input, Submit, Tick, Typed, seen, ticked},
    ui::{Badge, Callout, Empty, Icon, Tone, count, number, quote},
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{Action, Permission, Principal, PrincipalId, PrincipalKind, Resource, TenantLink, TenantQuery, Timestamp};
use service::{
    Context, tenant,
    user::{self, Held, User},
};

const PURPOSE: &str =
    "Everybody who can sign in here. Which tenants they reach, and with which roles, is up to each tenant.";
const PATH: &str = "/administration/users";

/// Tenants that are offered by name; of more, people type the ids.
const OFFERED: i64 = 20;

/// The list.
pub(crate) async fn list(asked: &Asked) -> Answer {
    let page = user::page(&asked.cx, &part(asked)).await?;
    let me = service::me::id(&asked.cx).cloned();
    let pager = pager(asked, &page);
    let search = search(asked, "Search users by name or email", "Search by name or email", &[]);
    let (q, now, tenants) = (asked.get("q").to_owned(), asked.cx.now(), asked.cx.settings().tenants);
    Ok(Page::new("Users", move || {
        let create = button(format!("{PATH}/create"), Some(Icon::Plus), "Create", "primary");
        let empty = page.results.is_empty();
        let rows = page.results.into_iter().map(|user| row(user, me.as_ref(), tenants, now)).collect();
        let mut columns = vec![("User", "wide"), ("Name", "minor")];
        if tenants {
            columns.push(("Tenants", "numeric"));
        }
        columns.push(("Created", "minor"));
        let list = if empty {
            let title = format!("No user matches “{q}”");
            view! { <Empty icon=Icon::Search title text="Email addresses and names were searched." /> }.into_any()
        } else {
            let several = go_on(format!("{PATH}/delete"), "Delete selected");
            view! { {table("Users", &columns, rows)} {several} {pager} }.into_any()
        };
        view! { {heading("Users", PURPOSE, create)} {search} {list} }.into_any()
    }))
}

fn row(user: User, me: Option<&PrincipalId>, tenants: bool, now: Timestamp) -> AnyView {
    let one = user.principal;
    let you = (me == Some(&one.id)).then(|| view! { " " <Badge text="You" kind="accent" /> });
    let name = format!("{} {}", one.first_name, one.last_name);
    let tenants = tenants.then(|| {
        let many = i64::try_from(user.tenants.len()).unwrap_or(i64::MAX);
        view! { <td class="numeric">{number(many)}</td> }
    });
    // Nobody deletes themselves.
    let chosen = if me == Some(&one.id) { no_tick() } else { tick(&one.id, format!("Select {}", one.name)) };
    let who = view! {
        <a class="row-link" href=address(&one.id)>{one.name.clone()}</a> {you} " " {badges(&one, user.password, now)}
    };
    view! {
        <tr>
            <td class="wide">{cell(Some(chosen), who.into_any())}</td>
            <td class="minor clip">{name.trim().to_owned()}</td>
            {tenants}
            <td class="minor nowrap">{when(one.created_at, now)}</td>
        </tr>
    }
    .into_any()
}

fn address(id: &PrincipalId) -> String {
    format!("{PATH}/{}", quote(id.as_str()))
}

fn badges(one: &Principal, password: bool, now: Timestamp) -> AnyView {
    view! {
        {one.superadmin.then(|| view! { <Badge text="Superadmin" /> " " })}
        {one.locked(now).then(|| view! { <Badge text="Locked" kind="danger" /> " " })}
        {one.restricted.then(|| view! { <Badge text="Restricted" kind="warning" /> " " })}
        {(!password).then(|| view! { <Badge text="No password" /> })}
    }
    .into_any()
}

/// The first tenants, and whether there are more; none where tenants are off.
pub(crate) async fn offered(cx: &Context) -> service::Result<(Vec<TenantLink>, bool)> {
    if !cx.settings().tenants {
        return Ok((Vec::new(), false));
    }
    let found = tenant::list(cx, TenantQuery { size: OFFERED, ..TenantQuery::default() }).await?;
    let more = found.next.is_some();
    Ok((found.rows.into_iter().map(|one| TenantLink { id: Some(one.id), name: one.name }).collect(), more))
}

/// Boxes for tenants to let somebody into, and a line for the ids of others.
pub(crate) fn tenant_boxes(tenants: Vec<TenantLink>, more: bool) -> AnyView {
    if tenants.is_empty() {
        return ().into_any();
    }
    let boxes = tenants.into_iter().filter_map(|one| {
        let id = one.id?.to_string();
        let on = ticked("tenants[]", &id, false);
        Some(view! {
            <label class="check">
                <input type="checkbox" name="tenants[]" value=id.clone() checked=on />
                <span>{one.name} " " <code>{id}</code></span>
            </label>
        })
    });
    let others = more.then(|| {
        view! { <Field name="more_tenants" label="Other tenants" help="Their ids, with spaces between them." optional=true mono=true /> }
    });
    view! {
        <fieldset class="field-group">
            <legend>"Tenants to let in"</legend>
            {boxes.collect_view()} {others}
        </fieldset>
    }
    .into_any()
}

/// A new user.
pub(crate) async fn create(asked: &Asked) -> Answer {
    service::access::require(&asked.cx, None, Permission::new(Resource::User, Action::Create)).await?;
    let (tenants, more) = offered(&asked.cx).await?;
    let policy = asked.cx.settings().passwords.sentence();
    Ok(Page::new("Create user", move || {
        let purpose = "Without a password the user cannot sign in until one is set.";
        view! {
            {heading("Create user", purpose, ())}
            <Form to=CreateUser::PATH>
                <FormSummary />
                <Field name="email" label="Email" input=Input::Line("email") help="What the user signs in with." first=true />
                <div class="field-row">
                    <Field name="first_name" label="First name" optional=true />
                    <Field name="last_name" label="Last name" optional=true />
                </div>
                <Field
                    name="password"
                    label="Password"
                    input=Input::Line("password")
                    help=policy
                    optional=true
                    autocomplete="new-password"
                />
                {tenant_boxes(tenants, more)}
                <Tick name="superadmin" label="Superadmin: administers this instance and access everywhere" />
                <div class="form-actions">
                    <Submit label="Create user" />
                    <a class="button secondary" href=PATH>"Cancel"</a>
                </div>
            </Form>
        }
        .into_any()
    }))
}

/// A user.
pub(crate) async fn detail(asked: &Asked, key: &str) -> Answer {
    let (cx, key) = (&asked.cx, PrincipalId::new(key));
    let user = user::get(cx, &key).await?;
    let held = user::held(cx, &key).await?;
    let (tenants, _) = offered(cx).await?;
    let owner = Owner { kind: USER, tenant: String::new(), id: key.to_string() };
    let tokens = Tokens::new(asked, owner.clone(), user::tokens(cx, &key).await?, true, true);
    let sessions = Sessions::new(asked, owner, user::sessions(cx, &key).await?);
    let you = service::me::id(cx) == Some(&key);
    let what = (Resource::User, key.as_str());
    let conflict = Conflict::of(asked, RenameUser::PATH, None, what, &user.principal, &PROFILE).await?;
    let (now, policy, on) = (cx.now(), cx.settings().passwords.sentence(), cx.settings().tenants);
    Ok(Page::new(user.principal.name.clone(), move || {
        let one = &user.principal;
        let delete =
            (!you).then(|| button(format!("{}/delete", address(&one.id)), Some(Icon::Trash), "Delete", "secondary"));
        let history = format!("/administration/audit?target={}", quote(one.id.as_str()));
        let mut about = vec![("ID", id(one.id.as_str())), ("Created", when(one.created_at, now))];
        if you || one.superadmin || one.restricted || one.locked(now) || !user.password {
            let you = you.then(|| view! { <Badge text="You" kind="accent" /> " " });
            about.push(("Is", view! { {you} {badges(one, user.password, now)} }.into_any()));
        }
        about.push(("History", view! { <a href=history>"In the audit log"</a> }.into_any()));
        let purpose = if one.display_name() == one.name { String::new() } else { one.display_name() };
        view! {
            {heading(one.name.clone(), &purpose, delete)} {facts(about)} {profile(one, conflict)} {sign_in(&user, now, policy)}
            {places(&one.id, &held, on.then_some(tenants))} {tokens.view()} {sessions.view()} {rights(one, you)}
        }
        .into_any()
    }))
}

/// What of a user's profile can be edited, as the audit log calls it.
pub(crate) const PROFILE: [&str; 3] = ["name", "firstName", "lastName"];

/// What of a user's profile differs from what was typed.
pub(crate) fn differing(one: &Principal, typed: &Typed) -> Vec<Difference> {
    let email = typed.get("email").trim().to_lowercase();
    let all = [
        ("Email", &*one.name, &*email),
        ("First name", &one.first_name, typed.get("first_name")),
        ("Last name", &one.last_name, typed.get("last_name")),
    ];
    fields(all).collect()
}

fn profile(one: &Principal, conflict: Option<Conflict>) -> AnyView {
    let (id, from, shown) = (hidden("id", one.id.as_str()), user::fingerprint(one), one.clone());
    let (email, first, last) = (one.name.clone(), one.first_name.clone(), one.last_name.clone());
    let form = view! {
        <Form to=RenameUser::PATH>
            {id} {seen(&from)} {summary(conflict, |typed| differing(&shown, typed))}
            <Field name="email" label="Email" input=Input::Line("email") value=email />
            <div class="field-row">
                <Field name="first_name" label="First name" optional=true value=first />
                <Field name="last_name" label="Last name" optional=true value=last />
            </div>
            <div class="form-actions">
                <Submit label="Save" />
            </div>
        </Form>
    };
    section("profile", "Profile", None, form)
}

/// How the user signs in, and what keeps it from doing so.
fn sign_in(user: &User, now: Timestamp, policy: String) -> AnyView {
    let one = &user.principal;
    let [unlocks, removes, sets] = [(); 3].map(|()| hidden("id", one.id.as_str()));
    let lock = one.locked_until.filter(|at| *at > now).map(|at| {
        view! {
            <Callout tone=Tone::Danger>
                <p><strong>"Locked after failed sign-ins. "</strong> "Even the right password is refused until " {exactly(at)} "."</p>
                <Form to=UnlockUser::PATH class="plain">
                    {unlocks}
                    <Submit label="Unlock" kind="secondary" />
                </Form>
            </Callout>
        }
    });
    let has = if user.password {
        "This user signs in with a password."
    } else {
        "This user has no password: it cannot sign in, and uses tokens at most."
    };
    let remove = user.password.then(|| {
        view! {
            <Form to=RemoveUserPassword::PATH class="plain">
                {removes}
                <Submit label="Remove password" kind="ghost" />
            </Form>
        }
    });
    let help = format!("{policy} Setting it lifts a lock and ends the user's sessions.");
    let content = view! {
        {lock}
        <p class="muted">{has}</p>
        <Form to=SetUserPassword::PATH>
            {sets}
            <FormSummary />
            <Field
                name="password"
                label="New password"
                input=Input::Line("password")
                help=help
                autocomplete="new-password"
            />
            <div class="form-actions">
                <Submit label="Set password" kind="secondary" />
            </div>
        </Form>
        {remove}
    };
    section("sign-in", "Sign-in", None, stacked(content))
}

/// What somebody has in each tenant, and, where tenants are on, the way into another: some that could be are offered.
/// Also of service accounts.
pub(crate) fn places(id: &PrincipalId, held: &[Held], offered: Option<Vec<TenantLink>>) -> AnyView {
    let rows: Vec<_> = held.iter().map(place).collect();
    let list = if rows.is_empty() {
        view! { <p class="muted">"No tenant has let it in yet."</p> }.into_any()
    } else {
        table("Tenants", &[("Tenant", ""), ("Groups", "wide"), ("Roles", "wide")], rows)
    };
    match offered {
        Some(offered) => {
            let way_in = way_in(id, held, offered);
            section("tenants", "Tenants", i64::try_from(held.len()).ok(), stacked(view! { {list} {way_in} }))
        }
        None => section("tenants", "Groups and roles", None, list),
    }
}

fn way_in(id: &PrincipalId, held: &[Held], offered: Vec<TenantLink>) -> AnyView {
    let known = |one: &TenantLink| held.iter().any(|there| there.tenant.id == one.id);
    let options = offered.into_iter().filter(|one| !known(one)).filter_map(|one| {
        let id = one.id?.to_string();
        Some(view! { <option value=id>{one.name}</option> })
    });
    let (options, id) = (options.collect_view(), hidden("id", id.as_str()));
    view! {
        <h3 class="subtitle">"Let into a tenant"</h3>
        <Form to=LetIntoTenant::PATH>
            {id}
            <FormSummary />
            <datalist id="offered-tenants">{options}</datalist>
            <Field
                name="tenant"
                label="Tenant ID"
                help="It can enter then. What it may do there, roles say: they are assigned in the tenant."
                mono=true
                list="offered-tenants"
            />
            <div class="form-actions">
                <Submit label="Let in" kind="secondary" />
            </div>
        </Form>
    }
    .into_any()
}

fn place(held: &Held) -> AnyView {
    let base = format!("/ui/{}", TenantLink::segment(held.tenant.id.as_ref()));
    let groups = held.groups.iter().map(|group| {
        let href = format!("{base}/groups/{}", quote(group.group.as_str()));
        let owner = group.owner.then(|| view! { " " <Badge text="Owner" /> });
        view! { <li><a href=href>{group.name.clone()}</a> {owner}</li> }
    });
    let roles = held.grants.iter().map(|grant| {
        let href = format!("{base}/roles/{}", quote(grant.role.id.as_str()));
        let place = grant.namespace.as_ref().map(|namespace| view! { " in " <code>{namespace.to_string()}</code> });
        let group = grant.group.as_ref().and_then(|id| held.groups.iter().find(|one| one.group == *id));
        let through = group.map(|one| view! { <span class="muted">" through " {one.name.clone()}</span> });
        view! { <li><a href=href>{grant.role.name.clone()}</a> {place} {through}</li> }
    });
    let none_yet = |empty: bool, words: &'static str| empty.then(|| none(words));
    view! {
        <tr>
            <td class="nowrap"><a class="row-link" href=base.clone()>{held.tenant.name.clone()}</a></td>
            <td class="wide"><ul class="lines">{groups.collect_view()}</ul> {none_yet(held.groups.is_empty(), "no groups")}</td>
            <td class="wide"><ul class="lines">{roles.collect_view()}</ul> {none_yet(held.grants.is_empty(), "no roles")}</td>
        </tr>
    }
    .into_any()
}

/// What a user is beside its roles.
fn rights(one: &Principal, you: bool) -> AnyView {
    let (restricted, said) = match one.restricted {
        true => ("Lift the restriction", "It is restricted: it cannot change its own profile, password and tokens."),
        false => {
            ("Restrict", "A restricted user cannot change its own profile, password and tokens. For demonstrations.")
        }
    };
    let (superadmin, id) = (superadmin(one, you), hidden("id", one.id.as_str()));
    let acts = (!you).then(|| act_as(one));
    let turned = hidden("restricted", (!one.restricted).to_string());
    let content = view! {
        {superadmin}
        <p class="muted">{said}</p>
        <Form to=SetRestricted::PATH>
            {id} {turned}
            <FormSummary />
            <div class="form-actions">
                <Submit label=restricted kind="secondary" />
            </div>
        </Form>
        {acts}
    };
    section("rights", "Rights", None, stacked(content))
}

/// To see the console as the user does. Another person looks at it then, so the page is loaded as a whole.
fn act_as(one: &Principal) -> AnyView {
    let id = hidden("id", one.id.as_str());
    view! {
        <p class="muted">
            "You can act in this user's place: see what it sees, and do what it may. All of it stands in the audit log with \
             both names."
        </p>
        <Form to=TakePlace::PATH whole=true>
            {id}
            <FormSummary />
            <div class="form-actions">
                <Submit label="Act as this user" kind="secondary" />
            </div>
        </Form>
    }
    .into_any()
}

/// Makes somebody a superadmin, or no longer. Also service accounts.
pub(crate) fn superadmin(one: &Principal, you: bool) -> AnyView {
    let label = if one.superadmin { "Take superadmin away" } else { "Make superadmin" };
    let said = match one.superadmin {
        true if you => "You are a superadmin. Only another superadmin can take this from you.",
        true => "It is a superadmin: it administers this instance, and access in every tenant.",
        false => {
            "A superadmin administers this instance, and access in every tenant. Data of tenants it sees through roles only."
        }
    };
    let form = (!you || !one.superadmin).then(|| {
        let account = hidden("account", (one.kind == PrincipalKind::ServiceAccount).to_string());
        let (id, turned) = (hidden("id", one.id.as_str()), hidden("superadmin", (!one.superadmin).to_string()));
        view! {
            <Form to=SetSuperadmin::PATH>
                {id} {account} {turned}
                <FormSummary />
                <div class="form-actions">
                    <Submit label kind="secondary" />
                </div>
            </Form>
        }
    });
    view! { <p class="muted">{said}</p> {form} }.into_any()
}

/// Names those who are deleted, and what goes with them, before they are.
pub(crate) async fn delete_several(asked: &Asked) -> Answer {
    let ids: Vec<PrincipalId> = asked.all("ids").map(PrincipalId::new).collect();
    service::access::require(&asked.cx, None, Permission::new(Resource::User, Action::Delete)).await?;
    let users = if ids.is_empty() { Vec::new() } else { user::these(&asked.cx, &ids).await? };
    let (now, tenants) = (asked.cx.now(), asked.cx.settings().tenants);
    Ok(Page::new("Delete users", move || {
        let total = i64::try_from(users.len()).unwrap_or(i64::MAX);
        let ids = users.iter().map(|user| user.principal.id.to_string()).collect();
        let rows = users.into_iter().map(|user| {
            let one = user.principal;
            let tenants = tenants.then(|| view! { <td class="numeric">{user.tenants.len()}</td> });
            view! {
                <tr>
                    <td class="wide">{one.name.clone()} " " {badges(&one, user.password, now)}</td>
                    {tenants}
                    <td class="numeric">{user.groups.len()}</td>
                </tr>
            }
            .into_any()
        });
        let mut columns = vec![("User", "wide"), ("Groups", "numeric")];
        if tenants {
            columns.insert(1, ("Tenants", "numeric"));
        }
        Named {
            title: if total == 0 { "Delete users".into() } else { format!("Delete {}", count(total, "user")) },
            warning: "This cannot be undone. Their access, memberships, roles, tokens and sessions go with them; what they did \
                      stays in the audit log. All of them are deleted, or none.",
            label: "Who is deleted",
            columns,
            rows: rows.collect(),
            to: DeleteUsers::PATH,
            fields: Vec::new(),
            ids,
            button: "Delete all of these",
            back: (PATH.to_owned(), "Users"),
        }
        .view()
    }))
}

/// Names what goes with a user before it goes.
pub(crate) async fn delete(asked: &Asked, key: &str) -> Answer {
    let (cx, key) = (&asked.cx, PrincipalId::new(key));
    let user = user::get(cx, &key).await?;
    let held = user::held(cx, &key).await?;
    let tokens = user::tokens(cx, &key).await?.len();
    let sessions = user::sessions(cx, &key).await?.len();
    let on = cx.settings().tenants;
    let title = format!("Delete {}", user.principal.name);
    Ok(Page::new(title.clone(), move || {
        let gone = lost(&held, on, tokens, sessions);
        view! {
            {heading(title, "", ())}
            <Callout tone=Tone::Danger>
                <p><strong>"This cannot be undone. "</strong> {gone}</p>
                <p>"What the user did stays in the audit log."</p>
            </Callout>
            <Form to=DeleteUser::PATH>
                <input type="hidden" name="id" value=user.principal.id.to_string() />
                <FormSummary />
                <div class="form-actions">
                    <Submit label="Delete user" kind="danger" />
                    <a class="button secondary" href=address(&user.principal.id)>"Cancel"</a>
                </div>
            </Form>
        }
        .into_any()
    }))
}

/// What goes with a principal, in words; its access only where there are `tenants` to have it to.
pub(crate) fn lost(held: &[Held], tenants: bool, tokens: usize, sessions: usize) -> String {
    let own = |one: &Held| one.grants.iter().filter(|grant| grant.group.is_none()).count();
    let counted = [
        (held.iter().map(|one| one.groups.len()).sum(), "group membership"),
        (held.iter().map(own).sum(), "binding"),
        (tokens, "API token"),
        (sessions, "session"),
    ];
    let said = |many: usize, what: &str| count(i64::try_from(many).unwrap_or(i64::MAX), what);
    let access = (tenants && !held.is_empty()).then(|| format!("access to {}", said(held.len(), "tenant")));
    let others = counted.into_iter().filter(|(many, _)| *many > 0).map(|(many, what)| said(many, what));
    let all: Vec<_> = access.into_iter().chain(others).collect();
    if all.is_empty() { "Nothing else goes with it.".to_owned() } else { format!("With it go: {}.", all.join(", ")) }
}
