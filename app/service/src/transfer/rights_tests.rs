//! No import gives more than there was and than its document says: documents with dangling, repeated and look-alike
//! words, read onto instances whose ids and names look like theirs.
//!
//! What a document says is worked out here anew, in a few loops over all there is, and generously: where a word could
//! mean several things it may give what any of them gives.

use super::{
    read::read,
    resolve::{Rules, key, resolve},
    snapshot::{Bound, Named, Person, Rights, Snapshot, Team, managed},
};
use crate::clock::id_of;
use model::{
    Access, BindingId, GroupId, Managed, Namespace, Permissions, PrincipalId, PrincipalKind, RoleId, TenantId,
    TenantSettings,
    transfer::{Lost, Place},
};
use proptest::{collection::vec, option, prelude::*, sample::select};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// Ids and names of roles, of which some are those of managed ones in a generation, a tenant or a spelling.
const ROLES: [&str; 12] = [
    "r0",
    "r1",
    "admin",
    "Admin",
    "ADMIN",
    "admin_a",
    "admin_main",
    "viewer_a",
    "Viewer",
    "Tenant Admin",
    "tenant admin",
    "gone",
];
const GROUPS: [&str; 5] = ["g0", "g1", "Team", "admin", "gone"];
const PEOPLE: [&str; 6] = ["p0", "p1", "Team", "u0@x.y", "robot", "gone"];
const USERS: [&str; 4] = ["u0@x.y", "U1@x.y", "u2@x.y", "no-address"];
const ACCOUNTS: [&str; 3] = ["robot", "p0", "gone"];
const TENANTS: [Option<&str>; 5] = [None, Some("a"), Some("b"), Some("main"), Some("nowhere")];

fn place(id: Option<&str>) -> Place {
    id.map(|id| TenantId::parse(id).unwrap())
}

fn word(list: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    select(list)
}

/// Something of a document, whatever it is.
#[derive(Debug, Clone)]
struct One {
    id: Option<&'static str>,
    name: &'static str,
    tenant: Option<&'static str>,
    deleted: bool,
    kind: Kind,
}

#[derive(Debug, Clone)]
enum Kind {
    Tenant,
    User {
        superadmin: Option<bool>,
        of_type: bool,
        groups: Vec<(&'static str, Option<&'static str>)>,
        tenants: Vec<&'static str>,
    },
    Account,
    Group {
        members: Vec<&'static str>,
        owners: Vec<&'static str>,
    },
    Role {
        permissions: Option<Value>,
        managed: bool,
    },
    Binding {
        group: bool,
        holder: &'static str,
        role: &'static str,
        namespace: Value,
    },
    Access,
}

fn permissions() -> impl Strategy<Value = Value> {
    let managed = |role: Managed| json!(role.permissions());
    select(vec![
        json!({ "FLOW": ["VIEW"] }),
        json!({ "SECRET": ["READ", "DELETE"] }),
        json!({}),
        managed(Managed::Admin),
        managed(Managed::Viewer),
        json!({ "FLOW": ["FLY"], "EXECUTION": ["KILL"] }),
    ])
}

fn kinds() -> impl Strategy<Value = Kind> {
    let group = (word(&GROUPS), select(&TENANTS[..]));
    let user = (option::of(any::<bool>()), any::<bool>(), vec(group, 0..2), vec(select(&["a", "b", "main"][..]), 0..2));
    let namespace = select(vec![
        json!(null),
        json!(""),
        json!("shop"),
        json!("shop.a"),
        json!(["shop"]),
        json!("  "),
        json!({ "id": "shop" }),
    ]);
    prop_oneof![
        1 => Just(Kind::Tenant),
        2 => user.prop_map(|(superadmin, of_type, groups, tenants)| Kind::User { superadmin, of_type, groups, tenants }),
        1 => Just(Kind::Account),
        2 => (vec(word(&PEOPLE), 0..3), vec(word(&PEOPLE), 0..2)).prop_map(|(members, owners)| Kind::Group { members, owners }),
        3 => (option::of(permissions()), any::<bool>()).prop_map(|(permissions, managed)| Kind::Role { permissions, managed }),
        5 => (any::<bool>(), word(&PEOPLE), word(&GROUPS), word(&ROLES), namespace).prop_map(
            |(group, who, team, role, namespace)| Kind::Binding { group, holder: if group { team } else { who }, role, namespace }
        ),
        1 => Just(Kind::Access),
    ]
}

