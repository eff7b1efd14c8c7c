//! What the second of two who change the same thing is shown: where what is there by now differs from what they typed.

use super::parts::{none, when as moment};
use crate::{form::Submit, ui::TableBox};
use leptos::prelude::*;
use model::Timestamp;

/// Field by field what is there and what was typed, and the two ways to go on: the form this is in is sent with what
/// was typed, or `reload` leads to what is there. `who` saved that, `when`, as far as it is known.
pub(crate) fn differences(
    rows: Vec<(String, String, String)>,
    who: Option<String>,
    when: Option<Timestamp>,
    now: Timestamp,
    reload: String,
) -> AnyView {
    let by = who.map(|who| format!(" by {who}"));
    let at = when.map(|at| view! { " " {moment(at, now)} });
    let known = by.is_some() || at.is_some();
    let saved = known.then(|| view! { ", saved" {by} {at} });
    let table = if rows.is_empty() {
        view! { <p>"What is there by now" {saved} ", is what you typed."</p> }.into_any()
    } else {
        let rows = rows.into_iter().map(|(field, there, yours)| {
            view! {
                <tr>
                    <th scope="row">{field}</th>
                    <td class="wide">{value(there)}</td>
                    <td class="wide">{value(yours)}</td>
                </tr>
            }
        });
        view! {
            <TableBox label="What differs">
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">"Field"</th>
                            <th scope="col">"Now" {saved}</th>
                            <th scope="col">"Yours"</th>
                        </tr>
                    </thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </TableBox>
        }
        .into_any()
    };
    view! {
        <div class="differences">
            {table}
            <div class="form-actions">
                <Submit label="Save mine" />
                // Loaded anew even where the browser is at this very address.
                <a class="button secondary" href=reload rel="external">"Take what is there"</a>
            </div>
        </div>
    }
    .into_any()
}

fn value(text: String) -> AnyView {
    if text.is_empty() {
        none("nothing")
    } else if text.contains('\n') {
        view! { <pre tabindex="0">{text}</pre> }.into_any()
    } else {
        text.into_any()
    }
}
