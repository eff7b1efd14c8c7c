//! Whole configurations, good and bad.

use super::{
    keys::{self, KEYS, Variable},
    *,
};
use proptest::prelude::*;
use rstest::rstest;
use std::{fs, os::unix::fs::PermissionsExt, path::Path};

const KEY: &str = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

/// Loads `yaml` as the named file, with `HOME` and `vars` as the environment. The file is called
/// `config.yml` in messages, wherever it is.
fn load_with(yaml: &str, vars: &[(&str, &str)]) -> Result<Config, String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.yml");
    write(&file, yaml, 0o600);
    let loaded = Config::load(&LoadArgs { file: Some(file) }, &environment(vars));
    loaded.map_err(|errors| errors.to_string().replace(&format!("{}/", folder.path().display()), ""))
}

fn write(file: &Path, yaml: &str, mode: u32) {
    fs::write(file, yaml).unwrap();
    fs::set_permissions(file, fs::Permissions::from_mode(mode)).unwrap();
}

fn load(yaml: &str) -> Result<Config, String> {
    load_with(yaml, &[])
}

fn environment(vars: &[(&str, &str)]) -> BTreeMap<String, String> {
    let home = ("HOME", "/home/ada");
    std::iter::once(&home).chain(vars).map(|(name, value)| ((*name).into(), (*value).into())).collect()
}

fn from_environment(vars: &[(&str, &str)]) -> Result<Config, String> {
    Config::load(&LoadArgs::default(), &environment(vars)).map_err(|errors| errors.to_string())
}

#[test]
fn nothing_at_all_is_the_defaults() {
    let config = from_environment(&[("HOME", "/nowhere")]).unwrap();
    assert!(!config.tenants.enabled);
    assert!(config.tenants.default_tenant);
    assert!(config.security.super_admin.is_none());
    assert_eq!(config.security.passwords, model::PasswordPolicy::default());
    assert_eq!(config.server.health_port, None);
    let lockout = config.security.lockout;
    assert_eq!((lockout.threshold, lockout.window, lockout.duration), (10, 300_000, 1_800_000));
    assert!(config.security.bind_tenant_creator && config.security.basic_auth);
    assert_eq!(config.security.session, Duration::from_secs(172_800));
    assert_eq!((config.server.host.as_str(), config.server.port), ("127.0.0.1", 8080));
    assert_eq!((config.server.proxies, config.server.url), (Proxies::None, None));
    assert_eq!(&*config.database, "sqlite:/nowhere/.kestra/kestra.db");
    assert!(config.ignored.is_empty() && config.mail.is_none());
}

#[test]
fn mails_need_a_server_and_a_sender() {
    let mail = load("kestra.mail-service: {host: mail, from: kestra@example.com}").unwrap().mail.unwrap();
    assert_eq!((mail.port, mail.from_name.as_str(), mail.start_tls), (587, "Kestra", true));
    assert_eq!(mail.credentials, None);
    let mail =
        load("kestra.mail-service: {host: mail, from: k@example.com, username: me, password: hush, auth: false}");
    assert_eq!(mail.unwrap().mail.unwrap().credentials, None);
    let vars = [("KESTRA_MAILSERVICE_HOST", "mail"), ("KESTRA_MAIL_SERVICE_FROM", "kestra@example.com")];
    assert_eq!(from_environment(&vars).unwrap().mail.unwrap().host, "mail");
    // What Kestra may have there beside these is not ours to refuse.
    let config = load("kestra.mail-service: {host: mail, from: k@example.com, connection-pool: 3}").unwrap();
    assert_eq!(config.ignored, ["kestra.mail-service.connection-pool"]);
}

#[test]
fn proxies_are_trusted_by_address_too() {
    let proxies = |yaml: &str| load(yaml).unwrap().server.proxies;
    assert_eq!(proxies("kestra.server.trusted-proxy: false"), Proxies::None);
    let list = proxies("kestra: {server: {trusted-proxy: [10.0.0.0/8, '2001:db8::1']}}");
    assert_eq!(list.print(), "10.0.0.0/8, 2001:db8::1/128");
    let variable = from_environment(&[("KESTRA_SERVER_TRUSTEDPROXY", "10.0.0.0/8,2001:db8::1")]);
    assert_eq!(variable.unwrap().server.proxies, list);
}

