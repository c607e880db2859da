//! The kitchen's day: the total, each school with its four ticks, and what schools ask too late.
//!
//! Read at arm's length, tapped with wet hands, and the same without a network.

mod bench;
pub(crate) mod board;
mod crew;
pub(crate) mod day_nav;
mod delivery;
mod pad;
pub(crate) mod question;
mod tries;
mod who;

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use shared::{
    Action, AnyCommand, Key, Kind, Tag,
    domain::{
        order::{self, AnswerLate, Choice, Verdict},
        packing::{SetTick, Step, Tick},
        school::School,
    },
    prim::{Date, Id, Weekday, public_holiday},
    sync::engine::Share,
};

use self::{
    bench::{AtTheBench, Bench},
    board::{Board, Question, SchoolBoard, StepBoard, TickState},
    day_nav::{DayNav, Place},
    delivery::{Delivery, Tap, Ways},
    question::{AnsweredCard, QuestionCard},
};
pub use self::{crew::CrewSection, who::WhoIsThere};
use crate::{
    components::{Empty, Icon, Page, Skeleton, toast},
    db::{Db, use_db},
    i18n::{self, dates, tr},
    pages::{
        older::Older,
        orders::words,
        plan::{model::Closure, words as plan_words},
    },
    parts::Hands,
    platform::wake_lock,
};

/// The day in the address, or today.
pub(crate) fn day_in_address(today: Memo<Date>) -> Memo<Date> {
    let address = use_params_map();
    Memo::new(move |_| {
        let date = address.with(|params| params.get("date"));
        date.and_then(|date| date.parse::<Date>().ok()).unwrap_or_else(|| today.get())
    })
}

/// The board of a day; nothing while it is not on this device.
pub(crate) fn board_of(db: Db, date: Memo<Date>) -> Memo<Option<Board>> {
    let is_filled = db.is_filled();
    let hands = bench::hands(db);
    let looked = db.view(move |view| board::board(view, date.get(), hands.get()));
    Memo::new(move |_| looked.get().filter(|board| is_filled.get() || board.goes_out()))
}

/// The kitchen's page.
#[component]
pub fn Kitchen() -> impl IntoView {
    wake_lock::keep_awake();
    let db = use_db();
    let today = db.today();
    let date = day_in_address(today);
    let board = board_of(db, date);
    let bench = Bench::of(db);
    provide_context(bench);
    let title = move || tr::board_title(dates::long_date(date.get()));
    let is_known = Memo::new(move |_| board.with(Option::is_some));
    let goes_out = Memo::new(move |_| board.with(|board| board.as_ref().is_some_and(Board::goes_out)));
    let content = move || match (is_known.get(), goes_out.get()) {
        (false, _) => view! { <Skeleton/> }.into_any(),
        (true, false) => view! { <NothingOut board date/> }.into_any(),
        (true, true) => view! { <Day board date bench/> }.into_any(),
    };
    view! {
        <Page title=title width="wide" class="kitchen" name="kitchen">
            <h1 class="ds-sr-only">{title}</h1>
            <DayNav date today place=Place::Board/>
            <AtTheBench bench/>
            <Older first=date days=1>{content}</Older>
            {Hands::CrewSection.show()}
        </Page>
    }
}

/// A day on which nothing goes out: why, and when the next packets do.
#[component]
pub(crate) fn NothingOut(
    /// The day.
    board: Memo<Option<Board>>,
    /// Which day it is.
    date: Memo<Date>,
) -> impl IntoView {
    let why = move || {
        let date = date.get();
        if let Some(holiday) = public_holiday(date) {
            return tr::board_holiday(plan_words::closure(&Closure::Holiday(holiday)));
        }
        match date.weekday() {
            Weekday::Saturday | Weekday::Sunday => tr::board_weekend(),
            _ => tr::kitchen_empty_title(),
        }
    };
    let next_day = move || board.with(|board| board.as_ref().and_then(|board| board.next_day));
    view! {
        <Empty icon="package" title=why>
            {move || {
                next_day()
                    .map(|next| {
                        view! {
                            <a class="ds-button" data-variant="secondary" href=Place::Board.href(next)>
                                {move || tr::board_go_to(dates::long_date(next))}
                            </a>
                        }
                    })
            }}
        </Empty>
        <ClosedSchools board/>
    }
}

/// The schools that get nothing on this day, with the reason where it is known.
#[component]
fn ClosedSchools(board: Memo<Option<Board>>) -> impl IntoView {
    let closed =
        Memo::new(move |_| board.with(|board| board.as_ref().map(|board| board.closed.clone()).unwrap_or_default()));
    move || {
        let closed = closed.get();
        (!closed.is_empty()).then(|| {
            let lines = closed.into_iter().map(|one| {
                let said = match one.reason {
                    Some(reason) => tr::board_closed_because(one.name, reason),
                    None => tr::board_closed(one.name),
                };
                view! { <li>{said}</li> }
            });
            view! { <ul class="soft">{lines.collect_view()}</ul> }
        })
    }
}

