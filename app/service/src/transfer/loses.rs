//! Who can do less afterwards, and what: worked out from what each holds before and after, so that a role that stays
//! through a group is no loss.

use super::{
    plan::{Change, Object},
    snapshot::{Bound, Snapshot, managed},
};
use model::{
    Access, GroupId, Permission, Permissions, PrincipalId, RoleId,
    transfer::{Loses, Place},
};
use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, HashMap},
};

/// What each loses by these steps.
pub(super) fn loses(current: &Snapshot, target: &Snapshot, changes: &[Change]) -> Vec<Loses> {
    let touched = |change: &Change| !matches!(change, Change::Created(_));
    if !changes.iter().any(touched) {
        return Vec::new();
    }
    let (before, after) = (Index::of(current), Index::of(target));
    let mut found = BTreeSet::new();
    for change in changes {
        match change {
            Change::Removed(Object::Person(id, _)) => drop(found.insert(line(current, id, "ACCOUNT", None))),
            Change::Changed(both) => {
                if let [Object::Person(id, was), Object::Person(_, is)] = &**both
                    && was.superadmin
                    && !is.superadmin
                {
                    found.insert(line(current, id, "SUPERADMIN", None));
                }
            }
            _ => {}
        }
    }
    for (place, id) in affected(current, &before, changes) {
        if before.enters(current, &place, &id) && !after.enters(target, &place, &id) {
            found.insert(line(current, &id, "TENANT_ACCESS", Some(&place)));
        }
        for bound in before.held(&place, &id) {
            let rights = rights(current, &bound.place, &bound.role);
            let left = after.held(&place, &id).into_iter().filter(|one| covers(one, bound));
            let left: Vec<_> = left.map(|one| self::rights(target, &one.place, &one.role)).collect();
            let gone = |one: &Permission| !left.iter().any(|rights| rights.grant(*one));
            let permissions: Vec<String> = rights.granted().filter(gone).map(|one| one.to_string()).collect();
            if !permissions.is_empty() {
                found.insert(Loses {
                    role: Some(current.role_name(&bound.place, &bound.role)),
                    namespace: bound.namespace.as_ref().map(ToString::to_string),
                    permissions,
                    ..line(current, &id, "PERMISSIONS", Some(&place))
                });
            }
        }
    }
    found.into_iter().collect()
}

fn line(current: &Snapshot, id: &PrincipalId, what: &'static str, place: Option<&Place>) -> Loses {
    Loses {
        id: id.to_string(),
        username: current.holder_name(&Access::Principal(id.clone())),
        what,
        tenant_id: place.cloned().flatten(),
        role: None,
        namespace: None,
        permissions: Vec::new(),
    }
}

/// What a role allows, managed or not.
fn rights<'a>(snapshot: &'a Snapshot, place: &Place, id: &RoleId) -> Cow<'a, Permissions> {
    match snapshot.role(place, id) {
        Some(role) => Cow::Borrowed(&role.permissions),
        None => Cow::Owned(managed(place, id).map(|role| role.permissions()).unwrap_or_default()),
    }
}

/// Whether one binding reaches all that another does.
fn covers(one: &Bound, other: &Bound) -> bool {
    match (&one.namespace, &other.namespace) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(one), Some(other)) => one.covers(other),
    }
}

/// Who might lose something, and where: whoever a removed or changed thing was about.
fn affected(current: &Snapshot, before: &Index<'_>, changes: &[Change]) -> BTreeSet<(Place, PrincipalId)> {
    let mut found = BTreeSet::new();
    let mut roles: BTreeSet<(&Place, &RoleId)> = BTreeSet::new();
    for change in changes {
        let gone = match change {
            Change::Removed(gone) => gone,
            Change::Changed(both) => &both[0],
            Change::Created(_) => continue,
        };
        match gone {
            Object::Access(place, id) => drop(found.insert((place.clone(), id.clone()))),
            Object::Member(place, _, id, _) => drop(found.insert((place.clone(), id.clone()))),
            Object::Binding(_, bound) => found.extend(before.holders(bound)),
            Object::Role(place, id, _) => drop(roles.insert((place, id))),
            Object::Tenant(..) | Object::Person(..) | Object::Group(..) => {}
        }
    }
    for bound in current.bindings.values().filter(|bound| roles.contains(&(&bound.place, &bound.role))) {
        found.extend(before.holders(bound));
    }
    found
}

/// A state by who holds what.
struct Index<'a> {
    own: HashMap<&'a PrincipalId, Vec<&'a Bound>>,
    shared: HashMap<&'a GroupId, Vec<&'a Bound>>,
    members: HashMap<&'a GroupId, Vec<&'a PrincipalId>>,
    joined: BTreeMap<&'a PrincipalId, Vec<(&'a Place, &'a GroupId)>>,
}

impl<'a> Index<'a> {
    fn of(state: &'a Snapshot) -> Self {
        let mut index =
            Self { own: HashMap::new(), shared: HashMap::new(), members: HashMap::new(), joined: BTreeMap::new() };
        for bound in state.bindings.values() {
            match &bound.holder {
                Access::Principal(id) => index.own.entry(id).or_default().push(bound),
                Access::Group(id) => index.shared.entry(id).or_default().push(bound),
            }
        }
        for (group, id) in state.members.keys() {
            index.members.entry(group).or_default().push(id);
            if let Some(team) = state.groups.get(group) {
                index.joined.entry(id).or_default().push((&team.place, group));
            }
        }
        index
    }

    /// Everybody who holds a binding.
    fn holders(&self, bound: &Bound) -> Vec<(Place, PrincipalId)> {
        let ids: Vec<&PrincipalId> = match &bound.holder {
            Access::Principal(id) => vec![id],
            Access::Group(id) => self.members.get(id).cloned().unwrap_or_default(),
        };
        ids.into_iter().map(|id| (bound.place.clone(), id.clone())).collect()
    }

    /// What somebody holds in a tenant.
    fn held(&self, place: &Place, id: &PrincipalId) -> Vec<&'a Bound> {
        let own = self.own.get(id).into_iter().flatten().copied();
        let groups = self.joined.get(id).into_iter().flatten().filter(|(of, _)| *of == place);
        let shared = groups.flat_map(|(_, group)| self.shared.get(group).into_iter().flatten().copied());
        own.chain(shared).filter(|bound| bound.place == *place).collect()
    }

    /// Whether somebody may enter a tenant: by itself, or by what they hold.
    fn enters(&self, state: &Snapshot, place: &Place, id: &PrincipalId) -> bool {
        state.access.contains_key(&(place.clone(), id.clone()))
            || self.joined.get(id).is_some_and(|groups| groups.iter().any(|(of, _)| *of == place))
            || self.own.get(id).is_some_and(|bindings| bindings.iter().any(|bound| bound.place == *place))
    }
}
