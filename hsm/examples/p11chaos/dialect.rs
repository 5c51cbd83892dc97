//! How tokens of other makes behave where it shows in what hsmd calls. A SoftHSM2 token lies beneath all of them.
//!
//! | name        | what differs                                                                                          |
//! |-------------|-------------------------------------------------------------------------------------------------------|
//! | softhsm     | nothing                                                                                               |
//! | yubi        | HMAC keys only as CKK_SHA256_HMAC, without CKA_PRIVATE, CKA_SENSITIVE, CKA_VALUE_LEN (so reads yubihsm_pkcs11.c); PIN `0001password`; 16 sessions; idle sessions die; no GCM, wrap or data objects |
//! | cloudhsm    | no read-only sessions; PIN `user:password`; no Ed25519, no data objects; GCM under a nonce of its own   |
//! | luna        | CKA_VALUE_LEN is mandatory; CKA_EC_POINT is the bare point; vendor codes for everything unclear          |
//! | strict-fips | private objects only; CKA_SENSITIVE and the use must be said; no short secrets; no nonce from outside  |
//! | nshield     | searches need CKA_CLASS and know few attributes; serial and label are padded with zero bytes            |

use std::{
    collections::HashMap,
    slice,
    sync::{
        Mutex,
        atomic::{AtomicU8, Ordering},
    },
    time::{Duration, Instant},
};

use cryptoki_sys::*;

use crate::plan::Plan;

const LUNA_UNCLEAR: CK_RV = 0x8000_0066;
const YUBI_SESSIONS: usize = 16;
/// 112 bits.
const FIPS_SECRET_BYTES: CK_ULONG = 14;

/// Instant of the last use of each session.
static SESSIONS: Mutex<Option<HashMap<CK_SESSION_HANDLE, Instant>>> = Mutex::new(None);

fn sessions<T>(act: impl FnOnce(&mut HashMap<CK_SESSION_HANDLE, Instant>) -> T) -> T {
    let mut held = SESSIONS.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    act(held.get_or_insert_default())
}

/// Functions that this token does not have at all.
pub fn lacks(plan: &Plan, function: &str) -> bool {
    let few = ["C_EncryptInit", "C_DecryptInit", "C_WrapKey", "C_UnwrapKey", "C_CreateObject", "C_DeriveKey"];
    match plan.personality.as_str() {
        "yubi" => few.contains(&function),
        "cloudhsm" => function == "C_CreateObject",
        _ => false,
    }
}

pub fn before_open_session(plan: &Plan, flags: CK_FLAGS) -> Option<CK_RV> {
    match plan.personality.as_str() {
        "cloudhsm" if flags & CKF_RW_SESSION == 0 => Some(CKR_SESSION_READ_ONLY),
        "yubi" if sessions(|open| open.len()) >= YUBI_SESSIONS => Some(CKR_SESSION_COUNT),
        _ => None,
    }
}

pub fn opened(session: CK_SESSION_HANDLE) {
    sessions(|open| open.insert(session, Instant::now()));
}

pub fn closed(session: CK_SESSION_HANDLE) {
    sessions(|open| open.remove(&session));
}

/// A session that was idle for too long is dead from then on.
pub fn use_session(plan: &Plan, session: CK_SESSION_HANDLE) -> Option<CK_RV> {
    let life = plan.idle_seconds.map(Duration::from_secs_f64).filter(|_| plan.personality == "yubi")?;
    sessions(|open| match open.get_mut(&session) {
        Some(last) if last.elapsed() <= life => {
            *last = Instant::now();
            None
        }
        _ => {
            open.remove(&session);
            Some(CKR_SESSION_HANDLE_INVALID)
        }
    })
}

