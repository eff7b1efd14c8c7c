//! Nobody sees what is not theirs: every operation of the API's own document, called by those it is not for.

use crate::{
    support::{Engine, Instance, Server},
    world::{Operation, PASSWORD, World},
};
use rstest::rstest;
use serde_json::{Value, json};

/// Status and text of an operation's answer to somebody.
async fn call(
    server: &Server,
    operation: &Operation,
    address: &str,
    body: Option<Vec<u8>>,
    who: Option<&str>,
) -> (u16, String) {
    let request = server.anonymous(&operation.method, address).header("content-type", operation.content_type());
    let request = who.into_iter().fold(request, |request, who| request.basic_auth(who, Some(PASSWORD)));
    let request = body.into_iter().fold(request, |request, body| request.body(body));
    // Answers are compared, and name their request.
    let answer = request.header("x-request-id", "every-request").send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// Open to all: what a client asks before it signs in, and what says the same to everybody.
const OPEN: [&str; 10] = [
    "/setup",
    "/configs/login",
    "/auths",
    "/basicAuthValidationErrors",
    "/forgotten-password",
    "/reset-password",
    "/validate-password",
    "/request-code/{email}",
    "/invitation/accept/{id}",
    "/invitation/create/{id}",
];
/// For everybody who has signed in: about themselves, or about the product.
const OWN: [&str; 7] =
    ["/me", "/me/password", "/me/api-tokens", "/me/api-tokens/{token}", "/me/invitations", "/configs", "/license-info"];

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_learns_nothing(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    let (alpha, beta) = (World::build(&server, "alpha", 2).await, World::build(&server, "beta", 2).await);
    let nobody = "nobody@example.com";
    let made = server.json("POST", "/users", json!({ "email": nobody, "password": PASSWORD })).await;
    assert!((200..300).contains(&made.0), "{made:?}");
    let operations = Operation::all(&server).await;
    assert!(operations.len() > 140, "{}", operations.len());
    let fill = |kind: &str| match kind {
        "tenants" => "alpha".to_owned(),
        "worker-groups" | "accept" | "create" => "absent".to_owned(),
        kind => alpha.id(kind),
    };
    let mut wrong = Vec::new();
    for operation in &operations {
        let address = operation.address("alpha", fill);
        let body = || operation.body(fill);
        let mut expect = |who: &str, (status, text): (u16, String), good: &[u16]| {
            if !good.contains(&status) || text.contains(&alpha.marker) && status < 400 {
                wrong.push(format!("{who}: {} {address}: {status} {text}", operation.method));
            }
        };
        if !OPEN.contains(&operation.path.as_str()) {
            expect("anonymous", call(&server, operation, &address, body(), None).await, &[401]);
        }
        if !OPEN.contains(&operation.path.as_str()) && !OWN.contains(&operation.path.as_str()) {
            expect("nobody", call(&server, operation, &address, body(), Some(nobody)).await, &[403, 404]);
            expect("other tenant", call(&server, operation, &address, body(), Some(&beta.admin)).await, &[403, 404]);
        }
        if operation.of_tenant() {
            // A tenant one may not enter answers as one that does not exist.
            let there = call(&server, operation, &address, body(), Some(&beta.admin)).await;
            let absent = operation.address("gamma", fill);
            let absent = call(&server, operation, &absent, body(), Some(&beta.admin)).await;
            if (there.0, there.1.replace("alpha", "T"))
                != (absent.0, absent.1.replace("gamma", "T").replace("markeralpha", "markerT"))
            {
                wrong.push(format!("tenant: {} {address}: {there:?} but {absent:?}", operation.method));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Somebody who exists can be let into a tenant by whoever knows who they are (contract 4.6, 8.3); these do so.
const BY_NAME: [&str; 3] = ["/{tenant}/tenant-access", "/{tenant}/tenant-access/{id}", "/{tenant}/users/{id}/groups"];
/// These take ids in their bodies.
const IN_BODY: [&str; 4] =
    ["/{tenant}/bindings", "/{tenant}/bindings/bulk", "/{tenant}/groups/ids", "/{tenant}/roles/ids"];

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_another_tenant_is_absent_here(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    let (alpha, beta) = (World::build(&server, "alpha", 2).await, World::build(&server, "beta", 2).await);
    let theirs = |kind: &str| alpha.id(kind);
    // As long as the true ones, and nobody's.
    let nobodys = |kind: &str| format!("x{}", &alpha.id(kind)[1..]);
    let mut wrong = Vec::new();
    for operation in Operation::all(&server).await.into_iter().filter(Operation::of_tenant) {
        if BY_NAME.contains(&operation.path.as_str()) && operation.method != "GET" {
            continue;
        }
        // These only make something new, under an id that is free here.
        let makes = ["/{tenant}/flows", "/{tenant}/namespaces"].contains(&operation.path.as_str());
        if makes && operation.method == "POST" {
            continue;
        }
        let (one, other) = (operation.address("beta", theirs), operation.address("beta", nobodys));
        let foreign = call(&server, &operation, &one, operation.body(theirs), Some(&beta.admin)).await;
        if foreign.1.contains(&format!("\"{}", alpha.marker)) && foreign.0 < 400 && operation.method == "GET" {
            wrong.push(format!("{} {one} shows {}", operation.method, foreign.1));
        }
        let parameters = operation.path.matches('{').count();
        if parameters == 1 && !(operation.method == "POST" && IN_BODY.contains(&operation.path.as_str())) {
            continue;
        }
        let absent = call(&server, &operation, &other, operation.body(nobodys), Some(&beta.admin)).await;
        let plain = |text: &str, id: &dyn Fn(&str) -> String| {
            let kinds = [
                "users",
                "roles",
                "groups",
                "bindings",
                "service-accounts",
                "tokens",
                "email",
                "invitations",
                "security-integrations",
                "namespaces",
                "flows",
                "executions",
                "auditlogs",
            ];
            kinds.iter().fold(text.to_owned(), |text, kind| text.replace(&id(kind), "ID"))
        };
        let same = foreign.0 == absent.0 && plain(&foreign.1, &theirs) == plain(&absent.1, &nobodys);
        if !same {
            wrong.push(format!("{} {one}: {foreign:?} but {absent:?}", operation.method));
        }
        if parameters > 1 && operation.method != "GET" && foreign.0 < 300 {
            wrong.push(format!("{} {one} did something: {foreign:?}", operation.method));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    // Nothing of alpha was touched.
    let (status, group) = server.get(&format!("/alpha/groups/{}", alpha.id("groups"))).await;
    assert_eq!((status, &group["description"]), (200, &Value::from(alpha.marker.as_str())));
    for (list, total) in
        [("groups", 2), ("bindings", 4), ("flows", 2), ("namespaces", 2), ("executions", 2), ("invitations", 2)]
    {
        let page = server.get(&format!("/alpha/{list}/search")).await.1;
        assert_eq!(page["total"], total, "{list}: {page}");
    }
}
