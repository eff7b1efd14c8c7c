//! Switching an existing instance to tenants (contract 6.2, 6.3): what is reachable when, that nobody loses or gains
//! anything, and that it happens whole or not at all.

use crate::support::{ADMIN, Browser, Engine, Instance, Server, answer};
use crate::world::PASSWORD;
use rstest::rstest;
use serde_json::{Value, json};
use std::{collections::BTreeMap, process::Stdio, time::Duration};

const OFF: &str = "kestra: {ee: {tenants: {enabled: false}}}";
const ON: &str = "kestra: {ee: {tenants: {enabled: true}}}";
const ON_WITHOUT_DEFAULT: &str = "kestra: {ee: {tenants: {enabled: true, default-tenant: false}}}";
const SYNC: [&str; 3] = ["auths", "users", "sync-access"];

/// Numbers that look random and are the same in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }
}

async fn made(server: &Server, path: &str, body: Value) -> String {
    let (status, made) = server.json("POST", path, body).await;
    assert!((200..300).contains(&status), "POST {path}: {status} {made}");
    made["id"].as_str().unwrap_or_default().to_owned()
}

const NAMESPACES: [&str; 3] = ["shop", "shop.orders", "team"];
const USERS: usize = 5;

fn email(number: usize) -> String {
    format!("user{number}@example.com")
}

/// Roles, groups and bindings of the users at chance, in the place without an identifier.
async fn populate(server: &Server, chance: &mut Chance, users: &[String]) {
    let permissions = [
        json!({ "FLOW": ["READ", "CREATE"] }),
        json!({ "FLOW": ["VIEW"], "SECRET": ["LIST"] }),
        json!({ "ROLE": ["VIEW", "LIST"], "GROUP": ["VIEW"] }),
        json!({ "EXECUTION": ["READ", "UPDATE"], "TENANT_ACCESS": ["READ"] }),
    ];
    let (mut roles, mut groups) = (vec!["viewer_main".to_owned(), "editor_main".to_owned()], Vec::new());
    for number in 0..3 {
        let name = format!("Role {}", chance.below(3));
        let held = permissions[chance.below(permissions.len())].clone();
        let default = number == 0 && chance.below(2) == 0;
        roles.push(made(server, "/roles", json!({ "name": name, "permissions": held, "isDefault": default })).await);
    }
    for number in 0..3 {
        let members: Vec<_> = users.iter().filter(|_| chance.below(2) == 0).collect();
        groups.push(made(server, "/groups", json!({ "name": format!("Group {number}"), "membersId": members })).await);
        if let Some(owner) = members.first() {
            let path = format!("/groups/{}/members/membership/{owner}?membership=OWNER", groups[number]);
            assert_eq!(server.json("PUT", &path, Value::Null).await.0, 200);
        }
    }
    for _ in 0..8 {
        let (kind, whom) = match chance.below(3) {
            0 => ("GROUP", &groups[chance.below(groups.len())]),
            _ => ("USER", &users[chance.below(users.len())]),
        };
        let role = &roles[chance.below(roles.len())];
        let mut binding = json!({ "type": kind, "externalId": whom, "roleId": role });
        if chance.below(2) == 0 {
            binding["namespaceId"] = NAMESPACES[chance.below(NAMESPACES.len())].into();
        }
        // The same one twice is refused, and is there.
        let (status, answer) = server.json("POST", "/bindings", binding).await;
        assert!([200, 409].contains(&status), "{answer}");
    }
}

/// What each of these may do, asked of the function that enforces.
async fn abilities(server: &Server, users: &[String]) -> BTreeMap<String, Vec<bool>> {
    let words = [
        ("FLOW", "VIEW"),
        ("FLOW", "CREATE"),
        ("FLOW", "DELETE"),
        ("SECRET", "LIST"),
        ("ROLE", "VIEW"),
        ("GROUP", "VIEW"),
        ("EXECUTION", "KILL"),
        ("EXECUTION", "ACCESS_LOGS"),
        ("USER", "LIST"),
        ("TRIGGER", "VIEW"),
    ];
    let mut all = BTreeMap::new();
    for user in users {
        let ask = |(resource, action): &(&str, &str), namespace: Option<&str>| json!({ "principal": user, "resource": resource, "action": action, "namespace": namespace.unwrap_or_default() });
        let places = NAMESPACES.map(Some).into_iter().chain([None, Some("shopping")]);
        let questions: Vec<_> = places.flat_map(|place| words.iter().map(move |word| ask(word, place))).collect();
        let (status, answer) = server.json("POST", "/access/check", json!({ "questions": questions })).await;
        assert_eq!(status, 200, "{answer}");
        let answers = answer["results"].as_array().unwrap().iter().map(|one| one["allowed"] == true);
        all.insert(user.clone(), answers.collect());
    }
    all
}

