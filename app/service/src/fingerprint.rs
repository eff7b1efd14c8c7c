//! Whether what a form was filled from is still what there is.

use crate::{Error, Result, audit::hex};
use model::Fingerprint;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// Of what can be edited of something.
pub(crate) fn of(edited: &impl Serialize) -> Fingerprint {
    let text = serde_json::to_vec(edited).unwrap_or_default();
    Fingerprint::new(hex(&Sha256::digest(text)))
}

/// Refuses to overwrite what somebody else has saved since a form was filled, unless the form says the same. Who names
/// nothing they have `seen`, as clients do, overwrites whatever there is.
pub(crate) fn unchanged(seen: Option<&Fingerprint>, now: &Fingerprint, new: &Fingerprint) -> Result<()> {
    match seen {
        Some(seen) if seen != now && new != now => Err(Error::Changed),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_would_be_lost_is_refused() {
        let [first, theirs, mine] = ["first", "theirs", "mine"].map(|text| of(&text));
        assert!(unchanged(Some(&first), &first, &mine).is_ok(), "nobody else has saved");
        assert!(matches!(unchanged(Some(&first), &theirs, &mine), Err(Error::Changed)));
        assert!(unchanged(Some(&first), &mine, &mine).is_ok(), "both say the same");
        assert!(unchanged(Some(&theirs), &theirs, &mine).is_ok(), "it was seen, and overwritten all the same");
        assert!(unchanged(None, &theirs, &mine).is_ok(), "clients overwrite");
        assert!(unchanged(Some(&Fingerprint::new("odd")), &theirs, &mine).is_err());
    }
}
