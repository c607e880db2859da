//! Answers that nobody takes: they are given up after a while, and until then they count as under way.

use std::{
    io::{self, IoSlice},
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
    time::{Sleep, sleep},
};

use crate::limits::UnderWay;

/// How much of an answer is handed on at once. The rest of it stays with whoever counts it.
const PIECE: usize = 16 * 1024;

/// A connection whose other end must take what it is sent. It may be silent for as long as it likes.
pub struct Taking<S> {
    stream: S,
    /// For how long a write may stand still.
    at_most: Duration,
    /// Runs while one does.
    stands: Option<Pin<Box<Sleep>>>,
}

impl<S> Taking<S> {
    /// Lets a write to `stream` stand still for so long and no longer.
    pub fn new(stream: S, at_most: Duration) -> Self {
        Self { stream, at_most, stands: None }
    }

    fn within<T>(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stands = None;
            return written;
        }
        let at_most = self.at_most;
        ready!(self.stands.get_or_insert_with(|| Box::pin(sleep(at_most))).as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
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
        self.within(cx, written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // A flush that is done says nothing of a write that stands still.
        match Pin::new(&mut self.stream).poll_flush(cx) {
            Poll::Pending => self.within(cx, Poll::Pending),
            flushed => flushed,
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let ended = Pin::new(&mut self.stream).poll_shutdown(cx);
        self.within(cx, ended)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, pieces);
        self.within(cx, written)
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
    use std::{future::poll_fn, sync::Arc};

    use axum::body::to_bytes;
    use futures_util::StreamExt as _;

    use super::*;
    use crate::limits::Pace;

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
        let mut line = Taking::new(Stuck, Duration::from_millis(20));
        let written = poll_fn(|cx| {
            // A server flushes in between.
            assert!(Pin::new(&mut line).poll_flush(cx).is_ready());
            Pin::new(&mut line).poll_write(cx, b"news")
        });
        assert_eq!(written.await.unwrap_err().kind(), io::ErrorKind::TimedOut);
        let mut line = Taking::new(Stuck, Duration::ZERO);
        let mut bytes = [0; 8];
        let read = poll_fn(|cx| Pin::new(&mut line).poll_read(cx, &mut ReadBuf::new(&mut bytes)));
        assert!(tokio::time::timeout(Duration::from_millis(50), read).await.is_err(), "nobody has to speak");
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
