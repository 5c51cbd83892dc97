//! The token's PIN, where it is kept. Never printed, never on a command line.

use std::{
    fs,
    io::{self, Write},
    path::Path,
    process::{Command, Stdio},
};

use holdfast_hsm::Pin;
use zeroize::Zeroizing;

use crate::{
    Places, SetupError,
    answers::{KeepPin, Token},
    files::{private_folder, remove, write},
};

/// The longest PIN, in bytes.
const PIN_BYTES: usize = 256;
const DROP_IN: &str = "pin.conf";
const UNIT: &str = "holdfast-hsmd.service";

/// Under another root there is no systemd to open a credential.
pub(crate) fn kept(places: &Places, token: &Token) -> KeepPin {
    match token.keep_pin {
        KeepPin::Credential if !places.is_installed() => KeepPin::File,
        keep => keep,
    }
}

/// The one that is kept, if there is one.
pub(crate) fn load(places: &Places, token: &Token) -> Result<Option<Pin>, SetupError> {
    read(places, kept(places, token))
}

/// The one that was kept in another way than the answers ask for now.
pub(crate) fn kept_elsewhere(places: &Places, token: &Token) -> Result<Option<Pin>, SetupError> {
    match kept(places, token) {
        KeepPin::Credential => read(places, KeepPin::File),
        KeepPin::File => read(places, KeepPin::Credential),
        KeepPin::Nowhere => Ok(None),
    }
}

fn read(places: &Places, keep: KeepPin) -> Result<Option<Pin>, SetupError> {
    match keep {
        KeepPin::Nowhere => Ok(None),
        KeepPin::File => match fs::read(places.pin_file()) {
            Ok(bytes) => Ok(Some(Pin(Zeroizing::new(bytes)))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(SetupError::io("read", places.pin_file())(error)),
        },
        KeepPin::Credential if !places.pin_credential().exists() => Ok(None),
        KeepPin::Credential => {
            let mut open = Command::new("systemd-creds");
            open.args(["decrypt", "--name=holdfast-pin"]).arg(places.pin_credential()).arg("-");
            piped(open, b"").map(|bytes| Some(Pin(bytes))).map_err(SetupError::io("open the credential", places.pin_credential()))
        }
    }
}

/// Durable when it returns. The unit finds it at its next start.
pub(crate) fn keep(places: &Places, token: &Token, pin: &Pin) -> Result<(), SetupError> {
    match kept(places, token) {
        KeepPin::Nowhere => {}
        KeepPin::File => {
            let path = places.pin_file();
            path.parent().map_or(Ok(()), private_folder).map_err(SetupError::io("make the folder of", &path))?;
            write(&path, &pin.0, 0o600).map_err(SetupError::io("write", &path))?;
        }
        KeepPin::Credential => {
            let path = places.pin_credential();
            path.parent().map_or(Ok(()), private_folder).map_err(SetupError::io("make the folder of", &path))?;
            let mut seal = Command::new("systemd-creds");
            seal.args(["encrypt", "--name=holdfast-pin", "-", "-"]);
            let sealed = piped(seal, &pin.0).map_err(SetupError::io("seal the credential", &path))?;
            write(&path, &sealed, 0o600).map_err(SetupError::io("write", &path))?;
        }
    }
    Ok(())
}

/// Exactly one way to the PIN: what the answers do not ask for any more is taken away. True: something changed.
pub(crate) fn settle_units(places: &Places, token: &Token) -> Result<bool, SetupError> {
    let drop_in = places.drop_in(UNIT, DROP_IN);
    let (file, credential) = (places.pin_file(), places.pin_credential());
    let away = |path| remove(path).map_err(SetupError::io("remove", path));
    match kept(places, token) {
        KeepPin::File => {
            let text = format!("# Written by holdfast-setup.\n[Service]\nLoadCredential=holdfast-pin:{}\n", file.display());
            if fs::read_to_string(&drop_in).is_ok_and(|present| present == text) {
                return Ok(false);
            }
            let folder = drop_in.parent().map_or(Ok(()), fs::create_dir_all);
            folder.and_then(|()| write(&drop_in, text.as_bytes(), 0o644)).map_err(SetupError::io("write", &drop_in))?;
            Ok(true)
        }
        KeepPin::Credential => Ok(away(&drop_in)? | away(&file)?),
        KeepPin::Nowhere => Ok(away(&drop_in)? | away(&file)? | away(&credential)?),
    }
}

/// From the file that the answers name.
pub(crate) fn given(token: &Token) -> Result<Option<Pin>, SetupError> {
    token.pin_file.as_deref().map(read_file).transpose()
}

/// Without its last line end.
pub(crate) fn read_file(path: &Path) -> Result<Pin, SetupError> {
    let bytes = Zeroizing::new(fs::read(path).map_err(SetupError::io("read", path))?);
    let text = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
    let text = text.strip_suffix(b"\r").unwrap_or(text);
    if text.is_empty() || text.len() > PIN_BYTES {
        return Err(SetupError::Answers(format!("{}: a PIN of 1 to {PIN_BYTES} bytes", path.display())));
    }
    Ok(Pin(Zeroizing::new(text.to_vec())))
}

/// Runs a tool, secrets on its pipes only.
pub(crate) fn piped(mut command: Command, input: &[u8]) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(input)?;
    }
    let output = child.wait_with_output()?;
    let out = Zeroizing::new(output.stdout);
    if output.status.success() {
        return Ok(out);
    }
    let why = String::from_utf8_lossy(&output.stderr);
    Err(io::Error::other(why.trim().lines().last().unwrap_or("it failed and said nothing").to_owned()))
}
