//! The access table over HTTP: everybody asks for everything and tries everything, and what comes of it is what
//! the table says, and stands in the log on the ground of the cell that let it happen. What ties whom to what is written
//! down here once more, by hand.

mod deeds;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
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
    Action, Record, Role,
    domain::{glass, shield},
    faults::{Fault, plant},
    policy::{Relation, Thing, Verb},
    prim::{Timestamp, seal::Cipher},
    sync::{authority::Commit, noted, rescue::PLACE},
    testkit::{id, note},
};

use self::deeds::{deeds, protected_deeds, rows};
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

/// About one of these users herself.
fn of_user(user: &str) -> About {
    About { person: USERS.iter().map(|(one, _)| *one).find(|one| *one == user), ..About::default() }
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
        Record::HeldCommand(row) if row.answered.is_some() => (Thing::HeldAnswer, of_user(row.by.as_str())),
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
        commit: Commit::first(rows().0.into_values()),
        accounts: USERS.into_iter().map(account).collect(),
    };
    assert_eq!(store.import(&import, Room::Empty).await.unwrap(), Imported::Yes);
    let state = AppState::new(store, clock.clone(), secrets, Assets::of([]), Transport::Plain).asking(Second::Offered);
    Centre { app: app(state), clock, folder }
}

/// A cell of the table, as far as somebody can stand to it: with the narrowest tie that she has.
type Tried = (Role, Thing, Verb, Relation);

/// What was tried, what was let happen, and what the table says otherwise.
#[derive(Debug, Default)]
struct Count {
    allowed: usize,
    denied: usize,
    /// Each cell, and whether it lets her.
    cells: BTreeMap<Tried, bool>,
    wrong: Vec<String>,
    tried: BTreeSet<Action>,
}

impl Count {
    /// Something is tried. Should it be let happen?
    fn tries(&mut self, says: Says, who: (&str, Role), action: Action, about: &About) -> bool {
        self.tried.insert(action);
        self.expects(says, who, action.place(), about)
    }

    /// What does the table say?
    fn expects(&mut self, says: Says, who: (&str, Role), place: (Thing, Verb), about: &About) -> bool {
        let lets = ground(says, who, place, about).is_some();
        let tie = Relation::ALL.into_iter().find(|relation| is_tied(who.0, *relation, about));
        self.cells.insert((who.1, place.0, place.1, tie.unwrap_or(Relation::All)), lets);
        lets
    }

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

    /// What was let happen stands in the log of what she did, with this tie as its ground.
    async fn logged(&mut self, device: &Device<'_>, (user, called): (&str, &str), tie: Option<Relation>) {
        let log = device.get(&format!("/api/log?by={user}")).await.json();
        let line = log.as_array().and_then(|lines| lines.iter().find(|line| line["name"] == called));
        let told = line.map(|line| line["ground"].clone());
        if told != Some(json!(tie)) {
            self.wrong.push(format!("{user} {called} on the ground of {told:?}, and not of {tie:?}"));
        }
    }
}

/// Who may do what: the table itself, or one with a planted mistake.
type Says = fn(Thing, Verb) -> Vec<(Role, Relation)>;

/// As the table is written, and not as the server is told when it asks.
fn table(thing: Thing, verb: Verb) -> Vec<(Role, Relation)> {
    let cells = thing.cells().iter().filter(|cell| cell.condition.is_none() && cell.verbs.contains(&verb));
    cells.map(|cell| (cell.role, cell.relation)).collect()
}

/// The narrowest tie by which she may.
fn ground(says: Says, (user, role): (&str, Role), (thing, verb): (Thing, Verb), about: &About) -> Option<Relation> {
    let hers = says(thing, verb).into_iter().filter(|(who, _)| *who == role).map(|(_, relation)| relation);
    hers.filter(|relation| is_tied(user, *relation, about)).min()
}

