//! A contact: the fields of it, how input becomes them, and what follows from them. No I/O.

use fields::FieldSet;
use kernel::{
    Fields,
    values::{LinkedInUrl, Phone, TelegramUsername, TimeZone, WebUrl},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{
    duplicates::DuplicateCheck,
    identities::{Identity, MatchedOn},
    requests::{Form, Given, emails_schema, phones_schema, request_bodies, set, set_option, tags_schema},
    search::search_text,
};

/// Everything of a contact that can be edited, normalised: made by [`ContactPatch::apply`] or read from the database.
/// Its JSON is the image kept in the change log, so it must hold all that an undo has to restore.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ContactFields {
    pub name: String,
    pub first_name: Option<String>,
    pub middle_name: Option<String>,
    pub last_name: Option<String>,
    pub job_title: Option<String>,
    pub company_id: Option<Uuid>,
    pub owner_id: Option<Uuid>,
    pub emails: Vec<String>,
    pub phones: Vec<String>,
    pub time_zone: Option<String>,
    pub telegram_username: Option<String>,
    pub website: Option<String>,
    pub linkedin_url: Option<String>,
    pub source: Option<String>,
    pub tags: Vec<String>,
    pub description: Option<String>,
    pub lead_score: Option<i64>,
    pub do_not_contact: bool,
    pub custom: Map<String, Value>,
}

request_bodies!(ContactInput, ContactReplace, ContactPatch {
    /// Made of first, middle and last name when left out; one of them is needed then.
    #[schema(value_type = String, min_length = 1, max_length = 255)]
    name: String,
    #[schema(value_type = Option<String>, max_length = 100)]
    first_name: String,
    #[schema(value_type = Option<String>, max_length = 100)]
    middle_name: String,
    #[schema(value_type = Option<String>, max_length = 100)]
    last_name: String,
    #[schema(value_type = Option<String>, max_length = 255)]
    job_title: String,
    #[schema(value_type = Option<Uuid>)]
    company_id: Uuid,
    /// Finds the company of this name, or creates it; instead of `companyId`.
    #[schema(value_type = Option<String>, max_length = 255)]
    company_name: String,
    #[schema(value_type = Option<Uuid>)]
    owner_id: Uuid,
    #[schema(schema_with = emails_schema)]
    emails: Vec<String>,
    #[schema(schema_with = phones_schema)]
    phones: Vec<String>,
    /// A name of the IANA database, such as `Europe/Berlin`.
    #[schema(value_type = Option<String>, max_length = 64)]
    time_zone: String,
    #[schema(value_type = Option<String>, max_length = 255)]
    telegram_username: String,
    #[schema(value_type = Option<String>, max_length = 2048)]
    website: String,
    #[schema(value_type = Option<String>, max_length = 2048)]
    linkedin_url: String,
    #[schema(value_type = Option<String>, max_length = 100)]
    source: String,
    #[schema(schema_with = tags_schema)]
    tags: Vec<String>,
    #[schema(value_type = Option<String>, max_length = 5000)]
    description: String,
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 100)]
    lead_score: i64,
    #[schema(value_type = bool)]
    do_not_contact: bool,
    #[schema(value_type = Object)]
    custom: Map<String, Value>,
});

/// What a patch makes of a contact.
#[derive(Clone, Debug, PartialEq)]
pub struct Edited {
    pub fields: ContactFields,
    /// A company to be found or created by name, whose id then becomes `company_id`.
    pub company_name: Option<String>,
}

impl ContactPatch {
    /// The contact as it would be; `own` are the fields that the organization made up.
    ///
    /// # Errors
    /// Every field that was refused.
    pub fn apply(&self, current: ContactFields, region: Option<&str>, own: &FieldSet) -> Result<Edited, Fields> {
        let mut form = Form::new(region);
        let mut fields = current;
        let followed = fields.name == fields.composed_name();
        form.line::<100>("firstName", &self.first_name, &mut fields.first_name);
        form.line::<100>("middleName", &self.middle_name, &mut fields.middle_name);
        form.line::<100>("lastName", &self.last_name, &mut fields.last_name);
        self.apply_name(&mut form, &mut fields, followed);
        form.line::<255>("jobTitle", &self.job_title, &mut fields.job_title);
        let company_name = self.apply_company(&mut form, &mut fields);
        set_option(&self.owner_id, &mut fields.owner_id);
        form.emails(&self.emails, &mut fields.emails);
        form.phones(&self.phones, &mut fields.phones);
        let zone = |raw: &str| TimeZone::parse(raw).map(TimeZone::into_string);
        form.value("timeZone", &self.time_zone, &mut fields.time_zone, zone);
        self.apply_links(&mut form, &mut fields);
        form.line::<100>("source", &self.source, &mut fields.source);
        form.tags(&self.tags, &mut fields.tags);
        form.paragraph::<5000>("description", &self.description, &mut fields.description);
        form.number("leadScore", &self.lead_score, &mut fields.lead_score, (0, 100));
        set(&self.do_not_contact, &mut fields.do_not_contact);
        own.fill(&mut form, &self.custom, self.whole, &mut fields.custom);
        form.refused.finish(|| Edited { fields, company_name })
    }

