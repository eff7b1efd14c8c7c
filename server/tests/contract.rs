//! Every operation, answered and refused, with the statuses of the contract's section 3; what was seen becomes
//! `coverage.md`.

use crate::{
    support::{ADMIN, Engine, Instance, Server},
    world::{Operation, PASSWORD, World},
};
use rstest::rstest;
use serde_json::{Value, json};
use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

/// Calls, and the statuses that were seen for each operation.
struct Tour<'a> {
    server: &'a Server,
    operations: Vec<Operation>,
    seen: RefCell<BTreeMap<String, BTreeSet<u16>>>,
}

/// Who calls: the superadmin, somebody with this address, or nobody.
#[derive(Clone, Copy)]
enum Who<'a> {
    Root,
    User(&'a str),
    Nobody,
}

impl Tour<'_> {
    async fn send(&self, who: Who<'_>, method: &str, path: &str, kind: &str, body: Option<Vec<u8>>) -> (u16, Value) {
        let request = self.server.anonymous(method, path).header("content-type", kind);
        let request = match who {
            Who::Root => request.basic_auth(ADMIN.0, Some(ADMIN.1)),
            Who::User(email) => request.basic_auth(email, Some(PASSWORD)),
            Who::Nobody => request,
        };
        let request = body.into_iter().fold(request, |request, body| request.body(body));
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        let answer = serde_json::from_str(&text).unwrap_or(Value::String(text));
        assert!(!has_null(&answer), "{method} {path} answers a null: {answer}");
        if status >= 400 {
            let message = answer["message"].as_str().unwrap_or_else(|| panic!("{method} {path}: {status} {answer}"));
            assert!(
                !message.is_empty() && answer["_links"]["self"][0]["href"].is_string(),
                "{method} {path}: {answer}"
            );
        }
        let operation = self.operations.iter().filter(|one| one.method == method && fits(&one.path, path));
        // Literal words go before parameters, as they do where requests are routed.
        let operation = operation.min_by_key(|one| one.path.matches('{').count());
        let operation = operation.unwrap_or_else(|| panic!("{method} {path} is not in the document"));
        let key = format!("{method} {}", operation.path);
        self.seen.borrow_mut().entry(key).or_default().insert(status);
        (status, answer)
    }

    async fn call(&self, who: Who<'_>, method: &str, path: &str, body: Value) -> (u16, Value) {
        let body = if body.is_null() { None } else { Some(body.to_string().into_bytes()) };
        self.send(who, method, path, "application/json", body).await
    }

    /// By the superadmin, who gets this status.
    async fn ok(&self, expected: u16, method: &str, path: &str, body: Value) -> Value {
        let (status, answer) = self.call(Who::Root, method, path, body).await;
        assert_eq!(status, expected, "{method} {path}: {answer}");
        answer
    }

    async fn text(&self, expected: u16, method: &str, path: &str, body: &str) -> Value {
        let (status, answer) = self.send(Who::Root, method, path, "application/x-yaml", Some(body.into())).await;
        assert_eq!(status, expected, "{method} {path}: {answer}");
        answer
    }

    async fn by(&self, who: Who<'_>, expected: u16, method: &str, path: &str, body: Value) -> Value {
        let (status, answer) = self.call(who, method, path, body).await;
        assert_eq!(status, expected, "{method} {path}: {answer}");
        answer
    }
}

/// A client that decodes strictly ends at a null (contract 2.1); a JSON patch may need one.
fn has_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(list) => list.iter().any(has_null),
        Value::Object(map) => map.iter().any(|(key, value)| !key.ends_with("Patch") && has_null(value)),
        _ => false,
    }
}

fn fits(template: &str, path: &str) -> bool {
    let path = path.split('?').next().unwrap_or_default();
    let (template, path): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
    template.len() == path.len() && template.iter().zip(path).all(|(part, word)| part.starts_with('{') || *part == word)
}

fn id(value: &Value) -> String {
    value["id"].as_str().unwrap_or_else(|| panic!("no id: {value}")).to_owned()
}

const NONE: Value = Value::Null;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn every_operation_answers_as_the_contract_says(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    let tour = Tour { server: &server, operations: Operation::all(&server).await, seen: RefCell::default() };
    open_to_all(&tour).await;
    tenants(&tour).await;
    let (user, group) = users_and_groups(&tour).await;
    me(&tour, &user).await;
    roles_and_bindings(&tour, &user, &group).await;
    service_accounts(&tour).await;
    tenant_access_and_invitations(&tour, &user).await;
    sync(&tour).await;
    worker_groups_and_integrations(&tour).await;
    transfer(&tour).await;
    flows_and_executions(&tour).await;
    audit_logs(&tour).await;
    refusals(&tour).await;
    instance.numbers_are_right().await;

    let fresh = Instance::without_users(engine).await;
    let server = fresh.serve();
    let tour = Tour { server: &server, ..tour };
    setup(&tour).await;

    let seen = tour.seen.into_inner();
    let mut table = String::from(
        "# What the contract's test has seen\n\nGenerated by `server/tests/contract.rs`; `UPDATE_COVERAGE=1` writes it anew. Every \
         operation of the API is called\non SQLite and on PostgreSQL.\n\n| Operation | Answered | Refused |\n|---|---|---|\n",
    );
    let mut gaps = Vec::new();
    for operation in &tour.operations {
        let key = format!("{} {}", operation.method, operation.path);
        let statuses = seen.get(&key).cloned().unwrap_or_default();
        let (good, bad): (Vec<u16>, Vec<u16>) = statuses.into_iter().partition(|status| *status < 400);
        if good.is_empty() && !REFUSED.contains(&key.as_str()) || bad.is_empty() && !HARMLESS.contains(&key.as_str()) {
            gaps.push(key.clone());
        }
        let words = |list: Vec<u16>| list.iter().map(u16::to_string).collect::<Vec<_>>().join(" ");
        table += &format!("| `{key}` | {} | {} |\n", words(good), words(bad));
    }
    assert!(gaps.is_empty(), "never answered, or never refused: {gaps:#?}");
    if std::env::var_os("UPDATE_COVERAGE").is_some() {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/coverage.md"), &table).unwrap();
    } else {
        assert!(table == include_str!("coverage.md"), "UPDATE_COVERAGE=1 writes the table anew");
    }
}

