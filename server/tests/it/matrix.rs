//! The access table over HTTP: everybody asks for everything and tries everything, and what comes of it is what
//! the table says. What ties whom to what is written down here once more, by hand.

use std::sync::Arc;

use serde_json::{Value, json};
use server::{
    AppState, app,
    assets::Assets,
    auth::secret::{Cost, Secrets},
    clock::{Clock, parse_time},
    config::{Second, Transport},
    store::{Account, Import, Imported, Room, Sqlite, Store as _},
};
use shared::{
    Action, AnyCommand, Key, Record, Role,
    domain::{
        attendance, crew, day_off, exception, glass, group, held, look, menu, order, packing, person, series,
        series::Series, shield, staff, standing,
    },
    policy::{Relation, Thing, Verb, allowed},
    prim::{Bytes, Timestamp},
    sync::authority::Commit,
    testkit::{date, id, name, note, time, used_centre},
};

use crate::centre::{Centre, Device, MORNING};

/// Who they are: the participant, her adviser and another one, a leader, and so on.
const USERS: [(&str, Role); 13] = [
    ("amina", Role::Participant),
    ("sara", Role::Participant),
    ("adviser", Role::Adviser),
    ("other-adviser", Role::Adviser),
    ("teacher", Role::Teacher),
    ("kitchen", Role::Kitchen),
    ("secretary", Role::School),
    ("other-secretary", Role::School),
    ("reception", Role::Reception),
    ("manager", Role::Manager),
    ("mentor", Role::Mentor),
    ("partner", Role::Partner),
    ("admin", Role::Admin),
];

/// What something is about.
#[derive(Debug, Clone, Default)]
struct About {
    person: Option<&'static str>,
    group: Option<&'static str>,
    school: Option<&'static str>,
}

fn of_person(person: &'static str, group: Option<&'static str>) -> About {
    About { person: Some(person), group, school: None }
}

fn of_group(group: &'static str) -> About {
    About { group: Some(group), ..About::default() }
}

fn of_school(school: &'static str) -> About {
    About { school: Some(school), ..About::default() }
}

/// Is this user tied to it like that? The facts of the test centre.
fn is_tied(user: &str, relation: Relation, about: &About) -> bool {
    let (person, group, school) = (about.person, about.group, about.school);
    match relation {
        Relation::All => true,
        Relation::Own => match (person, group) {
            (Some(person), _) => person == user,
            (None, Some(group)) => matches!((user, group), ("amina", "morning") | ("sara", "evening")),
            (None, None) => false,
        },
        Relation::Assigned => {
            matches!((user, person), ("adviser", Some("amina" | "sara")) | ("other-adviser", Some("lena")))
        }
        Relation::Session => user == "teacher" && group == Some("morning"),
        Relation::Organisation => {
            matches!((user, school), ("secretary", Some("slettebakken")) | ("other-secretary", Some("fridalen")))
        }
        // On a device nobody is.
        Relation::Today | Relation::Consent | Relation::Aggregate | Relation::Named | Relation::Glass => false,
    }
}

/// Is this user named for the protected person of the test centre?
fn is_named(user: &str) -> bool {
    ["adviser", "manager"].contains(&user)
}

