//! The list as a sheet, in the language of who asked.

use std::io::Write;

use holdfast_base::{Result, Timestamp};

use super::{Holding, HoldingKind};
use crate::{
    PersonState, Role,
    delegations::Power,
    import::{SheetFormat, SheetWriter},
    views::{AppDoor, DepartmentRef, Locale},
};

const HEADINGS: [(&str, &str); 12] = [
    ("类别", "Kind"),
    ("姓名", "Name"),
    ("账号", "Account"),
    ("账号状态", "Account state"),
    ("持有", "Holds"),
    ("范围", "Where"),
    ("数量", "How many"),
    ("授予时间 (UTC)", "Granted (UTC)"),
    ("授予人", "Granted by"),
    ("理由", "Reason"),
    ("到期 (UTC)", "Ends (UTC)"),
    ("编号", "Number"),
];

/// A row for each holding, under headings.
pub fn sheet(holdings: &[Holding], format: SheetFormat, locale: Locale, out: &mut dyn Write) -> Result<()> {
    let mut sheet = SheetWriter::new(format, out)?;
    let word = |(zh, en): (&'static str, &'static str)| if locale == Locale::Chinese { zh } else { en };
    sheet.row(&HEADINGS.map(word))?;
    for one in holdings {
        sheet.row(&line(one, word))?;
    }
    sheet.finish().map(drop)
}

/// As spreadsheets take it for an instant.
fn moment(at: Timestamp) -> String {
    let at = jiff::Timestamp::from_microsecond(at.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    at.strftime("%Y-%m-%d %H:%M").to_string()
}

fn line(one: &Holding, word: impl Fn((&'static str, &'static str)) -> &'static str) -> [String; 12] {
    let kind = match one.kind {
        HoldingKind::Role => ("角色", "Role"),
        HoldingKind::Delegation => ("分级管理", "Delegation"),
        HoldingKind::Connector => ("连接器", "Connector"),
        HoldingKind::AppPassword => ("应用密码", "App passwords"),
        HoldingKind::Group => ("群组", "Group"),
    };
    let role = one.role.map(|role| match role {
        Role::System => ("系统管理员", "System administrator"),
        Role::Security => ("安全管理员", "Security administrator"),
        Role::Audit => ("审计管理员", "Auditor"),
    });
    let door = one.door.map(|door| match door {
        AppDoor::Webdav => ("WebDAV", "WebDAV"),
        AppDoor::Ldap => ("LDAP", "LDAP"),
        AppDoor::Any => ("所有入口", "Every door"),
    });
    let power = |power: &Power| match power {
        Power::People => ("管理人员", "Manages people"),
        Power::Departments => ("管理部门", "Manages departments"),
        Power::SignIn => ("重置登录", "Resets sign-in"),
    };
    let owner = (one.kind == HoldingKind::Group).then_some(("群主", "Owner"));
    let mut holds: Vec<&str> = [role, door, owner].into_iter().flatten().map(&word).collect();
    holds.extend(one.powers.iter().map(|one| word(power(one))));
    holds.extend(one.name.as_deref());
    let state = one.state.map(|state| match state {
        PersonState::Invited => ("未激活", "Invited"),
        PersonState::Active => ("在职", "Active"),
        PersonState::Frozen => ("已冻结", "Frozen"),
        PersonState::Leaving => ("离职中", "Leaving"),
        PersonState::Gone | PersonState::Erased => ("已离职", "Gone"),
    });
    let path = |path: &Vec<DepartmentRef>| path.iter().map(|one| one.name.as_str()).collect::<Vec<_>>().join("/");
    let at = |at: Option<Timestamp>| at.map(moment).unwrap_or_default();
    let person = one.person.as_ref();
    [
        word(kind).to_owned(),
        person.map(|person| person.name.clone()).unwrap_or_default(),
        person.map(|person| person.uid.clone()).unwrap_or_default(),
        state.map(&word).unwrap_or_default().to_owned(),
        holds.join("; "),
        one.departments.iter().map(path).collect::<Vec<_>>().join("; "),
        one.count.map(|count| count.to_string()).unwrap_or_default(),
        at(one.since),
        one.granted_by.as_ref().map(|by| by.name.clone()).unwrap_or_default(),
        one.reason.clone().unwrap_or_default(),
        at(one.until),
        one.object.clone(),
    ]
}
