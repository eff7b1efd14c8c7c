//! The running server: from a bound address to the last answered request.

use crate::{config::Config, router, state::AppState};
use axum::{
    Router,
    serve::{ListenerExt, TapIo},
};
use futures_util::FutureExt;
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
    #[error("cannot listen on {address}: {cause}. Is another server running? Set {setting} to use another port")]
    Bind {
        /// What was asked for.
        address: String,
        /// Which setting asks for it.
        setting: &'static str,
        /// What the system said.
        cause: std::io::Error,
    },
    /// The network failed under way.
    #[error("the server stopped: {0}")]
    Serve(#[from] std::io::Error),
}

/// Serves until a signal ends it.
pub async fn serve(config: Config, service: Arc<Service>) -> Result<(), Error> {
    let (host, port, health_port) = (config.server.host.clone(), config.server.port, config.server.health_port);
    let listener = bind(&host, port, "micronaut.server.port").await?;
    // On the port of everything else they are answered anyway.
    let for_health = match health_port.filter(|health| *health == 0 || *health != port) {
        Some(port) => Some(bind(&host, port, "endpoints.all.port").await?),
        None => None,
    };
    if let Some(listener) = &for_health {
        tracing::info!(local = %listener.local_addr()?, "listening for health checks");
    }
    let local = listener.local_addr()?;
    let leptos = LeptosOptions::builder().output_name("kestra").build();
    let state = AppState { service: service.clone(), config: Arc::new(config), leptos };

    let tasks = [tokio::spawn(sweep(service.clone())), tokio::spawn(service::live::watch(service.clone()))];
    announce(local);
    let stopped = stopped().shared();
    let stop = {
        let (stopped, service) = (stopped.clone(), service.clone());
        async move {
            stopped.await;
            // Pages that listen would hold the server up for as long as they are open.
            service::live::end(&service);
        }
    };
    let health = health(for_health, router::health(state.clone()), stopped);
    tokio::try_join!(answer(listener, router::build(state), stop), health)?;
    for task in tasks {
        task.abort();
        // It ends as it was asked to.
        let _ = task.await;
    }
    service::mail::settle(&service).await;
    tracing::info!(tasks = ended().await, "stopped");
    Ok(())
}

async fn bind(host: &str, port: u16, setting: &'static str) -> Result<TcpListener, Error> {
    let address = format!("{host}:{port}");
    TcpListener::bind(&address).await.map_err(|cause| Error::Bind { address, setting, cause })
}

/// Answers until it is to stop, and then those who are waiting.
async fn answer(
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let app = router.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(prompt(listener), app).with_graceful_shutdown(stop).await
}

/// Answers health checks on a port of their own, where there is one.
async fn health(
    listener: Option<TcpListener>,
    router: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    match listener {
        Some(listener) => answer(listener, router, stop).await,
        None => Ok(()),
    }
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
