//! The goals that are measured here (docs/PERFORMANCE.md), and whether they are reached.
//!
//! A ratio is taken within each round, so that a slow hour of the machine slows both sides of it. What is
//! judged is its median.

use std::{collections::BTreeMap, fmt};

use serde_json::{Value, json};

use crate::figures::{DRIFT, Measured, Spread, rounded};

/// What a figure should be.
#[derive(Clone, Copy)]
enum Wanted {
    /// At least so many times its floor.
    TimesAtLeast(f64),
    /// At most so many times its floor.
    TimesAtMost(f64),
    /// As much as its floor, give or take this share.
    Like(f64),
    /// At most this, in its own unit.
    AtMost(f64),
    /// It stands here to be compared.
    Nothing,
}

/// A figure, the floor it stands beside, and what it should be.
struct Goal {
    /// Its number in the list of goals.
    number: u8,
    ours: &'static str,
    /// The first of these that was measured is its floor.
    floors: &'static [&'static str],
    wanted: Wanted,
}

/// PostgreSQL's own benchmark, or ours where it is not installed.
const THIRTY_TWO: &[&str] = &["pgbench-32", "sqlx-32"];
const ONE: &[&str] = &["pgbench-1", "sqlx-1"];

static GOALS: [Goal; 18] = [
    goal(2, "many-clients", &["serial-sqlite"], Wanted::TimesAtLeast(6.0)),
    goal(2, "many-clients", &["batched-sqlite"], Wanted::Nothing),
    goal(2, "many-clients", THIRTY_TWO, Wanted::TimesAtLeast(1.5)),
    goal(2, "postgres-many-clients", ONE, Wanted::TimesAtLeast(4.0)),
    goal(2, "postgres-many-clients", THIRTY_TWO, Wanted::Nothing),
    goal(2, "postgres-many-clients", &["many-clients"], Wanted::Nothing),
    goal(11, "open-devices-each", &["bare-open-devices-each"], Wanted::AtMost(7.0)),
    goal(11, "open-devices-all", &["bare-open-devices-all"], Wanted::AtMost(100.0)),
    // A time of the processor: the disk's floor has no say in it.
    goal(11, "many-clients-cpu", &[], Wanted::AtMost(0.1)),
    goal(12, "fan-out-from-push", &["bare-from-push"], Wanted::AtMost(35.0)),
    goal(12, "fan-out-from-push", &["bare-from-push"], Wanted::TimesAtMost(1.2)),
    goal(12, "fan-out-from-answer", &["bare-from-answer"], Wanted::TimesAtMost(1.2)),
    // Harder than the goal can mean: a broadcast inside one process pays for no disk and no network.
    goal(12, "fan-out-from-push", &["broadcast-last"], Wanted::TimesAtMost(1.2)),
    goal(12, "fan-out-from-answer", &["broadcast-last"], Wanted::TimesAtMost(1.2)),
    goal(14, "country-seconds", &["fdatasync"], Wanted::AtMost(60.0)),
    goal(14, "country-p99", &["fdatasync"], Wanted::AtMost(250.0)),
    // Not speed but silence: an answer's time must not say whether somebody has the login.
    goal(15, "unknown-login", &["known-login"], Wanted::Like(0.05)),
    goal(15, "other-known-login", &["known-login"], Wanted::Like(0.05)),
];

const fn goal(number: u8, ours: &'static str, floors: &'static [&'static str], wanted: Wanted) -> Goal {
    Goal { number, ours, floors, wanted }
}

/// What was measured of a goal.
struct Found<'a> {
    ours: &'a Measured,
    floor: Option<(&'static str, &'a Measured)>,
    /// Ours by its floor, round by round; none where the two are counted in different units.
    ratios: Vec<f64>,
}

impl Goal {
    fn find<'a>(&self, figures: &'a BTreeMap<String, Measured>) -> Option<Found<'a>> {
        let ours = figures.get(self.ours)?;
        let floor = self.floors.iter().find_map(|name| Some((*name, figures.get(*name)?)));
        let like = floor.filter(|(_, floor)| floor.unit == ours.unit);
        let pairs = like.into_iter().flat_map(|(_, floor)| ours.values.iter().zip(&floor.values));
        let ratios = pairs.map(|(ours, floor)| ours / floor).collect();
        Some(Found { ours, floor, ratios })
    }

    /// Whether it is reached; void where its floor was not steady from round to round.
    fn verdict(&self, found: &Found<'_>) -> &'static str {
        if found.floor.is_some_and(|(_, floor)| !is_steady(&floor.values)) {
            return "void";
        }
        let ratio = (!found.ratios.is_empty()).then(|| Spread::of(&found.ratios).median);
        let is_reached = match self.wanted {
            Wanted::TimesAtLeast(least) => ratio.map(|ratio| ratio >= least),
            Wanted::TimesAtMost(most) => ratio.map(|ratio| ratio <= most),
            Wanted::Like(share) => ratio.map(|ratio| (ratio - 1.0).abs() <= share),
            Wanted::AtMost(most) => Some(Spread::of(&found.ours.values).median <= most),
            Wanted::Nothing => None,
        };
        match is_reached {
            Some(true) => "yes",
            Some(false) => "no",
            None => "–",
        }
    }
}

fn is_steady(floor: &[f64]) -> bool {
    let Spread { low, high, .. } = Spread::of(floor);
    low > 0.0 && high / low <= DRIFT
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TimesAtLeast(least) => write!(f, "≥ {least} ×"),
            Self::TimesAtMost(most) => write!(f, "≤ {most} ×"),
            Self::Like(share) => write!(f, "1 ± {share} ×"),
            Self::AtMost(most) => write!(f, "≤ {most}"),
            Self::Nothing => f.write_str("–"),
        }
    }
}

/// A line for each ratio of one round.
pub fn of_round(round: usize, figures: &BTreeMap<String, Measured>) -> Vec<Value> {
    let of_ratios = GOALS.iter().filter(|goal| !matches!(goal.wanted, Wanted::AtMost(_)));
    let found = of_ratios.filter_map(|goal| Some((goal, goal.find(figures)?)));
    let lines = found.filter_map(|(goal, Found { floor, ratios, .. })| {
        let (floor, ratio) = (floor?.0, rounded(*ratios.first()?));
        let wanted = goal.wanted.to_string();
        Some(json!({
            "round": round, "goal": goal.number, "ours": goal.ours, "floor": floor, "ratio": ratio, "wanted": wanted
        }))
    });
    lines.collect()
}

/// One line for each goal of which something was measured.
pub fn print_table(figures: &BTreeMap<String, Measured>) {
    println!("\n| goal | ours | floor | ratio | wanted | reached | rounds |\n|---|---|---|---|---|---|---|");
    for goal in &GOALS {
        let Some(found) = goal.find(figures) else { continue };
        let text = |name: &str, measured: &Measured| {
            let spread = Spread::of(&measured.values).with(&measured.unit);
            format!("{name} {spread}")
        };
        let floor = found.floor.map_or_else(|| "–".to_owned(), |(name, floor)| text(name, floor));
        let ratio = if found.ratios.is_empty() { "–".to_owned() } else { Spread::of(&found.ratios).with("×") };
        println!(
            "| {} | {} | {floor} | {ratio} | {} | {} | {} |",
            goal.number,
            text(goal.ours, found.ours),
            goal.wanted,
            goal.verdict(&found),
            found.ours.values.len()
        );
    }
}
