//! How the server is told what to do: by flag, by environment, by file, in this order.

mod cli;
mod oidc;

use std::{
    fs, io,
    net::{IpAddr, SocketAddr},
    num::NonZeroU16,
    path::{Path, PathBuf},
};

use ipnet::IpNet;
use serde::Deserialize;
use shared::prim::Timestamp;

pub use self::{
    cli::{AuditTask, CentreTask, Cli, DemoTask, PlaceOptions, ServeOptions, Task, WhomOptions},
    oidc::{Hidden, Level, Profile, ProviderConfig, is_safe},
};
use crate::clock::{TimeError, parse_time};

/// The folder of the database, where none is named.
const DATA: &str = "minvei-data";
/// The file in it with the key of identities, where none is named.
const IDENTITY_KEY: &str = "identity.key";

/// How many connections may speak HTTP at the same time, where nothing is said.
const CONNECTIONS: NonZeroU16 = NonZeroU16::new(4_096).expect("not nothing");

/// Where the data is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The folder of the database.
    pub data: PathBuf,
    /// A PostgreSQL database, if it is not SQLite in that folder.
    pub database: Option<String>,
}

impl Place {
    /// Where `serve` would work with the same options.
    pub fn of(options: PlaceOptions) -> Result<Self, ConfigError> {
        let (data, file) = place(options.data, options.config.as_deref())?;
        Ok(Self { data, database: options.database.or(file.database) })
    }
}

/// The options that a file may set.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    listen: Option<SocketAddr>,
    data: Option<PathBuf>,
    database: Option<String>,
    demo: Option<bool>,
    clock: Option<String>,
    https: Option<bool>,
    proxies: Option<Vec<String>>,
    connections: Option<NonZeroU16>,
    cert: Option<PathBuf>,
    key: Option<PathBuf>,
    identity_key: Option<PathBuf>,
    #[serde(default)]
    oidc: Vec<oidc::Entry>,
}

/// How browsers reach the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// As it is: on this machine, or inside a network one trusts.
    Plain,
    /// Through TLS, ended by a proxy in front or by the server itself.
    Tls,
}

/// Whether staff who see what is secret must have a second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Second {
    /// They set one up when they first sign in.
    Required,
    /// Whoever has one needs it. For the demo, where everybody may sign in as anybody.
    Offered,
}

impl Content {
    /// What is asked of staff besides their password.
    #[must_use]
    pub const fn second(self) -> Second {
        match self {
            Self::Own => Second::Required,
            Self::Demo => Second::Offered,
        }
    }
}

/// Whether the demo centre is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// Whatever the database holds.
    Own,
    /// The demo centre, if the database is empty.
    Demo,
}

/// What the server shall do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// The folder of the database.
    pub data: PathBuf,
    /// The address of a PostgreSQL database, if it is not SQLite in that folder.
    pub database: Option<String>,
    /// What the database begins with.
    pub content: Content,
    /// The time the clock starts at, if not now.
    pub clock: Option<Timestamp>,
    /// How browsers reach the server.
    pub transport: Transport,
    /// The certificate and its key, where the server speaks TLS itself.
    pub certificate: Option<(PathBuf, PathBuf)>,
    /// Whose word is believed on where a request comes from.
    pub proxies: Vec<IpNet>,
    /// How many connections may speak HTTP at the same time. A live channel on a WebSocket is none of them any more:
    /// there may be ten thousand, each of somebody who has a session.
    pub connections: NonZeroU16,
    /// The providers by which somebody can sign in.
    pub providers: Vec<ProviderConfig>,
    /// The file with the key by which identities are kept; the same for all servers on a database.
    pub identity_key: PathBuf,
}

/// Why the options make no sense.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {}: {fault}", .file.display())]
    Unreadable {
        /// Which file.
        file: PathBuf,
        /// Why.
        fault: io::Error,
    },
    /// The file is no such file.
    #[error("{}: {detail}", .file.display())]
    Malformed {
        /// Which file.
        file: PathBuf,
        /// What is wrong in it.
        detail: String,
    },
    /// The clock is set outside demo mode.
    #[error("the clock can only be set in demo mode: add --demo, or leave --clock out")]
    ClockWithoutDemo,
    /// A certificate without its key, or the other way round.
    #[error("a certificate needs its key, and a key its certificate: name both, --cert and --key")]
    HalfACertificate,
    /// A proxy that is no address.
    #[error("{0:?} is no address of a proxy: write 10.0.0.2, or a network like 10.0.7.0/28")]
    Proxy(String),
    /// A provider that cannot be used.
    #[error("the provider {id:?} under [[oidc]]: {what}")]
    Provider {
        /// Which.
        id: String,
        /// What is wrong with it.
        what: String,
    },
    /// The clock cannot be set to this time.
    #[error(transparent)]
    Time(#[from] TimeError),
}

