use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// Where the kernel and the tools of this machine are asked.
#[derive(Debug, Clone)]
pub struct Host {
    pub proc: PathBuf,
    pub sys: PathBuf,
    /// The only folder in which tools are looked for; everywhere, when absent.
    pub tools: Option<PathBuf>,
    /// Where our own programs lie.
    pub programs: PathBuf,
}

impl Host {
    pub fn this(programs: PathBuf) -> Self {
        Self { proc: "/proc".into(), sys: "/sys".into(), tools: None, programs }
    }

    /// Trimmed; empty when there is no such file.
    pub(super) fn proc(&self, path: &str) -> String {
        read(&self.proc.join(path))
    }

    pub(super) fn sys(&self, path: &str) -> String {
        read(&self.sys.join(path))
    }

    pub(super) fn number(&self, path: &str) -> Option<u64> {
        self.proc(path).parse().ok()
    }

    /// What a tool prints; `None` when it is missing or says no.
    pub(super) fn run(&self, tool: &str, arguments: &[&str]) -> Option<String> {
        let program = self.tools.as_ref().map_or_else(|| PathBuf::from(tool), |folder| folder.join(tool));
        let mut command = Command::new(program);
        let output = command.args(arguments).env("LC_ALL", "C").stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_default().trim().to_owned()
}