/// Refused to everybody, until somebody builds it.
const REFUSED: [&str; 2] = ["POST /reset-password", "POST /{tenant}/security-integrations/{id}/enable"];

/// The same for everybody; nothing to refuse.
const HARMLESS: [&str; 7] = [
    "GET /configs/login",
    "GET /auths",
    "GET /forgotten-password",
    "POST /forgotten-password",
    "GET /request-code/{email}",
    "POST /request-code/{email}",
    "POST /reset-password",
];

async fn open_to_all(tour: &Tour<'_>) {
    let nobody = Who::Nobody;
    assert_eq!(tour.by(nobody, 200, "GET", "/configs/login", NONE).await, json!({ "isBasicAuthInitialized": true }));
    let auths = tour.by(nobody, 200, "GET", "/auths", NONE).await;
    assert_eq!(auths["loginPassword"], true);
    tour.by(nobody, 200, "GET", "/forgotten-password?username=a@b.c", NONE).await;
    tour.by(nobody, 200, "POST", "/forgotten-password", json!({ "username": "a@b.c" })).await;
    tour.by(nobody, 200, "POST", "/request-code/a@b.c", NONE).await;
    tour.by(nobody, 200, "GET", "/request-code/a@b.c", NONE).await;
    tour.by(nobody, 422, "POST", "/reset-password", json!({ "token": "x", "password": PASSWORD })).await;
    let (status, _) = tour.send(nobody, "POST", "/validate-password", "text/plain", Some(PASSWORD.into())).await;
    assert_eq!(status, 200);
    let (status, _) = tour.send(nobody, "POST", "/validate-password", "text/plain", Some("short".into())).await;
    assert_eq!(status, 422);
    assert_eq!(tour.ok(200, "GET", "/configs", NONE).await["tenants"]["enabled"], true);
    tour.ok(200, "GET", "/license-info", NONE).await;
    tour.ok(200, "GET", "/basicAuthValidationErrors", NONE).await;
    tour.ok(405, "GET", "/setup", NONE).await;
    tour.ok(405, "POST", "/setup", json!({ "username": "x@y.z", "password": PASSWORD })).await;
}

async fn setup(tour: &Tour<'_>) {
    let nobody = Who::Nobody;
    assert_eq!(tour.by(nobody, 200, "GET", "/setup", NONE).await["done"], false);
    let first = |password: &str| {
        let tenant = json!({ "id": "main", "name": "Main" });
        json!({ "username": "first@example.com", "password": password, "tenant": tenant })
    };
    tour.by(nobody, 422, "POST", "/setup", first("weak")).await;
    assert_eq!(tour.by(nobody, 200, "POST", "/setup", first(PASSWORD)).await["superAdmin"], true);
    tour.by(nobody, 405, "POST", "/setup", first(PASSWORD)).await;
    let me = tour.by(Who::User("first@example.com"), 200, "GET", "/me", NONE).await;
    assert_eq!(me["tenants"][0]["id"], "main");
}

async fn tenants(tour: &Tour<'_>) {
    let made = tour.ok(200, "POST", "/tenants", json!({ "id": "acme", "name": "Acme" })).await;
    assert_eq!(made, json!({ "id": "acme", "name": "Acme", "deleted": false }));
    tour.ok(409, "POST", "/tenants", json!({ "id": "acme", "name": "Again" })).await;
    tour.ok(422, "POST", "/tenants", json!({ "id": "No", "name": "x" })).await;
    for list in ["/tenants", "/tenants/search"] {
        assert_eq!(tour.ok(200, "GET", &format!("{list}?q=acme&sort=name:asc"), NONE).await["total"], 1);
        tour.ok(422, "GET", &format!("{list}?sort=name"), NONE).await;
    }
    tour.ok(200, "GET", "/tenants/acme", NONE).await;
    assert_eq!(tour.ok(200, "PUT", "/tenants/acme", json!({ "name": "Acme Inc" })).await["name"], "Acme Inc");
    tour.ok(422, "PUT", "/tenants/acme", json!({ "id": "other", "name": "x" })).await;
    let look = json!({ "title": "Apps", "primaryColor": "#112233" });
    assert_eq!(tour.ok(200, "POST", "/tenants/acme/apps-catalog", look.clone()).await, look);
    assert_eq!(tour.ok(200, "GET", "/tenants/acme/apps-catalog", NONE).await, look);
    for path in ["/tenants/acme/logo", "/tenants/acme/apps-catalog/logo"] {
        let kind = "multipart/form-data; boundary=x";
        let form = |file: &[u8]| {
            let head = b"--x\r\nContent-Disposition: form-data; name=\"logo\"; filename=\"l.png\"\r\n\r\n";
            [head, file, b"\r\n--x--\r\n"].concat()
        };
        let (status, answer) = tour.send(Who::Root, "POST", path, kind, Some(form(b"\x89PNG\r\n\x1a\nrest"))).await;
        assert_eq!(status, 200, "{answer}");
        let (status, answer) = tour.send(Who::Root, "POST", path, kind, Some(form(b"#!/bin/sh"))).await;
        assert_eq!(status, 422, "{answer}");
    }
    tour.ok(200, "DELETE", "/tenants/acme/apps-catalog/logo", NONE).await;
    let dashboards = json!({ "defaultHomeDashboard": "home" });
    let path = "/tenants/acme/settings/default-dashboards";
    assert_eq!(tour.ok(200, "POST", path, dashboards.clone()).await, dashboards);
    assert_eq!(tour.ok(200, "GET", path, NONE).await, dashboards);
    tour.ok(200, "POST", "/tenants", json!({ "id": "gone", "name": "x" })).await;
    tour.ok(204, "DELETE", "/tenants/gone", NONE).await;
    tour.ok(404, "DELETE", "/tenants/gone", NONE).await;
}

