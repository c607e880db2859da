//! Programs that cargo installs into the cache, components of the toolchain, and fetched crates.
//! Versions are exact; a light profile keeps their builds to a few minutes.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use super::Step;
use super::wasm_target::WebToolchain;
use crate::place::Place;
use crate::process;

/// Newer ones need a newer rustc.
const TRUNK: &str = "0.21.14";
/// Must equal the crate's version in Cargo.toml and the tool's in Trunk.toml.
const WASM_BINDGEN: &str = "0.2.130";
/// Cuts the app into parts; goes with the crate `wasm_split_helpers`.
const WASM_SPLIT: &str = "0.2.4";
/// Any will do where one is installed already.
const NEXTEST: &str = "0.9.143";

/// A program to be built by `cargo install`.
struct Tool<'a> {
    title: &'a str,
    package: &'a str,
    version: &'a str,
    /// `--locked`, or nothing where its own lock file cannot be satisfied.
    lock: Option<&'a str>,
    /// What it leaves out otherwise, `--features=…`.
    features: Option<&'a str>,
    minutes: u32,
}

/// Installs Trunk.
pub fn trunk(place: &Place, step: &Step) -> Result<()> {
    if has_version(place, "trunk", TRUNK) {
        return Ok(());
    }
    let tool =
        Tool { title: "Trunk", package: "trunk", version: TRUNK, lock: Some("--locked"), features: None, minutes: 5 };
    install(place, step, &tool)
}

/// Installs wasm-bindgen and its test runner.
pub fn wasm_bindgen(place: &Place, step: &Step) -> Result<()> {
    let programs = ["wasm-bindgen", "wasm-bindgen-test-runner"];
    if programs.iter().all(|program| has_version(place, program, WASM_BINDGEN)) {
        return Ok(());
    }
    let tool = Tool {
        title: "wasm-bindgen",
        package: "wasm-bindgen-cli",
        version: WASM_BINDGEN,
        lock: None,
        features: None,
        minutes: 3,
    };
    install(place, step, &tool)
}

/// Installs what cuts the app into parts.
pub fn wasm_split(place: &Place, step: &Step) -> Result<()> {
    const PACKAGE: &str = "wasm_split_cli_support";
    // It does not tell its version; cargo remembers what it has installed.
    let installed = fs::read_to_string(place.tools().join(".crates.toml")).unwrap_or_default();
    if installed.contains(&format!("\"{PACKAGE} {WASM_SPLIT} ")) {
        return Ok(());
    }
    let tool = Tool {
        title: "wasm-split",
        package: PACKAGE,
        version: WASM_SPLIT,
        lock: None,
        features: Some("--features=build-binary"),
        minutes: 2,
    };
    install(place, step, &tool)
}

/// Installs cargo-nextest unless there is one.
pub fn nextest(place: &Place, step: &Step) -> Result<()> {
    if process::would_succeed(place.command("cargo").args(["nextest", "--version"])) {
        return Ok(());
    }
    let tool = Tool {
        title: "cargo-nextest",
        package: "cargo-nextest",
        version: NEXTEST,
        lock: Some("--locked"),
        features: None,
        minutes: 6,
    };
    install(place, step, &tool)
}

/// Makes sure that rustfmt and clippy are there.
pub fn components(place: &Place, step: &Step) -> Result<()> {
    let missing: Vec<&str> = [("fmt", "rustfmt"), ("clippy", "clippy")]
        .into_iter()
        .filter(|(word, _)| !process::would_succeed(place.command("cargo").args([*word, "--version"])))
        .map(|(_, component)| component)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let named = missing.join(" and ");
    if process::on_path("rustup").is_none() {
        bail!("please install {named}, which the tests need");
    }
    step.say(&format!("{named}: fetching with rustup …"));
    let mut rustup = place.command("rustup");
    rustup.args(["component", "add"]).args(&missing);
    process::logged(&mut rustup, &place.log("components"))
        .with_context(|| format!("please install {named}, which the tests need"))
}

/// Fetches the crates of Cargo.lock, since Trunk builds offline.
pub fn crates(place: &Place, step: &Step, web: &WebToolchain) -> Result<()> {
    let mut there = web.command(place, "cargo");
    if process::would_succeed(there.args(["fetch", "--locked", "--offline"])) {
        return Ok(());
    }
    step.say("Crates of Cargo.lock: fetching …");
    let mut fetch = web.command(place, "cargo");
    fetch.args(["fetch", "--locked"]);
    process::logged(&mut fetch, &place.log("crates"))
        .context("the crates of Cargo.lock could not be fetched from crates.io")
}

/// Where tools are built: kept when a build is interrupted, removed when all are there.
pub fn build_folder(place: &Place) -> PathBuf {
    place.cache.join("tools-build")
}

fn has_version(place: &Place, program: &str, version: &str) -> bool {
    process::output(place.command(program).arg("--version"))
        .is_ok_and(|text| text.split_whitespace().nth(1) == Some(version))
}

fn install(place: &Place, step: &Step, tool: &Tool<'_>) -> Result<()> {
    let Tool { title, package, version, lock, features, minutes } = *tool;
    step.say(&format!("{title} {version}: building, about {minutes} minutes …"));
    let mut cargo = place.command("cargo");
    cargo
        // Not in the checkout: its cargo configuration is not the tool's.
        .current_dir(&place.cache)
        .env("CARGO_TARGET_DIR", build_folder(place))
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
        .args(["install", "--force", "--version", version, "--root"])
        .arg(place.tools())
        .args(lock)
        .args(features)
        .arg(package);
    process::logged(&mut cargo, &place.log(package))
        .with_context(|| format!("{title} could not be built: please install {package} {version}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_means_the_same_wasm_bindgen() {
        let trunk = include_str!("../../../Trunk.toml");
        let workspace = include_str!("../../../Cargo.toml");
        assert!(trunk.contains(&format!("wasm_bindgen = \"{WASM_BINDGEN}\"")));
        assert!(workspace.contains(&format!("wasm-bindgen = \"={WASM_BINDGEN}\"")));
    }
}