/// What is tried: the command, what it is about, and by which line of the table.
fn deeds() -> Vec<(Action, About, AnyCommand)> {
    let mut deeds: Vec<(Action, About, AnyCommand)> = Vec::new();
    let (tuesday, thursday) = (date("2026-11-24"), date("2026-11-19"));
    let register = person::Register {
        id: id("new"),
        first_name: name("Ny"),
        last_name: None,
        phone: None,
        language: None,
        contact: Some(id("adviser")),
        shielded_with: None,
    };
    deeds.push((Action::RegisterPerson, About::default(), register.into()));
    for (who, in_group, series, day) in [
        ("amina", "morning", "norwegian-tue", tuesday),
        ("lena", "morning", "norwegian-tue", tuesday),
        ("sara", "evening", "norwegian-thu", thursday),
    ] {
        let look = |at| look::Look { people: vec![id(who)], at };
        deeds.push((Action::SeePerson, of_person(who, None), look(look::Place::Page).into()));
        let roster = look(look::Place::Group(id(in_group)));
        deeds.push((Action::SeeEnrolment, of_person(who, Some(in_group)), roster.into()));
        let mark = attendance::Set {
            series: id(series),
            date: day,
            person: id(who),
            value: attendance::Attendance::Away,
            seen: Vec::new(),
        };
        deeds.push((Action::MarkAttendance, of_person(who, Some(in_group)), mark.into()));
        let correct =
            person::Correct { id: id(who), first_name: name("Nytt"), last_name: None, phone: None, language: None };
        deeds.push((Action::CorrectPerson, of_person(who, None), correct.into()));
        deeds.push((Action::Enrol, of_person(who, None), group::Enrol { group: id(in_group), person: id(who) }.into()));
        deeds.push((Action::Enrol, of_person(who, None), group::Leave { group: id(in_group), person: id(who) }.into()));
    }
    for (in_group, series, day) in
        [("morning", "norwegian-tue", "2026-12-08"), ("evening", "norwegian-thu", "2026-12-10")]
    {
        let cancel = exception::Cancel { series: id(series), date: date(day), reason: note("Syk") };
        deeds.push((Action::ChangeDay, of_group(in_group), cancel.into()));
        let planned = Series {
            id: id(&format!("new-{in_group}")),
            title: name("Jobbklubb"),
            kind: series::ActivityKind::Talk,
            group: Some(id(in_group)),
            weekday: 3,
            start: Some(time("10:00")),
            end: Some(time("11:00")),
            place: None,
            leader: None,
            bring: None,
            from: date("2026-11-25"),
            until: None,
        };
        deeds.push((Action::PlanWeek, of_group(in_group), series::Plan { series: planned }.into()));
    }
    let red_day = day_off::Declare { date: date("2026-12-02"), reason: name("Dugnad") };
    deeds.push((Action::ChangeDay, About::default(), red_day.into()));
    for school in ["slettebakken", "fridalen"] {
        let counts = standing::Set { school: id(school), counts: [50; 5] };
        deeds.push((Action::ChangeStanding, of_school(school), counts.into()));
        let day = date("2026-11-26");
        let order = order::Change { school: id(school), day, choice: order::Choice::Closed, seen: Vec::new() };
        deeds.push((Action::OrderLunch, of_school(school), order.into()));
        let step = packing::Step::Packed;
        let tick = packing::SetTick { day: tuesday, school: id(school), step, done: true, seen: Vec::new(), by: None };
        deeds.push((Action::TickPacking, of_school(school), tick.into()));
    }
    let dish = menu::Plan { day: date("2026-11-27"), dish: name("Suppe"), beside: Vec::new() };
    deeds.push((Action::PlanMenu, About::default(), dish.into()));
    let (salt, key) = (Bytes::new([2; 32]), Bytes::new([9; 32]));
    let (symbol, alias) = (crew::Symbol::Cup, name("Selam"));
    let add = crew::Add { id: id("k2"), alias, symbol, salt: salt.clone(), key: key.clone() };
    deeds.push((Action::AddCrew, About::default(), add.into()));
    deeds.push((Action::SetCrewPin, About::default(), crew::SetPin { id: id("k1"), salt, key }.into()));
    deeds.push((Action::EndCrew, About::default(), crew::End { id: id("k1") }.into()));
    for who in ["amina", "sara", "lena"] {
        let assign = person::Assign { id: id(who), contact: id("other-adviser") };
        deeds.push((Action::AssignContact, of_person(who, None), assign.into()));
    }
    let (colleague, called, role) = (id("colleague"), name("Nora"), Role::Teacher);
    let register = staff::Register { id: colleague, name: called.clone(), role, school: None };
    deeds.push((Action::InviteStaff, About::default(), register.into()));
    let correct = staff::Correct { id: id("teacher"), name: called, role, school: None };
    deeds.push((Action::CorrectStaff, About::default(), correct.into()));
    deeds.push((Action::EndStaff, About::default(), staff::End { id: id("other-adviser") }.into()));
    deeds.push((Action::EndStaff, About::default(), staff::Return { id: id("other-adviser") }.into()));
    let answer = held::Answer { id: Key::from_text("lefts-phone.1"), yes: false };
    deeds.push((Action::AnswerHeld, About::default(), answer.into()));
    deeds
}

