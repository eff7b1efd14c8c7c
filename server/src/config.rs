//! The configuration: a real Kestra file, environment variables, and defaults, parsed into what the
//! process runs with. Every mistake is reported, each with its place and what was expected.

mod database;
mod duration;
mod errors;
mod keys;
mod secret;
mod tree;

pub use errors::{ConfigErrors, Origin, Problem};
pub use secret::Secret;

use base64::{Engine, prelude::BASE64_STANDARD};
use keys::{KEYS, Kind, Place, Variable, lookup, lookup_variable};
use model::{Email, PasswordPolicy, Permissions, TenantId};
use service::Lockout;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};
use tree::{Content, Node};

/// What the process runs with (contract 6.3).
#[derive(Debug, Clone)]
pub struct Config {
    /// `kestra.ee.tenants`.
    pub tenants: Tenants,
    /// `kestra.security`.
    pub security: Security,
    /// `micronaut.server`.
    pub server: Server,
    /// `datasources.*`: `sqlite:…` or `postgres://…`. May hold a password.
    pub database: Secret,
    /// Sections that are not ours, listed once in the log.
    pub ignored: Vec<String>,
    report: Vec<Entry>,
}

/// `kestra.ee.tenants`.
#[derive(Debug, Clone)]
pub struct Tenants {
    /// `enabled`.
    pub enabled: bool,
    /// `default-tenant`.
    pub default_tenant: bool,
}

/// `kestra.security` and `micronaut.security`.
#[derive(Debug, Clone)]
pub struct Security {
    /// `kestra.security.super-admin`.
    pub super_admin: Option<SuperAdmin>,
    /// `kestra.security.basic-auth`.
    pub passwords: PasswordPolicy,
    /// `kestra.security.login.failed-attempts`.
    pub lockout: Lockout,
    /// `kestra.security.bind-tenant-creator`.
    pub bind_tenant_creator: bool,
    /// `micronaut.security.basic-auth.enabled`.
    pub basic_auth: bool,
    /// `micronaut.security.token.cookie.cookie-max-age`.
    pub session: Duration,
}

/// `kestra.security.super-admin`.
#[derive(Debug, Clone)]
pub struct SuperAdmin {
    /// Email.
    pub username: String,
    /// Password.
    pub password: Secret,
    /// Tenants to be admin of.
    pub tenant_admin_access: Vec<String>,
}

/// `micronaut.server` and `kestra.server`.
#[derive(Debug, Clone)]
pub struct Server {
    /// `micronaut.server.host`.
    pub host: String,
    /// `micronaut.server.port`.
    pub port: u16,
    /// `kestra.server.trusted-proxy`: believe X-Forwarded-For.
    pub trusted_proxy: bool,
    /// `kestra.url`: https there means secure cookies.
    pub url: Option<String>,
}

/// Where the configuration comes from.
#[derive(Debug, Clone, Default)]
pub struct LoadArgs {
    /// `--config`, if given.
    pub file: Option<PathBuf>,
}

/// One key as the process understands it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// Its value; dots for a secret, nothing where it is not set.
    pub value: String,
    /// Where it comes from.
    pub origin: String,
}

/// One key somebody set.
struct Setting {
    kind: Kind,
    origin: Origin,
    written: String,
    content: Content,
}

/// What sources add up to.
#[derive(Default)]
struct Loader {
    settings: BTreeMap<String, Setting>,
    ignored: Vec<String>,
    errors: ConfigErrors,
    home: Option<String>,
}

impl Config {
    /// Reads the file (`--config`, else `~/.kestra/config.yml` if there is one), then the text in
    /// `KESTRA_CONFIGURATION`, then variables, then the files of `MICRONAUT_CONFIG_FILES`; what comes
    /// later wins.
    ///
    /// # Errors
    /// All mistakes at once.
    pub fn load(args: &LoadArgs, variables: &BTreeMap<String, String>) -> Result<Self, ConfigErrors> {
        let mut loader = Loader { home: variables.get("HOME").cloned(), ..Loader::default() };
        let usual = loader.home.as_ref().map(|home| Path::new(home).join(".kestra/config.yml"));
        match (&args.file, usual) {
            (Some(file), _) => loader.file(file),
            (None, Some(usual)) if usual.exists() => loader.file(&usual),
            _ => {}
        }
        if let Some(text) = variables.get("KESTRA_CONFIGURATION") {
            loader.text("KESTRA_CONFIGURATION", text);
        }
        for (name, value) in variables {
            loader.variable(name, value);
        }
        for file in variables.get("MICRONAUT_CONFIG_FILES").map(String::as_str).unwrap_or_default().split(',') {
            if !file.trim().is_empty() {
                loader.file(Path::new(file.trim()));
            }
        }
        loader.finish()
    }

