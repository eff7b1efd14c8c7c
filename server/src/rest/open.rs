//! The OpenAPI document, generated from the routes and the types of their handlers, and its viewer.

use super::{
    audit_logs::Csv,
    caller::{Api, Visitor},
    error::{ErrorBody, Failure},
    invitations::Sent,
    json::{Body, Created, Done, Entered, Form, MaybeBody, Text, Upload},
    login::{Admitted, SignedIn},
    query::{Asked, Listing},
    transfer::{Exported, Sent as SentDocument},
};
use crate::state::AppState;
use aide::{
    OperationInput, OperationOutput,
    axum::ApiRouter,
    openapi::{
        Info, License, MediaType, OpenApi, Operation, Parameter, ParameterData, ParameterSchemaOrContent, PathStyle,
        ReferenceOr, RequestBody, Response, SchemaObject, SecurityScheme, StatusCode,
    },
    swagger::Swagger,
    transform::TransformOperation,
};
use axum::{
    Router,
    http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE},
    response::{Html, IntoResponse},
    routing::get,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use model::transfer::Document;
use schemars::{JsonSchema, Schema, json_schema};
use sha2::{Digest, Sha256};
use std::sync::{Arc, LazyLock};

/// What is answered with 501, always or where a mail server is set, until it is built.
const UNBUILT: [&str; 3] = ["/security-integrations/{id}/enable", "/forgotten-password", "/request-code/{email}"];

/// Where the document is, below `/api/v1`.
const DOCUMENT: &str = "/openapi.json";

/// Says what an operation does and among which it belongs.
pub fn says(tag: &'static str, summary: &'static str) -> impl FnOnce(TransformOperation) -> TransformOperation {
    move |operation| operation.tag(tag).summary(summary)
}

/// The routes without their documentation, and the documentation.
pub fn document(routes: ApiRouter<AppState>) -> (Router<AppState>, OpenApi) {
    let mut api = OpenApi {
        info: Info {
            title: "Kestra multi-tenancy and access administration".into(),
            description: Some(
                "An independent implementation; not affiliated with Kestra. Lists are numbered pages; the total of \
                 a searched or filtered list is counted up to 5,000."
                    .into(),
            ),
            license: Some(License { name: "Apache-2.0".into(), ..License::default() }),
            version: env!("CARGO_PKG_VERSION").into(),
            ..Info::default()
        },
        ..OpenApi::default()
    };
    let routes = routes.finish_api(&mut api);
    complete(&mut api);
    (routes, api)
}

/// Adds what is the same everywhere: parameters of addresses, ids of operations, ways to sign in.
fn complete(api: &mut OpenApi) {
    let components = api.components.get_or_insert_default();
    let http = |scheme: &str| {
        ReferenceOr::Item(SecurityScheme::Http {
            scheme: scheme.into(),
            bearer_format: None,
            description: None,
            extensions: Default::default(),
        })
    };
    components.security_schemes.insert("basic".into(), http("basic"));
    components.security_schemes.insert("bearer".into(), http("bearer"));
    let Some(paths) = &mut api.paths else { return };
    // The router is mounted below this; the document has whole addresses.
    paths.paths =
        std::mem::take(&mut paths.paths).into_iter().map(|(path, item)| (format!("/api/v1{path}"), item)).collect();
    for (path, item) in &mut paths.paths {
        let ReferenceOr::Item(item) = item else { continue };
        let set_up = path.ends_with("/setup");
        let unbuilt = UNBUILT.iter().any(|end| path.ends_with(end));
        for (method, operation) in [
            ("get", &mut item.get),
            ("put", &mut item.put),
            ("post", &mut item.post),
            ("patch", &mut item.patch),
            ("delete", &mut item.delete),
        ] {
            if let Some(operation) = operation {
                parameters(path, operation);
                operation.operation_id = Some(id(method, path));
                if set_up {
                    // Refused as soon as there is a user.
                    refused_as(operation, StatusCode::Code(409), StatusCode::Code(405), "There is a user already.");
                }
                if unbuilt {
                    refused_as(operation, StatusCode::Code(409), StatusCode::Code(501), "Nothing here does that yet.");
                }
            }
        }
    }
}

