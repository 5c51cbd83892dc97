//! Which column is which: by its heading, in Chinese or English, in any order. Never by position.

use std::{borrow::Cow, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use unicode_normalization::UnicodeNormalization;

use crate::{
    limits,
    person_fields::{FieldId, PersonField},
};

/// What a column may hold. Over the wire a word; a field that the enterprise added is `field_` and its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    Name,
    Uid,
    EmployeeNo,
    /// One or more departments, as names or paths.
    Departments,
    MainDepartment,
    Title,
    /// One for each of the departments, in their order.
    DepartmentTitles,
    /// The departments that the person leads, or yes or no where all are meant.
    HeadOf,
    Mobile,
    Phone,
    Mail,
    /// Uid, employee number or unique name.
    Manager,
    HiredOn,
    WorkPlace,
    /// One that the enterprise added.
    More(FieldId),
}

/// What the word of an added field begins with.
const MORE: &str = "field_";

impl Field {
    pub const ALL: [Self; 14] = [
        Self::Name,
        Self::Uid,
        Self::EmployeeNo,
        Self::Departments,
        Self::MainDepartment,
        Self::Title,
        Self::DepartmentTitles,
        Self::HeadOf,
        Self::Mobile,
        Self::Phone,
        Self::Mail,
        Self::Manager,
        Self::HiredOn,
        Self::WorkPlace,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Uid => "uid",
            Self::EmployeeNo => "employee_no",
            Self::Departments => "departments",
            Self::MainDepartment => "main_department",
            Self::Title => "title",
            Self::DepartmentTitles => "department_titles",
            Self::HeadOf => "head_of",
            Self::Mobile => "mobile",
            Self::Phone => "phone",
            Self::Mail => "mail",
            Self::Manager => "manager",
            Self::HiredOn => "hired_on",
            Self::WorkPlace => "work_place",
            Self::More(_) => "fields",
        }
    }

    pub fn word(self) -> Cow<'static, str> {
        match self {
            Self::More(FieldId(id)) => Cow::Owned(format!("{MORE}{id}")),
            known => Cow::Borrowed(known.name()),
        }
    }

    /// What an exported sheet calls the column; imports know both.
    pub(crate) fn headings(self) -> (&'static str, &'static str) {
        match self {
            Self::Name => ("姓名", "Name"),
            Self::Uid => ("账号", "Account"),
            Self::EmployeeNo => ("工号", "Employee number"),
            Self::Departments => ("部门", "Departments"),
            Self::MainDepartment => ("主部门", "Main department"),
            Self::Title => ("职位", "Title"),
            Self::DepartmentTitles => ("部门内职位", "Titles in departments"),
            Self::HeadOf => ("负责的部门", "Head of"),
            Self::Mobile => ("手机号", "Mobile"),
            Self::Phone => ("座机", "Phone"),
            Self::Mail => ("邮箱", "Mail"),
            Self::Manager => ("直属上级", "Manager"),
            Self::HiredOn => ("入职日期", "Hire date"),
            Self::WorkPlace => ("办公地点", "Work place"),
            Self::More(_) => ("", ""),
        }
    }

    /// Headings that mean this field, bare: see [`bare`].
    fn synonyms(self) -> &'static [&'static str] {
        match self {
            Self::Name => &[
                "姓名",
                "名字",
                "员工姓名",
                "成员姓名",
                "中文名",
                "真实姓名",
                "name",
                "fullname",
                "displayname",
                "employeename",
                "username姓名",
            ],
            Self::Uid => &[
                "账号",
                "帐号",
                "登录名",
                "登录账号",
                "登录帐号",
                "用户名",
                "用户账号",
                "员工userid",
                "userid",
                "uid",
                "login",
                "loginname",
                "username",
                "account",
                "accountname",
                "samaccountname",
                "域账号",
            ],
            Self::EmployeeNo => &[
                "工号",
                "员工号",
                "员工编号",
                "人员编号",
                "职工号",
                "员工工号",
                "jobnumber",
                "employeeid",
                "employeeno",
                "employeenumber",
                "staffid",
                "staffno",
                "staffnumber",
                "empid",
                "empno",
                "personnelnumber",
                "employeecode",
                "badgenumber",
            ],
            Self::Departments => &[
                "部门",
                "所属部门",
                "部门名称",
                "部门路径",
                "所在部门",
                "组织",
                "组织架构",
                "所属组织",
                "department",
                "departments",
                "dept",
                "departmentname",
                "orgunit",
                "organization",
                "organisation",
                "team",
                "其他部门",
                "兼职部门",
            ],
            Self::MainDepartment => &[
                "主部门",
                "主要部门",
                "主属部门",
                "主岗部门",
                "maindepartment",
                "primarydepartment",
                "maindept",
                "homedepartment",
            ],
            Self::Title => &["职位", "职务", "岗位", "岗位名称", "职称", "title", "jobtitle", "position", "job", "role", "post"],
            Self::DepartmentTitles => &["部门内职位", "各部门职位", "titlesindepartments", "departmenttitles"],
            Self::HeadOf => &[
                "负责的部门",
                "负责部门",
                "是否此部门主管",
                "是否部门主管",
                "部门主管",
                "headof",
                "isdepartmenthead",
                "departmenthead",
            ],
            Self::Mobile => &[
                "手机",
                "手机号",
                "手机号码",
                "移动电话",
                "联系电话",
                "联系方式",
                "mobile",
                "mobilephone",
                "mobilenumber",
                "mobileno",
                "cell",
                "cellphone",
                "cellphonenumber",
                "phonenumber",
            ],
            Self::Phone => &[
                "电话",
                "分机",
                "分机号",
                "座机",
                "固定电话",
                "办公电话",
                "固话",
                "phone",
                "telephone",
                "tel",
                "extension",
                "ext",
                "officephone",
                "workphone",
                "landline",
            ],
            Self::Mail => &[
                "邮箱",
                "电子邮箱",
                "邮箱地址",
                "邮件",
                "企业邮箱",
                "工作邮箱",
                "电子邮件",
                "mail",
                "email",
                "emailaddress",
                "workemail",
                "companyemail",
            ],
            Self::Manager => &[
                "直属上级",
                "直接上级",
                "上级",
                "汇报对象",
                "直属主管",
                "主管",
                "直接主管",
                "经理",
                "manager",
                "linemanager",
                "supervisor",
                "reportsto",
                "directmanager",
                "reportingmanager",
                "boss",
            ],
            Self::HiredOn => &[
                "入职日期",
                "入职时间",
                "入司日期",
                "入司时间",
                "到岗日期",
                "hiredate",
                "hiredon",
                "startdate",
                "dateofjoining",
                "joiningdate",
                "joindate",
                "datehired",
                "entrydate",
                "onboarddate",
            ],
            Self::WorkPlace => &[
                "办公地点",
                "工作地点",
                "工作地",
                "办公地",
                "地点",
                "办公室",
                "工位",
                "workplace",
                "location",
                "office",
                "worklocation",
                "officelocation",
                "site",
            ],
            Self::More(_) => &[],
        }
    }

    pub(crate) fn recognise(heading: &str) -> Option<Self> {
        let bare = bare(heading);
        Self::ALL.into_iter().find(|field| field.synonyms().contains(&bare.as_str()) || field.name().replace('_', "") == bare)
    }

    /// The same, with the fields that the enterprise added, by label or key.
    pub(super) fn recognise_among(heading: &str, added: &[PersonField]) -> Option<Self> {
        let bare = bare(heading);
        let is_it = |field: &&PersonField| {
            let names = [&field.key, &field.settings.label_zh, &field.settings.label_en];
            !bare.is_empty() && names.into_iter().any(|name| self::bare(name) == bare)
        };
        Self::recognise(heading).or_else(|| added.iter().find(is_it).map(|field| Self::More(field.id)))
    }

    pub(crate) fn bare(heading: &str) -> String {
        bare(heading)
    }
}

