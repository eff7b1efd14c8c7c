//! Every form of a tenant's pages, sent as every managed role: taken from exactly those who may, and shown to nobody else.

use crate::support::{Browser, Engine, Instance, Server};
use crate::world::PASSWORD;
use leptos::server_fn::axum::server_fn_paths;
use model::{Action, Managed, Permission, Resource};
use rstest::rstest;
use serde_json::{Value, json};

/// A form, and which of these permissions one needs for it.
struct Tried {
    function: &'static str,
    /// Where it stands, below the tenant.
    page: String,
    /// What is sent: nothing that could go well, so that the tenant stays as it is.
    fields: Vec<(&'static str, &'static str)>,
    any: &'static [(Resource, Action)],
}

/// What forms are about.
struct Things {
    role: String,
    group: String,
    member: String,
    binding: String,
    account: String,
}

async fn made(server: &Server, path: &str, body: Value) -> Value {
    let (status, answer) = server.json("POST", path, body).await;
    assert!((200..300).contains(&status), "{path}: {status} {answer}");
    answer
}

fn id(of: &Value) -> String {
    of["id"].as_str().unwrap().to_owned()
}

/// A tenant with one of everything.
async fn acme(server: &Server) -> Things {
    made(server, "/tenants", json!({ "id": "acme", "name": "Acme" })).await;
    let role = made(server, "/acme/roles", json!({ "name": "Deployer", "permissions": { "FLOW": ["VIEW"] } })).await;
    let member = made(server, "/users", json!({ "email": "member@acme.example.com" })).await;
    let group = made(server, "/acme/groups", json!({ "name": "Ops", "membersId": [member["id"]] })).await;
    let binding = json!({ "type": "USER", "externalId": member["id"], "roleId": role["id"] });
    let binding = made(server, "/acme/bindings", binding).await;
    let account = made(server, "/acme/service-accounts", json!({ "name": "robot" })).await;
    made(server, &format!("/acme/service-accounts/{}/api-tokens", id(&account)), json!({ "name": "ci" })).await;
    made(server, "/acme/invitations", json!({ "email": "new@acme.example.com" })).await;
    Things { role: id(&role), group: id(&group), member: id(&member), binding: id(&binding), account: id(&account) }
}

fn forms(things: &Things) -> Vec<Tried> {
    use Action::{Create, Delete, ManageGroupMembership, ManageMembers, Update};
    use Resource::{Binding, Group, Invitation, Role, ServiceAccount, User};
    const MEMBERS: &[(Resource, Action)] = &[(Group, ManageMembers), (User, ManageGroupMembership)];
    let Things { role, group, member, binding, account } = things;
    let form = |function, page: String, fields: &[(&'static str, &'static str)], any| Tried {
        function,
        page,
        fields: fields.to_vec(),
        any,
    };
    vec![
        form("create_role", "roles/create".into(), &[("name", "")], &[(Role, Create)]),
        form("update_role", format!("roles/{role}"), &[("id", "absent"), ("name", "x")], &[(Role, Update)]),
        form("delete_role", format!("roles/{role}/delete"), &[("id", "absent")], &[(Role, Delete)]),
        form("create_group", "groups/create".into(), &[("name", "")], &[(Group, Create)]),
        form("update_group", format!("groups/{group}"), &[("id", "absent"), ("name", "x")], &[(Group, Update)]),
        form("delete_group", format!("groups/{group}/delete"), &[("id", "absent")], &[(Group, Delete)]),
        form("add_member", format!("groups/{group}"), &[("id", "absent"), ("who", "x")], MEMBERS),
        form("remove_member", format!("groups/{group}"), &[("id", "absent"), ("who", "x")], MEMBERS),
        form(
            "remove_members",
            format!("groups/{group}/remove?ids={member}"),
            &[("id", "absent"), ("ids[]", "x")],
            MEMBERS,
        ),
        form("set_owner", format!("groups/{group}"), &[("id", "absent"), ("who", "x")], MEMBERS),
        form("let_in", "users".into(), &[("email", "")], &[(User, Create)]),
        form("shut_out_all", format!("users/remove?ids={member}"), &[("ids[]", "absent")], &[(User, Delete)]),
        form("shut_out", format!("users/{member}/remove"), &[("id", "absent"), ("name", "x")], &[(User, Delete)]),
        form("give_role", "access/create".into(), &[("holder", ""), ("role", "")], &[(Binding, Create)]),
        form("revoke_role", format!("users/{member}"), &[("binding", "absent")], &[(Binding, Delete)]),
        form("revoke_roles", format!("access/revoke?ids={binding}"), &[("ids[]", "absent")], &[(Binding, Delete)]),
        form("invite", "invitations/create".into(), &[("email", "")], &[(Invitation, Create)]),
        form("uninvite", "invitations".into(), &[("id", "absent"), ("email", "x")], &[(Invitation, Delete)]),
        form("create_service_account", "service-accounts/create".into(), &[("name", "")], &[(ServiceAccount, Create)]),
        form(
            "update_service_account",
            format!("service-accounts/{account}"),
            &[("id", "absent"), ("name", "x")],
            &[(ServiceAccount, Update)],
        ),
        form(
            "delete_service_account",
            format!("service-accounts/{account}/delete"),
            &[("id", "absent")],
            &[(ServiceAccount, Delete)],
        ),
        form(
            "create_token",
            format!("service-accounts/{account}"),
            &[("owner", "account"), ("id", "absent"), ("token_name", "x")],
            &[(ServiceAccount, Update)],
        ),
    ]
}

