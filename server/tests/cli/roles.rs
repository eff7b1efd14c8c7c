//! `kestra roles …`

use crate::support::{Engine, Instance};
use rstest::rstest;
use serde_json::json;

#[rstest]
#[tokio::test]
async fn a_role_lives_from_create_to_delete(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    instance.ok("tenants create dev Dev");
    let made = instance.json(
        "roles create Deployer --tenant dev --description Ships --permission flow:view,LIST --permission KVSTORE:READ \
         --permission FLOW:EXECUTE",
    );
    assert_eq!(made["permissions"], json!({ "FLOW": ["VIEW", "LIST", "EXECUTE"], "KVSTORE": ["READ"] }));
    assert_eq!((&made["description"], &made["isDefault"]), (&json!("Ships"), &json!(false)));
    let id = made["id"].as_str().unwrap().to_owned();
    assert!(instance.fails("roles create X --tenant dev --permission FLOWS:VIEW").contains("FLOWS is not a resource"));
    assert!(instance.fails("roles create X --tenant dev --permission FLOW:LOOK").contains("LOOK is not an action"));
    instance.misunderstood("roles create X --tenant dev --permission FLOW");
    instance.misunderstood("roles create --tenant dev");

    let shown = instance.ok("roles get Deployer --tenant dev");
    assert!(shown.starts_with(&format!("Deployer ({id})\nShips\n")) && shown.contains("VIEW LIST EXECUTE"), "{shown}");
    let changed = instance.json("roles update deployer --tenant dev --name Shipper --permission FLOW:VIEW --default");
    assert_eq!(changed["permissions"], json!({ "FLOW": ["VIEW"] }));
    assert_eq!((&changed["id"], &changed["description"]), (&json!(id), &json!("Ships")));
    assert_eq!(changed["isDefault"], true);
    assert_eq!(instance.json("roles update Shipper --tenant dev --default=false")["isDefault"], false);
    assert!(instance.fails("roles update Viewer --tenant dev --name Looker").contains("is managed"));
    assert!(instance.fails("roles update Absent --tenant dev --name X").contains("Role “Absent” does not exist"));

    assert_eq!(instance.json("roles list --tenant dev")["total"], 6);
    assert!(instance.ok("roles list --tenant dev --query ship").ends_with("1 of 1\n"));
    instance.ok("roles create Shipper --tenant dev");
    assert!(instance.fails("roles get Shipper --tenant dev").contains("Say which one by its id"), "names may repeat");
    let matrix = instance.ok("roles matrix --tenant dev");
    assert!(matrix.contains("Tenant Admin") && matrix.contains("all"), "{matrix}");

    instance.ok(&format!("roles delete {id} --tenant dev"));
    assert!(instance.fails(&format!("roles delete {id} --tenant dev")).contains("does not exist"));
    assert!(instance.fails("roles delete Viewer --tenant dev").contains("is managed"));
}

#[tokio::test]
async fn permissions_come_from_a_file() {
    let instance = Instance::new(Engine::Sqlite).await;
    let folder = tempfile::TempDir::new().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let yaml = file("role.yml", "FLOW: [VIEW, LIST]\nSECRET: [READ]\n");
    let made = instance.json(&format!("roles create A --permissions-file {yaml}"));
    assert_eq!(made["permissions"], json!({ "FLOW": ["VIEW", "LIST"], "SECRET": ["READ"] }));
    let json = file("role.json", r#"{"FLOW": ["VIEW"]}"#);
    let changed = instance.json(&format!("roles update A --permissions-file {json}"));
    assert_eq!(changed["permissions"], json!({ "FLOW": ["VIEW"] }));
    let broken = file("broken.yml", "FLOW: VIEW");
    assert!(instance.fails(&format!("roles create B --permissions-file {broken}")).contains("broken.yml"));
    assert!(instance.fails("roles create B --permissions-file /absent.yml").contains("/absent.yml"));
    instance.misunderstood(&format!("roles create B --permissions-file {json} --permission FLOW:VIEW"));
}
