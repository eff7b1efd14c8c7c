//! The configuration, parsed.

use std::{path::PathBuf, time::Duration};

/// What the process runs with (contract 6.3).
#[derive(Debug, Clone)]
pub struct Config {
    /// `kestra.ee.tenants`.
    pub tenants: Tenants,
    /// `kestra.security`.
    pub security: Security,
    /// `micronaut.server`.
    pub server: Server,
    /// `datasources.*`: `sqlite:…` or `postgres://…`.
    pub database: String,
    /// Sections that are not ours, listed once in the log.
    pub ignored: Vec<String>,
}

/// `kestra.ee.tenants`.
#[derive(Debug, Clone)]
pub struct Tenants {
    /// `enabled`.
    pub enabled: bool,
    /// `default-tenant`.
    pub default_tenant: bool,
}

/// `kestra.security` and `micronaut.security`.
#[derive(Debug, Clone)]
pub struct Security {
    /// `kestra.security.super-admin`.
    pub super_admin: Option<SuperAdmin>,
    /// `kestra.security.basic-auth`.
    pub passwords: model::PasswordPolicy,
    /// `kestra.security.login.failed-attempts`.
    pub lockout: service::Lockout,
    /// `kestra.security.bind-tenant-creator`.
    pub bind_tenant_creator: bool,
    /// `micronaut.security.basic-auth.enabled`.
    pub basic_auth: bool,
    /// `micronaut.security.token.cookie.cookie-max-age`.
    pub session: Duration,
}

/// `kestra.security.super-admin`.
#[derive(Clone)]
pub struct SuperAdmin {
    /// Email.
    pub username: String,
    /// Password.
    pub password: String,
    /// Tenants to be admin of.
    pub tenant_admin_access: Vec<String>,
}

impl std::fmt::Debug for SuperAdmin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SuperAdmin").field("username", &self.username).finish_non_exhaustive()
    }
}

/// `micronaut.server` and `kestra.server`.
#[derive(Debug, Clone)]
pub struct Server {
    /// `micronaut.server.host`.
    pub host: String,
    /// `micronaut.server.port`.
    pub port: u16,
    /// `kestra.server.trusted-proxy`: believe X-Forwarded-For and X-Forwarded-Proto.
    pub trusted_proxy: bool,
    /// `kestra.url`: https there means secure cookies.
    pub url: Option<String>,
}

/// Where the configuration comes from.
#[derive(Debug, Clone, Default)]
pub struct LoadArgs {
    /// `--config`, if given.
    pub file: Option<PathBuf>,
}
