//! One tab leads, the others follow: two engines on one disk would give two commands the same number.
//!
//! A Web Lock decides who leads: it alone opens the disk and speaks with the server. The others wait for
//! the lock, and until they get it they hear on a `BroadcastChannel` what the leader tells. A leader that
//! does not answer, because its tab is frozen or hangs, is robbed of the lock.
//! Where the browser has no locks we go on without.

use std::cell::{Cell, RefCell};

use futures::{
    channel::oneshot,
    future::{Either, select},
};
use js_sys::Promise;
use leptos::{
    logging::warn,
    prelude::{GetUntracked as _, window},
};
use serde::{Deserialize, Serialize};
use shared::{
    prim::json,
    sync::engine::{Effect, Engine, Picture, Told},
};
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use wasm_bindgen_futures::spawn_local;
use web_sys::{BroadcastChannel, MessageEvent};

use super::{
    driver,
    signals::{self, Trouble},
    writer,
};
use crate::platform::{clock, js};

/// The name of the lock.
const LOCK: &str = "minvei";
/// How long a leader may take to answer, in milliseconds.
const PATIENCE: u32 = 4_000;

/// What the tabs say to each other.
#[derive(Serialize, Deserialize)]
enum Message {
    /// Somebody leads from now on, in this term.
    Leads(u64),
    /// A tab asks for a picture.
    Join,
    /// The leader's answer.
    Picture(u64, Box<Picture>, Weather),
    /// What the leader tells.
    Told(u64, Told),
    /// How it stands with the server.
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
    /// Another tab leads and does not answer.
    Blocked,
}

/// What whoever opens the disk must do.
#[derive(Clone, Copy)]
pub struct Duties {
    /// This tab has become the leader.
    pub lead: fn(),
    /// The leader hears that the person has signed in again in another tab.
    pub signed_in: fn(),
    /// The leader is to sign out.
    pub sign_out: fn(),
}

