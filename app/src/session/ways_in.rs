//! The ways in: by what is typed, by a link, by a provider, by a passkey. Each asks the server first; then this device
//! is opened for her.

use std::{
    cell::RefCell,
    hash::{DefaultHasher, Hash as _, Hasher as _},
};

use futures::future::join;
use leptos::logging::warn;
use serde_json::value::RawValue;
use shared::sync::wire::ClientId;
use wasm_bindgen_futures::spawn_local;

use super::{
    Beginning, CURRENT, FOUND, Stage, choose, codes, current, deposit, link, lock, me, online, open,
    record::{About, Kek, Record, Session},
    set_stage, signed_in_again, unheard, way_out,
};
use crate::{
    db::Trouble,
    platform::{ids, storage, update},
    sync::{
        self,
        net::{self, SignInReply, SignedIn},
        oidc, passkeys,
    },
};

/// What somebody has typed to sign in, and the server has taken.
struct Typed {
    login: String,
    /// Wraps the key of her client; the secret itself is not kept.
    kek: Option<Kek>,
}

thread_local! {
    static TYPED: RefCell<Option<Typed>> = const { RefCell::new(None) };
    /// Login and secret that the server has taken, but for a code.
    static HALF: RefCell<Option<(String, String)>> = const { RefCell::new(None) };
}

/// Asks the server to let her in. On this device nothing changes before [`admit`].
pub async fn sign_in(login: &str, secret: &str, code: Option<&str>) -> Result<SignInReply, net::Fault> {
    if online::is_online_wanted() {
        return online::sign_in(login, secret, code).await;
    }
    let before = match current() {
        Some(session) => Some(session),
        // A server that was restored may not know her key any more.
        None => Record::opened_by(secret).await,
    };
    let (client, held) = here(before.as_ref());
    // Both take a while, here and there.
    let asked = net::sign_in(login, secret, code, &client, held.as_ref(), true);
    let asked = unheard::way_in(asked, |reply| matches!(reply, Ok(SignInReply::SignedIn(_))));
    let (reply, kek) = join(asked, Kek::of(secret)).await;
    if matches!(reply, Err(net::Fault::OnlineOnly)) {
        return online::instead(login, secret, code, before.as_ref()).await;
    }
    if matches!(reply, Ok(SignInReply::SignedIn(_))) {
        TYPED.set(Some(Typed { login: login.to_owned(), kek }));
    }
    reply
}

/// Takes an invitation. What waits on this device stays until she has signed in with what she has chosen.
pub async fn accept(token: &str, login: &str, secret: &str) -> Result<(), net::NotAccepted> {
    let here = Record::read().map(|record| record.client);
    net::accept(token, login, secret, here.as_ref()).await
}

/// Lets her in by a link of her own.
pub async fn enter(token: &str) -> Result<(), net::Fault> {
    let before = current();
    let (client, held) = here(before.as_ref());
    let who = unheard::way_in(net::enter(token, &client, held.as_ref()), gives_cookie).await?;
    let is_known = came_by(token);
    begin_by(who, Some(mark(token))).await;
    if !is_known {
        link::offer(token);
    }
    Ok(())
}

/// Lets her in by a provider to whom she has just shown who she is.
pub async fn finish() -> Result<(), oidc::No> {
    let before = current();
    let (client, held) = visitor(before.as_ref())?;
    let who = unheard::way_in(oidc::finish(&client, held.as_ref()), gives_cookie).await?;
    begin_by(who, None).await;
    Ok(())
}

/// Lets her in by what her device has shown, in answer to this ceremony of the server.
pub async fn enter_by_passkey(ceremony: &str, credential: &RawValue) -> Result<(), net::Fault> {
    let (before, keeps) = (current(), !online::is_online_wanted());
    let (client, held) = visitor(before.as_ref())?;
    let asked = passkeys::enter(ceremony, credential, &client, held.as_ref(), keeps);
    begin_by(unheard::way_in(asked, gives_cookie).await?, None).await;
    Ok(())
}

