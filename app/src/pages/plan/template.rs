//! The form for an activity of the weekly template: every field, and most may stay empty.

use leptos::{ev::SubmitEvent, prelude::*};
use shared::{
    domain::{
        group::Group,
        series::{self, ActivityKind, Series},
    },
    prim::{Date, Id, Name, TimeOfDay, days_from},
    rejection::Rejection,
};

use super::{model::Groups, words};
use crate::{
    components::{
        DialogButtons,
        field::{
            Choices, Fault, Field, FormFault, SelectField, TextField, Typed, optional_date, optional_name,
            optional_time, required_date, required_name,
        },
    },
    db::{Db, use_db},
    i18n::{dates, rejection, tr},
    platform::ids,
};

const TITLE: Field = Field { id: "template-title", label: tr::plan_name };
const KIND: Field = Field { id: "template-kind", label: tr::plan_kind };
const WEEKDAY: Field = Field { id: "template-weekday", label: tr::plan_weekday };
const START: Field = Field { id: "template-start", label: tr::plan_start };
const END: Field = Field { id: "template-end", label: tr::plan_end };
const PLACE: Field = Field { id: "template-place", label: tr::plan_place };
const LEADER: Field = Field { id: "template-leader", label: tr::plan_leader };
const BRING: Field = Field { id: "template-bring", label: tr::plan_bring };
const GROUP: Field = Field { id: "template-group", label: tr::plan_group };
const FROM: Field = Field { id: "template-from", label: tr::plan_from };
const UNTIL: Field = Field { id: "template-until", label: tr::plan_until };

/// What is typed about an activity.
#[derive(Clone, Copy)]
struct Draft {
    title: Typed,
    kind: Typed,
    weekday: Typed,
    start: Typed,
    end: Typed,
    place: Typed,
    leader: Typed,
    bring: Typed,
    group: Typed,
    from: Typed,
    until: Typed,
}

impl Draft {
    /// The activity as it stands, or an empty form for one that begins on `on`.
    fn of(series: Option<&Series>, on: Date) -> Self {
        let name = |name: Option<&Name>| text(name.map(Name::to_string));
        let time = |time: Option<TimeOfDay>| text(time.map(|time| time.to_string()));
        let kind = series.map_or(ActivityKind::Kitchen, |one| one.kind);
        let weekday = series.map_or(on.weekday().to_monday_one_offset(), |one| one.weekday);
        Self {
            title: name(series.map(|one| &one.title)),
            kind: text(Some(words::kind_marks(kind).0.to_owned())),
            weekday: text(Some(weekday.to_string())),
            start: time(series.and_then(|one| one.start)),
            end: time(series.and_then(|one| one.end)),
            place: name(series.and_then(|one| one.place.as_ref())),
            leader: name(series.and_then(|one| one.leader.as_ref())),
            bring: name(series.and_then(|one| one.bring.as_ref())),
            group: text(series.and_then(|one| one.group.as_ref()).map(Id::to_string)),
            from: text(Some(series.map_or(on, |one| one.from).to_string())),
            until: text(series.and_then(|one| one.until).map(|until| until.to_string())),
        }
    }

    fn read(self, id: Id<Series>) -> Result<Series, Fault> {
        let kind = kind_of(&self.kind.get_untracked());
        let group = Id::<Group>::parse(&self.group.get_untracked()).ok();
        Ok(Series {
            id,
            title: required_name(TITLE, &self.title.get_untracked())?,
            kind,
            group,
            weekday: self.weekday.get_untracked().parse().unwrap_or(1),
            start: optional_time(START, &self.start.get_untracked())?,
            end: optional_time(END, &self.end.get_untracked())?,
            place: optional_name(PLACE, &self.place.get_untracked())?,
            leader: optional_name(LEADER, &self.leader.get_untracked())?,
            bring: optional_name(BRING, &self.bring.get_untracked())?,
            from: required_date(FROM, &self.from.get_untracked())?,
            until: optional_date(UNTIL, &self.until.get_untracked())?,
        })
    }
}

