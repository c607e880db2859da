//! Counts passed and failed tests from what nextest, wasm-bindgen-test, Playwright and schemathesis report.
//! Everything here is text in, numbers out; `None` means that the report is not there at all.

use std::fmt;
use std::ops::AddAssign;

/// How many tests passed, and how many did not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Tests that did what they promise.
    pub passed: u32,
    /// Tests that did not, in whatever way.
    pub failed: u32,
}

impl Counts {
    /// One check that passed or failed as a whole.
    pub fn one(passed: bool) -> Self {
        Self { passed: u32::from(passed), failed: u32::from(!passed) }
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// Reads nextest's summary line; timeouts and tests that could not start count as failed.
pub fn nextest(output: &str) -> Option<Counts> {
    let plain = without_colours(output);
    let summary = plain.lines().rev().find_map(summary_of)?;
    let mut counts = Counts::default();
    for part in without_brackets(summary).split(',') {
        let Some((number, what)) = number_and_word(part) else {
            continue;
        };
        match what {
            "passed" => counts.passed += number,
            "skipped" => {}
            _ => counts.failed += number,
        }
    }
    Some(counts)
}

/// Adds up the `test result:` lines, one for each test program.
pub fn wasm_bindgen_test(output: &str) -> Option<Counts> {
    let plain = without_colours(output);
    let mut total = None;
    for line in plain.lines() {
        let Some((_, result)) = line.split_once("test result:") else {
            continue;
        };
        let counts = total.get_or_insert_with(Counts::default);
        for part in result.split([';', '.']) {
            match number_and_word(part) {
                Some((number, "passed")) => counts.passed += number,
                Some((number, "failed")) => counts.failed += number,
                _ => {}
            }
        }
    }
    total
}

/// In how many journeys of one run the machine may be at fault, and not the product.
const MOST_SECOND_TRIES: u32 = 2;

/// Reads the `stats` of Playwright's JSON report. A journey that passed at its second try counts as passed; where there
/// are more of them than [`MOST_SECOND_TRIES`], all of them count as failed.
pub fn playwright(report: &str) -> Option<Counts> {
    let (_, stats) = report.rsplit_once("\"stats\"")?;
    let number = |name: &str| number_after(stats, name);
    let (passed, failed, flaky) = (number("expected")?, number("unexpected")?, number("flaky")?);
    Some(if flaky > MOST_SECOND_TRIES {
        Counts { passed, failed: failed + flaky }
    } else {
        Counts { passed: passed + flaky, failed }
    })
}

/// Reads schemathesis' JSON report: each operation it has tried is a check, and each kind of failure costs one.
pub fn schemathesis(report: &str) -> Option<Counts> {
    let (_, operations) = report.split_once("\"operations\"")?;
    let (_, cases) = operations.split_once("\"test_cases\"")?;
    let failed = number_after(cases, "unique_failures")? + number_after(operations, "errored")?;
    Some(Counts { passed: number_after(operations, "tested")?.saturating_sub(failed), failed })
}

/// The number that stands first under this name in a JSON text.
fn number_after(text: &str, name: &str) -> Option<u32> {
    let (_, rest) = text.split_once(&format!("\"{name}\""))?;
    let rest = rest.trim_start_matches(|c: char| c == ':' || c.is_whitespace());
    let end = rest.find(|c: char| !c.is_ascii_digit())?;
    rest[..end].parse().ok()
}

fn summary_of(line: &str) -> Option<&str> {
    let (before, rest) = line.split_once(" tests run:").or_else(|| line.split_once(" test run:"))?;
    before.contains("Summary").then_some(rest)
}

fn number_and_word(part: &str) -> Option<(u32, &str)> {
    let (number, word) = part.trim().split_once(' ')?;
    Some((number.parse().ok()?, word.trim()))
}

fn without_brackets(text: &str) -> String {
    let mut depth = 0_usize;
    text.chars()
        .filter(|c| match c {
            '(' => {
                depth += 1;
                false
            }
            ')' => {
                depth = depth.saturating_sub(1);
                false
            }
            _ => depth == 0,
        })
        .collect()
}

fn without_colours(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\u{1b}' {
            plain.push(c);
            continue;
        }
        // A colour is ESC [ … and one final letter.
        if chars.next() == Some('[') {
            chars.by_ref().find(|c| ('@'..='~').contains(c));
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(passed: u32, failed: u32) -> Option<Counts> {
        Some(Counts { passed, failed })
    }

    #[test]
    fn nextest_all_passed() {
        let text = "   Starting 3 tests\n     Summary [   0.005s] 3 tests run: 3 passed, 1 skipped\n";
        assert_eq!(nextest(text), counts(3, 0));
        assert_eq!(nextest("     Summary [   0.1s] 1 test run: 1 passed, 0 skipped"), counts(1, 0));
    }

    #[test]
    fn nextest_every_kind_of_failure_counts() {
        let text = "     Summary [  12.005s] 9 tests run: 4 passed (1 slow, 1 flaky), 2 failed, \
                    1 exec failed, 2 timed out, 7 skipped\n  FAIL [ 0.1s] server store::tests::x\n";
        assert_eq!(nextest(text), counts(4, 5));
    }

    #[test]
    fn nextest_stopped_early() {
        let text = "     Summary [   0.005s] 2/30 tests run: 1 passed, 1 failed, 0 skipped";
        assert_eq!(nextest(text), counts(1, 1));
    }

    #[test]
    fn nextest_in_colour() {
        let text = "\u{1b}[32;1m     Summary\u{1b}[0m [   0.005s] \u{1b}[1m3\u{1b}[0m tests run: \
                    \u{1b}[1m2\u{1b}[0m \u{1b}[32;1mpassed\u{1b}[0m, \
                    \u{1b}[1m1\u{1b}[0m \u{1b}[31;1mfailed\u{1b}[0m, 0 skipped";
        assert_eq!(nextest(text), counts(2, 1));
    }

    #[test]
    fn nextest_did_not_build() {
        assert_eq!(nextest("error: could not compile `shared`"), None);
    }

    #[test]
    fn browser_tests_of_several_programs_add_up() {
        let text = "test result: ok. 3 passed; 0 failed; 0 ignored; 0 filtered out; finished in 0.12s\n\
                    running 2 tests\n\
                    test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 filtered out\n";
        assert_eq!(wasm_bindgen_test(text), counts(4, 1));
        assert_eq!(wasm_bindgen_test("driver not found"), None);
    }

    #[test]
    fn playwright_forgives_few_second_tries_and_never_many() {
        let report = |flaky: u32| {
            format!(
                r#"{{ "suites": [{{ "title": "the \"stats\" page" }}], "errors": [], "stats": {{
                "startTime": "2026-11-21T20:00:00.000Z", "duration": 1234.5,
                "expected": 17, "skipped": 2, "unexpected": 1, "flaky": {flaky} }} }}"#
            )
        };
        assert_eq!(playwright(&report(2)), counts(19, 1));
        assert_eq!(playwright(&report(3)), counts(17, 4));
        assert_eq!(playwright(""), None);
    }

    #[test]
    fn schemathesis_counts_operations_and_what_is_wrong() {
        let report = r#"{ "seed": 1, "operations": { "total": 23, "selected": 21, "tested": 21, "errored": 1,
            "skipped": 0 }, "phases": null, "test_cases": { "generated": 900, "with_failures": 12,
            "unique_failures": 2, "errored": 7 }, "failures": [{ "code": "ST108", "operations": ["GET /api/me"] }] }"#;
        assert_eq!(schemathesis(report), counts(18, 3));
        assert_eq!(schemathesis(r#"{ "operations": null, "test_cases": { "unique_failures": 0 } }"#), None);
        assert_eq!(schemathesis(""), None);
    }

    #[test]
    fn one_check_is_one_count() {
        let mut total = Counts::one(true);
        total += Counts::one(false);
        assert_eq!(total.to_string(), "1 passed, 1 failed");
    }
}
