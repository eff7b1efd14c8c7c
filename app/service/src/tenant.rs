//! Tenants: the main job of this product.

use crate::{
    Context, Error, Result, TenantRef,
    act::{
        Act, AssignRole, CreateInvitation, CreateTenant, DeleteTenant, ListAuditLog, ListTenants, UpdateTenant,
        ViewTenant,
    },
    audit::Change,
    context::{Own, Read},
    decide::{Subject, reach},
};
use model::{
    Access, Action, BindingId, Consequences, Cursor, Direction, Email, FieldError, Filter, Grant, GroupId, Invalid,
    List, Managed, Namespace, NewBinding, NewTenant, Op, Page, Permission, Position, Principal, Reach, Resource, Role,
    RoleId, RoleRef, Slice, Tenant, TenantChange, TenantId, TenantKind, TenantQuery, TenantSettings, TenantSort,
    TenantSummary, TenantUid, Timestamp,
    audit::{Event, Stored},
};
use store::{Locked, Tx, fold};

/// Longest name, in characters.
const NAME: usize = 250;

/// Checks what came in; all that is wrong at once.
pub(crate) fn parse(new: &NewTenant) -> std::result::Result<(TenantId, String), Vec<FieldError>> {
    let mut wrong = new.settings.violations();
    let id = TenantId::parse(new.id.trim()).map_err(|invalid| FieldError { field: "id".into(), message: invalid.0 });
    let name = parse_name(&new.name);
    match (id, name, wrong.is_empty()) {
        (Ok(id), Ok(name), true) => Ok((id, name)),
        (id, name, _) => {
            wrong.splice(0..0, id.err().into_iter().chain(name.err()));
            Err(wrong)
        }
    }
}

pub(crate) fn parse_name(name: &str) -> std::result::Result<String, FieldError> {
    let say = |message: String| Err(FieldError { field: "name".into(), message });
    match name.trim() {
        "" => say("Enter a name, such as Development environment.".into()),
        long if long.chars().count() > NAME => say(format!("A name has at most {NAME} characters.")),
        control if control.chars().any(char::is_control) => say("A name is one line of text.".into()),
        name => Ok(name.to_owned()),
    }
}

/// Creates a tenant with its managed roles. Whoever creates it becomes its Tenant Admin; `admin` does
/// instead where a user is named, as the command line does. One transaction: all of it or nothing.
///
/// # Errors
/// [`Error::TenantsDisabled`], [`Error::Invalid`], and [`Error::Conflict`] where the id is taken.
#[tracing::instrument(name = "tenant::create", skip_all)]
pub async fn create(cx: &Context, new: NewTenant, admin: Option<&str>) -> Result<Tenant> {
    let mut work = cx.write::<CreateTenant>().await?;
    cx.tenants_enabled()?;
    let (id, name) = parse(&new).map_err(Error::Invalid)?;
    let admin = match (admin, work.subject()) {
        (Some(email), _) => Some(named_user(work.tx(), email).await?),
        (None, Subject::Principal(creator, _)) if cx.settings().bind_creator => Some(creator.clone()),
        (None, _) => None,
    };
    let by = work.caller_name().to_owned();
    let tenant = insert(cx, work.tx(), &id, &name, new.settings, admin.as_ref(), &by).await?;
    work.commit(created(&tenant, admin.as_ref().map(|user| user.name.as_str()))).await?;
    Ok(tenant)
}

async fn named_user(tx: &mut Tx, email: &str) -> Result<Principal> {
    let absent = || Error::NotFound { what: "User", id: email.to_owned() };
    let email = Email::parse(email).map_err(|_| absent())?;
    store::principals::by_email(tx, &email).await?.ok_or_else(absent)
}

/// The audit row of a new tenant.
pub(crate) fn created(tenant: &Tenant, admin: Option<&str>) -> Change {
    let mut after = serde_json::json!(Public::of(tenant));
    if let (Some(admin), Some(object)) = (admin, after.as_object_mut()) {
        object.insert("tenantAdmin".into(), admin.into());
    }
    Change::created(Resource::Tenant, tenant_id(tenant), &after).within(&tenant.uid, tenant.id.as_ref())
}

