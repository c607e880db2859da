//! What the server asks of others: nobody but the provider it was told of, no redirect followed, no long wait, and no
//! large answer.

use std::{pin::Pin, time::Duration};

use axum::http;
use openidconnect::{
    AsyncHttpClient, HttpRequest, HttpResponse,
    url::{Origin, Url},
};
use reqwest::{Client, Request, redirect::Policy};

/// How long an answer may take, all of it.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a connection may take.
const CONNECTS: Duration = Duration::from_secs(5);
/// The largest answer that is read.
const MOST_BYTES: usize = 512 * 1024;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum AskFault {
    /// The provider names an address that is not its own.
    #[error("{0} is not one of this provider's addresses")]
    Foreign(String),
    /// It says no.
    #[error("it answered {0}")]
    Status(http::StatusCode),
    /// The answer is too large.
    #[error("the answer is too large")]
    TooLarge,
    /// It does not answer.
    #[error("no answer: {0}")]
    NoAnswer(#[from] reqwest::Error),
    /// What it answers is no answer.
    #[error("no answer: {0}")]
    Malformed(#[from] http::Error),
}

/// Asks a provider.
pub struct Outside {
    client: Client,
    origins: Vec<Origin>,
}

impl Outside {
    /// Asks at these addresses and nowhere else.
    pub fn new(addresses: &[&Url]) -> Result<Self, reqwest::Error> {
        let client = Client::builder().redirect(Policy::none()).timeout(PATIENCE).connect_timeout(CONNECTS);
        let client = if addresses.iter().any(|address| address.scheme() == "https") {
            client
        } else {
            // What does not leave the machine needs neither proxy nor certificates.
            client.no_proxy().tls_built_in_root_certs(false)
        };
        Ok(Self { client: client.build()?, origins: addresses.iter().map(|address| address.origin()).collect() })
    }

    /// Asks once.
    pub async fn ask(&self, request: HttpRequest) -> Result<HttpResponse, AskFault> {
        let request = Request::try_from(request).map_err(reqwest::Error::without_url)?;
        let origin = request.url().origin();
        if !self.origins.contains(&origin) {
            return Err(AskFault::Foreign(origin.ascii_serialization()));
        }
        let mut response = self.client.execute(request).await.map_err(reqwest::Error::without_url)?;
        let mut answer = http::Response::builder().status(response.status());
        for (name, value) in response.headers() {
            answer = answer.header(name, value);
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(reqwest::Error::without_url)? {
            if body.len() + chunk.len() > MOST_BYTES {
                return Err(AskFault::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(answer.body(body)?)
    }
}

impl<'c> AsyncHttpClient<'c> for Outside {
    type Error = AskFault;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, AskFault>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.ask(request))
    }
}
