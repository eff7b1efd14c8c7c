//! Invitations by mail: what arrives at a mail server, and what the page says where nothing does.

use crate::{
    support::{ADMIN, Browser, Engine, Instance, Server, answer},
    world::PASSWORD,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use rstest::rstest;
use serde_json::json;
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// A mail server that keeps what it is given. It refuses whoever is called `refused`, and asks to be tried again the
/// first time somebody is called `later`.
struct Sink {
    port: u16,
    letters: Arc<Mutex<Vec<Received>>>,
}

/// A mail as it arrived.
#[derive(Clone)]
struct Received {
    to: Vec<String>,
    head: String,
    body: String,
}

impl Sink {
    async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let letters = Arc::new(Mutex::new(Vec::new()));
        let (kept, asked) = (letters.clone(), Arc::new(Mutex::new(0)));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(speak(stream, kept.clone(), asked.clone()));
            }
        });
        Self { port, letters }
    }

    fn settings(&self) -> String {
        settings(self.port)
    }

    /// The letters to an address, when there are so many.
    async fn letters(&self, to: &str, many: usize) -> Vec<Received> {
        for _ in 0..200 {
            let all = self.letters.lock().unwrap().clone();
            let found: Vec<_> = all.into_iter().filter(|one| one.to == [to]).collect();
            if found.len() >= many {
                assert_eq!(found.len(), many, "{to}");
                return found;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("no {many} letters to {to} arrived");
    }
}

fn settings(port: u16) -> String {
    format!(
        "kestra: {{url: \"http://kestra.test\", ee: {{tenants: {{enabled: true}}, mail-service: {{host: 127.0.0.1, \
         port: {port}, from: kestra@example.com, from-name: \"Kestra, Acme\", auth: false, starttls-enable: false}}}}}}"
    )
}

async fn speak(stream: TcpStream, letters: Arc<Mutex<Vec<Received>>>, asked: Arc<Mutex<usize>>) {
    let mut stream = BufReader::new(stream);
    let mut to = Vec::new();
    let mut answer = "220 sink\r\n".to_owned();
    loop {
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
        let mut line = String::new();
        if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
            return;
        }
        let word = line.split([' ', '\r']).next().unwrap_or_default().to_uppercase();
        answer = match word.as_str() {
            "EHLO" => "250-sink\r\n250 8BITMIME\r\n".into(),
            "MAIL" => "250 go on\r\n".into(),
            "RCPT" => {
                let address = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                let first = address.starts_with("later") && std::mem::replace(&mut *asked.lock().unwrap(), 1) == 0;
                match address {
                    address if address.starts_with("refused") => "550 5.1.1 There is nobody <b>of that name\r\n".into(),
                    _ if first => "451 4.7.1 Come back later\r\n".into(),
                    address => {
                        to.push(address);
                        "250 go on\r\n".into()
                    }
                }
            }
            "DATA" => {
                stream.write_all(b"354 go on\r\n").await.unwrap();
                let mut written = String::new();
                loop {
                    let mut line = String::new();
                    stream.read_line(&mut line).await.unwrap();
                    if line == ".\r\n" {
                        break;
                    }
                    written.push_str(line.strip_prefix('.').unwrap_or(&line));
                }
                let (head, body) = written.split_once("\r\n\r\n").unwrap();
                let received = Received { to: std::mem::take(&mut to), head: head.into(), body: body.into() };
                letters.lock().unwrap().push(received);
                "250 taken\r\n".into()
            }
            "QUIT" => {
                let _ = stream.write_all(b"221 bye\r\n").await;
                return;
            }
            _ => "250 fine\r\n".into(),
        };
    }
}

impl Received {
    /// A header, in one line and decoded.
    fn header(&self, name: &str) -> String {
        let unfolded = self.head.replace("\r\n ", " ");
        let line = unfolded.lines().find_map(|line| line.strip_prefix(&format!("{name}: "))).unwrap();
        // Spaces between encoded words are not part of the text.
        let joined = line.replace("?= =?utf-8?b?", "\u{0}=?utf-8?b?").replace("?=", "\u{0}");
        let words = joined.split('\u{0}').map(|word| match word.split_once("=?utf-8?b?") {
            Some((before, encoded)) => format!("{before}{}", text(&STANDARD.decode(encoded).unwrap())),
            None => word.to_owned(),
        });
        words.collect()
    }