#[test]
fn every_key_is_read_and_reported() {
    let all = format!(
        "kestra:
  url: https://kestra.example.com/
  encryption: {{secret-key: {KEY}}}
  ee:
    tenants: {{enabled: true, default-tenant: false, fallback-tenant: main}}
    mail-service: {{host: mail.example.com, port: 2525, username: mailer, password: hush+, from: Kestra@Example.com,
                   fromName: Acme, auth: true, starttls-enable: false}}
  server: {{trusted-proxy: true}}
  mail-service: {{host: old.example.com, port: 25, username: x, password: y, from: old@example.com, fromName: Old,
                 auth: false, startTlsEnable: true}}
  security:
    super-admin: {{username: Admin@Example.com, password: 0123, tenant-admin-access: [main, dev]}}
    default-role: {{name: Reader, description: Reads, permissions: {{FLOW: [VIEW, LIST], EXECUTION: READ}}, tenant-id: staging}}
    invitations: {{expire-after: P3D}}
    bind-tenant-creator: false
    basic-auth:
      password-min-length: 12
      password-require-special: false
      password-min-digits: 2
      password-min-lower-case: 3
      password-min-upper-case: 4
      password-allowed-special-characters: '#!'
      password-reset: {{cooldown: PT1M, rate-limit: {{max-requests: 3, window: PT2H}}}}
    login: {{failed-attempts: {{threshold: 5, monitoring-window: 10m, lock-duration: 1h}}}}
micronaut:
  security: {{enabled: true, basic-auth: {{enabled: false}}, token: {{cookie: {{cookie-max-age: 30m}}}}}}
  server: {{host: 0.0.0.0, port: 0, context-path: /}}
endpoints: {{all: {{port: 8081}}}}
datasources: {{postgres: {{url: 'jdbc:postgresql://db:5432/kestra', username: kestra, password: k3str4/x}}}}
"
    );
    let config = load(&all).unwrap();
    assert_eq!(config.server.url.as_deref(), Some("https://kestra.example.com"));
    assert!(config.tenants.enabled && !config.tenants.default_tenant);
    assert_eq!(config.server.proxies, Proxies::One);
    let admin = config.security.super_admin.as_ref().unwrap();
    assert_eq!((admin.username.as_str(), &*admin.password), ("admin@example.com", "0123"));
    assert_eq!(admin.tenant_admin_access, ["main", "dev"]);
    let expected = model::PasswordPolicy {
        min_length: 12,
        require_special: false,
        min_digits: 2,
        min_lower_case: 3,
        min_upper_case: 4,
        special: "#!".into(),
    };
    assert_eq!(config.security.passwords, expected);
    let lockout = config.security.lockout;
    assert_eq!((lockout.threshold, lockout.window, lockout.duration), (5, 600_000, 3_600_000));
    assert_eq!(config.security.session.as_secs(), 1_800);
    assert!(!config.security.basic_auth && !config.security.bind_tenant_creator);
    assert_eq!(config.server.port, 0);
    let mail = config.mail.as_ref().unwrap();
    assert_eq!((mail.host.as_str(), mail.port, mail.start_tls), ("mail.example.com", 2525, false));
    assert_eq!((mail.from.as_str(), mail.from_name.as_str()), ("kestra@example.com", "Acme"));
    assert_eq!(mail.credentials, Some(("mailer".into(), "hush+".into())));
    assert_eq!(&*config.database, "postgres://kestra:k3str4%2Fx@db:5432/kestra");

    let report = config.report();
    assert_eq!(report.len(), KEYS.len());
    for ((path, _), entry) in KEYS.iter().zip(report) {
        assert!(keys::covers(path, &entry.key), "{path} is reported as {}", entry.key);
        assert!(entry.origin.contains("config.yml:"), "{path} is not read");
    }
    let printed = |key: &str| report.iter().find(|entry| entry.key.ends_with(key)).unwrap().value.clone();
    assert_eq!(printed("default-role.permissions"), "FLOW: VIEW, LIST; EXECUTION: READ");
    assert_eq!(printed("invitations.expire-after"), "P3D");
    assert_eq!(printed("monitoring-window"), "PT10M");
    let shown = format!("{report:?} {config:?}");
    for secret in ["0123", "k3str4", "hush+", KEY] {
        assert!(!shown.contains(secret), "{secret} is shown");
    }
    assert!(shown.contains("postgres://kestra:•••@db:5432/kestra"), "{shown}");
}

