//! Hashing passwords: argon2id, as many at once as there are processors.
//!
//! A hash takes some 20 ms of a processor and 19 MiB. It is made in threads of its own. Each keeps its memory from one
//! hash to the next, wiped, and gives it back when it ends because nothing came for a while. What comes while all are
//! busy waits its turn, first come, first served. When too much waits already, it is refused at once.

use crate::{Error, Result};
use argon2::{
    ARGON2ID_IDENT, Algorithm, Argon2, Block, Params, Version,
    password_hash::phc::{Output, ParamsString, PasswordHash, Salt},
};
use std::{
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use zeroize::{Zeroize, Zeroizing};

/// How many hashes may wait, for each that can be made at the same time. The last of them waits for about a second and
/// a half: longer makes people press the button again.
const WAITING: usize = 50;
/// How long a thread keeps its memory when nothing comes.
const KEEP: Duration = Duration::from_secs(2);

/// A hash of no password anybody has, verified when there is no user, so that the answer takes as long.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5aGFzdGhpc3NhbHQ$uB6F7gIC0Zt5iqYlUdZDc5jKdYl6oJmxWUcYmGPoxzE";

/// Hashes and verifies.
pub(crate) struct Hasher {
    queue: Arc<Queue>,
    /// One for each hash that is being made or waits.
    places: Arc<Semaphore>,
}

impl Default for Hasher {
    fn default() -> Self {
        let processors = thread::available_parallelism().map_or(1, usize::from);
        Self::new(processors, processors * WAITING)
    }
}

impl Hasher {
    fn new(at_once: usize, waiting: usize) -> Self {
        let queue = Queue { at_once, line: Mutex::default(), came: Condvar::new() };
        Self { queue: Arc::new(queue), places: Arc::new(Semaphore::new(at_once + waiting)) }
    }

    /// A place in the queue.
    ///
    /// # Errors
    /// [`Error::Crowded`] where too many wait already.
    pub(crate) fn place(&self) -> Result<Place> {
        let permit = self.places.clone().try_acquire_owned().map_err(|_| Error::Crowded)?;
        Ok(Place { queue: self.queue.clone(), permit })
    }

    /// The hash to store, with a salt of its own.
    ///
    /// # Errors
    /// [`Error::Crowded`].
    pub(crate) async fn hash(&self, password: &str) -> Result<String> {
        let password = Zeroizing::new(password.to_owned());
        let hash = self.place()?.run(move |arena| arena.hash(password.as_bytes())).await?;
        hash.map_err(|error| Error::Internal(format!("argon2 failed: {error}")))
    }

    /// Whether `password` is the one `hash` was made of; without a hash never, after the same work.
    ///
    /// # Errors
    /// [`Error::Crowded`].
    pub(crate) async fn verify(&self, password: &str, hash: Option<&str>) -> Result<bool> {
        self.place()?.verify(password, hash).await
    }
}

/// A place in the queue, to be had before anything is looked up: whoever is refused learns nothing then.
pub(crate) struct Place {
    queue: Arc<Queue>,
    permit: OwnedSemaphorePermit,
}

impl Place {
    /// As [`Hasher::verify`].
    pub(crate) async fn verify(self, password: &str, hash: Option<&str>) -> Result<bool> {
        let (password, known) = (Zeroizing::new(password.to_owned()), hash.is_some());
        let hash = hash.unwrap_or(NOBODY).to_owned();
        let right = self.run(move |arena| arena.verifies(password.as_bytes(), &hash).unwrap_or(false)).await?;
        Ok(right && known)
    }

    /// Waits for its turn, and for what comes of it.
    async fn run<T: Send + 'static>(self, work: impl FnOnce(&mut Arena) -> T + Send + 'static) -> Result<T> {
        let (tell, told) = oneshot::channel();
        let permit = self.permit;
        self.queue.push(Box::new(move |arena| {
            // A request that was given up meanwhile needs no answer.
            if !tell.is_closed() {
                let made = work(arena);
                drop(permit);
                let _ = tell.send(made);
            }
        }));
        told.await.map_err(|_| Error::Internal("a password could not be hashed: its thread failed".into()))
    }
}

type Job = Box<dyn FnOnce(&mut Arena) + Send>;

/// What waits, and the threads that work it off.
struct Queue {
    at_once: usize,
    line: Mutex<Line>,
    came: Condvar,
}