impl Config {
    /// Puts flags and environment, the file and the defaults together.
    pub fn of(options: ServeOptions) -> Result<Self, ConfigError> {
        let (data, file) = place(options.data, options.config.as_deref())?;
        let is_demo = options.demo || file.demo.unwrap_or(false);
        let clock = options.clock.or(file.clock).map(|text| parse_time(&text)).transpose()?;
        if clock.is_some() && !is_demo {
            return Err(ConfigError::ClockWithoutDemo);
        }
        let certificate = match (options.cert.or(file.cert), options.key.or(file.key)) {
            (Some(cert), Some(key)) => Some((cert, key)),
            (None, None) => None,
            (Some(_), None) | (None, Some(_)) => return Err(ConfigError::HalfACertificate),
        };
        let proxies = if options.proxies.is_empty() { file.proxies.unwrap_or_default() } else { options.proxies };
        let is_https = options.https || file.https.unwrap_or(false) || certificate.is_some();
        let identity_key = file.identity_key.unwrap_or_else(|| data.join(IDENTITY_KEY));
        Ok(Self {
            listen: options.listen.or(file.listen).unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8080))),
            data,
            database: options.database.or(file.database),
            content: if is_demo { Content::Demo } else { Content::Own },
            clock,
            transport: if is_https { Transport::Tls } else { Transport::Plain },
            certificate,
            proxies: proxies.iter().map(|text| network(text)).collect::<Result<_, _>>()?,
            connections: options.connections.or(file.connections).unwrap_or(CONNECTIONS),
            providers: oidc::providers(file.oidc)?,
            identity_key,
        })
    }
}

/// A network, or the one address it consists of.
fn network(text: &str) -> Result<IpNet, ConfigError> {
    let network = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    network.map_err(|_| ConfigError::Proxy(text.to_owned()))
}

/// The data folder, and the file of options: the one that is named, or the one in the folder.
fn place(data: Option<PathBuf>, config: Option<&Path>) -> Result<(PathBuf, File), ConfigError> {
    let asked = config.map(read).transpose()?;
    let data = data.or_else(|| asked.as_ref().and_then(|file| file.data.clone()));
    let data = data.unwrap_or_else(|| DATA.into());
    let file = asked.map_or_else(|| found(&data.join("minvei.toml")), Ok)?;
    Ok((data, file))
}

/// The file in the data folder, which need not be there.
fn found(file: &Path) -> Result<File, ConfigError> {
    match read(file) {
        Err(ConfigError::Unreadable { fault, .. })
            if matches!(fault.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) =>
        {
            Ok(File::default())
        }
        other => other,
    }
}

fn read(file: &Path) -> Result<File, ConfigError> {
    let text = fs::read_to_string(file).map_err(|fault| ConfigError::Unreadable { file: file.to_path_buf(), fault })?;
    toml::from_str(&text).map_err(|fault| ConfigError::Malformed {
        file: file.to_path_buf(),
        detail: fault.message().lines().next().unwrap_or_default().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(text: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("minvei.toml"), text).unwrap();
        folder
    }

    #[test]
    fn a_flag_beats_the_file_and_the_file_beats_the_default() {
        let folder = folder(
            "listen = \"127.0.0.1:9000\"\ndemo = true\nhttps = true\nproxies = [\"10.0.0.2\"]\nconnections = 9\n",
        );
        let data = Some(folder.path().to_path_buf());
        let config = Config::of(ServeOptions { data: data.clone(), ..ServeOptions::default() }).unwrap();
        assert_eq!(config.listen, SocketAddr::from(([127, 0, 0, 1], 9000)));
        assert_eq!((config.content, config.transport), (Content::Demo, Transport::Tls));
        assert_eq!((config.proxies, config.connections.get()), (vec!["10.0.0.2/32".parse().unwrap()], 9));
        let listen = Some(SocketAddr::from(([127, 0, 0, 1], 9001)));
        let config = Config::of(ServeOptions { data, listen, ..ServeOptions::default() }).unwrap();
        assert_eq!(Some(config.listen), listen);
    }

    #[test]
    fn a_backup_is_made_of_what_is_served() {
        let folder = folder("database = \"postgres://db/minvei\"\n");
        let data = Some(folder.path().to_path_buf());
        let place = Place::of(PlaceOptions { data: data.clone(), database: None, config: None }).unwrap();
        let config = Config::of(ServeOptions { data, ..ServeOptions::default() }).unwrap();
        assert_eq!((place.data, place.database), (config.data, config.database));
    }

    #[test]
    fn without_a_file_there_are_sane_defaults() {
        let folder = tempfile::tempdir().unwrap();
        let data = Some(folder.path().to_path_buf());
        let config = Config::of(ServeOptions { data, ..ServeOptions::default() }).unwrap();
        assert_eq!(config.listen, SocketAddr::from(([127, 0, 0, 1], 8080)));
        assert_eq!((config.content, config.transport, config.clock), (Content::Own, Transport::Plain, None));
        assert_eq!(config.connections.get(), 4_096);
    }

    #[test]
    fn what_makes_no_sense_is_said() {
        let folder = folder("colour = \"blue\"\n");
        let data = Some(folder.path().to_path_buf());
        let wrong = Config::of(ServeOptions { data, ..ServeOptions::default() }).unwrap_err();
        assert!(wrong.to_string().contains("colour"), "{wrong}");
        let proxies = vec!["localhost".to_owned()];
        let wrong = Config::of(ServeOptions { proxies, ..ServeOptions::default() }).unwrap_err();
        assert!(wrong.to_string().contains("localhost"), "{wrong}");
        let clock = Some("2026-11-24T09:00".to_owned());
        let wrong = Config::of(ServeOptions { clock, ..ServeOptions::default() }).unwrap_err();
        assert!(matches!(wrong, ConfigError::ClockWithoutDemo));
        let config = Some("/nowhere/minvei.toml".into());
        let wrong = Config::of(ServeOptions { config, ..ServeOptions::default() }).unwrap_err();
        assert!(matches!(wrong, ConfigError::Unreadable { .. }));
    }
}