fn ones() -> impl Strategy<Value = One> {
    let words =
        (word(&ROLES), word(&ROLES), word(&GROUPS), word(&GROUPS), word(&PEOPLE), word(&USERS), word(&ACCOUNTS));
    (kinds(), words, any::<bool>(), select(&TENANTS[..]), prop::bool::weighted(0.1)).prop_map(
        |(kind, (role, called, group, team, who, user, account), has_id, tenant, deleted)| {
            let (id, name) = match kind {
                Kind::Tenant => ("", ""),
                Kind::User { .. } => (who, user),
                Kind::Account => (who, account),
                Kind::Group { .. } => (group, team),
                Kind::Role { .. } => (role, called),
                Kind::Binding { .. } => (team, ""),
                Kind::Access => ("", who),
            };
            One { id: has_id.then_some(id), name, tenant, deleted, kind }
        },
    )
}

fn documents() -> impl Strategy<Value = Vec<One>> {
    vec(ones(), 0..14)
}

/// As clients write it: everything beside the tenants.
fn written(document: &[One]) -> Value {
    let mut lists: Map<String, Value> = Map::new();
    for one in document {
        let (list, entry) = match &one.kind {
            Kind::Tenant if one.tenant.is_none() => continue,
            Kind::Tenant => ("tenants", json!({ "id": one.tenant })),
            Kind::User { superadmin, of_type, groups, tenants } => {
                let groups: Vec<_> =
                    groups.iter().map(|(id, tenant)| json!({ "id": id, "tenantId": tenant })).collect();
                let kind = if *of_type { "SUPER_ADMIN" } else { "STANDARD" };
                let user = json!({ "id": one.id, "email": one.name, "superAdmin": superadmin, "type": kind, "groups": groups, "tenants": tenants });
                ("users", user)
            }
            Kind::Account => ("serviceAccounts", json!({ "id": one.id, "name": one.name })),
            Kind::Group { members, owners } => (
                "groups",
                json!({ "id": one.id, "name": one.name, "members": members, "owners": owners, "tenantId": one.tenant }),
            ),
            Kind::Role { permissions, managed } => (
                "roles",
                json!({ "id": one.id, "name": one.name, "permissions": permissions, "isManaged": managed, "tenantId": one.tenant }),
            ),
            Kind::Binding { group, holder, role, namespace } => {
                let kind = if *group { "GROUP" } else { "USER" };
                (
                    "bindings",
                    json!({ "id": one.id, "type": kind, "externalId": holder, "roleId": role, "namespace": namespace, "tenantId": one.tenant }),
                )
            }
            Kind::Access => ("access", json!({ "id": one.name, "tenantId": one.tenant })),
        };
        let mut entry = entry;
        if one.deleted {
            entry["deleted"] = json!(true);
        }
        lists.entry(list).or_insert_with(|| json!([])).as_array_mut().unwrap().push(entry);
    }
    Value::Object(lists)
}

