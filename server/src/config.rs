//! How the server is told what to do: by flag, by environment, by file, in this order.

mod oidc;

use std::{
    fs, io,
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
};

use clap::{ArgAction, Args, Parser, Subcommand, builder::FalseyValueParser};
use ipnet::IpNet;
use serde::Deserialize;
use shared::prim::Timestamp;

pub use self::oidc::{Hidden, Level, Profile, ProviderConfig, is_safe};
use crate::clock::{TimeError, parse_time};

/// The folder of the database, where none is named.
const DATA: &str = "minvei-data";
/// The file in it with the key of identities, where none is named.
const IDENTITY_KEY: &str = "identity.key";

/// Minvei: the week on the phone, the school's lunches, the kitchen's count.
#[derive(Debug, Parser)]
#[command(name = "minvei", version, arg_required_else_help = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub task: Task,
}

/// What the binary can do.
#[derive(Debug, Subcommand)]
pub enum Task {
    /// Serve the app and its data.
    Serve(ServeOptions),
    /// Copy the database to a new file, while the server works or not, and look the copy through.
    Backup {
        /// The file to be made.
        file: PathBuf,
        /// Where the data is.
        #[command(flatten)]
        at: PlaceOptions,
    },
    /// Put a backup in the place of the database; what was there is kept beside it.
    Restore {
        /// The backup.
        file: PathBuf,
        /// Where the data is.
        #[command(flatten)]
        at: PlaceOptions,
    },
    /// Look a database or a backup through: is it whole, and does it agree with itself?
    Check {
        /// The backup; without it, the database of the folder.
        file: Option<PathBuf>,
        /// Where the data is.
        #[command(flatten)]
        at: PlaceOptions,
    },
    /// About a centre.
    #[command(subcommand)]
    Centre(CentreTask),
    /// The log of accesses: who did what to whose rows.
    #[command(subcommand)]
    Audit(AuditTask),
    /// Take a participant out of everybody's reach, and keep her rows for the archive. With the server stopped.
    Restrict {
        /// Whom, and why.
        #[command(flatten)]
        whom: WhomOptions,
        /// Put her back.
        #[arg(long)]
        lift: bool,
        /// Where the data is.
        #[command(flatten)]
        at: PlaceOptions,
    },
    /// Destroy everything of a participant, for good. With the server stopped.
    Shred {
        /// Whom, and why.
        #[command(flatten)]
        whom: WhomOptions,
        /// Yes, for good.
        #[arg(long)]
        yes: bool,
        /// Where the data is.
        #[command(flatten)]
        at: PlaceOptions,
    },
    /// About the demo centre.
    #[command(subcommand)]
    Demo(DemoTask),
}

/// Whom something is done with, and why.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct WhomOptions {
    /// The participant's id: the last part of the address of her page.
    pub person: String,
    /// Her centre's id.
    #[arg(long, value_name = "ID")]
    pub centre: String,
    /// Why: the number of the case, not her name. It stays.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
}

/// Where the data is.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct PlaceOptions {
    /// The folder of the database [default: minvei-data].
    #[arg(long, value_name = "DIR", env = "MINVEI_DATA")]
    pub data: Option<PathBuf>,
    /// A PostgreSQL database, postgres://…; without it, SQLite in the folder.
    #[arg(long, value_name = "URL", env = "MINVEI_DATABASE", hide_env_values = true)]
    pub database: Option<String>,
    /// The file with the options of `serve` [default: minvei.toml in the data folder].
    #[arg(long, value_name = "FILE", env = "MINVEI_CONFIG")]
    pub config: Option<PathBuf>,
}

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

/// What can be done with a centre.
#[derive(Debug, Subcommand)]
pub enum CentreTask {
    /// Open a new centre with one manager, and print the link by which she chooses her password.
    Open {
        /// Its id, a few small letters like `bg`: cards begin with them.
        id: String,
        /// What the manager is called.
        #[arg(long, value_name = "NAME")]
        manager: String,
        /// Where browsers reach the server.
        #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080")]
        address: String,
        /// Where the data is.
        #[command(flatten)]
        at: PlaceOptions,
    },
    /// Invite somebody who works there anew, where nobody is left who could do it: her password or phone is lost.
    Invite {
        /// The centre's id.
        id: String,
        /// What she is called.
        #[arg(long, value_name = "NAME")]
        name: String,
        /// Where browsers reach the server.
        #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080")]
        address: String,
        /// Where the data is.
        #[command(flatten)]
        at: PlaceOptions,
    },
}

