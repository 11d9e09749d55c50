//! How the texts of a campaign read for real contacts, and for whom what is missing.

use contracts::{audience::Addressee, permissions::CAMPAIGNS_READ};
use kernel::{Fields, Scope, values::Problem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::audience;
use crate::{
    Campaigns, Error,
    campaign::step::{Action, MAX_TEXT, Message, Step},
    campaigns::store as campaigns,
    rules::template::MissingReport,
    sending::words::{self, Surroundings},
};

/// Contacts whose texts are shown, and contacts that are counted.
const SHOWN: usize = 20;
const COUNTED: usize = 1_000;

/// What is to be shown: a text, or those of a step, or those of the first message.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct TextsRequest {
    pub step_id: Option<Uuid>,
    #[schema(max_length = 4096)]
    pub text: Option<String>,
    /// For these; the first ones of the audience unless given.
    #[schema(max_items = 20)]
    pub contact_ids: Vec<Uuid>,
}

/// A text for a contact.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TextOf {
    /// None of a text that was sent along.
    #[schema(required)]
    pub variant_id: Option<Uuid>,
    pub text: String,
    /// Variables that are not known and have nothing that stands for them.
    pub missing: Vec<String>,
    /// Variables in whose place something else stands.
    pub fallbacks: Vec<String>,
}

/// The texts for a contact.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TextsOf {
    pub contact_id: Uuid,
    pub name: String,
    pub variants: Vec<TextOf>,
}

/// How texts read.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = CampaignTexts)]
pub struct Texts {
    pub items: Vec<TextsOf>,
    /// `contacts`, `complete`, and `variables` by name: `count`, `fallbacks`, `contactIds`. Of up to 1000 contacts.
    #[schema(value_type = Object)]
    pub report: MissingReport,
}

fn message(step: &Step) -> Option<&Message> {
    match &step.action {
        Action::Message(message) => Some(message),
        _ => None,
    }
}

/// What texts may speak of beside the contact.
pub(crate) async fn around(
    service: &Campaigns,
    scope: &Scope,
    stored: &campaigns::StoredCampaign,
) -> Result<Surroundings, Error> {
    let accounts = stored.campaign.account_ids.as_slice();
    let states = match accounts {
        [] => std::collections::HashMap::new(),
        ids => service.asked.senders.states(scope, ids).await.map_err(Error::Port)?,
    };
    Ok(Surroundings {
        snippets: service.asked.answers.snippets(scope).await.map_err(Error::Port)?,
        owner: service.member_names(scope, stored.owner_id).await?.into_values().next(),
        accounts: states.into_iter().map(|(id, state)| (id, state.name)).collect(),
    })
}

/// How the texts of a step read.
///
/// # Errors
/// [`Error::NotFound`] of the campaign or the step; a text that is too long, too many contacts.
pub async fn get(service: &Campaigns, scope: &Scope, id: Uuid, request: TextsRequest) -> Result<Texts, Error> {
    scope.require(CAMPAIGNS_READ)?;
    let mut refused = Fields::default();
    if request.text.as_ref().is_some_and(|text| text.chars().nth(MAX_TEXT).is_some()) {
        refused.refuse_with("text", Problem::TooLong { max: MAX_TEXT });
    }
    if request.contact_ids.len() > SHOWN {
        refused.refuse_with("contactIds", Problem::TooMany { max: SHOWN });
    }
    refused.finish(|| ())?;
    let reader = service.db.reader(scope);
    let stored = campaigns::get(&reader, scope, id).await?;
    let texts: Vec<(Option<Uuid>, String)> = if let Some(text) = request.text {
        vec![(None, text)]
    } else {
        let steps = campaigns::steps(&reader, scope, id).await?;
        let wanted = |step: &Step| request.step_id.is_none_or(|id| id == step.id) && message(step).is_some();
        let step = steps.iter().map(|stored| &stored.step).find(|step| !step.retired && wanted(step));
        let message = step.and_then(message).ok_or(Error::NotFound)?;
        message.variants.iter().map(|variant| (Some(variant.id), variant.text.clone())).collect()
    };
    let contacts: Vec<Addressee> = if request.contact_ids.is_empty() {
        let looked = audience::look(service, scope, &stored, &stored.campaign.audience, COUNTED).await?;
        looked.contacts.into_iter().map(|judged| judged.contact).collect()
    } else {
        let ids = request.contact_ids;
        let mut found = service.asked.audience.addressees(scope, &ids).await?;
        ids.iter().filter_map(|id| found.remove(id)).collect()
    };
    let around = around(service, scope, &stored).await?;
    let account = stored.campaign.account_ids.first().copied();
    let mut report = MissingReport::default();
    let mut items = Vec::new();
    for contact in &contacts {
        let mut variants = Vec::new();
        for (variant_id, text) in &texts {
            let rendered = words::text(text, contact, &around, account);
            report.add(contact.id, &rendered);
            let (text, missing, fallbacks) = (rendered.text, rendered.missing, rendered.fallbacks);
            variants.push(TextOf { variant_id: *variant_id, text, missing, fallbacks });
        }
        if items.len() < SHOWN {
            items.push(TextsOf { contact_id: contact.id, name: contact.name.clone(), variants });
        }
    }
    Ok(Texts { items, report })
}
