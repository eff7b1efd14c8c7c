//! `kestra server`

use super::{Common, Failure, start};
use crate::serve::serve;
use clap::Args;
use model::audit::Door;
use service::{Caller, Origin, sync::Notice};
use store::Store;

/// Run the server until it is told to stop
#[derive(Debug, Args)]
pub(super) struct Server {
    /// Port to listen on, in place of micronaut.server.port
    #[arg(long)]
    port: Option<u16>,
}

impl Server {
    pub(super) async fn run(self, common: &Common) -> Result<(), Failure> {
        let mut config = common.load()?;
        if let Some(port) = self.port {
            config.server.port = port;
        }
        let database = config.database.split(':').next().unwrap_or_default();
        tracing::info!(
            version = env!("CARGO_PKG_VERSION"),
            database,
            tenants = config.tenants.enabled,
            default_tenant = config.tenants.default_tenant,
            "starting"
        );
        if !config.ignored.is_empty() {
            tracing::info!(sections = config.ignored.join(", "), "ignored in the configuration: not for this program");
        }
        for notice in &config.notices {
            tracing::warn!("{notice}");
        }
        let service = start(&config, Store::open(&config.database).await?).await?;
        if let Some(admin) = &config.security.super_admin {
            let origin = Origin { door: Door::Job, request_id: None, address: None, trace: Default::default() };
            let cx = service.context(Caller::Operator("configuration".into()), origin);
            let tenants = if config.tenants.enabled { admin.tenant_admin_access.as_slice() } else { &[] };
            service::setup::ensure(&cx, &admin.username, &admin.password, tenants)
                .await
                .map_err(|error| Failure::Other(format!("kestra.security.super-admin: {}", Failure::from(error))))?;
        }
        tell_what_to_notice(&service).await?;
        serve(config, service).await?;
        Ok(())
    }
}

/// Says in the log what an admin should know after tenants were switched on.
async fn tell_what_to_notice(service: &std::sync::Arc<service::Service>) -> Result<(), Failure> {
    let origin = Origin { door: Door::Job, request_id: None, address: None, trace: Default::default() };
    let cx = service.context(Caller::Operator("kestra".into()), origin);
    match service::sync::notice(&cx).await? {
        Some(Notice::Waiting(waiting)) => tracing::warn!(
            "access that was given while tenants were off waits for the default tenant: {}. Until it is synchronized \
             nobody who has it reaches anything: see Administration, Sync access, or run `kestra auths users sync-access`",
            waiting.sentence()
        ),
        Some(Notice::IdleDefaultTenant) => tracing::info!(
            "the default tenant is on and nothing is in it: set kestra.ee.tenants.default-tenant to false, so that every \
             tenant has an identifier"
        ),
        None => {}
    }
    Ok(())
}
