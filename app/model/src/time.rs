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

    /// From ISO 8601, as clients write it: a date, or a date and a time with an optional fraction and offset.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse::<i64>().ok())?;
        let (year, month, day) = (digits(text.get(..4)?)?, digits(text.get(5..7)?)?, digits(text.get(8..10)?)?);
        let dashes = text.get(4..5)? == "-" && text.get(7..8)? == "-";
        if !dashes || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return None;
        }
        let midnight = days(year, month, day) * 86_400_000;
        let Some(time) = text.get(10..).filter(|rest| !rest.is_empty()) else { return Some(Self(midnight)) };
        // A plus sign in a query string arrives as a space.
        let time = time.strip_prefix(['T', 't', ' '])?;
        let (clock, offset) = match time.find(['Z', 'z', '+', '-', ' ']) {
            None => (time, 0),
            Some(place) => {
                let (clock, zone) = time.split_at(place);
                let sign = if zone.starts_with('-') { -1 } else { 1 };
                let minutes = match zone.get(1..)?.replace(':', "").as_str() {
                    "" => 0,
                    zone if zone.len() == 4 => digits(zone.get(..2)?)? * 60 + digits(zone.get(2..)?)?,
                    _ => return None,
                };
                (clock, sign * minutes * 60_000)
            }
        };
        let (whole, fraction) = clock.split_once('.').unwrap_or((clock, ""));
        let mut parts = whole.split(':').map(digits);
        let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next().unwrap_or(Some(0))?);
        let millis = digits(&format!("{fraction:0<3}").chars().take(3).collect::<String>())?;
        if parts.next().is_some() || hour > 23 || minute > 59 || second > 60 {
            return None;
        }
        Some(Self(midnight + hour * 3_600_000 + minute * 60_000 + second * 1000 + millis - offset))
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

#[cfg(test)]
mod tests {
    use super::*;

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
