//! Answers that nobody takes: they are given up after a while, and until then they count as under way.

use std::{
    io::{self, IoSlice},
    num::NonZeroU32,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::{
    body::{Body, Bytes, HttpBody},
    response::Response,
};
use hyper::body::{Frame, SizeHint};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep},
};

use crate::limits::UnderWay;

/// How much of an answer is handed on at once. The rest of it stays with whoever counts it.
const PIECE: usize = 16 * 1024;

/// How slowly one may take what one is sent.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For how long writes may stand still, beyond what has been taken meanwhile.
    pub at_most: Duration,
    /// How many bytes make up for a second of it.
    pub a_second: NonZeroU32,
}

/// A connection whose other end must take what it is sent. It may be silent for as long as it likes.
pub struct Taking<S> {
    stream: S,
    patience: Patience,
    /// For how long writes have stood still, less what has been taken since.
    owed: Duration,
    /// The write that stands still: since when, and what ends when patience does.
    stands: Option<(Instant, Pin<Box<Sleep>>)>,
}

impl<S> Taking<S> {
    /// Waits for the other end of `stream` with this patience and no more.
    pub fn new(stream: S, patience: Patience) -> Self {
        Self { stream, patience, owed: Duration::ZERO, stands: None }
    }

    /// Something was taken. Whoever takes a little now and then still owes the time it took.
    fn goes_on(&mut self, taken: usize) {
        if let Some((since, _)) = self.stands.take() {
            self.owed += since.elapsed();
        }
        self.owed = self.owed.saturating_sub(Duration::from_secs(taken as u64) / self.patience.a_second.get());
    }

