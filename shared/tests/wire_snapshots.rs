//! Every serialised type as it stands on the wire. A changed snapshot breaks old clients: add, never
//! change.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use shared::{
    AnyCommand, Record, Rejection, Role,
    domain::{
        attendance, crew, day_off, erasure, exception, former, glass, group, held, look, menu, order, packing, person,
        series, shield, staff, standing,
    },
    prim::Bytes,
    rejection::Field,
    sync::{
        pull,
        wire::{Answer, Cursor, Envelope, News, Outcome, Patch, Poke, Request, WireRow},
    },
    testkit::{at, centre, date, id, name, note, time},
};

const NOW: &str = "2026-11-24 09:00";

fn bytes(byte: u8) -> Bytes {
    Bytes::new([byte; 32])
}

fn commands() -> Vec<AnyCommand> {
    let series = centre().view().must::<series::Series>(&shared::Key::from_text("norwegian-tue")).unwrap().clone();
    vec![
        person::Register {
            id: id("nadia"),
            first_name: name("Nadia"),
            last_name: Some(name("Haile")),
            phone: Some(name("412 34 567")),
            language: Some(id("ti")),
            contact: None,
            shielded_with: None,
        }
        .into(),
        person::Correct { id: id("amina"), first_name: name("Amina"), last_name: None, phone: None, language: None }
            .into(),
        person::Assign { id: id("amina"), contact: id("manager") }.into(),
        staff::Register { id: id("nora"), name: name("Nora"), role: Role::School, school: Some(id("fridalen")) }.into(),
        staff::Correct { id: id("teacher"), name: name("Tone"), role: Role::Adviser, school: None }.into(),
        staff::End { id: id("teacher") }.into(),
        staff::Return { id: id("teacher") }.into(),
        group::Enrol { group: id("morning"), person: id("sara") }.into(),
        group::Leave { group: id("morning"), person: id("amina") }.into(),
        series::Plan { series }.into(),
        series::End { series: id("norwegian-tue"), last: Some(date("2026-12-18")) }.into(),
        exception::Move {
            series: id("norwegian-tue"),
            date: date("2026-12-01"),
            to: date("2026-12-02"),
            start: Some(time("10:00")),
            end: None,
            place: Some(name("Rom 1")),
        }
        .into(),
        exception::Cancel { series: id("norwegian-thu"), date: date("2026-11-26"), reason: note("Læreren er syk") }
            .into(),
        exception::Restore { series: id("norwegian-thu"), date: date("2026-11-26") }.into(),
        day_off::Declare { date: date("2026-12-04"), reason: name("Planleggingsdag") }.into(),
        day_off::Withdraw { date: date("2026-12-04") }.into(),
        attendance::Set {
            series: id("norwegian-tue"),
            date: date("2026-11-24"),
            person: id("amina"),
            value: attendance::Attendance::Late(10),
            seen: vec!["c1.4".into()],
        }
        .into(),
        standing::Set { school: id("slettebakken"), counts: [60, 61, 62, 63, 64] }.into(),
        order::Change {
            school: id("slettebakken"),
            day: date("2026-11-26"),
            choice: order::Choice::Count(58),
            seen: Vec::new(),
        }
        .into(),
        order::AnswerLate {
            school: id("slettebakken"),
            day: date("2026-11-25"),
            question: "c3.1".into(),
            verdict: order::Verdict::Count(64),
            by: Some(crew::By { crew: id("k1"), proof: bytes(3) }),
        }
        .into(),
        packing::SetTick {
            day: date("2026-11-24"),
            school: id("slettebakken"),
            step: packing::Step::Packed,
            done: true,
            seen: Vec::new(),
            by: None,
        }
        .into(),
        menu::Plan { day: date("2026-11-24"), dish: name("Tacobaguette"), beside: vec![name("Gulrot")] }.into(),
        look::Look { people: vec![id("amina"), id("lena")], at: look::Place::Group(id("morning")) }.into(),
        crew::Add { id: id("k1"), alias: name("Amina"), symbol: crew::Symbol::Sun, salt: bytes(1), key: bytes(7) }
            .into(),
        crew::SetPin { id: id("k1"), salt: bytes(2), key: bytes(8) }.into(),
        crew::End { id: id("k1") }.into(),
        shield::Shield { id: id("sara"), with: id("other-adviser") }.into(),
        shield::Ask { person: id("sara"), wish: shield::Wanted::Name { user: id("manager") } }.into(),
        shield::Answer { person: id("sara"), wish: shield::Wanted::Lift, yes: false }.into(),
        shield::Unname { person: id("sara"), user: id("manager") }.into(),
        glass::Break { id: id("g1"), reason: note("Politiet ringer nå") }.into(),
        held::Answer { id: shared::Key::from_text("c1.7"), yes: true }.into(),
    ]
}

#[test]
fn every_command() {
    let commands = commands();
    let names: Vec<_> = commands.iter().map(AnyCommand::name).collect();
    assert_eq!(names, AnyCommand::NAMES, "a command without a snapshot");
    let lines = commands.iter().map(|command| {
        let again = AnyCommand::read(command.name(), &command.body()).unwrap();
        assert_eq!(again.body(), command.body());
        format!("{} {}", command.name(), command.body())
    });
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"));
}

