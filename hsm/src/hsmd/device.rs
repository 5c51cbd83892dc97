//! The token: the only module that speaks PKCS#11.
//!
//! Always true: nothing is created here except by `create_*` and `init_token`; a key that is not found is an error;
//! more than one match is an error, and both are believed after a second look; an unclear answer is judged by the canary,
//! one operation whose outcome is known; the module is never finalised (a fresh process is the way to a fresh module).
//! Tokens speak dialects: a key is asked for in the usual form first, and where the token does not know that form, in the
//! form of those that want less said. Whatever the form, a key that may leave the token is destroyed again.

use std::{collections::HashMap, path::Path};

use cryptoki::{
    context::{CInitializeArgs, CInitializeFlags, Pkcs11},
    error::{Error, RvError},
    mechanism::{Mechanism, aead::GcmParams},
    object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle},
    session::{Session, UserType},
    slot::Slot,
    types::{AuthPin, RawAuthPin},
};
use zeroize::Zeroizing;

use super::{
    classify::{Class, classify},
    der,
};
use crate::{
    protocol::{Fault, TokenInfo},
    wrap::{RootKey, WrapMechanism},
};

/// DER of the object identifier of P-256 (RFC 5480).
const P256: [u8; 10] = [0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const SECRET_BYTES: u64 = 32;
const GCM_TAG_BITS: u64 = 128;

/// Why the token did not do it, and whether this process is still good for anything.
#[derive(Debug)]
pub(super) enum Trouble {
    Fault(Fault),
    /// Answer with this, then end the process: only a fresh module helps.
    Fatal(Fault),
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

type Outcome<T> = Result<T, Trouble>;

pub(super) struct Device {
    pkcs11: Pkcs11,
    label: String,
    open: Option<Open>,
}

struct Open {
    slot: Slot,
    session: Session,
    serial: String,
    handles: HashMap<String, ObjectHandle>,
    /// A key of an epoch and its fingerprint, once it is known.
    canary: Option<(WrapMechanism, String, [u8; 8])>,
}

impl Device {
    /// Loads the vendor's module. `label` is the token's.
    pub(super) fn load(module: &Path, label: &str) -> Result<Self, Error> {
        let pkcs11 = Pkcs11::new(module)?;
        pkcs11.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK))?;
        Ok(Self { pkcs11, label: label.to_owned(), open: None })
    }

    pub(super) fn info(&self) -> Outcome<TokenInfo> {
        self.token().map(|(_, info)| info)
    }

    pub(super) fn is_logged_in(&self) -> bool {
        self.open.is_some()
    }

    /// Exactly one attempt, after `begin`.
    pub(super) fn login(&mut self, pin: &[u8], begin: impl FnOnce() -> Outcome<()>) -> Outcome<()> {
        self.logout()?;
        let (slot, info) = self.token()?;
        let session = self.pkcs11.open_rw_session(slot).map_err(|error| self.judge(error))?;
        let pin = RawAuthPin::new(Box::new(pin.to_vec()));
        begin()?;
        session.login_with_raw(UserType::User, &pin).map_err(|error| self.judge(error))?;
        self.open = Some(Open { slot, session, serial: info.serial, handles: HashMap::new(), canary: None });
        Ok(())
    }

    /// A token that does not log out is left by ending the process.
    pub(super) fn logout(&mut self) -> Outcome<()> {
        let Some(open) = self.open.take() else { return Ok(()) };
        open.session.logout().map_err(|error| Trouble::Fatal(Fault::Device(format!("log out of the token: {error}"))))
    }

    /// From now on, `name` with this fingerprint tells a sound token from one that is not.
    pub(super) fn pin_canary(&mut self, mechanism: WrapMechanism, name: String, fingerprint: [u8; 8]) {
        if let Some(open) = &mut self.open {
            open.canary = Some((mechanism, name, fingerprint));
        }
    }

    pub(super) fn hmac(&mut self, name: &str, message: &[u8]) -> Outcome<Zeroizing<[u8; 32]>> {
        let tag = self.with_key(name, ObjectClass::SECRET_KEY, |session, key| hmac(session, key, message))?;
        Ok(tag_of(&tag)?)
    }

    /// AES-256-GCM: ciphertext and tag.
    pub(super) fn encrypt(&mut self, name: &str, nonce: &[u8; 12], aad: &[u8], plain: &[u8]) -> Outcome<Vec<u8>> {
        self.with_key(name, ObjectClass::SECRET_KEY, |session, key| encrypt(session, key, nonce, aad, plain))
    }

    /// What a token that is sound otherwise does not open, does not authenticate.
    pub(super) fn decrypt(&mut self, name: &str, nonce: &[u8; 12], aad: &[u8], sealed: &[u8]) -> Outcome<Zeroizing<Vec<u8>>> {
        let opened = self.with_key(name, ObjectClass::SECRET_KEY, |session, key| {
            let mut nonce = *nonce;
            session.decrypt(&gcm(&mut nonce, aad)?, key, sealed).map(Zeroizing::new)
        });
        match opened {
            Err(Trouble::Fault(Fault::Device(_))) if self.canary_sings() => Err(Fault::Integrity.into()),
            opened => opened,
        }
    }

    /// ASN.1 DER of the ECDSA signature.
    pub(super) fn sign(&mut self, name: &str, digest: &[u8; 32]) -> Outcome<Vec<u8>> {
        let fixed = self.with_key(name, ObjectClass::PRIVATE_KEY, |session, key| session.sign(&Mechanism::Ecdsa, key, digest))?;
        der::signature(&fixed).ok_or_else(|| Fault::Device("signature of another length".into()).into())
    }

    /// SubjectPublicKeyInfo DER.
    pub(super) fn public_key(&mut self, name: &str) -> Outcome<Vec<u8>> {
        let attributes =
            self.with_key(name, ObjectClass::PUBLIC_KEY, |session, key| session.get_attributes(key, &[AttributeType::EcPoint]))?;
        let point = attributes.iter().find_map(|attribute| match attribute {
            Attribute::EcPoint(point) => der::public_key(point),
            _ => None,
        });
        point.ok_or_else(|| Fault::Device("not a P-256 point".into()).into())
    }

    pub(super) fn random(&mut self, out: &mut [u8]) -> Outcome<()> {
        let open = self.open.as_ref().ok_or(Fault::LoggedOut)?;
        open.session.generate_random_slice(out).map_err(|error| self.judge(error))
    }

    /// Whether a key of this name is on the token.
    pub(super) fn has(&mut self, name: &str, class: ObjectClass) -> Outcome<bool> {
        match self.locate(name, class) {
            Ok(_) => Ok(true),
            Err(Trouble::Fault(Fault::KeyMissing(_))) => Ok(false),
            Err(trouble) => Err(trouble),
        }
    }

    /// A 256-bit HMAC key that never leaves the token. Refused where one of this name exists.
    pub(super) fn create_prf(&mut self, name: &str) -> Outcome<()> {
        if self.has(name, ObjectClass::SECRET_KEY)? {
            return Err(Fault::Refused(format!("{name} exists")).into());
        }
        let open = self.open.as_ref().ok_or(Fault::LoggedOut)?;
        let usual = [
            Attribute::Class(ObjectClass::SECRET_KEY),
            Attribute::KeyType(KeyType::GENERIC_SECRET),
            Attribute::Token(true),
            Attribute::Private(true),
            Attribute::Sensitive(true),
            Attribute::Extractable(false),
            Attribute::Sign(true),
            Attribute::ValueLen(SECRET_BYTES.into()),
            Attribute::Label(name.into()),
        ];
        // YubiHSM2: the type of the key says its length, and every secret key is private and sensitive.
        let terse = [
            Attribute::Class(ObjectClass::SECRET_KEY),
            Attribute::KeyType(KeyType::SHA256_HMAC),
            Attribute::Token(true),
            Attribute::Extractable(false),
            Attribute::Sign(true),
            Attribute::Verify(true),
            Attribute::Label(name.into()),
        ];
        let make = |template: &[Attribute]| open.session.generate_key(&Mechanism::GenericSecretKeyGen, template);
        let made = match make(&usual) {
            Err(error) if is_of_form(&error) => make(&terse),
            made => made,
        };
        self.keep_inside(made.map_err(|error| self.judge(error))?)
    }

    /// An AES-256 key that never leaves the token. Refused where one of this name exists.
    pub(super) fn create_aes(&mut self, name: &str) -> Outcome<()> {
        if self.has(name, ObjectClass::SECRET_KEY)? {
            return Err(Fault::Refused(format!("{name} exists")).into());
        }
        let open = self.open.as_ref().ok_or(Fault::LoggedOut)?;
        let template = [
            Attribute::Class(ObjectClass::SECRET_KEY),
            Attribute::KeyType(KeyType::AES),
            Attribute::Token(true),
            Attribute::Private(true),
            Attribute::Sensitive(true),
            Attribute::Extractable(false),
            Attribute::Encrypt(true),
            Attribute::Decrypt(true),
            Attribute::ValueLen(SECRET_BYTES.into()),
            Attribute::Label(name.into()),
        ];
        let made = open.session.generate_key(&Mechanism::AesKeyGen, &template);
        self.keep_inside(made.map_err(|error| self.judge(error))?)
    }

    /// A P-256 key pair whose private half never leaves the token. Refused where one of this name exists.
    pub(super) fn create_signer(&mut self, name: &str) -> Outcome<()> {
        if self.has(name, ObjectClass::PRIVATE_KEY)? || self.has(name, ObjectClass::PUBLIC_KEY)? {
            return Err(Fault::Refused(format!("{name} exists")).into());
        }
        let open = self.open.as_ref().ok_or(Fault::LoggedOut)?;
        // Strict tokens hold private objects only: there the public half is private too.
        let public = |private| {
            [
                Attribute::Token(true),
                Attribute::Private(private),
                Attribute::Verify(true),
                Attribute::EcParams(P256.to_vec()),
                Attribute::Label(name.into()),
                Attribute::Id(name.into()),
            ]
        };
        let private = [
            Attribute::Token(true),
            Attribute::Private(true),
            Attribute::Sensitive(true),
            Attribute::Extractable(false),
            Attribute::Sign(true),
            Attribute::Label(name.into()),
            Attribute::Id(name.into()),
        ];
        let make = |public: &[Attribute]| open.session.generate_key_pair(&Mechanism::EccKeyPairGen, public, &private);
        let made = match make(&public(false)) {
            Err(error) if is_of_form(&error) => make(&public(true)),
            made => made,
        };
        self.keep_inside(made.map_err(|error| self.judge(error))?.1)
    }

    /// Destroys a key that was made just now if the token says that it could leave.
    fn keep_inside(&self, key: ObjectHandle) -> Outcome<()> {
        let open = self.open.as_ref().ok_or(Fault::LoggedOut)?;
        let told = match open.session.get_attributes(key, &[AttributeType::Sensitive, AttributeType::Extractable]) {
            Ok(told) => told,
            Err(error) => {
                tracing::warn!(%error, "the token does not say whether the new key can leave it");
                return Ok(());
            }
        };
        if !told.contains(&Attribute::Extractable(true)) && !told.contains(&Attribute::Sensitive(false)) {
            return Ok(());
        }
        open.session.destroy_object(key).map_err(|error| self.judge(error))?;
        Err(Fault::Refused("the token makes keys that can leave it".into()).into())
    }

    pub(super) fn destroy(&mut self, name: &str) -> Outcome<()> {
        self.with_key(name, ObjectClass::SECRET_KEY, |session, key| session.destroy_object(key))?;
        if let Some(open) = &mut self.open {
            open.handles.clear();
        }
        Ok(())
    }

    /// Makes an empty token in the first free slot. Refused where one of this label exists.
    pub(super) fn init_token(&mut self, so_pin: &str, pin: &str) -> Outcome<()> {
        if !self.tokens()?.is_empty() {
            return Err(Fault::Refused("a token of this label exists".into()).into());
        }
        let slots = self.pkcs11.get_slots_with_token().map_err(|error| self.judge(error))?;
        let free =
            slots.into_iter().find(|slot| matches!(self.pkcs11.get_token_info(*slot), Ok(info) if !info.token_initialized()));
        let slot = free.ok_or_else(|| Fault::Refused("no slot is free".into()))?;
        let so_pin = AuthPin::from(so_pin.to_owned());
        self.pkcs11.init_token(slot, &so_pin, &self.label).map_err(|error| self.judge(error))?;
        let session = self.pkcs11.open_rw_session(slot).map_err(|error| self.judge(error))?;
        session
            .login(UserType::So, Some(&so_pin))
            .and_then(|()| session.init_pin(&AuthPin::from(pin.to_owned())))
            .and_then(|()| session.logout())
            .map_err(|error| self.judge(error))
    }

    /// Does `act` with the key; an ambiguous answer is followed by a fresh session and search, and only then believed.
    fn with_key<T>(
        &mut self,
        name: &str,
        class: ObjectClass,
        act: impl Fn(&Session, ObjectHandle) -> Result<T, Error>,
    ) -> Outcome<T> {
        for last in [false, true] {
            let key = self.locate(name, class)?;
            let open = self.open.as_ref().ok_or(Fault::LoggedOut)?;
            let error = match act(&open.session, key) {
                Ok(done) => return Ok(done),
                Err(error) => error,
            };
            self.renew();
            if last || classify(&error) != Class::Ambiguous {
                return Err(self.judge(error));
            }
        }
        Err(Fault::Device("unreachable".into()).into())
    }

    /// What failed may have left its operation open in the session. The old one is closed last: the login hangs on it.
    fn renew(&mut self) {
        let Some(open) = &mut self.open else { return };
        open.handles.clear();
        match self.pkcs11.open_rw_session(open.slot) {
            Ok(fresh) => open.session = fresh,
            Err(error) => tracing::warn!(%error, "open a fresh session"),
        }
    }

    /// Finds or fails; never creates. None, or more than one, is believed when it was seen twice.
    fn locate(&mut self, name: &str, class: ObjectClass) -> Outcome<ObjectHandle> {
        let open = self.open.as_mut().ok_or(Fault::LoggedOut)?;
        let slot = format!("{class}/{name}");
        if let Some(handle) = open.handles.get(&slot) {
            return Ok(*handle);
        }
        let mut count = 0;
        for _ in 0..2 {
            let found = self.search(name, class)?;
            if let [handle] = found[..] {
                if let Some(open) = &mut self.open {
                    open.handles.insert(slot, handle);
                }
                return Ok(handle);
            }
            count = found.len();
        }
        Err(if count == 0 { self.absence(name) } else { Fault::Ambiguous(name.to_owned()).into() })
    }

    fn search(&self, name: &str, class: ObjectClass) -> Outcome<Vec<ObjectHandle>> {
        let open = self.open.as_ref().ok_or(Fault::LoggedOut)?;
        let template = [Attribute::Token(true), Attribute::Class(class), Attribute::Label(name.into())];
        open.session.find_objects(&template).map_err(|error| self.judge(error))
    }

    /// Nothing was found: the key is missing only if the token is certainly there.
    fn absence(&self, name: &str) -> Trouble {
        if self.is_present() { Fault::KeyMissing(name.to_owned()).into() } else { Trouble::Fatal(Fault::TokenGone) }
    }

    /// The token still lists itself, under the serial number of our session.
    fn is_present(&self) -> bool {
        match (self.tokens(), &self.open) {
            (Ok(tokens), Some(open)) => tokens.iter().any(|(_, info)| info.serial == open.serial),
            (Ok(tokens), None) => !tokens.is_empty(),
            (Err(_), _) => false,
        }
    }

    fn token(&self) -> Outcome<(Slot, TokenInfo)> {
        let mut tokens = self.tokens()?;
        match tokens.len() {
            0 => Err(Fault::TokenGone.into()),
            1 => Ok(tokens.remove(0)),
            _ => Err(Fault::Ambiguous(format!("token {}", self.label)).into()),
        }
    }

    /// Initialised tokens of our label. A list that cannot be read means that the token is gone.
    fn tokens(&self) -> Outcome<Vec<(Slot, TokenInfo)>> {
        let slots = self.pkcs11.get_slots_with_token().map_err(|_| Fault::TokenGone)?;
        let mut found = Vec::new();
        for slot in slots {
            let Ok(info) = self.pkcs11.get_token_info(slot) else { continue };
            if info.token_initialized() && plain(info.label()) == self.label {
                let info = TokenInfo {
                    label: plain(info.label()),
                    serial: plain(info.serial_number()),
                    model: plain(info.model()),
                    manufacturer: plain(info.manufacturer_id()),
                    logged_in: self.open.is_some(),
                };
                found.push((slot, info));
            }
        }
        Ok(found)
    }

    /// What an answer means, and with it whether this process goes on.
    fn judge(&self, error: Error) -> Trouble {
        match classify(&error) {
            Class::Gone => Trouble::Fatal(Fault::TokenGone),
            Class::SessionLost => Trouble::Fatal(Fault::LoggedOut),
            Class::Pin => Fault::PinRejected.into(),
            Class::Busy => Fault::Busy.into(),
            Class::Policy => Fault::Device(error.to_string()).into(),
            Class::Ambiguous if !self.is_present() => Trouble::Fatal(Fault::TokenGone),
            Class::Ambiguous if self.canary_sings() => Fault::Device(error.to_string()).into(),
            Class::Ambiguous | Class::Broken => Trouble::Fatal(Fault::Device(error.to_string())),
        }
    }

    /// The operation whose outcome is known still has it, in a session of its own.
    fn canary_sings(&self) -> bool {
        let Some(Open { slot, canary: Some((mechanism, name, fingerprint)), .. }) = &self.open else { return false };
        let Ok(session) = self.pkcs11.open_rw_session(*slot) else { return false };
        let template =
            [Attribute::Token(true), Attribute::Class(ObjectClass::SECRET_KEY), Attribute::Label(name.as_str().into())];
        let Ok(found) = session.find_objects(&template) else { return false };
        let [key] = found[..] else { return false };
        mechanism.fingerprint(&mut Canary { session, key }).is_ok_and(|found| found == *fingerprint)
    }
}

