//! One school on the kitchen's board: its number, its classes, and four big ticks.

use leptos::prelude::*;
use shared::{domain::packing::Step, sync::engine::Share};

use super::board::{SchoolBoard, StepBoard, TickState};
use crate::{
    components::{Icon, Notice},
    i18n::tr,
    pages::orders::words,
};

/// Ticks a step, or takes the tick away.
pub(crate) type Ticking = Callback<StepBoard>;

/// One school.
#[component]
pub(crate) fn Delivery(
    /// The school.
    school: Memo<SchoolBoard>,
    /// Where its ticks stand between this device and the centre; nothing when there are none.
    share: Memo<Option<Share>>,
    /// Ticks a step.
    on_tick: Ticking,
    /// May this user tick?
    may_tick: Signal<bool>,
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
    let ticks = Step::ALL
        .map(|step| {
            let now = Memo::new(move |_| school.with(|school| school.step(step).clone()));
            view! { <Tick now school=name on_tick may_tick/> }
        })
        .into_iter()
        .collect_view();
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
            <Dispute school/>
            <div
                class="ticks"
                role="group"
                aria-label=move || name.get()
                hidden=move || packets.get() == 0
            >
                {ticks}
            </div>
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

/// Two counts for one day: the larger is made until the school has chosen.
#[component]
fn Dispute(school: Memo<SchoolBoard>) -> impl IntoView {
    let disputed = Memo::new(move |_| school.with(|school| (school.disputed.clone(), school.standard, school.packets)));
    move || {
        let (disputed, standard, packets) = disputed.get();
        (!disputed.is_empty()).then(|| {
            let answers = disputed.iter().map(|one| view! { <li>{words::said(one, standard)}</li> });
            let answers = answers.collect_view();
            view! {
                <Notice color="warning" icon="help">
                    <p>
                        <b>{tr::desk_two_answers}</b>
                    </p>
                    <ul>{answers}</ul>
                    <p>{move || tr::board_counts_larger(packets)}</p>
                </Notice>
            }
        })
    }
}

#[component]
fn Tick(
    now: Memo<StepBoard>,
    #[prop(into)] school: Signal<String>,
    on_tick: Ticking,
    may_tick: Signal<bool>,
) -> impl IntoView {
    let step = now.with_untracked(|now| now.step);
    let note = move || {
        now.with(|now| match &now.state {
            TickState::Open => None,
            TickState::Done { by: Some(name), at } => Some(tr::kitchen_step_by(name.clone(), words::clock(*at))),
            TickState::Done { by: None, at } => Some(tr::board_at(words::clock(*at))),
            TickState::Disputed => Some(tr::kitchen_two_answers()),
        })
    };
    let pressed = move || {
        now.with(|now| match now.state {
            TickState::Open => "false",
            TickState::Done { .. } => "true",
            TickState::Disputed => "mixed",
        })
    };
    let icon = move || now.with(|now| if now.state == TickState::Disputed { "help" } else { "check-heavy" });
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
            disabled=move || !may_tick.get()
            on:click=move |_| on_tick.run(now.get_untracked())
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
