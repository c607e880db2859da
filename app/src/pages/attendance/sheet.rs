//! The list of names of one session: here, late or away, one tap each; the rest with one button.
//!
//! “Here” is what a row looks like until somebody says so; it is no answer before that.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use shared::{
    domain::{
        attendance::{self, Attendance, Mark},
        look::Place,
        series::Series,
    },
    policy::Action,
    prim::{Date, Id},
    sync::pull::KEPT_DAYS,
};

use super::{
    model::{MarkNow, Member, Session, Sheet, Tally, about, sheet},
    row::MemberRow,
};
use crate::{
    components::{Empty, Icon, Notice, Page, Skeleton, toast},
    db::{Db, use_db},
    i18n::{dates, rejection, tr},
    pages::{older::Older, plan::words},
};

/// The sheet of the session in the address.
#[component]
pub fn AttendanceSheet() -> impl IntoView {
    let db = use_db();
    let asked_for = use_params_map();
    let address = Memo::new(move |_| {
        asked_for.with(|params| {
            let series = Id::<Series>::parse(params.get_str("series")?).ok()?;
            let date = params.get_str("date")?.parse::<Date>().ok()?;
            Some((series, date))
        })
    });
    let found = db.view(move |view| match address.get() {
        Some((series, date)) => sheet(view, &series, date),
        None => Ok(Sheet::Gone),
    });
    let session = Memo::new(move |_| {
        found.with(|found| match found {
            Some(Sheet::Session(session)) => Some(session.clone()),
            Some(Sheet::Gone | Sheet::DoesNotHappen | Sheet::OpenToAll) | None => None,
        })
    });
    // Built anew for another session: a row writes the marks of the session it was made for.
    let shown = Memo::new(move |_| {
        session.with(|session| session.as_ref().map(|session| (session.series.clone(), session.original)))
    });
    let day = Memo::new(move |_| address.get().map_or_else(|| db.today_now(), |(_, date)| date));
    let kept = Memo::new(move |_| session.with(|session| session.as_ref().map_or(KEPT_DAYS, |one| days_kept(db, one))));
    let is_filled = db.is_filled();
    let title = move || {
        session.with(|session| match session {
            Some(session) => tr::attendance_of(session.title.clone(), dates::long_date(session.date)),
            None => tr::attendance_title(),
        })
    };
    let without = move || {
        let said = match found.get() {
            None => return (!is_filled.get()).then(|| view! { <Skeleton/> }.into_any()),
            Some(Sheet::Session(_)) => return None,
            Some(Sheet::Gone) => tr::reject_gone(),
            Some(Sheet::DoesNotHappen) => tr::roll_does_not_happen(),
            Some(Sheet::OpenToAll) => tr::roll_open_to_all(),
        };
        let empty = view! {
            <h1>{tr::attendance_title}</h1>
            <Empty icon="tasks" title=said>
                <a class="ds-button" href="/attendance">
                    {tr::roll_back}
                </a>
            </Empty>
        };
        Some(empty.into_any())
    };
    view! {
        <Page title=title name="attendance-sheet">
            <Older first=day days=1 kept>
                {without} {move || shown.with(Option::is_some).then(|| view! { <Names session/> })}
            </Older>
        </Page>
    }
}

#[component]
fn Names(session: Memo<Option<Session>>) -> impl IntoView {
    let db = use_db();
    let today = db.today();
    let head = Memo::new(move |_| {
        session.with(|session| {
            let session = session.as_ref()?;
            let place = session.place.as_ref().map(|place| format!(", {place}")).unwrap_or_default();
            let day = dates::capital(&dates::long_date(session.date));
            let hours = words::hours(session.start, session.end);
            Some((session.title.clone(), format!("{day}, {hours}{place}"), session.kind))
        })
    });
    let marks = move || head.with(|head| head.as_ref().map(|(_, _, kind)| words::kind_marks(*kind)));
    let has_come =
        Memo::new(move |_| session.with(|session| session.as_ref().is_some_and(|one| one.date <= today.get())));
    // Each row follows its own member: the list is made anew only for other people.
    let members = Memo::new_with_compare(
        move |_| session.with(|session| session.as_ref().map(|one| one.members.clone()).unwrap_or_default()),
        |before, now| !before.zip(now).is_some_and(|(before, now)| are_same_people(before, now)),
    );
    Effect::new(move |_| {
        let people = members.with(|members| members.iter().map(|member| member.person.clone()).collect());
        if let Some(group) = session.with_untracked(|session| session.as_ref().map(|one| one.group.clone())) {
            db.looked(&Place::Group(group), people);
        }
    });
    let is_empty = Memo::new(move |_| members.with(Vec::is_empty));
    view! {
        <div class="person-head">
            <span class="tile" data-tone=move || marks().map(|(tone, _)| tone)>
                <Icon name=move || marks().map_or("tasks", |(_, icon)| icon)/>
            </span>
            <div>
                <h1>{move || head.with(|head| head.as_ref().map(|(title, _, _)| title.clone()))}</h1>
                <p class="lead">{move || head.with(|head| head.as_ref().map(|(_, lead, _)| lead.clone()))}</p>
            </div>
        </div>
        {move || {
            (!has_come.get()).then(|| view! { <Notice><p>{tr::attendance_not_yet}</p></Notice> })
        }}
        {move || {
            is_empty
                .get()
                .then(|| {
                    view! {
                        <Empty icon="people" title=tr::attendance_empty_title todo=tr::attendance_empty_todo/>
                    }
                })
        }}
        {move || {
            (!is_empty.get())
                .then(|| {
                    view! {
                        <ol class="attendance" aria-label=tr::attendance_title>
                            <For
                                each=move || members.get()
                                key=|member| member.person.to_string()
                                children=move |member| view! { <MemberRow session first=member has_come/> }
                            />
                        </ol>
                        <Foot session has_come/>
                    }
                })
        }}
    }
}

