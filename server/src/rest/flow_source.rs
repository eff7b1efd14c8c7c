//! A flow's source: YAML, of which we read what tells flows apart and keep the rest as it came.

use super::Failure;
use model::{Code, Flow, Namespace, TenantId};
use serde_json::{Map, Value, json};
use service::flow::NewFlow;

/// Longest id, in characters.
const ID: usize = 100;
/// Longest namespace of a flow, in characters.
const NAMESPACE: usize = 150;

/// What is wrong with a source, all at once; nothing where it is a flow.
pub fn read(source: &str) -> Result<(NewFlow, Map<String, Value>), Vec<String>> {
    if source.contains('\0') {
        return Err(vec!["the source has a zero character, which no text may have".into()]);
    }
    let document: Value = serde_saphyr::from_str(source).map_err(|error| {
        let place = error.location().map(|place| format!(" in line {}, column {}", place.line(), place.column()));
        vec![format!("this is not YAML{}", place.unwrap_or_default())]
    })?;
    let Value::Object(document) = document else { return Err(vec!["a flow has an id, a namespace and tasks".into()]) };
    let mut wrong = Vec::new();
    let text = |key: &str| document.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let id = text("id");
    let head = id.starts_with(|c: char| c.is_ascii_alphanumeric());
    if !head || id.len() > ID || !id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')) {
        wrong.push(format!("id: must have 1 to {ID} letters, digits, dots, hyphens or underscores"));
    }
    let namespace = Namespace::parse(&text("namespace")).map_err(|invalid| wrong.push(format!("namespace: {invalid}")));
    if namespace.as_ref().is_ok_and(|one| one.as_str().len() > NAMESPACE) {
        wrong.push(format!("namespace: must have at most {NAMESPACE} characters"));
    }
    match document.get("tasks") {
        Some(Value::Array(tasks)) if !tasks.is_empty() => {
            let whole = |task: &Value| {
                task.get("id").is_some_and(Value::is_string) && task.get("type").is_some_and(Value::is_string)
            };
            if !tasks.iter().all(whole) {
                wrong.push("tasks: each must have an id and a type".into());
            }
        }
        _ => wrong.push("tasks: must not be empty".into()),
    }
    for (key, good) in [
        ("description", document.get("description").is_none_or(Value::is_string)),
        ("disabled", document.get("disabled").is_none_or(Value::is_boolean)),
        ("labels", document.get("labels").is_none_or(|labels| labels.is_object() || labels.is_array())),
    ] {
        if !good {
            wrong.push(format!("{key}: is of the wrong type"));
        }
    }
    match (namespace, wrong.is_empty()) {
        (Ok(namespace), true) => Ok((
            NewFlow {
                namespace,
                id,
                source: source.to_owned(),
                description: document.get("description").and_then(Value::as_str).map(str::to_owned),
                labels: labels(&document).to_string(),
                disabled: document.get("disabled").and_then(Value::as_bool).unwrap_or_default(),
            },
            document,
        )),
        _ => Err(wrong),
    }
}

/// Labels as clients read them: a list, whichever way the source has them.
fn labels(document: &Map<String, Value>) -> Value {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match document.get("labels") {
        Some(Value::Object(map)) => {
            map.iter().map(|(key, value)| json!({ "key": key, "value": text(value) })).collect()
        }
        Some(Value::Array(list)) => {
            let label =
                |one: &Value| Some(json!({ "key": one.get("key")?.as_str()?, "value": text(one.get("value")?) }));
            list.iter().filter_map(label).collect()
        }
        _ => json!([]),
    }
}

/// A refusal of a source.
pub fn refused(wrong: &[String]) -> Failure {
    Failure::new(Code::Invalid, format!("Invalid entity: {}", wrong.join("; ")))
}

/// A flow as clients read it: what its source says, and what we say of it.
pub fn out(flow: Flow, tenant: Option<&TenantId>, with_source: bool) -> Value {
    // It was read when it came in; what cannot be read any more is shown without what it says.
    let mut object = serde_saphyr::from_str::<Value>(&flow.source).ok().and_then(without_nulls).unwrap_or_default();
    let labels = labels(&object);
    object.remove("source");
    object.insert("id".into(), flow.id.into());
    object.insert("namespace".into(), flow.namespace.to_string().into());
    object.insert("revision".into(), flow.revision.into());
    object.insert("disabled".into(), flow.disabled.into());
    object.insert("deleted".into(), false.into());
    object.insert("draft".into(), false.into());
    object.insert("updated".into(), flow.updated_at.iso().into());
    if labels != json!([]) {
        object.insert("labels".into(), labels);
    }
    if let Some(tenant) = tenant {
        object.insert("tenantId".into(), tenant.as_str().into());
    }
    if with_source {
        object.insert("source".into(), flow.source.into());
    }
    Value::Object(object)
}

/// Without keys that have no value: a JSON null would end the official Terraform provider.
fn without_nulls(value: Value) -> Option<Map<String, Value>> {
    match value {
        Value::Object(map) => Some(map.into_iter().filter(|(_, value)| !value.is_null()).collect()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const GOOD: &str = "id: a\nnamespace: shop\ntasks:\n  - id: t\n    type: x.Log\n";

    #[test]
    fn what_is_wrong_is_told_all_at_once() {
        assert!(read(GOOD).is_ok());
        let wrong = read("id: '-'\nnamespace: Shop\n").unwrap_err();
        assert_eq!(wrong.len(), 3, "{wrong:?}");
        assert!(read("id: [").unwrap_err()[0].starts_with("this is not YAML"));
        assert!(read("just text").is_err());
    }

    #[test]
    fn an_answer_has_no_nulls_and_labels_as_a_list() {
        let source = format!("{GOOD}inputs:\nlabels:\n  team: a\n");
        let (new, _) = read(&source).unwrap();
        assert_eq!(new.labels, r#"[{"key":"team","value":"a"}]"#);
        let flow = Flow {
            namespace: new.namespace,
            id: new.id,
            revision: 1,
            source,
            description: None,
            labels: new.labels,
            disabled: false,
            updated_at: model::Timestamp(0),
        };
        assert!(out(flow, None, false).as_object().unwrap().values().all(|value| !value.is_null()));
    }

    proptest! {
        #[test]
        fn no_text_panics(source in ".*") {
            let _ = read(&source);
        }
    }
}
