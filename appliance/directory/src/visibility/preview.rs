use holdfast_base::{Error, Result};
use serde::Serialize;
use utoipa::ToSchema;

use super::{RuleSettings, Sight};
use crate::{Directory, Org, SecurityAdmin, Subject};

/// How many listed people each list of a rule means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct RulePreview {
    pub subjects: u64,
    pub objects: u64,
    pub exempt: u64,
}

/// Without making the rule.
pub fn preview(directory: &Directory, _by: &SecurityAdmin, settings: &RuleSettings) -> Result<RulePreview> {
    let org = directory.org();
    let settings = settings.normalised(&org)?;
    Ok(RulePreview {
        subjects: meant(&org, &settings.subjects),
        objects: meant(&org, &settings.objects),
        exempt: meant(&org, &settings.exempt),
    })
}

fn meant(org: &Org, subjects: &[Subject]) -> u64 {
    let mut slots = roaring::RoaringBitmap::new();
    for subject in subjects {
        match subject {
            Subject::Person(id) => slots.extend(org.slot(*id)),
            Subject::Tag(id) => org.tagged(*id).into_iter().for_each(|held| slots |= held),
            Subject::Department(id) => {
                let inside = org.department(*id).into_iter().flat_map(|one| org.members(one.tin..one.tout));
                slots.extend(inside.map(|(slot, _)| slot));
            }
        }
    }
    slots.iter().filter(|slot| org.at_slot(*slot).is_some_and(|person| person.state.is_listed())).count() as u64
}

/// The directory through somebody else's eyes, for whoever makes the rules.
pub fn as_seen_by(directory: &Directory, _by: &SecurityAdmin, uid: &str) -> Result<Sight> {
    let org = directory.org();
    let viewer = org.by_uid(uid).ok_or(Error::NotFound)?.id;
    Ok(Sight::of(&org, viewer))
}
