//! The keys that are ours, and how a key somebody wrote is matched with them.

/// What a key's value must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `true` or `false`.
    Bool,
    /// A whole number from … to ….
    Number(i64, i64),
    /// Text that says something.
    Text,
    /// Any text, possibly empty; never shown.
    Secret,
    /// 32 bytes in Base64; never shown.
    EncryptionKey,
    /// An email address.
    Email,
    /// A tenant id.
    Tenant,
    /// Tenant ids: a list, or one.
    Tenants,
    /// Resources and lists of actions.
    Permissions,
    /// An amount of time.
    Duration,
    /// `true`, `false`, or addresses and networks: a list, or one.
    Proxies,
    /// `http://…` or `https://…`, without a path.
    Url,
    /// The path everything is served under: only `/`.
    Root,
    /// A database address; may carry a password, so never shown.
    Database,
}

impl Kind {
    /// Whether neither reports nor errors may show the value.
    pub(super) fn hidden(self) -> bool {
        matches!(self, Self::Secret | Self::EncryptionKey | Self::Database)
    }

    /// For `expected …`.
    pub(super) fn expected(self) -> String {
        match self {
            Self::Bool => "true or false".into(),
            Self::Number(from, to) if to == i64::from(u32::MAX) => format!("a whole number, at least {from}"),
            Self::Number(from, to) => format!("a whole number from {from} to {to}"),
            Self::Text => "text".into(),
            Self::Secret => "text (put it in quotes)".into(),
            Self::EncryptionKey => "32 random bytes in Base64, as `openssl rand -base64 32` prints them".into(),
            Self::Email => "an email address, such as admin@example.com".into(),
            Self::Tenant => "the id of a tenant, such as main".into(),
            Self::Tenants => "a list of tenant ids, such as [main]".into(),
            Self::Permissions => "resources with lists of actions, such as FLOW: [VIEW, LIST]".into(),
            Self::Duration => "a duration longer than zero, such as PT5M, P2D, 5m or 30s".into(),
            Self::Proxies => {
                "true, false, or addresses and networks of proxies, such as [10.0.0.0/8, 192.0.2.1]".into()
            }
            Self::Url => "an address that begins with http:// or https:// and has no path".into(),
            Self::Root => "/: the console and the API can't be served under a path".into(),
            Self::Database => {
                "sqlite:PATH, postgres://user:password@host:5432/database or jdbc:postgresql://host:5432/database"
                    .into()
            }
        }
    }
}

const COUNT: i64 = u32::MAX as i64;

