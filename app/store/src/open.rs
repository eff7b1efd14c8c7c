//! Opening a database by its address, and bringing its schema up to date.

use crate::{Error, Inner, Result, Tx};
use sqlx::{
    Postgres, Sqlite,
    pool::PoolOptions,
    postgres::PgConnectOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use std::{str::FromStr, time::Duration};

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
pub struct Store(Pools);

#[derive(Debug, Clone)]
enum Pools {
    /// SQLite has many readers and one writer: with a pool of one, writers of this process queue here
    /// instead of in the busy handler.
    Sqlite {
        readers: sqlx::Pool<Sqlite>,
        writer: sqlx::Pool<Sqlite>,
    },
    Postgres(sqlx::Pool<Postgres>),
}

impl Store {
    /// Opens `sqlite:PATH` or `postgres://…` and applies migrations that are not applied yet. A file
    /// that does not exist is created, with its folder.
    pub async fn open(url: &str) -> Result<Self> {
        let pools = match url.split_once(':').map(|(scheme, _)| scheme) {
            Some("sqlite") => open_sqlite(url).await?,
            Some("postgres" | "postgresql") => open_postgres(url).await?,
            _ => return Err(Error::Address("a database address begins with sqlite: or postgres://".into())),
        };
        Ok(Self(pools))
    }

    /// The engine behind it.
    pub fn engine(&self) -> Engine {
        match self.0 {
            Pools::Sqlite { .. } => Engine::Sqlite,
            Pools::Postgres(_) => Engine::Postgres,
        }
    }

    /// Begins a transaction that only reads.
    pub async fn read(&self) -> Result<Tx> {
        Ok(Tx(match &self.0 {
            Pools::Sqlite { readers, .. } => Inner::Sqlite(readers.begin().await?),
            Pools::Postgres(pool) => Inner::Postgres(pool.begin().await?),
        }))
    }

    /// Begins a transaction that writes. On SQLite it has the write lock from its first moment, so that
    /// what it read is still so when it writes.
    pub async fn write(&self) -> Result<Tx> {
        Ok(Tx(match &self.0 {
            Pools::Sqlite { writer, .. } => Inner::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?),
            Pools::Postgres(pool) => Inner::Postgres(pool.begin().await?),
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

async fn open_sqlite(url: &str) -> Result<Pools> {
    let options = SqliteConnectOptions::from_str(url)
        .map_err(|error| Error::Address(error.to_string()))?
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
            Error::Unreachable(format!("the folder {} cannot be created: {error}", folder.display()))
        })?;
    }
    let writer = PoolOptions::<Sqlite>::new()
        .max_connections(1)
        .acquire_timeout(Duration::from_secs(10))
        .connect_with(options.clone())
        .await?;
    sqlx::migrate!("../../migrations/sqlite").run(&writer).await?;
    let readers = PoolOptions::<Sqlite>::new()
        .max_connections(8)
        .acquire_timeout(Duration::from_secs(10))
        .connect_lazy_with(options.pragma("query_only", "on"));
    Ok(Pools::Sqlite { readers, writer })
}

async fn open_postgres(url: &str) -> Result<Pools> {
    let options = PgConnectOptions::from_str(url)
        .map_err(|_| Error::Address("the address of the PostgreSQL database is not one: expected postgres://user:password@host:5432/database".into()))?
        .application_name("kestra");
    let pool = PoolOptions::<Postgres>::new()
        .max_connections(16)
        .acquire_timeout(Duration::from_secs(10))
        .connect_with(options)
        .await?;
    sqlx::migrate!("../../migrations/postgres").run(&pool).await?;
    Ok(Pools::Postgres(pool))
}
