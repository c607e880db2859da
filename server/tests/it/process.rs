//! The real binary, and a plain client to talk to it.

use std::{
    io::{BufRead, BufReader, ErrorKind},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use ureq::{Agent, AsSendBody, SendBody};

use crate::centre::MORNING;

/// How much work a server may need before it is able to go on with what a killed one has left. Counted is what it
/// takes of the processor: a machine that is busy with other tests says nothing about it.
const READY: Duration = Duration::from_secs(3);
/// The longest anybody waits for it.
const PATIENCE: Duration = Duration::from_secs(60);
/// The longest a server may take to answer what is thrown at it, or to close the line.
const AT_MOST: Duration = Duration::from_secs(30);

/// A running server; killed when the test is over.
pub struct Process {
    pub child: Child,
    pub url: String,
}

impl Process {
    /// Starts the demo centre on a Tuesday morning, and waits until it listens.
    pub fn start(data: &Path) -> Self {
        Self::wait_for(serve(data).args(["--demo", "--clock", MORNING]))
    }

    /// The same after a kill: it must be able to work soon.
    pub fn start_again(data: &Path) -> Self {
        Self::revive(serve(data).args(["--demo", "--clock", MORNING]))
    }

    /// Starts what is asked for on what a killed server has left, and sees that it can work soon.
    pub fn revive(command: &mut Command) -> Self {
        let begun = Instant::now();
        let this = Self::wait_for(command);
        let answer = ureq::get(format!("{}/readyz", this.url)).call().unwrap();
        assert_eq!(answer.status(), 200);
        let (worked, took) = (this.worked(), begun.elapsed());
        assert!(worked <= READY && took <= PATIENCE, "it could work after {worked:?} of work, {took:?}");
        this
    }

    /// Starts what is asked for, and waits until it listens.
    pub fn wait_for(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("Minvei listens on ").unwrap_or_else(|| panic!("it said {line:?}"));
        Self { url: url.to_owned(), child }
    }

    /// The processor's time it has taken so far.
    fn worked(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        // The name in brackets may hold spaces; after it, the 12th and 13th are user and system time in ticks of 10 ms.
        let ticks = stat.rsplit(')').next().unwrap().split_whitespace().skip(11).take(2);
        Duration::from_millis(ticks.map(|ticks| ticks.parse::<u64>().unwrap() * 10).sum())
    }

    /// SIGKILL: no goodbye, no flush.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM: please stop.
    pub fn terminate(&self) {
        self.signal("-TERM");
    }

    /// SIGSTOP: it stands still in whatever it does, and its connections stay open.
    pub fn freeze(&self) {
        self.signal("-STOP");
    }

    /// SIGCONT: it goes on as if nothing had been.
    pub fn thaw(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, name: &str) {
        let done = Command::new("kill").args([name, &self.child.id().to_string()]).status().unwrap();
        assert!(done.success());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The binary.
pub fn minvei() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_minvei"));
    let names =
        ["LISTEN", "DATA", "DATABASE", "CONFIG", "DEMO", "CLOCK", "HTTPS", "PROXIES", "CONNECTIONS", "CERT", "KEY"];
    for name in names {
        command.env_remove(format!("MINVEI_{name}"));
    }
    command
}

/// `minvei serve` on a free port.
pub fn serve(data: &Path) -> Command {
    let mut command = minvei();
    command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(data);
    command
}

/// `minvei serve` of the demo centre in a database that several may share.
pub fn serve_on(database: &str, folder: &Path) -> Command {
    let mut command = serve(folder);
    command.args(["--demo", "--clock", MORNING, "--database", database]);
    command
}

/// A client that is signed in over real sockets.
pub struct Client {
    agent: Agent,
    url: String,
    /// The header by which the server knows her, and what stands in it.
    shows: (&'static str, String),
}

impl Client {
    pub fn sign_in(url: &str, login: &str, client: &str) -> Self {
        Self::sign_in_with(url, login, "minvei-demo", client)
    }

    pub fn sign_in_with(url: &str, login: &str, secret: &str, client: &str) -> Self {
        Self::sign_in_as(url, &json!({"login": login, "secret": secret, "client": client}))
    }

    /// The page of somebody that keeps nothing.
    pub fn page(url: &str, login: &str, client: &str) -> Self {
        Self::sign_in_as(url, &json!({"login": login, "secret": "minvei-demo", "client": client, "keeps": false}))
    }

    fn sign_in_as(url: &str, typed: &Value) -> Self {
        let config = Agent::config_builder().http_status_as_error(false).timeout_global(Some(Duration::from_secs(60)));
        let agent: Agent = config.build().into();
        let request = agent.post(format!("{url}/api/sign-in")).header("content-type", "application/json");
        let mut response = request.send(typed.to_string()).unwrap();
        assert_eq!(response.status(), 200);
        let shows = match response.headers().get("set-cookie") {
            Some(cookie) => ("cookie", cookie.to_str().unwrap().split(';').next().unwrap().to_owned()),
            None => {
                let told: Value = serde_json::from_str(&response.body_mut().read_to_string().unwrap()).unwrap();
                ("authorization", format!("Bearer {}", told["token"].as_str().unwrap()))
            }
        };
        Self { agent, url: url.to_owned(), shows }
    }

    /// The same client with a server that has come back elsewhere.
    pub fn moved_to(&self, url: &str) -> Self {
        Self { agent: self.agent.clone(), url: url.to_owned(), shows: self.shows.clone() }
    }

    /// Sends a request to sync; an error means that no answer came.
    pub fn sync(&self, body: &str) -> Result<Value, ureq::Error> {
        let (status, answer) = self.ask(body)?;
        assert_eq!(status, 200, "{answer}");
        Ok(answer)
    }

    /// The same where the server may say no: the status, and what it said.
    pub fn ask(&self, body: &str) -> Result<(u16, Value), ureq::Error> {
        let (status, text) = self.post("/api/sync", body)?;
        Ok((status, serde_json::from_str(&text).unwrap_or_else(|fault| panic!("{fault}: {status} {text}"))))
    }

    /// Sends a request to any address. Answers the status and the body.
    pub fn post(&self, path: &str, body: &str) -> Result<(u16, String), ureq::Error> {
        let request = self.agent.post(format!("{}{path}", self.url)).header("content-type", "application/json");
        let mut response = request.header(self.shows.0, &self.shows.1).send(body)?;
        let text = response.body_mut().read_to_string()?;
        Ok((response.status().as_u16(), text))
    }

    /// Sends any bytes as JSON, packed or not. The status, or nothing where the line was closed first. A server that
    /// stands still has done neither.
    pub fn throw(&self, path: &str, body: &[u8], packed: Option<&str>) -> Option<u16> {
        self.hurl(path, body, packed)
    }

    /// The same in pieces, of which nobody has said how many there are.
    pub fn pour(&self, path: &str, mut body: &[u8]) -> Option<u16> {
        self.hurl(path, SendBody::from_reader(&mut body), None)
    }

    fn hurl(&self, path: &str, body: impl AsSendBody, packed: Option<&str>) -> Option<u16> {
        let request = self.agent.post(format!("{}{path}", self.url)).header("content-type", "application/json");
        let request = packed.into_iter().fold(request, |request, how| request.header("content-encoding", how));
        let request = request.header(self.shows.0, &self.shows.1).config().timeout_global(Some(AT_MOST)).build();
        match request.send(body) {
            Ok(response) => Some(response.status().as_u16()),
            Err(ureq::Error::Io(fault)) if is_closed(fault.kind()) => None,
            Err(fault) => panic!("{path} was neither answered nor closed: {fault}"),
        }
    }

    /// What a browser sends back with each request.
    pub fn cookie(&self) -> &str {
        &self.shows.1
    }

    /// Ends the session. Answers the status.
    pub fn sign_out(&self) -> u16 {
        self.post("/api/sign-out", "{}").unwrap().0
    }

    /// The status with which a request to sync is answered.
    pub fn status(&self, body: &str) -> u16 {
        self.post("/api/sync", body).unwrap().0
    }

    /// Reads the live channel until it ends.
    pub fn listen(&self, mut on_line: impl FnMut(&str)) -> std::io::Result<()> {
        let request = self.agent.get(format!("{}/api/live", self.url)).header(self.shows.0, &self.shows.1);
        let response = request.call().map_err(std::io::Error::other)?;
        for line in BufReader::new(response.into_body().into_reader()).lines() {
            on_line(&line?);
        }
        Ok(())
    }
}

/// Has the other end closed the line?
fn is_closed(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::BrokenPipe
            | ErrorKind::ConnectionAborted
            | ErrorKind::ConnectionReset
            | ErrorKind::NotConnected
            | ErrorKind::UnexpectedEof
    )
}
