//! How many statements each route's request takes: held to a number, and the same however much there is to show.

use crate::{
    support::{ADMIN, Engine, Instance},
    world::{Operation, World},
};
use rstest::rstest;
use std::collections::BTreeMap;

/// How often each request is made. A database's thread writes the line of a request's last statement
/// when it gets to it, which may be after the answer has arrived: among this many requests such a line
/// is counted too early or too late, and cannot be taken for a statement of each of them.
const ASKED: usize = 12;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn no_route_asks_in_a_loop(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let committed = include_str!("statements.txt");
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
            if writes || ["/setup", "/forgotten-password"].contains(&operation.path.as_str()) {
                continue;
            }
            let address = operation.address("alpha", fill);
            let ask = async || {
                let request = server.anonymous(&operation.method, &address).basic_auth(ADMIN.0, Some(ADMIN.1));
                let request = operation.body(fill).into_iter().fold(request, |request, body| request.body(body));
                request.send().await.unwrap().text().await.unwrap();
            };
            // The first request may fill a cache.
            ask().await;
            let before = server.statements();
            for _ in 0..ASKED {
                ask().await;
            }
            let logged = server.statements() - before;
            let statements = (logged + ASKED / 2) / ASKED;
            assert!(logged.abs_diff(statements * ASKED) < ASKED / 4, "{address}: {logged} in {ASKED} requests");
            let route = format!("{} {}", operation.method, operation.path);
            let earlier = counted.insert(route.clone(), statements);
            assert!(
                earlier.is_none_or(|earlier| earlier == statements),
                "{route}: {earlier:?}, then {statements} with {size}"
            );
        }
    }
    let now: String = counted.iter().map(|(route, statements)| format!("{statements:2} {route}\n")).collect();
    if std::env::var_os("UPDATE_STATEMENTS").is_some() {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/statements.txt"), &now).unwrap();
    } else {
        assert_eq!(now, committed, "UPDATE_STATEMENTS=1 writes the numbers anew");
    }
}
