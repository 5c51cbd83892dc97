use proptest::prelude::*;

use super::*;

const SIZES: [usize; 8] = [0, 1, 16_383, 16_384, 16_385, 32_768, 50_000, 1_200_000];

fn key(byte: u8) -> Key {
    Key::new([byte; 32])
}

fn place_of(n: u64) -> Context {
    Context::new("drive.chunk.v1").u64(n)
}

fn pattern(size: usize) -> Vec<u8> {
    (0..size).map(|n| (n * 31 % 251) as u8).collect()
}

fn open(key: &Key, context: &Context, len: u64, range: Range<u64>, sealed: &[u8]) -> Result<Vec<u8>, CryptoError> {
    open_range(key, context, len, range, &mut |offset, out| {
        let from = usize::try_from(offset).map_err(io::Error::other)?;
        let bytes = sealed.get(from..from + out.len()).ok_or(io::ErrorKind::UnexpectedEof)?;
        out.copy_from_slice(bytes);
        Ok(())
    })
}

#[test]
fn every_size_comes_back_and_has_the_stated_length() {
    for size in SIZES {
        let plain = pattern(size);
        let sealed = seal_stream(&key(1), &place_of(1), &plain, &World::system()).unwrap();
        assert_eq!(sealed.len() as u64, stream_len(size as u64));
        assert_eq!(crate::stream_plain_len(sealed.len() as u64), Some(size as u64));
        assert_eq!(open(&key(1), &place_of(1), size as u64, 0..size as u64, &sealed).unwrap(), plain);
    }
}

/// Made with another implementation: HKDF-Expand and AES-GCM of Python's `cryptography` 48, after the text of the specification.
#[test]
fn another_implementation_of_c2sp_chunked_encryption_gives_the_same_bytes() {
    let mut key = key(0);
    for (n, byte) in (0..).zip(key.iter_mut()) {
        *byte = n;
    }
    let salt: [u8; SALT] = std::array::from_fn(|n| 100 + n as u8);
    let sealed = |size: usize| {
        let mut out = Vec::new();
        seal_c2sp(&key, salt, b"holdfast test vector", &pattern(size), &mut out).unwrap();
        out
    };
    let head = "6465666768696a6b6c6d6e6f707172737475767778797a7b4630378ba24d805c7593d26a1a71cfa60146f0c088ed6f994c0ebfebf18a6207";
    assert_eq!(hex::encode(sealed(0)), format!("{head}37b6b05ebb09ff23d52b5dbe5446162a"));
    assert_eq!(hex::encode(sealed(5)), format!("{head}b7c4483f78d08d46d7055ec29ba0e6b365de806196"));
    for (size, hash) in [
        (16_384, "7cd47aabc8b845462c567873dcec5d400eded224ecef908d8855051a43493a04"),
        (40_000, "1c793bd625d385f3ad88e4f392482692157e380579804e2f3d17868ad2d77670"),
    ] {
        assert_eq!(hex::encode(ring::digest::digest(&ring::digest::SHA256, &sealed(size))), hash);
    }
}

#[test]
fn wrong_key_place_length_or_range_is_refused() {
    let plain = pattern(40_000);
    let sealed = seal_stream(&key(1), &place_of(1), &plain, &World::system()).unwrap();
    assert_eq!(open(&key(2), &place_of(1), 40_000, 0..10, &sealed), Err(CryptoError::Integrity));
    assert_eq!(open(&key(1), &place_of(2), 40_000, 0..10, &sealed), Err(CryptoError::Integrity));
    assert_eq!(open(&key(1), &place_of(1), 39_999, 0..10, &sealed), Err(CryptoError::Integrity));
    assert_eq!(open(&key(1), &place_of(1), 40_000, 0..40_001, &sealed), Err(CryptoError::Range));
    assert_eq!(open(&key(1), &place_of(1), 40_000, 40_000..40_000, &sealed), Ok(vec![]));
}

#[test]
fn cut_swapped_or_spliced_segments_are_refused() {
    let plain = pattern(40_000);
    let sealed = seal_stream(&key(1), &place_of(1), &plain, &World::system()).unwrap();
    let other = seal_stream(&key(1), &place_of(1), &plain, &World::system()).unwrap();
    let at = |index: usize| HEADER + index * (SEGMENT as usize + TAG);

    assert!(matches!(open(&key(1), &place_of(1), 40_000, 0..40_000, &sealed[..at(2)]), Err(CryptoError::Read(_))));
    assert!(open(&key(1), &place_of(1), 32_768, 0..32_768, &sealed[..at(2)]).is_err());

    let mut swapped = sealed.clone();
    let (first, second) = swapped[at(0)..at(2)].split_at_mut(SEGMENT as usize + TAG);
    first.swap_with_slice(second);
    assert_eq!(open(&key(1), &place_of(1), 40_000, 0..20, &swapped), Err(CryptoError::Integrity));

    let mut spliced = sealed.clone();
    spliced[at(1)..at(2)].copy_from_slice(&other[at(1)..at(2)]);
    assert_eq!(open(&key(1), &place_of(1), 40_000, 16_384..16_400, &spliced), Err(CryptoError::Integrity));
    assert_eq!(open(&key(1), &place_of(1), 40_000, 0..20, &spliced).unwrap(), plain[..20]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_range_is_the_same_as_the_slice(size in 0usize..70_000, a in any::<prop::sample::Index>(), b in any::<prop::sample::Index>()) {
        let plain = pattern(size);
        let sealed = seal_stream(&key(1), &place_of(1), &plain, &World::system()).unwrap();
        let (a, b) = (a.index(size + 1), b.index(size + 1));
        let (from, to) = (a.min(b), a.max(b));
        prop_assert_eq!(&open(&key(1), &place_of(1), size as u64, from as u64..to as u64, &sealed).unwrap(), &plain[from..to]);
    }

    #[test]
    fn any_flip_is_seen(size in 0usize..40_000, at in any::<prop::sample::Index>(), bit in 0u8..8) {
        let mut sealed = seal_stream(&key(1), &place_of(1), &pattern(size), &World::system()).unwrap();
        let at = at.index(sealed.len());
        sealed[at] ^= 1 << bit;
        // An empty range reads the header only; ask for all of it, and for the segment that an empty stream consists of.
        let whole = open(&key(1), &place_of(1), size as u64, 0..size as u64, &sealed);
        let last_segment_is_empty = size % limits::SEGMENT_BYTES == 0 && at >= sealed.len() - TAG;
        prop_assert!(whole.is_err() || last_segment_is_empty);
    }
}