/// The PIN of the token beneath.
pub fn pin<'a>(plan: &Plan, pin: &'a [u8]) -> Result<&'a [u8], CK_RV> {
    match plan.personality.as_str() {
        "yubi" => match pin.split_at_checked(4) {
            Some((id, password)) if id.iter().all(u8::is_ascii_hexdigit) && password.len() >= 8 => Ok(password),
            _ => Err(CKR_PIN_LEN_RANGE),
        },
        "cloudhsm" => match pin.iter().position(|byte| *byte == b':') {
            Some(colon) => Ok(&pin[colon + 1..]),
            None => Err(CKR_PIN_INCORRECT),
        },
        _ => Ok(pin),
    }
}

pub fn token_info(plan: &Plan, info: &mut CK_TOKEN_INFO) {
    let (maker, model) = match plan.personality.as_str() {
        "yubi" => ("Yubico (www.yubico.com)", "YubiHSM"),
        "cloudhsm" => ("AWS CloudHSM", "CloudHSM"),
        "luna" => ("SafeNet", "LunaSA 7.7.1"),
        "strict-fips" => ("Strict", "FIPS 140-3 L3"),
        "nshield" => ("nCipher Corp. Ltd", "nShield"),
        _ => return,
    };
    fill(&mut info.manufacturerID, maker);
    fill(&mut info.model, model);
    if plan.personality == "nshield" {
        zero_padding(&mut info.label);
        zero_padding(&mut info.serialNumber);
    }
}

fn fill(field: &mut [u8], text: &str) {
    field.fill(b' ');
    field[..text.len()].copy_from_slice(text.as_bytes());
}

/// The last quarter is padding, of a label or serial that is short enough.
fn zero_padding(field: &mut [u8]) {
    let end = field.iter().rposition(|byte| *byte != b' ').map_or(0, |last| last + 1);
    field[end..].fill(0);
    if end == field.len() {
        field[end - 1] = 0;
    }
}

/// Attributes of a template: what is asked for, and with which value.
pub struct Template<'a>(pub &'a [CK_ATTRIBUTE]);

impl Template<'_> {
    fn has(&self, kind: CK_ATTRIBUTE_TYPE) -> bool {
        self.0.iter().any(|attribute| attribute.type_ == kind)
    }

    fn bytes(&self, kind: CK_ATTRIBUTE_TYPE) -> Option<&[u8]> {
        let attribute = self.0.iter().find(|attribute| attribute.type_ == kind)?;
        // SAFETY: the caller of the module promises that each attribute points at its value.
        Some(unsafe { slice::from_raw_parts(attribute.pValue.cast(), attribute.ulValueLen as usize) })
    }

    fn is(&self, kind: CK_ATTRIBUTE_TYPE, wanted: bool) -> bool {
        self.bytes(kind) == Some(&[u8::from(wanted)])
    }

    fn number(&self, kind: CK_ATTRIBUTE_TYPE) -> Option<CK_ULONG> {
        self.bytes(kind).and_then(|bytes| bytes.try_into().ok()).map(CK_ULONG::from_ne_bytes)
    }

    fn only(&self, known: &[CK_ATTRIBUTE_TYPE]) -> bool {
        self.0.iter().all(|attribute| known.contains(&attribute.type_))
    }
}

pub fn before_find(plan: &Plan, template: &Template<'_>) -> Option<CK_RV> {
    let known = [CKA_CLASS, CKA_TOKEN, CKA_LABEL, CKA_ID, CKA_KEY_TYPE];
    match plan.personality.as_str() {
        "nshield" if !template.has(CKA_CLASS) || !template.only(&known) => Some(CKR_TEMPLATE_INCONSISTENT),
        _ => None,
    }
}

