//! The command line: the same use cases as every other door, straight on the database, with the server
//! running or not. Its caller is the operator: whoever can read the configuration may do everything.

mod access;
mod args;
mod audit;
mod bindings;
mod config;
mod groups;
mod output;
mod roles;
mod server;
mod service_accounts;
mod shell;
mod sync;
mod tenants;
mod tokens;
mod transfer;
mod users;

use crate::{
    config::{Config, ConfigErrors, LoadArgs},
    mail::Smtp,
    telemetry,
};
use args::Format;
use clap::{ArgAction, Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use model::audit::Door;
use service::{Caller, Context, Origin, Service, Settings, SystemClock, mail::Mailer};
use std::{
    ffi::OsString,
    io::Write,
    path::PathBuf,
    process::ExitCode,
    sync::{Arc, OnceLock},
};
use store::Store;

/// Multi-tenancy and access administration
#[derive(Debug, Parser)]
#[command(version, propagate_version = true, arg_required_else_help = true, disable_help_subcommand = true)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

/// What every command takes (contract 6.1).
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Common options")]
struct Common {
    /// Say more: -v shows debug messages, -vv traces
    #[arg(short, long, global = true, action = ArgAction::Count)]
    verbose: u8,
    /// Least severe messages that are logged
    #[arg(short, long, global = true, value_enum, ignore_case = true, default_value_t = Level::Info)]
    log_level: Level,
    /// Also log what libraries say
    #[arg(long, global = true)]
    internal_log: bool,
    /// Configuration file [default: ~/.kestra/config.yml, if it exists]
    #[arg(short, long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Plugins folder; accepted for compatibility, there are no plugins here
    #[arg(short, long, global = true, value_name = "FOLDER", env = "KESTRA_PLUGINS_PATH", hide_env = true)]
    plugins: Option<PathBuf>,
    /// The database, once a command has opened it.
    #[arg(skip)]
    opened: OnceLock<Store>,
}

/// How severe a message must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "UPPER")]
enum Level {
    Trace,
    Debug,
    Info,
    Warn,
    Error,
}

impl Level {
    fn as_str(self) -> &'static str {
        match self {
            Self::Trace => "trace",
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server
    Server(server::Server),
    /// Manage tenants
    #[command(subcommand, arg_required_else_help = true)]
    Tenants(tenants::Tenants),
    /// Manage who may sign in
    #[command(subcommand, arg_required_else_help = true)]
    Auths(Auths),
    /// Manage groups of a tenant and who is in them
    #[command(subcommand, arg_required_else_help = true)]
    Groups(groups::Groups),
    /// Manage roles of a tenant
    #[command(subcommand, arg_required_else_help = true)]
    Roles(roles::Roles),
    /// Manage who holds which role in a tenant
    #[command(subcommand, arg_required_else_help = true)]
    Bindings(bindings::Bindings),
    /// Manage service accounts and their API tokens
    #[command(subcommand, arg_required_else_help = true)]
    ServiceAccounts(service_accounts::ServiceAccounts),
    /// Ask why somebody may do something and who may, export and import all access
    #[command(subcommand, arg_required_else_help = true)]
    Access(access::Access),
    /// Read, verify and purge the audit log
    #[command(subcommand, arg_required_else_help = true)]
    Audit(audit::Audit),
    /// Check the configuration
    #[command(subcommand, arg_required_else_help = true)]
    Config(config::ConfigCommand),
    Completions(shell::Completions),
    Man(shell::Man),
}

#[derive(Debug, Subcommand)]
enum Auths {
    /// Manage users
    #[command(subcommand, arg_required_else_help = true)]
    Users(users::Users),
}

/// Why a command failed; the text is what the terminal shows.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("{0}")]
    Config(#[from] ConfigErrors),
    #[error("{0}")]
    Store(#[from] store::Error),
    #[error("{}", refusal(.0))]
    Refused(model::Error),
    #[error("{0}")]
    Serve(#[from] crate::serve::Error),
    #[error("{0}")]
    Other(String),
}

impl From<service::Error> for Failure {
    fn from(error: service::Error) -> Self {
        match error {
            // What went wrong in a use case is for the log; where the database is at fault, whoever works on it is told.
            service::Error::Store(store::Error::Other(_)) => Self::Refused(error.into()),
            service::Error::Store(error) => Self::Store(error),
            error => Self::Refused(error.into()),
        }
    }
}

/// A refusal with what is wrong with each option.
fn refusal(error: &model::Error) -> String {
    match error.fields.as_slice() {
        [] => error.message.clone(),
        fields => {
            fields.iter().map(|one| format!("{}: {}", one.field, one.message)).collect::<Vec<_>>().join("\n       ")
        }
    }
}

/// What the program is called where nothing says otherwise.
const NAME: &str = "kestra";

/// Stack of each thread that answers requests: a page is one deep call of its parts, which an unoptimized build fits into
/// two megabytes only just. What is not used costs nothing.
const STACK: usize = 8 * 1024 * 1024;

/// The command line of a program that is called so.
fn command(called: &str) -> clap::Command {
    let usage = sync::usage(called);
    Cli::command().name(called.to_owned()).mut_subcommand("auths", |auths| {
        auths.mut_subcommand("users", |users| users.mut_subcommand("sync-access", |sync| sync.override_usage(usage)))
    })
}

/// Runs what was typed: 0 when it went well, 1 when it failed, 2 when it was not understood (contract 6.1).
pub fn run(args: Vec<OsString>) -> ExitCode {
    // The program names itself as it was called: `kestra`, or `kestra-ee` as in older guides.
    let called = args.first().map(PathBuf::from).and_then(|path| Some(path.file_name()?.to_str()?.to_owned()));
    let command = command(&called.unwrap_or_else(|| NAME.into()));
    let parsed = command.try_get_matches_from(args).and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(told) => {
            let _ = told.print();
            let help = matches!(told.kind(), clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand);
            let code = if help { 0 } else { u8::try_from(told.exit_code()).unwrap_or(2) };
            return ExitCode::from(code);
        }
    };
    telemetry::init(cli.common.log_level.as_str(), cli.common.verbose, cli.common.internal_log);
    match block_on(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let _ = writeln!(std::io::stderr(), "error: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn block_on(cli: Cli) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().thread_stack_size(STACK).enable_all().build();
    let runtime = runtime.map_err(|error| Failure::Other(format!("the program cannot start: {error}")))?;
    runtime.block_on(async {
        let done = match cli.command {
            Command::Server(server) => server.run(&cli.common).await,
            Command::Tenants(command) => command.run(&cli.common).await,
            Command::Auths(Auths::Users(command)) => command.run(&cli.common).await,
            Command::Groups(command) => command.run(&cli.common).await,
            Command::Roles(command) => command.run(&cli.common).await,
            Command::Bindings(command) => command.run(&cli.common).await,
            Command::ServiceAccounts(command) => command.run(&cli.common).await,
            Command::Access(command) => command.run(&cli.common).await,
            Command::Audit(command) => command.run(&cli.common).await,
            Command::Config(command) => command.run(&cli.common),
            Command::Completions(command) => command.run(),
            Command::Man(command) => command.run(),
        };
        cli.common.close().await;
        done
    })
}

impl Common {
    /// Reads the configuration.
    fn load(&self) -> Result<Config, ConfigErrors> {
        Config::load(&LoadArgs { file: self.config.clone() }, &std::env::vars().collect())
    }

    /// Opens the database for one command by the operator.
    async fn open(&self) -> Result<Context, Failure> {
        let config = self.load()?;
        let store = Store::open(&config.database).await?;
        let service = start(&config, self.opened.get_or_init(|| store).clone()).await?;
        let user = std::env::var("USER").or_else(|_| std::env::var("USERNAME")).unwrap_or_else(|_| "unknown".into());
        let origin = Origin { door: Door::Cli, request_id: None, address: None, trace: Default::default() };
        Ok(service.context(Caller::Operator(format!("cli:{user}")), origin))
    }

    /// Leaves an SQLite file whole, with nothing of it in another file: people copy it.
    async fn close(&self) {
        if let Some(store) = self.opened.get() {
            store.close().await;
        }
    }
}

/// The application on an open database.
async fn start(config: &Config, store: Store) -> Result<Arc<Service>, Failure> {
    let settings = Settings {
        tenants: config.tenants.enabled,
        default_tenant: config.tenants.default_tenant,
        bind_creator: config.security.bind_tenant_creator,
        passwords: config.security.passwords.clone(),
        lockout: config.security.lockout,
        url: config.server.url.clone(),
        invitations_expire_after: milliseconds(config.security.invitations),
        sign_in_lasts: milliseconds(config.security.session),
        secret_key: config.security.key.as_ref().map(|key| key.as_bytes().to_vec()),
    };
    let smtp = config.mail.as_ref().map(Smtp::new).transpose();
    let smtp = smtp.map_err(|why| Failure::Other(format!("kestra.ee.mail-service.from: {why}")))?;
    let mailer = smtp.map(|smtp| Box::new(smtp) as Box<dyn Mailer>);
    let service = Service::new(store, settings, Box::new(SystemClock), mailer);
    service::sync::prepare(&service).await?;
    Ok(service)
}

fn milliseconds(duration: std::time::Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
