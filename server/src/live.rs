//! The live channel: tells a client what of hers has changed, while it is new.
//!
//! What is told is decided by [`Ear`]; here are the centres' signals, and the two ways in which a
//! channel reaches a browser: a WebSocket, or server-sent events where something in between knows none.

use std::{
    collections::HashMap,
    convert::Infallible,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    extract::ws::{Message, Utf8Bytes, WebSocket},
    response::sse::{Event, KeepAlive, KeepAliveStream, Sse},
};
use futures_util::stream::{self, BoxStream, StreamExt};
use shared::{
    prim::{AnyId, Timestamp},
    sync::{
        authority::Poked,
        news::{Committed, Ear, Heard},
        pull::grants,
    },
};
use tokio::{
    sync::{broadcast, watch},
    time::{Instant, MissedTickBehavior, interval_at, sleep_until, timeout},
};

use crate::{
    AppState,
    auth::session::{self, Who},
    clock::Clock,
    store::{CentreId, Store, StoreFault, Told},
};

/// How many signals a slow listener may be behind before it is simply told to look.
const BACKLOG: usize = 64;
/// How often a silent channel shows that it is alive, and for how long a write may stand still.
const STILL: Duration = Duration::from_secs(15);

/// Wakes those who listen.
#[derive(Debug, Clone)]
pub struct Live {
    centres: Arc<Mutex<HashMap<CentreId, broadcast::Sender<Signal>>>>,
    closing: watch::Sender<bool>,
}

/// What listeners of a centre hear.
#[derive(Debug, Clone)]
enum Signal {
    /// From this server or another.
    Told(Arc<Told>),
    /// Committed by this server.
    Committed(Arc<Fresh>),
}

/// A commit, with what was already written down of it: the same grants are told the same bytes.
#[derive(Debug)]
struct Fresh {
    committed: Arc<Committed>,
    said: Mutex<Vec<(Box<str>, u64, Utf8Bytes)>>,
}

impl Fresh {
    fn say(&self, ear: &Ear, since: u64, clock: &Clock) -> Utf8Bytes {
        // Whoever panicked has left a whole list behind.
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        let known = said.iter().find(|(epoch, from, _)| **epoch == *ear.epoch() && *from == since);
        if let Some((.., text)) = known {
            return text.clone();
        }
        let poke = ear.poke(&self.committed, since, clock.now());
        let text = Utf8Bytes::from(serde_json::to_string(&poke).expect("a poke is JSON"));
        said.push((ear.epoch().into(), since, text.clone()));
        text
    }
}

impl Default for Live {
    fn default() -> Self {
        Self { centres: Arc::default(), closing: watch::channel(false).0 }
    }
}

impl Live {
    /// Wakes those on this server whom it concerns.
    pub fn wake(&self, told: Told) {
        let told = Arc::new(told);
        let centres = self.centres();
        let concerned: Vec<_> = match &*told {
            Told::Changed(centre, _) => centres.get(centre).into_iter().collect(),
            Told::SignedOut(_) | Told::Much => centres.values().collect(),
        };
        for signals in concerned {
            // An error only says that nobody listens.
            let _ = signals.send(Signal::Told(Arc::clone(&told)));
        }
    }

    /// Tells those on this server what was committed, and wakes those on every other.
    pub fn committed(&self, store: &Arc<dyn Store>, centre: &CentreId, committed: Arc<Committed>) {
        self.tell_others(store, Told::Changed(centre.clone(), committed.poked.clone()));
        if let Some(signals) = self.centres().get(centre) {
            let fresh = Fresh { committed, said: Mutex::default() };
            let _ = signals.send(Signal::Committed(Arc::new(fresh)));
        }
    }

    /// Wakes those on every server.
    pub fn tell(&self, store: &Arc<dyn Store>, told: Told) {
        self.wake(told.clone());
        self.tell_others(store, told);
    }

    /// The open channels of a user look at her session and her rights again, on every server.
    pub fn look_again(&self, store: &Arc<dyn Store>, centre: CentreId, user: AnyId) {
        let poked = Poked { users: [user].into(), ..Poked::default() };
        self.tell(store, Told::Changed(centre, poked));
    }

