//! An open page hears of changes made anywhere, and what it shows is read again.

use crate::form::Changed;
use leptos::prelude::*;

/// Listens for as long as the frame is there and somebody looks.
pub(super) fn listen(path: Memo<String>, changed: Changed) {
    #[cfg(feature = "hydrate")]
    ears::listen(path, changed);
    #[cfg(not(feature = "hydrate"))]
    let _ = (path, changed);
}

#[cfg(feature = "hydrate")]
mod ears {
    use crate::{browser::typing, form::Changed};
    use leptos::{
        prelude::*,
        wasm_bindgen::{JsCast, closure::Closure},
        web_sys::{EventSource, MessageEvent},
    };
    use std::time::Duration;

    /// What comes within this time is shown together.
    const TOGETHER: Duration = Duration::from_millis(300);
    /// How soon a connection that was refused is tried again: twice as late each time, and never later than that.
    const SOON: Duration = Duration::from_secs(2);
    const LATE: Duration = Duration::from_secs(60);
    /// What only pages of these names show.
    const DATA: [(&str, &str); 3] = [("EXECUTION", "/executions"), ("FLOW", "/flows"), ("NAMESPACE", "/namespaces")];

    /// What the pages of invitations have in common.
    const INVITATION: &str = "/ui/invitation";

    /// Lets the page be read again, as soon as nobody loses anything by it.
    fn tell(changed: Changed, waiting: StoredValue<bool>) {
        set_timeout(
            move || match waiting.try_get_value() {
                Some(true) if typing() => tell(changed, waiting),
                Some(true) => {
                    waiting.set_value(false);
                    changed.again();
                }
                _ => {}
            },
            TOGETHER,
        );
    }

    pub(super) fn listen(path: Memo<String>, changed: Changed) {
        let scope = Memo::new(move |_| path.with(|path| scope(path).to_owned()));
        let waiting = StoredValue::new(false);
        let heard = move || {
            if waiting.try_get_value() == Some(false) {
                waiting.set_value(true);
                tell(changed, waiting);
            }
        };
        let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            let word = event.data().as_string().unwrap_or_default();
            let elsewhere = path.try_with_untracked(|path| {
                // A tenant's first page counts its flows and namespaces. Executions come and go too fast for it.
                let first = word != "EXECUTION" && path.starts_with("/ui/") && path.matches('/').count() == 2;
                let page = |name: &str| path.contains(name) || path.contains("/audit");
                DATA.iter().any(|(data, name)| *data == word && !first && !page(name))
            });
            if elsewhere == Some(false) {
                heard();
            }
        });
        // What happened while nobody listened is caught up with.
        let lost = StoredValue::new(false);
        let source = StoredValue::new_local(None::<EventSource>);
        // A browser connects again by itself, but not where it was answered with an error, as by a proxy whose server
        // is being started.
        let (closed, pause) = (RwSignal::new(0_u32), StoredValue::new(SOON));
        let on_error = Closure::<dyn Fn()>::new(move || {
            lost.try_set_value(true);
            let over = |source: &Option<EventSource>| {
                source.as_ref().is_some_and(|source| source.ready_state() == EventSource::CLOSED)
            };
            if source.try_with_value(over) == Some(true) {
                let wait = pause.try_get_value().unwrap_or(LATE);
                pause.try_set_value((wait * 2).min(LATE));
                set_timeout(
                    move || {
                        closed.try_update(|count| *count = count.wrapping_add(1));
                    },
                    wait,
                );
            }
        });
        let on_open = Closure::<dyn Fn()>::new(move || {
            pause.try_set_value(SOON);
            if lost.try_get_value() == Some(true) {
                lost.set_value(false);
                heard();
            }
        });
        let online = window_event_listener_untyped("online", move |_| heard());
        let visible = RwSignal::new(true);
        let looked = window_event_listener_untyped("visibilitychange", move |_| visible.set(!document().hidden()));
        on_cleanup(move || {
            looked.remove();
            online.remove();
            if let Some(source) = source.try_update_value(Option::take).flatten() {
                source.close();
            }
        });
        Effect::new(move |before: Option<(bool, String)>| {
            // What this window changes shows that somebody is signed in, perhaps again.
            changed.own.track();
            changed.elsewhere.track();
            closed.track();
            let (here, at) = (visible.get(), scope.get());
            let open = |source: &EventSource| source.ready_state() != EventSource::CLOSED;
            let heard_from = source.with_value(|source| source.as_ref().is_some_and(open));
            if heard_from && before.as_ref() == Some(&(here, at.clone())) {
                return (here, at);
            }
            if let Some(source) = source.try_update_value(Option::take).flatten() {
                source.close();
            }
            // A browser keeps few connections to one server: windows that nobody sees do without.
            // Whoever is invited may not be signed in yet, and nothing comes to that page.
            if here && at != INVITATION {
                if let Ok(opened) = EventSource::new(&format!("/live?at={at}")) {
                    opened.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
                    opened.set_onerror(Some(on_error.as_ref().unchecked_ref()));
                    opened.set_onopen(Some(on_open.as_ref().unchecked_ref()));
                    source.set_value(Some(opened));
                }
                if before.is_some_and(|(seen, _)| !seen) {
                    heard();
                }
            }
            (here, at)
        });
    }

    /// The part of a path that says what one listens to. The audit log also shows what was denied.
    fn scope(path: &str) -> &str {
        if path == "/administration/audit" {
            return path;
        }
        match path.strip_prefix("/ui/").map(|rest| rest.split_once('/').unwrap_or((rest, ""))) {
            Some((_, "audit")) => path,
            Some((tenant, _)) => &path[..4 + tenant.len()],
            None => "/",
        }
    }
}
