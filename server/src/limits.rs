//! How much may be asked of the server at once: what is beyond is refused, with a moment to wait, instead of
//! being kept waiting in memory.

use std::{
    collections::HashMap,
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
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::{ServiceBuilder, limit::GlobalConcurrencyLimitLayer, load_shed::LoadShedLayer};

use crate::{AppState, error::Refusal, peer::Peer};

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
/// How many requests a session may make in a second, in the long run. A person makes one now and then, and a
/// device that has much to share puts many commands into each.
const A_SECOND: NonZeroU32 = NonZeroU32::new(100).unwrap();
/// How many it may make in one go.
const IN_ONE_GO: NonZeroU32 = NonZeroU32::new(2_000).unwrap();
/// How many ceremonies may be begun from one address in a second, in the long run: each is remembered for a while.
const BEGUN_A_SECOND: NonZeroU32 = NonZeroU32::new(5).unwrap();
/// How many may be begun in one go, as when a whole class signs in.
const BEGUN_IN_ONE_GO: NonZeroU32 = NonZeroU32::new(100).unwrap();
/// After how many requests the sessions that have been quiet are forgotten.
const FORGETS: u32 = 1 << 16;

/// The largest body that a route reads.
#[derive(Debug, Clone, Copy)]
pub struct Most(pub usize);

/// The room that a large body takes, for as long as it is held: a permit for each byte.
pub type Room = OwnedSemaphorePermit;

/// Counts the requests of each session, the sign-ins of each address, and the bytes of large bodies.
#[derive(Debug)]
pub struct Pace {
    sessions: DefaultKeyedRateLimiter<String>,
    ceremonies: DefaultKeyedRateLimiter<IpAddr>,
    requests: AtomicU32,
    under_way: Mutex<HashMap<String, usize>>,
    inside: Arc<Semaphore>,
    at_the_doors: Arc<Semaphore>,
}

impl Default for Pace {
    fn default() -> Self {
        Self::of(A_SECOND, IN_ONE_GO)
    }
}

impl Pace {
    fn of(a_second: NonZeroU32, in_one_go: NonZeroU32) -> Self {
        let quota = Quota::per_second(a_second).allow_burst(in_one_go);
        let ceremonies = Quota::per_second(BEGUN_A_SECOND).allow_burst(BEGUN_IN_ONE_GO);
        Self {
            sessions: RateLimiter::keyed(quota),
            ceremonies: RateLimiter::keyed(ceremonies),
            requests: AtomicU32::new(0),
            under_way: Mutex::default(),
            inside: Arc::new(Semaphore::new(ROOM_INSIDE)),
            at_the_doors: Arc::new(Semaphore::new(ROOM_AT_THE_DOORS)),
        }
    }

    /// Lets the session with this token digest make another request, which lasts as long as the answer is held.
    pub fn of_session(self: &Arc<Self>, token: &str) -> Result<UnderWay, Refusal> {
        if self.requests.fetch_add(1, Ordering::Relaxed) % FORGETS == FORGETS - 1 {
            self.sessions.retain_recent();
            self.ceremonies.retain_recent();
        }
        self.sessions.check_key(&token.to_owned()).map_err(|until| {
            let wait = until.wait_time_from(DefaultClock::default().now()).as_secs();
            Refusal::TooFast { seconds: i64::try_from(wait).unwrap_or(i64::MAX).saturating_add(1) }
        })?;
        self.begin(token.to_owned(), OF_A_SESSION)
    }

    /// Lets somebody at this address begin a ceremony, without a session.
    pub fn ceremony(&self, Peer(address): Peer) -> Result<(), Refusal> {
        self.ceremonies.check_key(&address).map_err(|_| Refusal::TooFast { seconds: 1 })
    }

    /// Lets somebody at this address try to sign in, for as long as the answer is held.
    fn of_address(self: &Arc<Self>, Peer(address): Peer) -> Result<UnderWay, Refusal> {
        self.begin(address.to_string(), OF_AN_ADDRESS)
    }

    /// Room for a body of so many bytes, of a request with a session or without.
    pub fn room(&self, has_session: bool, bytes: usize) -> Result<Room, Refusal> {
        let whole = if has_session { &self.inside } else { &self.at_the_doors };
        let bytes = u32::try_from(bytes).map_err(|_| Refusal::TooLarge)?;
        Arc::clone(whole).try_acquire_many_owned(bytes).map_err(|_| Refusal::NotYet)
    }

    fn begin(self: &Arc<Self>, whose: String, most: usize) -> Result<UnderWay, Refusal> {
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

    fn under_way(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        // Whoever panicked has left a whole map behind.
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request that is being worked on.
#[must_use]
#[derive(Debug)]
pub struct UnderWay {
    pace: Arc<Pace>,
    whose: String,
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

/// Lets each address have a few sign-ins under way and no more.
pub async fn sign_ins(
    State(app): State<AppState>,
    peer: Peer,
    request: Request,
    next: Next,
) -> Result<Response, Refusal> {
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

    #[test]
    fn one_session_does_not_use_up_what_another_may() {
        let one = NonZeroU32::MIN;
        let pace = Arc::new(Pace::of(one, one));
        assert!(pace.of_session("a").is_ok());
        let refused = pace.of_session("a").map(drop);
        assert!(matches!(refused, Err(Refusal::TooFast { seconds: 1..=2 })), "{refused:?}");
        assert!(pace.of_session("b").is_ok());
    }

    #[test]
    fn one_address_does_not_begin_without_end() {
        let pace = Pace::default();
        let peer = |last: u8| Peer(IpAddr::from([10, 0, 0, last]));
        let begun = (0..1_000).filter(|_| pace.ceremony(peer(1)).is_ok()).count();
        assert!((100..200).contains(&begun), "{begun}");
        assert!(pace.ceremony(peer(2)).is_ok());
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
        let peer = |last: u8| Peer(IpAddr::from([10, 0, 0, last]));
        let mut held: Vec<_> = (0..OF_AN_ADDRESS).map(|_| pace.of_address(peer(1)).unwrap()).collect();
        let refused = pace.of_address(peer(1)).map(drop);
        assert!(matches!(refused, Err(Refusal::TooFast { seconds: 1 })), "{refused:?}");
        assert!(pace.of_address(peer(2)).is_ok());
        held.pop();
        assert!(pace.of_address(peer(1)).is_ok());
    }

    #[test]
    fn large_bodies_share_a_room_and_those_at_the_doors_have_their_own() {
        let pace = Pace::default();
        let mut held: Vec<_> = std::iter::from_fn(|| pace.room(false, 1024 * 1024).ok()).take(1_000).collect();
        assert_eq!(held.len(), 8);
        assert!(matches!(pace.room(false, 1), Err(Refusal::NotYet)));
        let inside = pace.room(true, ROOM_INSIDE).unwrap();
        assert!(matches!(pace.room(true, 1), Err(Refusal::NotYet)));
        held.pop();
        assert!(pace.room(false, 1024 * 1024).is_ok());
        drop(inside);
        assert!(pace.room(true, ROOM_INSIDE).is_ok());
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
