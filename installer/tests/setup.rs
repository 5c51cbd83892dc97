//! The set-up of a whole box under a folder of its own: real SoftHSM2, hsmd and server. What systemd would start once the
//! certificate is there, this test starts.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod place;

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader, Read},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use place::{Place, redeem};
use serde_json::Value;

fn json(output: &std::process::Output) -> Value {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Role and code of everybody who got one.
fn codes(told: &Value) -> BTreeMap<String, String> {
    let all = told["administrators"].as_array().unwrap().iter();
    all.filter_map(|one| Some((one["role"].as_str()?.to_owned(), one["code"].as_str()?.to_owned()))).collect()
}

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
fn answers_make_a_box_whose_administrators_enrol_and_a_second_run_changes_nothing() {
    let Some(place) = Place::new() else { return };
    let _keeper = place.keep();
    let answers = place.answers("");
    let first = place.setup(&["--json", "--answers", &answers]).output().unwrap();
    let told = json(&first);
    assert_eq!((told["changed"].as_bool(), told["steps"].as_array().unwrap().len()), (Some(true), 7));
    assert_eq!((told["authority"].as_str().unwrap().len(), told["audit_key"].as_str().unwrap().len()), (64, 64));
    let first_codes = codes(&told);
    assert_eq!(first_codes.keys().map(String::as_str).collect::<Vec<_>>(), ["audit", "security", "system"]);

    let pin = fs::read_to_string(place.at("etc/holdfast/credentials/holdfast-pin")).unwrap();
    assert_eq!(pin.len(), 32);
    for said in [&first.stdout, &first.stderr] {
        assert!(!String::from_utf8_lossy(said).contains(&pin), "the PIN is never printed");
    }
    for (file, mode) in [
        ("etc/holdfast/credentials/holdfast-pin", 0o600),
        ("etc/holdfast/tls/server.key", 0o600),
        ("etc/holdfast/tls/ca.key", 0o600),
        ("etc/holdfast/setup.toml", 0o600),
        ("etc/holdfast/setup.journal", 0o600),
        ("etc/holdfast/holdfast.toml", 0o644),
        ("var/lib/holdfast", 0o700),
        ("var/lib/holdfast-hsmd", 0o700),
    ] {
        assert_eq!(fs::metadata(place.at(file)).unwrap().permissions().mode() & 0o777, mode, "{file}");
    }
    let codes_on_disk = [place.at("etc"), place.at("var/log")].iter().any(|folder| {
        let mut all = BTreeMap::new();
        contents(folder, &mut all);
        all.values().any(|text| first_codes.values().any(|code| String::from_utf8_lossy(text).contains(code)))
    });
    assert!(!codes_on_disk, "a code stands nowhere but in the answer");

    let (mut before, mut after) = (BTreeMap::new(), BTreeMap::new());
    contents(&place.at("etc"), &mut before);
    let second = json(&place.setup(&["--json", "--answers", &answers]).output().unwrap());
    assert_eq!(second["changed"], false, "{second}");
    assert!(codes(&second).is_empty(), "codes that were handed over are not made again by themselves");
    contents(&place.at("etc"), &mut after);
    assert!(before == after, "the second run changed a file");

    // Lost codes: new ones, and the old ones end.
    let again = codes(&json(&place.setup(&["--json", "--answers", &answers, "--new-codes"]).output().unwrap()));
    assert_eq!(again.len(), 3);
    assert_eq!(redeem(&place, &first_codes["security"]).0, 404);
    let (status, security) = redeem(&place, &again["security"]);
    assert_eq!(status, 201);
    assert_eq!(place.get("/api/v1/me", &security)["roles"], serde_json::json!(["security"]));

    // From now on she issues codes, and the terminal does not: neither for her nor for the others.
    let closed = json(&place.setup(&["--json", "--new-codes"]).output().unwrap());
    assert!(codes(&closed).is_empty(), "{closed}");
    for role in ["system", "audit"] {
        let (status, token) = redeem(&place, &again[role]);
        assert_eq!(status, 201, "{role}");
        assert_eq!(place.get("/api/v1/me", &token)["roles"], serde_json::json!([role]));
    }
    let last = json(&place.setup(&["--json"]).output().unwrap());
    assert!(last["administrators"].as_array().unwrap().iter().all(|one| one["enrolled"] == true), "{last}");
}

#[test]
fn killed_at_each_step_the_next_run_goes_on_and_the_last_one_completes() {
    let Some(place) = Place::new() else { return };
    let _keeper = place.keep();
    let answers = place.answers("");
    let mut killed = 0;
    // Two lines for each of seven steps; each run lives one line longer than the one before.
    for lines in 1..=14 {
        let mut child =
            place.setup(&["--json", "--answers", &answers]).stderr(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut told = BufReader::new(child.stderr.take().unwrap());
        let mut all = String::new();
        let mut steps = 0;
        let mut end = 0;
        while steps < lines && told.read_line(&mut all).unwrap() > 0 {
            steps += usize::from(place::is_step(&all[end..]));
            end = all.len();
        }
        child.kill().unwrap();
        killed += usize::from(!child.wait().unwrap().success());
        assert_eq!(steps, lines, "the run ended before its line {lines}: {all}");
    }
    assert!(killed >= 10, "only {killed} runs were cut short");
    let told = json(&place.setup(&["--json", "--answers", &answers]).output().unwrap());
    let standing = told["administrators"].as_array().unwrap();
    assert_eq!(standing.len(), 3, "{told}");
    // Whichever run made them last: codes that never reached anybody are made anew.
    let codes = if codes(&told).is_empty() {
        codes(&json(&place.setup(&["--json", "--answers", &answers, "--new-codes"]).output().unwrap()))
    } else {
        codes(&told)
    };
    assert_eq!(redeem(&place, &codes["system"]).0, 201);
    assert_eq!(json(&place.setup(&["--json", "--answers", &answers]).output().unwrap())["changed"], false);
}

/// The ceremony cannot be taken back; here it is cut at many instants, and each time the next run makes whole keys.
#[test]
fn a_ceremony_that_is_killed_anywhere_is_held_by_the_next_run() {
    let mut cut = 0;
    for delay in [0u64, 3, 10, 20, 40, 80, 120, 200, 350, 600] {
        let Some(place) = Place::new() else { return };
        let answers = place.answers("");
        until_step(&place, &answers, "Keys ...", Duration::from_millis(delay));
        cut += usize::from(!place.at("var/lib/holdfast/keyring/header").exists());
        until_step(&place, &answers, "Certificate: ", Duration::ZERO);
        assert!(place.at("var/lib/holdfast/keyring/header").exists(), "after a kill at {delay} ms");
        let journal = fs::read_to_string(place.at("etc/holdfast/setup.journal")).unwrap();
        assert!(journal.contains(r#""step":"keys","mark":"done""#), "{journal}");
        // The PIN that is kept is the token's: hsmd opens the box with it.
        let mut hsmd = place.hsmd();
        let opened = place.opens();
        place::end(&mut hsmd);
        assert!(opened, "after a kill at {delay} ms");
    }
    assert!(cut > 0, "no ceremony was cut short");
}

/// Runs until a line says so, a little longer, and no further.
fn until_step(place: &Place, answers: &str, says: &str, longer: Duration) {
    let mut child = place.setup(&["--json", "--answers", answers]).stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let mut told = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    let mut all = String::new();
    while !line.starts_with(says) {
        line.clear();
        assert!(told.read_line(&mut line).unwrap() > 0, "it ended before {says:?}: {all}");
        all.push_str(&line);
    }
    thread::sleep(longer);
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_guided_set_up_asks_in_the_operators_language() {
    let Some(place) = Place::new() else { return };
    let _keeper = place.keep();
    // Enterprise, port, further names, token, PIN, officers, shares needed, three names with accounts, begin. Wrong answers are asked for again.
    let typed =
        format!("\n恒川精密\n0\n{}\nholdfast.example\n9\n1\n2\n4\n1\n\n何嘉禾\n\n宋以宁\na b\nsong\n程予安\n\ny\n", place.port);
    let mut child = place.setup(&[]).env("LC_ALL", "zh_CN.UTF-8").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), typed.as_bytes()).unwrap();
    let mut said = String::new();
    child.stdout.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(child.wait().unwrap().success(), "{said}");
    for words in
        ["企业名称", "系统管理员", "安全管理员", "审计管理员", "一次性启用码", "系统已就绪", "正常", "共 4 份", "任意 3 份"]
    {
        assert!(said.contains(words), "{words}: {said}");
    }
    // In the plan first, with the code at the end.
    let code = said.lines().rfind(|line| line.contains("(song)")).and_then(|line| line.split_whitespace().last()).unwrap();
    assert_eq!(redeem(&place, code).0, 201, "{code}");
    let certificate = fs::read_to_string(place.at("etc/holdfast/tls/server.json")).unwrap();
    assert!(certificate.contains("holdfast.example"), "{certificate}");

    // Again, with nobody there to answer: it goes on with what was answered.
    let again = place.setup(&[]).stdin(Stdio::piped()).env("LC_ALL", "C").output();
    let again = String::from_utf8(again.unwrap().stdout).unwrap();
    assert!(again.contains("was set up, or begun to be"), "{again}");
}

#[test]
fn a_prepared_token_and_a_pin_that_is_kept_nowhere() {
    let Some(mut place) = Place::new() else { return };
    let conf = place.prepared("vault", "2468-1357");
    let pin_file = place.at("pin");
    fs::write(&pin_file, "2468-1357\n").unwrap();
    fs::set_permissions(&pin_file, fs::Permissions::from_mode(0o600)).unwrap();
    place.softhsm = Some(conf);
    place.label = "vault".to_owned();
    place.keeps_pin = false;
    let token =
        format!("kind = \"prepared\"\nlabel = \"vault\"\npin_file = \"{}\"\nkeep_pin = \"nowhere\"\n", pin_file.display());
    let answers = place.answers(&token);
    let _keeper = place.keep();
    let told = json(&place.setup(&["--json", "--answers", &answers]).output().unwrap());
    assert_eq!(codes(&told).len(), 3);
    assert!(!place.at("etc/holdfast/credentials").exists());
    let second = json(&place.setup(&["--json", "--answers", &answers]).output().unwrap());
    assert_eq!(second["changed"], false);

    // Somebody else's token is not taken, and nothing is made in its place.
    let other = Place::new().unwrap();
    let refused =
        other.setup(&["--json", "--answers", &other.answers(&token)]).env("SOFTHSM2_CONF", other.at("none.conf")).output();
    let refused = refused.unwrap();
    assert_eq!(refused.status.code(), Some(4), "{}", String::from_utf8_lossy(&refused.stderr));
    assert!(!other.at("var/lib/holdfast").exists());
}

#[test]
fn codes_go_into_a_file_where_the_answers_say_so() {
    let Some(place) = Place::new() else { return };
    let _keeper = place.keep();
    let file = place.at("codes.txt");
    let answers = place.answers_with(&format!("codes_file = \"{}\"\n", file.display()), "");
    let told = json(&place.setup(&["--json", "--answers", &answers]).output().unwrap());
    assert!(codes(&told).is_empty(), "{told}");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let text = fs::read_to_string(&file).unwrap();
    let line = text.lines().find(|line| line.starts_with("audit\t")).unwrap();
    assert_eq!(redeem(&place, line.split('\t').next_back().unwrap()).0, 201);
}

#[test]
fn wrong_answers_and_refused_checks_change_nothing() {
    let Some(place) = Place::new() else { return };
    let answers = place.answers_with("enterprize = \"x\"\n", "");
    let wrong = place.setup(&["--answers", &answers]).output().unwrap();
    let said = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert_eq!(wrong.status.code(), Some(2), "{said}");
    assert!(said.contains("unknown field `enterprize`, expected one of `enterprise`"), "{said}");

    let answers = place.answers("kind = \"prepared\"\nlabel = \"absent\"\n");
    let checked = place.setup(&["--check", "--json", "--answers", &answers]).env("SOFTHSM2_CONF", place.at("none.conf")).output();
    let checked = checked.unwrap();
    assert_eq!(checked.status.code(), Some(4));
    let told: Value = serde_json::from_slice(&checked.stdout).unwrap();
    assert_eq!(told["verdict"], "refused");
    let token = told["checks"].as_array().unwrap().iter().find(|one| one["check"] == "token").unwrap();
    assert!(token["verdict"] == "refused" && token["mend"].is_string(), "{token}");
    let left: Vec<_> = fs::read_dir(place.root()).unwrap().collect();
    assert!(left.is_empty() || !place.at("etc").exists(), "{left:?}");

    let locked = place.setup(&["--answers", "/nowhere"]).output().unwrap();
    assert_eq!(locked.status.code(), Some(1));
    let both = Command::new(env!("CARGO_BIN_EXE_holdfast-setup")).args(["--check", "renew"]).output().unwrap();
    assert_eq!(both.status.code(), Some(2));
}

/// The lines of a kit's shares.
fn shares(told: &Value) -> Vec<String> {
    told["kit"]["shares"].as_array().unwrap().iter().map(|line| line.as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_kit_of_the_first_hour_brings_the_box_back_onto_an_empty_token() {
    let Some(place) = Place::new() else { return };
    let keeper = place.keep();
    let answers = place.answers_with("", "keep_pin = \"file\"\n");
    let told = json(&place.setup(&["--json", "--answers", &answers]).output().unwrap());
    let lines = shares(&told);
    assert_eq!((lines.len(), told["kit"]["needed"].as_u64()), (5, Some(3)), "three of five where nothing else is said");
    let second = json(&place.setup(&["--json", "--answers", &answers]).output().unwrap());
    assert!(second["changed"] == false && second["kit"].is_null(), "shares that were handed over are not made again: {second}");
    let mut all = BTreeMap::new();
    files_of_a_box_that_works(&place.root(), &mut all);
    assert!(all.len() > 30, "{}", all.len());
    for line in &lines {
        let secret = &line[line.len() - 20..];
        let kept = all.iter().find(|(_, bytes)| bytes.windows(secret.len()).any(|found| found == secret.as_bytes()));
        assert!(kept.is_none(), "the box keeps a share in {:?}", kept.map(|(path, _)| path));
    }
    let (status, token) = redeem(&place, &codes(&told)["security"]);
    assert_eq!(status, 201);

    let recover = |lines: &[String]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_holdfast-setup"));
        command.args(["recover", "--json", "--root"]).arg(place.root());
        fed(command, &lines.join("\n"))
    };
    let open = recover(&lines[..3]);
    let said = String::from_utf8_lossy(&open.stderr).into_owned();
    assert_eq!(open.status.code(), Some(3), "{said}");
    assert!(said.contains("nothing is to be recovered"), "{said}");

    fs::remove_dir_all(place.at("var/lib/holdfast-hsmd/token/tokens")).unwrap();
    let until = std::time::Instant::now() + Duration::from_secs(30);
    while status_of(&place) != "sealed" {
        assert!(std::time::Instant::now() < until, "the box does not seal");
        thread::sleep(Duration::from_millis(50));
    }
    let few = recover(&lines[3..]);
    assert_eq!(few.status.code(), Some(2), "{}", String::from_utf8_lossy(&few.stderr));
    let pin = place.at("etc/holdfast/credentials/holdfast-pin");
    let before = fs::read(&pin).unwrap();
    let done = json(&recover(&lines[1..4]));
    assert_eq!(done["shares"], serde_json::json!([2, 3, 4]));
    assert_ne!(fs::read(&pin).unwrap(), before, "the new token has a PIN of its own");
    while status_of(&place) != "unsealed" {
        assert!(std::time::Instant::now() < until, "the box does not open");
        let _ = holdfast(&place, &["unseal"]);
        thread::sleep(Duration::from_millis(200));
    }
    assert_eq!(place.get("/api/v1/me", &token)["roles"], serde_json::json!(["security"]));
    let hsm = place.get("/api/v1/security/hsm", &token);
    assert_eq!((&hsm["token"]["serial"], &hsm["kit"]["id"]), (&done["token_serial"], &told["kit"]["id"]));
    drop(keeper);
}

#[test]
fn shares_go_into_a_folder_for_each_officer_and_a_kit_that_nobody_saw_is_made_anew() {
    let Some(place) = Place::new() else { return };
    let _keeper = place.keep();
    let folders: Vec<PathBuf> = (1..=3).map(|n| place.at(&format!("officer-{n}"))).collect();
    folders.iter().for_each(|folder| fs::create_dir(folder).unwrap());
    let names: Vec<String> = folders.iter().map(|folder| format!("{:?}", folder.display().to_string())).collect();
    let split = format!("[recovery]\nneeded = 2\nof = 3\nfolders = [{}]\n", names.join(", "));
    let answers = place.answers_with("", &split);
    // Killed when the kit is made, before anybody was told.
    until_step(&place, &answers, "Recovery kit: ", Duration::ZERO);
    let told = json(&place.setup(&["--json", "--answers", &answers]).output().unwrap());
    assert!(told["kit"]["shares"].is_null(), "{told}");
    let files: Vec<&str> = told["kit"]["files"].as_array().unwrap().iter().map(|file| file.as_str().unwrap()).collect();
    assert!(
        files.len() == 3 && files.iter().zip(&folders).all(|(file, folder)| Path::new(file).starts_with(folder)),
        "{files:?}"
    );
    let line = |file: &str| {
        let text = fs::read_to_string(file).unwrap();
        text.lines().find(|line| line.trim().starts_with("HFR1-")).unwrap().trim().to_owned()
    };
    let rehearse = |lines: &str| {
        let mut command = Command::new(Path::new(env!("CARGO_BIN_EXE_holdfast-setup")).with_file_name("holdfast"));
        command.arg("--config").arg(place.at("etc/holdfast/holdfast.toml")).args(["recovery", "rehearse"]);
        fed(command, lines)
    };
    let proven = rehearse(&format!("{}\n{}\n", line(files[0]), line(files[2])));
    assert!(proven.status.success(), "{}", String::from_utf8_lossy(&proven.stdout));
    assert!(!rehearse(&line(files[1])).status.success());
    // Of the run that was killed.
    let old = fs::read_dir(&folders[0]).unwrap().map(|entry| entry.unwrap().path()).find(|path| path != Path::new(files[0]));
    let voided = rehearse(&format!("{}\n{}\n", line(old.unwrap().to_str().unwrap()), line(files[1])));
    let said = String::from_utf8_lossy(&voided.stdout).into_owned();
    assert!(!voided.status.success() && said.contains("this keyring needs kit"), "{said}");
}

/// Sockets have no content, and what goes away meanwhile is no secret that stays.
fn files_of_a_box_that_works(folder: &Path, into: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files_of_a_box_that_works(&path, into);
        } else if let Ok(bytes) = fs::read(&path) {
            into.insert(path, bytes);
        }
    }
}

fn fed(mut command: Command, input: &str) -> std::process::Output {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn holdfast(place: &Place, arguments: &[&str]) -> Value {
    let mut command = Command::new(Path::new(env!("CARGO_BIN_EXE_holdfast-setup")).with_file_name("holdfast"));
    command.arg("--json").arg("--config").arg(place.at("etc/holdfast/holdfast.toml")).args(arguments);
    serde_json::from_slice(&command.output().unwrap().stdout).unwrap_or(Value::Null)
}

fn status_of(place: &Place) -> String {
    holdfast(place, &["status"])["state"].as_str().unwrap_or_default().to_owned()
}
