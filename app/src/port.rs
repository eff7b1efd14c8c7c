//! What pages need of the web server they run in, without knowing it.

use model::{Error, PrincipalId};
use std::sync::{Arc, Mutex, PoisonError};
use tokio_util::sync::CancellationToken;

/// The browser behind a request: its session.
#[async_trait::async_trait]
pub trait Visitor: Send + Sync {
    /// Starts a new session for a user; whatever session there was ends.
    async fn sign_in(&self, user: &PrincipalId) -> Result<(), Error>;
    /// Starts a new session in a user's place, for whoever this session is of.
    async fn take_place(&self, user: &PrincipalId) -> Result<(), Error>;
    /// Whoever took the place of the one whose session it is, if somebody did.
    async fn impersonator(&self) -> Result<Option<PrincipalId>, Error>;
    /// Ends the session.
    async fn sign_out(&self) -> Result<(), Error>;
    /// Leaves a message for the next page (JSON).
    async fn leave_flash(&self, flash: String) -> Result<(), Error>;
    /// Takes the message left for this page.
    async fn take_flash(&self) -> Option<String>;
    /// Its session's id, as sessions are listed.
    fn session(&self) -> Option<String>;
    /// Whether cookies may only travel over TLS.
    fn secure(&self) -> bool;
}

/// Where a server function leaves its refusal, for the server to show it on the page a form without
/// JavaScript was sent from. One for each request.
#[derive(Debug, Clone, Default)]
pub struct Refused(Arc<Mutex<Option<Error>>>);

impl Refused {
    /// Leaves a refusal.
    pub fn put(&self, error: Error) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
    }

    /// Takes the refusal, if there was one.
    pub fn take(&self) -> Option<Error> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Whether somebody waits for a page. A context of everything on it, one for each request.
#[derive(Debug, Clone, Default)]
pub struct Waiting(CancellationToken);

impl Waiting {
    /// Notes that nobody does any more.
    pub fn end(&self) {
        self.0.cancel();
    }

    /// What a page reads, while somebody waits for it.
    pub async fn read<T>(self, answer: impl Future<Output = T>) -> Option<T> {
        self.0.run_until_cancelled(answer).await
    }
}

/// What forms and scripts of a page repeat to show that they are of our own pages.
#[derive(Debug, Clone)]
pub struct CsrfToken(pub String);

/// Where a server function leaves what may be read once, as the secret of a new token: the page its form was on is
/// shown again with it. One for each request.
#[derive(Debug, Clone, Default)]
pub struct Reveal(Arc<Mutex<Option<String>>>);

impl Reveal {
    /// Leaves it.
    pub fn put(&self, secret: String) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(secret);
    }

    /// Takes it, if something was left.
    pub fn take(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// What the page is shown with this once.
#[derive(Clone)]
pub struct Revealed(pub String);
