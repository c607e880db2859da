//! `cargo xtask test`: every test there is, in the order of cost, and one count at the end.
//! A failing stage does not stop the next one; a build that fails does.

use std::fs;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};

use crate::api;
use crate::app;
use crate::check;
use crate::counts::{self, Counts};
use crate::dist;
use crate::place::Place;
use crate::process::{self, Seen, spoken};
use crate::setup::wasm_target::TARGET;
use crate::setup::{self, Need, Ready};

/// Which tests to run.
#[derive(Args)]
pub struct Options {
    /// Only these parts; all of them when none is named.
    parts: Vec<Part>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Formatting, lints and the tests that run on this machine.
    Host,
    /// The tests that run in a browser.
    Browser,
    /// The journeys against the release server.
    #[value(name = "e2e")]
    EndToEnd,
    /// What the server describes, tried out on the release server.
    Api,
}

/// Runs the chosen parts; the last line printed is the count.
pub fn run(place: &Place, options: &Options) -> Result<ExitCode> {
    let mut report = Report { total: Counts::default(), started: Instant::now() };
    if let Err(error) = stages(place, options, &mut report) {
        eprintln!("error: {error:#}");
        report.total += Counts::one(false);
    }
    println!("\nAll stages: {}.", spoken(report.started.elapsed()));
    println!("{}", report.total);
    Ok(if report.total.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

struct Report {
    total: Counts,
    started: Instant,
}

impl Report {
    /// Runs one stage under its heading; an error means that what follows makes no sense.
    fn stage(&mut self, title: &str, work: impl FnOnce() -> Result<Counts>) -> Result<()> {
        println!("\n== {title}");
        let started = Instant::now();
        let counts = work()?;
        let result = if counts == Counts::default() { "done".to_owned() } else { counts.to_string() };
        println!("== {title}: {result}, {}", spoken(started.elapsed()));
        self.total += counts;
        Ok(())
    }
}

fn stages(place: &Place, options: &Options, report: &mut Report) -> Result<()> {
    let wanted = |part: Part| options.parts.is_empty() || options.parts.contains(&part);
    let ready = setup::prepare(place, &needs(wanted))?;
    place.make_dist()?;

    if wanted(Part::Host) {
        report.stage("Formatting", || {
            let passed = process::succeeds(&mut check::formatting(place))?;
            Ok(Counts::one(passed))
        })?;
        report.stage("Lints", || {
            let passed = process::succeeds(&mut check::lints(place))?;
            Ok(Counts::one(passed))
        })?;
        report.stage("Host tests", || host_tests(place))?;
    }
    if wanted(Part::Browser) {
        report.stage("Browser tests", || browser_tests(place, &ready))?;
    }
    if wanted(Part::EndToEnd) {
        report.stage("App and release server", || {
            app::build(place, ready.web()?)?;
            dist::server(place)?;
            Ok(Counts::default())
        })?;
        report.stage("End-to-end tests", || end_to_end(place, &ready))?;
    }
    if wanted(Part::Api) {
        if !wanted(Part::EndToEnd) {
            report.stage("Release server", || {
                dist::server(place)?;
                Ok(Counts::default())
            })?;
        }
        report.stage("What the server describes", || api::run(place))?;
    }
    Ok(())
}

fn needs(wanted: impl Fn(Part) -> bool) -> Vec<Need> {
    let mut needs = Vec::new();
    if wanted(Part::Host) {
        needs.extend([Need::Components, Need::Nextest, Need::ServerTests]);
    }
    if wanted(Part::EndToEnd) {
        needs.extend(setup::FOR_THE_APP);
        needs.push(Need::EndToEndPackages);
    } else if wanted(Part::Browser) {
        needs.extend([Need::WebTarget, Need::WasmBindgen]);
    }
    if wanted(Part::Browser) || wanted(Part::EndToEnd) {
        needs.push(Need::Browser);
    }
    if wanted(Part::Api) {
        needs.push(Need::Schemathesis);
    }
    needs
}

fn host_tests(place: &Place) -> Result<Counts> {
    let mut cargo = place.command("cargo");
    cargo.args(["nextest", "run", "--workspace", "--no-fail-fast"]);
    let seen = process::watched(&mut cargo)?;
    judged(&seen, counts::nextest(&seen.text))
}

fn browser_tests(place: &Place, ready: &Ready) -> Result<Counts> {
    let mut cargo = ready.web()?.command(place, "cargo");
    cargo
        .args(["test", "--package", "app", "--target", TARGET, "--no-fail-fast"])
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner")
        .env("CHROMEDRIVER", &ready.browser()?.driver)
        .env("WASM_BINDGEN_USE_BROWSER", "1")
        // Seconds for one whole test program; the default is 20.
        .env("WASM_BINDGEN_TEST_TIMEOUT", "300");
    let seen = process::watched(&mut cargo)?;
    judged(&seen, counts::wasm_bindgen_test(&seen.text))
}

fn end_to_end(place: &Place, ready: &Ready) -> Result<Counts> {
    // An own copy of the binary: another build must not exchange it in the middle of a journey.
    let folder = place.target.join(format!("e2e-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let binary = folder.join("minvei");
    let report = folder.join("report.json");
    fs::copy(place.target.join("release/minvei"), &binary).context("cannot copy the binary")?;

    let mut playwright = place.command("npx");
    playwright
        .current_dir(place.checkout.join("e2e"))
        .args(["playwright", "test", "--reporter=list,json"])
        .env("MINVEI_BIN", &binary)
        .env("CHROMIUM", &ready.browser()?.chromium)
        .env("PLAYWRIGHT_JSON_OUTPUT_FILE", &report);
    let seen = Seen { ok: process::succeeds(&mut playwright)?, text: fs::read_to_string(&report).unwrap_or_default() };
    fs::remove_dir_all(&folder)?;
    judged(&seen, counts::playwright(&seen.text))
}

/// A program that fails without a failed test, or counts nothing, is one failure; a failing build
/// is the end.
pub fn judged(seen: &Seen, counts: Option<Counts>) -> Result<Counts> {
    if counts.is_none() && seen.text.contains("could not compile") {
        bail!("the tests do not compile");
    }
    let mut counts = counts.unwrap_or(Counts::one(false));
    if !seen.ok && counts.failed == 0 {
        counts.failed = 1;
    }
    Ok(counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(ok: bool, text: &str) -> Seen {
        Seen { ok, text: text.to_owned() }
    }

    #[test]
    fn a_failure_without_a_failed_test_counts_as_one() -> Result<()> {
        assert_eq!(judged(&seen(false, "driver not found"), None)?, Counts::one(false));
        assert_eq!(judged(&seen(true, "no report"), None)?, Counts::one(false));
        let all_passed = Counts { passed: 7, failed: 0 };
        assert_eq!(judged(&seen(false, ""), Some(all_passed))?.failed, 1);
        assert_eq!(judged(&seen(true, ""), Some(all_passed))?, all_passed);
        Ok(())
    }

    #[test]
    fn tests_that_do_not_compile_are_the_end() {
        assert!(judged(&seen(false, "error: could not compile `app`"), None).is_err());
    }

    #[test]
    fn everything_is_needed_for_all_parts_and_nothing_twice() {
        let all = needs(|_| true);
        for (index, need) in all.iter().enumerate() {
            assert!(!all[..index].contains(need));
        }
        assert_eq!(all.len(), 13);
    }
}
