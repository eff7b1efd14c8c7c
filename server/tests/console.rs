//! The pages of the console: who sees which, and that no name breaks one.

use crate::support::{ADMIN, Browser, Engine, Instance};
use crate::world::PASSWORD;
use model::{Action, Managed, Permission, Resource};
use rstest::rstest;
use serde_json::json;

/// Pages of a tenant, each with what one must be allowed to see it; nothing where being in the tenant is enough.
const PAGES: &[(&str, Option<(Resource, Action)>)] = &[
    ("", None),
    ("/roles", Some((Resource::Role, Action::List))),
    ("/roles/viewer_acme", Some((Resource::Role, Action::View))),
    ("/explain", None),
    ("/who-can?permission=FLOW:VIEW", Some((Resource::Binding, Action::List))),
    ("/users", Some((Resource::User, Action::List))),
    ("/invitations", Some((Resource::Invitation, Action::List))),
    ("/groups", Some((Resource::Group, Action::List))),
    ("/access", Some((Resource::Binding, Action::List))),
    ("/service-accounts", Some((Resource::ServiceAccount, Action::List))),
    ("/namespaces", Some((Resource::Namespace, Action::List))),
    ("/flows", Some((Resource::Flow, Action::List))),
    ("/executions", Some((Resource::Execution, Action::List))),
    ("/audit", Some((Resource::AuditLog, Action::List))),
    ("/settings", Some((Resource::Tenant, Action::Update))),
];

#[rstest]
#[tokio::test]
async fn every_role_sees_exactly_its_pages(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    for tenant in ["acme", "other"] {
        assert_eq!(server.json("POST", "/tenants", json!({ "id": tenant, "name": tenant })).await.0, 200);
    }
    for managed in Managed::ALL {
        let email = format!("{}@acme.example.com", managed.key());
        let (status, user) = server.json("POST", "/users", json!({ "email": email, "password": PASSWORD })).await;
        assert_eq!(status, 201, "{user}");
        let role = format!("{}_acme", managed.key());
        let binding = json!({ "type": "USER", "externalId": user["id"], "roleId": role });
        let (status, binding) = server.json("POST", "/acme/bindings", binding).await;
        assert_eq!(status, 200, "{binding}");
        let browser = Browser::sign_in(&server, (&email, PASSWORD)).await;
        let permissions = managed.permissions();
        for (page, needed) in PAGES {
            let allowed = needed.is_none_or(|(resource, action)| permissions.grant(Permission::new(resource, action)));
            let status = browser.open(&format!("/ui/acme{page}")).await.status().as_u16();
            assert_eq!(status, if allowed { 200 } else { 403 }, "{page} as {managed:?}");
            // Of another tenant nothing is said, not even that it is there.
            let there = browser.open(&format!("/ui/other{page}")).await.status().as_u16();
            let nowhere = browser.open(&format!("/ui/nowhere{page}")).await.status().as_u16();
            assert_eq!((there, nowhere), (403, 403), "{page} as {managed:?}");
        }
        // The navigation offers what one may see, and nothing else.
        let overview = browser.open("/ui/acme").await.text().await.unwrap();
        for (page, needed) in PAGES.iter().filter(|(page, _)| page.matches('/').count() == 1 && !page.contains('?')) {
            let Some((resource, action)) = needed else { continue };
            let allowed = permissions.grant(Permission::new(*resource, *action));
            assert_eq!(overview.contains(&format!("href=\"/ui/acme{page}\"")), allowed, "{page} as {managed:?}");
        }
        // Administration is for superadmins.
        assert_eq!(browser.open("/administration/audit").await.status(), 403, "{managed:?}");
    }
}

