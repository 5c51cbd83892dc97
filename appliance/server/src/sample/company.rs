//! The people and departments of the sample enterprise, from a fixed seed: the same company on every box.

/// Enterprise name shown on the sign-in page.
pub const ENTERPRISE: &str = "衡川仪器";
/// People of the company.
pub const PEOPLE: usize = 1_000;
/// Departments of the company.
pub const DEPARTMENTS: usize = 80;

/// A department; the parent is the index of an earlier one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleDepartment {
    pub name: String,
    pub parent: Option<usize>,
}

/// A person; departments are indices, the main one first. The manager is the index of an earlier person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SamplePerson {
    pub uid: String,
    pub name: String,
    pub title: &'static str,
    pub employee_no: String,
    pub mobile: String,
    pub mail: String,
    pub departments: Vec<usize>,
    pub manager: Option<usize>,
}

/// SplitMix64 (Steele, Lea, Flood 2014): small, seeded, the same everywhere. For sample data only.
pub struct Seeded(u64);

impl Seeded {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `bound`; 0 when `bound` is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound.max(1)).unwrap_or(1);
        usize::try_from(self.next() % bound).unwrap_or(0)
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

/// Divisions and the offices below each.
const DIVISIONS: [(&str, [&str; 9]); 8] = [
    (
        "研发中心",
        ["硬件部", "嵌入式软件部", "算法部", "结构部", "平台软件部", "测试与认证部", "标准与专利室", "技术管理部", "先行研究室"],
    ),
    ("制造中心", ["一号产线", "二号产线", "工艺部", "设备部", "生产计划部", "仓储物流部", "安环部", "苏州工厂", "模具车间"]),
    (
        "质量中心",
        [
            "来料检验",
            "过程检验",
            "可靠性实验室",
            "计量室",
            "客户质量部",
            "体系管理部",
            "质量工程部",
            "失效分析组",
            "供应商质量部",
        ],
    ),
    (
        "供应链中心",
        [
            "战略采购部",
            "执行采购部",
            "物料计划部",
            "成本管理部",
            "进出口部",
            "供应商开发部",
            "外协管理部",
            "招标办公室",
            "物控部",
        ],
    ),
    (
        "营销中心",
        ["华东大区", "华南大区", "华北大区", "西部大区", "海外业务部", "市场部", "售前支持部", "客户服务部", "渠道管理部"],
    ),
    ("职能中心", ["人力资源部", "财务部", "法务部", "行政部", "信息技术部", "总裁办公室", "审计部", "基建办公室", "公共关系部"]),
    (
        "能源事业部",
        [
            "电池测试组",
            "储能系统部",
            "充电设备部",
            "能源软件部",
            "现场工程部",
            "能源销售部",
            "能源质量部",
            "能源采购部",
            "能源项目部",
        ],
    ),
    (
        "国际 International",
        [
            "Munich Office",
            "Singapore Office",
            "Detroit Office",
            "海外财务部",
            "海外人事部",
            "Field Service EMEA",
            "Field Service APAC",
            "Export Compliance",
            "Localisation 本地化组",
        ],
    ),
];

const SURNAMES: &str = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文";
/// Surnames that are read otherwise than the character usually is, and double ones.
const RARE_SURNAMES: [&str; 20] = [
    "单", "曾", "仇", "解", "查", "区", "尉迟", "欧阳", "司马", "上官", "诸葛", "盖", "朴", "任", "乐", "翟", "覃", "员", "万俟",
    "长孙",
];
const GIVEN_ONE: &str = "伟芳娜敏静磊洋艳勇杰涛明超霞平刚桂宁帆晨曦琳骁遥然野岚越希澄朗";
const GIVEN_TWO: [&str; 64] = [
    "文舟", "若溪", "可心", "予安", "嘉禾", "以宁", "思远", "子涵", "雨桐", "浩然", "欣怡", "梓萱", "一诺", "俊杰", "诗涵",
    "宇轩", "佳琪", "晓东", "建国", "志强", "海燕", "丽华", "秀英", "国强", "春梅", "小龙", "玉兰", "立新", "长青", "重阳",
    "行健", "乐天", "思齐", "明哲", "静姝", "清扬", "望舒", "景行", "知秋", "牧之", "怀瑾", "书瑶", "亦辰", "星野", "沐阳",
    "语嫣", "泽宇", "念真", "承志", "启航", "婉清", "凌云", "慕白", "听雨", "向晚", "南乔", "北辰", "西林", "东篱", "初晴",
    "远山", "近水", "松岩", "竹青",
];
const FOREIGN: [&str; 24] = [
    "Daniel Weiss",
    "Anna Schmidt",
    "Jonas Becker",
    "Laura Hoffmann",
    "Felix Wagner",
    "Marie Koch",
    "Wei Ling Tan",
    "Arjun Nair",
    "Priya Raman",
    "Marcus Lim",
    "Siti Rahman",
    "Kevin O'Brien",
    "Emily Carter",
    "James Miller",
    "Sarah Johnson",
    "Robert Garcia",
    "Olivia Brown",
    "Noah Davis",
    "Sofia Rossi",
    "Luca Moretti",
    "Claire Dubois",
    "Pierre Martin",
    "Ingrid Larsen",
    "Erik Johansson",
];
const TITLES: [&str; 16] = [
    "工程师",
    "高级工程师",
    "主任工程师",
    "技术员",
    "专员",
    "高级专员",
    "主管",
    "助理",
    "项目经理",
    "产品经理",
    "采购员",
    "检验员",
    "操作员",
    "客户经理",
    "会计",
    "实习生",
];

