//! What commands are about, by the names people know, and the page where each is made.
//!
//! Names come from the rows of this device; what is not here is left out.

use shared::{
    AnyCommand, Entity, Key,
    domain::{
        attendance::Attendance,
        crew::Crew,
        group::{Enrolment, Group},
        held::HeldCommand,
        order::Choice,
        person::Person,
        school::School,
        series::Series,
        staff::Staff,
    },
    prim::{AnyId, Date, Id, TimeOfDay, monday_of},
};

use crate::{
    db::use_db,
    i18n::{dates, tr},
};

/// Whom or what a command is about.
pub fn about(command: &AnyCommand) -> Option<String> {
    match command {
        AnyCommand::PersonRegister(command) => Some(command.first_name.to_string()),
        AnyCommand::PersonCorrect(command) => Some(command.first_name.to_string()),
        AnyCommand::PersonAssign(command) => both(person(&command.id), colleague(&command.contact)),
        AnyCommand::StaffRegister(command) => Some(command.name.to_string()),
        AnyCommand::StaffCorrect(command) => Some(command.name.to_string()),
        AnyCommand::StaffEnd(command) => colleague(&command.id),
        AnyCommand::StaffReturn(command) => colleague(&command.id),
        AnyCommand::GroupEnrol(command) => both(person(&command.person), group(&command.group)),
        AnyCommand::GroupLeave(command) => both(person(&command.person), group(&command.group)),
        AnyCommand::SeriesPlan(command) => {
            let planned = &command.series;
            let minutes = |time: Option<TimeOfDay>| time.map(TimeOfDay::minutes);
            let when = both(Some(dates::weekday(planned.weekday)), hours(minutes(planned.start), minutes(planned.end)));
            both(Some(planned.title.to_string()), when)
        }
        AnyCommand::SeriesEnd(command) => series(&command.series),
        AnyCommand::ExceptionMove(command) => both(series(&command.series), day(command.to)),
        AnyCommand::ExceptionCancel(command) => both(series(&command.series), day(command.date)),
        AnyCommand::ExceptionRestore(command) => both(series(&command.series), day(command.date)),
        AnyCommand::DayOffDeclare(command) => both(Some(command.reason.to_string()), day(command.date)),
        AnyCommand::DayOffWithdraw(command) => day(command.date),
        AnyCommand::AttendanceSet(command) => {
            let whose = both(person(&command.person), series(&command.series));
            both(whose, both(day(command.date), Some(attendance(command.value))))
        }
        AnyCommand::StandingSet(command) => school(&command.school),
        AnyCommand::OrderChange(command) => {
            let wanted = both(school(&command.school), day(command.day));
            both(wanted, Some(choice(command.choice)))
        }
        AnyCommand::OrderAnswer(command) => both(school(&command.school), day(command.day)),
        AnyCommand::PackingTick(command) => both(school(&command.school), day(command.day)),
        AnyCommand::MenuPlan(command) => both(Some(command.dish.to_string()), day(command.day)),
        AnyCommand::PersonLook(command) => command.people.first().and_then(person),
        AnyCommand::CrewAdd(command) => Some(command.alias.to_string()),
        AnyCommand::CrewSetPin(command) => crew(&command.id),
        AnyCommand::CrewEnd(command) => crew(&command.id),
        AnyCommand::PersonShield(command) => both(person(&command.id), colleague(&command.with)),
        AnyCommand::ShieldAsk(command) => person(&command.person),
        AnyCommand::ShieldAnswer(command) => person(&command.person),
        AnyCommand::ShieldUnname(command) => both(person(&command.person), colleague(&command.user)),
        AnyCommand::GlassBreak(command) => Some(command.reason.to_string()),
        AnyCommand::HeldAnswer(command) => {
            let by = use_db().look_once(|view| Ok(view.get::<HeldCommand>(&command.id)?.map(|held| held.by.clone())));
            by.flatten().and_then(|by| colleague(&by))
        }
    }
}

/// The page on which a command of this sort is made: where a refused one is corrected.
pub fn page_of(command: &AnyCommand) -> String {
    let plan = |date: Date| format!("/plan/{}", monday_of(date));
    let kitchen = |date: Date| format!("/kitchen/{date}");
    match command {
        AnyCommand::PersonRegister(_) => "/people/new".to_owned(),
        AnyCommand::PersonCorrect(command) => format!("/people/{}", command.id),
        AnyCommand::PersonAssign(command) => format!("/people/{}", command.id),
        AnyCommand::StaffRegister(_) => "/staff".to_owned(),
        AnyCommand::StaffCorrect(command) => format!("/staff/{}", command.id),
        AnyCommand::StaffEnd(command) => format!("/staff/{}", command.id),
        AnyCommand::StaffReturn(command) => format!("/staff/{}", command.id),
        AnyCommand::GroupEnrol(command) => format!("/people/{}", command.person),
        AnyCommand::GroupLeave(command) => format!("/people/{}", command.person),
        AnyCommand::SeriesPlan(_) | AnyCommand::SeriesEnd(_) => "/plan".to_owned(),
        AnyCommand::ExceptionMove(command) => plan(command.date),
        AnyCommand::ExceptionCancel(command) => plan(command.date),
        AnyCommand::ExceptionRestore(command) => plan(command.date),
        AnyCommand::DayOffDeclare(command) => plan(command.date),
        AnyCommand::DayOffWithdraw(command) => plan(command.date),
        AnyCommand::AttendanceSet(command) => format!("/attendance/{}/{}", command.series, command.date),
        AnyCommand::StandingSet(_) | AnyCommand::OrderChange(_) => "/orders".to_owned(),
        AnyCommand::OrderAnswer(command) => kitchen(command.day),
        AnyCommand::PackingTick(command) => kitchen(command.day),
        AnyCommand::MenuPlan(command) => kitchen(command.day),
        AnyCommand::CrewAdd(_) | AnyCommand::CrewSetPin(_) | AnyCommand::CrewEnd(_) => "/kitchen".to_owned(),
        AnyCommand::PersonLook(_) | AnyCommand::GlassBreak(_) => "/people".to_owned(),
        AnyCommand::PersonShield(command) => format!("/people/{}", command.id),
        AnyCommand::ShieldAsk(command) => format!("/people/{}", command.person),
        AnyCommand::ShieldAnswer(command) => format!("/people/{}", command.person),
        AnyCommand::ShieldUnname(command) => format!("/people/{}", command.person),
        AnyCommand::HeldAnswer(_) => "/held".to_owned(),
    }
}