#[rstest]
#[tokio::test]
async fn every_form_is_for_exactly_those_who_may(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    let things = acme(&server).await;
    let mut wrong = Vec::new();
    for managed in Managed::ALL {
        let email = format!("{}@acme.example.com", managed.key());
        let user = made(&server, "/users", json!({ "email": email, "password": PASSWORD })).await;
        let role = format!("{}_acme", managed.key());
        made(&server, "/acme/bindings", json!({ "type": "USER", "externalId": user["id"], "roleId": role })).await;
        let browser = Browser::sign_in(&server, (&email, PASSWORD)).await;
        let permissions = managed.permissions();
        for Tried { function, page, fields, any } in forms(&things) {
            let may = any.iter().any(|(resource, action)| permissions.grant(Permission::new(*resource, *action)));
            let answer = browser.open(&format!("/ui/acme/{page}")).await;
            let seen = answer.status().is_success();
            let shown = answer.text().await.unwrap().contains(&format!("action=\"/serverfn/{function}\""));
            if shown && !may {
                wrong.push(format!("{managed:?} is shown {function} on {page}"));
            }
            if may && seen && !shown {
                wrong.push(format!("{managed:?} is not shown {function} on {page}"));
            }
            let back = format!("/ui/acme/{page}");
            let sent: Vec<_> = fields.into_iter().chain([("tenant", "acme"), ("__page", &back)]).collect();
            let status = browser.send(function, &sent).await.status().as_u16();
            let right = if may { [404, 409, 422].contains(&status) } else { status == 403 };
            if !right {
                wrong.push(format!("{managed:?} sends {function}: {status}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Why a form was refused is said on its page once, whatever somebody has written there.
#[rstest]
#[tokio::test]
async fn a_refusal_is_said_whatever_else_is_on_the_page(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    let Things { group, .. } = acme(&server).await;
    let description = "<p class=\"form-summary\"> class=\"form-summary\" class=\"field-error\" class=\"conflict\"";
    let change = json!({ "name": "Ops", "description": description });
    assert_eq!(server.json("PUT", &format!("/acme/groups/{group}"), change).await.0, 200);
    let browser = Browser::sign_in(&server, crate::support::ADMIN).await;
    let page = format!("/ui/acme/groups/{group}");
    assert!(browser.open(&page).await.text().await.unwrap().contains("class=\"form-summary\""));

    // A button in a row, with no room for words: above everything else.
    let absent = [("tenant", "acme"), ("id", group.as_str()), ("who", "nobody"), ("__page", &page)];
    let answer = browser.send("remove_member", &absent).await;
    assert_eq!(answer.status(), 404);
    let shown = answer.text().await.unwrap();
    assert_eq!(shown.matches("class=\"form-summary refused\"").count(), 1, "{shown}");
    // A form that says it itself, at its field.
    let nobody = [("tenant", "acme"), ("id", group.as_str()), ("who", ""), ("__page", &page)];
    let shown = browser.send("add_member", &nobody).await.text().await.unwrap();
    assert!(shown.contains("class=\"field-error\"><svg") && !shown.contains("form-summary refused"), "{shown}");
}

/// Where the arguments of a function can't be read, the request is at fault and not the server.
#[tokio::test]
async fn arguments_that_cannot_be_read_are_a_bad_request() {
    let instance = Instance::new(Engine::Sqlite).await;
    let server = instance.serve();
    let mut unread = 0;
    for (path, _) in server_fn_paths() {
        let send = |body: &'static [u8], kind: &str| {
            let request = server.http.post(format!("{}{path}", server.url)).header("accept", kind);
            request.header("content-type", "application/x-www-form-urlencoded").body(body).send()
        };
        for body in [b"colour=blue".as_slice(), b"id=%ff\xff&=&ids%5B=%5D"] {
            let answer = send(body, "application/json").await.unwrap();
            let (status, text) = (answer.status().as_u16(), answer.text().await.unwrap());
            assert!(status < 500, "{path}: {status} {text}");
            if status == 400 {
                unread += 1;
                assert!(text.contains("Something is missing in what was sent. Reload the page"), "{path}: {text}");
            }
            let shown = send(body, "text/html").await.unwrap().status().as_u16();
            assert!(shown < 500, "{path}: {shown}");
        }
    }
    assert!(unread > 40, "only {unread}");
}
