//! The audit log: what it says, that it cannot be changed unseen, and how it leaves.

use crate::support::{ADMIN, Engine, Instance, answer};
use rstest::rstest;
use serde_json::{Value, json};

fn text(output: &std::process::Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[rstest]
#[tokio::test]
async fn it_says_who_changed_what_and_how(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    server.json("POST", "/tenants", json!({"id": "dev", "name": "Dev"})).await;
    let group = server.json("POST", "/dev/groups", json!({"name": "=SUM(A1)", "description": "first"})).await.1;
    let id = group["id"].as_str().unwrap();
    server.json("PUT", &format!("/dev/groups/{id}"), json!({"name": "ops", "description": "second"})).await;

    let page = server.get(&format!("/dev/auditlogs/search?details=id:{id}")).await.1;
    assert_eq!(page["total"], 2, "{page}");
    let update = &page["results"][0]["auditLog"];
    assert_eq!((&update["type"], &update["detail"]["resource"]), (&json!("UPDATE"), &json!("GROUP")));
    assert_eq!((&update["tenantId"], &page["results"][0]["user"]["username"]), (&json!("dev"), &json!(ADMIN.0)));
    let patch = update["appliedPatch"].as_array().unwrap();
    assert!(patch.contains(&json!({"op": "replace", "path": "/name", "value": "ops"})), "{patch:?}");
    assert!(update["revertPatch"].as_array().unwrap().iter().any(|one| one["value"] == "=SUM(A1)"));

    let row = update["id"].as_str().unwrap();
    let (status, diff) = server.get(&format!("/dev/auditlogs/{row}/diff")).await;
    assert_eq!(status, 200);
    assert!(diff["before"].as_str().unwrap().contains("=SUM(A1)") && diff["after"].as_str().unwrap().contains("ops"));
    assert_eq!(server.get(&format!("/auditlogs/{row}/diff")).await.0, 200);
    assert_eq!(server.get("/dev/auditlogs/absent/diff").await.0, 404);
    let history = server.get(&format!("/dev/auditlogs/history/{id}")).await.1;
    assert_eq!((history.as_array().unwrap().len(), &history[0]["username"]), (2, &json!(ADMIN.0)));
    assert_eq!(server.get("/dev/auditlogs/history/absent").await.1, json!([]));
    let find = json!({"resource": "GROUP", "type": "CREATE", "detail": {"id": id}});
    let found = server.json("POST", "/dev/auditlogs/find", find).await.1;
    assert_eq!((&found["auditLog"]["type"], &found["total"]), (&json!("CREATE"), &json!(1)));

    // Instance rows are in the log of all, and not in a tenant's.
    let all = server.get("/auditlogs/search?q=tenant&type=CREATE").await.1;
    assert!(all["total"].as_i64().unwrap() >= 1, "{all}");
    for bad in ["?sort=colour:asc", "?startDate=soon", "?endDate=2026-02-31", "?details=colour:red", "?page=0"] {
        assert_eq!(server.get(&format!("/dev/auditlogs/search{bad}")).await.0, 422, "{bad}");
    }
    let before = server.get("/dev/auditlogs/search?endDate=2001-01-01T00:00:00Z").await.1;
    assert_eq!(before["total"], 0);

    let export = server.request("GET", "/dev/auditlogs/export?resources=GROUP").send().await.unwrap();
    assert!(export.headers()["content-type"].to_str().unwrap().starts_with("text/csv"));
    let csv = export.text().await.unwrap();
    assert_eq!(csv.lines().count(), 3, "{csv}");
    assert!(csv.lines().skip(1).all(|line| !line.contains(",=")), "no cell is a formula: {csv}");

    let cli = instance.run(&["audit", "search", "--tenant", "dev", "--resource", "GROUP", "-o", "json"]);
    let rows: Value = serde_json::from_slice(&cli.stdout).unwrap();
    assert_eq!(rows["total"], 2);
    assert!(text(&instance.run(&["audit", "search", "--since", "2999-01-01"])).contains("No rows."));
    assert_eq!(instance.run(&["audit", "search", "--since", "soon"]).status.code(), Some(2));
    for command in [["search", "--since"], ["search", "--until"], ["purge", "--before"]] {
        let refused = instance.run(&["audit", command[0], command[1], "2026-02-31"]);
        assert_eq!(refused.status.code(), Some(2), "{command:?}");
        assert!(text(&refused).contains("not a date of the calendar"), "{}", text(&refused));
    }
    let refused = server.get("/dev/auditlogs/search?filters[date][GREATER_THAN]=2026-02-31").await;
    assert!(
        refused.0 == 422 && refused.1["message"].as_str().unwrap().contains("not a date of the calendar"),
        "{refused:?}"
    );
}

#[rstest]
#[tokio::test]
async fn an_export_goes_on_over_many_pieces(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    server.json("POST", "/tenants", json!({"id": "dev", "name": "Dev"})).await;
    // Three pieces, many rows of one instant.
    instance
        .execute(
            "INSERT INTO audit_log (id, chain, seq, tenant_uid, at, type, resource, target, caller, door, previous_hash, hash)
             WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 2500)
             SELECT 'row' || n, 'bulk', n, (SELECT uid FROM tenants WHERE id = 'dev'), 1000 + n / 100, 'UPDATE', 'FLOW',
                    'flow' || n, 'somebody', 'REST', '', '' FROM number",
        )
        .await;
    let csv = server.request("GET", "/dev/auditlogs/export?resources=FLOW").send().await.unwrap().text().await.unwrap();
    let mut ids: Vec<_> = csv.lines().skip(1).map(|line| line.split(',').next().unwrap()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 2500);
}

