//! The built app, inside the binary: each file with its compressed forms, its digest, and how long
//! a browser may keep it.

use std::{borrow::Cow, collections::HashMap, ops::RangeInclusive};

use axum::{
    body::{Body, Bytes},
    extract::{Request, State},
    http::{
        HeaderMap, HeaderValue, Method, StatusCode,
        header::{ACCEPT, ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY},
    },
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use crate::{
    AppState,
    error::Refusal,
    security::{Inline, content_policy},
};

/// The page that is the app.
const PAGE: &str = "index.html";
/// Written by the build for us, never served.
const POLICY: &str = "csp.json";
/// Said at `/` by a server without an app.
const NO_APP: &str = "Minvei's server is running, but the app was not built into it: run `cargo xtask dist`.\n";

#[derive(rust_embed::Embed)]
#[folder = "../dist"]
#[allow_missing = true]
struct Dist;

/// The files of the app.
#[derive(Debug)]
pub struct Assets {
    files: HashMap<String, File>,
    content_policy: HeaderValue,
}

#[derive(Debug)]
struct File {
    kind: &'static str,
    cache: &'static str,
    plain: Form,
    brotli: Option<Form>,
    gzip: Option<Form>,
}

/// One encoding of a file.
#[derive(Debug)]
struct Form {
    bytes: Bytes,
    etag: HeaderValue,
}

impl Assets {
    /// What the build left in `dist/`.
    #[must_use]
    pub fn embedded() -> Self {
        Self::of(Dist::iter().filter_map(|path| {
            let bytes = match Dist::get(&path)?.data {
                Cow::Borrowed(bytes) => Bytes::from_static(bytes),
                Cow::Owned(bytes) => Bytes::from(bytes),
            };
            Some((path.into_owned(), bytes))
        }))
    }

    /// These files, by their paths.
    #[must_use]
    pub fn of(files: impl IntoIterator<Item = (String, Bytes)>) -> Self {
        let mut forms: HashMap<String, Bytes> = files.into_iter().collect();
        let inline = forms.remove(POLICY).and_then(|bytes| serde_json::from_slice::<Inline>(&bytes).ok());
        let (compressed, plain): (HashMap<_, _>, HashMap<_, _>) =
            forms.into_iter().partition(|(path, _)| is_compressed(path));
        let form = |bytes: &Bytes| Form { bytes: bytes.clone(), etag: etag(bytes) };
        let files = plain.iter().map(|(path, bytes)| {
            let file = File {
                kind: kind(path),
                cache: cache(path),
                plain: form(bytes),
                brotli: compressed.get(&format!("{path}.br")).map(form),
                gzip: compressed.get(&format!("{path}.gz")).map(form),
            };
            (path.clone(), file)
        });
        Self { files: files.collect(), content_policy: content_policy(&inline.unwrap_or_default()) }
    }

    /// The content security policy of the page.
    #[must_use]
    pub fn content_policy(&self) -> HeaderValue {
        self.content_policy.clone()
    }
}

/// Every address that is no route: a file of the app, or the app's page, which knows its own addresses.
pub async fn file(State(app): State<AppState>, request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Refusal::WrongMethod.into_response();
    }
    let path = request.uri().path().trim_start_matches('/');
    let headers = request.headers();
    let found = app.assets.files.get(if path.is_empty() { PAGE } else { path });
    let page = || app.assets.files.get(PAGE).filter(|_| accepts_pages(headers));
    match found.or_else(page) {
        Some(file) => file.answer(headers),
        None if path.is_empty() => (StatusCode::SERVICE_UNAVAILABLE, NO_APP).into_response(),
        None => Refusal::NotFound.into_response(),
    }
}

