//! The doors of the fuzzers: what hsmd and the vault do with a stranger's bytes.

use std::io;

use holdfast_base::World;

use crate::{
    Context, CryptoError, Epoch,
    envelope::{Key, open_committing, open_range, open_small, open_with_entry_key, seal_committing, seal_small, seal_stream},
    protocol::{Answer, Verb, read_frame},
    recovery::{Share, read_shares},
};

/// Frames in both directions.
pub fn frames(data: &[u8]) {
    let _ = read_frame::<Verb>(&mut &data[..]);
    let _ = read_frame::<Answer>(&mut &data[..]);
}

/// Sealed values of all three formats. What no key of ours sealed never opens; what one did comes back.
#[expect(clippy::expect_used, reason = "a value that was just sealed must open")]
pub fn sealed(data: &[u8]) {
    let key = Key::new([7; 32]);
    let place = Context::new("fuzz.v1").u64(1);
    assert!(open_small(&key, &place, data).is_err());
    assert!(open_committing(&key, &place, data).is_err());
    assert!(open_with_entry_key(&[7; 32], &place, data).is_err());
    let _ = ranged(&key, &place, data, data.len() as u64);
    let world = World::system();
    let small = seal_small(&key, Epoch(1), &place, data, &world).expect("seal");
    assert_eq!(open_small(&key, &place, &small).expect("open"), data);
    let committing = seal_committing(&key, Epoch(1), &place, data, &world).expect("seal");
    assert_eq!(open_committing(&key, &place, &committing).expect("open"), data);
    let stream = seal_stream(&key, &place, data, &world).expect("seal");
    assert_eq!(ranged(&key, &place, &stream, data.len() as u64).expect("open"), data);
}

/// Lines of shares, as somebody types them. What is taken for a share is one, however it was typed.
pub fn shares(data: &[u8]) {
    let shares = std::str::from_utf8(data).ok().and_then(|text| read_shares(text).ok()).unwrap_or_default();
    assert!(shares.iter().all(|share| Share::parse(&share.line()).is_some()));
}

/// The whole of a stream that should hold `length` bytes.
fn ranged(key: &Key, place: &Context, sealed: &[u8], length: u64) -> Result<Vec<u8>, CryptoError> {
    open_range(key, place, length, 0..length, &mut |at, out| {
        let from = usize::try_from(at).ok().and_then(|at| sealed.get(at..at + out.len()));
        out.copy_from_slice(from.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    })
}
