//! What tables share: the box they scroll in, heads that sort, and rows that are on their way.

use crate::browser::hold;
use leptos::{
    prelude::*,
    tachys::{reactive_graph::OwnedView, view::keyed::keyed},
};
use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

/// The box around a table; where the window is narrow it scrolls sideways, with the keyboard too.
#[component]
pub(crate) fn TableBox(
    /// What the table lists.
    label: &'static str,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="table-scroll" tabindex="0" role="region" aria-label=label>
            {children()}
        </div>
    }
}

/// Which way a column is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// Smallest first.
    Ascending,
    /// Largest first.
    Descending,
}

/// A column's head that sorts by it.
#[component]
pub(crate) fn SortHead(
    /// The column.
    label: &'static str,
    /// Address of the list sorted by it, or the other way where it is already.
    href: String,
    /// How the list is sorted by it; nothing where it is sorted by another.
    order: Option<Order>,
    /// The column's look: `numeric`, `minor`.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    let (mark, sort) = match order {
        None => ("sort", None),
        Some(Order::Ascending) => ("sort sorted", Some("ascending")),
        Some(Order::Descending) => ("sort sorted descending", Some("descending")),
    };
    view! {
        <th scope="col" class=class aria-sort=sort>
            <a href=href>{label} " " <span class=mark aria-hidden="true"></span></a>
        </th>
    }
}

/// Owns what rows have, as signals of their forms. It outlives each reading of the page.
#[derive(Clone)]
struct Rows(Owner);

/// Lets rows below keep what they have when what is around them is made anew.
pub(crate) fn provide_rows() {
    provide_context(Rows(Owner::new()));
}

/// Rows, each known by its key: when the list is read again, those that stay are the same elements, with all they have.
pub(crate) fn rows<T: Send + 'static, K: Hash>(
    all: Vec<T>,
    key: impl Fn(&T) -> K,
    row: impl Fn(T) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    let row = Arc::new(row);
    let each = all.into_iter().map(|one| {
        let row = row.clone();
        Row { key: digest(&key(&one)), view: Box::new(move || row(one)) }
    });
    keyed_rows(each.collect())
}

/// A row, whatever it is of: all that tells what is the same and what has moved is there once, and not for each list.
struct Row {
    key: [u64; 2],
    view: Box<dyn FnOnce() -> AnyView + Send>,
}

/// As good as the key itself: nobody finds two keys with the same.
fn digest(key: &impl Hash) -> [u64; 2] {
    [0_u8, 1].map(|turn| {
        let mut hasher = DefaultHasher::new();
        turn.hash(&mut hasher);
        key.hash(&mut hasher);
        hasher.finish()
    })
}

fn keyed_rows(all: Vec<Row>) -> AnyView {
    hold();
    let parent = use_context::<Rows>().map(|Rows(owner)| owner).or_else(Owner::current).unwrap_or_default();
    let row = move |_, row: Row| {
        let owner = parent.child();
        let view = owner.with(row.view);
        (|_: usize| (), OwnedView::new_with_owner(view, owner))
    };
    keyed(all, |row| row.key, row).into_any()
}

/// Rows that are on their way; shown only when that takes a while.
#[component]
pub(crate) fn Skeleton() -> impl IntoView {
    view! {
        <div class="skeleton" aria-hidden="true">
            {(0..8).map(|_| view! { <div class="skeleton-row"></div> }).collect_view()}
        </div>
    }
}
