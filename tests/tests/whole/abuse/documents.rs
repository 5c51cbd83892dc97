//! Documents that hurt who reads them: the reader is another process with limits, so the box and the next file do not notice.

use std::time::{Duration, Instant};

use holdfast_tests::{Client, client::cid, shared};

use super::{meanwhile, put, root, sheets::container};

/// How long a good file behind the bad ones may take to be found. Generous: what fails here is "never".
const FOUND: Duration = Duration::from_secs(180);

fn pdf(objects: &[String]) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        places.push(out.len());
        out.extend_from_slice(format!("{} 0 obj\n{object}\nendobj\n", at + 1).as_bytes());
    }
    let start = out.len();
    out.extend_from_slice(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).as_bytes());
    for place in places {
        out.extend_from_slice(format!("{place:010} 00000 n \n").as_bytes());
    }
    let trailer = format!("trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1);
    out.extend_from_slice(trailer.as_bytes());
    out
}

/// One page with this content stream.
fn page(content: &str) -> Vec<u8> {
    pdf(&[
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ])
}

fn pdfs() -> Vec<(&'static str, Vec<u8>)> {
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    let nested = format!("{}{}", "<</A".repeat(200_000), ">>".repeat(200_000));
    let catalog = "<< /Type /Catalog /Pages 2 0 R >>".to_owned();
    let mut looped = page("BT (x) Tj ET");
    let text = String::from_utf8_lossy(&looped).replace("/Root 1 0 R", "/Prev 9 /Root 1 0 R");
    looped = text.into_bytes();
    vec![
        ("deep-array.pdf", pdf(&[catalog.clone(), deep.clone()])),
        ("deep-dictionary.pdf", pdf(&[catalog.clone(), nested])),
        ("deep-content.pdf", page(&deep)),
        ("page-loop.pdf", pdf(&[catalog.clone(), "<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>".to_owned()])),
        ("reference-loop.pdf", pdf(&["2 0 R".to_owned(), "1 0 R".to_owned()])),
        ("xref-loop.pdf", looped),
        ("length.pdf", pdf(&[catalog, "<< /Length 99999999999999999999 >>\nstream\nx\nendstream".to_owned()])),
        ("many.pdf", page(&"BT /F 1 Tf (x) Tj ET\n".repeat(500_000))),
        ("numbers.pdf", page(&format!("BT /F {} Tf (x) Tj ET", "9".repeat(100_000)))),
        ("head.pdf", b"%PDF-1.7".to_vec()),
        (
            "noise.pdf",
            [b"%PDF-1.7\n".to_vec(), (0..500_000u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect()]
                .concat(),
        ),
    ]
}

fn others() -> Vec<(&'static str, Vec<u8>)> {
    let open = "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>";
    let bomb = [open.as_bytes(), &vec![b' '; 400 << 20]].concat();
    let deep = [open.to_owned(), "<w:p>".repeat(1_000_000)].concat();
    let bombed = container(&[("word/document.xml", &bomb)]);
    let mut cut = container(&[("word/document.xml", open.as_bytes())]);
    cut.truncate(cut.len() / 2);
    vec![
        ("bomb.docx", bombed.clone()),
        ("nested.docx", container(&[("word/document.xml", &bombed)])),
        ("deep.docx", container(&[("word/document.xml", deep.as_bytes())])),
        ("cut.docx", cut),
        ("empty.docx", Vec::new()),
        ("noise.docx", vec![0x50; 100_000]),
        ("deep.html", "<div>".repeat(1_000_000).into_bytes()),
        ("attribute.html", [b"<a b=\"".to_vec(), vec![b'x'; 10 << 20]].concat()),
        ("line.txt", vec![b'a'; 20 << 20]),
        ("zeros.txt", vec![0; 5 << 20]),
        ("halves.txt", [0xE4, 0xBD].repeat(1 << 20)),
        ("quotes.md", "> ".repeat(500_000).into_bytes()),
        ("brackets.md", "[".repeat(500_000).into_bytes()),
    ]
}

fn finds(by: &Client, word: &str) -> bool {
    let found = by.get(&format!("/api/v1/search?q={word}&kind=files&typing=true")).unwrap().ok();
    !found["items"].as_array().unwrap().is_empty()
}

#[test]
fn hostile_documents_are_stored_and_what_comes_behind_them_is_found() {
    let place = shared();
    let gu = place.person("gu.wenzhou");
    let home = root(&gu);
    let word = format!("zq{}", cid().replace('-', ""));
    meanwhile(place, || {
        for (name, bytes) in pdfs().into_iter().chain(others()) {
            // They are files like others: whoever brought them gets them back.
            let size = bytes.len();
            let node = put(&gu, &home, &format!("{} {name}", cid()), bytes).ok();
            assert_eq!(node["size"], size, "{name}");
        }
        for name in ["behind.txt", "behind.html"] {
            put(&gu, &home, &format!("{} {name}", cid()), format!("<p>{word}{}</p>", &name[7..]).into_bytes()).ok();
        }
        put(&gu, &home, &format!("{}.pdf", cid()), page(&format!("BT /F 12 Tf 10 10 Td ({word}pdf) Tj ET"))).ok();
        let until = Instant::now() + FOUND;
        for kind in ["txt", "html", "pdf"] {
            while !finds(&gu, &format!("{word}{kind}")) {
                assert!(Instant::now() < until, "the good {kind} behind the hostile ones is not found");
                std::thread::sleep(Duration::from_millis(200));
            }
        }
    });
}
