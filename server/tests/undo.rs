//! What can be taken back is offered once, to whoever did it, on the page after; and whether they may is decided anew.

use crate::support::{ADMIN, Browser, Engine, Instance, Server};
use crate::world::PASSWORD;
use rstest::rstest;
use serde_json::{Value, json};

/// The form in the corner of a page: its function, and what it tells it.
fn offered(page: &str) -> Option<(String, Vec<(String, String)>)> {
    let (_, toast) = page.split_once("class=\"toast\"")?;
    let (_, form) = toast.split_once("action=\"/serverfn/")?;
    let (function, rest) = form.split_once('"')?;
    let (form, _) = rest.split_once("</form>")?;
    let attribute = |input: &str, name: &str| {
        let (_, rest) = input.split_once(&format!("{name}=\""))?;
        Some(rest.split_once('"')?.0.to_owned())
    };
    let fields = form.split("<input").skip(1);
    let fields =
        fields.map(|input| (attribute(input, " name").unwrap(), attribute(input, "value").unwrap_or_default()));
    Some((function.to_owned(), fields.collect()))
}

async fn send(browser: &Browser, function: &str, page: &str, fields: &[(&str, &str)]) -> u16 {
    let fields: Vec<_> = fields.iter().copied().chain([("__page", page)]).collect();
    browser.send(function, &fields).await.status().as_u16()
}

/// Does something on a page; what the page after offers, which is sent if it is to be.
async fn undo(browser: &Browser, function: &str, page: &str, fields: &[(&str, &str)]) -> reqwest::Response {
    assert_eq!(send(browser, function, page, fields).await, 303, "{function}");
    let shown = browser.open(page).await.text().await.unwrap();
    let (back, fields) = offered(&shown).expect(&shown);
    // Once: the page after has forgotten it.
    assert_eq!(offered(&browser.open(page).await.text().await.unwrap()), None);
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.send(&back, &fields).await
}

struct World {
    group: String,
    member: String,
    page: String,
}

async fn world(server: &Server) -> World {
    assert_eq!(server.json("POST", "/tenants", json!({ "id": "acme", "name": "Acme" })).await.0, 200);
    let user = json!({ "email": "dev@example.com", "password": PASSWORD });
    let member = server.json("POST", "/users", user).await.1["id"].as_str().unwrap().to_owned();
    let group = json!({ "name": "Ops", "membersId": [member] });
    let group = server.json("POST", "/acme/groups", group).await.1["id"].as_str().unwrap().to_owned();
    World { page: format!("/ui/acme/groups/{group}"), group, member }
}

/// Tenants the member may enter.
const ENTERED: &str = "SELECT COUNT(*) FROM tenant_access AS a JOIN principals AS p ON p.id = a.principal_id
                       WHERE p.name = 'dev@example.com'";

/// How somebody is in the group.
const HOW: &str = "SELECT CASE WHEN owner THEN 'owner' ELSE 'member' END FROM memberships";

#[rstest]
#[tokio::test]
async fn who_was_taken_out_of_a_group_is_put_back_as_they_were(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    let World { group, member, page } = world(&server).await;
    let browser = Browser::sign_in(&server, ADMIN).await;
    let keys = [("tenant", "acme"), ("id", &*group), ("who", &*member)];
    let owner = |owner: &'static str| [&keys[..], &[("owner", owner)]].concat();

    assert_eq!(undo(&browser, "remove_member", &page, &keys).await.status(), 303);
    assert_eq!(instance.rows(HOW).await, ["member"]);
    assert_eq!(undo(&browser, "set_owner", &page, &owner("true")).await.status(), 303);
    assert_eq!(instance.rows(HOW).await, ["member"]);
    assert_eq!(send(&browser, "set_owner", &page, &owner("true")).await, 303);
    assert_eq!(undo(&browser, "remove_member", &page, &keys).await.status(), 303);
    assert_eq!(instance.rows(HOW).await, ["owner"]);
    assert_eq!(undo(&browser, "set_owner", &page, &owner("false")).await.status(), 303);
    assert_eq!(instance.rows(HOW).await, ["owner"]);
    // Whoever is put back can enter again.
    assert_eq!(instance.count(ENTERED).await, 1);
}

