//! Frames are measured before they are gathered. The library gathers all that the head of a frame promises before it
//! compares the length with its limit, so a client could have it hold whatever it sends.

use actix_web::{dev::Payload, error::PayloadError};
use futures_util::StreamExt;

use super::limits::FRAME_BYTES;

/// The same bytes, until a frame promises too much: then `PayloadError::Overflow`.
pub(super) fn measured(body: Payload) -> Payload {
    let mut meter = Meter::default();
    let passed = body.map(move |part| match part {
        Ok(bytes) if !meter.pass(&bytes) => Err(PayloadError::Overflow),
        other => other,
    });
    Payload::Stream { payload: Box::pin(passed) }
}

/// The longest head of a frame: two bytes, a length of eight, a mask of four (RFC 6455 section 5.2).
const HEAD_BYTES: usize = 14;

#[derive(Default)]
struct Meter {
    head: [u8; HEAD_BYTES],
    /// Bytes of the head that have come.
    have: usize,
    /// Bytes of the frame's payload that are still to come.
    rest: usize,
    /// Bytes of the message so far, whose frames the library gathers too.
    message: usize,
}

impl Meter {
    /// False: a frame promises more than it may bring.
    fn pass(&mut self, mut bytes: &[u8]) -> bool {
        while let Some((&first, after)) = bytes.split_first() {
            if self.rest > 0 {
                let passed = self.rest.min(bytes.len());
                self.rest -= passed;
                bytes = &bytes[passed..];
                continue;
            }
            self.head[self.have] = first;
            self.have += 1;
            bytes = after;
            if let Some(length) = self.length() {
                (self.have, self.rest) = (0, length);
                if !self.counts(length) {
                    return false;
                }
            }
        }
        true
    }

    /// Pings and the like stand alone; of the others, opcode 0 goes on with the message before.
    fn counts(&mut self, length: usize) -> bool {
        let opcode = self.head[0] & 0x0f;
        if opcode < 8 {
            self.message = if opcode == 0 { self.message.saturating_add(length) } else { length };
        }
        length.max(self.message) <= FRAME_BYTES
    }

    /// The length of the payload, once the head is whole.
    fn length(&self) -> Option<usize> {
        let mask = if self.head[1] & 0x80 == 0 { 0 } else { 4 };
        let wide = match self.head[1] & 0x7f {
            126 => 2,
            127 => 8,
            _ => 0,
        };
        if self.have < 2 || self.have < 2 + wide + mask {
            return None;
        }
        let wide = &self.head[2..2 + wide];
        if wide.is_empty() {
            return Some(usize::from(self.head[1] & 0x7f));
        }
        let length = wide.iter().fold(0, |length: u64, byte| length << 8 | u64::from(*byte));
        Some(usize::try_from(length).unwrap_or(usize::MAX))
    }
}

/// In pieces of any size the same bytes get the same answer.
#[cfg(fuzzing)]
pub(super) fn read_for_fuzzing(bytes: &[u8]) {
    let whole = Meter::default().pass(bytes);
    let mut meter = Meter::default();
    assert_eq!(bytes.chunks(3).all(|part| meter.pass(part)), whole);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(length: &[u8], payload: usize) -> Vec<u8> {
        let mut out = vec![0x81];
        out.extend_from_slice(length);
        out.extend_from_slice(&[0; 4]);
        out.extend(std::iter::repeat_n(0xFF, payload));
        out
    }

    #[test]
    fn frames_pass_in_pieces_of_any_size_and_a_promise_too_large_does_not() {
        let mut good = [frame(&[0x80 | 5], 5), frame(&[0x80], 0), frame(&[0x80 | 126, 1, 0], 256)].concat();
        good.extend(frame(&[0x80 | 127, 0, 0, 0, 0, 0, 4, 0, 0], FRAME_BYTES));
        for size in [1, 2, 3, 7, 1_000, good.len()] {
            let mut meter = Meter::default();
            assert!(good.chunks(size).all(|part| meter.pass(part)), "{size}");
            assert_eq!((meter.have, meter.rest), (0, 0), "{size}");
            let promise = frame(&[0x80 | 127, 0, 0, 0, 0, 0, 4, 0, 1], 0);
            assert!(!promise.chunks(size).all(|part| meter.pass(part)), "{size}");
            let giant = frame(&[0x80 | 127, 0x40, 0, 0, 0, 0, 0, 0, 0], 0);
            assert!(!Meter::default().pass(&giant));
        }
        let piece = |first: u8| [vec![first, 0x80 | 126, 0xea, 0x60], vec![0; 4], vec![b'a'; 60_000]].concat();
        let mut meter = Meter::default();
        assert!(meter.pass(&piece(0x01)) && (0..3).all(|_| meter.pass(&piece(0x00))));
        assert!(meter.pass(&[0x89, 0x80, 0, 0, 0, 0]), "a ping between the pieces");
        assert!(!meter.pass(&piece(0x00)), "a message in pieces is as large as one");
        assert!(Meter::default().pass(&piece(0x81)));
        // Without a mask the head is shorter; that it is missing is for the library to refuse.
        assert!(!Meter::default().pass(&[0x81, 127, 0x7f, 0, 0, 0, 0, 0, 0, 0]));
    }
}