pub fn before_generate(plan: &Plan, template: &Template<'_>) -> Option<CK_RV> {
    match plan.personality.as_str() {
        "yubi" => {
            let known = [CKA_CLASS, CKA_KEY_TYPE, CKA_TOKEN, CKA_LABEL, CKA_ID, CKA_SIGN, CKA_VERIFY, CKA_EXTRACTABLE];
            match template.only(&known) {
                false => Some(CKR_ATTRIBUTE_TYPE_INVALID),
                true => (template.number(CKA_KEY_TYPE) != Some(CKK_SHA256_HMAC)).then_some(CKR_TEMPLATE_INCONSISTENT),
            }
        }
        "luna" if !template.has(CKA_VALUE_LEN) => Some(CKR_TEMPLATE_INCOMPLETE),
        "strict-fips" => {
            let long = template.number(CKA_VALUE_LEN).is_some_and(|bytes| bytes >= FIPS_SECRET_BYTES);
            let used = template.is(CKA_SIGN, true) || template.is(CKA_ENCRYPT, true);
            let said = template.is(CKA_PRIVATE, true) && template.is(CKA_SENSITIVE, true) && used;
            (!long || !said || !template.is(CKA_EXTRACTABLE, false)).then_some(CKR_TEMPLATE_INCONSISTENT)
        }
        "nshield" => {
            let known = [
                CKA_CLASS,
                CKA_KEY_TYPE,
                CKA_TOKEN,
                CKA_PRIVATE,
                CKA_SENSITIVE,
                CKA_EXTRACTABLE,
                CKA_SIGN,
                CKA_ENCRYPT,
                CKA_DECRYPT,
                CKA_VALUE_LEN,
                CKA_LABEL,
            ];
            (!template.only(&known)).then_some(CKR_TEMPLATE_INCONSISTENT)
        }
        _ => None,
    }
}

/// What SoftHSM2 is asked for in its place.
pub fn generate_beneath(plan: &Plan, template: &Template<'_>) -> Vec<CK_ATTRIBUTE> {
    let mut out = template.0.to_vec();
    if plan.personality == "yubi" {
        out.retain(|attribute| attribute.type_ != CKA_KEY_TYPE);
        out.push(attribute(CKA_VALUE_LEN, &SECRET_BYTES));
        out.push(attribute(CKA_KEY_TYPE, &GENERIC));
        out.push(attribute(CKA_PRIVATE, &YES));
        out.push(attribute(CKA_SENSITIVE, &YES));
    }
    out
}

static SECRET_BYTES: CK_ULONG = 32;
static GENERIC: CK_ULONG = CKK_GENERIC_SECRET;
static YES: CK_BBOOL = CK_TRUE;

fn attribute<T>(kind: CK_ATTRIBUTE_TYPE, value: &'static T) -> CK_ATTRIBUTE {
    CK_ATTRIBUTE { type_: kind, pValue: std::ptr::from_ref(value).cast_mut().cast(), ulValueLen: size_of::<T>() as CK_ULONG }
}

pub fn before_gcm(plan: &Plan, nonce: &mut [u8]) -> Option<CK_RV> {
    static CALLS: AtomicU8 = AtomicU8::new(0);
    match plan.personality.as_str() {
        "strict-fips" => Some(CKR_MECHANISM_PARAM_INVALID),
        "cloudhsm" => {
            nonce.fill(CALLS.fetch_add(1, Ordering::Relaxed));
            None
        }
        _ => None,
    }
}

pub fn before_generate_pair(plan: &Plan, public: &Template<'_>, private: &Template<'_>) -> Option<CK_RV> {
    match plan.personality.as_str() {
        "strict-fips" => {
            let said = private.is(CKA_SENSITIVE, true) && private.is(CKA_SIGN, true) && private.is(CKA_EXTRACTABLE, false);
            let hidden = private.is(CKA_PRIVATE, true) && !public.is(CKA_PRIVATE, false);
            (!said || !hidden || !public.is(CKA_VERIFY, true)).then_some(CKR_TEMPLATE_INCONSISTENT)
        }
        _ => None,
    }
}

/// The bare point in place of its OCTET STRING.
pub fn bares_points(plan: &Plan) -> bool {
    plan.personality == "luna"
}

pub fn code(plan: &Plan, rv: CK_RV) -> CK_RV {
    match rv {
        CKR_GENERAL_ERROR | CKR_OBJECT_HANDLE_INVALID | CKR_KEY_HANDLE_INVALID | CKR_FUNCTION_FAILED
            if plan.personality == "luna" =>
        {
            LUNA_UNCLEAR
        }
        rv => rv,
    }
}
