use std::{
    error::Error,
    io::{self, Write},
    process::ExitCode,
};

/// How a program of ours ends: a failure is told with all its causes.
pub fn end(program: &str, ended: Result<(), Box<dyn Error>>) -> ExitCode {
    let Err(error) = ended else { return ExitCode::SUCCESS };
    let mut text = format!("{program}: {error}");
    let mut cause = error.source();
    while let Some(next) = cause {
        text.push_str(&format!(": {next}"));
        cause = next.source();
    }
    // Where nobody listens the code says it.
    let _ = writeln!(io::stderr(), "{text}");
    ExitCode::from(1)
}
