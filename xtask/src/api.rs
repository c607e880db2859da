//! The server's description of its own addresses, held against the server: schemathesis reads `/openapi.json`, makes up
//! requests by it, good ones and bad ones, and looks whether each answer is one of those described. It does so as six
//! users, with ids of what there is at the demo centre among those it makes up, and once more with a lie planted in the
//! description, which it must find.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};

use crate::counts::{self, Counts};
use crate::place::Place;
use crate::process::{self, Seen};
use crate::setup::schemathesis;
use crate::test::judged;

/// The same seed makes the same requests.
const SEED: &str = "20261124";
/// An ordinary Tuesday of the demo centre.
const CLOCK: &str = "2026-11-24T09:00";
/// The code with which schemathesis names an answer that breaks its schema.
const BROKEN_SCHEMA: &str = "\"ST108\"";
/// Who tries: the part, the login, the secret, how much. An adviser may hand a participant a new card, which would sign
/// her out, so the participant is first; a manager may withdraw a school's link, which would sign that out, and looks
/// through what the others have done, and is last.
const USERS: [(&str, &str, &str, Tries); 6] = [
    ("participant", "NS-KRTP-6P", "2468", Tries::All),
    ("school", "slettebakken", "minvei-demo", Tries::Few),
    ("kitchen", "kjokken", "minvei-demo", Tries::Few),
    ("teacher", "ingunn", "minvei-demo", Tries::Few),
    ("adviser", "kari", "minvei-demo", Tries::All),
    ("manager", "bente", "minvei-demo", Tries::All),
];
/// The options by which little is tried: some requests for each address, made up, and none that go through its edges.
const FEW: [&str; 4] = ["--phases", "fuzzing", "--max-examples", "25"];
/// What is tried by the first of them only: it is the same for whoever has no session, and hashes cost time.
const WAYS_IN: &str = "way in";
/// The file in which the hooks write down what was given to whose client.
const REACHED: &str = "reached.txt";
/// What nobody is answered who makes up ids: it must have been given to somebody, or only refusals were looked at. The
/// same is true of commands, of which a few stand for all.
const GIVEN: [&str; 12] = [
    "GET /api/accounts",
    "POST /api/cards",
    "POST /api/devices/end",
    "POST /api/invitations",
    "POST /api/invitations/end",
    "GET /api/log",
    "GET /api/log/review",
    "POST /api/log/reviewed",
    "POST /api/older",
    "day-off.declare",
    "person.register",
    "series.plan",
];
/// What each of them must have been given: the rows she may see.
const GIVEN_TO_ALL: &str = "POST /api/sync";

/// How much is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tries {
    /// All that schemathesis comes upon.
    All,
    /// A part of it: how an address reads what is wrong is the same for everybody, what it answers is not.
    Few,
}

