//! The centre's week: a timetable with everything that happens, and what differs from the template.
//!
//! Whoever may change it does so in dialogs; everybody else of the staff reads it.

mod change_day;
mod changes;
mod dialog;
mod lanes;
pub mod model;
mod template;
mod this_date;
mod timetable;
pub mod words;

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use shared::{
    domain::series::Series,
    entity::Tag,
    policy::Action,
    prim::{Date, Id, days_from, monday_of},
};

use self::{
    changes::Changes,
    dialog::{DayDialog, NewDialog, SlotDialog},
    model::Week,
    timetable::Timetable,
};
use crate::{
    components::{Empty, Icon, Page, PageHead, Skeleton},
    db::use_db,
    i18n::{dates, tr},
    pages::older::Older,
};

/// Which dialog is open, and about what. What it was about stays while it closes.
#[derive(Clone, Copy)]
pub struct Dialogs {
    /// About one activity on one date of the template.
    slot: RwSignal<bool>,
    slot_of: RwSignal<Option<(Id<Series>, Date)>>,
    /// About one day.
    day: RwSignal<bool>,
    day_of: RwSignal<Option<Date>>,
    /// About an activity that is not there yet, on this day.
    new: RwSignal<bool>,
    new_on: RwSignal<Option<Date>>,
}

impl Dialogs {
    fn closed() -> Self {
        Self {
            slot: RwSignal::new(false),
            slot_of: RwSignal::new(None),
            day: RwSignal::new(false),
            day_of: RwSignal::new(None),
            new: RwSignal::new(false),
            new_on: RwSignal::new(None),
        }
    }

    fn open_slot(self, series: Id<Series>, original: Date) {
        self.close();
        self.slot_of.set(Some((series, original)));
        self.slot.set(true);
    }

    fn open_day(self, date: Date) {
        self.close();
        self.day_of.set(Some(date));
        self.day.set(true);
    }

    fn open_new(self, date: Date) {
        self.close();
        self.new_on.set(Some(date));
        self.new.set(true);
    }

    fn close(self) {
        for open in [self.slot, self.day, self.new] {
            open.set(false);
        }
    }
}

/// May this user plan activities that repeat?
pub fn may_plan() -> bool {
    use_db().can(Action::PlanWeek, vec![Tag::staff(), Tag::public()])
}

/// May this user close the whole centre for a day?
pub fn may_close() -> bool {
    use_db().can(Action::ChangeDay, vec![Tag::staff(), Tag::public()])
}

/// The week plan, of the week in the address or of this week.
#[component]
pub fn Plan() -> impl IntoView {
    let db = use_db();
    let today = db.today();
    let asked_for = use_params_map();
    let monday = Memo::new(move |_| {
        let date = asked_for.with(|params| params.get("monday"));
        let date = date.and_then(|date| date.parse::<Date>().ok());
        monday_of(date.unwrap_or_else(|| today.get()))
    });
    let week = db.view(move |view| Week::look(view, monday.get()));
    let is_known = Memo::new(move |_| week.with(Option::is_some));
    let is_empty = Memo::new(move |_| {
        week.with(|week| week.as_ref().is_some_and(|week| week.days.iter().all(|day| day.slots.is_empty())))
    });
    let may_add = Memo::new(|_| may_plan());
    let dialogs = Dialogs::closed();
    let title = move || tr::planner_heading(dates::week_label(monday.get()));
    let lead = move || {
        let (first, last) = (monday.get(), days_from(monday.get(), 6));
        tr::planner_dates(words::day_and_month(first), words::day_and_month(last), last.year().to_string())
    };
    view! {
        <Page title=title width="full" name="plan" print="landscape">
            <PageHead title=title lead=lead>
                <WeekLinks monday/>
                {move || {
                    may_add
                        .get()
                        .then(|| {
                            view! {
                                <button
                                    type="button"
                                    class="ds-button"
                                    on:click=move |_| dialogs.open_new(monday.get_untracked())
                                >
                                    <Icon name="plus"/>
                                    {tr::plan_add}
                                </button>
                            }
                        })
                }}
            </PageHead>
            <Older first=monday days=7>
                {move || (!is_known.get()).then(|| view! { <Skeleton/> })}
                {move || {
                    is_known
                        .get()
                        .then(|| {
                            view! {
                                <h2 class="ds-sr-only">{tr::planner_timetable}</h2>
                                <Timetable week dialogs/>
                                {move || {
                                    is_empty
                                        .get()
                                        .then(|| view! { <Empty icon="calendar" title=tr::plan_empty_title/> })
                                }}
                                <Changes week/>
                            }
                        })
                }}
            </Older>
            <SlotDialog week dialogs/>
            <DayDialog week dialogs/>
            <NewDialog week dialogs/>
        </Page>
    }
}

/// The week before, this week, the week after.
#[component]
fn WeekLinks(monday: Memo<Date>) -> impl IntoView {
    let address = move |weeks: i64| format!("/plan/{}", days_from(monday.get(), 7 * weeks));
    let name = move |weeks: i64| {
        let week = dates::week_label(days_from(monday.get(), 7 * weeks));
        if weeks < 0 { tr::planner_week_before(week) } else { tr::planner_week_after(week) }
    };
    view! {
        <a
            class="ds-button"
            data-variant="secondary"
            data-icon=""
            href=move || address(-1)
            aria-label=move || name(-1)
        >
            <Icon name="chevron-prev" directional=true/>
        </a>
        <a class="ds-button" data-variant="secondary" href="/plan">
            {tr::week_this}
        </a>
        <a
            class="ds-button"
            data-variant="secondary"
            data-icon=""
            href=move || address(1)
            aria-label=move || name(1)
        >
            <Icon name="chevron-next" directional=true/>
        </a>
    }
}
