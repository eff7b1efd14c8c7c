//! One's own account: what everybody may see and change about themselves.

mod forms;

use crate::{
    api::{
        account::SetLooks,
        credential::ME,
        me::{ChangeMyPassword, Looks, MyAccount, RenameMe, ShowMyAccount},
        user::EditedUser,
    },
    form::{Kept, Refused},
    page::{
        credentials::{Owner, ROW_FORMS, Sessions, TokenForms, Tokens},
        parts::{facts, id},
    },
    place::{Address, address},
    reading::{reading, shown},
    ui::{Badge, Callout, PageHead, Section, Tone, When},
};
use leptos::{prelude::*, server_fn::ServerFn};

const LOCKED: &str = "Your profile is locked. You can't change your profile, password or API tokens.";

/// What stays of the page's forms while it is read again.
#[derive(Clone, Copy)]
struct Forms {
    profile: Kept<EditedUser>,
    password: Kept<String>,
    looks: Kept<Looks>,
    tokens: TokenForms,
}

/// The caller's own account.
#[component]
pub(crate) fn AccountPage() -> impl IntoView {
    let address = address();
    let data = reading(address, |_, again| ShowMyAccount { again });
    let forms = Forms { profile: Kept::new(), password: Kept::new(), looks: Kept::new(), tokens: TokenForms::new() };
    view! {
        <Refused of=ROW_FORMS />
        {shown(
            data,
            |_| "Your account".to_owned(),
            move |data| view! { <Account data forms asked=Address::parse(&address.get_untracked()) /> }.into_any(),
        )}
    }
}

/// All of it.
#[component]
fn Account(data: MyAccount, forms: Forms, asked: Address) -> impl IntoView {
    let MyAccount { user, superadmin, restricted, password, created, policy, looks, tokens, sessions } = data;
    let email = user.email.clone();
    let superadmin = superadmin.then(|| view! { " " <Badge text="Superadmin" /> });
    let about = facts(vec![
        ("ID", id(user.id.clone())),
        ("Created", view! { <When moment=created /> }.into_any()),
        ("Tenants", view! { <a href="/ui">"Tenants you can access"</a> {superadmin} }.into_any()),
    ]);
    let change = if restricted {
        view! { <Callout tone=Tone::Info><p>{LOCKED}</p></Callout> }.into_any()
    } else {
        let profile = forms.profile.form(RenameMe::PATH, "", user, forms::profile);
        let password = password.then(|| {
            let form = forms.password.form(ChangeMyPassword::PATH, "", policy, forms::password);
            view! { <Section id="password" title="Password">{form}</Section> }
        });
        view! { <Section id="profile" title="Profile">{profile}</Section> {password} }.into_any()
    };
    let looks = forms.looks.form(SetLooks::PATH, "", looks, forms::looks);
    let owner = Owner { kind: ME, tenant: String::new(), id: String::new() };
    let (revoke, path) = (asked.get("revoke").to_owned(), "/account".to_owned());
    view! {
        <PageHead title="Your account" purpose=email />
        {about}
        {change}
        <Section id="looks" title="Appearance">{looks}</Section>
        <Tokens owner=owner.clone() tokens creatable=!restricted revocable=true revoke path forms=forms.tokens />
        <Sessions owner sessions />
    }
}
