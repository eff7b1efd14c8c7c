//! Two at once: nothing that was acknowledged is undone, nothing is half done, and nobody is told that the program failed.

use crate::{
    support::{ADMIN, Engine, Instance, Server, answer},
    world::PASSWORD,
};
use reqwest::RequestBuilder;
use rstest::rstest;
use serde_json::{Value, json};
use sqlx::{Connection, Executor};
use std::time::Duration;

/// Sends all of them at the same time; their answers, in order.
async fn race(requests: Vec<RequestBuilder>) -> Vec<(u16, Value)> {
    let sent: Vec<_> = requests.into_iter().map(|request| tokio::spawn(answer(request))).collect();
    let mut answers = Vec::with_capacity(sent.len());
    for one in sent {
        answers.push(one.await.unwrap());
    }
    answers
}

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().expect(key).to_owned()
}

/// Posts what must go well.
async fn made(server: &Server, path: &str, body: Value) -> Value {
    let (status, made) = server.json("POST", path, body).await;
    assert!((200..300).contains(&status), "POST {path}: {status} {made}");
    made
}

/// A user of acme with a token: its id and the token.
async fn user(server: &Server, name: &str, superadmin: bool) -> (String, String) {
    let new = json!({
        "email": format!("{name}@example.com"), "password": PASSWORD, "tenants": ["acme"], "superAdmin": superadmin,
    });
    let id = text(&made(server, "/users", new).await, "id");
    let token = made(server, &format!("/users/{id}/api-tokens"), json!({ "name": "race" })).await;
    (id, text(&token, "fullToken"))
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_superadmin_does_not_come_back(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    made(&server, "/tenants", json!({ "id": "acme", "name": "Acme" })).await;
    let (id, token) = user(&server, "bert", true).await;
    for round in 0..20 {
        let granted = format!("/users/{id}/superadmin");
        assert_eq!(server.json("PATCH", &granted, json!({ "superAdmin": true })).await.0, 200);
        let name = format!("Bert {round}");
        let answers = race(vec![
            server.request("PATCH", &granted).json(&json!({ "superAdmin": false })),
            server.anonymous("PATCH", "/me").bearer_auth(&token).json(&json!({ "firstName": name })),
            // Whoever is one gives it to themselves again, as long as they are.
            server.anonymous("PATCH", &granted).bearer_auth(&token).json(&json!({ "superAdmin": true })),
        ])
        .await;
        let statuses: Vec<u16> = answers.iter().map(|(status, _)| *status).collect();
        assert!(matches!(statuses.as_slice(), [200, 200, 200 | 403]), "{answers:?}");
        let now = server.get(&format!("/users/{id}")).await.1;
        assert_eq!(
            (&now["superAdmin"], &now["firstName"]),
            (&json!(false), &json!(name)),
            "round {round}: {statuses:?}"
        );
    }
}

/// A request about an object: who sends it, what, and its body.
struct Request {
    /// The token of whoever sends it; the superadmin without one.
    token: Option<String>,
    method: &'static str,
    path: String,
    body: Option<Value>,
    /// Sent as it is, where it is no JSON.
    source: Option<String>,
}

impl Request {
    fn new(method: &'static str, path: impl Into<String>, body: impl Into<Option<Value>>) -> Self {
        Self { token: None, method, path: path.into(), body: body.into(), source: None }
    }

    fn by(self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self }
    }

    fn source(method: &'static str, path: impl Into<String>, source: String) -> Self {
        Self { source: Some(source), ..Self::new(method, path, None) }
    }

    fn build(&self, server: &Server) -> RequestBuilder {
        let request = match &self.token {
            Some(token) => server.anonymous(self.method, &self.path).bearer_auth(token),
            None => server.request(self.method, &self.path),
        };
        match (&self.body, &self.source) {
            (Some(body), _) => request.json(body),
            (None, Some(source)) => request.body(source.clone()),
            (None, None) => request,
        }
    }
}

fn flow(id: &str, namespace: &str, message: &str) -> String {
    format!(
        "id: {id}\nnamespace: {namespace}\ntasks: [{{id: t, type: io.kestra.plugin.core.log.Log, message: {message}}}]\n"
    )
}

