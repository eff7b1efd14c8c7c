//! Open pages hear of changes that anybody makes, anywhere, and only of those that are for them.

use crate::support::{ADMIN, Browser, Engine, Instance, Server, answer};
use crate::world::PASSWORD;
use rstest::rstest;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// What an open page hears.
struct Ears {
    response: reqwest::Response,
    text: String,
}

impl Ears {
    /// As a browser that signed in.
    async fn open(server: &Server, who: (&str, &str), at: &str) -> Self {
        let response = Browser::sign_in(server, who).await.open(&format!("/live?at={at}")).await;
        let mut ears = Self { response, text: String::new() };
        // On SQLite what was just done, the sign-in too, is heard of a moment later.
        while ears.next(Duration::from_millis(500)).await.is_some() {}
        ears
    }

    /// The next word, if one comes within this time; nothing also where the stream has ended.
    async fn next(&mut self, within: Duration) -> Option<String> {
        let until = Instant::now() + within;
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let word = event.lines().find_map(|line| line.strip_prefix("data: ")).map(str::to_owned);
                self.text = rest.to_owned();
                if word.is_some() {
                    return word;
                }
                continue;
            }
            let left = until.saturating_duration_since(Instant::now());
            match tokio::time::timeout(left, self.response.chunk()).await {
                Ok(Ok(Some(bytes))) => self.text.push_str(&String::from_utf8_lossy(&bytes)),
                _ => return None,
            }
        }
    }

    /// Within a second, as people expect it.
    async fn hears(&mut self, word: &str) {
        let until = Instant::now() + Duration::from_secs(1);
        while let Some(heard) = self.next(until.saturating_duration_since(Instant::now())).await {
            if heard == word {
                return;
            }
        }
        panic!("{word} was not heard within a second");
    }

    async fn hears_nothing(&mut self) {
        assert_eq!(self.next(Duration::from_millis(800)).await, None);
    }
}

async fn world(server: &Server) -> (String, String) {
    for tenant in ["red", "blue"] {
        assert_eq!(server.json("POST", "/tenants", json!({ "id": tenant, "name": tenant })).await.0, 200);
    }
    let user = json!({ "email": "plain@example.com", "password": PASSWORD });
    let user = server.json("POST", "/users", user).await.1["id"].as_str().unwrap().to_owned();
    let binding = json!({ "type": "USER", "externalId": user, "roleId": "viewer_red" });
    let binding = server.json("POST", "/red/bindings", binding).await.1["id"].as_str().unwrap().to_owned();
    (user, binding)
}

