//! `cargo xtask dist`: the one binary `minvei`, with the app embedded and precompressed.
//! `dist/` holds the built app afterwards, the target directory's `dist/minvei` the binary.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::app;
use crate::place::Place;
use crate::process;
use crate::setup;

/// Builds app and server, and prints where the binary is.
pub fn run(place: &Place) -> Result<()> {
    let ready = setup::prepare(place, &setup::FOR_THE_APP)?;
    app::build(place, ready.web()?)?;
    let built = server(place)?;
    let folder = place.target.join("dist");
    fs::create_dir_all(&folder)?;
    let binary = folder.join("minvei");
    // Copied beside and renamed, since the old one may be running.
    let fresh = folder.join("minvei.new");
    fs::copy(&built, &fresh).context("cannot copy the binary")?;
    fs::rename(&fresh, &binary)?;
    println!("{}", binary.display());
    Ok(())
}

/// Builds the release server around what `dist/` holds.
pub fn server(place: &Place) -> Result<PathBuf> {
    place.make_dist()?;
    let mut cargo = place.command("cargo");
    cargo.args(["build", "--release", "--package", "server"]);
    process::visible(&mut cargo).context("the server did not build")?;
    Ok(place.target.join("release/minvei"))
}
