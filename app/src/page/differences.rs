//! What is shown in a form where somebody else has saved since it was filled: what differs, who was first, and the two
//! ways on.

use crate::{
    api::Saved,
    ask::{Asked, Call, Data, Readable, ask},
    form::{Attempt, FormSummary, Submit, attempt, focus},
    place::place,
    reading::WhereNeeded,
    ui::{Icon, TableBox, When},
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{Code, Error, Moment};

/// Where it stands in the page.
const ID: &str = "differences";

/// What differs, how it is now, and how it would be.
pub(crate) type Difference = (String, String, String);

/// What was typed into a form, by field.
pub(crate) type Typed = [(String, String)];

/// What was typed into a field; nothing where it was left out.
pub(crate) fn typed_into<'a>(typed: &'a Typed, name: &str) -> &'a str {
    let found = typed.iter().find(|(field, _)| field == name);
    found.map(|(_, value)| value.as_str()).unwrap_or_default()
}

/// Where what is there differs from what was typed: what each is called, how it is now, and how it would be.
pub(crate) fn differing<const N: usize>(all: [(&str, &str, &str); N]) -> impl Iterator<Item = Difference> {
    let differing = all.map(|(what, now, yours)| (now != yours).then(|| [what, now, yours].map(str::to_owned).into()));
    differing.into_iter().flatten()
}

/// What a form was filled from, and what is wrong with it: where somebody else has saved meanwhile, what differs.
#[component]
pub(crate) fn Contested<T, F>(
    /// The field that says what the form was filled from.
    field: &'static str,
    /// What it says.
    from: String,
    /// The refusal that says that somebody else has saved.
    code: Code,
    /// Reads what is there now.
    read: impl Fn() -> F + Send + Sync + 'static,
    /// Where it differs from what was typed.
    compared: fn(&T, &Typed) -> Vec<Difference>,
) -> impl IntoView
where
    T: Readable,
    F: Call + ServerFn<Output = Saved<T>>,
{
    let compared = move |data: &Data, typed: &Typed| -> Option<Found> {
        let Saved { now, seen, by } = data.value::<Saved<T>>()?;
        Some(Found { rows: compared(now, typed), seen: seen.clone(), by: by.clone() })
    };
    contested(field, from, code, Box::new(move || ask(read())), Box::new(compared))
}

/// What was found where somebody else has saved: what differs, what a form says that is filled from what is there, and
/// who saved it and when.
struct Found {
    rows: Vec<Difference>,
    seen: String,
    by: Option<(String, Moment)>,
}

type Compared = dyn Fn(&Data, &Typed) -> Option<Found> + Send + Sync;

fn contested(
    field: &'static str,
    from: String,
    code: Code,
    read: Box<dyn Fn() -> Asked + Send + Sync>,
    compared: Box<Compared>,
) -> AnyView {
    let Attempt { error, typed, count } = attempt();
    let path = place().path;
    let contested = move |error: &Error| error.code == code;
    let saved = Resource::<_, WhereNeeded>::new_with_options(
        // What is around it may have been made anew while this was asked for.
        move || (count.try_get().unwrap_or_default(), error.try_get().flatten().as_ref().is_some_and(contested)),
        move |(_, contested)| {
            let answer = contested.then(&read);
            async move {
                match answer {
                    Some(answer) => Some(answer.await),
                    None => None,
                }
            }
        },
        false,
    );
    let found = move || {
        let data = saved.get()??.ok()?;
        typed.try_with_value(|typed| compared(&data, typed)).flatten()
    };
    view! {
        <Transition>
            {move || match found() {
                Some(Found { rows, seen, by }) => {
                    view! {
                        <input type="hidden" name=field value=seen />
                        <Differences rows saved=by reload=path.clone() />
                    }
                    .into_any()
                }
                None => {
                    // A form that comes back for anything else was filled from what it says itself.
                    let said = typed.try_with_value(|typed| typed_into(typed, field).to_owned()).unwrap_or_default();
                    let from = if said.is_empty() { from.clone() } else { said };
                    view! {
                        <input type="hidden" name=field value=from />
                        <FormSummary />
                    }
                    .into_any()
                }
            }}
        </Transition>
    }
    .into_any()
}

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
