//! The reactive face of this device's rows: what pages read, and how they change it.
//!
//! A page is `db.view(f)` in, `db.run(command)` out. A view runs anew only when a row of a kind it
//! looked at has changed; it returns an owned model, never borrowed rows.

#![allow(dead_code, reason = "a vocabulary: pages take what they need")]

use leptos::prelude::*;
use shared::{
    Action, AnyCommand, Halt, Key, Kind, Record, Rejection, Role, Row, Source, Tag,
    domain::{look::Place, person::Person},
    prim::{AnyId, Date, Id, Timestamp},
    sync::{
        engine::{AnyCommandEq, Engine, Share, Waiting},
        pull,
        replica::Replica,
    },
};

pub use crate::sync::{older::Reach, signals::Trouble};
use crate::{
    components::toast,
    i18n::tr,
    nav,
    platform::clock,
    session,
    sync::{self, driver, looks, older, signals, signals::Kinds},
};

/// Why nothing is done where nothing is kept and there is no network: it could be neither stored nor sent.
pub const NO_NETWORK: &str = "no-network";

/// What a page looks at; `shared::View` under the name that does not meet Leptos' own.
pub type View<'a> = shared::View<'a>;

/// Whoever is signed in on this device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Me {
    /// The user.
    pub user: AnyId,
    /// Her name.
    pub name: String,
    /// Her part.
    pub role: Role,
}

/// A handle on the rows of this device. It holds nothing, so it can be copied into any closure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Db;

/// The rows of this device.
pub const fn use_db() -> Db {
    Db
}

