//! Encrypted connections to PostgreSQL, with the certificates that its manual tells people to make.

use crate::{
    cluster::Cluster,
    support::{Engine, Instance, Server, answer},
};
use std::{path::PathBuf, time::Duration};

impl Cluster {
    /// One that encrypts.
    fn encrypting() -> Self {
        let cluster = Self::primary();
        cluster.self_signed("server", "/CN=localhost");
        cluster.show("server");
        cluster.sql("ALTER SYSTEM SET ssl = on");
        cluster.reload();
        cluster
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn openssl(&self, command: &str) {
        let in_folder = |word: &str| match word.strip_prefix('@') {
            Some(file) => self.file(file).display().to_string(),
            None => word.to_owned(),
        };
        let words: Vec<_> = command.split(' ').map(in_folder).collect();
        Self::must("openssl", &words.iter().map(String::as_str).collect::<Vec<_>>());
    }

    /// As the manual makes one for a server.
    fn self_signed(&self, name: &str, subject: &str) {
        self.openssl(&format!(
            "req -new -x509 -days 365 -nodes -text -out @{name}.crt -keyout @{name}.key -subj {subject}"
        ));
    }

    /// As the manual makes an authority and what it signs: with OpenSSL before 3.2 a certificate of version 1.
    fn signed_by(&self, authority: &str, name: &str, subject: &str, more: &str) {
        self.openssl(&format!("req -new -nodes -text -out @{name}.csr -keyout @{name}.key -subj {subject}"));
        self.openssl(&format!(
            "x509 -req -in @{name}.csr -text -CA @{authority}.crt -CAkey @{authority}.key -CAcreateserial -out \
             @{name}.crt {more}"
        ));
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.file(name), text).unwrap();
        // It is read by whom the cluster belongs to, too.
        std::fs::set_permissions(self.file(name), std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    }

    /// Shows another certificate from now on.
    fn show(&self, name: &str) {
        self.sql(&format!("ALTER SYSTEM SET ssl_cert_file = '{name}.crt'"));
        self.sql(&format!("ALTER SYSTEM SET ssl_key_file = '{name}.key'"));
        self.reload();
    }

    fn reload(&self) {
        self.control("reload");
        // The server is told and does it a moment later.
        std::thread::sleep(Duration::from_millis(400));
    }

    fn address(&self, host: &str, parameters: &str) -> String {
        let parameters = parameters.replace('@', &format!("{}/", self.folder.display()));
        format!("jdbc:postgresql://{host}:{}/postgres?user=postgres&{parameters}", self.port)
    }

    /// Whether each connection of the program is encrypted.
    fn encrypts(&self) -> bool {
        let all = self.sql(
            "SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'kestra'",
        );
        assert!(!all.is_empty(), "there is none");
        all == "t"
    }
}

/// Nothing where the database is reached, or why not.
fn why_not(instance: &Instance, address: &str) -> Option<String> {
    let output = instance.command(&["tenants", "list"]).env("DATASOURCES_MAIN_URL", address).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() || told.starts_with("error: "), "{told}");
    (!output.status.success()).then_some(told)
}

struct Asked<'a> {
    instance: &'a Instance,
    cluster: &'a Cluster,
}

impl Asked<'_> {
    fn accepted(&self, host: &str, parameters: &str) {
        let refused = why_not(self.instance, &self.cluster.address(host, parameters));
        assert_eq!(refused, None, "{host} {parameters}");
    }

    fn refused(&self, host: &str, parameters: &str, why: &str) {
        let refused = why_not(self.instance, &self.cluster.address(host, parameters));
        let refused = refused.unwrap_or_else(|| panic!("{host} {parameters} is accepted"));
        assert!(refused.contains(why), "{host} {parameters}: {refused}");
    }
}

const FULL: &str = "sslmode=verify-full&sslrootcert=@server.crt";
const CA: &str = "sslmode=verify-ca&sslrootcert=@server.crt";

