//! What a permission check costs: by itself, a thousand of them in process, and a thousand asked over HTTP.
//!
//! `make bench` prints it. With `TEST_POSTGRES_URL` the database is PostgreSQL, otherwise SQLite.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark that cannot go on has failed")]

use criterion::Criterion;
use model::{
    Action, BindingId, GroupId, Managed, Namespace, Permission, Principal, PrincipalId, Resource, RoleId, RoleRef,
    TenantUid, audit::Door,
};
use serde_json::{Value, json};
use service::{
    Caller, Origin, Service, Settings, SystemClock, TenantRef,
    access::{Question, check},
    decide::{Place, Subject, decide},
};
use std::{
    hint::black_box,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};
use tempfile::TempDir;

const ADMIN: (&str, &str) = ("admin@example.com", "Root!1234");
/// The user in question.
const BINDINGS: usize = 20;
const GROUPS: usize = 5;
/// As many as one call may have.
const QUESTIONS: usize = 1000;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let mut criterion = Criterion::default().configure_from_args().without_plots();
    let (everywhere, uid) = subject(false);
    let (subject, _) = subject(true);
    let questions: Vec<_> = (0..QUESTIONS).map(question).collect();

    // The answer that looks at everything is the slowest: a denial, where every binding covers the place.
    let denied = Permission::new(Resource::Role, Action::Delete);
    criterion.bench_function("one check", |bencher| {
        bencher.iter(|| decide(black_box(&everywhere), black_box(denied), Place::Tenant(&uid, None)).allowed());
    });
    criterion.bench_function("1,000 decided", |bencher| {
        bencher.iter(|| {
            let each = questions.iter().map(|(wanted, namespace)| {
                decide(black_box(&subject), *wanted, Place::Tenant(&uid, Some(namespace))).allowed()
            });
            each.filter(|allowed| *allowed).count()
        });
    });

    let server = runtime.block_on(Server::start());
    let user = runtime.block_on(server.lay_out());
    let asked: Vec<_> = questions
        .iter()
        .map(|(wanted, namespace)| Question {
            principal: Some(PrincipalId::new(user.as_str())),
            wanted: *wanted,
            namespace: Some(namespace.clone()),
        })
        .collect();
    let tenant = TenantRef::parse("acme").unwrap();
    let cx = runtime.block_on(async {
        let settings = Settings { tenants: true, ..Settings::default() };
        let service =
            Service::new(store::Store::open(&server.database).await.unwrap(), settings, Box::new(SystemClock), None);
        let origin = Origin { door: Door::Cli, request_id: None, address: None, trace: Default::default() };
        service.context(Caller::Operator("bench".into()), origin)
    });
    criterion.bench_function("1,000 asked in process", |bencher| {
        bencher.to_async(&runtime).iter(|| async { check(&cx, &tenant, &asked).await.unwrap().len() });
    });
    let sent = |(wanted, namespace): &(Permission, Namespace)| json!({ "principal": user, "resource": wanted.resource, "action": wanted.action, "namespace": namespace });
    let body = json!({ "questions": questions.iter().map(sent).collect::<Vec<_>>() }).to_string();
    criterion.bench_function("1,000 asked over HTTP", |bencher| {
        bencher.to_async(&runtime).iter(|| async { server.check(&body).await.len() });
    });

    // The same answers, whichever way they were asked for.
    runtime.block_on(async {
        let here = check(&cx, &tenant, &asked).await.unwrap();
        let there: Value = serde_json::from_slice(&server.check(&body).await).unwrap();
        let there: Vec<bool> = there["results"].as_array().unwrap().iter().map(|one| one["allowed"] == true).collect();
        assert_eq!(here, there);
    });
    if let (Some(one), Some(decided), Some(inside), Some(http)) = (
        median("one check"),
        median("1,000 decided"),
        median("1,000 asked in process"),
        median("1,000 asked over HTTP"),
    ) {
        println!("one check, {BINDINGS} bindings in {GROUPS} groups   {:8.3} µs (at most 2)", one / 1e3);
        println!("1,000 decided                          {:8.1} µs", decided / 1e3);
        println!("1,000 asked in process                 {:8.1} µs", inside / 1e3);
        println!(
            "1,000 asked over HTTP                  {:8.1} µs: {:.2} × in process (at most 3)",
            http / 1e3,
            http / inside
        );
    }
}

/// What criterion measured, in nanoseconds.
fn median(name: &str) -> Option<f64> {
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../target"), std::path::PathBuf::from);
    let file = target.join("criterion").join(name).join("new/estimates.json");
    let estimates: Value = serde_json::from_slice(&std::fs::read(file).ok()?).ok()?;
    estimates["median"]["point_estimate"].as_f64()
}

