//! The report on paper, in Chinese or in English. Times are UTC, since a paper does not say where it is read.

use holdfast_audit::Ending;
use holdfast_base::Timestamp;
use holdfast_directory::{Role, views::Locale};

use super::{
    super::views::{Actor, ActorKind},
    Egress, Evidence, RelayState, Retention,
    sheet::{Pair, Sheet},
};
use crate::api::audit::witnesses::Standing;

const TITLE: Pair = ["证据报告", "Evidence report"];
const TIME: Pair = ["时间（UTC）", "Time (UTC)"];
const SIZE: Pair = ["条数", "Entries"];
const ENTRY: Pair = ["审计记录号", "Audit entry"];
const NONE_RECORDED: Pair = ["没有记录", "None recorded"];

pub(super) fn of(evidence: &Evidence, language: Locale) -> String {
    let sub = match &evidence.site {
        Some(site) => format!("{} · {site}", evidence.enterprise),
        None => evidence.enterprise.clone(),
    };
    let mut sheet = Sheet::new(language, TITLE, &sub);
    about(&mut sheet, evidence);
    keys(&mut sheet, evidence);
    storage(&mut sheet, evidence);
    egress(&mut sheet, &evidence.egress);
    verification(&mut sheet, evidence);
    witnesses(&mut sheet, evidence);
    retention(&mut sheet, &evidence.retention);
    roles(&mut sheet, evidence);
    rehearsal(&mut sheet, evidence);
    checkpoints(&mut sheet, evidence);
    sheet.end(&[["审计管理员（签字）", "Auditor (signature)"], ["日期", "Date"]])
}

fn about(sheet: &mut Sheet, evidence: &Evidence) {
    sheet.section(["本报告", "This report"], false);
    let site = evidence.site.clone().unwrap_or_else(|| sheet.say(["配置中未填写", "not named in the configuration"]).to_owned());
    sheet.facts(&[
        (["编号（审计记录号）", "Number (audit entry)"], evidence.number.to_string()),
        (TIME, instant(evidence.made_at)),
        (["出具人", "Made by"], format!("{} ({})", evidence.made_by.name, evidence.made_by.uid)),
        (["企业", "Enterprise"], evidence.enterprise.clone()),
        (["地点", "Site"], site),
        (["版本", "Version"], evidence.version.to_owned()),
        (["运行自（UTC）", "Running since (UTC)"], instant(evidence.since)),
    ]);
}

fn keys(sheet: &mut Sheet, evidence: &Evidence) {
    let hsm = &evidence.hsm;
    sheet.section(["密钥与令牌", "Keys and token"], false);
    let kind = if hsm.token.software { ["软件令牌", "software token"] } else { ["硬件令牌", "hardware token"] };
    let kit = match &evidence.hsm.kit {
        Some(kit) => format!("{} / {}", kit.needed, kit.of),
        None => sheet.say(["没有", "none"]).to_owned(),
    };
    let second = match &evidence.hsm.second_token {
        Some(second) => format!("{}, {}, {}", second.serial, second.epoch, second.vkey),
        None => sheet.say(["没有", "none"]).to_owned(),
    };
    sheet.facts(&[
        (["令牌", "Token"], sheet.say(kind).to_owned()),
        (["标签", "Label"], hsm.token.label.clone()),
        (["序列号", "Serial number"], hsm.token.serial.clone()),
        (["型号", "Model"], hsm.token.model.clone()),
        (["制造商", "Manufacturer"], hsm.token.manufacturer.clone()),
        (["纪元", "Epoch"], hsm.epoch.to_string()),
        (["包裹机制", "Wrap mechanism"], hsm.mechanism.clone()),
        (["域密钥", "Domain keys"], hsm.keys.domains.to_string()),
        (["数据密钥", "Data keys"], hsm.keys.data.to_string()),
        (["恢复份额（需要 / 共）", "Recovery kit (shares needed / in all)"], kit),
        (["第二令牌（序列号，纪元，验证公钥）", "Second token (serial number, epoch, verifier key)"], second),
        (["审计验证公钥", "Audit verifier key"], hsm.audit_key.vkey.clone()),
    ]);
    if hsm.token.software {
        sheet.warning([
            "软件令牌的密钥是文件，只用于评估：能复制这台机器的人也能复制密钥。",
            "The keys of a software token are files, for evaluation only: whoever can copy this machine can copy its keys.",
        ]);
    }
}

