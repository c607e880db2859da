//! The dice of the simulation.

/// Numbers from a seed (splitmix64): the same seed is the same history.
pub struct Dice(u64);

impl Dice {
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % sides
    }

    pub fn chance(&mut self, one_in: u64) -> bool {
        self.roll(one_in) == 0
    }

    pub fn pick<T: Clone>(&mut self, list: &[T]) -> T {
        let count = u64::try_from(list.len()).expect("a short list");
        list[usize::try_from(self.roll(count)).expect("a short list")].clone()
    }
}