/// Somebody with 20 bindings, half of them through 5 groups, each with the permissions of an editor, and each in
/// a namespace of its own if `limited`.
fn subject(limited: bool) -> (Subject, TenantUid) {
    let uid = TenantUid::new("tenant");
    let grant = |number: usize| model::Grant {
        tenant: uid.clone(),
        binding: BindingId::new(format!("binding{number}")),
        group: number.is_multiple_of(2).then(|| GroupId::new(format!("group{}", number / 2 % GROUPS))),
        role: RoleRef { id: RoleId::new("editor"), name: "Editor".into() },
        namespace: limited.then(|| Namespace::parse(&format!("team{number}")).unwrap()),
        permissions: Managed::Editor.permissions(),
    };
    let principal =
        Principal { id: PrincipalId::new("somebody"), name: "somebody@example.com".into(), ..Principal::default() };
    (Subject::Principal(principal, (0..BINDINGS).map(grant).collect()), uid)
}

fn question(number: usize) -> (Permission, Namespace) {
    let actions = [Action::View, Action::Execute, Action::Delete, Action::Update];
    let namespace = format!("team{}.part{number}", number % (2 * BINDINGS));
    (Permission::new(Resource::Flow, actions[number % actions.len()]), Namespace::parse(&namespace).unwrap())
}

struct Server {
    child: Child,
    url: String,
    database: String,
    http: reqwest::Client,
    token: String,
    _folder: TempDir,
}

impl Server {
    async fn start() -> Self {
        let folder = TempDir::new().unwrap();
        let database = match std::env::var("TEST_POSTGRES_URL") {
            Ok(server) => {
                let name = format!("bench_access_{}", std::process::id());
                let mut create = Command::new("psql");
                create.args(["--no-psqlrc", "-qc", &format!("CREATE DATABASE {name}"), &server]);
                assert!(create.status().unwrap().success());
                format!("{}/{name}", server.rsplit_once('/').unwrap().0)
            }
            Err(_) => format!("sqlite:{}", folder.path().join("kestra.db").display()),
        };
        let config = folder.path().join("config.yml");
        let text = format!(
            "datasources: {{main: {{url: \"{database}\"}}}}\nmicronaut: {{server: {{port: 0}}}}\n\
             kestra: {{ee: {{tenants: {{enabled: true}}}}, security: {{super-admin: {{username: {}, password: \"{}\"}}}}}}\n",
            ADMIN.0, ADMIN.1
        );
        std::fs::write(&config, text).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_kestra"));
        command.args(["server", "--log-level", "WARN", "--config"]).arg(&config).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let url = lines.find_map(|line| line.unwrap().strip_prefix("Kestra is at ").map(str::to_owned)).unwrap();
        let url = format!("{}/api/v1", url.trim_end_matches('/'));
        let mut server =
            Self { child, url, database, http: reqwest::Client::new(), token: String::new(), _folder: folder };
        let token = server.post("/me/api-tokens", json!({ "name": "bench" })).await;
        server.token = token["fullToken"].as_str().unwrap().to_owned();
        server
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let sent = self.http.post(format!("{}{path}", self.url)).basic_auth(ADMIN.0, Some(ADMIN.1)).json(&body);
        let answer = sent.send().await.unwrap().error_for_status().unwrap();
        serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap_or_default()
    }

    /// The same user in the database; the id is answered.
    async fn lay_out(&self) -> String {
        self.post("/tenants", json!({ "id": "acme", "name": "Acme" })).await;
        let user = self.post("/users", json!({ "email": "somebody@example.com", "tenants": ["acme"] })).await;
        let user = user["id"].as_str().unwrap().to_owned();
        let mut groups = Vec::new();
        for number in 0..GROUPS {
            let group = json!({ "name": format!("Group {number}"), "membersId": [user] });
            groups.push(self.post("/acme/groups", group).await["id"].as_str().unwrap().to_owned());
        }
        for number in 0..BINDINGS {
            let (kind, whom) =
                if number.is_multiple_of(2) { ("GROUP", &groups[number / 2 % GROUPS]) } else { ("USER", &user) };
            let namespace = format!("team{number}");
            let binding =
                json!({ "type": kind, "externalId": whom, "roleId": "editor_acme", "namespaceId": namespace });
            self.post("/acme/bindings", binding).await;
        }
        user
    }

    async fn check(&self, body: &str) -> Vec<u8> {
        let sent = self.http.post(format!("{}/acme/access/check", self.url)).bearer_auth(&self.token);
        let answer = sent.body(body.to_owned()).send().await.unwrap().error_for_status().unwrap();
        answer.bytes().await.unwrap().to_vec()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
