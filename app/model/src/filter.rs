//! Filters of lists as the wire writes them (contract 2.2): parsed here, and decided here row by row.
//!
//! `filters[name][EQUALS]=a` · `filters[labels][EQUALS][k]=v` · `filters[or][0][name][EQUALS]=a` ·
//! `filters[or][1][and][0][name][CONTAINS]=b`. Everything beside everything else must hold.

use crate::Invalid;

macro_rules! ops {
    ($($variant:ident = $text:literal),* $(,)?) => {
        /// How a value is compared.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Op { $(#[doc = $text] $variant),* }

        impl Op {
            fn from_word(word: &str) -> Option<Self> {
                match word { $($text => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

ops! {
    Equals = "EQUALS", NotEquals = "NOT_EQUALS", GreaterThan = "GREATER_THAN", LessThan = "LESS_THAN",
    GreaterThanOrEqualTo = "GREATER_THAN_OR_EQUAL_TO", LessThanOrEqualTo = "LESS_THAN_OR_EQUAL_TO", In = "IN",
    NotIn = "NOT_IN", StartsWith = "STARTS_WITH", EndsWith = "ENDS_WITH", Contains = "CONTAINS",
    NotContains = "NOT_CONTAINS", IsNull = "IS_NULL", IsNotNull = "IS_NOT_NULL", Prefix = "PREFIX",
}

/// What rows must be like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// All of these; of none: every row.
    All(Vec<Filter>),
    /// Any of these.
    Any(Vec<Filter>),
    /// This field, compared so.
    Field {
        /// The field's name.
        name: String,
        /// How.
        op: Op,
        /// With what; lists are separated by commas.
        value: String,
    },
}

impl Default for Filter {
    fn default() -> Self {
        Self::All(Vec::new())
    }
}

/// Indexes beyond this are nobody's; they would only make us count.
const MOST: usize = 100;

impl Filter {
    /// From the pairs of a query string; pairs that are no filters are passed over.
    pub fn parse(pairs: &[(String, String)]) -> Result<Self, Invalid> {
        let mut all = Vec::new();
        let mut any = Vec::new();
        for (key, value) in pairs {
            let Some(path) = key.strip_prefix("filters[").and_then(|rest| rest.strip_suffix(']')) else { continue };
            let path: Vec<&str> = path.split("][").collect();
            match path[..] {
                ["or", index, "and", inner, ref leaf @ ..] => {
                    group(&mut any, index)?.push((number(inner)?, field(leaf, value)?));
                }
                ["or", index, ref leaf @ ..] => group(&mut any, index)?.push((0, field(leaf, value)?)),
                ["and", index, ref leaf @ ..] => {
                    number(index)?;
                    all.push(field(leaf, value)?);
                }
                ref leaf => all.push(field(leaf, value)?),
            }
        }
        let any: Vec<Filter> = any
            .into_iter()
            .map(|(_, members)| Filter::All(members.into_iter().map(|(_, filter)| filter).collect()))
            .collect();
        if !any.is_empty() {
            all.push(Filter::Any(any));
        }
        Ok(Filter::All(all))
    }

    /// Whether every row is wanted.
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::All(none) if none.is_empty())
    }

    /// The fields it names, each as often as it does.
    pub fn fields(&self) -> Vec<(&str, Op)> {
        match self {
            Self::All(list) | Self::Any(list) => list.iter().flat_map(Self::fields).collect(),
            Self::Field { name, op, .. } => vec![(name, *op)],
        }
    }

    /// Whether a row is wanted, whose fields are what `value` says; no value is null. Texts compare
    /// without case.
    pub fn accepts<'a>(&self, value: &impl Fn(&str) -> Option<std::borrow::Cow<'a, str>>) -> bool {
        match self {
            Self::All(list) => list.iter().all(|one| one.accepts(value)),
            Self::Any(list) => list.iter().any(|one| one.accepts(value)),
            Self::Field { name, op, value: wanted } => compare(value(name).as_deref(), *op, wanted),
        }
    }
}

/// Members of one `or` branch, by their index in it.
type Branch = (usize, Vec<(usize, Filter)>);

fn group<'a>(any: &'a mut Vec<Branch>, index: &str) -> Result<&'a mut Vec<(usize, Filter)>, Invalid> {
    let index = number(index)?;
    let place = match any.iter().position(|(at, _)| *at == index) {
        Some(place) => place,
        None => {
            any.push((index, Vec::new()));
            any.len() - 1
        }
    };
    Ok(&mut any[place].1)
}

