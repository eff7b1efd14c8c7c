//! Opening a database by its address, and bringing its schema up to date.

use crate::{Error, Inner, Result, Tx};
use sqlx::{
    Connection, PgConnection, Postgres, Sqlite,
    pool::PoolOptions,
    postgres::PgConnectOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use std::{
    fs::{File, OpenOptions},
    io::ErrorKind,
    path::Path,
    str::FromStr,
    sync::Arc,
    time::Duration,
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

/// Which engine a store is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// A file, and this process.
    Sqlite,
    /// A server.
    Postgres,
}

/// An open database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store(Pools, Turns);

#[derive(Debug, Clone)]
pub(crate) enum Pools {
    /// SQLite has many readers and one writer: with a pool of one, writers of this process queue here
    /// instead of in the busy handler.
    Sqlite {
        readers: sqlx::Pool<Sqlite>,
        writer: sqlx::Pool<Sqlite>,
    },
    Postgres(sqlx::Pool<Postgres>),
}

/// How much of what is administered a transaction has for itself, so that what it read and decided is still so when it
/// writes. Whoever waits for others in this order, and locks a tenant's row before those of what is in it, cannot wait in
/// a circle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alone {
    /// Nothing: what it writes depends on nothing it has read before, as with sessions and sign-ins that failed.
    No,
    /// The rows it locks: a tenant first, if it is about one. Nobody who asks for everything writes meanwhile.
    InItsPart,
    /// Everything: whatever may touch several tenants, or who administers the instance.
    Everywhere,
}

/// Who changes what is administered at the same time on PostgreSQL. They wait for each other, each with a connection: some
/// are left to everybody else.
#[derive(Debug, Clone)]
struct Turns(Arc<Semaphore>);

impl Turns {
    async fn take(&self) -> Result<OwnedSemaphorePermit> {
        match timeout(PATIENCE, self.0.clone().acquire_owned()).await {
            Ok(Ok(turn)) => Ok(turn),
            Ok(Err(_)) | Err(_) => Err(Error::Busy),
        }
    }
}

impl Default for Turns {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(WAITING)))
    }
}

/// Connections to PostgreSQL,
const CONNECTIONS: u32 = 16;
/// of which so many may be held by those who wait for each other.
const WAITING: usize = 10;

/// How transactions begin on PostgreSQL, whatever the database's own default is: each statement sees what was committed
/// before it, so that what a lock was waited for is seen; and no write fails because somebody else has written.
const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";

impl Store {
    /// Opens `sqlite:PATH` or `postgres://…` and applies migrations that are not applied yet. A file
    /// that does not exist is created, with its folder.
    pub async fn open(url: &str) -> Result<Self> {
        let pools = match url.split_once(':').map(|(scheme, _)| scheme) {
            Some("sqlite") => open_sqlite(url).await?,
            Some("postgres" | "postgresql") => open_postgres(url).await?,
            _ => return Err(Error::Address("a database address begins with sqlite: or postgres://".into())),
        };
        Ok(Self(pools, Turns::default()))
    }

    /// The engine behind it.
    pub fn engine(&self) -> Engine {
        match self.0 {
            Pools::Sqlite { .. } => Engine::Sqlite,
            Pools::Postgres(_) => Engine::Postgres,
        }
    }

    /// What is changed from now on.
    pub async fn changes(&self) -> Result<crate::Changes> {
        crate::Changes::of(&self.0).await
    }

    /// Begins a transaction that only reads.
    pub async fn read(&self) -> Result<Tx> {
        Ok(Tx::new(match &self.0 {
            Pools::Sqlite { readers, .. } => Inner::Sqlite(readers.begin().await?),
            Pools::Postgres(pool) => Inner::Postgres(pool.begin_with(BEGIN).await?),
        }))
    }

