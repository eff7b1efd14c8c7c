//! A document as it came, of this product or of clients from 0.13 to 2.0, in our words. Whatever is not understood is
//! noted, so that nobody loses it without knowing.

use super::fields::{Fields, Unclear, items, lose, reference, scalar};
use model::{
    Permissions, PrincipalKind, TenantId,
    transfer::{Lost, Place, VERSION},
};
use serde_json::{Map, Value};

/// A document's objects, none of which is looked up yet. What is absent stays as it is.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) tenants: Vec<TenantDraft>,
    pub(super) people: Vec<PersonDraft>,
    pub(super) groups: Vec<GroupDraft>,
    pub(super) roles: Vec<RoleDraft>,
    pub(super) bindings: Vec<BindingDraft>,
    /// Who may enter by itself.
    pub(super) access: Vec<(At, Who)>,
    /// What users say they are in.
    pub(super) joined: Vec<Joined>,
    /// What the document has and leaves behind. Its ids and names mean that, and nothing that is here by chance.
    pub(super) gone: Gone,
}

/// What is left behind: tenants by id, the others by id and name; a group's tenant may not be clear.
#[derive(Debug, Default)]
pub(super) struct Gone {
    pub(super) tenants: Vec<TenantId>,
    pub(super) people: Vec<(Option<String>, Option<String>)>,
    pub(super) groups: Vec<(Option<Place>, Option<String>, Option<String>)>,
    pub(super) roles: Vec<(Place, Option<String>, Option<String>)>,
}

/// Whom something is about.
#[derive(Debug)]
pub(super) enum Who {
    /// Whom a word means: an id, an address or a name.
    Called(String),
    /// The person of the document that says it of itself, by its place among them.
    Own(usize),
}

/// A group that a user says it is in.
#[derive(Debug)]
pub(super) struct Joined {
    pub(super) path: String,
    /// The user.
    pub(super) who: Who,
    pub(super) group: String,
    /// The group's tenant, where the user says it.
    pub(super) place: Option<Place>,
}

/// Where something stands: in the document, and in which tenant.
#[derive(Debug, Clone)]
pub(super) struct At {
    pub(super) path: String,
    pub(super) place: Place,
}

#[derive(Debug)]
pub(super) struct TenantDraft {
    pub(super) at: At,
    pub(super) name: Option<String>,
    pub(super) settings: Map<String, Value>,
}

#[derive(Debug)]
pub(super) struct PersonDraft {
    pub(super) path: String,
    pub(super) id: Option<String>,
    pub(super) kind: PrincipalKind,
    pub(super) name: String,
    pub(super) first_name: Option<String>,
    pub(super) last_name: Option<String>,
    pub(super) description: Option<String>,
    pub(super) superadmin: Option<bool>,
    pub(super) restricted: Option<bool>,
}

#[derive(Debug)]
pub(super) struct GroupDraft {
    pub(super) at: At,
    pub(super) id: Option<String>,
    pub(super) name: String,
    pub(super) description: Option<String>,
    /// Ids or addresses, and whether they are owners.
    pub(super) members: Vec<(String, bool)>,
}

#[derive(Debug)]
pub(super) struct RoleDraft {
    pub(super) at: At,
    pub(super) id: Option<String>,
    pub(super) name: String,
    pub(super) description: Option<String>,
    pub(super) permissions: Option<Permissions>,
    pub(super) is_default: Option<bool>,
    pub(super) managed: bool,
}

#[derive(Debug)]
pub(super) struct BindingDraft {
    pub(super) at: At,
    pub(super) id: Option<String>,
    pub(super) group: bool,
    pub(super) holder: String,
    pub(super) role: String,
    pub(super) namespace: Option<String>,
}

