//! `/api/v1/tenants` as clients use it (contract 2 and 3.1).

use crate::support::{ADMIN, Engine, Instance, answer};
use rstest::rstest;
use serde_json::{Value, json};

#[rstest]
#[tokio::test]
async fn a_tenant_lives_from_post_to_delete(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    let sent = json!({
        "id": "dev", "name": "Development", "type": "DEFAULT", "workerGroup": {"key": "gpu", "fallback": "WAIT"},
        "concurrency": {"limit": 5, "behavior": "QUEUE"}, "storageConfiguration": {"bucket": "a", "deep": {"n": 1.5}},
        "requireExistingNamespace": false, "tenantId": "legacy", "unknown": [1, 2],
    });
    let mut expected = sent.clone();
    let object = expected.as_object_mut().unwrap();
    object.remove("tenantId");
    object.remove("unknown");
    object.insert("deleted".into(), false.into());

    assert_eq!(server.json("POST", "/tenants", sent.clone()).await, (200, expected.clone()));
    assert_eq!(server.get("/tenants/dev").await, (200, expected.clone()));
    assert_eq!(server.get("/tenants/search").await, (200, json!({"results": [expected], "total": 1})));

    // PUT replaces: what is not sent is unset, and no null is left behind.
    let renamed = json!({"id": "dev", "name": "Renamed", "deleted": false});
    assert_eq!(
        server.json("PUT", "/tenants/dev", json!({"id": "dev", "name": "Renamed"})).await,
        (200, renamed.clone())
    );
    assert_eq!(server.get("/tenants/dev").await, (200, renamed));
    assert_eq!(server.json("PUT", "/tenants/dev", json!({"id": "other", "name": "x"})).await.0, 422);
    assert_eq!(server.json("PUT", "/tenants/absent", json!({"name": "x"})).await.0, 404);

    assert_eq!(answer(server.request("DELETE", "/tenants/dev")).await, (204, Value::Null));
    assert_eq!(answer(server.request("DELETE", "/tenants/dev")).await.0, 404);
    assert_eq!(server.get("/tenants/dev").await.0, 404);
    assert_eq!(instance.count("SELECT COUNT(*) FROM audit_log WHERE resource = 'TENANT' AND target = 'dev'").await, 3);
    assert_eq!(instance.count("SELECT COUNT(*) FROM bindings").await, 0);
}

#[rstest]
#[tokio::test]
async fn the_creator_is_tenant_admin_in_the_same_transaction(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    assert_eq!(server.json("POST", "/tenants", json!({"id": "dev", "name": "Dev"})).await.0, 200);
    let held = "SELECT p.name, r.id, r.name FROM bindings b JOIN principals p ON p.id = b.principal_id
                JOIN roles r ON r.tenant_uid = b.tenant_uid AND r.id = b.role_id";
    assert_eq!(instance.rows(held).await, ["admin@example.com admin_dev Tenant Admin"]);
    let roles =
        "SELECT r.id FROM roles AS r JOIN tenants AS t ON t.uid = r.tenant_uid WHERE t.id = 'dev' ORDER BY r.id";
    assert_eq!(instance.rows(roles).await, ["admin_dev", "developer_dev", "editor_dev", "launcher_dev", "viewer_dev"]);
    assert_eq!(instance.count("SELECT users + 10 * roles FROM tenants WHERE id = 'dev'").await, 51);
}

