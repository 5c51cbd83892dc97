//! The tree against a map of paths, over random histories.

use std::collections::BTreeMap;

use holdfast_base::{Error, NodeId};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};

use super::fixture::Office;
use crate::{Entry, Expect, Kind, Name, Overwrite};

#[derive(Debug, Clone)]
enum Act {
    Folder { at: usize, name: u8 },
    File { at: usize, name: u8, size: usize },
    Relocate { node: usize, to: usize, name: u8, replace: bool },
    Copy { node: usize, to: usize, name: u8, replace: bool },
    Delete { node: usize },
    Restore { nth: usize },
    Erase { nth: usize },
    Sweep,
    Restart,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let (at, name) = (0..40usize, 0..6u8);
    let act = prop_oneof![
        6 => (at.clone(), name.clone()).prop_map(|(at, name)| Act::Folder { at, name }),
        6 => (at.clone(), name.clone(), 0..5_000usize).prop_map(|(at, name, size)| Act::File { at, name, size }),
        5 => (at.clone(), at.clone(), name.clone(), any::<bool>()).prop_map(|(node, to, name, replace)| Act::Relocate { node, to, name, replace }),
        4 => (at.clone(), at.clone(), name, any::<bool>()).prop_map(|(node, to, name, replace)| Act::Copy { node, to, name, replace }),
        4 => at.prop_map(|node| Act::Delete { node }),
        3 => (0..10usize).prop_map(|nth| Act::Restore { nth }),
        1 => (0..10usize).prop_map(|nth| Act::Erase { nth }),
        1 => Just(Act::Sweep),
        1 => Just(Act::Restart),
    ];
    prop::collection::vec(act, 1..40)
}

/// What the space should look like: nodes by id, the trash as subtrees that hang nowhere.
#[derive(Debug, Clone)]
struct Model {
    nodes: BTreeMap<NodeId, Held>,
    trash: Vec<(NodeId, NodeId)>,
}

#[derive(Debug, Clone)]
struct Held {
    parent: Option<NodeId>,
    name: String,
    /// None: a folder.
    bytes: Option<Vec<u8>>,
}

impl Model {
    fn live(&self) -> Vec<NodeId> {
        self.nodes.keys().copied().filter(|&id| self.is_live(id)).collect()
    }

    fn is_live(&self, id: NodeId) -> bool {
        id == self.root() || self.nodes.get(&id).and_then(|held| held.parent).is_some_and(|parent| self.is_live(parent))
    }

    fn root(&self) -> NodeId {
        *self.nodes.keys().next().unwrap()
    }

    fn within(&self, id: NodeId, top: NodeId) -> bool {
        id == top || self.nodes[&id].parent.is_some_and(|parent| self.within(parent, top))
    }

    fn named(&self, parent: NodeId, name: &str) -> Option<NodeId> {
        self.nodes.iter().find(|(_, held)| held.parent == Some(parent) && held.name == name).map(|(id, _)| *id)
    }

    fn is_folder(&self, id: NodeId) -> bool {
        self.nodes[&id].bytes.is_none()
    }

    fn children(&self, id: NodeId) -> Vec<NodeId> {
        self.nodes.iter().filter(|(_, held)| held.parent == Some(id)).map(|(id, _)| *id).collect()
    }

    fn size(&self, id: NodeId) -> u64 {
        let own = self.nodes[&id].bytes.as_ref().map_or(0, |bytes| bytes.len() as u64);
        own + self.children(id).into_iter().map(|child| self.size(child)).sum::<u64>()
    }

    fn throw_away(&mut self, id: NodeId) {
        let held = self.nodes.get_mut(&id).unwrap();
        let parent = held.parent.take().unwrap();
        self.trash.push((id, parent));
    }

    fn forget(&mut self, id: NodeId) {
        for child in self.children(id) {
            self.forget(child);
        }
        self.nodes.remove(&id);
    }

    /// Why nothing may be put under this name, or that it may.
    fn may_place(&self, node: NodeId, to: NodeId, name: &str, replace: bool) -> bool {
        if !self.is_folder(to) || (self.is_folder(node) && self.within(to, node)) {
            return false;
        }
        match self.named(to, name) {
            None => true,
            Some(there) => replace && there != node && !self.within(node, there),
        }
    }
}

fn letter(name: u8) -> String {
    ["甲", "b", "B", "c.txt", "文件 1", "e\u{e9}"][usize::from(name)].to_owned()
}

struct Run<'a> {
    office: &'a mut Office,
    model: Model,
}

