//! The drive: real documents in the departments' spaces and in the first employee's own.

use std::{
    fs,
    path::{Path, PathBuf},
};

use holdfast_base::{Error, NodeId, PersonId, Result};
use holdfast_drive::{Declared, Expect, Name, NewContent, OnConflict};

use super::{person, staff::Staff};
use crate::rooms::Rooms;

/// Bytes handed over at once.
const PIECE: usize = 1 << 20;
/// What is put where: subfolder of the prepared documents, name of the folder in the drive.
const SHELVES: [(&str, &str); 4] = [("text", "手册 Manuals"), ("html", "参考 Reference"), ("pdf", "PDF"), ("docx", "Word")];

pub(super) fn load(rooms: &Rooms, staff: &Staff, folder: &Path) -> Result<()> {
    for (number, &owner) in staff.cast.iter().enumerate() {
        let (spaces, made) = rooms.drive.spaces(&person(&rooms.world, owner))?;
        if let Some(made) = made {
            rooms.audit.settle(&made.mark)?;
        }
        // The departments' spaces hold the shelves; the first employee's own space a few files of each.
        let Some(space) = spaces.iter().find(|space| space.department.is_some()) else { continue };
        for (shelf, (source, name)) in SHELVES.iter().enumerate() {
            let files = files(&folder.join(source))?;
            let mine: Vec<_> = files.iter().skip(number).step_by(staff.cast.len()).collect();
            let target = make_folder(rooms, owner, space.root, name)?;
            for file in &mine {
                put(rooms, owner, target, file)?;
            }
            if number == 0 {
                for file in mine.iter().take(3 + shelf) {
                    put(rooms, owner, spaces[0].root, file)?;
                }
            }
        }
    }
    Ok(())
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).map_err(Error::internal("read the sample documents"))?;
    let mut all: Vec<_> =
        entries.filter_map(std::result::Result::ok).map(|entry| entry.path()).filter(|path| path.is_file()).collect();
    all.sort();
    Ok(all)
}

fn make_folder(rooms: &Rooms, owner: PersonId, parent: NodeId, name: &str) -> Result<NodeId> {
    let (drive, actor, name) = (rooms.drive.clone(), person(&rooms.world, owner), Name::new(name)?);
    let view = rooms.ledger.view();
    let there = drive.resolve(&view, drive.writer(&view, &actor, parent)?.reader(), std::slice::from_ref(&name));
    if let Ok(there) = there {
        return Ok(there.node());
    }
    let made = rooms.write_ledger(move |tx| {
        let parent = drive.writer(tx, &actor, parent)?;
        drive.create_folder(tx, &parent, &name, None, &Expect::default())
    })?;
    Ok(made.id)
}

fn put(rooms: &Rooms, owner: PersonId, folder: NodeId, file: &Path) -> Result<()> {
    let (drive, actor) = (rooms.drive.clone(), person(&rooms.world, owner));
    let name = Name::new(&file.file_name().unwrap_or_default().to_string_lossy())?;
    let bytes = fs::read(file).map_err(Error::internal("read a sample document"))?;
    let mut incoming = {
        let view = rooms.ledger.view();
        drive.begin(&view, &drive.writer(&view, &actor, folder)?, &name, u64::try_from(bytes.len()).ok())?
    };
    for piece in bytes.chunks(PIECE) {
        incoming.write(piece)?;
    }
    let received = incoming.finish(&Declared::default())?;
    let media = mime_guess::from_path(file).first().map(|media| media.to_string());
    rooms.write_ledger(move |tx| {
        let parent = drive.writer(tx, &actor, folder)?;
        let new = NewContent { media, changed_at: None, on_conflict: OnConflict::Version };
        drive.put(tx, &parent, &name, received, &new, &Expect::default())?;
        Ok(())
    })
}
