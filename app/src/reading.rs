//! What a page shows is read anew where one goes on, where something was changed here, and where it was changed
//! elsewhere. Only the first two were asked for by a person.
//!
//! Every page reads something else, and a browser must not download once more for each of them how that is done. So what
//! was read is kept as one type for all of them, and a page's own type is met only at both ends.

use crate::{
    api::{Answer, Refusal, awaited},
    form::{Changed, arrive},
    ui::{Failure, Lost, Skeleton, WindowTitle, headline, provide_rows},
};
use leptos::{
    prelude::{
        codee::{Decoder, Encoder},
        *,
    },
    server_fn::serde::de::DeserializeOwned,
};
use model::{Code, Error};
use serde::Serialize;
use std::{
    any::Any,
    marker::PhantomData,
    pin::Pin,
    sync::{Arc, OnceLock},
};

/// What was read, and for which address: nothing is shown at another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reading<T> {
    /// The address it was read for.
    pub(crate) address: String,
    /// What came. A request that was lost is an error too.
    pub(crate) answer: Answer<T>,
}

/// What a page reads.
#[derive(Debug)]
pub(crate) struct Read<T> {
    kept: Resource<Kept, OneText>,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Read<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Read<T> {}

/// What may be read: it comes with the page as text.
pub(crate) trait Readable: Clone + Serialize + DeserializeOwned + Send + Sync + 'static {}

impl<T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static> Readable for T {}

impl<T: Readable> Read<T> {
    /// What was read last. `None` while nothing is.
    pub(crate) fn get(self) -> Option<Reading<T>> {
        self.kept.get().map(Kept::reading)
    }

    /// The same, without asking again when it changes.
    pub(crate) fn get_untracked(self) -> Option<Reading<T>> {
        self.kept.get_untracked().map(Kept::reading)
    }

    /// Asks again when it is read again.
    pub(crate) fn track(self) {
        self.kept.track();
    }

    /// The address that was read for last.
    pub(crate) fn address(self) -> Option<String> {
        self.kept.with(|kept| kept.as_ref().map(|kept| kept.address.clone()))
    }
}

/// What was read, whatever it is.
#[derive(Debug, Clone)]
struct Kept {
    address: String,
    /// How much was changed in this window by then.
    own: u32,
    answer: Erased,
}

impl Kept {
    fn reading<T: Readable>(self) -> Reading<T> {
        Reading { answer: self.answer.get::<T>(), address: self.address }
    }
}

/// An [`Answer`] of any type.
#[derive(Debug, Clone)]
struct Erased {
    /// As it comes with the page. `None` in a browser that has read it by itself.
    text: Option<Arc<str>>,
    /// As it is, once it was read.
    answer: Arc<OnceLock<Box<dyn Any + Send + Sync>>>,
}

impl Erased {
    fn new<T: Readable>(answer: Answer<T>) -> Self {
        #[cfg(feature = "ssr")]
        let text = serde_json::to_string(&answer).ok().map(Arc::from);
        #[cfg(not(feature = "ssr"))]
        let text = None;
        let boxed: Box<dyn Any + Send + Sync> = Box::new(answer);
        Self { text, answer: Arc::new(OnceLock::from(boxed)) }
    }

    fn get<T: Readable>(&self) -> Answer<T> {
        let unexpected =
            || Refusal(Error::new(Code::Internal, "The server sent an unexpected answer. Reload the page."));
        let read = || -> Box<dyn Any + Send + Sync> {
            let text = self.text.as_deref().unwrap_or_default();
            Box::new(serde_json::from_str::<Answer<T>>(text).unwrap_or_else(|_| Err(unexpected())))
        };
        let answer = self.answer.get_or_init(read).downcast_ref::<Answer<T>>();
        answer.cloned().unwrap_or_else(|| Err(unexpected()))
    }
}

/// How what was read comes with the page: what was changed by then, the address and the answer, a line each.
#[derive(Debug)]
struct OneText;

impl Encoder<Kept> for OneText {
    type Error = std::convert::Infallible;
    type Encoded = String;

    fn encode(Kept { address, own, answer }: &Kept) -> Result<String, Self::Error> {
        Ok(format!("{own}\n{address}\n{}", answer.text.as_deref().unwrap_or_default()))
    }
}

/// What came with the page is none of ours.
#[derive(Debug)]
struct Foreign;

impl Decoder<Kept> for OneText {
    type Error = Foreign;
    type Encoded = str;