prop_compose! {
    /// An instance whose words look like those of documents.
    fn instances()(
        roles in vec((select(&TENANTS[..3]), select(&["r0", "r1", "admin", "Viewer"][..]), word(&ROLES), permissions()), 0..5),
        groups in vec((select(&TENANTS[..3]), word(&GROUPS[..4]), word(&GROUPS[..4])), 0..4),
        people in vec((word(&PEOPLE[..4]), word(&USERS[..3]), any::<bool>()), 0..3),
        account in option::of(word(&ACCOUNTS)),
        members in vec((0..4_usize, 0..4_usize, any::<bool>()), 0..4),
        bindings in vec((0..4_usize, any::<bool>(), 0..7_usize, any::<bool>()), 0..4),
    ) -> Snapshot {
        let mut state = Snapshot::default();
        for tenant in &TENANTS[..3] {
            state.tenants.insert(place(*tenant), Named { name: "T".into(), settings: TenantSettings::default() });
        }
        for (tenant, id, name, permissions) in roles {
            let permissions: Permissions = serde_json::from_value(permissions).unwrap();
            let rights = Rights { name: name.into(), description: None, permissions: permissions.sift().0, is_default: false };
            state.roles.insert((place(tenant), RoleId::new(id)), rights);
        }
        for (tenant, id, name) in groups {
            let team = Team { place: place(tenant), name: name.into(), description: None };
            if !state.groups.values().any(|one| one.place == team.place && one.name == team.name) {
                state.groups.insert(GroupId::new(id), team);
            }
        }
        let user = |name: &str, kind, superadmin| Person {
            kind,
            name: name.to_lowercase(),
            first_name: String::new(),
            last_name: String::new(),
            description: String::new(),
            superadmin,
            restricted: false,
        };
        for (id, name, superadmin) in people {
            if !state.people.values().any(|one| one.name == name.to_lowercase()) {
                state.people.insert(PrincipalId::new(id), user(name, PrincipalKind::User, superadmin));
            }
        }
        if let Some(name) = account {
            state.people.entry(PrincipalId::new("robot")).or_insert_with(|| user(name, PrincipalKind::ServiceAccount, false));
        }
        for (group, who, owner) in members {
            if let (Some(group), Some(who)) = (state.groups.keys().nth(group), state.people.keys().nth(who)) {
                state.members.insert((group.clone(), who.clone()), owner);
            }
        }
        for (number, (holder, group, role, limited)) in bindings.into_iter().enumerate() {
            let holder = match group {
                true => state.groups.iter().nth(holder).map(|(id, team)| (Access::Group(id.clone()), Some(team.place.clone()))),
                false => state.people.keys().nth(holder).map(|id| (Access::Principal(id.clone()), None)),
            };
            let Some((holder, of)) = holder else { continue };
            let of = of.unwrap_or_else(|| place(TENANTS[role % 3]));
            let own = state.roles.keys().filter(|(place, _)| *place == of).nth(role).map(|(_, id)| id.clone());
            let role = own.unwrap_or_else(|| RoleId::managed(Managed::Viewer, of.as_ref()));
            let namespace = limited.then(|| Namespace::stored("shop".into()));
            state.bindings.insert(BindingId::new(format!("b{number}")), Bound { place: of, holder, role, namespace });
        }
        state
    }
}

/// What a document says on top of an instance.
struct Said<'a> {
    here: &'a Snapshot,
    document: &'a [One],
}

/// Ids of the document, or else of here; only without any of them names of the document, or else of here.
fn first<T>(choices: [Vec<T>; 4], known: [bool; 4]) -> Vec<T> {
    choices.into_iter().zip(known).find(|(_, known)| *known).map(|(found, _)| found).unwrap_or_default()
}

