use actix_web::get;
use holdfast_drive::Space;

use crate::http::{Answer, Json, Session, page::Page, problem::Refusals};

/// The spaces of the person: the own one first, then the departments'.
#[utoipa::path(tag = "drive", responses((status = 200, body = Page<Space>), Refusals))]
#[get("/drive/spaces")]
pub async fn list(by: Session) -> Answer<Page<Space>> {
    let spaces = by
        .run(|rooms, actor| {
            let (spaces, made) = rooms.drive.spaces(actor)?;
            if let Some(made) = made {
                rooms.audit.settle(&made.mark)?;
            }
            Ok(spaces)
        })
        .await?;
    Ok(Json(Page::whole(spaces)))
}
