//! What the faults are made with: tools of the system, and who may use them.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    time::{Duration, Instant},
};

use holdfast_tests::TestBox;
use nix::sched::{CloneFlags, unshare};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Runs a tool that must succeed.
pub(super) fn run(program: &str, arguments: &[&str]) {
    let done = Command::new(program).args(arguments).output().unwrap();
    assert!(done.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
}

/// A test that cannot be made here says so; in CI it fails.
pub(super) fn skip(why: &str) {
    assert!(std::env::var_os("CI").is_none(), "cannot be skipped in CI: {why}");
    println!("SKIPPED: {why}");
}

/// How long a busy file system may take to be let go.
const LET_GO: Duration = Duration::from_secs(20);

/// An ext4 file system in a file, whose power can be cut.
pub(super) struct Disk {
    pub(super) at: PathBuf,
    image: PathBuf,
    mounted: bool,
    _folder: TempDir,
}

impl Disk {
    /// None, and said: without root or loop devices there is no such disk.
    pub(super) fn new(mebibytes: u64) -> Option<Self> {
        if !nix::unistd::geteuid().is_root() || !Path::new("/dev/loop-control").exists() {
            skip("needs root and loop devices");
            return None;
        }
        // Mounts of this thread and what it starts only: a namespace that somebody else makes meanwhile (a container) would
        // otherwise hold the file system, and it could not be mounted anew.
        unshare(CloneFlags::CLONE_NEWNS).unwrap();
        run("mount", &["--make-rprivate", "/"]);
        // In memory: what is measured is what the box asks of a disk, not this machine's.
        let memory = Path::new("/dev/shm");
        let folder =
            if memory.is_dir() { TempDir::with_prefix_in("holdfast-", memory) } else { TempDir::with_prefix("holdfast-") };
        let folder = folder.unwrap();
        let (image, at) = (folder.path().join("image"), folder.path().join("mount"));
        fs::create_dir(&at).unwrap();
        fs::File::create(&image).unwrap().set_len(mebibytes << 20).unwrap();
        run("mkfs.ext4", &["-q", "-m", "0", image.to_str().unwrap()]);
        let mut disk = Self { at, image, mounted: false, _folder: folder };
        disk.mount();
        Some(disk)
    }

    pub(super) fn mount(&mut self) {
        run("mount", &["-o", "loop", self.image.to_str().unwrap(), self.at.to_str().unwrap()]);
        self.mounted = true;
    }

    /// EXT4_IOC_SHUTDOWN with NOLOGFLUSH: what the disk does not have by now is lost.
    pub(super) fn cut(&self) {
        let script = "import fcntl,os,struct,sys; fcntl.ioctl(os.open(sys.argv[1], 0), 0x8004587D, struct.pack('I', 2))";
        run("python3", &["-c", script, self.at.to_str().unwrap()]);
    }

    /// Whoever used it must be gone; they may take a moment.
    pub(super) fn unmount(&mut self) {
        let until = Instant::now() + LET_GO;
        while !Command::new("umount").arg("-q").arg(&self.at).output().unwrap().status.success() {
            assert!(Instant::now() < until, "the disk is still in use");
            std::thread::sleep(Duration::from_millis(20));
        }
        self.mounted = false;
    }

    /// Bytes that are left.
    pub(super) fn free(&self) -> u64 {
        let disk = nix::sys::statvfs::statvfs(&self.at).unwrap();
        disk.blocks_available() * disk.fragment_size()
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if self.mounted {
            // Lazily: a failed test may have left somebody on it.
            let _ = Command::new("umount").args(["-q", "-l"]).arg(&self.at).status();
        }
    }
}

/// `holdfast <verb>` for this box: what it says, and whether it succeeded.
pub(super) fn operator(boxed: &TestBox, verb: &str) -> (bool, String) {
    let mut tool = std::env::current_exe().unwrap();
    tool.pop();
    tool.pop();
    let output = Command::new(tool.join("holdfast")).arg("--data").arg(&boxed.data).arg(verb).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.success(), said)
}

