//! Who stands at the bench: one of the crew has shown by her PIN that it is she, until another does, or until the tablet
//! closes. No right follows from it; what she ticks says that it was she. Whoever has shown the PIN of the tablet is
//! nobody in particular.

use std::cell::Cell;

use leptos::{html, prelude::*};
use shared::{
    Action, Tag,
    domain::crew::{self, By, Crew, Symbol},
    prim::{Bytes, Id},
};

use super::board;
use crate::{
    components::{Dialog, Icon},
    db::Db,
    i18n::tr,
    parts::Hands,
    session,
};

/// Somebody who has shown that she works here. What shows it is in memory alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Hand {
    /// One of the crew, by the key of her PIN.
    One(Id<Crew>, Bytes),
    /// Anybody, by the PIN of the tablet. What she ticks names nobody.
    Anybody,
}

/// Who stands there, as those know who work there now.
#[derive(Debug, Clone, PartialEq)]
enum Present {
    Nobody,
    Anybody,
    One(Crew),
}

/// What is done once it is known who is there.
type Then = Box<dyn FnOnce() + Send + Sync>;

thread_local! {
    static HAND: ArcRwSignal<Option<Hand>> = ArcRwSignal::new(None);
    /// The bench of the page that is open, or of one that was.
    static BENCH: Cell<Option<Bench>> = const { Cell::new(None) };
}

fn hand() -> ArcRwSignal<Option<Hand>> {
    HAND.with(ArcRwSignal::clone)
}

/// Nobody stands there any more.
fn leave() {
    if hand().with_untracked(Option::is_some) {
        hand().set(None);
    }
}

/// The tablet has closed: nobody stands there, and nobody is waited for.
fn close() {
    leave();
    if let Some(bench) = BENCH.get() {
        // The page may have been left.
        let _ = bench.asks.try_set(false);
    }
}

/// Somebody stands there from now on; if the tablet is closed, it opens. What waited to be known is done.
pub(super) fn stand(now: Hand) {
    hand().set(Some(now));
    session::let_in();
    if let Some(bench) = BENCH.get() {
        bench.go_on();
    }
}

fn may_tick(db: Db) -> bool {
    db.can(Action::TickPacking, vec![Tag::kitchen()])
}

/// Whoever stands there says that it was she who has `said` this; nothing when nobody does.
pub(super) fn sign(said: &str) -> Option<By> {
    hand().with_untracked(|hand| match hand {
        Some(Hand::One(crew, key)) => Some(By::prove(crew.clone(), key, said)),
        Some(Hand::Anybody) | None => None,
    })
}

/// Are those who have ticked called by their aliases? Not on a tablet at which nobody stands.
pub(super) fn hands(db: Db) -> Memo<board::Hands> {
    Memo::new(move |_| {
        let is_unattended = hand().with(Option::is_none) && may_tick(db);
        if is_unattended { board::Hands::Unnamed } else { board::Hands::Named }
    })
}

/// Those who work in the kitchen now.
pub(super) fn everybody(db: Db) -> Memo<Vec<Crew>> {
    let known = db.view(|view| Ok(crew::at_work(view)?.into_iter().cloned().collect::<Vec<_>>()));
    Memo::new(move |_| known.get().unwrap_or_default())
}

/// The pictogram of somebody's picture.
pub(super) const fn picture(symbol: Symbol) -> &'static str {
    match symbol {
        Symbol::Sun => "sun",
        Symbol::Cup => "kind-cafe",
        Symbol::Bag => "bag",
        Symbol::House => "home-fill",
        Symbol::Key => "key",
        Symbol::Heart => "kind-network",
        Symbol::Helmet => "kind-practice",
        Symbol::Plate => "menu-food",
    }
}

/// The bench of one page.
#[derive(Clone, Copy)]
pub(super) struct Bench {
    /// Who is asked who she is: the crew, where this user ticks.
    crew: Memo<Vec<Crew>>,
    present: Memo<Present>,
    /// Is it asked who is there?
    asks: RwSignal<bool>,
    /// Is something about the crew being written, in a dialog over the board?
    pub(super) writes: RwSignal<bool>,
    then: StoredValue<Option<Then>>,
}

