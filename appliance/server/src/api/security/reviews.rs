//! Who holds what, and who has looked through it.

use actix_web::{HttpResponse, get, post, web::Query};
use holdfast_audit::{Event, Object};
use holdfast_base::{Actor, Error};
use holdfast_directory::{
    import::SheetFormat,
    review::{self, Holding, HoldingKind, NewReview, Review},
    views::Locale,
};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;
use utoipa::{IntoParams, ToSchema};

use crate::{
    http::{
        Answer, Created, Json, Problem, Reviewer, SecurityAdmin,
        page::within,
        pieces::{attachment, pieces},
        problem::Refusals,
    },
    review::{Wanted, holdings as held},
};

/// Exports that run at once; others wait.
static RUNNING: Semaphore = Semaphore::const_new(1);

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct HoldingQuery {
    /// Whose, by uid.
    pub person: Option<String>,
    pub kind: Option<HoldingKind>,
    /// What ends by itself.
    pub ending: Option<bool>,
    /// What was given since the last review.
    pub fresh: Option<bool>,
    /// What the page before answered as `next`.
    pub cursor: Option<String>,
    /// At most 200; 50 when absent.
    #[param(minimum = 1, maximum = 200)]
    #[serde(default, deserialize_with = "within::<_, _, 1, 200>")]
    pub limit: Option<usize>,
}

impl HoldingQuery {
    fn wanted(&self) -> Wanted {
        Wanted {
            person: self.person.clone(),
            kind: self.kind,
            ending: self.ending.unwrap_or_default(),
            fresh: self.fresh.unwrap_or_default(),
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct HoldingSheet {
    #[param(inline)]
    pub format: SheetFormat,
    /// Of the headings; Chinese when absent.
    #[param(inline)]
    pub locale: Option<Locale>,
    /// Whose, by uid.
    pub person: Option<String>,
    pub kind: Option<HoldingKind>,
    /// What ends by itself.
    pub ending: Option<bool>,
    /// What was given since the last review.
    pub fresh: Option<bool>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct HoldingPage {
    pub items: Vec<Holding>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    pub total: u64,
    /// Absent until somebody has looked through the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_review: Option<Review>,
}

/// Who holds what: roles, delegations, connectors, app passwords, groups. For security administrators and auditors; each
/// look at its first page stands in the log.
#[utoipa::path(tag = "security", params(HoldingQuery), responses((status = 200, body = HoldingPage), Refusals))]
#[get("/holdings")]
pub async fn holdings(by: Reviewer, query: Query<HoldingQuery>) -> Answer<HoldingPage> {
    let (wanted, proof, limit) = (query.wanted(), by.proof, query.limit.unwrap_or(50));
    let start = query.cursor.as_ref().map(|text| text.parse().map_err(|_| Problem::invalid("cursor", "not-a-cursor")));
    let start: Option<usize> = start.transpose()?;
    let page = by.session.run(move |rooms, actor| {
        let (all, last_review) = held(rooms, &proof, &wanted)?;
        if start.is_none() {
            rooms.audit.append(looked(actor, "review.read", &wanted))?;
        }
        let (start, total) = (start.unwrap_or_default(), all.len());
        let items: Vec<Holding> = all.into_iter().skip(start).take(limit).collect();
        let end = start.saturating_add(items.len());
        let next = (end < total && !items.is_empty()).then(|| end.to_string());
        Ok(HoldingPage { items, next, total: total as u64, last_review })
    });
    Ok(Json(page.await?))
}

/// The same as a sheet. It stands in the audit log before it goes out.
#[utoipa::path(tag = "security", params(HoldingSheet),
    responses((status = 200, description = "the sheet", content((String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))), Refusals))]
#[get("/holdings/sheet")]
pub async fn sheet(by: Reviewer, asked: Query<HoldingSheet>) -> Result<HttpResponse, Problem> {
    let turn = RUNNING.acquire().await.map_err(Error::internal("wait for a turn to export"))?;
    let (format, locale, proof) = (asked.format, asked.locale.unwrap_or(Locale::Chinese), by.proof);
    let (media, ending) = format.names();
    let asked = asked.into_inner();
    let wanted = Wanted {
        person: asked.person,
        kind: asked.kind,
        ending: asked.ending.unwrap_or_default(),
        fresh: asked.fresh.unwrap_or_default(),
    };
    let rows = by.session.run(move |rooms, actor| {
        let (rows, _) = held(rooms, &proof, &wanted)?;
        rooms.audit.append(looked(actor, "review.export", &wanted).text("format", ending))?;
        Ok(rows)
    });
    let rows = rows.await?;
    let body = pieces(turn, move |out| review::sheet(&rows, format, locale, out)).await?;
    Ok(HttpResponse::Ok().content_type(media).insert_header(attachment("holdings", ending)).streaming(Box::pin(body)))
}

/// Says that the whole list has been looked through.
#[utoipa::path(tag = "security", request_body = NewReview, responses((status = 201, body = Review), Refusals))]
#[post("/reviews")]
pub async fn mark(by: SecurityAdmin, ask: Json<NewReview>) -> Result<Created<Review>, Problem> {
    let (ask, proof) = (ask.into_inner(), by.proof);
    let marked = by.session.run(move |rooms, actor| {
        let reviewer = rooms.directory.org().reviewer(actor)?;
        let rows = held(rooms, &reviewer, &Wanted::default())?.0.len() as u64;
        rooms.write_db(|tx| review::mark(tx, &rooms.directory, &proof, &ask, rows))
    });
    Ok(Created(marked.await?))
}

fn looked(actor: &Actor, action: &'static str, wanted: &Wanted) -> Event {
    let event = Event::new(actor, action, Object::new("review", "holdings"));
    let event = wanted.person.iter().fold(event, |event, uid| event.text("person", uid.clone()));
    wanted.kind.iter().fold(event, |event, kind| event.text("kind", kind.name()))
}
