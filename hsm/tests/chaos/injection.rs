//! Return codes at the functions that hsmd calls: no wrong answer, no key of its own accord, one login, the right error, and
//! the same vault in service again afterwards.

use std::{
    env, fs,
    sync::Mutex,
    thread,
    time::{Duration, Instant},
};

use cryptoki_sys::*;
use holdfast_hsm::{DekHandle, Domain, HsmError, SealReason, SealState, Vault, testing::TestBox};

use crate::{Keeper, Plan, chaos_box, place, try_chaos_box, verifies};

/// Boxes that work at the same time: most of a case is waiting.
const LANES: usize = 4;
const PATIENCE: Duration = Duration::from_secs(4);

const UNSEALING: [&str; 13] = [
    "C_Initialize",
    "C_GetSlotList",
    "C_GetTokenInfo",
    "C_OpenSession",
    "C_Login",
    "C_FindObjectsInit",
    "C_FindObjects",
    "C_FindObjectsFinal",
    "C_SignInit",
    "C_Sign",
    "C_GetAttributeValue",
    "C_Logout",
    "C_CloseSession",
];
const ROTATING: [&str; 8] = [
    "C_GenerateRandom",
    "C_GenerateKey",
    "C_DestroyObject",
    "C_FindObjectsInit",
    "C_FindObjects",
    "C_SignInit",
    "C_Sign",
    "C_GetAttributeValue",
];
/// What fails here once harms nobody: it is asked again, or comes after the outcome.
const FORGIVEN: [&str; 6] =
    ["C_Initialize", "C_GetSlotList", "C_GetTokenInfo", "C_FindObjectsFinal", "C_Logout", "C_CloseSession"];

#[derive(Debug, Clone, Copy, PartialEq)]
enum Class {
    Gone,
    SessionLost,
    Pin,
    Busy,
    Ambiguous,
    /// Policy, or a module that is broken: told as it is.
    Other,
}

/// The table of DESIGN, written down a second time.
fn class(code: CK_RV) -> Class {
    match code {
        CKR_TOKEN_NOT_PRESENT | CKR_DEVICE_REMOVED | CKR_DEVICE_ERROR | CKR_SLOT_ID_INVALID | CKR_TOKEN_NOT_RECOGNIZED => {
            Class::Gone
        }
        CKR_SESSION_HANDLE_INVALID
        | CKR_SESSION_CLOSED
        | CKR_CRYPTOKI_NOT_INITIALIZED
        | CKR_USER_NOT_LOGGED_IN
        | CKR_USER_ALREADY_LOGGED_IN
        | CKR_USER_ANOTHER_ALREADY_LOGGED_IN
        | CKR_USER_TOO_MANY_TYPES
        | CKR_OPERATION_ACTIVE
        | CKR_OPERATION_NOT_INITIALIZED => Class::SessionLost,
        CKR_PIN_INCORRECT | CKR_PIN_INVALID | CKR_PIN_LEN_RANGE | CKR_PIN_EXPIRED | CKR_PIN_LOCKED => Class::Pin,
        CKR_HOST_MEMORY | CKR_DEVICE_MEMORY | CKR_SESSION_COUNT | CKR_FUNCTION_CANCELED | CKR_CANCEL => Class::Busy,
        CKR_GENERAL_ERROR
        | CKR_FUNCTION_FAILED
        | CKR_OBJECT_HANDLE_INVALID
        | CKR_KEY_HANDLE_INVALID
        | CKR_KEY_CHANGED
        | CKR_FUNCTION_REJECTED
        | CKR_ENCRYPTED_DATA_INVALID
        | CKR_WRAPPED_KEY_INVALID
        | CKR_SIGNATURE_INVALID
        | CKR_AEAD_DECRYPT_FAILED => Class::Ambiguous,
        // Later than what cryptoki tells apart.
        code if code > CKR_FUNCTION_REJECTED || !CODES.contains(&code) => Class::Ambiguous,
        _ => Class::Other,
    }
}