/// What the objects that are raced about are beside.
struct Stage {
    user: String,
    role: String,
    group: String,
}

impl Stage {
    async fn build(server: &Server) -> Self {
        made(server, "/tenants", json!({ "id": "acme", "name": "Acme" })).await;
        let (user, _) = user(server, "beside", false).await;
        let role = made(server, "/acme/roles", json!({ "name": "Beside", "permissions": { "FLOW": ["VIEW"] } })).await;
        let group = made(server, "/acme/groups", json!({ "name": "Beside" })).await;
        Self { user, role: text(&role, "id"), group: text(&group, "id") }
    }

    fn bind(&self, kind: &str, holder: &str, role: &str) -> Request {
        let binding = json!({ "type": kind, "externalId": holder, "roleId": role });
        Request::new("POST", "/acme/bindings", binding)
    }

    /// Makes an object of a kind, whose name has the number in it; and everything that can be done to it.
    async fn object(&self, server: &Server, kind: &str, number: usize) -> Vec<Request> {
        let name = format!("{}{number}", kind.replace(' ', ""));
        let named = |extra: Value| {
            let mut named = json!({ "name": name.clone() });
            named.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
            named
        };
        let (own, role) = (&self.user, &self.role);
        match kind {
            "user" => {
                let (id, token) = user(server, &name, true).await;
                let put = json!({ "email": format!("{name}@example.com"), "firstName": "Put", "tenants": ["acme"] });
                vec![
                    Request::new("PUT", format!("/users/{id}"), put),
                    Request::new("PATCH", format!("/users/{id}"), json!({ "lastName": "Patched" })),
                    Request::new("PATCH", format!("/users/{id}/superadmin"), json!({ "superAdmin": false })),
                    Request::new("PATCH", format!("/users/{id}/restricted"), json!({ "restricted": true })),
                    Request::new("DELETE", format!("/users/{id}"), None),
                    Request::new("DELETE", format!("/users/{id}/auths/BasicAuth"), None),
                    Request::new("DELETE", format!("/users/{id}/refresh-token"), None),
                    Request::new("POST", format!("/users/{id}/api-tokens"), json!({ "name": "another" })),
                    Request::new("PATCH", "/me", json!({ "firstName": "Own" })).by(&token),
                    Request::new("POST", "/me/api-tokens", json!({ "name": "own" })).by(&token),
                    Request::new("PUT", format!("/acme/tenant-access/{id}"), None),
                    Request::new("DELETE", format!("/acme/tenant-access/{id}"), None),
                    self.bind("USER", &id, role),
                    Request::new("PUT", format!("/acme/groups/{}/members/{id}", self.group), None),
                    Request::new("DELETE", format!("/acme/groups/{}/members/{id}", self.group), None),
                    Request::new("PUT", format!("/acme/users/{id}/groups"), json!({ "groupIds": [self.group] })),
                ]
            }
            "service account" => {
                let made = made(server, "/acme/service-accounts", named(json!({}))).await;
                let id = text(&made, "id");
                vec![
                    Request::new(
                        "PATCH",
                        format!("/service-accounts/{id}"),
                        named(json!({ "description": "patched" })),
                    ),
                    Request::new("PUT", format!("/acme/service-accounts/{id}"), named(json!({ "description": "put" }))),
                    Request::new("PATCH", format!("/service-accounts/{id}/superadmin"), json!({ "superAdmin": true })),
                    Request::new("DELETE", format!("/service-accounts/{id}"), None),
                    Request::new("DELETE", format!("/acme/service-accounts/{id}"), None),
                    Request::new("POST", format!("/acme/service-accounts/{id}/api-tokens"), json!({ "name": "one" })),
                    self.bind("USER", &id, role),
                ]
            }
            "role" => {
                let role = named(json!({ "permissions": { "FLOW": ["VIEW"] } }));
                let id = text(&made(server, "/acme/roles", role.clone()).await, "id");
                let invited = json!({ "email": format!("{name}@invited.com"), "roles": [{ "id": id }] });
                vec![
                    Request::new("PUT", format!("/acme/roles/{id}"), role),
                    Request::new(
                        "PUT",
                        format!("/acme/roles/{id}"),
                        named(json!({ "isDefault": true, "permissions": {} })),
                    ),
                    Request::new("DELETE", format!("/acme/roles/{id}"), None),
                    self.bind("USER", own, &id),
                    self.bind("GROUP", &self.group, &id),
                    Request::new("POST", "/acme/invitations", invited),
                ]
            }
            "group" => {
                let id = text(&made(server, "/acme/groups", named(json!({}))).await, "id");
                let member = format!("/acme/groups/{id}/members/{own}");
                vec![
                    Request::new("PUT", format!("/acme/groups/{id}"), named(json!({ "description": "put" }))),
                    Request::new("DELETE", format!("/acme/groups/{id}"), None),
                    Request::new("PUT", &member, None),
                    Request::new("DELETE", &member, None),
                    Request::new("PUT", format!("/acme/groups/{id}/members/membership/{own}?membership=OWNER"), None),
                    self.bind("GROUP", &id, role),
                    Request::new("PUT", format!("/acme/users/{own}/groups"), json!({ "groupIds": [id] })),
                ]
            }
            "tenant" => {
                let id = name.clone();
                made(server, "/tenants", named(json!({ "id": id.clone() }))).await;
                let admin = json!({ "type": "USER", "externalId": own, "roleId": format!("admin_{id}") });
                let newcomer = json!({ "email": format!("new-{id}@example.com"), "tenants": [id.clone()] });
                vec![
                    Request::new(
                        "PUT",
                        format!("/tenants/{id}"),
                        json!({ "id": id, "name": "Put", "secretType": "vault" }),
                    ),
                    Request::new("DELETE", format!("/tenants/{id}"), None),
                    Request::new("POST", format!("/tenants/{id}/settings/default-dashboards"), json!({})),
                    Request::new("POST", format!("/{id}/roles"), json!({ "name": "New", "permissions": {} })),
                    Request::new("POST", format!("/{id}/groups"), json!({ "name": "New", "members": [own] })),
                    Request::new("POST", format!("/{id}/bindings"), admin),
                    Request::new("PUT", format!("/{id}/tenant-access/{own}"), None),
                    Request::new("POST", format!("/{id}/invitations"), json!({ "email": "invited@example.com" })),
                    Request::new("POST", format!("/{id}/service-accounts"), json!({ "name": "made-here" })),
                    Request::new("POST", "/users", newcomer),
                ]
            }
            "namespace" => {
                let namespaces = format!("/{}", "acme/namespaces");
                made(server, &namespaces, json!({ "id": name })).await;
                vec![
                    Request::new(
                        "PUT",
                        format!("/acme/namespaces/{name}"),
                        json!({ "id": name, "description": "put" }),
                    ),
                    Request::new("DELETE", format!("/acme/namespaces/{name}"), None),
                    Request::new("POST", namespaces, json!({ "id": name })),
                    Request::source("POST", "/acme/flows", flow("inside", &name, "hi")),
                ]
            }
            "flow" => {
                let made = answer(server.request("POST", "/acme/flows").body(flow(&name, "raced", "one"))).await;
                assert_eq!(made.0, 200, "{}", made.1);
                vec![
                    Request::source("PUT", format!("/acme/flows/raced/{name}"), flow(&name, "raced", "two")),
                    Request::source("PUT", format!("/acme/flows/raced/{name}"), flow(&name, "raced", "three")),
                    Request::new("DELETE", format!("/acme/flows/raced/{name}"), None),
                    Request::new("POST", format!("/acme/executions/raced/{name}"), None),
                    Request::new("DELETE", "/acme/namespaces/raced", None),
                ]
            }
            "execution" => {
                let made = answer(server.request("POST", "/acme/flows").body(flow(&name, "running", "one"))).await;
                assert_eq!(made.0, 200, "{}", made.1);
                let made = answer(server.request("POST", &format!("/acme/executions/running/{name}"))).await.1;
                let id = text(&made, "id");
                let labels = json!([{ "key": "a", "value": "b" }]);
                vec![
                    Request::new("POST", format!("/acme/executions/{id}/change-status?status=SUCCESS"), None),
                    Request::new("POST", format!("/acme/executions/{id}/labels"), labels),
                    Request::new("DELETE", format!("/acme/executions/{id}"), None),
                    Request::new("DELETE", format!("/acme/flows/running/{name}"), None),
                ]
            }
            "invitation" => {
                let invited = json!({ "email": format!("{name}@invited.com"), "roles": [{ "id": role }] });
                made(server, "/acme/invitations", invited.clone()).await;
                let found = server.get(&format!("/acme/invitations/search?q={name}@invited.com")).await.1;
                let id = text(&found["results"][0], "id");
                vec![
                    Request::new(
                        "POST",
                        format!("/invitation/create/{id}"),
                        json!({ "firstName": "A", "lastName": "B" }),
                    ),
                    Request::new("POST", format!("/invitation/accept/{id}"), None),
                    Request::new("DELETE", format!("/acme/invitations/{id}"), None),
                    Request::new("POST", "/acme/invitations", invited),
                    Request::new(
                        "POST",
                        "/users",
                        json!({ "email": format!("{name}@invited.com"), "tenants": ["acme"] }),
                    ),
                ]
            }
            "integration" => {
                let new = named(json!({ "description": "", "type": "SCIM" }));
                let id = text(&made(server, "/acme/security-integrations", new).await, "id");
                vec![
                    Request::new("POST", format!("/acme/security-integrations/{id}/disable"), None),
                    Request::new("DELETE", format!("/acme/security-integrations/{id}"), None),
                ]
            }
            "worker group" => {
                let new = named(json!({ "id": name.clone() }));
                made(server, "/instance/worker-groups", new.clone()).await;
                vec![
                    Request::new("PUT", format!("/instance/worker-groups/{name}"), new),
                    Request::new("DELETE", format!("/instance/worker-groups/{name}"), None),
                ]
            }
            _ => panic!("{kind}"),
        }
    }
}

