//! The configuration: YAML files and the environment, checked and parsed once at start.
//!
//! From lowest to highest: the file at `--config`, the text in `KESTRA_CONFIGURATION`, variables such as
//! `KESTRA_EE_TENANTS_ENABLED`, the files in `MICRONAUT_CONFIG_FILES` (a later one over an earlier one).
//! Each key is taken from the highest layer that has it. Mistakes in any layer count, also where a
//! higher one would hide them.

mod database;
pub mod duration;
mod errors;
mod exposure;
mod keys;
mod layers;
mod proxies;
mod secret;
mod values;

#[cfg(test)]
mod tests;

pub use self::{
    errors::{ConfigErrors, Origin},
    proxies::Proxies,
    secret::Secret,
};

use self::{
    keys::{KEYS, Kind},
    layers::Layers,
    values::{Reader, Value},
};
use std::{collections::BTreeMap, path::PathBuf, time::Duration};

impl Notice {
    /// Whether it is about a key, itself or by its section.
    pub fn covers(&self, key: &str) -> bool {
        keys::within(key, &self.key)
    }
}

impl std::fmt::Display for Notice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let effect = if self.in_effect { "" } else { " is not in effect" };
        write!(f, "{} ({}){effect}: {}", self.key, self.origin, self.message)
    }
}

/// What the process runs with (contract 6.3).
#[derive(Debug, Clone)]
pub struct Config {
    /// `kestra.ee.tenants`.
    pub tenants: Tenants,
    /// `kestra.security`.
    pub security: Security,
    /// `micronaut.server`.
    pub server: Server,
    /// `kestra.ee.mail-service`; nothing where no mails are sent.
    pub mail: Option<Mail>,
    /// `datasources.*`: `sqlite:…` or `postgres://…`, with its password.
    pub database: Secret,
    /// Sections that are not ours, listed once in the log.
    pub ignored: Vec<String>,
    /// What is set and does not do what whoever set it may expect.
    pub notices: Vec<Notice>,
    entries: Vec<Entry>,
}

/// A setting that does not do what whoever set it may expect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Key or section, or the variable it comes from.
    pub key: String,
    /// Who sets it.
    pub origin: String,
    /// Whether anything acts on it.
    pub in_effect: bool,
    /// The same in two words.
    pub mark: &'static str,
    /// What to know.
    pub message: String,
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
    pub passwords: model::PasswordPolicy,
    /// `kestra.security.login.failed-attempts`.
    pub lockout: service::Lockout,
    /// `kestra.security.bind-tenant-creator`.
    pub bind_tenant_creator: bool,
    /// `micronaut.security.basic-auth.enabled`.
    pub basic_auth: bool,
    /// `micronaut.security.token.cookie.cookie-max-age`.
    pub session: Duration,
    /// How long an invitation can be accepted.
    pub invitations: Duration,
    /// What is signed, is signed with this.
    pub key: Option<Secret>,
}

/// `kestra.security.super-admin`, also called `instance-owner`.
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
    /// `micronaut.server.port`; 0 takes a free one.
    pub port: u16,
    /// `endpoints.all.port`: where health checks are answered too; 0 takes a free one.
    pub health_port: Option<u16>,
    /// `kestra.server.trusted-proxy`: whose forwarded headers are believed.
    pub proxies: Proxies,
    /// `kestra.url`, without a slash at its end: https there means secure cookies.
    pub url: Option<String>,
}

/// `kestra.ee.mail-service`, or `kestra.mail-service` as it was called before 0.20: the mail server that sends
/// invitations.
#[derive(Debug, Clone)]
pub struct Mail {
    /// `host`.
    pub host: String,
    /// `port`; at 465 TLS is spoken from the first byte.
    pub port: u16,
    /// `username` and `password`, unless `auth` is off.
    pub credentials: Option<(String, Secret)>,
    /// `from`.
    pub from: String,
    /// `from-name`.
    pub from_name: String,
    /// `starttls-enable`: nothing is sent before the connection is encrypted.
    pub start_tls: bool,
}

/// Where the configuration comes from.
#[derive(Debug, Clone, Default)]
pub struct LoadArgs {
    /// `--config`, if given.
    pub file: Option<PathBuf>,
}

