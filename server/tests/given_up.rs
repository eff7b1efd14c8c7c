//! Requests whose client has gone before the answer came: what was done for them is dropped, silently.

use crate::support::{ADMIN, Browser, Engine, Instance, Server};
use crate::world::World;
use leptos::server_fn::axum::server_fn_paths;
use rstest::rstest;
use std::time::Duration;
use tokio::{io::AsyncWriteExt, net::TcpStream};

/// How many are given up, at the least.
const GIVEN_UP: usize = 500;

/// Numbers that look like chance and are the same in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

/// What every server function finds its arguments in. The things it names are absent, so that each goes as far as it
/// can and leaves the tenant as it is.
const FORM: &str = "tenant=alpha&id=absent&name=Probe&email=probe%40example.com&who=absent&binding=absent&role=absent\
    &typed=x&ids%5B0%5D=absent&address=%2Fui%2Falpha%2Faccess&path=%2Fui%2Falpha&theme=dark&density=compact&dates=iso\
    &description=x&password=Plain%211234&old_password=x&new_password=y&next=%2Fui&plan_hash=x&first_name=A&last_name=B\
    &subject=absent&account=absent&token=absent&session=absent&owner=absent&kind=user&__page=%2Fui%2Falpha";

/// Sends a request and goes away before the answer.
async fn give_up(server: &Server, request: String, after: Duration) {
    let address = server.url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    tokio::time::sleep(after).await;
}

/// Every page of the console and every server function.
fn requests(server: &Server, world: &World, (cookie, leaving): (&str, &str)) -> Vec<String> {
    let host = server.url.strip_prefix("http://").unwrap();
    let mut all = Vec::new();
    for template in app::TEMPLATES {
        let mut before = "";
        let parts = template.split('/').map(|part| {
            let filled = match part {
                "{tenant}" => "alpha".to_owned(),
                "{id}" => match before {
                    "tenants" => "alpha".to_owned(),
                    "{namespace}" => world.id("flows"),
                    "invitation" => world.id("invitations"),
                    "audit" => world.id("auditlogs"),
                    kind => world.id(kind),
                },
                "{namespace}" => world.id("namespaces"),
                literal => literal.to_owned(),
            };
            before = part;
            filled
        });
        let path = parts.collect::<Vec<_>>().join("/");
        all.push(format!("GET {path} HTTP/1.1\r\nhost: {host}\r\naccept: text/html\r\ncookie: {cookie}\r\n\r\n"));
    }
    for (path, _) in server_fn_paths() {
        // These end the session that the others need.
        let cookie = if path.ends_with("/sign_out") || path.ends_with("_place") { leaving } else { cookie };
        for accept in ["text/html", "application/json"] {
            all.push(format!(
                "POST {path} HTTP/1.1\r\nhost: {host}\r\naccept: {accept}\r\ncookie: {cookie}\r\n\
                 content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{FORM}",
                FORM.len()
            ));
        }
    }
    all
}

/// Tasks that a server still has when it has stopped.
async fn left(server: &mut Server) -> String {
    server.stop().await;
    let log = server.logged();
    let (_, rest) = log.split_once("stopped tasks=").expect(&log);
    rest.split_whitespace().next().unwrap().to_owned()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_left_of_a_request_that_is_given_up(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    let mut server = instance.serve_logging_requests(false);
    let world = World::build(&server, "alpha", 1).await;
    let (cookie, leaving) = (Browser::session(&server, ADMIN).await, Browser::session(&server, ADMIN).await);
    let all = requests(&server, &world, (&cookie, &leaving));
    let mut chance = Chance(12);
    let mut sent = 0;
    while sent < GIVEN_UP {
        for eight in all.chunks(8) {
            let each = eight.iter().map(|request| {
                // Most while the page is being made, a few while it waits for its turn or is on its way.
                let most = if chance.below(4) == 0 { 40_000 } else { 10_000 };
                give_up(&server, request.clone(), Duration::from_micros(chance.below(most)))
            });
            sent += futures_util::future::join_all(each).await.len();
        }
    }

    // No transaction is open: somebody else may write, and nobody reads what was before.
    let page = server.http.get(format!("{}/ui/alpha", server.url)).header("cookie", &cookie).send().await.unwrap();
    assert_eq!(page.status(), 200);
    for attempt in 0.. {
        let open = match engine {
            Engine::Postgres => {
                instance
                    .count(
                        "SELECT COUNT(*) FROM pg_stat_activity
                         WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'",
                    )
                    .await
            }
            // Whether somebody kept it from writing everything into the database's own file.
            Engine::Sqlite => instance.count("PRAGMA wal_checkpoint(TRUNCATE)").await,
        };
        if open == 0 {
            break;
        }
        assert!(attempt < 100, "{open} transactions are open");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let given_up = left(&mut server).await;
    let mut untouched = instance.serve_logging_requests(false);
    untouched.http.get(format!("{}/ui/alpha", untouched.url)).header("cookie", &cookie).send().await.unwrap();
    assert_eq!(given_up, left(&mut untouched).await);
}
