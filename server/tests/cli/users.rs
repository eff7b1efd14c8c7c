//! `kestra auths users …`

use super::{NAMED_ONLY, OFF, err};
use crate::support::{ADMIN, Engine, Instance, answer};
use rstest::rstest;
use serde_json::json;

#[rstest]
#[tokio::test]
async fn users_are_created(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    let create = |more: &[&str]| instance.run(&[&["auths", "users", "create"], more].concat());
    assert!(create(&["a@example.com", "Plain!1234"]).status.success());
    let twice = create(&["A@example.com", "Plain!1234"]);
    assert_eq!(twice.status.code(), Some(1));
    assert!(err(&twice).contains("exists already"), "{}", err(&twice));
    assert!(create(&["a@example.com", "Plain!1234", "--if-not-exists"]).status.success());
    let weak = create(&["b@example.com", "TopSecret42"]);
    assert_eq!(weak.status.code(), Some(1));
    assert!(err(&weak).contains("password: At least 8 characters"), "{}", err(&weak));
    assert!(create(&["--username=d@example.com", "--password=Plain!1234", "--superadmin"]).status.success());
    assert_eq!(create(&["e@example.com", "Plain!1234", "--tenant", "absent"]).status.code(), Some(1));
    assert_eq!(instance.rows("SELECT name FROM principals ORDER BY name").await, ["a@example.com", "d@example.com"]);
    let stored = instance.rows("SELECT hash FROM passwords").await;
    assert!(stored.iter().all(|hash| hash.starts_with("$argon2id$")), "{stored:?}");
}

/// Who holds which role where.
const HELD: &str = "SELECT t.kind, b.role_id FROM bindings AS b JOIN tenants AS t ON t.uid = b.tenant_uid";

#[rstest]
#[tokio::test]
async fn a_new_user_is_put_where_it_belongs(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    instance.ok("tenants create dev Dev");
    let ops = instance.json("groups create Ops --tenant dev");
    instance.ok("groups create Devs --tenant dev");
    let ops = ops["id"].as_str().unwrap();
    let made = instance
        .json(&format!("auths users create a@example.com Plain!1234 --tenant dev --groups {ops} --groups devs"));
    assert_eq!((&made["username"], &made["tenants"][0]["id"]), (&json!("a@example.com"), &json!("dev")));
    assert_eq!((made["groups"].as_array().unwrap().len(), &made["groups"][0]["id"]), (2, &json!(ops)));
    assert!(
        instance.fails("auths users create b@example.com Plain!1234 --tenant dev --groups Bosses").contains("Bosses")
    );
    assert!(
        instance.fails("auths users create b@example.com Plain!1234 --groups Ops").contains("“Ops” does not exist")
    );
    instance.ok("auths users create c@example.com Plain!1234 --tenant dev --admin");
    assert_eq!(instance.rows(HELD).await, ["NAMED admin_dev"]);
    instance.misunderstood("auths users create d@example.com Plain!1234 --tenant dev --admin --superadmin");
    instance.ok("auths users create d@example.com Plain!1234 --admin");
    assert!(instance.rows(HELD).await.contains(&"DEFAULT admin_main".to_owned()), "the tenant that needs no name");
    assert_eq!(
        instance.json("access who-can --resource ROLE --action CREATE")["results"][0]["username"],
        "d@example.com"
    );
}

#[rstest]
#[tokio::test]
async fn where_tenants_are_off_there_is_one_place(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let off = Instance::with(engine, OFF).await;
    off.ok("groups create Ops");
    let made = off.json("auths users create a@example.com Plain!1234 --groups Ops --admin");
    assert_eq!(made["groups"].as_array().unwrap().len(), 1);
    assert_eq!(off.rows(HELD).await, ["UNTENANTED admin_main"]);
    assert_eq!(off.json("groups members Ops")["results"][0]["username"], "a@example.com");
    assert!(
        off.fails("auths users create b@example.com Plain!1234 --tenant dev").contains("Multi-tenancy is disabled")
    );
    let named = Instance::with(engine, NAMED_ONLY).await;
    assert!(named.fails("auths users create a@example.com Plain!1234 --admin").contains("name a tenant with --tenant"));
    named.user("a@example.com");
}

#[rstest]
#[tokio::test]
async fn users_are_listed(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    instance.ok("tenants create dev Dev");
    instance.ok("groups create Ops --tenant dev");
    instance.ok("service-accounts create ci --tenant dev");
    instance.ok("auths users create a@example.com Plain!1234 --tenant dev --groups Ops");
    instance.ok("auths users create b@example.com Plain!1234 --superadmin");
    let all = instance.json("auths users list");
    assert_eq!((&all["total"], &all["results"][1]["superAdmin"]), (&json!(2), &json!(true)));
    assert_eq!(instance.json("auths users list --page 2 --size 1")["results"][0]["username"], "b@example.com");
    assert_eq!(instance.json("auths users list --query A@EXAMPLE")["total"], 1);
    let here = instance.ok("auths users list --tenant dev");
    assert!(here.contains("Ops") && here.ends_with("1 of 1\n"), "no service account among them: {here}");
    assert!(instance.fails("auths users list --tenant absent").contains("Tenant “absent” does not exist"));
    instance.misunderstood("auths users list --page 0");
    instance.misunderstood("auths users list --size 10001");
    instance.misunderstood("auths users list --output xml");
}

