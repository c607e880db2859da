//! What comes from npm: wasm-opt in the cache, and the packages of `app/` and `e2e/`.
//! A folder's packages count as there when the lock file they were installed from is still the same.

use std::fs;

use anyhow::{Context, Result, bail};

use super::Step;
use crate::place::Place;
use crate::process;

/// The version of npm's binaryen; Trunk.toml names its wasm-opt.
const BINARYEN: &str = "132.0.0";

/// Puts wasm-opt into the cache.
pub fn wasm_opt(place: &Place, step: &Step) -> Result<()> {
    let home = place.npm();
    let about = fs::read_to_string(home.join("node_modules/binaryen/package.json"));
    if about.is_ok_and(|text| text.contains(&format!("\"version\": \"{BINARYEN}\""))) {
        return Ok(());
    }
    require_node()?;
    step.say(&format!("wasm-opt {BINARYEN}: fetching from npm …"));
    let fresh = place.cache.join("npm.new");
    if fresh.exists() {
        fs::remove_dir_all(&fresh)?;
    }
    fs::create_dir_all(&fresh)?;
    let mut npm = place.command("npm");
    npm.current_dir(&fresh)
        .args(["install", "--no-save", "--no-package-lock"])
        .args(["--ignore-scripts", "--no-audit", "--no-fund", "--prefix"])
        .arg(&fresh)
        .arg(format!("binaryen@{BINARYEN}"));
    process::logged(&mut npm, &place.log("npm-wasm-opt"))
        .with_context(|| format!("npm could not fetch binaryen {BINARYEN}"))?;
    let mut tried = place.command(fresh.join("node_modules/.bin/wasm-opt"));
    if !process::would_succeed(tried.arg("--version")) {
        bail!("wasm-opt of npm's binaryen {BINARYEN} does not run: please use Node 20 or newer");
    }
    if home.exists() {
        fs::remove_dir_all(&home)?;
    }
    fs::rename(&fresh, &home).context("cannot put wasm-opt into the cache")
}

/// Installs the packages of one folder of the checkout.
pub fn packages(place: &Place, step: &Step, folder: &str) -> Result<()> {
    let home = place.checkout.join(folder);
    let stamp = home.join("node_modules/.minvei-lock");
    let wanted = fs::read(home.join("package-lock.json"))
        .with_context(|| format!("{folder}/package-lock.json cannot be read"))?;
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    require_node()?;
    step.say(&format!("npm packages of {folder}/: fetching …"));
    let mut npm = place.command("npm");
    npm.current_dir(&home).args(["ci", "--no-audit", "--no-fund"]).env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    process::logged(&mut npm, &place.log(&format!("npm-{folder}")))
        .with_context(|| format!("npm could not fetch the packages of {folder}/"))?;
    // A folder without any package gets no node_modules from npm.
    fs::create_dir_all(home.join("node_modules"))?;
    fs::write(&stamp, wanted)?;
    Ok(())
}

fn require_node() -> Result<()> {
    if process::on_path("node").is_none() || process::on_path("npm").is_none() {
        bail!("please install Node 20 or newer, with npm");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trunk_expects_this_wasm_opt() {
        let config = include_str!("../../../Trunk.toml");
        let major = BINARYEN.split('.').next().unwrap_or_default();
        assert!(config.contains(&format!("wasm_opt = \"version_{major}\"")));
    }
}
