//! Logging: on standard error, so that standard output is for answers.

use tracing_subscriber::EnvFilter;

/// The crates whose messages people want by default.
const OURS: [&str; 5] = ["kestra", "app", "service", "store", "model"];

/// Starts logging. `RUST_LOG` wins over the options; `KESTRA_LOG_FORMAT=json` is for machines.
pub fn init(level: &str, verbose: u8, internal: bool) {
    let level = match verbose {
        0 => level,
        1 => "debug",
        _ => "trace",
    };
    let others = if internal { level } else { "warn" };
    let usual = OURS.iter().fold(others.to_owned(), |filter, name| format!("{filter},{name}={level}"));
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(usual));
    let logging = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start (in tests) keeps the first.
    let _ = match std::env::var("KESTRA_LOG_FORMAT").as_deref() {
        Ok("json") => logging.json().try_init(),
        _ => logging.with_target(false).try_init(),
    };
}
