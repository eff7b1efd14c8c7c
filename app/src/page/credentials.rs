//! API tokens and sessions, as the pages of users, service accounts and one's own account show them.

use super::{
    parts::{act, hidden, id, none, section, stacked, table},
    route::Asked,
};
use crate::{
    api::dates::when,
    api::{
        credential::{CreateToken, EndSession, RevokeToken},
        dates::exactly,
    },
    form::{Choice, Field, Form, FormSummary, Submit, Tick, wrong_within},
    ui::{Badge, Callout, Fold, Tone, quote},
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{OpenSession, SessionKind, Timestamp, Token};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Whose they are, as forms say it.
#[derive(Clone)]
pub(crate) struct Owner {
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

    fn inputs(&self) -> AnyView {
        self.fields().into_iter().map(|(name, value)| hidden(name, value)).collect_view().into_any()
    }
}

/// What the section on tokens shows.
pub(crate) struct Tokens {
    owner: Owner,
    rows: Vec<Token>,
    create: bool,
    revoke: bool,
    /// The secret of the one that was just made.
    secret: Option<String>,
    /// The one that is about to be revoked.
    going: String,
    path: String,
    now: Timestamp,
}

impl Tokens {
    /// Of an owner; whether more can be made, and these revoked.
    pub(crate) fn new(asked: &Asked, owner: Owner, rows: Vec<Token>, create: bool, revoke: bool) -> Self {
        Self {
            owner,
            rows,
            create,
            revoke,
            secret: crate::api::revealed(),
            going: asked.get("revoke").to_owned(),
            path: asked.path().to_owned(),
            now: asked.cx.now(),
        }
    }

    pub(crate) fn view(self) -> AnyView {
        let count = i64::try_from(self.rows.len()).unwrap_or(i64::MAX);
        let list = if self.rows.is_empty() {
            view! { <p class="muted">"No tokens. Programs come with one in the header “Authorization: Bearer …”."</p> }
                .into_any()
        } else {
            let columns = [
                ("Name", "wide"),
                ("Begins with", "minor"),
                ("Created", "minor"),
                ("Last used", ""),
                ("Expires", ""),
                ("", ""),
            ];
            table("API tokens", &columns, self.rows.iter().map(|token| self.row(token)).collect())
        };
        let secret = self.secret.clone().map(|one| secret(one, self.path.clone()));
        let form = self.create.then(|| self.form());
        section("tokens", "API tokens", Some(count), stacked(view! { {self.question()} {list} {secret} {form} }))
    }

    fn row(&self, token: &Token) -> AnyView {
        let expired = token.expired(self.now).then(|| view! { " " <Badge text="Expired" kind="warning" /> });
        let expires = token.expires_at.map_or_else(|| none("never"), exactly);
        let slides = token.extended.then(|| view! { " " <Badge text="Moves on with use" /> });
        let used = token.last_used.map_or_else(|| none("never"), |at| when(at, self.now));
        let about = (!token.description.is_empty())
            .then(|| view! { <br /> <span class="muted">{token.description.clone()}</span> });
        view! {
            <tr>
                <td class="wide"><strong>{token.name.clone()}</strong> {about}</td>
                <td class="minor"><code>{token.prefix.clone()}</code></td>
                <td class="minor nowrap">{when(token.created_at, self.now)}</td>
                <td class="nowrap">{used}</td>
                <td>{expires} {expired} {slides}</td>
                <td class="row-actions">{self.revoke.then(|| self.way_out(token))}</td>
            </tr>
        }
        .into_any()
    }

    fn way_out(&self, token: &Token) -> AnyView {
        let href = format!("{}?revoke={}#tokens-section", self.path, quote(token.id.as_str()));
        let label = format!("Revoke {}", token.name);
        view! { <a class="button ghost small" href=href aria-label=label>"Revoke"</a> }.into_any()
    }

    /// Asks before a token is revoked: what is gone stays gone.
    fn question(&self) -> AnyView {
        let Some(token) = self.rows.iter().find(|token| self.revoke && token.id.as_str() == self.going) else {
            return ().into_any();
        };
        let (name, owner, keep) = (token.name.clone(), self.owner.inputs(), self.path.clone());
        let token = hidden("token", token.id.as_str());
        view! {
            <Callout tone=Tone::Danger>
                <p><strong>"Revoke " {name} "? "</strong> "Programs that use it are refused at once, and it cannot be given back."</p>
                <Form to=RevokeToken::PATH>
                    {owner} {token} <FormSummary /> <div class="form-actions">
                        <Submit label="Revoke token" kind="danger" />
                        <a class="button secondary" href=keep>"Keep it"</a>
                    </div>
                </Form>
            </Callout>
        }
        .into_any()
    }

    fn form(&self) -> AnyView {
        // The cursor is in there when a token was just made: it would get lost in what is closed.
        let (owner, made) = (self.owner.inputs(), self.secret.is_some());
        view! {
            <Form to=CreateToken::PATH>
                {owner}
                <FormSummary />
                <TokenFields open=made />
            </Form>
        }
        .into_any()
    }
}

/// What a new token is asked for. Made within the form, so that it knows what is wrong and is open then.
#[component]
fn TokenFields(open: bool) -> impl IntoView {
    let lasts =
        [("7", "7 days"), ("30", "30 days"), ("90", "90 days"), ("365", "365 days"), ("", "until it is revoked")];
    let lasts = lasts.map(|(value, text)| (value.to_owned(), text.to_owned())).to_vec();
    view! {
        <Fold title="Create a token" hint="name, purpose, validity" open=open || wrong_within("token_")>
            <Field
                name="token_name"
                label="Token name"
                help="Lower-case letters, digits and hyphens, such as ci-deploy."
                mono=true
            />
            <Field name="token_description" label="What the token is for" optional=true />
            <Choice name="days" label="Valid" options=lasts value="90" />
            <Tick name="extended" label="Each use moves the expiry on" />
            <div class="form-actions">
                <Submit label="Create token" kind="secondary" />
            </div>
        </Fold>
    }
}

/// A new token's secret: it is on this page once, and nowhere else, until it is closed or the page is left. Where the
/// page was loaded for it, the browser goes there.
fn secret(secret: String, page: String) -> AnyView {
    // One of several must not be taken for another when its page is made anew.
    let mut hasher = DefaultHasher::new();
    secret.hash(&mut hasher);
    let key = format!("once-{:x}", hasher.finish());
    view! {
        <div class="callout info secret" id=key data-once="" role="status" tabindex="-1" autofocus=true>
            <div>
                <p><strong>"Copy the token now. "</strong> "You won't be able to see it again."</p>
                {id(secret)}
            </div>
            <a class="button ghost small" href=page data-close="">"Close"</a>
        </div>
    }
    .into_any()
}

/// What the section on sessions shows.
pub(crate) struct Sessions {
    owner: Owner,
    rows: Vec<OpenSession>,
    /// The one that asks.
    here: Option<String>,
    now: Timestamp,
}

impl Sessions {
    pub(crate) fn new(asked: &Asked, owner: Owner, rows: Vec<OpenSession>) -> Self {
        let here = crate::api::visitor().ok().and_then(|visitor| visitor.session());
        Self { owner, rows, here, now: asked.cx.now() }
    }

    pub(crate) fn view(self) -> AnyView {
        let count = i64::try_from(self.rows.len()).unwrap_or(i64::MAX);
        if self.rows.is_empty() {
            let text = "No sessions. Signing in opens one; requests with a token or a password do not.";
            return section("sessions", "Sessions", Some(0), view! { <p class="muted">{text}</p> });
        }
        let columns = [("Kind", "wide"), ("Began", "minor"), ("Last seen", ""), ("Ends", ""), ("", "")];
        let rows = self.rows.iter().map(|one| self.row(one)).collect();
        let mine = self.rows.iter().any(|one| self.is_here(one));
        let (label, what) = match mine {
            true => ("End all others", "End all other sessions"),
            false => ("End all", "End all sessions"),
        };
        let others = self.rows.len() > usize::from(mine);
        let all = others.then(|| {
            let fields = self.owner.fields();
            act(EndSession::PATH, label, what.to_owned(), "secondary", fields)
        });
        section("sessions", "Sessions", Some(count), stacked(view! { {table("Sessions", &columns, rows)} {all} }))
    }

    fn is_here(&self, one: &OpenSession) -> bool {
        self.here.as_deref() == Some(one.id.as_str())
    }

    fn row(&self, one: &OpenSession) -> AnyView {
        let kind = match one.kind {
            SessionKind::Web => "Console",
            SessionKind::Jwt => "API",
            SessionKind::Refresh => "API, renews it",
        };
        let here = self.is_here(one);
        let began = one.created_at.exact();
        let end = (!here).then(|| {
            let mut fields = self.owner.fields();
            fields.push(("session", one.id.clone()));
            act(EndSession::PATH, "End", format!("End the session {kind} of {began}"), "ghost", fields)
        });
        let by = one.impersonator.clone().map(|by| view! { " " <Badge text=format!("by {by}") kind="warning" /> });
        view! {
            <tr>
                <td class="wide">{kind} {here.then(|| view! { " " <Badge text="This one" kind="accent" /> })} {by}</td>
                <td class="minor nowrap">{when(one.created_at, self.now)}</td>
                <td class="nowrap">{when(one.seen_at, self.now)}</td>
                <td>{exactly(one.expires_at)}</td>
                <td class="row-actions">{end}</td>
            </tr>
        }
        .into_any()
    }
}
