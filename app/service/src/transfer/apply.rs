//! Steps carried out in one transaction, each kind by a few statements however many there are.

use super::{
    plan::{Change, Object},
    show::said,
    snapshot::{Bound, Named, Person, Rights, Rows, Snapshot, managed},
};
use crate::{Context, Error, Result, audit};
use model::{
    Access, BindingId, Group, Managed, NewBinding, Principal, PrincipalId, PrincipalKind, Resource, Role, RoleId,
    Tenant, TenantKind, TenantUid,
    transfer::{Place, row},
};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use store::Tx;

/// Does what the steps say, and writes an audit row for each.
pub(super) async fn apply(
    cx: &Context,
    tx: &mut Tx,
    by: &str,
    mut rows: Rows,
    target: &Snapshot,
    changes: &[Change],
) -> Result<()> {
    for change in changes {
        if let Change::Created(Object::Tenant(place, _)) = change {
            rows.insert(place.clone(), TenantUid::new(cx.new_id()));
        }
    }
    let scene = Scene { cx, by, rows: &rows, target };
    let mut work = Batch::default();
    for change in changes {
        work.add(&scene, change)?;
    }
    work.run(cx, tx, by).await.map_err(|error| match error {
        store::Error::Duplicate | store::Error::Dangling(_) => Error::Conflict {
            field: None,
            message: "An id or a name in the document belongs to something that cannot be reached as this instance is \
                      configured. Nothing was changed."
                .into(),
        },
        other => other.into(),
    })?;
    let told = changes.iter().map(|change| tell(&rows, change)).collect::<Result<_>>()?;
    audit::record_all(tx, cx, by, told).await
}

/// Who does it, and what the steps lead to.
struct Scene<'a> {
    cx: &'a Context,
    by: &'a str,
    rows: &'a Rows,
    target: &'a Snapshot,
}

impl Scene<'_> {
    fn row(&self, place: &Place) -> Result<TenantUid> {
        row_of(self.rows, place).cloned()
    }

    fn pair(&self, place: &Place, who: &PrincipalId) -> Result<(String, String)> {
        Ok((row_of(self.rows, place)?.to_string(), who.to_string()))
    }

    fn tenant(&self, place: &Place, named: &Named) -> Result<Tenant> {
        Ok(Tenant {
            uid: self.row(place)?,
            kind: TenantKind::Named,
            id: place.clone(),
            name: named.name.clone(),
            settings: named.settings.clone(),
            created_at: self.cx.now(),
            created_by: self.by.to_owned(),
            version: 1,
            users: 0,
            roles: 0,
            groups: 0,
            bindings: 0,
        })
    }

    fn principal(&self, id: &PrincipalId, one: &Person) -> Principal {
        Principal {
            id: id.clone(),
            kind: one.kind,
            name: one.name.clone(),
            first_name: one.first_name.clone(),
            last_name: one.last_name.clone(),
            description: one.description.clone(),
            superadmin: one.superadmin,
            restricted: one.restricted,
            created_at: self.cx.now(),
            ..Principal::default()
        }
    }
}

fn row_of<'a>(rows: &'a Rows, place: &Place) -> Result<&'a TenantUid> {
    rows.get(place).ok_or_else(|| Error::Internal("a step is about a tenant that is not there".into()))
}

/// What the statements are about.
#[derive(Default)]
struct Batch {
    unbound: Vec<String>,
    left: Vec<(String, String)>,
    closed: Vec<(String, String)>,
    /// Whoever may have nothing left, by tenant's row.
    idle: BTreeSet<(String, String)>,
    groups_gone: Vec<String>,
    roles_gone: Vec<(String, String)>,
    people_gone: Vec<String>,
    tenants_gone: Vec<String>,
    parked_groups: Vec<(String, String, String)>,
    parked_people: Vec<(String, String)>,
    tenants: Vec<Tenant>,
    people: Vec<Principal>,
    groups: Vec<row::Groups>,
    undefault: Vec<String>,
    roles: Vec<row::Roles>,
    /// Whether each may enter by itself.
    entered: BTreeMap<(TenantUid, PrincipalId), bool>,
    members: Vec<row::Member>,
    bindings: Vec<row::Bindings>,
    /// The default tenant's row, where its managed roles are needed.
    nameless: Option<TenantUid>,
}