    /// Every key that is ours, as understood.
    pub fn report(&self) -> &[Entry] {
        &self.report
    }
}

impl Loader {
    fn wrong(&mut self, origin: Origin, key: Option<String>, message: impl Into<String>) {
        self.errors.0.push(Problem { origin, key, message: message.into() });
    }

    fn file(&mut self, path: &Path) {
        let name = path.display().to_string();
        match std::fs::read_to_string(path) {
            Ok(text) => self.text(&name, &text),
            Err(error) => {
                self.wrong(Origin::File { name, line: None }, None, format!("the file cannot be read: {error}"));
            }
        }
    }

    fn text(&mut self, name: &str, text: &str) {
        match tree::parse(text) {
            Ok(root) => {
                let mut here = BTreeMap::new();
                match &root.content {
                    Content::Null => {}
                    Content::Map(entries) => self.section(name, "", "", entries, &mut here),
                    _ => {
                        let origin = Origin::File { name: name.to_owned(), line: Some(root.line) };
                        self.wrong(origin, None, "expected sections with keys, such as kestra:");
                    }
                }
                self.settings.extend(here);
            }
            Err(unreadable) => {
                let origin = Origin::File { name: name.to_owned(), line: unreadable.line };
                self.wrong(origin, None, format!("this is not YAML: {}", unreadable.reason));
            }
        }
    }

    /// Takes what is in a section: `parent` is its canonical path, `written` how it was written.
    fn section(
        &mut self,
        name: &str,
        parent: &str,
        written: &str,
        entries: &[(String, u64, Node)],
        here: &mut BTreeMap<String, Setting>,
    ) {
        for (key, line, node) in entries {
            let written = if written.is_empty() { key.clone() } else { format!("{written}.{key}") };
            let origin = Origin::File { name: name.to_owned(), line: Some(*line) };
            // `kestra.ee.tenants.enabled: true` is the same as four nested sections.
            let mut place = Place::Section(parent.to_owned());
            for segment in key.split('.') {
                place = match place {
                    Place::Section(path) => lookup(&path, segment),
                    Place::Key(path, Kind::Permissions) => Place::Key(path, Kind::Permissions),
                    Place::Key(..) => Place::Unknown(None, Vec::new()),
                    other => other,
                };
            }
            match (place, &node.content) {
                (Place::Foreign, _) => self.ignored.push(written),
                (Place::Unknown(near, known), _) => {
                    let hint = match near {
                        Some(near) => format!("did you mean {near}?"),
                        None => format!("expected one of {}", known.join(", ")),
                    };
                    self.wrong(origin, Some(written), format!("there is no such key: {hint}"));
                }
                (Place::Section(_) | Place::Key(..), Content::Null) => {}
                (Place::Section(path), Content::Map(entries)) => self.section(name, &path, &written, entries, here),
                (Place::Section(_), _) => {
                    self.wrong(origin, Some(written), "expected a section with keys below it");
                }
                (Place::Key(path, kind), content) => {
                    let setting = Setting { kind, origin, written, content: content.clone() };
                    if let Some(first) = here.get(&path) {
                        let message = format!("set twice: also at {} as {}", first.origin, first.written);
                        self.wrong(setting.origin, Some(setting.written), message);
                    } else {
                        here.insert(path, setting);
                    }
                }
            }
        }
    }

