//! One tab leads, the others follow: two engines on one disk would give two commands the same number.
//!
//! The tab that holds the lock (`platform/lock.rs`) leads: it alone opens the disk and speaks with the server. The
//! others wait for the lock, and until they get it they hear on a `BroadcastChannel` what the leader
//! tells. A leader that does not answer, because its tab is frozen or hangs, is robbed of the lock.

use std::cell::{Cell, RefCell};

use futures::{
    channel::oneshot,
    future::{Either, select},
};
use gloo_storage::{LocalStorage, Storage as _};
use leptos::{
    logging::warn,
    prelude::{GetUntracked as _, window},
};
use serde::{Deserialize, Serialize};
use shared::{
    prim::json,
    sync::{
        engine::{Effect, Engine, Picture, Told},
        wire::ClientId,
    },
};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{BroadcastChannel, MessageEvent};

use super::{
    driver,
    signals::{self, Trouble},
    writer,
};
use crate::platform::{clock, js, lock, update};

/// The name of the channel, before the schema: rows of another schema are not ours to read.
const CHANNEL: &str = "minvei";
/// Remembers, on this device, the last term.
const TERM_PLACE: &str = "minvei.term";
/// How long a leader may take to answer, in milliseconds.
const PATIENCE: u32 = 8_000;
/// Whoever waited so much longer has slept herself, and may not have listened yet, in milliseconds.
const OVERSLEPT: i64 = 2_000;

/// What the tabs say to each other.
#[derive(Serialize, Deserialize)]
enum Message {
    /// A tab asks for a picture.
    Join,
    /// Whoever has the lock is still opening the disk.
    Opens,
    /// Somebody leads from now on, in this term.
    Leads(u64),
    /// The leader's answer; what it tells goes on after this number.
    Picture(u64, u64, Box<Picture>, Weather),
    /// What the leader tells, numbered.
    Told(u64, u64, Told),
    /// How it stands with the server; also says that a question was heard.
    Weather(u64, Weather),
    /// What is asked of the leader.
    Ask(Ask),
}

/// What a tab that follows asks of its leader.
#[derive(Serialize, Deserialize)]
pub enum Ask {
    /// Give this command a number, keep it, share it.
    TakeOver(Box<str>),
    /// Take this out of the tray.
    Drop(u64),
    /// Ask the server now.
    Look,
    /// The person has signed in again, here.
    SignedIn,
    /// The person signs out.
    SignOut,
}

/// How it stands between the leader and the server.
#[derive(Clone, Copy, Serialize, Deserialize)]
struct Weather {
    is_online: bool,
    trouble: Option<Trouble>,
}

/// The part of this tab.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// It keeps and speaks for all.
    Leads,
    /// It shows what the leader tells.
    Follows,
}

/// What whoever opens the disk must do.
#[derive(Clone, Copy)]
pub struct Duties {
    /// This tab has become the leader.
    pub lead: fn(),
    /// Is this the client that is signed in here?
    pub knows: fn(&ClientId) -> bool,
    /// The leader hears that the person has signed in again in another tab.
    pub signed_in: fn(),
    /// The leader is to sign out.
    pub sign_out: fn(),
    /// The leader hears that the session is over at the server.
    pub session_over: fn(),
}

thread_local! {
    static OPEN: RefCell<Option<BroadcastChannel>> = const { RefCell::new(None) };
    static DUTIES: Cell<Option<Duties>> = const { Cell::new(None) };
    /// Does this tab lead? Only once the disk is open, a moment after it has got the lock.
    static LEADS: Cell<bool> = const { Cell::new(false) };
    /// In whose term we are: a later one begins whenever the lead changes hands.
    static TERM: Cell<u64> = const { Cell::new(0) };
    /// The number of what was told last.
    static TOLD: Cell<u64> = const { Cell::new(0) };
    /// Does anybody follow? Until then nothing is told.
    static IS_HEARD: Cell<bool> = const { Cell::new(false) };
    /// Waits for its part.
    static CLAIM: RefCell<Option<oneshot::Sender<Part>>> = const { RefCell::new(None) };
    /// Is a picture awaited?
    static IS_JOINING: Cell<bool> = const { Cell::new(false) };
    /// How often the leader has been heard.
    static HEARD: Cell<u64> = const { Cell::new(0) };
}

