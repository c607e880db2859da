//! A school's lunches: the next day on top, the coming days as rows, the standing order beside them.
//!
//! It does nothing and is right; whoever changes a day sees whether the centre has it.

mod day;
pub(crate) mod desk;
mod editor;
mod keep_link;
mod standard;
pub(crate) mod words;

use leptos::prelude::*;
use shared::{
    Action, AnyCommand, Halt, Kind, Tag,
    domain::{
        order::{self, Choice, Order, receipt},
        school::School,
        standing,
    },
    prim::{Date, Id},
    sync::engine::Share,
};

use self::{
    day::{DayRow, NextDay, Ways},
    desk::{Day, Desk, Row, Standard},
    editor::Wish,
    keep_link::KeepLink,
    standard::StandardForm,
};
use crate::{
    components::{Empty, Page, PageHead, Skeleton, toast},
    db::{Db, View as Rows, use_db},
    i18n::{self, dates, tr},
    pages::{plan::words as plan_words, today::plan::whole_minute},
};

/// The school's page.
#[component]
pub fn Orders() -> impl IntoView {
    let db = use_db();
    let clock = db.now();
    let now = Memo::new(move |_| whole_minute(clock.get()));
    let me = db.me().user;
    let looked = db.view(move |view| desk::desk(view, &me, now.get()));
    let desk = Memo::new(move |_| looked.get().flatten());
    let is_filled = db.is_filled();
    let is_known = Memo::new(move |_| desk.with(Option::is_some) || (looked.with(Option::is_some) && is_filled.get()));
    let name = Memo::new(move |_| desk.with(|desk| desk.as_ref().map(|desk| desk.name.clone())));
    let title = move || name.get().map_or_else(tr::nav_orders, tr::order_title);
    let school = Memo::new(move |_| desk.with(|desk| desk.as_ref().map(|desk| desk.school.clone())));
    let content = move || match (is_known.get(), school.get()) {
        (true, Some(school)) => view! { <DeskView school desk/> }.into_any(),
        (true, None) => {
            view! { <Empty icon="school" title=tr::desk_no_school_title todo=tr::desk_no_school_todo/> }.into_any()
        }
        (false, _) => view! { <Skeleton/> }.into_any(),
    };
    view! {
        <Page title=title width="wide" name="orders">
            <PageHead title=title lead=tr::desk_lead/>
            <KeepLink/>
            {content}
        </Page>
    }
}

#[component]
fn DeskView(school: Id<School>, desk: Memo<Option<Desk>>) -> impl IntoView {
    let db = use_db();
    let clock = db.now();
    let may_order = may(db, Action::OrderLunch, &school);
    let ways = Ways {
        now: Memo::new(move |_| whole_minute(clock.get())),
        today: db.today(),
        wishes: Callback::new({
            let school = school.clone();
            move |wish| change(db, &school, wish)
        }),
        may_order,
        may_close: may(db, Action::CloseLunch, &school),
        is_online: db.is_online(),
    };
    let first = Memo::new(move |_| desk.with(|desk| desk.as_ref().and_then(|desk| desk.first)));
    let today = Memo::new(move |_| desk.with(|desk| desk.as_ref().and_then(|desk| desk.today)));
    let rows = Memo::new(move |_| desk.with(|desk| desk.as_ref().map(|desk| desk.rows.clone()).unwrap_or_default()));
    let standard = Memo::new(move |before: Option<&Standard>| {
        let found = desk.with(|desk| desk.as_ref().map(|desk| desk.standard.clone()));
        found.or_else(|| before.cloned()).unwrap_or(Standard { counts: None, from: None, kept: Vec::new() })
    });
    let on_save = Callback::new({
        let school = school.clone();
        move |counts| set_standard(db, &school, standard.with_untracked(|standard| standard.counts), counts)
    });
    let may_change = may(db, Action::ChangeStanding, &school);
    let shown = ShownDays { db, desk, school, ways };
    let (next, row, of_today) = (shown.clone(), shown.clone(), shown);
    let next = move || first.get().and_then(|date| next.large(date));
    let rest = move |line: Row| match line {
        Row::Week(date) => {
            view! { <li class="week-mark">{move || dates::capital(&dates::week_label(date))}</li> }.into_any()
        }
        Row::Open(date) => row.row(date).into_any(),
        Row::Closed { from, until, why } => view! {
            <li class="order-day" data-day=plan_words::day_code(from) data-closed="">
                <div class="order-day__name">
                    <h3>{move || words::span(from, until)}</h3>
                    <p class="order-day__why">{move || words::why_closed(&why)}</p>
                </div>
                <p class="order-day__closed">{tr::order_closed}</p>
            </li>
        }
        .into_any(),
    };
    let today_section = move || {
        let date = today.get()?;
        let row = of_today.row(date);
        Some(view! {
            <section class="stack" aria-labelledby="today">
                <h2 id="today">{move || tr::desk_today(dates::long_date(date))}</h2>
                <ol class="order-days">{row}</ol>
            </section>
        })
    };
    let is_empty = Memo::new(move |_| first.get().is_none());
    view! {
        <div class="orders">
            <div>
                {next}
                {move || {
                    is_empty
                        .get()
                        .then(|| {
                            view! {
                                <Empty
                                    icon="calendar"
                                    title=tr::order_coming_empty_title
                                    todo=tr::order_coming_empty_todo
                                />
                            }
                        })
                }}
                <section class="stack" aria-labelledby="coming-days" hidden=move || is_empty.get()>
                    <h2 id="coming-days">{tr::order_coming_days}</h2>
                    <ol class="order-days">
                        <For each=move || rows.get() key=Row::clone children=rest/>
                    </ol>
                </section>
                {today_section}
            </div>
            // In the middle of the page it is no landmark of its own.
            <aside role="none">
                <StandardForm standard on_save may_change/>
            </aside>
        </div>
    }
}

