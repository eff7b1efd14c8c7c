//! Why somebody may do something, who may, and many such questions at once. The answers come from the function that
//! enforces.

use crate::{
    Context, Error, Result, TenantRef,
    context::{Own, Read},
    decide::{Decision, Place, Subject, decide, ways},
    group,
};
use model::{
    Action, Grant, GroupId, List, Membership, Namespace, Page, Permission, Principal, PrincipalId, Resource, Tenant,
};
use std::collections::HashMap;

/// One step on the way from a principal to an action, or why the way ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// Superadmins administer this everywhere.
    Superadmin,
    /// Through a binding: of its own, or of a group it is in.
    Grant {
        /// The binding, its role and where it holds.
        grant: Box<Grant>,
        /// The group, if it goes through one.
        group: Option<(GroupId, String)>,
        /// The namespace in question is below the one of the binding.
        inherited: bool,
    },
}

/// What stands between a principal and an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// It has no access to the tenant.
    TenantAccess,
    /// None of its roles allows the action; these hold at the place, and allow other things.
    Permission(Vec<Grant>),
    /// These allow the action, in namespaces that do not cover the one in question.
    Namespace(Vec<Grant>),
    /// It is a superadmin, who administers access and sees no data of a tenant without a role in it.
    SuperadminsSeeNoData,
}

/// The answer to "why?".
#[derive(Debug, Clone)]
pub struct Explanation {
    /// Who.
    pub principal: Principal,
    /// Where.
    pub tenant: Tenant,
    /// What.
    pub wanted: Permission,
    /// In which namespace; in the tenant as a whole if absent.
    pub namespace: Option<Namespace>,
    /// Whether it is allowed.
    pub allowed: bool,
    /// Every way in which it is; empty where it is not.
    pub ways: Vec<Way>,
    /// Everything that is missing; empty where it is allowed.
    pub missing: Vec<Missing>,
    /// Its password is locked for now: it cannot sign in, whatever it may do once it has.
    pub locked: bool,
}

impl Explanation {
    /// What stands between them, as a sentence.
    pub fn sentence(&self, missing: &Missing) -> String {
        let (name, wanted) = (&self.principal.name, self.wanted);
        match missing {
            Missing::TenantAccess => format!("{name} has no access to this tenant."),
            Missing::Permission(_) => format!("None of the roles of {name} allows {wanted}."),
            Missing::Namespace(_) => {
                let whole = || "the whole tenant".to_owned();
                let place = self.namespace.as_ref().map_or_else(whole, |one| format!("the namespace {one}"));
                format!("A role of {name} allows {wanted}, but not in {place}.")
            }
            Missing::SuperadminsSeeNoData => {
                format!("{name} is a superadmin: that is for administering access, not for {wanted}.")
            }
        }
    }
}

impl Missing {
    /// The roles it does have that matter here.
    pub fn roles(&self) -> &[Grant] {
        match self {
            Self::Permission(roles) | Self::Namespace(roles) => roles,
            Self::TenantAccess | Self::SuperadminsSeeNoData => &[],
        }
    }
}

/// Explains a decision about a principal: one's own to everybody, others' to whoever sees the bindings.
///
/// # Errors
/// [`Error::NoUser`] for nobody the caller may know.
#[tracing::instrument(name = "access::explain", skip_all, fields(%tenant))]
pub async fn explain(
    cx: &Context,
    tenant: &TenantRef,
    who: Option<&str>,
    wanted: Permission,
    namespace: Option<&str>,
) -> Result<Explanation> {
    let mut read = cx.read_own(Some(tenant)).await?;
    let namespace = parse(namespace)?;
    let principal = match (who, cx.principal_id()) {
        (None, Some(id)) => id.clone(),
        (None, None) => return Err(Error::field("principal", "Say whom the question is about.")),
        (Some(who), _) => known(cx, &mut read, who).await?.id,
    };
    let tenant = read.tenant()?.clone();
    let found = store::principals::by_id(read.tx(), &principal).await?;
    let principal = found.ok_or_else(|| Error::NoUser(principal.to_string()))?;
    let entered = store::access::entered(read.tx(), &tenant.uid, &principal.id).await?;
    let mut grants = store::access::grants(read.tx(), &tenant.uid, &principal.id).await?;
    if wanted.resource.of_instance() {
        grants = crate::context::instance_grants(cx, read.tx(), &principal.id).await?;
    }
    let memberships = store::groups::of_principals(read.tx(), &[principal.id.to_string()], None).await?;
    Ok(tell(principal, tenant, entered, grants, &memberships, wanted, namespace, cx.now()))
}