    fn stands<T>(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<T>> {
        let left = self.patience.at_most.saturating_sub(self.owed);
        let (_, end) = self.stands.get_or_insert_with(|| (Instant::now(), Box::pin(sleep(left))));
        ready!(end.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    fn written(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        match written {
            Poll::Ready(Ok(taken)) => {
                self.goes_on(taken);
                Poll::Ready(Ok(taken))
            }
            Poll::Ready(Err(fault)) => Poll::Ready(Err(fault)),
            Poll::Pending => self.stands(cx),
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Taking<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, into)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Taking<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.written(cx, written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // A flush that is done says nothing of a write that stands still.
        match Pin::new(&mut self.stream).poll_flush(cx) {
            Poll::Pending => self.stands(cx),
            flushed => flushed,
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match Pin::new(&mut self.stream).poll_shutdown(cx) {
            Poll::Pending => self.stands(cx),
            ended => ended,
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, pieces);
        self.written(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

/// The same answer, which is under way until it has been taken.
#[must_use]
pub fn counted(answer: Response, under_way: UnderWay) -> Response {
    answer.map(|body| Body::new(Counted { body, rest: Bytes::new(), _under_way: under_way }))
}

/// The body of an answer, piece by piece.
struct Counted {
    body: Body,
    /// What has not been handed on of the last piece.
    rest: Bytes,
    _under_way: UnderWay,
}

impl HttpBody for Counted {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        if self.rest.is_empty() {
            match ready!(Pin::new(&mut self.body).poll_frame(cx)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => self.rest = data,
                    Err(frame) => return Poll::Ready(Some(Ok(frame))),
                },
                end => return Poll::Ready(end),
            }
        }
        let length = self.rest.len().min(PIECE);
        Poll::Ready(Some(Ok(Frame::data(self.rest.split_to(length)))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let rest = self.rest.len() as u64;
        let behind = self.body.size_hint();
        let mut hint = SizeHint::new();
        hint.set_lower(behind.lower() + rest);
        if let Some(upper) = behind.upper() {
            hint.set_upper(upper + rest);
        }
        hint
    }
}

#[cfg(test)]
mod tests {
    use std::{future::poll_fn, io::Read as _, net, sync::Arc, thread};

    use axum::body::to_bytes;
    use futures_util::StreamExt as _;
    use tokio::net::TcpListener;

    use super::*;
    use crate::limits::Pace;

    /// How many pieces she takes who takes slowly, before she waits.
    const PIECES_AT_A_TIME: usize = 16;
    /// More than anybody takes so in the time she has.
    const A_LOT: usize = 1024 * 1024 * 1024;

    /// For so long, and a second more for each so many bytes.
    fn patience(at_most: Duration, a_second: u32) -> Patience {
        Patience { at_most, a_second: NonZeroU32::new(a_second).unwrap() }
    }

    /// Takes nothing, and says nothing.
    struct Stuck;

    impl AsyncRead for Stuck {
        fn poll_read(self: Pin<&mut Self>, _cx: &mut Context<'_>, _into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
            Poll::Pending
        }
    }

    impl AsyncWrite for Stuck {
        fn poll_write(self: Pin<&mut Self>, _cx: &mut Context<'_>, _bytes: &[u8]) -> Poll<io::Result<usize>> {
            Poll::Pending
        }

        fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }

        fn poll_shutdown(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }

    #[tokio::test]
    async fn a_write_that_stands_still_is_given_up_and_a_silence_is_not() {
        let mut line = Taking::new(Stuck, patience(Duration::from_millis(20), 1));
        let written = poll_fn(|cx| {
            // A server flushes in between.
            assert!(Pin::new(&mut line).poll_flush(cx).is_ready());
            Pin::new(&mut line).poll_write(cx, b"news")
        });
        assert_eq!(written.await.unwrap_err().kind(), io::ErrorKind::TimedOut);
        let mut line = Taking::new(Stuck, patience(Duration::ZERO, 1));
        let mut bytes = [0; 8];
        let read = poll_fn(|cx| Pin::new(&mut line).poll_read(cx, &mut ReadBuf::new(&mut bytes)));
        assert!(tokio::time::timeout(Duration::from_millis(50), read).await.is_err(), "nobody has to speak");
    }

    /// Takes a little, waits a little, and so on to the end; how many bytes came.
    fn take_slowly(from: net::SocketAddr) -> usize {
        let mut line = net::TcpStream::connect(from).unwrap();
        let mut bytes = vec![0; PIECE];
        let mut taken = 0;
        loop {
            for _ in 0..PIECES_AT_A_TIME {
                match line.read(&mut bytes) {
                    Ok(0) | Err(_) => return taken,
                    Ok(count) => taken += count,
                }
            }
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Sends `length` bytes to somebody who takes them slowly: how it went, and how many she has got.
    async fn sent_slowly(length: usize, patience: Patience) -> (io::Result<()>, usize) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let taker = thread::spawn(move || take_slowly(address));
        let mut line = Taking::new(listener.accept().await.unwrap().0, patience);
        let piece = [b'x'; PIECE];
        let (mut sent, mut went) = (0, Ok(()));
        while went.is_ok() && sent < length {
            went = poll_fn(|cx| Pin::new(&mut line).poll_write(cx, &piece)).await.map(|count| sent += count);
        }
        drop(line);
        (went, taker.join().unwrap())
    }

    #[tokio::test]
    async fn whoever_takes_a_little_now_and_then_is_not_waited_for_without_end() {
        // She never stands still for long, and is far from the pace that is asked of her.
        let (went, taken) = sent_slowly(A_LOT, patience(Duration::from_millis(500), u32::MAX)).await;
        assert_eq!(went.unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert!((1..A_LOT).contains(&taken), "{taken}");
        // As slow as that, she may take all of it where less is asked.
        let enough = 8 * 1024 * 1024;
        let (went, taken) = sent_slowly(enough, patience(Duration::from_secs(60), 1)).await;
        assert!(went.is_ok() && taken >= enough, "{taken}: {went:?}");
    }

    #[tokio::test]
    async fn an_answer_is_under_way_until_it_has_been_taken() {
        let pace = Arc::new(Pace::default());
        let text = "x".repeat(3 * PIECE + 1);
        let answer = |text: String| counted(Response::new(Body::from(text)), pace.of_session("a").unwrap());
        let whole = answer(text.clone()).into_body();
        assert_eq!(whole.size_hint().exact(), Some(text.len() as u64));
        assert_eq!(to_bytes(whole, usize::MAX).await.unwrap(), text);
        assert!(answer(String::new()).body().is_end_stream());
        assert_eq!(pace.under_way_now(), 0);
        let mut pieces = answer(text).into_body().into_data_stream();
        assert_eq!(pieces.next().await.unwrap().unwrap().len(), PIECE);
        assert_eq!(pace.under_way_now(), 1);
        drop(pieces);
        assert_eq!(pace.under_way_now(), 0);
    }
}
