//! The dialogs of the plan: one activity on one date, one day, an activity that is not there yet.
//!
//! A form is built from the rows as they are when it opens, and keeps what is typed after that.

use leptos::prelude::*;
use shared::{
    domain::day_off,
    entity::Key,
    policy::Action,
    prim::{Date, Name},
    registry::Kind,
};

use super::{
    Dialogs,
    change_day::DeclareForm,
    changes::{Restore, old_to_new},
    model::{Closure, Day, Fate, Groups, Slot, Week},
    template::TemplateForm,
    this_date::{CancelForm, MoveForm},
    words,
};
use crate::{
    components::{Another, Dialog, Notice, ShareMark},
    db::use_db,
    i18n::{dates, rejection, tr},
};

/// What is to be changed about an activity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Task {
    Move,
    Cancel,
    EveryWeek,
}

impl Task {
    fn said(self, date: Date) -> String {
        match self {
            Self::Move => tr::planner_task_move(words::day_and_month(date)),
            Self::Cancel => tr::planner_task_cancel(words::day_and_month(date)),
            Self::EveryWeek => tr::planner_task_every_week(),
        }
    }
}

/// The dialog about one activity on one date.
#[component]
pub fn SlotDialog(
    /// The week, once it is known.
    week: Memo<Option<Week>>,
    /// Which dialog is open.
    dialogs: Dialogs,
) -> impl IntoView {
    let find = move |week: &Option<Week>| {
        let (series, original) = dialogs.slot_of.get()?;
        week.as_ref()?.slot(&series, original).cloned()
    };
    let slot = Memo::new(move |_| week.with(find));
    let title = move || slot.with(|slot| slot.as_ref().map(|slot| slot.series.title.to_string()).unwrap_or_default());
    let lead = move || {
        let setting = slot.with(|slot| slot.as_ref().map(|slot| words::setting(&slot.now)));
        dates::capital(&setting.unwrap_or_default())
    };
    view! {
        <Dialog open=dialogs.slot title=title lead=lead>
            <SlotFacts chosen=slot dialogs/>
            {move || {
                // The form is built once: rows that change meanwhile must not take away what is typed.
                let slot = slot.get_untracked()?;
                let groups = week.with_untracked(|week| week.as_ref().map(|week| week.groups.clone()));
                Some(view! { <SlotTasks chosen=slot groups=groups.unwrap_or_default() dialogs/> })
            }}
        </Dialog>
    }
}

/// Who it is with and for, what to bring, and what became of it.
#[component]
fn SlotFacts(chosen: Memo<Option<Slot>>, dialogs: Dialogs) -> impl IntoView {
    let slot = chosen;
    let facts = move || {
        let Some(slot) = slot.get() else { return Vec::new() };
        let named = |label: String, value: Option<&Name>| value.map(|value| (label, value.to_string()));
        [
            named(tr::plan_group(), slot.group.as_ref()),
            named(tr::plan_leader(), slot.series.leader.as_ref()),
            named(tr::plan_bring(), slot.series.bring.as_ref()),
        ]
        .into_iter()
        .flatten()
        .collect()
    };
    let done = Callback::new(move |()| dialogs.close());
    let change = move || {
        let changed = slot.with(|slot| slot.as_ref().and_then(Slot::changed))?;
        let key = Key::of(&[&changed.series.id, &changed.original]);
        Some(view! {
            <p>{old_to_new(words::old_and_new(&changed))}</p>
            <div class="cluster">
                <ShareMark kind=Kind::Exception key=key/>
                <Restore changed done/>
            </div>
        })
    };
    view! {
        {move || {
            facts()
                .into_iter()
                .map(|(label, value)| {
                    view! {
                        <p>
                            <b>{label}</b>
                            ": "
                            {value}
                        </p>
                    }
                })
                .collect_view()
        }}
        {change}
    }
}

/// What this user may change about it, one thing at a time.
#[component]
fn SlotTasks(chosen: Slot, groups: Groups, dialogs: Dialogs) -> impl IntoView {
    let slot = chosen;
    let db = use_db();
    let mut tasks = Vec::new();
    if untrack(|| db.can(Action::ChangeDay, slot.series.concerns())) {
        tasks.extend([Task::Move, Task::Cancel]);
    }
    if untrack(|| db.can(Action::ChangeSeries, slot.series.concerns())) {
        tasks.push(Task::EveryWeek);
    }
    let first = tasks.first().copied();
    first.map(|first| view! { <TaskForms chosen=slot tasks first groups dialogs/> })
}