/// A program of the box's, fed by standard input.
pub(super) fn program(name: &str, arguments: &[&str], input: &str) -> Output {
    let mut tool = std::env::current_exe().unwrap();
    tool.pop();
    tool.pop();
    let mut command = Command::new(tool.join(name));
    let mut child = command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

/// `holdfast --json ...` for this box: the exit code, and what it answers.
pub(super) fn holdfast(boxed: &TestBox, arguments: &[&str], input: &str) -> (Option<i32>, Value) {
    let data = boxed.data.display().to_string();
    let output = program("holdfast", &[&["--json", "--data", &data], arguments].concat(), input);
    let said = String::from_utf8_lossy(&output.stderr);
    let told = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{arguments:?}: {error}: {said}"));
    (output.status.code(), told)
}

/// A recovery kit of this box: the lines of its shares.
pub(super) fn make_kit(boxed: &TestBox) -> Vec<String> {
    let (code, told) = holdfast(boxed, &["recovery", "make"], "");
    assert_eq!(code, Some(0), "{told}");
    told["kit"]["shares"].as_array().unwrap().iter().map(|line| line.as_str().unwrap().to_owned()).collect()
}

/// Entries with this action, oldest first.
pub(super) fn entries(boxed: &TestBox, action: &str) -> Vec<Value> {
    let auditor = boxed.place().administrator("audit");
    let page = auditor.get_patiently(&format!("/api/v1/audit/entries?limit=200&action={action}")).unwrap().ok();
    let mut all = page["items"].as_array().unwrap().clone();
    all.reverse();
    all
}

/// Builds a library to preload.
pub(super) fn shim(text: &str, folder: &Path) -> PathBuf {
    let (source, library) = (folder.join("shim.c"), folder.join("shim.so"));
    fs::write(&source, text).unwrap();
    run("cc", &["-shared", "-fPIC", "-O1", "-o", library.to_str().unwrap(), source.to_str().unwrap()]);
    library
}

/// `holdfast scrub` of a box whose server does not run: the stores and objects that it names.
pub(super) fn scrub(boxed: &TestBox) -> Vec<(String, String)> {
    let mut tool = std::env::current_exe().unwrap();
    tool.pop();
    tool.pop();
    let output = Command::new(tool.join("holdfast")).args(["--json", "scrub", "--data"]).arg(&boxed.data).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {said}"));
    let findings = report["findings"].as_array().unwrap();
    assert_eq!(output.status.code(), Some(i32::from(!findings.is_empty())), "{said}");
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap().to_owned();
    findings.iter().map(|finding| (text(finding, "store"), text(finding, "object"))).collect()
}

/// The auditor's cross-check of a box that serves, which is stopped in between; what it says, and the effects that it was given.
pub(super) fn crosscheck(boxed: &mut TestBox) -> (Value, String) {
    boxed.stop().unwrap();
    boxed.start_hsmd().unwrap();
    let shown = program("holdfast", &["effects", "--data", boxed.data.to_str().unwrap()], "");
    assert!(shown.status.success(), "{}", String::from_utf8_lossy(&shown.stderr));
    boxed.start_server().unwrap();
    boxed.wait_ready().unwrap();
    let place = boxed.place();
    let export = place.administrator("audit").post("/api/v1/audit/exports", &json!({})).unwrap();
    assert_eq!(export.status, 200);
    let folder = TempDir::new().unwrap();
    let (tar, effects) = (folder.path().join("export.tar"), folder.path().join("effects"));
    fs::write(&tar, &export.bytes).unwrap();
    fs::write(&effects, &shown.stdout).unwrap();
    let key = place.vkey().unwrap();
    let words = ["crosscheck", tar.to_str().unwrap(), effects.to_str().unwrap(), "--key", &key, "--json"];
    let said = program("holdfast-audit", &words, "");
    let report: Value = serde_json::from_slice(&said.stdout).unwrap();
    let code = match report["verdict"].as_str() {
        Some("clean") => 0,
        Some("bad") => 1,
        _ => 2,
    };
    assert_eq!(said.status.code(), Some(code), "{report}");
    (report, String::from_utf8(shown.stdout).unwrap())
}

/// The word of `/api/v1/status`; `away` while nobody answers.
pub(super) fn state(boxed: &TestBox) -> String {
    let reply = boxed.place().stranger().get("/api/v1/status");
    reply.map_or_else(|_| "away".to_owned(), |reply| reply.json()["state"].as_str().unwrap().to_owned())
}

/// Waits for a state of the box; generous, since the machine may be busy.
pub(super) fn wait_state(boxed: &TestBox, wanted: &str) -> Duration {
    let begun = Instant::now();
    while state(boxed) != wanted {
        assert!(begun.elapsed() < Duration::from_secs(60), "the box is {}, not {wanted}", state(boxed));
        std::thread::sleep(Duration::from_millis(50));
    }
    begun.elapsed()
}