    fn variable(&mut self, name: &str, value: &str) {
        let origin = Origin::Variable(name.to_owned());
        match lookup_variable(name) {
            Variable::Key(path, kind) => {
                let setting = Setting { kind, origin, written: path.clone(), content: Content::Text(value.to_owned()) };
                self.settings.insert(path, setting);
            }
            Variable::Entry(path, kind, entry) => {
                let list =
                    value.split(',').map(|word| Node { line: 1, content: Content::Text(word.trim().to_owned()) });
                let node = Node { line: 1, content: Content::List(list.collect()) };
                let content = Content::Map(vec![(entry, 1, node)]);
                self.settings.insert(path.clone(), Setting { kind, origin, written: path, content });
            }
            Variable::Foreign => {}
            Variable::Unknown(near) => {
                let hint = near.map(|near| format!(": did you mean {near}?")).unwrap_or_default();
                self.wrong(origin, None, format!("there is no such key{hint}"));
            }
        }
    }

    fn finish(mut self) -> Result<Config, ConfigErrors> {
        for (path, setting) in &self.settings {
            if let Err(expected) = check(setting.kind, &setting.content) {
                let shown = match &setting.content {
                    Content::Text(text) if !setting.kind.hidden() => format!(" “{text}”"),
                    _ => String::new(),
                };
                let key = Some(path.clone()).filter(|path| *path != setting.written);
                let key = key.map_or_else(|| setting.written.clone(), |path| format!("{} ({path})", setting.written));
                self.errors.0.push(Problem {
                    origin: setting.origin.clone(),
                    key: Some(key),
                    message: format!("the value{shown} does not fit: expected {expected}"),
                });
            }
        }
        let database = self.database();
        let super_admin = self.super_admin();
        if !self.errors.0.is_empty() {
            return Err(self.errors);
        }
        let defaults = (PasswordPolicy::default(), Lockout::default());
        let basic = |key: &str| format!("kestra.security.basic-auth.password-{key}");
        let size = |key: &str, default: usize| {
            usize::try_from(self.number(&basic(key), i64::try_from(default).unwrap_or(0))).unwrap_or(default)
        };
        let passwords = PasswordPolicy {
            min_length: size("min-length", defaults.0.min_length),
            require_special: self.flag(&basic("require-special"), defaults.0.require_special),
            min_digits: size("min-digits", defaults.0.min_digits),
            min_lower_case: size("min-lower-case", defaults.0.min_lower_case),
            min_upper_case: size("min-upper-case", defaults.0.min_upper_case),
            special: self.read(&basic("allowed-special-characters")).unwrap_or(defaults.0.special),
        };
        let failed = |key: &str| format!("kestra.security.login.failed-attempts.{key}");
        let millis = |key: &str, default: i64| {
            let set = self.read(&failed(key)).and_then(|text| duration::parse(&text));
            set.and_then(|set| i64::try_from(set.as_millis()).ok()).unwrap_or(default)
        };
        let lockout = Lockout {
            threshold: self.number(&failed("threshold"), defaults.1.threshold),
            window: millis("monitoring-window", defaults.1.window),
            duration: millis("lock-duration", defaults.1.duration),
        };
        let session =
            self.read("micronaut.security.token.cookie.cookie-max-age").and_then(|text| duration::parse(&text));
        let mut ignored = std::mem::take(&mut self.ignored);
        ignored.sort();
        ignored.dedup();
        Ok(Config {
            tenants: Tenants {
                enabled: self.flag("kestra.ee.tenants.enabled", false),
                default_tenant: self.flag("kestra.ee.tenants.default-tenant", true),
            },
            security: Security {
                super_admin,
                passwords,
                lockout,
                bind_tenant_creator: self.flag("kestra.security.bind-tenant-creator", true),
                basic_auth: self.flag("micronaut.security.basic-auth.enabled", true),
                session: session.unwrap_or(Duration::from_secs(2 * 86_400)),
            },
            server: Server {
                host: self.read("micronaut.server.host").unwrap_or_else(|| "127.0.0.1".into()),
                port: u16::try_from(self.number("micronaut.server.port", 8080)).unwrap_or(8080),
                trusted_proxy: self.flag("kestra.server.trusted-proxy", false),
                url: self.read("kestra.url").map(|url| url.trim_end_matches('/').to_owned()),
            },
            report: self.entries(&database),
            database: database.into(),
            ignored,
        })
    }

    /// The value of a key with one text; values were checked before.
    fn read(&self, path: &str) -> Option<String> {
        match &self.settings.get(path)?.content {
            Content::Text(text) => Some(text.clone()),
            _ => None,
        }
    }