/// A tenant as the audit log shows it.
#[derive(serde::Serialize)]
struct Public<'a> {
    id: Option<&'a TenantId>,
    name: &'a str,
    #[serde(flatten)]
    settings: TenantSettings,
}

impl<'a> Public<'a> {
    fn of(tenant: &'a Tenant) -> Self {
        Self { id: tenant.id.as_ref(), name: &tenant.name, settings: tenant.settings.redacted() }
    }
}

fn tenant_id(tenant: &Tenant) -> &str {
    tenant.id.as_ref().map_or("", TenantId::as_str)
}

/// Writes the tenant, its managed roles and its admin's binding.
pub(crate) async fn insert(
    cx: &Context,
    tx: &mut Tx,
    id: &TenantId,
    name: &str,
    settings: TenantSettings,
    admin: Option<&Principal>,
    by: &str,
) -> Result<Tenant> {
    let mut tenant = Tenant {
        uid: TenantUid::new(cx.new_id()),
        kind: TenantKind::Named,
        id: Some(id.clone()),
        name: name.to_owned(),
        settings,
        created_at: cx.now(),
        created_by: by.to_owned(),
        version: 1,
        users: 0,
        roles: 0,
        groups: 0,
        bindings: 0,
    };
    store::tenants::insert(tx, &tenant).await.map_err(|error| match error {
        store::Error::Duplicate => Error::Conflict {
            field: Some("id"),
            message: format!("A tenant with the id “{id}” exists already. Choose another id."),
        },
        other => other.into(),
    })?;
    for managed in Managed::ALL {
        let role = managed_role(managed, Some(id));
        tenant.roles += i64::try_from(store::roles::insert(tx, &tenant.uid, &role, cx.now()).await?).unwrap_or(0);
    }
    if let Some(admin) = admin {
        bind_admin(cx, tx, &tenant, admin, by).await?;
        tenant.users += 1;
    }
    Ok(tenant)
}

/// One of the five roles that every tenant has.
pub(crate) fn managed_role(managed: Managed, tenant: Option<&TenantId>) -> Role {
    Role {
        id: RoleId::managed(managed, tenant),
        name: managed.name().into(),
        description: Some(managed.description().into()),
        permissions: managed.permissions(),
        is_default: false,
        is_managed: true,
    }
}

pub(crate) async fn bind_admin(cx: &Context, tx: &mut Tx, tenant: &Tenant, admin: &Principal, by: &str) -> Result<()> {
    store::access::enter(tx, &tenant.uid, &admin.id, cx.now()).await?;
    let role = RoleId::managed(Managed::Admin, tenant.id.as_ref());
    let binding = NewBinding { holder: Access::Principal(admin.id.clone()), role, namespace: None };
    store::bindings::insert(tx, &tenant.uid, &BindingId::new(cx.new_id()), &binding, cx.now(), by).await?;
    Ok(())
}

/// Sees to it that the tenant exists and `user` is its Tenant Admin.
pub(crate) async fn ensure_admin(cx: &Context, id: &TenantId, user: &Principal) -> Result<()> {
    let mut work = cx.write::<CreateTenant>().await?;
    cx.tenants_enabled()?;
    let by = work.caller_name().to_owned();
    match store::tenants::by_id(work.tx(), id).await? {
        None => {
            let made = insert(cx, work.tx(), id, id.as_str(), TenantSettings::default(), Some(user), &by).await?;
            work.commit(created(&made, Some(&user.name))).await
        }
        Some(tenant) => {
            let admin = RoleId::managed(Managed::Admin, Some(id));
            let held = store::access::grants(work.tx(), &tenant.uid, &user.id).await?;
            if held.iter().any(|grant| grant.role.id == admin && grant.namespace.is_none()) {
                return Ok(());
            }
            bind_admin(cx, work.tx(), &tenant, user, &by).await?;
            let after = serde_json::json!({ "role": admin, "user": user.name });
            let change = Change::created(Resource::Binding, user.id.as_str(), &after);
            work.commit(change.within(&tenant.uid, tenant.id.as_ref())).await
        }
    }
}

