//! Reading requests: bodies, paths and query strings, refused in the one error shape and with the field at fault.

use axum::{
    extract::{FromRequest, FromRequestParts, Request, rejection::PathRejection},
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use kernel::{ErrorKind, FieldError};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::ApiError;

/// A JSON body, both ways.
#[derive(Clone, Copy, Debug)]
pub struct Json<T>(pub T);

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        if !is_json(request.headers()) {
            return Err(ApiError::new(ErrorKind::Malformed, "request.content_type"));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| {
            if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
                ApiError::new(ErrorKind::TooLarge, "body.too_large")
            } else {
                ApiError::new(ErrorKind::Malformed, "request.malformed")
            }
        })?;
        parse(&bytes).map(Self)
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json") || kind.to_ascii_lowercase().ends_with("+json")
}

/// Reads a body. The character NUL is dropped from its texts: PostgreSQL cannot store it, and nobody means it.
fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    const NUL: &[u8] = b"\\u0000";
    let cleaned = bytes.windows(NUL.len()).any(|window| window == NUL).then(|| without_nul(bytes)).flatten();
    let bytes = cleaned.as_deref().unwrap_or(bytes);
    // serde takes a list for the fields of a struct in their order. No operation takes a list, and nobody means that.
    if bytes.trim_ascii_start().starts_with(b"[") {
        return Err(ApiError::field(FieldError::new("", "field.type")));
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        let inner = error.into_inner();
        match inner.classify() {
            serde_json::error::Category::Data => ApiError::field(misfit(&path, &inner.to_string())),
            _ => ApiError::new(ErrorKind::Malformed, "request.json")
                .with("line", inner.line())
                .with("column", inner.column()),
        }
    })?;
    reader.end().map_err(|e| {
        ApiError::new(ErrorKind::Malformed, "request.json").with("line", e.line()).with("column", e.column())
    })?;
    Ok(value)
}

/// The same JSON without the character NUL in it; `None` for what is no JSON.
fn without_nul(bytes: &[u8]) -> Option<Vec<u8>> {
    fn clean(value: Value) -> Value {
        match value {
            Value::String(text) => Value::String(text.replace('\0', "")),
            Value::Array(items) => Value::Array(items.into_iter().map(clean).collect()),
            Value::Object(map) => {
                Value::Object(map.into_iter().map(|(key, value)| (key.replace('\0', ""), clean(value))).collect())
            }
            other => other,
        }
    }
    let value: Value = serde_json::from_slice(bytes).ok()?;
    serde_json::to_vec(&clean(value)).ok()
}

/// serde tells what is wrong only in words: "unknown field `x`", "missing field `x`", "unknown variant", "invalid type".
fn misfit(path: &str, message: &str) -> FieldError {
    let quoted = message.split('`').nth(1).unwrap_or_default();
    let parent = path.trim_end_matches('.');
    let child = |name: &str| match parent {
        "" | "." => name.to_owned(),
        // serde names the unknown key itself as the end of the path.
        p if p == name || p.ends_with(&format!(".{name}")) => p.to_owned(),
        p => format!("{p}.{name}"),
    };
    if message.starts_with("unknown field") {
        FieldError::new(child(quoted), "field.unknown")
    } else if message.starts_with("missing field") {
        FieldError::new(child(quoted), "field.required")
    } else if message.starts_with("unknown variant") {
        FieldError::new(parent, "field.choice.unknown")
    } else {
        FieldError::new(if parent == "." { "" } else { parent }, "field.type")
    }
}

/// Path parameters; anything that does not parse is refused with `path.invalid`.
#[derive(Clone, Copy, Debug)]
pub struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let read: Result<axum::extract::Path<T>, PathRejection> =
            axum::extract::Path::from_request_parts(parts, state).await;
        read.map(|p| Self(p.0))
            .map_err(|_| ApiError::field(FieldError::new("id", "path.invalid")).into_malformed("path.invalid"))
    }
}

/// Query parameters; an unknown one or one of the wrong type is refused by its name.
#[derive(Clone, Copy, Debug)]
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        // As in a body, the character NUL is dropped.
        if let Some(query) = parts.uri.query().filter(|query| query.contains("%00"))
            && let Ok(uri) = format!("{}?{}", parts.uri.path(), query.replace("%00", "")).parse()
        {
            parts.uri = uri;
        }
        axum::extract::Query::<T>::from_request_parts(parts, state).await.map(|q| Self(q.0)).map_err(|rejection| {
            let text = std::error::Error::source(&rejection).map(ToString::to_string).unwrap_or_default();
            let (path, message) = text.split_once(": ").unwrap_or(("", text.as_str()));
            ApiError::field(misfit(path, message)).into_malformed("query.invalid")
        })
    }
}

impl ApiError {
    /// The same refusal as a 400: the address itself could not be read.
    fn into_malformed(self, code: &'static str) -> Self {
        self.recast(ErrorKind::Malformed, code)
    }
}

#[cfg(test)]
mod tests {
    use axum::response::IntoResponse;
    use http_body_util::BodyExt;
    use serde::Deserialize;

    use super::*;

    #[test]
    fn nul_is_dropped_from_texts() {
        let body: Value = parse(br#"{"name": "A\u0000b", "list": ["\u0000"], "kept": "\\\u0000"}"#).unwrap();
        assert_eq!(body, serde_json::json!({"name": "Ab", "list": [""], "kept": "\\"}));
        let escaped: Value = parse(br#"{"name": "\\u0000"}"#).unwrap();
        assert_eq!(escaped["name"], "\\u0000");
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Outer {
        #[expect(dead_code, reason = "only parsing matters")]
        inner: Vec<Inner>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        #[expect(dead_code, reason = "only parsing matters")]
        n: u8,
    }

    async fn refusal(json: &str) -> (u16, String) {
        let response = parse::<Outer>(json.as_bytes()).unwrap_err().into_response();
        let status = response.status().as_u16();
        let body: Value = serde_json::from_slice(&response.into_body().collect().await.unwrap().to_bytes()).unwrap();
        let detail = &body["details"][0];
        let text = format!("{} {}", detail["field"].as_str().unwrap_or("-"), detail["code"].as_str().unwrap_or("-"));
        (status, text)
    }

    #[tokio::test]
    async fn a_misfit_is_named_by_its_path() {
        assert_eq!(refusal(r#"{"inner":[{"n":1},{"n":"x"}]}"#).await, (422, "inner[1].n field.type".to_owned()));
        assert_eq!(refusal(r#"{"inner":[{"n":1,"m":2}]}"#).await, (422, "inner[0].m field.unknown".to_owned()));
        assert_eq!(refusal(r#"{"inner":[{}]}"#).await, (422, "inner[0].n field.required".to_owned()));
        assert_eq!(refusal(r#"{"x":1}"#).await, (422, "x field.unknown".to_owned()));
        assert_eq!(refusal("{}").await, (422, "inner field.required".to_owned()));
        assert_eq!(refusal("{").await.0, 400);
        assert_eq!(refusal(" [[]]").await, (422, " field.type".to_owned()));
        assert_eq!(refusal(r#"{"inner":[]} x"#).await.0, 400);
    }
}