/// Lets every two requests about an object of a kind run at the same time, several pairs beside each other.
async fn race_pairs(server: &Server, stage: &Stage, kind: &str) {
    const BESIDE: usize = 4;
    let many = stage.object(server, kind, 0).await.len();
    let pairs: Vec<(usize, usize)> = (0..many).flat_map(|one| (one..many).map(move |other| (one, other))).collect();
    for (number, some) in pairs.chunks(BESIDE).enumerate() {
        let (mut requests, mut said) = (Vec::new(), Vec::new());
        for (offset, (one, other)) in some.iter().enumerate() {
            let object = stage.object(server, kind, 1 + number * BESIDE + offset).await;
            for which in [*one, *other] {
                requests.push(object[which].build(server));
                said.push(format!("{} {}", object[which].method, object[which].path));
            }
        }
        for ((status, body), said) in race(requests).await.into_iter().zip(&said) {
            let fine = matches!(status, 200..300 | 401 | 403 | 404 | 409 | 422);
            assert!(fine, "{said}: {status} {body}, among {}", said.as_str());
        }
    }
}

#[rstest]
#[case(&["user"])]
#[case(&["service account", "group", "role"])]
#[case(&["tenant", "namespace", "flow", "execution", "invitation", "integration", "worker group"])]
#[tokio::test(flavor = "multi_thread")]
async fn every_two_changes_of_an_object(
    #[case] kinds: &[&str],
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    let stage = Stage::build(&server).await;
    for kind in kinds {
        race_pairs(&server, &stage, kind).await;
    }
    instance.numbers_are_right().await;
    assert!(instance.run(&["audit", "verify"]).status.success());
    // Whoever is let in holds what came with it, and nobody holds anything without.
    assert_eq!(
        instance.count("SELECT COUNT(*) FROM principals WHERE superadmin AND name = 'admin@example.com'").await,
        1
    );
}

