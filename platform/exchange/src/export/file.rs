//! The request for an export, and its answer.

use api::ListParams;
use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use chrono::NaiveDate;
use futures_util::TryStream;
use serde::Deserialize;
use utoipa::IntoParams;

/// Which rows and columns are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ExportParams {
    /// Words to look for; each may be the beginning of a word.
    pub search: Option<String>,
    /// A filter as JSON text.
    pub filter: Option<String>,
    /// Field names, comma-separated, `-` for descending.
    pub sort: Option<String>,
    /// Names of columns, comma-separated; all of them unless given.
    #[param(example = "name,emails")]
    pub columns: Option<String>,
}

impl ExportParams {
    /// The list that is asked for, and the columns.
    #[must_use]
    pub fn list(self) -> (ListParams, Option<String>) {
        let Self { search, filter, sort, columns } = self;
        (ListParams { search, filter, sort, ..ListParams::default() }, columns)
    }
}

/// An answer that is saved as `<name>-<day>.csv`.
pub fn file<S>(name: &str, day: NaiveDate, bytes: S) -> Response
where
    S: TryStream<Ok = Bytes> + Send + 'static,
    S::Error: Into<axum::BoxError>,
{
    let name = format!("attachment; filename=\"{name}-{day}.csv\"");
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CONTENT_DISPOSITION, HeaderValue::try_from(name).unwrap_or(HeaderValue::from_static("attachment"))),
    ];
    (headers, Body::from_stream(bytes)).into_response()
}
