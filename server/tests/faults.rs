//! What happens around the program and passes: it says so meanwhile, and goes on by itself afterwards.

use crate::{
    cluster::Cluster,
    support::{ADMIN, Engine, Instance, Server},
};
use rstest::rstest;
use serde_json::{Value, json};
use sqlx::{Connection, Executor};
use std::{
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};

/// Status of an answer, and how long it took.
async fn timed(request: reqwest::RequestBuilder) -> (u16, Value, Duration) {
    let started = Instant::now();
    let (status, body) = crate::support::answer(request).await;
    (status, body, started.elapsed())
}

async fn health(server: &Server, path: &str) -> (u16, Value, Duration) {
    timed(server.http.get(format!("{}{path}", server.url))).await
}

fn group(server: &Server, name: &str) -> reqwest::RequestBuilder {
    server.request("POST", "/dev/groups").json(&json!({ "name": name }))
}

async fn with_tenant(server: &Server) {
    let (status, made) = server.json("POST", "/tenants", json!({ "id": "dev", "name": "Dev" })).await;
    assert_eq!(status, 200, "{made}");
}

/// Until it is done well, at most this long.
async fn well_within(longest: Duration, request: impl Fn() -> reqwest::RequestBuilder) {
    let started = Instant::now();
    loop {
        let (status, body, _) = timed(request()).await;
        if status == 200 {
            return;
        }
        assert!(started.elapsed() < longest, "after {:?}: {status} {body}", started.elapsed());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[rstest]
#[tokio::test]
async fn several_processes_start_on_an_empty_database(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let extra = "kestra: {ee: {tenants: {enabled: true}}, security: {super-admin: {tenant-admin-access: [one, two]}}}";
    let instance = Arc::new(Instance::with(engine, extra).await);
    let starting: Vec<_> = (0..4)
        .map(|_| {
            let instance = instance.clone();
            tokio::task::spawn_blocking(move || instance.serve())
        })
        .collect();
    for server in starting {
        let server = server.await.unwrap();
        let (status, found) = server.get("/tenants/search").await;
        assert_eq!((status, &found["total"]), (200, &json!(2)), "{found}");
    }
    assert_eq!(instance.count("SELECT COUNT(*) FROM principals").await, 1);
}

/// A file system of its own, so small that it can be filled.
struct Disk(TempDir);

impl Disk {
    /// Nothing where this user may not mount one.
    fn mount() -> Option<Self> {
        let folder = TempDir::new().unwrap();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=8m", "tmpfs"]).arg(folder.path()).output();
        mounted.is_ok_and(|output| output.status.success()).then_some(Self(folder))
    }

    fn fill(&self) {
        let mut full = std::fs::File::create(self.0.path().join("filler")).unwrap();
        let block = [b'x'; 4096];
        while std::io::Write::write_all(&mut full, &block).is_ok() {}
    }

    fn clear(&self) {
        std::fs::remove_file(self.0.path().join("filler")).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).output();
    }
}

#[tokio::test]
async fn a_full_disk_refuses_changes_until_there_is_room() {
    let Some(disk) = Disk::mount() else {
        eprintln!("left out: this user may not mount a file system");
        return;
    };
    let instance = Instance::new(Engine::Sqlite).await;
    let file = format!("sqlite:{}", disk.0.path().join("kestra.db").display());
    let server = instance.serve_on(&file);
    server.expect_error("disk of the database is full");
    server.expect_error("database does not do what it is asked");
    with_tenant(&server).await;

    disk.fill();
    let mut refused = 0;
    for number in 0..40 {
        let (status, body, _) = timed(group(&server, &format!("full {number}"))).await;
        assert!(status == 200 || status == 503, "{status} {body}");
        if status == 503 {
            refused += 1;
            assert!(body["message"].as_str().unwrap().contains("no room left on the disk"), "{body}");
        }
    }
    assert!(refused > 0, "the disk was never full");
    assert_eq!(server.get("/dev/groups/search").await.0, 200, "reading goes on");

    disk.clear();
    well_within(Duration::from_secs(5), || group(&server, "room again")).await;
    for number in 0..20 {
        assert_eq!(timed(group(&server, &format!("after {number}"))).await.0, 200);
    }
}

#[tokio::test]
async fn the_database_is_for_its_owner_alone() {
    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().permissions().mode() & 0o777
    }
    let home = TempDir::new().unwrap();
    let file = home.path().join("made/for/kestra.db");
    let instance = Instance::new(Engine::Sqlite).await;
    let address = format!("sqlite:{}", file.display());
    let server = instance.serve_on(&address);
    with_tenant(&server).await;
    assert_eq!((mode(&home.path().join("made")), mode(&home.path().join("made/for"))), (0o700, 0o700));
    let beside = |suffix: &str| PathBuf::from(format!("{}{suffix}", file.display()));
    let files = ["", "-wal", "-shm"].map(beside);
    assert_eq!(files.each_ref().map(|one| mode(one)), [0o600; 3]);
    drop(server);

    // As earlier versions left them.
    for one in files.iter().filter(|one| one.exists()) {
        std::fs::set_permissions(one, std::fs::Permissions::from_mode(0o644)).unwrap();
    }
    let server = instance.serve_on(&address);
    assert_eq!(timed(group(&server, "any")).await.0, 200);
    assert_eq!(files.each_ref().map(|one| mode(one)), [0o600; 3]);
}

