//! What the stores of a box that is not serving show for themselves, signed, for `holdfast-audit crosscheck`: ids and numbers only.
//!
//! Always true: both outboxes were drained before, and nobody serves the box, so that every effect has its entry below the number
//! that the file names, and every entry below it its effect. That the file was made is an entry, too.

use std::sync::Arc;

use holdfast_audit::{
    Event, Object, saved,
    verify::effects::{Effect, EffectKind, write_effects},
    witnesses,
};
use holdfast_base::{Actor, Error, RequestId, Result};
use ring::digest::{SHA256, digest};

use crate::{
    app::App,
    renewal,
    rooms::{AUDIT_ORIGIN, Rooms},
    shred,
    stores::{NotOpened, Trust},
};

/// How often to look again where the log went on meanwhile.
const TRIES: usize = 20;

/// The file. The vault is unsealed.
pub fn effects(app: &Arc<App>) -> Result<String, NotOpened> {
    let rooms = Rooms::open(app, Trust::Log)?;
    let written = write(&rooms);
    rooms.close();
    Ok(written?)
}

fn write(rooms: &Rooms) -> Result<String> {
    let (entries, effects) = quiet(rooms)?;
    let file = write_effects(AUDIT_ORIGIN, entries, &effects, |text| rooms.audit.sign_note(text))?;
    let by = Actor::system(RequestId(rooms.world.uuid()), rooms.world.now());
    let event = Event::new(&by, "audit.effects", Object::new("log", AUDIT_ORIGIN))
        .text("sha256", hex::encode(digest(&SHA256, file.as_bytes())))
        .number("entries", i64::try_from(entries).map_err(Error::internal("count the entries"))?)
        .number("effects", i64::try_from(effects.len()).map_err(Error::internal("count the effects"))?);
    rooms.audit.append(event)?;
    Ok(file)
}

/// What is there, and the number of entries when it was. The box's own jobs may be at work.
fn quiet(rooms: &Rooms) -> Result<(u64, Vec<Effect>)> {
    for _ in 0..TRIES {
        let entries = rooms.audit.size();
        let effects = gather(rooms)?;
        if rooms.audit.size() == entries {
            return Ok((entries, effects));
        }
    }
    Err(Error::broken("find the box at rest"))
}

fn gather(rooms: &Rooms) -> Result<Vec<Effect>> {
    let view = rooms.ledger.view();
    let mut all = rooms.directory.effects()?;
    all.extend(rooms.im.effects(&view)?);
    all.extend(rooms.drive.effects(&view)?);
    all.extend(shred::effects(&view)?);
    all.extend(renewal::effects(&view)?);
    all.extend(witnesses::list(&rooms.db)?.into_iter().map(|witness| Effect::new(EffectKind::Witness, witness.id)));
    all.extend(saved::ids(&rooms.db)?.into_iter().map(|id| Effect::new(EffectKind::Filter, id)));
    Ok(all)
}
