//! The rules of ordering, told as a school and its kitchen live them.

use super::*;
use crate::{
    domain::crew,
    policy::Role,
    prim::Bytes,
    testkit::{Rows, at, centre, date, id, name},
};

const WEDNESDAY: &str = "2026-11-25";
/// The day before, an hour before the deadline.
const IN_TIME: &str = "2026-11-24 11:00";
const TOO_LATE: &str = "2026-11-24 13:05";

fn change(choice: Choice) -> Change {
    Change { school: id("slettebakken"), day: date(WEDNESDAY), choice, seen: Vec::new() }
}

fn order(rows: &mut Rows, now: &str, choice: Choice) -> Result<(), Rejection> {
    rows.run("secretary", Role::School, at(now), change(choice))
}

fn stands(rows: &Rows) -> Stands {
    let school = rows.view().must::<School>(&Key::from_text("slettebakken")).unwrap();
    lunch(rows.view(), school, date(WEDNESDAY)).unwrap().stands
}

fn answer(rows: &mut Rows, verdict: Verdict) -> Result<(), Rejection> {
    let key = Key::of(&[&"slettebakken", &WEDNESDAY]);
    let row = rows.view().must::<Order>(&key).unwrap();
    let question = row.question().map_or("none".into(), |late| late.id.clone());
    let command = AnswerLate { school: id("slettebakken"), day: date(WEDNESDAY), question, verdict, by: None };
    rows.run("kitchen", Role::Kitchen, at("2026-11-24 13:30"), command)
}

#[test]
fn nobody_orders_and_the_standard_orders_itself() {
    assert_eq!(stands(&centre()), Stands::Standard(62));
}

#[test]
fn a_change_before_the_deadline_stands() {
    let mut rows = centre();
    order(&mut rows, IN_TIME, Choice::Count(58)).unwrap();
    assert_eq!(stands(&rows), Stands::ByHand(58));
}

#[test]
fn a_day_can_be_closed_and_opened_again() {
    let mut rows = centre();
    order(&mut rows, IN_TIME, Choice::Closed).unwrap();
    assert_eq!(stands(&rows), Stands::ClosedByHand);
    let key = Key::of(&[&"slettebakken", &WEDNESDAY]);
    let seen = rows.view().must::<Order>(&key).unwrap().answers.seen();
    let again = Change { seen, ..change(Choice::Standard) };
    rows.run("secretary", Role::School, at(IN_TIME), again).unwrap();
    assert_eq!(stands(&rows), Stands::Standard(62));
}

#[test]
fn what_was_made_in_time_and_received_late_is_a_question() {
    let mut rows = centre();
    rows.run_late("secretary", Role::School, at("2026-11-24 11:40"), at(TOO_LATE), change(Choice::Count(66))).unwrap();
    assert_eq!(stands(&rows), Stands::Standard(62));
    let key = Key::of(&[&"slettebakken", &WEDNESDAY]);
    let late = rows.view().must::<Order>(&key).unwrap().question().unwrap();
    assert_eq!((late.before, late.made_at, late.received_at), (62, at("2026-11-24 11:40"), at(TOO_LATE)));
}

#[test]
fn the_kitchen_says_yes_no_or_another_number() {
    for (verdict, expected) in [
        (Verdict::Yes, Stands::ByHand(66)),
        (Verdict::No, Stands::Standard(62)),
        (Verdict::Count(64), Stands::ByHand(64)),
    ] {
        let mut rows = centre();
        order(&mut rows, TOO_LATE, Choice::Count(66)).unwrap();
        answer(&mut rows, verdict).unwrap();
        assert_eq!(stands(&rows), expected);
        assert_eq!(answer(&mut rows, verdict), Err(Rejection::AlreadyAnswered));
    }
}

#[test]
fn counts_have_bounds() {
    let mut rows = centre();
    for count in [-1, 5_001, i64::MAX] {
        let refused = order(&mut rows, IN_TIME, Choice::Count(count));
        assert!(matches!(refused, Err(Rejection::OutOfRange { min: 0, max: 5_000, .. })), "{count}");
    }
    order(&mut rows, IN_TIME, Choice::Count(5_000)).unwrap();
}

