//! Inviting people to a tenant, and accepting (contract 3.9).

use crate::{
    Caller, Context, Error, Result, TenantRef,
    act::{CreateInvitation, DeleteInvitation, ListInvitations, ViewInvitation},
    audit::{self, Change},
    clock::secret,
    context::Write,
    decide::Subject,
    group, mail, user,
    welcome::welcome,
};
use model::{
    Access, BindingId, Email, FieldError, Group, GroupId, Invitation, InvitationId, InvitedRole, List, Mail, Namespace,
    NewBinding, Page, Principal, PrincipalId, PrincipalKind, Resource, Role, RoleId, RoleRef, TenantLink, TenantUid,
    Timestamp,
};
use store::{Alone, Locked, Tx};

/// An invitation as it came in.
#[derive(Debug, Clone, Default)]
pub struct NewInvitation {
    /// Whom.
    pub email: String,
    /// Roles, each with namespaces.
    pub roles: Vec<(String, Vec<String>)>,
    /// Groups of the tenant.
    pub groups: Vec<String>,
    /// Shall make a superadmin.
    pub superadmin: bool,
    /// Shall make the user at once where there is none.
    pub create_user: bool,
}

/// An invitation with what its ids stand for.
#[derive(Debug, Clone)]
pub struct Invited {
    /// The invitation.
    pub invitation: Invitation,
    /// Its roles.
    pub roles: Vec<Role>,
    /// Its groups.
    pub groups: Vec<Group>,
    /// What the tenant gives to new users beside it.
    pub welcome: Option<RoleRef>,
    /// Where it is accepted.
    pub link: Option<String>,
}

fn absent(id: &InvitationId) -> Error {
    Error::NotFound { what: "Invitation", id: id.to_string() }
}

/// Invites somebody, or, where there is such a user or it shall be made, lets them in at once. Returns whether there
/// is an invitation to accept.
///
/// # Errors
/// [`Error::Conflict`] for an invitation that waits, and for whoever has access already; [`Error::Invalid`] where
/// `kestra.url` is not set, since there would be no link to send.
#[tracing::instrument(name = "invitation::create", skip_all, fields(%tenant))]
pub async fn create(cx: &Context, tenant: &TenantRef, new: NewInvitation) -> Result<bool> {
    let mut work = cx.write_in::<CreateInvitation>(tenant).await?;
    let uid = work.tenant_uid()?;
    let email = Email::parse(&new.email).map_err(|invalid| Error::field("email", invalid.0))?;
    let trusted = match work.subject() {
        Subject::Operator => true,
        Subject::Principal(principal, _) => principal.superadmin,
    };
    if new.superadmin && !trusted {
        return Err(Error::OnlySuperadmin);
    }
    let invitation = parse(cx, &mut work, &uid, &email, &new).await?;
    let known = store::principals::by_email(work.tx(), &email).await?;
    if known.is_some() || new.create_user {
        let user = match known {
            Some(user) if store::access::entered(work.tx(), &uid, &user.id).await? => {
                let message = format!("{email} has access to this tenant already.");
                return Err(Error::Conflict { field: Some("email"), message });
            }
            Some(user) => user,
            None => {
                let by = work.caller_name().to_owned();
                let user = fresh(cx, work.tx(), &email, String::new(), String::new(), new.superadmin, &by).await?;
                let user = user.clone();
                work.note(Change::created(Resource::User, user.id.as_str(), &user)).await?;
                user
            }
        };
        let by = work.caller_name().to_owned();
        let entered = let_in(cx, work.tx(), &invitation, &user, &by).await?;
        welcome(cx, work.tx(), &user, entered.as_slice(), &by).await?;
        let after =
            serde_json::json!({ "tenantAccess": user.name, "roles": invitation.roles, "groups": invitation.groups });
        work.commit(Change::updated(Resource::User, user.id.as_str(), &serde_json::Value::Null, &after)).await?;
        return Ok(false);
    }
    if cx.settings().url.is_none() {
        return Err(Error::field("kestra.url", "An invitation is a link: set kestra.url in the configuration first."));
    }
    store::invitations::delete_expired(work.tx(), &uid, email.as_str(), cx.now()).await?;
    store::invitations::insert(work.tx(), &invitation).await.map_err(|error| match error {
        store::Error::Duplicate => {
            let message = format!("{email} has been invited already. Delete that invitation to send another.");
            Error::Conflict { field: Some("email"), message }
        }
        other => other.into(),
    })?;
    // The id is the secret of the link; the log names the address.
    let after = serde_json::json!({ "email": email, "roles": invitation.roles, "groups": invitation.groups,
                                    "superadmin": invitation.superadmin, "expiresAt": invitation.expires_at });
    work.commit(Change::created(Resource::Invitation, email.as_str(), &after)).await?;
    if let Some(mail) = &invitation.mail {
        mail::send(cx, invitation.id, mail.asked_at);
    }
    Ok(true)
}

