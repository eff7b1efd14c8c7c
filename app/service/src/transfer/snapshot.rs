//! An instance's access in memory: what is there, what shall be there, and the document of either.

use crate::{Context, Result};
use model::{
    Access, BindingId, Cursor, Direction, GroupId, Managed, Namespace, Permissions, PrincipalId, PrincipalKind, RoleId,
    TenantId, TenantSettings, TenantSort, TenantUid,
    transfer::{
        AccountEntry, BindingEntry, Document, GroupEntry, Place, RoleEntry, TenantEntry, UserEntry, VERSION, row,
    },
};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use store::Tx;

/// Rows that are read at once.
const PAGE: i64 = 10_000;

/// A tenant.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Named {
    pub(super) name: String,
    pub(super) settings: TenantSettings,
}

/// A user or service account.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Person {
    pub(super) kind: PrincipalKind,
    pub(super) name: String,
    pub(super) first_name: String,
    pub(super) last_name: String,
    pub(super) description: String,
    pub(super) superadmin: bool,
    pub(super) restricted: bool,
}

/// A group of a tenant.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Team {
    pub(super) place: Place,
    pub(super) name: String,
    pub(super) description: Option<String>,
}

/// A role of a tenant that is not managed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Rights {
    pub(super) name: String,
    pub(super) description: Option<String>,
    pub(super) permissions: Permissions,
    pub(super) is_default: bool,
}

/// A binding.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Bound {
    pub(super) place: Place,
    pub(super) holder: Access,
    pub(super) role: RoleId,
    pub(super) namespace: Option<Namespace>,
}

/// All access. The default tenant is under no id, and absent where there is none.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Snapshot {
    pub(super) tenants: BTreeMap<Place, Named>,
    pub(super) people: BTreeMap<PrincipalId, Person>,
    pub(super) groups: BTreeMap<GroupId, Team>,
    /// Whether each is an owner.
    pub(super) members: BTreeMap<(GroupId, PrincipalId), bool>,
    pub(super) roles: BTreeMap<(Place, RoleId), Rights>,
    pub(super) bindings: BTreeMap<BindingId, Bound>,
    /// Who may enter whatever else they hold.
    pub(super) access: BTreeMap<(Place, PrincipalId), ()>,
}

/// Rows of tenants by what documents call them.
pub(super) type Rows = BTreeMap<Place, TenantUid>;

/// Reads a table in pages: `$read` gives one, `$next` notes where the next begins.
macro_rules! pages {
    ($read:expr, |$last:ident| $next:expr, |$row:pat_param| $each:expr) => {
        loop {
            let page = $read;
            let more = i64::try_from(page.len()).unwrap_or(PAGE) >= PAGE;
            if let Some($last) = page.last() {
                $next;
            }
            for $row in page {
                $each;
            }
            if !more {
                break;
            }
        }
    };
}

/// Reads all of a table that is entered by one key, or by two.
macro_rules! all {
    ($tx:ident, $query:ident, |$last:ident| $key:expr) => {{
        let (mut found, mut after) = (Vec::new(), String::new());
        pages!(store::transfer::$query($tx, &after, PAGE).await?, |$last| after = $key.to_string(), |one| {
            found.push(one)
        });
        Ok(found)
    }};
    ($tx:ident, $query:ident, |$last:ident| $first:expr, $second:expr) => {{
        let (mut found, mut after) = (Vec::new(), (String::new(), String::new()));
        pages!(
            store::transfer::$query($tx, &after.0, &after.1, PAGE).await?,
            |$last| after = ($first.to_string(), $second.to_string()),
            |one| found.push(one)
        );
        Ok(found)
    }};
}

async fn bindings(tx: &mut Tx) -> Result<Vec<row::Bindings>> {
    all!(tx, bindings, |last| last.1)
}

async fn members(tx: &mut Tx) -> Result<Vec<row::Member>> {
    all!(tx, members, |last| last.1, last.2)
}

async fn entered(tx: &mut Tx) -> Result<Vec<row::Entered>> {
    all!(tx, entered, |last| last.0, last.1)
}

async fn roles(tx: &mut Tx) -> Result<Vec<row::Roles>> {
    all!(tx, roles, |last| last.0, last.1.id)
}

async fn groups(tx: &mut Tx) -> Result<Vec<row::Groups>> {
    all!(tx, groups, |last| last.1.id)
}