    fn tell_others(&self, store: &Arc<dyn Store>, told: Told) {
        let store = Arc::clone(store);
        tokio::spawn(async move {
            if let Err(fault) = store.tell(&told).await {
                tracing::warn!(fault = %fault, "the other servers were not told; their clients look by themselves");
            }
        });
    }

    /// Wakes those on this server when another one says so, for ever.
    pub fn follow(&self, store: Arc<dyn Store>) {
        let live = self.clone();
        tokio::spawn(async move {
            loop {
                match store.listen().await {
                    Ok(None) => return,
                    Ok(Some(mut heard)) => {
                        // Whatever was told before, nobody here has heard.
                        live.wake(Told::Much);
                        while let Some(told) = heard.next().await {
                            live.wake(told);
                        }
                    }
                    Err(fault) => tracing::error!(fault = %fault, "cannot hear the other servers"),
                }
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        });
    }

    /// Ends every channel: the server stops.
    pub fn close(&self) {
        self.closing.send_replace(true);
    }

    fn listen(&self, centre: &CentreId) -> broadcast::Receiver<Signal> {
        let mut centres = self.centres();
        if let Some(signals) = centres.get(centre) {
            return signals.subscribe();
        }
        centres.retain(|_, signals| signals.receiver_count() > 0);
        let (signals, listener) = broadcast::channel(BACKLOG);
        centres.insert(centre.clone(), signals);
        listener
    }

    fn centres(&self) -> MutexGuard<'_, HashMap<CentreId, broadcast::Sender<Signal>>> {
        // Whoever panicked has left a whole map behind.
        self.centres.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A live channel as server-sent events.
pub type Events = Sse<KeepAliveStream<BoxStream<'static, Result<Event, Infallible>>>>;

/// Opens the live channel of a user as server-sent events.
pub fn events(app: &AppState, who: Who) -> Events {
    let pokes = stream::unfold(Listener::new(app, who), |mut listener| async move {
        let said = listener.next().await?;
        Some((Ok::<_, Infallible>(Event::default().data(said.as_str())), listener))
    });
    Sse::new(pokes.boxed()).keep_alive(KeepAlive::new().interval(STILL))
}

/// Holds the live channel of a user on a WebSocket until one of them ends it.
pub async fn hold(mut socket: WebSocket, mut listener: Listener) {
    let mut alive = interval_at(Instant::now() + STILL, STILL);
    alive.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut is_answered = true;
    loop {
        let message = tokio::select! {
            said = listener.next() => match said {
                Some(said) => Message::Text(said),
                None => return,
            },
            // A client says nothing here but that it is there.
            heard = socket.recv() => match heard {
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(_)) => {
                    is_answered = true;
                    continue;
                }
            },
            _ = alive.tick() => {
                if !std::mem::replace(&mut is_answered, false) {
                    return;
                }
                Message::Ping(axum::body::Bytes::new())
            }
        };
        if !matches!(timeout(STILL, socket.send(message)).await, Ok(Ok(()))) {
            return;
        }
    }
}

/// One open channel.
pub struct Listener {
    signals: broadcast::Receiver<Signal>,
    closing: watch::Receiver<bool>,
    ends: Instant,
    store: Arc<dyn Store>,
    clock: Clock,
    who: Who,
    /// None until the first poke is out.
    ear: Option<Ear>,
    /// Must her rights be read anew before she hears anything more?
    must_look: bool,
    /// What is told next, if her session is not over.
    unsaid: Option<Utf8Bytes>,
}

impl Listener {
    /// Begins to listen.
    #[must_use]
    pub fn new(app: &AppState, who: Who) -> Self {
        Self {
            signals: app.live.listen(&who.centre),
            closing: app.live.closing.subscribe(),
            ends: instant(who.ends, &app.clock),
            store: Arc::clone(&app.store),
            clock: app.clock.clone(),
            who,
            ear: None,
            must_look: false,
            unsaid: None,
        }
    }

