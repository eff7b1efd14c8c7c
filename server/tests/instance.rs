//! The Instance page: what happened on the last days.

use crate::support::{ADMIN, Browser, Engine, Instance, answer};
use rstest::rstest;
use serde_json::json;

/// Figures of the table on the page, the newest day first: sign-ins, failures, changes.
async fn figures(browser: &Browser) -> Vec<(String, [i64; 3])> {
    let page = browser.open("/administration/instance").await.text().await.unwrap().replace("<!>", "");
    let (_, section) = page.split_once("id=\"days-section\"").expect(&page);
    let (_, body) = section.split_once("<tbody>").unwrap();
    let (body, _) = body.split_once("</tbody>").unwrap();
    body.split("<tr>")
        .skip(1)
        .map(|row| {
            let (_, rest) = row.split_once("datetime=\"").unwrap();
            let day = rest.chars().take(10).collect();
            let mut cells = row
                .split("class=\"numeric\">")
                .skip(1)
                .map(|cell| cell.split('<').next().unwrap().replace(',', "").parse::<i64>().unwrap());
            (day, [cells.next().unwrap(), cells.next().unwrap(), cells.next().unwrap()])
        })
        .collect()
}

#[rstest]
#[tokio::test]
async fn days_are_counted_as_the_log_grows(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    let browser = Browser::sign_in(&server, ADMIN).await;
    let before = figures(&browser).await;
    assert_eq!(before.len(), 30);
    assert!(before[0].1[0] >= 1, "the sign-in just now: {before:?}");
    assert!(before[1..].iter().all(|(_, figures)| *figures == [0, 0, 0]), "{before:?}");

    server.json("POST", "/tenants", json!({ "id": "dev", "name": "Dev" })).await;
    server.json("POST", "/dev/groups", json!({ "name": "a" })).await;
    let wrong = server.anonymous("GET", "/me").basic_auth(ADMIN.0, Some("wrong"));
    assert_eq!(answer(wrong).await.0, 401);
    let after = figures(&browser).await;
    let grown: Vec<_> = after[0].1.iter().zip(before[0].1).map(|(after, before)| after - before).collect();
    assert!(grown[1] == 1 && grown[2] >= 2, "{grown:?}");
    let counted = "SELECT CAST(SUM(sign_ins + failures + changes) AS BIGINT) FROM audit_days";
    let logged =
        "SELECT COUNT(*) FROM audit_log WHERE type IN ('LOGIN', 'LOGIN_FAILURE', 'CREATE', 'UPDATE', 'DELETE')";
    assert_eq!(instance.count(counted).await, instance.count(logged).await);

    // What is purged has happened all the same.
    let newest = server.get("/auditlogs/search?size=1").await.1["results"][0]["auditLog"]["date"].clone();
    assert!(instance.run(&["audit", "purge", "--before", newest.as_str().unwrap()]).status.success());
    assert!(instance.count(logged).await < after[0].1.iter().sum::<i64>());
    assert_eq!(figures(&browser).await[0].1[2], after[0].1[2]);
}

#[rstest]
#[tokio::test]
async fn a_day_begins_and_ends_at_midnight_utc(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    let browser = Browser::sign_in(&server, ADMIN).await;
    let days = figures(&browser).await;
    // From the day before those that are shown to yesterday: the first and the last millisecond of each, by several rows
    // of one statement.
    instance
        .execute(
            "INSERT INTO audit_log (id, chain, seq, at, type, resource, target, caller, door, previous_hash, hash)
             WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 30),
                  today(day) AS (SELECT MAX(at) / 86400000 FROM audit_log),
                  edge(at, kind) AS (SELECT (day - n) * 86400000, 'LOGIN' FROM number, today
                                     UNION ALL SELECT (day - n + 1) * 86400000 - 1, 'LOGIN_FAILURE' FROM number, today
                                     UNION ALL SELECT (day - n) * 86400000 + 1, 'DENIED' FROM number, today)
             SELECT 'row' || at, 'bulk', at, at, kind, 'USER', 'somebody', 'somebody', 'REST', '', '' FROM edge",
        )
        .await;
    let counted = figures(&browser).await;
    assert_eq!(
        counted.iter().map(|(day, _)| day).collect::<Vec<_>>(),
        days.iter().map(|(day, _)| day).collect::<Vec<_>>()
    );
    assert!(counted[1..].iter().all(|(_, figures)| *figures == [1, 1, 0]), "{counted:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_writes_at_the_same_time_does_not_wait_or_get_lost() {
    let instance = Instance::new(Engine::Postgres).await;
    let server = std::sync::Arc::new(instance.serve());
    for tenant in ["one", "two", "three", "four"] {
        assert_eq!(server.json("POST", "/tenants", json!({ "id": tenant, "name": tenant })).await.0, 200);
    }
    let before = instance.count("SELECT CAST(SUM(changes) AS BIGINT) FROM audit_days").await;
    let all = ["one", "two", "three", "four"].map(|tenant| {
        let server = server.clone();
        tokio::spawn(async move {
            for n in 0..25 {
                let group = json!({ "name": format!("g{n}") });
                assert_eq!(server.json("POST", &format!("/{tenant}/groups"), group).await.0, 200);
            }
        })
    });
    for one in all {
        one.await.unwrap();
    }
    let after = instance.count("SELECT CAST(SUM(changes) AS BIGINT) FROM audit_days").await;
    assert_eq!(after - before, 100);
}