impl File {
    fn answer(&self, headers: &HeaderMap) -> Response {
        let (encoding, form) = self.form(headers);
        let is_known = headers.get_all(IF_NONE_MATCH).into_iter().any(|known| mentions(known, &form.etag));
        let mut response = if is_known {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            let mut response = Response::new(Body::from(form.bytes.clone()));
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(self.kind));
            if let Some(encoding) = encoding {
                response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
            }
            response
        };
        let told = response.headers_mut();
        told.insert(ETAG, form.etag.clone());
        told.insert(CACHE_CONTROL, HeaderValue::from_static(self.cache));
        if self.brotli.is_some() || self.gzip.is_some() {
            told.insert(VARY, HeaderValue::from_static("accept-encoding"));
        }
        response
    }

    /// The smallest form the browser understands.
    fn form(&self, headers: &HeaderMap) -> (Option<&'static str>, &Form) {
        let compressed = [("br", &self.brotli), ("gzip", &self.gzip)];
        compressed
            .into_iter()
            .find_map(|(name, form)| Some((Some(name), form.as_ref().filter(|_| accepts_encoding(headers, name))?)))
            .unwrap_or((None, &self.plain))
    }
}

fn accepts_pages(headers: &HeaderMap) -> bool {
    let accept = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    accept.contains("text/html")
}

fn accepts_encoding(headers: &HeaderMap, name: &str) -> bool {
    let offers = headers.get_all(ACCEPT_ENCODING).into_iter().filter_map(|offer| offer.to_str().ok());
    offers.flat_map(|offer| offer.split(',')).any(|offer| {
        let (coding, weight) = offer.split_once(';').unwrap_or((offer, ""));
        let weight = weight.trim().strip_prefix("q=").and_then(|weight| weight.trim().parse::<f32>().ok());
        coding.trim().eq_ignore_ascii_case(name) && weight != Some(0.0)
    })
}

fn mentions(known: &HeaderValue, etag: &HeaderValue) -> bool {
    let (Ok(known), Ok(etag)) = (known.to_str(), etag.to_str()) else {
        return false;
    };
    known.split(',').any(|one| one.trim().trim_start_matches("W/") == etag)
}

fn etag(bytes: &Bytes) -> HeaderValue {
    let digest = URL_SAFE_NO_PAD.encode(&Sha256::digest(bytes)[..16]);
    HeaderValue::from_str(&format!("\"{digest}\"")).expect("a digest is plain text")
}

fn is_compressed(path: &str) -> bool {
    path.ends_with(".br") || path.ends_with(".gz")
}

fn cache(path: &str) -> &'static str {
    if is_named_by_content(path) { "public, max-age=31536000, immutable" } else { "no-cache" }
}

/// How many hexadecimal digits of the content's digest Trunk puts into a name: `app-0123456789abcdef.js`. It leaves
/// out the zeros in front, so that one name in sixteen has a digit less.
const DIGITS: RangeInclusive<usize> = 12..=16;

/// Does the name change with the content? What lies in `snippets/` only looks like it.
fn is_named_by_content(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_digest = |part: &str| {
        let digest = part.split(['.', '_']).next().unwrap_or_default();
        digest.len() < part.len()
            && DIGITS.contains(&digest.len())
            && digest.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    !path.starts_with("snippets/") && name.split('-').skip(1).any(is_digest)
}

fn kind(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "ftl" | "txt" => "text/plain; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_carry_their_content_are_kept_for_ever() {
        let named = [
            "app-0123456789abcdef.js",
            "app-47e1757ba1a596e_bg.wasm",
            "app-0123456789abcdef_bg.wasm",
            "x/icons-0123456789abcdef.svg",
        ];
        for path in named {
            assert!(is_named_by_content(path), "{path}");
        }
        let others = [
            "index.html",
            "sw.js",
            "locales/nb.ftl",
            "icons/icon-192.png",
            "app-deadbeef.js",
            "app-0123456789abcdef0.js",
            "snippets/x-0123456789abcdef/inline0.js",
            "snippets/app-0123456789abcdef.js",
        ];
        for path in others {
            assert!(!is_named_by_content(path), "{path}");
        }
    }

    #[test]
    fn an_encoding_is_used_only_when_it_is_understood() {
        let mut headers = HeaderMap::new();
        assert!(!accepts_encoding(&headers, "br"));
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip, br;q=0, zstd"));
        assert!(accepts_encoding(&headers, "gzip"));
        assert!(!accepts_encoding(&headers, "br"));
    }
}
