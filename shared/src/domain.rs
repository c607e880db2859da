//! The things the centres work with, one file each: type, commands, views, tests.

pub mod attendance;
pub mod crew;
pub mod day_off;
pub mod erasure;
pub mod exception;
pub mod former;
pub mod glass;
pub mod group;
pub mod held;
pub mod look;
pub mod menu;
pub mod order;
pub mod packing;
pub mod person;
pub mod school;
pub mod series;
pub mod shield;
pub mod staff;
pub mod standing;
pub mod week;
