//! Health checks on a port of their own.

use crate::support::{Engine, Instance, Server, answer};
use rstest::rstest;
use serde_json::json;
use std::{net::TcpListener, time::Duration};

/// Where a server answers health checks beside its usual port.
fn beside(server: &Server) -> Option<String> {
    // The line that comes after it.
    while !server.logged().contains(" listening local=") {
        std::thread::sleep(Duration::from_millis(20));
    }
    let log = server.logged();
    let (_, rest) = log.split_once("listening for health checks local=")?;
    Some(format!("http://{}", rest.split_whitespace().next()?))
}

fn free() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[rstest]
#[tokio::test]
async fn they_are_answered_on_both_ports(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    let port = free().to_string();
    let mut server = instance.serve_with(&[("ENDPOINTS_ALL_PORT", &port)]);
    let beside = beside(&server).unwrap();
    assert_eq!(beside, format!("http://127.0.0.1:{port}"));
    for place in [&beside, &server.url] {
        for path in ["/health", "/health/liveness", "/health/readiness"] {
            let (status, body) = answer(server.http.get(format!("{place}{path}"))).await;
            assert_eq!((status, &body["status"]), (200, &json!("UP")), "{place}{path}");
        }
    }
    for path in ["/", "/ui", "/api/v1/me", "/login"] {
        let answer = server.http.get(format!("{beside}{path}")).send().await.unwrap();
        assert_eq!(answer.status(), 404, "{path}");
    }
    server.stop().await;
    for place in [&beside, &server.url] {
        assert!(server.http.get(format!("{place}/health")).send().await.is_err(), "{place} is still there");
    }
    assert!(server.logged().contains("stopped tasks="), "{}", server.logged());
}

#[tokio::test]
async fn a_port_that_cannot_be_had_is_said_with_its_setting() {
    let instance = Instance::new(Engine::Sqlite).await;
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().port().to_string();
    for (variable, setting) in
        [("ENDPOINTS_ALL_PORT", "endpoints.all.port"), ("MICRONAUT_SERVER_PORT", "micronaut.server.port")]
    {
        let output = instance.command(&["server"]).env(variable, &taken).output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{told}");
        let said = format!("cannot listen on 127.0.0.1:{taken}");
        assert!(told.contains(&said) && told.contains(&format!("Set {setting} to use another")), "{told}");
    }
    for wrong in ["70000", "-1", "soon"] {
        let output = instance.command(&["server"]).env("ENDPOINTS_ALL_PORT", wrong).output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{told}");
        assert!(told.contains("endpoints.all.port") && told.contains("from 0 to 65535"), "{told}");
    }
    let checked = instance.command(&["config", "check"]).env("ENDPOINTS_ALL_PORT", "8081").output().unwrap();
    let table = String::from_utf8_lossy(&checked.stdout).into_owned();
    let line = |line: &str| line.contains("endpoints.all.port") && line.contains("8081");
    assert!(table.lines().any(line) && !table.contains("not in effect"), "{table}");
}

#[tokio::test]
async fn the_usual_port_is_opened_once() {
    let instance = Instance::new(Engine::Sqlite).await;
    let port = free().to_string();
    let server = instance.serve_with(&[("ENDPOINTS_ALL_PORT", &port), ("MICRONAUT_SERVER_PORT", &port)]);
    assert_eq!(beside(&server), None);
    assert_eq!(answer(server.http.get(format!("{}/health", server.url))).await.0, 200);
}
