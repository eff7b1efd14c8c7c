//! `kestra service-accounts …` and API tokens.

use super::{NAMED_ONLY, OFF, err, out};
use crate::support::{Engine, Instance, answer};
use rstest::rstest;
use serde_json::json;

#[rstest]
#[tokio::test]
async fn a_service_account_lives_from_create_to_delete(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    instance.ok("tenants create dev Dev");
    instance.ok("groups create Ops --tenant dev");
    let made = instance.json("service-accounts create ci --tenant dev --description Builds --groups Ops");
    assert_eq!((&made["name"], &made["tenants"]), (&json!("ci"), &json!([{ "id": "dev", "name": "Dev" }])));
    assert!(instance.fails("service-accounts create Ci --tenant dev").contains("lower-case letters"));
    assert!(instance.fails("service-accounts create cd --tenant dev --groups Devs").contains("does not exist"));
    instance.misunderstood("service-accounts create");
    instance.ok("service-accounts create robot --superadmin");

    assert_eq!(instance.json("service-accounts list")["total"], 2);
    let of_tenant = instance.json("service-accounts list --tenant dev");
    assert_eq!((&of_tenant["total"], &of_tenant["results"][0]["id"]), (&json!(1), &made["id"]));
    assert!(instance.ok("service-accounts list --query rob").contains("robot"));

    instance.ok("service-accounts delete ci");
    assert!(instance.fails("service-accounts delete ci").contains("Service account “ci” does not exist"));
    assert!(instance.fails("service-accounts tokens ci").contains("does not exist"));
    assert_eq!(instance.json("service-accounts list")["total"], 1);
}

#[rstest]
#[tokio::test]
async fn a_token_is_shown_once(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    let made = instance.json("service-accounts create ci");
    let id = made["id"].as_str().unwrap();

    // Alone on standard output; the rest of what there is to say is elsewhere.
    let token = instance.typed("service-accounts create-token ci deploy --max-age P30D --extended --description x");
    assert!(token.status.success(), "{}", err(&token));
    let secret = out(&token).trim_end().to_owned();
    assert!(secret.len() > 30 && !secret.contains(char::is_whitespace), "{secret}");
    assert!(err(&token).contains("it is not shown again") && !err(&token).contains(&secret), "{}", err(&token));
    let server = instance.serve();
    let with = |secret: &str| answer(server.anonymous("GET", "/me").bearer_auth(secret));
    assert_eq!(with(&secret).await.1["id"], id);
    let other = instance.json(&format!("service-accounts create-token {id} other"));
    let full = other["fullToken"].as_str().unwrap();
    assert_eq!(with(full).await.0, 200);

    assert!(instance.fails("service-accounts create-token ci Other").contains("lower-case letters"));
    assert!(instance.fails("service-accounts create-token cd other").contains("does not exist"));
    instance.misunderstood("service-accounts create-token ci other --max-age soon");
    instance.misunderstood("service-accounts create-token ci other --extended");
    let tokens = instance.ok("service-accounts tokens ci");
    assert!(tokens.contains("deploy") && tokens.contains(&secret[..6]) && !tokens.contains(&secret), "{tokens}");
    assert_eq!(instance.json("service-accounts tokens ci")["total"], 2);

    let delete = format!("service-accounts delete-token ci {}", other["id"].as_str().unwrap());
    instance.ok(&delete);
    assert_eq!(with(full).await.0, 401);
    assert!(instance.fails(&delete).contains("does not exist"));
    instance.ok("service-accounts delete ci");
    assert_eq!(with(&secret).await.0, 401);
}

#[rstest]
#[tokio::test]
async fn a_user_has_tokens_too(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    instance.user("a@example.com");
    let made = instance.json("auths users create-token a@example.com laptop");
    let listed = instance.json("auths users tokens a@example.com");
    assert_eq!((&listed["total"], &listed["results"][0]["name"]), (&json!(1), &json!("laptop")));
    let delete = format!("auths users delete-token a@example.com {}", made["id"].as_str().unwrap());
    instance.ok(&delete);
    assert_eq!(instance.json("auths users tokens a@example.com")["total"], 0);
    assert!(instance.fails(&delete).contains("does not exist"));
    assert!(instance.fails("auths users create-token b@example.com laptop").contains("does not exist"));
    assert!(instance.fails("auths users tokens b@example.com").contains("does not exist"));
}

#[tokio::test]
async fn names_may_repeat_and_then_ids_tell_them_apart() {
    let instance = Instance::new(Engine::Sqlite).await;
    instance.ok("service-accounts create ci");
    instance.ok("service-accounts create ci");
    assert!(instance.fails("service-accounts delete ci").contains("Say which one by its id"));
    let listed = instance.json("service-accounts list");
    instance.ok(&format!("service-accounts delete {}", listed["results"][0]["id"].as_str().unwrap()));
    instance.ok("service-accounts delete ci");
}

#[rstest]
#[tokio::test]
async fn where_tenants_are_off_it_is_in_the_one_place(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let off = Instance::with(engine, OFF).await;
    off.ok("service-accounts create ci");
    let place = "SELECT t.kind FROM tenant_access AS a JOIN tenants AS t ON t.uid = a.tenant_uid";
    assert_eq!(off.rows(place).await, ["UNTENANTED"]);
    let named = Instance::with(engine, NAMED_ONLY).await;
    assert!(named.fails("service-accounts create ci").contains("name a tenant with --tenant"));
    named.ok("service-accounts create robot --superadmin");
    assert_eq!(named.count("SELECT COUNT(*) FROM tenant_access").await, 0);
}
