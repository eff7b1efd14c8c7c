//! A flow's source: YAML, of which we read what tells flows apart and keep the rest as it came.

use super::Failure;
use crate::yaml::{self, Node};
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
    let document = yaml::parse(source).map_err(|error| vec![format!("this is not YAML{}", error.place())])?.into_json();
    let Value::Object(document) = document else { return Err(vec!["a flow has an id, a namespace and tasks".into()]) };
    let mut wrong = Vec::new();
    let said = |key: &str| document.get(key).and_then(text);
    let id = said("id").unwrap_or_default();
    let head = id.starts_with(|c: char| c.is_ascii_alphanumeric());
    if !head || id.len() > ID || !id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')) {
        wrong.push(format!("id: must have 1 to {ID} letters, digits, dots, hyphens or underscores"));
    }
    let namespace = Namespace::parse(&said("namespace").unwrap_or_default())
        .map_err(|invalid| wrong.push(format!("namespace: {invalid}")));
    if namespace.as_ref().is_ok_and(|one| one.as_str().len() > NAMESPACE) {
        wrong.push(format!("namespace: must have at most {NAMESPACE} characters"));
    }
    match document.get("tasks") {
        Some(Value::Array(tasks)) if !tasks.is_empty() => {
            let whole = |task: &Value| ["id", "type"].iter().all(|key| task.get(*key).and_then(text).is_some());
            if !tasks.iter().all(whole) {
                wrong.push("tasks: each must have an id and a type".into());
            }
        }
        _ => wrong.push("tasks: must not be empty".into()),
    }
    let has_no = |key: &str| !document.contains_key(key);
    for (key, good) in [
        ("description", said("description").is_some() || has_no("description")),
        ("disabled", said("disabled").is_some_and(|word| model::flag(&word).is_some()) || has_no("disabled")),
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
                description: said("description"),
                labels: labels(&document).to_string(),
                disabled: said("disabled").and_then(|word| model::flag(&word)).unwrap_or_default(),
            },
            document,
        )),
        _ => Err(wrong),
    }
}

/// A scalar as the source has it.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Labels as clients read them: a list, whichever way the source has them.
fn labels(document: &Map<String, Value>) -> Value {
    let text = |value: &Value| text(value).unwrap_or_else(|| value.to_string());
    match document.get("labels") {
        Some(Value::Object(map)) => {
            map.iter().map(|(key, value)| json!({ "key": key, "value": text(value) })).collect()
        }
        Some(Value::Array(list)) => {
            let label = |one: &Value| Some(json!({ "key": text(one.get("key")?), "value": text(one.get("value")?) }));
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
    let mut object = yaml::parse(&flow.source).ok().map(Node::into_json).and_then(without_nulls).unwrap_or_default();
    let labels = labels(&object);
    object.values_mut().for_each(name_parts);
    // As this source has it: that of an earlier revision is another one than the flow has now.
    if let Some(description) = object.get("description").and_then(text) {
        object.insert("description".into(), description.into());
    }
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

/// Ids of tasks, triggers and inputs are texts, whatever they look like.
fn name_parts(value: &mut Value) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(name_parts),
        Value::Object(map) => {
            let id = map.get("id").filter(|_| map.contains_key("type")).and_then(text);
            if let Some(id) = id {
                map.insert("id".into(), id.into());
            }
            map.values_mut().for_each(name_parts);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
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

    fn flow(new: NewFlow) -> Flow {
        Flow {
            namespace: new.namespace,
            id: new.id,
            revision: 1,
            source: new.source,
            description: new.description,
            labels: new.labels,
            disabled: new.disabled,
            updated_at: model::Timestamp(0),
        }
    }

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
    fn ids_names_and_labels_are_what_was_written() {
        let source = "id: 0042\nnamespace: 1.10\ndescription: n\nlabels: {version: 1.10, on: 007}\ndisabled: yes\n\
                      tasks:\n  - id: 1\n    type: x.Log\n    retries: 3\n";
        let (new, _) = read(source).unwrap();
        assert_eq!((new.id.as_str(), new.namespace.as_str(), new.description.as_deref()), ("0042", "1.10", Some("n")));
        assert_eq!(new.labels, r#"[{"key":"version","value":"1.10"},{"key":"on","value":"007"}]"#);
        assert!(new.disabled);
        let shown = out(flow(new), None, false);
        assert_eq!((&shown["id"], &shown["description"]), (&json!("0042"), &json!("n")));
        assert_eq!((&shown["tasks"][0]["id"], &shown["tasks"][0]["retries"]), (&json!("1"), &json!(3)));
    }

    #[test]
    fn an_earlier_revision_is_described_as_it_was() {
        let (now, _) = read(&format!("{GOOD}description: two\n")).unwrap();
        let earlier = Flow { source: format!("{GOOD}description: 1\n"), ..flow(now) };
        assert_eq!(out(earlier, None, true)["description"], "1");
    }

    #[test]
    fn an_answer_has_no_nulls_and_labels_as_a_list() {
        let source = format!("{GOOD}inputs:\nlabels:\n  team: a\n");
        let (new, _) = read(&source).unwrap();
        assert_eq!(new.labels, r#"[{"key":"team","value":"a"}]"#);
        assert!(out(flow(new), None, false).as_object().unwrap().values().all(|value| !value.is_null()));
    }

    proptest! {
        #[test]
        fn no_text_panics(source in ".*") {
            let _ = read(&source);
        }
    }
}
