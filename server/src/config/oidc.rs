//! The providers by which somebody can sign in: the tables `[[oidc]]` of the file of options.

use std::{env, fmt, fs, path::PathBuf};

use openidconnect::url::{Host, Url};
use serde::Deserialize;
use shared::policy::Vouched;

use super::ConfigError;

/// The longest id of a provider.
const LONGEST_ID: usize = 16;
/// The longest text on a button.
const LONGEST_LABEL: usize = 40;

/// A provider by which somebody can sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderConfig {
    /// What it is called in addresses and in the database: a few small letters.
    pub id: String,
    /// Which rules it follows.
    pub profile: Profile,
    /// What stands on its button.
    pub label: String,
    /// Its issuer, written as it writes itself.
    pub issuer: String,
    /// How it knows us.
    pub client_id: String,
    /// How we show that it is us.
    pub secret: Hidden,
}

/// Which rules a provider follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Profile {
    /// ID-porten: tells the national id, and at which level she has shown who she is.
    IdPorten {
        /// The lowest level that is accepted.
        least: Level,
    },
    /// Feide: tells an id of its own, and who belongs to which school.
    Feide {
        /// The address of its Groups API, if schools come in by it.
        groups: Option<Url>,
    },
}

impl Profile {
    /// What the app knows it by.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::IdPorten { .. } => "id-porten",
            Self::Feide { .. } => "feide",
        }
    }

    /// How surely it can say who somebody is.
    #[must_use]
    pub const fn best(&self) -> Vouched {
        match self {
            Self::IdPorten { .. } => Vouched::Twice,
            Self::Feide { .. } => Vouched::Once,
        }
    }
}

/// A level of ID-porten: how surely it knows who somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// By one thing.
    Low,
    /// By two.
    Substantial,
    /// By two, of which one cannot be copied.
    High,
}

impl Level {
    const ALL: [Self; 3] = [Self::Low, Self::Substantial, Self::High];

    /// What ID-porten calls it (claim `acr`).
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Low => "idporten-loa-low",
            Self::Substantial => "idporten-loa-substantial",
            Self::High => "idporten-loa-high",
        }
    }

    /// The level of this name; nothing for a name nobody knows.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.name() == name)
    }

    /// How surely that says who she is.
    #[must_use]
    pub const fn vouched(self) -> Vouched {
        match self {
            Self::Low => Vouched::Once,
            Self::Substantial | Self::High => Vouched::Twice,
        }
    }
}

/// A secret that is never printed.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Hidden(String);

impl Hidden {
    /// The secret itself.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Hidden {
    fn from(secret: &str) -> Self {
        Self(secret.to_owned())
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// A table `[[oidc]]` as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    id: String,
    profile: String,
    label: String,
    issuer: String,
    client_id: String,
    client_secret: Option<Hidden>,
    client_secret_file: Option<PathBuf>,
    acr: Option<String>,
    groups: Option<String>,
}

/// The providers of these tables. A secret in the environment, `MINVEI_OIDC_…_SECRET`, counts before one in the file.
pub(super) fn providers(entries: Vec<Entry>) -> Result<Vec<ProviderConfig>, ConfigError> {
    let mut providers: Vec<ProviderConfig> = Vec::new();
    for entry in entries {
        let from_environment = env::var(secret_variable(&entry.id)).ok();
        let provider = provider(entry, from_environment.as_deref())?;
        if providers.iter().any(|other| other.id == provider.id) {
            return Err(wrong(&provider.id, "there is another one of this id"));
        }
        providers.push(provider);
    }
    Ok(providers)
}

fn secret_variable(id: &str) -> String {
    format!("MINVEI_OIDC_{}_SECRET", id.to_ascii_uppercase())
}

fn provider(entry: Entry, from_environment: Option<&str>) -> Result<ProviderConfig, ConfigError> {
    let Entry { id, profile, label, issuer, client_id, client_secret, client_secret_file, acr, groups } = entry;
    let no = |what: &str| wrong(&id, what);
    if !(1..=LONGEST_ID).contains(&id.len()) || !id.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return Err(no("its id must be a few small letters from a to z"));
    }
    let label = label.trim().to_owned();
    if label.is_empty() || label.chars().count() > LONGEST_LABEL || label.chars().any(char::is_control) {
        return Err(no("its label must be a few words"));
    }
    let url = Url::parse(&issuer).ok().filter(is_safe);
    if !url.is_some_and(|url| url.query().is_none() && url.fragment().is_none()) {
        return Err(no("its issuer must be an address with https; with http only on this machine"));
    }
    let profile = self::profile(&profile, acr.as_deref(), groups.as_deref()).map_err(no)?;
    let secret = match (from_environment, client_secret, client_secret_file) {
        (Some(secret), ..) => Hidden::from(secret),
        (None, Some(secret), None) => secret,
        (None, None, Some(file)) => {
            let text = fs::read_to_string(&file).map_err(|fault| ConfigError::Unreadable { file, fault })?;
            Hidden::from(text.trim())
        }
        (None, Some(_), Some(_)) => return Err(no("it has two secrets: client_secret and client_secret_file")),
        (None, None, None) => return Err(no("it needs a client_secret or a client_secret_file")),
    };
    if secret.reveal().is_empty() || client_id.is_empty() {
        return Err(no("client_id and secret must not be empty"));
    }
    Ok(ProviderConfig { profile, label, issuer, client_id, secret, id })
}

