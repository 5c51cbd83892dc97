use holdfast_base::{Error, PersonId, Result};

use super::{Version, rows};
use crate::{Directory, Seen, Sight, keys, visibility::Field};

/// A picture as it goes out.
pub struct Avatar {
    pub version: Version,
    pub jpeg: Vec<u8>,
}

/// Whoever does not see the person, or from whom it is masked, is answered as if there were none.
pub fn show(directory: &Directory, sight: &Sight, uid: &str) -> Result<Avatar> {
    let seen = sight.by_uid(uid).filter(|seen| seen.shows(Field::Avatar)).ok_or(Error::NotFound)?;
    seen.avatar().ok_or(Error::NotFound)?;
    of_person(directory, seen.person().id)?.ok_or(Error::NotFound)
}

/// For who has asked a [`Seen`] already.
pub fn of_person(directory: &Directory, id: PersonId) -> Result<Option<Avatar>> {
    let Some((version, sealed)) = directory.db().read(|conn| rows::find(conn, id))? else { return Ok(None) };
    let jpeg = directory.key().open(&keys::avatar(id.0, version.0), &sealed)?;
    Ok(Some(Avatar { version, jpeg }))
}

impl Seen<'_> {
    /// Which picture there is, where it is not masked.
    pub fn avatar(&self) -> Option<Version> {
        self.person().avatar.filter(|_| self.shows(Field::Avatar))
    }
}