#[rstest]
#[case::changed(
    "UPDATE audit_log SET caller = 'somebody' WHERE chain <> 'instance' AND seq = 2",
    "row 2",
    "was changed"
)]
#[case::unknown("UPDATE audit_log SET type = 'EATEN' WHERE chain <> 'instance' AND seq = 2", "row 2", "was changed")]
#[case::removed("DELETE FROM audit_log WHERE chain <> 'instance' AND seq = 2", "row 2", "a row was removed")]
#[case::cut(
    "DELETE FROM audit_log WHERE chain <> 'instance' AND seq = (SELECT MAX(seq) FROM audit_log WHERE chain <> 'instance')",
    "row",
    "removed or added"
)]
#[tokio::test]
async fn who_changes_it_is_found_out(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[case] deed: &'static str,
    #[case] place: &str,
    #[case] why: &str,
) {
    let instance = Instance::new(engine).await;
    {
        let server = instance.serve();
        server.json("POST", "/tenants", json!({"id": "dev", "name": "Dev"})).await;
        for name in ["a", "b", "c"] {
            server.json("POST", "/dev/groups", json!({"name": name})).await;
        }
    }
    let whole = instance.run(&["audit", "verify"]);
    assert!(whole.status.success() && text(&whole).contains("nothing was changed or removed"), "{}", text(&whole));
    assert!(instance.try_execute(deed).await.is_err(), "the database itself refuses");
    match engine {
        Engine::Sqlite => {
            instance.execute("DROP TRIGGER audit_log_not_updated").await;
            instance.execute("DROP TRIGGER audit_log_not_deleted").await;
        }
        Engine::Postgres => instance.execute("ALTER TABLE audit_log DISABLE TRIGGER ALL").await,
    }
    instance.execute(deed).await;
    let broken = instance.run(&["audit", "verify", "-o", "json"]);
    assert_eq!(broken.status.code(), Some(1));
    assert!(text(&broken).contains(place) && text(&broken).contains(why), "{}", text(&broken));
}

#[rstest]
#[tokio::test]
async fn what_is_old_can_be_removed_and_the_rest_still_be_proved(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    server.json("POST", "/tenants", json!({"id": "dev", "name": "Dev"})).await;
    server.json("POST", "/dev/groups", json!({"name": "a"})).await;
    let middle = server.get("/dev/auditlogs/search?size=1").await.1["results"][0]["auditLog"]["date"].clone();
    let middle = middle.as_str().unwrap();
    server.json("POST", "/dev/groups", json!({"name": "b"})).await;

    assert_eq!(instance.run(&["audit", "purge", "--before", "2999-01-01"]).status.code(), Some(1));
    assert_eq!(instance.run(&["audit", "purge"]).status.code(), Some(2));
    let all = instance.count("SELECT COUNT(*) FROM audit_log").await;
    let purged = instance.run(&["audit", "purge", "--before", middle]);
    assert!(purged.status.success(), "{}", text(&purged));
    let left = instance.count("SELECT COUNT(*) FROM audit_log WHERE type <> 'PURGE'").await;
    assert!(left < all && left >= 2, "{left} of {all}");
    assert_eq!(server.get("/dev/auditlogs/search").await.1["total"], 2);
    let whole = instance.run(&["audit", "verify"]);
    assert!(whole.status.success(), "{}", text(&whole));
    // A chain of which nothing is left goes on where it ended.
    instance.run(&[
        "audit",
        "purge",
        "--before",
        &server.get("/auditlogs/search?size=1").await.1["results"][0]["auditLog"]["date"]
            .as_str()
            .unwrap()
            .replace('Z', ""),
    ]);
    server.json("POST", "/dev/groups", json!({"name": "c"})).await;
    assert!(instance.run(&["audit", "verify"]).status.success());
    assert_eq!(instance.count("SELECT COUNT(*) FROM audit_log WHERE type = 'PURGE'").await, 2);
}

#[rstest]
#[tokio::test]
async fn who_takes_anothers_place_is_named(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    server.json("POST", "/tenants", json!({"id": "dev", "name": "Dev"})).await;
    let lead = ["auths", "users", "create", "lead@example.com", "Plain!1234", "--tenant", "dev", "--admin"];
    assert!(instance.run(&lead).status.success());
    let request = server.request("POST", "/dev/groups").header("x-kestra-impersonate", "lead@example.com");
    assert_eq!(answer(request.json(&json!({"name": "g"}))).await.0, 200);
    let log = server.get("/dev/auditlogs/search?resources=GROUP").await.1;
    let row = &log["results"][0];
    assert_eq!(row["user"]["username"], "lead@example.com");
    assert_eq!(row["auditLog"]["impersonatedBy"], ADMIN.0);
    assert!(server.get("/auditlogs/search?type=IMPERSONATE").await.1["total"].as_i64().unwrap() >= 1);
    let lead = server.anonymous("GET", "/dev/groups/search").basic_auth("lead@example.com", Some("Plain!1234"));
    assert_eq!(answer(lead.header("x-kestra-impersonate", ADMIN.0)).await.0, 403);
}

