//! The same of a protected person, whose rows have audiences of their own, and of what was held of somebody.

use shared::{
    Rejection,
    domain::{attendance, look, person, shield},
    policy::Keeping,
    testkit::{date, id, name},
};

use super::{CANARY, HER, RESTRICT, SHRED, Seat, World, register, sign_in, take_part, take_part_as, unknown};

fn story(world: World) {
    let process = world.start();
    let (mut kari, mut bente) = (Seat::on_page(&process, "kari", "page"), Seat::on_page(&process, "bente", "page"));
    let card = take_part_as(&mut kari, person::Register { shielded_with: Some(id("bente")), ..register() });
    assert_eq!(kari.run(look::Look { people: vec![id(HER)], at: look::Place::Page }), None);
    assert_eq!(kari.run(shield::Ask { person: id(HER), wish: shield::Wanted::Name { user: id("jonas") } }), None);
    assert_eq!(sign_in(&process, &card, Keeping::InMemory), 200);

    // The control: she is there, for those who are named, and in the files.
    kari.talk();
    bente.talk();
    assert_eq!((kari.knows(), bente.knows()), (3, 3));
    let needles = world.needles();
    world.tell("analyze");
    assert_eq!(world.hits(&needles), needles.len());

    let process = world.alone(process);
    assert!(world.refusal(&[&RESTRICT[..5], &["Kanarifugl vil det"]].concat()).contains("leave her name"));
    let said = world.said(&RESTRICT);
    assert!(said.contains("Rows: 3, sessions ended: 1"), "{said}");
    let process = world.go_on(process);
    unknown(&process, [&mut kari, &mut bente], &card, "restricted");
    let process = world.alone(process);
    assert!(world.said(&[&RESTRICT[..], &["--lift"]].concat()).contains("Rows: 3"));
    let process = world.go_on(process);
    for seat in [&mut kari, &mut bente] {
        seat.follow(&process);
        assert_eq!(seat.knows(), 3, "{}: she is back", seat.login);
    }
    let device = Seat::at(&process, "kari", "device");
    assert_eq!(device.knows(), 0, "and as protected as she was");
    assert_eq!(sign_in(&process, &card, Keeping::InMemory), 200);
    let session = world.needles().swap_remove(3);
    let needles = [needles, vec![session]].concat();

    let process = world.alone(process);
    let said = world.said(&SHRED);
    assert!(said.contains("Rows: 3, accounts: 1, sessions: 1, devices: 1"), "{said}");
    assert_eq!(world.hits(&needles), 0, "nothing of her is in the files");
    assert!(world.said(&["check"]).contains("Sound"));
    assert!(world.said(&["audit", "verify"]).contains("Whole"));
    let process = world.go_on(process);
    unknown(&process, [&mut kari, &mut bente], &card, "shredded");
}

#[test]
fn nothing_is_left_of_a_protected_person_in_a_file() {
    story(World::small());
}

#[test]
fn nothing_is_left_of_a_protected_person_in_a_database_for_many_servers() {
    story(World::large());
}

#[test]
fn what_was_held_of_her_goes_with_her() {
    let world = World::small();
    let process = world.start();
    let mut kari = Seat::at(&process, "kari", "pc");
    take_part(&mut kari);
    let mut bente = Seat::at(&process, "bente", "pc");
    let correct = person::Correct {
        id: id(HER),
        first_name: name("Kanarifuglunge"),
        last_name: None,
        phone: None,
        language: None,
    };
    let mark = attendance::Set {
        series: id("sprakopplaering-1-2"),
        date: date("2026-11-24"),
        person: id(HER),
        value: attendance::Attendance::Away,
        seen: Vec::new(),
    };
    // She is given to another while Kari is without a network; what Kari did before waits for a manager.
    kari.keep(correct);
    kari.keep(mark);
    assert_eq!(bente.run(person::Assign { id: id(HER), contact: id("jonas") }), None);
    kari.talk();
    bente.talk();
    assert!(bente.knows() > 3, "the control: something of her is held");
    let canary = [CANARY.as_bytes().to_vec(), b"Kanarifuglunge".to_vec()];
    assert_eq!(world.hits(&canary), 2, "the control");

    drop(process);
    world.said(&SHRED);
    assert_eq!(world.hits(&canary), 0);
    let process = world.start();
    bente.follow(&process);
    kari.follow(&process);
    assert_eq!((bente.knows(), kari.knows()), (0, 0));
    assert_eq!(kari.run(register()), Some(Rejection::Gone));
}
