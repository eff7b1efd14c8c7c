//! Files that hold a secret and that others can read.

use super::keys::fold;
use crate::yaml::{Content, Node};
use std::path::Path;

/// How keys of secrets end, ours and those of other parts of Kestra.
const SECRETS: [&str; 6] = ["password", "secret", "secretkey", "accesskey", "privatekey", "apikey"];

/// The first secret of a text: its key, as written, and its line.
pub(super) fn secret(node: &Node) -> Option<(String, u64)> {
    match &node.content {
        Content::Map(entries) => entries.iter().find_map(|(key, line, value)| {
            if is_secret(key, value) {
                return Some((key.clone(), *line));
            }
            secret(value).map(|(below, line)| (format!("{key}.{below}"), line))
        }),
        Content::List(items) => items.iter().find_map(secret),
        Content::Null | Content::Text(_) | Content::Bare(_) => None,
    }
}

fn is_secret(key: &str, value: &Node) -> bool {
    let (Content::Text(text) | Content::Bare(text)) = &value.content else { return false };
    // Then it is somewhere else.
    let elsewhere = text.starts_with("${") && text.ends_with('}') && !text.contains(':');
    let name = fold(key);
    let address = text.split_once("://").is_some_and(|(_, rest)| {
        let user = rest.split(['/', '?']).next().and_then(|authority| authority.rsplit_once('@'));
        user.is_some_and(|(user, _)| user.contains(':')) || rest.contains("password=")
    });
    !text.is_empty() && !elsewhere && (address || SECRETS.iter().any(|end| name.ends_with(end)))
}

/// Whether somebody else than its owner may read a file.
#[cfg(unix)]
pub(super) fn readable_by_others(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(file).is_ok_and(|found| found.permissions().mode() & 0o044 != 0)
}

#[cfg(not(unix))]
pub(super) fn readable_by_others(_: &Path) -> bool {
    false
}
