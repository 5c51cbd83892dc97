use std::fmt::{self, Write as _};

use holdfast_base::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::json;
use zeroize::Zeroizing;

use super::{Outcome, Run};
use crate::{SetupError, files::write, holdfast};

/// One of the three, as the box tells it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Administrator {
    pub role: String,
    pub uid: String,
    pub name: String,
    pub enrolled: bool,
    /// Shown once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Code>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

/// Wiped on drop, never printed by `Debug`.
#[derive(Clone)]
pub struct Code(Zeroizing<String>);

impl Code {
    pub fn shown(&self) -> &str {
        &self.0
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from).map(|text| Self(Zeroizing::new(text)))
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(..)")
    }
}

const CODES: &str = "codes";

/// Appoints the three if nobody is appointed; makes codes anew for who never enrolled, where the codes of an earlier run did
/// not reach the operator, or when asked to.
pub(super) fn appoint(run: &mut Run<'_>) -> Result<Outcome, SetupError> {
    let standing = ask(run, &[], b"")?;
    let made = if standing.is_empty() {
        appoint_all(run)?
    } else if run.setup.new_codes || !run.journal.is_done(CODES) {
        reissue(run, standing)?
    } else {
        standing
    };
    run.administrators = made;
    let codes = run.administrators.iter().filter(|one| one.code.is_some()).count();
    let waiting = run.administrators.iter().filter(|one| !one.enrolled).count();
    if codes > 0 {
        hand_over(run)?;
        return Ok(run.changed(run.say(format!("{codes} enrolment codes made"), format!("已生成 {codes} 个启用码"))));
    }
    if waiting > 0 {
        let told = run.say(
            format!("{waiting} have not enrolled yet; --new-codes makes new codes while no security administrator has"),
            format!("还有 {waiting} 位未启用；在安全管理员启用账号之前，可用 --new-codes 重新生成启用码"),
        );
        return Ok(Outcome { changed: false, told, note: None });
    }
    Ok(run.unchanged())
}

fn appoint_all(run: &Run<'_>) -> Result<Vec<Administrator>, SetupError> {
    let people = run.answers.administrators.all();
    let people = people.map(|(role, one)| json!({"role": role, "uid": one.uid, "name": one.name.trim()}));
    let appointment = json!({"enterprise": run.answers.enterprise.trim(), "administrators": people});
    ask(run, &["appoint"], appointment.to_string().as_bytes())
}

/// The box refuses where somebody who enrolled keeps the accounts; that is told, and no failure.
fn reissue(run: &Run<'_>, standing: Vec<Administrator>) -> Result<Vec<Administrator>, SetupError> {
    let mut all = Vec::with_capacity(standing.len());
    for one in standing {
        let again = match one.enrolled {
            true => None,
            false => holdfast::ask(run.setup, &["administrators", "code", &one.uid], b"")?.administrators.pop(),
        };
        all.push(again.unwrap_or(one));
    }
    Ok(all)
}

/// Into the file that the answers name; without one they stay in the report.
fn hand_over(run: &mut Run<'_>) -> Result<(), SetupError> {
    let Some(path) = run.answers.codes_file.clone() else { return Ok(()) };
    let mut text = Zeroizing::new(String::new());
    for one in &mut run.administrators {
        if let Some(code) = one.code.take() {
            let _ = writeln!(text, "{}\t{}\t{}\t{}", one.role, one.uid, one.name, code.shown());
        }
    }
    write(&path, text.as_bytes(), 0o600).map_err(SetupError::io("write", &path))?;
    run.codes_file = Some(path);
    Ok(())
}

fn ask(run: &Run<'_>, verb: &[&str], input: &[u8]) -> Result<Vec<Administrator>, SetupError> {
    let arguments: Vec<&str> = ["administrators"].into_iter().chain(verb.iter().copied()).collect();
    let reply = holdfast::ask(run.setup, &arguments, input)?;
    Ok(reply.or_refusal("appoint the administrators")?.administrators)
}
