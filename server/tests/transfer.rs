//! All access as a document, and instances brought to one.

use crate::{
    support::{ADMIN, Engine, Instance, Server, answer},
    world::World,
};
use rstest::rstest;
use serde_json::{Value, json};
use std::process::Output;

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn export(instance: &Instance) -> String {
    let done = instance.run(&["access", "export"]);
    assert!(done.status.success(), "{}", err(&done));
    out(&done)
}

/// Imports a document; whether it went well, the plan, and what was said besides.
fn import(instance: &Instance, document: &str, options: &[&str]) -> (bool, Value, String) {
    let done = instance.run_with(&[&["access", "import", "-", "-o", "json"], options].concat(), document);
    let plan = serde_json::from_str(&out(&done)).unwrap_or(Value::Null);
    (done.status.success(), plan, err(&done))
}

fn size(plan: &Value) -> [usize; 3] {
    ["created", "changed", "removed"].map(|list| plan[list].as_array().unwrap_or_else(|| panic!("{plan}")).len())
}

/// A row for each thing there is, so that two moments can be compared.
async fn everything(instance: &Instance) -> Vec<String> {
    let mut all = Vec::new();
    for sql in [
        "SELECT uid || name || settings FROM tenants ORDER BY uid",
        "SELECT id || name || kind FROM principals ORDER BY id",
        "SELECT id || tenant_uid || name FROM groups ORDER BY id",
        "SELECT group_id || principal_id FROM memberships ORDER BY group_id, principal_id",
        "SELECT tenant_uid || id || name || permissions FROM roles ORDER BY tenant_uid, id",
        "SELECT id || tenant_uid || role_id || namespace FROM bindings ORDER BY id",
        "SELECT tenant_uid || principal_id FROM tenant_access ORDER BY tenant_uid, principal_id",
        "SELECT id FROM audit_log ORDER BY id",
    ] {
        all.extend(instance.rows(sql).await);
    }
    all
}

