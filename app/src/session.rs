//! Who is signed in on this device, and what starts and ends with that.
//!
//! Who she is, and the key of what is sealed on the disk, are in memory. On the device lies a [`Record`], which tells
//! neither. It is opened by another tab that is open, by the server as long as her session goes on and she has not
//! been away, or by what she types. The server's cookie is out of reach of this code.

mod choose;
mod codes;
mod deposit;
mod door;
mod link;
mod lock;
mod online;
mod peers;
mod record;
mod unheard;
mod way_out;
mod ways_in;

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use leptos::{
    logging::warn,
    prelude::{ArcRwSignal, Get as _, GetUntracked as _, Set as _, window},
};
use shared::sync::{
    engine::{Engine, Keep, Meta},
    wire::ClientId,
};
use wasm_bindgen_futures::spawn_local;

pub use self::{
    choose::{FEWEST_DIGITS, MOST_DIGITS, NoKey, Weak, choose_pin, weakness},
    codes::{Codes, show_codes, written_down},
    deposit::{was_of_staff, was_wiped},
    door::{ask_server, asks, is_shut, let_in, take_away, unlock},
    link::{forget_link, has_link, new_link},
    lock::{Cover, cover, is_closed, set_readable, sign_in_later, sign_in_over, was_locked, when_closed},
    online::{is_online_wanted, keeps_nothing},
    record::{Asks, Opened},
    ways_in::{accept, admit, came_by, come_again, enter, enter_by_passkey, finish, half_way, sign_in},
};
use self::{
    door::{opened_elsewhere, session_for, unasked},
    peers::Manners,
    record::{Record, Session},
};
use crate::{
    db::{Me, Trouble},
    platform::{clock, draft, js, lock as leading, storage, update},
    store::{DiskError, IndexedDb, NAME, Place, Vault},
    sync::{
        self, driver, live, signals,
        tabs::{self, Ask, Duties, Part},
        writer,
    },
};

/// The sign-in.
const SIGN_IN: &str = "/sign-in";
/// The ways in: there nobody is asked to open the device.
const DOORS: [&str; 3] = [SIGN_IN, "/enter", "/invite"];
/// How long to wait before the tab that leads is asked again to sign out, in milliseconds.
const BETWEEN_ASKS: u32 = 4_000;

/// Where this page stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// Nobody is signed in.
    SignedOut,
    /// Somebody is, and must show that it is she who opens the page.
    Locked,
    /// The server has given her new recovery codes: first of all she writes them down.
    Codes(Codes),
    /// The rows are here, and nothing she could type opens them the next time: first she chooses a PIN.
    ChoosePin(Me),
    /// The rows are here.
    Ready(Me),
    /// Nothing can be done on this device before this is dealt with.
    Stopped(Trouble),
}

/// How a session begins on this device.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Beginning {
    /// The page was opened; the disk must be as it was left.
    Opened,
    /// Somebody has just signed in; what cannot be opened is nobody's.
    SignedIn,
}

thread_local! {
    /// Whoever is signed in, once this page is open for her.
    static CURRENT: RefCell<Option<Session>> = const { RefCell::new(None) };
    /// What lay on the device when this page began.
    static FOUND: RefCell<Option<Record>> = const { RefCell::new(None) };
    /// Is this page signing in or out itself?
    static IS_BUSY: Cell<bool> = const { Cell::new(false) };
    static STAGE: ArcRwSignal<Stage> = ArcRwSignal::new(Stage::SignedOut);
}

/// Where this page stands; a view that asks follows it.
pub fn stage() -> Stage {
    STAGE.with(ArcRwSignal::clone).get()
}

/// Whoever is signed in, if somebody is.
pub fn me() -> Option<Me> {
    match STAGE.with(ArcRwSignal::clone).get_untracked() {
        Stage::Ready(me) => Some(me),
        Stage::SignedOut | Stage::Locked | Stage::Codes(_) | Stage::ChoosePin(_) | Stage::Stopped(_) => None,
    }
}

/// Whoever is in, also while she has yet to choose a PIN.
pub fn whoever_is_in() -> Option<Me> {
    match STAGE.with(ArcRwSignal::clone).get_untracked() {
        Stage::Ready(me) | Stage::ChoosePin(me) => Some(me),
        Stage::SignedOut | Stage::Locked | Stage::Codes(_) | Stage::Stopped(_) => None,
    }
}

/// Are there recovery codes that nobody has written down yet?
fn has_codes() -> bool {
    matches!(STAGE.with(ArcRwSignal::clone).get_untracked(), Stage::Codes(_))
}

fn set_stage(stage: Stage) {
    draft::set_unread(matches!(stage, Stage::Codes(_)));
    STAGE.with(ArcRwSignal::clone).set(stage);
}

