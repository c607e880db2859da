//! What differs from the template this week, old → new, each with the way back.

use leptos::prelude::*;
use shared::{
    domain::{
        day_off,
        exception::{self, Instead},
        series::Series,
    },
    entity::Key,
    policy::Action,
    prim::{Date, Id, Name},
    registry::{AnyCommand, Kind},
};

use super::{
    model::{Change, Changed, Week},
    words,
};
use crate::{
    components::{Icon, Notice, ShareMark},
    db::use_db,
    i18n::{dates, rejection, tr},
};

/// The command that makes an occurrence what `instead` says: moved, cancelled, or as the template has it.
pub fn put(series: &Id<Series>, original: Date, instead: Option<&Instead>) -> AnyCommand {
    let series = series.clone();
    match instead {
        None => exception::Restore { series, date: original }.into(),
        Some(Instead::Moved { date, start, end, place }) => {
            exception::Move { series, date: original, to: *date, start: *start, end: *end, place: place.clone() }.into()
        }
        Some(Instead::Cancelled { reason }) => {
            exception::Cancel { series, date: original, reason: reason.clone() }.into()
        }
    }
}

/// The list of changes; nothing while there is none.
#[component]
pub fn Changes(
    /// The week, once it is known.
    week: Memo<Option<Week>>,
) -> impl IntoView {
    let changes =
        Memo::new(move |_| week.with(|week| week.as_ref().map(|week| week.changes.clone()).unwrap_or_default()));
    let is_shown = Memo::new(move |_| changes.with(|changes| !changes.is_empty()));
    move || {
        is_shown.get().then(|| {
            view! {
                <section class="card" aria-labelledby="plan-changes">
                    <h2 id="plan-changes">{tr::planner_changes}</h2>
                    <ol class="exceptions">
                        <For
                            each=move || changes.get()
                            key=|change| format!("{change:?}")
                            children=item
                        />
                    </ol>
                </section>
            }
        })
    }
}

fn item(change: Change) -> AnyView {
    match change {
        Change::Exception(changed) => view! { <ExceptionItem changed/> }.into_any(),
        Change::RedDay { date, reason } => view! { <RedDayItem date reason/> }.into_any(),
    }
}

#[component]
fn ExceptionItem(changed: Changed) -> impl IntoView {
    let state = match changed.instead {
        Instead::Moved { .. } => "moved",
        Instead::Cancelled { .. } => "cancelled",
    };
    let key = Key::of(&[&changed.series.id, &changed.original]);
    let changed = StoredValue::new(changed);
    view! {
        <li data-state=state>
            <Icon name=state/>
            <div>
                <b>{move || changed.with_value(words::titled)}</b>
                {move || changed.with_value(|changed| old_to_new(words::old_and_new(changed)))}
            </div>
            <ShareMark kind=Kind::Exception key=key/>
            <Restore changed=changed.get_value()/>
        </li>
    }
}

/// The old struck out, an arrow, the new.
pub fn old_to_new((old, new): (String, String)) -> impl IntoView {
    view! {
        <span>
            <del>{old}</del>
            " → "
            <ins>{new}</ins>
        </span>
    }
}

/// Takes an exception back, for those who may.
#[component]
pub fn Restore(
    /// The exception.
    changed: Changed,
    /// What to do after it.
    #[prop(optional)]
    done: Option<Callback<()>>,
) -> impl IntoView {
    let db = use_db();
    let refused = RwSignal::new(None::<String>);
    let changed = StoredValue::new(changed);
    let restore = move |_| {
        let Changed { series, original, instead } = changed.get_value();
        let said = untrack(|| tr::planner_said_restored(series.title.to_string()));
        let undo = put(&series.id, original, Some(&instead));
        match db.run_undoable(put(&series.id, original, None), undo, said) {
            Ok(_) => {
                if let Some(done) = done {
                    done.run(());
                }
            }
            Err(no) => refused.set(Some(rejection(&no))),
        }
    };
    let name = move || format!("{} – {}", tr::plan_restore(), changed.with_value(words::titled));
    let may_restore =
        Memo::new(move |_| db.can(Action::ChangeDay, changed.with_value(|changed| changed.series.concerns())));
    move || {
        may_restore.get().then(|| {
            view! {
                <button
                    type="button"
                    class="ds-button"
                    data-variant="tertiary"
                    data-size="sm"
                    aria-label=name
                    on:click=restore
                >
                    {tr::plan_restore}
                </button>
                {move || refused.get().map(|said| view! { <Notice color="danger" alert=true>{said}</Notice> })}
            }
        })
    }
}

#[component]
fn RedDayItem(date: Date, reason: Name) -> impl IntoView {
    let db = use_db();
    let refused = RwSignal::new(None::<String>);
    let why = reason.to_string();
    let withdraw = move || {
        let undo = day_off::Declare { date, reason: reason.clone() };
        let said = untrack(|| tr::planner_said_open(dates::long_date(date)));
        if let Err(no) = db.run_undoable(day_off::Withdraw { date }, undo, said) {
            refused.set(Some(rejection(&no)));
        }
    };
    let may_close = Memo::new(|_| super::may_close());
    let button = move || {
        let withdraw = withdraw.clone();
        may_close.get().then(|| {
            view! {
                <button
                    type="button"
                    class="ds-button"
                    data-variant="tertiary"
                    data-size="sm"
                    aria-label=move || format!("{} – {}", tr::plan_red_day_remove(), dates::long_date(date))
                    on:click=move |_| withdraw()
                >
                    {tr::plan_red_day_remove}
                </button>
            }
        })
    };
    view! {
        <li data-state="red">
            <Icon name="red-day"/>
            <div>
                <b>{move || dates::capital(&dates::long_date(date))}</b>
                <span>{tr::plan_red_day} ": " {why}</span>
            </div>
            <ShareMark kind=Kind::DayOff key=Key::of(&[&date])/>
            {button}
            {move || refused.get().map(|said| view! { <Notice color="danger" alert=true>{said}</Notice> })}
        </li>
    }
}

#[cfg(test)]
mod tests {
    use shared::{
        Role,
        testkit::{Rows, at, centre, date, id, note, time},
        view::Halt,
    };

    use super::*;

    fn instead_of(rows: &Rows) -> Result<Option<Instead>, Halt> {
        let week = Week::look(rows.view(), date("2026-11-23"))?;
        let slot = week.slot(&id("norwegian-tue"), date("2026-11-24"));
        Ok(slot.and_then(|slot| slot.instead.clone()))
    }

    #[test]
    fn putting_back_what_was_there_undoes_any_change() {
        let (series, tuesday) = (id("norwegian-tue"), date("2026-11-24"));
        let moved = Instead::Moved { date: tuesday, start: Some(time("13:00")), end: None, place: None };
        let cancelled = Instead::Cancelled { reason: note("Solveig er syk") };
        let mut rows = centre();
        let mut run = |command: AnyCommand| {
            rows.run("adviser", Role::Adviser, at("2026-11-23 09:00"), command).unwrap();
            instead_of(&rows).unwrap()
        };
        for wanted in [Some(&moved), Some(&cancelled), Some(&moved), None] {
            assert_eq!(run(put(&series, tuesday, wanted)).as_ref(), wanted);
        }
    }
}