/// Finds out the part of this tab.
///
/// Nothing when another claim has taken the place of this one.
pub async fn claim(duties: Duties) -> Option<Part> {
    if lock::is_ours() {
        return Some(Part::Leads);
    }
    DUTIES.set(Some(duties));
    lock::follow(lock::Events { granted: || has_part(Part::Leads), lost: robbed, missing: without_locks });
    open_channel();
    let (sender, mut receiver) = oneshot::channel();
    CLAIM.set(Some(sender));
    // Waits in line for as long as the page lives.
    lock::wait();
    loop {
        let heard = HEARD.get();
        join();
        match select(receiver, Box::pin(be_patient())).await {
            Either::Left((part, _)) => return part.ok(),
            Either::Right((has_listened, goes_on)) => {
                receiver = goes_on;
                if has_listened && HEARD.get() == heard {
                    lock::steal();
                }
            }
        }
    }
}

/// Does another tab lead?
pub fn follows() -> bool {
    TERM.get() != 0 && !LEADS.get()
}

/// The session of whoever is signed in here is over at the server.
pub fn session_over() {
    if let Some(duties) = DUTIES.get() {
        (duties.session_over)();
    }
}

/// The engine is in place: this tab leads from now on.
pub fn lead() {
    // By the clock, so that it grows where nothing can be remembered; the clock may be set back.
    let last = LocalStorage::get(TERM_PLACE).unwrap_or(0).max(TERM.get());
    let term = u64::try_from(clock::now().0).unwrap_or_default().max(last + 1);
    if LocalStorage::set(TERM_PLACE, term).is_err() {
        warn!("the next tab to lead goes by the clock alone");
    }
    TERM.set(term);
    LEADS.set(true);
    IS_JOINING.set(false);
    signals::trouble_over(Trouble::OtherTab);
    post(&Message::Leads(term));
}

/// Tells the others, if this tab leads and there are any.
pub fn tell(told: impl FnOnce() -> Told) {
    if LEADS.get() && IS_HEARD.get() {
        TOLD.set(TOLD.get() + 1);
        post(&Message::Told(TERM.get(), TOLD.get(), told()));
    }
}

/// Tells the others how it stands with the server.
pub fn tell_weather() {
    if LEADS.get() && IS_HEARD.get() {
        post(&Message::Weather(TERM.get(), weather()));
    }
}

/// Asks the leader; whoever does not answer is the leader no longer.
pub fn ask(ask: Ask) {
    post(&Message::Ask(ask));
    expect_an_answer(rob);
}

/// Takes the lead from a tab that does not answer; not from one that is not understood here.
fn rob() {
    if signals::trouble_signal().get_untracked() != Some(Trouble::OtherTab) {
        lock::steal();
    }
}

/// Waits for an answer. Whoever has slept meanwhile may not have listened: then this says no.
async fn be_patient() -> bool {
    let before = clock::now().0;
    clock::sleep(PATIENCE).await;
    (0..i64::from(PATIENCE) + OVERSLEPT).contains(&(clock::now().0 - before))
}

fn expect_an_answer(in_silence: fn()) {
    let heard = HEARD.get();
    spawn_local(async move {
        while !be_patient().await && HEARD.get() == heard {}
        if follows() && !lock::is_ours() && HEARD.get() == heard {
            in_silence();
        }
    });
}

fn open_channel() {
    if OPEN.with_borrow(Option::is_some) {
        return;
    }
    let Ok(channel) = BroadcastChannel::new(&format!("{CHANNEL}-{}", shared::SCHEMA)) else {
        return;
    };
    js::listen(&channel, "message", |event| {
        let text = event.dyn_ref::<MessageEvent>().and_then(|event| event.data().as_string());
        // A newer build may say what we do not understand.
        if let Some(Ok(message)) = text.map(|text| json::read(&text)) {
            hear(message);
        }
    });
    js::listen(&window(), "pageshow", |event| {
        // The page lay in the browser's memory and may have missed something.
        if js::get(&event, "persisted").is_truthy() && follows() {
            join_again();
        }
    });
    OPEN.set(Some(channel));
}

fn post(message: &Message) {
    let text = serde_json::to_string(message).expect("rows, commands and numbers are JSON");
    OPEN.with_borrow(|channel| {
        // A channel that is open takes any text.
        channel.as_ref().map(|channel| channel.post_message(&JsValue::from_str(&text)))
    });
}

