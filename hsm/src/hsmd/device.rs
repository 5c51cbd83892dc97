//! The token: the only module that speaks PKCS#11.
//!
//! Always true: nothing is created here except by `create_*` and `init_token`; a key that is not found is an error;
//! more than one match is an error; the module is never finalised (a fresh process is the way to a fresh module).

use std::{collections::HashMap, path::Path};

use cryptoki::{
    context::{CInitializeArgs, CInitializeFlags, Pkcs11},
    error::Error,
    mechanism::Mechanism,
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
use crate::protocol::{Fault, TokenInfo};

/// DER of the object identifier of P-256 (RFC 5480).
const P256: [u8; 10] = [0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const SECRET_BYTES: u64 = 32;

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
    session: Session,
    serial: String,
    handles: HashMap<String, ObjectHandle>,
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

    /// Exactly one attempt.
    pub(super) fn login(&mut self, pin: &[u8]) -> Outcome<()> {
        self.logout();
        let (slot, info) = self.token()?;
        let session = self.pkcs11.open_rw_session(slot).map_err(|error| self.judge(error))?;
        let pin = RawAuthPin::new(Box::new(pin.to_vec()));
        session.login_with_raw(UserType::User, &pin).map_err(|error| self.judge(error))?;
        self.open = Some(Open { session, serial: info.serial, handles: HashMap::new() });
        Ok(())
    }

    pub(super) fn logout(&mut self) {
        let Some(open) = self.open.take() else { return };
        if let Err(error) = open.session.logout() {
            tracing::warn!(%error, "log out of the token");
        }
    }

    pub(super) fn hmac(&mut self, name: &str, message: &[u8]) -> Outcome<Zeroizing<[u8; 32]>> {
        let tag = self.with_key(name, ObjectClass::SECRET_KEY, |session, key| {
            session.sign(&Mechanism::Sha256Hmac, key, message).map(Zeroizing::new)
        })?;
        let tag: [u8; 32] = tag.as_slice().try_into().map_err(|_| Fault::Device("HMAC of another length".into()))?;
        Ok(Zeroizing::new(tag))
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
        let template = [
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
        let made = open.session.generate_key(&Mechanism::GenericSecretKeyGen, &template);
        made.map(drop).map_err(|error| self.judge(error))
    }

    /// A P-256 key pair whose private half never leaves the token. Refused where one of this name exists.
    pub(super) fn create_signer(&mut self, name: &str) -> Outcome<()> {
        if self.has(name, ObjectClass::PRIVATE_KEY)? {
            return Err(Fault::Refused(format!("{name} exists")).into());
        }
        let open = self.open.as_ref().ok_or(Fault::LoggedOut)?;
        let public = [
            Attribute::Token(true),
            Attribute::Private(false),
            Attribute::Verify(true),
            Attribute::EcParams(P256.to_vec()),
            Attribute::Label(name.into()),
            Attribute::Id(name.into()),
        ];
        let private = [
            Attribute::Token(true),
            Attribute::Private(true),
            Attribute::Sensitive(true),
            Attribute::Extractable(false),
            Attribute::Sign(true),
            Attribute::Label(name.into()),
            Attribute::Id(name.into()),
        ];
        let made = open.session.generate_key_pair(&Mechanism::EccKeyPairGen, &public, &private);
        made.map(drop).map_err(|error| self.judge(error))
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

    /// Does `act` with the key; an ambiguous answer is followed by a fresh search, and only then believed.
    fn with_key<T>(
        &mut self,
        name: &str,
        class: ObjectClass,
        act: impl Fn(&Session, ObjectHandle) -> Result<T, Error>,
    ) -> Outcome<T> {
        for last in [false, true] {
            let key = self.locate(name, class)?;
            let open = self.open.as_mut().ok_or(Fault::LoggedOut)?;
            match act(&open.session, key) {
                Ok(done) => return Ok(done),
                Err(error) if !last && classify(&error) == Class::Ambiguous => open.handles.clear(),
                Err(error) => return Err(self.judge(error)),
            }
        }
        Err(Fault::Device("unreachable".into()).into())
    }

    /// Finds or fails; never creates.
    fn locate(&mut self, name: &str, class: ObjectClass) -> Outcome<ObjectHandle> {
        let open = self.open.as_ref().ok_or(Fault::LoggedOut)?;
        let slot = format!("{class}/{name}");
        if let Some(handle) = open.handles.get(&slot) {
            return Ok(*handle);
        }
        let template = [Attribute::Token(true), Attribute::Class(class), Attribute::Label(name.into())];
        let found = open.session.find_objects(&template).map_err(|error| self.judge(error))?;
        let [handle] = found[..] else {
            return Err(if found.is_empty() { self.absence(name) } else { Fault::Ambiguous(name.to_owned()).into() });
        };
        if let Some(open) = &mut self.open {
            open.handles.insert(slot, handle);
        }
        Ok(handle)
    }

    /// Nothing was found: the key is missing only if the token is certainly there.
    fn absence(&self, name: &str) -> Trouble {
        if self.is_present() { Fault::KeyMissing(name.to_owned()).into() } else { Trouble::Fatal(Fault::TokenGone) }
    }

    /// The canary: the token still lists itself, under the serial number of our session.
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
            if info.token_initialized() && info.label() == self.label {
                let info = TokenInfo {
                    label: info.label().to_owned(),
                    serial: info.serial_number().to_owned(),
                    model: info.model().to_owned(),
                    manufacturer: info.manufacturer_id().to_owned(),
                    logged_in: self.open.is_some(),
                };
                found.push((slot, info));
            }
        }
        Ok(found)
    }

    fn judge(&self, error: Error) -> Trouble {
        match classify(&error) {
            Class::Gone => Trouble::Fatal(Fault::TokenGone),
            Class::SessionLost => Trouble::Fatal(Fault::LoggedOut),
            Class::Pin => Fault::PinRejected.into(),
            Class::Busy => Fault::Busy.into(),
            Class::Policy => Fault::Device(error.to_string()).into(),
            Class::Ambiguous if !self.is_present() => Trouble::Fatal(Fault::TokenGone),
            Class::Ambiguous | Class::Broken => Trouble::Fatal(Fault::Device(error.to_string())),
        }
    }
}
