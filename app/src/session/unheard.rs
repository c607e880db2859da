//! A sign-out of which the server has not heard, as there was no network. It is told of it once there is one, and never
//! while somebody is being let in: the answer takes the cookie of this browser away, and would take hers.

use std::rc::Rc;

use futures::lock::Mutex;
use gloo_storage::{LocalStorage, Storage as _};
use leptos::logging::warn;
use wasm_bindgen_futures::spawn_local;

use crate::sync::net::{self, SignedOut};

/// The server has not heard yet that the last user signed out.
const UNHEARD: &str = "minvei.signed-out";

thread_local! {
    /// Of what gives the cookie, and what takes it away late, one is under way at a time.
    static COOKIE: Rc<Mutex<()>> = Rc::default();
}

/// Tells the server that she signs out; if it does not hear it, it is told later. Whoever came by a provider signs out
/// there, too, at this address.
pub(super) async fn sign_out() -> Option<String> {
    match net::sign_out().await {
        SignedOut::Heard(address) => address,
        SignedOut::Unheard => {
            if LocalStorage::set(UNHEARD, true).is_err() {
                warn!("the server will not hear that this user has signed out");
            }
            None
        }
    }
}

/// Tells the server of the sign-out that it has not heard of, if there is one.
pub(super) fn tell() {
    if !is_any() {
        return;
    }
    spawn_local(async {
        let cookie = COOKIE.with(Rc::clone);
        let _turn = cookie.lock().await;
        // Somebody may have signed in meanwhile: then the session is hers.
        if is_any() && net::sign_out().await != SignedOut::Unheard {
            forget();
        }
    });
}

/// Asks the server to let somebody in, when it is not just being told of a sign-out. If the answer `gives_cookie`, it
/// is hers from then on, and nothing is told any more.
pub(super) async fn way_in<T>(asked: impl Future<Output = T>, gives_cookie: impl FnOnce(&T) -> bool) -> T {
    let cookie = COOKIE.with(Rc::clone);
    let _turn = cookie.lock().await;
    let reply = asked.await;
    if gives_cookie(&reply) {
        forget();
    }
    reply
}

fn is_any() -> bool {
    LocalStorage::get::<bool>(UNHEARD).is_ok()
}

fn forget() {
    LocalStorage::delete(UNHEARD);
}