/// Whatever somebody is sent is a row of the test centre: there is nothing of which the table was not asked.
fn are_all_known(sent: &Value, who: &str) {
    let known = rows().0.into_values();
    let known: Vec<Value> = known.map(|record| serde_json::from_str(&record.body()).unwrap()).collect();
    for row in sent.as_array().into_iter().flatten() {
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
        pretend(&device, &pulled).await;
        for record in rows().0.into_values() {
            let (thing, about) = seen_as(&record);
            let expected = count.expects(says, who, (thing, Verb::Read), &about);
            let name = || format!("{} is sent {:?} {}", who.0, record.kind(), record.key());
            count.note(holds(&pulled, &record), expected, name);
            if record.window().is_some() {
                count.note(holds(&older, &record), expected, || format!("{} of long ago", name()));
            }
        }
        look_in_memory(&centre, who, count, says).await;
    }
}

/// Whoever says of herself what is not so is sent nothing more.
async fn pretend(device: &Device<'_>, hers: &Value) {
    let history = &device.cursor["history"];
    let held = json!([
        "people",
        "staff",
        "kitchen",
        "public",
        "participant:amina",
        "participant:lena",
        "roster:morning",
        "group:evening",
        "school:slettebakken",
        "school:fridalen",
        "user:manager",
        "knows:noor",
        "named:noor",
    ]);
    for more in [
        json!({"held": held}),
        json!({"held": held, "epoch": "0011223344556677", "cursor": {"history": history, "version": 0}}),
        json!({"held": held, "epoch": device.epoch, "cursor": {"history": history, "version": 0}}),
        json!({"held": [], "epoch": "0011223344556677", "cursor": {"history": history, "version": 1}}),
        json!({"held": held, "epoch": device.epoch, "cursor": {"history": "CD", "version": 1}}),
    ] {
        let mut body = json!({"schema": shared::SCHEMA, "client": device.client});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let reply = device.post("/api/sync", &body).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        for row in reply.json()["patch"]["rows"].as_array().into_iter().flatten() {
            let is_hers = hers.as_array().is_some_and(|hers| hers.iter().any(|one| one["b"] == row["b"]));
            assert!(is_hers, "{} says {more} and is sent {row}", device.client);
        }
    }
}

/// What is hers on a device is hers where nothing is kept, and protected persons besides.
async fn look_in_memory(centre: &Centre, who: (&str, Role), count: &mut Count, says: Says) {
    let mut page = centre.page(who.0, "minvei-demo").await;
    let pulled = page.pull().await["patch"]["rows"].clone();
    are_all_known(&pulled, who.0);
    for record in rows().0.into_values() {
        let (thing, about) = seen_as(&record);
        let is_named_for = || {
            let has_noor = about.person == Some("noor") && is_named(who.0);
            has_noor && says(thing, Verb::Read).contains(&(who.1, Relation::Named))
        };
        let expected = count.expects(says, who, (thing, Verb::Read), &about) || is_named_for();
        let name = || format!("{} is sent {:?} {} in memory", who.0, record.kind(), record.key());
        count.note(holds(&pulled, &record), expected, name);
    }
}

