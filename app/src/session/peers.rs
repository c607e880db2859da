//! Tabs of one device let each other in: a second one need not ask for the PIN that was typed in the first.
//!
//! What they say goes from memory to memory, and to no page of another origin.

use std::cell::RefCell;

use futures::{
    channel::oneshot,
    future::{Either, select},
};
use serde::{Deserialize, Serialize};
use shared::sync::wire::ClientId;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{BroadcastChannel, MessageEvent};

use super::record::Session;
use crate::platform::{clock, js, lock};

/// The name of the channel, before the schema.
const CHANNEL: &str = "minvei-door";
/// How long another tab may take to answer, in milliseconds.
const PATIENCE: u32 = 1_000;

#[derive(Serialize, Deserialize)]
enum Message {
    /// Is anybody in, as this client?
    Knock(ClientId),
    /// Somebody is.
    Come(Session),
    /// She has just typed what opens the device.
    Opened(ClientId),
}

/// What a tab does when another one speaks.
#[derive(Clone, Copy)]
pub struct Manners {
    /// The session, if this tab is open for `client`.
    pub session: fn(&ClientId) -> Option<Session>,
    /// Another tab was opened.
    pub opened: fn(&ClientId),
}

thread_local! {
    static DOOR: RefCell<Option<BroadcastChannel>> = const { RefCell::new(None) };
    static WAITING: RefCell<Option<(ClientId, oneshot::Sender<Session>)>> = const { RefCell::new(None) };
}

/// Listens from now on.
pub fn listen(manners: Manners) {
    let Ok(channel) = BroadcastChannel::new(&format!("{CHANNEL}-{}", shared::SCHEMA)) else {
        return;
    };
    js::listen(&channel, "message", move |event| {
        let text = event.dyn_ref::<MessageEvent>().and_then(|event| event.data().as_string());
        // A newer build may say what is not understood here.
        if let Some(Ok(message)) = text.map(|text| serde_json::from_str(&text)) {
            hear(message, manners);
        }
    });
    DOOR.set(Some(channel));
}

/// The session of `client` from another tab that is open.
pub async fn knock(client: &ClientId) -> Option<Session> {
    if !lock::is_held().await {
        return None;
    }
    let (sender, receiver) = oneshot::channel();
    WAITING.set(Some((client.clone(), sender)));
    say(&Message::Knock(client.clone()));
    match select(receiver, Box::pin(clock::sleep(PATIENCE))).await {
        Either::Left((session, _)) => session.ok(),
        Either::Right(_) => None,
    }
}

/// Tells the others that she has typed what opens the device.
pub fn tell_opened(client: &ClientId) {
    say(&Message::Opened(client.clone()));
}

fn hear(message: Message, manners: Manners) {
    match message {
        Message::Knock(client) => {
            if let Some(session) = (manners.session)(&client) {
                say(&Message::Come(session));
            }
        }
        Message::Come(session) => {
            let waits = WAITING.with_borrow(|waiting| waiting.as_ref().is_some_and(|(one, _)| *one == session.client));
            if waits && let Some((_, sender)) = WAITING.take() {
                // Whoever waited has lost patience.
                let _ = sender.send(session);
            }
        }
        Message::Opened(client) => (manners.opened)(&client),
    }
}

fn say(message: &Message) {
    let text = serde_json::to_string(message).expect("ids and names are JSON");
    // A channel that is open takes any text.
    DOOR.with_borrow(|door| door.as_ref().map(|door| door.post_message(&JsValue::from_str(&text))));
}
