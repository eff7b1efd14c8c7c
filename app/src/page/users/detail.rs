//! A user: profile, sign-in, tenants, tokens, sessions, rights.

use super::{
    badges, href,
    places::{AddForm, Places},
    profile::{SignIn, profile},
    rights::Rights,
};
use crate::{
    api::{
        credential::USER,
        user::{EditedUser, RenameUser, ShowUser, UserPage},
    },
    form::{Kept, Refused},
    page::{
        credentials::{Owner, ROW_FORMS, Sessions, TokenForms, Tokens},
        parts::{button, facts, id},
    },
    place::{Address, address, segment},
    reading::{reading, shown},
    ui::{Badge, Icon, PageHead, Section, When, quote},
};
use leptos::{prelude::*, server_fn::ServerFn};

/// What stays of the page's forms while it is read again.
#[derive(Clone, Copy)]
struct Forms {
    profile: Kept<EditedUser>,
    password: Kept<(String, String)>,
    add: AddForm,
    tokens: TokenForms,
}

/// A user.
#[component]
pub(crate) fn UserDetailPage() -> impl IntoView {
    let address = address();
    let data = reading(address, |address, again| ShowUser { id: segment(&address, 2), again });
    let forms = Forms { profile: Kept::new(), password: Kept::new(), add: Kept::new(), tokens: TokenForms::new() };
    view! {
        <Refused of=ROW_FORMS />
        {shown(
            data,
            |data| data.user.email.clone(),
            move |data| view! { <User data forms asked=Address::parse(&address.get_untracked()) /> }.into_any(),
        )}
    }
}

/// All of them.
#[component]
fn User(data: UserPage, forms: Forms, asked: Address) -> impl IntoView {
    let UserPage { user, marks, locked_until, you, created, policy, held, offered, tokens, sessions } = data;
    let (key, path) = (user.id.clone(), href(&user.id));
    let delete = (!you).then(|| button(format!("{path}/delete"), Some(Icon::Trash), "Delete", "secondary"));
    let mut about = vec![("ID", id(key.clone())), ("Created", view! { <When moment=created /> }.into_any())];
    if you || marks.superadmin || marks.restricted || marks.locked || !marks.password {
        let you = you.then(|| view! { <Badge text="You" kind="accent" /> " " });
        about.push(("Status", view! { {you} {badges(marks)} }.into_any()));
    }
    let history = format!("/administration/audit?target={}", quote(&key));
    about.push(("History", view! { <a href=history>"View in audit log"</a> }.into_any()));
    let purpose = format!("{} {}", user.first_name, user.last_name).trim().to_owned();
    let title = user.email.clone();
    let edit = forms.profile.form(RenameUser::PATH, key.clone(), user, profile);
    let owner = Owner { kind: USER, tenant: String::new(), id: key.clone() };
    let revoke = asked.get("revoke").to_owned();
    view! {
        <PageHead title purpose>{delete}</PageHead>
        {facts(about)}
        <Section id="profile" title="Profile">{edit}</Section>
        <SignIn id=key.clone() marks locked_until policy set=forms.password />
        <Places id=key.clone() held offered add=forms.add />
        <Tokens owner=owner.clone() tokens creatable=true revocable=true revoke path forms=forms.tokens />
        <Sessions owner sessions />
        <Rights id=key marks you />
    }
}