async fn users_and_groups(tour: &Tour<'_>) -> (String, String) {
    let email = "Ada@Example.com";
    let sent = json!({ "email": email, "firstName": "Ada", "password": PASSWORD, "tenants": ["acme"] });
    let user = tour.ok(201, "POST", "/users", sent.clone()).await;
    assert_eq!(user["tenants"], json!([{ "id": "acme", "name": "Acme Inc" }]), "{user}");
    assert_eq!((&user["superAdmin"], &user["instanceOwner"]), (&json!(false), &json!(false)));
    assert_eq!(user["groups"], json!([]));
    tour.ok(409, "POST", "/users", json!({ "email": email.to_lowercase() })).await;
    tour.ok(404, "POST", "/users", json!({ "email": "b@c.de", "tenants": ["absent"] })).await;
    tour.ok(404, "POST", "/users", json!({ "email": "b@c.de", "groups": ["absent"] })).await;
    tour.ok(422, "POST", "/users", json!({ "email": "b@c.de", "password": "weak" })).await;
    tour.ok(422, "POST", "/users", json!({ "email": "no address" })).await;
    let (user, at) = (id(&user), format!("/users/{}", id(&user)));
    let found = tour.ok(200, "GET", "/users?filters[q][EQUALS]=ADA@example.com&size=100", NONE).await;
    assert_eq!(found["results"][0]["id"], user.as_str(), "{found}");
    tour.ok(200, "GET", &at, NONE).await;
    // Without `tenants` access stays as it is; names that are sent empty are unset.
    let put = tour
        .ok(
            200,
            "PUT",
            &at,
            json!({ "email": email, "username": email, "namespaceId": "", "firstName": "", "groups": [] }),
        )
        .await;
    assert_eq!(put["tenants"].as_array().unwrap().len(), 1, "{put}");
    assert!(put.get("firstName").is_none());
    assert_eq!(tour.ok(200, "PATCH", &at, json!({ "lastName": "L" })).await["displayName"], "L");
    assert_eq!(
        tour.ok(200, "PATCH", &format!("{at}/password"), json!({ "password": PASSWORD })).await["id"],
        user.as_str()
    );
    tour.ok(422, "PATCH", &format!("{at}/password"), json!({ "password": "weak" })).await;
    for (path, key) in [("superadmin", "superAdmin"), ("instanceowner", "instanceOwner"), ("restricted", "restricted")]
    {
        for value in [true, false] {
            tour.ok(200, "PATCH", &format!("{at}/{path}"), json!({ key: value })).await;
            assert_eq!(tour.ok(200, "GET", &at, NONE).await[key], value);
        }
    }
    tour.ok(200, "POST", &format!("{at}/impersonate"), NONE).await;
    tour.ok(204, "DELETE", &format!("{at}/refresh-token"), NONE).await;
    tour.ok(204, "DELETE", &format!("{at}/refresh-token"), NONE).await;
    let token = tour.ok(201, "POST", &format!("{at}/api-tokens"), json!({ "name": "ci", "maxAge": "P1D" })).await;
    assert!(token["fullToken"].as_str().unwrap().len() > 20);
    tour.ok(422, "POST", &format!("{at}/api-tokens"), json!({ "name": "Not A Label" })).await;
    let tokens = tour.ok(200, "GET", &format!("{at}/api-tokens"), NONE).await;
    assert_eq!((&tokens["results"][0]["description"], tokens["total"].as_i64()), (&json!(""), Some(1)));
    assert!(tokens["results"][0].get("lastUsed").is_none() && tokens["results"][0]["exp"].is_string());
    tour.ok(204, "DELETE", &format!("{at}/api-tokens/{}", id(&token)), NONE).await;
    tour.ok(404, "DELETE", &format!("{at}/api-tokens/{}", id(&token)), NONE).await;

    let group =
        tour.ok(200, "POST", "/acme/groups", json!({ "name": "Team", "namespaceId": "io", "description": "d" })).await;
    assert!(group.get("namespaceId").is_none());
    tour.ok(409, "POST", "/acme/groups", json!({ "name": "Team" })).await;
    tour.ok(422, "POST", "/acme/groups", json!({ "name": "" })).await;
    let (group, of) = (id(&group), format!("/acme/groups/{}", id(&group)));
    tour.ok(200, "GET", &of, NONE).await;
    assert_eq!(tour.ok(200, "PUT", &of, json!({ "name": "Team A" })).await["name"], "Team A");
    let other = id(&tour.ok(200, "POST", "/acme/groups", json!({ "name": "Other", "membersId": [user] })).await);
    tour.ok(409, "PUT", &of, json!({ "name": "Other" })).await;
    for search in ["q=team", "filters[name][EQUALS]=Team A", "filters[name][CONTAINS]=eam"] {
        let found = tour.ok(200, "GET", &format!("/acme/groups/search?{search}"), NONE).await;
        assert_eq!(found["total"], 1, "{search}: {found}");
    }
    tour.ok(422, "GET", "/acme/groups/search?filters[colour][EQUALS]=x", NONE).await;
    assert_eq!(tour.ok(200, "POST", "/acme/groups/autocomplete", json!({ "q": "tea" })).await[0]["id"], group.as_str());
    assert_eq!(
        tour.ok(200, "POST", "/acme/groups/ids", json!({ "ids": [group, "absent"] })).await.as_array().unwrap().len(),
        1
    );
    let member = tour.ok(200, "PUT", &format!("{of}/members/{user}"), NONE).await;
    assert_eq!(member["id"], user.as_str());
    tour.ok(409, "PUT", &format!("{of}/members/{user}"), NONE).await;
    tour.ok(404, "PUT", &format!("{of}/members/absent"), NONE).await;
    let owner = tour.ok(200, "PUT", &format!("{of}/members/membership/{user}?membership=OWNER"), NONE).await;
    assert!(owner["groups"].as_array().unwrap().iter().any(|one| one["membership"] == "OWNER"), "{owner}");
    tour.ok(400, "PUT", &format!("{of}/members/membership/{user}?membership=KING"), NONE).await;
    assert_eq!(
        tour.ok(200, "GET", &format!("{of}/members?filters[username][EQUALS]=ada@example.com"), NONE).await["total"],
        1
    );
    tour.ok(200, "DELETE", &format!("{of}/members/{user}"), NONE).await;
    tour.ok(409, "DELETE", &format!("{of}/members/{user}"), NONE).await;
    tour.ok(204, "PUT", &format!("/acme/users/{user}/groups"), json!({ "groupIds": [group] })).await;
    assert_eq!(tour.ok(200, "GET", &at, NONE).await["groups"], json!([{ "id": group, "tenantId": "acme" }]));
    tour.ok(400, "PUT", &format!("/acme/users/{user}/groups"), json!({})).await;
    tour.ok(200, "DELETE", &format!("/acme/groups/{other}"), NONE).await;
    tour.ok(404, "DELETE", &format!("/acme/groups/{other}"), NONE).await;

    let passing = tour.ok(201, "POST", "/users", json!({ "email": "passing@example.com", "password": PASSWORD })).await;
    let gone = format!("/users/{}", id(&passing));
    let auth = passing["auths"][0]["id"].as_str().unwrap();
    assert_eq!(tour.ok(200, "DELETE", &format!("{gone}/auths/{auth}"), NONE).await["auths"], json!([]));
    tour.ok(404, "DELETE", &format!("{gone}/auths/{auth}"), NONE).await;
    tour.ok(204, "DELETE", &gone, NONE).await;
    tour.ok(404, "DELETE", &gone, NONE).await;
    (user, group)
}

