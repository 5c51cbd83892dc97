use std::sync::Arc;

use holdfast_audit::{Event, Object};
use holdfast_base::{Error, Result, Rule};
use holdfast_store::{DbTx, Tx};

use super::{Group, SignInPolicy, rows};
use crate::{Directory, SecurityAdmin, limits};

/// What counts at present.
pub fn read(directory: &Directory, _: &SecurityAdmin) -> SignInPolicy {
    directory.sign_in_policy().as_ref().clone()
}

/// Sets all of it. Whoever does not fulfil it is led to at the next sign-in.
pub fn change(tx: &mut DbTx<'_>, directory: &Directory, by: &SecurityAdmin, policy: &SignInPolicy) -> Result<SignInPolicy> {
    by.recheck(directory)?;
    if policy.requirements.len() > limits::REQUIREMENTS {
        let rule = Rule { code: "too-many", limit: Some(limits::REQUIREMENTS as u64) };
        return Err(Error::Invalid { field: "requirements", rule });
    }
    let org = directory.org();
    for requirement in &policy.requirements {
        if let Group::Department { id } = requirement.group
            && org.department(id).is_none()
        {
            return Err(Error::invalid("requirements", "unknown"));
        }
    }
    let next = SignInPolicy { password: policy.password.checked()?, requirements: policy.requirements.clone() };
    let now = tx.now();
    rows::put(tx.conn(), directory.key(), &next, now)?;
    let text = serde_json::to_string(&next).map_err(Error::internal("write down a sign-in policy"))?;
    let event = Event::new(by.actor(), "sign-in-policy.change", Object::new("sign-in-policy", "self"));
    holdfast_audit::record(tx, event.text("policy", text));
    let (memory, published) = (directory.clone(), Arc::new(next.clone()));
    tx.after_commit(Box::new(move || memory.set_sign_in_policy(published)));
    Ok(next)
}
