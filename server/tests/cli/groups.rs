//! `kestra groups …`

use super::{NAMED_ONLY, OFF};
use crate::support::{Engine, Instance};
use rstest::rstest;
use serde_json::json;

#[rstest]
#[tokio::test]
async fn a_group_lives_from_create_to_delete(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    instance.ok("tenants create dev Dev");
    instance.user("a@example.com");
    instance.user("b@example.com");

    let made = "groups create Ops --tenant dev --description Night+shift --members a@example.com";
    assert!(instance.ok(made).starts_with("Created group Ops ("));
    assert!(instance.fails(made).contains("A group “Ops” exists already"));
    assert!(instance.fails("groups create Devs --tenant dev --members nobody@example.com").contains("does not exist"));
    assert!(instance.fails("groups create Ops --tenant absent").contains("Tenant “absent” does not exist"));
    instance.misunderstood("groups create --tenant dev");
    let group = instance.json("groups get ops --tenant dev");
    assert_eq!((&group["name"], &group["description"]), (&json!("Ops"), &json!("Night shift")));
    let id = group["id"].as_str().unwrap().to_owned();
    assert_eq!(instance.json(&format!("groups get {id} --tenant dev")), group, "by its id");
    assert!(instance.fails("groups get Opps --tenant dev").contains("Group “Opps” does not exist"));

    let renamed = instance.json("groups update Ops --tenant dev --name Operators");
    assert_eq!(renamed, json!({ "id": id, "name": "Operators", "description": "Night shift" }));
    instance.ok("groups create Devs --tenant dev");
    assert!(instance.fails("groups update Devs --tenant dev --name Operators").contains("exists already"));
    let list = instance.json("groups list --tenant dev --query oper");
    assert_eq!((&list["total"], &list["results"][0]["id"]), (&json!(1), &json!(id)));
    let table = instance.ok("groups list --tenant dev --size 1");
    assert!(table.contains("Devs") && table.ends_with("1 of 2\n"), "{table}");

    instance.ok("groups delete Operators --tenant dev");
    assert!(instance.fails("groups delete Operators --tenant dev").contains("does not exist"));
    assert_eq!(instance.count("SELECT COUNT(*) FROM memberships").await, 0);
    let audited = instance.rows("SELECT caller FROM audit_log WHERE resource = 'GROUP'").await;
    assert!(audited.len() == 4 && audited.iter().all(|caller| caller.starts_with("cli:")), "{audited:?}");
}

#[rstest]
#[tokio::test]
async fn members_come_and_go(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    instance.ok("tenants create dev Dev");
    instance.user("a@example.com");
    instance.user("b@example.com");
    instance.ok("groups create Ops --tenant dev --members a@example.com");

    assert!(instance.ok("groups add-member Ops b@example.com --tenant dev").contains("b@example.com is in Ops now"));
    assert!(instance.fails("groups add-member Ops b@example.com --tenant dev").contains("is in this group already"));
    assert!(instance.fails("groups add-member Ops c@example.com --tenant dev").contains("does not exist"));
    assert!(instance.ok("groups set-owner Ops b@example.com true --tenant dev").contains("is an owner of Ops now"));
    assert!(instance.fails("groups set-owner Ops c@example.com true --tenant dev").contains("does not exist"));
    instance.misunderstood("groups set-owner Ops b@example.com perhaps --tenant dev");

    let members = instance.ok("groups members Ops --tenant dev");
    assert!(members.contains("OWNER") && members.contains("MEMBER") && members.ends_with("2 of 2\n"), "{members}");
    let members = instance.json("groups members Ops --tenant dev --query b@example");
    assert_eq!(members["results"][0]["groups"][0]["membership"], "OWNER");
    assert!(instance.fails("groups members Devs --tenant dev").contains("Group “Devs” does not exist"));

    instance.ok("groups set-owner Ops b@example.com false --tenant dev");
    instance.ok("groups remove-member Ops b@example.com --tenant dev");
    assert!(instance.fails("groups remove-member Ops b@example.com --tenant dev").contains("is not in this group"));
    let members = instance.json("groups members Ops --tenant dev");
    assert_eq!((&members["total"], &members["results"][0]["username"]), (&json!(1), &json!("a@example.com")));
}

#[rstest]
#[tokio::test]
async fn without_a_tenant_it_is_the_one_that_needs_no_name(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let place = "SELECT t.kind FROM groups AS g JOIN tenants AS t ON t.uid = g.tenant_uid";
    let with_default = Instance::new(engine).await;
    with_default.ok("groups create Ops");
    assert_eq!(with_default.rows(place).await, ["DEFAULT"]);
    let off = Instance::with(engine, OFF).await;
    off.ok("groups create Ops");
    assert_eq!(off.rows(place).await, ["UNTENANTED"]);
    assert!(off.fails("groups list --tenant dev").contains("Multi-tenancy is disabled"));
    let named = Instance::with(engine, NAMED_ONLY).await;
    assert!(named.fails("groups create Ops").contains("name a tenant with --tenant"));
}

#[rstest]
#[tokio::test]
async fn names_that_differ_only_in_case_must_be_exact(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    instance.ok("groups create Ops");
    instance.ok("groups create ops");
    assert_eq!(instance.json("groups get ops")["name"], "ops");
    assert!(instance.fails("groups get OPS").contains("Say which one by its id"));
}
