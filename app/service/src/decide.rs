//! The decision: may this subject do this, there? One pure function, for enforcement and for "why?".

use model::{Grant, Namespace, Permission, Permissions, Principal, Reach, TenantUid};

/// Who asks, with all they hold that matters for the question.
#[derive(Debug, Clone)]
pub enum Subject {
    /// A user or service account with its grants.
    Principal(Principal, Vec<Grant>),
    /// Who can read the configuration and the database: the command line, and the server itself.
    Operator,
}

/// Where something is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place<'a> {
    /// Outside every tenant.
    Instance,
    /// In a tenant, as a whole or in one of its namespaces.
    Tenant(&'a TenantUid, Option<&'a Namespace>),
}

/// The answer, with its complete path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision<'a> {
    /// Allowed: whoever can read the database needs no permission in it.
    Operator,
    /// Allowed: superadmins administer this everywhere (contract 4.6).
    Superadmin,
    /// Allowed by this grant: group if any, binding, role.
    Granted(&'a Grant),
    /// Denied: no grant covers it.
    Denied,
}

impl Decision<'_> {
    /// Whether it is allowed.
    pub fn allowed(&self) -> bool {
        !matches!(self, Self::Denied)
    }
}

/// Decides (contract 4.7): allowed, if there is any way to it.
pub fn decide<'a>(subject: &'a Subject, wanted: Permission, place: Place<'a>) -> Decision<'a> {
    ways(subject, wanted, place).next().unwrap_or(Decision::Denied)
}

/// Every way in which something is allowed; none where it is denied. Enforcement takes the first, an
/// explanation shows all.
pub fn ways<'a>(subject: &'a Subject, wanted: Permission, place: Place<'a>) -> impl Iterator<Item = Decision<'a>> {
    let (above, grants) = match subject {
        Subject::Operator => (Some(Decision::Operator), &[][..]),
        Subject::Principal(principal, grants) => {
            let above = (principal.superadmin && wanted.resource.of_superadmin()).then_some(Decision::Superadmin);
            (above, grants.as_slice())
        }
    };
    let granted = grants.iter().filter(move |grant| reaches(grant, wanted, place) && grant.permissions.grant(wanted));
    above.into_iter().chain(granted.map(Decision::Granted))
}

/// The namespaces in which a subject may do something in a tenant.
pub fn reach(subject: &Subject, wanted: Permission, tenant: &TenantUid) -> Reach {
    if decide(subject, wanted, Place::Tenant(tenant, None)).allowed() {
        return Reach::All;
    }
    let Subject::Principal(_, grants) = subject else { return Reach::Only(Vec::new()) };
    let limits = grants.iter().filter(|grant| grant.tenant == *tenant && wanted.resource.in_namespace());
    let limits = limits.filter(|grant| grant.permissions.grant(wanted)).filter_map(|grant| grant.namespace.clone());
    let mut limits: Vec<Namespace> = limits.collect();
    limits.sort();
    limits.dedup();
    Reach::Only(limits)
}

/// Whether these grants allow something in a tenant as a whole.
pub(crate) fn holds(grants: &[Grant], wanted: Permission, tenant: &TenantUid) -> bool {
    let place = Place::Tenant(tenant, None);
    grants.iter().any(|grant| reaches(grant, wanted, place) && grant.permissions.grant(wanted))
}

/// Whether a grant is about the place at all.
pub(crate) fn reaches(grant: &Grant, wanted: Permission, place: Place<'_>) -> bool {
    match (place, &grant.namespace) {
        // Permissions on the instance are held through roles of any tenant, but only whole ones.
        (Place::Instance, None) => wanted.resource.of_instance(),
        (Place::Instance, Some(_)) => false,
        (Place::Tenant(tenant, _), None) => grant.tenant == *tenant && !wanted.resource.of_instance(),
        (Place::Tenant(tenant, Some(namespace)), Some(limit)) => {
            grant.tenant == *tenant && wanted.resource.in_namespace() && limit.covers(namespace)
        }
        (Place::Tenant(_, None), Some(_)) => false,
    }
}

