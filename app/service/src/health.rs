//! Whether the application can do its work, for whoever watches over it.

use crate::{Result, Service};

/// Asks the database. Waits at most a second.
///
/// # Errors
/// [`crate::Error::Store`] where the database is gone, or takes no changes after a switchover.
pub async fn check(service: &Service) -> Result<()> {
    Ok(service.store.check().await?)
}
