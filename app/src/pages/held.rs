//! What somebody did while she was allowed to, and that came when she was not any more: whoever answers for the centre
//! says to each whether it counts.

use leptos::prelude::*;
use shared::{
    Key, Kind, Rejection,
    domain::{
        held::{self, Answer, HeldCommand},
        look::Place,
        person::Person,
    },
    prim::{AnyId, Id, Timestamp},
    sync::engine::{AnyCommandEq, Share, Waiting},
};

use crate::{
    components::{Empty, Icon, Notice, Page, PageHead, ShareMark, Skeleton, focus_page, toast},
    db::use_db,
    i18n::{self, dates, tr},
    names,
};

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
struct Question {
    id: Key,
    by: AnyId,
    made_at: Timestamp,
    what: Waiting,
    /// The participants it is about, whose names stand in it.
    people: Vec<Id<Person>>,
}

impl Question {
    fn of(held: &HeldCommand) -> Self {
        let what = Waiting {
            seq: 0,
            name: held.name.to_string(),
            command: held.command().ok().map(AnyCommandEq),
            made_at: held.made_at,
            refused: None,
            is_held: true,
        };
        let people = held.persons.clone();
        Self { id: Key::from_text(&held.id), by: held.by.clone(), made_at: held.made_at, what, people }
    }
}

/// The participants whom these questions name, each once.
fn named(questions: &[Question]) -> Vec<Id<Person>> {
    let mut people: Vec<Id<Person>> = Vec::new();
    for person in questions.iter().flat_map(|one| &one.people) {
        if !people.contains(person) {
            people.push(person.clone());
        }
    }
    people
}

/// Everything that waits for an answer.
#[component]
pub fn HeldList() -> impl IntoView {
    let db = use_db();
    let is_filled = db.is_filled();
    let questions = db.view(|view| Ok(held::waiting(view)?.into_iter().map(Question::of).collect::<Vec<_>>()));
    let is_empty = Memo::new(move |_| questions.with(|found| found.as_ref().is_none_or(Vec::is_empty)));
    let shown = Memo::new(move |_| questions.with(|found| named(found.as_deref().unwrap_or_default())));
    // Their names are on the screen, as in any other list.
    Effect::new(move |_| db.looked(&Place::List, shown.get()));
    let content = move || match (is_filled.get(), is_empty.get()) {
        (false, _) => view! { <Skeleton/> }.into_any(),
        (true, true) => view! { <Empty icon="check-circle" title=tr::held_empty/> }.into_any(),
        (true, false) => view! {
            <ol class="tray">
                <For
                    each=move || questions.get().unwrap_or_default()
                    key=|one: &Question| one.id.clone()
                    children=|one: Question| view! { <Card question=one/> }
                />
            </ol>
        }
        .into_any(),
    };
    view! {
        <Page title=tr::held_title name="held">
            <PageHead title=tr::held_title/>
            <Show when=move || !is_empty.get()>
                <p class="lead">{tr::held_lead}</p>
            </Show>
            {content}
        </Page>
    }
}

/// One thing that waits for an answer: who did what, when, and yes or no. Whoever did it herself says no, or nothing.
#[component]
fn Card(question: Question) -> impl IntoView {
    let db = use_db();
    let Question { id, by, made_at, what, people: _ } = question;
    let is_own = by == db.me().user;
    let refused = RwSignal::new(None::<Rejection>);
    let key = id.clone();
    let asked = what.clone();
    let answer = Callback::new(move |yes: bool| {
        let said = untrack(|| {
            let what = i18n::what(&asked);
            if yes { tr::held_said_yes(what) } else { tr::held_said_no(what) }
        });
        match db.run(Answer { id: key.clone(), yes }) {
            Ok(_) => {
                refused.set(None);
                toast::say(said);
                // The button that was tapped has gone with its card.
                focus_page();
            }
            Err(no) => refused.set(Some(no)),
        }
    });
    let share = db.share(Kind::HeldCommand, id.clone());
    let who = move || {
        let name = names::colleague(&by).unwrap_or_default();
        tr::held_by(name, dates::moment(made_at, db.today_now()))
    };
    let why = move || {
        refused.get().map(|rejection| {
            let said = move || tr::held_refused(i18n::rejection(&rejection));
            view! {
                <Notice color="danger" alert=true>
                    <p>{said}</p>
                </Notice>
            }
        })
    };
    let buttons = move || match share.get() {
        Share::Saving | Share::SavedHere => ().into_any(),
        Share::Shared | Share::Refused => view! {
            {is_own.then(|| view! { <p>{tr::held_own}</p> })}
            <div class="actions">
                {(!is_own)
                    .then(|| {
                        view! {
                            <button type="button" class="ds-button" on:click=move |_| answer.run(true)>
                                <Icon name="check"/>
                                {tr::held_yes}
                            </button>
                        }
                    })}
                <button
                    type="button"
                    class="ds-button"
                    data-variant="secondary"
                    on:click=move |_| answer.run(false)
                >
                    {tr::held_no}
                </button>
            </div>
        }
        .into_any(),
    };
    view! {
        <li class="card">
            <h2>{move || i18n::what(&what)}</h2>
            <p>{who}</p>
            <ShareMark kind=Kind::HeldCommand key=id quiet=true/>
            {why}
            {buttons}
        </li>
    }
}

#[cfg(test)]
mod tests {
    use shared::testkit::{at, id};

    use super::*;

    fn question(people: &[&str]) -> Question {
        let made_at = at("2026-11-24 09:00");
        let name = "attendance.set".to_owned();
        let what = Waiting { seq: 0, name, command: None, made_at, refused: None, is_held: true };
        let people = people.iter().map(|one| id(one)).collect();
        Question { id: Key::from_text("pc.1"), by: id("kari"), made_at, what, people }
    }

    #[test]
    fn whoever_stands_in_a_question_is_looked_at_once() {
        let questions = [question(&["amina"]), question(&[]), question(&["sara", "amina"])];
        assert_eq!(named(&questions), [id("amina"), id("sara")]);
        assert!(named(&[]).is_empty());
    }
}
