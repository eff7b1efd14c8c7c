//! `/{tenant}/access`: why somebody may do something, who may, and many such questions at once.

use super::{
    caller::Api,
    error::Failure,
    json::Body,
    query::{Asked, Listing},
    tenant_access::{PermissionOut, spelled_out},
};
use axum::Json;
use model::{Action, Code, Grant, Namespace, Page, Permission, Principal, PrincipalId, Resource};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use service::access::{self, Explanation, Missing, Question, Way};

/// A question.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Why {
    /// Id or address of whom it is about; the caller if absent.
    principal: Option<String>,
    /// What is to be touched.
    resource: String,
    /// How.
    action: String,
    /// In which namespace; in the tenant as a whole if absent.
    namespace: Option<String>,
}

/// A question about everybody.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Who {
    /// What is to be touched.
    resource: String,
    /// How.
    action: String,
    /// In which namespace; in the tenant as a whole if absent.
    namespace: Option<String>,
}

fn permission(resource: &str, action: &str) -> Result<Permission, Failure> {
    let refuse = |what: &str, word: &str| Failure::new(Code::Invalid, format!("Invalid type: “{word}” is no {what}."));
    let resource = Resource::from_word(resource).ok_or_else(|| refuse("resource", resource))?;
    let action = Action::from_word(action).ok_or_else(|| refuse("action", action))?;
    Ok(Permission::new(resource, action))
}

/// A user or service account.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PrincipalOut {
    id: String,
    username: String,
    display_name: String,
    /// STANDARD or SERVICE_ACCOUNT.
    #[serde(rename = "type")]
    kind: &'static str,
    super_admin: bool,
    instance_owner: bool,
}

impl From<Principal> for PrincipalOut {
    fn from(principal: Principal) -> Self {
        Self {
            id: principal.id.to_string(),
            display_name: principal.display_name(),
            kind: if principal.kind == model::PrincipalKind::User { "STANDARD" } else { "SERVICE_ACCOUNT" },
            super_admin: principal.superadmin,
            instance_owner: principal.superadmin,
            username: principal.name,
        }
    }
}

/// A step of a way.
#[serde_with::skip_serializing_none]
#[derive(Debug, Serialize, JsonSchema)]
pub struct StepOut {
    /// PRINCIPAL, SUPERADMIN, GROUP, BINDING, ROLE or ACTION.
    #[serde(rename = "type")]
    kind: &'static str,
    id: Option<String>,
    name: Option<String>,
    /// Where a binding holds; in the whole tenant if absent.
    namespace: Option<String>,
}

/// A way in which something is allowed, from the principal to the action.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WayOut {
    steps: Vec<StepOut>,
    /// The namespace in question is below the one of the binding.
    inherited: bool,
}

/// A role that stands near.
#[serde_with::skip_serializing_none]
#[derive(Debug, Serialize, JsonSchema)]
pub struct NearOut {
    role: String,
    name: String,
    namespace: Option<String>,
    permissions: Vec<PermissionOut>,
}

/// What is missing.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MissingOut {
    /// TENANT_ACCESS, PERMISSION, NAMESPACE or SUPERADMINS_SEE_NO_DATA.
    reason: &'static str,
    /// A sentence for people.
    message: String,
    /// The roles it does have that matter here.
    roles: Vec<NearOut>,
}

/// The answer to "why?".
#[serde_with::skip_serializing_none]
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExplanationOut {
    allowed: bool,
    principal: PrincipalOut,
    tenant_id: Option<String>,
    resource: Resource,
    action: Action,
    namespace: Option<String>,
    /// Every way in which it is allowed.
    paths: Vec<WayOut>,
    /// Everything that is missing.
    missing: Vec<MissingOut>,
    /// Its password is locked for now: it cannot sign in with it.
    locked: bool,
}

impl From<Explanation> for ExplanationOut {
    fn from(one: Explanation) -> Self {
        let path = |way: &Way| path(way, &one);
        let lack = |missing: &Missing| lack(missing, &one);
        Self {
            allowed: one.allowed,
            tenant_id: one.tenant.id.as_ref().map(ToString::to_string),
            resource: one.wanted.resource,
            action: one.wanted.action,
            namespace: one.namespace.as_ref().map(ToString::to_string),
            paths: one.ways.iter().map(path).collect(),
            missing: one.missing.iter().map(lack).collect(),
            locked: one.locked,
            principal: one.principal.into(),
        }
    }
}

