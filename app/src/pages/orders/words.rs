//! What a school's lunch says: counts, reasons, deadlines and answers in words.

use leptos::prelude::Callback;
use shared::{
    domain::{
        order::{Choice, Late, Verdict},
        packing::Step,
    },
    prim::{Date, Timestamp, day_after},
};

use super::desk::{Day, Said, WhyClosed};
use crate::{
    components::Offer,
    i18n::{dates, tr},
    pages::plan::{model::Closure, words},
};

/// “62 matpakker” or “Stengt”.
pub(crate) fn choice(choice: Choice, standard: u16) -> String {
    match choice {
        Choice::Closed => tr::order_closed(),
        Choice::Count(_) | Choice::Standard => tr::order_packets(choice.packets(standard)),
    }
}

/// Why the calendar has a day closed.
pub(crate) fn why_closed(why: &WhyClosed) -> String {
    match why {
        WhyClosed::Said(reason) => reason.clone(),
        WhyClosed::Holiday(holiday) => dates::capital(&words::closure(&Closure::Holiday(*holiday))),
        WhyClosed::OutsideYear => tr::desk_outside_year(),
    }
}

/// “Mandag 21. desember”, or “Mandag 21. desember – fredag 1. januar”.
pub(crate) fn span(from: Date, until: Date) -> String {
    let from_said = dates::capital(&dates::long_date(from));
    if from == until {
        return from_said;
    }
    tr::desk_span(from_said, dates::long_date(until))
}

/// “12.00” on the wall of the centre.
pub(crate) fn clock(at: Timestamp) -> String {
    dates::clock(at.time_of_day().minutes())
}

/// “I morgen: 62.” or “Mandag 30. november: 62.”
pub(crate) fn stands(day: &Day, today: Date) -> String {
    let count = match day.chosen {
        Some(Choice::Closed) => tr::order_closed(),
        Some(_) | None => day.packets.to_string(),
    };
    if day.date == day_after(today) {
        return tr::order_tomorrow(count);
    }
    tr::order_day(dates::capital(&dates::long_date(day.date)), count)
}

/// “Du kan endre til kl. 12.00 – 1 t 10 min igjen.”
pub(crate) fn deadline(deadline: Timestamp, now: Timestamp) -> String {
    let time = clock(deadline);
    if now >= deadline {
        return tr::order_deadline_passed(time);
    }
    if now.date() == deadline.date() {
        return tr::order_until(time, dates::left(now.minutes_to(deadline)));
    }
    tr::order_until_day(dates::long_date(deadline.date()), time)
}

/// “plenty”, “soon” or “over”: how the deadline looks.
pub(crate) fn urgency(deadline: Timestamp, now: Timestamp) -> &'static str {
    match now.minutes_to(deadline) {
        ..=0 => "over",
        1..=120 => "soon",
        _ => "plenty",
    }
}

/// What the kitchen said to a late wish.
pub(crate) fn answer(late: &Late) -> Option<String> {
    let answer = late.answer.as_ref()?;
    let time = clock(answer.at);
    Some(match answer.verdict {
        Verdict::Yes => tr::order_answered_yes(time),
        Verdict::No => tr::order_answered_no(time),
        Verdict::Count(count) => tr::order_answered_count(count, time),
    })
}

/// “Du ba om 66 matpakker.”
pub(crate) fn asked(late: &Late, standard: u16) -> String {
    match late.choice {
        Choice::Closed => tr::desk_asked_close(),
        Choice::Count(_) | Choice::Standard => tr::order_asked_for(choice(late.choice, standard)),
    }
}

/// One of several answers: what, who and when.
pub(crate) fn said(said: &Said, standard: u16) -> String {
    let (what, time) = (choice(said.choice, standard), clock(said.at));
    match &said.by {
        Some(name) => tr::kitchen_answer_by(what, name.clone(), time),
        None => tr::desk_answer(what, time),
    }
}

/// One of several answers, and the button that chooses it.
pub(crate) fn offer(one: &Said, standard: u16, date: Date, choose: Option<Callback<()>>) -> Offer {
    let pick = tr::desk_choose(choice(one.choice, standard));
    let named = tr::desk_button_for(pick.clone(), dates::long_date(date));
    Offer { said: said(one, standard), pick, named, choose }
}

/// What a step of the kitchen's day is called.
pub(crate) fn step(step: Step) -> String {
    match step {
        Step::Made => tr::kitchen_step_made(),
        Step::Packed => tr::kitchen_step_packed(),
        Step::Loaded => tr::kitchen_step_loaded(),
        Step::Delivered => tr::kitchen_step_delivered(),
    }
}

#[cfg(test)]
mod tests {
    use shared::testkit::at;

    use super::*;
    use crate::i18n::speak;

    #[test]
    fn the_deadline_is_said_with_what_is_left() {
        speak("nb");
        let noon = at("2026-11-24 12:00");
        let said = |now: &str| deadline(noon, at(now));
        assert_eq!(said("2026-11-24 10:50"), "Du kan endre til kl. 12.00 – 1 t 10 min igjen.");
        assert_eq!(said("2026-11-23 10:50"), "Du kan endre til tirsdag 24. november kl. 12.00.");
        assert_eq!(said("2026-11-24 12:00"), "Fristen var kl. 12.00.");
        assert_eq!(urgency(noon, at("2026-11-24 12:00")), "over");
        assert_eq!(urgency(noon, at("2026-11-24 10:50")), "soon");
        assert_eq!(urgency(noon, at("2026-11-23 10:50")), "plenty");
    }

    #[test]
    fn a_choice_is_a_number_of_packets_or_closed() {
        speak("nb");
        assert_eq!(choice(Choice::Standard, 62), "62 matpakker");
        assert_eq!(choice(Choice::Count(1), 62), "1 matpakke");
        assert_eq!(choice(Choice::Closed, 62), "Stengt");
    }
}
