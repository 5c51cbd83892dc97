//! People from a sheet: a dry run first, then its application.

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header,
    patch, post,
    web::{BytesMut, Path, Payload, Query},
};
use futures_util::StreamExt;
use holdfast_audit::{Event, Object};
use holdfast_base::Error;
use holdfast_directory::{
    Directory,
    import::{self, Import, ImportEntry, ImportRow, Mapping, Mode, RowOutcome, SheetFormat},
    limits::IMPORT_BYTES,
    views::Locale,
};
use serde::Deserialize;
use tokio::sync::Semaphore;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::paging;
use crate::http::{
    Answer, Created, Json, Problem, SystemAdmin,
    page::{Page, within},
    pieces::{attachment, pieces},
    problem::Refusals,
};

/// Exports that run at once; others wait.
static RUNNING: Semaphore = Semaphore::const_new(1);
/// Bytes around the file in a form.
const FORM_BYTES: usize = 16 << 10;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Named {
    /// The file's name; in a form the part names it.
    pub name: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RowQuery {
    /// Only rows with this outcome.
    pub outcome: Option<RowOutcome>,
    /// What the page before answered as `next`.
    pub cursor: Option<String>,
    /// At most 200; 50 when absent.
    #[param(minimum = 1, maximum = 200)]
    #[serde(default, deserialize_with = "within::<_, _, 1, 200>")]
    pub limit: Option<usize>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Apply {
    pub mode: Mode,
    /// How many people it changes, where the import's `confirm` asks for the number.
    #[serde(default)]
    pub confirm: Option<u32>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct HistoryQuery {
    /// What the page before answered as `next`.
    pub cursor: Option<String>,
    /// At most 200; 50 when absent.
    #[param(minimum = 1, maximum = 200)]
    #[serde(default, deserialize_with = "within::<_, _, 1, 200>")]
    pub limit: Option<usize>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PeopleSheet {
    #[param(inline)]
    pub format: SheetFormat,
    /// The language of its headings; Chinese when absent. Imports read both.
    #[param(inline)]
    pub locale: Option<Locale>,
}

/// Reads an .xlsx or .csv and says what an import would do. Nothing is changed.
#[utoipa::path(tag = "administration", params(Named),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "the file, or a form with one file"),
    responses((status = 201, body = Import), Refusals))]
#[post("/people/imports")]
pub async fn check(
    by: SystemAdmin,
    request: HttpRequest,
    named: Query<Named>,
    body: Payload,
) -> Result<Created<Import>, Problem> {
    let body = whole(body).await?;
    let form = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).and_then(boundary);
    let (name, proof) = (named.into_inner().name, by.proof);
    let checked = by.session.run(move |rooms, _| {
        let part = form.map(|boundary| file_part(&body, &boundary).ok_or(Error::invalid("file", "empty"))).transpose()?;
        let (part_name, bytes) = part.unwrap_or((None, &body));
        let name = name.or(part_name).unwrap_or_else(|| "people".to_owned());
        let checked = import::check(&rooms.directory, &proof, &name, bytes)?;
        rooms.audit.settle(&checked.mark)?;
        Ok(checked.value)
    });
    Ok(Created(checked.await?))
}

/// The import as it stands.
#[utoipa::path(tag = "administration", params(("id" = String, Path)), responses((status = 200, body = Import), Refusals))]
#[get("/people/imports/{id}")]
pub async fn read(by: SystemAdmin, at: Path<Uuid>) -> Answer<Import> {
    let (id, proof) = (at.into_inner(), by.proof);
    Ok(Json(by.session.run(move |rooms, _| import::view(&rooms.directory, &proof, id)).await?))
}

/// Row by row, what it would do and what is wrong.
#[utoipa::path(tag = "administration", params(("id" = String, Path), RowQuery), responses((status = 200, body = Page<ImportRow>), Refusals))]
#[get("/people/imports/{id}/rows")]
pub async fn rows(by: SystemAdmin, at: Path<Uuid>, query: Query<RowQuery>) -> Answer<Page<ImportRow>> {
    let (id, outcome, proof) = (at.into_inner(), query.outcome, by.proof);
    let paging = paging(query.cursor.as_ref(), query.limit);
    let found = by.session.run(move |rooms, _| import::list(&rooms.directory, &proof, id, outcome, &paging));
    Ok(Json(found.await?))
}

/// The rows and their problems as a sheet. People leave the box with it, so it stands in the audit log first.
#[utoipa::path(tag = "administration", params(("id" = String, Path)),
    responses((status = 200, description = "the report", content_type = "text/csv"), Refusals))]