/// Every key that is ours (contract 6.3). `*` stands for a name somebody chose.
pub(super) const KEYS: &[(&str, Kind)] = &[
    ("kestra.url", Kind::Url),
    ("kestra.encryption.secret-key", Kind::EncryptionKey),
    ("kestra.ee.mail-service.host", Kind::Text),
    ("kestra.ee.mail-service.port", Kind::Number(1, 65_535)),
    ("kestra.ee.mail-service.username", Kind::Text),
    ("kestra.ee.mail-service.password", Kind::Secret),
    ("kestra.ee.mail-service.from", Kind::Email),
    ("kestra.ee.mail-service.from-name", Kind::Text),
    ("kestra.ee.mail-service.auth", Kind::Bool),
    ("kestra.ee.mail-service.starttls-enable", Kind::Bool),
    ("kestra.mail-service.host", Kind::Text),
    ("kestra.mail-service.port", Kind::Number(1, 65_535)),
    ("kestra.mail-service.username", Kind::Text),
    ("kestra.mail-service.password", Kind::Secret),
    ("kestra.mail-service.from", Kind::Email),
    ("kestra.mail-service.from-name", Kind::Text),
    ("kestra.mail-service.auth", Kind::Bool),
    ("kestra.mail-service.start-tls-enable", Kind::Bool),
    ("kestra.ee.tenants.enabled", Kind::Bool),
    ("kestra.ee.tenants.default-tenant", Kind::Bool),
    ("kestra.ee.tenants.fallback-tenant", Kind::Tenant),
    ("kestra.security.super-admin.username", Kind::Email),
    ("kestra.security.super-admin.password", Kind::Secret),
    ("kestra.security.super-admin.tenant-admin-access", Kind::Tenants),
    ("kestra.security.default-role.name", Kind::Text),
    ("kestra.security.default-role.description", Kind::Text),
    ("kestra.security.default-role.permissions", Kind::Permissions),
    ("kestra.security.default-role.tenant-id", Kind::Tenant),
    ("kestra.security.invitations.expire-after", Kind::Duration),
    ("kestra.security.basic-auth.password-min-length", Kind::Number(1, 256)),
    ("kestra.security.basic-auth.password-require-special", Kind::Bool),
    ("kestra.security.basic-auth.password-min-digits", Kind::Number(0, 256)),
    ("kestra.security.basic-auth.password-min-lower-case", Kind::Number(0, 256)),
    ("kestra.security.basic-auth.password-min-upper-case", Kind::Number(0, 256)),
    ("kestra.security.basic-auth.password-allowed-special-characters", Kind::Text),
    ("kestra.security.basic-auth.password-reset.cooldown", Kind::Duration),
    ("kestra.security.basic-auth.password-reset.rate-limit.max-requests", Kind::Number(1, COUNT)),
    ("kestra.security.basic-auth.password-reset.rate-limit.window", Kind::Duration),
    ("kestra.security.login.failed-attempts.threshold", Kind::Number(1, COUNT)),
    ("kestra.security.login.failed-attempts.monitoring-window", Kind::Duration),
    ("kestra.security.login.failed-attempts.lock-duration", Kind::Duration),
    ("kestra.security.bind-tenant-creator", Kind::Bool),
    ("kestra.server.trusted-proxy", Kind::Proxies),
    ("micronaut.security.enabled", Kind::Bool),
    ("micronaut.security.basic-auth.enabled", Kind::Bool),
    ("micronaut.security.token.cookie.cookie-max-age", Kind::Duration),
    ("micronaut.server.host", Kind::Text),
    ("micronaut.server.port", Kind::Number(0, 65_535)),
    ("micronaut.server.context-path", Kind::Root),
    ("endpoints.all.port", Kind::Number(0, 65_535)),
    ("datasources.*.url", Kind::Database),
    ("datasources.*.username", Kind::Text),
    ("datasources.*.password", Kind::Secret),
];

/// Sections that are ours alone: an unknown key in one of them is a mistake.
pub(super) const STRICT: &[&str] = &["kestra.ee.tenants", "kestra.security", "kestra.encryption", "kestra.server"];

/// What Kestra itself keeps in those sections and we do not use.
const FOREIGN: &[&str] = &[
    // Beside the section in a file; as a variable it looks like a key in it.
    "kestra.server-type",
    "kestra.server.access-log",
    "kestra.server.basic-auth",
    "kestra.server.liveness",
    "kestra.server.metrics",
    "kestra.server.preview",
    "kestra.server.service",
    "kestra.server.termination-grace-period",
    "kestra.server.worker-task-restart-strategy",
    "kestra.security.ldap",
    "kestra.security.oidc",
    "kestra.security.scim",
];

/// Sections about who gets in and how. What of them is not ours is no other program's either: nothing acts on it.
const SECURITY: &[&str] = &["kestra.security", "kestra.server.basic-auth", "micronaut.security"];

/// Whether a path that leads out of our keys, as canonical as it gets, is about who gets in and how.
pub(super) fn is_security(path: &str) -> bool {
    let starts = |section: &str| {
        let mut rest = path.split('.').map(fold);
        section.split('.').all(|segment| rest.next().is_some_and(|one| one == fold(segment)))
    };
    SECURITY.iter().any(|section| starts(section))
}

/// Whether a variable that is not ours is about who gets in and how.
pub(super) fn is_security_variable(name: &str) -> bool {
    let folded = fold(name);
    let upper = name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    upper && !of_a_cluster(name) && SECURITY.iter().any(|section| folded.starts_with(&fold(&section.replace('.', ""))))
}

/// Keys of ours that nothing acts on yet, and why.
pub(super) const UNUSED: &[(&str, &str)] = &[
    ("kestra.ee.tenants.fallback-tenant", "requests without a tenant mean the default tenant"),
    ("kestra.security.default-role", "mark a role of the tenant as default instead"),
    ("kestra.security.basic-auth.password-reset", "passwords can't be reset by email yet"),
];

