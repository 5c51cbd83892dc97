//! The directory as a tree of entries. People stand flat below `ou=people`, so that a name never changes when somebody
//! moves; `ou=departments` mirrors the tree of departments; `ou=groups` has a group for each department with people in it, and
//! one for each tag that holds somebody.
//!
//! Nothing of it is stored: an entry is a place, and its values are made from the snapshot of the directory.

use std::{fmt, sync::Arc};

use holdfast_base::{DepartmentId, PersonId, TagId};
use holdfast_directory::{Directory, Org, OrgDepartment, OrgPerson, Seen, avatars, connectors::View};
use serde::{Deserialize, Deserializer, de::Error};

use super::{
    dn::{Dn, Rdn, escape},
    index::{Branches, Members},
    prepare::{self, Piece},
    schema::{Attr, described},
};

/// Where an entry stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    Suffix,
    People,
    Departments,
    Groups,
    Department(DepartmentId),
    /// Of everybody.
    Everybody,
    /// Of a department.
    Group(DepartmentId),
    /// Of a tag: flat, with everybody whom the tag holds in the end.
    Tag(TagId),
    /// By the slot of the snapshot.
    Person(u32),
}

/// Regions of [`Place::position`].
const REGION: u32 = 56;
/// Tags stand behind the departments in the region of groups.
const TAGS: u64 = 1 << (REGION - 1);

impl Place {
    /// The same for one entry as long as the box is unsealed: pages are gone on with behind it.
    pub fn position(self) -> u64 {
        let region = |number: u64, at: u64| number << REGION | at;
        match self {
            Self::Suffix => region(0, 0),
            Self::People => region(0, 1),
            Self::Departments => region(0, 2),
            Self::Groups => region(0, 3),
            Self::Department(id) => region(1, id.0),
            Self::Everybody => region(2, 0),
            Self::Group(id) => region(3, id.0),
            Self::Tag(id) => region(3, TAGS | id.0),
            Self::Person(slot) => region(4, u64::from(slot)),
        }
    }

    fn at(position: u64) -> Option<Self> {
        let at = position & ((1 << REGION) - 1);
        match (position >> REGION, at) {
            (0, 0) => Some(Self::Suffix),
            (0, 1) => Some(Self::People),
            (0, 2) => Some(Self::Departments),
            (0, 3) => Some(Self::Groups),
            (1, id) => Some(Self::Department(DepartmentId(id))),
            (2, 0) => Some(Self::Everybody),
            (3, id @ TAGS..) => Some(Self::Tag(TagId(id & !TAGS))),
            (3, id) => Some(Self::Group(DepartmentId(id))),
            (4, slot) => u32::try_from(slot).ok().map(Self::Person),
            _ => None,
        }
    }
}

/// The name that everything stands below: steps of `dc`, `o` or `ou`.
#[derive(Debug, Clone)]
pub struct Suffix {
    text: String,
    /// From the entry up, in the form in which they are compared.
    steps: Vec<(Attr, String)>,
    pub kind: Attr,
    /// The value of the entry's own step, as it was written.
    pub value: String,
}

impl Suffix {
    pub fn parse(text: &str) -> Option<Self> {
        let dn = Dn::parse(text.as_bytes()).ok()?;
        let steps = dn.rdns.iter().map(step).collect::<Option<Vec<_>>>()?;
        let kind = steps.first()?.0;
        if !steps.iter().all(|(kind, value)| matches!(kind, Attr::Dc | Attr::O | Attr::Ou) && !value.trim().is_empty()) {
            return None;
        }
        let value = String::from_utf8(dn.rdns.first()?.first()?.value.clone()).ok()?;
        let mut written = String::new();
        for rdn in &dn.rdns {
            let one = rdn.first()?;
            if !written.is_empty() {
                written.push(',');
            }
            written.push_str(described(one.kind.as_bytes())?.first()?.kind().name);
            written.push('=');
            escape(std::str::from_utf8(&one.value).ok()?, &mut written);
        }
        Some(Self { text: written, steps, kind, value })
    }
}

impl Default for Suffix {
    fn default() -> Self {
        let value = "holdfast".to_owned();
        let steps = vec![(Attr::Dc, value.clone()), (Attr::Dc, "internal".to_owned())];
        Self { text: "dc=holdfast,dc=internal".to_owned(), steps, kind: Attr::Dc, value }
    }
}

