//! One name on the sheet: three big choices, and for “late” by how many minutes.
//!
//! A tap is saved at once; another tap corrects it. Two answers stay until somebody chooses.

use leptos::{ev::SubmitEvent, prelude::*};
use shared::{
    domain::{
        attendance::{self, Attendance},
        person::Person,
        series::Series,
    },
    entity::Key,
    policy::Action,
    prim::{Date, Id},
    registry::{AnyCommand, Kind},
};

use super::model::{MarkNow, Member, Said, Session, about, seen_now};
use crate::{
    components::{Icon, Notice, ShareMark},
    db::{Db, use_db},
    i18n::{dates, rejection, tr},
    names::attendance as said,
    pages::people::model::initials,
};

/// The minutes that can be chosen with one tap.
const QUICK: [u16; 5] = [5, 10, 15, 30, 60];
/// The least and the most minutes late; see `attendance::Set`.
const MINUTES: std::ops::RangeInclusive<u16> = 1..=480;

/// Whose attendance at which session.
#[derive(Clone)]
struct Place {
    series: Id<Series>,
    original: Date,
    person: Id<Person>,
}

impl Place {
    fn set(&self, value: Attendance, seen: Vec<Box<str>>) -> attendance::Set {
        attendance::Set { series: self.series.clone(), date: self.original, person: self.person.clone(), value, seen }
    }

    /// Says it again as it was, by somebody who sees what stands now.
    fn set_back(&self, db: Db, value: Attendance) -> AnyCommand {
        let seen = db.look_once(|view| seen_now(view, &self.series, self.original, &self.person));
        self.set(value, seen.unwrap_or_default()).into()
    }
}

/// One member of the group. It keeps its place and the focus while what it says changes.
#[component]
pub fn MemberRow(
    /// The session.
    session: Memo<Option<Session>>,
    /// The member as she first appears.
    first: Member,
    /// Has the day of the session come?
    has_come: Memo<bool>,
) -> impl IntoView {
    let db = use_db();
    let place = session.with_untracked(|session| {
        session.as_ref().map(|session| {
            let place =
                Place { series: session.series.clone(), original: session.original, person: first.person.clone() };
            (place, about(&session.group, &first.person))
        })
    });
    let member = Memo::new_owning(move |before: Option<Member>| {
        let before = before.unwrap_or_else(|| first.clone());
        let new = session.with(|session| {
            let mut members = session.iter().flat_map(|session| &session.members);
            members.find(|member| member.person == before.person).filter(|member| **member != before).cloned()
        });
        let is_new = new.is_some();
        (new.unwrap_or(before), is_new)
    });
    place.map(|(place, about)| {
        let may_mark = Memo::new(move |_| {
            let is_open = member.with(|member| member.mark == MarkNow::Open);
            let action = if is_open { Action::MarkAttendance } else { Action::CorrectMark };
            has_come.get() && db.can(action, about.clone())
        });
        view! { <Row place member may_mark/> }
    })
}

#[component]
fn Row(place: Place, member: Memo<Member>, may_mark: Memo<bool>) -> impl IntoView {
    let db = use_db();
    let key = Key::of(&[&place.series, &place.original, &place.person]);
    let refused = RwSignal::new(None::<String>);
    // A refused choice has to be taken back: then the controls are built anew.
    let built = RwSignal::new(0_u32);
    // Late is chosen, but not yet by how many minutes: nothing is saved before that.
    let is_choosing = RwSignal::new(false);
    let mark = {
        let place = place.clone();
        Callback::new(move |value: Attendance| {
            is_choosing.set(false);
            let now = member.get_untracked();
            let done = match now.mark {
                MarkNow::Settled(before) if before == value => return,
                MarkNow::Settled(before) => {
                    let undo = {
                        let place = place.clone();
                        move || place.set_back(db, before)
                    };
                    let said = untrack(|| tr::roll_said(now.name, said(value)));
                    db.run_undoable_by(place.set(value, now.seen), undo, said)
                }
                MarkNow::Open | MarkNow::Disputed(_) => db.run(place.set(value, now.seen)),
            };
            if done.is_err() {
                built.update(|count| *count += 1);
            }
            refused.set(done.err().map(|no| rejection(&no)));
        })
    };
    let name = Memo::new(move |_| member.with(|member| member.name.clone()));
    let is_answered = Memo::new(move |_| member.with(|member| member.mark != MarkNow::Open));
    view! {
        <li data-answered=move || if is_answered.get() { "yes" } else { "no" }>
            <span class="attendance__who">
                <span class="avatar" aria-hidden="true">
                    {move || name.with(|name| initials(name))}
                </span>
                <span>
                    <b>{move || name.get()}</b>
                    <small>{move || member.with(|member| standing(&member.mark))}</small>
                    {move || {
                        let key = key.clone();
                        is_answered.get().then(|| view! { <ShareMark kind=Kind::Mark key=key/> })
                    }}
                </span>
            </span>
            {move || {
                built.track();
                view! { <Choices group=place.person.to_string() name member may_mark is_choosing mark/> }
            }}
            {move || is_choosing.get().then(|| view! { <Minutes name mark is_choosing/> })}
            {move || refused.get().map(|said| view! { <Notice color="danger" alert=true>{said}</Notice> })}
        </li>
    }
}

/// A choice: its mark in the markup, its icon, its word.
type Offer = (&'static str, &'static str, fn() -> String);

