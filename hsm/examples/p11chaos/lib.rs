//! A PKCS#11 module that stands before another one and does to it what a plan says: fails, hangs, crashes, lies, and
//! speaks as other makes of token do. For tests only.
//!
//! `P11CHAOS_MODULE` is the real module, `P11CHAOS_PLAN` the file of the plan (see `plan`). Without a plan everything
//! is handed on as it is.
#![allow(unsafe_code, non_snake_case, clippy::too_many_arguments, clippy::unwrap_used, clippy::expect_used)]

mod dialect;
mod plan;

use std::{
    env, ptr, slice,
    sync::{Mutex, OnceLock},
    thread,
    time::Duration,
};

use cryptoki_sys::*;
use dialect::Template;
use plan::{Deed, Plan};

/// The door: PKCS#11 asks for nothing else by name.
///
/// # Safety
/// `list` is a valid place for a pointer, as PKCS#11 asks.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn C_GetFunctionList(list: *mut *mut CK_FUNCTION_LIST) -> CK_RV {
    // SAFETY: promised by the caller. Nobody writes to the table.
    unsafe { *list = ptr::from_ref(&TABLE).cast_mut() };
    CKR_OK
}

struct Real {
    /// Keeps the library loaded.
    _library: cryptoki_sys::Pkcs11,
    list: CK_FUNCTION_LIST,
}

fn real() -> &'static CK_FUNCTION_LIST {
    static REAL: OnceLock<Real> = OnceLock::new();
    let load = || {
        let path = env::var_os("P11CHAOS_MODULE").expect("P11CHAOS_MODULE");
        let mut list = ptr::null_mut();
        // SAFETY: the module is a PKCS#11 library, and its table lives as long as it.
        unsafe {
            let library = cryptoki_sys::Pkcs11::new(path).expect("load the real module");
            assert_eq!(library.C_GetFunctionList(&mut list), CKR_OK);
            Real { list: *list, _library: library }
        }
    };
    &REAL.get_or_init(load).list
}

/// Carries out what is the same for every function; answers what is left to the function itself.
fn enter(function: &str) -> Result<(Plan, Deed), CK_RV> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let (plan, deed) = {
        let _held = ONE_AT_A_TIME.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let plan = Plan::read();
        let deed = plan.step(function);
        (plan, deed)
    };
    if dialect::lacks(&plan, function) {
        return Err(CKR_FUNCTION_NOT_SUPPORTED);
    }
    match deed {
        Deed::Return(code) => Err(code),
        Deed::Hang(seconds) => {
            thread::sleep(Duration::from_secs_f64(seconds));
            Ok((plan, Deed::Forward))
        }
        // SAFETY: ends the process, which is what was asked for.
        Deed::Crash => unsafe {
            ptr::null_mut::<u8>().write_volatile(0);
            Err(CKR_GENERAL_ERROR)
        },
        deed => Ok((plan, deed)),
    }
}

fn in_session(function: &str, session: CK_SESSION_HANDLE) -> Result<(Plan, Deed), CK_RV> {
    let (plan, deed) = enter(function)?;
    match dialect::use_session(&plan, session) {
        Some(code) => Err(code),
        None => Ok((plan, deed)),
    }
}

macro_rules! answer {
    ($result:expr) => {
        match $result {
            Ok(done) => done,
            Err(code) => return code,
        }
    };
}

macro_rules! module {
    (
        plain { $($name:ident($($arg:ident: $kind:ty),*);)* }
        sessions { $($in_session:ident($session:ident: CK_SESSION_HANDLE $(, $in_arg:ident: $in_kind:ty)*);)* }
        own { $($own:ident),* }
    ) => {
        $(unsafe extern "C" fn $name($($arg: $kind),*) -> CK_RV {
            let (plan, _) = answer!(enter(stringify!($name)));
            // SAFETY: the caller's arguments, as they came.
            dialect::code(&plan, unsafe { real().$name.expect(stringify!($name))($($arg),*) })
        })*
        $(unsafe extern "C" fn $in_session($session: CK_SESSION_HANDLE $(, $in_arg: $in_kind)*) -> CK_RV {
            let (plan, _) = answer!(in_session(stringify!($in_session), $session));
            // SAFETY: the caller's arguments, as they came.
            dialect::code(&plan, unsafe { real().$in_session.expect(stringify!($in_session))($session $(, $in_arg)*) })
        })*
        static TABLE: CK_FUNCTION_LIST = CK_FUNCTION_LIST {
            version: CK_VERSION { major: 2, minor: 40 },
            $($name: Some($name),)*
            $($in_session: Some($in_session),)*
            $($own: Some($own),)*
        };
    };
}

