//! `minvei restrict` and `shred`: a participant of whom every word can be recognised is put into the demo centre, taken
//! out of it, and looked for: on every device, in the database's files, and in what a backup of before brings back.

mod seat;
mod shielded;
mod world;

use std::{fs, path::Path};

use serde_json::{Value, json};
use shared::{
    Rejection,
    domain::{
        attendance::{self, Attendance},
        group,
        person::{self, Person},
    },
    policy::Keeping,
    testkit::{date, id, name},
};

use self::{
    seat::Seat,
    world::{World, holds},
};
use crate::process::Process;

/// Her id. It stays, in what tells devices that her rows are gone; it says nothing.
const HER: &str = "k7x2m4q9";
/// What each of her words holds, and nothing else of the centre does.
const CANARY: &str = "anarifugl";

fn register() -> person::Register {
    person::Register {
        id: id(HER),
        first_name: name("Kanarifugl"),
        last_name: Some(name("Kanarifuglsen")),
        phone: Some(name("kanarifugl 98 76")),
        language: Some(id("kanarifuglsk")),
        contact: None,
        shielded_with: None,
    }
}

/// Tries to sign in. Answers the status.
fn sign_in(process: &Process, card: &Value, keeping: Keeping) -> u16 {
    let keeps = keeping.is_on_device();
    let typed = json!({"login": card["code"], "secret": card["pin"], "client": "phone", "keeps": keeps});
    let config = ureq::Agent::config_builder().http_status_as_error(false);
    let agent: ureq::Agent = config.build().into();
    let request = agent.post(format!("{}/api/sign-in", process.url)).header("content-type", "application/json");
    request.send(typed.to_string()).unwrap().status().as_u16()
}

/// She is registered, in a group, marked, and has a card.
fn take_part(kari: &mut Seat) -> Value {
    take_part_as(kari, register())
}

fn take_part_as(kari: &mut Seat, register: person::Register) -> Value {
    let mark = attendance::Set {
        series: id("sprakopplaering-1-2"),
        date: date("2026-11-24"),
        person: id::<Person>(HER),
        value: Attendance::Here,
        seen: Vec::new(),
    };
    assert_eq!(kari.run(register), None);
    assert_eq!(kari.run(group::Enrol { group: id("norsk-1"), person: id(HER) }), None);
    assert_eq!(kari.run(mark), None);
    let (status, card) = kari.client.post("/api/cards", &json!({"person": HER}).to_string()).unwrap();
    assert_eq!(status, 200, "{card}");
    serde_json::from_str(&card).unwrap()
}

const RESTRICT: [&str; 6] = ["restrict", HER, "--centre", "ns", "--reason", "Sak 2026/7"];
const SHRED: [&str; 7] = ["shred", HER, "--centre", "ns", "--reason", "Sak 2026/8", "--yes"];

