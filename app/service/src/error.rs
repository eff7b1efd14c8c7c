//! Why a use case refused or failed; turned into the wire's error in one place.

use model::{Code, FieldError, Permission, TenantId};

/// Shorthand.
pub type Result<T> = std::result::Result<T, Error>;

/// A refusal or a failure.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody is signed in.
    #[error("Sign in to continue.")]
    Unauthenticated,
    /// Wrong address, wrong password or a locked account: which, is not said.
    #[error("That email and password do not match, or the account is locked. Check both, or wait and try again.")]
    SignIn,
    /// Known, but not allowed.
    #[error("You need the permission {permission}{} for this. A superadmin{} can give it to you.",
        tenant.as_ref().map(|id| format!(" in {id}")).unwrap_or_default(),
        tenant.as_ref().map(|_| " or a Tenant Admin").unwrap_or_default())]
    Forbidden {
        /// What is missing.
        permission: Permission,
        /// Where; nothing for the instance.
        tenant: Option<TenantId>,
    },
    /// A tenant the caller may not know about.
    #[error("You have no access to this tenant. Ask one of its admins.")]
    NoAccess,
    /// Giving away what one does not have.
    #[error("You cannot give {0}, because you do not have it yourself.")]
    Escalation(Permission),
    /// Absent.
    #[error("{what} “{id}” does not exist.")]
    NotFound {
        /// Kind of thing.
        what: &'static str,
        /// What was asked for.
        id: String,
    },
    /// A user or service account that is absent, or not for the one who asks (contract 2.3).
    #[error("User does not exist for id '{0}'")]
    NoUser(String),
    /// A role that every tenant has as it is.
    #[error("The role {0} is managed: it cannot be changed or deleted. Copy it to a role of your own.")]
    Managed(String),
    /// Only superadmins may.
    #[error("Only a superadmin can do this.")]
    OnlySuperadmin,
    /// It exists, or has moved on.
    #[error("{message}")]
    Conflict {
        /// The field to blame, if there is one.
        field: Option<&'static str>,
        /// What and why.
        message: String,
    },
    /// Fields that are wrong.
    #[error("{}", summary(.0))]
    Invalid(Vec<FieldError>),
    /// Tenants are switched off.
    #[error("Multi-tenancy is disabled. Set kestra.ee.tenants.enabled to true in the configuration and restart.")]
    TenantsDisabled,
    /// The default tenant is switched off.
    #[error(
        "The default tenant is disabled. Set kestra.ee.tenants.default-tenant to true in the configuration and restart."
    )]
    DefaultTenantDisabled,
    /// Somebody else has saved something since a form was filled.
    #[error(
        "This was changed while you were editing it. Nothing of yours is saved yet: look at the difference, and choose."
    )]
    Changed,
    /// What was shown is not what there is any more.
    #[error("The instance has changed since this plan was made. Nothing was done; look at the new plan.")]
    PlanChanged,
    /// The first user exists.
    #[error("This instance is set up already. Sign in.")]
    SetUpAlready,
    /// Nothing here does that yet.
    #[error("{0}")]
    NotBuilt(&'static str),
    /// More passwords are to be checked at once than there is room for. Said before anything was looked up.
    #[error("The server is checking too many passwords right now. Wait a few seconds and try again.")]
    Crowded,
    /// The database.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// A bug.
    #[error("{0}")]
    Internal(String),
}

impl Error {
    /// Whether the same may go well in a moment: it is not what was asked for that was wrong.
    pub fn passes(&self) -> bool {
        matches!(self, Self::Store(_) | Self::Internal(_))
    }

    /// What such a list cannot be asked.
    pub(crate) fn list(invalid: model::Invalid) -> Self {
        Self::Invalid(vec![FieldError { field: "filters".into(), message: invalid.0 }])
    }

    /// The text that is stored cannot be read.
    pub fn unreadable(unreadable: model::Unreadable) -> Self {
        Self::Store(store::Error::Unreadable(unreadable))
    }