/// A tenant by its identifier, for whoever may see all tenants.
///
/// # Errors
/// [`Error::NotFound`].
#[tracing::instrument(name = "tenant::get", skip_all, fields(%id))]
pub async fn get(cx: &Context, id: &str) -> Result<Tenant> {
    let mut read = cx.read::<ViewTenant>().await?;
    cx.tenants_enabled()?;
    let id = known(id)?;
    store::tenants::by_id(read.tx(), &id).await?.ok_or_else(|| absent(&id))
}

/// A tenant as a change of it begins from, for whoever may change it.
///
/// # Errors
/// [`Error::NotFound`].
#[tracing::instrument(name = "tenant::to_update", skip_all, fields(%id))]
pub async fn to_update(cx: &Context, id: &str) -> Result<Tenant> {
    let mut read = cx.read::<UpdateTenant>().await?;
    cx.tenants_enabled()?;
    let id = known(id)?;
    store::tenants::by_id(read.tx(), &id).await?.ok_or_else(|| absent(&id))
}

/// Who changed a tenant last, and when: for whoever may change it too, and meets what they did.
#[tracing::instrument(name = "tenant::saved", skip_all)]
pub async fn saved(cx: &Context, tenant: &Tenant) -> Result<Option<(String, Timestamp)>> {
    let mut read = cx.read::<UpdateTenant>().await?;
    let wanted =
        [("resource", Resource::Tenant.as_str()), ("type", Event::Update.as_str()), ("detailId", tenant_id(tenant))];
    let wanted = wanted.map(|(name, value)| Filter::Field { name: name.into(), op: Op::Equals, value: value.into() });
    let list = List { filter: Filter::All(wanted.into()), ..List::default() };
    let last = store::audit::newest(read.tx(), Some(&tenant.uid), &list, None, 1).await?.pop();
    Ok(last.map(|last| (last.row.caller, last.row.at)))
}

/// What cannot be an identifier is nobody's.
fn known(id: &str) -> Result<TenantId> {
    TenantId::parse(id).map_err(|_| Error::NotFound { what: "Tenant", id: id.to_owned() })
}

fn absent(id: &TenantId) -> Error {
    Error::NotFound { what: "Tenant", id: id.to_string() }
}

/// A tenant that nobody else changes until the transaction ends.
async fn held_tenant(tx: &mut Tx, id: &TenantId) -> Result<Locked<Tenant>> {
    let found = store::tenants::by_id(tx, id).await?.ok_or_else(|| absent(id))?;
    store::tenants::hold(tx, &found.uid).await?.ok_or_else(|| absent(id))
}

/// Changes a tenant's name and settings.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Invalid`], and [`Error::Conflict`] where somebody else changed it since
/// the version the change was made from.
#[tracing::instrument(name = "tenant::update", skip_all, fields(%id))]
pub async fn update(cx: &Context, id: &str, change: TenantChange) -> Result<Tenant> {
    let mut work = cx.write::<UpdateTenant>().await?;
    cx.tenants_enabled()?;
    let id = known(id)?;
    let before = held_tenant(work.tx(), &id).await?;
    let mut wrong = change.settings.violations();
    let name = parse_name(&change.name).map_err(|one| wrong.insert(0, one)).unwrap_or_default();
    if !wrong.is_empty() {
        return Err(Error::Invalid(wrong));
    }
    if change.version.is_some_and(|version| version != before.version) {
        return Err(Error::Conflict {
            field: None,
            message: "Someone else changed this tenant in the meantime. Your changes weren't saved.".into(),
        });
    }
    store::tenants::update(work.tx(), &before, &name, &change.settings).await?;
    let after = Tenant { name, settings: change.settings, version: before.version + 1, ..before.clone() };
    let row = Change::updated(Resource::Tenant, id.as_str(), &Public::of(&before), &Public::of(&after));
    work.commit(row.within(&after.uid, after.id.as_ref())).await?;
    Ok(after)
}

/// What deleting a tenant would take with it.
#[tracing::instrument(name = "tenant::consequences", skip_all, fields(%id))]
pub async fn consequences(cx: &Context, id: &str) -> Result<(Tenant, Consequences)> {
    let mut read = cx.read::<DeleteTenant>().await?;
    cx.tenants_enabled()?;
    let id = known(id)?;
    let tenant = store::tenants::by_id(read.tx(), &id).await?.ok_or_else(|| absent(&id))?;
    let consequences = store::tenants::consequences(read.tx(), &tenant.uid).await?;
    Ok((tenant, consequences))
}