impl Bench {
    /// The bench; from now on it is noticed when the tablet closes. Where several share it, its page stays readable then,
    /// but for what is half-written.
    pub(super) fn of(db: Db) -> Self {
        session::when_closed(close);
        let everybody = everybody(db);
        let crew = Memo::new(move |_| if may_tick(db) { everybody.get() } else { Vec::new() });
        let present = Memo::new(move |_| {
            let find = |id: &Id<Crew>, key: &Bytes| {
                crew.with(|crew| crew.iter().find(|one| one.id == *id && one.is_hers(key)).cloned())
            };
            match hand().get() {
                None => Present::Nobody,
                Some(Hand::Anybody) => Present::Anybody,
                Some(Hand::One(id, key)) => find(&id, &key).map_or(Present::Nobody, Present::One),
            }
        });
        let bench = Self {
            crew,
            present,
            asks: RwSignal::new(false),
            writes: RwSignal::new(false),
            then: StoredValue::new(None),
        };
        BENCH.set(Some(bench));
        Effect::new(move |_| session::set_readable(db.me().role.stay().is_shared && !bench.writes.get()));
        on_cleanup(|| session::set_readable(false));
        bench
    }

    /// Is the tablet closed, or is there a crew, and nobody stands there? Where there is none, nobody is asked while it is
    /// open.
    pub(super) fn is_closed(self) -> bool {
        session::is_closed() || self.present.with(|who| *who == Present::Nobody) && self.has_crew()
    }

    fn has_crew(self) -> bool {
        self.crew.with(|crew| !crew.is_empty())
    }

    /// Does this, once it is known who does it.
    pub(super) fn first(self, then: impl FnOnce() + Send + Sync + 'static) {
        if !untrack(|| self.is_closed()) {
            return then();
        }
        self.ask(Some(Box::new(then)));
    }

    /// Does this, once the tablet is open. Who of the crew does it is not asked.
    pub(super) fn once_open(self, then: impl FnOnce() + Send + Sync + 'static) {
        if !untrack(session::is_closed) {
            return then();
        }
        self.ask(Some(Box::new(then)));
    }

    fn ask(self, then: Option<Then>) {
        self.then.set_value(then);
        self.asks.set(true);
    }

    /// Somebody stands there now: what was asked for that is done, if this page still is the one that is open.
    fn go_on(self) {
        if self.asks.try_get_untracked() != Some(true) {
            return;
        }
        self.asks.set(false);
        if let Some(then) = self.then.try_update_value(Option::take).flatten() {
            then();
        }
    }
}

/// The strip above the board: who stands there, and the way to say that it is somebody else. Without a crew it is there
/// while the tablet is closed.
#[component]
pub(super) fn AtTheBench(
    /// The bench of this page.
    bench: Bench,
) -> impl IntoView {
    let has_crew = Memo::new(move |_| bench.has_crew());
    let is_asked = Memo::new(move |_| has_crew.get() || session::is_closed());
    let is_there = Memo::new(move |_| bench.present.with(|who| matches!(who, Present::One(_))));
    let asking = move || if has_crew.get() { tr::crew_who() } else { tr::auth_unlock() };
    let button = NodeRef::<html::Button>::new();
    let who = move || {
        let Present::One(one) = bench.present.get() else { return None };
        Some(view! {
            <Icon name=picture(one.symbol)/>
            <b>{one.alias.to_string()}</b>
        })
    };
    let go = move |_| {
        leave();
        // This button is gone now.
        if let Some(button) = button.get_untracked() {
            // Fails only for a button that has just left the page.
            let _ = button.focus();
        }
    };
    view! {
        <Show when=move || is_asked.get()>
            <section class="bench" aria-label=tr::crew_bench>
                <p class="bench__who" role="status">
                    {who}
                </p>
                <button
                    type="button"
                    class="ds-button"
                    data-variant=move || is_there.get().then_some("secondary")
                    node_ref=button
                    on:click=move |_| bench.ask(None)
                >
                    <Icon name="person"/>
                    {move || if is_there.get() { tr::crew_switch() } else { asking() }}
                </button>
                <button
                    type="button"
                    class="ds-button"
                    data-variant="tertiary"
                    hidden=move || !is_there.get()
                    on:click=go
                >
                    {tr::crew_done}
                </button>
            </section>
        </Show>
        <Dialog open=bench.asks title=asking>
            {Hands::WhoIsThere.show()}
        </Dialog>
    }
}