#[get("/people/imports/{id}/report.csv")]
pub async fn report(by: SystemAdmin, at: Path<Uuid>) -> Result<HttpResponse, Problem> {
    sheet(by, at.into_inner(), "import-report", SheetFormat::Csv, import::report).await
}

/// The same as a workbook.
#[utoipa::path(tag = "administration", params(("id" = String, Path)),
    responses((status = 200, description = "the report", content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), Refusals))]
#[get("/people/imports/{id}/report.xlsx")]
pub async fn report_book(by: SystemAdmin, at: Path<Uuid>) -> Result<HttpResponse, Problem> {
    sheet(by, at.into_inner(), "import-report", SheetFormat::Xlsx, import::report).await
}

/// The rows with errors as they came, with what is wrong in a last column: to be mended and uploaded again.
#[utoipa::path(tag = "administration", params(("id" = String, Path)),
    responses((status = 200, description = "the rows", content_type = "text/csv"), Refusals))]
#[get("/people/imports/{id}/failed.csv")]
pub async fn failed(by: SystemAdmin, at: Path<Uuid>) -> Result<HttpResponse, Problem> {
    sheet(by, at.into_inner(), "import-failed", SheetFormat::Csv, import::failed).await
}

/// The same as a workbook.
#[utoipa::path(tag = "administration", params(("id" = String, Path)),
    responses((status = 200, description = "the rows", content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), Refusals))]
#[get("/people/imports/{id}/failed.xlsx")]
pub async fn failed_book(by: SystemAdmin, at: Path<Uuid>) -> Result<HttpResponse, Problem> {
    sheet(by, at.into_inner(), "import-failed", SheetFormat::Xlsx, import::failed).await
}

type Written = fn(&Directory, &holdfast_directory::SystemAdmin, Uuid, SheetFormat) -> holdfast_base::Result<Vec<u8>>;

async fn sheet(by: SystemAdmin, id: Uuid, name: &str, format: SheetFormat, write: Written) -> Result<HttpResponse, Problem> {
    let proof = by.proof;
    let sheet = by.session.run(move |rooms, actor| {
        let sheet = write(&rooms.directory, &proof, id, format)?;
        rooms.audit.append(Event::new(actor, "people.import-read", Object::new("import", id)))?;
        Ok(sheet)
    });
    let (sheet, (media, ending)) = (sheet.await?, format.names());
    Ok(HttpResponse::Ok().content_type(media).insert_header(attachment(name, ending)).body(sheet))
}

/// All imports, the latest first.
#[utoipa::path(tag = "administration", params(HistoryQuery), responses((status = 200, body = Page<ImportEntry>), Refusals))]
#[get("/admin/imports")]
pub async fn history(by: SystemAdmin, query: Query<HistoryQuery>) -> Answer<Page<ImportEntry>> {
    let (paging, proof) = (paging(query.cursor.as_ref(), query.limit), by.proof);
    Ok(Json(by.session.run(move |rooms, _| import::history(&rooms.directory, &proof, &paging)).await?))
}

/// Everybody as a sheet of the shape that imports read. It stands in the audit log before it goes out.
#[utoipa::path(tag = "administration", params(PeopleSheet),
    responses((status = 200, description = "the sheet", content((String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))), Refusals))]