async fn me(tour: &Tour<'_>, user: &str) {
    let ada = Who::User("ada@example.com");
    let me = tour.by(ada, 200, "GET", "/me", NONE).await;
    assert_eq!((&me["id"], &me["profile"]["email"]), (&json!(user), &json!("ada@example.com")), "{me}");
    tour.by(ada, 200, "PATCH", "/me", json!({ "firstName": "Ada" })).await;
    let token =
        tour.by(ada, 200, "POST", "/me/api-tokens", json!({ "name": "own", "extended": true, "maxAge": "PT1H" })).await;
    assert_eq!(tour.by(ada, 200, "GET", "/me/api-tokens", NONE).await["results"][0]["extended"], true);
    tour.by(ada, 200, "DELETE", &format!("/me/api-tokens/{}", id(&token)), NONE).await;
    tour.by(ada, 404, "DELETE", &format!("/me/api-tokens/{}", id(&token)), NONE).await;
    tour.by(ada, 200, "GET", "/me/invitations", NONE).await;
    let wrong = json!({ "oldPassword": "Wrong!1234", "newPassword": PASSWORD });
    let (status, _) = tour.call(ada, "PUT", "/me/password", wrong).await;
    assert!([400, 401, 403, 422].contains(&status), "{status}");
    tour.by(ada, 200, "PUT", "/me/password", json!({ "oldPassword": PASSWORD, "newPassword": PASSWORD })).await;
}

