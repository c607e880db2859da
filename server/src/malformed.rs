//! Answers to what is no request. Whoever sends no HTTP, or a head that is too long, is answered by hyper before
//! anything of ours is asked, with a status and nothing else. Here that answer gets what every other one carries.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    task::{Context, Poll, ready},
};

use axum::{
    body::{Body, Bytes, HttpBody},
    http::StatusCode,
    response::Response,
};
use hyper::body::{Frame, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Nothing of ours is on its way: whatever is written now, hyper has thought of it.
const NOBODYS: u8 = 0;
/// She has asked, and what is written is our answer.
const OURS: u8 = 1;
/// All of our answer has been handed on, and may not be written yet.
const ENDED: u8 = 2;
/// No HTTP is spoken here any more.
const UPGRADED: u8 = 3;

/// Who is speaking on a connection.
#[derive(Debug, Clone, Default)]
pub struct Turn(Arc<AtomicU8>);

impl Turn {
    /// A request has come.
    pub fn asked(&self) {
        self.0.store(OURS, Ordering::Relaxed);
    }

    /// The same answer, which is ours until all of it has been handed on.
    #[must_use]
    pub fn answered(&self, answer: Response) -> Response {
        if answer.status() == StatusCode::SWITCHING_PROTOCOLS {
            self.0.store(UPGRADED, Ordering::Relaxed);
            return answer;
        }
        let turn = self.clone();
        answer.map(|body| Body::new(Spoken { body, turn }))
    }

    /// From `one` to the `next`; stays where it is from anywhere else.
    fn goes_on(&self, one: u8, next: u8) {
        // Somebody else's turn is no fault.
        let _ = self.0.compare_exchange(one, next, Ordering::Relaxed, Ordering::Relaxed);
    }

    fn is_nobodys(&self) -> bool {
        self.0.load(Ordering::Relaxed) == NOBODYS
    }
}

/// The body of an answer of ours.
struct Spoken {
    body: Body,
    turn: Turn,
}

impl Drop for Spoken {
    fn drop(&mut self) {
        self.turn.goes_on(OURS, ENDED);
    }
}

impl HttpBody for Spoken {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A connection on which no answer goes out without these headers.
pub struct Strict<S> {
    stream: S,
    turn: Turn,
    headers: Arc<str>,
    /// What is said instead of hyper's own answer, and how much of it has been.
    instead: Option<(String, usize)>,
}

impl<S> Strict<S> {
    /// `headers` as they stand in a head, each with the end of its line.
    pub fn new(stream: S, turn: Turn, headers: Arc<str>) -> Self {
        Self { stream, turn, headers, instead: None }
    }
}

impl<S: AsyncWrite + Unpin> Strict<S> {
    /// Writes the answer that begins as hyper's does. Hyper closes the line after it.
    fn poll_instead(&mut self, cx: &mut Context<'_>, bare: &[u8]) -> Poll<io::Result<usize>> {
        let Self { stream, headers, instead, .. } = self;
        let (answer, sent) = instead.get_or_insert_with(|| (dressed(bare, headers), 0));
        while let Some(rest) = answer.as_bytes().get(*sent..).filter(|rest| !rest.is_empty()) {
            match ready!(Pin::new(&mut *stream).poll_write(cx, rest))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                count => *sent += count,
            }
        }
        Poll::Ready(Ok(bare.len()))
    }
}

/// The same status with these headers, and no body.
fn dressed(bare: &[u8], headers: &str) -> String {
    let bare = String::from_utf8_lossy(bare);
    let status = bare.lines().next().unwrap_or_default();
    format!("{status}\r\n{headers}content-length: 0\r\nconnection: close\r\n\r\n")
}

impl<S: AsyncRead + Unpin> AsyncRead for Strict<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, into)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Strict<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if self.turn.is_nobodys() {
            return self.poll_instead(cx, bytes);
        }
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // Hyper has written all it holds before it flushes.
        ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
        self.turn.goes_on(ENDED, NOBODYS);
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if self.turn.is_nobodys() {
            let whole: Vec<u8> = pieces.iter().flat_map(|piece| piece.iter().copied()).collect();
            return self.poll_instead(cx, &whole);
        }
        Pin::new(&mut self.stream).poll_write_vectored(cx, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

    use super::*;

    #[tokio::test]
    async fn only_what_hyper_says_by_itself_is_said_otherwise() {
        let (mut hers, ours) = duplex(8);
        let turn = Turn::default();
        let mut line = Strict::new(ours, turn.clone(), "x-strict: yes\r\n".into());
        let server = async {
            turn.asked();
            let answer = turn.answered(Response::new(Body::from("as it is")));
            line.write_all(b"as it is").await.unwrap();
            // The last of the body may be handed on and not written yet.
            drop(answer);
            line.write_all(b", to the end;").await.unwrap();
            line.flush().await.unwrap();
            line.write_all(b"HTTP/1.1 400 Bad Request\r\ndate: today\r\n\r\n").await.unwrap();
            drop(line);
        };
        let client = async {
            let mut heard = String::new();
            hers.read_to_string(&mut heard).await.unwrap();
            heard
        };
        let ((), heard) = tokio::join!(server, client);
        let instead = "HTTP/1.1 400 Bad Request\r\nx-strict: yes\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        assert_eq!(heard, format!("as it is, to the end;{instead}"));
    }

    #[tokio::test]
    async fn nothing_is_changed_on_a_line_that_speaks_another_language() {
        let (mut hers, ours) = duplex(1_024);
        let turn = Turn::default();
        let mut line = Strict::new(ours, turn.clone(), "x-strict: yes\r\n".into());
        turn.asked();
        let mut answer = Response::new(Body::empty());
        *answer.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        drop(turn.answered(answer));
        line.flush().await.unwrap();
        line.write_all(b"a frame").await.unwrap();
        drop(line);
        let mut heard = String::new();
        hers.read_to_string(&mut heard).await.unwrap();
        assert_eq!(heard, "a frame");
    }
}
