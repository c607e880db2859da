//! The token of a session that keeps nothing. It lies in memory alone, goes with every request in the place of the
//! cookie, and is gone with the page.

use std::cell::RefCell;

thread_local! {
    static TOKEN: RefCell<Option<Box<str>>> = const { RefCell::new(None) };
}

/// From now on this page shows `token` to the server, and keeps nothing.
pub fn set(token: Box<str>) {
    TOKEN.set(Some(token));
}

/// Does this page keep nothing?
pub fn is_here() -> bool {
    TOKEN.with_borrow(Option::is_some)
}

/// What each request says of it, if there is one.
pub fn header() -> Option<String> {
    TOKEN.with_borrow(|token| token.as_ref().map(|token| format!("Bearer {token}")))
}
