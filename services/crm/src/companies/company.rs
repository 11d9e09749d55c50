//! A company: the fields of it, how input becomes them, and what follows from them. No I/O.

use api::words;
use fields::FieldSet;
use kernel::{
    Fields,
    values::{WebUrl, company_key},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{
    duplicates::DuplicateCheck,
    identities::{Identity, MatchedOn},
    requests::{Form, Given, emails_schema, phones_schema, request_bodies, set_option, tags_schema},
    search::search_text,
};

words! {
    /// People who work there.
    CompanySize {
        UpTo10 = "1-10",
        UpTo50 = "11-50",
        UpTo100 = "51-100",
        UpTo500 = "101-500",
        Over500 = "500+",
    }
}

/// Everything of a company that can be edited, normalised: made by [`CompanyPatch::apply`] or read from the database.
/// Its JSON is the image kept in the change log, so it must hold all that an undo has to restore.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CompanyFields {
    pub name: String,
    pub industry: Option<String>,
    pub size: Option<CompanySize>,
    pub description: Option<String>,
    pub website: Option<String>,
    pub phones: Vec<String>,
    pub emails: Vec<String>,
    pub address: Option<String>,
    pub owner_id: Option<Uuid>,
    pub tags: Vec<String>,
    pub source: Option<String>,
    pub custom: Map<String, Value>,
}

request_bodies!(CompanyInput, CompanyReplace, CompanyPatch {
    #[schema(value_type = String, min_length = 1, max_length = 255)]
    name (required): String,
    #[schema(value_type = Option<String>, max_length = 100)]
    industry: String,
    #[schema(value_type = Option<CompanySize>)]
    size: CompanySize,
    #[schema(value_type = Option<String>, max_length = 5000)]
    description: String,
    #[schema(value_type = Option<String>, max_length = 2048)]
    website: String,
    #[schema(schema_with = phones_schema)]
    phones: Vec<String>,
    #[schema(schema_with = emails_schema)]
    emails: Vec<String>,
    #[schema(value_type = Option<String>, max_length = 500)]
    address: String,
    #[schema(value_type = Option<Uuid>)]
    owner_id: Uuid,
    #[schema(schema_with = tags_schema)]
    tags: Vec<String>,
    #[schema(value_type = Option<String>, max_length = 100)]
    source: String,
    #[schema(value_type = Object)]
    custom: Map<String, Value>,
});

impl CompanyPatch {
    /// The company as it would be; `own` are the fields that the organization made up.
    ///
    /// # Errors
    /// Every field that was refused.
    pub fn apply(&self, current: CompanyFields, region: Option<&str>, own: &FieldSet) -> Result<CompanyFields, Fields> {
        let mut form = Form::new(region);
        let mut fields = current;
        let mut name = (!fields.name.is_empty()).then(|| std::mem::take(&mut fields.name));
        let refused = form.refused.0.len();
        form.line::<255>("name", &self.name, &mut name);
        match name {
            Some(name) => fields.name = name,
            None if form.refused.0.len() == refused => form.refused.refuse("name", "field.required"),
            None => {}
        }
        form.line::<100>("industry", &self.industry, &mut fields.industry);
        set_option(&self.size, &mut fields.size);
        form.paragraph::<5000>("description", &self.description, &mut fields.description);
        form.value("website", &self.website, &mut fields.website, |raw| WebUrl::parse(raw).map(WebUrl::into_string));
        form.phones(&self.phones, &mut fields.phones);
        form.emails(&self.emails, &mut fields.emails);
        form.paragraph::<500>("address", &self.address, &mut fields.address);
        set_option(&self.owner_id, &mut fields.owner_id);
        form.tags(&self.tags, &mut fields.tags);
        form.line::<100>("source", &self.source, &mut fields.source);
        own.fill(&mut form, &self.custom, self.whole, &mut fields.custom);
        form.refused.finish(|| fields)
    }
}

impl CompanyFields {
    /// A company of which only the name is known.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    /// The addresses in a description of a company; what cannot be parsed (people are still typing) is left out.
    #[must_use]
    pub fn as_far_as_parsed(check: DuplicateCheck, region: Option<&str>) -> Self {
        let mut form = Form::new(region);
        let mut fields = Self::default();
        form.emails(&Given::Value(check.emails), &mut fields.emails);
        form.phones(&Given::Value(check.phones), &mut fields.phones);
        let website = Given::from(check.website);
        form.value("website", &website, &mut fields.website, |raw| WebUrl::parse(raw).map(WebUrl::into_string));
        fields
    }