impl Said<'_> {
    fn all(&self) -> impl Iterator<Item = &One> {
        self.document.iter()
    }

    fn live(&self) -> impl Iterator<Item = &One> {
        self.document.iter().filter(|one| !one.deleted)
    }

    /// Where something stands; nowhere, if its tenant does not.
    fn at(&self, one: &One) -> Option<Place> {
        let there = |id: &Option<&str>| {
            let said = self.live().any(|other| matches!(other.kind, Kind::Tenant) && other.tenant == *id);
            said || self.here.tenants.contains_key(&place(*id))
        };
        let gone =
            self.all().any(|other| other.deleted && matches!(other.kind, Kind::Tenant) && other.tenant == Some("main"));
        match one.tenant {
            Some("main") if !there(&Some("main")) => (!gone).then_some(None),
            id => there(&id).then(|| place(id)),
        }
    }

    fn person(one: &One) -> bool {
        matches!(one.kind, Kind::User { .. } | Kind::Account)
    }

    /// Everybody whom an entry of a person may be about.
    fn identity(&self, one: &One) -> Vec<PrincipalId> {
        let user = matches!(one.kind, Kind::User { .. });
        let same = |name: &str| name.eq_ignore_ascii_case(one.name);
        let mut found: Vec<PrincipalId> = one.id.map(PrincipalId::new).into_iter().collect();
        let here = self
            .here
            .people
            .iter()
            .filter(|(_, person)| (person.kind == PrincipalKind::User) == user && same(&person.name));
        if user || one.id.is_none() {
            found.extend(here.map(|(id, _)| id.clone()));
            let kind = if user { PrincipalKind::User } else { PrincipalKind::ServiceAccount };
            found.push(PrincipalId::new(id_of(&[kind.as_str(), &one.name.to_lowercase()])));
        }
        if user {
            let others = self.live().filter(|other| matches!(other.kind, Kind::User { .. }) && same(other.name));
            found.extend(others.filter_map(|other| other.id).map(PrincipalId::new));
        }
        found
    }

    fn who(&self, word: &str) -> Vec<PrincipalId> {
        let ids = |one: &&One| Self::person(one) && one.id == Some(word);
        let names = |one: &&One| Self::person(one) && one.name.eq_ignore_ascii_case(word);
        let here: Vec<_> = self
            .here
            .people
            .iter()
            .filter(|(_, one)| one.kind == PrincipalKind::User && one.name == word.to_lowercase())
            .map(|(id, _)| id.clone())
            .collect();
        let id = PrincipalId::new(word);
        first(
            [
                self.live().filter(ids).flat_map(|one| self.identity(one)).collect(),
                vec![id.clone()],
                self.live().filter(names).flat_map(|one| self.identity(one)).collect(),
                here,
            ],
            [
                self.all().any(|one| ids(&one)),
                self.here.people.contains_key(&id),
                self.all().any(|one| names(&one)),
                true,
            ],
        )
    }

    /// Every group that an entry may be about: without an id, each that is called so.
    fn group_identity(&self, one: &One, at: &Place) -> Vec<GroupId> {
        if let Some(id) = one.id {
            return vec![GroupId::new(id)];
        }
        let here = self.here.groups.iter().filter(|(_, team)| team.place == *at && team.name == one.name);
        let called = |other: &&One| matches!(other.kind, Kind::Group { .. }) && other.name == one.name;
        let said = self.live().filter(called).filter(|other| self.at(other).as_ref() == Some(at));
        let made = GroupId::new(id_of(&["GROUP", key(at), one.name]));
        here.map(|(id, _)| id.clone()).chain(said.filter_map(|one| one.id.map(GroupId::new))).chain([made]).collect()
    }

    fn group(&self, at: &Place, word: &str) -> Vec<GroupId> {
        let of = |one: &&One| matches!(one.kind, Kind::Group { .. }) && self.at(one).as_ref() == Some(at);
        let id = GroupId::new(word);
        let here = self
            .here
            .groups
            .iter()
            .filter(|(_, team)| team.place == *at && team.name == word)
            .map(|(id, _)| id.clone());
        first(
            [
                self.live()
                    .filter(of)
                    .filter(|one| one.id == Some(word))
                    .flat_map(|one| self.group_identity(one, at))
                    .collect(),
                vec![id.clone()],
                self.live()
                    .filter(of)
                    .filter(|one| one.name == word)
                    .flat_map(|one| self.group_identity(one, at))
                    .collect(),
                here.collect(),
            ],
            [
                self.all().any(|one| of(&one) && one.id == Some(word)),
                self.here.groups.get(&id).is_some_and(|team| team.place == *at),
                self.all().any(|one| of(&one) && one.name == word),
                true,
            ],
        )
    }

    /// Whether somebody is in a group, or owns it.
    fn member(&self, at: &Place, group: &GroupId, who: &PrincipalId, owner: bool) -> bool {
        let here = self.here.members.get(&(group.clone(), who.clone())).is_some_and(|owns| *owns || !owner);
        let said = self.live().any(|one| match &one.kind {
            Kind::Group { members, owners }
                if self.at(one).as_ref() == Some(at) && self.group_identity(one, at).contains(group) =>
            {
                let members = members.iter().filter(|_| !owner);
                owners.iter().chain(members).any(|word| self.who(word).contains(who))
            }
            Kind::User { groups, .. } if !owner && self.identity(one).contains(who) => {
                groups.iter().any(|(id, tenant)| {
                    let there =
                        tenant.is_none_or(|_| self.at(&One { tenant: *tenant, ..one.clone() }).as_ref() == Some(at));
                    there && GroupId::new(*id) == *group
                })
            }
            _ => false,
        });
        here || said
    }

    /// What an entry of a role allows.
    fn allows(&self, one: &One, at: &Place) -> Vec<Permissions> {
        let Kind::Role { permissions, managed: flagged } = &one.kind else { return Vec::new() };
        let said = permissions.clone().map(|words| serde_json::from_value::<Permissions>(words).unwrap().sift().0);
        let titles = Managed::ALL.map(|role| (role.name(), role)).into_iter().chain([("Admin", Managed::Admin)]);
        let by_title = titles.filter(|(title, _)| *flagged && *title == one.name).map(|(_, role)| role).next();
        let role = one.id.and_then(|id| managed(at, &RoleId::new(id))).or(by_title);
        let before = self
            .here
            .roles
            .iter()
            .filter(|((of, id), role)| of == at && one.id.map_or(role.name == one.name, |own| id.as_str() == own));
        match (said, role) {
            (Some(said), Some(role)) if said.words().is_empty() && *flagged => vec![role.permissions()],
            (Some(said), _) => vec![said],
            (None, Some(role)) => vec![role.permissions()],
            (None, None) => before.map(|(_, role)| role.permissions.clone()).collect(),
        }
    }

    fn role(&self, at: &Place, word: &str) -> Vec<Permissions> {
        let of = |one: &&One| matches!(one.kind, Kind::Role { .. }) && self.at(one).as_ref() == Some(at);
        let id = RoleId::new(word);
        let here = self.here.role(at, &id);
        // Without an id, an entry is about the role of its name.
        let changed =
            self.live().filter(of).filter(|one| one.id.is_none() && here.is_some_and(|here| here.name == one.name));
        let by_id = here.map(|role| role.permissions.clone()).or_else(|| managed(at, &id).map(Managed::permissions));
        let named = self.here.roles.iter().filter(|((of, _), role)| of == at && role.name == word);
        let titled = Managed::ALL.into_iter().filter(|role| role.name() == word).map(Managed::permissions);
        first(
            [
                self.live()
                    .filter(of)
                    .filter(|one| one.id == Some(word))
                    .flat_map(|one| self.allows(one, at))
                    .collect(),
                by_id.clone().into_iter().chain(changed.flat_map(|one| self.allows(one, at))).collect(),
                self.live().filter(of).filter(|one| one.name == word).flat_map(|one| self.allows(one, at)).collect(),
                named.map(|(_, role)| role.permissions.clone()).chain(titled).collect(),
            ],
            [
                self.all().any(|one| of(&one) && one.id == Some(word)),
                by_id.is_some(),
                self.all().any(|one| of(&one) && one.name == word),
                true,
            ],
        )
    }

    /// What somebody may hold in a tenant, each with the namespace that it is limited to.
    fn held(&self, at: &Place, who: &PrincipalId) -> Vec<(Option<Namespace>, Permissions)> {
        let mut found = Vec::new();
        for bound in self.here.bindings.values().filter(|bound| bound.place == *at) {
            let holds = match &bound.holder {
                Access::Principal(id) => id == who,
                Access::Group(group) => self.member(at, group, who, false),
            };
            let word = bound.role.as_str();
            let before = self.here.role(at, &bound.role).map(|role| role.permissions.clone());
            let before = before.or_else(|| managed(at, &bound.role).map(Managed::permissions));
            let each = before.into_iter().chain(self.role(at, word)).map(|one| (bound.namespace.clone(), one));
            found.extend(each.filter(|_| holds));
        }
        for one in self.live().filter(|one| self.at(one).as_ref() == Some(at)) {
            let Kind::Binding { group, holder, role, namespace } = &one.kind else { continue };
            let holds = match group {
                true => self.group(at, holder).iter().any(|group| self.member(at, group, who, false)),
                false => self.who(holder).contains(who),
            };
            let namespace = match namespace {
                Value::Null => None,
                Value::String(text) if text.is_empty() => None,
                Value::String(text) if text.starts_with("shop") => Some(Namespace::stored(text.clone())),
                Value::Object(map) => Some(Namespace::stored(map["id"].as_str().unwrap().into())),
                _ => continue,
            };
            found.extend(self.role(at, role).into_iter().filter(|_| holds).map(|one| (namespace.clone(), one)));
        }
        found
    }

    fn superadmin(&self, who: &PrincipalId) -> bool {
        let said = self.live().any(|one| match &one.kind {
            Kind::User { superadmin, of_type, .. } => {
                superadmin.unwrap_or(*of_type) && self.identity(one).contains(who)
            }
            _ => false,
        });
        said || self.here.people.get(who).is_some_and(|person| person.superadmin)
    }

    fn enters(&self, at: &Place, who: &PrincipalId) -> bool {
        let said = self.live().any(|one| match &one.kind {
            Kind::Access => self.at(one).as_ref() == Some(at) && self.who(one.name).contains(who),
            Kind::User { tenants, .. } => {
                let there =
                    |tenant: &&'static str| self.at(&One { tenant: Some(tenant), ..one.clone() }).as_ref() == Some(at);
                tenants.iter().any(there) && self.identity(one).contains(who)
            }
            _ => false,
        });
        said || self.here.access.contains_key(&(at.clone(), who.clone()))
    }
}

