//! One's own account: what everybody may see and change about themselves.

use super::{
    conflict::{Conflict, summary},
    credentials::{Owner, Sessions, Tokens},
    parts::{facts, heading, id, section},
    route::{Answer, Asked, Page},
    users::{PROFILE, differing},
};
use crate::{
    api::dates::when,
    api::{
        account::SetLooks,
        cookie,
        credential::ME,
        dates::Dates,
        me::{ChangeMyPassword, RenameMe},
    },
    form::{Choice, Field, Form, FormSummary, Input, Submit, seen},
    ui::{Badge, Callout, Tone},
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{Principal, Resource};
use service::me;

/// The page.
pub(crate) async fn page(asked: &Asked) -> Answer {
    let cx = &asked.cx;
    let user = me::get(cx).await?;
    let fixed = user.principal.restricted;
    let owner = Owner { kind: ME, tenant: String::new(), id: String::new() };
    let tokens = Tokens::new(asked, owner.clone(), me::tokens(cx).await?, !fixed, true);
    let sessions = Sessions::new(asked, owner, me::sessions(cx).await?);
    let you = (Resource::User, user.principal.id.as_str());
    let conflict = Conflict::of(asked, RenameMe::PATH, None, you, &user.principal, &PROFILE).await?;
    let (theme, density) = (cookie("kestra_theme").unwrap_or_default(), cookie("kestra_density").unwrap_or_default());
    let (now, policy) = (cx.now(), cx.settings().passwords.sentence());
    Ok(Page::new("Your account", move || {
        let one = &user.principal;
        let about = facts(vec![
            ("ID", id(one.id.as_str())),
            ("Created", when(one.created_at, now)),
            ("Your tenants", view! { <a href="/ui">"Those you may enter"</a> {one.superadmin.then(|| view! { " " <Badge text="Superadmin" /> })} }.into_any()),
        ]);
        let change = if fixed {
            view! {
                <Callout tone=Tone::Info>
                    <p>"This is a demonstration user: its profile, password and tokens cannot be changed."</p>
                </Callout>
            }
            .into_any()
        } else {
            view! { {profile(one, conflict)} {user.password.then(|| password(policy))} }.into_any()
        };
        view! { {heading("Your account", &one.name, ())} {about} {change} {looks(theme, density)} {tokens.view()} {sessions.view()} }.into_any()
    }))
}

/// How the console looks in this browser. All of it may look different then, so it is loaded as a whole.
fn looks(theme: String, density: String) -> AnyView {
    let choices =
        |all: &[(&str, &str)]| all.iter().map(|(value, text)| ((*value).to_owned(), (*text).to_owned())).collect();
    let themes = choices(&[("system", "As the system says"), ("light", "Light"), ("dark", "Dark")]);
    let densities = choices(&[("normal", "Comfortable"), ("compact", "Compact: more rows at once")]);
    let form = view! {
        <Form to=SetLooks::PATH whole=true>
            <FormSummary />
            <div class="field-row">
                <Choice name="theme" label="Theme" options=themes value=theme />
                <Choice name="density" label="Density" options=densities value=density />
                <Choice name="dates" label="Dates" options=Dates::choices() value=Dates::chosen().word() />
            </div>
            <div class="form-actions">
                <Submit label="Use in this browser" kind="secondary" />
            </div>
        </Form>
    };
    section("looks", "Appearance", None, form)
}

fn profile(one: &Principal, conflict: Option<Conflict>) -> AnyView {
    let (from, shown) = (service::user::fingerprint(one), one.clone());
    let (email, first, last) = (one.name.clone(), one.first_name.clone(), one.last_name.clone());
    let form = view! {
        <Form to=RenameMe::PATH>
            {seen(&from)} {summary(conflict, |typed| differing(&shown, typed))}
            <Field name="email" label="Email" input=Input::Line("email") help="What you sign in with." autocomplete="email" value=email />
            <div class="field-row">
                <Field name="first_name" label="First name" optional=true autocomplete="given-name" value=first />
                <Field name="last_name" label="Last name" optional=true autocomplete="family-name" value=last />
            </div>
            <div class="form-actions">
                <Submit label="Save" />
            </div>
        </Form>
    };
    section("profile", "Profile", None, form)
}

fn password(policy: String) -> AnyView {
    let secret = Input::Line("password");
    let form = view! {
        <Form to=ChangeMyPassword::PATH>
            <FormSummary />
            <Field name="old_password" label="Password until now" input=secret autocomplete="current-password" />
            <Field name="new_password" label="New password" input=secret help=policy autocomplete="new-password" />
            <div class="form-actions">
                <Submit label="Change password" kind="secondary" />
            </div>
        </Form>
    };
    section("password", "Password", None, form)
}