fn either(a: &BTreeMap<String, Vec<bool>>, b: &BTreeMap<String, Vec<bool>>) -> BTreeMap<String, Vec<bool>> {
    let both = |(user, held): (&String, &Vec<bool>)| {
        (user.clone(), held.iter().zip(&b[user]).map(|(one, other)| *one || *other).collect())
    };
    a.iter().map(both).collect()
}

/// Status of a request by somebody with the usual password.
async fn status(server: &Server, who: &str, path: &str) -> u16 {
    answer(server.anonymous("GET", path).basic_auth(who, Some(PASSWORD))).await.0
}

fn sync(instance: &Instance, more: &[&str]) -> (bool, Value) {
    let output = instance.run(&[&SYNC[..], &["--output", "json"], more].concat());
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    (output.status.success(), serde_json::from_str(&text).unwrap_or(Value::Null))
}

async fn people(server: &Server) -> Vec<String> {
    let mut users = Vec::new();
    for number in 0..USERS {
        users.push(made(server, "/users", json!({ "email": email(number), "password": PASSWORD })).await);
    }
    users
}

#[rstest]
#[tokio::test]
async fn nobody_loses_or_gains_anything(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[values(1, 2, 3)] seed: u64,
) {
    let instance = Instance::with(engine, OFF).await;
    let mut chance = Chance(seed);
    let server = instance.serve();
    let users = people(&server).await;
    populate(&server, &mut chance, &users).await;
    let before = abilities(&server, &users).await;
    assert!(before.values().flatten().any(|held| *held) && !before.values().flatten().all(|held| *held));
    drop(server);

    // An admin sets up the default tenant by hand before anybody thinks of the sync: the same names, other contents.
    instance.reconfigure(ON);
    let server = instance.serve();
    assert_eq!(status(&server, &email(0), "/flows/search").await, 403);
    if seed > 1 {
        populate(&server, &mut chance, &users[..2]).await;
    }
    let by_hand = abilities(&server, &users).await;
    let (done, plan) = sync(&instance, &[]);
    assert!(done, "{plan}");
    assert_eq!((plan["applied"].clone(), plan["counts"]["groups"].clone()), (true.into(), 3.into()));
    assert_eq!(abilities(&server, &users).await, either(&before, &by_hand));

    // Owners own what they owned, and nothing else anywhere gives access.
    assert_eq!(instance.count("SELECT COUNT(*) FROM tenant_access WHERE tenant_uid = 'untenanted'").await, 0);
    let (done, again) = sync(&instance, &[]);
    assert!(done);
    assert_eq!(again["applied"], false);
    assert!(instance.run(&["audit", "verify"]).status.success());
    drop(server);

    // Off again, and on again: everybody keeps what they have.
    for mode in [OFF, ON] {
        instance.reconfigure(mode);
        let server = instance.serve();
        assert_eq!(abilities(&server, &users).await, either(&before, &by_hand), "{mode}");
    }
    assert_eq!(sync(&instance, &["--dry-run"]).1["counts"]["users"], 0);
}

