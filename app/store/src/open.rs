//! Opening a database by its address, and bringing its schema up to date.

mod file;
mod server;
mod tls;

pub(crate) use server::Server;
pub(crate) use tls::why_refused;

use crate::{Error, Inner, Result, Tx};
use sqlx::{
    Connection, Sqlite,
    pool::PoolOptions,
    postgres::{PgConnectOptions, PgSslMode},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use std::{str::FromStr, sync::Arc, thread, time::Duration};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};
use url::Url;

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
    Postgres(Server),
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
        match timeout(TURN, self.0.clone().acquire_owned()).await {
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

/// How many connections to PostgreSQL may be held by those who wait for each other.
const WAITING: usize = 10;
/// How long one waits for a turn.
const TURN: Duration = Duration::from_secs(10);

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
            Pools::Postgres(server) => Inner::Postgres(server.begin().await?, server.clone()),
        }))
    }

    /// Begins a transaction that writes. On SQLite it has the write lock from its first moment, so that
    /// what it read is still so when it writes; on PostgreSQL it has as much for itself as it asks for.
    pub async fn write(&self, alone: Alone) -> Result<Tx> {
        Ok(Tx::new(match &self.0 {
            Pools::Sqlite { writer, .. } => Inner::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?),
            Pools::Postgres(server) => {
                let turn = if alone == Alone::No { None } else { Some(self.1.take().await?) };
                let mut tx = server.begin().await?;
                match alone {
                    Alone::No => {}
                    Alone::InItsPart => server.over(store_postgres::queue::beside_others(&mut tx)).await?,
                    Alone::Everywhere => server.over(store_postgres::queue::alone(&mut tx)).await?,
                }
                return Ok(Tx::new(Inner::Postgres(tx, server.clone())).in_turn(turn));
            }
        }))
    }

    /// Whether the database answers, and takes changes; for whoever watches over the server. Waits at most a second.
    pub async fn check(&self) -> Result<()> {
        match &self.0 {
            Pools::Sqlite { readers, .. } => {
                let asked = sqlx::query("SELECT 1 FROM sqlite_schema LIMIT 1").execute(readers);
                match tokio::time::timeout(ANSWER, asked).await {
                    Ok(answer) => answer.map(drop).map_err(Error::from),
                    // All connections are in use, which is no failure.
                    Err(_) => Ok(()),
                }
            }
            Pools::Postgres(server) => server.check().await,
        }
    }

    /// Closes all connections; on SQLite this also folds the write-ahead log into the file.
    pub async fn close(&self) {
        match &self.0 {
            Pools::Sqlite { readers, writer } => {
                readers.close().await;
                writer.close().await;
            }
            Pools::Postgres(server) => server.pool.close().await,
        }
    }
}

/// How much of the file the writing SQLite connection keeps in memory, in kilobytes below zero; as it is opened with.
const CACHE: &str = "PRAGMA cache_size = -8000";
/// How much each of those that read does. Beyond it the system has the file in memory, once for all of them.
const READER_CACHE: &str = "-2000";

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
    let file = options.get_filename().to_owned();
    // A database in memory has a name that begins so.
    let on_disk = !file.to_string_lossy().starts_with("file:");
    let _alone = if on_disk {
        file::prepare(&file)?;
        file::alone(&file).await?
    } else {
        None
    };
    // What a change of a whole table has to remember meanwhile goes to a file: there is no end to how large that is.
    let writing = options.clone().pragma("temp_store", "default");
    let writer = lasting(1)
        .after_release(|connection, _| {
            Box::pin(async move {
                // Moving whole tables takes more (`moving::begin`).
                sqlx::query(CACHE).execute(&mut *connection).await?;
                // Where the disk is full SQLite ends the transaction by itself, which sqlx does not notice: nothing
                // could be begun on this connection any more.
                Ok(!connection.is_in_transaction())
            })
        })
        .connect_with(writing)
        .await?;
    sqlx::migrate!("../../migrations/sqlite").run(&writer).await?;
    let reading = options.pragma("cache_size", READER_CACHE).pragma("query_only", "on");
    let readers = lasting(readers())
        .after_release(|connection, _| {
            Box::pin(async move {
                // By then a rollback has been done.
                connection.ping().await?;
                Ok(!connection.is_in_transaction())
            })
        })
        .connect_lazy_with(reading);
    // From now on some connection has the write-ahead log open. The first one to open it would have to make the file of
    // its index, which a full disk has no room for: then not even reading would go on.
    sqlx::query("SELECT 1 FROM sqlite_schema LIMIT 1").execute(&readers).await?;
    if on_disk {
        file::keep_private(&file);
    }
    Ok(Pools::Sqlite { readers, writer })
}

/// How many connections read at the same time. Each is a thread that remembers the schema and its statements, about a
/// megabyte: two for each processor are enough, as they seldom wait for the disk.
fn readers() -> u32 {
    let processors = thread::available_parallelism().map_or(1, usize::from);
    u32::try_from(2 * processors).unwrap_or(u32::MAX).clamp(4, 8)
}

/// Connections that are kept for as long as they work.
fn lasting(most: u32) -> PoolOptions<Sqlite> {
    PoolOptions::new().max_connections(most).acquire_timeout(BUSY).idle_timeout(None).max_lifetime(None)
}

/// How long a request waits for a connection while all are in use: then it is slow, which is no failure.
const BUSY: Duration = Duration::from_secs(25);
/// How long whoever watches over the server waits.
const ANSWER: Duration = Duration::from_millis(900);

async fn open_postgres(url: &str) -> Result<Pools> {
    let wrong = || {
        Error::Address(
            "the address of the PostgreSQL database is not one: expected postgres://user:password@host:5432/database"
                .into(),
        )
    };
    let options = PgConnectOptions::from_str(url).map_err(|_| wrong())?.application_name("kestra");
    // sqlx would never encrypt then, whatever the server asks for.
    let options = match options.get_ssl_mode() {
        PgSslMode::Allow => options.ssl_mode(PgSslMode::Prefer),
        _ => options,
    };
    let (host, port) = (options.get_host(), options.get_port());
    let place = format!("{host}:{port}/{}", options.get_database().unwrap_or_default());
    let url = url.parse().map_err(|_| wrong())?;
    connect_postgres(&url, options).await.map_err(|error| error.at(place))
}

async fn connect_postgres(url: &Url, options: PgConnectOptions) -> Result<Pools> {
    let server = Server::connect(url, options).await?;
    sqlx::migrate!("../../migrations/postgres").run(&server.pool).await?;
    Ok(Pools::Postgres(server))
}
