//! Brings what a command needs onto this machine, one step at a time.
//! A step whose result is there says nothing and needs no network; the rest say what they do.

pub mod apt;
pub mod browser;
pub mod debian;
pub mod npm;
pub mod schemathesis;
pub mod server_tests;
pub mod tools;
pub mod wasm_target;

use std::fs;

use anyhow::{Context, Result};

use crate::place::{Place, take_turn};
use apt::Apt;
use browser::Browser;
use wasm_target::WebToolchain;

/// Something a command cannot do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// rustfmt and clippy.
    Components,
    /// A compiler for wasm with its standard library.
    WebTarget,
    /// wasm-bindgen and its test runner.
    WasmBindgen,
    /// What cuts the app into parts.
    WasmSplit,
    /// Trunk.
    Trunk,
    /// wasm-opt.
    WasmOpt,
    /// The crates of Cargo.lock, since Trunk builds offline.
    Crates,
    /// The npm packages of `app/`.
    AppPackages,
    /// The npm packages of `e2e/`.
    EndToEndPackages,
    /// cargo-nextest.
    Nextest,
    /// Chromium, its driver, and fonts for truthful pictures.
    Browser,
    /// PostgreSQL and strace, for the tests of the server.
    ServerTests,
    /// schemathesis, which tries what the server describes.
    Schemathesis,
}

/// What building the app needs, in order.
pub const FOR_THE_APP: [Need; 7] =
    [Need::WebTarget, Need::WasmBindgen, Need::WasmSplit, Need::Trunk, Need::WasmOpt, Need::Crates, Need::AppPackages];

/// What has been set up.
#[derive(Default)]
pub struct Ready {
    web: Option<WebToolchain>,
    browser: Option<Browser>,
}

impl Ready {
    /// The toolchain for wasm, where [`Need::WebTarget`] was asked for.
    pub fn web(&self) -> Result<&WebToolchain> {
        self.web.as_ref().context("the wasm target was not set up")
    }

    /// The browser, where [`Need::Browser`] was asked for.
    pub fn browser(&self) -> Result<&Browser> {
        self.browser.as_ref().context("the browser was not set up")
    }
}

/// Where a step stands among the others.
pub struct Step {
    number: usize,
    of: usize,
}

impl Step {
    /// Says what is being done.
    pub fn say(&self, text: &str) {
        println!("[{}/{}] {text}", self.number, self.of);
    }
}

/// Sets up everything in `needs`, in that order.
pub fn prepare(place: &Place, needs: &[Need]) -> Result<Ready> {
    let _turn = take_turn(&place.cache.join("setup.lock"), "another set-up")?;
    let mut apt = Apt::default();
    let mut ready = Ready::default();
    for (index, need) in needs.iter().enumerate() {
        let step = Step { number: index + 1, of: needs.len() };
        match need {
            Need::Components => tools::components(place, &step)?,
            Need::WebTarget => ready.web = Some(wasm_target::prepare(place, &step, &mut apt)?),
            Need::WasmBindgen => tools::wasm_bindgen(place, &step)?,
            Need::WasmSplit => tools::wasm_split(place, &step)?,
            Need::Trunk => tools::trunk(place, &step)?,
            Need::WasmOpt => npm::wasm_opt(place, &step)?,
            Need::Crates => tools::crates(place, &step, ready.web()?)?,
            Need::AppPackages => npm::packages(place, &step, "app")?,
            Need::EndToEndPackages => npm::packages(place, &step, "e2e")?,
            Need::Nextest => tools::nextest(place, &step)?,
            Need::Browser => ready.browser = Some(browser::prepare(place, &step, &mut apt)?),
            Need::ServerTests => server_tests::prepare(place, &step, &mut apt)?,
            Need::Schemathesis => schemathesis::prepare(place, &step, &mut apt)?,
        }
    }
    let scratch = tools::build_folder(place);
    if scratch.exists() {
        fs::remove_dir_all(&scratch)?;
    }
    Ok(ready)
}
