//! `kestra roles …`

use super::{
    Common, Failure,
    args::{Format, Paging, Place},
    output::{Output, done, say, show, show_page, tick},
};
use crate::{
    rest::{RoleOut, RoleSummaryOut},
    yaml,
};
use clap::{Args, Subcommand};
use model::{Action, Page, Permission, Permissions, Resource, Role};
use service::{
    Context, TenantRef,
    role::{self, NewRole},
};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(super) enum Roles {
    /// List roles
    List(List),
    /// Show a role and what it allows
    Get(One),
    /// Create a role
    Create(Create),
    /// Change a role for everybody who holds it
    Update(Update),
    /// Delete a role and take it from everybody
    Delete(One),
    /// Show side by side what the tenant's roles allow
    Matrix(List),
}

#[derive(Debug, Args)]
pub(super) struct List {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    paging: Paging,
    #[command(flatten)]
    format: Format,
}

#[derive(Debug, Args)]
pub(super) struct One {
    /// Name or id of the role
    role: String,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    format: Format,
}

#[derive(Debug, Args)]
pub(super) struct Create {
    /// Name of the new role
    name: String,
    #[command(flatten)]
    what: What,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    format: Format,
}

#[derive(Debug, Args)]
pub(super) struct Update {
    /// Name or id of the role
    role: String,
    /// Its new name
    #[arg(long)]
    name: Option<String>,
    #[command(flatten)]
    what: What,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    format: Format,
}

/// What a role is to be; what is missing stays as it is.
#[derive(Debug, Args)]
struct What {
    /// What it is for
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// What it allows, such as FLOW:VIEW,LIST; once for each resource. What is not named is not allowed
    #[arg(long, value_name = "RESOURCE:ACTION,…", value_parser = permission)]
    permission: Vec<(String, Vec<String>)>,
    /// A YAML or JSON file that says what it allows, such as {"FLOW": ["VIEW", "LIST"]}
    #[arg(long, value_name = "FILE", conflicts_with = "permission")]
    permissions_file: Option<PathBuf>,
    /// Give it to new users of the tenant, in place of the role that is given now
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_name = "BOOL")]
    default: Option<bool>,
}

fn permission(text: &str) -> Result<(String, Vec<String>), String> {
    let words = |actions: &str| actions.split(',').map(|one| one.trim().to_uppercase()).collect();
    match text.split_once(':') {
        Some((resource, actions)) if !actions.trim().is_empty() => Ok((resource.trim().to_uppercase(), words(actions))),
        _ => Err("write a resource and its actions, such as FLOW:VIEW,LIST".into()),
    }
}

impl What {
    /// The permissions, where any were given.
    fn permissions(&self) -> Result<Option<Permissions>, Failure> {
        if let Some(file) = &self.permissions_file {
            let wrong = |why: String| Failure::Other(format!("{}: {why}", file.display()));
            let text = std::fs::read_to_string(file).map_err(|error| wrong(error.to_string()))?;
            let read =
                yaml::parse(&text).map_err(|unreadable| wrong(format!("this is not YAML{}", unreadable.place())))?;
            return Ok(Some(serde_json::from_value(read.into_json()).map_err(|error| wrong(error.to_string()))?));
        }
        let mut words: Vec<(String, Vec<String>)> = Vec::new();
        for (resource, actions) in &self.permission {
            match words.iter_mut().find(|(known, _)| known == resource) {
                Some((_, known)) => known.extend(actions.iter().cloned()),
                None => words.push((resource.clone(), actions.clone())),
            }
        }
        Ok((!words.is_empty()).then(|| Permissions::new(words)))
    }
}

