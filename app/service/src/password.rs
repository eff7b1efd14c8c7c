//! Hashing passwords: argon2id, off the runtime's threads, a few at a time.

use crate::{Error, Result};
use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Hashes and verifies. Each run takes 19 MiB, so few run at once: a crowd at the door waits its turn
/// instead of taking all memory.
pub(crate) struct Hasher {
    slots: Arc<Semaphore>,
}

impl Default for Hasher {
    fn default() -> Self {
        Self { slots: Arc::new(Semaphore::new(2)) }
    }
}

/// A hash of no password anybody has, verified when there is no user, so that the answer takes as long.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5aGFzdGhpc3NhbHQ$uB6F7gIC0Zt5iqYlUdZDc5jKdYl6oJmxWUcYmGPoxzE";

impl Hasher {
    /// The hash to store, with a salt of its own.
    pub(crate) async fn hash(&self, password: &str) -> Result<String> {
        let password = password.to_owned();
        self.run(move || Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string()))
            .await?
            .map_err(|error| Error::Internal(format!("argon2 failed: {error}")))
    }

    /// Whether `password` is the one `hash` was made of; without a hash never, after the same work.
    pub(crate) async fn verify(&self, password: &str, hash: Option<&str>) -> Result<bool> {
        let (password, known) = (password.to_owned(), hash.is_some());
        let hash = hash.unwrap_or(NOBODY).to_owned();
        let right = self
            .run(move || {
                PasswordHash::new(&hash)
                    .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
            })
            .await?;
        Ok(right && known)
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let _slot = self.slots.acquire().await.map_err(|error| Error::Internal(error.to_string()))?;
        tokio::task::spawn_blocking(work).await.map_err(|error| Error::Internal(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn verifies_what_it_hashed_and_nothing_else() {
        let hasher = Hasher::default();
        let hash = hasher.hash("Root!1234").await.unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(hasher.verify("Root!1234", Some(&hash)).await.unwrap());
        assert!(!hasher.verify("Root!1235", Some(&hash)).await.unwrap());
        assert!(!hasher.verify("Root!1234", None).await.unwrap());
        assert!(PasswordHash::new(NOBODY).is_ok());
    }
}
