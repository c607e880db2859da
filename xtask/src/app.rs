//! Builds the browser app into `dist/` with Trunk, and weighs what each kind of user has to load.
//! A build that could not change anything is skipped where the caller asks first.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::time::SystemTime;

use anyhow::{Context, Result, bail};

use crate::place::{Place, take_turn};
use crate::process;
use crate::setup::wasm_target::WebToolchain;
use crate::split;

/// Wished for: bytes of wasm after brotli that one kind of user loads, in kB of 1000 bytes.
const TARGET: u64 = 400_000;
/// Above this the build fails.
const LIMIT: u64 = 550_000;

const INPUTS: [&str; 7] = ["app", "shared", "xtask/src/split.rs", "public", "Trunk.toml", "Cargo.toml", "Cargo.lock"];

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
    split::stand_in(place, &mut trunk)?;
    process::visible(&mut trunk).context("the app did not build")?;
    // The page carries the time the build began, so that a change made meanwhile is not missed.
    let page =
        File::options().append(true).open(place.dist().join("index.html")).context("Trunk left no dist/index.html")?;
    page.set_modified(started)?;
    weigh(place)
}

fn weigh(place: &Place) -> Result<()> {
    let dist = place.dist();
    let names: Vec<String> = fs::read_dir(&dist)?
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect::<io::Result<_>>()?;
    let weight = |name: &str| -> Result<u64> {
        // Some hundred bytes do not become fewer, and are left as they are.
        let packed = fs::metadata(dist.join(format!("{name}.br")));
        Ok(packed.or_else(|_| fs::metadata(dist.join(name))).with_context(|| format!("{name} is not in dist/"))?.len())
    };
    let main = names.iter().find(|name| name.ends_with("_bg.wasm")).context("Trunk left no *_bg.wasm in dist/")?;
    let link = names.iter().find(|name| name.starts_with("parts-") && name.ends_with(".js"));
    let link = link.context("finish.mjs left no parts-*.js in dist/")?;
    let main = weight(main)?;
    let mut heaviest = main;
    println!("App: {} of wasm with brotli, and then:", kilobytes(main));
    let parts = parts(&fs::read_to_string(dist.join(link))?);
    if parts.is_empty() {
        bail!("{link} names no parts: has wasm-split changed what it writes?");
    }
    for (part, files) in parts {
        let own = files.iter().map(|file| weight(file)).sum::<Result<u64>>()?;
        println!("  {part}: {} in {} files, {} in all", kilobytes(own), files.len(), kilobytes(main + own));
        heaviest = heaviest.max(main + own);
    }
    if heaviest > LIMIT {
        bail!("the app has grown above {} for one kind of user", kilobytes(LIMIT));
    }
    if heaviest > TARGET {
        println!("Warning: the app is above {} for one kind of user.", kilobytes(TARGET));
    }
    Ok(())
}

/// The files each part consists of, as the script that loads them tells: a file several parts share
/// stands below a comment that names them, a part's own in the line that exports its loader.
fn parts(link: &str) -> BTreeMap<String, Vec<String>> {
    let mut parts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut whose: Vec<String> = Vec::new();
    for line in link.lines() {
        if let Some(names) = line.strip_prefix("/* ").and_then(|line| line.strip_suffix(" */")) {
            whose = names.split(", ").map(str::to_owned).collect();
        } else if let Some(line) = line.strip_prefix("export const __wasm_split_load_") {
            whose = line.split(' ').next().map(str::to_owned).into_iter().collect();
        }
        let Some((_, file)) = line.split_once("new URL(\"./") else { continue };
        let file = file.split('"').next().unwrap_or_default();
        for part in &whose {
            let files = parts.entry(part.clone()).or_default();
            // The joined one is named for each stretch of it.
            if !files.iter().any(|known| known == file) {
                files.push(file.to_owned());
            }
        }
    }
    parts
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
        assert_eq!(kilobytes(550_000), "550 kB");
        assert_eq!(kilobytes(550_001), "551 kB");
    }

    #[test]
    fn a_part_weighs_what_it_shares_too() {
        let link = r#"
/* office, kitchen */
const __chunk_3 = makeLoad(stretch(new URL("./small-3.bin", import.meta.url), 0, 70), []);
/* office */
const __chunk_4 = makeLoad(stretch(new URL("./small-3.bin", import.meta.url), 70, 90), []);
/* office, kitchen */
const __chunk_1 = makeLoad(() => {
    const src = fetch(new URL("./chunk-1.wasm", import.meta.url));
}, []);
export const __wasm_split_load_office = wrapAsyncCb(makeLoad(() => {
    const src = fetch(new URL("./office-2.wasm", import.meta.url));
}, [__chunk_1]));
"#;
        let found = parts(link);
        assert_eq!(found["office"], ["small-3.bin", "chunk-1.wasm", "office-2.wasm"]);
        assert_eq!(found["kitchen"], ["small-3.bin", "chunk-1.wasm"]);
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