/// Documents a refusal as another one is.
fn refused_as(operation: &mut Operation, known: StatusCode, new: StatusCode, says: &str) {
    let Some(responses) = &mut operation.responses else { return };
    if let Some(ReferenceOr::Item(response)) = responses.responses.get(&known).cloned() {
        let response = Response { description: says.into(), ..response };
        responses.responses.insert(new, ReferenceOr::Item(response));
    }
}

/// `GET /api/v1/{tenant}/groups/{id}` is `get_tenant_groups_id`.
fn id(method: &str, path: &str) -> String {
    let rest = path.strip_prefix("/api/v1").unwrap_or(path);
    let words = rest.split('/').filter(|word| !word.is_empty()).map(|word| word.trim_matches(['{', '}']));
    std::iter::once(method).chain(words).map(|word| word.replace('-', "_")).collect::<Vec<_>>().join("_")
}

fn parameters(path: &str, operation: &mut Operation) {
    for name in path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')) {
        let parameter_data = parameter(name, json_schema!({ "type": "string", "minLength": 1 }));
        operation.parameters.push(ReferenceOr::Item(Parameter::Path { parameter_data, style: PathStyle::Simple }));
    }
}

fn parameter(name: &str, json_schema: Schema) -> ParameterData {
    ParameterData {
        name: name.into(),
        description: None,
        required: true,
        deprecated: None,
        format: ParameterSchemaOrContent::Schema(SchemaObject { json_schema, external_docs: None, example: None }),
        example: None,
        examples: Default::default(),
        explode: None,
        extensions: Default::default(),
    }
}

/// The document and the page that shows it.
pub fn router(document: OpenApi) -> Router<AppState> {
    let json: Arc<str> = serde_json::to_string_pretty(&document).unwrap_or_default().into();
    Router::new()
        .route(DOCUMENT, get(async move || ([(CONTENT_TYPE, "application/json")], json.to_string()).into_response()))
        .route("/openapi", get(viewer))
}

