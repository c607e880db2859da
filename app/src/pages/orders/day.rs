//! One day of a school's lunches on the screen: large for the next one, a row for the others.

use leptos::prelude::*;
use shared::{
    domain::order::{Choice, Stands},
    prim::{Date, Timestamp, day_after},
    sync::engine::Share,
};

use super::{
    desk::Day,
    editor::{Ask, Editor, Hold, Wishes},
    words,
};
use crate::{
    components::{ClockFace, Icon, Stepper, TwoAnswers},
    i18n::{dates, tr},
    pages::plan::words as plan_words,
};

/// What every day on the page is given.
#[derive(Clone, Copy)]
pub(crate) struct Ways {
    /// The time, in whole minutes.
    pub now: Memo<Timestamp>,
    /// Today.
    pub today: Memo<Date>,
    /// Takes a wish.
    pub wishes: Wishes,
    /// May this user change what a day gets?
    pub may_order: Signal<bool>,
    /// May she close one?
    pub may_close: Signal<bool>,
    /// Is the server reachable?
    pub is_online: Signal<bool>,
}

/// The next school day: the sentence, the count, how long it may be changed.
#[component]
pub(crate) fn NextDay(
    /// The day.
    day: Memo<Day>,
    /// Where it stands between this device and the centre.
    share: Memo<Share>,
    /// Its receipt, once it has one.
    receipt: Memo<Option<String>>,
    /// What every day is given.
    ways: Ways,
) -> impl IntoView {
    let editor = Editor::new(day, ways.now, ways.wishes);
    let date = Memo::new(move |_| day.with(|day| day.date));
    let heading = move || {
        let said = dates::long_date(date.get());
        if date.get() == day_after(ways.today.get()) { tr::desk_tomorrow(said) } else { dates::capital(&said) }
    };
    let deadline = Memo::new(move |_| day.with(|day| day.deadline));
    let menu = move || day.with(|day| day.menu.clone());
    view! {
        <section
            class="tomorrow-order"
            data-day=move || plan_words::day_code(date.get())
            aria-labelledby="next-day"
        >
            <h2 id="next-day">{heading}</h2>
            <div class="tomorrow-order__count">
                <Count editor day ways size="lg"/>
                <div>
                    <OrderState editor day share receipt ways/>
                    <Actions editor day ways/>
                </div>
            </div>
            <p class="deadline" data-left=move || words::urgency(deadline.get(), ways.now.get())>
                <ClockFace time=Signal::derive(move || deadline.get().time_of_day())/>
                <span>
                    <b>{move || day.with(|day| words::stands(day, ways.today.get()))}</b>
                    " "
                    {move || words::deadline(deadline.get(), ways.now.get())}
                </span>
            </p>
            <Dispute editor day/>
            <Ask editor/>
            <Steps day/>
            {move || {
                menu()
                    .map(|menu| {
                        view! {
                            <p class="menu">
                                <Icon name="menu-food"/>
                                <span>{menu}</span>
                            </p>
                        }
                    })
            }}
        </section>
    }
}

/// Another school day, as a row.
#[component]
pub(crate) fn DayRow(
    /// The day.
    day: Memo<Day>,
    /// Where it stands between this device and the centre.
    share: Memo<Share>,
    /// Its receipt, once it has one.
    receipt: Memo<Option<String>>,
    /// What every day is given.
    ways: Ways,
) -> impl IntoView {
    let editor = Editor::new(day, ways.now, ways.wishes);
    let date = Memo::new(move |_| day.with(|day| day.date));
    let is_closed = Memo::new(move |_| day.with(is_closed));
    let why = move || {
        let (standard, packets, deadline) = day.with(|day| (day.standard, day.packets, day.deadline));
        if ways.now.get() >= deadline {
            return Some(tr::order_deadline_passed(words::clock(deadline)));
        }
        (standard != packets).then(|| tr::desk_usually(standard))
    };
    view! {
        <li
            class="order-day"
            data-day=move || plan_words::day_code(date.get())
            data-closed=move || is_closed.get().then_some("")
        >
            <div class="order-day__name">
                <h3>
                    {move || dates::capital(&dates::weekday_of(date.get()))} " "
                    <span>{move || plan_words::day_and_month(date.get())}</span>
                </h3>
                {move || why().map(|why| view! { <p class="order-day__why">{why}</p> })}
            </div>
            <Count editor day ways/>
            <div class="order-day__state">
                <OrderState editor day share receipt ways/>
                <Actions editor day ways/>
            </div>
            <div class="order-day__ask">
                <Dispute editor day/>
                <Ask editor/>
                <Steps day/>
            </div>
        </li>
    }
}

/// Closed by the school for this day.
fn is_closed(day: &Day) -> bool {
    day.stands == Stands::ClosedByHand
}

/// The count with its stepper, or the word that the day is closed.
#[component]
fn Count(editor: Editor, day: Memo<Day>, ways: Ways, #[prop(optional)] size: Option<&'static str>) -> impl IntoView {
    let is_closed = Memo::new(move |_| day.with(is_closed));
    let label = move || tr::order_count(day.with(|day| dates::long_date(day.date)));
    let stepper = move || {
        let value = Signal::derive(move || editor.count());
        let on_change = Callback::new(move |count: i64| editor.typed(count));
        let invalid = Signal::derive(move || editor.is_invalid());
        let disabled = Signal::derive(move || !ways.may_order.get());
        match size {
            Some(size) => view! { <Stepper label value on_change invalid disabled size=size/> }.into_any(),
            None => view! { <Stepper label value on_change invalid disabled/> }.into_any(),
        }
    };
    move || {
        if is_closed.get() {
            view! { <p class="order-day__closed">{tr::order_closed}</p> }.into_any()
        } else {
            stepper()
        }
    }
}

