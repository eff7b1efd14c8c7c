//! Rendering ends with its request.
//!
//! The framework detaches the tasks that load what a page shows. When a browser gives a request up, the future that
//! renders is dropped, and with it everything those tasks read: they would go on asking the database for a page that
//! nobody sees, and panic where something is missing. So tasks are spawned into the request they work for and are
//! stopped with it, each at its next await, which drops its transaction. What they read is kept until the last has
//! stopped.

use any_spawner::{CustomExecutor, Executor, PinnedFuture, PinnedLocalFuture};
use axum::{
    body::{Body, to_bytes},
    extract::Request,
    middleware::Next,
    response::Response,
};
use leptos::{prelude::Owner, reactive::computed::ScopedFuture};
use model::{Code, Error};
use std::{
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::{runtime::Handle, task::JoinSet};
use tracing::Instrument;

tokio::task_local! {
    static TASKS: Tasks;
}

/// Makes the framework spawn its tasks here. To be called before it chooses a way of its own.
pub fn prepare() {
    // An error means that it was called before, as in tests.
    let _chosen = Executor::init_custom_executor(InRequest);
}

/// Keeps what the page being rendered reads until its tasks have ended. The framework calls it when it begins a page.
pub fn keep() {
    let _outside_of_requests = TASKS.try_with(|tasks| tasks.work().owner = Owner::current());
}

/// Answers a request with something rendered.
pub async fn whole(request: Request, next: Next) -> Response {
    contained(next.run(request)).await
}

/// Waits for an answer and for its whole body; what is spawned meanwhile ends with it, or when it is given up.
pub async fn contained(answer: impl Future<Output = Response>) -> Response {
    let tasks = Tasks::default();
    let _ends = Ends(tasks.clone());
    let whole = async {
        let (parts, body) = answer.await.into_parts();
        match to_bytes(body, usize::MAX).await {
            Ok(bytes) => Response::from_parts(parts, Body::from(bytes)),
            Err(error) => {
                tracing::error!(%error, "a page broke off");
                super::pages::failure(&Error::new(Code::Internal, "Something went wrong. Reload the page."))
            }
        }
    };
    // The framework leaves the owner of what it renders on the thread, where the next request would become its child.
    TASKS.scope(tasks, ScopedFuture { owner: Owner::default(), observer: None, fut: whole }).await
}

/// The tasks of one request.
#[derive(Clone, Default)]
struct Tasks(Arc<Mutex<Work>>);

#[derive(Default)]
struct Work {
    running: JoinSet<()>,
    /// What they read.
    owner: Option<Owner>,
    /// Nothing begins any more.
    over: bool,
}

impl Tasks {
    fn work(&self) -> MutexGuard<'_, Work> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn spawn(&self, task: PinnedFuture<()>) {
        let task = TASKS.scope(self.clone(), task).in_current_span();
        let mut work = self.work();
        if work.over {
            // Whatever the task holds may want the lock when it goes.
            drop(work);
            return drop(task);
        }
        work.running.spawn(task);
    }

    fn end(&self) {
        let (mut running, owner) = {
            let mut work = self.work();
            work.over = true;
            (mem::take(&mut work.running), work.owner.take())
        };
        running.abort_all();
        while running.try_join_next().is_some() {}
        // At the end of the process there is nobody to wait for them.
        let Some(handle) = Handle::try_current().ok().filter(|_| !running.is_empty()) else { return };
        handle.spawn(async move {
            while running.join_next().await.is_some() {}
            drop(owner);
        });
    }
}

/// Ends the tasks of a request when it is answered or dropped.
struct Ends(Tasks);

impl Drop for Ends {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// Spawns each task into the request that is being worked on.
struct InRequest;

impl CustomExecutor for InRequest {
    fn spawn(&self, task: PinnedFuture<()>) {
        match TASKS.try_with(Clone::clone) {
            Ok(tasks) => tasks.spawn(task),
            Err(_) => drop(tokio::spawn(task.in_current_span())),
        }
    }

    fn spawn_local(&self, task: PinnedLocalFuture<()>) {
        tokio::task::spawn_local(task);
    }

    fn poll_local(&self) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::response::IntoResponse;
    use std::{sync::mpsc, time::Duration};

    /// Says when it goes.
    struct Gone(mpsc::Sender<()>);

    impl Drop for Gone {
        fn drop(&mut self) {
            let _ = self.0.send(());
        }
    }

    fn went(gone: &mpsc::Receiver<()>) -> bool {
        gone.recv_timeout(Duration::from_secs(5)).is_ok()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_a_request_spawns_ends_with_it() {
        prepare();
        let (said, gone) = mpsc::channel();
        let spawn = move || {
            let held = Gone(said.clone());
            Executor::spawn(async move {
                // A task of a task.
                Executor::spawn(async move {
                    let _held = held;
                    std::future::pending::<()>().await;
                });
                std::future::pending::<()>().await;
            });
        };
        // One that is answered, one that is given up.
        let answered = spawn.clone();
        contained(async move {
            answered();
            "done".into_response()
        })
        .await;
        assert!(went(&gone));
        let given_up = contained(async move {
            spawn();
            std::future::pending::<Response>().await
        });
        assert!(tokio::time::timeout(Duration::from_millis(50), given_up).await.is_err());
        assert!(went(&gone));
    }
}
