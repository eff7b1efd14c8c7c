//! What a page shows is read anew where one goes on, where something was changed here, and where it was changed
//! elsewhere. Only the first two were asked for by a person.
//!
//! Every page reads something else, and a browser must not download once more for each of them how that is done. So what
//! was read is kept as one type for all of them, and a page's own type is met only at both ends.

use crate::{
    api::{Answer, Refusal},
    ask::{Asked, Call, Data, Readable, ask, unexpected},
    browser::held,
    form::{Changed, arrive},
    ui::{Failure, Lost, Skeleton, WindowTitle, headline, provide_rows},
};
use leptos::prelude::{
    codee::{Decoder, Encoder},
    *,
};
use model::{Code, Error};
use std::marker::PhantomData;

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
}

/// What was read, whatever it is.
#[derive(Debug, Clone)]
struct Kept {
    address: String,
    /// How much was changed in this window by then.
    own: u32,
    answer: Answer<Data>,
}

impl Kept {
    fn reading<T: Readable>(self) -> Reading<T> {
        let answer = self.answer.and_then(|data| data.value().cloned().ok_or_else(unexpected));
        Reading { answer, address: self.address }
    }
}

/// How an answer comes with the page: what was read behind a mark, or why nothing was.
fn written(answer: &Answer<Data>) -> String {
    match answer {
        Ok(data) => format!("+{}", data.text()),
        Err(refusal) => format!("-{}", serde_json::to_string(refusal).unwrap_or_default()),
    }
}

/// What came with the page is none of ours.
#[derive(Debug)]
pub(crate) struct Foreign;

fn read(text: &str) -> Result<Answer<Data>, Foreign> {
    if let Some(data) = text.strip_prefix('+') {
        return Ok(Ok(Data::sent(data)));
    }
    let refusal = text.strip_prefix('-').ok_or(Foreign)?;
    serde_json::from_str::<Refusal>(refusal).map(Err).map_err(|_| Foreign)
}

/// How what was read comes with the page: what was changed by then, the address and the answer, a line each.
#[derive(Debug)]
struct OneText;

impl Encoder<Kept> for OneText {
    type Error = std::convert::Infallible;
    type Encoded = String;

    fn encode(Kept { address, own, answer }: &Kept) -> Result<String, Self::Error> {
        Ok(format!("{own}\n{address}\n{}", written(answer)))
    }
}

impl Decoder<Kept> for OneText {
    type Error = Foreign;
    type Encoded = str;

    fn decode(text: &str) -> Result<Kept, Foreign> {
        let mut lines = text.splitn(3, '\n');
        let (Some(own), Some(address), Some(answer)) = (lines.next(), lines.next(), lines.next()) else {
            return Err(Foreign);
        };
        let own = own.parse().map_err(|_| Foreign)?;
        Ok(Kept { address: address.to_owned(), own, answer: read(answer)? })
    }
}

/// The same of what is read only where it is needed.
#[derive(Debug)]
pub(crate) struct WhereNeeded;

impl Encoder<Option<Answer<Data>>> for WhereNeeded {
    type Error = std::convert::Infallible;
    type Encoded = String;

    fn encode(answer: &Option<Answer<Data>>) -> Result<String, Self::Error> {
        Ok(answer.as_ref().map(written).unwrap_or_default())
    }
}

impl Decoder<Option<Answer<Data>>> for WhereNeeded {
    type Error = Foreign;
    type Encoded = str;

    fn decode(text: &str) -> Result<Option<Answer<Data>>, Foreign> {
        if text.is_empty() { Ok(None) } else { read(text).map(Some) }
    }
}

/// Reads by what `call` says whenever there may be something new. It is given the address, and whether a page reads again
/// by itself what it shows already: then nobody asked, and nothing that is said once is taken for it.
pub(crate) fn reading<F: Call>(
    address: Memo<String>,
    call: impl Fn(String, bool) -> F + Send + Sync + 'static,
) -> Read<F::Output> {
    reading_by(address, move |address, again| ask(call(address, again)))
}

/// The same, for whoever does something with what comes.
pub(crate) fn reading_by<T>(
    address: Memo<String>,
    read: impl Fn(String, bool) -> Asked + Send + Sync + 'static,
) -> Read<T> {
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
                let answer = answer.await;
                let lost = answer.as_ref().is_err_and(|Refusal(error)| error.code.passes());
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
    let read = |data: &Data| data.value::<T>().is_some();
    let title = move |data: &Data| data.value::<T>().map(title);
    let view = move |data: &Data| data.value::<T>().cloned().map(view);
    show(data.kept, read, Box::new(title), Box::new(view))
}

/// What a page makes of what was read.
type Made<V> = Box<dyn Fn(&Data) -> Option<V> + Send + Sync>;

/// What there is to show at an address: what was read, what failed, or both where it was read before and could not be
/// read again.
type Known = (Option<Data>, Option<Error>);

fn show(
    data: Resource<Kept, OneText>,
    readable: fn(&Data) -> bool,
    title: Made<String>,
    view: Made<AnyView>,
) -> AnyView {
    provide_rows();
    let changed = expect_context::<Changed>();
    let last = StoredValue::new(None::<(String, Data)>);
    let known = move || -> Option<(String, Known)> {
        let Kept { address, answer, .. } = data.get()?;
        let known = match answer.and_then(|data| if readable(&data) { Ok(data) } else { Err(unexpected()) }) {
            Ok(data) => {
                last.try_set_value(Some((address.clone(), data.clone())));
                (Some(data), None)
            }
            Err(Refusal(error)) => {
                let before = last.try_get_value().flatten();
                let before = before.filter(|(at, _)| *at == address).map(|(_, data)| data);
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
        (_, (Some(data), _)) => title(&data),
        (_, (None, error)) => error.map(|error| headline(error.code).to_owned()),
    };
    let page = move || {
        let (address, (data, error)) = known()?;
        let stale = data.is_some();
        let failed = error.map(|error| match error.code.passes() {
            true => view! { <Lost error stale again=move || changed.again() /> }.into_any(),
            false => view! { <Failure error tenant=tenant(&address) /> }.into_any(),
        });
        Some(view! { {failed} {data.and_then(|data| view(&data))} })
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