/// Plans an activity of the week, or changes one that stands.
#[component]
pub fn TemplateForm(
    /// The activity as it stands; none for a new one.
    series: Option<Series>,
    /// The date it was opened on: a new one begins here, one that stands can end here.
    on: Date,
    /// The groups it can be for.
    groups: Groups,
    /// What to do when it is done.
    done: Callback<()>,
) -> impl IntoView {
    let db = use_db();
    let draft = Draft::of(series.as_ref(), on);
    let fault = RwSignal::new(None::<Fault>);
    let id = series.as_ref().map_or_else(ids::new_id::<Series>, |one| one.id.clone());
    let save = {
        let before = series.clone();
        move || -> Result<u64, Fault> {
            let after = draft.read(id.clone())?;
            plan(db, before.clone(), after).map_err(|no| Fault::of_form(rejection(&no)))
        }
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        match save() {
            Ok(_) => done.run(()),
            Err(wrong) => fault.set(Some(wrong)),
        }
    };
    let end = series.map(|series| view! { <EndButton series on fault done/> });
    view! {
        <form on:submit=submit novalidate>
            <TemplateFields draft groups fault/>
            <DialogButtons send=tr::action_save cancel=done>{end}</DialogButtons>
        </form>
    }
}

#[component]
fn TemplateFields(draft: Draft, groups: Groups, fault: RwSignal<Option<Fault>>) -> impl IntoView {
    let kinds: Signal<Choices> = Signal::derive(|| {
        let kinds = ActivityKind::ALL.into_iter();
        kinds.map(|kind| (words::kind_marks(kind).0.to_owned(), words::kind_name(kind))).collect()
    });
    let weekdays: Signal<Choices> =
        Signal::derive(|| (1_i8..=7).map(|day| (day.to_string(), dates::weekday(day))).collect());
    let groups: Signal<Choices> = Signal::derive(move || {
        let open = (String::new(), tr::plan_group_open());
        let groups = groups.iter().map(|(id, name)| (id.to_string(), name.to_string()));
        std::iter::once(open).chain(groups).collect()
    });
    view! {
        <div class="fields" data-columns="2">
            <TextField field=TITLE value=draft.title fault required=true wide=true/>
            <SelectField field=KIND value=draft.kind options=kinds/>
            <SelectField field=GROUP value=draft.group options=groups/>
            <SelectField field=WEEKDAY value=draft.weekday options=weekdays wide=true/>
            <TextField field=START value=draft.start fault kind="time" hint=tr::adviser_optional/>
            <TextField field=END value=draft.end fault kind="time" hint=tr::adviser_optional/>
            <TextField field=PLACE value=draft.place fault/>
            <TextField field=LEADER value=draft.leader fault/>
            <TextField field=BRING value=draft.bring fault wide=true/>
            <TextField field=FROM value=draft.from fault kind="date" required=true/>
            <TextField field=UNTIL value=draft.until fault kind="date" hint=tr::adviser_optional/>
            <FormFault fault/>
        </div>
    }
}

/// Ends the activity after the date the dialog was opened on.
#[component]
fn EndButton(series: Series, on: Date, fault: RwSignal<Option<Fault>>, done: Callback<()>) -> impl IntoView {
    let db = use_db();
    let end = move |_| {
        let command = series::End { series: series.id.clone(), last: Some(on) };
        let undo = series::End { series: series.id.clone(), last: series.until };
        let said = untrack(|| tr::planner_said_ended(series.title.to_string()));
        match db.run_undoable(command, undo, said) {
            Ok(_) => done.run(()),
            Err(no) => fault.set(Some(Fault::of_form(rejection(&no)))),
        }
    };
    view! {
        <button
            type="button"
            class="ds-button"
            data-variant="tertiary"
            data-color="danger"
            on:click=end
        >
            {move || tr::planner_end_after(words::day_and_month(on))}
        </button>
    }
}

/// Saves the activity; undo puts the former one back, or ends a new one before it begins.
fn plan(db: Db, before: Option<Series>, after: Series) -> Result<u64, Rejection> {
    let said = untrack(|| tr::planner_said_planned(after.title.to_string()));
    match before {
        Some(series) => db.run_undoable(series::Plan { series: after }, series::Plan { series }, said),
        None => {
            let undo = series::End { series: after.id.clone(), last: Some(days_from(after.from, -1)) };
            db.run_undoable(series::Plan { series: after }, undo, said)
        }
    }
}

fn text(value: Option<String>) -> Typed {
    Typed::over_text(value.unwrap_or_default())
}

/// The kind a choice of the form stands for.
fn kind_of(code: &str) -> ActivityKind {
    let kind = ActivityKind::ALL.into_iter().find(|kind| words::kind_marks(*kind).0 == code);
    kind.unwrap_or(ActivityKind::Kitchen)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_can_be_chosen() {
        for kind in ActivityKind::ALL {
            assert_eq!(kind_of(words::kind_marks(kind).0), kind);
        }
    }
}
