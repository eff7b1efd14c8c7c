//! Giving what waits since tenants were off to the default tenant: the words of its plan (contract 6.2).

use crate::{GroupId, RoleId, Timestamp};
use serde::{Deserialize, Serialize};

/// How much of each kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SyncCounts {
    /// Users who get access to the default tenant.
    pub users: i64,
    /// Service accounts that do.
    pub service_accounts: i64,
    /// Groups.
    pub groups: i64,
    /// Memberships, ownerships among them.
    pub memberships: i64,
    /// Roles, those that every tenant has aside.
    pub roles: i64,
    /// Bindings.
    pub bindings: i64,
    /// Invitations that nobody has accepted yet.
    pub invitations: i64,
    /// Security integrations.
    pub integrations: i64,
}

impl SyncCounts {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The kinds with their numbers, in the order in which people are told.
    pub fn each(&self) -> [(i64, &'static str); 8] {
        [
            (self.users, "user"),
            (self.service_accounts, "service account"),
            (self.groups, "group"),
            (self.memberships, "membership"),
            (self.roles, "role"),
            (self.bindings, "binding"),
            (self.invitations, "invitation"),
            (self.integrations, "security integration"),
        ]
    }

    /// What there is, in words: `2 users, 1 group`.
    pub fn sentence(&self) -> String {
        let some = self.each().into_iter().filter(|(count, _)| *count > 0);
        let words: Vec<_> = some.map(|(n, what)| format!("{n} {what}{}", if n == 1 { "" } else { "s" })).collect();
        if words.is_empty() { "nothing".into() } else { words.join(", ") }
    }
}

/// What becomes of something whose name or id the default tenant has already.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Outcome {
    /// The two are equal: from then on they are one, under the id it has there.
    Merged {
        /// That id.
        into: String,
    },
    /// The two differ: both are there afterwards.
    KeptApart {
        /// Its id, which is another only where that was taken.
        id: String,
        /// Its new name.
        name: String,
    },
}

/// A role that the default tenant has under the same name or id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SyncedRole {
    /// Its id so far.
    pub id: RoleId,
    /// Its name so far.
    pub name: String,
    /// One of the five of every tenant.
    pub managed: bool,
    /// What becomes of it.
    pub outcome: Outcome,
}

/// A group that the default tenant has under the same name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SyncedGroup {
    /// Its id.
    pub id: GroupId,
    /// Its name so far.
    pub name: String,
    /// What becomes of it.
    pub outcome: Outcome,
}

/// What a sync does. Whatever is not named here moves as it is, with its id.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SyncPlan {
    /// How much moves.
    pub counts: SyncCounts,
    /// Roles that meet one there.
    pub roles: Vec<SyncedRole>,
    /// Groups that meet one there.
    pub groups: Vec<SyncedGroup>,
    /// The role that stops being the default one, because the default tenant has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_longer_default: Option<String>,
    /// Addresses that are invited here and there: the invitation of the default tenant stays.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub withdrawn_invitations: Vec<String>,
}

/// A sync that is under way in this process, or was the last one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SyncProgress {
    /// Who started it.
    pub by: String,
    /// When.
    #[cfg_attr(feature = "schema", schemars(with = "i64"))]
    pub since: Timestamp,
    /// Steps that are done.
    pub done: u32,
    /// Steps in all.
    pub steps: u32,
    /// What it is doing.
    pub doing: String,
}

/// What a sync does, one after the other.
const STEPS: [&str; 9] = [
    "Making the plan",
    "Comparing it with the one that was shown",
    "Roles and groups that are there already",
    "Bindings",
    "Groups and memberships",
    "Roles",
    "Access",
    "Invitations",
    "Counting",
];

impl SyncProgress {
    /// At its first step.
    pub fn new(by: String, since: Timestamp) -> Self {
        let steps = u32::try_from(STEPS.len()).unwrap_or(u32::MAX);
        Self { by, since, done: 0, steps, doing: STEPS[0].to_owned() }
    }

    /// So many steps are done.
    pub fn reach(&mut self, done: u32) {
        self.done = done;
        self.doing =
            usize::try_from(done).ok().and_then(|step| STEPS.get(step)).copied().unwrap_or_default().to_owned();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_is_read_as_it_was_written() {
        let apart = Outcome::KeptApart { id: "other".into(), name: "Other".into() };
        let (id, name) = (RoleId::new("r"), "Role".to_owned());
        let plan = SyncPlan {
            roles: vec![SyncedRole { id, name, managed: false, outcome: apart }],
            groups: vec![SyncedGroup {
                id: GroupId::new("g"),
                name: "Group".into(),
                outcome: Outcome::Merged { into: "there".into() },
            }],
            ..SyncPlan::default()
        };
        let text = serde_json::to_string(&plan).unwrap();
        assert_eq!(serde_json::from_str::<SyncPlan>(&text).unwrap(), plan, "{text}");
    }
}
