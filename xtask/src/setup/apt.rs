//! Debian's package manager: installs what is missing, and only then asks for newer lists.
//! Without the right to do so it says in one line what a person has to install.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::place::Place;
use crate::process;

/// Remembers whether the package lists have been fetched during this run.
#[derive(Default)]
pub struct Apt {
    lists_are_fresh: bool,
}

impl Apt {
    /// Installs those of `packages` that are missing.
    pub fn install(&mut self, place: &Place, packages: &[&str]) -> Result<()> {
        let missing: Vec<&str> = packages.iter().copied().filter(|package| !is_installed(package)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let wanted = missing.join(" ");
        if process::on_path("apt-get").is_none() {
            bail!("please install what Debian calls: {wanted}");
        }
        if !self.lists_are_fresh {
            let mut update = apt_get(&wanted)?;
            update.arg("update");
            // One unreachable source fails the whole update; whether it matters shows below.
            process::would_succeed(&mut update);
            self.lists_are_fresh = true;
        }
        let mut install = apt_get(&wanted)?;
        install.args(["install", "--yes", "--no-install-recommends"]);
        install.args(&missing);
        process::logged(&mut install, &place.log("apt-install"))
            .with_context(|| format!("please install these Debian packages: {wanted}"))
    }
}

/// Whether Debian has `package` installed; false on other systems.
pub fn is_installed(package: &str) -> bool {
    let mut query = Command::new("dpkg-query");
    query.args(["--show", "--showformat=${db:Status-Status}", package]);
    process::output(&mut query).is_ok_and(|text| text == "installed")
}

/// `program` with the rights of the system's administrator, if this user has them.
pub fn as_root(program: &str) -> Option<Command> {
    let user = process::output(Command::new("id").arg("-u")).unwrap_or_default();
    if user == "0" {
        return Some(Command::new(program));
    }
    let sudo = process::on_path("sudo")?;
    if !process::would_succeed(Command::new(&sudo).args(["-n", "true"])) {
        return None;
    }
    let mut command = Command::new(sudo);
    command.args(["-n", program]);
    Some(command)
}

fn apt_get(wanted: &str) -> Result<Command> {
    let mut command =
        as_root("env").with_context(|| format!("please run as administrator: apt-get install {wanted}"))?;
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet", "-o", "DPkg::Lock::Timeout=300"]);
    Ok(command)
}
