//! The command line, run as the binary it is.

use crate::support::{Engine, Instance};
use rstest::rstest;
use serde_json::{Value, json};
use std::process::Output;

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[rstest]
#[tokio::test]
async fn a_tenant_lives_from_create_to_delete(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    let created = instance.run(&["tenants", "create", "--tenant", "dev", "--name", "Development environment"]);
    assert!(created.status.success(), "{}", err(&created));
    assert!(out(&created).contains("Created tenant dev with 5 roles."), "{}", out(&created));

    let again = instance.run(&["tenants", "create", "--tenant", "dev", "--name", "Again"]);
    assert_eq!(again.status.code(), Some(1));
    assert!(err(&again).contains("exists already"), "{}", err(&again));
    let bad = instance.run(&["tenants", "create", "--tenant", "Dev", "--name", "x"]);
    assert_eq!(bad.status.code(), Some(1));
    assert!(err(&bad).contains("capital letter D"), "{}", err(&bad));
    assert_eq!(instance.run(&["tenants", "create", "--tenant", "x"]).status.code(), Some(2));
    assert_eq!(instance.run(&["tenants", "create", "--colour"]).status.code(), Some(2));

    let got: Value = serde_json::from_str(&out(&instance.run(&["tenants", "get", "dev", "-o", "json"]))).unwrap();
    assert_eq!(got, json!({"id": "dev", "name": "Development environment", "deleted": false}));
    assert!(instance.run(&["tenants", "update", "dev", "--name", "Renamed"]).status.success());
    assert!(instance.run(&["tenants", "create", "prod", "Production"]).status.success(), "positionals of the late doc");
    let list = instance.run(&["tenants", "list", "--sort", "-id", "--output", "json"]);
    let list: Value = serde_json::from_str(&out(&list)).unwrap();
    assert_eq!(list[1]["name"], "Renamed");
    assert!(out(&instance.run(&["tenants", "list", "-q", "pro"])).contains("1 of 1"));

    let asked = instance.run(&["tenants", "delete", "dev"]);
    assert_eq!(asked.status.code(), Some(1));
    assert!(err(&asked).contains("--yes"), "{}", err(&asked));
    assert!(instance.run(&["tenants", "delete", "dev", "--yes"]).status.success());
    let gone = instance.run(&["tenants", "get", "dev"]);
    assert_eq!(gone.status.code(), Some(1));
    assert!(err(&gone).contains("does not exist"), "{}", err(&gone));
}

#[rstest]
#[tokio::test]
async fn a_named_admin_is_bound(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    let create = ["tenants", "create", "--tenant=dev", "--name=Dev", "--admin-username=lead@example.com"];
    let nobody = instance.run(&create);
    assert_eq!(nobody.status.code(), Some(1));
    assert!(err(&nobody).contains("User “lead@example.com” does not exist"), "{}", err(&nobody));
    assert_eq!(instance.count("SELECT COUNT(*) FROM tenants WHERE kind = 'NAMED'").await, 0);
    assert!(
        instance
            .run_with(&["auths", "users", "create", "Lead@Example.com", "--password-stdin"], "Plain!1234\n")
            .status
            .success()
    );
    assert!(out(&instance.run(&create)).contains("lead@example.com is its Tenant Admin."));
    let held = "SELECT role_id FROM bindings";
    assert_eq!(instance.rows(held).await, ["admin_dev"]);
    let audited = instance.rows("SELECT caller, door FROM audit_log WHERE resource = 'TENANT'").await;
    assert!(audited[0].starts_with("cli:") && audited[0].ends_with("CLI"), "{audited:?}");
}

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
    assert_eq!(create(&["c@example.com", "Plain!1234", "--admin"]).status.code(), Some(2), "--admin needs --tenant");
    assert!(create(&["--username=d@example.com", "--password=Plain!1234", "--superadmin"]).status.success());
    assert_eq!(create(&["e@example.com", "Plain!1234", "--tenant", "absent"]).status.code(), Some(1));
    assert_eq!(instance.rows("SELECT name FROM principals ORDER BY name").await, ["a@example.com", "d@example.com"]);
    let stored = instance.rows("SELECT hash FROM passwords").await;
    assert!(stored.iter().all(|hash| hash.starts_with("$argon2id$")), "{stored:?}");
}

#[rstest]
#[tokio::test]
async fn it_works_while_a_server_runs(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    for number in 0..5 {
        let id = format!("t{number}");
        assert!(instance.run(&["tenants", "create", "--tenant", &id, "--name", "T"]).status.success());
        assert_eq!(server.get(&format!("/tenants/{id}")).await.0, 200);
    }
}

#[tokio::test]
async fn a_wrong_configuration_stops_every_command() {
    let wrong = "kestra: {ee: {tenants: {enabld: true}}}";
    let instance = Instance::with(Engine::Sqlite, wrong).await;
    for command in [&["config", "check"][..], &["server"], &["tenants", "list"]] {
        let output = instance.run(command);
        assert_eq!(output.status.code(), Some(1), "{command:?}");
        let told = err(&output);
        assert!(told.contains("config.yml:4") && told.contains("did you mean enabled?"), "{told}");
    }
    let right = Instance::new(Engine::Sqlite).await;
    let checked = right.run(&["config", "check"]);
    assert!(checked.status.success(), "{}", err(&checked));
    assert!(out(&checked).contains("kestra.ee.tenants.enabled") && !out(&checked).contains("Root!1234"));
}

#[tokio::test]
async fn what_is_wrong_with_the_database_is_said() {
    let instance = Instance::new(Engine::Sqlite).await;
    let with = |url: &str| instance.command(&["tenants", "list"]).env("DATASOURCES_MAIN_URL", url).output().unwrap();
    let refused = with("postgres://nobody@127.0.0.1:1/none");
    assert_eq!(refused.status.code(), Some(1));
    assert!(err(&refused).contains("cannot be reached"), "{}", err(&refused));
    let nowhere = with("sqlite:/proc/nothing/kestra.db");
    assert_eq!(nowhere.status.code(), Some(1));
    assert!(err(&nowhere).contains("cannot be created"), "{}", err(&nowhere));
}

/// Help is a promise; a change of it shows in review. `UPDATE_HELP=1` writes it anew.
#[tokio::test]
async fn help_is_as_committed() {
    let commands: [&[&str]; 15] = [
        &[],
        &["server"],
        &["tenants"],
        &["tenants", "create"],
        &["tenants", "list"],
        &["tenants", "get"],
        &["tenants", "update"],
        &["tenants", "delete"],
        &["auths", "users"],
        &["auths", "users", "create"],
        &["auths", "users", "create-basic-auth"],
        &["access"],
        &["access", "export"],
        &["access", "import"],
        &["config", "check"],
    ];
    let mut all = String::new();
    for command in commands {
        let output =
            std::process::Command::new(env!("CARGO_BIN_EXE_kestra")).args(command).arg("--help").output().unwrap();
        assert!(output.status.success(), "{command:?}");
        all += &format!("$ kestra {} --help\n{}\n", command.join(" "), out(&output));
    }
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/help.txt");
    if std::env::var_os("UPDATE_HELP").is_some() {
        std::fs::write(file, &all).unwrap();
    }
    assert_eq!(
        all,
        std::fs::read_to_string(file).unwrap_or_default(),
        "run with UPDATE_HELP=1 and look at the difference"
    );
}
