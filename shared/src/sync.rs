//! How replicas and the server come to agree: two machines without IO, and what they say.

pub mod authority;
pub mod engine;
#[cfg(feature = "planted")]
pub mod faults;
pub mod pull;
pub mod replica;
pub mod wire;

/// Is this fault planted? Always `false`, and compiled away, in a build without the feature.
#[cfg(not(feature = "planted"))]
macro_rules! planted {
    ($fault:ident) => {
        false
    };
}
#[cfg(feature = "planted")]
macro_rules! planted {
    ($fault:ident) => {
        $crate::sync::faults::is($crate::sync::faults::Fault::$fault)
    };
}
pub(crate) use planted;
