use std::{
    fs::{self, DirBuilder, Permissions},
    io,
    os::unix::fs::{DirBuilderExt, PermissionsExt},
    path::Path,
};

use super::{Outcome, Run};
use crate::{
    SetupError,
    files::{give, private_folder},
};

/// What the package's tmpfiles make as well; here for systems and roots where they did not run.
pub(super) fn make(run: &mut Run<'_>) -> Result<Outcome, SetupError> {
    let places = &run.setup.places;
    let mut changed = false;
    for folder in [places.tls(), places.data(), places.custody()] {
        changed |= !folder.is_dir();
        private_folder(&folder).map_err(SetupError::io("make a folder", &folder))?;
    }
    changed |= log_folder(&places.log()).map_err(SetupError::io("make a folder", places.log()))?;
    if let Some(owner) = places.server_owner() {
        changed |= give_top(&places.data(), owner).map_err(SetupError::io("change the owner of", places.data()))?;
    }
    if let Some(owner) = places.custody_owner() {
        changed |= give(&places.custody(), owner).map_err(SetupError::io("change the owner of", places.custody()))?;
    }
    Ok(if changed { run.changed(run.say("made", "已建立")) } else { run.unchanged() })
}

/// The package gives it to its group; without the package it is the owner's alone.
fn log_folder(path: &Path) -> io::Result<bool> {
    if path.is_dir() {
        return Ok(false);
    }
    DirBuilder::new().recursive(true).mode(0o750).create(path)?;
    fs::set_permissions(path, Permissions::from_mode(0o2750))?;
    Ok(true)
}

/// The folder alone: what lies in it is the running server's.
fn give_top(path: &Path, (user, group): (u32, u32)) -> io::Result<bool> {
    use std::os::unix::fs::{MetadataExt, chown};
    let meta = fs::metadata(path)?;
    if meta.uid() == user && meta.gid() == group {
        return Ok(false);
    }
    chown(path, Some(user), Some(group))?;
    Ok(true)
}