#[rstest]
#[tokio::test]
async fn ids_are_kept_and_names_that_are_taken_change(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::with(engine, OFF).await;
    let server = instance.serve();
    let users = people(&server).await;
    let held = json!({ "FLOW": ["VIEW"] });
    let same = made(&server, "/roles", json!({ "name": "Same", "permissions": held })).await;
    let differs = made(&server, "/roles", json!({ "name": "Differs", "permissions": held })).await;
    let only = made(&server, "/roles", json!({ "name": "Only here", "permissions": held, "isDefault": true })).await;
    let twins = made(&server, "/groups", json!({ "name": "Twins", "membersId": [users[0]] })).await;
    let others = made(&server, "/groups", json!({ "name": "Others", "membersId": [users[0]] })).await;
    for (group, role) in [(&twins, &same), (&others, &differs)] {
        made(&server, "/bindings", json!({ "type": "GROUP", "externalId": group, "roleId": role })).await;
    }
    let binding = made(
        &server,
        "/bindings",
        json!({ "type": "USER", "externalId": users[1], "roleId": only, "namespaceId": "shop" }),
    )
    .await;
    drop(server);

    instance.reconfigure(ON);
    let server = instance.serve();
    let there = made(&server, "/roles", json!({ "name": "Same", "permissions": held })).await;
    let unequal = json!({ "name": "Differs", "permissions": { "FLOW": ["VIEW", "DELETE"] }, "isDefault": true });
    made(&server, "/roles", unequal).await;
    let twins_there = made(&server, "/groups", json!({ "name": "Twins", "membersId": [users[0]] })).await;
    made(&server, "/groups", json!({ "name": "Others", "membersId": [users[2]] })).await;
    made(&server, "/bindings", json!({ "type": "GROUP", "externalId": twins_there, "roleId": there })).await;

    let (_, shown) = sync(&instance, &["--dry-run"]);
    assert_eq!(shown["applied"], false);
    let outcome = |list: &str, id: &str| {
        let all = shown[list].as_array().unwrap();
        all.iter().find(|one| one["id"] == id).unwrap()["outcome"].clone()
    };
    assert_eq!(outcome("roles", &same)["into"], there.as_str(), "{shown}");
    assert_eq!(outcome("roles", &differs)["name"], "Differs (before tenants)", "{shown}");
    assert_eq!(outcome("groups", &twins)["into"], twins_there.as_str(), "{shown}");
    assert_eq!(outcome("groups", &others)["name"], "Others (before tenants)", "{shown}");
    assert_eq!(shown["noLongerDefault"], "Only here");

    let (done, applied) = sync(&instance, &["--plan-hash", shown["hash"].as_str().unwrap()]);
    assert!(done, "{applied}");
    for (path, name) in [
        (format!("/roles/{differs}"), "Differs (before tenants)"),
        (format!("/roles/{only}"), "Only here"),
        (format!("/groups/{others}"), "Others (before tenants)"),
    ] {
        assert_eq!(server.get(&path).await.1["name"], name, "{path}");
    }
    assert_eq!(server.get(&format!("/roles/{only}")).await.1["isDefault"], false);
    assert_eq!(server.get(&format!("/bindings/{binding}")).await.1["namespace"], "shop");
    assert_eq!(server.get(&format!("/roles/{same}")).await.0, 404);
    assert_eq!(server.get(&format!("/groups/{twins}")).await.0, 404);
    assert_eq!(server.get(&format!("/groups/{twins_there}/members")).await.1["total"], 1);
    // The numbers that pages show are those of the rows.
    instance.numbers_are_right().await;
}

#[rstest]
#[tokio::test]
async fn only_the_plan_that_was_shown_is_applied(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::with(engine, OFF).await;
    let server = instance.serve();
    let users = people(&server).await;
    drop(server);
    instance.reconfigure(ON);
    let server = instance.serve();
    let (_, shown) = sync(&instance, &["--dry-run"]);
    let hash = shown["hash"].as_str().unwrap();
    assert_eq!(sync(&instance, &["--dry-run"]).1["hash"], hash, "the same instance, the same plan");

    assert_eq!(answer(server.request("DELETE", &format!("/users/{}", users[0]))).await.0, 204);
    let (done, new) = sync(&instance, &["--plan-hash", hash]);
    assert!(!done);
    assert_eq!(new["applied"], false);
    assert_ne!(new["hash"], hash);
    assert_eq!(new["counts"]["users"], shown["counts"]["users"].as_i64().unwrap() - 1);
    assert_eq!(status(&server, &email(1), "/tenant-access/x").await, 403);

    // The same over the API: refused while it is another plan, done when it is this one.
    let path = |hash: &str| format!("/instance/access/sync?planHash={hash}");
    assert_eq!(server.json("POST", &path(hash), Value::Null).await.0, 200);
    let told = settled(&server).await;
    assert!(told["failure"].as_str().unwrap().contains("changed"), "{told}");
    assert_eq!(server.json("POST", &path(told["hash"].as_str().unwrap()), Value::Null).await.0, 200);
    let told = settled(&server).await;
    assert_eq!(told["plan"]["counts"]["users"], 0, "{told}");
    let (status, _) = answer(server.anonymous("GET", "/tenant-access/none").basic_auth(email(1), Some(PASSWORD))).await;
    assert_eq!(status, 403, "in, and without the right to see others");
    assert_eq!(server.get("/tenant-access").await.1["total"], i64::try_from(USERS).unwrap());
}

