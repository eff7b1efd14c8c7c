//! What a page shows is read anew where one goes on, where something was changed here, and where it was changed
//! elsewhere. Only the first two were asked for by a person.

use crate::{
    api::{Answer, Refusal},
    form::Changed,
};
use leptos::{prelude::*, server_fn::serde::de::DeserializeOwned};
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
            let answer = read(address.clone(), again);
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