fn number(text: &str) -> Result<usize, Invalid> {
    let number = text.parse::<usize>().ok().filter(|number| *number < MOST);
    number.ok_or_else(|| Invalid(format!("“{text}” is not a place in a list of filters.")))
}

fn field(path: &[&str], value: &str) -> Result<Filter, Invalid> {
    let (name, op, value) = match path {
        [name, op] => (*name, op, value.to_owned()),
        // One entry of a map: both its key and its value must fit.
        [name, op, key] => (*name, op, format!("{key}:{value}")),
        _ => return Err(Invalid("a filter is written filters[field][OPERATION]=value.".into())),
    };
    let op = Op::from_word(op).ok_or_else(|| Invalid(format!("{op} is not an operation of filters.")))?;
    Ok(Filter::Field { name: name.to_owned(), op, value })
}

fn compare(found: Option<&str>, op: Op, wanted: &str) -> bool {
    let wanted = wanted.to_lowercase();
    let Some(found) = found.map(str::to_lowercase) else {
        return matches!(op, Op::IsNull | Op::NotEquals | Op::NotIn | Op::NotContains);
    };
    let listed = || wanted.split(',').any(|one| one.trim() == found);
    match op {
        Op::Equals => found == wanted,
        Op::NotEquals => found != wanted,
        Op::GreaterThan => found > wanted,
        Op::LessThan => found < wanted,
        Op::GreaterThanOrEqualTo => found >= wanted,
        Op::LessThanOrEqualTo => found <= wanted,
        Op::In => listed(),
        Op::NotIn => !listed(),
        Op::StartsWith => found.starts_with(&wanted),
        Op::EndsWith => found.ends_with(&wanted),
        Op::Contains => found.contains(&wanted),
        Op::NotContains => !found.contains(&wanted),
        Op::IsNull => false,
        Op::IsNotNull => true,
        Op::Prefix => found == wanted || found.starts_with(&format!("{wanted}.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn accepts(query: &[(&str, &str)], name: &str) -> bool {
        let pairs: Vec<_> = query.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        let name = name.to_owned();
        Filter::parse(&pairs).unwrap().accepts(&|field| (field == "name").then(|| name.clone().into()))
    }

    #[test]
    fn operations_mean_what_they_say() {
        assert!(accepts(&[("filters[name][EQUALS]", "Dev")], "dev"));
        assert!(accepts(&[("filters[name][IN]", "a, dev")], "dev"));
        assert!(!accepts(&[("filters[name][NOT_IN]", "a,dev")], "dev"));
        assert!(accepts(&[("filters[name][STARTS_WITH]", "de")], "dev"));
        assert!(accepts(&[("filters[name][PREFIX]", "io.kestra")], "io.kestra.team"));
        assert!(!accepts(&[("filters[name][PREFIX]", "io.kestra")], "io.kestrals"));
        assert!(accepts(&[("filters[other][IS_NULL]", "")], "dev"));
    }

    #[test]
    fn branches_of_or_hold_apart_and_the_rest_together() {
        let either = [
            ("filters[or][0][name][EQUALS]", "a"),
            ("filters[or][1][and][0][name][STARTS_WITH]", "b"),
            ("filters[or][1][and][1][name][ENDS_WITH]", "z"),
        ];
        assert!(accepts(&either, "a"));
        assert!(accepts(&either, "biz"));
        assert!(!accepts(&either, "bib"));
        assert!(!accepts(&[either[0], ("filters[name][EQUALS]", "b")], "a"));
    }

    #[test]
    fn what_is_no_filter_is_refused() {
        for bad in ["filters[name]", "filters[name][LIKE]", "filters[or][x][name][EQUALS]", "filters[or][0]"] {
            assert!(Filter::parse(&[(bad.into(), String::new())]).is_err(), "{bad}");
        }
        assert!(Filter::parse(&[("page".into(), "1".into())]).unwrap().is_empty());
    }

    proptest! {
        #[test]
        fn no_text_panics(key in "filters.{0,40}", value in ".*") {
            if let Ok(filter) = Filter::parse(&[(key, value)]) {
                filter.accepts(&|_| None);
            }
        }
    }
}