/// Checks that roles and groups exist, and that the caller may give them.
async fn parse<A>(
    cx: &Context,
    work: &mut Write<A>,
    uid: &TenantUid,
    email: &Email,
    new: &NewInvitation,
) -> Result<Invitation> {
    let ids: Vec<String> = new.roles.iter().map(|(id, _)| id.clone()).collect();
    let known = store::roles::by_ids(work.tx(), uid, &ids).await?;
    let mut roles = Vec::new();
    for (id, namespaces) in &new.roles {
        let absent = || Error::NotFound { what: "Role", id: id.clone() };
        let role = known.iter().find(|one| one.id.as_str() == id).ok_or_else(absent)?;
        let parsed: std::result::Result<Vec<_>, _> =
            namespaces.iter().filter(|text| !text.is_empty()).map(|text| Namespace::parse(text)).collect();
        let namespaces = parsed.map_err(|invalid| Error::field("roles.namespaces", invalid.0))?;
        match namespaces.as_slice() {
            [] => work.may_give(&role.permissions, None)?,
            some => some.iter().try_for_each(|namespace| work.may_give(&role.permissions, Some(namespace)))?,
        }
        roles.push(InvitedRole { id: RoleId::new(id.as_str()), namespaces });
    }
    let known = store::groups::by_ids(work.tx(), uid, &new.groups).await?;
    for id in &new.groups {
        let absent = || Error::NotFound { what: "Group", id: id.clone() };
        let group = known.iter().find(|one| one.id.as_str() == id).ok_or_else(absent)?;
        group::may_join(work, uid, &group.id).await?;
    }
    let tenant = work.tenant()?;
    Ok(Invitation {
        id: InvitationId::new(secret()),
        tenant: (uid.clone(), tenant.id.clone()),
        email: email.to_string(),
        roles,
        groups: new.groups.iter().map(|id| GroupId::new(id.as_str())).collect(),
        superadmin: new.superadmin,
        sent_at: cx.now(),
        sent_by: work.caller_name().to_owned(),
        expires_at: Timestamp(cx.now().0.saturating_add(cx.settings().invitations_expire_after)),
        accepted_at: None,
        mail: cx.mails().then(|| Mail::asked(cx.now())),
    })
}

async fn fresh(
    cx: &Context,
    tx: &mut Tx,
    email: &Email,
    first_name: String,
    last_name: String,
    superadmin: bool,
    by: &str,
) -> Result<Locked<Principal>> {
    let user = Principal {
        id: PrincipalId::new(cx.new_id()),
        kind: PrincipalKind::User,
        name: email.to_string(),
        first_name,
        last_name,
        superadmin,
        created_at: cx.now(),
        ..Principal::default()
    };
    Ok(store::principals::insert(tx, user, by).await?)
}

/// Gives a user what the invitation holds; roles and groups that are gone by now are left out. Says where the user is
/// new.
async fn let_in(
    cx: &Context,
    tx: &mut Tx,
    invitation: &Invitation,
    user: &Principal,
    by: &str,
) -> Result<Option<TenantUid>> {
    let uid = &invitation.tenant.0;
    let outside = store::access::enter(tx, uid, &user.id, cx.now()).await? > 0;
    store::access::grant(tx, uid, &user.id, cx.now()).await?;
    let ids: Vec<String> = invitation.roles.iter().map(|role| role.id.to_string()).collect();
    let roles = store::roles::by_ids(tx, uid, &ids).await?;
    for role in invitation.roles.iter().filter(|wanted| roles.iter().any(|one| one.id == wanted.id)) {
        let places: Vec<Option<Namespace>> = match role.namespaces.as_slice() {
            [] => vec![None],
            some => some.iter().cloned().map(Some).collect(),
        };
        for namespace in places {
            let binding = NewBinding { holder: Access::Principal(user.id.clone()), role: role.id.clone(), namespace };
            store::bindings::insert(tx, uid, &BindingId::new(cx.new_id()), &binding, cx.now(), by).await?;
        }
    }
    let ids: Vec<String> = invitation.groups.iter().map(ToString::to_string).collect();
    for group in store::groups::by_ids(tx, uid, &ids).await? {
        store::groups::join(tx, uid, &group.id, &user.id, false).await?;
    }
    if invitation.superadmin {
        let held = user::held_user(tx, &user.id).await?;
        store::principals::update(tx, &held, &Principal { superadmin: true, ..held.clone() }).await?;
    }
    Ok(outside.then(|| uid.clone()))
}

