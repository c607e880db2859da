//! Why the rules said no, and what waits to be shared, in words of the chosen language.
//!
//! A new rejection or command must be given its words here: the one does not compile without, for the other a test
//! fails.

use shared::{
    Command as _, Rejection,
    domain::{
        attendance, crew, day_off, exception, glass, group, held, look::Look, menu, order, packing, person, series,
        shield, staff, standing,
    },
    prim::Date,
    rejection::Field,
    sync::{
        engine::{AnyCommandEq, Waiting},
        noted,
    },
};

use super::{dates, tr};
use crate::{db::NO_NETWORK, names};

/// Why the rules said no.
pub fn rejection(rejection: &Rejection) -> String {
    if matches!(rejection, Rejection::Bug { reference } if reference == NO_NETWORK) {
        return tr::online_unsent();
    }
    let day = |date: &Date| dates::long_date(*date);
    match rejection {
        Rejection::Gone => tr::reject_gone(),
        Rejection::Forbidden => tr::reject_forbidden(),
        Rejection::UnknownCommand { .. } => tr::reject_unknown_command(),
        Rejection::Malformed { .. } => tr::reject_malformed(),
        Rejection::ReusedId => tr::reject_reused_id(),
        Rejection::OutOfRange { field, min, max } => tr::reject_out_of_range(name(*field), *min, *max),
        Rejection::OutsideSchoolYear { date, .. } => tr::reject_outside_school_year(day(date)),
        Rejection::SchoolClosed { date } => tr::reject_not_school_day(day(date)),
        Rejection::EndBeforeStart => tr::reject_end_before_start(),
        Rejection::NotPlanned { date } => tr::reject_not_planned(day(date)),
        Rejection::DayIsOver { date } => tr::reject_day_is_over(day(date)),
        Rejection::DayIsAhead { date } => tr::reject_day_is_ahead(day(date)),
        Rejection::AlreadyAnswered => tr::reject_already_answered(),
        Rejection::NoContact => tr::reject_no_contact(),
        Rejection::Newer => tr::reject_newer(),
        Rejection::Exists => tr::reject_exists(),
        Rejection::OwnPart => tr::reject_own_part(),
        Rejection::NeedsSchool => tr::reject_needs_school(),
        Rejection::TwoPersons => tr::reject_two_persons(),
        Rejection::Full { max } => tr::reject_full(*max),
        Rejection::TooManyWait => tr::reject_too_many_wait(),
        Rejection::Bug { reference } => tr::reject_internal(reference.clone()),
    }
}

fn name(field: Field) -> String {
    match field {
        Field::Count => tr::field_count(),
        Field::Name => tr::field_name(),
        Field::Date => tr::field_date(),
        Field::Time => tr::field_time(),
        Field::Reason => tr::field_reason(),
        Field::Weekday => tr::field_weekday(),
    }
}

/// A waiting command in words: what it is, and about whom or what.
pub fn what(waiting: &Waiting) -> String {
    if waiting.is_emptied() {
        return tr::outbox_emptied();
    }
    let kind = kind(&waiting.name);
    match waiting.command.as_ref().and_then(|AnyCommandEq(command)| names::about(command)) {
        Some(about) => format!("{kind}: {about}"),
        None => kind,
    }
}

/// What was done, from the name of the command, or of what else the log holds.
pub fn kind(name: &str) -> String {
    match name {
        person::Register::NAME => tr::command_person_register(),
        person::Correct::NAME => tr::command_person_correct(),
        person::Assign::NAME => tr::command_person_assign(),
        staff::Register::NAME => tr::command_staff_register(),
        staff::Correct::NAME => tr::command_staff_correct(),
        staff::End::NAME => tr::command_staff_end(),
        staff::Return::NAME => tr::command_staff_return(),
        group::Enrol::NAME => tr::command_group_enrol(),
        group::Leave::NAME => tr::command_group_leave(),
        series::Plan::NAME => tr::command_series_plan(),
        series::End::NAME => tr::command_series_end(),
        exception::Move::NAME => tr::command_exception_move(),
        exception::Cancel::NAME => tr::command_exception_cancel(),
        exception::Restore::NAME => tr::command_exception_restore(),
        day_off::Declare::NAME => tr::command_day_off_declare(),
        day_off::Withdraw::NAME => tr::command_day_off_withdraw(),
        attendance::Set::NAME => tr::command_attendance_set(),
        standing::Set::NAME => tr::command_standing_set(),
        order::Change::NAME => tr::command_order_change(),
        order::AnswerLate::NAME => tr::command_order_answer(),
        packing::SetTick::NAME => tr::command_packing_tick(),
        menu::Plan::NAME => tr::command_menu_plan(),
        Look::NAME => tr::command_person_look(),
        crew::Add::NAME => tr::command_crew_add(),
        crew::SetPin::NAME => tr::command_crew_set_pin(),
        crew::End::NAME => tr::command_crew_end(),
        shield::Shield::NAME => tr::command_person_shield(),
        shield::Ask::NAME => tr::command_shield_ask(),
        shield::Answer::NAME => tr::command_shield_answer(),
        shield::Unname::NAME => tr::command_shield_unname(),
        glass::Break::NAME => tr::command_glass_break(),
        held::Answer::NAME => tr::command_held_answer(),
        noted::CARD => tr::noted_card(),
        noted::INVITE => tr::noted_invite(),
        noted::WITHDRAW => tr::noted_withdraw(),
        noted::ACCEPT => tr::noted_accept(),
        noted::SECOND => tr::noted_second(),
        noted::PASSKEY => tr::noted_passkey(),
        noted::PASSKEY_END => tr::noted_passkey_end(),
        noted::HELD => tr::noted_held(),
        noted::SIGN_IN => tr::noted_sign_in(),
        noted::WRONG => tr::noted_wrong(),
        noted::READ => tr::noted_read(),
        noted::RECEIVED => tr::noted_received(),
        noted::REVIEWED => tr::noted_reviewed(),
        noted::SIGN_IN_BY => tr::noted_sign_in_by(),
        noted::LINK => tr::noted_link(),
        noted::UNLINK => tr::noted_unlink(),
        noted::RESTRICT => tr::noted_restrict(),
        noted::LIFT => tr::noted_lift(),
        noted::SHRED => tr::noted_shred(),
        _ => tr::command_unknown(name.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use shared::{AnyCommand, prim::date};

    use super::*;
    use crate::i18n::speak;

    #[test]
    fn every_command_has_its_words() {
        speak("nb");
        for name in AnyCommand::NAMES.iter().chain(&noted::ALL) {
            assert!(!kind(name).contains(name), "{name}");
        }
    }

    #[test]
    fn a_refusal_names_the_field_and_its_bounds() {
        speak("nb");
        let refused = Rejection::OutOfRange { field: Field::Count, min: 0, max: 5_000 };
        assert_eq!(rejection(&refused), "Antall må være fra 0 til 5000.");
    }

    #[test]
    fn a_refusal_names_the_day() {
        speak("nb");
        let refused = Rejection::DayIsOver { date: date(2026, 11, 23) };
        assert_eq!(rejection(&refused), "Dagen er forbi: mandag 23. november.");
    }
}
