//! Who is signed in on this device, and what starts and ends with that.
//!
//! The session lies in `localStorage` under `minvei.session`: user, name, role, client and the key
//! of what is sealed on the disk, and a mark of the link she came by. The Access issue will wrap the key in the PIN; until then the
//! browser's profile is what protects it. The server's cookie is out of reach of this code.

use std::{
    cell::Cell,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    rc::Rc,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use gloo_storage::{LocalStorage, Storage as _};
use leptos::{
    logging::warn,
    prelude::{ArcRwSignal, Get as _, GetUntracked as _, Set as _, window},
};
use serde::{Deserialize, Serialize};
use shared::{
    policy::Role,
    prim::AnyId,
    sync::{
        engine::{Engine, Keep, Meta},
        rescue::{self, Rescue},
        wire::ClientId,
    },
};
use wasm_bindgen_futures::spawn_local;

use crate::{
    db::{Me, Trouble},
    platform::{clock, ids, js, lock, storage, update},
    store::{DiskError, IndexedDb, KEY_LENGTH, NAME, Seal, Vault},
    sync::{
        self, driver, live,
        net::{self, SignInReply, SignedIn},
        signals,
        tabs::{self, Ask, Duties, Part},
        writer,
    },
};

const PLACE: &str = "minvei.session";
/// The server has not heard yet that the last user signed out.
const UNHEARD: &str = "minvei.signed-out";
/// How long to wait before the tab that leads is asked again to sign out, in milliseconds.
const BETWEEN_ASKS: u32 = 4_000;

/// Where this page stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// Nobody is signed in.
    SignedOut,
    /// The server has let her in and given her new recovery codes: first of all she writes them down.
    Codes(SignedIn),
    /// The rows are here.
    Ready(Me),
    /// Nothing can be done on this device before this is dealt with.
    Stopped(Trouble),
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Session {
    user: AnyId,
    name: String,
    role: Role,
    client: ClientId,
    /// 32 bytes in base64.
    key: String,
    /// The mark of the link she came by, if she did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    link: Option<String>,
}

/// How a session begins on this device.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Beginning {
    /// The page was opened; the disk must be as it was left.
    Opened,
    /// Somebody has just signed in; what cannot be opened is nobody's.
    SignedIn,
}

thread_local! {
    /// Is this page signing in or out itself?
    static IS_BUSY: Cell<bool> = const { Cell::new(false) };
    static STAGE: ArcRwSignal<Stage> = ArcRwSignal::new(Stage::SignedOut);
}

/// Where this page stands; a view that asks follows it.
pub fn stage() -> Stage {
    STAGE.with(ArcRwSignal::clone).get()
}

/// Whoever is signed in, if somebody is.
pub fn me() -> Option<Me> {
    match STAGE.with(ArcRwSignal::clone).get_untracked() {
        Stage::Ready(me) => Some(me),
        Stage::SignedOut | Stage::Codes(_) | Stage::Stopped(_) => None,
    }
}

/// Are there recovery codes that nobody has written down yet?
fn has_codes() -> bool {
    matches!(STAGE.with(ArcRwSignal::clone).get_untracked(), Stage::Codes(_))
}

fn set_stage(stage: Stage) {
    STAGE.with(ArcRwSignal::clone).set(stage);
}

/// Opens the disk of whoever is signed in, before anything is shown.
pub async fn start() {
    if !storage::is_allowed() {
        return set_stage(Stage::Stopped(Trouble::StorageMissing));
    }
    js::listen(&window(), "storage", |_| elsewhere());
    match saved() {
        Some(session) => open(session, Beginning::Opened).await,
        None => tell_server_of_sign_out(),
    }
}

/// Asks the server to let her in. On this device nothing changes before [`admit`].
pub async fn sign_in(login: &str, secret: &str, code: Option<&str>) -> Result<SignInReply, net::Fault> {
    let before = saved();
    let (client, held) = here(before.as_ref());
    net::sign_in(login, secret, code, &client, held.as_ref()).await
}

/// Lets her in by a link of her own.
pub async fn enter(token: &str) -> Result<(), net::Fault> {
    let before = saved();
    let (client, held) = here(before.as_ref());
    let who = net::enter(token, &client, held.as_ref()).await?;
    begin_by(who, Some(mark(token))).await;
    Ok(())
}

/// Is it this link by which whoever is signed in has come?
pub fn came_by(token: &str) -> bool {
    saved().and_then(|session| session.link).is_some_and(|link| link == mark(token))
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
    if who.recovery.is_empty() { begin(who).await } else { set_stage(Stage::Codes(who)) }
}

/// Opens this device for her. Comes back where she was, for the address stays.
pub async fn begin(who: SignedIn) {
    begin_by(who, None).await;
}

