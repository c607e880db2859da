//! Runs the engine: the one place that holds it, and the performers of its effects.
//!
//! The engine sits in a `thread_local!`. It is borrowed for one call at a time, never across an
//! `await`, and nobody is told of a change while it is borrowed.

pub mod accounts;
pub mod bearer;
pub mod driver;
pub mod live;
pub mod log;
pub mod looks;
pub mod net;
pub mod oidc;
pub mod older;
pub mod passkeys;
pub mod signals;
pub mod tabs;
pub mod writer;

use std::cell::RefCell;

use shared::sync::engine::{Effect, Engine, Told};

use self::tabs::Ask;
use crate::platform::clock;

thread_local! {
    static ENGINE: RefCell<Option<Engine>> = const { RefCell::new(None) };
}

/// Puts a client's engine in place.
pub fn start(engine: Engine) {
    ENGINE.set(Some(engine));
    signals::all_changed();
}

/// Puts the engine of the tab that leads in place, and takes over what was done here while it followed.
pub fn succeed(engine: Engine) {
    let carried = look(Engine::carry).unwrap_or_default();
    start(engine);
    tabs::lead();
    change(|engine| ((), engine.take_in(carried, clock::now())));
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

/// Is something that was done here not safe yet? Then the page must not be left.
pub fn is_saving() -> bool {
    look(|engine| !engine.carry().0.is_empty()).unwrap_or(false)
}

/// Performs what follows from a change: the tab that leads writes and tells the others, the others ask it.
fn perform(effects: Vec<Effect>) {
    for effect in effects {
        match effect {
            Effect::Store(queued) if tabs::follows() => tabs::ask(Ask::TakeOver(queued.text)),
            Effect::Store(queued) => {
                tabs::tell(|| Told::Queued(queued.clone()));
                writer::store(queued);
            }
            Effect::Keep(keep) if tabs::follows() => keep.drop.into_iter().for_each(|seq| tabs::ask(Ask::Drop(seq))),
            Effect::Keep(keep) => {
                tabs::tell(|| Told::Kept(keep.clone()));
                writer::keep(*keep);
            }
            Effect::Changed(rows) => signals::rows_changed(&rows),
            Effect::Stands(rows) => signals::rows_stand(&rows),
        }
    }
    signals::queue_changed();
    older::renew();
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
