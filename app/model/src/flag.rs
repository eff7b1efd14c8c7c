//! Yes and no, as people write them in files.

/// What a text says, in any of YAML's spellings, old and new; nothing where it is neither yes nor no.
pub fn flag(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "y" => Some(true),
        "false" | "no" | "off" | "n" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::flag;

    #[test]
    fn every_spelling_is_known_and_nothing_else() {
        for (word, meaning) in
            [("true", true), ("Yes", true), ("ON", true), ("y", true), ("False", false), ("no", false)]
        {
            assert_eq!(flag(word), Some(meaning), "{word}");
        }
        for word in ["", "1", "0", "perhaps", "null"] {
            assert_eq!(flag(word), None, "{word}");
        }
    }
}