/// A day with packets.
#[component]
fn Day(board: Memo<Option<Board>>, date: Memo<Date>, bench: Bench) -> impl IntoView {
    let db = use_db();
    let may_answer = may(db, Action::AnswerLate);
    let may_tick = may(db, Action::TickPacking);
    let on_answer = Callback::new(move |(question, verdict, said)| {
        let date = date.get_untracked();
        bench.first(move || answer(db, date, question, verdict, said));
    });
    let on_tick = Callback::new(move |tap: Tap| {
        let name = board.with_untracked(|board| {
            let school = board.as_ref().and_then(|board| board.school(&tap.step.school));
            school.map(|school| school.name.clone())
        });
        let date = date.get_untracked();
        bench.first(move || tick(db, date, tap, name.unwrap_or_default()));
    });
    let on_choose = Callback::new(move |(school, choice)| {
        let date = date.get_untracked();
        bench.first(move || choose(db, date, school, choice));
    });
    let may_order = may(db, Action::OrderLunch);
    let ways = Ways { date, on_tick, may_tick, on_choose, may_order };
    let questions = move || board.with(|board| board.as_ref().map(Board::questions).unwrap_or_default());
    let answered = move || {
        board.with(|board| {
            let schools = board.iter().flat_map(|board| &board.schools);
            schools.filter(|school| school.answered.is_some()).cloned().collect::<Vec<_>>()
        })
    };
    let schools = move || board.with(|board| board.as_ref().map(|board| board.schools.clone()).unwrap_or_default());
    let delivery = move |first: SchoolBoard| {
        let id = first.id.clone();
        let share = shares(db, date, id.clone(), board);
        let school = Memo::new(move |before: Option<&SchoolBoard>| {
            let found = board.with(|board| board.as_ref().and_then(|board| board.school(&id)).cloned());
            found.or_else(|| before.cloned()).unwrap_or_else(|| first.clone())
        });
        view! { <Delivery school share ways/> }
    };
    view! {
        <For
            each=questions
            key=|question| (question.school.to_string(), question.late.id.to_string())
            children=move |question: Question| view! { <QuestionCard question on_answer may_answer/> }
        />
        <Totals board date/>
        <Stages board/>
        <div class="deliveries">
            <For each=schools key=|school| school.id.to_string() children=delivery/>
        </div>
        <ClosedSchools board/>
        <For
            each=answered
            key=answered_key
            children=move |school: SchoolBoard| view! { <AnsweredCard school/> }
        />
        <div class="actions">
            <a class="ds-button" data-variant="secondary" href=move || Place::Sheet.href(date.get())>
                <Icon name="print"/>
                {tr::board_sheet}
            </a>
        </div>
    }
}

fn answered_key(school: &SchoolBoard) -> (String, Option<String>) {
    let late = school.answered.as_ref().map(|(late, _)| late.id.to_string());
    (school.id.to_string(), late)
}

/// The total first, then each school, the dish, and what differs from the usual.
#[component]
fn Totals(board: Memo<Option<Board>>, date: Memo<Date>) -> impl IntoView {
    let total = Memo::new(move |_| board.with(|board| board.as_ref().map_or(0, |board| board.total)));
    let menu = Memo::new(move |_| board.with(|board| board.as_ref().and_then(|board| board.menu.clone())));
    let counts = move || {
        board.with(|board| {
            let schools = board.iter().flat_map(|board| &board.schools);
            let each = schools.map(|one| {
                view! {
                    <div>
                        <dt>{one.name.clone()}</dt>
                        <dd class="number">{one.packets.to_string()}</dd>
                    </div>
                }
            });
            each.collect_view()
        })
    };
    let differing = move || {
        board.with(|board| {
            let schools = board.iter().flat_map(Board::differing);
            schools.map(differs_line).collect::<Vec<_>>()
        })
    };
    view! {
        <section
            class="board"
            data-day=move || plan_words::day_code(date.get())
            aria-label=move || dates::long_date(date.get())
        >
            <p class="board__total">
                <span class="number">{move || total.get().to_string()}</span>
                <span>{move || tr::board_packets(total.get())}</span>
            </p>
            <dl class="board__schools">{counts}</dl>
            <p class="board__dish">
                <Icon name="menu-food"/>
                <b>{move || menu.get().unwrap_or_else(tr::kitchen_menu_empty_title)}</b>
            </p>
            {move || {
                let lines = differing();
                if lines.is_empty() {
                    return view! { <p class="soft">{tr::kitchen_differs_none}</p> }.into_any();
                }
                let count = lines.len();
                let lines = lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
                view! {
                    <div class="cluster">
                        <b>{move || tr::kitchen_differs(count)}</b>
                        <ul class="differs">{lines}</ul>
                    </div>
                }
                    .into_any()
            }}
        </section>
    }
}

