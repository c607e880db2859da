//! Chromium and its driver for the browser and end-to-end tests, and fonts for truthful pictures.
//! Debian's packages on Debian; elsewhere whatever is on `PATH`.

use std::path::PathBuf;

use anyhow::{Context, Result};

use super::Step;
use super::apt::{self, Apt};
use crate::place::{self, Place};
use crate::process::on_path;

const FONTS: &str = "fonts-noto-core";
const PACKAGES: [&str; 3] = ["chromium", "chromium-driver", FONTS];

/// Where the browser is.
pub struct Browser {
    /// The browser itself.
    pub chromium: PathBuf,
    /// The program that drives it for wasm-bindgen-test.
    pub driver: PathBuf,
}

/// Finds the browser, or installs it.
pub fn prepare(place: &Place, step: &Step, apt: &mut Apt) -> Result<Browser> {
    let fonts_missing = on_path("dpkg-query").is_some() && !apt::is_installed(FONTS);
    if !fonts_missing && let Some(browser) = find() {
        return Ok(browser);
    }
    step.say("Chromium, its driver and fonts: installing Debian's packages …");
    apt.install(place, &PACKAGES)?;
    find().context("please install chromium and chromedriver: they are not on PATH")
}

fn find() -> Option<Browser> {
    let chromium = place::set("CHROMIUM")
        .map(PathBuf::from)
        .or_else(|| ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(on_path))?;
    let driver = place::set("CHROMEDRIVER").map(PathBuf::from).or_else(|| on_path("chromedriver"))?;
    Some(Browser { chromium, driver })
}
