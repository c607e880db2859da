//! Starts other programs: seen, quietly with a log, or seen and remembered.
//! The environment they get is decided by the caller.

use std::env;
use std::fs::{self, File};
use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// What a program said, and whether it succeeded.
pub struct Seen {
    /// Whether it ended with success.
    pub ok: bool,
    /// Its standard output, then its standard error.
    pub text: String,
}

/// Runs a program on the terminal and fails if it does.
pub fn visible(command: &mut Command) -> Result<()> {
    if succeeds(command)? {
        return Ok(());
    }
    bail!("{} failed", name(command))
}

/// Runs a program on the terminal and says whether it succeeded.
pub fn succeeds(command: &mut Command) -> Result<bool> {
    let status = command.status().with_context(|| format!("cannot start {}", name(command)))?;
    Ok(status.success())
}

/// Runs a program without a trace and says whether it succeeded.
pub fn would_succeed(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Runs a program silently and answers what it wrote to standard output.
pub fn output(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("cannot start {}", name(command)))?;
    if !output.status.success() {
        bail!("{} failed", name(command));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Runs a program as [`quietly`] does, and shows the end of the log if it fails.
pub fn logged(command: &mut Command, log: &Path) -> Result<()> {
    let outcome = quietly(command, log, Duration::from_secs(3600));
    if outcome.is_err() {
        show_end(log);
    }
    outcome
}

/// Runs a program with its output in `log`; shows that time passes, and stops it at the limit.
pub fn quietly(command: &mut Command, log: &Path, limit: Duration) -> Result<()> {
    if let Some(folder) = log.parent() {
        fs::create_dir_all(folder)?;
    }
    let file = File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
    let mut child = command
        .stdin(Stdio::null())
        .stdout(file.try_clone()?)
        .stderr(file)
        .spawn()
        .with_context(|| format!("cannot start {}", name(command)))?;
    let started = Instant::now();
    let mut next_note = Duration::from_secs(30);
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        let passed = started.elapsed();
        if passed >= limit {
            child.kill()?;
            child.wait()?;
            bail!("{} was still busy after {}", name(command), spoken(limit));
        }
        if passed >= next_note {
            println!("      … {}", spoken(passed));
            next_note += Duration::from_secs(30);
        }
        thread::sleep(Duration::from_millis(100));
    };
    if status.success() {
        return Ok(());
    }
    bail!("{} failed, see {}", name(command), log.display())
}

/// Runs a program on the terminal and remembers what it said.
pub fn watched(command: &mut Command) -> Result<Seen> {
    if io::stdout().is_terminal() && env::var_os("NO_COLOR").is_none() {
        command.env("CARGO_TERM_COLOR", "always");
    }
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {}", name(command)))?;
    let out = child.stdout.take();
    let err = child.stderr.take();
    let (status, mut bytes, more) = thread::scope(|scope| {
        let out = scope.spawn(|| pass_on(out, io::stdout()));
        let err = scope.spawn(|| pass_on(err, io::stderr()));
        let status = child.wait();
        (status, out.join().unwrap_or_default(), err.join().unwrap_or_default())
    });
    bytes.push(b'\n');
    bytes.extend(more);
    Ok(Seen { ok: status?.success(), text: String::from_utf8_lossy(&bytes).into_owned() })
}

/// Where a program is on the `PATH` xtask was started with.
pub fn on_path(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// A duration as people say it.
pub fn spoken(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match (seconds / 60, seconds % 60) {
        (0, 0..10) => format!("{:.1} s", duration.as_secs_f64()),
        (0, rest) => format!("{rest} s"),
        (minutes, 0) => format!("{minutes} min"),
        (minutes, rest) => format!("{minutes} min {rest} s"),
    }
}

fn pass_on(from: Option<impl Read>, mut to: impl Write) -> Vec<u8> {
    let mut kept = Vec::new();
    let Some(mut from) = from else { return kept };
    let mut part = [0; 8192];
    while let Ok(length @ 1..) = from.read(&mut part) {
        kept.extend_from_slice(&part[..length]);
        // A closed terminal must not stop the program we watch.
        let _ = to.write_all(&part[..length]).and_then(|()| to.flush());
    }
    kept
}

fn show_end(log: &Path) {
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    for line in &lines[lines.len().saturating_sub(20)..] {
        eprintln!("      {line}");
    }
}

fn name(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let file = program.file_name().unwrap_or(command.get_program());
    let mut words = vec![file.to_string_lossy()];
    words.extend(command.get_args().take(2).map(|word| word.to_string_lossy()));
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_spoken_plainly() {
        assert_eq!(spoken(Duration::from_millis(1500)), "1.5 s");
        assert_eq!(spoken(Duration::from_secs(42)), "42 s");
        assert_eq!(spoken(Duration::from_secs(60)), "1 min");
        assert_eq!(spoken(Duration::from_secs(605)), "10 min 5 s");
    }

    #[test]
    fn a_watched_program_is_remembered_with_both_outputs() -> Result<()> {
        let seen = watched(Command::new("sh").args(["-c", "echo one; echo two >&2; exit 3"]))?;
        assert!(!seen.ok);
        assert!(seen.text.contains("one") && seen.text.contains("two"));
        Ok(())
    }
}