#[derive(Default)]
struct Line {
    jobs: VecDeque<Job>,
    threads: usize,
    /// Those of them that wait for a job.
    idle: usize,
}

impl Queue {
    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(self: &Arc<Self>, job: Job) {
        let mut line = self.line();
        line.jobs.push_back(job);
        if line.jobs.len() > line.idle && line.threads < self.at_once {
            let queue = self.clone();
            match thread::Builder::new().name("argon2".into()).spawn(move || queue.work()) {
                Ok(_) => line.threads += 1,
                // Those that run work it off.
                Err(error) if line.threads > 0 => tracing::warn!(%error, "no more threads to hash passwords"),
                // Dropping a job answers whoever waits for it.
                Err(error) => {
                    tracing::error!(%error, "no thread to hash passwords");
                    line.jobs.clear();
                }
            }
        }
        drop(line);
        self.came.notify_one();
    }

    fn work(&self) {
        step_back();
        let mut arena = Arena::default();
        while let Some(job) = self.next() {
            // One that fails has dropped what its answer was to be sent with; the thread is there for the others.
            let _ = catch_unwind(AssertUnwindSafe(|| job(&mut arena)));
        }
    }

    /// The job that has waited longest; nothing where none came for a while, and then the thread counts no more.
    fn next(&self) -> Option<Job> {
        let mut line = self.line();
        line.idle += 1;
        let waited = self.came.wait_timeout_while(line, KEEP, |line| line.jobs.is_empty());
        let (mut line, _) = waited.unwrap_or_else(PoisonError::into_inner);
        line.idle -= 1;
        let job = line.jobs.pop_front();
        if job.is_none() {
            line.threads -= 1;
        }
        job
    }
}

/// Lets whatever else the process does go first: pages stay quick while a crowd signs in.
fn step_back() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::nice(10) {
        tracing::debug!(%error, "a thread keeps its priority");
    }
}

/// The memory a hash is made in.
#[derive(Default)]
struct Arena(Vec<Block>);

impl Arena {
    fn hash(&mut self, password: &[u8]) -> argon2::password_hash::Result<String> {
        let (argon2, salt) = (Argon2::default(), Salt::generate());
        let hash = PasswordHash {
            algorithm: ARGON2ID_IDENT,
            version: Some(Version::default().into()),
            params: ParamsString::try_from(argon2.params())?,
            hash: Some(self.output(&argon2, password, &salt, Params::DEFAULT_OUTPUT_LEN)?),
            salt: Some(salt),
        };
        Ok(hash.to_string())
    }

    /// Compared in constant time.
    fn verifies(&mut self, password: &[u8], hash: &str) -> argon2::password_hash::Result<bool> {
        let hash = PasswordHash::new(hash)?;
        let (Some(salt), Some(expected)) = (&hash.salt, &hash.hash) else { return Ok(false) };
        let version = hash.version.map(Version::try_from).transpose()?.unwrap_or_default();
        let argon2 = Argon2::new(Algorithm::new(hash.algorithm.as_str())?, version, Params::try_from(&hash)?);
        Ok(self.output(&argon2, password, salt, expected.len())? == *expected)
    }

