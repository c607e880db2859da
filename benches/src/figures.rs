//! Keeps what was measured: a JSON line at once, a table of medians at the end.

use std::collections::BTreeMap;

use serde_json::json;

/// A round whose floor moved by more than this says nothing.
const DRIFT: f64 = 2.0;

/// What was measured, by name.
#[derive(Default)]
pub struct Figures {
    this_round: Vec<(String, String, f64)>,
    counted: BTreeMap<String, (String, Vec<f64>)>,
    void: usize,
}

impl Figures {
    /// A figure with its unit.
    pub fn add(&mut self, round: usize, name: &str, unit: &str, value: f64) {
        println!("{}", json!({"round": round, "name": name, "unit": unit, "value": rounded(value)}));
        self.this_round.push((name.to_owned(), unit.to_owned(), value));
    }

    /// A figure as a multiple of its floor in the same round.
    pub fn ratio(&mut self, round: usize, name: &str, value: f64) {
        self.add(round, name, "×", value);
    }

    /// The round is over; `before` and `after` are milliseconds of one append with fdatasync.
    pub fn round(&mut self, round: usize, before: f64, after: f64) {
        let drift = (before / after).max(after / before);
        let is_void = drift > DRIFT;
        println!(
            "{}",
            json!({"round": round, "fdatasync_before": rounded(before), "fdatasync_after": rounded(after), "void": is_void})
        );
        self.void += usize::from(is_void);
        for (name, unit, value) in self.this_round.drain(..) {
            if !is_void {
                self.counted.entry(name).or_insert_with(|| (unit, Vec::new())).1.push(value);
            }
        }
    }

    /// Medians over the rounds that count, with their least and greatest.
    pub fn print_table(&self) {
        println!("\n| what | median | from | to | rounds |\n|---|---|---|---|---|");
        for (name, (unit, values)) in &self.counted {
            let (low, middle, high) = spread(values);
            println!(
                "| {name} | {} {unit} | {} | {} | {} |",
                rounded(middle),
                rounded(low),
                rounded(high),
                values.len()
            );
        }
        if self.void > 0 {
            println!("\n{} rounds did not count: the disk was twice as fast at one end as at the other.", self.void);
        }
    }
}

/// The least, the median and the greatest.
pub fn spread(values: &[f64]) -> (f64, f64, f64) {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |share: f64| sorted.get(((sorted.len() as f64 - 1.0) * share).round() as usize).copied().unwrap_or(0.0);
    (at(0.0), at(0.5), at(1.0))
}

/// The value below which this share lies.
pub fn percentile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(((sorted.len() as f64 - 1.0) * share).round() as usize).copied().unwrap_or(0.0)
}

fn rounded(value: f64) -> f64 {
    let digits = if value.abs() >= 100.0 { 1.0 } else { 1_000.0 };
    (value * digits).round() / digits
}