/// Opens the disk of whoever is signed in, before anything is shown.
pub async fn start() {
    if online::is_asked_for() {
        return;
    }
    if !storage::is_allowed() {
        return set_stage(Stage::Stopped(Trouble::StorageMissing));
    }
    js::listen(&window(), "storage", |_| elsewhere());
    lock::watch(|| whoever_is_in().is_some() && !keeps_nothing());
    peers::listen(Manners { session: session_for, opened: opened_elsewhere });
    let Some(record) = Record::read() else {
        way_out::go();
        js::listen(&window(), "online", |_| unheard::tell());
        return unheard::tell();
    };
    FOUND.set(Some(record.clone()));
    let is_at_door = window().location().pathname().is_ok_and(|path| DOORS.contains(&path.trim_end_matches('/')));
    match unasked(&record).await {
        Some(session) => {
            lock::is_here();
            open(session, Beginning::Opened).await;
        }
        None if record.has_lock() && !is_at_door => set_stage(Stage::Locked),
        None => {}
    }
}

/// Sharing goes on.
fn signed_in_again() {
    signals::trouble_over(Trouble::SessionOver);
    if tabs::follows() {
        return tabs::ask(Ask::SignedIn);
    }
    sync::tell(|engine| engine.signed_in());
    live::open();
    driver::look();
}

/// Signs out: what is on the device goes, shared or not. Ask first when something waits.
pub async fn sign_out() {
    if keeps_nothing() {
        return online::sign_out().await;
    }
    // Once it is done there, this page is loaded anew. If nobody answers, this tab will lead.
    while tabs::follows() {
        tabs::ask(Ask::SignOut);
        clock::sleep(BETWEEN_ASKS).await;
    }
    if has_codes() {
        // Whoever asks in another tab asks again.
        return;
    }
    let is_mine = whoever_is_in().is_some_and(|me| is_signed_in(&me));
    if !is_mine || !leading::is_sure().await {
        return update::reload();
    }
    if IS_BUSY.replace(true) {
        return;
    }
    leave(async {
        if let Some(address) = unheard::sign_out().await {
            way_out::keep(&address);
        }
    })
    .await;
    update::reload();
}

/// What is on the device goes, once `told` has come to an end; meanwhile nothing more is sent or written. The page
/// must be loaded anew afterwards.
async fn leave(told: impl Future<Output = ()>) {
    driver::stop();
    let disk = writer::stop();
    told.await;
    // Meanwhile another tab may have taken the lead, and the disk.
    if !leading::is_sure().await {
        return;
    }
    if let Some(disk) = disk
        && let Err(fault) = disk.wipe().await
    {
        warn!("the disk was not emptied: {fault}");
    }
    forget();
}

/// What waits here and is not shared, as the text of a file; nothing when nothing waits.
pub fn rescue() -> Option<String> {
    let contents = sync::look(Engine::rescue)??;
    deposit::sealed(&current()?, &contents)
}

/// Somebody may have signed in or out in another tab.
fn elsewhere() {
    let is_other = match STAGE.with(ArcRwSignal::clone).get_untracked() {
        _ if IS_BUSY.get() || keeps_nothing() => false,
        Stage::SignedOut | Stage::Locked => {
            let (found, now) = (FOUND.with_borrow(Option::clone), Record::read());
            match (found, now) {
                (Some(found), Some(now)) => !found.is_same_as(&now),
                (found, now) => found.is_some() != now.is_some(),
            }
        }
        Stage::Ready(me) => !is_signed_in(&me),
        Stage::ChoosePin(me) if is_signed_in(&me) => return choose::elsewhere(me),
        Stage::ChoosePin(_) => true,
        // Codes that are shown once are not taken away.
        Stage::Codes(_) | Stage::Stopped(_) => false,
    };
    if is_other {
        update::reload();
    }
}

/// Is it still she who is signed in on this device, as the client that this page works for?
fn is_signed_in(me: &Me) -> bool {
    let is_hers = current().is_some_and(|session| session.about.user == me.user);
    is_hers && Record::read().is_some_and(|record| works_for(&record.client))
}

/// Is it this client for which this page works, if it has begun?
fn works_for(client: &ClientId) -> bool {
    sync::look(|engine| engine.meta().client == *client) != Some(false)
}

/// Nobody is signed in on this device any more.
fn forget() {
    Record::forget();
    lock::forget();
    CURRENT.set(None);
    FOUND.set(None);
}

/// Whoever is signed in, if this page is open for her.
fn current() -> Option<Session> {
    CURRENT.with_borrow(Option::clone)
}

