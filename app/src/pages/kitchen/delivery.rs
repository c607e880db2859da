//! One school on the kitchen's board: its number, its classes, and four big ticks.

use leptos::prelude::*;
use shared::{
    domain::{order::Choice, packing::Step},
    prim::Date,
    sync::engine::Share,
};

use super::board::{SchoolBoard, StepBoard, TickState, Ticked};
use crate::{
    components::{Icon, Offer, TwoAnswers},
    i18n::tr,
    pages::orders::words,
};

/// A step that somebody says is done, or is not.
#[derive(Debug, Clone)]
pub(crate) struct Tap {
    /// The step as she saw it.
    pub step: StepBoard,
    /// Done, or not.
    pub done: bool,
}

/// What every school on the board is given.
#[derive(Clone, Copy)]
pub(crate) struct Ways {
    /// Which day.
    pub date: Memo<Date>,
    /// Ticks a step, or takes the tick away.
    pub on_tick: Callback<Tap>,
    /// May this user tick?
    pub may_tick: Signal<bool>,
    /// Chooses one of several counts of a school.
    pub on_choose: Callback<(SchoolBoard, Choice)>,
    /// May this user choose for a school?
    pub may_order: Signal<bool>,
}

/// One school.
#[component]
pub(crate) fn Delivery(
    /// The school.
    school: Memo<SchoolBoard>,
    /// Where its ticks stand between this device and the centre; nothing when there are none.
    share: Memo<Option<Share>>,
    /// What every school is given.
    ways: Ways,
) -> impl IntoView {
    let heading = school.with_untracked(|school| format!("school-{}", school.id));
    let labelled_by = heading.clone();
    let name = Memo::new(move |_| school.with(|school| school.name.clone()));
    let packets = Memo::new(move |_| school.with(|school| school.packets));
    let differs = Memo::new(move |_| school.with(|school| (school.differs(), school.is_closed, school.standard)));
    let differs_line = move || {
        let (differs, is_closed, standard) = differs.get();
        differs.then(|| {
            view! {
                <ul class="differs">
                    {is_closed.then(|| view! { <li>{tr::order_closed}</li> })}
                    <li>{move || tr::desk_usually(standard)}</li>
                </ul>
            }
        })
    };
    let steps = Step::ALL.map(|step| Memo::new(move |_| school.with(|school| school.step(step).clone())));
    let ticks = steps.map(|now| view! { <Tick now school=name ways/> }).into_iter().collect_view();
    let disputes = steps.map(|now| view! { <TickDispute now school=name ways/> }).into_iter().collect_view();
    view! {
        <section class="card delivery" aria-labelledby=labelled_by>
            <header>
                <div>
                    <h2 id=heading>{move || name.get()}</h2>
                    <Classes school/>
                    {move || share.get().and_then(shared_line)}
                </div>
                <p class="number">{move || packets.get().to_string()}</p>
            </header>
            {differs_line}
            <CountDispute school ways/>
            <div
                class="ticks"
                role="group"
                aria-label=move || name.get()
                hidden=move || packets.get() == 0
            >
                {ticks}
            </div>
            {disputes}
        </section>
    }
}

/// Lagret her, delt, or ikke godtatt: of all the ticks, what matters most.
fn shared_line(share: Share) -> Option<impl IntoView + use<>> {
    let (state, icon, said) = match share {
        Share::Saving => return None,
        Share::SavedHere => ("saved", "saved", tr::sync_saved_here()),
        Share::Shared => ("shared", "shared", tr::sync_shared()),
        Share::Refused => ("refused", "refused", tr::sync_refused()),
    };
    Some(view! {
        <p class="state" data-state=state>
            <Icon name=icon/>
            <span>{said}</span>
        </p>
    })
}

#[component]
fn Classes(school: Memo<SchoolBoard>) -> impl IntoView {
    let classes = Memo::new(move |_| {
        school.with(|school| {
            // On another day than usual nobody has said how many each class gets.
            let is_usual = school.packets == school.standard;
            school.classes.iter().filter(|_| is_usual).cloned().collect::<Vec<_>>()
        })
    });
    move || {
        let classes = classes.get();
        (!classes.is_empty()).then(|| {
            let classes = classes.into_iter().map(|(name, pupils)| {
                view! {
                    <li>
                        {name} " " <b>{pupils.to_string()}</b>
                    </li>
                }
            });
            view! { <ul class="classes">{classes.collect_view()}</ul> }
        })
    }
}