/// How many are what, and the button for the rest.
#[component]
fn Foot(session: Memo<Option<Session>>, has_come: Memo<bool>) -> impl IntoView {
    let db = use_db();
    let refused = RwSignal::new(None::<String>);
    let tally = Memo::new(move |_| session.with(|session| session.as_ref().map(Session::tally).unwrap_or_default()));
    // Those without an answer whom this user may give one.
    let rest = Memo::new(move |_| {
        if !has_come.get() {
            return 0;
        }
        session.with(|session| session.as_ref().map_or(0, |session| unmarked(db, session).len()))
    });
    let save_rest = move |_| {
        let Some(session) = session.get_untracked() else { return };
        refused.set(None);
        for command in untrack(|| unmarked(db, &session)) {
            if let Err(no) = db.run(command) {
                refused.set(Some(rejection(&no)));
                return;
            }
        }
        toast::say(untrack(tr::roll_rest_saved));
    };
    let button = move || {
        if rest.get() > 0 {
            view! {
                <button type="button" class="ds-button" on:click=save_rest>
                    {tr::roll_rest_here}
                </button>
            }
            .into_any()
        } else {
            view! {
                <a class="ds-button" data-variant="secondary" href="/attendance">
                    {tr::roll_back}
                </a>
            }
            .into_any()
        }
    };
    view! {
        {move || refused.get().map(|said| view! { <Notice color="danger" alert=true>{said}</Notice> })}
        <div class="attendance-sum">
            <p>{move || sum(tally.get())}</p>
            <div class="cluster">{button}</div>
        </div>
    }
}

/// For how many days all marks of a session stay on this device.
fn days_kept(db: Db, session: &Session) -> i64 {
    let marks = session.members.iter().map(|member| Mark::audiences(&member.person, &session.group));
    marks.map(|audiences| db.days_kept(&audiences)).min().unwrap_or(KEPT_DAYS)
}

fn are_same_people(some: &[Member], others: &[Member]) -> bool {
    some.iter().map(|member| &member.person).eq(others.iter().map(|member| &member.person))
}

/// “6 her · 1 sen · 1 borte · 2 ikke registrert”: only what there is.
fn sum(tally: Tally) -> String {
    let part = |count: usize, said: fn(usize) -> String| (count > 0).then(|| said(count));
    let parts = [
        part(tally.here, tr::roll_count_here),
        part(tally.late, tr::roll_count_late),
        part(tally.away, tr::roll_count_away),
        part(tally.disputed, tr::roll_count_disputed),
        part(tally.open, tr::roll_count_open),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// “Here” for everybody who has no answer yet and whom this user may mark.
fn unmarked(db: Db, session: &Session) -> Vec<attendance::Set> {
    // Answers are numbered, and what is written of a protected person only few are shown: written last, she leaves no hole
    // between the others.
    let (hidden, others): (Vec<_>, Vec<_>) = session.members.iter().partition(|member| member.is_protected);
    let open = others.into_iter().chain(hidden).filter(|member| member.mark == MarkNow::Open);
    let mine = open.filter(|member| db.can(Action::MarkAttendance, about(&session.group, &member.person)));
    mine.map(|member| attendance::Set {
        series: session.series.clone(),
        date: session.original,
        person: member.person.clone(),
        value: Attendance::Here,
        seen: member.seen.clone(),
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_says_only_what_there_is() {
        crate::i18n::speak("nb");
        let tally = Tally { here: 6, late: 1, open: 2, ..Tally::default() };
        assert_eq!(sum(tally), "6 her · 1 sen · 2 ikke registrert");
        assert_eq!(sum(Tally::default()), "");
    }
}
