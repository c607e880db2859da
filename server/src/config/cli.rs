//! The command line: what the binary can be asked to do, and with which options. `minvei --help` is made from this.

use std::{net::SocketAddr, num::NonZeroU16, path::PathBuf};

use clap::{ArgAction, Args, Parser, Subcommand, builder::FalseyValueParser};

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
    /// Start the clock at this time, of the years 2000 to 2999; in demo mode only.
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
    /// How many connections may be open at the same time, live channels on a WebSocket apart [default: 4096].
    #[arg(long, value_name = "COUNT", env = "MINVEI_CONNECTIONS")]
    pub connections: Option<NonZeroU16>,
}
