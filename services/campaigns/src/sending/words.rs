//! What texts of campaigns say of a contact.

use std::collections::HashMap;

use contracts::audience::Addressee;
use serde_json::Value;
use uuid::Uuid;

use crate::rules::template::{OWN_FIELD, Rendered, Template};

/// What texts may speak of beside the contact.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// Of the organization, by their shortcut.
    pub snippets: HashMap<String, String>,
    /// Who writes: the owner of the campaign.
    pub owner: Option<String>,
    /// Names of accounts.
    pub accounts: HashMap<Uuid, String>,
}

/// The text for a contact, as an account would send it.
#[must_use]
pub fn text(text: &str, contact: &Addressee, around: &Surroundings, account: Option<Uuid>) -> Rendered {
    let template = Template::parse(text);
    // A snippet that is gone meanwhile counts as missing.
    let template = template.with_snippets(&around.snippets).unwrap_or(template);
    template.render(|name| word(name, contact, around, account))
}

fn word(name: &str, contact: &Addressee, around: &Surroundings, account: Option<Uuid>) -> Option<String> {
    match name {
        "contact.firstName" => contact.first_name.clone(),
        "contact.name" => Some(contact.name.clone()),
        "contact.jobTitle" => contact.job_title.clone(),
        "company.name" => contact.company.clone(),
        "me.name" => around.owner.clone(),
        "sender.name" => account.and_then(|id| around.accounts.get(&id).cloned()),
        name => name.strip_prefix(OWN_FIELD).and_then(|key| contact.custom.get(key)).and_then(written),
    }
}

/// A value of a field as it is read in a sentence.
fn written(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(items) => Some(items.iter().filter_map(written).collect::<Vec<_>>().join(", ")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_text_says_what_is_known_and_names_what_is_not() {
        let custom = json!({ "city": "Kazan", "tags": ["a", "b"] });
        let contact = Addressee {
            name: "Anna B".to_owned(),
            first_name: Some("Anna".to_owned()),
            custom: custom.as_object().cloned().unwrap_or_default(),
            ..Addressee::default()
        };
        let around = Surroundings {
            snippets: HashMap::from([("hi".to_owned(), "Hi {{contact.firstName}}".to_owned())]),
            ..Surroundings::default()
        };
        let rendered =
            text("{{snippet.hi}} of {{contact.custom.city}}: {{contact.custom.tags}}", &contact, &around, None);
        assert_eq!((rendered.text.as_str(), rendered.missing.len()), ("Hi Anna of Kazan: a, b", 0));
        assert_eq!(text("{{snippet.gone}}{{company.name}}", &contact, &around, None).missing.len(), 2);
    }
}
