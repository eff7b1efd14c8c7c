//! Namespaces: dotted names, where a binding to one reaches everything below it.

use crate::Invalid;

/// A namespace, `^[a-z0-9][a-z0-9._-]*` (contract 5).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct Namespace(String);

impl Namespace {
    /// Longest accepted name, in characters.
    pub const MAX: usize = 250;

    /// Parses what somebody typed.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let mut chars = text.chars();
        let head = chars.next().is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
        let tail = chars.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '-'));
        match (head && tail, text.len() <= Self::MAX) {
            (true, true) => Ok(Self(text.into())),
            (true, false) => Err(Invalid(format!("A namespace has at most {} characters.", Self::MAX))),
            _ => Err(Invalid(
                "A namespace starts with a lower-case letter or a digit, followed by lower-case letters, digits, \
                 dots, hyphens or underscores, such as company.team."
                    .into(),
            )),
        }
    }

    /// Like [`parse`](Self::parse), where clients send an empty text for "no namespace" (contract 4.7).
    pub fn parse_optional(text: Option<&str>) -> Result<Option<Self>, Invalid> {
        text.map(str::trim).filter(|text| !text.is_empty()).map(Self::parse).transpose()
    }

    /// A name that was stored, and so was parsed when it came in.
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    /// The dotted name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a binding to `self` reaches `other`: the same, or below it at a dot. `shop` reaches
    /// `shop.orders`, never `shopping` (contract 4.7).
    pub fn covers(&self, other: &Self) -> bool {
        other.0.strip_prefix(&self.0).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }
}

/// Which of a tenant's namespaces somebody reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// All there are and will be.
    All,
    /// These and what is below them; none where empty.
    Only(Vec<Namespace>),
}

impl Reach {
    /// Whether a namespace is among them.
    pub fn covers(&self, namespace: &Namespace) -> bool {
        match self {
            Self::All => true,
            Self::Only(some) => some.iter().any(|one| one.covers(namespace)),
        }
    }
}

impl std::fmt::Display for Namespace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> serde::Deserialize<'de> for Namespace {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn covers_only_at_a_dot() {
        let shop = Namespace::parse("shop").unwrap();
        assert!(shop.covers(&shop));
        assert!(shop.covers(&Namespace::parse("shop.orders").unwrap()));
        assert!(!shop.covers(&Namespace::parse("shopping").unwrap()));
        assert!(!Namespace::parse("shop.orders").unwrap().covers(&shop));
    }

    #[test]
    fn empty_is_no_namespace() {
        assert_eq!(Namespace::parse_optional(Some("")).unwrap(), None);
        assert_eq!(Namespace::parse_optional(Some("  ")).unwrap(), None);
        assert!(Namespace::parse_optional(Some("Shop")).is_err());
    }
}