/// Sections most of whose keys are not ours: there, an unknown key is a mistake only if it is one slip
/// away from a key of ours. A silently ignored `kestra.secruity` would be worse than a refusal.
const WATCHED: &[&str] = &["", "kestra", "kestra.ee", "kestra.ee.mail-service", "kestra.mail-service"];

/// Older and newer names of one section.
const ALIASES: &[(&str, &str)] = &[("kestra.security.instance-owner", "kestra.security.super-admin")];

/// A segment or name in the spelling that all spellings share.
pub(super) fn fold(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, '-' | '_')).flat_map(char::to_lowercase).collect()
}

/// The segments of a canonical path.
pub(super) fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('.').filter(|segment| !segment.is_empty())
}

/// Where a key that somebody wrote leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// One of our keys: its canonical path (with the chosen name, if any) and kind.
    Key(String, Kind),
    /// A section that has keys of ours: its canonical path.
    Section(String),
    /// Not ours.
    Foreign,
    /// A mistake: the nearest valid name, and all valid names there.
    Unknown(Option<String>, Vec<String>),
}

/// Looks up `name` within the section with the canonical path `parent`.
pub(super) fn lookup(parent: &str, name: &str) -> Place {
    let folded = fold(name);
    let join = |segment: &str| if parent.is_empty() { segment.to_owned() } else { format!("{parent}.{segment}") };
    for (alias, canonical) in ALIASES {
        if let Some((section, last)) = alias.rsplit_once('.')
            && section == parent
            && fold(last) == folded
        {
            return Place::Section((*canonical).into());
        }
    }
    let mut known = Vec::new();
    for (path, kind) in KEYS {
        let Some(mut rest) = below(path, parent) else { continue };
        let Some(segment) = rest.next() else { continue };
        if segment == "*" && !folded.is_empty() {
            // As the environment, which has neither case nor hyphens, would name it.
            return Place::Section(join(&name.to_lowercase().replace('_', "-")));
        }
        if fold(segment) == folded {
            return if rest.next().is_some() {
                Place::Section(join(segment))
            } else {
                Place::Key(join(segment), *kind)
            };
        }
        if !known.iter().any(|one| one == segment) {
            known.push(segment.to_owned());
        }
    }
    if STRICT.iter().any(|section| parent == *section || parent.starts_with(&format!("{section}."))) {
        if FOREIGN
            .iter()
            .any(|path| below(path, parent).is_some_and(|mut rest| rest.next().is_some_and(|s| fold(s) == folded)))
        {
            return Place::Foreign;
        }
        let near = nearest(&folded, known.iter().map(String::as_str)).map(str::to_owned);
        return Place::Unknown(near, known);
    }
    if WATCHED.contains(&parent)
        && let Some(near) = known.iter().find(|one| slip(&folded, &fold(one)))
    {
        return Place::Unknown(Some(near.clone()), known);
    }
    Place::Foreign
}

/// The names that keys of ours have directly below the section `parent`.
pub(super) fn children(parent: &str) -> Vec<&'static str> {
    let mut names = Vec::new();
    for name in KEYS.iter().filter_map(|(path, _)| below(path, parent)?.next()) {
        let name = if name == "*" { "<name>" } else { name };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// Whether the canonical path `path` is what the entry `pattern` of [`KEYS`] describes.
pub(super) fn covers(pattern: &str, path: &str) -> bool {
    below(pattern, path).is_some_and(|mut rest| rest.next().is_none())
}

/// Whether a key, as somebody wrote it, is in the section `section`.
pub(super) fn within(key: &str, section: &str) -> bool {
    let mut path = String::new();
    for segment in key.split('.') {
        match lookup(&path, segment) {
            Place::Key(found, _) | Place::Section(found) => path = found,
            Place::Foreign | Place::Unknown(..) => break,
        }
    }
    path == section || path.strip_prefix(section).is_some_and(|rest| rest.starts_with('.'))
}

/// The segments of `path` below `parent`, if it is below.
fn below<'a>(path: &'a str, parent: &str) -> Option<impl Iterator<Item = &'a str>> {
    let mut rest = segments(path);
    for segment in segments(parent) {
        let own = rest.next()?;
        if own != "*" && own != segment {
            return None;
        }
    }
    Some(rest)
}

