//! Cuts the app's wasm into the parts of `app/src/parts.rs`.
//!
//! It must be cut after it is linked and before wasm-bindgen sees it, and Trunk has no hook there. Trunk
//! starts `wasm-bindgen`, whichever it finds first: that is this program under another name, which cuts
//! and then starts the real one. `app/build/finish.mjs` gives the parts their final names.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::num::NonZero;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::{Context, Result, bail};

use crate::place::Place;
use crate::process;

/// The name Trunk looks for.
const STANDS_FOR: &str = "wasm-bindgen";
/// Where the real one is, for the one that stands for it.
const REAL: &str = "MINVEI_WASM_BINDGEN";
/// Programs that cut, and that make small.
const CUTTER: &str = "wasm-split-cli";
const SHRINKER: &str = "wasm-opt";
/// Where the parts are to lie, for that one and for `finish.mjs`.
const PARTS: &str = "MINVEI_PARTS";

/// Lets `trunk` find this program as `wasm-bindgen`.
pub fn stand_in(place: &Place, trunk: &mut Command) -> Result<()> {
    let folder = place.web_target().join("split");
    fs::create_dir_all(&folder)?;
    let link = folder.join(STANDS_FOR);
    if link.symlink_metadata().is_ok() {
        fs::remove_file(&link)?;
    }
    symlink(env::current_exe()?, &link)?;
    let found = trunk.get_envs().find(|(name, _)| *name == "PATH").and_then(|(_, value)| value);
    let before = found.map(OsString::from).or_else(|| env::var_os("PATH")).unwrap_or_default();
    let real = env::split_paths(&before).map(|folder| folder.join(STANDS_FOR)).find(|path| path.is_file());
    let real = real.context("there is no wasm-bindgen on PATH")?;
    trunk.env(PARTS, folder.join("parts"));
    let folders = [folder].into_iter().chain(env::split_paths(&before));
    trunk.env("PATH", env::join_paths(folders)?).env(REAL, real);
    Ok(())
}

/// Was this program started as `wasm-bindgen`?
pub fn is_asked() -> bool {
    let name = env::args_os().next().map(PathBuf::from);
    name.is_some_and(|name| name.file_name().is_some_and(|name| name == STANDS_FOR))
}

/// Cuts the wasm named among the arguments, and lets the real wasm-bindgen do the rest.
pub fn run() -> Result<ExitCode> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let real = env::var_os(REAL).with_context(|| format!("{REAL} is not set"))?;
    let Some(wasm) = arguments.iter().find(|argument| argument.ends_with(".wasm")) else {
        // `--version`, most likely.
        let is_well = process::succeeds(Command::new(real).args(&arguments))?;
        return Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    };
    let name = option(&arguments, "--out-name")?;
    let parts = PathBuf::from(env::var_os(PARTS).with_context(|| format!("{PARTS} is not set"))?);
    let cut = parts.with_file_name("cut");
    empty(&cut)?;
    let mut cutter = Command::new(CUTTER);
    cutter.arg(wasm).arg(&cut).args(["--target", "web", "--out-name", name]);
    process::visible(&mut cutter).context("the app could not be cut into parts")?;
    let main = cut.join(format!("{name}.wasm"));
    let mut bindgen = Command::new(real);
    bindgen.args(arguments.iter().filter(|argument| *argument != wasm)).arg("--keep-lld-exports").arg(&main);
    process::visible(&mut bindgen)?;
    fs::remove_file(&main)?;
    shrink(&cut, &parts)?;
    Ok(ExitCode::SUCCESS)
}

/// What lies in `cut` goes to `parts`, the wasm as small as the app's own.
fn shrink(cut: &Path, parts: &Path) -> Result<()> {
    empty(parts)?;
    let page = fs::read_to_string("app/index.html").context("not started in the checkout")?;
    let passes = attribute(&page, "data-wasm-opt-params").context("index.html says nothing about wasm-opt")?;
    let paths: Vec<PathBuf> = fs::read_dir(cut)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    // They are some hundred, and each takes a second or two to begin with.
    let next = AtomicUsize::new(0);
    let work = || -> Result<()> {
        while let Some(path) = paths.get(next.fetch_add(1, Ordering::Relaxed)) {
            let to = parts.join(path.file_name().context("a file has a name")?);
            if path.extension().is_some_and(|extension| extension == "wasm") {
                let mut shrinker = Command::new(SHRINKER);
                shrinker.args(passes.split_whitespace()).arg(path).arg("-o").arg(to);
                process::visible(&mut shrinker)?;
            } else {
                fs::copy(path, to)?;
            }
        }
        Ok(())
    };
    let workers = thread::available_parallelism().map_or(1, NonZero::get);
    thread::scope(|scope| {
        let all: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        all.into_iter().try_for_each(|one| one.join().unwrap_or_else(|_| bail!("a worker has stopped")))
    })
}

fn empty(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))
}

/// The value of `--name=value`.
fn option<'a>(arguments: &'a [String], name: &str) -> Result<&'a str> {
    let found = arguments.iter().find_map(|argument| argument.strip_prefix(name)?.strip_prefix('='));
    let Some(value) = found else { bail!("wasm-bindgen is started without {name}=") };
    Ok(value)
}

/// The value of an attribute that stands once in a page.
fn attribute<'a>(page: &'a str, name: &str) -> Option<&'a str> {
    let (_, after) = page.split_once(&format!("{name}=\""))?;
    after.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_read_as_trunk_writes_them() -> Result<()> {
        let arguments = ["--target=web", "--out-dir=/out", "--out-name=app", "/in.wasm"].map(str::to_owned);
        assert_eq!((option(&arguments, "--out-dir")?, option(&arguments, "--out-name")?), ("/out", "app"));
        assert!(option(&arguments, "--out").is_err());
        Ok(())
    }

    #[test]
    fn parts_are_made_small_like_the_app() {
        let page = include_str!("../../app/index.html");
        let passes = attribute(page, "data-wasm-opt-params").unwrap_or_default();
        assert!(passes.contains("-Oz") && passes.contains("--enable-bulk-memory"), "{passes}");
    }
}