/// The pure part of an explanation.
#[expect(clippy::too_many_arguments, reason = "these are the facts, and each is one")]
fn tell(
    principal: Principal,
    tenant: Tenant,
    entered: bool,
    grants: Vec<Grant>,
    memberships: &[Membership],
    wanted: Permission,
    namespace: Option<Namespace>,
    now: model::Timestamp,
) -> Explanation {
    let locked = principal.locked(now);
    let superadmin = principal.superadmin;
    let subject = Subject::Principal(principal.clone(), grants);
    let place = place(&tenant, wanted, namespace.as_ref());
    let way = |decision: Decision<'_>| match decision {
        Decision::Granted(grant) => Some(Way::Grant {
            inherited: grant.namespace.is_some() && grant.namespace != namespace,
            group: grant.group.as_ref().map(|id| {
                let name = memberships.iter().find(|one| one.group == *id).map(|one| one.name.clone());
                (id.clone(), name.unwrap_or_default())
            }),
            grant: Box::new(grant.clone()),
        }),
        Decision::Operator | Decision::Superadmin => Some(Way::Superadmin),
        Decision::Denied => None,
    };
    let all: Vec<Way> = ways(&subject, wanted, place).filter_map(way).collect();
    let allowed = decide(&subject, wanted, place).allowed();
    let mut missing = Vec::new();
    if let (false, Subject::Principal(_, grants)) = (allowed, &subject) {
        if !entered && !superadmin {
            missing.push(Missing::TenantAccess);
        }
        let (fits, others): (Vec<&Grant>, Vec<&Grant>) =
            grants.iter().partition(|grant| grant.permissions.grant(wanted));
        if fits.is_empty() {
            missing.push(Missing::Permission(others.into_iter().cloned().collect()));
        } else {
            missing.push(Missing::Namespace(fits.into_iter().cloned().collect()));
        }
        if superadmin && !wanted.resource.of_superadmin() {
            missing.push(Missing::SuperadminsSeeNoData);
        }
    }
    Explanation { principal, tenant, wanted, namespace, allowed, ways: all, missing, locked }
}

fn place<'a>(tenant: &'a Tenant, wanted: Permission, namespace: Option<&'a Namespace>) -> Place<'a> {
    if wanted.resource.of_instance() { Place::Instance } else { Place::Tenant(&tenant.uid, namespace) }
}

fn parse(namespace: Option<&str>) -> Result<Option<Namespace>> {
    Namespace::parse_optional(namespace).map_err(|invalid| Error::field("namespace", invalid.0))
}

const SEE: [Permission; 1] = [Permission::new(Resource::Binding, Action::List)];

/// Somebody the caller may ask about: itself, or, for whoever sees the bindings, those of the tenant; for superadmins
/// anybody.
async fn known(cx: &Context, read: &mut Read<Own>, who: &str) -> Result<Principal> {
    if cx.principal_id().is_some_and(|id| id.as_str() == who) {
        return group::named(read.tx(), who).await;
    }
    read.require_any(&SEE).await?;
    let found = group::named(read.tx(), who).await?;
    let uid = read.tenant_uid()?;
    let trusted = match read.subject() {
        Subject::Operator => true,
        Subject::Principal(principal, _) => principal.superadmin,
    };
    if trusted || store::access::entered(read.tx(), &uid, &found.id).await? {
        return Ok(found);
    }
    Err(Error::NoUser(who.to_owned()))
}

