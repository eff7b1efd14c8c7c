//! `/instance/access`: all access as a document, and the instance brought to one.

use super::{caller::Api, error::Failure, json::read_up_to, query::Asked};
use crate::{
    document::{self, Form},
    state::AppState,
};
use axum::{
    Json,
    body::Body,
    extract::{FromRequest, Request},
    http::header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use model::{Code, FieldError, transfer::Plan};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use service::transfer::{self, Import, Refused};

/// Largest accepted document, in bytes: some 100,000 users.
const DOCUMENT: usize = 64 * 1024 * 1024;

/// What is to be exported.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct ExportAsked {
    /// yaml or json.
    format: Option<Form>,
    /// Also the settings of tenants that may hold secrets.
    secrets: Option<bool>,
}

/// What is to be done with a document.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportAsked {
    /// Only say what would be done.
    dry_run: Option<bool>,
    /// Remove what the document does not mention.
    prune: Option<bool>,
    /// Do exactly what a dry run showed, or nothing.
    plan_hash: Option<String>,
    /// Go on although the document holds what cannot be carried over.
    accept_loss: Option<bool>,
}

impl ImportAsked {
    fn with(self, document: Value) -> Import {
        Import {
            document,
            dry_run: self.dry_run.unwrap_or_default(),
            prune: self.prune.unwrap_or_default(),
            accept_loss: self.accept_loss.unwrap_or_default(),
            hash: self.plan_hash.filter(|hash| !hash.is_empty()),
        }
    }
}

/// A document on its way out.
pub struct Exported(Form, String);

impl IntoResponse for Exported {
    fn into_response(self) -> Response {
        let (kind, name) = match self.0 {
            Form::Yaml => ("application/yaml", "attachment; filename=\"access.yml\""),
            Form::Json => ("application/json", "attachment; filename=\"access.json\""),
        };
        ([(CONTENT_TYPE, kind), (CONTENT_DISPOSITION, name)], self.1).into_response()
    }
}

/// A document on its way in; read only when it is known that the caller may send one.
pub struct Sent(Body);

impl FromRequest<AppState> for Sent {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &AppState) -> Result<Self, Failure> {
        Ok(Self(request.into_body()))
    }
}

impl Sent {
    async fn document(self) -> Result<Value, Failure> {
        let refused = |why: String| Failure::new(Code::Invalid, format!("Invalid format: {why}"));
        let bytes = read_up_to(self.0, DOCUMENT).await?;
        let text = String::from_utf8(bytes).map_err(|_| refused("the body is not UTF-8 text.".into()))?;
        // Reading so much keeps a thread for a while, which others must not wait for.
        let read = tokio::task::spawn_blocking(move || document::read(&text)).await;
        read.map_err(|_| Failure::new(Code::Internal, "Internal server error"))?.map_err(refused)
    }
}

/// `GET /instance/access/export`
pub async fn export(api: Api, Asked(asked): Asked<ExportAsked>) -> Result<Exported, Failure> {
    let (document, _) = transfer::export(&api.cx, asked.secrets.unwrap_or_default()).await?;
    let form = asked.format.unwrap_or_default();
    let text = document::write(&document, form).map_err(|_| Failure::new(Code::Internal, "Internal server error"))?;
    Ok(Exported(form, text))
}

/// `POST /instance/access/import`
pub async fn import(api: Api, Asked(asked): Asked<ImportAsked>, sent: Sent) -> Result<Json<Plan>, Failure> {
    transfer::may_import(&api.cx).await?;
    let import = asked.with(sent.document().await?);
    match transfer::import(&api.cx, import).await? {
        (plan, None) => Ok(Json(plan)),
        (plan, Some(refused)) => Err(refusal(plan, refused)),
    }
}

/// A plan that was not carried out; nothing was changed.
fn refusal(plan: Plan, refused: Refused) -> Failure {
    match refused {
        Refused::Hash => Failure::new(
            Code::Conflict,
            format!("Illegal state: this is not the plan that was shown; its hash is {}.", plan.hash),
        ),
        Refused::Losses => {
            let fields = plan.lost.into_iter().map(|one| FieldError { field: one.place, message: one.reason });
            let message =
                "Illegal state: the document holds what cannot be carried over; acceptLoss=true goes on without.";
            Failure::new(Code::Conflict, message).with(fields.collect())
        }
    }
}
