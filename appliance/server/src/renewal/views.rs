//! Renewals as the security administrator sees them.

use holdfast_base::{Page, Result, Timestamp};
use holdfast_directory::Org;
use holdfast_store::Ledger;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::rows::{RENEWALS, Row, Stage};
use crate::{records, shred::views::uid};

/// A renewal that is to be. `reason`: the incident, or the rule that asks for it; one line.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRenewal {
    #[schema(min_length = 1, max_length = 200)]
    pub reason: String,
}

/// What is sealed again at present, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RenewalStage {
    Messages,
    /// Small files, and the lists of chunks of the others.
    Contents,
    /// The bytes of files.
    Chunks,
    Index,
    Database,
    /// The old keys are being destroyed.
    Keys,
    Done,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Renewal {
    pub id: String,
    pub reason: String,
    /// Who asked, by uid.
    pub by: String,
    pub asked_at: Timestamp,
    pub stage: RenewalStage,
    pub conversations: u64,
    /// What a recall hid is counted, too.
    pub messages: u64,
    pub contents: u64,
    pub chunks: u64,
    /// Of contents and chunks, as they lie on the disk.
    pub bytes: u64,
    /// What somebody was still writing, or was about to be swept: it kept its key.
    pub left: u64,
    /// Data keys that were destroyed with the HSM key of their epoch.
    pub keys: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub done_at: Option<Timestamp>,
}

pub fn list(ledger: &Ledger, org: &Org, before: Option<u64>, limit: usize) -> Result<Page<Renewal>> {
    records::page(&ledger.view(), RENEWALS, before, limit, |number, row| view(org, number, row))
}

pub fn one(ledger: &Ledger, org: &Org, number: u64) -> Result<Renewal> {
    Ok(view(org, number, &records::get(&ledger.view(), RENEWALS, number)?))
}

fn view(org: &Org, number: u64, row: &Row) -> Renewal {
    Renewal {
        id: number.to_string(),
        reason: row.reason.clone(),
        by: uid(org, row.by),
        asked_at: row.asked_at,
        stage: match row.stage {
            Stage::Messages { .. } => RenewalStage::Messages,
            Stage::Contents { .. } => RenewalStage::Contents,
            Stage::Chunks { .. } => RenewalStage::Chunks,
            Stage::Index => RenewalStage::Index,
            Stage::Database => RenewalStage::Database,
            Stage::Keys => RenewalStage::Keys,
            Stage::Done => RenewalStage::Done,
        },
        conversations: row.conversations,
        messages: row.messages,
        contents: row.contents,
        chunks: row.chunks,
        bytes: row.bytes,
        left: row.left,
        keys: row.keys,
        done_at: row.done_at,
    }
}