    /// Its part of a type, decoded.
    fn part(&self, kind: &str) -> String {
        let start = self.body.find(&format!("Content-Type: {kind}")).unwrap();
        let part = self.body.get(start..).unwrap();
        let (head, rest) = part.split_once("\r\n\r\n").unwrap();
        let content = rest.split("\r\n--").next().unwrap();
        if head.contains("base64") {
            text(&STANDARD.decode(content.replace("\r\n", "")).unwrap())
        } else if head.contains("quoted-printable") {
            unquoted(content)
        } else {
            content.to_owned()
        }
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Quoted-printable, decoded.
fn unquoted(content: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = content.replace("=\r\n", "").into_bytes().into_iter();
    while let Some(byte) = rest.next() {
        if byte == b'=' {
            let digits = [rest.next().unwrap(), rest.next().unwrap()];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
        } else {
            bytes.push(byte);
        }
    }
    text(&bytes)
}

/// The page of invitations, once it says something.
async fn page_saying(browser: &Browser, what: &str) -> String {
    let mut page = String::new();
    for _ in 0..200 {
        page = browser.open("/ui/acme/invitations").await.text().await.unwrap();
        // What stands between pieces of text is for the program in the browser.
        page = page.replace("<!>", "");
        if page.contains(what) {
            return page;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let (_, page) = page.split_once("<main").unwrap();
    panic!("the page never says {what}: {}", page.split("</main>").next().unwrap());
}

const NAME: &str = "فريق 👩‍👩‍👧‍👦 \"A\" <b>&";

async fn tenant(server: &Server) -> Browser {
    assert_eq!(server.json("POST", "/tenants", json!({ "id": "acme", "name": NAME })).await.0, 200);
    Browser::sign_in(server, ADMIN).await
}

async fn id(server: &Server, email: &str) -> String {
    let found = server.get(&format!("/acme/invitations/email/{email}")).await.1;
    found[0]["id"].as_str().unwrap().to_owned()
}

#[rstest]
#[tokio::test]
async fn an_invitation_arrives_however_it_is_made(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let sink = Sink::open().await;
    let instance = Instance::with(engine, &sink.settings()).await;
    let server = instance.serve();
    let browser = tenant(&server).await;
    assert_eq!(server.get("/auths").await.1["mailsEnabled"], true);

    assert_eq!(server.json("POST", "/acme/invitations", json!({ "email": "new@example.com" })).await.0, 201);
    let letter = sink.letters("new@example.com", 1).await.pop().unwrap();
    assert_eq!(letter.header("Subject"), format!("{} invites you to “{NAME}”", ADMIN.0));
    // The comma is not one between two senders.
    assert!(!letter.head.contains("From: Kestra,"), "{}", letter.head);
    assert_eq!(letter.header("From").replace('"', ""), "Kestra, Acme <kestra@example.com>");
    assert_eq!(letter.header("To"), "new@example.com");
    assert!(letter.header("Message-ID").ends_with("@example.com>"), "{}", letter.head);
    let link = format!("http://kestra.test/ui/invitation/{}", id(&server, "new@example.com").await);
    let (plain, html) = (letter.part("text/plain"), letter.part("text/html"));
    for said in [ADMIN.0, &link, NAME, "It can be accepted until "] {
        assert!(plain.contains(said), "{said}: {plain}");
    }
    assert!(html.contains(&format!("<a href=\"{link}\">")), "{html}");
    assert!(html.contains("&quot;A&quot; &lt;b&gt;&amp;") && !html.contains("<b>"), "{html}");
    page_saying(&browser, "Email sent ").await;

    let form = [("tenant", "acme"), ("email", "paper@example.com"), ("__page", "/ui/acme/invitations/create")];
    assert_eq!(browser.send("invite", &form).await.status(), 303);
    sink.letters("paper@example.com", 1).await;

    // Whoever is let in at once gets nothing, and so does nobody else.
    let user = json!({ "email": "user@example.com", "createUserIfNotExist": true });
    assert_eq!(server.json("POST", "/acme/invitations", user).await.0, 204);
    assert_eq!(server.json("POST", "/acme/invitations", json!({ "email": "new@example.com" })).await.0, 409);

    // Sent again, by whoever may invite.
    let key = id(&server, "new@example.com").await;
    let again = [("tenant", "acme"), ("id", &key), ("email", "new@example.com"), ("__page", "/ui/acme/invitations")];
    assert_eq!(browser.send("send_again", &again).await.status(), 303);
    let letters = sink.letters("new@example.com", 2).await;
    assert_ne!(letters[0].header("Message-ID"), letters[1].header("Message-ID"));
    assert_eq!(sink.letters.lock().unwrap().len(), 3);

    // What became of each is in the log, and neither link nor key is.
    let log = server.get("/acme/auditlogs/search?details=id:new@example.com&size=50").await.1;
    let said = log.to_string();
    assert!(said.contains("\"sent\"") && !said.contains(&key), "{said}");
    assert!(instance.run(&["audit", "verify"]).status.success());
}

#[rstest]
#[tokio::test]
async fn only_who_may_invite_sends_mails(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let sink = Sink::open().await;
    let instance = Instance::with(engine, &sink.settings()).await;
    let server = instance.serve();
    tenant(&server).await;
    assert_eq!(server.json("POST", "/tenants", json!({ "id": "other", "name": "Other" })).await.0, 200);
    let role = json!({ "name": "Looks", "permissions": { "INVITATION": ["LIST", "VIEW"] } });
    let role = server.json("POST", "/acme/roles", role).await.1;
    for (tenant, email, role) in
        [("acme", "looks@example.com", &role["id"]), ("other", "lead@example.com", &json!("admin_other"))]
    {
        let user = server.json("POST", "/users", json!({ "email": email, "password": PASSWORD })).await.1;
        let binding = json!({ "type": "USER", "externalId": user["id"], "roleId": role });
        assert_eq!(server.json("POST", &format!("/{tenant}/bindings"), binding).await.0, 200);
    }
    assert_eq!(server.json("POST", "/acme/invitations", json!({ "email": "new@example.com" })).await.0, 201);
    sink.letters("new@example.com", 1).await;
    let key = id(&server, "new@example.com").await;
    let again = |tenant| [("tenant", tenant), ("id", key.as_str()), ("email", "new@example.com")];

    let looks = Browser::sign_in(&server, ("looks@example.com", PASSWORD)).await;
    assert!(!page_saying(&looks, "new@example.com").await.contains("Send again"));
    assert_eq!(looks.send("send_again", &again("acme")).await.status(), 403);
    let lead = Browser::sign_in(&server, ("lead@example.com", PASSWORD)).await;
    assert_eq!(lead.send("send_again", &again("acme")).await.status(), 403);
    assert_eq!(lead.send("send_again", &again("other")).await.status(), 404);
    assert_eq!(sink.letters.lock().unwrap().len(), 1);
}

#[rstest]
#[tokio::test]
async fn what_is_not_taken_is_said_on_the_page(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let sink = Sink::open().await;
    let instance = Instance::with(engine, &sink.settings()).await;
    let mut server = instance.serve();
    let browser = tenant(&server).await;
    for email in ["refused@example.com", "later@example.com"] {
        assert_eq!(server.json("POST", "/acme/invitations", json!({ "email": email })).await.0, 201);
    }
    let refused = "Email not sent: the mail server refuses it: 550 5.1.1 There is nobody &lt;b&gt;of that name.";
    let page = page_saying(&browser, refused).await;
    assert!(page.contains("Send again"), "{page}");
    page_saying(&browser, "Email not sent: the mail server refuses it: 451 4.7.1 Come back later.").await;
    // Who is asked to come back does.
    sink.letters("later@example.com", 1).await;
    page_saying(&browser, "Email sent ").await;

    // It is remembered, whatever happens to the process; a mail server that is gone is said too.
    server.kill();
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    instance.reconfigure(&settings(nobody));
    let server = instance.serve();
    let browser = Browser::sign_in(&server, ADMIN).await;
    page_saying(&browser, refused).await;
    let key = id(&server, "refused@example.com").await;
    let again =
        [("tenant", "acme"), ("id", &key), ("email", "refused@example.com"), ("__page", "/ui/acme/invitations")];
    assert_eq!(browser.send("send_again", &again).await.status(), 303);
    page_saying(&browser, "Email not sent: the mail server cannot be reached.").await;

    // What was on its way when the process was killed is not taken for sent.
    instance.execute("UPDATE invitations SET mail_asked_at = 1000, mailed_at = NULL, mail_error = NULL").await;
    page_saying(&browser, "Email not sent yet, requested ").await;
}

#[rstest]
#[tokio::test]
async fn nobody_waits_for_a_mail_that_nobody_sends(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let sink = Sink::open().await;
    let instance = Instance::with(engine, &sink.settings()).await;
    let server = instance.serve();
    for (method, path) in [
        ("POST", "/forgotten-password"),
        ("GET", "/forgotten-password?username=a@b.c"),
        ("POST", "/request-code/a@b.c"),
        ("GET", "/request-code/a@b.c"),
    ] {
        let (status, said) = answer(server.anonymous(method, path)).await;
        assert_eq!(status, 501, "{method} {path}");
        assert!(said["message"].as_str().unwrap().contains("can't be sent by email yet"), "{said}");
    }
    let origin = server.url.strip_suffix("/api/v1").unwrap_or(&server.url);
    let page = reqwest::get(format!("{origin}/login")).await.unwrap().text().await.unwrap();
    assert!(page.contains("password"), "{page}");
    assert!(!page.to_lowercase().contains("forgot"), "{page}");
}

#[rstest]
#[tokio::test]
async fn without_a_mail_server_all_is_as_ever(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    let browser = tenant(&server).await;
    assert_eq!(server.get("/auths").await.1["mailsEnabled"], false);
    assert_eq!(server.json("POST", "/acme/invitations", json!({ "email": "new@example.com" })).await.0, 201);
    let page = page_saying(&browser, "new@example.com").await;
    assert!(!page.contains("Mail ") && !page.contains("Send again"), "{page}");
    let key = id(&server, "new@example.com").await;
    let again = [("tenant", "acme"), ("id", &key), ("email", "new@example.com")];
    assert_eq!(browser.send("send_again", &again).await.status(), 409);
    assert_eq!(instance.count("SELECT COUNT(*) FROM invitations WHERE mail_asked_at IS NULL").await, 1);
}
