//! How the device is opened for whoever is signed in on it already: without asking, where nobody has been away; by what
//! she types; or for somebody else.

use leptos::prelude::{ArcRwSignal, GetUntracked as _, window};
use shared::sync::wire::ClientId;
use wasm_bindgen_futures::spawn_local;

use super::{
    Beginning, IS_BUSY, SIGN_IN, STAGE, Stage, choose, current, forget, lock, me, open, peers,
    record::{Asks, Opened, Record, Session},
    set_stage, sign_out, unheard, was_locked,
    ways_in::{self, admit, sign_in},
    whoever_is_in,
};
use crate::{
    platform::{draft, lock as leading, update},
    store::{Disk as _, IndexedDb, NAME, Store, Write},
    sync::{
        driver,
        net::{self, SignInReply},
    },
};

/// The session of whoever is signed in here, where she need not be asked to show that it is she.
pub(super) async fn unasked(record: &Record) -> Option<Session> {
    if let Some(session) = record.open_session() {
        return Some(session);
    }
    // Whoever has tried too often gets no further by loading the page anew, although her session may go on. Nor does
    // whoever finds a device whose owner has gone before she had chosen a PIN: else he would choose it.
    if record.is_shut() || (record.has_lock() || choose::is_missing(record)) && lock::is_due(record) {
        return None;
    }
    if let Some(session) = peers::knock(&record.client).await {
        return Some(session);
    }
    if driver::is_to_be_alone() {
        return None;
    }
    record.session(net::key(&record.client).await?)
}

/// For another tab: whoever is signed in, if this one is open for her.
pub(super) fn session_for(client: &ClientId) -> Option<Session> {
    let is_open = me().is_some() && !was_locked();
    current().filter(|session| is_open && session.client == *client)
}

/// Another tab was opened by what she has typed: then this one need not ask her.
pub(super) fn opened_elsewhere(client: &ClientId) {
    if me().is_some() {
        return lock::open();
    }
    if STAGE.with(ArcRwSignal::clone).get_untracked() != Stage::Locked || IS_BUSY.get() {
        return;
    }
    let client = client.clone();
    spawn_local(async move {
        if let Some(session) = peers::knock(&client).await
            && STAGE.with(ArcRwSignal::clone).get_untracked() == Stage::Locked
        {
            open(session, Beginning::Opened).await;
        }
    });
}

/// Opens the device, or the screen over an open page, with what she has typed.
pub async fn unlock(secret: &str) -> Opened {
    let opened = Record::try_with(secret).await;
    match &opened {
        Opened::Yes(session) => {
            let login = session.about.login.clone();
            if me().is_some() {
                lock::open();
            } else {
                lock::is_here();
                open(Session::clone(session), Beginning::Opened).await;
            }
            peers::tell_opened(&session.client);
            if let Some(login) = login {
                spawn_local(come_back(login, secret.to_owned()));
            }
        }
        Opened::Shut if me().is_some() => update::reload(),
        Opened::Shut => set_stage(Stage::SignedOut),
        Opened::Wrong { .. } => {}
    }
    opened
}

/// One of those who share the device has shown in this page, which is open, that she is one of them.
pub fn let_in() {
    lock::open();
    if let Some(session) = current() {
        peers::tell_opened(&session.client);
    }
}

/// Her session at the server may be over: she has just typed what it takes to go on.
async fn come_back(login: String, secret: String) {
    if !net::is_session_over().await {
        return;
    }
    match sign_in(&login, &secret, None).await {
        Ok(SignInReply::SignedIn(who)) => admit(who).await,
        Ok(SignInReply::NeedsCode) => ways_in::went_half_way(login, secret),
        Ok(SignInReply::SetSecond(_)) | Err(_) => {}
    }
}

/// She has got a new PIN or password, or has forgotten hers: the server is to let her in. What lies here stays.
pub fn ask_server() {
    if me().is_some() && draft::is_open() {
        return lock::sign_in_over(false);
    }
    if me().is_some() {
        // Behind the closed screen the page is open.
        let gone = window().location().assign(SIGN_IN);
        debug_assert!(gone.is_ok(), "an address of our own can be gone to");
        return;
    }
    set_stage(Stage::SignedOut);
}

/// What she types to open this device.
pub fn asks() -> Asks {
    Record::read().map_or(Asks::Pin, |record| record.asks)
}

/// Was it tried too often to open this device?
pub fn is_shut() -> bool {
    Record::read().is_some_and(|record| record.is_shut())
}

/// Takes away what lies here of somebody who does not come back. What was not shared is lost: ask first.
pub async fn take_away() {
    if whoever_is_in().is_some() {
        // Behind the closed screen the page is open, and behind the question for a PIN too.
        return sign_out().await;
    }
    // Where it is open in another tab, she is here.
    if !leading::is_held().await
        && let Ok(disk) = IndexedDb::open(NAME, || ()).await
        && disk.write(Store::ALL.map(Write::Clear).to_vec()).await.is_ok()
    {
        // Whoever asks for this is not she: nobody is led to where she signs out elsewhere.
        unheard::sign_out().await;
        forget();
    }
    update::reload();
}
