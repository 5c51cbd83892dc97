//! kill -9 under load: what was acknowledged is there, whole; what was not is there whole or not at all.

use std::{
    collections::BTreeMap,
    env,
    fs::{self, OpenOptions},
    io::{BufRead, BufReader, Write},
    path::PathBuf,
    process::{Command, Stdio},
    time::Duration,
};

use super::fixture::{Office, Site, noise};

const SITE: &str = "HOLDFAST_DRIVE_CRASH_SITE";
const ROUNDS: u64 = 3;

/// The child: writes files of all sizes from three threads and tells of each once it is durable.
#[test]
fn writer_that_is_killed() {
    let Ok(site) = env::var(SITE) else { return };
    let parts: Vec<PathBuf> = site.split('|').map(PathBuf::from).collect();
    let site = Site { socket: parts[0].clone(), keyring: parts[1].clone(), data: parts[2].clone() };
    let round: u64 = parts[3].to_str().unwrap().parse().unwrap();
    let office = Office::open(&site);
    let (_, root) = office.own(0);
    std::thread::scope(|scope| {
        for thread in 0..3u64 {
            let office = &office;
            scope.spawn(move || {
                for n in 0.. {
                    let seed = round * 1_000_000 + thread * 10_000 + n;
                    let size = [700, 40_000, 1_500_000, 200, 3_000_000][usize::try_from(seed % 5).unwrap()];
                    let name = format!("{seed}");
                    let entry = office.put(0, root, &name, &noise(size, seed)).unwrap();
                    let mut out = std::io::stdout().lock();
                    writeln!(out, "ACK {} {seed} {size}", entry.id).unwrap();
                    out.flush().unwrap();
                }
            });
        }
    });
}

#[test]
fn what_was_acknowledged_survives_kill_nine() {
    let Some((office, ground)) = Office::new() else {
        return;
    };
    office.own(0);
    office.ledger.close();
    drop(office);
    let mut acknowledged: BTreeMap<u64, (u64, usize)> = BTreeMap::new();
    for round in 1..=ROUNDS {
        let site = &ground.site;
        let at = [site.socket.as_path(), &site.keyring, &site.data].map(|path| path.to_str().unwrap().to_owned()).join("|");
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["--exact", "tests::crash::writer_that_is_killed", "--nocapture"])
            .env(SITE, format!("{at}|{round}"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let reader = std::thread::spawn(move || lines.map_while(Result::ok).collect::<Vec<_>>());
        std::thread::sleep(Duration::from_millis(4_000 + round * 700));
        child.kill().unwrap();
        child.wait().unwrap();
        for line in reader.join().unwrap() {
            let Some(rest) = line.split("ACK ").nth(1) else {
                continue;
            };
            let words: Vec<u64> = rest.split_whitespace().filter_map(|word| word.parse().ok()).collect();
            if let [node, seed, size] = words[..] {
                acknowledged.insert(node, (seed, usize::try_from(size).unwrap()));
            }
        }
        tear(&site.data.join("packs"));
        check(&ground.site, &acknowledged);
    }
    assert!(acknowledged.len() > 10, "the child wrote next to nothing: {}", acknowledged.len());
}

/// A torn tail, as a power cut leaves it.
fn tear(packs: &PathBuf) {
    for pack in fs::read_dir(packs).unwrap() {
        let mut file = OpenOptions::new().append(true).open(pack.unwrap().path()).unwrap();
        file.write_all(&noise(12_345, 1)).unwrap();
    }
}

fn check(site: &Site, acknowledged: &BTreeMap<u64, (u64, usize)>) {
    let office = Office::open(site);
    for (&node, &(seed, size)) in acknowledged {
        let bytes = office.bytes(0, holdfast_base::NodeId(node), None).unwrap();
        assert!(bytes == noise(size, seed), "node {node}");
    }
    let report = office.drive.scrub(office.own(0).0).unwrap();
    assert!(report.files as usize >= acknowledged.len());
    assert_eq!(report.bad, []);
    office.ledger.close();
}
