//! Attendance: the sessions of the last week, and the list of names of each.
//!
//! What nobody has registered comes first. It is the centre's gap, not the participant's absence.

pub mod model;
mod row;
mod sheet;

use leptos::prelude::*;
use shared::policy::Action;

use self::model::{Session, recent, sort};
pub use self::sheet::AttendanceSheet;
use crate::{
    components::{Empty, Page, PageHead, Skeleton},
    db::{Db, use_db},
    i18n::{dates, tr},
    pages::plan::words,
};

/// What this user may do with the sessions listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Task {
    /// Register attendance.
    Mark,
    /// Look at what others have registered.
    Read,
}

/// The sessions with `task`: those she may mark, or else, to read, all she can see.
fn sessions_for(db: Db, all: &[Session]) -> (Task, Vec<Session>) {
    let mine = all.iter().map(|session| session.clone().only(|about| db.can(Action::MarkAttendance, about)));
    let mut mine: Vec<_> = mine.filter(|session| !session.members.is_empty()).collect();
    if !mine.is_empty() {
        sort(&mut mine);
        return (Task::Mark, mine);
    }
    let mut seen: Vec<_> = all.iter().filter(|session| !session.members.is_empty()).cloned().collect();
    sort(&mut seen);
    (Task::Read, seen)
}

/// The sessions of today and the last seven days.
#[component]
pub fn AttendanceList() -> impl IntoView {
    let db = use_db();
    let today = db.today();
    let is_filled = db.is_filled();
    let all = db.view(move |view| recent(view, today.get()));
    let listed = Memo::new(move |_| all.with(|all| sessions_for(db, all.as_deref().unwrap_or_default())));
    let is_empty = Memo::new(move |_| listed.with(|(_, sessions)| sessions.is_empty()));
    let part = move |wanted: fn(&Session) -> bool| {
        Memo::new(move |_| {
            listed.with(|(_, sessions)| {
                let part = sessions.iter().filter(|session| wanted(session));
                part.cloned().collect::<Vec<_>>()
            })
        })
    };
    let open = part(|session| !session.tally().is_done());
    let done = part(|session| session.tally().is_done());
    let task = Memo::new(move |_| listed.with(|(task, _)| *task));
    let list = move || {
        if !is_filled.get() {
            return view! { <Skeleton/> }.into_any();
        }
        if is_empty.get() {
            return view! { <Empty icon="tasks" title=tr::roll_nothing/> }.into_any();
        }
        view! {
            <Part id="roll-open" heading=tr::roll_not_yet sessions=open task/>
            <Part id="roll-done" heading=tr::roll_done sessions=done task/>
        }
        .into_any()
    };
    view! {
        <Page title=tr::attendance_title name="attendance">
            <PageHead title=tr::attendance_title lead=tr::roll_last_week/>
            {list}
        </Page>
    }
}

#[component]
fn Part(id: &'static str, heading: fn() -> String, sessions: Memo<Vec<Session>>, task: Memo<Task>) -> impl IntoView {
    let is_shown = Memo::new(move |_| sessions.with(|sessions| !sessions.is_empty()));
    move || {
        is_shown.get().then(|| {
            view! {
                <section class="card" aria-labelledby=id>
                    <h2 id=id>{move || heading()}</h2>
                    <ol class="steps">
                        <For
                            each=move || sessions.get()
                            key=|session| format!("{}.{}", session.series, session.original)
                            children=move |session| view! { <Item first=session sessions task/> }
                        />
                    </ol>
                </section>
            }
        })
    }
}

/// One session. It keeps its place and the focus while its count changes.
#[component]
fn Item(first: Session, sessions: Memo<Vec<Session>>, task: Memo<Task>) -> impl IntoView {
    let address = format!("/attendance/{}/{}", first.series, first.original);
    let (date, start, end, title) = (first.date, first.start, first.end, first.title.clone());
    let tally = {
        let (series, original, tally) = (first.series.clone(), first.original, first.tally());
        Memo::new(move |before: Option<&model::Tally>| {
            let found = sessions.with(|sessions| {
                let mut sessions = sessions.iter();
                let session = sessions.find(|one| one.series == series && one.original == original);
                session.map(Session::tally)
            });
            found.or(before.copied()).unwrap_or(tally)
        })
    };
    let when = move || format!("{}, {}", dates::capital(&dates::long_date(date)), words::hours(start, end));
    let standing = move || {
        let tally = tally.get();
        if tally.is_done() {
            tr::attendance_count(tally.here + tally.late, tally.total())
        } else if tally.answered() == 0 && tally.disputed == 0 {
            tr::attendance_not_registered()
        } else if tally.disputed > 0 {
            tr::attendance_two_answers()
        } else {
            tr::roll_some(tally.answered(), tally.total())
        }
    };
    let verb = move || match (task.get(), tally.get().is_done()) {
        (Task::Mark, false) => tr::roll_register(),
        (Task::Mark, true) | (Task::Read, _) => tr::roll_look(),
    };
    let name = {
        let title = title.clone();
        move || format!("{} – {title}, {}", verb(), dates::long_date(date))
    };
    view! {
        <li>
            <div>
                <b>{title}</b>
                <span>{when}</span>
                <span>{standing}</span>
            </div>
            <a class="ds-button" data-variant="secondary" data-size="sm" href=address aria-label=name>
                {verb}
            </a>
        </li>
    }
}