#[rstest]
#[tokio::test]
async fn access_and_rights_are_switched_back(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    let World { member, group, .. } = world(&server).await;
    assert_eq!(server.json("DELETE", &format!("/acme/groups/{group}"), Value::Null).await.0, 200);
    assert_eq!(server.json("DELETE", &format!("/acme/tenant-access/{member}"), Value::Null).await.0, 204);
    let browser = Browser::sign_in(&server, ADMIN).await;
    let page = format!("/administration/users/{member}");

    let email = [("tenant", "acme"), ("email", "dev@example.com")];
    assert_eq!(undo(&browser, "let_in", "/ui/acme/users", &email).await.status(), 303);
    assert_eq!(instance.count(ENTERED).await, 0);
    let access = [("tenant", "acme"), ("id", &*member)];
    assert_eq!(undo(&browser, "let_into_tenant", &page, &access).await.status(), 303);
    assert_eq!(instance.count(ENTERED).await, 0);
    // What was there before is not taken back.
    for offers in [true, false] {
        assert_eq!(send(&browser, "let_into_tenant", &page, &access).await, 303);
        assert_eq!(offered(&browser.open(&page).await.text().await.unwrap()).is_some(), offers);
    }

    let flags = "SELECT CASE WHEN superadmin THEN 'superadmin' WHEN restricted THEN 'restricted' ELSE 'plain' END
                 FROM principals WHERE name = 'dev@example.com'";
    for (function, right) in [("set_superadmin", "superadmin"), ("set_restricted", "restricted")] {
        let turn = |on: &'static str| [("id", &*member), (right, on)];
        assert_eq!(undo(&browser, function, &page, &turn("true")).await.status(), 303);
        assert_eq!(instance.rows(flags).await, ["plain"]);
        assert_eq!(send(&browser, function, &page, &turn("true")).await, 303);
        assert_eq!(undo(&browser, function, &page, &turn("false")).await.status(), 303);
        assert_eq!(instance.rows(flags).await, [right]);
        assert_eq!(send(&browser, function, &page, &turn("false")).await, 303);
    }
}

#[rstest]
#[tokio::test]
async fn whoever_may_not_any_more_is_told_so_where_it_was_offered(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    let World { group, member, page } = world(&server).await;
    let lead = json!({ "email": "lead@example.com", "password": PASSWORD });
    let lead = server.json("POST", "/users", lead).await.1["id"].as_str().unwrap().to_owned();
    let bind = async |role: &str| {
        let binding = json!({ "type": "USER", "externalId": lead, "roleId": role });
        server.json("POST", "/acme/bindings", binding).await.1["id"].as_str().unwrap().to_owned()
    };
    let looks = json!({ "name": "Looks", "permissions": { "GROUP": ["VIEW", "LIST"] } });
    let looks = server.json("POST", "/acme/roles", looks).await.1["id"].as_str().unwrap().to_owned();
    bind(&looks).await;
    let admin = bind("admin_acme").await;
    let browser = Browser::sign_in(&server, ("lead@example.com", PASSWORD)).await;
    let keys = [("tenant", "acme"), ("id", &*group), ("who", &*member)];
    assert_eq!(send(&browser, "remove_member", &page, &keys).await, 303);
    let shown = browser.open(&page).await.text().await.unwrap();
    let (back, fields) = offered(&shown).expect(&shown);
    assert_eq!(back, "add_member");
    assert_eq!(server.json("DELETE", &format!("/acme/bindings/{admin}"), Value::Null).await.0, 204);
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let answer = browser.send(&back, &fields).await;
    assert_eq!(answer.status(), 403);
    let shown = answer.text().await.unwrap();
    let (_, toast) = shown.split_once("class=\"toast failed\"").expect(&shown);
    assert!(toast.contains("You need the permission"), "{toast}");
    assert_eq!(instance.count("SELECT COUNT(*) FROM memberships").await, 0);
}
