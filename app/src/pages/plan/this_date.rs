//! The forms for one date only: move the activity, or cancel it with a reason.

use leptos::{ev::SubmitEvent, prelude::*};
use shared::{
    domain::exception::Instead,
    prim::{Name, TimeOfDay},
    registry::AnyCommand,
};

use super::{
    changes::{old_to_new, put},
    model::{Setting, Slot},
    words,
};
use crate::{
    components::{
        DialogButtons,
        field::{
            Fault, Field, FormFault, TextField, Typed, optional_name, optional_time, required_date, required_note,
        },
    },
    db::use_db,
    i18n::{rejection, tr},
};

const DATE: Field = Field { id: "move-date", label: tr::planner_date };
const START: Field = Field { id: "move-start", label: tr::plan_start };
const END: Field = Field { id: "move-end", label: tr::plan_end };
const PLACE: Field = Field { id: "move-place", label: tr::plan_place };
const REASON: Field = Field { id: "cancel-reason", label: tr::plan_cancel_reason };

/// What is typed about one date.
#[derive(Clone, Copy)]
struct Draft {
    date: Typed,
    start: Typed,
    end: Typed,
    place: Typed,
}

impl Draft {
    fn of(now: &Setting) -> Self {
        let time = |time: Option<TimeOfDay>| Typed::over_text(time.map(|time| time.to_string()).unwrap_or_default());
        Self {
            date: Typed::over_text(now.date.to_string()),
            start: time(now.start),
            end: time(now.end),
            place: Typed::over_text(now.place.as_ref().map(Name::to_string).unwrap_or_default()),
        }
    }

    fn read(self) -> Result<Setting, Fault> {
        Ok(Setting {
            date: required_date(DATE, &self.date.get())?,
            start: optional_time(START, &self.start.get())?,
            end: optional_time(END, &self.end.get())?,
            place: optional_name(PLACE, &self.place.get())?,
        })
    }
}

/// Moves the activity this one time.
#[component]
pub fn MoveForm(
    /// The activity on its date.
    chosen: Slot,
    /// What to do when it is done.
    done: Callback<()>,
) -> impl IntoView {
    let draft = Draft::of(&chosen.now);
    let fault = RwSignal::new(None::<Fault>);
    let planned = chosen.planned();
    let preview = {
        let planned = planned.clone();
        move || {
            let typed = draft.read().ok().filter(|typed| *typed != planned)?;
            Some(view! { <p aria-live="polite">{old_to_new(words::difference(&planned, &typed))}</p> })
        }
    };
    let run = run_instead(chosen, fault, done);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        match untrack(|| draft.read()) {
            // Moved back to where the template has it: no exception is left.
            Ok(typed) if typed == planned => run(None, tr::planner_said_restored),
            Ok(typed) => run(Some(moved(typed)), tr::planner_said_moved),
            Err(wrong) => fault.set(Some(wrong)),
        }
    };
    view! {
        <form on:submit=submit novalidate>
            <div class="fields" data-columns="3">
                <TextField field=DATE value=draft.date fault kind="date" required=true/>
                <TextField field=START value=draft.start fault kind="time"/>
                <TextField field=END value=draft.end fault kind="time"/>
                <TextField field=PLACE value=draft.place fault wide=true/>
                <FormFault fault/>
            </div>
            {preview}
            <DialogButtons send=tr::plan_move cancel=done/>
        </form>
    }
}

/// Cancels the activity this one time.
#[component]
pub fn CancelForm(
    /// The activity on its date.
    chosen: Slot,
    /// What to do when it is done.
    done: Callback<()>,
) -> impl IntoView {
    let reason = Typed::empty();
    let fault = RwSignal::new(None::<Fault>);
    let run = run_instead(chosen, fault, done);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        match required_note(REASON, &reason.get_untracked()) {
            Ok(reason) => run(Some(Instead::Cancelled { reason }), tr::planner_said_cancelled),
            Err(wrong) => fault.set(Some(wrong)),
        }
    };
    view! {
        <form on:submit=submit novalidate>
            <div class="fields">
                <TextField
                    field=REASON
                    value=reason
                    fault
                    hint=tr::planner_participants_read_it
                    required=true
                />
                <FormFault fault/>
            </div>
            <DialogButtons send=tr::plan_cancel danger=true cancel=done/>
        </form>
    }
}

/// Runs the change, offers to put back what stood there before, and says what was done.
fn run_instead(
    slot: Slot,
    fault: RwSignal<Option<Fault>>,
    done: Callback<()>,
) -> impl Fn(Option<Instead>, fn(String) -> String) + 'static {
    let db = use_db();
    move |instead, said| {
        if instead == slot.instead {
            return done.run(());
        }
        let command = |instead: Option<&Instead>| -> AnyCommand { put(&slot.series.id, slot.original, instead) };
        let said = untrack(|| said(slot.series.title.to_string()));
        match db.run_undoable(command(instead.as_ref()), command(slot.instead.as_ref()), said) {
            Ok(_) => done.run(()),
            Err(no) => fault.set(Some(Fault::of_form(rejection(&no)))),
        }
    }
}

fn moved(to: Setting) -> Instead {
    Instead::Moved { date: to.date, start: to.start, end: to.end, place: to.place }
}