/// Adds what the ids of invitations of one tenant stand for.
async fn with_names(cx: &Context, tx: &mut Tx, uid: &TenantUid, list: Vec<Invitation>) -> Result<Vec<Invited>> {
    let roles: Vec<String> = list.iter().flat_map(|one| &one.roles).map(|role| role.id.to_string()).collect();
    let groups: Vec<String> = list.iter().flat_map(|one| &one.groups).map(ToString::to_string).collect();
    let roles = store::roles::by_ids(tx, uid, &roles).await?;
    let groups = store::groups::by_ids(tx, uid, &groups).await?;
    let welcome = store::roles::default_of(tx, uid).await?;
    let named = |invitation: Invitation| Invited {
        roles: roles.iter().filter(|one| invitation.roles.iter().any(|role| role.id == one.id)).cloned().collect(),
        groups: groups.iter().filter(|one| invitation.groups.contains(&one.id)).cloned().collect(),
        welcome: welcome.clone(),
        link: link(cx, &invitation.id),
        invitation,
    };
    Ok(list.into_iter().map(named).collect())
}

/// Where an invitation is accepted; nothing where the instance does not know its own address.
pub(crate) fn link(cx: &Context, id: &InvitationId) -> Option<String> {
    cx.settings().url.as_ref().map(|url| format!("{}/ui/invitation/{id}", url.trim_end_matches('/')))
}

/// A page of the tenant's invitations.
#[tracing::instrument(name = "invitation::page", skip_all, fields(%tenant))]
pub async fn page(cx: &Context, tenant: &TenantRef, status: Option<&str>, list: &List) -> Result<Page<Invited>> {
    let mut read = cx.read_in::<ListInvitations>(tenant).await?;
    crate::name::check(&store::shape::INVITATIONS, list)?;
    if status.is_some_and(|status| !["PENDING", "ACCEPTED", "EXPIRED"].contains(&status)) {
        let message = "A status is PENDING, ACCEPTED or EXPIRED.".into();
        return Err(Error::Invalid(vec![FieldError { field: "status".into(), message }]));
    }
    let uid = read.tenant_uid()?;
    let Page { results: rows, total, more } = store::invitations::page(read.tx(), &uid, status, cx.now(), list).await?;
    Ok(Page { results: with_names(cx, read.tx(), &uid, rows).await?, total, more })
}

/// The invitations of an address to the tenant.
#[tracing::instrument(name = "invitation::of_email", skip_all, fields(%tenant))]
pub async fn of_email(cx: &Context, tenant: &TenantRef, email: &str) -> Result<Vec<Invited>> {
    let mut read = cx.read_in::<ListInvitations>(tenant).await?;
    let uid = read.tenant_uid()?;
    let rows = store::invitations::of_email(read.tx(), Some(&uid), &email.to_lowercase()).await?;
    with_names(cx, read.tx(), &uid, rows).await
}

/// An invitation to the tenant.
#[tracing::instrument(name = "invitation::get", skip_all, fields(%tenant))]
pub async fn get(cx: &Context, tenant: &TenantRef, id: &InvitationId) -> Result<Invited> {
    let mut read = cx.read_in::<ViewInvitation>(tenant).await?;
    let uid = read.tenant_uid()?;
    let found = store::invitations::by_id(read.tx(), Some(&uid), id).await?.ok_or_else(|| absent(id))?;
    with_names(cx, read.tx(), &uid, vec![found]).await?.pop().ok_or_else(|| absent(id))
}