/// One slip: in a long name two letters, in a short one a single letter, in a tiny one none.
fn slip(written: &str, known: &str) -> bool {
    let allowed = match known.chars().count() {
        0..=4 => 0,
        5..=7 => 1,
        _ => 2,
    };
    strsim::damerau_levenshtein(written, known) <= allowed
}

/// The nearest of the known names, if any is near enough to be meant.
pub(super) fn nearest<'a>(folded: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|one| (strsim::jaro_winkler(folded, &fold(one)), one))
        .filter(|(score, _)| *score > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, one)| one)
}

/// A key's environment variable.
pub(super) fn variable(path: &str) -> String {
    path.replace('.', "_").replace('-', "").to_ascii_uppercase()
}

/// What an environment variable sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Variable {
    /// One of our keys.
    Key(String, Kind),
    /// One entry of a key that holds a map: path, kind, name of the entry.
    Entry(String, Kind, String),
    /// Nothing of ours.
    Foreign,
    /// In a section of ours, but no key: the nearest variable.
    Unknown(Option<String>),
}

/// Looks up an environment variable. Only upper-case names are looked at, as everywhere with Micronaut.
pub(super) fn lookup_variable(name: &str) -> Variable {
    if name.bytes().any(|b| !(b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')) {
        return Variable::Foreign;
    }
    let folded = fold(name);
    // A key below an alias is looked up as the key below its canonical name.
    let canonical = ALIASES.iter().find_map(|(alias, canonical)| {
        let rest = folded.strip_prefix(&fold(&alias.replace('.', "")))?;
        Some(format!("{}{rest}", fold(&canonical.replace('.', ""))))
    });
    let folded = canonical.unwrap_or(folded);
    for (path, kind) in KEYS {
        let squeezed = fold(&path.replace('.', ""));
        if let Some((before, after)) = path.split_once(".*.") {
            let (before, after) =
                (format!("{}_", before.to_ascii_uppercase()), format!("_{}", after.to_ascii_uppercase()));
            if let Some(chosen) = name.strip_prefix(&before).and_then(|rest| rest.strip_suffix(&after))
                && !chosen.is_empty()
            {
                return Variable::Key(path.replace('*', &chosen.to_ascii_lowercase().replace('_', "-")), *kind);
            }
        } else if folded == squeezed {
            return Variable::Key((*path).into(), *kind);
        } else if *kind == Kind::Permissions && folded.starts_with(&squeezed) {
            // The entry keeps its underscores (SERVICE_ACCOUNT): find where the key ends in the name itself.
            let entry =
                name.match_indices('_').find_map(|(at, _)| (fold(&name[..at]) == squeezed).then(|| &name[at + 1..]));
            if let Some(entry) = entry.filter(|entry| !entry.is_empty()) {
                return Variable::Entry((*path).into(), *kind, entry.into());
            }
        }
    }
    let foreign = FOREIGN.iter().any(|path| folded.starts_with(&fold(&path.replace('.', ""))));
    let ours = STRICT.iter().any(|section| name.starts_with(&format!("{}_", variable(section))));
    if foreign || !ours || of_a_cluster(name) {
        return Variable::Foreign;
    }
    let variables: Vec<String> = KEYS.iter().map(|(path, _)| variable(path)).collect();
    Variable::Unknown(nearest(&folded, variables.iter().map(String::as_str)).map(str::to_owned))
}

/// What Kubernetes sets for a service that happens to be named `kestra-server`.
fn of_a_cluster(name: &str) -> bool {
    let tail = |suffix: &str| {
        name.rfind(suffix)
            .is_some_and(|at| name[at + suffix.len()..].chars().all(|c| c.is_ascii_alphanumeric() || c == '_'))
    };
    name.ends_with("_PORT")
        || tail("_SERVICE_HOST")
        || tail("_SERVICE_PORT")
        || name
            .match_indices("_PORT_")
            .any(|(at, found)| name[at + found.len()..].starts_with(|c: char| c.is_ascii_digit()))
}
