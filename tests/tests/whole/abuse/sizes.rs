//! Nothing at all, and more than memory holds.

use std::{fs, io::Write};

use holdfast_tests::{Chance, Options, TestBox, client::cid, raw, shared};
use ureq::http::Method;

use super::{meanwhile, put, root};

/// Bytes of the large file: `ABUSE_FILE_BYTES`, 256 MiB when absent; `make soak` takes 5 GiB.
fn large() -> u64 {
    std::env::var("ABUSE_FILE_BYTES").ok().and_then(|text| text.parse().ok()).unwrap_or(256 << 20)
}

/// The box may take so much more memory for a file of any size.
const ROOM_KIB: u64 = 400 * 1024;

const PART: u64 = 1 << 20;

/// Bytes that no compression shortens and that stand nowhere twice.
fn part(offset: u64) -> Vec<u8> {
    Chance::new(offset).bytes(usize::try_from(PART).unwrap())
}

fn peak_kib(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn a_file_of_no_bytes_is_a_file() {
    let gu = shared().person("gu.wenzhou");
    let made = put(&gu, &root(&gu), &cid(), Vec::new()).ok();
    assert_eq!(made["size"], 0);
    let path = format!("/api/v1/drive/nodes/{}/content", made["id"].as_str().unwrap());
    assert_eq!(gu.get(&path).unwrap().bytes, b"");
    let range = gu.send(Method::GET, &path, &[("range", "bytes=0-")], vec![]).unwrap();
    assert_eq!(range.status, 416);
}

#[test]
fn a_large_file_goes_through_without_being_held_in_memory() {
    let boxed = TestBox::boot(&Options::small()).unwrap();
    let place = boxed.place();
    let gu = place.person("gu.wenzhou");
    let (size, server) = (large(), boxed.server_id().unwrap());
    let before = peak_kib(server);
    let path = format!("/api/v1/drive/nodes/{}/content?name=large.bin", root(&gu));
    let answer = meanwhile(&place, || {
        let mut wire = raw::connect(&place, std::time::Duration::from_secs(600));
        let token = gu.token.clone().unwrap();
        let head =
            format!("PUT {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\ncontent-length: {size}\r\n\r\n");
        wire.write_all(head.as_bytes()).unwrap();
        let mut sent = 0;
        while sent < size {
            let part = part(sent);
            let count = usize::try_from((size - sent).min(PART)).unwrap();
            wire.write_all(&part[..count]).unwrap();
            sent += count as u64;
        }
        wire.flush().unwrap();
        raw::read(&mut wire, 12)
    });
    assert_eq!(raw::status(&answer), 201, "{}", String::from_utf8_lossy(&answer));
    // Its end is what was sent.
    let listed = gu.get(&format!("/api/v1/drive/nodes/{}/children", root(&gu))).unwrap().ok();
    let made = listed["items"].as_array().unwrap().iter().find(|node| node["name"] == "large.bin").unwrap();
    let from = (size - 1) / PART * PART;
    let content = format!("/api/v1/drive/nodes/{}/content", made["id"].as_str().unwrap());
    let end = gu.send(Method::GET, &content, &[("range", &format!("bytes={from}-"))], vec![]).unwrap();
    assert!(end.status == 206 && end.bytes == part(from)[..usize::try_from(size - from).unwrap()]);
    let spaces = gu.get("/api/v1/drive/spaces").unwrap().ok();
    assert!(spaces["items"].as_array().unwrap().iter().any(|space| space["used_bytes"].as_u64() >= Some(size)));
    let after = peak_kib(server);
    assert!(after < before + ROOM_KIB, "from {before} KiB to {after} KiB for {size} bytes");
}
