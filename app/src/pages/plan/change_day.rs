//! The form that closes the centre for a day, with a reason everybody reads.

use leptos::{ev::SubmitEvent, prelude::*};
use shared::{domain::day_off, prim::Date};

use super::Dialogs;
use crate::{
    components::{
        DialogButtons,
        field::{Fault, Field, FormFault, TextField, Typed, required_name},
    },
    db::use_db,
    i18n::{dates, rejection, tr},
};

const REASON: Field = Field { id: "red-day-reason", label: tr::plan_red_day_reason };

/// Declares a red day.
#[component]
pub fn DeclareForm(
    /// Which day.
    date: Date,
    /// The dialog to close when it is done.
    dialogs: Dialogs,
) -> impl IntoView {
    let db = use_db();
    let reason = Typed::empty();
    let fault = RwSignal::new(None::<Fault>);
    let cancel = Callback::new(move |()| dialogs.close());
    let declare = move || -> Result<u64, Fault> {
        let reason = required_name(REASON, &reason.get_untracked())?;
        let said = untrack(|| tr::planner_said_red(dates::long_date(date)));
        db.run_undoable(day_off::Declare { date, reason }, day_off::Withdraw { date }, said)
            .map_err(|no| Fault::of_form(rejection(&no)))
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        match declare() {
            Ok(_) => dialogs.close(),
            Err(wrong) => fault.set(Some(wrong)),
        }
    };
    view! {
        <form on:submit=submit novalidate>
            <p class="soft">{tr::planner_red_day_means}</p>
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
            <DialogButtons send=tr::plan_red_day_add danger=true cancel/>
        </form>
    }
}
