//! `POST /api/older`: days that have left the devices are read when somebody looks at them.

use serde_json::{Value, json};
use shared::{
    domain::{
        attendance::{Attendance, Set},
        order::{Change, Choice},
    },
    testkit::{date, id},
};

use crate::centre::{Centre, rows};

/// The demo centre's Tuesday is 24 November.
const THURSDAY: &str = "2026-11-26";

fn asked(first: &str, last: &str) -> Value {
    json!({"first": first, "last": last})
}

async fn orders(device: &crate::centre::Device<'_>) -> Vec<Value> {
    let reply = device.post("/api/older", &asked("2026-11-23", "2026-11-29")).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    rows(&json!({"patch": reply.json()}), "order")
}

#[tokio::test]
async fn what_has_left_the_device_is_still_there_for_who_may_see_it() {
    let centre = Centre::open().await;
    let mut school = centre.device("slettebakken", "pc").await;
    let closed = Change { school: id("slettebakken"), day: date(THURSDAY), choice: Choice::Closed, seen: Vec::new() };
    assert!(school.push(closed).await["applied"].is_u64());
    centre.clock.advance(40 * 24 * 3600 * 1000);
    let mut school = centre.device("slettebakken", "other-pc").await;
    let pulled = school.pull().await;
    assert!(rows(&pulled, "order").iter().all(|order| order["day"] != THURSDAY), "it has left the devices");
    let older = orders(&school).await;
    assert!(older.iter().any(|order| order["day"] == THURSDAY), "{older:?}");
    let other = centre.device("fridalen", "pc-2").await;
    assert!(orders(&other).await.iter().all(|order| order["school"] != "slettebakken"));
    let phone = centre.phone("amina").await;
    assert!(orders(&phone).await.is_empty());
}

#[tokio::test]
async fn no_more_than_a_month_is_read_at_once() {
    let centre = Centre::open().await;
    let school = centre.device("slettebakken", "pc").await;
    let malformed = (400, "malformed".to_owned());
    for (first, last) in [("2026-09-02", "2026-09-01"), ("2026-09-01", "2026-10-02"), ("yesterday", "today")] {
        assert_eq!(school.post("/api/older", &asked(first, last)).await.error(), malformed, "{first} {last}");
    }
    assert_eq!(school.post("/api/older", &asked("2026-09-01", "2026-10-01")).await.status, 200);
}

#[tokio::test]
async fn whoever_only_leads_a_session_holds_its_marks_for_a_week() {
    let centre = Centre::open().await;
    let day = "2026-11-24";
    let set = || Set {
        series: id("sprakopplaering-1-2"),
        date: date(day),
        person: id("amina"),
        value: Attendance::Here,
        seen: Vec::new(),
    };
    let mut kari = centre.device("kari", "pc").await;
    assert!(kari.push(set()).await["applied"].is_u64());
    let is_hers = |mark: &Value| mark["person"] == "amina" && mark["date"] == day;
    for (days, of_leader) in [(7, true), (1, false)] {
        centre.clock.advance(days * 24 * 3600 * 1000);
        for (who, holds) in [("ingunn", of_leader), ("kari", true)] {
            let mut device = centre.device(who, &format!("{who}-{days}")).await;
            assert_eq!(rows(&device.pull().await, "mark").iter().any(is_hers), holds, "{who}, {days}");
        }
    }
    let mut ingunn = centre.device("ingunn", "later").await;
    let older = ingunn.post("/api/older", &asked(day, day)).await.json();
    assert!(rows(&json!({"patch": older}), "mark").iter().any(is_hers), "she may look at it, with a network");
    assert_eq!(ingunn.push(set()).await["refused"]["why"], "day-is-over");
    assert!(centre.device("kari", "later-too").await.push(set()).await["applied"].is_u64());
}
