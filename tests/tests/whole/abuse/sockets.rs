//! Garbage over the realtime door. Frames are made by hand: a library would not send them.

use std::{io::Write, time::Duration};

use holdfast_tests::{
    Place,
    client::cid,
    raw::{self, Wire},
    shared,
};
use serde_json::json;

use super::meanwhile;

const PATIENCE: Duration = Duration::from_secs(20);

/// A frame as a client masks it, with a mask of zeros.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut out = vec![first];
    match payload.len() {
        short @ 0..=125 => out.push(0x80 | u8::try_from(short).unwrap()),
        middle @ 126..=0xFFFF => {
            out.push(0x80 | 126);
            out.extend_from_slice(&u16::try_from(middle).unwrap().to_be_bytes());
        }
        long => {
            out.push(0x80 | 127);
            out.extend_from_slice(&(long as u64).to_be_bytes());
        }
    }
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(payload);
    out
}

const TEXT: u8 = 0x81;
const BINARY: u8 = 0x82;
const PING: u8 = 0x89;

/// Upgraded, and nothing said yet.
fn upgraded(place: &Place) -> Wire {
    let token = place.person("gu.wenzhou").token.unwrap();
    let mut wire = raw::connect(place, PATIENCE);
    let head = format!(
        "GET /api/v1/ws HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
         sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-protocol: holdfast1.json\r\nauthorization: Bearer {token}\r\n\r\n"
    );
    wire.write_all(head.as_bytes()).unwrap();
    let mut answer = Vec::new();
    // Nothing comes before hello, so whatever comes is the head.
    while !answer.ends_with(b"\r\n\r\n") {
        let more = raw::read(&mut wire, 1);
        assert!(!more.is_empty(), "{}", String::from_utf8_lossy(&answer));
        answer.extend_from_slice(&more);
    }
    assert_eq!(raw::status(&answer), 101, "{}", String::from_utf8_lossy(&answer));
    wire
}

fn greeted(place: &Place) -> Wire {
    let mut wire = upgraded(place);
    wire.write_all(&frame(TEXT, json!({"t": "hello", "dev": cid(), "cursor": null}).to_string().as_bytes())).unwrap();
    let welcome = raw::read(&mut wire, 10);
    assert!(String::from_utf8_lossy(&welcome).contains("welcome"));
    wire
}

/// Sends what it can, and reads until the box closes. The box may close while we still send.
fn answer_to(mut wire: Wire, parts: &[Vec<u8>]) -> String {
    for part in parts {
        if wire.write_all(part).is_err() {
            break;
        }
    }
    let _ = wire.flush();
    String::from_utf8_lossy(&raw::read(&mut wire, 1 << 20)).into_owned()
}

