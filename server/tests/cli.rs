//! The command line, run as the binary it is.

mod access;
mod bindings;
mod databases;
mod groups;
mod help;
mod roles;
mod service_accounts;
mod users;

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

/// Without tenants.
const OFF: &str = "kestra: {ee: {tenants: {enabled: false}}}";
/// With tenants, and without the one that needs no name.
const NAMED_ONLY: &str = "kestra: {ee: {tenants: {enabled: true, default-tenant: false}}}";

impl Instance {
    /// Runs a command as one types it: words are apart by spaces, and a `+` stands for a space within one.
    fn typed(&self, line: &str) -> Output {
        let words: Vec<String> = line.split_whitespace().map(|word| word.replace('+', " ")).collect();
        self.run(&words.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// What a command says that goes well.
    fn ok(&self, line: &str) -> String {
        let output = self.typed(line);
        assert_eq!(output.status.code(), Some(0), "{line}: {}{}", out(&output), err(&output));
        out(&output)
    }

    /// What it answers with `--output json`.
    fn json(&self, line: &str) -> Value {
        let text = self.ok(&format!("{line} --output json"));
        serde_json::from_str(&text).expect(&text)
    }

    /// Why a command fails.
    fn fails(&self, line: &str) -> String {
        let output = self.typed(line);
        assert_eq!(output.status.code(), Some(1), "{line}: {}{}", out(&output), err(&output));
        reason(&output)
    }

    /// Checks that a command is not understood.
    fn misunderstood(&self, line: &str) {
        let output = self.typed(line);
        assert_eq!(output.status.code(), Some(2), "{line}: {}{}", out(&output), err(&output));
    }

    /// A user with a password, who is in nothing yet.
    fn user(&self, email: &str) {
        self.ok(&format!("auths users create {email} Plain!1234"));
    }
}

/// What a failed command said: for people, without a word of SQL or of the program's inside.
fn reason(output: &Output) -> String {
    let told = err(output);
    assert!(told.starts_with("error: "), "{told}");
    for inside in ["SELECT", "INSERT", "PRAGMA", "BEGIN", "sqlx", "panicked", ".rs"] {
        assert!(!told.contains(inside), "{told}");
    }
    told
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
    assert_eq!(list["results"][1]["name"], "Renamed");
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

#[tokio::test]
async fn what_nothing_acts_on_is_told() {
    let file = "micronaut.security: {oauth2: {enabled: true}}\nkestra: {security: {default-role: {name: Reader}}, \
                mail-service: {host: mail, from: a@b.co}}";
    let instance = Instance::with(Engine::Sqlite, file).await;
    let checked = instance.run(&["config", "check"]);
    assert!(checked.status.success(), "{}", err(&checked));
    let table = out(&checked);
    for key in ["micronaut.security.oauth2", "kestra.security.default-role.name"] {
        assert!(table.lines().any(|line| line.contains(key) && line.contains("not in effect")), "{table}");
    }
    assert!(table.contains("older name") && table.contains("called kestra.ee.mail-service since 0.20"), "{table}");
    let strict = instance.run(&["config", "check", "--strict", "-o", "json"]);
    assert_eq!(strict.status.code(), Some(1));
    assert!(err(&strict).contains("not in effect: ") && err(&strict).contains("micronaut.security.oauth2"));
    let notices = serde_json::from_str::<serde_json::Value>(&out(&strict)).unwrap()["notices"].clone();
    assert_eq!(notices.as_array().unwrap().len(), 3, "{notices}");
    assert!(notices[0]["inEffect"] == true && notices[1]["inEffect"] == false, "{notices}");
}

#[tokio::test]
async fn a_configuration_that_others_can_read_is_told() {
    let instance = Instance::new(Engine::Sqlite).await;
    assert!(!instance.ok("config check").contains("readable by others"));
    assert!(!instance.serve().logged().contains("other accounts"));
    instance.set_mode(0o640);
    let checked = instance.run(&["config", "check", "--strict"]);
    assert_eq!(checked.status.code(), Some(0), "{}", err(&checked));
    let line = |line: &&str| line.contains("super-admin.password") && line.contains("readable by others");
    assert!(out(&checked).lines().any(|one| line(&one)), "{}", out(&checked));
    let told = format!("Run chmod 600 {}", instance.configuration().display());
    assert!(out(&checked).contains(&told), "{}", out(&checked));
    let server = instance.serve();
    let log = server.logged();
    let warned = log.lines().find(|line| line.contains(&told)).expect(&log);
    assert!(warned.contains("WARN") && !warned.contains(crate::support::ADMIN.1), "{warned}");
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
    assert!(right.run(&["config", "check", "--strict"]).status.success());
    let keys = right.json("config check")["keys"].as_array().unwrap().clone();
    assert!(keys.iter().any(|one| one["key"] == "kestra.ee.tenants.enabled" && one["value"] == "true"), "{keys:?}");
}
