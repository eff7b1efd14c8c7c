//! What a role allows, in words.

use model::{Action, Permission, Permissions, Resource};

/// What a role allows, resources with the same actions together; and the resources that a namespace keeps out.
pub(super) fn clauses(permissions: &Permissions, limited: bool) -> (Vec<String>, Vec<String>) {
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    let mut lost = Vec::new();
    for resource in Resource::ALL {
        let all = resource.actions();
        let held: Vec<Action> =
            all.iter().copied().filter(|action| permissions.grant(Permission::new(*resource, *action))).collect();
        if held.is_empty() {
            continue;
        }
        if limited && !resource.in_namespace() {
            lost.push(things(*resource));
            continue;
        }
        let verbs = match held.len() == all.len() {
            true => "do everything with".to_owned(),
            false => and(&held.into_iter().map(verb).collect::<Vec<_>>()),
        };
        match groups.iter_mut().find(|(same, _)| *same == verbs) {
            Some((_, resources)) => resources.push(things(*resource)),
            None => groups.push((verbs, vec![things(*resource)])),
        }
    }
    (groups.into_iter().map(|(verbs, resources)| format!("{verbs} {}", and(&resources))).collect(), lost)
}

fn verb(action: Action) -> String {
    match action {
        Action::ChangeLabels => "change labels of".into(),
        Action::AccessLogs => "read logs of".into(),
        Action::AccessOutputs => "read outputs of".into(),
        Action::AccessFiles => "read files of".into(),
        Action::ManageFiles => "manage files of".into(),
        Action::ManageMembers => "manage members of".into(),
        Action::ManageGroupMembership => "manage group memberships of".into(),
        other => other.as_str().to_lowercase().replace('_', " "),
    }
}

fn things(resource: Resource) -> String {
    match resource {
        Resource::KvStore => return "key-value stores".into(),
        Resource::AuditLog => return "audit logs".into(),
        Resource::TestSuite => return "test suites".into(),
        Resource::Copilot | Resource::Support => return resource.as_str().to_lowercase(),
        Resource::McpServer => return "MCP servers".into(),
        Resource::Policy => return "policies".into(),
        _ => {}
    }
    let words = resource.as_str().to_lowercase().replace('_', " ");
    if words.ends_with('s') { words } else { format!("{words}s") }
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn and(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_told_in_words() {
        let role = Permissions::of([
            (Resource::Flow, vec![Action::View, Action::List]),
            (Resource::Execution, vec![Action::View, Action::List]),
            (Resource::Group, vec![Action::View]),
            (Resource::Secret, Resource::Secret.actions()),
        ]);
        let (told, lost) = clauses(&role, true);
        assert_eq!(told, ["view and list flows and executions", "do everything with secrets"]);
        assert_eq!(lost, ["groups"]);
    }
}
