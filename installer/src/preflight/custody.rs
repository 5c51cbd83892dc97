//! Who keeps the keys: our programs and users, the PKCS#11 module, the token.

use std::{fs, os::unix::fs::MetadataExt};

use holdfast_hsm::{
    ceremony,
    softtoken::{HsmdCommand, prepare},
};
use nix::unistd::User;

use super::{Finding, Look};
use crate::{answers::Kind, ceremony::is_empty};

const PROGRAMS: [&str; 4] = ["holdfast", "holdfast-hsmd", "holdfast-extract", "holdfast-relay"];
const USERS: [&str; 3] = ["holdfast", "holdfast-hsmd", "holdfast-extract"];
/// First bytes of a shared object.
const ELF: &[u8] = b"\x7fELF";

pub(super) fn programs(at: &Look<'_>) -> Finding {
    let missing: Vec<&str> = PROGRAMS.into_iter().filter(|name| !at.host.programs.join(name).is_file()).collect();
    let folder = at.host.programs.display().to_string();
    if missing.is_empty() {
        return at.ok("programs", folder);
    }
    at.refused(
        "programs",
        format!("{folder}: - {}", missing.join(" ")),
        "install the package again: it is not whole",
        "软件包不完整，请重新安装",
    )
}

pub(super) fn users(at: &Look<'_>) -> Finding {
    if !at.places.is_installed() {
        return at.ok("users", at.language.pick("not needed here", "此处不需要"));
    }
    let missing: Vec<&str> = USERS.into_iter().filter(|name| !matches!(User::from_name(name), Ok(Some(_)))).collect();
    if missing.is_empty() {
        return at.ok("users", USERS.join(" "));
    }
    at.refused(
        "users",
        format!("- {}", missing.join(" ")),
        "systemd-sysusers holdfast.conf",
        "请运行 systemd-sysusers holdfast.conf",
    )
}

pub(super) fn module(at: &Look<'_>) -> Finding {
    let path = &at.token.module;
    let found = path.display().to_string();
    let shared = fs::read(path).is_ok_and(|bytes| bytes.starts_with(ELF));
    if !shared && at.token.kind == Kind::Software {
        return at.refused(
            "module",
            found,
            "apt install softhsm2 (dnf install softhsm), or name the module of your HSM in the answers",
            "请安装 softhsm2（apt install softhsm2 或 dnf install softhsm），或在答案文件里写明 HSM 的模块",
        );
    }
    if !shared {
        return at.refused(
            "module",
            found,
            "install the HSM vendor's PKCS#11 library there",
            "请在该路径安装 HSM 厂商的 PKCS#11 库",
        );
    }
    // Whoever may write to it is given the PIN.
    let others = fs::metadata(path).is_ok_and(|meta| meta.mode() & 0o022 != 0);
    if others {
        return at.warning("module", found, "others than root may change it: chmod go-w", "其他用户可以修改它：请 chmod go-w");
    }
    at.ok("module", found)
}

/// Loads the module in an hsmd of its own, for a second.
pub(super) fn token(at: &Look<'_>) -> Finding {
    if at.token.kind == Kind::Software {
        let there = !is_empty(&at.places.token().join("tokens"));
        let text = if there { at.language.pick("is there", "已存在") } else { at.language.pick("will be made", "将新建") };
        return at.ok("token", at.language.pick(format!("software token {text}"), format!("软件令牌{text}")));
    }
    match reach(at) {
        Ok(serial) => at.ok("token", format!("{} ({serial})", at.token.label)),
        Err(why) => at.refused(
            "token",
            format!("{}: {why}", at.token.label),
            "exactly one token of this label must be there: check the module's own configuration, its network or USB, and the label",
            "必须恰好有一个该标签的令牌：请检查模块自身的配置、网络或 USB 以及标签",
        ),
    }
}

fn reach(at: &Look<'_>) -> Result<String, String> {
    let words = |error: &dyn std::error::Error| error.to_string();
    // Nobody else writes there.
    let folder = at.places.custody().join("preflight");
    let conf = prepare(&folder.join("none")).map_err(|error| words(&error))?;
    let hsmd = HsmdCommand {
        program: at.host.programs.join("holdfast-hsmd"),
        module: at.token.module.clone(),
        socket: folder.join("hsmd.sock"),
        state: folder.clone(),
        pin_file: None,
        label: Some(at.token.label.clone()),
        owner: None,
        // The module's own configuration counts, where the operator named one.
        softhsm_conf: std::env::var_os("SOFTHSM2_CONF").is_none().then_some(conf),
        ceremony: true,
    };
    let serial = hsmd
        .start()
        .map_err(|error| words(&error))
        .and_then(|_running| ceremony::token_serial(hsmd.socket.clone()).map_err(|error| words(&error)));
    let _ = fs::remove_dir_all(&folder);
    serial
}

pub(super) fn pin(at: &Look<'_>) -> Finding {
    if let Some(path) = &at.token.pin_file {
        let readable = fs::metadata(path).is_ok_and(|meta| meta.is_file());
        if !readable {
            return at.refused(
                "pin",
                path.display().to_string(),
                "token.pin_file names no file",
                "token.pin_file 指向的文件不存在",
            );
        }
        if fs::metadata(path).is_ok_and(|meta| meta.mode() & 0o077 != 0) {
            return at.warning("pin", path.display().to_string(), "others may read it: chmod 600", "其他用户可读：请 chmod 600");
        }
    }
    if at.keeps_credential() && at.host.run("systemd-creds", &["--version"]).is_none() {
        return at.refused(
            "pin",
            at.language.pick("no systemd-creds", "没有 systemd-creds"),
            "set keep_pin to \"file\" or \"nowhere\", or use systemd 250 or later",
            "请把 keep_pin 改为 file 或 nowhere，或使用 systemd 250 及以上",
        );
    }
    at.ok("pin", at.language.pick("can be kept as asked", "可按所选方式保存"))
}

/// Keys and data belong together; half of it means that something is missing.
pub(super) fn state(at: &Look<'_>) -> Finding {
    let keyring = at.places.keyring().join("header").exists();
    let stores = ["db", "ledger", "packs", "audit"].iter().any(|store| !is_empty(&at.places.data().join(store)));
    match (keyring, stores) {
        (false, true) => at.refused(
            "state",
            at.language.pick("there is data, and no keyring", "有数据，但没有密钥环"),
            "bring /var/lib/holdfast/keyring back: without it this data cannot be opened",
            "请恢复 /var/lib/holdfast/keyring：没有它无法打开这些数据",
        ),
        (true, _) => at.ok("state", at.language.pick("a box is here; what is missing is made", "已是设备，只补齐缺少的部分")),
        (false, false) => at.ok("state", at.language.pick("empty", "空")),
    }
}
