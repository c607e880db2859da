//! How much may be asked of the server at once: what is beyond is refused, with a moment to wait, instead of
//! being kept waiting in memory.

use std::{
    collections::{HashMap, HashSet},
    net::IpAddr,
    num::NonZeroU32,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use axum::{
    BoxError, Router,
    error_handling::HandleErrorLayer,
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use governor::{
    DefaultKeyedRateLimiter, NotUntil, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::{ServiceBuilder, limit::GlobalConcurrencyLimitLayer, load_shed::LoadShedLayer};

use crate::{
    AppState,
    error::Refusal,
    peer::{Peer, network},
};

/// How many requests with a session are worked on at the same time; and how many without.
pub const AT_ONCE: usize = 1_024;
/// How many of them may be of one session: a device has one or two under way.
const OF_A_SESSION: usize = 64;
/// How many sign-ins may be under way from one address, behind which a whole school may sit.
const OF_AN_ADDRESS: usize = 16;
/// The largest body for which no room is kept.
pub const FREE: usize = 64 * 1024;
/// How many bytes larger bodies may hold at the same time, of requests with a session.
const ROOM_INSIDE: usize = 24 * 1024 * 1024;
/// The same without one: whoever has no session takes no room from those who do.
const ROOM_AT_THE_DOORS: usize = 8 * 1024 * 1024;
/// How many larger bodies may come from one address without a session: the largest of them, as many, take a quarter of
/// the room there, however slowly they come.
const LARGE_OF_AN_ADDRESS: usize = 4;
/// How many requests a session may make in a second, in the long run. A person makes one now and then, and a
/// device that has much to share puts many commands into each.
const A_SECOND: NonZeroU32 = NonZeroU32::new(100).unwrap();
/// How many it may make in one go.
const IN_ONE_GO: NonZeroU32 = NonZeroU32::new(2_000).unwrap();
/// How often one may knock from one address in a second, in the long run: a ceremony is remembered for a while.
const KNOCKS_A_SECOND: NonZeroU32 = NonZeroU32::new(5).unwrap();
/// How often in one go, as when a whole class signs in.
const KNOCKS_IN_ONE_GO: NonZeroU32 = NonZeroU32::new(100).unwrap();
/// How many requests an address may make in a second without a session that is known here, in the long run. A whole
/// town may sit behind it.
const STRANGE_A_SECOND: NonZeroU32 = NonZeroU32::new(500).unwrap();
/// How many it may make in one go, as when everybody comes back after a fault.
const STRANGE_IN_ONE_GO: NonZeroU32 = NonZeroU32::new(20_000).unwrap();
/// After how many requests the sessions and addresses that have been quiet are forgotten.
const FORGETS: u32 = 1 << 16;
/// How many sessions are known at the most. When there are as many, all are met anew.
const MOST_KNOWN: usize = 1 << 16;

/// The largest body that a route reads.
#[derive(Debug, Clone, Copy)]
pub struct Most(pub usize);

/// Who brings a large body.
#[derive(Debug, Clone, Copy)]
pub enum Bringer {
    /// Somebody with a session.
    Known,
    /// Somebody without one, at this address.
    Stranger(Peer),
}

/// The room that a large body takes, for as long as it is held: a permit for each byte, and of a stranger one of the
/// few places of her address.
#[derive(Debug)]
pub struct Room {
    bytes: OwnedSemaphorePermit,
    _place: Option<UnderWay>,
}

impl Room {
    /// Gives back what is not needed for so many bytes after all.
    pub fn shrink(&mut self, bytes: usize) {
        let spare = self.bytes.num_permits().saturating_sub(bytes);
        drop(self.bytes.split(spare));
    }
}

/// How often one may ask.
#[derive(Debug, Clone, Copy)]
pub struct Rates {
    /// A session.
    pub session: Quota,
    /// An address, without a session that is known here.
    pub strange: Quota,
    /// An address that knocks.
    pub knock: Quota,
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            session: Quota::per_second(A_SECOND).allow_burst(IN_ONE_GO),
            strange: Quota::per_second(STRANGE_A_SECOND).allow_burst(STRANGE_IN_ONE_GO),
            knock: Quota::per_second(KNOCKS_A_SECOND).allow_burst(KNOCKS_IN_ONE_GO),
        }
    }
}

/// Counts the requests of each session and of each address, its sign-ins, and the bytes of large bodies.
#[derive(Debug)]
pub struct Pace {
    sessions: DefaultKeyedRateLimiter<String>,
    strangers: DefaultKeyedRateLimiter<IpAddr>,
    knocks: DefaultKeyedRateLimiter<IpAddr>,
    /// Sessions that were good when they last asked: what they ask for is not their address's matter.
    known: Mutex<HashSet<String>>,
    requests: AtomicU32,
    under_way: Mutex<HashMap<Whose, usize>>,
    inside: Arc<Semaphore>,
    at_the_doors: Arc<Semaphore>,
}

impl Default for Pace {
    fn default() -> Self {
        Self::of(Rates::default())
    }
}

impl Pace {
    /// Lets one ask so often.
    #[must_use]
    pub fn of(rates: Rates) -> Self {
        Self {
            sessions: RateLimiter::keyed(rates.session),
            strangers: RateLimiter::keyed(rates.strange),
            knocks: RateLimiter::keyed(rates.knock),
            known: Mutex::default(),
            requests: AtomicU32::new(0),
            under_way: Mutex::default(),
            inside: Arc::new(Semaphore::new(ROOM_INSIDE)),
            at_the_doors: Arc::new(Semaphore::new(ROOM_AT_THE_DOORS)),
        }
    }

    /// Lets the session with this token digest make another request, which lasts as long as the answer is held.
    pub fn of_session(self: &Arc<Self>, token: &str) -> Result<UnderWay, Refusal> {
        self.count();
        self.sessions.check_key(&token.to_owned()).map_err(|until| too_fast(&until))?;
        self.begin(Whose::Session(token.to_owned()), OF_A_SESSION)
    }

    /// Lets somebody at this address ask for something with a token of this digest, or with none. Whoever is known here
    /// is let past whatever others do at her address; nothing is read for the others when there are too many of them.
    pub fn meet(&self, Peer(address): Peer, token: Option<&str>) -> Result<(), Refusal> {
        if token.is_some_and(|token| self.known().contains(token)) {
            return Ok(());
        }
        self.count();
        self.strangers.check_key(&network(address)).map_err(|until| too_fast(&until))
    }

    /// The session with this token digest is good.
    pub fn remember(&self, token: &str) {
        let mut known = self.known();
        if known.contains(token) {
            return;
        }
        if known.len() >= MOST_KNOWN {
            known.clear();
        }
        known.insert(token.to_owned());
    }

    /// It is over.
    pub fn forget(&self, token: &str) {
        self.known().remove(token);
    }

    /// Lets somebody without a session begin a ceremony, or show what nobody can guess: a passkey, an invitation, the key of
    /// a device. Nothing of it is looked up before.
    pub fn knock(&self, Peer(address): Peer) -> Result<(), Refusal> {
        self.knocks.check_key(&network(address)).map_err(|_| Refusal::TooFast { seconds: 1 })
    }

    /// Lets somebody at this address try to sign in, for as long as the answer is held.
    fn of_address(self: &Arc<Self>, Peer(address): Peer) -> Result<UnderWay, Refusal> {
        self.begin(Whose::SignIns(network(address)), OF_AN_ADDRESS)
    }

    /// Now and then whoever has been quiet is forgotten.
    fn count(&self) {
        if self.requests.fetch_add(1, Ordering::Relaxed) % FORGETS == FORGETS - 1 {
            self.sessions.retain_recent();
            self.strangers.retain_recent();
            self.knocks.retain_recent();
        }
    }

    /// Room for a body of so many bytes. It is taken before a byte has come, so at the doors no address takes it all.
    pub fn room(self: &Arc<Self>, bringer: Bringer, bytes: usize) -> Result<Room, Refusal> {
        let (whole, place) = match bringer {
            Bringer::Known => (&self.inside, None),
            Bringer::Stranger(Peer(address)) => {
                (&self.at_the_doors, Some(self.begin(Whose::LargeBodies(network(address)), LARGE_OF_AN_ADDRESS)?))
            }
        };
        let bytes = u32::try_from(bytes).map_err(|_| Refusal::TooLarge)?;
        let bytes = Arc::clone(whole).try_acquire_many_owned(bytes).map_err(|_| Refusal::NotYet)?;
        Ok(Room { bytes, _place: place })
    }

    fn begin(self: &Arc<Self>, whose: Whose, most: usize) -> Result<UnderWay, Refusal> {
        let mut under_way = self.under_way();
        let count = under_way.entry(whose.clone()).or_default();
        if *count >= most {
            return Err(Refusal::TooFast { seconds: 1 });
        }
        *count += 1;
        Ok(UnderWay { pace: Arc::clone(self), whose })
    }

    /// How many requests are under way.
    #[cfg(test)]
    pub(crate) fn under_way_now(&self) -> usize {
        self.under_way().values().sum()
    }

    fn known(&self) -> MutexGuard<'_, HashSet<String>> {
        // Whoever panicked has left a whole set behind.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn under_way(&self) -> MutexGuard<'_, HashMap<Whose, usize>> {
        // Whoever panicked has left a whole map behind.
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long to wait, in whole seconds.
fn too_fast(until: &NotUntil<<DefaultClock as Clock>::Instant>) -> Refusal {
    let wait = until.wait_time_from(DefaultClock::default().now()).as_secs();
    Refusal::TooFast { seconds: i64::try_from(wait).unwrap_or(i64::MAX).saturating_add(1) }
}

/// A request that is being worked on.
#[must_use]
#[derive(Debug)]
pub struct UnderWay {
    pace: Arc<Pace>,
    whose: Whose,
}

/// Of what only so much may be under way at a time.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Whose {
    /// The requests of the session with this token digest.
    Session(String),
    /// The sign-ins from this network.
    SignIns(IpAddr),
    /// The large bodies that come from this network without a session.
    LargeBodies(IpAddr),
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let mut under_way = self.pace.under_way();
        if let Some(count) = under_way.get_mut(&self.whose) {
            *count -= 1;
            if *count == 0 {
                under_way.remove(&self.whose);
            }
        }
    }
}