/// Reads a document.
///
/// # Errors
/// A sentence, where it is none at all.
pub(super) fn read(document: Value, lost: &mut Vec<Lost>) -> Result<Draft, String> {
    let Value::Object(map) = document else {
        return Err("A document is an object with tenants, users, serviceAccounts, groups, roles or bindings.".into());
    };
    let mut reader = Reader { draft: Draft::default(), lost };
    let mut top = Fields::new("document", map);
    if let Some(newer) = top.number("version").filter(|version| *version > u64::from(VERSION)) {
        return Err(format!("This document has version {newer}; this program reads up to {VERSION}."));
    }
    for (path, one) in top.objects("tenants", &["tenants"], reader.lost) {
        reader.tenant(Fields::new(&path, one));
    }
    for (path, one) in top.objects("users", &["users"], reader.lost) {
        reader.person(PrincipalKind::User, Fields::new(&path, one));
    }
    let accounts = ["serviceAccounts", "service_accounts", "service-accounts"];
    for (path, one) in top.objects("serviceAccounts", &accounts, reader.lost) {
        reader.person(PrincipalKind::ServiceAccount, Fields::new(&path, one));
    }
    reader.contents(&mut top, "", None);
    top.finish(reader.lost);
    Ok(reader.draft)
}

struct Reader<'a> {
    draft: Draft,
    lost: &'a mut Vec<Lost>,
}