impl Snapshot {
    /// What is there. Bindings and members come before what they hang on: whatever somebody else removes meanwhile is
    /// missing afterwards, and they are let go.
    pub(super) async fn load(cx: &Context, tx: &mut Tx) -> Result<(Self, Rows)> {
        let (bindings, members, entered) = (bindings(tx).await?, members(tx).await?, entered(tx).await?);
        let (roles, groups) = (roles(tx).await?, groups(tx).await?);
        let mut found = Self::default();
        found.load_people(tx).await?;
        let rows = found.load_tenants(cx, tx).await?;
        let places: HashMap<&TenantUid, &Place> = rows.iter().map(|(place, uid)| (uid, place)).collect();
        found.place(&places, roles, groups);
        found.hang(&places, members, entered, bindings);
        Ok((found, rows))
    }

    async fn load_people(&mut self, tx: &mut Tx) -> Result<()> {
        let mut after = String::new();
        pages!(store::transfer::principals(tx, &after, PAGE).await?, |last| after = last.id.to_string(), |one| {
            let person = Person {
                kind: one.kind,
                name: one.name,
                first_name: one.first_name,
                last_name: one.last_name,
                description: one.description,
                superadmin: one.superadmin,
                restricted: one.restricted,
            };
            self.people.insert(one.id, person)
        });
        Ok(())
    }

    /// The tenants that can be reached as the instance is configured.
    async fn load_tenants(&mut self, cx: &Context, tx: &mut Tx) -> Result<Rows> {
        let (mut rows, settings) = (Rows::new(), cx.settings());
        let nameless = match (settings.tenants, settings.default_tenant) {
            (false, _) => Some(crate::context::without_tenants(tx).await?.uid),
            (true, true) => Some(TenantUid::default_tenant()),
            (true, false) => None,
        };
        if let Some(uid) = nameless
            && let Some(tenant) = store::tenants::by_uid(tx, &uid).await?
        {
            self.tenants.insert(None, Named { name: tenant.name, settings: tenant.settings });
            rows.insert(None, uid);
        }
        if !settings.tenants {
            return Ok(rows);
        }
        let mut after: Option<Cursor> = None;
        pages!(
            store::tenants::list(tx, TenantSort::Id, Direction::Asc, "", after.as_ref(), PAGE, 0).await?,
            |last| after = Some(Cursor { key: last.id.to_string(), uid: last.uid.to_string(), offset: 0 }),
            |one| {
                rows.insert(Some(one.id.clone()), one.uid);
                self.tenants.insert(Some(one.id), Named { name: one.name, settings: one.settings })
            }
        );
        Ok(rows)
    }

    fn place(&mut self, places: &HashMap<&TenantUid, &Place>, roles: Vec<row::Roles>, groups: Vec<row::Groups>) {
        for (uid, role) in roles {
            let Some(place) = places.get(&uid) else { continue };
            let rights = Rights {
                name: role.name,
                description: role.description,
                permissions: role.permissions,
                is_default: role.is_default,
            };
            self.roles.insert(((*place).clone(), role.id), rights);
        }
        for (uid, group) in groups {
            let Some(place) = places.get(&uid) else { continue };
            let team = Team { place: (*place).clone(), name: group.name, description: group.description };
            self.groups.insert(group.id, team);
        }
    }

    fn hang(
        &mut self,
        places: &HashMap<&TenantUid, &Place>,
        members: Vec<row::Member>,
        entered: Vec<row::Entered>,
        bindings: Vec<row::Bindings>,
    ) {
        for (_, group, principal, owner) in members {
            if self.groups.contains_key(&group) && self.people.contains_key(&principal) {
                self.members.insert((group, principal), owner);
            }
        }
        for (uid, principal, _) in entered {
            if let Some(place) = places.get(&uid)
                && self.people.contains_key(&principal)
            {
                self.access.insert(((*place).clone(), principal), ());
            }
        }
        for (uid, id, new) in bindings {
            let Some(place) = places.get(&uid) else { continue };
            let bound = Bound { place: (*place).clone(), holder: new.holder, role: new.role, namespace: new.namespace };
            if self.carries(&bound) {
                self.bindings.insert(id, bound);
            }
        }
    }

    /// Whether all that a binding hangs on is there.
    fn carries(&self, bound: &Bound) -> bool {
        let holder = match &bound.holder {
            Access::Principal(id) => self.people.contains_key(id),
            Access::Group(id) => self.groups.contains_key(id),
        };
        holder && (managed(&bound.place, &bound.role).is_some() || self.role(&bound.place, &bound.role).is_some())
    }

    pub(super) fn role(&self, place: &Place, id: &RoleId) -> Option<&Rights> {
        self.roles.get(&(place.clone(), id.clone()))
    }

