//! Roles to choose from: in a list where a tenant has few, by name where it has many.

use super::{
    narrow::choice,
    route::{Asked, Tenant},
};
use crate::form::{Choice, Field};
use leptos::prelude::*;
use model::{Action, List, Permission, Resource, Role, RoleId};
use service::{Error, access, role};

/// So many can still be looked through.
const FEW: usize = 200;

/// What is offered.
pub(crate) struct Offered {
    /// The first by name.
    pub(crate) roles: Vec<Role>,
    /// Whether there are others.
    many: bool,
    /// Segment of their tenant.
    tenant: String,
}

/// The tenant's roles, as far as the caller sees them.
pub(crate) async fn offered(asked: &Asked, tenant: &Tenant) -> service::Result<Offered> {
    let list = Permission::new(Resource::Role, Action::List);
    let [see] = access::allowed(&asked.cx, Some(&tenant.place), [list]).await?;
    let (mut roles, mut many) = (Vec::new(), false);
    if see {
        let size = i64::try_from(FEW).unwrap_or(i64::MAX);
        let page = role::page(&asked.cx, &tenant.place, &List { size, ..List::default() }).await?;
        (roles, many) = (page.results, page.total > size);
    }
    Ok(Offered { roles, many, tenant: tenant.segment.clone() })
}

/// Roles that allow something, those first that allow the least beside it.
pub(crate) async fn allowing(asked: &Asked, tenant: &Tenant, wanted: Permission) -> service::Result<Offered> {
    let roles = role::allowing(&asked.cx, &tenant.place, wanted, FEW).await?;
    Ok(Offered { roles, many: false, tenant: tenant.segment.clone() })
}

impl Offered {
    /// The one that a parameter names, by its id or as people call it.
    ///
    /// # Errors
    /// [`Error::NotFound`]: nobody is shown another one instead.
    pub(crate) async fn meant(&self, asked: &Asked, tenant: &Tenant, name: &str) -> service::Result<Option<Role>> {
        let text = asked.get(name).trim();
        match self.listed(text) {
            None if !text.is_empty() => role::lookup(&asked.cx, &tenant.place, text).await.map(Some),
            listed => Ok(listed.cloned()),
        }
    }

    /// The one that a list is narrowed to; who sees no roles still narrows it by an id.
    pub(crate) async fn sought(&self, asked: &Asked, tenant: &Tenant, name: &str) -> service::Result<Option<Role>> {
        if !self.many {
            return Ok(self.listed(asked.get(name).trim()).cloned());
        }
        match self.meant(asked, tenant, name).await {
            Err(Error::NotFound { .. }) => Ok(None),
            other => other,
        }
    }

    fn listed(&self, id: &str) -> Option<&Role> {
        self.roles.iter().find(|role| role.id.as_str() == id)
    }

    /// Those that are listed, and those of `ids`.
    pub(crate) async fn knowing(
        &self,
        asked: &Asked,
        tenant: &Tenant,
        ids: impl Iterator<Item = &RoleId>,
    ) -> service::Result<Vec<Role>> {
        let mut known = self.roles.clone();
        if self.many {
            let other: Vec<_> =
                ids.filter(|id| known.iter().all(|role| role.id != **id)).map(ToString::to_string).collect();
            known.extend(role::by_ids(&asked.cx, &tenant.place, &other).await?);
        }
        Ok(known)
    }

    /// Values and names; also of the chosen one, where it is not among those that are offered.
    fn options(&self, chosen: Option<&Role>) -> Vec<(String, String)> {
        let other = chosen.filter(|chosen| self.listed(chosen.id.as_str()).is_none());
        self.roles.iter().chain(other).map(|role| (role.id.to_string(), role.name.clone())).collect()
    }

    /// The field of a form that makes something; `none` is what it is called to choose none, where that can be.
    pub(crate) fn field(&self, chosen: Option<&Role>, none: Option<&'static str>) -> AnyView {
        let value = chosen.map(|role| role.id.to_string()).unwrap_or_default();
        if self.many {
            return view! {
                <Field name="role" label="Role" help="Its name or its id." value list="roles-offered" optional=none.is_some() />
                {self.suggestions()}
            }
            .into_any();
        }
        let mut options = self.options(chosen);
        if let Some(none) = none {
            options.insert(0, (String::new(), none.to_owned()));
        }
        view! { <Choice name="role" label="Role" options value /> }.into_any()
    }

    /// The field of a form that narrows a list.
    pub(crate) fn filter(&self, asked: &Asked, name: &'static str, label: &'static str) -> AnyView {
        if self.many {
            let (value, suggestions) = (asked.get(name).to_owned(), self.suggestions());
            return view! {
                <div class="field">
                    <label class="field-label" for=name>{label}</label>
                    <input id=name class="input" name=name value=value list="roles-offered" autocomplete="off" />
                    {suggestions}
                </div>
            }
            .into_any();
        }
        choice(asked, name, label, self.options(None))
    }

    fn suggestions(&self) -> AnyView {
        view! { <datalist id="roles-offered" data-suggest="roles" data-tenant=self.tenant.clone()></datalist> }
            .into_any()
    }
}