#[rstest]
#[case("kestra:\n  ee:\n    tenants:\n      default-tenant: false")]
#[case("kestra:\n  ee:\n    tenants:\n      defaultTenant: false")]
#[case("kestra:\n  ee:\n    tenants:\n      default_tenant: 'false'")]
#[case("kestra.ee.tenants.default-tenant: no")]
#[case("kestra:\n  ee.tenants: {DEFAULT_TENANT: off}")]
#[case("kestra.ee.tenants.enabled: true\nkestra:\n  ee.tenants.default_tenant: false")]
#[case("x: &off {default-tenant: false}\nkestra: {ee: {tenants: {<<: *off}}}")]
fn spellings(#[case] yaml: &str) {
    assert!(!load(yaml).unwrap().tenants.default_tenant);
}

#[rstest]
#[case("KESTRA_EE_TENANTS_DEFAULT_TENANT")]
#[case("KESTRA_EE_TENANTS_DEFAULTTENANT")]
fn spellings_of_variables(#[case] name: &str) {
    assert!(!from_environment(&[(name, "false")]).unwrap().tenants.default_tenant);
}

#[test]
fn every_key_has_a_variable() {
    for (path, kind) in KEYS {
        for name in [keys::variable(path), path.replace(['.', '-'], "_").to_ascii_uppercase()] {
            let name = name.replace('*', "MY_DB");
            assert_eq!(keys::lookup_variable(&name), Variable::Key(path.replace('*', "my-db"), *kind), "{name}");
        }
    }
}

#[test]
fn the_environment_has_lists_and_maps() {
    let config = from_environment(&[
        ("KESTRA_SECURITY_INSTANCE_OWNER_USERNAME", "a@b.co"),
        ("KESTRA_SECURITY_SUPERADMIN_PASSWORD", " pass word "),
        ("KESTRA_SECURITY_SUPER_ADMIN_TENANT_ADMIN_ACCESS", "main, dev"),
        ("KESTRA_SECURITY_DEFAULT_ROLE_NAME", "Reader"),
        ("KESTRA_SECURITY_DEFAULT_ROLE_PERMISSIONS_SERVICE_ACCOUNT", "VIEW,LIST"),
        ("DATASOURCES_DEFAULT_URL", "postgres://db/kestra"),
        ("DATASOURCES_DEFAULT_PASSWORD", ""),
    ])
    .unwrap();
    let role = config.report().iter().find(|entry| entry.key.ends_with("default-role.permissions")).unwrap();
    assert_eq!(role.value, "SERVICE_ACCOUNT: VIEW, LIST");
    let admin = config.security.super_admin.unwrap();
    assert_eq!((&*admin.password, admin.tenant_admin_access), (" pass word ", vec!["main".into(), "dev".into()]));
    assert_eq!(&*config.database, "postgres://db/kestra");
}

#[test]
fn later_layers_win() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join(".kestra");
    fs::create_dir(&home).unwrap();
    let port = |port: u16| format!("micronaut.server.port: {port}\n");
    let (one, two) = (folder.path().join("one.yml"), folder.path().join("two.yml"));
    fs::write(home.join("config.yml"), port(1) + "kestra.url: http://file\n").unwrap();
    fs::write(&one, port(4)).unwrap();
    fs::write(&two, port(5)).unwrap();
    let mut vars = environment(&[("HOME", folder.path().to_str().unwrap())]);
    let mut expect = |name: &str, value: String, port: u16, origin: &str| {
        if !name.is_empty() {
            vars.insert(name.into(), value);
        }
        let config = Config::load(&LoadArgs::default(), &vars).unwrap();
        assert_eq!(config.server.port, port, "with {name}");
        assert_eq!(config.server.url.as_deref(), Some("http://file"));
        let entry = config.report().iter().find(|entry| entry.key == "micronaut.server.port").unwrap();
        assert!(entry.origin.ends_with(origin), "{}", entry.origin);
    };
    expect("", String::new(), 1, ".kestra/config.yml:1");
    expect("KESTRA_CONFIGURATION", format!("\n{}", port(2)), 2, "KESTRA_CONFIGURATION:2");
    expect("MICRONAUT_SERVER_PORT", "3".into(), 3, "variable MICRONAUT_SERVER_PORT");
    expect("MICRONAUT_CONFIG_FILES", format!("{}, file:{}", one.display(), two.display()), 5, "two.yml:1");
}