/// Sends the mail of an invitation again, as it may be lost or refused.
///
/// # Errors
/// [`Error::Conflict`] where no mail server is configured, and for an invitation that cannot be accepted any more.
#[tracing::instrument(name = "invitation::send_again", skip_all, fields(%tenant))]
pub async fn send_again(cx: &Context, tenant: &TenantRef, id: &InvitationId) -> Result<()> {
    let mut work = cx.write_in::<CreateInvitation>(tenant).await?;
    let uid = work.tenant_uid()?;
    let found = store::invitations::hold(work.tx(), Some(&uid), id).await?.ok_or_else(|| absent(id))?;
    let refused = |message: &str| Err(Error::Conflict { field: None, message: message.into() });
    if !cx.mails() {
        return refused("No mail server is configured. Copy the link and send it yourself.");
    }
    if found.status(cx.now()) != "PENDING" {
        return refused("This invitation was accepted or has expired. Invite anew.");
    }
    let asked = cx.now();
    store::invitations::ask_mail(work.tx(), &found, asked).await?;
    let (before, after) =
        (serde_json::json!({ "mail": found.mail }), serde_json::json!({ "mail": Mail::asked(asked) }));
    work.commit(Change::updated(Resource::Invitation, found.email.as_str(), &before, &after)).await?;
    mail::send(cx, found.id.clone(), asked);
    Ok(())
}

/// Takes an invitation back.
#[tracing::instrument(name = "invitation::delete", skip_all, fields(%tenant))]
pub async fn delete(cx: &Context, tenant: &TenantRef, id: &InvitationId) -> Result<()> {
    let mut work = cx.write_in::<DeleteInvitation>(tenant).await?;
    let uid = work.tenant_uid()?;
    let found = store::invitations::hold(work.tx(), Some(&uid), id).await?.ok_or_else(|| absent(id))?;
    store::invitations::delete(work.tx(), &found).await?;
    let before = serde_json::json!({ "email": found.email, "roles": found.roles, "groups": found.groups });
    work.commit(Change::deleted(Resource::Invitation, found.email.as_str(), &before)).await
}

/// The caller's own invitations that wait.
#[tracing::instrument(name = "invitation::mine", skip_all)]
pub async fn mine(cx: &Context) -> Result<Vec<Invited>> {
    let mut read = cx.read_own(None).await?;
    let Subject::Principal(principal, _) = read.subject() else { return Ok(Vec::new()) };
    let name = principal.name.clone();
    let rows = store::invitations::of_email(read.tx(), None, &name).await?;
    let named = |invitation: Invitation| {
        let link = link(cx, &invitation.id);
        Invited { roles: Vec::new(), groups: Vec::new(), welcome: None, link, invitation }
    };
    Ok(rows.into_iter().filter(|one| one.status(cx.now()) == "PENDING").map(named).collect())
}

/// An invitation as whoever has its link sees it.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The invitation, with the names of what it gives.
    pub invited: Invited,
    /// Name of the tenant.
    pub tenant: String,
    /// Whether there is a user of its address, who accepts; otherwise one is made.
    pub known: bool,
}

impl Seen {
    /// What stands for the tenant in the console's addresses.
    pub fn segment(&self) -> String {
        TenantLink::segment(self.invited.invitation.tenant.1.as_ref())
    }
}

/// What an invitation is about, also when it was accepted or has expired. Whoever has the link may look.
///
/// # Errors
/// [`Error::NotFound`] for one that there is not, or not any more.
#[tracing::instrument(name = "invitation::look", skip_all)]
pub async fn look(cx: &Context, id: &InvitationId) -> Result<Seen> {
    let mut tx = cx.service.store.read().await?;
    let found = store::invitations::by_id(&mut tx, None, id).await?.ok_or_else(|| absent(id))?;
    let uid = found.tenant.0.clone();
    let tenant = store::tenants::by_uid(&mut tx, &uid).await?.ok_or_else(|| absent(id))?;
    let known = match Email::parse(&found.email) {
        Ok(email) => store::principals::by_email(&mut tx, &email).await?.is_some(),
        Err(_) => false,
    };
    let invited = with_names(cx, &mut tx, &uid, vec![found]).await?.pop().ok_or_else(|| absent(id))?;
    Ok(Seen { invited, tenant: tenant.name, known })
}

/// A person who follows an invitation and has no user yet.
#[derive(Debug, Clone, Default)]
pub struct Newcomer {
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Wanted password.
    pub password: Option<String>,
}

