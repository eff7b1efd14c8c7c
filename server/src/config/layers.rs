//! Files and variables laid over one another: for each key the setting that counts.

use super::{
    errors::{Origin, Problem},
    exposure,
    keys::{self, Kind, Place, Variable},
    values::{self, Reader, Value},
};
use crate::yaml::{self, Content, Node};
use std::collections::{BTreeMap, BTreeSet};

/// A setting that counts.
pub(super) struct Setting {
    pub(super) value: Value,
    pub(super) origin: Origin,
    /// Of the layer it comes from; higher counts more.
    pub(super) rank: usize,
}

/// All layers so far.
pub(super) struct Layers<'a> {
    reader: Reader<'a>,
    /// By canonical path.
    pub(super) settings: BTreeMap<String, Setting>,
    /// Paths that are not ours, as written, in the order they were met.
    pub(super) ignored: Vec<String>,
    /// What is about who gets in and how and has no key of ours: as written, and where.
    pub(super) unheeded: Vec<(String, Origin)>,
    /// Names below `datasources`, with or without an address.
    pub(super) datasources: BTreeMap<String, Origin>,
    /// Secrets in files that others can read: key, where it stands, and the file.
    pub(super) exposed: Vec<(String, Origin, String)>,
    /// All mistakes so far.
    pub(super) problems: Vec<Problem>,
    rank: usize,
}

/// Where in a text the walk is.
struct At<'a> {
    /// The file.
    name: &'a str,
    /// The key that is looked at, as written, and its line.
    written: &'a str,
    line: u64,
}

impl At<'_> {
    fn origin(&self) -> Origin {
        Origin::File { name: self.name.into(), line: (self.line > 0).then_some(self.line) }
    }
}

impl<'a> Layers<'a> {
    /// Nothing yet.
    pub(super) fn new(reader: Reader<'a>) -> Self {
        Self {
            reader,
            settings: BTreeMap::new(),
            ignored: Vec::new(),
            unheeded: Vec::new(),
            datasources: BTreeMap::new(),
            exposed: Vec::new(),
            problems: Vec::new(),
            rank: 0,
        }
    }

    /// Notes a mistake.
    pub(super) fn problem(&mut self, origin: Origin, key: Option<&str>, message: impl Into<String>) {
        self.problems.push(Problem { origin, key: key.map(str::to_owned), message: message.into() });
    }

    /// Lays a YAML text on top; answers with the first secret in it, if there is any, and its line.
    pub(super) fn text(&mut self, name: &str, text: &str) -> Option<(String, u64)> {
        self.rank += 1;
        let root = match yaml::parse(text) {
            Ok(root) => root,
            Err(unreadable) => {
                let origin = Origin::File { name: name.into(), line: unreadable.line };
                self.problem(origin, None, format!("this is not YAML: {}", unreadable.reason));
                return None;
            }
        };
        match &root.content {
            Content::Null => {}
            Content::Map(entries) => self.section("", "", name, entries),
            _ => {
                let origin = Origin::File { name: name.into(), line: Some(root.line) };
                self.problem(origin, None, "expected sections such as kestra: and datasources:");
            }
        }
        exposure::secret(&root)
    }

    /// Lays the environment on top.
    pub(super) fn variables(&mut self, vars: &BTreeMap<String, String>) {
        self.rank += 1;
        let mut permissions: BTreeMap<String, Vec<(String, String, Vec<String>)>> = BTreeMap::new();
        for (name, text) in vars {
            // Compose files and CI systems set variables to nothing where they mean to leave them out.
            if text.is_empty() {
                continue;
            }
            let origin = Origin::Variable(name.clone());
            match keys::lookup_variable(name) {
                Variable::Foreign if keys::is_security_variable(name) => self.unheeded.push((name.clone(), origin)),
                Variable::Foreign => {}
                Variable::Unknown(near) => {
                    let hint = near.map(|near| format!("; did you mean {near}?")).unwrap_or_default();
                    self.problem(origin, None, format!("there is no such setting{hint}"));
                }
                Variable::Key(path, kind) => match self.reader.scalar(kind, text) {
                    Ok(value) => self.set(&path, value, origin, None),
                    Err(message) => self.problem(origin, Some(&path), message),
                },
                Variable::Entry(path, _, entry) => {
                    permissions.entry(path).or_default().push((name.clone(), entry, self.reader.actions(text)));
                }
            }
        }
        for (path, entries) in permissions {
            let origin = entries.first().map_or(Origin::Default, |(name, ..)| Origin::Variable(name.clone()));
            match values::permissions(entries.into_iter().map(|(_, resource, actions)| (resource, actions)).collect()) {
                Ok(value) => self.set(&path, value, origin, None),
                Err(message) => self.problem(origin, Some(&path), message),
            }
        }
    }

