//! What the box says about itself: the root DSE and the subschema entry. Made of texts, told to everybody.

use super::{
    ber::{Writer, tag},
    controls::KNOWN,
    extended::{CANCEL, PASSWORD_MODIFY, START_TLS, WHO_AM_I},
    filter::Filter,
    message::{SearchRequest, answer},
    query::{all_hold, one_holds},
    schema::SUBSCHEMA,
    tree::Suffix,
    values::SUBSCHEMA_NAME,
};

/// An entry that is made of texts: name, values, whether only `+` or its own name brings it.
pub struct Entry {
    name: &'static str,
    attributes: Vec<(&'static str, Vec<String>, bool)>,
}

fn texts(values: &[&str]) -> Vec<String> {
    values.iter().map(|value| (*value).to_owned()).collect()
}

/// RFC 4512, section 5.1.
pub fn root(suffix: &Suffix, changed_at: i64) -> Entry {
    let suffix = suffix.to_string();
    let changed_at = changed_at.to_string();
    Entry {
        name: "",
        attributes: vec![
            ("objectClass", texts(&["top"]), false),
            ("namingContexts", texts(&[&suffix]), true),
            ("defaultNamingContext", texts(&[&suffix]), true),
            ("subschemaSubentry", texts(&[SUBSCHEMA_NAME]), true),
            ("supportedLDAPVersion", texts(&["3"]), true),
            ("supportedControl", texts(&KNOWN), true),
            ("supportedExtension", texts(&[START_TLS, WHO_AM_I, PASSWORD_MODIFY, CANCEL]), true),
            // All operational attributes by `+` (RFC 3673), filters of nothing (RFC 4526), modify-increment is none of ours.
            ("supportedFeatures", texts(&["1.3.6.1.4.1.4203.1.5.1", "1.3.6.1.4.1.4203.1.5.3"]), true),
            ("vendorName", texts(&["Holdfast"]), true),
            ("vendorVersion", texts(&[env!("CARGO_PKG_VERSION")]), true),
            // How far changes have come, for clients that ask for what is newer (SSSD).
            ("highestCommittedUSN", texts(&[&changed_at]), true),
            ("lastUSN", texts(&[&changed_at]), true),
        ],
    }
}

/// RFC 4512, section 4.2.
pub fn subschema() -> Entry {
    let mut attributes =
        vec![("objectClass", texts(&["top", "subentry", "subschema"]), false), ("cn", texts(&["Subschema"]), false)];
    attributes.extend(SUBSCHEMA.iter().map(|(name, values)| (*name, values.clone(), true)));
    Entry { name: SUBSCHEMA_NAME, attributes }
}

impl Entry {
    /// Writes itself when the filter holds. True: it did.
    pub fn answer(&self, id: i32, request: &SearchRequest<'_>, out: &mut Writer) -> bool {
        if self.holds(&request.filter) != Some(true) {
            return false;
        }
        let asked = |name: &str, operational: bool| match request.attributes.as_slice() {
            [] => !operational,
            all => all.iter().any(|asked| match *asked {
                b"*" => !operational,
                b"+" => operational,
                asked => asked.eq_ignore_ascii_case(name.as_bytes()),
            }),
        };
        let message = out.begin(tag::SEQUENCE);
        out.integer(id);
        let entry = out.begin(answer::ENTRY);
        out.octets(self.name.as_bytes());
        let attributes = out.begin(tag::SEQUENCE);
        for (name, values, operational) in &self.attributes {
            if !asked(name, *operational) {
                continue;
            }
            let attribute = out.begin(tag::SEQUENCE);
            out.octets(name.as_bytes());
            let set = out.begin(tag::SET);
            if !request.types_only {
                values.iter().for_each(|value| out.octets(value.as_bytes()));
            }
            out.end(set);
            out.end(attribute);
        }
        out.end(attributes);
        out.end(entry);
        out.end(message);
        true
    }

    fn holds(&self, filter: &Filter<'_>) -> Option<bool> {
        let values = |name: &[u8]| {
            self.attributes.iter().find(|(own, ..)| own.as_bytes().eq_ignore_ascii_case(name)).map(|(_, values, _)| values)
        };
        match filter {
            Filter::And(all) => all_hold(all.iter().map(|one| self.holds(one))),
            Filter::Or(all) => one_holds(all.iter().map(|one| self.holds(one))),
            Filter::Not(one) => self.holds(one).map(|answer| !answer),
            Filter::Present { attribute } => Some(values(attribute).is_some()),
            Filter::Equal { attribute, value } => {
                values(attribute).map(|values| values.iter().any(|own| own.as_bytes().eq_ignore_ascii_case(value)))
            }
            _ => None,
        }
    }
}