/// Two counts for one day: the larger is made until somebody has chosen.
#[component]
fn CountDispute(school: Memo<SchoolBoard>, ways: Ways) -> impl IntoView {
    let disputed = Memo::new(move |_| school.with(|school| (school.disputed.clone(), school.standard, school.packets)));
    move || {
        let (disputed, standard, packets) = disputed.get();
        let may_order = ways.may_order.get();
        let offers = disputed.iter().map(|one| {
            let choice = one.choice;
            let choose = move |()| ways.on_choose.run((school.get_untracked(), choice));
            words::offer(one, standard, ways.date.get(), may_order.then(|| Callback::new(choose)))
        });
        let offers: Vec<_> = offers.collect();
        (!offers.is_empty()).then(|| {
            let meanwhile = tr::board_counts_larger(packets);
            view! { <TwoAnswers title=tr::desk_two_answers() offers meanwhile/> }
        })
    }
}

/// Two tablets say different things of one step: it is not done until somebody has chosen.
#[component]
fn TickDispute(now: Memo<StepBoard>, #[prop(into)] school: Signal<String>, ways: Ways) -> impl IntoView {
    let offer = move |step: &StepBoard, said: &Ticked| {
        let word = words::step(step.step);
        let what = if said.done { word } else { tr::board_not_done(word.to_lowercase()) };
        let at = words::clock(said.at);
        let pick = what.clone();
        let chosen = Tap { step: step.clone(), done: said.done };
        Offer {
            named: tr::desk_button_for(pick.clone(), school.get()),
            pick,
            said: match &said.by {
                Some(name) => tr::kitchen_answer_by(what, name.clone(), at),
                None => tr::desk_answer(what, at),
            },
            choose: ways.may_tick.get().then(|| Callback::new(move |()| ways.on_tick.run(chosen.clone()))),
        }
    };
    move || {
        now.with(|now| match &now.state {
            TickState::Disputed(said) => {
                let offers: Vec<_> = said.iter().map(|said| offer(now, said)).collect();
                Some(view! { <TwoAnswers title=tr::board_tick_disputed(words::step(now.step)) offers/> })
            }
            TickState::Open | TickState::Done { .. } => None,
        })
    }
}

#[component]
fn Tick(now: Memo<StepBoard>, #[prop(into)] school: Signal<String>, ways: Ways) -> impl IntoView {
    let step = now.with_untracked(|now| now.step);
    let note = move || {
        now.with(|now| match &now.state {
            TickState::Open => None,
            TickState::Done { by: Some(name), at } => Some(tr::kitchen_step_by(name.clone(), words::clock(*at))),
            TickState::Done { by: None, at } => Some(tr::board_at(words::clock(*at))),
            TickState::Disputed(_) => Some(tr::kitchen_two_answers()),
        })
    };
    let pressed = move || {
        now.with(|now| match now.state {
            TickState::Open => "false",
            TickState::Done { .. } => "true",
            TickState::Disputed(_) => "mixed",
        })
    };
    let is_disputed = move || now.with(|now| matches!(now.state, TickState::Disputed(_)));
    let icon = move || if is_disputed() { "help" } else { "check-heavy" };
    let on_tap = move |_| {
        let step = now.get_untracked();
        ways.on_tick.run(Tap { done: !step.state.is_done(), step });
    };
    let described = now.with_untracked(|now| format!("tick-{}-{}", now.step.name(), now.school));
    let described_by = {
        let described = described.clone();
        move || now.with(|now| now.state != TickState::Open).then(|| described.clone())
    };
    view! {
        <button
            type="button"
            class="tick"
            aria-pressed=pressed
            aria-label=move || tr::board_tick(words::step(step), school.get())
            aria-describedby=described_by
            // What one tap would mean cannot be told: the answers stand below, each with its button.
            disabled=move || !ways.may_tick.get() || is_disputed()
            on:click=on_tap
        >
            <span class="tick__box">
                <Icon name=icon/>
            </span>
            <span>{move || words::step(step)}</span>
            {move || {
                let id = described.clone();
                note().map(|note| view! { <small id=id>{note}</small> })
            }}
        </button>
    }
}