/// “Fridalen: 55 → 51”, “Fridalen: 55 → Stengt”.
pub(crate) fn differs_line(school: &SchoolBoard) -> String {
    let now = if school.is_closed { tr::order_closed() } else { school.packets.to_string() };
    tr::kitchen_changed(school.name.clone(), school.standard, now)
}

/// How far the whole day is, step by step.
#[component]
fn Stages(board: Memo<Option<Board>>) -> impl IntoView {
    let total = Memo::new(move |_| board.with(|board| board.as_ref().map_or(0, |board| board.total)));
    let stage = move |step: Step| {
        let done = Memo::new(move |_| board.with(|board| board.as_ref().map_or(0, |board| board.done(step))));
        let state = move || match done.get() {
            0 => "none",
            done if done >= total.get() => "all",
            _ => "some",
        };
        view! {
            <li class="stage" data-done=state>
                <Icon name=step_icon(step)/>
                <b>{move || words::step(step)}</b>
                <span class="number">{move || done.get().to_string()}</span>
                <span>{move || tr::board_of(total.get())}</span>
            </li>
        }
    };
    view! {
        <ol class="stages" aria-label=tr::board_steps>
            {Step::ALL.map(stage).into_iter().collect_view()}
        </ol>
    }
}

/// The pictogram of a step.
const fn step_icon(step: Step) -> &'static str {
    match step {
        Step::Made => "stage-made",
        Step::Packed => "stage-packed",
        Step::Loaded => "stage-loaded",
        Step::Delivered => "stage-delivered",
    }
}

fn may(db: Db, action: Action) -> Signal<bool> {
    Memo::new(move |_| db.can(action, vec![Tag::kitchen()])).into()
}

/// Where a school's ticks stand, the most urgent first; nothing when there are none.
fn shares(db: Db, date: Memo<Date>, school: Id<School>, board: Memo<Option<Board>>) -> Memo<Option<Share>> {
    Memo::new(move |_| {
        let shares = Step::ALL.map(|step| db.share_now(Kind::Tick, &tick_key(date.get(), &school, step)));
        let is_ticked = board.with(|board| {
            let school = board.as_ref().and_then(|board| board.school(&school));
            school.is_some_and(|school| school.steps.iter().any(|step| !step.seen.is_empty()))
        });
        let worst = shares.into_iter().max_by_key(|share| urgency(*share));
        worst.filter(|share| is_ticked || *share != Share::Shared)
    })
}

const fn urgency(share: Share) -> u8 {
    match share {
        Share::Shared => 0,
        Share::SavedHere => 1,
        Share::Saving => 2,
        Share::Refused => 3,
    }
}

fn tick_key(date: Date, school: &Id<School>, step: Step) -> Key {
    Key::of(&[&date, school, &step.name()])
}

/// Ticks a step or takes the tick away, and offers to undo it.
fn tick(db: Db, date: Date, tap: Tap, name: String) {
    let Tap { step: StepBoard { school, step, state, seen }, done } = tap;
    let key = tick_key(date, &school, step);
    let command = signed(SetTick { day: date, school, step, done, seen, by: None });
    let back = SetTick { done: !done, seen: Vec::new(), by: None, ..command.clone() };
    let said = untrack(|| {
        let step = words::step(step);
        if done { tr::board_ticked(name, step) } else { tr::board_unticked(name, step.to_lowercase()) }
    });
    let undo = move || {
        let seen = db.look_once(|view| {
            let tick = view.get::<Tick>(&key)?;
            Ok(tick.map(|tick| tick.answers.seen()).unwrap_or_default())
        });
        AnyCommand::from(signed(SetTick { seen: seen.unwrap_or_default(), ..back }))
    };
    // What stood in dispute cannot be put back: then there is nothing to undo.
    let is_disputed = matches!(state, TickState::Disputed(_));
    let ticked = if is_disputed { db.run(command) } else { db.run_undoable_by(command, undo, said) };
    if let Err(rejection) = ticked {
        toast::say(untrack(|| i18n::rejection(&rejection)));
    }
}

/// With the proof of whoever stands at the bench.
fn signed(tick: SetTick) -> SetTick {
    SetTick { by: bench::sign(&tick.said()), ..tick }
}

/// Chooses one of several counts of a school.
fn choose(db: Db, date: Date, school: SchoolBoard, choice: Choice) {
    let SchoolBoard { id, seen, .. } = school;
    if let Err(rejection) = db.run(order::Change { school: id, day: date, choice, seen }) {
        toast::say(untrack(|| i18n::rejection(&rejection)));
    }
}

/// Answers a late wish, or says why not; the school sees it with the time.
fn answer(db: Db, date: Date, question: Question, verdict: Verdict, refused: RwSignal<Option<String>>) {
    let command = AnswerLate { school: question.school, day: date, question: question.late.id, verdict, by: None };
    let by = bench::sign(&command.said());
    let answered = db.run(AnswerLate { by, ..command });
    let said = answered.err().map(|rejection| untrack(|| i18n::rejection(&rejection)));
    // The question is gone once it is answered.
    let _ = refused.try_set(said);
}
