//! The official Terraform provider's requests, byte by byte as it writes them (contract 1.1, 2.1 and the remarks of
//! section 3): no Accept, a Content-Type even without a body, credentials even where there are none, legacy extras.

use crate::support::{ADMIN, Engine, Instance, Server};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use rstest::rstest;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// How the provider is configured to sign in.
enum Credentials {
    Basic,
    Token(String),
    /// `jwt`: a cookie, beside which empty Basic credentials are sent.
    Jwt(String),
}

struct Provider<'a> {
    server: &'a Server,
    credentials: Credentials,
}

impl Provider<'_> {
    /// Sends what Go's client sends and takes what the provider takes: 200, 201 or 204, and JSON or nothing.
    async fn call(&self, method: &str, path: &str, kind: &str, body: Option<&str>) -> (u16, Value) {
        let address = self.server.url.strip_prefix("http://").unwrap();
        let basic = |text: String| format!("Authorization: Basic {}\r\n", BASE64_STANDARD.encode(text));
        let credentials = match &self.credentials {
            Credentials::Basic => basic(format!("{}:{}", ADMIN.0, ADMIN.1)),
            Credentials::Token(token) => format!("Authorization: Bearer {token}\r\n"),
            Credentials::Jwt(jwt) => format!("Authorization: Basic Og==\r\nCookie: JWT={jwt}\r\n"),
        };
        let length = body.map(|body| format!("Content-Length: {}\r\n", body.len())).unwrap_or_default();
        let length =
            if body.is_none() && matches!(method, "POST" | "PUT") { "Content-Length: 0\r\n".into() } else { length };
        let request = format!(
            "{method} /api/v1{path} HTTP/1.1\r\nHost: {address}\r\nUser-Agent: Go-http-client/1.1\r\n{length}\
             {credentials}Content-Type: {kind}\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n{}",
            body.unwrap_or_default()
        );
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        let answer = String::from_utf8(answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let body = if body.is_empty() { Value::Null } else { serde_json::from_str(body).expect(body) };
        (status, body)
    }

    async fn json(&self, method: &str, path: &str, body: Value) -> Value {
        let body = if body.is_null() { None } else { Some(body.to_string()) };
        let (status, answer) = self.call(method, path, "application/json", body.as_deref()).await;
        assert!([200, 201, 204].contains(&status), "{method} {path}: status {status}, body {answer}");
        assert!(
            method == "DELETE" || answer.is_object() || answer.is_array() || status == 204,
            "{method} {path}: {answer}"
        );
        answer
    }

    /// 404 is how the provider learns that something has gone.
    async fn gone(&self, path: &str) {
        assert_eq!(self.call("GET", path, "application/json", None).await.0, 404, "{path}");
    }
}

/// The provider asserts the type of what is there without asking: a key is a text or absent, never null.
fn texts(answer: &Value, must: &[&str], may: &[&str]) {
    for key in must {
        assert!(answer[key].is_string(), "{key} of {answer}");
    }
    for key in may {
        assert!(answer.get(key).is_none_or(Value::is_string), "{key} of {answer}");
    }
}

fn id(answer: &Value) -> String {
    answer["id"].as_str().unwrap().to_owned()
}

const NONE: Value = Value::Null;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn every_resource_is_created_read_changed_and_deleted(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[values("basic", "token", "jwt")] way: &str,
) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    let credentials = match way {
        "basic" => Credentials::Basic,
        "token" => {
            let token = server.json("POST", "/me/api-tokens", json!({ "name": "terraform" })).await.1;
            Credentials::Token(token["fullToken"].as_str().unwrap().to_owned())
        }
        _ => {
            let login = server.http.post(format!("{}/login", server.url));
            let login = login.json(&json!({ "username": ADMIN.0, "password": ADMIN.1 })).send().await.unwrap();
            Credentials::Jwt(login.cookies().find(|cookie| cookie.name() == "JWT").unwrap().value().to_owned())
        }
    };
    let provider = Provider { server: &server, credentials };
    tenant(&provider).await;
    let (user, group) = people(&provider).await;
    roles(&provider, &user, &group).await;
    accounts(&provider, &group).await;
    content(&provider).await;
}

