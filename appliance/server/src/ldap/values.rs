//! What values an entry has: made from the snapshot at the moment when they are asked for.

use holdfast_base::{DepartmentId, PersonId, TagId};
use holdfast_directory::{OrgDepartment, Seen, visibility::Field};

use super::{
    limits::{POSIX_EVERYBODY, POSIX_FIRST_DEPARTMENT, POSIX_FIRST_PERSON, POSIX_FIRST_TAG},
    schema::Attr,
    tree::{Place, Sight},
};

/// Takes values one after the other; false: that was enough.
pub type Taker<'a> = dyn FnMut(Value<'_>) -> bool + 'a;

/// One value of an attribute, before it is text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value<'a> {
    Text(&'a str),
    Number(u64),
    Place(Place),
    /// Seconds since 1970.
    Time(i64),
    Uuid([u8; 16]),
    Truth(bool),
    /// Of this person; read when it is written.
    Picture(PersonId),
    Subschema,
}

pub const SUBSCHEMA_NAME: &str = "cn=Subschema";

impl Sight {
    /// The classes of an entry, the structural one first.
    fn classes(&self, place: Place) -> &'static [&'static str] {
        match place {
            Place::Suffix if self.suffix.kind == Attr::Dc => &["organization", "dcObject", "top"],
            Place::Suffix if self.suffix.kind == Attr::O => &["organization", "top"],
            Place::Suffix | Place::People | Place::Departments | Place::Groups | Place::Department(_) => {
                &["organizationalUnit", "top"]
            }
            Place::Everybody | Place::Group(_) | Place::Tag(_) => &["groupOfNames", "posixGroup", "top"],
            Place::Person(_) => &["inetOrgPerson", "organizationalPerson", "person", "posixAccount", "top"],
        }
    }

    /// Gives every value of the attribute, until `f` says that it has seen enough. What the view does not see has no value.
    pub fn values(&self, place: Place, attr: Attr, f: &mut Taker<'_>) {
        if attr.kind().viewed.is_none_or(|name| self.view.sees_attribute(name)) {
            self.take(place, attr, f);
        }
    }

    /// False: `f` has seen enough.
    fn take(&self, place: Place, attr: Attr, f: &mut Taker<'_>) -> bool {
        match attr {
            Attr::ObjectClass => self.classes(place).iter().all(|name| f(Value::Text(name))),
            Attr::StructuralObjectClass => self.classes(place).first().is_none_or(|name| f(Value::Text(name))),
            Attr::EntryUuid => f(Value::Uuid(self.uuid(place))),
            Attr::EntryDn => f(Value::Place(place)),
            Attr::SubschemaSubentry => f(Value::Subschema),
            Attr::HasSubordinates => f(Value::Truth(self.has_subordinates(place))),
            Attr::NumSubordinates => f(Value::Number(self.subordinates(place))),
            _ => match place {
                Place::Suffix => self.of_suffix(attr, f),
                Place::People => of_unit(attr, "people", f),
                Place::Departments => of_unit(attr, "departments", f),
                Place::Groups => of_unit(attr, "groups", f),
                Place::Department(id) => self.of_department(id, attr, f),
                Place::Everybody => self.of_everybody(attr, f),
                Place::Group(id) => self.of_group(id, attr, f),
                Place::Tag(id) => self.of_tag(id, attr, f),
                Place::Person(slot) => self.seen(slot).is_none_or(|seen| self.of_person(&seen, attr, f)),
            },
        }
    }

    fn of_suffix(&self, attr: Attr, f: &mut Taker<'_>) -> bool {
        let enterprise = Some(self.org.enterprise()).filter(|name| !name.is_empty()).unwrap_or(&self.suffix.value);
        match attr {
            Attr::O if self.suffix.kind == Attr::Dc => f(Value::Text(enterprise)),
            own if own == self.suffix.kind => f(Value::Text(&self.suffix.value)),
            _ => true,
        }
    }

    fn of_department(&self, id: DepartmentId, attr: Attr, f: &mut Taker<'_>) -> bool {
        let Some(department) = self.org.department(id) else { return true };
        match attr {
            Attr::Ou => f(Value::Text(self.branches.own(id))),
            Attr::CreateTimestamp => f(Value::Time(department.created_at.seconds())),
            Attr::ModifyTimestamp => f(Value::Time(department.changed_at.seconds())),
            Attr::EntryUsn => f(Value::Number(usn(department.changed_at.0))),
            _ => true,
        }
    }

    fn of_everybody(&self, attr: Attr, f: &mut Taker<'_>) -> bool {
        match attr {
            Attr::Cn => f(Value::Text("everybody")),
            Attr::GidNumber => f(Value::Number(POSIX_EVERYBODY)),
            Attr::Member => {
                let tops = self.org.departments().filter(|one| self.is_top(one)).map(|one| Place::Group(one.id));
                let loose =
                    self.members.loose().iter().filter(|slot| self.person(**slot).is_some()).map(|slot| Place::Person(*slot));
                tops.chain(loose).all(|place| f(Value::Place(place)))
            }
            Attr::MemberUid => {
                let loose = self.members.loose().iter().filter_map(|slot| self.person(*slot));
                loose.into_iter().all(|person| f(Value::Text(&person.uid)))
            }
            _ => true,
        }
    }

    /// Its group stands in no other group but everybody's.
    fn is_top(&self, department: &OrgDepartment) -> bool {
        self.has_group(department.id) && department.parent.is_none_or(|parent| !self.has_group(parent))
    }

    fn of_group(&self, id: DepartmentId, attr: Attr, f: &mut Taker<'_>) -> bool {
        let Some(department) = self.org.department(id) else { return true };
        match attr {
            Attr::Cn => f(Value::Text(&format!("dept-{id}"))),
            Attr::Ou => f(Value::Text(&department.name)),
            Attr::GidNumber => f(Value::Number(POSIX_FIRST_DEPARTMENT + id.0)),
            Attr::Member => {
                let people = self.members.of(id).iter().filter(|slot| self.is_in(**slot, id)).map(|slot| Place::Person(*slot));
                let groups = department.children.iter().filter(|id| self.has_group(**id)).map(|id| Place::Group(*id));
                people.chain(groups).all(|place| f(Value::Place(place)))
            }
            Attr::MemberUid => {
                let inside = self.members.of(id).iter().filter(|slot| self.is_in(**slot, id));
                let people = inside.filter_map(|slot| self.person(*slot));
                people.into_iter().all(|person| f(Value::Text(&person.uid)))
            }
            Attr::MemberOf => f(Value::Place(self.group_above(department))),
            Attr::CreateTimestamp => f(Value::Time(department.created_at.seconds())),
            Attr::ModifyTimestamp => f(Value::Time(department.changed_at.seconds())),
            Attr::EntryUsn => f(Value::Number(usn(department.changed_at.0))),
            _ => true,
        }
    }

    fn of_tag(&self, id: TagId, attr: Attr, f: &mut Taker<'_>) -> bool {
        let Some(tag) = self.org.tag(id) else { return true };
        match attr {
            Attr::Cn => f(Value::Text(&format!("tag-{id}"))),
            Attr::Ou => f(Value::Text(&tag.name)),
            Attr::GidNumber => f(Value::Number(POSIX_FIRST_TAG + id.0)),
            Attr::Member => self.tagged(id).all(|slot| f(Value::Place(Place::Person(slot)))),
            Attr::MemberUid => self.tagged(id).filter_map(|slot| self.person(slot)).all(|person| f(Value::Text(&person.uid))),
            Attr::CreateTimestamp => f(Value::Time(tag.created_at.seconds())),
            Attr::ModifyTimestamp => f(Value::Time(tag.changed_at.seconds())),
            Attr::EntryUsn => f(Value::Number(usn(tag.changed_at.0))),
            _ => true,
        }
    }

    fn of_person(&self, seen: &Seen<'_>, attr: Attr, f: &mut Taker<'_>) -> bool {
        if masked(attr).is_some_and(|field| !seen.shows(field)) {
            return true;
        }
        let person = seen.person();
        let mut text = |value: Option<&String>| value.filter(|value| !value.is_empty()).is_none_or(|value| f(Value::Text(value)));
        match attr {
            Attr::Uid => text(Some(&person.uid)),
            Attr::Cn | Attr::Sn | Attr::DisplayName => text(Some(&person.name)),
            Attr::Initials => text(Some(&person.initials)),
            Attr::Title => {
                // The person's own first, then those of the departments in which the person is seen; each once.
                let posts = self.departments_of(seen).filter_map(|one| person.post(one.id)?.title.as_ref());
                let mut titles: Vec<&String> = Vec::new();
                for title in person.title.iter().chain(posts) {
                    if !titles.contains(&title) {
                        titles.push(title);
                    }
                }
                titles.into_iter().all(|title| text(Some(title)))
            }
            Attr::Mail => text(person.contact.mail.as_ref()),
            Attr::Mobile => text(person.contact.mobile.as_ref()),
            Attr::TelephoneNumber => text(person.contact.phone.as_ref()),
            Attr::EmployeeNumber => text(person.contact.employee_no.as_ref()),
            Attr::PhysicalDeliveryOfficeName => text(person.contact.work_place.as_ref()),
            Attr::Gecos => text(Some(if person.pinyin.is_ascii() { &person.pinyin } else { &person.uid })),
            Attr::HomeDirectory => f(Value::Text(&format!("/home/{}", person.uid.to_ascii_lowercase()))),
            Attr::LoginShell => f(Value::Text("/bin/bash")),
            Attr::UidNumber => f(Value::Number(POSIX_FIRST_PERSON + person.id.0)),
            Attr::GidNumber => f(Value::Number(POSIX_EVERYBODY)),
            Attr::CreateTimestamp => f(Value::Time(person.created_at.seconds())),
            Attr::ModifyTimestamp => f(Value::Time(person.changed_at.seconds())),
            Attr::EntryUsn => f(Value::Number(usn(person.changed_at.0))),
            Attr::JpegPhoto => seen.avatar().is_none_or(|_| f(Value::Picture(person.id))),
            Attr::Manager => {
                let manager = person.manager.and_then(|id| self.org.slot(id)).filter(|slot| self.person(*slot).is_some());
                manager.is_none_or(|slot| f(Value::Place(Place::Person(slot))))
            }
            Attr::Ou => {
                // Two departments may have one name: one value then.
                let mut names: Vec<&str> = self.departments_of(seen).map(|one| one.name.as_str()).collect();
                names.sort_unstable();
                names.dedup();
                names.into_iter().all(|name| f(Value::Text(name)))
            }
            Attr::DepartmentNumber => self.departments_of(seen).all(|one| f(Value::Text(&one.id.to_string()))),
            Attr::MemberOf => {
                let mut none = true;
                let groups = self.departments_of(seen).inspect(|_| none = false).map(|one| Place::Group(one.id));
                let more = { groups }.all(|group| f(Value::Place(group)));
                let more = more && (!none || f(Value::Place(Place::Everybody)));
                more && self.tags_of(person).into_iter().all(|tag| f(Value::Place(Place::Tag(tag))))
            }
            _ => true,
        }
    }
}

/// The field that an attribute shows, where it can be masked.
fn masked(attr: Attr) -> Option<Field> {
    match attr {
        Attr::Mail => Some(Field::Mail),
        Attr::Mobile => Some(Field::Mobile),
        Attr::TelephoneNumber => Some(Field::Phone),
        Attr::EmployeeNumber => Some(Field::EmployeeNo),
        Attr::PhysicalDeliveryOfficeName => Some(Field::WorkPlace),
        Attr::Manager => Some(Field::Manager),
        _ => None,
    }
}

fn of_unit(attr: Attr, name: &str, f: &mut Taker<'_>) -> bool {
    attr != Attr::Ou || f(Value::Text(name))
}

fn usn(microseconds: i64) -> u64 {
    u64::try_from(microseconds).unwrap_or(0)
}