#[test]
fn a_real_kestra_file_is_accepted() {
    let config = load(
        "datasources:
  postgres:
    url: jdbc:postgresql://postgres:5432/kestra
    driverClassName: org.postgresql.Driver
    username: kestra
    password: k3str4
    maximum-pool-size: 20
kestra:
  server:
    basicAuth:
      username: admin@kestra.io
      password: Admin1234!
  repository:
    type: postgres
  storage:
    type: local
    local:
      basePath: /app/storage
  queue:
    type: postgres
  secret: {type: vault, vault: {address: 'https://vault:8200'}}
  server-type: STANDALONE
  plugins:
    configurations: []
  tasks:
    tmpDir:
      path: /tmp/kestra-wd/tmp
  url: http://localhost:8080/
  ee:
    license: {id: x, key: y}
    tenants: {enabled: true}
  anonymous-usage-report: {enabled: false}
micronaut:
  server:
    port: 8080
    cors: {enabled: true}
  http.client.read-timeout: 60s
  security:
    token: {jwt: {signatures: {secret: {generator: {secret: hush}}}}}
endpoints:
  all: {port: 8081, enabled: true, sensitive: false}
jackson: {serialization: {writeDatesAsTimestamps: false}}
flyway: {datasources: {postgres: {enabled: true}}}
logger.levels: {io.kestra: DEBUG}
",
    )
    .unwrap();
    assert_eq!(
        config.ignored,
        [
            "datasources.postgres.driverClassName",
            "datasources.postgres.maximum-pool-size",
            "kestra.repository",
            "kestra.storage",
            "kestra.queue",
            "kestra.secret",
            "kestra.server-type",
            "kestra.plugins",
            "kestra.tasks",
            "kestra.ee.license",
            "kestra.anonymous-usage-report",
            "micronaut.server.cors",
            "micronaut.http",
            "endpoints.all.enabled",
            "endpoints.all.sensitive",
            "jackson",
            "flyway",
            "logger",
        ]
    );
    let unused: Vec<_> = config.unused().map(|notice| notice.key.as_str()).collect();
    assert_eq!(unused, ["kestra.server.basicAuth", "micronaut.security.token.jwt"]);
    assert_eq!(&*config.database, "postgres://kestra:k3str4@postgres:5432/kestra");
}

#[test]
fn what_nothing_acts_on_is_told() {
    let yaml = "micronaut:
  security:
    enabled: false
    oauth2: {enabled: true, clients: {google: {client-id: x, client-secret: hunter2}}}
    ldap.default.context.server: ldap://x
    intercept-url-map: []
kestra:
  ee.tenants.fallback-tenant: main
  security:
    oidc: {x: y}
    default-role: {name: Reader, permissions: {FLOW: [VIEW]}}
    basic-auth: {password-reset: {cooldown: PT1M}, password-min-length: 9}
";
    let vars = [
        ("MICRONAUT_SECURITY_OAUTH2_CLIENTS_GITHUB_CLIENTSECRET", "hunter2"),
        ("KESTRA_SECURITY_LDAP_URL", "ldap://x"),
        ("KESTRA_SERVER_BASICAUTH_USERNAME", "x"),
        ("MICRONAUT_SECURITY_BASIC_AUTH_ENABLED", "true"),
        ("KESTRA_SERVER_PORT", "tcp://10.0.0.1:8080"),
    ];
    let config = load_with(yaml, &vars).unwrap();
    let mut unused: Vec<_> = config.unused().map(|notice| notice.key.as_str()).collect();
    unused.sort_unstable();
    assert_eq!(
        unused,
        [
            "KESTRA_SECURITY_LDAP_URL",
            "KESTRA_SERVER_BASICAUTH_USERNAME",
            "MICRONAUT_SECURITY_OAUTH2_CLIENTS_GITHUB_CLIENTSECRET",
            "kestra.ee.tenants.fallback-tenant",
            "kestra.security.basic-auth.password-reset.cooldown",
            "kestra.security.default-role.name",
            "kestra.security.default-role.permissions",
            "kestra.security.oidc",
            "micronaut.security.enabled",
            "micronaut.security.intercept-url-map",
            "micronaut.security.ldap",
            "micronaut.security.oauth2",
        ]
    );
    let told = config.notices.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    assert!(
        told.contains("micronaut.security.oauth2 (") && told.contains("config.yml:4) is not in effect: "),
        "{told}"
    );
    assert!(!told.contains("hunter2"), "{told}");
    assert!(config.ignored.is_empty(), "{:?}", config.ignored);
    // What is so anyway is no news.
    assert!(load("micronaut.security.enabled: true").unwrap().notices.is_empty());
    assert!(from_environment(&[]).unwrap().notices.is_empty());
}