/// The page that shows the document. Its scripts and styles are in it, and it runs no others.
async fn viewer() -> impl IntoResponse {
    static PAGE: LazyLock<(String, String)> = LazyLock::new(|| {
        let page = Swagger::new("openapi.json").with_title("API · Kestra").html();
        let (scripts, styles) = (hashes(&page, "script"), hashes(&page, "style"));
        let policy = format!(
            "default-src 'none'; connect-src 'self'; img-src 'self' data:; script-src {scripts}; style-src {styles}; \
             base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        );
        (page, policy)
    });
    let (page, policy) = &*PAGE;
    ([(CONTENT_SECURITY_POLICY, policy.as_str())], Html(page.as_str()))
}

/// What a content security policy calls the elements of that name in a page. One ends at the first end tag, whatever
/// start tags are in it.
fn hashes(page: &str, element: &str) -> String {
    let (start, end) = (format!("<{element}>"), format!("</{element}>"));
    let mut rest = page;
    let mut hashed = Vec::new();
    while let Some((part, after)) = rest.split_once(&start).and_then(|(_, inner)| inner.split_once(&end)) {
        hashed.push(format!("'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(part))));
        rest = after;
    }
    hashed.join(" ")
}

fn answer<T: JsonSchema>(
    status: u16,
    context: &mut aide::generate::GenContext,
    operation: &mut Operation,
) -> Vec<(Option<u16>, Response)> {
    let response = <axum::Json<T> as OperationOutput>::operation_response(context, operation);
    response.into_iter().map(|response| (Some(status), response)).collect()
}

fn empty(status: u16, description: &str) -> Vec<(Option<u16>, Response)> {
    vec![(Some(status), Response { description: description.into(), ..Response::default() })]
}

impl OperationOutput for Failure {
    type Inner = ErrorBody;

    fn inferred_responses(
        context: &mut aide::generate::GenContext,
        operation: &mut Operation,
    ) -> Vec<(Option<u16>, Response)> {
        const REFUSALS: [(u16, &str); 8] = [
            (400, "The request is not one."),
            (401, "Who asks is not known."),
            (403, "Not allowed."),
            (404, "Absent, or not for the one who asks."),
            (409, "It exists already, or the instance is not in a state for it."),
            (413, "More than is accepted."),
            (422, "Understood, and wrong."),
            (503, "The database does not answer."),
        ];
        let response = <axum::Json<ErrorBody> as OperationOutput>::operation_response(context, operation);
        let Some(response) = response else { return Vec::new() };
        let say =
            |(status, text): (u16, &str)| (Some(status), Response { description: text.into(), ..response.clone() });
        REFUSALS.map(say).into()
    }
}

impl<T: JsonSchema> OperationInput for Body<T> {
    fn operation_input(context: &mut aide::generate::GenContext, operation: &mut Operation) {
        <axum::Json<T> as OperationInput>::operation_input(context, operation);
    }
}

impl<T: JsonSchema> OperationInput for MaybeBody<T> {
    fn operation_input(context: &mut aide::generate::GenContext, operation: &mut Operation) {
        <axum::Json<T> as OperationInput>::operation_input(context, operation);
        if let Some(ReferenceOr::Item(body)) = &mut operation.request_body {
            body.required = false;
        }
    }
}

impl OperationInput for Text {
    fn operation_input(_: &mut aide::generate::GenContext, operation: &mut Operation) {
        body(operation, "text/plain", json_schema!({ "type": "string" }));
    }
}

impl OperationInput for Upload {
    fn operation_input(_: &mut aide::generate::GenContext, operation: &mut Operation) {
        let file = json_schema!({
            "type": "object",
            "properties": { "logo": { "type": "string", "format": "binary" } },
            "required": ["logo"],
        });
        body(operation, "multipart/form-data", file);
    }
}

impl OperationInput for Form {
    fn operation_input(_: &mut aide::generate::GenContext, operation: &mut Operation) {
        body(operation, "multipart/form-data", json_schema!({ "type": "object" }));
        if let Some(ReferenceOr::Item(body)) = &mut operation.request_body {
            body.required = false;
        }
    }
}

impl OperationInput for SentDocument {
    fn operation_input(_: &mut aide::generate::GenContext, operation: &mut Operation) {
        // Documents of older generations have other keys.
        body(operation, "application/json", json_schema!({ "type": "object" }));
        if let Some(ReferenceOr::Item(body)) = &mut operation.request_body {
            let json = body.content.values().next().cloned().unwrap_or_default();
            body.content.insert("application/yaml".into(), json);
        }
    }
}

fn body(operation: &mut Operation, kind: &str, json_schema: Schema) {
    let schema = Some(SchemaObject { json_schema, external_docs: None, example: None });
    operation.request_body = Some(ReferenceOr::Item(RequestBody {
        content: [(kind.to_owned(), MediaType { schema, ..MediaType::default() })].into_iter().collect(),
        required: true,
        ..RequestBody::default()
    }));
}

impl OperationInput for Api {
    fn operation_input(_: &mut aide::generate::GenContext, operation: &mut Operation) {
        operation.security =
            ["basic", "bearer"].map(|name| [(name.to_owned(), Vec::new())].into_iter().collect()).into();
    }
}

impl OperationInput for Visitor {}

impl OperationInput for Listing {
    fn operation_input(_: &mut aide::generate::GenContext, operation: &mut Operation) {
        let whole = json_schema!({ "type": "integer", "minimum": 1, "maximum": 2_000_000_000 });
        let text = json_schema!({ "type": "string" });
        for (name, schema, says) in [
            ("page", whole.clone(), "Which page, from 1."),
            ("size", whole, "Rows of a page; at most 10,000 are given."),
            (
                "sort",
                json_schema!({ "type": "array", "items": { "type": "string", "pattern": "^[a-zA-Z_]+:(asc|desc)$" } }),
                "field:asc or field:desc; may be repeated.",
            ),
            ("q", text, "Text to search for. Further filters: filters[field][OPERATION]=value."),
        ] {
            query(operation, name, schema, says, false);
        }
    }
}

impl<T: JsonSchema> OperationInput for Asked<T> {
    fn operation_input(context: &mut aide::generate::GenContext, operation: &mut Operation) {
        let schema = context.schema.subschema_for::<T>();
        let schema = context.resolve_schema(&schema).clone();
        let required: Vec<&str> = schema
            .get("required")
            .and_then(|list| list.as_array())
            .into_iter()
            .flatten()
            .filter_map(|one| one.as_str())
            .collect();
        let properties = schema.get("properties").and_then(|map| map.as_object());
        for (name, property) in properties.into_iter().flatten() {
            let Ok(property) = Schema::try_from(property.clone()) else { continue };
            let says = property.get("description").and_then(|text| text.as_str()).unwrap_or_default().to_owned();
            query(operation, name, property, &says, required.contains(&name.as_str()));
        }
    }
}

fn query(operation: &mut Operation, name: &str, schema: Schema, says: &str, required: bool) {
    let parameter_data = ParameterData { description: Some(says.into()), required, ..parameter(name, schema) };
    operation.parameters.push(ReferenceOr::Item(Parameter::Query {
        parameter_data,
        allow_reserved: false,
        style: Default::default(),
        allow_empty_value: None,
    }));
}

impl<T: JsonSchema> OperationOutput for Created<T> {
    type Inner = T;

    fn inferred_responses(
        context: &mut aide::generate::GenContext,
        operation: &mut Operation,
    ) -> Vec<(Option<u16>, Response)> {
        answer::<T>(201, context, operation)
    }
}

impl OperationOutput for Admitted {
    type Inner = SignedIn;

    fn inferred_responses(
        context: &mut aide::generate::GenContext,
        operation: &mut Operation,
    ) -> Vec<(Option<u16>, Response)> {
        answer::<SignedIn>(200, context, operation)
    }
}

impl OperationOutput for Done {
    type Inner = ();

    fn inferred_responses(_: &mut aide::generate::GenContext, _: &mut Operation) -> Vec<(Option<u16>, Response)> {
        empty(200, "Done.")
    }
}

impl OperationOutput for Entered {
    type Inner = ();

    fn inferred_responses(_: &mut aide::generate::GenContext, _: &mut Operation) -> Vec<(Option<u16>, Response)> {
        empty(201, "Done.")
    }
}

impl OperationOutput for Sent {
    type Inner = ();

    fn inferred_responses(_: &mut aide::generate::GenContext, _: &mut Operation) -> Vec<(Option<u16>, Response)> {
        [empty(201, "Invited."), empty(204, "Added immediately: there is nothing to accept.")].concat()
    }
}

impl OperationOutput for Exported {
    type Inner = Document;

    fn inferred_responses(
        context: &mut aide::generate::GenContext,
        operation: &mut Operation,
    ) -> Vec<(Option<u16>, Response)> {
        let mut answers = answer::<Document>(200, context, operation);
        for (_, response) in &mut answers {
            let json = response.content.values().next().cloned().unwrap_or_default();
            response.content.insert("application/yaml".into(), json);
        }
        answers
    }
}

impl OperationOutput for Csv {
    type Inner = String;

    fn inferred_responses(_: &mut aide::generate::GenContext, _: &mut Operation) -> Vec<(Option<u16>, Response)> {
        let content = [("text/csv".to_owned(), MediaType::default())].into_iter().collect();
        vec![(Some(200), Response { description: "Rows, newest first.".into(), content, ..Response::default() })]
    }
}
