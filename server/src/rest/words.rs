//! Pieces of answers and requests that several resources share. What is absent is left out: a JSON null would end the
//! official Terraform provider (contract 2.1).

use model::{Group, Membership, Principal, Role, TenantLink, Token};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use service::token::NewToken;

/// A tenant's id and name; the default tenant has no id.
#[serde_with::skip_serializing_none]
#[derive(Debug, Serialize, JsonSchema)]
pub struct TenantRefOut {
    id: Option<String>,
    name: String,
}

impl From<TenantLink> for TenantRefOut {
    fn from(link: TenantLink) -> Self {
        Self { id: link.id.map(|id| id.to_string()), name: link.name }
    }
}

/// A way of signing in.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AuthOut {
    id: String,
    name: String,
    #[serde(rename = "type")]
    kind: String,
}

/// A user's ways of signing in.
pub fn auths(principal: &Principal, password: bool) -> Vec<AuthOut> {
    let basic = || AuthOut { id: service::user::BASIC.into(), name: principal.name.clone(), kind: "BasicAuth".into() };
    password.then(basic).into_iter().collect()
}

/// A group's id and tenant.
#[serde_with::skip_serializing_none]
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GroupRefOut {
    id: String,
    tenant_id: Option<String>,
}

impl From<Membership> for GroupRefOut {
    fn from(one: Membership) -> Self {
        Self { id: one.group.to_string(), tenant_id: one.tenant.1.map(|id| id.to_string()) }
    }
}

/// A group somebody is in.
#[derive(Debug, Serialize, JsonSchema)]
pub struct InGroupOut {
    id: String,
    name: String,
    external: bool,
    membership: String,
}

impl From<Membership> for InGroupOut {
    fn from(one: Membership) -> Self {
        let membership = if one.owner { "OWNER" } else { "MEMBER" };
        Self { id: one.group.to_string(), name: one.name, external: one.external, membership: membership.into() }
    }
}

/// A group.
#[serde_with::skip_serializing_none]
#[derive(Debug, Serialize, JsonSchema)]
pub struct GroupOut {
    id: String,
    name: String,
    description: Option<String>,
}

impl From<Group> for GroupOut {
    fn from(group: Group) -> Self {
        Self { id: group.id.to_string(), name: group.name, description: group.description }
    }
}

/// A role in a list.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoleSummaryOut {
    id: String,
    name: String,
    is_default: bool,
    is_managed: bool,
    permission_count: usize,
}

impl From<Role> for RoleSummaryOut {
    fn from(role: Role) -> Self {
        Self {
            permission_count: role.permissions.words().iter().map(|(_, actions)| actions.len()).sum(),
            id: role.id.to_string(),
            name: role.name,
            is_default: role.is_default,
            is_managed: role.is_managed,
        }
    }
}

/// What is looked for while somebody types.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Autocomplete {
    /// Part of a name.
    pub q: Option<String>,
    /// Also these.
    pub ids: Option<Vec<String>>,
    /// Nothing but these.
    pub existing_only: Option<bool>,
}

/// Ids.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Ids {
    /// Which.
    pub ids: Option<Vec<String>>,
}

/// A token to be made.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TokenIn {
    name: Option<String>,
    description: Option<String>,
    /// How long it is valid, as an ISO 8601 duration such as P30D; for ever if absent.
    max_age: Option<String>,
    /// Each use moves the expiry on.
    extended: Option<bool>,
}

impl TryFrom<TokenIn> for NewToken {
    type Error = super::Failure;

    fn try_from(token: TokenIn) -> Result<Self, super::Failure> {
        let max_age = match token.max_age.as_deref().filter(|text| !text.is_empty()) {
            None => None,
            Some(text) => {
                let refused = || {
                    let message = format!("Invalid entity: maxAge: “{text}” is not a duration such as PT1H or P30D.");
                    super::Failure::new(model::Code::Invalid, message)
                };
                let duration = crate::config::duration::parse(text).ok_or_else(refused)?;
                Some(i64::try_from(duration.as_millis()).map_err(|_| refused())?)
            }
        };
        Ok(Self {
            name: token.name.unwrap_or_default(),
            description: token.description.unwrap_or_default(),
            max_age,
            extended: token.extended.unwrap_or_default(),
        })
    }
}

/// A new token, with its secret.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TokenCreated {
    id: String,
    name: String,
    /// The secret; shown this once.
    full_token: String,
}

impl From<(Token, String)> for TokenCreated {
    fn from((token, full_token): (Token, String)) -> Self {
        Self { id: token.id.to_string(), name: token.name, full_token }
    }
}

/// A token.
#[serde_with::skip_serializing_none]
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TokenOut {
    id: String,
    name: String,
    description: String,
    prefix: String,
    iat: String,
    exp: Option<String>,
    last_used: Option<String>,
    extended: bool,
    expired: bool,
}

/// Tokens.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TokenList {
    total: usize,
    results: Vec<TokenOut>,
}

impl TokenList {
    /// As they are now.
    pub fn new(tokens: Vec<Token>, now: model::Timestamp) -> Self {
        let out = |token: Token| TokenOut {
            expired: token.expired(now),
            id: token.id.to_string(),
            name: token.name,
            description: token.description,
            prefix: token.prefix,
            iat: token.created_at.iso(),
            exp: token.expires_at.map(model::Timestamp::iso),
            last_used: token.last_used.map(model::Timestamp::iso),
            extended: token.extended,
        };
        Self { total: tokens.len(), results: tokens.into_iter().map(out).collect() }
    }
}
