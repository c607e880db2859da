//! Protected persons: opening them where nothing is kept, who knows of one, and the broken glass.

mod glass;
mod named;
mod online;
mod shield;
mod wishes;

pub use self::{
    glass::{BreakGlass, BrokenGlass},
    online::Online,
    shield::Shield,
};
