//! `kestra auths users …`

use super::{
    Common, Failure,
    args::{Format, Paging, Place, Within, groups},
    output::{done, groups_of, say, show_page, tenants_of, tick},
    sync::SyncAccess,
    tokens,
};
use crate::rest::{AccessOut, UserOut, UserSummaryOut};
use clap::{ArgAction, Args, Subcommand, ValueEnum};
use model::{Code, PrincipalKind, TokenId};
use serde_json::json;
use service::{
    Context, tenant_access,
    user::{self, NewUser, Profile, User},
};
use std::io::{BufRead, IsTerminal};

#[derive(Debug, Subcommand)]
pub(super) enum Users {
    /// List users
    List(List),
    /// Create a user
    Create(Create),
    /// Give a user a password, in place of the one they have; lifts a lock and ends their sessions
    CreateBasicAuth(CreateBasicAuth),
    /// Make a user a superadmin (true), who administers the whole instance, or no longer one (false)
    #[command(visible_alias = "set-instance-owner")]
    SetSuperadmin(SetSuperadmin),
    /// Make a user a superadmin or no longer one, as older guides write it
    SetType(SetType),
    /// Change a user's email address. Older instances had user names beside addresses; here the address is the name
    EmailReplaceUsername(EmailReplaceUsername),
    /// Make anew what is derived from users: the texts they are found by and the names that lists are sorted by
    Refresh(Refresh),
    /// List a user's API tokens
    Tokens(Tokens),
    /// Create an API token; its secret is written once
    CreateToken(CreateToken),
    /// Delete an API token
    DeleteToken(DeleteToken),
    SyncAccess(SyncAccess),
}

#[derive(Debug, Args)]
pub(super) struct List {
    #[command(flatten)]
    within: Within,
    #[command(flatten)]
    paging: Paging,
    #[command(flatten)]
    format: Format,
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
    /// Groups of the tenant the user shall be in, by name or id; several with commas between them
    #[arg(long, value_name = "GROUP", value_delimiter = ',')]
    groups: Vec<String>,
    /// Tenant to let the user into. Without it --groups and --admin are about the default tenant, or the one place
    /// there is while tenants are off
    #[arg(long, value_name = "ID")]
    tenant: Option<String>,
    /// Make the user Tenant Admin of the tenant
    #[arg(long, conflicts_with = "superadmin")]
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
    #[command(flatten)]
    format: Format,
}

#[derive(Debug, Args)]
pub(super) struct SetSuperadmin {
    /// Email address
    user: String,
    /// Whether the user shall be a superadmin
    #[arg(action = ArgAction::Set)]
    superadmin: bool,
    #[command(flatten)]
    format: Format,
}

