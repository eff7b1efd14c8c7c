//! The running server: from a bound address to the last answered request.

use crate::{config::Config, router, state::AppState};
use axum::serve::{ListenerExt, TapIo};
use leptos::prelude::LeptosOptions;
use service::Service;
use std::{io::Write, net::SocketAddr, sync::Arc, time::Duration};
use tokio::net::{TcpListener, TcpStream};

/// How often expired sessions are removed.
const SWEEP: Duration = Duration::from_secs(600);

/// Why the server did not start, or stopped.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address is taken, or not ours to take.
    #[error(
        "cannot listen on {address}: {cause}. Is another server running? Set micronaut.server.port to use another port"
    )]
    Bind {
        /// What was asked for.
        address: String,
        /// What the system said.
        cause: std::io::Error,
    },
    /// The network failed under way.
    #[error("the server stopped: {0}")]
    Serve(#[from] std::io::Error),
}

/// Serves until a signal ends it.
pub async fn serve(config: Config, service: Arc<Service>) -> Result<(), Error> {
    let address = format!("{}:{}", config.server.host, config.server.port);
    let listener = TcpListener::bind(&address).await.map_err(|cause| Error::Bind { address, cause })?;
    let local = listener.local_addr()?;
    let leptos = LeptosOptions::builder().output_name("kestra").build();
    let state = AppState { service: service.clone(), config: Arc::new(config), leptos };
    let app = router::build(state).into_make_service_with_connect_info::<SocketAddr>();

    let tasks = [tokio::spawn(sweep(service.clone())), tokio::spawn(service::live::watch(service.clone()))];
    announce(local);
    let settling = service.clone();
    let stop = async move {
        stopped().await;
        // Pages that listen would hold the server up for as long as they are open.
        service::live::end(&service);
    };
    axum::serve(prompt(listener), app).with_graceful_shutdown(stop).await?;
    for task in tasks {
        task.abort();
        // It ends as it was asked to.
        let _ = task.await;
    }
    service::mail::settle(&settling).await;
    tracing::info!(tasks = ended().await, "stopped");
    Ok(())
}

/// Waits a moment for tasks that are about to end, and says how many do not: tasks of requests end with these, so that
/// there should be none.
async fn ended() -> usize {
    let metrics = tokio::runtime::Handle::current().metrics();
    for _ in 0..20 {
        if metrics.num_alive_tasks() == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    metrics.num_alive_tasks()
}

/// Nagle's algorithm would hold back the end of every page until the browser acknowledged its start: 40 ms for
/// nothing.
fn prompt(listener: TcpListener) -> TapIo<TcpListener, fn(&mut TcpStream)> {
    listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY could not be set");
        }
    })
}

/// Tells people and scripts where the server is. Not a log line: it must come whatever the log level.
fn announce(local: SocketAddr) {
    let mut out = std::io::stdout();
    // Nobody may be reading; the server runs all the same.
    let _ = writeln!(out, "Kestra is at http://{local}/").and_then(|()| out.flush());
    tracing::info!(%local, "listening");
}

async fn sweep(service: Arc<Service>) {
    let mut ticks = tokio::time::interval(SWEEP);
    loop {
        ticks.tick().await;
        if let Err(error) = service::session::sweep(&service).await {
            tracing::warn!(%error, "expired sessions could not be removed");
        }
    }
}

/// Until somebody asks the process to end.
async fn stopped() {
    let interrupt = async {
        let _ = tokio::signal::ctrl_c().await;
    };
    #[cfg(unix)]
    let terminate = async {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::serve::Listener;

    #[tokio::test]
    async fn connections_do_not_wait_for_acknowledgements() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let client = TcpStream::connect(address);
        let mut listener = prompt(listener);
        let (accepted, client) = tokio::join!(listener.accept(), client);
        assert!(accepted.0.nodelay().unwrap());
        drop(client);
    }
}
