//! Sessions: a random token in a cookie, of which the server keeps only the digest. A page that keeps nothing has none,
//! and brings the token itself.

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{
        HeaderMap, HeaderValue,
        header::{AUTHORIZATION, COOKIE},
        request::Parts,
    },
    middleware::Next,
    response::Response,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use shared::{
    Actor, Role,
    policy::{Keeping, Stay},
    prim::{AnyId, Timestamp},
    sync::wire::ClientId,
};

use super::random;
use crate::{
    AppState,
    config::Transport,
    error::Refusal,
    peer::Peer,
    store::{Account, CentreId, NewSession, Session, Snapshot},
    untaken,
};

/// How many characters of a token's digest name its session in the list of devices.
const NAME_LENGTH: usize = 16;

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
    /// On which client, where that is known.
    pub client: Option<ClientId>,
    /// The digest of her session's token.
    pub token: String,
    /// When her session ends.
    pub ends: Timestamp,
    /// What becomes of the rows it is sent.
    pub keeping: Keeping,
}

impl Who {
    /// She with her rights, as they are in this session.
    pub async fn actor(&self, snapshot: &mut dyn Snapshot) -> Result<Actor, Refusal> {
        let actor = snapshot.actor(&self.user).await?.ok_or(Refusal::NoSession)?;
        Ok(actor.in_session(self.keeping))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Who {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Refusal> {
        parts.extensions.get::<Self>().cloned().ok_or(Refusal::NoSession)
    }
}

/// Lets nobody past without a session.
pub async fn guard(
    State(app): State<AppState>,
    peer: Peer,
    mut request: Request,
    next: Next,
) -> Result<Response, Refusal> {
    let who = present(&app, peer, request.headers()).await?;
    let under_way = app.pace.of_session(&who.token)?;
    request.extensions_mut().insert(who);
    Ok(untaken::counted(next.run(request).await, under_way))
}

/// Whoever sends a request from there with these headers.
pub async fn present(app: &AppState, peer: Peer, headers: &HeaderMap) -> Result<Who, Refusal> {
    let shown = token_in(headers, app.transport).map(|(token, keeping)| (digest(&token), keeping));
    app.pace.meet(peer, shown.as_ref().map(|(token, _)| token.as_str()))?;
    let (token, keeping) = shown.ok_or(Refusal::NoSession)?;
    // A token is good only the way it was given: a cookie of a page that keeps nothing would outlive it.
    let session = app.store.session(&token).await?.filter(|session| session.keeping == keeping);
    let session = session.map(|session| (ends(session.role, session.created, session.used), session));
    let Some((ends, session)) = session.filter(|(ends, _)| app.clock.now() < *ends) else {
        app.pace.forget(&token);
        return Err(Refusal::NoSession);
    };
    app.pace.remember(&token);
    let Session { centre, user, name, role, client, .. } = session;
    Ok(Who { centre, user, name, role, client, token, ends, keeping })
}

/// When a session of this role is over, if she does nothing more.
#[must_use]
pub fn ends(role: Role, created: Timestamp, used: Timestamp) -> Timestamp {
    Timestamp(role.stay().ends(created.0, used.0))
}

/// What a session is called where its user sees it: part of the digest, from which nobody finds the token.
#[must_use]
pub fn name_of(token: &str) -> &str {
    token.get(..NAME_LENGTH).unwrap_or(token)
}

/// The device on which a session is opened.
#[derive(Debug)]
pub struct Device {
    /// What it is called.
    pub name: String,
    /// What is kept of the session at a provider by which it is opened; empty where there is none.
    pub origin: String,
    /// What becomes of the rows it is sent.
    pub keeping: Keeping,
}

/// Opens a session of `client`. Answers its token.
pub async fn open(app: &AppState, account: &Account, client: &ClientId, device: Device) -> Result<String, Refusal> {
    let token = URL_SAFE_NO_PAD.encode(random::<32>());
    let now = app.clock.now();
    let session = NewSession {
        token: digest(&token),
        centre: account.centre.clone(),
        user: account.user.clone(),
        client: client.clone(),
        device: device.name,
        created: now,
        secret: account.secret.clone(),
        origin: device.origin,
        keeping: device.keeping,
    };
    if !app.store.open_session(&session, now.plus_millis(-Stay::LONGEST)).await? {
        return Err(Refusal::WrongSecret);
    }
    Ok(token)
}

/// The cookie that carries the token of a session of this role.
#[must_use]
pub fn cookie_of(transport: Transport, role: Role, token: &str) -> HeaderValue {
    cookie(transport, token, role.stay().most / 1000)
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

/// What the cookie is called. Browsers give one with `__Host-` to nobody but this host over https.
#[must_use]
pub const fn cookie_name(transport: Transport) -> &'static str {
    match transport {
        Transport::Plain => "minvei",
        Transport::Tls => "__Host-minvei",
    }
}

/// The token of a request, and of which kind of session it is. Where a page brings its own, the cookie beside it is
/// somebody else's matter. What a proxy asks for by other schemes is not ours.
fn token_in(headers: &HeaderMap, transport: Transport) -> Option<(String, Keeping)> {
    let bearer = headers.get(AUTHORIZATION).and_then(|header| header.to_str().ok()).and_then(|header| {
        let (scheme, token) = header.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
    });
    match bearer {
        Some(token) => Some((token, Keeping::InMemory)),
        None => Some((cookie_in(headers, cookie_name(transport))?, Keeping::OnDevice)),
    }
}

/// The value of the cookie of this name.
pub(super) fn cookie_in(headers: &HeaderMap, wanted: &str) -> Option<String> {
    let cookies = headers.get_all(COOKIE).into_iter().filter_map(|header| header.to_str().ok());
    let mut pairs = cookies.flat_map(|header| header.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == wanted).map(|(_, token)| token.to_owned())
}

/// What is kept of a token.
#[must_use]
pub fn digest(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(token))
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
        let abc = || Some(("abc".to_owned(), Keeping::OnDevice));
        assert_eq!(token_in(&headers, Transport::Plain), abc());
        assert_eq!(token_in(&headers, Transport::Tls), None);
        headers.insert(AUTHORIZATION, HeaderValue::from_static("Basic abc"));
        assert_eq!(token_in(&headers, Transport::Plain), abc(), "a proxy's matter");
        headers.insert(AUTHORIZATION, HeaderValue::from_static("Bearer def"));
        assert_eq!(token_in(&headers, Transport::Plain), Some(("def".to_owned(), Keeping::InMemory)));
    }

    #[test]
    fn a_session_is_named_by_a_part_of_its_digest() {
        let token = digest("abc");
        assert!(token.starts_with(name_of(&token)) && token.len() > 2 * name_of(&token).len());
    }
}
