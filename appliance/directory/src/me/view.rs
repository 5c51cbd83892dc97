use holdfast_base::{Actor, Error, Result};

use super::rows;
use crate::{Directory, Sight, people, session, views};

pub fn view(directory: &Directory, actor: &Actor) -> Result<views::Me> {
    let org = directory.org();
    let person = org.active(actor)?;
    let (cards, preference, password) = directory.db().read(|conn| {
        let cards = people::cards(conn, directory, &Sight::of(&org, person.id), &[person.id])?;
        Ok((cards, rows::preference(conn, person.id)?, people::rows::password(conn, person.id)?))
    })?;
    let (must_change_password, lacks) = session::asks(directory, actor.session);
    let (policy, now) = (directory.sign_in_policy(), directory.world().now());
    Ok(views::Me {
        person: cards.into_iter().next().ok_or(Error::NotSignedIn)?,
        roles: person.roles.clone(),
        delegated: person.powers(),
        locale: preference.locale,
        theme: preference.theme,
        enterprise: views::Enterprise { name: org.enterprise().to_owned() },
        must_change_password,
        lacks,
        password_rules: policy.password.rules(),
        password_ends_at: password.and_then(|password| policy.password.warns(password.changed_at, now)),
        server_time: now,
    })
}