/// What is said of the sync when none is under way.
async fn settled(server: &Server) -> Value {
    for _ in 0..200 {
        let told = server.get("/instance/access/sync").await.1;
        if told["progress"].is_null() {
            return told;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the sync does not end")
}

/// The page reads what waits and whether somebody is at it; a sync may end in between.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_has_been_moved_does_not_wait(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    const READERS: usize = 8;
    let instance = Instance::with(engine, OFF).await;
    let server = instance.serve();
    let users = people(&server).await;
    populate(&server, &mut Chance(11), &users).await;
    drop(server);
    instance.reconfigure(ON);
    let server = instance.serve();
    let browser = Browser::sign_in(&server, ADMIN).await;
    let hash = server.get("/instance/access/sync").await.1["hash"].as_str().unwrap().to_owned();
    assert_eq!(server.json("POST", &format!("/instance/access/sync?planHash={hash}"), Value::Null).await.0, 200);
    let watch = async || loop {
        let page = browser.open("/administration/sync-access").await.text().await.unwrap();
        assert!(!page.contains("Access is waiting to be synced"), "{page}");
        if page.contains("Access is synced</h2>") {
            return;
        }
    };
    futures_util::future::join_all((0..READERS).map(|_| watch())).await;
}

#[rstest]
#[tokio::test]
async fn it_is_refused_where_there_is_no_default_tenant(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::with(engine, OFF).await;
    drop(instance.serve());
    for (mode, why) in [(OFF, "kestra.ee.tenants.enabled"), (ON_WITHOUT_DEFAULT, "kestra.ee.tenants.default-tenant")] {
        instance.reconfigure(mode);
        let output = instance.run(&SYNC);
        assert_eq!(output.status.code(), Some(1), "{mode}");
        assert!(String::from_utf8_lossy(&output.stderr).contains(why), "{mode}");
        let server = instance.serve();
        assert_eq!(server.get("/instance/access/sync").await.0, 409, "{mode}");
    }
    assert!(instance.count("SELECT COUNT(*) FROM tenant_access WHERE tenant_uid = 'untenanted'").await > 0);
}

#[rstest]
#[tokio::test]
async fn of_two_at_once_one_does_it(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::with(engine, OFF).await;
    let server = instance.serve();
    let users = people(&server).await;
    populate(&server, &mut Chance(7), &users).await;
    drop(server);
    instance.reconfigure(ON);
    let start = || instance.command(&SYNC).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let outputs = [start(), start()].map(|child| child.wait_with_output().unwrap());
    let said = outputs.map(|output| String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned());
    let did = said.iter().filter(|text| text.contains("Synchronized with")).count();
    let reported =
        |text: &&String| ["Nothing is to be done", "under way", "writing"].iter().any(|word| text.contains(word));
    assert_eq!((did, said.iter().filter(reported).count()), (1, 1), "{said:?}");
}

/// An instance that the version before tenants could be synchronized wrote, through its own API: see
/// `fixtures/write.mjs`.
#[rstest]
#[case(Engine::Sqlite, include_str!("fixtures/without-tenants.sqlite.sql"))]
#[case(Engine::Postgres, include_str!("fixtures/without-tenants.postgres.sql"))]
#[tokio::test]
async fn an_old_instance_is_migrated_and_switched(#[case] engine: Engine, #[case] old: &'static str) {
    let instance = Instance::with(engine, OFF).await;
    instance.load(old).await;
    let server = instance.serve();
    let users: Vec<String> = ["lead", "dev", "ops", "guest"].map(|name| format!("{name}@example.com")).to_vec();
    let (reached, may) = (reach(&server, &users).await, abilities(&server, &users).await);
    assert_eq!(reached["lead@example.com"], [("shop", 1), ("shop.orders", 1), ("team", 1)].map(named));
    assert_eq!(reached["dev@example.com"], [("shop", 1), ("shop.orders", 1)].map(named));
    assert_eq!(reached["guest@example.com"], [("shop.orders", 1)].map(named));
    drop(server);

    instance.reconfigure(ON);
    let (done, answer) = sync(&instance, &[]);
    assert!(done, "{answer}");
    assert!(instance.run(&["audit", "verify"]).status.success());
    let server = instance.serve();
    assert_eq!(reach(&server, &users).await, reached);
    assert_eq!(abilities(&server, &users).await, may);
    let pending = server.get("/invitations/search").await.1;
    assert_eq!(pending["total"], 1, "{pending}");
}

fn named((namespace, flows): (&str, u64)) -> (String, u64) {
    (namespace.to_owned(), flows)
}

/// In which namespaces each sees how many flows, with the old instance's passwords.
async fn reach(server: &Server, users: &[String]) -> BTreeMap<String, Vec<(String, u64)>> {
    let mut all = BTreeMap::new();
    for user in users {
        let request = server.anonymous("GET", "/flows/search?size=100").basic_auth(user, Some("Passw0rd!"));
        let mut seen: BTreeMap<String, u64> = BTreeMap::new();
        for flow in answer(request).await.1["results"].as_array().into_iter().flatten() {
            *seen.entry(flow["namespace"].as_str().unwrap().to_owned()).or_default() += 1;
        }
        all.insert(user.clone(), seen.into_iter().collect());
    }
    all
}

/// What is set aside while very much moves is there again afterwards.
#[tokio::test]
async fn indexes_survive_a_large_move() {
    let instance = Instance::with(Engine::Sqlite, OFF).await;
    drop(instance.serve());
    instance
        .execute(
            "INSERT INTO bindings (id, tenant_uid, role_id, principal_id, namespace, created_at, created_by)
             WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 500000)
             SELECT 'b' || n, 'untenanted', 'viewer_main', (SELECT id FROM principals LIMIT 1), 'n' || n, 1, 'test' FROM c",
        )
        .await;
    let indexes = "SELECT sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY name";
    let before = instance.rows(indexes).await;
    instance.reconfigure(ON);
    assert!(sync(&instance, &[]).0);
    assert_eq!(instance.count("SELECT COUNT(*) FROM bindings WHERE tenant_uid = 'default'").await, 500_000);
    assert_eq!(instance.rows(indexes).await, before);
}