/// Two tenants with something of everything, and settings, words of clients and owners besides.
async fn worlds(server: &Server) -> (World, World) {
    let (alpha, beta) = (World::build(server, "alpha", 3).await, World::build(server, "beta", 2).await);
    let put = |path: String, body: Value| server.json("PUT", Box::leak(path.into_boxed_str()), body);
    let settings = json!({
        "id": "alpha", "name": "Alpha: “yes” – 1", "workerGroup": { "key": "gpu", "fallback": "WAIT" },
        "concurrency": { "limit": 3, "behavior": "QUEUE" }, "requireExistingNamespace": true,
        "storageConfiguration": { "bucket": "b", "secretKey": "hunter2" },
    });
    assert_eq!(put("/tenants/alpha".into(), settings).await.0, 200);
    let owner = format!("/alpha/groups/{}/members/membership/{}", alpha.id("groups"), alpha.id("users"));
    assert_eq!(put(format!("{owner}?membership=OWNER"), Value::Null).await.0, 200);
    let role = json!({
        "name": "Deployer: dev", "description": "first line\nsecond line", "isDefault": true,
        "permissions": { "FLOW": ["READ", "CREATE"], "TEMPLATE": ["READ"], "EXECUTION": [] },
    });
    let role = server.json("POST", "/alpha/roles", role).await.1;
    let limited = json!({ "type": "USER", "externalId": alpha.id("service-accounts"), "roleId": role["id"], "namespaceId": "shop.a" });
    assert_eq!(server.json("POST", "/alpha/bindings", limited).await.0, 200);
    (alpha, beta)
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_exported_comes_back_byte_for_byte(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    worlds(&server).await;
    let document = export(&instance);
    for word in ["hunter2", "argon2", "Plain!1234", "fullToken"] {
        assert!(!document.contains(word), "{word}");
    }
    assert!(err(&instance.run(&["access", "export"])).contains("alpha"), "what is left out is said");
    assert!(out(&instance.run(&["access", "export", "--with-secrets"])).contains("hunter2"));

    // Into itself: nothing to do, with and without pruning.
    for options in [&[][..], &["--prune"]] {
        let (done, plan, said) = import(&instance, &document, options);
        assert!(done, "{said}");
        assert_eq!((size(&plan), &plan["lost"], &plan["loses"]), ([0, 0, 0], &json!([]), &json!([])), "{plan}");
    }
    // Into an empty one.
    let empty = Instance::without_users(engine).await;
    let file = tempfile::NamedTempFile::new().unwrap();
    let path = file.path().to_str().unwrap();
    assert!(instance.run(&["access", "export", "--output-file", path, "--format", "json"]).status.success());
    let done = empty.run(&["access", "import", path]);
    assert!(done.status.success(), "{}{}", out(&done), err(&done));
    assert!(out(&done).contains("Done:"), "{}", out(&done));
    assert_eq!(export(&empty), document);
    let (_, plan, _) = import(&empty, &document, &["--prune"]);
    assert_eq!(size(&plan), [0, 0, 0]);
    // Managed roles are there, counts are right, and the audit log can be proved.
    assert_eq!(empty.count("SELECT COUNT(*) FROM roles WHERE is_managed AND tenant_uid <> 'untenanted'").await, 15);
    for (counted, kept) in [
        ("SELECT COUNT(*) FROM roles", "SELECT CAST(SUM(roles) AS BIGINT) FROM tenants"),
        ("SELECT COUNT(*) FROM tenant_access", "SELECT CAST(SUM(users) AS BIGINT) FROM tenants"),
        ("SELECT COUNT(*) FROM memberships", "SELECT CAST(SUM(members) AS BIGINT) FROM groups"),
        ("SELECT COUNT(*) FROM bindings", "SELECT CAST(SUM(bindings) AS BIGINT) FROM tenants"),
    ] {
        assert_eq!(empty.count(counted).await, empty.count(kept).await, "{kept}");
    }
    assert!(empty.run(&["audit", "verify"]).status.success());
    assert_eq!(
        empty.count("SELECT COUNT(*) FROM audit_log WHERE resource = 'INSTANCE' AND target = 'access'").await,
        1
    );
    let bound = "SELECT COUNT(*) FROM audit_log WHERE resource = 'BINDING' AND type = 'CREATE' AND door = 'CLI'";
    assert_eq!(empty.count(bound).await, empty.count("SELECT COUNT(*) FROM bindings").await);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_changes_nothing_and_its_hash_binds(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    assert!(instance.run(&["tenants", "create", "--tenant", "dev", "--name", "Dev"]).status.success());
    let document =
        "tenants:\n- {id: dev, name: Development}\n- {id: prod, name: Production}\nusers:\n- {email: a@b.c}\n";
    let before = everything(&instance).await;
    let (done, plan, _) = import(&instance, document, &["--dry-run"]);
    assert!(done);
    assert_eq!((size(&plan), &plan["applied"]), ([2, 1, 0], &json!(false)), "{plan}");
    let field = json!({ "field": "name", "before": "Dev", "after": "Development" });
    assert_eq!(plan["changed"][0]["fields"], json!([field]));
    assert_eq!(everything(&instance).await, before);
    // The same document asked again is the same plan; a changed instance makes it another.
    let hash = plan["hash"].as_str().unwrap().to_owned();
    assert_eq!(import(&instance, document, &["--dry-run"]).1["hash"], hash);
    assert!(instance.run(&["tenants", "create", "--tenant", "prod", "--name", "Prod"]).status.success());
    let before = everything(&instance).await;
    let (done, other, said) = import(&instance, document, &["--plan-hash", &hash]);
    assert!(!done && said.contains("not the plan that was shown"), "{said}");
    assert_eq!((size(&other), &other["applied"]), ([1, 2, 0], &json!(false)));
    assert_eq!(everything(&instance).await, before);
    let hash = other["hash"].as_str().unwrap();
    let (done, plan, said) = import(&instance, document, &["--plan-hash", hash]);
    assert!(done, "{said}");
    assert_eq!((&plan["applied"], &plan["hash"]), (&json!(true), &json!(hash)));
    assert_eq!(size(&import(&instance, document, &[]).1), [0, 0, 0]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn pruning_says_who_loses_what(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    let document = json!({
        "tenants": [{
            "id": "dev", "name": "Dev",
            "groups": [{ "id": "team", "name": "Team", "members": ["a@x.y", "b@x.y"] }],
            "roles": [{ "id": "see", "name": "See", "permissions": { "FLOW": ["VIEW", "LIST"], "APP": ["VIEW"] } }],
            "bindings": [
                { "id": "1", "type": "GROUP", "externalId": "team", "roleId": "see" },
                { "id": "2", "type": "USER", "externalId": "a@x.y", "roleId": "viewer_dev" },
                { "id": "3", "type": "USER", "externalId": "c@x.y", "roleId": "see", "namespace": "shop" },
            ],
        }],
        "users": [{ "email": "a@x.y" }, { "email": "b@x.y", "superAdmin": true }, { "email": "c@x.y" }],
    });
    assert!(import(&instance, &document.to_string(), &[]).0);
    // Without pruning what is not mentioned stays.
    let bare =
        json!({ "tenants": [{ "id": "dev", "groups": [{ "id": "team", "name": "Team", "members": ["c@x.y"] }] }] });
    let (_, plan, _) = import(&instance, &bare.to_string(), &["--dry-run"]);
    assert_eq!(size(&plan), [1, 0, 0], "{plan}");

    let mut less = document.clone();
    less["users"] = json!([{ "email": "a@x.y" }, { "email": "b@x.y" }, { "email": ADMIN.0, "superAdmin": true }]);
    less["tenants"][0]["groups"][0]["members"] = json!(["a@x.y"]);
    less["tenants"][0]["roles"][0]["permissions"] = json!({ "FLOW": ["LIST"] });
    less["tenants"][0]["bindings"].as_array_mut().unwrap().truncate(2);
    let (done, plan, said) = import(&instance, &less.to_string(), &["--prune", "--dry-run"]);
    assert!(done, "{said}");
    assert_eq!(size(&plan), [0, 2, 3], "{plan}");
    let lines: Vec<String> = plan["loses"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let text = |key: &str| one[key].as_str().unwrap_or_default().to_owned();
            let permissions: Vec<_> =
                one["permissions"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            format!(
                "{} {} {} {} {}",
                text("username"),
                text("what"),
                text("role"),
                text("namespace"),
                permissions.join(",")
            )
        })
        .collect();
    let mut lines = lines;
    lines.sort();
    assert_eq!(
        lines,
        [
            // Still sees flows, as a viewer; what only the group gave is gone.
            "a@x.y PERMISSIONS See  APP:VIEW",
            "b@x.y PERMISSIONS See  FLOW:VIEW,FLOW:LIST,APP:VIEW",
            "b@x.y SUPERADMIN   ",
            "b@x.y TENANT_ACCESS   ",
            "c@x.y ACCOUNT   ",
            "c@x.y PERMISSIONS See shop FLOW:VIEW,FLOW:LIST,APP:VIEW",
            "c@x.y TENANT_ACCESS   ",
        ],
        "{plan}"
    );
    assert!(import(&instance, &less.to_string(), &["--prune"]).0);
    assert_eq!(instance.rows("SELECT name FROM principals ORDER BY name").await, ["a@x.y", ADMIN.0, "b@x.y"]);
    assert_eq!(instance.count("SELECT COUNT(*) FROM tenant_access").await, 1);
    // A whole tenant, with all that was in it.
    let none = json!({ "users": [{ "email": ADMIN.0, "superAdmin": true }] });
    assert!(import(&instance, &none.to_string(), &["--prune"]).0);
    assert_eq!(server.get("/tenants/dev").await.0, 404);
    assert_eq!(instance.count("SELECT COUNT(*) FROM bindings").await, 0);
    // The last superadmin stays.
    let before = everything(&instance).await;
    let (done, _, said) = import(&instance, "users: []", &["--prune"]);
    assert!(!done && said.contains("no superadmin"), "{said}");
    assert_eq!(everything(&instance).await, before);
    assert!(instance.run(&["audit", "verify"]).status.success());
}

/// Objects as instances of 0.13 to 2.0 hold them.
fn legacy() -> Value {
    json!({
        "tenants": [{ "id": "staging", "name": "Staging", "deleted": false, "workerGroup": { "key": "w" } }],
        "users": [
            {
                "id": "u1", "username": "Old@Example.com", "firstName": "Old", "type": "SUPER_ADMIN", "namespaceId": "",
                "groups": ["g1"], "deleted": false,
            },
            { "id": "u2", "email": "owner@example.com", "username": "owner@example.com", "instanceOwner": true, "superAdmin": true },
            { "id": "u3", "email": "plain@example.com", "groups": [{ "id": "g2", "tenantId": "staging" }], "tenants": [{ "id": "staging", "name": "Staging" }] },
        ],
        "serviceAccounts": [{ "id": "s1", "name": "ci", "description": "builds", "superAdmin": false }],
        "groups": [
            // Of the tenant without an id, which later clients call `main`.
            { "id": "g1", "name": "Team", "tenantId": null, "namespaceId": "" },
            { "id": "g2", "name": "Team", "tenantId": "staging", "membersId": ["u3", "u2"] },
            { "id": "g3", "name": "Mains", "tenantId": "main", "members": [{ "id": "u2", "membership": "OWNER" }] },
        ],
        "roles": [
            { "id": "r1", "name": "Old", "tenantId": "staging", "permissions": { "FLOW": ["CREATE", "READ", "UPDATE", "DELETE"], "SETTING": ["READ"] } },
            { "id": "r2", "name": "New", "tenantId": "staging", "isDefault": true, "permissions": { "EXECUTION": ["VIEW", "REPLAY"] } },
            { "id": "x9", "name": "Admin", "tenantId": "staging", "isManaged": true, "permissions": {} },
        ],
        "bindings": [
            { "id": "b1", "type": "GROUP", "externalId": "g2", "roleId": "r1", "tenantId": "staging", "namespaceId": "shop" },
            { "id": "b2", "type": "USER", "user": { "id": "u3" }, "role": { "id": "r2", "name": "New" }, "tenantId": "staging", "namespace": "shop.x" },
            { "id": "b3", "type": "USER", "externalId": "u1", "roleId": "x9", "tenantId": "staging", "namespaceId": "" },
            { "id": "b4", "type": "USER", "externalId": "s1", "roleId": "admin_main", "tenantId": "main" },
        ],
    })
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn objects_of_older_generations_are_understood(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::without_users(engine).await;
    let (done, plan, said) = import(&instance, &legacy().to_string(), &[]);
    assert!(done, "{said} {plan}");
    assert_eq!(plan["lost"], json!([]));
    let admins = "SELECT name FROM principals WHERE superadmin ORDER BY name";
    assert_eq!(instance.rows(admins).await, ["old@example.com", "owner@example.com"]);
    let words = instance.rows("SELECT permissions FROM roles WHERE NOT is_managed ORDER BY id").await;
    assert_eq!(words[0], r#"{"FLOW":["CREATE","READ","UPDATE","DELETE"],"SETTING":["READ"]}"#, "verbatim");
    let bound = instance.rows("SELECT id, tenant_uid, role_id, namespace FROM bindings ORDER BY id").await;
    assert!(bound[0].ends_with("r1 shop") && bound[1].ends_with("r2 shop.x"), "{bound:?}");
    assert!(bound[2].ends_with("admin_staging "), "{bound:?}");
    assert_eq!(bound[3], "b4 default admin_main ");
    let joined = "SELECT group_id, principal_id FROM memberships ORDER BY group_id, principal_id";
    assert_eq!(instance.rows(joined).await, ["g1 u1", "g2 u2", "g2 u3", "g3 u2"]);
    assert_eq!(instance.count("SELECT COUNT(*) FROM memberships WHERE owner").await, 1);
    assert_eq!(size(&import(&instance, &legacy().to_string(), &[]).1), [0, 0, 0]);
    // An id that another tenant's binding has is not taken from it.
    let other = json!({ "bindings": [{ "id": "b1", "type": "USER", "externalId": "u1", "roleId": "admin_main", "tenantId": "main" }] });
    let (done, plan, said) = import(&instance, &other.to_string(), &[]);
    assert!(done, "{said}");
    assert_eq!((size(&plan), &plan["loses"]), ([1, 0, 0], &json!([])), "{plan}");
    // What it became is whole: it goes round like any other.
    let document = export(&instance);
    let other = Instance::without_users(engine).await;
    let (done, _, said) = import(&other, &document, &[]);
    assert!(done, "{said}");
    assert_eq!(export(&other), document);
    // Where tenants are off, what belongs to none is kept for later, and tenants are refused.
    let off = Instance::with(engine, "kestra: {ee: {tenants: {enabled: false}}}").await;
    let (done, _, said) = import(&off, "groups: [{id: g1, name: Team}]", &[]);
    assert!(done, "{said}");
    assert_eq!(off.rows("SELECT id, tenant_uid FROM groups").await, ["g1 untenanted"]);
    let (done, _, said) = import(&off, &document, &[]);
    assert!(!done && said.contains("disabled"), "{said}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_in_silence(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    drop(instance.serve());
    let document = json!({
        "flows": [{ "id": "f" }],
        "tenants": [{ "id": "dev", "name": "Dev", "logo": "data:", "moon": { "phase": 1 }, "concurrency": { "limit": 0 } }, { "id": "Bad Id", "name": "x" }],
        "users": [
            { "id": "u1", "email": "a@x.y", "password": "hunter2", "auths": [{ "type": "BasicAuth" }] },
            { "id": "u2", "username": "no-address" },
            { "id": "u3", "email": ADMIN.0 },
            { "id": "u4", "email": "A@x.y" },
        ],
        "groups": [
            { "id": "g1", "name": "Team", "tenantId": "dev", "members": ["u1", "absent"] },
            { "id": "g2", "name": "Team", "tenantId": "dev", "members": ["u1"] },
            { "id": "g3", "name": "Lost", "tenantId": "nowhere" },
        ],
        "roles": [{ "id": "r1", "name": "R", "tenantId": "dev", "permissions": { "FLOW": ["VIEW", "FLY"], "MOON": ["READ"] } }],
        "bindings": [
            { "id": "b1", "type": "USER", "externalId": "gone", "roleId": "r1", "tenantId": "dev" },
            { "id": "b2", "type": "USER", "externalId": "u1", "roleId": "gone", "tenantId": "dev" },
            { "id": "b3", "type": "GROUP", "externalId": "g2", "roleId": "r1", "tenantId": "dev", "namespace": "Not One" },
            { "id": "b4", "type": "USER", "externalId": "u3", "roleId": "r1", "tenantId": "dev" },
        ],
    })
    .to_string();
    let before = everything(&instance).await;
    let (done, plan, said) = import(&instance, &document, &[]);
    assert!(!done && said.contains("--accept-loss"), "{said}");
    assert_eq!(everything(&instance).await, before);
    let lost: Vec<String> = plan["lost"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| format!("{}: {}", one["place"].as_str().unwrap(), one["reason"].as_str().unwrap()))
        .collect();
    for expected in [
        "document: flows: nothing here holds it",
        "tenant dev: logo: nothing",
        "tenant dev: moon: nothing",
        "tenant dev: concurrency: nothing",
        "Bad Id cannot be a tenant's id",
        "a@x.y: password: secrets are not carried over",
        "a@x.y: auths: secrets",
        "no-address: it is left behind",
        "its address is in use here",
        "the document has its address twice",
        "its member absent is neither",
        "a group “Team” exists already; this one is called “Team (g2)”",
        "its tenant nowhere is neither",
        "the permission FLOW:FLY does not exist",
        "the permission MOON does not exist",
        "its user gone is neither",
        "its role gone is neither",
        "bindings[2] b3: it is left behind",
    ] {
        assert!(lost.iter().any(|one| one.contains(expected)), "{expected} is not in {lost:#?}");
    }
    assert!(!lost.iter().any(|one| one.contains("hunter2")), "{lost:#?}");
    assert_eq!(lost.len(), 18, "{lost:#?}");

    let (done, plan, said) = import(&instance, &document, &["--accept-loss"]);
    assert!(done, "{said}");
    assert_eq!(plan["lost"].as_array().unwrap().len(), 18);
    assert_eq!(instance.rows("SELECT permissions FROM roles WHERE id = 'r1'").await, [r#"{"FLOW":["VIEW"]}"#]);
    assert_eq!(instance.rows("SELECT name FROM groups ORDER BY id").await, ["Team", "Team (g2)"]);
    // Who is known by address gets what the document gives, under the id that they have here.
    let bound = "SELECT p.name FROM bindings AS b JOIN principals AS p ON p.id = b.principal_id";
    assert_eq!(instance.rows(bound).await, [ADMIN.0]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ids_and_names_are_what_is_written(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::without_users(engine).await;
    let document = "
tenants:
  - {id: n, name: no, requireExistingNamespace: true, concurrency: {limit: 3, behavior: QUEUE}}
  - {id: 0123, name: 1.10}
  - id: 42
    name: 0x1F
    access: [0042]
    groups: [{id: 1e3, name: yes, members: [0042], owners: [+1]}]
    roles: [{id: 007, name: off, permissions: {FLOW: [VIEW]}}]
    bindings: [{id: 1_0, type: USER, externalId: 0042, roleId: 007, namespace: 1.10}]
users: [{id: 0042, email: a@x.y, firstName: True, superAdmin: yes}, {id: +1, email: b@x.y, lastName: .5, superAdmin: no}]
";
    let (done, plan, said) = import(&instance, document, &[]);
    assert!(done && plan["lost"] == json!([]), "{said} {plan}");
    let tenants = "SELECT id, name FROM tenants WHERE id IS NOT NULL ORDER BY id";
    assert_eq!(instance.rows(tenants).await, ["0123 1.10", "42 0x1F", "n no"]);
    let people = "SELECT id, first_name, last_name FROM principals ORDER BY id DESC";
    assert_eq!(instance.rows(people).await, ["0042 True ", "+1  .5"]);
    assert_eq!(instance.rows("SELECT id FROM principals WHERE superadmin").await, ["0042"]);
    assert_eq!(instance.rows("SELECT id, name FROM groups").await, ["1e3 yes"]);
    assert_eq!(instance.rows("SELECT id, name FROM roles WHERE NOT is_managed").await, ["007 off"]);
    assert_eq!(instance.rows("SELECT id, principal_id, role_id, namespace FROM bindings").await, ["1_0 0042 007 1.10"]);
    // What it became means the same when it is read again.
    let (done, plan, said) = import(&instance, &export(&instance), &["--prune"]);
    assert!(done && size(&plan) == [0, 0, 0], "{said} {plan}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_is_not_there_is_a_loss(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::without_users(engine).await;
    let roles = "tenants: [{id: dev, name: Dev, roles: [{id: r1, name: Admin, permissions: {FLOW: [VIEW]}}]}]\n\
                 users: [{id: u1, email: a@x.y}]\n";
    let binding =
        |role: &str| format!("{roles}bindings: [{{type: USER, externalId: u1, roleId: {role}, tenantId: dev}}]");
    let (done, plan, said) = import(&instance, &binding("admin"), &[]);
    assert!(!done && said.contains("--accept-loss"), "{said}");
    assert!(plan["lost"][0]["reason"].as_str().unwrap().contains("its role admin is neither"), "{plan}");
    assert!(import(&instance, &binding("admin"), &["--accept-loss"]).0);
    assert_eq!(instance.count("SELECT COUNT(*) FROM bindings").await, 0);
    let (done, _, said) = import(&instance, &binding("Admin"), &[]);
    assert!(done, "{said}");
    assert_eq!(instance.rows("SELECT role_id FROM bindings").await, ["r1"]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn names_can_change_hands_and_defaults_too(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::without_users(engine).await;
    let document = |one: &str, other: &str, first: bool| {
        json!({
            "tenants": [{
                "id": "dev", "name": "Dev",
                "groups": [{ "id": "g1", "name": one }, { "id": "g2", "name": other }],
                "roles": [
                    { "id": "r1", "name": "One", "isDefault": first, "permissions": {} },
                    { "id": "r2", "name": "Two", "isDefault": !first, "permissions": {} },
                ],
            }],
            "users": [{ "id": "u1", "email": format!("{one}@x.y") }, { "id": "u2", "email": format!("{other}@x.y") }],
        })
        .to_string()
    };
    assert!(import(&instance, &document("a", "b", true), &[]).0);
    let (done, plan, said) = import(&instance, &document("b", "a", false), &[]);
    assert!(done, "{said}");
    assert_eq!((size(&plan), &plan["lost"]), ([0, 6, 0], &json!([])), "{plan}");
    assert_eq!(instance.rows("SELECT id, name FROM groups ORDER BY id").await, ["g1 b", "g2 a"]);
    assert_eq!(instance.rows("SELECT id, name FROM principals ORDER BY id").await, ["u1 b@x.y", "u2 a@x.y"]);
    assert_eq!(instance.rows("SELECT id FROM roles WHERE is_default").await, ["r2"]);
    // A default that the document does not mention gives way to the one that it does.
    let mine = json!({ "tenants": [{ "id": "dev", "roles": [{ "id": "r3", "name": "Three", "isDefault": true, "permissions": {} }] }] });
    let (done, plan, said) = import(&instance, &mine.to_string(), &[]);
    assert!(done, "{said}");
    assert_eq!(size(&plan), [1, 1, 0], "{plan}");
    assert_eq!(instance.rows("SELECT id FROM roles WHERE is_default").await, ["r3"]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_failure_in_the_middle_leaves_everything(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    drop(instance.serve());
    match engine {
        Engine::Sqlite => {
            instance
                .execute(
                    "CREATE TRIGGER bindings_broken BEFORE INSERT ON bindings BEGIN SELECT RAISE(ABORT, 'broken'); END",
                )
                .await;
        }
        Engine::Postgres => instance.execute("ALTER TABLE bindings ADD CONSTRAINT broken CHECK (id = '')").await,
    }
    let before = everything(&instance).await;
    let (done, _, said) = import(&instance, &legacy().to_string(), &[]);
    assert!(!done && said.contains("Nothing was changed"), "{said}");
    assert_eq!(everything(&instance).await, before);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn it_is_the_same_over_the_api(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    worlds(&server).await;
    let yaml = server.request("GET", "/instance/access/export").send().await.unwrap();
    assert_eq!(yaml.headers()["content-type"], "application/yaml");
    let yaml = yaml.text().await.unwrap();
    assert_eq!(yaml, export(&instance));
    let (status, json) = server.get("/instance/access/export?format=json").await;
    assert_eq!((status, &json["version"]), (200, &json!(1)));
    let post = async |query: &str, body: String| {
        answer(server.request("POST", &format!("/instance/access/import{query}")).body(body)).await
    };
    for body in [yaml.clone(), json.to_string()] {
        let (status, plan) = post("?prune=true", body).await;
        assert_eq!((status, size(&plan), &plan["applied"]), (200, [0, 0, 0], &json!(true)), "{plan}");
    }
    let new = "tenants: [{id: gamma, name: Gamma}]".to_owned();
    let (status, shown) = post("?dryRun=true", new.clone()).await;
    assert_eq!((status, size(&shown), &shown["applied"]), (200, [1, 0, 0], &json!(false)));
    assert_eq!(server.get("/tenants/gamma").await.0, 404);
    assert_eq!(post("?planHash=00", new.clone()).await.0, 409);
    let (status, plan) = post(&format!("?planHash={}", shown["hash"].as_str().unwrap()), new).await;
    assert_eq!((status, &plan["applied"]), (200, &json!(true)));
    assert_eq!(server.get("/gamma/roles/search").await.1["total"], 5);
    let log = server.get("/auditlogs/search?filters[resource][EQUALS]=INSTANCE").await.1;
    assert_eq!(log["results"][0]["user"]["username"], ADMIN.0, "{log}");

    let (status, refused) = post("", "users: [{email: a@x.y, password: p}]".into()).await;
    assert_eq!(status, 409);
    assert!(refused["_embedded"]["errors"][0]["message"].as_str().unwrap().contains("secrets"), "{refused}");
    assert_eq!(post("?acceptLoss=true", "users: [{email: a@x.y, password: p}]".into()).await.0, 200);
    assert_eq!(post("", "- no document".into()).await.0, 422);
    assert_eq!(post("", "a: [".into()).await.0, 422);
    assert_eq!(post("", "version: 2".into()).await.0, 422);
    assert_eq!(post("?dryRun=maybe", "{}".into()).await.0, 400);
    let (status, own) = post("?prune=true", "users: [{email: b@x.y, superAdmin: true}]".into()).await;
    assert_eq!(status, 409);
    assert!(own["message"].as_str().unwrap().contains("your own right"), "{own}");
    // More than other bodies may have.
    let long = format!("users: []\n# {}\n", "x".repeat(3 * 1024 * 1024));
    assert_eq!(post("?dryRun=true", long).await.0, 200);
    let longer = format!("users: []\n# {}\n", "x".repeat(65 * 1024 * 1024));
    assert_eq!(post("?dryRun=true", longer).await.0, 413);

    // Holding the instance through a role is not enough: a document makes superadmins.
    let role = json!({ "name": "Owner", "permissions": { "INSTANCE": ["VIEW", "UPDATE"] } });
    let role = server.json("POST", "/alpha/roles", role).await.1;
    let user = json!({ "email": "holder@x.y", "password": crate::world::PASSWORD, "tenants": ["alpha"] });
    let user = server.json("POST", "/users", user).await.1;
    let binding = json!({ "type": "USER", "externalId": user["id"], "roleId": role["id"] });
    assert_eq!(server.json("POST", "/alpha/bindings", binding).await.0, 200);
    for (method, path) in [("GET", "/instance/access/export"), ("POST", "/instance/access/import")] {
        let request = server.anonymous(method, path).basic_auth("holder@x.y", Some(crate::world::PASSWORD));
        assert_eq!(answer(request.body("{}")).await.0, 403, "{path}");
    }
}