/// Deletes a tenant with all that is in it, and the service accounts that have access to no other tenant: nobody would
/// see their tokens any more. Users stay, and so do the audit log and the executions (contract 5).
/// A person must repeat the id as `typed`; the API names it in the address.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Invalid`] where `typed` is not the id.
#[tracing::instrument(name = "tenant::delete", skip_all, fields(%id))]
pub async fn delete(cx: &Context, id: &str, typed: Option<&str>) -> Result<()> {
    let mut work = cx.write::<DeleteTenant>().await?;
    cx.tenants_enabled()?;
    let id = known(id)?;
    if typed.is_some_and(|typed| typed.trim() != id.as_str()) {
        return Err(Error::field("typed", format!("Type {id} to delete this tenant.")));
    }
    let tenant = held_tenant(work.tx(), &id).await?;
    let gone = store::tenants::consequences(work.tx(), &tenant.uid).await?;
    let accounts = store::principals::accounts_only_in(work.tx(), &tenant.uid).await?;
    let accounts: Vec<_> = accounts.iter().map(|account| account.id.to_string()).collect();
    let accounts = store::principals::hold_all(work.tx(), &accounts).await?;
    store::tenants::delete(work.tx(), &tenant).await?;
    store::principals::delete(work.tx(), &accounts).await?;
    let mut before = serde_json::json!(Public::of(&tenant));
    if let (Some(object), Ok(gone)) = (before.as_object_mut(), serde_json::to_value(gone)) {
        object.insert("deletedWithIt".into(), gone);
    }
    let accounts = accounts.iter().map(|one| Change::deleted(Resource::ServiceAccount, one.id.as_str(), &**one));
    let tenant_row = Change::deleted(Resource::Tenant, id.as_str(), &before);
    work.commit_all(accounts.chain([tenant_row.within(&tenant.uid, tenant.id.as_ref())])).await
}

/// Hits that are few enough to sort here; more are read in the list's order until the page is full.
const FEW: i64 = 500;
/// Rows a page may have at the most.
const PAGE: i64 = 10_000;

/// A piece of the list of tenants, for the console.
#[tracing::instrument(name = "tenant::list", skip_all)]
pub async fn list(cx: &Context, query: TenantQuery) -> Result<Slice<TenantSummary>> {
    let mut read = cx.read::<ListTenants>().await?;
    cx.tenants_enabled()?;
    let size = query.size.clamp(1, PAGE);
    let needle = fold(query.q.trim());
    if let Some(hits) = few(read.tx(), &needle, &query).await? {
        return Ok(cut(hits, &query, size));
    }
    let (total, more) = if needle.is_empty() {
        (store::tenants::total(read.tx()).await?, false)
    } else if indexed(&needle) {
        // The index has just said so.
        (FEW, true)
    } else {
        let counted = store::tenants::count(read.tx(), &needle, FEW + 1).await?;
        (counted.min(FEW), counted > FEW)
    };
    let (sort, way) = (query.sort, query.direction);
    let tx = read.tx();
    // One row more than wanted tells whether there is a piece after this one.
    let (mut rows, backward, before) = match &query.position {
        Position::First => (store::tenants::list(tx, sort, way, &needle, None, size + 1, 0).await?, false, 0),
        Position::After(place) => {
            let rows = store::tenants::list(tx, sort, way, &needle, Some(place), size + 1, 0).await?;
            (rows, false, place.offset)
        }
        Position::Before(place) => {
            let rows = store::tenants::list(tx, sort, way.reversed(), &needle, Some(place), size + 1, 0).await?;
            (rows, true, place.offset)
        }
        Position::Last => {
            let last = if total % size == 0 { size.min(total) } else { total % size };
            let rows = store::tenants::list(tx, sort, way.reversed(), &needle, None, last + 1, 0).await?;
            let rows = rows.into_iter().take(usize::try_from(last).unwrap_or(0)).collect();
            (rows, true, total)
        }
        Position::Offset(offset) => {
            let offset = (*offset).max(0);
            (store::tenants::list(tx, sort, way, &needle, None, size + 1, offset).await?, false, offset)
        }
    };
    let extra = rows.len() > usize::try_from(size).unwrap_or(usize::MAX);
    rows.truncate(usize::try_from(size).unwrap_or(usize::MAX));
    let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    if backward {
        rows.reverse();
    }
    // Rows before the first one shown. The number comes with the cursor and may be old; where the list
    // begins is known for sure.
    let before = match (backward, extra) {
        (false, _) => before,
        (true, true) => (before - count).max(1),
        (true, false) if matches!(query.position, Position::Last) => (total - count).max(0),
        (true, false) => 0,
    };
    let next = if backward { !matches!(query.position, Position::Last) } else { extra };
    Ok(slice(rows, sort, before, total, more, next))
}

