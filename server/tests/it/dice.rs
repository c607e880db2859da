//! Chance that can be repeated: numbers from a seed that is printed.

use std::{
    hash::{BuildHasher as _, Hasher as _, RandomState},
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::Duration,
};

/// Numbers from a seed (splitmix64), drawn by many.
pub struct Dice(AtomicU64);

impl Dice {
    /// Begins with the seed of `MINVEI_SEED`, else with another one each time, and says which.
    pub fn take() -> Self {
        let asked: Option<u64> = std::env::var("MINVEI_SEED").ok().and_then(|text| text.parse().ok());
        let seed = asked.unwrap_or_else(|| RandomState::new().build_hasher().finish());
        println!("MINVEI_SEED={seed}");
        Self(AtomicU64::new(seed))
    }

    /// A number below `sides`.
    pub fn roll(&self, sides: u64) -> u64 {
        let mut z = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % sides
    }

    /// A place in a list of this length.
    pub fn place(&self, length: usize) -> usize {
        usize::try_from(self.roll(length as u64)).unwrap()
    }

    /// Lets some time pass: less than so many milliseconds.
    pub fn dawdle(&self, most: u64) {
        thread::sleep(Duration::from_millis(self.roll(most)));
    }

    /// So many instants on the way to `end`, in order.
    pub fn instants(&self, count: usize, end: u64) -> Vec<u64> {
        let mut instants: Vec<u64> = (0..count).map(|_| self.roll(end)).collect();
        instants.sort_unstable();
        instants
    }
}