/// Accepts an invitation for the user it was sent to. Whoever has the link may: it gives something to that user, and
/// nothing to anybody else.
///
/// # Errors
/// [`Error::NotFound`] for one that is gone, accepted or expired, [`Error::NoUser`] where its address has no user yet.
#[tracing::instrument(name = "invitation::accept", skip_all)]
pub async fn accept(cx: &Context, id: &InvitationId) -> Result<()> {
    let (mut tx, invitation) = accepting(cx, id).await?;
    let email = Email::parse(&invitation.email).map_err(|_| absent(id))?;
    let user = store::principals::by_email(&mut tx, &email).await?.ok_or_else(|| Error::NoUser(email.to_string()))?;
    finish(cx, tx, &invitation, &user).await
}

/// Makes the user an invitation was sent to, and accepts it.
///
/// # Errors
/// [`Error::Conflict`] where there is such a user, who accepts instead.
#[tracing::instrument(name = "invitation::create_user", skip_all)]
pub async fn create_user(cx: &Context, id: &InvitationId, newcomer: Newcomer) -> Result<Principal> {
    let mut wrong = user::wrong_names(Some(&newcomer.first_name), Some(&newcomer.last_name));
    wrong.extend(newcomer.password.as_deref().and_then(|password| user::weak(cx, password)));
    if !wrong.is_empty() {
        return Err(Error::Invalid(wrong));
    }
    let mut tx = cx.service.store.read().await?;
    waiting(cx, &mut tx, id).await?;
    drop(tx);
    let hash = match &newcomer.password {
        Some(password) => Some(cx.service.hasher.hash(password).await?),
        None => None,
    };
    let (mut tx, invitation) = accepting(cx, id).await?;
    let email = Email::parse(&invitation.email).map_err(|_| absent(id))?;
    let user = fresh(cx, &mut tx, &email, newcomer.first_name, newcomer.last_name, false, email.as_str()).await;
    let user = user.map_err(|error| match error {
        Error::Store(store::Error::Duplicate) => Error::Conflict {
            field: None,
            message: format!("A user {email} exists already. Sign in and accept the invitation."),
        },
        other => other,
    })?;
    if let Some(hash) = hash {
        store::principals::set_password(&mut tx, &user, &hash, cx.now()).await?;
    }
    let made = cx.with(Caller::Principal(user.id.clone()));
    audit::record(&mut tx, &made, &user.name, Change::created(Resource::User, user.id.as_str(), &*user)).await?;
    finish(cx, tx, &invitation, &user).await?;
    Ok(user.clone())
}

/// A transaction to accept an invitation: its tenant first, then the invitation, which nobody else accepts meanwhile.
async fn accepting(cx: &Context, id: &InvitationId) -> Result<(Tx, Locked<Invitation>)> {
    let mut tx = cx.service.store.write(Alone::InItsPart).await?;
    let tenant = waiting(cx, &mut tx, id).await?.tenant.0;
    if store::tenants::hold(&mut tx, &tenant).await?.is_none() {
        return Err(absent(id));
    }
    let held = store::invitations::hold(&mut tx, None, id).await?;
    let invitation = held.filter(|one| one.status(cx.now()) == "PENDING").ok_or_else(|| absent(id))?;
    Ok((tx, invitation))
}

async fn waiting(cx: &Context, tx: &mut Tx, id: &InvitationId) -> Result<Invitation> {
    let found = store::invitations::by_id(tx, None, id).await?;
    found.filter(|one| one.status(cx.now()) == "PENDING").ok_or_else(|| absent(id))
}

async fn finish(cx: &Context, mut tx: Tx, invitation: &Locked<Invitation>, user: &Principal) -> Result<()> {
    store::invitations::accept(&mut tx, invitation, cx.now()).await?;
    let entered = let_in(cx, &mut tx, invitation, user, &invitation.sent_by).await?;
    let accepting = cx.with(Caller::Principal(user.id.clone()));
    welcome(&accepting, &mut tx, user, entered.as_slice(), &user.name).await?;
    let (uid, tenant) = &invitation.tenant;
    let after = serde_json::json!({ "accepted": true, "roles": invitation.roles, "groups": invitation.groups });
    let change = Change::updated(Resource::Invitation, user.name.as_str(), &serde_json::Value::Null, &after);
    audit::record(&mut tx, &accepting, &user.name, change.within(uid, tenant.as_ref())).await?;
    Ok(tx.commit().await?)
}