thread_local! {
    static CHANNEL: RefCell<Option<BroadcastChannel>> = const { RefCell::new(None) };
    static DUTIES: Cell<Option<Duties>> = const { Cell::new(None) };
    /// Does this tab hold the lock?
    static IS_OURS: Cell<bool> = const { Cell::new(false) };
    /// Does it lead? Only once the disk is open, a moment after it has got the lock.
    static LEADS: Cell<bool> = const { Cell::new(false) };
    /// In whose term we are: a later one begins whenever the lead changes hands.
    static TERM: Cell<u64> = const { Cell::new(0) };
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
pub async fn claim(duties: Duties) -> Part {
    if IS_OURS.get() {
        return Part::Leads;
    }
    DUTIES.set(Some(duties));
    open_channel();
    let (sender, receiver) = oneshot::channel();
    CLAIM.set(Some(sender));
    // Waits in line for as long as the page lives.
    request_lock(false);
    join();
    match select(receiver, Box::pin(clock::sleep(PATIENCE))).await {
        Either::Left((part, _)) => part.unwrap_or(Part::Blocked),
        Either::Right(((), receiver)) => {
            request_lock(true);
            receiver.await.unwrap_or(Part::Blocked)
        }
    }
}

/// Does another tab lead?
pub fn follows() -> bool {
    TERM.get() != 0 && !LEADS.get()
}

/// The engine is in place: this tab leads from now on.
pub fn lead() {
    let now = u64::try_from(clock::now().0).unwrap_or_default();
    TERM.set(now.max(TERM.get() + 1));
    LEADS.set(true);
    post(&Message::Leads(TERM.get()));
}

/// Takes the lead from a tab that does not answer.
pub fn take_the_lead() {
    request_lock(true);
}

/// Tells the others, if this tab leads and there are any.
pub fn tell(told: impl FnOnce() -> Told) {
    if LEADS.get() && IS_HEARD.get() {
        post(&Message::Told(TERM.get(), told()));
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
    let must_answer = matches!(ask, Ask::TakeOver(_));
    post(&Message::Ask(ask));
    if !must_answer {
        return;
    }
    let heard = HEARD.get();
    spawn_local(async move {
        clock::sleep(PATIENCE).await;
        if follows() && HEARD.get() == heard {
            take_the_lead();
        }
    });
}

fn open_channel() {
    if CHANNEL.with_borrow(Option::is_some) {
        return;
    }
    // Rows of another schema are not ours to read.
    let Ok(channel) = BroadcastChannel::new(&format!("{LOCK}-{}", shared::SCHEMA)) else {
        return;
    };
    js::listen(&channel, "message", |event| {
        let text = event.dyn_ref::<MessageEvent>().and_then(|event| event.data().as_string());
        // A newer build may say what we do not understand.
        if let Some(Ok(message)) = text.map(|text| json::read(&text)) {
            hear(message);
        }
    });
    CHANNEL.set(Some(channel));
}

fn post(message: &Message) {
    let text = serde_json::to_string(message).expect("rows, commands and numbers are JSON");
    CHANNEL.with_borrow(|channel| {
        // A channel that is open takes any text.
        channel.as_ref().map(|channel| channel.post_message(&JsValue::from_str(&text)))
    });
}

fn hear(message: Message) {
    match message {
        Message::Leads(term) if IS_OURS.get() => {
            // We were robbed; the lock tells us so too.
            if term > TERM.get() {
                robbed();
            }
        }
        Message::Leads(_) => join(),
        Message::Join if LEADS.get() => {
            let Some(picture) = super::look(Engine::picture) else {
                return;
            };
            IS_HEARD.set(true);
            post(&Message::Picture(TERM.get(), Box::new(picture), weather()));
        }
        Message::Ask(ask) if LEADS.get() => asked(ask),
        Message::Join | Message::Ask(_) => {}
        Message::Picture(term, picture, weather) => {
            if !IS_OURS.get() && term >= TERM.get() && IS_JOINING.replace(false) {
                TERM.set(term);
                adopt(*picture, weather);
            }
        }
        Message::Told(term, told) if follows() && term == TERM.get() && !IS_JOINING.get() => {
            HEARD.set(HEARD.get() + 1);
            let is_lost = super::change(|engine| match engine.follow(told, clock::now()) {
                Some(effects) => (false, effects),
                None => (true, Vec::new()),
            });
            if is_lost == Some(true) {
                join();
            }
        }
        Message::Weather(term, weather) if follows() && term == TERM.get() => show(weather),
        Message::Told(..) | Message::Weather(..) => {}
    }
}

fn join() {
    IS_JOINING.set(true);
    post(&Message::Join);
}

/// Follows whoever this picture is of, and hands over what is not safe yet.
fn adopt(picture: Picture, weather: Weather) {
    HEARD.set(HEARD.get() + 1);
    let carried = super::look(Engine::carry).unwrap_or_default();
    super::start(Engine::following(picture, clock::now()));
    show(weather);
    super::change(|engine| ((), engine.take_in(carried, clock::now())));
    has_part(Part::Follows);
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

/// Gets in line for the lock, or takes it from whoever has it.
fn request_lock(by_force: bool) {
    let options = js::object(&[("steal", JsValue::from_bool(by_force))]);
    let granted = Closure::<dyn FnMut(JsValue) -> JsValue>::new(move |_| {
        if !IS_OURS.replace(true) {
            has_part(Part::Leads);
        }
        for_ever()
    });
    let locks = js::get(&window().navigator(), "locks");
    let args = [JsValue::from_str(LOCK), options, granted.into_js_value()];
    let Ok(promise) = js::call(&locks, "request", &args) else {
        IS_OURS.set(true);
        return has_part(Part::Leads);
    };
    spawn_local(async move {
        let ended = js::settled(promise).await;
        // Only a thief ends a lock that is held for ever.
        if ended.is_err() {
            robbed();
        }
    });
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

/// A promise that is never kept: a lock ends with its promise.
fn for_ever() -> JsValue {
    let promise: Promise = Promise::new(&mut |_, _| {});
    promise.into()
}

/// Another tab has taken the lead, since this one did not answer. It follows, if it is answered itself.
fn robbed() {
    if !IS_OURS.replace(false) {
        return;
    }
    LEADS.set(false);
    driver::stop();
    drop(writer::stop());
    request_lock(false);
    join();
    spawn_local(async {
        clock::sleep(PATIENCE).await;
        if IS_JOINING.get() && follows() {
            warn!("the tab that has taken the lead says nothing that is understood here");
            signals::set_trouble(Trouble::OtherTab);
        }
    });
}