impl Run<'_> {
    fn pick(&self, at: usize) -> NodeId {
        let live = self.model.live();
        live[at % live.len()]
    }

    fn act(&mut self, act: &Act) {
        match act {
            Act::Folder { at, name } => self.folder(self.pick(*at), letter(*name)),
            Act::File { at, name, size } => self.file(self.pick(*at), letter(*name), *size),
            Act::Relocate { node, to, name, replace } => self.relocate(self.pick(*node), self.pick(*to), letter(*name), *replace),
            Act::Copy { node, to, name, replace } => self.copy(self.pick(*node), self.pick(*to), letter(*name), *replace),
            Act::Delete { node } => self.delete(self.pick(*node)),
            Act::Restore { nth } => self.restore(*nth),
            Act::Erase { nth } => self.erase(*nth),
            Act::Sweep => drop(self.office.drive.sweep(self.office.world.now(), 100).unwrap()),
            Act::Restart => self.office.reopen(),
        }
    }

    fn folder(&mut self, parent: NodeId, name: String) {
        let may = self.model.is_folder(parent) && self.model.named(parent, &name).is_none();
        match self.office.folder(0, parent, &name) {
            Ok(entry) => {
                assert!(may);
                self.model.nodes.insert(entry.id, Held { parent: Some(parent), name, bytes: None });
            }
            Err(error) => assert!(!may && matches!(error, Error::Conflict { .. }), "{error:?}"),
        }
    }

    fn file(&mut self, parent: NodeId, name: String, size: usize) {
        let there = if self.model.is_folder(parent) { self.model.named(parent, &name) } else { None };
        let may = self.model.is_folder(parent) && there.is_none_or(|there| !self.model.is_folder(there));
        let bytes = vec![u8::try_from(size % 251).unwrap(); size];
        match self.office.put(0, parent, &name, &bytes) {
            Ok(entry) => {
                assert!(may && there.is_none_or(|there| there == entry.id));
                self.model.nodes.insert(entry.id, Held { parent: Some(parent), name, bytes: Some(bytes) });
            }
            Err(error) => assert!(!may && matches!(error, Error::Conflict { .. }), "{error:?}"),
        }
    }

    fn relocate(&mut self, node: NodeId, to: NodeId, name: String, replace: bool) {
        let same = self.model.nodes[&node].parent == Some(to) && self.model.nodes[&node].name == name;
        let may = node != self.model.root() && (same || self.model.may_place(node, to, &name, replace));
        let (actor, wanted) = (self.office.actor(0), Name::new(&name).unwrap());
        let done = self.office.write(move |tx, drive| {
            let (writer, folder) = (drive.writer(tx, &actor, node)?, drive.writer(tx, &actor, to)?);
            let overwrite = if replace { Overwrite::Replace } else { Overwrite::Refuse };
            drive.relocate(tx, &writer, Some(&folder), Some(&wanted), overwrite, &Expect::default())
        });
        match done {
            Ok((_, replaced)) if same => assert!(!replaced),
            Ok((_, replaced)) => {
                assert!(may, "moved {node} to {to} as {name}");
                if let Some(there) = self.model.named(to, &name) {
                    assert!(replaced);
                    self.model.throw_away(there);
                }
                let held = self.model.nodes.get_mut(&node).unwrap();
                (held.parent, held.name) = (Some(to), name);
            }
            Err(error) => assert!(!may && matches!(error, Error::Conflict { .. } | Error::Forbidden), "{error:?}"),
        }
    }

    fn copy(&mut self, node: NodeId, to: NodeId, name: String, replace: bool) {
        let may = self.model.may_place(node, to, &name, replace);
        let (actor, wanted) = (self.office.actor(0), Name::new(&name).unwrap());
        let done = self.office.write(move |tx, drive| {
            let (source, folder) = (drive.reader(tx, &actor, node)?, drive.writer(tx, &actor, to)?);
            let overwrite = if replace { Overwrite::Replace } else { Overwrite::Refuse };
            drive.copy(tx, &source, &folder, &wanted, overwrite, false, None, &Expect::default())
        });
        match done {
            Ok((entry, _)) => {
                assert!(may);
                if let Some(there) = self.model.named(to, &name) {
                    self.model.throw_away(there);
                }
                self.mirror(node, &entry, to);
            }
            Err(error) => assert!(!may && matches!(error, Error::Conflict { .. }), "{error:?}"),
        }
    }

    /// Learns the ids of a copy, and checks that it is one.
    fn mirror(&mut self, of: NodeId, copy: &Entry, parent: NodeId) {
        let bytes = self.model.nodes[&of].bytes.clone();
        let originals: BTreeMap<String, NodeId> =
            self.model.children(of).into_iter().map(|child| (self.model.nodes[&child].name.clone(), child)).collect();
        self.model.nodes.insert(copy.id, Held { parent: Some(parent), name: copy.name.clone(), bytes });
        let copies = self.office.drive.direct(&self.office.ledger.view(), copy.id).unwrap();
        assert_eq!(copies.len(), originals.len());
        for child in copies {
            self.mirror(originals[&child.name], &child, copy.id);
        }
    }

    fn delete(&mut self, node: NodeId) {
        let actor = self.office.actor(0);
        let done = self.office.write(move |tx, drive| {
            let writer = drive.writer(tx, &actor, node)?;
            drive.delete(tx, &writer, &Expect::default())
        });
        assert_eq!(done.is_ok(), node != self.model.root());
        if done.is_ok() {
            self.model.throw_away(node);
        }
    }

    fn restore(&mut self, nth: usize) {
        if self.model.trash.is_empty() {
            return;
        }
        let (node, parent) = self.model.trash.remove(nth % self.model.trash.len());
        let actor = self.office.actor(0);
        let entry = self
            .office
            .write(move |tx, drive| {
                let trashed = drive.trashed(tx, &actor, node)?;
                drive.restore(tx, &trashed, None)
            })
            .unwrap();
        let alive = self.model.nodes.contains_key(&parent) && self.model.is_live(parent);
        let target = if alive { parent } else { self.model.root() };
        assert!(self.model.named(target, &entry.name).is_none());
        let held = self.model.nodes.get_mut(&node).unwrap();
        (held.parent, held.name) = (Some(target), entry.name);
    }

    fn erase(&mut self, nth: usize) {
        if self.model.trash.is_empty() {
            return;
        }
        let (node, _) = self.model.trash.remove(nth % self.model.trash.len());
        let actor = self.office.actor(0);
        self.office
            .write(move |tx, drive| {
                let trashed = drive.trashed(tx, &actor, node)?;
                drive.erase(tx, &trashed)
            })
            .unwrap();
        self.model.forget(node);
    }

    fn compare(&self) {
        let (view, actor) = (self.office.ledger.view(), self.office.actor(0));
        for (&id, held) in &self.model.nodes {
            let found = self.office.drive.reader(&view, &actor, id);
            if !self.model.is_live(id) {
                assert!(matches!(found, Err(Error::NotFound)), "{id} is in the trash");
                continue;
            }
            let reader = found.unwrap();
            assert_eq!((reader.entry().name.as_str(), reader.parent()), (held.name.as_str(), held.parent));
            assert_eq!(reader.entry().size, self.model.size(id), "size of {id}");
            match &held.bytes {
                Some(bytes) => assert_eq!(&self.office.bytes(0, id, None).unwrap(), bytes),
                None => self.compare_folder(&view, &reader),
            }
        }
        let trash: u64 = self.model.trash.iter().map(|&(id, _)| self.model.size(id)).sum();
        assert_eq!(self.office.drive.space_row(&view, self.office.own(0).0).unwrap().trash_bytes, trash);
    }

    fn compare_folder(&self, view: &holdfast_store::View, reader: &crate::Reader) {
        let listed = self.office.drive.children(view, reader, crate::Sort::Name).unwrap();
        let mut ids: Vec<_> = listed.iter().map(|entry| entry.id).collect();
        ids.sort();
        assert_eq!(ids, self.model.children(reader.node()));
        assert_eq!(reader.entry().children as usize, ids.len());
        for entry in listed.iter() {
            assert_eq!(entry, &self.office.entry(entry.id).unwrap(), "one row for both");
            assert!(entry.kind == Kind::File || entry.height < reader.entry().height);
        }
    }
}

