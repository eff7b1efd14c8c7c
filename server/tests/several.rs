//! Several rows at once: all of them or none.

use crate::support::{ADMIN, Browser, Engine, Instance, Server};
use rstest::rstest;
use serde_json::json;

const PASSWORD: &str = "Plain!1234";

async fn user(server: &Server, email: &str, superadmin: bool) -> String {
    let (status, made) = server
        .json(
            "POST",
            "/users",
            json!({ "email": email, "password": PASSWORD, "tenants": ["acme"], "superAdmin": superadmin }),
        )
        .await;
    assert_eq!(status, 201, "{made}");
    made["id"].as_str().unwrap().to_owned()
}

/// Sends a form about these rows.
async fn send(browser: &Browser, function: &str, page: &str, ids: &[&str]) -> u16 {
    let ids = ids.iter().map(|id| ("ids[]", *id));
    let fields: Vec<_> = [("tenant", "acme"), ("__page", page)].into_iter().chain(ids).collect();
    browser.send(function, &fields).await.status().as_u16()
}

#[rstest]
#[tokio::test]
async fn what_cannot_be_done_with_one_is_done_with_none(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    assert_eq!(server.json("POST", "/tenants", json!({ "id": "acme", "name": "Acme" })).await.0, 200);
    let (anna, bert) = (user(&server, "anna@example.com", false).await, user(&server, "bert@example.com", true).await);
    let me = server.get("/users?q=admin@example.com").await.1["results"][0]["id"].as_str().unwrap().to_owned();
    let browser = Browser::sign_in(&server, ADMIN).await;
    let many: Vec<String> = (0..201).map(|number| format!("u{number}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();

    let page = "/administration/users/delete";
    for (ids, status) in [(vec![&*anna, "absent"], 404), (vec![&*anna, &*me], 409), (vec![], 422), (many, 422)] {
        assert_eq!(send(&browser, "delete_users", page, &ids).await, status, "{ids:?}");
    }
    let page = "/ui/acme/users/remove";
    for (ids, status) in [(vec![&*anna, "absent"], 404), (vec![], 422)] {
        assert_eq!(send(&browser, "shut_out_all", page, &ids).await, status, "{ids:?}");
    }
    assert_eq!(instance.count("SELECT COUNT(*) FROM principals").await, 3);
    assert_eq!(instance.count("SELECT COUNT(*) FROM tenant_access").await, 3);

    // Who administers access here does not remove themselves with others.
    let lead = user(&server, "lead@example.com", false).await;
    let admin = json!({ "type": "USER", "externalId": lead, "roleId": "admin_acme" });
    assert_eq!(server.json("POST", "/acme/bindings", admin).await.0, 200);
    let lead_browser = Browser::sign_in(&server, ("lead@example.com", PASSWORD)).await;
    assert_eq!(send(&lead_browser, "shut_out_all", page, &[&*anna, &*lead]).await, 409);
    assert_eq!(send(&lead_browser, "delete_users", "/administration/users/delete", &[&*anna]).await, 403);
    assert_eq!(instance.count("SELECT COUNT(*) FROM tenant_access").await, 4);
    assert_eq!(send(&lead_browser, "shut_out_all", page, &[&*anna, &*bert]).await, 303);
    assert_eq!(instance.count("SELECT COUNT(*) FROM tenant_access").await, 2);

    assert_eq!(send(&browser, "delete_users", "/administration/users/delete", &[&*anna, &*bert]).await, 303);
    assert_eq!(instance.count("SELECT COUNT(*) FROM principals").await, 2);
    assert_eq!(instance.count("SELECT COUNT(*) FROM audit_log WHERE resource = 'USER' AND type = 'DELETE'").await, 2);
    assert!(instance.run(&["audit", "verify"]).status.success());
    instance.numbers_are_right().await;
}
