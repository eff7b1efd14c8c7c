//! What a page shows is read anew where one goes on, where something was changed here, and where it was changed
//! elsewhere. Only the first two were asked for by a person.

use crate::{
    api::{Answer, Refusal, awaited},
    form::{Changed, arrive},
    ui::{Failure, Lost, Skeleton, WindowTitle, headline},
};
use leptos::{prelude::*, server_fn::serde::de::DeserializeOwned};
use model::Error;
use serde::{Deserialize, Serialize};

/// What was read, and for which address: nothing is shown at another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Reading<T> {
    /// The address it was read for.
    pub(crate) address: String,
    /// How much was changed in this window by then.
    own: u32,
    /// What came. A request that was lost is an error too.
    pub(crate) answer: Result<T, Refusal>,
}

/// Reads by `read` whenever there may be something new. `read` is given the address, and whether a page reads again by
/// itself what it shows already: then nobody asked, and nothing that is said once is taken for it.
pub(crate) fn reading<T, F>(
    address: Memo<String>,
    read: impl Fn(String, bool) -> F + Send + Sync + 'static,
) -> Resource<Reading<T>>
where
    T: Clone + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static,
    F: Future<Output = Answer<T>> + Send + 'static,
{
    let changed = expect_context::<Changed>();
    // What was asked for last. Where it got lost it is still asked for when it is tried again.
    let last = StoredValue::new(None::<(String, u32)>);
    let data = Resource::new(
        move || (address.get(), changed.own.get(), changed.elsewhere.get()),
        move |(address, own, _)| {
            let asked = Some((address.clone(), own));
            let again = last.try_get_value() == Some(asked.clone());
            last.try_set_value(asked.clone());
            let answer = awaited(read(address.clone(), again));
            async move {
                let answer = answer.await;
                // The page may be gone by now.
                if answer.is_err() && !again && last.try_get_value() == Some(asked) {
                    last.try_set_value(None);
                }
                Reading { address, own, answer }
            }
        },
    );
    // What the server has sent with the page was asked for there.
    Effect::new(move |_| {
        if let (None, Some(Reading { address, own, .. })) = (last.get_value(), data.get_untracked()) {
            last.set_value(Some((address, own)));
        }
    });
    data
}

/// What there is to show at an address: what was read, what failed, or both where it was read before and could not be
/// read again.
type Known<T> = (Option<T>, Option<Error>);

/// The page of what was read, under its title; what failed takes its place, with a way to try again.
pub(crate) fn shown<T>(
    data: Resource<Reading<T>>,
    title: impl Fn(&T) -> String + Copy + Send + Sync + 'static,
    view: impl Fn(T) -> AnyView + Copy + Send + Sync + 'static,
) -> impl IntoView
where
    T: Clone + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static,
{
    let changed = expect_context::<Changed>();
    let last = StoredValue::new(None::<(String, T)>);
    let known = move || -> Option<(String, Known<T>)> {
        let Reading { address, answer, .. } = data.get()?;
        let known = match answer {
            Ok(data) => {
                last.try_set_value(Some((address.clone(), data.clone())));
                (Some(data), None)
            }
            Err(Refusal(error)) => {
                let before = last.try_get_value().flatten();
                let before = before.filter(|(at, _)| error.code.passes() && *at == address);
                (before.map(|(_, data)| data), Some(error))
            }
        };
        Some((address, known))
    };
    let called = move || match known()? {
        (_, (Some(data), _)) => Some(title(&data)),
        (_, (None, error)) => error.map(|error| headline(error.code).to_owned()),
    };
    let page = move || {
        let (address, (data, error)) = known()?;
        let stale = data.is_some();
        let failed = error.map(|error| match error.code.passes() {
            true => view! { <Lost error stale again=move || changed.again() /> }.into_any(),
            false => view! { <Failure error tenant=tenant(&address) /> }.into_any(),
        });
        Some(view! { {failed} {data.map(view)} })
    };
    arrive(move || data.with(|data| Some(path(&data.as_ref()?.address).to_owned())));
    view! {
        <Transition fallback=Skeleton>
            <WindowTitle text=called />
            {page}
        </Transition>
    }
}

fn path(address: &str) -> &str {
    address.split('?').next().unwrap_or_default()
}

/// The tenant that a page is about, as its address names it; empty where it is about none.
fn tenant(address: &str) -> String {
    let rest = path(address).strip_prefix("/ui/").unwrap_or_default();
    rest.split('/').next().unwrap_or_default().to_owned()
}