#[derive(Debug, Args)]
pub(super) struct SetType {
    /// Email address
    user: String,
    /// What the user shall be
    #[arg(value_name = "TYPE", ignore_case = true)]
    kind: Kind,
    #[command(flatten)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "SCREAMING_SNAKE_CASE")]
enum Kind {
    Standard,
    SuperAdmin,
}

#[derive(Debug, Args)]
pub(super) struct EmailReplaceUsername {
    /// The address the user has; without it nothing is done, since all names are addresses already
    #[arg(requires = "email")]
    user: Option<String>,
    /// The address the user shall have
    email: Option<String>,
    #[command(flatten)]
    format: Format,
}

#[derive(Debug, Args)]
pub(super) struct Refresh {
    #[command(flatten)]
    format: Format,
}

#[derive(Debug, Args)]
pub(super) struct Tokens {
    /// Email address
    user: String,
    #[command(flatten)]
    format: Format,
}

#[derive(Debug, Args)]
pub(super) struct CreateToken {
    /// Email address
    user: String,
    #[command(flatten)]
    new: tokens::New,
    #[command(flatten)]
    format: Format,
}

#[derive(Debug, Args)]
pub(super) struct DeleteToken {
    /// Email address
    user: String,
    /// Id of the token
    token: String,
    #[command(flatten)]
    format: Format,
}

impl Users {
    pub(super) async fn run(self, common: &Common) -> Result<(), Failure> {
        let cx = common.open().await?;
        match self {
            Self::List(list) => list.run(&cx).await,
            Self::Create(create) => create.run(&cx).await,
            Self::CreateBasicAuth(command) => command.run(&cx).await,
            Self::SetSuperadmin(set) => set_superadmin(&cx, &set.user, set.superadmin, set.format).await,
            Self::SetType(set) => set_superadmin(&cx, &set.user, set.kind == Kind::SuperAdmin, set.format).await,
            Self::EmailReplaceUsername(command) => command.run(&cx).await,
            Self::Refresh(Refresh { format }) => {
                let count = user::refresh(&cx).await?;
                done(format, &format!("Refreshed {count} users and service accounts."), &json!({ "refreshed": count }))
            }
            Self::Tokens(command) => {
                let user = user::by_email(&cx, &command.user).await?;
                tokens::list(command.format, user::tokens(&cx, &user.id).await?, cx.now())
            }
            Self::CreateToken(create) => {
                let user = user::by_email(&cx, &create.user).await?;
                let made = user::create_token(&cx, &user.id, create.new.into()).await?;
                tokens::created(create.format, &user.name, made)
            }
            Self::DeleteToken(delete) => {
                let user = user::by_email(&cx, &delete.user).await?;
                user::delete_token(&cx, &user.id, &TokenId::new(&delete.token)).await?;
                tokens::deleted(delete.format, &user.name, &delete.token)
            }
            Self::SyncAccess(command) => command.run(&cx).await,
        }
    }
}

const HEAD: [&str; 5] = ["ID", "Email", "Name", "Superadmin", "Tenants"];
const HEAD_IN: [&str; 5] = ["ID", "Email", "Name", "Superadmin", "Groups"];

impl List {
    async fn run(self, cx: &Context) -> Result<(), Failure> {
        let mut list = self.paging.list();
        if let Some(tenant) = self.within.find()? {
            list.also("type", Some(PrincipalKind::User.as_str()));
            let page = tenant_access::page(cx, &tenant, &list).await?;
            return show_page(self.format, &HEAD_IN, page, |one| row(one, groups_of(one)), AccessOut::from);
        }
        let page = user::page(cx, &list).await?;
        show_page(self.format, &HEAD, page, |one| row(one, tenants_of(one)), UserSummaryOut::from)
    }
}

fn row(user: &User, places: String) -> Vec<String> {
    let one = &user.principal;
    let name = format!("{} {}", one.first_name, one.last_name).trim().to_owned();
    vec![one.id.to_string(), one.name.clone(), name, tick(one.superadmin), places]
}

impl Create {
    async fn run(self, cx: &Context) -> Result<(), Failure> {
        let (format, tolerant) = (self.format, self.if_not_exists);
        let email = self.user.clone().or(self.username.clone()).unwrap_or_default();
        if tolerant && user::by_email(cx, &email).await.is_ok() {
            say(&format!("User {email} exists already."));
            return Ok(());
        }
        match user::create(cx, self.read(cx, email).await?).await.map_err(Failure::from) {
            // Somebody else made it in the meantime.
            Err(Failure::Refused(error)) if tolerant && error.code == Code::Conflict => Ok(()),
            Err(failure) => Err(failure),
            Ok(made) => done(format, &format!("Created user {}.", made.principal.name), &UserOut::from(made)),
        }
    }

    /// The user that was asked for; groups and a Tenant Admin need a tenant to be in.
    async fn read(self, cx: &Context, email: String) -> Result<NewUser, Failure> {
        let placed = self.tenant.is_some() || self.admin || !self.groups.is_empty();
        let place = Place { tenant: self.tenant };
        let tenant = if placed { Some(place.find(cx)?) } else { None };
        let groups = match &tenant {
            Some(tenant) => Some(groups(cx, tenant, &self.groups).await?),
            None => None,
        };
        let password = match self.password.or(self.password_option) {
            Some(password) => Some(password),
            None => ask(self.password_stdin)?,
        };
        let superadmin = Some(self.superadmin);
        Ok(NewUser { email, password, superadmin, groups, tenant, admin: self.admin, ..NewUser::default() })
    }
}

impl CreateBasicAuth {
    async fn run(self, cx: &Context) -> Result<(), Failure> {
        let user = user::by_email(cx, &self.user).await?;
        let password = match self.password {
            Some(password) => password,
            None => ask(self.password_stdin)?
                .ok_or_else(|| Failure::Other("a password is needed: use --password-stdin.".into()))?,
        };
        user::set_password(cx, &user.id, &password).await?;
        let user = user::get(cx, &user.id).await?;
        done(self.format, &format!("{} has a new password.", user.principal.name), &UserOut::from(user))
    }
}

async fn set_superadmin(cx: &Context, email: &str, superadmin: bool, format: Format) -> Result<(), Failure> {
    let user = user::by_email(cx, email).await?;
    user::set_superadmin(cx, &user.id, PrincipalKind::User, superadmin).await?;
    let said = format!("{} is {} superadmin.", user.name, if superadmin { "a" } else { "no" });
    done(format, &said, &UserOut::from(user::get(cx, &user.id).await?))
}

impl EmailReplaceUsername {
    async fn run(self, cx: &Context) -> Result<(), Failure> {
        let Some(user) = self.user else {
            return done(self.format, "Nothing is to be done: users are named by their addresses.", &json!({}));
        };
        let user = user::by_email(cx, &user).await?;
        let profile = Profile { email: self.email, ..Profile::default() };
        let renamed = user::rename(cx, &user.id, profile).await?;
        let said = format!("{} is {} now.", user.name, renamed.principal.name);
        done(self.format, &said, &UserOut::from(renamed))
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