#[rstest]
#[case("serializable")]
#[case("repeatable read")]
#[tokio::test(flavor = "multi_thread")]
async fn whatever_isolation_the_database_is_set_to(#[case] isolation: &str) {
    let instance = Instance::new(Engine::Postgres).await;
    instance
        .execute(match isolation {
            "serializable" => {
                "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_isolation = serializable',
                                            current_database()); END $$"
            }
            _ => {
                "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_isolation = ''repeatable read''',
                                            current_database()); END $$"
            }
        })
        .await;
    let server = instance.serve();
    let stage = Stage::build(&server).await;
    let (id, token) = user(&server, "own", false).await;
    let mut requests = Vec::new();
    for number in 0..20 {
        let name = format!("Name {number}");
        let role = json!({ "name": name, "permissions": { "FLOW": ["VIEW"] } });
        requests.extend([
            server.request("POST", "/acme/groups").json(&json!({ "name": name, "members": [stage.user] })),
            server.request("PUT", &format!("/acme/roles/{}", stage.role)).json(&role),
            server.anonymous("PATCH", "/me").bearer_auth(&token).json(&json!({ "firstName": name })),
            server.request("PATCH", &format!("/users/{id}")).json(&json!({ "lastName": name })),
            server.request("POST", "/users").json(&json!({ "email": format!("{number}@example.com") })),
            server.request("POST", "/tenants").json(&json!({ "id": format!("t{number}"), "name": name })),
        ]);
    }
    let failed: Vec<_> = race(requests).await.into_iter().filter(|(status, _)| !(200..300).contains(status)).collect();
    assert!(failed.is_empty(), "{failed:?}");
    instance.numbers_are_right().await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_was_saved_is_lost(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    Stage::build(&server).await;
    // Each source is a revision of its own.
    assert_eq!(answer(server.request("POST", "/acme/flows").body(flow("counted", "team", "0"))).await.0, 200);
    let change = |number: usize| {
        let request = server.request("PUT", "/acme/flows/team/counted");
        request.body(flow("counted", "team", &number.to_string()))
    };
    for (status, body) in race((1..=10).map(change).collect()).await {
        assert_eq!(status, 200, "{body}");
    }
    assert_eq!(instance.count("SELECT revision FROM flows WHERE id = 'counted'").await, 11);
    assert_eq!(instance.count("SELECT COUNT(*) FROM flow_revisions WHERE id = 'counted'").await, 11);
    // Each state is in the history, and the labels stay.
    let run = answer(server.request("POST", "/acme/executions/team/counted")).await.1;
    let id = text(&run, "id");
    let state = |state: &str| server.request("POST", &format!("/acme/executions/{id}/change-status?status={state}"));
    let labels = server.request("POST", &format!("/acme/executions/{id}/labels"));
    let labels = labels.json(&json!([{ "key": "a", "value": "b" }]));
    let states = ["RUNNING", "PAUSED", "KILLING", "KILLED"].map(state);
    for (status, body) in race(states.into_iter().chain([labels]).collect()).await {
        assert_eq!(status, 200, "{body}");
    }
    let now = server.get(&format!("/acme/executions/{id}")).await.1;
    assert_eq!(now["state"]["histories"].as_array().unwrap().len(), 5, "{now}");
    assert_eq!(now["labels"], json!([{ "key": "a", "value": "b" }]));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn somebody_can_always_sign_in_and_administer(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    made(&server, "/tenants", json!({ "id": "acme", "name": "Acme" })).await;
    let me = text(&server.get("/users?q=admin@example.com").await.1["results"][0], "id");
    let own = format!("/users/{me}/auths/BasicAuth");
    let (status, said) = answer(server.request("DELETE", &own)).await;
    assert_eq!((status, &said["message"]), (409, &said["message"]), "{said}");
    assert!(said.to_string().contains("No superadmin could sign in any more"), "{said}");
    // Another who cannot sign in does not help; nor does a service account.
    let new = json!({ "email": "no-password@example.com", "superAdmin": true });
    let bare = text(&made(&server, "/users", new).await, "id");
    let account = text(&made(&server, "/service-accounts", json!({ "name": "ci" })).await, "id");
    let granted = format!("/service-accounts/{account}/superadmin");
    assert_eq!(server.json("PATCH", &granted, json!({ "superAdmin": true })).await.0, 200);
    assert_eq!(answer(server.request("DELETE", &own)).await.0, 409);
    let bare_token = made(&server, &format!("/users/{bare}/api-tokens"), json!({ "name": "one" })).await;
    let bare_token = text(&bare_token, "fullToken");
    let by_bare = |method: &str, path: &str| server.anonymous(method, path).bearer_auth(&bare_token);
    let revoke = json!({ "superAdmin": false });
    let revoked = by_bare("PATCH", &format!("/users/{me}/superadmin")).json(&revoke);
    assert_eq!(answer(revoked).await.0, 409);
    let changed = json!({ "email": ADMIN.0, "superAdmin": false });
    assert_eq!(answer(by_bare("PUT", &format!("/users/{me}")).json(&changed)).await.0, 409);
    assert_eq!(answer(by_bare("DELETE", &format!("/users/{me}"))).await.0, 409);
    assert_eq!(answer(by_bare("DELETE", &own)).await.0, 409);
    let document = json!({ "users": [{ "email": "no-password@example.com", "superAdmin": true }] });
    let import = by_bare("POST", "/instance/access/import?prune=true&acceptLoss=true").json(&document);
    let (status, said) = answer(import).await;
    assert!(status == 409 && said.to_string().contains("no superadmin who can sign in"), "{status} {said}");
    // Of two who take it from each other, one stays; in whichever way.
    let able = async || {
        instance
            .rows("SELECT p.id FROM principals AS p JOIN passwords AS w ON w.principal_id = p.id WHERE p.superadmin")
            .await
    };
    let second = async |number: usize| {
        let new = json!({ "email": format!("{number}@example.com"), "password": PASSWORD, "superAdmin": true });
        let id = text(&answer(by_bare("POST", "/users").json(&new)).await.1, "id");
        let tokens = format!("/users/{id}/api-tokens");
        let token = text(&answer(by_bare("POST", &tokens).json(&json!({ "name": "one" }))).await.1, "fullToken");
        (id, token)
    };
    let mut first = second(0).await;
    assert_eq!(answer(by_bare("DELETE", &own)).await.0, 200);
    for (number, way) in (1..).zip(["superadmin", "auth", "user"].into_iter().cycle().take(9)) {
        let other = second(number).await;
        let take = |id: &str| match way {
            "superadmin" => Request::new("PATCH", format!("/users/{id}/superadmin"), revoke.clone()),
            "auth" => Request::new("DELETE", format!("/users/{id}/auths/BasicAuth"), None),
            _ => Request::new("DELETE", format!("/users/{id}"), None),
        };
        let both = [take(&other.0).by(&first.1), take(&first.0).by(&other.1)];
        let answers = race(both.iter().map(|request| request.build(&server)).collect()).await;
        assert!(answers.iter().all(|(status, _)| matches!(status, 200..300 | 401 | 403 | 404 | 409)), "{answers:?}");
        let left = able().await;
        assert_eq!(left.len(), 1, "{way}: {answers:?}");
        if left[0] == other.0 {
            first = other;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_goes_on_while_many_wait_to_write() {
    let instance = Instance::new(Engine::Postgres).await;
    let server = instance.serve();
    made(&server, "/tenants", json!({ "id": "acme", "name": "Acme" })).await;
    // Somebody else is alone, such as an import.
    let mut other = sqlx::PgConnection::connect(&instance.database).await.unwrap();
    other.execute("BEGIN; SELECT pg_advisory_xact_lock(118083472880226)").await.unwrap();
    let group = |number: usize| server.request("POST", "/acme/groups").json(&json!({ "name": format!("g{number}") }));
    let waiting = tokio::spawn(race((0..40).map(group).collect()));
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(!waiting.is_finished());
    let read = tokio::time::timeout(Duration::from_secs(2), server.get("/acme/groups/search")).await;
    assert_eq!(read.expect("an answer in time").1["total"], 0);
    other.execute("COMMIT").await.unwrap();
    for (status, body) in waiting.await.unwrap() {
        assert_eq!(status, 200, "{body}");
    }
    instance.numbers_are_right().await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_changed_password_opens_nothing(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    made(&server, "/tenants", json!({ "id": "acme", "name": "Acme" })).await;
    let (id, _) = user(&server, "bert", false).await;
    let password = |round: usize| format!("Round!1234{round}");
    let path = format!("/users/{id}/password");
    assert_eq!(server.json("PATCH", &path, json!({ "password": password(0) })).await.0, 200);
    for round in 0..6 {
        let sign_in = || {
            let request = server.http.post(format!("{}/login", server.url));
            request.json(&json!({ "username": "bert@example.com", "password": password(round) }))
        };
        let change = server.request("PATCH", &path).json(&json!({ "password": password(round + 1) }));
        let answers = race(vec![sign_in(), change, sign_in()]).await;
        let statuses: Vec<u16> = answers.iter().map(|(status, _)| *status).collect();
        assert!(matches!(statuses.as_slice(), [200 | 401, 200, 200 | 401]), "{answers:?}");
        let open = instance.count(
            "SELECT COUNT(*) FROM sessions AS s JOIN principals AS p ON p.id = s.principal_id
                                   WHERE p.name = 'bert@example.com'",
        );
        assert_eq!(open.await, 0, "round {round}: {statuses:?}");
    }
}

#[rstest]
#[tokio::test]
async fn what_is_stored_and_not_understood_stays(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    made(&server, "/tenants", json!({ "id": "acme", "name": "Acme", "secretType": "vault" })).await;
    let role = json!({ "name": "Reader", "permissions": { "FLOW": ["VIEW"] } });
    let role = text(&made(&server, "/acme/roles", role).await, "id");
    let settings = async || -> Value {
        let stored = instance.rows("SELECT settings FROM tenants WHERE id = 'acme'").await.remove(0);
        serde_json::from_str(&stored).unwrap()
    };

    // Words and keys of a newer version: what is known is shown, a rename and an import keep all.
    let newer = "UPDATE tenants SET settings = '{\"type\":\"ROCKET\",\"secretType\":\"vault\",\"orbit\":{\"high\":true}}' \
                 WHERE id = 'acme'";
    instance.execute(newer).await;
    let before = settings().await;
    let (status, shown) = server.get("/tenants/acme").await;
    assert_eq!((status, &shown["secretType"]), (200, &json!("vault")), "{shown}");
    let renamed = json!({ "id": "acme", "name": "Acme Inc.", "secretType": "vault" });
    assert_eq!(server.json("PUT", "/tenants/acme", renamed).await.0, 200);
    assert_eq!(settings().await, before);
    let document = json!({ "tenants": [{ "id": "acme", "name": "Acme again" }] });
    let (status, plan) = server.json("POST", "/instance/access/import", document).await;
    assert_eq!((status, server.get("/tenants/acme").await.1["name"].clone()), (200, json!("Acme again")), "{plan}");
    assert_eq!(settings().await, before);

    // What is nothing at all is never written over.
    server.expect_error("what is stored cannot be read");
    instance.execute("UPDATE tenants SET settings = '[' WHERE id = 'acme'").await;
    for (method, path, body) in
        [("GET", "/tenants/acme", Value::Null), ("PUT", "/tenants/acme", json!({ "id": "acme", "name": "Lost" }))]
    {
        let (status, said) = server.json(method, path, body).await;
        assert_eq!(status, 500, "{method} {path}: {said}");
        assert!(said.to_string().contains("the log names the row"), "{said}");
    }
    assert_eq!(instance.rows("SELECT settings FROM tenants WHERE id = 'acme'").await, ["["]);
    instance.execute("UPDATE tenants SET settings = '{}' WHERE id = 'acme'").await;

    instance.execute("UPDATE roles SET permissions = 'x' WHERE name = 'Reader'").await;
    let path = format!("/acme/roles/{role}");
    assert_eq!(server.get(&path).await.0, 500);
    let put = json!({ "name": "Emptied", "permissions": {} });
    assert_eq!(server.json("PUT", &path, put).await.0, 500);
    assert_eq!(instance.rows("SELECT permissions FROM roles WHERE name = 'Reader'").await, ["x"]);
}