/// A page of everybody who may do something in the tenant, by name.
#[tracing::instrument(name = "access::who_can", skip_all, fields(%tenant))]
pub async fn who_can(
    cx: &Context,
    tenant: &TenantRef,
    wanted: Permission,
    namespace: Option<&str>,
    list: &List,
) -> Result<Page<Principal>> {
    let mut read = cx.read_own(Some(tenant)).await?;
    read.require_any(&SEE).await?;
    crate::name::check(&store::shape::PRINCIPALS, list)?;
    let namespace = parse(namespace)?;
    let uid = read.tenant_uid()?;
    let roles = store::roles::all(read.tx(), &uid).await?;
    let roles = roles.into_iter().filter(|(_, permissions)| permissions.grant(wanted));
    let roles: Vec<String> = roles.flat_map(|(ids, _)| ids).map(|id| id.to_string()).collect();
    let namespaces = covering(namespace.as_ref().filter(|_| wanted.resource.in_namespace()));
    let superadmins = wanted.resource.of_superadmin();
    let Page { results: rows, total, more } =
        store::access::holders(read.tx(), &uid, &roles, &namespaces, superadmins, list).await?;
    Ok(Page { results: rows.into_iter().map(|(principal, _)| principal).collect(), total, more })
}

/// The namespaces whose bindings cover one: the whole tenant (empty), itself, and those above it.
fn covering(namespace: Option<&Namespace>) -> Vec<String> {
    let mut all = vec![String::new()];
    if let Some(text) = namespace.map(Namespace::as_str) {
        let dots = text.match_indices('.').map(|(place, _)| text[..place].to_owned());
        all.extend(dots.chain([text.to_owned()]));
    }
    all
}

/// Which of these the caller may do, in a tenant or about the instance; for pages, that they offer nothing else.
#[tracing::instrument(name = "access::allowed", skip_all)]
pub async fn allowed<const N: usize>(
    cx: &Context,
    tenant: Option<&TenantRef>,
    wanted: [Permission; N],
) -> Result<[bool; N]> {
    let read = cx.read_own(tenant).await?;
    Ok(wanted.map(|one| read.may(one)))
}

/// Goes on only if the caller may do this; for pages that have nothing to show but a form.
#[tracing::instrument(name = "access::require", skip_all)]
pub async fn require(cx: &Context, tenant: Option<&TenantRef>, wanted: Permission) -> Result<()> {
    cx.read_own(tenant).await?.require_any(&[wanted]).await
}

/// One of many questions.
#[derive(Debug, Clone)]
pub struct Question {
    /// Whom it is about, by id; the caller if absent.
    pub principal: Option<PrincipalId>,
    /// What.
    pub wanted: Permission,
    /// Where.
    pub namespace: Option<Namespace>,
}

/// Questions at once, at the most.
pub const QUESTIONS: usize = 1000;

