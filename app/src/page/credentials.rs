//! API tokens and sessions, as the pages of users, service accounts and one's own account show them.

use super::{
    narrow::hidden,
    parts::{Column, act, id, none, stacked, table},
};
use crate::{
    api::credential::{CreateToken, EndSession, RevokeToken, SessionOf, SessionRow, TokenRow},
    form::{Choice, Field, Form, FormSummary, Kept, Once, Submit, Tick, focus, wrong_within},
    ui::{Badge, Callout, Fold, Section, Tone, When, quote, rows},
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::Moment;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Functions of the forms in rows.
pub(crate) const ROW_FORMS: &[&str] = &[EndSession::PATH];

const TOKENS: &[Column] =
    &[("Name", "wide"), ("Starts with", "minor"), ("Created", "minor"), ("Last used", ""), ("Expires", ""), ("", "")];
const SESSIONS: &[Column] = &[("Type", "wide"), ("Started", "minor"), ("Last seen", ""), ("Expires", ""), ("", "")];
const NO_TOKENS: &str = "No tokens yet. Send one as “Authorization: Bearer …”.";
const NO_SESSIONS: &str = "No sessions. Signing in starts one. Requests with a token or a password don't.";
const REVOKE: &str = "Programs that use it are denied immediately. This can't be undone.";

/// Whose they are, as forms say it.
#[derive(Debug, Clone)]
pub(crate) struct Owner {
    /// One of [`ME`](crate::api::credential::ME), [`USER`](crate::api::credential::USER) and
    /// [`ACCOUNT`](crate::api::credential::ACCOUNT).
    pub(crate) kind: &'static str,
    /// Segment of the tenant the page is in; empty outside of tenants.
    pub(crate) tenant: String,
    /// Empty for oneself.
    pub(crate) id: String,
}

impl Owner {
    fn fields(&self) -> Vec<(&'static str, String)> {
        vec![("owner", self.kind.to_owned()), ("tenant", self.tenant.clone()), ("id", self.id.clone())]
    }
}

/// What stays of the tokens while their page is read again. Made outside of what is read.
#[derive(Clone, Copy)]
pub(crate) struct TokenForms {
    create: Kept<()>,
    secrets: Once,
}

impl TokenForms {
    pub(crate) fn new() -> Self {
        Self { create: Kept::new(), secrets: Once::new() }
    }
}

/// The tokens of an owner, and the form that creates one.
#[component]
pub(crate) fn Tokens(
    owner: Owner,
    tokens: Vec<TokenRow>,
    /// Whether the caller may create one.
    creatable: bool,
    /// Whether the caller may revoke them.
    revocable: bool,
    /// ID of the one that is about to be revoked; empty if none is.
    revoke: String,
    /// Path of the page.
    path: String,
    forms: TokenForms,
) -> impl IntoView {
    let count = i64::try_from(tokens.len()).unwrap_or(i64::MAX);
    let going = tokens.iter().find(|token| revocable && token.id == revoke).cloned();
    let question = going.map(|token| revoking(&owner, token, path.clone()));
    let list = if tokens.is_empty() {
        view! { <p class="muted">{NO_TOKENS}</p> }.into_any()
    } else {
        let at = path.clone();
        // How long ago something was makes no other row.
        let key = move |one: &TokenRow| {
            let [used, expires] = [&one.used, &one.expires].map(|moment| moment.as_ref().map(|moment| moment.at));
            (one.id.clone(), one.name.clone(), one.description.clone(), used, expires, one.expired, revocable)
        };
        table("API tokens", TOKENS, rows(tokens, key, move |one| token(one, revocable.then_some(&*at)))).into_any()
    };
    let secrets = secrets(forms.secrets, path.clone());
    let form =
        creatable.then(|| forms.create.form(CreateToken::PATH, path, (), move |()| creating(&owner, forms.secrets)));
    view! { <Section id="tokens" title="API tokens" count>{stacked(view! { {question} {list} {secrets} {form} })}</Section> }
}

fn token(one: TokenRow, path: Option<&str>) -> AnyView {
    let revoke = path.map(|path| {
        let href = format!("{path}?revoke={}#tokens-section", quote(&one.id));
        let label = format!("Revoke {}", one.name);
        view! { <a class="button ghost small" href=href aria-label=label>"Revoke"</a> }
    });
    let about = (!one.description.is_empty()).then(|| view! { <br /> <span class="muted">{one.description}</span> });
    let expired = one.expired.then(|| view! { " " <Badge text="Expired" kind="warning" /> });
    let extended = one.extended.then(|| view! { " " <Badge text="Extended on use" /> });
    view! {
        <tr>
            <td class="wide"><strong>{one.name}</strong> {about}</td>
            <td class="minor"><code>{one.prefix}</code></td>
            <td class="minor nowrap"><When moment=one.created /></td>
            <td class="nowrap">{moment(one.used)}</td>
            <td>{moment(one.expires)} {expired} {extended}</td>
            <td class="row-actions">{revoke}</td>
        </tr>
    }
    .into_any()
}

fn moment(at: Option<Moment>) -> AnyView {
    match at {
        Some(moment) => view! { <span class="nowrap"><When moment /></span> }.into_any(),
        None => none("never"),
    }
}

/// Asks before a token is revoked.
fn revoking(owner: &Owner, token: TokenRow, back: String) -> AnyView {
    let mut fields = owner.fields();
    fields.push(("token", token.id));
    view! {
        <Callout tone=Tone::Danger>
            <p><strong>"Revoke " {token.name} "? "</strong> {REVOKE}</p>
            <Form to=RevokeToken::PATH leads=true>
                {hidden(fields)} <FormSummary /> <div class="form-actions">
                    <Submit label="Revoke token" kind="danger" />
                    <a class="button secondary" href=back>"Cancel"</a>
                </div>
            </Form>
        </Callout>
    }
    .into_any()
}

fn creating(owner: &Owner, secrets: Once) -> AnyView {
    // The cursor is in there when a token was just created: it would get lost in what is closed.
    let (fields, open) = (hidden(owner.fields()), secrets.0.with_untracked(|all| !all.is_empty()));
    view! {
        <Form to=CreateToken::PATH once=secrets>
            {fields}
            <FormSummary />
            <TokenFields open />
        </Form>
    }
    .into_any()
}

/// What a new token is asked for. Made within the form, so that it knows what is wrong and is open then.
#[component]
fn TokenFields(open: bool) -> impl IntoView {
    let lasts = [("7", "7 days"), ("30", "30 days"), ("90", "90 days"), ("365", "365 days"), ("", "No expiration")];
    let lasts = lasts.map(|(value, text)| (value.to_owned(), text.to_owned())).to_vec();
    view! {
        <Fold title="Create a token" hint="name, description, expiration" open=open || wrong_within("token_")>
            <Field
                name="token_name"
                label="Token name"
                help="Lower-case letters, digits and hyphens, such as ci-deploy."
                mono=true
            />
            <Field name="token_description" label="Token description" optional=true />
            <Choice name="days" label="Expires after" options=lasts value="90" />
            <Tick name="extended" label="Extend expiry on use" />
            <div class="form-actions">
                <Submit label="Create token" kind="secondary" />
            </div>
        </Fold>
    }
}

/// Secrets of new tokens: each is on this page until it is closed or the page is left. They stay the same elements when
/// the page is read again, so that somebody can mark and copy them.
fn secrets(all: Once, page: String) -> AnyView {
    let boxes = move |page: &str| {
        let page = page.to_owned();
        view! { <For each=move || all.0.get() key=String::clone let:one>{secret(one, page.clone(), all)}</For> }
    };
    rows(vec![page], |_| (), move |page| boxes(&page).into_any()).into_any()
}

fn secret(secret: String, page: String, all: Once) -> AnyView {
    let mut hasher = DefaultHasher::new();
    secret.hash(&mut hasher);
    let key = format!("once-{:x}", hasher.finish());
    let shown = secret.clone();
    let close = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        all.0.try_update(|all| all.retain(|one| *one != shown));
        focus("content");
    };
    view! {
        <div class="callout info secret" id=key data-once="" role="status" tabindex="-1" autofocus=true>
            <div>
                <p><strong>"Copy the token now. "</strong> "You won't be able to see it again."</p>
                {id(secret)}
            </div>
            <a class="button ghost small" href=page data-close="" on:click=close>"Close"</a>
        </div>
    }
    .into_any()
}

