//! What a sync would do: a pure function of what waits and what the default tenant has.
//!
//! What one could do before is what one can do afterwards, no more and no less. So two things of the same name become
//! one only where they are equal, and everything else is kept apart.

use model::{GroupId, Outcome, RoleId, SyncCounts, SyncPlan, SyncedGroup, SyncedRole};
use std::collections::{HashMap, HashSet};

/// What is added to a name or id that is taken.
const SUFFIX: &str = "before tenants";

/// A role, as far as the plan looks at it.
#[derive(Debug, Clone)]
pub(crate) struct RoleFacts {
    pub(crate) id: RoleId,
    pub(crate) name: String,
    pub(crate) managed: bool,
    pub(crate) default: bool,
    /// Stands for its description and permissions, word for word.
    pub(crate) content: String,
}

/// A group, as far as the plan looks at it.
#[derive(Debug, Clone)]
pub(crate) struct GroupFacts {
    pub(crate) id: GroupId,
    pub(crate) name: String,
    /// Stands for its description, its members and who of them owns it; only where the other side has the name.
    pub(crate) content: String,
    /// Its roles and namespaces, in order; only where the other side has the name.
    pub(crate) bindings: Vec<(RoleId, String)>,
}

/// One of the two that are to become one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Side {
    pub(crate) roles: Vec<RoleFacts>,
    pub(crate) groups: Vec<GroupFacts>,
    /// Addresses with an invitation that is still open.
    pub(crate) invited: Vec<String>,
}

/// The plan.
pub(crate) fn plan(counts: SyncCounts, waiting: &Side, there: &Side) -> SyncPlan {
    let roles = roles(&waiting.roles, &there.roles);
    let moved: HashMap<&RoleId, RoleId> = roles.iter().map(|role| (&role.id, id_after(&role.outcome))).collect();
    let groups = groups(&waiting.groups, &there.groups, &moved);
    let default = there.roles.iter().any(|role| role.default);
    let no_longer_default = waiting.roles.iter().find(|role| role.default && default).map(|role| role.name.clone());
    let invited: HashSet<&String> = there.invited.iter().collect();
    let withdrawn_invitations = waiting.invited.iter().filter(|email| invited.contains(email)).cloned().collect();
    SyncPlan { counts, roles, groups, no_longer_default, withdrawn_invitations }
}

/// The id something has afterwards.
pub(crate) fn id_after(outcome: &Outcome) -> RoleId {
    match outcome {
        Outcome::Merged { into } => RoleId::new(into.as_str()),
        Outcome::KeptApart { id, .. } => RoleId::new(id.as_str()),
    }
}

fn roles(waiting: &[RoleFacts], there: &[RoleFacts]) -> Vec<SyncedRole> {
    let mut names = Names::new(waiting.iter().chain(there).map(|role| role.name.as_str()));
    let mut ids = Names::new(waiting.iter().chain(there).map(|role| role.id.as_str()));
    let mut by_name: HashMap<&str, Vec<&RoleFacts>> = HashMap::new();
    for role in there {
        by_name.entry(&role.name).or_default().push(role);
    }
    let there_ids: HashSet<&RoleId> = there.iter().map(|role| &role.id).collect();
    let mut met = Vec::new();
    for role in waiting {
        let namesakes = by_name.get(role.name.as_str()).map_or(&[][..], Vec::as_slice);
        let same_id = there_ids.contains(&role.id);
        if namesakes.is_empty() && !same_id {
            continue;
        }
        let equal = namesakes.iter().filter(|one| one.content == role.content && one.managed == role.managed);
        // Several roles may have one name: the one of the same id first.
        let outcome = match equal.min_by_key(|one| (one.id != role.id, &one.id)) {
            Some(equal) => Outcome::Merged { into: equal.id.to_string() },
            None => Outcome::KeptApart {
                id: if same_id { ids.fresh(role.id.as_str(), id_with) } else { role.id.to_string() },
                name: if namesakes.is_empty() { role.name.clone() } else { names.fresh(&role.name, name_with) },
            },
        };
        met.push(SyncedRole { id: role.id.clone(), name: role.name.clone(), managed: role.managed, outcome });
    }
    met
}

fn groups(waiting: &[GroupFacts], there: &[GroupFacts], moved: &HashMap<&RoleId, RoleId>) -> Vec<SyncedGroup> {
    let mut names = Names::new(waiting.iter().chain(there).map(|group| group.name.as_str()));
    let by_name: HashMap<&str, &GroupFacts> = there.iter().map(|group| (group.name.as_str(), group)).collect();
    let meet = waiting.iter().filter_map(|group| {
        let namesake = by_name.get(group.name.as_str())?;
        let bindings =
            group.bindings.iter().map(|(role, place)| (moved.get(role).unwrap_or(role).clone(), place.clone()));
        let mut bindings: Vec<_> = bindings.collect();
        bindings.sort();
        bindings.dedup();
        let outcome = if group.content == namesake.content && bindings == namesake.bindings {
            Outcome::Merged { into: namesake.id.to_string() }
        } else {
            Outcome::KeptApart { id: group.id.to_string(), name: names.fresh(&group.name, name_with) }
        };
        Some(SyncedGroup { id: group.id.clone(), name: group.name.clone(), outcome })
    });
    meet.collect()
}

fn name_with(name: &str, number: usize) -> String {
    let number = if number == 1 { String::new() } else { format!(" {number}") };
    // A name has at most 250 characters.
    let short: String = name.chars().take(225).collect();
    format!("{short} ({SUFFIX}{number})")
}

fn id_with(id: &str, number: usize) -> String {
    let number = if number == 1 { String::new() } else { format!("-{number}") };
    format!("{id}-{}{number}", SUFFIX.replace(' ', "-"))
}

/// Names that are taken.
struct Names(HashSet<String>);

impl Names {
    fn new<'a>(all: impl Iterator<Item = &'a str>) -> Self {
        Self(all.map(str::to_owned).collect())
    }

    /// One that is not taken yet; it is from now on.
    fn fresh(&mut self, name: &str, with: impl Fn(&str, usize) -> String) -> String {
        let free = (1..).map(|number| with(name, number)).find(|name| !self.0.contains(name));
        let free = free.unwrap_or_default();
        self.0.insert(free.clone());
        free
    }
}