/// What is said of a file with a mode.
fn exposed(yaml: &str, mode: u32) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.yml");
    write(&file, yaml, mode);
    let vars = environment(&[("MICRONAUT_CONFIG_FILES", file.to_str().unwrap()), ("DB_PASSWORD", "hush")]);
    let config = Config::load(&LoadArgs::default(), &vars).unwrap();
    let notice = config.notices.iter().find(|notice| notice.mark == "readable by others")?;
    Some(notice.to_string().replace(&format!("{}/", folder.path().display()), ""))
}

#[test]
fn a_secret_that_others_can_read_is_told() {
    let yaml = "kestra.url: http://k\nkestra:\n  security:\n    super-admin: {username: a@b.co, password: hunter2}";
    for mode in [0o644, 0o640, 0o604] {
        let told = exposed(yaml, mode).unwrap();
        assert!(told.starts_with("kestra.security.super-admin.password (config.yml:4): other accounts"), "{told}");
        assert!(told.ends_with("Run chmod 600 config.yml") && !told.contains("hunter2"), "{told}");
    }
    assert_eq!(exposed(yaml, 0o600), None);
    for secret in [
        &format!("kestra.encryption.secret-key: {KEY}"),
        "datasources: {postgres: {url: 'postgres://kestra:hush@db/kestra'}}",
        "datasources: {postgres: {url: 'jdbc:postgresql://db/kestra?user=k&password=hush'}}",
        "datasources: {postgres: {url: 'jdbc:postgresql://db/k', password: '${PW:hush}'}}",
        "kestra: {storage: {s3: {secretKey: hush}}}",
        "micronaut.security.oauth2.clients.google: {client-secret: hush}",
    ] {
        assert!(exposed(secret, 0o644).is_some(), "{secret}");
    }
    for plain in [
        "datasources: {postgres: {url: 'jdbc:postgresql://db/k', username: k, password: '${DB_PASSWORD}'}}",
        "datasources: {postgres: {url: 'postgres://kestra@db:5432/kestra'}}",
        "kestra: {url: 'http://k', security: {basic-auth: {password-min-length: 9}}}",
    ] {
        assert_eq!(exposed(plain, 0o644), None, "{plain}");
    }
}

#[test]
fn the_newer_section_of_the_mail_server_wins() {
    let older = "kestra.mail-service: {host: old, from: old@example.com, username: me, password: hush, start-tls-enable: false}";
    let newer = "kestra.ee.mail-service: {host: new, from: new@example.com, starttls-enable: true}";
    let config = load(older).unwrap();
    let mail = config.mail.as_ref().unwrap();
    assert_eq!((mail.host.as_str(), mail.start_tls), ("old", false));
    let [notice] = config.notices.as_slice() else { panic!("{:?}", config.notices) };
    assert!(notice.in_effect && notice.to_string().contains("called kestra.ee.mail-service since 0.20"), "{notice}");
    let config = load(newer).unwrap();
    assert_eq!((config.mail.unwrap().host.as_str(), config.notices), ("new", Vec::new()));
    // What belongs to one mail server is not told to another.
    let config = load(&format!("{older}\n{newer}")).unwrap();
    let mail = config.mail.as_ref().unwrap();
    assert_eq!((mail.host.as_str(), &mail.credentials, mail.start_tls), ("new", &None, true));
    assert_eq!(config.unused().count(), 1);
    // Whatever the older one lacks then is nobody's mistake.
    assert!(load(&format!("kestra.mail-service.port: 25\n{newer}")).is_ok());
    let vars = [("KESTRA_EE_MAILSERVICE_HOST", "new"), ("KESTRA_EE_MAIL_SERVICE_FROM", "new@example.com")];
    assert_eq!(load_with(older, &vars).unwrap().mail.unwrap().host, "new");
}

#[rstest]
#[case("datasources: {h2: {url: 'jdbc:h2:mem:public'}, postgres: {url: 'postgres://db/k'}}", &[], "postgres://db/k")]
#[case("datasources: {h2: {url: 'jdbc:h2:mem:x'}}", &[("DATASOURCES_DEFAULT_URL", "sqlite:/k.db")], "sqlite:/k.db")]
#[case("datasources: {My_Db: {url: 'postgres://db/k', username: u}}", &[("DATASOURCES_MY_DB_PASSWORD", "p@")], "postgres://u:p%40@db/k")]
#[case("datasources: {a: {url: 'postgres://a/k', password: p}}", &[("DATASOURCES_B_URL", "postgres://b/k")], "postgres://b/k")]
fn one_database_of_several(#[case] yaml: &str, #[case] vars: &[(&str, &str)], #[case] database: &str) {
    assert_eq!(&*load_with(yaml, vars).unwrap().database, database);
}

