//! Links of somebody's own: an invitation, by which she chooses her password, and the way in of a school.
//! The token stands behind `#`, which no browser sends and no log holds; the server keeps its digest.

use axum::http::{HeaderMap, header::HOST};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{random, session::digest};
use crate::config::Transport;

/// A new token, and its digest.
#[must_use]
pub fn new_token() -> (String, String) {
    let token = URL_SAFE_NO_PAD.encode(random::<32>());
    let digest = digest(&token);
    (token, digest)
}

/// The address of a page as whoever asks has reached this server.
#[must_use]
pub fn address(headers: &HeaderMap, transport: Transport, page: &str) -> String {
    let scheme = match transport {
        Transport::Plain => "http",
        Transport::Tls => "https",
    };
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    format!("{scheme}://{host}{page}")
}
