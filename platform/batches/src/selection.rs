//! Which records a bulk operation is about: those with these ids, or all that match.

use std::collections::HashSet;

use db::Params;
use kernel::{
    Fields,
    filter::{Filter, Op, Test},
    values::{Problem, Tags},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

/// Most records that can be named one by one.
const MAX_IDS: usize = 10_000;

/// Which records.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Selection {
    /// In the order of their ids.
    Ids(Vec<Uuid>),
    Matching {
        filter: Option<Filter>,
        search: Option<String>,
    },
}

/// The part of a request that says which records.
#[derive(Clone, Debug, Default)]
pub struct Chosen {
    pub ids: Option<Vec<Uuid>>,
    pub filter: Option<Map<String, Value>>,
    pub search: Option<String>,
    pub all: bool,
}

impl Chosen {
    /// The selection; what was refused is noted.
    ///
    /// # Errors
    /// A filter that is not one.
    pub fn parse(self, refused: &mut Fields) -> Result<Option<Selection>, db::Error> {
        let filter = self.filter.map(|node| Filter::parse(&Value::Object(node).to_string())).transpose()?;
        let nothing = |refused: &mut Fields, code| {
            refused.refuse("ids", code);
            None
        };
        Ok(match (self.ids, self.all) {
            (Some(_), true) => nothing(refused, "bulk.both"),
            (None, false) => nothing(refused, "bulk.nothing_selected"),
            (Some(ids), false) if ids.is_empty() => nothing(refused, "bulk.nothing_selected"),
            (Some(ids), false) if ids.len() > MAX_IDS => {
                refused.refuse_with("ids", Problem::TooMany { max: MAX_IDS });
                None
            }
            (Some(ids), false) => {
                let mut ids: Vec<Uuid> = ids.into_iter().collect::<HashSet<_>>().into_iter().collect();
                ids.sort_unstable();
                Some(Selection::Ids(ids))
            }
            (None, true) => Some(Selection::Matching { filter, search: self.search.filter(|s| !s.trim().is_empty()) }),
        })
    }
}

impl Selection {
    /// All that belong to somebody.
    #[must_use]
    pub fn owned_by(user: Uuid) -> Self {
        let test = Test { field: "ownerId".to_owned(), op: Op::Eq, value: user.to_string().into() };
        Self::Matching { filter: Some(Filter::Test(test)), search: None }
    }

    /// The list parameters of a selection by filter.
    #[must_use]
    pub fn params(&self) -> Params {
        match self {
            Self::Ids(_) => Params::default(),
            Self::Matching { filter, search } => {
                Params { filter: filter.clone(), search: search.clone(), ..Params::default() }
            }
        }
    }

    /// The named records behind those that are done; `None` when they are to be looked for.
    #[must_use]
    pub fn named_after(&self, reached: Option<Uuid>) -> Option<Vec<Uuid>> {
        match self {
            Self::Ids(ids) => {
                let next = ids.partition_point(|id| reached.is_some_and(|reached| *id <= reached));
                Some(ids[next..].to_vec())
            }
            Self::Matching { .. } => None,
        }
    }
}

/// The tags of a record with some more, or with some less; `None` when they would be too many.
#[must_use]
pub fn retagged(tags: &[String], more: &[String], less: &[String]) -> Option<Vec<String>> {
    let own = Tags::from_stored(tags.iter().cloned()).with(&Tags::from_stored(more.iter().cloned())).ok()?;
    let tags = own.without(&Tags::from_stored(less.iter().cloned()));
    Some(tags.iter().map(|tag| tag.as_str().to_owned()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn named_records_go_on_behind_the_last_one_done() {
        let ids: Vec<Uuid> = (1..=3).map(Uuid::from_u128).collect();
        let selection = Selection::Ids(ids.clone());
        assert_eq!(selection.named_after(None), Some(ids.clone()));
        assert_eq!(selection.named_after(Some(ids[1])), Some(vec![ids[2]]));
        assert_eq!(selection.named_after(Some(ids[2])), Some(Vec::new()));
    }

    #[test]
    fn tags_are_added_and_removed_whatever_their_case() {
        let tags = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>();
        assert_eq!(retagged(&tags(&["VIP"]), &tags(&["vip", "new"]), &[]), Some(tags(&["VIP", "new"])));
        assert_eq!(retagged(&tags(&["VIP", "x"]), &[], &tags(&["vip"])), Some(tags(&["x"])));
        let many: Vec<String> = (0..50).map(|n| n.to_string()).collect();
        assert_eq!(retagged(&many, &tags(&["one more"]), &[]), None);
    }
}
