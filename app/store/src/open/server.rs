//! PostgreSQL: a pool that soon notices when the server is gone, or is another one than before.

use super::tls::Tunnel;
use crate::{Error, Result};
use sqlx::{
    Connection, Executor, PgConnection, Pool, Postgres, Row, Transaction,
    pool::{PoolConnectionMetadata, PoolOptions},
    postgres::PgConnectOptions,
};
use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::Mutex,
    time::{Instant, sleep, timeout},
};
use url::Url;

/// How long a database may take to come up before the program gives up its start.
const START: Duration = Duration::from_secs(10);
/// How long a request waits for a connection while all are in use: then it is slow, which is no failure.
const BUSY: Duration = Duration::from_secs(25);
/// After what time a connection or an answer that has not come makes us ask whether the server is there at all,
const DOUBT: Duration = Duration::from_millis(200);
/// how often it is asked again,
const AGAIN: Duration = Duration::from_secs(1);
/// and how long it may take to answer that,
const ANSWER: Duration = Duration::from_millis(500);
/// counted in parts, each of which begins when we get to it: where this process has to wait for a processor, its own
/// lateness is not taken for the server's silence.
const PARTS: u32 = 10;
/// How long what it answered holds: many requests wait for one answer.
const FRESH: Duration = Duration::from_millis(250);
/// How old a connection to a server that refuses to write must be to be replaced. While there is no other server, reading
/// goes on without a new connection for each statement.
const SETTLED: Duration = Duration::from_millis(200);

/// How transactions begin, whatever the database's own default is: each statement sees what was committed before it, so
/// that what a lock was waited for is seen; and no write fails because somebody else has written.
const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";

/// A pool of connections, and one that is made to find out what has become of the server.
#[derive(Debug, Clone)]
pub(crate) struct Server {
    pub(crate) pool: Pool<Postgres>,
    probe: Arc<Probe>,
    /// Where we encrypt, and not sqlx.
    _tunnel: Option<Arc<Tunnel>>,
}

/// What the server answers at the moment.
#[derive(Debug, Clone)]
enum Answer {
    /// It reads and writes; or it has too many clients, which a server that is gone has not.
    Ready,
    /// A standby, or one that is set to refuse changes.
    ReadOnly,
    /// Nothing, or no.
    Gone(String),
}

#[derive(Debug)]
struct Probe {
    options: PgConnectOptions,
    last: Mutex<Option<(Instant, Answer)>>,
    /// How many statements it has answered.
    heard: AtomicU64,
}

impl Server {
    /// Connects once, so that what is wrong is known at the start.
    pub(super) async fn connect(url: &Url, options: PgConnectOptions) -> Result<Self> {
        let (options, tunnel) = Tunnel::dig(url, options)?;
        let pool = PoolOptions::<Postgres>::new()
            .max_connections(16)
            .acquire_timeout(BUSY)
            // `usable` sends a statement; one more answer would be waited for.
            .test_before_acquire(false)
            .before_acquire(|connection, meta| Box::pin(usable(connection, meta)))
            .after_release(|connection, _| Box::pin(settled(connection)))
            .connect_lazy_with(options.clone());
        match timeout(START, pool.acquire()).await {
            Ok(first) => drop(first?),
            Err(_) => return Err(why_unreachable(&options).await),
        }
        let probe = Arc::new(Probe { options, last: Mutex::default(), heard: AtomicU64::default() });
        Ok(Self { pool, probe, _tunnel: tunnel.map(Arc::new) })
    }