/// Starts the release server with the demo centre and tries its addresses.
pub fn run(place: &Place) -> Result<Counts> {
    let folder = place.target.join(format!("api-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let counts = tried_by_all(place, &folder);
    fs::remove_dir_all(&folder)?;
    counts
}

fn tried_by_all(place: &Place, folder: &Path) -> Result<Counts> {
    let server = Server::start(place, folder)?;
    let mut counts = Counts::default();
    println!("Seed {SEED}.");
    let client_of = |part: &str| format!("api-{part}");
    // All of them before anything is tried: guesses at the sign-in count for whoever shares the address.
    let sessions = USERS.map(|(part, login, secret, _)| {
        let client = client_of(part);
        let session = server.sign_in(login, secret, &client)?;
        let spare = server.sign_in(login, secret, &format!("{client}-spare"))?;
        anyhow::Ok((session, spare))
    });
    for (number, ((part, login, _, tries), sessions)) in USERS.into_iter().zip(sessions).enumerate() {
        let (client, (session, spare)) = (client_of(part), sessions?);
        let run = Run { place, folder, server: &server, client: &client, session: &session, spare: &spare };
        println!("\nAs the {part} {login}:");
        let (mut command, report) = run.command("truth");
        if number > 0 {
            command.args(["--exclude-tag", WAYS_IN]);
        }
        if tries == Tries::Few {
            command.args(FEW);
        }
        let ok = process::succeeds(&mut command)?;
        let seen = Seen { ok, text: fs::read_to_string(report).unwrap_or_default() };
        counts += judged(&seen, counts::schemathesis(&seen.text))?;
        // Else most of what was tried was answered with 401, whatever the description says.
        counts += told("her session lasted to the end", server.knows(&session)?);
        counts += told("a lie in the description is found", run.finds_a_lie()?);
    }
    let reached = fs::read_to_string(folder.join(REACHED)).unwrap_or_default();
    let reached: Vec<_> = reached.lines().filter_map(|line| line.split_once(' ')).collect();
    for what in GIVEN {
        counts += told(&format!("{what} was given to somebody"), reached.iter().any(|(_, given)| *given == what));
    }
    for (part, ..) in USERS {
        let is_given = reached.contains(&(client_of(part).as_str(), GIVEN_TO_ALL));
        counts += told(&format!("{GIVEN_TO_ALL} was given to the {part}"), is_given);
    }
    Ok(counts)
}

fn told(what: &str, is_so: bool) -> Counts {
    println!("{}: {what}", if is_so { "ok" } else { "FAILED" });
    Counts::one(is_so)
}

/// One run of schemathesis.
struct Run<'a> {
    place: &'a Place,
    folder: &'a Path,
    server: &'a Server,
    client: &'a str,
    session: &'a str,
    /// Another session of hers, which may end.
    spare: &'a str,
}

impl Run<'_> {
    /// The program with its options, and where its report will be.
    fn command(&self, name: &str) -> (Command, PathBuf) {
        let settings = self.place.checkout.join("xtask/schemathesis");
        let report = self.folder.join(format!("{}-{name}.json", self.client));
        let mut command = self.place.command(schemathesis::program(self.place));
        command
            // It leaves what it remembers where it is started.
            .current_dir(self.folder)
            .arg("--config-file")
            .arg(settings.join("schemathesis.toml"))
            .args(["run", &format!("http://{}/openapi.json", self.server.address), "--seed", SEED])
            .arg("--report-json-path")
            .arg(&report)
            .env("SCHEMATHESIS_HOOKS", settings.join("hooks.py"))
            // Nothing is left in the checkout.
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("MINVEI_CLIENT", self.client)
            .env("MINVEI_REACHED", self.folder.join(REACHED))
            .env("MINVEI_SPARE", self.spare)
            .env("MINVEI_SESSION", self.session);
        (command, report)
    }

    /// The control: the description says that her name is a number, and that must be found.
    fn finds_a_lie(&self) -> Result<bool> {
        let (mut command, report) = self.command("lie");
        let passed = process::would_succeed(command.args(["--include-path", "/api/me"]).env("MINVEI_LIE", "1"));
        let report = fs::read_to_string(report).context("the control left no report")?;
        Ok(!passed && report.contains(BROKEN_SCHEMA))
    }
}

/// A server of our own; it ends when it is dropped.
struct Server {
    process: Child,
    address: String,
}

impl Server {
    fn start(place: &Place, folder: &Path) -> Result<Self> {
        // An own copy of the binary: another build must not exchange it in the middle.
        let binary = folder.join("minvei");
        fs::copy(place.target.join("release/minvei"), &binary).context("cannot copy the binary")?;
        let log = place.log("api-server");
        fs::create_dir_all(log.parent().unwrap_or(folder))?;
        let process = Command::new(&binary)
            .args(["serve", "--demo", "--clock", CLOCK, "--listen", "127.0.0.1:0", "--data"])
            .arg(folder.join("data"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(&log)?)
            .spawn()
            .context("cannot start the server")?;
        let mut server = Self { process, address: String::new() };
        let mut line = String::new();
        if let Some(said) = server.process.stdout.take() {
            BufReader::new(said).read_line(&mut line)?;
        }
        let address = line.trim().rsplit_once("http://").map(|(_, address)| address.to_owned());
        server.address = address.with_context(|| format!("the server did not start, see {}", log.display()))?;
        Ok(server)
    }

    /// Signs in, and answers the session's token.
    fn sign_in(&self, login: &str, secret: &str, client: &str) -> Result<String> {
        let body = format!(r#"{{"login":"{login}","secret":"{secret}","client":"{client}"}}"#);
        let answer = self.ask("POST /api/sign-in", "", &body)?;
        let cookie = answer.lines().find_map(|line| line.strip_prefix("set-cookie: minvei="));
        let token = cookie.and_then(|cookie| cookie.split(';').next());
        token.map(str::to_owned).with_context(|| format!("{login} could not sign in"))
    }

    /// Is the session still good?
    fn knows(&self, session: &str) -> Result<bool> {
        let answer = self.ask("GET /api/me", &format!("Cookie: minvei={session}\r\n"), "")?;
        Ok(answer.starts_with("HTTP/1.1 200"))
    }

    fn ask(&self, what: &str, header: &str, body: &str) -> Result<String> {
        let (address, length) = (&self.address, body.len());
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        write!(
            stream,
            "{what} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Type: application/json\r\n\
             Content-Length: {length}\r\n{header}\r\n{body}"
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