/// The whole story, in a database of either kind.
fn story(mut world: World) {
    let process = world.start();
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    let (early, late, checkpoint) = (world.file("early.db"), world.file("late.db"), world.file("checkpoint.json"));
    let (early, late, checkpoint) = (text(&early), text(&late), text(&checkpoint));
    world.said(&["backup", &early]);
    let mut kari = Seat::at(&process, "kari", "pc");
    let (mut ingunn, mut bente) = (Seat::at(&process, "ingunn", "pc"), Seat::at(&process, "bente", "pc"));
    let card = take_part(&mut kari);
    assert_eq!(sign_in(&process, &card, Keeping::OnDevice), 200);
    ingunn.talk();
    bente.talk();

    // The control: she is there, for everybody who may see her, in the files, and in the backup.
    assert_eq!((kari.knows(), ingunn.knows(), bente.knows()), (3, 2, 3));
    let others = Seat::at(&process, "bente", "eye").others();
    assert!(others.len() > 100);
    let needles = world.needles();
    world.tell("analyze");
    for needle in &needles {
        assert_eq!(world.hits(std::slice::from_ref(needle)), 1, "{:?}", String::from_utf8_lossy(needle));
    }
    world.said(&["backup", &late]);
    let copied = [fs::read(&early).unwrap(), fs::read(&late).unwrap()];
    assert_eq!(copied.map(|copy| holds(&copy, CANARY.as_bytes())), [false, true]);
    world.said(&["audit", "checkpoint", &checkpoint]);
    if world.shared.is_none() {
        assert!(world.refusal(&RESTRICT).contains("in use by another minvei"));
    }

    // Whoever is not there, works here, or is elsewhere: the same words.
    let process = world.alone(process);
    for (person, centre) in [("nobody", "ns"), ("kari", "ns"), (HER, "bg"), ("No id!", "ns")] {
        for arguments in [
            ["restrict", person, "--centre", centre, "--reason", "Sak 7"].as_slice(),
            &["shred", person, "--centre", centre, "--reason", "Sak 7", "--yes"],
        ] {
            let said = world.refusal(arguments);
            assert_eq!(said, format!("error: nobody called {person} takes part in a centre {centre}\n"));
        }
    }
    let mut named = RESTRICT;
    named[5] = "Kanarifugl har bedt om det";
    assert!(world.refusal(&named).contains("leave her name"));
    assert!(world.refusal(&[&RESTRICT[..], &["--lift"]].concat()).contains("not out of reach"));
    assert!(world.refusal(&SHRED[..6]).contains("--yes"));
    assert_eq!(world.hits(&needles), needles.len(), "nothing has happened");

    // Out of everybody's reach, and kept.
    let said = world.said(&RESTRICT);
    assert!(said.contains("Rows: 3, sessions ended: 1"), "{said}");
    assert_eq!(world.hits(&needles[..3]), 3, "the archive holds her, and the account is kept closed");
    let process = world.go_on(process);
    unknown(&process, [&mut kari, &mut ingunn, &mut bente], &card, "restricted");
    let process = world.alone(process);
    assert!(world.refusal(&RESTRICT).contains("already"));
    assert!(world.said(&["check"]).contains("Sound"));

    // Back, as she was.
    assert!(world.said(&[&RESTRICT[..], &["--lift"]].concat()).contains("Rows: 3"));
    let process = world.go_on(process);
    assert_eq!(sign_in(&process, &card, Keeping::OnDevice), 200);
    for (seat, rows) in [(&mut kari, 3), (&mut ingunn, 2), (&mut bente, 3)] {
        seat.follow(&process);
        assert_eq!(seat.knows(), rows, "{}", seat.login);
    }
    let session = world.needles().swap_remove(3);
    let needles = [needles, vec![session]].concat();

    // Destroyed.
    let process = world.alone(process);
    let said = world.said(&SHRED);
    assert!(said.contains("Rows: 3, accounts: 1, sessions: 1, devices: 1"), "{said}");
    assert_eq!(world.hits(&needles), 0, "nothing of her is in the files");
    assert!(world.said(&["check"]).contains("Sound"));
    let said = world.said(&["audit", "verify", "--checkpoint", &checkpoint]);
    assert!(said.contains("Whole"), "{said}");
    let list = fs::read_to_string(world.data.join("shredded.list")).unwrap();
    assert_eq!(list.lines().count(), 3, "{list}");
    assert!(!list.contains(HER) && !list.contains(CANARY), "{list}");
    assert!(world.said(&SHRED).contains("Rows: 0"), "once more does no harm");
    let process = world.go_on(process);
    unknown(&process, [&mut kari, &mut ingunn, &mut bente], &card, "shredded");
    assert_eq!(Seat::at(&process, "bente", "eye-2").others(), others, "nobody else was touched");
    drop(process);

    // A backup of before brings her back neither with its rows nor with what a device still holds.
    for (number, backup) in [&late, &early].into_iter().enumerate() {
        world.empty(&format!("restored{number}"));
        let said = world.said(&["restore", backup]);
        assert!(said.contains("Taken out of it again"), "{said}");
        assert_eq!(world.hits(&needles), 0, "{backup}");
        let process = world.start();
        let mut kari = Seat::at(&process, "kari", &format!("new-{number}"));
        assert_eq!((kari.knows(), kari.run(register())), (0, Some(Rejection::Gone)), "{backup}");
        assert_eq!(Seat::at(&process, "bente", "eye-3").knows(), 0);
        assert_eq!(sign_in(&process, &card, Keeping::OnDevice), 401);
        drop(process);
        assert!(world.said(&["check"]).contains("Sound"));
    }
}

/// No device has her any more, old or new, and no page; she cannot sign in, and nobody registers her anew.
fn unknown<const N: usize>(process: &Process, seats: [&mut Seat; N], card: &Value, since: &str) {
    let keeping = seats[0].keeping;
    for seat in seats {
        seat.follow(process);
        let fresh = seat.another(process, since);
        assert_eq!((seat.knows(), fresh.knows()), (0, 0), "{} knows who was {since}", seat.login);
        if seat.login == "kari" {
            assert_eq!(seat.run(register()), Some(Rejection::Gone), "{since}");
        }
    }
    assert_eq!(sign_in(process, card, keeping), 401, "she was {since}");
}

#[test]
fn nothing_is_left_of_whoever_is_shredded_in_a_file() {
    story(World::small());
}

#[test]
fn nothing_is_left_of_whoever_is_shredded_in_a_database_for_many_servers() {
    story(World::large());
}

#[test]
fn a_copy_of_before_that_is_put_there_by_hand_is_cleaned_before_it_is_served() {
    let world = World::small();
    let process = world.start();
    let mut kari = Seat::at(&process, "kari", "pc");
    take_part(&mut kari);
    let copy = world.file("copy.db");
    world.said(&["backup", copy.to_str().unwrap()]);
    drop(process);
    world.said(&SHRED);
    fs::copy(&copy, world.data.join("minvei.db")).unwrap();
    let canary = [CANARY.as_bytes().to_vec()];
    assert_eq!(world.hits(&canary), 1, "the control");
    let process = world.start();
    assert_eq!(world.hits(&canary), 0);
    assert_eq!(Seat::at(&process, "bente", "pc").knows(), 0);
}
