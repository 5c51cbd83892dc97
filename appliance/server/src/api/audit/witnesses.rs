//! Witnesses outside the box. The box sends nothing: an auditor carries requests out and cosignatures in.

use actix_web::{HttpResponse, delete, get, http::header, http::header::ContentType, post, web::Path};
use holdfast_audit::{
    limits::COSIGNATURE_BYTES,
    witnesses::{self, Witness as Kept},
};
use holdfast_base::{ClientId, Error, Result as Done, Timestamp};
use holdfast_directory::PersonRef;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    http::{Answer, Auditor, Created, Json, NoContent, Problem, page::Page, problem::Refusals},
    rooms::Rooms,
};

pub use holdfast_audit::Standing;

/// A witness as it stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct Witness {
    #[schema(value_type = String, format = "uuid")]
    pub id: Uuid,
    /// As its key names it.
    pub name: String,
    /// C2SP verifier key.
    pub vkey: String,
    pub registered_by: PersonRef,
    pub registered_at: Timestamp,
    /// When a request for it was last handed out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked_at: Option<Timestamp>,
    /// Absent until it has cosigned something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seen: Option<Seen>,
}

/// The largest checkpoint that it has cosigned.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WitnessSeen)]
pub struct Seen {
    pub size: u64,
    /// As the witness says.
    pub at: Timestamp,
    pub received_at: Timestamp,
    /// Whether the log continues it now.
    pub standing: Standing,
    /// The checkpoint with the signatures of the log and of the witness (C2SP signed note).
    pub note: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWitness {
    pub cid: ClientId,
    /// `name+hash+base64`, type 0x04 (Ed25519 cosignature).
    #[schema(max_length = 500)]
    pub vkey: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WitnessOrder {
    /// Entries that the witness has seen; 0 when it has seen none.
    pub old: u64,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Cosignature {
    /// The note that the witness cosigned, or its signature lines alone, for the request that it was handed last.
    #[schema(max_length = 16384)]
    pub text: String,
}

impl Witness {
    fn of(rooms: &Rooms, kept: Kept) -> Done<Self> {
        let seen = kept.seen.map(|seen| {
            let standing = witnesses::standing(&rooms.audit, &seen)?;
            let (size, at, received_at) = (seen.size, seen.at, seen.received_at);
            Ok::<_, Error>(Seen { size, at, received_at, standing, note: seen.note })
        });
        Ok(Self {
            id: kept.id,
            name: kept.key.name().to_owned(),
            vkey: kept.key.to_string(),
            registered_by: rooms.directory.org().reference(kept.registered_by),
            registered_at: kept.registered_at,
            asked_at: kept.asked_at,
            seen: seen.transpose()?,
        })
    }
}

pub(super) fn all(rooms: &Rooms) -> Done<Vec<Witness>> {
    witnesses::list(&rooms.db)?.into_iter().map(|kept| Witness::of(rooms, kept)).collect()
}

/// The registered witnesses, and whether the log continues what each has seen.
#[utoipa::path(tag = "audit", responses((status = 200, body = Page<Witness>), Refusals))]
#[get("/audit/witnesses")]
pub async fn list(by: Auditor) -> Answer<Page<Witness>> {
    Ok(Json(Page::whole(by.session.run(|rooms, _| all(rooms)).await?)))
}

/// Registers a witness by its verifier key.
#[utoipa::path(tag = "audit", request_body = NewWitness, responses((status = 201, body = Witness), Refusals))]
#[post("/audit/witnesses")]
pub async fn register(by: Auditor, new: Json<NewWitness>) -> Result<Created<Witness>, Problem> {
    let new = new.into_inner();
    let made = by.session.run(move |rooms, actor| {
        let kept = rooms.write_db(|tx| witnesses::register(tx, actor, new.cid, &new.vkey))?;
        Witness::of(rooms, kept)
    });
    Ok(Created(made.await?))
}

/// Removes a witness, and what it has cosigned. The log keeps that it was there, and how far it had seen.
#[utoipa::path(tag = "audit", params(("id" = String, Path)), responses((status = 204), Refusals))]
#[delete("/audit/witnesses/{id}")]
pub async fn remove(by: Auditor, at: Path<Uuid>) -> Result<NoContent, Problem> {
    let id = at.into_inner();
    by.session.run(move |rooms, actor| rooms.write_db(|tx| witnesses::remove(tx, actor, id))).await?;
    Ok(NoContent)
}

/// An `add-checkpoint` request (C2SP tlog-witness) with the current checkpoint, to be carried to the witness.
#[utoipa::path(tag = "audit", params(("id" = String, Path)), request_body = WitnessOrder,
    responses((status = 200, description = "the body of the request", content_type = "text/plain"), Refusals))]
#[post("/audit/witnesses/{id}/requests")]
pub async fn ask(by: Auditor, at: Path<Uuid>, order: Json<WitnessOrder>) -> Result<HttpResponse, Problem> {
    let (id, old) = (at.into_inner(), order.old);
    let request = by.session.run(move |rooms, actor| {
        let request = rooms.audit.witness_request(old)?;
        rooms.write_db(|tx| witnesses::ask(tx, actor, id, old, &request))?;
        Ok(request)
    });
    let request = request.await?;
    let mut answer = HttpResponse::Ok();
    answer.content_type(ContentType::plaintext());
    answer.insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"holdfast-add-checkpoint.txt\""));
    Ok(answer.body(request))
}

/// Takes a cosignature back. One that proves a rollback or a fork is kept too, and the entry about it says so.
#[utoipa::path(tag = "audit", params(("id" = String, Path)), request_body = Cosignature,
    responses((status = 201, body = Witness), Refusals))]
#[post("/audit/witnesses/{id}/cosignatures")]
pub async fn take(by: Auditor, at: Path<Uuid>, order: Json<Cosignature>) -> Result<Created<Witness>, Problem> {
    let (id, text) = (at.into_inner(), order.into_inner().text);
    if text.len() > COSIGNATURE_BYTES {
        return Err(Error::too_long("text", COSIGNATURE_BYTES as u64).into());
    }
    let taken = by.session.run(move |rooms, actor| {
        let kept = rooms.write_db(|tx| witnesses::take(tx, &rooms.audit, actor, id, &text))?;
        Witness::of(rooms, kept)
    });
    Ok(Created(taken.await?))
}