/// The first permission of `role` that the subject lacks in `tenant` (and `namespace`, if the role is to
/// be limited to it): nobody gives what they do not have (contract 4.5). Superadmins and operators, who
/// administer access everywhere, may give everything.
pub fn lacking(
    subject: &Subject,
    role: &Permissions,
    tenant: &TenantUid,
    namespace: Option<&Namespace>,
) -> Option<Permission> {
    match subject {
        Subject::Operator => None,
        Subject::Principal(principal, _) if principal.superadmin => None,
        Subject::Principal(..) => role.granted().find(|wanted| {
            // Under a limited binding a role's tenant-wide permissions have no effect, so they need not be held.
            if namespace.is_some() && !wanted.resource.in_namespace() {
                return false;
            }
            let place = if wanted.resource.of_instance() { Place::Instance } else { Place::Tenant(tenant, namespace) };
            !decide(subject, *wanted, place).allowed()
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Action, BindingId, Managed, PrincipalId, PrincipalKind, Resource, RoleId, RoleRef};
    use proptest::{prelude::*, sample::select};

    fn principal(superadmin: bool) -> Principal {
        Principal {
            id: PrincipalId::new("p"),
            kind: PrincipalKind::User,
            name: "p@example.com".into(),
            superadmin,
            ..Principal::default()
        }
    }

    fn grant(tenant: &str, namespace: Option<&str>, permissions: Permissions) -> Grant {
        Grant {
            tenant: TenantUid::new(tenant),
            binding: BindingId::new("b"),
            group: None,
            role: RoleRef { id: RoleId::new("r"), name: "R".into() },
            namespace: namespace.map(|text| Namespace::stored(text.into())),
            permissions,
        }
    }

    fn any_permission() -> impl Strategy<Value = Permission> {
        (select(Resource::ALL), select(Action::ALL)).prop_map(|(resource, action)| Permission::new(resource, action))
    }

    fn any_namespace() -> impl Strategy<Value = Option<&'static str>> {
        select(vec![None, Some("shop"), Some("shop.orders"), Some("shopping"), Some("team")])
    }

    fn any_grant() -> impl Strategy<Value = Grant> {
        (select(vec!["a", "b"]), any_namespace(), proptest::collection::vec(any_permission(), 0..4)).prop_map(
            |(tenant, namespace, held)| {
                grant(tenant, namespace, Permissions::of(held.into_iter().map(|one| (one.resource, vec![one.action]))))
            },
        )
    }

    proptest! {
        #[test]
        fn more_grants_never_deny_more(grants in proptest::collection::vec(any_grant(), 0..6), extra in any_grant(),
                                       wanted in any_permission(), namespace in any_namespace()) {
            let namespace = namespace.map(|text| Namespace::stored(text.into()));
            let tenant = TenantUid::new("a");
            let before = Subject::Principal(principal(false), grants.clone());
            let after = Subject::Principal(principal(false), grants.into_iter().chain([extra]).collect());
            for place in [Place::Instance, Place::Tenant(&tenant, namespace.as_ref())] {
                if decide(&before, wanted, place).allowed() {
                    prop_assert!(decide(&after, wanted, place).allowed());
                }
            }
        }

        #[test]
        fn the_reach_of_a_list_is_where_its_rows_may_be_seen(grants in proptest::collection::vec(any_grant(), 0..6),
                                                             wanted in any_permission(), namespace in any_namespace()) {
            let subject = Subject::Principal(principal(false), grants);
            let tenant = TenantUid::new("a");
            prop_assume!(wanted.resource.in_namespace());
            if let Some(namespace) = namespace.map(|text| Namespace::stored(text.into())) {
                let listed = match reach(&subject, wanted, &tenant) {
                    Reach::All => true,
                    Reach::Only(limits) => limits.iter().any(|limit| limit.covers(&namespace)),
                };
                prop_assert_eq!(listed, decide(&subject, wanted, Place::Tenant(&tenant, Some(&namespace))).allowed());
            }
        }

        #[test]
        fn no_grant_leaks_to_another_tenant(grants in proptest::collection::vec(any_grant(), 0..6),
                                            wanted in any_permission(), namespace in any_namespace()) {
            let namespace = namespace.map(|text| Namespace::stored(text.into()));
            let elsewhere = TenantUid::new("c");
            let subject = Subject::Principal(principal(false), grants);
            prop_assert!(!decide(&subject, wanted, Place::Tenant(&elsewhere, namespace.as_ref())).allowed());
        }

        #[test]
        fn a_limited_grant_stays_in_its_namespace(held in any_permission(), namespace in any_namespace()) {
            let role = Permissions::of([(held.resource, vec![held.action])]);
            let subject = Subject::Principal(principal(false), vec![grant("a", Some("shop"), role)]);
            let tenant = TenantUid::new("a");
            let inside = matches!(namespace, Some("shop" | "shop.orders"));
            let namespace = namespace.map(|text| Namespace::stored(text.into()));
            let allowed = decide(&subject, held, Place::Tenant(&tenant, namespace.as_ref())).allowed();
            prop_assert_eq!(allowed, inside && held.resource.in_namespace());
            prop_assert!(!decide(&subject, held, Place::Instance).allowed());
        }

        #[test]
        fn what_may_be_given_is_held(grants in proptest::collection::vec(any_grant(), 0..6),
                                     role in proptest::collection::vec(any_permission(), 0..4)) {
            let subject = Subject::Principal(principal(false), grants);
            let tenant = TenantUid::new("a");
            let role = Permissions::of(role.into_iter().map(|one| (one.resource, vec![one.action])));
            if lacking(&subject, &role, &tenant, None).is_none() {
                for wanted in role.granted() {
                    let place = if wanted.resource.of_instance() { Place::Instance } else { Place::Tenant(&tenant, None) };
                    prop_assert!(decide(&subject, wanted, place).allowed());
                }
            }
        }
    }

    #[test]
    fn superadmins_administer_access_and_do_not_see_data() {
        let subject = Subject::Principal(principal(true), vec![]);
        let tenant = TenantUid::new("a");
        let may = |resource, action| {
            decide(&subject, Permission::new(resource, action), Place::Tenant(&tenant, None)).allowed()
        };
        assert!(may(Resource::Binding, Action::Create));
        assert!(may(Resource::Role, Action::Update));
        assert!(!may(Resource::Flow, Action::View));
        assert!(!may(Resource::Secret, Action::List));
    }

    #[test]
    fn a_tenant_admin_gives_every_managed_role_and_nothing_of_the_instance() {
        let admin = Subject::Principal(principal(false), vec![grant("a", None, Managed::Admin.permissions())]);
        let tenant = TenantUid::new("a");
        for role in Managed::ALL {
            assert_eq!(lacking(&admin, &role.permissions(), &tenant, None), None);
        }
        let creator = Permissions::of([(Resource::Tenant, vec![Action::Create])]);
        assert_eq!(lacking(&admin, &creator, &tenant, None), Some(Permission::new(Resource::Tenant, Action::Create)));
    }
}
