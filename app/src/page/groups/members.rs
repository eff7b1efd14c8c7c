//! Members of a group: who they are, adding and removing them.

use super::group_href;
use crate::{
    api::{
        Listed,
        group::{AddMember, GroupMember, LeavingMembers, MembersToRemove, RemoveMember, RemoveMembers, SetOwner},
    },
    form::{Field, Form, FormSummary, Kept, Submit},
    page::{
        narrow::hidden,
        parts::{Column, act, pages, table},
        several::{Named, cell, go_on, tick},
    },
    place::{Address, address, segment},
    reading::{reading, shown},
    ui::{Badge, Empty, Icon, Search, count, quote, rows},
};
use leptos::{prelude::*, server_fn::ServerFn};

/// Functions of the forms in rows.
pub(super) const ROW_FORMS: &[&str] = &[SetOwner::PATH, RemoveMember::PATH];
/// What stays of the form that adds a member.
pub(super) type AddForm = Kept<()>;

const COLUMNS: &[Column] = &[("Member", "wide"), ("", "")];
const WHO: &str =
    "Email of a user or ID of a service account. They get access to this tenant if they don't have it yet.";
const REMOVE: &str = "They lose the roles they have through this group. Anyone without other access loses access to \
                      the tenant. Either all of them are removed, or none.";

/// Which group a form is about.
#[derive(Clone)]
struct Keys {
    tenant: String,
    group: String,
}

impl Keys {
    fn fields(&self) -> Vec<(&'static str, String)> {
        vec![("tenant", self.tenant.clone()), ("id", self.group.clone())]
    }
}

/// The members, and the form that adds one.
#[component]
pub(super) fn Members(
    members: Listed<GroupMember>,
    group: String,
    manageable: bool,
    add: AddForm,
    tenant: String,
    asked: Address,
) -> impl IntoView {
    let (q, path) = (asked.get("q").to_owned(), group_href(&tenant, &group));
    let keys = Keys { tenant, group };
    let nobody = members.rows.is_empty();
    let search = (!nobody || !q.is_empty()).then(|| {
        view! { <Search action=path.clone() label="Search members" placeholder="Search members" q=q.clone() /> }
    });
    let found = match (nobody, q.is_empty()) {
        (true, true) => {
            let text = if manageable { "Add the first member below." } else { "Admins add members to this group." };
            view! { <Empty icon=Icon::Users title="No members yet" text /> }.into_any()
        }
        (true, false) => {
            let title = format!("No member matches “{q}”");
            view! { <Empty icon=Icon::Search title text="Names and emails were searched." /> }.into_any()
        }
        (false, _) => {
            let pager = pages(&asked, members.rows.len(), members.total, members.more);
            let several = manageable.then(|| go_on(format!("{path}/remove"), "Remove selected"));
            let of = keys.clone();
            let key = move |one: &GroupMember| (one.clone(), manageable);
            let rows = rows(members.rows, key, move |one| member(&of, one, manageable));
            view! { {table("Members of the group", COLUMNS, rows)} {several} {pager} }.into_any()
        }
    };
    let add = manageable.then(|| add.form(AddMember::PATH, path, (), move |()| joining(&keys)));
    view! { {search} {found} {add} }
}

fn member(keys: &Keys, one: GroupMember, manageable: bool) -> AnyView {
    let href = format!("/ui/{}/users/{}", keys.tenant, quote(&one.id));
    let fields = |more: Option<(&'static str, String)>| {
        let mut all = keys.fields();
        all.push(("who", one.id.clone()));
        all.extend(more);
        all
    };
    let actions = manageable.then(|| {
        let label = if one.owner { "Remove as owner" } else { "Make owner" };
        let says = format!("{label}: {}", one.name);
        view! {
            {act(SetOwner::PATH, label, says, "ghost", fields(Some(("owner", (!one.owner).to_string()))))} " "
            {act(RemoveMember::PATH, "Remove", format!("Remove {} from the group", one.name), "ghost", fields(None))}
        }
    });
    let chosen = manageable.then(|| tick(&one.id, format!("Select {}", one.name)));
    let who = view! { <a href=href>{one.name.clone()}</a> " " {badges(&one)} }.into_any();
    view! {
        <tr>
            <td class="wide">{cell(chosen, who)}</td>
            <td class="row-actions">{actions}</td>
        </tr>
    }
    .into_any()
}

fn badges(one: &GroupMember) -> AnyView {
    view! {
        {one.service_account.then(|| view! { <Badge text="Service account" /> " " })}
        {one.owner.then(|| view! { <Badge text="Owner" kind="accent" /> })}
    }
    .into_any()
}

fn joining(keys: &Keys) -> AnyView {
    let keys = hidden(keys.fields());
    view! {
        <Form to=AddMember::PATH class="form">
            {keys}
            <FormSummary />
            <Field name="who" label="Add a member" placeholder="dev@example.com" help=WHO />
            <div class="form-actions">
                <Submit label="Add to group" kind="secondary" />
            </div>
        </Form>
    }
    .into_any()
}

/// Names those who are removed from a group before they are.
#[component]
pub(crate) fn RemoveMembersPage() -> impl IntoView {
    let address = address();
    let data = reading(address, |address, again| {
        let [tenant, id] = [1, 3].map(|number| segment(&address, number));
        let ids = Address::parse(&address).all("ids").map(str::to_owned).collect();
        MembersToRemove { tenant, id, ids, again }
    });
    shown(
        data,
        |_| "Remove members".to_owned(),
        move |data| {
            let address = address.get_untracked();
            let [tenant, group] = [1, 3].map(|number| segment(&address, number));
            leaving(&Keys { tenant, group }, data)
        },
    )
}

fn leaving(keys: &Keys, data: LeavingMembers) -> AnyView {
    let LeavingMembers { group, members } = data;
    let total = i64::try_from(members.len()).unwrap_or(i64::MAX);
    let what = if total == 0 { "members".to_owned() } else { count(total, "member") };
    let ids = members.iter().map(|one| one.id.clone()).collect();
    let rows = members.into_iter().map(|one| {
        let badges = badges(&one);
        view! { <tr><td class="wide">{one.name} " " {badges}</td></tr> }.into_any()
    });
    Named {
        title: format!("Remove {what} from {group}"),
        warning: REMOVE,
        label: "Members to remove",
        columns: vec![("Member", "wide")],
        rows: rows.collect(),
        to: RemoveMembers::PATH,
        fields: keys.fields(),
        ids,
        button: "Remove members",
        back: (group_href(&keys.tenant, &keys.group), "Back to the group"),
    }
    .view()
}
