//! `kestra service-accounts …`

use super::{
    Common, Failure,
    args::{Format, Paging, Place, Within, groups},
    output::{done, groups_of, show_page, tenants_of, tick},
    tokens,
};
use crate::rest::{AccessOut, AccountOut};
use clap::{Args, Subcommand};
use model::TokenId;
use serde_json::json;
use service::{
    Context,
    service_account::{self, NewAccount},
    user::User,
};

#[derive(Debug, Subcommand)]
pub(super) enum ServiceAccounts {
    /// List service accounts
    List(List),
    /// Create a service account
    Create(Create),
    /// Delete a service account with its access and tokens
    Delete(One),
    /// List a service account's API tokens
    Tokens(One),
    /// Create an API token; its secret is written once
    CreateToken(CreateToken),
    /// Delete an API token
    DeleteToken(DeleteToken),
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
pub(super) struct One {
    /// Name or id of the service account
    account: String,
    #[command(flatten)]
    format: Format,
}

#[derive(Debug, Args)]
pub(super) struct Create {
    /// Name of the new service account
    name: String,
    /// What it is for
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// Let it administer the whole instance
    #[arg(long, visible_alias = "instance-owner")]
    superadmin: bool,
    /// Groups of the tenant it shall be in, by name or id; several with commas between them
    #[arg(long, value_name = "GROUP", value_delimiter = ',')]
    groups: Vec<String>,
    /// Tenant it may enter. Without it the default tenant, or the one place there is while tenants are off; a superadmin
    /// needs none
    #[arg(long, value_name = "ID")]
    tenant: Option<String>,
    #[command(flatten)]
    format: Format,
}

#[derive(Debug, Args)]
pub(super) struct CreateToken {
    /// Name or id of the service account
    account: String,
    #[command(flatten)]
    new: tokens::New,
    #[command(flatten)]
    format: Format,
}

#[derive(Debug, Args)]
pub(super) struct DeleteToken {
    /// Name or id of the service account
    account: String,
    /// Id of the token
    token: String,
    #[command(flatten)]
    format: Format,
}

impl ServiceAccounts {
    pub(super) async fn run(self, common: &Common) -> Result<(), Failure> {
        let cx = common.open().await?;
        match self {
            Self::List(list) => list.run(&cx).await,
            Self::Create(create) => create.run(&cx).await,
            Self::Delete(one) => {
                let account = service_account::lookup(&cx, &one.account).await?;
                service_account::delete(&cx, &account.id).await?;
                let said = format!("Deleted service account {}.", account.name);
                done(one.format, &said, &json!({ "id": account.id, "name": account.name }))
            }
            Self::Tokens(one) => {
                let account = service_account::lookup(&cx, &one.account).await?;
                tokens::list(one.format, service_account::tokens(&cx, &account.id).await?, cx.now())
            }
            Self::CreateToken(create) => {
                let account = service_account::lookup(&cx, &create.account).await?;
                let made = service_account::create_token(&cx, &account.id, create.new.into()).await?;
                tokens::created(create.format, &account.name, made)
            }
            Self::DeleteToken(delete) => {
                let account = service_account::lookup(&cx, &delete.account).await?;
                service_account::delete_token(&cx, &account.id, &TokenId::new(&delete.token)).await?;
                tokens::deleted(delete.format, &account.name, &delete.token)
            }
        }
    }
}

impl List {
    async fn run(self, cx: &Context) -> Result<(), Failure> {
        let list = self.paging.list();
        if let Some(tenant) = self.within.find()? {
            let page = service_account::page_in(cx, &tenant, &list).await?;
            return show_page(self.format, &HEAD_IN, page, |one| row(one, groups_of(one)), AccessOut::from);
        }
        let page = service_account::page(cx, &list).await?;
        show_page(self.format, &HEAD, page, |one| row(one, tenants_of(one)), AccountOut::from)
    }
}

const HEAD: [&str; 5] = ["ID", "Name", "Description", "Superadmin", "Tenants"];
const HEAD_IN: [&str; 5] = ["ID", "Name", "Description", "Superadmin", "Groups"];

fn row(account: &User, places: String) -> Vec<String> {
    let one = &account.principal;
    vec![one.id.to_string(), one.name.clone(), one.description.clone(), tick(one.superadmin), places]
}

impl Create {
    async fn run(self, cx: &Context) -> Result<(), Failure> {
        let new = NewAccount {
            name: self.name,
            description: self.description,
            superadmin: Some(self.superadmin),
            ..NewAccount::default()
        };
        let made = if self.superadmin && self.groups.is_empty() && self.tenant.is_none() {
            service_account::create(cx, new).await?
        } else {
            let tenant = Place { tenant: self.tenant }.find(cx)?;
            let groups = Some(groups(cx, &tenant, &self.groups).await?);
            service_account::create_in(cx, &tenant, NewAccount { groups, ..new }).await?
        };
        let said = format!("Created service account {} ({}).", made.principal.name, made.principal.id);
        done(self.format, &said, &AccountOut::from(made))
    }
}