/// An address that leads new connections to whichever server is the primary.
struct Address {
    port: u16,
    to: Arc<Mutex<u16>>,
}

impl Address {
    async fn of(cluster: &Cluster) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let to = Arc::new(Mutex::new(cluster.port));
        let target = to.clone();
        tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                let to = *target.lock().unwrap();
                tokio::spawn(async move {
                    if let Ok(mut far) = TcpStream::connect(("127.0.0.1", to)).await {
                        let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
                    }
                });
            }
        });
        Self { port, to }
    }

    fn lead_to(&self, cluster: &Cluster) {
        *self.to.lock().unwrap() = cluster.port;
    }

    fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_switchover_is_followed_and_a_database_that_is_gone_is_said() {
    let primary = Cluster::primary();
    let standby = primary.standby();
    let address = Address::of(&primary).await;
    let instance = Instance::new(Engine::Postgres).await;
    let server = instance.serve_on(&address.url());
    server.expect_error("database is read-only");
    server.expect_error("database cannot be reached");
    with_tenant(&server).await;
    // Several connections wait in the pool.
    let many = (0..12).map(|number| timed(group(&server, &format!("before {number}"))));
    for (status, body, _) in futures_util::future::join_all(many).await {
        assert_eq!(status, 200, "{body}");
    }
    assert_eq!(health(&server, "/health").await.0, 200);

    // The old primary takes no changes any more, and keeps the connections that it has.
    primary.sql("ALTER SYSTEM SET default_transaction_read_only = on");
    primary.sql("SELECT pg_reload_conf()");
    let written = primary.sql("SELECT pg_current_wal_lsn()");
    let followed = || standby.sql(&format!("SELECT pg_last_wal_replay_lsn() >= '{written}'")) == "t";
    while !followed() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    standby.control("promote");
    address.lead_to(&standby);
    well_within(Duration::from_secs(5), || group(&server, "after the switchover")).await;
    for number in 0..20 {
        let (status, body, _) = timed(group(&server, &format!("after {number}"))).await;
        assert_eq!(status, 200, "{body}");
    }

    standby.stop();
    for path in ["/health", "/health/readiness"] {
        let (status, body, took) = health(&server, path).await;
        assert_eq!((status, &body["status"]), (503, &json!("DOWN")), "{path}");
        assert!(took < Duration::from_millis(1_500), "{path} took {took:?}");
    }
    assert_eq!(health(&server, "/health/liveness").await.0, 200);
    let (status, body, took) = timed(server.request("GET", "/me")).await;
    assert_eq!(status, 503, "{body}");
    assert!(took < Duration::from_millis(1_500), "/me took {took:?}");
    assert!(body["message"].as_str().unwrap().contains("cannot be reached"), "{body}");
    assert!(!body.to_string().contains(ADMIN.1));

    let back = standby.again();
    address.lead_to(&back);
    well_within(Duration::from_secs(5), || group(&server, "back again")).await;
    // What the database answered to the last check holds for a quarter of a second.
    well_within(Duration::from_secs(1), || server.http.get(format!("{}/health", server.url))).await;
}

/// A server that is too busy to take one more connection is not gone: who waits there for somebody else goes on waiting.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_answers_on_the_connections_it_has_is_there() {
    let cluster = Cluster::primary();
    let address = Address::of(&cluster).await;
    let instance = Instance::new(Engine::Postgres).await;
    let server = instance.serve_on(&address.url());
    with_tenant(&server).await;
    // Several connections wait in the pool.
    futures_util::future::join_all((0..6).map(|number| timed(group(&server, &format!("before {number}"))))).await;

    let url = format!("postgres://postgres@127.0.0.1:{}/postgres", cluster.port);
    let mut holder = sqlx::PgConnection::connect(&url).await.unwrap();
    holder.execute("BEGIN; LOCK TABLE groups IN SHARE MODE").await.unwrap();
    cluster.pause();
    let others = async {
        for _ in 0..10 {
            let (status, body, _) = timed(server.request("GET", "/me")).await;
            assert_eq!(status, 200, "{body}");
            tokio::time::sleep(Duration::from_millis(150)).await;
        }
        holder.execute("COMMIT").await.unwrap();
    };
    let ((status, body, took), ()) = tokio::join!(timed(group(&server, "waits")), others);
    cluster.go_on();
    assert_eq!(status, 200, "{body}");
    assert!(took > Duration::from_millis(1_500), "{took:?}");
}