/// What can be done with the log of accesses.
#[derive(Debug, Subcommand)]
pub enum AuditTask {
    /// Write down, signed, how far the log goes; to be kept where whoever can write the database cannot.
    Checkpoint {
        /// The file to be made.
        file: PathBuf,
        /// Where the data is.
        #[command(flatten)]
        at: PlaceOptions,
    },
    /// Go through the whole log: is every entry what was written, and is none missing?
    Verify {
        /// A checkpoint of earlier that the log must agree with; may be given several times.
        #[arg(long = "checkpoint", value_name = "FILE")]
        checkpoints: Vec<PathBuf>,
        /// Where the data is.
        #[command(flatten)]
        at: PlaceOptions,
    },
}

/// What there is to know about the demo centre.
#[derive(Debug, Subcommand)]
pub enum DemoTask {
    /// List who can sign in, and how.
    Accounts {
        /// As JSON: role, name, login, secret.
        #[arg(long)]
        json: bool,
    },
}

/// The options of `serve`.
#[derive(Debug, Default, Args)]
pub struct ServeOptions {
    /// Where to listen [default: 127.0.0.1:8080].
    #[arg(long, value_name = "ADDR", env = "MINVEI_LISTEN")]
    pub listen: Option<SocketAddr>,
    /// The folder of the database [default: minvei-data].
    #[arg(long, value_name = "DIR", env = "MINVEI_DATA")]
    pub data: Option<PathBuf>,
    /// A PostgreSQL database that several servers may share, postgres://…; without it, SQLite in the folder.
    #[arg(long, value_name = "URL", env = "MINVEI_DATABASE", hide_env_values = true)]
    pub database: Option<String>,
    /// A file with the same options [default: minvei.toml in the data folder].
    #[arg(long, value_name = "FILE", env = "MINVEI_CONFIG")]
    pub config: Option<PathBuf>,
    /// Fill an empty database with the demo centre.
    #[arg(long, env = "MINVEI_DEMO", action = ArgAction::SetTrue, value_parser = FalseyValueParser::new())]
    pub demo: bool,
    /// Start the clock at this time; in demo mode only.
    #[arg(long, value_name = "TIME", env = "MINVEI_CLOCK")]
    pub clock: Option<String>,
    /// Browsers come through a proxy that speaks https.
    #[arg(long, env = "MINVEI_HTTPS", action = ArgAction::SetTrue, value_parser = FalseyValueParser::new())]
    pub https: bool,
    /// A file with the server's certificate and those above it: the server speaks TLS itself.
    #[arg(long, value_name = "FILE", env = "MINVEI_CERT")]
    pub cert: Option<PathBuf>,
    /// A file with the key of the certificate.
    #[arg(long, value_name = "FILE", env = "MINVEI_KEY")]
    pub key: Option<PathBuf>,
    /// A proxy in front, whose X-Forwarded-For is believed: 10.0.0.2, or a network of nothing but proxies.
    #[arg(long = "proxy", value_name = "ADDR", env = "MINVEI_PROXIES", value_delimiter = ',')]
    pub proxies: Vec<String>,
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
    /// The time is no time.
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
        let folder = folder("listen = \"127.0.0.1:9000\"\ndemo = true\nhttps = true\nproxies = [\"10.0.0.2\"]\n");
        let data = Some(folder.path().to_path_buf());
        let config = Config::of(ServeOptions { data: data.clone(), ..ServeOptions::default() }).unwrap();
        assert_eq!(config.listen, SocketAddr::from(([127, 0, 0, 1], 9000)));
        assert_eq!((config.content, config.transport), (Content::Demo, Transport::Tls));
        assert_eq!(config.proxies, ["10.0.0.2/32".parse().unwrap()]);
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