/// Whether the index of names can find it: it is made of groups of three characters. Shorter needles are in most
/// names anyway.
fn indexed(needle: &str) -> bool {
    needle.chars().count() >= 3
}

/// The hits of a search through the index of names, sorted, if they are few.
async fn few(tx: &mut Tx, needle: &str, query: &TenantQuery) -> Result<Option<Vec<TenantSummary>>> {
    if !indexed(needle) {
        return Ok(None);
    }
    let mut hits = store::search::tenants(tx, needle, FEW + 1).await?;
    if hits.len() > usize::try_from(FEW).unwrap_or(usize::MAX) {
        return Ok(None);
    }
    hits.sort_by(|a, b| {
        let order = match query.sort {
            TenantSort::Id => a.id.cmp(&b.id),
            TenantSort::Name => fold(&a.name).cmp(&fold(&b.name)),
            TenantSort::Created => a.created_at.cmp(&b.created_at),
            TenantSort::Users => a.users.cmp(&b.users),
        };
        let order = order.then_with(|| a.uid.cmp(&b.uid));
        if query.direction == Direction::Desc { order.reverse() } else { order }
    });
    Ok(Some(hits))
}

/// A piece of hits that are all here.
fn cut(mut hits: Vec<TenantSummary>, query: &TenantQuery, size: i64) -> Slice<TenantSummary> {
    let total = i64::try_from(hits.len()).unwrap_or(i64::MAX);
    let start = match &query.position {
        Position::First => 0,
        Position::After(place) => place.offset,
        Position::Before(place) => place.offset - size,
        Position::Last => (total - 1) / size * size,
        Position::Offset(offset) => *offset,
    };
    let start = start.clamp(0, total);
    let end = (start + size).min(total);
    let index = |row: i64| usize::try_from(row).unwrap_or(0);
    hits.truncate(index(end));
    let rows = hits.split_off(index(start));
    slice(rows, query.sort, start, total, false, end < total)
}

/// Rows with the cursors to what is before and after them.
fn slice(
    rows: Vec<TenantSummary>,
    sort: TenantSort,
    before: i64,
    total: i64,
    more: bool,
    next: bool,
) -> Slice<TenantSummary> {
    let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let cursor = |row: &TenantSummary, offset| Cursor { key: key(row, sort), uid: row.uid.to_string(), offset };
    Slice {
        from: if rows.is_empty() { 0 } else { before + 1 },
        previous: rows.first().filter(|_| before > 0).map(|row| cursor(row, before)),
        next: rows.last().filter(|_| next).map(|row| cursor(row, before + count)),
        rows,
        total,
        more,
    }
}

/// What the row is sorted by, as text.
fn key(row: &TenantSummary, sort: TenantSort) -> String {
    match sort {
        TenantSort::Id => row.id.to_string(),
        TenantSort::Name => fold(&row.name),
        TenantSort::Created => row.created_at.0.to_string(),
        TenantSort::Users => row.users.to_string(),
    }
}

