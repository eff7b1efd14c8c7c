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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{collection::vec, prelude::*, sample::select};
    use std::collections::BTreeSet;

    /// A place with everything that decides: roles by id, groups by id, and who holds which role where.
    #[derive(Debug, Clone, Default)]
    struct Place {
        roles: Vec<(String, String, String, bool)>,
        groups: Vec<(String, String, Members)>,
        bindings: BTreeSet<(Holder, String, String)>,
    }

    /// Who is in a group, and whether they own it.
    type Members = BTreeSet<(u8, bool)>;

    #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
    enum Holder {
        Principal(u8),
        Group(String),
    }

    impl Place {
        /// What somebody may do: the contents of their roles, with namespaces.
        fn abilities(&self, who: u8) -> BTreeSet<(String, String)> {
            let in_group = |id: &String| {
                self.groups.iter().any(|(group, _, members)| group == id && members.iter().any(|(one, _)| *one == who))
            };
            let holds = self.bindings.iter().filter(|(holder, ..)| match holder {
                Holder::Principal(one) => *one == who,
                Holder::Group(id) => in_group(id),
            });
            let content = |role: &String| {
                self.roles.iter().find(|(id, ..)| id == role).map(|(.., content, _)| content.clone()).unwrap()
            };
            holds.map(|(_, role, place)| (content(role), place.clone())).collect()
        }

        /// The contents of the roles whose groups somebody may manage as an owner.
        fn owned(&self, who: u8) -> BTreeSet<BTreeSet<(String, String)>> {
            let owned = self.groups.iter().filter(|(.., members)| members.contains(&(who, true)));
            let given = |id: &String| {
                let through = self.bindings.iter().filter(|(holder, ..)| *holder == Holder::Group(id.clone()));
                through
                    .map(|(_, role, place)| {
                        let content =
                            self.roles.iter().find(|(one, ..)| one == role).map(|(.., content, _)| content.clone());
                        (content.unwrap(), place.clone())
                    })
                    .collect()
            };
            owned.map(|(id, ..)| given(id)).collect()
        }

        /// What the plan is told of it, as the database tells it.
        fn side(&self) -> Side {
            let roles = self.roles.iter().map(|(id, name, content, default)| RoleFacts {
                id: RoleId::new(id.as_str()),
                name: name.clone(),
                managed: false,
                default: *default,
                content: content.clone(),
            });
            let groups = self.groups.iter().map(|(id, name, members)| {
                let held = self.bindings.iter().filter(|(holder, ..)| *holder == Holder::Group(id.clone()));
                let mut bindings: Vec<_> =
                    held.map(|(_, role, place)| (RoleId::new(role.as_str()), place.clone())).collect();
                bindings.sort();
                GroupFacts {
                    id: GroupId::new(id.as_str()),
                    name: name.clone(),
                    content: format!("{members:?}"),
                    bindings,
                }
            });
            Side { roles: roles.collect(), groups: groups.collect(), invited: Vec::new() }
        }

        /// Moves `waiting` here as the plan says.
        fn take(mut self, waiting: &Place, plan: &SyncPlan) -> Self {
            let role = |id: &str| {
                let met = plan.roles.iter().find(|role| role.id.as_str() == id);
                met.map_or_else(|| id.to_owned(), |role| id_after(&role.outcome).to_string())
            };
            let merged_role = |id: &str| {
                plan.roles.iter().any(|role| role.id.as_str() == id && matches!(role.outcome, Outcome::Merged { .. }))
            };
            let merged_group = |id: &str| {
                plan.groups
                    .iter()
                    .any(|group| group.id.as_str() == id && matches!(group.outcome, Outcome::Merged { .. }))
            };
            for (id, name, content, default) in waiting.roles.iter().filter(|(id, ..)| !merged_role(id)) {
                let name = match plan.roles.iter().find(|role| role.id.as_str() == id).map(|role| &role.outcome) {
                    Some(Outcome::KeptApart { name, .. }) => name.clone(),
                    _ => name.clone(),
                };
                assert!(!self.roles.iter().any(|(there, ..)| *there == role(id)), "ids are unique");
                self.roles.push((role(id), name, content.clone(), *default && plan.no_longer_default.is_none()));
            }
            for (id, name, members) in waiting.groups.iter().filter(|(id, ..)| !merged_group(id)) {
                let name = match plan.groups.iter().find(|group| group.id.as_str() == id).map(|group| &group.outcome) {
                    Some(Outcome::KeptApart { name, .. }) => name.clone(),
                    _ => name.clone(),
                };
                assert!(!self.groups.iter().any(|(_, there, _)| *there == name), "names are unique");
                self.groups.push((id.clone(), name, members.clone()));
            }
            let moving =
                waiting.bindings.iter().filter(|(holder, ..)| !matches!(holder, Holder::Group(id) if merged_group(id)));
            self.bindings.extend(moving.map(|(holder, id, place)| (holder.clone(), role(id), place.clone())));
            self
        }
    }

    fn any_place(prefix: &'static str) -> impl Strategy<Value = Place> {
        let names = || select(vec!["one", "two", "three"]);
        let contents = || select(vec!["looks", "changes"]);
        // Ids are sometimes the same on both sides, as those of clients are.
        let roles = vec((select(vec!["x", "y", "own"]), names(), contents(), any::<bool>()), 1..5);
        let groups = vec((names(), vec((0u8..4, any::<bool>()), 0..4)), 0..4);
        let bindings = vec((any::<bool>(), 0u8..4, 0usize..5, select(vec!["", "shop"])), 0..10);
        (roles, groups, bindings).prop_map(move |(roles, groups, bindings)| {
            let mut place = Place::default();
            for (number, (id, name, content, default)) in roles.into_iter().enumerate() {
                let id = if id == "own" { format!("{prefix}{number}") } else { id.to_owned() };
                let default = default && !place.roles.iter().any(|(.., default)| *default);
                if !place.roles.iter().any(|(there, ..)| *there == id) {
                    place.roles.push((id, name.to_owned(), content.to_owned(), default));
                }
            }
            for (number, (name, members)) in groups.into_iter().enumerate() {
                if !place.groups.iter().any(|(_, there, _)| there == name) {
                    let mut once = BTreeSet::new();
                    let members = members.into_iter().filter(|(who, _)| once.insert(*who)).collect();
                    place.groups.push((format!("{prefix}group{number}"), name.to_owned(), members));
                }
            }
            for (direct, who, role, namespace) in bindings {
                let role = place.roles[role % place.roles.len()].0.clone();
                let holder = match place.groups.get(usize::from(who)) {
                    Some((id, ..)) if !direct => Holder::Group(id.clone()),
                    _ => Holder::Principal(who),
                };
                place.bindings.insert((holder, role, namespace.to_owned()));
            }
            place
        })
    }

    proptest! {
        #[test]
        fn nobody_loses_or_gains_anything(waiting in any_place("waiting"), there in any_place("there")) {
            let plan = plan(SyncCounts::default(), &waiting.side(), &there.side());
            let after = there.clone().take(&waiting, &plan);
            for who in 0..4 {
                let both = waiting.abilities(who).union(&there.abilities(who)).cloned().collect();
                prop_assert_eq!(after.abilities(who), both);
                let owned = waiting.owned(who).union(&there.owned(who)).cloned().collect();
                prop_assert_eq!(after.owned(who), owned);
            }
            prop_assert!(after.roles.iter().filter(|(.., default)| *default).count() <= 1);
            // What is there stays as it is.
            for role in &there.roles {
                prop_assert!(after.roles.contains(role));
            }
        }

        #[test]
        fn what_is_equal_becomes_one(place in any_place("waiting")) {
            let plan = plan(SyncCounts::default(), &place.side(), &place.side());
            let kept = |outcome: &Outcome| matches!(outcome, Outcome::KeptApart { .. });
            prop_assert!(!plan.roles.iter().any(|role| kept(&role.outcome)));
            prop_assert!(!plan.groups.iter().any(|group| kept(&group.outcome)));
        }

        #[test]
        fn where_nothing_is_nothing_is_met(waiting in any_place("waiting")) {
            let plan = plan(SyncCounts::default(), &waiting.side(), &Side::default());
            prop_assert!(plan.roles.is_empty() && plan.groups.is_empty() && plan.no_longer_default.is_none());
        }
    }
}
