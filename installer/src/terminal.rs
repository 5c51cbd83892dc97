//! The set-up as the operator sees it: checks, plan, steps, codes; in words, or as one JSON document.

use std::{
    io::{self, IsTerminal, Write},
    path::{Path, PathBuf},
};

use holdfast_base::World;
use holdfast_hsm::Pin;
use serde::Serialize;
use zeroize::Zeroizing;

use crate::{
    Answers, Language, Places, SetupError, Token,
    answers::{KeepPin, Kind},
    console::Console,
    guided::{self, Told},
    preflight::{self, Finding, Host, Look, Verdict},
    setup::{self, Kit, Report, Setup, Step},
};

/// Clears the screen and what was scrolled off it (ECMA-48, and xterm's own 3J).
const FORGET: &str = "\x1b[2J\x1b[3J\x1b[H";

/// How `holdfast-setup` was called.
pub struct Call {
    pub places: Places,
    pub programs: PathBuf,
    /// Ask nothing; the answers are in this file.
    pub answers: Option<PathBuf>,
    pub new_codes: bool,
    pub json: bool,
    pub language: Language,
}

#[derive(Serialize)]
struct Checked {
    verdict: Verdict,
    checks: Vec<Finding>,
}

#[derive(Serialize)]
struct Done {
    verdict: Verdict,
    checks: Vec<Finding>,
    #[serde(flatten)]
    report: Report,
}

impl Call {
    /// Only the checks. An error where one refuses.
    pub fn check(&self) -> Result<(), SetupError> {
        let answers = match &self.answers {
            Some(path) => Some(Answers::load(path)?),
            None => self.saved()?,
        };
        let (token, port) = answers.map_or_else(|| (Token::default(), 443), |answers| (answers.token, answers.port));
        let checks = self.look(&token, port);
        let verdict = preflight::verdict(&checks);
        match self.json {
            true => out(&json(&Checked { verdict, checks: checks.clone() })?)?,
            false => out(&self.findings(&checks))?,
        }
        self.refuse(&checks)
    }

    /// All of it.
    pub fn set_up(&self, world: &World) -> Result<(), SetupError> {
        let Told { answers, pin, fresh } = self.answers()?;
        let checks = self.look(&answers.token, answers.port);
        self.tell(&self.findings(&checks))?;
        self.refuse(&checks)?;
        if fresh {
            self.tell(&self.plan(&answers))?;
            let console = Console { language: self.language };
            if !console.agree(self.say("Begin", "开始设置"), true)? {
                return Err(SetupError::Answers(self.say("nothing was changed", "未作任何更改").to_owned()));
            }
        }
        let setup = Setup {
            places: self.places.clone(),
            programs: self.programs.clone(),
            language: self.language,
            new_codes: self.new_codes,
        };
        let mut progress = |name: &'static str, step: Option<&Step>| self.progress(name, step);
        let (report, untold) = setup::run(&setup, &answers, pin, world, &mut progress)?;
        match self.json {
            true => out(&json(&Done { verdict: preflight::verdict(&checks), checks, report })?)?,
            false => {
                // First: showing them clears the screen.
                report.kit.as_ref().map_or(Ok(()), |kit| self.shares(kit))?;
                out(&Zeroizing::new(self.end(&report)))?;
            }
        }
        untold.told()
    }

    /// The file's, those of an earlier run, or asked for now.
    fn answers(&self) -> Result<Told, SetupError> {
        if let Some(path) = &self.answers {
            return Ok(Told { answers: Answers::load(path)?, pin: None, fresh: false });
        }
        let console = Console { language: self.language };
        if let Some(answers) = self.saved()? {
            self.tell(&self.language.pick(
                format!("This machine was set up, or begun to be, with the answers in {}.\n", self.places.answers().display()),
                format!("本机已按 {} 中的答案设置过（或未完成），将继续使用。\n", self.places.answers().display()),
            ))?;
            let pin = match answers.token.keep_pin == KeepPin::Nowhere && answers.token.pin_file.is_none() {
                true => Some(Pin(Zeroizing::new(console.secret(self.say("PIN of the token", "令牌 PIN"))?.as_bytes().to_vec()))),
                false => None,
            };
            return Ok(Told { answers, pin, fresh: false });
        }
        if self.json {
            return Err(SetupError::Answers("--json asks nothing: name a file with --answers".to_owned()));
        }
        guided::ask(&console)
    }

    fn saved(&self) -> Result<Option<Answers>, SetupError> {
        let path = self.places.answers();
        if path.exists() { Answers::load(&path).map(Some) } else { Ok(None) }
    }

    fn look(&self, token: &Token, port: u16) -> Vec<Finding> {
        let host = Host::this(self.programs.clone());
        preflight::look(&Look { host: &host, places: &self.places, token, port, language: self.language })
    }

    fn refuse(&self, checks: &[Finding]) -> Result<(), SetupError> {
        let refused: Vec<&str> =
            checks.iter().filter(|finding| finding.verdict == Verdict::Refused).map(|finding| finding.check).collect();
        if refused.is_empty() {
            return Ok(());
        }
        let names = refused.join(", ");
        Err(SetupError::Preflight(
            self.language
                .pick(format!("nothing was changed; refused by: {names}"), format!("未作任何更改；未通过的检查：{names}")),
        ))
    }

    fn findings(&self, checks: &[Finding]) -> String {
        let mut text = String::new();
        for finding in checks {
            let verdict = match finding.verdict {
                Verdict::Ok => self.say("ok     ", "正常"),
                Verdict::Warning => self.say("warning", "警告"),
                Verdict::Refused => self.say("REFUSED", "拒绝"),
            };
            text.push_str(&format!("{verdict}  {:14} {}\n", finding.check, finding.found));
            if let Some(mend) = &finding.mend {
                text.push_str(&format!("         → {mend}\n"));
            }
        }
        text
    }

