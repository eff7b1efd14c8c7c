//! `/{tenant}/groups` and `/{tenant}/users/{id}/groups` (contract 3.4).

use super::{
    caller::Api,
    error::Failure,
    json::{Body, Done},
    query::{Asked, Listing},
    words::{Autocomplete, GroupOut, Ids, InGroupOut},
};
use axum::{Json, response::NoContent};
use model::{Code, GroupId, List, Page};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use service::group::{self, Member, NewGroup};

/// A group as clients send it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GroupIn {
    name: Option<String>,
    description: Option<String>,
    members_id: Option<Vec<String>>,
}

impl From<GroupIn> for NewGroup {
    fn from(sent: GroupIn) -> Self {
        Self {
            name: sent.name.unwrap_or_default(),
            description: sent.description,
            members: sent.members_id.unwrap_or_default(),
        }
    }
}

/// A member of a group.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MemberOut {
    id: String,
    username: String,
    display_name: String,
    groups: Vec<InGroupOut>,
}

impl From<Member> for MemberOut {
    fn from(member: Member) -> Self {
        Self {
            id: member.principal.id.to_string(),
            display_name: member.principal.display_name(),
            username: member.principal.name,
            groups: member.groups.into_iter().map(InGroupOut::from).collect(),
        }
    }
}

/// How somebody shall belong to a group.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct MembershipIn {
    membership: Membership,
}

/// OWNER or MEMBER.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Membership {
    Owner,
    Member,
}

/// The groups a user shall be in.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GroupIds {
    group_ids: Option<Vec<String>>,
}

fn id(api: &Api) -> GroupId {
    GroupId::new(api.id())
}

/// `GET /{tenant}/groups/search`
pub async fn search(api: Api, Listing(list): Listing) -> Result<Json<Page<GroupOut>>, Failure> {
    Ok(Json(group::page(&api.cx, &api.tenant()?, &list).await?.map(GroupOut::from)))
}

/// `POST /{tenant}/groups`
pub async fn create(api: Api, Body(new): Body<GroupIn>) -> Result<Json<GroupOut>, Failure> {
    Ok(Json(group::create(&api.cx, &api.tenant()?, new.into()).await?.into()))
}

/// `GET /{tenant}/groups/{id}`
pub async fn get(api: Api) -> Result<Json<GroupOut>, Failure> {
    Ok(Json(group::get(&api.cx, &api.tenant()?, &id(&api)).await?.into()))
}

/// `PUT /{tenant}/groups/{id}`
pub async fn update(api: Api, Body(new): Body<GroupIn>) -> Result<Json<GroupOut>, Failure> {
    Ok(Json(group::update(&api.cx, &api.tenant()?, &id(&api), new.into()).await?.into()))
}

/// `DELETE /{tenant}/groups/{id}`
pub async fn delete(api: Api) -> Result<Done, Failure> {
    group::delete(&api.cx, &api.tenant()?, &id(&api)).await?;
    Ok(Done)
}

/// `POST /{tenant}/groups/autocomplete`
pub async fn autocomplete(api: Api, Body(typed): Body<Autocomplete>) -> Result<Json<Vec<GroupOut>>, Failure> {
    const OFFERED: i64 = 25;
    let tenant = api.tenant()?;
    let mut found = Vec::new();
    if typed.existing_only != Some(true) || typed.ids.as_ref().is_none_or(Vec::is_empty) {
        let list = List { q: typed.q.unwrap_or_default(), size: OFFERED, ..List::default() };
        found = group::page(&api.cx, &tenant, &list).await?.results;
    }
    let known = group::by_ids(&api.cx, &tenant, &typed.ids.unwrap_or_default()).await?;
    let more: Vec<_> = known.into_iter().filter(|one| !found.iter().any(|other| other.id == one.id)).collect();
    Ok(Json(found.into_iter().chain(more).map(GroupOut::from).collect()))
}

/// `POST /{tenant}/groups/ids`
pub async fn by_ids(api: Api, Body(ids): Body<Ids>) -> Result<Json<Vec<GroupOut>>, Failure> {
    let found = group::by_ids(&api.cx, &api.tenant()?, &ids.ids.unwrap_or_default()).await?;
    Ok(Json(found.into_iter().map(GroupOut::from).collect()))
}

/// `GET /{tenant}/groups/{id}/members`
pub async fn members(api: Api, Listing(list): Listing) -> Result<Json<Page<MemberOut>>, Failure> {
    Ok(Json(group::members(&api.cx, &api.tenant()?, &id(&api), &list).await?.map(MemberOut::from)))
}

/// `PUT /{tenant}/groups/{id}/members/{user}`
pub async fn add(api: Api) -> Result<Json<MemberOut>, Failure> {
    Ok(Json(group::add(&api.cx, &api.tenant()?, &id(&api), api.param("user")).await?.into()))
}

/// `DELETE /{tenant}/groups/{id}/members/{user}`
pub async fn remove(api: Api) -> Result<Json<MemberOut>, Failure> {
    Ok(Json(group::remove(&api.cx, &api.tenant()?, &id(&api), api.param("user")).await?.0.into()))
}

/// `PUT /{tenant}/groups/{id}/members/membership/{user}`
pub async fn set_membership(api: Api, Asked(how): Asked<MembershipIn>) -> Result<Json<MemberOut>, Failure> {
    let owner = how.membership == Membership::Owner;
    Ok(Json(group::set_owner(&api.cx, &api.tenant()?, &id(&api), api.param("user"), owner).await?.into()))
}

/// `PUT /{tenant}/users/{id}/groups`
pub async fn set_of_user(api: Api, Body(groups): Body<GroupIds>) -> Result<NoContent, Failure> {
    let missing = || Failure::new(Code::BadRequest, "Bad Request: groupIds is missing.");
    group::set_of_user(&api.cx, &api.tenant()?, api.id(), &groups.group_ids.ok_or_else(missing)?).await?;
    Ok(NoContent)
}