/// Everybody tries everything with the protected person, on a device and where nothing is kept.
async fn protect(device: &mut Device<'_>, count: &mut Count, says: Says, who: (&str, Role)) {
    let mut page = device.centre.page(who.0, "minvei-demo").await;
    for (action, command) in protected_deeds(who.0) {
        count.tried.insert(action);
        let (thing, verb) = action.place();
        let tied = [Relation::Assigned, Relation::Named, Relation::All];
        let is_let = says(thing, verb).iter().any(|(role, relation)| *role == who.1 && tied.contains(relation));
        let name = || format!("{} {action:?} with a protected person", who.0);
        let outcome = device.push(command.clone()).await;
        count.note(is_done(&outcome, &name()), false, name);
        let name = || format!("{} {action:?} with a protected person in memory", who.0);
        let called = command.name();
        let outcome = page.push(command).await;
        count.note(is_done(&outcome, &name()), is_let && is_named(who.0), name);
        if is_let && is_named(who.0) {
            count.logged(&page, (who.0, called), Some(Relation::Named)).await;
        }
    }
    for person in ["noor", "nobody"] {
        let reply = device.post("/api/cards", &json!({"person": person})).await;
        count.note(reply.status == 200, false, || format!("{} hands {person} a card", who.0));
    }
    let shield = shield::Shield { id: id("lena"), with: id("adviser") };
    let expected = count.tries(says, who, Action::ShieldPerson, &of_person("lena", None));
    let name = || format!("{} ShieldPerson", who.0);
    let outcome = device.push(shield).await;
    count.note(is_done(&outcome, &name()), expected, name);
    let smash = || glass::Break { id: id("g2"), reason: note("Politiet ringer nå") };
    let name = || format!("{} BreakGlass", who.0);
    let outcome = device.push(smash()).await;
    count.note(is_done(&outcome, &name()), false, name);
    let expected = count.tries(says, who, Action::BreakGlass, &About::default());
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
        everyday(&mut device, count, says, who).await;
        cards(&device, count, says, who).await;
        queue(&device, count, says, who).await;
        accounts(&device, count, says, who).await;
        protect(&mut device, count, says, who).await;
    }
}

/// Everybody tries the same where nothing is kept.
async fn act_in_memory(count: &mut Count, says: Says) {
    for who in USERS {
        let centre = open().await;
        everyday(&mut centre.page(who.0, "minvei-demo").await, count, says, who).await;
    }
}

/// What has nothing to do with protected persons.
async fn everyday(device: &mut Device<'_>, count: &mut Count, says: Says, who: (&str, Role)) {
    for (action, about, command) in deeds() {
        let name = || format!("{} {action:?} {about:?}", who.0);
        let called = command.name();
        let outcome = device.push(command).await;
        // Nobody looks at herself: of that nothing is written down.
        let is_herself = matches!(action, Action::SeePerson | Action::SeeEnrolment) && about.person == Some(who.0);
        let expected = count.tries(says, who, action, &about) && !is_herself;
        count.note(is_done(&outcome, &name()), expected, name);
        if expected {
            count.logged(device, (who.0, called), ground(says, who, action.place(), &about)).await;
        }
    }
}

async fn cards(device: &Device<'_>, count: &mut Count, says: Says, who: (&str, Role)) {
    for person in ["amina", "sara", "lena"] {
        let reply = device.post("/api/cards", &json!({"person": person})).await;
        let expected = count.tries(says, who, Action::IssueCard, &of_person(person, None));
        count.note(reply.status == 200, expected, || format!("{} hands {person} a card", who.0));
        if expected {
            let tie = ground(says, who, Action::IssueCard.place(), &of_person(person, None));
            count.logged(device, (who.0, noted::CARD), tie).await;
        }
        assert!([200, 403, 404].contains(&reply.status.as_u16()), "{}", reply.text);
    }
}