/// On PostgreSQL a sync of any process shows in all: it says how far it is by the name of its connection.
#[tokio::test]
async fn a_sync_of_another_process_is_seen() {
    use sqlx::{Connection, Executor};
    let instance = Instance::with(Engine::Postgres, OFF).await;
    drop(instance.serve());
    instance.reconfigure(ON);
    let server = instance.serve();
    let mut other = sqlx::PgConnection::connect(&instance.database).await.unwrap();
    other
        .execute("BEGIN; SELECT set_config('application_name', 'kestra sync 4 root@example.com', TRUE)")
        .await
        .unwrap();
    let seen = server.get("/instance/access/sync").await.1["progress"].clone();
    assert_eq!((&seen["done"], &seen["by"]), (&json!(4), &json!("root@example.com")), "{seen}");
    other.execute("COMMIT").await.unwrap();
    let seen = server.get("/instance/access/sync").await.1;
    assert_eq!(seen["progress"], Value::Null, "{seen}");
}

#[rstest]
#[tokio::test]
async fn killed_at_any_moment_it_is_done_or_not(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::with(engine, OFF).await;
    drop(instance.serve());
    // Enough for the moves to take some time.
    instance
        .execute(
            "INSERT INTO principals (id, kind, name, search, created_at, created_by)
             WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 20000)
             SELECT 'p' || n, 'USER', 'p' || n || '@example.com', 'p' || n, 1, 'test' FROM c",
        )
        .await;
    instance
        .execute(
            "INSERT INTO tenant_access (tenant_uid, principal_id, granted_at)
             SELECT 'untenanted', id, 1 FROM principals WHERE created_by = 'test'",
        )
        .await;
    instance
        .execute(
            "INSERT INTO bindings (id, tenant_uid, role_id, principal_id, created_at, created_by)
             SELECT 'b' || id, 'untenanted', 'viewer_main', id, 1, 'test' FROM principals WHERE created_by = 'test'",
        )
        .await;
    instance.reconfigure(ON);
    // In one statement, and so at one moment.
    let there =
        "SELECT CAST((SELECT COUNT(*) FROM bindings WHERE tenant_uid = 'default' AND created_by = 'test') AS TEXT),
                        CAST((SELECT COUNT(*) FROM tenant_access AS a JOIN principals AS p ON p.id = a.principal_id
                              WHERE a.tenant_uid = 'default' AND p.created_by = 'test') AS TEXT),
                        CAST((SELECT COUNT(*) FROM audit_log
                              WHERE chain = 'default' AND type = 'UPDATE' AND resource = 'TENANT') AS TEXT)";
    let (not, whole) = ("0 0 0", "20000 20000 1");
    let mut chance = Chance(11);
    for _ in 0..8 {
        let mut child = instance.command(&SYNC).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let wait = u64::try_from(20 + chance.below(600)).unwrap();
        tokio::time::sleep(Duration::from_millis(wait)).await;
        let _ = child.kill();
        let _ = child.wait();
        let found = instance.rows(there).await.remove(0);
        assert!([not, whole].contains(&found.as_str()), "{found}");
    }
    // The server of a killed client may take a moment to notice.
    for _ in 0..100 {
        if instance.run(&SYNC).status.success() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(instance.rows(there).await, [whole]);
}