#[rstest]
#[tokio::test]
async fn superadmins_are_made_and_unmade(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    instance.user("a@example.com");
    instance.user("b@example.com");
    let superadmins = async || instance.rows("SELECT name FROM principals WHERE superadmin ORDER BY name").await;
    assert_eq!(instance.ok("auths users set-superadmin a@example.com true"), "a@example.com is a superadmin.\n");
    instance.ok("auths users set-instance-owner b@example.com true");
    assert_eq!(superadmins().await, ["a@example.com", "b@example.com"]);
    instance.ok("auths users set-type b@example.com STANDARD");
    assert_eq!(superadmins().await, ["a@example.com"]);
    assert!(instance.fails("auths users set-type a@example.com STANDARD").contains("This is the last superadmin"));
    instance.ok("auths users set-type b@example.com super_admin");
    instance.ok("auths users set-superadmin a@example.com false");
    assert_eq!(superadmins().await, ["b@example.com"]);
    assert!(instance.fails("auths users set-superadmin c@example.com true").contains("does not exist"));
    instance.misunderstood("auths users set-superadmin a@example.com");
    instance.misunderstood("auths users set-superadmin a@example.com perhaps");
    instance.misunderstood("auths users set-type a@example.com BOSS");
}

#[rstest]
#[tokio::test]
async fn an_address_is_replaced(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    instance.user("old@example.com");
    instance.user("other@example.com");
    let said = instance.ok("auths users email-replace-username old@example.com New@example.com");
    assert_eq!(said, "old@example.com is new@example.com now.\n");
    let server = instance.serve();
    let with = async |name: &str| answer(server.anonymous("GET", "/me").basic_auth(name, Some("Plain!1234"))).await.0;
    assert_eq!((with("new@example.com").await, with("old@example.com").await), (200, 401));
    let replace = "auths users email-replace-username";
    assert!(instance.fails(&format!("{replace} old@example.com x@example.com")).contains("does not exist"));
    assert!(instance.fails(&format!("{replace} new@example.com other@example.com")).contains("exists already"));
    assert!(instance.fails(&format!("{replace} new@example.com other")).contains("Enter an email address"));
    instance.misunderstood(&format!("{replace} new@example.com"));
}

#[rstest]
#[tokio::test]
async fn what_is_derived_from_users_is_made_anew(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    instance.ok("tenants create dev Dev");
    instance.ok("auths users create mary@example.com Plain!1234 --tenant dev");
    instance.ok("service-accounts create ci --tenant dev");
    let found = |query: &str| instance.json(&format!("auths users list --query {query}"))["total"].clone();
    // As somebody leaves it who writes to the database by hand.
    instance.execute("UPDATE principals SET search = 'nothing' WHERE kind = 'USER'").await;
    instance.execute("UPDATE tenant_access SET name = 'nobody'").await;
    assert_eq!(found("mary"), 0);
    assert_eq!(instance.ok("auths users refresh"), "Refreshed 2 users and service accounts.\n");
    assert_eq!(found("mary"), 1);
    let names = instance.rows("SELECT name FROM tenant_access ORDER BY name").await;
    assert_eq!(names, ["ci", "mary@example.com"]);
    let audited = instance.count("SELECT COUNT(*) FROM audit_log WHERE resource = 'USER' AND target = 'all'").await;
    assert_eq!(audited, 1);
}

#[rstest]
#[tokio::test]
async fn a_password_comes_from_standard_input(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    instance.user("a@example.com");
    let set = ["auths", "users", "create-basic-auth", "a@example.com"];
    let piped = instance.run_with(&[&set[..], &["--password-stdin"]].concat(), "Other!1234\n");
    assert!(piped.status.success(), "{}", err(&piped));
    assert!(instance.fails(&set.join(" ")).contains("use --password-stdin"), "nobody can be asked here");
    let weak = instance.run_with(&[&set[..], &["--password-stdin"]].concat(), "weak\n");
    assert_eq!(weak.status.code(), Some(1));
    assert!(instance.fails("auths users create-basic-auth b@example.com Plain!1234").contains("does not exist"));
    let server = instance.serve();
    let with = async |password: &str| {
        answer(server.anonymous("GET", "/me").basic_auth("a@example.com", Some(password))).await.0
    };
    assert_eq!((with("Other!1234").await, with("Plain!1234").await), (200, 401));
    assert_eq!(with(ADMIN.1).await, 401);
}
