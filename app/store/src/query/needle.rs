//! Long needles are sought by a part of them first: what has the part is looked at one by one, if it is little.

/// Characters of a part.
pub(crate) const PART: usize = 5;

/// Its end, which tells names apart more often than its beginning; all of it where it is short.
pub(crate) fn end(needle: &str) -> &str {
    let before = needle.chars().count().saturating_sub(PART);
    &needle[needle.char_indices().nth(before).map_or(0, |(place, _)| place)..]
}

/// The ids of those that have all of the needle, where all were found that have the part, and not `limit` of them.
/// A row without an id says how many have the part: each row that is read costs more than looking at its text.
pub(crate) fn whole(found: Vec<(Option<String>, i64)>, part: &str, needle: &str, limit: i64) -> Option<Vec<String>> {
    let hits: i64 = found.iter().map(|(_, hits)| hits).sum();
    (hits < limit || part == needle).then(|| found.into_iter().filter_map(|(id, _)| id).collect())
}
