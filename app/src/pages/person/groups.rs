//! The groups of one participant, as cards to tick: in, or out.

use leptos::prelude::*;
use shared::{
    domain::{
        group::{self, Enrolment, Group},
        person::Person,
        series::{ActivityKind, Series},
    },
    entity::{Key, Tag},
    policy::Action,
    prim::{Date, Id, Name, TimeOfDay, sort_by, sort_by_key},
    registry::{AnyCommand, Kind},
    view::{Halt, View},
};

use crate::{
    components::{Icon, Notice, ShareMark},
    db::use_db,
    i18n::{dates, rejection, tr},
    pages::plan::words,
};

/// A group as a card.
#[derive(Debug, Clone, PartialEq)]
struct Card {
    id: Id<Group>,
    name: Name,
    /// Is she in it today?
    is_member: bool,
    /// The first activity of its week, which lends it its picture.
    first: Option<First>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct First {
    kind: ActivityKind,
    weekday: i8,
    start: Option<TimeOfDay>,
    end: Option<TimeOfDay>,
}

/// Every group, by name, and whether `person` is in it on `today`.
fn cards(view: View<'_>, person: &Id<Person>, today: Date) -> Result<Vec<Card>, Halt> {
    let mut series = view.all::<Series>()?;
    series.retain(|one| one.until.is_none_or(|until| today <= until));
    sort_by_key(&mut series, |one| (one.weekday, one.start));
    let mut cards = Vec::new();
    for group in view.all::<Group>()? {
        let enrolment = view.get::<Enrolment>(&Key::of(&[person, &group.id]))?;
        let first = series.iter().find(|one| one.group.as_ref() == Some(&group.id));
        cards.push(Card {
            id: group.id.clone(),
            name: group.name.clone(),
            is_member: enrolment.is_some_and(|one| one.holds_on(today)),
            first: first.map(|one| First { kind: one.kind, weekday: one.weekday, start: one.start, end: one.end }),
        });
    }
    sort_by(&mut cards, |a, b| a.name.cmp(&b.name));
    Ok(cards)
}

/// The section with her groups.
#[component]
pub fn Groups(
    /// Who.
    person: Id<Person>,
    /// What she is called.
    called: String,
) -> impl IntoView {
    let db = use_db();
    let today = db.today();
    let cards = db.view({
        let person = person.clone();
        move |view| cards(view, &person, today.get())
    });
    let cards = Memo::new(move |_| cards.get().unwrap_or_default());
    let may_enrol = {
        let about = vec![Tag::participant(&person), Tag::named(&person)];
        // One tick does both.
        Memo::new(move |_| [Action::Enrol, Action::Unenrol].into_iter().all(|action| db.can(action, about.clone())))
    };
    let is_in_none = Memo::new(move |_| cards.with(|cards| !cards.iter().any(|card| card.is_member)));
    let refused = RwSignal::new(None::<String>);
    view! {
        <section class="card" aria-labelledby="person-groups">
            <h2 id="person-groups">{tr::adviser_groups}</h2>
            {move || is_in_none.get().then(|| view! { <p class="soft">{tr::adviser_groups_none}</p> })}
            <ul class="choices">
                <For
                    each=move || cards.get()
                    key=|card| card.id.to_string()
                    children=move |card| {
                        let (person, called) = (person.clone(), called.clone());
                        view! { <Choice first=card cards person called may_enrol refused/> }
                    }
                />
            </ul>
            {move || refused.get().map(|said| view! { <Notice color="danger" alert=true>{said}</Notice> })}
        </section>
    }
}

/// One group. It keeps its place and the focus while what it says changes.
#[component]
fn Choice(
    first: Card,
    cards: Memo<Vec<Card>>,
    person: Id<Person>,
    called: String,
    may_enrol: Memo<bool>,
    refused: RwSignal<Option<String>>,
) -> impl IntoView {
    let db = use_db();
    let group = first.id.clone();
    let label = format!("group-{group}");
    let hint = format!("{label}-when");
    let key = Key::of(&[&person, &group]);
    let card = Memo::new(move |before: Option<&Card>| {
        let found = cards.with(|cards| cards.iter().find(|card| card.id == first.id).cloned());
        found.or_else(|| before.cloned()).unwrap_or_else(|| first.clone())
    });
    // The tick of a refused change has to be taken back: the control is then built anew.
    let built = RwSignal::new(0_u32);
    let change = move |is_in: bool| {
        let card = card.get_untracked();
        let enrol: AnyCommand = group::Enrol { group: group.clone(), person: person.clone() }.into();
        let leave: AnyCommand = group::Leave { group: group.clone(), person: person.clone() }.into();
        let (name, called) = (card.name.to_string(), called.clone());
        let (command, undo, said) = if is_in {
            (enrol, leave, untrack(|| tr::people_put_in(called, name)))
        } else {
            (leave, enrol, untrack(|| tr::people_taken_out(called, name)))
        };
        refused.set(None);
        if let Err(no) = db.run_undoable(command, undo, said) {
            refused.set(Some(rejection(&no)));
            built.update(|count| *count += 1);
        }
    };
    let tile = move || {
        let first = card.with(|card| card.first);
        let (tone, icon) = first.map_or((None, "people"), |first| {
            let (tone, icon) = words::kind_marks(first.kind);
            (Some(tone), icon)
        });
        view! {
            <span class="tile" data-tone=tone>
                <Icon name=icon/>
            </span>
        }
    };
    let control = {
        let (label, hint) = (label.clone(), hint.clone());
        move || {
            built.track();
            let change = change.clone();
            view! {
                <input
                    type="checkbox"
                    class="ds-input"
                    aria-labelledby=label.clone()
                    aria-describedby=hint.clone()
                    prop:checked=move || card.with(|card| card.is_member)
                    disabled=move || !may_enrol.get()
                    on:change=move |event| change(event_target_checked(&event))
                />
            }
        }
    };
    view! {
        <li>
            <label class="choice">
                {tile}
                <span>
                    <span id=label>{move || card.with(|card| card.name.to_string())}</span>
                    <small id=hint>{move || card.with(|card| card.first.map(when))}</small>
                    <ShareMark kind=Kind::Enrolment key=key quiet=true/>
                </span>
                {control}
            </label>
        </li>
    }
}

/// “mandag 12.30–14.00”.
fn when(first: First) -> String {
    let hours = words::hours(first.start, first.end);
    format!("{} {hours}", dates::weekday(first.weekday))
}

#[cfg(test)]
mod tests {
    use shared::{
        Role,
        testkit::{at, centre, date, id},
    };