/// One line of `kestra config check`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Canonical key.
    pub key: String,
    /// What counts; secrets as `•••`, empty if it is not set and has no default.
    pub value: String,
    /// Who says so.
    pub origin: String,
}

impl Config {
    /// Reads and checks everything. `vars` is the environment; besides the files, nothing else is read.
    pub fn load(args: &LoadArgs, vars: &BTreeMap<String, String>) -> Result<Self, ConfigErrors> {
        let home = vars.get("HOME").map(String::as_str).filter(|home| !home.is_empty());
        let mut layers = Layers::new(Reader { vars });
        match (&args.file, home) {
            (Some(file), _) => read_file(&mut layers, file.clone(), true),
            (None, Some(home)) => read_file(&mut layers, PathBuf::from(home).join(".kestra/config.yml"), false),
            (None, None) => {}
        }
        if let Some(text) = vars.get("KESTRA_CONFIGURATION") {
            // The system shows variables to nobody else.
            let _secret = layers.text("KESTRA_CONFIGURATION", text);
        }
        layers.variables(vars);
        let files = vars.get("MICRONAUT_CONFIG_FILES").map(String::as_str).unwrap_or_default();
        for file in files.split(',').map(str::trim).filter(|file| !file.is_empty()) {
            read_file(&mut layers, PathBuf::from(file.strip_prefix("file:").unwrap_or(file)), true);
        }
        Picker { layers, entries: Vec::new(), notices: Vec::new() }.config(home)
    }

    /// All keys that are ours, what they are set to, and by whom.
    pub fn report(&self) -> &[Entry] {
        &self.entries
    }

    /// Notices of what nothing acts on.
    pub fn unused(&self) -> impl Iterator<Item = &Notice> {
        self.notices.iter().filter(|notice| !notice.in_effect)
    }
}

fn read_file(layers: &mut Layers<'_>, file: PathBuf, named: bool) {
    let name = file.display().to_string();
    match std::fs::read_to_string(&file) {
        Ok(text) => {
            if let Some((key, line)) = layers.text(&name, &text)
                && exposure::readable_by_others(&file)
            {
                layers.exposed.push((key, Origin::File { name: name.clone(), line: Some(line) }, name));
            }
        }
        Err(error) if !named && error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => {
            layers.problem(Origin::File { name, line: None }, None, format!("the file cannot be read: {error}"));
        }
    }
}

/// The mark of what nothing acts on.
const UNUSED: &str = "not in effect";

/// Takes the settings that count, one after the other, and writes the report on the way.
struct Picker<'a> {
    layers: Layers<'a>,
    entries: Vec<Entry>,
    notices: Vec<Notice>,
}