    /// The given name; else the name made of its parts, if it was so before (`followed`; an empty name was).
    fn apply_name(&self, form: &mut Form<'_>, fields: &mut ContactFields, followed: bool) {
        let mut name = match &self.name {
            Given::Absent if !followed => return,
            Given::Value(raw) if !raw.trim().is_empty() => Given::Value(raw.clone()),
            _ => Given::Value(fields.composed_name()),
        };
        if name.value().is_some_and(String::is_empty) {
            // Parts that were refused say enough.
            if form.refused.0.is_empty() {
                form.refused.refuse("name", "field.required");
            }
            name = Given::Absent;
        }
        let mut parsed = Some(std::mem::take(&mut fields.name));
        form.line::<255>("name", &name, &mut parsed);
        match parsed {
            Some(name) => fields.name = name,
            None => form.refused.refuse("name", "field.required"),
        }
    }

    fn apply_links(&self, form: &mut Form<'_>, fields: &mut ContactFields) {
        let telegram = |raw: &str| TelegramUsername::parse(raw).map(TelegramUsername::into_string);
        form.value("telegramUsername", &self.telegram_username, &mut fields.telegram_username, telegram);
        form.value("website", &self.website, &mut fields.website, |raw| WebUrl::parse(raw).map(WebUrl::into_string));
        let linkedin = |raw: &str| LinkedInUrl::parse(raw).map(LinkedInUrl::into_string);
        form.value("linkedinUrl", &self.linkedin_url, &mut fields.linkedin_url, linkedin);
    }

    fn apply_company(&self, form: &mut Form<'_>, fields: &mut ContactFields) -> Option<String> {
        let mut name = None;
        form.line::<255>("companyName", &self.company_name, &mut name);
        set_option(&self.company_id, &mut fields.company_id);
        if name.is_some() && self.company_id.value().is_some() {
            form.refused.refuse("companyName", "company.both");
        } else if self.company_id.value().is_none() && self.company_name != Given::Absent {
            fields.company_id = None;
        }
        name
    }
}

impl ContactFields {
    /// The addresses in a description of somebody; what cannot be parsed (people are still typing) is left out.
    #[must_use]
    pub fn as_far_as_parsed(check: DuplicateCheck, region: Option<&str>) -> Self {
        let patch = ContactPatch {
            telegram_username: check.telegram_username.into(),
            linkedin_url: check.linkedin_url.into(),
            ..ContactPatch::default()
        };
        let mut form = Form::new(region);
        let mut fields = Self::default();
        form.emails(&Given::Value(check.emails), &mut fields.emails);
        form.phones(&Given::Value(check.phones), &mut fields.phones);
        patch.apply_links(&mut form, &mut fields);
        fields
    }

    /// The zone that a phone tells of; the first one that does.
    #[must_use]
    pub fn phone_zone(&self) -> Option<&'static str> {
        self.phones.iter().find_map(|phone| TimeZone::name_of_phone(&Phone::from_stored(phone.clone())))
    }

    /// The zone the contact lives by, as far as it is known: their own, else the one that a phone tells of.
    #[must_use]
    pub fn zone(&self) -> Option<&str> {
        self.time_zone.as_deref().or_else(|| self.phone_zone())
    }

    /// First, middle and last name with spaces between; empty when there is none.
    #[must_use]
    pub fn composed_name(&self) -> String {
        let parts = [&self.first_name, &self.middle_name, &self.last_name];
        parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" ")
    }

    /// What the contact is recognised by.
    #[must_use]
    pub fn identities(&self) -> Vec<Identity> {
        let emails = self.emails.iter().map(|email| Identity::new(MatchedOn::Email, email));
        let phones = self.phones.iter().map(|phone| Identity::new(MatchedOn::Phone, phone));
        let telegram = self.telegram_username.clone().map(TelegramUsername::from_stored);
        let telegram = telegram.map(|username| Identity::new(MatchedOn::Telegram, username.key()));
        let linkedin = self.linkedin_url.iter().map(|url| Identity::new(MatchedOn::LinkedIn, url));
        emails.chain(phones).chain(telegram).chain(linkedin).collect()
    }

    /// The words the contact is found by.
    #[must_use]
    pub fn search_text(&self, company_name: Option<&str>) -> String {
        let names = [Some(&self.name), self.first_name.as_ref(), self.last_name.as_ref(), self.job_title.as_ref()];
        let texts = names.into_iter().flatten().chain(&self.telegram_username).chain(&self.emails);
        search_text(texts.map(String::as_str).chain(company_name), &self.phones)
    }

    /// The image for the change log.
    #[must_use]
    pub fn image(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