#[test]
fn variables_of_others_are_left_alone() {
    let others = [
        ("KESTRA_QUEUE_TYPE", "memory"),
        ("KESTRA_PLUGINS_PATH", "/plugins"),
        ("KESTRA_SERVER_TYPE", "STANDALONE"),
        ("KESTRA_SERVER_BASIC_AUTH_USERNAME", "x"),
        // Of a Kubernetes service named kestra-server.
        ("KESTRA_SERVER_PORT", "tcp://10.0.0.1:8080"),
        ("KESTRA_SERVER_PORT_8080_TCP_ADDR", "10.0.0.1"),
        ("KESTRA_SERVER_SERVICE_HOST", "10.0.0.1"),
        ("KESTRA_SERVER_SERVICE_PORT_HTTP", "8080"),
        ("kestra_security_nonsense", "x"),
    ];
    from_environment(&others).unwrap();
}

#[rstest]
// Keys.
#[case(
    "kestra:\n  ee:\n    tenants:\n      enabeld: true",
    "config.yml:4: kestra.ee.tenants.enabeld",
    "did you mean enabled? Expected one of: enabled, default-tenant, fallback-tenant"
)]
#[case(
    "kestra: {security: {login: {attempts: 3}}}",
    "config.yml:1: kestra.security.login.attempts",
    "Expected one of: failed-attempts"
)]
#[case(
    "kestra.security.super-admin.user: x",
    "config.yml:1: kestra.security.super-admin.user",
    "did you mean username?"
)]
#[case("kestra:\n  secruity: {}", "config.yml:2: kestra.secruity", "did you mean security?")]
#[case("kestar: {}", "config.yml:1: kestar", "did you mean kestra?")]
#[case("kestra: {encryption: {key: x}}", "kestra.encryption.key", "Expected one of: secret-key")]
#[case("kestra: {server: {trusted-proxies: true}}", "kestra.server.trusted-proxies", "did you mean trusted-proxy?")]
#[case(
    "kestra: {server: {trusted-proxy: [10.0.0.0/8, proxy.example.com]}}",
    "kestra.server.trusted-proxy",
    "expected true, false, or addresses and networks of proxies, such as [10.0.0.0/8, 192.0.2.1]"
)]
#[case("kestra.server.trusted-proxy: 10.0.0.0/40", "kestra.server.trusted-proxy", "found “10.0.0.0/40”")]
#[case("kestra.url: https://example.com/kestra", "kestra.url", "has no path, found “https://example.com/kestra”")]
#[case("kestra.url: 'https://example.com?at=kestra'", "kestra.url", "has no path")]
#[case(
    "micronaut: {server: {context-path: /kestra}}",
    "micronaut.server.context-path",
    "expected /: the console and the API can't be served under a path, found “/kestra”"
)]
#[case("kestra.url.host: x", "kestra.url.host", "no key below this one")]
#[case(
    "kestra:\n  ee:\n    tenants: {defaultTenant: true,\n      default-tenant: false}",
    "config.yml:4: kestra.ee.tenants.default-tenant",
    "set twice, with two spellings; first at "
)]
#[case("kestra.mail-service: {host: mail}", "config.yml:1: kestra.mail-service", "the key from is missing")]
#[case("kestra.mail-service: {from: a@b.co}", "kestra.mail-service", "the key host is missing")]
#[case(
    "kestra.mail-service: {host: mail, from: a@b.co, username: me}",
    "kestra.mail-service",
    "the key password is missing"
)]
#[case("kestra.mail-service: {usernam: me}", "kestra.mail-service.usernam", "did you mean username?")]
// Values.
#[case(
    "kestra:\n  ee:\n    tenants:\n      enabled: maybe",
    "config.yml:4: kestra.ee.tenants.enabled",
    "expected true or false, found “maybe”"
)]
#[case(
    "kestra: {ee: {tenants: true}}",
    "kestra.ee.tenants",
    "expected a section with the keys enabled, default-tenant, fallback-tenant"
)]
#[case(
    "kestra: {ee: {tenants: {enabled: [true]}}}",
    "kestra.ee.tenants.enabled",
    "expected true or false, found a list"
)]
#[case("kestra: {ee: {tenants: {fallback-tenant: Main}}}", "kestra.ee.tenants.fallback-tenant", "capital letter M")]
#[case(
    "kestra: {url: example.com}",
    "kestra.url",
    "expected an address that begins with http:// or https:// and has no path, found “example.com”"
)]
#[case(
    "micronaut: {server: {port: 70000}}",
    "micronaut.server.port",
    "expected a whole number from 0 to 65535, found “70000”"
)]
#[case(
    "kestra.security.login.failed-attempts.threshold: 0",
    "threshold",
    "expected a whole number, at least 1, found “0”"
)]
#[case(
    "kestra.security.login.failed-attempts.lock-duration: 5 minutes",
    "lock-duration",
    "expected a duration longer than zero, such as PT5M"
)]
#[case(
    "kestra.security.super-admin: {username: admin, password: x}",
    "super-admin.username",
    "expected an email address"
)]
#[case(
    "kestra.security.super-admin: {username: a@b.co}",
    "config.yml:1: kestra.security.super-admin",
    "the key password is missing"
)]
#[case(
    "kestra.security.instance-owner: {tenantAdminAccess: main}",
    "kestra.security.super-admin",
    "the key username is missing"
)]
#[case(
    "kestra.security.default-role: {permissions: {FLOW: [FLY]}}",
    "default-role.permissions",
    "FLY is not an action"
)]
#[case("kestra.security.default-role: {permissions: {FLOW: [VIEW]}}", "default-role", "the key name is missing")]
#[case(
    "kestra: {encryption: {secret-key: c2hvcnQ=}}",
    "kestra.encryption.secret-key",
    "expected 32 random bytes in Base64"
)]
#[case("datasources: {h2: {url: 'jdbc:h2:mem:public'}}", "datasources.h2.url", "h2 cannot be used")]
#[case("datasources:\n  pg:\n    username: x", "config.yml:2: datasources.pg", "the address is missing")]
#[case(
    "datasources: {a: {url: 'sqlite:a'}, b: {url: 'sqlite:b'}}",
    "datasources.b.url",
    "a second database beside datasources.a"
)]
#[case("kestra: {url: '${NOT_SET}'}", "kestra.url", "environment variable")]
// Texts.
#[case("kestra:\n  url: [\n", "config.yml:", "this is not YAML")]
#[case("just words", "config.yml:1", "expected sections")]
#[case("a: 1\na: 2", "config.yml:2", "this is not YAML")]
fn mistakes(#[case] yaml: &str, #[case] place: &str, #[case] message: &str) {
    let report = load(yaml).unwrap_err();
    assert!(report.starts_with("The configuration has a mistake:\n\n"), "{report}");
    assert!(report.contains(place) && report.contains(message), "{report}");
}

