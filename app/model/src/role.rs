//! Roles, and the five that every tenant has from its first moment (contract 4.4).

use crate::{Action, Permissions, Resource, RoleId};
use serde::{Deserialize, Serialize};

/// A role's id and name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleRef {
    /// Its id.
    pub id: RoleId,
    /// Its name.
    pub name: String,
}

/// A role of a tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Role {
    /// Its id, unique in the tenant.
    pub id: RoleId,
    /// Its name; several roles may share one.
    pub name: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What it allows.
    pub permissions: Permissions,
    /// Given to new users of the tenant; at most one role is.
    pub is_default: bool,
    /// One of the five of every tenant; cannot be changed.
    pub is_managed: bool,
}

/// The managed roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Managed {
    /// Everything in the tenant.
    Admin,
    /// Everything but access administration.
    Developer,
    /// Flows and what belongs to them.
    Editor,
    /// Starts flows and watches them.
    Launcher,
    /// Looks.
    Viewer,
}

impl Managed {
    /// All, the most powerful first.
    pub const ALL: [Self; 5] = [Self::Admin, Self::Developer, Self::Editor, Self::Launcher, Self::Viewer];

    /// First half of the role's id.
    pub fn key(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Developer => "developer",
            Self::Editor => "editor",
            Self::Launcher => "launcher",
            Self::Viewer => "viewer",
        }
    }

    /// What people see.
    pub fn name(self) -> &'static str {
        match self {
            Self::Admin => "Tenant Admin",
            Self::Developer => "Developer",
            Self::Editor => "Editor",
            Self::Launcher => "Launcher",
            Self::Viewer => "Viewer",
        }
    }

    /// One line on what it is for.
    pub fn description(self) -> &'static str {
        match self {
            Self::Admin => "Everything in this tenant, access included.",
            Self::Developer => "Flows, executions, namespaces, secrets and files; no access administration.",
            Self::Editor => "Flows and executions; namespaces to look at.",
            Self::Launcher => "Starts flows and follows their executions.",
            Self::Viewer => "Looks at flows, executions, triggers and namespaces.",
        }
    }

    /// What it allows. The public sources give outlines only (contract 4.4); these are our lists.
    pub fn permissions(self) -> Permissions {
        use Action::*;
        let all = |resource: Resource| (resource, resource.actions());
        let look = |resource: Resource| (resource, vec![View, List]);
        let studio = [
            Resource::Flow,
            Resource::Execution,
            Resource::Trigger,
            Resource::KvStore,
            Resource::ReusableInputs,
            Resource::Dashboard,
            Resource::App,
            Resource::TestSuite,
            Resource::Asset,
            Resource::McpServer,
            Resource::TenantSettings,
            Resource::Copilot,
        ];
        match self {
            Self::Admin => Permissions::of(Resource::ALL.iter().copied().filter(|one| !one.of_instance()).map(all)),
            Self::Developer => Permissions::of(
                studio
                    .into_iter()
                    .chain([Resource::Namespace, Resource::Secret, Resource::Credential, Resource::Blueprint])
                    .map(all),
            ),
            Self::Editor => Permissions::of(
                studio.into_iter().map(all).chain([look(Resource::Namespace), look(Resource::Blueprint)]),
            ),
            Self::Launcher => Permissions::of([
                (Resource::Flow, vec![View, List, Execute]),
                (
                    Resource::Execution,
                    vec![
                        View,
                        List,
                        Create,
                        Replay,
                        Restart,
                        ChangeLabels,
                        AccessLogs,
                        AccessOutputs,
                        AccessFiles,
                        Follow,
                        Export,
                    ],
                ),
                look(Resource::Trigger),
                look(Resource::KvStore),
                look(Resource::Dashboard),
                look(Resource::Asset),
            ]),
            Self::Viewer => Permissions::of([
                (Resource::Flow, vec![View, List, Export]),
                (Resource::Execution, vec![View, List, Export, AccessLogs, AccessOutputs, AccessFiles, Follow]),
                (Resource::Trigger, vec![View, List, Export]),
                (Resource::Namespace, vec![View, List]),
                look(Resource::McpServer),
            ]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Permission;

    #[test]
    fn each_managed_role_holds_all_of_the_next() {
        for pair in Managed::ALL.windows(2) {
            let (more, less) = (pair[0].permissions(), pair[1].permissions());
            let missing: Vec<_> = less.granted().filter(|one| !more.grant(*one)).map(|one| one.to_string()).collect();
            // A viewer also looks at namespaces, which a launcher does not need.
            let expected: &[&str] = match pair[1] {
                Managed::Viewer => &[
                    "FLOW:EXPORT",
                    "TRIGGER:EXPORT",
                    "NAMESPACE:VIEW",
                    "NAMESPACE:LIST",
                    "MCP_SERVER:VIEW",
                    "MCP_SERVER:LIST",
                ],
                _ => &[],
            };
            assert_eq!(missing, expected, "{:?}", pair[1]);
        }
    }

    #[test]
    fn no_managed_role_reaches_the_instance() {
        for role in Managed::ALL {
            assert!(!role.permissions().reach_instance());
            assert!(role.permissions().check().is_ok());
        }
        assert!(!Managed::Developer.permissions().grant(Permission::new(Resource::Role, Action::View)));
    }
}
