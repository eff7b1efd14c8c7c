//! Hands mails over to the mail server of `kestra.ee.mail-service`.

use crate::config::Mail;
use async_trait::async_trait;
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
    transport::smtp::{
        Error,
        authentication::Credentials,
        client::{Tls, TlsParameters},
    },
};
use service::mail::{Letter, Mailer, Undelivered};
use std::{error::Error as _, time::Duration};

/// How long the mail server may take for one step.
const STEP: Duration = Duration::from_secs(10);
/// Where mail servers speak TLS from the first byte (RFC 8314).
const TLS_PORT: u16 = 465;
/// Characters of what a mail server says that are passed on.
const SAID: usize = 200;

/// A mail server that is spoken to by SMTP. Each letter has a connection of its own: there are few, and nothing has to be
/// kept open or found broken between them.
#[derive(Debug)]
pub struct Smtp {
    mail: Mail,
    from: Mailbox,
}

impl Smtp {
    /// As it is configured; refuses an address that no mail can come from.
    pub fn new(mail: &Mail) -> Result<Self, String> {
        let address: Address = mail.from.parse().map_err(|_| format!("no mail can come from {}", mail.from))?;
        Ok(Self { mail: mail.clone(), from: Mailbox::new(Some(mail.from_name.clone()), address) })
    }

    fn transport(&self) -> Result<AsyncSmtpTransport<Tokio1Executor>, Error> {
        let Mail { host, port, credentials, start_tls, .. } = &self.mail;
        let tls = match (port, start_tls) {
            (&TLS_PORT, _) => Tls::Wrapper(TlsParameters::new(host.clone())?),
            (_, true) => Tls::Required(TlsParameters::new(host.clone())?),
            (_, false) => Tls::None,
        };
        let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host.clone())
            .port(*port)
            .tls(tls)
            .timeout(Some(STEP));
        if let Some((username, password)) = credentials {
            transport = transport.credentials(Credentials::new(username.clone(), password.to_string()));
        }
        Ok(transport.build())
    }

    fn message(&self, letter: Letter) -> Option<Message> {
        let to: Address = letter.to.parse().ok()?;
        let id = format!("<{}@{}>", service::secret(), self.from.email.domain());
        // No answer of a machine is wanted (RFC 3834).
        let automatic = HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".into());
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(letter.subject)
            .message_id(Some(id))
            .raw_header(automatic);
        message.multipart(MultiPart::alternative_plain_html(letter.text, letter.html)).ok()
    }
}

#[async_trait]
impl Mailer for Smtp {
    async fn send(&self, letter: Letter) -> Result<(), Undelivered> {
        let Some(message) = self.message(letter) else {
            return Err(Undelivered { why: "no mail can be sent to this address".into(), again: false });
        };
        let sent = async { self.transport()?.send(message).await };
        sent.await.map(drop).map_err(|error| {
            tracing::warn!(%error, server = self.mail.host, "a mail could not be sent");
            undelivered(&error)
        })
    }

    fn route(&self) -> String {
        let Mail { host, port, credentials, start_tls, .. } = &self.mail;
        let how = match (port, start_tls) {
            (&TLS_PORT, _) => "TLS",
            (_, true) => "STARTTLS",
            (_, false) => "no encryption",
        };
        let who = if credentials.is_some() { "signed in" } else { "not signed in" };
        format!("{host}:{port}, {how}, {who}, from {}", self.from)
    }
}

/// What went wrong, for people who cannot look into the log.
fn undelivered(error: &Error) -> Undelivered {
    let why = match error.status() {
        // 530, 534, 535 and 538 are about who we are, not about whom we write to.
        Some(code) if (530..540).contains(&u16::from(code)) => {
            "the mail server does not accept the sign-in of kestra.ee.mail-service".to_owned()
        }
        Some(code) => {
            let said = error.source().map(ToString::to_string).unwrap_or_default();
            let said: String = said.chars().map(|c| if c.is_control() { ' ' } else { c }).take(SAID).collect();
            format!("the mail server refuses it: {}", format!("{code} {said}").trim())
        }
        None if error.is_timeout() => "the mail server did not answer in time".to_owned(),
        None if error.is_tls() => "the connection to the mail server cannot be secured".to_owned(),
        None if error.is_response() => "the mail server's answer was not understood".to_owned(),
        None if error.is_client() => "the mail server does not offer what kestra.ee.mail-service asks for".to_owned(),
        None => "the mail server cannot be reached".to_owned(),
    };
    Undelivered { why, again: !error.is_permanent() && !error.is_client() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn smtp(port: u16, start_tls: bool) -> Smtp {
        let credentials = Some(("mailer".to_owned(), "hush".into()));
        let (host, from) = ("mail.example.com".into(), "kestra@example.com".into());
        Smtp::new(&Mail { host, port, credentials, from, from_name: "Kestra, of Acme".into(), start_tls }).unwrap()
    }

    #[test]
    fn the_way_of_mails_is_told_without_secrets() {
        let told = [smtp(587, true), smtp(465, true), smtp(25, false)].map(|one| one.route());
        assert_eq!(told[0], "mail.example.com:587, STARTTLS, signed in, from \"Kestra, of Acme\" <kestra@example.com>");
        assert!(told[1].contains(":465, TLS,") && told[2].contains(":25, no encryption,"), "{told:?}");
        assert!(!format!("{told:?} {:?}", smtp(587, true)).contains("hush"));
    }

    #[test]
    fn nothing_adds_a_header() {
        let letter = Letter {
            to: "new@example.com".into(),
            subject: "x\r\nBcc: all@example.com\r\n\r\n👩‍👩‍👧‍👦 مرحبا".into(),
            text: "text".into(),
            html: "<p>html</p>".into(),
        };
        let bytes = smtp(587, true).message(letter).unwrap().formatted();
        let written = String::from_utf8(bytes).unwrap();
        let (head, _) = written.split_once("\r\n\r\n").unwrap();
        assert!(!head.lines().any(|line| line.to_lowercase().starts_with("bcc")), "{head}");
        assert!(head.contains("Auto-Submitted: auto-generated"), "{head}");
        assert!(head.is_ascii(), "{head}");
        let wrong = Letter { to: "new@example.com>\r\nRCPT TO:<all@example.com".into(), ..Letter::default() };
        assert!(smtp(587, true).message(wrong).is_none());
    }

    #[tokio::test]
    async fn tls_can_be_spoken() {
        // The provider of its arithmetic is chosen when programs are built; that none is missing shows only here.
        assert!(smtp(587, true).transport().is_ok() && smtp(465, false).transport().is_ok());
    }
}