    fn flag(&self, path: &str, default: bool) -> bool {
        self.read(path).and_then(|text| boolean(&text)).unwrap_or(default)
    }

    fn number(&self, path: &str, default: i64) -> i64 {
        self.read(path).and_then(|text| text.trim().parse().ok()).unwrap_or(default)
    }

    fn super_admin(&mut self) -> Option<SuperAdmin> {
        let key = |name: &str| format!("kestra.security.super-admin.{name}");
        let (username, password) = (self.read(&key("username")), self.read(&key("password")));
        let access = self.settings.get(&key("tenant-admin-access"));
        let origin = ["username", "password", "tenant-admin-access"]
            .iter()
            .find_map(|name| self.settings.get(&key(name)).map(|setting| setting.origin.clone()));
        match (username, password, origin) {
            (Some(username), Some(password), _) => Some(SuperAdmin {
                username,
                password: password.into(),
                tenant_admin_access: access.map(|access| texts(&access.content)).unwrap_or_default(),
            }),
            (_, _, None) => None,
            (_, _, Some(origin)) => {
                let message = "username and password are needed together: expected both below super-admin";
                self.wrong(origin, Some("kestra.security.super-admin".into()), message);
                None
            }
        }
    }

    /// The one database: with several, PostgreSQL before SQLite.
    fn database(&mut self) -> String {
        let named: Vec<String> = self
            .settings
            .keys()
            .filter_map(|path| path.strip_prefix("datasources.")?.strip_suffix(".url").map(str::to_owned))
            .collect();
        let usual = ["postgres", "sqlite"].iter().find(|name| named.iter().any(|one| one == *name));
        let name = match (named.as_slice(), usual) {
            ([], _) => return self.usual_database(),
            ([only], _) => only.clone(),
            (_, Some(usual)) => (*usual).to_owned(),
            (several, None) => {
                let message = format!("several databases are named ({}): keep one", several.join(", "));
                let origin = self.settings[&format!("datasources.{}.url", several[0])].origin.clone();
                self.wrong(origin, Some("datasources".into()), message);
                return String::new();
            }
        };
        let part = |part: &str| self.read(&format!("datasources.{name}.{part}"));
        let (url, username, password) = (part("url").unwrap_or_default(), part("username"), part("password"));
        match database::address(&url, username.as_deref(), password.as_deref(), self.home.as_deref()) {
            Ok(address) => address,
            Err(message) => {
                let path = format!("datasources.{name}.url");
                let origin = self.settings[&path].origin.clone();
                self.wrong(origin, Some(path), message);
                String::new()
            }
        }
    }

    fn usual_database(&mut self) -> String {
        match database::address("sqlite:~/.kestra/kestra.db", None, None, self.home.as_deref()) {
            Ok(address) => address,
            Err(message) => {
                self.wrong(Origin::Default, Some("datasources".into()), message);
                String::new()
            }
        }
    }

    fn entries(&self, database: &str) -> Vec<Entry> {
        let mut entries =
            vec![Entry { key: "(database)".into(), value: database::masked(database), origin: String::new() }];
        let set = self.settings.iter().map(|(path, setting)| Entry {
            key: path.clone(),
            value: if setting.kind.hidden() { "•••".into() } else { shown(setting.kind, &setting.content) },
            origin: setting.origin.to_string(),
        });
        let unset = KEYS.iter().filter(|(path, _)| !path.contains('*') && !self.settings.contains_key(*path));
        let unset = unset.map(|(path, _)| Entry {
            key: (*path).into(),
            value: String::new(),
            origin: Origin::Default.to_string(),
        });
        let mut keys: Vec<Entry> = set.chain(unset).collect();
        keys.sort_by(|a, b| a.key.cmp(&b.key));
        entries.extend(keys);
        entries
    }
}

fn boolean(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" => Some(true),
        "false" | "no" | "off" => Some(false),
        _ => None,
    }
}

/// The texts of a list, or of one text with commas.
fn texts(content: &Content) -> Vec<String> {
    match content {
        Content::Text(text) => text.split(',').map(|one| one.trim().to_owned()).filter(|one| !one.is_empty()).collect(),
        Content::List(list) => list.iter().flat_map(|node| texts(&node.content)).collect(),
        Content::Null | Content::Map(_) => Vec::new(),
    }
}

