//! The parts pages are made of. They look, and know nothing of tenants or people.

mod badge;
mod button;
mod copy;
mod fold;
mod icon;
mod notice;
mod page;
mod pager;
mod popover;
mod search;
mod table;
mod time;
mod toast;

pub(crate) use badge::Badge;
pub(crate) use button::LinkButton;
pub(crate) use copy::Copy;
pub(crate) use fold::Fold;
pub(crate) use icon::{Icon, drawn};
pub(crate) use notice::{Callout, Empty, Failure, Lost, Tone, headline};
pub(crate) use page::{PageHead, Section, Title, WindowTitle};
pub(crate) use pager::Pager;
pub(crate) use popover::{Popover, close_popovers};
pub(crate) use search::Search;
pub(crate) use table::{Order, Skeleton, SortHead, TableBox, provide_rows, rows};
pub(crate) use time::When;
pub(crate) use toast::{Toast, Toasts};

/// A number as people write it: `10,000`.
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
pub(crate) fn count(value: i64, what: &str) -> String {
    let plural = if value == 1 { "" } else { "s" };
    format!("{} {what}{plural}", number(value))
}

/// Text for a query string.
pub(crate) fn quote(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect()
}

/// Text of a part of an address.
pub(crate) fn unquote(text: &str) -> String {
    // A plus stands for itself there.
    let pair = text.replace('+', "%2B").replace('&', "%26").replace('=', "%3D");
    pairs(&pair).into_iter().next().map(|(text, _)| text).unwrap_or_default()
}

/// The pairs of a query string.
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
