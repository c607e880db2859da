//! A device on which somebody else has signed its user out hands in what she has done there, and then forgets
//! everything. Until the server has said so, nothing is lost here.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use gloo_storage::{LocalStorage, Storage as _};
use leptos::logging::warn;
use shared::{
    policy::Proof,
    sync::{
        engine::Engine,
        rescue::{self, Contents, Rescue},
    },
};

use super::{IS_BUSY, current, has_codes, leave, lock, me, record::Session};
use crate::{
    platform::{clock, draft, update},
    sync::{self, net, tabs},
};

/// Says to whoever opens this device next that it was wiped, and whether anything was not stored.
const WIPED: &str = "minvei.wiped";
/// Says that it was a colleague's: the next one is likely to be, and looks for her form.
const OF_STAFF: &str = "minvei.wiped-of-staff";
/// How many bytes of commands are handed in at a time.
const PIECE: usize = 200_000;
/// How often what was done meanwhile is handed in too, and how long it is waited for, in milliseconds.
const ROUNDS: usize = 5;
const PAUSE: u32 = 500;
/// For how long a page on which something is half-written may still stand, in milliseconds: if she signs in anew over it,
/// nothing is wiped. Perhaps somebody else has the device, so it is no longer than a phone stays open.
const HALF_WRITTEN: i64 = 5 * 60 * 1_000;

/// Her session is over at the server. If somebody else has ended it on this device, hands in what waits here and
/// wipes it; else she signs in again, and nothing changes.
pub async fn hand_in() {
    if tabs::follows() || has_codes() || IS_BUSY.get() {
        return;
    }
    let Some(session) = current() else { return };
    let nothing = Contents { first: 1, commands: Vec::new() };
    if taken(&session, &nothing).await.is_none() {
        return;
    }
    if is_half_written() {
        let since = clock::now().0;
        while is_half_written() && (0..HALF_WRITTEN).contains(&(clock::now().0 - since)) {
            clock::sleep(PAUSE).await;
        }
        // She may have signed in meanwhile.
        if taken(&session, &nothing).await.is_none() {
            return;
        }
    }
    for _ in 0..ROUNDS {
        let mut refused = 0;
        let before = sync::look(|engine| engine.meta().next_seq);
        let contents = sync::look(Engine::rescue).flatten();
        for piece in contents.into_iter().flat_map(|contents| contents.pieces(PIECE)) {
            let Some(more) = taken(&session, &piece).await else { return };
            refused += more;
        }
        let is_all = !sync::is_saving() && sync::look(|engine| engine.meta().next_seq) == before;
        if is_all {
            return wipe(refused > 0 || loses_more()).await;
        }
        clock::sleep(PAUSE).await;
    }
}

/// Is she in the middle of writing, and there?
fn is_half_written() -> bool {
    me().is_some() && !lock::asks_who_is_there() && draft::is_open()
}

/// Is there anything here that cannot be handed in: refused before, and not yet mended, or half-written?
fn loses_more() -> bool {
    me().is_some() && draft::is_open() || sync::look(|engine| engine.counts().1 > 0) == Some(true)
}

/// Was this device wiped when it was last used, and was anything of what she had done there not stored?
pub fn was_wiped() -> Option<bool> {
    LocalStorage::get(WIPED).ok()
}

/// Was this device wiped when it was last used, and somebody's who signs in without a card?
pub fn was_of_staff() -> bool {
    LocalStorage::get(OF_STAFF).unwrap_or(false)
}

/// Somebody has signed in here since.
pub(super) fn forget_wiped() {
    LocalStorage::delete(WIPED);
    LocalStorage::delete(OF_STAFF);
}

/// How much of this the server has refused; nothing unless it wants the device wiped.
async fn taken(session: &Session, contents: &Contents) -> Option<usize> {
    let answer = net::deposit(sealed(session, contents)?).await;
    answer.filter(|answer| answer.wipe).map(|answer| answer.refused)
}

async fn wipe(is_any_refused: bool) {
    if tabs::follows() || IS_BUSY.replace(true) {
        return;
    }
    let is_of_staff = current().is_some_and(|session| session.about.role.proof() != Proof::Card);
    if LocalStorage::set(WIPED, is_any_refused).and_then(|()| LocalStorage::set(OF_STAFF, is_of_staff)).is_err() {
        warn!("nobody will be told that this device was wiped");
    }
    leave(async {}).await;
    update::reload();
}

/// The text of a file that holds this, as the server and nobody else can read it.
pub(super) fn sealed(session: &Session, contents: &Contents) -> Option<String> {
    let plain = serde_json::to_vec(contents).ok()?;
    let sealed = STANDARD.encode(session.seal()?.close_for(rescue::PLACE, &plain));
    let file = Rescue { user: session.about.user.clone(), client: session.client.clone(), sealed: sealed.into() };
    serde_json::to_string(&file).ok()
}