fn hear(message: Message) {
    match message {
        Message::Join if LEADS.get() => {
            if let Some(picture) = super::look(Engine::picture) {
                IS_HEARD.set(true);
                post(&Message::Picture(TERM.get(), TOLD.get(), Box::new(picture), weather()));
            }
        }
        Message::Ask(ask) if LEADS.get() => spawn_local(answer(ask)),
        Message::Join | Message::Ask(_) if lock::is_ours() => post(&Message::Opens),
        Message::Join | Message::Ask(_) => {}
        Message::Opens => HEARD.set(HEARD.get() + 1),
        // Whoever has the lock hears from the lock itself that it was stolen.
        Message::Leads(_) | Message::Picture(..) | Message::Told(..) | Message::Weather(..) if LEADS.get() => {}
        Message::Leads(term) => {
            TERM.set(TERM.get().max(term));
            join_again();
        }
        Message::Picture(term, told, picture, weather) => {
            if !lock::is_ours() && term >= TERM.get() && IS_JOINING.replace(false) {
                TERM.set(term);
                TOLD.set(told);
                adopt(*picture, weather);
            }
        }
        // The picture that is awaited holds it.
        Message::Told(..) | Message::Weather(..) if IS_JOINING.get() || !follows() => {}
        Message::Told(term, ..) | Message::Weather(term, _) if term != TERM.get() => {
            if term > TERM.get() {
                join_again();
            }
        }
        Message::Told(_, number, told) => follow(number, told),
        Message::Weather(_, weather) => {
            HEARD.set(HEARD.get() + 1);
            show(weather);
        }
    }
}

fn join() {
    IS_JOINING.set(true);
    post(&Message::Join);
}

fn join_again() {
    if !lock::is_ours() {
        join();
        expect_an_answer(rob);
    }
}

/// Takes in what the leader tells; whoever has missed something begins anew.
fn follow(number: u64, told: Told) {
    HEARD.set(HEARD.get() + 1);
    if number != TOLD.get() + 1 {
        return join_again();
    }
    TOLD.set(number);
    let is_lost = super::change(|engine| match engine.follow(told, clock::now()) {
        Some(effects) => (false, effects),
        None => (true, Vec::new()),
    });
    if is_lost == Some(true) {
        join_again();
    }
}

/// Follows whoever this picture is of, and hands over what is not safe yet.
fn adopt(picture: Picture, weather: Weather) {
    HEARD.set(HEARD.get() + 1);
    let is_mine = |duties: Duties| (duties.knows)(picture.client());
    if !DUTIES.get().is_some_and(is_mine) {
        // Somebody else has signed in meanwhile.
        return update::reload();
    }
    let carried = super::look(Engine::carry).unwrap_or_default();
    super::start(Engine::following(picture, clock::now()));
    signals::trouble_over(Trouble::OtherTab);
    show(weather);
    super::change(|engine| ((), engine.take_in(carried, clock::now())));
    has_part(Part::Follows);
}

/// Does what is asked, and says so. A tab that has slept may no longer lead.
async fn answer(ask: Ask) {
    if lock::is_sure().await && LEADS.get() {
        IS_HEARD.set(true);
        asked(ask);
        tell_weather();
    }
}

fn asked(ask: Ask) {
    let Some(duties) = DUTIES.get() else {
        return;
    };
    match ask {
        Ask::TakeOver(text) => {
            let done = super::change(|engine| match engine.take_over(text, clock::now()) {
                Ok(effects) => (None, effects),
                Err(told) => (Some(told), Vec::<Effect>::new()),
            });
            if let Some(Some(told)) = done {
                tell(|| told);
            }
        }
        Ask::Drop(seq) => {
            super::change(|engine| ((), engine.drop_from_tray(seq)));
        }
        Ask::Look => driver::look(),
        Ask::SignedIn => (duties.signed_in)(),
        Ask::SignOut => (duties.sign_out)(),
    }
}

fn weather() -> Weather {
    Weather { is_online: signals::was_online(), trouble: signals::trouble_signal().get_untracked() }
}

fn show(weather: Weather) {
    signals::set_online(weather.is_online);
    match (weather.trouble, signals::trouble_signal().get_untracked()) {
        (Some(trouble), _) => signals::set_trouble(trouble),
        (None, Some(trouble)) => signals::trouble_over(trouble),
        (None, None) => {}
    }
}

/// This tab has its part: at its beginning, or later when the leader was closed.
fn has_part(part: Part) {
    match (CLAIM.take(), DUTIES.get()) {
        // Whoever asked waits for it.
        (Some(claim), _) => drop(claim.send(part)),
        (None, Some(duties)) if part == Part::Leads => (duties.lead)(),
        (None, _) => {}
    }
}

/// Each tab is alone where there are no locks.
fn without_locks() {
    drop(OPEN.take());
    has_part(Part::Leads);
}

/// Another tab has taken the lead, since this one did not answer. It follows, if it is answered itself.
fn robbed() {
    LEADS.set(false);
    driver::stop();
    drop(writer::stop());
    lock::wait();
    join();
    expect_an_answer(|| {
        warn!("the tab that has taken the lead says nothing that is understood here");
        signals::set_trouble(Trouble::OtherTab);
    });
}
