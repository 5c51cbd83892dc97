//! Each check against a machine on which it must say no.

use std::{
    fs,
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use super::*;
use crate::answers::Kind;

/// A machine made of files: a good one, until a test spoils it.
struct Machine {
    folder: tempfile::TempDir,
    host: Host,
    places: Places,
    token: Token,
    port: u16,
}

impl Machine {
    fn good() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let host = Host { proc: at("proc"), sys: at("sys"), tools: Some(at("tools")), programs: at("programs") };
        let places = Places::under(&at("root")).unwrap();
        let module = at("module.so");
        let token = Token { module: module.clone(), ..Token::default() };
        let machine = Self { host, places, token, port: free_port(), folder };
        machine.file(&module, "\x7fELF and more");
        for (file, text) in [
            ("sys/kernel/osrelease", "6.1.0-amd64"),
            ("sys/kernel/seccomp/actions_avail", "kill_process errno allow"),
            ("sys/user/max_user_namespaces", "1000"),
            ("mounts", "none /sys/fs/cgroup cgroup2 rw 0 0\n/dev/vda / ext4 rw 0 0"),
            ("cpuinfo", "flags\t: fpu aes pclmulqdq"),
            ("meminfo", "MemTotal: 16000000 kB"),
            ("swaps", "Filename Type Size Used Priority"),
            ("sys/kernel/core_pattern", "core"),
            ("sys/kernel/random/entropy_avail", "256"),
            ("sys/kernel/hostname", "box"),
        ] {
            machine.file(&machine.host.proc.join(file), text);
        }
        machine.file(&machine.host.sys.join("kernel/security/lsm"), "capability,landlock,yama");
        machine.tool("systemctl", "echo 'systemd 252 (252.1)'");
        machine.tool("timedatectl", "echo yes");
        machine.tool("systemd-creds", "echo");
        for program in ["holdfast", "holdfast-hsmd", "holdfast-extract", "holdfast-relay"] {
            machine.file(&machine.host.programs.join(program), "");
        }
        machine
    }

    fn file(&self, path: &Path, text: &str) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn tool(&self, name: &str, does: &str) {
        let path = self.folder.path().join("tools").join(name);
        self.file(&path, &format!("#!/bin/sh\n{does}\n"));
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn look(&self) -> Vec<Finding> {
        look(&Look { host: &self.host, places: &self.places, token: &self.token, port: self.port, language: Language::English })
    }

    /// The finding of one check.
    fn finds(&self, check: &str) -> Finding {
        let all = self.look();
        all.into_iter().find(|finding| finding.check == check).unwrap()
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[test]
fn a_good_machine_is_refused_nothing_and_every_finding_that_is_not_ok_has_a_mend() {
    let machine = Machine::good();
    let findings = machine.look();
    assert_eq!(findings.len(), CHECKS.len());
    // Of the machine that the test itself runs on: the disk, the locale, the cores, the ports of others.
    let own = ["fdatasync", "disk", "inodes", "locale", "cores", "addresses"];
    for finding in &findings {
        assert!(finding.verdict == Verdict::Ok || own.contains(&finding.check), "{finding:?}");
        assert_eq!(finding.mend.is_some(), finding.verdict != Verdict::Ok, "{finding:?}");
    }
    let mut names: Vec<&str> = findings.iter().map(|finding| finding.check).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), CHECKS.len(), "each check has a name of its own");
}

#[test]
fn each_check_says_no_where_it_must() {
    type Spoil = fn(&mut Machine);
    let proc = |machine: &Machine, file: &str, text: &str| machine.file(&machine.host.proc.join(file), text);
    let cases: Vec<(&str, Verdict, Spoil)> = vec![
        ("systemd", Verdict::Warning, |m| m.tool("systemctl", "echo 'systemd 249 (249.11-ubuntu)'")),
        ("systemd", Verdict::Refused, |m| m.tool("systemctl", "echo systemd 219")),
        ("clock", Verdict::Warning, |m| m.tool("timedatectl", "echo no")),
        ("clock", Verdict::Warning, |m| m.tool("timedatectl", "exit 1")),
        ("landlock", Verdict::Warning, |m| m.file(&m.host.sys.join("kernel/security/lsm"), "capability,yama")),
        ("landlock", Verdict::Warning, |m| fs::remove_file(m.host.sys.join("kernel/security/lsm")).unwrap()),
        ("programs", Verdict::Refused, |m| fs::remove_file(m.host.programs.join("holdfast-hsmd")).unwrap()),
        ("module", Verdict::Refused, |m| fs::write(&m.token.module, "text").unwrap()),
        ("module", Verdict::Refused, |m| m.token.module = "/nowhere.so".into()),
        ("module", Verdict::Warning, |m| {
            fs::set_permissions(&m.token.module, fs::Permissions::from_mode(0o666)).unwrap();
        }),
        ("token", Verdict::Refused, |m| m.token.kind = Kind::Prepared),
        ("pin", Verdict::Refused, |m| m.token.pin_file = Some(PathBuf::from("/nowhere"))),
        ("pin", Verdict::Warning, |m| m.token.pin_file = Some(m.token.module.clone())),
        ("state", Verdict::Refused, |m| m.file(&m.places.data().join("ledger/CURRENT"), "x")),
    ];
    for (check, verdict, spoil) in cases {
        let mut machine = Machine::good();
        assert_eq!(machine.finds(check).verdict, Verdict::Ok, "{check}");
        spoil(&mut machine);
        let finding = machine.finds(check);
        assert_eq!(finding.verdict, verdict, "{finding:?}");
        assert!(finding.mend.is_some(), "{finding:?}");
    }
    let files = [
        ("kernel", Verdict::Warning, "sys/kernel/osrelease", "5.10.0-23-amd64"),
        ("kernel", Verdict::Warning, "sys/kernel/osrelease", ""),
        ("seccomp", Verdict::Refused, "sys/kernel/seccomp/actions_avail", ""),
        ("namespaces", Verdict::Warning, "sys/user/max_user_namespaces", "0"),
        ("processor", Verdict::Warning, "cpuinfo", "flags : fpu sse2"),
        ("memory", Verdict::Refused, "meminfo", "MemTotal: 1000000 kB"),
        ("memory", Verdict::Refused, "meminfo", ""),
        ("memory", Verdict::Warning, "meminfo", "MemTotal: 2000000 kB"),
        ("swap", Verdict::Warning, "swaps", "Filename\n/dev/sda2 partition 1 0 -2"),
        ("core-dumps", Verdict::Warning, "sys/kernel/core_pattern", "|/usr/share/apport/apport %p"),
        ("entropy", Verdict::Refused, "sys/kernel/random/entropy_avail", "12"),
        ("host-name", Verdict::Warning, "sys/kernel/hostname", "localhost"),
        ("file-system", Verdict::Refused, "mounts", "none / tmpfs rw 0 0"),
        ("file-system", Verdict::Refused, "mounts", "server:/x / nfs4 rw 0 0"),
        ("file-system", Verdict::Warning, "mounts", "/dev/a / btrfs rw 0 0"),
    ];
    for (check, verdict, file, text) in files {
        let machine = Machine::good();
        assert_eq!(machine.finds(check).verdict, Verdict::Ok, "{check}");
        proc(&machine, file, text);
        let finding = machine.finds(check);
        assert_eq!(finding.verdict, verdict, "{finding:?}");
        assert!(finding.mend.is_some(), "{finding:?}");
    }
}

#[test]
fn encrypted_swap_and_an_orderly_handler_are_no_trouble() {
    let machine = Machine::good();
    machine.file(&machine.host.proc.join("swaps"), "Filename\n/dev/dm-1 partition 1 0 -2\n/dev/zram0 partition 1 0 5");
    machine.file(&machine.host.proc.join("sys/kernel/core_pattern"), "|/lib/systemd/systemd-coredump %P");
    assert_eq!(machine.finds("swap").verdict, Verdict::Ok);
    assert_eq!(machine.finds("core-dumps").verdict, Verdict::Ok);
}

#[test]
fn a_port_that_others_hold_is_refused() {
    let mut machine = Machine::good();
    assert_eq!(machine.finds("port-web").verdict, Verdict::Ok);
    let held = TcpListener::bind("0.0.0.0:0").unwrap();
    machine.port = held.local_addr().unwrap().port();
    assert_eq!(machine.finds("port-web").verdict, Verdict::Refused);
    drop(held);
}

#[test]
fn the_disk_is_left_as_it_was() {
    let machine = Machine::good();
    fs::create_dir_all(machine.places.data()).unwrap();
    machine.look();
    assert_eq!(fs::read_dir(machine.places.data()).unwrap().count(), 0);
}

#[test]
fn every_mend_is_said_in_both_languages() {
    let mut machine = Machine::good();
    machine.host.proc = "/nowhere".into();
    machine.host.sys = "/nowhere".into();
    machine.host.programs = "/nowhere".into();
    machine.host.tools = Some("/nowhere".into());
    machine.token.module = "/nowhere".into();
    for language in [Language::English, Language::Chinese] {
        let at = Look { host: &machine.host, places: &machine.places, token: &machine.token, port: machine.port, language };
        let mends: Vec<String> = look(&at).into_iter().filter_map(|finding| finding.mend).collect();
        assert!(mends.len() >= 10, "{mends:?}");
        for mend in mends {
            assert_eq!(mend.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), language == Language::Chinese, "{mend}");
        }
    }
}
