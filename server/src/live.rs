//! The live channel: tells a client that something of hers has changed. It carries no content;
//! the client pulls, and is judged, as always.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::response::sse::{Event, KeepAlive, KeepAliveStream, Sse};
use futures_util::stream::{self, BoxStream, StreamExt};
use shared::{
    Actor,
    sync::{authority::Poked, wire::Poke},
};
use tokio::{
    sync::{broadcast, watch},
    time::{Instant, sleep_until},
};

use crate::{
    AppState,
    auth::session::Who,
    clock::Clock,
    store::{Store, StoreFault, Told},
};

/// How many signals a slow listener may be behind before it is simply told to look.
const BACKLOG: usize = 256;

/// Wakes those who listen.
#[derive(Debug, Clone)]
pub struct Live {
    signals: broadcast::Sender<Arc<Told>>,
    closing: watch::Sender<bool>,
}

impl Default for Live {
    fn default() -> Self {
        Self { signals: broadcast::channel(BACKLOG).0, closing: watch::channel(false).0 }
    }
}

impl Live {
    /// Wakes those on this server whom it concerns.
    pub fn wake(&self, told: Told) {
        // An error only says that nobody listens.
        let _ = self.signals.send(Arc::new(told));
    }

    /// Wakes those on every server.
    pub fn tell(&self, store: &Arc<dyn Store>, told: Told) {
        let (store, others) = (Arc::clone(store), told.clone());
        self.wake(told);
        tokio::spawn(async move {
            if let Err(fault) = store.tell(&others).await {
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
}

/// What is sent on a live channel.
pub type Channel = Sse<KeepAliveStream<BoxStream<'static, Result<Event, Infallible>>>>;

/// Opens the live channel of a user.
pub fn channel(app: &AppState, who: Who) -> Channel {
    let left = who.ends.0 - app.clock.now().0;
    let listener = Listener {
        signals: app.live.signals.subscribe(),
        closing: app.live.closing.subscribe(),
        ends: Instant::now() + Duration::from_millis(u64::try_from(left).unwrap_or(0)),
        store: Arc::clone(&app.store),
        clock: app.clock.clone(),
        who,
        actor: None,
    };
    let pokes = stream::unfold(listener, |mut listener| async move {
        let poke = listener.next().await?;
        let data = serde_json::to_string(&poke).expect("a poke is JSON");
        Some((Ok::<_, Infallible>(Event::default().data(data)), listener))
    });
    Sse::new(pokes.boxed()).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
}

struct Listener {
    signals: broadcast::Receiver<Arc<Told>>,
    closing: watch::Receiver<bool>,
    ends: Instant,
    store: Arc<dyn Store>,
    clock: Clock,
    who: Who,
    /// None until the first poke is out, and whenever her rights must be read anew.
    actor: Option<Actor>,
}

impl Listener {
    /// The next poke, or the end of the channel.
    async fn next(&mut self) -> Option<Poke> {
        if self.actor.is_none() {
            return self.look().await;
        }
        loop {
            let signal = tokio::select! {
                signal = self.signals.recv() => signal,
                () = closed(&mut self.closing) => return None,
                () = sleep_until(self.ends) => return None,
            };
            match signal.as_deref() {
                Ok(Told::SignedOut(token)) if *token == self.who.token => return None,
                Ok(Told::SignedOut(_)) => {}
                Ok(Told::Changed(centre, _)) if *centre != self.who.centre => {}
                Ok(Told::Changed(_, poked)) if poked.users.contains(&self.who.user) => return self.look().await,
                Ok(Told::Changed(_, poked)) if self.sees(poked) => return Some(Poke { version: poked.version }),
                Ok(Told::Changed(..)) => {}
                Ok(Told::Much) | Err(broadcast::error::RecvError::Lagged(_)) => return self.look().await,
                Err(broadcast::error::RecvError::Closed) => return None,
            }
        }
    }

    fn sees(&self, poked: &Poked) -> bool {
        let today = self.clock.now().date();
        let held = self.actor.as_ref().map(|actor| actor.tags(today)).unwrap_or_default();
        held.iter().any(|tag| poked.tags.contains(tag))
    }

    /// Reads her rights anew, and pokes with whatever version there is.
    async fn look(&mut self) -> Option<Poke> {
        let looked: Result<_, StoreFault> = async {
            if self.store.session(&self.who.token).await?.is_none() {
                return Ok((0, None));
            }
            let mut snapshot = self.store.snapshot(&self.who.centre).await?;
            Ok((snapshot.centre().await?.0, snapshot.actor(&self.who.user).await?))
        }
        .await;
        match looked {
            Ok((version, Some(actor))) => {
                self.actor = Some(actor);
                Some(Poke { version })
            }
            Ok((_, None)) => None,
            Err(fault) => {
                // The browser opens the channel again by itself.
                tracing::error!(fault = %fault, "a live channel ended");
                None
            }
        }
    }
}

/// Waits until the server stops.
async fn closed(closing: &mut watch::Receiver<bool>) {
    let _ = closing.wait_for(|is_closing| *is_closing).await;
}