impl Picker<'_> {
    fn config(mut self, home: Option<&str>) -> Result<Config, ConfigErrors> {
        let url = self.text("kestra.url", None);
        let tenants = Tenants {
            enabled: self.bool("kestra.ee.tenants.enabled", false),
            default_tenant: self.bool("kestra.ee.tenants.default-tenant", true),
        };
        let security = self.security();
        let server = Server {
            url,
            proxies: self.proxies(),
            host: self.text("micronaut.server.host", Some("127.0.0.1")).unwrap_or_default(),
            port: self.number("micronaut.server.port", Some(8080)).unwrap_or_default(),
            health_port: self.number("endpoints.all.port", None),
        };
        self.value("micronaut.server.context-path", Some(Value::Text("/".into())));
        let mail = self.mail();
        let database = self.database(home);
        self.unread();
        self.unused();
        self.exposed();
        // As they stand in the contract, whatever the order they were needed in.
        self.entries.sort_by_key(|entry| KEYS.iter().position(|(path, _)| keys::covers(path, &entry.key)));
        let Layers { problems, ignored, .. } = self.layers;
        if !problems.is_empty() {
            return Err(ConfigErrors(problems));
        }
        Ok(Config { tenants, security, server, mail, database, ignored, notices: self.notices, entries: self.entries })
    }

    fn security(&mut self) -> Security {
        Security {
            super_admin: self.super_admin(),
            passwords: self.passwords(),
            lockout: self.lockout(),
            bind_tenant_creator: self.bool("kestra.security.bind-tenant-creator", true),
            basic_auth: self.bool("micronaut.security.basic-auth.enabled", true),
            session: self.duration("micronaut.security.token.cookie.cookie-max-age", 2 * 86_400),
            invitations: self.duration("kestra.security.invitations.expire-after", 7 * 86_400),
            key: self.text("kestra.encryption.secret-key", None).map(Secret::from),
        }
    }

    fn super_admin(&mut self) -> Option<SuperAdmin> {
        const SECTION: &str = "kestra.security.super-admin";
        let username = self.text("kestra.security.super-admin.username", None);
        let password = self.text("kestra.security.super-admin.password", None).filter(|password| !password.is_empty());
        let tenants = self.value("kestra.security.super-admin.tenant-admin-access", None);
        let missing = match (&username, &password) {
            (Some(_), None) => "password",
            (None, Some(_)) => "username",
            (None, None) if tenants.is_some() => "username",
            _ => "",
        };
        if !missing.is_empty() && !self.failed_below(SECTION) {
            self.incomplete(SECTION, missing);
        }
        let tenant_admin_access = match tenants {
            Some(Value::List(list)) => list,
            _ => Vec::new(),
        };
        Some(SuperAdmin { username: username?, password: password?.into(), tenant_admin_access })
    }

    fn proxies(&mut self) -> Proxies {
        match self.value("kestra.server.trusted-proxy", Some(Value::Proxies(Proxies::None))) {
            Some(Value::Proxies(proxies)) => proxies,
            _ => Proxies::None,
        }
    }

    /// The newer of the two sections, as a whole: who signs in to one mail server is not known to another.
    fn mail(&mut self) -> Option<Mail> {
        const NEWER: &str = "kestra.ee.mail-service";
        const OLDER: &str = "kestra.mail-service";
        let newer = self.begun(NEWER);
        let older = self.begun(OLDER);
        let from_older = older.as_ref().and_then(|_| self.mail_section(OLDER, "start-tls-enable", newer.is_none()));
        let from_newer = self.mail_section(NEWER, "starttls-enable", newer.is_some());
        let (used, message) = match (&newer, &older) {
            (Some(_), _) => (from_newer, format!("{NEWER} is set too and wins")),
            (None, _) => {
                (from_older, format!("this section is called {NEWER} since 0.20, and its key starttls-enable"))
            }
        };
        if let Some(origin) = older {
            let in_effect = newer.is_none();
            let mark = if in_effect { "older name" } else { UNUSED };
            self.notices.push(Notice { key: OLDER.into(), origin, in_effect, mark, message });
        }
        used
    }

    fn mail_section(&mut self, section: &str, start_tls: &str, used: bool) -> Option<Mail> {
        let key = |name: &str| format!("{section}.{name}");
        let host = self.text(&key("host"), None);
        let port = self.number(&key("port"), Some(587)).unwrap_or_default();
        let username = self.text(&key("username"), None);
        let password = self.text(&key("password"), None);
        let from = self.text(&key("from"), None);
        let from_name = self.text(&key("from-name"), Some("Kestra")).unwrap_or_default();
        let auth = self.bool(&key("auth"), true);
        let start_tls = self.bool(&key(start_tls), true);
        let credentials = username.clone().zip(password.map(Secret::from)).filter(|_| auth);
        let missing = match (&host, &from) {
            (None, _) => "host",
            (_, None) => "from",
            _ if auth && username.is_some() && credentials.is_none() => "password",
            _ => "",
        };
        if used && !missing.is_empty() && !self.failed_below(section) {
            self.incomplete(section, missing);
        }
        Some(Mail { host: host?, port, credentials, from: from?, from_name, start_tls })
    }

    /// Notes files that hold a secret and that others can read.
    fn exposed(&mut self) {
        for (key, origin, file) in std::mem::take(&mut self.layers.exposed) {
            let message =
                format!("other accounts of this machine can read the file with this secret. Run chmod 600 {file}");
            let (origin, mark) = (origin.to_string(), "readable by others");
            self.notices.push(Notice { key, origin, in_effect: true, mark, message });
        }
    }

    /// Who sets the first key of a section, if anybody sets one.
    fn begun(&self, section: &str) -> Option<String> {
        let first = self.layers.settings.iter().find(|(path, _)| keys::within(path, section));
        first.map(|(_, setting)| setting.origin.to_string())
    }

    /// Notes what is set and nothing acts on.
    fn unused(&mut self) {
        const OFF: &str = "micronaut.security.enabled";
        let notice = |key: &str, origin: &Origin, why: &str| Notice {
            key: key.into(),
            origin: origin.to_string(),
            in_effect: false,
            mark: UNUSED,
            message: why.into(),
        };
        let mut found: Vec<Notice> = Vec::new();
        for (path, setting) in &self.layers.settings {
            let why = keys::UNUSED.iter().find(|(section, _)| keys::within(path, section)).map(|(_, why)| *why);
            let off = path == OFF && matches!(setting.value, Value::Bool(false));
            if let Some(why) = why.or(off.then_some("signing in is always required")) {
                found.push(notice(path, &setting.origin, why));
            }
        }
        for (key, origin) in &self.layers.unheeded {
            found.push(notice(key, origin, "people sign in with email and password, and nothing acts on this yet"));
        }
        self.notices.extend(found);
    }

    /// Keys that are ours, checked and reported like the others, which nothing acts on yet.
    fn unread(&mut self) {
        const RESET: &str = "kestra.security.basic-auth.password-reset";
        const ROLE: &str = "kestra.security.default-role";
        let minutes = |minutes: u64| Some(Value::Duration(Duration::from_secs(minutes * 60)));
        self.value("kestra.ee.tenants.fallback-tenant", None);
        self.value(&format!("{RESET}.cooldown"), minutes(5));
        self.value(&format!("{RESET}.rate-limit.max-requests"), Some(Value::Number(10)));
        self.value(&format!("{RESET}.rate-limit.window"), minutes(60));
        self.value("micronaut.security.enabled", Some(Value::Bool(true)));
        let name = self.value(&format!("{ROLE}.name"), None);
        let others = ["description", "permissions", "tenant-id"].map(|key| self.value(&format!("{ROLE}.{key}"), None));
        if name.is_none() && others.iter().any(Option::is_some) && !self.failed_below(ROLE) {
            self.incomplete(ROLE, "name");
        }
    }

    fn passwords(&mut self) -> model::PasswordPolicy {
        let model::PasswordPolicy { min_length, require_special, min_digits, min_lower_case, min_upper_case, special } =
            model::PasswordPolicy::default();
        model::PasswordPolicy {
            min_length: self.count("kestra.security.basic-auth.password-min-length", min_length),
            require_special: self.bool("kestra.security.basic-auth.password-require-special", require_special),
            min_digits: self.count("kestra.security.basic-auth.password-min-digits", min_digits),
            min_lower_case: self.count("kestra.security.basic-auth.password-min-lower-case", min_lower_case),
            min_upper_case: self.count("kestra.security.basic-auth.password-min-upper-case", min_upper_case),
            special: self
                .text("kestra.security.basic-auth.password-allowed-special-characters", Some(&special))
                .unwrap_or_default(),
        }
    }

    fn lockout(&mut self) -> service::Lockout {
        let service::Lockout { threshold, window, duration } = service::Lockout::default();
        let seconds = |milliseconds: i64| u64::try_from(milliseconds / 1_000).unwrap_or_default();
        // Durations are at most a hundred years.
        let milliseconds = |duration: Duration| i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        service::Lockout {
            threshold: self
                .number("kestra.security.login.failed-attempts.threshold", Some(threshold))
                .unwrap_or_default(),
            window: milliseconds(
                self.duration("kestra.security.login.failed-attempts.monitoring-window", seconds(window)),
            ),
            duration: milliseconds(
                self.duration("kestra.security.login.failed-attempts.lock-duration", seconds(duration)),
            ),
        }
    }

    /// The datasource of the highest layer that has one. A lower one is superseded as a whole: its user
    /// and password belong to another database.
    fn database(&mut self, home: Option<&str>) -> Secret {
        const DEFAULT: &str = "sqlite:~/.kestra/kestra.db";
        let addresses = self.layers.addresses();
        let highest = addresses.last().map(|(rank, _)| *rank);
        let rivals: Vec<String> =
            addresses.into_iter().filter(|(rank, _)| Some(*rank) == highest).map(|(_, name)| name).collect();
        // Kestra's own files describe several and use the one named like their queue.
        let usual = ["postgres", "sqlite"].iter().find(|usual| rivals.iter().any(|name| name == *usual));
        let chosen = usual.map(|usual| (*usual).to_owned()).or_else(|| rivals.first().cloned());
        if let (None, [first, rival, ..]) = (usual, rivals.as_slice()) {
            let path = format!("datasources.{rival}.url");
            let origin = self.layers.settings.get(&path).map_or(Origin::Default, |setting| setting.origin.clone());
            let message = format!("a second database beside datasources.{first}; expected one");
            self.layers.problem(origin, Some(&path), message);
        }
        if chosen.is_none() && !self.failed_below("datasources") {
            // Somebody who describes a database does not expect to get the default one.
            for (name, origin) in std::mem::take(&mut self.layers.datasources) {
                let message = format!("the address is missing: expected url: {}", Kind::Database.expected());
                self.layers.problem(origin, Some(&format!("datasources.{name}")), message);
            }
        }
        let name = chosen.as_deref().unwrap_or("default");
        let username = self.text(&format!("datasources.{name}.username"), None);
        let password = self.text(&format!("datasources.{name}.password"), None);
        let path = format!("datasources.{name}.url");
        let url = self.text(&path, Some(DEFAULT)).unwrap_or_default();
        match database::address(&url, username.as_deref(), password.as_deref(), home) {
            Ok(address) => {
                if let Some(entry) = self.entries.iter_mut().find(|entry| entry.key == path) {
                    entry.value = database::masked(&address);
                }
                address.into()
            }
            Err(message) => {
                let origin = self.layers.settings.get(&path).map_or(Origin::Default, |setting| setting.origin.clone());
                self.layers.problem(origin, Some(&path), message);
                Secret::from("")
            }
        }
    }

    /// Takes one setting, and reports it.
    fn value(&mut self, path: &str, default: Option<Value>) -> Option<Value> {
        let setting = self.layers.settings.get(path);
        let origin = setting.map_or(&Origin::Default, |setting| &setting.origin).to_string();
        let value = setting.map(|setting| setting.value.clone()).or(default);
        let hidden = KEYS.iter().any(|(key, kind)| keys::covers(key, path) && kind.hidden());
        let printed = match &value {
            None => String::new(),
            Some(_) if hidden => "•••".into(),
            Some(value) => value.print(),
        };
        self.entries.push(Entry { key: path.into(), value: printed, origin });
        value
    }

    fn text(&mut self, path: &str, default: Option<&str>) -> Option<String> {
        match self.value(path, default.map(|text| Value::Text(text.into())))? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    fn bool(&mut self, path: &str, default: bool) -> bool {
        matches!(self.value(path, Some(Value::Bool(default))), Some(Value::Bool(true)))
    }

    fn number<N: TryFrom<i64> + Into<i64>>(&mut self, path: &str, default: Option<N>) -> Option<N> {
        match self.value(path, default.map(|number| Value::Number(number.into())))? {
            Value::Number(number) => N::try_from(number).ok(),
            _ => None,
        }
    }

    fn count(&mut self, path: &str, default: usize) -> usize {
        let number = self.number(path, i64::try_from(default).ok());
        number.and_then(|number| usize::try_from(number).ok()).unwrap_or(default)
    }

    fn duration(&mut self, path: &str, default: u64) -> Duration {
        let default = Duration::from_secs(default);
        match self.value(path, Some(Value::Duration(default))) {
            Some(Value::Duration(duration)) => duration,
            _ => default,
        }
    }

    /// Whether a mistake below `section` was found already: what is missing there may be what is wrong.
    fn failed_below(&self, section: &str) -> bool {
        self.layers.problems.iter().filter_map(|problem| problem.key.as_deref()).any(|key| keys::within(key, section))
    }

    fn incomplete(&mut self, section: &str, missing: &str) {
        let begun = self.layers.settings.iter().find(|(path, _)| keys::within(path, section));
        let origin = begun.map_or(Origin::Default, |(_, setting)| setting.origin.clone());
        self.layers.problem(origin, Some(section), format!("the key {missing} is missing"));
    }
}
