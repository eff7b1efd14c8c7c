//! Which group here each one of a document is.

use super::{
    read::GroupDraft,
    resolve::{Members, Resolver, key},
    snapshot::Team,
};
use crate::{Result, clock::id_of, name};
use model::{GroupId, transfer::Place};
use std::collections::{HashMap, HashSet};

/// Who has a name in a tenant.
type Taken = HashMap<(Place, String), GroupId>;

impl Resolver<'_> {
    pub(super) fn groups(&mut self, drafts: Vec<GroupDraft>) -> Result<Members> {
        let mut taken = self.taken(&drafts);
        let (mut members, mut seen) = (Vec::with_capacity(drafts.len()), HashSet::new());
        for draft in drafts {
            let Some(place) = self.place(&draft.at)? else {
                self.groups_anywhere.extend(draft.id.map(|id| (id, None)));
                continue;
            };
            let identity = match name::name(&draft.name) {
                Ok(called) => self.group_identity(&draft, &place, called, &taken),
                Err(_) => {
                    self.lose(&draft.at.path, "its name is empty, too long or not one line; it is left behind");
                    None
                }
            };
            let again = identity.as_ref().is_some_and(|(id, _)| !seen.insert(id.clone()));
            let identity = identity.filter(|_| !again);
            self.note_group(&draft, &place, identity.as_ref().map(|(id, _)| id));
            if again {
                self.again(&draft.at.path);
            }
            let Some((id, called)) = identity else { continue };
            taken.insert((place.clone(), called.clone()), id.clone());
            let before = self.current.groups.get(&id).filter(|_| !self.rules.prune);
            let before = before.and_then(|team| team.description.clone());
            let description = self.description(&draft.at.path, draft.description, before);
            self.target.groups.insert(id.clone(), Team { place, name: called, description });
            members.push((draft.at, id, draft.members));
        }
        self.group_names = taken;
        Ok(members)
    }

    /// Notes what the document calls a group, or that it is left behind.
    fn note_group(&mut self, draft: &GroupDraft, place: &Place, meaning: Option<&GroupId>) {
        let word = |word: &String| (place.clone(), word.clone());
        self.groups.note(draft.id.as_ref().map(word), Some(word(&draft.name)), meaning);
        if let Some(id) = &draft.id {
            let known = self.groups_anywhere.entry(id.clone()).or_insert_with(|| meaning.cloned());
            *known = known.take().filter(|known| Some(known) == meaning);
        }
    }

    /// The names of groups that are there; whatever the document calls something else gives its name up.
    fn taken(&self, drafts: &[GroupDraft]) -> Taken {
        let key = |team: &Team| (team.place.clone(), team.name.clone());
        let mut taken: Taken = self.target.groups.iter().map(|(id, team)| (key(team), id.clone())).collect();
        for draft in drafts {
            let known = draft.id.as_ref().and_then(|id| self.target.groups.get(&GroupId::new(id)));
            if let Some(team) = known.filter(|team| team.name != draft.name) {
                taken.remove(&key(team));
            }
        }
        taken
    }

    /// The id of a group of the document, or else of its name; and the name it can have.
    fn group_identity(
        &mut self,
        draft: &GroupDraft,
        place: &Place,
        called: String,
        taken: &Taken,
    ) -> Option<(GroupId, String)> {
        let owner = taken.get(&(place.clone(), called.clone()));
        let id = draft.id.as_ref().map(GroupId::new).or_else(|| owner.cloned());
        let id = id.unwrap_or_else(|| GroupId::new(id_of(&["GROUP", key(place), &called])));
        let elsewhere = |team: Option<&Team>| team.is_some_and(|team| team.place != *place);
        if elsewhere(self.target.groups.get(&id)) || elsewhere(self.current.groups.get(&id)) {
            self.lose(&draft.at.path, format!("another tenant has a group of the id {id}; it is left behind"));
            return None;
        }
        if owner.is_none_or(|owner| *owner == id) {
            return Some((id, called));
        }
        let other = format!("{called} ({id})");
        self.lose(&draft.at.path, format!("a group “{called}” exists already; this one is called “{other}”"));
        Some((id, other))
    }
}