#[rstest]
#[case(
    "KESTRA_EE_TENANTS_ENABLED",
    "si",
    "variable KESTRA_EE_TENANTS_ENABLED: kestra.ee.tenants.enabled\n    expected true or false, found “si”"
)]
#[case(
    "KESTRA_EE_TENANTS_ENABEL",
    "true",
    "variable KESTRA_EE_TENANTS_ENABEL\n    there is no such setting; did you mean KESTRA_EE_TENANTS_ENABLED?"
)]
#[case("KESTRA_SECURITY_DEFAULTROLE_PERMISSIONS_FLAW", "VIEW", "FLAW is not a resource")]
#[case("MICRONAUT_CONFIG_FILES", "/nowhere/application.yml", "/nowhere/application.yml\n    the file cannot be read")]
#[case("KESTRA_CONFIGURATION", "kestra: {ee: {tenants: {x: 1}}}", "KESTRA_CONFIGURATION:1: kestra.ee.tenants.x")]
fn mistakes_in_variables(#[case] name: &str, #[case] value: &str, #[case] message: &str) {
    let report = from_environment(&[(name, value)]).unwrap_err();
    assert!(report.contains(message), "{report}");
}

#[test]
fn a_named_file_must_exist() {
    let missing = LoadArgs { file: Some("/nowhere/config.yml".into()) };
    let errors = Config::load(&missing, &environment(&[])).unwrap_err();
    assert!(errors.to_string().contains("/nowhere/config.yml\n    the file cannot be read"), "{errors}");
}

