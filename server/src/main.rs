//! The binary `minvei`: reads its options, then serves, copies, or tells about the demo centre.

use std::{
    io::{self, ErrorKind, Write as _},
    process::ExitCode,
};

use clap::Parser;
use rustix::{fs::Mode, process::umask};
use server::{
    audit, backup,
    config::{AuditTask, CentreTask, Cli, Config, DemoTask, Place, Task, WhomOptions},
    demo,
    erasure::{self, Asked, ErasureFault},
    error, opening, serve,
};
use shared::sync::authority::erase::Verb;

#[tokio::main]
async fn main() -> ExitCode {
    error::tell_bugs_by_place();
    // Whatever is written, the database, a backup, a key, is for nobody else on this machine.
    umask(Mode::RWXG | Mode::RWXO);
    let done = match perform(Cli::parse().task).await {
        Ok(said) => say(&said).map_err(|fault| format!("it is done, and cannot be told: {fault}")),
        Err(error) => Err(error.to_string()),
    };
    let Err(error) = done else { return ExitCode::SUCCESS };
    // Where nobody listens any more there is nobody to tell.
    let _ = writeln!(io::stderr(), "error: {error}");
    ExitCode::FAILURE
}

/// Says what there is to say, to whoever reads on.
fn say(said: &str) -> io::Result<()> {
    let mut output = io::stdout().lock();
    match output.write_all(said.as_bytes()).and_then(|()| output.flush()) {
        Err(fault) if fault.kind() == ErrorKind::BrokenPipe => Ok(()),
        done => done,
    }
}

/// Does the task. Answers what there is to say, or why it could not be done.
async fn perform(task: Task) -> Result<String, Box<dyn std::error::Error>> {
    Ok(match task {
        Task::Serve(options) => {
            tracing_subscriber::fmt().with_writer(io::stderr).with_max_level(serve::LOUDEST).init();
            serve::serve(Config::of(options)?).await?;
            String::new()
        }
        Task::Backup { file, at } => {
            let content = backup::backup(&Place::of(at)?, &file).await?;
            format!("{} holds {content}.\n", file.display())
        }
        Task::Restore { file, at } => {
            let restored = backup::restore(&Place::of(at)?, &file).await?;
            let kept = restored.kept.map(|kept| format!("What was there is in {}.\n", kept.display()));
            let erased = match restored.erased {
                0 => String::new(),
                erased => format!("Taken out of it again, since they were shredded or restricted later: {erased}.\n"),
            };
            let again = "Protect again whoever was made a protected person since: no device brings that back.\n";
            format!("Restored: {}.\n{}{erased}{again}", restored.content, kept.unwrap_or_default())
        }
        Task::Check { file, at } => {
            format!("Sound: {}.\n", backup::look_through(&Place::of(at)?, file.as_deref()).await?)
        }
        Task::Centre(CentreTask::Open { id, manager, address, at }) => {
            opening::open(&Place::of(at)?, &id, &manager, &address).await?
        }
        Task::Centre(CentreTask::Invite { id, name, address, at }) => {
            opening::invite(&Place::of(at)?, &id, &name, &address).await?
        }
        Task::Audit(AuditTask::Checkpoint { file, at }) => audit::checkpoint(&Place::of(at)?, &file).await?,
        Task::Audit(AuditTask::Verify { checkpoints, at }) => audit::verify(&Place::of(at)?, &checkpoints).await?,
        Task::Restrict { whom, lift, at } => {
            let verb = if lift { Verb::Lift } else { Verb::Restrict };
            erasure::erase(&Place::of(at)?, asked(whom, verb)).await?
        }
        Task::Shred { yes: false, .. } => return Err(ErasureFault::NotSure.into()),
        Task::Shred { whom, yes: true, at } => erasure::erase(&Place::of(at)?, asked(whom, Verb::Shred)).await?,
        Task::Demo(DemoTask::Accounts { json: true }) => format!("{}\n", demo::accounts_as_json()),
        Task::Demo(DemoTask::Accounts { json: false }) => demo::accounts_as_text(),
    })
}

fn asked(whom: WhomOptions, verb: Verb) -> Asked {
    let WhomOptions { person, centre, reason } = whom;
    Asked { person, centre, verb, reason }
}
