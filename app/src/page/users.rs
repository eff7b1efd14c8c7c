//! Users of the instance: the list, a user, and the pages that create and delete users.

mod create;
mod delete;
mod detail;
mod list;
mod places;
mod profile;
mod rights;

pub(crate) use create::CreateUserPage;
pub(crate) use delete::{DeleteUserPage, DeleteUsersPage};
pub(crate) use detail::UserDetailPage;
pub(crate) use list::UsersPage;
// What the pages of service accounts and of one's own account have too.
pub(crate) use {
    create::{SUPERADMIN, tenant_boxes},
    delete::lost,
    places::{AddForm, Places},
    profile::compared,
    rights::superadmin,
};

use crate::{
    api::user::UserMarks,
    ui::{Badge, quote},
};
use leptos::prelude::*;

/// Address of the list.
const PATH: &str = "/administration/users";

/// Address of a user's page.
fn href(id: &str) -> String {
    format!("{PATH}/{}", quote(id))
}

fn badges(marks: UserMarks) -> AnyView {
    view! {
        {marks.superadmin.then(|| view! { <Badge text="Superadmin" /> " " })}
        {marks.locked.then(|| view! { <Badge text="Locked" kind="danger" /> " " })}
        {marks.restricted.then(|| view! { <Badge text="Profile locked" kind="warning" /> " " })}
        {(!marks.password).then(|| view! { <Badge text="No password" /> })}
    }
    .into_any()
}