    /// `parent` is canonical, `written` is what the file calls it.
    fn section(&mut self, parent: &str, written: &str, name: &str, entries: &[(String, u64, Node)]) {
        for (key, line, value) in entries {
            let mut path = parent.to_owned();
            let mut said = written.to_owned();
            let mut segments = key.split('.').peekable();
            while let Some(segment) = segments.next() {
                if !said.is_empty() {
                    said.push('.');
                }
                said.push_str(segment);
                let last = segments.peek().is_none();
                let at = At { name, written: &said, line: *line };
                match keys::lookup(&path, segment) {
                    Place::Foreign => {
                        if keys::is_security(&format!("{path}.{segment}")) {
                            if !self.unheeded.iter().any(|(known, _)| *known == said) {
                                self.unheeded.push((said.clone(), at.origin()));
                            }
                        } else if !self.ignored.contains(&said) {
                            self.ignored.push(said.clone());
                        }
                        break;
                    }
                    Place::Unknown(near, known) => {
                        self.unknown(&at, near, &known);
                        break;
                    }
                    Place::Key(..) if !last => {
                        self.problem(at.origin(), Some(key), "there is no key below this one");
                        break;
                    }
                    Place::Key(path, kind) => self.key(&at, &path, kind, value),
                    Place::Section(section) => {
                        if let Some(datasource) = section.strip_prefix("datasources.") {
                            self.datasources.entry(datasource.to_owned()).or_insert_with(|| at.origin());
                        }
                        path = section;
                        if last {
                            self.below(&at, &path, value);
                        }
                    }
                }
            }
        }
    }

    fn below(&mut self, at: &At<'_>, path: &str, value: &Node) {
        match &value.content {
            Content::Null => {}
            Content::Map(entries) => self.section(path, at.written, at.name, entries),
            Content::Text(_) | Content::Bare(_) | Content::List(_) => {
                let known = keys::children(path);
                self.problem(
                    at.origin(),
                    Some(at.written),
                    format!("expected a section with the keys {}", known.join(", ")),
                );
            }
        }
    }

    fn key(&mut self, at: &At<'_>, path: &str, kind: Kind, node: &Node) {
        match self.reader.read(kind, node) {
            Ok(Some(value)) => self.set(path, value, at.origin(), Some(at.written)),
            Ok(None) => {}
            Err(message) => self.problem(at.origin(), Some(at.written), message),
        }
    }

    fn unknown(&mut self, at: &At<'_>, near: Option<String>, known: &[String]) {
        let hint = near.map_or_else(|| ".".to_owned(), |near| format!("; did you mean {near}?"));
        let message = format!("unknown key{hint} Expected one of: {}", known.join(", "));
        self.problem(at.origin(), Some(at.written), message);
    }

    fn set(&mut self, path: &str, value: Value, origin: Origin, written: Option<&str>) {
        if let Some(before) = self.settings.get(path)
            && before.rank == self.rank
        {
            let message = format!("set twice, with two spellings; first at {}", before.origin);
            return self.problem(origin, Some(written.unwrap_or(path)), message);
        }
        self.settings.insert(path.to_owned(), Setting { value, origin, rank: self.rank });
    }

    /// Names of datasources that have an address, with the rank of the layer it comes from.
    pub(super) fn addresses(&self) -> BTreeSet<(usize, String)> {
        let url = |path: &str| Some(path.strip_prefix("datasources.")?.strip_suffix(".url")?.to_owned());
        self.settings.iter().filter_map(|(path, setting)| Some((setting.rank, url(path)?))).collect()
    }
}
