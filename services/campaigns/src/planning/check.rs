//! What keeps a campaign from being started, and what its people should know before they start it.

use api::{context, messages};
use contracts::permissions::CAMPAIGNS_READ;
use kernel::Scope;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    audience::{self, LOOKED_AT},
    texts,
};
use crate::{
    Campaigns, Error,
    campaign::{Campaign, step::Action},
    campaigns::store as campaigns,
    policies::facts::{text_of, zone_of},
    rules::template::Template,
    sending::{senders, words},
};

/// Something that is missing.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = CampaignProblem)]
pub struct Problem {
    /// Such as `schedule` or `steps[2].action.variants[0].text`.
    pub field: String,
    pub code: String,
    /// In the caller's language.
    pub message: String,
}

/// Something to know.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = CampaignWarning)]
pub struct Warning {
    pub code: String,
    /// In the caller's language.
    pub message: String,
    /// Of contacts or accounts that it is so for.
    pub count: u64,
}

/// Whether a campaign may be started.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = CampaignCheck)]
pub struct Check {
    /// Whether nothing keeps it from being started.
    pub ready: bool,
    pub problems: Vec<Problem>,
    /// Of the first 2000 contacts.
    pub warnings: Vec<Warning>,
}

/// Looks through a campaign.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn get(service: &Campaigns, scope: &Scope, id: Uuid) -> Result<Check, Error> {
    scope.require(CAMPAIGNS_READ)?;
    let reader = service.db.reader(scope);
    let stored = campaigns::get(&reader, scope, id).await?;
    let steps: Vec<_> = campaigns::steps(&reader, scope, id).await?.into_iter().map(|stored| stored.step).collect();
    let campaign = Campaign { steps, ..stored.campaign.clone() };
    let around = texts::around(service, scope, &stored).await?;
    let mut problems = Vec::new();
    if let Err(missing) = campaign.check_complete() {
        problems.extend(missing.0.iter().map(|field| Problem {
            field: field.field.clone(),
            code: field.code.to_string(),
            message: messages::text(context::locale(), &field.code, &field.params),
        }));
    }
    let live: Vec<_> = campaign.steps.iter().filter(|step| !step.retired).collect();
    for (index, step) in live.iter().enumerate() {
        let Action::Message(message) = &step.action else { continue };
        for (place, variant) in message.variants.iter().enumerate() {
            let Err(found) = Template::parse(&variant.text).with_snippets(&around.snippets) else { continue };
            problems.extend(found.iter().map(|problem| Problem {
                field: format!("steps[{index}].action.variants[{place}].text"),
                code: problem.code().to_owned(),
                message: messages::text(context::locale(), problem.code(), &[("name", problem.name().to_owned())]),
            }));
        }
    }
    let mut warnings = Vec::new();
    let mut warn = |code: &str, count: u64| {
        if count > 0 {
            warnings.push(Warning { code: code.to_owned(), message: text_of(code), count });
        }
    };
    let (senders, _) = senders::load(service, scope, &campaign.account_ids).await?;
    warn("check.senders_gone", (campaign.account_ids.len() - senders.len()) as u64);
    warn("check.senders_not_ready", senders.iter().filter(|sender| !sender.ready).count() as u64);
    let looked = audience::look(service, scope, &stored, &campaign.audience, LOOKED_AT).await?;
    let eligible: Vec<_> = looked.contacts.iter().filter(|judged| judged.is_eligible()).collect();
    warn("check.excluded", (looked.contacts.len() - eligible.len()) as u64);
    warn("check.nobody", u64::from(!campaign.audience.is_nobody() && eligible.is_empty()));
    warn("check.no_time_zone", eligible.iter().filter(|one| zone_of(&one.contact).is_none()).count() as u64);
    let account = campaign.account_ids.first().copied();
    let lacks = |contact: &contracts::audience::Addressee| {
        live.iter().any(|step| match &step.action {
            Action::Message(message) => {
                let lacks = |text: &str| !words::text(text, contact, &around, account).missing.is_empty();
                message.variants.iter().any(|variant| lacks(&variant.text))
            }
            _ => false,
        })
    };
    warn("check.variables_missing", eligible.iter().filter(|one| lacks(&one.contact)).count() as u64);
    Ok(Check { ready: problems.is_empty(), problems, warnings })
}