    /// Begins a transaction: waits while all connections are in use, and fails soon where there is no server.
    pub(super) async fn begin(&self) -> Result<Transaction<'static, Postgres>> {
        self.over(self.pool.begin_with(BEGIN)).await
    }

    /// What a statement answers, unless the server is gone meanwhile.
    pub(crate) async fn over<T>(&self, statement: impl Future<Output = sqlx::Result<T>>) -> Result<T> {
        tokio::select! {
            biased;
            done = statement => {
                // A refusal is an answer too.
                if matches!(done, Ok(_) | Err(sqlx::Error::Database(_))) {
                    self.probe.heard.fetch_add(1, Ordering::Relaxed);
                }
                Ok(done?)
            }
            why = self.gone() => Err(why),
        }
    }

    /// Ends only where the server is gone.
    async fn gone(&self) -> Error {
        sleep(DOUBT).await;
        loop {
            if let Answer::Gone(why) = self.probe.ask().await {
                return Error::Unreachable(why);
            }
            sleep(AGAIN).await;
        }
    }

    /// Whether the server is there, and takes changes.
    pub(super) async fn check(&self) -> Result<()> {
        match self.probe.ask().await {
            Answer::Ready => Ok(()),
            Answer::ReadOnly => Err(Error::ReadOnly),
            Answer::Gone(why) => Err(Error::Unreachable(why)),
        }
    }
}

impl Probe {
    /// On a connection of its own: those of the pool may all be in use. Whoever asks meanwhile gets the same answer.
    async fn ask(&self) -> Answer {
        let mut last = self.last.lock().await;
        if let Some((at, answer)) = last.as_ref()
            && at.elapsed() < FRESH
        {
            return answer.clone();
        }
        let heard = self.heard.load(Ordering::Relaxed);
        let answer = tokio::select! {
            biased;
            answer = self.connect() => answer,
            () = silence() => match self.heard.load(Ordering::Relaxed) == heard {
                true => Answer::Gone("it does not answer".into()),
                // Slow to take one more connection; meanwhile it has answered on those that it has.
                false => Answer::Ready,
            },
        };
        *last = Some((Instant::now(), answer.clone()));
        answer
    }

    async fn connect(&self) -> Answer {
        let asked = async {
            let mut connection = PgConnection::connect_with(&self.options).await?;
            let read_only = read_only(&mut connection).await?;
            connection.close().await?;
            sqlx::Result::Ok(read_only)
        };
        match asked.await {
            Ok(false) => Answer::Ready,
            Ok(true) => Answer::ReadOnly,
            Err(sqlx::Error::Database(cause)) if cause.code().as_deref() == Some(TOO_MANY_CLIENTS) => Answer::Ready,
            Err(error) => match Error::from(error) {
                Error::Unreachable(why) => Answer::Gone(why),
                other => Answer::Gone(other.to_string()),
            },
        }
    }
}

/// The time after which a server that has said nothing is taken for gone.
async fn silence() {
    for _ in 0..PARTS {
        sleep(ANSWER / PARTS).await;
    }
}

const TOO_MANY_CLIENTS: &str = "53300";

/// Whether the server refuses changes: a standby does, and so does one that is set to.
async fn read_only(connection: &mut PgConnection) -> sqlx::Result<bool> {
    let row = connection.fetch_one("SHOW transaction_read_only").await?;
    Ok(row.try_get::<String, _>(0)? == "on")
}

/// Whether a connection that waited in the pool can be used. After a switchover it may lead to what is a standby now.
async fn usable(connection: &mut PgConnection, meta: PoolConnectionMetadata) -> sqlx::Result<bool> {
    match timeout(ANSWER, read_only(connection)).await {
        Ok(read_only) => Ok(!(read_only? && meta.age > SETTLED)),
        Err(_) => Err(sqlx::Error::PoolTimedOut),
    }
}

/// Whether a connection can go back into the pool: not where it is still in a transaction or does not answer. Asked of the
/// server, since sqlx does not know of a transaction whose beginning nobody waited for: that of a request that was given
/// up. Outside of one, a statement is its own transaction and both times are the same.
async fn settled(connection: &mut PgConnection) -> sqlx::Result<bool> {
    match timeout(AGAIN, connection.fetch_one("SELECT now() = statement_timestamp()")).await {
        Ok(answer) => answer?.try_get(0),
        Err(_) => Err(sqlx::Error::PoolTimedOut),
    }
}

/// A pool tries until its time is up and forgets what each try said; one more says it.
async fn why_unreachable(options: &PgConnectOptions) -> Error {
    match timeout(Duration::from_secs(2), PgConnection::connect_with(options)).await {
        Ok(Err(cause)) => cause.into(),
        _ => Error::Unreachable("it does not answer".into()),
    }
}
