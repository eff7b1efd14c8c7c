//! Figures as bars: drawn, and said in words to whoever does not see them.

use crate::ui::number;
use leptos::prelude::*;

/// Width of a bar's place in the drawing.
const STEP: i64 = 10;
/// Height of the drawing.
const HEIGHT: i64 = 100;
/// Height of the smallest bar: one is more than none.
const LEAST: i64 = 3;

/// Bars, one for each figure in its order; each figure has the words for what it is of. `id` is unlike others of the
/// page, `kind` is the look.
pub(crate) fn bars(id: &'static str, title: &'static str, kind: &'static str, figures: &[(String, i64)]) -> AnyView {
    let total: i64 = figures.iter().map(|(_, figure)| figure).sum();
    let head = view! { <figcaption>{title} " " <strong>{number(total)}</strong></figcaption> };
    let most = figures.iter().filter(|(_, figure)| *figure > 0).max_by_key(|(_, figure)| *figure);
    let (Some((from, _)), Some((to, _)), Some((when, most))) = (figures.first(), figures.last(), most) else {
        return view! { <figure class=format!("plot {kind}")>{head} <p class="muted">"None in these days."</p></figure> }
            .into_any();
    };
    let says = format!("{title} per day: {} from {from} to {to}, most on {when}: {}.", number(total), number(*most));
    let bars: Vec<_> = figures
        .iter()
        .enumerate()
        .filter(|(_, (_, figure))| *figure > 0)
        .map(|(place, (when, figure))| {
            let (height, place) = (height(*figure, *most), i64::try_from(place).unwrap_or_default());
            view! {
                <rect x=(place * STEP + 1).to_string() y=(HEIGHT - height).to_string() width=(STEP - 2).to_string() height=height.to_string()>
                    <title>{format!("{when}: {}", number(*figure))}</title>
                </rect>
            }
        })
        .collect();
    let width = i64::try_from(figures.len()).unwrap_or_default() * STEP;
    let (title_id, says_id) = (format!("{id}-title"), format!("{id}-says"));
    view! {
        <figure class=format!("plot {kind}")>
            {head}
            <svg viewBox=format!("0 0 {width} {HEIGHT}") preserveAspectRatio="none" role="img" aria-labelledby=title_id aria-describedby=says_id>
                <title id=title_id.clone()>{title}</title>
                <desc id=says_id.clone()>{says}</desc>
                {bars}
            </svg>
            <div class="plot-ends" aria-hidden="true">
                <span>{from.clone()}</span>
                <span>{format!("most: {}", number(*most))}</span>
                <span>{to.clone()}</span>
            </div>
        </figure>
    }
    .into_any()
}

/// How high the bar of a figure is where the highest stands for `most`.
fn height(figure: i64, most: i64) -> i64 {
    // Wide enough for figures that no log will ever reach.
    let scaled = i128::from(figure) * i128::from(HEIGHT) / i128::from(most.max(1));
    i64::try_from(scaled).unwrap_or(HEIGHT).clamp(LEAST, HEIGHT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_in_proportion_and_never_out_of_sight() {
        let heights = [1, 10, 250, 500, 1000].map(|figure| height(figure, 1000));
        assert_eq!(heights, [LEAST, LEAST, 25, 50, 100]);
        assert_eq!(height(i64::MAX, i64::MAX), 100);
    }

    #[test]
    fn what_is_drawn_is_also_said() {
        let figures = [("1 Nov 2026", 0), ("2 Nov 2026", 12), ("3 Nov 2026", 1200)];
        let figures = figures.map(|(when, figure)| (when.to_owned(), figure));
        let drawn = bars("changes", "Changes", "info", &figures).to_html();
        assert_eq!(drawn.matches("<rect").count(), 2, "{drawn}");
        let said = "Changes per day: 1,212 from 1 Nov 2026 to 3 Nov 2026, most on 3 Nov 2026: 1,200.";
        assert!(drawn.contains(said) && drawn.contains("role=\"img\""), "{drawn}");
        assert!(!drawn.contains("style="), "{drawn}");
        let none = bars("changes", "Changes", "info", &[("1 Nov 2026".to_owned(), 0)]).to_html();
        assert!(none.contains("None in these days.") && !none.contains("<svg"), "{none}");
    }
}
