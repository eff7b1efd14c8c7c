//! The binary `kestra`.

// The type of a whole page is one deep tuple of its parts.
#![recursion_limit = "512"]

mod config;
mod router;
mod serve;
mod state;
mod web;

#[tokio::main]
async fn main() {
    let config = config::Config {
        tenants: config::Tenants { enabled: true, default_tenant: false },
        security: config::Security {
            super_admin: None,
            passwords: model::PasswordPolicy::default(),
            lockout: service::Lockout::default(),
            bind_tenant_creator: true,
            basic_auth: true,
            session: std::time::Duration::from_secs(172_800),
        },
        server: config::Server { host: "127.0.0.1".into(), port: 8080, trusted_proxy: false, url: None },
        database: std::env::args().nth(1).unwrap_or("sqlite:/tmp/try/k.db".into()),
        ignored: vec![],
    };
    let store = store::Store::open(&config.database).await.unwrap();
    let settings = service::Settings { tenants: true, default_tenant: false, ..Default::default() };
    let service = service::Service::new(store, settings, Box::new(service::SystemClock));
    serve::serve(config, service).await.unwrap();
}
