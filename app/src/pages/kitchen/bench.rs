//! Who stands at the bench: one of the crew has shown by her PIN that it is she, until another does, or until nobody
//! has touched the tablet for a while. No right follows from it; what she ticks says that it was she.

use leptos::{html, prelude::*};
use shared::{
    Action, Tag,
    domain::crew::{self, By, Crew, Symbol},
    prim::{Bytes, Id},
};
use wasm_bindgen_futures::spawn_local;

use super::{board::Hands, pad::Pad, tries};
use crate::{
    components::{Dialog, Icon, Notice},
    db::Db,
    i18n::tr,
    platform::kdf,
    session,
};

/// How long nobody touches the tablet before it asks again who is there, in milliseconds.
const ALONE: i64 = 5 * 60 * 1_000;

/// One of the crew who has shown that it is she. The key is in memory alone.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Hand {
    crew: Id<Crew>,
    key: Bytes,
}

/// What is done once it is known who is there.
type Then = Box<dyn FnOnce() + Send + Sync>;

thread_local! {
    static HAND: ArcRwSignal<Option<Hand>> = ArcRwSignal::new(None);
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

fn may_tick(db: Db) -> bool {
    db.can(Action::TickPacking, vec![Tag::kitchen()])
}

/// Whoever stands there says that it was she who has `said` this; nothing when nobody does.
pub(super) fn sign(said: &str) -> Option<By> {
    hand().with_untracked(|hand| hand.as_ref().map(|hand| By::prove(hand.crew.clone(), &hand.key, said)))
}

/// Are those who have ticked called by their aliases? Not on a tablet at which nobody stands.
pub(super) fn hands(db: Db) -> Memo<Hands> {
    Memo::new(move |_| {
        let is_unattended = hand().with(Option::is_none) && may_tick(db);
        if is_unattended { Hands::Unnamed } else { Hands::Named }
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
    /// Who of them stands there.
    present: Memo<Option<Crew>>,
    /// Is it asked who is there?
    asks: RwSignal<bool>,
    then: StoredValue<Option<Then>>,
}

impl Bench {
    /// The bench; from now on it is noticed when everybody has gone.
    pub(super) fn of(db: Db) -> Self {
        session::when_gone(ALONE, leave);
        let everybody = everybody(db);
        let crew = Memo::new(move |_| if may_tick(db) { everybody.get() } else { Vec::new() });
        let present = Memo::new(move |_| {
            let hand = hand().get()?;
            crew.with(|crew| crew.iter().find(|one| one.id == hand.crew && one.is_hers(&hand.key)).cloned())
        });
        Self { crew, present, asks: RwSignal::new(false), then: StoredValue::new(None) }
    }

    /// Is there a crew, and none of them stands there? Where there is none, nobody is asked.
    pub(super) fn is_closed(self) -> bool {
        self.present.with(Option::is_none) && self.crew.with(|crew| !crew.is_empty())
    }

    /// Does this, once it is known who does it.
    pub(super) fn first(self, then: impl FnOnce() + Send + Sync + 'static) {
        if !untrack(|| self.is_closed()) {
            return then();
        }
        self.ask(Some(Box::new(then)));
    }

    fn ask(self, then: Option<Then>) {
        self.then.set_value(then);
        self.asks.set(true);
    }

    /// She stands there now, unless she has gone on to something else meanwhile.
    fn take_place(self, now: Hand) {
        if self.asks.try_get_untracked() != Some(true) {
            return;
        }
        hand().set(Some(now));
        self.asks.set(false);
        if let Some(then) = self.then.try_update_value(Option::take).flatten() {
            then();
        }
    }
}

/// Whoever stands there, if this is her PIN; else what to tell her.
async fn open(one: &Crew, pin: &str) -> Result<Hand, fn() -> String> {
    if tries::must_wait(&one.id) {
        return Err(tr::crew_wait);
    }
    tries::count(&one.id);
    let Some(key) = kdf::key(pin, one.salt.as_bytes(), crew::ROUNDS).await else {
        return Err(tr::crew_no_crypto);
    };
    let key = Bytes::new(key);
    if !one.is_hers(&key) {
        return Err(if tries::must_wait(&one.id) { tr::crew_wait } else { tr::crew_wrong });
    }
    tries::forget(&one.id);
    Ok(Hand { crew: one.id.clone(), key })
}

/// The strip above the board: who stands there, and the way to say that it is somebody else.
#[component]
pub(super) fn AtTheBench(
    /// The bench of this page.
    bench: Bench,
) -> impl IntoView {
    let is_asked = Memo::new(move |_| bench.crew.with(|crew| !crew.is_empty()));
    let is_there = Memo::new(move |_| bench.present.with(Option::is_some));
    let button = NodeRef::<html::Button>::new();
    let who = move || {
        bench.present.get().map(|one| {
            view! {
                <Icon name=picture(one.symbol)/>
                <b>{one.alias.to_string()}</b>
            }
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
                    {move || if is_there.get() { tr::crew_switch() } else { tr::crew_who() }}
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
        <Dialog open=bench.asks title=tr::crew_who>
            <Who bench/>
        </Dialog>
    }
}

/// First who, then her PIN.
#[component]
fn Who(bench: Bench) -> impl IntoView {
    let chosen = RwSignal::new(None::<Crew>);
    move || match chosen.get() {
        None => view! { <Faces bench chosen/> }.into_any(),
        Some(one) => view! { <Pin bench one chosen/> }.into_any(),
    }
}

/// Everybody, by picture and alias.
#[component]
fn Faces(bench: Bench, chosen: RwSignal<Option<Crew>>) -> impl IntoView {
    let face = move |one: Crew| {
        let (alias, symbol) = (one.alias.to_string(), one.symbol);
        view! {
            <li>
                <button type="button" class="face" on:click=move |_| chosen.set(Some(one.clone()))>
                    <span class="face__picture">
                        <Icon name=picture(symbol)/>
                    </span>
                    <span>{alias}</span>
                </button>
            </li>
        }
    };
    view! { <ul class="faces">{move || bench.crew.get().into_iter().map(face).collect_view()}</ul> }
}

/// The PIN of the one who was chosen.
#[component]
fn Pin(bench: Bench, one: Crew, chosen: RwSignal<Option<Crew>>) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let is_under_way = RwSignal::new(false);
    let said = RwSignal::new(None::<fn() -> String>);
    let (alias, symbol) = (one.alias.to_string(), one.symbol);
    let on_full = Callback::new(move |pin: String| {
        let one = one.clone();
        is_under_way.set(true);
        said.set(None);
        spawn_local(async move {
            let opened = open(&one, &pin).await;
            // She may have gone meanwhile.
            let _ = is_under_way.try_set(false);
            let _ = typed.try_set(String::new());
            match opened {
                Ok(hand) => bench.take_place(hand),
                Err(why) => {
                    let _ = said.try_set(Some(why));
                }
            }
        });
    });
    view! {
        <div class="stack">
            <p class="bench__who">
                <Icon name=picture(symbol)/>
                <b>{alias}</b>
            </p>
            {move || {
                said.get()
                    .map(|said| {
                        view! {
                            <Notice color="danger" alert=true>
                                <p>{move || said()}</p>
                            </Notice>
                        }
                    })
            }}
            <Pad typed is_under_way on_full/>
            <div class="actions">
                <button
                    type="button"
                    class="ds-button"
                    data-variant="tertiary"
                    data-color="neutral"
                    on:click=move |_| chosen.set(None)
                >
                    {tr::crew_other}
                </button>
            </div>
        </div>
    }
}
