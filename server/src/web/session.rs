//! Sessions in our own table: they are listed, revoked and audited like everything else.

use crate::state::AppState;
use app::Visitor;
use model::{Code, Error, PrincipalId, Session as Stored, Timestamp};
use service::Service;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use tower_sessions::{
    Expiry, Session, SessionManagerLayer, SessionStore,
    cookie::SameSite,
    session::{Id, Record},
    session_store,
};

/// Whose a session is.
const PRINCIPAL: &str = "principal";
/// Who took the place of whoever it is of.
const IMPERSONATOR: &str = "impersonator";
/// When its expiry was last moved on, in milliseconds.
const SEEN: &str = "seen";
/// A message for the next page.
const FLASH: &str = "flash";
/// How often a session in use is written, so that it does not expire; not with every request.
const TOUCH: i64 = 10 * 60_000;

/// Keeps sessions through the service.
#[derive(Clone)]
pub struct Store(Arc<Service>);

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store")
    }
}

/// The layer that gives every request its session.
pub fn layer(state: &AppState) -> SessionManagerLayer<Store> {
    let secure = secure(state);
    let lifetime = state.config.security.session;
    let lifetime = tower_sessions::cookie::time::Duration::try_from(lifetime)
        .unwrap_or(tower_sessions::cookie::time::Duration::days(2));
    SessionManagerLayer::new(Store(state.service.clone()))
        .with_name(if secure { "__Host-kestra_session" } else { "kestra_session" })
        .with_secure(secure)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_expiry(Expiry::OnInactivity(lifetime))
}

/// Whether people reach this server over TLS: then its cookies must never travel without.
pub fn secure(state: &AppState) -> bool {
    state.config.server.url.as_deref().is_some_and(|url| url.starts_with("https://"))
}

/// Who reads the table cannot sign in with what is in it.
fn hashed(id: &Id) -> String {
    Sha256::digest(id.0.to_le_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn stored(record: &Record) -> session_store::Result<Stored> {
    let data = serde_json::to_string(&record.data).map_err(|error| session_store::Error::Encode(error.to_string()))?;
    let named = |key: &str| record.data.get(key).and_then(|value| value.as_str()).map(PrincipalId::new);
    let (principal, impersonator) = (named(PRINCIPAL), named(IMPERSONATOR));
    let expires_at = Timestamp(record.expiry_date.unix_timestamp() * 1000);
    Ok(Stored { id: hashed(&record.id), principal, impersonator, data, expires_at })
}

fn failed(error: service::Error) -> session_store::Error {
    session_store::Error::Backend(error.to_string())
}

#[async_trait::async_trait]
impl SessionStore for Store {
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        // Two of 2^128 random ids do not meet.
        service::session::create(&self.0, &stored(record)?).await.map_err(failed)
    }

    async fn save(&self, record: &Record) -> session_store::Result<()> {
        service::session::save(&self.0, &stored(record)?).await.map_err(failed)
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        let Some(stored) = service::session::load(&self.0, &hashed(id)).await.map_err(failed)? else {
            return Ok(None);
        };
        let data =
            serde_json::from_str(&stored.data).map_err(|error| session_store::Error::Decode(error.to_string()))?;
        let expiry_date = time::OffsetDateTime::from_unix_timestamp(stored.expires_at.0 / 1000)
            .map_err(|error| session_store::Error::Decode(error.to_string()))?;
        Ok(Some(Record { id: *id, data, expiry_date }))
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        service::session::delete(&self.0, &hashed(id)).await.map_err(failed)
    }
}

/// Who took the place of whoever the session is of.
pub async fn impersonator(session: &Session) -> Result<Option<PrincipalId>, Error> {
    let id: Option<String> = session.get(IMPERSONATOR).await.map_err(broken)?;
    Ok(id.map(PrincipalId::new))
}

/// Whose the session is; also keeps a session that is in use from expiring.
pub async fn principal(session: &Session, now: Timestamp) -> Result<Option<PrincipalId>, Error> {
    let principal: Option<String> = session.get(PRINCIPAL).await.map_err(broken)?;
    if principal.is_some() {
        let seen: Option<i64> = session.get(SEEN).await.map_err(broken)?;
        if seen.is_none_or(|seen| now.0 - seen > TOUCH) {
            session.insert(SEEN, now.0).await.map_err(broken)?;
        }
    }
    Ok(principal.map(PrincipalId::new))
}

fn broken(error: tower_sessions::session::Error) -> Error {
    tracing::error!(%error, "a session cannot be read or written");
    Error::new(Code::Unavailable, "Your session cannot be read right now. Try again in a moment.")
}

/// The browser behind a request.
pub struct Browser {
    session: Session,
    secure: bool,
    now: Timestamp,
}

impl Browser {
    /// With its session.
    pub fn new(session: Session, secure: bool, now: Timestamp) -> Self {
        Self { session, secure, now }
    }
}

#[async_trait::async_trait]
impl Visitor for Browser {
    async fn sign_in(&self, user: &PrincipalId) -> Result<(), Error> {
        // Whoever knew the id of the session before, shall not know the one after.
        if self.session.id().is_some() {
            self.session.flush().await.map_err(broken)?;
        }
        self.session.insert(PRINCIPAL, user.as_str()).await.map_err(broken)?;
        self.session.insert(SEEN, self.now.0).await.map_err(broken)
    }

    async fn take_place(&self, user: &PrincipalId) -> Result<(), Error> {
        let by: Option<String> = self.session.get(PRINCIPAL).await.map_err(broken)?;
        self.sign_in(user).await?;
        self.session.insert(IMPERSONATOR, by).await.map_err(broken)
    }

    async fn impersonator(&self) -> Result<Option<PrincipalId>, Error> {
        impersonator(&self.session).await
    }

    async fn sign_out(&self) -> Result<(), Error> {
        self.session.flush().await.map_err(broken)
    }

    async fn leave_flash(&self, flash: String) -> Result<(), Error> {
        self.session.insert(FLASH, flash).await.map_err(broken)
    }

    async fn take_flash(&self) -> Option<String> {
        // Looking first keeps a page that has no message from writing its session.
        self.session.get::<String>(FLASH).await.ok().flatten()?;
        self.session.remove(FLASH).await.ok().flatten()
    }

    fn session(&self) -> Option<String> {
        self.session.id().map(|id| hashed(&id))
    }

    fn secure(&self) -> bool {
        self.secure
    }
}
