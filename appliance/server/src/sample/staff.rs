//! Departments, people, the three administrators, and those who can sign in.

use std::collections::HashMap;

use holdfast_base::{ClientId, DepartmentId, Error, PersonId, Result, Who, World};
use holdfast_directory::{
    self as directory, Role,
    app_passwords::{self, AppDoor, NewAppPasswordRequest},
    bootstrap::{self, FirstAdministrator},
    departments::{self, NewDepartment},
    me::{self, PasswordChange},
    password::Password,
    people::{self, NewPerson},
};

use super::{
    AppPassword, SignIn, SignIns, acting,
    company::{self, SampleDepartment, SamplePerson},
    person,
};
use crate::rooms::Rooms;

/// Departments and people of a small company.
const SMALL_DEPARTMENTS: usize = 12;
const SMALL_PEOPLE: usize = 24;

/// Who appear first in every sample company, so that pictures and tests know them: name, title, department.
const CAST: [(&str, &str, &str, &str); 5] = [
    ("gu.wenzhou", "顾文舟", "高级工程师", "嵌入式软件部"),
    ("han.ruoxi", "韩若溪", "工程师", "嵌入式软件部"),
    ("tang.kexin", "唐可心", "部门经理", "测试与认证部"),
    ("ma.xiao", "马骁", "采购专员", "执行采购部"),
    ("daniel.weiss", "Daniel Weiss", "Field Engineer", "Munich Office"),
];
/// The three administrators.
const ADMINISTRATORS: [(Role, &str, &str); 3] =
    [(Role::System, "he.jiahe", "何嘉禾"), (Role::Security, "song.yining", "宋以宁"), (Role::Audit, "cheng.yuan", "程予安")];

/// The loaded company.
pub(super) struct Staff {
    pub(super) sign_ins: SignIns,
    /// Those who can sign in as employees, the first one first.
    pub(super) cast: Vec<PersonId>,
    pub(super) people: Vec<PersonId>,
    pub(super) departments: Vec<DepartmentId>,
}

pub(super) fn load(rooms: &Rooms, seed: u64, small: bool) -> Result<Staff> {
    let world = &rooms.world;
    let mut sign_ins = Vec::new();
    appoint(rooms, &mut sign_ins)?;
    let (mut departments, mut people) = (company::departments(), company::people(seed, directory::proposed_uid));
    if small {
        shrink(&mut departments, &mut people);
    }
    let departments = found(rooms, &departments)?;
    let system =
        rooms.directory.org().by_uid(ADMINISTRATORS[0].1).map(|p| p.id).ok_or(Error::broken("find the administrator"))?;
    let mut cast = Vec::new();
    for (uid, name, title, department) in CAST {
        let home = rooms.directory.org().departments().find(|d| d.name == department).map(|d| d.id);
        let password = password(world);
        let new = NewPerson {
            mail: Some(format!("{uid}@hengchuan.example")),
            mobile: None,
            password: Some(Password::new(format!("first-{password}"))),
            ..hire(world, uid, name, title, home.into_iter().collect())
        };
        let id = employ(rooms, system, new)?;
        let change =
            PasswordChange { current: Password::new(format!("first-{password}")), password: Password::new(password.clone()) };
        rooms.audit.settle(&me::change_password(&rooms.directory, &person(world, id), &change)?.mark)?;
        cast.push(id);
        sign_ins.push(SignIn { uid: uid.to_owned(), password, roles: Vec::new() });
    }
    sign_ins.rotate_left(ADMINISTRATORS.len());
    let mut all = cast.clone();
    all.extend(employ_all(rooms, system, &people, &departments)?);
    let app_password = app_password(rooms, cast[0])?;
    Ok(Staff { sign_ins: SignIns { people: sign_ins, app_password }, cast, people: all, departments })
}

fn appoint(rooms: &Rooms, sign_ins: &mut Vec<SignIn>) -> Result<()> {
    let actor = acting(&rooms.world, Who::System);
    rooms.write_db(|tx| bootstrap::enterprise(tx, &rooms.directory, &actor, company::ENTERPRISE))?;
    let mut first = Vec::new();
    for (role, uid, name) in ADMINISTRATORS {
        let password = password(&rooms.world);
        sign_ins.push(SignIn { uid: uid.to_owned(), password: password.clone(), roles: vec![role.name()] });
        first.push(FirstAdministrator {
            role,
            uid: uid.to_owned(),
            name: name.to_owned(),
            password: Some(Password::new(password)),
        });
    }
    rooms.audit.settle(&bootstrap::administrators(&rooms.directory, &actor, &first)?.mark)
}

