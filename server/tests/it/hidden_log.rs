//! The log of a manager who is not named for a protected person: nothing in it tells that entries are left out.

use serde_json::{Value, json};
use shared::{domain::look, testkit::id};

use crate::{
    centre::Device,
    shielded::{self, PASSWORD, THREE, applied},
};

/// How many entries one answer holds at the most.
const MOST: usize = 200;

async fn log_of(device: &Device<'_>, query: &str) -> Vec<Value> {
    device.get(&format!("/api/log{query}")).await.json().as_array().unwrap().clone()
}

/// What was looked through, as the log tells it.
fn marks(log: &[Value]) -> Vec<&Value> {
    log.iter().filter(|line| line["name"] == "log.reviewed").collect()
}

/// Says that the first of these entries has been looked through.
async fn mark(device: &Device<'_>, is_it: impl Fn(&Value) -> bool) {
    let log = log_of(device, "").await;
    let line = log.iter().find(|line| is_it(line)).unwrap();
    let reply = device.post("/api/log/reviewed", &json!({"place": line["place"]})).await;
    assert_eq!(reply.status, 204, "{}", reply.text);
}

#[tokio::test]
async fn that_a_hidden_entry_was_looked_through_is_hidden_too() {
    let centre = shielded::centre().await;
    let (named, jonas) = (centre.page("bente", PASSWORD).await, centre.device("jonas", "office").await);
    mark(&named, |line| line["about"] == THREE[0]).await;
    mark(&named, |line| line["name"] == "log.reviewed").await;
    mark(&named, |line| line["name"] == "staff.correct").await;
    assert_eq!(marks(&log_of(&named, "").await).len(), 3, "the control");

    let log = log_of(&jonas, "").await;
    let place = &log.iter().find(|line| line["name"] == "staff.correct").unwrap()["place"];
    let told = marks(&log);
    assert_eq!((told.len(), &told[0]["what"]), (1, &json!(format!("log/{}", place.as_str().unwrap()))));
    let reviewed = async |device: &Device<'_>| device.get("/api/log/review").await.json()["reviewed"].clone();
    assert_eq!(reviewed(&jonas).await, json!([place]));
    assert_eq!(reviewed(&named).await.as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn no_page_is_shorter_and_no_place_is_a_number() {
    let centre = shielded::centre().await;
    let (mut named, mut kari) = (centre.page("bente", PASSWORD).await, centre.device("kari", "desk").await);
    let page_of = |who: &str| look::Look { people: vec![id(who)], at: look::Place::Page };
    for number in 0..MOST + 20 {
        applied(&kari.push(page_of("amina")).await);
        if number % 3 == 0 {
            applied(&named.push(page_of(THREE[number % 2])).await);
        }
    }
    let jonas = centre.device("jonas", "office").await;
    let first = log_of(&jonas, "").await;
    let last = first.last().unwrap()["place"].as_str().unwrap();
    let second = log_of(&jonas, &format!("?before={last}")).await;
    assert_eq!(first.len(), MOST);
    assert!((20..MOST).contains(&second.len()), "{}", second.len());
    let both = || first.iter().chain(&second);
    assert_eq!(both().filter(|line| line["about"] == "amina").count(), MOST + 20, "each of them once");
    assert!(both().all(|line| line["number"].is_null() && line["place"].as_str().unwrap().len() > 40));
    let of_amina = |log: &[Value]| log.iter().filter(|line| line["about"] == "amina").count();
    assert!(of_amina(&log_of(&named, "").await) + 40 < of_amina(&first), "the control: others lie between for her");
}
