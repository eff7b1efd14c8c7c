//! API tokens: making, listing and removing them, and who comes with one.

use crate::{
    Caller, Context, Error, Result,
    audit::{Change, hex},
    clock::secret,
    context::Write,
};
use model::{FieldError, Principal, PrincipalId, Resource, Timestamp, Token, TokenId, audit::Event, label};
use sha2::{Digest, Sha256};
use store::{Alone, Tx};

/// A token to be made, as it came in.
#[derive(Debug, Clone, Default)]
pub struct NewToken {
    /// Wanted name.
    pub name: String,
    /// What it is for; may be empty.
    pub description: String,
    /// How long it shall be valid, in milliseconds.
    pub max_age: Option<i64>,
    /// Each use shall move the expiry on.
    pub extended: bool,
}

/// Characters of the secret that people see later.
const PREFIX: usize = 6;
/// How exact the time of the last use is, in milliseconds: writing it with every request would make readers
/// into writers.
const EXACT: i64 = 60_000;

/// What is kept of a secret.
pub(crate) fn digest(secret: &str) -> String {
    hex(&Sha256::digest(secret))
}

/// Makes a token of `owner`; the secret is returned, and never again.
pub(crate) async fn make<A>(
    cx: &Context,
    work: &mut Write<A>,
    owner: &PrincipalId,
    new: NewToken,
) -> Result<(Token, String)> {
    let mut wrong = Vec::new();
    let name = label(&new.name).map_err(|invalid| wrong.push(FieldError { field: "name".into(), message: invalid.0 }));
    if new.max_age.is_some_and(|age| age <= 0) {
        wrong.push(FieldError {
            field: "maxAge".into(),
            message: "A token is valid for longer than nothing, such as P30D.".into(),
        });
    }
    let (Ok(name), true) = (name, wrong.is_empty()) else { return Err(Error::Invalid(wrong)) };
    let full = format!("{}{}", secret(), secret());
    let now = cx.now();
    let token = Token {
        id: TokenId::new(cx.new_id()),
        principal: owner.clone(),
        name,
        description: new.description,
        prefix: full.chars().take(PREFIX).collect(),
        created_at: now,
        max_age: new.max_age,
        expires_at: new.max_age.map(|age| Timestamp(now.0.saturating_add(age))),
        extended: new.extended && new.max_age.is_some(),
        last_used: None,
    };
    store::tokens::insert(work.tx(), &token, &digest(&full)).await?;
    Ok((token, full))
}

/// The audit row of a token made or removed; tokens belong to whoever has them.
pub(crate) fn change(owner: &Principal, made: Option<&Token>, gone: Option<&TokenId>) -> Change {
    let resource = match owner.kind {
        model::PrincipalKind::User => Resource::User,
        model::PrincipalKind::ServiceAccount => Resource::ServiceAccount,
    };
    let event = Change::event(Event::Update, resource, owner.id.as_str());
    match (made, gone) {
        (Some(token), _) => event.saying(&serde_json::json!({ "apiTokenCreated": token })),
        (_, Some(id)) => event.saying(&serde_json::json!({ "apiTokenDeleted": id })),
        _ => event,
    }
}

/// Removes a token of `owner`.
pub(crate) async fn remove(tx: &mut Tx, owner: &PrincipalId, id: &TokenId) -> Result<()> {
    if store::tokens::delete(tx, owner, id).await? == 0 {
        return Err(Error::NotFound { what: "API token", id: id.to_string() });
    }
    Ok(())
}

/// Who comes with a token.
///
/// # Errors
/// [`Error::Unauthenticated`] for one that is unknown or expired.
#[tracing::instrument(name = "token::bearer", skip_all)]
pub async fn bearer(cx: &Context, full: &str) -> Result<Context> {
    let now = cx.now();
    let mut tx = cx.service.store.read().await?;
    let token = store::tokens::by_hash(&mut tx, &digest(full)).await?.ok_or(Error::Unauthenticated)?;
    drop(tx);
    if token.expired(now) {
        return Err(Error::Unauthenticated);
    }
    if token.last_used.is_none_or(|last| now.0 - last.0 > EXACT) {
        let slides = token.max_age.filter(|_| token.extended).map(|age| Timestamp(now.0.saturating_add(age)));
        match used(cx, &token.id, slides.or(token.expires_at)).await {
            // Whoever only reads goes on reading while the database takes no changes.
            Err(Error::Store(error)) if error.refuses_changes() => {
                tracing::warn!(%error, "the last use of an API token was not recorded");
            }
            done => done?,
        }
    }
    Ok(cx.with(Caller::Principal(token.principal)))
}

/// Records the use of a token.
async fn used(cx: &Context, id: &TokenId, expires_at: Option<Timestamp>) -> Result<()> {
    let mut tx = cx.service.store.write(Alone::No).await?;
    store::tokens::used(&mut tx, id, cx.now(), expires_at).await?;
    Ok(tx.commit().await?)
}