    use super::*;

    fn groups_of(rows: &shared::testkit::Rows, day: &str) -> Vec<String> {
        let cards = cards(rows.view(), &id("amina"), date(day)).unwrap();
        let mine = cards.iter().filter(|card| card.is_member);
        mine.map(|card| card.name.to_string()).collect()
    }

    #[test]
    fn a_group_is_ticked_from_the_day_she_joins() {
        let mut rows = centre();
        let command = group::Enrol { group: id("evening"), person: id("amina") };
        rows.run("adviser", Role::Adviser, at("2026-11-24 09:00"), command).unwrap();
        assert_eq!(groups_of(&rows, "2026-11-23"), ["morning"]);
        assert_eq!(groups_of(&rows, "2026-11-24"), ["evening", "morning"]);
    }

    #[test]
    fn a_group_is_not_ticked_on_the_day_she_leaves() {
        let mut rows = centre();
        let command = group::Leave { group: id("morning"), person: id("amina") };
        rows.run("adviser", Role::Adviser, at("2026-11-24 09:00"), command).unwrap();
        assert!(groups_of(&rows, "2026-11-24").is_empty());
        let cards = cards(rows.view(), &id("amina"), date("2026-11-24")).unwrap();
        assert_eq!(cards[1].first.map(|first| first.weekday), Some(2));
    }
}