impl fmt::Display for Suffix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Suffix {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::parse(&text)
            .ok_or_else(|| D::Error::custom(format!("a suffix is made of dc, o and ou, such as dc=example,dc=com, not {text:?}")))
    }
}

/// A step of one assertion, in the form in which it is compared.
fn step(rdn: &Rdn) -> Option<(Attr, String)> {
    let [one] = rdn.as_slice() else { return None };
    let [kind] = described(one.kind.as_bytes())? else { return None };
    let value = std::str::from_utf8(&one.value).ok()?;
    Some((*kind, prepare::text(kind.kind().rule, value, Piece::Whole)?.into_owned()))
}

/// Which entry a name is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    Entry(Place),
    Root,
    Subschema,
    /// `cn=NAME,ou=connectors`: nobody sees it, and it can be signed in with.
    Connector(String),
    /// None: and this is the last one above it that there is.
    Nothing(Option<Place>),
}

/// What one operation sees: one moment of the directory through one view.
#[derive(Clone)]
pub struct Sight {
    pub org: Arc<Org>,
    /// What the rules of visibility leave of it.
    pub seen: Arc<holdfast_directory::Sight>,
    pub branches: Arc<Branches>,
    pub members: Arc<Members>,
    pub view: Arc<View>,
    pub suffix: Arc<Suffix>,
    pub prefix: [u8; 8],
    pub directory: Directory,
}

impl Sight {
    /// Empty where it has been removed, or cannot be read, since the snapshot said that there is one.
    pub(super) fn picture(&self, id: PersonId) -> Vec<u8> {
        avatars::of_person(&self.directory, id).ok().flatten().map(|picture| picture.jpeg).unwrap_or_default()
    }

    /// Is it there for this view?
    pub fn has(&self, place: Place) -> bool {
        match place {
            Place::Suffix | Place::People | Place::Departments | Place::Groups => true,
            Place::Everybody => self.org.slots() > 0,
            Place::Department(id) => self.department(id).is_some(),
            Place::Group(id) => self.has_group(id),
            Place::Tag(id) => self.has_tag(id),
            Place::Person(slot) => self.person(slot).is_some(),
        }
    }

    pub fn person(&self, slot: u32) -> Option<&OrgPerson> {
        self.seen(slot).map(|seen| seen.person())
    }

