//! The way out at a provider: whoever came by one, and signs out, is still signed in there, and the next one at this
//! computer with her. So she is led there, once nothing of hers is left here.

use gloo_storage::{LocalStorage, Storage as _};
use leptos::{
    logging::warn,
    prelude::{document, window},
};

/// Where that is, until this page is loaded anew.
const PLACE: &str = "minvei.way-out";

/// Remembers where she is to be led. The tab that signs out may not be the one she looks at.
pub(super) fn keep(address: &str) {
    if LocalStorage::set(PLACE, address).is_err() {
        warn!("she is not led to the provider to sign out there");
    }
}

/// Somebody has signed in: nobody is led away from her work.
pub(super) fn forget() {
    LocalStorage::delete(PLACE);
}

/// Leads her there from the page she looks at, once. Without a network there is nowhere to go, and whoever is on her
/// way in, from a provider or with a card, is not turned round.
pub(super) fn go() {
    let comes_in = window().location().hash().is_ok_and(|hash| !hash.is_empty());
    if comes_in || document().hidden() || !window().navigator().on_line() {
        return;
    }
    let Ok(address) = LocalStorage::get::<String>(PLACE) else { return };
    forget();
    if window().location().assign(&address).is_err() {
        warn!("the provider's address is none");
    }
}