/// The thing of the table that a row is, and what it is about.
fn seen_as(record: &Record) -> (Thing, About) {
    let text = |text: &str| -> Option<&'static str> {
        ["amina", "sara", "lena", "morning", "evening", "slettebakken", "fridalen"].into_iter().find(|one| *one == text)
    };
    let calendar = |group: Option<&str>| match group.and_then(text) {
        Some(group) => (Thing::Calendar, of_group(group)),
        None => (Thing::OpenCalendar, About::default()),
    };
    let school = |thing: Thing, school: &str| (thing, About { school: text(school), ..About::default() });
    if record.is_shielded() {
        return (Thing::ProtectedIdentity, of_person("noor", None));
    }
    match record {
        Record::Glass(_) => (Thing::BrokenGlass, of_person("noor", None)),
        Record::Person(row) => (Thing::Person, About { person: text(row.id.as_str()), ..About::default() }),
        Record::Staff(row) => {
            let school = row.school.as_ref().and_then(|school| text(school.as_str()));
            (Thing::Colleague, About { school, ..About::default() })
        }
        Record::Enrolment(row) => {
            let (person, group) = (text(row.person.as_str()), text(row.group.as_str()));
            (Thing::Enrolment, About { person, group, school: None })
        }
        Record::Mark(row) => {
            let (person, group) = (text(row.person.as_str()), text(row.group.as_str()));
            (Thing::Mark, About { person, group, school: None })
        }
        Record::Group(row) => calendar(Some(row.id.as_str())),
        Record::Series(row) => calendar(row.group.as_ref().map(|group| group.as_str())),
        Record::Exception(row) => calendar(row.group.as_ref().map(|group| group.as_str())),
        Record::DayOff(_) => calendar(None),
        Record::School(row) => school(Thing::SchoolLine, row.id.as_str()),
        Record::Standing(row) => school(Thing::Standing, row.school.as_str()),
        Record::Order(row) => school(Thing::Order, row.school.as_str()),
        Record::Tick(row) => school(Thing::Packing, row.school.as_str()),
        Record::Menu(_) => (Thing::Menu, About::default()),
        Record::Erasure(_) => (Thing::Erasure, About::default()),
        Record::Crew(_) => (Thing::Crew, About::default()),
        Record::CrewKey(_) => (Thing::CrewKey, About::default()),
        Record::Former(_) => (Thing::Former, About::default()),
        Record::HeldCommand(_) => (Thing::HeldCommand, About::default()),
    }
}

/// The test centre in use, with an account for everybody.
async fn open() -> Centre {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(Sqlite::open(&folder.path().join("test.db")).await.unwrap());
    let clock = Clock::starting_at(parse_time(MORNING).unwrap());
    let secrets = Secrets::new(Cost::LIGHT);
    let secret = secrets.hash("minvei-demo".to_owned()).await.unwrap();
    let account = |(user, role): (&str, Role)| Account {
        centre: id("ns"),
        user: id(user),
        login: user.to_owned(),
        secret: secret.clone(),
        role,
        name: user.to_owned(),
        created: Timestamp(0),
    };
    let import = Import {
        centre: id("ns"),
        history: "AB".to_owned(),
        commit: Commit::first(used_centre().0.into_values()),
        accounts: USERS.into_iter().map(account).collect(),
    };
    assert_eq!(store.import(&import, Room::Empty).await.unwrap(), Imported::Yes);
    let state = AppState::new(store, clock.clone(), secrets, Assets::of([]), Transport::Plain).asking(Second::Offered);
    Centre { app: app(state), clock, folder }
}

/// What was tried, what was let happen, and what the table says otherwise.
#[derive(Debug, Default)]
struct Count {
    allowed: usize,
    denied: usize,
    wrong: Vec<String>,
}

impl Count {
    fn note(&mut self, is_done: bool, expected: bool, what: impl FnOnce() -> String) {
        if is_done {
            self.allowed += 1
        } else {
            self.denied += 1
        }
        if is_done != expected {
            self.wrong.push(what());
        }
    }
}

/// Who may do what: the table itself, or one with a planted mistake.
type Says = fn(Thing, Verb) -> Vec<(Role, Relation)>;

fn table(thing: Thing, verb: Verb) -> Vec<(Role, Relation)> {
    allowed(thing, verb).collect()
}

fn may(says: Says, (user, role): (&str, Role), (thing, verb): (Thing, Verb), about: &About) -> bool {
    says(thing, verb).into_iter().any(|(who, relation)| who == role && is_tied(user, relation, about))
}

/// Whatever somebody is sent is a row of the test centre: there is nothing of which the table was not asked.
fn are_all_known(rows: &Value, who: &str) {
    let known = used_centre().0.into_values();
    let known: Vec<Value> = known.map(|record| serde_json::from_str(&record.body()).unwrap()).collect();
    for row in rows.as_array().into_iter().flatten() {
        assert!(known.contains(&row["b"]), "{who} is sent something else: {row}");
    }
}

