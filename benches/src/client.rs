//! A device as the server sees it: one connection, a session, requests one after the other.

use std::net::SocketAddr;

use anyhow::{Context as _, Result, ensure};
use http_body_util::{BodyExt as _, Full};
use hyper::{
    Request,
    body::{Bytes, Incoming},
    client::conn::http1::{SendRequest, handshake},
    header::{CONTENT_TYPE, COOKIE, HOST, SET_COOKIE},
};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpStream;

/// A connection with a session.
pub struct Client {
    address: SocketAddr,
    connection: SendRequest<Full<Bytes>>,
    cookie: String,
}

impl Client {
    /// Signs in as a user of the demo, with a client of this id.
    pub async fn sign_in(address: SocketAddr, login: &str, client: &str) -> Result<Self> {
        let mut this = Self { address, connection: connect(address).await?, cookie: String::new() };
        let body = json!({"login": login, "secret": "minvei-demo", "client": client}).to_string();
        let response = this.send("POST", "/api/sign-in", body).await?;
        ensure!(response.status() == 200, "signing in as {login}: {}", response.status());
        let cookie = response.headers().get(SET_COOKIE).context("no cookie")?.to_str()?;
        this.cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        response.into_body().collect().await?;
        Ok(this)
    }

    /// Another connection of the same session.
    pub async fn again(&self) -> Result<Self> {
        let connection = connect(self.address).await?;
        Ok(Self { address: self.address, connection, cookie: self.cookie.clone() })
    }

    /// Sends a request to sync, and reads its answer; one without rows comes with 426.
    pub async fn sync(&mut self, body: String) -> Result<Value> {
        let response = self.send("POST", "/api/sync", body).await?;
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        ensure!(status == 200 || status == 426, "{status}: {}", String::from_utf8_lossy(&body));
        Ok(serde_json::from_slice(&body)?)
    }

    /// Opens the live channel.
    pub async fn listen(mut self) -> Result<Channel> {
        let response = self.send("GET", "/api/live", String::new()).await?;
        ensure!(response.status() == 200, "the live channel: {}", response.status());
        Ok(Channel { body: response.into_body(), _client: self })
    }

    async fn send(&mut self, method: &str, path: &str, body: String) -> Result<hyper::Response<Incoming>> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, self.address.to_string())
            .header(CONTENT_TYPE, "application/json")
            .header(COOKIE, &self.cookie)
            .body(Full::from(body))?;
        self.connection.ready().await?;
        Ok(self.connection.send_request(request).await?)
    }
}

async fn connect(address: SocketAddr) -> Result<SendRequest<Full<Bytes>>> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    tokio::spawn(async move { drop(connection.await) });
    Ok(sender)
}

/// An open live channel.
pub struct Channel {
    body: Incoming,
    _client: Client,
}

impl Channel {
    /// Waits for the next poke.
    pub async fn poke(&mut self) -> Result<()> {
        loop {
            let frame = self.body.frame().await.context("the channel has ended")??;
            // What is no poke keeps the connection alive.
            if frame.data_ref().is_some_and(|data| data.starts_with(b"data:")) {
                return Ok(());
            }
        }
    }
}
