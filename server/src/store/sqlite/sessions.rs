//! Sessions in memory beside the database. Every request asks for its session, and nobody but this
//! process opens and ends sessions here: it holds the lock of the folder.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::store::Session;

/// The most sessions in memory; beyond, they are read anew.
const MOST: usize = 50_000;

/// The sessions that were asked for, by the digest of their token.
#[derive(Default)]
pub(super) struct Sessions(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    known: HashMap<String, Session>,
    /// Counts what was forgotten, so that nothing older is learnt afterwards.
    age: u64,
}

/// When a session was looked for in vain.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Age(u64);

impl Sessions {
    /// The session of this token, or when it was not known.
    pub(super) fn get(&self, token: &str) -> Result<Session, Age> {
        let inner = self.lock();
        inner.known.get(token).cloned().ok_or(Age(inner.age))
    }

    /// Remembers what has been read since `age`, unless something was forgotten meanwhile.
    pub(super) fn learn(&self, token: &str, session: &Session, age: Age) {
        let mut inner = self.lock();
        if Age(inner.age) != age {
            return;
        }
        if inner.known.len() >= MOST {
            inner.known.clear();
        }
        inner.known.insert(token.to_owned(), session.clone());
    }

    /// Forgets the sessions of which this is true; called once the database no longer has them so.
    pub(super) fn forget(&self, is_over: impl Fn(&str, &Session) -> bool) {
        let mut inner = self.lock();
        inner.age += 1;
        inner.known.retain(|token, session| !is_over(token, session));
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // Whoever panicked has left a whole map behind.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