#[rstest]
#[tokio::test]
async fn no_name_breaks_a_page(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    assert_eq!(server.json("POST", "/tenants", json!({ "id": "acme", "name": "Acme" })).await.0, 200);
    let browser = Browser::sign_in(&server, ADMIN).await;
    for name in
        ["</title><script>alert(1)</script>", "\"quoted\" & 'more'", "مرحبا بالعالم", "👩‍👩‍👧‍👦 family", &"long".repeat(60)]
    {
        let role = json!({ "name": name, "description": name.repeat(5), "permissions": { "FLOW": ["VIEW"] } });
        let (status, role) = server.json("POST", "/acme/roles", role).await;
        assert_eq!(status, 200, "{role}");
        let pages = ["/ui/acme/roles".to_owned(), format!("/ui/acme/roles/{}", role["id"].as_str().unwrap())];
        for page in pages {
            let answer = browser.open(&page).await;
            assert_eq!(answer.status(), 200, "{page}");
            let text = answer.text().await.unwrap();
            assert!(!text.contains("<script>alert"), "{page}");
        }
    }
}

#[rstest]
#[tokio::test]
async fn what_is_sought_is_found_where_one_may_see_it(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    for tenant in ["acme", "secret"] {
        assert_eq!(server.json("POST", "/tenants", json!({ "id": tenant, "name": tenant })).await.0, 200);
        let group = json!({ "name": format!("Painters of {tenant}") });
        assert_eq!(server.json("POST", &format!("/{tenant}/groups"), group).await.0, 200);
    }
    let user = server.json("POST", "/users", json!({ "email": "lead@example.com", "password": PASSWORD })).await.1;
    let binding = json!({ "type": "USER", "externalId": user["id"], "roleId": "admin_acme" });
    assert_eq!(server.json("POST", "/acme/bindings", binding).await.0, 200);
    let lead = Browser::sign_in(&server, ("lead@example.com", PASSWORD)).await;
    let found =
        async |browser: &Browser, query: &str| browser.open(&format!("/find?{query}")).await.text().await.unwrap();
    assert!(found(&lead, "in=acme&q=paint").await.contains("Painters of acme"));
    assert!(!found(&lead, "in=secret&q=paint").await.contains("Painters of"));
    assert!(found(&lead, "q=acm").await.contains("href=\"/ui/acme\""));
    assert!(!found(&lead, "q=secre").await.contains("href=\"/ui/secret\""));
    assert!(found(&Browser::sign_in(&server, ADMIN).await, "q=secre").await.contains("href=\"/ui/secret\""));
    // Looking around leaves no refusals in the log.
    let refused = "SELECT COUNT(*) FROM audit_log WHERE type = 'DENIED'";
    assert_eq!(instance.count(refused).await, 0);
}

/// What a page says, without the marks between its parts.
async fn text(page: reqwest::Response) -> String {
    page.text().await.unwrap().replace("<!>", "")
}

/// What a tenant's first page counts under a name; nothing where it does not.
fn counted(page: &str, name: &str) -> Option<String> {
    let (_, rest) = page.split_once(&format!("<span class=\"card-name\">{name}</span>"))?;
    let (_, rest) = rest.split_once("<span class=\"card-count\">")?;
    rest.split_once('<').map(|(count, _)| count.to_owned())
}

