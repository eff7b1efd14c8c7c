//! An instance of its own for every test: a configuration, a fresh database, and the binary.

use sqlx::{Connection, Executor, Row};
use std::{
    io::{BufRead, BufReader, Write},
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
    sync::{
        Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tempfile::{NamedTempFile, TempDir};

/// Which database a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// The superadmin every instance has.
pub const ADMIN: (&str, &str) = ("admin@example.com", "Root!1234");

/// A configuration and a database.
pub struct Instance {
    folder: TempDir,
    /// Its address.
    pub database: String,
    /// On PostgreSQL: where to drop it, and its name.
    drop: Option<(String, String)>,
}

impl Instance {
    /// With tenants on.
    pub async fn new(engine: Engine) -> Self {
        Self::with(engine, "kestra: {url: \"http://kestra.test\", ee: {tenants: {enabled: true}}}").await
    }

    /// With tenants on and nobody in it: as it is before the first-run setup.
    pub async fn without_users(engine: Engine) -> Self {
        Self::bare(engine, "kestra: {url: \"http://kestra.test\", ee: {tenants: {enabled: true}}}").await
    }

    /// With this configuration, to which the database, the port and the superadmin are added.
    pub async fn with(engine: Engine, extra: &str) -> Self {
        Self::bare(engine, &format!("{}\n{extra}", superadmin())).await
    }

    async fn bare(engine: Engine, extra: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let (database, drop) = match engine {
            Engine::Sqlite => (format!("sqlite:{}", folder.path().join("kestra.db").display()), None),
            Engine::Postgres => {
                let server = std::env::var("TEST_POSTGRES_URL")
                    .expect("TEST_POSTGRES_URL names no PostgreSQL server; `make test` starts one");
                let name = unique();
                let mut connection = sqlx::PgConnection::connect(&server).await.unwrap();
                connection.execute(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
                let base = server.rsplit_once('/').unwrap().0.to_owned();
                (format!("{base}/{name}"), Some((server, name)))
            }
        };
        let instance = Self { folder, database, drop };
        instance.write_configuration(extra);
        instance
    }

    /// Another configuration on the same database, with the superadmin.
    pub fn reconfigure(&self, extra: &str) {
        self.write_configuration(&format!("{}\n{extra}", superadmin()));
    }

    fn write_configuration(&self, extra: &str) {
        let database = &self.database;
        let config =
            format!("datasources: {{main: {{url: \"{database}\"}}}}\nmicronaut: {{server: {{port: 0}}}}\n{extra}\n");
        std::fs::write(self.configuration(), config).unwrap();
        self.set_mode(0o600);
    }

    /// Its file.
    pub fn configuration(&self) -> PathBuf {
        self.folder.path().join("config.yml")
    }

    /// Who may read its file.
    pub fn set_mode(&self, mode: u32) {
        std::fs::set_permissions(self.configuration(), std::fs::Permissions::from_mode(mode)).unwrap();
    }

    /// The binary with arguments, on this configuration.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kestra"));
        command.args(args).arg("--config").arg(self.configuration());
        command.env_remove("RUST_LOG").env("HOME", self.folder.path()).stdin(Stdio::null());
        command
    }

    /// Runs it to its end.
    pub fn run(&self, args: &[&str]) -> Output {
        whole(self.command(args).output().unwrap())
    }

    /// Runs it to its end with something on standard input.
    pub fn run_with(&self, args: &[&str], input: &str) -> Output {
        let mut child =
            self.command(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        whole(child.wait_with_output().unwrap())
    }

    /// Starts the server.
    pub fn serve(&self) -> Server {
        start(self.command(&["server", "--log-level", "WARN"]))
    }

    /// Starts the server on one processor, whatever the machine has.
    pub fn serve_on_one_processor(&self) -> Server {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let allowed = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:")).unwrap().trim();
        let first = allowed.split([',', '-']).next().unwrap();
        let alone = self.command(&["server", "--log-level", "WARN"]);
        let mut command = Command::new("taskset");
        command.args(["--cpu-list", first]).arg(alone.get_program()).args(alone.get_args());
        command.env_remove("RUST_LOG").env("HOME", self.folder.path()).stdin(Stdio::null());
        start(command)
    }

    /// Starts the server on another database.
    pub fn serve_on(&self, url: &str) -> Server {
        let mut command = self.command(&["server", "--log-level", "WARN"]);
        command.env("DATASOURCES_MAIN_URL", url);
        start(command)
    }

    /// Starts the server with variables.
    pub fn serve_with(&self, variables: &[(&str, &str)]) -> Server {
        let mut command = self.command(&["server"]);
        command.envs(variables.iter().copied());
        start(command)
    }

    /// Starts the server with a log of what it asks the database.
    pub fn serve_logging_statements(&self) -> Server {
        start(self.command(&["server", "--log-level", "DEBUG", "--internal-log"]))
    }

    /// Starts the server with a line for each request, as it is started by default.
    pub fn serve_logging_requests(&self, json: bool) -> Server {
        let mut command = self.command(&["server"]);
        command.env("KESTRA_LOG_FORMAT", if json { "json" } else { "text" });
        start(command)
    }

    /// Changes the database behind the server's back.
    pub async fn try_execute(&self, sql: &'static str) -> sqlx::Result<()> {
        if self.drop.is_some() {
            sqlx::PgConnection::connect(&self.database).await?.execute(sql).await?;
        } else {
            sqlx::SqliteConnection::connect(&self.database).await?.execute(sql).await?;
        }
        Ok(())
    }

    /// The same, where it must go well.
    pub async fn execute(&self, sql: &'static str) {
        self.try_execute(sql).await.unwrap();
    }

    /// Fills the empty database with what another one's own tools wrote of it.
    pub async fn load(&self, dump: &'static str) {
        if self.drop.is_some() {
            let mut connection = sqlx::PgConnection::connect(&self.database).await.unwrap();
            sqlx::raw_sql(dump).execute(&mut connection).await.unwrap();
        } else {
            let file = format!("{}?mode=rwc", self.database);
            let mut connection = sqlx::SqliteConnection::connect(&file).await.unwrap();
            sqlx::raw_sql(dump).execute(&mut connection).await.unwrap();
        }
    }

    /// What the database itself answers to a query of one number.
    pub async fn count(&self, sql: &'static str) -> i64 {
        if self.drop.is_some() {
            let mut connection = sqlx::PgConnection::connect(&self.database).await.unwrap();
            connection.fetch_one(sql).await.unwrap().get(0)
        } else {
            let mut connection = sqlx::SqliteConnection::connect(&self.database).await.unwrap();
            connection.fetch_one(sql).await.unwrap().get(0)
        }
    }

    /// The numbers that triggers keep of every tenant are those of its rows.
    pub async fn numbers_are_right(&self) {
        let wrong = self
            .rows(
                "SELECT t.uid FROM tenants AS t WHERE
                    (t.users, t.accounts, t.roles, t.groups, t.bindings) <>
                    ((SELECT COUNT(*) FROM tenant_access AS a WHERE a.tenant_uid = t.uid),
                     (SELECT COUNT(*) FROM tenant_access AS a JOIN principals AS p ON p.id = a.principal_id
                      WHERE a.tenant_uid = t.uid AND p.kind = 'SERVICE_ACCOUNT'),
                     (SELECT COUNT(*) FROM roles AS r WHERE r.tenant_uid = t.uid),
                     (SELECT COUNT(*) FROM groups AS g WHERE g.tenant_uid = t.uid),
                     (SELECT COUNT(*) FROM bindings AS b WHERE b.tenant_uid = t.uid))
                    OR (t.invitations, t.namespaces, t.namespaces_made, t.flows, t.executions) <>
                    ((SELECT COUNT(*) FROM invitations AS i WHERE i.tenant_uid = t.uid),
                     (SELECT COUNT(*) FROM namespaces AS n WHERE n.tenant_uid = t.uid),
                     (SELECT COUNT(*) FROM namespaces AS n WHERE n.tenant_uid = t.uid AND n.made),
                     (SELECT COUNT(*) FROM flows AS f WHERE f.tenant_uid = t.uid),
                     (SELECT COUNT(*) FROM executions AS e WHERE e.tenant_uid = t.uid))",
            )
            .await;
        assert_eq!(wrong, [""; 0]);
    }

    /// Rows of texts, joined with spaces.
    pub async fn rows(&self, sql: &'static str) -> Vec<String> {
        fn text<R: Row>(row: &R) -> String
        where
            for<'a> String: sqlx::Decode<'a, R::Database> + sqlx::Type<R::Database>,
            usize: sqlx::ColumnIndex<R>,
        {
            (0..row.len()).map(|column| row.get::<String, _>(column)).collect::<Vec<_>>().join(" ")
        }
        if self.drop.is_some() {
            let mut connection = sqlx::PgConnection::connect(&self.database).await.unwrap();
            connection.fetch_all(sql).await.unwrap().iter().map(text).collect()
        } else {
            let mut connection = sqlx::SqliteConnection::connect(&self.database).await.unwrap();
            connection.fetch_all(sql).await.unwrap().iter().map(text).collect()
        }
    }
}

fn superadmin() -> String {
    format!("kestra.security.super-admin: {{username: {}, password: \"{}\"}}", ADMIN.0, ADMIN.1)
}

impl Drop for Instance {
    fn drop(&mut self) {
        // Dropped with the cluster anyway; this keeps a long run small.
        if let Some((server, name)) = self.drop.take() {
            let sql = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
            let _ = Command::new("psql").args(["--no-psqlrc", "-qc", &sql, &server]).output();
        }
    }
}

/// The output of a command that did not panic.
fn whole(output: Output) -> Output {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!said.contains("panicked at"), "{said}");
    output
}

fn start(mut command: Command) -> Server {
    // A file has what was logged as soon as it was logged; through a pipe it would come a moment after an answer.
    let log = NamedTempFile::new().unwrap();
    let mut child = command.stdout(Stdio::piped()).stderr(log.reopen().unwrap()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let url = lines
        .find_map(|line| line.unwrap().strip_prefix("Kestra is at ").map(|url| url.trim_end_matches('/').to_owned()))
        .expect("the server says where it is");
    Server { child, url, http: reqwest::Client::new(), log, expected: Mutex::default() }
}

fn unique() -> String {
    static COUNTER: AtomicU32 = AtomicU32::new(0);
    #[expect(clippy::disallowed_methods, reason = "names need only differ")]
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos();
    format!("test_{}_{now}_{}", std::process::id(), COUNTER.fetch_add(1, Ordering::Relaxed))
}

/// A running server; killed when the test ends, which fails where the server has panicked or logged an error.
pub struct Server {
    child: Child,
    pub url: String,
    pub http: reqwest::Client,
    log: NamedTempFile,
    /// Words of errors that the test brings about.
    expected: Mutex<Vec<&'static str>>,
}

impl Server {
    /// The process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Ends it as a power cut would.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Ends it as an administrator does, and waits until it has ended.
    pub async fn stop(&mut self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").arg(&pid).status().unwrap().success());
        for _ in 0..200 {
            if self.child.try_wait().unwrap().is_some() {
                return self.kill();
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the server does not stop");
    }

    /// What the server has logged so far.
    pub fn logged(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }

    /// The test brings this error about: lines of the log with these words in them do not fail it.
    pub fn expect_error(&self, words: &'static str) {
        self.expected.lock().unwrap().push(words);
    }

    /// Panics and errors in the log that the test did not expect.
    fn faults(&self) -> Vec<String> {
        let expected = self.expected.lock().unwrap();
        let log = self.logged();
        let fault = |line: &&str| {
            let bad = line.contains("panicked at") || line.contains(" ERROR ") || line.contains("\"level\":\"ERROR\"");
            bad && !expected.iter().any(|words| line.contains(words))
        };
        log.lines().filter(fault).map(str::to_owned).collect()
    }

    /// How many statements each of these requests has sent, transactions and checks of their connections aside.
    pub fn statements(&self, requests: &[String]) -> Vec<usize> {
        /// What PostgreSQL is asked before a connection is taken from the pool, and when it goes back.
        const CHECKS: [&str; 2] = ["SHOW transaction_read_only", "SELECT now() = statement_timestamp()"];
        let log = self.logged();
        let statement = |line: &&str| {
            let statement = line.contains("sqlx::query") && line.contains("summary=");
            statement && !CHECKS.iter().any(|check| line.contains(check))
        };
        let statements: Vec<_> = log.lines().filter(statement).collect();
        let of = |request: &String| {
            let span = format!("request{{id=\"{request}\" ");
            statements.iter().filter(|line| line.contains(&span)).count()
        };
        requests.iter().map(of).collect()
    }

    /// A request by the superadmin.
    pub fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        self.anonymous(method, path).basic_auth(ADMIN.0, Some(ADMIN.1))
    }

    /// A request by nobody.
    pub fn anonymous(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method.parse().unwrap(), format!("{}/api/v1{path}", self.url))
    }

    /// A request by the superadmin with a JSON body; status and JSON answer.
    pub async fn json(&self, method: &str, path: &str, body: serde_json::Value) -> (u16, serde_json::Value) {
        answer(self.request(method, path).json(&body)).await
    }

    /// A request by the superadmin without a body; status and JSON answer.
    pub async fn get(&self, path: &str) -> (u16, serde_json::Value) {
        answer(self.request("GET", path)).await
    }
}

/// Status and JSON of an answer; null where it is empty.
pub async fn answer(request: reqwest::RequestBuilder) -> (u16, serde_json::Value) {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    let json = if text.is_empty() { serde_json::Value::Null } else { serde_json::from_str(&text).expect(&text) };
    (status, json)
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
        // A test that has failed already says why itself, and the log may say more.
        if std::thread::panicking() {
            eprintln!("{}", self.logged());
        } else {
            let faults = self.faults();
            assert!(faults.is_empty(), "the server's log has errors:\n{}", faults.join("\n"));
        }
    }
}

/// A browser without JavaScript that somebody has signed in with.
pub struct Browser {
    client: reqwest::Client,
    origin: String,
}

impl Browser {
    /// Signs in through the page.
    pub async fn sign_in(server: &Server, (email, password): (&str, &str)) -> Self {
        let client = reqwest::Client::builder().cookie_store(true).redirect(reqwest::redirect::Policy::none());
        let origin = server.url.strip_suffix("/api/v1").unwrap_or(&server.url).to_owned();
        let browser = Self { client: client.build().unwrap(), origin };
        let form = [("email", email), ("password", password), ("next", "/ui"), ("__page", "/login")];
        assert_eq!(browser.send("sign_in", &form).await.status(), 303, "{email}");
        browser
    }

    /// Signs in, and answers with the cookie of the session.
    pub async fn session(server: &Server, (email, password): (&str, &str)) -> String {
        let form = [("email", email), ("password", password), ("next", "/ui"), ("__page", "/login")];
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let sent = client.post(format!("{}/serverfn/sign_in", server.url)).header("accept", "text/html").form(&form);
        let answer = sent.send().await.unwrap();
        let cookies = answer.headers().get_all("set-cookie").iter().map(|one| one.to_str().unwrap());
        cookies.map(|one| one.split(';').next().unwrap()).collect::<Vec<_>>().join("; ")
    }

    /// Opens an address.
    pub async fn open(&self, path: &str) -> reqwest::Response {
        self.get(path).send().await.unwrap()
    }

    /// A request for a page.
    pub fn get(&self, path: &str) -> reqwest::RequestBuilder {
        self.client.get(format!("{}{path}", self.origin)).header("accept", "text/html")
    }

    /// Calls a server function as the program of a page does.
    pub async fn ask(&self, function: &str, form: &[(&str, &str)]) -> reqwest::Response {
        let to = format!("{}/serverfn/{function}", self.origin);
        self.client.post(to).header("accept", "application/json").form(form).send().await.unwrap()
    }

    /// Sends a form to a server function.
    pub async fn send(&self, function: &str, form: &[(&str, &str)]) -> reqwest::Response {
        let to = format!("{}/serverfn/{function}", self.origin);
        self.client.post(to).header("accept", "text/html").form(form).send().await.unwrap()
    }
}
