//! A disk that is full, read-only or somebody else's: entries are refused within two seconds, nothing hangs, and the log goes
//! on once there is room. On real file systems, which only root can mount.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use holdfast_base::Error;

use crate::{
    AuditLog,
    limits::DEADLINE,
    log_tests::{Bench, verdict},
    verify::{Verdict, layout::bundle_path},
};

struct Mount(PathBuf);

impl Mount {
    /// None, and the reason printed, where this machine lets nobody mount. In CI that fails.
    fn new(at: &Path, image: Option<&Path>) -> Option<Self> {
        fs::create_dir_all(at).unwrap();
        let mut mount = Command::new("mount");
        match image {
            Some(image) => {
                fs::File::create(image).unwrap().set_len(16 * 1024 * 1024).unwrap();
                let made = Command::new("mkfs.ext4").arg("-q").arg(image).status().is_ok_and(|status| status.success());
                mount.args(["-o", "loop,errors=remount-ro"]).arg(if made { image } else { Path::new("/nowhere") })
            }
            None => mount.args(["-t", "tmpfs", "-o", "size=2m", "tmpfs"]),
        };
        if mount.arg(at).status().is_ok_and(|status| status.success()) {
            return Some(Self(at.to_owned()));
        }
        assert!(std::env::var_os("CI").is_none(), "a file system has to be mounted");
        eprintln!("SKIPPED: no file system could be mounted");
        None
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

fn fill(at: &Path) {
    let mut piece = 1_048_576;
    let mut file = fs::OpenOptions::new().append(true).create(true).open(at).unwrap();
    while piece > 0 {
        if std::io::Write::write_all(&mut file, &vec![1; piece]).is_err() {
            piece /= 2;
        }
    }
    let _ = file.sync_all();
}

/// Refused, and soon.
fn refused(log: &AuditLog, bench: &Bench) {
    let begin = Instant::now();
    let answer = log.append(bench.event(1, 1));
    assert!(matches!(answer, Err(Error::AuditUnavailable)), "{answer:?}");
    assert!(begin.elapsed() < DEADLINE + Duration::from_secs(2), "{:?}", begin.elapsed());
}

fn full_and_back(image: bool) {
    let bench = Bench::new();
    let disk = bench.at.join("disk");
    let image = image.then(|| bench.at.join("image"));
    let Some(_mount) = Mount::new(&disk, image.as_deref()) else { return };
    let dir = disk.join("audit");
    let log = bench.open_at(&dir).unwrap();
    for n in 0..300 {
        log.append(bench.event(1, n)).unwrap();
    }
    fill(&disk.join("filler"));
    let mut written = 300;
    let until = Instant::now() + Duration::from_secs(20);
    // What room there is in the last block is used up first.
    while log.append(bench.event(1, 1)).is_ok() {
        written += 1;
        assert!(Instant::now() < until, "the disk does not fill up");
    }
    for _ in 0..5 {
        refused(&log, &bench);
    }
    assert!(matches!(log.ready(), Err(Error::AuditUnavailable)), "no change is begun that could not be audited");
    assert!(!log.poisoned());
    assert_eq!(log.query(&crate::Filter::default(), None, 1).unwrap().entries.len(), 1, "reading goes on");

    fs::remove_file(disk.join("filler")).unwrap();
    std::thread::sleep(Duration::from_millis(1_100));
    log.ready().unwrap();
    assert_eq!(log.append(bench.event(1, 2)).unwrap().index, written, "no index was lost");
    log.ready().unwrap();
    log.close();
    let report = verdict(&bench, &dir);
    assert_eq!((report.verdict, report.size), (Verdict::Clean, written + 1), "{report:?}");
    bench.open_at(&dir).unwrap().close();
}

#[test]
fn a_full_tmpfs_refuses_and_comes_back() {
    full_and_back(false);
}

#[test]
fn a_full_ext4_refuses_and_comes_back() {
    full_and_back(true);
}

#[test]
fn a_disk_that_turns_read_only_refuses_at_once_and_what_was_acknowledged_stays() {
    let bench = Bench::new();
    let (disk, image) = (bench.at.join("disk"), bench.at.join("image"));
    let Some(mount) = Mount::new(&disk, Some(&image)) else { return };
    let dir = disk.join("audit");
    let log = bench.open_at(&dir).unwrap();
    for n in 0..10 {
        log.append(bench.event(1, n)).unwrap();
    }
    // As the kernel does it after an error of the disk.
    let mounts = fs::read_to_string("/proc/mounts").unwrap();
    let line = mounts.lines().find(|line| line.contains(disk.to_str().unwrap())).unwrap();
    let device = line.split(' ').next().unwrap().trim_start_matches("/dev/");
    if fs::write(format!("/sys/fs/ext4/{device}/trigger_fs_error"), "test").is_err() {
        assert!(std::env::var_os("CI").is_none(), "the kernel has to be told of an error");
        eprintln!("SKIPPED: this kernel cannot be told of an error");
        return;
    }
    for _ in 0..3 {
        refused(&log, &bench);
    }
    assert!(log.ready().is_err());
    let begin = Instant::now();
    log.close();
    assert!(begin.elapsed() < Duration::from_secs(5), "closing does not hang");
    drop(mount);
    let _ = Command::new("e2fsck").args(["-fy"]).arg(&image).output();
    let remount = Command::new("mount").args(["-o", "loop"]).arg(&image).arg(&disk).status();
    assert!(remount.unwrap().success());
    let mount = Mount(disk.clone());
    let log = bench.open_at(&dir).unwrap();
    assert!(log.size() >= 10);
    log.append(bench.event(1, 1)).unwrap();
    log.close();
    assert_eq!(verdict(&bench, &dir).verdict, Verdict::Clean);
    drop(mount);
}

#[test]
fn a_file_that_is_not_the_one_that_was_opened_is_not_written() {
    let replace = |path: &Path| {
        let bytes = fs::read(path).unwrap();
        fs::remove_file(path).unwrap();
        fs::write(path, bytes).unwrap();
    };
    let rename = |path: &Path| fs::rename(path, path.with_extension("away")).unwrap();
    let link = |path: &Path| {
        let away = path.with_extension("away");
        fs::rename(path, &away).unwrap();
        std::os::unix::fs::symlink(&away, path).unwrap();
    };
    let longer = |path: &Path| {
        let file = fs::OpenOptions::new().append(true).open(path).unwrap();
        std::io::Write::write_all(&mut &file, b"x").unwrap();
    };
    let unlink = |path: &Path| fs::remove_file(path).unwrap();
    type Act<'a> = &'a dyn Fn(&Path);
    let acts: [(&str, Act<'_>); 5] =
        [("replace", &replace), ("rename", &rename), ("link", &link), ("longer", &longer), ("unlink", &unlink)];
    for (what, act) in acts {
        let bench = Bench::new();
        let log = bench.open();
        log.append(bench.event(1, 1)).unwrap();
        act(&bench.dir().join(bundle_path(0, 256)));
        refused(&log, &bench);
        refused(&log, &bench);
        assert!(log.ready().is_err() && log.size() == 1, "{what}");
        log.close();
    }
    // A backup that links the files together with its own names is nobody's fault.
    let bench = Bench::new();
    let log = bench.open();
    log.append(bench.event(1, 1)).unwrap();
    fs::hard_link(bench.dir().join(bundle_path(0, 256)), bench.at.join("backup")).unwrap();
    assert_eq!(log.append(bench.event(1, 2)).unwrap().index, 1);
    log.close();
}

#[test]
fn the_readable_copy_goes_on_where_a_full_disk_stopped_it() {
    let bench = Bench::new();
    let Some(_mount) = Mount::new(&bench.at.join("log"), None) else { return };
    let log = bench.open();
    for n in 0..20 {
        log.append(bench.event(1, n)).unwrap();
    }
    fill(&bench.at.join("log/filler"));
    for n in 0..40 {
        log.append(bench.event(1, n)).unwrap();
    }
    fs::remove_file(bench.at.join("log/filler")).unwrap();
    log.append(bench.event(1, 1)).unwrap();
    log.append(bench.event(1, 1)).unwrap();
    log.close();
    let all = fs::read_to_string(bench.jsonl()).unwrap();
    let index = |line: &str| serde_json::from_str::<serde_json::Value>(line).ok()?["index"].as_u64();
    assert_eq!(all.lines().filter_map(index).collect::<Vec<_>>(), (0..62).collect::<Vec<_>>());
}