/// A line of contract 6.3: how the instance is configured and whether access was synchronized.
struct Line {
    config: &'static str,
    synced: bool,
    /// What each address answers: superadmin without a role, tenant admin, plain user, service account. `/flows/search`
    /// is data; `/roles/search` is access.
    flows: [u16; 4],
    roles: [u16; 4],
    /// The same at `/main/…`, while no tenant is called so.
    main: [u16; 4],
    /// Tenants that the switcher offers the tenant admin.
    switcher: &'static [&'static str],
    /// What the list of tenants answers the superadmin.
    tenants: u16,
    /// What the pages of the console answer a superadmin, a tenant admin and a plain user: the place without an
    /// identifier, Tenants, Sync access.
    pages: [[u16; 3]; 3],
    /// Exit codes of the terminal: listing tenants, listing the roles of the place without an identifier, a preview of
    /// the sync.
    terminal: [i32; 3],
}

const TABLE: &[Line] = &[
    Line {
        config: OFF,
        synced: false,
        flows: [403, 200, 200, 200],
        roles: [200, 200, 403, 403],
        main: [409, 409, 409, 409],
        switcher: &[],
        tenants: 409,
        pages: [[200, 200, 200], [200, 403, 403], [409, 403, 403]],
        terminal: [1, 0, 1],
    },
    Line {
        config: ON,
        synced: false,
        flows: [403, 403, 403, 403],
        roles: [200, 403, 403, 403],
        main: [403, 403, 403, 403],
        switcher: &[],
        tenants: 200,
        pages: [[200, 403, 403], [200, 403, 403], [200, 403, 403]],
        terminal: [0, 0, 0],
    },
    Line {
        config: ON_WITHOUT_DEFAULT,
        synced: false,
        flows: [409, 409, 409, 409],
        roles: [409, 409, 409, 409],
        main: [404, 403, 403, 403],
        switcher: &[],
        tenants: 200,
        pages: [[409, 409, 409], [200, 403, 403], [409, 403, 403]],
        terminal: [0, 1, 1],
    },
    Line {
        config: ON,
        synced: true,
        flows: [403, 200, 200, 200],
        roles: [200, 200, 403, 403],
        main: [403, 200, 200, 200],
        switcher: &["Default tenant"],
        tenants: 200,
        pages: [[200, 200, 200], [200, 403, 403], [200, 403, 403]],
        terminal: [0, 0, 0],
    },
    Line {
        config: ON_WITHOUT_DEFAULT,
        synced: true,
        flows: [409, 409, 409, 409],
        roles: [409, 409, 409, 409],
        main: [404, 403, 403, 403],
        switcher: &[],
        tenants: 200,
        pages: [[409, 409, 409], [200, 403, 403], [409, 403, 403]],
        terminal: [0, 1, 1],
    },
    Line {
        config: OFF,
        synced: true,
        flows: [403, 200, 200, 200],
        roles: [200, 200, 403, 403],
        main: [409, 409, 409, 409],
        switcher: &[],
        tenants: 409,
        pages: [[200, 200, 200], [200, 403, 403], [409, 403, 403]],
        terminal: [1, 0, 1],
    },
];

