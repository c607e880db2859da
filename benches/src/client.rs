//! A device as the server sees it: one connection, a session, requests one after the other.

use std::{
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use anyhow::{Context as _, Result, ensure};
use futures_util::{SinkExt as _, StreamExt as _};
use http_body_util::{BodyExt as _, Full};
use hyper::{
    Request, StatusCode,
    body::{Bytes, Incoming},
    client::conn::http1::{SendRequest, handshake},
    header::{CONTENT_TYPE, COOKIE, HOST, SET_COOKIE},
};
use hyper_util::rt::TokioIo;
use serde::de::DeserializeOwned;
use serde_json::json;
use tokio::{
    net::{TcpSocket, TcpStream},
    time::sleep,
};
use tokio_tungstenite::{
    WebSocketStream, client_async_with_config,
    tungstenite::{ClientRequestBuilder, Message, Utf8Bytes, protocol::WebSocketConfig},
};

/// The first and the longest pause before a request that could not be worked on is sent again.
const PAUSES: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(8));

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

    /// A device that has signed in before.
    pub async fn with_cookie(address: SocketAddr, cookie: &str) -> Result<Self> {
        Ok(Self { address, connection: connect(address).await?, cookie: cookie.to_owned() })
    }

    /// Sends a request to sync, and reads its answer. Where the server has too much to do, it waits and sends the
    /// same again, as the app does.
    pub async fn sync<T: DeserializeOwned>(&mut self, body: String) -> Result<T> {
        let mut pause = PAUSES.0;
        loop {
            let response = match self.send("POST", "/api/sync", body.clone()).await {
                Ok(response) => response,
                // The server does not wait for idle connections; the same bytes again do nothing twice.
                Err(_) => {
                    self.connection = connect(self.address).await?;
                    self.send("POST", "/api/sync", body.clone()).await?
                }
            };
            let status = response.status();
            let answer = response.into_body().collect().await?.to_bytes();
            if status != 503 && status != 429 {
                ensure!(status == 200, "{status}: {}", String::from_utf8_lossy(&answer));
                return Ok(serde_json::from_slice(&answer)?);
            }
            sleep(pause).await;
            pause = (pause * 2).min(PAUSES.1);
        }
    }

    /// Opens a live channel of the same session.
    pub async fn listen(&self) -> Result<Channel> {
        Channel::open(self.address, &self.cookie).await
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
    let (sender, connection) = handshake(TokioIo::new(reach(address).await?)).await?;
    tokio::spawn(async move { drop(connection.await) });
    Ok(sender)
}

/// A connection from this address of the machine.
pub async fn reach_from(from: IpAddr, address: SocketAddr) -> Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::new(from, 0))?;
    let stream = socket.connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// Asks to be signed in, without a session, and reads what is answered.
pub async fn knock(stream: TcpStream, address: SocketAddr, body: String) -> Result<StatusCode> {
    let (mut sender, connection) = handshake(TokioIo::new(stream)).await?;
    tokio::spawn(async move { drop(connection.await) });
    let request = Request::post("/api/sign-in")
        .header(HOST, address.to_string())
        .header(CONTENT_TYPE, "application/json")
        .body(Full::<Bytes>::from(body))?;
    let response = sender.send_request(request).await?;
    let status = response.status();
    response.into_body().collect().await?;
    Ok(status)
}

async fn reach(address: SocketAddr) -> Result<TcpStream> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// Buffers as small as those our server gives to each open device.
pub fn small() -> WebSocketConfig {
    WebSocketConfig::default().read_buffer_size(1_024).write_buffer_size(0)
}

/// An open live channel.
pub struct Channel(WebSocketStream<TcpStream>);

impl Channel {
    /// Opens a live channel, and waits for the first poke, which says where things stand.
    pub async fn open(address: SocketAddr, cookie: &str) -> Result<Self> {
        let stream = reach(address).await?;
        let address = format!("ws://{address}/api/live").parse()?;
        let request = ClientRequestBuilder::new(address).with_header("Cookie", cookie);
        let (socket, _) = client_async_with_config(request, stream, Some(small())).await?;
        let mut this = Self(socket);
        this.poke().await?;
        Ok(this)
    }

    /// Waits for what is said next.
    pub async fn poke(&mut self) -> Result<Utf8Bytes> {
        loop {
            // What is no text keeps the connection alive.
            if let Message::Text(text) = self.0.next().await.context("the channel has ended")?? {
                return Ok(text);
            }
        }
    }

    /// Says something; our server would not listen, the bare one does.
    pub async fn say(&mut self, text: String) -> Result<()> {
        Ok(self.0.send(Message::text(text)).await?)
    }
}