/// A key in a session of its own. Whatever goes wrong, it does not sing.
struct Canary {
    session: Session,
    key: ObjectHandle,
}

impl RootKey for Canary {
    fn hmac(&mut self, message: &[u8]) -> Result<Zeroizing<[u8; 32]>, Fault> {
        tag_of(&hmac(&self.session, self.key, message).map_err(|_| Fault::Busy)?)
    }

    fn encrypt(&mut self, nonce: &[u8; 12], aad: &[u8], plain: &[u8]) -> Result<Vec<u8>, Fault> {
        encrypt(&self.session, self.key, nonce, aad, plain).map_err(|_| Fault::Busy)
    }

    fn decrypt(&mut self, _: &[u8; 12], _: &[u8], _: &[u8]) -> Result<Zeroizing<Vec<u8>>, Fault> {
        Err(Fault::Busy)
    }
}

fn hmac(session: &Session, key: ObjectHandle, message: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
    session.sign(&Mechanism::Sha256Hmac, key, message).map(Zeroizing::new)
}

fn tag_of(tag: &[u8]) -> Result<Zeroizing<[u8; 32]>, Fault> {
    tag.try_into().map(Zeroizing::new).map_err(|_| Fault::Device("HMAC of another length".into()))
}

fn encrypt(session: &Session, key: ObjectHandle, nonce: &[u8; 12], aad: &[u8], plain: &[u8]) -> Result<Vec<u8>, Error> {
    let mut nonce = *nonce;
    session.encrypt(&gcm(&mut nonce, aad)?, key, plain)
}

fn gcm<'a>(nonce: &'a mut [u8; 12], aad: &'a [u8]) -> Result<Mechanism<'a>, Error> {
    Ok(Mechanism::AesGcm(GcmParams::new(nonce, aad, GCM_TAG_BITS.into())?))
}

/// The token does not know a request of this form: there may be another.
fn is_of_form(error: &Error) -> bool {
    matches!(
        error,
        Error::Pkcs11(
            RvError::AttributeTypeInvalid
                | RvError::AttributeValueInvalid
                | RvError::TemplateInconsistent
                | RvError::TemplateIncomplete
                | RvError::KeyTypeInconsistent,
            _
        )
    )
}

/// Some tokens fill their names up with zeros, where PKCS#11 asks for blanks.
fn plain(name: &str) -> String {
    name.trim_matches([' ', '\0']).to_owned()
}