    fn decode(text: &str) -> Result<Kept, Foreign> {
        let mut lines = text.splitn(3, '\n');
        let (Some(own), Some(address), Some(answer)) = (lines.next(), lines.next(), lines.next()) else {
            return Err(Foreign);
        };
        let own = own.parse().map_err(|_| Foreign)?;
        let answer = Erased { text: Some(answer.into()), answer: Arc::default() };
        Ok(Kept { address: address.to_owned(), own, answer })
    }
}

/// An answer on its way, and whether it was lost: then what was asked for is asked for again.
type Asked = Pin<Box<dyn Future<Output = (Erased, bool)> + Send>>;

/// Reads by `read` whenever there may be something new. `read` is given the address, and whether a page reads again by
/// itself what it shows already: then nobody asked, and nothing that is said once is taken for it.
pub(crate) fn reading<T, F>(address: Memo<String>, read: impl Fn(String, bool) -> F + Send + Sync + 'static) -> Read<T>
where
    T: Readable,
    F: Future<Output = Answer<T>> + Send + 'static,
{
    let read = move |address, again| -> Asked {
        let answer = awaited(read(address, again));
        Box::pin(async move {
            let answer = answer.await;
            let lost = answer.as_ref().is_err_and(|Refusal(error)| error.code.passes());
            (Erased::new(answer), lost)
        })
    };
    Read { kept: kept(address, Box::new(read)), of: PhantomData }
}

fn kept(address: Memo<String>, read: Box<dyn Fn(String, bool) -> Asked + Send + Sync>) -> Resource<Kept, OneText> {
    let changed = expect_context::<Changed>();
    // What was asked for last. Where it got lost it is still asked for when it is tried again.
    let last = StoredValue::new(None::<(String, u32)>);
    let kept = Resource::new_with_options(
        move || (address.get(), changed.own.get(), changed.elsewhere.get()),
        move |(address, own, _)| {
            let asked = Some((address.clone(), own));
            let again = last.try_get_value() == Some(asked.clone());
            last.try_set_value(asked.clone());
            let answer = read(address.clone(), again);
            async move {
                let (answer, lost) = answer.await;
                // The page may be gone by now.
                if lost && !again && last.try_get_value() == Some(asked) {
                    last.try_set_value(None);
                }
                Kept { address, own, answer }
            }
        },
        false,
    );
    // What the server has sent with the page was asked for there.
    Effect::new(move |_| {
        if let (None, Some(Kept { address, own, .. })) = (last.get_value(), kept.get_untracked()) {
            last.set_value(Some((address, own)));
        }
    });
    kept
}

/// The page of what was read, under its title; what failed takes its place, with a way to try again.
pub(crate) fn shown<T: Readable>(
    data: Read<T>,
    title: impl Fn(&T) -> String + Copy + Send + Sync + 'static,
    view: impl Fn(T) -> AnyView + Copy + Send + Sync + 'static,
) -> AnyView {
    let title = move |answer: &Erased| answer.get::<T>().ok().map(|data| title(&data));
    let view = move |answer: &Erased| answer.get::<T>().ok().map(view);
    let error = |answer: &Erased| answer.get::<T>().err().map(|Refusal(error)| error);
    show(data.kept, Box::new(title), Box::new(view), error)
}

/// What a page makes of what was read: nothing where that failed.
type Made<V> = Box<dyn Fn(&Erased) -> Option<V> + Send + Sync>;

#[cfg(feature = "hydrate")]
#[leptos::wasm_bindgen::prelude::wasm_bindgen(module = "/src/page/morph.js")]
extern "C" {
    /// Whether something on the page would be lost with it: what somebody has typed, or what is shown once.
    fn held() -> bool;
}

/// On the server nobody types.
#[cfg(not(feature = "hydrate"))]
fn held() -> bool {
    false
}

/// What there is to show at an address: what was read, what failed, or both where it was read before and could not be
/// read again.
type Known = (Option<Erased>, Option<Error>);

fn show(
    data: Resource<Kept, OneText>,
    title: Made<String>,
    view: Made<AnyView>,
    failed: fn(&Erased) -> Option<Error>,
) -> AnyView {
    provide_rows();
    let changed = expect_context::<Changed>();
    let last = StoredValue::new(None::<(String, Erased)>);
    let known = move || -> Option<(String, Known)> {
        let Kept { address, answer, .. } = data.get()?;
        let known = match failed(&answer) {
            None => {
                last.try_set_value(Some((address.clone(), answer.clone())));
                (Some(answer), None)
            }
            Some(error) => {
                let before = last.try_get_value().flatten();
                let before = before.filter(|(at, _)| *at == address).map(|(_, answer)| answer);
                match error.code {
                    code if code.passes() => (before, Some(error)),
                    // Whoever is at a form signs in when they send it.
                    Code::Unauthenticated if before.is_some() && held() => (before, None),
                    _ => (None, Some(error)),
                }
            }
        };
        Some((address, known))
    };
    let called = move || match known()? {
        (_, (Some(answer), _)) => title(&answer),
        (_, (None, error)) => error.map(|error| headline(error.code).to_owned()),
    };
    let page = move || {
        let (address, (answer, error)) = known()?;
        let stale = answer.is_some();
        let failed = error.map(|error| match error.code.passes() {
            true => view! { <Lost error stale again=move || changed.again() /> }.into_any(),
            false => view! { <Failure error tenant=tenant(&address) /> }.into_any(),
        });
        Some(view! { {failed} {answer.and_then(|answer| view(&answer))} })
    };
    arrive(move || data.with(|data| Some(path(&data.as_ref()?.address).to_owned())));
    view! {
        <Transition fallback=Skeleton>
            <WindowTitle text=called />
            {page}
        </Transition>
    }
    .into_any()
}

fn path(address: &str) -> &str {
    address.split('?').next().unwrap_or_default()
}

/// The tenant that a page is about, as its address names it; empty where it is about none.
fn tenant(address: &str) -> String {
    let rest = path(address).strip_prefix("/ui/").unwrap_or_default();
    rest.split('/').next().unwrap_or_default().to_owned()
}