#[tokio::test]
async fn the_certificate_that_was_named_is_trusted_and_no_other() {
    let cluster = Cluster::encrypting();
    let instance = Instance::new(Engine::Sqlite).await;
    let asked = Asked { instance: &instance, cluster: &cluster };

    for parameters in [FULL, CA, "ssl=true&sslrootcert=@server.crt", "sslmode=require&sslrootcert=@server.crt"] {
        asked.accepted("localhost", parameters);
    }
    for parameters in ["ssl=true", "sslmode=verify-full", "sslmode=verify-ca"] {
        asked.refused("localhost", parameters, "Set sslrootcert to the file of the authority's certificate");
    }
    for parameters in ["sslmode=require", "sslmode=prefer", "sslmode=allow", "sslmode=disable", "ssl=false"] {
        asked.accepted("localhost", parameters);
    }
    asked.refused("127.0.0.1", FULL, "it is for localhost and not for this host");
    asked.accepted("127.0.0.1", CA);

    cluster.self_signed("other", "/CN=localhost");
    for mode in ["verify-full", "verify-ca", "require"] {
        let parameters = format!("sslmode={mode}&sslrootcert=@other.crt");
        asked.refused("localhost", &parameters, "neither the certificate that sslrootcert names nor signed by it");
    }
    let missing = "sslmode=verify-full&sslrootcert=@missing.crt";
    asked.refused("localhost", missing, "missing.crt that sslrootcert names cannot be read: No such file");
    asked.refused("localhost", "sslmode=verify-full&sslrootcert=@server.key", "sslrootcert holds no certificate");

    cluster.openssl("req -new -nodes -out @old.csr -keyout @old.key -subj /CN=localhost");
    cluster.openssl("x509 -req -in @old.csr -days -1 -signkey @old.key -out @old.crt");
    cluster.show("old");
    asked.refused("localhost", "sslmode=verify-ca&sslrootcert=@old.crt", "it has expired. Renew it on the server");

    cluster.sql("ALTER SYSTEM SET ssl = off");
    cluster.reload();
    asked.refused("localhost", FULL, "the server does not encrypt. Set ssl = on there");
    asked.refused("localhost", "ssl=true", "no encrypted connection");
    asked.accepted("localhost", "sslmode=prefer&sslrootcert=@server.crt");
}

#[tokio::test]
async fn what_an_authority_signed_is_trusted() {
    let cluster = Cluster::encrypting();
    let instance = Instance::new(Engine::Sqlite).await;
    let asked = Asked { instance: &instance, cluster: &cluster };
    const FULL: &str = "sslmode=verify-full&sslrootcert=@root.crt";
    const CA: &str = "sslmode=verify-ca&sslrootcert=@root.crt";

    for authority in ["root", "stranger"] {
        cluster.self_signed(authority, &format!("/CN={authority}"));
    }
    cluster.signed_by("root", "plain", "/CN=localhost", "-days 365");
    cluster.show("plain");
    asked.accepted("localhost", FULL);
    asked.accepted("127.0.0.1", CA);
    asked.refused("127.0.0.1", FULL, "it is for localhost and not for this host");
    asked.refused("localhost", "sslmode=verify-ca&sslrootcert=@stranger.crt", "nor signed by it");
    asked.refused("localhost", "ssl=true", "no encrypted connection");

    // Names that are listed count, and the common name beside them does not.
    cluster.write("names", "subjectAltName=DNS:db.example.com,IP:127.0.0.1\n");
    let names = cluster.file("names").display().to_string();
    cluster.signed_by("root", "listed", "/CN=localhost", &format!("-days 365 -extfile {names}"));
    cluster.show("listed");
    asked.accepted("127.0.0.1", FULL);
    asked.accepted("localhost", CA);
    asked.refused("localhost", FULL, "it is not for this host");
    asked.refused("127.0.0.1", "sslmode=verify-full&sslrootcert=@stranger.crt", "nor signed by it");

    cluster.signed_by("root", "old", "/CN=localhost", "-days -1");
    cluster.show("old");
    asked.refused("localhost", FULL, "it has expired");

    // Signed by what the authority signed: the server sends both.
    cluster.write("authority", "basicConstraints=critical,CA:TRUE\n");
    let authority = cluster.file("authority").display().to_string();
    cluster.signed_by("root", "between", "/CN=between", &format!("-days 365 -extfile {authority}"));
    cluster.signed_by("between", "far", "/CN=localhost", &format!("-days 365 -extfile {names}"));
    let both = ["far.crt", "between.crt"].map(|name| std::fs::read_to_string(cluster.file(name)).unwrap());
    cluster.write("far.crt", &both.concat());
    cluster.show("far");
    asked.accepted("127.0.0.1", FULL);
    asked.refused("127.0.0.1", "sslmode=verify-full&sslrootcert=@stranger.crt", "nor signed by it");

    // A certificate of a server signs no others, whoever has its key.
    cluster.write("leaf", "basicConstraints=critical,CA:FALSE\n");
    let leaf = cluster.file("leaf").display().to_string();
    cluster.signed_by("root", "leaf", "/CN=leaf", &format!("-days 365 -extfile {leaf}"));
    cluster.signed_by("leaf", "forged", "/CN=localhost", &format!("-days 365 -extfile {names}"));
    cluster.show("forged");
    asked.refused("127.0.0.1", "sslmode=verify-ca&sslrootcert=@leaf.crt", "not accepted");
}

