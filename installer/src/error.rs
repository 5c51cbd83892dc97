use std::{io, path::PathBuf};

use holdfast_hsm::HsmError;

/// Why the box was not set up.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    #[error("{act}: {}", path.display())]
    Io { act: &'static str, path: PathBuf, source: io::Error },
    #[error("{act}")]
    Keys { act: &'static str, source: HsmError },
    #[error("make the certificate")]
    Certificate(#[from] rcgen::Error),
    /// The answers are not right; the text says which and what would be.
    #[error("{0}")]
    Answers(String),
    /// A check before the set-up refuses it.
    #[error("{0}")]
    Preflight(String),
    /// The running box would not do it.
    #[error("{act}: {why}")]
    Box { act: &'static str, why: String },
    /// What lies there belongs to no finished ceremony, and going on could orphan data.
    #[error("{0}")]
    Contradiction(String),
}

impl SetupError {
    pub(crate) fn io(act: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { act, path, source }
    }

    pub(crate) fn keys(act: &'static str) -> impl FnOnce(HsmError) -> Self {
        move |source| Self::Keys { act, source }
    }

    /// What the process ends with.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Answers(_) => 2,
            Self::Contradiction(_) => 3,
            Self::Preflight(_) => 4,
            _ => 1,
        }
    }
}