#[test]
fn random_histories_leave_the_tree_that_the_model_has() {
    let Some((office, _ground)) = Office::new() else {
        return;
    };
    let office = std::cell::RefCell::new(office);
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(12);
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, max_shrink_iters: 40, ..Config::default() });
    runner
        .run(&acts(), |acts| {
            let mut office = office.borrow_mut();
            let (space, root) = office.own(0);
            empty(&mut office, root);
            let nodes = BTreeMap::from([(root, Held { parent: None, name: String::new(), bytes: None })]);
            let mut run = Run { office: &mut office, model: Model { nodes, trash: Vec::new() } };
            for act in &acts {
                run.act(act);
            }
            run.compare();
            let root_history = run.office.entry(root).unwrap().history;
            prop_assert!(run.office.drive.scrub(space).unwrap().bad.is_empty(), "history {root_history}");
            Ok(())
        })
        .unwrap();
}

/// Each history begins with an empty space.
fn empty(office: &mut Office, root: NodeId) {
    let children = office.drive.direct(&office.ledger.view(), root).unwrap();
    let (actor, space) = (office.actor(0), office.own(0).0);
    let trash = office.drive.trash_rows(&office.ledger.view(), space, None, 200).unwrap();
    office
        .write(move |tx, drive| {
            for row in trash {
                let trashed = drive.trashed(tx, &actor, row.entry.id)?;
                drive.erase(tx, &trashed)?;
            }
            for child in children {
                let writer = drive.writer(tx, &actor, child.id)?;
                drive.delete(tx, &writer, &Expect::default())?;
                let trashed = drive.trashed(tx, &actor, child.id)?;
                drive.erase(tx, &trashed)?;
            }
            Ok(())
        })
        .unwrap();
    office.drive.sweep(office.world.now(), 10_000).unwrap();
    let root = office.entry(root).unwrap();
    assert_eq!((root.size, root.history, root.children, root.height), (0, 0, 0, 0));
}
