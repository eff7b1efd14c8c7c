//! `kestra auths users …`

use super::{
    Common, Failure, Format,
    output::{Output, say, show},
    sync::SyncAccess,
};
use clap::{Args, Subcommand};
use model::{Code, TenantId};
use service::user::NewUser;
use std::io::{BufRead, IsTerminal};

#[derive(Debug, Subcommand)]
pub(super) enum Users {
    /// Create a user
    Create(Create),
    /// Give a user a password, in place of the one they have; lifts a lock and ends their sessions
    CreateBasicAuth(CreateBasicAuth),
    SyncAccess(SyncAccess),
}

#[derive(Debug, Args)]
pub(super) struct CreateBasicAuth {
    /// Email address
    user: String,
    /// Password; asked for on a terminal if it is missing. Visible to others on this machine: prefer
    /// --password-stdin
    password: Option<String>,
    /// Read the password from standard input
    #[arg(long)]
    password_stdin: bool,
}

impl CreateBasicAuth {
    async fn run(self, common: &Common) -> Result<(), Failure> {
        let cx = common.open().await?;
        let user = service::user::by_email(&cx, &self.user).await?;
        let password = match self.password {
            Some(password) => password,
            None => ask(self.password_stdin)?
                .ok_or_else(|| Failure::Other("a password is needed: use --password-stdin.".into()))?,
        };
        service::user::set_password(&cx, &user.id, &password).await?;
        say(&format!("{} has a new password.", user.name));
        Ok(())
    }
}

#[derive(Debug, Args)]
pub(super) struct Create {
    /// Email address
    #[arg(required_unless_present = "username")]
    user: Option<String>,
    /// Password; asked for on a terminal if it is missing. Visible to others on this machine: prefer
    /// --password-stdin
    password: Option<String>,
    /// Email address, as older guides write it
    #[arg(long, conflicts_with = "user", hide = true)]
    username: Option<String>,
    /// Password, as older guides write it
    #[arg(long = "password", id = "password_option", conflicts_with = "password", hide = true)]
    password_option: Option<String>,
    /// Read the password from standard input
    #[arg(long)]
    password_stdin: bool,
    /// Tenant to let the user into
    #[arg(long, value_name = "ID")]
    tenant: Option<String>,
    /// Make the user Tenant Admin of --tenant
    #[arg(long, requires = "tenant", conflicts_with = "superadmin")]
    admin: bool,
    /// Let the user administer the whole instance
    #[arg(long, visible_aliases = ["instance-owner", "instance-admin"])]
    superadmin: bool,
    /// Do nothing, successfully, if the user exists
    #[arg(long)]
    if_not_exists: bool,
    #[command(flatten)]
    format: Format,
}

impl Users {
    pub(super) async fn run(self, common: &Common) -> Result<(), Failure> {
        let create = match self {
            Self::Create(create) => create,
            Self::CreateBasicAuth(command) => return command.run(common).await,
            Self::SyncAccess(command) => return command.run(common).await,
        };
        let cx = common.open().await?;
        let email = create.user.or(create.username).unwrap_or_default();
        if create.if_not_exists && service::user::by_email(&cx, &email).await.is_ok() {
            say(&format!("User {email} exists already."));
            return Ok(());
        }
        let tenant = create
            .tenant
            .map(|id| TenantId::parse(&id).map_err(|invalid| Failure::Other(format!("--tenant: {invalid}"))))
            .transpose()?;
        let password = match create.password.or(create.password_option) {
            Some(password) => Some(password),
            None => ask(create.password_stdin)?,
        };
        let superadmin = Some(create.superadmin);
        let new = NewUser { email, password, superadmin, tenant, admin: create.admin, ..NewUser::default() };
        let user = match service::user::create(&cx, new).await {
            // Somebody else made it in the meantime.
            Err(error) if create.if_not_exists => {
                let error = model::Error::from(error);
                if error.code == Code::Conflict {
                    return Ok(());
                }
                return Err(Failure::Refused(error));
            }
            other => other?,
        };
        if create.format.output == Output::Table {
            say(&format!("Created user {}.", user.principal.name));
            return Ok(());
        }
        show(create.format.output, &[], Vec::new(), &user.principal)
    }
}

/// The password from standard input or a prompt; nothing where nobody can be asked.
fn ask(stdin: bool) -> Result<Option<String>, Failure> {
    let failed = |error: std::io::Error| Failure::Other(format!("the password cannot be read: {error}"));
    if stdin {
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line).map_err(failed)?;
        return Ok(Some(line.trim_end_matches(['\r', '\n']).to_owned()));
    }
    if !std::io::stdin().is_terminal() {
        return Ok(None);
    }
    let first = rpassword::prompt_password("Password: ").map_err(failed)?;
    let second = rpassword::prompt_password("Once more: ").map_err(failed)?;
    if first == second { Ok(Some(first)) } else { Err(Failure::Other("the two passwords differ.".into())) }
}