/// The choice between the tasks, and the form of the chosen one.
#[component]
fn TaskForms(chosen: Slot, tasks: Vec<Task>, first: Task, groups: Groups, dialogs: Dialogs) -> impl IntoView {
    let slot = chosen;
    let original = slot.original;
    let chosen = RwSignal::new(first);
    let done = Callback::new(move |()| dialogs.close());
    let choices = tasks
        .into_iter()
        .map(|task| {
            view! {
                <label>
                    <input
                        type="radio"
                        name="plan-task"
                        prop:checked=move || chosen.get() == task
                        on:change=move |_| chosen.set(task)
                    />
                    <span>{move || task.said(original)}</span>
                </label>
            }
        })
        .collect_view();
    let form = move || match chosen.get() {
        Task::Move => view! { <MoveForm chosen=slot.clone() done/> }.into_any(),
        Task::Cancel => view! { <CancelForm chosen=slot.clone() done/> }.into_any(),
        Task::EveryWeek => {
            let (series, groups) = (Some(slot.series.clone()), groups.clone());
            view! { <TemplateForm series on=original groups done/> }.into_any()
        }
    };
    view! {
        <fieldset class="segments">
            <legend class="ds-sr-only">{tr::planner_tasks}</legend>
            {choices}
        </fieldset>
        {form}
    }
}

/// The dialog about one day: closing the centre, opening it again, what stands on it.
#[component]
pub fn DayDialog(
    /// The week, once it is known.
    week: Memo<Option<Week>>,
    /// Which dialog is open.
    dialogs: Dialogs,
) -> impl IntoView {
    let find = move |week: &Option<Week>| week.as_ref()?.day(dialogs.day_of.get()?).cloned();
    let day = Memo::new(move |_| week.with(find));
    let title = move || {
        let date = dialogs.day_of.get();
        date.map(|date| dates::capital(&dates::long_date(date))).unwrap_or_default()
    };
    view! {
        <Dialog open=dialogs.day title=title>
            {move || day.get_untracked().map(|day| view! { <DayTasks day dialogs/> })}
        </Dialog>
    }
}

#[component]
fn DayTasks(day: Day, dialogs: Dialogs) -> impl IntoView {
    let date = day.date;
    let may_close = super::may_close();
    let why = day.closed.as_ref().map(words::closure);
    let why = why.map(|why| view! { <p>{tr::today_red_day_because(why)}</p> });
    let change = match day.closed {
        Some(Closure::Holiday(_)) => ().into_any(),
        Some(Closure::RedDay(reason)) => may_close.then(|| view! { <Withdraw date reason dialogs/> }).into_any(),
        None => may_close.then(|| view! { <DeclareForm date dialogs/> }).into_any(),
    };
    let shut: Vec<_> = day.slots.into_iter().filter(|slot| slot.fate == Fate::Closed).collect();
    let planned = (!shut.is_empty()).then(|| {
        let buttons = shut
            .into_iter()
            .map(|slot| {
                let (series, original) = (slot.series.id.clone(), slot.original);
                view! {
                    <li>
                        <button
                            type="button"
                            class="slot"
                            data-tone=words::kind_marks(slot.series.kind).0
                            on:click=move |_| dialogs.open_slot(series.clone(), original)
                        >
                            <span class="slot__title">{slot.series.title.to_string()}</span>
                            <span class="slot__time">{words::hours(slot.now.start, slot.now.end)}</span>
                        </button>
                    </li>
                }
            })
            .collect_view();
        view! {
            <p>{tr::planner_would_have_been}</p>
            <ol class="stack" data-gap="2">
                {buttons}
            </ol>
        }
    });
    let add = super::may_plan().then(|| {
        let on_tap = Callback::new(move |()| dialogs.open_new(date));
        view! { <Another said=tr::plan_add on_tap/> }
    });
    view! {
        {why}
        {change}
        {planned}
        {add}
    }
}

/// Takes a red day back.
#[component]
fn Withdraw(date: Date, reason: Name, dialogs: Dialogs) -> impl IntoView {
    let db = use_db();
    let refused = RwSignal::new(None::<String>);
    let withdraw = move |_| {
        let undo = day_off::Declare { date, reason: reason.clone() };
        let said = untrack(|| tr::planner_said_open(dates::long_date(date)));
        match db.run_undoable(day_off::Withdraw { date }, undo, said) {
            Ok(_) => dialogs.close(),
            Err(no) => refused.set(Some(rejection(&no))),
        }
    };
    view! {
        <div class="actions">
            <button type="button" class="ds-button" on:click=withdraw>
                {tr::plan_red_day_remove}
            </button>
        </div>
        {move || refused.get().map(|said| view! { <Notice color="danger" alert=true>{said}</Notice> })}
    }
}

/// The dialog about an activity that is not there yet.
#[component]
pub fn NewDialog(
    /// The week, once it is known.
    week: Memo<Option<Week>>,
    /// Which dialog is open.
    dialogs: Dialogs,
) -> impl IntoView {
    let done = Callback::new(move |()| dialogs.close());
    view! {
        <Dialog open=dialogs.new title=tr::planner_new>
            {move || {
                let on = dialogs.new_on.get_untracked()?;
                let groups = week.with_untracked(|week| week.as_ref().map(|week| week.groups.clone()));
                Some(view! { <TemplateForm series=None on groups=groups.unwrap_or_default() done/> })
            }}
        </Dialog>
    }
}
