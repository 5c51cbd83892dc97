use holdfast_base::{Actor, Error, Result};

use super::rows;
use crate::{Directory, people, views};

pub fn view(directory: &Directory, actor: &Actor) -> Result<views::Me> {
    let org = directory.org();
    let person = org.active(actor)?;
    let (cards, preference, password) = directory.db().read(|conn| {
        let cards = people::cards(conn, directory, &org, &[person.id])?;
        Ok((cards, rows::preference(conn, person.id)?, people::rows::password(conn, person.id)?))
    })?;
    Ok(views::Me {
        person: cards.into_iter().next().ok_or(Error::NotSignedIn)?,
        roles: person.roles.clone(),
        locale: preference.locale,
        theme: preference.theme,
        enterprise: views::Enterprise { name: org.enterprise().to_owned() },
        must_change_password: password.is_some_and(|password| password.must_change),
        server_time: directory.world().now(),
    })
}
