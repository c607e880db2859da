//! A session that keeps nothing: her rows, what waits and her token are in the memory of this page, and gone with it.
//!
//! It has no record and no disk, speaks with no other tab, and asks the server again and again instead of listening.

use std::{cell::Cell, pin::pin, rc::Rc};

use futures::future::{Either, select};
use leptos::{
    logging::warn,
    prelude::{GetUntracked as _, document, window},
};
use shared::{
    policy::Role,
    sync::{
        engine::{Engine, Meta, Saved},
        wire::ClientId,
    },
};
use wasm_bindgen_futures::spawn_local;

use super::{
    IS_BUSY, SIGN_IN, Stage, forget,
    record::{About, Session},
    set_stage,
};
use crate::{
    db::Trouble,
    platform::{clock, ids, js, lock as leading, update},
    presence,
    store::{Disk as _, IndexedDb, NAME, Place, Store, Vault, Write},
    sync::{
        self, bearer, driver,
        net::{self, Fault, SignInReply, SignedIn, SignedOut},
        signals, writer,
    },
};

/// The address at which nothing is kept from the start.
const ADDRESS: &str = "/online";
/// How often the server is asked while somebody looks at the page, in milliseconds.
const ASKS: u32 = 15_000;
/// How often it is looked whether she has gone, in milliseconds.
const TICK: u32 = 5_000;
/// How long other tabs may take to let go of the disk, and the server to hear that it is over, in milliseconds.
const PATIENCE: u32 = 2_000;

thread_local! {
    static IS_WANTED: Cell<bool> = const { Cell::new(false) };
    /// When somebody last touched the page.
    static SEEN: Cell<i64> = const { Cell::new(0) };
}

/// Does this page keep nothing?
pub fn keeps_nothing() -> bool {
    bearer::is_here()
}

/// Was this page opened to keep nothing? Then it has not looked at what lies on the device, and never does.
pub fn is_online_wanted() -> bool {
    IS_WANTED.get()
}

/// Looks whether this page is opened to keep nothing.
pub(super) fn is_asked_for() -> bool {
    let is_asked_for = window().location().pathname().is_ok_and(|path| path.trim_end_matches('/') == ADDRESS);
    IS_WANTED.set(is_asked_for);
    is_asked_for
}

/// A client for this page, if nobody is at work on it.
pub(super) fn newcomer() -> Result<ClientId, Fault> {
    if sync::look(|_| ()).is_some() { Err(Fault::OtherPerson) } else { Ok(ids::new_id()) }
}

/// Asks the server to let her in where nothing is kept.
pub(super) async fn sign_in(login: &str, secret: &str, code: Option<&str>) -> Result<SignInReply, Fault> {
    net::sign_in(login, secret, code, &newcomer()?, None, false).await
}

/// The server lets her in only where nothing is kept: the same once more. `before` is what her secret opens here; what
/// lies on the device of hers goes first, and with it this page.
pub(super) async fn instead(
    login: &str,
    secret: &str,
    code: Option<&str>,
    before: Option<&Session>,
) -> Result<SignInReply, Fault> {
    if before.is_some_and(|before| before.about.login.as_deref().is_some_and(|hers| is_same(hers, login))) {
        take_away().await;
        return Err(Fault::OnlineOnly);
    }
    sign_in(login, secret, code).await
}

/// Codes of cards are typed with and without hyphens, in capitals and not.
fn is_same(one: &str, other: &str) -> bool {
    let bare = |text: &str| text.chars().filter(|letter| letter.is_alphanumeric()).collect::<String>().to_lowercase();
    bare(one) == bare(other)
}

/// Takes away what lies here of somebody of whom nothing may, and begins anew.
async fn take_away() {
    IS_BUSY.set(true);
    driver::stop();
    let disk = writer::stop();
    // Other tabs hear of it, load themselves anew and let go of the disk.
    forget();
    if disk.is_none() && leading::is_held().await {
        clock::sleep(PATIENCE).await;
    }
    let emptied = match disk {
        Some(disk) => disk.wipe().await,
        None => match IndexedDb::open(NAME, || ()).await {
            Ok(disk) => disk.write(Store::ALL.map(Write::Clear).to_vec()).await,
            Err(fault) => Err(fault),
        },
    };
    if let Err(fault) = emptied {
        warn!("the disk was not emptied: {fault}");
    }
    update::reload();
}

/// Opens this page, and nothing else, for whom the server has let in.
pub(super) fn begin(who: SignedIn, token: Box<str>) {
    let SignedIn { user, name, role, client, key, .. } = who;
    let session = Session { client, key, about: About { user, name, role, link: None, login: None } };
    let Some(seal) = session.seal() else {
        warn!("the server has sent no key");
        return set_stage(Stage::SignedOut);
    };
    bearer::set(token);
    let me = session.me();
    writer::start(Rc::new(Vault::new(Place::Nowhere, seal)));
    sync::start(Engine::restore(Meta::new(session.client), Saved::default(), clock::now()));
    driver::start();
    watch(role);
    set_stage(Stage::Ready(me));
}

/// Asks the server again and again, and watches whether she is still there.
fn watch(role: Role) {
    clock::every(ASKS, || {
        if !document().hidden() {
            driver::look();
        }
    });
    clock::every(TICK, move || {
        close_if_over(role);
    });
    SEEN.set(clock::now().0);
    for sign in presence::SIGNS {
        js::listen(&document(), sign, move |_| {
            // The first touch after a long time is not yet hers.
            if !close_if_over(role) {
                SEEN.set(clock::now().0);
            }
        });
    }
    // A phone that wakes up runs no timer before it shows the page.
    js::listen(&document(), "visibilitychange", move |_| {
        close_if_over(role);
    });
    js::listen(&window(), "pageshow", |event| {
        // The page lay in the browser's memory: she had left it.
        if js::get(&event, "persisted").is_truthy() {
            update::reload();
        }
    });
}

/// Closes the page when nobody has touched it for so long, or its session is over. Has it come to that?
fn close_if_over(role: Role) -> bool {
    let is_gone = role.stay().lock.is_some_and(|lock| !(0..lock).contains(&(clock::now().0 - SEEN.get())));
    let is_over = signals::trouble_signal().get_untracked() == Some(Trouble::SessionOver);
    if is_gone || is_over {
        spawn_local(close());
    }
    is_gone || is_over
}

/// She has gone, or her session is over: everything is forgotten.
async fn close() {
    if IS_BUSY.replace(true) {
        return;
    }
    end().await;
    go_to(SIGN_IN);
}

/// She signs out: everything is forgotten, and whoever came by a provider is led there to do the same.
pub(super) async fn sign_out() {
    if IS_BUSY.replace(true) {
        return;
    }
    let way_out = end().await;
    go_to(way_out.as_deref().unwrap_or(SIGN_IN));
}

/// Ends it here and at the server; gives the address at which she signs out elsewhere, too.
async fn end() -> Option<String> {
    driver::stop();
    drop(writer::stop());
    set_stage(Stage::SignedOut);
    match select(pin!(net::sign_out()), pin!(clock::sleep(PATIENCE))).await {
        Either::Left((SignedOut::Heard(way_out), _)) => way_out,
        Either::Left((SignedOut::Unheard, _)) | Either::Right(_) => None,
    }
}

fn go_to(address: &str) {
    let gone = window().location().replace(address);
    debug_assert!(gone.is_ok(), "this page can be left");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_the_same_however_its_code_is_typed() {
        assert!(is_same("NS-KRTP-6P", "ns krtp6p"));
        assert!(!is_same("NS-KRTP-6P", "NS-KRTP-6Q"));
    }
}