fn codes() -> Vec<CK_RV> {
    if is_wide() {
        return [&CODES[..], &[0x8000_0042, 0x1ff]].concat();
    }
    vec![
        CKR_DEVICE_ERROR,
        CKR_SESSION_HANDLE_INVALID,
        CKR_PIN_INCORRECT,
        CKR_SESSION_COUNT,
        CKR_GENERAL_ERROR,
        0x8000_0042,
        CKR_MECHANISM_INVALID,
        CKR_FIPS_SELF_TEST_FAILED,
    ]
}

pub(crate) fn is_wide() -> bool {
    env::var_os("HOLDFAST_CHAOS").is_some()
}

/// `all`, or the name of one function.
fn is_asked_for(function: &str) -> bool {
    env::var("HOLDFAST_CHAOS").map_or(true, |how| how == "all" || how == function)
}

struct Lane {
    plan: Plan,
    keeper: Keeper,
    vault: Vault,
    handle: DekHandle,
    sealed: Vec<u8>,
    it: TestBox,
}

impl Lane {
    fn new() -> Option<Self> {
        let plan = Plan::new();
        let mut it = chaos_box(&plan, TestBox::PIN)?;
        let keeper = Keeper::new(&mut it).unwrap();
        let vault = it.unsealed().unwrap();
        let handle = vault.create_key(Domain("ledger")).unwrap();
        let sealed = handle.seal(&place(), b"kept").unwrap();
        vault.seal(SealReason::Operator);
        Some(Self { plan, keeper, vault, handle, sealed, it })
    }

    /// Objects on the token.
    fn objects(&self) -> usize {
        let token = fs::read_dir(self.it.at("token/tokens")).unwrap().next().unwrap().unwrap().path();
        let names = fs::read_dir(token).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.ends_with(".object") && name != "token.object").count()
    }

    fn unsealing(&self, function: &str, code: CK_RV, at: usize) {
        let case = format!("{function} {at} return {code:#x}");
        if function == "C_Initialize" {
            self.plan.set(&case);
            self.keeper.kill();
        }
        self.plan.set(&case);
        let unsealed = self.vault.unseal_within(None, PATIENCE);
        let unasked = self.plan.calls("C_Login");
        let signed = unsealed.is_ok().then(|| self.vault.sign_audit(b"case"));
        if let Some(Ok(signature)) = &signed {
            assert!(verifies(&self.vault, b"case", signature), "{case}: a wrong signature");
            assert_eq!(self.handle.open(&place(), &self.sealed).unwrap(), b"kept", "{case}");
        }
        self.vault.seal(SealReason::Operator);
        assert!(unasked <= 1, "{case}: {unasked} logins");
        assert_eq!(self.plan.calls("C_GenerateKey") + self.plan.calls("C_GenerateKeyPair"), 0, "{case}: made a key");
        assert_eq!(self.objects(), 3, "{case}");
        let error = match (&unsealed, &signed) {
            (Err(error), _) | (_, Some(Err(error))) => Some(error),
            _ => None,
        };
        assert!(as_expected(function, code, error), "{case}: {error:?}");
        let harmless = FORGIVEN.contains(&function) || matches!(class(code), Class::Ambiguous | Class::Pin);
        // What the token says of an attribute is judged by the attribute.
        let clear = !harmless && function != "C_GetAttributeValue";
        if at == 1 && (clear || function == "C_Login") {
            assert!(error.is_some(), "{case}: was overlooked");
        }
        self.comes_back(&case);
    }

    fn rotating(&self, function: &str, code: CK_RV, at: usize) {
        let case = format!("{function} {at} return {code:#x}, rotating");
        self.unseal_again(&case);
        self.plan.set(&case);
        let rotated = self.vault.rotate(&[]);
        assert!(self.plan.calls("C_GenerateKey") <= 1, "{case}: more than one key");
        assert!(self.plan.calls("C_Login") <= 1, "{case}");
        // The probe may have met the fault, and sealed the box.
        match self.handle.open(&place(), &self.sealed) {
            Ok(plain) => assert_eq!(plain, b"kept", "{case}"),
            Err(error) => assert!(matches!(self.vault.state(), SealState::Sealed { .. }), "{case}: {error}"),
        }
        if let Err(error) = &rotated {
            assert!(as_expected(function, code, Some(error)), "{case}: {error:?}");
        }
        self.vault.seal(SealReason::Operator);
        self.unseal_again(&case);
        assert_eq!(self.handle.open(&place(), &self.sealed).unwrap(), b"kept", "{case}");
        let before = self.vault.state();
        self.vault.rotate(&[]).unwrap_or_else(|error| panic!("{case}: cannot rotate any more: {error}"));
        assert_ne!(self.vault.state(), before);
        assert_eq!(self.objects(), 3, "{case}: keys were left over");
        self.vault.seal(SealReason::Operator);
        self.comes_back(&case);
    }

    /// The same vault, as if nothing had been.
    fn comes_back(&self, case: &str) {
        self.unseal_again(case);
        assert_eq!(self.handle.open(&place(), &self.sealed).unwrap(), b"kept", "{case}");
        self.vault.seal(SealReason::Operator);
    }

    fn unseal_again(&self, case: &str) {
        self.plan.set("");
        // The operator who looked into it: the PIN was right.
        let _ = fs::remove_file(self.it.at("hsmd/pin-refused"));
        let begun = Instant::now();
        // An hsmd that is just ending may take the call with it.
        while let Err(error) = self.vault.unseal_within(None, PATIENCE) {
            assert!(begun.elapsed() < PATIENCE, "{case}: does not come back: {error}");
            thread::sleep(Duration::from_millis(20));
        }
        assert!(matches!(self.vault.state(), SealState::Unsealed { .. }), "{case}");
    }
}

