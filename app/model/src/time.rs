//! Instants on the wire, on the page and in the database.

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

/// Milliseconds of a day.
pub const DAY: i64 = 86_400_000;

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl Timestamp {
    /// ISO 8601 in UTC; a zero fraction is left out (contract 2.1).
    pub fn iso(self) -> String {
        let (year, month, day) = self.date();
        let (hour, minute, second, millis) = self.clock();
        let fraction = if millis == 0 { String::new() } else { format!(".{millis:03}") };
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}Z")
    }

    /// From ISO 8601, as clients write it: a date of the calendar, or a date and a time with an optional fraction and
    /// offset. What is accepted means the same after it was written with [`Self::iso`]; digits below a millisecond are
    /// cut off.
    pub fn parse(text: &str) -> Option<Self> {
        let (date, time) = text.trim().split_at_checked(10)?;
        let midnight = parse_date(date)?;
        let at = match time.strip_prefix(['T', 't', ' ']) {
            Some(time) => midnight.checked_add(parse_time(time)?)?,
            None if time.is_empty() => midnight,
            None => return None,
        };
        // An offset may lead out of the years that four digits can say.
        let years = days(0, 1, 1) * DAY..days(10_000, 1, 1) * DAY;
        years.contains(&at).then_some(Self(at))
    }

    /// For people: `23 Nov 2026, 16:40 UTC`.
    pub fn exact(self) -> String {
        let (hour, minute, ..) = self.clock();
        format!("{}, {hour:02}:{minute:02} UTC", self.day())
    }

    /// Its day, for people: `23 Nov 2026`.
    pub fn day(self) -> String {
        let (year, month, day) = self.date();
        let month = MONTHS.get(month as usize - 1).copied().unwrap_or_default();
        format!("{day} {month} {year}")
    }

    /// The first instant of its day, in UTC.
    pub fn midnight(self) -> Self {
        Self(self.0 - self.0.rem_euclid(DAY))
    }

    /// For people, seen from `now`: `5 minutes ago`. Server and browser must pass the same `now`, or
    /// hydration would find two different texts.
    pub fn relative(self, now: Self) -> String {
        let seconds = (now.0 - self.0) / 1000;
        let (count, unit) = match seconds {
            ..45 => return "just now".into(),
            45..2700 => ((seconds + 30) / 60, "minute"),
            2700..79_200 => ((seconds + 1800) / 3600, "hour"),
            79_200..2_246_400 => ((seconds + 43_200) / 86_400, "day"),
            _ => return self.day(),
        };
        let plural = if count == 1 { "" } else { "s" };
        format!("{count} {unit}{plural} ago")
    }

    fn clock(self) -> (i64, i64, i64, i64) {
        let millis = self.0.rem_euclid(86_400_000);
        (millis / 3_600_000, millis / 60_000 % 60, millis / 1000 % 60, millis % 1000)
    }

    /// Proleptic Gregorian date of the day number; Howard Hinnant's `civil_from_days`. Written here
    /// because a date library would cost the browser half more than this page does.
    fn date(self) -> (i64, i64, i64) {
        let days = self.0.div_euclid(86_400_000) + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted + 2) / 5 + 1;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        (year, month, day)
    }
}

