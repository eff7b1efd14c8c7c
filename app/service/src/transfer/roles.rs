//! Which role here each one of a document is.

use super::{
    read::RoleDraft,
    resolve::{Meanings, Resolver, key},
    snapshot::{Rights, managed},
};
use crate::{Result, clock::id_of, name};
use model::{Managed, RoleId, transfer::Place};
use std::collections::{BTreeSet, HashSet};

impl Resolver<'_> {
    pub(super) fn roles(&mut self, drafts: Vec<RoleDraft>) -> Result<()> {
        let here = names(self.current.roles.iter().map(|((place, id), role)| (place, role.name.as_str(), id)));
        let (mut defaults, mut seen) = (BTreeSet::new(), HashSet::new());
        for draft in drafts {
            let Some(place) = self.place(&draft.at)? else { continue };
            if let Some(role) = self.managed_role(&draft, &place) {
                self.note_role(&draft, &place, Some(&RoleId::managed(role, place.as_ref())));
                continue;
            }
            let Ok(called) = name::name(&draft.name) else {
                self.note_role(&draft, &place, None);
                self.lose(&draft.at.path, "its name is empty, too long or not one line; it is left behind");
                continue;
            };
            let id = role_id(&draft, &place, &called, &here);
            let again = !seen.insert((place.clone(), id.clone()));
            self.note_role(&draft, &place, Some(&id).filter(|_| !again));
            if again {
                self.again(&draft.at.path);
                continue;
            }
            let rights = self.rights(draft, &place, &id, called, &mut defaults);
            self.target.roles.insert((place, id), rights);
        }
        self.one_default(&defaults);
        self.role_names = self.named_roles();
        Ok(())
    }

    /// A role as the document wants it; where that says nothing, as it was.
    fn rights(
        &mut self,
        draft: RoleDraft,
        place: &Place,
        id: &RoleId,
        name: String,
        defaults: &mut BTreeSet<Place>,
    ) -> Rights {
        let before = self.current.role(place, id).filter(|_| !self.rules.prune);
        let is_default = draft.is_default.or(before.map(|role| role.is_default)).unwrap_or_default();
        let second = draft.is_default == Some(true) && !defaults.insert(place.clone());
        if second {
            self.lose(&draft.at.path, "another role of the tenant is the default; this one is not");
        }
        let permissions = draft.permissions.or(before.map(|role| role.permissions.clone())).unwrap_or_default();
        let before = before.and_then(|role| role.description.clone());
        let description = self.description(&draft.at.path, draft.description, before);
        Rights { name, description, permissions, is_default: is_default && !second }
    }

    /// Notes what the document calls a role, or that it is left behind.
    fn note_role(&mut self, draft: &RoleDraft, place: &Place, meaning: Option<&RoleId>) {
        let word = |word: &String| (place.clone(), word.clone());
        self.roles.note(draft.id.as_ref().map(word), Some(word(&draft.name)), meaning);
    }

    /// Every role there will be, by its name.
    fn named_roles(&self) -> Meanings<(Place, String), RoleId> {
        let of = |place: &Place| Managed::ALL.map(|role| (role, RoleId::managed(role, place.as_ref())));
        let managed: Vec<_> = self.target.tenants.keys().map(|place| (place, of(place))).collect();
        let own = self.target.roles.iter().map(|((place, id), role)| (place, role.name.as_str(), id));
        let managed =
            managed.iter().flat_map(|(place, roles)| roles.iter().map(|(role, id)| (*place, role.name(), id)));
        names(own.chain(managed))
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

    /// The managed role a role of the document stands for, if for one. One that allows more than the document says is
    /// not the same role.
    fn managed_role(&mut self, draft: &RoleDraft, place: &Place) -> Option<Managed> {
        let by_id = draft.id.as_ref().and_then(|id| managed(place, &RoleId::new(id)));
        if by_id.is_none() && !draft.managed {
            return None;
        }
        let Some(role) = by_id.or_else(|| by_title(&draft.name)) else {
            self.lose(&draft.at.path, "it was a managed role; here it is one that can be changed");
            return None;
        };
        let (ours, name) = (role.permissions(), role.name());
        match &draft.permissions {
            None => Some(role),
            // Clients leave out what everybody knows of a managed role.
            Some(theirs) if theirs.words().is_empty() && draft.managed => Some(role),
            Some(theirs) if !theirs.include(&ours) => {
                let reason =
                    format!("every tenant has its own {name}, which allows more: this is a role of its own here");
                self.lose(&draft.at.path, reason);
                None
            }
            Some(theirs) => {
                if !ours.include(theirs) {
                    let reason = format!("part of what it allows: every tenant has its own {name}, and that holds");
                    self.lose(&draft.at.path, reason);
                }
                Some(role)
            }
        }
    }
}

/// The id of a role of the document, or else of its name here. A managed role keeps its own.
fn role_id(draft: &RoleDraft, place: &Place, called: &str, here: &Meanings<(Place, String), RoleId>) -> RoleId {
    match &draft.id {
        Some(id) if managed(place, &RoleId::new(id)).is_some() => RoleId::new(id_of(&["ROLE", key(place), id])),
        Some(id) => RoleId::new(id),
        None => {
            let known = here.get(&(place.clone(), called.to_owned())).cloned().flatten();
            known.unwrap_or_else(|| RoleId::new(id_of(&["ROLE", key(place), called])))
        }
    }
}

/// Roles by name, where only one has it.
fn names<'a>(roles: impl Iterator<Item = (&'a Place, &'a str, &'a RoleId)>) -> Meanings<(Place, String), RoleId> {
    let mut found = Meanings::new();
    for (place, name, id) in roles {
        let known = found.entry((place.clone(), name.to_owned()));
        known.and_modify(|known| *known = None).or_insert_with(|| Some(id.clone()));
    }
    found
}

/// What a managed role was called in one generation or another (contract 4.4).
fn by_title(title: &str) -> Option<Managed> {
    let old = (title == "Admin").then_some(Managed::Admin);
    old.or_else(|| Managed::ALL.into_iter().find(|role| role.name() == title))
}