type Void = *mut std::os::raw::c_void;
type Bytes = *mut CK_BYTE;
type Length = *mut CK_ULONG;
type Mechanism = *mut CK_MECHANISM;
type Attributes = *mut CK_ATTRIBUTE;
type Object = CK_OBJECT_HANDLE;

module! {
    plain {
        C_Initialize(arguments: Void);
        C_Finalize(reserved: Void);
        C_GetInfo(info: *mut CK_INFO);
        C_GetSlotInfo(slot: CK_SLOT_ID, info: *mut CK_SLOT_INFO);
        C_GetMechanismList(slot: CK_SLOT_ID, list: *mut CK_MECHANISM_TYPE, count: Length);
        C_GetMechanismInfo(slot: CK_SLOT_ID, kind: CK_MECHANISM_TYPE, info: *mut CK_MECHANISM_INFO);
        C_InitToken(slot: CK_SLOT_ID, pin: Bytes, bytes: CK_ULONG, label: Bytes);
        C_CloseAllSessions(slot: CK_SLOT_ID);
        C_WaitForSlotEvent(flags: CK_FLAGS, slot: *mut CK_SLOT_ID, reserved: Void);
    }
    sessions {
        C_InitPIN(session: CK_SESSION_HANDLE, pin: Bytes, bytes: CK_ULONG);
        C_SetPIN(session: CK_SESSION_HANDLE, old: Bytes, old_bytes: CK_ULONG, new: Bytes, new_bytes: CK_ULONG);
        C_GetSessionInfo(session: CK_SESSION_HANDLE, info: *mut CK_SESSION_INFO);
        C_GetOperationState(session: CK_SESSION_HANDLE, state: Bytes, bytes: Length);
        C_SetOperationState(session: CK_SESSION_HANDLE, state: Bytes, bytes: CK_ULONG, cipher: Object, mac: Object);
        C_Logout(session: CK_SESSION_HANDLE);
        C_CreateObject(session: CK_SESSION_HANDLE, template: Attributes, count: CK_ULONG, made: *mut Object);
        C_CopyObject(session: CK_SESSION_HANDLE, of: Object, template: Attributes, count: CK_ULONG, made: *mut Object);
        C_DestroyObject(session: CK_SESSION_HANDLE, object: Object);
        C_GetObjectSize(session: CK_SESSION_HANDLE, object: Object, size: Length);
        C_SetAttributeValue(session: CK_SESSION_HANDLE, object: Object, template: Attributes, count: CK_ULONG);
        C_FindObjectsFinal(session: CK_SESSION_HANDLE);
        C_Encrypt(session: CK_SESSION_HANDLE, data: Bytes, bytes: CK_ULONG, out: Bytes, length: Length);
        C_EncryptUpdate(session: CK_SESSION_HANDLE, data: Bytes, bytes: CK_ULONG, out: Bytes, length: Length);
        C_EncryptFinal(session: CK_SESSION_HANDLE, out: Bytes, length: Length);
        C_DecryptInit(session: CK_SESSION_HANDLE, mechanism: Mechanism, key: Object);
        C_Decrypt(session: CK_SESSION_HANDLE, data: Bytes, bytes: CK_ULONG, out: Bytes, length: Length);
        C_DecryptUpdate(session: CK_SESSION_HANDLE, data: Bytes, bytes: CK_ULONG, out: Bytes, length: Length);
        C_DecryptFinal(session: CK_SESSION_HANDLE, out: Bytes, length: Length);
        C_DigestInit(session: CK_SESSION_HANDLE, mechanism: Mechanism);
        C_Digest(session: CK_SESSION_HANDLE, data: Bytes, bytes: CK_ULONG, out: Bytes, length: Length);
        C_DigestUpdate(session: CK_SESSION_HANDLE, data: Bytes, bytes: CK_ULONG);
        C_DigestKey(session: CK_SESSION_HANDLE, key: Object);
        C_DigestFinal(session: CK_SESSION_HANDLE, out: Bytes, length: Length);
        C_SignInit(session: CK_SESSION_HANDLE, mechanism: Mechanism, key: Object);
        C_SignUpdate(session: CK_SESSION_HANDLE, data: Bytes, bytes: CK_ULONG);
        C_SignFinal(session: CK_SESSION_HANDLE, out: Bytes, length: Length);
        C_SignRecoverInit(session: CK_SESSION_HANDLE, mechanism: Mechanism, key: Object);
        C_SignRecover(session: CK_SESSION_HANDLE, data: Bytes, bytes: CK_ULONG, out: Bytes, length: Length);
        C_VerifyInit(session: CK_SESSION_HANDLE, mechanism: Mechanism, key: Object);
        C_Verify(session: CK_SESSION_HANDLE, data: Bytes, bytes: CK_ULONG, signature: Bytes, length: CK_ULONG);
        C_VerifyUpdate(session: CK_SESSION_HANDLE, data: Bytes, bytes: CK_ULONG);
        C_VerifyFinal(session: CK_SESSION_HANDLE, signature: Bytes, length: CK_ULONG);
        C_VerifyRecoverInit(session: CK_SESSION_HANDLE, mechanism: Mechanism, key: Object);
        C_VerifyRecover(session: CK_SESSION_HANDLE, signature: Bytes, bytes: CK_ULONG, out: Bytes, length: Length);
        C_DigestEncryptUpdate(session: CK_SESSION_HANDLE, data: Bytes, bytes: CK_ULONG, out: Bytes, length: Length);
        C_DecryptDigestUpdate(session: CK_SESSION_HANDLE, data: Bytes, bytes: CK_ULONG, out: Bytes, length: Length);
        C_SignEncryptUpdate(session: CK_SESSION_HANDLE, data: Bytes, bytes: CK_ULONG, out: Bytes, length: Length);
        C_DecryptVerifyUpdate(session: CK_SESSION_HANDLE, data: Bytes, bytes: CK_ULONG, out: Bytes, length: Length);
        C_WrapKey(session: CK_SESSION_HANDLE, by: Mechanism, wrapping: Object, key: Object, out: Bytes, length: Length);
        C_UnwrapKey(session: CK_SESSION_HANDLE, by: Mechanism, key: Object, wrapped: Bytes, bytes: CK_ULONG,
            template: Attributes, count: CK_ULONG, made: *mut Object);
        C_DeriveKey(session: CK_SESSION_HANDLE, by: Mechanism, from: Object, template: Attributes, count: CK_ULONG,
            made: *mut Object);
        C_SeedRandom(session: CK_SESSION_HANDLE, seed: Bytes, bytes: CK_ULONG);
        C_GenerateRandom(session: CK_SESSION_HANDLE, out: Bytes, bytes: CK_ULONG);
        C_GetFunctionStatus(session: CK_SESSION_HANDLE);
        C_CancelFunction(session: CK_SESSION_HANDLE);
    }
    own {
        C_GetFunctionList, C_GetSlotList, C_GetTokenInfo, C_OpenSession, C_CloseSession, C_Login, C_GetAttributeValue,
        C_FindObjectsInit, C_FindObjects, C_Sign, C_EncryptInit, C_GenerateKey, C_GenerateKeyPair
    }
}

