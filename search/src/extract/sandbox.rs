//! What a worker may not do, in layers, so that an older kernel still has the others: limits of the process, no new privileges, no
//! core dumps, no file (landlock), and a short list of system calls (seccomp), none of which opens anything.

use std::{collections::BTreeMap, error::Error};

use landlock::{ABI, Access, AccessFs, CompatLevel, Compatible, Ruleset, RulesetAttr};
use nix::sys::{
    prctl,
    resource::{Resource, UsageWho, getrusage, setrlimit},
};
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, TargetArch};

use super::WorkerError;
use crate::limits;

/// After this the process can read and write what it holds open, use memory, and end.
pub(super) fn lock() -> Result<(), WorkerError> {
    let failed = |what: &'static str| move |source: Box<dyn Error + Send + Sync>| WorkerError::Sandbox { what, source };
    processes().map_err(|e| failed("limits")(e.into()))?;
    files().map_err(|e| failed("files")(e.into()))?;
    calls().map_err(failed("system calls"))
}

fn processes() -> nix::Result<()> {
    prctl::set_dumpable(false)?;
    prctl::set_no_new_privs()?;
    setrlimit(Resource::RLIMIT_AS, limits::WORKER_MEMORY_BYTES, limits::WORKER_MEMORY_BYTES)?;
    setrlimit(Resource::RLIMIT_FSIZE, 0, 0)?;
    setrlimit(Resource::RLIMIT_CORE, 0, 0)?;
    setrlimit(Resource::RLIMIT_NOFILE, limits::WORKER_FILES, limits::WORKER_FILES)?;
    allow_time()
}

/// The limit of processor time counts from the start of the process, so each file moves it on.
pub(super) fn allow_time() -> nix::Result<()> {
    let usage = getrusage(UsageWho::RUSAGE_SELF)?;
    let used = usage.user_time().tv_sec() + usage.system_time().tv_sec();
    let soft = u64::try_from(used).unwrap_or(0) + limits::WORKER_CPU_SECONDS;
    let hard = limits::WORKER_CPU_SECONDS * u64::from(limits::WORKER_JOBS + 1);
    setrlimit(Resource::RLIMIT_CPU, soft.min(hard), hard)
}

fn files() -> Result<(), landlock::RulesetError> {
    let all = AccessFs::from_all(ABI::V5);
    Ruleset::default().set_compatibility(CompatLevel::BestEffort).handle_access(all)?.create()?.restrict_self()?;
    Ok(())
}

fn calls() -> Result<(), Box<dyn Error + Send + Sync>> {
    let allowed = [
        libc::SYS_read,
        libc::SYS_write,
        libc::SYS_readv,
        libc::SYS_writev,
        libc::SYS_recvfrom,
        libc::SYS_sendto,
        libc::SYS_recvmsg,
        libc::SYS_sendmsg,
        libc::SYS_close,
        libc::SYS_fstat,
        libc::SYS_lseek,
        libc::SYS_mmap,
        libc::SYS_munmap,
        libc::SYS_mprotect,
        libc::SYS_mremap,
        libc::SYS_madvise,
        libc::SYS_brk,
        libc::SYS_futex,
        libc::SYS_sched_yield,
        libc::SYS_sched_getaffinity,
        libc::SYS_clock_gettime,
        libc::SYS_getrandom,
        libc::SYS_getrusage,
        libc::SYS_prlimit64,
        libc::SYS_rt_sigaction,
        libc::SYS_rt_sigprocmask,
        libc::SYS_rt_sigreturn,
        libc::SYS_sigaltstack,
        libc::SYS_getpid,
        libc::SYS_gettid,
        libc::SYS_tgkill,
        libc::SYS_restart_syscall,
        libc::SYS_exit,
        libc::SYS_exit_group,
    ];
    let rules: BTreeMap<i64, Vec<seccompiler::SeccompRule>> = allowed.into_iter().map(|call| (call, Vec::new())).collect();
    let arch = TargetArch::try_from(std::env::consts::ARCH)?;
    let refuse = SeccompAction::Errno(u32::try_from(libc::EPERM)?);
    let program: BpfProgram = SeccompFilter::new(rules, refuse, SeccompAction::Allow, arch)?.try_into()?;
    seccompiler::apply_filter(&program)?;
    Ok(())
}