/// Everybody pulls everything, and looks at days of long ago.
async fn look(count: &mut Count, says: Says) {
    let centre = open().await;
    for who in USERS {
        let mut device = centre.device(who.0, &format!("of-{}", who.0)).await;
        let pulled = device.pull().await["patch"]["rows"].clone();
        let days = json!({"first": "2026-11-01", "last": "2026-12-01"});
        let older = device.post("/api/older", &days).await.json()["rows"].clone();
        are_all_known(&pulled, who.0);
        are_all_known(&older, who.0);
        for record in used_centre().0.into_values() {
            let (thing, about) = seen_as(&record);
            let expected = may(says, who, (thing, Verb::Read), &about);
            let name = || format!("{} is sent {:?} {}", who.0, record.kind(), record.key());
            count.note(holds(&pulled, &record), expected, name);
            if record.window().is_some() {
                count.note(holds(&older, &record), expected, || format!("{} of long ago", name()));
            }
        }
        look_in_memory(&centre, who, count, says).await;
    }
}

/// What is hers on a device is hers where nothing is kept, and protected persons besides.
async fn look_in_memory(centre: &Centre, who: (&str, Role), count: &mut Count, says: Says) {
    let mut page = centre.page(who.0, "minvei-demo").await;
    let pulled = page.pull().await["patch"]["rows"].clone();
    are_all_known(&pulled, who.0);
    for record in used_centre().0.into_values() {
        let (thing, about) = seen_as(&record);
        let is_named_for = || {
            let has_noor = about.person == Some("noor") && is_named(who.0);
            has_noor && says(thing, Verb::Read).contains(&(who.1, Relation::Named))
        };
        let expected = may(says, who, (thing, Verb::Read), &about) || is_named_for();
        let name = || format!("{} is sent {:?} {} in memory", who.0, record.kind(), record.key());
        count.note(holds(&pulled, &record), expected, name);
    }
}

/// What is tried with a protected person; who may do it with all, or with those assigned to her, may if she is named.
fn protected_deeds() -> Vec<(Action, AnyCommand)> {
    let (first_name, last_name, phone, language) = (name("Nytt"), None, None, None);
    let mark = attendance::Set {
        series: id("norwegian-tue"),
        date: date("2026-11-24"),
        person: id("noor"),
        value: attendance::Attendance::Away,
        seen: Vec::new(),
    };
    let wish = shield::Wanted::Name { user: id("other-adviser") };
    vec![
        (Action::SeePerson, look::Look { people: vec![id("noor")], at: look::Place::Page }.into()),
        (Action::CorrectPerson, person::Correct { id: id("noor"), first_name, last_name, phone, language }.into()),
        (Action::MarkAttendance, mark.into()),
        (Action::Enrol, group::Enrol { group: id("evening"), person: id("noor") }.into()),
        (Action::AssignContact, person::Assign { id: id("noor"), contact: id("manager") }.into()),
        (Action::AskShield, shield::Ask { person: id("noor"), wish }.into()),
        (Action::EndNamed, shield::Unname { person: id("noor"), user: id("teacher") }.into()),
    ]
}

/// Everybody tries everything with the protected person, on a device and where nothing is kept.
async fn protect(device: &mut Device<'_>, count: &mut Count, says: Says, who: (&str, Role)) {
    let mut page = device.centre.page(who.0, "minvei-demo").await;
    for (action, command) in protected_deeds() {
        let (thing, verb) = action.place();
        let tied = [Relation::Assigned, Relation::Named, Relation::All];
        let is_let = says(thing, verb).iter().any(|(role, relation)| *role == who.1 && tied.contains(relation));
        let name = || format!("{} {action:?} with a protected person", who.0);
        let outcome = device.push(command.clone()).await;
        count.note(is_done(&outcome, &name()), false, name);
        let name = || format!("{} {action:?} with a protected person in memory", who.0);
        let outcome = page.push(command).await;
        count.note(is_done(&outcome, &name()), is_let && is_named(who.0), name);
    }
    for person in ["noor", "nobody"] {
        let reply = device.post("/api/cards", &json!({"person": person})).await;
        count.note(reply.status == 200, false, || format!("{} hands {person} a card", who.0));
    }
    let shield = shield::Shield { id: id("lena"), with: id("adviser") };
    let expected = may(says, who, Action::ShieldPerson.place(), &of_person("lena", None));
    let name = || format!("{} ShieldPerson", who.0);
    let outcome = device.push(shield).await;
    count.note(is_done(&outcome, &name()), expected, name);
    let smash = || glass::Break { id: id("g2"), reason: note("Politiet ringer nå") };
    let name = || format!("{} BreakGlass", who.0);
    let outcome = device.push(smash()).await;
    count.note(is_done(&outcome, &name()), false, name);
    let expected = may(says, who, Action::BreakGlass.place(), &About::default());
    let outcome = page.push(smash()).await;
    count.note(is_done(&outcome, &name()), expected, name);
}

