//! `kestra tenants …`

use super::{
    Common, Failure, Format,
    output::{Output, done, say, show, show_page},
};
use crate::rest::TenantOut;
use clap::{Args, Subcommand};
use model::{Direction, Filter, NewTenant, Position, Tenant, TenantChange, TenantQuery, TenantSort, TenantSummary};
use std::io::{BufRead, IsTerminal, Write};

#[derive(Debug, Subcommand)]
pub(super) enum Tenants {
    /// Creates a tenant and assigns admin roles to an existing admin user
    Create(Create),
    /// List tenants
    List(List),
    /// Show a tenant
    Get(Get),
    /// Change a tenant's name
    Update(Update),
    /// Delete a tenant with its roles, groups, bindings and access
    Delete(Delete),
}

#[derive(Debug, Args)]
pub(super) struct Create {
    /// Id of the new tenant
    #[arg(long, value_name = "ID", required_unless_present = "tenant_id", conflicts_with = "tenant_id")]
    tenant: Option<String>,
    /// Name of the new tenant
    #[arg(long, required_unless_present = "tenant_name", conflicts_with = "tenant_name")]
    name: Option<String>,
    /// Existing user who becomes its Tenant Admin
    #[arg(long, value_name = "EMAIL")]
    admin_username: Option<String>,
    /// The id, as some guides write it
    #[arg(hide = true)]
    tenant_id: Option<String>,
    /// The name, as some guides write it
    #[arg(hide = true)]
    tenant_name: Option<String>,
    #[command(flatten)]
    format: Format,
}

#[derive(Debug, Args)]
pub(super) struct List {
    /// Text in id or name
    #[arg(short, long, default_value = "", hide_default_value = true)]
    query: String,
    /// Field to sort by: id, name, created or users; with `-` in front for the other direction
    #[arg(short, long, default_value = "id", allow_hyphen_values = true)]
    sort: String,
    /// Page, from 1
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(i64).range(1..))]
    page: i64,
    /// Tenants on a page
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..=10_000))]
    size: i64,
    #[command(flatten)]
    format: Format,
}

#[derive(Debug, Args)]
pub(super) struct Get {
    /// Id of the tenant
    tenant: String,
    #[command(flatten)]
    format: Format,
}

#[derive(Debug, Args)]
pub(super) struct Update {
    /// Id of the tenant
    tenant: String,
    /// Its new name
    #[arg(long)]
    name: String,
    #[command(flatten)]
    format: Format,
}

#[derive(Debug, Args)]
pub(super) struct Delete {
    /// Id of the tenant
    tenant: String,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
    #[command(flatten)]
    format: Format,
}

impl Tenants {
    pub(super) async fn run(self, common: &Common) -> Result<(), Failure> {
        let cx = common.open().await?;
        match self {
            Self::Create(create) => {
                let id = create.tenant.or(create.tenant_id).unwrap_or_default();
                let name = create.name.or(create.tenant_name).unwrap_or_default();
                let new = NewTenant { id, name, ..NewTenant::default() };
                let made = service::tenant::create(&cx, new, create.admin_username.as_deref()).await?;
                if create.format.output == Output::Table {
                    let id = made.id.as_ref().map(ToString::to_string).unwrap_or_default();
                    let admin = create.admin_username.map(|user| format!(" {user} is its Tenant Admin."));
                    say(&format!("Created tenant {id} with {} roles.{}", made.roles, admin.unwrap_or_default()));
                    return Ok(());
                }
                print(create.format, made)
            }
            Self::List(list) => {
                let (direction, key) = match list.sort.strip_prefix('-') {
                    Some(key) => (Direction::Desc, key),
                    None => (Direction::Asc, list.sort.as_str()),
                };
                let sort = TenantSort::from_key(key)
                    .ok_or_else(|| Failure::Other(format!("--sort: {key} is not id, name, created or users.")))?;
                let position = Position::Offset((list.page - 1).saturating_mul(list.size));
                let query = TenantQuery { q: list.query, sort, direction, position, size: list.size };
                let page = service::tenant::search(&cx, query, &Filter::default()).await?;
                let head = ["ID", "Name", "Users", "Roles", "Created", "By"];
                show_page(list.format, &head, page, row, TenantOut::from)
            }
            Self::Get(get) => print(get.format, service::tenant::get(&cx, &get.tenant).await?),
            Self::Update(update) => {
                let before = service::tenant::get(&cx, &update.tenant).await?;
                let change =
                    TenantChange { name: update.name, settings: before.settings, version: Some(before.version) };
                print(update.format, service::tenant::update(&cx, &update.tenant, change).await?)
            }
            Self::Delete(delete) => {
                let (tenant, gone) = service::tenant::consequences(&cx, &delete.tenant).await?;
                let typed = if delete.yes { None } else { Some(ask(&delete.tenant, &tenant, &gone)?) };
                service::tenant::delete(&cx, &delete.tenant, typed.as_deref()).await?;
                let said = format!("Deleted tenant {}.", delete.tenant);
                done(delete.format, &said, &TenantOut::from(tenant))
            }
        }
    }
}

fn row(one: &TenantSummary) -> Vec<String> {
    vec![
        one.id.to_string(),
        one.name.clone(),
        one.users.to_string(),
        one.roles.to_string(),
        one.created_at.iso(),
        one.created_by.clone(),
    ]
}

/// Says what goes and asks for the id.
fn ask(id: &str, tenant: &Tenant, gone: &model::Consequences) -> Result<String, Failure> {
    if !std::io::stdin().is_terminal() {
        return Err(Failure::Other("this deletes for good: repeat with --yes where nobody can be asked.".into()));
    }
    let mut terminal = std::io::stderr();
    let _ = write!(
        terminal,
        "Deleting {id} ({}) also deletes: {}.\n\
         {} users and service accounts lose access to it. {} executions stay stored, but can't be opened any more.\n\
         To keep a copy of its roles, groups and access, run `kestra access export` first.\n\
         This can't be undone. Type {id} to confirm: ",
        tenant.name,
        gone.deleted().map(|(count, what)| format!("{count} {what}{}", if count == 1 { "" } else { "s" })).join(", "),
        gone.users,
        gone.executions
    );
    let mut typed = String::new();
    let read = std::io::stdin().lock().read_line(&mut typed);
    read.map_err(|error| Failure::Other(format!("the answer cannot be read: {error}")))?;
    Ok(typed.trim().to_owned())
}

fn print(format: Format, tenant: Tenant) -> Result<(), Failure> {
    let rows = vec![vec![
        tenant.id.as_ref().map(ToString::to_string).unwrap_or_default(),
        tenant.name.clone(),
        tenant.created_at.iso(),
        tenant.created_by.clone(),
    ]];
    show(format.output, &["ID", "Name", "Created", "By"], rows, &TenantOut::from(tenant))
}
