//! JSON in and out. In: one object, within the limit of the operation and within its time.
//!
//! The derived readers of structs take an array of the fields' values too; no operation documents that, so it is refused.

use std::{fmt, marker::PhantomData, ops::Deref, time::Duration};

use actix_web::{FromRequest, HttpRequest, HttpResponse, Responder, body::BoxBody, dev::Payload, web};
use futures_util::{FutureExt, future::LocalBoxFuture};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{DeserializeOwned, MapAccess, Visitor, value::MapAccessDeserializer},
};
use tokio::time::timeout;

use super::Problem;

/// How long the body of a request may take. Files have doors of their own.
const BODY_TIME: Duration = Duration::from_secs(30);

/// A body, or an answer with 200.
pub struct Json<T>(pub T);

impl<T> Json<T> {
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for Json<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Serialize> Responder for Json<T> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::Ok().json(self.0)
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Json<T> {
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let read = web::Json::<Object<T>>::from_request(request, payload);
        async move {
            match timeout(BODY_TIME, read).await {
                Ok(read) => read.map(|body| Self(body.into_inner().0)),
                Err(_) => Err(Problem::bad_request("the body did not come in time").into()),
            }
        }
        .boxed_local()
    }
}

/// What is written as `{...}`, and nothing else.
struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(Fields(PhantomData)).map(Self)
    }
}

struct Fields<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize, Debug, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Ask {
        name: Option<String>,
        count: Option<u64>,
    }

    fn read(text: &str) -> Result<Ask, serde_json::Error> {
        serde_json::from_str::<Object<Ask>>(text).map(|object| object.0)
    }

    #[test]
    fn an_object_is_read_and_a_list_of_its_values_is_not() {
        assert_eq!(read(r#"{"count":7}"#).unwrap(), Ask { name: None, count: Some(7) });
        for bad in ["[null,null]", r#"["a",7]"#, "7", "null", r#""a""#, r#"{"other":1}"#, r#"{"count":-1}"#, "{} {}"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
