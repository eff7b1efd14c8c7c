//! The way through a long list.

use super::number;
use leptos::prelude::*;

/// `26–50 of 10,000`, and links to the other pieces; a link that leads nowhere is not one.
#[component]
pub(crate) fn Pager(
    /// Number of the first row shown; 0 for none.
    from: i64,
    /// Rows shown.
    shown: i64,
    /// Rows in all.
    total: i64,
    /// There are more than `total`.
    more: bool,
    /// Addresses of the first, previous, next and last piece.
    links: [Option<String>; 4],
) -> impl IntoView {
    let all = format!("{}{}", number(total), if more { "+" } else { "" });
    let range = if shown == 0 { "0".to_owned() } else { format!("{}–{}", number(from), number(from + shown - 1)) };
    let several = links.iter().any(Option::is_some);
    view! {
        <nav class="pager" aria-label="Pages">
            <p class="pager-range">{range} " of " {all}</p>
            {several.then(|| {
                ["First", "Previous", "Next", "Last"]
                    .into_iter()
                    .zip(links)
                    .map(|(label, link)| match link {
                        Some(href) => view! { <a class="button secondary small" href=href>{label}</a> }.into_any(),
                        None => {
                            view! { <span class="button secondary small" aria-disabled="true">{label}</span> }.into_any()
                        }
                    })
                    .collect_view()
            })}
        </nav>
    }
}
