//! Long needles are sought by a part of them first: what has the part is looked at one by one, if it is little.

/// Characters of a part.
pub(crate) const PART: usize = 5;

/// Its end, which tells names apart more often than its beginning; all of it where it is short.
pub(crate) fn end(needle: &str) -> &str {
    let before = needle.chars().count().saturating_sub(PART);
    &needle[needle.char_indices().nth(before).map_or(0, |(place, _)| place)..]
}

/// The ids of those that have all of the needle, where `found` are all that have the part, and not `limit` of them.
pub(crate) fn whole(found: Vec<(String, String)>, part: &str, needle: &str, limit: i64) -> Option<Vec<String>> {
    let all = found.len() < usize::try_from(limit).unwrap_or(usize::MAX);
    let fits = found.into_iter().filter(|(_, text)| text.contains(needle)).map(|(id, _)| id);
    (all || part == needle).then(|| fits.collect())
}