impl Batch {
    fn add(&mut self, scene: &Scene<'_>, change: &Change) -> Result<()> {
        match change {
            Change::Removed(one) => self.remove(scene, one),
            Change::Created(one) => self.put(scene, one),
            Change::Changed(both) => {
                let [was, is] = &**both;
                match (was, is) {
                    // Bindings do not change: another takes the id.
                    (Object::Binding(..), _) => self.remove(scene, was)?,
                    (Object::Group(id, was), Object::Group(_, is)) if was.name != is.name => {
                        let uid = scene.row(&was.place)?;
                        self.parked_groups.push((id.to_string(), uid.to_string(), was.name.clone()));
                    }
                    (Object::Person(id, was), Object::Person(_, is)) if was.name != is.name => {
                        self.parked_people.push((id.to_string(), was.name.clone()));
                    }
                    _ => {}
                }
                self.put(scene, is)
            }
        }
    }

    fn remove(&mut self, scene: &Scene<'_>, object: &Object) -> Result<()> {
        match object {
            Object::Tenant(place, _) => self.tenants_gone.extend(place.as_ref().map(ToString::to_string)),
            Object::Person(id, _) => self.people_gone.push(id.to_string()),
            Object::Group(id, _) => self.groups_gone.push(id.to_string()),
            Object::Role(place, id, _) => self.roles_gone.push((scene.row(place)?.to_string(), id.to_string())),
            Object::Member(place, group, who, _) => {
                self.left.push((group.to_string(), who.to_string()));
                self.idle.insert(scene.pair(place, who)?);
            }
            Object::Binding(id, bound) => {
                self.unbound.push(id.to_string());
                if let Access::Principal(who) = &bound.holder {
                    self.idle.insert(scene.pair(&bound.place, who)?);
                }
            }
            Object::Access(place, who) => {
                let pair = scene.pair(place, who)?;
                self.closed.push(pair.clone());
                self.idle.insert(pair);
            }
        }
        Ok(())
    }

    fn put(&mut self, scene: &Scene<'_>, object: &Object) -> Result<()> {
        match object {
            Object::Tenant(place, named) => self.tenants.push(scene.tenant(place, named)?),
            Object::Person(id, one) => self.people.push(scene.principal(id, one)),
            Object::Group(id, team) => {
                let group = Group { id: id.clone(), name: team.name.clone(), description: team.description.clone() };
                self.groups.push((scene.row(&team.place)?, group));
            }
            Object::Role(place, id, rights) => self.put_role(scene.row(place)?, id, rights),
            Object::Access(place, who) => self.enter(scene, place, who)?,
            Object::Member(place, group, who, owner) => {
                self.enter(scene, place, who)?;
                self.members.push((scene.row(place)?, group.clone(), who.clone(), *owner));
            }
            Object::Binding(id, bound) => self.bind(scene, id, bound)?,
        }
        Ok(())
    }

    fn put_role(&mut self, uid: TenantUid, id: &RoleId, rights: &Rights) {
        if rights.is_default {
            self.undefault.push(uid.to_string());
        }
        let role = Role {
            id: id.clone(),
            name: rights.name.clone(),
            description: rights.description.clone(),
            permissions: rights.permissions.clone(),
            is_default: rights.is_default,
            is_managed: false,
        };
        self.roles.push((uid, role));
    }

    /// Lets somebody in, by itself if that shall be so: whatever they hold besides may go one day.
    fn enter(&mut self, scene: &Scene<'_>, place: &Place, who: &PrincipalId) -> Result<()> {
        let explicit = scene.target.access.contains_key(&(place.clone(), who.clone()));
        self.entered.insert((scene.row(place)?, who.clone()), explicit);
        Ok(())
    }

    fn bind(&mut self, scene: &Scene<'_>, id: &BindingId, bound: &Bound) -> Result<()> {
        let uid = scene.row(&bound.place)?;
        if let Access::Principal(who) = &bound.holder {
            self.enter(scene, &bound.place, who)?;
        }
        if bound.place.is_none() && managed(&bound.place, &bound.role).is_some() {
            self.nameless = Some(uid.clone());
        }
        let (holder, role) = (bound.holder.clone(), bound.role.clone());
        self.bindings.push((uid, id.clone(), NewBinding { holder, role, namespace: bound.namespace.clone() }));
        Ok(())
    }
}

