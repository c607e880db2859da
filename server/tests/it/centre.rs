//! The demo centre on an ordinary Tuesday, served inside the test, and devices that talk to it.

use std::sync::Arc;

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{
        HeaderMap, Method, Request, StatusCode,
        header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, SET_COOKIE},
    },
};
use serde_json::{Value, json};
use server::{
    AppState, app,
    assets::Assets,
    auth::secret::{Cost, Secrets},
    clock::{Clock, parse_time},
    config::{Second, Transport},
    demo,
    limits::{Pace, Rates},
    store::Sqlite,
};
use shared::{AnyCommand, Role, prim::Timestamp, sync::wire::Envelope};
use sqlx::{ConnectOptions, Connection, sqlite::SqliteConnectOptions};
use tempfile::TempDir;
use tower::ServiceExt;

/// Tuesday in week 48, nine o'clock.
pub const MORNING: &str = "2026-11-24T09:00";

/// The demo centre's server.
pub struct Centre {
    pub app: Router,
    pub clock: Clock,
    pub folder: TempDir,
}

/// An answer, read whole.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|fault| panic!("{fault}: {} {}", self.status, self.text))
    }

    pub fn error(&self) -> (u16, String) {
        (self.status.as_u16(), self.json()["error"].as_str().unwrap_or_default().to_owned())
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }
}

fn morning() -> Timestamp {
    parse_time(MORNING).unwrap()
}

impl Centre {
    pub async fn open() -> Self {
        Self::paced(Rates::default()).await
    }

    /// The same where one may ask so often.
    pub async fn paced(rates: Rates) -> Self {
        Self::at(Clock::starting_at(morning()), rates).await
    }

    /// The same where it is one and the same moment until the clock is moved.
    pub async fn still() -> Self {
        Self::at(Clock::still_at(morning()), Rates::default()).await
    }

    async fn at(clock: Clock, rates: Rates) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(Sqlite::open(&folder.path().join("test.db")).await.unwrap());
        let secrets = Secrets::new(Cost::LIGHT);
        demo::fill(&*store, &secrets, clock.now()).await.unwrap();
        let state =
            AppState::new(store, clock.clone(), secrets, Assets::of([]), Transport::Plain).asking(Second::Offered);
        let state = AppState { pace: Arc::new(Pace::of(rates)), ..state };
        Self { app: app(state), clock, folder }
    }

    /// Another server on the same database, which has read nothing of it yet. Its own folder is empty.
    pub async fn beside(&self) -> Self {
        let store = Arc::new(Sqlite::open(&self.folder.path().join("test.db")).await.unwrap());
        let secrets = Secrets::new(Cost::LIGHT);
        let state =
            AppState::new(store, self.clock.clone(), secrets, Assets::of([]), Transport::Plain).asking(Second::Offered);
        Self { app: app(state), clock: self.clock.clone(), folder: tempfile::tempdir().unwrap() }
    }

    /// Does this to the database behind the server's back.
    pub async fn meddle(&self, sql: &'static str) {
        let file = SqliteConnectOptions::new().filename(self.folder.path().join("test.db"));
        let mut connection = file.connect().await.unwrap();
        sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    }

    pub async fn send(&self, request: Request<Body>) -> Reply {
        read(self.app.clone().oneshot(request).await.unwrap()).await
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        self.send(post(path, body.to_string())).await
    }

    /// Tries to sign in.
    pub async fn try_in(&self, login: &str, secret: &str, client: &str) -> Reply {
        self.post("/api/sign-in", &json!({"login": login, "secret": secret, "client": client})).await
    }

    /// The device of somebody with a login name.
    pub async fn device(&self, login: &str, client: &str) -> Device<'_> {
        self.device_with(login, "minvei-demo", client).await
    }

    /// The phone of a participant.
    pub async fn phone(&self, user: &str) -> Device<'_> {
        self.device_with(&card_of(user), "2468", &format!("phone-{user}")).await
    }

    pub async fn device_with(&self, login: &str, secret: &str, client: &str) -> Device<'_> {
        let reply = self.try_in(login, secret, client).await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
        let cookie = cookie_of(&reply.headers);
        let (cursor, epoch) = (Value::Null, Value::Null);
        Device { centre: self, cookie, bearer: None, client: client.to_owned(), next: 1, cursor, epoch }
    }

    /// Tries to sign in where nothing is kept.
    pub async fn try_page(&self, login: &str, secret: &str, client: &str) -> Reply {
        let body = json!({"login": login, "secret": secret, "client": client, "keeps": false});
        self.post("/api/sign-in", &body).await
    }

    /// The page of somebody, which keeps nothing.
    pub async fn page(&self, login: &str, secret: &str) -> Device<'_> {
        self.page_of(login, secret, &format!("page-{}", login.to_lowercase())).await
    }

    pub async fn page_of(&self, login: &str, secret: &str, client: &str) -> Device<'_> {
        self.page_in(&self.try_page(login, secret, client).await, client)
    }

    /// The page that this answer has let in.
    pub fn page_in(&self, reply: &Reply, client: &str) -> Device<'_> {
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
        let bearer = Some(reply.json()["token"].as_str().unwrap().to_owned());
        let (cursor, epoch) = (Value::Null, Value::Null);
        let (cookie, client) = (String::new(), client.to_owned());
        Device { centre: self, cookie, bearer, client, next: 1, cursor, epoch }
    }
}