/// What an import gave that neither was there nor is in its document.
fn too_much(here: &Snapshot, document: &[One], after: &Snapshot) -> Option<String> {
    let said = Said { here, document };
    for bound in after.bindings.values() {
        let holders: Vec<&PrincipalId> = match &bound.holder {
            Access::Principal(id) => vec![id],
            Access::Group(group) => after.members.keys().filter(|(of, _)| of == group).map(|(_, id)| id).collect(),
        };
        let own = after.role(&bound.place, &bound.role).map(|role| role.permissions.clone());
        let rights = own.or_else(|| managed(&bound.place, &bound.role).map(Managed::permissions)).unwrap_or_default();
        for who in holders {
            let held = said.held(&bound.place, who);
            let covers = |limit: &Option<Namespace>| match (limit, &bound.namespace) {
                (None, _) => true,
                (Some(limit), Some(namespace)) => limit.covers(namespace),
                (Some(_), None) => false,
            };
            let given = |one| held.iter().any(|(limit, rights)| covers(limit) && rights.grant(one));
            if let Some(more) = rights.granted().find(|one| !given(*one)) {
                return Some(format!("{who} holds {more} by {bound:?}"));
            }
        }
    }
    for ((group, who), owner) in &after.members {
        if !said.member(&after.groups[group].place, group, who, *owner) {
            return Some(format!("{who} is in {group}"));
        }
    }
    let superadmin = after.people.iter().find(|(id, one)| one.superadmin && !said.superadmin(id));
    let entered = after.access.keys().find(|(place, who)| !said.enters(place, who));
    superadmin
        .map(|(id, _)| format!("{id} is a superadmin"))
        .or_else(|| entered.map(|one| format!("{one:?} can enter")))
}

