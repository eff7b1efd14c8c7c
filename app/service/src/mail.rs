//! Mails: what they say, and how they are sent beside what asked for them.
//!
//! A mail is sent after the transaction that wants it has been committed, by a task of its own: neither a slow mail
//! server nor a dead one holds anybody up. What becomes of it is written beside the invitation, so that whoever looks
//! there knows, also after a restart.

use crate::{Caller, Context, Origin, Result, Service, audit, audit::Change, invitation};
use async_trait::async_trait;
use model::{Delivery, Invitation, InvitationId, Resource, Timestamp, audit::Door};
use std::time::Duration;
use tokio::sync::Semaphore;

/// Letters that are on their way at one time.
const AT_ONCE: u32 = 4;
/// How long the mail server may take for one.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long to wait before each try: a server that is down, or wants to be asked again, is tried for some minutes.
const PAUSES: [Duration; 4] =
    [Duration::ZERO, Duration::from_secs(5), Duration::from_secs(60), Duration::from_secs(300)];
/// How long the end of the process waits for those that are on their way.
const LAST: Duration = Duration::from_secs(2);
/// Characters of a name in a mail.
const LONG: usize = 120;

/// A mail to one person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Letter {
    /// Address of who gets it.
    pub to: String,
    /// One line.
    pub subject: String,
    /// What it says.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

/// Why a letter was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undelivered {
    /// The reason in plain words, after “could not be sent:”.
    pub why: String,
    /// Whether it may be taken another time.
    pub again: bool,
}

/// Hands letters over to a mail server.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Hands one over.
    async fn send(&self, letter: Letter) -> std::result::Result<(), Undelivered>;
    /// Which way letters go, for people who administer the instance; nothing secret.
    fn route(&self) -> String;
}

/// A mailer, and how much it has to do.
pub(crate) struct Post {
    mailer: Box<dyn Mailer>,
    free: Semaphore,
}

impl Post {
    pub(crate) fn new(mailer: Box<dyn Mailer>) -> Self {
        Self { mailer, free: Semaphore::new(AT_ONCE as usize) }
    }

    pub(crate) fn route(&self) -> String {
        self.mailer.route()
    }
}

/// Waits a moment for letters that are on their way, and lets no other begin. For the end of the process.
pub async fn settle(service: &Service) {
    if let Some(post) = &service.post {
        // Who holds none of them has said what became of its letter.
        let _ = tokio::time::timeout(LAST, post.free.acquire_many(AT_ONCE)).await;
        post.free.close();
    }
}

/// Sends the mail of an invitation that was committed, while the caller goes on.
pub(crate) fn send(cx: &Context, id: InvitationId, asked: Timestamp) {
    let origin = Origin { door: Door::Job, request_id: None, address: None, trace: Default::default() };
    let cx = cx.service.context(Caller::Operator("kestra".into()), origin);
    tokio::spawn(async move {
        for pause in PAUSES {
            tokio::time::sleep(pause).await;
            match attempt(&cx, &id, asked).await {
                Ok(true) => return,
                Ok(false) => {}
                Err(error) => tracing::warn!(%error, "the mail of an invitation could not be looked after"),
            }
        }
    });
}

/// One try; whether there is nothing more to do.
async fn attempt(cx: &Context, id: &InvitationId, asked: Timestamp) -> Result<bool> {
    let Some(post) = &cx.service.post else { return Ok(true) };
    let Ok(_busy) = post.free.acquire().await else { return Ok(true) };
    // It may be gone, accepted or asked for anew by now.
    let mut tx = cx.service.store.read().await?;
    let Some(invitation) = store::invitations::by_id(&mut tx, None, id).await? else { return Ok(true) };
    let wanted = invitation.mail.as_ref().is_some_and(|mail| mail.asked_at == asked && !sent(&mail.delivery));
    if !wanted || invitation.status(cx.now()) != "PENDING" {
        return Ok(true);
    }
    let tenant = store::tenants::by_uid(&mut tx, &invitation.tenant.0).await?;
    drop(tx);
    let Some(tenant) = tenant else { return Ok(true) };
    let place = cx.settings().tenants.then_some(tenant.name.as_str());
    let Some(link) = invitation::link(cx, id) else { return Ok(true) };
    let letter = invite(&invitation, place, &link);
    let outcome = match tokio::time::timeout(PATIENCE, post.mailer.send(letter)).await {
        Ok(outcome) => outcome,
        Err(_) => Err(Undelivered { why: "the mail server did not answer in time".into(), again: true }),
    };
    let (at, why) = match &outcome {
        Ok(()) => (Some(cx.now()), None),
        Err(undelivered) => (None, Some(undelivered.why.as_str())),
    };
    let mut tx = cx.service.store.write(store::Alone::No).await?;
    if store::invitations::mailed(&mut tx, &invitation.tenant.0, id, asked, at, why).await? == 0 {
        return Ok(true);
    }
    let after = match why {
        None => serde_json::json!({ "mail": "sent" }),
        Some(why) => serde_json::json!({ "mail": "failed", "why": why }),
    };
    let change = Change::updated(Resource::Invitation, invitation.email.as_str(), &serde_json::Value::Null, &after);
    audit::record(&mut tx, cx, "kestra", change.within(&tenant.data(), tenant.id.as_ref())).await?;
    tx.commit().await?;
    Ok(outcome.map_or_else(|undelivered| !undelivered.again, |()| true))
}

