//! Why the rules said no, and what waits to be shared, in words of the chosen language.
//!
//! Matched without a default arm: a new rejection or command must be given its words here.

use shared::{
    AnyCommand, Rejection,
    prim::Date,
    rejection::Field,
    sync::engine::{AnyCommandEq, Waiting},
};

use super::{dates, tr};
use crate::names;

/// Why the rules said no.
pub fn rejection(rejection: &Rejection) -> String {
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
    let Some(AnyCommandEq(command)) = &waiting.command else {
        return tr::command_unknown(waiting.name.clone());
    };
    match names::about(command) {
        Some(about) => format!("{}: {about}", kind(command)),
        None => kind(command),
    }
}

fn kind(command: &AnyCommand) -> String {
    match command {
        AnyCommand::PersonRegister(_) => tr::command_person_register(),
        AnyCommand::PersonCorrect(_) => tr::command_person_correct(),
        AnyCommand::GroupEnrol(_) => tr::command_group_enrol(),
        AnyCommand::GroupLeave(_) => tr::command_group_leave(),
        AnyCommand::SeriesPlan(_) => tr::command_series_plan(),
        AnyCommand::SeriesEnd(_) => tr::command_series_end(),
        AnyCommand::ExceptionMove(_) => tr::command_exception_move(),
        AnyCommand::ExceptionCancel(_) => tr::command_exception_cancel(),
        AnyCommand::ExceptionRestore(_) => tr::command_exception_restore(),
        AnyCommand::DayOffDeclare(_) => tr::command_day_off_declare(),
        AnyCommand::DayOffWithdraw(_) => tr::command_day_off_withdraw(),
        AnyCommand::AttendanceSet(_) => tr::command_attendance_set(),
        AnyCommand::StandingSet(_) => tr::command_standing_set(),
        AnyCommand::OrderChange(_) => tr::command_order_change(),
        AnyCommand::OrderAnswer(_) => tr::command_order_answer(),
        AnyCommand::PackingTick(_) => tr::command_packing_tick(),
        AnyCommand::MenuPlan(_) => tr::command_menu_plan(),
    }
}

#[cfg(test)]
mod tests {
    use shared::prim::date;

    use super::*;
    use crate::i18n::speak;

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
