//! Recovery codes are shown this once: they take the place of any page until she has written them down.

use leptos::prelude::{ArcRwSignal, GetUntracked as _};

use super::{STAGE, Stage, current, elsewhere, set_stage, ways_in::begin_by};
use crate::{
    platform::{draft, update},
    sync::net::SignedIn,
};

/// Recovery codes that nobody has written down yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Codes {
    /// The codes.
    pub recovery: Vec<String>,
    /// Whose they are.
    pub called: String,
    /// What comes when she has written them down.
    then: Then,
}

/// What comes after the codes.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Then {
    /// Her session begins: the server has just let her in.
    Begin(Box<SignedIn>),
    /// This page stands again where it stood.
    GoOn(Box<Stage>),
}

/// Shows the codes of somebody whose session begins when she has written them down.
pub(super) fn before_session(who: SignedIn) {
    let (recovery, called) = (who.recovery.clone(), who.name.clone());
    set_stage(Stage::Codes(Codes { recovery, called, then: Then::Begin(Box::new(who)) }));
}

/// Shows the codes of whoever is at work here.
pub fn show_codes(recovery: Vec<String>) {
    let called = current().map(|session| session.about.name).unwrap_or_default();
    let before = STAGE.with(ArcRwSignal::clone).get_untracked();
    set_stage(Stage::Codes(Codes { recovery, called, then: Then::GoOn(Box::new(before)) }));
}

/// She has written them down. She comes back where she was, for the address stays.
pub async fn written_down() {
    let Stage::Codes(Codes { then, .. }) = STAGE.with(ArcRwSignal::clone).get_untracked() else { return };
    draft::set_unread(false);
    if update::is_overdue() {
        return update::reload();
    }
    match then {
        Then::Begin(who) => begin_by(*who, None).await,
        Then::GoOn(stage) => {
            set_stage(*stage);
            // What happened in other tabs meanwhile was not acted on.
            elsewhere();
        }
    }
}