#[tokio::test]
async fn a_certificate_of_our_own_is_shown() {
    let cluster = Cluster::encrypting();
    let instance = Instance::new(Engine::Sqlite).await;
    let asked = Asked { instance: &instance, cluster: &cluster };
    cluster.self_signed("root", "/CN=root");
    cluster.signed_by("root", "client", "/CN=postgres", "-days 365");
    // Of version 3, whatever the version of OpenSSL.
    cluster.write("leaf", "basicConstraints=CA:FALSE\n");
    let leaf = cluster.file("leaf").display().to_string();
    cluster.signed_by("root", "newer", "/CN=postgres", &format!("-days 365 -extfile {leaf}"));
    cluster.signed_by("root", "nobody", "/CN=nobody", &format!("-days 365 -extfile {leaf}"));
    cluster.self_signed("stranger", "/CN=postgres");
    cluster.sql("ALTER SYSTEM SET ssl_ca_file = 'root.crt'");
    std::fs::write(cluster.file("pg_hba.conf"), "host all all 127.0.0.1/32 trust\n").unwrap();
    asked.accepted("localhost", FULL);
    std::fs::write(cluster.file("pg_hba.conf"), "hostssl all all 127.0.0.1/32 cert\n").unwrap();
    cluster.reload();

    asked.accepted("localhost", &format!("{FULL}&sslcert=@client.crt&sslkey=@client.key"));
    for mode in [FULL, "sslmode=require"] {
        asked.accepted("localhost", &format!("{mode}&sslcert=@newer.crt&sslkey=@newer.key"));
        asked.refused("localhost", mode, "connection requires a valid client certificate");
        let other = format!("{mode}&sslcert=@nobody.crt&sslkey=@nobody.key");
        asked.refused("localhost", &other, "PostgreSQL refuses the sign-in");
    }
    let stranger = format!("{FULL}&sslcert=@stranger.crt&sslkey=@stranger.key");
    asked.refused("localhost", &stranger, "PostgreSQL");
    asked.refused("localhost", &format!("{FULL}&sslcert=@client.crt"), "sslcert and sslkey go together");
    let mixed = format!("{FULL}&sslcert=@client.crt&sslkey=@nobody.key");
    asked.refused("localhost", &mixed, "sslkey is not the key of the certificate");
}

async fn group(server: &Server, name: &str) -> u16 {
    answer(server.request("POST", "/dev/groups").json(&serde_json::json!({ "name": name }))).await.0
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_runs_on_encrypted_connections() {
    let cluster = Cluster::encrypting();
    let instance = Instance::new(Engine::Sqlite).await;
    let folders = tempfile::TempDir::new().unwrap();
    let (address, place) = (cluster.address("localhost", FULL), folders.path().display().to_string());
    let mut server = instance.serve_with(&[("DATASOURCES_MAIN_URL", &address), ("TMPDIR", &place)]);
    server.expect_error("database cannot be reached");
    let (status, made) = server.json("POST", "/tenants", serde_json::json!({ "id": "dev", "name": "Dev" })).await;
    assert_eq!(status, 200, "{made}");
    let many = (0..40).map(|number| format!("group {number}")).collect::<Vec<_>>();
    let all = futures_util::future::join_all(many.iter().map(|name| group(&server, name))).await;
    assert_eq!(all, [200; 40]);
    assert!(cluster.encrypts());
    let modes: Vec<_> = std::fs::read_dir(folders.path())
        .unwrap()
        .map(|folder| {
            std::os::unix::fs::PermissionsExt::mode(&folder.unwrap().metadata().unwrap().permissions()) & 0o777
        })
        .collect();
    assert_eq!(modes, [0o700]);

    cluster.stop();
    let started = std::time::Instant::now();
    assert_eq!(group(&server, "meanwhile").await, 503);
    assert!(started.elapsed() < Duration::from_millis(1_500), "{:?}", started.elapsed());
    let health = || server.http.get(format!("{}/health", server.url));
    assert_eq!(answer(health()).await.0, 503);
    let _back = cluster.again();
    for number in 0..50 {
        if group(&server, &format!("again {number}")).await == 200 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(group(&server, "at last").await, 200);
    server.stop().await;
    // The pool's own; none of those that encrypt.
    assert!(server.logged().contains("stopped tasks=1"), "{}", server.logged());
    assert_eq!(std::fs::read_dir(folders.path()).unwrap().count(), 0, "its folder is left");
}
