//! The shares of a recovery kit on paper: a page for each officer, in both languages, since nobody knows who reads it in ten
//! years.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use nix::unistd::{AccessFlags, access};
use zeroize::Zeroizing;

use super::{Kit, ShareLine};

/// Between two pages: a printer takes a new sheet.
const FORM_FEED: char = '\u{c}';

/// Before a kit is made: one folder for each of its officers or one for all of them, outside of the box's own data.
pub fn check(folders: &[PathBuf], of: u8, data: &Path) -> io::Result<()> {
    let wrong = |what: String| Err(io::Error::new(io::ErrorKind::InvalidInput, what));
    if folders.len() > 1 && folders.len() != usize::from(of) {
        return wrong(format!("write {of} shares into {} folders: name {of}, or one for all", folders.len()));
    }
    for folder in folders {
        let found =
            folder.canonicalize().and_then(|found| Ok(access(&found, AccessFlags::W_OK | AccessFlags::X_OK).map(|()| found)?));
        match found {
            Ok(found) if data.canonicalize().is_ok_and(|data| found.starts_with(data)) => {
                return wrong(format!("write shares into {}: they must not lie with the data that they open", folder.display()));
            }
            Ok(found) if found.is_dir() => {}
            Ok(_) => return wrong(format!("write shares into {}: not a folder", folder.display())),
            Err(error) => return wrong(format!("write shares into {}: {error}", folder.display())),
        }
    }
    Ok(())
}

/// A file for each officer, readable by its owner alone. Durable when it returns.
pub fn write(kit: &Kit, folders: &[PathBuf]) -> io::Result<Vec<PathBuf>> {
    let files = kit.shares.iter().enumerate().map(|(at, share)| {
        let folder = folders.get(at).or(folders.first()).ok_or(io::ErrorKind::NotFound)?;
        let path = folder.join(format!("holdfast-{}-share-{}-of-{}.txt", kit.id, at + 1, kit.of));
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        file.write_all(page(kit, at, share).as_bytes())?;
        file.sync_all()?;
        fs::File::open(folder)?.sync_all()?;
        Ok(path)
    });
    files.collect()
}

/// What is said after [`write()`]: where they are, and that they must not stay together.
pub fn written(kit: &Kit, files: &[PathBuf], data: &Path) -> String {
    let mut text = format!("kit {}: {} shares, of which {} open the keyring\n", kit.id, kit.of, kit.needed);
    for file in files {
        text.push_str(&format!("  {}\n", file.display()));
    }
    let own = |path: &Path| fs::metadata(path).map(|meta| meta.dev()).ok();
    if files.iter().any(|file| own(file).is_some() && own(file) == own(data)) {
        text.push_str("These lie on the box's own disk. Give each to its officer and leave none here.\n");
    }
    text.push_str("Prove them with: holdfast recovery rehearse\n");
    text
}

/// All pages, each on a sheet of its own.
pub fn all(kit: &Kit) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::new());
    for (at, share) in kit.shares.iter().enumerate() {
        text.push_str(&page(kit, at, share));
        text.push(FORM_FEED);
        text.push('\n');
    }
    text
}

fn page(kit: &Kit, at: usize, share: &ShareLine) -> Zeroizing<String> {
    let (number, of, needed, id, line) = (at + 1, kit.of, kit.needed, &kit.id, share.shown());
    Zeroizing::new(format!(
        "\
Holdfast 恢复套件  第 {number} 份，共 {of} 份
Holdfast recovery kit, share {number} of {of}

  {line}

套件编号 / Kit: {id}
任意 {needed} 份可在令牌丢失后恢复全部密钥；少于 {needed} 份毫无用处。
Any {needed} of the {of} bring all keys back where the token is lost; fewer say nothing.

请单独封存，不与其他份放在一处，不留在本机，不拍照，不上网。
Seal it, keep it apart from the others, off the box, off every network.
演练 / Rehearsal:  holdfast recovery rehearse
恢复 / Recovery:   holdfast-setup recover
作废：有新套件后，请销毁本页。 / Destroy this page once there is a newer kit.
"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kit() -> Kit {
        let shares = (1..=3).map(|n| ShareLine::from(format!("HFR1-{n}-2-3-KIT-SECRET{n}"))).collect();
        Kit { id: "KIT".to_owned(), needed: 2, of: 3, made_at: None, shares }
    }

    #[test]
    fn each_officer_gets_one_share_and_none_lies_with_the_data() {
        let place = tempfile::tempdir().unwrap();
        let data = place.path().join("data");
        let folders: Vec<PathBuf> = ["a", "b", "c"].map(|name| place.path().join(name)).to_vec();
        folders.iter().chain([&data]).for_each(|folder| fs::create_dir(folder).unwrap());
        check(&[], 3, &data).unwrap();
        check(&folders, 3, &data).unwrap();
        check(&folders[..1], 3, &data).unwrap();
        let says = |folders: &[PathBuf]| check(folders, 3, &data).unwrap_err().to_string();
        assert!(says(&folders[..2]).contains("name 3, or one for all"));
        assert!(says(&[data.join("../data")]).contains("must not lie with the data"));
        assert!(says(&[place.path().join("nowhere")]).contains("nowhere"));

        let files = write(&kit(), &folders).unwrap();
        for (at, file) in files.iter().enumerate() {
            let text = fs::read_to_string(file).unwrap();
            assert!(file.starts_with(&folders[at]) && fs::metadata(file).unwrap().mode() & 0o777 == 0o600);
            let secrets: Vec<bool> = (1..=3).map(|n| text.contains(&format!("SECRET{n}"))).collect();
            assert_eq!(secrets, (0..3).map(|n| n == at).collect::<Vec<_>>());
        }
        assert!(write(&kit(), &folders).is_err(), "a share that is there is not written over");
        assert!(written(&kit(), &files, &data).contains("leave none here"));
        assert_eq!(all(&kit()).matches(FORM_FEED).count(), 3);
    }
}