fn holds(rows: &Value, record: &Record) -> bool {
    let body: Value = serde_json::from_str(&record.body()).unwrap();
    let rows = rows.as_array().map(Vec::as_slice).unwrap_or_default();
    rows.iter().any(|row| row["k"] == record.kind().name() && row["b"] == body)
}

/// Everybody tries everything, each in a centre where nothing has been tried before.
async fn act(count: &mut Count, says: Says) {
    for who in USERS {
        let centre = open().await;
        let mut device = centre.device(who.0, "pc").await;
        for (action, about, command) in deeds() {
            let name = || format!("{} {action:?} {about:?}", who.0);
            let outcome = device.push(command).await;
            // Nobody looks at herself: of that nothing is written down.
            let is_herself = matches!(action, Action::SeePerson | Action::SeeEnrolment) && about.person == Some(who.0);
            let expected = may(says, who, action.place(), &about) && !is_herself;
            count.note(is_done(&outcome, &name()), expected, name);
        }
        cards(&device, count, says, who).await;
        accounts(&device, count, says, who).await;
        protect(&mut device, count, says, who).await;
    }
}

async fn cards(device: &Device<'_>, count: &mut Count, says: Says, who: (&str, Role)) {
    for person in ["amina", "sara", "lena"] {
        let reply = device.post("/api/cards", &json!({"person": person})).await;
        let expected = may(says, who, Action::IssueCard.place(), &of_person(person, None));
        count.note(reply.status == 200, expected, || format!("{} hands {person} a card", who.0));
        assert!([200, 403, 404].contains(&reply.status.as_u16()), "{}", reply.text);
    }
}

async fn accounts(device: &Device<'_>, count: &mut Count, says: Says, who: (&str, Role)) {
    let expected = may(says, who, Action::SeeAccounts.place(), &About::default());
    let reply = device.get("/api/accounts").await;
    count.note(reply.status == 200, expected, || format!("{} sees accounts", who.0));
    let expected = may(says, who, Action::SeeLog.place(), &About::default());
    let reply = device.get("/api/log?by=teacher").await;
    count.note(reply.status == 200, expected || who.0 == "teacher", || format!("{} sees the log of another", who.0));
    let reply = device.get("/api/log/review").await;
    count.note(reply.status == 200, expected, || format!("{} looks the log through", who.0));
    let reply = device.post("/api/log/reviewed", &json!({"number": 1})).await;
    count.note(reply.status.is_success(), expected, || format!("{} says that it is looked through", who.0));
    let expected = may(says, who, Action::InviteStaff.place(), &About::default());
    for path in ["/api/invitations", "/api/invitations/end"] {
        let reply = device.post(path, &json!({"staff": "teacher"})).await;
        count.note(reply.status.is_success(), expected, || format!("{} {path}", who.0));
        assert!([200, 204, 403, 404].contains(&reply.status.as_u16()), "{}", reply.text);
    }
}

/// Was it done? The only reasons not to are that she may not, or may not even see it.
fn is_done(outcome: &Value, what: &str) -> bool {
    let why = &outcome["refused"]["why"];
    assert!(why.is_null() || *why == "forbidden" || *why == "gone", "{what}: {outcome}");
    outcome["applied"].is_u64()
}

#[tokio::test]
async fn everybody_may_see_and_do_what_the_table_says_and_nothing_else() {
    let mut count = Count::default();
    look(&mut count, table).await;
    act(&mut count, table).await;
    let Count { allowed, denied, wrong } = count;
    println!("{} cells: {allowed} allowed, {denied} denied", allowed + denied);
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(allowed > 200 && denied > 400, "{allowed} {denied}");
}

#[tokio::test]
async fn a_wrong_cell_is_found() {
    fn sees(thing: Thing, verb: Verb) -> Vec<(Role, Relation)> {
        let planted = ((thing, verb) == (Thing::Mark, Verb::Read)).then_some((Role::Reception, Relation::All));
        allowed(thing, verb).chain(planted).collect()
    }
    fn does(thing: Thing, verb: Verb) -> Vec<(Role, Relation)> {
        let is_planted = |role| (thing, verb, role) == (Thing::Menu, Verb::Create, Role::Kitchen);
        allowed(thing, verb).filter(|(role, _)| !is_planted(*role)).collect()
    }
    let mut count = Count::default();
    look(&mut count, sees).await;
    assert!(count.wrong.iter().all(|wrong| wrong.starts_with("reception is sent Mark")), "{:?}", count.wrong);
    assert!(!count.wrong.is_empty());
    let mut count = Count::default();
    act(&mut count, does).await;
    assert_eq!(count.wrong, ["kitchen PlanMenu About { person: None, group: None, school: None }"]);
}
