//! Many who sign in at the same moment: passwords are checked as many at once as there are processors, some wait, and
//! the rest is sent away with a time to come back.

use crate::support::{ADMIN, Engine, Instance, Server};
use reqwest::{RequestBuilder, Response};
use rstest::rstest;
use std::time::Duration;
use tokio::task::JoinSet;

/// On one processor one password is checked at a time, and as many wait.
const WAITING: usize = 50;
const SENTENCE: &str = "The server is checking too many passwords right now. Wait a few seconds and try again.";

/// The doors that take a password.
const DOORS: [&str; 3] = ["/api/v1/me", "/login", "/serverfn/sign_in"];

fn sign_in(server: &Server, door: &str, email: &str, password: &str) -> RequestBuilder {
    let at = format!("{}{door}", server.url);
    match door {
        "/api/v1/me" => server.http.get(at).basic_auth(email, Some(password)),
        "/login" => server.http.post(at).json(&serde_json::json!({ "username": email, "password": password })),
        _ => {
            let form = [("email", email), ("password", password), ("next", "/ui"), ("__page", "/login")];
            server.http.post(at).header("accept", "text/html").form(&form)
        }
    }
}

/// Sends all at once; the answers as they come, each with what it was sent with.
fn send<T: Send + 'static>(requests: impl IntoIterator<Item = (T, RequestBuilder)>) -> JoinSet<(T, Response)> {
    requests.into_iter().map(|(what, request)| async { (what, request.send().await.unwrap()) }).collect()
}

/// The threads that hash passwords.
fn hashing(server: &Server) -> usize {
    let tasks = std::fs::read_dir(format!("/proc/{}/task", server.pid())).unwrap();
    let names = tasks.filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("comm")).ok());
    names.filter(|name| name.trim() == "argon2").count()
}

/// Memory that the process holds and no file backs, in MB.
fn memory(server: &Server) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.pid())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
}

#[tokio::test]
async fn what_a_crowd_takes_is_given_back_when_it_is_gone() {
    /// What a hash takes, in MB.
    const HASH: u64 = 19;
    let instance = Instance::new(Engine::Sqlite).await;
    let server = instance.serve_on_one_processor();
    let crowd =
        || send((0..WAITING / 2).map(|n| ((), sign_in(&server, DOORS[n % 3], "nobody@example.com", "Wrong!1234"))));
    // What the first ones need is kept.
    crowd().join_all().await;
    let mut taken = 0;
    let busy = crowd();
    while hashing(&server) == 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    for _ in 0..20 {
        taken = taken.max(memory(&server));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    busy.join_all().await;
    while hashing(&server) > 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // What was freed is handed back within half a second; a busy machine takes longer.
    let mut kept = memory(&server);
    for _ in 0..50 {
        if kept + HASH - 2 <= taken {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        kept = memory(&server);
    }
    assert!(kept + HASH - 2 <= taken, "{taken} MB while passwords were checked, {kept} MB afterwards");
    assert!(kept <= 60, "{kept} MB");
}

#[rstest]
#[tokio::test]
async fn what_does_not_fit_into_the_queue_is_refused_with_a_time_whoever_it_is(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let instance = Instance::new(engine).await;
    let server = instance.serve_on_one_processor();
    let crowd = send((0..3 * WAITING).map(|n| {
        let (door, known) = (DOORS[n % DOORS.len()], n % 2 == 0);
        let email = if known { ADMIN.0.to_owned() } else { format!("nobody-{n}@example.com") };
        ((door, known), sign_in(&server, door, &email, "Wrong!1234"))
    }));
    let mut most = 0;
    while hashing(&server) == 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    for _ in 0..50 {
        most = most.max(hashing(&server));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(most, 1, "as many as there are processors");

    let (mut checked, mut refused) = (0, std::collections::BTreeSet::new());
    for ((door, known), answer) in crowd.join_all().await {
        match answer.status().as_u16() {
            401 => checked += 1,
            503 => {
                assert_eq!(answer.headers()["retry-after"], "2");
                let text = answer.text().await.unwrap();
                assert!(text.contains(SENTENCE), "{door}: {text}");
                // The page comes back with what was typed, to be sent again.
                assert!(door != "/serverfn/sign_in" || text.contains("name=\"email\""), "{text}");
                refused.insert((door, known));
            }
            other => panic!("{other}: {}", answer.text().await.unwrap()),
        }
    }
    assert_eq!(refused.len(), 2 * DOORS.len(), "at every door, known or not: {refused:?}");
    assert!(checked > WAITING, "{checked}");
    // What was refused is no attempt.
    let failures = instance.count("SELECT COUNT(*) FROM audit_log WHERE type = 'LOGIN_FAILURE'").await;
    assert_eq!(failures, i64::try_from(checked).unwrap());
    assert_eq!(instance.count("SELECT COUNT(*) FROM audit_log WHERE type = 'ACCOUNT_LOCKED'").await, 1);

    let unlocked = instance.run(&["auths", "users", "create-basic-auth", ADMIN.0, ADMIN.1]);
    assert!(unlocked.status.success(), "{}", String::from_utf8_lossy(&unlocked.stderr));
    assert_eq!(sign_in(&server, DOORS[0], ADMIN.0, ADMIN.1).send().await.unwrap().status(), 200);
}

/// A guess does not count as made before the lock because it was sent before.
#[rstest]
#[tokio::test]
async fn guesses_sent_at_once_are_no_more_than_guesses_one_by_one(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let instance = Instance::new(engine).await;
    let server = instance.serve_on_one_processor();
    let wrong = send((0..WAITING / 2).map(|_| ((), sign_in(&server, "/login", ADMIN.0, "Wrong!1234"))));
    tokio::time::sleep(Duration::from_millis(200)).await;
    let right = send((0..5).map(|_| ((), sign_in(&server, "/login", ADMIN.0, ADMIN.1))));
    for ((), answer) in wrong.join_all().await.into_iter().chain(right.join_all().await) {
        assert_eq!(answer.status(), 401);
    }
    assert_eq!(instance.count("SELECT COUNT(*) FROM audit_log WHERE type = 'ACCOUNT_LOCKED'").await, 1);
    assert_eq!(instance.count("SELECT COUNT(*) FROM passwords WHERE locked_until IS NOT NULL").await, 1);
}
