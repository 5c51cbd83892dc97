//! The machine itself: system, kernel, processor, memory, clock.

use std::env;

use nix::unistd::geteuid;

use super::{Finding, Look};

const SYSTEMD: u32 = 252;
const SYSTEMD_AT_LEAST: u32 = 247;
/// Landlock came with 5.13.
const KERNEL: (u32, u32) = (5, 13);
const CORES: usize = 2;
const MEMORY_MIB: u64 = 3_500;
const MEMORY_MIB_AT_LEAST: u64 = 1_500;
const ENTROPY_BITS: u64 = 128;

pub(super) fn root(at: &Look<'_>) -> Finding {
    if geteuid().is_root() || !at.places.is_installed() {
        return at.ok("root", at.language.pick("may change this system", "有权修改本机"));
    }
    at.refused("root", at.language.pick("not root", "当前用户不是 root"), "run it as root", "请以 root 运行")
}

pub(super) fn systemd(at: &Look<'_>) -> Finding {
    let told = at.host.run("systemctl", &["--version"]).unwrap_or_default();
    let version = told.split_whitespace().nth(1).and_then(|word| word.split(['.', '~', '-']).next()?.parse::<u32>().ok());
    match version {
        Some(version) if version >= SYSTEMD => at.ok("systemd", format!("systemd {version}")),
        Some(version) if version >= SYSTEMD_AT_LEAST => at.warning(
            "systemd",
            format!("systemd {version}"),
            "252 or later knows every protection that the units ask for; with this one keep_pin must be \"file\" or \"nowhere\"",
            "建议 252 或更高版本，单元文件里的防护才能全部生效；当前版本的 keep_pin 只能选 file 或 nowhere",
        ),
        Some(version) => at.refused(
            "systemd",
            format!("systemd {version}"),
            "the units need systemd 247 or later: upgrade the operating system",
            "单元文件需要 systemd 247 或更高版本，请升级操作系统",
        ),
        None if !at.places.is_installed() => {
            at.ok("systemd", at.language.pick("not asked: no units are started here", "不检查：此处不启动单元"))
        }
        None => at.refused(
            "systemd",
            at.language.pick("none found", "未找到 systemd"),
            "Holdfast runs as systemd units: use a distribution that boots with systemd",
            "Holdfast 以 systemd 单元运行，请使用由 systemd 引导的发行版",
        ),
    }
}

pub(super) fn kernel(at: &Look<'_>) -> Finding {
    let release = at.host.proc("sys/kernel/osrelease");
    let mut numbers = release.split(['.', '-']).map_while(|word| word.parse::<u32>().ok());
    match (numbers.next(), numbers.next()) {
        (Some(major), Some(minor)) if (major, minor) >= KERNEL => at.ok("kernel", release),
        _ => at.warning(
            "kernel",
            release,
            "5.13 or later locks the workers that read foreign files into their own folder (Landlock)",
            "5.13 或更高版本才有 Landlock，用来把读取外来文件的进程关在自己的目录里",
        ),
    }
}

pub(super) fn seccomp(at: &Look<'_>) -> Finding {
    let actions = at.host.proc("sys/kernel/seccomp/actions_avail");
    if actions.split_whitespace().any(|action| action == "errno") {
        return at.ok("seccomp", at.language.pick("available", "可用"));
    }
    at.refused(
        "seccomp",
        at.language.pick("not available", "不可用"),
        "the server refuses itself new network sockets with seccomp: use a kernel with CONFIG_SECCOMP_FILTER",
        "服务进程用 seccomp 禁止自己新建网络套接字，请使用带 CONFIG_SECCOMP_FILTER 的内核",
    )
}

pub(super) fn landlock(at: &Look<'_>) -> Finding {
    let modules = at.host.sys("kernel/security/lsm");
    if modules.split(',').any(|module| module == "landlock") {
        return at.ok("landlock", at.language.pick("available", "可用"));
    }
    let found = if modules.is_empty() {
        at.language.pick("cannot be told: securityfs is not mounted", "无法判断：未挂载 securityfs")
    } else {
        at.language.pick("not switched on", "未启用")
    };
    at.warning(
        "landlock",
        found,
        "add landlock to the kernel's lsm= parameter; without it the workers have one lock less",
        "请在内核参数 lsm= 中加入 landlock；没有它，读取文件的进程会少一层隔离",
    )
}

pub(super) fn namespaces(at: &Look<'_>) -> Finding {
    match at.host.number("sys/user/max_user_namespaces") {
        Some(0) => at.warning(
            "namespaces",
            at.language.pick("user namespaces are switched off", "用户命名空间被关闭"),
            "set user.max_user_namespaces above 0, else systemd leaves PrivateUsers= out",
            "请把 user.max_user_namespaces 设为大于 0，否则 systemd 会跳过 PrivateUsers=",
        ),
        _ => at.ok("namespaces", at.language.pick("available", "可用")),
    }
}

/// Never a refusal: the units have no network of their own whatever the answer is.
pub(super) fn egress(at: &Look<'_>) -> Finding {
    let unified = at.host.proc("mounts").lines().any(|line| line.split(' ').nth(2) == Some("cgroup2"));
    let text = if unified {
        at.language.pick("PrivateNetwork, and address filters as well", "PrivateNetwork，另有地址过滤")
    } else {
        at.language.pick(
            "PrivateNetwork; address filters need cgroup v2 and are not relied upon",
            "PrivateNetwork；地址过滤需要 cgroup v2，系统不依赖它",
        )
    };
    at.ok("egress", text)
}

