//! Identifiers and random bytes: minted here, so that `shared` draws nothing at random.

use leptos::prelude::window;
use shared::prim::Id;
use uuid::Builder;

use super::clock;

/// A new identifier: a UUID of version 7, which sorts by the time it was made.
pub fn new_id<T: ?Sized>() -> Id<T> {
    let mut random = [0; 10];
    fill(&mut random);
    let millis = u64::try_from(clock::now().0).unwrap_or_default();
    let uuid = Builder::from_unix_timestamp_millis(millis, &random).into_uuid();
    Id::parse(&uuid.to_string()).expect("a UUID is 36 characters of 0-9, a-f and -")
}

/// Fills `bytes`, at most 65 536, with random ones.
pub fn fill(bytes: &mut [u8]) {
    window()
        .crypto()
        .and_then(|crypto| crypto.get_random_values_with_u8_array(bytes))
        .expect("every browser that runs wasm draws random numbers");
}

/// A fraction of one, for pauses that should not be in step; not for secrets.
pub fn fraction() -> f64 {
    js_sys::Math::random()
}
