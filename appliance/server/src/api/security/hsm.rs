//! What the security administrator sees of the token: never key bytes, only what is there and whether it answers.

use std::time::Duration;

use actix_web::get;
use holdfast_base::{Result, Timestamp};
use holdfast_hsm::recovery::KitState;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    custody,
    http::{Answer, Json, SecurityAdmin, problem::Refusals},
    ops,
    rooms::Rooms,
};

/// The state of the box's keys.
#[derive(Debug, Serialize, ToSchema)]
pub struct Hsm {
    /// The same words as in `/api/v1/status`.
    pub state: String,
    pub token: Token,
    /// The wrap mechanism pinned at the ceremony.
    pub mechanism: String,
    pub epoch: u32,
    pub epoch_since: Timestamp,
    /// When the box begins the next epoch by itself, if it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rotates_at: Option<Timestamp>,
    /// The recovery kit in force.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kit: Option<RecoveryKit>,
    /// A token that could take the place of this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub second_token: Option<SecondToken>,
    pub keys: Keys,
    pub last_probe_at: Option<Timestamp>,
    pub probe_microseconds: u64,
    /// Operations that the token has done since hsmd started.
    pub operations: u64,
    pub audit_key: AuditKey,
}

/// The device. `software`: a token made of files, for evaluation only.
#[derive(Debug, Serialize, ToSchema)]
pub struct Token {
    pub label: String,
    pub serial: String,
    pub model: String,
    pub manufacturer: String,
    pub software: bool,
}

/// What brings the keys back where the token is lost: so many of its shares.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecoveryKit {
    /// What stands on every share.
    pub id: String,
    pub needed: u8,
    pub of: u8,
    pub made_at: Timestamp,
    /// When shares were last shown to work.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rehearsed_at: Option<Timestamp>,
}

/// It wraps the epoch key too. `is_current` false: it has missed a rotation, cannot take over, and still holds older keys.
#[derive(Debug, Serialize, ToSchema)]
pub struct SecondToken {
    pub label: String,
    pub serial: String,
    pub mechanism: String,
    pub epoch: u32,
    pub is_current: bool,
    /// What will verify the log once it has taken over.
    pub vkey: String,
}

/// How many keys there are, by tier.
#[derive(Debug, Serialize, ToSchema)]
pub struct Keys {
    pub domains: u64,
    pub data: u64,
    /// Made durable ahead, not yet taken.
    pub spare: u64,
}

/// What auditors carry to verify the log: the key never leaves the token, this is its public half.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditKey {
    pub vkey: String,
}

/// The state of the HSM and of the keys under it.
#[utoipa::path(tag = "security", responses((status = 200, body = Hsm), Refusals))]
#[get("/security/hsm")]
pub async fn hsm(by: SecurityAdmin) -> Answer<Hsm> {
    let state = ops::state_word(&by.session.app).to_owned();
    let lasts = Duration::from_secs(by.session.app.config.keys.epoch_seconds);
    Ok(Json(by.session.run(move |rooms, _| Hsm::of(rooms, state, lasts)).await?))
}

impl Hsm {
    /// `lasts`: after so long the box begins the next epoch by itself; zero: never.
    pub(in crate::api) fn of(rooms: &Rooms, state: String, lasts: Duration) -> Result<Self> {
        let status = rooms.vault.status()?;
        let epoch_since = rooms.vault.epoch_since()?;
        let kit = rooms.vault.kit()?.map(|kit| recovery_kit(rooms, &kit)).transpose()?;
        let second_token = rooms.vault.second()?.map(|token| second_token(rooms, token)).transpose()?;
        Ok(Self {
            state,
            token: Token {
                label: status.label,
                serial: status.serial,
                model: status.model,
                manufacturer: status.manufacturer,
                software: status.software,
            },
            mechanism: status.mechanism,
            epoch: status.epoch.0,
            epoch_since,
            rotates_at: (!lasts.is_zero()).then(|| epoch_since.plus(lasts)),
            kit,
            second_token,
            keys: Keys { domains: status.domain_keys, data: status.data_keys, spare: status.spare_keys },
            last_probe_at: status.last_probe_at,
            probe_microseconds: status.probe_microseconds,
            operations: status.operations,
            audit_key: AuditKey { vkey: rooms.audit.vkey()? },
        })
    }
}

fn second_token(rooms: &Rooms, token: holdfast_hsm::SecondToken) -> Result<SecondToken> {
    Ok(SecondToken {
        vkey: rooms.audit.vkey_of(&token.audit_public_key)?,
        label: token.label,
        serial: token.serial,
        mechanism: token.mechanism,
        epoch: token.epoch.0,
        is_current: token.is_current,
    })
}

fn recovery_kit(rooms: &Rooms, kit: &KitState) -> Result<RecoveryKit> {
    Ok(RecoveryKit {
        id: kit.id.to_string(),
        needed: kit.split.needed,
        of: kit.split.of,
        made_at: kit.made_at,
        rehearsed_at: custody::last_rehearsal(&rooms.audit, kit.id)?,
    })
}
