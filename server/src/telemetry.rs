//! The log: on standard error, since standard output belongs to what commands print.

use tracing::level_filters::LevelFilter;
use tracing_subscriber::{EnvFilter, fmt};

/// The crates whose log is ours.
const OURS: &[&str] = &["kestra", "app", "model", "service", "store", "store_sqlite", "store_postgres"];

/// Starts logging. `level` is `--log-level`, `verbose` counts `-v`, `internal_log` also opens the log of
/// the libraries beneath us. `RUST_LOG` wins over all three; `KESTRA_LOG_FORMAT=json` makes each line an
/// object. Called twice, the first call counts.
pub fn init(level: &str, verbose: u8, internal_log: bool) {
    let level = level.parse().unwrap_or(LevelFilter::INFO);
    let wanted = std::env::var("RUST_LOG").ok().filter(|wanted| !wanted.trim().is_empty());
    let filter = filter(level, verbose, internal_log, wanted.as_deref());
    let json = std::env::var("KESTRA_LOG_FORMAT").is_ok_and(|format| format.eq_ignore_ascii_case("json"));
    let log = fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let otherwise = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if tracing::enabled!(tracing::Level::ERROR) {
            log_panic(panic);
        } else {
            otherwise(panic);
        }
    }));
    // An error means that a log runs already, as in tests.
    let _running = if json {
        log.json().flatten_event(true).try_init()
    } else {
        log.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr())).try_init()
    };
}

/// A panic is a line of the log as every other error: with the request it was in.
fn log_panic(panic: &std::panic::PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    let cause = panic.payload_as_str().unwrap_or_default();
    let backtrace = std::backtrace::Backtrace::capture();
    match backtrace.status() {
        std::backtrace::BacktraceStatus::Captured => {
            tracing::error!(cause, %backtrace, "panicked at {place}");
        }
        _ => tracing::error!(cause, "panicked at {place}"),
    }
}

fn filter(level: LevelFilter, verbose: u8, internal_log: bool, wanted: Option<&str>) -> EnvFilter {
    wanted
        .and_then(|wanted| EnvFilter::try_new(wanted).ok())
        .unwrap_or_else(|| EnvFilter::new(directives(level, verbose, internal_log)))
}

fn directives(level: LevelFilter, verbose: u8, internal_log: bool) -> String {
    let ours = match verbose {
        0 => level,
        1 => level.max(LevelFilter::DEBUG),
        _ => LevelFilter::TRACE,
    };
    // What libraries say is never louder than what we say.
    let others = if internal_log { ours } else { ours.min(LevelFilter::WARN) };
    let mut directives = others.to_string();
    for name in OURS {
        directives.push_str(&format!(",{name}={ours}"));
    }
    if !internal_log {
        // A statement that took long is logged with its text, which is nothing for whoever only waited.
        directives.push_str(",sqlx::query=error");
    }
    directives
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(LevelFilter::INFO, 0, false, "info", "warn")]
    #[case(LevelFilter::INFO, 1, false, "debug", "warn")]
    #[case(LevelFilter::INFO, 2, true, "trace", "trace")]
    #[case(LevelFilter::ERROR, 0, false, "error", "error")]
    #[case(LevelFilter::TRACE, 1, false, "trace", "warn")]
    #[case(LevelFilter::INFO, 0, true, "info", "info")]
    fn levels(
        #[case] level: LevelFilter,
        #[case] verbose: u8,
        #[case] internal: bool,
        #[case] ours: &str,
        #[case] others: &str,
    ) {
        let directives = directives(level, verbose, internal);
        assert!(directives.starts_with(&format!("{others},kestra={ours},")), "{directives}");
        assert!(EnvFilter::try_new(&directives).is_ok(), "{directives}");
    }

    #[test]
    fn rust_log_wins_unless_it_is_broken() {
        assert_eq!(filter(LevelFilter::INFO, 2, true, Some("error")).to_string(), "error");
        assert!(filter(LevelFilter::INFO, 0, false, Some("a=b=c")).to_string().contains("kestra=info"));
    }
}