async fn tenant(provider: &Provider<'_>) {
    let sent = json!({ "id": "main", "name": "Main", "workerGroup": { "key": "gpu", "fallback": "FAIL" } });
    let made = provider.json("POST", "/tenants", sent).await;
    texts(&made, &["id", "name"], &["storageType", "secretType"]);
    assert_eq!(made["workerGroup"]["key"], "gpu");
    let isolation = json!({ "enabled": true, "deniedServices": ["WORKER", "EXECUTOR"] });
    let sent = json!({ "id": "main", "name": "Main tenant", "storageType": "local", "storageConfiguration": { "a": "b" },
                       "storageIsolation": isolation, "requireExistingNamespace": true, "secretReadOnly": true });
    provider.json("PUT", "/tenants/main", sent.clone()).await;
    let read = provider.json("GET", "/tenants/main", NONE).await;
    for key in ["name", "storageType", "storageConfiguration", "storageIsolation", "requireExistingNamespace"] {
        assert_eq!(read[key], sent[key], "{key}");
    }
    provider.json("POST", "/tenants", json!({ "id": "unit_test", "name": "x" })).await;
    provider.json("DELETE", "/tenants/unit_test", NONE).await;
    provider.gone("/tenants/unit_test").await;
}

async fn people(provider: &Provider<'_>) -> (String, String) {
    let group = json!({ "id": "", "name": "Team", "description": "d", "namespaceId": "io.kestra" });
    let group = provider.json("POST", "/main/groups", group).await;
    texts(&group, &["id", "name", "description"], &["namespaceId"]);
    let second = id(&provider.json("POST", "/main/groups", json!({ "name": "Second", "namespaceId": "" })).await);
    let group = id(&group);

    let user = |address: &str, groups: Value| json!({ "username": address, "email": address, "namespaceId": "", "firstName": "", "lastName": "", "groups": groups });
    let made = provider.json("POST", "/users", user("john@doe.com", json!([second, group]))).await;
    texts(&made, &["id", "username"], &["namespaceId", "firstName", "lastName", "email"]);
    // In the order in which they were sent: another one would be a difference.
    let order = |answer: &Value| answer["groups"].as_array().unwrap().iter().map(id).collect::<Vec<_>>();
    assert_eq!(order(&made), [second.clone(), group.clone()]);
    let at = format!("/users/{}", id(&made));
    let put = provider.json("PUT", &at, user("john@doe.com", json!([group]))).await;
    assert_eq!(order(&put), std::slice::from_ref(&group));
    assert_eq!(order(&provider.json("GET", &at, NONE).await), std::slice::from_ref(&group));
    assert_eq!(put["tenants"][0]["id"], "main", "a group of a tenant lets into it");
    let found = provider.json("GET", "/users?filters%5Bq%5D%5BEQUALS%5D=JOHN%40doe.com&page=1&size=100", NONE).await;
    let found = found["results"].as_array().unwrap();
    assert!(found.iter().any(|one| one["username"].as_str().unwrap().eq_ignore_ascii_case("john@doe.com")));
    texts(&provider.json("PATCH", &format!("{at}/password"), json!({ "password": "Root!1234" })).await, &["id"], &[]);
    let token = json!({ "name": "ci", "description": "", "maxAge": "PT8H", "extended": false });
    let token = provider.json("POST", &format!("{at}/api-tokens"), token).await;
    texts(&token, &["id", "name", "fullToken"], &[]);
    let list = provider.json("GET", &format!("{at}/api-tokens"), NONE).await;
    texts(&list["results"][0], &["id", "name", "description", "prefix", "iat"], &["exp", "lastUsed"]);
    provider.json("DELETE", &format!("{at}/api-tokens/{}", id(&token)), NONE).await;
    // With a Content-Type and no body.
    let member = format!("/main/groups/{second}/members/{}", id(&made));
    provider.json("PUT", &member, NONE).await;
    let members = provider.json("GET", &format!("/main/groups/{second}/members?page=1&size=100"), NONE).await;
    assert_eq!(members["results"][0]["id"], made["id"]);
    let owner = format!("{}?membership=OWNER", member.replace("/members/", "/members/membership/"));
    provider.json("PUT", &owner, NONE).await;
    provider.json("DELETE", &member, NONE).await;
    provider.json("PUT", &at, user("john@doe.com", json!([]))).await;
    provider.json("DELETE", &format!("/main/groups/{second}"), NONE).await;
    provider.gone(&format!("/main/groups/{second}")).await;
    (id(&made), group)
}