#[test]
fn every_row() {
    let mut rows = centre();
    let who = |name: &str| match name {
        "order.answer" | "packing.tick" | "menu.plan" | "crew.add" | "crew.set_pin" => ("kitchen", Role::Kitchen),
        "standing.set" | "order.change" => ("secretary", Role::School),
        "staff.register" | "staff.correct" | "staff.end" | "staff.return" => ("manager", Role::Manager),
        _ => ("adviser", Role::Adviser),
    };
    let only_in_memory = ["shield.ask", "shield.answer", "shield.unname", "glass.break"];
    for command in commands() {
        // Marks and answers need what the commands before them may have taken away.
        let takes_away =
            ["group.leave", "exception.restore", "day-off.withdraw", "order.answer", "person.assign", "crew.end"];
        let is_apart = only_in_memory.contains(&command.name()) || command.name() == "held.answer";
        if takes_away.contains(&command.name()) || is_apart {
            continue;
        }
        let (user, role) = who(command.name());
        rows.run(user, role, at("2026-11-24 15:00"), command.clone())
            .unwrap_or_else(|why| panic!("{}: {why}", command.name()));
    }
    let in_memory = commands().into_iter().filter(|command| ["shield.ask", "glass.break"].contains(&command.name()));
    for command in in_memory {
        let role = if command.name() == "glass.break" { Role::Manager } else { Role::Adviser };
        let user = if role == Role::Manager { "manager" } else { "adviser" };
        rows.run_in_memory(user, role, at("2026-11-24 15:00"), command).unwrap();
    }
    // No command of anybody's writes these.
    let amina = shared::Tag::participant::<person::Person>(&id("amina"));
    let lost = former::Lost { part: Some(Role::Adviser), grants: vec![(amina, Role::Adviser)] };
    rows.put(former::Former::and(None, id("adviser"), lost, at(NOW)).into());
    let command = &commands()[16];
    let (ask, author) = (command.ask(rows.view()).unwrap(), rows.actor("adviser", Role::Adviser));
    rows.put(held::HeldCommand::of("c1.7", command, &ask, &author, (at(NOW), at("2026-11-24 15:00"))).into());
    let kept: Record = day_off::DayOff { date: date("2026-12-04"), reason: name("Fri") }.into();
    rows.put(
        erasure::Erasure {
            of: erasure::Erasure::number::<person::Person>(&id("amina")),
            state: erasure::State::Restricted { rows: vec![erasure::Kept::of(&kept)] },
            at: at(NOW),
            reason: note("Sak 2026/7"),
        }
        .into(),
    );
    let mut seen = std::collections::BTreeSet::new();
    let mut lines = Vec::new();
    for record in rows.0.values() {
        let row = WireRow::of(7, record);
        assert_eq!(row.read().as_ref(), Some(record));
        seen.insert(record.kind());
        lines.push(serde_json::to_string(&row).unwrap());
    }
    assert_eq!(seen.len(), shared::Kind::ALL.len(), "a kind without a snapshot");
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn what_travels() {
    let request = Request {
        schema: 1,
        client: id("c1"),
        cursor: Some(Cursor { history: "k3".into(), version: 417 }),
        epoch: Some("00ff".into()),
        held: None,
        stored: 3,
        first: 4,
        commands: vec![
            serde_json::value::RawValue::from_string(Envelope::encode(&commands()[13], at(NOW), at(NOW)).into())
                .unwrap(),
        ],
    };
    let actor = centre().actor("secretary", Role::School);
    let record: Record = day_off::DayOff { date: date("2026-12-04"), reason: name("Fri") }.into();
    let answer = Answer {
        server_time: at(NOW),
        covered: 3,
        last_seq: 6,
        outcomes: vec![
            (4, Outcome::Applied(420)),
            (5, Outcome::Refused(Rejection::OutOfRange { field: Field::Count, min: 0, max: 5_000 })),
            (6, Outcome::Held { for_whom: Role::Manager }),
        ],
        server_is_older: false,
        say_held: false,
        patch: Some(Patch {
            to: Cursor { history: "k3".into(), version: 421 },
            reset: false,
            more: false,
            grants: Some(pull::grants(&actor, date("2026-11-24"))),
            rows: vec![WireRow::of(421, &record)],
            gone: vec![("exception".into(), shared::Key::from_text("norwegian-thu.2026-11-26"))],
        }),
    };
    let request = serde_json::to_string_pretty(&request).unwrap();
    let answer = serde_json::to_string_pretty(&answer).unwrap();
    let poke =
        serde_json::to_string(&Poke { version: 421, epoch: Some("0011223344556677".into()), news: None }).unwrap();
    insta::assert_snapshot!([request, answer, poke].join("\n\n"));
}

#[test]
fn news_on_the_live_channel() {
    let series = centre().view().must::<series::Series>(&shared::Key::from_text("norwegian-tue")).unwrap().clone();
    let patch = Patch {
        to: Cursor { history: "1f0c".into(), version: 421 },
        reset: false,
        more: false,
        grants: None,
        rows: vec![WireRow::of(421, &series.into())],
        gone: Vec::new(),
    };
    let news = News { since: 420, epoch: "0011223344556677".into(), server_time: at(NOW), patch };
    let poke = Poke { version: 421, epoch: None, news: Some(Box::new(news)) };
    insta::assert_snapshot!(serde_json::to_string_pretty(&poke).unwrap());
}

#[test]
fn every_rejection() {
    let day = date("2026-11-24");
    let all = [
        Rejection::Gone,
        Rejection::Forbidden,
        Rejection::UnknownCommand { name: "order.eat".into() },
        Rejection::Malformed { detail: "missing field".into() },
        Rejection::ReusedId,
        Rejection::OutOfRange { field: Field::Count, min: 0, max: 5_000 },
        Rejection::OutsideSchoolYear { date: day, from: day, until: day },
        Rejection::SchoolClosed { date: day },
        Rejection::EndBeforeStart,
        Rejection::NotPlanned { date: day },
        Rejection::DayIsOver { date: day },
        Rejection::DayIsAhead { date: day },
        Rejection::AlreadyAnswered,
        Rejection::NoContact,
        Rejection::Exists,
        Rejection::OwnPart,
        Rejection::NeedsSchool,
        Rejection::TwoPersons,
        Rejection::Full { max: 60 },
        Rejection::TooManyWait,
        Rejection::Bug { reference: "c1.9".into() },
    ];
    let lines = all.iter().map(|one| format!("{} ({one})", serde_json::to_string(one).unwrap()));
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"));
    for rejection in all {
        let text = serde_json::to_string(&rejection).unwrap();
        assert_eq!(serde_json::from_str::<Rejection>(&text).unwrap(), rejection);
    }
    let newer: Rejection = serde_json::from_str(r#"{"why":"too-many-spoons","spoons":9}"#).unwrap();
    assert_eq!(newer, Rejection::Newer);
    let newer: Rejection = serde_json::from_str(r#"{"why":"too-long","field":"poem","date":"soon"}"#).unwrap();
    assert_eq!(newer, Rejection::Newer);
}

/// The text with `field` put into each of its objects in turn, as the first of its fields.
fn smuggled(text: &str, field: &str) -> Vec<String> {
    let begins = text.match_indices('{').map(|(at, _)| at + 1);
    begins
        .map(|at| {
            let (before, after) = text.split_at(at);
            let comma = if after.starts_with('}') { "" } else { "," };
            format!("{before}\"{field}\":\"manager\"{comma}{after}")
        })
        .collect()
}

/// Is it refused, and is the field named in it?
fn names(refused: &Rejection, field: &str) -> bool {
    matches!(refused, Rejection::Malformed { detail } if detail.contains(field))
}

#[test]
fn no_command_takes_a_field_that_is_not_its_own_at_any_depth() {
    let mut tried = 0;
    for command in commands() {
        let body = command.body();
        for field in ["role", "author", "approved", "server_time"] {
            for text in smuggled(&body, field) {
                let refused = AnyCommand::read(command.name(), &text).expect_err(&text);
                assert!(names(&refused, field), "{text}: {refused:?}");
                tried += 1;
            }
        }
    }
    // Some commands have rows, answers and wishes inside them.
    assert!(tried > 4 * commands().len() + 20, "{tried}");
    let innermost = smuggled(r#"{"a":{"b":[{}]}}"#, "role").pop();
    assert_eq!(innermost.as_deref(), Some(r#"{"a":{"b":[{"role":"manager"}]}}"#), "the innermost, too");
}

#[test]
fn no_envelope_takes_a_field_that_is_not_its_own() {
    for command in commands() {
        let text = Envelope::encode(&command, at(NOW), at(NOW));
        for field in ["role", "author", "approved", "server_time"] {
            let Some(text) = smuggled(&text, field).into_iter().next() else { continue };
            let refused = serde_json::from_str::<Envelope>(&text).expect_err(&text).to_string();
            assert!(refused.contains(&format!("`{field}`")), "{refused}");
        }
    }
}

#[test]
fn a_row_of_a_later_build_is_read_all_the_same() {
    let series = centre().view().must::<series::Series>(&shared::Key::from_text("norwegian-tue")).unwrap().clone();
    let body = Record::from(series.clone()).body();
    let later = body.replacen('{', r#"{"approved":true,"#, 1);
    assert_eq!(Record::read(shared::Kind::Series, 1, &later), Ok(series.into()));
}

#[test]
fn a_command_with_a_field_too_many_is_refused_by_name() {
    let body = r#"{"school":"slettebakken","day":"2026-11-26","choice":"closed","approved":true}"#;
    let refused = AnyCommand::read("order.change", body).unwrap_err();
    assert!(matches!(refused, Rejection::Malformed { detail } if detail.contains("approved")));
    let unknown = AnyCommand::read("order.eat", "{}").unwrap_err();
    assert_eq!(unknown, Rejection::UnknownCommand { name: "order.eat".into() });
}
