//! The terminal: questions on standard output, answers from standard input, one line each. Works through a pipe as well.

use std::{
    io::{self, BufRead, IsTerminal, Write},
    process::Command,
};

use zeroize::Zeroizing;

use crate::{Language, SetupError};

/// Longest answer, in bytes.
const LINE_BYTES: u64 = 4_096;
/// How often a wrong answer is asked for again.
const TRIES: usize = 5;

pub(crate) struct Console {
    pub(crate) language: Language,
}

impl Console {
    /// Asks until `check` is content; an empty line takes what stands in brackets.
    pub(crate) fn ask(
        &self,
        question: &str,
        default: Option<&str>,
        check: impl Fn(&str) -> Result<(), String>,
    ) -> Result<String, SetupError> {
        for _ in 0..TRIES {
            match default {
                Some(default) => say(&format!("{question} [{default}]: "))?,
                None => say(&format!("{question}: "))?,
            }
            let line = read()?;
            let answer = match (line.trim(), default) {
                ("", Some(default)) => default,
                (line, _) => line,
            };
            match check(answer) {
                Ok(()) => return Ok(answer.to_owned()),
                Err(why) => say(&format!("  {why}\n"))?,
            }
        }
        Err(SetupError::Answers(self.language.pick("too many wrong answers", "输入错误次数过多").to_owned()))
    }

    pub(crate) fn wait(&self, why: &str) -> Result<(), SetupError> {
        say(&format!("{why} "))?;
        read().map(drop)
    }

    pub(crate) fn agree(&self, question: &str, default: bool) -> Result<bool, SetupError> {
        let yes = |answer: &str| ["y", "yes", "是", "好"].contains(&answer.to_lowercase().as_str());
        let no = |answer: &str| ["n", "no", "否", "不"].contains(&answer.to_lowercase().as_str());
        let right = |answer: &str| if yes(answer) || no(answer) { Ok(()) } else { Err("y / n".to_owned()) };
        self.ask(question, Some(if default { "y" } else { "n" }), right).map(|answer| yes(&answer))
    }

    /// Not shown while it is typed.
    pub(crate) fn secret(&self, question: &str) -> Result<Zeroizing<String>, SetupError> {
        say(&format!("{question}: "))?;
        if !io::stdin().is_terminal() {
            return read();
        }
        echo("-echo")?;
        let line = read();
        echo("echo")?;
        say("\n")?;
        line
    }
}

/// `stty` of coreutils, on the terminal that is our standard input.
fn echo(how: &str) -> Result<(), SetupError> {
    match Command::new("stty").arg(how).status().map_err(fail)?.success() {
        true => Ok(()),
        false => Err(fail(io::Error::other("the terminal cannot hide what is typed"))),
    }
}

fn say(text: &str) -> Result<(), SetupError> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(fail)
}

/// Without its line end. The end of the input is an error: nobody is there to answer.
fn read() -> Result<Zeroizing<String>, SetupError> {
    let mut line = Zeroizing::new(String::new());
    let read = io::Read::take(io::stdin().lock(), LINE_BYTES).read_line(&mut line).map_err(fail)?;
    if read == 0 {
        return Err(SetupError::Answers("the input ended before all questions were answered; see --answers".to_owned()));
    }
    let kept = line.trim_end_matches(['\r', '\n']).len();
    line.truncate(kept);
    Ok(line)
}

fn fail(source: io::Error) -> SetupError {
    SetupError::Io { act: "use", path: "the terminal".into(), source }
}
