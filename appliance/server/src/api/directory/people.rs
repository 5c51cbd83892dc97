//! People: looking for them, and keeping their records.

use actix_web::{
    get, patch, post,
    web::{Path, Query},
};
use holdfast_base::DepartmentId;
use holdfast_directory::{
    Paging, PersonState,
    people::{self, Filter, NewPerson, PersonChange},
    views::{PeoplePage, PersonCard},
};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{paging, sight};
use crate::http::{
    Answer, Created, DirectoryKeeper, Json, Problem, Session,
    page::{Page, within},
    problem::Refusals,
};

/// Which people. Everything that is given must hold.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PeopleQuery {
    /// Part of a name or uid, or the beginning of its pinyin or initials.
    pub q: Option<String>,
    #[param(value_type = Option<String>, pattern = "^[0-9]{1,19}$")]
    pub department: Option<DepartmentId>,
    /// The departments below too; true when absent.
    pub subtree: Option<bool>,
    /// For the system administrator only; elsewhere it is ignored.
    pub state: Option<PersonState>,
    /// Everybody, past all rules of visibility: for the consoles of the system and security administrators.
    pub whole: Option<bool>,
    /// What the page before answered as `next`.
    pub cursor: Option<String>,
    /// At most 200; 50 when absent.
    #[param(minimum = 1, maximum = 200)]
    #[serde(default, deserialize_with = "within::<_, _, 1, 200>")]
    pub limit: Option<usize>,
}

impl PeopleQuery {
    fn filter(&self) -> Filter {
        Filter {
            q: self.q.clone(),
            department: self.department,
            subtree: self.subtree.unwrap_or(true),
            state: self.state,
            tag: None,
        }
    }

    fn paging(&self) -> Paging {
        paging(self.cursor.as_ref(), self.limit)
    }
}

/// Everybody in the directory whom the caller sees, by pinyin, and how many they are.
#[utoipa::path(tag = "directory", params(PeopleQuery), responses((status = 200, body = PeoplePage), Refusals))]
#[get("/people")]
pub async fn list(by: Session, query: Query<PeopleQuery>) -> Answer<PeoplePage> {
    let (filter, paging) = (Filter { state: None, ..query.filter() }, query.paging());
    let found = by.run(move |rooms, actor| {
        let sight = sight(rooms, actor, query.whole)?;
        people::list(&rooms.directory, &sight, &filter, &paging)
    });
    Ok(Json(found.await?))
}

/// Everybody with everything, the frozen too; to a delegate those of their departments.
#[utoipa::path(tag = "administration", params(PeopleQuery), responses((status = 200, body = Page<PersonCard>), Refusals))]
#[get("/admin/people")]
pub async fn list_all(by: DirectoryKeeper, query: Query<PeopleQuery>) -> Answer<Page<PersonCard>> {
    let (filter, paging, proof) = (query.filter(), query.paging(), by.proof);
    let found = by.session.run(move |rooms, _| people::list_cards(&rooms.directory, &proof, &filter, &paging)).await?;
    Ok(Json(found))
}

/// One person's card.
#[utoipa::path(tag = "directory", params(("uid" = String, Path)), responses((status = 200, body = PersonCard), Refusals))]
#[get("/people/{uid}")]
pub async fn card(by: Session, at: Path<String>) -> Answer<PersonCard> {
    let uid = at.into_inner();
    Ok(Json(by.run(move |rooms, actor| people::card(&rooms.directory, &rooms.directory.sight(actor)?, &uid)).await?))
}

/// A new person. With a password the person can sign in, and must change it first.
#[utoipa::path(tag = "administration", request_body = NewPerson, responses((status = 201, body = PersonCard), Refusals))]
#[post("/people")]
pub async fn create(by: DirectoryKeeper, ask: Json<NewPerson>) -> Result<Created<PersonCard>, Problem> {
    let (ask, proof) = (ask.into_inner(), by.proof);
    let made = by.session.run(move |rooms, _| {
        let made = people::create(&rooms.directory, &proof, ask)?;
        rooms.audit.settle(&made.mark)?;
        Ok(made.value)
    });
    Ok(Created(made.await?))
}

/// Changes a person's record. What is absent stays; `null` clears.
#[utoipa::path(tag = "administration", params(("uid" = String, Path)), request_body = PersonChange,
    responses((status = 200, body = PersonCard), Refusals))]
#[patch("/people/{uid}")]
pub async fn edit(by: DirectoryKeeper, at: Path<String>, ask: Json<PersonChange>) -> Answer<PersonCard> {
    let (uid, ask, proof) = (at.into_inner(), ask.into_inner(), by.proof);
    let changed = by.session.run(move |rooms, _| rooms.write_db(|tx| people::edit(tx, &rooms.directory, &proof, &uid, &ask)));
    Ok(Json(changed.await?))
}