/// Takes in a file in which nothing lies.
async fn queue(device: &Device<'_>, count: &mut Count, says: Says, who: (&str, Role)) {
    let author = device.centre.try_in("teacher", "minvei-demo", "carried").await.json();
    let key: [u8; 32] = STANDARD.decode(author["key"].as_str().unwrap()).unwrap().try_into().unwrap();
    let sealed = Cipher::new(key).close(PLACE, [7; 24], br#"{"first":1,"commands":[]}"#);
    let file = json!({"user": "teacher", "client": "carried", "sealed": STANDARD.encode(sealed)});
    let expected = count.tries(says, who, Action::TakeInQueue, &About::default());
    let reply = device.post("/api/rescue", &file).await;
    count.note(reply.status == 200, expected, || format!("{} takes in a queue", who.0));
    assert!([200, 403, 404].contains(&reply.status.as_u16()), "{}", reply.text);
}

async fn accounts(device: &Device<'_>, count: &mut Count, says: Says, who: (&str, Role)) {
    let expected = count.tries(says, who, Action::SeeAccounts, &About::default());
    let reply = device.get("/api/accounts").await;
    count.note(reply.status == 200, expected, || format!("{} sees accounts", who.0));
    let own = if who.1 == Role::Participant { "about" } else { "by" };
    let expected = count.tries(says, who, Action::SeeLog, &of_user(who.0));
    let reply = device.get(&format!("/api/log?{own}={}", who.0)).await;
    count.note(reply.status == 200, expected, || format!("{} sees the log of her own", who.0));
    let expected = count.tries(says, who, Action::SeeLog, &About::default());
    for path in ["/api/log?by=colleague", "/api/log?about=lena"] {
        let reply = device.get(path).await;
        count.note(reply.status == 200, expected, || format!("{} sees the log of another", who.0));
    }
    let reply = device.get("/api/log/review").await;
    count.note(reply.status == 200, expected, || format!("{} looks the log through", who.0));
    let place = device.get("/api/log").await.json()[0]["place"].clone();
    let place = place.as_str().unwrap_or("nowhere");
    let reply = device.post("/api/log/reviewed", &json!({"place": place})).await;
    count.note(reply.status.is_success(), expected, || format!("{} says that it is looked through", who.0));
    let expected = count.tries(says, who, Action::InviteStaff, &About::default());
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
    act_in_memory(&mut count, table).await;
    let Count { allowed, denied, cells, wrong, tried } = count;
    let let_in = cells.values().filter(|lets| **lets).count();
    println!("{} cells: {let_in} allowed, {} denied", cells.len(), cells.len() - let_in);
    println!("{} tries: {allowed} allowed, {denied} denied", allowed + denied);
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(allowed > 200 && denied > 400, "{allowed} {denied}");
    assert_eq!(tried, BTreeSet::from(Action::ALL), "whatever can be done is tried");
}

#[tokio::test]
async fn a_wrong_cell_is_found() {
    fn sees(thing: Thing, verb: Verb) -> Vec<(Role, Relation)> {
        let planted = ((thing, verb) == (Thing::Mark, Verb::Read)).then_some((Role::Reception, Relation::All));
        table(thing, verb).into_iter().chain(planted).collect()
    }
    fn does(thing: Thing, verb: Verb) -> Vec<(Role, Relation)> {
        let is_planted = |role| (thing, verb, role) == (Thing::Menu, Verb::Create, Role::Kitchen);
        table(thing, verb).into_iter().filter(|(role, _)| !is_planted(*role)).collect()
    }
    let mut count = Count::default();
    look(&mut count, sees).await;
    assert!(count.wrong.iter().all(|wrong| wrong.starts_with("reception is sent Mark")), "{:?}", count.wrong);
    assert!(!count.wrong.is_empty());
    let mut count = Count::default();
    act(&mut count, does).await;
    assert_eq!(count.wrong, ["kitchen PlanMenu About { person: None, group: None, school: None }"]);
}

#[tokio::test]
async fn a_wrong_cell_in_what_the_server_asks_is_found() {
    // The server of this test runs in its thread, where the mistakes are, and in no other.
    plant(Some(Fault::WrongCells));
    let mut count = Count::default();
    act(&mut count, table).await;
    plant(None);
    let of = |who: &str| count.wrong.iter().filter(|wrong| wrong.starts_with(who)).count();
    let (too_many, missing) = (of("reception MarkAttendance"), of("kitchen PlanMenu") + of("kitchen CorrectMenu"));
    assert_eq!((too_many, missing), (3, 2), "{:#?}", count.wrong);
    // What was not done stands in no log either.
    assert_eq!(count.wrong.len(), too_many + missing + of("kitchen menu.plan"), "{:#?}", count.wrong);
}
