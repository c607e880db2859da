//! Sessions: a random token in a cookie, of which the server keeps only the digest.

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, HeaderValue, header::COOKIE, request::Parts},
    middleware::Next,
    response::Response,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use shared::{
    Role,
    prim::{AnyId, Timestamp},
};

use super::{login, random};
use crate::{
    AppState,
    config::Transport,
    error::Refusal,
    store::{Account, CentreId, NewSession},
};

const HOUR: i64 = 60 * 60 * 1000;
/// For how long a card opens the app on a participant's own phone.
const CARD: i64 = 30 * 24 * HOUR;
/// For how long a colleague or a school is signed in.
const NAME: i64 = 12 * HOUR;

/// Whoever sends this request.
#[derive(Debug, Clone)]
pub struct Who {
    /// Her centre.
    pub centre: CentreId,
    /// Who she is.
    pub user: AnyId,
    /// What she is called.
    pub name: String,
    /// The part she plays.
    pub role: Role,
    /// The digest of her session's token.
    pub token: String,
    /// When her session ends.
    pub ends: Timestamp,
}

impl<S: Send + Sync> FromRequestParts<S> for Who {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Refusal> {
        parts.extensions.get::<Self>().cloned().ok_or(Refusal::NoSession)
    }
}

/// Lets nobody past without a session.
pub async fn guard(State(app): State<AppState>, mut request: Request, next: Next) -> Result<Response, Refusal> {
    let who = present(&app, request.headers()).await?;
    request.extensions_mut().insert(who);
    Ok(next.run(request).await)
}

async fn present(app: &AppState, headers: &HeaderMap) -> Result<Who, Refusal> {
    let token = token_in(headers, app.transport).ok_or(Refusal::NoSession)?;
    let token = digest(&token);
    let session = app.store.session(&token).await?.ok_or(Refusal::NoSession)?;
    let ends = session.created.plus_millis(lifetime(&session.login));
    if app.clock.now() >= ends {
        return Err(Refusal::NoSession);
    }
    Ok(Who { centre: session.centre, user: session.user, name: session.name, role: session.role, token, ends })
}

/// Opens a session; answers the cookie that carries its token.
pub async fn open(app: &AppState, account: &Account) -> Result<HeaderValue, Refusal> {
    let token = URL_SAFE_NO_PAD.encode(random::<32>());
    let now = app.clock.now();
    let session =
        NewSession { token: digest(&token), centre: account.centre.clone(), user: account.user.clone(), created: now };
    app.store.open_session(&session, now.plus_millis(-CARD)).await?;
    Ok(cookie(app.transport, &token, lifetime(&account.login) / 1000))
}

/// The cookie that takes the token away again.
#[must_use]
pub fn no_cookie(transport: Transport) -> HeaderValue {
    cookie(transport, "", 0)
}

fn cookie(transport: Transport, token: &str, seconds: i64) -> HeaderValue {
    let name = cookie_name(transport);
    let secure = match transport {
        Transport::Plain => "",
        Transport::Tls => "; Secure",
    };
    let text = format!("{name}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}");
    HeaderValue::from_str(&text).expect("a token is plain text")
}

const fn cookie_name(transport: Transport) -> &'static str {
    match transport {
        Transport::Plain => "minvei",
        Transport::Tls => "__Host-minvei",
    }
}

fn token_in(headers: &HeaderMap, transport: Transport) -> Option<String> {
    let wanted = cookie_name(transport);
    let cookies = headers.get_all(COOKIE).into_iter().filter_map(|header| header.to_str().ok());
    let mut pairs = cookies.flat_map(|header| header.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == wanted).map(|(_, token)| token.to_owned())
}

fn digest(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(token))
}

fn lifetime(stored_login: &str) -> i64 {
    if login::is_card(stored_login) { CARD } else { NAME }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_out_of_reach_of_scripts_and_other_sites() {
        assert_eq!(cookie(Transport::Plain, "abc", 60), "minvei=abc; Path=/; Max-Age=60; HttpOnly; SameSite=Strict");
        assert_eq!(
            cookie(Transport::Tls, "abc", 60),
            "__Host-minvei=abc; Path=/; Max-Age=60; HttpOnly; SameSite=Strict; Secure"
        );
    }

    #[test]
    fn the_token_is_found_among_other_cookies() {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, HeaderValue::from_static("theme=dark; minvei=abc; minvei-other=x"));
        assert_eq!(token_in(&headers, Transport::Plain).as_deref(), Some("abc"));
        assert_eq!(token_in(&headers, Transport::Tls), None);
    }

    #[test]
    fn a_card_lasts_longer_than_a_name() {
        assert_eq!(lifetime("NS7K3MQ2"), 30 * 24 * HOUR);
        assert_eq!(lifetime("slettebakken"), 12 * HOUR);
    }
}