fn sent(delivery: &Delivery) -> bool {
    matches!(delivery, Delivery::Sent(_))
}

/// The letter with an invitation's link; `place` is the tenant's name, where there are tenants.
fn invite(invitation: &Invitation, place: Option<&str>, link: &str) -> Letter {
    let (by, place) = (line(&invitation.sent_by), place.map(line));
    let (until, to) = (invitation.expires_at.exact(), invitation.email.clone());
    let quoted = |name: &str| format!("“{name}”");
    let subject = match &place {
        Some(place) => format!("{by} invites you to {}", quoted(place)),
        None => format!("{by} invites you"),
    };
    let what = match &place {
        Some(place) => format!("{} invites you to the tenant {}.", apart(&by), quoted(&apart(place))),
        None => format!("{} invites you.", apart(&by)),
    };
    let text = format!(
        "{what}\n\nAccept the invitation:\n{link}\n\nIt can be accepted until {until}. Whoever has the link can use it: \
         do not pass it on.\nIf you do not know {}, you need not do anything.\n",
        apart(&by)
    );
    let by = format!("<bdi>{}</bdi>", escaped(&by));
    let what = match &place {
        Some(place) => format!("{by} invites you to the tenant <strong><bdi>{}</bdi></strong>.", escaped(place)),
        None => format!("{by} invites you."),
    };
    let (title, link) = (escaped(&subject), escaped(link));
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>{title}</title></head>\n<body>\n\
         <p>{what}</p>\n<p><a href=\"{link}\">Accept the invitation</a></p>\n<p>{link}</p>\n\
         <p>It can be accepted until {until}. Whoever has the link can use it: do not pass it on.<br>\n\
         If you do not know {by}, you need not do anything.</p>\n</body>\n</html>\n"
    );
    Letter { to, subject, text, html }
}

/// A name as it may stand in a header: one line, without what turns the direction of the text around it.
fn line(name: &str) -> String {
    let turns = |c: char| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}');
    let kept: String = name.chars().filter(|c| !turns(*c)).map(|c| if c.is_control() { ' ' } else { c }).collect();
    let kept = kept.split_whitespace().collect::<Vec<_>>().join(" ");
    match kept.char_indices().nth(LONG) {
        Some((end, _)) => format!("{}…", kept.get(..end).unwrap_or_default()),
        None => kept,
    }
}

/// A name that is written in whatever direction keeps to itself.
fn apart(name: &str) -> String {
    if name.is_ascii() { name.to_owned() } else { format!("\u{2068}{name}\u{2069}") }
}

/// Text between the tags of HTML, and in its attributes.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::TenantUid;

    fn letter(by: &str, place: Option<&str>) -> Letter {
        let invitation = Invitation {
            id: InvitationId::new("secret"),
            tenant: (TenantUid::new("uid"), None),
            email: "new@example.com".into(),
            roles: Vec::new(),
            groups: Vec::new(),
            superadmin: false,
            sent_at: Timestamp(0),
            sent_by: by.into(),
            expires_at: Timestamp(1_795_452_000_000),
            accepted_at: None,
            mail: None,
        };
        invite(&invitation, place, "https://kestra.test/ui/invitation/secret?a=1&b=2")
    }

    #[test]
    fn it_says_who_invites_to_what_until_when() {
        let letter = letter("lead@example.com", Some("Acme"));
        assert_eq!(letter.to, "new@example.com");
        assert_eq!(letter.subject, "lead@example.com invites you to “Acme”");
        for said in [
            "lead@example.com invites you to the tenant “Acme”.",
            "/ui/invitation/secret?a=1&b=2",
            "23 Nov 2026, 16:40",
        ] {
            assert!(letter.text.contains(said), "{}", letter.text);
        }
        assert!(
            letter.html.contains("href=\"https://kestra.test/ui/invitation/secret?a=1&amp;b=2\""),
            "{}",
            letter.html
        );
        assert!(letter.html.contains("<strong><bdi>Acme</bdi></strong>"), "{}", letter.html);
    }

    #[test]
    fn without_tenants_none_is_named() {
        let letter = letter("lead@example.com", None);
        assert_eq!(letter.subject, "lead@example.com invites you");
        assert!(letter.text.starts_with("lead@example.com invites you.\n"), "{}", letter.text);
    }

    #[test]
    fn no_name_breaks_out() {
        let letter = letter("x\r\nBcc: all@example.com", Some("A\u{202E}\r\n</p><script>\u{0}alert(1)</script>"));
        assert_eq!(letter.subject.lines().count(), 1);
        assert!(!letter.subject.chars().any(|c| c.is_control() || c == '\u{202E}'), "{:?}", letter.subject);
        assert!(!letter.html.contains("<script"), "{}", letter.html);
        assert!(letter.text.contains("x Bcc: all@example.com invites"), "{}", letter.text);
    }

    #[test]
    fn names_are_kept_as_they_are_written() {
        let letter = letter("مدير@example.com", Some("👩‍👩‍👧‍👦 عائلة"));
        assert!(letter.subject.contains("👩‍👩‍👧‍👦 عائلة"), "{}", letter.subject);
        assert!(letter.text.contains("\u{2068}👩‍👩‍👧‍👦 عائلة\u{2069}"), "{}", letter.text);
        let long = line(&"é".repeat(500));
        assert_eq!(long.chars().count(), LONG + 1);
    }
}
