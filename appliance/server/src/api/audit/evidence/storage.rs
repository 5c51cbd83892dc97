//! Which devices lie below the data folder: mount table (proc(5), mountinfo) and statvfs.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use holdfast_base::{Error, Result};
use nix::sys::statvfs::statvfs;

use super::Volume;

/// The folders of the box; one that is not there is left out.
const FOLDERS: [&str; 9] = [".", "audit", "db", "hsmd", "index", "keyring", "ledger", "log", "packs"];

#[derive(Debug, PartialEq, Eq)]
struct Mount {
    on: PathBuf,
    device: String,
    file_system: String,
}

/// One for each mount that holds something of the box, the data folder's own first.
pub(super) fn volumes(data: &Path) -> Result<Vec<Volume>> {
    let table = fs::read_to_string("/proc/self/mountinfo").map_err(Error::internal("read the table of mounts"))?;
    let mounts = mounts(&table);
    let mut below: BTreeMap<usize, Vec<(&str, PathBuf)>> = BTreeMap::new();
    for folder in FOLDERS {
        let Ok(path) = data.join(folder).canonicalize() else { continue };
        if let Some(at) = holding(&mounts, &path) {
            below.entry(at).or_default().push((folder, path));
        }
    }
    let mut volumes = Vec::new();
    for (at, folders) in below {
        let Some((_, path)) = folders.first() else { continue };
        let found = statvfs(path).map_err(Error::internal("ask a file system for its size"))?;
        let mount = &mounts[at];
        volumes.push(Volume {
            device: mount.device.clone(),
            file_system: mount.file_system.clone(),
            mounted_on: mount.on.display().to_string(),
            size_bytes: found.blocks() * found.fragment_size(),
            free_bytes: found.blocks_available() * found.fragment_size(),
            folders: folders.iter().map(|(folder, _)| (*folder).to_owned()).collect(),
        });
    }
    volumes.sort_by_key(|volume| !volume.folders.iter().any(|folder| folder == "."));
    Ok(volumes)
}

/// The deepest mount that the path lies in; of two on one place the later one, which covers the other.
fn holding(mounts: &[Mount], path: &Path) -> Option<usize> {
    let all = mounts.iter().enumerate().filter(|(_, mount)| path.starts_with(&mount.on));
    all.max_by_key(|(at, mount)| (mount.on.components().count(), *at)).map(|(at, _)| at)
}

fn mounts(table: &str) -> Vec<Mount> {
    table.lines().filter_map(mount).collect()
}

/// `36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue`
fn mount(line: &str) -> Option<Mount> {
    let (head, tail) = line.split_once(" - ")?;
    let on = unescaped(head.split(' ').nth(4)?);
    let mut tail = tail.split(' ');
    let (file_system, device) = (tail.next()?, tail.next()?);
    Some(Mount { on: PathBuf::from(on), device: unescaped(device), file_system: file_system.to_owned() })
}

/// Space, tab, newline and backslash are written as `\040` and so on.
fn unescaped(text: &str) -> String {
    [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")]
        .into_iter()
        .fold(text.to_owned(), |text, (written, meant)| text.replace(written, meant))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_lies_on_the_deepest_mount_and_the_last_one_there() {
        let table = "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n\
                     30 22 8:17 / /var/lib/holdfast rw shared:1 - xfs /dev/sdb1 rw\n\
                     31 30 8:33 / /var/lib/holdfast/packs rw - ext4 /dev/sdc1 rw\n\
                     32 31 8:34 / /var/lib/holdfast/packs rw - btrfs /dev/mapper/a\\040b rw\n\
                     nonsense\n";
        let mounts = mounts(table);
        assert_eq!(mounts.len(), 4);
        let device = |path: &str| holding(&mounts, Path::new(path)).map(|at| mounts[at].device.as_str());
        assert_eq!(device("/var/lib/holdfast/ledger"), Some("/dev/sdb1"));
        assert_eq!(device("/var/lib/holdfast/packs/00"), Some("/dev/mapper/a b"));
        assert_eq!(device("/var/lib/holdfast-hsmd"), Some("/dev/sda1"), "a name that begins alike is another folder");
    }

    #[test]
    fn this_machine_has_a_device_below_a_folder() {
        let found = volumes(&std::env::temp_dir()).unwrap();
        assert_eq!(found[0].folders[0], ".");
        assert!(found[0].size_bytes > 0 && found[0].free_bytes <= found[0].size_bytes && !found[0].device.is_empty());
    }
}
