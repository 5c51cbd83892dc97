//! XML in and out. In: a small bounded tree with namespaces resolved, DTDs refused. Out: text with our own prefixes.

use std::fmt::Write;

use quick_xml::{
    NsReader, XmlVersion,
    escape::escape,
    events::{BytesStart, Event},
    name::ResolveResult,
};

use super::answer::Refusal;

pub(super) const DAV: &str = "DAV:";
const XML: &str = "http://www.w3.org/XML/1998/namespace";
const DEPTH: usize = 64;
const ELEMENTS: usize = 10_000;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Element {
    /// Empty: no namespace.
    pub namespace: String,
    pub name: String,
    /// Namespace, name, value; without namespace declarations.
    pub attributes: Vec<(String, String, String)>,
    pub inside: Vec<Inside>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Inside {
    Element(Element),
    Text(String),
}

impl Element {
    pub(super) fn is(&self, name: &str) -> bool {
        self.namespace == DAV && self.name == name
    }

    pub(super) fn children(&self) -> impl Iterator<Item = &Element> {
        self.inside.iter().filter_map(|inside| match inside {
            Inside::Element(element) => Some(element),
            Inside::Text(_) => None,
        })
    }

    pub(super) fn child(&self, name: &str) -> Option<&Element> {
        self.children().find(|child| child.is(name))
    }

    pub(super) fn lang(&self) -> Option<&str> {
        self.attributes.iter().find(|(namespace, name, _)| namespace == XML && name == "lang").map(|(_, _, value)| value.as_str())
    }

    /// What is inside, as text that stands on its own: every element declares its namespace.
    pub(super) fn inner(&self) -> String {
        let mut out = String::new();
        for inside in &self.inside {
            write_inside(inside, &mut out);
        }
        out
    }
}

fn write_inside(inside: &Inside, out: &mut String) {
    let element = match inside {
        Inside::Text(text) => {
            out.push_str(&escape(text));
            return;
        }
        Inside::Element(element) => element,
    };
    let tag = open(&element.namespace, &element.name, out);
    for (at, (namespace, name, value)) in element.attributes.iter().enumerate() {
        // Writing to a String cannot fail.
        let _ = match namespace.as_str() {
            "" => write!(out, " {name}=\"{}\"", escape(value)),
            XML => write!(out, " xml:{name}=\"{}\"", escape(value)),
            other => write!(out, " xmlns:a{at}=\"{}\" a{at}:{name}=\"{}\"", escape(other), escape(value)),
        };
    }
    out.push('>');
    for inside in &element.inside {
        write_inside(inside, out);
    }
    let _ = write!(out, "</{tag}>");
}

/// Begins a tag with its namespace declared, without the closing bracket; answers the qualified name.
fn open(namespace: &str, name: &str, out: &mut String) -> String {
    let (tag, declared) = match namespace {
        DAV => (format!("D:{name}"), " xmlns:D=\"DAV:\"".to_owned()),
        "" => (name.to_owned(), " xmlns=\"\"".to_owned()),
        other => (format!("x:{name}"), format!(" xmlns:x=\"{}\"", escape(other))),
    };
    let _ = write!(out, "<{tag}{declared}");
    tag
}

/// The root element of a body. 400 for what is not well-formed.
pub(super) fn parse(bytes: &[u8]) -> Result<Element, Refusal> {
    let refusal = || Refusal::status(400);
    let text = std::str::from_utf8(bytes).map_err(|_| refusal())?;
    let mut reader = NsReader::from_str(text.trim_start_matches('\u{feff}'));
    reader.config_mut().check_end_names = true;
    let (mut stack, mut root, mut count): (Vec<Element>, Option<Element>, usize) = (Vec::new(), None, 0);
    loop {
        let event = reader.read_event().map_err(|_| refusal())?;
        let text = match &event {
            Event::Eof => break,
            Event::DocType(_) => return Err(refusal()),
            Event::Start(start) | Event::Empty(start) => {
                count += 1;
                if count > ELEMENTS || stack.len() >= DEPTH || (stack.is_empty() && root.is_some()) {
                    return Err(refusal());
                }
                let element = element(&reader, start).ok_or_else(refusal)?;
                if matches!(event, Event::Empty(_)) {
                    close(element, &mut stack, &mut root)
                } else {
                    stack.push(element)
                }
                continue;
            }
            Event::End(_) => {
                let element = stack.pop().ok_or_else(refusal)?;
                close(element, &mut stack, &mut root);
                continue;
            }
            Event::Text(text) => text.xml_content(XmlVersion::Implicit1_0).into_owned(),
            Event::CData(data) => data.xml_content(XmlVersion::Implicit1_0).into_owned(),
            Event::GeneralRef(entity) => match entity.resolve_char_ref().map_err(|_| refusal())? {
                Some(c) => c.to_string(),
                None => quick_xml::escape::resolve_predefined_entity(entity).ok_or_else(refusal)?.to_owned(),
            },
            Event::Comment(_) | Event::PI(_) | Event::Decl(_) => continue,
        };
        match stack.last_mut() {
            Some(top) => match top.inside.last_mut() {
                Some(Inside::Text(before)) => before.push_str(&text),
                _ => top.inside.push(Inside::Text(text)),
            },
            None if text.trim().is_empty() => {}
            None => return Err(refusal()),
        }
    }
    root.filter(|_| stack.is_empty()).ok_or_else(refusal)
}

fn close(element: Element, stack: &mut [Element], root: &mut Option<Element>) {
    match stack.last_mut() {
        Some(parent) => parent.inside.push(Inside::Element(element)),
        None => *root = Some(element),
    }
}

fn element(reader: &NsReader<&[u8]>, start: &BytesStart<'_>) -> Option<Element> {
    let (namespace, name) = reader.resolver().resolve_element(start.name());
    let mut element = Element { namespace: bound(namespace)?, name: name.into_inner().to_owned(), ..Element::default() };
    for attribute in start.attributes() {
        let attribute = attribute.ok()?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned();
        let key = attribute.key.into_inner();
        // A prefix cannot be bound to nothing (Namespaces in XML 1.0, section 2.2).
        if key.starts_with("xmlns:") && value.is_empty() {
            return None;
        }
        if key == "xmlns" || key.starts_with("xmlns:") {
            continue;
        }
        let (namespace, name) = reader.resolver().resolve_attribute(attribute.key);
        element.attributes.push((bound(namespace)?, name.into_inner().to_owned(), value));
    }
    Some(element)
}

fn bound(namespace: ResolveResult<'_>) -> Option<String> {
    match namespace {
        ResolveResult::Unbound => Some(String::new()),
        ResolveResult::Bound(namespace) => {
            quick_xml::escape::unescape(namespace.into_inner()).ok().map(std::borrow::Cow::into_owned)
        }
        ResolveResult::Unknown(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_keeps_its_meaning_when_it_stands_alone() {
        let body = br#"<?xml version="1.0"?><p:a xmlns:p="DAV:" xmlns:q="urn:q"><q:v n="1" q:m="&lt;"> x &amp; <b xmlns="">&#x10000;</b></q:v></p:a>"#;
        let root = parse(body).unwrap();
        assert!(root.is("a"));
        let inner = root.inner();
        let again = parse(format!("<w>{inner}</w>").as_bytes()).unwrap();
        assert_eq!(again.inside, root.inside);
    }

    #[test]
    fn bad_bodies_are_refused() {
        for bad in
            ["", "<a>", "<a></b>", "<p:a/>", "<a xmlns:p=\"\"/>", "<!DOCTYPE a><a/>", "<a/><b/>", "x<a/>", "<a>&unknown;</a>"]
        {
            assert!(parse(bad.as_bytes()).is_err(), "{bad}");
        }
        assert!(parse("<a>".repeat(100).as_bytes()).is_err());
    }
}