unsafe extern "C" fn C_GetSlotList(present: CK_BBOOL, list: *mut CK_SLOT_ID, count: Length) -> CK_RV {
    let (_, deed) = answer!(enter("C_GetSlotList"));
    // SAFETY: the caller's arguments, as they came.
    unsafe {
        let rv = real().C_GetSlotList.unwrap()(present, list, count);
        match deed {
            Deed::Length(length) => *count = length,
            Deed::None => *count = 0,
            _ => {}
        }
        rv
    }
}

unsafe extern "C" fn C_GetTokenInfo(slot: CK_SLOT_ID, info: *mut CK_TOKEN_INFO) -> CK_RV {
    let (plan, _) = answer!(enter("C_GetTokenInfo"));
    // SAFETY: the caller's arguments, as they came; `info` is filled when the answer is OK.
    unsafe {
        let rv = real().C_GetTokenInfo.unwrap()(slot, info);
        if rv == CKR_OK {
            dialect::token_info(&plan, &mut *info);
        }
        rv
    }
}

unsafe extern "C" fn C_OpenSession(
    slot: CK_SLOT_ID,
    flags: CK_FLAGS,
    application: Void,
    notify: CK_NOTIFY,
    session: *mut CK_SESSION_HANDLE,
) -> CK_RV {
    let (plan, _) = answer!(enter("C_OpenSession"));
    if let Some(code) = dialect::before_open_session(&plan, flags) {
        return code;
    }
    // SAFETY: the caller's arguments, as they came.
    unsafe {
        let rv = real().C_OpenSession.unwrap()(slot, flags, application, notify, session);
        if rv == CKR_OK {
            dialect::opened(*session);
        }
        rv
    }
}

