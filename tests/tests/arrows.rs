//! The arrows between crates (DESIGN section 1), held against `cargo metadata`.
#![expect(clippy::expect_used, reason = "a test fails by panicking, its helpers too")]

use std::collections::BTreeMap;

use cargo_metadata::{DependencyKind, MetadataCommand};

/// Who may depend on whom. What does not stand here is forbidden.
const DRAWN: &[(&str, &[&str])] = &[
    ("base", &[]),
    ("hsm", &["base"]),
    ("search", &["base"]),
    ("store", &["base", "hsm"]),
    ("audit", &["base", "hsm", "store"]),
    ("directory", &["base", "store", "audit", "hsm"]),
    ("im", &["base", "store", "audit", "directory", "hsm"]),
    ("drive", &["base", "store", "audit", "directory", "hsm"]),
    ("server", &["base", "hsm", "search", "store", "audit", "directory", "im", "drive"]),
    ("installer", &["base", "hsm", "store", "audit", "directory"]),
    ("tests", &[]),
    // Development only: calls every parser, linked into nothing.
    ("fuzz", &["base", "hsm", "search", "audit", "directory", "server"]),
];

/// Outside crates that only one of ours may know.
const OWNED: &[(&str, &str)] = &[
    ("actix-web", "server"),
    ("actix-ws", "server"),
    ("utoipa-actix-web", "server"),
    ("cryptoki", "hsm"),
    ("rocksdb", "store"),
    ("libsqlite3-sys", "store"),
    ("tantivy", "search"),
    ("lopdf", "search"),
];

fn packages() -> BTreeMap<String, Vec<String>> {
    let metadata = MetadataCommand::new().no_deps().other_options(vec!["--offline".to_owned()]).exec().expect("cargo metadata");
    metadata
        .packages
        .iter()
        .map(|package| {
            let own = package.name.trim_start_matches("holdfast-").to_owned();
            let needs = package.dependencies.iter().filter(|d| d.kind != DependencyKind::Development);
            (own, needs.map(|d| d.name.clone()).collect())
        })
        .collect()
}

#[test]
fn every_arrow_is_drawn() {
    let drawn: BTreeMap<_, _> = DRAWN.iter().copied().collect();
    let packages = packages();
    assert_eq!(packages.keys().map(String::as_str).collect::<Vec<_>>(), drawn.keys().copied().collect::<Vec<_>>());
    for (from, needs) in &packages {
        for to in needs.iter().filter_map(|name| name.strip_prefix("holdfast-")) {
            assert!(drawn[from.as_str()].contains(&to), "{from} -> {to} is not drawn in DESIGN section 1");
        }
    }
}

#[test]
fn what_one_room_owns_no_other_knows() {
    for (from, needs) in &packages() {
        for (outside, owner) in OWNED {
            assert!(from == owner || !needs.iter().any(|n| n == outside), "{from} knows {outside}; only {owner} may");
        }
    }
}

/// SQL lives in a slice's `rows.rs` and in `store`; RocksDB keys in `keys.rs`.
#[test]
fn sql_stands_only_in_rows() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../appliance");
    let mut wrong = Vec::new();
    for room in ["directory", "im", "drive", "audit", "server"] {
        visit(&root.join(room).join("src"), &mut |path, text| {
            let is_rows = path.file_name().is_some_and(|n| n == "rows.rs")
                || path.parent().is_some_and(|p| p.ends_with("rows") || p.ends_with("tests"));
            if text.contains("diesel::")
                && !is_rows
                && text.lines().any(|l| l.contains("diesel::") && !l.contains("SqliteConnection"))
            {
                wrong.push(path.display().to_string());
            }
        });
    }
    assert!(wrong.is_empty(), "diesel outside rows.rs: {wrong:?}");
}

fn visit(folder: &std::path::Path, see: &mut dyn FnMut(&std::path::Path, &str)) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            visit(&path, see);
            continue;
        }
        if path.extension().is_some_and(|e| e == "rs") {
            see(&path, &std::fs::read_to_string(&path).unwrap_or_default());
        }
    }
}
