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
        Self::waiting(addresses, PATIENCE)
    }

    fn waiting(addresses: &[&Url], patience: Duration) -> Result<Self, reqwest::Error> {
        let client = Client::builder().redirect(Policy::none()).timeout(patience).connect_timeout(CONNECTS);
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

#[cfg(test)]
mod tests {
    use std::{
        io::{Read as _, Write as _},
        net::{TcpListener, TcpStream},
        sync::{
            Arc,
            atomic::{AtomicUsize, Ordering},
        },
        thread,
    };

    use super::*;

    /// Somebody who answers like this, and how often she was asked.
    fn somebody(answer: impl Fn(&mut TcpStream) + Send + 'static) -> (Url, Arc<AtomicUsize>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/keys", listener.local_addr().unwrap());
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        thread::spawn(move || {
            for mut line in listener.incoming().flatten() {
                if line.read(&mut [0; 4_096]).is_ok_and(|read| read > 0) {
                    count.fetch_add(1, Ordering::SeqCst);
                    answer(&mut line);
                }
            }
        });
        (Url::parse(&address).unwrap(), asked)
    }

    /// Says as much as the other side takes.
    fn say(line: &mut TcpStream, head: &str, body: &[u8]) {
        let _ = line.write_all(format!("HTTP/1.1 {head}\r\n\r\n").as_bytes());
        let _ = line.write_all(body);
    }

    /// Somebody whose answer has so many bytes.
    fn of_length(length: usize) -> Url {
        somebody(move |line| say(line, &format!("200 OK\r\ncontent-length: {length}"), &vec![b' '; length])).0
    }

    fn get(address: &Url) -> HttpRequest {
        http::Request::get(address.as_str()).body(Vec::new()).unwrap()
    }

    async fn ask(address: &Url) -> Result<HttpResponse, AskFault> {
        Outside::new(&[address]).unwrap().ask(get(address)).await
    }

    #[tokio::test]
    async fn where_a_redirect_leads_nobody_is_asked() {
        let (target, asked) = somebody(|line| say(line, "200 OK\r\ncontent-length: 0", b""));
        let head = format!("302 Found\r\nlocation: {target}\r\ncontent-length: 0");
        let (provider, _) = somebody(move |line| say(line, &head, b""));
        // Not even where it is one of the provider's own addresses.
        let outside = Outside::new(&[&provider, &target]).unwrap();
        let answer = outside.ask(get(&provider)).await.unwrap();
        assert_eq!((answer.status().as_u16(), asked.load(Ordering::SeqCst)), (302, 0));
        outside.ask(get(&target)).await.unwrap();
        assert_eq!(asked.load(Ordering::SeqCst), 1, "the control");
    }

    #[tokio::test]
    async fn nobody_else_is_asked() {
        let (other, asked) = somebody(|line| say(line, "200 OK\r\ncontent-length: 0", b""));
        let provider = of_length(0);
        let refused = Outside::new(&[&provider]).unwrap().ask(get(&other)).await;
        assert!(matches!(refused, Err(AskFault::Foreign(_))), "{refused:?}");
        assert_eq!(asked.load(Ordering::SeqCst), 0);
    }

    #[tokio::test]
    async fn an_answer_that_drips_or_never_begins_is_none() {
        let drips = |line: &mut TcpStream| {
            say(line, "200 OK\r\ncontent-length: 100000", b"");
            while line.write_all(b" ").is_ok() {
                thread::sleep(Duration::from_millis(20));
            }
        };
        let silent = |line: &mut TcpStream| while line.read(&mut [0; 64]).is_ok_and(|read| read > 0) {};
        for (address, _) in [somebody(drips), somebody(silent)] {
            let outside = Outside::waiting(&[&address], Duration::from_millis(500)).unwrap();
            let refused = outside.ask(get(&address)).await;
            assert!(matches!(refused, Err(AskFault::NoAnswer(_))), "{refused:?}");
        }
    }

    #[tokio::test]
    async fn an_answer_that_is_too_large_is_none_whether_it_says_so_or_not() {
        assert_eq!(ask(&of_length(MOST_BYTES)).await.unwrap().body().len(), MOST_BYTES, "the control");
        let endless = |line: &mut TcpStream| {
            say(line, "200 OK\r\ntransfer-encoding: chunked", b"");
            while line.write_all(format!("400\r\n{}\r\n", " ".repeat(1_024)).as_bytes()).is_ok() {}
        };
        for address in [of_length(600 * 1_024), somebody(endless).0] {
            let refused = ask(&address).await;
            assert!(matches!(refused, Err(AskFault::TooLarge)), "{refused:?}");
        }
    }
}
