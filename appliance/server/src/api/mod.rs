//! Every route of the REST door on one page: one line for each slice, grouped by room.
//!
//! Handlers are registered with `.service()` only: `.route()` is invisible to the OpenAPI document and so to the tests
//! that walk it.

pub mod audit;
pub mod directory;
pub mod drive;
pub mod im;
pub mod methods;
pub mod search;
pub mod security;
pub mod session;

use std::sync::OnceLock;

use actix_web::{App, HttpResponse, get};
use utoipa::{
    ToSchema,
    openapi::{
        InfoBuilder, LicenseBuilder, ObjectBuilder, OpenApi, OpenApiBuilder, RefOr, Schema, Type,
        schema::AdditionalProperties,
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
    },
};
use utoipa_actix_web::{AppExt, scope, service_config::ServiceConfig};

use crate::{
    http::{
        problem::{CODES, ProblemBody},
        who::COOKIE,
    },
    ops,
};

/// All REST routes, below `/api/v1`.
pub fn configure(config: &mut ServiceConfig) {
    config.service(
        scope::scope("/api/v1")
            .service(ops::status)
            .service(document)
            .configure(session::configure)
            .configure(directory::configure)
            .configure(security::configure)
            .configure(audit::configure)
            .configure(im::configure)
            .configure(drive::configure)
            .configure(search::configure),
    );
}

/// The OpenAPI 3.1 document, made from the code.
pub fn openapi() -> OpenApi {
    let info = InfoBuilder::new()
        .title("Holdfast")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some("One box: directory, conversations, files and search. Conventions: API.md."))
        .license(Some(LicenseBuilder::new().name("Apache-2.0").identifier(Some("Apache-2.0")).build()))
        .build();
    let (_, mut api) =
        App::new().into_utoipa_app().openapi(OpenApiBuilder::new().info(info).build()).configure(configure).split_for_parts();
    let components = api.components.get_or_insert_default();
    components.schemas.insert(ProblemBody::name().to_string(), problem_schema());
    for closed in ["Group", "NewBody", "PeopleSubject", "TagTest"] {
        close_variants(components.schemas.get_mut(closed));
    }
    components.add_security_scheme("bearer", SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build()));
    components.add_security_scheme("cookie", SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(COOKIE))));
    api.security = Some(vec![
        SecurityRequirement::new::<_, [&str; 0], &str>("bearer", []),
        SecurityRequirement::new::<_, [&str; 0], &str>("cookie", []),
    ]);
    name_operations(&mut api);
    api
}

/// The shape of a refusal, with the closed set of its codes.
fn problem_schema() -> RefOr<Schema> {
    let mut schema = <ProblemBody as utoipa::PartialSchema>::schema();
    if let RefOr::T(Schema::Object(object)) = &mut schema {
        let codes = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(CODES.iter().map(|(code, _)| *code)));
        object.properties.insert("code".to_owned(), codes.into());
    }
    schema
}

/// Names each operation by its path and its handler, `conversations_members_add`: handlers of different rooms share names,
/// and generated clients need each name once (OpenAPI 3.1, 4.8.10).
fn name_operations(api: &mut OpenApi) {
    for (path, item) in &mut api.paths.paths {
        let words = path.trim_start_matches("/api/v1").split('/').filter(|word| !word.is_empty() && !word.starts_with('{'));
        let stem = words.map(|word| word.replace(['-', '.'], "_")).collect::<Vec<_>>().join("_");
        let operations = [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.head, &mut item.patch];
        for operation in operations.into_iter().flatten() {
            let handler = operation.operation_id.take().unwrap_or_default();
            let same = stem.rsplit('_').next() == Some(handler.as_str());
            operation.operation_id = Some(if same { stem.clone() } else { format!("{stem}_{handler}") });
        }
    }
}

/// Unknown fields of a body are refused; the derived schema of an enum does not say so of its variants.
fn close_variants(schema: Option<&mut RefOr<Schema>>) {
    let Some(RefOr::T(Schema::OneOf(variants))) = schema else { return };
    for variant in &mut variants.items {
        if let RefOr::T(Schema::Object(object)) = variant {
            object.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
        }
    }
}

/// The document as it is served and as it stands in `openapi.json`.
pub fn openapi_text() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| {
        let mut text = serde_json::to_string_pretty(&openapi()).unwrap_or_default();
        text.push('\n');
        text
    })
}

/// This document.
#[utoipa::path(tag = "operations", security(()), responses((status = 200, description = "OpenAPI 3.1", content_type = "application/json")))]
#[get("/openapi.json")]
async fn document() -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(openapi_text())
}
