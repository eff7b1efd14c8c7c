//! What a request leaves in the log, and how an answer is found there.

use crate::support::{ADMIN, Browser, Engine, Instance, answer};
use rstest::rstest;
use serde_json::{Value, json};

const ID: &str = "test-0198.abc:1";

#[rstest]
#[tokio::test]
async fn every_request_has_one_line_that_says_who_and_where(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let instance = Instance::new(engine).await;
    let mut server = instance.serve_logging_requests(false);
    assert_eq!(server.json("POST", "/tenants", json!({ "id": "acme", "name": "Acme" })).await.0, 200);
    let me = server.get("/me").await.1["id"].as_str().unwrap().to_owned();
    let group = server.json("POST", "/acme/groups", json!({ "name": "secret-name" })).await.1;
    let id = group["id"].as_str().unwrap();
    let request = server.request("GET", &format!("/acme/groups/{id}?q=secret-word")).header("x-request-id", ID);
    let response = request.send().await.unwrap();
    assert_eq!(response.headers()["x-request-id"], ID);
    let browser = Browser::sign_in(&server, ADMIN).await;
    assert_eq!(browser.open(&format!("/ui/acme/groups/{id}?q=secret-word")).await.status(), 200);
    assert_eq!(browser.open("/ui/acme/nothing").await.status(), 404);
    server.stop().await;

    let log = server.logged();
    let line = |words: &str| {
        let lines: Vec<_> = log.lines().filter(|line| line.contains(words) && line.contains("answered")).collect();
        assert_eq!(lines.len(), 1, "{words}: {lines:?}");
        lines[0].to_owned()
    };
    let line_of_call = line(&format!("id=\"{ID}\""));
    for words in [
        "INFO request{",
        "method=GET",
        "route=\"/api/v1/{tenant}/groups/{id}\"",
        &format!("principal=\"{me}\""),
        "tenant=acme",
        "status=200",
        "ms=",
    ] {
        assert!(line_of_call.contains(words), "{words}: {line_of_call}");
    }
    let page = line("route=\"/ui/{tenant}/groups/{id}\"");
    assert!(page.contains(&format!("principal=\"{me}\"")) && page.contains("tenant=acme"), "{page}");
    assert!(line("route=\"/serverfn/sign_in\"").contains("status=303"));
    assert!(line("route=\"none\"").contains("status=404"));
    assert!(!log.contains("secret-word") && !log.contains(ADMIN.1), "{log}");
}

#[rstest]
#[tokio::test]
async fn a_failure_is_found_in_the_log_by_its_answer(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    let server = instance.serve_logging_requests(true);
    assert_eq!(server.json("POST", "/tenants", json!({ "id": "acme", "name": "Acme" })).await.0, 200);
    let browser = Browser::sign_in(&server, ADMIN).await;
    let (status, refused) = server.get("/acme/groups/absent").await;
    assert_eq!((status, refused["requestId"].is_string()), (404, true), "{refused}");

    server.expect_error("\"level\":\"ERROR\"");
    instance.execute("ALTER TABLE executions RENAME TO moved_executions").await;
    let (status, failed) = answer(server.request("GET", "/acme/executions/absent").header("x-request-id", ID)).await;
    assert_eq!((status >= 500, failed["requestId"].as_str()), (true, Some(ID)), "{failed}");
    let page = browser.open("/ui/acme/executions/absent").await;
    assert!(page.status().is_server_error(), "{}", page.status());
    let shown = page.headers()["x-request-id"].to_str().unwrap().to_owned();
    assert!(page.text().await.unwrap().contains(&shown));

    let log = server.logged();
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    for id in [ID, &shown] {
        let error = lines.iter().find(|line| line["level"] == "ERROR" && line["spans"][0]["id"] == *id).expect(&log);
        assert_eq!(error["spans"][0]["tenant"], "acme", "{error}");
        assert!(error["spans"][0]["principal"].is_string(), "{error}");
    }
}

#[rstest]
#[tokio::test]
async fn what_is_no_request_id_stays_out_of_the_audit_log(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    let long = "x".repeat(60_000);
    for given in ["", "two words", "<b>", long.as_str()] {
        let request = server.anonymous("GET", "/me").header("x-request-id", given);
        let response = request.basic_auth(ADMIN.0, Some("wrong")).send().await.unwrap();
        assert_eq!(response.status(), 401);
        let id = response.headers()["x-request-id"].to_str().unwrap();
        assert!(id != given && id.len() == 36, "{id}");
    }
    let longest = "SELECT CAST(COALESCE(MAX(LENGTH(request_id)), 0) AS BIGINT) FROM audit_log";
    assert_eq!(instance.count(longest).await, 36);
}
