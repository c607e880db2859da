//! `cargo xtask run`: from a fresh machine to the demo centre in the browser.
//! At the end this process becomes the server, so that signals and exit status are the server's own.

use std::fs;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::process::{CommandExt, parent_id};
use std::path::{self, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::{Args, value_parser};

use crate::app;
use crate::dist;
use crate::place::Place;
use crate::setup;

/// How to start the server.
#[derive(Args)]
pub struct Options {
    /// The port to listen on, at 127.0.0.1.
    #[arg(long, default_value_t = 8080, value_parser = value_parser!(u16).range(1..))]
    port: u16,
    /// Where the database is; a folder in the cache when not given.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Start with an empty database instead of the demo centre.
    #[arg(long)]
    no_demo: bool,
}

/// What the announcer has to know.
#[derive(Args)]
pub struct Announce {
    #[arg(long)]
    port: u16,
    /// The server's binary, where the demo accounts are to be shown.
    #[arg(long)]
    accounts_of: Option<PathBuf>,
}

/// Sets up, builds, and becomes the server.
pub fn run(place: &Place, options: &Options) -> Result<()> {
    require_free(options.port)?;
    let data = match &options.data {
        Some(chosen) => path::absolute(chosen)?,
        None if options.no_demo => place.cache.join("data-empty"),
        None => place.cache.join("data"),
    };
    let ready = setup::prepare(place, &setup::FOR_THE_APP)?;
    if app::is_current(place) {
        println!("App: nothing has changed since it was built.");
    } else {
        println!("App: building, about 5 minutes the first time …");
        app::build(place, ready.web()?)?;
    }
    println!("Server: building, about 5 minutes the first time …");
    let binary = dist::server(place)?;
    fs::create_dir_all(&data).with_context(|| format!("cannot create {}", data.display()))?;

    let mut announcer = Command::new(std::env::current_exe()?);
    announcer.args(["announce", "--port", &options.port.to_string()]);
    let mut server = Command::new(&binary);
    server.args(["serve", "--listen", &address(options.port).to_string()]).arg("--data").arg(&data);
    if !options.no_demo {
        server.arg("--demo");
        announcer.arg("--accounts-of").arg(&binary);
    }
    announcer.spawn().context("cannot start the announcer")?;
    let error = server.exec();
    Err(error).with_context(|| format!("cannot start {}", binary.display()))
}

/// Waits for the server, which is our parent, and tells the person where it is.
pub fn announce(options: &Announce) -> Result<()> {
    let server = parent_id();
    for _ in 0..300 {
        if parent_id() != server {
            // It has ended, and has said why.
            return Ok(());
        }
        if answers(options.port).unwrap_or(false) {
            return welcome(options);
        }
        thread::sleep(Duration::from_millis(200));
    }
    println!("The server is not ready after a minute; its messages above may say why.");
    Ok(())
}

fn welcome(options: &Announce) -> Result<()> {
    println!("\nMinvei is at http://{}", address(options.port));
    if let Some(binary) = &options.accounts_of {
        println!("\nDemo accounts:");
        Command::new(binary).args(["demo", "accounts"]).status()?;
    }
    println!("\nCtrl-C stops it.");
    Ok(())
}

fn answers(port: u16) -> io::Result<bool> {
    let patience = Duration::from_secs(2);
    let mut stream = TcpStream::connect_timeout(&address(port), patience)?;
    stream.set_read_timeout(Some(patience))?;
    let host = address(port);
    let request = format!("GET /readyz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut start = [0; 12];
    stream.read_exact(&mut start)?;
    Ok(start == *b"HTTP/1.1 200")
}

fn require_free(port: u16) -> Result<()> {
    match TcpListener::bind(address(port)) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            bail!("port {port} is in use: stop what listens there, or choose another with --port")
        }
        Err(error) => bail!("port {port} cannot be used ({error}): choose another with --port"),
    }
}

fn address(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_in_use_is_said_in_one_line() -> Result<()> {
        let taken = TcpListener::bind(address(0))?;
        let port = taken.local_addr()?.port();
        let said = require_free(port).map_err(|error| error.to_string());
        assert_eq!(said, Err(format!("port {port} is in use: stop what listens there, or choose another with --port")));
        Ok(())
    }

    #[test]
    fn a_server_is_ready_when_it_says_200() -> Result<()> {
        let listener = TcpListener::bind(address(0))?;
        let port = listener.local_addr()?.port();
        let server = thread::spawn(move || -> io::Result<()> {
            for answer in ["HTTP/1.1 503 No\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n"] {
                let (mut stream, _) = listener.accept()?;
                let mut request = [0; 256];
                let length = stream.read(&mut request)?;
                assert!(request[..length].starts_with(b"GET /readyz "));
                stream.write_all(answer.as_bytes())?;
            }
            Ok(())
        });
        assert!(!answers(port)?);
        assert!(answers(port)?);
        assert!(server.join().is_ok_and(|outcome| outcome.is_ok()));
        Ok(())
    }
}