/// How often the log says that somebody was denied something; one number for each row.
async fn denied(server: &crate::support::Server, user: &str) -> Vec<i64> {
    let page = server.get(&format!("/auditlogs/search?q=denied&size=100&userId={user}")).await.1;
    let rows = page["results"].as_array().unwrap().iter();
    let mut counts: Vec<_> = rows
        .filter(|one| one["auditLog"]["detail"]["event"] == "DENIED")
        .map(|one| one["auditLog"]["count"].as_i64().unwrap())
        .collect();
    counts.sort_unstable();
    counts
}

#[rstest]
#[tokio::test]
async fn the_same_denied_again_is_one_row_with_a_count(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    // Two processes on one database.
    let servers = [instance.serve(), instance.serve()];
    let server = &servers[0];
    server.json("POST", "/tenants", json!({"id": "dev", "name": "Dev"})).await;
    let mut ids = Vec::new();
    for user in ["one@example.com", "other@example.com"] {
        let id = server.json("POST", "/users", json!({"email": user, "password": "Plain!1234"})).await.1["id"].clone();
        let binding = json!({"type": "USER", "externalId": id, "roleId": "viewer_dev"});
        assert_eq!(server.json("POST", "/dev/bindings", binding).await.0, 200);
        ids.push(id.as_str().unwrap().to_owned());
    }
    let ask = async |server: &crate::support::Server, user: &str, path: &str| {
        let request = server.anonymous("POST", path).basic_auth(user, Some("Plain!1234"));
        assert_eq!(answer(request.json(&json!({"name": "x", "permissions": {}}))).await.0, 403, "{user} {path}");
    };
    // At once, through both, and the first of them too.
    let all = (0..20).map(|number| ask(&servers[number % 2], "one@example.com", "/dev/groups"));
    futures_util::future::join_all(all).await;
    assert_eq!(denied(server, &ids[0]).await, [20]);
    // Something else, somewhere else, and somebody else.
    ask(server, "one@example.com", "/dev/roles").await;
    assert_eq!(denied(server, &ids[0]).await, [1, 20]);
    for _ in 0..3 {
        ask(server, "one@example.com", "/absent/groups").await;
    }
    assert_eq!(denied(server, &ids[0]).await, [1, 3, 20]);
    ask(server, "other@example.com", "/dev/groups").await;
    assert_eq!((denied(server, &ids[0]).await, denied(server, &ids[1]).await), (vec![1, 3, 20], vec![1]));

    // It is said everywhere, and the chain is whole.
    let csv = server.request("GET", "/dev/auditlogs/export").send().await.unwrap().text().await.unwrap();
    assert!(csv.lines().next().unwrap().ends_with(",after,count"), "{csv}");
    assert!(csv.lines().any(|line| line.contains("GROUP:CREATE") && line.ends_with(",20")), "{csv}");
    let cli = text(&instance.run(&["audit", "search", "--type", "DENIED"]));
    assert!(cli.contains("DENIED ×20"), "{cli}");
    let admin = crate::support::Browser::sign_in(server, ADMIN).await;
    let page = admin.open("/ui/dev/audit?type=DENIED").await.text().await.unwrap().replace("<!>", "");
    assert!(page.contains("×20") && page.contains("20 times, last at"), "{page}");
    assert!(instance.run(&["audit", "verify"]).status.success());

    // A minute later it is another row. The log keeps no other clock than the server's: the rows are made older.
    match engine {
        Engine::Sqlite => instance.execute("DROP TRIGGER audit_log_not_updated").await,
        Engine::Postgres => instance.execute("ALTER TABLE audit_log DISABLE TRIGGER ALL").await,
    }
    instance.execute("UPDATE audit_log SET at = at - 61000 WHERE type = 'DENIED'").await;
    ask(server, "other@example.com", "/dev/groups").await;
    assert_eq!(denied(server, &ids[1]).await, [1, 1]);
    // Counts go with their rows.
    if engine == Engine::Postgres {
        instance.execute("ALTER TABLE audit_log ENABLE TRIGGER ALL").await;
    }
    assert_eq!(instance.count("SELECT COUNT(*) FROM audit_repeats").await, 2);
    let newest = server.get("/auditlogs/search?size=1").await.1["results"][0]["auditLog"]["date"].clone();
    let purged = instance.run(&["audit", "purge", "--before", newest.as_str().unwrap()]);
    assert!(purged.status.success(), "{}", text(&purged));
    assert_eq!(instance.count("SELECT COUNT(*) FROM audit_repeats").await, 0);
}
