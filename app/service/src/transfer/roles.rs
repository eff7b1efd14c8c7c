//! Which role here each one of a document is.

use super::{
    read::RoleDraft,
    resolve::{Resolver, key},
    snapshot::{Rights, managed},
};
use crate::{Result, clock::id_of, name};
use model::{Managed, RoleId, transfer::Place};
use std::collections::{BTreeSet, HashSet};

impl Resolver<'_> {
    pub(super) fn roles(&mut self, drafts: Vec<RoleDraft>) -> Result<()> {
        let mut defaults: BTreeSet<Place> = BTreeSet::new();
        for draft in drafts {
            let Some(place) = self.place(&draft.at)? else { continue };
            if let Some(role) = self.managed_role(&draft, &place) {
                let id = RoleId::managed(role, place.as_ref());
                self.roles.extend(draft.id.map(|word| ((place.clone(), word), id)));
                continue;
            }
            let Ok(called) = name::name(&draft.name) else {
                self.lose(&draft.at.path, "its name is empty, too long or not one line; it is left behind");
                continue;
            };
            let id = draft.id.map(RoleId::new).or_else(|| self.role_by_name(&place, &called));
            let id = id.unwrap_or_else(|| RoleId::new(id_of(&["ROLE", key(&place), &called])));
            let before = self.current.role(&place, &id).filter(|_| !self.rules.prune);
            let is_default = draft.is_default.or(before.map(|role| role.is_default)).unwrap_or_default();
            let second = draft.is_default == Some(true) && !defaults.insert(place.clone());
            if second {
                self.lose(&draft.at.path, "another role of the tenant is the default; this one is not");
            }
            let before = before.and_then(|role| role.description.clone());
            let description = self.description(&draft.at.path, draft.description, before);
            let is_default = is_default && !second;
            let rights = Rights { name: called, description, permissions: draft.permissions, is_default };
            self.target.roles.insert((place, id), rights);
        }
        self.one_default(&defaults);
        Ok(())
    }

    /// A role that the document makes the default takes the place of the one that was.
    fn one_default(&mut self, chosen: &BTreeSet<Place>) {
        let current = self.current;
        let was = |place: &Place, id: &RoleId| current.role(place, id).is_some_and(|role| role.is_default);
        for place in chosen {
            let from = (place.clone(), RoleId::new(""));
            let here = self.target.roles.range_mut(from..).take_while(|((of, _), _)| of == place);
            let mut defaults: Vec<_> = here.filter(|(_, role)| role.is_default).collect();
            if defaults.len() > 1 {
                defaults.iter_mut().filter(|((_, id), _)| was(place, id)).for_each(|(_, role)| role.is_default = false);
            }
        }
    }

    /// The managed role a role of the document stands for, if for one.
    fn managed_role(&mut self, draft: &RoleDraft, place: &Place) -> Option<Managed> {
        let by_id = draft.id.as_ref().and_then(|id| managed(place, &RoleId::new(id)));
        if by_id.is_none() && !draft.managed {
            return None;
        }
        let Some(role) = by_id.or_else(|| by_title(&draft.name)) else {
            self.lose(&draft.at.path, "it was a managed role; here it is one that can be changed");
            return None;
        };
        let (ours, theirs) = (role.permissions(), &draft.permissions);
        let same = ours.include(theirs) && theirs.include(&ours);
        if !theirs.words().is_empty() && !same {
            let name = role.name();
            self.lose(&draft.at.path, format!("what it allows: every tenant has its own {name}, and that holds"));
        }
        Some(role)
    }

    /// The tenant's only role of that name.
    pub(super) fn role_by_name(&mut self, place: &Place, called: &str) -> Option<RoleId> {
        if self.role_names.is_empty() {
            let mut twice = HashSet::new();
            for ((place, id), role) in self.target.roles.iter().chain(&self.current.roles) {
                let other = self.role_names.insert((place.clone(), role.name.clone()), id.clone());
                if other.is_some_and(|other| other != *id) {
                    twice.insert((place.clone(), role.name.clone()));
                }
            }
            self.role_names.retain(|key, _| !twice.contains(key));
        }
        self.role_names.get(&(place.clone(), called.to_owned())).cloned()
    }
}

/// What a managed role was called in one generation or another (contract 4.4).
pub(super) fn by_title(title: &str) -> Option<Managed> {
    let old = title.eq_ignore_ascii_case("Admin").then_some(Managed::Admin);
    old.or_else(|| Managed::ALL.into_iter().find(|role| role.name().eq_ignore_ascii_case(title)))
}
