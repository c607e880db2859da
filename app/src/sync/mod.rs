//! Runs the engine: the one place that holds it, and the performers of its effects.
//!
//! The engine sits in a `thread_local!`. It is borrowed for one call at a time, never across an
//! `await`, and nobody is told of a change while it is borrowed.

pub mod driver;
pub mod live;
pub mod net;
pub mod signals;
pub mod tabs;
pub mod writer;

use std::cell::RefCell;

use shared::sync::engine::{Effect, Engine};

thread_local! {
    static ENGINE: RefCell<Option<Engine>> = const { RefCell::new(None) };
}

/// Puts a client's engine in place.
pub fn start(engine: Engine) {
    ENGINE.set(Some(engine));
    signals::all_changed();
}

/// Looks at the engine. Views may look while other views look.
pub fn look<T>(look: impl FnOnce(&Engine) -> T) -> Option<T> {
    ENGINE.with_borrow(|engine| engine.as_ref().map(look))
}

/// Changes the engine without effects on rows: something to say, something to remember.
pub fn tell<T>(tell: impl FnOnce(&mut Engine) -> T) -> Option<T> {
    ENGINE.with(|engine| {
        let Ok(mut engine) = engine.try_borrow_mut() else {
            debug_assert!(false, "a view may not change what it looks at");
            return None;
        };
        engine.as_mut().map(tell)
    })
}

/// Changes the engine and performs what follows from it.
pub fn change<T>(change: impl FnOnce(&mut Engine) -> (T, Vec<Effect>)) -> Option<T> {
    let before = look(standing);
    let (result, effects) = tell(change)?;
    perform(effects);
    if look(standing) != before {
        signals::all_changed();
    }
    Some(result)
}

/// Performs what follows from a change.
fn perform(effects: Vec<Effect>) {
    for effect in effects {
        match effect {
            Effect::Store(queued) => writer::store(queued),
            Effect::Keep(keep) => writer::keep(*keep),
            Effect::Changed(rows) => signals::rows_changed(&rows),
        }
    }
    signals::queue_changed();
}

/// What decides, beside the rows, what a view sees: new rights make unknown rows absent.
#[derive(PartialEq)]
struct Standing {
    epoch: Option<Box<str>>,
    grants: usize,
    is_filled: bool,
}

fn standing(engine: &Engine) -> Standing {
    let replica = engine.replica();
    Standing {
        epoch: replica.grants().map(|grants| grants.epoch.clone()),
        grants: replica.actor().grants.len(),
        is_filled: engine.is_filled(),
    }
}