/// Answers questions in their order; about others only for whoever sees the bindings. Nobody who is not in the tenant
/// may do anything there.
#[tracing::instrument(name = "access::check", skip_all, fields(%tenant))]
pub async fn check(cx: &Context, tenant: &TenantRef, questions: &[Question]) -> Result<Vec<bool>> {
    let mut read = cx.read_own(Some(tenant)).await?;
    if questions.len() > QUESTIONS {
        return Err(Error::field("questions", format!("Ask at most {QUESTIONS} questions at once.")));
    }
    let me = cx.principal_id();
    let mut ids: Vec<String> =
        questions.iter().filter_map(|one| one.principal.as_ref().or(me)).map(ToString::to_string).collect();
    ids.sort();
    ids.dedup();
    if ids.iter().any(|id| me.is_none_or(|me| me.as_str() != id)) {
        read.require_any(&SEE).await?;
    }
    let tenant = read.tenant()?.clone();
    let principals = store::principals::by_ids(read.tx(), &ids).await?;
    let grants = store::access::grants_of(read.tx(), Some(&tenant.uid), &ids).await?;
    let mut subjects: HashMap<PrincipalId, (Principal, Vec<Grant>)> =
        principals.into_iter().map(|(one, _)| (one.id.clone(), (one, Vec::new()))).collect();
    for (id, grant) in grants {
        if let Some((_, held)) = subjects.get_mut(&id) {
            held.push(grant);
        }
    }
    let subjects: HashMap<PrincipalId, Subject> =
        subjects.into_iter().map(|(id, (one, held))| (id, Subject::Principal(one, held))).collect();
    let answer = |question: &Question| {
        let subject = question.principal.as_ref().or(me).and_then(|id| subjects.get(id));
        let place = place(&tenant, question.wanted, question.namespace.as_ref());
        subject.is_some_and(|subject| decide(subject, question.wanted, place).allowed())
    };
    Ok(questions.iter().map(answer).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{BindingId, Permissions, RoleId, RoleRef, TenantKind, TenantSettings, TenantUid, Timestamp};
    use proptest::{prelude::*, sample::select};

    fn tenant() -> Tenant {
        Tenant {
            uid: TenantUid::new("a"),
            kind: TenantKind::Named,
            id: None,
            name: "A".into(),
            settings: TenantSettings::default(),
            created_at: Timestamp(0),
            created_by: String::new(),
            version: 1,
            users: 0,
            roles: 0,
            groups: 0,
            bindings: 0,
        }
    }

    fn any_grant() -> impl Strategy<Value = Grant> {
        let permission = (select(Resource::ALL), select(Action::ALL));
        let namespaces = select(vec![None, Some("shop"), Some("shop.orders"), Some("team")]);
        (select(vec!["a", "b"]), namespaces, proptest::collection::vec(permission, 0..6), any::<bool>()).prop_map(
            |(tenant, namespace, held, through)| Grant {
                tenant: TenantUid::new(tenant),
                binding: BindingId::new("b"),
                group: through.then(|| GroupId::new("g")),
                role: RoleRef { id: RoleId::new("r"), name: "R".into() },
                namespace: namespace.map(|text| Namespace::stored(text.into())),
                permissions: Permissions::of(held.into_iter().map(|(resource, action)| (resource, vec![action]))),
            },
        )
    }

    proptest! {
        #[test]
        fn explaining_and_enforcing_never_disagree(
            grants in proptest::collection::vec(any_grant(), 0..8),
            wanted in (select(Resource::ALL), select(Action::ALL)),
            namespace in select(vec![None, Some("shop"), Some("shop.orders.new"), Some("shopping")]),
            superadmin in any::<bool>(),
        ) {
            let wanted = Permission::new(wanted.0, wanted.1);
            let namespace = namespace.map(|text| Namespace::stored(text.into()));
            let principal = Principal { superadmin, ..Principal::default() };
            let here = tenant();
            let enforced = decide(
                &Subject::Principal(principal.clone(), grants.clone()), wanted, place(&here, wanted, namespace.as_ref()),
            ).allowed();
            let told = tell(principal, here.clone(), true, grants, &[], wanted, namespace, Timestamp(0));
            prop_assert_eq!(told.allowed, enforced);
            prop_assert_eq!(told.allowed, !told.ways.is_empty());
            prop_assert_eq!(told.allowed, told.missing.is_empty());
        }

        #[test]
        fn the_namespaces_that_cover_one_are_those_whose_grants_do(
            binding in "[a-c](\\.[a-c]){0,2}", asked in "[a-c](\\.[a-c]){0,3}",
        ) {
            let (binding, asked) = (Namespace::stored(binding), Namespace::stored(asked));
            prop_assert_eq!(covering(Some(&asked)).contains(&binding.to_string()), binding.covers(&asked));
        }
    }
}