/// Keeps parents and managers of what is kept, since both come first.
fn shrink(departments: &mut Vec<SampleDepartment>, people: &mut Vec<SamplePerson>) {
    departments.truncate(SMALL_DEPARTMENTS + CAST.len());
    for (_, _, _, home) in CAST {
        if !departments.iter().any(|d| d.name == home) {
            departments.push(SampleDepartment { name: home.to_owned(), parent: Some(0) });
        }
    }
    let kept = departments.len();
    people.retain(|one| one.departments.iter().all(|&d| d < kept));
    people.truncate(SMALL_PEOPLE);
    for one in people.iter_mut() {
        // Indices have moved; who leads whom does not matter in a small company.
        one.manager = None;
    }
}

fn found(rooms: &Rooms, departments: &[SampleDepartment]) -> Result<Vec<DepartmentId>> {
    let admin = rooms.directory.org();
    let system = admin.by_uid(ADMINISTRATORS[0].1).ok_or(Error::broken("find the administrator"))?.id;
    let mut ids: Vec<DepartmentId> = Vec::with_capacity(departments.len());
    for department in departments {
        let by = admin.directory_keeper(&person(&rooms.world, system))?;
        let parent = department.parent.and_then(|index| ids.get(index).copied());
        let new = NewDepartment { cid: ClientId(rooms.world.uuid()), name: department.name.clone(), parent };
        ids.push(rooms.write_db(|tx| departments::create(tx, &rooms.directory, &by, &new))?.id);
    }
    Ok(ids)
}

fn employ_all(rooms: &Rooms, system: PersonId, people: &[SamplePerson], departments: &[DepartmentId]) -> Result<Vec<PersonId>> {
    let world = &rooms.world;
    let mut uids: HashMap<usize, String> = HashMap::new();
    let mut ids = Vec::with_capacity(people.len());
    for (number, one) in people.iter().enumerate() {
        let org = rooms.directory.org();
        let uid = free_uid(&org, &one.uid);
        let homes = one.departments.iter().filter_map(|&d| departments.get(d).copied()).collect();
        let new = NewPerson {
            mail: Some(format!("{uid}@hengchuan.example")),
            mobile: Some(one.mobile.clone()),
            employee_no: Some(one.employee_no.clone()),
            manager: one.manager.and_then(|m| uids.get(&m).cloned()),
            fields: std::collections::BTreeMap::new(),
            ..hire(world, &uid, &one.name, one.title, homes)
        };
        uids.insert(number, uid);
        ids.push(employ(rooms, system, new)?);
    }
    let actor = acting(world, Who::System);
    rooms.write_db(|tx| bootstrap::activate_without_password(tx, &rooms.directory, &actor, &ids))?;
    Ok(ids)
}

fn free_uid(org: &directory::Org, wanted: &str) -> String {
    let mut uid = wanted.to_owned();
    let mut n = 100;
    while org.by_uid(&uid).is_some() {
        uid = format!("{wanted}{n}");
        n += 1;
    }
    uid
}

fn employ(rooms: &Rooms, system: PersonId, new: NewPerson) -> Result<PersonId> {
    let by = rooms.directory.org().directory_keeper(&person(&rooms.world, system))?;
    let made = people::create(&rooms.directory, &by, new)?;
    rooms.audit.settle(&made.mark)?;
    Ok(made.value.person.id)
}

fn hire(world: &World, uid: &str, name: &str, title: &str, departments: Vec<DepartmentId>) -> NewPerson {
    NewPerson {
        cid: ClientId(world.uuid()),
        uid: uid.to_owned(),
        name: name.to_owned(),
        title: Some(title.to_owned()),
        mail: None,
        mobile: None,
        phone: None,
        employee_no: None,
        work_place: None,
        hired_on: None,
        main: departments.first().copied(),
        departments,
        titles: std::collections::BTreeMap::new(),
        manager: None,
        fields: std::collections::BTreeMap::new(),
        password: None,
    }
}

fn app_password(rooms: &Rooms, owner: PersonId) -> Result<AppPassword> {
    let actor = person(&rooms.world, owner);
    let uid = rooms.directory.org().reference(owner).uid;
    let ask = NewAppPasswordRequest {
        cid: ClientId(rooms.world.uuid()),
        label: "WebDAV".to_owned(),
        door: AppDoor::Webdav,
        expires_at: None,
    };
    let made = rooms.write_db(|tx| app_passwords::create(tx, &rooms.directory, &actor, &ask))?;
    Ok(AppPassword { uid, password: made.password })
}

/// 16 characters of 5 bits and a digit: 80 bits, readable from a terminal, of as many kinds as the policy asks for.
fn password(world: &World) -> String {
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz234567894";
    let bytes: [u8; 16] = world.random();
    let mut letters: Vec<char> = bytes.iter().map(|b| char::from(LETTERS[usize::from(b & 31)])).collect();
    letters.push(char::from(b'2' + bytes[0] % 8));
    letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}