    fn output(
        &mut self,
        argon2: &Argon2<'_>,
        password: &[u8],
        salt: &[u8],
        length: usize,
    ) -> argon2::password_hash::Result<Output> {
        self.0.resize(argon2.params().block_count(), Block::new());
        let mut out = [0; Output::MAX_LENGTH];
        let out = out.get_mut(..length).ok_or(argon2::Error::OutputTooLong)?;
        let made = argon2.hash_password_into_with_memory(password, salt, out, &mut self.0);
        // What is left of a hash is as good as the hash to try passwords against.
        self.0.iter_mut().for_each(Zeroize::zeroize);
        made?;
        Ok(Output::new(out)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        sync::atomic::{AtomicUsize, Ordering},
        time::Instant,
    };

    #[tokio::test]
    async fn verifies_what_it_hashed_and_nothing_else() {
        let hasher = Hasher::default();
        let hash = hasher.hash("Root!1234").await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(hasher.verify("Root!1234", Some(&hash)).await.unwrap());
        assert!(!hasher.verify("Root!1235", Some(&hash)).await.unwrap());
        assert!(!hasher.verify("Root!1234", None).await.unwrap());
        assert!(PasswordHash::new(NOBODY).is_ok());
        assert!(!hasher.verify("Root!1234", Some("$argon2id$nonsense")).await.unwrap());
    }

    /// Hashes that were made by others, and with other parameters, as imports may bring them.
    #[tokio::test]
    async fn hashes_of_other_parameters_are_verified_in_the_same_memory() {
        use argon2::{PasswordHasher, PasswordVerifier};
        let hasher = Hasher::new(1, 1);
        for params in
            [Params::default(), Params::new(64, 1, 2, Some(24)).unwrap(), Params::new(32_768, 1, 1, None).unwrap()]
        {
            let theirs = Argon2::from(params).hash_password(b"Root!1234").unwrap().to_string();
            assert!(hasher.verify("Root!1234", Some(&theirs)).await.unwrap(), "{theirs}");
            assert!(!hasher.verify("Root!1235", Some(&theirs)).await.unwrap(), "{theirs}");
        }
        let ours = hasher.hash("Root!1234").await.unwrap();
        assert!(Argon2::default().verify_password(b"Root!1234", &PasswordHash::new(&ours).unwrap()).is_ok());
    }

    #[test]
    fn nothing_of_a_hash_stays_in_memory() {
        let mut arena = Arena::default();
        arena.hash(b"Root!1234").unwrap();
        assert_eq!(arena.0.len(), 19_456);
        assert!(arena.0.iter().all(|block| block.as_ref().iter().all(|word| *word == 0)));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn as_many_run_as_may_the_next_wait_in_order_and_the_rest_is_refused() {
        let hasher = Hasher::new(2, 3);
        let (running, most, order) =
            (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(Vec::new())));
        let mut answers = Vec::new();
        for number in 0..5 {
            let (running, most, order) = (running.clone(), most.clone(), order.clone());
            let mut answer = Box::pin(hasher.place().unwrap().run(move |_| {
                most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                order.lock().unwrap().push(number);
                thread::sleep(Duration::from_millis(20));
                running.fetch_sub(1, Ordering::SeqCst);
            }));
            assert!(futures_util::poll!(&mut answer).is_pending());
            answers.push(answer);
        }
        assert!(matches!(hasher.verify("Root!1234", None).await, Err(Error::Crowded)));
        assert!(matches!(hasher.hash("Root!1234").await, Err(Error::Crowded)));
        for answer in answers {
            answer.await.unwrap();
        }
        assert_eq!(most.load(Ordering::SeqCst), 2);
        let order = order.lock().unwrap().clone();
        // Of the two that run at once either may note its number first.
        assert!(order.iter().enumerate().all(|(place, number)| place.abs_diff(*number) <= 1), "{order:?}");
        assert!(!hasher.verify("Root!1234", None).await.unwrap());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_nobody_waits_for_any_more_is_not_done_and_holds_its_place_until_then() {
        let hasher = Hasher::new(1, 1);
        let done = Arc::new(AtomicUsize::new(0));
        let count = |pause: u64| {
            let done = done.clone();
            move |_: &mut Arena| {
                thread::sleep(Duration::from_millis(pause));
                done.fetch_add(1, Ordering::SeqCst);
            }
        };
        let mut first = Box::pin(hasher.place().unwrap().run(count(100)));
        assert!(futures_util::poll!(&mut first).is_pending());
        let mut given_up = Box::pin(hasher.place().unwrap().run(count(0)));
        assert!(futures_util::poll!(&mut given_up).is_pending());
        drop(given_up);
        assert!(hasher.place().is_err());
        first.await.unwrap();
        while hasher.places.available_permits() < 2 {
            tokio::task::yield_now().await;
        }
        assert_eq!(done.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn a_failure_is_answered_and_the_threads_end_with_their_memory() {
        let hasher = Hasher::new(1, 1);
        assert!(matches!(hasher.place().unwrap().run(|_| panic!("on purpose")).await, Err(Error::Internal(_))));
        assert!(!hasher.verify("Root!1234", None).await.unwrap());
        assert_eq!(hasher.queue.line().threads, 1);
        let began = Instant::now();
        while hasher.queue.line().threads > 0 {
            assert!(began.elapsed() < KEEP * 5, "the thread is still there");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert!(!hasher.verify("Root!1234", None).await.unwrap());
    }
}