unsafe extern "C" fn C_CloseSession(session: CK_SESSION_HANDLE) -> CK_RV {
    answer!(enter("C_CloseSession"));
    dialect::closed(session);
    // SAFETY: the caller's arguments, as they came.
    unsafe { real().C_CloseSession.unwrap()(session) }
}

unsafe extern "C" fn C_Login(session: CK_SESSION_HANDLE, user: CK_USER_TYPE, pin: Bytes, bytes: CK_ULONG) -> CK_RV {
    let (plan, _) = answer!(in_session("C_Login", session));
    // SAFETY: the PIN lies where the caller says.
    unsafe {
        let pin = answer!(dialect::pin(&plan, slice::from_raw_parts(pin, bytes as usize)));
        real().C_Login.unwrap()(session, user, pin.as_ptr().cast_mut(), pin.len() as CK_ULONG)
    }
}

unsafe extern "C" fn C_GetAttributeValue(
    session: CK_SESSION_HANDLE,
    object: Object,
    template: Attributes,
    count: CK_ULONG,
) -> CK_RV {
    let (plan, deed) = answer!(in_session("C_GetAttributeValue", session));
    // SAFETY: the template is `count` attributes, each with room for what it says.
    unsafe {
        let template = slice::from_raw_parts_mut(template, count as usize);
        let asked: Vec<CK_ULONG> = template.iter().map(|attribute| attribute.ulValueLen).collect();
        let rv = real().C_GetAttributeValue.unwrap()(session, object, template.as_mut_ptr(), count);
        for (attribute, asked) in template.iter_mut().zip(asked) {
            match deed {
                Deed::Length(length) => attribute.ulValueLen = length,
                _ if attribute.type_ != CKA_EC_POINT || rv != CKR_OK => {}
                Deed::Flip if !attribute.pValue.is_null() => *attribute.pValue.cast::<u8>().add(10) ^= 1,
                // What is measured is a little too long: PKCS#11 allows it, and the second answer says the true length.
                _ if dialect::bares_points(&plan) && !attribute.pValue.is_null() && asked > 2 => {
                    let bytes = attribute.pValue.cast::<u8>();
                    ptr::copy(bytes.add(2), bytes, attribute.ulValueLen as usize - 2);
                    attribute.ulValueLen -= 2;
                }
                _ => {}
            }
        }
        dialect::code(&plan, rv)
    }
}

unsafe extern "C" fn C_FindObjectsInit(session: CK_SESSION_HANDLE, template: Attributes, count: CK_ULONG) -> CK_RV {
    let (plan, _) = answer!(in_session("C_FindObjectsInit", session));
    // SAFETY: the template is `count` attributes.
    unsafe {
        if let Some(code) = dialect::before_find(&plan, &Template(slice::from_raw_parts(template, count as usize))) {
            return code;
        }
        dialect::code(&plan, real().C_FindObjectsInit.unwrap()(session, template, count))
    }
}