impl Batch {
    /// First what goes, then what comes, each after what it hangs on.
    async fn run(self, cx: &Context, tx: &mut Tx, by: &str) -> store::Result<()> {
        use store::transfer::*;
        let (at, idle) = (cx.now(), Vec::from_iter(self.idle));
        let (groups, people) = parked(&self.groups, &self.people, &self.parked_groups, &self.parked_people);
        let managed = managed_roles(&self.tenants, self.nameless.as_ref());
        let entered: Vec<_> = self.entered.into_iter().map(|((uid, who), explicit)| (uid, who, explicit)).collect();
        delete_bindings(tx, &self.unbound).await?;
        delete_members(tx, &self.left).await?;
        close(tx, &self.closed).await?;
        delete_groups(tx, &self.groups_gone).await?;
        delete_roles(tx, &self.roles_gone).await?;
        delete_principals(tx, &self.people_gone).await?;
        delete_tenants(tx, &self.tenants_gone).await?;
        park(tx, &groups, &people).await?;
        put_tenants(tx, &self.tenants).await?;
        put_principals(tx, &self.people, by).await?;
        put_groups(tx, &self.groups, at).await?;
        clear_defaults(tx, &self.undefault).await?;
        put_roles(tx, &managed, at).await?;
        put_roles(tx, &self.roles, at).await?;
        enter(tx, &entered, at).await?;
        put_members(tx, &self.members).await?;
        insert_bindings(tx, &self.bindings, at, by).await?;
        leave_idle(tx, &idle).await
    }
}

/// Whose names must be out of the way first, since others take them.
fn parked(
    groups: &[row::Groups],
    people: &[Principal],
    renamed: &[(String, String, String)],
    users: &[(String, String)],
) -> (Vec<String>, Vec<String>) {
    let wanted: HashSet<(&str, &str)> = groups.iter().map(|(uid, one)| (uid.as_str(), one.name.as_str())).collect();
    let addresses: HashSet<&str> = people.iter().map(|one| one.name.as_str()).collect();
    let groups = renamed.iter().filter(|(_, uid, was)| wanted.contains(&(uid.as_str(), was.as_str())));
    let users = users.iter().filter(|(_, was)| addresses.contains(was.as_str()));
    (groups.map(|(id, ..)| id.clone()).collect(), users.map(|(id, _)| id.clone()).collect())
}

/// The roles that every tenant has from its first moment; tenants that have them keep theirs.
fn managed_roles(tenants: &[Tenant], nameless: Option<&TenantUid>) -> Vec<row::Roles> {
    let templates = Managed::ALL.map(|role| (role, role.permissions()));
    let places = tenants.iter().map(|one| (&one.uid, one.id.as_ref())).chain(nameless.map(|uid| (uid, None)));
    let of = |(uid, id): (&TenantUid, Option<&model::TenantId>)| {
        templates.each_ref().map(|(managed, permissions)| {
            let role = Role {
                id: RoleId::managed(*managed, id),
                name: managed.name().into(),
                description: Some(managed.description().into()),
                permissions: permissions.clone(),
                is_default: false,
                is_managed: true,
            };
            (uid.clone(), role)
        })
    };
    places.flat_map(of).collect()
}

/// A step as the audit log keeps it, in the chain of its tenant.
fn tell(rows: &Rows, change: &Change) -> Result<audit::Change> {
    let object = match change {
        Change::Created(object) | Change::Removed(object) => object,
        Change::Changed(both) => &both[1],
    };
    let (resource, target, place) = match object {
        Object::Tenant(place, _) => {
            (Resource::Tenant, place.as_ref().map(ToString::to_string).unwrap_or_default(), Some(place))
        }
        Object::Person(id, one) if one.kind == PrincipalKind::User => (Resource::User, id.to_string(), None),
        Object::Person(id, _) => (Resource::ServiceAccount, id.to_string(), None),
        Object::Group(id, team) => (Resource::Group, id.to_string(), Some(&team.place)),
        Object::Role(place, id, _) => (Resource::Role, id.to_string(), Some(place)),
        Object::Member(place, group, ..) => (Resource::Group, group.to_string(), Some(place)),
        Object::Binding(id, bound) => (Resource::Binding, id.to_string(), Some(&bound.place)),
        Object::Access(place, who) => (Resource::User, who.to_string(), Some(place)),
    };
    // Who is in a group, and who may enter, is a change of the group and of the user.
    let part = matches!(object, Object::Member(..) | Object::Access(..));
    let told = match change {
        Change::Created(one) if part => audit::Change::updated(resource, target, &Value::Null, &said(one)),
        Change::Removed(one) if part => audit::Change::updated(resource, target, &said(one), &Value::Null),
        Change::Created(one) => audit::Change::created(resource, target, &said(one)),
        Change::Changed(both) => audit::Change::updated(resource, target, &said(&both[0]), &said(&both[1])),
        Change::Removed(one) => audit::Change::deleted(resource, target, &said(one)),
    };
    match place {
        None => Ok(told),
        Some(place) => Ok(told.within(row_of(rows, place)?, place.as_ref())),
    }
}
