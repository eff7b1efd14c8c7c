//! Addresses of the console without what differs from one thing to the next, as the log names them.

/// Every page; where two match an address, the earlier one is it.
pub const TEMPLATES: &[&str] = &[
    "/login",
    "/setup",
    "/find",
    "/account",
    "/administration/instance",
    "/administration/sync-access",
    "/administration/tenants",
    "/administration/create-tenant",
    "/administration/tenants/{id}",
    "/administration/tenants/{id}/edit",
    "/administration/tenants/{id}/delete",
    "/administration/service-accounts",
    "/administration/service-accounts/create",
    "/administration/service-accounts/{id}",
    "/administration/service-accounts/{id}/delete",
    "/administration/users",
    "/administration/users/create",
    "/administration/users/delete",
    "/administration/users/{id}",
    "/administration/users/{id}/delete",
    "/administration/audit",
    "/administration/audit/{id}",
    "/ui",
    "/ui/invitation/{id}",
    "/ui/{tenant}",
    "/ui/{tenant}/settings",
    "/ui/{tenant}/access",
    "/ui/{tenant}/access/create",
    "/ui/{tenant}/access/revoke",
    "/ui/{tenant}/groups",
    "/ui/{tenant}/groups/create",
    "/ui/{tenant}/groups/{id}",
    "/ui/{tenant}/groups/{id}/remove",
    "/ui/{tenant}/groups/{id}/delete",
    "/ui/{tenant}/users",
    "/ui/{tenant}/users/remove",
    "/ui/{tenant}/users/{id}",
    "/ui/{tenant}/users/{id}/remove",
    "/ui/{tenant}/invitations",
    "/ui/{tenant}/invitations/create",
    "/ui/{tenant}/roles",
    "/ui/{tenant}/roles/create",
    "/ui/{tenant}/roles/{id}",
    "/ui/{tenant}/roles/{id}/delete",
    "/ui/{tenant}/namespaces",
    "/ui/{tenant}/flows",
    "/ui/{tenant}/flows/{namespace}",
    "/ui/{tenant}/flows/{namespace}/{id}",
    "/ui/{tenant}/executions",
    "/ui/{tenant}/executions/{id}",
    "/ui/{tenant}/explain",
    "/ui/{tenant}/who-can",
    "/ui/{tenant}/service-accounts",
    "/ui/{tenant}/service-accounts/create",
    "/ui/{tenant}/service-accounts/{id}",
    "/ui/{tenant}/service-accounts/{id}/delete",
    "/ui/{tenant}/audit",
    "/ui/{tenant}/audit/{id}",
];

/// The page at a path; nothing where there is none.
pub fn template(path: &str) -> Option<&'static str> {
    let is = |template: &&&str| {
        let mut parts = path.trim_end_matches('/').split('/');
        let same = |wanted: &str| {
            parts.next().is_some_and(|part| wanted == part || (wanted.starts_with('{') && !part.is_empty()))
        };
        template.split('/').all(same) && parts.next().is_none()
    };
    TEMPLATES.iter().find(is).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_named_without_what_is_in_it() {
        for (path, named) in [
            ("/ui", Some("/ui")),
            ("/ui/", Some("/ui")),
            ("/ui/acme/groups/create", Some("/ui/{tenant}/groups/create")),
            ("/ui/acme/groups/0Abc", Some("/ui/{tenant}/groups/{id}")),
            ("/ui/invitation/secret", Some("/ui/invitation/{id}")),
            ("/administration/users/0Abc/delete", Some("/administration/users/{id}/delete")),
            ("/ui/acme/nothing", None),
            ("/ui//groups", None),
            ("/", None),
            ("", None),
        ] {
            assert_eq!(template(path), named, "{path}");
        }
    }

    #[test]
    fn every_page_has_its_template() {
        let routes = include_str!("layout.rs").split("path!(\"").skip(1).filter_map(|rest| rest.split('"').next());
        let segment = |segment: &str| match segment.strip_prefix(':') {
            Some(name) => format!("{{{name}}}"),
            None => segment.to_owned(),
        };
        let routes = routes.filter(|path| !path.is_empty() && !path.contains('*'));
        let pages = routes.map(|path| path.split('/').map(segment).collect::<Vec<_>>().join("/"));
        let mut pages: Vec<_> = pages.collect();
        pages.sort();
        let mut templates = TEMPLATES.to_vec();
        templates.sort_unstable();
        assert_eq!(templates, pages);
    }
}
