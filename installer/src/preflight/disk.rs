//! The disk that the data will lie on.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use nix::sys::statvfs::statvfs;

use super::{Finding, Look};

const FREE_GIB: u64 = 20;
const FREE_GIB_AT_LEAST: u64 = 2;
const INODES: u64 = 100_000;
/// What each acknowledged message waits for, shared with its neighbours.
const SYNC: Duration = Duration::from_millis(20);
/// No disk that keeps its word is as fast as this.
const SYNC_TOO_FAST: Duration = Duration::from_micros(15);
const SYNC_ROUNDS: usize = 21;
const SYNC_BYTES: usize = 4_096;

/// The data folder, or the nearest folder above that exists.
fn place(at: &Look<'_>) -> PathBuf {
    let data = at.places.data();
    data.ancestors().find(|folder| folder.is_dir()).map_or_else(|| PathBuf::from("/"), Path::to_path_buf)
}

pub(super) fn free(at: &Look<'_>) -> Finding {
    let place = place(at);
    let Ok(status) = statvfs(&place) else { return unreadable(at, "disk", &place) };
    #[expect(clippy::useless_conversion, reason = "the types differ between platforms")]
    let gib = u64::from(status.blocks_available()).saturating_mul(u64::from(status.fragment_size())) >> 30;
    let found = at.language.pick(format!("{gib} GiB free at {}", place.display()), format!("{} 剩余 {gib} GiB", place.display()));
    match gib {
        0..FREE_GIB_AT_LEAST => {
            at.refused("disk", found, "2 GiB at the least; 20 GiB for a start", "至少 2 GiB；建议 20 GiB 起步")
        }
        FREE_GIB_AT_LEAST..FREE_GIB => at.warning(
            "disk",
            found,
            "files of a company need more: give /var/lib/holdfast a file system of its own",
            "企业文件需要更多空间：建议给 /var/lib/holdfast 单独的文件系统",
        ),
        _ => at.ok("disk", found),
    }
}

pub(super) fn inodes(at: &Look<'_>) -> Finding {
    let place = place(at);
    let Ok(status) = statvfs(&place) else { return unreadable(at, "inodes", &place) };
    #[expect(clippy::useless_conversion, reason = "the types differ between platforms")]
    let (all, free) = (u64::from(status.files()), u64::from(status.files_available()));
    // Some file systems make them as they go, and say 0.
    if all == 0 || free >= INODES {
        return at.ok("inodes", at.language.pick("enough", "充足"));
    }
    at.warning(
        "inodes",
        at.language.pick(format!("{free} free"), format!("剩余 {free}")),
        "make the file system with more inodes, or remove small files",
        "请在创建文件系统时增加 inode 数，或清理小文件",
    )
}

pub(super) fn file_system(at: &Look<'_>) -> Finding {
    let place = place(at);
    let kind = mounted(&at.host.proc("mounts"), &place).unwrap_or_default();
    match kind.as_str() {
        "ext4" | "xfs" => at.ok("file-system", kind),
        "tmpfs" | "ramfs" => at.refused(
            "file-system",
            kind,
            "it is gone after a restart: put /var/lib/holdfast on ext4 or xfs",
            "重启后数据会丢失：请把 /var/lib/holdfast 放到 ext4 或 xfs 上",
        ),
        "nfs" | "nfs4" | "cifs" | "smb3" | "9p" | "vfat" | "exfat" | "ntfs3" | "fuseblk" => at.refused(
            "file-system",
            kind,
            "it does not keep what was synchronised, or no owners: put /var/lib/holdfast on a local ext4 or xfs",
            "它不能保证已落盘的数据或不支持属主：请把 /var/lib/holdfast 放到本地 ext4 或 xfs 上",
        ),
        _ => at.warning(
            "file-system",
            if kind.is_empty() { "?".to_owned() } else { kind },
            "ext4 and xfs are what power cuts were tried on",
            "断电测试只在 ext4 与 xfs 上做过",
        ),
    }
}

/// The type of the mount that the path lies in: the longest mount point above it, and of those the last.
fn mounted(mounts: &str, path: &Path) -> Option<String> {
    let mut best: Option<(usize, &str)> = None;
    for line in mounts.lines() {
        let mut words = line.split(' ').skip(1);
        let (Some(point), Some(kind)) = (words.next(), words.next()) else { continue };
        let point = point.replace("\\040", " ");
        if path.starts_with(&point) && best.is_none_or(|(length, _)| point.len() >= length) {
            best = Some((point.len(), kind));
        }
    }
    best.map(|(_, kind)| kind.to_owned())
}

pub(super) fn durable(at: &Look<'_>) -> Finding {
    let place = place(at);
    let Ok(median) = measure(&place) else { return unreadable(at, "fdatasync", &place) };
    let found = format!("{:.2} ms", median.as_secs_f64() * 1_000.0);
    if median > SYNC {
        return at.warning(
            "fdatasync",
            found,
            "every message waits for it: use an SSD, or a controller with a battery",
            "每条消息都要等它：请使用固态硬盘或带电池的阵列卡",
        );
    }
    if median < SYNC_TOO_FAST {
        return at.warning(
            "fdatasync",
            found,
            "too fast to be true: make sure that the disk, or the hypervisor's cache mode, does not pretend",
            "快得不真实：请确认磁盘或虚拟化平台的缓存模式没有谎报落盘",
        );
    }
    at.ok("fdatasync", found)
}

fn measure(folder: &Path) -> io::Result<Duration> {
    let path = folder.join(".holdfast-preflight");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).open(&path)?;
    let rounds = (0..SYNC_ROUNDS).map(|_| {
        file.write_all(&[0x5a; SYNC_BYTES])?;
        let begun = Instant::now();
        file.sync_data()?;
        Ok(begun.elapsed())
    });
    let rounds: io::Result<Vec<Duration>> = rounds.collect();
    fs::remove_file(&path)?;
    let mut rounds = rounds?;
    rounds.sort_unstable();
    Ok(rounds[SYNC_ROUNDS / 2])
}

fn unreadable(at: &Look<'_>, check: &'static str, place: &Path) -> Finding {
    let found = at.language.pick(format!("{} cannot be used", place.display()), format!("{} 无法使用", place.display()));
    at.refused(check, found, "mount it so that root can write there", "请挂载并确保 root 可写")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_mount_point_counts_and_of_two_the_last() {
        let mounts = "/dev/a / ext4 rw 0 0\n/dev/b /var btrfs rw 0 0\n/dev/c /var/lib\\040x xfs rw 0 0\n/dev/d /var zfs rw 0 0";
        let kind = |path: &str| mounted(mounts, Path::new(path)).unwrap();
        assert_eq!(kind("/etc"), "ext4");
        assert_eq!(kind("/var/lib/holdfast"), "zfs");
        assert_eq!(kind("/variable"), "ext4");
        assert_eq!(kind("/var/lib x/holdfast"), "xfs");
        assert_eq!(mounted("", Path::new("/")), None);
    }
}