#[rstest]
#[tokio::test]
async fn what_is_reachable_when(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::with(engine, OFF).await;
    let server = instance.serve();
    let mut users = Vec::new();
    for (name, role) in [("lead", "admin_main"), ("plain", "viewer_main")] {
        let email = format!("{name}@example.com");
        let user = made(&server, "/users", json!({ "email": email, "password": PASSWORD })).await;
        made(&server, "/bindings", json!({ "type": "USER", "externalId": user, "roleId": role })).await;
        users.push(email);
    }
    let account = made(&server, "/service-accounts", json!({ "name": "robot" })).await;
    made(&server, "/bindings", json!({ "type": "USER", "externalId": account, "roleId": "viewer_main" })).await;
    let token = server.json("POST", &format!("/service-accounts/{account}/api-tokens"), json!({ "name": "t" })).await.1;
    let token = token["fullToken"].as_str().unwrap().to_owned();
    let source = "id: hello\nnamespace: shop\ntasks: [{id: t, type: io.kestra.plugin.core.log.Log, message: hi}]\n";
    let lead = |server: &Server, method: &str, path: &str| {
        server.anonymous(method, path).basic_auth("lead@example.com", Some(PASSWORD))
    };
    assert_eq!(answer(lead(&server, "POST", "/flows").body(source)).await.0, 200);
    assert_eq!(answer(lead(&server, "POST", "/executions/shop/hello")).await.0, 200);
    drop(server);

    for line in TABLE {
        instance.reconfigure(line.config);
        if line.synced && line.config == ON {
            assert!(instance.run(&SYNC).status.success());
        }
        let server = instance.serve();
        let by_all = async |path: &str| {
            let requests = [
                server.anonymous("GET", path).basic_auth(ADMIN.0, Some(ADMIN.1)),
                server.anonymous("GET", path).basic_auth("lead@example.com", Some(PASSWORD)),
                server.anonymous("GET", path).basic_auth("plain@example.com", Some(PASSWORD)),
                server.anonymous("GET", path).bearer_auth(&token),
            ];
            let mut answers = Vec::new();
            for request in requests {
                answers.push(answer(request).await);
            }
            answers
        };
        let codes = |answers: &[(u16, Value)]| answers.iter().map(|(status, _)| *status).collect::<Vec<_>>();
        let context = format!("{} synced {}", line.config, line.synced);
        let flows = by_all("/flows/search").await;
        assert_eq!(codes(&flows), line.flows, "flows: {context}");
        for (status, body) in &flows {
            // Wherever one gets in, what was there before is there.
            assert_eq!(*status == 200, body["results"][0]["id"] == "hello", "{context}: {body}");
        }
        assert_eq!(codes(&by_all("/roles/search").await), line.roles, "roles: {context}");
        assert_eq!(codes(&by_all("/main/flows/search").await), line.main, "main: {context}");
        assert_eq!(codes(&by_all("/executions/search").await), line.flows, "executions: {context}");
        let me = answer(lead(&server, "GET", "/me")).await.1;
        let offered: Vec<_> =
            me["tenants"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
        assert_eq!(offered, line.switcher, "{context}");
        assert_eq!(server.get("/tenants/search").await.0, line.tenants, "{context}");
        let mut pages = Vec::new();
        for path in ["/ui/-", "/administration/tenants", "/administration/sync-access"] {
            let mut shown = Vec::new();
            for who in [ADMIN, ("lead@example.com", PASSWORD), ("plain@example.com", PASSWORD)] {
                shown.push(Browser::sign_in(&server, who).await.open(path).await.status().as_u16());
            }
            pages.push(shown);
        }
        assert_eq!(pages, line.pages, "pages: {context}");
        let terminal = [&["tenants", "list"][..], &["roles", "list"], &["auths", "users", "sync-access", "--dry-run"]];
        assert_eq!(terminal.map(|args| instance.run(args).status.code().unwrap()), line.terminal, "{context}");
        // Everybody can still sign in.
        for who in &users {
            let body = json!({ "username": who, "password": PASSWORD });
            assert_eq!(answer(server.http.post(format!("{}/login", server.url)).json(&body)).await.0, 200, "{context}");
        }
    }

    // `main` is an ordinary id: once a tenant has it, it means that tenant.
    instance.reconfigure(ON);
    let server = instance.serve();
    made(&server, "/tenants", json!({ "id": "main", "name": "Main" })).await;
    assert_eq!(answer(lead(&server, "GET", "/main/flows/search")).await.0, 403);
    assert_eq!(answer(lead(&server, "GET", "/flows/search")).await.0, 200);
}

#[rstest]
#[tokio::test]
async fn whoever_comes_after_the_switch_does_not_wait(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::with(engine, OFF).await;
    let server = instance.serve();
    made(&server, "/users", json!({ "email": "old@example.com", "password": PASSWORD })).await;
    drop(server);
    instance.reconfigure(ON);
    let server = instance.serve();
    made(&server, "/tenants", json!({ "id": "acme", "name": "Acme" })).await;
    let new =
        made(&server, "/users", json!({ "email": "new@example.com", "password": PASSWORD, "tenants": ["acme"] })).await;
    assert!(sync(&instance, &[]).0);
    let everybody = server.get("/tenant-access?size=100").await.1;
    let names: Vec<_> = everybody["results"].as_array().unwrap().iter().map(|one| one["username"].clone()).collect();
    assert_eq!(names, [ADMIN.0, "old@example.com"], "{new}");
    drop(server);
    // Switched off, it has access like everybody who is made then; switched on again, it keeps it.
    instance.reconfigure(OFF);
    let server = instance.serve();
    let late = made(&server, "/users", json!({ "email": "late@example.com", "password": PASSWORD })).await;
    made(&server, "/bindings", json!({ "type": "USER", "externalId": late, "roleId": "viewer_main" })).await;
    assert_eq!(status(&server, "late@example.com", "/flows/search").await, 200);
    assert_eq!(status(&server, "new@example.com", "/flows/search").await, 403);
    drop(server);
    instance.reconfigure(ON);
    let server = instance.serve();
    assert_eq!(status(&server, "late@example.com", "/flows/search").await, 200);
    assert_eq!(sync(&instance, &[]).1["applied"], false);
}

/// The commands of a chapter of the README, as they stand there.
fn commands_of(chapter: &str) -> Vec<String> {
    let readme = include_str!("../../README.md");
    let text = readme.split("\n## ").find(|text| text.starts_with(chapter)).unwrap();
    let blocks = text.split("```").filter_map(|block| block.strip_prefix("sh\n"));
    blocks.flat_map(str::lines).map(str::to_owned).collect()
}

#[rstest]
#[tokio::test]
async fn the_readme_is_right(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::with(engine, OFF).await;
    let server = instance.serve();
    let users = people(&server).await;
    populate(&server, &mut Chance(5), &users).await;
    drop(server);
    instance.reconfigure(ON);
    let commands = commands_of("Turning on tenants in an existing instance");
    assert_eq!(commands.len(), 4);
    let mut said = Vec::new();
    for command in commands {
        let words: Vec<_> = command.strip_prefix("kestra ").unwrap().split(' ').collect();
        let output = instance.run(&words);
        assert!(output.status.success(), "{command}");
        said.push(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    assert!(said[0].starts_with("Would synchronize with the default tenant: 6 users"), "{}", said[0]);
    assert!(said[2].starts_with("Synchronized with the default tenant: 6 users"), "{}", said[2]);
    assert!(said[3].contains("default"), "{}", said[3]);
}