async fn begin_by(who: SignedIn, link: Option<String>) {
    let SignedIn { user, name, role, client, key, .. } = who;
    if saved().is_some_and(|now| now.client != client) {
        // Somebody has begun to work in another tab meanwhile: what she has done there stays hers.
        return update::reload();
    }
    let session = Session { user, name, role, client, key, link };
    LocalStorage::delete(UNHEARD);
    if let Err(fault) = LocalStorage::set(PLACE, &session) {
        warn!("the session is not kept: {fault}");
        return set_stage(Stage::Stopped(Trouble::StorageFull));
    }
    spawn_local(storage::ask_to_keep());
    let is_running = sync::tell(|engine| engine.signed_in()).is_some();
    if is_running {
        set_stage(Stage::Ready(session.me()));
        signed_in_again();
    } else {
        open(session, Beginning::SignedIn).await;
    }
}

/// The client of this device, and what it holds of whoever was here last.
fn here(before: Option<&Session>) -> (ClientId, Option<net::Held<'_>>) {
    let client = before.map_or_else(ids::new_id, |session| session.client.clone());
    (client, before.map(|session| net::Held { user: &session.user, key: &session.key }))
}

/// Tells one link from another; nobody gets in with it. A release that counts otherwise only asks once more.
fn mark(token: &str) -> String {
    let mut hasher = DefaultHasher::new();
    token.hash(&mut hasher);
    format!("{:x}", hasher.finish())
}

/// Sharing goes on.
fn signed_in_again() {
    signals::trouble_over(Trouble::SessionOver);
    if tabs::follows() {
        return tabs::ask(Ask::SignedIn);
    }
    sync::tell(|engine| engine.signed_in());
    live::open();
    driver::look();
}

/// Signs out: what is on the device goes, shared or not. Ask first when something waits.
pub async fn sign_out() {
    // Once it is done there, this page is loaded anew. If nobody answers, this tab will lead.
    while tabs::follows() {
        tabs::ask(Ask::SignOut);
        clock::sleep(BETWEEN_ASKS).await;
    }
    if has_codes() {
        // Whoever asks in another tab asks again.
        return;
    }
    let is_mine = me().is_some_and(|me| is_signed_in(&me));
    if !is_mine || !lock::is_sure().await {
        return update::reload();
    }
    if IS_BUSY.replace(true) {
        return;
    }
    driver::stop();
    let disk = writer::stop();
    if !net::sign_out().await && LocalStorage::set(UNHEARD, true).is_err() {
        warn!("the server will not hear that this user has signed out");
    }
    // Meanwhile another tab may have taken the lead, and the disk.
    if !lock::is_sure().await {
        return update::reload();
    }
    if let Some(disk) = disk
        && let Err(fault) = disk.wipe().await
    {
        warn!("the disk was not emptied: {fault}");
    }
    LocalStorage::delete(PLACE);
    update::reload();
}

/// What waits here and is not shared, as the text of a file; nothing when nothing waits.
pub fn rescue() -> Option<String> {
    let session = saved()?;
    let contents = sync::look(Engine::rescue)??;
    let plain = serde_json::to_vec(&contents).ok()?;
    let sealed = STANDARD.encode(session.seal()?.close_for(rescue::PLACE, &plain));
    let file = Rescue { user: session.user, client: session.client, sealed: sealed.into() };
    serde_json::to_string(&file).ok()
}

/// Somebody may have signed in or out in another tab.
fn elsewhere() {
    let is_other = match STAGE.with(ArcRwSignal::clone).get_untracked() {
        _ if IS_BUSY.get() => false,
        Stage::SignedOut => saved().is_some(),
        Stage::Ready(me) => !is_signed_in(&me),
        // Codes that are shown once are not taken away.
        Stage::Codes(_) | Stage::Stopped(_) => false,
    };
    if is_other {
        update::reload();
    }
}

/// Is it still she who is signed in on this device, as the client that this page works for?
fn is_signed_in(me: &Me) -> bool {
    saved().is_some_and(|session| {
        let works_for = sync::look(|engine| engine.meta().client == session.client);
        session.user == me.user && works_for != Some(false)
    })
}

fn tell_server_of_sign_out() {
    if LocalStorage::get::<bool>(UNHEARD).is_err() {
        return;
    }
    spawn_local(async {
        // Somebody may have signed in meanwhile: then the session is hers.
        if net::sign_out().await && saved().is_none() {
            LocalStorage::delete(UNHEARD);
        }
    });
}

fn saved() -> Option<Session> {
    LocalStorage::get::<Session>(PLACE).ok()
}

impl Session {
    fn me(&self) -> Me {
        Me { user: self.user.clone(), name: self.name.clone(), role: self.role }
    }

    fn seal(&self) -> Option<Seal> {
        let bytes = STANDARD.decode(&self.key).ok()?;
        let key: [u8; KEY_LENGTH] = bytes.try_into().ok()?;
        Some(Seal::new(key, ids::fill))
    }
}