fn import(here: &Snapshot, document: Value, prune: bool) -> (Snapshot, Vec<Lost>) {
    let mut lost = Vec::new();
    let draft = read(document, &mut lost).unwrap();
    (resolve(draft, here, Rules { prune, tenants: true }, &mut lost).unwrap(), lost)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn no_import_gives_more_than_its_document(here in instances(), document in documents(), prune in any::<bool>()) {
        let (after, lost) = import(&here, written(&document), prune);
        let more = too_much(&here, &document, &after);
        prop_assert!(more.is_none(), "{}\nwritten: {}\nlost: {lost:#?}", more.unwrap_or_default(), written(&document));
    }
}

/// An instance with one tenant `a`, a user `p0` and the roles given.
fn instance(roles: &[(&str, &str, Value)]) -> Snapshot {
    let named = || Named { name: "T".into(), settings: TenantSettings::default() };
    let person = Person {
        kind: PrincipalKind::User,
        name: "u0@x.y".into(),
        first_name: String::new(),
        last_name: String::new(),
        description: String::new(),
        superadmin: false,
        restricted: false,
    };
    let role = |(id, name, permissions): &(&str, &str, Value)| {
        let permissions = serde_json::from_value(permissions.clone()).unwrap();
        let rights = Rights { name: (*name).into(), description: None, permissions, is_default: false };
        ((place(Some("a")), RoleId::new(*id)), rights)
    };
    Snapshot {
        tenants: [(None, named()), (place(Some("a")), named())].into(),
        people: [(PrincipalId::new("p0"), person)].into(),
        roles: roles.iter().map(role).collect(),
        ..Snapshot::default()
    }
}