async fn roles(provider: &Provider<'_>, user: &str, group: &str) {
    let permissions = json!({ "FLOW": ["UPDATE", "CREATE"], "TENANT_ACCESS": ["READ"] });
    let sent = json!({ "name": "Role", "description": "d", "namespaceId": "", "isDefault": false, "permissions": permissions });
    let role = provider.json("POST", "/main/roles", sent).await;
    texts(&role, &["id", "name", "description"], &["namespaceId"]);
    assert_eq!(role["permissions"], permissions, "as sent, in the order of each list");
    let at = format!("/main/roles/{}", id(&role));
    assert_eq!(provider.json("GET", &at, NONE).await["permissions"], permissions);
    let found =
        provider.json("GET", "/main/roles/search?filters%5Bname%5D%5BEQUALS%5D=role&page=1&size=100", NONE).await;
    assert_eq!(found["total"], 1, "{found}");
    for (kind, whom, key) in [("USER", user, "user"), ("GROUP", group, "group")] {
        let sent = json!({ "type": kind, "externalId": whom, "roleId": role["id"], "namespaceId": "io.kestra.ci" });
        let made = provider.json("POST", "/main/bindings", sent).await;
        texts(&made, &["id", "type"], &["namespaceId"]);
        assert_eq!((&made[key]["id"], &made["role"]["id"]), (&json!(whom), &role["id"]));
        let binding = format!("/main/bindings/{}", id(&made));
        provider.json("GET", &binding, NONE).await;
        provider.json("DELETE", &binding, NONE).await;
        provider.gone(&binding).await;
    }
    provider.json("DELETE", &at, NONE).await;
    provider.gone(&at).await;
}

