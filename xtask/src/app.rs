//! Builds the browser app into `dist/` with Trunk, and weighs the result.
//! A build that could not change anything is skipped where the caller asks first.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result, bail};

use crate::place::{Place, take_turn};
use crate::process;
use crate::setup::wasm_target::WebToolchain;

/// Wished for: bytes of wasm after brotli, in kB of 1000 bytes.
const TARGET: u64 = 400_000;
/// Above this the build fails.
const LIMIT: u64 = 550_000;

const INPUTS: [&str; 6] = ["app", "shared", "public", "Trunk.toml", "Cargo.toml", "Cargo.lock"];

/// Whether `dist/` was built after the last change of anything it is made from.
pub fn is_current(place: &Place) -> bool {
    let Ok(built) = modified(&place.dist().join("index.html")) else {
        return false;
    };
    INPUTS.iter().all(|input| !changed_since(&place.checkout.join(input), built))
}

/// Builds the app and fails if it has become too heavy.
pub fn build(place: &Place, web: &WebToolchain) -> Result<()> {
    let _turn = take_turn(&place.web_target().join("build.lock"), "another build of the app")?;
    let started = start_mark(place)?;
    let mut trunk = web.command(place, "trunk");
    trunk
        .args(["build", "--release"])
        .env("TRUNK_SKIP_VERSION_CHECK", "true")
        // Trunk refuses the usual value 1.
        .env_remove("NO_COLOR");
    process::visible(&mut trunk).context("the app did not build")?;
    // The page carries the time the build began, so that a change made meanwhile is not missed.
    let page =
        File::options().append(true).open(place.dist().join("index.html")).context("Trunk left no dist/index.html")?;
    page.set_modified(started)?;
    weigh(place)
}

fn weigh(place: &Place) -> Result<()> {
    let wasm = wasm_file(&place.dist())?.context("Trunk left no *_bg.wasm in dist/")?;
    let raw = fs::metadata(&wasm)?.len();
    let mut compressed = wasm.into_os_string();
    compressed.push(".br");
    let brotli = fs::metadata(&compressed)
        .context("the app's wasm is not compressed: app/build/finish.mjs writes *.wasm.br")?
        .len();
    println!(
        "App: {} of wasm, {} with brotli (wished for {}, at most {}).",
        kilobytes(raw),
        kilobytes(brotli),
        kilobytes(TARGET),
        kilobytes(LIMIT)
    );
    if brotli > LIMIT {
        bail!("the app's wasm has grown above {}", kilobytes(LIMIT));
    }
    if brotli > TARGET {
        println!("Warning: the app's wasm is above {}.", kilobytes(TARGET));
    }
    Ok(())
}

fn wasm_file(dist: &Path) -> Result<Option<PathBuf>> {
    for entry in fs::read_dir(dist)? {
        let path = entry?.path();
        if path.to_string_lossy().ends_with("_bg.wasm") {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

fn kilobytes(bytes: u64) -> String {
    format!("{} kB", bytes.div_ceil(1000))
}

/// The present time as this file system tells it.
fn start_mark(place: &Place) -> Result<SystemTime> {
    let mark = place.web_target().join("build.start");
    fs::write(&mark, "")?;
    Ok(modified(&mark)?)
}

fn modified(path: &Path) -> io::Result<SystemTime> {
    fs::metadata(path)?.modified()
}

fn changed_since(path: &Path, built: SystemTime) -> bool {
    let Ok(about) = fs::metadata(path) else {
        return false;
    };
    if !about.is_dir() {
        return about.modified().is_ok_and(|changed| changed > built);
    }
    let Ok(entries) = fs::read_dir(path) else {
        return true;
    };
    entries
        .flatten()
        .filter(|entry| {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            !matches!(&*name, "node_modules" | "generated" | "target") && !name.starts_with('.')
        })
        .any(|entry| changed_since(&entry.path(), built))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_never_rounded_below_the_limit() {
        assert_eq!(kilobytes(LIMIT), "550 kB");
        assert_eq!(kilobytes(LIMIT + 1), "551 kB");
    }

    #[test]
    fn a_missing_file_has_not_changed() {
        assert!(!changed_since(Path::new("/nowhere/at/all"), SystemTime::UNIX_EPOCH));
    }

    #[test]
    fn a_newer_file_deep_inside_counts() {
        let sources = Path::new(env!("CARGO_MANIFEST_DIR"));
        assert!(changed_since(sources, SystemTime::UNIX_EPOCH));
    }
}