async fn roles_and_bindings(tour: &Tour<'_>, user: &str, group: &str) {
    // Kept as sent: legacy verbs, their order, and no keys that were not there.
    let permissions = json!({ "FLOW": ["UPDATE", "READ"], "NAMESPACE": ["VIEW"] });
    let sent = json!({ "name": "Writer", "namespaceId": "", "permissions": permissions, "isDefault": false });
    let role = tour.ok(200, "POST", "/acme/roles", sent.clone()).await;
    assert_eq!((&role["permissions"], &role["isManaged"]), (&permissions, &json!(false)));
    // Names of roles need not differ.
    let twin = id(&tour.ok(200, "POST", "/acme/roles", sent).await);
    tour.ok(422, "POST", "/acme/roles", json!({ "name": "x", "permissions": { "FLOW": ["FLY"] } })).await;
    let (role, at) = (id(&role), format!("/acme/roles/{}", id(&role)));
    assert_eq!(tour.ok(200, "GET", &at, NONE).await["permissions"], permissions);
    tour.ok(200, "PUT", &at, json!({ "name": "Writer", "permissions": permissions, "isDefault": true })).await;
    assert_eq!(tour.ok(200, "GET", &at, NONE).await["isDefault"], true);
    tour.ok(403, "PUT", "/acme/roles/viewer_acme", json!({ "name": "x", "permissions": {} })).await;
    tour.ok(403, "DELETE", "/acme/roles/viewer_acme", NONE).await;
    assert_eq!(tour.ok(200, "GET", "/acme/roles/search?q=writer", NONE).await["total"], 2);
    assert_eq!(tour.ok(200, "GET", "/acme/roles/search?filters[name][EQUALS]=Tenant Admin", NONE).await["total"], 1);
    tour.ok(422, "GET", "/acme/roles/search?size=0", NONE).await;
    let typed = tour.ok(200, "POST", "/acme/roles/autocomplete", json!({ "q": "view", "ids": [role] })).await;
    assert_eq!(typed.as_array().unwrap().len(), 2, "{typed}");
    assert_eq!(tour.ok(200, "POST", "/acme/roles/ids", json!({ "ids": [role] })).await[0]["deleted"], false);
    tour.ok(204, "DELETE", &format!("/acme/roles/{twin}"), NONE).await;
    tour.ok(404, "DELETE", &format!("/acme/roles/{twin}"), NONE).await;
    assert!(tour.ok(200, "GET", "/acme/acls/permissions", NONE).await["FLOW"].as_array().unwrap().len() > 5);
    assert!(tour.ok(200, "GET", "/acme/acls/actions", NONE).await.as_array().unwrap().len() > 20);
    assert_eq!(tour.ok(200, "GET", "/acme/acls/templates", NONE).await.as_object().unwrap().len(), 5);

    let bind =
        |kind: &str, whom: &str| json!({ "type": kind, "externalId": whom, "roleId": role, "namespaceId": "shop" });
    let binding = tour.ok(200, "POST", "/acme/bindings", bind("USER", user)).await;
    assert_eq!((&binding["namespace"], &binding["namespaceId"]), (&json!("shop"), &json!("shop")));
    assert_eq!((&binding["user"]["type"], &binding["role"]["id"]), (&json!("STANDARD"), &json!(role)));
    tour.ok(404, "POST", "/acme/bindings", bind("USER", "absent")).await;
    tour.ok(404, "POST", "/acme/bindings", bind("GROUP", "absent")).await;
    tour.ok(404, "POST", "/acme/bindings", json!({ "type": "USER", "externalId": user, "roleId": "absent" })).await;
    let whole = tour
        .ok(
            200,
            "POST",
            "/acme/bindings",
            json!({ "type": "GROUP", "externalId": group, "roleId": role, "namespaceId": "" }),
        )
        .await;
    assert!(whole.get("namespace").is_none() && whole["group"]["id"] == group, "{whole}");
    assert_eq!(tour.ok(200, "POST", "/acme/bindings/bulk", json!([])).await, json!([]));
    let bulk =
        json!([{ "type": "USER", "externalId": user, "roleId": role, "namespaceId": "a" }, bind("USER", "absent")]);
    tour.ok(404, "POST", "/acme/bindings/bulk", bulk).await;
    let binding = format!("/acme/bindings/{}", id(&binding));
    tour.ok(200, "GET", &binding, NONE).await;
    // Nothing of the list that failed was kept.
    let all = tour.ok(200, "GET", &format!("/acme/bindings/search?type=USER&id={user}"), NONE).await;
    assert_eq!(all["total"], 1, "{all}");
    tour.ok(422, "GET", "/acme/bindings/search?page=0", NONE).await;

    let ask = |action: &str, namespace: &str| format!("resource=FLOW&action={action}&namespace={namespace}");
    let why = |question: String| format!("/acme/access/explain?principal={user}&{question}");
    let yes = tour.ok(200, "GET", &why(ask("EXECUTE", "shop.eu")), NONE).await;
    assert_eq!((&yes["allowed"], &yes["missing"]), (&json!(true), &json!([])));
    let kinds = |way: &Value| {
        let steps = way["steps"].as_array().unwrap().iter();
        steps.map(|step| step["type"].as_str().unwrap().to_owned()).collect::<Vec<_>>().join(" ")
    };
    let ways: BTreeSet<String> = yes["paths"].as_array().unwrap().iter().map(kinds).collect();
    let expected = ["PRINCIPAL BINDING ROLE ACTION", "PRINCIPAL GROUP BINDING ROLE ACTION"];
    assert_eq!(ways, expected.map(str::to_owned).into(), "{yes}");
    assert_eq!(yes["paths"].as_array().unwrap().iter().filter(|way| way["inherited"] == true).count(), 1, "{yes}");
    let no = tour.ok(200, "GET", &why(ask("CREATE", "shop")), NONE).await;
    assert_eq!((&no["allowed"], &no["missing"][0]["reason"]), (&json!(false), &json!("PERMISSION")), "{no}");
    tour.ok(422, "GET", &why("resource=FLOW&action=FLY".into()), NONE).await;
    let who = tour.ok(200, "GET", &format!("/acme/access/who-can?{}", ask("EXECUTE", "shop")), NONE).await;
    assert!(who["results"].as_array().unwrap().iter().any(|one| one["id"] == user), "{who}");
    tour.ok(422, "GET", "/acme/access/who-can?resource=MOON&action=VIEW", NONE).await;
    let question = |action: &str| json!({ "principal": user, "resource": "FLOW", "action": action, "namespace": "x" });
    let answers = tour
        .ok(200, "POST", "/acme/access/check", json!({ "questions": [question("EXECUTE"), question("CREATE")] }))
        .await;
    assert_eq!(answers, json!({ "results": [{ "allowed": true }, { "allowed": false }] }));
    let many: Vec<_> = (0..1001).map(|_| question("VIEW")).collect();
    tour.ok(422, "POST", "/acme/access/check", json!({ "questions": many })).await;

    tour.ok(204, "DELETE", &binding, NONE).await;
    tour.ok(404, "DELETE", &binding, NONE).await;
    tour.ok(404, "GET", &binding, NONE).await;
}

async fn service_accounts(tour: &Tour<'_>) {
    // As the Terraform provider sends it: no groups are null.
    for (base, at_instance) in [("/service-accounts", true), ("/acme/service-accounts", false)] {
        let made = tour
            .ok(200, "POST", base, json!({ "name": "robot", "description": "d", "superAdmin": false, "groups": null }))
            .await;
        tour.ok(422, "POST", base, json!({ "name": "Not A Label" })).await;
        let at = format!("{base}/{}", id(&made));
        assert_eq!(tour.ok(200, "GET", &at, NONE).await["name"], "robot");
        let list = tour.ok(200, "GET", base, NONE).await;
        assert!(list["total"].as_i64().unwrap() >= 1, "{list}");
        tour.ok(422, "GET", &format!("{base}?sort=name:up"), NONE).await;
        let method = if at_instance { "PATCH" } else { "PUT" };
        assert_eq!(tour.ok(200, method, &at, json!({ "name": "android" })).await["name"], "android");
        if at_instance {
            for (path, key) in [("superadmin", "superAdmin"), ("instanceowner", "instanceOwner")] {
                tour.ok(200, "PATCH", &format!("{at}/{path}"), json!({ key: true })).await;
                assert_eq!(tour.ok(200, "GET", &at, NONE).await["superAdmin"], true);
                tour.ok(200, "PATCH", &format!("{at}/{path}"), json!({ key: false })).await;
            }
        } else {
            tour.ok(404, "POST", base, json!({ "name": "x", "groups": [{ "id": "absent" }] })).await;
        }
        let token = tour.ok(200, "POST", &format!("{at}/api-tokens"), json!({ "name": "t" })).await;
        tour.ok(422, "POST", &format!("{at}/api-tokens"), json!({ "name": "t", "maxAge": "soon" })).await;
        assert_eq!(
            tour.ok(200, "GET", &format!("{at}/api-tokens"), NONE).await["results"].as_array().unwrap().len(),
            1
        );
        tour.ok(200, "DELETE", &format!("{at}/api-tokens/{}", id(&token)), NONE).await;
        tour.ok(404, "DELETE", &format!("{at}/api-tokens/{}", id(&token)), NONE).await;
        tour.ok(if at_instance { 204 } else { 200 }, "DELETE", &at, NONE).await;
        tour.ok(404, "DELETE", &at, NONE).await;
    }
}

