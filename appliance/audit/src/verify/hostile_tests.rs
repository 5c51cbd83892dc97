//! Bytes from anywhere: nothing panics, nothing is believed.

use proptest::prelude::*;

use super::{
    layout::{Bundle, tile_hashes},
    note::{SignedCheckpoint, VKey},
    testlog::TestSigner,
};
use crate::entry::{Body, Header};

proptest! {
    #[test]
    fn parsers_take_any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        let bundle = Bundle::parse(bytes.clone());
        prop_assert_eq!(bundle.prefix(bundle.len()).len() + bundle.rest, bytes.len());
        let _ = (tile_hashes(&bytes), Header::split(&bytes).is_ok(), Body::decode(&bytes).is_ok());
        prop_assert!(SignedCheckpoint::parse(&bytes).is_err());
        prop_assert!(String::from_utf8_lossy(&bytes).parse::<VKey>().is_err());
    }

    #[test]
    fn a_key_survives_its_text_and_no_change_of_it(at in 0..200_usize, byte in any::<u8>()) {
        let vkey = TestSigner::new("box.example/audit").vkey;
        let text = vkey.to_string();
        prop_assert_eq!(text.parse::<VKey>().unwrap(), vkey.clone());
        let mut bytes = text.clone().into_bytes();
        let at = at % bytes.len();
        bytes[at] = byte;
        if let Ok(other) = String::from_utf8_lossy(&bytes).parse::<VKey>() {
            prop_assert!(other != vkey || bytes == text.as_bytes() || bytes[at].is_ascii_hexdigit());
        }
    }
}
