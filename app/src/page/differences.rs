//! What is shown in a form where somebody else has saved since it was filled: what differs, who was first, and the two
//! ways on.

use crate::{
    form::{Submit, focus},
    ui::{Icon, TableBox, When},
};
use leptos::prelude::*;
use model::Moment;

/// Where it stands in the page.
const ID: &str = "differences";

/// What differs, how it is now, and how it would be.
pub(crate) type Difference = (String, String, String);

/// Rows say what differs, how it is now, and how it would be if the form were saved, which it can be right here; or what
/// is there is read anew.
#[component]
pub(crate) fn Differences(
    rows: Vec<Difference>,
    /// Who saved what is there, and when.
    saved: Option<(String, Moment)>,
    /// The page to load for what is there.
    reload: String,
) -> impl IntoView {
    let saved = saved.map(|(who, at)| view! { " by " <strong>{who}</strong> " " <When moment=at /> });
    let rows = rows.into_iter().map(|(what, now, yours)| {
        view! {
            <tr>
                <td>{what}</td>
                <td class="wide"><span class="stacked-label">"Now "</span> {value(now)}</td>
                <td class="wide"><span class="stacked-label">"Yours "</span> {value(yours)}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    // Whoever has to choose is led there.
    Effect::new(|| focus(ID));
    view! {
        <div id=ID class="conflict" role="group" aria-labelledby="conflict" tabindex="-1" autofocus=true>
            {Icon::Alert.view()}
            <div>
                <p id="conflict" role="alert">
                    "This was changed" {saved} " while you were editing it. Nothing of yours is lost, and nothing is saved yet."
                </p>
                <TableBox label="What differs">
                    <table class="table stack">
                        <thead>
                            <tr>
                                <th scope="col">"What"</th>
                                <th scope="col" class="wide">"Now"</th>
                                <th scope="col" class="wide">"Yours"</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </TableBox>
                <div class="form-actions">
                    <Submit label="Keep my version" />
                    // The page is at this address already: only loading it again shows what is there.
                    <a class="button secondary" rel="external" href=reload>"Use their version"</a>
                </div>
            </div>
        </div>
    }
}

/// Nothing is a value too.
fn value(text: String) -> AnyView {
    if text.is_empty() {
        view! { <span class="muted">"nothing"</span> }.into_any()
    } else if text.contains('\n') {
        view! { <pre tabindex="0">{text}</pre> }.into_any()
    } else {
        text.into_any()
    }
}
