//! A service account: its profile, tokens, and what it has.

use super::{edit::edit, href, named};
use crate::{
    api::{
        credential::ACCOUNT,
        service_account::{AccountEverywhere, AccountPage, EditedAccount, ShowServiceAccount, UpdateServiceAccount},
        user::HeldGroup,
    },
    form::{Kept, Refused},
    page::{
        credentials::{Owner, ROW_FORMS, TokenForms, Tokens},
        parts::{button, facts, id, none, stacked},
        users::{AddForm, Places, superadmin},
    },
    place::{Address, address},
    reading::{reading, shown},
    ui::{Badge, Icon, PageHead, Section, When, quote},
};
use leptos::{prelude::*, server_fn::ServerFn};

/// What stays of the page's forms while it is read again.
#[derive(Clone, Copy)]
struct Forms {
    edit: Kept<EditedAccount>,
    add: AddForm,
    tokens: TokenForms,
}

/// A service account.
#[component]
pub(crate) fn ServiceAccountPage() -> impl IntoView {
    let address = address();
    let data = reading(address, |address, again| {
        let (tenant, id) = named(&address);
        ShowServiceAccount { tenant, id, again }
    });
    let forms = Forms { edit: Kept::new(), add: Kept::new(), tokens: TokenForms::new() };
    view! {
        <Refused of=ROW_FORMS />
        {shown(
            data,
            |data| data.account.name.clone(),
            move |data| {
                let address = address.get_untracked();
                view! { <Account data forms tenant=named(&address).0 asked=Address::parse(&address) /> }.into_any()
            },
        )}
    }
}

/// All of it.
#[component]
fn Account(data: AccountPage, forms: Forms, tenant: String, asked: Address) -> impl IntoView {
    let AccountPage { account, superadmin: is, created, groups, tokens, editable, deletable, revocable, everywhere } =
        data;
    let (key, path) = (account.id.clone(), href(&tenant, &account.id));
    let (title, purpose) = (account.name.clone(), account.description.clone());
    let delete = deletable.then(|| button(format!("{path}/delete"), Some(Icon::Trash), "Delete", "secondary"));
    let mut about = vec![("ID", id(key.clone())), ("Created", view! { <When moment=created /> }.into_any())];
    if is {
        about.push(("Status", view! { <Badge text="Superadmin" /> }.into_any()));
    }
    if everywhere.is_none() {
        let check = format!("/ui/{tenant}/explain?principal={}", quote(&key));
        about.push(("Groups", memberships(&tenant, groups)));
        about.push(("Access", view! { <a href=check>"Check access"</a> }.into_any()));
    }
    let form = editable.then(|| {
        let of = tenant.clone();
        let about = path.clone();
        let form = forms.edit.form(UpdateServiceAccount::PATH, about, account, move |one| edit(of.clone(), one));
        view! { <Section id="profile" title="Profile">{form}</Section> }
    });
    let owner = Owner { kind: ACCOUNT, tenant, id: key.clone() };
    let revoke = asked.get("revoke").to_owned();
    let around = everywhere.map(|AccountEverywhere { held, offered, you }| {
        let rights = stacked(superadmin(&key, is, you, true));
        view! {
            <Places id=key held offered add=forms.add />
            <Section id="rights" title="Rights">{rights}</Section>
        }
    });
    view! {
        <PageHead title purpose>{delete}</PageHead>
        {facts(about)}
        {form}
        <Tokens owner tokens creatable=editable revocable revoke path forms=forms.tokens />
        {around}
    }
}

fn memberships(tenant: &str, groups: Vec<HeldGroup>) -> AnyView {
    if groups.is_empty() {
        return none("none");
    }
    let each = groups.into_iter().map(|HeldGroup { id, name, .. }| {
        let href = format!("/ui/{tenant}/groups/{}", quote(&id));
        view! { <li><a href=href>{name}</a></li> }
    });
    view! { <ul class="lines">{each.collect_view()}</ul> }.into_any()
}