#[rstest]
#[tokio::test]
async fn wrong_input_gets_its_code_and_changes_nothing(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    assert_eq!(server.json("POST", "/tenants", json!({"id": "taken", "name": "Taken"})).await.0, 200);
    let too_long = "a".repeat(101);
    let cases = [
        (r#"{"id": "taken", "name": "Again"}"#.to_owned(), 409, "Illegal state"),
        (r#"{"id": "Bad Id", "name": "x"}"#.to_owned(), 422, "Invalid entity"),
        (r#"{"id": "users", "name": "x"}"#.to_owned(), 422, "Invalid entity"),
        (r#"{"id": "", "name": ""}"#.to_owned(), 422, "Invalid entity"),
        (format!(r#"{{"id": "{too_long}", "name": "x"}}"#), 422, "Invalid entity"),
        (r#"{"id": "x"}"#.to_owned(), 422, "Invalid entity"),
        (r#"{"id": "x", "name": null}"#.to_owned(), 422, "Invalid entity"),
        (r#"{"id": "x", "name": "x", "concurrency": {"limit": 0}}"#.to_owned(), 422, "Invalid entity"),
        (r#"{"id": 5, "name": "x"}"#.to_owned(), 422, "Invalid json mapping"),
        (r#"{"id": "x", "name": "x", "type": "HUGE"}"#.to_owned(), 422, "Invalid json mapping"),
        ("[]".to_owned(), 422, "Invalid json mapping"),
        (r#"{"id": "#.to_owned(), 422, "Invalid json"),
        (String::new(), 422, "Invalid route params"),
        (format!(r#"{{"id": "x", "name": "{}"}}"#, "x".repeat(3_000_000)), 413, "Content Too Large"),
    ];
    for (body, status, prefix) in cases {
        let shown: String = body.chars().take(60).collect();
        let (got, error) = answer(server.request("POST", "/tenants").body(body)).await;
        assert_eq!(got, status, "{shown}: {error}");
        assert!(error["message"].as_str().unwrap().starts_with(prefix), "{shown}: {error}");
        assert_eq!(error["_links"]["self"][0]["href"], "/api/v1/tenants", "{shown}");
    }
    let (_, error) = server.json("POST", "/tenants", json!({"id": "X", "name": ""})).await;
    assert_eq!(error["_embedded"]["errors"].as_array().unwrap().len(), 2, "{error}");
    assert_eq!(server.get("/tenants/search").await.1["total"], 1);
    assert_eq!(server.get("/nothing").await.0, 404);
    assert_eq!(answer(server.request("PATCH", "/tenants/taken")).await.0, 405);
}

#[rstest]
#[tokio::test]
async fn clients_may_leave_headers_out(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    // As the Terraform provider does it: a Content-Type where there is no body, any type where there is one.
    let post = server.request("POST", "/tenants").header("content-type", "text/plain");
    assert_eq!(answer(post.body(r#"{"id":"dev","name":"Dev"}"#)).await.0, 200);
    let get = server.request("GET", "/tenants/dev").header("content-type", "application/json");
    assert_eq!(answer(get).await.0, 200);
}

#[rstest]
#[tokio::test]
async fn where_tenants_are_off_every_door_says_so(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::with(engine, "").await;
    let server = instance.serve();
    let sentence = "kestra.ee.tenants.enabled";
    for (method, path) in
        [("POST", "/tenants"), ("GET", "/tenants/search"), ("GET", "/tenants/x"), ("DELETE", "/tenants/x")]
    {
        let (status, error) = server.json(method, path, json!({"id": "x", "name": "x"})).await;
        assert_eq!(status, 409, "{method} {path}");
        assert!(error["message"].as_str().unwrap().contains(sentence), "{error}");
    }
    let cli = instance.run(&["tenants", "create", "--tenant", "dev", "--name", "Dev"]);
    assert_eq!(cli.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&cli.stderr).contains(sentence));
}

#[rstest]
#[tokio::test]
async fn only_those_who_may_do(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    server.json("POST", "/tenants", json!({"id": "dev", "name": "Dev"})).await;
    assert!(instance.run(&["auths", "users", "create", "plain@example.com", "Plain!1234"]).status.success());
    let lead = ["auths", "users", "create", "lead@example.com", "Plain!1234", "--tenant", "dev", "--admin"];
    assert!(instance.run(&lead).status.success());
    for (method, path) in [
        ("POST", "/tenants"),
        ("GET", "/tenants/search"),
        ("GET", "/tenants/dev"),
        ("PUT", "/tenants/dev"),
        ("DELETE", "/tenants/dev"),
    ] {
        let body = json!({"id": "dev", "name": "Dev"});
        let nobody = answer(server.anonymous(method, path).json(&body)).await;
        assert_eq!(nobody.0, 401, "{method} {path}");
        let empty = server.anonymous(method, path).header("authorization", "Basic Og==").json(&body);
        assert_eq!(answer(empty).await.0, 401, "{method} {path}");
        for user in ["plain@example.com", "lead@example.com"] {
            let request = server.anonymous(method, path).basic_auth(user, Some("Plain!1234")).json(&body);
            let (status, error) = answer(request).await;
            assert_eq!(status, 403, "{user} {method} {path}");
            assert!(error["message"].as_str().unwrap().contains("TENANT:"), "{error}");
        }
    }
    for header in ["Bearer x", "Basic", "Basic !!!", "Basic YWJj", "Digest x"] {
        let request = server.anonymous("GET", "/tenants/search").header("authorization", header);
        assert_eq!(answer(request).await.0, 401, "{header}");
    }
    assert_eq!(instance.count("SELECT COUNT(*) FROM audit_log WHERE type = 'DENIED'").await, 10);
    assert_eq!(server.get("/tenants/search").await.1["total"], 1);
}

#[rstest]
#[tokio::test]
async fn lists_are_paged_sorted_searched_and_filtered(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    for number in 0..30 {
        let body = json!({"id": format!("t{number:02}"), "name": format!("Name {} %_", 99 - number)});
        assert_eq!(server.json("POST", "/tenants", body).await.0, 200);
    }
    let ids = async |query: &str| {
        let (status, page) = server.get(&format!("/tenants/search{query}")).await;
        assert_eq!(status, 200, "{query}: {page}");
        let ids: Vec<_> =
            page["results"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect();
        (ids.join(" "), page["total"].as_i64().unwrap())
    };
    let cases = [
        ("?size=3", "t00 t01 t02", 30),
        ("?size=3&page=2", "t03 t04 t05", 30),
        ("?size=4&page=8", "t28 t29", 30),
        ("?size=7&page=4", "t21 t22 t23 t24 t25 t26 t27", 30),
        ("?size=10000&page=2", "", 30),
        ("?size=2&sort=name:asc", "t29 t28", 30),
        ("?size=2&sort=id:desc&page=2", "t27 t26", 30),
        ("?size=2&sort=created:asc", "t00 t01", 30),
        ("?q=T1&size=2", "t10 t11", 10),
        ("?q=NAME%2099", "t00", 1),
        ("?q=%25_", "t00 t01 t02 t03 t04 t05 t06 t07 t08 t09", 30),
        ("?q=nothing", "", 0),
        ("?filters[q][EQUALS]=t07", "t07", 1),
        ("?filters[id][IN]=t01,t05,x", "t01 t05", 2),
        ("?filters[name][ENDS_WITH]=99%20%25_", "t00", 1),
        ("?filters[id][STARTS_WITH]=t2&size=2&page=2", "t22 t23", 10),
        ("?filters[or][0][id][EQUALS]=t01&filters[or][1][and][0][id][EQUALS]=t02", "t01 t02", 2),
        ("?filters[type][EQUALS]=DEFAULT&size=1", "t00", 30),
    ];
    for (query, expected, total) in cases {
        assert_eq!(ids(query).await, (expected.to_owned(), total), "{query}");
    }
    for bad in [
        "?page=0",
        "?size=0",
        "?size=x",
        "?sort=id",
        "?sort=id:up",
        "?sort=a:b:c",
        "?sort=colour:asc",
        "?filters[colour][EQUALS]=x",
        "?filters[id][LIKE]=x",
    ] {
        assert_eq!(server.get(&format!("/tenants/search{bad}")).await.0, 422, "{bad}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_those_who_create_the_same_id_one_gets_it(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    server.get("/tenants/search").await;
    for round in 0..10 {
        let attempts: Vec<_> = (0..6)
            .map(|_| {
                let body = json!({"id": format!("same{round}"), "name": "Same"});
                tokio::spawn(answer(server.request("POST", "/tenants").json(&body)))
            })
            .collect();
        let mut codes = Vec::new();
        for attempt in attempts {
            codes.push(attempt.await.unwrap().0);
        }
        codes.sort_unstable();
        assert_eq!(codes, [200, 409, 409, 409, 409, 409], "round {round}");
    }
    assert_eq!(instance.count("SELECT COUNT(*) FROM tenants WHERE kind = 'NAMED'").await, 10);
    assert_eq!(instance.count("SELECT value FROM counters WHERE name = 'tenants'").await, 10);
    assert_eq!(instance.count("SELECT COUNT(*) FROM bindings").await, 10);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_leaves_whole_tenants_only(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    for round in 0..4_u64 {
        let mut server = instance.serve();
        server.get("/tenants/search").await;
        let writers: Vec<_> = (0..4)
            .map(|writer| {
                let (http, url) = (server.http.clone(), server.url.clone());
                tokio::spawn(async move {
                    for number in 0.. {
                        let body = json!({"id": format!("k{round}-{writer}-{number}"), "name": "Killed"});
                        let request = http.post(format!("{url}/api/v1/tenants")).basic_auth(ADMIN.0, Some(ADMIN.1));
                        if request.json(&body).send().await.is_err() {
                            break;
                        }
                    }
                })
            })
            .collect();
        tokio::time::sleep(std::time::Duration::from_millis(120 + 37 * round)).await;
        server.kill();
        for writer in writers {
            writer.await.unwrap();
        }
    }
    let tenants = instance.count("SELECT COUNT(*) FROM tenants WHERE kind = 'NAMED'").await;
    assert!(tenants > 0, "the servers had time to create some");
    let whole = "SELECT COUNT(*) FROM tenants t WHERE kind = 'NAMED'
        AND 5 = (SELECT COUNT(*) FROM roles r WHERE r.tenant_uid = t.uid)
        AND 1 = (SELECT COUNT(*) FROM bindings b WHERE b.tenant_uid = t.uid)
        AND 1 = (SELECT COUNT(*) FROM audit_log a WHERE a.tenant_uid = t.uid AND a.type = 'CREATE')
        AND t.users = 1 AND t.roles = 5";
    assert_eq!(instance.count(whole).await, tenants);
    assert_eq!(instance.count("SELECT value FROM counters WHERE name = 'tenants'").await, tenants);
    assert_eq!(
        instance.count("SELECT COUNT(*) FROM audit_log WHERE type = 'CREATE' AND resource = 'TENANT'").await,
        tenants
    );
}

#[rstest]
#[tokio::test]
async fn repeated_failures_lock_and_a_new_password_unlocks(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let extra = "kestra: {ee: {tenants: {enabled: true}}, security: {login: {failed-attempts: {threshold: 3}}}}";
    let instance = Instance::with(engine, extra).await;
    let server = instance.serve();
    let with = async |password: &str| {
        answer(server.anonymous("GET", "/tenants/search").basic_auth(ADMIN.0, Some(password))).await.0
    };
    // Right, and remembered: the lock must reach what is remembered too.
    assert_eq!(with(ADMIN.1).await, 200);
    assert_eq!(with(ADMIN.1).await, 200);
    for _ in 0..3 {
        assert_eq!(with("Wrong!1234").await, 401);
    }
    assert_eq!(with(ADMIN.1).await, 401);
    assert_eq!(instance.count("SELECT COUNT(*) FROM audit_log WHERE type = 'ACCOUNT_LOCKED'").await, 1);

    let changed = instance.run(&["auths", "users", "create-basic-auth", ADMIN.0, "Other!1234"]);
    assert!(changed.status.success(), "{}", String::from_utf8_lossy(&changed.stderr));
    assert_eq!(with("Other!1234").await, 200);
    assert_eq!(with(ADMIN.1).await, 401);
    assert!(instance.run(&["auths", "users", "create-basic-auth", ADMIN.0, "Third!1234"]).status.success());
    assert_eq!(with("Other!1234").await, 401);
    assert_eq!(with("Third!1234").await, 200);
}

#[rstest]
#[tokio::test]
async fn forms_of_other_sites_are_refused(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    let sign_in = |site: &str| {
        server
            .http
            .post(format!("{}/serverfn/sign_in", server.url))
            .header("sec-fetch-site", site)
            .header("accept", "application/json")
            .form(&[("email", ADMIN.0), ("password", ADMIN.1)])
            .send()
    };
    assert_eq!(sign_in("cross-site").await.unwrap().status(), 403);
    let answer = sign_in("same-origin").await.unwrap();
    assert_eq!(answer.status(), 200);
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    let session = cookie.split(';').next().unwrap();
    let (status, _) =
        crate::support::answer(server.anonymous("GET", "/tenants/search").header("cookie", session)).await;
    assert_eq!(status, 200, "a session works for the API too");
    let value = session.split_once('=').unwrap().1;
    assert!(instance.rows("SELECT id FROM sessions").await.iter().all(|id| id != value), "only its hash is stored");
}

#[rstest]
#[tokio::test]
async fn new_users_of_a_tenant_get_its_default_role(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    let user = async |email: &str, more: Value| {
        let mut new = json!({ "email": email });
        new.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
        let (status, made) = server.json("POST", "/users", new).await;
        assert_eq!(status, 201, "{made}");
        made["id"].as_str().unwrap().to_owned()
    };
    for id in ["acme", "other"] {
        assert_eq!(server.json("POST", "/tenants", json!({ "id": id, "name": id })).await.0, 200);
    }
    let early = user("early@example.com", json!({ "tenants": ["acme"] })).await;
    let role = json!({ "name": "Newcomer", "isDefault": true, "permissions": { "FLOW": ["VIEW"] } });
    let role = server.json("POST", "/acme/roles", role).await.1["id"].as_str().unwrap().to_owned();

    let (put, post, held) = (user("put@x.org", json!({})).await, "post@x.org", user("held@x.org", json!({})).await);
    let (later, account) = (user("later@x.org", json!({})).await, json!({ "name": "robot", "tenants": ["acme"] }));
    user(post, json!({})).await;
    user("made@x.org", json!({ "tenants": ["acme", "other"] })).await;
    assert_eq!(
        server.json("PUT", &format!("/users/{later}"), json!({ "email": "later@x.org", "tenants": ["acme"] })).await.0,
        200
    );
    // Once, however often it is said.
    for _ in 0..3 {
        assert_eq!(answer(server.request("PUT", &format!("/acme/tenant-access/{put}"))).await.0 / 100, 2);
    }
    assert_eq!(answer(server.request("PUT", &format!("/acme/tenant-access/{early}"))).await.0 / 100, 2);
    assert_eq!(server.json("POST", "/acme/tenant-access", json!({ "email": post })).await.0, 204);
    // Who comes in with a role has that one; an invitation may name the default one as well.
    let viewer = json!({ "type": "USER", "externalId": held, "roleId": "viewer_acme" });
    assert_eq!(server.json("POST", "/acme/bindings", viewer).await.0, 200);
    assert_eq!(server.json("POST", "/service-accounts", account).await.0, 200);
    for (email, roles) in [("asked@x.org", json!([])), ("twice@x.org", json!([{ "id": role }]))] {
        let sent = server.json("POST", "/acme/invitations", json!({ "email": email, "roles": roles })).await;
        assert_eq!(sent.0 / 100, 2, "{}", sent.1);
        let found = server.get(&format!("/acme/invitations/email/{email}")).await.1;
        let key = found[0]["id"].as_str().unwrap();
        let newcomer = json!({ "firstName": "Nea", "lastName": "New", "password": "Plain!1234" });
        assert_eq!(server.json("POST", &format!("/invitation/create/{key}"), newcomer).await.0, 200);
    }

    let held = "SELECT p.name, r.name FROM bindings b JOIN principals p ON p.id = b.principal_id
                JOIN roles r ON r.tenant_uid = b.tenant_uid AND r.id = b.role_id WHERE p.name LIKE '%x.org' OR p.name = 'robot' ORDER BY p.name";
    let expected = [
        "asked@x.org Newcomer",
        "held@x.org Viewer",
        "later@x.org Newcomer",
        "made@x.org Newcomer",
        "post@x.org Newcomer",
        "put@x.org Newcomer",
        "twice@x.org Newcomer",
    ];
    assert_eq!(instance.rows(held).await, expected);
    assert_eq!(
        instance
            .count(
                "SELECT COUNT(*) FROM bindings b JOIN principals p ON p.id = b.principal_id WHERE p.name LIKE 'early%'"
            )
            .await,
        0
    );
    // Each is in the audit log, as what somebody did.
    let said = "SELECT COUNT(*) FROM audit_log WHERE resource = 'BINDING' AND type = 'CREATE'";
    assert_eq!(instance.count(said).await, 6);
    assert!(instance.run(&["audit", "verify"]).status.success());
    instance.numbers_are_right().await;
}

#[rstest]
#[tokio::test]
async fn without_tenants_every_new_user_gets_the_default_role(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let instance = Instance::with(engine, "kestra.ee.tenants.enabled: false").await;
    let server = instance.serve();
    let role = json!({ "name": "Newcomer", "isDefault": true, "permissions": { "FLOW": ["VIEW"] } });
    assert_eq!(server.json("POST", "/roles", role).await.0, 200);
    assert_eq!(server.json("POST", "/users", json!({ "email": "new@example.com" })).await.0, 201);
    let held = "SELECT p.name, r.name FROM bindings b JOIN principals p ON p.id = b.principal_id
                JOIN roles r ON r.tenant_uid = b.tenant_uid AND r.id = b.role_id WHERE p.name LIKE 'new%'";
    assert_eq!(instance.rows(held).await, ["new@example.com Newcomer"]);
}

/// What goes with a tenant is counted before, and what could do nothing without it doesn't stay.
#[rstest]
#[tokio::test]
async fn deleting_a_tenant_leaves_no_orphans(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    for tenant in ["gone", "stays"] {
        server.json("POST", "/tenants", json!({"id": tenant, "name": tenant})).await;
    }
    for (flow, text) in [("one", "a"), ("one", "b"), ("two", "a")] {
        let source = format!("id: {flow}\nnamespace: shop\ndescription: {text}\ntasks:\n  - {{id: t, type: x.Y}}\n");
        let (method, path) = match text {
            "a" => ("POST", "/gone/flows".to_owned()),
            _ => ("PUT", format!("/gone/flows/shop/{flow}")),
        };
        let request = server.request(method, &path).header("content-type", "application/x-yaml").body(source);
        assert_eq!(answer(request).await.0, 200);
    }
    server.json("POST", "/gone/namespaces", json!({"id": "other"})).await;
    server.json("POST", "/gone/invitations", json!({"email": "new@example.com"})).await;
    let account = async |name: &str, tenants: &[&str], superadmin: bool| {
        let new = json!({"name": name, "tenants": tenants, "superAdmin": superadmin});
        let id = server.json("POST", "/service-accounts", new).await.1["id"].as_str().unwrap().to_owned();
        let token = format!("/service-accounts/{id}/api-tokens");
        server.json("POST", &token, json!({"name": "ci"})).await.1["fullToken"].as_str().unwrap().to_owned()
    };
    let only = account("only", &["gone"], false).await;
    let both = account("both", &["gone", "stays"], false).await;
    let admin = account("admin", &["gone"], true).await;

    let browser = crate::support::Browser::sign_in(&server, ADMIN).await;
    let page = browser.open("/administration/tenants/gone/delete").await.text().await.unwrap().replace("<!>", "");
    let kinds =
        ["2 flows", "3 flow revisions", "2 namespaces", "1 invitation", "1 service account", "4 members", "5 roles"];
    for kind in kinds {
        assert!(page.contains(kind), "{kind}: {page}");
    }
    assert!(page.contains("/instance/access/export"), "{page}");

    assert_eq!(server.json("DELETE", "/tenants/gone", Value::Null).await.0, 204);
    let me = async |token: &str| answer(server.anonymous("GET", "/me").bearer_auth(token)).await.0;
    assert_eq!((me(&only).await, me(&both).await, me(&admin).await), (401, 200, 200));
    assert_eq!(instance.count("SELECT COUNT(*) FROM principals WHERE kind = 'SERVICE_ACCOUNT'").await, 2);
    let rows = "SELECT COUNT(*) FROM audit_log WHERE type = 'DELETE' AND resource = 'SERVICE_ACCOUNT'";
    assert_eq!(instance.count(rows).await, 1);
    assert!(instance.run(&["audit", "verify"]).status.success());
    instance.numbers_are_right().await;
}