/// The three choices.
#[component]
fn Choices(
    group: String,
    name: Memo<String>,
    member: Memo<Member>,
    may_mark: Memo<bool>,
    is_choosing: RwSignal<bool>,
    mark: Callback<Attendance>,
) -> impl IntoView {
    let settled = move || {
        member.with(|member| match member.mark {
            MarkNow::Settled(value) => Some(value),
            MarkNow::Open | MarkNow::Disputed(_) => None,
        })
    };
    let choices: [Offer; 3] = [
        ("here", "check", tr::attendance_here),
        ("late", "late", tr::attendance_late),
        ("away", "away", tr::attendance_away),
    ];
    let choices = choices.map(|(code, icon, said)| {
        let is_chosen = move || match settled() {
            _ if is_choosing.get() => code == "late",
            Some(Attendance::Here) => code == "here",
            Some(Attendance::Late(_)) => code == "late",
            Some(Attendance::Away) => code == "away",
            None => false,
        };
        let choose = move || match code {
            "here" => mark.run(Attendance::Here),
            "away" => mark.run(Attendance::Away),
            _ => is_choosing.set(true),
        };
        view! {
            <label data-mark=code>
                <input
                    type="radio"
                    name=format!("mark-{group}")
                    aria-label=move || format!("{} – {}", said(), name.get())
                    prop:checked=is_chosen
                    disabled=move || !may_mark.get()
                    on:change=move |_| choose()
                />
                <Icon name=icon/>
                <span aria-hidden="true">{move || said()}</span>
            </label>
        }
    });
    let minutes = move || match settled() {
        Some(Attendance::Late(minutes)) if may_mark.get() && !is_choosing.get() => Some(view! {
            <button
                type="button"
                class="ds-button"
                data-variant="tertiary"
                data-size="sm"
                aria-label=move || format!("{} – {}", tr::roll_change_minutes(minutes), name.get())
                on:click=move |_| is_choosing.set(true)
            >
                {move || tr::roll_minutes(minutes)}
            </button>
        }),
        Some(_) | None => None,
    };
    view! {
        <fieldset class="marks">
            <legend class="ds-sr-only">{move || name.get()}</legend>
            {choices.into_iter().collect_view()}
        </fieldset>
        {minutes}
    }
}

/// By how many minutes: one tap for the usual ones, a field for any other.
#[component]
fn Minutes(name: Memo<String>, mark: Callback<Attendance>, is_choosing: RwSignal<bool>) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let wrong = RwSignal::new(None::<String>);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let minutes = typed.with_untracked(|typed| typed.trim().parse::<u16>().ok());
        match minutes.filter(|minutes| MINUTES.contains(minutes)) {
            Some(minutes) => mark.run(Attendance::Late(minutes)),
            None => wrong.set(Some(untrack(|| {
                tr::reject_out_of_range(tr::roll_minutes_field(), *MINUTES.start(), *MINUTES.end())
            }))),
        }
    };
    let quick = QUICK.map(|minutes| {
        view! {
            <button
                type="button"
                class="ds-button"
                data-variant="secondary"
                data-size="sm"
                aria-label=move || format!("{} – {}", tr::attendance_late_minutes(minutes), name.get())
                on:click=move |_| mark.run(Attendance::Late(minutes))
            >
                {move || tr::roll_minutes(minutes)}
            </button>
        }
    });
    view! {
        <form
            class="cluster"
            aria-label=move || format!("{} – {}", tr::attendance_late_label(), name.get())
            on:submit=submit
            novalidate
        >
            <span>{tr::attendance_late_label}</span>
            {quick.into_iter().collect_view()}
            <input
                class="ds-input roll__minutes"
                type="text"
                inputmode="numeric"
                maxlength="3"
                autocomplete="off"
                aria-label=move || format!("{} – {}", tr::attendance_late_label(), name.get())
                aria-invalid=move || wrong.get().map(|_| "true")
                on:input=move |event| typed.set(event_target_value(&event))
            />
            <button class="ds-button" data-size="sm">
                {tr::action_save}
            </button>
            <button
                type="button"
                class="ds-button"
                data-variant="tertiary"
                data-color="neutral"
                data-size="sm"
                on:click=move |_| is_choosing.set(false)
            >
                {tr::action_cancel}
            </button>
            {move || {
                wrong.get().map(|said| view! { <p class="ds-validation-message" role="alert">{said}</p> })
            }}
        </form>
    }
}

/// What stands, in words, under the name.
fn standing(mark: &MarkNow) -> String {
    match mark {
        MarkNow::Open => tr::attendance_not_registered(),
        MarkNow::Settled(value) => said(*value),
        MarkNow::Disputed(answers) => {
            let answers: Vec<_> = answers.iter().map(one_of_several).collect();
            tr::roll_two_answers(answers.join(", "))
        }
    }
}

/// “Her (Kari Nilsen, 09.14)”.
fn one_of_several(answer: &Said) -> String {
    let at = dates::clock(answer.at.time_of_day().minutes());
    match &answer.by {
        Some(name) => tr::roll_answer_by(said(answer.value), name.clone(), at),
        None => tr::roll_answer_at(said(answer.value), at),
    }
}

#[cfg(test)]
mod tests {
    use shared::testkit::at;

    use super::*;
    use crate::i18n::speak;

    #[test]
    fn two_answers_are_both_said_with_who_and_when() {
        speak("nb");
        let answer = |value, by: Option<&str>| Said { value, by: by.map(str::to_owned), at: at("2026-11-24 09:14") };
        let mark =
            MarkNow::Disputed(vec![answer(Attendance::Here, Some("Kari Nilsen")), answer(Attendance::Late(10), None)]);
        let words = "To svar: Her (Kari Nilsen, 09.14), 10 minutter sen (09.14). Velg ett.";
        assert_eq!(standing(&mark), words);
    }

    #[test]
    fn the_minutes_of_a_tap_are_minutes_that_can_be_saved() {
        assert!(QUICK.iter().all(|minutes| MINUTES.contains(minutes)));
    }
}