    /// One wrong field.
    pub(crate) fn field(field: &str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError { field: field.into(), message: message.into() }])
    }
}

/// One wrong field speaks for itself; several are counted.
fn summary(fields: &[FieldError]) -> String {
    match fields {
        [only] => only.message.clone(),
        several => format!("{} fields need another look.", several.len()),
    }
}

impl From<Error> for model::Error {
    fn from(error: Error) -> Self {
        let code = match &error {
            Error::Unauthenticated | Error::SignIn => Code::Unauthenticated,
            Error::Forbidden { .. }
            | Error::NoAccess
            | Error::Escalation(_)
            | Error::Managed(_)
            | Error::OnlySuperadmin => Code::Forbidden,
            Error::NotFound { .. } | Error::NoUser(_) | Error::Store(store::Error::Gone) => Code::NotFound,
            Error::Conflict { .. }
            | Error::PlanChanged
            | Error::TenantsDisabled
            | Error::DefaultTenantDisabled
            | Error::Store(store::Error::Dangling(_) | store::Error::Duplicate) => Code::Conflict,
            Error::Changed => Code::Changed,
            Error::Invalid(_) => Code::Invalid,
            Error::SetUpAlready => Code::MethodNotAllowed,
            Error::NotBuilt(_) => Code::NotBuilt,
            Error::Crowded => Code::Unavailable,
            Error::Store(cause) if cause.outside() => Code::Unavailable,
            Error::Store(_) | Error::Internal(_) => Code::Internal,
        };
        // What went wrong in the database is for the log, not for whoever asked.
        let message = match &error {
            Error::Store(store::Error::Busy) => {
                "The database is busy. Nothing was changed; try again in a moment.".into()
            }
            Error::Store(store::Error::Gone) => "Someone deleted this in the meantime. Nothing was changed.".into(),
            Error::Store(store::Error::Dangling(store::Missing::Something)) => {
                "Something that this needs was deleted in the meantime. Nothing was changed; look again.".into()
            }
            Error::Store(store::Error::Dangling(missing)) => {
                format!("The {missing} was deleted in the meantime. Nothing was changed; look again.")
            }
            Error::Store(store::Error::Duplicate) => {
                "Something of that id or name exists already. Nothing was changed; look again.".into()
            }
            Error::Store(store::Error::Unreadable(cause)) => {
                tracing::error!(table = cause.table, row = cause.row, %cause, "what is stored cannot be read");
                "What is stored here cannot be read. Nothing was changed; the log names the row.".into()
            }
            Error::Store(store::Error::Full) => {
                tracing::error!("the disk of the database is full");
                "There is no room left on the disk of the database. Nothing was changed. Try again when there is."
                    .into()
            }
            Error::Store(store::Error::ReadOnly) => {
                tracing::error!("the database is read-only");
                "The database is read-only right now. Nothing was changed; try again in a moment.".into()
            }
            Error::Store(store::Error::Unreachable(cause)) => {
                tracing::error!(cause, "the database cannot be reached");
                "The database cannot be reached. Nothing was changed; try again in a moment.".into()
            }
            Error::Store(cause) if cause.outside() => {
                tracing::error!(%cause, "the database does not do what it is asked");
                "The database cannot be used. Nothing was changed; the log has the cause.".into()
            }
            Error::Store(_) | Error::Internal(_) => {
                tracing::error!(error = ?error, "a use case failed");
                "Something went wrong here. Nothing was changed; the log has the cause.".into()
            }
            _ => error.to_string(),
        };
        let missing = match &error {
            Error::Forbidden { permission, .. } => Some(*permission),
            _ => None,
        };
        let fields = match error {
            Error::Invalid(fields) => fields,
            Error::Conflict { field: Some(field), message } => vec![FieldError { field: field.into(), message }],
            _ => Vec::new(),
        };
        Self { code, message, fields, request: None, missing }
    }
}
