//! What every request can reach.

use crate::config::Config;
use axum::extract::FromRef;
use leptos::prelude::LeptosOptions;
use service::Service;
use std::sync::Arc;

/// Shared by all requests; cheap to clone.
#[derive(Clone, FromRef)]
pub struct AppState {
    /// The application.
    pub service: Arc<Service>,
    /// The configuration.
    pub config: Arc<Config>,
    /// What Leptos needs to render.
    pub leptos: LeptosOptions,
}