#[rstest]
#[tokio::test]
async fn a_first_page_counts_what_one_may_list(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    let made = async |path: &str, body: serde_json::Value| {
        let (status, made) = server.json("POST", path, body).await;
        assert!((200..300).contains(&status), "{path}: {made}");
        made
    };
    for tenant in ["acme", "other"] {
        made("/tenants", json!({ "id": tenant, "name": tenant })).await;
        made(&format!("/{tenant}/service-accounts"), json!({ "name": "ci" })).await;
        for email in ["one@example.com", "two@example.com"] {
            made(&format!("/{tenant}/invitations"), json!({ "email": email })).await;
        }
        for namespace in ["shop", "shop.orders", "office"] {
            made(&format!("/{tenant}/namespaces"), json!({ "id": namespace })).await;
        }
    }
    let part = made("/users", json!({ "email": "part@example.com", "password": PASSWORD })).await;
    let group = made("/acme/groups", json!({ "name": "Ops", "membersId": [part["id"]] })).await;
    let binding = json!({ "type": "GROUP", "externalId": group["id"], "roleId": "viewer_acme", "namespaceId": "shop" });
    made("/acme/bindings", binding).await;

    let names = ["Users", "Groups", "Roles", "Access", "Service accounts", "Invitations", "Namespaces", "Flows"];
    let all = async |who: (&str, &str)| {
        let page = text(Browser::sign_in(&server, who).await.open("/ui/acme").await).await;
        (names.map(|name| counted(&page, name)), page)
    };
    // A superadmin who made the tenant is its admin, and sees its data as such.
    let (counts, _) = all(ADMIN).await;
    assert_eq!(counts.map(Option::unwrap), ["3", "1", "5", "2", "1", "2 pending", "3", "0"]);
    // Of what is in namespaces only those that are reached count, and nothing else is said.
    let (counts, page) = all(("part@example.com", PASSWORD)).await;
    assert_eq!(counts[..6], [const { None }; 6]);
    assert_eq!(counts[6..], [Some("2".to_owned()), Some("0".to_owned())]);
    assert!(page.contains("(through the group "), "{page}");
    assert!(!page.contains("Recent activity") && !page.contains("/ui/acme/groups/"), "{page}");
}

#[rstest]
#[tokio::test]
async fn who_saves_second_is_asked(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    for tenant in ["acme", "other"] {
        assert_eq!(server.json("POST", "/tenants", json!({ "id": tenant, "name": "Before" })).await.0, 200);
    }
    let role = json!({ "name": "Landlord", "permissions": { "TENANT": ["UPDATE"] } });
    let role = server.json("POST", "/acme/roles", role).await.1["id"].clone();
    let user = server.json("POST", "/users", json!({ "email": "lead@example.com", "password": PASSWORD })).await.1;
    let binding = json!({ "type": "USER", "externalId": user["id"], "roleId": role });
    assert_eq!(server.json("POST", "/acme/bindings", binding).await.0, 200);
    let lead = Browser::sign_in(&server, ("lead@example.com", PASSWORD)).await;
    let overview = text(lead.open("/ui/acme").await).await;
    assert!(overview.contains("href=\"/ui/acme/settings\""), "{overview}");

    let save = async |version: &str, name: &str| {
        let form = [
            ("id", "acme"),
            ("version", version),
            ("name", name),
            ("settings[worker_group]", "gpu"),
            ("here", "true"),
            ("__page", "/ui/acme/settings"),
        ];
        let answer = lead.send("update_tenant", &form).await;
        (answer.status().as_u16(), text(answer).await)
    };
    assert_eq!(save("1", "First").await.0, 303);
    assert_eq!(server.get("/tenants/acme").await.1["name"], "First");
    let page = text(lead.open("/ui/acme/settings").await).await;
    assert!(page.contains("name=\"version\" value=\"2\""), "{page}");
    assert_eq!(server.json("PUT", "/tenants/acme", json!({ "id": "acme", "name": "Theirs" })).await.0, 200);
    let (status, page) = save("2", "Mine & <mine>").await;
    assert_eq!(status, 409);
    for said in ["This was changed", ADMIN.0, "Theirs", "Mine &amp; &lt;mine&gt;", "gpu", "Keep my version"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    // What is the same in both is not asked about, and the form is sent with the version that was compared.
    assert!(page.contains("<td>Worker group</td>"), "{page}");
    assert!(!page.contains("<td>Storage type</td>"), "{page}");
    assert!(page.contains("name=\"version\" value=\"3\""), "{page}");
    assert_eq!(server.get("/tenants/acme").await.1["name"], "Theirs");
    assert_eq!(save("3", "Mine").await.0, 303);
    assert_eq!(server.get("/tenants/acme").await.1["name"], "Mine");
    // The one without an identifier has no settings.
    assert_eq!(Browser::sign_in(&server, ADMIN).await.open("/ui/-/settings").await.status(), 404);
}