async fn open(session: Session, beginning: Beginning) {
    let duties = Duties {
        lead,
        knows: |client| saved().is_some_and(|session| session.client == *client),
        signed_in: signed_in_again,
        sign_out: || spawn_local(sign_out()),
    };
    IS_BUSY.set(true);
    let stage = loop {
        match tabs::claim(duties).await {
            None => return,
            Some(Part::Leads) => {
                if let Some(stage) = lead_with(&session, beginning).await {
                    break stage;
                }
            }
            Some(Part::Follows) => {
                driver::watch();
                break Stage::Ready(session.me());
            }
        }
    };
    IS_BUSY.set(false);
    set_stage(stage);
    // What happened in other tabs meanwhile was not listened to.
    elsewhere();
}

/// The tab that led is gone: this one takes over, from what the disk holds.
fn lead() {
    if IS_BUSY.get() {
        // Whoever is opening leads, too.
        return;
    }
    let Some(session) = saved() else {
        return update::reload();
    };
    spawn_local(async move {
        match lead_with(&session, Beginning::Opened).await {
            // The engine that followed is of a client that is gone.
            Some(Stage::SignedOut) => update::reload(),
            // She goes on when she has written them down.
            Some(_) if has_codes() => {}
            Some(stage) => set_stage(stage),
            None => {}
        }
    });
}

/// Opens the disk and leads; nothing when another tab has taken the lead meanwhile.
async fn lead_with(session: &Session, beginning: Beginning) -> Option<Stage> {
    let changes = lock::changes();
    let stage = match start_engine(session, beginning, changes).await {
        Ok(Started::Yes) => return Some(Stage::Ready(session.me())),
        Ok(Started::SignInAgain) => Stage::SignedOut,
        Ok(Started::TooLate) => return None,
        Err(_) if lock::changes() != changes => return None,
        Err(fault) => {
            warn!("the disk does not open: {fault}");
            Stage::Stopped(trouble(&fault))
        }
    };
    lock::release();
    Some(stage)
}

/// Is the lock still this tab's, without having been another's meanwhile?
async fn still_leads(changes: u64) -> bool {
    lock::is_sure().await && lock::changes() == changes
}

enum Started {
    Yes,
    SignInAgain,
    /// Another tab leads by now.
    TooLate,
}

async fn start_engine(session: &Session, beginning: Beginning, changes: u64) -> Result<Started, DiskError> {
    let Some(seal) = session.seal() else {
        return Ok(Started::SignInAgain);
    };
    let disk = IndexedDb::open(NAME, robbed_of_disk).await?;
    let vault = Rc::new(Vault::new(disk, seal));
    let loaded = vault.load().await;
    if !still_leads(changes).await {
        return Ok(Started::TooLate);
    }
    let saved = match (loaded, beginning) {
        (Err(DiskError::Locked), Beginning::Opened) => return Ok(Started::SignInAgain),
        // Sealed with a key that nobody has any more: another client's, and its session is gone.
        // Its numbers are unknown with it, so that a new client must be minted.
        (Err(DiskError::Locked), Beginning::SignedIn) => {
            vault.wipe().await?;
            LocalStorage::delete(PLACE);
            return Ok(Started::SignInAgain);
        }
        (loaded, _) => loaded?,
    };
    let known = saved.meta.clone().filter(|meta| meta.client == session.client);
    if known.is_none() && saved.queue.is_empty() && beginning == Beginning::Opened {
        // The browser has thrown our data away. Under the old client numbers would begin anew, and
        // the server would take new commands for old ones: a new sign-in mints a new client.
        LocalStorage::delete(PLACE);
        return Ok(Started::SignInAgain);
    }
    let meta = known.unwrap_or_else(|| Meta::new(session.client.clone()));
    let engine = Engine::restore(meta, saved, clock::now());
    // From now on a disk without this entry is one that was thrown away.
    let first = Keep { log: None, drop: Vec::new(), refuse: Vec::new(), meta: engine.meta().clone() };
    vault.keep(&first).await?;
    if !still_leads(changes).await {
        return Ok(Started::TooLate);
    }
    writer::start(vault);
    sync::succeed(engine);
    driver::start();
    Ok(Started::Yes)
}

/// A newer build waits for the database, or the browser has cleared it under us.
fn robbed_of_disk() {
    driver::stop();
    drop(writer::stop());
    signals::set_trouble(Trouble::NewerDatabase);
}

fn trouble(fault: &DiskError) -> Trouble {
    match fault {
        DiskError::Full => Trouble::StorageFull,
        DiskError::Blocked => Trouble::StorageBlocked,
        DiskError::Newer | DiskError::Closed => Trouble::NewerDatabase,
        DiskError::Missing(_) | DiskError::Locked | DiskError::Failed(_) => Trouble::StorageMissing,
    }
}
