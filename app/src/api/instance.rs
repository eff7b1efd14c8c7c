//! The instance: what it is set to, and how much is in it.

#![expect(missing_docs, reason = "arguments of a server function become fields; its own words explain them")]

use super::{Answer, Wire};
#[cfg(feature = "ssr")]
use super::{asking, refuse};
use leptos::prelude::*;
use model::{SyncCounts, Timestamp};
use serde::{Deserialize, Serialize};

/// The instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instance {
    /// Its release.
    pub version: String,
    /// Its database.
    pub engine: String,
    /// Where people reach it.
    pub url: Option<String>,
    /// Which way mails go. `None` if none are sent.
    pub mail: Option<String>,
    /// Whether multi-tenancy is on.
    pub tenants_enabled: bool,
    /// Whether the default tenant is on.
    pub default_tenant: bool,
    /// Whether whoever creates a tenant becomes its Tenant Admin.
    pub bind_creator: bool,
    /// What passwords must have.
    pub passwords: String,
    /// Failed sign-ins that lock an account.
    pub lockout: i64,
    /// Within how many milliseconds.
    pub lockout_window: i64,
    /// For how many milliseconds.
    pub lockout_lasts: i64,
    /// How many milliseconds a sign-in over the API lasts.
    pub sign_in_lasts: i64,
    /// How many milliseconds an invitation can be accepted.
    pub invitations_last: i64,
    /// Users.
    pub users: i64,
    /// Service accounts.
    pub service_accounts: i64,
    /// Tenants with an identifier.
    pub tenants: i64,
    /// What waits for the default tenant.
    pub waiting: SyncCounts,
    /// The last days one by one; today is the last.
    pub days: Vec<Day>,
}

/// How much happened on a day, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    /// Its first instant.
    pub at: Timestamp,
    /// Sign-ins.
    pub sign_ins: i64,
    /// Sign-ins that failed.
    pub failures: i64,
    /// Things made, changed and removed.
    pub changes: i64,
}

/// The instance, for superadmins.
#[server(prefix = "/serverfn", output = Wire, endpoint = "read_instance")]
pub async fn read_instance(#[server(default)] again: bool) -> Answer<Instance> {
    let cx = asking(again)?;
    let overview = service::instance::overview(&cx).await.map_err(refuse)?;
    let settings = cx.settings();
    let day = |one: &model::audit::Day| Day {
        at: one.at,
        sign_ins: one.sign_ins,
        failures: one.failures,
        changes: one.changes,
    };
    Ok(Instance {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        engine: overview.engine.to_owned(),
        url: settings.url.clone(),
        mail: overview.mail,
        tenants_enabled: settings.tenants,
        default_tenant: settings.default_tenant,
        bind_creator: settings.bind_creator,
        passwords: settings.passwords.sentence(),
        lockout: settings.lockout.threshold,
        lockout_window: settings.lockout.window,
        lockout_lasts: settings.lockout.duration,
        sign_in_lasts: settings.sign_in_lasts,
        invitations_last: settings.invitations_expire_after,
        users: overview.users,
        service_accounts: overview.service_accounts,
        tenants: overview.tenants,
        waiting: overview.waiting,
        days: overview.days.iter().map(day).collect(),
    })
}
