//! `kestra groups …`

use super::{
    Common, Failure,
    args::{Format, Paging, Place},
    output::{done, show, show_page},
};
use crate::rest::{GroupOut, MemberOut};
use clap::{ArgAction, Args, Subcommand};
use model::{Group, GroupId};
use service::{
    Context, TenantRef,
    group::{self, Member, NewGroup},
};

#[derive(Debug, Subcommand)]
pub(super) enum Groups {
    /// List groups
    List(List),
    /// Show a group
    Get(One),
    /// Create a group
    Create(Create),
    /// Change a group's name or description
    Update(Update),
    /// Delete a group with its memberships and bindings; its members stay in the tenant
    Delete(One),
    /// List a group's members
    Members(Members),
    /// Put a user or service account into a group, and let it into the tenant
    AddMember(Membership),
    /// Take a user or service account out of a group
    RemoveMember(Membership),
    /// Make a member an owner of the group (true), who adds and removes members, or no longer one (false)
    SetOwner(SetOwner),
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
    /// Name or id of the group
    group: String,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    format: Format,
}

#[derive(Debug, Args)]
pub(super) struct Create {
    /// Name of the new group
    name: String,
    /// What it is for
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// Its first members: email addresses of users, or ids of users and service accounts, with commas between them
    #[arg(long, value_name = "USER", value_delimiter = ',')]
    members: Vec<String>,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    format: Format,
}

#[derive(Debug, Args)]
pub(super) struct Update {
    /// Name or id of the group
    group: String,
    /// Its new name
    #[arg(long)]
    name: Option<String>,
    /// What it is for; an empty text removes what it says
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    format: Format,
}

#[derive(Debug, Args)]
pub(super) struct Members {
    /// Name or id of the group
    group: String,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    paging: Paging,
    #[command(flatten)]
    format: Format,
}

#[derive(Debug, Args)]
pub(super) struct Membership {
    /// Name or id of the group
    group: String,
    /// Email address of a user, or id of a user or service account
    user: String,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    format: Format,
}

#[derive(Debug, Args)]
pub(super) struct SetOwner {
    #[command(flatten)]
    membership: Membership,
    /// Whether it shall be an owner
    #[arg(action = ArgAction::Set)]
    owner: bool,
}

impl Groups {
    pub(super) async fn run(self, common: &Common) -> Result<(), Failure> {
        let cx = common.open().await?;
        match self {
            Self::List(list) => {
                let page = group::page(&cx, &list.place.find(&cx)?, &list.paging.list()).await?;
                show_page(list.format, &["ID", "Name", "Description"], page, row, GroupOut::from)
            }
            Self::Get(one) => {
                let group = one.find(&cx).await?.1;
                show_group(one.format, group)
            }
            Self::Create(create) => create.run(&cx).await,
            Self::Update(update) => update.run(&cx).await,
            Self::Delete(one) => {
                let (tenant, group) = one.find(&cx).await?;
                group::delete(&cx, &tenant, &group.id).await?;
                done(one.format, &format!("Deleted group {}.", group.name), &GroupOut::from(group))
            }
            Self::Members(members) => members.run(&cx).await,
            Self::AddMember(one) => {
                let (tenant, group) = one.find(&cx).await?;
                let member = group::add(&cx, &tenant, &group.id, &one.user).await?;
                one.done(&format!("{} is in {} now.", member.principal.name, group.name), member)
            }
            Self::RemoveMember(one) => {
                let (tenant, group) = one.find(&cx).await?;
                let (member, _) = group::remove(&cx, &tenant, &group.id, &one.user).await?;
                one.done(&format!("{} is no longer in {}.", member.principal.name, group.name), member)
            }
            Self::SetOwner(SetOwner { membership: one, owner }) => {
                let (tenant, group) = one.find(&cx).await?;
                let member = group::set_owner(&cx, &tenant, &group.id, &one.user, owner).await?;
                let now = if owner { "an owner" } else { "a member" };
                one.done(&format!("{} is {now} of {} now.", member.principal.name, group.name), member)
            }
        }
    }
}

impl One {
    async fn find(&self, cx: &Context) -> Result<(TenantRef, Group), Failure> {
        find(cx, &self.place, &self.group).await
    }
}

impl Membership {
    async fn find(&self, cx: &Context) -> Result<(TenantRef, Group), Failure> {
        find(cx, &self.place, &self.group).await
    }

    fn done(&self, said: &str, member: Member) -> Result<(), Failure> {
        done(self.format, said, &MemberOut::from(member))
    }
}

async fn find(cx: &Context, place: &Place, group: &str) -> Result<(TenantRef, Group), Failure> {
    let tenant = place.find(cx)?;
    let group = group::lookup(cx, &tenant, group).await?;
    Ok((tenant, group))
}

impl Create {
    async fn run(self, cx: &Context) -> Result<(), Failure> {
        let new = NewGroup { name: self.name, description: self.description, members: self.members };
        let group = group::create(cx, &self.place.find(cx)?, new).await?;
        done(self.format, &format!("Created group {} ({}).", group.name, group.id), &GroupOut::from(group))
    }
}

impl Update {
    async fn run(self, cx: &Context) -> Result<(), Failure> {
        let (tenant, before) = find(cx, &self.place, &self.group).await?;
        let new = NewGroup {
            name: self.name.unwrap_or(before.name),
            description: self.description.or(before.description),
            ..NewGroup::default()
        };
        show_group(self.format, group::update(cx, &tenant, &before.id, new).await?)
    }
}

impl Members {
    async fn run(self, cx: &Context) -> Result<(), Failure> {
        let (tenant, group) = find(cx, &self.place, &self.group).await?;
        let page = group::members(cx, &tenant, &group.id, &self.paging.list()).await?;
        let head = ["ID", "User", "Name", "Membership"];
        let row = |one: &Member| {
            let (id, name) = (one.principal.id.to_string(), one.principal.name.clone());
            vec![id, name, one.principal.display_name(), membership(one, &group.id).into()]
        };
        show_page(self.format, &head, page, row, MemberOut::from)
    }
}

fn membership(member: &Member, group: &GroupId) -> &'static str {
    let owner = member.groups.iter().any(|one| one.group == *group && one.owner);
    if owner { "OWNER" } else { "MEMBER" }
}

fn row(group: &Group) -> Vec<String> {
    vec![group.id.to_string(), group.name.clone(), group.description.clone().unwrap_or_default()]
}

fn show_group(format: Format, group: Group) -> Result<(), Failure> {
    show(format.output, &["ID", "Name", "Description"], vec![row(&group)], &GroupOut::from(group))
}