    /// What people call a role.
    pub(super) fn role_name(&self, place: &Place, id: &RoleId) -> String {
        let known = self.role(place, id).map(|role| role.name.clone());
        known.or_else(|| managed(place, id).map(|role| role.name().into())).unwrap_or_else(|| id.to_string())
    }

    /// What people call a user, a service account or a group.
    pub(super) fn holder_name(&self, holder: &Access) -> String {
        let known = match holder {
            Access::Principal(id) => self.people.get(id).map(|person| person.name.clone()),
            Access::Group(id) => self.groups.get(id).map(|group| group.name.clone()),
        };
        known.unwrap_or_else(|| match holder {
            Access::Principal(id) => id.to_string(),
            Access::Group(id) => id.to_string(),
        })
    }

    /// All of it as a document.
    pub(super) fn document(self, secrets: bool) -> Document {
        let mut tenants: BTreeMap<Place, TenantEntry> = BTreeMap::new();
        for (place, named) in self.tenants {
            let settings = if secrets { named.settings } else { named.settings.without_secrets() };
            // The default tenant's name is not chosen, so it is not said.
            let name = place.is_some().then_some(named.name);
            let entry = TenantEntry {
                id: place.clone(),
                name,
                settings,
                access: Vec::new(),
                groups: Vec::new(),
                roles: Vec::new(),
                bindings: Vec::new(),
            };
            tenants.insert(place, entry);
        }
        for ((place, id), ()) in self.access {
            if let Some(entry) = tenants.get_mut(&place) {
                entry.access.push(id);
            }
        }
        let mut members = self.members.into_iter().peekable();
        for (id, team) in self.groups {
            let mut group = GroupEntry {
                id,
                name: team.name,
                description: team.description,
                owners: Vec::new(),
                members: Vec::new(),
            };
            while let Some(((_, who), owner)) = members.next_if(|((of, _), _)| *of == group.id) {
                if owner { &mut group.owners } else { &mut group.members }.push(who);
            }
            if let Some(entry) = tenants.get_mut(&team.place) {
                entry.groups.push(group);
            }
        }
        for ((place, id), role) in self.roles {
            let Rights { name, description, permissions, is_default } = role;
            if let Some(entry) = tenants.get_mut(&place) {
                entry.roles.push(RoleEntry { id, name, description, is_default, permissions });
            }
        }
        for (id, bound) in self.bindings {
            if let Some(entry) = tenants.get_mut(&bound.place) {
                entry.bindings.push(BindingEntry::of(id, &bound.holder, bound.role, bound.namespace.as_ref()));
            }
        }
        let (users, accounts) = people(self.people);
        Document {
            version: VERSION,
            tenants: tenants.into_values().filter_map(sorted).collect(),
            users,
            service_accounts: accounts,
        }
    }
}

/// A tenant's lists in the order of their words. A default tenant with nothing in it is not worth a line.
fn sorted(mut entry: TenantEntry) -> Option<TenantEntry> {
    let bare =
        entry.access.is_empty() && entry.groups.is_empty() && entry.roles.is_empty() && entry.bindings.is_empty();
    if entry.id.is_none() && bare {
        return None;
    }
    entry.groups.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    entry.roles.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    let key = |one: &BindingEntry| {
        (one.kind, one.external_id.clone(), one.role_id.clone(), one.namespace.clone(), one.id.clone())
    };
    entry.bindings.sort_by_cached_key(key);
    Some(entry)
}

fn people(all: BTreeMap<PrincipalId, Person>) -> (Vec<UserEntry>, Vec<AccountEntry>) {
    let (mut users, mut accounts) = (Vec::new(), Vec::new());
    for (id, one) in all {
        let Person { kind, name, first_name, last_name, description, superadmin, restricted } = one;
        match kind {
            PrincipalKind::User => users.push(UserEntry {
                id,
                email: name,
                first_name,
                last_name,
                description,
                super_admin: superadmin,
                restricted,
            }),
            PrincipalKind::ServiceAccount => {
                accounts.push(AccountEntry { id, name, description, super_admin: superadmin });
            }
        }
    }
    users.sort_by(|a, b| (&a.email, &a.id).cmp(&(&b.email, &b.id)));
    accounts.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    (users, accounts)
}

/// The managed role of that id in that tenant.
pub(super) fn managed(place: &Place, id: &RoleId) -> Option<Managed> {
    let (key, tenant) = id.as_str().split_once('_')?;
    let here = tenant == place.as_ref().map_or("main", TenantId::as_str);
    Managed::ALL.into_iter().find(|role| here && role.key() == key)
}