pub(super) fn processor(at: &Look<'_>) -> Finding {
    let information = at.host.proc("cpuinfo");
    let flags = information.lines().find(|line| line.starts_with("flags") || line.starts_with("Features")).unwrap_or_default();
    let has = |flag: &str| flags.split_whitespace().any(|word| word == flag);
    if has("aes") && (has("pclmulqdq") || has("pmull")) {
        return at.ok("processor", at.language.pick("has AES instructions", "支持 AES 指令"));
    }
    at.warning(
        "processor",
        at.language.pick("has no AES instructions", "没有 AES 指令"),
        "everything is encrypted and will be several times slower: pass the processor's flags to the virtual machine (cpu host)",
        "所有数据都要加密，没有该指令会慢数倍；虚拟机请透传 CPU 特性（host 模式）",
    )
}

pub(super) fn cores(at: &Look<'_>) -> Finding {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let found = at.language.pick(format!("{cores} cores"), format!("{cores} 个核"));
    if cores >= CORES {
        return at.ok("cores", found);
    }
    at.warning(
        "cores",
        found,
        "two or more, so that a sign-in and a search do not wait for each other",
        "建议至少 2 个核，登录与搜索才不互相等待",
    )
}

pub(super) fn memory(at: &Look<'_>) -> Finding {
    let information = at.host.proc("meminfo");
    let total =
        information.lines().find_map(|line| line.strip_prefix("MemTotal:")?.split_whitespace().next()?.parse::<u64>().ok());
    let mib = total.unwrap_or(0) / 1_024;
    let found = format!("{mib} MiB");
    match mib {
        0..MEMORY_MIB_AT_LEAST => {
            at.refused("memory", found, "2 GiB at the least, 4 GiB or more for a company", "至少 2 GiB，正式使用建议 4 GiB 以上")
        }
        MEMORY_MIB_AT_LEAST..MEMORY_MIB => {
            at.warning("memory", found, "enough for trying out; 4 GiB or more for a company", "试用够了；正式使用建议 4 GiB 以上")
        }
        _ => at.ok("memory", found),
    }
}

/// Keys are locked in memory; texts on their way are not.
pub(super) fn swap(at: &Look<'_>) -> Finding {
    let areas = at.host.proc("swaps");
    let plain: Vec<&str> = areas
        .lines()
        .skip(1)
        .filter_map(|line| line.split_whitespace().next())
        .filter(|area| !area.starts_with("/dev/dm-") && !area.starts_with("/dev/zram") && !area.starts_with("/dev/mapper/"))
        .collect();
    if plain.is_empty() {
        return at.ok("swap", at.language.pick("none that is readable", "没有明文交换区"));
    }
    at.warning(
        "swap",
        plain.join(" "),
        "what is swapped out can be read from the disk: swapoff -a and take it out of /etc/fstab, or use encrypted swap",
        "换出的内存可从磁盘读出：请 swapoff -a 并从 /etc/fstab 移除，或改用加密交换区",
    )
}

pub(super) fn core_dumps(at: &Look<'_>) -> Finding {
    let pattern = at.host.proc("sys/kernel/core_pattern");
    // systemd-coredump heeds LimitCORE=0 of the units; other handlers behind a pipe do not.
    if !pattern.starts_with('|') || pattern.contains("systemd-coredump") {
        return at.ok("core-dumps", at.language.pick("off for the units", "单元不产生转储"));
    }
    at.warning(
        "core-dumps",
        pattern,
        "this handler is given the memory of any process that crashes, the box's too: set kernel.core_pattern to core",
        "该程序会拿到任何崩溃进程的内存，包括本系统：请把 kernel.core_pattern 设为 core",
    )
}

pub(super) fn entropy(at: &Look<'_>) -> Finding {
    let bits = at.host.number("sys/kernel/random/entropy_avail").unwrap_or(0);
    let found = at.language.pick(format!("{bits} bits"), format!("{bits} 位"));
    if bits >= ENTROPY_BITS {
        return at.ok("entropy", found);
    }
    at.refused(
        "entropy",
        found,
        "keys are about to be made: wait, or give the machine a hardware source (virtio-rng, rng-tools)",
        "马上要生成密钥：请稍候，或为本机配置硬件熵源（virtio-rng、rng-tools）",
    )
}

pub(super) fn clock(at: &Look<'_>) -> Finding {
    match at.host.run("timedatectl", &["show", "-p", "NTPSynchronized", "--value"]).as_deref() {
        Some("yes") => at.ok("clock", at.language.pick("synchronised", "已同步")),
        _ => at.warning(
            "clock",
            at.language.pick("not known to be synchronised", "未确认已同步"),
            "logs are evidence, and certificates have dates: give the host a time server on the LAN (systemd-timesyncd or chrony)",
            "日志要作证据，证书有有效期：请为主机配置内网时间服务器（systemd-timesyncd 或 chrony）",
        ),
    }
}

pub(super) fn locale(at: &Look<'_>) -> Finding {
    let set = ["LC_ALL", "LC_CTYPE", "LANG"].iter().filter_map(|name| env::var(name).ok()).find(|value| !value.is_empty());
    let set = set.unwrap_or_default();
    let plain = set.to_ascii_lowercase().replace('-', "");
    if plain.ends_with("utf8") {
        return at.ok("locale", set);
    }
    let found = if set.is_empty() { "-".to_owned() } else { set };
    at.warning(
        "locale",
        found,
        "the terminal may garble names that are typed here: LANG=C.UTF-8 holdfast-setup, or use --answers",
        "终端里输入的姓名可能乱码：可用 LANG=C.UTF-8 holdfast-setup，或改用 --answers",
    )
}