impl Db {
    /// What `look` makes of the rows; `None` while something it needs is not known on this device.
    ///
    /// `look` may read signals. It must not run commands.
    #[track_caller]
    pub fn view<T>(self, look: impl Fn(View<'_>) -> Result<T, Halt> + Send + Sync + 'static) -> Memo<Option<T>>
    where
        T: PartialEq + Clone + Send + Sync + 'static,
    {
        Memo::new(move |_| self.look_once(&look))
    }

    /// As [`Db::view`], without a memo: for closures that are reactive themselves.
    pub fn look_once<T>(self, look: impl Fn(View<'_>) -> Result<T, Halt>) -> Option<T> {
        let looked = Kinds::default();
        let found = sync::look(|engine| {
            let tracking = Tracking { replica: engine.replica(), looked: &looked };
            look(View::new(&tracking)).ok()
        });
        looked.track();
        signals::track_standing();
        found.flatten()
    }

    /// Does a command: it shows at once, is stored next, and is shared when that can be.
    ///
    /// What the rules refuse here and now is not kept: say why at the control.
    pub fn run(self, command: impl Into<AnyCommand>) -> Result<u64, Rejection> {
        if session::keeps_nothing() && !signals::was_online() {
            return Err(Rejection::Bug { reference: NO_NETWORK.to_owned() });
        }
        let command = command.into();
        let done = sync::change(|engine| match engine.run(command, clock::now()) {
            Ok((seq, effects)) => (Ok(seq), effects),
            Err(rejection) => (Err(rejection), Vec::new()),
        });
        done.unwrap_or_else(|| Err(Rejection::Bug { reference: "no-engine".to_owned() }))
    }

    /// As [`Db::run`], and offers for ten seconds to run `undo`; `said` says what was done.
    pub fn run_undoable(
        self,
        command: impl Into<AnyCommand>,
        undo: impl Into<AnyCommand>,
        said: String,
    ) -> Result<u64, Rejection> {
        let undo = undo.into();
        self.run_undoable_by(command, move || undo, said)
    }

    /// As [`Db::run_undoable`], for commands that name the answers their author has seen: what is
    /// undone must have seen the answer it undoes, so `undo` is made when it is asked for.
    pub fn run_undoable_by(
        self,
        command: impl Into<AnyCommand>,
        undo: impl FnOnce() -> AnyCommand + 'static,
        said: String,
    ) -> Result<u64, Rejection> {
        let seq = self.run(command)?;
        self.offer_undo(said, |db| db.run(untrack(undo)).map(drop));
        Ok(seq)
    }

    /// Offers for ten seconds to take back what several commands have done; `said` says what that was.
    pub fn offer_undo(self, said: String, undo: impl FnOnce(Self) -> Result<(), Rejection> + 'static) {
        let done = said.clone();
        toast::offer_undo(said, move || {
            toast::say(match undo(self) {
                Ok(()) => untrack(|| tr::undo_undone(done)),
                Err(_) => untrack(tr::undo_too_late),
            });
        });
    }

    /// She was shown what is secret about these participants: the log of accesses is told, once a day. A page says so
    /// in an effect, when they are on the screen.
    pub fn looked(self, at: &Place, people: Vec<Id<Person>>) {
        looks::note(self, at, people);
    }

    /// Where a row stands between this device and everybody else.
    pub fn share(self, kind: Kind, key: Key) -> Memo<Share> {
        Memo::new(move |_| self.share_now(kind, &key))
    }

    /// As [`Db::share`], without a memo.
    pub fn share_now(self, kind: Kind, key: &Key) -> Share {
        signals::track_row(kind, key);
        sync::look(|engine| engine.share(kind, key)).unwrap_or(Share::Shared)
    }

    /// How much is not shared yet, and how much was refused.
    pub fn counts(self) -> Memo<(usize, usize)> {
        Memo::new(|_| {
            signals::track_queue();
            sync::look(Engine::counts).unwrap_or_default()
        })
    }

    /// What is not shared yet, oldest first.
    pub fn waiting(self) -> Memo<Vec<Waiting>> {
        Memo::new(|_| {
            signals::track_queue();
            sync::look(|engine| engine.waiting()).unwrap_or_default()
        })
    }

    /// What was refused, oldest first.
    pub fn tray(self) -> Memo<Vec<Waiting>> {
        Memo::new(|_| {
            signals::track_queue();
            sync::look(|engine| engine.tray()).unwrap_or_default()
        })
    }

    /// Takes an item out of the tray.
    pub fn drop_from_tray(self, seq: u64) {
        sync::change(|engine| ((), engine.drop_from_tray(seq)));
    }

    /// Runs a refused command anew, under a new number; the old one leaves the tray.
    pub fn retry(self, seq: u64) -> Result<u64, Rejection> {
        let tray = sync::look(|engine| engine.tray()).unwrap_or_default();
        let refused = tray.into_iter().find(|one| one.seq == seq).ok_or(Rejection::Gone)?;
        let unreadable = || Rejection::UnknownCommand { name: refused.name.clone() };
        let AnyCommandEq(command) = refused.command.clone().ok_or_else(unreadable)?;
        let new = self.run(command)?;
        self.drop_from_tray(seq);
        Ok(new)
    }

    /// The clock, corrected by the server's last answer; ticks every few seconds.
    pub fn now(self) -> Memo<Timestamp> {
        let now = signals::now_signal();
        Memo::new(move |_| now.get())
    }

    /// The date of the centre, by the corrected clock.
    pub fn today(self) -> Memo<Date> {
        let today = signals::today_signal();
        Memo::new(move |_| today.get())
    }

    /// As [`Db::today`], without a memo.
    pub fn today_now(self) -> Date {
        signals::today_signal().get()
    }

    /// Was the server reachable lately?
    pub fn is_online(self) -> Signal<bool> {
        Signal::derive(signals::is_online)
    }

    /// Has this device ever been filled? Before that, nothing being there means nothing.
    pub fn is_filled(self) -> Memo<bool> {
        Memo::new(|_| {
            signals::track_standing();
            sync::look(|engine| engine.is_filled()).unwrap_or(false)
        })
    }

    /// How far days that have left this device have come.
    pub fn reach(self, first: Date, last: Date) -> Reach {
        older::reach(first, last)
    }

    /// Asks for days that have left this device, and for what changes in them until [`Db::look_away`].
    pub fn look_back(self, first: Date, last: Date) {
        older::look_back(first, last);
    }

    /// Nobody looks at them any more.
    pub fn look_away(self) {
        older::look_away();
    }

    /// Whoever is signed in.
    pub fn me(self) -> Me {
        session::me().unwrap_or_else(|| Me {
            user: AnyId::parse("nobody").expect("six letters"),
            name: String::new(),
            role: nav::NOBODY,
        })
    }

    /// Would she be let do `action` to something of these audiences? For offering a control.
    pub fn can(self, action: Action, about: Vec<Tag>) -> bool {
        signals::track_standing();
        let today = signals::today_signal().get();
        let may = sync::look(|engine| shared::policy::can(engine.replica().actor(), action, about, today));
        may.unwrap_or(false)
    }

    /// For how many days after its day a row of these audiences stays on this device.
    pub fn days_kept(self, audiences: &[Tag]) -> i64 {
        signals::track_standing();
        let kept = |engine: &Engine| engine.replica().grants().map(|grants| pull::days_kept(audiences, &grants.tags));
        sync::look(kept).flatten().unwrap_or(pull::KEPT_DAYS)
    }

    /// The history this device's rows belong to, for a receipt.
    pub fn history(self) -> String {
        signals::track_standing();
        let history = sync::look(|engine| engine.meta().cursor.as_ref().map(|cursor| cursor.history.to_string()));
        history.flatten().unwrap_or_default()
    }

    /// Shares and asks now: who wants that works with the network again.
    pub fn look(self) {
        if signals::was_alone() {
            driver::stay_alone(false);
        } else {
            driver::look();
        }
    }

    /// Has this person chosen to work without the network?
    pub fn is_alone(self) -> Signal<bool> {
        Signal::derive(signals::is_alone)
    }

    /// Works without the network, or with it again.
    pub fn stay_alone(self, is_alone: bool) {
        driver::stay_alone(is_alone);
    }

    /// What stands in the way, if anything does.
    pub fn trouble(self) -> Signal<Option<Trouble>> {
        Signal::derive(signals::trouble)
    }
}

/// The replica, noting which kinds of rows a view looks at.
struct Tracking<'a> {
    replica: &'a Replica,
    looked: &'a Kinds,
}

impl Source for Tracking<'_> {
    fn row(&self, kind: Kind, key: &Key) -> Row<'_> {
        self.looked.note(kind);
        self.replica.row(kind, key)
    }

    fn under(&self, kind: Kind, prefix: &str) -> Option<Vec<&Record>> {
        self.looked.note(kind);
        self.replica.under(kind, prefix)
    }

    fn version(&self, kind: Kind, key: &Key) -> u64 {
        self.looked.note(kind);
        self.replica.version(kind, key)
    }
}
