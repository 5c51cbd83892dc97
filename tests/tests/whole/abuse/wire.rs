//! HTTP itself: heads without end, heads and bodies that come a byte at a time, answers that nobody takes.

use std::{
    io::Write,
    time::{Duration, Instant},
};

use holdfast_tests::{
    Place,
    client::cid,
    raw::{self, Wire},
    shared,
};

use super::{meanwhile, put, root};

const PATIENCE: Duration = Duration::from_secs(40);

fn head(place: &Place, method: &str, path: &str, more: &str) -> String {
    let token = place.person("gu.wenzhou").token.unwrap();
    format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n{more}\r\n")
}

fn answer_to(place: &Place, parts: &[&[u8]]) -> u16 {
    let mut wire = raw::connect(place, PATIENCE);
    for part in parts {
        if wire.write_all(part).is_err() {
            break;
        }
    }
    let _ = wire.flush();
    raw::status(&raw::read(&mut wire, 12))
}

#[test]
fn heads_that_are_none_are_refused() {
    let place = shared();
    let megabyte = format!("x-filler: {}\r\n", "a".repeat(1 << 20));
    let many: String = (0..20_000).map(|n| format!("x-{n}: {n}\r\n")).collect();
    let long = format!("/api/v1/me?q={}", "a".repeat(1 << 20));
    meanwhile(place, || {
        for (what, bytes, wanted) in [
            ("a megabyte in one header", head(place, "GET", "/api/v1/me", &megabyte), &[400, 413, 431][..]),
            ("a megabyte of headers", head(place, "GET", "/api/v1/me", &many), &[400, 413, 431]),
            ("a megabyte of path", head(place, "GET", &long, ""), &[400, 413, 414, 431]),
            ("no HTTP", "\u{16}\u{3}\u{1}garbage\r\n\r\n".to_owned(), &[400]),
            ("two lengths", head(place, "POST", "/api/v1/conversations", "content-length: 2\r\ncontent-length: 3\r\n"), &[400]),
            (
                "length and chunks",
                head(place, "POST", "/api/v1/conversations", "content-length: 2\r\ntransfer-encoding: chunked\r\n") + "0\r\n\r\n",
                &[400],
            ),
            ("a negative length", head(place, "POST", "/api/v1/conversations", "content-length: -1\r\n"), &[400]),
            (
                "a chunk that is none",
                head(place, "POST", "/api/v1/conversations", "content-type: application/json\r\ntransfer-encoding: chunked\r\n")
                    + "zz\r\n{}\r\n",
                &[400],
            ),
            ("an unknown method", head(place, "BREW", "/api/v1/me", ""), &[404, 405]),
        ] {
            // Who goes on sending after the refusal may meet a reset before the answer is read: it is asked again.
            let mut tries = (0..40).map(|_| {
                let status = answer_to(place, &[bytes.as_bytes()]);
                if status == 0 {
                    std::thread::sleep(Duration::from_millis(50));
                }
                status
            });
            let status = tries.find(|status| *status != 0).unwrap_or(0);
            assert!(wanted.contains(&status), "{what}: {status}");
        }
    });
}

#[test]
fn a_body_over_its_limit_is_refused_before_it_is_read() {
    let place = shared();
    let limited = head(place, "POST", "/api/v1/conversations", "content-type: application/json\r\ncontent-length: 900000000\r\n");
    assert_eq!(answer_to(place, &[limited.as_bytes(), &[b' '; 1_000]]), 413);
    let home = root(&place.person("gu.wenzhou"));
    let path = format!("/api/v1/drive/nodes/{home}/content?name={}", cid());
    let huge = head(place, "PUT", &path, "content-length: 18446744073709551614\r\n");
    let status = answer_to(place, &[huge.as_bytes(), &[0; 1_000]]);
    assert!([400, 413, 507].contains(&status), "{status}");
    let over_quota = head(place, "PUT", &path, "content-length: 900000000000\r\n");
    assert_eq!(answer_to(place, &[over_quota.as_bytes(), &[0; 1_000]]), 507);
}

/// Two hundred connections that begin a head and never end it.
#[test]
fn slow_heads_are_ended_by_the_box() {
    let place = shared();
    let mut slow: Vec<Wire> = (0..200).map(|_| raw::connect(place, PATIENCE)).collect();
    meanwhile(place, || {
        let began = Instant::now();
        let mut open = slow.len();
        for wire in &mut slow {
            let _ = wire.write_all(b"GET /api/v1/me HTTP/1.1\r\nhost: localhost\r\nx-slow: ");
            let _ = wire.flush();
        }
        // A byte now and then keeps nobody's head open for long.
        while began.elapsed() < Duration::from_secs(12) {
            for wire in &mut slow {
                let _ = wire.write_all(b"a").and_then(|()| wire.flush());
            }
            std::thread::sleep(Duration::from_secs(1));
        }
        for wire in &mut slow {
            let status = raw::status(&raw::read(wire, 12));
            assert!([0, 408].contains(&status), "{status}");
            open -= 1;
        }
        assert_eq!(open, 0);
    });
}

/// One person sends six hundred bodies a byte at a time: more than there are threads to receive them.
#[test]
fn slow_bodies_of_one_person_do_not_take_everybodys_turn() {
    let place = shared();
    let gu = place.person("gu.wenzhou");
    let home = root(&gu);
    let request = |n: usize| {
        let (method, path) = match n % 4 {
            0 => ("POST", "/api/v1/conversations".to_owned()),
            _ => ("PUT", format!("/api/v1/drive/nodes/{home}/content?name={}", cid())),
        };
        let token = gu.token.clone().unwrap();
        format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\n\
             content-length: 100000\r\n\r\n{{"
        )
    };
    let mut slow: Vec<Wire> = (0..800)
        .map(|n| {
            let mut wire = raw::connect(place, PATIENCE);
            wire.write_all(request(n).as_bytes()).unwrap();
            wire.flush().unwrap();
            wire
        })
        .collect();
    meanwhile(place, || {
        for _ in 0..3 {
            for wire in &mut slow {
                let _ = wire.write_all(b" ").and_then(|()| wire.flush());
            }
        }
    });
    // Those that are too many were told so.
    for wire in &mut slow {
        wire.sock.set_read_timeout(Some(Duration::from_millis(5))).unwrap();
    }
    let told = slow.iter_mut().filter_map(|wire| Some(raw::read(wire, 12)).filter(|said| !said.is_empty()));
    let statuses: Vec<u16> = told.map(|said| raw::status(&said)).collect();
    assert!(statuses.contains(&429), "{statuses:?}");
}

/// Somebody asks for large answers on many connections and takes a few bytes of each.
#[test]
fn answers_that_nobody_takes_hold_up_nobody() {
    let place = shared();
    let gu = place.person("gu.wenzhou");
    let noise: Vec<u8> = (0..4_000_000u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    let node = put(&gu, &root(&gu), &cid(), noise).ok()["id"].as_str().unwrap().to_owned();
    let ask = head(place, "GET", &format!("/api/v1/drive/nodes/{node}/content"), "");
    let mut takers = Vec::new();
    meanwhile(place, || {
        for _ in 0..300 {
            let mut wire = raw::connect(place, PATIENCE);
            wire.write_all(ask.as_bytes()).unwrap();
            wire.flush().unwrap();
            takers.push(wire);
        }
        for wire in &mut takers {
            assert_eq!(raw::status(&raw::read(wire, 12)), 200);
        }
    });
}
