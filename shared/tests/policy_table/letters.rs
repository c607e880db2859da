//! Every letter of the table is led to by something that can be done, or waits for it with a reason: a letter that
//! nothing asks for could be wrong for years.

use std::{collections::BTreeSet, fmt::Write as _};

use shared::{
    policy::{Action, Thing, Verb, allowed},
    testkit::used_centre,
};

use super::thing;

/// Letters of things that there are, to which nothing leads yet.
const WAITING: &[(Thing, &[Verb], &str)] = &[
    (
        Thing::Assignment,
        &[Verb::Create, Verb::Read, Verb::Cancel],
        "who her contact person is stands in the participant's own row: it comes with her, and nobody is without one",
    ),
    (Thing::Calendar, &[Verb::Cancel], "nothing takes an activity out of the calendar: it has a last day"),
    (
        Thing::OpenCalendar,
        &[Verb::Create, Verb::Correct, Verb::Cancel],
        "what is open to all is planned and changed by the line of Calendar: nobody leads it yet",
    ),
    (Thing::Enrolment, &[Verb::Correct], "her times in a group follow from when she was put in and taken out"),
    (Thing::Menu, &[Verb::Cancel], "another dish takes its place: nothing takes one back"),
    (Thing::Order, &[Verb::Create], "what is ordered every week stands already: a day corrects it"),
    (Thing::Packing, &[Verb::Create], "the list of a day comes from its orders: a tick corrects it"),
    (Thing::Packing, &[Verb::Export], "nothing writes a file for anybody yet"),
];

/// What something leads to: an action, or a row that is read.
fn led_to() -> BTreeSet<(Thing, Verb)> {
    let done = Action::ALL.into_iter().map(Action::place);
    let read = used_centre().0.into_values().map(|record| (thing(&record), Verb::Read));
    // A row of its author's, once what she did is answered.
    done.chain(read).chain([(Thing::HeldAnswer, Verb::Read)]).collect()
}

/// Things that are in no row yet, and that nothing is done with.
fn unbuilt(led_to: &BTreeSet<(Thing, Verb)>) -> Vec<Thing> {
    let is_known =
        |thing: &Thing| led_to.iter().any(|(one, _)| one == thing) || WAITING.iter().any(|(one, ..)| one == thing);
    Thing::ALL.iter().copied().filter(|thing| !is_known(thing)).collect()
}

/// What is printed of it.
pub(super) fn printed() -> String {
    let mut text = String::from("| thing | letters | because |\n|---|---|---|\n");
    for (thing, letters, because) in WAITING {
        let letters: String = letters.iter().map(|verb| verb.letter()).collect();
        writeln!(text, "| {thing:?} | {letters} | {because} |").unwrap();
    }
    let unbuilt = unbuilt(&led_to()).into_iter().filter(|thing| !thing.cells().is_empty());
    let unbuilt: Vec<String> = unbuilt.map(|thing| format!("{thing:?}")).collect();
    write!(text, "\nNothing holds these yet, so that all their letters wait: {}.", unbuilt.join(", ")).unwrap();
    text
}

#[test]
fn every_letter_is_led_to_or_waits_for_a_reason() {
    let led_to = led_to();
    let unbuilt = unbuilt(&led_to);
    let waiting: BTreeSet<_> =
        WAITING.iter().flat_map(|(thing, letters, _)| letters.iter().map(|verb| (*thing, *verb))).collect();
    for thing in Thing::ALL.iter().filter(|thing| !unbuilt.contains(thing)) {
        for verb in Verb::ALL {
            let (is_held, place) = (allowed(*thing, verb).next().is_some(), (*thing, verb));
            let (is_led_to, waits) = (led_to.contains(&place), waiting.contains(&place));
            assert!(!is_held || is_led_to || waits, "{place:?} is held by somebody, and nothing leads to it");
            assert!(!waits || (is_held && !is_led_to), "{place:?} waits no more");
        }
    }
}

#[test]
fn what_can_be_done_is_held_by_somebody() {
    for action in Action::ALL {
        let (thing, verb) = action.place();
        assert!(allowed(thing, verb).next().is_some(), "{action:?}: nobody may");
    }
}
