//! The questions. Everything has a default but the names of people.

use std::path::Path;

use holdfast_hsm::{Pin, limits::SHARES, softtoken::MODULE};
use zeroize::Zeroizing;

use crate::{
    SetupError,
    answers::{Administrator, Administrators, Answers, KeepPin, Kind, Recovery, Token, line, uid},
    console::Console,
    names,
};

/// What was answered, and a PIN that was typed: it stands in no file.
pub(crate) struct Told {
    pub(crate) answers: Answers,
    pub(crate) pin: Option<Pin>,
    /// Asked for just now, so that they are shown once more before anything is changed.
    pub(crate) fresh: bool,
}

pub(crate) fn ask(console: &Console) -> Result<Told, SetupError> {
    let say = |english, chinese| console.language.pick(english, chinese);
    let enterprise = console.ask(say("Name of the enterprise", "企业名称"), None, |text| line("enterprise", text))?;
    let port =
        console.ask(say("Port of the web on the LAN", "内网网页端口"), Some("443"), |text| match text.parse::<u16>() {
            Ok(1..) => Ok(()),
            _ => Err("1 - 65535".to_owned()),
        })?;
    let further = console.ask(
        say("Further names of this box, separated by spaces (- for none)", "本机的其他名称，用空格分隔（没有则输入 -）"),
        Some("-"),
        |text| further(text).map(drop),
    )?;
    let (token, pin) = token(console)?;
    let recovery = recovery(console)?;
    println!("{}", say("Three administrators, three different people:", "三员分立，须为三位不同的人员："));
    let administrators = Administrators {
        system: administrator(console, say("system administrator", "系统管理员"), "sys.admin")?,
        security: administrator(console, say("security administrator", "安全管理员"), "sec.admin")?,
        audit: administrator(console, say("auditor", "审计管理员"), "audit.admin")?,
    };
    let names = self::further(&further).unwrap_or_default();
    let port = port.parse().unwrap_or(443);
    let answers = Answers { enterprise, port, names, codes_file: None, token, recovery, administrators };
    answers.check().map_err(SetupError::Answers)?;
    Ok(Told { answers, pin, fresh: true })
}

fn further(text: &str) -> Result<Vec<String>, String> {
    let names: Vec<String> = text.split_whitespace().filter(|name| *name != "-").map(str::to_owned).collect();
    match names.iter().find(|name| !names::may_be_asked_for(name)) {
        Some(bad) => Err(format!("{bad:?}: a DNS name or an address")),
        None => Ok(names),
    }
}

fn token(console: &Console) -> Result<(Token, Option<Pin>), SetupError> {
    let say = |english, chinese| console.language.pick(english, chinese);
    let kind = console.ask(
        say(
            "Where are the keys: 1 software token (for trying out), 2 an HSM that was made ready",
            "密钥放在哪里：1 软件令牌（试用），2 已准备好的 HSM",
        ),
        Some("1"),
        |text| if ["1", "2"].contains(&text) { Ok(()) } else { Err("1 / 2".to_owned()) },
    )?;
    let kind = if kind == "1" { Kind::Software } else { Kind::Prepared };
    let mut token = Token { kind, ..Token::default() };
    if kind == Kind::Software && Path::new(MODULE).exists() {
        // Nothing to ask.
    } else {
        let absolute = |text: &str| if text.starts_with('/') { Ok(()) } else { Err("/...".to_owned()) };
        token.module = console.ask(say("The PKCS#11 module", "PKCS#11 模块路径"), Some(MODULE), absolute)?.into();
    }
    let mut pin = None;
    if kind == Kind::Prepared {
        let short = |text: &str| if text.len() <= 32 { Ok(()) } else { Err("1 - 32".to_owned()) };
        token.label = console.ask(say("Label of the token", "令牌标签"), Some("holdfast"), short)?;
        pin = Some(Pin(Zeroizing::new(console.secret(say("PIN of the token", "令牌 PIN"))?.as_bytes().to_vec())));
    }
    let keep = console.ask(
        say(
            "PIN at start: 1 sealed for this machine, 2 a file of root's, 3 typed by an operator",
            "启动时的 PIN：1 用本机密钥密封保存，2 仅 root 可读的文件，3 每次由操作员输入",
        ),
        Some("1"),
        |text| match text {
            "1" | "2" => Ok(()),
            "3" if kind == Kind::Prepared => Ok(()),
            _ => Err(if kind == Kind::Prepared { "1 / 2 / 3" } else { "1 / 2" }.to_owned()),
        },
    )?;
    token.keep_pin = match keep.as_str() {
        "1" => KeepPin::Credential,
        "2" => KeepPin::File,
        _ => KeepPin::Nowhere,
    };
    Ok((token, pin))
}

fn recovery(console: &Console) -> Result<Recovery, SetupError> {
    let say = |english, chinese| console.language.pick(english, chinese);
    let within = |least: u8, most: u8| {
        move |text: &str| match text.parse() {
            Ok(number) if (least..=most).contains(&number) => Ok(()),
            _ => Err(format!("{least} - {most}")),
        }
    };
    let question = say("Recovery kit: officers who keep a share", "恢复套件：保管人数");
    let of: u8 = console.ask(question, Some("5"), within(2, SHARES))?.parse().unwrap_or(5);
    let usual = of.min(3).to_string();
    let question = say("Shares that bring the keys back where the token is lost", "令牌丢失后恢复密钥所需份数");
    let needed = console.ask(question, Some(&usual), within(2, of))?.parse().unwrap_or(3);
    Ok(Recovery { needed, of, ..Recovery::default() })
}

fn administrator(console: &Console, role: &str, proposed: &str) -> Result<Administrator, SetupError> {
    let say = |english, chinese| console.language.pick(english, chinese);
    let name = console.ask(&format!("  {role}{}", say(", name", "姓名")), None, |text| line("name", text))?;
    let uid = console.ask(&format!("  {role}{}", say(", account", "账号")), Some(proposed), uid)?;
    Ok(Administrator { uid, name })
}
