//! Time and chance, the two things a use case may not take from thin air.

use model::Timestamp;

/// Where a service gets the time from.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the machine is asked")]
    fn now(&self) -> Timestamp {
        let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
    }
}

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A new id: a UUID of version 7 in base 62, 22 characters, so that ids sort by time of making
/// (contract 2.1).
pub(crate) fn new_id(at: Timestamp) -> String {
    let mut random = [0; 16];
    // Without randomness there can be no ids, tokens or salts. The operating system has some.
    #[expect(clippy::expect_used, reason = "no use case can go on without a source of randomness")]
    getrandom::fill(&mut random).expect("the operating system's random source answers");
    let millis = u128::from(at.0.unsigned_abs()) & 0xFFFF_FFFF_FFFF;
    let chance = u128::from_be_bytes(random) & 0x0FFF_3FFF_FFFF_FFFF_FFFF;
    digits(millis << 80 | 0x7000_8000_0000_0000_0000 | chance)
}

/// A secret nobody can guess: 22 characters that hold 128 random bits.
pub fn secret() -> String {
    let mut random = [0; 16];
    #[expect(clippy::expect_used, reason = "no use case can go on without a source of randomness")]
    getrandom::fill(&mut random).expect("the operating system's random source answers");
    digits(u128::from_be_bytes(random))
}

/// The id of what came without one: always the same for the same words, so that who imports twice makes one thing.
pub(crate) fn id_of(words: &[&str]) -> String {
    use sha2::{Digest, Sha256};
    let hash = Sha256::digest(words.join("\u{0}"));
    digits(hash.iter().take(16).fold(0, |number, byte| number << 8 | u128::from(*byte)))
}

fn digits(mut number: u128) -> String {
    let mut text = [b'0'; 22];
    for place in text.iter_mut().rev() {
        *place = DIGITS[(number % 62) as usize];
        number /= 62;
    }
    text.iter().map(|byte| char::from(*byte)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_22_characters_and_sort_by_time() {
        let ids: Vec<_> = [0, 1, 1_700_000_000_000, 1_700_000_000_001].map(|at| new_id(Timestamp(at))).into();
        assert!(ids.iter().all(|id| id.len() == 22), "{ids:?}");
        assert!(ids.is_sorted(), "{ids:?}");
        assert_ne!(new_id(Timestamp(5)), new_id(Timestamp(5)));
    }
}