fn path(way: &Way, one: &Explanation) -> WayOut {
    let step = |kind, id: &str, name: &str| StepOut {
        kind,
        id: Some(id.to_owned()).filter(|id| !id.is_empty()),
        name: Some(name.to_owned()),
        namespace: None,
    };
    let mut steps = vec![step("PRINCIPAL", one.principal.id.as_str(), &one.principal.name)];
    let mut below = false;
    match way {
        Way::Superadmin => steps.push(step("SUPERADMIN", "", "Superadmins administer this everywhere.")),
        Way::Grant { grant, group, inherited } => {
            steps.extend(group.iter().map(|(id, name)| step("GROUP", id.as_str(), name)));
            let namespace = grant.namespace.as_ref().map(ToString::to_string);
            steps.push(StepOut { kind: "BINDING", id: Some(grant.binding.to_string()), name: None, namespace });
            steps.push(step("ROLE", grant.role.id.as_str(), &grant.role.name));
            below = *inherited;
        }
    }
    steps.push(step("ACTION", "", &one.wanted.to_string()));
    WayOut { steps, inherited: below }
}

fn lack(missing: &Missing, one: &Explanation) -> MissingOut {
    let near = |grant: &Grant| NearOut {
        role: grant.role.id.to_string(),
        name: grant.role.name.clone(),
        namespace: grant.namespace.as_ref().map(ToString::to_string),
        permissions: spelled_out(&grant.permissions),
    };
    let reason = match missing {
        Missing::TenantAccess => "TENANT_ACCESS",
        Missing::Permission(_) => "PERMISSION",
        Missing::Namespace(_) => "NAMESPACE",
        Missing::SuperadminsSeeNoData => "SUPERADMINS_SEE_NO_DATA",
    };
    MissingOut { reason, message: one.sentence(missing), roles: missing.roles().iter().map(near).collect() }
}

/// `GET /{tenant}/access/explain`
pub async fn explain(api: Api, Asked(why): Asked<Why>) -> Result<Json<ExplanationOut>, Failure> {
    let wanted = permission(&why.resource, &why.action)?;
    let who = why.principal.as_deref().filter(|who| !who.is_empty());
    Ok(Json(access::explain(&api.cx, &api.tenant()?, who, wanted, why.namespace.as_deref()).await?.into()))
}

/// `GET /{tenant}/access/who-can`
pub async fn who_can(
    api: Api,
    Listing(list): Listing,
    Asked(who): Asked<Who>,
) -> Result<Json<Page<PrincipalOut>>, Failure> {
    let wanted = permission(&who.resource, &who.action)?;
    let page = access::who_can(&api.cx, &api.tenant()?, wanted, who.namespace.as_deref(), &list).await?;
    Ok(Json(page.map(PrincipalOut::from)))
}

/// One of many questions.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct QuestionIn {
    /// Id of whom it is about; the caller if absent.
    principal: Option<String>,
    resource: Resource,
    action: Action,
    namespace: Option<String>,
}

/// Up to 1,000 questions.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct QuestionsIn {
    questions: Vec<QuestionIn>,
}

/// Their answers, in their order.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AnswersOut {
    results: Vec<AnswerOut>,
}

/// An answer.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AnswerOut {
    allowed: bool,
}

/// `POST /{tenant}/access/check`
pub async fn check(api: Api, Body(sent): Body<QuestionsIn>) -> Result<Json<AnswersOut>, Failure> {
    let question = |one: QuestionIn| {
        let namespace = Namespace::parse_optional(one.namespace.as_deref());
        let namespace =
            namespace.map_err(|invalid| Failure::new(Code::Invalid, format!("Invalid entity: {invalid}")))?;
        let principal = one.principal.filter(|id| !id.is_empty()).map(PrincipalId::new);
        Ok(Question { principal, wanted: Permission::new(one.resource, one.action), namespace })
    };
    let questions = sent.questions.into_iter().map(question).collect::<Result<Vec<_>, Failure>>()?;
    let answers = access::check(&api.cx, &api.tenant()?, &questions).await?;
    Ok(Json(AnswersOut { results: answers.into_iter().map(|allowed| AnswerOut { allowed }).collect() }))
}