#[test]
fn days_outside_the_calendar_are_refused_by_name() {
    let mut rows = centre();
    let on = |day: &str| Change { day: date(day), ..change(Choice::Count(60)) };
    let mut ask = |day: &str| rows.run("secretary", Role::School, at(IN_TIME), on(day));
    assert!(matches!(ask("2027-07-01"), Err(Rejection::OutsideSchoolYear { .. })));
    assert!(matches!(ask("2026-11-28"), Err(Rejection::SchoolClosed { .. })));
    assert!(matches!(ask("2026-12-24"), Err(Rejection::SchoolClosed { .. })));
    assert!(matches!(ask("2026-11-23"), Err(Rejection::DayIsOver { .. })));
}

#[test]
fn after_a_holiday_the_deadline_lies_before_it() {
    let rows = centre();
    let school = rows.view().must::<School>(&Key::from_text("slettebakken")).unwrap();
    assert_eq!(school.deadline(date("2027-01-04")), at("2026-12-18 12:00"));
    assert_eq!(school.deadline(date("2026-11-30")), at("2026-11-27 12:00"));
}

#[test]
fn two_secretaries_who_did_not_see_each_other_disagree_and_the_larger_is_made() {
    let mut rows = centre();
    order(&mut rows, IN_TIME, Choice::Count(58)).unwrap();
    order(&mut rows, IN_TIME, Choice::Count(64)).unwrap();
    let now = stands(&rows);
    assert_eq!(now, Stands::Disputed(vec![Choice::Count(58), Choice::Count(64)]));
    assert_eq!(now.packets(62), 64);
}

#[test]
fn another_school_is_gone_not_forbidden() {
    let mut rows = centre();
    let refused = rows.run("other-secretary", Role::School, at(IN_TIME), change(Choice::Count(1)));
    assert_eq!(refused, Err(Rejection::Gone));
    let refused = rows.run("kitchen", Role::Kitchen, at(IN_TIME), change(Choice::Count(1)));
    assert_eq!(refused, Err(Rejection::Gone));
}

#[test]
fn a_slip_of_the_finger_is_asked_about() {
    for (count, usual, surprising) in [(620, 62, true), (70, 62, false), (6, 62, true), (0, 62, false), (9, 0, false)] {
        assert_eq!(is_surprising(count, usual), surprising, "{count} for {usual}");
    }
}

#[test]
fn a_receipt_ends_in_a_check_character() {
    // The example of the Global Release Identifier standard, which uses the same check.
    assert_eq!(check_character("A12425GABC1234002"), 'M');
    let of = |day: &str, version: u64| receipt("k3f9", &Key::of(&[&"slettebakken", &date(day)]), version);
    assert_eq!(of("2026-11-26", 28_728_115_200_417), "K3-YGJWA-Z");
    // Each day has its own, and each change, also of those that were accepted together.
    assert_ne!(of("2026-11-27", 28_728_115_200_417), "K3-YGJWA-Z");
    assert_ne!(of("2026-11-26", 28_728_115_200_418), "K3-YGJWA-Z");
    assert_ne!(check_character("K30471"), check_character("K30417"));
}

#[test]
fn who_of_the_crew_answers_a_late_wish_is_attested() {
    let key = || Bytes::new([7; 32]);
    let mut rows = centre();
    let (salt, symbol) = (Bytes::new([1; 32]), crew::Symbol::Sun);
    let add = crew::Add { id: id("k1"), alias: name("Amina"), symbol, salt, key: key() };
    rows.run("kitchen", Role::Kitchen, at(IN_TIME), add).unwrap();
    for (claims, attested) in [(Verdict::No, Some(id("k1"))), (Verdict::Yes, None)] {
        order(&mut rows, TOO_LATE, Choice::Count(66)).unwrap();
        let place = Key::of(&[&"slettebakken", &WEDNESDAY]);
        let question = rows.view().must::<Order>(&place).unwrap().question().unwrap().id.clone();
        let day = date(WEDNESDAY);
        let answer = AnswerLate { school: id("slettebakken"), day, question, verdict: Verdict::No, by: None };
        // The proof is of another answer the second time.
        let by = Some(crew::By::prove(id("k1"), &key(), &AnswerLate { verdict: claims, ..answer.clone() }.said()));
        rows.run("kitchen", Role::Kitchen, at("2026-11-24 13:30"), AnswerLate { by, ..answer }).unwrap();
        let late = rows.view().must::<Order>(&place).unwrap().late.last().unwrap();
        assert_eq!(late.answer.as_ref().map(|answer| answer.hand.clone()), Some(attested));
    }
}
