//! Where things are: the checkout, the cache outside it, and the build directories.
//! Every program that is started for the checkout begins as [`Place::command`].

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File, TryLockError};
use std::path::{self, Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

/// The folders that all commands work in, as absolute paths.
pub struct Place {
    /// The checkout this xtask belongs to.
    pub checkout: PathBuf,
    /// What survives a clean checkout: tools, npm's wasm-opt, logs, the demo's data.
    pub cache: PathBuf,
    /// Cargo's target directory for everything but wasm.
    pub target: PathBuf,
}

impl Place {
    /// Finds the folders from the environment and makes sure that the cache exists.
    pub fn find() -> Result<Self> {
        let manifest = set("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let checkout = Path::new(&manifest).parent().context("xtask is not inside a checkout")?.to_path_buf();
        let cache = path::absolute(cache_root()?)?;
        let target = match set("CARGO_TARGET_DIR") {
            Some(chosen) => path::absolute(chosen)?,
            None => cache.join("target"),
        };
        fs::create_dir_all(&cache).with_context(|| format!("cannot create the cache {}", cache.display()))?;
        Ok(Self { checkout, cache, target })
    }

    /// A program to be started in the checkout, with our tools found first.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(&self.checkout)
            .env("PATH", self.search_path(None))
            .env("CARGO_TARGET_DIR", &self.target)
            // `cargo run` leaves its own; the wasm build may use another toolchain's cargo.
            .env_remove("CARGO")
            .env_remove("CARGO_MANIFEST_DIR")
            .env_remove("CARGO_MANIFEST_PATH");
        command
    }

    /// `PATH` with our tools first, then `preferred`, then what was there.
    pub fn search_path(&self, preferred: Option<&Path>) -> OsString {
        let before = env::var_os("PATH").unwrap_or_default();
        let folders = [self.tools().join("bin"), self.npm().join("node_modules/.bin")]
            .into_iter()
            .chain(preferred.map(Path::to_path_buf))
            .chain(env::split_paths(&before));
        env::join_paths(folders).unwrap_or_else(|_| before.clone())
    }

    /// The root that `cargo install` fills.
    pub fn tools(&self) -> PathBuf {
        self.cache.join("tools")
    }

    /// Where npm's wasm-opt is.
    pub fn npm(&self) -> PathBuf {
        self.cache.join("npm")
    }

    /// Cargo's target directory for wasm: its compiler may be another one, and they would thrash.
    pub fn web_target(&self) -> PathBuf {
        self.target.join("web")
    }

    /// The built app.
    pub fn dist(&self) -> PathBuf {
        self.checkout.join("dist")
    }

    /// Where the output of a quiet step goes.
    pub fn log(&self, name: &str) -> PathBuf {
        self.cache.join("log").join(format!("{name}.log"))
    }

    /// Makes `dist/`, since the server embeds that folder and does not compile without it.
    pub fn make_dist(&self) -> Result<()> {
        fs::create_dir_all(self.dist()).context("cannot create dist/")
    }
}

/// Waits until nobody else holds `file`; ours until the answer is dropped.
pub fn take_turn(file: &Path, other: &str) -> Result<File> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    let turn = File::create(file).with_context(|| format!("cannot write {}", file.display()))?;
    if matches!(turn.try_lock(), Err(TryLockError::WouldBlock)) {
        println!("Waiting for {other} to finish …");
        turn.lock()?;
    }
    Ok(turn)
}

/// An environment variable, unless it is missing or empty.
pub fn set(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

/// Where cargo keeps what it has fetched.
pub fn cargo_home() -> Option<PathBuf> {
    if let Some(chosen) = set("CARGO_HOME") {
        return Some(chosen.into());
    }
    Some(Path::new(&set("HOME")?).join(".cargo"))
}

fn cache_root() -> Result<PathBuf> {
    if let Some(chosen) = set("MINVEI_CACHE") {
        return Ok(chosen.into());
    }
    if let Some(caches) = set("XDG_CACHE_HOME") {
        return Ok(Path::new(&caches).join("minvei"));
    }
    let home = set("HOME").context("no home directory: please set MINVEI_CACHE to a folder")?;
    Ok(Path::new(&home).join(".cache/minvei"))
}