async fn tenant_access_and_invitations(tour: &Tour<'_>, user: &str) {
    tour.ok(200, "POST", "/tenants", json!({ "id": "beta", "name": "Beta" })).await;
    let at = format!("/beta/tenant-access/{user}");
    tour.ok(404, "GET", &at, NONE).await;
    tour.ok(201, "PUT", &at, NONE).await;
    tour.ok(201, "PUT", &at, NONE).await;
    tour.ok(409, "POST", "/beta/tenant-access", json!({ "email": "ada@example.com" })).await;
    tour.ok(404, "POST", "/beta/tenant-access", json!({ "email": "absent@example.com" })).await;
    assert_eq!(tour.ok(200, "GET", &at, NONE).await["tenantId"], "beta");
    tour.by(Who::User("ada@example.com"), 200, "GET", &at, NONE).await;
    assert_eq!(tour.ok(200, "GET", "/beta/tenant-access", NONE).await["total"], 2);
    tour.ok(422, "GET", "/beta/tenant-access?size=-1", NONE).await;
    let typed = tour.ok(200, "POST", "/beta/tenant-access/autocomplete", json!({ "q": "ada" })).await;
    assert_eq!(typed[0]["id"], user, "{typed}");
    tour.ok(204, "DELETE", &at, NONE).await;
    tour.ok(404, "DELETE", &at, NONE).await;
    tour.ok(204, "POST", "/beta/tenant-access", json!({ "email": "ada@example.com" })).await;

    let invite = json!({ "email": "new@example.com", "roles": [{ "id": "viewer_beta", "namespaces": ["shop"] }] });
    tour.ok(201, "POST", "/beta/invitations", invite.clone()).await;
    tour.ok(409, "POST", "/beta/invitations", invite).await;
    tour.ok(409, "POST", "/beta/invitations", json!({ "email": "ada@example.com" })).await;
    tour.ok(422, "POST", "/beta/invitations", json!({ "email": "nobody" })).await;
    // Somebody known is let in at once.
    tour.ok(201, "POST", "/users", json!({ "email": "known@example.com" })).await;
    tour.ok(204, "POST", "/beta/invitations", json!({ "email": "known@example.com" })).await;
    let found = tour.ok(200, "GET", "/beta/invitations/email/new@example.com", NONE).await;
    let invitation = id(&found[0]);
    assert_eq!(
        tour.ok(200, "GET", "/beta/invitations/search?status=PENDING&email=new@example.com", NONE).await["total"],
        1
    );
    tour.ok(422, "GET", "/beta/invitations/search?sort=x", NONE).await;
    assert_eq!(tour.ok(200, "GET", &format!("/beta/invitations/{invitation}"), NONE).await["status"], "PENDING");
    let newcomer = |password: &str| json!({ "firstName": "New", "lastName": "Comer", "password": password });
    tour.by(Who::Nobody, 422, "POST", &format!("/invitation/create/{invitation}"), newcomer("weak")).await;
    tour.by(Who::Nobody, 200, "POST", &format!("/invitation/create/{invitation}"), newcomer(PASSWORD)).await;
    tour.by(Who::Nobody, 404, "POST", "/invitation/accept/absent", NONE).await;
    let me = tour.by(Who::User("new@example.com"), 200, "GET", "/me", NONE).await;
    assert_eq!(me["tenants"][0]["id"], "beta", "{me}");
    tour.ok(201, "POST", "/beta/invitations", json!({ "email": "later@example.com" })).await;
    let found = tour.ok(200, "GET", "/beta/invitations/email/later@example.com", NONE).await;
    tour.ok(201, "POST", "/users", json!({ "email": "later@example.com", "password": PASSWORD })).await;
    tour.by(Who::Nobody, 200, "POST", &format!("/invitation/accept/{}", id(&found[0])), NONE).await;
    tour.ok(201, "POST", "/beta/invitations", json!({ "email": "never@example.com" })).await;
    let found = tour.ok(200, "GET", "/beta/invitations/email/never@example.com", NONE).await;
    tour.ok(204, "DELETE", &format!("/beta/invitations/{}", id(&found[0])), NONE).await;
    tour.ok(404, "DELETE", &format!("/beta/invitations/{}", id(&found[0])), NONE).await;
}

async fn sync(tour: &Tour<'_>) {
    let shown = tour.ok(200, "GET", "/instance/access/sync", NONE).await;
    assert_eq!(shown["plan"]["counts"]["users"], 0, "this instance has always had tenants");
    assert_eq!(tour.ok(200, "GET", "/instance/access/sync/users", NONE).await["total"], 0);
    tour.ok(422, "GET", "/instance/access/sync/users?page=x", NONE).await;
    tour.ok(200, "GET", "/instance/access/sync/users/admin@example.com", NONE).await;
    tour.ok(404, "GET", "/instance/access/sync/users/absent", NONE).await;
    tour.ok(422, "POST", "/instance/access/sync", NONE).await;
    let hash = shown["hash"].as_str().unwrap();
    tour.ok(200, "POST", &format!("/instance/access/sync?planHash={hash}"), NONE).await;
}

