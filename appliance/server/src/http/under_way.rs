//! Requests whose answer is not written yet: what a process that ends waits for.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    task::{Context, Poll},
};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use bytes::Bytes;

/// Counts them. One for the whole process.
#[derive(Debug, Clone, Default)]
pub struct UnderWay {
    count: Arc<AtomicUsize>,
    ending: Arc<AtomicBool>,
}

impl UnderWay {
    pub fn begin(&self) -> Step {
        self.count.fetch_add(1, Ordering::AcqRel);
        Step { count: self.count.clone() }
    }

    pub fn count(&self) -> usize {
        self.count.load(Ordering::Acquire)
    }

    /// From now on every answer asks its client to open another connection for the next request.
    pub fn end(&self) {
        self.ending.store(true, Ordering::Release);
    }

    pub fn is_ending(&self) -> bool {
        self.ending.load(Ordering::Acquire)
    }
}

/// One request, counted until this is dropped.
#[derive(Debug)]
pub struct Step {
    count: Arc<AtomicUsize>,
}

impl Drop for Step {
    fn drop(&mut self) {
        self.count.fetch_sub(1, Ordering::AcqRel);
    }
}

/// A body that counts until its last byte was taken.
pub struct Counted {
    body: BoxBody,
    _step: Option<Step>,
}

impl Counted {
    pub fn new(body: BoxBody, step: Option<Step>) -> Self {
        Self { body, _step: step }
    }
}

impl MessageBody for Counted {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.get_mut().body).poll_next(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_counts_until_its_body_is_gone() {
        let under_way = UnderWay::default();
        let body = Counted::new(BoxBody::new("text"), Some(under_way.begin()));
        assert_eq!((under_way.count(), body.size()), (1, BodySize::Sized(4)));
        drop(body);
        assert_eq!(under_way.count(), 0);
        under_way.clone().end();
        assert!(under_way.is_ending());
    }
}
