//! The ceremony with the real hsmd and a real SoftHSM2 token.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use holdfast_hsm::softtoken::MODULE;

/// `None` where SoftHSM2 or hsmd is missing: `cargo build -p holdfast-hsm` makes the latter.
fn hsmd() -> Option<PathBuf> {
    let program = Path::new(env!("CARGO_BIN_EXE_holdfast-setup")).with_file_name("holdfast-hsmd");
    let there = Path::new(MODULE).exists() && program.exists();
    assert!(there || std::env::var_os("CI").is_none(), "SoftHSM2 or holdfast-hsmd is missing");
    if !there {
        eprintln!("SKIPPED: SoftHSM2 or holdfast-hsmd is missing");
    }
    there.then_some(program)
}

fn setup(hsmd: &Path, data: &Path, json: bool) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_holdfast-setup"));
    command.arg("ceremony").arg("--data").arg(data).arg("--hsmd").arg(hsmd).args(json.then_some("--json"));
    command.output().unwrap()
}

/// Every file with its content.
fn contents(folder: &Path, into: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            contents(&path, into);
            continue;
        }
        into.insert(path.clone(), fs::read(&path).unwrap());
    }
}

#[test]
fn a_second_run_changes_nothing_and_says_so() {
    let Some(hsmd) = hsmd() else { return };
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("box");
    let first = setup(&hsmd, &data, true);
    assert!(first.status.success(), "{}", String::from_utf8_lossy(&first.stderr));
    let told: serde_json::Value = serde_json::from_slice(&first.stdout).unwrap();
    assert_eq!((&told["changed"], &told["keys_made"]), (&true.into(), &true.into()));
    assert_eq!(told["audit_key"].as_str().unwrap().len(), 64);
    let pin = data.join("credentials/holdfast-pin");
    assert_eq!(fs::metadata(&pin).unwrap().permissions().mode() & 0o777, 0o600);
    let secret = fs::read_to_string(&pin).unwrap();
    assert!(!String::from_utf8_lossy(&first.stdout).contains(&secret));
    assert!(!String::from_utf8_lossy(&first.stderr).contains(&secret));

    let (mut before, mut after) = (BTreeMap::new(), BTreeMap::new());
    contents(&data, &mut before);
    let second = setup(&hsmd, &data, true);
    let told: serde_json::Value = serde_json::from_slice(&second.stdout).unwrap();
    assert_eq!(told["changed"], false);
    contents(&data, &mut after);
    assert!(before == after, "the second run changed a file");
    let words = String::from_utf8(setup(&hsmd, &data, false).stdout).unwrap();
    assert!(words.contains("there already, unchanged"), "{words}");
}

#[test]
fn contradictions_are_named_and_nothing_is_made() {
    let Some(hsmd) = hsmd() else { return };
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("box");
    assert!(setup(&hsmd, &data, false).status.success());
    let refused = |words: &str| {
        let output = setup(&hsmd, &data, false);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(3), "{said}");
        assert!(said.contains(words), "{said}");
    };

    fs::rename(data.join("token/tokens"), data.join("away")).unwrap();
    refused("its token is gone");
    fs::remove_dir(data.join("token/tokens")).unwrap();
    fs::rename(data.join("away"), data.join("token/tokens")).unwrap();

    fs::rename(data.join("keyring"), data.join("away")).unwrap();
    refused("an earlier ceremony was cut short");
    fs::create_dir_all(data.join("ledger")).unwrap();
    fs::write(data.join("ledger/CURRENT"), "x").unwrap();
    refused("the keyring is gone");
    assert!(!data.join("keyring/header").exists());
}

#[test]
fn a_ceremony_that_was_cut_short_before_its_keys_goes_on() {
    let Some(hsmd) = hsmd() else { return };
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("box");
    assert!(setup(&hsmd, &data, false).status.success());
    fs::remove_dir_all(data.join("keyring")).unwrap();
    let token = fs::read_dir(data.join("token/tokens")).unwrap().next().unwrap().unwrap().path();
    for entry in fs::read_dir(&token).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|kind| kind == "object") && path.file_name().unwrap() != "token.object" {
            fs::remove_file(path).unwrap();
        }
    }
    let again = setup(&hsmd, &data, false);
    assert!(again.status.success(), "{}", String::from_utf8_lossy(&again.stderr));
    assert!(data.join("keyring/header").exists());
}
