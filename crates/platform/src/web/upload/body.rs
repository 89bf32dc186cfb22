//! The body, a piece at a time.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::Poll,
};

use bytes::Bytes;
use futures::{Stream, StreamExt as _, stream};

/// The parser reads as long as its source has something ready, and would so take a whole body into memory
/// where the body arrives faster than the disk takes it. This makes a source never ready twice in a row, and
/// breaks it off when more than `limit` bytes were read since the last piece was [`taken`] (the headers of a
/// part, say, that never end).
pub(super) fn paced<S, E>(
    body: S,
    ahead: Arc<AtomicUsize>,
    limit: usize,
) -> impl Stream<Item = io::Result<Bytes>> + Send
where
    S: Stream<Item = Result<Bytes, E>> + Send + Unpin,
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let mut body = body;
    let mut rested = true;
    stream::poll_fn(move |context| {
        if !rested {
            rested = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let next = body.poll_next_unpin(context);
        Poll::Ready(match next {
            Poll::Pending => return Poll::Pending,
            Poll::Ready(None) => None,
            Poll::Ready(Some(Err(error))) => Some(Err(io::Error::other(error))),
            Poll::Ready(Some(Ok(bytes))) => {
                rested = false;
                let so_far = ahead.fetch_add(bytes.len(), Ordering::AcqRel).saturating_add(bytes.len());
                // One piece may itself be large (bodies made in memory); what counts is what piles up.
                if so_far > limit.saturating_add(bytes.len()) {
                    Some(Err(io::Error::other("a part of the form is too large")))
                } else {
                    Some(Ok(bytes))
                }
            }
        })
    })
}

/// Notes that what was read so far has been taken from the parser.
pub(super) fn taken(ahead: &AtomicUsize) {
    ahead.store(0, Ordering::Release);
}
