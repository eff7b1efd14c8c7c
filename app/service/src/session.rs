//! Sessions as the web keeps them. What is in one is the web's concern; whose it is and until when, is
//! the database's.

use crate::{Context, Error, Result, Service, audit::Change};
use model::{OpenSession, PrincipalId, Resource, Session, audit::Event};
use store::{Alone, Tx};

/// Writes a new session.
pub async fn create(service: &Service, session: &Session) -> Result<()> {
    let mut tx = service.store.write(Alone::No).await?;
    store::sessions::insert(&mut tx, session, service.clock.now()).await?;
    Ok(tx.commit().await?)
}

/// Writes what a session has become. One that was ended meanwhile stays ended.
pub async fn save(service: &Service, session: &Session) -> Result<()> {
    let mut tx = service.store.write(Alone::No).await?;
    store::sessions::update(&mut tx, session, service.clock.now()).await?;
    Ok(tx.commit().await?)
}

/// The session of that hash, unless it has expired.
pub async fn load(service: &Service, id: &str) -> Result<Option<Session>> {
    let mut tx = service.store.read().await?;
    Ok(store::sessions::load(&mut tx, id, service.clock.now()).await?)
}

/// Ends a session.
pub async fn delete(service: &Service, id: &str) -> Result<()> {
    let mut tx = service.store.write(Alone::No).await?;
    store::sessions::delete(&mut tx, id).await?;
    Ok(tx.commit().await?)
}

/// Removes expired sessions; returns how many there were.
pub async fn sweep(service: &Service) -> Result<u64> {
    let mut tx = service.store.write(Alone::No).await?;
    let gone = store::sessions::sweep(&mut tx, service.clock.now()).await?;
    tx.commit().await?;
    Ok(gone)
}

/// Sessions that are listed: whoever signs in over the API with every run of a script has many.
const LISTED: i64 = 100;

/// The sessions of a principal, the last used first.
pub(crate) async fn of(cx: &Context, tx: &mut Tx, id: &PrincipalId) -> Result<Vec<OpenSession>> {
    Ok(store::sessions::list(tx, id, cx.now(), LISTED).await?)
}

/// Ends one session of a user, or all of them, and says so for the audit log.
///
/// # Errors
/// [`Error::NotFound`] for one that is none of theirs or has ended.
pub(crate) async fn end(tx: &mut Tx, id: &PrincipalId, session: Option<&str>) -> Result<Change> {
    let ended = match session {
        Some(session) => store::sessions::end(tx, id, session).await?,
        None => store::sessions::delete_of(tx, id).await?,
    };
    match session {
        Some(session) if ended == 0 => Err(Error::NotFound { what: "Session", id: session.to_owned() }),
        _ => {
            let said = serde_json::json!({ "sessionsEnded": ended });
            Ok(Change::event(Event::Update, Resource::User, id.as_str()).saying(&said))
        }
    }
}
