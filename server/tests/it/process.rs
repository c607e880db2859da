//! The real binary, and a plain client to talk to it.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use serde_json::{Value, json};
use ureq::Agent;

use crate::centre::MORNING;

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

    /// Starts what is asked for, and waits until it listens.
    pub fn wait_for(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("Minvei listens on ").unwrap_or_else(|| panic!("it said {line:?}"));
        Self { url: url.to_owned(), child }
    }

    /// SIGKILL: no goodbye, no flush.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM: please stop.
    pub fn terminate(&self) {
        let done = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
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
    for name in ["LISTEN", "DATA", "DATABASE", "CONFIG", "DEMO", "CLOCK", "HTTPS"] {
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

/// A client that is signed in over real sockets.
pub struct Client {
    agent: Agent,
    url: String,
    cookie: String,
}

impl Client {
    pub fn sign_in(url: &str, login: &str, client: &str) -> Self {
        let config = Agent::config_builder().http_status_as_error(false).timeout_global(Some(Duration::from_secs(60)));
        let mut this = Self { agent: config.build().into(), url: url.to_owned(), cookie: String::new() };
        let body = json!({"login": login, "secret": "minvei-demo", "client": client}).to_string();
        let request = this.agent.post(format!("{url}/api/sign-in")).header("content-type", "application/json");
        let response = request.send(body).unwrap();
        assert_eq!(response.status(), 200);
        let cookie = response.headers().get("set-cookie").unwrap().to_str().unwrap();
        this.cookie = cookie.split(';').next().unwrap().to_owned();
        this
    }

    /// The same client with a server that has come back elsewhere.
    pub fn moved_to(&self, url: &str) -> Self {
        Self { agent: self.agent.clone(), url: url.to_owned(), cookie: self.cookie.clone() }
    }

    /// Sends a request to sync; an error means that no answer came.
    pub fn sync(&self, body: &str) -> Result<Value, ureq::Error> {
        let request = self.agent.post(format!("{}/api/sync", self.url)).header("content-type", "application/json");
        let mut response = request.header("cookie", &self.cookie).send(body)?;
        let text = response.body_mut().read_to_string()?;
        assert_eq!(response.status(), 200, "{text}");
        Ok(serde_json::from_str(&text).unwrap())
    }

    /// What a browser sends back with each request.
    pub fn cookie(&self) -> &str {
        &self.cookie
    }

    /// Ends the session. Answers the status.
    pub fn sign_out(&self) -> u16 {
        let request = self.agent.post(format!("{}/api/sign-out", self.url)).header("content-type", "application/json");
        request.header("cookie", &self.cookie).send("{}").unwrap().status().as_u16()
    }

    /// The status with which a request to sync is answered.
    pub fn status(&self, body: &str) -> u16 {
        let request = self.agent.post(format!("{}/api/sync", self.url)).header("content-type", "application/json");
        request.header("cookie", &self.cookie).send(body).unwrap().status().as_u16()
    }

    /// Reads the live channel until it ends.
    pub fn listen(&self, mut on_line: impl FnMut(&str)) -> std::io::Result<()> {
        let request = self.agent.get(format!("{}/api/live", self.url)).header("cookie", &self.cookie);
        let response = request.call().map_err(std::io::Error::other)?;
        for line in BufReader::new(response.into_body().into_reader()).lines() {
            on_line(&line?);
        }
        Ok(())
    }
}
