//! How many statements each route's request takes, and some pages': held to a number, and the same however much there
//! is to show.

use crate::{
    support::{ADMIN, Browser, Engine, Instance, Server},
    world::{Operation, World},
};
use reqwest::RequestBuilder;
use rstest::rstest;
use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicUsize, Ordering},
};

/// How often each request is made. Some count more than the others: a connection that is opened for one asks things of
/// its own. And a database's thread writes the line of a last statement when it gets to it, which may be after the answer.
const ASKED: usize = 12;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn no_route_asks_in_a_loop(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let mut counted = BTreeMap::new();
    for size in [1, 9] {
        let instance = Instance::new(engine).await;
        let server = instance.serve_logging_statements();
        let world = World::build(&server, "alpha", size).await;
        let fill = |kind: &str| match kind {
            "tenants" => "alpha".to_owned(),
            "worker-groups" => "absent".to_owned(),
            kind => world.id(kind),
        };
        for operation in Operation::all(&server).await {
            let writes = operation.method != "GET"
                && !operation.path.contains("/autocomplete")
                && !operation.path.contains("/ids");
            if writes || ["/setup", "/forgotten-password", "/request-code/{email}"].contains(&operation.path.as_str()) {
                continue;
            }
            let address = operation.address("alpha", fill);
            let ask = || {
                let request = server.anonymous(&operation.method, &address).basic_auth(ADMIN.0, Some(ADMIN.1));
                operation.body(fill).into_iter().fold(request, |request, body| request.body(body))
            };
            let statements = count(&server, &address, ask).await;
            note(&mut counted, format!("{} {}", operation.method, operation.path), statements, size);
        }
    }
    compare(&counted, include_str!("statements.txt"), concat!(env!("CARGO_MANIFEST_DIR"), "/tests/statements.txt"));
}

/// Pages with what they are around.
const PAGES: &[&str] = &[
    "/ui",
    "/ui/alpha",
    "/ui/alpha/settings",
    "/administration/tenants",
    "/administration/tenants/alpha",
    "/administration/tenants/alpha/edit",
    "/administration/tenants/alpha/delete",
];

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn no_page_asks_in_a_loop(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let mut counted = BTreeMap::new();
    for size in [1, 9] {
        let instance = Instance::new(engine).await;
        let server = instance.serve_logging_statements();
        World::build(&server, "alpha", size).await;
        let browser = Browser::sign_in(&server, ADMIN).await;
        for page in PAGES {
            assert_eq!(browser.open(page).await.status(), 200, "{page}");
            let statements = count(&server, page, || browser.get(page)).await;
            note(&mut counted, (*page).to_owned(), statements, size);
        }
    }
    compare(&counted, include_str!("pages.txt"), concat!(env!("CARGO_MANIFEST_DIR"), "/tests/pages.txt"));
}

/// How many statements a request takes: as many as most of several take.
async fn count(server: &Server, address: &str, ask: impl Fn() -> RequestBuilder) -> usize {
    static COUNTED: AtomicUsize = AtomicUsize::new(0);
    let turn = COUNTED.fetch_add(1, Ordering::Relaxed);
    let requests: Vec<_> = (0..ASKED).map(|index| format!("counted-{turn}-{index}")).collect();
    for request in &requests {
        ask().header("x-request-id", request).send().await.unwrap().text().await.unwrap();
    }
    let counted = server.statements(&requests);
    let as_many = |statements: usize| counted.iter().filter(|one| **one == statements).count();
    let statements = counted.iter().copied().max_by_key(|one| as_many(*one)).unwrap();
    assert!(as_many(statements) > ASKED / 2, "{address}: {counted:?}");
    statements
}

/// Keeps a number, which is the same whatever there is to show.
fn note(counted: &mut BTreeMap<String, usize>, what: String, statements: usize, size: usize) {
    let earlier = counted.insert(what.clone(), statements);
    assert!(earlier.is_none_or(|earlier| earlier == statements), "{what}: {earlier:?}, then {statements} with {size}");
}

/// The numbers are those that are committed.
fn compare(counted: &BTreeMap<String, usize>, committed: &str, file: &str) {
    let now: String = counted.iter().map(|(what, statements)| format!("{statements:2} {what}\n")).collect();
    if std::env::var_os("UPDATE_STATEMENTS").is_some() {
        std::fs::write(file, &now).unwrap();
    } else {
        assert_eq!(now, committed, "UPDATE_STATEMENTS=1 writes the numbers anew");
    }
}
