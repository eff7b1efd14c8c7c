//! Searching lists of which very much fits: however it is found, it is what there is, in the list's order.

use crate::support::{ADMIN, Browser, Engine, Instance, Server};
use rstest::rstest;
use serde_json::json;

/// A tenant with 1,200 people, and 21,000 who are in another one: enough for each way of searching.
async fn crowded(instance: &Instance, server: &Server) {
    for id in ["acme", "other"] {
        assert_eq!(server.json("POST", "/tenants", json!({ "id": id, "name": id })).await.0, 200);
    }
    instance
        .execute(
            "INSERT INTO principals (id, kind, name, search, created_at, created_by)
             WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 22200)
             SELECT 'p' || n, 'USER', name || '@example.com', name || '@example.com', n, 'test'
             FROM (SELECT n, CASE WHEN n <= 1200 THEN 'karin' || n ELSE 'zoe.karin' || n END AS name FROM c) AS named",
        )
        .await;
    instance
        .execute(
            "INSERT INTO tenant_access (tenant_uid, principal_id, granted_at)
             SELECT t.uid, p.id, 1 FROM principals AS p JOIN tenants AS t ON t.id = CASE WHEN p.name LIKE 'zoe%' THEN 'other' ELSE 'acme' END
             WHERE p.created_by = 'test'",
        )
        .await;
}

/// All names of a list, page by page, and what it says of how many there are.
async fn all(server: &Server, path: &str) -> (Vec<String>, i64) {
    let (mut names, mut total) = (Vec::new(), 0);
    for page in 1.. {
        let found = server.get(&format!("{path}&size=500&page={page}")).await.1;
        let rows = found["results"].as_array().unwrap();
        total = found["total"].as_i64().unwrap();
        names.extend(rows.iter().map(|one| one["username"].as_str().unwrap().to_owned()));
        if rows.len() < 500 {
            break;
        }
    }
    (names, total)
}

#[rstest]
#[tokio::test]
async fn many_hits_are_all_there_in_order(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    crowded(&instance, &server).await;
    let people = |numbers: Box<dyn Iterator<Item = u32>>, name: &str| {
        let mut names: Vec<_> = numbers.map(|n| format!("{name}{n}@example.com")).collect();
        names.sort();
        names
    };
    // More than can be sorted, in a tenant that has some of them; in one that has most of them; few of many; and some.
    let cases = [
        ("/acme/tenant-access?q=karin", people(Box::new(1..=1200), "karin"), 1200),
        ("/other/tenant-access?q=karin", people(Box::new(1201..=22_200), "zoe.karin"), 5000),
        (
            "/acme/tenant-access?q=karin11",
            people(Box::new((1..=1200).filter(|n| n.to_string().starts_with("11"))), "karin"),
            111,
        ),
        (
            "/acme/tenant-access?q=n1",
            people(Box::new((1..=1200).filter(|n| n.to_string().starts_with('1'))), "karin"),
            312,
        ),
        (
            "/acme/tenant-access?q=karin1",
            people(Box::new((1..=1200).filter(|n| n.to_string().starts_with('1'))), "karin"),
            312,
        ),
    ];
    for (path, expected, counted) in cases {
        let (names, total) = all(&server, path).await;
        assert_eq!(total, counted, "{path}");
        assert_eq!(names.len(), expected.len(), "{path}");
        assert!(names == expected, "{path}: not in order");
    }
}

#[rstest]
#[tokio::test]
async fn whoever_looks_for_somebody_finds_them_in_their_tenant(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    crowded(&instance, &server).await;
    let browser = Browser::sign_in(&server, ADMIN).await;
    // The first that an index finds are all of the other tenant, or all of this one.
    for (tenant, ours, theirs) in [("acme", ">karin", ">zoe."), ("other", ">zoe.", ">karin")] {
        let page = browser.open(&format!("/find?q=karin&in={tenant}")).await.text().await.unwrap();
        let shown = page.split("<main").nth(1).unwrap().split("</main>").next().unwrap();
        assert_eq!((shown.matches(ours).count(), shown.matches(theirs).count()), (8, 0), "{tenant}: {shown}");
    }
}
