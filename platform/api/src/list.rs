//! List parameters and the page frame of every list answer.

use db::{Page, Params};
use kernel::filter::Filter;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::ApiError;

/// Rows of a page when the caller names no number.
const DEFAULT_LIMIT: u64 = 20;
/// Longest search text.
const MAX_SEARCH: usize = 200;

/// Parameters of every list.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct ListParams {
    /// Page number from 1; ignored with `cursor`.
    #[param(minimum = 1)]
    pub page: Option<u64>,
    /// `nextCursor` of the page before.
    pub cursor: Option<String>,
    /// Rows of a page, 20 unless given.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// Field names, comma-separated, `-` for descending.
    #[param(example = "-createdAt")]
    pub sort: Option<String>,
    /// Words to look for; each may be the beginning of a word.
    pub search: Option<String>,
    /// A filter as JSON text.
    #[param(example = r#"{"field":"name","op":"contains","value":"anna"}"#)]
    pub filter: Option<String>,
    /// Lists what is in the trash instead.
    #[serde(default)]
    #[param(default = false)]
    pub trash: bool,
}

impl ListParams {
    /// What the database layer takes.
    ///
    /// # Errors
    /// A filter that is not JSON of the right shape.
    pub fn parse(&self) -> Result<Params, ApiError> {
        let filter = self.filter.as_deref().filter(|f| !f.is_empty()).map(Filter::parse).transpose();
        let search = self.search.as_deref().map(str::trim).filter(|s| !s.is_empty());
        Ok(Params {
            page: self.page,
            cursor: self.cursor.clone().filter(|c| !c.is_empty()),
            limit: self.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, 100),
            sort: self.sort.clone().filter(|s| !s.trim().is_empty()),
            filter: filter.map_err(db::Error::from)?,
            search: search.map(|s| s.chars().take(MAX_SEARCH).collect()),
            own_fields: Vec::new(),
        })
    }
}

/// Where a page stands in its list.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PageInfo {
    /// The page's number; null when it was asked by cursor.
    #[schema(required)]
    pub page: Option<u64>,
    pub limit: u64,
    /// Exact up to 10 000, an estimate beyond.
    pub total: u64,
    pub total_is_estimate: bool,
    /// Null on the last page.
    #[schema(required)]
    pub next_cursor: Option<String>,
}

impl<T> From<&Page<T>> for PageInfo {
    fn from(page: &Page<T>) -> Self {
        Self {
            page: page.number,
            limit: page.limit,
            total: page.total.count,
            total_is_estimate: page.total.is_estimate,
            next_cursor: page.next_cursor.clone(),
        }
    }
}
