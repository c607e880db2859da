//! schemathesis, in an environment of Python's own in the cache. Everything it leans on is pinned too; an environment
//! made from another list is made anew.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use super::Step;
use super::apt::Apt;
use crate::place::Place;
use crate::process;

/// The list of packages, beside the settings.
const LIST: &str = "xtask/schemathesis/requirements.txt";

/// Makes the environment.
pub fn prepare(place: &Place, step: &Step, apt: &mut Apt) -> Result<()> {
    let list = place.checkout.join(LIST);
    let wanted = fs::read_to_string(&list).with_context(|| format!("cannot read {}", list.display()))?;
    let home = home(place);
    // Copied last, so that half an environment counts as none.
    let stamp = home.join("requirements.txt");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    if !process::would_succeed(place.command("python3").args(["-c", "import ensurepip, venv"])) {
        step.say("Python: installing Debian's python3-venv …");
        apt.install(place, &["python3-venv"])?;
    }
    step.say("schemathesis: fetching from PyPI …");
    if home.exists() {
        fs::remove_dir_all(&home)?;
    }
    let mut python = place.command("python3");
    python.args(["-m", "venv"]).arg(&home);
    process::logged(&mut python, &place.log("python-venv"))
        .context("please install Python 3.11 or newer, with venv")?;
    let mut pip = place.command(home.join("bin/pip"));
    pip.args(["install", "--disable-pip-version-check", "--no-deps", "--requirement"]).arg(&list);
    process::logged(&mut pip, &place.log("schemathesis")).context("schemathesis could not be fetched from PyPI")?;
    fs::write(&stamp, wanted)?;
    Ok(())
}

/// The program.
pub fn program(place: &Place) -> PathBuf {
    home(place).join("bin/schemathesis")
}

fn home(place: &Place) -> PathBuf {
    place.cache.join("schemathesis")
}