    /// The next poke, or the end of the channel. Nothing is lost if it is given up and asked again.
    async fn next(&mut self) -> Option<Utf8Bytes> {
        loop {
            if self.unsaid.is_some() {
                return self.say().await;
            }
            let Some(ear) = self.ear.as_mut().filter(|_| !self.must_look) else {
                match self.look().await? {
                    Some(greeting) => return Some(greeting),
                    None => continue,
                }
            };
            let signal = tokio::select! {
                signal = self.signals.recv() => signal,
                () = closed(&mut self.closing) => return None,
                () = sleep_until(self.ends) => {
                    if !self.is_signed_in().await {
                        return None;
                    }
                    continue;
                }
            };
            match signal {
                Ok(Signal::Committed(fresh)) => match ear.hear(&fresh.committed, self.clock.now()) {
                    Heard::Nothing => {}
                    Heard::LookAgain => self.must_look = true,
                    Heard::Since(since) => self.unsaid = Some(fresh.say(ear, since, &self.clock)),
                },
                Ok(Signal::Told(told)) => match &*told {
                    Told::SignedOut(token) if *token == self.who.token => return None,
                    Told::SignedOut(_) => {}
                    Told::Changed(_, poked) => {
                        self.must_look = poked.users.contains(&self.who.user) || ear.misses(poked);
                    }
                    Told::Much => self.must_look = true,
                },
                Err(broadcast::error::RecvError::Lagged(_)) => self.must_look = true,
                Err(broadcast::error::RecvError::Closed) => return None,
            }
        }
    }

    /// Tells what is to be told. Another server may have ended her session, and its word may be lost or
    /// late: rows are told only to whom the store still knows.
    async fn say(&mut self) -> Option<Utf8Bytes> {
        if self.is_signed_in().await { self.unsaid.take() } else { None }
    }

    /// Is she still signed in? From now on the channel lasts as long as her session, which goes on while
    /// she does something.
    async fn is_signed_in(&mut self) -> bool {
        let session = match self.store.session(&self.who.token).await {
            Ok(session) => session,
            Err(fault) => {
                // The browser opens the channel again by itself.
                tracing::error!(fault = %fault, "a live channel ended");
                return false;
            }
        };
        let ends = session.map(|session| session::ends(session.role, session.created, session.used));
        self.ends = instant(ends.unwrap_or_default(), &self.clock);
        self.ends > Instant::now()
    }

    /// Reads her rights anew, and says where she stands: nothing if it is where she stood, for that somebody else has
    /// written something is not hers to know. `None` is the end of the channel.
    async fn look(&mut self) -> Option<Option<Utf8Bytes>> {
        if !self.is_signed_in().await {
            return None;
        }
        let looked: Result<_, StoreFault> = async {
            let mut snapshot = self.store.snapshot(&self.who.centre).await?;
            let (version, history) = snapshot.centre().await?;
            let actor = snapshot.actor(&self.who.user).await?;
            let Some(actor) = actor.map(|actor| actor.in_session(self.who.keeping)) else {
                return Ok(None);
            };
            let now = self.clock.now();
            let grants = grants(&actor, now.date());
            let newest = snapshot.newest(&grants.tags).await?;
            Ok(Some(Ear::new(&history, version, newest, grants, now)))
        }
        .await;
        match looked {
            Ok(ear) => {
                let ear = ear?;
                let greeting = ear.greeting();
                let before = self.ear.replace(ear).map(|before| before.greeting());
                self.must_look = false;
                let is_new = before.as_ref() != Some(&greeting);
                Some(is_new.then(|| serde_json::to_string(&greeting).expect("a poke is JSON").into()))
            }
            Err(fault) => {
                // The browser opens the channel again by itself.
                tracing::error!(fault = %fault, "a live channel ended");
                None
            }
        }
    }
}

/// When the timer of this process reaches `time` of the centre's clock; now, if that is over.
fn instant(time: Timestamp, clock: &Clock) -> Instant {
    let left = u64::try_from(time.0.saturating_sub(clock.now().0)).unwrap_or(0);
    Instant::now() + Duration::from_millis(left)
}

/// Waits until the server stops.
async fn closed(closing: &mut watch::Receiver<bool>) {
    let _ = closing.wait_for(|is_closing| *is_closing).await;
}
