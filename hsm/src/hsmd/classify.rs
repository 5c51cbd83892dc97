//! What a PKCS#11 return code means. Tokens disagree, so some codes mean nothing until the token was asked again.

use cryptoki::{
    context::Function,
    error::{Error, RvError},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// The token is not there.
    Gone,
    /// The session or the login was lost: only a fresh module helps.
    SessionLost,
    /// The PIN was refused. Only where a PIN was given.
    Pin,
    /// Try again later.
    Busy,
    /// Says nothing by itself: SoftHSM answers the same for a vanished token, a deleted key and altered input.
    Ambiguous,
    /// The token refuses the request as such.
    Policy,
    /// Not an answer of the token: the module itself is not as it should be.
    Broken,
}

pub(super) fn classify(error: &Error) -> Class {
    let Error::Pkcs11(code, function) = error else {
        return Class::Broken;
    };
    match code {
        RvError::TokenNotPresent
        | RvError::DeviceRemoved
        | RvError::DeviceError
        | RvError::SlotIdInvalid
        | RvError::TokenNotRecognized => Class::Gone,
        RvError::SessionHandleInvalid
        | RvError::SessionClosed
        | RvError::CryptokiNotInitialized
        | RvError::UserNotLoggedIn
        | RvError::UserAlreadyLoggedIn
        | RvError::UserAnotherAlreadyLoggedIn
        | RvError::UserTooManyTypes
        | RvError::OperationActive
        | RvError::OperationNotInitialized => Class::SessionLost,
        RvError::PinIncorrect | RvError::PinInvalid | RvError::PinLenRange | RvError::PinExpired | RvError::PinLocked => {
            if takes_pin(*function) { Class::Pin } else { Class::Ambiguous }
        }
        RvError::HostMemory
        | RvError::DeviceMemory
        | RvError::SessionCount
        | RvError::FunctionCanceled
        | RvError::Cancel => Class::Busy,
        RvError::GeneralError
        | RvError::FunctionFailed
        | RvError::ObjectHandleInvalid
        | RvError::KeyHandleInvalid
        | RvError::KeyChanged
        | RvError::FunctionRejected
        // The token authenticates nothing for us: PRF-wrap opens what is wrapped on this side of it.
        | RvError::EncryptedDataInvalid
        | RvError::WrappedKeyInvalid
        | RvError::SignatureInvalid
        | RvError::VendorDefined(_)
        | RvError::UnknownErrorCode(_) => Class::Ambiguous,
        RvError::FipsSelfTestFailed | RvError::LibraryLoadFailed | RvError::MutexBad | RvError::MutexNotLocked => Class::Broken,
        _ => Class::Policy,
    }
}

fn takes_pin(function: Function) -> bool {
    matches!(function, Function::Login | Function::InitPIN | Function::InitToken | Function::SetPIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_fall_into_their_class() {
        let class = |code| classify(&Error::Pkcs11(code, Function::Sign));
        assert_eq!(class(RvError::TokenNotPresent), Class::Gone);
        assert_eq!(class(RvError::SessionHandleInvalid), Class::SessionLost);
        assert_eq!(classify(&Error::Pkcs11(RvError::PinLocked, Function::Login)), Class::Pin);
        assert_eq!(class(RvError::PinLocked), Class::Ambiguous);
        assert_eq!(class(RvError::UserAlreadyLoggedIn), Class::SessionLost);
        assert_eq!(class(RvError::SessionCount), Class::Busy);
        for code in [RvError::GeneralError, RvError::ObjectHandleInvalid, RvError::VendorDefined(0x8000_0001)] {
            assert_eq!(class(code), Class::Ambiguous);
        }
        assert_eq!(class(RvError::MechanismInvalid), Class::Policy);
        assert_eq!(classify(&Error::NullFunctionPointer), Class::Broken);
    }
}
