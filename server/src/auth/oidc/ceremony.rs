//! What is remembered of somebody who is away at a provider. Her browser has a handle to it in a cookie of its own: the
//! one of her session is not sent along when another site leads her back.

use axum::http::{HeaderMap, HeaderValue};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use super::{Verified, Why};
use crate::{
    AppState,
    auth::{
        random,
        session::{cookie_in, digest},
    },
    config::Transport,
    store::StoreFault,
};

/// For how long she may be away, in milliseconds.
const AWAY: i64 = 10 * 60 * 1_000;
/// For how long what the provider has said waits for her page, in milliseconds.
const BACK: i64 = 5 * 60 * 1_000;

/// How far a ceremony has come.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Stage {
    /// She is away at the provider.
    Begun(Begun),
    /// The provider has said who she is.
    Verified {
        /// What it is for.
        purpose: Purpose,
        /// Who she is there.
        who: Verified,
    },
}

/// What must be known to believe what she brings back.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Begun {
    /// Which provider.
    pub provider: String,
    /// What it is for.
    pub purpose: Purpose,
    /// Where she comes back to.
    pub redirect: String,
    /// Comes back with her, and shows that it was begun in this browser.
    pub state: String,
    /// Stands in the token, and shows that it was made for this.
    pub nonce: String,
    /// Shows the provider that it is the same server that asks for the token (PKCE).
    pub verifier: String,
}

// The verifier and the rest are as good as a password for ten minutes.
impl std::fmt::Debug for Begun {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Begun").field("provider", &self.provider).finish_non_exhaustive()
    }
}

/// What a ceremony is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Purpose {
    /// To sign in.
    SignIn,
    /// To sign in where nothing is kept.
    Online,
    /// To connect whoever is signed in with her identity there.
    Link {
        /// The digest of her session's token: nobody else finishes it.
        session: String,
    },
}

impl Purpose {
    /// The page that finishes it.
    #[must_use]
    pub const fn page(&self) -> &'static str {
        match self {
            Self::SignIn => "/sign-in",
            Self::Online => "/online",
            Self::Link { .. } => "/more",
        }
    }
}

impl Begun {
    /// A new one, with random values nobody can guess.
    #[must_use]
    pub fn new(provider: &str, purpose: Purpose, redirect: String) -> Self {
        let [state, nonce, verifier] = [(); 3].map(|()| URL_SAFE_NO_PAD.encode(random::<32>()));
        Self { provider: provider.to_owned(), purpose, redirect, state, nonce, verifier }
    }

    /// Is this what was sent along with her?
    #[must_use]
    pub fn has_state(&self, state: &str) -> bool {
        // Digests are compared, so that the time it takes tells nothing.
        digest(&self.state) == digest(state)
    }
}

/// A stage among what others remember in the same place.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    oidc: Stage,
}

/// Remembers a stage. Answers the cookie with its handle.
pub async fn keep(app: &AppState, stage: Stage) -> Result<HeaderValue, StoreFault> {
    let lasts = match stage {
        Stage::Begun(_) => AWAY,
        Stage::Verified { .. } => BACK,
    };
    let handle = URL_SAFE_NO_PAD.encode(random::<32>());
    let body = serde_json::to_string(&Body { oidc: stage }).expect("texts are JSON");
    let now = app.clock.now();
    app.store.begin_ceremony(&digest(&handle), &body, now, now.plus_millis(lasts)).await?;
    Ok(cookie(app.transport, &handle, lasts / 1_000))
}

/// The stage to which these headers have a handle. It can be taken once.
pub async fn take(app: &AppState, headers: &HeaderMap) -> Result<Option<Stage>, StoreFault> {
    let Some(handle) = cookie_in(headers, cookie_name(app.transport)) else { return Ok(None) };
    let body = app.store.take_ceremony(&digest(&handle), app.clock.now()).await?;
    Ok(body.and_then(|body| serde_json::from_str(&body).ok()).map(|Body { oidc }| oidc))
}

/// The cookie that takes the handle away again.
#[must_use]
pub fn no_cookie(transport: Transport) -> HeaderValue {
    cookie(transport, "", 0)
}

/// Where she is led when she comes back: to the page that goes on, or that says why it cannot.
#[must_use]
pub fn way_back(page: &str, ended: Result<(), Why>) -> String {
    match ended {
        Ok(()) => format!("{page}#oidc"),
        Err(why) => format!("{page}#oidc={}", why.word()),
    }
}

fn cookie(transport: Transport, handle: &str, seconds: i64) -> HeaderValue {
    let name = cookie_name(transport);
    let secure = match transport {
        Transport::Plain => "",
        Transport::Tls => "; Secure",
    };
    let text = format!("{name}={handle}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::from_str(&text).expect("a handle is plain text")
}

const fn cookie_name(transport: Transport) -> &'static str {
    match transport {
        Transport::Plain => "minvei-oidc",
        Transport::Tls => "__Host-minvei-oidc",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_handle_comes_back_with_her_and_is_out_of_reach_of_scripts() {
        let plain = "minvei-oidc=abc; Path=/; Max-Age=60; HttpOnly; SameSite=Lax";
        assert_eq!(cookie(Transport::Plain, "abc", 60), plain);
        let tls = "__Host-minvei-oidc=abc; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure";
        assert_eq!(cookie(Transport::Tls, "abc", 60), tls);
    }

    #[test]
    fn nothing_that_is_sent_with_her_is_the_same_twice() {
        let begun = || Begun::new("one", Purpose::SignIn, String::new());
        let (one, other) = (begun(), begun());
        assert_ne!((&one.state, &one.nonce, &one.verifier), (&other.state, &other.nonce, &other.verifier));
        assert!(one.state != one.nonce && one.nonce != one.verifier && one.verifier.len() >= 43);
        assert!(one.has_state(&one.state) && !one.has_state(&other.state) && !one.has_state(""));
        assert!(!format!("{one:?}").contains(&one.verifier));
    }

    #[test]
    fn the_way_back_is_a_page_of_ours() {
        assert_eq!(way_back(Purpose::SignIn.page(), Ok(())), "/sign-in#oidc");
        assert_eq!(way_back(Purpose::Online.page(), Err(Why::Gone)), "/online#oidc=gone");
        let link = Purpose::Link { session: "s".to_owned() };
        assert_eq!(way_back(link.page(), Err(Why::Low)), "/more#oidc=low");
    }
}