async fn worker_groups_and_integrations(tour: &Tour<'_>) {
    let sent = json!({ "id": "gpu", "name": "GPU", "subscriptions": [] });
    assert_eq!(tour.ok(200, "POST", "/instance/worker-groups", sent.clone()).await["tokens"], json!([]));
    tour.ok(409, "POST", "/instance/worker-groups", sent.clone()).await;
    tour.ok(200, "GET", "/instance/worker-groups/gpu", NONE).await;
    tour.ok(200, "PUT", "/instance/worker-groups/gpu", sent).await;
    assert_eq!(tour.ok(200, "GET", "/instance/worker-groups", NONE).await["workerGroups"].as_array().unwrap().len(), 1);
    tour.ok(204, "DELETE", "/instance/worker-groups/gpu?force=false", NONE).await;
    tour.ok(404, "DELETE", "/instance/worker-groups/gpu", NONE).await;

    let base = "/acme/security-integrations";
    let made = tour.ok(200, "POST", base, json!({ "name": "okta", "description": "d", "type": "SCIM" })).await;
    assert!(made["uri"].is_string() && made["apiToken"]["fullToken"].is_string(), "{made}");
    assert_eq!(made["enabled"], false);
    tour.ok(422, "POST", base, json!({ "name": "Not A Label", "description": "d", "type": "SCIM" })).await;
    let at = format!("{base}/{}", id(&made));
    tour.ok(200, "POST", &format!("{at}/disable"), NONE).await;
    // Nothing answers at its address yet.
    let refused = tour.ok(501, "POST", &format!("{at}/enable"), NONE).await;
    assert!(refused["message"].as_str().unwrap().contains("SCIM provisioning isn't available yet"), "{refused}");
    assert_eq!(tour.ok(200, "GET", &at, NONE).await["enabled"], false);
    for list in [base.to_owned(), format!("{base}/search")] {
        assert_eq!(tour.ok(200, "GET", &list, NONE).await["total"], 1);
    }
    tour.ok(204, "DELETE", &at, NONE).await;
    tour.ok(404, "DELETE", &at, NONE).await;
}

async fn transfer(tour: &Tour<'_>) {
    let yaml = tour.ok(200, "GET", "/instance/access/export", NONE).await;
    let json = tour.ok(200, "GET", "/instance/access/export?format=json", NONE).await;
    assert!(yaml.as_str().unwrap().contains("id: acme") && json["tenants"].is_array(), "{yaml}");
    tour.ok(400, "GET", "/instance/access/export?format=xml", NONE).await;
    let plan = tour.ok(200, "POST", "/instance/access/import?prune=true", json).await;
    assert_eq!((&plan["removed"], &plan["applied"]), (&json!([]), &json!(true)), "{plan}");
    let plan = tour.text(200, "POST", "/instance/access/import?dryRun=true", "tenants: [{id: acme, name: A}]").await;
    assert_eq!(plan["changed"][0]["fields"][0]["after"], "A", "{plan}");
    tour.text(409, "POST", "/instance/access/import?planHash=0", "tenants: [{id: acme, name: A}]").await;
    tour.text(409, "POST", "/instance/access/import", "moons: [{id: phobos}]").await;
    tour.text(422, "POST", "/instance/access/import", "[]").await;
    tour.text(400, "POST", "/instance/access/import?dryRun=perhaps", "{}").await;
}

async fn flows_and_executions(tour: &Tour<'_>) {
    let base = "/acme/namespaces";
    let sent = json!({ "id": "shop", "tenantId": "acme", "description": "d", "variables": { "a": { "b": 1 } } });
    let made = tour.ok(200, "POST", base, sent).await;
    assert_eq!((&made["variables"]["a"]["b"], made.get("storageType")), (&json!(1), None));
    tour.ok(422, "POST", base, json!({ "id": "No Name" })).await;
    tour.ok(409, "POST", base, json!({ "id": "shop" })).await;
    tour.ok(200, "GET", "/acme/namespaces/shop", NONE).await;
    tour.ok(200, "PUT", "/acme/namespaces/shop", json!({ "id": "shop", "description": "e" })).await;
    assert_eq!(tour.ok(200, "GET", "/acme/namespaces/search?q=sho&existing=true", NONE).await["total"], 1);
    tour.ok(422, "GET", "/acme/namespaces/search?page=x", NONE).await;
    assert_eq!(tour.ok(200, "POST", "/acme/namespaces/autocomplete", json!({ "q": "sh" })).await, json!(["shop"]));
    // Superadmins administer access; what is in a tenant is for those with a role in it, which its creator has.
    let source = "# kept as it came\nid: hello\nnamespace: shop\nlabels: {team: web}\ntasks: [{id: t, type: io.kestra.plugin.core.log.Log, message: hi}]\n";
    let flow = tour.text(200, "POST", "/acme/flows", source).await;
    assert_eq!((&flow["revision"], &flow["source"]), (&json!(1), &json!(source)));
    tour.text(409, "POST", "/acme/flows", source).await;
    tour.text(422, "POST", "/acme/flows", "id: [").await;
    let at = "/acme/flows/shop/hello";
    let changed = source.replace("hi", "ho");
    assert_eq!(tour.text(200, "PUT", at, &changed).await["revision"], 2);
    assert_eq!(tour.text(200, "PUT", at, &changed).await["revision"], 2, "an unchanged source is no revision");
    tour.text(422, "PUT", at, &source.replace("hello", "other")).await;
    assert_eq!(tour.ok(200, "GET", &format!("{at}?source=true&revision=1"), NONE).await["source"], source);
    tour.ok(404, "GET", &format!("{at}?revision=9"), NONE).await;
    assert_eq!(tour.ok(200, "GET", &format!("{at}/revisions"), NONE).await.as_array().unwrap().len(), 2);
    for (filter, total) in
        [("labels][EQUALS][team", 1), ("labels][EQUALS][tea", 0), ("labels][NOT_EQUALS][team", 0)].into_iter()
    {
        let found = tour.ok(200, "GET", &format!("/acme/flows/search?filters[{filter}]=web"), NONE).await;
        assert_eq!(found["total"], total, "{filter}");
    }
    tour.ok(422, "GET", "/acme/flows/search?filters[labels][GREATER_THAN][team]=web", NONE).await;
    assert_eq!(tour.ok(200, "GET", "/acme/flows/shop", NONE).await.as_array().unwrap().len(), 1);
    assert_eq!(tour.ok(200, "GET", "/acme/flows/distinct-namespaces?q=ho", NONE).await, json!(["shop"]));
    let found = tour.text(200, "POST", "/acme/flows/validate", &format!("{source}---\nid: x\n")).await;
    assert!(found[0].get("constraints").is_none() && found[1]["constraints"].is_string(), "{found}");

    let made = tour.ok(200, "POST", "/acme/executions/shop/hello?labels=team:web", NONE).await;
    assert_eq!((&made["state"]["current"], &made["labels"][0]["key"]), (&json!("CREATED"), &json!("team")));
    tour.ok(404, "POST", "/acme/executions/shop/absent", NONE).await;
    tour.ok(422, "POST", "/acme/executions/shop/hello?labels=web", NONE).await;
    let run = format!("/acme/executions/{}", id(&made));
    tour.ok(200, "GET", &run, NONE).await;
    for base in [format!("{run}/actions"), run.clone()] {
        assert_eq!(
            tour.ok(200, "POST", &format!("{base}/change-status?status=SUCCESS"), NONE).await["state"]["current"],
            "SUCCESS"
        );
        tour.ok(422, "POST", &format!("{base}/change-status?status=HAPPY"), NONE).await;
        tour.ok(200, "POST", &format!("{base}/labels"), json!([{ "key": "a", "value": "b" }])).await;
        tour.ok(422, "POST", &format!("{base}/labels"), json!({ "a": "b" })).await;
    }
    for list in ["/acme/executions?namespace=shop&flowId=hello", "/acme/executions/search?filters[labels][EQUALS][a]=b"]
    {
        assert_eq!(tour.ok(200, "GET", list, NONE).await["total"], 1, "{list}");
        tour.ok(422, "GET", &format!("{}?size=none", list.split('?').next().unwrap()), NONE).await;
    }
    tour.ok(204, "DELETE", &run, NONE).await;
    tour.ok(404, "DELETE", &run, NONE).await;
    tour.ok(204, "DELETE", at, NONE).await;
    tour.ok(404, "DELETE", at, NONE).await;
    tour.ok(204, "DELETE", "/acme/namespaces/shop", NONE).await;
    tour.ok(404, "DELETE", "/acme/namespaces/shop", NONE).await;
    // A namespace is there while flows are in it, whether somebody made it or not, and lists say so.
    let lists = async || {
        let mut totals = [0; 2];
        for (existing, total) in [true, false].into_iter().zip(&mut totals) {
            let found = tour.ok(200, "GET", &format!("/acme/namespaces/search?existing={existing}"), NONE).await;
            *total = found["results"].as_array().unwrap().len();
            assert_eq!(found["total"], *total);
        }
        totals
    };
    let [made, all] = lists().await;
    tour.text(200, "POST", "/acme/flows", "id: hello\nnamespace: lab\ntasks: [{id: t, type: x}]\n").await;
    assert_eq!(lists().await, [made + 1, all + 1], "who may make namespaces makes this one too");
    tour.ok(204, "DELETE", "/acme/namespaces/lab", NONE).await;
    assert_eq!(lists().await, [made, all + 1]);
    tour.ok(200, "POST", base, json!({ "id": "lab" })).await;
    assert_eq!(lists().await, [made + 1, all + 1]);
}