impl Roles {
    pub(super) async fn run(self, common: &Common) -> Result<(), Failure> {
        let cx = common.open().await?;
        match self {
            Self::List(list) => {
                let (format, page) = list.page(&cx).await?;
                let head = ["ID", "Name", "Description", "Default", "Managed"];
                show_page(format, &head, page, row, RoleSummaryOut::from)
            }
            Self::Get(one) => {
                let role = one.find(&cx).await?.1;
                show_role(one.format, role)
            }
            Self::Create(create) => create.run(&cx).await,
            Self::Update(update) => update.run(&cx).await,
            Self::Delete(one) => {
                let (tenant, role) = one.find(&cx).await?;
                role::delete(&cx, &tenant, &role.id).await?;
                done(one.format, &format!("Deleted role {}.", role.name), &RoleOut::from(role))
            }
            Self::Matrix(list) => {
                let (format, page) = list.page(&cx).await?;
                matrix(format, page)
            }
        }
    }
}

impl List {
    async fn page(self, cx: &Context) -> Result<(Format, Page<Role>), Failure> {
        Ok((self.format, role::page(cx, &self.place.find(cx)?, &self.paging.list()).await?))
    }
}

impl One {
    async fn find(&self, cx: &Context) -> Result<(TenantRef, Role), Failure> {
        let tenant = self.place.find(cx)?;
        let role = role::lookup(cx, &tenant, &self.role).await?;
        Ok((tenant, role))
    }
}

impl Create {
    async fn run(self, cx: &Context) -> Result<(), Failure> {
        let new = NewRole {
            permissions: self.what.permissions()?.unwrap_or_default(),
            name: self.name,
            description: self.what.description,
            is_default: self.what.default.unwrap_or_default(),
        };
        let role = role::create(cx, &self.place.find(cx)?, new).await?;
        done(self.format, &format!("Created role {} ({}).", role.name, role.id), &RoleOut::from(role))
    }
}

impl Update {
    async fn run(self, cx: &Context) -> Result<(), Failure> {
        let tenant = self.place.find(cx)?;
        let before = role::lookup(cx, &tenant, &self.role).await?;
        let new = NewRole {
            permissions: self.what.permissions()?.unwrap_or(before.permissions),
            name: self.name.unwrap_or(before.name),
            description: self.what.description.or(before.description),
            is_default: self.what.default.unwrap_or(before.is_default),
        };
        show_role(self.format, role::update(cx, &tenant, &before.id, new).await?)
    }
}

fn row(role: &Role) -> Vec<String> {
    let description = role.description.clone().unwrap_or_default();
    vec![role.id.to_string(), role.name.clone(), description, tick(role.is_default), tick(role.is_managed)]
}

fn show_role(format: Format, role: Role) -> Result<(), Failure> {
    if format.output == Output::Table {
        let kind = if role.is_managed { ", managed" } else { "" };
        let default = if role.is_default { ", given to new users" } else { "" };
        say(&format!("{} ({}){kind}{default}", role.name, role.id));
        role.description.iter().for_each(|text| say(text));
    }
    let rows = role.permissions.words().iter().map(|(resource, actions)| vec![resource.clone(), actions.join(" ")]);
    show(format.output, &["Resource", "Actions"], rows.collect(), &RoleOut::from(role))
}

/// Resources down, roles across: the actions each allows.
fn matrix(format: Format, page: Page<Role>) -> Result<(), Failure> {
    let head: Vec<&str> = ["Resource"].into_iter().chain(page.results.iter().map(|role| role.name.as_str())).collect();
    let row = |resource: &Resource| {
        let cells = page.results.iter().map(|role| allowed(role, *resource));
        [resource.to_string()].into_iter().chain(cells).collect()
    };
    let rows = Resource::ALL.iter().map(row).collect();
    let out: Vec<_> = page.results.iter().cloned().map(RoleOut::from).collect();
    show(format.output, &head, rows, &out)
}

fn allowed(role: &Role, resource: Resource) -> String {
    let all = resource.actions();
    let held = all.iter().filter(|action| role.permissions.grant(Permission::new(resource, **action)));
    let held: Vec<&str> = held.map(|action| Action::as_str(*action)).collect();
    if held.len() == all.len() { "all".into() } else { held.join(" ") }
}