/// Day number of a date; Howard Hinnant's `days_from_civil`.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// How many days a month has.
fn days_of_month(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// A number of exactly that many digits; `i64::from_str` would also take a sign.
fn digits(text: &str, count: usize) -> Option<i64> {
    (text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

/// `2026-02-28` in milliseconds.
fn parse_date(text: &str) -> Option<i64> {
    let (year, rest) = text.split_once('-')?;
    let (month, day) = rest.split_once('-')?;
    let (year, month, day) = (digits(year, 4)?, digits(month, 2)?, digits(day, 2)?);
    let exists = (1..=12).contains(&month) && (1..=days_of_month(year, month)).contains(&day);
    exists.then(|| days(year, month, day) * DAY)
}

/// `12:00`, `12:00:00` or `12:00:00.123`, with an offset or without, in milliseconds of a day.
fn parse_time(text: &str) -> Option<i64> {
    // A plus sign in a query string arrives as a space.
    let (clock, zone) = text.find(['Z', 'z', '+', '-', ' ']).map_or((text, ""), |place| text.split_at(place));
    let offset = if zone.is_empty() { 0 } else { parse_offset(zone)? };
    let (whole, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let mut parts = whole.split(':');
    let (hour, minute) = (digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
    let second = parts.next().map_or(Some(0), |second| digits(second, 2))?;
    let fractional = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
    if !fractional || parts.next().is_some() || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let millis = digits(&format!("{fraction:0<3}").chars().take(3).collect::<String>(), 3)?;
    Some(hour * 3_600_000 + minute * 60_000 + second * 1000 + millis - offset)
}

/// `Z`, `+01:00`, `+0100` or `+01` in milliseconds; no place on earth is further than 18 hours away.
fn parse_offset(zone: &str) -> Option<i64> {
    let (sign, zone) = match zone.split_at_checked(1)? {
        ("Z" | "z", "") => return Some(0),
        ("+" | " ", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = match (zone.split_once(':'), zone.len()) {
        (Some(parts), _) => parts,
        (None, 4) => zone.split_at_checked(2)?,
        (None, _) => (zone, "00"),
    };
    let (hours, minutes) = (digits(hours, 2)?, digits(minutes, 2)?);
    (hours <= 18 && minutes <= 59).then_some(sign * (hours * 60 + minutes) * 60_000)
}

/// When something was, in the words of whoever reads it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct Moment {
    /// When.
    pub at: Timestamp,
    /// The same, as it is read.
    pub text: String,
    /// The language of it, where it is not that of the page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_clients_write_is_read() {
        for at in [0, 951_782_400_000, 1_700_000_000_123, -1, 4_102_444_799_999] {
            assert_eq!(Timestamp::parse(&Timestamp(at).iso()), Some(Timestamp(at)), "{at}");
        }
        let noon = Timestamp::parse("2024-02-29T12:00:00Z");
        for same in ["2024-02-29T13:00:00+01:00", "2024-02-29T12:00", "2024-02-29T07:00:00.000000-0500"] {
            assert_eq!(Timestamp::parse(same), noon, "{same}");
        }
        for bad in
            ["", "soon", "2024", "2024-13-01", "2024-01-01Tx", "2024-01-01T10", "٢٠٢٤-01-01", "2024-01-01T25:00Z"]
        {
            assert_eq!(Timestamp::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn only_dates_of_the_calendar_are_dates() {
        for good in ["2024-02-29", "2000-02-29", "2026-12-31", "0000-01-01", "9999-12-31T23:59:59.999Z"] {
            assert!(Timestamp::parse(good).is_some(), "{good}");
        }
        for bad in [
            "2026-02-31",
            "2026-02-29",
            "1900-02-29",
            "2026-04-31",
            "2026-00-10",
            "2026-01-00",
            "2026-01-01T",
            "2026-01-01x",
            "2026-01-01T10:00:60Z",
            "2026-01-01T1:2:3Z",
            "2026-01-01T10:00:00.Z",
            "2026-01-01T10:00:00.123abc",
            "2026-01-01T10:00:00Zulu",
            "2026-01-01T10:00:00+99:00",
            "2026-01-01T10:00:00+01:00:00",
            "2026-01-01T10:00:00+1",
            "0000-01-01T00:00:00+01:00",
            "9999-12-31T23:59:59-01:00",
            "+026-01-01",
            "2026-01-01T10:00:00 Z",
        ] {
            assert_eq!(Timestamp::parse(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn every_accepted_date_goes_round(
            year in 0..10_000_i64, month in 0..14_i64, day in 0..33_i64, hour in 0..26_i64, minute in 0..62_i64,
            second in 0..62_i64, fraction in "(\\.[0-9]{1,9})?", zone in "(|Z|z|[+ -][0-9]{2}(:?[0-9]{2})?)",
        ) {
            let date = format!("{year:04}-{month:02}-{day:02}");
            if let Some(at) = Timestamp::parse(&date) {
                prop_assert_eq!(at.iso(), format!("{}T00:00:00Z", date));
            }
            let text = format!("{date}T{hour:02}:{minute:02}:{second:02}{fraction}{zone}");
            if let Some(at) = Timestamp::parse(&text) {
                prop_assert_eq!(Timestamp::parse(&at.iso()), Some(at), "{} is {}", text, at.iso());
                if zone.is_empty() || zone.eq_ignore_ascii_case("z") {
                    let whole = format!("{date}T{hour:02}:{minute:02}:{second:02}");
                    prop_assert!(at.iso().starts_with(&whole), "{} is {}", text, at.iso());
                }
            }
        }

        #[test]
        fn whatever_is_accepted_goes_round(text in "[0-9]{3,4}-[0-9]{2}-[0-9]{2}([T ][0-9:.+Zz -]{0,16})?") {
            if let Some(at) = Timestamp::parse(&text) {
                prop_assert_eq!(Timestamp::parse(&at.iso()), Some(at), "{}", text);
            }
        }

        #[test]
        fn no_text_panics(text in ".*") {
            let _ = Timestamp::parse(&text);
        }
    }

    #[test]
    fn dates_are_those_of_the_calendar() {
        assert_eq!(Timestamp(0).iso(), "1970-01-01T00:00:00Z");
        assert_eq!(Timestamp(1_704_067_200_000).iso(), "2024-01-01T00:00:00Z");
        assert_eq!(Timestamp(1_709_164_800_123).iso(), "2024-02-29T00:00:00.123Z");
        assert_eq!(Timestamp(-1).iso(), "1969-12-31T23:59:59.999Z");
        assert_eq!(Timestamp(1_795_452_000_000).exact(), "23 Nov 2026, 16:40 UTC");
        assert_eq!(Timestamp(1_795_452_000_000).midnight().iso(), "2026-11-23T00:00:00Z");
        assert_eq!(Timestamp(-1).midnight().day(), "31 Dec 1969");
    }

    #[test]
    fn relative_times_read_as_people_say_them() {
        let now = Timestamp(1_795_452_000_000);
        let ago = |seconds: i64| Timestamp(now.0 - seconds * 1000).relative(now);
        assert_eq!(ago(3), "just now");
        assert_eq!(ago(60), "1 minute ago");
        assert_eq!(ago(7200), "2 hours ago");
        assert_eq!(ago(86_400), "1 day ago");
        assert_eq!(ago(86_400 * 40), "14 Oct 2026");
    }
}