#[get("/admin/people-sheet")]
pub async fn export(by: SystemAdmin, asked: Query<PeopleSheet>) -> Result<HttpResponse, Problem> {
    let turn = RUNNING.acquire().await.map_err(Error::internal("wait for a turn to export"))?;
    let (format, locale, proof) = (asked.format, asked.locale.unwrap_or(Locale::Chinese), by.proof);
    let (media, ending) = format.names();
    by.session
        .run(move |rooms, actor| {
            let event = Event::new(actor, "people.export", Object::new("directory", "people")).text("format", ending);
            rooms.audit.append(event)
        })
        .await?;
    let directory = by.session.rooms.directory.clone();
    let body = pieces(turn, move |out| import::export(&directory, &proof, format, locale, out)).await?;
    Ok(HttpResponse::Ok().content_type(media).insert_header(attachment("people", ending)).streaming(Box::pin(body)))
}

/// The dry run again with another mapping of columns.
#[utoipa::path(tag = "administration", params(("id" = String, Path)), request_body = Mapping, responses((status = 200, body = Import), Refusals))]
#[patch("/people/imports/{id}")]
pub async fn remap(by: SystemAdmin, at: Path<Uuid>, ask: Json<Mapping>) -> Answer<Import> {
    let (id, ask, proof) = (at.into_inner(), ask.into_inner(), by.proof);
    let checked = by.session.run(move |rooms, _| rooms.write_db(|tx| import::remap(tx, &rooms.directory, &proof, id, &ask)));
    Ok(Json(checked.await?))
}

/// Does what the dry run said, in one transaction. Asking twice does it once.
#[utoipa::path(tag = "administration", params(("id" = String, Path)), request_body = Apply, responses((status = 200, body = Import), Refusals))]
#[post("/people/imports/{id}/apply")]
pub async fn apply(by: SystemAdmin, at: Path<Uuid>, ask: Json<Apply>) -> Answer<Import> {
    let (id, ask, proof) = (at.into_inner(), ask.into_inner(), by.proof);
    let applied = by.session.run(move |rooms, _| {
        let applied = import::apply(&rooms.directory, &proof, id, ask.mode, ask.confirm)?;
        rooms.audit.settle(&applied.mark)?;
        Ok(applied.value)
    });
    Ok(Json(applied.await?))
}

async fn whole(mut body: Payload) -> Result<BytesMut, Problem> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(|_| Problem::bad_request("the body broke off"))?;
        if bytes.len() + chunk.len() > IMPORT_BYTES + FORM_BYTES {
            return Err(Error::TooLarge { limit: IMPORT_BYTES as u64 }.into());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// The boundary of a form (RFC 7578); none for a plain body.
fn boundary(content_type: &str) -> Option<Vec<u8>> {
    let (kind, rest) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let parameter = rest.split(';').map(str::trim).find_map(|part| part.strip_prefix("boundary="))?;
    Some(format!("--{}", parameter.trim_matches('"')).into_bytes())
}

/// The first part that bears a file: its name, and its bytes.
fn file_part<'a>(body: &'a [u8], boundary: &[u8]) -> Option<(Option<String>, &'a [u8])> {
    let mut rest = &body[find(body, boundary)? + boundary.len()..];
    loop {
        let head_end = find(rest, b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&rest[..head_end]).into_owned();
        let content = &rest[head_end + 4..];
        // The line break before a boundary belongs to it.
        let end = find(content, &[b"\r\n", boundary].concat())?;
        if let Some((_, name)) = head.split_once("filename=\"") {
            let name = name.split('"').next().filter(|name| !name.is_empty()).map(str::to_owned);
            return Some((name, &content[..end]));
        }
        rest = &content[end + 2 + boundary.len()..];
    }
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_file_in_a_form() {
        let boundary = boundary("multipart/form-data; boundary=\"xyz\"").unwrap();
        let body = b"--xyz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n\
            --xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"people.csv\"\r\n\r\nname\r\nx\r\n--xyz--\r\n";
        assert_eq!(file_part(body, &boundary), Some((Some("people.csv".to_owned()), &b"name\r\nx"[..])));
        for torn in [&b""[..], b"--xyz", b"--xyz\r\n\r\n", b"--xyz\r\nfilename=\"a\"\r\n\r\nno end"] {
            assert_eq!(file_part(torn, &boundary), None);
        }
    }
}