/// The pictogram of a command.
pub fn icon(command: &AnyCommand) -> &'static str {
    match command {
        AnyCommand::PersonRegister(_) | AnyCommand::StaffRegister(_) => "person-plus",
        AnyCommand::PersonCorrect(_) | AnyCommand::StaffCorrect(_) => "person",
        AnyCommand::PersonAssign(_) => "leader",
        AnyCommand::StaffEnd(_) => "leave",
        AnyCommand::StaffReturn(_) => "door",
        AnyCommand::GroupEnrol(_) | AnyCommand::GroupLeave(_) => "people",
        AnyCommand::SeriesPlan(_) | AnyCommand::SeriesEnd(_) => "calendar",
        AnyCommand::ExceptionMove(_) | AnyCommand::ExceptionRestore(_) => "moved",
        AnyCommand::ExceptionCancel(_) => "cancelled",
        AnyCommand::DayOffDeclare(_) | AnyCommand::DayOffWithdraw(_) => "red-day",
        AnyCommand::AttendanceSet(_) => "tasks",
        AnyCommand::StandingSet(_) => "repeat",
        AnyCommand::OrderChange(_) => "package",
        AnyCommand::OrderAnswer(_) => "help",
        AnyCommand::PackingTick(_) => "check",
        AnyCommand::MenuPlan(_) => "menu-food",
        AnyCommand::CrewAdd(_) => "person-plus",
        AnyCommand::CrewSetPin(_) => "lock",
        AnyCommand::CrewEnd(_) => "leave",
        AnyCommand::PersonLook(_) | AnyCommand::GlassBreak(_) => "eye",
        AnyCommand::PersonShield(_)
        | AnyCommand::ShieldAsk(_)
        | AnyCommand::ShieldAnswer(_)
        | AnyCommand::ShieldUnname(_) => "lock",
        AnyCommand::HeldAnswer(_) => "help",
    }
}

/// What a colleague is called.
pub fn colleague(id: &AnyId) -> Option<String> {
    row::<Staff>(&Key::of(&[id]), |staff| staff.name.to_string())
}

/// What a participant is called; whoever leads her group sees her first name.
pub fn participant(id: &AnyId) -> Option<String> {
    let id: Id<Person> = id.cast();
    let in_group = || {
        let called = use_db().look_once(|view| {
            let places = view.all::<Enrolment>()?;
            Ok(places.into_iter().find(|one| one.person == id).map(|one| one.called.to_string()))
        });
        called.flatten()
    };
    person(&id).or_else(in_group)
}

fn both(one: Option<String>, other: Option<String>) -> Option<String> {
    match (one, other) {
        (Some(one), Some(other)) => Some(format!("{one}, {other}")),
        (one, other) => one.or(other),
    }
}

fn day(date: Date) -> Option<String> {
    Some(dates::long_date(date))
}

fn hours(start: Option<u16>, end: Option<u16>) -> Option<String> {
    start.or(end).map(|_| dates::range(start, end))
}

/// Whether somebody was there.
pub fn attendance(value: Attendance) -> String {
    match value {
        Attendance::Here => tr::attendance_here(),
        Attendance::Late(minutes) => tr::attendance_late_minutes(minutes),
        Attendance::Away => tr::attendance_away(),
    }
}

fn choice(choice: Choice) -> String {
    match choice {
        Choice::Count(count) => count.to_string(),
        Choice::Closed => tr::order_closed(),
        Choice::Standard => tr::order_is_standard(),
    }
}

fn person(id: &Id<Person>) -> Option<String> {
    row::<Person>(&Key::of(&[id]), Person::full_name)
}

fn group(id: &Id<Group>) -> Option<String> {
    row::<Group>(&Key::of(&[id]), |group| group.name.to_string())
}

fn series(id: &Id<Series>) -> Option<String> {
    row::<Series>(&Key::of(&[id]), |series| series.title.to_string())
}

fn school(id: &Id<School>) -> Option<String> {
    row::<School>(&Key::of(&[id]), |school| school.name.to_string())
}

fn crew(id: &Id<Crew>) -> Option<String> {
    row::<Crew>(&Key::of(&[id]), |crew| crew.alias.to_string())
}

fn row<E: Entity>(key: &Key, name: impl Fn(&E) -> String) -> Option<String> {
    use_db().look_once(|view| Ok(view.get::<E>(key)?.map(&name))).flatten()
}
