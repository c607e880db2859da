//! What every answer carries so that a browser refuses everything we did not mean, and the check
//! that a write comes from our own pages.

use axum::{
    extract::{Request, State},
    http::{
        HeaderName, HeaderValue,
        header::{
            CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
        },
    },
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use tower_http::csrf::ProtectionError;

use crate::{AppState, config::Transport, error::Refusal};

/// The digests of the inline scripts and styles of the built page; the build writes them.
#[derive(Debug, Default, Deserialize)]
pub struct Inline {
    /// `sha256-…` of each inline script.
    #[serde(default)]
    pub script: Vec<String>,
    /// `sha256-…` of each inline style.
    #[serde(default)]
    pub style: Vec<String>,
}

/// The content security policy of a page with these inline pieces.
#[must_use]
pub fn content_policy(inline: &Inline) -> HeaderValue {
    let quoted = |digests: &[String]| -> String {
        let safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '/' | '=');
        let digests = digests.iter().filter(|digest| digest.chars().all(safe));
        digests.map(|digest| format!(" '{digest}'")).collect()
    };
    let text = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{}; style-src 'self'{}; img-src 'self' data:; \
         connect-src 'self'; manifest-src 'self'; worker-src 'self'; font-src 'self'; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'",
        quoted(&inline.script),
        quoted(&inline.style)
    );
    HeaderValue::from_str(&text).expect("digests of safe characters only")
}

/// What an answer may do with the device: the camera reads cards, the kitchen's screen stays awake.
const PERMISSIONS: &str = "camera=(self), screen-wake-lock=(self), accelerometer=(), bluetooth=(), \
    browsing-topics=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), magnetometer=(), microphone=(), \
    midi=(), payment=(), serial=(), usb=(), xr-spatial-tracking=()";

/// What every answer carries, whatever it is.
fn strict(app: &AppState) -> impl Iterator<Item = (HeaderName, HeaderValue)> + use<> {
    let fixed = [
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), PERMISSIONS),
    ];
    let kept_secret = (app.transport == Transport::Tls).then_some((STRICT_TRANSPORT_SECURITY, "max-age=31536000"));
    let fixed = fixed.into_iter().chain(kept_secret).map(|(name, value)| (name, HeaderValue::from_static(value)));
    fixed.chain([(CONTENT_SECURITY_POLICY, app.assets.content_policy())])
}

/// The same as they stand in the head of an answer that nothing of ours has made.
#[must_use]
pub fn in_a_head(app: &AppState) -> String {
    let uncached = (CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let lines = strict(app).chain([uncached]);
    lines.map(|(name, value)| format!("{name}: {}\r\n", value.to_str().expect("letters of our own"))).collect()
}

/// Adds the headers to every answer, errors included.
pub async fn headers(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let is_data = request.uri().path().starts_with("/api/");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in strict(&app) {
        headers.insert(name, value);
    }
    if is_data || !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

/// The answer to a write from another site.
pub fn cross_site(_error: ProtectionError) -> Response {
    Refusal::CrossSite.into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_names_what_is_inline_and_nothing_unsafe() {
        let inline =
            Inline { script: vec!["sha256-AbC+/=".to_owned(), "x'; script-src *".to_owned()], style: Vec::new() };
        let policy = content_policy(&inline);
        let policy = policy.to_str().unwrap();
        assert!(policy.contains("script-src 'self' 'wasm-unsafe-eval' 'sha256-AbC+/=';"), "{policy}");
        assert!(policy.contains("style-src 'self';"), "{policy}");
        assert!(!policy.contains("unsafe-inline") && !policy.contains("*"), "{policy}");
    }
}