async fn accounts(provider: &Provider<'_>, group: &str) {
    let sent = json!({ "name": "robot", "description": "", "superAdmin": false, "groups": null });
    let made = provider.json("POST", "/main/service-accounts", sent).await;
    texts(&made, &["id", "name"], &["namespaceId", "description"]);
    assert!(made["superAdmin"].is_boolean());
    let at = format!("/main/service-accounts/{}", id(&made));
    let sent = json!({ "id": made["id"], "name": "robot", "description": "d", "superAdmin": false, "groups": [{ "id": group }] });
    let put = provider.json("PUT", &at, sent).await;
    assert_eq!(put["groups"][0]["id"], group, "{put}");
    provider.json("GET", &at, NONE).await;
    let token = json!({ "name": "ci", "description": "", "extended": false });
    let token = provider.json("POST", &format!("{at}/api-tokens"), token).await;
    texts(&token, &["id", "name", "fullToken"], &[]);
    let list = provider.json("GET", &format!("{at}/api-tokens"), NONE).await;
    texts(&list["results"][0], &["description", "iat"], &["exp", "lastUsed"]);
    provider.json("DELETE", &format!("{at}/api-tokens/{}", id(&token)), NONE).await;
    provider.json("DELETE", &at, NONE).await;
    provider.gone(&at).await;
    // One of the instance answers in a tenant it has no access to, to a superadmin.
    let alone = provider.json("POST", "/service-accounts", json!({ "name": "alone" })).await;
    provider.json("GET", &format!("/main/service-accounts/{}", id(&alone)), NONE).await;
    provider.json("GET", &format!("/main/service-accounts/{}/api-tokens", id(&alone)), NONE).await;

    let sent = json!({ "name": "okta", "description": "d", "type": "SCIM" });
    let made = provider.json("POST", "/main/security-integrations", sent).await;
    texts(&made, &["id", "uri"], &[]);
    texts(&made["apiToken"], &["fullToken"], &[]);
    let at = format!("/main/security-integrations/{}", id(&made));
    texts(&provider.json("GET", &at, NONE).await, &["id", "name", "type", "description", "tenantId"], &[]);
    provider.json("DELETE", &at, NONE).await;
    let group = json!({ "id": "gpu", "name": "GPU", "description": "d", "subscriptions": [] });
    provider.json("POST", "/instance/worker-groups", group.clone()).await;
    provider.json("PUT", "/instance/worker-groups/gpu", group).await;
    provider.json("GET", "/instance/worker-groups/gpu", NONE).await;
    provider.json("DELETE", "/instance/worker-groups/gpu?force=false", NONE).await;
    provider.gone("/instance/worker-groups/gpu").await;
}

async fn content(provider: &Provider<'_>) {
    // The strict half of the provider calls any key it did not send an inconsistent result.
    let sent =
        json!({ "id": "io.team", "description": "d", "secretConfiguration": { "vault": { "url": "x", "n": 1 } } });
    let made = provider.json("POST", "/main/namespaces", sent.clone()).await;
    assert_eq!(made["secretConfiguration"], sent["secretConfiguration"]);
    for key in ["secretReadOnly", "outputsInInternalStorage", "storageType", "secretType", "variables"] {
        assert!(made.get(key).is_none(), "{key} of {made}");
    }
    provider.json("PUT", "/main/namespaces/io.team", json!({ "id": "io.team", "description": "e" })).await;
    assert_eq!(provider.json("GET", "/main/namespaces/io.team", NONE).await["description"], "e");
    let source =
        "id: hello\nnamespace: io.team\ntasks:\n  - id: t\n    type: io.kestra.plugin.core.log.Log\n    message: hi\n";
    let yaml = "application/x-yaml";
    let (status, found) = provider.call("POST", "/main/flows/validate", yaml, Some(source)).await;
    assert_eq!((status, found.as_array().unwrap().len()), (200, 1));
    for key in ["constraints", "warnings", "deprecationPaths"] {
        assert!(found[0].get(key).is_none(), "{found}");
    }
    let (status, flow) = provider.call("POST", "/main/flows", yaml, Some(source)).await;
    assert_eq!((status, flow["source"].as_str()), (200, Some(source)));
    texts(&flow, &["id", "namespace"], &[]);
    assert_eq!(flow["revision"], 1);
    let at = "/main/flows/io.team/hello";
    let (status, flow) = provider.call("PUT", at, yaml, Some(&source.replace("hi", "ho"))).await;
    assert_eq!((status, &flow["revision"]), (200, &json!(2)));
    assert_eq!(provider.json("GET", &format!("{at}?source=true"), NONE).await["revision"], 2);
    provider.json("DELETE", at, NONE).await;
    provider.gone(at).await;
    provider.json("DELETE", "/main/namespaces/io.team", NONE).await;
    provider.gone("/main/namespaces/io.team").await;
}

#[rstest]
#[tokio::test]
async fn without_credentials_it_is_nobody(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    let provider = Provider { server: &server, credentials: Credentials::Jwt("nothing".into()) };
    assert_eq!(provider.call("GET", "/tenants/main", "application/json", None).await.0, 401);
}
