//! Sessions as the web keeps them. What is in one is the web's concern; whose it is and until when, is
//! the database's.

use crate::{Result, Service};
use model::Session;

/// Writes a session, new or changed.
pub async fn save(service: &Service, session: &Session) -> Result<()> {
    let mut tx = service.store.write().await?;
    store::sessions::save(&mut tx, session, service.clock.now()).await?;
    Ok(tx.commit().await?)
}

/// The session of that hash, unless it has expired.
pub async fn load(service: &Service, id: &str) -> Result<Option<Session>> {
    let mut tx = service.store.read().await?;
    Ok(store::sessions::load(&mut tx, id, service.clock.now()).await?)
}

/// Ends a session.
pub async fn delete(service: &Service, id: &str) -> Result<()> {
    let mut tx = service.store.write().await?;
    store::sessions::delete(&mut tx, id).await?;
    Ok(tx.commit().await?)
}

/// Removes expired sessions; returns how many there were.
pub async fn sweep(service: &Service) -> Result<u64> {
    let mut tx = service.store.write().await?;
    let gone = store::sessions::sweep(&mut tx, service.clock.now()).await?;
    tx.commit().await?;
    Ok(gone)
}
