//! The password policy (contract 5), one text for the page, the API and the terminal.

use serde::{Deserialize, Serialize};

/// What a password must have. Defaults are the contract's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PasswordPolicy {
    /// Least number of characters.
    pub min_length: usize,
    /// Whether one of `special` must occur.
    pub require_special: bool,
    /// Least number of digits.
    pub min_digits: usize,
    /// Least number of lower-case letters.
    pub min_lower_case: usize,
    /// Least number of upper-case letters.
    pub min_upper_case: usize,
    /// The characters that count as special.
    pub special: String,
}

impl Default for PasswordPolicy {
    fn default() -> Self {
        Self {
            min_length: 8,
            require_special: true,
            min_digits: 1,
            min_lower_case: 1,
            min_upper_case: 1,
            special: "!@#$%^&*_-".into(),
        }
    }
}

/// One rule a password breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordRule {
    /// Too few characters.
    Length,
    /// More than [`PasswordPolicy::MAX`] characters.
    TooLong,
    /// No special character.
    Special,
    /// Too few digits.
    Digits,
    /// Too few lower-case letters.
    LowerCase,
    /// Too few upper-case letters.
    UpperCase,
}

impl PasswordPolicy {
    /// Longest accepted password in bytes, so that hashing stays bounded work.
    pub const MAX: usize = 256;

    /// The rules `password` breaks; none for a good one.
    pub fn broken(&self, password: &str) -> Vec<PasswordRule> {
        let count = |is: fn(char) -> bool| password.chars().filter(|c| is(*c)).count();
        let special = !self.require_special || password.chars().any(|c| self.special.contains(c));
        [
            (password.chars().count() >= self.min_length, PasswordRule::Length),
            (password.len() <= Self::MAX, PasswordRule::TooLong),
            (special, PasswordRule::Special),
            (count(|c| c.is_numeric()) >= self.min_digits, PasswordRule::Digits),
            (count(char::is_lowercase) >= self.min_lower_case, PasswordRule::LowerCase),
            (count(char::is_uppercase) >= self.min_upper_case, PasswordRule::UpperCase),
        ]
        .into_iter()
        .filter_map(|(kept, rule)| (!kept).then_some(rule))
        .collect()
    }

    /// The whole policy as one sentence: help below a field, and the error that takes its place.
    pub fn sentence(&self) -> String {
        let count = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
        let mut parts = Vec::new();
        if self.min_upper_case > 0 {
            parts.push(count(self.min_upper_case, "upper-case letter"));
        }
        if self.min_lower_case > 0 {
            parts.push(count(self.min_lower_case, "lower-case letter"));
        }
        if self.min_digits > 0 {
            parts.push(count(self.min_digits, "digit"));
        }
        if self.require_special {
            parts.push(format!("one of {}", self.special));
        }
        let with = match parts.split_last() {
            None => String::new(),
            Some((only, [])) => format!(", with {only}"),
            Some((last, rest)) => format!(", with {} and {last}", rest.join(", ")),
        };
        format!("At least {}{with}.", count(self.min_length, "character"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_of_the_contract_are_accepted() {
        let policy = PasswordPolicy::default();
        for good in ["Root!1234", "PassPass3!", "Password!234", "TestPass!1234", "NewPass!1"] {
            assert_eq!(policy.broken(good), [], "{good}");
        }
        assert_eq!(policy.broken("TopSecret42"), [PasswordRule::Special]);
        assert_eq!(policy.broken("aB1!"), [PasswordRule::Length]);
    }

    #[test]
    fn the_sentence_names_every_rule() {
        assert_eq!(
            PasswordPolicy::default().sentence(),
            "At least 8 characters, with 1 upper-case letter, 1 lower-case letter, 1 digit and one of !@#$%^&*_-."
        );
    }
}
