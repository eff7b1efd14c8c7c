//! Identifiers. All are opaque text: clients and imports bring their own (`admin_main`), so a typed
//! id promises only which kind of thing it names, never its shape.

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub struct $name(String);

        impl $name {
            /// Takes any text: what it names is looked up, and not found if it names nothing.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The text as stored and as sent.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

// Alphabetical.
ids! {
    /// An audit row.
    AuditId;
    /// A binding of a principal or a group to a role.
    BindingId;
    /// A security integration of a tenant.
    IntegrationId;
    /// An invitation to a tenant.
    InvitationId;
    /// A group; unique across tenants, because user requests name groups without a tenant.
    GroupId;
    /// A user or a service account.
    PrincipalId;
    /// A role; unique within its tenant only.
    RoleId;
    /// An API token.
    TokenId;
    /// The row of a tenant. Differs from its public [`TenantId`](crate::TenantId), which the default
    /// tenant does not have.
    TenantUid;
}

impl TenantUid {
    /// The default tenant: the one without an identifier (contract 6.3).
    pub fn default_tenant() -> Self {
        Self::new("default")
    }

    /// Where access data lives while tenants are off, until sync-access moves it to the default tenant.
    pub fn untenanted() -> Self {
        Self::new("untenanted")
    }
}

impl RoleId {
    /// The id of a managed role: `<role>_<tenant>` in lower case (contract 4.4).
    pub fn managed(role: crate::Managed, tenant: Option<&crate::TenantId>) -> Self {
        let tenant = tenant.map_or("main", crate::TenantId::as_str);
        Self(format!("{}_{tenant}", role.key()))
    }
}