#[rstest]
#[tokio::test]
async fn a_page_hears_what_is_for_it(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    let (_, binding) = world(&server).await;
    let mut plain = Ears::open(&server, ("plain@example.com", PASSWORD), "/ui/red/roles").await;
    let mut admin = Ears::open(&server, ADMIN, "/administration/tenants").await;

    // Over the API, and from the terminal: another process.
    assert_eq!(server.json("POST", "/red/roles", json!({ "name": "New", "permissions": {} })).await.0, 200);
    plain.hears("ROLE").await;
    admin.hears("ROLE").await;
    let made = instance.run(&["groups", "create", "--tenant", "red", "Ops"]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    plain.hears("GROUP").await;
    admin.hears("GROUP").await;

    // What happens in another tenant is nobody's business here.
    assert_eq!(server.json("POST", "/blue/roles", json!({ "name": "New", "permissions": {} })).await.0, 200);
    admin.hears("ROLE").await;
    plain.hears_nothing().await;

    // Whoever loses access hears that, and nothing more.
    assert_eq!(server.json("DELETE", &format!("/red/bindings/{binding}"), Value::Null).await.0, 204);
    plain.hears("BINDING").await;
    assert_eq!(server.json("POST", "/red/roles", json!({ "name": "Newer", "permissions": {} })).await.0, 200);
    plain.hears_nothing().await;
    let denied = answer(server.anonymous("GET", "/red/roles/search").basic_auth("plain@example.com", Some(PASSWORD)));
    assert_eq!(denied.await.0, 403);
}

#[rstest]
#[tokio::test]
async fn ones_own_tenants_are_heard_of(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    let (user, _) = world(&server).await;
    let mut home = Ears::open(&server, ("plain@example.com", PASSWORD), "/ui").await;
    assert_eq!(server.json("POST", "/blue/roles", json!({ "name": "New", "permissions": {} })).await.0, 200);
    home.hears_nothing().await;
    let binding = json!({ "type": "USER", "externalId": user, "roleId": "viewer_blue" });
    assert_eq!(server.json("POST", "/blue/bindings", binding).await.0, 200);
    home.hears("*").await;
    // The stranger's tenant, and nobody at all.
    assert_eq!(Ears::open(&server, ("plain@example.com", PASSWORD), "/ui/none").await.response.status(), 403);
    let origin = server.url.strip_suffix("/api/v1").unwrap_or(&server.url);
    assert_eq!(reqwest::get(format!("{origin}/live?at=/ui/red")).await.unwrap().status(), 401);
}

/// Two servers on one database: what one does, a page of the other hears.
#[tokio::test]
async fn replicas_hear_each_other() {
    let instance = Instance::new(Engine::Postgres).await;
    let (one, other) = (instance.serve(), instance.serve());
    world(&one).await;
    let mut ears = Ears::open(&other, ("plain@example.com", PASSWORD), "/ui/red").await;
    assert_eq!(one.json("POST", "/red/groups", json!({ "name": "Ops" })).await.0, 200);
    ears.hears("GROUP").await;
    // The connection that listens is lost; what came meanwhile is caught up with.
    instance
        .execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND query LIKE 'LISTEN%' AND pid <> pg_backend_pid()",
        )
        .await;
    let until = Instant::now() + Duration::from_secs(5);
    while ears.next(Duration::from_millis(500)).await.as_deref() != Some("*") {
        assert!(Instant::now() < until, "the lost connection was not noticed");
    }
    assert_eq!(one.json("POST", "/red/groups", json!({ "name": "More" })).await.0, 200);
    ears.hears("GROUP").await;
}

/// What was only tried changes nothing: no page is read again for it, and one that reads again by itself is denied nothing
/// that anybody asked for.
#[rstest]
#[tokio::test]
async fn what_was_only_tried_is_not_announced(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    let (user, binding) = world(&server).await;
    const DENIED: &str = "SELECT COUNT(*) FROM audit_log WHERE type = 'DENIED'";
    let plain = Browser::sign_in(&server, ("plain@example.com", PASSWORD)).await;
    let page = async |again: &str| {
        plain.ask("group_to_create", &[("tenant", "red"), ("again", again)]).await.text().await.unwrap()
    };
    let mut ears = Ears::open(&server, ("plain@example.com", PASSWORD), "/ui/red/groups/create").await;
    let mut log = Ears::open(&server, ADMIN, "/ui/red/audit").await;
    let mut tenants = Ears::open(&server, ADMIN, "/administration/tenants").await;
    assert!(page("false").await.contains("\"Forbidden\""));
    assert_eq!(instance.count(DENIED).await, 1);
    // The log shows it.
    log.hears("GROUP").await;
    for _ in 0..3 {
        let wrong = server.anonymous("GET", "/me").basic_auth("plain@example.com", Some("wrong"));
        assert_eq!(answer(wrong).await.0, 401);
    }
    ears.hears_nothing().await;
    tenants.hears_nothing().await;

    // Something is changed; the page is read again, and again says no.
    assert_eq!(server.json("POST", "/red/roles", json!({ "name": "New", "permissions": {} })).await.0, 200);
    ears.hears("ROLE").await;
    for _ in 0..3 {
        assert!(page("true").await.contains("\"Forbidden\""));
    }
    assert_eq!(server.json("DELETE", &format!("/red/bindings/{binding}"), Value::Null).await.0, 204);
    assert!(page("true").await.contains("\"Forbidden\""));
    assert_eq!(plain.open("/live?at=/ui/red").await.status(), 403);
    assert_eq!(instance.count(DENIED).await, 1, "of {user}");
    assert_eq!(instance.count("SELECT COUNT(*) FROM audit_repeats").await, 0);
    // Whoever asks is denied it, and counted.
    assert!(page("false").await.contains("\"Forbidden\""));
    assert_eq!(instance.count(DENIED).await, 2);
}