    fn plan(&self, answers: &Answers) -> String {
        let token = match answers.token.kind {
            Kind::Software => self.say("a software token, made now", "软件令牌，现在新建"),
            Kind::Prepared => self.say("the prepared token", "已准备好的令牌"),
        };
        let mut text = self.language.pick(
            format!("\n{}, port {}\nKeys on {token} ({})\n", answers.enterprise, answers.port, answers.token.label),
            format!("\n{}，端口 {}\n密钥：{token}（{}）\n", answers.enterprise, answers.port, answers.token.label),
        );
        for (role, one) in answers.administrators.all() {
            text.push_str(&format!("  {}  {} ({})\n", self.role(role), one.name, one.uid));
        }
        text
    }

    fn progress(&self, name: &'static str, step: Option<&Step>) {
        let title = match name {
            "folders" => self.say("Folders", "目录"),
            "configuration" => self.say("Configuration", "配置"),
            "keys" => self.say("Keys", "密钥"),
            "certificate" => self.say("Certificate", "证书"),
            "units" => self.say("Units", "服务"),
            "recovery" => self.say("Recovery kit", "恢复套件"),
            _ => self.say("Administrators", "管理员"),
        };
        // A terminal that is gone must not stop a set-up half way.
        let _ = match step {
            None => self.tell(&format!("{title} ...\n")),
            Some(step) => self.tell(&format!("{title}: {}\n", step.told)),
        };
    }

    fn end(&self, report: &Report) -> String {
        let mut text = self.language.pick(
            format!("\nThe box is open at {}\nAuthority (SHA-256): {}\n", report.url, report.authority),
            format!("\n系统已就绪：{}\n根证书指纹（SHA-256）：{}\n", report.url, report.authority),
        );
        if let Some(key) = &report.audit_key {
            text.push_str(
                &self.language.pick(format!("Audit key (SHA-256): {key}\n"), format!("审计公钥指纹（SHA-256）：{key}\n")),
            );
        }
        if let Some(path) = &report.codes_file {
            let path = path.display();
            text.push_str(&self.language.pick(format!("Enrolment codes: written to {path}\n"), format!("启用码已写入 {path}\n")));
        }
        if report.administrators.iter().any(|one| one.code.is_some()) {
            text.push_str(self.say(
                "One-time enrolment codes, good for 72 hours, shown only now. Hand each to its person, who chooses a\npassword with it on the sign-in page:\n",
                "一次性启用码，72 小时内有效，只显示这一次。请分别交给本人，在登录页用它设置密码：\n",
            ));
        }
        for one in &report.administrators {
            let standing = match (&one.code, one.enrolled) {
                (Some(code), _) => code.shown(),
                (None, true) => self.say("has enrolled", "已启用"),
                (None, false) if report.codes_file.is_some() => self.say("code in the file", "启用码见文件"),
                (None, false) => self.say("has not enrolled yet", "尚未启用"),
            };
            text.push_str(&format!("  {}  {} ({})  {standing}\n", self.role(&one.role), one.name, one.uid));
        }
        text
    }

    /// To one officer after the other: the terminal forgets each share before the next one is shown.
    fn shares(&self, kit: &Kit) -> Result<(), SetupError> {
        let files: String = kit.files.iter().map(|file| format!("  {}\n", file.display())).collect();
        let Kit { id, needed, of, .. } = kit;
        out(&self.language.pick(
            format!(
                "\nRecovery kit {id}: any {needed} of {of} shares bring the keys back where the token is lost. Each officer keeps one, \
                 apart from\nthe others and off the box; nobody sees them again.\n{files}"
            ),
            format!(
                "\n恢复套件 {id}：共 {of} 份，令牌丢失后任意 {needed} 份可恢复密钥。每位保管人只拿一份，分开封存，不留在本机；\n\
                 只显示这一次。\n{files}"
            ),
        ))?;
        let console = Console { language: self.language };
        let by_turns = self.answers.is_none() && io::stdin().is_terminal() && io::stdout().is_terminal();
        for (at, share) in kit.shares.iter().enumerate() {
            let number = at + 1;
            if by_turns {
                console.wait(&self.language.pick(
                    format!("Officer {number}, alone at the screen: press Enter"),
                    format!("请第 {number} 位保管人单独查看，按回车显示"),
                ))?;
            }
            out(&Zeroizing::new(format!("  {number}/{of}  {}\n", share.shown())))?;
            if by_turns {
                console.wait(self.say("Written down and compared: press Enter", "抄录并核对后按回车"))?;
                out(FORGET)?;
            }
        }
        Ok(())
    }

    fn role(&self, role: &str) -> &'static str {
        match role {
            "system" => self.say("system  ", "系统管理员"),
            "security" => self.say("security", "安全管理员"),
            _ => self.say("audit   ", "审计管理员"),
        }
    }

    fn say(&self, english: &'static str, chinese: &'static str) -> &'static str {
        self.language.pick(english, chinese)
    }

    /// Words for a person; nowhere but on standard error where a program reads standard output.
    fn tell(&self, text: &str) -> Result<(), SetupError> {
        if !self.json {
            return out(text);
        }
        io::stderr().write_all(text.as_bytes()).map_err(fail)
    }
}

fn json(value: &impl Serialize) -> Result<Zeroizing<String>, SetupError> {
    let mut text = serde_json::to_string(value).map_err(|error| fail(error.into()))?;
    text.push('\n');
    Ok(Zeroizing::new(text))
}

fn out(text: &str) -> Result<(), SetupError> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(fail)
}

fn fail(source: io::Error) -> SetupError {
    SetupError::Io { act: "write to", path: Path::new("the terminal").to_owned(), source }
}
