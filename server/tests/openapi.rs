//! The API's document: generated from the routes, and committed, so that a change of it is seen.

use crate::support::{Engine, Instance, answer};
use serde_json::Value;

#[tokio::test]
async fn the_document_is_as_committed() {
    let instance = Instance::new(Engine::Sqlite).await;
    let server = instance.serve();
    let answer = server.anonymous("GET", "/openapi.json").send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "application/json");
    let now = answer.text().await.unwrap() + "\n";
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json"), now).unwrap();
    } else {
        assert!(now == include_str!("../openapi.json"), "UPDATE_OPENAPI=1 writes the document anew");
    }
}

#[tokio::test]
async fn every_reference_leads_somewhere() {
    let instance = Instance::new(Engine::Sqlite).await;
    let (_, document) = answer(instance.serve().anonymous("GET", "/openapi.json")).await;
    fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
        match value {
            Value::Array(list) => list.iter().for_each(|one| references(one, found)),
            Value::Object(map) => {
                found.extend(map.get("$ref").and_then(Value::as_str));
                map.values().for_each(|one| references(one, found));
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(found.len() > 300, "{}", found.len());
    let lost: Vec<_> = found.iter().filter(|to| document.pointer(&to[1..]).is_none()).collect();
    assert!(lost.is_empty(), "{lost:?}");
}

#[tokio::test]
async fn every_operation_says_what_it_answers() {
    let instance = Instance::new(Engine::Sqlite).await;
    let server = instance.serve();
    let (_, document) = answer(server.anonymous("GET", "/openapi.json")).await;
    assert_eq!(document["openapi"].as_str().unwrap().split('.').next(), Some("3"));
    let mut silent = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let named = operation["summary"].is_string() && operation["tags"].is_array();
            let answers = operation["responses"].as_object().unwrap();
            if !named || !answers.keys().any(|status| status.starts_with('2')) {
                silent.push(format!("{method} {path}"));
            }
        }
    }
    assert!(silent.is_empty(), "{silent:?}");
}
