//! The compiler for wasm: rustup's own target, or Debian's rustc with a standard library built here.
//! The route that worked is remembered in the cache, so that later starts do not try again.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

use super::Step;
use super::apt::Apt;
use super::debian;
use crate::place::{Place, cargo_home};
use crate::process;

/// The target of all wasm builds.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// The name under which rustup knows Debian's compiler.
pub const DEBIAN_TOOLCHAIN: &str = "debian-web";

/// Leptos then keeps one code for a view however deep it nests, instead of one for each nesting.
const ERASED: &str = "--cfg=erase_components";

/// Which compiler makes wasm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// The one that makes everything else, too.
    Host,
    /// Debian's, linked into rustup.
    DebianThroughRustup,
    /// Debian's, and there is no rustup.
    DebianAlone,
}

impl Route {
    /// A program to be started in the checkout with this route's compiler.
    pub fn command(self, place: &Place, program: &str) -> Command {
        let mut command = place.command(program);
        match self {
            Self::Host => {}
            Self::DebianThroughRustup => {
                command
                    .env("RUSTUP_TOOLCHAIN", DEBIAN_TOOLCHAIN)
                    // `cargo run` put the other toolchain's libraries there.
                    .env_remove("LD_LIBRARY_PATH");
            }
            Self::DebianAlone => {
                command
                    .env("PATH", place.search_path(Some(Path::new("/usr/bin"))))
                    .env("RUSTC", "/usr/bin/rustc")
                    .env_remove("LD_LIBRARY_PATH");
            }
        }
        command
    }
}

/// What a compiler says about itself.
pub struct Compiler {
    /// `rustc -vV`.
    pub about: String,
    /// Where its libraries are.
    pub sysroot: PathBuf,
}

impl Compiler {
    /// Asks the compiler of `route`.
    pub fn ask(place: &Place, route: Route) -> Result<Self> {
        let about = process::output(route.command(place, "rustc").arg("-vV"))?;
        let sysroot = process::output(route.command(place, "rustc").args(["--print", "sysroot"]))?;
        Ok(Self { about, sysroot: sysroot.into() })
    }

    /// One line of `rustc -vV`, such as `host`.
    pub fn field(&self, name: &str) -> Result<&str> {
        self.about
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
            .with_context(|| format!("rustc -vV does not name its {name}"))
    }

    /// Where its libraries for wasm are, or would be.
    pub fn wasm_home(&self) -> PathBuf {
        self.sysroot.join("lib/rustlib").join(TARGET)
    }

    fn has_wasm(&self) -> bool {
        let Ok(entries) = fs::read_dir(self.wasm_home().join("lib")) else {
            return false;
        };
        entries.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("libcore-"))
    }
}

/// The chosen compiler with everything a wasm build has to know.
pub struct WebToolchain {
    route: Route,
    linker: Option<PathBuf>,
    flags: String,
}

impl WebToolchain {
    /// A program to be started in the checkout that builds for wasm.
    pub fn command(&self, place: &Place, program: &str) -> Command {
        let mut command = self.route.command(place, program);
        command
            .env("CARGO_TARGET_DIR", place.web_target())
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", &self.flags);
        if let Some(linker) = &self.linker {
            command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
        }
        command
    }
}

/// Finds a compiler for wasm, or makes one.
pub fn prepare(place: &Place, step: &Step, apt: &mut Apt) -> Result<WebToolchain> {
    let host = Compiler::ask(place, Route::Host)?;
    let route = choose(place, step, &host, apt)?;
    let compiler = Compiler::ask(place, route)?;
    let linker = match route {
        Route::Host => None,
        Route::DebianThroughRustup | Route::DebianAlone => Some(debian::linker(place, step, apt, &host, &compiler)?),
    };
    Ok(WebToolchain { route, linker, flags: remapped(place, &compiler.sysroot) })
}

fn choose(place: &Place, step: &Step, host: &Compiler, apt: &mut Apt) -> Result<Route> {
    // Debian's own compiler may hold an outdated library of ours, which its route looks at.
    let is_debian = host.sysroot == Path::new("/usr");
    if !is_debian && host.has_wasm() {
        return Ok(Route::Host);
    }
    let note = place.cache.join("wasm-route");
    let remembered = fs::read_to_string(&note).is_ok_and(|text| text.trim() == "debian");
    let has_rustup = process::on_path("rustup").is_some();
    if !is_debian && has_rustup && !remembered {
        step.say("Wasm target: asking rustup …");
        if add_with_rustup(place) && host.has_wasm() {
            step.say("Wasm target: ready, from rustup.");
            return Ok(Route::Host);
        }
        step.say("Wasm target: rustup cannot get it; taking Debian's route.");
    }
    let route = if has_rustup { Route::DebianThroughRustup } else { Route::DebianAlone };
    debian::prepare(place, step, apt, route).context(
        "no wasm target: please run `rustup target add wasm32-unknown-unknown`, \
         or install Debian's rustc-web, cargo-web and rust-web-src",
    )?;
    fs::write(&note, "debian\n")?;
    Ok(route)
}

fn add_with_rustup(place: &Place) -> bool {
    let mut rustup = place.command("rustup");
    rustup.args(["target", "add", TARGET]).env("RUSTUP_MAX_RETRIES", "0");
    let limit = Duration::from_secs(180);
    process::quietly(&mut rustup, &place.log("rustup"), limit).is_ok()
}

/// What the compiler is told: smaller views, and none of this machine's folders in panic messages.
fn remapped(place: &Place, sysroot: &Path) -> String {
    let folders = [
        (Some(place.target.clone()), "/target"),
        (Some(place.checkout.clone()), "/minvei"),
        (cargo_home(), "/cargo"),
        (Some(sysroot.join("lib/rustlib")), "/rust"),
    ];
    let remaps = folders
        .into_iter()
        .filter_map(|(folder, name)| Some((folder?.to_str()?.to_owned(), name)))
        // Cargo splits this variable at spaces.
        .filter(|(folder, _)| !folder.contains(char::is_whitespace))
        .map(|(folder, name)| format!("--remap-path-prefix={folder}={name}"));
    let flags: Vec<String> = [ERASED.to_owned()].into_iter().chain(remaps).collect();
    flags.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compiler_is_asked_for_one_line() -> Result<()> {
        let compiler = Compiler {
            about: "rustc 1.96.0\nhost: x86_64-unknown-linux-gnu\nLLVM version: 22.1.8".to_owned(),
            sysroot: "/usr".into(),
        };
        assert_eq!(compiler.field("host")?, "x86_64-unknown-linux-gnu");
        assert_eq!(compiler.field("LLVM version")?, "22.1.8");
        assert!(compiler.field("release").is_err());
        Ok(())
    }
}