/// The sessions of an owner.
#[component]
pub(crate) fn Sessions(owner: Owner, sessions: Vec<SessionRow>) -> impl IntoView {
    let count = i64::try_from(sessions.len()).unwrap_or(i64::MAX);
    if sessions.is_empty() {
        return view! { <Section id="sessions" title="Sessions" count><p class="muted">{NO_SESSIONS}</p></Section> }
            .into_any();
    }
    let mine = sessions.iter().any(|one| one.here);
    let (label, what) = match mine {
        true => ("End all others", "End all other sessions"),
        false => ("End all", "End all sessions"),
    };
    let others = sessions.len() > usize::from(mine);
    let all = others.then(|| act(EndSession::PATH, label, what.to_owned(), "secondary", owner.fields()));
    let key = |one: &SessionRow| (one.id.clone(), one.seen.at, one.ends.at, one.here);
    let rows = rows(sessions, key, move |one| session(one, &owner));
    view! {
        <Section id="sessions" title="Sessions" count>
            {stacked(view! { {table("Sessions", SESSIONS, rows)} {all} })}
        </Section>
    }
    .into_any()
}

fn session(one: SessionRow, owner: &Owner) -> AnyView {
    let kind = match one.kind {
        SessionOf::Console => "Console",
        SessionOf::Api => "API",
        SessionOf::Renewal => "API renewal",
    };
    let says = format!("End the {kind} session from {}", one.began.at.exact());
    let end = (!one.here).then(|| {
        let mut fields = owner.fields();
        fields.push(("session", one.id));
        act(EndSession::PATH, "End", says, "ghost", fields)
    });
    let by = one.by.map(|by| view! { " " <Badge text=format!("by {by}") kind="warning" /> });
    let here = one.here.then(|| view! { " " <Badge text="This one" kind="accent" /> });
    view! {
        <tr>
            <td class="wide">{kind} {here} {by}</td>
            <td class="minor nowrap"><When moment=one.began /></td>
            <td class="nowrap"><When moment=one.seen /></td>
            <td><span class="nowrap"><When moment=one.ends /></span></td>
            <td class="row-actions">{end}</td>
        </tr>
    }
    .into_any()
}