    pub(super) fn seen(&self, slot: u32) -> Option<Seen<'_>> {
        self.seen.at_slot(slot).filter(|seen| self.view.sees_person(&self.seen, seen))
    }

    /// Is the person seen as one of this very department?
    pub(super) fn is_in(&self, slot: u32, id: DepartmentId) -> bool {
        self.seen(slot).is_some_and(|seen| seen.departments().any(|one| one.id == id))
    }

    pub(super) fn department(&self, id: DepartmentId) -> Option<&OrgDepartment> {
        self.seen.department(id).filter(|department| self.view.sees_department(&self.org, department))
    }

    /// A group must have a member: a department has one when there is somebody in it or below.
    pub(super) fn has_group(&self, id: DepartmentId) -> bool {
        self.department(id).is_some_and(|department| self.seen.people_in(department) > 0)
    }

    pub(super) fn has_tag(&self, id: TagId) -> bool {
        self.view.sees_tags() && self.tagged(id).next().is_some()
    }

    /// Everybody who is seen and whom the tag holds.
    pub(super) fn tagged(&self, id: TagId) -> impl Iterator<Item = u32> + '_ {
        self.org.tagged(id).into_iter().flatten().filter(|slot| self.seen(*slot).is_some())
    }

    /// The tags that hold a person.
    pub(super) fn tags_of(&self, person: &OrgPerson) -> Vec<TagId> {
        if self.view.sees_tags() { self.org.tags_of(person) } else { Vec::new() }
    }

    pub fn resolve(&self, dn: &Dn) -> Named {
        if dn.rdns.is_empty() {
            return Named::Root;
        }
        if let [only] = dn.rdns.as_slice()
            && step(only) == Some((Attr::Cn, "subschema".to_owned()))
        {
            return Named::Subschema;
        }
        let own = dn.rdns.len().checked_sub(self.suffix.steps.len());
        let Some((below, above)) = own.map(|own| dn.rdns.split_at(own)) else { return Named::Nothing(None) };
        if !above.iter().zip(&self.suffix.steps).all(|(rdn, own)| step(rdn).as_ref() == Some(own)) {
            return Named::Nothing(None);
        }
        let mut at = Place::Suffix;
        for (left, rdn) in below.iter().enumerate().rev() {
            let step = step(rdn);
            if let (Place::Suffix, 1, Some((Attr::Ou, word))) = (at, left, &step)
                && word == "connectors"
                && let Some((Attr::Cn, name)) = below.first().and_then(crate::ldap::tree::step)
            {
                return Named::Connector(name);
            }
            match step.and_then(|step| self.below(at, &step)).filter(|place| self.has(*place)) {
                Some(next) => at = next,
                None => return Named::Nothing(Some(at)),
            }
        }
        Named::Entry(at)
    }

    fn below(&self, at: Place, step: &(Attr, String)) -> Option<Place> {
        match (at, step.0, step.1.as_str()) {
            (Place::Suffix, Attr::Ou, "people") => Some(Place::People),
            (Place::Suffix, Attr::Ou, "departments") => Some(Place::Departments),
            (Place::Suffix, Attr::Ou, "groups") => Some(Place::Groups),
            (Place::People, Attr::Uid, uid) => {
                self.org.by_uid(uid).and_then(|person| self.org.slot(person.id)).map(Place::Person)
            }
            (Place::Departments, Attr::Ou, name) => self.branches.below(None, name).map(Place::Department),
            (Place::Department(above), Attr::Ou, name) => self.branches.below(Some(above), name).map(Place::Department),
            (Place::Groups, Attr::Cn, name) => group(name),
            _ => None,
        }
    }

    /// The name of an entry, appended.
    pub fn write_name(&self, place: Place, out: &mut String) {
        match place {
            Place::Suffix => {}
            Place::People => out.push_str("ou=people,"),
            Place::Departments => out.push_str("ou=departments,"),
            Place::Groups => out.push_str("ou=groups,"),
            Place::Department(id) => {
                out.push_str(self.branches.name(id));
                out.push_str("ou=departments,");
            }
            Place::Everybody => out.push_str("cn=everybody,ou=groups,"),
            Place::Group(id) => {
                out.push_str("cn=dept-");
                out.push_str(&id.to_string());
                out.push_str(",ou=groups,");
            }
            Place::Tag(id) => {
                out.push_str("cn=tag-");
                out.push_str(&id.to_string());
                out.push_str(",ou=groups,");
            }
            Place::Person(slot) => {
                out.push_str("uid=");
                // A uid has no character that must be escaped.
                out.push_str(self.org.at_slot(slot).map_or("", |person| &person.uid));
                out.push_str(",ou=people,");
            }
        }
        out.push_str(&self.suffix.text);
    }

    pub fn name(&self, place: Place) -> String {
        let mut name = String::new();
        self.write_name(place, &mut name);
        name
    }

    pub fn is_inside(&self, place: Place, base: Place) -> bool {
        match (base, place) {
            (Place::Suffix, _) => true,
            (Place::People, Place::Person(_)) | (Place::Departments, Place::Department(_)) => true,
            (Place::Groups, Place::Group(_) | Place::Tag(_) | Place::Everybody) => true,
            (Place::Department(top), Place::Department(id)) => {
                let (Some(top), Some(one)) = (self.org.department(top), self.org.department(id)) else { return false };
                (top.tin..top.tout).contains(&one.tin)
            }
            _ => base == place,
        }
    }

    pub fn parent(&self, place: Place) -> Option<Place> {
        match place {
            Place::Suffix => None,
            Place::People | Place::Departments | Place::Groups => Some(Place::Suffix),
            Place::Person(_) => Some(Place::People),
            Place::Group(_) | Place::Tag(_) | Place::Everybody => Some(Place::Groups),
            Place::Department(id) => {
                Some(self.org.department(id).and_then(|one| one.parent).map_or(Place::Departments, Place::Department))
            }
        }
    }

    /// The first place from this position on, in the order of positions, that can be inside the base.
    pub fn from(&self, position: u64, base: Place) -> Option<Place> {
        let mut at = position.max(first(base));
        loop {
            let place = match (at >> REGION, at & ((1 << REGION) - 1)) {
                (0, 4..) => None,
                (3, id) if id > TAGS | last_tag(&self.org) => None,
                // From the last department on to the tags.
                (3, id) if id > self.branches.last().0 && id < TAGS => {
                    at = 3 << REGION | TAGS;
                    Place::at(at)
                }
                (1, id) if id > self.branches.last().0 => None,
                (2, 1..) => None,
                (4, slot) if slot >= u64::from(self.org.slots()) => return None,
                (5.., _) => return None,
                _ => Place::at(at),
            };
            match place {
                Some(place) => return Some(place).filter(|_| at <= last(base)),
                None => at = ((at >> REGION) + 1) << REGION,
            }
        }
    }

    pub fn subordinates(&self, place: Place) -> u64 {
        let departments = |ids: &[DepartmentId]| ids.iter().filter(|id| self.department(**id).is_some()).count() as u64;
        match place {
            Place::Suffix => 3,
            Place::People => (0..self.org.slots()).filter(|slot| self.person(*slot).is_some()).count() as u64,
            Place::Departments => departments(self.org.roots()),
            Place::Department(id) => self.org.department(id).map_or(0, |one| departments(&one.children)),
            Place::Groups => {
                let groups = self.org.departments().filter(|one| self.has_group(one.id)).count();
                let tags = self.org.tags().iter().filter(|tag| self.has_tag(tag.id)).count();
                (groups + tags) as u64 + u64::from(self.has(Place::Everybody))
            }
            Place::Everybody | Place::Group(_) | Place::Tag(_) | Place::Person(_) => 0,
        }
    }

    pub(super) fn has_subordinates(&self, place: Place) -> bool {
        match place {
            Place::People => (0..self.org.slots()).any(|slot| self.person(slot).is_some()),
            Place::Groups => self.has(Place::Everybody),
            other => self.subordinates(other) > 0,
        }
    }

    pub fn group_above(&self, department: &OrgDepartment) -> Place {
        department.parent.filter(|parent| self.has_group(*parent)).map_or(Place::Everybody, Place::Group)
    }

    pub fn departments_of<'a>(&'a self, seen: &Seen<'a>) -> impl Iterator<Item = &'a OrgDepartment> {
        seen.departments().filter(|one| self.view.sees_department(&self.org, one))
    }

    /// A UUID of version 8: the enterprise's prefix, then what kind of entry and which one.
    pub(super) fn uuid(&self, place: Place) -> [u8; 16] {
        let (region, at) = match place {
            // By the person's id: a slot is another one after a restart.
            Place::Person(slot) => (4, self.org.at_slot(slot).map_or(0, |person| person.id.0)),
            other => (other.position() >> REGION, other.position() & ((1 << REGION) - 1)),
        };
        let mut uuid = [0; 16];
        uuid[..8].copy_from_slice(&self.prefix);
        uuid[8..].copy_from_slice(&(region << REGION | at).to_be_bytes());
        uuid[6] = uuid[6] & 0x0f | 0x80;
        uuid[8] |= 0x80;
        uuid
    }

    /// Which entry a UUID is of.
    pub fn of_uuid(&self, uuid: [u8; 16]) -> Option<Place> {
        let (_, place) = uuid.split_last_chunk::<8>()?;
        let at = u64::from_be_bytes(*place) & !(0x80 << REGION);
        let place = match Place::at(at)? {
            Place::Person(_) => Place::Person(self.org.slot(PersonId(at & ((1 << REGION) - 1)))?),
            other => other,
        };
        Some(place).filter(|place| self.has(*place) && self.uuid(*place) == uuid)
    }

    /// The assertions that the name of an entry is made of.
    pub fn name_values(&self, place: Place, f: &mut dyn FnMut(Attr, &str)) {
        let mut at = Some(place);
        while let Some(one) = at {
            match one {
                Place::People => f(Attr::Ou, "people"),
                Place::Departments => f(Attr::Ou, "departments"),
                Place::Groups => f(Attr::Ou, "groups"),
                Place::Everybody => f(Attr::Cn, "everybody"),
                Place::Department(id) => f(Attr::Ou, self.branches.own(id)),
                Place::Group(id) => f(Attr::Cn, &format!("dept-{id}")),
                Place::Tag(id) => f(Attr::Cn, &format!("tag-{id}")),
                Place::Person(slot) => drop(self.org.at_slot(slot).map(|person| f(Attr::Uid, &person.uid))),
                Place::Suffix => self.suffix.steps.iter().for_each(|(attr, value)| f(*attr, value)),
            }
            at = self.parent(one);
        }
    }
}

