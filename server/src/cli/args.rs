//! Options that several commands take.

use super::{Failure, output::Output};
use clap::Args;
use model::{Action, List, Permission, Resource};
use service::{Context, TenantRef};

/// How a command's answer is written.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct Format {
    /// A table for people, or JSON for scripts
    #[arg(short, long, value_enum, default_value_t = Output::Table)]
    pub(super) output: Output,
}

/// Which tenant a command is about.
#[derive(Debug, Clone, Args)]
pub(super) struct Place {
    /// Tenant; without it the default tenant, or the one place there is while tenants are off
    #[arg(long, value_name = "ID")]
    pub(super) tenant: Option<String>,
}

impl Place {
    /// The tenant that was named, or the one that needs no name.
    pub(super) fn find(&self, cx: &Context) -> Result<TenantRef, Failure> {
        let settings = cx.settings();
        match &self.tenant {
            Some(id) => Ok(TenantRef::parse(id)?),
            None if settings.tenants && !settings.default_tenant => {
                Err(Failure::Other("name a tenant with --tenant: the default tenant is disabled.".into()))
            }
            None => Ok(TenantRef::Default),
        }
    }
}

/// The tenant whose part of an instance-wide list is wanted.
#[derive(Debug, Args)]
pub(super) struct Within {
    /// Only those who may enter this tenant
    #[arg(long, value_name = "ID")]
    tenant: Option<String>,
}

impl Within {
    /// The tenant, if one was named.
    pub(super) fn find(&self) -> Result<Option<TenantRef>, Failure> {
        Ok(self.tenant.as_deref().map(TenantRef::parse).transpose()?)
    }
}

/// Ids of the groups that are meant by these names or ids.
pub(super) async fn groups(cx: &Context, tenant: &TenantRef, named: &[String]) -> Result<Vec<String>, Failure> {
    let mut ids = Vec::with_capacity(named.len());
    for text in named {
        ids.push(service::group::lookup(cx, tenant, text).await?.id.to_string());
    }
    Ok(ids)
}

/// Which part of a list to show.
#[derive(Debug, Args)]
pub(super) struct Paging {
    /// Text to search for
    #[arg(short, long, default_value = "", hide_default_value = true)]
    query: String,
    /// Page, from 1
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(i64).range(1..))]
    page: i64,
    /// Rows on a page
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..=10_000))]
    size: i64,
}

impl Paging {
    /// As use cases take it.
    pub(super) fn list(self) -> List {
        let offset = (self.page - 1).saturating_mul(self.size);
        List { q: self.query, offset, size: self.size, ..List::default() }
    }
}

/// Something that may be allowed or not.
#[derive(Debug, Args)]
pub(super) struct Wanted {
    /// What is to be touched: FLOW, EXECUTION, SECRET, ROLE …
    #[arg(long, value_parser = resource)]
    resource: Resource,
    /// How: VIEW, LIST, CREATE, UPDATE, DELETE, EXECUTE …
    #[arg(long, value_parser = action)]
    action: Action,
    /// In this namespace; without it in the tenant as a whole
    #[arg(long)]
    pub(super) namespace: Option<String>,
}

impl Wanted {
    /// Resource and action together.
    pub(super) fn permission(&self) -> Permission {
        Permission::new(self.resource, self.action)
    }
}

fn resource(word: &str) -> Result<Resource, String> {
    Resource::from_word(&word.to_uppercase()).ok_or_else(|| one_of(Resource::ALL))
}

fn action(word: &str) -> Result<Action, String> {
    Action::from_word(&word.to_uppercase()).ok_or_else(|| one_of(Action::ALL))
}

fn one_of(words: &[impl ToString]) -> String {
    format!("it is one of {}", words.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
}