#[test]
fn all_mistakes_are_told_at_once() {
    let yaml = "kestra:\n  ee:\n    tenants: {enabled: 1, x: 2}\nmicronaut: {server: {port: x}}\n";
    let report = load_with(yaml, &[("KESTRA_URL", "nowhere")]).unwrap_err();
    assert_eq!(
        report,
        "The configuration has 4 mistakes:

config.yml:3: kestra.ee.tenants.enabled
    expected true or false, found “1”

config.yml:3: kestra.ee.tenants.x
    unknown key. Expected one of: enabled, default-tenant, fallback-tenant

config.yml:4: micronaut.server.port
    expected a whole number from 0 to 65535, found “x”

environment variable KESTRA_URL: kestra.url
    expected an address that begins with http:// or https:// and has no path, found “nowhere”"
    );
}

#[rstest]
#[case("kestra.security.super-admin.password: [hunter2]")]
#[case("kestra.security.super-admin.password: {hunter2: hunter2}")]
#[case("kestra.encryption.secret-key: hunter2")]
#[case("datasources.a.url: 'mysql://root:hunter2@h/d'")]
#[case("datasources.a.url: 'hunter2'")]
#[case("datasources.a: {url: 'postgres://u:hunter2@h:x/d'}")]
#[case("kestra.security.super-admin.password: '${hunter2}'")]
#[case("kestra.security.super-admin.password: @hunter2")]
#[case("kestra.security.super-admin.password: \"hunter2\\q\"")]
#[case("kestra.security.super-admin.password: *hunter2")]
#[case("kestra.security.super-admin.password: !hunter2 hunter2")]
#[case("kestra:\n  password: hunter2\n url: x")]
#[case("kestra:\n  password: hunter2: x")]
fn errors_hold_no_secrets(#[case] yaml: &str) {
    if let Err(report) = load(yaml) {
        assert!(!report.contains("hunter2"), "{report}");
    }
}

#[rstest]
#[case("0123", "0123")]
#[case("1e3", "1e3")]
#[case("1_000", "1_000")]
#[case("0x1F", "0x1F")]
#[case("yes", "yes")]
#[case("12.50 # a comment", "12.50")]
#[case("&anchor 007", "007")]
#[case("'${PASSWORD}'", "from the environment")]
#[case("${pass.word:fall:back}", "fall:back")]
#[case("a${b", "a${b")]
fn values_are_what_was_written(#[case] written: &str, #[case] read: &str) {
    let yaml = format!("kestra.security.super-admin:\n  username: a@b.co\n  password: {written}\n");
    let config = load_with(&yaml, &[("PASSWORD", "from the environment")]).unwrap();
    assert_eq!(&*config.security.super_admin.unwrap().password, read);
}

proptest! {
    #[test]
    fn no_text_panics(text in "\\PC*") {
        let _outcome = from_environment(&[("KESTRA_CONFIGURATION", &text)]);
    }

    #[test]
    fn no_yaml_panics(text in "(kestra|datasources|security|url|ee|tenants|[-:{}\\[\\]&*!|>'\"#%@,.$ \n\t]|é|[0-9]){0,40}") {
        let _outcome = from_environment(&[("KESTRA_CONFIGURATION", &text)]);
    }

    #[test]
    fn no_section_panics(key in "[a-zA-Z._-]{0,20}", value in "[^\\p{C}]{0,20}") {
        let text = format!("kestra:\n  security:\n    {key}: {value}");
        let _outcome = from_environment(&[("KESTRA_CONFIGURATION", &text)]);
    }

    #[test]
    fn no_value_panics(index in 0..KEYS.len(), text in "(\\PC{0,20}|[-+.:/@?&=%${}PTDHMS0-9a-z\\[\\]]{0,40})") {
        let name = keys::variable(KEYS[index].0).replace('*', "X");
        let _outcome = from_environment(&[(&name, &text)]);
    }

    #[test]
    fn no_variable_panics(name in "(KESTRA_(SECURITY|SERVER|EE_TENANTS|ENCRYPTION)_|DATASOURCES_)[A-Z0-9_é]{0,30}", text in "\\PC{0,20}") {
        let _outcome = from_environment(&[(&name, &text)]);
    }

    #[test]
    fn no_address_panics(text in "(jdbc:|postgresql:|postgres:|sqlite:|//|[a-z@:/?&=%\\[\\]é]){0,20}") {
        let _outcome = database::address(&text, Some("é"), None, Some("/"));
        let _masked = database::masked(&text);
    }
}
