//! Icons: one family, drawn with strokes on a grid of 16. They repeat what a word beside them says.

#![allow(dead_code, reason = "only the server draws them, and it alone names those of the navigation")]

use leptos::prelude::*;

macro_rules! icons {
    ($($name:ident = $path:literal),* $(,)?) => {
        /// A drawing.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Icon { $($name),* }

        impl Icon {
            /// What its drawing is known by in the document.
            pub(crate) fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name)),* }
            }

            /// All drawings, once in a document.
            pub(crate) fn drawings() -> AnyView {
                view! {
                    <svg class="drawings" aria-hidden="true">
                        $(<symbol id=concat!("icon-", stringify!($name)) viewBox="0 0 16 16"><path d=$path /></symbol>)*
                    </svg>
                }
                .into_any()
            }
        }
    };
}

icons! {
    Alert = "M8 2 1.6 13.5h12.8zM8 6.5v3M8 11.4v.1",
    Check = "m3 8.5 3.2 3L13 4.8",
    Chevron = "m4.5 6.5 3.5 3.5 3.5-3.5",
    Close = "m4 4 8 8M12 4l-8 8",
    Copy = "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
    Dots = "M3.5 8h.01M8 8h.01M12.5 8h.01",
    Flow = "M2.5 2.5h4v4h-4zM9.5 9.5h4v4h-4zM4.5 6.5v5h5",
    Folder = "M2 3.5h4.5L8 5.5h6v7.5H2z",
    Home = "m2 7.5 6-5 6 5M3.5 6.5v7h9v-7M6.5 13.5v-4h3v4",
    Info = "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 7.5v3.2M8 5.2v.1",
    Key = "M5.5 13a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM7.6 7.9 13.5 2M11 4.5 13 6.5",
    Log = "M3.5 2.5h9v11h-9zM6 5.5h4M6 8h4M6 10.5h2.5",
    Mail = "M2 3.5h12v9H2zM2 4l6 5 6-5",
    Menu = "M2.5 4.5h11M2.5 8h11M2.5 11.5h11",
    Moon = "M13.2 9.6A5.7 5.7 0 0 1 6.4 2.8a5.7 5.7 0 1 0 6.8 6.8z",
    Pencil = "m10.6 2.9 2.5 2.5L5.6 13l-3 .5.5-3z",
    Plus = "M8 3v10M3 8h10",
    Play = "M4.5 2.8v10.4L13 8z",
    Role = "M8 2 3 4v3.5c0 3 2 5 5 6.5 3-1.5 5-3.5 5-6.5V4z",
    Screen = "M2 3h12v8H2zM6 14h4M8 11v3",
    Search = "M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10zM10.7 10.7 14 14",
    Star = "m8 1.8 1.9 3.9 4.3.6-3.1 3 .7 4.3L8 11.6l-3.8 2 .7-4.3-3.1-3 4.3-.6z",
    Sync = "M13 6.5A5.3 5.3 0 0 0 3.6 5M3 2.5V5h2.5M3 9.5A5.3 5.3 0 0 0 12.4 11M13 13.5V11h-2.5",
    Sun = "M8 10.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6zM8 1.5v1.3M8 13.2v1.3M1.5 8h1.3M13.2 8h1.3M3.4 3.4l.9.9M11.7 11.7l.9.9M3.4 12.6l.9-.9M11.7 4.3l.9-.9",
    Tenant = "M3 13.5v-11h6.5v11M9.5 6.5H13v7M1.5 13.5h13M5.3 5.3h2M5.3 8h2M5.3 10.7h2",
    Trash = "M2.5 4.5h11M6 4.5v-2h4v2M4 4.5l.6 9h6.8l.6-9",
    Users = "M6 7.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM1.5 13.5c0-2.6 1.9-4 4.5-4s4.5 1.4 4.5 4M10.5 7.4a2.4 2.4 0 1 0-.6-4.7M12 9.8c1.6.5 2.5 1.8 2.5 3.7",
}

impl Icon {
    /// The drawing, hidden from screen readers.
    pub(crate) fn view(self) -> impl IntoView {
        drawn(self.name())
    }
}

/// The drawing of that name.
pub(crate) fn drawn(name: &str) -> impl IntoView + use<> {
    view! {
        <svg class="icon" aria-hidden="true">
            <use href=format!("#icon-{name}")></use>
        </svg>
    }
}