/// A numbered page of the list of tenants, with the exact total, as the wire wants it.
/// Rows that do not fit `filter` are left out.
#[tracing::instrument(name = "tenant::search", skip_all)]
pub async fn search(cx: &Context, query: TenantQuery, filter: &Filter) -> Result<Page<TenantSummary>> {
    let mut read = cx.read::<ListTenants>().await?;
    cx.tenants_enabled()?;
    if !filter.is_empty() {
        return filtered(read.tx(), &query, filter).await;
    }
    let size = query.size.clamp(1, PAGE);
    let needle = fold(query.q.trim());
    if let Some(hits) = few(read.tx(), &needle, &query).await? {
        let total = i64::try_from(hits.len()).unwrap_or(i64::MAX);
        return Ok(Page { results: cut(hits, &query, size).rows, total, more: false });
    }
    let total = if needle.is_empty() {
        store::tenants::total(read.tx()).await?
    } else {
        store::tenants::count(read.tx(), &needle, i64::MAX).await?
    };
    let offset = match query.position {
        Position::Offset(offset) => offset.max(0),
        _ => 0,
    };
    let wanted = size.min(total - offset);
    if wanted <= 0 {
        return Ok(Page { results: Vec::new(), total, more: false });
    }
    let (sort, way) = (query.sort, query.direction);
    // A page in the second half is nearer from the end.
    let from_end = total - offset - wanted;
    let results = if from_end < offset {
        let mut rows = store::tenants::list(read.tx(), sort, way.reversed(), &needle, None, wanted, from_end).await?;
        rows.reverse();
        rows
    } else {
        store::tenants::list(read.tx(), sort, way, &needle, None, wanted, offset).await?
    };
    Ok(Page { results, total, more: false })
}

/// Fields that tenants can be filtered by.
const FIELDS: [&str; 4] = ["q", "id", "name", "type"];

/// Refuses filters by what tenants do not have.
pub fn known_fields(filter: &Filter) -> std::result::Result<(), Invalid> {
    match filter.fields().into_iter().find(|(name, _)| !FIELDS.contains(name)) {
        None => Ok(()),
        Some((name, _)) => Err(Invalid(format!("tenants cannot be filtered by {name}."))),
    }
}

/// A page of the rows that fit. Filters are combined as clients like, so no index knows them all: the list is
/// read once in its order, a batch at a time, and only the page is kept.
async fn filtered(tx: &mut Tx, query: &TenantQuery, filter: &Filter) -> Result<Page<TenantSummary>> {
    const BATCH: i64 = 1000;
    let (offset, size) = match query.position {
        Position::Offset(offset) => (offset.max(0), query.size.clamp(1, PAGE)),
        _ => (0, query.size.clamp(1, PAGE)),
    };
    let needle = fold(query.q.trim());
    let (mut results, mut total, mut place) = (Vec::new(), 0, None::<Cursor>);
    loop {
        let batch = store::tenants::list(tx, query.sort, query.direction, &needle, place.as_ref(), BATCH, 0).await?;
        let Some(last) = batch.last() else { break };
        place = Some(Cursor { key: key(last, query.sort), uid: last.uid.to_string(), offset: 0 });
        for row in batch.into_iter().filter(|row| fits(row, filter)) {
            if (offset..offset + size).contains(&total) {
                results.push(row);
            }
            total += 1;
        }
    }
    Ok(Page { results, total, more: false })
}

/// Whether a row fits. `q` is text anywhere in id or name, whatever the operation (contract 2.2).
fn fits(row: &TenantSummary, filter: &Filter) -> bool {
    match filter {
        Filter::All(list) => list.iter().all(|one| fits(row, one)),
        Filter::Any(list) => list.iter().any(|one| fits(row, one)),
        Filter::Field { name, value, .. } if name == "q" => {
            fold(&format!("{} {}", row.id, row.name)).contains(&fold(value.trim()))
        }
        field => field.accepts(&|name| match name {
            "id" => Some(row.id.as_str().into()),
            "name" => Some(row.name.as_str().into()),
            "type" => Some(row.settings.kind.map_or("DEFAULT", model::settings::Type::as_str).into()),
            _ => None,
        }),
    }
}

/// What a tenant's first page counts, in its order.
const COUNTED: [Resource; 8] = [
    Resource::User,
    Resource::Group,
    Resource::Role,
    Resource::Binding,
    Resource::ServiceAccount,
    Resource::Invitation,
    Resource::Namespace,
    Resource::Flow,
];
/// Rows of the audit log on a tenant's first page.
const LATEST: i64 = 5;

