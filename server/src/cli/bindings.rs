//! `kestra bindings …`

use super::{
    Common, Failure,
    args::{Format, Paging, Place},
    output::{done, show_page},
};
use crate::rest::BindingOut;
use clap::{ArgGroup, Args, Subcommand};
use model::{Binding, BindingId, PrincipalKind};
use service::{
    Context, TenantRef,
    binding::{self, NewById},
    group, role, service_account, user,
};

#[derive(Debug, Subcommand)]
pub(super) enum Bindings {
    /// List who holds which role
    List(List),
    /// Give a user, a service account or a group a role, and with it access to the tenant
    Create(Create),
    /// Take a role away again
    Delete(Delete),
}

#[derive(Debug, Args)]
pub(super) struct List {
    #[command(flatten)]
    holder: Holder,
    /// Only this role, by name or id
    #[arg(long)]
    role: Option<String>,
    /// Only those limited to this namespace
    #[arg(long)]
    namespace: Option<String>,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    paging: Paging,
    #[command(flatten)]
    format: Format,
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("holder").required(true).args(["user", "service_account", "group"]))]
pub(super) struct Create {
    #[command(flatten)]
    holder: Holder,
    /// The role, by name or id
    #[arg(long)]
    role: String,
    /// Only in this namespace and below it; without it in the whole tenant
    #[arg(long)]
    namespace: Option<String>,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    format: Format,
}

#[derive(Debug, Args)]
pub(super) struct Delete {
    /// Id of the binding
    id: String,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    format: Format,
}

/// Who holds a role.
#[derive(Debug, Args)]
struct Holder {
    /// A user, by email address
    #[arg(long, value_name = "EMAIL", conflicts_with_all = ["service_account", "group"])]
    user: Option<String>,
    /// A service account, by name or id
    #[arg(long, value_name = "NAME", conflicts_with = "group")]
    service_account: Option<String>,
    /// A group, by name or id
    #[arg(long, value_name = "NAME")]
    group: Option<String>,
}

impl Holder {
    /// Its id, if one was named, and whether it is a group.
    async fn find(&self, cx: &Context, tenant: &TenantRef) -> Result<Option<(String, bool)>, Failure> {
        Ok(match self {
            Self { user: Some(email), .. } => Some((user::by_email(cx, email).await?.id.to_string(), false)),
            Self { service_account: Some(name), .. } => {
                Some((service_account::lookup(cx, name).await?.id.to_string(), false))
            }
            Self { group: Some(name), .. } => Some((group::lookup(cx, tenant, name).await?.id.to_string(), true)),
            _ => None,
        })
    }
}

impl Bindings {
    pub(super) async fn run(self, common: &Common) -> Result<(), Failure> {
        let cx = common.open().await?;
        match self {
            Self::List(list) => list.run(&cx).await,
            Self::Create(create) => create.run(&cx).await,
            Self::Delete(delete) => {
                let gone = binding::revoke(&cx, &delete.place.find(&cx)?, &BindingId::new(delete.id)).await?;
                done(delete.format, &format!("{} no longer.", sentence(&gone)), &BindingOut::from(gone))
            }
        }
    }
}

impl List {
    async fn run(self, cx: &Context) -> Result<(), Failure> {
        let tenant = self.place.find(cx)?;
        let mut list = self.paging.list();
        if let Some((id, _)) = self.holder.find(cx, &tenant).await? {
            list.also("id", Some(&id));
        }
        if let Some(role) = &self.role {
            list.also("roleId", Some(role::lookup(cx, &tenant, role).await?.id.as_str()));
        }
        list.also("namespace", self.namespace.as_deref());
        let page = binding::page(cx, &tenant, &list).await?;
        show_page(self.format, &["ID", "Type", "Holder", "Role", "Namespace"], page, row, BindingOut::from)
    }
}

impl Create {
    async fn run(self, cx: &Context) -> Result<(), Failure> {
        let tenant = self.place.find(cx)?;
        let nobody = || Failure::Other("name who shall hold the role.".into());
        let (holder, group) = self.holder.find(cx, &tenant).await?.ok_or_else(nobody)?;
        let role = role::lookup(cx, &tenant, &self.role).await?.id.to_string();
        let new = NewById { group, holder, role, namespace: self.namespace };
        for made in binding::create(cx, &tenant, vec![new]).await? {
            done(self.format, &format!("{} now ({}).", sentence(&made), made.id), &BindingOut::from(made))?;
        }
        Ok(())
    }
}

fn kind(binding: &Binding) -> &'static str {
    match binding.holder.kind {
        None => "group",
        Some(PrincipalKind::User) => "user",
        Some(PrincipalKind::ServiceAccount) => "service account",
    }
}

fn row(one: &Binding) -> Vec<String> {
    let namespace = one.namespace.as_ref().map(ToString::to_string).unwrap_or_default();
    vec![one.id.to_string(), kind(one).into(), one.holder.name.clone(), one.role.name.clone(), namespace]
}

fn sentence(one: &Binding) -> String {
    let place = one.namespace.as_ref().map_or_else(String::new, |namespace| format!(" in {namespace}"));
    format!("{} {} holds {}{place}", upper(kind(one)), one.holder.name, one.role.name)
}

fn upper(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