    /// What the company is found by when only its name is known.
    #[must_use]
    pub fn match_key(&self) -> String {
        company_key(&self.name)
    }

    /// What the company is recognised by. Of its web address only the host counts.
    #[must_use]
    pub fn identities(&self) -> Vec<Identity> {
        let emails = self.emails.iter().map(|email| Identity::new(MatchedOn::Email, email));
        let phones = self.phones.iter().map(|phone| Identity::new(MatchedOn::Phone, phone));
        let website = self.website.clone().map(WebUrl::from_stored).map(|url| {
            let host = url.host();
            Identity::new(MatchedOn::Website, host.strip_prefix("www.").unwrap_or(host))
        });
        emails.chain(phones).chain(website).collect()
    }

    /// The words the company is found by.
    #[must_use]
    pub fn search_text(&self) -> String {
        let host = self.website.clone().map(WebUrl::from_stored);
        let host = host.as_ref().map(WebUrl::host);
        let texts = [Some(self.name.as_str()), self.industry.as_deref(), host].into_iter().flatten();
        search_text(texts.chain(self.emails.iter().map(String::as_str)), &self.phones)
    }

    /// The image for the change log.
    #[must_use]
    pub fn image(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn apply(current: &CompanyFields, body: Value) -> Result<CompanyFields, Vec<String>> {
        let patch: CompanyPatch = serde_json::from_value(body).unwrap();
        let own = FieldSet::default();
        patch.apply(current.clone(), None, &own).map_err(|fields| fields.0.into_iter().map(|f| f.field).collect())
    }

    #[test]
    fn a_name_is_needed_and_cannot_be_cleared() {
        assert_eq!(apply(&CompanyFields::default(), json!({})), Err(vec!["name".to_owned()]));
        let acme = CompanyFields::named("Acme");
        assert_eq!(apply(&acme, json!({"name": null})), Err(vec!["name".to_owned()]));
        assert_eq!(apply(&acme, json!({"industry": "IT"})).unwrap().name, "Acme");
    }

    #[test]
    fn the_limits_are_those_of_the_brief() {
        let too_long = json!({"name": "x".repeat(256), "industry": "x".repeat(101), "description": "x".repeat(5001),
            "address": "x".repeat(501), "source": "x".repeat(101)});
        let fields = ["name", "industry", "description", "address", "source"].map(str::to_owned).to_vec();
        assert_eq!(apply(&CompanyFields::default(), too_long), Err(fields));
        let longest = json!({"name": "x".repeat(255), "industry": "x".repeat(100), "description": "x".repeat(5000),
            "address": "x".repeat(500), "source": "x".repeat(100), "size": "500+"});
        assert!(apply(&CompanyFields::default(), longest).is_ok());
    }

    #[test]
    fn a_size_is_one_of_the_words() {
        for word in CompanySize::WORDS {
            let size: CompanySize = serde_json::from_value(json!(word)).unwrap();
            assert_eq!(CompanySize::parse(word), Some(size));
            assert_eq!(size.as_str(), *word);
        }
        assert!(serde_json::from_value::<CompanyPatch>(json!({"size": "7"})).is_err());
    }

    #[test]
    fn a_company_is_recognised_by_its_host_and_its_name_without_the_legal_form() {
        let one =
            apply(&CompanyFields::default(), json!({"name": "ООО «Ромашка»", "website": "www.Example.com/about"}));
        let one = one.unwrap();
        assert_eq!(one.identities(), [Identity::new(MatchedOn::Website, "example.com")]);
        assert_eq!(one.match_key(), CompanyFields::named("Ромашка, ООО").match_key());
    }

    #[test]
    fn a_company_comes_back_from_its_image() {
        let body = json!({"name": "A", "size": "11-50", "tags": ["x"], "custom": {"k": [1]}});
        let company = apply(&CompanyFields::default(), body).unwrap();
        assert_eq!(serde_json::from_value::<CompanyFields>(company.image()).unwrap(), company);
    }
}
