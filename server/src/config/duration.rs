//! Durations as configuration files write them: ISO 8601 (`PT5M`, `P2D`) and Micronaut's short forms
//! (`5m`, `30s`, `2d`).

use std::time::Duration;

/// A hundred years: longer is a slip of the pen, and milliseconds of it fit everywhere.
const LONGEST: Duration = Duration::from_secs(100 * 366 * 86_400);

/// Reads a duration longer than zero.
pub fn parse(text: &str) -> Option<Duration> {
    let text = text.trim();
    let duration = if text.starts_with(['P', 'p']) { iso(text)? } else { short(text)? };
    (!duration.is_zero() && duration <= LONGEST).then_some(duration)
}

/// As ISO 8601, in the largest unit that is exact: what reports show.
pub(super) fn print(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match (duration.subsec_millis(), seconds) {
        (0, s) if s > 0 && s % 86_400 == 0 => format!("P{}D", s / 86_400),
        (0, s) if s > 0 && s % 3_600 == 0 => format!("PT{}H", s / 3_600),
        (0, s) if s > 0 && s % 60 == 0 => format!("PT{}M", s / 60),
        (0, s) => format!("PT{s}S"),
        (ms, s) => format!("PT{s}.{ms:03}S"),
    }
}

fn short(text: &str) -> Option<Duration> {
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let number = text.strip_suffix(unit)?.parse::<u64>().ok()?;
    match unit.trim() {
        "ms" => Some(Duration::from_millis(number)),
        "s" => Some(Duration::from_secs(number)),
        "m" => seconds(number, 60),
        "h" => seconds(number, 3_600),
        "d" => seconds(number, 86_400),
        "w" => seconds(number, 604_800),
        _ => None,
    }
}

fn seconds(number: u64, each: u64) -> Option<Duration> {
    number.checked_mul(each).map(Duration::from_secs)
}

fn iso(text: &str) -> Option<Duration> {
    let upper = text.to_ascii_uppercase();
    let (date, time) = match upper.strip_prefix('P')?.split_once('T') {
        Some((_, "")) => return None,
        Some((date, time)) => (date, time),
        None => (upper.strip_prefix('P')?, ""),
    };
    let days = parts(date, &[('W', 604_800), ('D', 86_400)])?;
    let hours = parts(time, &[('H', 3_600), ('M', 60), ('S', 1)])?;
    days.checked_add(hours)
}

/// Sums `<number><unit>` pairs whose units come in the given order. Only seconds may have a fraction.
fn parts(mut text: &str, units: &[(char, u64)]) -> Option<Duration> {
    let mut total = Duration::ZERO;
    for (unit, each) in units {
        let Some((number, rest)) = text.split_once(*unit) else { continue };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        total = total.checked_add(seconds(digits(whole)?, *each)?)?;
        if number.contains('.') {
            if *each != 1 || fraction.len() > 9 {
                return None;
            }
            let nanos = digits(&format!("{fraction:0<9}")).filter(|_| !fraction.is_empty())?;
            total = total.checked_add(Duration::from_nanos(nanos))?;
        }
        text = rest;
    }
    text.is_empty().then_some(total)
}

/// `u64::from_str` would also take a sign.
fn digits(text: &str) -> Option<u64> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("PT5M", 300)]
    #[case("P2D", 172_800)]
    #[case("p1dt12h", 129_600)]
    #[case("P1W", 604_800)]
    #[case("5m", 300)]
    #[case("30s", 30)]
    #[case("2d", 172_800)]
    #[case("1h", 3_600)]
    fn reads(#[case] text: &str, #[case] seconds: u64) {
        assert_eq!(parse(text), Some(Duration::from_secs(seconds)));
        assert_eq!(parse(&print(Duration::from_secs(seconds))), Some(Duration::from_secs(seconds)));
    }

    #[test]
    fn reads_parts_of_a_second() {
        assert_eq!(parse("PT0.5S"), Some(Duration::from_millis(500)));
        assert_eq!(parse("250ms"), Some(Duration::from_millis(250)));
        assert_eq!(parse(&print(Duration::from_millis(1_250))), Some(Duration::from_millis(1_250)));
    }

    #[rstest]
    fn refuses(
        #[values(
            "",
            "P",
            "PT",
            "5",
            "-5m",
            "PT-5M",
            "PT+5M",
            "5 minutes",
            "PT5",
            "PT5M5H",
            "P1.5D",
            "PT5.S",
            "0s",
            "PT0S",
            "P99999999999999999999D",
            "999999999999d",
            "P5M",
            "é"
        )]
        text: &str,
    ) {
        assert_eq!(parse(text), None);
    }
}
