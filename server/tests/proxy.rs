//! Behind a proxy: who a request comes from, and whose page sent it.

use crate::support::{ADMIN, Browser, Engine, Instance, Server};
use serde_json::Value;
use std::time::Duration;

const BEHIND: &str =
    "kestra: {url: \"https://kestra.test\", server: {trusted-proxy: true}, ee: {tenants: {enabled: true}}}";

/// Sends the sign-in form as a browser does that reaches the server at another address than the server itself knows.
async fn sign_in(server: &Server, accept: &str, headers: &[(&str, &str)]) -> reqwest::Response {
    let (email, password) = ADMIN;
    let form = [("email", email), ("password", password), ("next", "/ui"), ("__page", "/login")];
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let mut request = client.post(format!("{}/serverfn/sign_in", server.url)).header("accept", accept).form(&form);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.unwrap()
}

#[tokio::test]
async fn a_form_is_taken_from_the_page_at_any_address_we_are_known_by() {
    let instance = Instance::with(Engine::Sqlite, BEHIND).await;
    let server = instance.serve();
    for headers in [
        &[("host", "kestra.test"), ("origin", "https://kestra.test")] as &[_],
        // A proxy that keeps the host to itself.
        &[("origin", "https://kestra.test")],
        &[("host", "inside"), ("origin", "http://10.0.0.9:81"), ("x-forwarded-host", "10.0.0.9:81")],
        &[("host", "10.0.0.9"), ("origin", "http://10.0.0.9:81"), ("x-forwarded-port", "81")],
        &[("host", "inside"), ("origin", "http://10.0.0.9:81"), ("forwarded", "for=\"[::1]\";host=\"10.0.0.9:81\"")],
        &[("host", "inside"), ("origin", "https://elsewhere.test"), ("sec-fetch-site", "same-origin")],
    ] {
        let answer = sign_in(&server, "text/html", headers).await;
        assert_eq!(answer.status(), 303, "{headers:?}");
    }
}

#[tokio::test]
async fn a_refused_form_is_told_why() {
    let instance = Instance::with(Engine::Sqlite, BEHIND).await;
    let server = instance.serve();
    let lost_port = &[("host", "10.0.0.9"), ("origin", "http://10.0.0.9:81")] as &[_];
    for headers in [
        lost_port,
        &[("host", "kestra.test"), ("origin", "https://evil.test")],
        &[("host", "kestra.test"), ("origin", "https://kestra.test"), ("sec-fetch-site", "cross-site")],
        &[("host", "kestra.test"), ("origin", "https://kestra.test"), ("sec-fetch-site", "same-site")],
        &[("host", "kestra.test"), ("origin", "null")],
    ] {
        let answer = sign_in(&server, "text/html", headers).await;
        assert_eq!(answer.status(), 403, "{headers:?}");
        assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("text/html"));
        assert!(answer.text().await.unwrap().contains("<h1>Request refused</h1>"), "{headers:?}");
    }
    // As the program of a page sends it.
    let answer = sign_in(&server, "application/json", lost_port).await;
    assert_eq!(answer.status(), 403);
    let error: Value = answer.json().await.unwrap();
    let message = error["message"].as_str().unwrap();
    assert!(message.contains("http://10.0.0.9:81") && message.contains("kestra.url"), "{message}");
    // As the API says it.
    let evil = server.request("POST", "/tenants").header("origin", "https://evil.test").body("{}");
    let answer = evil.send().await.unwrap();
    assert_eq!(answer.status(), 403);
    let error: Value = answer.json().await.unwrap();
    assert!(error["message"].as_str().unwrap().starts_with("Forbidden: This request came from a page at"));
    assert_eq!(error["_links"]["self"][0]["href"], "/api/v1/tenants");
}

#[tokio::test]
async fn the_audit_log_names_valid_addresses_only() {
    let instance = Instance::with(Engine::Sqlite, BEHIND).await;
    let server = instance.serve();
    let long = "9".repeat(8_000);
    for (sent, expected) in [
        ("192.0.2.1", "192.0.2.1"),
        ("198.51.100.7, 192.0.2.1:5678", "192.0.2.1"),
        ("[2001:db8::1]:80", "2001:db8::1"),
        ("2001:DB8::1", "2001:db8::1"),
        ("unknown", "127.0.0.1"),
        ("192.0.2.1, <b>", "127.0.0.1"),
        (long.as_str(), "127.0.0.1"),
    ] {
        let create = server.request("POST", "/tenants").header("x-forwarded-for", sent);
        let id = format!("t{}", instance.count("SELECT COUNT(*) FROM tenants").await);
        let answer = create.json(&serde_json::json!({ "id": id, "name": id })).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{sent}");
        let last = "SELECT address FROM audit_log WHERE type = 'CREATE' ORDER BY id DESC LIMIT 1";
        assert_eq!(instance.rows(last).await, [expected], "{sent}");
    }
}

#[tokio::test]
async fn an_open_page_is_connected_at_once_and_unbuffered() {
    let instance = Instance::new(Engine::Sqlite).await;
    let server = instance.serve();
    let mut live = Browser::sign_in(&server, ADMIN).await.open("/live?at=/ui").await;
    assert_eq!(live.headers()["x-accel-buffering"], "no");
    let first = tokio::time::timeout(Duration::from_secs(1), live.chunk()).await.expect("a first byte within a second");
    assert!(first.unwrap().unwrap().starts_with(b": connected"));
}