/// The rules of a profile, or what is wrong with what was written about it.
fn profile(name: &str, acr: Option<&str>, groups: Option<&str>) -> Result<Profile, &'static str> {
    match (name, acr, groups) {
        ("id-porten", acr, None) => {
            let least = acr.map_or(Some(Level::Substantial), Level::parse);
            let least =
                least.ok_or("its acr must be idporten-loa-low, idporten-loa-substantial or idporten-loa-high")?;
            Ok(Profile::IdPorten { least })
        }
        ("feide", None, None) => Ok(Profile::Feide { groups: None }),
        ("feide", None, Some(address)) => {
            let groups = Url::parse(address).ok().filter(is_safe);
            Ok(Profile::Feide { groups: Some(groups.ok_or("its groups must be an address with https")?) })
        }
        ("id-porten", _, Some(_)) => Err("only feide has groups"),
        ("feide", Some(_), _) => Err("only id-porten has an acr"),
        _ => Err("its profile must be id-porten or feide"),
    }
}

/// An address nobody on the way can read or change: https, or http that does not leave this machine.
#[must_use]
pub fn is_safe(url: &Url) -> bool {
    let is_here = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    url.username().is_empty()
        && url.password().is_none()
        && match url.scheme() {
            "https" => url.host().is_some(),
            "http" => is_here,
            _ => false,
        }
}

fn wrong(id: &str, what: &str) -> ConfigError {
    ConfigError::Provider { id: id.to_owned(), what: what.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
        id = "idporten"
        profile = "id-porten"
        label = "ID-porten"
        issuer = "https://test.idporten.no"
        client_id = "us"
        client_secret = "hush"
    "#;

    fn read(text: &str) -> Result<ProviderConfig, String> {
        let entry: Entry = toml::from_str(text).map_err(|fault| fault.message().to_owned())?;
        provider(entry, None).map_err(|fault| fault.to_string())
    }

    #[test]
    fn the_least_level_is_two_things_unless_it_says_otherwise() {
        let least = |text: &str| read(text).map(|provider| provider.profile);
        assert_eq!(least(GOOD), Ok(Profile::IdPorten { least: Level::Substantial }));
        let high = format!("{GOOD}\nacr = \"idporten-loa-high\"");
        assert_eq!(least(&high), Ok(Profile::IdPorten { least: Level::High }));
        assert!(least(&format!("{GOOD}\nacr = \"Level4\"")).is_err(), "a level nobody knows");
        assert!(Level::Low < Level::Substantial && Level::Substantial < Level::High);
    }

    #[test]
    fn what_makes_no_sense_is_said() {
        assert!(read(GOOD).is_ok());
        for (from, to) in [
            ("\"idporten\"", "\"ID porten\""),
            ("\"id-porten\"", "\"bankid\""),
            ("https://test.idporten.no", "http://test.idporten.no"),
            ("https://test.idporten.no", "https://us:hush@test.idporten.no"),
            ("https://test.idporten.no", "idporten"),
            ("\"ID-porten\"", "\"  \""),
            ("client_secret = \"hush\"", ""),
            ("client_secret = \"hush\"", "client_secret = \"hush\"\nclient_secret_file = \"/etc/hush\""),
            ("client_secret = \"hush\"", "client_secret = \"hush\"\ngroups = \"https://groups.example\""),
            ("client_secret = \"hush\"", "client_secret = \"hush\"\nscope = \"openid\""),
        ] {
            assert!(read(&GOOD.replace(from, to)).is_err(), "{to}");
        }
        let here = GOOD.replace("https://test.idporten.no", "http://127.0.0.1:9000");
        assert!(read(&here).is_ok(), "on this machine nobody is on the way");
    }

    #[test]
    fn a_secret_is_not_printed_and_the_environment_counts_first() {
        let entry: Entry = toml::from_str(GOOD).unwrap();
        assert!(!format!("{entry:?}").contains("hush"));
        let provider = provider(entry, Some("louder")).unwrap();
        assert!(!format!("{provider:?}").contains("louder"));
        assert_eq!(provider.secret.reveal(), "louder");
        assert_eq!(secret_variable("idporten"), "MINVEI_OIDC_IDPORTEN_SECRET");
    }
}
