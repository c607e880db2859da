//! Sign-in with OpenID Connect (authorization code with PKCE): a provider outside says who somebody is, and the server
//! believes it after it has checked everything a stranger could have written.

mod ask;
pub mod ceremony;
mod groups;
mod provider;
mod subject;

use std::{sync::Arc, time::Duration};

pub use self::{
    provider::{Provider, Verified},
    subject::{KeyFault, Making, SubjectKey},
};
use crate::config::ProviderConfig;

/// For how long a provider that has not answered is not asked again.
const REST: Duration = Duration::from_secs(5);

/// The providers by which somebody can sign in.
#[derive(Default)]
pub struct Providers(Vec<Provider>);

impl Providers {
    /// Those of the configuration. Nobody is asked anything before somebody wants to sign in.
    pub fn new(configured: Vec<ProviderConfig>, key: SubjectKey) -> Result<Self, reqwest::Error> {
        let key = Arc::new(key);
        let providers = configured.into_iter().map(|config| Provider::new(config, Arc::clone(&key)));
        Ok(Self(providers.collect::<Result<_, _>>()?))
    }

    /// All of them, in the order of the configuration.
    pub fn all(&self) -> impl Iterator<Item = &Provider> {
        self.0.iter()
    }

    /// The one of this id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Provider> {
        self.all().find(|provider| provider.config().id == id)
    }

    /// The one at which a session began of which `origin` is kept.
    #[must_use]
    pub fn of_origin(&self, origin: &str) -> Option<&Provider> {
        self.all().find(|provider| provider.is_origin(origin))
    }
}

/// Why nobody is let in by a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// She has turned back, or what the provider said cannot be believed.
    Refused,
    /// What was begun is over, or was begun elsewhere.
    Gone,
    /// The provider does not answer.
    Unreachable,
    /// She has shown too little there.
    Low,
    /// The provider does not tell her national id.
    Nobody,
}

impl Why {
    /// The word by which the page knows it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Gone => "gone",
            Self::Unreachable => "unreachable",
            Self::Low => "low",
            Self::Nobody => "nobody",
        }
    }
}