async fn audit_logs(tour: &Tour<'_>) {
    for (base, export) in
        [("/auditlogs/search", "/auditlogs/export"), ("/acme/auditlogs/search", "/acme/auditlogs/export")]
    {
        let page = tour.ok(200, "GET", &format!("{base}?size=5"), NONE).await;
        assert_eq!(page["results"].as_array().unwrap().len(), 5);
        tour.ok(422, "GET", &format!("{base}?filters[moon][EQUALS]=1"), NONE).await;
        tour.ok(200, "GET", &format!("{export}?resources=GROUP&type=CREATE"), NONE).await;
    }
    let item = tour.ok(200, "POST", "/acme/auditlogs/find", json!({ "resource": "GROUP", "type": "UPDATE" })).await;
    let log = &item["auditLog"];
    let found = tour.ok(200, "GET", &format!("/acme/auditlogs/{}/diff", id(log)), NONE).await;
    assert!(found["before"].is_string() && found["after"].is_string());
    let group = log["detail"]["id"].as_str().unwrap();
    let history = tour.ok(200, "GET", &format!("/acme/auditlogs/history/{group}"), NONE).await;
    assert!(history.as_array().unwrap().len() >= 2, "{history}");
    let page = tour
        .ok(200, "GET", "/auditlogs/search?filters[resources][EQUALS]=USER&filters[type][EQUALS]=CREATE", NONE)
        .await;
    tour.ok(200, "GET", &format!("/auditlogs/{}/diff", id(&page["results"][0]["auditLog"])), NONE).await;
}

/// Every operation without credentials, and by somebody who has none of its permissions.
async fn refusals(tour: &Tour<'_>) {
    let world = World::build(tour.server, "world", 1).await;
    let fill = |kind: &str| match kind {
        "tenants" => "world".to_owned(),
        "worker-groups" | "accept" | "create" => "absent".to_owned(),
        kind => world.id(kind),
    };
    tour.ok(201, "POST", "/users", json!({ "email": "nobody@example.com", "password": PASSWORD })).await;
    for operation in tour.operations.clone() {
        let key = format!("{} {}", operation.method, operation.path);
        if HARMLESS.contains(&key.as_str()) || ["/validate-password", "/setup"].contains(&operation.path.as_str()) {
            continue;
        }
        let address = operation.address("world", fill);
        for who in [Who::Nobody, Who::User("nobody@example.com")] {
            // About themselves everybody may ask, and change what is theirs: that was seen above.
            let own = ["/me", "/configs", "/license-info", "/basicAuthValidationErrors"];
            if matches!(who, Who::User(_)) && own.iter().any(|path| operation.path.starts_with(path)) {
                continue;
            }
            let (method, kind) = (&operation.method, operation.content_type());
            let (status, answer) = tour.send(who, method, &address, kind, operation.body(fill)).await;
            assert!([401, 403, 404].contains(&status), "{key}: {status} {answer}");
        }
    }
}
