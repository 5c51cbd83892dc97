//! From the names of departments in a sheet to departments that are there, or that would have to be made.

use std::collections::HashMap;

use holdfast_base::DepartmentId;
use serde::{Deserialize, Serialize};

use crate::{Org, limits};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) enum Place {
    Known(DepartmentId),
    /// An index into the plan's new departments.
    New(u32),
}

/// A department that an import would make. Its parent stands before it in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct NewPlace {
    pub(super) name: String,
    pub(super) parent: Option<Place>,
}

pub(super) struct Places<'a> {
    org: &'a Org,
    /// Departments by their bare name, wherever they stand.
    by_name: HashMap<&'a str, Vec<DepartmentId>>,
    resolved: HashMap<Vec<String>, Result<Place, &'static str>>,
    made: HashMap<(Option<Place>, String), Place>,
    pub(super) new: Vec<NewPlace>,
}

impl<'a> Places<'a> {
    pub(super) fn new(org: &'a Org) -> Self {
        let mut by_name: HashMap<&str, Vec<DepartmentId>> = HashMap::new();
        for department in org.departments() {
            by_name.entry(&department.name).or_default().push(department.id);
        }
        Self { org, by_name, resolved: HashMap::new(), made: HashMap::new(), new: Vec::new() }
    }

    /// The department that a path means; one that is not there yet is noted as new.
    ///
    /// A path begins at a root, or below the only root (sheets often leave the company itself out). A single name that is
    /// no root may also be the only department of that name anywhere.
    pub(super) fn resolve(&mut self, path: &[String]) -> Result<Place, &'static str> {
        if let Some(known) = self.resolved.get(path) {
            return *known;
        }
        let place = self.find(path).and_then(|found| match found {
            Some(id) => Ok(Place::Known(id)),
            None => self.make(path),
        });
        self.resolved.insert(path.to_vec(), place);
        place
    }

    fn find(&self, path: &[String]) -> Result<Option<DepartmentId>, &'static str> {
        if let Some(found) = self.walk(self.org.roots(), path).or_else(|| self.walk(self.below_only_root(), path)) {
            return Ok(Some(found));
        }
        let [name] = path else { return Ok(None) };
        match self.by_name.get(name.as_str()).map(Vec::as_slice) {
            None | Some([]) => Ok(None),
            Some([only]) => Ok(Some(*only)),
            Some(_) => Err("ambiguous-department"),
        }
    }

    fn below_only_root(&self) -> &[DepartmentId] {
        match self.org.roots() {
            [root] => self.org.department(*root).map_or(&[], |root| root.children.as_slice()),
            _ => &[],
        }
    }

    fn walk(&self, from: &[DepartmentId], path: &[String]) -> Option<DepartmentId> {
        let (mut children, mut at) = (from, None);
        for name in path {
            let next = children.iter().filter_map(|id| self.org.department(*id)).find(|child| child.name == *name)?;
            (children, at) = (&next.children, Some(next.id));
        }
        at
    }

    /// Makes what is missing of the path, below as much of it as is there.
    fn make(&mut self, path: &[String]) -> Result<Place, &'static str> {
        let mut at: Option<Place> = None;
        let mut level = 0;
        // Below the root that bears the enterprise's name, unless the path begins with a root of its own.
        let begins_at_root = path.first().is_some_and(|first| self.child(None, first).is_some());
        let enterprise = self.org.enterprise();
        if let ([root], false) = (self.org.roots(), begins_at_root)
            && self.org.department(*root).is_some_and(|root| root.name == enterprise)
        {
            (at, level) = (Some(Place::Known(*root)), 1);
        }
        for name in path {
            at = Some(match self.child(at, name) {
                Some(place) => place,
                None => self.add(at, name)?,
            });
            level += 1;
        }
        if level > limits::DEPARTMENT_LEVELS {
            return Err("too-deep");
        }
        at.ok_or("empty")
    }

    fn child(&self, parent: Option<Place>, name: &str) -> Option<Place> {
        let children = match parent {
            None => self.org.roots(),
            Some(Place::Known(id)) => self.org.department(id).map_or(&[][..], |parent| &parent.children),
            Some(Place::New(_)) => &[],
        };
        let known = children.iter().filter_map(|id| self.org.department(*id)).find(|child| child.name == name);
        let made = || self.made.get(&(parent, name.to_owned())).copied();
        known.map(|child| Place::Known(child.id)).or_else(made)
    }

    fn add(&mut self, parent: Option<Place>, name: &str) -> Result<Place, &'static str> {
        let place = Place::New(u32::try_from(self.new.len()).map_err(|_| "too-many")?);
        self.new.push(NewPlace { name: name.to_owned(), parent });
        self.made.insert((parent, name.to_owned()), place);
        Ok(place)
    }

    /// As a person reads it.
    pub(super) fn label(&self, place: Place) -> String {
        match place {
            Place::Known(id) => {
                let path = self.org.department_path(id);
                path.iter().map(|department| department.name.as_str()).collect::<Vec<_>>().join("/")
            }
            Place::New(at) => match self.new.get(at as usize) {
                Some(NewPlace { name, parent: Some(parent) }) => format!("{}/{name}", self.label(*parent)),
                Some(NewPlace { name, parent: None }) => name.clone(),
                None => String::new(),
            },
        }
    }
}
