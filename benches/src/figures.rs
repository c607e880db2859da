//! Keeps what was measured: a JSON line at once, tables of medians and of goals at the end.

use std::collections::BTreeMap;

use serde_json::json;

use crate::goals;

/// A floor that moves by more than this says nothing of what stands beside it.
pub const DRIFT: f64 = 2.0;

/// One figure of each round.
pub struct Measured {
    /// What it is counted in.
    pub unit: String,
    /// Round by round.
    pub values: Vec<f64>,
}

/// What was measured, by name.
#[derive(Default)]
pub struct Figures {
    this_round: BTreeMap<String, Measured>,
    counted: BTreeMap<String, Measured>,
    void: usize,
    notes: Vec<String>,
}

impl Figures {
    /// A figure with its unit.
    pub fn add(&mut self, round: usize, name: &str, unit: &str, value: f64) {
        println!("{}", json!({"round": round, "name": name, "unit": unit, "value": rounded(value)}));
        self.this_round.insert(name.to_owned(), Measured { unit: unit.to_owned(), values: vec![value] });
    }

    /// Something without which the figures would be misread: said when it is first known, and at the end.
    pub fn note(&mut self, text: String) {
        if !self.notes.contains(&text) {
            println!("{}", json!({"note": text}));
            self.notes.push(text);
        }
    }

    /// The round is over; `before` and `after` are milliseconds of one append with fdatasync.
    pub fn round(&mut self, round: usize, before: f64, after: f64) {
        self.add(round, "fdatasync", "ms", f64::midpoint(before, after));
        for line in goals::of_round(round, &self.this_round) {
            println!("{line}");
        }
        let drift = (before / after).max(after / before);
        let is_void = drift > DRIFT;
        println!(
            "{}",
            json!({"round": round, "fdatasync_before": rounded(before), "fdatasync_after": rounded(after), "void": is_void})
        );
        self.void += usize::from(is_void);
        for (name, Measured { unit, values }) in std::mem::take(&mut self.this_round) {
            if !is_void {
                let counted = self.counted.entry(name).or_insert_with(|| Measured { unit, values: Vec::new() });
                counted.values.extend(values);
            }
        }
    }

    /// Medians over the rounds that count, with their least and greatest; then the goals.
    pub fn print_tables(&self) {
        println!("\n| what | median | from | to | rounds |\n|---|---|---|---|---|");
        for (name, Measured { unit, values }) in &self.counted {
            let Spread { low, median, high } = Spread::of(values);
            println!(
                "| {name} | {} {unit} | {} | {} | {} |",
                rounded(median),
                rounded(low),
                rounded(high),
                values.len()
            );
        }
        goals::print_table(&self.counted);
        if self.void > 0 {
            println!("\n{} rounds did not count: the disk was twice as fast at one end as at the other.", self.void);
        }
        for note in &self.notes {
            println!("\nNote: {note}");
        }
    }
}

/// The least, the middle and the greatest of some values.
pub struct Spread {
    /// The least.
    pub low: f64,
    /// Half of the values are less.
    pub median: f64,
    /// The greatest.
    pub high: f64,
}

impl Spread {
    /// Of these values.
    pub fn of(values: &[f64]) -> Self {
        let [low, median, high] = [0.0, 0.5, 1.0].map(|share| percentile(values, share));
        Self { low, median, high }
    }

    /// As it stands in a table.
    pub fn with(&self, unit: &str) -> String {
        format!("{} {unit} ({}–{})", rounded(self.median), rounded(self.low), rounded(self.high))
    }
}

/// The value below which this share lies.
pub fn percentile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(((sorted.len() as f64 - 1.0) * share).round() as usize).copied().unwrap_or(0.0)
}

/// As many digits as mean something.
pub fn rounded(value: f64) -> f64 {
    let digits = if value.abs() >= 100.0 { 1.0 } else { 1_000.0 };
    (value * digits).round() / digits
}
