//! The set-up of an installed box: steps that each look at what is there and make what is missing. Cut short at any instant,
//! the next run completes it; run again, it changes nothing.

mod administrators;
mod configuration;
mod folders;
mod keys;
mod recovery;
mod units;

use std::path::PathBuf;

use holdfast_base::World;
use holdfast_hsm::Pin;
use serde::Serialize;

pub use administrators::{Administrator, Code};
pub(crate) use configuration::settle;
pub(crate) use keys::custody;
pub use recovery::Kit;
pub(crate) use units::reopen;

use crate::{
    Language, Places, SetupError, answers::Answers, authority::renew, files::make_durable, fingerprint::of_certificate,
    journal::Journal,
};

/// Where and with what.
pub struct Setup {
    pub places: Places,
    /// Where `holdfast` and `holdfast-hsmd` lie.
    pub programs: PathBuf,
    pub language: Language,
    /// Make new codes for who has not enrolled, also where codes were handed over before.
    pub new_codes: bool,
}

/// What a step did.
#[derive(Debug, Clone, Serialize)]
pub struct Step {
    pub step: &'static str,
    pub changed: bool,
    pub told: String,
}

/// What there is to tell at the end.
#[derive(Debug, Serialize)]
pub struct Report {
    pub changed: bool,
    pub steps: Vec<Step>,
    pub administrators: Vec<Administrator>,
    /// The recovery kit, where this run made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kit: Option<Kit>,
    /// Where the codes were written; they are in `administrators` otherwise.
    pub codes_file: Option<PathBuf>,
    pub url: String,
    /// SHA-256 of the authority's certificate, hexadecimal: what people compare before they trust it.
    pub authority: String,
    /// SHA-256 of the audit key's SubjectPublicKeyInfo, hexadecimal: what auditors carry.
    pub audit_key: Option<String>,
}

/// Holds the journal until the report was told: only then do codes count as handed over.
pub struct Untold {
    journal: Journal,
    has_codes: bool,
    has_shares: bool,
}

impl Untold {
    /// Called once the report is where the operator reads it.
    pub fn told(mut self) -> Result<(), SetupError> {
        if self.has_shares {
            self.journal.done(recovery::SHARES, None)?;
        }
        if self.has_codes { self.journal.done("codes", None) } else { Ok(()) }
    }
}

struct Run<'a> {
    setup: &'a Setup,
    answers: &'a Answers,
    /// Typed just now; else the answers' file counts.
    pin: Option<Pin>,
    world: World,
    journal: Journal,
    /// The running service must hear of what was changed.
    restart: bool,
    /// The web's listener moves to another port.
    relisten: bool,
    administrators: Vec<Administrator>,
    kit: Option<Kit>,
    codes_file: Option<PathBuf>,
}

struct Outcome {
    changed: bool,
    told: String,
    note: Option<String>,
}

type Act = fn(&mut Run<'_>) -> Result<Outcome, SetupError>;

const STEPS: [(&str, Act); 7] = [
    ("folders", folders::make),
    ("configuration", configuration::write_all),
    ("keys", keys::make),
    ("certificate", certificate),
    ("units", units::start),
    ("recovery", recovery::make),
    ("administrators", administrators::appoint),
];

/// `progress` hears of each step twice: when it begins (`None`) and what it did.
pub fn run(
    setup: &Setup,
    answers: &Answers,
    pin: Option<Pin>,
    world: &World,
    progress: &mut dyn FnMut(&'static str, Option<&Step>),
) -> Result<(Report, Untold), SetupError> {
    std::fs::create_dir_all(setup.places.etc()).map_err(SetupError::io("make a folder", setup.places.etc()))?;
    let journal = Journal::open(&setup.places.journal(), world)?;
    let mut run = Run {
        setup,
        answers,
        pin,
        world: world.clone(),
        journal,
        restart: false,
        relisten: false,
        administrators: Vec::new(),
        kit: None,
        codes_file: None,
    };
    let mut steps = Vec::with_capacity(STEPS.len());
    for (name, act) in STEPS {
        progress(name, None);
        let outcome = act(&mut run)?;
        if outcome.changed || !run.journal.is_done(name) {
            run.journal.done(name, outcome.note)?;
        }
        let step = Step { step: name, changed: outcome.changed, told: outcome.told };
        progress(name, Some(&step));
        steps.push(step);
    }
    for folder in [setup.places.etc(), setup.places.data()] {
        make_durable(&folder).map_err(SetupError::io("make durable", &folder))?;
    }
    let report = Report {
        changed: steps.iter().any(|step| step.changed),
        steps,
        administrators: run.administrators,
        kit: run.kit,
        codes_file: run.codes_file,
        url: url(answers.port),
        authority: of_certificate(&setup.places.tls().join("ca.crt"))?,
        audit_key: run.journal.note("keys").map(str::to_owned),
    };
    let has_codes = report.codes_file.is_some() || report.administrators.iter().any(|one| one.code.is_some());
    let has_shares = report.kit.is_some();
    Ok((report, Untold { journal: run.journal, has_codes, has_shares }))
}

impl Run<'_> {
    fn say<T>(&self, english: T, chinese: T) -> T {
        self.setup.language.pick(english, chinese)
    }

    fn unchanged(&self) -> Outcome {
        let told = self.say("as it should be", "无需更改").to_owned();
        Outcome { changed: false, told, note: None }
    }

    fn changed(&self, told: impl Into<String>) -> Outcome {
        Outcome { changed: true, told: told.into(), note: None }
    }
}

fn certificate(run: &mut Run<'_>) -> Result<Outcome, SetupError> {
    let (made, renewal) = renew(&run.setup.places.tls(), &run.world)?;
    if renewal == crate::Renewal::Unchanged {
        return Ok(run.unchanged());
    }
    run.restart = true;
    let names = made.names.join(" ");
    Ok(run.changed(run.say(format!("made out to {names}"), format!("已签发给 {names}"))))
}

fn url(port: u16) -> String {
    let host = crate::names::host().unwrap_or_else(|| "localhost".to_owned());
    if port == 443 { format!("https://{host}/") } else { format!("https://{host}:{port}/") }
}
