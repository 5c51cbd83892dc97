//! Does an entry have this value?

use std::sync::Arc;

use super::{
    connection::{Connection, Ended},
    controls::Controls,
    dn::Dn,
    message::{Outcome, answer, code},
    query::{Test, wanted_of},
    schema::described,
    tree::Named,
};
use crate::rooms::Rooms;

impl Connection {
    pub(super) async fn compare(
        &mut self,
        id: i32,
        rooms: &Arc<Rooms>,
        name: &[u8],
        attribute: &[u8],
        value: &[u8],
        controls: &Controls<'_>,
    ) -> Result<(), Ended> {
        let outcome = self.compared(rooms, name, attribute, value, controls);
        self.end(id, answer::COMPARE, &outcome).await
    }

    fn compared(&self, rooms: &Rooms, name: &[u8], attribute: &[u8], value: &[u8], controls: &Controls<'_>) -> Outcome {
        if !self.wire.is_secure() {
            return Outcome::new(code::CONFIDENTIALITY_REQUIRED, "begin TLS first");
        }
        let Some((view, _, _)) = self.view() else {
            return Outcome::new(code::INSUFFICIENT_ACCESS, "sign in first");
        };
        let dn = match Dn::parse(name) {
            Ok(dn) => dn,
            Err(no_name) => {
                return Outcome { offset: Some(no_name.offset), ..Outcome::new(code::INVALID_DN, "no distinguished name") };
            }
        };
        let sight = rooms.book.sight(Arc::new(view));
        let place = match sight.resolve(&dn) {
            Named::Entry(place) => place,
            Named::Nothing(Some(above)) => {
                return Outcome { matched: sight.name(above), ..Outcome::new(code::NO_SUCH_OBJECT, "") };
            }
            _ => return Outcome::new(code::NO_SUCH_OBJECT, ""),
        };
        if let Some(assertion) = &controls.assertion
            && Test::of(assertion, &sight).holds(&sight, place) != Some(true)
        {
            return Outcome::new(code::ASSERTION_FAILED, "the assertion does not hold");
        }
        let Some(attrs) = described(attribute) else {
            return Outcome::new(code::UNDEFINED_ATTRIBUTE_TYPE, "there is no such attribute type");
        };
        let wanted: Vec<_> = attrs.iter().map(|attr| (*attr, wanted_of(*attr, value, &sight))).collect();
        let (mut there, mut same) = (false, false);
        for (attr, wanted) in &wanted {
            sight.values(place, *attr, &mut |value| {
                there = true;
                same |= wanted.as_ref().is_some_and(|wanted| wanted.equals(value));
                !same
            });
        }
        match (there, same) {
            (_, true) => Outcome::new(code::COMPARE_TRUE, ""),
            (true, false) => Outcome::new(code::COMPARE_FALSE, ""),
            (false, false) => Outcome::new(code::NO_SUCH_ATTRIBUTE, "the entry has no such attribute"),
        }
    }
}