/// Sent and received with its receipt, not sent, refused; and what the kitchen says to a late wish.
#[component]
fn OrderState(
    editor: Editor,
    day: Memo<Day>,
    share: Memo<Share>,
    receipt: Memo<Option<String>>,
    ways: Ways,
) -> impl IntoView {
    let is_typed = Memo::new(move |_| editor.hold() == Some(Hold::Pause) && !editor.is_late());
    let main = move || {
        let has_order = day.with(|day| day.has_order);
        let (state, icon, said) = match share.get() {
            _ if is_typed.get() => ("saved", "saved", tr::order_not_sent()),
            Share::Saving | Share::SavedHere => ("saved", "saved", tr::order_not_sent()),
            Share::Refused => ("refused", "refused", tr::sync_refused()),
            Share::Shared => ("shared", "shared", received(has_order, receipt.get())?),
        };
        Some(state_line(state, icon, said))
    };
    let hint = move || {
        let waits = matches!(share.get(), Share::Saving | Share::SavedHere);
        (waits && !ways.is_online.get()).then(|| view! { <p class="soft small">{tr::order_not_sent_hint}</p> })
    };
    let asking = move || {
        day.with(|day| {
            let late = day.question.as_ref()?;
            let said = format!("{}. {}", tr::order_waiting(), words::asked(late, day.standard));
            Some(state_line("asking", "late", said))
        })
    };
    let answered = move || {
        day.with(|day| {
            let said = day.answered.as_ref().and_then(words::answer)?;
            Some(state_line("shared", "kitchen", said))
        })
    };
    view! { <div class="stack" data-gap="1">{main} {hint} {asking} {answered}</div> }
}

/// “Mottatt. Kvittering 4C-20418-K”; nothing where nothing was ever ordered.
fn received(has_order: bool, receipt: Option<String>) -> Option<String> {
    match (receipt, has_order) {
        (Some(number), true) => Some(tr::desk_received(number)),
        (Some(number), false) => Some(tr::desk_standard_received(number)),
        (None, true) => Some(tr::order_received()),
        (None, false) => None,
    }
}

fn state_line(state: &'static str, icon: &'static str, said: String) -> impl IntoView + use<> {
    view! {
        <p class="state" data-state=state>
            <Icon name=icon/>
            <span>{said}</span>
        </p>
    }
}

/// Close the day, open it again, or go back to the standard.
#[component]
fn Actions(editor: Editor, day: Memo<Day>, ways: Ways) -> impl IntoView {
    let chosen = Memo::new(move |_| day.with(|day| day.chosen));
    let button = move |said: String, choice: Choice| {
        let named = tr::desk_button_for(said.clone(), day.with_untracked(|day| dates::long_date(day.date)));
        view! {
            <button
                type="button"
                class="ds-button"
                data-variant="tertiary"
                data-color="neutral"
                data-size="sm"
                aria-label=named
                on:click=move |_| editor.choose(choice)
            >
                {said}
            </button>
        }
    };
    let standard = Memo::new(move |_| day.with(|day| day.standard));
    let back = move || match chosen.get().filter(|_| ways.may_order.get())? {
        Choice::Closed => Some(button(tr::order_open_again(), Choice::Standard)),
        Choice::Count(_) => Some(button(tr::order_to_standard(standard.get()), Choice::Standard)),
        Choice::Standard => None,
    };
    let close = move || {
        let is_open = matches!(chosen.get(), Some(Choice::Count(_) | Choice::Standard));
        (is_open && ways.may_close.get()).then(|| button(tr::order_close_day(), Choice::Closed))
    };
    let may_any = Memo::new(move |_| ways.may_order.get() || ways.may_close.get());
    move || may_any.get().then(|| view! { <div class="order-day__actions">{back} {close}</div> })
}

/// Two answers to the same question: both are shown, somebody chooses.
#[component]
fn Dispute(editor: Editor, day: Memo<Day>) -> impl IntoView {
    let disputed = Memo::new(move |_| day.with(|day| (day.disputed.clone(), day.standard, day.date)));
    move || {
        let (disputed, standard, date) = disputed.get();
        let offers = disputed.iter().map(|one| {
            let choice = one.choice;
            words::offer(one, standard, date, Some(Callback::new(move |()| editor.choose(choice))))
        });
        let offers: Vec<_> = offers.collect();
        (!offers.is_empty()).then(|| view! { <TwoAnswers offers/> })
    }
}

/// How far the kitchen is, once it has shared it.
#[component]
fn Steps(day: Memo<Day>) -> impl IntoView {
    let done = Memo::new(move |_| day.with(|day| day.done.clone()));
    move || {
        let done = done.get();
        (!done.is_empty()).then(|| {
            let steps = done.into_iter().map(|(step, at)| {
                view! {
                    <li class="pill" data-color="success">
                        <Icon name="check"/>
                        {tr::desk_step_at(words::step(step), words::clock(at))}
                    </li>
                }
            });
            view! {
                <ul class="cluster" data-gap="2" aria-label=tr::desk_steps>
                    {steps.collect_view()}
                </ul>
            }
        })
    }
}