    /// Begins a transaction that writes. On SQLite it has the write lock from its first moment, so that
    /// what it read is still so when it writes; on PostgreSQL it has as much for itself as it asks for.
    pub async fn write(&self, alone: Alone) -> Result<Tx> {
        Ok(Tx::new(match &self.0 {
            Pools::Sqlite { writer, .. } => Inner::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?),
            Pools::Postgres(pool) => {
                let turn = if alone == Alone::No { None } else { Some(self.1.take().await?) };
                let mut tx = pool.begin_with(BEGIN).await?;
                match alone {
                    Alone::No => {}
                    Alone::InItsPart => store_postgres::queue::beside_others(&mut tx).await?,
                    Alone::Everywhere => store_postgres::queue::alone(&mut tx).await?,
                }
                return Ok(Tx::new(Inner::Postgres(tx)).in_turn(turn));
            }
        }))
    }

    /// Closes all connections; on SQLite this also folds the write-ahead log into the file.
    pub async fn close(&self) {
        match &self.0 {
            Pools::Sqlite { readers, writer } => {
                readers.close().await;
                writer.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }
}

/// How much of the file a SQLite connection keeps in memory; as it is opened with.
const CACHE: &str = "PRAGMA cache_size = -8000";

async fn open_sqlite(url: &str) -> Result<Pools> {
    let options = SqliteConnectOptions::from_str(url).map_err(|error| Error::Address(error.to_string()))?;
    let file = options.get_filename().display().to_string();
    connect_sqlite(options).await.map_err(|error| error.at(file))
}

async fn connect_sqlite(options: SqliteConnectOptions) -> Result<Pools> {
    let options = options
        .create_if_missing(true)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        // An acknowledged change survives a power cut, not only a crash of ours.
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(5))
        .optimize_on_close(true, 400)
        .pragma("cache_size", "-8000")
        .pragma("temp_store", "memory");
    if let Some(folder) = options.get_filename().parent() {
        std::fs::create_dir_all(folder).map_err(|error| {
            Error::Unopenable(format!("the folder {} cannot be created: {error}", folder.display()))
        })?;
    }
    writable(options.get_filename())?;
    // What a change of a whole table has to remember meanwhile goes to a file: there is no end to how large that is.
    let writing = options.clone().pragma("temp_store", "default");
    let writer = PoolOptions::<Sqlite>::new()
        .max_connections(1)
        .acquire_timeout(Duration::from_secs(10))
        .after_release(|connection, _| {
            // Moving whole tables takes more (`moving::begin`).
            Box::pin(async move { sqlx::query(CACHE).execute(connection).await.map(|_| true) })
        })
        .connect_with(writing)
        .await?;
    sqlx::migrate!("../../migrations/sqlite").run(&writer).await?;
    let readers = PoolOptions::<Sqlite>::new()
        .max_connections(8)
        .acquire_timeout(Duration::from_secs(10))
        .connect_lazy_with(options.pragma("query_only", "on"));
    Ok(Pools::Sqlite { readers, writer })
}

/// SQLite opens a file it may not write for reading, and would say so only at the first change. Asked before it has the
/// file open: whoever closes a file loses all locks that the process has on it.
fn writable(file: &Path) -> Result<()> {
    let readable = File::open(file).is_ok();
    match OpenOptions::new().write(true).open(file).map_err(|error| error.kind()) {
        Err(ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem) if readable => Err(Error::ReadOnly),
        _ => Ok(()),
    }
}

async fn open_postgres(url: &str) -> Result<Pools> {
    let options = PgConnectOptions::from_str(url)
        .map_err(|_| Error::Address("the address of the PostgreSQL database is not one: expected postgres://user:password@host:5432/database".into()))?
        .application_name("kestra");
    let (host, port) = (options.get_host(), options.get_port());
    let place = format!("{host}:{port}/{}", options.get_database().unwrap_or_default());
    connect_postgres(options).await.map_err(|error| error.at(place))
}

async fn connect_postgres(options: PgConnectOptions) -> Result<Pools> {
    let pool = PoolOptions::<Postgres>::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(PATIENCE)
        .connect_with(options.clone())
        .await;
    let pool = match pool {
        Err(sqlx::Error::PoolTimedOut) => return Err(why_unreachable(&options).await),
        pool => pool?,
    };
    sqlx::migrate!("../../migrations/postgres").run(&pool).await?;
    Ok(Pools::Postgres(pool))
}

/// How long a database may take to come up.
const PATIENCE: Duration = Duration::from_secs(10);

/// A pool tries until its time is up and forgets what each try said; one more says it.
async fn why_unreachable(options: &PgConnectOptions) -> Error {
    match tokio::time::timeout(Duration::from_secs(2), PgConnection::connect_with(options)).await {
        Ok(Err(cause)) => cause.into(),
        _ => Error::Unreachable("it does not answer".into()),
    }
}