#[test]
fn what_is_no_frame_of_ours_ends_the_connection_with_a_reason() {
    let place = shared();
    meanwhile(place, || {
        for (what, first) in [
            ("binary", frame(BINARY, b"\x00\x01\x02")),
            ("no JSON", frame(TEXT, b"hello?")),
            ("an array", frame(TEXT, b"[1,2,3]")),
            ("not hello", frame(TEXT, br#"{"t":"ping"}"#)),
            ("unknown", frame(TEXT, br#"{"t":"shutdown"}"#)),
            ("deep", frame(TEXT, "[".repeat(200_000).as_bytes())),
        ] {
            let said = answer_to(upgraded(place), &[first]);
            assert!(said.contains("\"t\":\"bye\"") && said.contains("bad-request"), "{what}: {said:?}");
        }
        let said = answer_to(greeted(place), &[frame(BINARY, &[7; 1_000])]);
        assert!(said.contains("bad-request"), "binary after hello: {said:?}");
        let said = answer_to(greeted(place), &[frame(TEXT, &vec![b'a'; 300 * 1024])]);
        assert!(said.contains("too-large"), "a frame over its limit: {said:?}");
        // A length that nobody could send.
        let mut giant = vec![TEXT, 0x80 | 127];
        giant.extend_from_slice(&(1u64 << 62).to_be_bytes());
        giant.extend_from_slice(&[0; 4]);
        let said = answer_to(greeted(place), &[giant]);
        assert!(said.contains("too-large"), "a giant: {said:?}");
        // Pieces of one message without end.
        let mut pieces = vec![frame(0x01, &[b'a'; 60_000])];
        pieces.extend((0..20).map(|_| frame(0x00, &[b'a'; 60_000])));
        let said = answer_to(greeted(place), &pieces);
        assert!(said.contains("too-large"), "continuations: {said:?}");
    });
}

#[test]
fn what_breaks_the_protocol_itself_is_cut() {
    let place = shared();
    meanwhile(place, || {
        let mut unmasked = vec![TEXT, 4];
        unmasked.extend_from_slice(b"abcd");
        for (what, bytes) in [
            ("invalid UTF-8", frame(TEXT, &[0xFF, 0xFE, 0xC3, 0x28])),
            ("a reserved opcode", frame(0x8B, b"")),
            ("reserved bits", frame(0xF1, b"{}")),
            ("no mask", unmasked),
            ("a long ping", frame(PING, &[0; 200])),
            ("a stray continuation", frame(0x80, b"x")),
            ("noise", (0..5_000u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()).collect()),
        ] {
            let wire = greeted(place);
            let began = std::time::Instant::now();
            let said = answer_to(wire, &[bytes]);
            // Ended by the box, not by our patience.
            assert!(began.elapsed() < PATIENCE, "{what}: still open after {said:?}");
        }
    });
}

#[test]
fn what_is_malformed_inside_a_session_is_answered_and_the_session_goes_on() {
    let place = shared();
    let mut wire = greeted(place);
    let odd = [
        json!({"t": "nonsense"}),
        json!({"t": "send"}),
        json!({"t": "send", "cid": "x", "conv": "1", "body": {"type": "text", "text": "a"}}),
        json!({"t": "send", "cid": cid(), "conv": "999999999", "body": {"type": "text", "text": "a"}}),
        json!({"t": "send", "cid": cid(), "conv": "1", "body": {"type": "text", "text": "x".repeat(200_000)}}),
        json!({"t": "send", "cid": cid(), "conv": -1, "body": 7}),
        json!({"t": "read", "conv": "999999999", "ranges": [[9, 1]]}),
        json!({"t": "sync", "from": "18446744073709551615", "limit": 1_000_000}),
        json!({"t": "sync", "from": "-1"}),
        json!({"t": "typing", "conv": "999999999"}),
        json!({"t": "hello", "dev": cid(), "cursor": null}),
    ];
    meanwhile(place, || {
        for one in &odd {
            wire.write_all(&frame(TEXT, one.to_string().as_bytes())).unwrap();
        }
        wire.write_all(&frame(TEXT, br#"{"t":"ping"}"#)).unwrap();
        let mut said = String::new();
        while !said.contains("\"pong\"") {
            let more = raw::read(&mut wire, 1);
            assert!(!more.is_empty(), "closed after {said}");
            said.push_str(&String::from_utf8_lossy(&more));
        }
        assert!(said.matches("\"code\"").count() >= 6, "{said}");
    });
}

/// Twenty sockets of one person say more than can be answered, and read nothing.
#[test]
fn a_flood_that_nobody_reads_the_answers_of_disturbs_nobody() {
    let place = shared();
    let mut flooders: Vec<Wire> = (0..20).map(|_| greeted(place)).collect();
    for wire in &mut flooders {
        wire.sock.set_write_timeout(Some(Duration::from_secs(1))).unwrap();
    }
    meanwhile(place, || {
        let nonsense = frame(TEXT, br#"{"t":"nonsense"}"#).repeat(200);
        let pings = frame(PING, &[0; 125]).repeat(200);
        let sync = frame(TEXT, br#"{"t":"sync","from":"0","limit":200}"#).repeat(100);
        std::thread::scope(|scope| {
            for wire in &mut flooders {
                let (nonsense, pings, sync) = (&nonsense, &pings, &sync);
                scope.spawn(move || {
                    for _ in 0..20 {
                        for part in [nonsense, pings, sync] {
                            // Full or closed: both are the box defending itself.
                            if wire.write_all(part).is_err() {
                                return;
                            }
                        }
                    }
                });
            }
        });
    });
    drop(flooders);
    // And whoever behaves again is served again.
    drop(greeted(place));
}
