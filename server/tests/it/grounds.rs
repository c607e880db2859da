//! On what ground somebody could do what the log says of her: by what tie, in which part. The server says it, at receipt,
//! and keeps it; nobody types it.

use serde_json::{Value, json};
use shared::{
    Role,
    domain::{
        look::{Look, Place},
        person, shield, staff,
    },
    testkit::{id, name},
};

use crate::{
    centre::{Centre, Device},
    shielded::{PASSWORD, applied},
};

fn look(at: Place) -> Look {
    Look { people: vec![id("amina")], at }
}

fn correct(called: &str) -> person::Correct {
    person::Correct { id: id("amina"), first_name: name(called), last_name: None, phone: None, language: None }
}

/// What stands in the log about Amina, newest first: what was done, by whom, in which part, and on what ground.
async fn about_amina(reader: &Device<'_>) -> Vec<[Value; 4]> {
    let log = reader.get("/api/log?about=amina").await.json();
    let told = log.as_array().unwrap().iter();
    told.map(|line| ["name", "by", "by_role", "ground"].map(|field| line[field].clone())).collect()
}

/// The ground of the newest of these entries that has this name.
async fn ground_of(reader: &Device<'_>, called: &str) -> Value {
    let all = about_amina(reader).await;
    all.iter().find(|[name, ..]| name == called).unwrap_or_else(|| panic!("{all:?}"))[3].clone()
}

#[tokio::test]
async fn each_entry_says_by_what_tie_its_author_could_do_it() {
    let centre = Centre::open().await;
    let mut kari = centre.device("kari", "pc").await;
    let mut ingunn = centre.device("ingunn", "ingunn-pc").await;
    let mut bente = centre.device("bente", "bente-pc").await;
    applied(&kari.push(look(Place::Page)).await);
    applied(&ingunn.push(look(Place::Group(id("norsk-1")))).await);
    applied(&bente.push(look(Place::Page)).await);
    let amina = centre.phone("amina").await;
    let expected = [
        [json!("sign-in"), json!("amina"), Value::Null, json!("own")],
        [json!("person.look"), json!("bente"), json!("manager"), json!("all")],
        [json!("person.look"), json!("ingunn"), json!("teacher"), json!("session")],
        [json!("person.look"), json!("kari"), json!("adviser"), json!("assigned")],
    ];
    assert_eq!(about_amina(&amina).await, expected);
    let read = [json!("log.read"), json!("bente"), json!("manager"), json!("all")];
    assert_eq!(about_amina(&bente).await, [&[read][..], &expected[..]].concat(), "and that she reads it");
}

#[tokio::test]
async fn the_ground_stays_what_it_was_when_she_plays_another_part() {
    let centre = Centre::open().await;
    let mut ingunn = centre.device("ingunn", "ingunn-pc").await;
    applied(&ingunn.push(look(Place::Group(id("norsk-1")))).await);
    let mut bente = centre.device("bente", "bente-pc").await;
    let manager = staff::Correct { id: id("ingunn"), name: name("Ingunn"), role: Role::Manager, school: None };
    applied(&bente.push(manager).await);
    let looked = [json!("person.look"), json!("ingunn"), json!("teacher"), json!("session")];
    assert_eq!(about_amina(&centre.phone("amina").await).await[1], looked);
}

#[tokio::test]
async fn of_whoever_is_protected_no_more_nobody_learns_it_by_the_ground() {
    let centre = Centre::open().await;
    let mut kari = centre.device("kari", "pc").await;
    applied(&kari.push(shield::Shield { id: id("amina"), with: id("bente") }).await);
    let (mut hers, mut other) = (centre.page("kari", PASSWORD).await, centre.page("bente", PASSWORD).await);
    applied(&hers.push(correct("Aamina")).await);
    assert_eq!(ground_of(&other, "person.correct").await, "named", "the control");
    applied(&hers.push(shield::Ask { person: id("amina"), wish: shield::Wanted::Lift }).await);
    let yes = shield::Answer { person: id("amina"), wish: shield::Wanted::Lift, yes: true };
    applied(&other.push(yes).await);
    for reader in [&other, &centre.device("bente", "desk").await] {
        assert_eq!(ground_of(reader, "person.correct").await, Value::Null);
    }
    assert_eq!(ground_of(&centre.phone("amina").await, "person.correct").await, "named", "she may know it");
}
