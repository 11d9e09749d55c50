//! Whom a campaign is for. Who answers the query is the keeper of contacts; here is what may be asked. No I/O.

use kernel::{Fields, filter::Filter, values::Problem};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// Most contacts that are named one by one.
pub const MAX_NAMED: usize = 10_000;
/// Most campaigns whose contacts are left out.
pub const MAX_CAMPAIGNS: usize = 50;
/// Longest search text, in characters.
const MAX_SEARCH: usize = 200;
const MAX_WITHIN_DAYS: u32 = 3650;

/// Where contacts come from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum AudienceSource {
    /// A saved view of contacts.
    View { view_id: Uuid },
    /// Those that fit a node of the filter language and a search; both left out: everybody.
    Filter {
        #[serde(default)]
        filter: Option<Value>,
        #[serde(default)]
        search: Option<String>,
    },
    /// Those that an import made or changed.
    Import { import_id: Uuid },
    /// These.
    Contacts { contact_ids: Vec<Uuid> },
}

/// Who is left out though they are in the source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Exclusions {
    /// Whom a program wrote to within so many days.
    pub written_to_within_days: Option<u32>,
    /// Who is or was in one of these campaigns.
    pub campaign_ids: Vec<Uuid>,
    pub contact_ids: Vec<Uuid>,
}

/// Whom a campaign is for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct AudienceQuery {
    pub source: AudienceSource,
    #[serde(default)]
    pub exclude: Exclusions,
}

impl Default for AudienceQuery {
    /// Nobody yet.
    fn default() -> Self {
        Self { source: AudienceSource::Contacts { contact_ids: Vec::new() }, exclude: Exclusions::default() }
    }
}

fn each_once(ids: &[Uuid], field: &str, max: usize, refused: &mut Fields) -> Vec<Uuid> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    if ids.len() > max {
        refused.refuse_with(field, Problem::TooMany { max });
    }
    ids
}

impl AudienceQuery {
    /// The same query, each id once; what is refused is noted below `at`. Whether what it names is there is not asked.
    pub fn parse(&self, at: &str, refused: &mut Fields) -> Self {
        let source = match &self.source {
            AudienceSource::Filter { filter, search } => {
                let filter = filter.clone().filter(|filter| !filter.is_null());
                if let Some(Err(error)) = filter.as_ref().map(|filter| Filter::parse(&filter.to_string())) {
                    refused.refuse(&format!("{at}.source.filter"), error.code);
                }
                let search = search.as_deref().map(str::trim).filter(|search| !search.is_empty());
                if search.is_some_and(|search| search.chars().nth(MAX_SEARCH).is_some()) {
                    refused.refuse_with(&format!("{at}.source.search"), Problem::TooLong { max: MAX_SEARCH });
                }
                AudienceSource::Filter { filter, search: search.map(str::to_owned) }
            }
            AudienceSource::Contacts { contact_ids } => {
                let field = format!("{at}.source.contactIds");
                AudienceSource::Contacts { contact_ids: each_once(contact_ids, &field, MAX_NAMED, refused) }
            }
            other => other.clone(),
        };
        let within = self.exclude.written_to_within_days;
        if within.is_some_and(|days| !(1..=MAX_WITHIN_DAYS).contains(&days)) {
            let problem = Problem::NumberRange { min: 1, max: MAX_WITHIN_DAYS.into() };
            refused.refuse_with(&format!("{at}.exclude.writtenToWithinDays"), problem);
        }
        let mut ids = |name: &str, ids: &[Uuid], max| each_once(ids, &format!("{at}.exclude.{name}"), max, refused);
        let exclude = Exclusions {
            written_to_within_days: within,
            campaign_ids: ids("campaignIds", &self.exclude.campaign_ids, MAX_CAMPAIGNS),
            contact_ids: ids("contactIds", &self.exclude.contact_ids, MAX_NAMED),
        };
        Self { source, exclude }
    }

    /// Whether it can name nobody, whoever there is.
    #[must_use]
    pub fn is_nobody(&self) -> bool {
        matches!(&self.source, AudienceSource::Contacts { contact_ids } if contact_ids.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parsed(query: Value) -> (AudienceQuery, Vec<String>) {
        let query: AudienceQuery = serde_json::from_value(query).unwrap();
        let mut refused = Fields::default();
        let query = query.parse("audience", &mut refused);
        (query, refused.0.iter().map(|refusal| format!("{} {}", refusal.field, refusal.code)).collect())
    }

    #[test]
    fn ids_are_kept_once_and_empty_parts_are_left_out() {
        let one = Uuid::from_u128(1);
        let (query, refused) = parsed(json!({ "source": { "kind": "contacts", "contactIds": [one, one] } }));
        assert_eq!(query.source, AudienceSource::Contacts { contact_ids: vec![one] });
        assert!(refused.is_empty() && !query.is_nobody() && AudienceQuery::default().is_nobody());
        let (query, refused) = parsed(json!({ "source": { "kind": "filter", "filter": null, "search": " " } }));
        assert_eq!(query.source, AudienceSource::Filter { filter: None, search: None });
        assert!(refused.is_empty() && !query.is_nobody());
    }

    #[test]
    fn every_bad_part_is_named() {
        let (_, refused) = parsed(json!({
            "source": { "kind": "filter", "filter": { "field": 1 }, "search": "x".repeat(201) },
            "exclude": { "writtenToWithinDays": 0, "campaignIds": (0..51).map(Uuid::from_u128).collect::<Vec<_>>() },
        }));
        assert_eq!(
            refused,
            [
                "audience.source.filter filter.malformed",
                "audience.source.search field.too_long",
                "audience.exclude.writtenToWithinDays field.number.range",
                "audience.exclude.campaignIds field.too_many",
            ]
        );
    }
}