/// A value for a report.
fn shown(kind: Kind, content: &Content) -> String {
    match (kind, content) {
        (Kind::Duration, Content::Text(text)) => duration::parse(text).map(duration::print).unwrap_or_default(),
        (_, Content::Text(text)) => text.clone(),
        (_, Content::Map(entries)) => entries
            .iter()
            .map(|(key, _, node)| format!("{key}: {}", texts(&node.content).join(" ")))
            .collect::<Vec<_>>()
            .join("; "),
        (_, other) => texts(other).join(", "),
    }
}

/// Whether a value is of its kind; else what was expected.
fn check(kind: Kind, content: &Content) -> Result<(), String> {
    let fits = match (kind, content) {
        (Kind::Tenants, content @ (Content::Text(_) | Content::List(_))) => {
            texts(content).iter().all(|id| TenantId::parse(id).is_ok())
        }
        (Kind::Permissions, Content::Map(entries)) => {
            let words = entries.iter().map(|(resource, _, actions)| (resource.clone(), texts(&actions.content)));
            let json = serde_json::Value::Object(words.map(|(key, list)| (key, list.into())).collect());
            let permissions: Result<Permissions, _> = serde_json::from_value(json);
            match permissions.map(|permissions| permissions.check()) {
                Ok(Err(invalid)) => return Err(format!("{}; {invalid}", kind.expected())),
                other => other.is_ok(),
            }
        }
        (kind, Content::Text(text)) => match kind {
            Kind::Bool => boolean(text).is_some(),
            Kind::Number(from, to) => text.trim().parse().is_ok_and(|number| (from..=to).contains(&number)),
            Kind::Text => !text.trim().is_empty(),
            Kind::Secret | Kind::Database => true,
            Kind::EncryptionKey => BASE64_STANDARD.decode(text.trim()).is_ok_and(|key| key.len() == 32),
            Kind::Email => Email::parse(text).is_ok(),
            Kind::Tenant => TenantId::parse(text).is_ok(),
            Kind::Duration => duration::parse(text).is_some(),
            Kind::Url => {
                ["http://", "https://"].iter().any(|scheme| text.starts_with(scheme) && text.len() > scheme.len())
            }
            Kind::Tenants | Kind::Permissions => false,
        },
        _ => false,
    };
    if fits { Ok(()) } else { Err(kind.expected()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn load(yaml: &str, variables: &[(&str, &str)]) -> Result<Config, ConfigErrors> {
        let mut all: BTreeMap<String, String> =
            variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        all.insert("HOME".into(), "/nowhere".into());
        all.insert("KESTRA_CONFIGURATION".into(), yaml.into());
        Config::load(&LoadArgs::default(), &all)
    }

    #[test]
    fn defaults_are_those_of_the_contract() {
        let config = load("", &[]).unwrap();
        assert!(!config.tenants.enabled && config.tenants.default_tenant);
        assert_eq!((config.server.host.as_str(), config.server.port), ("127.0.0.1", 8080));
        assert_eq!(&*config.database, "sqlite:/nowhere/.kestra/kestra.db");
        assert_eq!(config.security.session, Duration::from_secs(172_800));
        assert_eq!(config.security.lockout.threshold, 10);
    }

    #[test]
    fn spellings_are_relaxed_and_dots_are_sections() {
        for yaml in [
            "kestra:\n  ee:\n    tenants:\n      enabled: true\n      default-tenant: false",
            "kestra:\n  ee:\n    tenants: {Enabled: true, defaultTenant: false}",
            "kestra.ee.tenants.enabled: true\nkestra:\n  ee.tenants.default_tenant: false",
        ] {
            let config = load(yaml, &[]).unwrap();
            assert!(config.tenants.enabled && !config.tenants.default_tenant, "{yaml}");
        }
    }

    #[test]
    fn variables_win_over_the_file() {
        let yaml = "kestra: {ee: {tenants: {enabled: false}}}";
        for name in ["KESTRA_EE_TENANTS_DEFAULTTENANT", "KESTRA_EE_TENANTS_DEFAULT_TENANT"] {
            let config = load(yaml, &[("KESTRA_EE_TENANTS_ENABLED", "true"), (name, "false")]).unwrap();
            assert!(config.tenants.enabled && !config.tenants.default_tenant, "{name}");
        }
    }

    #[test]
    fn mistakes_are_told_all_at_once_with_line_and_nearest_key() {
        let yaml = "kestra:\n  ee:\n    tenants:\n      enabled: maybe\n      defalt-tenant: true\n  security:\n    login:\n      failed-attempts:\n        lock-duration: soon\n";
        let report = load(yaml, &[("KESTRA_SECURITY_BASICAUTH_PASSWORDMINLENGTH", "many")]).unwrap_err().to_string();
        for part in [
            "KESTRA_CONFIGURATION:4",
            "expected true or false",
            "KESTRA_CONFIGURATION:5",
            "did you mean default-tenant?",
            "KESTRA_CONFIGURATION:9",
            "PT5M",
            "environment variable KESTRA_SECURITY_BASICAUTH_PASSWORDMINLENGTH",
        ] {
            assert!(report.contains(part), "{part} in\n{report}");
        }
    }

    #[test]
    fn one_key_in_two_spellings_is_a_mistake() {
        let report = load("kestra:\n  ee:\n    tenants:\n      default-tenant: true\n      defaultTenant: false", &[])
            .unwrap_err()
            .to_string();
        assert!(report.contains("KESTRA_CONFIGURATION:4") && report.contains("set twice"), "{report}");
    }

    #[test]
    fn a_real_file_is_accepted_and_what_is_not_ours_is_listed() {
        let yaml = r#"
datasources:
  postgres:
    url: jdbc:postgresql://postgres:5432/kestra
    driverClassName: org.postgresql.Driver
    username: kestra
    password: k3str4
kestra:
  server:
    basicAuth:
      enabled: false
  repository:
    type: postgres
  storage:
    type: local
    local:
      basePath: "/app/storage"
  queue:
    type: postgres
  tasks:
    tmpDir:
      path: /tmp/kestra-wd/tmp
  url: http://localhost:8080/
  ee:
    tenants: {enabled: true}
    license: {id: x, key: y}
  security:
    super-admin:
      username: admin@kestra.io
      password: Root!1234
      tenant-admin-access: main
micronaut:
  server:
    cors: {enabled: true}
"#;
        let config = load(yaml, &[]).unwrap();
        assert_eq!(&*config.database, "postgres://kestra:k3str4@postgres:5432/kestra");
        let ignored = config.ignored.join(" ");
        for section in
            ["kestra.repository", "kestra.storage", "kestra.queue", "kestra.ee.license", "micronaut.server.cors"]
        {
            assert!(ignored.contains(section), "{section} in {ignored}");
        }
        let admin = config.security.super_admin.as_ref().unwrap();
        assert_eq!(admin.tenant_admin_access, ["main"]);
        let told = format!("{config:?} {:?}", config.report());
        assert!(!told.contains("k3str4") && !told.contains("Root!1234"), "{told}");
    }

    #[test]
    fn a_secret_is_not_in_an_error() {
        let report = load("kestra:\n  encryption:\n    secret-key: hunter2", &[]).unwrap_err().to_string();
        assert!(report.contains("32 random bytes") && !report.contains("hunter2"), "{report}");
        let report = load("datasources: {h2: {url: 'jdbc:h2:mem:hunter2'}}", &[]).unwrap_err().to_string();
        assert!(report.contains("sqlite:/path") && !report.contains("hunter2"), "{report}");
    }

    #[test]
    fn what_is_not_yaml_is_told_with_its_line() {
        let report = load("kestra:\n  ee: [", &[]).unwrap_err().to_string();
        assert!(report.contains("not YAML"), "{report}");
    }

    proptest! {
        #[test]
        fn no_text_panics(yaml in ".*") {
            let _ = load(&yaml, &[]);
        }

        #[test]
        fn no_section_panics(key in "[a-zA-Z._-]{0,20}", value in "[^\\p{C}]{0,20}") {
            let _ = load(&format!("kestra:\n  security:\n    {key}: {value}"), &[]);
        }
    }
}
