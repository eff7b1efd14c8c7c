//! What it takes to bring one state of access to another: a pure function, and its hash.

use super::snapshot::{Bound, Named, Person, Rights, Snapshot, Team};
use crate::audit::hex;
use model::{
    BindingId, GroupId, PrincipalId, RoleId,
    transfer::{Lost, Place},
};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Something that can be made, changed or removed by itself.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) enum Object {
    Tenant(Place, Box<Named>),
    Person(PrincipalId, Box<Person>),
    Group(GroupId, Team),
    Member(Place, GroupId, PrincipalId, bool),
    Role(Place, RoleId, Box<Rights>),
    Binding(BindingId, Bound),
    Access(Place, PrincipalId),
}

/// A step.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) enum Change {
    Created(Object),
    /// From one to the other.
    Changed(Box<[Object; 2]>),
    Removed(Object),
}

/// Every step from `current` to `target`, in the order of kinds and keys.
pub(super) fn plan(current: &Snapshot, target: &Snapshot) -> Vec<Change> {
    let mut changes = Vec::new();
    diff(
        &current.tenants,
        &target.tenants,
        |place, one| Object::Tenant(place.clone(), one.clone().into()),
        &mut changes,
    );
    diff(&current.people, &target.people, |id, one| Object::Person(id.clone(), one.clone().into()), &mut changes);
    diff(&current.groups, &target.groups, |id, one| Object::Group(id.clone(), one.clone()), &mut changes);
    let role =
        |(place, id): &(Place, RoleId), one: &Rights| Object::Role(place.clone(), id.clone(), one.clone().into());
    diff(&current.roles, &target.roles, role, &mut changes);
    let member = |(group, who): &(GroupId, PrincipalId), owner: &bool| {
        // A group stays in its tenant.
        let team = target.groups.get(group).or_else(|| current.groups.get(group));
        let place = team.and_then(|team| team.place.clone());
        Object::Member(place, group.clone(), who.clone(), *owner)
    };
    diff(&current.members, &target.members, member, &mut changes);
    diff(&current.bindings, &target.bindings, |id, one| Object::Binding(id.clone(), one.clone()), &mut changes);
    let access = |(place, who): &(Place, PrincipalId), (): &()| Object::Access(place.clone(), who.clone());
    diff(&current.access, &target.access, access, &mut changes);
    changes
}

fn diff<K: Ord, V: PartialEq>(
    current: &BTreeMap<K, V>,
    target: &BTreeMap<K, V>,
    object: impl Fn(&K, &V) -> Object,
    changes: &mut Vec<Change>,
) {
    for (key, was) in current {
        match target.get(key) {
            None => changes.push(Change::Removed(object(key, was))),
            Some(is) if is != was => changes.push(Change::Changed([object(key, was), object(key, is)].into())),
            Some(_) => {}
        }
    }
    let new = target.iter().filter(|(key, _)| !current.contains_key(key));
    changes.extend(new.map(|(key, is)| Change::Created(object(key, is))));
}