/// `everybody`, `dept-17`, `tag-3`.
pub fn group(name: &str) -> Option<Place> {
    if name == "everybody" {
        return Some(Place::Everybody);
    }
    let numbered = |prefix: &str| name.strip_prefix(prefix).filter(|digits| !digits.starts_with(['0', '+']))?.parse().ok();
    let department = numbered("dept-").map(|id| Place::Group(DepartmentId(id)));
    department.or_else(|| numbered("tag-").map(|id| Place::Tag(TagId(id))))
}

fn last_tag(org: &Org) -> u64 {
    org.tags().iter().map(|tag| tag.id.0).max().unwrap_or_default()
}

/// The positions between which everything inside the base lies.
fn first(base: Place) -> u64 {
    match base {
        // Each stands before what it holds, and far from it.
        Place::People | Place::Departments | Place::Groups | Place::Suffix => base.position(),
        Place::Department(_) => 1 << REGION,
        other => other.position(),
    }
}

fn last(base: Place) -> u64 {
    match base {
        Place::Departments | Place::Department(_) => (2 << REGION) - 1,
        Place::Groups => (4 << REGION) - 1,
        Place::Suffix | Place::People => u64::MAX,
        other => other.position(),
    }
}

/// Who somebody who signs in claims to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    Connector(String),
    /// What stands where a uid stands; a name that is nobody's is such a text too.
    Person(String),
    /// No distinguished name.
    Short(String),
}