async fn open(session: Session, beginning: Beginning) {
    CURRENT.set(Some(session.clone()));
    let duties = Duties {
        lead,
        knows: |client| Record::read().is_some_and(|record| record.client == *client),
        signed_in: signed_in_again,
        sign_out: || spawn_local(sign_out()),
        session_over: || spawn_local(deposit::hand_in()),
    };
    IS_BUSY.set(true);
    let stage = loop {
        match tabs::claim(duties).await {
            None => return,
            Some(Part::Leads) => {
                if let Some(stage) = lead_with(&session, beginning).await {
                    break stage;
                }
            }
            Some(Part::Follows) => {
                driver::watch();
                break choose::ready(session.me());
            }
        }
    };
    IS_BUSY.set(false);
    set_stage(stage);
    // What happened in other tabs meanwhile was not listened to.
    elsewhere();
}

/// The tab that led is gone: this one takes over, from what the disk holds.
fn lead() {
    if IS_BUSY.get() {
        // Whoever is opening leads, too.
        return;
    }
    let Some(session) = current().filter(|_| Record::read().is_some()) else {
        // Whoever signs in in another tab need not wait until codes are written down here.
        leading::release();
        return update::reload();
    };
    spawn_local(async move {
        match lead_with(&session, Beginning::Opened).await {
            // She goes on when she has written them down.
            Some(Stage::Ready(_)) if has_codes() => {}
            // The engine that followed is of a client that is gone.
            Some(Stage::SignedOut) => update::reload(),
            // What stands in the way shows when she has written them down.
            Some(_) if has_codes() => update::reload(),
            Some(stage) => set_stage(stage),
            None => {}
        }
    });
}

/// Opens the disk and leads; nothing when another tab has taken the lead meanwhile.
async fn lead_with(session: &Session, beginning: Beginning) -> Option<Stage> {
    let changes = leading::changes();
    let stage = match start_engine(session, beginning, changes).await {
        Ok(Started::Yes) => return Some(choose::ready(session.me())),
        Ok(Started::SignInAgain) => Stage::SignedOut,
        Ok(Started::TooLate) => return None,
        Err(_) if leading::changes() != changes => return None,
        Err(fault) => {
            warn!("the disk does not open: {fault}");
            Stage::Stopped(trouble(&fault))
        }
    };
    leading::release();
    Some(stage)
}

/// Is the lock still this tab's, without having been another's meanwhile?
async fn still_leads(changes: u64) -> bool {
    leading::is_sure().await && leading::changes() == changes
}

enum Started {
    Yes,
    SignInAgain,
    /// Another tab leads by now.
    TooLate,
}

async fn start_engine(session: &Session, beginning: Beginning, changes: u64) -> Result<Started, DiskError> {
    let Some(seal) = session.seal() else {
        return Ok(Started::SignInAgain);
    };
    let disk = IndexedDb::open(NAME, robbed_of_disk).await?;
    let vault = Rc::new(Vault::new(Place::Device(disk), seal));
    let loaded = vault.load().await;
    if !still_leads(changes).await {
        return Ok(Started::TooLate);
    }
    let saved = match (loaded, beginning) {
        (Err(DiskError::Locked), Beginning::Opened) => return Ok(Started::SignInAgain),
        // Sealed with a key that nobody has any more: another client's, and its session is gone.
        // Its numbers are unknown with it, so that a new client must be minted.
        (Err(DiskError::Locked), Beginning::SignedIn) => {
            vault.wipe().await?;
            forget();
            return Ok(Started::SignInAgain);
        }
        (loaded, _) => loaded?,
    };
    let known = saved.meta.clone().filter(|meta| meta.client == session.client);
    if known.is_none() && saved.queue.is_empty() && beginning == Beginning::Opened {
        // The browser has thrown our data away. Under the old client numbers would begin anew, and
        // the server would take new commands for old ones: a new sign-in mints a new client.
        forget();
        return Ok(Started::SignInAgain);
    }
    let meta = known.unwrap_or_else(|| Meta::new(session.client.clone()));
    let engine = Engine::restore(meta, saved, clock::now());
    // From now on a disk without this entry is one that was thrown away.
    let first = Keep { log: None, drop: Vec::new(), refuse: Vec::new(), meta: engine.meta().clone() };
    vault.keep(&first).await?;
    if !still_leads(changes).await {
        return Ok(Started::TooLate);
    }
    writer::start(vault);
    sync::succeed(engine);
    driver::start();
    Ok(Started::Yes)
}

/// A newer build waits for the database, or the browser has cleared it under us.
fn robbed_of_disk() {
    driver::stop();
    drop(writer::stop());
    signals::set_trouble(Trouble::NewerDatabase);
}

fn trouble(fault: &DiskError) -> Trouble {
    match fault {
        DiskError::Full => Trouble::StorageFull,
        DiskError::Blocked => Trouble::StorageBlocked,
        DiskError::Newer | DiskError::Closed => Trouble::NewerDatabase,
        DiskError::Missing(_) | DiskError::Locked | DiskError::Failed(_) => Trouble::StorageMissing,
    }
}
