//! Everything that is wrong with a configuration, for the terminal.

use std::fmt;

/// All mistakes of a configuration, in the order they were met.
#[derive(Debug, Clone, PartialEq, Eq, Default, thiserror::Error)]
pub struct ConfigErrors(pub Vec<Problem>);

/// One mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// File and line, or the environment variable.
    pub origin: Origin,
    /// The key, as it was written.
    pub key: Option<String>,
    /// What is wrong, what was expected, and the nearest valid key.
    pub message: String,
}

/// Where a setting comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Nobody set it.
    Default,
    /// A line of a file.
    File {
        /// Its path, or the name of the variable that holds the text.
        name: String,
        /// Counted from 1, if known.
        line: Option<u64>,
    },
    /// An environment variable.
    Variable(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { name, line: Some(line) } => write!(f, "{name}:{line}"),
            Self::File { name, line: None } => f.write_str(name),
            Self::Variable(name) => write!(f, "environment variable {name}"),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.origin)?;
        if let Some(key) = &self.key {
            write!(f, ": {key}")?;
        }
        write!(f, "\n    {}", self.message)
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.len() {
            1 => write!(f, "The configuration has a mistake:")?,
            n => write!(f, "The configuration has {n} mistakes:")?,
        }
        self.0.iter().try_for_each(|problem| write!(f, "\n\n{problem}"))
    }
}
