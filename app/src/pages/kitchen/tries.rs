//! How often somebody has tried a PIN in vain on this tablet. A page that is loaded anew forgets nothing.

use gloo_storage::{LocalStorage, Storage as _};
use shared::{domain::crew::Crew, prim::Id};

use crate::platform::clock;

/// So many wrong PINs in a row, and nobody tries this one for a while.
const MOST: u8 = 5;
/// How long, in milliseconds.
const WAIT: i64 = 5 * 60 * 1_000;

/// Must whoever says that she is this one wait?
pub(super) fn must_wait(crew: &Id<Crew>) -> bool {
    so_far(crew) >= MOST
}

/// A PIN is tried: it counts before it is known what comes of it.
pub(super) fn count(crew: &Id<Crew>) {
    // Where it cannot be written, nobody is made to wait.
    let _ = LocalStorage::set(place(crew), (so_far(crew) + 1, clock::now().0));
}

/// It was right.
pub(super) fn forget(crew: &Id<Crew>) {
    LocalStorage::delete(place(crew));
}

fn so_far(crew: &Id<Crew>) -> u8 {
    match LocalStorage::get::<(u8, i64)>(place(crew)) {
        Ok((count, at)) if count < MOST || (0..WAIT).contains(&(clock::now().0 - at)) => count.min(MOST),
        Ok(_) | Err(_) => 0,
    }
}

fn place(crew: &Id<Crew>) -> String {
    format!("minvei.tries.{crew}")
}