/// The cookie a browser would send back.
pub fn cookie_of(headers: &HeaderMap) -> String {
    headers[SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned()
}

/// The login on the card of a demo participant.
pub fn card_of(user: &str) -> String {
    let accounts = demo::accounts();
    let account = accounts.iter().find(|one| one.user.as_str() == user && one.role == Role::Participant);
    account.unwrap_or_else(|| panic!("nobody is called {user}")).login.clone()
}

pub fn post(path: &str, body: String) -> Request<Body> {
    let request = Request::builder().method(Method::POST).uri(path).header(CONTENT_TYPE, "application/json");
    request.body(body.into()).unwrap()
}

pub async fn read(response: axum::response::Response) -> Reply {
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap();
    Reply { status: parts.status, headers: parts.headers, text: String::from_utf8(bytes.to_vec()).unwrap() }
}

/// A signed-in client that remembers where it stands.
pub struct Device<'a> {
    pub centre: &'a Centre,
    pub cookie: String,
    /// The token of a page that keeps nothing.
    pub bearer: Option<String>,
    pub client: String,
    /// The number of its next command.
    pub next: u64,
    pub cursor: Value,
    pub epoch: Value,
}

impl Device<'_> {
    pub async fn send(&self, mut request: Request<Body>) -> Reply {
        match &self.bearer {
            Some(token) => request.headers_mut().insert(AUTHORIZATION, format!("Bearer {token}").parse().unwrap()),
            None => request.headers_mut().insert(COOKIE, self.cookie.parse().unwrap()),
        };
        self.centre.send(request).await
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        self.send(post(path, body.to_string())).await
    }

    /// Pushes these texts, byte for byte, as commands from `first` on.
    pub async fn push_bytes(&mut self, first: u64, commands: &[String]) -> Value {
        let mut body = self.standing();
        body["first"] = first.into();
        body["commands"] = "HERE".into();
        let text = body.to_string().replace("\"HERE\"", &format!("[{}]", commands.join(",")));
        let reply = self.send(post("/api/sync", text)).await;
        self.take(&reply)
    }

    /// Pushes one command and expects it to be judged.
    pub async fn push(&mut self, command: impl Into<AnyCommand>) -> Value {
        let text = self.encode(command);
        let seq = self.next;
        self.next += 1;
        let answer = self.push_bytes(seq, &[text]).await;
        assert_eq!(answer["last_seq"], seq, "{answer}");
        answer["outcomes"][0][1].clone()
    }

    pub fn encode(&self, command: impl Into<AnyCommand>) -> String {
        let now: Timestamp = self.centre.clock.now();
        Envelope::encode(&command.into(), now, now).into()
    }

    /// Pulls what has changed since the last time.
    pub async fn pull(&mut self) -> Value {
        let reply = self.post("/api/sync", &self.standing()).await;
        self.take(&reply)
    }

    /// The request of a client that has nothing to push.
    pub fn standing(&self) -> Value {
        let mut body = json!({"schema": shared::SCHEMA, "client": self.client});
        if self.cursor != Value::Null {
            body["cursor"] = self.cursor.clone();
            body["epoch"] = self.epoch.clone();
        }
        body
    }

    /// Takes over where the answer leads.
    pub fn take(&mut self, reply: &Reply) -> Value {
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
        let answer = reply.json();
        if answer["patch"] != Value::Null {
            self.cursor = answer["patch"]["to"].clone();
        }
        if answer["patch"]["grants"] != Value::Null {
            self.epoch = answer["patch"]["grants"]["epoch"].clone();
        }
        answer
    }
}

/// The bodies of the rows of a kind in an answer.
pub fn rows(answer: &Value, kind: &str) -> Vec<Value> {
    let rows = answer["patch"]["rows"].as_array().cloned().unwrap_or_default();
    rows.into_iter().filter(|row| row["k"] == kind).map(|row| row["b"].clone()).collect()
}
