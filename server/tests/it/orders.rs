//! What one school orders for one day, and which of its orders are there.

use serde_json::Value;
use shared::{
    AnyCommand,
    domain::order::{Change, Choice},
    prim::Timestamp,
    sync::wire::Envelope,
    testkit::{date, id},
};

const DAY: &str = "2026-11-27";
/// What the client `pc` sends when it only asks.
pub const PULL: &str = r#"{"schema":1,"client":"pc"}"#;

/// The command of the client `pc` with this number: so many packets.
pub fn order(seq: u64, count: i64) -> String {
    let change = Change { school: id("slettebakken"), day: date(DAY), choice: Choice::Count(count), seen: Vec::new() };
    let command = Envelope::encode(&AnyCommand::from(change), Timestamp(0), Timestamp(0));
    format!(r#"{{"schema":1,"client":"pc","first":{seq},"commands":[{command}]}}"#)
}

/// The commands that are in the order of the day, oldest first.
pub fn ordered(answer: &Value) -> Vec<String> {
    let rows = answer["patch"]["rows"].as_array().unwrap_or_else(|| panic!("no rows: {answer}"));
    let order = rows.iter().find(|row| row["k"] == "order" && row["b"]["day"] == DAY);
    let answers = order.map(|row| row["b"]["answers"].as_array().unwrap().as_slice()).unwrap_or_default();
    answers.iter().map(|answer| answer["id"].as_str().unwrap().to_owned()).collect()
}