unsafe extern "C" fn C_FindObjects(session: CK_SESSION_HANDLE, found: *mut Object, room: CK_ULONG, count: Length) -> CK_RV {
    let (plan, deed) = answer!(in_session("C_FindObjects", session));
    // SAFETY: there is room for `room` handles.
    unsafe {
        let rv = real().C_FindObjects.unwrap()(session, found, room, count);
        match deed {
            Deed::None => *count = 0,
            Deed::Length(length) => *count = length,
            Deed::Twice if *count == 1 && room > 1 => {
                *found.add(1) = *found;
                *count = 2;
            }
            _ => {}
        }
        dialect::code(&plan, rv)
    }
}

unsafe extern "C" fn C_Sign(session: CK_SESSION_HANDLE, data: Bytes, bytes: CK_ULONG, out: Bytes, length: Length) -> CK_RV {
    let (plan, deed) = answer!(in_session("C_Sign", session));
    // SAFETY: the caller's arguments, as they came.
    unsafe {
        let rv = real().C_Sign.unwrap()(session, data, bytes, out, length);
        match deed {
            Deed::Length(claimed) => *length = claimed,
            Deed::Flip if rv == CKR_OK && !out.is_null() => *out.add(5) ^= 1,
            _ => {}
        }
        dialect::code(&plan, rv)
    }
}

unsafe extern "C" fn C_EncryptInit(session: CK_SESSION_HANDLE, mechanism: Mechanism, key: Object) -> CK_RV {
    let (plan, _) = answer!(in_session("C_EncryptInit", session));
    // SAFETY: the caller's arguments, as they came; GCM's parameters say where their nonce lies.
    unsafe {
        if (*mechanism).mechanism == CKM_AES_GCM {
            let parameters = &*(*mechanism).pParameter.cast::<CK_GCM_PARAMS>();
            let nonce = slice::from_raw_parts_mut(parameters.pIv, parameters.ulIvLen as usize);
            if let Some(code) = dialect::before_gcm(&plan, nonce) {
                return code;
            }
        }
        dialect::code(&plan, real().C_EncryptInit.unwrap()(session, mechanism, key))
    }
}

unsafe extern "C" fn C_GenerateKey(
    session: CK_SESSION_HANDLE,
    mechanism: Mechanism,
    template: Attributes,
    count: CK_ULONG,
    made: *mut Object,
) -> CK_RV {
    let (plan, _) = answer!(in_session("C_GenerateKey", session));
    // SAFETY: the template is `count` attributes.
    unsafe {
        let template = Template(slice::from_raw_parts(template, count as usize));
        if let Some(code) = dialect::before_generate(&plan, &template) {
            return code;
        }
        let mut beneath = dialect::generate_beneath(&plan, &template);
        real().C_GenerateKey.unwrap()(session, mechanism, beneath.as_mut_ptr(), beneath.len() as CK_ULONG, made)
    }
}

unsafe extern "C" fn C_GenerateKeyPair(
    session: CK_SESSION_HANDLE,
    mechanism: Mechanism,
    public: Attributes,
    public_count: CK_ULONG,
    private: Attributes,
    private_count: CK_ULONG,
    made_public: *mut Object,
    made_private: *mut Object,
) -> CK_RV {
    let (plan, _) = answer!(in_session("C_GenerateKeyPair", session));
    // SAFETY: the templates are as long as the caller says.
    unsafe {
        let templates = (
            Template(slice::from_raw_parts(public, public_count as usize)),
            Template(slice::from_raw_parts(private, private_count as usize)),
        );
        if let Some(code) = dialect::before_generate_pair(&plan, &templates.0, &templates.1) {
            return code;
        }
        let make = real().C_GenerateKeyPair.unwrap();
        make(session, mechanism, public, public_count, private, private_count, made_public, made_private)
    }
}
