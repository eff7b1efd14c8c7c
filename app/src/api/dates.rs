//! Dates as one likes to read them: seen from now in English, as ISO 8601, or in another language.

use crate::api::cookie;
use chrono::{DateTime, Locale};
use leptos::prelude::*;
use model::{Moment, Timestamp};

/// The cookie that says how.
pub(crate) const COOKIE: &str = "kestra_dates";

/// Languages to choose from: as cookies and markup name them, as who speaks them does, and where their words are from.
const LANGUAGES: [(&str, &str, Locale); 12] = [
    ("cs", "Čeština", Locale::cs_CZ),
    ("da", "Dansk", Locale::da_DK),
    ("de", "Deutsch", Locale::de_DE),
    ("es", "Español", Locale::es_ES),
    ("fr", "Français", Locale::fr_FR),
    ("it", "Italiano", Locale::it_IT),
    ("ja", "日本語", Locale::ja_JP),
    ("nl", "Nederlands", Locale::nl_NL),
    ("pl", "Polski", Locale::pl_PL),
    ("pt", "Português", Locale::pt_BR),
    ("sv", "Svenska", Locale::sv_SE),
    ("zh", "中文", Locale::zh_CN),
];

/// How.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dates {
    /// In English, and seen from now where that is shorter.
    English,
    /// `2026-11-25 09:30 UTC`.
    Iso,
    /// In another language.
    In(&'static str, Locale),
}

impl Dates {
    /// As the word of a cookie or a form says; English where it says nothing known.
    pub(crate) fn parse(word: &str) -> Self {
        match LANGUAGES.iter().find(|(language, ..)| *language == word) {
            Some((language, _, locale)) => Self::In(language, *locale),
            None if word == "iso" => Self::Iso,
            None => Self::English,
        }
    }

    /// The word for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Iso => "iso",
            Self::In(language, _) => language,
        }
    }

    /// All there are: words, and what people read.
    pub(crate) fn choices() -> Vec<(String, String)> {
        let others = LANGUAGES.iter().map(|(language, name, _)| (*language, *name));
        let all = [("en", "English"), ("iso", "ISO 8601: 2026-11-25 09:30")].into_iter().chain(others);
        all.map(|(word, text)| (word.to_owned(), text.to_owned())).collect()
    }

    /// As the browser that asks has chosen.
    pub(crate) fn chosen() -> Self {
        use_context::<Self>().unwrap_or_else(|| Self::parse(&cookie(COOKIE).unwrap_or_default()))
    }

    /// The language, where it is not that of the page.
    fn language(self) -> Option<&'static str> {
        match self {
            Self::In(language, _) => Some(language),
            Self::English | Self::Iso => None,
        }
    }

    /// Date and time.
    pub(crate) fn exact(self, at: Timestamp) -> String {
        let (format, locale) = match self {
            Self::English => return at.exact(),
            Self::Iso => ("%Y-%m-%d %H:%M UTC", Locale::POSIX),
            // Numbers for all but the month would be read in another order than they are written in.
            Self::In(_, locale @ (Locale::ja_JP | Locale::zh_CN)) => ("%Y年%-m月%-d日 %H:%M UTC", locale),
            Self::In(_, locale) => ("%-d %b %Y, %H:%M UTC", locale),
        };
        let date = DateTime::from_timestamp_millis(at.0);
        date.map_or_else(|| at.exact(), |date| date.format_localized(format, locale).to_string())
    }

    /// Seen from now where that reads well, else date and time.
    fn short(self, at: Timestamp, now: Timestamp) -> String {
        match self {
            Self::English => at.relative(now),
            Self::Iso | Self::In(..) => self.exact(at),
        }
    }
}

/// When something was, in the words of whoever asks.
pub(crate) fn moment(at: Timestamp, now: Timestamp) -> Moment {
    let dates = Dates::chosen();
    Moment { at, text: dates.short(at, now), lang: dates.language().map(str::to_owned) }
}

/// When something was or will be, by the calendar.
pub(crate) fn by_calendar(at: Timestamp) -> Moment {
    let dates = Dates::chosen();
    Moment { at, text: dates.exact(at), lang: dates.language().map(str::to_owned) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_in_the_language_that_was_chosen() {
        let at = Timestamp::parse("2026-03-05T16:40:12Z").unwrap();
        let said = |word: &str| Dates::parse(word).exact(at);
        assert_eq!(said("en"), "5 Mar 2026, 16:40 UTC");
        assert_eq!(said("iso"), "2026-03-05 16:40 UTC");
        assert_eq!(said("fr"), "5 mars 2026, 16:40 UTC");
        assert_eq!(said("ja"), "2026年3月5日 16:40 UTC");
        assert_eq!(said("<script>"), said("en"));
        for (word, _) in Dates::choices() {
            assert_eq!(Dates::parse(&word).word(), word);
            assert!(said(&word).contains("16:40"), "{word}");
        }
    }
}
