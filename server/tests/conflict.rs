//! Two people with the same form open: the second to save is shown the difference, and chooses.

use crate::support::{ADMIN, Browser, Engine, Instance, Server};
use crate::world::PASSWORD;
use rstest::rstest;
use serde_json::{Value, json};

/// The form of a function on a page, as far as its end.
fn form<'a>(page: &'a str, function: &str) -> &'a str {
    let (_, rest) = page.split_once(&format!("action=\"/serverfn/{function}\"")).expect(page);
    rest.split_once("</form>").expect(page).0
}

/// What a form was filled from.
fn seen(page: &str, function: &str) -> String {
    let (_, rest) = form(page, function).split_once("name=\"seen\" value=\"").expect("the form says what it is of");
    rest.split_once('"').unwrap().0.to_owned()
}

/// Text of a page without its markup.
fn text(html: &str) -> String {
    let mut text = String::new();
    for piece in html.split('<') {
        text.push_str(piece.split_once('>').map_or(piece, |(_, text)| text));
    }
    text
}

async fn opened(browser: &Browser, path: &str) -> String {
    let answer = browser.open(path).await;
    assert_eq!(answer.status(), 200, "{path}");
    answer.text().await.unwrap()
}

/// Sends a form from a page; its status and what is shown.
async fn sent(browser: &Browser, function: &str, page: &str, fields: &[(&str, &str)]) -> (u16, String) {
    let fields: Vec<_> = fields.iter().copied().chain([("__page", page)]).collect();
    let answer = browser.send(function, &fields).await;
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// A tenant with a role, and the address of the role's page.
async fn with_role(server: &Server, permissions: Value) -> (String, String) {
    assert_eq!(server.json("POST", "/tenants", json!({ "id": "acme", "name": "Acme" })).await.0, 200);
    let role = json!({ "name": "Painter", "description": "paints", "permissions": permissions });
    let role = server.json("POST", "/acme/roles", role).await.1["id"].as_str().unwrap().to_owned();
    (role.clone(), format!("/ui/acme/roles/{role}"))
}

#[rstest]
#[tokio::test]
async fn the_second_to_save_a_role_chooses(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    let (id, page) = with_role(&server, json!({ "FLOW": ["VIEW", "LIST"] })).await;
    let anna = Browser::sign_in(&server, ADMIN).await;
    let user = json!({ "email": "bert@example.com", "password": PASSWORD, "superAdmin": true });
    assert_eq!(server.json("POST", "/users", user).await.0, 201);
    let bert = Browser::sign_in(&server, ("bert@example.com", PASSWORD)).await;
    let first = seen(&opened(&anna, &page).await, "update_role");
    assert_eq!(seen(&opened(&bert, &page).await, "update_role"), first);

    let bert_saves = [
        ("tenant", "acme"),
        ("id", &id),
        ("seen", &first),
        ("name", "Painter"),
        ("description", "paints walls"),
        ("permissions[]", "FLOW:VIEW"),
        ("permissions[]", "FLOW:LIST"),
        ("permissions[]", "FLOW:EXECUTE"),
    ];
    assert_eq!(sent(&bert, "update_role", &page, &bert_saves).await.0, 303);

    let anna_saves = |seen: &str| {
        let fields = [
            ("tenant", "acme"),
            ("id", &*id),
            ("seen", seen),
            ("name", "Artist"),
            ("description", "paints"),
            ("is_default", "true"),
            ("permissions[]", "FLOW:VIEW"),
            ("permissions[]", "FLOW:LIST"),
            ("permissions[]", "SECRET:VIEW"),
        ];
        fields.map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    let save = async |seen: &str| {
        let fields = anna_saves(seen);
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        sent(&anna, "update_role", &page, &fields).await
    };
    let (status, shown) = save(&first).await;
    assert_eq!(status, 409, "{shown}");
    // Nothing that was typed is lost, and nothing is saved.
    let typed = form(&shown, "update_role");
    assert!(typed.contains("value=\"Artist\""), "{typed}");
    let ticked = typed.split("<input").find(|input| input.contains("SECRET:VIEW")).unwrap();
    assert!(ticked.contains("checked"), "{ticked}");
    let now = server.get(&format!("/acme/roles/{id}")).await.1;
    assert_eq!((&now["name"], &now["description"]), (&json!("Painter"), &json!("paints walls")));
    // What differs, and who was first.
    let said = text(typed);
    for words in [
        "This was changed by bert@example.com",
        "Keep my version",
        "Use their version",
        "Painter",
        "paints walls",
        "Default role",
        "with execute",
        "without execute",
        "with view",
        "without view",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(typed.contains(&format!("href=\"{page}\"")), "{typed}");

    // Seen by now, so it can be overwritten; once.
    let second = seen(&shown, "update_role");
    assert_ne!(second, first);
    assert_eq!(save(&second).await.0, 303);
    let now = server.get(&format!("/acme/roles/{id}")).await.1;
    assert_eq!((&now["name"], &now["isDefault"]), (&json!("Artist"), &json!(true)));
    assert_eq!(now["permissions"], json!({ "FLOW": ["VIEW", "LIST"], "SECRET": ["VIEW"] }));
    // Whoever saves what is there already overwrites nothing, whatever they have seen.
    assert_eq!(save(&first).await.0, 303);
}

#[rstest]
#[tokio::test]
async fn a_form_that_comes_back_for_something_else_keeps_what_it_was_filled_from(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    let (id, page) = with_role(&server, json!({ "FLOW": ["READ"] })).await;
    let browser = Browser::sign_in(&server, ADMIN).await;
    let first = seen(&opened(&browser, &page).await, "update_role");
    // A client overwrites without being asked. It says in other words what is allowed already, which nobody need choose
    // about.
    let other_words =
        json!({ "name": "Painter", "description": "paints", "permissions": { "FLOW": ["VIEW", "LIST", "EXPORT"] } });
    assert_eq!(server.json("PUT", &format!("/acme/roles/{id}"), other_words).await.0, 200);
    assert_eq!(seen(&opened(&browser, &page).await, "update_role"), first);
    let theirs = json!({ "name": "Theirs", "permissions": { "FLOW": ["VIEW", "LIST", "EXPORT"] } });
    assert_eq!(server.json("PUT", &format!("/acme/roles/{id}"), theirs).await.0, 200);

    let with_name = async |name: &str, seen: &str| {
        let fields = [
            ("tenant", "acme"),
            ("id", &*id),
            ("seen", seen),
            ("name", name),
            ("permissions[]", "FLOW:VIEW"),
            ("permissions[]", "FLOW:LIST"),
            ("permissions[]", "FLOW:EXPORT"),
        ];
        sent(&browser, "update_role", &page, &fields).await
    };
    let (status, shown) = with_name("", &first).await;
    assert_eq!(status, 422);
    assert!(!shown.contains("class=\"conflict\""), "{shown}");
    assert_eq!(seen(&shown, "update_role"), first, "the form is as old as it was");
    let (status, shown) = with_name("Mine", &first).await;
    assert_eq!(status, 409);
    let said = text(form(&shown, "update_role"));
    assert!(said.contains("Theirs") && !said.contains("with view"), "{said}");
    // After signing in again what was typed comes back in the address, and what it was filled from with it.
    let carrying = format!("{page}?base=viewer_acme&f.name=Mine&f.seen={first}");
    let carried = opened(&browser, &carrying).await;
    assert_eq!(seen(&carried, "update_role"), first);
    // Once it is sent it stands there no longer.
    let fields = [("tenant", "acme"), ("id", &*id), ("name", "Mine"), ("__page", &*carrying)];
    let answer = browser.send("update_role", &fields).await;
    assert_eq!(answer.headers()["location"].to_str().unwrap(), format!("{page}?base=viewer_acme"));
}

#[rstest]
#[tokio::test]
async fn groups_and_users_are_chosen_about_too(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    assert_eq!(server.json("POST", "/tenants", json!({ "id": "acme", "name": "Acme" })).await.0, 200);
    let group = server.json("POST", "/acme/groups", json!({ "name": "Ops", "description": "first" })).await.1;
    let group = group["id"].as_str().unwrap();
    let user = json!({ "email": "dev@example.com", "password": PASSWORD, "firstName": "Dora" });
    let user = server.json("POST", "/users", user).await.1["id"].as_str().unwrap().to_owned();
    let browser = Browser::sign_in(&server, ADMIN).await;

    let page = format!("/ui/acme/groups/{group}");
    let first = seen(&opened(&browser, &page).await, "update_group");
    // Who is in it has nothing to do with what it is called.
    let member = format!("/acme/groups/{group}/members/{user}");
    assert_eq!(server.json("PUT", &member, Value::Null).await.0, 200);
    assert_eq!(seen(&opened(&browser, &page).await, "update_group"), first);
    let theirs = json!({ "name": "Ops", "description": "theirs" });
    assert_eq!(server.json("PUT", &format!("/acme/groups/{group}"), theirs).await.0, 200);
    let fields = [("tenant", "acme"), ("id", group), ("seen", &first), ("name", "Ops"), ("description", "mine")];
    let (status, shown) = sent(&browser, "update_group", &page, &fields).await;
    assert_eq!(status, 409);
    let said = text(form(&shown, "update_group"));
    for words in ["This was changed by admin@example.com", "theirs", "mine"] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let second = seen(&shown, "update_group");
    let fields = [("tenant", "acme"), ("id", group), ("seen", &second), ("name", "Ops"), ("description", "mine")];
    assert_eq!(sent(&browser, "update_group", &page, &fields).await.0, 303);

    let page = format!("/administration/users/{user}");
    let first = seen(&opened(&browser, &page).await, "rename_user");
    // Neither have rights to do with the name.
    assert_eq!(server.json("PATCH", &format!("/users/{user}/superadmin"), json!({ "superAdmin": true })).await.0, 200);
    assert_eq!(seen(&opened(&browser, &page).await, "rename_user"), first);
    let theirs = json!({ "email": "dev@example.com", "firstName": "Theodora" });
    assert_eq!(server.json("PUT", &format!("/users/{user}"), theirs).await.0, 200);
    let typed = [("id", &*user), ("email", "Dev@Example.com"), ("first_name", "Dorothea")];
    let with = |seen: &str| {
        [&typed[..], &[("seen", seen)]].concat().iter().map(|(a, b)| (a.to_string(), b.to_string())).collect::<Vec<_>>()
    };
    let send = async |seen: &str| {
        let fields = with(seen);
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        sent(&browser, "rename_user", &page, &fields).await
    };
    let (status, shown) = send(&first).await;
    assert_eq!(status, 409);
    let said = text(form(&shown, "rename_user"));
    for words in ["First name", "Theodora", "Dorothea", "by admin@example.com"] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let (_, table) = form(&shown, "rename_user").split_once("<table").unwrap();
    assert!(!text(table.split_once("</table>").unwrap().0).contains("Email"), "addresses differ in case only: {table}");
    assert_eq!(send(&seen(&shown, "rename_user")).await.0, 303);
    assert_eq!(server.get(&format!("/users/{user}")).await.1["firstName"], "Dorothea");
}

#[rstest]
#[tokio::test]
async fn service_accounts_and_ones_own_profile_too(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    assert_eq!(server.json("POST", "/tenants", json!({ "id": "acme", "name": "Acme" })).await.0, 200);
    let group = server.json("POST", "/acme/groups", json!({ "name": "Ops" })).await.1;
    let group = group["id"].as_str().unwrap();
    let robot = server.json("POST", "/acme/service-accounts", json!({ "name": "ci", "description": "first" })).await.1;
    let robot = robot["id"].as_str().unwrap();
    let browser = Browser::sign_in(&server, ADMIN).await;

    for (page, tenant) in [
        (format!("/ui/acme/service-accounts/{robot}"), "acme"),
        (format!("/administration/service-accounts/{robot}"), ""),
    ] {
        let first = seen(&opened(&browser, &page).await, "update_service_account");
        let theirs = json!({ "name": "ci", "description": format!("theirs{tenant}"), "groups": [] });
        assert_eq!(server.json("PUT", &format!("/acme/service-accounts/{robot}"), theirs).await.0, 200);
        let shown_groups: &[_] = if tenant.is_empty() { &[] } else { &[("groups[]", group), ("groups_shown", "true")] };
        let save = async |seen: &str| {
            let fields = [("tenant", tenant), ("id", robot), ("seen", seen), ("name", "ci"), ("description", "mine")];
            sent(&browser, "update_service_account", &page, &[&fields, shown_groups].concat()).await
        };
        let (status, shown) = save(&first).await;
        assert_eq!(status, 409, "{page}");
        let said = text(form(&shown, "update_service_account"));
        for words in ["by admin@example.com", "theirs", "mine"] {
            assert!(said.contains(words), "{words}: {said}");
        }
        // Which groups it is in is chosen in the same form.
        assert_eq!(said.contains("Ops"), !tenant.is_empty(), "{said}");
        assert_eq!(save(&seen(&shown, "update_service_account")).await.0, 303);
        let now = server.get(&format!("/service-accounts/{robot}")).await.1;
        assert_eq!(now["description"], "mine");
    }
    // Its groups are chosen about in the tenant, where they are shown, and nowhere else.
    let pages = [format!("/ui/acme/service-accounts/{robot}"), format!("/administration/service-accounts/{robot}")];
    let filled = async || {
        let [inside, outside] = [&pages[0], &pages[1]].map(|page| opened(&browser, page));
        [inside.await, outside.await].map(|page| seen(&page, "update_service_account"))
    };
    let before = filled().await;
    assert_eq!(server.json("PUT", &format!("/acme/groups/{group}/members/{robot}"), Value::Null).await.0, 200);
    let after = filled().await;
    assert_ne!(before[0], after[0]);
    assert_eq!(before[1], after[1]);

    let page = "/account";
    let first = seen(&opened(&browser, page).await, "rename_me");
    let me = server.get("/users?q=admin@example.com").await.1["results"][0]["id"].as_str().unwrap().to_owned();
    let theirs = json!({ "email": "admin@example.com", "firstName": "Theodora" });
    assert_eq!(server.json("PUT", &format!("/users/{me}"), theirs).await.0, 200);
    let fields = [("email", "admin@example.com"), ("first_name", "Dorothea"), ("seen", &*first)];
    let (status, shown) = sent(&browser, "rename_me", page, &fields).await;
    assert_eq!(status, 409);
    let said = text(form(&shown, "rename_me"));
    for words in ["First name", "Theodora", "Dorothea"] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let second = seen(&shown, "rename_me");
    let fields = [("email", "admin@example.com"), ("first_name", "Dorothea"), ("seen", &*second)];
    assert_eq!(sent(&browser, "rename_me", page, &fields).await.0, 303);
}

#[rstest]
#[tokio::test]
async fn who_was_first_is_told_only_to_readers_of_the_log(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    let (id, page) = with_role(&server, json!({ "ROLE": ["VIEW", "LIST", "UPDATE"] })).await;
    let user = json!({ "email": "lead@example.com", "password": PASSWORD, "tenants": ["acme"] });
    let user = server.json("POST", "/users", user).await.1["id"].as_str().unwrap().to_owned();
    let binding = json!({ "type": "USER", "externalId": user, "roleId": id });
    assert_eq!(server.json("POST", "/acme/bindings", binding).await.0, 200);
    let lead = Browser::sign_in(&server, ("lead@example.com", PASSWORD)).await;
    let first = seen(&opened(&lead, &page).await, "update_role");
    let theirs = json!({ "name": "Theirs", "permissions": { "ROLE": ["VIEW", "LIST", "UPDATE"] } });
    assert_eq!(server.json("PUT", &format!("/acme/roles/{id}"), theirs).await.0, 200);
    let fields = [("tenant", "acme"), ("id", &*id), ("seen", &*first), ("name", "Mine")];
    let (status, shown) = sent(&lead, "update_role", &page, &fields).await;
    assert_eq!(status, 409);
    let said = text(form(&shown, "update_role"));
    assert!(said.contains("This was changed while you were editing it."), "{said}");
    assert!(!said.contains(ADMIN.0), "{said}");
    // Nobody asked for the log, so nobody was refused it.
    assert_eq!(instance.count("SELECT COUNT(*) FROM audit_log WHERE type = 'DENIED'").await, 0);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_many_at_once_one_is_first(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    const MANY: usize = 8;
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    let (id, page) = with_role(&server, json!({ "FLOW": ["VIEW"] })).await;
    let group =
        server.json("POST", "/acme/groups", json!({ "name": "Ops" })).await.1["id"].as_str().unwrap().to_owned();
    let user = json!({ "email": "dev@example.com", "password": PASSWORD });
    let user = server.json("POST", "/users", user).await.1["id"].as_str().unwrap().to_owned();
    let browser = Browser::sign_in(&server, ADMIN).await;
    let forms = [
        ("update_role", page, vec![("tenant", "acme"), ("id", &*id)], "name"),
        ("update_group", format!("/ui/acme/groups/{group}"), vec![("tenant", "acme"), ("id", &*group)], "name"),
        (
            "rename_user",
            format!("/administration/users/{user}"),
            vec![("id", &*user), ("email", "dev@example.com")],
            "first_name",
        ),
    ];
    for (function, page, keys, name) in forms {
        let first = seen(&opened(&browser, &page).await, function);
        let save = async |number: usize| {
            let value = format!("Name {number}");
            let fields = [&keys[..], &[("seen", &*first), (name, &*value)]].concat();
            sent(&browser, function, &page, &fields).await.0
        };
        let mut answers = futures_util::future::join_all((0..MANY).map(save)).await;
        answers.sort_unstable();
        let [rest @ .., last] = &mut answers[..] else { unreachable!() };
        let first = rest[0];
        assert_eq!(first, 303, "{function}: {rest:?} {last}");
        assert!(rest[1..].iter().all(|status| *status == 409) && *last == 409, "{function}: {rest:?} {last}");
    }
}
