//! The rules of Minvei: what may be done, by whom, and how it is shared.
//!
//! Pure by contract: no IO, no clock, no randomness. The same functions run on the phone, where
//! their answer is a forecast, and on the server, where it is the law.

pub mod command;
pub mod domain;
pub mod entity;
#[cfg(feature = "planted")]
pub mod faults;
pub mod policy;
pub mod prim;
pub mod registry;
pub mod rejection;
pub mod sync;
#[cfg(feature = "testkit")]
pub mod testkit;
pub mod view;

pub use command::{Ask, Change, Command, Ctx};
pub use entity::{Entity, Grant, Key, Part, Tag};
pub use policy::{Action, Actor, Permit, Role};
pub use registry::{AnyCommand, Kind, Record};
pub use rejection::Rejection;
pub use view::{Halt, Row, Source, View, Want};

/// The schema this build speaks: raised when a command, kind or field is added.
///
/// A command marked with a higher number than the server's own stops that client's queue
/// instead of being refused: the server was rolled back and will understand it again.
pub const SCHEMA: u16 = 1;

/// Is this fault planted? Always `false`, and compiled away, in a build without the feature.
#[cfg(not(feature = "planted"))]
macro_rules! planted {
    ($fault:ident) => {
        false
    };
    ($fault:ident => $act:expr) => {};
}
#[cfg(feature = "planted")]
macro_rules! planted {
    ($fault:ident) => {
        $crate::faults::is($crate::faults::Fault::$fault)
    };
    ($fault:ident => $act:expr) => {
        if $crate::planted!($fault) {
            $act
        }
    };
}
pub(crate) use planted;