impl Reader<'_> {
    /// What is in a tenant, or stands beside the tenants and names its own.
    fn contents(&mut self, fields: &mut Fields, path: &str, place: Option<&Place>) {
        let inside = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        for (path, one) in fields.objects(&inside("groups"), &["groups"], self.lost) {
            self.group(Fields::new(&path, one), place);
        }
        for (path, one) in fields.objects(&inside("roles"), &["roles"], self.lost) {
            self.role(Fields::new(&path, one), place);
        }
        for (path, one) in fields.objects(&inside("bindings"), &["bindings"], self.lost) {
            self.binding(Fields::new(&path, one), place);
        }
        for (number, one) in fields.list(&["access", "tenantAccess"]).into_iter().enumerate() {
            self.access(inside(&format!("access[{number}]")), one, place);
        }
    }

    /// Which tenant an object names, or stands in. Where that is not certain it is left behind: in another tenant it
    /// would give what the document does not.
    fn at(&mut self, fields: &mut Fields, place: Option<&Place>) -> Option<At> {
        let Ok(named) = fields.only(&["tenantId", "tenant"]) else {
            fields.lose("which tenant it belongs to is not clear; it is left behind", self.lost);
            return None;
        };
        let named = match named {
            None => None,
            Some(id) => Some(self.tenant_id(&fields.path, &id)?),
        };
        let place = match (place, named) {
            (Some(place), Some(named)) if !is_called(place, &named) => {
                let reason = format!("it stands in one tenant and names another, {named}; it is left behind");
                fields.lose(&reason, self.lost);
                return None;
            }
            (Some(place), _) => place.clone(),
            (None, named) => named,
        };
        Some(At { path: fields.path.clone(), place })
    }

    fn deleted(&mut self, fields: &mut Fields) -> bool {
        let deleted = fields.deleted();
        if deleted {
            fields.lose("it is marked as deleted, and left behind", self.lost);
        }
        deleted
    }

    fn tenant_id(&mut self, path: &str, id: &str) -> Option<TenantId> {
        let parsed = TenantId::parse(id);
        if let Err(invalid) = &parsed {
            lose(
                path,
                format!("{id} cannot be a tenant's id here, and what it holds is left behind. {invalid}"),
                self.lost,
            );
        }
        parsed.ok()
    }

    fn tenant(&mut self, mut fields: Fields) {
        let place = match fields.only(&["id", "tenantId"]) {
            Err(Unclear) => {
                return fields.lose("which tenant it is is not clear; it and what it holds are left behind", self.lost);
            }
            Ok(None) => None,
            Ok(Some(id)) => match self.tenant_id(&fields.path, &id) {
                None => return,
                id => id,
            },
        };
        fields.path = place.as_ref().map_or("default tenant".into(), |id| format!("tenant {id}"));
        if self.deleted(&mut fields) {
            return self.draft.gone.tenants.extend(place);
        }
        let path = fields.path.clone();
        let at = At { path: path.clone(), place: place.clone() };
        self.contents(&mut fields, &path, Some(&place));
        let name = fields.text(&["name"]);
        self.draft.tenants.push(TenantDraft { at, name, settings: fields.rest() });
    }

    fn person(&mut self, kind: PrincipalKind, mut fields: Fields) {
        let role = fields.text(&["type"]);
        let kind = if role.as_deref() == Some("SERVICE_ACCOUNT") { PrincipalKind::ServiceAccount } else { kind };
        let id = fields.text(&["id"]);
        let called = self.called(kind, &mut fields, id.as_deref());
        fields.skip(&["displayName"]);
        // Users and service accounts belong to the instance, whatever tenant they were made in.
        fields.text(&["tenantId", "tenant"]);
        if self.deleted(&mut fields) {
            return self.draft.gone.people.push((id, called));
        }
        let superadmin = fields.flag(&["superAdmin", "superadmin", "instanceOwner", "super_admin"]);
        let of_type = (role.as_deref() == Some("SUPER_ADMIN")).then_some(true);
        let superadmin = superadmin.or(of_type);
        let Some(name) = called else {
            self.draft.gone.people.push((id, None));
            return fields.lose("it has neither an address nor a name, and is left behind", self.lost);
        };
        self.places(&mut fields);
        self.draft.people.push(PersonDraft {
            path: fields.path.clone(),
            id,
            kind,
            name,
            first_name: fields.text(&["firstName", "first_name"]),
            last_name: fields.text(&["lastName", "last_name"]),
            description: fields.text(&["description"]),
            superadmin,
            restricted: fields.flag(&["restricted"]),
        });
        fields.finish(self.lost);
    }

    /// What somebody is called. Users of 0.13 have names of any kind, later ones their address (contract 0).
    fn called(&mut self, kind: PrincipalKind, fields: &mut Fields, id: Option<&str>) -> Option<String> {
        let texts = [fields.text(&["email"]), fields.text(&["username"]), fields.text(&["name"])];
        let [email, username, name] = &texts;
        let called = match kind {
            PrincipalKind::User => email.clone().or(username.clone()).or(name.clone()),
            PrincipalKind::ServiceAccount => name.clone().or(username.clone()).or(email.clone()),
        };
        fields.path = format!("{} {}", fields.path, called.as_deref().or(id).unwrap_or_default());
        for other in texts.iter().flatten() {
            if called.as_ref().is_some_and(|called| !called.eq_ignore_ascii_case(other)) {
                fields.lose(&format!("it is also called {other}; one name is kept"), self.lost);
            }
        }
        called
    }

    /// The groups and tenants that somebody names as its own.
    fn places(&mut self, fields: &mut Fields) {
        let (path, own) = (fields.path.clone(), self.draft.people.len());
        for group in fields.list(&["groups", "groupIds", "groupList"]) {
            let Some((id, _)) = reference(&group, &["id", "groupId"]) else {
                fields.lose("a group it is in has no id", self.lost);
                continue;
            };
            let place = match group {
                Value::Object(map) => match Fields::new("", map).only(&["tenantId", "tenant"]) {
                    Ok(place) => place,
                    Err(Unclear) => {
                        fields.lose(&format!("which tenant its group {id} belongs to is not clear"), self.lost);
                        continue;
                    }
                },
                _ => None,
            };
            let place = match place {
                None => None,
                Some(id) => match self.tenant_id(&path, &id) {
                    None => continue,
                    id => Some(id),
                },
            };
            self.draft.joined.push(Joined { path: path.clone(), who: Who::Own(own), group: id, place });
        }
        for tenant in fields.list(&["tenants"]) {
            // The default tenant stands in such a list without an id.
            let id = match tenant {
                Value::Object(map) => Fields::new("", map).only(&["id", "tenantId"]),
                other => scalar(&other).map(Some).ok_or(Unclear),
            };
            let place = match id {
                Ok(None) => None,
                Ok(Some(id)) => match self.tenant_id(&path, &id) {
                    None => continue,
                    id => id,
                },
                Err(Unclear) => {
                    fields.lose("a tenant it has access to has no id that can be read", self.lost);
                    continue;
                }
            };
            self.draft.access.push((At { path: path.clone(), place }, Who::Own(own)));
        }
    }

    fn group(&mut self, mut fields: Fields, place: Option<&Place>) {
        let (id, name) = (fields.text(&["id", "groupId"]), fields.text(&["name"]));
        fields.path = format!("{} {}", fields.path, name.as_deref().or(id.as_deref()).unwrap_or_default());
        let Some(at) = self.at(&mut fields, place) else { return self.draft.gone.groups.push((None, id, name)) };
        if self.deleted(&mut fields) {
            return self.draft.gone.groups.push((Some(at.place), id, name));
        }
        let mut members = Vec::new();
        for (keys, owner) in [(&["members", "membersId", "memberIds", "users"][..], false), (&["owners"], true)] {
            for one in fields.list(keys) {
                match reference(&one, &["id", "userId", "principalId", "username", "email"]) {
                    Some((who, owns)) => members.push((who, owner || owns)),
                    None => fields.lose("a member of it has no id", self.lost),
                }
            }
        }
        let Some(name) = name else {
            self.draft.gone.groups.push((Some(at.place), id, None));
            return fields.lose("it has no name, and is left behind", self.lost);
        };
        let description = fields.text(&["description"]);
        self.draft.groups.push(GroupDraft { at, id, name, description, members });
        fields.finish(self.lost);
    }

    fn role(&mut self, mut fields: Fields, place: Option<&Place>) {
        let (id, name) = (fields.text(&["id", "roleId"]), fields.text(&["name"]));
        fields.path = format!("{} {}", fields.path, name.as_deref().or(id.as_deref()).unwrap_or_default());
        let Some(at) = self.at(&mut fields, place) else { return };
        if self.deleted(&mut fields) {
            return self.draft.gone.roles.push((at.place, id, name));
        }
        fields.skip(&["permissionCount"]);
        let permissions = self.permissions(&mut fields);
        let Some(name) = name.or_else(|| id.clone()) else {
            return fields.lose("it has neither an id nor a name, and is left behind", self.lost);
        };
        self.draft.roles.push(RoleDraft {
            at,
            id,
            name,
            description: fields.text(&["description"]),
            permissions,
            is_default: fields.flag(&["isDefault", "default"]),
            managed: fields.flag(&["isManaged", "managed"]).unwrap_or_default(),
        });
        fields.finish(self.lost);
    }

    /// A map of resources to actions, or a list of such pairs as some clients write it; nothing where nothing is said.
    /// Unknown words are named.
    fn permissions(&mut self, fields: &mut Fields) -> Option<Permissions> {
        let mut words: Vec<(String, Vec<String>)> = Vec::new();
        let mut odd = false;
        let said = fields.take(&["permissions", "resources"]).filter(|said| !said.is_null())?;
        for (resource, actions) in pairs(said, &mut odd) {
            let texts: Vec<String> = actions.iter().filter_map(scalar).collect();
            odd |= texts.len() < actions.len();
            match words.iter_mut().find(|(known, _)| *known == resource) {
                Some((_, known)) => known.extend(texts),
                None => words.push((resource, texts)),
            }
        }
        if odd {
            fields.lose("some of its permissions are not resources with actions, and are left behind", self.lost);
        }
        let (kept, unknown) = Permissions::from_words(words).sift();
        for word in unknown {
            fields.lose(&format!("the permission {word} does not exist here, and is left behind"), self.lost);
        }
        Some(kept)
    }

    fn binding(&mut self, mut fields: Fields, place: Option<&Place>) {
        let id = fields.text(&["id", "bindingId"]);
        if let Some(id) = &id {
            fields.path = format!("{} {id}", fields.path);
        }
        let Some(at) = self.at(&mut fields, place) else { return };
        if self.deleted(&mut fields) {
            return;
        }
        let Some((group, holder)) = holder(&mut fields) else {
            return fields.lose("it is not clear who holds it; it is left behind", self.lost);
        };
        let role = fields.reference(&["roleId", "role"]);
        // Clients send an empty text for none (contract 4.7). Anything but a text would be taken for none as well, and
        // the role would hold in the whole tenant.
        let Ok(namespace) = fields.only(&["namespaceId", "namespace"]) else {
            return fields.lose("which namespace it is for is not clear; it is left behind", self.lost);
        };
        let (Some(holder), Some(role)) = (holder, role) else {
            return fields.lose("it names no holder or no role, and is left behind", self.lost);
        };
        fields.skip(&["createdAt", "updatedAt"]);
        if fields.are_left() {
            fields.lose("it has what nothing here holds, which may limit it; it is left behind", self.lost);
        } else {
            self.draft.bindings.push(BindingDraft { at, id, group, holder, role, namespace });
        }
        fields.finish(self.lost);
    }

    fn access(&mut self, path: String, one: Value, place: Option<&Place>) {
        let Value::Object(map) = one else {
            let who = scalar(&one).unwrap_or_default();
            return self.draft.access.push((At { path, place: place.cloned().flatten() }, Who::Called(who)));
        };
        let mut fields = Fields::new(&path, map);
        let Some(at) = self.at(&mut fields, place) else { return };
        if self.deleted(&mut fields) {
            return;
        }
        let who = fields.text(&["userId", "id", "principalId", "username", "email"]);
        fields.skip(&["displayName", "type"]);
        match who {
            Some(who) => self.draft.access.push((at, Who::Called(who))),
            None => fields.lose("it names nobody, and is left behind", self.lost),
        }
        fields.finish(self.lost);
    }
}

