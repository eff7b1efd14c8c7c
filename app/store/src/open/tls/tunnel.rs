//! A socket that only this process can reach, and behind it the server.

use super::{Target, target, why_refused};
use crate::{Error, Result, error::NOT_ENCRYPTED};
use rustls::ClientConfig;
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use std::{fs::Permissions, io, os::unix::fs::PermissionsExt, sync::Arc, time::Duration};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy},
    net::{TcpStream, UnixListener, UnixStream},
    sync::oneshot,
    time::timeout,
};
use tokio_rustls::{TlsConnector, client::TlsStream};
use url::Url;

/// How long a server may take to be connected to. Whoever waits for it has given up long before.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long the last bytes of a connection may take.
const LAST: Duration = Duration::from_secs(1);

/// Leads connections of this process to a server until it is dropped.
#[derive(Debug)]
pub(in crate::open) struct Tunnel {
    /// For the owner of this process alone.
    _folder: TempDir,
    /// Ends the thread when it is dropped. One of its own: what it does for others is no task of theirs, and goes on
    /// while theirs end.
    _open: oneshot::Sender<()>,
}

/// Why there is no connection: a code of PostgreSQL, and the sentence.
struct Refused(&'static str, String);

impl Tunnel {
    /// Opens one where the address names a certificate, and leads the options into it.
    pub(in crate::open) fn dig(url: &Url, options: PgConnectOptions) -> Result<(PgConnectOptions, Option<Self>)> {
        let Some(target) = target(url, &options)? else { return Ok((options, None)) };
        let failed = |error: io::Error| {
            let folder = std::env::temp_dir();
            Error::Encryption(format!(
                "a socket in {} cannot be made: {error}. Set TMPDIR to another folder",
                folder.display()
            ))
        };
        let folder = tempfile::Builder::new()
            .prefix("kestra-")
            .permissions(Permissions::from_mode(0o700))
            .tempdir()
            .map_err(failed)?;
        // As sqlx looks for it.
        let socket = folder.path().join(format!(".s.PGSQL.{}", target.port));
        let listener = std::os::unix::net::UnixListener::bind(socket).map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        let (open, closed) = oneshot::channel();
        let thread = std::thread::Builder::new().name("database".into());
        thread.spawn(move || run(listener, target, closed)).map_err(failed)?;
        let options = options.socket(folder.path()).ssl_mode(PgSslMode::Disable);
        Ok((options, Some(Self { _folder: folder, _open: open })))
    }
}

fn run(listener: std::os::unix::net::UnixListener, target: Target, closed: oneshot::Receiver<()>) {
    let done = tokio::runtime::Builder::new_current_thread().enable_all().build().and_then(|runtime| {
        runtime.block_on(async {
            let listener = UnixListener::from_std(listener)?;
            tokio::select! {
                failed = accept(listener, Arc::new(target)) => failed,
                _ = closed => Ok(()),
            }
        })
    });
    if let Err(error) = done {
        tracing::error!(%error, "connections to the database can't be made any more");
    }
}

async fn accept(listener: UnixListener, target: Arc<Target>) -> io::Result<()> {
    loop {
        match listener.accept().await {
            Ok((near, _)) => drop(tokio::spawn(lead(near, target.clone()))),
            // Too many open files: some will be closed.
            Err(error) => {
                tracing::warn!(%error, "a connection to the database could not be made");
                tokio::time::sleep(LAST).await;
            }
        }
    }
}

/// Leads one connection to the server, or says why not.
async fn lead(mut near: UnixStream, target: Arc<Target>) {
    let connected = timeout(PATIENCE, connect(&target)).await;
    let connected = connected.unwrap_or_else(|_| Err(Refused(UNREACHABLE, "it does not answer".into())));
    let refused = match connected {
        Ok(far) => join(&mut near, far).await.err().map(unreadable),
        Err(refused) => {
            // What was sent and never read would make the system throw the answer away.
            let _ = near.read(&mut [0; 4096]).await;
            Some(refused)
        }
    };
    if let Some(refused) = refused {
        let _ = near.write_all(&refused.message()).await;
    }
}

/// Passes on what either side says, until one of them has nothing more to say.
async fn join(near: &mut UnixStream, far: TlsStream<TcpStream>) -> io::Result<()> {
    let (mut from_near, mut to_near) = near.split();
    let (mut from_far, mut to_far) = tokio::io::split(far);
    tokio::select! {
        _ = copy(&mut from_near, &mut to_far) => {
            let _ = timeout(LAST, to_far.shutdown()).await;
            Ok(())
        }
        ended = copy(&mut from_far, &mut to_near) => match ended {
            // Servers end without saying so in the words of TLS, and so does whoever reads no more.
            Err(error) if error.get_ref().is_some_and(|cause| cause.is::<rustls::Error>()) => Err(error),
            _ => Ok(()),
        },
    }
}

async fn connect(target: &Target) -> std::result::Result<TlsStream<TcpStream>, Refused> {
    let refused = |why: String| Refused(NOT_ENCRYPTED, why);
    let (config, name) = (target.config().map_err(refused)?, target.server_name().map_err(refused)?);
    let mut stream = TcpStream::connect((target.host.as_str(), target.port)).await.map_err(unreachable)?;
    stream.set_nodelay(true).map_err(unreachable)?;
    if !encrypts(&mut stream).await.map_err(unreachable)? {
        return Err(refused("the server does not encrypt. Set ssl = on there, or sslmode=disable here".into()));
    }
    let connector = TlsConnector::from(Arc::<ClientConfig>::new(config));
    connector.connect(name, stream).await.map_err(unreadable)
}

/// Asks the server whether it encrypts, as each connection of PostgreSQL begins.
async fn encrypts(stream: &mut TcpStream) -> io::Result<bool> {
    const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];
    stream.write_all(&SSL_REQUEST).await?;
    match stream.read_u8().await? {
        b'S' => Ok(true),
        b'N' => Ok(false),
        _ => Err(io::Error::new(io::ErrorKind::InvalidData, "what listens there is no PostgreSQL server")),
    }
}

const UNREACHABLE: &str = "08001";
/// The code of a server that is starting: sqlx tries again for a while.
const STARTING: &str = "57P03";

fn unreachable(error: io::Error) -> Refused {
    let code = if error.kind() == io::ErrorKind::ConnectionRefused { STARTING } else { UNREACHABLE };
    Refused(code, error.to_string())
}

fn unreadable(error: io::Error) -> Refused {
    match error.get_ref().and_then(|cause| cause.downcast_ref()) {
        Some(cause) => Refused(NOT_ENCRYPTED, why_refused(cause)),
        None => unreachable(error),
    }
}

impl Refused {
    /// As PostgreSQL would say it.
    fn message(&self) -> Vec<u8> {
        let Self(code, why) = self;
        let fields = format!("SFATAL\0VFATAL\0C{code}\0M{}\0\0", why.replace('\0', ""));
        let length = u32::try_from(fields.len() + 4).unwrap_or_default();
        [b"E".as_slice(), &length.to_be_bytes(), fields.as_bytes()].concat()
    }
}