impl Suffix {
    pub fn claim(&self, dn: &Dn) -> Claim {
        let nobody = || Claim::Person("=".to_owned());
        let Some((below, above)) = dn.rdns.len().checked_sub(self.steps.len()).map(|own| dn.rdns.split_at(own)) else {
            return nobody();
        };
        let steps: Option<Vec<_>> = below.iter().map(step).collect();
        if !above.iter().zip(&self.steps).all(|(rdn, own)| step(rdn).as_ref() == Some(own)) {
            return nobody();
        }
        match steps.as_deref() {
            Some([(Attr::Uid, uid), (Attr::Ou, unit)]) if unit == "people" => Claim::Person(uid.clone()),
            Some([(Attr::Cn, name), (Attr::Ou, unit)]) if unit == "connectors" => Claim::Connector(name.clone()),
            _ => nobody(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suffix_is_made_of_what_an_organisation_is_called_by() {
        let written = |text: &str| Suffix::parse(text).map(|suffix| suffix.to_string());
        assert_eq!(written("DC=Example, DC=com").as_deref(), Some("dc=Example,dc=com"));
        assert_eq!(written("o=华为\\, 深圳").as_deref(), Some("o=华为\\, 深圳"));
        assert_eq!(Suffix::default().to_string(), "dc=holdfast,dc=internal");
        for wrong in ["", "example.com", "cn=a", "dc=a+dc=b", "dc=", "uid=a,dc=b"] {
            assert!(Suffix::parse(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn a_bind_name_claims_a_person_or_a_connector() {
        let suffix = Suffix::default();
        let claim = |name: &str| suffix.claim(&Dn::parse(name.as_bytes()).unwrap());
        assert_eq!(claim("UID=Lin, ou=People,dc=HOLDFAST,dc=internal"), Claim::Person("lin".to_owned()));
        assert_eq!(claim("cn=gitlab,ou=connectors,dc=holdfast,dc=internal"), Claim::Connector("gitlab".to_owned()));
        for nobody in ["uid=lin,dc=holdfast,dc=internal", "uid=lin,ou=people,dc=other", "uid=lin", "dc=holdfast,dc=internal"] {
            assert_eq!(claim(nobody), Claim::Person("=".to_owned()), "{nobody}");
        }
    }

    #[test]
    fn a_group_is_named_by_its_department() {
        assert_eq!(group("dept-17"), Some(Place::Group(DepartmentId(17))));
        assert_eq!(group("everybody"), Some(Place::Everybody));
        assert_eq!(group("tag-3"), Some(Place::Tag(TagId(3))));
        for wrong in ["tag-", "tag-03", "dept-", "dept-017", "dept-+1", "dept-x", "17"] {
            assert_eq!(group(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_position_leads_back_to_its_place() {
        let places = [
            Place::Suffix,
            Place::People,
            Place::Departments,
            Place::Groups,
            Place::Department(DepartmentId(9)),
            Place::Everybody,
            Place::Group(DepartmentId(9)),
            Place::Tag(TagId(9)),
            Place::Person(0),
        ];
        for place in places {
            assert_eq!(Place::at(place.position()), Some(place));
        }
    }
}