/// Is it this link by which whoever is signed in has come?
pub fn came_by(token: &str) -> bool {
    current().and_then(|session| session.about.link).is_some_and(|link| link == mark(token))
}

/// She has come by her link once more: if her session was over at the server, it goes on.
pub async fn come_again(token: &str) {
    if net::is_session_over().await
        && let Err(fault) = enter(token).await
    {
        warn!("her link did not let her in again: {fault:?}");
    }
}

/// Opens this device for whom the server has let in; first she is shown her new recovery codes, if she has any.
pub async fn admit(who: SignedIn) {
    if who.recovery.is_empty() { begin_by(who, None).await } else { codes::before_session(who) }
}

/// Opens this device for her; `link` is the mark of the link she has come by.
pub(super) async fn begin_by(mut who: SignedIn, link: Option<String>) {
    if let Some(token) = who.token.take() {
        return online::begin(who, token);
    }
    let SignedIn { user, name, role, client, key, .. } = who;
    let before = Record::read();
    if before.as_ref().is_some_and(|now| now.client != client) {
        // Somebody has begun to work in another tab meanwhile: what she has done there stays hers.
        return update::reload();
    }
    let is_shared = role.stay().is_shared;
    // What several people share opens by a PIN of its own. Whoever comes in without having shown it chooses another.
    let is_in = me().is_some() && !lock::asks_who_is_there();
    let before = before.filter(|_| !is_shared || is_in);
    let typed = TYPED.take().filter(|_| !is_shared);
    let (login, kek) = typed.map(|Typed { login, kek }| (login, kek)).unzip();
    let session = Session { client, key, about: About { user, name, role, link, login } };
    way_out::forget();
    deposit::forget_wiped();
    let Some(record) = Record::of(&session, kek.flatten().as_ref(), before).filter(Record::save) else {
        warn!("the session is not kept");
        return set_stage(Stage::Stopped(Trouble::StorageFull));
    };
    // The sign-in may lie over a page on which something is half-written.
    lock::open();
    CURRENT.set(Some(session.clone()));
    FOUND.set(Some(record));
    spawn_local(storage::ask_to_keep());
    let is_running = sync::tell(|engine| engine.signed_in()).is_some();
    if is_running {
        set_stage(choose::ready(session.me()));
        signed_in_again();
    } else {
        open(session, Beginning::SignedIn).await;
    }
}

/// Has the cookie of this browser become hers? Where nothing is kept she gets a token, and the cookie stays as it was.
fn gives_cookie<E>(reply: &Result<SignedIn, E>) -> bool {
    reply.as_ref().is_ok_and(|who| who.token.is_none())
}

/// The client of whoever comes in without typing: a new one where nothing is kept, else this device's.
fn visitor(before: Option<&Session>) -> Result<(ClientId, Option<net::Held<'_>>), net::Fault> {
    if online::is_online_wanted() { Ok((online::newcomer()?, None)) } else { Ok(here(before)) }
}

/// The client of this device, and what it holds of whoever was here last. Without her key the server knows it.
fn here(before: Option<&Session>) -> (ClientId, Option<net::Held<'_>>) {
    let client = Record::read().map_or_else(ids::new_id, |record| record.client);
    let before = before.filter(|session| session.client == client);
    (client, before.map(|session| net::Held { user: &session.about.user, key: &session.key }))
}

/// Tells one link from another; nobody gets in with it. A release that counts otherwise only asks once more.
fn mark(token: &str) -> String {
    let mut hasher = DefaultHasher::new();
    token.hash(&mut hasher);
    format!("{:x}", hasher.finish())
}

/// The server asks for a code beside them.
pub(super) fn went_half_way(login: String, secret: String) {
    HALF.set(Some((login, secret)));
}

/// Login and secret that the server has taken already, and only asks for a code beside them.
pub fn half_way() -> Option<(String, String)> {
    HALF.take()
}
