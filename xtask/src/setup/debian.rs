//! Debian's route to wasm: its rustc with sources, and a standard library built from them here.
//! The library carries a stamp, so that an upgraded rustc gets a new one.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::Step;
use super::apt::{self, Apt};
use super::wasm_target::{Compiler, DEBIAN_TOOLCHAIN, Route, TARGET};
use crate::place::{Place, cargo_home};
use crate::process;

/// Always of one version, so always installed together.
const PACKAGES: [&str; 3] = ["rustc-web", "cargo-web", "rust-web-src"];

/// Beside the built library; holds what its compiler said about itself.
const STAMP: &str = "minvei-stamp";

/// What must be among the built libraries; without `test` wasm-bindgen-test has nothing to stand on.
const EXPECTED: [&str; 5] = ["libcore-", "libstd-", "libtest-", "libpanic_abort-", "libcompiler_builtins-"];

/// Installs Debian's compiler, links it into rustup, and builds its standard library for wasm.
pub fn prepare(place: &Place, step: &Step, apt: &mut Apt, route: Route) -> Result<()> {
    if Compiler::ask(place, route).is_ok_and(|compiler| has_library(&compiler)) {
        return Ok(());
    }
    if !PACKAGES.into_iter().all(apt::is_installed) {
        step.say("Wasm target: installing Debian's rustc-web, cargo-web and rust-web-src …");
        apt.install(place, &PACKAGES)?;
    }
    if route == Route::DebianThroughRustup {
        link(place)?;
    }
    let compiler = Compiler::ask(place, route)?;
    if has_library(&compiler) {
        return Ok(());
    }
    step.say("Wasm target: building Rust's standard library, about a minute …");
    let work = place.cache.join("std");
    remove(&work)?;
    let built = build_library(place, route, &work)?;
    let staged = stage(&work, &built, &compiler)?;
    put_in_place(&staged, &compiler.wasm_home())?;
    // What was built against an earlier library does not fit this one.
    remove(&place.web_target().join(TARGET))?;
    remove(&work)?;
    step.say("Wasm target: ready, by Debian's route.");
    Ok(())
}

/// The linker for Debian's compiler: rustup's own, else one of Debian's.
pub fn linker(place: &Place, step: &Step, apt: &mut Apt, host: &Compiler, web: &Compiler) -> Result<PathBuf> {
    let own = host.sysroot.join("lib/rustlib").join(host.field("host")?).join("bin/rust-lld");
    if own.is_file() {
        return Ok(own);
    }
    let version = web.field("LLVM version")?;
    let major = version.split('.').next().unwrap_or(version);
    let versioned = format!("wasm-ld-{major}");
    let find = || ["rust-lld", versioned.as_str(), "wasm-ld"].into_iter().find_map(process::on_path);
    if let Some(found) = find() {
        return Ok(found);
    }
    let package = format!("lld-{major}");
    step.say(&format!("Wasm linker: installing Debian's {package} …"));
    apt.install(place, &[package.as_str()])?;
    find().with_context(|| format!("please install a linker for wasm: Debian's {package}"))
}

fn has_library(compiler: &Compiler) -> bool {
    let home = compiler.wasm_home();
    if fs::read_to_string(home.join(STAMP)).is_ok_and(|stamp| stamp == compiler.about) {
        return true;
    }
    // A library that is itself a Debian package is always the right one.
    let mut owner = Command::new("dpkg-query");
    owner.arg("--search").arg(home.join("lib"));
    home.join("lib").is_dir() && process::would_succeed(&mut owner)
}

fn link(place: &Place) -> Result<()> {
    let mut rustc = Route::DebianThroughRustup.command(place, "rustc");
    if process::would_succeed(rustc.arg("--version")) {
        return Ok(());
    }
    let mut rustup = place.command("rustup");
    rustup.args(["toolchain", "link", DEBIAN_TOOLCHAIN, "/usr"]);
    process::logged(&mut rustup, &place.log("rustup-link"))
}

/// Builds the library as the dependency of an empty crate; answers its files by name.
fn build_library(place: &Place, route: Route, work: &Path) -> Result<BTreeMap<OsString, PathBuf>> {
    let source = work.join("empty");
    fs::create_dir_all(&source)?;
    fs::write(
        source.join("Cargo.toml"),
        "[package]\nname = \"minvei-empty\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\
         [lib]\npath = \"lib.rs\"\n[workspace]\n",
    )?;
    fs::write(source.join("lib.rs"), "#![no_std]\n")?;

    // Without bitcode the app cannot be optimised across crates.
    let mut flags = vec!["-Cembed-bitcode=yes".to_owned()];
    if let Some(cargo_home) = cargo_home() {
        let folder = cargo_home.display();
        flags.push(format!("--remap-path-prefix={folder}=/cargo"));
    }
    let mut cargo = route.command(place, "cargo");
    cargo
        .current_dir(&source)
        .args(["build", "--release", "--target", TARGET])
        .args(["-Z", "build-std=std,panic_abort,panic_unwind,test"])
        .env("CARGO_TARGET_DIR", work.join("target"))
        .env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"))
        .env("RUSTC_BOOTSTRAP", "1");
    process::logged(&mut cargo, &place.log("wasm-std")).context("Rust's standard library for wasm did not build")?;

    let mut built = BTreeMap::new();
    collect(&work.join("target").join(TARGET), &mut built)?;
    for start in EXPECTED {
        let is_there = |name: &OsString| name.to_string_lossy().starts_with(start);
        if !built.keys().any(is_there) {
            bail!("the built standard library lacks {start}*.rlib");
        }
    }
    Ok(built)
}

fn collect(folder: &Path, found: &mut BTreeMap<OsString, PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, found)?;
            continue;
        }
        let Some(name) = path.file_name().map(OsString::from) else {
            continue;
        };
        let is_library = name.to_string_lossy().ends_with(".rlib");
        let is_empty_crate = name.to_string_lossy().starts_with("libminvei_empty");
        if is_library && !is_empty_crate {
            found.insert(name, path);
        }
    }
    Ok(())
}

fn stage(work: &Path, built: &BTreeMap<OsString, PathBuf>, compiler: &Compiler) -> Result<PathBuf> {
    let staged = work.join("staged");
    fs::create_dir_all(staged.join("lib"))?;
    for (name, file) in built {
        fs::copy(file, staged.join("lib").join(name))?;
    }
    fs::write(staged.join(STAMP), &compiler.about)?;
    Ok(staged)
}

/// Copies beside the place and renames, so that there is never half a library.
fn put_in_place(staged: &Path, home: &Path) -> Result<()> {
    let mut fresh = home.as_os_str().to_owned();
    fresh.push(".new");
    let fresh = Path::new(&fresh);
    let steps = [
        ("rm", vec![Path::new("-rf"), fresh]),
        ("cp", vec![Path::new("-r"), staged, fresh]),
        ("rm", vec![Path::new("-rf"), home]),
        ("mv", vec![fresh, home]),
    ];
    for (program, arguments) in steps {
        let mut command = apt::as_root(program)
            .with_context(|| format!("please run as administrator once: {} must be written", home.display()))?;
        process::visible(command.args(arguments))?;
    }
    Ok(())
}

fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    Ok(())
}