/// How many there are of something in a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// Of what; of invitations only those that are pending.
    pub resource: Resource,
    /// How many.
    pub count: i64,
    /// There may be more: nobody keeps count of these, and counting ended.
    pub more: bool,
}

/// A role that whoever looks holds.
#[derive(Debug, Clone)]
pub struct HeldRole {
    /// The role.
    pub role: RoleRef,
    /// Where; everywhere in the tenant if absent.
    pub namespace: Option<Namespace>,
    /// The group it goes through, if it is not their own.
    pub group: Option<(GroupId, String)>,
}

/// A tenant's first page.
#[derive(Debug, Clone)]
pub struct Overview {
    /// The tenant.
    pub tenant: Tenant,
    /// What the one who looks holds in it.
    pub held: Vec<HeldRole>,
    /// How many there are of what they may list.
    pub counts: Vec<Counted>,
    /// The newest rows of its audit log, if they may list it.
    pub latest: Option<Vec<Stored>>,
    /// Whether they may assign roles.
    pub assign: bool,
    /// Whether they may invite.
    pub invite: bool,
}

/// A tenant's first page: for whoever is in the tenant, and for whoever may see all tenants.
#[tracing::instrument(name = "tenant::overview", skip_all, fields(%tenant))]
pub async fn overview(cx: &Context, tenant: &TenantRef) -> Result<Overview> {
    let mut read = cx.read_own(Some(tenant)).await?;
    let wanted = [AssignRole::PERMISSION, CreateInvitation::PERMISSION, ListAuditLog::PERMISSION];
    let [assign, invite, log] = wanted.map(|one| read.may(one));
    let held = held(&mut read).await?;
    let counts = counts(cx, &mut read).await?;
    let latest = match log {
        true => {
            let uid = read.data_uid()?;
            Some(store::audit::newest(read.tx(), Some(&uid), &List::default(), None, LATEST).await?)
        }
        false => None,
    };
    Ok(Overview { tenant: read.tenant()?.clone(), held, counts, latest, assign, invite })
}

async fn held(read: &mut Read<Own>) -> Result<Vec<HeldRole>> {
    let Subject::Principal(me, grants) = read.subject().clone() else { return Ok(Vec::new()) };
    let uid = read.tenant_uid()?;
    let groups = store::groups::of_principals(read.tx(), &[me.id.to_string()], Some(&uid)).await?;
    let named = |id: GroupId| {
        let name = groups.iter().find(|one| one.group == id).map_or_else(|| id.to_string(), |one| one.name.clone());
        (id, name)
    };
    let role = |grant: Grant| HeldRole { role: grant.role, namespace: grant.namespace, group: grant.group.map(named) };
    Ok(grants.into_iter().map(role).collect())
}

/// How many rows a list has, and whether there are more.
fn many<T>(page: Page<T>) -> (i64, bool) {
    (page.total, page.more)
}

async fn counts(cx: &Context, read: &mut Read<Own>) -> Result<Vec<Counted>> {
    let tenant = read.tenant()?.clone();
    let (uid, data) = (&tenant.uid, tenant.data());
    let none = List { size: 0, ..List::default() };
    let mut counts = Vec::with_capacity(COUNTED.len());
    for resource in COUNTED {
        let reach = reach(read.subject(), Permission::new(resource, Action::List), uid);
        if reach == Reach::Only(Vec::new()) {
            continue;
        }
        let tx = read.tx();
        let (count, more) = match resource {
            Resource::User => (tenant.users, false),
            Resource::Group => (tenant.groups, false),
            Resource::Role => (tenant.roles, false),
            Resource::Binding => (tenant.bindings, false),
            Resource::ServiceAccount => many(store::access::page(tx, uid, true, &none).await?),
            Resource::Invitation => many(store::invitations::page(tx, uid, Some("PENDING"), cx.now(), &none).await?),
            Resource::Namespace => many(store::namespaces::page(tx, &data, &reach, false, &none).await?),
            _ => many(store::flows::page(tx, &data, &reach, &none).await?),
        };
        counts.push(Counted { resource, count, more });
    }
    Ok(counts)
}
