//! `kestra access …`

use crate::support::{Engine, Instance};
use rstest::rstest;
use serde_json::json;

#[rstest]
#[tokio::test]
async fn the_path_is_told_or_what_is_missing(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    instance.ok("tenants create dev Dev");
    instance.user("a@example.com");
    instance.user("b@example.com");
    instance.ok("auths users create boss@example.com Plain!1234 --superadmin");
    instance.ok("groups create Ops --tenant dev --members a@example.com");
    let made = instance.json("bindings create --tenant dev --group Ops --role Editor --namespace shop");
    let binding = made["id"].as_str().unwrap();
    let ask = "access explain --tenant dev --resource FLOW --action UPDATE --principal";

    let allowed = instance.ok(&format!("{ask} a@example.com --namespace shop.orders"));
    let path = format!("a@example.com → group Ops → binding {binding} (shop) → role Editor → FLOW:UPDATE");
    assert_eq!(allowed, format!("Allowed: a@example.com, FLOW:UPDATE in namespace shop.orders of dev\n  {path}\n"));
    let elsewhere = instance.ok(&format!("{ask} a@example.com --namespace team"));
    assert!(elsewhere.starts_with("Denied: ") && elsewhere.contains("but not in the namespace team"), "{elsewhere}");
    assert!(elsewhere.contains("It holds: Editor (shop)"), "{elsewhere}");
    let nothing = instance.ok(&format!("{ask} b@example.com"));
    assert!(nothing.contains("b@example.com has no access to this tenant."), "{nothing}");
    let superadmin = instance.ok(&format!("{ask} boss@example.com"));
    assert!(superadmin.contains("boss@example.com is a superadmin: that is for administering"), "{superadmin}");
    let role = instance.ok("access explain --tenant dev --resource role --action delete --principal boss@example.com");
    assert!(role.contains("boss@example.com → superadmin → ROLE:DELETE"), "{role}");
    let json = instance.json(&format!("{ask} a@example.com --namespace shop"));
    assert_eq!((&json["allowed"], &json["paths"][0]["inherited"]), (&json!(true), &json!(false)));

    assert!(instance.fails(&format!("{ask} c@example.com")).contains("does not exist"));
    assert!(instance.fails(&format!("{ask} a@example.com --namespace Shop")).contains("A namespace starts with"));
    instance.misunderstood("access explain --tenant dev --resource FLOWS --action VIEW --principal a@example.com");
    instance.misunderstood("access explain --tenant dev --resource FLOW --action LOOK --principal a@example.com");
    instance.misunderstood("access explain --tenant dev --resource FLOW --action VIEW");
}

#[rstest]
#[tokio::test]
async fn everybody_who_can_is_listed(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    instance.ok("tenants create dev Dev");
    instance.user("a@example.com");
    instance.ok("service-accounts create ci --tenant dev");
    instance.ok("bindings create --tenant dev --user a@example.com --role Viewer --namespace shop");
    instance.ok("bindings create --tenant dev --service-account ci --role Editor");
    let ask = "access who-can --tenant dev --resource FLOW --action VIEW";
    let table = instance.ok(&format!("{ask} --namespace shop.orders"));
    assert!(table.contains("a@example.com") && table.contains("service account"), "{table}");
    assert!(table.ends_with("2 of 2\n"), "{table}");
    let whole = instance.json(ask);
    assert_eq!((&whole["total"], &whole["results"][0]["username"]), (&json!(1), &json!("ci")));
    assert_eq!(instance.json("access who-can --tenant dev --resource SECRET --action DELETE")["total"], 0);
    assert!(instance.fails("access who-can --tenant absent --resource FLOW --action VIEW").contains("does not exist"));
    instance.misunderstood("access who-can --tenant dev --resource FLOW");
}
