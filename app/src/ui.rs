//! The parts pages are made of. They look, and know nothing of tenants or people.

#[cfg(feature = "ssr")]
mod badge;
#[cfg(feature = "ssr")]
mod fold;
mod icon;
mod notice;
mod page;
#[cfg(feature = "ssr")]
mod pager;
mod popover;
#[cfg(feature = "ssr")]
mod search;
mod table;
#[cfg(feature = "ssr")]
mod time;
mod toast;

#[cfg(feature = "ssr")]
pub(crate) use badge::Badge;
#[cfg(feature = "ssr")]
pub(crate) use fold::Fold;
pub(crate) use icon::Icon;
#[cfg(feature = "ssr")]
pub(crate) use notice::{Callout, Empty, Tone};
pub(crate) use notice::{Failure, Lost};
pub(crate) use page::PageHead;
#[cfg(feature = "ssr")]
pub(crate) use pager::Pager;
pub(crate) use popover::{Popover, close_popovers};
#[cfg(feature = "ssr")]
pub(crate) use search::Search;
pub(crate) use table::Skeleton;
#[cfg(feature = "ssr")]
pub(crate) use table::{Order, SortHead, TableBox};
#[cfg(feature = "ssr")]
pub(crate) use time::When;
pub(crate) use toast::{Toast, Toasts};

/// A number as people write it: `10,000`.
#[cfg(feature = "ssr")]
pub(crate) fn number(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if value < 0 { format!("-{out}") } else { out }
}

/// `1 role`, `2 roles`.
#[cfg(feature = "ssr")]
pub(crate) fn count(value: i64, what: &str) -> String {
    let plural = if value == 1 { "" } else { "s" };
    format!("{} {what}{plural}", number(value))
}

/// Text for a query string.
#[cfg(feature = "ssr")]
pub(crate) fn quote(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect()
}

/// The pairs of a query string.
#[cfg(feature = "ssr")]
pub(crate) fn pairs(query: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_commas() {
        assert_eq!([0, 999, 1000, 1_234_567].map(number), ["0", "999", "1,000", "1,234,567"].map(str::to_owned));
        assert_eq!((count(1, "role"), count(2, "role")), ("1 role".into(), "2 roles".into()));
    }
}
