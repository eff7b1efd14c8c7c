//! The web: who a browser is, what it may load, and the pages.

pub mod assets;
pub mod caller;
pub mod compress;
pub mod csrf;
pub mod guard;
pub mod health;
pub mod live;
pub mod pages;
pub mod proxy;
pub mod rendering;
pub mod session;