/// Stands for these steps and for what is left behind: equal for equal ones, whoever plans them and when.
pub(super) fn hash(changes: &[Change], lost: &[Lost]) -> Option<String> {
    let mut digest = Sha256::new();
    for change in changes {
        digest.update(serde_json::to_vec(change).ok()?);
        digest.update([0]);
    }
    digest.update(serde_json::to_vec(lost).ok()?);
    Some(hex(&digest.finalize()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Access, Namespace, Permissions, PrincipalKind, TenantId, TenantSettings};
    use proptest::{collection::btree_map, prelude::*, sample::select};

    impl Snapshot {
        /// What is there after these steps.
        fn after(mut self, changes: &[Change]) -> Self {
            for change in changes {
                match change {
                    Change::Created(one) => self.put(one.clone()),
                    Change::Changed(both) => self.put(both[1].clone()),
                    Change::Removed(one) => self.remove(one),
                }
            }
            self
        }

        fn put(&mut self, one: Object) {
            match one {
                Object::Tenant(place, named) => drop(self.tenants.insert(place, *named)),
                Object::Person(id, person) => drop(self.people.insert(id, *person)),
                Object::Group(id, team) => drop(self.groups.insert(id, team)),
                Object::Member(_, group, who, owner) => drop(self.members.insert((group, who), owner)),
                Object::Role(place, id, rights) => drop(self.roles.insert((place, id), *rights)),
                Object::Binding(id, bound) => drop(self.bindings.insert(id, bound)),
                Object::Access(place, who) => drop(self.access.insert((place, who), ())),
            }
        }

        fn remove(&mut self, one: &Object) {
            match one.clone() {
                Object::Tenant(place, _) => drop(self.tenants.remove(&place)),
                Object::Person(id, _) => drop(self.people.remove(&id)),
                Object::Group(id, _) => drop(self.groups.remove(&id)),
                Object::Member(_, group, who, _) => drop(self.members.remove(&(group, who))),
                Object::Role(place, id, _) => drop(self.roles.remove(&(place, id))),
                Object::Binding(id, _) => drop(self.bindings.remove(&id)),
                Object::Access(place, who) => drop(self.access.remove(&(place, who))),
            }
        }
    }

    fn places() -> impl Strategy<Value = Place> {
        select(vec![None, Some("a"), Some("b"), Some("c")]).prop_map(|id| id.map(|id| TenantId::parse(id).unwrap()))
    }

    fn word() -> impl Strategy<Value = String> {
        select(vec!["x", "y", "z"]).prop_map(str::to_owned)
    }

    fn rights() -> impl Strategy<Value = Rights> {
        let permissions = select(vec![r#"{"FLOW":["VIEW"]}"#, r#"{"FLOW":["READ","CREATE"]}"#, "{}"]);
        (word(), permissions, any::<bool>()).prop_map(|(name, permissions, is_default)| Rights {
            name,
            description: None,
            permissions: serde_json::from_str::<Permissions>(permissions).unwrap(),
            is_default,
        })
    }

    fn bound() -> impl Strategy<Value = Bound> {
        let namespace = proptest::option::of(word()).prop_map(|name| name.map(Namespace::stored));
        (places(), any::<bool>(), word(), word(), namespace).prop_map(|(place, group, who, role, namespace)| Bound {
            place,
            holder: if group { Access::Group(GroupId::new(who)) } else { Access::Principal(PrincipalId::new(who)) },
            role: RoleId::new(role),
            namespace,
        })
    }

    prop_compose! {
        fn snapshots()(
            tenants in btree_map(places(), word(), 0..4),
            people in btree_map(word(), (word(), any::<bool>()), 0..4),
            groups in btree_map(word(), (places(), word()), 0..4),
            members in btree_map((word(), word()), any::<bool>(), 0..5),
            roles in btree_map((places(), word()), rights(), 0..5),
            bindings in btree_map(word(), bound(), 0..4),
            access in btree_map((places(), word()), Just(()), 0..5),
        ) -> Snapshot {
            let named = |name| Named { name, settings: TenantSettings::default() };
            let person = |(name, superadmin)| Person {
                kind: PrincipalKind::User,
                name,
                first_name: String::new(),
                last_name: String::new(),
                description: String::new(),
                superadmin,
                restricted: false,
            };
            let team = |(place, name)| Team { place, name, description: None };
            Snapshot {
                tenants: tenants.into_iter().map(|(place, name)| (place, named(name))).collect(),
                people: people.into_iter().map(|(id, one)| (PrincipalId::new(id), person(one))).collect(),
                groups: groups.into_iter().map(|(id, one)| (GroupId::new(id), team(one))).collect(),
                members: members.into_iter().map(|((group, who), owner)| ((GroupId::new(group), PrincipalId::new(who)), owner)).collect(),
                roles: roles.into_iter().map(|((place, id), one)| ((place, RoleId::new(id)), one)).collect(),
                bindings: bindings.into_iter().map(|(id, one)| (BindingId::new(id), one)).collect(),
                access: access.into_iter().map(|((place, who), ())| ((place, PrincipalId::new(who)), ())).collect(),
            }
        }
    }

    proptest! {
        #[test]
        fn the_steps_lead_there(current in snapshots(), target in snapshots()) {
            let changes = plan(&current, &target);
            prop_assert_eq!(current.after(&changes), target);
        }

        #[test]
        fn who_is_there_has_nothing_to_do(target in snapshots()) {
            prop_assert_eq!(plan(&target, &target), Vec::new());
        }

        #[test]
        fn equal_plans_have_one_hash_and_others_another(
            from in snapshots(),
            one in snapshots(),
            other in snapshots(),
        ) {
            let (first, again) = (plan(&from, &one), plan(&from.clone(), &one.clone()));
            prop_assert_eq!(hash(&first, &[]), hash(&again, &[]));
            let second = plan(&from, &other);
            prop_assert_eq!(hash(&first, &[]) == hash(&second, &[]), first == second);
        }
    }

    #[test]
    fn what_is_left_behind_counts_for_the_hash() {
        let lost = Lost { place: "users[0]".into(), reason: "it has no name".into() };
        assert_ne!(hash(&[], &[]), hash(&[], &[lost]));
    }
}