/// The roles that a document gives the user of an instance, and how much of it is left behind.
fn given(here: &Snapshot, document: Value) -> (BTreeSet<String>, usize) {
    let (after, lost) = import(here, document, false);
    (after.bindings.values().map(|bound| bound.role.to_string()).collect(), lost.len())
}

fn bound(role: &str) -> Value {
    json!({ "bindings": [{ "type": "USER", "externalId": "p0", "roleId": role, "tenantId": "a" }] })
}

#[test]
fn a_role_that_is_not_there_is_left_behind() {
    let nothing = || BTreeSet::new();
    let own = [("r7", "Admin", json!({ "FLOW": ["VIEW"] }))];
    for absent in ["admin", "ADMIN", "tenant admin", "viewer", "admin_b", "Admin_a"] {
        assert_eq!(given(&instance(&[]), bound(absent)), (nothing(), 1), "{absent}");
        assert_eq!(given(&instance(&own), bound(absent)), (nothing(), 1), "{absent}");
    }
    assert_eq!(given(&instance(&[]), bound("Admin")), (nothing(), 1));
    assert_eq!(given(&instance(&own), bound("Admin")), (["r7".into()].into(), 0));
    assert_eq!(given(&instance(&[]), bound("Tenant Admin")), (["admin_a".into()].into(), 0));
    assert_eq!(given(&instance(&[]), bound("admin_a")), (["admin_a".into()].into(), 0));
    // Two of one name are none.
    let two = [("r7", "Ops", json!({})), ("r8", "Ops", json!({ "SECRET": ["VIEW"] }))];
    assert_eq!(given(&instance(&two), bound("Ops")), (nothing(), 1));
    let also = [("r7", "Viewer", json!({}))];
    assert_eq!(given(&instance(&also), bound("Viewer")), (nothing(), 1));
}

#[test]
fn what_is_not_certain_is_not_given() {
    let odd = |key: &str, value: Value| {
        let mut document = bound("viewer_a");
        document["bindings"][0][key] = value;
        given(&instance(&[]), document).0.len()
    };
    assert_eq!(odd("namespace", json!("shop")), 1);
    for (key, value) in [
        ("namespace", json!(["shop"])),
        ("namespace", json!("  ")),
        ("namespaceId", json!({ "name": "shop" })),
        ("namespaces", json!(["shop"])),
        ("tenant", json!("b")),
        ("tenantId", json!([])),
        ("type", json!("ROBOT")),
        ("userId", json!("p1")),
        ("deleted", json!("yes")),
        ("deleted", json!("on 5 May")),
        ("expiresAt", json!("2020-01-01")),
    ] {
        assert_eq!(odd(key, value.clone()), 0, "{key}: {value}");
    }
}

#[test]
fn a_managed_role_that_allows_less_is_a_role_of_its_own() {
    let mut document = bound("admin_a");
    document["roles"] = json!([{ "id": "admin_a", "name": "Admin", "tenantId": "a", "isManaged": true, "permissions": { "FLOW": ["READ"] } }]);
    let (after, lost) = import(&instance(&[]), document.clone(), false);
    let bound = after.bindings.values().next().unwrap();
    let role = after.role(&bound.place, &bound.role).unwrap();
    assert_eq!((role.name.as_str(), json!(role.permissions), lost.len()), ("Admin", json!({ "FLOW": ["READ"] }), 1));
    // Asked again it means the same role.
    assert_eq!(import(&after, document, false).0, after);
}
