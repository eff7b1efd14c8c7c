//! Acting in a user's place from the console: who may, what is seen and written then, and how it ends.

use crate::support::{ADMIN, Browser, Engine, Instance, Server};
use crate::world::PASSWORD;
use rstest::rstest;
use serde_json::json;

/// A user of that address; its id.
async fn user(server: &Server, email: &str) -> String {
    let (status, user) = server.json("POST", "/users", json!({ "email": email, "password": PASSWORD })).await;
    assert_eq!(status, 201, "{user}");
    user["id"].as_str().unwrap().to_owned()
}

async fn text(browser: &Browser, path: &str) -> String {
    browser.open(path).await.text().await.unwrap()
}

#[rstest]
#[tokio::test]
async fn an_admin_acts_as_a_user_and_both_are_written_down(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    assert_eq!(server.json("POST", "/tenants", json!({ "id": "acme", "name": "Acme" })).await.0, 200);
    let lead = user(&server, "lead@acme.example.com").await;
    let binding = json!({ "type": "USER", "externalId": lead, "roleId": "admin_acme" });
    assert_eq!(server.json("POST", "/acme/bindings", binding).await.0, 200);
    let browser = Browser::sign_in(&server, ADMIN).await;

    let led = browser.send("take_place", &[("id", &lead)]).await;
    assert_eq!((led.status().as_u16(), led.headers()["location"].to_str().unwrap()), (303, "/ui"));
    let home = text(&browser, "/ui").await;
    assert!(home.contains("re impersonating ") && home.contains("lead@acme.example.com") && home.contains(ADMIN.0));
    assert_eq!(browser.open("/administration/users").await.status(), 403, "it is the user who asks");
    let made = browser.send("create_group", &[("tenant", "acme"), ("name", "Night shift")]).await;
    assert_eq!(made.status(), 303);
    // Over the API, too, with the same session.
    let me: serde_json::Value = browser.open("/api/v1/me").await.json().await.unwrap();
    assert_eq!(me["profile"]["username"], "lead@acme.example.com", "{me}");
    let (_, log) = server.get("/acme/auditlogs/search?filters[resources][EQUALS]=GROUP").await;
    let row = &log["results"][0]["auditLog"];
    assert_eq!((&row["userId"], &row["impersonatedBy"]), (&json!(lead), &json!(ADMIN.0)), "{row}");
    let (_, log) = server.get("/auditlogs/search?filters[type][EQUALS]=IMPERSONATE").await;
    assert_eq!(log["total"], 1, "{log}");
    // Whoever looks at the user's sessions sees whose it is.
    let other = Browser::sign_in(&server, ADMIN).await;
    assert!(text(&other, &format!("/administration/users/{lead}")).await.contains("by admin@example.com"));

    let left = browser.send("leave_place", &[]).await;
    let back = format!("/administration/users/{lead}");
    assert_eq!((left.status().as_u16(), left.headers()["location"].to_str().unwrap()), (303, back.as_str()));
    let page = text(&browser, &back).await;
    assert!(!page.contains("re impersonating <strong>") && page.contains("re back in your own account."));
}

#[rstest]
#[tokio::test]
async fn nobody_acts_as_another_who_may_not(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    let (plain, second) = (user(&server, "plain@example.com").await, user(&server, "second@example.com").await);
    assert_eq!(
        server.json("PATCH", &format!("/users/{second}/superadmin"), json!({ "superAdmin": true })).await.0,
        200
    );
    let (_, me) = server.get("/me").await;
    let admin = me["id"].as_str().unwrap();
    let (_, account) = server.json("POST", "/service-accounts", json!({ "name": "robot" })).await;

    let browser = Browser::sign_in(&server, ("plain@example.com", PASSWORD)).await;
    assert_eq!(browser.send("take_place", &[("id", admin)]).await.status(), 403);
    assert_eq!(browser.send("leave_place", &[]).await.status(), 303, "there is nothing to leave");
    assert!(!text(&browser, "/ui").await.contains("re impersonating "));

    let browser = Browser::sign_in(&server, ("second@example.com", PASSWORD)).await;
    assert_eq!(browser.send("take_place", &[("id", &second)]).await.status(), 409, "oneself");
    let robot = account["id"].as_str().unwrap();
    assert_eq!(browser.send("take_place", &[("id", robot)]).await.status(), 404, "no user");
    // A superadmin's place gives no other's: what is done would be written down in the wrong name.
    assert_eq!(browser.send("take_place", &[("id", admin)]).await.status(), 303);
    assert_eq!(browser.send("take_place", &[("id", &plain)]).await.status(), 409, "from within a place");
    // A token would outlast it.
    let token = [("owner", "me"), ("token_name", "keep")];
    assert_eq!(browser.send("create_token", &token).await.status(), 409);

    // Whoever is no superadmin any more is out at once, of the other's place and of their own session.
    let path = format!("/users/{second}/superadmin");
    assert_eq!(server.json("PATCH", &path, json!({ "superAdmin": false })).await.0, 200);
    let answer = browser.open("/administration/users").await;
    assert_eq!(answer.status(), 303);
    assert!(answer.headers()["location"].to_str().unwrap().starts_with("/login"));
}