impl FromStr for Field {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        if let Some(field) = Self::ALL.into_iter().find(|field| field.name() == word) {
            return Ok(field);
        }
        word.strip_prefix(MORE).and_then(|id| id.parse().ok()).map(|id| Self::More(FieldId(id))).ok_or(())
    }
}

impl Serialize for Field {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.word())
    }
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let word = Cow::<str>::deserialize(from)?;
        word.parse().map_err(|()| de::Error::custom("no such field"))
    }
}

/// Without case, width, spaces, marks of "required", and what stands in brackets: `*手机号（必填）` is `手机号`.
fn bare(heading: &str) -> String {
    let mut depth = 0u32;
    let mut bare = String::new();
    for c in heading.nfkc().flat_map(char::to_lowercase) {
        match c {
            '(' | '[' | '【' => depth += 1,
            ')' | ']' | '】' => depth = depth.saturating_sub(1),
            c if depth == 0 && c.is_alphanumeric() => bare.push(c),
            _ => {}
        }
    }
    bare
}

/// The row with the most headings that are known, among the first few. None when no row has one.
pub(super) fn heading_row(rows: &[Vec<String>], added: &[PersonField]) -> Option<usize> {
    let known = |row: &Vec<String>| row.iter().filter(|cell| Field::recognise_among(cell, added).is_some()).count();
    let candidates = rows.iter().take(limits::IMPORT_HEADING_ROWS).map(known).enumerate();
    candidates.rev().max_by_key(|(_, known)| *known).filter(|(_, known)| *known > 0).map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_known_in_both_languages_and_any_dress() {
        let cases = [
            ("姓名", Field::Name),
            ("*姓名（必填）", Field::Name),
            ("Full Name", Field::Name),
            ("工号", Field::EmployeeNo),
            ("Employee ID", Field::EmployeeNo),
            ("employee_no", Field::EmployeeNo),
            ("账号", Field::Uid),
            ("登录名", Field::Uid),
            ("员工UserID", Field::Uid),
            ("部门", Field::Departments),
            ("主部门", Field::MainDepartment),
            ("职务", Field::Title),
            ("手机号码", Field::Mobile),
            ("Ｍｏｂｉｌｅ", Field::Mobile),
            ("E-mail", Field::Mail),
            ("电子邮箱", Field::Mail),
            ("直属上级", Field::Manager),
            ("Reports to", Field::Manager),
            ("入职日期 (YYYY-MM-DD)", Field::HiredOn),
            ("Hire date", Field::HiredOn),
            ("办公地点", Field::WorkPlace),
            ("Tel.", Field::Phone),
        ];
        for (heading, field) in cases {
            assert_eq!(Field::recognise(heading), Some(field), "{heading}");
        }
        for other in ["备注", "", "身份证号", "Salary"] {
            assert_eq!(Field::recognise(other), None, "{other}");
        }
    }

    #[test]
    fn what_is_exported_is_recognised_and_every_word_is_read_again() {
        for field in Field::ALL {
            let (zh, en) = field.headings();
            assert_eq!((Field::recognise(zh), Field::recognise(en)), (Some(field), Some(field)), "{zh} {en}");
            assert_eq!(field.word().parse(), Ok(field));
        }
        assert_eq!("field_7".parse(), Ok(Field::More(FieldId(7))));
    }

    #[test]
    fn no_two_fields_share_a_synonym() {
        let mut seen = std::collections::HashSet::new();
        for word in Field::ALL.into_iter().flat_map(Field::synonyms) {
            assert!(seen.insert(word), "{word}");
            assert_eq!(*word, bare(word), "{word} can never match");
        }
    }
}