fn storage(sheet: &mut Sheet, evidence: &Evidence) {
    sheet.section(["存储设备", "Storage"], false);
    let rows: Vec<_> = evidence
        .storage
        .iter()
        .map(|volume| {
            vec![
                volume.device.clone(),
                volume.file_system.clone(),
                gibibytes(volume.size_bytes),
                gibibytes(volume.free_bytes),
                volume.folders.join(" "),
            ]
        })
        .collect();
    let heads = [["设备", "Device"], ["文件系统", "File system"], ["容量", "Size"], ["剩余", "Free"], ["目录", "Folders"]];
    sheet.table(&heads, &[], &rows);
}

fn egress(sheet: &mut Sheet, egress: &Egress) {
    sheet.section(["对外连接", "Connections to the outside"], false);
    let closed = if egress.closed {
        ["刚刚试过：内核拒绝本进程新建网络套接字", "Tried just now: the kernel refuses this process a network socket"]
    } else {
        ["刚刚试过：本进程能新建网络套接字", "Tried just now: this process can open a network socket"]
    };
    let relay = match egress.relay {
        RelayState::Off => ["未启用", "off"],
        RelayState::On => ["运行中", "running"],
        RelayState::Silent => ["在运行，但没有回答", "there, but did not answer"],
    };
    let allowed = match egress.relay {
        RelayState::Silent => sheet.say(["不知道", "not known"]).to_owned(),
        _ if egress.allowed.is_empty() => sheet.say(["无", "none"]).to_owned(),
        _ => egress.allowed.join(", "),
    };
    sheet.facts(&[
        (["套接字过滤", "Socket filter"], sheet.say(closed).to_owned()),
        (["由本机发起的连接", "Connections begun by the box"], egress.started.to_string()),
        (["中继", "Relay"], sheet.say(relay).to_owned()),
        (["中继允许的地址", "Addresses that the relay lets through"], allowed),
        (["启动以来经中继的连接", "Connections through the relay since the start"], egress.relayed.to_string()),
    ]);
}

fn verification(sheet: &mut Sheet, evidence: &Evidence) {
    sheet.section(["最近一次完整性校验", "Last integrity check"], false);
    let Some(last) = &evidence.verification else { return sheet.paragraph(sheet.say(NONE_RECORDED)) };
    let verdict = match last.verdict.as_str() {
        "clean" => ["完好", "clean"],
        "bad" => ["有问题", "bad"],
        _ => ["无法判断", "cannot tell"],
    };
    sheet.facts(&[
        (["结论", "Verdict"], sheet.say(verdict).to_owned()),
        (SIZE, last.size.to_string()),
        (TIME, instant(last.at)),
        (["由谁", "By"], who(sheet, &last.by)),
        (ENTRY, last.index.to_string()),
    ]);
}

fn witnesses(sheet: &mut Sheet, evidence: &Evidence) {
    sheet.section(["见证人", "Witnesses"], false);
    if evidence.witnesses.is_empty() {
        return sheet.paragraph(sheet.say(["没有登记", "None registered"]));
    }
    let rows: Vec<_> = evidence
        .witnesses
        .iter()
        .map(|witness| {
            let standing = match &witness.seen {
                None => ["还没有联署", "has cosigned nothing yet"],
                Some(seen) => match seen.standing {
                    Standing::Continues => ["日志延续它", "the log continues it"],
                    Standing::RolledBack => ["日志比它短：已回滚", "the log is shorter: rolled back"],
                    Standing::Forked => ["日志与它不同：已分叉", "the log differs from it: forked"],
                    Standing::CannotTell => ["无法判断", "cannot tell"],
                },
            };
            let seen = witness.seen.as_ref();
            vec![
                witness.name.clone(),
                seen.map(|seen| seen.size.to_string()).unwrap_or_default(),
                seen.map(|seen| instant(seen.at)).unwrap_or_default(),
                sheet.say(standing).to_owned(),
            ]
        })
        .collect();
    sheet.table(&[["名称", "Name"], SIZE, TIME, ["状态", "State"]], &[], &rows);
}