fn as_expected(function: &str, code: CK_RV, error: Option<&HsmError>) -> bool {
    let Some(error) = error else { return true };
    match class(code) {
        // The list of tokens: whatever fails there, the token is not to be seen.
        _ if FORGIVEN.contains(&function) => matches!(error, HsmError::TokenGone | HsmError::WorkerLost),
        Class::Gone => matches!(error, HsmError::TokenGone),
        Class::SessionLost if function == "C_Login" => matches!(error, HsmError::LoginUnanswered),
        Class::SessionLost => matches!(error, HsmError::WorkerLost | HsmError::LoginUnanswered),
        Class::Pin if function == "C_Login" => matches!(error, HsmError::PinRejected),
        Class::Busy => matches!(error, HsmError::Busy),
        Class::Pin | Class::Ambiguous | Class::Other => matches!(error, HsmError::Device(_)),
    }
}

fn all(functions: &[&'static str]) -> Vec<(&'static str, CK_RV, usize)> {
    let mut cases = Vec::new();
    for function in functions.iter().filter(|function| is_asked_for(function)) {
        for code in codes() {
            cases.extend([(*function, code, 1), (*function, code, 2)]);
        }
    }
    cases
}

fn run(name: &str, cases: &[(&'static str, CK_RV, usize)], act: fn(&Lane, &str, CK_RV, usize)) {
    let (begun, next) = (Instant::now(), Mutex::new(cases.iter()));
    thread::scope(|scope| {
        for _ in 0..LANES {
            scope.spawn(|| {
                let Some(lane) = Lane::new() else { return };
                loop {
                    let Some((function, code, at)) = next.lock().unwrap().next() else { return };
                    act(&lane, function, *code, *at);
                }
            });
        }
    });
    eprintln!("{name}: {} cases in {:?}", cases.len(), begun.elapsed());
}

#[test]
fn no_code_unseals_wrongly() {
    run("unsealing", &all(&UNSEALING), Lane::unsealing);
}

#[test]
fn no_code_rotates_wrongly() {
    run("rotating", &all(&ROTATING), Lane::rotating);
}

/// A ceremony makes a whole box, or says why not.
#[test]
fn no_code_makes_half_a_box() {
    let functions = ["C_GenerateKey", "C_GenerateKeyPair", "C_GenerateRandom", "C_Login", "C_Sign", "C_GetAttributeValue"];
    let mut cases = all(&functions);
    cases.retain(|(.., at)| *at == 1 || is_wide());
    let (begun, next) = (Instant::now(), Mutex::new(cases.iter()));
    thread::scope(|scope| {
        for _ in 0..LANES {
            scope.spawn(|| {
                let plan = Plan::new();
                loop {
                    let Some((function, code, at)) = next.lock().unwrap().next() else { return };
                    ceremony(&plan, function, *code, *at);
                }
            });
        }
    });
    eprintln!("ceremonies: {} cases in {:?}", cases.len(), begun.elapsed());
}

fn ceremony(plan: &Plan, function: &str, code: CK_RV, at: usize) {
    let mut tries = 0;
    let made = loop {
        plan.set(&format!("{function} {at} return {code:#x}"));
        let Some(made) = try_chaos_box(plan, TestBox::PIN) else { return };
        tries += 1;
        // On a busy machine hsmd may not be up in time: the token was not reached, and the case was not tried.
        if plan.calls("C_Login") > 0 || tries == 3 {
            break made;
        }
    };
    assert!(plan.calls("C_GenerateKey") <= 2 && plan.calls("C_GenerateKeyPair") <= 2, "{function} {code:#x}");
    assert_eq!(plan.calls("C_Login"), 1, "{function} {code:#x}");
    match made {
        Ok(it) => {
            plan.set("");
            it.unsealed().unwrap().sign_audit(b"whole").unwrap();
        }
        Err(error) => assert!(as_expected(function, code, Some(&error)), "{function} {code:#x}: {error:?}"),
    }
}

/// Every code that cryptoki-sys knows.
const CODES: [CK_RV; 104] = [
    CKR_CANCEL,
    CKR_HOST_MEMORY,
    CKR_SLOT_ID_INVALID,
    CKR_GENERAL_ERROR,
    CKR_FUNCTION_FAILED,
    CKR_ARGUMENTS_BAD,
    CKR_NO_EVENT,
    CKR_NEED_TO_CREATE_THREADS,
    CKR_CANT_LOCK,
    CKR_ATTRIBUTE_READ_ONLY,
    CKR_ATTRIBUTE_SENSITIVE,
    CKR_ATTRIBUTE_TYPE_INVALID,
    CKR_ATTRIBUTE_VALUE_INVALID,
    CKR_ACTION_PROHIBITED,
    CKR_DATA_INVALID,
    CKR_DATA_LEN_RANGE,
    CKR_DEVICE_ERROR,
    CKR_DEVICE_MEMORY,
    CKR_DEVICE_REMOVED,
    CKR_ENCRYPTED_DATA_INVALID,
    CKR_ENCRYPTED_DATA_LEN_RANGE,
    CKR_AEAD_DECRYPT_FAILED,
    CKR_FUNCTION_CANCELED,
    CKR_FUNCTION_NOT_PARALLEL,
    CKR_FUNCTION_NOT_SUPPORTED,
    CKR_KEY_HANDLE_INVALID,
    CKR_KEY_SIZE_RANGE,
    CKR_KEY_TYPE_INCONSISTENT,
    CKR_KEY_NOT_NEEDED,
    CKR_KEY_CHANGED,
    CKR_KEY_NEEDED,
    CKR_KEY_INDIGESTIBLE,
    CKR_KEY_FUNCTION_NOT_PERMITTED,
    CKR_KEY_NOT_WRAPPABLE,
    CKR_KEY_UNEXTRACTABLE,
    CKR_MECHANISM_INVALID,
    CKR_MECHANISM_PARAM_INVALID,
    CKR_OBJECT_HANDLE_INVALID,
    CKR_OPERATION_ACTIVE,
    CKR_OPERATION_NOT_INITIALIZED,
    CKR_PIN_INCORRECT,
    CKR_PIN_INVALID,
    CKR_PIN_LEN_RANGE,
    CKR_PIN_EXPIRED,
    CKR_PIN_LOCKED,
    CKR_SESSION_CLOSED,
    CKR_SESSION_COUNT,
    CKR_SESSION_HANDLE_INVALID,
    CKR_SESSION_PARALLEL_NOT_SUPPORTED,
    CKR_SESSION_READ_ONLY,
    CKR_SESSION_EXISTS,
    CKR_SESSION_READ_ONLY_EXISTS,
    CKR_SESSION_READ_WRITE_SO_EXISTS,
    CKR_SIGNATURE_INVALID,
    CKR_SIGNATURE_LEN_RANGE,
    CKR_TEMPLATE_INCOMPLETE,
    CKR_TEMPLATE_INCONSISTENT,
    CKR_TOKEN_NOT_PRESENT,
    CKR_TOKEN_NOT_RECOGNIZED,
    CKR_TOKEN_WRITE_PROTECTED,
    CKR_UNWRAPPING_KEY_HANDLE_INVALID,
    CKR_UNWRAPPING_KEY_SIZE_RANGE,
    CKR_UNWRAPPING_KEY_TYPE_INCONSISTENT,
    CKR_USER_ALREADY_LOGGED_IN,
    CKR_USER_NOT_LOGGED_IN,
    CKR_USER_PIN_NOT_INITIALIZED,
    CKR_USER_TYPE_INVALID,
    CKR_USER_ANOTHER_ALREADY_LOGGED_IN,
    CKR_USER_TOO_MANY_TYPES,
    CKR_WRAPPED_KEY_INVALID,
    CKR_WRAPPED_KEY_LEN_RANGE,
    CKR_WRAPPING_KEY_HANDLE_INVALID,
    CKR_WRAPPING_KEY_SIZE_RANGE,
    CKR_WRAPPING_KEY_TYPE_INCONSISTENT,
    CKR_RANDOM_SEED_NOT_SUPPORTED,
    CKR_RANDOM_NO_RNG,
    CKR_DOMAIN_PARAMS_INVALID,
    CKR_CURVE_NOT_SUPPORTED,
    CKR_BUFFER_TOO_SMALL,
    CKR_SAVED_STATE_INVALID,
    CKR_INFORMATION_SENSITIVE,
    CKR_STATE_UNSAVEABLE,
    CKR_CRYPTOKI_NOT_INITIALIZED,
    CKR_CRYPTOKI_ALREADY_INITIALIZED,
    CKR_MUTEX_BAD,
    CKR_MUTEX_NOT_LOCKED,
    CKR_NEW_PIN_MODE,
    CKR_NEXT_OTP,
    CKR_EXCEEDED_MAX_ITERATIONS,
    CKR_FIPS_SELF_TEST_FAILED,
    CKR_LIBRARY_LOAD_FAILED,
    CKR_PIN_TOO_WEAK,
    CKR_PUBLIC_KEY_INVALID,
    CKR_FUNCTION_REJECTED,
    CKR_TOKEN_RESOURCE_EXCEEDED,
    CKR_OPERATION_CANCEL_FAILED,
    CKR_KEY_EXHAUSTED,
    CKR_PENDING,
    CKR_SESSION_ASYNC_NOT_SUPPORTED,
    CKR_SEED_RANDOM_REQUIRED,
    CKR_OPERATION_NOT_VALIDATED,
    CKR_TOKEN_NOT_INITIALIZED,
    CKR_PARAMETER_SET_NOT_SUPPORTED,
    CKR_VENDOR_DEFINED,
];