/// The departments in an order in which every parent comes before its children.
pub fn departments() -> Vec<SampleDepartment> {
    let mut all = Vec::with_capacity(DEPARTMENTS);
    for (division, _) in &DIVISIONS {
        all.push(SampleDepartment { name: (*division).to_owned(), parent: None });
    }
    for (parent, (_, offices)) in DIVISIONS.iter().enumerate() {
        all.extend(offices.iter().map(|name| SampleDepartment { name: (*name).to_owned(), parent: Some(parent) }));
    }
    all
}

/// The people. `romanise` turns a name into the ASCII of a uid (`wang.wei`), as the directory does for imports.
pub fn people(seed: u64, romanise: impl Fn(&str) -> String) -> Vec<SamplePerson> {
    let mut chance = Seeded::new(seed);
    let mut taken = std::collections::HashMap::<String, u32>::new();
    let mut heads = vec![None; DEPARTMENTS];
    let mut all = Vec::with_capacity(PEOPLE);
    for number in 0..PEOPLE {
        // The first ones head the departments, so that everybody below has a manager.
        let department =
            if number < DEPARTMENTS { number } else { DIVISIONS.len() + chance.below(DEPARTMENTS - DIVISIONS.len()) };
        let abroad = department >= DEPARTMENTS - DIVISIONS[7].1.len();
        let name = name(&mut chance, abroad);
        let base = romanise(&name);
        let count = taken.entry(base.clone()).or_insert(0);
        *count += 1;
        let uid = if *count == 1 { base } else { format!("{base}{count}") };
        let head = number < DEPARTMENTS;
        let above = if department < DIVISIONS.len() { 0 } else { (department - DIVISIONS.len()) / DIVISIONS[0].1.len() };
        let manager = if head { heads[above].filter(|&h| h != number) } else { heads[department] };
        if head {
            heads[department] = Some(number);
        }
        let mut departments = vec![department];
        if !head && chance.below(12) == 0 {
            let second = DIVISIONS.len() + chance.below(DEPARTMENTS - DIVISIONS.len());
            if second != department {
                departments.push(second);
            }
        }
        let title = if department < DIVISIONS.len() {
            "总监"
        } else if head {
            "部门经理"
        } else {
            chance.pick(&TITLES)
        };
        all.push(SamplePerson {
            mail: format!("{uid}@hengchuan.example"),
            uid,
            name,
            title,
            employee_no: format!("HC{:05}", 10_001 + number),
            mobile: format!("1{}{:08}", [38, 39, 50, 86, 77][chance.below(5)], chance.below(100_000_000)),
            departments,
            manager,
        });
    }
    all
}

fn name(chance: &mut Seeded, abroad: bool) -> String {
    if abroad && chance.below(3) != 0 {
        return (*chance.pick(&FOREIGN)).to_owned();
    }
    let surnames: Vec<char> = SURNAMES.chars().collect();
    let surname =
        if chance.below(14) == 0 { (*chance.pick(&RARE_SURNAMES)).to_owned() } else { chance.pick(&surnames).to_string() };
    if chance.below(4) == 0 {
        let given: Vec<char> = GIVEN_ONE.chars().collect();
        return format!("{surname}{}", chance.pick(&given));
    }
    format!("{surname}{}", chance.pick(&GIVEN_TWO))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_company_has_its_size_and_is_the_same_every_time() {
        let romanise = |name: &str| format!("u{}", name.chars().map(|c| (c as u32).to_string()).collect::<String>());
        let (first, second) = (people(7, romanise), people(7, romanise));
        assert_eq!(first, second);
        assert_eq!(first.len(), PEOPLE);
        assert_eq!(departments().len(), DEPARTMENTS);
        let uids: std::collections::HashSet<_> = first.iter().map(|p| &p.uid).collect();
        assert_eq!(uids.len(), PEOPLE);
        for (number, person) in first.iter().enumerate() {
            assert!(person.manager.is_none_or(|m| m < number), "{person:?}");
            assert!(person.departments.iter().all(|&d| d < DEPARTMENTS));
        }
        for rare in ["单", "尉迟", "曾"] {
            assert!(first.iter().any(|p| p.name.starts_with(rare)), "{rare}");
        }
    }
}