fn retention(sheet: &mut Sheet, retention: &Retention) {
    sheet.section(["审计保存期", "Retention of the audit log"], false);
    sheet.facts(&[
        (["保存天数", "Days kept"], retention.days.to_string()),
        (["不得低于（天）", "Never below (days)"], retention.floor_days.to_string()),
        (["最早保留的记录", "First entry kept"], retention.first_kept.to_string()),
        (["记录总数", "Entries in all"], retention.size.to_string()),
    ]);
    if retention.prunings.is_empty() {
        return sheet.paragraph(sheet.say(["从未清理。", "Nothing was ever pruned."]));
    }
    let row = |pruning: &super::Pruning| {
        let range = format!("{} – {}", pruning.first, pruning.last);
        vec![instant(pruning.at), range, pruning.days.to_string(), pruning.index.to_string()]
    };
    let rows: Vec<_> = retention.prunings.iter().map(row).collect();
    sheet.table(&[TIME, ["清理的记录", "Entries pruned"], ["当时天数", "Days then"], ENTRY], &[], &rows);
}

fn roles(sheet: &mut Sheet, evidence: &Evidence) {
    sheet.section(["三员", "Holders of the three roles"], false);
    let rows: Vec<_> = evidence
        .roles
        .iter()
        .map(|grant| {
            let role = match grant.role {
                Role::System => ["系统管理员", "System administrator"],
                Role::Security => ["安全管理员", "Security administrator"],
                Role::Audit => ["审计管理员", "Auditor"],
            };
            let by = grant.granted_by.as_ref().map_or_else(|| sheet.say(["初始设置", "Set-up"]).to_owned(), |by| by.name.clone());
            vec![
                sheet.say(role).to_owned(),
                format!("{} ({})", grant.person.name, grant.person.uid),
                instant(grant.granted_at),
                by,
            ]
        })
        .collect();
    sheet.table(
        &[["角色", "Role"], ["人员", "Person"], ["授予时间（UTC）", "Since (UTC)"], ["授予人", "Granted by"]],
        &[],
        &rows,
    );
}

fn rehearsal(sheet: &mut Sheet, evidence: &Evidence) {
    sheet.section(["最近一次恢复演练", "Last rehearsal of a recovery"], false);
    let Some(last) = &evidence.rehearsal else { return sheet.paragraph(sheet.say(NONE_RECORDED)) };
    let outcome = match last.outcome {
        Ending::Success => ["成功", "done"],
        Ending::Refused => ["拒绝", "refused"],
        Ending::Failed => ["失败", "failed"],
    };
    sheet.facts(&[
        (["结果", "Result"], sheet.say(outcome).to_owned()),
        (TIME, instant(last.at)),
        (["由谁", "By"], who(sheet, &last.by)),
        (ENTRY, last.index.to_string()),
    ]);
}

fn checkpoints(sheet: &mut Sheet, evidence: &Evidence) {
    sheet.section(["最近的检查点", "Last checkpoints"], true);
    let rows: Vec<_> = evidence
        .checkpoints
        .iter()
        .map(|one| vec![instant(one.at), one.origin.clone(), one.size.to_string(), one.root.clone(), one.key.clone()])
        .collect();
    let heads = [TIME, ["日志", "Log"], SIZE, ["根", "Root"], ["密钥", "Key"]];
    sheet.table(&heads, &[3, 4], &rows);
    sheet.paragraph(sheet.say([
        "离线核对：从控制台导出，在自己的机器上运行 holdfast-audit verify，公钥取自令牌贴条，不取自本报告。",
        "To check offline: take an export from the console and run holdfast-audit verify on a machine of your own, with the key \
         from the token's label, not from this report.",
    ]));
}

fn who(sheet: &Sheet, actor: &Actor) -> String {
    match (&actor.kind, &actor.name) {
        (_, Some(name)) => name.clone(),
        (ActorKind::System, None) => sheet.say(["系统", "System"]).to_owned(),
        (ActorKind::Stranger, None) => sheet.say(["未登录者", "Not signed in"]).to_owned(),
        (ActorKind::Person, None) => actor.id.map(|id| id.to_string()).unwrap_or_default(),
    }
}

fn instant(at: Timestamp) -> String {
    let at = jiff::Timestamp::from_microsecond(at.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    at.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

fn gibibytes(bytes: u64) -> String {
    let tenths = bytes / ((1 << 30) / 10);
    format!("{}.{} GiB", tenths / 10, tenths % 10)
}