/// Lets each address have a few sign-ins under way and no more, and not begin without end.
pub async fn sign_ins(
    State(app): State<AppState>,
    peer: Peer,
    request: Request,
    next: Next,
) -> Result<Response, Refusal> {
    app.pace.meet(peer, None)?;
    let _under_way = app.pace.of_address(peer)?;
    Ok(next.run(request).await)
}

/// Lets so many requests to these routes be worked on at the same time and no more.
pub fn at_most<S: Clone + Send + Sync + 'static>(most: usize, routes: Router<S>) -> Router<S> {
    routes.route_layer(
        ServiceBuilder::new()
            .layer(HandleErrorLayer::new(too_busy))
            .layer(LoadShedLayer::new())
            .layer(GlobalConcurrencyLimitLayer::new(most)),
    )
}

async fn too_busy(_overloaded: BoxError) -> Refusal {
    Refusal::NotYet
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, routing::get};
    use tokio::sync::Notify;
    use tower::ServiceExt as _;

    use super::*;
    use crate::routes::deposit;

    /// One of the addresses of a household with IPv6, which has as many as it likes.
    fn household(number: u16, address: u16) -> Peer {
        Peer(IpAddr::from([0x2001, 0xdb8, 0, number, 0, 0, 0, address]))
    }

    #[test]
    fn one_session_does_not_use_up_what_another_may() {
        let session = Quota::per_second(NonZeroU32::MIN);
        let pace = Arc::new(Pace::of(Rates { session, ..Rates::default() }));
        assert!(pace.of_session("a").is_ok());
        let refused = pace.of_session("a").map(drop);
        assert!(matches!(refused, Err(Refusal::TooFast { seconds: 1..=2 })), "{refused:?}");
        assert!(pace.of_session("b").is_ok());
    }

    #[test]
    fn whoever_is_known_is_let_past_the_strangers_of_her_address() {
        let strange = Quota::per_hour(NonZeroU32::MIN).allow_burst(NonZeroU32::new(3).unwrap());
        let pace = Pace::of(Rates { strange, ..Rates::default() });
        pace.remember("a");
        let met = (0..10).filter(|last| pace.meet(household(7, *last), Some("made up")).is_ok()).count();
        assert_eq!(met, 3);
        assert!(matches!(pace.meet(household(7, 1), None), Err(Refusal::TooFast { seconds: 1.. })));
        assert!(pace.meet(household(7, 1), Some("a")).is_ok());
        assert!(pace.meet(household(8, 1), None).is_ok(), "a neighbour");
        pace.forget("a");
        assert!(pace.meet(household(7, 1), Some("a")).is_err());
    }

    #[test]
    fn no_more_is_known_than_there_is_room_for() {
        let pace = Pace::default();
        for number in 0..=MOST_KNOWN {
            pace.remember(&number.to_string());
        }
        assert_eq!(pace.known().len(), 1);
    }

    #[test]
    fn one_address_does_not_knock_without_end() {
        let knock = Quota::per_hour(NonZeroU32::MIN).allow_burst(NonZeroU32::new(3).unwrap());
        let pace = Pace::of(Rates { knock, ..Rates::default() });
        let let_in = (0..10).filter(|last| pace.knock(household(7, *last)).is_ok()).count();
        assert_eq!(let_in, 3);
        assert!(pace.knock(household(8, 1)).is_ok(), "a neighbour");
        let peer = |last: u8| Peer(IpAddr::from([10, 0, 0, last]));
        let let_in = (0..10).filter(|last| pace.knock(peer(*last)).is_ok()).count();
        assert_eq!(let_in, 10, "each is somebody else");
    }

    #[test]
    fn an_address_that_has_been_quiet_is_forgotten_where_nobody_is_signed_in() {
        // Whoever has asked once has been quiet after a moment.
        let strange = Quota::per_second(NonZeroU32::new(1_000_000).unwrap());
        let pace = Pace::of(Rates { strange, ..Rates::default() });
        for number in 0..FORGETS {
            let address = IpAddr::from((0x0a00_0000 + number).to_be_bytes());
            pace.meet(Peer(address), None).unwrap();
        }
        let kept = u32::try_from(pace.strangers.len()).unwrap();
        assert!(kept < FORGETS, "{kept}");
    }

    #[test]
    fn a_session_has_few_requests_under_way() {
        let pace = Arc::new(Pace::default());
        let mut held: Vec<_> = (0..OF_A_SESSION).map(|_| pace.of_session("a").unwrap()).collect();
        assert!(pace.of_session("a").is_err());
        assert!(pace.of_session("b").is_ok());
        held.pop();
        assert!(pace.of_session("a").is_ok());
        drop(held);
        assert!(pace.under_way().is_empty(), "nothing is kept of those that are over");
    }

    #[test]
    fn an_address_has_few_sign_ins_under_way() {
        let pace = Arc::new(Pace::default());
        let mut held: Vec<_> = (0..40).filter_map(|last| pace.of_address(household(7, last)).ok()).collect();
        assert_eq!(held.len(), OF_AN_ADDRESS);
        let refused = pace.of_address(household(7, 1)).map(drop);
        assert!(matches!(refused, Err(Refusal::TooFast { seconds: 1 })), "{refused:?}");
        assert!(pace.of_address(household(8, 1)).is_ok(), "a neighbour");
        held.pop();
        assert!(pace.of_address(household(7, 1)).is_ok());
    }

    #[test]
    fn large_bodies_share_a_room_and_those_at_the_doors_have_their_own() {
        let pace = Arc::new(Pace::default());
        let stranger = |house: u16| Bringer::Stranger(household(house, 1));
        let mut held: Vec<_> = (0..100).filter_map(|house| pace.room(stranger(house), 1024 * 1024).ok()).collect();
        assert_eq!(held.len(), 8);
        assert!(matches!(pace.room(stranger(100), 1), Err(Refusal::NotYet)));
        let inside = pace.room(Bringer::Known, ROOM_INSIDE).unwrap();
        assert!(matches!(pace.room(Bringer::Known, 1), Err(Refusal::NotYet)));
        held.pop();
        assert!(pace.room(stranger(100), 1024 * 1024).is_ok());
        drop(inside);
        assert!(pace.room(Bringer::Known, ROOM_INSIDE).is_ok());
    }

    #[test]
    fn what_a_body_did_not_need_is_room_for_others() {
        let pace = Arc::new(Pace::default());
        let mut room = pace.room(Bringer::Known, ROOM_INSIDE).unwrap();
        room.shrink(1);
        assert!(pace.room(Bringer::Known, ROOM_INSIDE - 1).is_ok());
        assert!(pace.room(Bringer::Known, ROOM_INSIDE).is_err());
    }

    #[test]
    fn one_address_takes_a_quarter_of_the_room_at_the_doors_and_leaves_the_rest() {
        let pace = Arc::new(Pace::default());
        let room =
            |house: u16, address: u16| pace.room(Bringer::Stranger(household(house, address)), deposit::MOST_BYTES);
        let mut held: Vec<_> = (0..40).filter_map(|address| room(7, address).ok()).collect();
        assert_eq!(held.len(), LARGE_OF_AN_ADDRESS);
        assert!(held.len() * deposit::MOST_BYTES <= ROOM_AT_THE_DOORS / 4);
        let refused = room(7, 1).map(drop);
        assert!(matches!(refused, Err(Refusal::TooFast { seconds: 1 })), "{refused:?}");
        assert!(room(8, 1).is_ok(), "a neighbour");
        held.pop();
        assert!(room(7, 1).is_ok());
        drop(held);
        assert!(pace.under_way().is_empty(), "nothing is kept of those that are over");
    }

    #[tokio::test]
    async fn what_is_too_much_at_once_is_refused_and_what_comes_later_is_not() {
        let go_on = Arc::new(Notify::new());
        let waits = Arc::clone(&go_on);
        let route = get(move || async move { waits.notified().await });
        let routes = at_most(1, Router::new().route("/", route));
        let ask = || routes.clone().oneshot(Request::new(Body::empty()));
        let first = tokio::spawn(ask());
        tokio::task::yield_now().await;
        assert_eq!(ask().await.unwrap().status(), 503);
        go_on.notify_one();
        assert_eq!(first.await.unwrap().unwrap().status(), 200);
        go_on.notify_one();
        assert_eq!(ask().await.unwrap().status(), 200);
    }
}