/// May this user do `action` for this school?
fn may(db: Db, action: Action, school: &Id<School>) -> Signal<bool> {
    let tag = Tag::school(school);
    Memo::new(move |_| db.can(action, vec![tag.clone()])).into()
}

/// What each day's view is made of.
#[derive(Clone)]
struct ShownDays {
    db: Db,
    desk: Memo<Option<Desk>>,
    school: Id<School>,
    ways: Ways,
}

/// What one day's row shows: the day, where it stands, and why it was refused.
type OfDay = (Memo<Day>, Memo<Share>, Memo<Option<String>>);

impl ShownDays {
    fn large(&self, date: Date) -> Option<AnyView> {
        let (day, share, receipt) = self.of(date)?;
        let ways = self.ways;
        Some(view! { <NextDay day share receipt ways/> }.into_any())
    }

    fn row(&self, date: Date) -> Option<AnyView> {
        let (day, share, receipt) = self.of(date)?;
        let ways = self.ways;
        Some(view! { <DayRow day share receipt ways/> }.into_any())
    }

    /// The day, following its rows; it keeps its last look when it leaves the page.
    fn of(&self, date: Date) -> Option<OfDay> {
        let (db, desk) = (self.db, self.desk);
        let find = move || desk.with(|desk| desk.as_ref().and_then(|desk| desk.day(date)).cloned());
        let first = untrack(find)?;
        let day =
            Memo::new(move |before: Option<&Day>| find().or_else(|| before.cloned()).unwrap_or_else(|| first.clone()));
        let (key, standing) = (desk::key(&self.school, date), desk::standing_key(&self.school));
        let share = Memo::new(move |_| {
            if day.with(|day| day.has_order) {
                db.share_now(Kind::Order, &key)
            } else {
                db.share_now(Kind::Standing, &standing)
            }
        });
        let receipt = Memo::new(move |_| {
            let history = db.history();
            day.with(|day| (day.version > 0 && !history.is_empty()).then(|| receipt(&history, &day.row, day.version)))
        });
        Some((day, share, receipt))
    }
}

/// Orders, changes or closes a day, and offers to take it back.
fn change(db: Db, school: &Id<School>, wish: Wish) -> Result<(), String> {
    let Wish { date, choice, seen, before, is_late } = wish;
    let command =
        |choice: Choice, seen: Vec<Box<str>>| order::Change { school: school.clone(), day: date, choice, seen };
    let standard = untrack(|| db.look_once(|view| standard_on(view, school, date))).unwrap_or(0);
    let what = untrack(|| tr::desk_kept(dates::capital(&dates::long_date(date)), words::choice(choice, standard)));
    let first = command(choice, seen);
    let done = match before.filter(|_| !is_late) {
        Some(before) => {
            let back = command(before, Vec::new());
            let key = desk::key(school, date);
            let undo = move || {
                let seen = db.look_once(|view| {
                    let order = view.get::<Order>(&key)?;
                    Ok(order.map(|order| order.answers.seen()).unwrap_or_default())
                });
                AnyCommand::from(order::Change { seen: seen.unwrap_or_default(), ..back })
            };
            db.run_undoable_by(first, undo, what)
        }
        None => {
            let done = db.run(first);
            if done.is_ok() {
                toast::say(if is_late { untrack(|| tr::desk_asked(what)) } else { what });
            }
            done
        }
    };
    done.map(|_| ()).map_err(|rejection| untrack(|| i18n::rejection(&rejection)))
}

fn standard_on(view: Rows<'_>, school: &Id<School>, date: Date) -> Result<u16, Halt> {
    let standing = view.get::<standing::Standing>(&desk::standing_key(school))?;
    Ok(standing.map_or(0, |standing| standing.on(date)))
}

/// Sets the standing order, and offers to go back to the one before.
fn set_standard(db: Db, school: &Id<School>, before: Option<[u16; 5]>, counts: [i64; 5]) -> Result<(), String> {
    let set = |counts: [i64; 5]| standing::Set { school: school.clone(), counts };
    let done = match before {
        Some(before) => {
            let said = untrack(|| tr::undo_done(tr::command_standing_set()));
            db.run_undoable(set(counts), set(before.map(i64::from)), said)
        }
        None => db.run(set(counts)),
    };
    done.map(|_| ()).map_err(|rejection| untrack(|| i18n::rejection(&rejection)))
}
