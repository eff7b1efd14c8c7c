//! `kestra bindings …`

use crate::support::{Engine, Instance};
use rstest::rstest;
use serde_json::json;

#[rstest]
#[tokio::test]
async fn roles_are_given_and_taken(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    instance.ok("tenants create dev Dev");
    instance.user("a@example.com");
    instance.ok("groups create Ops --tenant dev");
    instance.ok("service-accounts create ci --tenant dev");
    let create = |rest: &str| format!("bindings create --tenant dev {rest}");

    let said = instance.ok(&create("--user a@example.com --role Editor --namespace shop"));
    assert!(said.starts_with("User a@example.com holds Editor in shop now ("), "{said}");
    let again = instance.fails(&create("--user a@example.com --role editor_dev --namespace shop"));
    assert!(again.contains("holds Editor in shop already"), "{again}");
    let group = instance.json(&create("--group Ops --role viewer_dev"));
    assert_eq!((&group["type"], &group["group"]["name"]), (&json!("GROUP"), &json!("Ops")));
    let account = instance.json(&create("--service-account ci --role Launcher"));
    assert_eq!(account["user"]["type"], "SERVICE_ACCOUNT");

    assert!(instance.fails(&create("--user b@example.com --role Editor")).contains("User “b@example.com” does not"));
    assert!(instance.fails(&create("--group Devs --role Editor")).contains("Group “Devs” does not exist"));
    assert!(instance.fails(&create("--service-account cd --role Editor")).contains("“cd” does not exist"));
    assert!(instance.fails(&create("--group Ops --role Boss")).contains("Role “Boss” does not exist"));
    let namespace = instance.fails(&create("--group Ops --role Editor --namespace Shop"));
    assert!(namespace.contains("A namespace starts with"), "{namespace}");
    instance.misunderstood(&create("--role Editor"));
    instance.misunderstood(&create("--group Ops --user a@example.com --role Editor"));
    instance.misunderstood(&create("--group Ops"));

    let total = |filter: &str| instance.json(&format!("bindings list --tenant dev {filter}"))["total"].clone();
    assert_eq!(total(""), 3);
    for filter in ["--user a@example.com", "--group Ops", "--service-account ci", "--role Editor", "--namespace shop"] {
        assert_eq!(total(filter), 1, "{filter}");
    }
    assert_eq!(total("--group Ops --role Editor"), 0);
    let table = instance.ok("bindings list --tenant dev");
    assert!(table.contains("service account") && table.ends_with("3 of 3\n"), "{table}");
    assert!(instance.fails("bindings list --tenant dev --role Boss").contains("does not exist"));

    let id = group["id"].as_str().unwrap();
    let said = instance.ok(&format!("bindings delete {id} --tenant dev"));
    assert_eq!(said, "Group Ops holds Viewer no longer.\n");
    assert!(instance.fails(&format!("bindings delete {id} --tenant dev")).contains("does not exist"));
    assert_eq!(total(""), 2);
}