/// Whether clients call a tenant so: the one without an id is `main` to them (contract 6.3).
fn is_called(place: &Place, id: &TenantId) -> bool {
    place.as_ref().map_or(id.as_str() == "main", |place| place == id)
}

/// Whether a group holds a binding, and which user or group does; nothing where its fields do not agree.
fn holder(fields: &mut Fields) -> Option<(bool, Option<String>)> {
    let kind = fields.text(&["type"]).map(|kind| kind.to_ascii_uppercase());
    let (user, group) = (fields.reference(&["userId", "user"]), fields.reference(&["groupId", "group"]));
    let external = fields.text(&["externalId", "external_id"]);
    let is_group = match kind.as_deref() {
        Some("GROUP") => true,
        Some("USER" | "SERVICE_ACCOUNT") => false,
        Some(_) => return None,
        None if user.is_some() && group.is_some() => return None,
        None => group.is_some(),
    };
    match (external, if is_group { group } else { user }) {
        (Some(external), Some(own)) if external != own => None,
        (external, own) => Some((is_group, external.or(own))),
    }
}

/// Resources with their actions, in either of the shapes that clients know.
fn pairs(permissions: Value, odd: &mut bool) -> Vec<(String, Vec<Value>)> {
    match permissions {
        Value::Object(map) => map.into_iter().map(|(resource, actions)| (resource, items(actions))).collect(),
        other => {
            let mut found = Vec::new();
            for one in items(other) {
                let Value::Object(map) = one else {
                    *odd = true;
                    continue;
                };
                let mut pair = Fields::new("", map);
                let resource = pair.text(&["resource", "type", "permission"]).unwrap_or_default();
                found.push((resource, pair.list(&["actions", "permissions"])));
            }
            found
        }
    }
}
