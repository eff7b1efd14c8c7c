//! Rendering ends with its request.
//!
//! The framework detaches the tasks that load what a page shows. When a browser gives a request up, the future that
//! renders is dropped, and with it everything those tasks read: they would go on asking the database for a page that
//! nobody sees, and panic where something is missing. So tasks are spawned into the request they work for and are
//! stopped with it, each at its next await, which drops its transaction. What they read is kept until the last has
//! stopped.
//!
//! What a resource will have read is kept by what is sent with the page, the resource keeps its owner, and that what is
//! sent: nothing of it goes before all have an answer. So they get one, and it is taken, before the tasks are stopped.

use any_spawner::{CustomExecutor, Executor, PinnedFuture, PinnedLocalFuture};
use app::Waiting;
use axum::{
    body::{Body, to_bytes},
    extract::Request,
    middleware::Next,
    response::Response,
};
use futures_util::StreamExt;
use leptos::{
    prelude::{Owner, provide_context},
    reactive::computed::ScopedFuture,
};
use model::{Code, Error};
use std::{
    future::ready,
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{runtime::Handle, task::JoinSet, time::timeout};
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
    let _outside_of_requests = TASKS.try_with(|tasks| {
        let mut work = tasks.work();
        work.owner = Owner::current();
        provide_context(work.waiting.clone());
    });
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
    /// Whether somebody waits for them.
    waiting: Waiting,
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
        let (mut running, owner, waiting) = {
            let mut work = self.work();
            work.over = true;
            (mem::take(&mut work.running), work.owner.take(), work.waiting.clone())
        };
        // At the end of the process there is nobody to wait for them.
        let Some(handle) = Handle::try_current().ok().filter(|_| !running.is_empty()) else { return };
        waiting.end();
        handle.spawn(async move {
            if let Some(owner) = &owner {
                let _some_may_never_answer = timeout(LAST_ANSWERS, answers(owner)).await;
            }
            running.shutdown().await;
            drop(owner);
        });
    }
}

/// How long what a page reads may take to notice that nobody waits for it.
const LAST_ANSWERS: Duration = Duration::from_secs(5);

/// Takes what would have been sent with a page.
async fn answers(owner: &Owner) {
    let Some(pending) = owner.shared_context().and_then(|shared| shared.pending_data()) else { return };
    pending.for_each(|_| ready(())).await;
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
    use hydration_context::SsrSharedContext;
    use leptos::prelude::{Resource, use_context};
    use std::sync::mpsc;

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

    #[tokio::test(flavor = "multi_thread")]
    async fn nothing_stays_of_a_page_that_is_given_up_while_it_reads() {
        prepare();
        let (said, gone) = mpsc::channel();
        let shared = Arc::new(SsrSharedContext::new());
        let kept = Arc::downgrade(&shared);
        let page = contained(async move {
            let owner = Owner::new_root(Some(shared));
            keep();
            let held = Arc::new(Gone(said));
            let reads = move |()| {
                let (held, waiting) = (held.clone(), use_context::<Waiting>().unwrap_or_default());
                async move {
                    waiting.read(std::future::pending::<()>()).await;
                    drop(held);
                    "nobody waits".to_owned()
                }
            };
            let _text = Resource::new(|| (), reads);
            let answer = std::future::pending::<Response>().await;
            drop(owner);
            answer
        });
        assert!(tokio::time::timeout(Duration::from_millis(50), page).await.is_err());
        assert!(went(&gone));
        for _ in 0..100 {
            if kept.strong_count() == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("what would have been sent with the page is kept");
    }
}
